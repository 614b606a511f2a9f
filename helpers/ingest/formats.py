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
from helpers.ingest.tweets import TWEET_COLUMNS
from helpers.study import ROOT, StudyError
from helpers.tables import ID, PROFILE, TIME, USERS

FOLDER = ROOT / "data" / "formats"
FROM_TEXT = "hashtags_in"  # the macro that stands in where a format has no hashtags
MEMORY = "1GB"  # what DuckDB may use before it spills to disk

TEXT, TEXTS, FLAG = pa.string(), pa.list_(pa.string()), pa.bool_()
TWEET = {field.name: field.type for field in TWEET_COLUMNS}
AUTHOR = {f"author_{name}": USERS.field(name).type for name in PROFILE}
MUST = ["tweet_id", "user_id", "created_at"]
# What `query` gives. `names`: the ids of the row that are no whole numbers, for which surrogates stand.
# `mended`: fields that are not as they should be, and were read all the same.
STAGED = pa.schema(
    {"outcome": TEXT, "line": ID, "reason": TEXT, "names": TEXTS} | TWEET | AUTHOR | {"mended": TEXTS}
)

# A column's type in DuckDB, and how it is read out of a text x: by its type, or by its name.
TYPES = {
    TEXT: ("VARCHAR", "filled({x})"), TEXTS: ("VARCHAR[]", "listed({x})"), FLAG: ("BOOLEAN", "flag({x})"),
    ID: ("BIGINT", "{any}id({x})"), pa.list_(ID): ("BIGINT[]", "{any}ids({x})"),
    pa.float64(): ("DOUBLE", "degrees_to({x}, 180)"), TIME: ("TIMESTAMPTZ", "in_time({time})"),
}  # fmt: skip
BY_NAME = {
    "text": "filled(unescaped({x}))", "source": "filled(unescaped(client({x})))",
    "hashtags": "hashtags_of({x})", "latitude": "degrees_to({x}, 90)",
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
    """The formats of data/formats, first the one in the file `own`, whose expressions are tried.

    Raises StudyError that names a file and what is wrong with it.
    """
    return *([tried(own)] if own else []), *map(read, sorted(FOLDER.glob("*.toml")))


def read(path: Path) -> Format:
    """The format in a TOML file. Raises StudyError."""
    try:
        format = msgspec.structs.replace(msgspec.toml.decode(path.read_bytes(), type=Format), name=path.stem)
    except (OSError, ValueError) as error:  # as msgspec's and TOML's are
        raise StudyError(f"{path}: not a format of tweets: {error}") from None
    if strange := [*(format.tweets.keys() - TWEET), *(format.author.keys() - set(PROFILE))]:
        raise StudyError(f"{path}: no column of helpers/tables.toml is called {', '.join(sorted(strange))}")
    if missing := [name for name in MUST if name not in format.tweets and not format.advice]:
        raise StudyError(f"{path}: [tweets] lacks {', '.join(missing)}, without which there is no tweet")
    if "text" in format.tweets:
        format.tweets.setdefault("hashtags", f"{FROM_TEXT}({format.tweets['text']})")
    return format


def tried(path: Path) -> Format:
    """The format in a TOML file, its expressions tried on a source without rows. Raises StudyError."""
    import duckdb

    format = read(path)
    columns = ["json"] if format.structure else names(format)
    with connected() as connection:
        connection.execute(f"CREATE TABLE source (line BIGINT, {' VARCHAR, '.join(columns)} VARCHAR)")
        try:
            connection.execute(f"EXPLAIN {query(format)}")
        except duckdb.Error as error:
            raise StudyError(f"{path}: DuckDB cannot read an expression of it: {error}") from None
    return format


def of_start(start: bytes, own: Path | None = None) -> Format | None:
    """The format of a file that begins so, None where that does not tell."""
    begun = start.lstrip().decode(errors="replace")
    return next((one for one in formats(own) for some in one.starts if begun.startswith(some)), None)


def of_columns(names: Iterable[str], own: Path | None = None) -> Format | None:
    """The format of a table with these columns, None where it is not known."""
    return most_specific(set(names), [(format.columns, format) for format in formats(own)])


def of_object(keys: Iterable[str], own: Path | None = None) -> Format | None:
    """The format of a JSON object with these keys, None where it is not known (as v1.1 is not)."""
    return most_specific(set(keys), [(some, format) for format in formats(own) for some in format.keys])


def most_specific(given: set[str], known: list[tuple[list[str], Format]]) -> Format | None:
    """Of the formats whose names are all given, the one with most of them; of several, the first."""
    fitting = [(len(some), format) for some, format in known if some and given.issuperset(some)]
    return max(fitting, key=lambda pair: pair[0], default=(0, None))[1]


# ── What its rows are in our tables ─────────────────────────────────────────────────────────────────────────


def names(format: Format) -> list[str]:
    """The columns of a table that its format knows, as SQL writes them."""
    return ['"{}"'.format(name.replace('"', '""')) for name in (*format.columns, *format.optional)]


def records(format: Format) -> str:
    """The SELECT that `rows` reads: a table with all columns that the format knows, or parsed JSON.

    Of what is no JSON, the line is below 0.
    """
    if not format.structure:
        missing = ", ".join(f"NULL::VARCHAR AS {name}" for name in names(format))
        return f"SELECT * FROM source UNION ALL BY NAME SELECT {missing} WHERE false"
    parsed = "TRY(json_transform({}, '{}'))".format(format.json, format.structure.replace("'", "''"))
    return f"""SELECT CASE WHEN record IS NULL THEN -line ELSE line END AS line, record
        FROM (SELECT line, {parsed} AS record FROM source)"""


def value(format: Format, name: str, kind: pa.DataType) -> str:
    """The expression of a column of ours, out of the text (or list of text) that a format gives for it."""
    x, (as_type, by_type) = f"given_{name}", TYPES[kind]
    time = f"dated({x}, {format.times})" if format.times else f"time_of({x})"
    given = name in format.tweets or name.removeprefix("author_") in format.author
    read = BY_NAME.get(name, by_type).format(x=x, time=time, any="any_" if format.opaque_ids else "")
    return f"CAST({read if given else 'NULL'} AS {as_type}) AS {name}"


def opaque(format: Format) -> str:
    """The expression of a row's ids that are no whole numbers, null where there are none."""
    single = [f"name_of({x}, given_{x})" for x in format.tweets if TWEET[x] == ID]
    several = [f"names_of({x}, given_{x})" for x in format.tweets if TWEET[x] == pa.list_(ID)]
    listed = f"nullif(list_concat({', '.join(single + several)}), [])"
    return listed if format.opaque_ids else "NULL::VARCHAR[]"


def query(format: Format) -> str:
    """The SELECT over `source` that gives the columns of STAGED, one row for each of the format's rows.

    `source` has `line` and either `json` (text) or the table's columns, all as text. Rows stay in order. Each
    is other, rejected for the first of its reasons, or a tweet.
    """
    given = {**format.tweets, **{f"author_{name}": how for name, how in format.author.items()}}
    raw = "".join(f", ({how}) AS given_{name}" for name, how in given.items())
    ours = "".join(f", {value(format, name, kind)}" for name, kind in (TWEET | AUTHOR).items())
    from_text = format.tweets.get("hashtags", "").startswith(FROM_TEXT)
    mended = f"CASE WHEN {str(from_text).lower()} AND len(hashtags) > 0 THEN ['hashtags'] END"
    return f"""WITH records AS ({records(format)}), found AS ({format.rows}),
        given AS (SELECT line, ({format.other}) AS other, ({format.reject}) AS fault{raw} FROM found),
        valued AS (SELECT *{ours} FROM given),
        judged AS (SELECT *, {opaque(format)} AS names, fault_of(line, other, fault, tweet_id, given_tweet_id,
            user_id, given_user_id, created_at, given_created_at) AS reason, {mended} AS mended FROM valued)
        SELECT CASE WHEN reason <> '' THEN 'rejected' WHEN other THEN 'other' ELSE 'tweet' END AS outcome,
            abs(line) AS line, {", ".join(STAGED.names[2:])} FROM judged"""


def connected(memory: str = MEMORY):
    """A DuckDB connection in UTC with the macros of queries; memory is bounded, and rows keep their order."""
    connection = engines.duckdb()
    connection.execute(f"SET memory_limit = '{memory}'; SET preserve_insertion_order = true")
    connection.execute(Path(__file__).with_name("macros.sql").read_text("utf-8"))
    return connection
