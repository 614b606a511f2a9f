"""Staging: each raw file becomes a Parquet part, with a row for whatever became of a line.

v1.1 objects are read by `ingest.tweets`; what another format of `data/formats` is, by content, DuckDB reads
through that format's expressions. In: a file of any format. Out: rows of PART.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import re
from codecs import iterdecode
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.ingest import formats
from helpers.ingest.files import BLOCK, Damaged, blocks_of, files_in
from helpers.ingest.formats import STAGED, Format
from helpers.ingest.pseudonyms import Pseudonyms
from helpers.ingest.records import LONGEST, as_object, records
from helpers.ingest.tweets import NOTICES, TWEET_COLUMNS, Rejected, decoded, parse

BATCH = 4_000  # records read and written at a time: few enough to stay near the processor
HEAVY = 2**24  # bytes of records after which a batch ends early
AHEAD = 20  # records by the first of which a format is told
# Where a row stands among all rows of all files, as one integer: file number * 2**40 + row number.
FILE_BITS = 40
PART = STAGED.append(pa.field("position", pa.int64(), nullable=False))
NO_FAULTS = pa.table({"line": pa.array([], pa.int64()), "reason": pa.array([], pa.string())})
HASHTAGS, MENTIONS = map(TWEET_COLUMNS.get_field_index, ("hashtags", "mentions"))
V1 = "Twitter API v1.1"
TOO_LONG = f"longer than {LONGEST // 10**6} MB, as no tweet is: write one tweet a line"
HOW_TO = "data/formats/README.md says how to describe one"
ROWS = 100_000  # of a table, at a time
FEWEST = 4  # columns that a table of tweets has
NAME = re.compile(r"[\w .:#'/()@-]{0,80}")  # of a column
BAD = re.compile("[\\udc80-\\udcff]")  # bytes that are no UTF-8, as `surrogateescape` keeps them

Found = Iterator[tuple[str, pa.Table]]
Given = Iterator[tuple[int, bytes | Damaged]]

READ_CSV = """
    SELECT *, 0 AS line FROM read_csv(
        $1, columns = $2, delim = $3, header = true, auto_detect = false, quote = '"', escape = '"',
        store_rejects = true)"""
READ_PARQUET = "SELECT COLUMNS(*)::VARCHAR, 0 AS line FROM read_parquet($1)"
NO_ROWS = """
    SELECT line, 'not a row of this table: ' || min(split_part(error_message, chr(10), 1)) AS reason
    FROM reject_errors GROUP BY line ORDER BY line"""


def stage(folder: Path, hidden: Pseudonyms, own: Path | None, raw: tuple[int, Path, str]) -> dict:
    """Read a raw file (number, path, name) into its part in `folder`; number, file, and formats found."""
    number, path, name = raw
    position, titles = number << FILE_BITS, {}
    with pq.ParquetWriter(folder / f"{number:07}.parquet", PART, compression="lz4") as writer, uncollected():
        for title, rows in rows_of(path, own, within=not hidden.key):
            titles[title] = None
            places = pa.array(range(position, position + len(rows)), pa.int64())
            writer.write_table(hidden.table(rows.append_column(PART.field("position"), places)))
            position += len(rows)
    return {"number": number, "file": name, "formats": [*filter(None, titles)]}


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cyclic garbage: rows make none, and looking through them takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def rows_of(path: Path, own: Path | None, within: bool = True) -> Iterator[tuple[str, pa.Table]]:
    """What became of each record of a file, as tables of STAGED, each after the name of its format.

    Reasons name the file in an archive, unless not `within`. Raises OSError where it cannot be opened.
    """
    try:
        for member, file in files_in(path):
            for title, rows in read(file, own):
                yield title, inside(rows, member) if member and within else rows
    except Damaged as damage:
        yield "", refused(1, str(damage))


def inside(rows: pa.Table, member: str) -> pa.Table:
    """Rows whose reasons begin with the name of a file in an archive."""
    place = rows.schema.get_field_index("reason")
    reasons = pc.binary_join_element_wise(f"in {member}", rows["reason"], ": ")
    return rows.set_column(place, "reason", reasons)


def read(file: io.BufferedReader, own: Path | None) -> Found:
    """The rows of a file, each table after the name of its format, by its content."""
    start = file.peek(BLOCK)
    if found := formats.of_start(start, own):
        return unreadable(found)
    separator, names = header_of(start)
    if names or start.startswith(b"PAR1"):
        return table(file, own, separator, names)
    found, given = json_format(to_the_end(records(file)), own)
    return v1(given) if found is None else unreadable(found) if found.advice else objects(found, given)


def unreadable(found: Format) -> Found:
    """The one row of a file whose format cannot be read: it says what this is, and what to do."""
    yield found.title, refused(1, f"{found.title}: {found.advice}")


def refused(line: int, reason: str) -> pa.Table:
    """The row of what is rejected."""
    return pa.Table.from_pylist([{"outcome": "rejected", "line": line, "reason": reason}], STAGED)


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────


def to_the_end(given: Iterator[tuple[int, bytes]]) -> Given:
    """Records after their lines, and at last, where they end in damage, the damage."""
    number = 0
    try:
        for number, record in given:
            yield number, record
    except Damaged as damage:
        yield number + 1, damage


def batches(given: Given) -> Iterator[list[tuple[int, bytes | Damaged]]]:
    """Records, at most BATCH or HEAVY bytes at a time."""
    batch, weight = [], 0
    for number, record in given:
        batch.append((number, record))
        weight += len(record) if type(record) is bytes else 0
        if len(batch) == BATCH or weight > HEAVY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def v1(given: Given) -> Found:
    """Rows of v1.1 objects."""
    for batch in batches(given):
        yield V1, as_table([v1_row(*record) for record in batch], STAGED)


def as_table(rows: list[tuple], schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table."""
    columns = zip(*rows, strict=True)
    return pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema)


def v1_row(line: int, record: bytes | Damaged) -> tuple:
    """What became of a record."""
    whole = type(record) is bytes and len(record) <= LONGEST
    outcome = parse(record) if whole else Rejected(TOO_LONG if type(record) is bytes else record)
    if isinstance(outcome, tuple):
        tweet, user, odd = outcome
        if tweet[HASHTAGS] and tweet[MENTIONS] is None:  # and so from the text
            odd = [*odd, "hashtags"]
        return ("tweet", line, None, None, *tweet, *user[1:], odd or None)
    kind = "other" if outcome is None else "rejected"
    return (kind, line, outcome and str(outcome), *[None] * (len(STAGED) - 3))


def json_format(given: Given, own: Path | None) -> tuple[Format | None, Given]:
    """The format of JSON objects, by the first whose keys tell (None: v1.1); and all of the objects."""
    ahead, found = [], None
    for number, record in islice(given, AHEAD):
        ahead.append((number, record))
        keys = keys_of(record)
        found = formats.of_object(keys, own)
        if found or ("user" in keys and keys & {"id", "id_str"}):
            break
    return found, chain(ahead, given)


def keys_of(record: bytes | Damaged) -> set[str]:
    """The keys of a JSON object, none of what is no such object or a notice of the stream."""
    keys = set((type(record) is bytes and as_object(record)) or ())
    return set() if keys & NOTICES and not keys & {"id", "id_str"} else keys


def objects(found: Format, given: Given) -> Found:
    """Rows of objects of a format."""
    with formats.connected() as connection:
        for batch in batches(given):
            damaged = batch.pop() if isinstance(batch[-1][1], Damaged) else None
            lines, texts = [line for line, _ in batch], [as_text(record) for _, record in batch]
            source = pa.table({"line": pa.array(lines, pa.int64()), "json": pa.array(texts, pa.string())})
            connection.register("source", source)
            yield from rows_by(connection, found)
            if damaged:
                yield found.title, refused(damaged[0], str(damaged[1]))


def rows_by(connection: duckdb.DuckDBPyConnection, found: Format) -> Found:
    """The rows that a format's query gives of the table or view `source`."""
    for batch in connection.sql(formats.query(found)).to_arrow_reader(ROWS):
        yield found.title, pa.Table.from_batches([batch]).cast(STAGED)


def as_text(record: bytes) -> str:
    """A record as text that DuckDB takes for JSON."""
    if b"\\ud" in record.lower():  # half a surrogate pair is none
        try:
            return json.dumps(decoded(record), ensure_ascii=False)
        except (ValueError, RecursionError):
            pass
    return record.decode(errors="replace")


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────


def header_of(start: bytes) -> tuple[str, list[str]]:
    """What parts the columns of a table that begins so, and their names; without names where it is none."""
    first = start.decode(errors="replace").partition("\n")[0].strip()
    rows = {separator: next(csv.reader([first], delimiter=separator), []) for separator in ",\t;|"}
    separator, names = max(rows.items(), key=lambda row: len(row[1]))
    table = len(names) >= FEWEST and all(NAME.fullmatch(name) for name in names)
    return separator, [unique(names, place) for place in range(len(names))] if table else []


def unique(names: list[str], place: int) -> str:
    """The name of a column, told from those before it, and given where it has none."""
    name = names[place] or f"column{place}"
    return f"{name}_{place}" if name.lower() in map(str.lower, names[:place]) else name


def table(file: io.BufferedReader, own: Path | None, separator: str, names: list[str]) -> Found:
    """Rows of a table of text, or of a Parquet file where there are no names; one that says so where its
    format is not known. A row's line is its place among the rows, of which the header is the first.
    """
    with TemporaryDirectory() as folder, formats.connected() as connection:
        path = Path(folder) / "table"
        spool(file, path, text=bool(names))
        columns = dict.fromkeys(names, "VARCHAR")
        try:
            given = [str(path), columns, separator] if names else [str(path)]
            source = connection.sql(READ_CSV if names else READ_PARQUET, params=given)
        except duckdb.Error as error:
            yield "", refused(1, f"a table that cannot be read ({str(error).splitlines()[0]:.100})")
            return
        found = formats.of_columns(source.columns, own)
        if found is None:
            listed = ", ".join(names or source.columns)
            yield "", refused(1, f"a table in no known format, with the columns {listed:.300}; {HOW_TO}")
            return
        if found.advice:
            yield from unreadable(found)
            return
        source.create_view("source")
        read, faults = 1, [NO_FAULTS]
        for title, rows in rows_by(connection, found):
            rejected = pc.equal(rows["outcome"], "rejected")
            places = pc.add(pc.indices_nonzero(rejected).cast(pa.int64()), read + 1)
            faults.append(pa.table([places, rows["reason"].filter(rejected)], NO_FAULTS.schema))
            read += len(rows)
            yield title, rows.filter(pc.invert(rejected))
        broken = connection.sql(NO_ROWS).to_arrow_table() if names else NO_FAULTS
        yield found.title, in_place(pa.concat_tables(faults), broken.cast(NO_FAULTS.schema))


def in_place(faults: pa.Table, broken: pa.Table) -> pa.Table:
    """Rows at fault of a table, whose `line` counts whole rows alone, and broken ones, in their order."""
    whole, lost = faults["line"].to_numpy(), broken["line"].to_numpy()
    before = np.searchsorted(lost - np.arange(len(lost)), whole, side="right")
    lines = [*(whole + before).tolist(), *lost.tolist()]
    reasons = [*faults["reason"].to_pylist(), *broken["reason"].to_pylist()]
    found = [
        {"outcome": "rejected", "line": line, "reason": why} for line, why in zip(lines, reasons, strict=True)
    ]
    return pa.Table.from_pylist(sorted(found, key=itemgetter("line")), STAGED)


def spool(file: io.BufferedReader, path: Path, text: bool) -> None:
    """Write a file to a path; of a text, what is not in UTF-8 is taken for Windows-1252."""
    blocks = blocks_of(file)
    if not text:
        with path.open("wb") as whole:
            whole.writelines(blocks)
        return
    with path.open("w", encoding="utf-8", newline="") as whole:
        for part in iterdecode(blocks, "utf-8", "surrogateescape"):
            whole.write(part if part.isascii() else BAD.sub(western, part))


def western(bad: re.Match) -> str:
    """Bytes that are no UTF-8, by Windows-1252."""
    return bad[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")
