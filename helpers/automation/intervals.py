"""Values with intervals, a group at a time: made by a bootstrap, drawn by seaborn, listed in words."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from helpers.uncertainty import MEASURED, Statistic, bootstrap


def estimates(
    groups: dict[tuple, pd.DataFrame], names: list[str], summed: list[str], statistic: Statistic, **drawn: int
) -> pd.DataFrame:
    """A statistic of each group of accounts with its interval (bootstrap over accounts): one row a group.

    In: key -> one row an account; `drawn` are seed and draws of the bootstrap. Columns: the `names` of the
    key's parts, sums of the columns `summed`, and value, low, high; NaN where the statistic has no value.
    """
    rows = []
    for key, accounts in groups.items():
        ends = bootstrap(accounts, {"value": statistic}, alike=True, **drawn).loc["value"]
        rows.append((*key, *accounts[summed].sum(), *ends))
    return pd.DataFrame(rows, columns=[*names, *summed, *MEASURED])


def draw_intervals(table: pd.DataFrame, ax: Axes, **plot: object) -> Axes:
    """Draw rows with columns value, low, high by `seaborn.pointplot`: marks with bars.

    `plot` is what that is told: x, y, hue … (the value: "value"). Seaborn makes intervals of many rows; here
    each group is given three, of which the first is the value and the others are the ends.
    """
    import seaborn as sns

    ends = table.melt(table.columns.drop(MEASURED), MEASURED, value_name="value_")
    plot = {name: "value_" if column == "value" else column for name, column in plot.items()}
    look = {"linestyle": "none", "err_kws": {"linewidth": 1.6}, "markersize": 6} | plot
    if "hue" in plot:
        look |= {"hue_order": list(plot["palette"]), "markers": ["o", "s", "^", "D"][: len(plot["palette"])]}
        look |= {"dodge": False} if len(plot["palette"]) == 1 else {}  # seaborn would divide by 0
    sns.pointplot(ends, estimator=lambda v: v.iloc[0], errorbar=lambda v: tuple(v.iloc[1:]), ax=ax, **look)
    if ax.get_legend():
        ax.get_legend().set_title("")
    return ax


def listed(heads: pd.Series, names: pd.Series, values: pd.Series, form: str) -> str:
    """Values in words, by head: "Ann Red: one 50%, two 40%. Bo Blue: one 30%"; empty without any."""
    said = names + values.map(f" {{:{form}}}".format).astype("str")
    return ". ".join(f"{head}: {', '.join(each)}" for head, each in said.groupby(heads, sort=False))
