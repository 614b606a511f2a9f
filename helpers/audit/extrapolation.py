"""From the most active accounts to everyone: what has to hold, and how wrong it can go.

Bessi & Ferrara (2016), section Methodology, "Bot detection" (Table 3), score the most active accounts and
apply their share of bots to all. That is right only if bots are as frequent at every rank of activity. Here a
*law* says how frequent they are by rank: one row a stratum of accounts, from the most active (rank 0) to the
least (1).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures import COLOR, name_lines, percent, say_empty
from helpers.study import REFERENCE
from helpers.uncertainty import ratio

TOP = 0.02  # of all accounts: those that the paper scored
EDGES = [0, 0.01, 0.02, 0.05, 0.10, 0.25, 0.50, 0.75, 1]
STYLES = [("-", "paper"), ("--", "ink"), ("-.", "ink"), (":", "ink"), ("-", "bot")]  # first, the article's


def strata(edges: Sequence[float] = EDGES) -> pd.DataFrame:
    """Strata of accounts by rank of activity: columns from_share, to_share (of all accounts, most active
    first).
    """
    return pd.DataFrame({"from_share": edges[:-1], "to_share": edges[1:]}).astype(float)


def by_activity(accounts: pd.DataFrame, edges: Sequence[float] = EDGES) -> pd.DataFrame:
    """Share of bots in each stratum: columns from_share, to_share, share.

    In: columns activity and bot, one row an account. Equally active accounts keep the order they come in.
    Shares are NaN where a stratum holds nobody.
    """
    ranked = accounts.sort_values("activity", ascending=False, kind="stable")["bot"].to_numpy(float)
    cuts = np.round(np.array(edges) * len(ranked)).astype(int)
    parts = [ranked[a:b] for a, b in itertools.pairwise(cuts)]
    return strata(edges).assign(share=[part.mean() if len(part) else np.nan for part in parts])


def real_scores() -> pd.DataFrame:
    """Share of real accounts above 0.5 by rank of tweets a day: columns from_share, to_share, share."""
    table = pd.read_csv(REFERENCE / "botometer_by_activity.csv")
    return table.rename(columns={"above_05": "share"}).astype(float)


def everyone(law: pd.DataFrame) -> float:
    """Share of bots among all accounts under a law; NaN of an empty one."""
    width = law["to_share"] - law["from_share"]
    return ratio((width * law["share"]).sum(skipna=False), width.sum())


def among_top(law: pd.DataFrame, top: float = TOP) -> float:
    """Share of bots among the most active: what the paper's extrapolation takes for everyone's.

    A stratum that `top` cuts counts with the part above it.
    """
    reach = law["to_share"].clip(upper=top)
    return everyone(law.assign(to_share=reach)[law["from_share"] < top])


def like(law: pd.DataFrame, share: float, top: float = TOP) -> pd.DataFrame:
    """A law of the same shape that has the given share of bots among the most active; no stratum goes above
    1.
    """
    return law.assign(share=(law["share"] * share / among_top(law, top)).clip(upper=1))


def power_law(exponent: float) -> pd.DataFrame:
    """A law by which the share of bots goes with rank to a power: 0 is flat; above 0, bots are among the less
    active.
    """
    table = strata()
    middle = np.sqrt(table["from_share"].clip(lower=table["to_share"].iloc[0] / 4) * table["to_share"])
    return table.assign(share=middle**exponent)


def laws(share: float) -> dict[str, pd.DataFrame]:
    """Four laws that the share among the most active cannot tell apart: they all have `share` there."""
    shapes = {
        "the same at every rank": power_law(0),
        "more among the active": power_law(-0.25),
        "more among the less active": power_law(0.1),
        "as real scores (U-shaped)": real_scores(),
    }
    return {name: like(law, share) for name, law in shapes.items()}


def compare(by_name: Mapping[str, pd.DataFrame], top: float = TOP) -> pd.DataFrame:
    """Laws side by side: columns law, among_top, everyone, factor (by which an extrapolation must be
    multiplied).
    """
    rows = [(name, among_top(law, top), everyone(law)) for name, law in by_name.items()]
    table = pd.DataFrame(rows, columns=["law", "among_top", "everyone"])
    return table.assign(factor=ratio(table["everyone"], table["among_top"]))


def draw_laws(by_name: Mapping[str, pd.DataFrame], ax: Axes) -> Axes:
    """Draw laws as steps against rank on a log axis, with the most active (TOP) shaded."""
    drawn = {name: law for name, law in by_name.items() if law["share"].notna().any()}
    if not drawn:
        return say_empty(ax, "No law to draw")
    first = 0.002  # where the axis begins: rank 0 has no place on a logarithmic one
    ax.axvspan(first, TOP, color=COLOR["pale"], zorder=0)
    ax.text(TOP, 0.03, "scored ", ha="right", va="bottom", transform=ax.get_xaxis_transform(), fontsize=8)
    ends = {}
    for (name, law), (line, color) in zip(drawn.items(), STYLES, strict=False):
        x, y = [first, *law["to_share"]], [law["share"].iloc[0], *law["share"]]
        ax.step(x, y, where="pre", linestyle=line, color=COLOR[color])
        ends[name] = (y[-1], COLOR.get(f"{color}_text", COLOR[color]))
    ax.set(xscale="log", xlim=(first, 1), ylim=(0, None))
    ax.set(xlabel="rank by activity, as a share of all accounts", ylabel="share of bots")
    ax.set_xticks([0.01, 0.1, 1], ["1 %", "10 %", "all"])
    ax.yaxis.set_major_formatter(percent)
    name_lines(ax, 1, ends, 0.06)
    return ax


def draw_factors(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `compare`: what the most active show (open) and everyone's share
    (full), a row a law.
    """
    rows = table.dropna(subset="everyone").reset_index(drop=True)
    if rows.empty:
        return say_empty(ax, "No law to draw")
    ax.hlines(rows.index, rows["among_top"], rows["everyone"], color=COLOR["unknown"], linewidth=1)
    ax.plot(rows["among_top"], rows.index, "o", color=COLOR["ink"], markerfacecolor="white")
    ax.plot(rows["everyone"], rows.index, "o", color=COLOR["bot"])
    for y, share in rows["everyone"].items():
        ax.annotate(f"{share:.1%}", (share, y), (0, 7), textcoords="offset points", ha="center")
    ax.set_yticks(range(len(rows)), rows["law"])
    ax.set(ylim=(len(rows) - 0.5, -0.7), xlim=(0, 1.15 * rows[["among_top", "everyone"]].max(axis=None)))
    ax.set(xlabel="open: among the most active; full: of everyone")
    ax.xaxis.set_major_formatter(percent)
    return ax


def facts(table: pd.DataFrame) -> dict[str, object]:
    """What the picture of the laws says, from the table of `compare`: see captions/audit.toml.

    `least` and `most` are everyone's share under the four assumed `laws`, `top` is what they share.
    """
    rows = table.dropna(subset="everyone")
    assumed = rows[rows["law"].isin(laws(0.1))]
    shares = [f"{row.law}, {row.among_top:.1%} and {row.everyone:.1%}" for row in rows.itertuples()]
    ends = {"least": assumed["everyone"].min(), "most": assumed["everyone"].max()}
    ends["planted"] = len(rows) > len(assumed)
    return {"scored": TOP, "top": assumed["among_top"].median(), "shares": "; ".join(shares)} | ends
