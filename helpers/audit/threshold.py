"""How many accounts are called bots at another threshold, for each at one half.

Beside Bessi & Ferrara (2016), section Methodology, "Bot detection", which took 0.5 and expected little change
from a higher one. What a threshold does to the findings is in `helpers.audit.multiverse`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.bots.classes import classify
from helpers.uncertainty import bootstrap, ratio

OTHERS = {0.45: "more_bots_at_0_45", 0.6: "still_bots_at_0_6"}  # threshold -> claim


def kept(
    scores: pd.DataFrame, others: Sequence[float], base: float = 0.5, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """Bots at other thresholds for each bot at `base`: index threshold, columns value, low, high.

    In: the table `scores`. Below 1 above the base, above 1 below it; NaN where nobody is a bot at the base.
    """
    graded = scores[["score", "error"]].dropna(subset="score")
    called = pd.DataFrame({at: classify(graded, at) == "bot" for at in (base, *others)}).astype(int)
    figures = {at: lambda sums, at=at: ratio(sums[at], sums[base]) for at in others}
    return bootstrap(called, figures, seed=seed, draws=draws)


def measures(scores: pd.DataFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """The claims about `kept` accounts: index claim id (of OTHERS), columns value, low, high. In: the table
    `scores`.
    """
    return kept(scores, list(OTHERS), seed=seed, draws=draws).rename(OTHERS)
