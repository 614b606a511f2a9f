"""Network features: the shape of an account's contacts, and of the hashtags it uses together."""

from __future__ import annotations

from helpers.bots.features.friend import RELATIONS
from helpers.bots.features.summary import TENTHS, Events, Measure

# One row an edge of the account's network: how often it had to do with one other in one way.
EDGES = """(
    SELECT user_id, part, other, count(*) AS n, n / sum(n) OVER (PARTITION BY user_id, part) AS share
    FROM contacts GROUP BY user_id, part, other)"""

# One row a pair of accounts, whatever the relation: how often, in how many of four ways, whether both ways.
TIES = """(
    SELECT user_id, other, count(*) AS n, count(DISTINCT part) AS ways,
        (bool_or(part IN ('retweeted', 'addressed')) AND bool_or(part LIKE '%_by'))::INT AS mutual
    FROM contacts GROUP BY ALL)"""

TOGETHER = """
    CREATE TABLE together AS
    WITH uses AS (SELECT DISTINCT user_id, tweet_id, unnest(hashtags) AS tag FROM posts)
    SELECT a.user_id, a.tag AS tag, b.tag AS other, count(*) AS n
    FROM uses a JOIN uses b ON a.tweet_id = b.tweet_id AND a.user_id = b.user_id AND a.tag <> b.tag
    GROUP BY ALL"""

# One row a hashtag: with how many others the account used it in a tweet, and how closely these hang together.
HASHTAGS = """(
    SELECT user_id, tag, count(*) AS degree, sum(n) AS strength,
        any_value(closed) / nullif(count(*) * (count(*) - 1), 0) AS clustering
    FROM together LEFT JOIN (
        SELECT x.user_id, x.tag, count(*) AS closed
        FROM together x JOIN together y ON x.user_id = y.user_id AND x.tag = y.tag AND x.other <> y.other
        JOIN together z ON z.user_id = x.user_id AND z.tag = x.other AND z.other = y.other
        GROUP BY ALL) USING (user_id, tag)
    GROUP BY user_id, tag)"""

EVENTS = (
    Events(
        "edges", "network", "accounts it has to do with", EDGES,
        (Measure("strength", "n", "times it has to do with one other account"),
         Measure("edge_share", "share",
                 "share of one other account in all contacts of the kind", "share", TENTHS)),
        RELATIONS, counted=True,
    ),
    Events(
        "ties", "network", "accounts it has to do with in any way", TIES,
        (Measure("tie", "n", "contacts with one other account"),
         Measure("ways", "ways", "kinds of contact with one other account, of four"),
         Measure("mutual", "mutual", "contacts go both ways", "0 or 1")),
    ),
    Events(
        "hashtag_nodes", "network", "hashtags used together with another", HASHTAGS,
        (Measure("hashtag_degree", "degree", "hashtags used in one tweet with this one"),
         Measure("hashtag_strength", "strength", "times used with another"),
         Measure("hashtag_clustering", "clustering",
                 "share of its companions that are companions of each other", "share", TENTHS)),
        counted=True,
    ),
)  # fmt: skip
