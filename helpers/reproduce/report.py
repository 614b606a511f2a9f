"""The report: a folder of results as a web site that needs no server, `python -m helpers.reproduce.report [STUDY]`.

A run leaves executed notebooks, figures, tables and recorded claims; from these alone `write` makes

- `index.html`: the scorecard, every figure and table of the article with what its text says of it, its claims, the
  drawn data, the notebook and the function; the other figures; all claims; the ledger; where it all comes from;
- `notebooks/NAME.html`: each executed notebook as a page, with its pictures by reference;
- `report.css` and `ledger.csv`.

Which figure belongs to what stands in `data/reference/exhibits.toml`. Pages ask nothing of any other site and tell
the browser so (Content-Security-Policy), which lets no script run but the few lines of `report.js` on the index.
Text of a study reaches a page escaped (Jinja) or, where a notebook made HTML or Markdown of it, cleaned (nh3).
"""

from __future__ import annotations

import argparse
import ast
import base64
import hashlib
import importlib
import inspect
import json
import re
import shutil
import sys
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import msgspec
import nbformat
import nh3
import pandas as pd
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from helpers.study import REFERENCE, ROOT, Study, StudyError, open_study
from helpers.tables import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable

EXHIBITS = REFERENCE / "exhibits.toml"
PREVIEW = 15  # rows of a table that are shown; all are in its CSV
LEDGER_ROWS = 60

# What a page may do: show this site's own files, and nothing else. {script} is the hash of the index's script.
POLICY = "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; {script}base-uri 'none'; form-action 'none'"

TAGS = nh3.ALLOWED_TAGS - {"map", "area", "bdo"}
ATTRIBUTES = {
    "*": {"class"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
NUMBER = re.compile(r"[-–−+]?[\d,]*\.?\d+(e[-+]\d+)? ?%?|[-–−]|NaN|nan|<NA>|None|inf")


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

    @property
    def id(self) -> str:
        """Its name as an anchor: "figure_1"."""
        return self.name.lower().replace(" ", "_")

    def has(self, claim_id: str) -> bool:
        """Whether a claim belongs to it."""
        return any(fnmatchcase(claim_id, pattern) for pattern in self.claims)


@cache
def exhibits(path: Path = EXHIBITS) -> list[Exhibit]:
    """The article's figures and tables, in its order. Raises ValueError that names the file and what is wrong."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, list[Exhibit]])["exhibit"]
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path}: {error}. The head of the file explains its entries.") from None


def write(study: Study, site: Path | None = None) -> None:
    """Write the report of a study's results, into their folder or, to be published, into another one.

    A published copy has what the pages need and no more: its pictures have 256 colours at most, and it leaves out
    what differs from one run or machine to the next. `figures/` and `notebooks/` of that folder are made anew.
    """
    site, published = site or study.out, site is not None
    site.mkdir(parents=True, exist_ok=True)
    if published:
        publish_figures(study.out / "figures", site / "figures")
        shutil.rmtree(site / "notebooks", ignore_errors=True)
        write_text(site / ".nojekyll", "")
    write_text(site / "report.css", source_of("report.css"))
    executed = sorted((study.out / "notebooks").glob("[0-9]*.ipynb"))
    for path in executed:
        write_page(path, study, site, [other.stem for other in executed])
    write_ledger(study, site)
    write_text(site / "index.html", index(study, published))


def index(study: Study, published: bool = False) -> str:
    """The first page of the report as HTML."""
    notebooks = Notebooks(study.out / "notebooks")
    figures = {path.stem: figure(path, notebooks) for path in sorted((study.out / "figures").glob("*.json"))}
    claims = scorecard(study.out / "scorecard.csv", notebooks)
    shown = {name for exhibit in exhibits() for name in exhibit.files} | {"scorecard"}
    beyond = [about for name, about in figures.items() if name not in shown]
    script = source_of("report.js").strip()
    return environment().get_template("index.html.j2").render(
        study=study,
        published=published,
        policy=policy(script),
        script=Markup(script),
        marks=marks(),
        tally=tally(claims),
        scorecard=figures.get("scorecard"),
        exhibits=[
            {
                "about": exhibit,
                "paper": in_prose(exhibit.paper),
                "files": [figures[name] for name in exhibit.files if name in figures],
                "claims": [claim for claim in claims if exhibit.has(claim["id"])],
                "functions": [function(name) for name in exhibit.functions],
                "page": notebooks.link(exhibit.notebook),
            }
            for exhibit in exhibits()
        ],
        beyond=[
            (name, [about for about in beyond if about["notebook"] == name])
            for name in sorted({about["notebook"] for about in beyond})
        ],
        claims=claims,
        notebooks=summary(study.out / "summary.csv", notebooks),
        ledger=ledger(study),
        provenance=provenance(study, notebooks, published),
    )  # fmt: skip


class Notebooks:
    """The executed notebooks of a folder: which are there, which cell made a figure, what was set."""

    def __init__(self, folder: Path):
        """Read the code of all notebooks of the folder."""
        self.cells = {
            path.stem: [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
            for path in sorted(folder.glob("[0-9]*.ipynb"))
        }

    def maker(self, name: str) -> tuple[str, str] | None:
        """Notebook and cell id that save a figure or table; also where its number is put in: f"table_{number}"."""
        stem, _, number = name.rpartition("_")
        quoted = [f'"{name}"', f"'{name}'"] + [f'"{stem}_{{'] * number.isdecimal()
        for notebook, cells in self.cells.items():
            for cell in cells:
                if "figures.save" in cell.source and any(word in cell.source for word in quoted):
                    return notebook, cell.get("id", "")
        return None

    def link(self, notebook: str, cell: str = "") -> str | None:
        """Address of a notebook's page, at a cell; None where the notebook did not run."""
        place = f"#cell-id={cell}" if cell else ""
        return f"notebooks/{notebook}.html{place}" if notebook in self.cells else None

    def numbered(self, number: int) -> str | None:
        """Address of the page of the notebook with a number."""
        return next((self.link(name) for name in self.cells if name.startswith(f"{number:02d}_")), None)

    @property
    def parameters(self) -> dict[str, object]:
        """What the run set beside the study and its folder of results, by parameter."""
        injected = [
            cell.source
            for cells in self.cells.values()
            for cell in cells
            if "injected-parameters" in cell.metadata.get("tags", [])
        ]
        given = {
            statement.targets[0].id: ast.literal_eval(statement.value)
            for source in injected
            for statement in ast.parse(source).body
            if isinstance(statement, ast.Assign)
        }
        return {name: value for name, value in given.items() if name not in ("study", "out")}


def figure(about: Path, notebooks: Notebooks) -> dict:
    """A saved figure or table for the page, from its JSON file (title, alt, caption, provenance) and its neighbours."""
    name = about.stem
    found = notebooks.maker(name)
    picture, data = about.with_suffix(".png"), about.with_suffix(".csv")
    return {
        "caption": "", "alt": "", "provenance": "", "title": name,
        **json.loads(about.read_text("utf-8")),
        "name": name,
        "notebook": found[0] if found else "",
        "page": notebooks.link(*found) if found else None,
        "size": Image.open(picture).size if picture.exists() else None,
        "svg": about.with_suffix(".svg").exists(),
        "data": preview(data) if data.exists() else None,
    }  # fmt: skip


def preview(path: Path) -> dict:
    """A CSV for reading: its columns, whether each is numeric, its first rows as text, and how many it has.

    Shares become percentages, large counts get separators; empty cells a dash.
    """
    table = pd.read_csv(path)
    numeric = [pd.api.types.is_numeric_dtype(table[column]) for column in table]
    rows = [
        [readable(value, column) for column, value in zip(table.columns, row, strict=True)]
        for row in table.head(PREVIEW).itertuples(index=False, name=None)
    ]
    return {"columns": list(zip(table.columns, numeric, strict=True)), "rows": rows, "length": len(table)}


def readable(value: object, column: str) -> str:
    """A cell of a table as text."""
    if pd.isna(value):
        return "–"
    if isinstance(value, float) and column.endswith("share"):
        return f"{value:.1%}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 or value.is_integer() else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def scorecard(path: Path, notebooks: Notebooks) -> list[dict]:
    """The claims of a scorecard (written by its notebook) as a reader reads them; none if there is no such file."""
    from helpers import claims  # here and below, so that the process of a notebook does without matplotlib
    from helpers.scorecard import MARKS, kind

    if not path.exists():
        return []
    card = pd.read_csv(path, keep_default_na=False, na_values=[""])
    known = claims.claims().reindex(card["id"]).reset_index()[["why", "better", "source"]].fillna("")
    words = claims.as_read(card)
    return [
        {
            "id": row["id"],
            "notebook": f"{row['notebook']:02d}",
            "page": notebooks.numbered(row["notebook"]),
            "mark": kind(row),
            "rank": list(MARKS).index(kind(row)),
            "control": row.get("control") if pd.notna(row.get("control")) else "",
            "accepted": accepted(row),
            **words.loc[number, ["where", "claim", "unit", "paper", "here", "verdict"]],
            **known.loc[number],
        }
        for number, row in card.iterrows()
    ]


def accepted(row: pd.Series) -> str:
    """The range of agreement in words: "6.00 to 9.00", "at least 6.00", or nothing."""
    from helpers.claims import in_words

    ends = [
        in_words(row[end], row["unit"]) if pd.notna(row[end]) else ""
        for end in ("accepted_low", "accepted_high")
    ]
    low, high = ends
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else ""


def marks() -> dict[str, dict]:
    """The scorecard's marks as SVG: for each, its words and its paths (d, fill, edge) in a box from −1 to 1."""
    from matplotlib.markers import MarkerStyle

    from helpers.scorecard import MARKS, _style

    drawn = {}
    for mark, (words, *_) in MARKS.items():
        style = _style(mark, 1)
        marker = MarkerStyle(style["marker"], style.get("fillstyle", "full"))
        parts = [(marker.get_path(), marker.get_transform(), style["color"])]
        if marker.get_alt_path() is not None:
            parts.append((marker.get_alt_path(), marker.get_alt_transform(), style["markerfacecoloralt"]))
        drawn[mark] = {
            "words": words,
            "edge": style["markeredgecolor"],
            "paths": [(svg_path(path.transformed(place)), fill) for path, place, fill in parts],
        }
    return drawn


def svg_path(path) -> str:
    """A matplotlib path as the `d` of an SVG path, 1.6 times as large and with y downwards."""
    letters = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
    return " ".join(
        letters[code] + ("" if code == 79 else " ".join(f"{1.6 * x:.3f} {-1.6 * y:.3f}" for x, y in points.reshape(-1, 2)))
        for points, code in path.iter_segments(curves=True, simplify=False)
    )  # fmt: skip


def tally(claims: list[dict]) -> dict[str, int]:
    """How many claims have each mark, in the scorecard's order, without marks that none has."""
    counts = pd.Series([claim["mark"] for claim in claims], dtype=str).value_counts()
    return {mark: int(counts[mark]) for mark in marks() if mark in counts}


class Published(Mapping):
    """The published value of each claim for a sentence: {bots} is "7,183"."""

    def __getitem__(self, claim_id: str) -> str:
        """The value as a reader would write it; a score is a share that no one writes in percent."""
        from helpers.claims import claims, paper_value

        row = claims().loc[claim_id]
        return (
            f"{row['published']:g}" if claim_id.startswith("score_") else paper_value(row).replace(".0%", "%")
        )

    def __iter__(self):
        raise NotImplementedError

    def __len__(self):
        raise NotImplementedError


def in_prose(text: str) -> str:
    """A text of `exhibits.toml` with the published values put in. Raises KeyError for an unknown claim."""
    return text.format_map(Published())


def function(name: str) -> dict:
    """A helper function by its dotted name: where it stands, its first line of documentation, and its code."""
    module, _, attribute = name.rpartition(".")
    found = inspect.unwrap(getattr(importlib.import_module(module), attribute))
    file = Path(inspect.getsourcefile(found)).relative_to(ROOT).as_posix()
    code = highlight(inspect.getsource(found), PythonLexer(), HtmlFormatter(cssclass="highlight"))
    return {"name": name, "file": file, "says": inspect.getdoc(found).splitlines()[0], "code": Markup(code)}


def summary(path: Path, notebooks: Notebooks) -> list[dict]:
    """The rows of summary.csv, each with the address of its page."""
    if not path.exists():
        return []
    table = pd.read_csv(path, dtype={"seconds": "Float64", "peak_mb": "Int64"})
    return [
        row | {"page": notebooks.link(row["notebook"])}
        for row in table.astype("string").fillna("–").to_dict("records")
    ]


def ledger(study: Study) -> dict | None:
    """The ledger for the page: columns, rows (the first of many), their sums; and the first rejected lines."""
    path, rejected = study.table("ledger"), study.table("rejected")
    if path is None:
        return None
    table = pd.read_parquet(path)
    lines = pd.read_parquet(rejected) if rejected else pd.DataFrame(columns=["file", "line", "reason"])
    sums = table.drop(columns="file").sum()
    return {
        "columns": list(table.columns),
        "rows": [[readable(value, "") for value in row] for row in table.head(LEDGER_ROWS).to_numpy().tolist()],
        "sums": [f"{total:,}" for total in sums],
        "length": len(table),
        "rejected": lines.head(LEDGER_ROWS).astype(str).to_numpy().tolist(),
    }  # fmt: skip


def write_ledger(study: Study, site: Path) -> None:
    """Write the ledger as CSV, if the study has one."""
    if path := study.table("ledger"):
        write_text(site / "ledger.csv", pd.read_parquet(path).to_csv(index=False, lineterminator="\n"))


def provenance(study: Study, notebooks: Notebooks, published: bool) -> list[tuple[str, str]]:
    """What the results were made from and with, as pairs of a name and a value.

    Versions are those of the direct dependencies, which requirements.lock fixes. What it does not fix, Python and the
    system, is left out where the report is published.
    """
    made = recorded(study.tables) or recorded(study.folder / "tables")
    chosen = "".join(f" -p {name}={value}" for name, value in notebooks.parameters.items())
    needed = [line for line in requires("election-bots-2016") or [] if "extra ==" not in line]
    packages = sorted({re.match(r"[\w.-]+", line)[0] for line in needed})
    facts = [
        ("Study", f"{study.name}: {study.title}"),
        ("Kind of data", "synthetic, made by a generator" if study.synthetic else "real tweets"),
        ("Raw data, SHA-256", made.get("data_hash")),
        ("Tweets and accounts", f"{made['tweets']:,} and {made['users']:,}" if "tweets" in made else None),
        ("Seed of the generator", str(study.seed) if study.seed is not None else None),
        ("Command", f"python -m helpers.reproduce {relative(study.folder)}{chosen}"),
        ("This package", f"election-bots-2016 {version('election-bots-2016')}"),
        ("Python", None if published else f"{sys.version.split()[0]} on {sys.platform}"),
        ("Packages", ", ".join(f"{name} {version(name)}" for name in packages)),
    ]  # fmt: skip
    return [(name, value) for name, value in facts if value]


def relative(path: Path) -> str:
    """A path as seen from the package's root where it lies below, else as it is."""
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def publish_figures(source: Path, target: Path) -> None:
    """Copy the figures: data and words as they are, pictures with a palette of 256 colours, a third of the size."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in sorted(source.glob("*.csv")):
        shutil.copyfile(path, target / path.name)
    for path in sorted(source.glob("*.png")):
        picture = Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        picture.save(target / path.name, optimize=True)


# The pages of the notebooks


def write_page(path: Path, study: Study, site: Path, names: Iterable[str] = ()) -> None:
    """Write the page of an executed notebook; `names` are all that have one, in order."""
    (site / "notebooks").mkdir(parents=True, exist_ok=True)
    write_text(site / "notebooks" / f"{path.stem}.html", page(path, study, list(names) or [path.stem]))


def page(path: Path, study: Study, names: list[str]) -> str:
    """An executed notebook as HTML. Pictures that are figures of the study are taken from there, others put in."""
    notebook = nbformat.read(path, as_version=4)
    pictures = {
        hashlib.sha256(saved.read_bytes()).digest(): f"../figures/{saved.name}"
        for saved in sorted((study.out / "figures").glob("*.png"))
    }
    here = names.index(path.stem)
    resources = {
        "page": {
            "title": f"{path.stem.replace('_', ' ')} · {study.title}",
            "study": study,
            "policy": policy(),
            "before": names[here - 1] if here else None,
            "after": names[here + 1] if here + 1 < len(names) else None,
            "headed": any(cell.source.startswith("# ") for cell in notebook.cells if cell.cell_type == "markdown"),
        }
    }  # fmt: skip
    exporter = HTMLExporter(
        raw_template=source_of("notebook.html.j2"),
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        filters={
            "clean": Cleaner(),
            "here": without_root,
            "markdown": markdown,
            "picture": lambda data: picture(data, pictures),
        },
    )
    # What a page can show, best first: no widgets and no scripts.
    exporter.config.NbConvertBase.display_data_priority = [
        "image/png", "text/html", "text/markdown", "image/jpeg", "text/plain",
    ]  # fmt: skip
    html, _ = exporter.from_notebook_node(notebook, resources)
    return re.sub(r"\n\s*\n+", "\n", html) if "<pre" not in html else html


def picture(data: str, known: Mapping[bytes, str]) -> str:
    """The address of a picture from its base64: that of the figure it is, or the picture itself."""
    digest = hashlib.sha256(base64.b64decode(data)).digest()
    return known.get(digest) or f"data:image/png;base64,{data.strip()}"


def markdown(text: str) -> str:
    """Markdown that a notebook made, as HTML; tags in it are text, since parts may come from the study."""
    return MarkdownWithMath(IPythonRenderer(escape=True, exclude_anchor_links=True)).render(text)


def without_root(source: str) -> str:
    """Code without the path to this package, so that a page does not depend on where it was made."""
    return source.replace(f"{ROOT}/", "").replace(f"{ROOT}\\", "")


class Cleaner:
    """HTML of a notebook made harmless and fit for all readers; counts the tables of the page to name them apart."""

    def __init__(self):
        self.tables = 0

    def __call__(self, html: str) -> str:
        """Allowed tags and attributes only; tables that scroll by themselves, whose headers say what they head."""
        allowed = nh3.clean(
            html,
            tags=TAGS,
            clean_content_tags={"script", "style"},
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "data"},
            attribute_filter=only_pictures,
            link_rel=None,
        )
        soup = BeautifulSoup(allowed, "html.parser")
        for image in soup.select("img:not([src])"):
            image.decompose()
        for table in soup.find_all("table"):
            self.improve(table, soup)
        return str(soup)

    def improve(self, table, soup) -> None:
        """Mark up one table."""
        self.tables += 1
        for header in table.find_all("th"):
            if not header.get_text(strip=True):
                header.name = "td"
            else:
                header["scope"] = "col" if header.find_parent("thead") else "row"
        self.align(table)
        caption = table.find("caption")
        words = caption.get_text(" ", strip=True) if caption else "Output"
        box = soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0", "role": "group"})
        box["aria-label"] = f"Table {self.tables}: {words}"
        table.wrap(box)

    @staticmethod
    def align(table) -> None:
        """Numbers, and the headers of columns that hold nothing else, to the right."""
        for cell in table.find_all("td"):
            if NUMBER.fullmatch(cell.get_text(strip=True)):
                cell["class"] = "number"
        body = [row.find_all(["th", "td"], recursive=False) for row in table.select("tbody > tr")]
        for row in table.select("thead > tr"):
            headers = row.find_all(["th", "td"], recursive=False)
            if body and all(len(cells) == len(headers) for cells in body):
                for header, column in zip(headers, zip(*body, strict=True), strict=True):
                    if all(cell.get("class") == "number" for cell in column):
                        header["class"] = "number"


def only_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Keep `data:` addresses for pictures alone, and let no picture come from elsewhere."""
    if attribute == "src":
        return value if value.startswith("data:image/") else None
    return None if attribute == "href" and value.startswith("data:") else value


# Templates and files


@cache
def environment() -> jinja2.Environment:
    """The templates of the report; what is put into them is escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.reproduce"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def source_of(name: str) -> str:
    """A file of `helpers/reproduce/templates` as it is."""
    return (Path(__file__).parent / "templates" / name).read_text("utf-8")


def policy(script: str = "") -> str:
    """The Content-Security-Policy of a page that runs this script and no other."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return POLICY.format(script=f"script-src 'sha256-{digest}'; " if script else "")


def write_text(path: Path, text: str) -> None:
    """Write a text file; a crash on the way leaves what was there before."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 the report is written, 2 there is nothing to make it from."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.reproduce.report",
        description="Write the report of a study's results, or publish it.",
    )
    parser.add_argument(
        "study", nargs="?", default="data/sample", help="folder of the study (default: %(default)s)"
    )
    parser.add_argument(
        "--out", metavar="DIR", help="folder of its results (default: build/<name of the study>)"
    )
    parser.add_argument(
        "--publish", metavar="DIR", type=Path, help="write a light copy for a web server into DIR"
    )
    asked = parser.parse_args(arguments)
    try:
        study = open_study(asked.study, asked.out)
    except StudyError as error:
        print(error, file=sys.stderr)
        return 2
    if not (study.out / "summary.csv").exists():
        print(
            f"{study.out}: no results here. Run python -m helpers.reproduce {asked.study} first.",
            file=sys.stderr,
        )
        return 2
    write(study, asked.publish)
    print((asked.publish or study.out) / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
