"""What a person would still see of Figure 6: synthetic tweets by what is meant, their words, and the scorer.

After Bessi & Ferrara (2016), "Partisanship and supporting activity", whose tones are all a scorer's. Reads
the counts that `python -m helpers.world.tone` makes of worlds whose truth is known.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.figures import span
from helpers.study import REFERENCE
from helpers.support import CLAIMS, by_camp
from helpers.tweets import SIGNS

TONES = REFERENCE / "tone.csv"
READERS = ["meant", "words", "scored"]  # what a person sees, what was planted in the words, what is scored
BY = ["seed", "reader", "camp", "class", "subject"]
FINDINGS = [
    "trump_bots_most_positive", "trump_bots_almost_always_positive", "trump_bots_negative",
    "trump_bots_less_negative_than_humans", "clinton_humans_more_positive_than_bots", "clinton_bots_mixed",
]  # fmt: skip


def counts(path: Path = TONES) -> pd.DataFrame:
    """Tweets of some worlds by tone: columns seed, reader, camp, class, subject (a candidate's key, or all),
    negative, neutral, positive, tweets, total (positive less negative: tones are −1, 0 and +1 here).
    """
    table = pd.read_csv(path)
    order = {"reader": READERS, "subject": ["all", *sorted({*table["subject"]} - {"all"})]}
    table = table.astype({name: pd.CategoricalDtype(values) for name, values in order.items()})
    return table.assign(tweets=table[SIGNS].sum(axis=1), total=table["positive"] - table["negative"])


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """Tone of each group about each candidate, from `counts`, all worlds together.

    Index camp, class, subject; columns negative, neutral, positive (shares), mean (of tones of −1, 0, +1),
    each by reader.
    """
    about = table[table["subject"] != "all"]
    by = about.groupby([*BY[2:], "reader"], observed=True)[[*SIGNS, "total", "tweets"]].sum()
    return by.div(by.pop("tweets"), axis=0).rename(columns={"total": "mean"}).unstack("reader")


def findings(table: pd.DataFrame) -> pd.DataFrame:
    """FINDINGS as each reader would have made them, from `counts`: one row a finding, one column a reader.

    Median, and lowest to highest, of the worlds, as text.
    """
    by_reader = table.groupby("reader", observed=True)
    found = {name: {seed: measured(one) for seed, one in of.groupby("seed")} for name, of in by_reader}
    return pd.DataFrame({reader: pd.DataFrame(found[reader]).apply(_told, axis=1) for reader in READERS})


def measured(world: pd.DataFrame) -> pd.Series:
    """Each finding in one world by one reader, whose groups are taken for accounts."""
    of_camp = by_camp(world)
    return pd.Series({name: float(CLAIMS[name](of_camp)) for name in FINDINGS})


def _told(values: pd.Series) -> str:
    return f"{values.median():.3f} ({span(values.min(), values.max(), '.3f')})"
