"""All that a study's tables show of the claims, measured by every noun of the study, without a notebook.

What a notebook records is what its noun gives here, with the same seed. The control worlds call this, and so
can whoever asks what other classes, another threshold or another reading of a rule would have shown; of many
at once, `helpers.audit.reclassed` asks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import ModuleType

import pandas as pd

from helpers import (
    collection,
    embeddedness,
    geography,
    interactions,
    partisanship,
    sentiment,
    support,
    timeline,
)
from helpers.automation import measures as automation
from helpers.bots import measures as bots
from helpers.bots.classes import at_threshold
from helpers.study import Study
from helpers.tables import lazy, read

NOUNS: dict[int, ModuleType] = {  # by the number of their notebook
    1: collection, 2: bots, 3: sentiment, 4: timeline, 5: geography, 6: partisanship, 7: interactions,
    8: support, 9: embeddedness, 10: automation,
}  # fmt: skip


def measures(
    study: Study,
    classes: pd.Series | None = None,
    threshold: float | None = None,
    readings: Mapping[int, str] | None = None,
    seed: int = 0,
    draws: int | None = None,
    notebooks: Collection[int] = tuple(NOUNS),
) -> pd.DataFrame:
    """What the study shows of its claims: index claim id, columns value, low, high.

    In: a study with its tables. `classes` (index user_id) takes the place of the classes of the scored
    accounts; else `threshold` classes them anew. `readings` names another reading of a notebook's rule, by
    its number. `draws` are those of the bootstraps. Only the `notebooks` that are named are measured.
    """
    scores = lazy(classed(read(study, "scores"), classes, threshold))
    readings = {number: {"reading": reading} for number, reading in (readings or {}).items()}
    parts = [
        NOUNS[number].of_study(study, scores, seed=seed, draws=draws, **readings.get(number, {}))
        for number in notebooks
    ]
    return pd.concat(parts)


def classed(
    scores: pd.DataFrame, classes: pd.Series | None = None, threshold: float | None = None
) -> pd.DataFrame:
    """The table `scores` with the given classes ("unknown" where there is none) or those of a threshold."""
    if classes is not None:
        return scores.assign(**{"class": scores["user_id"].map(classes).fillna("unknown")})
    return scores if threshold is None else at_threshold(scores, threshold)
