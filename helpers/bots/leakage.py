"""Why bots must not be scored on the tweets under study: a detector finds again what it was shown.

Among accounts that are all human nothing sets "bots" apart. A score from elsewhere (timelines from before or
after, profiles) then finds nothing; a score from features of the collected tweets finds that "bots" behave
differently, because that is how they were chosen.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.bots.detector import Detector
from helpers.bots.labels import Examples, timeline_classes
from helpers.bots.scoring import collected_features
from helpers.figures import COLOR, say_empty
from helpers.study import Study
from helpers.uncertainty import bootstrap

MOST = 1000  # people are enough to show it; the tweets of all would take longer than everything else
SHARE = 1 / 7  # of people, who are set beside the others
FEWEST = 50  # people, of whom a seventh can be told from the others
HABITS = [
    "share of retweets", "share of replies", "hashtags a tweet", "feeling of the words", "repeated texts",
]  # fmt: skip
COLUMNS = ["source", "habit", "gap", "low", "high"]
SOURCES = ["timelines from outside", "the collected tweets"]


def behaviour(collected: pd.DataFrame) -> pd.DataFrame:
    """What accounts do in the collection, from features of their collected tweets: columns HABITS."""
    counts = collected[["tweets_retweet_count", "tweets_reply_count"]].fillna(0)
    shares = counts.div(collected["tweets_all_count"], axis="index")
    means = collected[["hashtags_all_mean", "valence_all_mean", "again_all_mean"]]
    return shares.join(means).set_axis(HABITS, axis="columns")


def people_among(scores: pd.DataFrame, most: int = MOST, seed: int = 0) -> pd.Series:
    """Ids of the accounts classed as human, of which `most` are drawn where there are more."""
    people = scores.loc[scores["class"] == "human", "user_id"]
    return people.sample(most, random_state=seed) if len(people) > most else people


def leakage(
    study: Study, people: pd.Series, examples: Examples, looked_up: pd.DataFrame, seed: int = 0
) -> pd.DataFrame:
    """How the SHARE of people who score highest differ from the others, by what they were scored on.

    In: ids of accounts taken as human, features and labels of labelled accounts, and features of the scored
    as they were looked up. Out: columns source (see SOURCES), habit, gap (difference of the means in standard
    deviations), low, high (bootstrap over accounts). Both scores come from the same detector, which knows no
    profiles. Empty where the study lacks labelled accounts or scored ones with timelines.
    """
    outside, known = looked_up[looked_up.index.isin(people)], timeline_classes(examples[0])
    names = [name for name in known if outside[name].notna().any()]
    if not names or len(people) < FEWEST:
        return pd.DataFrame(columns=COLUMNS)
    collected = collected_features(study, people)
    shared = [name for name in names if collected[name].notna().any()]
    detector = Detector(seed).fit(known[shared], examples[1])
    rows = []
    for source, features in zip(SOURCES, (outside, collected), strict=True):
        score = detector.score_accounts(features)["score"].dropna()
        top = score >= score.quantile(1 - SHARE)
        for habit, values in behaviour(collected).loc[score.index].items():
            accounts = values.to_frame("value").assign(top=top).dropna()
            # of rows: from sums, a deviation is a small difference of large numbers
            rows.append((source, habit, *bootstrap(accounts, {"gap": gap}, None, seed).loc["gap"]))
    return pd.DataFrame(rows, columns=COLUMNS)


def gap(rows: pd.DataFrame) -> float:
    """Mean value of those at the top less that of the others, in standard deviations of all: columns value,
    top.
    """
    value, top = rows["value"].to_numpy(), rows["top"].to_numpy()
    return (value[top].mean() - value[~top].mean()) / value.std(ddof=1)


def draw_leakage(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `leakage`: gaps with their intervals, a row a habit."""
    if table.empty:
        return say_empty(ax, "No labelled accounts with timelines to show it with")
    habits = table["habit"].unique()
    for source, offset, mark, face in zip(SOURCES, (-0.12, 0.12), "os", (COLOR["ink"], "white"), strict=True):
        rows = table[table["source"] == source].set_index("habit").loc[habits]
        spread = [rows["gap"] - rows["low"], rows["high"] - rows["gap"]]
        look = {"color": COLOR["ink"], "markerfacecolor": face, "markersize": 5, "linewidth": 1}
        place = np.arange(len(habits)) + offset
        ax.errorbar(rows["gap"], place, xerr=spread, fmt=mark, label=f"scored on {source}", **look)
    ax.axvline(0, color=COLOR["ink"], linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(habits)), habits)
    ax.set_xlabel('"bots" minus others, in standard deviations')
    ax.invert_yaxis()
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    return ax


def facts(table: pd.DataFrame) -> dict[str, int]:
    """What the picture of the leakage says, from the table of `leakage`: see captions/bots.toml."""
    apart = ((table["low"] > 0) | (table["high"] < 0)).groupby(table["source"]).sum()
    outside, collected = (apart.get(source) for source in SOURCES)
    return {"habits": table["habit"].nunique(), "outside": outside, "collected": collected}
