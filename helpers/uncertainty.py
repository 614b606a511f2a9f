"""Statistics of accounts, and how far they would move with another draw of accounts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

DRAWS = 500  # of a bootstrap, where a caller does not say


def bootstrap(
    accounts: pd.DataFrame,
    statistic: Callable[[pd.DataFrame], float],
    seed: int = 0,
    draws: int | None = None,
    level: float = 0.95,
) -> tuple[float, float]:
    """Percentile interval (low, high) of a statistic of accounts (Efron 1979); NaN where there are none.

    In: one row an account. Accounts are drawn with replacement, never tweets: an account's tweets resemble
    each other, and retweets copy them, so drawing tweets would make the interval far too narrow. `draws` is by
    default DRAWS.
    """
    if accounts.empty:
        return (np.nan, np.nan)
    rng = np.random.default_rng(seed)
    values = [
        statistic(accounts.take(rng.integers(len(accounts), size=len(accounts))))
        for _ in range(draws or DRAWS)
    ]
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return (float(low), float(high))


def estimate(
    accounts: pd.DataFrame,
    statistic: Callable[[pd.DataFrame], float],
    seed: int = 0,
    draws: int | None = None,
) -> tuple[float, float, float]:
    """A statistic of accounts with its `bootstrap` interval: (value, low, high), all NaN where it has no value."""
    value = statistic(accounts) if len(accounts) else np.nan
    if np.isnan(value):
        return (np.nan, np.nan, np.nan)
    return (float(value), *bootstrap(accounts, statistic, seed, draws))


def intervals(
    accounts: pd.DataFrame,
    statistics: Callable[[pd.DataFrame], pd.Series],
    seed: int = 0,
    draws: int | None = None,
) -> pd.DataFrame:
    """As `bootstrap`, for several numbers taken from the same draws: the Series' index, columns low and high."""
    rng = np.random.default_rng(seed)
    number = (draws or DRAWS) if len(accounts) else 0
    rows = [statistics(accounts.take(rng.integers(len(accounts), size=len(accounts)))) for _ in range(number)]
    index = rows[0].index if rows else statistics(accounts).index
    ends = pd.DataFrame(rows, columns=index).astype(float).quantile([0.025, 0.975])
    return ends.T.set_axis(["low", "high"], axis="columns")


def ratio(part: float, whole: float) -> float:
    """part / whole; NaN where there is nothing to divide by."""
    return float(part / whole) if whole else np.nan
