"""Ingest: raw Twitter v1.1 JSON becomes the study's tables, and a ledger that accounts for every line.

After the paper's Methodology (tweets collected through the search API). In: files of one JSON object a line,
plain or compressed (.gz, .bz2, .zst), classic or extended tweets. Out: the tables `tweets`, `users`, `ledger`
and `rejected` of `helpers.tables`. Every line that is not blank ends in exactly one of

- kept: a tweet, the first one with its id in the order of file names, then of lines;
- duplicates: a tweet whose id came before (what it says about its author still counts);
- other: a message of the stream that is not a tweet (`NOTICES`: delete, limit, …);
- rejected: everything else, with file, line and reason. A damaged archive ends its file with one rejected line,
  and what came before the damage stays. A page of search results (`{"statuses": […]}`) or of API v2 is rejected
  as one line with the advice to unpack it, because the ledger counts tweets, not pages.

Each file is parsed into Parquet parts in a temporary folder, several files at a time where they are large, and DuckDB
then joins the parts out of core: memory does not grow with the size of the files.

    python -m helpers.ingest RAW… --out DIR
"""

from __future__ import annotations

import argparse
import bz2
import gc
import glob
import hashlib
import html
import os
import re
import shutil
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Any

import duckdb
import msgspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from tqdm import tqdm

from helpers import tables
from helpers.parallel import mapped
from helpers.study import Study, StudyError
from helpers.tables import LEDGER, PROFILE, REJECTED, TWEETS, USERS

NOTICES = {
    "control", "delete", "disconnect", "event", "friends", "friends_str",
    "limit", "scrub_geo", "status_withheld", "user_withheld", "warning",
}  # fmt: skip

BLOCK = 1 << 16  # bytes read at a time
BATCH = 4_000  # rows written at a time: few enough to stay near the processor
LARGE = 10 * 2**20  # bytes of raw files from which several processes read them, one file each
MEMORY = "2GB"  # what DuckDB may use before it spills to disk


class Rejected(ValueError):
    """A line that is not kept, with the reason."""


class Damaged(ValueError):
    """An archive that cannot be read on, with the reason."""


# ── v1.1 objects: the fields that become columns ─────────────────────────────────────────────────────────────

Count = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class V1(msgspec.Struct, kw_only=True, gc=False):
    """Base of the v1.1 objects: their identity. `id` may be anything, since `id_str` overrules it."""

    id: Any = None
    id_str: str | None = None


class User(V1):
    """The author of a tweet; trimmed objects have little more than their id."""

    screen_name: str | None = None
    name: str | None = None
    description: str | None = None
    location: str | None = None
    created_at: str | None = None
    lang: str | None = None
    statuses_count: Count | None = None
    followers_count: Count | None = None
    friends_count: Count | None = None
    favourites_count: Count | None = None
    listed_count: Count | None = None
    verified: bool | None = None
    default_profile: bool | None = None
    default_profile_image: bool | None = None
    profile_use_background_image: bool | None = None
    geo_enabled: bool | None = None
    url: str | None = None
    profile_banner_url: str | None = None
    protected: bool | None = None


class UserLine(User):
    """A line of a file of users: a user, or something tweet-like that has one."""

    user: User | None = None


class Hashtag(msgspec.Struct, gc=False):
    """A hashtag in a tweet's entities, without '#'."""

    text: str


class Link(msgspec.Struct, gc=False):
    """A link in a tweet's entities: as Twitter shortened it, and whole."""

    url: str | None = None
    expanded_url: str | None = None


class Entities(msgspec.Struct, gc=False):
    """What Twitter found in a tweet's text."""

    hashtags: list[Hashtag] | None = None
    user_mentions: list[V1] | None = None
    urls: list[Link] | None = None


class Extended(msgspec.Struct, gc=False):
    """The whole text of a tweet that the stream cuts at 140 characters."""

    full_text: str | None = None
    entities: Entities | None = None


class Quoted(msgspec.Struct, gc=False):
    """A quoted tweet."""

    user: V1 | None = None


class Status(V1):
    """What a tweet and the tweet that it retweets have in common."""

    text: str | None = None
    full_text: str | None = None
    extended_tweet: Extended | None = None
    entities: Entities | None = None
    user: V1 | None = None
    created_at: str | None = None


class Point(msgspec.Struct, gc=False):
    """A GeoJSON point: longitude, latitude."""

    coordinates: tuple[float, float] | None = None


class Place(msgspec.Struct, gc=False):
    """A place that a tweet is tagged with."""

    full_name: str | None = None
    country_code: str | None = None


class Tweet(Status):
    """A tweet."""

    source: str | None = None
    user: User | None = None
    lang: str | None = None
    retweeted_status: Status | None = None
    quoted_status: Quoted | None = None
    in_reply_to_user_id: Any = None
    in_reply_to_user_id_str: str | None = None
    coordinates: Point | None = None
    place: Place | None = None


# ── From a line to rows ──────────────────────────────────────────────────────────────────────────────────────

MONTHS = {
    "Jan": "01", "Feb": "02", "Mar": "03", "Apr": "04", "May": "05", "Jun": "06",
    "Jul": "07", "Aug": "08", "Sep": "09", "Oct": "10", "Nov": "11", "Dec": "12",
}  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MARKUP = re.compile(r"<[^>]*>")

decode_tweet = msgspec.json.Decoder(Tweet).decode
decode_user = msgspec.json.Decoder(UserLine).decode


def identity(id_str: str | None, number: Any) -> int | None:
    """An id as an integer, from `id_str` or else from an integer `id`; None where there is none.

    Twitter writes -1 for an account that is no more: None as well. Raises Rejected for an id that is not a whole
    number below 2**63, and for a float without `id_str`, because JSON has rounded it.
    """
    if not id_str:
        if number is None:
            return None
        if type(number) is not int:
            raise Rejected(f"id {number!r:.40} is not an integer, and there is no id_str to correct it")
    try:
        value = int(id_str or number)
    except ValueError:
        raise Rejected(f"id_str {id_str!r:.40} is not a whole number") from None
    if value >= 2**63:
        raise Rejected(f"id {value!r:.40} is larger than any id of Twitter")
    return value if value > 0 else None


def identity_of(thing: V1 | None) -> int | None:
    """The id of a user or tweet, None where there is none."""
    return identity(thing.id_str, thing.id) if thing else None


@lru_cache(maxsize=100_000)  # tweets come close together, and popular ones are retweeted again and again
def microseconds(created_at: str) -> int:
    """A time as Twitter writes it (Mon May 01 15:20:23 +0000 2017), or in ISO 8601, as microseconds since 1970 UTC.

    ISO times without an offset are taken as UTC. Raises ValueError for anything else.
    """
    t = created_at
    if month := MONTHS.get(t[4:7]):
        t = f"{t[26:]}-{month}-{t[8:10]}T{t[11:19]}{t[20:25]}"
    moment = datetime.fromisoformat(t)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH) // MICROSECOND


def whole_text(status: Status) -> str | None:
    """The text that is not cut, entities such as `&amp;` unescaped; None where there is none."""
    extended = status.extended_tweet
    text = (extended and extended.full_text) or status.full_text or status.text
    return html.unescape(text) if text else None


def entities(status: Status) -> tuple[list[str] | None, list[int] | None, list[str] | None]:
    """Hashtags (lower case), ids of mentioned users, links, from the whole text; None where Twitter states none."""
    found = (status.extended_tweet and status.extended_tweet.entities) or status.entities
    if found is None:
        return None, None, None
    hashtags = [tag.text.lower() for tag in found.hashtags or ()]
    mentions = [user_id for user in found.user_mentions or () if (user_id := identity_of(user)) is not None]
    links = None if found.urls is None else [link.expanded_url or link.url or "" for link in found.urls]
    return hashtags, mentions, links


@lru_cache(maxsize=10_000)
def client(source: str | None) -> str | None:
    """The name of the program that sent a tweet, out of the HTML link that Twitter gives; None where it gives none."""
    return html.unescape(MARKUP.sub("", source or "")).strip() or None


def moment(created_at: str | None) -> int | None:
    """A time as `microseconds` reads it, None for none or one that cannot be read."""
    try:
        return microseconds(created_at) if created_at else None
    except ValueError:
        return None


def tweet_row(tweet: Tweet) -> tuple:
    """A tweet as a row of TWEETS. Raises Rejected for a tweet without id, user or a readable time.

    Text, hashtags and mentions of a retweet are those of the retweeted tweet, which is not cut (so mentions do not
    count its author). Where that one came without its text, the retweet's own ("RT @…") must do.
    """
    if (tweet_id := identity_of(tweet)) is None:
        raise Rejected("neither a v1.1 tweet nor a known notice: it has no id")
    if (user_id := identity_of(tweet.user)) is None:
        raise Rejected("a tweet without a user" if tweet.user is None else "a tweet whose user has no id")
    try:
        created_at = microseconds(tweet.created_at or "")
    except ValueError:
        raise Rejected(f"created_at {tweet.created_at!r:.40} is not a time") from None
    original = tweet.retweeted_status
    text = whole_text(original) if original else None
    hashtags, mentions, links = entities(original if text else tweet)
    longitude, latitude = (tweet.coordinates and tweet.coordinates.coordinates) or (None, None)
    return (
        tweet_id,
        created_at,
        user_id,
        text or whole_text(tweet),
        tweet.lang or None,
        hashtags,
        mentions,
        identity_of(original),
        identity_of(original.user) if original else None,
        identity(tweet.in_reply_to_user_id_str, tweet.in_reply_to_user_id),
        identity_of(tweet.quoted_status.user) if tweet.quoted_status else None,
        longitude,
        latitude,
        (tweet.place and tweet.place.full_name) or None,
        (tweet.place and tweet.place.country_code) or None,
        links,
        client(tweet.source),
        moment(original.created_at) if original else None,
    )


def user_row(user: User) -> tuple:
    """A user as a row of USERS without tweets_collected; a time of creation that cannot be read is None."""
    return (
        identity_of(user),
        user.screen_name or None,
        user.name or None,
        user.description or None,
        user.location or None,
        moment(user.created_at),
        user.lang or None,
        user.statuses_count,
        user.followers_count,
        user.friends_count,
        user.favourites_count,
        user.listed_count,
        user.verified,
        user.default_profile,
        user.default_profile_image,
        user.profile_use_background_image,
        user.geo_enabled,
        user.url or None,
        user.profile_banner_url or None,
        user.protected,
    )


def parse(line: bytes) -> tuple[tuple, tuple] | None:
    """A line's rows of TWEETS and of USERS (without tweets_collected); None for a notice. Raises Rejected."""
    try:
        if not line.isascii():
            line.decode()
        tweet = decode_tweet(line)
        return tweet_row(tweet), user_row(tweet.user)
    except UnicodeDecodeError as error:
        raise Rejected(f"not UTF-8: byte {error.start + 1} of the line") from None
    except (msgspec.DecodeError, RecursionError, Rejected) as error:
        return explain(line, error)


def explain(line: bytes, error: Exception) -> None:
    """None where a line that is not a good tweet is a notice. Raises Rejected with the reason otherwise."""
    try:
        content = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as fault:
        raise Rejected(f"not JSON: {str(fault).removeprefix('JSON is malformed: ')}") from None
    if not isinstance(content, dict):
        raise Rejected("not a JSON object: write one tweet a line")
    if content.keys().isdisjoint(("id", "id_str")) and not content.keys().isdisjoint(NOTICES):
        return None
    if "statuses" in content:
        raise Rejected("a page of search results: unpack its statuses, one tweet a line")
    if "author_id" in content or "data" in content:
        raise Rejected("API v2, which is not read yet: v1.1 tweets are needed")
    raise Rejected(str(error) if isinstance(error, Rejected) else f"not a v1.1 tweet: {error}") from None


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────

DECOMPRESSORS: dict[str, Callable] = {
    ".gz": partial(zlib.decompressobj, wbits=31),
    ".bz2": bz2.BZ2Decompressor,
    ".zst": lambda: zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj(),
}


def decompress(blocks: Iterable[bytes], new: Callable) -> Iterator[bytes]:
    """Decompressed blocks of an archive of one or more members. Raises Damaged."""
    decompressor, complete = new(), False
    for block in blocks:
        while block:
            try:
                yield decompressor.decompress(block)
            except (zlib.error, OSError, zstandard.ZstdError) as error:
                raise Damaged(f"the archive is damaged here and cannot be read on ({error})") from None
            complete = decompressor.eof
            block = decompressor.unused_data
            if complete:
                decompressor = new()
    if not complete:
        raise Damaged("the archive is truncated here")


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, decompressed by its suffix, without line ends. Raises Damaged after the last whole one."""
    with path.open("rb") as file:
        blocks = iter(partial(file.read, BLOCK), b"")
        if new := DECOMPRESSORS.get(path.suffix.lower()):
            blocks = decompress(blocks, new)
        begun = []
        for block in blocks:
            end, *rest = block.split(b"\n")
            begun.append(end)
            if rest:
                yield b"".join(begun)
                yield from rest[:-1]
                begun = rest[-1:]
        yield b"".join(begun)


def outcomes(path: Path) -> Iterator[tuple[int, tuple[tuple, tuple] | Rejected | None]]:
    """Line number and outcome of `parse` (rows, None or Rejected) of each line that is not blank."""
    number = 0
    try:
        for number, line in enumerate(lines(path), 1):
            if not line or line.isspace():
                continue
            try:
                outcome = parse(line)
            except Rejected as reason:
                outcome = reason
            yield number, outcome
    except Damaged as damage:
        yield number + 1, Rejected(str(damage))


def as_table(rows: list[tuple], schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


# ── Small files, read whole ──────────────────────────────────────────────────────────────────────────────────

USER_COLUMNS = pa.schema([USERS.field(name) for name in ("user_id", *PROFILE)])


def read_tweets(path: Path) -> pd.DataFrame:
    """The v1.1 tweets of a small file (JSON lines or one array, plain or compressed): columns of TWEETS.

    Arrow types, so that ids stay whole. One row a tweet in the file's order, repeated tweets repeated; notices
    are passed over. Raises StudyError with file and line of the first tweet that cannot be read.
    """

    def row(item: bytes) -> tuple | None:
        rows = parse(item)
        return rows and rows[0]

    return read_whole(path, row, TWEETS)


def read_users(path: Path) -> pd.DataFrame:
    """The users of a small file (JSON lines or one array, plain or compressed): USERS without tweets_collected.

    Each object is a v1.1 user, or has one as its `user` (a tweet). Arrow types; one row an object in the file's
    order. Raises StudyError with file and line of the first user that cannot be read.
    """

    def row(item: bytes) -> tuple:
        try:
            line = decode_user(item)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise Rejected(f"not a v1.1 user: {error}") from None
        columns = user_row(line.user or line)
        if columns[0] is None:
            raise Rejected("a user without an id")
        return columns

    return read_whole(path, row, USER_COLUMNS)


def read_whole(path: Path, row: Callable[[bytes], tuple | None], schema: pa.Schema) -> pd.DataFrame:
    """The rows of a file's objects as a DataFrame, where `row` returns one. Raises StudyError."""
    rows = []
    for where, content in objects(Path(path)):
        try:
            rows.append(row(content))
        except Rejected as reason:
            raise StudyError(f"{path}, {where}: {reason}. Correct or remove it, then try again.") from None
    return as_table([row for row in rows if row], schema).to_pandas(types_mapper=pd.ArrowDtype)


def objects(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines that are not blank, or the items of a file that is one JSON array, each after where it is."""
    unit, items = "line", []
    try:
        for line in lines(path):
            items.append(line)
    except Damaged as damage:
        raise StudyError(f"{path}, line {len(items) + 1}: {damage}. A whole file is needed.") from None
    except OSError as error:
        raise StudyError(
            f"{path}: cannot be read ({error.strerror}). Check the name and permissions."
        ) from None
    if (content := b"\n".join(items)).lstrip().startswith(b"["):
        try:
            unit, items = "item", msgspec.json.decode(content, type=list[msgspec.Raw])
        except msgspec.DecodeError as error:
            raise StudyError(f"{path}: {error}. A JSON array or one object a line is needed.") from None
    return ((f"{unit} {number}", bytes(item)) for number, item in enumerate(items, 1) if bytes(item).strip())


# ── Staging: each raw file becomes Parquet parts ─────────────────────────────────────────────────────────────

# Where a line stands among all lines of all files, as one integer: file number * 2**40 + line number.
POSITION = pa.field("position", pa.int64(), nullable=False)
FILE_BITS = 40

NOTHING = (None,) * len(PROFILE)  # what a trimmed user says of itself

STAGED = {
    "tweets": TWEETS.append(POSITION),
    "users": USER_COLUMNS.append(pa.field("seen_at", tables.TIME)).append(POSITION),
    "rejected": REJECTED.append(POSITION),
}


@contextmanager
def part(path: Path, schema: pa.Schema) -> Iterator[Callable[[tuple], None]]:
    """A Parquet file to which the function given here adds a row; rows are written BATCH at a time."""
    rows = []
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:

        def flush() -> None:
            writer.write_table(as_table(rows, schema))
            rows.clear()

        def add(row: tuple) -> None:
            rows.append(row)
            if len(rows) == BATCH:
                flush()

        yield add
        flush()


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cyclic garbage: rows make none, and looking through all that wait to be written takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def stage(folder: Path, raw: tuple[int, Path, str]) -> dict:
    """Parse a raw file (number, path, name) into parts in `folder`; its row of the ledger, duplicates still unknown.

    The key `tweets` counts what will be kept or a duplicate.
    """
    number, path, name = raw
    count = Counter(tweets=0, other=0, rejected=0)
    with uncollected(), ExitStack() as parts:
        add_tweet, add_user, add_rejected = (
            parts.enter_context(part(folder / f"{kind}-{number:07}.parquet", schema))
            for kind, schema in STAGED.items()
        )
        for line, outcome in outcomes(path):
            position = (number << FILE_BITS) + line
            if outcome is None:
                count["other"] += 1
            elif isinstance(outcome, Rejected):
                count["rejected"] += 1
                add_rejected((name, line, str(outcome), position))
            else:
                count["tweets"] += 1
                tweet, user = outcome
                add_tweet((*tweet, position))
                if user[1:] != NOTHING:  # else it has only its id, which the tweet has too
                    add_user((*user, tweet[1], position))
    return {"number": number, "file": name, "lines": count.total(), **count}


# ── Merging: parts become tables ─────────────────────────────────────────────────────────────────────────────

FIRST = "CREATE TEMP TABLE first AS SELECT min(position) AS position FROM tweets GROUP BY tweet_id"

# The profile as last seen, column by column: arg_max passes over nulls.
LAST = ", ".join(
    f"arg_max({name}, epoch_us(seen_at)::HUGEINT * {2**63}::HUGEINT + position) AS {name}" for name in PROFILE
)

MERGED = {
    "tweets": f"""
        SELECT {", ".join(TWEETS.names)} FROM tweets SEMI JOIN first USING (position)
        ORDER BY created_at, tweet_id""",
    "users": f"""
        SELECT user_id, {LAST}, any_value(tweets_collected) AS tweets_collected
        FROM (
            SELECT user_id, count(*) AS tweets_collected FROM tweets SEMI JOIN first USING (position) GROUP BY user_id
        ) LEFT JOIN users USING (user_id)
        GROUP BY user_id ORDER BY user_id""",
    "rejected": f"SELECT {', '.join(REJECTED.names)} FROM rejected ORDER BY position",
}


def merge(staged: list[dict], parts: Path, out: Path) -> None:
    """Make the four tables in `out` from the staged parts and the ledger's rows."""
    with duckdb.connect() as connection:
        connection.execute(
            f"SET TimeZone = 'UTC'; SET memory_limit = '{MEMORY}'; SET enable_progress_bar = false"
        )
        connection.execute("SET temp_directory = ?", [str(parts)])
        for kind in STAGED:
            connection.read_parquet(f"{glob.escape(str(parts))}/{kind}-*.parquet").create_view(kind)
        connection.execute(FIRST)
        for name, query in MERGED.items():
            connection.sql(query).write_parquet(str(out / f"{name}.parquet"), compression="zstd")
        kept = dict(
            connection.sql(f"SELECT position >> {FILE_BITS}, count(*) FROM first GROUP BY ALL").fetchall()
        )
    ledger = pd.DataFrame(staged).sort_values("number")
    ledger["kept"] = ledger["number"].map(kept).fillna(0).astype("int64")
    ledger["duplicates"] = ledger["tweets"] - ledger["kept"]
    tables.write(ledger[LEDGER.names], out / "ledger.parquet", LEDGER)


# ── The public face ──────────────────────────────────────────────────────────────────────────────────────────

MADE = {"tweets": TWEETS, "users": USERS, "ledger": LEDGER, "rejected": REJECTED}


def ingest(study: Study) -> pd.DataFrame:
    """The study's ledger (columns of LEDGER, one row a raw file), its tables made where they are not yet.

    A study without raw files that brings its own tables, here or at an address, keeps them; without a ledger among
    them, it is empty.
    Raises StudyError where there are neither raw files nor tables.
    """
    if study.raw_files:
        return ingest_files(study.raw_files, study.tables)
    if study.table("tweets") is None and study.engine.tables is None:
        raise StudyError(
            f"{study.folder}: neither raw tweets in raw/ nor tables in tables/. Put files of Twitter v1.1 JSON, "
            "one tweet a line, into raw/ (plain, .gz, .bz2 or .zst)."
        )
    return tables.read(study, "ledger") if study.table("ledger") else LEDGER.empty_table().to_pandas()


def rejected(study: Study) -> pd.DataFrame:
    """The lines of the study's raw files that were rejected (columns of REJECTED); empty where nothing is known of any."""
    return tables.read(study, "rejected") if study.table("rejected") else REJECTED.empty_table().to_pandas()


def ingest_files(raw_paths: Iterable[Path], out: Path) -> pd.DataFrame:
    """Make `tweets`, `users`, `ledger` and `rejected` in the folder `out` from raw files; the ledger.

    Tables that were made from the same files are used again. Everything is made beside `out` and moved in at the
    end: an interrupted run leaves the tables as they were. Two runs must not make the same folder at once.
    Raises StudyError for a file that cannot be opened.
    """
    paths, out = sorted({Path(path).absolute() for path in raw_paths}), Path(out).absolute()
    if not paths:
        raise StudyError("No raw files to ingest. Name files of Twitter v1.1 JSON, one tweet a line.")
    names = short_names(paths)
    digest = fingerprint(paths, names)
    if not up_to_date(out, digest):
        with temporary_folder(out) as folder:
            parts, made = folder / "parts", folder / "tables"
            parts.mkdir()
            made.mkdir()
            files = list(zip(range(len(paths)), paths, names, strict=True))
            files.sort(
                key=lambda raw: -raw[1].stat().st_size
            )  # a large one at the end would keep one process waiting
            done = mapped(partial(stage, parts), files, None if large(paths) else 1)
            staged = list(tqdm(done, desc="ingest", unit="file", total=len(paths), disable=None))
            merge(staged, parts, made)
            rows = {name: pq.read_metadata(made / f"{name}.parquet").num_rows for name in ("tweets", "users")}
            (made / "ingest.json").write_bytes(msgspec.json.encode({"data_hash": digest, **rows}))
            publish(made, out)
    return pd.read_parquet(out / "ledger.parquet")


def large(paths: list[Path]) -> bool:
    """Whether files are worth more than one process, each of which takes a second to start."""
    return len(paths) > 1 and sum(path.stat().st_size for path in paths) >= LARGE


def up_to_date(out: Path, digest: str) -> bool:
    """Whether `out` holds all tables, with today's columns, made from the raw files with this fingerprint."""
    return tables.recorded(out).get("data_hash") == digest and all(
        (path := out / f"{name}.parquet").exists() and pq.read_schema(path).names == schema.names
        for name, schema in MADE.items()
    )


def short_names(paths: list[Path]) -> list[str]:
    """Names of files below the folder that they share."""
    shared = os.path.commonpath([path.parent for path in paths])
    return [path.relative_to(shared).as_posix() for path in paths]


def fingerprint(paths: list[Path], names: list[str]) -> str:
    """SHA-256 of what `sha256sum` prints for the files in name order."""
    total = hashlib.sha256()
    for path, name in zip(paths, names, strict=True):
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise StudyError(
                f"{path}: cannot be read ({error.strerror}). Check the name and permissions."
            ) from None
        total.update(f"{digest}  {name}\n".encode())
    return total.hexdigest()


@contextmanager
def temporary_folder(out: Path) -> Iterator[Path]:
    """An empty folder beside `out`, removed at the end; what a killed run left there goes first."""
    folder = out.with_name(f".{out.name}.partial")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(made: Path, out: Path) -> None:
    """Move finished tables into `out`; what later notebooks derived from other data goes.

    The record of the tables goes first and comes last: a mix is never taken for whole.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "ingest.json").unlink(missing_ok=True)
    for name in tables.DERIVED:
        (out / f"{name}.parquet").unlink(missing_ok=True)
    for name in (*(f"{name}.parquet" for name in MADE), "ingest.json"):
        (made / name).replace(out / name)


# ── Command line ─────────────────────────────────────────────────────────────────────────────────────────────


def raw_files(given: list[Path]) -> Iterator[Path]:
    """Files, and the files below folders; hidden ones are left out."""
    for path in given:
        if path.is_dir():
            yield from (file for file in path.rglob("[!.]*") if file.is_file())
        else:
            yield path


def report(ledger: pd.DataFrame, rejected: pd.DataFrame, shown: int = 10) -> str:
    """The ledger with its totals, and the first rejected lines, as text."""
    totals = ledger.drop(columns="file").sum().to_frame().T.assign(file="total")
    text = pd.concat([ledger, totals])[ledger.columns].to_string(index=False)
    if len(rejected):
        first = rejected.head(shown)
        text += f"\n\nrejected lines, {len(first)} of {len(rejected)}:\n"
        text += "\n".join(f"{row.file}, line {row.line}: {row.reason}" for row in first.itertuples())
    return text


def main(arguments: list[str] | None = None) -> None:
    """`python -m helpers.ingest RAW… --out DIR`."""
    parser = argparse.ArgumentParser(prog="python -m helpers.ingest", description="Raw tweets to tables.")
    parser.add_argument(
        "raw", nargs="+", type=Path, help="files or folders of Twitter v1.1 JSON, one tweet a line"
    )
    parser.add_argument("--out", required=True, type=Path, help="folder for the tables")
    given = parser.parse_args(arguments)
    try:
        ledger = ingest_files(raw_files(given.raw), given.out)
    except StudyError as error:
        sys.exit(str(error))
    print(report(ledger, pd.read_parquet(given.out / "rejected.parquet")))
