"""The ledger of claims is whole: every row can be judged, and says where it must fail."""

import re

import pandas as pd
import pytest

from helpers.claims import NOT_CHECKABLE, claims
from helpers.study import REFERENCE, ROOT
from helpers.world.controls import VARIANTS

LEDGER = claims().reset_index()
NOTEBOOKS = [int(path.stem[:2]) for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")]
CHECKABLE, RECOVERY = LEDGER["evidence"] != NOT_CHECKABLE, LEDGER["evidence"] == "recovery"
TEST = LEDGER[["test", "low", "high"]].notna()


def sources() -> set[str]:
    """The sources that the README of the reference data explains."""
    (row,) = re.findall(r"^\| `source` \|.*$", (REFERENCE / "README.md").read_text("utf-8"), re.M)
    return set(re.findall(r"`(\w+)`", row)) - {"source"}


def of_unknown_control(names: str) -> bool:
    """`none` stands alone; every other name is that of a world."""
    return not (set(names.split()) <= set(VARIANTS) or names == "none")


def out_of_its_own_bounds() -> pd.Series:
    """What the paper itself says must pass its own test."""
    value = LEDGER["published"].where(LEDGER["test"] == "range", 1.0)
    outside = (value < LEDGER["low"]) | (value > LEDGER["high"])
    return (LEDGER["source"] == "paper") & outside


OFFENDING = {
    "an id stands twice": LEDGER["id"].duplicated(),
    "no notebook": ~LEDGER["notebook"].isin(NOTEBOOKS),
    "unknown evidence": ~LEDGER["evidence"].isin(["recovery", NOT_CHECKABLE]),
    "a source that the README does not explain": ~LEDGER["source"].isin(sources()),
    "no words": LEDGER[["section", "claim"]].isna().any(axis=1),
    "no unit of a value": (CHECKABLE | LEDGER["published"].notna()) & LEDGER["unit"].isna(),
    "no test": CHECKABLE & ~LEDGER["test"].isin(["ratio", "range"]),
    "no bounds": CHECKABLE & ~TEST[["low", "high"]].any(axis=1),
    "bounds or test of what cannot be checked": ~CHECKABLE & TEST.any(axis=1),
    "no reason": LEDGER["why"].fillna("").str.len() < 16,
    "crossed bounds": LEDGER["low"] > LEDGER["high"],
    "a ratio to nothing": (LEDGER["test"] == "ratio") & ~(LEDGER["published"].abs() > 0),
    "a range upside down": LEDGER["published_to"].notna() & ~(LEDGER["published"] < LEDGER["published_to"]),
    "a recovery without control": RECOVERY & LEDGER["control"].isna(),
    "a control of nothing": ~RECOVERY & LEDGER["control"].notna(),
    "an unknown control": LEDGER["control"].fillna("none").map(of_unknown_control),
    "an unknown better claim": LEDGER["better"].notna() & ~LEDGER["better"].isin(LEDGER["id"]),
    "published out of its own bounds": out_of_its_own_bounds(),
}


@pytest.mark.parametrize("what", OFFENDING)
def test_no_row_of_the_ledger_has(what):
    assert LEDGER.loc[OFFENDING[what], "id"].tolist() == []
