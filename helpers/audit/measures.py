"""What notebook 11 measures of its claims: of settings, of thresholds and of errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.audit import prevalence
from helpers.bots.classes import classify
from helpers.claims import measured
from helpers.study import Study
from helpers.tables import read
from helpers.uncertainty import bootstrap, ratio

OTHERS = {0.45: "more_bots_at_0_45", 0.6: "still_bots_at_0_6"}  # threshold -> claim


def of_study(study: Study, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """From a study's settings and its tables `scores` and `labelled_scores`: index claim id, columns value,
    low, high.
    """
    scores, labelled = read(study, "scores"), read(study, "labelled_scores")
    moved = kept(scores, list(OTHERS), seed=seed, draws=draws).rename(OTHERS)
    corrected = prevalence.measures(scores, labelled, study.scoring.threshold, seed)
    return pd.concat([settings(study), moved, corrected])


def kept(
    scores: pd.DataFrame, others: Sequence[float], base: float = 0.5, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """Bots at other thresholds for each bot at `base`: index threshold, columns value, low, high.

    In: the table `scores`. Below 1 above the base, above 1 below it; NaN where nobody is a bot at the base.
    Beside the article, which took 0.5 and expected little change from a higher one (Methodology, "Bot
    detection").
    """
    graded = scores[["score", "error"]].dropna(subset="score")
    called = pd.DataFrame({at: classify(graded, at) == "bot" for at in (base, *others)}).astype(int)
    figures = {at: lambda sums, at=at: ratio(sums[at], sums[base]) for at in others}
    return bootstrap(called, figures, seed=seed, draws=draws)


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
