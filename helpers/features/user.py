"""Features of an account's profile that tell bots from humans, computed from the `users` table.

After Bessi & Ferrara (2016), section Methodology, "Bot detection", which names the strongest signals:
whether the profile was customised, whether it carries geographical metadata, activity statistics,
followers over friends, the age of the account and the randomness of the user name.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

PROFILE = {  # feature -> what it measures (unit)
    "default_profile": "profile colours never changed (0 or 1)",
    "default_profile_image": "no picture of its own (0 or 1)",
    "geo_enabled": "location services switched on (0 or 1)",
    "has_location": "profile names a place (0 or 1)",
    "has_description": "profile has a description (0 or 1)",
    "screen_name_digits": "digits in the screen name (count)",
    "screen_name_entropy": "randomness of the screen name (bits a character)",
    "age_days": "age of the account (days)",
    "followers": "accounts that follow it (count)",
    "friends": "accounts that it follows (count)",
    "followers_per_friend": "followers over friends (ratio)",
    "statuses": "tweets ever posted (count)",
    "statuses_per_day": "tweets ever posted per day of age (count a day)",
    "favourites": "tweets ever liked (count)",
    "listed": "lists it is on (count)",
}


def profile_features(users: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """Profile features of accounts, as of the moment `at`.

    In: columns of the `users` table. Out: one row an account, indexed by user_id, columns as in PROFILE, all
    float; what a profile does not say is NaN, never 0. Age is at least one day.
    """
    users = users.set_index("user_id")
    age = ((pd.Timestamp(at) - users["created_at"]).dt.total_seconds() / 86400).clip(lower=1)
    names = users["screen_name"]
    followers, friends, statuses = (
        _numbers(users[f"{c}_count"]) for c in ("followers", "friends", "statuses")
    )
    table = pd.DataFrame(
        {
            "default_profile": _numbers(users["default_profile"]),
            "default_profile_image": _numbers(users["default_profile_image"]),
            "geo_enabled": _numbers(users["geo_enabled"]),
            "has_location": users["location"].notna(),
            "has_description": users["description"].notna(),
            "screen_name_digits": names.str.count(r"\d"),
            "screen_name_entropy": names.map(entropy, na_action="ignore"),
            "age_days": age,
            "followers": followers,
            "friends": friends,
            "followers_per_friend": followers / friends.clip(lower=1),
            "statuses": statuses,
            "statuses_per_day": statuses / age,
            "favourites": _numbers(users["favourites_count"]),
            "listed": _numbers(users["listed_count"]),
        }
    )
    return table[list(PROFILE)].astype("float64")


def _numbers(column: pd.Series) -> pd.Series:
    """Counts or truth values as floats, missing as NaN."""
    return pd.to_numeric(column.astype("object"), errors="coerce").astype("float64")


def entropy(word: str) -> float:
    """Shannon entropy of a word's letters, in bits a character: 0 for "aaaa", 2 for "abcd"."""
    _, counts = np.unique(list(word), return_counts=True)
    share = counts / counts.sum()
    return float(-(share * np.log2(share)).sum()) + 0.0  # + 0.0 turns -0.0 into 0.0
