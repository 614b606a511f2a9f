"""Whether Spark finds what DuckDB finds: the whole sequence on both, every result compared row by row.

    python benchmarks/engines.py [STUDY] [--out DIR]

Runs all notebooks twice, with `--engine duckdb` and with `--engine pyspark`, one at a time (Spark itself takes all
cores), and compares every table (tables/), the data of every figure (figures/) and all claims (claims/). Fails where one
differs, and says where first. What is equal is written to benchmarks/results/engines.csv (table, rows, equal), what each
notebook cost to benchmarks/results/engines_seconds.csv.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import reproduce
from helpers.study import ROOT

ENGINES = ["duckdb", "pyspark"]
RESULTS = Path(__file__).parent / "results"
RTOL = 1e-9  # sums of floats depend on the order of rows, which is no engine's promise


def results(out: Path) -> dict[str, pd.DataFrame]:
    """All that a run wrote, by name: tables, data of figures, claims."""
    paths = {path.relative_to(out).with_suffix("").as_posix(): path for path in sorted(out.rglob("*"))}
    found = {name: pd.read_parquet(path) for name, path in paths.items() if path.suffix == ".parquet"}
    found |= {name: pd.read_csv(path) for name, path in paths.items() if path.match("figures/*.csv")}
    claims = [json.loads(path.read_text("utf-8")) for path in sorted((out / "claims").glob("*.json"))]
    return found | ({"claims": pd.DataFrame(claims)} if claims else {})


def difference(left: pd.DataFrame, right: pd.DataFrame) -> str:
    """What differs first between two tables whose rows may come in any order, in words; empty if nothing does.

    Floats may differ by RTOL, everything else not at all.
    """
    try:
        pd.testing.assert_frame_equal(in_order(left), in_order(right), rtol=RTOL, atol=0)
    except AssertionError as error:
        return str(error)
    return ""


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows ordered by their columns, lists as tuples."""
    lists = [name for name in table if table[name].map(lambda value: isinstance(value, list | np.ndarray)).any()]
    table = table.assign(**{name: table[name].map(tuple, na_action="ignore") for name in lists})
    return table.sort_values([name for name in table if name not in lists], ignore_index=True)


def compare(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row for each result of either run: table, rows (of the first), equal, difference (in words)."""
    rows = []
    for name in sorted(first.keys() | second.keys()):
        if name in first and name in second:
            found = difference(first[name], second[name])
        else:
            found = f"only {'the first' if name in first else 'the second'} run has it"
        rows.append((name, len(first.get(name, ())), not found, found))
    return pd.DataFrame(rows, columns=["table", "rows", "equal", "difference"])


def seconds(outs: dict[str, Path]) -> pd.DataFrame:
    """What each notebook cost on each engine: notebook, then seconds and peak_mb of each."""
    tables = [
        pd.read_csv(out / "summary.csv", index_col="notebook")[["seconds", "peak_mb"]].add_prefix(f"{engine}_")
        for engine, out in outs.items()
    ]
    return pd.concat(tables, axis="columns").reset_index()


def main(arguments: list[str] | None = None) -> str | None:
    """Run and compare; returns what to say on failure, for `sys.exit`."""
    parser = argparse.ArgumentParser(prog="python benchmarks/engines.py", description=__doc__.splitlines()[0])
    parser.add_argument("study", nargs="?", default=ROOT / "data" / "sample", help="folder (default: data/sample)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "engines", help="folder (default: build/engines)")
    asked = parser.parse_args(arguments)
    outs = {engine: asked.out / engine for engine in ENGINES}
    for engine, out in outs.items():
        print(f"On {engine}", flush=True)
        if not (reproduce.run(asked.study, out, engine=engine)["verdict"] == "ok").all():
            return f"The sequence failed on {engine}."
    found = compare(*(results(out) for out in outs.values()))
    found.drop(columns="difference").to_csv(RESULTS / "engines.csv", index=False, lineterminator="\n")
    seconds(outs).to_csv(RESULTS / "engines_seconds.csv", index=False, lineterminator="\n")
    for row in found[~found["equal"]].itertuples():
        print(f"\n{row.table} differs:\n{row.difference}", file=sys.stderr)
    print(f"{found['equal'].sum()} of {len(found)} are equal.")
    return None if found["equal"].all() else "The engines do not agree."


if __name__ == "__main__":
    sys.exit(main())
