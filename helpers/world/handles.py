"""Handles of accounts: invented, 16 to 20 characters long (Twitter allowed 15), no two alike.

Every account has a number of its own, and its handle spells that number in words, so that the handles of all
accounts differ without being compared, whatever the case of letters: those of a world, those outside the
collection, and the labelled ones each have a range of numbers. Words and patterns are in data/handles.toml
and data/words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import gcd, prod

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.world.draw import GOLDEN, Stage, bank, stream, words
from helpers.world.parameters import FULL_ACCOUNTS
from helpers.world.places import STATES

SHORTEST, LONGEST = 16, 20
LABELLED_FROM, WORLD_FROM, OUTSIDE_FROM = 0, 10_000, 10_000 + FULL_ACCOUNTS
NUMBERS = OUTSIDE_FROM + 2_000_000
CONSONANTS = "bcdfghjklmnpqrstvwxz"  # no name and no word is made of these alone
MOST_DIGITS, MOST_LETTERS = 8, 6
MOST_ENDING = 9  # digits and letters at random
LETTERS, DIGITS = (-5.2, 1.15), (-2.2, 0.80)  # log odds of an ending: start, slope of automation
LOWER_CASE = 0.3  # share of handles

BANK = bank("handles")
PATTERNS = {group: tuple(map(tuple, some)) for group, some in BANK.pop("patterns").items()}


def plain(word: str) -> str:
    """A word in the letters that handles may have."""
    parts = unicodedata.normalize("NFKD", word.translate(str.maketrans("łŁıø", "lLio")))
    return re.sub(r"\W", "", parts.encode("ascii", "ignore").decode())


def one_word(names) -> tuple[str, ...]:
    """Those of the names that are one word, once each."""
    return tuple(dict.fromkeys(name for name in names if name.isalpha()))


WOMEN, MEN, LAST = words("first_names_women"), words("first_names_men"), words("last_names")
FIRST = WOMEN + MEN
SLOTS = {
    "first": tuple(map(plain, FIRST)),
    "last": tuple(map(plain, LAST)),
    **{name: tuple(some) for name, some in BANK.items()},
    "initial": tuple("ABCDEFGHIJKLMNOPRSTVWYZ"),
    "town": one_word(town.name for state in STATES for town in state.towns if town.name != "Washington"),
    "state": one_word(state.name for state in STATES),
    "tail": tuple(a + b for a in CONSONANTS for b in CONSONANTS),
    "digits1": tuple("123456789"),
    "digits2": tuple(f"{number:02}" for number in range(100)),
    "digits3": tuple(f"{number:03}" for number in range(1000)),
    "digits4": tuple(map(str, range(1940, 2004))),  # years of birth
}


@dataclass(frozen=True)
class Book:
    """All handles of a pattern within bounds of length, numbered.

    `words` are the parts' words, shortest first, `order` their rows in SLOTS; each block is a choice of the
    parts' lengths: where its words of each part start, how many there are, and the number of handles before.
    """

    names: tuple[str, ...]  # of the parts; "" for one that is the same in all
    words: tuple[pa.Array, ...]
    order: tuple[np.ndarray, ...]
    start: np.ndarray
    count: np.ndarray
    before: np.ndarray

    @property
    def size(self) -> int:
        """Number of handles."""
        return int(self.before[-1])

    def spell(self, number: np.ndarray) -> list[np.ndarray]:
        """Rows in `words` of the parts of the handles with these numbers, which are dealt out evenly."""
        step = next(k for k in range(int(GOLDEN * self.size) + 1, self.size + 1) if gcd(k, self.size) == 1)
        code = (number * step + self.size // 3) % self.size
        block = np.searchsorted(self.before, code, side="right") - 1
        rest, rows = code - self.before[block], []
        for start, count in zip(self.start.T, self.count.T, strict=True):
            rest, row = np.divmod(rest, count[block])
            rows.append(start[block] + row)
        return rows


@cache
def book(pattern: str, low: int, high: int) -> Book:
    """The book of a pattern: "{slot}" stands for each word of that name in SLOTS."""
    parts = [part for part in re.split(r"(\{\w+\})", pattern) if part]
    names = tuple(part[1:-1] if part[0] == "{" else "" for part in parts)
    choices = [SLOTS[name] if name else (part,) for name, part in zip(names, parts, strict=True)]
    orders = [np.argsort([len(word) for word in some], kind="stable") for some in choices]
    counts = [np.bincount([len(word) for word in some]) for some in choices]
    lengths = [
        one for one in product(*(np.flatnonzero(count) for count in counts)) if low <= sum(one) <= high
    ]
    start = [[int(count[:k].sum()) for count, k in zip(counts, one, strict=True)] for one in lengths]
    count = [[int(count[k]) for count, k in zip(counts, one, strict=True)] for one in lengths]
    before = np.cumsum([0, *map(prod, count)])
    sorted_words = tuple(
        pa.array(some).take(pa.array(order)) for some, order in zip(choices, orders, strict=True)
    )
    return Book(names, sorted_words, tuple(orders), np.array(start), np.array(count), before)


@dataclass(frozen=True)
class Handles:
    """Handles (strings), and the names that they are made of (rows of FIRST and of LAST, -1 for none)."""

    text: pa.Array
    first: np.ndarray
    last: np.ndarray


DRAWS = 3 + MOST_LETTERS + MOST_DIGITS  # uniform numbers for a handle


def draw_handles(number: np.ndarray, z: np.ndarray, noise: float, rng: np.random.Generator) -> Handles:
    """Handles of accounts by their numbers (each below NUMBERS, and used once) and automation.

    The more automated an account, the likelier its handle ends in digits, or in letters at random.
    """
    return spelled(number, z, noise, rng.random((len(z), DRAWS), np.float32))


def outside(n: int, first_number: int, seed: int) -> list[str]:
    """Handles of n accounts outside the collection, of which the first has this number (0 and up).

    Raises ValueError where there are not as many.
    """
    last = first_number + n
    if last > NUMBERS - OUTSIDE_FROM:
        raise ValueError(f"There are handles for {NUMBERS - OUTSIDE_FROM:,} accounts outside, not {last:,}.")
    u = stream(seed, Stage.HANDLES).random((last, DRAWS + 1), np.float32)[first_number:]
    z = 1.2 + 0.9 * log_odds(u[:, -1])
    number = (np.arange(first_number, last) + 7919 * seed) % (NUMBERS - OUTSIDE_FROM)
    return spelled(OUTSIDE_FROM + number, z, 1.0, u).text.to_pylist()


def log_odds(u: np.ndarray) -> np.ndarray:
    """Logistic noise from uniform numbers."""
    u = np.clip(u, 1e-6, 1 - 1e-6)
    return np.log(u / (1 - u))


def endings(z: np.ndarray, noise: float, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of letters at random, and of digits, that handles of accounts of automation z end in."""
    size = noise * log_odds(u[:, 2])
    letters = np.clip(np.round(2.0 + 0.5 * z + size), 2, MOST_LETTERS).astype(int)
    letters[log_odds(u[:, 0]) > LETTERS[0] + LETTERS[1] * z] = 0
    digits = np.clip(np.round(0.9 + 0.75 * z + size), 1, MOST_DIGITS).astype(int)
    digits[log_odds(u[:, 1]) > DIGITS[0] + DIGITS[1] * z] = 0
    return letters, np.minimum(digits, MOST_ENDING - letters)


def spelled(number: np.ndarray, z: np.ndarray, noise: float, u: np.ndarray) -> Handles:
    """As `draw_handles`, from uniform numbers (a row an account, DRAWS columns)."""
    letters, digits = endings(z, noise, u)
    kind = letters * (MOST_DIGITS + 1) + digits
    order = np.argsort(kind, kind="stable")
    found = []
    for rows in np.split(order, np.flatnonzero(np.diff(kind[order])) + 1):
        e, d = int(letters[rows[0]]), int(digits[rows[0]])
        found += of_kind(rows, number[rows], e, d, u[rows, 3:])
    rows, texts, first, last = zip(*found, strict=True)
    back = np.argsort(np.concatenate(rows))
    text = pa.concat_arrays(texts).take(pa.array(back))
    return Handles(text, np.concatenate(first)[back], np.concatenate(last)[back])


def of_kind(rows, number: np.ndarray, letters: int, digits: int, u: np.ndarray) -> Iterator[tuple]:
    """Handles that end in so many letters and digits, pattern by pattern: rows, texts, first, last names."""
    group = "tail" if letters else "long" if digits > 2 else "short" if digits else "plain"
    patterns, weights = zip(*PATTERNS[group], strict=True)
    before = np.cumsum([0, *weights])
    turn, place = np.divmod(number, before[-1])
    which = np.searchsorted(before, place, side="right") - 1
    for k, pattern in enumerate(patterns):
        mine = np.flatnonzero(which == k)
        if len(mine):
            rank = turn[mine] * weights[k] + place[mine] - before[k]
            yield rows[mine], *written(pattern, rank, letters, digits, u[mine])


def written(pattern: str, rank: np.ndarray, letters: int, digits: int, u: np.ndarray) -> tuple:
    """Texts, first and last names of the handles of a pattern with these numbers in its book."""
    free_letters, free_digits = max(0, letters - 2), digits - 3 if digits > 4 else 0
    free = free_letters + free_digits
    whole = pattern + (f"{{digits{min(digits, 3) if digits != 4 else 4}}}" if digits else "")
    pages = book(whole, SHORTEST - free, LONGEST - free)
    spelling = pages.spell(rank)
    parts = [words.take(pa.array(row)) for words, row in zip(pages.words, spelling, strict=True)]
    parts.insert(len(parts) - bool(digits), signs(CONSONANTS, u[:, :free_letters]))
    parts.append(signs("0123456789", u[:, MOST_LETTERS : MOST_LETTERS + free_digits]))
    text = pc.binary_join_element_wise(*parts, "")
    lower = pc.if_else(pa.array(rank % 10 < 10 * LOWER_CASE), pc.utf8_lower(text), text)
    names = dict(zip(pages.names, zip(pages.order, spelling, strict=True), strict=True))
    nobody = np.full(len(rank), -1)
    of = [names[name][0][names[name][1]] if name in names else nobody for name in ("first", "last")]
    return lower, *of


def signs(of: str, u: np.ndarray) -> pa.Array:
    """Strings of signs drawn at random, from a row of uniform numbers each."""
    n, length = u.shape
    if not length:
        return pa.repeat("", n)
    signs = np.frombuffer(of.encode(), np.uint8)[np.minimum((u * len(of)).astype(int), len(of) - 1)]
    return pa.array(np.ascontiguousarray(signs).view(f"S{length}").ravel()).cast(pa.string())
