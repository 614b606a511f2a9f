"""Places: states with their towns, home states of people and bots, what profiles say, where tweets come from.

Populations are the Census Bureau's estimates for 2016 in millions. `interest` is how much more or less than
others a state's inhabitants talk about the election; with it most people come from California, Texas,
Florida, Illinois, New York and Massachusetts (Figure 3). `zone` is hours west of Eastern time. Coordinates of
towns are those of their centres, to two decimals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from helpers.world.draw import Stage, bank, category, stream, table
from helpers.world.parameters import Home, Parameters


class Town(NamedTuple):
    """A town: name, longitude and latitude in degrees, and what its people call it, if they do."""

    name: str
    longitude: float
    latitude: float
    nickname: str


class State(NamedTuple):
    """A state, or the District of Columbia."""

    code: str
    name: str
    population: float
    region: str
    zone: int
    interest: float
    towns: tuple[Town, ...]


def _states() -> Iterator[State]:
    """The states of data/states.csv, most populous first, with their towns of data/towns.csv."""
    towns = defaultdict(list)
    for t in table("towns"):
        towns[t["state"]].append(Town(t["name"], float(t["longitude"]), float(t["latitude"]), t["nickname"]))
    for s in table("states"):
        numbers = float(s["population"]), s["region"], int(s["zone"]), float(s["interest"])
        yield State(s["code"], s["name"], *numbers, tuple(towns[s["code"]]))


STATES = tuple(_states())
TIME_ZONE = np.array([state.zone for state in STATES], np.int8)


class Place(NamedTuple):
    """A place to tweet from, as Twitter names it: a state ("Ohio, USA") or a town ("Akron, OH")."""

    full_name: str
    kind: str
    longitude: float
    latitude: float


def _places(state: State) -> list[Place]:
    """A state's places, the state itself first; it is represented by its first town."""
    region = Place(f"{state.name}, USA", "admin", *state.towns[0][1:3])
    return [region] + [Place(f"{town.name}, {state.code}", "city", *town[1:3]) for town in state.towns]


PLACES = tuple(place for state in STATES for place in _places(state))
_COUNTS = np.array([1 + len(state.towns) for state in STATES])
_FIRST = np.r_[0, np.cumsum(_COUNTS)[:-1]]
ADMIN_SHARE = 0.25  # of tweets with a place: the place is the state
POINT_SHARE = 0.10  # of tweets with a place: exact coordinates too (under 2 % of tweets have any)
JITTER = 0.02  # degrees around the centre of a town: well inside its state

ELSEWHERE = bank("profiles")["elsewhere"]


def state_weights(home: Home) -> np.ndarray:
    """How likely each state is as the home of an account."""
    return np.array(
        [s.population * s.interest * home.region[s.region] * home.state.get(s.code, 1.0) for s in STATES]
    )


def draw_geotags(parameters: Parameters, accounts, author, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Place of each tweet (int16 row of PLACES, -1 for none), and whether it has exact coordinates (bool)."""
    rng = stream(seed, Stage.PLACES)
    people, bots = parameters.people.home, parameters.bots.home
    bot = accounts.bot[author]
    tagged = np.flatnonzero(
        rng.random(len(author), dtype=np.float32) < np.where(bot, bots.geotagged, people.geotagged)
    )
    bot, state = bot[tagged], accounts.state[author[tagged]]
    for is_bot, home in ((False, people), (True, bots)):
        spoofed = (bot == is_bot) & (rng.random(len(tagged)) < home.spoofed)
        state[spoofed] = category(rng.random(spoofed.sum()), state_weights(home))
    town = 1 + np.floor(rng.random(len(tagged)) * (_COUNTS[state] - 1)).astype(np.int16)
    admin = rng.random(len(tagged)) < ADMIN_SHARE
    place = np.full(len(author), -1, np.int16)
    place[tagged] = _FIRST[state] + np.where(admin, 0, town)
    point = np.zeros(len(author), bool)
    point[tagged] = rng.random(len(tagged)) < POINT_SHARE
    return place, point


def coordinates(place: np.ndarray, tweet: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude (5 decimals) of tweets (their numbers) sent from places (rows of PLACES)."""
    centre = np.array([place[2:4] for place in PLACES])[place]
    golden = np.array([0.7548776662466927, 0.5698402909980532])  # spreads points evenly in the plane
    offset = JITTER * (2 * ((tweet[:, None] * golden) % 1.0) - 1)
    return tuple(np.round(centre + offset, 5).T)


def draw_locations(declared: np.ndarray, state: np.ndarray, fills_in: np.ndarray, rng) -> np.ndarray:
    """What profiles give as location (str, "" for nothing).

    Accounts that declare it write their state or a town of it in one of several ways; of the others, those
    that fill something in write what no map knows.
    """
    style, which = rng.random(len(state)), rng.random(len(state))
    location = np.full(len(state), "", object)
    joke = np.flatnonzero(~declared & fills_in)
    location[joke] = np.array(ELSEWHERE, object)[(which[joke] * len(ELSEWHERE)).astype(int)]
    for row, one in enumerate(STATES):
        here = np.flatnonzero(declared & (state == row))
        ways = np.array([ways_to_write(one, town) for town in one.towns], object)
        town = (which[here] * len(one.towns)).astype(int)
        location[here] = ways[town, category(style[here], WAYS)]
    return location


WAYS = (0.50, 0.12, 0.14, 0.08, 0.08, 0.08)  # shares of the ways below


def ways_to_write(state: State, town: Town) -> tuple[str, ...]:
    """A town as people write it into their profile, most frequent way first."""
    return (
        f"{town.name}, {state.code}",
        state.name if state.name != "New York" else "New York State",
        f"{state.name}, USA",
        f"{town.name}, {state.name}",
        f"{town.name} {state.code}".lower(),
        town.nickname or f"{town.name}, {state.code}, USA",
    )
