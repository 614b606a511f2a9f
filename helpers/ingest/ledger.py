"""The ledger: raw files become tables, and every line is accounted for.

After the paper's Methodology (tweets collected through the search API). In: files of one JSON object a line,
plain or compressed (.gz, .bz2, .zst), classic or extended tweets. Out: the tables `tweets`, `users`, `ledger`
and `rejected` of `helpers.tables`. Every line that is not blank ends in exactly one of

- kept: a tweet, the first one with its id in the order of file names, then of lines;
- duplicates: a tweet whose id came before (what it says about its author still counts);
- other: a message of the stream that is not a tweet (`NOTICES`: delete, limit, …);
- rejected: everything else, with file, line and reason. A damaged archive ends its file with one rejected
  line, and what came before the damage stays. A line of more than 10 MB, which is read no further, is
  rejected, and so is a tweet with a field far longer than Twitter's own (`Short`, `Long` of `ingest.tweets`):
  cut it would be another. A page of search results (`{"statuses": […]}`) or of API v2
  is rejected as one line with the advice to unpack it, because the ledger counts tweets, not pages.

Each file is parsed into Parquet parts in a temporary folder, several files at a time where they are large,
and DuckDB then joins the parts out of core: memory does not grow with the size of the files.
"""

from __future__ import annotations

import gc
import glob
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from itertools import islice
from pathlib import Path

import msgspec
import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from helpers import engines, tables, tweets
from helpers.ingest.lines import LONGEST, Damaged, lines, unreadable
from helpers.ingest.pseudonyms import Pseudonyms, chosen, current
from helpers.ingest.tweets import ONE_A_LINE, TWEET_COLUMNS, USER_COLUMNS, Rejected, parse
from helpers.parallel import mapped
from helpers.study import Study, StudyError, beside, folder_beside, sole, whole
from helpers.tables import LEDGER, PROFILE, REJECTED, TWEETS, USERS
from helpers.tweets import with_kind

BATCH = 4_000  # lines read and written at a time: few enough to stay near the processor
LARGE = 10 * 2**20  # bytes of raw files from which several processes read them, one file each
MEMORY = "2GB"  # what DuckDB may use before it spills to disk

# ── Staging: each raw file becomes Parquet parts ────────────────────────────────────────────────────────────


# Where a line stands among all lines of all files, as one integer: file number * 2**40 + line number.
POSITION = pa.field("position", pa.int64(), nullable=False)
FILE_BITS = 40

NOTHING = (None,) * len(PROFILE)  # what a trimmed user says of itself

STAGED = {
    "tweets": TWEET_COLUMNS.append(POSITION),
    "users": USER_COLUMNS.append(pa.field("seen_at", tables.TIME)).append(POSITION),
    "rejected": REJECTED.append(POSITION),
}


def outcomes(path: Path) -> Iterator[tuple[int, tuple[tuple, tuple] | Rejected | None]]:
    """Line number and outcome (see `parse`) of each line that is not blank."""
    number = 0
    try:
        for number, line in enumerate(lines(path), 1):
            if len(line) > LONGEST:
                yield number, Rejected(f"longer than {LONGEST // 10**6} MB, as no tweet is: {ONE_A_LINE}")
            elif line.strip():
                yield number, parse(line)
    except Damaged as damage:
        yield number + 1, Rejected(str(damage))


def as_table(rows: list[tuple], schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema)


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cyclic garbage: rows make none, and looking through them takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def sorted_out(batch: list[tuple], number: int, name: str) -> dict[str, list[tuple]]:
    """Rows of the parts of STAGED from some outcomes of a raw file, of which number and name are given."""
    rows = {kind: [] for kind in STAGED}
    for line, outcome in batch:
        position = (number << FILE_BITS) + line
        if isinstance(outcome, Rejected):
            rows["rejected"].append((name, line, str(outcome), position))
        elif outcome is not None:
            tweet, user = outcome
            rows["tweets"].append((*tweet, position))
            if user[1:] != NOTHING:  # else it has only its id, which the tweet has too
                rows["users"].append((*user, tweet[1], position))
    return rows


def stage(folder: Path, hidden: Pseudonyms, raw: tuple[int, Path, str]) -> dict:
    """Parse a raw file (number, path, name) into parts in `folder`; what its row of the ledger follows from.

    The key `tweets` counts those that will be kept or found to be duplicates.
    """
    number, path, name = raw
    count, remaining = Counter(), outcomes(path)
    with uncollected(), ExitStack() as parts:
        files = {folder / f"{kind}-{number:07}.parquet": schema for kind, schema in STAGED.items()}
        writers = [pq.ParquetWriter(*file, compression="lz4") for file in files.items()]
        writers = dict(zip(STAGED, map(parts.enter_context, writers), strict=True))
        while batch := list(islice(remaining, BATCH)):
            count["lines"] += len(batch)
            for kind, rows in sorted_out(batch, number, name).items():
                count[kind] += len(rows)
                writers[kind].write_table(hidden.table(as_table(rows, STAGED[kind])))
    return {"number": number, "file": name} | {kind: count[kind] for kind in ("lines", "tweets", "rejected")}


# ── Merging: parts become tables ────────────────────────────────────────────────────────────────────────────

FIRST = "CREATE TEMP TABLE first AS SELECT min(position) AS position FROM tweets GROUP BY tweet_id"

KEPT = f"SELECT position >> {FILE_BITS}, count(*) FROM first GROUP BY ALL"

# The profile as last seen, column by column: arg_max passes over nulls, and what is empty is not known.
SEEN = f"epoch_us(seen_at)::HUGEINT * {2**63}::HUGEINT + position"
KNOWN = {f.name: f"nullif({f.name}, '')" if f.type == pa.string() else f.name for f in USER_COLUMNS}
LAST = ", ".join(f"arg_max({KNOWN[name]}, {SEEN}) AS {name}" for name in PROFILE)

MERGED = {
    "tweets": f"""
        SELECT {", ".join(TWEETS.names)} FROM tweets SEMI JOIN first USING (position)
        ORDER BY created_at, tweet_id""",
    "users": f"""
        SELECT user_id, {LAST}, any_value(tweets_collected) AS tweets_collected
        FROM (
            SELECT user_id, count(*) AS tweets_collected
            FROM tweets SEMI JOIN first USING (position) GROUP BY user_id
        ) LEFT JOIN users USING (user_id)
        GROUP BY user_id ORDER BY user_id""",
    "rejected": f"SELECT {', '.join(REJECTED.names)} FROM rejected ORDER BY position",
}


def merge(staged: list[dict], parts: Path, out: Path) -> None:
    """Make the four tables in `out` from the staged parts and the ledger's rows."""
    with engines.duckdb() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = ?", [str(parts)])
        folder = glob.escape(str(parts))
        for kind in STAGED:
            rows = nw.from_native(connection.read_parquet(f"{folder}/{kind}-*.parquet"))
            with_kind(rows).to_native().create_view(kind)
        connection.execute(FIRST)
        for name, query in MERGED.items():
            connection.sql(query).write_parquet(str(out / f"{name}.parquet"), compression="zstd")
        kept = dict(connection.sql(KEPT).fetchall())
    ledger = pd.DataFrame(staged).sort_values("number")
    ledger["kept"] = ledger["number"].map(kept).fillna(0).astype("int64")
    ledger["duplicates"] = ledger["tweets"] - ledger["kept"]
    ledger["other"] = ledger["lines"] - ledger["tweets"] - ledger["rejected"]
    tables.write(ledger[LEDGER.names], out / "ledger.parquet", LEDGER)


# ── The public face ─────────────────────────────────────────────────────────────────────────────────────────

MADE = {"tweets": TWEETS, "users": USERS, "ledger": LEDGER, "rejected": REJECTED}


def ingest(study: Study) -> pd.DataFrame:
    """The study's ledger (columns of LEDGER, one row a raw file), its tables made where they are not yet.

    A study without raw files that brings its own tables, here or at an address, keeps them; without a ledger
    among them, it is empty. Raises StudyError where there are neither raw files nor tables, and where
    `nothing_kept` of the raw files.
    """
    hidden = chosen(study)
    if study.raw_files:
        ledger = ingest_files(study.raw_files, study.tables, hidden)
        if why := nothing_kept(ledger, rejected(study)):
            raise StudyError(why)
        return ledger
    if study.table("tweets") is None and study.engine.tables is None:
        raise StudyError(
            f"{study.folder}: neither raw tweets in raw/ nor tables in tables/. Put files of Twitter v1.1 "
            "JSON, one tweet a line, into raw/ (plain, .gz, .bz2 or .zst)."
        )
    return read_or_empty(study, "ledger")


def nothing_kept(ledger: pd.DataFrame, rejected: pd.DataFrame) -> str:
    """Why there is nothing to study, in a sentence with the first reasons; empty where a line was kept."""
    if ledger["kept"].any():
        return ""
    lines, first = int(ledger["lines"].sum()), first_reasons(rejected)
    few = {0: "the raw files are empty", 1: "the one line is not a tweet"}
    found = few.get(lines, f"not one of {lines:,} lines is a tweet")
    return f"Nothing to study: {found}" + (f". {first}." if first else ".")


def some_rejected(ledger: pd.DataFrame, rejected: pd.DataFrame) -> str:
    """How many lines were rejected beside those kept, with the first reasons; empty where none was."""
    if rejected.empty or not ledger["kept"].any():
        return ""
    what = f"Raw lines rejected: {len(rejected):,} of {ledger['lines'].sum():,}"
    return f"{what}, all in the table `rejected`. {first_reasons(rejected)}."


def first_reasons(rejected: pd.DataFrame) -> str:
    """The first line of each of the first three reasons."""
    first = rejected.drop_duplicates("reason").head(3).itertuples()
    return "; ".join(f"{row.file}, line {row.line}: {row.reason}" for row in first)


def rejected(study: Study) -> pd.DataFrame:
    """The rejected lines of the study's raw files (columns of REJECTED); empty where none are known."""
    return read_or_empty(study, "rejected")


def read_or_empty(study: Study, name: str) -> pd.DataFrame:
    """A table of MADE, without rows where the study has none."""
    nothing, path = MADE[name].empty_table().to_pandas(), study.table(name)
    return whole(path, lambda _: tables.read(study, name), nothing, tables.MADE_BY[name]) if path else nothing


def ingest_files(raw_paths: Iterable[Path], out: Path, hidden: Pseudonyms | None = None) -> pd.DataFrame:
    """Make `tweets`, `users`, `ledger` and `rejected` in the folder `out` from raw files; the ledger.

    Tables that were made from the same files, with the same pseudonyms (by default those of the study that is
    open), are used again. Everything is made beside `out` and moved in at the end: an interrupted run leaves
    the tables as they were. Raises StudyError for a file that cannot be opened, and while another run makes
    the same folder.
    """
    hidden = current() if hidden is None else hidden
    paths, out = sorted({Path(path).absolute() for path in raw_paths}), Path(out).absolute()
    if not paths:
        raise StudyError("No raw files to ingest. Name files of Twitter v1.1 JSON, one tweet a line.")
    shared = os.path.commonpath([path.parent for path in paths])
    names = [path.relative_to(shared).as_posix() for path in paths]
    source = {"data_hash": fingerprint(paths, names), "code": code(), "pseudonyms": hidden.fingerprint()}
    names = [f"file {number}" for number, _ in enumerate(names, 1)] if hidden.key else names
    if not up_to_date(out, source):
        with sole(out), folder_beside(out) as folder:
            parts, made = folder / "parts", folder / "tables"
            parts.mkdir()
            made.mkdir()
            merge(stage_all(paths, names, partial(stage, parts, hidden)), parts, made)
            rows = {name: pq.read_metadata(made / f"{name}.parquet").num_rows for name in ("tweets", "users")}
            (made / "ingest.json").write_bytes(msgspec.json.encode(source | rows))
            publish(made, out)
    elif beside(out).exists():  # a run was killed when all was done
        with sole(out), folder_beside(out):
            pass
    return pd.read_parquet(out / "ledger.parquet")


def stage_all(paths: list[Path], names: list[str], staged: Callable) -> list[dict]:
    """`stage` of every file, the largest first: at the end it would keep one process waiting."""
    files = sorted(zip(range(len(paths)), paths, names, strict=True), key=lambda raw: -raw[1].stat().st_size)
    large = len(paths) > 1 and sum(path.stat().st_size for path in paths) >= LARGE
    done = mapped(staged, files, None if large else 1)  # a process takes a second to start
    return list(tqdm(done, desc="ingest", unit="file", total=len(paths), disable=None))


@cache
def code() -> str:
    """SHA-256 of the code that makes tables of raw files: other code may make other tables."""
    rest = [Path(module.__file__) for module in (tweets, tables)]
    paths = [*sorted(Path(__file__).parent.glob("*.py")), *rest, Path(tables.__file__).with_suffix(".toml")]
    return fingerprint(paths, [path.name for path in paths])


def up_to_date(out: Path, source: dict) -> bool:
    """Whether `out` holds all tables, with today's columns, made from these files by this code and key."""
    recorded = tables.recorded(out)
    return source == {name: recorded.get(name) for name in source} and all(
        whole(out / f"{name}.parquet", lambda path: pq.read_schema(path).names) == schema.names
        for name, schema in MADE.items()
    )


def fingerprint(paths: list[Path], names: list[str]) -> str:
    """SHA-256 of what `sha256sum` prints for the files in name order."""
    total = hashlib.sha256()
    for path, name in zip(paths, names, strict=True):
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise unreadable(path, error) from None
        total.update(f"{digest}  {name}\n".encode())
    return total.hexdigest()


def publish(made: Path, out: Path) -> None:
    """Move finished tables into `out`; what later notebooks derived from other data goes.

    The record of the tables goes first and comes last: a mix is never taken for whole.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in ("ingest.json", *(f"{name}.parquet" for name in tables.DERIVED)):
        (out / name).unlink(missing_ok=True)
    for name in (*(f"{name}.parquet" for name in MADE), "ingest.json"):
        (made / name).replace(out / name)
