"""Whether what was found agrees with what was said: by its value, by its interval, and without its cause.

Three questions, three columns of the scorecard (`point`, `interval`, `control`); the verdict says them in
words. A claim is a row of `claims.claims()`, whose bounds follow from its rule (`ranges`).
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import pandas as pd
from scipy.stats import binomtest

from helpers.figures import captions
from helpers.study import REFERENCE

CONTROLS = REFERENCE / "controls.csv"
CHANCE = 0.1  # of the seeds: a claim may hold where it must not, 2 in 20
SURE = 0.05  # an order holds in half of all worlds by chance; that it held so often must be rarer than this
ENOUGH = 0.9  # of the specifications of a multiverse: a finding that holds in fewer hangs on a choice
ADDED = "angry"  # the world with an effect that the base world lacks: of claims whose control is "base"
ORDERS = ("more", "fewer")  # rules that chance alone meets in half of all worlds
OPEN = (*ORDERS, "majority", "at_least", "at_most")  # rules that state a side, and no value
JUDGED = ("finding", "beside")  # kinds of claims that have a verdict; calibration and settings have none
UNCHECKED = "not checkable"


def agrees(claim: pd.Series, value: float, low: float = math.nan, high: float = math.nan) -> bool:
    """Whether what was found lies in the range that the claim's rule gives; False for NaN.

    No difference is neither more nor fewer. For the rule `no_difference` the interval decides: it must hold
    the value that means none.
    """
    if claim["rule"] == "no_difference":
        return bool(low <= claim["low"] <= high)
    if claim["rule"] in ORDERS:
        return bool(value > claim["low"] or value < claim["high"])  # the bound that is open is NaN
    return bool(math.isfinite(value)) and not (value < claim["low"] or value > claim["high"])


def within(claim: pd.Series, low: float, high: float) -> bool:
    """Whether a whole interval lies in the range that the claim's rule gives."""
    return agrees(claim, low, low, high) and agrees(claim, high, low, high)


def supports(claim: pd.Series, low: float, high: float) -> bool | None:
    """Whether the whole interval reads as the claim, or holds the printed value; None without an interval."""
    if math.isnan(low) or math.isnan(high):
        return None
    return within(claim, low, high) or holds_printed(claim, low, high)


def holds_printed(claim: pd.Series, low: float, high: float) -> bool:
    """Whether an interval holds the printed value, or meets the printed range; False where none is stated."""
    if claim["rule"] in OPEN:
        return False
    first, last = claim["published"], claim["published_to"]
    return bool(low <= (first if pd.isna(last) else last) and high >= first)


def interval_in_words(claim: pd.Series, low: float, high: float) -> str:
    """What an interval says of a claim: "within the range", "holds the printed value" …; or nothing."""
    if math.isnan(low) or math.isnan(high):
        return ""
    inside = within(claim, low, high)
    if claim["rule"] == "no_difference":
        return f"{'holds' if inside else 'excludes'} no difference"
    place = "within the range" if inside else "reaches beyond the range"
    if pd.isna(claim["published"]) or claim["rule"] in OPEN:
        return place
    printed = "holds" if holds_printed(claim, low, high) else "excludes"
    return f"{place}, {printed} the printed value"


@cache
def read_controls(path: Path = CONTROLS) -> pd.DataFrame:
    """The table of the shipped runs: columns as of `helpers.world.measure.summarise`."""
    table = pd.read_csv(path, keep_default_na=False, na_values="")
    return table.astype({"holds": "Int64", "clear": "Int64"})


def in_worlds(rows: pd.DataFrame) -> pd.Series:
    """In how many worlds the claims of `judged` hold all the same: "0 of 20 in noreply"; the sign, too, where
    that alone makes a leak.
    """
    by_sign = rows["leak"] & (rows["clear"] <= CHANCE * rows["seeds"])
    sign = (", by its sign in " + rows["holds"].astype(str)).where(by_sign, "")
    return rows["clear"].astype(str) + " of " + rows["seeds"].astype(str) + " in " + rows["control"] + sign


def largest_scale(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the scale at which most worlds were drawn."""
    worlds = table.groupby("scale")["world"].nunique()
    return table[table["scale"] == worlds.idxmax()] if len(table) else table


def allowed(seeds: int) -> float:
    """In what share of all worlds a claim may still hold that held in none of so many: the upper end of a
    one-sided interval of 95 percent (Clopper & Pearson 1934). 20 seeds: .14.
    """
    return 1 - 0.05 ** (1 / seeds)


def is_leak(rule: str, holds: int, clear: int, seeds: int) -> bool:
    """Whether a claim survives worlds without its cause: in so many of the seeds it holds by its value, in so
    many (`clear`) its whole interval supports it.

    More than CHANCE of them is a leak. An order (more, fewer) holds in half of the worlds by its sign alone;
    it leaks as well where the sign is there more often than chance has it.
    """
    if rule in ORDERS and binomtest(int(holds), int(seeds), 0.5, alternative="greater").pvalue < SURE:
        return True
    return bool(clear > CHANCE * seeds)


def judged(ledger: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Each claim that has a control beside the world where its cause is: one row a claim and control.

    In: claims, and rows of one scale of `read_controls`. Columns id, claim, control, seeds, planted,
    planted_clear, holds, clear (in how many seeds it holds by its value, and its whole interval supports it,
    where its cause is and in the control), median (found in the control), leak, better (what to look at).
    """
    ledger = ledger[ledger["rule"].notna() & ledger["control"].notna()]
    pairs = ledger.assign(control=ledger["control"].str.split()).explode("control").reset_index()
    pairs["world"] = pairs["control"].map({"base": ADDED}).fillna("base")
    counts = table[["id", "world", "seeds", "holds", "clear", "median"]]
    there = counts.rename(columns={"holds": "planted", "clear": "planted_clear"})
    gone = counts.rename(columns={"world": "control"})
    rows = pairs[["id", "claim", "rule", "world", "control", "better"]].merge(gone, on=["id", "control"])
    rows = rows.merge(there.drop(columns=["seeds", "median"]), on=["id", "world"], how="left")
    rows["clear"] = rows["clear"].fillna(rows["holds"])  # where there is no interval the value is all
    leaks = [is_leak(*row) for row in rows[["rule", "holds", "clear", "seeds"]].itertuples(index=False)]
    columns = ["id", "claim", "control", "seeds", "planted", "planted_clear", "holds", "clear", "median"]
    return rows.assign(leak=pd.Series(leaks, rows.index, dtype=bool))[[*columns, "leak", "better"]]


def mark(row: pd.Series) -> str:
    """Which of the verdicts a row of the scorecard has: "holds", "leak" …, a key of captions/scorecard.toml.

    From its columns kind, found, point, supports, leak; `leak` is null for a claim without a control.
    """
    if row["kind"] not in JUDGED:
        return "open" if row["kind"] == UNCHECKED else "set"
    if pd.isna(row["found"]):
        return "open"
    if not row["point"]:
        return "fails"
    if row["supports"] is False:
        return "reaches"
    return "untested" if pd.isna(row["leak"]) else "leak" if row["leak"] else "holds"


def words(synthetic: bool) -> dict[str, str]:
    """What each mark says, of synthetic or of real data (captions/scorecard.toml)."""
    return captions()["marks_synthetic" if synthetic else "marks_real"]
