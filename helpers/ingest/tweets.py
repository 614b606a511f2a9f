"""Tweets and users as Twitter's API v1.1 writes them, classic or extended, as rows of the study's tables."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

import msgspec
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
    id_str: Short | None = None


JSON_TYPES = {pa.string(): Short, TIME: Short, ID: Count, pa.bool_(): bool}
# The author of a tweet: fields as the columns of USERS; trimmed objects have little more than their id.
User = msgspec.defstruct(
    "User", [(name, JSON_TYPES[USERS.field(name).type] | None, None) for name in PROFILE],
    bases=(V1,), kw_only=True, gc=False,
)  # fmt: skip


class Hashtag(msgspec.Struct, gc=False):
    """A hashtag in a tweet's entities, without '#'."""

    text: Short


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
    in_reply_to_user_id_str: Short | None = None
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
WHOLE = re.compile(r"-?[0-9]{1,20}")  # int() also reads "1_0", blanks and the digits of other scripts

AS_UTF_8 = "save the file as UTF-8 (UTF-16 is not read)"
ONE_A_LINE = "write one tweet a line, as `jq -c .` does, and `jq -c '.[]'` with an array"

decode_tweet = msgspec.json.Decoder(Tweet).decode


def identity(id_str: str | None, number: Any) -> int | None:
    """An id as an integer, from `id_str`, or else from an `id` of digits, quoted or not; None where none is.

    Twitter writes -1 for an account that is no more: None as well. Raises Rejected for an id that is not a
    whole number below 2**63, and for a float without `id_str`, because JSON has rounded it.
    """
    given = id_str or number
    if given is None or given == "":
        return None
    if type(given) not in (int, str):
        raise Rejected(f"id {number!r:.40} is not an integer, and there is no id_str to correct it")
    if type(given) is str and not WHOLE.fullmatch(given):
        raise Rejected(f"id {given!r:.40} is not a whole number")
    if (value := int(given)) >= 2**63:
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


def entities(status: Status) -> tuple[list[str] | None, list[int] | None, list[str] | None]:
    """Hashtags (lower case), ids of mentioned users, links of the whole text; None where none are stated."""
    found = (status.extended_tweet and status.extended_tweet.entities) or status.entities
    if found is None:
        return None, None, None
    hashtags = [tag.text.lower() for tag in found.hashtags or () if tag.text]
    mentions = [user_id for user in found.user_mentions or () if (user_id := identity_of(user)) is not None]
    links = None if found.urls is None else [link.expanded_url or link.url or "" for link in found.urls]
    return hashtags, mentions, links


@lru_cache(maxsize=10_000)
def client(source: str) -> str | None:
    """The name of the program that sent a tweet, out of Twitter's HTML link; None where there is none."""
    return html.unescape(MARKUP.sub("", source)).strip() or None


def tweet_row(tweet: Tweet) -> tuple:
    """A tweet as a row of TWEET_COLUMNS. Raises Rejected for a tweet without id, user or a readable time.

    Text, hashtags and mentions of a retweet are those of the retweeted tweet, which is not cut (so mentions
    do not count its author). Where that one came without its text, the retweet's own ("RT @…") must do.
    """
    if (tweet_id := identity_of(tweet)) is None:
        raise Rejected("neither a v1.1 tweet nor a known notice: it has no id")
    if (user_id := identity_of(tweet.user)) is None:
        raise Rejected("a tweet without a user" if tweet.user is None else "a tweet whose user has no id")
    if (created_at := microseconds(tweet.created_at or "")) is None:
        raise Rejected(f"created_at {tweet.created_at!r:.40} is not a time from 21 March 2006 to today")
    original, place = tweet.retweeted_status or Status(), tweet.place or Place()
    text = whole_text(original)
    hashtags, mentions, links = entities(original if text else tweet)
    point = (tweet.coordinates and tweet.coordinates.coordinates) or (None, None)
    return (
        tweet_id,
        created_at,
        user_id,
        text or whole_text(tweet),
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


def parse(line: bytes) -> tuple[tuple, tuple] | Rejected | None:
    """A line's rows of TWEET_COLUMNS and USER_COLUMNS; None for a notice, else why it is rejected."""
    try:
        if not line.isascii():
            line.decode()
        tweet = decode_tweet(line)
        return tweet_row(tweet), user_row(tweet.user)
    except UnicodeDecodeError as error:
        return Rejected(f"not UTF-8: byte {error.start + 1} of the line; {AS_UTF_8}")
    except (msgspec.DecodeError, RecursionError, Rejected) as error:
        return explained(line, error)
    except Exception as error:  # whatever a line holds, it is that line's fault, and costs no other
        return Rejected(f"cannot be converted ({type(error).__name__}: {error!s:.80})")


def explained(line: bytes, error: Exception) -> Rejected | None:
    """Why a line that is not a good tweet is rejected; None where it is a notice."""
    try:
        content = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as fault:
        why = str(fault).removeprefix("JSON is malformed: ")
        several = "trailing" in why or line.strip() in (b"[", b"]")
        remedy = f"; {AS_UTF_8}" if b"\0" in line else f"; {ONE_A_LINE}" if several else ""
        return Rejected(f"not JSON: {why}{remedy}")
    if not isinstance(content, dict):
        return Rejected(f"not a JSON object: {ONE_A_LINE}")
    if not content.keys() & {"id", "id_str"} and content.keys() & NOTICES:
        return None
    if "statuses" in content:
        return Rejected("a page of search results: unpack its statuses, one tweet a line")
    if "author_id" in content or "data" in content:
        return Rejected("API v2, which is not read yet: v1.1 tweets are needed")
    return error if isinstance(error, Rejected) else Rejected(f"not a v1.1 tweet: {error}")
