"""Who replies to and retweets whom: interactions that bots and humans initiate, and whom these reach.

After Bessi & Ferrara (2016), section Data analysis, "Partisanship and supporting activity" (Figures 4 and 5).
From the tables `tweets` and `scores` to one row an account. An interaction goes from the account that replies
or retweets (the source) to the account that is answered or repeated (the target). Statistics are functions of
`Sums` by class of source: `sums["human", "bot"]` is how often humans reach bots. An interval draws the
accounts at both ends of an interaction: whom a few popular accounts are is as much chance as who talks most.
"""

from __future__ import annotations

from functools import partial

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.figures import COLOR, note, plt, say_empty
from helpers.study import Study
from helpers.tables import collect, distinct, scan
from helpers.tweets import CLASSES, LABELLED, OWN, PEOPLE, of_labelled, with_class
from helpers.uncertainty import Sums, bootstrap, node_bootstrap, ratio

KINDS = {"reply": "replies", "retweet": "retweets"}
TARGETS = [*CLASSES, "unseen", "self"]
GROUPS = ["within", "across", "total"]
OTHER = {"bot": "human", "human": "bot"}
# Of pairs of accounts there are as many as of interactions: small types halve what they take.
SMALL = {"class": pd.CategoricalDtype(LABELLED)} | dict.fromkeys([*LABELLED, "originals"], "int32")


def target() -> nw.Expr:
    """The account that a tweet repeats or answers."""
    repeats = nw.col("kind") == "retweet"
    return nw.when(repeats).then(nw.col("retweeted_user_id")).otherwise(nw.col("in_reply_to_user_id"))


def classified(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> nw.LazyFrame:
    """Every tweet with the class of either side: columns user_id, class, kind, target, target_class.

    `target` is the account repeated or answered; null for other kinds, and where a retweet does not say whose
    tweet it repeats. `target_class` is "self" where accounts answer or repeat themselves, "unseen" where the
    target posted no collected tweet (deleted accounts among them; of other kinds it says nothing), else bot,
    human, or unknown. `class` is that of the source.
    """
    seen = with_class(distinct(tweets.select("user_id")), scores)
    seen = seen.select(target=nw.col("user_id"), target_class=nw.col("class"))
    pairs = with_class(tweets, scores).select("user_id", "class", "kind", target=target())
    itself = (nw.col("user_id") == nw.col("target")).fill_null(False)
    target_class = nw.when(itself).then(nw.lit("self")).otherwise(nw.col("target_class").fill_null("unseen"))
    pairs = pairs.join(seen, on="target", how="left")
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

    A table for each of KINDS, with the same accounts in the same order: columns user_id, class, then counts
    by class of target (bot, human, unknown, unseen, self), the three categories of the figures (within the
    account's own class, across to the other, total: all but those with itself), and originals (tweets that
    are neither retweet nor reply, quotes among them, which others may answer or repeat).
    """
    accounts = collect(scores.filter(nw.col("class") != "unknown").select("user_id", "class").sort("user_id"))
    pairs = classified(tweets, scores).filter(nw.col("class") != "unknown")
    counts = collect(pairs.group_by("user_id", "kind", "target_class").agg(tweets=nw.len()))
    own = counts[counts["kind"].isin(OWN)].groupby("user_id")["tweets"].sum()
    originals = own.reindex(accounts["user_id"]).fillna(0).to_numpy("int64")
    tables = {kind: _by_target(counts[counts["kind"] == kind], accounts) for kind in KINDS}
    return {kind: table.assign(originals=originals) for kind, table in tables.items()}


def _by_target(counts: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """The accounts with their counts by class of target, and with the three categories of the figures."""
    by_target = counts.pivot(index="user_id", columns="target_class", values="tweets")
    by_target = by_target.reindex(index=accounts["user_id"], columns=TARGETS).fillna(0).astype("int64")
    table = pd.concat([accounts, by_target.reset_index(drop=True)], axis="columns")
    is_bot = table["class"] == "bot"
    table["within"] = table["bot"].where(is_bot, table["human"])
    table["across"] = table["human"].where(is_bot, table["bot"])
    return table.assign(total=table[["bot", "human", "unknown", "unseen"]].sum(axis=1))


def linked(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> dict[str, pd.DataFrame]:
    """Interactions between labelled accounts, of which the statistics below are sums: rows of
    `node_bootstrap`.

    A table for each of KINDS: columns class, source, target (user ids), bot, human (interactions, in the
    column of the target's class), originals (see `per_account`). A row for each pair, and for each account
    one without a target: what it wrote counts by its own weight alone.
    """
    whose = of_labelled(tweets, scores)
    seen = distinct(whose.select(target="user_id", target_class="class"))
    pairs = whose.filter(nw.col("kind").is_in(list(KINDS))).with_columns(target=target())
    pairs = pairs.filter(nw.col("target") != nw.col("user_id")).join(seen, on="target")
    zero, nobody = nw.lit(0).cast(nw.Int64), nw.when(nw.col("user_id") < 0).then(nw.col("user_id"))
    written = whose.filter(nw.col("kind").is_in(OWN)).group_by("user_id").agg(number=nw.len())
    alone = scores.filter(nw.col("class") != "unknown").join(written, on="user_id", how="left")
    originals = nw.col("number").fill_null(0).cast(nw.Int64)
    alone = alone.select("class", source="user_id", target=nobody, bot=zero, human=zero, originals=originals)
    number, where = nw.col("number").cast(nw.Int64), nw.col("target_class")
    to = {name: nw.when(where == name).then(number).otherwise(zero) for name in LABELLED}
    tables = {}
    for kind in KINDS:
        between = pairs.filter(nw.col("kind") == kind).group_by("class", "user_id", "target", "target_class")
        between = between.agg(number=nw.len())
        between = between.select("class", source="user_id", target="target", **to, originals=zero)
        rows = nw.concat([between, alone]).sort("class", "source", "target", nulls_last=True)
        tables[kind] = collect(rows).astype(SMALL)
    return tables


def preference(sums: Sums, source: str) -> np.ndarray:
    """Interactions of a class with its own class for each with the other; NaN without any across.

    For humans with 30 replies to humans and 3 to bots: 10.
    """
    return ratio(sums[source, source], sums[source, OTHER[source]])


def odds_ratio(sums: Sums) -> np.ndarray:
    """Odds that a bot's interaction reaches a bot rather than a human, over the same odds for humans.

    1 where bots and humans choose alike, whatever number of bots there is; above 1 where like seeks like.
    NaN where nothing crosses.
    """
    return ratio(sums["bot", "bot"] * sums["human", "human"], sums["bot", "human"] * sums["human", "bot"])


def share_to_bots(sums: Sums, source: str) -> np.ndarray:
    """Share that goes to bots of a class's interactions with labelled accounts; NaN without any, or without
    bots or humans.
    """
    return sums.compared(*LABELLED) * ratio(sums[source, "bot"], sums[source, "bot"] + sums[source, "human"])


def share_to_humans(sums: Sums, source: str) -> np.ndarray:
    """The other part: the share of a class's interactions with labelled accounts that goes to humans."""
    return 1 - share_to_bots(sums, source)


def base_rate(sums: Sums) -> np.ndarray:
    """Bots' share of the labelled accounts' originals: the share of a blind choice that would go to bots."""
    return ratio(sums["bot", "originals"], sums["originals"])


def lift(sums: Sums, source: str = "human") -> np.ndarray:
    """Share of a class's interactions that goes to bots, over the share that a blind choice would give them.

    Below 1 bots are avoided, above 1 sought; NaN without interactions or without bots.
    """
    return ratio(share_to_bots(sums, source), base_rate(sums))


def votes(reached: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """One vote an account, from how often it reaches a bot and a human: columns favour, cast.

    `favour` is 1 with more interactions with bots than with humans, -1 with more with humans, else 0; `cast`
    is 1 with any of either, else 0.
    """
    bots, humans = (reached[name] for name in LABELLED)
    return {"favour": np.sign(bots - humans), "cast": np.sign(bots + humans)}


def dominance(sums: Sums, source: str) -> np.ndarray:
    """How much accounts of a class turn to their own class rather than the other, account by account.

    From sums of `votes`: of the accounts that turn to either, the share with more interactions within their
    class less the share with more across: -1 to 1, whatever the few very active ones do (a paired form of
    Cliff's delta, 1993). A majority may turn in a draw with the weights of those whom it is made of; that
    shakes every vote, and so the interval reaches farther towards 0 than away from it.
    """
    return ratio(sums[source, "favour"] * (1 if source == "bot" else -1), sums[source, "cast"])


def paired(links: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Replies and retweets of the same accounts, from `linked`.

    Columns class, source, target, reply_bot, reply_human, retweet_bot, retweet_human.
    """
    tables = []
    for kind, table in links.items():
        counts = {f"{one}_{name}": table[name] * np.int32(one == kind) for one in KINDS for name in LABELLED}
        tables.append(table[["class", "source", "target"]].assign(**counts))
    return pd.concat(tables)


def contrast(sums: Sums) -> np.ndarray:
    """Humans' preference for humans in retweets over that in replies.

    From sums of `paired`; NaN without either.
    """
    of_humans = [ratio(sums["human", f"{kind}_human"], sums["human", f"{kind}_bot"]) for kind in KINDS]
    return ratio(*reversed(of_humans))


def broadness(accounts: pd.DataFrame, source: str) -> float:
    """99th percentile over median of what accounts of a class initiate; NaN if the median is 0.

    Its interval draws the accounts alone: drawing their targets, too, would spread the totals themselves.
    """
    totals = accounts["total"].to_numpy()[(accounts["class"] == source).to_numpy()]
    return ratio(*np.quantile(totals, [0.99, 0.5])) if len(totals) else np.nan


STATISTICS = {
    "by humans: to humans for each to a bot": partial(preference, source="human"),
    "by bots: to bots for each to a human": partial(preference, source="bot"),
    "odds of reaching a bot, bots over humans": odds_ratio,
    "share of humans' that goes to bots": partial(share_to_bots, source="human"),
    "share of bots' that goes to bots": partial(share_to_bots, source="bot"),
    "bots' share of the originals": base_rate,
    "share of humans' that goes to bots, over bots' share of originals": lift,
    "humans who favour humans less those who favour bots": partial(dominance, source="human"),
    "bots that favour bots less those that favour humans": partial(dominance, source="bot"),
}
CLAIMS = {
    "reply": {
        "replies_humans_to_humans": partial(preference, source="human"),
        "replies_bots_avoided": lift,
        "replies_bots_to_bots": partial(preference, source="bot"),
        "replies_like_to_like": odds_ratio,
        "bots_interact_with_people": partial(share_to_humans, source="bot"),
    },
    "retweet": {
        "retweets_humans_alike": partial(preference, source="human"),
        "retweets_bots_sought": lift,
        "retweets_each_other": odds_ratio,
        "retweets_of_bots_many": partial(share_to_bots, source="human"),
    },
}


def comparisons(links: pd.DataFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """STATISTICS of a table of `linked`: index what they say, columns value, low, high."""
    return node_bootstrap(links, STATISTICS, ["class"], seed=seed, draws=draws, each=votes)


def measures(
    accounts: dict[str, pd.DataFrame], links: dict[str, pd.DataFrame], seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """What notebook 07 measures of its claims: index claim id, columns value, low, high.

    In: the tables of `per_account` and of `linked`; `seed` and `draws` are those of all bootstraps.
    """
    drawn = {"by": ["class"], "seed": seed, "draws": draws}
    parts = [node_bootstrap(paired(links), {"retweets_less_segregated": contrast}, **drawn)]
    for kind, name in KINDS.items():
        parts.append(node_bootstrap(links[kind], CLAIMS[kind], **drawn))
        broad = {"broad": partial(broadness, source="human"), "broad_bots": partial(broadness, source="bot")}
        rows = accounts[kind][["class", "total"]]  # by=None: no sum gives a percentile
        parts.append(bootstrap(rows, broad, None, seed, draws).add_prefix(f"{name}_", axis="index"))
    return pd.concat(parts)


def of_study(study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 07 makes them."""
    tweets = scan(study, "tweets")
    return measures(per_account(tweets, scores), linked(tweets, scores), seed, draws)


def _by_group(accounts: pd.DataFrame) -> pd.DataFrame:
    """A row an account and category of the figures: columns class, group, at_least (its interactions)."""
    table = accounts.melt("class", GROUPS, "group", "at_least")
    return table.astype({"class": pd.CategoricalDtype(LABELLED), "group": pd.CategoricalDtype(GROUPS)})


def summary(accounts: pd.DataFrame) -> pd.DataFrame:
    """Middle and tails of the interactions an account initiates, over all labelled accounts of a class.

    Columns class, group (within, across, total), accounts, interactions, any_share (of the accounts, those
    with at least one), median, p90, p99 (percentiles), largest. These are NaN for a class without accounts.
    """
    counts = _by_group(accounts).groupby(["class", "group"], observed=False)["at_least"]
    table = counts.agg(accounts="size", interactions="sum", any_share=lambda each: (each > 0).mean())
    tails = {name: counts.quantile(q) for name, q in {"median": 0.5, "p90": 0.9, "p99": 0.99}.items()}
    return table.assign(**tails, largest=counts.max()).reset_index()


def ccdf(accounts: pd.DataFrame) -> pd.DataFrame:
    """Complementary cumulative distributions (Figures 4, 5): columns class, group, at_least, accounts, share.

    One row for each number of interactions that occurs, from 1 up: how many accounts have at least that many,
    and their share of all labelled accounts of the class, those without any included.
    """
    some = _by_group(accounts).query("at_least > 0")
    exactly = some.groupby(["class", "group", "at_least"], observed=True).size().rename("accounts")
    at_least = exactly[::-1].groupby(["class", "group"], observed=True).cumsum()[::-1].reset_index()
    curves = at_least.astype({"class": object, "group": object})
    return curves.assign(share=curves["accounts"] / curves["class"].map(accounts["class"].value_counts()))


def draw_figure(curves: pd.DataFrame, kind: str) -> Figure:
    """Draw Figure 4 (kind "reply") or 5 ("retweet") from the table of `ccdf`: a panel for each class."""
    fig, panels = plt.subplots(1, 2, figsize=(9, 4.4), sharex=True, sharey=True)
    for panel, source in zip(panels, LABELLED, strict=True):
        draw_ccdf(curves, source, kind, panel)
        panel.set_title(f"{KINDS[kind].capitalize()} by {PEOPLE[source]}")
    return fig


def draw_ccdf(curves: pd.DataFrame, source: str, kind: str, ax: Axes) -> Axes:
    """Draw the three distributions of one class on log axes, from the table of `ccdf`.

    The colour is that of the class reached; the total, which also reaches accounts without a class, is
    dashed.
    """
    of_source, other = curves[curves["class"] == source], OTHER[source]
    if of_source.empty:
        return say_empty(ax, f"No {KINDS[kind]} by {PEOPLE[source]}")
    style = {"within": (source, "-", 2.2), "across": (other, "-", 1.6), "total": ("ink", "--", 1.3)}
    reached = {"within": PEOPLE[source], "across": PEOPLE[other], "total": "anyone"}
    ends = {}
    for group, (color, line, width) in style.items():
        curve = of_source[of_source["group"] == group]
        x, y = np.r_[1, curve["at_least"]], np.r_[curve["share"].max(), curve["share"]]
        ax.step(x, y, where="pre", color=COLOR[color], linestyle=line, linewidth=width)
        if len(curve):
            ends[group] = (x[-1], y[-1])
    for place, group in enumerate(sorted(ends, key=ends.get)):
        name = f"{'to' if kind == 'reply' else 'of'} {reached[group]}"
        _name_line(ax, name, style[group][0], ends[group], place)
    ax.set(xscale="log", yscale="log")
    ax.set(xlabel=f"{KINDS[kind]} by an account, at least", ylabel=f"share of {PEOPLE[source]}")
    ax.set_xlim(0.8, 1.5 * curves["at_least"].max())
    ax.set_ylim(curves["share"].min() / 8, 1.4)  # room for the names under the lines' ends
    ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    return ax


def _name_line(ax: Axes, name: str, color: str, end: tuple[float, float], place: int) -> None:
    """Write a line's name under its end, one under the other from the shortest line to the longest."""
    ink, below = COLOR.get(f"{color}_text", COLOR[color]), {"xy": end, "textcoords": "offset points"}
    ax.annotate(name, xytext=(-3, -10 - 13 * place), color=ink, weight="bold", ha="right", va="top", **below)
    arrow = {"arrowstyle": "-", "color": ink, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xytext=(0, -22 - 13 * place), arrowprops=arrow, **below)


def facts(accounts: pd.DataFrame, links: pd.DataFrame, seed: int = 0) -> dict[str, object]:
    """What Figure 4 or 5 says, from its tables of `per_account` and `linked`: see captions/interactions.toml.

    Whether bots' interactions reach bots more or less than humans' do, or alike, goes by the interval of
    `odds_ratio`.
    """
    odds = node_bootstrap(links, {"odds": odds_ratio}, ["class"], seed=seed).loc["odds"]
    table, told = summary(accounts), odds.rename({"value": "odds"}).to_dict()
    told |= {"any": table["interactions"].sum() > 0, "more": odds["low"] > 1, "less": odds["high"] < 1}
    for (name, group), row in table.set_index(["class", "group"]).iterrows():
        told |= {f"{name}_{group}": row["any_share"], f"{name}_{group}_most": row["largest"]}
    sizes = accounts["class"].value_counts().reindex(LABELLED, fill_value=0)
    return told | sizes.add_suffix("_accounts").to_dict()


def nothing_between(replies: pd.DataFrame, retweets: pd.DataFrame) -> str:
    """What the labelled accounts lack to compare them, in a paragraph for the reader; empty if nothing."""
    lacking = []
    for kind, accounts in zip(KINDS.values(), (replies, retweets), strict=True):
        reaching = accounts.groupby("class")[LABELLED].sum().sum(axis=1)
        lacking += [kind] * (not reaching.reindex(LABELLED).gt(0).all())
    return note("nothing_between", {"lacking": " and no ".join(lacking)})
