"""Our time and memory beside a student's version and the fastest tools known: `make bench`.

    python benchmarks/bench.py [STUDY] [--results DIR] [--rounds N] [--stages ingest,k-core] [--name NAME]

Each way of a stage runs in a process of its own, in rounds that take turns, so that what disturbs the machine
disturbs all alike. The clock runs from the call to its result, reading included; starting Python and an
engine, imports, opening the study and writing the result down are outside it. Memory is the largest resident
size of the process plus that of its largest child. Before anything is reported, all results of a stage are
compared (see stages.py); one that differs ends the run.

Writes benchmarks/results/NAME.csv (stage, way, seconds: the median of the rounds, peak_mb, compared), NAME.md
(the ratios first) and NAME.png; NAME is `bench` unless another is given.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator
from readme import markdown_table
from stages import STAGES, assert_same, table

from helpers import figures
from helpers.figures import COLOR
from helpers.reproduce.runs import machine
from helpers.study import ROOT, Study, open_study
from helpers.tables import collect, scan

RESULTS = Path(__file__).parent / "results"
# Not as a script: the processes that some ways start would import it again, and with it all that the others
# need.
ALONE = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import bench; bench.main()"
PACKAGES = ["duckdb", "igraph", "narwhals", "networkx", "orjson", "pandas", "polars", "scikit-learn"]


@contextmanager
def fresh(stage: str, study: Path, results: Path, folder: Path) -> Iterator[tuple[Study, Path]]:
    """The study with a copy of a run's tables, without those that the stage makes, and a folder to work
    in.
    """
    left_out = [pattern for name in STAGES[stage].makes for pattern in (f"{name}*", f".{name}*")]
    out = folder / "out"
    shutil.copytree(results / "tables", out / "tables", ignore=shutil.ignore_patterns("lookups", *left_out))
    yield open_study(study, out), folder
    shutil.rmtree(folder)


def one(stage: str, way: str, study: Path, results: Path, kept: Path) -> None:
    """Run one way of a stage in this process: its result goes to `kept`, print seconds and peak_mb as
    JSON.
    """
    with fresh(stage, study, results, kept.with_suffix("")) as (opened, work):
        collect(scan(opened, "users").select(n=nw.len()))  # starts DuckDB; Polars has no start
        begun = time.perf_counter()
        result = STAGES[stage].ways[way](opened, work)
        seconds = time.perf_counter() - begun
        peak = peak_mb()
        table(result, STAGES[stage]).to_parquet(kept)
    print(json.dumps({"seconds": seconds, "peak_mb": peak}))


def peak_mb() -> float:
    """Largest resident memory of this process, and of its largest child, in MB; Linux only.

    Of itself by /proc: what getrusage says of it also counts how large the process was that started it.
    """
    (own,) = re.findall(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
    return (int(own) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 2**10


def measure(
    stage: str, study: Path, results: Path, rounds: int, ways: list[str] | None = None
) -> pd.DataFrame:
    """Every way of a stage, or those named: columns stage, way, seconds (median), peak_mb (largest),
    compared.
    """
    ways, runs = ways or list(STAGES[stage].ways), []
    with tempfile.TemporaryDirectory(dir=results) as folder:
        kept = {way: Path(folder) / f"{number}.parquet" for number, way in enumerate(ways)}
        for turn in range(rounds):
            for way in ways:
                if turn and way == "student" and runs[ways.index(way)]["seconds"] > 60:
                    continue  # once is enough of minutes
                words = ["--one", stage, way, str(kept[way]), str(study), "--results", str(results)]
                done = subprocess.run(
                    [sys.executable, "-c", ALONE, *words], stdout=subprocess.PIPE, text=True, check=True
                )
                runs.append({"way": way} | json.loads(done.stdout.splitlines()[-1]))
        found = {way: pd.read_parquet(path) for way, path in kept.items()}
    for way, result in found.items():
        try:
            assert_same(found["ours"], result)
        except AssertionError as error:
            raise SystemExit(f"{stage}: {way} does not give what ours gives:\n{error}") from None
    costs = (
        pd.DataFrame(runs)
        .groupby("way", sort=False)
        .agg(seconds=("seconds", "median"), peak_mb=("peak_mb", "max"))
    )
    costs = costs.reset_index().assign(stage=stage, compared=STAGES[stage].compared)
    return costs[["stage", "way", "seconds", "peak_mb", "compared"]]


def ratios(costs: pd.DataFrame) -> pd.DataFrame:
    """One row a stage, and one for all: times faster than the student, our seconds over the fastest rival's,
    and both sides.

    Columns stage, faster, over_fastest, ours, student, fastest (seconds), tool, ours_mb, student_mb,
    fastest_mb, compared. The row for all adds up the stages' seconds and takes the largest memory.
    """
    rows = []
    for stage, mine in costs.groupby("stage", sort=False):
        by = mine.set_index("way")
        rivals = by.drop(index=["ours", "student"])
        tool = rivals["seconds"].idxmin()
        sides = by.loc[["ours", "student", tool]].set_axis(["ours", "student", "fastest"])
        rows.append(
            {"stage": stage, "tool": tool, "compared": by["compared"].iloc[0]}
            | sides["seconds"].to_dict()
            | sides["peak_mb"].add_suffix("_mb").to_dict()
        )
    found = pd.DataFrame(rows)
    sums, peaks = (
        found[["ours", "student", "fastest"]].sum(),
        found[["ours_mb", "student_mb", "fastest_mb"]].max(),
    )
    found.loc[len(found)] = {
        "stage": "all",
        **sums,
        "tool": "each stage's",
        **peaks,
        "compared": "all of the above",
    }
    return found.assign(
        faster=found["student"] / found["ours"], over_fastest=found["ours"] / found["fastest"]
    )


def in_words(found: pd.DataFrame, tweets: int) -> str:
    """The table of `ratios` as Markdown, with the machine and the versions."""
    told = pd.DataFrame({
        "stage": found["stage"],
        "times faster than a student's": found["faster"].map("{:.1f}".format),
        "of the fastest tool's time": found["over_fastest"].map("{:.2f}".format),
        "ours, s": found["ours"].map("{:.2f}".format),
        "student's, s": found["student"].map("{:.2f}".format),
        "fastest, s": found["fastest"].map("{:.2f}".format),
        "fastest tool": found["tool"],
        "MB: ours": found["ours_mb"].map("{:,.0f}".format),
        "student's": found["student_mb"].map("{:,.0f}".format),
        "fastest's": found["fastest_mb"].map("{:,.0f}".format),
        "same results": found["compared"],
    })  # fmt: skip
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    whole = found.iloc[-1]
    return (
        f"{markdown_table(told)}\n"
        f"All stages together, ours are {whole['faster']:.1f} times as fast as a student's; "
        f"the fastest tools, taken stage by stage, {whole['student'] / whole['fastest']:.1f} times.\n\n"
        f"{tweets:,} tweets; {machine()}; {versions}.\n"
    )


def draw(found: pd.DataFrame, ax: Axes) -> Axes:
    """Seconds of the student and of the fastest tool over ours, by stage, on a logarithmic axis; ours is
    1.
    """
    rows = np.arange(len(found))[::-1]
    ax.axvline(1, color=COLOR["ink"], linewidth=1)
    ax.plot(found["faster"], rows, "s", color=COLOR["ink"], label="a student's version")
    ax.plot(
        1 / found["over_fastest"],
        rows,
        "o",
        markerfacecolor="none",
        color=COLOR["soft"],
        label="the fastest tool",
    )
    ax.set_yticks(rows, found["stage"])
    ax.set(xscale="log", xlabel="seconds, over ours")
    ax.set_xlim(left=min(0.5, ax.get_xlim()[0]))
    ax.xaxis.set(
        major_locator=LogLocator(subs=(1, 2, 5)), minor_locator=NullLocator(), major_formatter="{x:g}"
    )
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    return ax


def main(arguments: list[str] | None = None) -> None:
    """Measure, or redraw from what was measured."""
    parser = argparse.ArgumentParser(prog="python benchmarks/bench.py", description=__doc__.splitlines()[0])
    parser.add_argument("study", nargs="?", type=Path, default=ROOT / "data" / "sample")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "build" / "sample", help="a run's results, for its tables"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stages", type=lambda text: text.split(","), default=list(STAGES))
    parser.add_argument("--name", default="bench", help="of the files in benchmarks/results (default: bench)")
    parser.add_argument("--one", nargs=3, metavar=("STAGE", "WAY", "KEPT"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        stage, way, kept = asked.one
        return one(stage, way, asked.study, asked.results, Path(kept))
    tweets = collect(scan(open_study(asked.study, asked.results), "tweets").select(n=nw.len()))["n"].item()
    for stage in asked.stages:
        costs = measure(stage, asked.study, asked.results, asked.rounds)
        print(costs.drop(columns="compared").round(2).to_string(index=False), flush=True)
        write(with_earlier(costs, asked.name), tweets, asked.name)


def with_earlier(costs: pd.DataFrame, name: str) -> pd.DataFrame:
    """The costs of a stage among those of NAME.csv, in the order of STAGES: a run that was cut off can go
    on.
    """
    path = RESULTS / f"{name}.csv"
    earlier = pd.read_csv(path) if path.exists() else costs.head(0)
    found = pd.concat([earlier[~earlier["stage"].isin(costs["stage"])], costs])
    return found.sort_values("stage", key=lambda stages: stages.map(list(STAGES).index), kind="stable")


def write(costs: pd.DataFrame, tweets: int, name: str) -> None:
    """Write NAME.csv, NAME.md and NAME.png."""
    costs = costs.round({"seconds": 3, "peak_mb": 0})
    costs.to_csv(RESULTS / f"{name}.csv", index=False, lineterminator="\n")
    (RESULTS / f"{name}.md").write_text(in_words(ratios(costs), tweets), "utf-8")
    figures.use_style()
    fig, ax = figures.plt.subplots(figsize=(7, 3.6))
    draw(ratios(costs), ax)
    fig.savefig(RESULTS / f"{name}.png", metadata={"Software": None})
    figures.plt.close(fig)


if __name__ == "__main__":
    main()
