"""What accounts say of themselves: a few pieces (job, place, family, politics, a motto ...) in a row.

The pieces are filled from patterns in data/profiles.toml. The more automated an account, the likelier it has
copied what it says, from a pool that all copiers share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.world.draw import Stage, bank, category, logistic, stream, words
from helpers.world.places import STATES, State

LONGEST = 160  # characters that Twitter allowed
PER_PATTERN = 120  # pieces
PER_PLACE = 6  # the same, of what is on a state
CHUNK = 500_000  # descriptions made at a time
POOL = 150  # descriptions that are copied
COPIES = (-7.2, 1.75)  # log odds that a description is a copy: start, and slope of automation
FOREIGN = 0.6  # share of those that write in the language of the account, where it is not English
LAST = 9  # rank from which pieces end a description, and are none by themselves

BANK = bank("profiles")
KINDS = tuple(BANK["description"].values())
PLACE = list(BANK["description"]).index("place")
MOST = len(BANK["pieces"])  # pieces of a description
SEPARATORS, SEPARATOR_WEIGHTS = zip(*BANK["separators"], strict=True)
SEPARATOR_LENGTHS = np.array([len(one) for one in SEPARATORS])
TOWNS = [town.nickname or town.name for state in STATES for town in state.towns]
NAMES = [
    name for both in zip(words("first_names_women"), words("first_names_men"), strict=False) for name in both
]
FILLERS = BANK["words"] | {"emoji": BANK["emoji"], "elsewhere": TOWNS, "name": NAMES[:200]}


@dataclass(frozen=True)
class Pieces:
    """All pieces, as they are and then with a capital: in groups, one after the other.

    Groups are the kinds as women write them, then as men do; in the same way the states; and the languages.
    """

    text: pa.Array
    length: np.ndarray
    ends: np.ndarray  # whether a full stop can follow
    start: np.ndarray  # of each group
    count: np.ndarray

    def __len__(self) -> int:
        return len(self.length) // 2


@cache
def all_pieces() -> Pieces:
    """The pieces, the same in every world."""
    rng, groups = stream(0, Stage.DESCRIPTIONS), []
    for gender in BANK["gendered"].values():
        here = FILLERS | gender | {"state": ["my state"], "place": ["my town"]}
        groups += [filled(kind["patterns"], here, PER_PATTERN, rng) for kind in KINDS]
    for gender, state in product(BANK["gendered"].values(), STATES):
        here = FILLERS | gender | {"state": [state.name], "place": ways_to_say(state)}
        groups.append(filled(KINDS[PLACE]["patterns"], here, PER_PLACE, rng))
    languages = [BANK["foreign"][code] for code in list(BANK["languages"])[1:]]
    ends = [kind["rank"] < LAST for kind in KINDS] * 2 + [True] * (2 * len(STATES) + len(languages))
    return put_together(groups + languages, ends)


def put_together(groups: list[list[str]], ends: list[bool]) -> Pieces:
    """The pieces of groups; `ends` says of which a full stop can follow."""
    count = np.array([len(some) for some in groups])
    text = [piece for some in groups for piece in some]
    text += [piece if ".example" in piece else piece[0].upper() + piece[1:] for piece in text]
    length = np.array([len(piece) for piece in text])
    return Pieces(pa.array(text), length, np.tile(np.repeat(ends, count), 2), np.cumsum(count) - count, count)


def ways_to_say(state: State) -> list[str]:
    """How people of a state name the town they live in."""
    towns = state.towns
    return [town.nickname or town.name for town in towns] + [f"{town.name}, {state.code}" for town in towns]


def filled(patterns: list[str], fillers: dict[str, list[str]], n: int, rng) -> list[str]:
    """n pieces of each pattern that has slots, and fewer of the others, the same again where they run out.

    Words come from the heads of their lists more than from the tails.
    """

    def one(pattern: str) -> str:
        said: list[str] = []
        for slot in re.findall(r"\{(\w+)\}", pattern):
            some = [word for word in fillers[slot] if word not in said] or fillers[slot]
            said.append(some[int(len(some) * rng.random() ** 1.6)])
        rest = iter(said)
        return re.sub(r"\{\w+\}", lambda _: next(rest), pattern)

    pieces = []
    for pattern in patterns:
        some = dict.fromkeys(grammatical(one(pattern)) for _ in range(n))
        pieces += (list(some) * n)[: n if len(some) > 1 else 1 + n // 5]
    return pieces


def grammatical(piece: str) -> str:
    """A piece with "an" before vowels, and the plural only after numbers above one."""
    piece = re.sub(r"\b([Aa]) (?=[aeio])", r"\1n ", piece)
    return re.sub(r"\b(one|1) (\w+?)s\b", r"\1 \2", piece)


def draw_descriptions(has: np.ndarray, z: np.ndarray, man, state, language, rng) -> pa.Array:
    """What accounts of automation z say of themselves, "" where they say nothing.

    `man` tells men from women, `state` is a row of `places.STATES`; `language` is 0 for English, else a row
    of `profiles.LANGUAGES`.
    """
    n = len(z)
    copies = rng.random(n) < logistic(COPIES[0] + COPIES[1] * z)
    foreign = np.where(rng.random(n) < FOREIGN, language, 0)
    which = (POOL * rng.random(n) ** 1.5).astype(int)
    parts = [slice(k, k + CHUNK) for k in range(0, n, CHUNK)]
    own = [composed(man[part], state[part], foreign[part], rng) for part in parts]
    text = pc.if_else(pa.array(copies), pool().take(pa.array(which)), pa.concat_arrays(own))
    return pc.if_else(pa.array(has), text, "")


@cache
def pool() -> pa.Array:
    """The descriptions that are copied, the same in every world."""
    rng = stream(1, Stage.DESCRIPTIONS)
    man, state = rng.random(POOL) < 0.5, rng.integers(len(STATES), size=POOL)
    return composed(man, state, np.zeros(POOL, int), rng)


def composed(man: np.ndarray, state: np.ndarray, foreign: np.ndarray, rng) -> pa.Array:
    """Descriptions, in another language where its number is not 0."""
    pieces, n = all_pieces(), len(foreign)
    number = 1 + category(rng.random(n), BANK["pieces"])
    group = groups_of(draw_kinds(number, rng), man, state, foreign)
    row = pieces.start[group] + (pieces.count[group] * rng.random(group.shape)).astype(int)
    separator = category(rng.random(n), SEPARATOR_WEIGHTS)
    length = np.cumsum(pieces.length[row] + SEPARATOR_LENGTHS[separator, None], axis=1)
    shown = (length <= LONGEST) & (np.arange(MOST) < number[:, None])
    shown[:, 1:] &= row[:, 1:] != row[:, :1]  # there are few in other languages
    u = rng.random((n, 3))
    sentences = separator == SEPARATORS.index(". ")
    capital = (sentences | (u[:, 0] < 0.5))[:, None] | (np.arange(MOST) == 0)
    text = joined(row + len(pieces) * capital, shown, separator)
    last = row[np.arange(n), MOST - 1 - np.argmax(shown[:, ::-1], axis=1)]
    stop = sentences & (u[:, 1] < 0.7) & pieces.ends[last]
    text = pc.if_else(pa.array(stop), pc.binary_join_element_wise(text, ".", ""), text)
    return pc.if_else(pa.array(u[:, 2] < BANK["lower_case"]), pc.utf8_lower(text), text)


def draw_kinds(number: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Kinds (rows of KINDS) of pieces of descriptions that have so many: MOST columns, as they stand."""
    weight, rank = (np.array([kind[key] for kind in KINDS], np.float32) for key in ("weight", "rank"))
    key = np.log(weight) + rng.gumbel(size=(len(number), len(KINDS))).astype(np.float32)
    key[number == 1] -= np.where(rank < LAST, 0, 99).astype(np.float32)
    kind = np.argsort(-key, axis=1)[:, :MOST]
    place = rank[kind] + np.where(rank[kind] < LAST, 2, 0) * rng.standard_normal(kind.shape, np.float32)
    place[np.arange(MOST) >= number[:, None]] = np.inf
    return np.take_along_axis(kind, np.argsort(place, axis=1), axis=1)


def groups_of(kind: np.ndarray, man: np.ndarray, state: np.ndarray, foreign: np.ndarray) -> np.ndarray:
    """The groups of `all_pieces` for kinds of pieces, of accounts one a row."""
    here = 2 * len(KINDS) + len(STATES) * man + state
    group = np.where(kind == PLACE, here[:, None], kind + len(KINDS) * man[:, None])
    abroad = 2 * (len(KINDS) + len(STATES)) - 1 + foreign.astype(int)
    return np.where(foreign[:, None] > 0, abroad[:, None], group)


def joined(row: np.ndarray, shown: np.ndarray, separator: np.ndarray) -> pa.Array:
    """The pieces in the rows, where shown, with what separates them."""
    text = all_pieces().text
    columns = [text.take(pa.array(one, mask=~those)) for one, those in zip(row.T, shown.T, strict=True)]
    between = pa.array(SEPARATORS).take(pa.array(separator))
    return pc.binary_join_element_wise(*columns, between, null_handling="skip")
