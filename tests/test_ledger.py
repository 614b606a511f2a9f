"""The ledger of claims is whole: every row can be judged, is measured somewhere, and says where it must fail.

A check takes the ledger (and what else it needs) and returns the ids of the rows that offend. Each is tried twice: on
a good row that was spoilt by hand, which it must name, and on `claims.csv`, where it must name none.
"""

import re

import pandas as pd
import pytest

from helpers.claims import NOT_CHECKABLE, claims
from helpers.study import REFERENCE, ROOT
from helpers.world.controls import VARIANTS

NOTEBOOKS = [int(path.stem[:2]) for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")]
EVIDENCE = {"arithmetic", "recovery", NOT_CHECKABLE}
BOUNDS = ["low", "high"]


def sources() -> set[str]:
    """The sources that the README of the reference data explains."""
    (row,) = (line for line in readme() if line.startswith("| `source` |"))
    return set(re.findall(r"`(\w+)`", row)) - {"source"}


def readme() -> list[str]:
    return (REFERENCE / "README.md").read_text(encoding="utf-8").splitlines()


def ids(rows: pd.DataFrame) -> list[str]:
    return rows["id"].tolist()


# ── Checks of rows ───────────────────────────────────────────────────────────────────────────────────────────


def named_twice(ledger):
    return ids(ledger[ledger["id"].duplicated()])


def without_notebook(ledger):
    return ids(ledger[~ledger["notebook"].isin(NOTEBOOKS)])


def of_unknown_evidence(ledger):
    return ids(ledger[~ledger["evidence"].isin(EVIDENCE)])


def of_unknown_source(ledger):
    return ids(ledger[~ledger["source"].isin(sources())])


def without_words(ledger):
    return ids(ledger[ledger[["section", "claim"]].isna().any(axis=1)])


def without_unit(ledger):
    """A claim that is not checkable needs a unit only for a value."""
    needed = (ledger["evidence"] != NOT_CHECKABLE) | ledger["published"].notna()
    return ids(ledger[needed & ledger["unit"].isna()])


def without_test(ledger):
    return ids(ledger[checkable(ledger) & ~ledger["test"].isin(["ratio", "range"])])


def without_bounds(ledger):
    return ids(ledger[checkable(ledger) & ledger[BOUNDS].isna().all(axis=1)])


def without_reason(ledger):
    return ids(ledger[ledger["why"].fillna("").str.len() < 16])


def with_crossed_bounds(ledger):
    return ids(ledger[ledger["low"] > ledger["high"]])


def ratio_to_nothing(ledger):
    """A ratio is taken to the published value, so there must be one."""
    return ids(ledger[(ledger["test"] == "ratio") & ~(ledger["published"].abs() > 0)])


def with_a_range_upside_down(ledger):
    return ids(ledger[ledger["published_to"].notna() & ~(ledger["published"] < ledger["published_to"])])


def bounds_without_test(ledger):
    spare = ledger[["test", *BOUNDS]].notna().any(axis=1)
    return ids(ledger[(ledger["evidence"] == NOT_CHECKABLE) & spare])


def without_control(ledger):
    return ids(ledger[(ledger["evidence"] == "recovery") & ledger["control"].isna()])


def control_of_nothing(ledger):
    return ids(ledger[(ledger["evidence"] != "recovery") & ledger["control"].notna()])


def of_unknown_control(ledger):
    """`none` stands alone; every other name is that of a world."""
    known = [
        set(names.split()) <= set(VARIANTS) or names == "none" for names in ledger["control"].fillna("none")
    ]
    return ids(ledger[[not one for one in known]])


def better_unknown(ledger):
    return ids(ledger[ledger["better"].notna() & ~ledger["better"].isin(ledger["id"])])


def published_out_of_bounds(ledger):
    """What the paper itself says must pass its own test."""
    value = ledger["published"].where(ledger["test"] == "range", 1.0)
    outside = (value < ledger["low"]) | (value > ledger["high"])
    return ids(ledger[(ledger["source"] == "paper") & outside])


def checkable(ledger):
    return ledger["evidence"] != NOT_CHECKABLE


GOOD = {
    "id": "a", "notebook": 1, "section": "Methodology", "source": "paper", "evidence": "recovery", "claim": "Tweets",
    "unit": "tweets", "published": 5.0, "published_to": None, "test": "range", "low": 4.0, "high": 6.0,
    "why": "Four to six, as it were.", "control": "null nobots", "better": None,
}  # fmt: skip
UNCHECKED = {"evidence": NOT_CHECKABLE, "test": None, "low": None, "high": None, "control": None}
SUM = {"evidence": "arithmetic", "control": None}

SPOILT = [
    (without_notebook, {"notebook": 99}),
    (of_unknown_evidence, {"evidence": "hearsay"}),
    (of_unknown_source, {"source": "somebody"}),
    (without_words, {"claim": None}),
    (without_unit, {"unit": None}),
    (without_unit, UNCHECKED | {"unit": None}),  # it has a published value
    (without_test, {"test": None}),
    (without_test, SUM | {"test": "about"}),
    (without_bounds, {"low": None, "high": None}),
    (without_reason, {"why": None}),
    (without_reason, UNCHECKED | {"why": "No."}),
    (with_crossed_bounds, {"low": 7.0}),
    (ratio_to_nothing, {"test": "ratio", "published": None}),
    (ratio_to_nothing, {"test": "ratio", "published": 0.0}),
    (with_a_range_upside_down, {"published_to": 5.0}),
    (bounds_without_test, UNCHECKED | {"low": 4.0}),
    (bounds_without_test, UNCHECKED | {"test": "range"}),
    (without_control, {"control": None}),
    (control_of_nothing, SUM | {"control": "null"}),
    (control_of_nothing, UNCHECKED | {"control": "none"}),
    (of_unknown_control, {"control": "nul"}),
    (of_unknown_control, {"control": "none null"}),
    (better_unknown, {"better": "b"}),
    (published_out_of_bounds, {"published": 7.0}),
    (published_out_of_bounds, {"test": "ratio"}),  # 4 to 6 times the published value
]
CHECKS = [named_twice, *dict.fromkeys(check for check, _ in SPOILT)]


def rows(*changes: dict) -> pd.DataFrame:
    table = pd.DataFrame([GOOD | change for change in changes])
    return table.astype(dict.fromkeys(["published", "published_to", *BOUNDS], float))


def named(check) -> str:
    return check.__name__


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_the_ledger_is_whole(check):
    assert check(claims().reset_index()) == []


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_good_rows_pass(check):
    unit = {"unit": None, "published": None}
    assert (
        check(rows({}, {"id": "b", "better": "a"}, {"id": "c"} | SUM, {"id": "d"} | UNCHECKED | unit)) == []
    )


@pytest.mark.parametrize(("check", "change"), SPOILT)
def test_a_spoilt_row_is_named(check, change):
    assert check(rows({"id": "spoilt"} | change)) == ["spoilt"]


def test_an_id_that_stands_twice_is_named():
    assert named_twice(rows({}, {"id": "b"}, {})) == ["a"]
