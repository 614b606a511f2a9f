"""Hashtags: the 23 search terms and seven companions, who puts which into a tweet, and the tail of others.

A tweet's searched hashtags and companions are one unsigned 32-bit integer, bit j for `TAGS[j]`. Those of the
tail, thousands that few use (data/hashtag_tail.txt), come in groups: the tweet has the group's number.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from helpers.world import talk
from helpers.world.accounts import Accounts
from helpers.world.draw import Stage, category, stream, table
from helpers.world.parameters import Hashtags


class Tag(NamedTuple):
    """A hashtag as people write it, what it stands for, and why it was searched for ("" if it was not)."""

    text: str
    group: str
    source: str


# Nine that the article names, fourteen of ours where it gives only their number, seven not searched for.
TAGS = tuple(Tag(**row) for row in table("hashtags"))
PARTISAN = range(0, 9)
THIRD_PARTY = range(9, 12)
DEBATE = range(12, 22)
DEBATE_SHARES = (0.21, 0.17, 0.235, 0.235, 0.09, 0.025, 0.015, 0.008, 0.007, 0.005)
COMPANIONS = range(22, 30)
COMPANION_SHARES = (  # by lean
    (1, 0.2, 1, 0.2, 1, 1, 1, 1),
    (1, 0, 1, 2, 0.6, 0.6, 0.4, 0.4),
    (1, 3, 1, 0, 0.6, 0.6, 0.4, 0.4),
)
SEARCHED = np.uint32(sum(1 << j for j, tag in enumerate(TAGS) if tag.source))


def bit(j) -> np.ndarray:
    """The integer of hashtag j."""
    return np.uint32(1) << np.asarray(j, np.uint32)


def draw_hashtags(law: Hashtags, accounts: Accounts, author, topic, seed: int) -> np.ndarray:
    """Hashtags (uint32) of each tweet as if an original; one without a search term gets a debate tag."""
    rng = stream(seed, Stage.HASHTAGS)
    n, lean = len(author), accounts.lean[author]
    partisan = np.array(law.partisan, np.float32)
    third_party = np.array(law.third_party, np.float32)
    favourite = np.exp(law.favourite * rng.standard_normal((len(accounts), len(PARTISAN)))).astype(np.float32)
    tags = np.zeros(n, np.uint32)
    for j in PARTISAN:
        chance = np.minimum(0.95, partisan[lean, topic, j] * favourite[author, j])
        tags |= np.where(rng.random(n, dtype=np.float32) < chance, bit(j), np.uint32(0))
    for j in THIRD_PARTY:
        chance = third_party[lean, j - THIRD_PARTY.start]
        tags |= np.where(rng.random(n, dtype=np.float32) < chance, bit(j), np.uint32(0))

    which = DEBATE.start + category(rng.random(n), DEBATE_SHARES)
    chance = np.array(law.debate)[lean] * np.array(law.debate_factor)[topic]
    tags |= np.where((rng.random(n) < chance) | (tags == 0), bit(which), np.uint32(0))

    which = np.zeros(n, np.int8)
    for own, shares in enumerate(COMPANION_SHARES):
        mine = lean == own
        which[mine] = COMPANIONS.start + category(rng.random(mine.sum()), shares)
    return tags | np.where(rng.random(n) < law.companion, bit(which), np.uint32(0))


GROUPS, CRAMMED_GROUPS = 60_000, 12_000  # groups of the tail, and those of them that fill a tweet
SIZES, CRAMMED_SIZES = (0.70, 0.22, 0.08), (0, 0, 0, 0.25, 0.40, 0.35)  # shares of groups of 1, 2, 3 …
ZIPF = 3.0  # the hashtag of rank r is used in proportion to 1 / (r + ZIPF)
SHORT = 9  # characters, at most, of hashtags that fill a tweet


class Tails(NamedTuple):
    """Groups of hashtags: as lists, as texts ("#one #two"), and their length with the blank before each."""

    lists: list[list[str]]
    texts: list[str]
    length: np.ndarray  # int16


@cache
def tails() -> Tails:
    """The groups of every world. The first is empty, the last CRAMMED_GROUPS fill a tweet."""
    rng, words = np.random.default_rng(0), np.array(talk.tail_hashtags())
    weight = 1 / (np.arange(len(words)) + ZIPF)
    short = weight * (np.char.str_len(words) <= SHORT)
    lists = [[]]
    for number, shares, law in (
        (GROUPS - CRAMMED_GROUPS - 1, SIZES, weight),
        (CRAMMED_GROUPS, CRAMMED_SIZES, short),
    ):
        size = 1 + category(rng.random(number), shares)
        drawn = words[np.searchsorted(np.cumsum(law) / law.sum(), rng.random((number, 2 * len(shares))))]
        pairs = zip(drawn.tolist(), size.tolist(), strict=True)
        lists += [list(dict.fromkeys(some))[:k] for some, k in pairs]
    texts = [" ".join(f"#{word}" for word in some) for some in lists]
    length = np.array([len(text) + 1 if text else 0 for text in texts], np.int16)
    return Tails(lists, texts, length)


def draw_tail(law: Hashtags, n: int, seed: int) -> np.ndarray:
    """Group of the tail (int32, row of `tails`) of each of n tweets."""
    rng = stream(seed, Stage.TAIL)
    u, usual = rng.random(n), GROUPS - CRAMMED_GROUPS
    which = rng.random(n, dtype=np.float32)
    tail = np.where(which < law.tail, 1 + u * (usual - 1), 0).astype(np.int32)
    crammed = which >= 1 - law.crammed
    tail[crammed] = usual + (u[crammed] * CRAMMED_GROUPS).astype(np.int32)
    return tail


@cache
def tail_lists() -> pa.ListArray:
    """The groups of `tails`, lower case."""
    return pa.array([[word.lower() for word in some] for some in tails().lists], pa.list_(pa.string()))


def hashtag_lists(tags: np.ndarray, tail: np.ndarray) -> pa.ListArray:
    """The hashtags of tweets, lower case: those of TAGS, then those of the tail."""
    sets, row = tag_table(tags)
    lists = [[word.lower() for word in one] for one in sets]
    known = pa.concat_arrays([pa.array(lists, pa.list_(pa.string())), tail_lists()])
    both = known.take(pa.array(np.stack([row, len(sets) + tail], axis=1).ravel()))
    return pa.ListArray.from_arrays(both.offsets[::2], both.values)


def tag_table(tags: np.ndarray) -> tuple[list[list[str]], np.ndarray]:
    """The distinct sets among `tags` as lists of hashtags as written, and each tweet's row in that list."""
    sets, row = np.unique(tags, return_inverse=True)
    return [*map(as_written, sets.tolist())], row


def as_written(tags: int) -> list[str]:
    """The hashtags of a set, as people write them."""
    return [tag.text for j, tag in enumerate(TAGS) if tags >> j & 1]
