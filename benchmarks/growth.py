"""How the costs grow with the number of tweets: the sequence over synthetic worlds of several sizes.

    python benchmarks/growth.py SCALE [SCALE …]

Each world is written as tables and put through all notebooks, one at a time, DuckDB with 4 GB. Seconds and
peak memory of each notebook go to benchmarks/results/growth.csv (scale, tweets, accounts, notebook, seconds,
peak_mb), where they replace those of the same scale; the picture of them to growth.png, and the fitted
exponents into the guide.

The exponent is the slope of log seconds on log tweets (least squares), over the sizes from LARGE tweets on:
below, the costs that every run has (imports, forests, bootstraps) hide what grows. 1 is proportional; below 1
a tweet costs less in a larger study. The line through seconds and tweets (least squares) parts the two: what
any run costs, and each million.
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
from readme import BLOCK, markdown_table

from helpers import figures
from helpers.figures import COLOR
from helpers.reproduce import notebooks as reproduce
from helpers.study import ROOT, open_study
from helpers.tables import on_disk

RESULTS = Path(__file__).parent / "results"
GUIDE = ROOT / "docs" / "guides" / "larger_than_this_machine.md"
LARGE = 500_000


def measure(scale: float, folder: Path) -> pd.DataFrame:
    """Make a world of a scale and run the sequence over it: columns scale, tweets, accounts, notebook,
    seconds, peak_mb.
    """
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
        return sum(
            pq.read_metadata(part).num_rows for part in (path.glob("*.parquet") if path.is_dir() else [path])
        )


def totals(costs: pd.DataFrame) -> pd.DataFrame:
    """Of each size: scale, tweets, accounts, seconds of all notebooks, these a million tweets, largest
    peak_mb of one.
    """
    by = costs.groupby(["scale", "tweets", "accounts"], as_index=False)
    whole = by.agg(seconds=("seconds", "sum"), peak_mb=("peak_mb", "max"))
    whole.insert(4, "seconds_a_million", whole["seconds"] / whole["tweets"] * 1e6)
    return whole


def exponent(tweets: pd.Series, seconds: pd.Series) -> float:
    """Slope of log seconds on log tweets, over the sizes from LARGE on; NaN with fewer than two of them."""
    large = tweets >= LARGE
    if large.sum() < 2:
        return np.nan
    return float(np.polyfit(np.log(tweets[large]), np.log(seconds[large]), 1)[0])


def line(tweets: pd.Series, seconds: pd.Series) -> tuple[float, float]:
    """Seconds that any run takes, and seconds that each million tweets adds; NaN with fewer than two
    sizes.
    """
    if len(tweets) < 2:
        return np.nan, np.nan
    slope, start = np.polyfit(tweets / 1e6, seconds, 1)
    return float(start), float(slope)


def draw(costs: pd.DataFrame, ax: Axes) -> Axes:
    """Seconds of the whole sequence, and of the two dearest notebooks at the largest size, against tweets;
    logarithmic.
    """
    whole = totals(costs)
    largest = costs[costs["tweets"] == costs["tweets"].max()].nlargest(2, "seconds")["notebook"]
    curves = {"all notebooks": whole} | {
        name: costs[costs["notebook"] == name].sort_values("tweets") for name in largest
    }
    for (name, curve), style in zip(curves.items(), ("o-", "s--", "^-."), strict=False):
        color = COLOR["ink"] if curve is whole else COLOR["soft"]
        ax.plot(curve["tweets"] / 1e6, curve["seconds"], style, color=color, markersize=4)
        tweets, seconds = curve[["tweets", "seconds"]].iloc[-1]
        ax.annotate(
            name, (tweets / 1e6, seconds), (8, 0), textcoords="offset points", va="center", color=color
        )
    ax.set(xscale="log", yscale="log", xlabel="tweets (millions)", ylabel="seconds")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set(
            major_locator=LogLocator(subs=(1, 2, 5)), minor_locator=NullLocator(), major_formatter="{x:g}"
        )
    return ax


def in_words(costs: pd.DataFrame) -> str:
    """The block of the guide: a table of sizes, and the exponents."""
    whole = totals(costs)
    rounded = {column: whole[column].map("{:,.0f}".format) for column in whole.columns.drop("scale")}
    table = markdown_table(whole.assign(scale=whole["scale"].map("{:g}".format), **rounded))
    power = exponent(whole["tweets"], whole["seconds"])
    start, slope = line(whole["tweets"], whole["seconds"])
    fit = (
        f"From {LARGE:,} tweets on, seconds grow as the number of tweets to the power of {power:.2f}: "
        f"much of them every run has. The straight line through all sizes starts at {start:.0f} s and "
        f"rises by {slope:.0f} s a million tweets."
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
    parser.add_argument(
        "scale", nargs="*", type=float, help="sizes to measure; without any, table and picture are redrawn"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "growth", help="folder (default: build/growth)"
    )
    asked = parser.parse_args(arguments)
    path = RESULTS / "growth.csv"
    for scale in asked.scale:
        found = measure(scale, asked.out / f"{scale:g}")
        earlier = [pd.read_csv(path).query("scale != @scale")] if path.exists() else []
        pd.concat([*earlier, found]).sort_values(["scale", "notebook"]).to_csv(
            path, index=False, lineterminator="\n"
        )
    costs = pd.read_csv(path)
    figures.use_style()
    fig, ax = figures.plt.subplots(figsize=(6, 4))
    draw(costs, ax)
    fig.savefig(RESULTS / "growth.png", metadata={"Software": None})
    GUIDE.write_text(with_growth(GUIDE.read_text("utf-8"), costs), "utf-8")


if __name__ == "__main__":
    main()
