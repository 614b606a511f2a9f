"""Accounts: how many tweets each has, which are bots, their lean, where they live, how popular they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.world import places
from helpers.world.draw import Stage, category, spread, stream
from helpers.world.parameters import FULL_ACCOUNTS, FULL_SCORED, Activity, BotPrevalence, Parameters

USER_IDS_FROM = 9_100_000_000_000_000_000  # ids that Twitter could not have reached before the late 2070s


@dataclass(frozen=True)
class Accounts:
    """Arrays with one row an account, most active first; the first `scored` of them get a bot score."""

    scored: int
    user_id: np.ndarray  # int64
    activity: np.ndarray  # int32, tweets in the collection
    bot: np.ndarray  # bool
    lean: np.ndarray  # int8, N C T
    state: np.ndarray  # int8, row of places.STATES
    declared: np.ndarray  # bool, the profile names the home state or a town in it
    popularity: np.ndarray  # float64
    hub: np.ndarray  # bool
    elite: np.ndarray  # bool

    def __len__(self) -> int:
        return len(self.user_id)


def tweets_per_account(law: Activity, n: int) -> np.ndarray:
    """Activity of n accounts, descending: the law's quantiles at (i + 1/2) / n."""
    x = np.arange(1, law.maximum + 1)
    survival = ((x - 1 + law.offset) / law.offset) ** -law.exponent
    beyond = ((law.maximum + law.offset) / law.offset) ** -law.exponent
    quantiles = (np.arange(n) + 0.5) / n
    counts = np.searchsorted(-(survival - beyond) / (1 - beyond), -quantiles, side="right")
    return np.maximum(1, counts).astype(np.int32)


def systematic_bots(law: BotPrevalence, activity: np.ndarray, scored: int) -> np.ndarray:
    """Which accounts are bots: systematic sampling of P(bot | activity) in the order of activity."""
    chance = np.minimum(law.maximum, law.entry_share * (activity / law.entry) ** law.growth)
    chance[scored:] = law.tail_share
    return np.diff(np.floor(np.cumsum(chance) + 0.5), prepend=0) > 0


def draw_accounts(parameters: Parameters, scale: float, seed: int) -> Accounts:
    """The accounts of a world at a scale (1 is the article's size)."""
    rng = stream(seed, Stage.ACCOUNTS)
    n, scored = round(FULL_ACCOUNTS * scale), round(FULL_SCORED * scale)
    activity = tweets_per_account(parameters.activity, n)
    bot = systematic_bots(parameters.prevalence, activity, scored)
    lean, state = np.zeros(n, np.int8), np.zeros(n, np.int8)
    declared, hub, elite = np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, bool)
    popularity = np.empty(n)
    for is_bot, behaviour in ((False, parameters.people), (True, parameters.bots)):
        for tier in (slice(0, scored), slice(scored, n)):
            members = tier.start + np.flatnonzero(bot[tier] == is_bot)
            lean[members] = category(spread(len(members), rng), behaviour.lean)
            declared[members] = spread(len(members), rng) < behaviour.home.declared
            for group in (members[declared[members]], members[~declared[members]]):
                state[group] = category(spread(len(group), rng), places.state_weights(behaviour.home))
        law = behaviour.popularity
        members = np.flatnonzero(bot == is_bot)
        noise = rng.standard_normal(len(members))
        popularity[members] = law.factor * np.exp(law.sd * noise - law.sd**2 / 2)
        by_lean = members[np.argsort(lean[members], kind="stable")]
        hub[by_lean] = spread(len(members), rng) < law.hubs
        less_active = members[members >= scored]
        elite[less_active] = spread(len(less_active), rng) < law.elites
        popularity[hub & (bot == is_bot)] *= law.hub_factor
        popularity[elite & (bot == is_bot)] *= law.elite_factor
    user_id = USER_IDS_FROM + rng.permutation(n).astype(np.int64)
    return Accounts(scored, user_id, activity, bot, lean, state, declared, popularity, hub, elite)
