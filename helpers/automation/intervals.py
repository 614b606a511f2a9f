"""Values with the ends of their intervals as marks with bars, by seaborn."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes


def draw_intervals(table: pd.DataFrame, ax: Axes, **plot: object) -> Axes:
    """Draw rows with columns value, low, high by `seaborn.pointplot`, which is told x, y, hue … (the value:
    "value").

    Seaborn makes intervals of many rows; here each group is given three, of which the first is the value and
    the others are the ends.
    """
    import seaborn as sns

    ends = table.melt(
        table.columns.drop(["value", "low", "high"]), ["value", "low", "high"], value_name="value_"
    )
    plot = {name: "value_" if column == "value" else column for name, column in plot.items()}
    look = {"linestyle": "none", "err_kws": {"linewidth": 1.6}, "markersize": 6} | plot
    if "hue" in plot:
        look |= {"hue_order": list(plot["palette"]), "markers": ["o", "s", "^", "D"][: len(plot["palette"])]}
    sns.pointplot(ends, estimator=lambda v: v.iloc[0], errorbar=lambda v: tuple(v.iloc[1:]), ax=ax, **look)
    if ax.get_legend():
        ax.get_legend().set_title("")
    return ax
