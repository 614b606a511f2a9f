"""The tables of a study: their columns, and how they are scanned, read and written.

Parquet files, times in UTC with microseconds, ids as 64-bit integers. Missing is null, never 0 or "".
`tables.toml` lists the columns of `tweets`, `users`, `ledger`, `rejected` and `ids`.
Steps that touch every tweet are Narwhals expressions over `scan`, which DuckDB runs out of core (or Spark,
or pandas); what comes back to a notebook through `collect` is a small pandas DataFrame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet import ParquetDataset

from helpers import engines
from helpers.study import Study, StudyError, read_json, replaced, whole
from helpers.tweets import with_kind

TIME = pa.timestamp("us", tz="UTC")
ID = pa.int64()

TYPES = {
    "text": pa.string(), "texts": pa.list_(pa.string()), "id": ID, "ids": pa.list_(ID), "count": ID,
    "degrees": pa.float64(), "time": TIME, "flag": pa.bool_(),
}  # fmt: skip


def _schemas() -> Iterator[pa.Schema]:
    """The tables of `tables.toml`, which says what is in each column; a type with "!" is never null."""
    for columns in msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes()).values():
        kinds = [(name, TYPES[kind.rstrip("!")], not kind.endswith("!")) for name, kind in columns.items()]
        yield pa.schema([pa.field(*kind) for kind in kinds])


TWEETS, USERS, LEDGER, REJECTED, NAMES = _schemas()
PROFILE = [name for name in USERS.names if name not in ("user_id", "tweets_collected")]

MADE_BY = {
    **dict.fromkeys(["tweets", "users", "ledger", "rejected", "ids"], "Notebook 01_data_collection"),
    **dict.fromkeys(["scores", "redrawn_scores", "labelled_scores"], "Notebook 02_bot_detection"),
    "sentiment": "Notebook 03_sentiment",
    "partisans": "Notebook 06_partisanship",
    "survival": "Notebook 11_audit",
}
STATES_OF = ["states_of_points", "states_of_places", "states_of_profiles"]
# Made from tweets and users, and outdated when these change.
DERIVED = ["scores", "redrawn_scores", "labelled_scores", "sentiment", "partisans", "survival", *STATES_OF]


def scan(study: Study, name: str, engine: str | None = None) -> nw.LazyFrame:
    """A table as a Narwhals LazyFrame. Raises StudyError that says which notebook makes a missing table.

    The engine is the one given, or the environment's STUDY_ENGINE, or DuckDB. A table that is not among this
    run's, nor came with the study, is looked for at the address that the study names (`[engine] tables`).
    """
    engine = engine or engines.current()
    if path := study.table(name):
        if path.is_relative_to(study.folder / "tables"):
            refuse_inexact(path)
        table = engines.read(path, engine)
    elif study.engine.tables:
        table = engines.read_address(f"{study.engine.tables.rstrip('/')}/{name}", engine)
    else:
        made_by = MADE_BY.get(name, "An earlier notebook")
        raise StudyError(f"{study.tables}: no table '{name}' yet. {made_by} makes it.")
    return with_kind(table) if name == "tweets" else table


def refuse_inexact(path: Path) -> None:
    """Raises StudyError for a Parquet file or folder whose ids are floats, which cannot hold them all, or
    whose times have no time zone.
    """
    fields = ParquetDataset(path).schema
    types = {field.name: getattr(field.type, "value_type", field.type) for field in fields}
    ids = [name for name in types if name.endswith("_id") or name == "mentions"]
    if rounded := [name for name in ids if pa.types.is_floating(types[name])]:
        raise StudyError(
            f"{path}: ids in {', '.join(rounded)} are floats, and so rounded. Make the table anew with whole "
            "numbers (Int64 in pandas, from the ids as they came)."
        )
    naive = [name for name in types if pa.types.is_timestamp(types[name]) and not types[name].tz]
    if naive:
        raise StudyError(
            f"{path}: times in {', '.join(naive)} have no time zone. Make the table anew with times in UTC "
            "(tz_localize in pandas)."
        )


def lazy(table: pd.DataFrame, engine: str | None = None) -> nw.LazyFrame:
    """A small table as a lazy frame of an engine (as for `scan`), to join it with what was scanned."""
    engine, rows = engine or engines.current(), pa.Table.from_pandas(table, preserve_index=False)
    if engine == "duckdb":
        return nw.from_native(engines.session(engine).from_arrow(rows))
    if engine == "pyspark":
        return nw.from_native(engines.session(engine).createDataFrame(rows))
    return nw.from_native(rows.to_pandas(types_mapper=pd.ArrowDtype)).lazy()


def sink(frame: nw.LazyFrame, path: Path) -> None:
    """Write a lazy frame as Parquet without collecting it: a file or, from Spark, a folder of parts."""
    spark_like = frame.implementation.is_spark_like()
    frame.sink_parquet(engines.file_url(path) if spark_like else str(path))


@contextmanager
def on_disk(study: Study, name: str) -> Iterator[Path]:
    """The path of a table (a file or a folder of parts); of one at an address, of a copy, gone at the end."""
    if path := study.table(name):
        yield path
        return
    study.tables.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=study.tables, prefix=".copy-") as folder:
        sink(scan(study, name), Path(folder) / f"{name}.parquet")
        yield Path(folder) / f"{name}.parquet"


def recorded(folder: Path) -> dict:
    """What `ingest.json` says of a folder of tables: data_hash, tweets, users; empty where there is none."""
    return whole(folder / "ingest.json", read_json, {}, MADE_BY["tweets"])


def data_hash(study: Study) -> str | None:
    """SHA-256 (hex) of the raw files that the study's tables were made from; None where that is not known."""
    return recorded(study.tables).get("data_hash") or recorded(study.folder / "tables").get("data_hash")


def stamp(study: Study, name: str) -> list | None:
    """What tells whether a table is still the same: name, bytes and time of its files; None without files."""
    path = study.table(name)
    if path is None:
        return None
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    return [[file.name, (state := file.stat()).st_size, state.st_mtime_ns] for file in files]


def distinct(frame: nw.LazyFrame) -> nw.LazyFrame:
    """The distinct rows of a lazy table, by grouping: Narwhals' `unique` numbers all rows of SQL engines."""
    columns = frame.collect_schema().names()
    return frame.group_by(*columns).agg(_rows=nw.len()).select(*columns)


def by_hashtag(tweets: nw.LazyFrame, hashtags: Iterable[str] | None = None, *others: str) -> nw.LazyFrame:
    """Tweets by hashtag (by one of `hashtags`), each hashtag of a tweet once: columns user_id, tweet_id,
    hashtag, and the `others` of the tweet.
    """
    tag, tags, small = nw.col("hashtag"), nw.col("hashtags"), tweets.implementation.is_pandas_like()
    once = tags if small else tags.list.unique()  # which Narwhals has not for pandas
    rows = tweets.select("user_id", "tweet_id", *others, hashtag=once).explode("hashtag")
    wanted = ~tag.is_null() if hashtags is None else tag.is_in(list(hashtags) or [""])  # [] suits no engine
    return distinct(rows.filter(wanted)) if small else rows.filter(wanted)


def top_rows(frame: nw.LazyFrame, group: str, most: str, ties: str, number: int) -> nw.LazyFrame:
    """The `number` rows of each group with most of a column, with their `place` (1 is the first).

    Of rows with as much, those that come first in the column `ties` are taken, so that every engine takes the
    same.
    """
    place = nw.col("one").cum_sum().over(group, order_by=["less", ties])
    ranked = frame.with_columns(one=nw.lit(1), less=0 - nw.col(most).cast(nw.Int64)).with_columns(place=place)
    return ranked.filter(nw.col("place") <= number).drop("one", "less")


def collect(frame: nw.LazyFrame) -> pd.DataFrame:
    """A lazy frame's rows as a pandas DataFrame, with the same types whatever the engine.

    Whole numbers stay whole: a column of them that has nulls is Int64, since as floats ids would be rounded.
    Times are in UTC and microseconds. The order of rows is that of the frame: without a sort, the engine's
    own.
    """
    table = frame.collect("pyarrow").to_native()
    rows = [name for name in table.column_names if not name.startswith("__index_level_")]
    table = table.select(rows).replace_schema_metadata()  # a pandas frame brings its row labels along
    table = table.cast(pa.schema([field.with_type(_common(field.type)) for field in table.schema]))
    whole = [name for name in rows if table[name].type == ID and not table[name].null_count]
    made = table.to_pandas(types_mapper={ID: pd.Int64Dtype()}.get, self_destruct=True, split_blocks=True)
    return made.astype(dict.fromkeys(whole, "int64"))


def _common(kind: pa.DataType) -> pa.DataType:
    """The type in which all engines give what is of this type in one of them."""
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):  # DuckDB's sums
        return ID
    return TIME if pa.types.is_timestamp(kind) and kind.tz else kind


def read(study: Study, name: str) -> pd.DataFrame:
    """A whole (small) table as a pandas DataFrame; where it is a file, read without starting Spark."""
    return collect(scan(study, name, engine="duckdb" if study.table(name) else None))


def write(
    table: pd.DataFrame | pa.Table, path: Path, schema: pa.Schema | None = None, **parameters: float | str
) -> None:
    """Write a table to `path` as Parquet, with the parameters that made it.

    A crash on the way leaves what was there before.
    """
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, schema=schema, preserve_index=False)
    made_with = {"made_with": msgspec.json.encode(parameters)} if parameters else None
    with replaced(path) as partial:
        pq.write_table(table.replace_schema_metadata(made_with), partial, compression="zstd")


def made_with(study: Study, name: str) -> dict[str, float | str]:
    """The parameters that made a table; empty where it is not there, or none are known."""
    path = study.table(name)
    known = pq.read_schema(path).metadata if path and path.is_file() else None
    return msgspec.json.decode((known or {}).get(b"made_with", b"{}"))


def last_moment(study: Study) -> datetime:
    """Time of the study's last tweet, as of which accounts are judged."""
    return collect(scan(study, "tweets").select(nw.col("created_at").max()))["created_at"].iloc[0]
