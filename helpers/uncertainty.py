"""Statistics of accounts, and how far they would move with another draw of accounts.

Accounts are drawn with replacement, never tweets: an account's tweets resemble each other, and retweets copy
them, so drawing tweets would make the interval far too narrow. A draw is a weight an account: how many times
it was drawn. A statistic that is a function of sums is taken of all draws at once, from the weights times the
matrix of what is summed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pandas as pd

DRAWS = 500  # of a bootstrap, where a caller does not say
AT_ONCE = 10_000_000  # weights that are held at a time
ENDS = [0.025, 0.975]  # of an interval of 95 percent
MEASURED = ["value", "low", "high"]


class Sums:
    """Sums of columns over the accounts of each group: `sums["bot", "tweets"]`, or `sums["tweets"]` over all
    groups.

    A key names a value of each grouping column, in their order, and last the column that is summed; groups
    that are left out at its end are added up. Each sum is a number or, of draws, an array with one element a
    draw. 0 for a group without accounts. Raises KeyError for a column that is not there.
    """

    def __init__(self, groups: Sequence[tuple], columns: Sequence[str], values: np.ndarray):
        """`values` has the shape (…, groups, columns)."""
        self.groups, self.columns, self.values = list(groups), list(columns), values

    def compared(self, *names: str) -> float:
        """1 where each of these first groups has accounts, else NaN: a comparison of them times this."""
        return 1.0 if {*names} <= {group[0] for group in self.groups} else np.nan

    def __getitem__(self, key: str | tuple) -> np.ndarray:
        *group, column = key if isinstance(key, tuple) else (key,)
        if column not in self.columns:
            raise KeyError(f"no sums of {column!r}; there are those of {', '.join(self.columns)}")
        rows = [row for row, name in enumerate(self.groups) if name[: len(group)] == tuple(group)]
        return self.values[..., rows, self.columns.index(column)].sum(axis=-1)


Statistic = Callable[[Sums], "np.ndarray | float"]


def sums(accounts: pd.DataFrame, by: Sequence[str] = ()) -> Sums:
    """The accounts' sums, of which a `Statistic` can be taken by hand: all columns but user_id and `by`."""
    whole = _of_sums(accounts, by, iter([np.ones((1, len(accounts)))]))
    return Sums(whole.groups, whole.columns, whole.values[0])


def bootstrap(
    accounts: pd.DataFrame,
    statistics: Mapping[str, Callable],
    by: Sequence[str] | None = (),
    seed: int = 0,
    draws: int | None = None,
    alike: bool = False,
) -> pd.DataFrame:
    """Statistics of accounts with percentile intervals (Efron 1979) from the same draws: index their names,
    MEASURED.

    In: one row an account; its `user_id`, if it has one, plays no part. A statistic is a function of `Sums`
    by the columns that `by` names (none: of all accounts together); with `by=None` it is given the rows that
    were drawn, which takes far longer: for quantiles, ranks and maxima, that no sum gives. `alike` draws
    accounts that are alike together (how many of each kind: the same, with less work where there are
    millions). `draws` is by default DRAWS. NaN where a statistic has no value.
    """
    table = pd.DataFrame(np.nan, index=list(statistics), columns=MEASURED)
    if accounts.empty:
        return table
    rng, draws = np.random.default_rng(seed), DRAWS if draws is None else draws
    if by is None:
        values = _of_rows(accounts, statistics, rng, draws)
    else:
        accounts, numbers = _alike(accounts, by) if alike else (accounts, np.ones(len(accounts), int))
        drawn = weights_alike(numbers, draws, rng) if alike else weights(len(accounts), draws, rng)
        all_sums = _of_sums(accounts, by, chain([numbers[None]], drawn))
        values = [np.broadcast_to(statistic(all_sums), draws + 1) for statistic in statistics.values()]
        values = np.array(values, float).reshape(-1, draws + 1)
    table["value"] = values[:, 0]
    valued = ~np.isnan(values[:, 0])
    if valued.any() and draws:
        table.loc[valued, ["low", "high"]] = interval(values[valued, 1:]).T
    return table


def interval(drawn: np.ndarray) -> np.ndarray:
    """The ends (low, high) of the middle 95 percent of the draws, along the last axis, without NaN."""
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # of NaN alone, the ends are NaN
        return np.nanquantile(drawn, ENDS, axis=-1)


def weights(number: int, draws: int, seed: int | np.random.Generator = 0) -> Iterator[np.ndarray]:
    """How often each of so many accounts is in each draw, a few draws at a time: arrays (draws, number)."""
    rng = np.random.default_rng(seed)
    few = max(1, AT_ONCE // max(number, 1))
    for start in range(0, draws, few):
        picked = [rng.integers(number, size=number) for _ in range(min(few, draws - start))]
        yield np.stack([np.bincount(one, minlength=number) for one in picked])


def weights_alike(
    numbers: np.ndarray, draws: int, seed: int | np.random.Generator = 0
) -> Iterator[np.ndarray]:
    """As `weights`, of kinds of accounts, of which there are so many each: arrays (draws, kinds)."""
    rng = np.random.default_rng(seed)
    few = max(1, AT_ONCE // max(len(numbers), 1))
    for start in range(0, draws, few):
        yield rng.multinomial(numbers.sum(), numbers / numbers.sum(), size=min(few, draws - start))


def _of_rows(
    accounts: pd.DataFrame, statistics: Mapping[str, Callable], rng: np.random.Generator, draws: int
) -> np.ndarray:
    """A row a statistic, a column a draw, the accounts themselves first."""
    texts = accounts.select_dtypes(["object", "str"]).columns
    rows = accounts.astype(dict.fromkeys(texts, "category"))
    drawn = (rows.take(rng.integers(len(rows), size=len(rows))) for _ in range(draws))
    values = [[statistic(accounts) for statistic in statistics.values()]]
    values += [[statistic(few) for statistic in statistics.values()] for few in drawn]
    return np.array(values, float).T


def _of_sums(accounts: pd.DataFrame, by: Sequence[str], parts: Iterator[np.ndarray]) -> Sums:
    """The sums of the accounts themselves, then those of each draw that `parts` (of `weights`) gives."""
    columns, groups, of_group = _grouped(accounts, by)
    matrix = np.zeros((len(accounts), len(groups), len(columns)))
    matrix[np.arange(len(accounts)), of_group] = accounts[columns].to_numpy(float)
    matrix = matrix.reshape(len(accounts), len(groups) * len(columns))
    summed = np.concatenate([part @ matrix for part in parts])
    return Sums(groups, columns, summed.reshape(len(summed), len(groups), len(columns)))


def _alike(accounts: pd.DataFrame, by: Sequence[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """The kinds of accounts, one row each, and how many accounts are of each."""
    columns = [*by, *_summed(accounts, by)]
    kinds = accounts.groupby(columns, dropna=False, observed=True).size().reset_index(name="number")
    return kinds[columns], kinds["number"].to_numpy()


def _summed(accounts: pd.DataFrame, by: Sequence[str]) -> list[str]:
    """The columns that are summed: all but the groups and the id."""
    return [name for name in accounts if name not in (*by, "user_id")]


def _grouped(accounts: pd.DataFrame, by: Sequence[str]) -> tuple[list[str], list[tuple], np.ndarray]:
    """The columns that are summed, the groups in order, and each account's group."""
    columns = _summed(accounts, by)
    if not by:
        return columns, [()], np.zeros(len(accounts), int)
    grouped = accounts.groupby(list(by), dropna=False, observed=True)
    groups = list(grouped.size().index.to_frame().itertuples(index=False, name=None))
    return columns, groups, grouped.ngroup().to_numpy()


def ratio(part: np.ndarray | float, whole: np.ndarray | float) -> np.ndarray:
    """part / whole, element by element; NaN where there is nothing to divide by."""
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    return np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole != 0)[()]
