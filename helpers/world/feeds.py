"""Feeds: the tweets that somebody may have seen before a moment, and which of them is taken up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from helpers.world.draw import GOLDEN
from helpers.world.parameters import Reach
from helpers.world.timeline import HOUR_MS

WIDER = 1.6  # how many times as far one looks who has found nothing to take up


@dataclass(frozen=True)
class Looks:
    """How far back each tweet's author looks and where the eye falls, for every tweet of a world.

    Drawn for all tweets, whether they look at a feed or not, so that worlds which differ in one thing look
    alike in everything else.
    """

    far: np.ndarray  # float32, standard normal
    mark: np.ndarray  # float32 in [0, 1)
    camp: np.ndarray  # float32 in [0, 1)

    @classmethod
    def draw(cls, n: int, rng: np.random.Generator) -> Looks:
        """Looks of n tweets."""
        uniform = (rng.random(n, dtype=np.float32) for _ in range(2))
        return cls(rng.standard_normal(n, dtype=np.float32), *uniform)

    def back(self, rows: np.ndarray, reach: Reach, attempt: int = 0) -> np.ndarray:
        """How far back (float64, ms) authors of tweets look; further at each new attempt."""
        return reach.hours * HOUR_MS * WIDER**attempt * np.exp(np.float64(reach.sd) * self.far[rows])

    def eye(self, rows: np.ndarray, attempt: int = 0) -> np.ndarray:
        """Where in a feed (float64 in [0, 1)) the eye falls; elsewhere at each new attempt."""
        return (self.mark[rows] + attempt * GOLDEN) % 1.0


@dataclass(frozen=True)
class Feed:
    """Tweets in time order, and how their weights add up."""

    rows: np.ndarray  # int32
    times: np.ndarray  # int64, ms
    cumulated: np.ndarray  # float64, one more than rows

    @classmethod
    def of(cls, rows: np.ndarray, time: np.ndarray, weight: np.ndarray) -> Feed:
        """The feed of some rows, with a weight for each of them."""
        return cls(rows, time[rows], np.r_[0.0, np.cumsum(weight, dtype=np.float64)])

    def pick(self, moments: np.ndarray, back: np.ndarray, eye: np.ndarray, least: float) -> np.ndarray:
        """For each moment (ms) the row of a tweet before it, in proportion to weight; -1 if there is none.

        The feed reaches `back` (ms), and at least as far as tweets weigh as much as `least` usual ones: who
        finds nothing popular looks further.
        """
        if len(self.rows) == 0:
            return np.full(len(moments), -1)
        end = np.searchsorted(self.times, moments, side="left")
        start = np.searchsorted(self.times, moments - back.astype(np.int64), side="left")
        before = self.cumulated[end]
        shown = np.maximum(before - self.cumulated[start], least * self.cumulated[-1] / len(self.rows))
        level = before - (1 - eye) * np.minimum(shown, before)
        chosen = np.searchsorted(self.cumulated, level, side="right") - 1
        return np.where(end > 0, self.rows[np.clip(chosen, 0, np.maximum(end - 1, 0))], -1)


def groups(group: np.ndarray, n: int) -> list[np.ndarray]:
    """The rows (int32, in order) of groups 0 to n - 1; those of any other number are in none."""
    order = np.argsort(group, kind="stable").astype(np.int32)
    starts = np.searchsorted(group[order], np.arange(n + 1))
    return [order[start:end] for start, end in pairwise(starts)]


def pick(rows, feeds: list[Feed], camp, time, looks: Looks, reach: Reach, attempt: int = 0) -> np.ndarray:
    """For each of some tweets (rows) one from the feed of the camp that it looks at, -1 if there is none."""
    chosen = np.full(len(rows), -1, np.int32)
    for number, feed in enumerate(feeds):
        here = np.flatnonzero(camp == number)
        those = rows[here]
        back, eye = looks.back(those, reach, attempt), looks.eye(those, attempt)
        chosen[here] = feed.pick(time[those], back, eye, reach.least)
    return chosen


def roots(parent: np.ndarray) -> np.ndarray:
    """Where each chain of rows begins; parent[i] is an earlier row, or i itself where a chain begins."""
    root = parent
    while not np.array_equal(further := root[root], root):
        root = further
    return root


def previous(rows: np.ndarray, own: np.ndarray, candidates: np.ndarray, time, hours: float) -> np.ndarray:
    """For each of `rows` the last earlier of the `candidates` (rows) with the same number in `own`.

    -1 if there is none, or none of the last hours.
    """
    if len(rows) == 0 or len(candidates) == 0:
        return np.full(len(rows), -1)
    n, wanted = len(own), np.zeros(own.max() + 1, bool)
    wanted[own[rows]] = True
    candidates = candidates[wanted[own[candidates]]]
    key = np.sort(own[candidates].astype(np.int64) * n + candidates)
    place = np.searchsorted(key, own[rows].astype(np.int64) * n + rows) - 1
    found = key[np.maximum(place, 0)]
    row = found % n
    recent = (time[row] < time[rows]) & (time[row] >= time[rows] - hours * HOUR_MS)
    return np.where((place >= 0) & (found // n == own[rows]) & recent, row, -1)
