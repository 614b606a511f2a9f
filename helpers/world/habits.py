"""Habits of accounts: what shows in a timeline of how automated an account is, and in which style.

Bots come in kinds that the paper and the press described: those that amplify others, reply to them, link to
news, post on a schedule, latch on to hashtags, or put words together as a Markov chain does (as an account of
2016 did that imitated a candidate). Every account, person or bot, has one of these as its style: the habit in
which its automation shows most. Only for bots it is called their kind.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from helpers.world.draw import Stage, category, logistic, spread, stream
from helpers.world.parameters import Profile

STYLES = ("amplifier", "replier", "news linker", "scheduled poster", "hashtag latcher", "Markov talker")
AMPLIFIER, REPLIER, LINKER, SCHEDULED, LATCHER, MARKOV = range(len(STYLES))
SHARES = (0.25, 0.15, 0.20, 0.15, 0.15, 0.10)


@dataclass(frozen=True)
class Law:
    """A habit at automation z: start + (slope + the style's extra) * z + noise."""

    start: float
    slope: float
    noise: float
    style: dict[int, float]


@dataclass(frozen=True)
class Habits:
    """Habits of accounts, one row each."""

    retweets: np.ndarray  # share of tweets
    replies: np.ndarray  # share of the others
    mobile: np.ndarray  # share of tweets from a phone
    links: np.ndarray  # share of tweets
    hashtags: np.ndarray  # mean number a tweet
    pace: np.ndarray  # tweets a day
    irregularity: np.ndarray  # standard deviation of gaps over their mean
    schedule: np.ndarray  # share of tweets at a quarter of an hour
    sleep: np.ndarray  # share of tweets of the night that wait for the morning
    repeats: np.ndarray  # share of tweets that repeat an earlier text of the account
    nonsense: np.ndarray  # share of texts that a Markov chain made
    feeling: np.ndarray  # share of the other texts that show feeling
    friends: np.ndarray  # number of accounts that it retweets and addresses
    delay: np.ndarray  # hours after which it retweets


# Those on shares are log odds, the others logarithms, but for hashtags.
LAWS = {
    "retweets": Law(-0.5, 0.20, 0.6, {AMPLIFIER: 0.40, LINKER: -0.20, SCHEDULED: -0.20, MARKOV: -0.20}),
    "replies": Law(0.8, -0.45, 0.6, {REPLIER: 0.60}),
    "mobile": Law(0.5, -0.50, 0.8, {}),
    "links": Law(-1.0, 0.35, 0.7, {LINKER: 0.35, SCHEDULED: 0.15}),
    "hashtags": Law(0.6, 0.22, 0.4, {LATCHER: 0.45}),
    "pace": Law(2.0, 0.25, 0.35, {}),
    "irregularity": Law(-0.1, -0.12, 0.35, {SCHEDULED: -0.25}),
    "schedule": Law(-3.2, 0.25, 0.8, {SCHEDULED: 0.60}),
    "sleep": Law(2.0, -0.85, 0.6, {}),
    "repeats": Law(-1.8, 0.35, 0.9, {AMPLIFIER: 0.15, SCHEDULED: 0.15}),
    "nonsense": Law(-3.5, 0.25, 0.8, {MARKOV: 0.85}),
    "feeling": Law(0.6, -0.55, 0.6, {}),
    "friends": Law(2.2, -0.25, 0.35, {AMPLIFIER: -0.15}),
    "delay": Law(1.2, -0.40, 0.6, {AMPLIFIER: -0.20}),
}  # fmt: skip
SHARE = {"retweets", "replies", "mobile", "links", "schedule", "sleep", "repeats", "nonsense", "feeling"}


def draw_styles(n: int, seed: int) -> np.ndarray:
    """Style (int8, row of STYLES) of each account of a world, whatever else it is or does."""
    return category(spread(n, stream(seed, Stage.STYLES)), SHARES)


def draw_habits(law: Profile, z: np.ndarray, style: np.ndarray, rng: np.random.Generator) -> Habits:
    """Habits of accounts of automation z and a style."""

    def habit(name: str) -> np.ndarray:
        one = LAWS[name]
        extra = np.array([one.style.get(kind, 0.0) for kind in range(len(STYLES))])[style]
        value = (
            one.start + (one.slope + extra) * z + law.habit_noise * one.noise * rng.standard_normal(len(z))
        )
        if name in SHARE:
            return logistic(value)
        return np.maximum(0.05, value) if name == "hashtags" else np.exp(value)

    return Habits(**{field.name: habit(field.name) for field in fields(Habits)})
