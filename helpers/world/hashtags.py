"""Hashtags: the 23 search terms and seven companions, and who puts which into a tweet.

A tweet's hashtags are one unsigned 32-bit integer, bit j for `TAGS[j]`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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


def tag_table(tags: np.ndarray) -> tuple[list[list[str]], np.ndarray]:
    """The distinct sets among `tags` as lists of hashtags as written, and each tweet's row in that list."""
    sets, row = np.unique(tags, return_inverse=True)
    return [[tag.text for j, tag in enumerate(TAGS) if one >> j & 1] for one in sets.tolist()], row
