"""What the accounts without a class leave open: bounds on every headline share, and label coverage in the cores.

In Bessi & Ferrara (2016) accounts have no class if they were suspended, undecided, or not among the most active. Their
tweets and links count all the same. If none of them is a bot a share of bots is at its lower bound, if all are at its
upper one; between the two nothing but an assumption decides (Manski 1989). From the study's tables to one row a figure.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw
import pandas as pd
from matplotlib.axes import Axes

from helpers import interactions
from helpers.claims import published
from helpers.embeddedness import dilution, explained
from helpers.figures import COLOR, name_lines, percent, say_empty, span
from helpers.old_uncertainty import ratio
from helpers.study import Study
from helpers.tables import collect, read, scan
from helpers.tweets import CLASSES, bursts, inside, with_class

COLUMNS = ["figure", "notebook", *CLASSES, "coverage", "if_none", "labelled", "if_all"]


def bounds(bot: float, human: float, unknown: float) -> dict[str, float]:
    """Coverage (share that has a class) and bots' share: if none of the unknown is a bot, of those with a class, if all are.

    For 3 bots, 12 humans and 5 unknown: 0.75, and 0.15, 0.2, 0.4. Without any bot or human nothing is known: 0 to 1,
    and nothing in between.
    """
    everyone, known = bot + human + unknown, bot + human
    return {
        "coverage": ratio(known, everyone),
        "if_none": ratio(bot, everyone),
        "labelled": ratio(bot, known),
        "if_all": ratio(bot + unknown, everyone),
    }


def counted(table: pd.DataFrame, weight: str | None = None) -> pd.Series:
    """Accounts (or the sum of a column) by class, 0 for a class that does not occur."""
    sums = table.groupby("class", observed=True)[weight].sum() if weight else table["class"].value_counts()
    return sums.reindex(CLASSES, fill_value=0)


def tweets_by_class(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.Series:
    """Tweets by their author's class; unknown also for authors that were not scored."""
    counts = with_class(tweets.select("user_id"), scores).group_by("class").agg(tweets=nw.len())
    return counted(collect(counts), "tweets")


def of_the_paper() -> dict[tuple[str, str], pd.Series]:
    """The paper's own counts by class: of the scored accounts and of everyone, and of all tweets."""
    bot, human, unknown = (published(name) for name in ("bots", "humans", "unknown"))
    everyone, tweets = published("collection_accounts"), published("collection_tweets")
    said = [published("bot_tweets"), published("human_tweets")]
    rows = {
        "scored accounts": [bot, human, unknown],
        "all accounts": [bot, human, everyone - bot - human],
        "all tweets": [*said, tweets - sum(said)],
    }
    return {(words, "02"): pd.Series(counts, CLASSES) for words, counts in rows.items()}


def of_accounts(study: Study) -> dict[tuple[str, str], pd.Series]:
    """Counts by class of the scored accounts, of everyone, and of each candidate's supporters: (figure, notebook) -> counts."""
    scores = read(study, "scores")
    among, everyone = counted(scores), len(read(study, "users"))
    rows = {
        ("scored accounts", "02"): among,
        ("all accounts", "02"): among + pd.Series({"unknown": everyone - len(scores)}).reindex(CLASSES, fill_value=0),
        ("scored accounts' tweets", "02"): counted(scores, "tweets"),
    }  # fmt: skip
    sides = (
        scores.merge(read(study, "partisans"), on="user_id") if study.table("partisans") else scores.iloc[:0]
    )
    for candidate in study.candidates if len(sides) else ():
        mine = sides[sides["candidate"] == candidate.key]
        rows[f"scored supporters of {candidate.name}", "06"] = counted(mine)
    return rows


def of_tweets(study: Study) -> dict[tuple[str, str], pd.Series]:
    """Counts by class of all tweets and of parts of them: (figure, notebook) -> counts."""
    tweets, scores = scan(study, "tweets"), scan(study, "scores")
    parts = {("all tweets", "02"): tweets}
    if study.table("sentiment"):
        negative = scan(study, "sentiment").filter(nw.col("score") < 0).select("tweet_id")
        parts["negative tweets", "03"] = tweets.join(negative, on="tweet_id", how="inner")
    burst = inside(nw.col("created_at"), bursts(study.events))
    parts["tweets in bursts", "04"] = tweets.filter(burst)
    parts["tweets outside bursts", "04"] = tweets.filter(~burst)
    parts["geotagged tweets", "05"] = tweets.filter(
        ~nw.col("place").is_null() | ~nw.col("longitude").is_null()
    )
    return {name: tweets_by_class(part, scores) for name, part in parts.items()}


def of_links(study: Study) -> dict[tuple[str, str], pd.Series]:
    """Counts by class of whom humans answer and retweet, accounts never seen among the unknown: (figure, notebook) -> counts."""
    tweets, scores = scan(study, "tweets"), scan(study, "scores")
    rows = {}
    for kind, words in (("reply", "humans' replies, to whom"), ("retweet", "humans' retweets, of whom")):
        reached = interactions.flows(tweets, scores, kind).set_index("source").loc["human"]
        rows[words, "07"] = reached[CLASSES] + pd.Series([0, 0, reached["unseen"]], CLASSES)
    return rows


def of_cores(composition: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """Counts by class of the smallest and the largest core that has users, from `embeddedness.composition`."""
    known = composition.dropna(subset=CLASSES)
    ends = known.iloc[[0, -1]] if len(known) else known
    return {
        (f"users of the {row['k']:.0f}-core", "09"): (row[CLASSES] * row["users"]).astype(float)
        for _, row in ends.iterrows()
    }


def table(counts: Mapping[tuple[str, str], pd.Series]) -> pd.DataFrame:
    """Bounds of every figure: columns figure, notebook, bot, human, unknown, coverage, if_none, labelled, if_all.

    Where nobody has a class, the shares of bots are NaN: there is nothing to bound.
    """
    rows = [{"figure": figure, "notebook": notebook} | dict(by_class) | bounds(*by_class)
            for (figure, notebook), by_class in counts.items()]  # fmt: skip
    found = pd.DataFrame(rows, columns=COLUMNS)
    shares = ["if_none", "labelled", "if_all"]
    found[shares] = found[shares].astype(float).where(found["coverage"].astype(float) > 0)
    return found


def draw_bounds(found: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the bounds of every figure as bars, and bots' share of those with a class as a dot, with the coverage."""
    known = found.dropna(subset="labelled").reset_index(drop=True)
    if known.empty:
        return say_empty(ax, "No account of this study has a class")
    for y, row in known.iterrows():
        ax.barh(
            y,
            row["if_all"] - row["if_none"],
            left=row["if_none"],
            height=0.5,
            color=COLOR["unknown"],
            alpha=0.45,
        )
        ax.plot(row["labelled"], y, "o", color=COLOR["bot"], markeredgecolor=COLOR["ink"])
        ax.text(1.02, y, f"{row['coverage']:.0%}", va="center", transform=ax.get_yaxis_transform())
    ax.text(1.02, -0.9, "with a class", va="center", transform=ax.get_yaxis_transform(), fontsize=8)
    ax.set_yticks(range(len(known)), known["figure"])
    ax.set(xlim=(0, 1), ylim=(len(known) - 0.5, -0.7), xlabel="bots' share")
    ax.xaxis.set_major_formatter(percent)
    return ax


def draw_cores(composition: pd.DataFrame, ax: Axes) -> Axes:
    """Draw what coverage leaves open of bots' fraction of the k-core, and what coverage alone would make of it."""
    known = composition.dropna(subset=["bots_among_labelled"])
    if known.empty:
        return say_empty(ax, "No account of these cores has a class")
    k = known["k"]
    most, alone = known["bot"] + known["unknown"], dilution(known)
    ax.fill_between(k, known["bot"], most, color=COLOR["unknown"], alpha=0.35, linewidth=0)
    ax.plot(k, known["bots_among_labelled"], color=COLOR["bot"], linewidth=2.2)
    ax.plot(k, known["bot"], color=COLOR["bot_text"], linewidth=1.4)
    ax.plot(k, alone, color=COLOR["ink"], linewidth=1.4, linestyle=":")
    ax.set(xlabel="k", ylabel="bots' fraction of the k-core", ylim=(0, 1), xlim=(k.min(), k.max()))
    ax.yaxis.set_major_formatter(percent)
    ends = {
        "if all without a class are bots": (most.iloc[-1], COLOR["soft"]),
        "of those with a class": (known["bots_among_labelled"].iloc[-1], COLOR["bot_text"]),
        "of everyone, as in the article": (known["bot"].iloc[-1], COLOR["bot_text"]),
        "by coverage alone": (alone.iloc[-1], COLOR["ink"]),
    }
    name_lines(ax, k.iloc[-1], ends)
    return ax


def in_words(found: pd.DataFrame) -> str:
    """The bounds in a sentence with their numbers: alternative text of the picture."""
    known = found.dropna(subset="labelled")
    if known.empty:
        return "Empty: no account of this study has a class."
    parts = [f"{row.figure} {row.if_none:.0%} to {row.if_all:.0%}, {row.labelled:.0%} of those with a class"
             for row in known.itertuples()]  # fmt: skip
    return (
        f"Bounds on bots' share, if none or all of the accounts without a class are bots: {'; '.join(parts)}."
    )


def cores_in_words(composition: pd.DataFrame) -> str:
    """Coverage in the cores in a sentence with its numbers: alternative text of the picture."""
    known = composition.dropna(subset=["bots_among_labelled"])
    if known.empty:
        return "Empty: no account of these cores has a class."
    first, last = known.iloc[0], known.iloc[-1]
    alone = dilution(known)
    return (
        f"Bots' fraction of the k-core from k = {first['k']:.0f} to {last['k']:.0f}: {first['bot']:.1%} to {last['bot']:.1%}; "
        f"coverage alone would make {alone.iloc[0]:.1%} to {alone.iloc[-1]:.1%}. If all without a class were bots, "
        f"{first['bot'] + first['unknown']:.0%} to {last['bot'] + last['unknown']:.0%}."
    )


def words(found: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the bounds, from the table of `table`."""
    known = found.dropna(subset="labelled")
    title = "No account of this study has a class"
    if len(known):
        width = known["if_all"] - known["if_none"]
        narrow, wide = known.loc[width.idxmin()], known.loc[width.idxmax()]
        title = (
            f"Bots' share is bounded to {span(narrow['if_none'], narrow['if_all'], '.0%')} for {narrow['figure']}, to "
            f"{span(wide['if_none'], wide['if_all'], '.0%')} for {wide['figure']}"
        )
    return {
        "title": title,
        "alt": in_words(found),
        "caption": (
            "Bars: bots' share if none and if all of the accounts without a class are bots, bounds and no intervals; dots: of "
            "those with a class; right, the share that has a class. Beyond the article (its sections are named by the "
            "notebooks of the figures)."
        ),
    }


def cores_words(composition: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the picture of the cores, from `embeddedness.composition`."""
    known = composition.dropna(subset=["bots_among_labelled"])
    title = "No account of these cores has a class"
    if len(known):
        low, high = int(known["k"].iloc[0]), int(known["k"].iloc[-1])
        made = explained(known, low, high)
        title = f"From k = {low} to {high} bots' fraction of the k-core does not rise"
        if made == made:
            title = f"Label coverage alone makes {made:.0%} of the rise of bots' fraction from k = {low} to {high}"
    return {
        "title": title,
        "alt": cores_in_words(composition),
        "caption": (
            "Bots' fraction of the k-core against k: of everyone, of those with a class, and what a constant share and the "
            "growing coverage would make; grey, all that is possible, from no bots without a class to nothing but bots. "
            "Beside Figure 7 (section Bots embeddedness)."
        ),
    }
