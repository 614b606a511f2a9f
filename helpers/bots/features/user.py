"""The "user" class of features: what an account's profile says, computed from the `users` table.

Sources, by which the catalogue below is grouped:

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

from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


class Feature(NamedTuple):
    """A feature: what it measures, with its unit, and the fields of the v1.1 user object that it needs."""

    measures: str
    fields: str


CATALOGUE = {
    # the article's strongest signals
    "default_profile": Feature("profile colours never changed (0 or 1)", "default_profile"),
    "default_profile_image": Feature("no picture of its own (0 or 1)", "default_profile_image"),
    "geo_enabled": Feature("location services switched on (0 or 1)", "geo_enabled"),
    "has_location": Feature("profile names a place (0 or 1)", "location"),
    "has_description": Feature("profile has a description (0 or 1)", "description"),
    "screen_name_digits": Feature("digits in the screen name (count)", "screen_name"),
    "screen_name_entropy": Feature("randomness of the screen name (bits a character)", "screen_name"),
    "age_days": Feature("age of the account (days)", "created_at"),
    "followers": Feature("accounts that follow it (count)", "followers_count"),
    "friends": Feature("accounts that it follows (count)", "friends_count"),
    "followers_per_friend": Feature("followers over friends (ratio)", "followers_count friends_count"),
    "statuses": Feature("tweets ever posted (count)", "statuses_count"),
    "statuses_per_day": Feature(
        "tweets ever posted per day of age (count a day)", "statuses_count created_at"
    ),
    "favourites": Feature("tweets ever liked (count)", "favourites_count"),
    "listed": Feature("lists it is on (count)", "listed_count"),
    # the others of BotometerLite
    "verified": Feature("Twitter vouched for who it is (0 or 1)", "verified"),
    "profile_use_background_image": Feature(
        "shows a background picture (0 or 1)", "profile_use_background_image"
    ),
    "followers_per_day": Feature("followers per day of age (count a day)", "followers_count created_at"),
    "friends_per_day": Feature("friends per day of age (count a day)", "friends_count created_at"),
    "favourites_per_day": Feature("likes per day of age (count a day)", "favourites_count created_at"),
    "listed_per_day": Feature("lists per day of age (count a day)", "listed_count created_at"),
    "screen_name_length": Feature("screen name (characters)", "screen_name"),
    "screen_name_likelihood": Feature(
        "how usual the letter pairs of the screen name are (geometric mean of probabilities)", "screen_name"
    ),
    "name_length": Feature("name (characters)", "name"),
    "name_digits": Feature("digits in the name (count)", "name"),
    "description_length": Feature("description (characters)", "description"),
    # composition of names and description
    "screen_name_upper": Feature("upper-case letters in the screen name (share)", "screen_name"),
    "screen_name_underscores": Feature("underscores in the screen name (count)", "screen_name"),
    "screen_name_last_digits": Feature("digits that end the screen name (count)", "screen_name"),
    "name_words": Feature("words of the name (count)", "name"),
    "name_upper": Feature("upper-case letters in the name (share)", "name"),
    "name_symbols": Feature("signs, emoji among them, in the name (count)", "name"),
    "name_entropy": Feature("randomness of the name (bits a character)", "name"),
    "name_likeness": Feature(
        "letter pairs shared by name and screen name (Dice, 0 to 1)", "name screen_name"
    ),
    "description_words": Feature("words of the description (count)", "description"),
    "description_upper": Feature("upper-case letters in the description (share)", "description"),
    "description_digits": Feature("digits in the description (count)", "description"),
    "description_punctuation": Feature("punctuation marks in the description (count)", "description"),
    "description_symbols": Feature("emoji and other symbols in the description (count)", "description"),
    "description_urls": Feature("links in the description (count)", "description"),
    "description_hashtags": Feature("hashtags in the description (count)", "description"),
    "description_mentions": Feature("accounts named in the description (count)", "description"),
    "description_entropy": Feature("randomness of the description (bits a character)", "description"),
    "says_automated": Feature(
        "words for automation in names and description (count)", "name screen_name description"
    ),
    # ratios of counts
    "reputation": Feature("followers among followers and friends (share)", "followers_count friends_count"),
    "favourites_per_status": Feature("likes given per tweet (ratio)", "favourites_count statuses_count"),
    "statuses_per_follower": Feature("tweets per follower (ratio)", "statuses_count followers_count"),
    "statuses_per_friend": Feature("tweets per friend (ratio)", "statuses_count friends_count"),
    "listed_per_follower": Feature("lists per follower (ratio)", "listed_count followers_count"),
    # the rest of the profile
    "has_url": Feature("profile links to a page (0 or 1)", "url"),
    "has_banner": Feature("picture across the top of the profile (0 or 1)", "profile_banner_url"),
    "protected": Feature("tweets for followers only (0 or 1)", "protected"),
    "location_length": Feature("place named in the profile (characters)", "location"),
}

PROFILE = {name: feature.measures for name, feature in CATALOGUE.items()}

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
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"  # of screen names
STRING = pd.ArrowDtype(pa.string())
TEXTS = ("screen_name", "name", "description", "location", "url", "profile_banner_url")
COUNTS = ("statuses", "followers", "friends", "favourites", "listed")


def profile_features(
    users: pd.DataFrame, at: datetime | pd.Series, names: pd.Series | None = None
) -> pd.DataFrame:
    """Profile features of accounts, as of the moment `at`, or as of each account's own (a Series by user_id).

    In: columns of the `users` table; screen names from which the likelihood of letter pairs is estimated, by
    default the accounts' own (no labels are needed). Out: one row an account, indexed by user_id, columns as
    in PROFILE, all float; what is not known is NaN, never 0. A null text was left empty if the profile has a
    screen name; in a trimmed profile, and where `users` lacks the column, it is not known. Age is at least
    one day.
    """
    users = users.set_index("user_id")
    moment = at.reindex(users.index) if isinstance(at, pd.Series) else pd.Timestamp(at)
    age = ((moment - users["created_at"]).dt.total_seconds() / 86400).clip(lower=1)
    text = {name: _texts(users, name) for name in TEXTS}
    count = {name: _numbers(users, f"{name}_count") for name in COUNTS}
    flags = [name for name, feature in CATALOGUE.items() if feature.fields == name]
    columns = {
        **{name: _numbers(users, name) for name in flags},
        **count,
        **{f"{name}_per_day": number / age for name, number in count.items()},
        **_ratios(**count),
        **_screen_names(text["screen_name"], users["screen_name"] if names is None else names),
        **_names(text["name"], text["screen_name"]),
        **_descriptions(text["description"]),
        "says_automated": _count(text["description"], AUTOMATED)
        + _count(text["name"], AUTOMATED)
        + _count(text["screen_name"], BOT_NAME),
        "has_location": _length(text["location"]).clip(upper=1),
        "location_length": _length(text["location"]),
        "has_url": _length(text["url"]).clip(upper=1),
        "has_banner": _length(text["profile_banner_url"]).clip(upper=1),
        "age_days": age,
    }
    return pd.DataFrame(columns, index=users.index)[list(CATALOGUE)].astype("float64")


def _ratios(statuses, followers, friends, favourites, listed) -> dict[str, pd.Series]:
    return {
        "followers_per_friend": followers / friends.clip(lower=1),
        "reputation": followers / (followers + friends).clip(lower=1),
        "favourites_per_status": favourites / statuses.clip(lower=1),
        "statuses_per_follower": statuses / followers.clip(lower=1),
        "statuses_per_friend": statuses / friends.clip(lower=1),
        "listed_per_follower": listed / followers.clip(lower=1),
    }


def _screen_names(text: pd.Series, names: pd.Series) -> dict[str, pd.Series]:
    return {
        "screen_name_length": _length(text),
        "screen_name_digits": _count(text, r"\d"),
        "screen_name_last_digits": _length(text) - _length(_without(text, r"\d+$")),
        "screen_name_underscores": _count(text, "_"),
        "screen_name_upper": _share(text, r"\p{Lu}"),
        "screen_name_entropy": entropies(text),
        "screen_name_likelihood": likelihoods(text, names),
    }


def _names(text: pd.Series, screen_name: pd.Series) -> dict[str, pd.Series]:
    return {
        "name_length": _length(text),
        "name_digits": _count(text, r"\d"),
        "name_words": _count(text, r"\S+"),
        "name_upper": _share(text, r"\p{Lu}"),
        "name_symbols": _count(text, r"[\p{P}\p{S}]"),
        "name_entropy": entropies(text),
        "name_likeness": likeness(text, screen_name),
    }


def _descriptions(text: pd.Series) -> dict[str, pd.Series]:
    return {
        "has_description": _length(text).clip(upper=1),
        "description_length": _length(text),
        "description_words": _count(text, r"\S+"),
        "description_digits": _count(text, r"\d"),
        "description_upper": _share(text, r"\p{Lu}"),
        "description_punctuation": _count(text, r"\p{P}"),
        "description_symbols": _count(text, r"\p{S}"),
        "description_urls": _count(text, r"(?i)https?://|www\."),
        "description_hashtags": _count(text, r"#\w"),
        "description_mentions": _count(text, r"@\w"),
        "description_entropy": entropies(text),
    }


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


def _arrow(text: pd.Series) -> pa.Array:
    return pa.array(text.astype(STRING), pa.string())


def _length(text: pd.Series) -> pd.Series:
    return text.str.len().astype("float64")


def _count(text: pd.Series, pattern: str) -> pd.Series:
    """How often a pattern occurs. Patterns are RE2's, which know classes of Unicode."""
    return pd.Series(
        pc.count_substring_regex(_arrow(text), pattern).to_numpy(zero_copy_only=False), text.index
    )


def _share(text: pd.Series, pattern: str) -> pd.Series:
    return _count(text, pattern) / _length(text).clip(lower=1)


def _without(text: pd.Series, pattern: str) -> pd.Series:
    return pd.Series(pd.array(pc.replace_substring_regex(_arrow(text), pattern, ""), STRING), text.index)


# ── Letters and pairs of letters, of all texts at once ────────────────────────────────────────────────


def entropy(word: str) -> float:
    """Shannon entropy of a word's letters, in bits a character: 0 for "aaaa", 2 for "abcd"."""
    return float(entropies(pd.Series([word])).iloc[0])


def entropies(text: pd.Series) -> pd.Series:
    """Shannon entropy of each text's letters, in bits a character; 0 of an empty text, NaN of none."""
    row, letter = _letters(text)
    different, counts = np.unique(row << 21 | letter, return_counts=True)
    of = different >> 21
    share = counts / np.bincount(row, minlength=len(text))[of]
    bits = np.bincount(of, -share * np.log2(share), minlength=len(text)) + 0.0  # turns -0.0 into 0.0
    return pd.Series(bits, text.index).where(text.notna())


def likelihoods(text: pd.Series, names: pd.Series) -> pd.Series:
    """Likelihood of screen names: geometric mean of the probabilities of their letter pairs; NaN without a
    pair.

    The probabilities of the 63 * 63 pairs of [A-Za-z0-9_] are their shares among the pairs of `names`, after
    one is added to each count (Yang et al. 2020 estimated them from two million screen names).
    """
    size = len(LETTERS) ** 2
    counts = np.bincount(_pairs_of_names(names)[1], minlength=size) + 1
    row, pair = _pairs_of_names(text)
    pairs = np.bincount(row, minlength=len(text))
    total = np.bincount(row, np.log(counts / counts.sum())[pair], minlength=len(text))
    return pd.Series(np.exp(total / np.where(pairs, pairs, np.nan)), text.index)


def likeness(one: pd.Series, other: pd.Series) -> pd.Series:
    """Sørensen–Dice coefficient of the letter pairs of two texts, regardless of case, spaces and signs (0 to
    1).
    """
    # Asked for counts NumPy sorts, for which pairs in the order of rows are nearly ready; else it would hash.
    first, second = (np.unique(_pairs(_plain(text)), return_counts=True)[0] for text in (one, other))
    both = np.intersect1d(first, second, assume_unique=True)
    number = lambda pairs: np.bincount(pairs >> 42, minlength=len(one))  # noqa: E731
    score = 2 * number(both) / np.maximum(number(first) + number(second), 1)
    return pd.Series(score, one.index).where(one.notna() & other.notna())


def _plain(text: pd.Series) -> pd.Series:
    return _without(text.astype(STRING).str.lower(), r"[^\pL\pN]")


def _letters(text: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Row and code point of every letter of all texts."""
    whole = text.fillna("")
    row = np.repeat(np.arange(len(text)), _length(whole).to_numpy("int64"))
    return row, np.frombuffer("".join(whole.astype("object")).encode("utf-32-le"), "uint32").astype("int64")


def _pairs(text: pd.Series) -> np.ndarray:
    """Every two neighbouring letters of all texts, as row << 42 | first << 21 | second."""
    row, letter = _letters(text)
    same = row[1:] == row[:-1]
    return (row[1:] << 42 | letter[:-1] << 21 | letter[1:])[same]


def _pairs_of_names(names: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Row and number (0 to 3968) of the letter pairs of screen names; pairs with another letter are left
    out.
    """
    number = np.full(1 << 21, -1)
    number[[ord(letter) for letter in LETTERS]] = range(len(LETTERS))
    pairs = _pairs(names)
    first, second = number[pairs >> 21 & 0x1FFFFF], number[pairs & 0x1FFFFF]
    good = (first >= 0) & (second >= 0)
    return pairs[good] >> 42, first[good] * len(LETTERS) + second[good]
