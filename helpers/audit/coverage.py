"""What the accounts without a class leave open: bounds on every headline share, and label coverage in the
cores.

In Bessi & Ferrara (2016) accounts have no class if they were suspended, undecided, or not among the most
active. Their tweets and links count all the same. If none of them is a bot a share of bots is at its lower
bound, if all are at its upper one; between the two nothing but an assumption decides (Manski 1989). From the
study's tables to one row a figure. Counts are series by class, under a key (figure, number of its notebook).
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import interactions
from helpers.claims import published
from helpers.embeddedness import dilution, explained
from helpers.figures import COLOR, name_lines, percent, say_empty, span
from helpers.study import Study
from helpers.tables import collect, read, scan
from helpers.tweets import CLASSES, bursts, inside, with_class
from helpers.uncertainty import ratio

BOUNDS = ["coverage", "if_none", "labelled", "if_all"]
Counts = dict[tuple[str, str], pd.Series]


def bounds(bot: float, human: float, unknown: float) -> dict[str, float]:
    """Coverage (share that has a class), and bots' share if no unknown is a bot, of those with a class, and
    if all are.

    For 3 bots, 12 humans and 5 unknown: 0.75, and 0.15, 0.2, 0.4. Without any bot or human nothing is known:
    0 to 1, and nothing in between.
    """
    everyone, classed = bot + human + unknown, bot + human
    shares = ratio([classed, bot, bot, bot + unknown], [everyone, everyone, classed, everyone])
    return dict(zip(BOUNDS, shares.tolist(), strict=True))


def counted(table: pd.DataFrame, weight: str | None = None) -> pd.Series:
    """Accounts (or the sum of a column) by class, 0 for a class that does not occur."""
    sums = table.groupby("class", observed=True)[weight].sum() if weight else table["class"].value_counts()
    return sums.reindex(CLASSES, fill_value=0)


def of_the_paper() -> Counts:
    """The paper's own counts: of the scored accounts and of everyone, and of all tweets."""
    bot, human, of_bots, of_humans = map(published, ("bots", "humans", "bot_tweets", "human_tweets"))
    rows = {
        "scored accounts": [bot, human, published("unknown")],
        "all accounts": [bot, human, published("collection_accounts") - bot - human],
        "all tweets": [of_bots, of_humans, published("collection_tweets") - (of_bots + of_humans)],
    }
    return {(figure, "02"): pd.Series(counts, CLASSES) for figure, counts in rows.items()}


def of_accounts(study: Study) -> Counts:
    """Counts of the scored accounts, of everyone, and of each candidate's scored supporters."""
    scores = read(study, "scores")
    among, not_scored = counted(scores), len(read(study, "users")) - len(scores)
    rows = {
        ("scored accounts", "02"): among,
        ("all accounts", "02"): among + pd.Series([0, 0, not_scored], CLASSES),
        ("scored accounts' tweets", "02"): counted(scores, "tweets"),
    }
    if study.table("partisans"):
        sides = scores.merge(read(study, "partisans"), on="user_id")
        for candidate in study.candidates if len(sides) else ():
            supporters = sides[sides["candidate"] == candidate.key]
            rows[f"scored supporters of {candidate.name}", "06"] = counted(supporters)
    return rows


def of_tweets(study: Study) -> Counts:
    """Counts of all tweets and of parts of them, by their author's class; unknown where not scored."""
    tweets, scores = scan(study, "tweets"), scan(study, "scores")
    parts = {("all tweets", "02"): tweets}
    if study.table("sentiment"):
        negative = scan(study, "sentiment").filter(nw.col("score") < 0).select("tweet_id")
        parts["negative tweets", "03"] = tweets.join(negative, on="tweet_id", how="inner")
    burst = inside(nw.col("created_at"), bursts(study.events))
    placed = ~nw.col("place").is_null() | ~nw.col("longitude").is_null()
    if len(collect(tweets.filter(burst).head(1))):
        parts["tweets in bursts", "04"] = tweets.filter(burst)
        parts["tweets outside bursts", "04"] = tweets.filter(~burst)
    parts["geotagged tweets", "05"] = tweets.filter(placed)
    by_class = {name: with_class(part.select("user_id"), scores) for name, part in parts.items()}
    return {name: counted(collect(part.group_by("class").agg(tweets=nw.len())), "tweets")
            for name, part in by_class.items()}  # fmt: skip


def of_links(study: Study) -> Counts:
    """Counts of whom humans answer and retweet, accounts never seen among the unknown."""
    tweets, scores = scan(study, "tweets"), scan(study, "scores")
    rows = {}
    for kind, figure in (("reply", "humans' replies, to whom"), ("retweet", "humans' retweets, of whom")):
        reached = interactions.flows(tweets, scores, kind).set_index("source").loc["human"]
        rows[figure, "07"] = reached[CLASSES] + pd.Series([0, 0, reached["unseen"]], CLASSES)
    return rows


def of_cores(composition: pd.DataFrame) -> Counts:
    """Counts of the smallest and the largest core that has users, from `embeddedness.composition`."""
    ends = composition.dropna(subset=CLASSES).iloc[[0, -1] if composition["bot"].notna().any() else []]
    return {
        (f"users of the {row['k']:.0f}-core", "09"): (row[CLASSES] * row["users"]).astype(float)
        for _, row in ends.iterrows()
    }


def table(counts: Mapping[tuple[str, str], pd.Series]) -> pd.DataFrame:
    """Bounds of every figure: columns figure, notebook, CLASSES, BOUNDS.

    Where nobody has a class, the shares of bots are NaN: there is nothing to bound.
    """
    rows = [(*name, *by_class, *bounds(*by_class).values()) for name, by_class in counts.items()]
    bounded = pd.DataFrame(rows, columns=["figure", "notebook", *CLASSES, *BOUNDS])
    bounded.loc[~(bounded["coverage"] > 0), BOUNDS[1:]] = np.nan
    return bounded


def draw_bounds(bounded: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the bounds as bars, bots' share of those with a class as dots, and the coverage to the right."""
    rows = bounded.dropna(subset="labelled").reset_index(drop=True)
    if rows.empty:
        return say_empty(ax, "No account of this study has a class")
    width = rows["if_all"] - rows["if_none"]
    ax.barh(rows.index, width, left=rows["if_none"], height=0.5, color=COLOR["unknown"], alpha=0.45)
    ax.plot(rows["labelled"], rows.index, "o", color=COLOR["bot"], markeredgecolor=COLOR["ink"])
    right = {"va": "center", "transform": ax.get_yaxis_transform()}
    for y, share in rows["coverage"].items():
        ax.text(1.02, y, f"{share:.0%}", **right)
    ax.text(1.02, -0.9, "with a class", fontsize=8, **right)
    ax.set_yticks(range(len(rows)), rows["figure"])
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.7), xlabel="bots' share")
    ax.xaxis.set_major_formatter(percent)
    return ax


def draw_cores(composition: pd.DataFrame, ax: Axes) -> Axes:
    """Draw what coverage leaves open of bots' fraction of the k-core, and what coverage alone would make of
    it.
    """
    rows = composition.dropna(subset="bots_among_labelled")
    if rows.empty:
        return say_empty(ax, "No account of these cores has a class")
    k = rows["k"]
    most, alone = rows["bot"] + rows["unknown"], dilution(rows)
    ax.fill_between(k, rows["bot"], most, color=COLOR["unknown"], alpha=0.35, linewidth=0)
    ax.plot(k, rows["bots_among_labelled"], color=COLOR["bot"], linewidth=2.2)
    ax.plot(k, rows["bot"], color=COLOR["bot_text"], linewidth=1.4)
    ax.plot(k, alone, color=COLOR["ink"], linewidth=1.4, linestyle=":")
    ax.set(xlabel="k", ylabel="bots' fraction of the k-core", ylim=(0, 1), xlim=(k.min(), k.max()))
    ax.yaxis.set_major_formatter(percent)
    ends = {
        "if all without a class are bots": (most.iloc[-1], COLOR["soft"]),
        "of those with a class": (rows["bots_among_labelled"].iloc[-1], COLOR["bot_text"]),
        "of everyone, as in the article": (rows["bot"].iloc[-1], COLOR["bot_text"]),
        "by coverage alone": (alone.iloc[-1], COLOR["ink"]),
    }
    name_lines(ax, k.iloc[-1], ends)
    return ax


def facts(bounded: pd.DataFrame) -> dict[str, object]:
    """What the picture of the bounds says, from the table of `table`: see captions/audit.toml.

    `narrow` and `wide` are the closest and the widest bounds.
    """
    rows = bounded.dropna(subset="labelled").reset_index(drop=True)
    spans = [span(row.if_none, row.if_all, ".0%") for row in rows.itertuples()]
    texts = [
        f"{figure} {ends}, {share:.0%} of those with a class"
        for figure, ends, share in zip(rows["figure"], spans, rows["labelled"], strict=True)
    ]
    width = rows["if_all"] - rows["if_none"]
    picked = {"narrow": width.idxmin(), "wide": width.idxmax()} if len(rows) else {}
    ends = {name: f"{spans[row]} for {rows['figure'][row]}" for name, row in picked.items()}
    if len({*picked.values()}) == 1:
        del ends["wide"]
    return {"bounds": "; ".join(texts), "narrow": None, "wide": None} | ends


def core_facts(composition: pd.DataFrame, largest: int | None) -> dict[str, object]:
    """What the picture of the cores says, from `embeddedness.composition`: see captions/audit.toml.

    `low` is the smallest k with anyone who has a class, `high` the `embeddedness.largest_k`, None where such
    a core has nobody with a class. `made` is the part of the rise of bots' fraction between them that
    coverage alone makes, NaN where it does not rise; `beyond` that this is less than none or more than all.
    """
    rows = composition.dropna(subset="bots_among_labelled").set_index("k", drop=False)
    shares = {"bots": rows["bot"], "alone": dilution(rows), "most": rows["bot"] + rows["unknown"]}
    low = rows["k"].min() if len(rows) else None
    high = largest if largest in rows.index else None
    ends = {f"{name}_{end}": share.get(k) for name, share in shares.items()
            for end, k in (("low", low), ("high", high))}  # fmt: skip
    made = explained(rows, low, high)
    return {"low": low, "high": high, "made": made, "beyond": not 0 <= made <= 1 and made == made, **ends}
