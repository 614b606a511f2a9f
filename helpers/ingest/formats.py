"""Formats of tweets as data: which columns or keys tell a format, and what its fields are in our tables.

Each file of `data/formats` is a format (its README tells the keys); a study can bring one of its own. An
expression of such a file gives text, in DuckDB's SQL with the macros of `macros.sql`; here it is read by the
type of our column, and a row that is no tweet, or lacks what a tweet must have, gets its reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec
import pyarrow as pa

from helpers import engines
from helpers.study import ROOT, StudyError
from helpers.tables import ID, PROFILE, TIME, TWEETS, USERS

FOLDER = ROOT / "data" / "formats"
MEMORY = "1GB"  # what DuckDB may use before it spills to disk

TWEET = {field.name: field.type for field in TWEETS if field.name != "kind"}
AUTHOR = {f"author_{name}": USERS.field(name).type for name in PROFILE}
TEXTS = pa.list_(pa.string())
# What `query` gives. `names`: ids of the row that are no whole numbers, for which surrogates stand.
STAGED = pa.schema(
    {"outcome": pa.string(), "line": ID, "reason": pa.string(), "names": TEXTS, **TWEET, **AUTHOR}
)

SQL = {
    pa.string(): "VARCHAR", TEXTS: "VARCHAR[]", ID: "BIGINT", pa.list_(ID): "BIGINT[]", TIME: "TIMESTAMPTZ",
    pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN",
}  # fmt: skip
# How a column of ours is read out of text, by its name or else by its type.
BY_TYPE = {
    pa.string(): "filled({0})", TEXTS: "filled_list({0})", ID: "{any}id({0})", pa.list_(ID): "{any}ids({0})",
    TIME: "in_time({time})", pa.bool_(): "flag({0})",
}  # fmt: skip
BY_NAME = {
    "text": "filled(unescaped({0}))", "source": "filled(unescaped(client({0})))", "hashtags": "hashtags_of({0})",
    "longitude": "degrees_to({0}, 180)", "latitude": "degrees_to({0}, 90)",
    **{name: "whole({0})" for name in AUTHOR if name.endswith("_count")},
}  # fmt: skip


class Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A format: the keys of its file, as data/formats/README.md explains them; `name` is the file's."""

    title: str
    name: str = ""
    source: str = ""
    columns: list[str] = []
    optional: list[str] = []
    keys: list[list[str]] = []
    starts: list[str] = []
    structure: str = ""
    json: str = "json"
    rows: str = "SELECT * FROM records"
    times: list[str] = []
    opaque_ids: bool = False
    other: str = "false"
    reject: str = "NULL"
    advice: str = ""
    tweets: dict[str, str] = {}
    author: dict[str, str] = {}


# ── Which format ────────────────────────────────────────────────────────────────────────────────────────────


@cache
def formats(own: Path | None = None) -> tuple[Format, ...]:
    """The formats of data/formats, first the one in the file `own`.

    Raises StudyError that names a file and what is wrong with it.
    """
    return tuple(map(read, [*([own] if own else []), *sorted(FOLDER.glob("*.toml"))]))


def read(path: Path) -> Format:
    """The format in a TOML file. Raises StudyError."""
    try:
        format = msgspec.structs.replace(msgspec.toml.decode(path.read_bytes(), type=Format), name=path.stem)
    except (OSError, ValueError) as error:  # msgspec's and TOML's are ValueErrors
        raise StudyError(f"{path}: not a format of tweets: {error}") from None
    known = {"tweets": TWEET, "author": dict.fromkeys(PROFILE)}
    strange = [
        f"[{part}] {name}" for part in known for name in getattr(format, part) if name not in known[part]
    ]
    if strange:
        raise StudyError(f"{path}: {', '.join(strange)}: no such column of helpers/tables.toml")
    if not (format.tweets or format.advice):
        raise StudyError(f"{path}: neither [tweets] nor an advice")
    if format.tweets:
        bind(format, path)
    return format


def bind(format: Format, path: Path) -> None:
    """Have DuckDB parse a format's expressions over a source without rows. Raises StudyError."""
    import duckdb

    columns = "json VARCHAR" if format.structure else ", ".join(f"{name} VARCHAR" for name in quoted(format))
    with connected() as connection:
        connection.execute(f"CREATE TABLE source (line BIGINT, {columns})")
        try:
            connection.execute(f"EXPLAIN {query(format)}")
        except duckdb.Error as error:
            raise StudyError(f"{path}: DuckDB cannot read an expression of it: {error}") from None


def of_columns(names: Iterable[str], own: Path | None = None) -> Format | None:
    """The format of a table with these columns, None where it is not known."""
    return most_specific(names, [(format.columns, format) for format in formats(own)])


def of_object(keys: Iterable[str], own: Path | None = None) -> Format | None:
    """The format of a JSON object with these keys, None where it is not known (as v1.1 is not)."""
    return most_specific(keys, [(some, format) for format in formats(own) for some in format.keys])


def most_specific(given: Iterable[str], known: list[tuple[list[str], Format]]) -> Format | None:
    """Of the formats whose names are all given, the one with most of them; of several, the first."""
    given = set(given)
    fitting = [(some, format) for some, format in known if some and given.issuperset(some)]
    return max(fitting, key=lambda pair: len(pair[0]), default=(None, None))[1]


# ── What its rows are in our tables ─────────────────────────────────────────────────────────────────────────


def quoted(format: Format) -> list[str]:
    """The columns of a table that its format knows, as SQL names."""
    return ['"{}"'.format(name.replace('"', '""')) for name in (*format.columns, *format.optional)]


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'{}'".format(value.replace("'", "''"))


def records(format: Format) -> str:
    """The SELECT that `rows` reads: parsed JSON (the line below 0 where it is none), or a table with all columns
    that the format knows.
    """
    if not format.structure:
        missing = ", ".join(f"NULL::VARCHAR AS {name}" for name in quoted(format))
        return f"SELECT * FROM source UNION ALL BY NAME SELECT {missing} WHERE false"
    return f"""SELECT CASE WHEN record IS NULL THEN -line ELSE line END AS line, record FROM (
        SELECT line, TRY(json_transform({format.json}, {text(format.structure)})) AS record FROM source)"""


def wrapped(format: Format, name: str, kind: pa.DataType) -> str:
    """The expression that reads a column of ours out of the text (or list of text) that a format gives."""
    given = f'given."{name}"'
    time = f"time_of({given})"
    if format.times:
        shapes = ", ".join(map(text, format.times))
        time = f"coalesce(try_strptime({given}, [{shapes}])::TIMESTAMPTZ, {time})"
    pattern = BY_NAME.get(name) or BY_TYPE[kind]
    return pattern.format(given, any="any_" if format.opaque_ids else "", time=time)


def query(format: Format) -> str:
    """The SELECT over `source` that gives the columns of STAGED, one row for each of the format's rows.

    `source` has `line` and either `json` (text) or the table's columns, all as text. Rows stay in order. A row
    is other, rejected for the first of its reasons, or a tweet.
    """
    asked = {**format.tweets, **{f"author_{name}": how for name, how in format.author.items()}}
    given = "".join(f', ({how}) AS "{name}"' for name, how in asked.items())
    read = "".join(
        f', CAST({wrapped(format, name, kind) if name in asked else "NULL"} AS {SQL[kind]}) AS "{name}"'
        for name, kind in {**TWEET, **AUTHOR}.items()
    )
    must = ["tweet_id", "user_id", "created_at"]
    raw = "".join(f", {'given.' + name if name in asked else 'NULL'} AS given_{name}" for name in must)
    return f"""
        WITH records AS ({records(format)}), tweets AS ({format.rows}),
        given AS (SELECT line, ({format.other}) AS other, ({format.reject}) AS faulty{given} FROM tweets),
        read AS (SELECT line, other, faulty, {names(format, asked)} AS names{raw}{read} FROM given),
        judged AS (SELECT *, CASE WHEN line < 0 THEN 'not JSON' WHEN other THEN NULL
            WHEN faulty IS NOT NULL THEN faulty
            WHEN tweet_id IS NULL THEN without_id('an id', given_tweet_id)
            WHEN user_id IS NULL THEN without_id('a user', given_user_id)
            WHEN created_at IS NULL THEN not_a_time(given_created_at) END AS reason FROM read)
        SELECT CASE WHEN reason IS NOT NULL THEN 'rejected' WHEN other THEN 'other' ELSE 'tweet' END AS outcome,
            abs(line) AS line, reason, names, {", ".join(STAGED.names[4:])} FROM judged"""


def names(format: Format, asked: Iterable[str]) -> str:
    """The expression of a row's ids that are no whole numbers."""
    if not format.opaque_ids:
        return "NULL::VARCHAR[]"
    single = ", ".join(f'given."{name}"' for name in asked if TWEET.get(name) == ID)
    several = "".join(f', given."{name}"' for name in asked if TWEET.get(name) == pa.list_(ID))
    return f"names_among(list_concat([{single}]{several}))"


def connected():
    """A DuckDB connection in UTC with the macros that queries need, bounded memory, and rows kept in order."""
    connection = engines.duckdb()
    connection.execute(f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = true")
    connection.execute(Path(__file__).with_name("macros.sql").read_text("utf-8"))
    return connection
