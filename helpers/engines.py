"""The engines that run the steps over all tweets: DuckDB out of core, or Spark where that is not enough.

One session of each a process, in UTC. Both keep to the environment's STUDY_MEMORY (such as 8GB; of Spark, its
driver) and spill to the folder STUDY_SPILL, where given. STUDY_ENGINE names the engine that runs where nobody
asks for one.

Spark is, in order: the session that the surrounding program has (Databricks, own code); the cluster that the
surroundings name (`spark-submit`, `SPARK_REMOTE`, `PYSPARK_SUBMIT_ARGS`, a configured `SPARK_HOME` or
`SPARK_CONF_DIR`); else all cores of this machine. docs/guides/larger_than_this_machine.md tells how each is
started.

    python -m helpers.engines
"""

from __future__ import annotations

import atexit
import glob
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

import narwhals as nw
import pandas as pd

from helpers.study import StudyError

# Any of these says where Spark runs; what it says is left alone.
CLUSTER = (
    "SPARK_REMOTE", "PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_HOME", "SPARK_CONF_DIR", "MASTER",
)  # fmt: skip

# Of the steps' results: hours and days are those of UTC, and rows come over as Arrow.
SQL = {"spark.sql.session.timeZone": "UTC", "spark.sql.execution.arrow.pyspark.enabled": "true"}

JAVA = "a Java runtime, 17 or newer (Debian, Ubuntu: apt install default-jre-headless)"
INSTALL = f"PySpark (make spark; elsewhere pip install 'pyspark>=4,<5') and {JAVA}"


def current() -> str:
    """The engine that runs where nobody asks for one: duckdb, pyspark or pandas."""
    return os.environ.get("STUDY_ENGINE", "duckdb")


@cache
def session(engine: str):
    """The engine's session: one DuckDB connection or Spark session a process. Raises StudyError."""
    return spark() if engine == "pyspark" else duckdb()


def read(path: Path, engine: str) -> nw.LazyFrame:
    """A table on disk, a Parquet file or a folder of parts, as a lazy frame of the engine."""
    if engine == "duckdb":
        return nw.from_native(session(engine).read_parquet(parts(path)))
    if engine == "pyspark":
        return nw.from_native(session(engine).read.parquet(file_url(path)))
    return nw.from_native(pd.read_parquet(path, dtype_backend="pyarrow")).lazy()


def parts(path: Path) -> list[str]:
    """A Parquet file, or those of a folder, as DuckDB reads them: no letter of a name is a pattern."""
    return [glob.escape(str(part)) for part in (sorted(path.glob("*.parquet")) if path.is_dir() else [path])]


def file_url(path: Path) -> str:
    """A path as Spark needs it: absolute, and of the local file system, or a cluster looks in its own."""
    return f"file://{path.resolve()}"


def read_address(address: str, engine: str) -> nw.LazyFrame:
    """The table at NAME.parquet, or in the folder NAME, of the address given without the ending.

    Raises StudyError where there is none.
    """
    if engine == "pyspark":
        from pyspark.errors import AnalysisException as Missing

        reader, folder = session(engine).read.parquet, address
    else:
        from duckdb import Error as Missing

        reader, folder = session("duckdb").read_parquet, f"{address}/*.parquet"
    failures = []
    for source in (f"{address}.parquet", folder):
        try:
            return nw.from_native(reader(source))
        except Missing as error:
            failures.append(str(error).strip().splitlines()[0])
    raise StudyError(
        f"{address}: {engine} finds no table there, neither NAME.parquet nor a folder NAME of Parquet files "
        f"({failures[-1]}). Check [engine] tables in study.toml"
        + ("." if engine == "pyspark" else "; object storage is best read with --engine pyspark.")
    )


def duckdb():
    """A DuckDB connection in UTC. Raises StudyError for a limit that DuckDB does not take."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    connection.execute("SET allocator_background_threads = true")  # gives memory back when a query is done
    for setting, name in (("memory_limit", "STUDY_MEMORY"), ("temp_directory", "STUDY_SPILL")):
        if value := os.environ.get(name):
            try:
                connection.execute(f"SET {setting} = ?", [value])
            except duckdb.Error as error:
                raise StudyError(f"DuckDB does not take {value!r} as its {setting}: {error}") from None
    return connection


def spark():
    """A SparkSession in UTC; the surroundings' own where there is one, with its settings untouched.

    Raises StudyError that says what to install where PySpark or Java is missing, or what Spark said as it
    failed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise StudyError(f"Engine pyspark: PySpark is not installed. Spark takes {INSTALL}.") from None
    active = SparkSession.getActiveSession()
    if active is not None:
        return _in_utc(active.newSession())  # which shares all but the SQL settings
    if not (os.environ.get("SPARK_REMOTE") or shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise StudyError(f"Engine pyspark: there is no Java. Spark takes {JAVA}, or JAVA_HOME set.")
    builder = SparkSession.builder.appName("study")
    for name, value in _settings().items():
        builder = builder.config(name, value)
    with _standard_error_to_file() as said:
        try:
            made = _in_utc(builder.getOrCreate())
        except Exception as error:
            said.seek(0)
            last = "\n".join([*said.read().splitlines()[-5:], *str(error).strip().splitlines()[:1]])
            told = f"Engine pyspark: Spark did not start. It takes {INSTALL}. It said:\n{last}"
            raise StudyError(told) from None
    # So that the next notebook can have its own, also where all share spark-submit's Java.
    atexit.register(made.stop)
    return made


def _settings() -> dict[str, str]:
    """What a session starts with, from the environment."""
    settings = {**SQL, "spark.log.level": "ERROR", "spark.ui.showConsoleProgress": "false"}
    if memory := os.environ.get("STUDY_MEMORY"):
        settings["spark.driver.memory"] = java_memory(memory)
    if spill := os.environ.get("STUDY_SPILL"):
        settings["spark.local.dir"] = str(Path(spill).resolve())
    if not any(os.environ.get(name) for name in CLUSTER):
        cores = os.cpu_count() or 1
        settings |= {
            "spark.master": f"local[{cores}]",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.maxResultSize": "0",  # here the driver's memory is the limit
            "spark.sql.shuffle.partitions": str(cores),
            "spark.ui.enabled": "false",
        }
    return settings


def _in_utc(made):
    for name, value in SQL.items():
        made.conf.set(name, value)
    return made


def java_memory(text: str) -> str:
    """A size as DuckDB takes it (8GB, 1.5 GB), in whole MiB as Java does (512m). Raises StudyError."""
    size = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B?\s*", text, re.IGNORECASE)
    if size is None:
        raise StudyError(f"STUDY_MEMORY: {text!r} is not a size such as 8GB or 512MiB.")
    number, unit, binary = size.groups()
    factor = (1024 if binary else 1000) ** ("KMGT".index(unit.upper()) + 1)
    return f"{max(int(float(number) * factor / 2**20), 1)}m"


@contextmanager
def _standard_error_to_file() -> Iterator[IO[str]]:
    """Java's chatter goes to a file, not into a notebook: it keeps what is standard error when it starts."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        sys.stderr.flush()
        before = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield file
        finally:
            os.dup2(before, 2)
            os.close(before)


def main() -> None:
    """Start Spark as a trial: `python -m helpers.engines` says which one runs where, or what is missing."""
    made = session("pyspark")
    where = os.environ.get("SPARK_REMOTE") or made.sparkContext.master
    print(f"Spark {made.version} runs in {where}.")


if __name__ == "__main__":
    from helpers import commands

    commands.run(main)
