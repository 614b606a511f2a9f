"""Who retweets and replies to whom.

An account that wants to retweet picks a camp by its affinities, then one of the earlier tweets there that say
what it has to say, among those its feed still shows, in proportion to their popularity. Nothing here knows
who is a bot, except in replies: people find bots' tweets less worth a reply, and bots mostly reply within
their own botnet.
"""

from __future__ import annotations

import numpy as np

from helpers.world.accounts import Accounts
from helpers.world.draw import Stage, category, stream
from helpers.world.parameters import ORIGINAL, REPLY, RETWEET, Network, Parameters
from helpers.world.timeline import HOUR_MS

FEED_MARGIN = 0.2  # hours that every feed reaches back at least


def draw_targets(parameters: Parameters, accounts: Accounts, time, author, topic, sentiment, kind, seed: int):
    """Kind (int8) and target (int32 row of the tweet, -1 for none) of each tweet.

    A tweet that finds nothing to retweet or reply to, or only its own author's, becomes an original.
    """
    rng = stream(seed, Stage.NETWORK)
    target = np.full(len(time), -1, np.int32)
    lean, originals = accounts.lean[author], kind == ORIGINAL
    draw_retweets(
        parameters.network, accounts, time, author, lean, topic * 3 + sentiment + 1, kind, target, rng
    )
    draw_replies(parameters, accounts, time, author, lean, kind, target, rng)
    lost = ~originals & ((target < 0) | (author[target] == author))
    target[lost] = -1
    return np.where(lost, ORIGINAL, kind).astype(np.int8), target


def draw_retweets(law: Network, accounts: Accounts, time, author, lean, cell, kind, target, rng) -> None:
    """Fill `target` of the retweets: originals of the same cell (topic and sentiment)."""
    weight = accounts.popularity[author] * np.exp(law.virality * rng.standard_normal(len(time)))
    for one_cell in range(9):
        mine = np.flatnonzero((kind == RETWEET) & (cell == one_cell))
        pools = [
            np.flatnonzero((kind == ORIGINAL) & (cell == one_cell) & (lean == other)) for other in range(3)
        ]
        offer = np.sqrt([len(pool) + 1e-9 for pool in pools])
        for own in range(3):
            readers = mine[lean[mine] == own]
            camp = category(rng.random(len(readers)), np.array(law.retweet_affinity[own]) * offer)
            for other, pool in enumerate(pools):
                chosen = readers[camp == other]
                target[chosen] = pick_earlier(
                    time[chosen], pool, time, weight[pool], law.retweet_lag, law.feed, rng
                )


def draw_replies(parameters: Parameters, accounts: Accounts, time, author, lean, kind, target, rng) -> None:
    """Fill `target` of the replies."""
    law, bot = parameters.network, accounts.bot[author]
    pools = [np.flatnonzero((kind == ORIGINAL) & (lean == other)) for other in range(3)]
    weight = accounts.popularity**law.reply_popularity
    for own in range(3):
        for is_bot, behaviour in ((False, parameters.people), (True, parameters.bots)):
            mine = np.flatnonzero((kind == REPLY) & (lean == own) & (bot == is_bot))
            camp = category(rng.random(len(mine)), law.reply_affinity[own])
            in_botnet = rng.random(len(mine)) < behaviour.botnet
            for other, pool in enumerate(pools):
                chosen = mine[(camp == other) & ~in_botnet]
                worth = weight[author[pool]] * np.where(bot[pool], behaviour.bot_reply_weight, 1.0)
                target[chosen] = pick_earlier(time[chosen], pool, time, worth, law.reply_lag, law.feed, rng)
            chosen, pool = mine[in_botnet], pools[own][bot[pools[own]]]
            target[chosen] = pick_earlier(
                time[chosen], pool, time, weight[author[pool]], law.botnet_lag, law.feed, rng
            )


def pick_earlier(moments, pool, time, weight, lag: float, feed: int, rng) -> np.ndarray:
    """For each moment a tweet of `pool` (rows in time order) before it, in proportion to its weight; -1 if
    none.

    The feed reaches back an exponential time of mean `lag` hours, and at least `feed` tweets.
    """
    reach = (rng.exponential(lag, len(moments)) + FEED_MARGIN) * HOUR_MS
    mark = rng.random(len(moments))
    if len(pool) == 0:
        return np.full(len(moments), -1)
    times, cumulated = time[pool], np.r_[0.0, np.cumsum(weight)]
    end = np.searchsorted(times, moments, side="left")
    start = np.searchsorted(times, moments - reach.astype(np.int64), side="left")
    start = np.maximum(0, np.minimum(start, end - feed))
    level = cumulated[start] + mark * (cumulated[end] - cumulated[start])
    chosen = np.clip(np.searchsorted(cumulated, level, side="right") - 1, 0, np.maximum(end - 1, 0))
    return np.where(end > 0, pool[chosen], -1)
