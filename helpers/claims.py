"""The published claims, what was measured of each, and the verdict.

`data/reference/claims.csv` is the only place where the paper's values stand. A notebook takes one with
`published`, states what it measured with `record`, and `scorecard` sets both side by side. Columns:

id, notebook, section (of the paper), source, evidence ("arithmetic": follows from published counts alone;
"recovery": measured in the study's tweets; "not checkable": neither), claim (in our words), unit, published
and published_to (the value, or both ends of a published range), test ("ratio": found / published lies in
[low, high]; "range": found lies in [low, high]), low, high (empty: no bound), why (the reason for these
bounds), control, better. A claim that is not checkable has neither test nor bounds; its `why` says what is
lacking.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from helpers.study import REFERENCE, Study, current_study

CONTROLS = REFERENCE / "controls.csv"
MEASURED = ["found", "found_low", "found_high"]

VERDICTS = {  # evidence, or kind of study -> words for (holds, does not hold)
    "arithmetic": ("closes", "does not close"),
    "synthetic": ("recovered", "not recovered"),
    "real": ("as in the paper", "differs"),
}
NO_DATA = "not enough data"
NOT_RUN = "not measured yet"
NOT_CHECKABLE = "not checkable"  # as evidence, and as the verdict that follows from it


@cache
def claims(path: Path = REFERENCE / "claims.csv") -> pd.DataFrame:
    """All published claims, indexed by id. Only an empty cell is missing: "null" is the name of a world."""
    return pd.read_csv(path, index_col="id", keep_default_na=False, na_values=[""])


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
    """Whether a measured value passes the claim's test; not asked of a claim that is not checkable."""
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


def compare(found: Mapping[str, float] | pd.Series) -> pd.DataFrame:
    """Values beside the paper's, for trying things out: they are judged, but not recorded.

    In: claim id -> value. Index id, columns claim, paper, here, verdict. Raises KeyError on an unknown id.
    """
    found = dict(found)
    rows = {claim_id: _claim(claim_id) for claim_id in found}
    return pd.DataFrame(
        {
            "claim": {key: row["claim"] for key, row in rows.items()},
            "paper": {key: paper_value(row) for key, row in rows.items()},
            "here": {
                key: in_words(found[key], row["unit"]) if pd.notna(found[key]) else "–"
                for key, row in rows.items()
            },
            "verdict": {
                key: verdict(row, found[key], current_study().synthetic) for key, row in rows.items()
            },
        }
    )


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
    """The scorecard for readers: claim, paper, here, verdict, in words; and the control where the card has it."""
    words = pd.DataFrame(
        {
            "where": card["section"],
            "claim": card["claim"],
            "unit": card["unit"],
            "paper": [paper_value(row) for _, row in card.iterrows()],
            "here": [found_value(row) for _, row in card.iterrows()],
            "verdict": card["verdict"],
        }
    )
    if "control" in card:
        words.insert(5, "without its cause", card["control"].fillna("–"))
    return words


def in_sentence(card: pd.DataFrame) -> str:
    """The scorecard in one sentence: how many claims there are, and how many have each verdict."""
    counts = card["verdict"].value_counts()
    return f"{len(card)} published claims: " + ", ".join(f"{n} {name}" for name, n in counts.items()) + "."
