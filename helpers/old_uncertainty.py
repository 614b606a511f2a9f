"""The former bootstrap; goes when its last caller uses `helpers.uncertainty`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

DRAWS = 500  # of a bootstrap, where a caller does not say


def bootstrap(
    accounts: pd.DataFrame,
    statistic: Callable[[pd.DataFrame], float],
    seed: int = 0,
    draws: int | None = None,
    level: float = 0.95,
    sums_by: Sequence[str] | None = None,
) -> tuple[float, float]:
    """Percentile interval (low, high) of a statistic of accounts (Efron 1979); NaN where there are none.

    In: one row an account. Accounts are drawn with replacement, never tweets: an account's tweets resemble
    each other, and retweets copy them, so drawing tweets would make the interval far too narrow. `draws` is by
    default DRAWS. `sums_by` as for `drawn`.
    """
    if accounts.empty:
        return (np.nan, np.nan)
    values = [statistic(rows) for rows in drawn(accounts, seed, draws, sums_by)]
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return (float(low), float(high))


def drawn(
    accounts: pd.DataFrame, seed: int = 0, draws: int | None = None, sums_by: Sequence[str] | None = None
) -> Iterator[pd.DataFrame]:
    """Draws of as many accounts, with replacement: rows of the same columns, words as categories.

    `sums_by` names the columns (none, [], for all accounts together) in whose groups a statistic adds up all others and
    asks for nothing else: it is then given the sums, one row a group, which for millions of accounts is the only way.
    """
    rng, draws = np.random.default_rng(seed), draws or DRAWS
    if sums_by is not None:
        yield from _drawn_sums(accounts, rng, draws, list(sums_by))
        return
    words = accounts.select_dtypes(["object", "str"]).columns
    rows = accounts.astype(dict.fromkeys(words, "category"))
    for _ in range(draws):
        yield rows.take(rng.integers(len(rows), size=len(rows)))


def _drawn_sums(
    accounts: pd.DataFrame, rng: np.random.Generator, draws: int, by: list[str]
) -> Iterator[pd.DataFrame]:
    """Accounts that are alike are drawn together: how many of each kind, which is the same and takes less time."""
    numbers = [name for name in accounts if name not in by]
    kinds = (
        accounts.groupby([*by, *numbers], dropna=False, observed=True).size().reset_index(name="_accounts")
    )
    groups = kinds[by].drop_duplicates().reset_index(drop=True).astype("category")
    starts = np.flatnonzero(~kinds[by].duplicated()) if by else [0]
    values, of_kind = kinds[numbers].to_numpy(float), kinds["_accounts"].to_numpy()
    for _ in range(draws):
        times = rng.multinomial(len(accounts), of_kind / len(accounts))
        sums = np.add.reduceat(times[:, None] * values, starts)
        rows = pd.DataFrame(sums, columns=numbers)
        for name in reversed(by):
            rows.insert(0, name, groups[name])
        yield rows


def estimate(
    accounts: pd.DataFrame,
    statistic: Callable[[pd.DataFrame], float],
    seed: int = 0,
    draws: int | None = None,
    sums_by: Sequence[str] | None = None,
) -> tuple[float, float, float]:
    """A statistic of accounts with its `bootstrap` interval: (value, low, high), all NaN where it has no value."""
    return tuple(estimates(accounts, {"": statistic}, seed, draws, sums_by).loc[""].tolist())


def estimates(
    accounts: pd.DataFrame,
    statistics: Mapping[str, Callable[[pd.DataFrame], float]],
    seed: int = 0,
    draws: int | None = None,
    sums_by: Sequence[str] | None = None,
) -> pd.DataFrame:
    """`estimate` of several statistics, from the same draws: index their names, columns value, low, high.

    Each comes out as it does alone; the draws, which take most of the time, are made once.
    """
    values = [of(accounts) if len(accounts) else np.nan for of in statistics.values()]
    table = pd.DataFrame(
        {"value": values, "low": np.nan, "high": np.nan}, index=list(statistics), dtype=float
    )
    known = table.index[table["value"].notna()]
    if len(known):
        rows = [[statistics[name](few) for name in known] for few in drawn(accounts, seed, draws, sums_by)]
        table.loc[known, ["low", "high"]] = np.nanquantile(rows, [0.025, 0.975], axis=0).T
    return table


def intervals(
    accounts: pd.DataFrame,
    statistics: Callable[[pd.DataFrame], pd.Series],
    seed: int = 0,
    draws: int | None = None,
) -> pd.DataFrame:
    """As `bootstrap`, for several numbers taken from the same draws: the Series' index, columns low and high."""
    rows = [statistics(few) for few in drawn(accounts, seed, draws)] if len(accounts) else []
    index = rows[0].index if rows else statistics(accounts).index
    ends = pd.DataFrame(rows, columns=index).astype(float).quantile([0.025, 0.975])
    return ends.T.set_axis(["low", "high"], axis="columns")


def ratio(part: float, whole: float) -> float:
    """part / whole; NaN where there is nothing to divide by."""
    return float(part / whole) if whole else np.nan
