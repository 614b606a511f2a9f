"""Which claims survive in a world where what they are taken as evidence for is not.

In: the table that `python -m helpers.world.measure --table` writes, one row a claim, world and scale. A claim
that holds in its control world in more than CHANCE of the seeds is a leak: something else makes it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
from pandas.io.formats.style import Styler

from helpers import claims
from helpers.figures import GREYS

ADDED = "angry"  # the world with an effect that the base world lacks: of claims whose control is "base"
JUDGED = ["id", "claim", "control", "seeds", "planted", "planted_clear", "holds", "clear", "leak", "better"]
CHANCE = 0.1  # of the seeds: a claim may hold where it must not, 2 in 20


def read_table(path: Path = claims.CONTROLS) -> pd.DataFrame:
    """The table of the shipped runs: columns as of `helpers.world.measure.summarise`."""
    return pd.read_csv(path, keep_default_na=False, na_values="").astype({"clear": "Int64"})


def all_worlds(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the scale at which most worlds were drawn."""
    worlds = table.groupby("scale")["world"].nunique()
    return table[table["scale"] == worlds.idxmax()] if len(table) else table


def by_world(table: pd.DataFrame) -> pd.DataFrame:
    """In how many seeds each claim holds, claim by world, from rows of one scale."""
    wide = table.pivot(index="id", columns="world", values="holds")
    return wide.loc[table["id"].unique(), table["world"].unique()]


def descriptions(table: pd.DataFrame, path: Path = claims.CONTROLS) -> pd.DataFrame:
    """What was taken out of each world: columns world, what, seeds."""
    what = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["worlds"]
    seeds = table.groupby("world", sort=False)["seeds"].max().reset_index()
    return seeds.assign(what=seeds["world"].map(what))[["world", "what", "seeds"]]


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Each claim that has a control beside the world where its cause is: one row a claim and control.

    In: rows of one scale. Columns id, claim, control, seeds, planted, planted_clear, holds, clear (in how
    many seeds it holds, and holds with its whole interval, where its cause is and in the control), leak (it
    holds in its control in more than CHANCE of the seeds), better (what to look at instead).
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
    return rows[JUDGED]


def closed_by_interval(rows: pd.DataFrame) -> pd.Series:
    """Which rows of `judged` are no more than chance once the whole interval must hold; not those without
    one.
    """
    return rows["clear"].le(CHANCE * rows["seeds"]).fillna(False).astype(bool)


def leaks(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `judged` where a claim survives what must take it away, with what to look at instead."""
    rows = judged(table).query("leak")
    own = closed_by_interval(rows).map({True: "its interval", False: "the control"})
    return rows.assign(better=rows["better"].fillna(own)).drop(columns="leak")


def remedies(table: pd.DataFrame) -> pd.DataFrame:
    """The better statistics in the worlds where the claims beside them leak.

    Columns claim (that leaks), better (in words), control, seeds, planted, holds (in how many seeds the
    better one holds where the cause is, and where it is not).
    """
    ledger = claims.claims()
    rows = leaks(table)[["claim", "better", "control", "seeds"]]
    rows = rows[rows["better"].isin(ledger.index)]
    counts = table.set_index(["id", "world"])["holds"]
    rows["planted"] = [counts.get((better, "base")) for better in rows["better"]]
    rows["holds"] = [counts.get(pair) for pair in zip(rows["better"], rows["control"], strict=True)]
    return rows.assign(better=rows["better"].map(ledger["claim"]))


def unsure(table: pd.DataFrame) -> pd.DataFrame:
    """Claims that hold in too few seeds of the base world (less than 1 − CHANCE), though they could be
    measured.

    Columns id, claim, seeds, holds, clear, published, low, median, high (of what was found).
    """
    ledger = claims.claims()[["claim", "published", "control"]]
    rows = table[(table["world"] == "base") & (table["measured"] > 0)].join(ledger, on="id")
    rows = rows[(rows["holds"] < (1 - CHANCE) * rows["seeds"]) & (rows["control"] != "base")]
    return rows[["id", "claim", "seeds", "holds", "clear", "published", "low", "median", "high"]]


def shown(table: pd.DataFrame) -> Styler:
    """In how many percent of the seeds each claim holds in each world, shaded: claims with a control, rows of
    one scale.

    Fields of a claim's own control say whether it is gone there, or a leak.
    """
    ledger = claims.claims()["control"].fillna("none")
    rows = table[table["id"].map(ledger) != "none"]
    share = by_world(rows.assign(holds=rows["holds"] / rows["seeds"]))
    told = share.map(lambda value: f"{100 * value:.0f}", na_action="ignore").fillna("")
    for row in judged(rows).itertuples():
        told.loc[row.id, row.control] += " leak" if row.leak else " gone"
    told = told.set_axis(claims.claims().loc[told.index, "claim"]).rename_axis(index=None, columns=None)
    return told.style.background_gradient(GREYS, axis=None, vmin=0, vmax=2.4, gmap=share.to_numpy())


def facts(table: pd.DataFrame) -> dict[str, object]:
    """What the table of worlds shows, from rows of one scale: see captions/audit.toml."""
    rows = judged(table)
    leaking = rows[rows["leak"]]
    counts = {
        "claims": rows["id"].nunique(),
        "worlds": table["world"].nunique(),
        "seeds": rows["seeds"].max(),
    }
    counts |= {"leaking": leaking["id"].nunique(), "leaks": len(leaking)}
    counts |= {"closed": closed_by_interval(leaking).sum()}
    return {"chance": CHANCE} | (counts if len(rows) else dict.fromkeys(counts))
