"""Statistics of accounts, and how far they would move with another draw of accounts.

Accounts are drawn with replacement, never tweets: an account's tweets resemble each other, and retweets copy
them, so drawing tweets would make the interval far too narrow. A draw is a weight an account: how many times
it was drawn. A statistic that is a function of sums is taken of all draws at once, from the weights times the
matrix of what is summed.

What hangs on two things is uncertain in both: an interaction on who acts and on who is reached, a retweet on
who repeats and on the text. `node_bootstrap` draws either (the vertex bootstrap of Snijders & Borgatti 1999;
with two kinds of things the pigeonhole bootstrap of Owen 2007); drawing the sources alone would take for
granted that the few whom everybody retweets are who they are.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

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
    whole = _of_sums([accounts], by, iter([np.ones((1, len(accounts)))]))
    return Sums(whole.groups, whole.columns, whole.values[0])


def bootstrap(
    accounts: pd.DataFrame,
    statistics: Mapping[str, Callable],
    by: Sequence[str] | None = (),
    seed: int = 0,
    draws: int | None = None,
    alike: bool = False,
    others: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Statistics of accounts with percentile intervals (Efron 1979) from the same draws: index their names,
    MEASURED.

    In: one row an account; its `user_id`, if it has one, plays no part. A statistic is a function of `Sums`
    by the columns that `by` names (none: of all accounts together); with `by=None` it is given the rows that
    were drawn, which takes far longer: for quantiles, ranks and maxima, that no sum gives. `alike` draws
    accounts that are alike together (how many of each kind: the same, with less work where there are
    millions). `others` are the same accounts, in the same order, as something else that was drawn would make
    them, such as the examples that a detector learned from: each draw takes the next of them. `draws` is by
    default DRAWS. NaN where a statistic has no value.
    """
    if accounts.empty:
        return _ends({name: [np.nan] for name in statistics})
    rng, draws = np.random.default_rng(seed), DRAWS if draws is None else draws
    if by is None:
        return _ends(dict(zip(statistics, _of_rows(accounts, statistics, rng, draws), strict=True)))
    accounts, numbers = _alike(accounts, by) if alike else (accounts, np.ones(len(accounts), int))
    drawn = weights_alike(numbers, draws, rng) if alike else weights(len(accounts), draws, rng)
    return _taken(statistics, _of_sums([accounts, *others], by, chain([numbers[None]], drawn)))


def node_bootstrap(
    pairs: pd.DataFrame,
    statistics: Mapping[str, Callable],
    by: Sequence[str] = (),
    nodes: tuple[str, str] = ("source", "target"),
    apart: bool = False,
    seed: int = 0,
    draws: int | None = None,
    each: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]] = lambda reached: {},
) -> pd.DataFrame:
    """As `bootstrap`, of rows that hang on two things each, both of which are drawn: index names, MEASURED.

    In: the columns `nodes` (ids; the same id is the same node in either, or, if they are `apart`, they are
    two kinds of things, such as accounts and texts), those of `by`, and what is summed. A row counts the
    product of how often its two nodes were drawn; one with a missing node, or twice the same, as often as
    the one. Each node is drawn a Poisson number of times, once on average (Owen & Eckles 2012): so it plays
    no part how many there are of which no row speaks. `each` makes more columns of what every first node
    sums up to in a draw: from and to arrays (nodes, draws) by column.
    """
    if pairs.empty:
        return _ends({name: [np.nan] for name in statistics})
    rng, draws = np.random.default_rng(seed), DRAWS if draws is None else draws
    return _taken(statistics, _of_pairs(pairs, by, nodes, apart, rng, draws, each))


def _taken(statistics: Mapping[str, Callable], all_sums: Sums) -> pd.DataFrame:
    """Statistics of sums, of which the first is of the accounts themselves, and then those of each draw."""
    size = len(all_sums.values)
    return _ends({name: np.broadcast_to(of(all_sums), size) for name, of in statistics.items()})


def _ends(values: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """A row a statistic, columns MEASURED, from its value and then its draws; NaN where it has none."""
    rows = [
        (value, *(interval(np.array(drawn)) if len(drawn) and value == value else (np.nan, np.nan)))
        for value, *drawn in values.values()
    ]
    return pd.DataFrame(rows, list(values), MEASURED, dtype=float)


def interval(drawn: np.ndarray) -> np.ndarray:
    """The ends (low, high) of the middle 95 percent of the draws, along the last axis, without NaN."""
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # of NaN alone, the ends are NaN
        return np.nanquantile(drawn, ENDS, axis=-1)


def a_few(draws: int, size: int) -> Iterator[int]:
    """Into how many at a time the draws are parted, of each of which so many numbers are held."""
    few = max(1, AT_ONCE // max(size, 1))
    yield from (min(few, draws - done) for done in range(0, draws, few))


def weights(number: int, draws: int, seed: int | np.random.Generator = 0) -> Iterator[np.ndarray]:
    """How often each of so many accounts is in each draw, a few draws at a time: arrays (draws, number)."""
    rng = np.random.default_rng(seed)
    for few in a_few(draws, number):
        picked = [rng.integers(number, size=number) for _ in range(few)]
        yield np.stack([np.bincount(one, minlength=number) for one in picked])


def weights_alike(
    numbers: np.ndarray, draws: int, seed: int | np.random.Generator = 0
) -> Iterator[np.ndarray]:
    """As `weights`, of kinds of accounts, of which there are so many each: arrays (draws, kinds)."""
    rng = np.random.default_rng(seed)
    for few in a_few(draws, len(numbers)):
        yield rng.multinomial(numbers.sum(), numbers / numbers.sum(), size=few)


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


def _of_sums(frames: Sequence[pd.DataFrame], by: Sequence[str], parts: Iterator[np.ndarray]) -> Sums:
    """The sums of the accounts themselves, then those of each draw that `parts` (of `weights`) gives, in turn
    from each frame but the first, if there are others.
    """
    whole = pd.concat(frames) if len(frames) > 1 else frames[0]
    columns, groups, of_group = _grouped(whole, by)
    matrix = np.zeros((len(whole), len(groups), len(columns)))
    matrix[np.arange(len(whole)), of_group] = whole[columns].to_numpy(float)
    matrices = matrix.reshape(len(frames), len(frames[0]), len(groups) * len(columns))
    summed, done, others = [], 0, len(frames) - 1
    for part in parts:
        draws = np.arange(done, done + len(part))
        turn = np.where(draws > 0, (draws - 1) % max(others, 1) + (others > 0), 0)
        summed.append(np.empty((len(part), matrices.shape[-1])))
        for frame in np.unique(turn):
            summed[-1][turn == frame] = part[turn == frame] @ matrices[frame]
        done += len(part)
    summed = np.concatenate(summed)
    return Sums(groups, columns, summed.reshape(len(summed), len(groups), len(columns)))


def _of_pairs(
    pairs: pd.DataFrame,
    by: Sequence[str],
    nodes: tuple[str, str],
    apart: bool,
    rng: np.random.Generator,
    draws: int,
    each: Callable,
) -> Sums:
    """As `_of_sums`, of rows that count the product of the weights of their two nodes."""
    columns, groups, of_group = _grouped(pairs.drop(columns=[*nodes]), by)
    (first, second), sizes = _numbered([pairs[node] for node in nodes], apart)
    whose, links = [], []  # the first nodes of each group, and what they have with the second ones
    for group in range(len(groups)):
        rows = np.flatnonzero(of_group == group)
        whose.append(used := np.unique(first[rows]))
        links.append({})
        for name in columns:
            values = pairs[name].to_numpy()
            some = rows[values[rows] != 0]  # most are 0: a pair is of one column
            ends = np.searchsorted(used, first[some]), second[some]
            links[-1][name] = csr_array((values[some].astype(float), ends), (len(used), sizes[1] + 1))
    parts, summed = [*a_few(draws, max(sizes))], []
    kinds = [_nodes(size, parts, one) for size, one in zip(sizes, rng.spawn(1 + apart), strict=False)]
    for drawn in zip(*kinds, strict=True):
        summed.append([])
        for used, tables in zip(whose, links, strict=True):
            reached = {name: table @ drawn[-1] for name, table in tables.items()}
            reached |= each(reached)
            summed[-1].append([np.einsum("nd,nd->d", drawn[0][used], sum_) for sum_ in reached.values()])
    return Sums(groups, list(reached), np.moveaxis(np.concatenate(summed, axis=-1), -1, 0))


def _numbered(ends: Sequence[pd.Series], apart: bool) -> tuple[list[np.ndarray], list[int]]:
    """The nodes at either end as numbers from 0, and how many of a kind there are: which is also the number
    of none, where an id is missing or is the same at both ends.
    """
    known = [np.unique(end.dropna().unique()) for end in ends]  # sorted: rows come in any order
    known = known if apart else [np.union1d(*known)] * 2
    sizes, codes = [len(ids) for ids in known], []
    for ids, end in zip(known, ends, strict=True):
        codes.append(np.full(len(end), len(ids), np.int32))
        there = end.notna().to_numpy()
        codes[-1][there] = np.searchsorted(ids, end[there].to_numpy(ids.dtype))
    if not apart:
        codes[1][codes[0] == codes[1]] = sizes[1]
    return codes, sizes


def _nodes(number: int, parts: Sequence[int], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """How often each node is drawn, first in the data themselves, then a few draws at a time: arrays
    (nodes, draws), whose last row is that of no node, always 1.
    """
    yield np.ones((number + 1, 1))
    for few in parts:
        drawn = np.ones((number + 1, few))
        drawn[:-1] = rng.poisson(1, (few, number)).T
        yield drawn


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
