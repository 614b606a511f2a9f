"""The range in which a number still reads as printed, by rule."""

import pandas as pd
import pytest

from helpers import ranges
from helpers.claims import claims
from helpers.study import ROOT

RANGES = pd.read_csv(ROOT / "tests" / "data" / "ranges.csv")


@pytest.mark.parametrize("row", list(RANGES.itertuples(index=False)), ids=RANGES["rule"])
def test_a_rule_and_a_printed_value_make_a_range(row):
    found = ranges.accepted(row.rule, row.printed, row.to, row.unit)
    assert found == pytest.approx((row.low, row.high), nan_ok=True)


def test_an_unknown_rule_is_refused():
    with pytest.raises(KeyError):
        ranges.accepted("roughly", 1)


def test_half_of_the_last_printed_digit():
    halves = {12_600_000: 50_000, 2_780_000: 5_000, 400_000: 50_000, 50_000: 0, 2_330_252: 0, 7_183: 0}
    assert {count: ranges.half_a_digit(count, "accounts") for count in halves} == halves
    assert ranges.half_a_digit(4.25, "ratio") == pytest.approx(0.005)
    assert ranges.QUOTIENTS & set(claims()["unit"])  # units as claims.csv writes them
