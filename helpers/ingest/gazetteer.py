"""The U.S. state that a free-text profile location names, or that a point lies in.

Bessi & Ferrara (2016) mapped tweets by Twitter's own geographic metadata; profiles say more often, and less
reliably, where people are. Names of places come from the gazetteer that `carmen` ships (Dredze et al. 2013;
GeoNames), names and codes of states from `us`. What they lack is added here: smaller towns, counties and
nicknames (`data/reference`), "Texas, USA" is Texas, a bare name means the best known place of that name, or
none where none stands out, and text that names two states names none.
"""

from __future__ import annotations

import json
import math
import pkgutil
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import shapely
import us
from carmen.names import ALTERNATIVE_COUNTRY_NAMES

from helpers.study import REFERENCE

STATES = {state.abbr: state.name for state in us.states.STATES} | {"DC": "District of Columbia"}
SHORE = 0.05  # degrees, some five kilometres
ELSEWHERE = "elsewhere"  # a place outside the 50 states and the District

_ROWS = list(pd.read_csv(REFERENCE / "gazetteer.csv", keep_default_na=False).itertuples(index=False))


def _listed(use: str) -> dict[str, str]:
    """The names that data/reference/gazetteer.csv lists for a use -> the state they mean, "" for none."""
    return {row.name: row.state for row in _ROWS if row.use == use}


_NAMES = {name.lower(): code for code, name in STATES.items()}
_ABBREVIATIONS, _NICKNAMES = _listed("abbreviation"), _listed("nickname") | _listed("area code")
_ALSO_WORDS, _COUNTRY, _ABROAD = _listed("code and word"), _listed("United States"), _listed("abroad")
_NOT_PLACES, _STREETS, _PARTS = _listed("no place"), _listed("street"), _listed("part")
_APOSTROPHES = re.compile("['’‘`´ʻʼ]")  # the last but one is the ʻokina of Hawaiʻi
_SEPARATORS = re.compile(
    r"[|/;•·~→➡✈↔⇄»>+\n\r\t]|\s[-–—]+\s?|\s?[–—]+\s|\s[-–—]|&amp;|&|\.{2,}"
    r"|(?:(?<=\b[A-Z]{2})|(?<=\b[A-Z]{3}))-(?=[A-Z]{2,3}\b)"
    r"|\b(?:and|or(?!\W+(?:usa?\b|united|\d{5}))|to|via|by way of|then|now in|formerly|but)\b(?=\s)"
)
_AROUND = re.compile(r"^(the|greater|metro|downtown|near|living in|from|in) | (metro area|metro|area)$")
LONGEST = 1000  # letters of a location that are read: time grows with their square
_RULES = 1000  # fame of a country, above that of any town
FAMOUS = 40  # ways to write a place from which on its name means it in any text; some 500 places in the U.S.
_NUMBERS = re.compile(r"(^\d{3}\b|\b\d{5}(-\d{4})?$|(?<!the )\b\d{3}$)")  # of an area, of the post
_CODE_INSIDE = re.compile(rf"(,\s*(?:{'|'.join(STATES)}))\b[\s.]+(?=\w)")


@cache
def gazetteer() -> dict[str, dict[str, int]]:
    """Name of a place, plain -> {state code, or country code in lower case: how well known the place is}.

    The ways to write a place say how well known it is, half of that under other names. Read once a process
    (a second or two), from the list that carmen ships; what `data/reference/towns.csv` says of a name goes
    before it. The code "" is best known where a name alone says nothing, as "Lake County".
    """
    places: dict[str, dict[str, int]] = {}
    for line in pkgutil.get_data("carmen", "data/geonames_locations_combined.json").splitlines():
        place = defaultdict(str, json.loads(line))
        if (code := _code(place)) is None:
            continue
        own = plain(place["city"] or place["county"] or place["state"] or place["country"] or "")
        fame = _RULES if _is_country_or_province(place) else len(place["aliases"])
        for name in {own, *map(plain, place["aliases"])}:
            if len(name) > 3 and name.isascii() and name not in _COUNTRY and not name[0].isdigit():
                codes = places.setdefault(name, {})
                codes[code] = max(codes.get(code, 0), fame if name == own else fame // 2)
    for name, country in ALTERNATIVE_COUNTRY_NAMES.items():  # "España"
        if len(name) > 3 and country != "united states":
            places.setdefault(plain(name), {})["abroad"] = _RULES
    for town in pd.read_csv(REFERENCE / "towns.csv", keep_default_na=False).itertuples(index=False):
        codes = places.setdefault(town.name, {})
        codes |= {code: 0 for code in town.also.split() if code not in codes}
        if town.state:
            codes[town.state.replace("none", "")] = max(codes.values(), default=0) + 1
    return places


def _is_country_or_province(place: dict) -> bool:
    """Whether a place abroad is a country, or a province or state of one that speaks English."""
    if place["city"] or place["county"] or place["countrycode"] == "US":
        return False
    return not place["state"] or place["countrycode"] in {"AU", "CA", "GB", "IN"}


def _code(place: dict) -> str | None:
    """State code of a U.S. place, country code in lower case of another; None for what lies in no state."""
    if place["countrycode"] != "US":
        return (place["countrycode"] or "").lower() or None
    name = (place["state"] or "").lower()
    return "DC" if name.startswith("washington,") else _NAMES.get(name)


def plain(text: str) -> str:
    """Lower case, without accents, everything but letters and digits as one space."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    bare = re.sub(_APOSTROPHES, "", text.lower())
    return " ".join(re.findall(r"[^\W_]+", bare))


def states_of(locations: Iterable[str | None]) -> list[str | None]:
    """Two-letter code of the state that each free-text location names; None where it names none, or two.

    "DC" is the District of Columbia. A bare name is the best known place of that name, so "Portland" is in
    Oregon, and "Paris" is no state; "Lake County" is none, since many states have one. "Washington" is the
    state. Two-letter words ("in", "or", "me") are codes in capitals, after a comma, or after a city of that
    state. A telephone's area code alone is where it is dialled. Of a text, LONGEST letters are read.
    """
    return [state_of(text[:LONGEST]) if isinstance(text, str) else None for text in locations]


_POINT = re.compile(r"(-?\d{1,2}\.\d{2,})\s*,\s*(-?\d{1,3}\.\d{2,})")  # latitude, longitude, as of phones


@cache
def boundaries() -> pd.DataFrame:
    """The 50 states and the District of Columbia: columns code, name, population (2016), region, geometry.

    Geometries are shapely's, in degrees (WGS84).
    """
    features = json.loads((REFERENCE / "us_states.geojson").read_bytes())["features"]
    shapes = shapely.from_geojson([json.dumps(state["geometry"]) for state in features])
    return pd.DataFrame([state["properties"] for state in features]).assign(geometry=shapes)


def states_at(longitude: Sequence[float], latitude: Sequence[float]) -> list[str | None]:
    """Two-letter code of the state that each point (degrees, WGS84) lies in; None for none, or NaN.

    The boundaries are simplified: a point within some 150 metres of one may fall on the wrong side, and off
    the coast belongs to a state up to `SHORE` degrees away.
    """
    shapes, codes = boundaries()["geometry"].to_numpy(), boundaries()["code"].to_numpy()
    points = shapely.points(np.asarray(longitude, float), np.asarray(latitude, float))
    found = np.full(len(points), None, object)
    state, point = shapely.STRtree(points).query(shapes, predicate="intersects")  # quick, and most are inside
    found[point] = codes[state]
    rest = np.flatnonzero(pd.isna(found) & ~np.isnan(shapely.get_x(points)))
    point, state = shapely.STRtree(shapes).query_nearest(points[rest], max_distance=SHORE, all_matches=False)
    found[rest[point]] = codes[state]
    return found.tolist()


@lru_cache(maxsize=1_000_000)
def state_of(text: str) -> str | None:
    """The state of one free-text location: see `states_of`."""
    if point := _POINT.search(text):
        return states_at([float(point[2])], [float(point[1])])[0]
    text = re.sub(r"\b([A-Za-z])\.\s?(?=[A-Za-z]\b)", r"\1", text)  # "D.C." is "DC."
    text = re.sub(r"(?<=\w)\$|\$(?=\w)", "s", text)  # "Dalla$"
    text = re.sub(_APOSTROPHES, "'", text)
    text = re.sub(r"(?i)(?<=\w)[\s.]+(usa|united states(?: of america)?)\W*$", r", \1", text)  # "bend or usa"
    text = re.sub(_CODE_INSIDE, r"\1;", text)  # "Dallas, TX 75201" and "Orlando, FL  New York, NY"
    text = re.sub(r"[^\w\s,.'’\-–—/|;•·~→➡✈↔⇄»>+&()#@]", ";", text)  # emoji separate
    text = re.sub(r"[#@](?=\w)", "", text)
    pieces = [piece for piece in re.split(_SEPARATORS, text) if piece]
    state = _agreed(pieces, [_of_piece(piece) for piece in pieces], FAMOUS)
    return state if state != ELSEWHERE else None


def _agreed(names: list[str], found: list[str | None], below: float = math.inf) -> str | None:
    """The one state that all names can mean: "Jamaica, Queens" is in New York. ELSEWHERE if there is none.

    `found` is what each name means by itself; places of at least the fame `below` never mean another one.
    """
    known = {code for code in found if code}
    if len(names) > 1 and None in found and all(re.fullmatch(r"\W*[A-Za-z]{3}\W*", name) for name in names):
        return ELSEWHERE if known else None  # "mia, ilm, pvd": other airports beside one that we know
    if len(known) > 1:
        meant = [_codes(name) if _fame(name) < below else () for name in names]
        known = {c for c in known if all(f in (None, c) or c in m for f, m in zip(found, meant, strict=True))}
        known = known - {ELSEWHERE} if len(known - {ELSEWHERE}) == 1 else {ELSEWHERE}
    return known.pop() if known else None


def _fame(name: str) -> int:
    """Fame of the best known place of a name."""
    key = plain(name)
    return max(gazetteer().get(key, {}).values(), default=FAMOUS if key in _NICKNAMES else 0)


def _of_piece(piece: str) -> str | None:
    """State code, ELSEWHERE or None of a part of a location that should name one place."""
    parts = [part.strip(" .-'()") for part in re.split(r"[,()]", piece)]
    whole = [part for part in parts if plain(part)]
    parts = [re.sub(_NUMBERS, "", part).strip(" .-") for part in parts]
    parts = [part for part in parts if plain(part)] or whole  # "404" alone is an area code
    american = len(parts) > 1 and plain(parts[-1]) in _COUNTRY
    parts = [part for part in parts if plain(part) not in _COUNTRY]
    if not parts:
        return None
    if len(parts) > 1 and plain(parts[-1]) in _ABROAD:
        return ELSEWHERE
    if (len(parts) > 1 or american) and (state := _as_state(parts[-1], after_comma=True)):
        return _checked(parts[:-1], parts[-1], state)
    return _agreed(parts, [_of_name(part, american) for part in parts])


def _as_state(text: str, after_comma: bool = False) -> str | None:
    """The state that a text is the name or code of."""
    name = re.sub(r"^(the )?(state of|state|sunny|great state of) | state$", "", plain(text))
    if name in _NAMES:
        return _NAMES[name]
    if name.upper() in STATES and (after_comma or text.isupper() or name not in _ALSO_WORDS):
        return None if text.upper() == "LA" and not after_comma else name.upper()
    return _ABBREVIATIONS.get(name) if after_comma or " " in name else None


def _codes(name: str) -> set[str]:
    """Codes of all places of a name."""
    key = plain(name)
    return set(gazetteer().get(key, ())) | ({_NICKNAMES[key]} if key in _NICKNAMES else set())


def _checked(before: list[str], written: str, state: str) -> str | None:
    """The state written after a comma, unless it means a country there, or another state came before it."""
    for part in before:
        codes, other, key = _codes(part), _at_end(part), plain(part)
        if state in codes or key.upper() == state:
            continue
        if plain(written) == "washington" and "DC" in codes:
            return "DC"  # "Petworth, Washington"
        if len(key) < 4 and (key.upper() in STATES or key in _NICKNAMES):
            return ELSEWHERE  # "NY, CA"
        if state.lower() in codes or (state == "GA" and "ge" in codes):  # "Berlin, DE"; "Tbilisi, Georgia"
            return ELSEWHERE
        if other not in (None, state, "WA") and (len(plain(written)) > 2 or len(part.split()) > 2):
            return ELSEWHERE  # "Born in Ohio, living in Texas", but "Nevada, MO" is a town
    return state


def _at_end(text: str) -> str | None:
    """The state whose full name a text ends with."""
    words = plain(text).split()
    return next((_NAMES[name] for n in (3, 2, 1) if (name := " ".join(words[-n:])) in _NAMES), None)


def _of_name(text: str, american: bool = False) -> str | None:
    """State code, ELSEWHERE or None of a text without commas."""
    whole = plain(text)
    name = re.sub(_AROUND, "", whole)
    if code := _as_state(text) or _NICKNAMES.get(whole) or _NICKNAMES.get(name):
        return code
    words = text.split()
    if len(words) > 1 and (code := _with_state_last(words)):
        return code
    if name in _NOT_PLACES or ("" in gazetteer().get(whole, ()) and not american):
        return None
    return _best(whole, american) or _best(name, american) or _mentioned(name) or _code_inside(words)


def _with_state_last(words: list[str]) -> str | None:
    """The state that ends a text: "Houston Texas", "Houston TX", "houston tx" since there is one there."""
    whole, last, before = " ".join(words), words[-1].strip(".()"), " ".join(words[:-1])
    if code := _at_end(whole):
        return None if plain(whole) in gazetteer() and code not in _codes(whole) else code
    if len(words) == 2 and plain(words[0]) in _PARTS and (code := _as_state(last, after_comma=True)):
        return code
    if (code := last.upper()) in STATES:
        return code if last.isupper() or code in _codes(before) or plain(last) not in _ALSO_WORDS else None
    return code if (code := _ABBREVIATIONS.get(plain(last))) and code in _codes(before) else None


def _best(name: str, american: bool = False) -> str | None:
    """The best known place of a name: its state, or ELSEWHERE if that is a well-known place abroad."""
    fame = gazetteer().get(name, {})
    at_home = {code: n for code, n in fame.items() if code.isupper()}
    if american or not fame:
        return max(at_home, key=at_home.get, default=None)
    code = _best_known(fame)
    return _known(code) if code.isupper() or fame[code] >= FAMOUS or " " not in name else None


def _best_known(fame: dict[str, int]) -> str:
    """The code of most fame."""
    return max(fame, key=lambda code: (fame[code], code))


def _known(code: str) -> str | None:
    """What a code of the gazetteer says: the state, ELSEWHERE, or nothing."""
    return code if code.isupper() else ELSEWHERE if code else None


def _mentioned(name: str) -> str | None:
    """The one state that a longer text mentions, by its name or that of a famous city; ELSEWHERE if two."""
    words, codes = name.split(), set()
    while words:
        sizes = [size for size in (3, 2, 1) if not _STREETS.keys() & words[size : size + 1]]
        named = next((size for size in sizes if _famous(" ".join(words[:size]))), None)
        codes |= {_famous(" ".join(words[:named]))} if named else set()
        words = words[named or 1 :]
    return codes.pop() if len(codes) == 1 else (ELSEWHERE if codes else None)


def _code_inside(words: list[str]) -> str | None:
    """The state whose code stands in capitals among other words: "NY Metro Area"."""
    codes = {word for word in words if word in STATES and word.lower() not in _ALSO_WORDS and word != "NE"}
    return codes.pop() if len(codes) == 1 and not " ".join(words).isupper() else None


def _famous(name: str) -> str | None:
    """The state, or ELSEWHERE, of a name that means a place whatever the text around it."""
    if name in _NAMES or (len(name) > 4 and name in _NICKNAMES):
        return _NAMES.get(name) or _NICKNAMES[name]
    if len(name) < 5 or name in _NOT_PLACES:
        return None
    if max((fame := gazetteer().get(name, {})).values(), default=0) < FAMOUS:
        return None
    return _known(_best_known(fame))
