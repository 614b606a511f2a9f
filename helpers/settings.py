"""What `study.toml` may say, and one line for each thing in it that cannot be meant.

The tables of the file are immutable structs; a key that there is not is an error, as is a value that no study
can have. The `description` of a key says what to write.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches
from itertools import chain, combinations, pairwise
from pathlib import Path
from typing import Annotated, Literal, get_type_hints

import msgspec
from msgspec import Meta

# Of a collection: beyond it a year was mistyped, and its hours fill the memory.
LONGEST = timedelta(days=3660)
DEEPEST = 10_000  # k: no network of retweets has such a core
RESERVED = {  # names of columns beside which those of candidates stand
    "about", "all", "bot", "camp", "candidate", "class", "high", "human", "kind", "low", "score", "share",
    "text", "tweets", "unknown", "user_id", "value",
}  # fmt: skip

Share = Annotated[float, Meta(ge=0, le=1)]
Rate = Annotated[float, Meta(gt=0, le=1)]
Seconds = Annotated[float, Meta(gt=0, le=1e9)]
PLAIN = r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"  # a letter that controls no terminal and no page
Words = Annotated[str, Meta(pattern=rf"^(?=.*\S){PLAIN}+\Z", max_length=1_000)]
K = Annotated[int, Meta(ge=1, le=DEEPEST)]
Ks = tuple[K, K]
Windows = list[tuple[datetime, datetime]]
Name = Annotated[str, Meta(pattern=r"^\w[\w .-]*\Z", max_length=100)]
Key = Annotated[str, Meta(pattern=rf"^(?=[^\s./\\][^/\\]*\Z){PLAIN}+\Z", max_length=100)]
GREY = "#666666"  # of a candidate without a colour
Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")]
Size = Annotated[str, Meta(pattern=r"^\d+(\.\d+)? ?[KMGT]i?B\Z")]


def write(hint: str) -> Meta:
    """What a key's value must be, in words, for the message that refuses another."""
    return Meta(description=hint)


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the tables of `study.toml`."""


class Term(Table):
    """One search term of the collection, e.g. `#debates`.

    `group` says what the term stands for (a candidate's key, "debate", …). `source` is "paper" where the
    studied article names the term, and "substitute" where it is our stand-in for one that it does not name.
    """

    term: Annotated[Words, write('a search term, e.g. term = "#debates"')]
    group: Words = "other"
    source: Annotated[Literal["paper", "substitute", "own"], write('"paper", "substitute" or "own"')] = "own"


class Collection(Table):
    """How the tweets were collected: terms searched, windows [start, end) in UTC, seconds between polls.

    `sample_rate` is the share of accounts that the study holds of the discussion it stands for (1/50 in the
    shipped sample); counts are divided by it before they are set beside the paper's.
    """

    terms: Annotated[list[Words | Term], write('search terms, e.g. terms = ["#debate", "election"]')] = []
    windows: Annotated[
        Windows, write("starts and ends in UTC, windows = [[2016-09-16T00:00:00Z, 2016-09-25T00:00:00Z]]")
    ] = []
    poll_seconds: Annotated[Seconds | None, write("a number of seconds above 0")] = None
    sample_rate: Annotated[Rate, write("a share above 0 and up to 1, e.g. sample_rate = 0.02")] = 1.0


class Candidate(Table):
    """A candidate: hashtags (without '#') that support them, words and handles that name them, a colour."""

    key: Annotated[Key, write('a short name without a slash, e.g. key = "gruen"')]
    name: Annotated[Words, write('a name, e.g. name = "Vera Gruen"')]
    hashtags: Annotated[list[Words], write('hashtags without #, e.g. hashtags = ["votegruen"]')] = []
    mentions: Annotated[list[Words], write('words that name the candidate, e.g. mentions = ["gruen"]')] = []
    color: Annotated[Color, write('a colour as # and six hexadecimal digits, e.g. color = "#0072B2"')] = GREY


class Event(Table):
    """Something that happened at one moment (UTC), e.g. a debate."""

    name: Annotated[Words, write('a name, e.g. name = "First debate"')]
    at: Annotated[datetime, write("a moment in UTC, e.g. at = 2016-09-27T01:00:00Z")]


class Scoring(Table):
    """How many of the most active accounts get a bot score, and the score above which one counts as a bot."""

    top_accounts: Annotated[int, Meta(ge=1), write("a whole number from 1 on, top_accounts = 50000")] = 50_000
    threshold: Annotated[Share, write("a share from 0 to 1, e.g. threshold = 0.5")] = 0.5


class Embeddedness(Table):
    """Smallest and largest k of the k-cores, and which share of all accounts the deepest one must hold."""

    k: Annotated[Ks, write(f"two whole numbers from 1 to {DEEPEST:,}, e.g. k = [10, 100]")] = (10, 100)
    top_share: Annotated[Share, write("a share from 0 to 1, e.g. top_share = 0.005")] = 0.0


class Engine(Table):
    """What the engine may use: memory before it spills to disk ("8GB"), and the folder that it spills to.

    `tables` is the address of a folder of tables (`tweets`, `users`) that lie elsewhere:
    "s3a://bucket/study".
    """

    memory: Annotated[Size | None, write('a size, e.g. memory = "8GB"')] = None
    spill: Annotated[Words | None, write('a folder, e.g. spill = "/tmp/spill"')] = None
    tables: Annotated[Words | None, write('an address, e.g. tables = "s3a://bucket/study"')] = None


class Settings(Table):
    """The content of `study.toml`."""

    name: Annotated[Name, write('letters, digits, blanks, dots and dashes, e.g. name = "my study"')]
    title: Annotated[Words, write('a title in words, e.g. title = "Tweets on the election"')]
    synthetic: Annotated[bool, write("true for invented tweets, false for real ones")]
    seed: Annotated[Annotated[int, Meta(ge=0)] | None, write("a whole number from 0 on")] = None
    format: Annotated[
        Words | None, write('a file that describes the format of raw/, e.g. format = "mine.toml"')
    ] = None
    collection: Collection = Collection()
    candidates: list[Candidate] = []
    events: list[Event] = []
    scoring: Scoring = Scoring()
    embeddedness: Embeddedness = Embeddedness()
    engine: Engine = Engine()


TABLES = {"": Settings, "collection.terms": Term, "candidates": Candidate, "events": Event} | {
    table.__name__.lower(): table for table in (Collection, Scoring, Embeddedness, Engine)
}


class SettingsError(ValueError):
    """Something in `study.toml` cannot be meant; the message names each key, the fault and what to write."""


def read(path: Path) -> Settings:
    """The settings in a `study.toml`. Raises SettingsError, one line a fault, each with the file's name."""
    try:
        settings = msgspec.toml.decode(path.read_bytes().removeprefix(codecs.BOM_UTF8), type=Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}: {_in_words(str(error))}") from None
    except (msgspec.DecodeError, ValueError) as error:
        raise SettingsError(f"{path}: this is not TOML: {error!s:.200}") from None
    except RecursionError:
        raise SettingsError(f"{path}: lists within lists, more than anybody can mean") from None
    if faults := list(_faults(settings)):
        raise SettingsError("\n".join(f"{path}: {fault}" for fault in faults))
    return settings


def _in_words(error: str) -> str:
    """msgspec's message with the key as one writes it, and what to write instead."""
    matching = r"`str` matching regex .*?(?=( - at `\$|$))"
    error = re.sub(matching, "other text, without control characters", error)
    what, _, place = error.partition(" - at `$")
    key = re.sub(r"\[\d+\]|^\.", "", place.removesuffix("`"))
    where = re.sub(r"\[(\d+)\]", lambda number: f" {int(number[1]) + 1}", place.removesuffix("`").lstrip("."))
    if unknown := re.search("unknown field `(.+)`", what):
        names = TABLES.get(key, Settings).__struct_fields__
        close = get_close_matches(unknown[1], names, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"
        return f"{where}{': ' * bool(where)}there is no key {unknown[1]:.60}; {hint}"
    if missing := re.search("missing required field `(.+)`", what):
        key, where = ".".join(filter(None, (key, missing[1]))), f"{where} {missing[1]}".strip()
        what = "is missing"
    return f"{where}: {what[0].lower() + what[1:]}; write {_meant(key)}"


def _meant(key: str) -> str:
    """What to write for a key, of which the numbers of list items are gone: "candidates.color"."""
    table, _, field = key.rpartition(".")
    hint = get_type_hints(TABLES.get(table, Table), include_extras=True).get(field)
    hints = [meta.description for meta in getattr(hint, "__metadata__", ()) if meta.description]
    return hints[0] if hints else "another value"


def _faults(settings: Settings) -> Iterator[str]:
    """What cannot be meant though each value alone could be."""
    yield from _of_windows(settings.collection.windows)
    yield from _of_candidates(settings.candidates)
    windows = (("collection.windows", moment) for moment in chain(*settings.collection.windows))
    for where, moment in [*windows, *(("events", event.at) for event in settings.events)]:
        if not 1900 <= moment.year <= 2200:
            yield f"{where}: the year of {moment} is not of our time; write another"
    for event in settings.events:
        if event.at.tzinfo is None:
            yield f"events: {event.name!r} has no time zone; write at = {event.at.isoformat()}Z"
    terms = [term if isinstance(term, str) else term.term for term in settings.collection.terms]
    yield from _repeated("collection.terms", terms)
    yield from _repeated("events", [event.name for event in settings.events])
    low, high = settings.embeddedness.k
    if low > high:
        yield f"embeddedness.k: {low} is more than {high}; write k = [{high}, {low}]"


def _of_windows(windows: list[tuple[datetime, datetime]]) -> Iterator[str]:
    for start, end in windows:
        if start.tzinfo is None or end.tzinfo is None:
            yield f"collection.windows: {start} to {end} has no time zone; write {start.isoformat()}Z"
            return
        if start >= end:
            yield f"collection.windows: {start} is not before {end}; write the start first, then the end"
    for (_, end), (start, _) in pairwise(windows):
        if start < end:
            yield f"collection.windows: {start} follows a window that ends at {end}; write them in order"
    if windows and windows[-1][1] - windows[0][0] > LONGEST:
        years = f"{windows[0][0].year} to {windows[-1][1].year}"
        yield f"collection.windows: {years} are more than ten years; write those of the collection"


def _of_candidates(candidates: list[Candidate]) -> Iterator[str]:
    for candidate in candidates:
        if candidate.key in RESERVED:
            yield f"candidates: the key {candidate.key} is a column's name; write another: {candidate.key}_1"
        for tag in candidate.hashtags:
            if re.search(r"[#\s]", tag):
                yield f"candidates: {tag!r} of {candidate.key} is no hashtag; write it without # and blanks"
        for words in candidate.mentions:
            if "@" in words or "#" in words:
                yield f"candidates: {words!r} names {candidate.key}; write it without @ and #"
        yield from _repeated(f"candidates: hashtags of {candidate.key}", candidate.hashtags)
    for what in ("key", "name"):
        yield from _repeated(f"candidates: {what}", [getattr(candidate, what) for candidate in candidates])
    for one, other in combinations(candidates, 2):
        for tag in {tag.casefold() for tag in one.hashtags} & {tag.casefold() for tag in other.hashtags}:
            yield (
                f"candidates: the hashtag {tag} supports both {one.key} and {other.key}; "
                "leave it with the one whom it supports, or out"
            )


def _repeated(where: str, names: list[str]) -> Iterator[str]:
    folded = [name.strip().casefold() for name in names]
    for name in sorted(name for name, times in Counter(folded).items() if times > 1):
        yield f"{where}: {name} stands there more than once; write it once"
