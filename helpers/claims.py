"""The published claims, what was measured of each, and the verdict.

`data/reference/claims.csv` is the only place where the paper's values stand. A notebook takes one with
`published`, states what it measured with `record`, and `scorecard` sets both side by side. Columns:

id, notebook, section (of the paper), evidence ("arithmetic": follows from published counts alone;
"recovery": measured in the study's tweets; "not checkable": neither, and `why` says why), claim (in our words), unit, published and published_to (the
value, or both ends of a published range), test ("ratio": found / published lies in [low, high]; "range":
found lies in [low, high]), low, high (empty: no bound), why (the reason for these bounds).
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from helpers.figures import COLOR, say_empty
from helpers.study import REFERENCE, Study, current_study

MEASURED = ["found", "found_low", "found_high"]

VERDICTS = {  # evidence, or kind of study -> words for (holds, does not hold)
    "arithmetic": ("closes", "does not close"),
    "synthetic": ("recovered", "not recovered"),
    "real": ("as in the paper", "differs"),
}
NO_DATA = "not enough data"
NOT_RUN = "not measured yet"
NOT_CHECKABLE = "not checkable"  # both the evidence and the verdict: a claim that no notebook records


@cache
def claims(path: Path = REFERENCE / "claims.csv") -> pd.DataFrame:
    """All published claims, indexed by id."""
    return pd.read_csv(path, index_col="id")


def published(claim_id: str) -> float:
    """The paper's value of a claim (the lower end where it gives a range). Raises KeyError on an unknown id."""
    return float(_claim(claim_id)["published"])


def _claim(claim_id: str) -> pd.Series:
    try:
        return claims().loc[claim_id]
    except KeyError:
        raise KeyError(f"{REFERENCE / 'claims.csv'} has no claim '{claim_id}'") from None


def record(claim_id: str, value: float | None, low: float | None = None, high: float | None = None) -> None:
    """State what the open study shows of a claim, with an interval [low, high] where there is one.

    None or NaN says that the study has too little data for it. Written to the study's claims folder, one
    file a claim; recording again replaces it. Raises KeyError if claims.csv has no such claim.
    """
    _claim(claim_id)
    found = dict(zip(MEASURED, (_number(v) for v in (value, low, high)), strict=True))
    path = current_study().out / "claims" / f"{claim_id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"id": claim_id} | found) + "\n", encoding="utf-8")


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def holds(claim: pd.Series, found: float) -> bool:
    """Whether a measured value passes the claim's test."""
    value = found / claim["published"] if claim["test"] == "ratio" else found
    return not (value < claim["low"] or value > claim["high"])  # a missing bound is NaN and compares False


def verdict(claim: pd.Series, found: float | None, synthetic: bool) -> str:
    """The verdict in words; which words depends on the kind of evidence and of study."""
    if claim["evidence"] == NOT_CHECKABLE:
        return NOT_CHECKABLE
    if found is None or not math.isfinite(found):
        return NO_DATA
    kind = "arithmetic" if claim["evidence"] == "arithmetic" else "synthetic" if synthetic else "real"
    yes, no = VERDICTS[kind]
    return yes if holds(claim, found) else no


def scorecard(study: Study, notebook: str | None = None) -> pd.DataFrame:
    """Every claim (of one notebook, by number, or of all) beside what the study shows.

    Columns of claims.csv without `test`, `low`, `high`, `why`, and: accepted_low, accepted_high (bounds on
    the found value, in the claim's unit), found, found_low, found_high, verdict.
    """
    table = claims()
    if notebook:
        table = table[table["notebook"] == int(notebook)]
    found = pd.DataFrame([_recorded(study, claim_id) for claim_id in table.index], index=table.index)
    scale = table["published"].where(table["test"] == "ratio", 1.0)
    card = table[["notebook", "section", "evidence", "claim", "unit", "published", "published_to"]].copy()
    card["accepted_low"], card["accepted_high"] = table["low"] * scale, table["high"] * scale
    card[MEASURED] = found[MEASURED].astype(float)
    card["verdict"] = [
        verdict(claim, found.loc[claim_id, "found"], study.synthetic)
        if found.loc[claim_id, "measured"] or claim["evidence"] == NOT_CHECKABLE
        else NOT_RUN
        for claim_id, claim in table.iterrows()
    ]
    return card.reset_index()


def _recorded(study: Study, claim_id: str) -> dict:
    path = study.out / "claims" / f"{claim_id}.json"
    if not path.exists():
        return dict.fromkeys(MEASURED) | {"measured": False}
    return json.loads(path.read_text(encoding="utf-8")) | {"measured": True}


def paper_value(row: pd.Series) -> str:
    """The published value as a reader would write it: "14.4 %", "5,000 to 10,000 tweets an hour", "–" if none."""
    ends = [in_words(row[end], row["unit"]) for end in ("published", "published_to") if pd.notna(row[end])]
    return " to ".join(ends) or "–"


def found_value(row: pd.Series) -> str:
    """The measured value with its interval, in the same form."""
    if pd.isna(row["found"]):
        return "–"
    text = in_words(row["found"], row["unit"])
    if pd.isna(row["found_low"]):
        return text
    return f"{text} ({in_words(row['found_low'], row['unit'])} to {in_words(row['found_high'], row['unit'])})"


def in_words(value: float, unit: str) -> str:
    """A value for reading: shares in percent, counts with thousands separators or in millions."""
    if unit == "share":
        return f"{value:.1%}"
    if abs(value) >= 1e6:
        return f"{value / 1e6:.2f} M"
    if abs(value) >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.2f}"


def as_read(card: pd.DataFrame) -> pd.DataFrame:
    """The scorecard for readers: claim, paper, here, verdict, in words."""
    return pd.DataFrame(
        {
            "where": card["section"],
            "claim": card["claim"],
            "unit": card["unit"],
            "paper": [paper_value(row) for _, row in card.iterrows()],
            "here": [found_value(row) for _, row in card.iterrows()],
            "verdict": card["verdict"],
        }
    )


MARKS = {  # verdict -> marker, fill; shape and fill tell them apart without colour
    "recovered": ("o", COLOR["human"]),
    "as in the paper": ("o", COLOR["human"]),
    "closes": ("s", COLOR["human"]),
    "not recovered": ("X", COLOR["mark"]),
    "differs": ("X", COLOR["mark"]),
    "does not close": ("X", COLOR["mark"]),
    NO_DATA: ("_", COLOR["unknown"]),
    NOT_RUN: ("_", COLOR["unknown"]),
    NOT_CHECKABLE: ("_", COLOR["unknown"]),
}


def draw_scorecard(card: pd.DataFrame, ax: Axes) -> Axes:
    """Draw every claim as a line of text with the paper's value, the found value and the verdict's mark."""
    if card.empty:
        return say_empty(ax, "No claims")
    text, height = as_read(card), len(card)
    columns = {"paper": 0.52, "here": 0.63, "verdict": 0.875}
    for column, x in {"claim": 0.0, **columns}.items():
        ax.text(
            x,
            -0.9,
            {"paper": "the paper", "here": "found here"}.get(column, column),
            weight="bold",
            va="center",
        )
    for y, (_, row) in enumerate(text.iterrows()):
        marker, color = MARKS[row["verdict"]]
        if y % 2 == 0:
            ax.axhspan(y - 0.5, y + 0.5, color="#F5F5F5", zorder=0)
        ax.text(0.0, y, f"{card['notebook'].iloc[y]:02d}  {row['claim']}", va="center", fontsize=8.5)
        for column, x in columns.items():
            ax.text(
                x,
                y,
                row[column],
                va="center",
                fontsize=8.5,
                color=color if column == "verdict" else COLOR["ink"],
            )
        ax.plot([0.86], [y], marker=marker, color=color, markersize=7, clip_on=False)
    ax.set(xlim=(-0.01, 1.02), ylim=(height - 0.5, -1.5))
    ax.axis("off")
    return ax


def in_sentence(card: pd.DataFrame) -> str:
    """The scorecard in one sentence: how many claims there are, and how many have each verdict."""
    counts = card["verdict"].value_counts()
    return f"{len(card)} published claims: " + ", ".join(f"{n} {name}" for name, n in counts.items()) + "."
