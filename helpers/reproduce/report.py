"""The report: results as a web site without a server, `python -m helpers.reproduce.report [STUDY]`.

A run leaves executed notebooks, figures, tables and recorded claims; from these alone `write` makes

- `index.html`: the scorecard, every figure and table of the article with what its text says of it, its
  claims, the drawn data, the notebook and the function; the other figures; all claims; ledger; provenance;
- `notebooks/NAME.html`: each executed notebook as a page (`helpers.reproduce.pages`);
- `report.css` and `ledger.csv`.

Which figure belongs to what stands in `data/reference/exhibits.toml`. Pages ask nothing of any other site
and tell the browser so (Content-Security-Policy), which lets no script run but ours, a few lines in
`templates`.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import re
import shutil
import sys
from contextlib import nullcontext
from fnmatch import fnmatchcase
from functools import cache, partial
from importlib.metadata import requires, version
from pathlib import Path

import jinja2
import msgspec
import pandas as pd
from markupsafe import Markup
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from helpers import claims, commands, ranges, verdicts
from helpers.collection import outside_windows
from helpers.figures import as_csv, read_csv
from helpers.ingest.ledger import read_or_empty
from helpers.reproduce import pages, results, runs
from helpers.scorecard import KINDS, MARKS, SURVIVAL, by_kind
from helpers.study import (
    REFERENCE,
    ROOT,
    Study,
    StudyError,
    folder_beside,
    open_study,
    sole,
    whole,
    write_text,
)
from helpers.tables import MADE_BY, recorded

PREVIEW = 15  # rows shown of the data that a picture draws; all are in its CSV
MOST = 500  # of a table that is no picture's, and of the ledger


class Exhibit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure or table of the article, as `exhibits.toml` describes it."""

    name: str
    topic: str
    section: str
    notebook: str
    files: list[str]
    functions: list[str]
    paper: str
    claims: list[str]
    ours: str = ""
    elsewhere: str = ""

    @property
    def id(self) -> str:
        """Its name as an anchor: "figure_1"."""
        return self.name.lower().replace(" ", "_")

    def seen_by(self, study: Study) -> Exhibit | None:
        """What a study has of it: all; or, of another election, what `elsewhere` says, None for "nothing"."""
        if claims.of_article(study) or not self.elsewhere:
            return self
        told = msgspec.structs.replace(self, paper=self.elsewhere, ours="")
        return None if self.elsewhere == "nothing" else told

    def has(self, claim_id: str) -> bool:
        """Whether a claim belongs to it."""
        return any(fnmatchcase(claim_id, pattern) for pattern in self.claims)


@cache
def exhibits(path: Path = REFERENCE / "exhibits.toml") -> list[Exhibit]:
    """The article's figures and tables, in its order. Raises ValueError that names the file and the fault."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, list[Exhibit]])["exhibit"]
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path}: {error}. The head of the file explains its entries.") from None


def write(study: Study, site: Path | None = None) -> None:
    """Write the report of a study's results, into their folder or, to be published, into another one.

    A published copy has what the pages need and no more: it leaves out what differs from one run or machine
    to the next, and what is damaged. It is made within that folder and moved to its places when it is whole.
    """
    pages.renew(study)
    with folder_beside(site / "report") if site else nullcontext(study.out) as folder:
        write_text(folder / "report.css", pages.source_of("report.css"))
        if not (files := read_or_empty(study, "ledger")).empty:
            write_text(folder / "ledger.csv", as_csv(files))
        write_text(folder / "index.html", index(study, published=site is not None))
        if site:
            write_text(site / ".nojekyll", "")
            publish(study.out, folder, site)


def publish(results: Path, copy: Path, site: Path) -> None:
    """Add pages, and figures with their data, to a copy of the report, and move it to its place by files.

    The first page comes last, since it points to the others; then what else lies in their folders there goes.
    """
    for pattern in ("figures/*.csv", "figures/*.png", "notebooks/[0-9]*.html"):
        for path in {*results.glob(pattern)} - whole.damaged.keys():
            (copy / path.parent.name).mkdir(exist_ok=True)
            shutil.copyfile(path, copy / path.parent.name / path.name)
    names = [path.relative_to(copy) for path in copy.rglob("*") if path.is_file()]
    for name in sorted(names, key=lambda name: name.name == "index.html"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).replace(site / name)
    for path in [*site.glob("figures/*"), *site.glob("notebooks/*")]:
        if path.is_file() and path.relative_to(site) not in names:
            path.unlink()


def index(study: Study, published: bool = False) -> str:
    """The first page of the report as HTML."""
    notebooks = Notebooks(study.out / "notebooks")
    figures = {path.stem: figure(path, notebooks) for path in sorted((study.out / "figures").glob("*.json"))}
    rows = whole(study.out / "scorecard.csv", scorecard, [], "Notebook 12_scorecard")
    marks = [row["mark"] for row in rows if row["kind"] == "finding"]
    shown = [own for exhibit in exhibits() if (own := exhibit.seen_by(study))]
    loader = jinja2.FileSystemLoader(pages.TEMPLATES)
    templates = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    templates.filters |= {"in_prose": in_prose, "function": function}
    templates.tests["of"] = lambda row, exhibit: exhibit.has(row["id"])
    html = templates.get_template("index.html.j2").render(
        study=study,
        published=published,
        **pages.scripted("report.js", "tables.js"),
        marks={mark: (verdicts.words(study.synthetic)[mark], *style) for mark, style in MARKS.items()},
        kinds=KINDS,
        of_article=claims.of_article(study),
        told=[Markup(pages.clean(pages.markdown(text))) for text in told(study) if text],
        tally={mark: marks.count(mark) for mark in MARKS if mark in marks},
        figures=figures,
        exhibits=shown,
        shown=["findings", "arithmetic", "scorecard", *(name for exhibit in shown for name in exhibit.files)],
        claims=rows,
        notebooks=notebooks,
        summary=runs.read(study.out / "summary.csv").astype("string").fillna("–").to_dict("records"),
        ledger=ledger(study),
        provenance=provenance(study, notebooks, published),
        damaged=whole.damaged.items(),
    )
    return pages.coded(html)


def told(study: Study) -> tuple[str, str]:
    """What a reader must know before the figures: texts in Markdown, empty where all is as usual."""
    path, made_by = study.table("tweets"), MADE_BY["tweets"]
    outside = whole(path, lambda _: outside_windows(study), "", made_by) if path else ""
    return outside, claims.another_election(study)


class Notebooks:
    """The executed notebooks of a folder: which are there, which cell made a figure, what was set."""

    def __init__(self, folder: Path):
        """Read the code of all notebooks of the folder."""
        self.cells = {
            path.stem: [cell for cell in pages.read(path).cells if cell.cell_type == "code"]
            for path in sorted(folder.glob("[0-9]*.ipynb"))
        }

    def maker(self, name: str) -> tuple[str, str] | None:
        """Notebook and cell id that save a figure or table, also as f"table_{number}"."""
        stem, _, number = name.rpartition("_")
        quoted = [f'"{name}"', f"'{name}'"] + [f'"{stem}_{{'] * number.isdecimal()
        for notebook, cells in self.cells.items():
            for cell in cells:
                if "figures.save" in cell.source and any(text in cell.source for text in quoted):
                    return notebook, cell.get("id", "")
        return None

    def link(self, notebook: str, cell: str = "") -> str | None:
        """Address of the page of a notebook (name or two digits), at a cell; None where it did not run."""
        name = next((name for name in self.cells if notebook in (name, name[:2])), None)
        return name and f"notebooks/{name}.html{'#cell-id=' if cell else ''}{cell}"

    @property
    def parameters(self) -> dict[str, object]:
        """What the run set beside the study and its folder of results, by parameter."""
        cells = [cell for cells in self.cells.values() for cell in cells]
        injected = [cell.source for cell in cells if "injected-parameters" in cell.metadata.get("tags", [])]
        lines = [line for line in ast.parse("\n".join(injected)).body if isinstance(line, ast.Assign)]
        given = {line.targets[0].id: ast.literal_eval(line.value) for line in lines}
        return {name: value for name, value in given.items() if name not in ("study", "out")}


def figure(about: Path, notebooks: Notebooks) -> dict:
    """A saved figure or table for the page, from its JSON file (title, alt, …) and the files beside it."""
    notebook, cell = notebooks.maker(about.stem) or ("", "")
    read = partial(whole, made_by=notebook and f"Notebook {notebook}")
    data = read(about.with_suffix(".csv"), read_csv)
    size = read(about.with_suffix(".png"), lambda path: Image.open(path).convert("L").size)  # of a whole one
    table = None if data is None else shown(data, PREVIEW if size else MOST, about.stem)
    told = read(about, lambda path: msgspec.json.decode(path.read_bytes(), type=dict), {"title": about.stem})
    return told | {"notebook": notebook, "cell": cell, "name": about.stem, "size": size, "data": table}


def shown(table: pd.DataFrame, most: int, name: str) -> dict:
    """A table for the page: its first rows as HTML, how many these are, and how many it has.

    Shares become percentages, large counts get separators; empty cells a dash. What is text stays text.
    """
    rows = pd.DataFrame({name: [readable(value, name) for value in table[name].head(most)] for name in table})
    with pd.option_context("display.max_colwidth", None):
        html = rows.to_html(index=False, border=0, justify="unset")
    return {"html": Markup(pages.clean(html, name)), "rows": len(rows), "length": len(table)}


def readable(value: object, column: str) -> str:
    """A cell of a table as text."""
    if pd.isna(value):
        return "–"
    if isinstance(value, float) and column.endswith("share"):
        return f"{value:.1%}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 or value.is_integer() else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def scorecard(path: Path) -> list[dict]:
    """The claims of a scorecard that apply to its study, as a reader reads them, findings first."""
    card = read_csv(path, keep_default_na=False, na_values=[""])
    card = card[card["verdict"] != claims.NOT_APPLICABLE]
    card = by_kind(card).reset_index(drop=True)
    reads = card["rule"].map(ranges.rules()["words"])
    own = card.assign(accepted=card.apply(accepted, axis="columns"), reads=reads)
    names = ["id", "kind", "notebook", "source", "mark", "rule", "reads", "accepted", "interval", "control"]
    own = own.reindex(columns=[*names, *SURVIVAL]).astype(object).fillna("")
    text = claims.as_read(card)[["where", "claim", "unit", "paper", "here", "verdict"]]
    about = claims.claims().reindex(card["id"]).reset_index()[["words", "better"]].fillna("")
    return pd.concat([own, text, about], axis="columns").to_dict("records")


def accepted(row: pd.Series) -> str:
    """The range of agreement in words: "6.00 to 9.00", "at least 6.00", or nothing."""
    ends = row["accepted_low"], row["accepted_high"]
    low, high = ("" if pd.isna(end) else claims.in_words(end, row["unit"]) for end in ends)
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else ""


def published_value(claim_id: str) -> str:
    """A published value for a sentence: "7,183"; a score is a share that no one writes in percent."""
    row, as_score = claims.claims().loc[claim_id], claim_id.startswith("score_")
    return f"{row['published']:g}" if as_score else claims.paper_value(row).replace(".0%", "%")


def in_prose(text: str) -> str:
    """A text of `exhibits.toml` with published values for {bots} etc. Raises KeyError for unknown claims."""
    return re.sub(r"\{(\w+)\}", lambda name: published_value(name[1]), text)


def function(name: str) -> dict:
    """A helper function by its dotted name: its file, its first line of documentation, and its code."""
    module, _, attribute = name.rpartition(".")
    computes = inspect.unwrap(getattr(importlib.import_module(module), attribute))
    file = Path(inspect.getsourcefile(computes)).relative_to(ROOT).as_posix()
    code = highlight(inspect.getsource(computes), PythonLexer(), HtmlFormatter(cssclass="highlight"))
    says = inspect.getdoc(computes).splitlines()[0]
    return {"name": name, "file": file, "says": says, "code": Markup(code)}


def ledger(study: Study) -> dict | None:
    """The ledger for the page, its sums in a last row; and the rejected lines."""
    files, rejected = (read_or_empty(study, name) for name in ("ledger", "rejected"))
    if files.empty:
        return None
    parts = {"files": files, "sums": files.drop(columns="file").sum().to_frame().T, "rejected": rejected}
    return {name: shown(part, MOST, f"Ledger, {name}") for name, part in parts.items()}


def provenance(study: Study, notebooks: Notebooks, published: bool) -> list[tuple[str, str]]:
    """What the results were made from and with, as pairs of a name and a value.

    Versions are those of the direct dependencies, which requirements.lock fixes. What it does not fix,
    Python and the system, is left out where the report is published.
    """
    made = recorded(study.tables) or recorded(study.folder / "tables")
    chosen = "".join(f" -p {name}={value}" for name, value in notebooks.parameters.items())
    place = pages.without_root(str(study.folder.resolve()))
    needed = [line for line in requires("election-bots-2016") or [] if "extra ==" not in line]
    packages = sorted({re.match(r"[\w.-]+", line)[0] for line in needed})
    facts = [
        ("Study", f"{study.name}: {study.title}"),
        ("Kind of data", "synthetic, made by a generator" if study.synthetic else "real tweets"),
        ("Raw data, SHA-256", made.get("data_hash")),
        ("Pseudonyms, of a key", made.get("pseudonyms")),
        ("Tweets and accounts", f"{made['tweets']:,} and {made['users']:,}" if "tweets" in made else None),
        ("Seed of the generator", str(study.seed) if study.seed is not None else None),
        ("Command", f"python -m helpers.reproduce {place}{chosen}"),
        ("This package", f"election-bots-2016 {version('election-bots-2016')}"),
        ("Python", None if published else f"{sys.version.split()[0]} on {sys.platform}"),
        ("Packages", ", ".join(f"{name} {version(name)}" for name in packages)),
    ]
    return [(name, value) for name, value in facts if value]


def main(arguments: list[str] | None = None) -> None:
    """The command line; exit code 2 where there is nothing to make a report from."""
    parser = argparse.ArgumentParser("python -m helpers.reproduce.report", description="Write the report.")
    option = parser.add_argument
    option("study", nargs="?", default="data/sample", help="folder of the study (default: %(default)s)")
    option("--out", metavar="DIR", help="folder of its results (default: build/<name of its folder>)")
    option("--publish", metavar="DIR", type=Path, help="write a light copy for a web server into DIR")
    asked = parser.parse_args(arguments)
    try:
        study = open_study(asked.study, asked.out)
        results.refuse_older(study)
    except StudyError as error:
        parser.error(str(error))
    if not (study.out / "summary.csv").exists():
        parser.error(f"{study.out}: no results here. Run python -m helpers.reproduce {asked.study} first.")
    with sole(study.out):
        write(study, asked.publish)
    print((asked.publish or study.out) / "index.html")


if __name__ == "__main__":
    commands.run(main)
