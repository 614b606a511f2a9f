"""Ten times the article's size: a study of ten copies of a synthetic world, and what notebooks cost over it.

    python benchmarks/ten_times.py build/scale-1/study build/scale-1/results

In: a world written as tables, and the results of a run over it (`make paper-scale`). Each copy has the same
tweets by accounts of its own: every id is moved by a step. Scores come along as scores.csv, so that classes
need no forests. The notebooks of NOTEBOOKS run over both sizes, one at a time, with DuckDB held to 4 GB.
Seconds and peak memory go to benchmarks/results/ten_times.csv (tweets, accounts, notebook, seconds, peak_mb,
growth); `growth` is the exponent of the seconds between the two sizes: 1 is as the data.
"""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path

import pandas as pd
from growth import rows

from helpers import engines
from helpers.reproduce import notebooks as reproduce
from helpers.study import ROOT, Study, folder_beside, open_study, write_text
from helpers.tables import TWEETS, USERS

COPIES = 10
STEP = 2**58  # between the ids of two copies
HALF = 2**62  # ids below, which Twitter gave until 2016, are moved up, those that a generator made up down
NOTEBOOKS = ["01", "02", "04", "06", "07"]  # 02 only for the classes that the others need
RESULT = Path(__file__).parent / "results" / "ten_times.csv"


def columns(schema, step: int) -> str:
    """The columns of a table as SQL, every id moved by a step."""
    other = f"one + CASE WHEN one < {HALF} THEN {step} ELSE -{step} END"
    moved = {name: other.replace("one", name) for name in schema.names if name.endswith("_id")}
    moved["mentions"] = f"list_transform(mentions, lambda one: {other})"
    return ", ".join(f"{moved.get(name, name)} AS {name}" for name in schema.names)


def multiply(study: Study, copies: int, folder: Path) -> None:
    """Write a study of copies of another one into a folder, as parts of tables and scores.csv."""
    connection = engines.session("duckdb")
    for name, schema in (("tweets", TWEETS), ("users", USERS)):
        (folder / "tables" / name).mkdir(parents=True)
        source = connection.read_parquet(str(study.table(name)))
        for copy in range(copies):
            part = folder / "tables" / name / f"{copy:02}.parquet"
            source.project(columns(schema, copy * STEP)).write_parquet(str(part), compression="zstd")
    scores = pd.read_parquet(study.table("scores"), columns=["user_id", "score"]).dropna()
    step = STEP * (2 * (scores["user_id"] < HALF) - 1)
    many = pd.concat([scores.assign(user_id=scores["user_id"] + copy * step) for copy in range(copies)])
    many.to_csv(folder / "scores.csv", index=False)
    text = (study.folder / "study.toml").read_text("utf-8")
    most = f"top_accounts = {study.scoring.top_accounts * copies}"
    text = re.sub(r"^top_accounts = \d+$", most, text, flags=re.MULTILINE)
    write_text(folder / "study.toml", text)


def measure(folder: Path) -> pd.DataFrame:
    """Run NOTEBOOKS over a study: columns tweets, accounts, notebook, seconds, peak_mb."""
    out = folder.with_name(f"{folder.name}-results")
    summary = reproduce.run(folder, out, only=NOTEBOOKS, memory="4GB", spill=str(out / "spill"))
    if not (summary["verdict"] == "ok").all():
        raise SystemExit(f"{folder}: a notebook failed.")
    study = open_study(folder, out)
    sizes = {"tweets": rows(study, "tweets"), "accounts": rows(study, "users")}
    return summary.assign(**sizes)[[*sizes, "notebook", "seconds", "peak_mb"]]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path, help="a synthetic world as tables")
    parser.add_argument("results", type=Path, help="of a run over it")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "ten_times", help="for the copies")
    given = parser.parse_args()
    costs = []
    for copies in (1, COPIES):
        folder = given.out / f"times_{copies}"
        if not folder.exists():
            with folder_beside(folder) as partial:
                multiply(Study(given.study, given.results), copies, partial)
                partial.rename(folder)
        costs.append(measure(folder).set_index("notebook"))
    before, after = costs
    power = (after["seconds"] / before["seconds"]).map(math.log) / math.log(COPIES)
    table = pd.concat([before, after.assign(growth=power.round(2))]).reset_index()
    write_text(RESULT, table.to_csv(index=False))
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
