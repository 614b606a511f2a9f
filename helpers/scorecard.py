"""The scorecard as a picture: every claim, what the paper says, what was found, and what its control world shows.

In: the table of `claims.scorecard`, beside which `with_controls` sets how often each claim holds in synthetic worlds
where its cause was taken out (`helpers.audit.leaks`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import claims
from helpers.audit import leaks
from helpers.figures import COLOR, say_empty, shortened
from helpers.study import ROOT

MARKS = {  # what to show -> words for it, marker, fill, edge; shape and fill tell them apart without colour
    "holds": ("recovered, and gone without its cause", "o", COLOR["holds"], COLOR["holds"]),
    "interval": (
        "recovered; without its cause the sign is chance, its interval is not",
        "o",
        COLOR["holds"],
        COLOR["holds"],
    ),
    "leak": ("recovered, and there without its cause, too", "o", "white", COLOR["holds"]),
    "setting": ("recovered; a setting or level, no finding", ".", COLOR["holds"], COLOR["holds"]),
    "closes": ("published counts agree", "s", COLOR["holds"], COLOR["holds"]),
    "fails": ("not recovered", "X", COLOR["fails"], COLOR["fails"]),
    "breaks": ("published counts do not agree", "P", COLOR["fails"], COLOR["fails"]),
    "open": ("not checkable, or no data", "$?$", COLOR["unknown"], COLOR["unknown"]),
}
EDGE = 1.5  # of the strip, in half widths of the range of agreement


def with_controls(card: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The scorecard with columns control ("0 of 20 in noreply"), control_found (median), survives, by_sign.

    `survives` says whether the claim is a leak, `by_sign` whether as one it would be closed by asking that the whole
    interval passes. `runs` are rows of one scale of `leaks.read_table`. Null for claims without a control.
    """
    rows = leaks.judged(runs)
    rows["control_text"] = [f"{row.holds} of {row.seeds} in {row.control}" for row in rows.itertuples()]
    median = runs.set_index(["id", "world"])["median"]
    rows["control_found"] = [median.get(pair) for pair in zip(rows["id"], rows["control"], strict=True)]
    rows["by_sign"] = ~rows["leak"] | leaks.closed_by_interval(rows)
    by_claim = rows.groupby("id").agg(
        control=("control_text", ", ".join),
        control_found=("control_found", "first"),
        survives=("leak", "any"),
        by_sign=("by_sign", "all"),
    )
    return card.join(by_claim, on="id")


def kind(row: pd.Series) -> str:
    """Which of MARKS stands for a claim."""
    holds = row["verdict"] in (words[0] for words in claims.VERDICTS.values())
    if not holds and row["verdict"] not in (words[1] for words in claims.VERDICTS.values()):
        return "open"
    if row["evidence"] == "arithmetic":
        return "closes" if holds else "breaks"
    if not holds:
        return "fails"
    if pd.isna(row["survives"]):
        return "setting"
    return "holds" if not row["survives"] else "interval" if row["by_sign"] and clear(row) else "leak"


def clear(row: pd.Series) -> bool:
    """Whether the whole interval of what was found lies in the range of agreement; not so without an interval."""
    inside = not (row["found_low"] < row["accepted_low"] or row["found_high"] > row["accepted_high"])
    return bool(pd.notna(row["found_low"]) and inside)


def overview(card: pd.DataFrame) -> pd.DataFrame:
    """How many claims of each notebook have each mark: index notebook, columns of MARKS."""
    marks = card.apply(kind, axis="columns") if len(card) else pd.Series(dtype=object)
    return pd.crosstab(card["notebook"], marks).reindex(columns=list(MARKS), fill_value=0)


def draw_overview(card: pd.DataFrame, ax: Axes) -> Axes:
    """Draw one mark for each claim, a row a notebook: the whole ledger at a glance."""
    if card.empty:
        return say_empty(ax, "No claims")
    counts = overview(card)
    for y, (_, row) in enumerate(counts.iterrows()):
        marks = np.repeat(list(MARKS), row)
        for x, mark in enumerate(marks):
            ax.plot(x, y, **_style(mark, 8))
    ax.set_yticks(range(len(counts)), [title(number) for number in counts.index])
    ax.set(ylim=(len(counts) - 0.4, -0.6), xlim=(-0.8, counts.sum(axis=1).max() + 0.3))
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    names = [mark for mark in MARKS if counts[mark].sum()]
    handles = [ax.plot([], [], linestyle="", **_style(mark, 8))[0] for mark in names]
    words = [f"{MARKS[mark][0]} ({counts[mark].sum()})" for mark in names]
    ax.legend(handles, words, loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=2)
    return ax


def title(number: int) -> str:
    """Number and name of a notebook: "02 bot detection"."""
    found = [path.stem.replace("_", " ") for path in (ROOT / "notebooks").glob(f"{number:02d}_*.ipynb")]
    return found[0] if found else f"{number:02d}"


def _style(mark: str, size: float) -> dict:
    _, marker, fill, edge = MARKS[mark]
    half = {"fillstyle": "left", "markerfacecoloralt": "white"} if mark == "interval" else {}
    return {"marker": marker, "color": fill, "markeredgecolor": edge, "markersize": size} | half


def positions(card: pd.DataFrame) -> pd.DataFrame:
    """Where found, found_low, found_high, published and control_found lie, in half widths of the range of agreement.

    From −1 to 1 is agreement where the range has two ends. Where it has one, that end is 0, and the largest distance
    from it of any of the values is 1. Columns as named, and band_low, band_high; cut off at ±EDGE.
    """
    values = card[["found", "found_low", "found_high", "published", "control_found"]].astype(float)
    low, high = card["accepted_low"], card["accepted_high"]
    two = low.notna() & high.notna()
    centre = ((low + high) / 2).where(two, low.fillna(high))
    reach = values.sub(centre, axis=0).abs().max(axis=1)
    half = ((high - low) / 2).where(two, reach)
    half = half.where(half > 0, reach.where(reach > 0, 1.0))
    placed = values.sub(centre, axis=0).div(half, axis=0).clip(-EDGE, EDGE)
    placed["band_low"] = np.where(two, (low - centre) / half, np.where(low.notna(), 0, -EDGE))
    placed["band_high"] = np.where(two, (high - centre) / half, np.where(high.notna(), 0, EDGE))
    return placed


COLUMNS = {"claim": 0.0, "range": 0.53, "paper": 0.625, "here": 0.70, "control": 0.855}
HEADS = {"range": "range", "paper": "the paper", "here": "found here", "control": "without its cause"}


def draw_claims(card: pd.DataFrame, ax: Axes) -> Axes:
    """Draw every claim as a line: mark, words, where it lies beside the range of agreement, and the values.

    In the column "range" the grey bar is agreement, the line the interval, the mark what was found, the tick what the
    paper says, and the ring what the control world shows.
    """
    if card.empty:
        return say_empty(ax, "No claims")
    text, kinds = claims.as_read(card), card.apply(kind, axis="columns").to_numpy()
    for column, x in COLUMNS.items():
        ax.text(x, -1, HEADS.get(column, column), weight="bold", va="center", fontsize=8)
    for y in range(len(card)):
        row = card.iloc[y]
        if y % 2 == 0:
            ax.axhspan(y - 0.5, y + 0.5, color=COLOR["stripe"], zorder=0, linewidth=0)
        words = {
            "claim": f"{row['notebook']:02d}  {shortened(row['claim'])}",
            "paper": text["paper"].iloc[y],
            "here": text["here"].iloc[y],
            "control": row["control"] if pd.notna(row["control"]) else "",
        }
        for column, word in words.items():
            if word:
                ax.text(COLUMNS[column], y, word, va="center", fontsize=7)
    _draw_ranges(positions(card), kinds, ax)
    _draw_marks(np.full(len(card), -0.012), kinds, 5.5, ax)
    ax.set(xlim=(-0.02, 1.01), ylim=(len(card) - 0.5, -1.6))
    ax.axis("off")
    return ax


def _draw_ranges(placed: pd.DataFrame, kinds: np.ndarray, ax: Axes) -> None:
    """The column "range" of all rows: every kind of mark at once, since single ones make a large file."""
    x = (COLUMNS["range"] + 0.04 + placed * 0.025).where(placed["found"].notna())
    y = np.arange(len(x))
    wide, point = (x["band_low"] != x["band_high"]).to_numpy(), (x["band_low"] == x["band_high"]).to_numpy()
    ax.hlines(
        y[wide], x["band_low"][wide], x["band_high"][wide], color=COLOR["agreed"], linewidth=6, zorder=1
    )
    ax.plot(
        x["band_low"][point], y[point], "|", color=COLOR["agreed"], markersize=8, markeredgewidth=3, zorder=1
    )
    known = x["found_low"].notna().to_numpy()
    ax.hlines(
        y[known], x["found_low"][known], x["found_high"][known], color=COLOR["ink"], linewidth=1, zorder=2
    )
    ring = {"color": "none", "markeredgecolor": COLOR["ink"], "markersize": 5, "markeredgewidth": 0.8}
    ax.plot(x["control_found"], y, "o", **ring)
    ax.plot(x["published"], y, "|", color=COLOR["paper"], markersize=8)
    _draw_marks(x["found"].to_numpy(), kinds, 4, ax)


def _draw_marks(x: np.ndarray, kinds: np.ndarray, size: float, ax: Axes) -> None:
    """The MARKS of all rows at their places; none where a place is NaN."""
    for mark in MARKS:
        rows = np.flatnonzero((kinds == mark) & ~np.isnan(x))
        ax.plot(x[rows], rows, linestyle="", **_style(mark, size))


def in_words(card: pd.DataFrame) -> str:
    """The scorecard in a sentence with its numbers: alternative text of its pictures."""
    if card.empty:
        return "Empty: no claims."
    counts = overview(card).sum()
    parts = [f"{counts[mark]} {words}" for mark, (words, *_) in MARKS.items() if counts[mark]]
    return f"{len(card)} published claims: {'; '.join(parts)}."


def words(card: pd.DataFrame, each: bool = False) -> dict[str, str]:
    """Title, alternative text and caption of the scorecard's pictures: the overview, or that of `each` claim."""
    counts, number = overview(card).sum(), len(card)
    gone = counts["holds"] + counts["interval"]
    what = (
        "Each claim with its mark, the article's value, what was found with its 95% interval, and what the world without "
        "its cause shows. In the column range: grey, agreement; tick, the article; ring, the control world."
        if each
        else "A mark for each claim, by the notebook that measures it."
    )
    return {
        "title": (
            f"Of {number} claims {gone} are recovered and gone without their cause; {counts['leak']} are there without it, too"
            if number
            else "No claims"
        ),
        "alt": in_words(card),
        "caption": f"{what} Shape and fill tell the marks apart. All sections of the article, and the press articles.",
    }
