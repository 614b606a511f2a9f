"""What moves with the threshold: the headline figures of a study for every bot score above which an account is a bot.

Beside Bessi & Ferrara (2016), section Methodology, "Bot detection", which took 0.5 and expected little change from a
higher one. From the study's tables to one row a threshold and figure. Only classes change: which accounts are scored,
their tweets, replies, hashtags and cores are gathered once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import embeddedness, interactions, partisanship, timeline
from helpers.bots.classes import bot_share, bot_tweet_share, classify
from helpers.figures import BAND, COLOR, say_empty
from helpers.old_uncertainty import bootstrap, ratio
from helpers.study import Study
from helpers.tables import collect, read, scan
from helpers.tweets import CLASSES, LABELLED
from helpers.uncertainty import Sums, sums

THRESHOLDS = np.arange(0.3, 0.801, 0.05).round(2).tolist()


class Gathered(NamedTuple):
    """What the figures are made of, none of it depending on a class."""

    scores: pd.DataFrame  # the table of scores: user_id, tweets, score, error, …
    bursts: pd.DataFrame  # user_id, burst, calm (tweets)
    sides: pd.DataFrame  # user_id, candidate
    replies: pd.DataFrame  # user_id, target, replies; both scored, not the same
    cores: pd.DataFrame  # user_id, core
    deepest: int | None  # largest k that stands for the paper's
    keys: list[str]  # candidates' keys, as the study names them


def gather(study: Study) -> Gathered:
    """Everything the sweep needs from the study's tables, in one pass over the tweets for each."""
    tweets, scores = scan(study, "tweets"), scan(study, "scores")
    someone = scores.with_columns(
        **{"class": nw.lit("human")}
    )  # or accounts unknown at 0.5 would be left out
    bursts = timeline.account_bursts(tweets, someone, study.events)
    hashtags = partisanship.account_hashtags(tweets, someone, study.candidates)
    cores = embeddedness.core_numbers(embeddedness.retweet_edges(tweets))
    return Gathered(
        scores=read(study, "scores"),
        bursts=bursts.drop(columns="class"),
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
    return embeddedness.largest_k(
        embeddedness.composition(nobody, range(low, high + 1)),
        len(read(study, "users")),
        study.embeddedness.top_share,
    )


def classed(gathered: Gathered, threshold: float) -> pd.DataFrame:
    """The table of scores with the class that a threshold gives; no rows where nobody has a score."""
    scores = gathered.scores if gathered.scores["score"].notna().any() else gathered.scores.iloc[:0]
    return scores.assign(**{"class": classify(scores, threshold)})


def gap_of_rows(accounts: pd.DataFrame) -> float:
    """`timeline.burst_gap` of rows."""
    return timeline.burst_gap(sums(accounts[["class", "burst", "calm"]], ["class"]))


def by_class(accounts: pd.DataFrame) -> Sums:
    """How many accounts of each class are among the rows."""
    return sums(accounts[["class"]].assign(accounts=1), ["class"])


def with_bursts(gathered: Gathered, scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of bots and humans with their tweets in bursts and outside: as `timeline.account_bursts`."""
    return scores[["user_id", "class"]].merge(gathered.bursts, on="user_id")


def with_sides(gathered: Gathered, scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of scored accounts with their side: as `partisanship.counted`, and of accounts without a class."""
    camps = partisanship.camps(scores, gathered.sides)
    supports = {key: camps["candidate"] == key for key in gathered.keys}
    return camps[["class"]].assign(accounts=1, sided=camps["candidate"].notna(), **supports)


def with_replies(gathered: Gathered, scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of bots and humans with their replies to bots and to humans: as `interactions.per_account`, without the rest."""
    kind = scores.set_index("user_id")["class"]
    reached = gathered.replies.assign(to=gathered.replies["target"].map(kind).astype(object))
    counts = reached.pivot_table(index="user_id", columns="to", values="replies", aggfunc="sum")
    counts = counts.reindex(index=scores["user_id"], columns=LABELLED).fillna(0).reset_index()
    return scores[["user_id", "class"]].merge(counts, on="user_id").query("`class` != 'unknown'")


def with_cores(gathered: Gathered, scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of the accounts of the deepest core with their class, unknown for those that were not scored."""
    if scores.empty:
        return gathered.cores.iloc[:0].assign(**{"class": ""})
    return embeddedness.inside(embeddedness.with_class(gathered.cores, scores), gathered.deepest)


class Headline(NamedTuple):
    """A headline figure: in words, how to print it, the rows it is made of, and its value of such rows."""

    words: str
    form: str
    rows: Callable[[Gathered, pd.DataFrame], pd.DataFrame]
    value: Callable[[pd.DataFrame], float]


def headlines(keys: Sequence[str]) -> dict[str, Headline]:
    """The figures that are swept, by name; the one on camps only for a study with two candidates or more."""
    found = {
        "accounts": Headline("bots' share of the scored", ".1%", lambda _, scores: scores, bot_share),
        "tweets": Headline("their share of these accounts' tweets", ".1%", lambda _, scores: scores, bot_tweet_share),
        "bursts": Headline("bots' share in bursts less outside", "+.1%", with_bursts, gap_of_rows),
        "camps": Headline("", ".1f", with_sides, lambda rows: partisanship.share(sums(rows, ["class"]), keys[-1], keys[0], "bot")),
        "sides": Headline("bots with a side less humans with one", "+.1%", with_sides,
                          lambda rows: partisanship.gap(sums(rows, ["class"]), "sided", "accounts")),
        "replies": Headline("humans' replies to humans for each to a bot", ".1f", with_replies,
                            lambda rows: interactions.preference(sums(rows, ["class"]), "human")),
        "core": Headline("bots' share of the deepest core", ".1%", with_cores, lambda rows: embeddedness.fraction(by_class(rows), "bot")),
        "core_labelled": Headline("the same, of those with a class", ".1%", with_cores, lambda rows: embeddedness.bot_share(by_class(rows))),
    }  # fmt: skip
    if len(keys) < 2:
        del found["camps"]
    else:
        words = f"bots for {keys[-1].capitalize()} for each for {keys[0].capitalize()}"
        found["camps"] = found["camps"]._replace(words=words)
    return found


def sweep(
    gathered: Gathered, thresholds: Sequence[float] = THRESHOLDS, seed: int = 0, draws: int = 60
) -> pd.DataFrame:
    """Every headline figure at every threshold: columns figure, words, threshold, value, low, high.

    The interval is a bootstrap over accounts. NaN where a figure has no value, as everywhere without scores.
    """
    rows = []
    for threshold in thresholds:
        scores = classed(gathered, threshold)
        for name, figure in headlines(gathered.keys).items():
            accounts = lean(figure.rows(gathered, scores))
            value = figure.value(accounts) if len(accounts) else np.nan
            interval = (np.nan, np.nan) if np.isnan(value) else bootstrap(accounts, figure.value, seed, draws)
            rows.append((name, figure.words, threshold, value, *interval))
    return pd.DataFrame(rows, columns=["figure", "words", "threshold", "value", "low", "high"])


def lean(accounts: pd.DataFrame) -> pd.DataFrame:
    """The same rows with only the columns that the figures use, so that a bootstrap moves less."""
    unused = ["user_id", "score", "error", "core"]
    return accounts.drop(columns=unused, errors="ignore").reset_index(drop=True)


def changes(
    swept: pd.DataFrame, base: float = 0.5, others: Sequence[float] = (0.45, 0.6, 0.7)
) -> pd.DataFrame:
    """The figures at a threshold and at some others: columns figure, words, and one for each threshold."""
    wide = swept.pivot(index=["figure", "words"], columns="threshold", values="value")
    wide = wide.reindex(index=swept[["figure", "words"]].drop_duplicates(), columns=sorted([base, *others]))
    return wide.rename_axis(columns=None).reset_index()


def kept(scores: pd.DataFrame, threshold: float, base: float = 0.5) -> float:
    """Of the accounts called bots at `base`, how many are at `threshold`, as a ratio of numbers; NaN without any.

    In: rows with columns score and error. Below 1 above the base, above 1 below it.
    """
    if scores.empty:
        return np.nan
    called = [(classify(scores, at) == "bot").sum() for at in (threshold, base)]
    return ratio(*called)


def draw_sweep(swept: pd.DataFrame, figure: str, base: float, form: str, ax: Axes) -> Axes:
    """Draw one headline figure against the threshold, with its interval and a line at the study's own."""
    mine = swept[swept["figure"] == figure].dropna(subset="value")
    if mine.empty:
        return say_empty(ax, "No scores, or nothing to compare")
    ax.fill_between(mine["threshold"], mine["low"], mine["high"], color=COLOR["bot"], alpha=BAND, linewidth=0)
    ax.plot(mine["threshold"], mine["value"], marker="o", markersize=3, color=COLOR["bot_text"])
    ax.axvline(base, color=COLOR["ink"], linewidth=1, linestyle="--")
    ax.set(xlim=(swept["threshold"].min(), swept["threshold"].max()))
    ax.set_title(mine["words"].iloc[0], fontsize=8.5)
    ax.yaxis.set_major_formatter(
        lambda value, _: f"{round(100 * value, 1):g}%" if "%" in form else f"{value:g}"
    )
    ax.locator_params(nbins=5)
    return ax


def draw_all(swept: pd.DataFrame, keys: Sequence[str], base: float, axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw all headline figures, one to a panel; panels that are left over are emptied."""
    figures = headlines(keys)
    for ax, (name, figure) in zip(axes, figures.items(), strict=False):
        draw_sweep(swept, name, base, figure.form, ax)
        if ax.get_subplotspec().is_last_row():
            ax.set_xlabel("threshold")
    for ax in axes[len(figures) :]:
        ax.axis("off")
    return axes


def in_words(swept: pd.DataFrame, keys: Sequence[str], base: float = 0.5, other: float = 0.6) -> str:
    """The sweep in a sentence with its numbers: alternative text of the picture."""
    if swept["value"].isna().all():
        return "Empty: no account of this study has a score."
    forms = {name: figure.form for name, figure in headlines(keys).items()}
    table = changes(swept, base, [other])
    parts = [f"{row['words']} {row[base]:{forms[row['figure']]}} and {row[other]:{forms[row['figure']]}}"
             for _, row in table.iterrows()]  # fmt: skip
    return f"Headline figures against the threshold. At {base:g} and at {other:g}: {'; '.join(parts)}."


def words(swept: pd.DataFrame, keys: Sequence[str], base: float = 0.5, other: float = 0.6) -> dict[str, str]:
    """Title, alternative text and caption of the sweep, from the table of `sweep`."""
    known = swept.dropna(subset="value")
    here, there = (known[np.isclose(known["threshold"], at)].set_index("figure") for at in (base, other))
    both = here.join(there["value"].rename("moved"), how="inner")
    beyond = (both["moved"] < both["low"]) | (both["moved"] > both["high"])
    title = "No account of this study has a score"
    if len(both):
        title = f"With the threshold at {other:g}, {beyond.sum() or 'none'} of {len(both)} headline figures leave their interval at {base:g}"
    return {
        "title": title,
        "alt": in_words(swept, keys, base, other),
        "caption": (
            "Headline figures of the notebooks against the threshold above which a score makes a bot, with 95% intervals "
            "(bootstrap over accounts); dashed, the study's own. To section Methodology, bot detection."
        ),
    }
