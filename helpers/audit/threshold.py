"""What moves with the threshold: headline figures of a study for every bot score above which an account is a
bot.

Beside Bessi & Ferrara (2016), section Methodology, "Bot detection", which took 0.5 and expected little change
from a higher one. From the study's tables to one row a threshold and figure. Only classes change: which
accounts are scored, their tweets, replies, hashtags and cores are gathered once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import embeddedness, interactions, partisanship, timeline
from helpers.bots.classes import at_threshold, bot_share, classify, counted
from helpers.bots.threshold import THRESHOLDS
from helpers.figures import BAND, COLOR, percent, say_empty
from helpers.study import Study
from helpers.tables import collect, read, scan
from helpers.tweets import CLASSES, LABELLED
from helpers.uncertainty import Statistic, bootstrap, node_bootstrap, ratio

DRAWS = 60  # of the accounts, at each threshold
OTHERS = {0.45: "more_bots_at_0_45", 0.6: "still_bots_at_0_6"}  # threshold -> claim


class Gathered(NamedTuple):
    """What the figures are made of, none of it depending on a class."""

    scores: pd.DataFrame  # user_id, tweets, score, error, …; no rows where nobody has a score
    bursts: pd.DataFrame  # user_id, burst, calm (tweets)
    sides: pd.DataFrame  # user_id, candidate
    replies: pd.DataFrame  # user_id, target, replies; both scored, not the same
    cores: pd.DataFrame  # user_id, core
    deepest: int | None  # largest k that stands for the paper's
    keys: list[str]  # candidates' keys, as the study names them


def gather(study: Study) -> Gathered:
    """Everything the sweep needs from the study's tables, in one pass over the tweets for each."""
    tweets, scores, table = scan(study, "tweets"), scan(study, "scores"), read(study, "scores")
    everyone = scores.with_columns(**{"class": nw.lit("human")})  # or those unknown at 0.5 would be left out
    hashtags = partisanship.account_hashtags(tweets, everyone, study.candidates)
    cores = embeddedness.core_numbers(embeddedness.retweet_edges(tweets))
    return Gathered(
        scores=table if table["score"].notna().any() else table.iloc[:0],
        bursts=timeline.account_bursts(tweets, everyone, study.events).drop(columns="class"),
        sides=partisanship.partisans(hashtags, study.candidates),
        replies=replies_among_scored(tweets, scores),
        cores=cores,
        deepest=deepest(study, cores),
        keys=[candidate.key for candidate in study.candidates],
    )


def replies_among_scored(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """Replies between two different scored accounts: columns user_id, target, replies."""
    ids = scores.select("user_id")
    return collect(
        tweets.filter(nw.col("kind") == "reply", nw.col("user_id") != nw.col("in_reply_to_user_id"))
        .select("user_id", target=nw.col("in_reply_to_user_id"))
        .join(ids, on="user_id", how="inner")
        .join(ids.rename({"user_id": "target"}), on="target", how="inner")
        .group_by("user_id", "target")
        .agg(replies=nw.len())
        .sort("user_id", "target")
    )


def deepest(study: Study, cores: pd.DataFrame) -> int | None:
    """The largest k of the study, as `embeddedness.largest_k` picks it; None without one."""
    nobody = cores.assign(**{"class": pd.Categorical(["unknown"] * len(cores), CLASSES)})
    low, high = study.embeddedness.k
    composition = embeddedness.composition(nobody, range(low, high + 1))
    return embeddedness.largest_k(composition, len(read(study, "users")), study.embeddedness.top_share)


def rows(gathered: Gathered, threshold: float) -> dict[str, pd.DataFrame]:
    """The accounts of which the figures are made, in columns that are summed by class.

    scored: accounts, tweets; bursts: burst, calm (tweets of bots and humans); sides: accounts, sided (1 for
    who has one), first, last (1 for the first candidate's, and for the last one's); answers: human, bot
    (replies to each, of bots and humans, a row for each source and target); core: accounts.
    """
    scores = at_threshold(gathered.scores, threshold)
    classes = scores[["user_id", "class"]]
    tweets, sides = classes.merge(gathered.bursts, on="user_id"), partisanship.camps(scores, gathered.sides)
    tweets[["burst", "calm"]] = tweets[["burst", "calm"]].mul(tweets["class"] != "unknown", axis=0)
    for column, part in (("sided", slice(None)), ("first", slice(1)), ("last", slice(-1, None))):
        sides[column] = sides["candidate"].isin(gathered.keys[part])
    core = embeddedness.inside(gathered.cores, gathered.deepest)
    core = embeddedness.with_class(core, scores) if len(scores) else classes
    return {
        "scored": counted(scores),
        "bursts": tweets,
        "sides": sides[["class", "sided", "first", "last"]].assign(accounts=1),
        "answers": answers(gathered.replies, classes),
        "core": core[["class"]].assign(accounts=1),
    }


def answers(replies: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """Replies between accounts with a class: columns class (of the source), source, target, bot, human."""
    classes = classes[classes["class"] != "unknown"]
    both = replies.merge(classes, on="user_id").merge(
        classes.set_axis(["target", "to"], axis="columns"), on="target"
    )
    reached = {name: both["replies"] * (both["to"] == name) for name in LABELLED}
    columns = ["class", "source", "target", *LABELLED]
    return both.assign(**reached).rename(columns={"user_id": "source"})[columns]


class Headline(NamedTuple):
    """A headline figure: in words, how to print it, of which `rows`, and its value of their sums."""

    words: str
    form: str
    rows: str
    value: Statistic


HEADLINES = {
    "accounts": Headline("bots' share of the scored", ".1%", "scored", bot_share),
    "tweets": Headline("their share of these accounts' tweets", ".1%", "scored",
                       lambda sums: bot_share(sums, "tweets")),
    "bursts": Headline("bots' share in bursts less outside", "+.1%", "bursts", timeline.burst_gap),
    "camps": Headline("bots for {last} for each for {first}", ".1f", "sides",
                      lambda sums: partisanship.share(sums, "last", "first", "bot")),
    "sides": Headline("bots with a side less humans with one", "+.1%", "sides",
                      lambda sums: partisanship.gap(sums, "sided", "accounts")),
    "replies": Headline("humans' replies to humans for each to a bot", ".1f", "answers",
                        lambda sums: interactions.preference(sums, "human")),
    "core": Headline("bots' share of the deepest core", ".1%", "core",
                     lambda sums: embeddedness.fraction(sums, "bot")),
    "core_labelled": Headline("the same, of those with a class", ".1%", "core",
                              embeddedness.bot_share),
}  # fmt: skip


def sweep(
    gathered: Gathered, thresholds: Sequence[float] = THRESHOLDS, seed: int = 0, draws: int = DRAWS
) -> pd.DataFrame:
    """Every headline figure at every threshold: columns figure, words, threshold, value, low, high.

    The interval is a bootstrap over accounts, of replies over those at both ends. NaN where a figure has no
    value, as everywhere without scores.
    The figure on camps is left out where the study has fewer than two candidates.
    """
    names, parts = [key.capitalize() for key in gathered.keys], []
    ends = dict(zip(("first", "last"), names[:1] + names[-1:], strict=False))
    figures = {name: one for name, one in HEADLINES.items() if name != "camps" or len(names) > 1}
    for threshold in thresholds:
        for source, table in rows(gathered, threshold).items():
            values = {name: one.value for name, one in figures.items() if one.rows == source}
            draw = node_bootstrap if source == "answers" else bootstrap
            parts.append(draw(table, values, ["class"], seed=seed, draws=draws).assign(threshold=threshold))
    swept = pd.concat(parts).rename_axis("figure").reset_index()
    words = swept["figure"].map({name: one.words.format(**ends) for name, one in figures.items()})
    return swept.assign(words=words)[["figure", "words", "threshold", "value", "low", "high"]]


def changes(
    swept: pd.DataFrame, base: float = 0.5, others: Sequence[float] = (0.45, 0.6, 0.7)
) -> pd.DataFrame:
    """The figures at a threshold and at some others: columns figure, words, and one for each threshold."""
    wide = swept.pivot(index=["figure", "words"], columns="threshold", values="value")
    wide = wide.reindex(index=swept[["figure", "words"]].drop_duplicates(), columns=sorted([base, *others]))
    return wide.rename_axis(columns=None).reset_index()


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


def draw_sweep(swept: pd.DataFrame, base: float, axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw the headline figures against the threshold, one to a panel; panels that are left
    over are emptied.
    """
    figures = swept["figure"].unique()
    for ax, figure in zip(axes, figures, strict=False):
        draw_figure(swept[swept["figure"] == figure], base, HEADLINES[figure].form, ax)
        ax.set_xlabel("threshold" if ax.get_subplotspec().is_last_row() else "")
    for ax in axes[len(figures) :]:
        ax.axis("off")
    return axes


def draw_figure(rows: pd.DataFrame, base: float, form: str, ax: Axes) -> Axes:
    """Draw rows of `sweep` of one figure, with its interval and a line at the study's own threshold."""
    line = rows.dropna(subset="value")
    if line.empty:
        return say_empty(ax, "No scores, or nothing to compare")
    ax.fill_between(line["threshold"], line["low"], line["high"], color=COLOR["bot"], alpha=BAND, linewidth=0)
    ax.plot(line["threshold"], line["value"], marker="o", markersize=3, color=COLOR["bot_text"])
    ax.axvline(base, color=COLOR["ink"], linewidth=1, linestyle="--")
    ax.set(xlim=(rows["threshold"].min(), rows["threshold"].max()))
    ax.set_title(line["words"].iloc[0], fontsize=8.5)
    ax.yaxis.set_major_formatter(lambda value, _: percent(round(value, 3)) if "%" in form else f"{value:g}")
    ax.locator_params(nbins=5)
    return ax


def facts(swept: pd.DataFrame, base: float = 0.5, other: float = 0.6) -> dict[str, object]:
    """What the picture of the sweep says, from the table of `sweep`: see captions/audit.toml.

    `leaving` counts the figures that at `other` lie outside their interval at `base`.
    """
    there, here = (swept[np.isclose(swept["threshold"], at)].set_index("figure") for at in (other, base))
    both = here.join(there["value"].rename("moved"), how="inner").dropna(subset="value")
    forms = [HEADLINES[figure].form for figure in both.index]
    moves = [f"{row.words} {row.value:{form}} and {row.moved:{form}}"
             for row, form in zip(both.itertuples(), forms, strict=True)]  # fmt: skip
    leaving = ((both["moved"] < both["low"]) | (both["moved"] > both["high"])).sum()
    counts = {"figures": len(both) or None, "leaving": leaving or "none"}
    return {"base": base, "other": other, "moves": "; ".join(moves), **counts}
