"""Which claims survive in a world where what they are taken as evidence for is not.

In: the table that `python -m helpers.audit controls --table` writes (`controls.summarise`), one row a claim, world and
scale. A claim that holds in its control world in more than `CHANCE` of the seeds is a leak: something else makes it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers import claims
from helpers.figures import COLOR, say_empty

CHANCE = 0.1  # of the seeds: a claim may hold where it must not, 2 in 20


def read_table(path: Path = claims.CONTROLS) -> pd.DataFrame:
    """The table of the shipped runs: columns as of `controls.summarise`."""
    return pd.read_csv(path, keep_default_na=False, na_values="").astype({"clear": "Int64"})


def by_world(table: pd.DataFrame) -> pd.DataFrame:
    """In how many seeds each claim holds, claim by world, from rows of one scale."""
    wide = table.pivot(index="id", columns="world", values="holds")
    return wide.loc[table["id"].unique(), table["world"].unique()]


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Each claim that has a control beside the base world, from rows of one scale: one row a claim and control.

    Columns id, claim, control, seeds, base, base_clear, holds, clear (in how many seeds it holds, and holds with its
    whole interval, in the base world and in the control), leak (it holds in its control in more than CHANCE of the
    seeds), better (what to look at instead).
    """
    ledger = claims.claims().query("evidence == 'recovery' and control != 'none'")
    pairs = ledger.assign(control=ledger["control"].str.split()).explode("control").reset_index()
    found = table.rename(columns={"world": "control"})[["id", "control", "seeds", "holds", "clear"]]
    base = table[table["world"] == "base"].set_index("id")[["holds", "clear"]]
    base.columns = ["base", "base_clear"]
    rows = pairs[["id", "claim", "control", "better"]].merge(found, on=["id", "control"]).join(base, on="id")
    rows["leak"] = rows["holds"] > CHANCE * rows["seeds"]
    return rows[[*rows.columns.drop("better"), "better"]]


def leaks(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `judged` where a claim survives what must take it away, with what to look at instead."""
    rows = judged(table).query("leak")
    by_interval = rows["clear"].le(CHANCE * rows["seeds"]).fillna(False)
    own = by_interval.map({True: "its interval", False: "the control"})
    return rows.assign(better=rows["better"].fillna(own)).drop(columns="leak")


def draw_worlds(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw in what share of the seeds each claim holds in each world, from rows of one scale.

    A frame is a claim's own control, where the field should be pale; a leak's number is set in bold.
    """
    ledger = claims.claims()
    table = table[table["id"].map(ledger["control"]).fillna("none") != "none"]
    if table.empty:
        return say_empty(ax, "No runs")
    share = by_world(table) / table["seeds"].max()
    ax.imshow(share, cmap="Greys", vmin=0, vmax=1.6, aspect="auto")
    for row, claim_id in enumerate(share.index):
        for column, world in enumerate(share):
            _draw_field(
                ax, row, column, share.loc[claim_id, world], world in ledger.loc[claim_id, "control"].split()
            )
    ax.set_xticks(range(share.shape[1]), share.columns, rotation=40, ha="left")
    ax.set_yticks(range(len(share)), ledger.loc[share.index, "claim"].str.slice(0, 88), fontsize=8)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    return ax


def _draw_field(ax: Axes, row: int, column: int, share: float, control: bool) -> None:
    if np.isnan(share):
        return
    leak = control and share > CHANCE
    ax.text(
        column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=7,
        weight="bold" if leak else None, color=COLOR["mark"] if leak else COLOR["ink"],
    )  # fmt: skip
    if control:
        ax.add_patch(
            Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, fill=False, color=COLOR["mark"], lw=1.2)
        )


def worlds_in_words(table: pd.DataFrame) -> str:
    """What the table of worlds shows, in a sentence with its numbers: alternative text of its picture."""
    rows = judged(table)
    if rows.empty:
        return "Empty: no runs."
    claims_in_control, leaking = rows["id"].nunique(), rows.loc[rows["leak"], "id"].nunique()
    return (
        f"{claims_in_control} claims by {table['world'].nunique()} worlds, in percent of {rows['seeds'].max()} seeds. "
        f"{leaking} claims hold in a control world in more than {CHANCE:.0%} of the seeds."
    )
