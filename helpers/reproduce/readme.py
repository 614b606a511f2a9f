"""Write into the README what runs have shown: `python -m helpers.reproduce.readme`, or `make readme`.

A block of the README between `<!-- NAME: ... -->` and `<!-- /NAME -->` is written by the function of that name in
BLOCKS; the last two columns of the table of notebooks, seconds and MB, come from the last run. Sources:

- build/sample (make reproduce), build/tests.xml (make test) and .venv/seconds (make environment): of this machine;
- figures/, data/reference/ and benchmarks/results/: committed, so that a test can tell whether the README is up to date.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from helpers.address import address
from helpers.reproduce import machine, notebooks
from helpers.reproduce.report import exhibits, function, write_text
from helpers.study import ROOT

BLOCK = re.compile(
    r"(?P<start><!-- (?P<name>\w+): [^\n]*-->\n)(?P<text>.*?)(?P<end><!-- /(?P=name) -->)", re.S
)
ROW = re.compile(r"^(?P<start>\| \[(?P<notebook>\d\d_\w+)\].*\|) [^|]* \| [^|]* \|$", re.M)


class MissingError(ValueError):
    """What a block is made from is not there, or not whole; the message says how to make it."""


def needed(path: Path, remedy: str) -> Path:
    """A file that must be there. Raises MissingError."""
    if not path.exists():
        raise MissingError(f"{path}: no such file. {remedy}")
    return path


def links(root: Path = ROOT) -> str:
    """Where to look at the package without setting it up: its web page, Binder, Colab."""
    page = "The report of the shipped sample, with every figure, claim and notebook, lies in [docs](docs/index.html)."
    page = page + "\n" if (root / "docs" / "index.html").exists() else ""
    url = address(root)
    if url is None:
        return f"{page}Links to run it in a browser (Binder, Colab) stand here once it has a public address: `make address`.\n"
    name = url.removeprefix("https://github.com/")
    binder = f"https://mybinder.org/v2/gh/{name}/HEAD?urlpath=lab/tree/notebooks/00_the_study.ipynb"
    colab = f"https://colab.research.google.com/github/{name}/blob/HEAD/notebooks/00_the_study.ipynb"
    tests = f"{url}/actions/workflows/test.yml"
    return (
        f"[![Tests]({tests}/badge.svg)]({tests})\n"
        f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder})\n"
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})\n\n{page}"
    )


def claims(root: Path = ROOT) -> str:
    """How many claims of the sample's scorecard have each mark of `helpers.scorecard.MARKS`, in words."""
    from helpers.scorecard import MARKS, kind

    card = pd.read_csv(needed(root / "figures" / "scorecard.csv", "Run make reproduce first."))
    n = card.apply(kind, axis="columns").value_counts().reindex(list(MARKS), fill_value=0)
    return (
        f"Of {len(card)} claims, {n['holds'] + n['interval']} are recovered from the sample and gone in a synthetic world "
        f"from which their cause was taken out (half a circle: there only the sign is chance, the whole interval is not). "
        f"**{n['leak']} are recovered but there without their cause, too (open circle), so that they show nothing.** "
        f"{n['setting']} are settings or levels to which the sample was tuned, and {n['fails']} are not recovered. Of the "
        f"checks on published counts alone, {n['closes']} close and {n['breaks']} do not. {n['open']} cannot be checked.\n"
    )


def controls(root: Path = ROOT) -> str:
    """How many control worlds there are, and of how many seeds each, at the size of the sample."""
    from helpers.audit import leaks

    table = leaks.read_table(needed(root / "data" / "reference" / "controls.csv", "Run make controls first."))
    study = tomllib.loads((root / "data" / "sample" / "study.toml").read_text("utf-8"))
    worlds = table[(table["scale"] == study["collection"]["sample_rate"]) & (table["world"] != "base")]
    seeds = worlds.groupby("world")["seeds"].max()
    return (
        f"{len(seeds)} such worlds, {seeds.min()} seeds each, are judged by the cells of these notebooks.\n"
    )


def sample(root: Path = ROOT) -> str:
    """What the shipped sample holds, in a sentence."""
    table = pd.read_csv(needed(root / "figures" / "table_2.csv", "Run make reproduce first.")).set_index(
        "quantity"
    )
    study = tomllib.loads((root / "data" / "sample" / "study.toml").read_text("utf-8"))
    return (
        f"{table.loc['tweets', 'value']:,.0f} tweets by {table.loc['accounts', 'value']:,.0f} accounts, one account in "
        f"{1 / study['collection']['sample_rate']:.0f} of the original; the {study['scoring']['top_accounts']:,} most "
        "active are scored.\n"
    )


def map_of_exhibits(root: Path = ROOT) -> str:
    """The article's figures and tables, each with its files, notebook and functions, as a table."""
    rows = [
        {
            "in the article": f"{exhibit.name}: {exhibit.topic[0].lower()}{exhibit.topic[1:]}",
            "here": ", ".join(f"[{name}]({file_of(name, root)})" for name in exhibit.files),
            "notebook": f"[{exhibit.notebook}](notebooks/{exhibit.notebook}.ipynb)",
            "computed by": ", ".join(
                f"[{name.removeprefix('helpers.')}]({function(name)['file']})" for name in exhibit.functions
            ),
        }
        for exhibit in exhibits()
    ]
    return markdown_table(pd.DataFrame(rows))


def file_of(name: str, root: Path) -> str:
    """The committed file of a figure or table: its picture, or the CSV of one that has none. Raises MissingError."""
    paths = [root / "figures" / f"{name}.{kind}" for kind in ("png", "csv")]
    found = next((path for path in paths if path.exists()), None)
    return needed(found or paths[0], "Run make reproduce first.").relative_to(root).as_posix()


def run(root: Path = ROOT) -> str:
    """How long the commands took on this machine, and what the notebooks printed."""
    results = root / "build" / "sample"
    about = json.loads(needed(results / "run.json", "Run make reproduce first.").read_text("utf-8"))
    summary = read_summary(root)
    tests = read_tests(root / "build" / "tests.xml")
    rows = [
        (
            "`make reproduce`",
            f"{len(summary)} notebooks over the shipped sample, {about['jobs']} at a time",
            duration(about["seconds"]),
        ),
        ("`make test`", f"{tests['tests']:,} tests ({tests['skipped']} skipped)", duration(tests["time"])),
    ]
    if (setup := root / ".venv" / "seconds").exists():
        before = (
            "once before the first of them",
            "`.venv` from requirements.lock",
            duration(float(setup.read_text())),
        )
        rows.append(before)
    table = markdown_table(pd.DataFrame(rows, columns=["command", "what it does", "took"]))
    return (
        f"{table}\nMeasured on {machine.in_words(about['machine'])}. At its end `make reproduce` prints:\n\n"
        f"```text\n{notebooks.as_printed(summary)}\n```\n"
    )


def read_summary(root: Path = ROOT) -> pd.DataFrame:
    """summary.csv of the sample: notebook, seconds, peak_mb, verdict. Raises MissingError unless all notebooks ran."""
    path = needed(root / "build" / "sample" / "summary.csv", "Run make reproduce first.")
    summary = pd.read_csv(path, dtype=notebooks.SUMMARY)
    expected = [notebook.stem for notebook in notebooks.select(root / "notebooks")]
    if summary["notebook"].tolist() != expected or set(summary["verdict"]) != {"ok"}:
        raise MissingError(f"{path}: not every notebook is there and ok. Run make reproduce until all are.")
    return summary


def read_tests(path: Path) -> dict[str, float]:
    """tests, skipped and time (seconds) of the last make test. Raises MissingError where there is none, or one failed."""
    suite = ElementTree.parse(needed(path, "Run make test first.")).getroot().find("testsuite").attrib
    if int(suite["failures"]) + int(suite["errors"]):
        raise MissingError(f"{path}: tests failed. Run make test until none does.")
    return {"tests": int(suite["tests"]), "skipped": int(suite["skipped"]), "time": float(suite["time"])}


def benchmarks(root: Path = ROOT) -> str:
    """Our stages beside other ways to do the same work, from `make bench` and `make bench-tenth`; nothing without the first."""
    results = root / "benchmarks" / "results"
    if not (results / "bench.md").exists():
        return ""
    ratios = "![Seconds of each stage, ours and others', as ratios]({})\n\n"
    parts = [
        "Seconds and memory of each stage beside other ways to do the same work, with the same results (`make bench`):\n\n"
    ]
    if (results / "bench.png").exists():
        parts.append(ratios.format("benchmarks/results/bench.png"))
    parts.append(f"{(results / 'bench.md').read_text('utf-8').strip()}\n\n")
    if (results / "bench_tenth.md").exists():
        parts.append(
            "The same over a synthetic world of a tenth of the article's size ([table](benchmarks/results/bench_tenth.md)):\n\n"
        )
        parts.append(ratios.format("benchmarks/results/bench_tenth.png"))
    if (results / "full_objects.md").exists():
        parts.append((results / "full_objects.md").read_text("utf-8"))
    return "".join(parts).strip() + "\n"


def full_size(root: Path = ROOT) -> str:
    """What the sequence and each notebook cost at the article's size, from `make paper-scale`; nothing without it."""
    path = root / "benchmarks" / "results" / "paper_scale.csv"
    if not path.exists():
        return ""
    table, about = pd.read_csv(path), json.loads(path.with_suffix(".json").read_text("utf-8"))
    intro = (
        f"Over a synthetic world of the article's size the whole sequence takes **{duration(about['seconds'])}**, "
        f"{about['jobs']} notebooks at a time on {about['machine']['cores']} cores, and no process more than "
        f"**{table['peak_mb'].max() / 1000:.1f} GB** (`make paper-scale`). "
    )
    card = path.with_name("paper_scale_scorecard.csv")
    recovered, sample = (int((pd.read_csv(each)["verdict"] == "recovered").sum())
                         for each in (card, root / "figures" / "scorecard.csv"))  # fmt: skip
    intro += f"There [{recovered} claims]({card.relative_to(root).as_posix()}) are recovered, in the shipped sample {sample}.\n\n"
    return intro + markdown_table(whole_numbers(table))


def engines(root: Path = ROOT) -> str:
    """What the sequence costs on PySpark and on DuckDB, from `make engines`; and the guide, if there is one."""
    path, guide = (
        root / "benchmarks" / "results" / "engines.csv",
        root / "docs/guides/larger_than_this_machine.md",
    )
    text = ""
    if path.exists():
        table = pd.read_csv(path)
        text = (
            "Run over the sample on PySpark instead of DuckDB, every table, figure and claim is the same, to a relative 1e-9 "
            f"(`make engines`). What each notebook took:\n\n{markdown_table(table)}\n"
        )
    if guide.exists():
        text += (
            f"[{guide.stem.replace('_', ' ').capitalize()}]({guide.relative_to(root).as_posix()}) says how.\n"
        )
    return text


BLOCKS: dict[str, Callable[[Path], str]] = {
    "links": links,
    "claims": claims,
    "run": run,
    "exhibits": map_of_exhibits,
    "controls": controls,
    "sample": sample,
    "benchmarks": benchmarks,
    "full_size": full_size,
    "engines": engines,
}


def filled(text: str, blocks: dict[str, str]) -> str:
    """The README's text with these blocks in place. Raises MissingError where one has no markers, or markers no block."""
    marked = [match["name"] for match in BLOCK.finditer(text)]
    if wrong := {*blocks} - {*marked} | {*marked} - {*BLOCKS}:
        raise MissingError(
            f"README.md and helpers/reproduce/readme.py do not have the same blocks: {', '.join(sorted(wrong))}."
        )
    return BLOCK.sub(lambda old: old["start"] + blocks.get(old["name"], old["text"]) + old["end"], text)


def with_run_times(text: str, summary: pd.DataFrame) -> str:
    """The README's text with the seconds and MB of a run; raises KeyError for a notebook of the table that did not run.

    `summary` has columns notebook, seconds, peak_mb. A row of the table begins with the linked name of its notebook.
    """
    rows = summary.set_index("notebook")

    def renewed(old: re.Match) -> str:
        row = rows.loc[old["notebook"]]
        memory = "–" if pd.isna(row["peak_mb"]) else f"{row['peak_mb']:,.0f}"
        return f"{old['start']} {row['seconds']:.0f} | {memory} |"

    return ROW.sub(renewed, text)


def whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its numbers as texts, rounded and with thousands apart; what is text stays."""
    return table.map(lambda value: f"{value:,.0f}" if isinstance(value, int | float) else value)


def markdown_table(table: pd.DataFrame) -> str:
    """A table of texts as GitHub writes it; columns of numbers stand to the right."""
    texts = table.astype("string").fillna("")
    numeric = [texts[column].str.fullmatch(r"[\d,.]*").all() for column in texts]
    lines = [
        list(texts.columns),
        ["---:" if right else "---" for right in numeric],
        *texts.to_numpy().tolist(),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def duration(seconds: float) -> str:
    """Seconds for reading: "42 s", "2 min 35 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def write(root: Path = ROOT, names: list[str] | None = None) -> None:
    """Write the named blocks into the README, or all of them and the run times. Raises MissingError."""
    path = root / "README.md"
    text = filled(path.read_text("utf-8"), {name: BLOCKS[name](root) for name in names or BLOCKS})
    if names is None:
        text = with_run_times(text, read_summary(root))
    write_text(path, text)


def main(root: Path = ROOT) -> None:
    """Command line."""
    try:
        write(root)
    except MissingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
