"""The ledger: raw files become tables, and every record is accounted for.

After the paper's Methodology (tweets collected through the search API). In: files in any format that
`ingest.staging` reads. Out: the tables `tweets`, `users`, `ledger`, `rejected` and `ids` of `helpers.tables`.
Every object (row of a table, line that is neither) ends in exactly one of

- kept: a tweet, the first one with its id in the order of file names, then of lines;
- duplicates: a tweet whose id came before (what it says about its author still counts);
- other: what is no tweet and none was expected to be (`NOTICES` of the stream, errors of API v2, …);
- rejected: everything else, with file, line and reason. A damaged archive ends its file with one rejected
  line, and what came before the damage stays. A line of more than 10 MB, which is read no further, is
  rejected, and so is a tweet with a text far longer than Twitter's own: cut it would be another. A file whose
  ids were rounded, which shows in their last digits, loses all that are above 2**53.

Each file becomes a Parquet part in a temporary folder, several files at a time where they are large, and
DuckDB then joins the parts out of core: memory does not grow with the size of the files.
"""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Callable, Iterable
from functools import cache, partial
from operator import itemgetter
from pathlib import Path

import msgspec
import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from helpers import tables, tweets
from helpers.ingest import formats
from helpers.ingest.files import unreadable
from helpers.ingest.pseudonyms import Pseudonyms, chosen, current
from helpers.ingest.staging import FILE_BITS, stage
from helpers.parallel import mapped
from helpers.study import Study, StudyError, beside, folder_beside, sole, whole
from helpers.tables import LEDGER, NAMES, PROFILE, REJECTED, TWEETS, USERS
from helpers.tweets import with_kind

LARGE = 10 * 2**20  # bytes of raw files from which several processes read them, one file each
MEMORY = "2GB"  # what DuckDB may use before it spills to disk

# ── Merging: parts become tables ────────────────────────────────────────────────────────────────────────────

FILES = pa.schema([("file", pa.int64()), ("name", pa.string())])
# What is empty in a profile is not known.
KNOWN = {
    name: "nullif(author_{0}, '')" if USERS.field(name).type == pa.string() else "author_{0}"
    for name in PROFILE
}
LAST = ", ".join(f"arg_max({known.format(name)}, seen) AS {name}" for name, known in KNOWN.items())


def merge(staged: list[dict], parts: Path, out: Path) -> dict[str, int]:
    """Make the tables of MADE in `out` from the staged parts; in how many tweets each field was mended."""
    script = Path(__file__).with_name("merge.sql").read_text("utf-8").format(bits=FILE_BITS, last=LAST)
    with formats.connected(MEMORY) as connection:
        connection.execute("SET temp_directory = ?", [str(parts)])
        connection.read_parquet(f"{glob.escape(str(parts))}/*.parquet").create_view("parts")
        files = {"file": [one["number"] for one in staged], "name": [one["file"] for one in staged]}
        connection.register("files", pa.table(files, FILES))
        connection.execute(script)
        for name, schema in MADE.items():
            rows = connection.sql(f"FROM made_{name}")
            if name == "tweets":
                rows = with_kind(nw.from_native(rows)).to_native().order("created_at, tweet_id")
            rows.select(*schema.names).write_parquet(str(out / f"{name}.parquet"), compression="zstd")
        return dict(connection.sql("FROM mended").fetchall())


# ── The public face ─────────────────────────────────────────────────────────────────────────────────────────

MADE = {"tweets": TWEETS, "users": USERS, "ledger": LEDGER, "rejected": REJECTED, "ids": NAMES}


def ingest(study: Study) -> pd.DataFrame:
    """The study's ledger (columns of LEDGER, one row a raw file), its tables made where they are not yet.

    A study without raw files that brings its own tables, here or at an address, keeps them; without a ledger
    among them, it is empty. Raises StudyError where there are neither raw files nor tables, and where
    `nothing_kept` of the raw files.
    """
    hidden = chosen(study)
    if study.raw_files:
        ledger = ingest_files(study.raw_files, study.tables, hidden, study.own_format)
        if why := nothing_kept(ledger, rejected(study)):
            raise StudyError(why)
        return ledger
    if study.table("tweets") is None and study.engine.tables is None:
        raise StudyError(
            f"{study.folder}: neither raw tweets in raw/ nor tables in tables/. Put your files into raw/; "
            "python -m helpers.check tells of any file what it is."
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


def ingest_files(
    raw_paths: Iterable[Path], out: Path, hidden: Pseudonyms | None = None, own: Path | None = None
) -> pd.DataFrame:
    """Make the tables of MADE in the folder `out` from raw files; the ledger.

    `own` describes a format beside those of data/formats. Tables that were made from the same files, with the
    same pseudonyms (by default those of the study that is open), are used again. Everything is made beside
    `out` and moved in at the end: an interrupted run leaves the tables as they were. Raises StudyError for a
    file that cannot be opened, and while another run makes the same folder.
    """
    hidden = current() if hidden is None else hidden
    paths, out = sorted({Path(path).absolute() for path in raw_paths}), Path(out).absolute()
    if not paths:
        raise StudyError("No raw files to ingest. Name files of tweets.")
    shared = os.path.commonpath([path.parent for path in paths])
    names = [path.relative_to(shared).as_posix() for path in paths]
    source = {"data_hash": fingerprint(paths, names), "code": code(own), "pseudonyms": hidden.fingerprint()}
    names = [f"file {number}" for number, _ in enumerate(names, 1)] if hidden.key else names
    if not up_to_date(out, source):
        with sole(out), folder_beside(out) as folder:
            parts, made = folder / "parts", folder / "tables"
            parts.mkdir()
            made.mkdir()
            staged = stage_all(paths, names, partial(stage, parts, hidden, own))
            found = {"mended": merge(staged, parts, made)}
            found["formats"] = {
                one["file"]: one["formats"] for one in sorted(staged, key=itemgetter("number"))
            }
            rows = {name: pq.read_metadata(made / f"{name}.parquet").num_rows for name in ("tweets", "users")}
            (made / "ingest.json").write_bytes(msgspec.json.encode(source | rows | found))
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
def code(own: Path | None) -> str:
    """SHA-256 of what makes tables of raw files, code and formats: with other ones they may be others."""
    rest = [Path(module.__file__) for module in (tweets, tables)]
    here = [path for kind in ("*.py", "*.sql") for path in sorted(Path(__file__).parent.glob(kind))]
    described = [*sorted(formats.FOLDER.glob("*.toml")), *([own] if own else [])]
    paths = [*here, *rest, Path(tables.__file__).with_suffix(".toml"), *described]
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
