"""The range in which a number still reads as printed, by rule."""

import numpy as np
import pytest

from helpers import ranges
from helpers.claims import claims

NAN = np.nan


@pytest.mark.parametrize(("rule", "printed", "to", "unit", "expected"), [
    ("exact", 50_000, NAN, "accounts", (50_000, 50_000)),
    ("printed", 0.367, NAN, "share", (0.3665, 0.3675)),
    ("printed", 0.3, NAN, "share", (0.295, 0.305)),  # 30 %
    ("printed", 4, NAN, "ratio", (3.5, 4.5)),
    ("printed", 12_600_000, NAN, "tweets", (12_550_000, 12_650_000)),
    ("about", 0.6, NAN, "share", (0.54, 0.66)),
    ("about", 0.02, NAN, "share", (0.015, 0.025)),  # what rounds to 2 % is more than a tenth
    ("about", 0.23, 0.27, "share", (0.207, 0.297)),
    ("fold", 4, NAN, "ratio", (3.5, 4.5)),
    ("magnitude", 10, NAN, "ratio", (5, 20)),
    ("range", 5000, 10_000, "tweets an hour", (5000, 10_000)),
    ("at_least", 0.95, NAN, "share", (0.95, NAN)),
    ("at_most", 0.005, NAN, "share", (NAN, 0.005)),
    ("more", NAN, NAN, "ratio", (1, NAN)),
    ("fewer", NAN, NAN, "chance", (NAN, 0.5)),
    ("no_difference", NAN, NAN, "points of S", (0, 0)),
    ("majority", NAN, NAN, "share", (0.5, NAN)),
    ("almost_none", NAN, NAN, "share", (NAN, 0.05)),
    ("almost_all", 1, NAN, "share", (0.95, NAN)),
    ("some", NAN, NAN, "share", (0.05, NAN)),
    ("chance", NAN, NAN, "share", (NAN, 0.05)),
    ("significant", NAN, NAN, "standard errors", (1.96, NAN)),
])  # fmt: skip
def test_a_rule_and_a_printed_value_make_a_range(rule, printed, to, unit, expected):
    assert ranges.accepted(rule, printed, to, unit) == pytest.approx(expected, nan_ok=True)


def test_an_unknown_rule_is_refused():
    with pytest.raises(KeyError):
        ranges.accepted("roughly", 1)


def test_half_of_the_last_printed_digit():
    halves = {12_600_000: 50_000, 2_780_000: 5_000, 400_000: 50_000, 50_000: 0, 2_330_252: 0, 7_183: 0}
    assert {count: ranges.half_a_digit(count, "accounts") for count in halves} == halves
    assert ranges.half_a_digit(4.25, "ratio") == pytest.approx(0.005)
    assert ranges.QUOTIENTS & set(claims()["unit"])  # units as claims.csv writes them
