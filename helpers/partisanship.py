"""Who supports whom: a user's side from the hashtags the user uses most, and camps by class.

After Bessi & Ferrara (2016), section Data analysis, "Partisanship and supporting activity". From the tables
`tweets` and `scores` to the table `partisans`, one row a supporter. Which hashtags stand for which candidate
is said in `study.toml`. Statistics are functions of `Sums` of `counted` accounts by class:
`sums["bot", "trump"]` is how many bots support the candidate with the key trump.
"""

from __future__ import annotations

from functools import partial
from itertools import permutations, product

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.axes import Axes

from helpers.claims import claims, of_notebook
from helpers.figures import COLOR, WORDS, captions, note, percent, say_empty, span
from helpers.settings import Candidate
from helpers.study import Study
from helpers.tables import ID, by_hashtag, collect, scan, top_rows
from helpers.tweets import LABELLED, PEOPLE
from helpers.uncertainty import Statistic, Sums, bootstrap, ratio

TOP = 10
HALF = 0.5  # more than this share decides
PARTISANS = pa.schema([pa.field("user_id", ID, nullable=False), ("candidate", pa.string())])

READINGS = captions()["partisan_readings"]  # of what the majority assigns an account, in words
COUNTS = {"bot": "{}_bots", "human": "{}_humans", "all": "{}_supporters"}  # ids of claims


def favourites(tweets: nw.LazyFrame, scores: nw.LazyFrame, top: int = TOP) -> nw.LazyFrame:
    """The most used hashtags of each scored account, at most `top`: columns user_id, class, hashtag, uses.

    Of hashtags used equally often, those first in the alphabet are taken, so that every engine takes the
    same.
    """
    classes = scores.select("user_id", "class")
    tags = tweets.select("user_id", hashtag=nw.col("hashtags")).join(classes, on="user_id", how="inner")
    tags = tags.explode("hashtag").filter(~nw.col("hashtag").is_null())
    used = tags.group_by("user_id", "class", "hashtag").agg(uses=nw.len())
    used = used.with_columns(nw.col("uses").cast(nw.Int64))
    return top_rows(used, "user_id", "uses", "hashtag", top).select("user_id", "class", "hashtag", "uses")


def account_hashtags(
    tweets: nw.LazyFrame, scores: nw.LazyFrame, candidates: list[Candidate], top: int = TOP
) -> pd.DataFrame:
    """Entries and uses of each scored account's most used hashtags, of all and of each candidate's.

    Columns user_id, class, entries (how many hashtags the list holds), uses, and for each candidate
    KEY_entries and KEY_uses. One row an account that used a hashtag, ordered by user_id.
    """
    table = collect(favourites(tweets, scores, top))
    table.insert(2, "entries", 1)
    for c in candidates:
        own = table["hashtag"].isin(partisan([c]))
        table[f"{c.key}_entries"], table[f"{c.key}_uses"] = own.astype(int), own * table["uses"]
    return table.drop(columns="hashtag").groupby(["user_id", "class"], as_index=False).sum()


def partisan(candidates: list[Candidate]) -> dict[str, str]:
    """Whose each partisan hashtag is, in lower case: hashtag -> the candidate's key."""
    return {tag.lower(): candidate.key for candidate in candidates for tag in candidate.hashtags}


def unlisted(tweets: nw.LazyFrame, candidates: list[Candidate], most: int = TOP) -> pd.DataFrame:
    """The most used hashtags that are on no candidate's list: columns hashtag, tweets, tweets_share (of all).

    At most `most`; of hashtags in as many tweets, those first in the alphabet.
    """
    counts, listed = by_hashtag(tweets).group_by("hashtag").agg(tweets=nw.len()), partisan(candidates)
    first = top_rows(counts.with_columns(all=nw.lit(1)), "all", "tweets", "hashtag", most + len(listed))
    table = collect(first).sort_values("place")
    table = table.loc[~table["hashtag"].isin(listed), ["hashtag", "tweets"]].head(most)
    number = collect(tweets.select(tweets=nw.len()))["tweets"].item()
    return table.assign(tweets_share=table["tweets"] / number).reset_index(drop=True)


def crossed(tweets: nw.LazyFrame, sides: nw.LazyFrame, candidates: list[Candidate]) -> pd.DataFrame:
    """Who uses whose hashtags, one row a partisan hashtag of `study.toml`, from tweets and `partisans`.

    Columns candidate (name), hashtag, tweets (with it, by accounts with a side), other_share (of these, by
    supporters of another candidate; NaN without any).
    """
    whose = pd.Series(partisan(candidates), dtype=object)
    rows = by_hashtag(tweets, whose.index).join(sides, on="user_id")
    used = collect(rows.group_by("hashtag", "candidate").agg(tweets=nw.len()))
    counts = used.pivot_table(index="hashtag", columns="candidate", values="tweets", aggfunc="sum")
    counts = counts.reindex(index=whose.index, columns=[c.key for c in candidates]).fillna(0)
    number = counts.sum(axis=1)
    own = pd.Series([counts.loc[tag, key] for tag, key in whose.items()], whose.index, float)
    names = whose.map({candidate.key: candidate.name for candidate in candidates})
    table = pd.DataFrame({"candidate": names, "tweets": number, "other_share": ratio(number - own, number)})
    return table.rename_axis("hashtag").reset_index()[["candidate", "hashtag", "tweets", "other_share"]]


def side(
    accounts: pd.DataFrame, candidates: list[Candidate], reading: str = "uses", cut: float = HALF
) -> pd.Series:
    """The candidate (key) that each account of `account_hashtags` supports, or None: more than half decides.

    `reading` says more than half of what, see READINGS: "list" counts a user's top hashtags, "uses" how often
    each was used, "partisan uses" only the uses of candidates' hashtags. An even split is nobody's. `cut` is
    another share than a half, not below it.
    """
    column, keys = "entries" if reading == "list" else "uses", [candidate.key for candidate in candidates]
    of_candidates = accounts[[f"{key}_{column}" for key in keys]].to_numpy()
    total = of_candidates.sum(axis=1) if reading == "partisan uses" else accounts[column].to_numpy()
    majority = np.c_[ratio(of_candidates, total[:, None]) > cut, np.ones(len(accounts), bool)]
    return pd.Series(np.array([*keys, None], object)[majority.argmax(axis=1)], accounts.index, object)


def partisans(
    accounts: pd.DataFrame, candidates: list[Candidate], reading: str = "uses", cut: float = HALF
) -> pd.DataFrame:
    """The `partisans` table by the rule of `side`: user_id, candidate (key), one row a supporter, ordered by
    user_id.
    """
    table = accounts[["user_id"]].assign(candidate=side(accounts, candidates, reading, cut))
    return table.dropna().sort_values("user_id", ignore_index=True)


def camps(scores: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    """Each scored account's side: columns user_id, class, candidate (missing without a side)."""
    return scores[["user_id", "class"]].merge(sides, on="user_id", how="left")


def counted(accounts: pd.DataFrame, candidates: list[Candidate]) -> pd.DataFrame:
    """Bots and humans as numbers to be summed, from `camps`: user_id, class, accounts (1), sided, and KEYs.

    `sided` is 1 for an account with a side, KEY for a supporter of that candidate.
    """
    labelled = accounts[accounts["class"].isin(LABELLED)]
    supports = {c.key: labelled["candidate"] == c.key for c in candidates}
    return labelled[["user_id", "class"]].assign(accounts=1, sided=labelled["candidate"].notna(), **supports)


def camp_table(accounts: pd.DataFrame, candidates: list[Candidate], rate: float = 1.0) -> pd.DataFrame:
    """Supporters by candidate and class, from `camps`: index candidate (key), columns bot, human, all.

    Counts are divided by the sample `rate`; NaN where no account of the study has a class.
    """
    sums = counted(accounts, candidates).drop(columns="user_id").groupby("class").sum()
    table = sums.reindex(LABELLED, fill_value=0.0 if len(sums) else np.nan).T / rate
    table = table.assign(all=table.sum(axis=1, skipna=False)).rename_axis(columns=None)
    return table.loc[[c.key for c in candidates]].rename_axis("candidate")


def readings(
    hashtags: pd.DataFrame, scores: pd.DataFrame, candidates: list[Candidate], rate: float = 1.0
) -> pd.DataFrame:
    """What each reading of the rule assigns: one row a reading.

    Columns majority_of, KEY_bot and KEY_human for each candidate (accounts, divided by `rate`), bot_share and
    human_share (of the bots and of the humans, those with a side).
    """
    rows = []
    for reading, majority_of in READINGS.items():
        accounts = camps(scores, partisans(hashtags, candidates, reading))
        table = camp_table(accounts, candidates, rate)
        counts = {f"{key}_{name}": table.loc[key, name] for key in table.index for name in LABELLED}
        sided = accounts["candidate"].notna().groupby(accounts["class"]).mean().reindex(LABELLED)
        rows.append({"majority_of": majority_of, **counts, **sided.add_suffix("_share")})
    return pd.DataFrame(rows)


def number(sums: Sums, part: str, name: str = "all") -> np.ndarray:
    """How many accounts of a class ("all": of both) are in a part, which is a column of `counted`."""
    return sums[part] if name == "all" else sums[name, part]


def share(sums: Sums, part: str, whole: str, name: str = "all") -> np.ndarray:
    """Accounts of a class in `part` for each in `whole`; NaN with none in whole, or in part of both classes.

    Of bots, "sided" for each in "accounts" is the share with a side, "trump" for each in "sided" how many of
    these lean to him, and "trump" for each "clinton" how many support him for each that supports her.
    """
    return np.where(sums[part] > 0, ratio(number(sums, part, name), number(sums, whole, name)), np.nan)[()]


def gap(sums: Sums, part: str, whole: str) -> np.ndarray:
    """The `share` of bots less that of humans; NaN without either."""
    return share(sums, part, whole, "bot") - share(sums, part, whole, "human")


def statistics(candidates: list[Candidate]) -> dict[str, Statistic]:
    """The claims that compare supporters: functions of sums by class of `counted`."""
    both = {"part": "sided", "whole": "accounts"}
    shares = {"with_a_side": partial(share, **both), "fewer_bots_with_a_side": partial(gap, **both)}
    shares |= {f"bots_lean_{c.key}_more": partial(gap, part=c.key, whole="sided") for c in candidates}
    for name, (key, other) in product(LABELLED, permutations(published(candidates).dropna().index, 2)):
        shares[f"{key}_outnumbers_{name}s"] = partial(share, part=key, whole=other, name=name)
    return shares


def measures(
    sides: pd.DataFrame, candidates: list[Candidate], rate: float, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """What notebook 06 measures of its claims: index claim id, columns value, low, high.

    In: `camps`; counts are divided by the sample `rate`; `seed` and `draws` are those of the bootstrap,
    which draws accounts with the sides they have, not the texts whose hashtags gave them these. NaN for
    claims about candidates whom the study does not have, and where nobody has a side.
    """
    asked = product(candidates, COUNTS.items())
    counts = {claim.format(c.key): partial(number, part=c.key, name=name) for c, (name, claim) in asked}
    shares = statistics(candidates)
    table = bootstrap(counted(sides, candidates), counts | shares, ["class"], seed, draws)
    table.loc[list(counts)] /= rate
    return table.reindex(of_notebook("06").index)


def of_study(
    study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None, reading: str = "uses"
) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 06 makes them."""
    hashtags = account_hashtags(scan(study, "tweets"), scores, study.candidates)
    sides = partisans(hashtags, study.candidates, reading)
    accounts = camps(collect(scores.select("user_id", "class")), sides)
    return measures(accounts, study.candidates, study.collection.sample_rate, seed, draws)


def leanings(accounts: pd.DataFrame, candidates: list[Candidate], seed: int = 0) -> pd.DataFrame:
    """Share of the last candidate among bots and humans with a side: columns class, share, low, high.

    In: `camps`. A last row is the difference, bots less humans. The intervals are a bootstrap over accounts;
    NaN without supporters, and where there are not two candidates to choose from.
    """
    accounts = accounts if len(candidates) > 1 else accounts[:0]
    key = candidates[-1].key if candidates else "sided"
    shares = {name: partial(share, part=key, whole="sided", name=name) for name in LABELLED}
    shares["difference"] = partial(gap, part=key, whole="sided")
    table = bootstrap(counted(accounts, candidates), shares, ["class"], seed)
    return table.rename(columns={"value": "share"}).rename_axis("class").reset_index()


def published(candidates: list[Candidate]) -> pd.DataFrame:
    """The paper's supporters: index candidate (key), columns bot, human, all; NaN whom it does not count."""
    rows = [[claims()["published"].get(claim.format(c.key)) for claim in COUNTS.values()] for c in candidates]
    return pd.DataFrame(rows, [c.key for c in candidates], list(COUNTS), dtype=float)


def beside_paper(table: pd.DataFrame, candidates: list[Candidate], paper: bool = True) -> pd.DataFrame:
    """The table of `camp_table` beside the paper's: columns candidate (name), bot, bot_paper, human, …

    Without the paper's columns where the study is of another election (not `paper`).
    """
    both = table.join(published(candidates).add_suffix("_paper")).rename({c.key: c.name for c in candidates})
    sources = ("", "_paper") if paper else ("",)
    return both[[f"{name}{source}" for name in table for source in sources]].reset_index()


def without_sides(study: Study, sides: pd.DataFrame) -> str:
    """Why nobody is assigned a side here, in a paragraph for the reader; empty if somebody is."""
    asked = any(c.hashtags for c in study.candidates)
    return note("without_sides", {"study": study.title, "empty": sides.empty, "asked": sides.empty and asked})


def facts(
    table: pd.DataFrame, shares: pd.DataFrame, candidates: list[Candidate], scaled: bool = False
) -> dict[str, object]:
    """What the camps' picture says, from `beside_paper` and `leanings`: see captions/partisanship.toml.

    Bots lean more or less to the last candidate than humans do, or alike: by the interval of the difference.
    """
    rows = shares.set_index("class")
    form = "{0.candidate}: {0.bot:,.0f|bot} and {0.human:,.0f|human}"
    camps = [WORDS.format(form, row) for row in table.itertuples()]
    leanings = [
        f"{PEOPLE.get(name, name)} {row['share']:.0%} ({span(row['low'], row['high'], '.0%')})"
        for name, row in rows.dropna().iterrows()
    ]
    low, high = rows.loc["difference", ["low", "high"]]
    told = {"more": low > 0, "less": high < 0, "alike": low <= 0 <= high, "scaled": scaled}
    some = bool(table["all"].sum())
    told |= {"marked": some and "all_paper" in table, "single": len(candidates) == 1}
    told |= {"camps": "; ".join(camps) if some else "", "leanings": ", ".join(leanings)}
    return {**rows["share"], **told, "candidate": candidates[-1].name if candidates else "a candidate"}


def draw_leanings(shares: pd.DataFrame, candidates: list[Candidate], ax: Axes) -> Axes:
    """Draw each class's share with its interval, in the candidate's colour, from the table of `leanings`."""
    ax.set_title("Of those with a side")
    rows = shares[shares["class"].isin(LABELLED)].dropna(subset="share").reset_index(drop=True)
    if rows.empty:
        return say_empty(ax, "Nobody has a side" if len(candidates) > 1 else "Not two candidates")
    for y, row in rows.iterrows():
        ax.plot([row["low"], row["high"]], [y, y], color=candidates[-1].color, linewidth=2)
        ax.plot(row["share"], y, "o", color=candidates[-1].color, markersize=7)
        ax.annotate(f"{row['share']:.0%}", (row["share"], y), (0, 8), textcoords="offset points", ha="center")
    ax.set_yticks(rows.index, rows["class"].map(PEOPLE))
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.4, -0.7), xlabel=f"share for {candidates[-1].name}")
    ax.xaxis.set_major_formatter(percent)
    return ax


def draw_camps(table: pd.DataFrame, name: str, candidates: list[Candidate], ax: Axes) -> Axes:
    """Draw a class's supporters by candidate as bars, the paper's counts as marks, from `beside_paper`."""
    ax.set_title(f"{PEOPLE[name].capitalize()} with a side")
    if not table[name].sum():
        return say_empty(ax, f"No {name} with a side")
    paper = table.get(f"{name}_paper", pd.Series(np.nan, table.index))
    ends = np.fmax(table[name], paper)
    ax.barh(table.index, table[name], height=0.55, color=[c.color for c in candidates])
    for y, count in table[name].items():
        label = f"{count:,.0f}" + (f" (paper {paper[y]:,.0f})" if pd.notna(paper[y]) else "")
        ax.plot([paper[y]] * 2, [y - 0.4, y + 0.4], color=COLOR["paper"], linewidth=2)
        ax.text(ends[y] + 0.02 * ends.max(), y, label, va="center")
    ax.set_yticks(table.index, table["candidate"])
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set(xlim=(0, 1.7 * ends.max()), ylim=(len(table) - 0.4, -0.6))
    ax.locator_params(axis="x", nbins=4)
    return ax
