"""The look of all figures, and the one way to save one: picture, drawn data, words about it, provenance.

Every colour is named here, by what it means, and means the same in every figure; only candidates bring their
own (`study.toml`). Most are from the Okabe-Ito palette (2008), which colour-blind readers can tell apart.
Where two that are drawn together are of like lightness, shape, place or words tell them apart as well:
tests/test_colors.py.
"""

from __future__ import annotations

import html
import json
import logging
import math
import re
import textwrap
import tomllib
import warnings
from collections.abc import Mapping
from functools import cache
from io import BytesIO, StringIO
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import PIL.Image
from IPython.display import HTML, Image, publish_display_data
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from pandas.io.formats.style import Styler
from PIL.PngImagePlugin import PngInfo

from helpers.study import Study, coded, current_study, in_markdown, read_lines, replaced, write_text
from helpers.tables import data_hash

COLOR = {
    "human": "#00664F",
    "bot": "#E69F00",
    "bot_text": "#8A5D00",  # the same hue, dark enough to be read on white
    "unknown": "#8C8C8C",  # no class, not checkable, neither positive nor negative
    "holds": "#332288",  # of claims
    "fails": "#B2182B",
    "paper": "#222222",  # what is published: a thick mark or a dashed line
    "synthetic": "#AA3377",  # the sign on pictures of synthetic data, and nothing else
    "ink": "#222222",
    "soft": "#555555",  # notes, and marks of second rank
    "border": "#8A8A8A",
    "pale": "#E4E4E4",
}
BAND = 0.25  # opacity of an interval that is drawn as a band, in the colour of what it belongs to
SHADES = mpl.colormaps["YlGnBu"]  # of maps: light to dark without a turn, for colour-blind eyes and in grey
GREYS = mpl.colormaps["Greys"]  # of tables

SOURCES = {  # of what is no data of the study
    "published": "Published counts only; no data of a study",
    "worlds": "Synthetic data · control worlds of data/reference/controls.csv",
    "example": "Synthetic data · a made-up example",
}

FORMULA = re.compile(r"^'*[=+@\t＝＋－＠-]")  # how a cell begins that a spreadsheet computes
QUOTED = re.compile(f"^'(?={FORMULA.pattern[1:]})")

STYLE = mpl.rc_params_from_file(Path(__file__).with_name("figures.mplstyle"), use_default_template=False)


def use_style() -> None:
    """Make the package's style the default of this process; tables show their texts whole."""
    pd.set_option("display.max_colwidth", None, "styler.format.escape", "html")
    # A list of fonts from an environment that is gone would be complained of in the notebook, once a font.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    # Nor can a reader do anything for a letter that the font lacks, or for names that leave no room to axes.
    warnings.filterwarnings("ignore", r"Glyph .* missing|constrained_layout not applied", UserWarning)
    mpl.rcParams.update(mpl.rcParamsDefault | {"backend": mpl.rcParams["backend"]} | STYLE)


def provenance(study: Study) -> str:
    """Which data a picture shows: "Synthetic data · study sample · data 0a1b… · seed 2016"."""
    digest = data_hash(study)
    kind, seed = "Synthetic data" * study.synthetic, "" if study.seed is None else f"seed {study.seed}"
    parts = [kind, f"study {study.name}", digest and f"data {digest[:12]}", seed]
    return " · ".join(part for part in parts if part)


@cache
def captions() -> dict[str, dict]:
    """What each figure says: its entry in helpers/captions, where there is a file for each notebook."""
    files = sorted((Path(__file__).parent / "captions").glob("*.toml"))
    return {name: entry for path in files for name, entry in tomllib.loads(path.read_text("utf-8")).items()}


def told(name: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Title, alternative text and caption of a figure, as its entry among the `captions` has them.

    Each is a text or a list of sentences (the title is one). A sentence is a text with the facts' names in
    braces and the forms of `Words`, or a list of alternatives, of which the first is said whose facts are all
    known (not None, NaN or empty) and that holds no range of one value ("0% to 0%"); `{when = "fact", say =
    "…"}` only where the fact holds.
    Raises KeyError for a figure or a fact that is not there.
    """
    entry = captions()[name]
    title, parts = _said(entry["title"], facts), ("alt", "caption")
    return {"title": title} | {part: _paragraph(entry[part], facts) for part in parts}


def note(name: str, facts: Mapping[str, Any]) -> str:
    """A paragraph in Markdown: the `note` of an entry among the `captions`; empty where none is said."""
    safe = {key: in_markdown(fact) if isinstance(fact, str) else fact for key, fact in facts.items()}
    return _paragraph(captions()[name]["note"], safe)


def _paragraph(sentences: str | list, facts: Mapping[str, Any]) -> str:
    sentences = [sentences] if isinstance(sentences, str) else sentences
    return " ".join(filter(None, (_said(one, facts) for one in sentences)))


def _said(sentence: str | dict | list, facts: Mapping[str, Any]) -> str:
    """The first of a sentence's alternatives that can be said; empty where none can."""
    alternatives = sentence if isinstance(sentence, list) else [sentence]
    return next(filter(None, (_filled(text, facts) for text in alternatives)), "")


def _filled(sentence: str | dict[str, str], facts: Mapping[str, Any]) -> str:
    """The sentence with the facts in it; empty where one is not known, or where it is not to be said."""
    text = sentence if isinstance(sentence, str) else sentence["say"]
    needed = [field for _, field, *_ in Formatter().parse(text) if field]
    known = all(not _unknown(facts[name]) for name in needed)
    wanted = isinstance(sentence, str) or bool(facts[sentence["when"]])
    if not (known and wanted):
        return ""
    ranges = [{f"{{{end}}}".format(**facts) for end in ends} for ends in RANGE.findall(text)]
    return "" if any(len(ends) == 1 for ends in ranges) else WORDS.vformat(text, (), facts)


class Words(Formatter):
    """Python's `format`; a noun after "|" in a fact's form takes its number: {n:,|tweet}, {n:|tie|ties}."""

    def format_field(self, value: Any, form: str) -> str:
        """The fact by its form, then the noun: of 1, as it stands; else with an s, or the second noun."""
        form, *nouns = form.split("|")
        text = super().format_field(value, form)
        if not nouns:
            return text
        return f"{text} {nouns[0] if text == '1' else f'{nouns[0]}s' if len(nouns) == 1 else nouns[1]}"


WORDS = Words()
RANGE = re.compile(r"(?<!\()\{([^{}|]+)[^{}]*\} to \{([^{}|]+)[^{}]*\}")  # but for an interval in brackets


def _unknown(fact: Any) -> bool:
    return fact is None or fact == "" or (isinstance(fact, float) and math.isnan(fact))


def save(
    fig: Figure, name: str, data: pd.DataFrame, facts: Mapping[str, Any], source: str = "study"
) -> Picture:
    """Save a figure of the open study and return it for the notebook, with its caption and alternative text.

    Writes `name` .png, .svg, .csv (the drawn data, one row a mark) and .json (title, alt, caption,
    provenance) to the study's figures folder. The `title` is written over the figure and says what the data
    shows; `alt` tells it with its numbers to those who do not see the picture; `caption` says what is drawn:
    units, number, interval, source. All three are `told` of the `facts`. The same data gives the same bytes:
    no dates, no random element ids. A picture whose `source` is one of SOURCES says so instead of naming the
    study, of which it shows nothing.
    """
    texts = {what: coded(text) for what, text in told(name, facts).items()}
    for what, text in texts.items():
        if not text.strip():
            raise ValueError(f"figure {name}: {what} is missing; say in a sentence what the picture shows")
    title, alt, caption = texts.values()
    study = current_study()
    folder = study.out / "figures"
    line = SOURCES.get(source) or provenance(study)
    _with_powers(fig)
    _entitle(fig, shortened(title, 400))
    _sign(fig, line)
    words = {"Title": f"{name}: {title}", "Description": alt}
    drawn = StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        fig.savefig(drawn, format="svg", bbox_inches="tight", metadata=words | {"Date": None})
    write_text(folder / f"{name}.svg", _lighter(drawn.getvalue()))
    with replaced(folder / f"{name}.png") as partial:
        partial.write_bytes(_png(fig, words))
    _write_beside(name, data, texts | {"provenance": line})
    return Picture((folder / f"{name}.png").read_bytes(), alt, caption)


def _png(fig: Figure, words: Mapping[str, str] | None = None) -> bytes:
    """The figure as a PNG of 256 colours at most, a third of the size, with words in it; closed then."""
    drawn, told, file = BytesIO(), PngInfo(), BytesIO()
    fig.savefig(drawn, format="png", bbox_inches="tight")
    plt.close(fig)
    for name, text in (words or {}).items():
        told.add_itxt(name, text)
    few = PIL.Image.open(drawn).convert("RGB").quantize(256, dither=PIL.Image.Dither.NONE)
    few.save(file, "PNG", pnginfo=told, dpi=(fig.dpi, fig.dpi))
    return file.getvalue()


def _write_beside(name: str, data: pd.DataFrame, about: dict[str, str]) -> None:
    """Write the data of a figure or table, and what is said of it, to the open study's figures folder."""
    folder = current_study().out / "figures"
    write_text(folder / f"{name}.csv", as_csv(data, float_format="%.6g", date_format="%Y-%m-%dT%H:%MZ"))
    write_text(folder / f"{name}.json", json.dumps(about, indent=1, ensure_ascii=False) + "\n")


def as_csv(table: pd.DataFrame, **form: str) -> str:
    """A table as CSV, whose texts are texts to a spreadsheet: one that it would compute begins with '.

    What moves a terminal's cursor or ends a line is `coded`; `read_csv` takes the ' off again.
    """
    texts = table.select_dtypes(["object", "str", "category"])
    safe = {name: pd.Series(map(_quoted, texts[name]), table.index, object) for name in texts}
    named = table.assign(**safe).rename(columns=_quoted)
    return named.to_csv(index=False, lineterminator="\n", **form)


def _quoted(value: Any) -> Any:
    return FORMULA.sub(r"'\g<0>", coded(value)) if isinstance(value, str) else value


def read_csv(path: Path, **form: Any) -> pd.DataFrame:
    """A table that `as_csv` wrote. Raises ValueError for a file that was cut."""
    table = pd.read_csv(read_lines(path), **form).rename(columns=lambda name: QUOTED.sub("", name))
    return table.map(lambda value: QUOTED.sub("", value) if isinstance(value, str) else value)


class Picture(Image):
    """A PNG with alternative text, below which a notebook shows a caption."""

    def __init__(self, png: bytes, alt: str, caption: str = ""):
        super().__init__(data=png, format="png", metadata={"alt": alt})  # Colab's IPython does not know `alt`
        self.caption = caption

    def _ipython_display_(self) -> None:
        publish_display_data(*self._repr_mimebundle_())
        if self.caption:
            publish_display_data({"text/plain": self.caption, "text/markdown": in_markdown(self.caption)})


def picture(fig: Figure, alt: str) -> Picture:
    """A figure as a picture with alternative text for the notebook, signed as `save` does, but not saved."""
    _sign(fig, provenance(current_study()))
    return Picture(_png(fig), alt)


def save_table(
    table: pd.DataFrame, name: str, title: str, shown: Styler | None = None, source: str = "study"
) -> HTML:
    """Save a table as CSV in the study's figures folder, and return it for the notebook.

    `shown` is the table as the notebook shows it, where that is not the plain one: with shades, or in words.
    `source` is as of `save`.
    """
    line = SOURCES.get(source) or provenance(current_study())
    _write_beside(name, table, {"title": title, "provenance": line})
    if shown is None:
        percent = {column: "{:.1%}" for column in table.columns if column.endswith("share")}
        whole = {column: "{:,.0f}" for column in table.select_dtypes("number") if column not in percent}
        shown = table.style.format(percent | whole, na_rep="–", escape="html").hide(axis="index")
    look = [{"selector": "caption", "props": "white-space: nowrap; text-align: left"}]
    headed = shown.format_index(escape="html", axis="columns").set_caption(html.escape(f"{title} ({line})"))
    return HTML(headed.set_table_styles(look).set_uuid(name).to_html())  # or each run gave cells other ids


def _with_powers(fig: Figure) -> None:
    """Have matplotlib's own powers of ten on logarithmic axes read as mathematics, unlike a study's words."""
    axes = [axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis) if axis.get_scale() == "log"]
    for tick in chain.from_iterable((*axis.get_major_ticks(20), *axis.get_minor_ticks(99)) for axis in axes):
        tick.label1.set_parse_math(True)


def _entitle(fig: Figure, title: str) -> None:
    """Write the title over the figure, from its left edge, in the fewest lines that fit, of like length."""
    letters = round(9.5 * fig.get_figwidth())  # of bold DejaVu Sans at 12 points, so many to an inch
    fewest = len(textwrap.wrap(title, letters))
    narrowest = next(width for width in range(1, letters + 1) if len(textwrap.wrap(title, width)) <= fewest)
    fig.suptitle(textwrap.fill(title, narrowest), x=0.005, ha="left", ma="left")


def _sign(fig: Figure, line: str) -> None:
    """Write the provenance under the figure and, if it says so, a mark of synthetic data above the right."""
    fig.text(0.005, -0.01, line, ha="left", va="top", fontsize=7.5, color=COLOR["soft"])
    _fit(fig)
    if line.startswith("Synthetic"):
        color = COLOR["synthetic"]
        box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": color, "linewidth": 1}
        style = {"fontsize": 7.5, "color": color, "weight": "bold", "bbox": box}
        fig.text(0.995, 1.005, "SYNTHETIC DATA", ha="right", va="bottom", **style)


def _fit(fig: Figure) -> None:
    """Cut what would make a picture of any size of a study's words, and have control characters as codes."""
    for axis in (axis for ax in fig.findobj(Axes) for axis in (ax.xaxis, ax.yaxis)):
        labels = axis.get_ticklabels()
        if sum(map(_cut, labels)):  # which an axis writes anew
            axis.set_ticks(axis.get_ticklocs(), [label.get_text() for label in labels])
    for text in fig.findobj(Text):
        _cut(text)


def _cut(text: Text) -> bool:
    """Leave a text that is larger than the figure ten lines of a third of its width; whether it changed."""
    whole, figure = text.get_text(), text.get_figure(root=True)
    text.set_text(coded(whole)[:2000])
    large = max(text.get_window_extent().size) / figure.bbox.width
    if large > 1:
        lines = text.get_text().split("\n")[:10]
        most = math.ceil(max(map(len, lines)) / large / 3)
        text.set_text("\n".join(line if len(line) <= most else f"{line[:most]}…" for line in lines))
    return text.get_text() != whole


def _lighter(svg: str) -> str:
    """The same drawing in fewer bytes.

    Hundredths of a point, one font; without turns by nothing, comments, indentation, and groups that hold one
    mark only.
    """
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    font = '<svg font-family="DejaVu Sans, sans-serif" '
    svg = svg.replace("font-family: 'DejaVu Sans'; ", "").replace("<svg ", font, 1)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", svg)
    svg = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), svg)
    svg = re.sub(r"\n\s+", "\n", svg)
    return re.sub(r'<g id="\w+">\n(<path [^>]*/>|<text [^>]*>[^<]*</text>)\n</g>', r"\1", svg)


def name_lines(ax: Axes, x: float, names: Mapping[str, tuple[float, str]], gap: float = 0.07) -> None:
    """Write lines' names at their right ends: name -> (height, colour).

    The order of the lines is kept, from the lowest up, with at least `gap` of the axis between two names.
    """
    low, high = ax.get_ylim()
    free = low
    for words, (y, color) in sorted(names.items(), key=lambda item: item[1][0]):
        place = max(y, free)
        free = place + gap * (high - low)
        style = {"va": "center", "color": color, "weight": "bold", "annotation_clip": False}
        ax.annotate(words, (x, place), (5, 0), textcoords="offset points", **style)


def apart(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Whether two intervals (low, high) do not meet; False where an end is not known."""
    return bool(first[1] < second[0] or second[1] < first[0])


def percent(share: float, _: int | None = None) -> str:
    """A share as a tick of an axis, not rounded: 0.175 is "17.5%"; a formatter of matplotlib."""
    return f"{100 * share:g}%"


def span(low: float, high: float, form: str) -> str:
    """An interval for readers: "13.0% to 17.5%"; where both ends are written alike, one of them."""
    return " to ".join(dict.fromkeys(f"{end:{form}}" for end in (low, high)))


def say_empty(ax: Axes, why: str) -> Axes:
    """Write into empty axes why there is nothing to draw."""
    ax.text(0.5, 0.5, why, ha="center", va="center", transform=ax.transAxes, color=COLOR["soft"], wrap=True)
    ax.set(xticks=[], yticks=[])
    return ax


def shortened(text: str, most: int = 88) -> str:
    """A text of at most so many characters, cut at a word."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
