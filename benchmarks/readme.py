"""Write into the README what runs have shown: `python benchmarks/readme.py`, or `make readme`.

A block of the README between `<!-- NAME: ... -->` and `<!-- /NAME -->` is written by the function of that
name in BLOCKS. `claims` and `exhibits` come from committed files; `run` holds all times that the README
tells, of this machine: build/sample (make reproduce), build/tests*.xml (make test, make test-all) and
.venv/seconds.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from helpers import commands
from helpers.audit.arithmetic import CLOSES
from helpers.reproduce import notebooks, runs
from helpers.reproduce.report import Exhibit, exhibits, function
from helpers.scorecard import MARKS, survivors
from helpers.study import ROOT, read_json, whole, write_text

BLOCK = re.compile(r"(?s)(?P<start><!-- (?P<name>\w+): [^\n]*-->\n)(?P<text>.*?)(?P<end><!-- /(?P=name) -->)")

WHOSE = {"article": "the article", "press": "the press", "memo": "the memos", "elsewhere": "others"}


class MissingError(ValueError):
    """What a block is made from is not there, or not whole; the message says how to make it."""


def needed(path: Path, remedy: str) -> Path:
    """A file that must be there. Raises MissingError."""
    if not path.exists():
        raise MissingError(f"{path}: no such file. {remedy}")
    return path


def claims(root: Path = ROOT) -> str:
    """What the two tables of findings and of printed numbers say, by their verdicts."""
    found, sums = (read_figure(name, root) for name in ("findings", "arithmetic"))
    n = found["mark"].value_counts().reindex(list(MARKS), fill_value=0)
    closing = sums["verdict"].eq(CLOSES).groupby(sums["about"]).agg(["sum", "size"])
    left = survivors(found)
    parts = [f"{row['sum']} of {row['size']} of {who}" for who, row in closing.rename(WHOSE).iterrows()]
    return (
        f"Of {len(found)} findings about bots that the article and two press articles state, **{n['holds']} "
        f"hold in the sample and not without their cause**; {n['leak']} hold without their cause as well, "
        f"and are no evidence; of {n['reaches']} the value agrees, but not its interval; "
        f"{n['fails']} are not found. Through all five steps come: *{'; '.join(left) or 'none'}*. Of the "
        f"relations among printed numbers close: {', '.join(parts)}.\n"
    )


def read_figure(name: str, root: Path) -> pd.DataFrame:
    """The committed data of a figure."""
    return pd.read_csv(needed(root / "figures" / f"{name}.csv", "Run make reproduce first."))


def map_of_exhibits(root: Path = ROOT) -> str:
    """The article's figures and tables, each with its files, notebook and functions, as a table."""
    return markdown_table(pd.DataFrame([exhibit_row(exhibit, root) for exhibit in exhibits()]))


def exhibit_row(exhibit: Exhibit, root: Path) -> dict[str, str]:
    """One row of that table."""
    computed = {name.removeprefix("helpers."): function(name)["file"] for name in exhibit.functions}
    return {
        "in the article": f"{exhibit.name}: {exhibit.topic[0].lower()}{exhibit.topic[1:]}",
        "here": links({name: file_of(name, root) for name in exhibit.files}),
        "notebook": links({exhibit.notebook: f"notebooks/{exhibit.notebook}.ipynb"}),
        "computed by": links(computed),
    }


def links(targets: dict[str, str]) -> str:
    """Markdown's links to files, by the text to show."""
    return ", ".join(f"[{text}]({file})" for text, file in targets.items())


def file_of(name: str, root: Path) -> str:
    """The committed file of a figure or table: its picture, or else its CSV. Raises MissingError."""
    picture, data = (root / "figures" / f"{name}.{kind}" for kind in ("png", "csv"))
    path = picture if picture.exists() else needed(data, "Run make reproduce first.")
    return path.relative_to(root).as_posix()


def run(root: Path = ROOT) -> str:
    """How long the commands took on this machine, and what the notebooks printed."""
    about, summary = read_run(root / "build" / "sample")
    large = json.loads((root / "benchmarks" / "results" / "paper_scale.json").read_text("utf-8"))
    what = f"{len(summary)} notebooks over {{}}, {{}} at a time"
    setup = float(needed(root / ".venv" / "seconds", "Run make environment first.").read_text())
    rows = [
        ("`make reproduce`", what.format("the shipped sample", about["jobs"]), about["seconds"]),
        ("`make test`", *read_tests(root / "build" / "tests.xml")),
        ("`make test-all`", *read_tests(root / "build" / "tests-all.xml")),
        ("once before them", "`.venv` from requirements.lock", setup),
        ("`make paper-scale`", what.format("a world of the article's size", large["jobs"]), large["seconds"]),
    ]
    took = pd.DataFrame(rows, columns=["command", "what it does", "took"])
    return (
        f"{markdown_table(took.assign(took=took['took'].map(duration)))}\n"
        f"Measured on {about['machine']}. At its end `make reproduce` prints:\n\n"
        f"```text\n{runs.as_printed(summary)}\n```\n"
    )


def read_run(results: Path) -> tuple[dict, pd.DataFrame]:
    """run.json and summary.csv of a run. Raises MissingError unless all notebooks ran."""
    about = whole(needed(results / "run.json", "Run make reproduce first."), read_json) or sys.exit(1)
    path = needed(results / "summary.csv", "Run make reproduce first.")
    summary = runs.read(path)
    if len(summary) < len(notebooks.select(notebooks.NOTEBOOKS)) or set(summary["verdict"]) != {"ok"}:
        raise MissingError(f"{path}: not every notebook is there and ok. Run make reproduce until all are.")
    return about, summary


def read_tests(path: Path) -> tuple[str, float]:
    """How many tests a run had, and its seconds. Raises MissingError where there is none, or one failed."""
    command = f"make {path.stem.replace('tests', 'test')}"
    suite = ElementTree.parse(needed(path, f"Run {command} first.")).getroot().find("testsuite").attrib
    if int(suite["failures"]) + int(suite["errors"]):
        raise MissingError(f"{path}: tests failed. Run {command} until none does.")
    return f"{int(suite['tests']):,} tests ({suite['skipped']} skipped)", float(suite["time"])


BLOCKS: dict[str, Callable[[Path], str]] = {"claims": claims, "run": run, "exhibits": map_of_exhibits}


def filled(text: str, blocks: dict[str, str]) -> str:
    """The README with these blocks in place. Raises MissingError for one without markers or function."""
    marked = {match["name"] for match in BLOCK.finditer(text)}
    if wrong := {*blocks} - marked | marked - {*BLOCKS}:
        names = ", ".join(sorted(wrong))
        raise MissingError(f"README.md and benchmarks/readme.py do not have the same blocks: {names}.")
    return BLOCK.sub(lambda old: old["start"] + blocks.get(old["name"], old["text"]) + old["end"], text)


def markdown_table(table: pd.DataFrame) -> str:
    """A table of texts as GitHub writes it; columns of numbers stand to the right."""
    texts = table.astype("string").fillna("")
    rules = ["---:" if texts[column].str.fullmatch(r"[\d,.]*").all() else "---" for column in texts]
    lines = [list(texts.columns), rules, *texts.to_numpy().tolist()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def duration(seconds: float) -> str:
    """Seconds for reading: "42 s", "2 min 35 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def main(root: Path = ROOT) -> None:
    """Command line: write all blocks, or say what is missing and write nothing."""
    path = root / "README.md"
    try:
        blocks = {name: block(root) for name, block in BLOCKS.items()}
        write_text(path, filled(path.read_text("utf-8"), blocks))
    except MissingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    commands.run(main)
