"""Names that accounts show: first and last name of the handle, parts of them, nicknames, jobs, places."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.world.draw import bank, category, logistic
from helpers.world.handles import FIRST, LAST, MEN, SLOTS, WOMEN, Handles
from helpers.world.places import STATES

LONGEST = 20  # characters that Twitter allowed
OTHER = (-3.4, 1.0)  # log odds that the name is not that of the handle: start, and slope of automation
BANK = bank("profiles")
PATTERNS, WEIGHTS = zip(*BANK["names"], strict=True)
TOWNS = np.array([len(state.towns) for state in STATES])
WORDS = {
    **{name: SLOTS[name] for name in ("initial", "adjective", "noun", "job")},
    **{name: BANK[name] for name in ("nickname", "emoji")},
    "first": FIRST,
    "other": FIRST,
    "last": LAST,
    "letter": [name[0] for name in LAST],
    "state": [state.name for state in STATES],
    "place": [town.nickname or town.name for state in STATES for town in state.towns],
    "year": [str(year) for year in range(1950, 2000)],
    "title": ["Mrs.", "Mr."],
    "who": [who for gender in BANK["gendered"].values() for who in gender["who"]],
}
FILLERS = {name: pa.array(some) for name, some in WORDS.items()}
WHO = len(WORDS["who"]) // 2  # of women, and of men


def draw_names(handles: Handles, z: np.ndarray, state: np.ndarray, rng) -> tuple[pa.Array, np.ndarray]:
    """Names of accounts with these handles, automation and home states; which of them (bool) are men's.

    The more automated an account, the likelier its name is another than that of its handle.
    """
    u = rng.random((len(state), 10), np.float32)
    other = u[:, 9] < logistic(OTHER[0] + OTHER[1] * z)
    handles = Handles(handles.text, np.where(other, -1, handles.first), np.where(other, -1, handles.last))
    man = np.where(handles.first >= 0, handles.first >= len(WOMEN), u[:, 0] < 0.5)
    some = np.where(man, len(WOMEN) + common(u[:, 1], len(MEN)), common(u[:, 1], len(WOMEN)))
    first = np.where(handles.first >= 0, handles.first, some)
    last = np.where(handles.last >= 0, handles.last, common(u[:, 2], len(LAST)))
    town = (np.cumsum(TOWNS) - TOWNS)[state] + (TOWNS[state] * u[:, 3]).astype(int)
    who = WHO * man + (WHO * u[:, 4]).astype(int)
    own = {"first": first, "last": last, "letter": last, "place": town, "state": state}
    text = patterned(own | {"title": man.astype(int), "who": who}, category(u[:, 5], WEIGHTS), u[:, 6:8])
    return in_case(shortened(text, own), category(u[:, 8], BANK["name_case"])), man


def common(u: np.ndarray, n: int) -> np.ndarray:
    """Rows of a list of n words, those at its head more often."""
    return (n * u**1.6).astype(int)


def patterned(own: dict[str, np.ndarray], which: np.ndarray, u: np.ndarray) -> pa.Array:
    """Names, each of the pattern (row of PATTERNS) that is given for it."""
    order, parts = np.argsort(which, kind="stable"), []
    for rows in np.split(order, np.flatnonzero(np.diff(which[order])) + 1):
        mine = {name: row[rows] for name, row in own.items()}
        parts.append(fill(PATTERNS[which[rows[0]]], mine, u[rows]))
    return pa.concat_arrays(parts).take(pa.array(np.argsort(order)))


def fill(pattern: str, own: dict[str, np.ndarray], u: np.ndarray) -> pa.Array:
    """Names of a pattern: "{slot}" is the account's `own` (a row of WORDS), or drawn."""
    parts, drawn = [], iter(u.T)
    for part in filter(None, re.split(r"(\{\w+\})", pattern)):
        if part[0] == "{":
            name = part[1:-1]
            row = own[name] if name in own else common(next(drawn), len(WORDS[name]))
            parts.append(FILLERS[name].take(pa.array(row)))
        else:
            parts.append(pa.repeat(part, len(u)))
    return pc.binary_join_element_wise(*parts, "")


def shortened(text: pa.Array, own: dict[str, np.ndarray]) -> pa.Array:
    """The names, or "First L." where they are too long."""
    first, letter = (FILLERS[name].take(pa.array(own[name])) for name in ("first", "letter"))
    short = pc.binary_join_element_wise(first, pc.binary_join_element_wise(letter, ".", ""), " ")
    return pc.if_else(pc.greater(pc.utf8_length(text), LONGEST), short, text)


def in_case(text: pa.Array, case: np.ndarray) -> pa.Array:
    """The names as they are (0), in lower case (1), or in capitals (2)."""
    lower, upper = pa.array(case == 1), pa.array(case == 2)
    return pc.if_else(lower, pc.utf8_lower(text), pc.if_else(upper, pc.utf8_upper(text), text))
