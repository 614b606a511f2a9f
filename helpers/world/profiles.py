"""Profiles: how an account presents itself, as noisy signs of its latent automation z, common to people and
bots.

A scored person has z near .7, a bot near 3.5; other people, and those of the training set, are much more
diverse. Every field depends on z alone (and noise), never on what the account does in the collection, so that
a score computed from profiles cannot manufacture a finding. Counts and ages are as of the start of the
collection.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.world.accounts import Accounts
from helpers.world.draw import Stage, bank, stream
from helpers.world.parameters import Profile
from helpers.world.places import draw_locations
from helpers.world.timeline import DAY_MS, START_MS, twitter_time

WORDS = bank("profiles")
FIRST_WORDS, SECOND_WORDS = WORDS["first_words"], WORDS["second_words"]
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwxyz" for vowel in "aeiou"]
HANDLES = len(FIRST_WORDS) * len(SECOND_WORDS) * len(SYLLABLES) ** 2
RESERVED = 10_000  # of these, for the labelled accounts


def draw_automation(law: Profile, accounts: Accounts, seed: int) -> np.ndarray:
    """Latent automation z of each account."""
    rng = stream(seed, Stage.AUTOMATION)
    mean = np.where(accounts.bot, law.bot[0], law.ordinary[0])
    sd = np.where(accounts.bot, law.bot[1], law.ordinary[1])
    scored = np.arange(len(accounts)) < accounts.scored
    activists = scored & ~accounts.bot
    mean[activists], sd[activists] = law.activist
    volume = np.where(accounts.bot & scored, law.bot_volume * np.log(accounts.activity / 46), 0)
    return mean + volume + sd * rng.standard_normal(len(accounts))


def draw_suspended(law: Profile, accounts: Accounts, seed: int) -> np.ndarray:
    """Which of the scored accounts (bool) are gone by the time they are looked up."""
    rng = stream(seed, Stage.SUSPENSIONS)
    bot, activity = accounts.bot[: accounts.scored], accounts.activity[: accounts.scored]
    share = np.where(bot, law.suspended[1], law.suspended[0])
    return rng.random(len(bot)) < share * (46 / np.maximum(activity, 46)) ** law.suspended_decay


def profiles_of(law: Profile, accounts: Accounts, z: np.ndarray, seed: int) -> pd.DataFrame:
    """Profiles of a world's accounts."""
    rng = stream(seed, Stage.PROFILES)
    number = rng.permutation(HANDLES - RESERVED)[: len(accounts)]
    a = accounts
    return draw_profiles(law, z, number, a.user_id, a.declared, a.state, a.elite, rng)


def draw_profiles(law: Profile, z, number, user_id, declared, state, elite, rng) -> pd.DataFrame:
    """Profiles of accounts of automation z: columns of a v1.1 user object, but created_at in ms UTC.

    `number` is the account's own in `draw_handles`; `declared` whether it names a place in its home state.
    """

    def chance(log_odds: np.ndarray) -> np.ndarray:
        return rng.random(len(z)) < logistic(log_odds)

    age, counts = draw_counts(law, z, elite, rng)
    default_profile = chance(-1.0 + 0.75 * z)
    handle, name = draw_handles(number, z, law.noise, rng)
    return pd.DataFrame(
        {
            "id_str": user_id.astype(str),
            "name": name,
            "screen_name": handle,
            "location": draw_locations(declared, state, chance(-1.1 - 0.5 * z), rng),
            "description": draw_descriptions(chance(2.2 - 0.45 * z), rng),
            "url": draw_home_pages(chance(-0.4 - 0.45 * z), rng),
            "followers_count": counts["followers"],
            "friends_count": counts["friends"],
            "listed_count": counts["listed"],
            "created_at": START_MS - (age * DAY_MS).astype(np.int64),
            "favourites_count": counts["favourites"],
            "geo_enabled": chance(0.3 - 0.65 * z),
            "verified": elite & (rng.random(len(z)) < 0.8),
            "statuses_count": counts["statuses"],
            "lang": "en",
            "profile_use_background_image": default_profile | (rng.random(len(z)) < 0.7),
            "default_profile": default_profile,
            "default_profile_image": chance(-3.2 + 0.75 * z),
        }
    )


def draw_counts(law: Profile, z, elite, rng) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Age of accounts in days, and counts (int64) of friends, followers, statuses, favourites, lists."""

    def noise(sd: float) -> np.ndarray:
        return law.noise * sd * rng.standard_normal(len(z))

    age = np.clip(7.3 - 0.42 * z + noise(0.75), 1.5, 8.2)
    friends = 5.6 + 0.30 * z + noise(1.0)
    followers = 5.4 - 0.12 * z + 0.45 * (friends - 5.6) + noise(1.2)
    statuses = age + 1.1 + 0.55 * z + noise(0.85)
    favourites = np.maximum(0, statuses - 1.2 - 0.55 * z + noise(1.2))
    listed = np.maximum(0, 0.9 + 0.28 * (followers - 5.4) - 0.22 * z + noise(0.8))
    followers = followers + np.where(elite, np.log(40), 0)  # public figures have an audience
    logs = {"friends": friends, "followers": followers, "statuses": statuses}
    counts = {name: np.exp(log).astype(np.int64) for name, log in logs.items()}
    counts |= {
        "favourites": np.expm1(favourites).astype(np.int64),
        "listed": np.expm1(listed).astype(np.int64),
    }
    return np.exp(age), counts


def logistic(x: np.ndarray) -> np.ndarray:
    """Probability from log odds."""
    return 1 / (1 + np.exp(-x))


def draw_descriptions(has: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What accounts say of themselves, "" where they say nothing."""
    return np.where(has, rng.choice(np.array(WORDS["descriptions"], object), len(has)), "")


def draw_home_pages(has: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Home pages on a reserved domain, None for none."""
    pages = np.full(len(has), None, object)
    pages[has] = [f"https://t.example/~{code}" for code in rng.integers(10_000, 100_000, has.sum())]
    return pages


def draw_handles(number: np.ndarray, z: np.ndarray, noise: float, rng) -> tuple[list[str], list[str]]:
    """Handles and names of accounts by their number (0 to HANDLES - 1, each used once).

    A handle is two words, an underscore and two syllables, which spell the number; then, the more automated
    the more, random letters and digits. It has 16 characters or more: Twitter allows 15.
    """
    n = len(z)
    rest, first = np.divmod(number, len(FIRST_WORDS))
    rest, second = np.divmod(rest, len(SECOND_WORDS))
    one, two = np.divmod(rest, len(SYLLABLES))
    digits = np.clip(np.round(0.9 + 0.75 * z + noise * 1.5 * rng.standard_normal(n)), 0, 8).astype(int)
    letters = np.clip(np.round(-0.5 + 0.6 * z + noise * 1.2 * rng.standard_normal(n)), 0, 6).astype(int)
    some_letters = rng.integers(ord("a"), ord("z") + 1, (n, 6), np.uint8).view("S6").ravel().astype(str)
    some_digits = rng.integers(ord("0"), ord("9") + 1, (n, 8), np.uint8).view("S8").ravel().astype(str)
    columns = (first, second, one, two, letters, digits, some_letters, some_digits)
    handles = [
        f"{FIRST_WORDS[a]}{SECOND_WORDS[b]}_{SYLLABLES[c]}{SYLLABLES[d]}{more[:e]}{numerals[:f]}"
        for a, b, c, d, e, f, more, numerals in zip(*(column.tolist() for column in columns), strict=True)
    ]
    names = [
        f"{FIRST_WORDS[a]} {SECOND_WORDS[b]}" for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    return handles, names


def user_objects(profiles: pd.DataFrame) -> Iterator[dict]:
    """Profiles as Twitter v1.1 user objects."""
    frame = profiles.assign(created_at=twitter_time(profiles["created_at"].to_numpy()))
    for row in zip(*(frame[column].tolist() for column in frame), strict=True):
        yield dict(zip(frame, row, strict=True))
