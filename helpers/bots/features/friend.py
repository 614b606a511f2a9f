"""Friend features: what kind of accounts an account retweets and addresses, and is retweeted and addressed
by.
"""

from __future__ import annotations

from helpers.bots.features.summary import LOGARITHMIC, Events, Measure
from helpers.ingest.pseudonyms import PSEUDONYM

RELATIONS = ("retweeted", "addressed", "retweeted_by", "addressed_by")

# One row a contact; an account contacted twice counts twice. Ages are as of the account's own latest tweet.
FRIENDS = f"""(
    SELECT contacts.user_id, part, latest, users.* EXCLUDE (user_id) REPLACE (
        nullif(regexp_replace(screen_name, '{PSEUDONYM}', ''), '') AS screen_name)
    FROM contacts JOIN users ON users.user_id = other
    LEFT JOIN (SELECT user_id, max(created_at) AS latest FROM posts GROUP BY user_id) own
        ON own.user_id = contacts.user_id)"""


def _count(field: str, what: str) -> Measure:
    return Measure(f"friends_{field}", f"{field}_count", f"{what} of the other account", "count", LOGARITHMIC)


EVENTS = (
    Events(
        "friends", "friend", "contacts whose profile is known", FRIENDS,
        (
            _count("followers", "followers"),
            _count("friends", "friends"),
            _count("statuses", "tweets ever posted"),
            _count("favourites", "tweets ever liked"),
            _count("listed", "lists"),
            Measure("friends_ratio", "followers_count / greatest(friends_count, 1)",
                    "followers over friends of the other account", "ratio", LOGARITHMIC),
            Measure("friends_age", "epoch(latest - created_at) / 86400",
                    "age of the other account", "days", LOGARITHMIC),
            Measure("friends_default", "default_profile::INT",
                    "the other's profile was never changed", "0 or 1"),
            Measure("friends_verified", "verified::INT", "the other account is verified", "0 or 1"),
            Measure("friends_described", "(description IS NOT NULL)::INT",
                    "the other account describes itself", "0 or 1"),
            Measure("friends_digits", r"length(regexp_replace(screen_name, '\D', '', 'g'))",
                    "digits in the other's screen name"),
        ),
        RELATIONS, counted=True,
    ),
)  # fmt: skip
