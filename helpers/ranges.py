"""What still reads as a printed value, by rule: the range of agreement follows from the words and the digits.

The rules stand in `data/reference/rules.csv`, one row a rule: rule (its name), test, low, high, words (when
it applies). They know no measured value; a claim names its rule. What low and high are depends on the test:
"add" (added to the printed value, or to the ends of a printed range), "times" (factors of it), "digits"
(shares of it, but at least half of its last printed digit), "none" (added to no difference) and "bounds" (the
range itself). Empty is open.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import numpy as np
import pandas as pd

from helpers.study import REFERENCE

NO_DIFFERENCE = {"ratio": 1.0, "chance": 0.5}  # by unit; of all others it is 0
QUOTIENTS = {"share", "ratio", "log ratio", "chance", "correlation", "score", "points of S", "tweets a day"}


@cache
def rules() -> pd.DataFrame:
    """All rules, by name: columns test, low, high, words."""
    return pd.read_csv(REFERENCE / "rules.csv", index_col="rule")


def accepted(
    rule: str, published: float = np.nan, published_to: float = np.nan, unit: str = ""
) -> tuple[float, float]:
    """The range that reads as the printed value, by a rule: (low, high); NaN where it is open.

    `published_to` is the other end of a printed range. Ends belong to the range, except those of "more" and
    "fewer", since no difference is neither. Raises KeyError on an unknown rule.
    """
    test, low, high, _ = rules().loc[rule]
    last = published if pd.isna(published_to) else published_to
    nothing = NO_DIFFERENCE.get(unit, 0.0)
    ends = {
        "add": lambda: (published + low, last + high),
        "times": lambda: (published * low, last * high),
        "digits": lambda: (
            published - max(half_a_digit(published, unit), abs(published) * low),
            last + max(half_a_digit(last, unit), abs(last) * high),
        ),
        "none": lambda: (nothing + low, nothing + high),
        "bounds": lambda: (low, high),
    }
    return tuple(map(float, ends[test]()))


def half_a_digit(value: float, unit: str = "") -> float:
    """Half of the last printed digit: 50,000 for 12.6 million tweets, 0.05 for 4.2 to one, 0.005 for 30 %.

    Counts are rounded to their last digit that is not 0; those below 100,000, and larger ones with all their
    digits, are exact. Shares are printed to a percent at least.
    """
    if unit in QUOTIENTS:
        place = Decimal(str(value)).normalize().as_tuple().exponent
        return 10 ** min(place, -2 if unit == "share" else 0) / 2
    place = 1
    while value >= 100_000 and value % (10 * place) == 0:
        place *= 10
    return place / 2 if place >= 1000 else 0.0
