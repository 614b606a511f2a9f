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
MUST = ["tweet_id", "user_id", "created_at"]
STAGED = pa.schema(
    {"outcome": pa.string(), "line": ID, "reason": pa.string(), "names": TEXTS, **TWEET, **AUTHOR}
)

SQL = {
    pa.string(): "VARCHAR", TEXTS: "VARCHAR[]", ID: "BIGINT", pa.list_(ID): "BIGINT[]", TIME: "TIMESTAMPTZ",
    pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN",
}  # fmt: skip
# How a column of ours is read out of text, by its name or else by its type.
BY_TYPE = {
    pa.string(): "filled({x})", TEXTS: "filled_list({x})", ID: "{any_}id({x})", pa.list_(ID): "{any_}ids({x})",
    TIME: "in_time({time})", pa.bool_(): "flag({x})",
}  # fmt: skip
BY_NAME = {
    "text": "filled(unescaped({x}))", "source": "filled(unescaped(client({x})))",
    "hashtags": "hashtags_of({x})", "longitude": "degrees_to({x}, 180)", "latitude": "degrees_to({x}, 90)",
    **dict.fromkeys([name for name in AUTHOR if name.endswith("_count")], "whole({x})"),
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
    except (OSError, ValueError) as error:  # as msgspec's and TOML's are
        raise StudyError(f"{path}: not a format of tweets: {error}") from None
    if strange := [*(format.tweets.keys() - TWEET), *(format.author.keys() - set(PROFILE))]:
        raise StudyError(f"{path}: {', '.join(strange)}: no such column in helpers/tables.toml")
    if not format.advice:
        if missing := [name for name in MUST if name not in format.tweets]:
            raise StudyError(f"{path}: [tweets] lacks {', '.join(missing)}, without which there is no tweet")
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
    """The SELECT that `rows` reads: a table with all columns that the format knows, or parsed JSON.

    Of what is no JSON, the line is below 0.
    """
    if not format.structure:
        missing = ", ".join(f"NULL::VARCHAR AS {name}" for name in quoted(format))
        return f"SELECT * FROM source UNION ALL BY NAME SELECT {missing} WHERE false"
    parsed = f"TRY(json_transform({format.json}, {text(format.structure)}))"
    return f"""SELECT CASE WHEN record IS NULL THEN -line ELSE line END AS line, record
        FROM (SELECT line, {parsed} AS record FROM source)"""


def value(format: Format, name: str, kind: pa.DataType) -> str:
    """The expression of a column of ours, out of the text (or list of text) that a format gives for it."""
    x = f"given_{name}"
    shapes = ", ".join(map(text, format.times))
    time = (
        f"coalesce(try_strptime({x}, [{shapes}])::TIMESTAMPTZ, time_of({x}))" if shapes else f"time_of({x})"
    )
    pattern = BY_NAME.get(name) or BY_TYPE[kind]
    return pattern.format(x=x, time=time, any_="any_" if format.opaque_ids else "")


def query(format: Format) -> str:
    """The SELECT over `source` that gives the columns of STAGED, one row for each of the format's rows.

    `source` has `line` and either `json` (text) or the table's columns, all as text. Rows stay in order. Each
    is other, rejected for the first of its reasons, or a tweet.
    """
    asked = {**format.tweets, **{f"author_{name}": how for name, how in format.author.items()}}
    given = "".join(f", ({how}) AS given_{name}" for name, how in asked.items())
    values = "".join(
        f", CAST({value(format, name, kind) if name in asked else 'NULL'} AS {SQL[kind]}) AS {name}"
        for name, kind in (TWEET | AUTHOR).items()
    )
    return f"""
        WITH records AS ({records(format)}), rows_ AS ({format.rows}),
        given AS (SELECT line, ({format.other}) AS other, ({format.reject}) AS fault{given} FROM rows_),
        read AS (SELECT *{values} FROM given),
        judged AS (SELECT *, {names(format)} AS names, CASE
            WHEN line < 0 THEN 'not JSON' WHEN other THEN NULL WHEN fault IS NOT NULL THEN fault
            WHEN tweet_id IS NULL THEN without_id('an id', given_tweet_id)
            WHEN user_id IS NULL THEN without_id('a user', given_user_id)
            WHEN created_at IS NULL THEN not_a_time(given_created_at) END AS reason FROM read)
        SELECT CASE WHEN reason <> '' THEN 'rejected' WHEN other THEN 'other' ELSE 'tweet' END AS outcome,
            abs(line) AS line, {", ".join(STAGED.names[2:])} FROM judged"""


def names(format: Format) -> str:
    """The expression of a row's ids that are no whole numbers, null where there are none."""
    if not format.opaque_ids:
        return "NULL::VARCHAR[]"
    single = ", ".join(f"name_of({x}, given_{x})" for x in format.tweets if TWEET[x] == ID)
    several = [f", names_of({x}, given_{x})" for x in format.tweets if TWEET[x] == pa.list_(ID)]
    return f"nullif(list_distinct(list_concat([{single}]{''.join(several)})), [])"


def connected():
    """A DuckDB connection in UTC with the macros of queries; memory is bounded, and rows keep their order."""
    connection = engines.duckdb()
    connection.execute(f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = true")
    connection.execute(Path(__file__).with_name("macros.sql").read_text("utf-8"))
    return connection
