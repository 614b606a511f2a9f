"""Who retweets, quotes, answers and mentions whom.

An account that wants to retweet picks a camp by its affinities, then a tweet that says what it has to say
among what that camp has written or retweeted in the last minutes to hours, in proportion to how popular the
account is that shows it. Who finds a retweet passes on what it repeats, so that what has been passed on is
seen by more. Nothing here knows who is a bot, except in replies: people find bots' tweets less worth a reply,
and bots mostly reply within their own botnet. Most replies go to accounts outside the collection.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.world.accounts import Accounts
from helpers.world.draw import Stage, category_by_row, stream
from helpers.world.feeds import Feed, Looks, groups, pick, previous, roots
from helpers.world.parameters import ORIGINAL, QUOTE, REPLY, RETWEET, Network, Parameters

ATTEMPTS = 20  # at most, to find another tweet, for who met its own or one that it retweeted before
FEW = 0.0005  # share of retweets that may find nothing new without anybody trying again


class Said(NamedTuple):
    """What is known of each tweet before it is known whom it retweets or answers."""

    time: np.ndarray  # int64, ms
    author: np.ndarray  # int32
    lean: np.ndarray  # int8, the author's
    bot: np.ndarray  # bool, whether the author is one
    topic: np.ndarray  # int8
    sentiment: np.ndarray  # int8
    kind: np.ndarray  # int8, as intended
    weight: np.ndarray  # float32, how likely it is taken up by who sees it

    @property
    def written(self) -> np.ndarray:
        """Which are in words of their own (bool) and answer nobody: originals and quotes."""
        return (self.kind == ORIGINAL) | (self.kind == QUOTE)


class Chances(NamedTuple):
    """Uniform numbers (float32) of every tweet, whatever it turns out to need them for."""

    choice: np.ndarray
    botnet: np.ndarray
    elsewhere: np.ndarray


class Links(NamedTuple):
    """Of each tweet: kind (int8), target (int32 row of tweets), addressed and mention (int32 rows of
    accounts).

    -1 for none. Rows of accounts beyond those of the world are accounts outside the collection.
    """

    kind: np.ndarray
    target: np.ndarray
    addressed: np.ndarray
    mention: np.ndarray


def draw_links(
    parameters: Parameters, accounts: Accounts, time, author, topic, sentiment, kind, seed: int
) -> Links:
    """Whom each tweet retweets, quotes, answers and mentions.

    A tweet that finds nothing to retweet, quote or answer becomes an original.
    """
    rng, law, n = stream(seed, Stage.NETWORK), parameters.network, len(time)
    chances = Chances(*(rng.random(n, dtype=np.float32) for _ in Chances._fields))
    looks, outside = Looks.draw(n, rng), outside_accounts(law, len(accounts), n, rng)
    kind = np.where((kind == ORIGINAL) & (chances.choice < law.quotes), QUOTE, kind).astype(np.int8)
    virality = np.exp(np.float64(law.virality) * rng.standard_normal(n, dtype=np.float32))
    weight = (accounts.popularity[author] * virality).astype(np.float32)
    whose = accounts.lean[author], accounts.bot[author]
    said = Said(time, author, *whose, topic, sentiment, kind, weight)
    target = np.full(n, -1, np.int32)
    draw_retweets(law, said, looks, chances, target)
    draw_quotes(law, said, looks, target)
    outwards = draw_replies(parameters, accounts, said, looks, chances, target)
    addressed = np.where(target >= 0, author[target], np.where(outwards, outside, -1)).astype(np.int32)
    kind[addressed < 0] = ORIGINAL
    target[(kind == REPLY) & (chances.elsewhere < law.replies_elsewhere) & (addressed != author)] = -1
    return Links(kind, target, addressed, draw_mentions(law, said._replace(kind=kind), outside, rng))


def outside_accounts(law: Network, n: int, tweets: int, rng: np.random.Generator) -> np.ndarray:
    """An account (int32) outside a collection of n accounts for each tweet: half as many, a few well known.

    That an account is among the first j grows with the logarithm of j.
    """
    spread = np.log(1 + n / 2 / law.outside_known)
    number = law.outside_known * np.expm1(spread * rng.random(tweets))
    return (n + np.minimum(number, (n - 1) // 2)).astype(np.int32)


def draw_retweets(law: Network, said: Said, looks: Looks, chances: Chances, target: np.ndarray) -> None:
    """Fill `target` of the retweets: originals and quotes of the same cell (topic and sentiment)."""
    cell = (said.topic * 3 + said.sentiment + 1).astype(np.int8)
    rows = np.flatnonzero(said.kind == RETWEET).astype(np.int32)
    parent = np.arange(len(target), dtype=np.int32)  # the tweet by which each came to know what it retweets
    own = own_retweets(law, said, cell, rows[chances.choice[rows] < law.self_retweets], parent)
    others = np.setdiff1d(rows, own, assume_unique=True)
    feeds = feeds_by_cell(law, said, cell)
    see(others, feeds, law, said, cell, looks, parent, 0)
    lost, attempt = met_again(said.author, others, roots(parent)), 1
    while len(lost) > FEW * len(others) and attempt < ATTEMPTS:
        see(lost, feeds, law, said, cell, looks, parent, attempt)
        lost, attempt = met_again(said.author, others, roots(parent)), attempt + 1
    while len(lost):
        parent[lost] = lost
        others = others[parent[others] != others]
        lost = met_again(said.author, others, roots(parent))
    found = rows[parent[rows] != rows]
    target[found] = roots(parent)[found]


def own_retweets(law: Network, said: Said, cell, rows: np.ndarray, parent: np.ndarray) -> np.ndarray:
    """Those of some retweets that repeat their author's own last tweet of the cell, which becomes their
    `parent`.
    """
    before = previous(rows, said.author * 9 + cell, np.flatnonzero(said.written), said.time, law.own_hours)
    first = np.unique(before, return_index=True)[1]  # nobody retweets a tweet twice
    first = first[before[first] >= 0]
    parent[rows[first]] = before[first]
    return rows[first]


def feeds_by_cell(law: Network, said: Said, cell: np.ndarray) -> list[list[Feed]]:
    """For each of the nine cells three feeds, what a camp writes, quotes and retweets."""
    weight = np.where(said.kind == RETWEET, said.weight * np.float32(law.relay), said.weight)
    group = np.where(said.kind == REPLY, np.int8(27), cell * np.int8(3) + said.lean)
    feeds = [Feed.of(rows, said.time, weight[rows]) for rows in groups(group, 27)]
    return [feeds[i : i + 3] for i in range(0, 27, 3)]


def see(rows, feeds, law: Network, said: Said, cell, looks: Looks, parent, attempt: int) -> None:
    """Fill `parent` of some retweets with what they find in a feed; themselves if there is nothing."""
    for one_cell, camps in enumerate(feeds):
        here = rows[cell[rows] == one_cell]
        offer = np.sqrt([len(feed.rows) + 1e-9 for feed in camps])
        weights = (np.array(law.retweet_affinity) * offer).astype(np.float32)[said.lean[here]]
        camp = category_by_row(looks.camp[here], weights)
        found = pick(here, camps, camp, said.time, looks, law.retweet_reach, attempt)
        parent[here] = np.where(found < 0, here, found)


def met_again(author: np.ndarray, rows: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Those of some retweets whose root is their author's own, or one that it retweeted before."""
    key = author[rows].astype(np.int64) * len(root) + root[rows]
    return rows[come_before(key) | (author[root[rows]] == author[rows])]


def come_before(key: np.ndarray) -> np.ndarray:
    """Which numbers (bool) have come before in `key`; quick where few have."""
    ordered = np.sort(key)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    again = np.zeros(len(key), bool)
    if len(twice):
        place = np.minimum(np.searchsorted(twice, key), len(twice) - 1)
        again = twice[place] == key
        some = np.flatnonzero(again)
        again[some[np.unique(place[some], return_index=True)[1]]] = False
    return again


def draw_quotes(law: Network, said: Said, looks: Looks, target: np.ndarray) -> None:
    """Fill `target` of the quotes: originals and quotes on the same topic, often of the other camp if
    negative.
    """
    group = np.where(said.written, said.topic * np.int8(3) + said.lean, np.int8(9))
    feeds = [Feed.of(rows, said.time, said.weight[rows]) for rows in groups(group, 9)]
    affinity = np.array([law.quote_affinity, law.angry_quote_affinity], np.float32)
    for topic in range(3):
        rows = np.flatnonzero((said.kind == QUOTE) & (said.topic == topic))
        shares = affinity[(said.sentiment[rows] < 0).astype(int), said.lean[rows]]
        camp, camps = category_by_row(looks.camp[rows], shares), feeds[topic * 3 : topic * 3 + 3]
        target[rows] = pick(rows, camps, camp, said.time, looks, law.quote_reach)
    drop_own(said.author, np.flatnonzero(said.kind == QUOTE), target)


def drop_own(author: np.ndarray, rows: np.ndarray, target: np.ndarray) -> None:
    """Some tweets that target their author's own target nothing."""
    target[rows[(target[rows] >= 0) & (author[target[rows]] == author[rows])]] = -1


def draw_replies(
    parameters: Parameters, accounts: Accounts, said: Said, looks: Looks, chances: Chances, target
) -> np.ndarray:
    """Fill `target` of the replies, and say which go outside (bool), whose target stays unknown."""
    law, replies, chance = parameters.network, said.kind == REPLY, chances.choice
    wants = replies & (chance < law.threads)
    rows, written = np.flatnonzero(wants), np.flatnonzero(said.kind != RETWEET)
    target[rows] = previous(rows, said.author, written, said.time, law.own_hours)
    rest = replies & (target < 0)
    # who has written nothing of late does as the others do
    chance = np.where(wants, chance / law.threads, (chance - law.threads) / (1 - law.threads))
    outwards = rest & (chance < law.replies_outside)
    inwards = np.flatnonzero(rest & ~outwards)
    answer(parameters, accounts, said, looks, chances.botnet, inwards, target)
    return outwards


def answer(
    parameters: Parameters, accounts: Accounts, said: Said, looks: Looks, botnet, rows, target
) -> None:
    """Fill `target` of some replies with originals and quotes of others."""
    law, weight = parameters.network, (accounts.popularity**parameters.network.reply_popularity)[said.author]
    camps = groups(np.where(said.written, said.lean, np.int8(3)), 3)
    bots = [rows[said.bot[rows]] for rows in camps]
    botnets = [Feed.of(those, said.time, weight[those]) for those in bots]
    for is_bot, behaviour in ((False, parameters.people), (True, parameters.bots)):
        worth = np.where(said.bot, behaviour.bot_reply_weight, 1.0) * weight
        feeds = [Feed.of(those, said.time, worth[those]) for those in camps]
        mine = rows[said.bot[rows] == is_bot]
        within = botnet[mine] < behaviour.botnet
        mates, mine = mine[within], mine[~within]
        target[mates] = pick(mates, botnets, said.lean[mates], said.time, looks, law.botnet_reach)
        affinity = np.array(law.reply_affinity, np.float32)[said.lean[mine]]
        camp = category_by_row(looks.camp[mine], affinity)
        target[mine] = pick(mine, feeds, camp, said.time, looks, law.reply_reach)
    drop_own(said.author, rows, target)


def draw_mentions(law: Network, said: Said, outside: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whom originals and quotes mention (int32, -1 for nobody): an account of the own camp that has just
    tweeted, or one outside the collection.
    """
    n, looks = len(said.time), Looks.draw(len(said.time), rng)
    mention = np.full(n, -1, np.int32)
    feeds = [
        Feed.of(rows, said.time, said.weight[rows])
        for rows in groups(np.where(said.written, said.lean, np.int8(3)), 3)
    ]
    rows = np.flatnonzero(said.written & (rng.random(n, dtype=np.float32) < law.mentions))
    found = pick(rows, feeds, said.lean[rows], said.time, looks, law.mention_reach)
    known = (
        (found >= 0) & (said.author[found] != said.author[rows]) & (looks.camp[rows] >= law.mentions_outside)
    )
    mention[rows] = np.where(known, said.author[found], outside[rows])
    return mention
