"""How the costs grow with the number of tweets: the sequence over synthetic worlds of several sizes.

    python benchmarks/growth.py SCALE [SCALE …]

Each world is written as tables and put through all notebooks, one at a time, DuckDB with 4 GB. Seconds and peak memory of
each notebook go to benchmarks/results/growth.csv (scale, tweets, accounts, notebook, seconds, peak_mb), where they
replace those of the same scale; the picture of them to growth.png, and the fitted exponents into the guide.

The exponent is the slope of log seconds on log tweets (least squares), over the sizes from LARGE tweets on: below, the
costs that every run has (imports, forests, bootstraps) hide what grows. 1 is proportional; below 1 a tweet costs less in
a larger study.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

from helpers import figures, reproduce
from helpers.figures import COLOR
from helpers.readme import BLOCK, markdown_table, whole_numbers
from helpers.study import ROOT, open_study
from helpers.tables import on_disk

RESULTS = Path(__file__).parent / "results"
GUIDE = ROOT / "docs" / "guides" / "larger_than_this_machine.md"
LARGE = 500_000


def measure(scale: float, folder: Path) -> pd.DataFrame:
    """Make a world of a scale and run the sequence over it: columns scale, tweets, accounts, notebook, seconds, peak_mb."""
    study = folder / "study"
    if not (study / "truth").exists():
        made = ["-m", "helpers.world", "--scale", str(scale), "--out", str(study), "--tables"]
        subprocess.run([sys.executable, *made], check=True)
    summary = reproduce.run(study, folder / "results", memory="4GB", spill=str(folder / "spill"))
    if not (summary["verdict"] == "ok").all():
        raise SystemExit(f"The sequence failed at scale {scale}.")
    opened = open_study(study, folder / "results")
    return summary[["notebook", "seconds", "peak_mb"]].assign(
        scale=scale, tweets=rows(opened, "tweets"), accounts=rows(opened, "users")
    )[["scale", "tweets", "accounts", "notebook", "seconds", "peak_mb"]]


def rows(study, name: str) -> int:
    """Rows of a study's table, from the files' own counts."""
    with on_disk(study, name) as path:
        return sum(pq.read_metadata(part).num_rows for part in (path.glob("*.parquet") if path.is_dir() else [path]))


def totals(costs: pd.DataFrame) -> pd.DataFrame:
    """Of each size: scale, tweets, accounts, seconds of all notebooks, largest peak_mb of one."""
    by = costs.groupby(["scale", "tweets", "accounts"], as_index=False)
    return by.agg(seconds=("seconds", "sum"), peak_mb=("peak_mb", "max"))


def exponent(tweets: pd.Series, seconds: pd.Series) -> float:
    """Slope of log seconds on log tweets, over the sizes from LARGE on; NaN with fewer than two of them."""
    large = tweets >= LARGE
    if large.sum() < 2:
        return np.nan
    return float(np.polyfit(np.log(tweets[large]), np.log(seconds[large]), 1)[0])


def draw(costs: pd.DataFrame, ax: Axes) -> Axes:
    """Seconds of the whole sequence, and of its dearest notebooks at the largest size, against tweets; both logarithmic."""
    whole = totals(costs)
    ax.plot(whole["tweets"], whole["seconds"], "o-", color=COLOR["ink"], label="all notebooks")
    largest = costs[costs["tweets"] == costs["tweets"].max()].nlargest(3, "seconds")["notebook"]
    for notebook, style in zip(largest, ("--", "-.", ":"), strict=False):
        mine = costs[costs["notebook"] == notebook].sort_values("tweets")
        ax.plot(mine["tweets"], mine["seconds"], style, color=COLOR["unknown"], label=notebook)
    ax.set(xscale="log", yscale="log", xlabel="tweets", ylabel="seconds")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set(major_locator=LogLocator(subs=(1, 2, 5)), minor_locator=NullLocator(), major_formatter="{x:,.0f}")
    ax.legend()
    return ax


def in_words(costs: pd.DataFrame) -> str:
    """The block of the guide: a table of sizes, and the exponents."""
    whole = totals(costs)
    table = markdown_table(whole_numbers(whole.assign(scale=whole["scale"].map("{:g}".format))))
    power = exponent(whole["tweets"], whole["seconds"])
    fit = (
        f"From {LARGE:,} tweets on, seconds grow as the number of tweets to the power of {power:.2f}."
        if not np.isnan(power)
        else "There are too few large sizes to fit how seconds grow."
    )
    return f"{table}\n{fit}\n"


def with_growth(guide: str, costs: pd.DataFrame) -> str:
    """The guide's text with the block of the growth in its place."""
    return BLOCK.sub(lambda old: old["start"] + in_words(costs) + old["end"], guide)


def main(arguments: list[str] | None = None) -> None:
    """Measure the sizes asked for, and write table, picture and guide."""
    parser = argparse.ArgumentParser(prog="python benchmarks/growth.py", description=__doc__.splitlines()[0])
    parser.add_argument("scale", nargs="*", type=float, help="sizes to measure; without any, table and picture are redrawn")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "growth", help="folder (default: build/growth)")
    asked = parser.parse_args(arguments)
    path = RESULTS / "growth.csv"
    for scale in asked.scale:
        found = measure(scale, asked.out / f"{scale:g}")
        earlier = [pd.read_csv(path).query("scale != @scale")] if path.exists() else []
        pd.concat([*earlier, found]).sort_values(["scale", "notebook"]).to_csv(path, index=False, lineterminator="\n")
    costs = pd.read_csv(path)
    figures.use_style()
    fig, ax = figures.plt.subplots(figsize=(6, 4))
    draw(costs, ax)
    fig.savefig(RESULTS / "growth.png", metadata={"Software": None})
    GUIDE.write_text(with_growth(GUIDE.read_text("utf-8"), costs), "utf-8")


if __name__ == "__main__":
    main()
