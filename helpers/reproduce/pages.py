"""The pages of executed notebooks: HTML that asks nothing of any other site and runs no script but our own.

A page is made from `notebooks/NAME.ipynb` of a folder of results and lies beside it. Text of a study reaches
it escaped (Jinja) or, where a notebook made HTML or Markdown of it, cleaned (nh3).
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import nbformat
import nh3
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from helpers.study import ROOT, Study, coded, whole, write_text

TEMPLATES = Path(__file__).parent / "templates"

# What a page may do: show this site's own files, and run the script with this hash.
POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
)
# What a page can show, best first: no widgets and no scripts.
KINDS = ["image/png", "text/html", "text/markdown", "image/jpeg", "text/plain"]
ALLOWED = {
    "tags": nh3.ALLOWED_TAGS - {"map", "area", "bdo"},
    "attributes": nh3.ALLOWED_ATTRIBUTES | {"*": {"class"}} | {f"h{n}": {"id"} for n in range(1, 7)},
    "clean_content_tags": {"script", "style"},
    "url_schemes": {"http", "https", "mailto", "data"},
    "link_rel": None,
}
NUMBER = re.compile(r"[-–−+]?[\d,]*\.?\d+(e[-+]\d+)? ?%?|[-–−]|NaN|nan|<NA>|None|inf")


def renew(study: Study) -> None:
    """Write the pages of executed notebooks that have none, or one older than what it is made from.

    Where one has none, all are written, since each page links the one before and the one after.
    """
    paths = sorted((study.out / "notebooks").glob("[0-9]*.ipynb"))
    pages = [path.with_suffix(".html") for path in paths]
    code = [study.folder / "study.toml", *Path(__file__).parent.glob("*.py"), *TEMPLATES.iterdir()]
    changed = max(file.stat().st_mtime for file in code)
    export, lacking = exporter(study.out / "figures"), not all(html.exists() for html in pages)
    for path, html in zip(paths, pages, strict=True):
        if lacking or html.stat().st_mtime < max(changed, path.stat().st_mtime):
            write_text(html, page(path, study, [path.stem for path in paths], export))


def page(path: Path, study: Study, names: list[str], export: HTMLExporter) -> str:
    """An executed notebook as HTML; `names` are all that have a page, in order."""
    place, around = names.index(path.stem), [None, *names, None]
    about = {"before": around[place], "after": around[place + 2], "study": study, **scripted("tables.js")}
    about["title"] = f"{path.stem.replace('_', ' ')} · {study.title}"
    html, _ = export.from_notebook_node(read(path), {"page": about})
    return coded(html if "<pre" in html else re.sub(r"\n\s*\n+", "\n", html))


def read(path: Path) -> nbformat.NotebookNode:
    """An executed notebook; where it is damaged, one that says so."""
    cell = nbformat.v4.new_markdown_cell(f"`{path.name}` is damaged. Run this notebook again.", id="damaged")
    told = nbformat.v4.new_notebook(cells=[cell])
    return whole(path, lambda path: nbformat.read(path, 4), told, f"Notebook {path.stem}")


def exporter(figures: Path) -> HTMLExporter:
    """What makes pages. Pictures that are figures of the study are taken from there, others put in."""
    saved = {hashlib.sha256(path.read_bytes()).digest(): path.name for path in sorted(figures.glob("*.png"))}

    def picture(data: str) -> str:
        name = saved.get(hashlib.sha256(base64.b64decode(data)).digest())
        return f"../figures/{name}" if name else f"data:image/png;base64,{data.strip()}"

    filters = {"clean": clean, "here": without_root, "markdown": markdown, "picture": picture}
    source = source_of("notebook.html.j2")
    export = HTMLExporter(raw_template=source, exclude_anchor_links=True, filters=filters)
    export.config.NbConvertBase.display_data_priority = KINDS
    return export


def markdown(text: str) -> str:
    """Markdown that a notebook made, as HTML; tags in it are text, since parts may come from the study."""
    return MarkdownWithMath(IPythonRenderer(escape=True, exclude_anchor_links=True)).render(text)


def without_root(source: str) -> str:
    """Code without the path to this package, so that a page does not depend on where it was made."""
    return source.replace(f"{ROOT}/", "").replace(f"{ROOT}\\", "")


def clean(html: str, label: str = "Output") -> str:
    """HTML with allowed tags and attributes only, and with tables fit for all readers.

    A table is named to those who do not see it by its caption or, without one, by `label`.
    """
    allowed = nh3.clean(html, attribute_filter=harmless, **ALLOWED)
    if "<table" not in allowed and "<img" not in allowed:
        return allowed
    soup = BeautifulSoup(allowed, "html.parser")
    for image in soup.select("img:not([src])"):
        image.decompose()
    for table in soup.find_all("table"):
        improve(table, label, soup)
    return str(soup)


def harmless(tag: str, attribute: str, value: str) -> str | None:
    """Keep `data:` addresses for pictures alone, and let no picture come from elsewhere."""
    address = re.sub(r"[\x00- ]", "", value).lower()  # as browsers read it
    refused = {"src": not address.startswith("data:image/"), "href": address.startswith("data:")}
    return None if refused.get(attribute) else value


def improve(table, label: str, soup) -> None:
    """Make a table scroll by itself, say what its headers head, and put its numbers to the right."""
    for header in table.find_all("th"):
        if header.get_text(strip=True):
            header["scope"] = "col" if header.find_parent("thead") else "row"
        else:
            header.name = "td"
    align(table)
    label = table.caption.get_text(" ", strip=True) if table.caption else label
    box = {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": f"Table: {label}"}
    table.wrap(soup.new_tag("div", attrs=box))


def align(table) -> None:
    """Mark numbers, and the headers of columns that hold nothing else."""
    for cell in table.find_all("td"):
        if NUMBER.fullmatch(cell.get_text(strip=True)):
            cell["class"] = "number"
    rows = [row.find_all(["th", "td"], recursive=False) for row in table.find_all("tr")]
    for header, *cells in zip(*rows, strict=False):
        below = [cell for cell in cells if cell.get_text(strip=True)]  # not where pandas names the index
        if header.find_parent("thead") and all(cell.get("class") == "number" for cell in below):
            header["class"] = "number"


def source_of(name: str) -> Markup:
    """A file of `helpers/reproduce/templates` as it is."""
    return Markup((TEMPLATES / name).read_text("utf-8"))


def scripted(*names: str) -> dict[str, str]:
    """Our script of a page, from these files, and the Content-Security-Policy that lets no other run."""
    script = Markup("\n").join(source_of(name).strip() for name in names)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {"script": script, "policy": POLICY.format(digest=digest)}
