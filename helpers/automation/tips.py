"""The press article's tips for spotting a bot, as rules with stated thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import or_

import narwhals as nw
import pandas as pd

from helpers.tables import collect

TIPS = {
    "no_picture": "no picture of its own",
    "followed": "followed by many, follows hardly anyone",
    "fast": "many tweets a day over its lifetime",
    "hashtags": "latches onto hashtags",
}
FIELDS = ["default_profile_image", "followers_count", "friends_count", "statuses_count", "created_at"]


def profiles(tweets: nw.LazyFrame, users: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """What the tips look at, of each scored account: one row an account, ordered by user_id.

    Columns user_id, default_profile_image, followers_count, friends_count, statuses_count, created_at (UTC),
    and per_tweet: hashtags a tweet of its own (neither retweet nor reply). Missing is null: an account
    without a profile, a profile without a field, an account that posted no such tweet.
    """
    own = tweets.filter(nw.col("kind").is_in(["original", "quote"]))
    counts = own.select("user_id", per_tweet=nw.col("hashtags").list.len())
    per_tweet = counts.group_by("user_id").agg(nw.col("per_tweet").mean())
    looked = scores.select("user_id").join(users.select("user_id", *FIELDS), on="user_id", how="left")
    return collect(looked.join(per_tweet, on="user_id", how="left").sort("user_id"))


def tips(accounts: pd.DataFrame, at: datetime, thresholds: Mapping[str, float]) -> pd.DataFrame:
    """Which tips point at each account of `profiles`: user_id, one nullable bool for each of TIPS, and
    any_tip.

    `at` (UTC) is when the profiles were seen; `thresholds` has followers, friends, rate (tweets a day since
    the account was made) and hashtags (a tweet of its own). A tip whose fields are missing says nothing
    (null, not False); any_tip is true if one tip says so, and null if none does and one is silent (Kleene
    1952). Source: P. Howard in the press article of 19 October 2016.
    """
    age = (pd.Timestamp(at) - accounts["created_at"]).dt.total_seconds() / 86_400
    number = accounts[["followers_count", "friends_count", "statuses_count"]].astype("Float64")
    alone = number["friends_count"] <= thresholds["friends"]
    flags = {
        "no_picture": accounts["default_profile_image"].astype("boolean"),
        "followed": (number["followers_count"] >= thresholds["followers"]) & alone,
        "fast": number["statuses_count"] > thresholds["rate"] * nullable(age.where(age > 0)),
        "hashtags": nullable(accounts["per_tweet"]) >= thresholds["hashtags"],
    }
    flags = {name: flag.astype("boolean") for name, flag in flags.items()}
    return pd.DataFrame({"user_id": accounts["user_id"]} | flags | {"any_tip": reduce(or_, flags.values())})


def nullable(numbers: pd.Series) -> pd.Series:
    """Numbers whose missing values are null, and stay so in comparisons (NaN would compare False)."""
    return numbers.astype("Float64").mask(numbers.isna(), pd.NA)
