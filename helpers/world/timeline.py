"""When accounts tweet: an hourly rate for each class, lean, time zone and tier, sampled by its inverse.

Times are int64 milliseconds since 1970, UTC. The collection has three windows with gaps between them, as the
article's had.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from helpers.world import places
from helpers.world.accounts import Accounts
from helpers.world.draw import Stage, stream
from helpers.world.parameters import TRUMP, Parameters, Rhythm

START = datetime(2016, 9, 16, tzinfo=UTC)
WINDOWS = (  # [start, end) UTC
    (datetime(2016, 9, 16, tzinfo=UTC), datetime(2016, 9, 25, tzinfo=UTC)),
    (datetime(2016, 9, 26, tzinfo=UTC), datetime(2016, 10, 11, tzinfo=UTC)),
    (datetime(2016, 10, 16, tzinfo=UTC), datetime(2016, 10, 22, tzinfo=UTC)),
)
DEBATES = (  # 21 h Eastern time the evening before
    ("First presidential debate", datetime(2016, 9, 27, 1, tzinfo=UTC)),
    ("Vice presidential debate", datetime(2016, 10, 5, 1, tzinfo=UTC)),
    ("Second presidential debate", datetime(2016, 10, 10, 1, tzinfo=UTC)),
    ("Third presidential debate", datetime(2016, 10, 20, 1, tzinfo=UTC)),
)
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
START_MS = int(START.timestamp()) * 1000


def hours_since_start(moment: datetime) -> int:
    """Whole hours from the start of the collection."""
    return int((moment - START).total_seconds()) // 3600


HOURS = np.arange(hours_since_start(WINDOWS[-1][1]))
DEBATE_HOURS = [hours_since_start(at) for _, at in DEBATES]
WINDOW_OF_HOUR = np.full(len(HOURS), -1)
for _number, (_start, _end) in enumerate(WINDOWS):
    WINDOW_OF_HOUR[hours_since_start(_start) : hours_since_start(_end)] = _number


def hourly_rate(rhythm: Rhythm, zone: int, burst_factor: float, ramp: float) -> np.ndarray:
    """Relative rate of tweets in each hour of the collection, 0 in its gaps.

    `zone` is hours west of Eastern (daylight) time; `ramp` the growth from the first to the second debate.
    """
    local = HOURS - 4 - zone
    hour, weekday = local % 24, (START.weekday() + local // 24) % 7
    angle = 2 * np.pi / 24
    daily = 0.75 * np.cos(angle * (hour - 20)) + 0.35 * np.cos(2 * angle * (hour - 20.5))  # peak after dinner
    circadian = np.maximum(0.08, 1 + rhythm.circadian * daily)
    collected = WINDOW_OF_HOUR >= 0
    rate = np.where(collected, np.array(rhythm.level)[WINDOW_OF_HOUR], 0) * circadian
    rate *= np.where(weekday >= 5, rhythm.weekend, 1)
    for debate, height in zip(DEBATE_HOURS, rhythm.burst, strict=True):
        since = HOURS + 0.5 - debate
        waiting, fading = np.minimum(since, 0), np.maximum(since - 1.5, 0)  # hours; a debate lasts 1.5
        during = np.where(since < 0, 0.6 * np.exp(waiting / 0.7), np.exp(-fading / rhythm.burst_hours))
        after = (since >= 0) * np.exp(-np.maximum(since, 0) / rhythm.slow_hours) * circadian
        rate += burst_factor * (height * during + rhythm.slow * after)
    first, second = DEBATE_HOURS[0], DEBATE_HOURS[2]
    growth = 1 + ramp * np.clip((HOURS - first) / (second - first), -0.5, 1.4)
    return rate * growth * collected


def draw_times(parameters: Parameters, accounts: Accounts, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Authors (int32 rows of accounts) and times (int64 ms) of all tweets, in time order."""
    rng = stream(seed, Stage.TIMES)
    zone = places.TIME_ZONE[accounts.state]
    tier = (np.arange(len(accounts)) < accounts.scored).astype(np.int8) + (
        accounts.activity >= parameters.heavy
    )
    group = (((accounts.bot * 3 + accounts.lean) * 4 + zone) * 3 + tier).astype(np.int8)
    by_group = np.argsort(group, kind="stable").astype(np.int32)
    author = np.repeat(by_group, accounts.activity[by_group])
    time = np.empty(len(author), np.int64)
    ends = np.cumsum(np.bincount(group, weights=accounts.activity, minlength=72).astype(np.int64))
    for number, (start, end) in enumerate(zip(np.r_[0, ends[:-1]], ends, strict=True)):
        is_bot, lean, hours_west, level = number // 36, number // 12 % 3, number // 3 % 4, number % 3
        rhythm = (parameters.bots if is_bot else parameters.people).rhythm
        ramp = (parameters.heavy_trump_ramp if level == 2 else rhythm.trump_ramp) if lean == TRUMP else 0.0
        rate = hourly_rate(rhythm, hours_west, parameters.tail_burst if level == 0 else 1.0, ramp)
        time[start:end] = START_MS + sample_hours(rate, end - start, rng)
    order = np.argsort(time, kind="stable")
    return author[order], time[order]


def sample_hours(rate: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """n moments (ms since the start) at an hourly rate, uniform within the hour."""
    cumulated = np.cumsum(rate)
    mark = rng.random(n) * cumulated[-1]
    hour = np.searchsorted(cumulated, mark, side="right")
    within = 1 - (cumulated[hour] - mark) / rate[hour]
    return ((hour + np.clip(within, 0, 0.999999)) * HOUR_MS).astype(np.int64)


WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def twitter_time(ms: np.ndarray) -> list[str]:
    """Times (int64 ms UTC) as Twitter v1.1 writes them, "Tue Sep 27 01:00:00 +0000 2016", in any locale."""
    days, row = np.unique(ms // DAY_MS, return_inverse=True)
    dates = [datetime.fromtimestamp(day * 86_400, UTC) for day in days.tolist()]
    heads = [f"{WEEKDAYS[date.weekday()]} {MONTHS[date.month - 1]} {date.day:02}" for date in dates]
    seconds = (ms // 1000 % 86_400).tolist()
    return [
        f"{heads[i]} {s // 3600:02}:{s // 60 % 60:02}:{s % 60:02} +0000 {dates[i].year}"
        for i, s in zip(row.tolist(), seconds, strict=True)
    ]
