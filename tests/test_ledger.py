"""The ledger of claims is whole: every row can be judged, or says why it is not, and where it must fail."""

import re

import pytest

from helpers import verdicts
from helpers.claims import claims
from helpers.ranges import rules
from helpers.scorecard import KINDS
from helpers.study import REFERENCE, ROOT
from helpers.world.controls import VARIANTS

LEDGER = claims().reset_index()
NOTEBOOKS = [int(path.stem[:2]) for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")]
CHECKABLE, JUDGED = LEDGER["kind"] != verdicts.UNCHECKED, LEDGER["kind"].isin(verdicts.JUDGED)
PRINTED = LEDGER["rule"].map(rules()["test"]).isin(["add", "times", "digits"])


def sources() -> set[str]:
    """The sources that the README of the reference data explains."""
    (row,) = re.findall(r"^\| `source` \|.*$", (REFERENCE / "README.md").read_text("utf-8"), re.M)
    return set(re.findall(r"`(\w+)`", row)) - {"source"}


def among(names, known: set[str]):
    """Of which rows all names, with blanks between them, are known."""
    return names.map(lambda row: {*row.split()} <= known)


OFFENDING = {
    "an id stands twice": LEDGER["id"].duplicated(),
    "no notebook": ~LEDGER["notebook"].isin(NOTEBOOKS),
    "an unknown kind": ~LEDGER["kind"].isin(list(KINDS)),
    "a source that the README does not explain": ~among(LEDGER["source"].str.replace(",", ""), sources()),
    "no section, claim or words": LEDGER[["section", "claim", "words"]].isna().any(axis=1),
    "no unit of a value": (CHECKABLE | LEDGER["published"].notna()) & LEDGER["unit"].isna(),
    "no rule, or one of what is not judged": LEDGER["rule"].notna() != JUDGED,
    "an unknown rule": JUDGED & ~LEDGER["rule"].isin(rules().index),
    "no printed value where the rule needs one": PRINTED & LEDGER["published"].isna(),
    "no range": JUDGED & LEDGER[["low", "high"]].isna().all(axis=1),
    "crossed bounds": LEDGER["low"] > LEDGER["high"],
    "a printed range upside down": LEDGER["published"] >= LEDGER["published_to"],
    "a finding that is ours": (LEDGER["kind"] == "finding") & (LEDGER["source"] == "ours"),
    "a finding without control": (LEDGER["kind"] == "finding") & LEDGER["control"].isna(),
    "a control of what cannot be checked": ~CHECKABLE & LEDGER["control"].notna(),
    "an unknown control": ~among(LEDGER["control"].fillna("base"), {*VARIANTS}),
    "an unknown better claim": LEDGER["better"].notna() & ~LEDGER["better"].isin(LEDGER["id"]),
    "a printed value below its own range": LEDGER["published"] < LEDGER["low"],
    "a printed value above its own range": LEDGER["published"] > LEDGER["high"],
}


@pytest.mark.parametrize("what", OFFENDING)
def test_no_row_of_the_ledger_has(what):
    assert LEDGER.loc[OFFENDING[what], "id"].tolist() == []
