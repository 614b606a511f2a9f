"""The "user" class of features: what an account's profile says, computed from the `users` table.

Sources, in the order of the catalogue (profile.csv):

- Bessi & Ferrara (2016), section Methodology, "Bot detection", which names the strongest signals: whether
  the profile was customised, whether it carries geographical metadata, activity statistics, followers over
  friends, the age of the account and the randomness of the user name;
- Yang, Varol, Hui & Menczer (2020), "Scalable and generalizable social bot detection through data selection":
  the twenty features of BotometerLite (`LITE`);
- Varol, Ferrara, Davis, Menczer & Flammini (2017), "Online human-bot interactions", and Kudugunta & Ferrara
  (2018), "Deep neural networks for bot detection": lengths and composition of names and descriptions, ratios;
- ours: what else a v1.1 user object says of an account.

What depends on who asked or when (`following`, `notifications`) and what Twitter stopped to give (`lang`,
`time_zone`) is left out: where bots and humans were collected at different times, it would give away the
answer.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from math import exp, log, log2
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.ingest.pseudonyms import PSEUDONYM


class Feature(NamedTuple):
    """What a feature measures, its unit, and the fields of the v1.1 user object that it needs."""

    measures: str
    unit: str
    fields: str

    def __str__(self) -> str:
        return f"{self.measures} ({self.unit})"


def _catalogue() -> dict[str, Feature]:
    with Path(__file__).with_name("profile.csv").open(encoding="utf-8", newline="") as file:
        return {name: Feature(*rest) for name, *rest in list(csv.reader(file))[1:]}


CATALOGUE = _catalogue()  # by name, in the order of columns
LITE = [
    "statuses", "followers", "friends", "favourites", "listed",
    "default_profile", "profile_use_background_image", "verified",
    "statuses_per_day", "followers_per_day", "friends_per_day", "favourites_per_day", "listed_per_day",
    "followers_per_friend", "screen_name_length", "screen_name_digits", "name_length", "name_digits",
    "description_length", "screen_name_likelihood",
]  # fmt: skip

# Words by which accounts declare themselves automated. "robotics" and "about" are none.
AUTOMATED = (
    r"(?i)\b(?:(?:chat|ro|twitter)?bots?\b|automat|auto[- ]?(?:post|tweet)|(?:random|procedural)ly |generat|"
    r"algorithm|markov|neural|hourly|every (?:\w+ )?(?:minute|hour|day)s?\b|once an? (?:hour|day)|script\b|"
    r"source code|by @)"
)
BOT_NAME = r"(?:^[Bb]ot[A-Z_\d]|[Bb]ots?[_\d]*$|BOTS?[_\d]*$|_[Bb]ots?_|[a-z]Bots?[A-Z_])"
NAME_PAIR = re.compile(r"(?=(\w\w))", re.ASCII)  # of letters of a screen name, one from each on
STRING = pd.ArrowDtype(pa.string())
TEXTS = ("screen_name", "name", "description", "location", "url", "profile_banner_url")
GIVEN = {name: feature.fields for name, feature in CATALOGUE.items() if name.startswith("has_")}
COUNTS = ("statuses", "followers", "friends", "favourites", "listed")
RATIOS = {name: feature.fields.split() for name, feature in CATALOGUE.items() if feature.unit == "ratio"}
PATTERNS = {  # what is counted in a text: RE2's, which know classes of Unicode
    "screen_name": {"digits": r"\d", "underscores": "_"},
    "name": {"digits": r"\d", "words": r"\S+", "symbols": r"[\p{P}\p{S}]"},
    "description": {
        "words": r"\S+", "digits": r"\d", "punctuation": r"\p{P}", "symbols": r"\p{S}",
        "urls": r"(?i)https?://|www\.", "hashtags": r"#\w", "mentions": r"@\w",
    },
}  # fmt: skip


def profile_features(
    users: pd.DataFrame, at: datetime | pd.Series, names: pd.Series | None = None
) -> pd.DataFrame:
    """Profile features of accounts, as of the moment `at`, or as of each account's own (a Series by user_id).

    In: columns of the `users` table; screen names from which the likelihood of letter pairs is estimated, by
    default the accounts' own (no labels are needed). Out: one row an account, indexed by user_id, columns as
    in CATALOGUE, all float; what is not known is NaN, never 0. A null text was left empty if the profile has
    a screen name; in a trimmed profile, and where `users` lacks the column, it is not known, nor are names
    behind a pseudonym. Age is at least one day.
    """
    users = users.set_index("user_id")
    moment = at.reindex(users.index) if isinstance(at, pd.Series) else pd.Timestamp(at)
    age = ((moment - users["created_at"]).dt.total_seconds() / 86400).clip(lower=1)
    text = {name: _texts(users, name) for name in TEXTS}
    named = ~text["screen_name"].str.fullmatch(PSEUDONYM).fillna(False)  # else names are not known
    text |= {name: text[name].where(named) for name in ("screen_name", "name")}
    count = {name: _numbers(users, f"{name}_count") for name in COUNTS}
    fields = {f"{name}_count": number for name, number in count.items()}
    flags = [name for name, feature in CATALOGUE.items() if feature.fields == name]
    columns = {
        **{name: _numbers(users, name) for name in flags},
        **count,
        **{f"{name}_per_day": number / age for name, number in count.items()},
        **{name: fields[part] / fields[whole].clip(lower=1) for name, (part, whole) in RATIOS.items()},
        "reputation": count["followers"] / (count["followers"] + count["friends"]).clip(lower=1),
        **_compositions(text),
        "screen_name_last_digits": _length(text["screen_name"])
        - _length(_without(text["screen_name"], r"\d+$")),
        "screen_name_likelihood": likelihoods(
            text["screen_name"], users["screen_name"] if names is None else names
        ),
        "name_likeness": likeness(text["name"], text["screen_name"]),
        "says_automated": _count(text["description"], AUTOMATED)
        + _count(text["name"], AUTOMATED)
        + _count(text["screen_name"], BOT_NAME),
        **{name: _length(text[field]).clip(upper=1) for name, field in GIVEN.items()},
        "location_length": _length(text["location"]),
        "age_days": age,
    }
    return pd.DataFrame(columns, index=users.index)[list(CATALOGUE)].astype("float64")


def _compositions(text: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """Length, capitals, randomness and PATTERNS of the texts of a profile."""
    columns = {}
    for name, patterns in PATTERNS.items():
        columns[f"{name}_length"] = _length(text[name])
        columns[f"{name}_upper"] = _count(text[name], r"\p{Lu}") / _length(text[name]).clip(lower=1)
        columns[f"{name}_entropy"] = _each(entropy, text[name])
        columns |= {f"{name}_{what}": _count(text[name], pattern) for what, pattern in patterns.items()}
    return columns


# ── Columns ───────────────────────────────────────────────────────────────────────────────────────────


def _numbers(users: pd.DataFrame, name: str) -> pd.Series:
    """Counts or truth values as floats; NaN where missing, and throughout where `users` lacks the column."""
    column = users.get(name, pd.Series(np.nan, users.index))
    return pd.to_numeric(column.astype("object"), errors="coerce").astype("float64")


def _texts(users: pd.DataFrame, name: str) -> pd.Series:
    """Texts as Arrow strings, "" where left empty; null where the profile is trimmed or `users` lacks the
    column.
    """
    column = users.get(name, pd.Series(None, users.index, dtype="object")).astype(STRING)
    return column.fillna("").where(users["screen_name"].notna()) if name in users else column


def _length(text: pd.Series) -> pd.Series:
    return text.str.len().astype("float64")


def _count(text: pd.Series, pattern: str) -> pd.Series:
    """How often a pattern of RE2 occurs."""
    counts = pc.count_substring_regex(pa.array(text.astype(STRING), pa.string()), pattern)
    return pd.Series(counts.to_numpy(zero_copy_only=False), text.index)


def _without(text: pd.Series, pattern: str) -> pd.Series:
    left = pc.replace_substring_regex(pa.array(text.astype(STRING), pa.string()), pattern, "")
    return pd.Series(pd.array(left, STRING), text.index)


# ── Letters and pairs of letters ──────────────────────────────────────────────────────────────────────


def _each(function: Callable[..., float], *texts: pd.Series) -> pd.Series:
    """`function` of the texts of each account; NaN where one is missing."""
    rows = zip(*texts, strict=True)
    values = [function(*row) if all(isinstance(text, str) for text in row) else np.nan for row in rows]
    return pd.Series(values, texts[0].index, dtype=float)


def entropy(word: str) -> float:
    """Shannon entropy of a word's letters, in bits a character: 0 for "aaaa", 2 for "abcd"."""
    shares = [number / len(word) for number in Counter(word).values()]
    return sum(share * log2(1 / share) for share in shares)


def likelihoods(text: pd.Series, names: pd.Series) -> pd.Series:
    """Likelihood of screen names: geometric mean of the probabilities of their letter pairs; NaN without a
    pair.

    The probabilities of the 63 * 63 pairs of [A-Za-z0-9_] are their shares among the pairs of `names`, after
    one is added to each count (Yang et al. 2020 estimated them from two million screen names).
    """
    numbers = Counter(pair for name in names.dropna() for pair in NAME_PAIR.findall(name))
    total = numbers.total() + 63**2

    def likelihood(name: str) -> float:
        logarithms = [log((numbers[pair] + 1) / total) for pair in NAME_PAIR.findall(name)]
        return exp(sum(logarithms) / len(logarithms)) if logarithms else np.nan

    return _each(likelihood, text)


def likeness(one: pd.Series, other: pd.Series) -> pd.Series:
    """Sørensen–Dice coefficient of the letter pairs of two texts, regardless of case, spaces and signs (0 to
    1).
    """

    def dice(*words: str) -> float:
        first, second = ({*pairwise(word)} for word in words)
        return 2 * len(first & second) / max(len(first) + len(second), 1)

    plain = (_without(text.astype(STRING).str.lower(), r"[^\pL\pN]") for text in (one, other))
    return _each(dice, *plain)
