"""The press article's tips for spotting a bot, as rules with stated thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import narwhals as nw
import pandas as pd

from helpers.tables import collect

TIPS = {
    "no_picture": "no picture of its own",
    "followed": "followed by many, follows hardly anyone",
    "fast": "many tweets a day over its lifetime",
    "hashtags": "latches onto hashtags",
}
THRESHOLDS = {
    "followers": 10_000,  # the article's number
    "friends": 0,  # "don't follow anyone"
    "rate": 50.0,  # tweets a day since the account was made; the article: more than 50
    "hashtags": 3.0,  # an original tweet; the article gives no number, and this is ours
}


def profiles(tweets: nw.LazyFrame, users: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """What the tips look at, of each scored account: one row an account, ordered by user_id.

    Columns user_id, default_profile_image, followers_count, friends_count, statuses_count, created_at (UTC), and
    per_tweet: hashtags an original tweet (neither retweet nor reply). Missing is null: an account without a profile,
    a profile without a field, an account that posted no original tweet.
    """
    fields = ["default_profile_image", "followers_count", "friends_count", "statuses_count", "created_at"]
    original = nw.col("retweeted_tweet_id").is_null() & nw.col("in_reply_to_user_id").is_null()
    per_tweet = (
        tweets.filter(original)
        .select("user_id", n=nw.col("hashtags").list.len())
        .group_by("user_id")
        .agg(per_tweet=nw.col("n").mean())
    )
    return collect(
        scores.select("user_id")
        .join(users.select("user_id", *fields), on="user_id", how="left")
        .join(per_tweet, on="user_id", how="left")
        .sort("user_id")
    )


def tips(accounts: pd.DataFrame, at: datetime, thresholds: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Which tips point at each account of `profiles`: user_id, one nullable bool for each of TIPS, and any_tip.

    `at` (UTC) is when the profiles were seen, and `thresholds` replaces any of THRESHOLDS. A tip whose fields are
    missing says nothing (null, not False); any_tip is true if one tip says so, and null if none does and one is
    silent. Source: P. Howard in the press article of 19 October 2016.
    """
    limit = THRESHOLDS | dict(thresholds or {})
    age = (pd.Timestamp(at) - accounts["created_at"]).dt.total_seconds() / 86_400
    number = accounts[["followers_count", "friends_count", "statuses_count"]].astype("Float64")
    alone = number["friends_count"] <= limit["friends"]
    flags = {
        "no_picture": accounts["default_profile_image"].astype("boolean"),
        "followed": (number["followers_count"] >= limit["followers"]) & alone,
        "fast": number["statuses_count"] > limit["rate"] * nullable(age.where(age > 0)),
        "hashtags": nullable(accounts["per_tweet"]) >= limit["hashtags"],
    }
    table = pd.DataFrame({"user_id": accounts["user_id"]} | flags).astype(dict.fromkeys(TIPS, "boolean"))
    return table.assign(any_tip=any_of(table[list(TIPS)]))


def nullable(numbers: pd.Series) -> pd.Series:
    """Numbers whose missing values are null, and stay so in comparisons (NaN would compare False)."""
    return numbers.astype("Float64").mask(numbers.isna(), pd.NA)


def any_of(flags: pd.DataFrame) -> pd.Series:
    """True if one of the nullable bools is, null if none is true and one is null, else False (Kleene 1952)."""
    result = pd.Series(False, index=flags.index, dtype="boolean")
    for name in flags:
        result = result | flags[name]
    return result
