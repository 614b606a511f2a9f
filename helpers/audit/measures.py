"""What notebook 11 measures of its claims: of settings, of thresholds and of errors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.audit import prevalence, threshold
from helpers.claims import measured
from helpers.study import Study
from helpers.tables import read


def of_study(study: Study, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """From a study's settings and its tables `scores` and `labelled_scores`: index claim id, columns value,
    low, high.
    """
    scores, labelled = read(study, "scores"), read(study, "labelled_scores")
    return pd.concat(
        [
            settings(study),
            threshold.measures(scores, seed, draws),
            prevalence.measures(scores, labelled, study.scoring.threshold, seed),
        ]
    )


def settings(study: Study) -> pd.DataFrame:
    """What the study's own settings say of its collection: index claim id, columns value, low, high."""
    windows = study.collection.windows
    days = [(end - start).days for start, end in windows]
    debates = sum(any(start <= event.at < end for start, end in windows) for event in study.events)
    values = {
        "collection_days": sum(days),
        "baseline_days": sum(days[:1]),
        "debates_covered": debates,
        "poll_interval": study.collection.poll_seconds,
    }
    return measured({claim: value or np.nan for claim, value in values.items()})
