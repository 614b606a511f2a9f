"""Which claims survive in a world where what they are taken as evidence for is not.

In: the table that `python -m helpers.audit controls --table` writes (`controls.summarise`), one row a claim, world and
scale. A claim that holds in its control world in more than `CHANCE` of the seeds is a leak: something else makes it.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers import claims
from helpers.figures import COLOR, GREYS, say_empty, shortened

ADDED = "angry"  # the world with an effect that the base world lacks: of claims whose control is "base"
CHANCE = 0.1  # of the seeds: a claim may hold where it must not, 2 in 20


def read_table(path: Path = claims.CONTROLS) -> pd.DataFrame:
    """The table of the shipped runs: columns as of `controls.summarise`."""
    return pd.read_csv(path, keep_default_na=False, na_values="").astype({"clear": "Int64"})


def by_world(table: pd.DataFrame) -> pd.DataFrame:
    """In how many seeds each claim holds, claim by world, from rows of one scale."""
    wide = table.pivot(index="id", columns="world", values="holds")
    return wide.loc[table["id"].unique(), table["world"].unique()]


def all_worlds(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the scale at which most worlds were drawn."""
    if table.empty:
        return table
    return table[table["scale"] == table.groupby("scale")["world"].nunique().idxmax()]


def descriptions(table: pd.DataFrame) -> pd.DataFrame:
    """What was taken out of each world: columns world, what, seeds."""
    from helpers.world.controls import VARIANTS  # here, so that nothing else needs the world

    what = {name: inspect.getdoc(variant) for name, variant in VARIANTS.items()} | {
        "base": "The sample's world."
    }
    seeds = table.groupby("world", sort=False)["seeds"].max()
    return pd.DataFrame({"world": seeds.index, "what": seeds.index.map(what), "seeds": seeds.to_numpy()})


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Each claim that has a control beside the world where its cause is: one row a claim and control.

    In: rows of one scale. Columns id, claim, control, seeds, planted, planted_clear, holds, clear (in how many seeds
    it holds, and holds with its whole interval, where its cause is and in the control), leak (it holds in its control
    in more than CHANCE of the seeds), better (what to look at instead).
    """
    ledger = claims.claims().query("evidence == 'recovery' and control != 'none'")
    pairs = ledger.assign(control=ledger["control"].str.split()).explode("control").reset_index()
    pairs["world"] = pairs["control"].map({"base": ADDED}).fillna("base")
    counts = table[["id", "world", "seeds", "holds", "clear"]]
    there = counts.rename(columns={"holds": "planted", "clear": "planted_clear"}).drop(columns="seeds")
    gone = counts.rename(columns={"world": "control"})
    rows = pairs[["id", "claim", "world", "control", "better"]].merge(gone, on=["id", "control"])
    rows = rows.merge(there, on=["id", "world"], how="left")
    rows["leak"] = rows["holds"] > CHANCE * rows["seeds"]
    columns = [
        "id",
        "claim",
        "control",
        "seeds",
        "planted",
        "planted_clear",
        "holds",
        "clear",
        "leak",
        "better",
    ]
    return rows[columns]


def closed_by_interval(rows: pd.DataFrame) -> pd.Series:
    """Which rows of `judged` (bool) are no more than chance once the whole interval must hold; not those without one."""
    return rows["clear"].le(CHANCE * rows["seeds"]).fillna(False).astype(bool)


def leaks(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `judged` where a claim survives what must take it away, with what to look at instead."""
    rows = judged(table).query("leak")
    own = closed_by_interval(rows).map({True: "its interval", False: "the control"})
    return rows.assign(better=rows["better"].fillna(own)).drop(columns="leak")


def remedies(table: pd.DataFrame) -> pd.DataFrame:
    """The better statistics in the worlds where the claims beside them leak.

    Columns claim (that leaks), better (in words), control, planted, holds (in how many seeds the better one holds
    where the cause is, and where it is not), seeds.
    """
    ledger = claims.claims()
    rows = leaks(table)
    rows = rows[rows["better"].isin(ledger.index)][["claim", "better", "control", "seeds"]]
    counts = table.set_index(["id", "world"])["holds"]
    for column, worlds in (("planted", ["base"] * len(rows)), ("holds", rows["control"])):
        rows[column] = [counts.get(pair) for pair in zip(rows["better"], worlds, strict=True)]
    return rows.assign(better=rows["better"].map(ledger["claim"]))


def unsure(table: pd.DataFrame) -> pd.DataFrame:
    """Claims that hold in too few seeds of the base world (less than 1 − CHANCE), though they could be measured.

    Columns id, claim, seeds, holds, clear, published, low, median, high (of what was found).
    """
    ledger = claims.claims()
    rows = table[(table["world"] == "base") & (table["measured"] > 0)].join(
        ledger[["claim", "published", "control"]], on="id"
    )
    rows = rows[(rows["holds"] < (1 - CHANCE) * rows["seeds"]) & (rows["control"] != "base")]
    return rows[["id", "claim", "seeds", "holds", "clear", "published", "low", "median", "high"]]


def framed(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of claims that have a control."""
    return table[table["id"].map(claims.claims()["control"]).fillna("none") != "none"]


def draw_worlds(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw in what share of the seeds each claim holds in each world, from rows of one scale.

    A frame is a claim's own control, where the field should be pale; a leak's frame is thick, and its number bold.
    """
    ledger, table = claims.claims(), framed(table)
    if table.empty:
        return say_empty(ax, "No runs")
    share = by_world(table.assign(holds=table["holds"] / table["seeds"]))
    ax.imshow(share, cmap=GREYS, vmin=0, vmax=2.4, aspect="auto")
    for row, claim_id in enumerate(share.index):
        for column, world in enumerate(share):
            _draw_field(
                ax, row, column, share.loc[claim_id, world], world in ledger.loc[claim_id, "control"].split()
            )
    ax.set_xticks(range(share.shape[1]), share.columns, rotation=40, ha="left")
    ax.set_yticks(range(len(share)), ledger.loc[share.index, "claim"].map(shortened), fontsize=8)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    return ax


def _draw_field(ax: Axes, row: int, column: int, share: float, control: bool) -> None:
    if np.isnan(share):
        return
    leak = control and share > CHANCE
    ax.text(
        column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=7,
        weight="bold" if leak else None, color=COLOR["fails"] if leak else COLOR["ink"],
    )  # fmt: skip
    if control:
        frame = (
            {"color": COLOR["fails"], "linewidth": 1.8}
            if leak
            else {"color": COLOR["holds"], "linewidth": 0.9}
        )
        ax.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, fill=False, **frame))


def worlds_in_words(table: pd.DataFrame) -> str:
    """What the table of worlds shows, in a sentence with its numbers: alternative text of its picture."""
    rows = judged(table)
    if rows.empty:
        return "Empty: no runs."
    leaking = rows[rows["leak"]]
    closed = closed_by_interval(leaking).sum()
    return (
        f"{rows['id'].nunique()} claims in {table['world'].nunique()} worlds, {rows['seeds'].max()} seeds each. "
        f"{leaking['id'].nunique()} claims leak: they hold in more than {CHANCE:.0%} of the seeds of a world without "
        f"their cause. Of these {len(leaking)} leaks {closed} are closed by asking that the whole interval holds."
    )


def words(table: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the picture of the worlds, from rows of one scale."""
    rows = judged(table)
    leaking = rows.loc[rows["leak"], "id"].nunique()
    return {
        "title": f"{leaking} of {rows['id'].nunique()} claims hold where their cause was taken out"
        if len(rows)
        else "No runs",
        "alt": worlds_in_words(table),
        "caption": (
            f"In how many percent of {rows['seeds'].max() if len(rows) else 0} synthetic worlds of each kind a claim passes its "
            "test, a row a claim, a column a kind of world. Frames: the claim's cause was taken out there; thick frames and "
            "bold numbers are leaks. Beyond the article."
        ),
    }
