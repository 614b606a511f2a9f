"""Scores and probabilities: which share of accounts with a score are bots, by label and elsewhere."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binomtest

from helpers.figures import COLOR, say_empty


def reliability(scores: pd.Series, labels: pd.Series, bins: int | list[float] = 10) -> pd.DataFrame:
    """Share of bots among labelled accounts of similar score: columns score, bots, accounts, low, high.

    Accounts are put into so many bins of as many accounts, or into those with the given edges. The score is
    the mean of the bin; low and high are the 95 % interval of the share (Wilson 1927).
    """
    known = pd.DataFrame({"score": scores.dropna()})
    if known.empty:
        return pd.DataFrame(columns=["score", "bots", "accounts", "low", "high"], dtype=float)
    known["label"] = labels.loc[known.index]
    cut = partial(pd.qcut, q=bins, duplicates="drop") if isinstance(bins, int) else partial(pd.cut, bins=bins)
    by_bin = known.groupby(cut(known["score"]), observed=True)
    table = by_bin.agg(score=("score", "mean"), bots=("label", "sum"), accounts=("label", "size"))
    pairs = table[["bots", "accounts"]].itertuples(index=False)
    ends = [binomtest(*pair).proportion_ci(method="wilson") for pair in pairs]
    table["bots"] /= table["accounts"]
    return table.assign(low=[end.low for end in ends], high=[end.high for end in ends]).reset_index(drop=True)


def probabilities(
    scores: pd.Series, held_out: pd.Series, labels: pd.Series, base_rate: float = 0.5
) -> pd.Series:
    """Probability that an account is a bot, from its score (Platt 1999).

    A logistic curve is fitted to the out-of-fold scores of labelled accounts; its odds are then moved to a
    population in which the share of bots is `base_rate`. A score is no probability by itself: the labelled
    accounts are half bots, other accounts are not. What comes out is a probability only for a crowd in which
    bots score as the labelled bots do, and humans as the labelled humans: its share of bots may differ, and
    nothing else.
    """
    known = held_out.dropna()
    if known.empty:
        return pd.Series(np.nan, index=scores.index)
    truth = labels.loc[known.index]
    # without scikit-learn, which takes longer to load than notebook 11 needs it; near enough to no penalty
    signs = np.where(truth == 1, -1, 1)
    loss = lambda at: np.logaddexp(0, signs * (at[0] + at[1] * known)).mean() + 1e-9 * at[1] ** 2  # noqa: E731
    start, slope = minimize(loss, [0, 1], method="Nelder-Mead", tol=1e-9).x
    moved = np.log(base_rate / (1 - base_rate)) - np.log(truth.mean() / (1 - truth.mean()))
    return expit(start + slope * scores + moved)


def draw_reliability(curves: dict[str, pd.DataFrame], ax: Axes) -> Axes:
    """Draw tables of `reliability`, each with its name, beside the diagonal on which scores are
    probabilities.
    """
    if all(table.empty for table in curves.values()):
        return say_empty(ax, "No labelled accounts to compare with")
    ax.plot([0, 1], [0, 1], color=COLOR["ink"], linewidth=0.8, linestyle=":")
    for (name, table), form in zip(curves.items(), ("o-", "s--"), strict=False):
        spread = [table["bots"] - table["low"], table["high"] - table["bots"]]
        look = {"markersize": 4, "elinewidth": 1, "color": COLOR["ink"]}
        ax.errorbar(table["score"], table["bots"], spread, fmt=form, label=name, **look)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="score", ylabel="share that are bots")
    ax.legend(loc="upper left")
    return ax


def reliability_facts(curves: dict[str, pd.DataFrame]) -> dict[str, float]:
    """What the reliability curves say, from tables of `reliability` by name: see captions/bots.toml."""
    far = {f"{name}_far": (table["score"] - table["bots"]).abs().max() for name, table in curves.items()}
    return far | {"accounts": max(int(table["accounts"].sum()) for table in curves.values())}
