"""The press article's tips for spotting a bot, and how far every two rules point at the same accounts."""

from __future__ import annotations

from datetime import datetime
from itertools import combinations

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.rule import READINGS
from helpers.figures import GREYS, captions, say_empty
from helpers.tables import collect
from helpers.tweets import OWN
from helpers.uncertainty import Sums, bootstrap, ratio, sums

RULES = captions()["automation_rules"]  # in words, the scores last
FIELDS = ["default_profile_image", "followers_count", "friends_count", "statuses_count", "created_at"]


def profiles(tweets: nw.LazyFrame, users: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """What the tips look at, of each scored account: one row an account, ordered by user_id.

    Columns user_id, default_profile_image, followers_count, friends_count, statuses_count, created_at (UTC),
    and per_tweet: hashtags a tweet of its own (neither retweet nor reply). Missing is null: an account
    without a profile, a profile without a field, an account that posted no such tweet.
    """
    own = tweets.filter(nw.col("kind").is_in(OWN))
    counts = own.select("user_id", per_tweet=nw.col("hashtags").list.len())
    per_tweet = counts.group_by("user_id").agg(nw.col("per_tweet").mean())
    looked = scores.select("user_id").join(users.select("user_id", *FIELDS), on="user_id", how="left")
    return collect(looked.join(per_tweet, on="user_id", how="left").sort("user_id"))


def tips(accounts: pd.DataFrame, at: datetime, thresholds: dict[str, float]) -> pd.DataFrame:
    """Which tips point at each account of `profiles`: user_id, a nullable bool for each tip, and
    any_tip.

    `at` (UTC) is when the profiles were seen; `thresholds` has followers, friends, rate (tweets a day since
    the account was made) and hashtags (a tweet of its own). A tip whose fields are missing says nothing
    (null, not False); any_tip is true if one tip says so, and null if none does and one is silent (Kleene
    1952). Source: P. Howard in the press article of 19 October 2016.
    """
    columns = ["followers_count", "friends_count", "statuses_count", "per_tweet"]
    followers, friends, statuses, hashtags = accounts[columns].astype("Float64").to_dict("series").values()
    age = ((pd.Timestamp(at) - accounts["created_at"]).dt.total_seconds() / 86_400).astype("Float64")
    flags = {
        "no_picture": accounts["default_profile_image"].astype("boolean"),
        "followed": (followers >= thresholds["followers"]) & (friends <= thresholds["friends"]),
        "fast": statuses > thresholds["rate"] * age.where(age > 0),
        "hashtags": hashtags >= thresholds["hashtags"],
    }
    any_tip = flags["no_picture"] | flags["followed"] | flags["fast"] | flags["hashtags"]
    return pd.DataFrame({"user_id": accounts["user_id"]} | flags | {"any_tip": any_tip})


def flags(scores: pd.DataFrame, tipped: pd.DataFrame, fast: pd.DataFrame) -> pd.DataFrame:
    """What each rule says of each scored account: user_id, one nullable bool for each of RULES.

    In: `scores` (user_id, class), the table of `tips`, and rows of `by_account` or `by_debate`: an account
    that they call highly automated in any row is so. `bot` is null for an account without a class; an account
    that is not among the rows of `fast` tweeted too little for the rule.
    """
    table = scores[["user_id", "class"]].merge(tipped, on="user_id", how="left")
    for reading in READINGS:
        table[reading] = table["user_id"].isin(fast.loc[fast[reading], "user_id"]).astype("boolean")
    table["bot"] = (table["class"] == "bot").astype("boolean").mask(table["class"] == "unknown", pd.NA)
    return table[["user_id", *RULES]].sort_values("user_id", ignore_index=True)


def pair(table: pd.DataFrame, rule: str, other: str) -> pd.DataFrame:
    """The accounts of which two rules say something, from `flags`, to be summed up.

    Columns known (1), selected, selected_other, both, either: 1 where it is so, else 0.
    """
    one, two = table[[rule, other]].dropna().astype(bool).to_numpy().T
    sizes = {"known": one | True, "selected": one, "selected_other": two}
    return pd.DataFrame(sizes | {"both": one & two, "either": one | two}).astype(int)


def overlap(sums: Sums) -> np.ndarray:
    """Accounts that both rules point at, over those that the first does, from sums of `pair`."""
    return ratio(sums["both"], sums["selected"])


def jaccard(sums: Sums) -> np.ndarray:
    """Accounts that both rules point at, over those that either does, from sums of `pair`; NaN if neither
    does.

    3 and 2 accounts with 1 in common: 1/4. Source: Jaccard (1901).
    """
    return ratio(sums["both"], sums["either"])


def lift(sums: Sums) -> np.ndarray:
    """Accounts that both rules point at, over those that two unrelated rules of these sizes would share.

    1 is chance, below it they avoid each other; NaN if one of the rules points at nobody.
    """
    return ratio(sums["both"] * sums["known"], sums["selected"] * sums["selected_other"])


def agreement(table: pd.DataFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """How far each rule agrees with the bot scores, from `flags`: one row a rule, index its key.

    Columns rule (in words), known (accounts of which both say something), selected (by the rule),
    selected_other, both, overlap_share (of the selected), lift, jaccard, low, high (bootstrap over accounts).
    """
    rows, asked = {}, {"overlap_share": overlap, "lift": lift, "jaccard": jaccard}
    for rule in list(RULES)[:-1]:
        accounts = pair(table, rule, "bot")
        ends = bootstrap(accounts, asked, (), seed, draws)
        sizes = accounts.drop(columns="either").sum()
        rows[rule] = {"rule": RULES[rule], **sizes, **ends["value"], **ends.loc["jaccard", ["low", "high"]]}
    return pd.DataFrame.from_dict(rows, orient="index")


def overlaps(table: pd.DataFrame) -> pd.DataFrame:
    """Jaccard index of every two rules: columns rule, other (keys of RULES), known, both, jaccard."""
    pairs = {names: sums(pair(table, *names)) for names in combinations(RULES, 2)}
    rows = [(*names, int(of["known"]), int(of["both"]), jaccard(of)) for names, of in pairs.items()]
    return pd.DataFrame(rows, columns=["rule", "other", "known", "both", "jaccard"])


def draw_overlaps(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `overlaps` as a triangle, darker where two rules agree, with the number in each
    square.
    """
    import seaborn as sns

    if not table["both"].sum():
        return say_empty(ax, "No two rules point at the same account")
    names = list(RULES.values())
    square = table.replace(RULES).pivot(index="other", columns="rule", values="jaccard")
    square = square.reindex(index=names[1:], columns=names[:-1])
    sns.heatmap(square, vmin=0, vmax=1, cmap=GREYS, annot=True, fmt=".2f", cbar=False, square=True, ax=ax)
    ax.tick_params(length=0)
    ax.set_xticks(ax.get_xticks(), names[:-1], rotation=40, ha="right")
    ax.set(xlabel="", ylabel="")
    return ax


def overlap_facts(table: pd.DataFrame) -> dict[str, object]:
    """What the triangle says, from the table of `overlaps`: see captions/automation.toml."""
    shown = table.dropna(subset=["jaccard"])
    bots = shown[shown["other"] == "bot"].set_index("rule")["jaccard"]
    by_rule = "; ".join(f"{RULES[rule]} {value:.2f}" for rule, value in bots.items()) or "none"
    memo = " or ".join(f"{value:.0%}" for value in bots.reindex(list(READINGS)).dropna())
    one, two, *_, most = shown.loc[shown["jaccard"].idxmax()] if table["both"].sum() else [None] * 5
    told = {"by_rule": by_rule, "known": table["known"].max(), "memo": one and memo}
    return told | {"one": RULES.get(one), "two": RULES.get(two), "most": most}
