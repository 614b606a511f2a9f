"""Temporal features: when and at what pace an account tweets."""

from __future__ import annotations

from helpers.bots.features.posts import PARTS
from helpers.bots.features.summary import LOGARITHMIC, Events, Measure

WAITS = """(
    SELECT *, since_any - lag(since_any) OVER (PARTITION BY user_id ORDER BY created_at, tweet_id) AS change
    FROM (
        SELECT *,
            epoch(created_at) - lag(epoch(created_at))
                OVER (PARTITION BY user_id ORDER BY created_at, tweet_id) AS since_any,
            epoch(created_at) - lag(epoch(created_at))
                OVER (PARTITION BY user_id, part ORDER BY created_at, tweet_id) AS since_same
        FROM posts))"""


def _per(unit: str) -> str:
    return f"""(
        SELECT user_id, part, time_bucket(INTERVAL '1 {unit}', created_at) AS slot, count(*) AS n
        FROM posts GROUP BY ALL)"""


EVENTS = (
    Events(
        "tweets", "temporal", "tweets", WAITS,
        (
            Measure("wait", "since_any", "time since the account's tweet before", "s", LOGARITHMIC),
            Measure("wait_same", "since_same",
                    "time since its tweet of the same kind before", "s", LOGARITHMIC),
            Measure("wait_change", "abs(change)",
                    "difference between two waits in a row", "s", LOGARITHMIC),
            Measure("hour", "hour(created_at)", "hour of the day, UTC", "h"),
            Measure("weekday", "isodow(created_at)", "day of the week, Monday is 1", "day"),
            Measure("minute", "minute(created_at)", "minute of the hour", "min"),
            Measure("second", "second(created_at)", "second of the minute", "s"),
        ),
        PARTS, counted=True,
    ),
    Events(
        "retweet", "temporal", "retweets", "posts",
        (Measure("delay", "epoch(created_at) - epoch(retweeted_at)",
                 "age of the retweeted tweet", "s", LOGARITHMIC),),
    ),
    Events("days", "temporal", "days with a tweet", _per("day"),
           (Measure("per_day", "n", "tweets a day"),), PARTS, True),
    Events("hours", "temporal", "hours with a tweet", _per("hour"),
           (Measure("per_hour", "n", "tweets an hour"),), PARTS, True),
)  # fmt: skip
