"""Who supports whom: a user's side from the hashtags the user uses most, and camps by class.

After Bessi & Ferrara (2016), section Data analysis, "Partisanship and supporting activity". From the tables
`tweets` and `scores` to the table `partisans`, one row a supporter. Which hashtags stand for which candidate
is said in `study.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.axes import Axes

from helpers.claims import claims
from helpers.figures import COLOR, percent, say_empty, span
from helpers.old_uncertainty import estimate, ratio
from helpers.study import Candidate, Study
from helpers.tables import ID, collect
from helpers.tweets import LABELLED

TOP = 10
PARTISANS = pa.schema([pa.field("user_id", ID, nullable=False), ("candidate", pa.string())])

# What must be the majority for an account to be assigned, and of what.
READINGS = {
    "list": "entries in the list of ten",
    "uses": "uses of the ten hashtags",
    "partisan uses": "uses of candidates' hashtags among the ten",
}


def favourites(tweets: nw.LazyFrame, scores: nw.LazyFrame, top: int = TOP) -> nw.LazyFrame:
    """The most used hashtags of each scored account: user_id, class, hashtag, uses; at most `top` rows an account.

    Of hashtags used equally often, those first in the alphabet are taken, so that every engine takes the same.
    """
    used = (
        tweets.select("user_id", "hashtags")
        .join(scores.select("user_id", "class"), on="user_id", how="inner")
        .explode("hashtags")
        .rename({"hashtags": "hashtag"})
        .filter(~nw.col("hashtag").is_null())
        .group_by("user_id", "class", "hashtag")
        .agg(uses=nw.len())
        .with_columns(uses=nw.col("uses").cast(nw.Int64))
    )
    place = nw.col("one").cum_sum().over("user_id", order_by=["less", "hashtag"])
    ranked = used.with_columns(one=nw.lit(1), less=0 - nw.col("uses")).with_columns(place=place)
    return ranked.filter(nw.col("place") <= top).select("user_id", "class", "hashtag", "uses")


def account_hashtags(
    tweets: nw.LazyFrame, scores: nw.LazyFrame, candidates: Sequence[Candidate], top: int = TOP
) -> pd.DataFrame:
    """Entries and uses of each scored account's most used hashtags, of all and of each candidate's.

    Columns user_id, class, entries (how many hashtags the list holds), uses, and for each candidate
    KEY_entries and KEY_uses. One row an account that used a hashtag, ordered by user_id.
    """
    own = {c.key: nw.col("hashtag").is_in([tag.lower() for tag in c.hashtags]) for c in candidates}
    sums = {"entries": nw.lit(1), "uses": nw.col("uses")}
    for key, mine in own.items():
        sums[f"{key}_entries"] = nw.when(mine).then(nw.lit(1)).otherwise(nw.lit(0))
        sums[f"{key}_uses"] = nw.when(mine).then(nw.col("uses")).otherwise(nw.lit(0))
    return collect(
        favourites(tweets, scores, top)
        .with_columns(**{f"{name}_": each for name, each in sums.items()})
        .group_by("user_id", "class")
        .agg(**{name: nw.col(f"{name}_").sum() for name in sums})
        .with_columns(nw.col(*sums).cast(nw.Int64))
        .sort("user_id")
    )


def side(accounts: pd.DataFrame, candidates: Sequence[Candidate], reading: str = "uses") -> pd.Series:
    """The candidate (key) that each account of `account_hashtags` supports, or None: more than half decides.

    `reading` says more than half of what, see READINGS: "list" counts a user's top hashtags, "uses" how often
    each was used, "partisan uses" only the uses of candidates' hashtags. An even split is nobody's.
    """
    column = "entries" if reading == "list" else "uses"
    shares = accounts[[f"{c.key}_{column}" for c in candidates]].set_axis(
        [c.key for c in candidates], axis="columns"
    )
    total = shares.sum(axis=1) if reading == "partisan uses" else accounts[column]
    majority = 2 * shares.to_numpy() > total.to_numpy()[:, None]
    keys = np.array([c.key for c in candidates] + [None], dtype=object)
    first = majority.argmax(axis=1) if len(candidates) else 0
    return pd.Series(
        keys[np.where(majority.any(axis=1), first, len(candidates))], index=accounts.index, dtype=object
    )


def partisans(accounts: pd.DataFrame, candidates: Sequence[Candidate], reading: str = "uses") -> pd.DataFrame:
    """The `partisans` table: user_id, candidate (key), one row a supporter, ordered by user_id."""
    table = accounts[["user_id"]].assign(candidate=side(accounts, candidates, reading))
    return table.dropna().sort_values("user_id", ignore_index=True)


def camps(scores: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    """Each scored account's side: columns user_id, class, candidate (None without a side)."""
    table = scores[["user_id", "class"]].merge(sides, on="user_id", how="left")
    return table.astype({"candidate": object}).where(table.notna(), None)


def camp_table(accounts: pd.DataFrame, candidates: Sequence[Candidate]) -> pd.DataFrame:
    """Supporters by candidate and class, from `camps`: columns candidate (key), bot, human, all (bots and humans).

    NaN where no account of the study has a class.
    """
    counts = pd.crosstab(accounts["candidate"], accounts["class"])
    table = counts.reindex(index=[c.key for c in candidates], columns=LABELLED, fill_value=0).astype(float)
    if not accounts["class"].isin(LABELLED).any():
        table[:] = np.nan
    table["all"] = table.sum(axis=1, skipna=False)
    return table.rename_axis("candidate").rename_axis(columns=None).reset_index()


def readings(
    hashtags: pd.DataFrame, scores: pd.DataFrame, candidates: Sequence[Candidate], rate: float = 1.0
) -> pd.DataFrame:
    """What each reading of the rule assigns: one row a reading.

    Columns majority_of, KEY_bot and KEY_human for each candidate (accounts, divided by `rate`), bot_share and
    human_share (of the bots and of the humans, those with a side).
    """
    rows = []
    for reading, words in READINGS.items():
        accounts = camps(scores, partisans(hashtags, candidates, reading))
        table = camp_table(accounts, candidates).set_index("candidate") / rate
        counts = {f"{key}_{name}": table.loc[key, name] for key in table.index for name in LABELLED}
        shares = {f"{name}_share": assigned(accounts, name) for name in LABELLED}
        rows.append({"majority_of": words} | counts | shares)
    return pd.DataFrame(rows)


def assigned(accounts: pd.DataFrame, name: str | None) -> float:
    """Share of the accounts of a class (None: of all) that have a side, from `camps`; NaN without such accounts."""
    mine = accounts if name is None else accounts[accounts["class"] == name]
    return float(mine["candidate"].notna().mean())


def assigned_gap(accounts: pd.DataFrame) -> float:
    """Share of bots with a side less that of humans, from `camps`; NaN without either."""
    return assigned(accounts, "bot") - assigned(accounts, "human")


def supporters(accounts: pd.DataFrame, key: str | None, name: str | None = None) -> int:
    """Number of a candidate's supporters (None: of anybody's) in a class (None: bots and humans), from `camps`."""
    mine = accounts["class"].isin(LABELLED if name is None else [name])
    return int(
        (mine & (accounts["candidate"].notna() if key is None else accounts["candidate"] == key)).sum()
    )


def leaning(accounts: pd.DataFrame, name: str, key: str) -> float:
    """Share of one candidate's supporters among the accounts of a class that have a side.

    NaN if none has, and for a candidate whom nobody supports.
    """
    if not supporters(accounts, key):
        return np.nan
    return ratio(supporters(accounts, key, name), supporters(accounts, None, name))


def leaning_gap(accounts: pd.DataFrame, key: str) -> float:
    """How much more bots with a side lean to a candidate than humans with a side do; NaN without either."""
    return leaning(accounts, "bot", key) - leaning(accounts, "human", key)


def outnumber(accounts: pd.DataFrame, name: str, key: str, other: str) -> float:
    """Supporters of `key` for each supporter of `other` within a class; NaN without supporters of `other`."""
    return ratio(supporters(accounts, key, name), supporters(accounts, other, name))


def beside_paper(table: pd.DataFrame, candidates: Sequence[Candidate]) -> pd.DataFrame:
    """The table of `camp_table` with the paper's counts: columns bot_paper, human_paper, all_paper beside ours."""
    paper = published(candidates)
    names = {c.key: c.name for c in candidates}
    table = table.assign(
        **{f"{n}_paper": [paper.get((key, n), np.nan) for key in table["candidate"]] for n in LABELLED}
    ).astype(dict.fromkeys([f"{n}_paper" for n in LABELLED], float))
    table["all_paper"] = table["bot_paper"] + table["human_paper"]
    order = ["candidate", "bot", "bot_paper", "human", "human_paper", "all", "all_paper"]
    return table.assign(candidate=table["candidate"].map(names))[order]


def published(candidates: Sequence[Candidate]) -> dict[tuple[str, str], float]:
    """The paper's supporters by (candidate key, class); a candidate or class it does not count is left out."""
    values, names = claims()["published"], ((c.key, name) for c in candidates for name in LABELLED)
    return {(key, name): values[f"{key}_{name}s"] for key, name in names if f"{key}_{name}s" in values}


def without_sides(study: Study, sides: pd.DataFrame) -> str:
    """Why nobody is assigned a side here, in a paragraph for the reader; empty if somebody is."""
    if len(sides):
        return ""
    why = (
        "`study.toml` names no candidates with hashtags of theirs"
        if not any(c.hashtags for c in study.candidates)
        else "none of the most active accounts uses a candidate's hashtags in the majority"
    )
    return (
        f"**No camps.** In the study *{study.title}* {why}. Nobody is assigned a side, the table of camps is empty, and "
        "claims about supporters read *not enough data*."
    )


def in_words(table: pd.DataFrame, candidates: Sequence[Candidate]) -> str:
    """The camps in a sentence with their numbers: alternative text of the picture, from `camp_table`."""
    names = {c.key: c.name for c in candidates}
    known = table.dropna()
    if known.empty or not known["all"].sum():
        return "Empty: no bot or human of this study is assigned a side."
    parts = [f"{names[r.candidate]}: {r.bot:,.0f} bots and {r.human:,.0f} humans" for r in known.itertuples()]
    return (
        f"Bars of supporters by candidate, bots on the left, humans on the right. {'; '.join(parts)}. "
        "Vertical marks show the paper's counts."
    )


def words(
    table: pd.DataFrame, shares: pd.DataFrame, candidates: Sequence[Candidate], scaled: str = ""
) -> dict[str, str]:
    """Title, alternative text and caption of the camps' picture, from `camp_table` and `leanings`.

    `scaled` is what the caption adds to counts that were divided by the sample rate.
    """
    return {
        "title": _finding(shares, candidates),
        "alt": in_words(table, candidates) + _leanings_in_words(shares, candidates),
        "caption": (
            f"Supporters of each candidate among accounts with a class, counts{scaled}; black marks: the paper's counts. "
            f"Right, the share of {candidates[-1].name if candidates else 'a candidate'} among those with a side, with a 95% "
            "interval (bootstrap over accounts). After section Partisanship and supporting activity."
        ),
    }


def _finding(shares: pd.DataFrame, candidates: Sequence[Candidate]) -> str:
    """What `leanings` show, in a clause: which class leans more to the last candidate, if that is more than chance."""
    if shares["share"].isna().any():
        return "Too few bots or humans have a side to compare them"
    rows, name = shares.set_index("class"), candidates[-1].name
    values, gap = " and ".join(f"{rows.loc[each, 'share']:.0%}" for each in LABELLED), rows.loc["difference"]
    if gap["low"] <= 0 <= gap["high"]:
        return f"Bots and humans with a side lean to {name} alike, within chance: {values}"
    return (
        f"Bots with a side lean to {name} {'more' if gap['share'] > 0 else 'less'} than humans do: {values}"
    )


def _leanings_in_words(shares: pd.DataFrame, candidates: Sequence[Candidate]) -> str:
    known = shares.dropna(subset="share")
    parts = [
        f"{row['class']}{'s' * (row['class'] in LABELLED)} {row['share']:.0%} ({span(row['low'], row['high'], '.0%')})"
        for _, row in known.iterrows()
    ]
    return f" Share of {candidates[-1].name} among those with a side: {', '.join(parts)}." if parts else ""


def leanings(accounts: pd.DataFrame, candidates: Sequence[Candidate], seed: int = 0) -> pd.DataFrame:
    """Share of the last candidate's supporters among bots and humans with a side: columns class, share, low, high.

    In: `camps`. A last row is the difference, bots less humans. The intervals are a bootstrap over accounts; NaN without
    candidates or supporters.
    """
    columns = ["class", "share", "low", "high"]
    if not len(candidates):
        return pd.DataFrame([(name, *[np.nan] * 3) for name in (*LABELLED, "difference")], columns=columns)
    known, key = accounts[accounts["class"].isin(LABELLED)], candidates[-1].key
    of = {name: partial(leaning, name=name, key=key) for name in LABELLED} | {
        "difference": partial(leaning_gap, key=key)
    }
    rows = [(name, *estimate(known, statistic, seed)) for name, statistic in of.items()]
    return pd.DataFrame(rows, columns=columns)


def draw_leanings(shares: pd.DataFrame, candidates: Sequence[Candidate], ax: Axes) -> Axes:
    """Draw the table of `leanings`: the share of each class with its interval, in the colour of the candidate."""
    known = shares[shares["class"].isin(LABELLED)].dropna(subset="share").reset_index(drop=True)
    if known.empty:
        return say_empty(ax, "Nobody has a side")
    for y, row in known.iterrows():
        ax.plot([row["low"], row["high"]], [y, y], color=candidates[-1].color, linewidth=2)
        ax.plot(row["share"], y, "o", color=candidates[-1].color, markersize=7)
        ax.annotate(f"{row['share']:.0%}", (row["share"], y), (0, 8), textcoords="offset points", ha="center")
    ax.set_yticks(known.index, [f"{name}s" for name in known["class"]])
    ax.set(xlim=(0, 1), ylim=(len(known) - 0.4, -0.7), xlabel=f"share for {candidates[-1].name}")
    ax.xaxis.set_major_formatter(percent)
    return ax


def draw_camps(
    table: pd.DataFrame,
    name: str,
    candidates: Sequence[Candidate],
    ax: Axes,
    paper: Mapping[tuple[str, str], float] | None = None,
) -> Axes:
    """Draw the supporters of one class ("bot" or "human") by candidate as bars, with the paper's counts as marks.

    `table` is that of `camp_table`, in the unit that the axis shall have; `paper` that of `published`.
    """
    if table.empty or not table[name].sum():
        return say_empty(ax, f"No {name} with a side")
    counts, paper = table.set_index("candidate")[name], paper or {}
    reach = max([counts.max(), *(paper.get((c.key, name), 0) for c in candidates)])
    for y, candidate in enumerate(candidates):
        ax.barh(y, counts[candidate.key], height=0.55, color=candidate.color)
        ends = [counts[candidate.key]]
        label = f"{counts[candidate.key]:,.0f}"
        if (candidate.key, name) in paper:
            ends.append(paper[candidate.key, name])
            label += f" (paper {ends[-1]:,.0f})"
            ax.plot([ends[-1]] * 2, [y - 0.4, y + 0.4], color=COLOR["paper"], linewidth=2)
        ax.text(max(ends) + 0.02 * reach, y, label, va="center")
    ax.set_yticks(range(len(candidates)), [c.name for c in candidates])
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set(xlim=(0, 1.7 * reach), ylim=(len(candidates) - 0.4, -0.6))
    ax.locator_params(axis="x", nbins=4)
    return ax
