"""The look of all figures, and the one way to save one: picture, drawn data, alternative text, provenance.

Colours are from the Okabe-Ito palette, which colour-blind readers can tell apart, and differ in lightness,
so that they stay apart in grey. The same colour means the same thing in every figure.
"""

from __future__ import annotations

import json
from io import BytesIO

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import HTML, Image
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.ingest import data_hash
from helpers.study import Study, current_study

COLOR = {
    "human": "#00664F",
    "bot": "#E69F00",
    "bot_text": "#8A5D00",  # the same hue, dark enough to be read on white
    "unknown": "#8C8C8C",
    "mark": "#AA3377",
    "ink": "#222222",
    "pale": "#E4E4E4",
}

PUBLISHED = "Published counts only; no data of a study"

STYLE = {
    "figure.figsize": (8, 4.5),
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so pictures do not depend on the machine's fonts
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": COLOR["ink"],
    "axes.formatter.use_locale": False,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "savefig.dpi": 150,
    "svg.fonttype": "none",  # text stays text: small files, and readers can search and scale it
    "timezone": "UTC",
}


def use_style() -> None:
    """Make the package's style the default of this process; tables show their texts whole."""
    pd.set_option("display.max_colwidth", None)
    mpl.rcParams.update(mpl.rcParamsDefault | {"backend": mpl.rcParams["backend"]} | STYLE)


def provenance(study: Study) -> str:
    """One line that says which data a picture shows: "Synthetic data · study sample · data 0a1b… · seed 2016"."""
    digest = data_hash(study)
    parts = [
        "Synthetic data" if study.synthetic else None,
        f"study {study.name}",
        f"data {digest[:12]}" if digest else None,
        f"seed {study.seed}" if study.seed is not None else None,
    ]
    return " · ".join(part for part in parts if part)


def save(
    fig: Figure, name: str, data: pd.DataFrame, alt: str, caption: str = "", published: bool = False
) -> Image:
    """Save a figure of the open study and return it as a picture with alternative text for the notebook.

    Writes `name` .png, .svg, .csv (the drawn data, one row a mark) and .json (title, alt, caption,
    provenance) to the study's figures folder. `alt` says in a sentence or two what a reader sees.
    The same data gives the same bytes: no dates, no random element ids. A picture of `published` counts says so
    instead of naming the study, of which it shows nothing.
    """
    if not alt.strip():
        raise ValueError(f"figure {name}: alt text is missing; say in a sentence what the picture shows")
    study = current_study()
    folder = study.out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    title = next((ax.get_title(loc="left") for ax in fig.axes if ax.get_title(loc="left")), name)
    line = PUBLISHED if published else provenance(study)
    _sign(fig, line, study.synthetic and not published)
    words = {"Title": f"{name}: {title}", "Description": alt}
    with mpl.rc_context({"svg.hashsalt": name}):
        fig.savefig(folder / f"{name}.svg", bbox_inches="tight", metadata=words | {"Date": None})
    fig.savefig(folder / f"{name}.png", bbox_inches="tight", metadata=words | {"Software": None})
    plt.close(fig)
    data.to_csv(
        folder / f"{name}.csv",
        index=False,
        float_format="%.6g",
        lineterminator="\n",
        date_format="%Y-%m-%dT%H:%MZ",
    )
    about = {"title": title, "alt": alt, "caption": caption, "provenance": line}
    (folder / f"{name}.json").write_text(
        json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return _with_alt((folder / f"{name}.png").read_bytes(), alt)


def picture(fig: Figure, alt: str) -> Image:
    """A figure as a picture with alternative text for the notebook, signed as `save` does it, but not saved."""
    study = current_study()
    _sign(fig, provenance(study), study.synthetic)
    file = BytesIO()
    fig.savefig(file, format="png", bbox_inches="tight", metadata={"Software": None})
    plt.close(fig)
    return _with_alt(file.getvalue(), alt)


def save_table(table: pd.DataFrame, name: str, title: str) -> HTML:
    """Save a table of the paper as CSV in the study's figures folder, and return it for the notebook."""
    folder = current_study().out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")
    about = {"title": title, "provenance": provenance(current_study())}
    (folder / f"{name}.json").write_text(
        json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    percent = {column: "{:.1%}" for column in table.columns if column.endswith("share")}
    whole = {column: "{:,.0f}" for column in table.select_dtypes("number") if column not in percent}
    styled = (
        table.style.format(percent | whole, na_rep="–", escape="html")
        .hide(axis="index")
        .set_caption(f"{title} ({provenance(current_study())})")
        .set_table_styles([{"selector": "caption", "props": "white-space: nowrap; text-align: left"}])
        .set_uuid(name)  # or each run would give the cells other ids
    )
    return HTML(styled.to_html())


def _sign(fig: Figure, line: str, synthetic: bool) -> None:
    """Write the provenance under the figure and, on synthetic data, a mark into its upper right corner."""
    fig.text(0.005, -0.01, line, ha="left", va="top", fontsize=7.5, color="#555555")
    if synthetic:
        box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": COLOR["mark"], "linewidth": 1}
        fig.text(
            0.995,
            1.005,
            "SYNTHETIC DATA",
            ha="right",
            va="bottom",
            fontsize=7.5,
            color=COLOR["mark"],
            weight="bold",
            bbox=box,
        )


def _with_alt(png: bytes, alt: str) -> Image:
    return Image(data=png, format="png", metadata={"alt": alt})  # Colab's IPython does not know `alt`


def say_empty(ax: Axes, why: str) -> Axes:
    """Write into empty axes why there is nothing to draw."""
    ax.text(0.5, 0.5, why, ha="center", va="center", transform=ax.transAxes, color="#555555", wrap=True)
    ax.set_xticks([])
    ax.set_yticks([])
    return ax


def shortened(text: str, most: int = 88) -> str:
    """A text of at most so many characters, cut at a word."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
