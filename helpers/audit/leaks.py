"""Which claims survive in a world where what they are taken as evidence for is not.

In: the table that `python -m helpers.world.measure --table` writes, one row a claim, world and scale. What
counts as a leak says `helpers.verdicts`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
from pandas.io.formats.style import Styler

from helpers import claims, verdicts
from helpers.figures import GREYS
from helpers.verdicts import CHANCE, allowed


def by_world(table: pd.DataFrame) -> pd.DataFrame:
    """In how many seeds each claim holds, claim by world, from rows of one scale."""
    wide = table.pivot(index="id", columns="world", values="holds")
    return wide.loc[table["id"].unique(), table["world"].unique()]


def descriptions(table: pd.DataFrame, path: Path = verdicts.CONTROLS) -> pd.DataFrame:
    """What was taken out of each world: columns world, what, seeds."""
    what = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["worlds"]
    seeds = table.groupby("world", sort=False)["seeds"].max().reset_index()
    return seeds.assign(what=seeds["world"].map(what))[["world", "what", "seeds"]]


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """`verdicts.judged` of all claims: one row a claim and control, from rows of one scale."""
    return verdicts.judged(claims.claims(), table)


def leaks(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `judged` where a claim survives what must take it away, with what to look at instead."""
    rows = judged(table).query("leak")
    return rows.assign(better=rows["better"].fillna("the control")).drop(columns="leak")


def shown(table: pd.DataFrame) -> Styler:
    """In how many percent of the seeds each claim holds in each world, shaded: claims with a rule and a
    control, rows of one scale.

    Fields of a claim's own control say whether it is gone there, or a leak.
    """
    there = judged(table)
    rows = table[table["id"].isin(there["id"])]
    share = by_world(rows.assign(holds=rows["holds"].astype(float) / rows["seeds"]))
    told = share.map(lambda value: f"{100 * value:.0f}", na_action="ignore").fillna("")
    for row in there.itertuples():
        told.loc[row.id, row.control] += " leak" if row.leak else " gone"
    told = told.set_axis(claims.claims().loc[told.index, "claim"]).rename_axis(index=None, columns=None)
    return told.style.background_gradient(GREYS, axis=None, vmin=0, vmax=2.4, gmap=share.to_numpy())


def facts(table: pd.DataFrame) -> dict[str, object]:
    """What the table of worlds shows, from rows of one scale: see captions/audit.toml."""
    rows = judged(table)
    leaking, seeds = rows[rows["leak"]], rows["seeds"].max()
    counts = {"claims": rows["id"].nunique(), "worlds": table["world"].nunique(), "seeds": seeds}
    counts |= {"leaking": leaking["id"].nunique(), "allowed": allowed(seeds) if len(rows) else None}
    return {"chance": CHANCE} | (counts if len(rows) else dict.fromkeys(counts))
