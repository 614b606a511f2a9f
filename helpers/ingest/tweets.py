"""Tweets and users as Twitter's API v1.1 writes them, classic or extended, as rows of the study's tables."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce
from operator import getitem
from typing import Annotated, Any

import msgspec
import pandas as pd
import pyarrow as pa
from msgspec.structs import astuple

from helpers.tables import ID, PROFILE, TIME, TWEETS, USERS

NOTICES = {
    "control", "delete", "disconnect", "event", "friends", "friends_str", "limit", "scrub_geo",
    "status_withheld", "user_withheld", "warning",
}  # fmt: skip
TWEET_COLUMNS = pa.schema([field for field in TWEETS if field.name != "kind"])  # which the ledger adds to all
USER_COLUMNS = pa.schema([USERS.field(name) for name in ("user_id", *PROFILE)])
BORN = PROFILE.index("created_at")


class Rejected(ValueError):
    """A line that is not kept, with the reason."""


# ── v1.1 objects: the fields that become columns ────────────────────────────────────────────────────────────

# Letters that a field may have: names, descriptions, places and codes, of which Twitter's longest (a
# description) has 160; texts, links and programs, of which it has 25,000. What is longer is rejected.
SHORT, LONG = 1_000, 25_000
Short, Long = (Annotated[str, msgspec.Meta(max_length=most)] for most in (SHORT, LONG))
Few = msgspec.Meta(max_length=1_000)  # hashtags, mentions or links, of which 280 letters hold a hundred
Count = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Longitude, Latitude = (Annotated[float, msgspec.Meta(ge=-end, le=end)] for end in (180, 90))


class V1(msgspec.Struct, kw_only=True, gc=False):
    """Base of the v1.1 objects: their identity. `id` may be anything, since `id_str` overrules it."""

    id: Any = None
    id_str: Short | int | None = None


JSON_TYPES = {pa.string(): Short, TIME: Short, ID: Count, pa.bool_(): bool}
# The author of a tweet: fields as the columns of USERS; trimmed objects have little more than their id.
User = msgspec.defstruct(
    "User", [(name, JSON_TYPES[USERS.field(name).type] | None, None) for name in PROFILE],
    bases=(V1,), kw_only=True, gc=False,
)  # fmt: skip


class Hashtag(msgspec.Struct, gc=False):
    """A hashtag in a tweet's entities, without '#'."""

    text: Short | None = None


class Link(msgspec.Struct, gc=False):
    """A link in a tweet's entities: as Twitter shortened it, and whole."""

    url: Long | None = None
    expanded_url: Long | None = None


class Entities(msgspec.Struct, gc=False):
    """What Twitter found in a tweet's text."""

    hashtags: Annotated[list[Hashtag], Few] | None = None
    user_mentions: Annotated[list[V1], Few] | None = None
    urls: Annotated[list[Link], Few] | None = None


class Extended(msgspec.Struct, gc=False):
    """The whole text of a tweet that the stream cuts at 140 characters."""

    full_text: Long | None = None
    entities: Entities | None = None


class Quoted(msgspec.Struct, gc=False):
    """A quoted tweet."""

    user: V1 | None = None


class Status(V1):
    """What a tweet and the tweet that it retweets have in common."""

    text: Long | None = None
    full_text: Long | None = None
    extended_tweet: Extended | None = None
    entities: Entities | None = None
    user: V1 | None = None
    created_at: Short | None = None


class Point(msgspec.Struct, gc=False):
    """A GeoJSON point: longitude, latitude."""

    coordinates: tuple[Longitude, Latitude] | None = None


class Place(msgspec.Struct, gc=False):
    """A place that a tweet is tagged with."""

    full_name: Short | None = None
    country_code: Short | None = None


class Tweet(Status):
    """A tweet."""

    source: Long | None = None
    user: User | None = None
    lang: Short | None = None
    retweeted_status: Status | None = None
    quoted_status: Quoted | None = None
    in_reply_to_user_id: Any = None
    in_reply_to_user_id_str: Short | int | None = None
    coordinates: Point | None = None
    place: Place | None = None


# ── From a line to rows ─────────────────────────────────────────────────────────────────────────────────────

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MONTHS = {name: f"{number:02}" for number, name in enumerate(MONTHS, 1)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST = (datetime(2006, 3, 21, tzinfo=UTC) - EPOCH) // MICROSECOND  # when Twitter's first tweet was written
TOMORROW = (datetime.now(UTC) + timedelta(days=1) - EPOCH) // MICROSECOND
MARKUP = re.compile(r"<[^<>]*>")  # never back over what it has read, however long
WHOLE = re.compile(r"-?[0-9]{1,20}(\.0)?")  # int() also reads "1_0", blanks and the digits of other scripts

# As Twitter marks them: not all of digits, and not the rest of a word or of an address.
HASHTAG = re.compile(r"(?<![\w&/])[#＃](?=\d*[^\W\d])(\w++)(?!…)")

decode_tweet = msgspec.json.Decoder(Tweet).decode


def identity(id_str: str | int | None, number: Any) -> int | None:
    """An id as an integer, from `id_str`, or else from an `id` of digits, quoted or not; None where none is.

    Twitter writes -1 for an account that is no more: None as well. Raises Rejected for an id that is not a
    whole number below 2**63, and for a float of 2**53 or more without `id_str`, because it was rounded.
    """
    given = id_str or number
    if type(given) is str and len(given) < 19 and given.isascii() and given.isdigit():  # as almost always
        return int(given) or None
    if given is None or given == "":
        return None
    if type(given) is float and given.is_integer() and abs(given) < 2**53:
        given = int(given)
    if type(given) not in (int, str):
        raise Rejected(f"id {number!r:.40} is not an integer, and there is no id_str to correct it")
    if type(given) is str and not WHOLE.fullmatch(given):
        raise Rejected(f"id {given!r:.40} is not a whole number")
    if (value := int(str(given).removesuffix(".0"))) >= 2**63:
        raise Rejected(f"id {value!r:.40} is larger than any id of Twitter")
    return value if value > 0 else None


def identity_of(thing: V1 | None) -> int | None:
    """The id of a user or tweet, None where there is none."""
    return identity(thing.id_str, thing.id) if thing else None


@lru_cache(maxsize=100_000)  # tweets come close together, and popular ones are retweeted again and again
def microseconds(created_at: str) -> int | None:
    """Microseconds since 1970 UTC of a time as Twitter writes it, or in ISO 8601.

    Twitter's is Mon May 01 15:20:23 +0000 2017; ISO times without an offset are taken as UTC. None for text
    that is neither, and for a time before Twitter's first tweet or after tomorrow.
    """
    t = created_at
    if month := MONTHS.get(t[4:7]):
        t = f"{t[26:]}-{month}-{t[8:10]}T{t[11:19]}{t[20:25]}"
    try:
        moment = datetime.fromisoformat(t)
    except ValueError:
        return None
    since = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH) // MICROSECOND
    return since if FIRST <= since < TOMORROW else None


def whole_text(status: Status) -> str | None:
    """The text that is not cut, entities such as `&amp;` unescaped; None where there is none."""
    extended = status.extended_tweet
    text = (extended and extended.full_text) or status.full_text or status.text
    return html.unescape(text) if text else None


def entities(status: Status, own: Entities | None) -> tuple[list[str], list[int], list[str] | None] | None:
    """Hashtags (lower case), ids of mentioned users, links of the whole text, or else of the tweet's own
    entities; None where neither states any.
    """
    found = (status.extended_tweet and status.extended_tweet.entities) or status.entities or own
    if found is None:
        return None
    hashtags = [tag.text.lower() for tag in found.hashtags or () if tag.text]
    mentions = [user_id for user in found.user_mentions or () if (user_id := identity_of(user)) is not None]
    links = None if found.urls is None else [link.expanded_url or link.url or "" for link in found.urls]
    return hashtags, mentions, links


def hashtags_in(text: str) -> list[str]:
    """Hashtags (lower case) of a text that comes without a list of them; none that is cut ("#deb…")."""
    return [tag.lower() for tag in HASHTAG.findall(text)]


@lru_cache(maxsize=10_000)
def client(source: str) -> str | None:
    """The name of the program that sent a tweet, out of Twitter's HTML link; None where there is none."""
    return html.unescape(MARKUP.sub("", source)).strip() or None


def tweet_row(tweet: Tweet) -> tuple:
    """A tweet as a row of TWEET_COLUMNS. Raises Rejected for a tweet without id, user or a readable time.

    Text, hashtags and mentions of a retweet are those of the retweeted tweet, which is not cut (so mentions
    do not count its author). Where that one came without its text or its entities, the retweet's own must do.
    """
    if (tweet_id := identity_of(tweet)) is None:
        raise Rejected("neither a v1.1 tweet nor a known notice: it has no id")
    if (user_id := identity_of(tweet.user)) is None:
        raise Rejected("a tweet without a user" if tweet.user is None else "a tweet whose user has no id")
    if (created_at := microseconds(tweet.created_at or "")) is None:
        raise Rejected(f"created_at {tweet.created_at!r:.40} is not a time from 21 March 2006 to today")
    original, place = tweet.retweeted_status or Status(), tweet.place or Place()
    whole = whole_text(original)
    text = whole or whole_text(tweet)
    stated = entities(original if whole else tweet, tweet.entities)
    hashtags, mentions, links = stated or (text and hashtags_in(text), None, None)
    point = (tweet.coordinates and tweet.coordinates.coordinates) or (None, None)
    return (
        tweet_id,
        created_at,
        user_id,
        text,
        tweet.lang or None,
        hashtags,
        mentions,
        identity_of(original),
        identity_of(original.user),
        identity(tweet.in_reply_to_user_id_str, tweet.in_reply_to_user_id),
        identity_of(tweet.quoted_status.user) if tweet.quoted_status else None,
        *point,  # longitude, latitude
        place.full_name or None,
        place.country_code or None,
        links,
        client(tweet.source) if tweet.source else None,
        microseconds(original.created_at or ""),
    )


def user_row(user: User) -> tuple:
    """A user as a row of USER_COLUMNS; a count below 0 and a time of creation that cannot be read are None,
    empty text not yet.
    """
    values = [None if type(value) is int and value < 0 else value for value in astuple(user)[2:]]
    values[BORN] = microseconds(values[BORN] or "")
    return (identity_of(user), *values)


def parse(line: bytes) -> tuple[tuple, tuple, list[str]] | Rejected | None:
    """A line's rows of TWEET_COLUMNS and USER_COLUMNS, and what was mended in it (see `mended`).

    None for a notice, else why it is rejected.
    """
    try:
        if not line.isascii():
            line.decode()
        tweet = decode_tweet(line)
        return tweet_row(tweet), user_row(tweet.user), []
    except Exception:  # whatever a line holds, it is that line's fault, and costs no other
        return second_look(line)


def second_look(line: bytes) -> tuple[tuple, tuple, list[str]] | Rejected | None:
    """The same of a line that is not as Twitter writes it: slower, and with more patience."""
    try:
        given = decoded(line)
    except UnicodeDecodeError as error:
        return Rejected(f"not UTF-8: byte {error.start + 1} of the line")
    except (ValueError, RecursionError) as error:
        return Rejected(f"not JSON: {error!s:.100}")
    if not isinstance(given, dict):
        return Rejected("not a JSON object")
    if not given.keys() & {"id", "id_str"} and given.keys() & NOTICES:
        return None
    if "statuses" in given:
        return Rejected("a page of search results: unpack its statuses, one tweet a line")
    try:
        tweet, odd = mended(given, Tweet)
        return tweet_row(tweet), user_row(tweet.user), odd
    except (msgspec.ValidationError, Rejected) as error:
        return error if isinstance(error, Rejected) else Rejected(f"not a v1.1 tweet: {error}")
    except Exception as error:
        return Rejected(f"cannot be converted ({type(error).__name__}: {error!s:.80})")


# ── Objects that other programs have changed ────────────────────────────────────────────────────────────────

TRUTH = dict.fromkeys(["true", "t", "1", "1.0"], True) | dict.fromkeys(["false", "f", "0", "0.0"], False)
FAULT = re.compile(r"Expected `(\w+).* - at `\$\.(.+)`", re.DOTALL)
# A tweet with another text or time would be another tweet.
NEEDED = re.compile(r"(retweeted_status\.)?(extended_tweet\.)?((full_)?text|created_at)")
MOST_FAULTS = 100  # of an object; one with more is not worth the time


def decoded(line: bytes) -> Any:
    """JSON with NaN as null, numbers and times of MongoDB as such, and U+FFFD for half a surrogate pair.

    Raises UnicodeDecodeError or ValueError.
    """
    found = json.loads(
        paired(line.decode("utf-8", "surrogatepass")), object_hook=unwrapped, parse_constant=str
    )
    if b"\\ud" in line.lower():  # half a pair may be written so
        return json.loads(paired(json.dumps(found, ensure_ascii=False)))
    return found


def paired(text: str) -> str:
    """A text with surrogate pairs as one letter, and U+FFFD for half of one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def unwrapped(given: dict) -> Any:
    """What stands in {"$numberLong": "12"}, {"$date": …}, as MongoDB writes numbers and times."""
    [name, value] = next(iter(given.items())) if len(given) == 1 else ("", None)
    if name == "$date" and type(value) is int:
        return (EPOCH + timedelta(milliseconds=value)).isoformat()
    return value if name.startswith("$") else given


def mended(given: dict, kind: type) -> tuple[Any, list[str]]:
    """An object as a struct of this kind, and the fields that were not what they must be.

    They are read as what was meant ("12", 12.0, "false"), else they are null: a side field costs no tweet.
    Raises msgspec.ValidationError for a field that is NEEDED.
    """
    odd = []
    for _ in range(MOST_FAULTS):
        try:
            return msgspec.convert(given, kind), odd
        except msgspec.ValidationError as error:
            fault = FAULT.search(str(error))
            if not fault or NEEDED.fullmatch(fault[2]):
                raise
            *way, last = [int(at) if at.isdigit() else at for at in re.split(r"\.|\[|\]\.?", fault[2]) if at]
            place = reduce(getitem, way, given)
            place[last] = meant(place[last], fault[1])
            if place[last] is None and isinstance(place, list):
                del place[last]
            odd.append(re.sub(r"\[\d+\]", "", fault[2]))
    return msgspec.convert(given, kind), odd


def meant(given: Any, kind: str) -> Any:
    """What a value stands for that should be of this kind of JSON; None where that cannot be told."""
    text = str(given).strip().lower()
    if kind == "bool":
        return TRUTH.get(text)
    if kind == "str":
        return str(given) if type(given) in (int, float) else None
    number = pd.to_numeric(text.replace(",", ""), errors="coerce") if kind == "int" else -1
    return int(number) if 0 <= number < 2**63 and number == number // 1 and type(given) is not int else None
