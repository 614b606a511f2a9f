"""Places: states with their towns, home states of people and bots, what profiles say, where tweets come from.

Populations are the Census Bureau's estimates for 2016 in millions. `interest` is how much more or less than
others a state's inhabitants talk about the election; with it most people come from California, Texas, Florida,
Illinois, New York and Massachusetts (Figure 3). `zone` is hours west of Eastern time. Coordinates of towns are
those of their centres, to two decimals.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.world.draw import Stage, category, choices, stream
from helpers.world.parameters import Home, Parameters


class Town(NamedTuple):
    """A town: name, longitude and latitude in degrees, and what its people call it ("" for nothing special)."""

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


_STATES = """
CA|California|39.25|west|3|1.15|Los Angeles -118.24 34.05 SoCal; Fresno -119.79 36.74; Sacramento -121.49 38.58 Sactown
TX|Texas|27.86|south|1|1.0|Houston -95.37 29.76 H-Town; Austin -97.74 30.27 ATX; Dallas -96.80 32.78 DTX
FL|Florida|20.61|south|0|1.1|Orlando -81.38 28.54; Tampa -82.46 27.99; Gainesville -82.32 29.65
NY|New York|19.75|northeast|0|1.25|New York -73.97 40.78 NYC; Albany -73.76 42.65; Syracuse -76.15 43.05 Cuse
IL|Illinois|12.80|midwest|1|1.4|Chicago -87.68 41.85 Chi-Town; Springfield -89.65 39.78; Peoria -89.59 40.69
PA|Pennsylvania|12.78|northeast|0|0.75|Philadelphia -75.16 39.98 Philly; Pittsburgh -80.00 40.44 PGH; Scranton -75.66 41.41
OH|Ohio|11.61|midwest|0|0.7|Columbus -82.99 39.96; Akron -81.52 41.08; Dayton -84.19 39.76
GA|Georgia|10.31|south|0|0.75|Atlanta -84.39 33.75 ATL; Macon -83.63 32.84; Athens -83.38 33.95
NC|North Carolina|10.15|south|0|0.75|Raleigh -78.64 35.78; Greensboro -79.79 36.07; Durham -78.90 35.99 Bull City
MI|Michigan|9.93|midwest|0|0.75|Lansing -84.56 42.73; Grand Rapids -85.67 42.96; Flint -83.69 43.01
NJ|New Jersey|8.94|northeast|0|0.8|Princeton -74.66 40.35; Edison -74.41 40.52; Toms River -74.20 39.95
VA|Virginia|8.41|south|0|0.9|Richmond -77.44 37.54 RVA; Roanoke -79.94 37.27; Charlottesville -78.48 38.03 Cville
WA|Washington|7.29|west|3|0.9|Seattle -122.30 47.62; Spokane -117.43 47.66; Yakima -120.51 46.60
AZ|Arizona|6.93|west|2|0.8|Phoenix -112.07 33.45 PHX; Tucson -110.97 32.22; Flagstaff -111.65 35.20
MA|Massachusetts|6.81|northeast|0|2.5|Worcester -71.80 42.26; Boston -71.09 42.33; Springfield -72.56 42.11
TN|Tennessee|6.65|south|1|0.8|Nashville -86.78 36.16; Knoxville -83.92 35.96; Jackson -88.81 35.61
IN|Indiana|6.63|midwest|0|0.7|Indianapolis -86.16 39.77 Indy; Muncie -85.39 40.19; Kokomo -86.13 40.49
MO|Missouri|6.09|midwest|1|0.7|Springfield -93.29 37.21; Columbia -92.33 38.95 CoMo; Jefferson City -92.17 38.55
MD|Maryland|6.02|south|0|0.9|Baltimore -76.62 39.29 Bmore; Columbia -76.86 39.20; Frederick -77.41 39.42
WI|Wisconsin|5.78|midwest|1|0.7|Madison -89.38 43.07; Green Bay -88.02 44.50; Appleton -88.41 44.26
CO|Colorado|5.54|west|2|0.9|Denver -104.98 39.74 Mile High City; Boulder -105.27 40.02; Pueblo -104.61 38.26
MN|Minnesota|5.52|midwest|1|0.8|Minneapolis -93.27 44.98 MPLS; Rochester -92.47 44.02; St. Cloud -94.17 45.55
SC|South Carolina|4.96|south|0|0.7|Columbia -81.03 34.02; Greenville -82.39 34.84; Florence -79.77 34.19
AL|Alabama|4.86|south|1|0.6|Birmingham -86.80 33.52 Bham; Montgomery -86.28 32.36; Tuscaloosa -87.55 33.21
LA|Louisiana|4.68|south|1|0.7|New Orleans -90.08 29.97 NOLA; Baton Rouge -91.14 30.45; Lafayette -92.02 30.21
KY|Kentucky|4.44|south|0|0.7|Lexington -84.50 38.03; Bowling Green -86.45 36.98; Frankfort -84.87 38.19
OR|Oregon|4.09|west|3|0.9|Salem -123.03 44.93; Eugene -123.10 44.05; Bend -121.31 44.06
OK|Oklahoma|3.92|south|1|0.7|Tulsa -95.95 36.13; Norman -97.44 35.22; Stillwater -97.07 36.12
CT|Connecticut|3.58|northeast|0|0.8|Hartford -72.68 41.77; New Haven -72.93 41.33; Waterbury -73.04 41.56
IA|Iowa|3.13|midwest|1|0.8|Des Moines -93.62 41.60; Ames -93.62 42.03; Cedar Rapids -91.67 41.98
UT|Utah|3.05|west|2|0.6|Provo -111.66 40.24; Salt Lake City -111.89 40.74 SLC; Ogden -111.96 41.23
MS|Mississippi|2.99|south|1|0.5|Jackson -90.18 32.30; Tupelo -88.71 34.26; Hattiesburg -89.29 31.33
AR|Arkansas|2.99|south|1|0.6|Little Rock -92.29 34.74; Fayetteville -94.16 36.07; Conway -92.44 35.09
NV|Nevada|2.94|west|3|0.9|Las Vegas -115.15 36.17 Vegas; Reno -119.80 39.51; Elko -115.76 40.84
KS|Kansas|2.91|midwest|1|0.7|Wichita -97.33 37.69; Topeka -95.69 39.04; Salina -97.61 38.83
NM|New Mexico|2.08|west|2|0.7|Albuquerque -106.63 35.10 ABQ; Santa Fe -105.94 35.67; Roswell -104.52 33.39
NE|Nebraska|1.91|midwest|1|0.7|Lincoln -96.70 40.81; Kearney -99.08 40.70; Grand Island -98.34 40.92
WV|West Virginia|1.83|south|0|0.7|Charleston -81.63 38.35; Morgantown -79.95 39.62; Beckley -81.19 37.78
ID|Idaho|1.68|west|2|0.6|Boise -116.20 43.61; Idaho Falls -112.03 43.49; Twin Falls -114.46 42.56
HI|Hawaii|1.43|west|3|0.6|Hilo -155.12 19.68; Mililani -158.01 21.45; Wailuku -156.52 20.87
NH|New Hampshire|1.33|northeast|0|1.0|Concord -71.54 43.21; Manchester -71.46 42.99; Laconia -71.47 43.53
ME|Maine|1.33|northeast|0|0.8|Bangor -68.77 44.80; Augusta -69.78 44.31; Lewiston -70.21 44.10
RI|Rhode Island|1.06|northeast|0|0.8|Cranston -71.44 41.78; Warwick -71.45 41.71; Coventry -71.60 41.69
MT|Montana|1.04|west|2|0.6|Billings -108.50 45.78; Bozeman -111.04 45.68; Helena -112.03 46.60
DE|Delaware|0.95|south|0|0.7|Dover -75.52 39.16; Smyrna -75.61 39.30; Georgetown -75.39 38.69
SD|South Dakota|0.87|midwest|1|0.6|Rapid City -103.23 44.08; Pierre -100.35 44.37; Brookings -96.80 44.31
ND|North Dakota|0.76|midwest|1|0.6|Bismarck -100.78 46.81; Minot -101.30 48.23; Jamestown -98.71 46.91
AK|Alaska|0.74|west|3|0.6|Fairbanks -147.72 64.84; Wasilla -149.44 61.58; Palmer -149.11 61.60
DC|District of Columbia|0.68|south|0|3.0|Washington -77.02 38.91 DMV
VT|Vermont|0.62|northeast|0|0.9|Burlington -73.19 44.48; Montpelier -72.58 44.26; Rutland -72.97 43.61
WY|Wyoming|0.59|west|2|0.5|Casper -106.31 42.85; Laramie -105.59 41.31; Cheyenne -104.82 41.14
"""


def _town(words: list[str]) -> Town:
    """A town from its words: name, longitude, latitude, nickname."""
    at = next(i for i, word in enumerate(words) if word.startswith("-"))
    return Town(" ".join(words[:at]), float(words[at]), float(words[at + 1]), " ".join(words[at + 2 :]))


def _state(line: str) -> State:
    """A state from a line of the table above."""
    code, name, population, region, zone, interest, towns = line.split("|")
    return State(
        code,
        name,
        float(population),
        region,
        int(zone),
        float(interest),
        tuple(_town(town.split()) for town in towns.split(";")),
    )


STATES = tuple(_state(line) for line in _STATES.strip().splitlines())
TIME_ZONE = np.array([state.zone for state in STATES], np.int8)


class Place(NamedTuple):
    """A place that a tweet can be sent from, as Twitter names it: a state ("Ohio, USA") or a town ("Akron, OH")."""

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

ELSEWHERE = choices(
    "USA|United States|America|Planet Earth|Earth|everywhere|here and there|in the kitchen|"
    "on the couch|at work|the internet|the moon|somewhere nice|behind you|between two naps|"
    "my own little world|London, England|Toronto|Vancouver, Canada|Dublin|Mexico City|Paris|"
    "Sydney, Australia|Berlin|worldwide|the library|home|a train"
)


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

    Accounts that declare it write their state or a town of it in one of several ways; of the others, those that
    fill something in write what no map knows.
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
