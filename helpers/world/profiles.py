"""Profiles: how an account presents itself, as noisy signs of its latent automation z, common to people and
bots.

A scored person has z near .7, a bot near 3.5; other people, and those of the training set, are much more
diverse. Every field depends on z alone (and noise), never on what the account does in the collection, so that
a score computed from profiles cannot manufacture a finding. Counts and ages are as of the start of the
collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import NormalDist

import numpy as np
import pandas as pd

from helpers.world.accounts import Accounts
from helpers.world.descriptions import draw_descriptions
from helpers.world.draw import Stage, bank, category, logistic, stream
from helpers.world.handles import WORLD_FROM, draw_handles
from helpers.world.names import draw_names
from helpers.world.parameters import FULL_ACCOUNTS, Profile
from helpers.world.places import draw_locations
from helpers.world.timeline import DAY_MS, START_MS, twitter_time

BANK = bank("profiles")
LANGUAGES = BANK["languages"]  # of accounts, with shares; the first is English
FOLLOW_LIMIT = 5000  # friends that an account could have without as many followers


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


def draw_languages(n: int, seed: int) -> np.ndarray:
    """Language of each account (int8, row of LANGUAGES), whatever else it is or does."""
    return category(stream(seed, Stage.LANGUAGES).random(n), list(LANGUAGES.values()))


def profiles_of(law: Profile, accounts: Accounts, z: np.ndarray, seed: int) -> pd.DataFrame:
    """Profiles of a world's accounts."""
    rng = stream(seed, Stage.PROFILES)
    number = WORLD_FROM + rng.permutation(FULL_ACCOUNTS)[: len(accounts)]
    a, language = accounts, draw_languages(len(accounts), seed)
    return draw_profiles(law, z, number, a.user_id, a.declared, a.state, a.elite, language, rng)


def draw_profiles(law: Profile, z, number, user_id, declared, state, elite, language, rng) -> pd.DataFrame:
    """Profiles of accounts of automation z: columns of a v1.1 user object, but created_at in ms UTC.

    `number` is the account's own in `draw_handles`, `language` a row of LANGUAGES; `declared` whether it
    names a place in its home state.
    """

    def chance(log_odds: np.ndarray) -> np.ndarray:
        return rng.random(len(z)) < logistic(log_odds)

    created = draw_created(law, z, rng)
    counts = draw_counts(law, z, created, elite, rng)
    default_profile = chance(-1.2 + 0.95 * z)
    handles = draw_handles(number, z, law.noise, rng)
    name, man = draw_names(handles, z, state, rng)
    description = draw_descriptions(chance(2.3 - 0.50 * z), z, man, state, language, rng)
    return pd.DataFrame(
        {
            "id_str": user_id.astype(str),
            "name": name.to_pylist(),
            "screen_name": handles.text.to_pylist(),
            "location": draw_locations(declared, state, chance(-1.1 - 0.5 * z), rng),
            "description": description.to_pylist(),
            "url": draw_home_pages(chance(-0.3 - 0.55 * z), rng),
            "created_at": created,
            **{f"{name}_count": count for name, count in counts.items()},
            "geo_enabled": chance(0.5 - 0.85 * z),
            "verified": elite & (rng.random(len(z)) < 0.8),
            "lang": np.array(list(LANGUAGES), object)[language],
            "profile_use_background_image": default_profile | (rng.random(len(z)) < 0.7),
            "default_profile": default_profile,
            "default_profile_image": chance(-3.2 + 0.70 * z),
        }
    )


def draw_created(law: Profile, z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """When accounts were created (int64 ms UTC): the more automated the later, in all as Twitter grew."""
    late = 0.52 * (z - 1.2) + law.noise * 0.92 * rng.standard_normal(len(z))
    place = np.interp(late, *normal_quantiles())
    years = [datetime(int(year), 1, 1, tzinfo=UTC).timestamp() * 1000 for year in BANK["sign_ups"]]
    shares = np.cumsum([0, *BANK["sign_ups"].values()])
    return np.interp(place, shares / shares[-1], [*years, START_MS - 1]).astype(np.int64)


def normal_quantiles() -> tuple[np.ndarray, np.ndarray]:
    """Values, and the share of a normal distribution below each."""
    values = np.linspace(-6, 6, 1201)
    return values, np.array([NormalDist().cdf(value) for value in values])


def draw_counts(law: Profile, z, created, elite, rng) -> dict[str, np.ndarray]:
    """Counts (int64) of friends, followers, statuses, favourites, lists.

    Two things make accounts differ by orders of magnitude whatever their automation: how well known they are,
    and how much they write. Automation shows in the ratios.
    """

    def noise(sd: float) -> np.ndarray:
        return law.noise * sd * rng.standard_normal(len(z))

    reach, output = rng.standard_normal((2, len(z)))
    friends = 5.3 + 0.42 * z + 0.50 * reach + noise(1.0)
    followers = 6.25 - 0.20 * z + 1.88 * reach + noise(1.2)
    days = np.maximum(1, (START_MS - created) / DAY_MS)
    statuses = np.log(days) + 1.0 + 0.75 * z + 1.36 * output + 0.3 * reach + noise(0.85)
    favourites = np.maximum(0, statuses - 1.2 - 0.55 * z + noise(1.2))
    listed = np.maximum(0, 0.9 + 0.6 * (followers - 5.4) - 0.22 * z + noise(0.8))
    followers = followers + np.where(elite, np.log(40), 0)  # public figures have an audience
    friends = np.minimum(friends, np.maximum(np.log(FOLLOW_LIMIT), followers))
    logs = {"friends": friends, "followers": followers, "statuses": statuses}
    counts = {name: np.exp(log).astype(np.int64) for name, log in logs.items()}
    return counts | {
        "favourites": np.expm1(favourites).astype(np.int64),
        "listed": np.expm1(listed).astype(np.int64),
    }


def draw_home_pages(has: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Home pages on a reserved domain, None for none."""
    codes = rng.integers(10_000, 100_000, len(has)).tolist()
    pages = [f"https://t.example/~{code}" if one else None for code, one in zip(codes, has, strict=True)]
    return np.array(pages, object)


def user_objects(profiles: pd.DataFrame) -> Iterator[dict]:
    """Profiles as Twitter v1.1 user objects."""
    frame = profiles.assign(created_at=twitter_time(profiles["created_at"].to_numpy()))
    for row in zip(*(frame[column].tolist() for column in frame), strict=True):
        yield dict(zip(frame, row, strict=True))
