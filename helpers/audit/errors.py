"""Real detectors' error rates, and what is left of the findings about bots when such errors are taken out.

Sums by called class are the true ones times a matrix of the two rates, so that its inverse gives these back,
and of links the inverse for both ends (matrix method, Barron 1977; for automatic classifiers see TeBlunthuis,
Hase & Chan 2024). Every finding is a function of such sums (`reclassed`), so no other method is needed. It
holds if a detector errs as often on any two bots, and on any two people. Nobody knows the rates of 2016:
intervals carry how much rates differ between groups of accounts. What errors do where the truth is known says
`helpers.world.error_grid`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers import claims
from helpers.audit import prevalence
from helpers.audit.reclassed import Part, dealt, findings
from helpers.study import REFERENCE
from helpers.uncertainty import MEASURED, a_few, interval

HIDDEN = "real groups, hidden bots"  # the detector by which a finding must hold to survive real errors
Detectors = Mapping[str, tuple[float, float]]


def real_detectors() -> dict[str, tuple[float, float]]:
    """False positive rate and recall, above 0.5, of real detectors by name.

    Rates are those of six groups of people, pooled, or of the best of them (`botometer_groups.csv`). Recall
    is that on bots that say what they are, or on astroturfing ones, which hide (`detectors.csv`).
    """
    groups = prevalence.real_groups()
    fpr, declared = (counts.share for counts in prevalence.real_counts(groups))
    least = groups["above_05"].min()
    universal, english = (recall_of(f"Botometer v4, {name}") for name in ("universal", "English"))
    return {
        "real, the best of each": (least, english),
        HIDDEN: (fpr, universal),
        "real groups, declared bots": (fpr, declared),
    }


def recall_of(detector: str, of: str = "astroturfing 2022-23") -> float:
    """A recall of `detectors.csv`, above 0.5."""
    table = pd.read_csv(REFERENCE / "detectors.csv").set_index(["set", "detector", "measure"])["value"]
    return float(table[of, f"{detector}, above 0.5", "recall"])


def unmixed(called: np.ndarray, fpr: np.ndarray, recall: np.ndarray) -> np.ndarray:
    """Weights of accounts as bots and as humans that sum up to what is behind the called classes.

    In: an array (CLASSES, draws, accounts), and the rates of each draw. The inverse of the matrix of rates;
    NaN where a detector is no better than a coin. Who has no class keeps none.
    """
    fpr, recall = np.reshape(fpr, (-1, 1)), np.reshape(recall, (-1, 1))
    apart = np.where(recall > fpr, recall - fpr, np.nan)
    bots, humans, unknown = called
    true = ((1 - fpr) * bots - fpr * humans) / apart, (recall * humans - (1 - recall) * bots) / apart
    return np.stack([*true, np.broadcast_to(unknown, true[0].shape)])


def corrected(
    parts: Sequence[Part], scores: pd.DataFrame, detectors: Detectors, seed: int = 0, draws: int = 400
) -> pd.DataFrame:
    """What every finding would have to be if the study's detector erred at given rates: a row a detector and
    finding.

    In: the table `scores`. Columns detector, id, finding, fpr, recall, called (as the classes stand), value,
    low, high, possible (share of the draws in which these rates can be). The interval draws accounts and
    rates (`prevalence.drawn_rates`: between groups). NaN, not enough data, where the value is impossible
    (more false positives than accounts called bots), or where fewer than half of the draws are possible.
    """
    columns = ["detector", "id", "finding", "fpr", "recall", "called", *MEASURED, "possible"]
    if scores.empty:
        return pd.DataFrame(columns=columns)
    rng, ids, each = np.random.default_rng(seed), scores["user_id"].tolist(), {name: [] for name in detectors}
    called, rows = dealt(scores["class"].to_numpy()[None]), []
    as_is = findings(parts, ids, called, ["finding"]).iloc[0]
    for few in a_few(draws, 2 * len(scores)):  # as bots and as humans
        times = rng.poisson(1, (few, len(scores)))
        for name, rates in detectors.items():
            drawn = [prevalence.drawn_rates(rate, rng, few) for rate in rates]
            each[name].append(findings(parts, ids, unmixed(called * times, *drawn), ["finding"]))
    for name, (fpr, recall) in detectors.items():
        value = findings(parts, ids, unmixed(called, fpr, recall), ["finding"]).iloc[0]
        found = pd.concat(each[name])
        possible, (low, high) = found.notna().mean(), interval(found.to_numpy().T)
        table = found.columns.to_frame(name="id").assign(value=value, low=low, high=high, possible=possible)
        table.loc[~((possible >= 0.5) & table["value"].notna()), MEASURED] = np.nan
        rows.append(table.assign(called=as_is, detector=name, fpr=fpr, recall=recall))
    table = pd.concat(rows, ignore_index=True)
    return table.assign(finding=table["id"].map(claims.claims()["claim"]))[columns]


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """The table of `corrected` for readers: a row a finding, as its classes stand and by each detector."""
    as_is = table.drop_duplicates("id").assign(detector="as called", low=np.nan, high=np.nan)
    rows = pd.concat([as_is.assign(value=as_is["called"]), table])
    return read_across(rows, "detector", ["as called", *table["detector"].unique()])


def corrected_facts(table: pd.DataFrame) -> dict[str, object]:
    """What the table of `corrected` holds: see captions/audit.toml."""
    rows = table[table["detector"] == HIDDEN]
    return {"findings": len(rows) or None, "possible": int(rows["value"].notna().sum()), "detector": HIDDEN}


def read_across(rows: pd.DataFrame, across: str, order: Sequence[str]) -> pd.DataFrame:
    """Values with intervals for reading, a row a finding, a column for each of what stands `across`."""
    units = rows["id"].map(claims.claims()["unit"])
    found = rows.rename(columns=dict(zip(MEASURED, claims.MEASURED, strict=True))).assign(unit=units)
    text = [claims.found_value(row) for _, row in found.iterrows()]
    wide = rows.assign(text=text).pivot(index="finding", columns=across, values="text")
    wide = wide.replace("–", claims.NO_DATA)
    return wide.reindex(index=rows["finding"].unique(), columns=order).rename_axis(columns=None).reset_index()


def holding(claim: str, value: float, low: float, high: float) -> float:
    """1 where value and interval agree with what was said, as in the scorecard; else 0."""
    said = claims.judged(claim, value, low, high)
    return float(bool(said["point"]) and said["supports"] is not False)


def survives(table: pd.DataFrame) -> pd.DataFrame:
    """What real error rates leave of each finding, from `corrected`: index id, columns error_rates (what it
    would have to be by the rates HIDDEN, in words), real_errors (1 where it still holds then, else 0).
    """
    rows = table[table["detector"] == HIDDEN].set_index("id")
    words = as_read(table).set_index("finding").reindex(rows["finding"])[HIDDEN]
    words = [word if word == claims.NO_DATA else f"would have to be {word}" for word in words]
    said = [holding(*row) for row in rows.reset_index()[["id", *MEASURED]].itertuples(index=False)]
    known = pd.DataFrame({"error_rates": words, "real_errors": said}, rows.index)
    return known.assign(real_errors=known["real_errors"].where(rows["value"].notna()))
