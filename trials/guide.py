"""Write into the guides what the trials found: `python trials/guide.py [--tried-now]`.

A block of a guide between `<!-- NAME: ... -->` and `<!-- /NAME -->` is written by what BLOCKS has under its
name, from results/*.csv and benchmarks/results/ten_times.csv; what has no file reads "not run". With
--tried-now, as in `make faults`, results/machine.csv says that all was tried today, and on which machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
from same_bytes import MAY_DIFFER

from helpers.reproduce import runs
from helpers.study import ROOT, write_text

sys.path.append(str(ROOT / "benchmarks"))
from readme import BLOCK, markdown_table

GUIDE = ROOT / "docs" / "guides" / "what_was_tried.md"
GUIDES = [GUIDE, ROOT / "docs" / "guides" / "formats.md"]
RESULTS = Path(__file__).parent / "results"
TEN_TIMES = ROOT / "benchmarks" / "results" / "ten_times.csv"

# What each file tells of, the column of how often that was tried (else its rows), those of broken promises.
TRIED = {
    "fuzz.csv": ("hostile inputs", "inputs", ["violations"]),
    "kills.csv": ("kills", "points", ["half_written", "orphans", "untold", "different_after_rerun"]),
    "resources.csv": ("stages that lack something", "", ["broken"]),
    "same_bytes.csv": ("files, after a change around the run", "files", ["different"]),
}


def read(path: Path) -> pd.DataFrame:
    """A table of results; no rows where it was not made."""
    return pd.read_csv(path, keep_default_na=False) if path.exists() else pd.DataFrame()


def totals(results: Path) -> str:
    """What was tried, how often, and how often a promise was broken."""
    rows = []
    for name, (what, size, promises) in TRIED.items():
        found = read(results / name)
        times = found[size].sum() if size in found else len(found)
        words = [column for name in promises for column in found.get(name, [])]
        broken = sum(word if isinstance(word, int) else bool(word) for word in words)
        rows.append([what, *([f"{times:,}", f"{broken:,}"] if times else ["not run", "not run"])])
    return markdown_table(pd.DataFrame(rows, columns=["tried", "times", "promises broken"]))


def as_it_is(path: Path | str, results: Path) -> str:
    """A whole file as a table."""
    found = read(results / path)
    return f"Not run: {Path(path).name} is not there.\n" if found.empty else as_markdown(found)


def as_markdown(table: pd.DataFrame) -> str:
    """A table for the guide; what stands in a cell stays in it."""
    cells = table.rename(columns=lambda name: name.replace("_", " ")).astype(str)
    return markdown_table(cells.replace({r"([|<>*`_])": r"\\\1"}, regex=True))


def resources(results: Path) -> str:
    """How each stage ended under each condition, what was said, and the largest memory."""
    found = read(results / "resources.csv")
    if found.empty:
        return as_it_is("resources.csv", results)
    kept = found["exit_code"].eq(0).map({True: "same result", False: "refuses"})
    found["ended"] = found["broken"].where(found["broken"].ne(""), kept)
    table = found.pivot(index="condition", columns="stage", values="ended")
    table = table.loc[found["condition"].unique(), found["stage"].unique()].fillna("")
    said = found["outcome"].str.removeprefix("same result").str.removeprefix("; ")
    table["says, for instance"] = said[said.ne("")].groupby(found["condition"]).first()
    table["peak MB"] = found.groupby("condition")["peak_mb"].max()
    return as_markdown(table.reset_index().fillna(""))


def may_differ(_results: Path) -> str:
    """The files that may differ, and why."""
    return "".join(f"- `{name}`: {why}\n" for name, why in MAY_DIFFER.items())


def formats(results: Path) -> str:
    """Of which format which figures are the same as from v1.1 lines."""
    found = read(results / "formats.csv")
    if found.empty:
        return as_it_is("formats.csv", results)
    table = found.set_index("format").drop(columns=["kept", "rejected"]).T
    return as_markdown(table.rename_axis("drawn").reset_index())


def machine(results: Path) -> str:
    """When and on what all this was tried."""
    found = read(results / "machine.csv")
    return "Not run.\n" if found.empty else f"Tried on {found['date'][0]}, on {found['machine'][0]}.\n"


BLOCKS: dict[str, Callable[[Path], str]] = {
    "machine": machine,
    "totals": totals,
    "fuzz": partial(as_it_is, "fuzz.csv"),
    "kills": partial(as_it_is, "kills.csv"),
    "resources": resources,
    "same_bytes": partial(as_it_is, "same_bytes.csv"),
    "may_differ": may_differ,
    "load": partial(as_it_is, TEN_TIMES),
    "formats": formats,
}


def filled(text: str, results: Path = RESULTS) -> str:
    """The guide with its blocks made anew."""
    return BLOCK.sub(lambda old: old["start"] + BLOCKS[old["name"]](results) + old["end"], text)


def main(words: list[str]) -> None:
    """The command line."""
    if words == ["--tried-now"]:
        now = pd.DataFrame([{"date": date.today().isoformat(), "machine": runs.machine()}])
        write_text(RESULTS / "machine.csv", now.to_csv(index=False, lineterminator="\n"))
    for guide in GUIDES:
        write_text(guide, filled(guide.read_text("utf-8")))


if __name__ == "__main__":
    main(sys.argv[1:])
