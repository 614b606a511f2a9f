"""What notebook 11 measures of its claims: of published counts, of settings, of thresholds and of errors."""

from __future__ import annotations

import pandas as pd

from helpers.audit import arithmetic, prevalence, threshold
from helpers.study import Study
from helpers.tables import read


def of_study(study: Study, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """From a study's settings and its tables `scores` and `labelled_scores`: index claim id, columns value,
    low, high.
    """
    scores, labelled = read(study, "scores"), read(study, "labelled_scores")
    return pd.concat(
        [
            arithmetic.measures(11),
            arithmetic.settings(study),
            threshold.measures(scores, seed, draws),
            prevalence.measures(scores, labelled, study.scoring.threshold, seed),
        ]
    )
