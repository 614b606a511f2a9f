"""Features of accounts that tell bots from humans, in the six classes of BotOrNot.

After Davis et al. (2016) and Varol et al. (2017), which Bessi & Ferrara (2016), section Methodology, "Bot
detection", used: more than a thousand features from an account's profile, its recent tweets, and what others
have to do with it. Most are the same summary statistics (`summary`) of many distributions (`events.toml`).
What cannot be known of an account is NaN, never 0.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

import duckdb
import pandas as pd

from helpers.bots.features.posts import Tweets, by_chunk, query
from helpers.bots.features.summary import TIMELINE
from helpers.bots.features.user import CATALOGUE, profile_features

CLASSES = ["content", "friend", "network", "sentiment", "temporal", "user"]


def overview() -> pd.DataFrame:
    """What is measured, a row a distribution or a field of the profile: columns class, measure, measures,
    unit, features.

    `features` is the number of features that come from it: the statistics of `summary`, of all events and of
    parts.
    """
    rows = [("user", name, one.measures, one.unit, 1) for name, one in CATALOGUE.items()]
    for events in TIMELINE.events:
        parts = 1 + len(events.parts)
        rows += [
            (events.feature_class, measure.name, measure.what, measure.unit, len(TIMELINE.statistics) * parts)
            for measure in events.measures
        ]
        if events.counted:
            rows.append((events.feature_class, events.name, f"number of {events.what}", "count", parts))
    table = pd.DataFrame(rows, columns=["class", "measure", "measures", "unit", "features"])
    return table.sort_values("class", kind="stable", ignore_index=True)


@cache
def catalogue() -> pd.DataFrame:
    """All features: columns name, class, measures, unit."""
    rows = [row for events in TIMELINE.events for row in events.catalogue()]
    rows += [(name, "user", one.measures, one.unit) for name, one in CATALOGUE.items()]
    return pd.DataFrame(rows, columns=["name", "class", "measures", "unit"])


def class_of(names: pd.Index) -> pd.Series:
    """The class of each feature, indexed by name; a feature that is not in the catalogue is taken as of the
    user.
    """
    return names.to_series().map(catalogue().set_index("name")["class"]).fillna("user")


def account_features(
    users: pd.DataFrame,
    tweets: Tweets,
    at: datetime | pd.Series,
    others: pd.DataFrame | None = None,
    names: pd.Series | None = None,
) -> pd.DataFrame:
    """All features of accounts: indexed by user_id, a column for each row of `catalogue`, float32.

    In: the accounts' profiles (columns of the `users` table), tweets by and around them (columns of the
    `tweets` table, in memory or Parquet), the moment as of which profiles are judged, and the profiles of all
    accounts that they may have to do with (None: these accounts); `names` as for `profile_features`. Of each
    account's tweets the latest 300 count; tweets of others count as contacts with it. An account without
    tweets has NaN but for its profile.
    """
    profile = profile_features(users, at, names)
    known = by_chunk(tweets, users if others is None else others, profile.index, timeline_features)
    table = known.reindex(profile.index).join(profile)
    return table.reindex(columns=catalogue()["name"]).rename_axis(columns=None).astype("float32")


def timeline_features(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Features of the accounts in the tables of `posts.by_chunk`, all classes but user."""
    for name in ("words", "grammar", "together"):
        connection.execute(query(name))
    return pd.concat([events.summary(connection) for events in TIMELINE.events], axis=1)
