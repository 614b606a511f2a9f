"""The whole sequence on DuckDB and on Spark: are all tables, figures and claims the same, and what does each
cost?

    python benchmarks/engines.py [STUDY]

Both runs begin from nothing, one notebook at a time. Ids, counts and texts must be equal, floats to a
relative 1e-9; tables in any order of rows, the data of figures in theirs. Only where all is equal is
benchmarks/results/engines.csv written: notebook, and seconds on each engine. (What memory Java takes beside a
notebook's own is not known here.)
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.reproduce import notebooks as reproduce
from helpers.study import ROOT

ENGINES = ("duckdb", "pyspark")
RESULTS = ROOT / "benchmarks" / "results" / "engines.csv"


class DifferenceError(ValueError):
    """Two runs do not have the same results; the message names the file, and what differs in it."""


def read(path: Path) -> pd.DataFrame:
    """A result as a table: Parquet (rows put in order), the CSV behind a figure, or the JSON of a claim."""
    if path.suffix == ".csv":
        return pd.read_csv(path)
    if path.suffix == ".json":
        return pd.json_normalize(json.loads(path.read_text("utf-8")))
    return in_order(pd.read_parquet(path))


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows ordered by all columns, floats last, as their last digits may differ; lists become tuples."""
    lists = [
        name for name in table if table[name].map(lambda value: isinstance(value, (list, np.ndarray))).any()
    ]
    table = table.assign(**{name: table[name].map(tuple, na_action="ignore") for name in lists})
    floats = floats_of(table)
    return table.sort_values(
        [*table.columns.difference([*floats, *lists], sort=False), *floats], ignore_index=True
    )


def floats_of(table: pd.DataFrame) -> list[str]:
    """Names of the columns of floats."""
    return [name for name in table if pd.api.types.is_float_dtype(table[name])]


def assert_same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Raises AssertionError unless floats agree to a relative 1e-9, and everything else exactly."""
    same = pd.testing.assert_frame_equal
    same(
        left.drop(columns=floats_of(left)),
        right.drop(columns=floats_of(right)),
        check_dtype=False,
        check_exact=True,
    )
    same(left[floats_of(left)], right[floats_of(right)], check_dtype=False, rtol=1e-9, atol=0)


def results(out: Path) -> set[str]:
    """What a run has left to be compared, as paths within its folder."""
    patterns = ("tables/*.parquet", "figures/*.csv", "claims/*.json")
    return {path.relative_to(out).as_posix() for pattern in patterns for path in out.glob(pattern)}


def compare(left: Path, right: Path) -> int:
    """The number of results, all equal in both folders. Raises DifferenceError at the first that is not."""
    if alone := sorted(results(left) ^ results(right)):
        raise DifferenceError(f"Only one of {left} and {right} has {', '.join(alone)}.")
    for name in sorted(results(left)):
        try:
            assert_same(read(left / name), read(right / name))
        except AssertionError as error:
            raise DifferenceError(f"{left / name} and {right / name} differ. {error}") from None
    return len(results(left))


def main(study: str = "data/sample") -> None:
    """Run the sequence on each engine, compare the results, and write what each run took."""
    costs = {}
    for engine in ENGINES:
        out = ROOT / "build" / "engines" / engine
        shutil.rmtree(out, ignore_errors=True)
        summary = reproduce.run(study, out, engine=engine).set_index("notebook")
        if set(summary["verdict"]) != {"ok"}:
            sys.exit(f"The notebooks did not all run on {engine}.")
        costs[f"seconds_{engine}"] = summary["seconds"]
    try:
        count = compare(*(ROOT / "build" / "engines" / engine for engine in ENGINES))
    except DifferenceError as error:
        sys.exit(str(error))
    pd.DataFrame(costs).to_csv(RESULTS, lineterminator="\n")
    print(f"{count} tables, figures and claims are the same on {' and '.join(ENGINES)}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
