"""Who replies to and retweets whom: interactions that bots and humans initiate, and whom these reach.

After Bessi & Ferrara (2016), section Data analysis, "Partisanship and supporting activity" (Figures 4 and 5).
From the tables `tweets` and `scores` to one row an account. An interaction goes from the account that replies
or retweets (the source) to the account that is answered or repeated (the target).
"""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures import COLOR, say_empty, span
from helpers.old_uncertainty import estimate, estimates, ratio
from helpers.tables import collect, distinct
from helpers.tweets import CLASSES, LABELLED, PEOPLE, with_class

KINDS = {"reply": "replies", "retweet": "retweets"}
TARGETS = [*CLASSES, "unseen", "self"]
GROUPS = ["within", "across", "total"]


def targets(tweets: nw.LazyFrame) -> nw.LazyFrame:
    """Every tweet with what it does and to whom: columns user_id, kind (retweet, reply, original), target.

    A retweet repeats a tweet; a reply answers an account and is no retweet, so that no tweet counts twice. `target` is
    the account repeated or answered; null for an original, and where a retweet does not say whose tweet it repeats.
    """
    repeats, answers = (~nw.col(name).is_null() for name in ("retweeted_tweet_id", "in_reply_to_user_id"))
    rest = nw.when(answers).then(nw.lit("reply")).otherwise(nw.lit("original"))
    return tweets.select(
        "user_id",
        kind=nw.when(repeats).then(nw.lit("retweet")).otherwise(rest),
        target=nw.when(repeats).then(nw.col("retweeted_user_id")).otherwise(nw.col("in_reply_to_user_id")),
    )


def classified(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> nw.LazyFrame:
    """Every tweet with the class of either side: columns user_id, class, kind, target, target_class.

    `target_class` is "self" where accounts answer or repeat themselves, "unseen" where the target posted no
    collected tweet (deleted accounts among them; originals have no target), else bot, human, or unknown. `class` is
    that of the source.
    """
    seen = with_class(distinct(tweets.select("user_id")), scores)
    seen = seen.select(target=nw.col("user_id"), target_class=nw.col("class"))
    pairs = with_class(targets(tweets), scores).join(seen, on="target", how="left")
    itself = (nw.col("user_id") == nw.col("target")).fill_null(False)
    target_class = nw.when(itself).then(nw.lit("self")).otherwise(nw.col("target_class").fill_null("unseen"))
    return pairs.select("user_id", "class", "kind", "target", target_class=target_class)


def flows(tweets: nw.LazyFrame, scores: nw.LazyFrame, kind: str) -> pd.DataFrame:
    """All interactions of a kind ("reply" or "retweet") by class of source and of target, nothing left out.

    Rows bot, human, unknown; columns source, bot, human, unknown, unseen, self, all.
    """
    pairs = classified(tweets, scores).filter(nw.col("kind") == kind)
    counts = collect(pairs.group_by("class", "target_class").agg(interactions=nw.len()))
    table = counts.pivot(index="class", columns="target_class", values="interactions")
    table = table.reindex(index=CLASSES, columns=TARGETS).fillna(0).astype("int64")
    table["all"] = table.sum(axis=1)
    return table.rename_axis(index="source", columns=None).reset_index()


def per_account(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> dict[str, pd.DataFrame]:
    """Interactions that each labelled account initiated, by whom they reach; a row also for those with none.

    A table for each of KINDS, with the same accounts in the same order: columns user_id, class, then counts by class
    of target (bot, human, unknown, unseen, self), the three categories of the figures (within the account's own class,
    across to the other, total: all but those with itself), and originals (tweets that are neither retweet nor reply,
    which others may answer or repeat).
    """
    accounts = collect(scores.filter(nw.col("class") != "unknown").select("user_id", "class").sort("user_id"))
    mine = classified(tweets, scores).filter(nw.col("class") != "unknown")
    counts = collect(mine.group_by("user_id", "kind", "target_class").agg(tweets=nw.len()))
    by_kind = {kind: _by_target(counts[counts["kind"] == kind], accounts) for kind in [*KINDS, "original"]}
    originals = by_kind["original"].sum(axis="columns").to_numpy()
    return {kind: _grouped(accounts, by_kind[kind]).assign(originals=originals) for kind in KINDS}


def _by_target(counts: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """A row an account, a column a class of target."""
    table = counts.pivot(index="user_id", columns="target_class", values="tweets")
    return table.reindex(index=accounts["user_id"], columns=TARGETS).fillna(0).astype("int64")


def _grouped(accounts: pd.DataFrame, by_target: pd.DataFrame) -> pd.DataFrame:
    """The accounts with their counts by class of target, and with the three categories of the figures."""
    table = pd.concat([accounts, by_target.reset_index(drop=True)], axis="columns")
    is_bot = table["class"] == "bot"
    table["within"] = table["bot"].where(is_bot, table["human"])
    table["across"] = table["human"].where(is_bot, table["bot"])
    return table.assign(total=table[["bot", "human", "unknown", "unseen"]].sum(axis=1))


def reached(accounts: pd.DataFrame, source: str) -> dict[str, float]:
    """Interactions of a class's accounts with labelled accounts, by the class of these: bot, human."""
    mine = (accounts["class"] == source).to_numpy(bool)
    return {name: accounts[name].to_numpy()[mine].sum().item() for name in LABELLED}


def preference(accounts: pd.DataFrame, source: str) -> float:
    """Interactions of a class with its own class for each with the other; NaN without any across.

    For humans with 30 replies to humans and 3 to bots: 10.
    """
    mine = reached(accounts, source)
    return ratio(mine[source], mine["human" if source == "bot" else "bot"])


def odds_ratio(accounts: pd.DataFrame) -> float:
    """Odds that a bot's interaction reaches a bot rather than a human, over the same odds for humans.

    1 where bots and humans choose alike, whatever number of bots there is; above 1 where like seeks like.
    NaN where nothing crosses.
    """
    bots, humans = (reached(accounts, source) for source in ("bot", "human"))
    return ratio(bots["bot"] * humans["human"], bots["human"] * humans["bot"])


def share_to_bots(accounts: pd.DataFrame, source: str) -> float:
    """Share that goes to bots of a class's interactions with labelled accounts; NaN without any."""
    mine = reached(accounts, source)
    return ratio(mine["bot"], sum(mine.values()))


def base_rate(accounts: pd.DataFrame) -> float:
    """Bots' share of the labelled accounts' originals: the share of a blind choice that would go to bots."""
    bots = accounts.loc[accounts["class"] == "bot", "originals"].sum()
    return ratio(bots, accounts["originals"].sum())


def lift(accounts: pd.DataFrame, source: str = "human") -> float:
    """Share of a class's interactions that goes to bots, over the share that a blind choice would give them.

    Below 1 bots are avoided, above 1 sought; NaN without interactions or without bots.
    """
    return ratio(share_to_bots(accounts, source), base_rate(accounts))


def votes(accounts: pd.DataFrame) -> pd.DataFrame:
    """One vote an account, from `per_account`: columns class, own (1 with more interactions within its class than
    across, -1 with more across, else 0) and cast (1 with any of either, else 0)."""
    within, across = accounts["within"], accounts["across"]
    return accounts[["class"]].assign(own=np.sign(within - across), cast=np.sign(within + across))


def dominance(votes: pd.DataFrame, source: str) -> float:
    """How much accounts of a class turn to their own class rather than the other, account by account.

    From `votes`: of the accounts that turn to either, the share with more interactions within their class less the
    share with more across: -1 to 1, whatever the few very active ones do (a paired form of Cliff's delta, 1993).
    """
    mine = votes[votes["class"] == source]
    return ratio(mine["own"].sum(), mine["cast"].sum())


def broadness(accounts: pd.DataFrame, source: str) -> float:
    """99th percentile over median of the interactions that accounts of a class initiate; NaN if the median is 0."""
    totals = accounts.loc[accounts["class"] == source, "total"]
    return ratio(totals.quantile(0.99), totals.median()) if len(totals) else np.nan


def paired(replies: pd.DataFrame, retweets: pd.DataFrame) -> pd.DataFrame:
    """Replies and retweets of the same accounts: `per_account` of both, a row an account; columns class, and of each
    kind bot and human."""
    kinds = {"reply": replies, "retweet": retweets}
    parts = [table.set_index("user_id")[LABELLED].add_prefix(f"{kind}_") for kind, table in kinds.items()]
    return pd.concat([replies.set_index("user_id")["class"], *parts], axis="columns")


def contrast(pairs: pd.DataFrame) -> float:
    """Humans' preference for humans in retweets over that in replies, from `paired`; NaN without either."""
    by_kind = (
        pairs[["class"]].join(pairs.filter(like=f"{kind}_").set_axis(LABELLED, axis="columns"))
        for kind in ("retweet", "reply")
    )
    return ratio(*(preference(table, "human") for table in by_kind))


STATISTICS = {
    "humans_own": ("by humans: to humans for each to a bot", lambda rows: preference(rows, "human")),
    "bots_own": ("by bots: to bots for each to a human", lambda rows: preference(rows, "bot")),
    "odds_ratio": ("odds of reaching a bot, bots over humans", odds_ratio),
    "humans_to_bots": ("share of humans' that goes to bots", lambda rows: share_to_bots(rows, "human")),
    "bots_to_bots": ("share of bots' that goes to bots", lambda rows: share_to_bots(rows, "bot")),
    "base_rate": ("bots' share of the originals", base_rate),
    "humans_lift": ("share of humans' that goes to bots, over bots' share of originals", lift),
}  # of sums over a class of `per_account`
PAIRED = {
    "humans_dominance": (
        "humans who favour humans less those who favour bots",
        lambda rows: dominance(rows, "human"),
    ),
    "bots_dominance": (
        "bots that favour bots less those that favour humans",
        lambda rows: dominance(rows, "bot"),
    ),
}  # of sums over a class of `votes`
SUMMED = ["class", *LABELLED, "originals"]  # what STATISTICS are of; the draws depend on all of it
MEASURED = ["value", "low", "high"]


def measured(accounts: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """All statistics of `STATISTICS` and `PAIRED` with intervals (bootstrap over accounts), from `per_account`.

    Index name; columns statistic (in words), value, low, high. NaN where the accounts do not carry one.
    """
    rows = ((accounts[SUMMED], STATISTICS), (votes(accounts), PAIRED))
    numbers = [
        estimates(table, {name: of for name, (_, of) in statistics.items()}, seed, sums_by=["class"])
        for table, statistics in rows
    ]
    words = pd.Series({name: words for name, (words, _) in (STATISTICS | PAIRED).items()}, name="statistic")
    return pd.concat([words, pd.concat(numbers)], axis="columns")


def summary(accounts: pd.DataFrame) -> pd.DataFrame:
    """Middle and tails of the interactions an account initiates, over all labelled accounts of a class.

    Columns class, group (within, across, total), accounts, interactions, any_share (of the accounts, those with
    at least one), median, p90, p99 (percentiles), largest. Percentiles are NaN for a class without accounts.
    """
    rows = []
    for name in LABELLED:
        mine = accounts[accounts["class"] == name]
        for group in GROUPS:
            counts = mine[group]
            tails = counts.quantile([0.5, 0.9, 0.99]).tolist()
            some = (counts > 0).mean() if len(counts) else np.nan
            rows.append((name, group, len(counts), int(counts.sum()), some, *tails, counts.max()))
    columns = ["class", "group", "accounts", "interactions", "any_share", "median", "p90", "p99", "largest"]
    return pd.DataFrame(rows, columns=columns)


def ccdf(accounts: pd.DataFrame) -> pd.DataFrame:
    """Complementary cumulative distributions (Figures 4, 5): columns class, group, at_least, accounts, share.

    One row for each number of interactions that occurs, from 1 up: how many accounts have at least that many,
    and their share of all labelled accounts of the class, those without any included.
    """
    parts = []
    for name in LABELLED:
        mine = accounts[accounts["class"] == name]
        for group in GROUPS:
            counts = mine.loc[mine[group] > 0, group].value_counts().sort_index()
            reached = counts[::-1].cumsum()[::-1]
            parts.append(
                pd.DataFrame(
                    {
                        "class": name,
                        "group": group,
                        "at_least": reached.index.to_numpy("int64"),
                        "accounts": reached.to_numpy("int64"),
                        "share": reached.to_numpy() / max(len(mine), 1),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def draw_ccdf(curves: pd.DataFrame, source: str, kind: str, ax: Axes) -> Axes:
    """Draw the three distributions of one class on log axes (a panel of Figures 4, 5) from the table of `ccdf`.

    The colour is that of the class reached; the total, which also reaches accounts without a class, is dashed.
    """
    mine = curves[curves["class"] == source]
    if mine.empty:
        return say_empty(ax, f"No {KINDS[kind]} by {PEOPLE[source]}")
    other = "human" if source == "bot" else "bot"
    style = {"within": (source, "-", 2.2), "across": (other, "-", 1.6), "total": ("ink", "--", 1.3)}
    towards = "to" if kind == "reply" else "of"
    reached = {"within": PEOPLE[source], "across": PEOPLE[other], "total": "anyone"}
    ends = {}
    for group, (color, line, width) in style.items():
        curve = mine[mine["group"] == group]
        x, y = np.r_[1, curve["at_least"]], np.r_[curve["share"].max(), curve["share"]]
        ax.step(x, y, where="pre", color=COLOR[color], linestyle=line, linewidth=width)
        if len(curve):
            ends[group] = (x[-1], y[-1])
    for place, group in enumerate(sorted(ends, key=ends.get)):
        _name_line(ax, f"{towards} {reached[group]}", style[group][0], ends[group], place)
    ax.set(
        xscale="log",
        yscale="log",
        xlabel=f"{KINDS[kind]} by an account, at least",
        ylabel=f"share of {PEOPLE[source]}",
    )
    ax.set_xlim(0.8, 1.5 * curves["at_least"].max())
    ax.set_ylim(curves["share"].min() / 8, 1.4)  # room for the names under the lines' ends
    ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    return ax


def _name_line(ax: Axes, words: str, color: str, end: tuple[float, float], place: int) -> None:
    """Write a line's name under its end, one under the other from the shortest line to the longest."""
    ink = COLOR.get(f"{color}_text", COLOR[color])
    ax.annotate(
        words,
        end,
        (-3, -10 - 13 * place),
        textcoords="offset points",
        color=ink,
        weight="bold",
        ha="right",
        va="top",
    )
    ax.annotate(
        "",
        end,
        (0, -22 - 13 * place),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": ink, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0},
    )


def in_words(table: pd.DataFrame, kind: str) -> str:
    """Figure 4 or 5 in words with its numbers, from the table of `summary`: its alternative text."""
    if not table["interactions"].sum():
        return f"Empty: no {KINDS[kind]} by accounts with a class."
    rows = table.set_index(["class", "group"])
    sentences = [f"Distributions of the number of {KINDS[kind]} an account initiates, on logarithmic axes."]
    for name, other in (("bot", "human"), ("human", "bot")):
        own, cross, total = (rows.loc[(name, group)] for group in GROUPS)
        sentences.append(
            f"Of {own['accounts']:,.0f} {PEOPLE[name]}, {total['any_share']:.0%} have any; {own['any_share']:.0%} reach "
            f"{PEOPLE[name]}, at most {own['largest']:,.0f} times, and {cross['any_share']:.0%} reach "
            f"{PEOPLE[other]}, at most {cross['largest']:,.0f} times."
        )
    return " ".join(sentences)


def words(accounts: pd.DataFrame, kind: str, seed: int = 0) -> dict[str, str]:
    """Title, alternative text and caption of Figure 4 or 5, from the table of `per_account`.

    The title says whether bots' interactions reach bots more than humans' do, by the interval of `odds_ratio`.
    """
    number, what = {"reply": "4", "retweet": "5"}[kind], KINDS[kind]
    odds, low, high = estimate(accounts[SUMMED], odds_ratio, seed, sums_by=["class"])
    told = f"odds ratio {odds:.1f} ({span(low, high, '.1f')})"
    title = f"Bots' and humans' {what} reach bots about alike: {told}"
    if np.isnan(odds):
        title = f"Too few {what} between bots and humans to compare them"
    elif low > 1 or high < 1:
        title = f"Bots' {what} reach bots {'more' if low > 1 else 'less'} than humans' do: {told}"
    sizes = accounts["class"].value_counts()
    return {
        "title": title,
        "alt": in_words(summary(accounts), kind)
        + ("" if np.isnan(odds) else f" Odds of reaching a bot, bots over humans: {told}."),
        "caption": (
            f"Share of {' and '.join(f'{sizes.get(name, 0):,} {PEOPLE[name]}' for name in LABELLED)} that initiate at least "
            f"so many {what}, all accounts of the class included, on logarithmic axes; the colour is that of the class "
            "reached. Odds ratio: odds that they reach a bot rather than a human, bots over humans, with a 95% interval "
            f"(bootstrap over accounts). After Figure {number} (section Partisanship and supporting activity)."
        ),
    }


def nothing_between(replies: pd.DataFrame, retweets: pd.DataFrame) -> str:
    """What the labelled accounts lack to compare them, in a paragraph for the reader; empty if nothing."""
    lacking = [
        words
        for words, accounts in (("replies", replies), ("retweets", retweets))
        if not all(sum(reached(accounts, source).values()) for source in LABELLED)
    ]
    if not lacking:
        return ""
    return (
        f"**Too little to compare.** This study has no {' and no '.join(lacking)} by bots, or none by humans, that reach "
        "an account with a class. Their panels stay empty or nearly so, and the claims about them read *not enough data*."
    )
