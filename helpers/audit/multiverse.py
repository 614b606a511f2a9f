"""Every finding about classes under all combinations of choices that make sense: a multiverse.

    python -m helpers.audit.multiverse data/sample --out build/sample

After Steegen et al. (2016), Increasing transparency through a multiverse analysis; its picture after
Simonsohn et al. (2020), Specification curve analysis. Bessi & Ferrara (2016) made one choice of each kind,
and so do the notebooks. From a study's tables to one row a finding and specification, which is one choice of
each kind that the finding hangs on. Specifications share tweets and accounts, and nobody says that each is as
good as the other, so that the share of them in which a finding holds is no probability.
"""

from __future__ import annotations

import argparse
import hashlib
import textwrap
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby, product
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from tqdm import tqdm

from helpers import commands, embeddedness, partisanship
from helpers.audit import reclassed
from helpers.audit.reclassed import Rules
from helpers.bots.classes import classify
from helpers.claims import applying, claims, in_words
from helpers.figures import COLOR, percent, plt, say_empty
from helpers.ingest import ledger
from helpers.parallel import WORKERS, mapped
from helpers.study import REFERENCE, ROOT, Study, StudyError, whose, write_text
from helpers.support import subject
from helpers.tables import read, stamp
from helpers.tweets import BURST, CLASSES
from helpers.uncertainty import interval
from helpers.verdicts import ENOUGH, agrees

SHIPPED = REFERENCE / "multiverse.csv"
HOUR = timedelta(hours=1)
CLASSED = {  # how accounts are classed, which touches every finding
    "threshold": (0.4, 0.45, 0.5, 0.55, 0.6, 0.7),
    "unknown": ("unknown", "human", "bot"),  # the class of scored accounts that the threshold gives none
    "scored": (1, 0.5, 0.25),  # share of the scored accounts that have a class, the most active
}
OPTIONS = {
    **CLASSED,
    "top": (5, partisanship.TOP, 20),  # this and what follows as in `reclassed.Rules`
    "side": tuple(partisanship.READINGS),
    "cut": (partisanship.HALF, 0.6),
    "about": tuple(subject.READINGS),
    "burst": (2.0, BURST / HOUR, 8.0),  # hours
    "core": tuple(embeddedness.READINGS),
}
SIDES = ["top", "side", "cut"]
TOUCHED = {  # by notebook, what else its findings hang on; what the first says is read from all tweets anew
    4: ["burst"],
    6: SIDES,
    8: ["about", *SIDES],
    9: ["core"],
}
APART = {"baseline_bot_share": []}  # of days without an event
ASKED = claims().query("rule == 'no_difference'").index  # claims that an interval decides
DRAWS = 200  # of the accounts
COLUMNS = ["id", "finding", *OPTIONS, "value", "holds", "own"]
MARKS = 61  # of a curve, at most


def own(study: Study) -> dict[str, object]:
    """The study's own choice of each kind."""
    classed = {"threshold": study.scoring.threshold, "unknown": "unknown", "scored": 1}
    rules = Rules()._asdict()
    return {name: (classed | rules)[name] for name in OPTIONS} | {"burst": rules["burst"] / HOUR}


def options(study: Study) -> dict[str, list]:
    """All choices of each kind, the study's own first."""
    return {name: [*dict.fromkeys([ours, *OPTIONS[name]])] for name, ours in own(study).items()}


def touched(claim: str) -> list[str]:
    """The choices on which a finding hangs, beside how accounts are classed."""
    return APART.get(claim, TOUCHED.get(claims()["notebook"][claim], []))


def families(study: Study) -> list[tuple[int, list[str]]]:
    """What is measured together: a notebook's number, and the choices that some of its findings hang on."""
    asked = applying(study).query("kind == 'finding' and 2 <= notebook <= 9")
    pairs = {(row.notebook, *touched(row.Index)) for row in asked.itertuples()}
    return [(number, names) for number, *names in sorted(pairs)]


def combined(study: Study, names: Iterable[str]) -> list[dict]:
    """All combinations of the choices of these kinds, the study's own first."""
    choices = options(study)
    return [dict(zip(names, each, strict=True)) for each in product(*(choices[name] for name in names))]


def varied(study: Study, names: Iterable[str]) -> list[dict]:
    """The study's own choices of these kinds, and then with one of them changed at a time."""
    ours = {name: own(study)[name] for name in names}
    return [ours, *(ours | {name: each} for name in names for each in options(study)[name][1:])]


def classed(scores: pd.DataFrame, threshold: float, unknown: str, scored: float) -> pd.Series:
    """Class of each account of the table `scores` by these choices; missing beyond the share that is scored.

    Of accounts with as many tweets, those first in the table are scored.
    """
    classes = classify(scores, threshold).replace("unknown", unknown)
    place = scores["tweets"].rank(method="first", ascending=False)
    return classes.where(place <= scored * len(scores))


def measure(
    study: Study, number: int, chosen: Sequence[dict], called: Sequence[dict], steps: dict
) -> pd.DataFrame:
    """A notebook's findings that hang on the `chosen` choices, under each of them and each of `called`, how
    accounts are classed: one row a combination.

    Columns: the choices, each finding by claim id, and of those that ask an interval "ID low" and "ID high".
    Accounts beyond the share that is scored are left out where the scored are counted (notebook 02), and
    count elsewhere as all do that were never scored. `steps` is as of `reclassed.gather`.
    """
    scores, tables = read(study, "scores"), []
    names = np.stack([classed(scores, **each).to_numpy(object) for each in called])
    classes, accounts = reclassed.dealt(names), scores["user_id"].tolist()
    classes[CLASSES.index("unknown")] += pd.isna(names) & (number != 2)
    for each in chosen:
        rules = Rules(**each | ({"burst": each["burst"] * HOUR} if "burst" in each else {}))
        parts = reclassed.gather(study, rules, [number], steps)
        found = reclassed.findings(parts, accounts, classes, ["finding"])
        found = found[[claim for claim in found if touched(claim) == [*each]]]
        ends = intervals(parts, accounts, classes, found.columns.intersection(ASKED))
        tables.append(pd.DataFrame(called).assign(**each).join([found, ends]))
    return pd.concat(tables, ignore_index=True)


def intervals(
    parts: Sequence[reclassed.Part], accounts: Sequence[int], classes: np.ndarray, asked: Sequence[str]
) -> pd.DataFrame:
    """Intervals of 95 percent of the findings asked: a row each of the classes, columns "ID low", "ID high".

    Each account is drawn a Poisson number of times, once on average (Owen & Eckles 2012), for all rows alike;
    a link counts the product of how often its ends are drawn, as in `uncertainty.node_bootstrap`.
    """
    if not len(asked):
        return pd.DataFrame(index=range(classes.shape[1]))
    drawn = np.random.default_rng(0).poisson(1, (DRAWS, len(accounts)))
    weighted = (classes[:, row, None] * drawn for row in range(classes.shape[1]))
    ends = [interval(reclassed.findings(parts, accounts, each)[asked].to_numpy().T) for each in weighted]
    names = [f"{claim} {end}" for end in ("low", "high") for claim in asked]
    return pd.DataFrame(np.stack(ends).reshape(len(ends), -1), columns=names)


def merged(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of `measure` as one: columns OPTIONS, missing where they play no part, and the findings."""
    table = pd.concat([pd.DataFrame(columns=[*OPTIONS]), *tables])
    return table.groupby([*OPTIONS], dropna=False, sort=False).first().reset_index()


def specifications(wide: pd.DataFrame, study: Study) -> pd.DataFrame:
    """One row a finding and specification, from `merged`: COLUMNS.

    `finding` is the claim in words; a choice that plays no part is missing; `holds` says whether the value
    lies in the claim's range (False without a value), `own` whether all choices are the study's own.
    """
    asked = applying(study).query("kind == 'finding'").index.intersection(wide.columns)
    rows = [_of_claim(wide, claims().loc[claim], own(study)) for claim in asked]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS)


def _of_claim(wide: pd.DataFrame, claim: pd.Series, ours: dict) -> pd.DataFrame:
    """The rows of one claim (its row of `claims`)."""
    names = [*CLASSED, *touched(claim.name)]
    part = wide[(wide[[*OPTIONS]].notna() == [name in names for name in OPTIONS]).all(axis=1)]
    found = part.reindex(columns=[claim.name, *(f"{claim.name} {end}" for end in ("low", "high"))])
    holds = [agrees(claim, *row) for row in found.to_numpy(float)]
    mine = (part[names] == pd.Series(ours)[names]).all(axis=1)
    new = {"id": claim.name, "finding": claim["claim"], "value": part[claim.name].astype(float)}
    return part.assign(**new, holds=holds, own=mine)[COLUMNS]


def taste(study: Study) -> pd.DataFrame:
    """The study's own specification of each finding, and those that differ from it in one choice: COLUMNS."""
    (mine, *others), steps, tables = varied(study, CLASSED), {}, []
    for number, names in families(study):
        usual, *changed = varied(study, names)
        tables.append(measure(study, number, [usual], [mine, *others], steps))
        tables += [measure(study, number, changed, [mine], steps)] if changed else []
    return specifications(merged(tables), study)


def whole(study: Study, folder: Path, jobs: int = WORKERS) -> pd.DataFrame:
    """All specifications, as `merged`, by so many processes; what is in the folder is not measured again."""
    tasks = [
        (number, [*chosen])
        for number, names in families(study)
        for _, chosen in groupby(combined(study, names), lambda each: [*each.values()][:1])
    ]
    done = mapped(partial(kept, study, folder), tasks, jobs)
    return merged([*tqdm(done, total=len(tasks), unit="part", disable=None)])


def kept(study: Study, folder: Path, task: tuple[int, list[dict]]) -> pd.DataFrame:
    """`measure` of a notebook's choices and of all classes, from its file in the folder if it is there.

    The file is named by all that it is made from: choices, tables, settings, and this package's code.
    """
    called, code = combined(study, CLASSED), sorted((ROOT / "helpers").rglob("*.py"))
    paths = [*code, study.folder / "study.toml"]
    stamps = [stamp(study, name) for name in ("tweets", "users", "scores", "sentiment")]
    key = repr([task, called, stamps, ledger.fingerprint(paths, [path.name for path in paths])])
    path = folder / f"{task[0]:02d}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.csv"
    if not path.exists():
        write_text(path, measure(study, *task, called, {}).to_csv(index=False))
    return pd.read_csv(path)


def of_study(study: Study) -> pd.DataFrame:
    """All specifications of the shipped sample, from data/reference; of any other study a `taste`."""
    if whose(study) == {"study": "data/sample", "synthetic": True} and SHIPPED.exists():
        return specifications(pd.read_csv(SHIPPED), study)
    return taste(study)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """One row a finding, from `specifications`: index id, columns finding, specifications, measured (how many
    have a value), median, low, high (least and most), holds (share of the measured), value (the study's own).
    """
    found = table.assign(held=table["holds"].where(table["value"].notna()).astype(float))
    found["mine"] = found["value"].where(found["own"])
    return found.groupby("id", sort=False).agg(
        finding=("finding", "first"), specifications=("value", "size"), measured=("value", "count"),
        median=("value", "median"), low=("value", "min"), high=("value", "max"), holds=("held", "mean"),
        value=("mine", "first"),
    )  # fmt: skip


def curve(table: pd.DataFrame, marks: int = MARKS) -> pd.DataFrame:
    """The specifications of each finding in the order of their values, so many at most and the study's own.

    Columns id, finding, place (0, the least value, to 1, the most), value, holds, own.
    """
    some = table[table["value"].notna()].sort_values("value", kind="stable")
    values = some.groupby("id")["value"]
    rank, last = values.rank(method="first") - 1, values.transform("size") - 1
    some = some.assign(place=rank / last.clip(lower=1))
    step = np.floor(some["place"] * (marks - 1) + 1e-9)  # the first specification of each step is drawn
    drawn = some[~some.assign(step=step).duplicated(["id", "step"]) | some["own"]]
    order = pd.Categorical(drawn["id"], table["id"].unique(), ordered=True)
    return drawn.iloc[order.argsort(kind="stable")][["id", "finding", "place", "value", "holds", "own"]]


def draw(table: pd.DataFrame) -> Figure:
    """Draw the `curve` of each finding, five to a row."""
    curves, shares = curve(table).groupby("id", sort=False), summary(table)["holds"]
    rows = max(1, -(-len(curves) // 5))
    fig, axes = plt.subplots(rows, 5, figsize=(12, 0.6 + 2.1 * rows), sharex=True, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, (claim, part) in zip(axes.flat, curves, strict=False):
        draw_curve(part, shares[claim], claims().loc[claim], ax)
    if not len(curves):
        say_empty(axes[0, 2], "Nobody of this study has a class")
    return fig


def draw_curve(part: pd.DataFrame, share: float, claim: pd.Series, ax: Axes) -> Axes:
    """Draw a finding's specifications by value, the range in which it holds as a band, its share as text."""
    ax.axis("on")
    for holds, marker in (("holds", "o"), ("fails", "x")):
        some = part[part["holds"] == (holds == "holds")]
        ax.plot(some["place"], some["value"], marker, color=COLOR[holds], markersize=3)
    mine = part[part["own"]]
    ax.plot(mine["place"], mine["value"], "o", color=COLOR["ink"], markersize=8, fillstyle="none")
    for end in claim[["low", "high"]].dropna():
        ax.axhline(end, color=COLOR["holds"], linewidth=0.6)
    if part["value"].min() > 0 and part["value"].max() > 30 * part["value"].min():
        ax.set_yscale("log")
    low, high = ax.get_ylim()
    ends = (claim["low"], low), (claim["high"], high)
    ax.axhspan(*(other if np.isnan(end) else end for end, other in ends), color=COLOR["holds"], alpha=0.1)
    ax.set(ylim=(low, high), xticks=[])
    ax.set_title(textwrap.fill(f"{claim['claim']}: {share:.0%}", 34), fontsize=7.5)
    ax.tick_params(labelsize=7.5)
    if claim["unit"] == "share":
        ax.yaxis.set_major_formatter(percent)
    return ax


def facts(table: pd.DataFrame) -> dict[str, object]:
    """What the picture says, from `specifications`: see captions/audit.toml.

    `crossed`: whether choices were combined, and not changed one at a time.
    """
    rows, called = summary(table).query("measured > 0"), table[[*CLASSED]].drop_duplicates()
    units, shares = claims()["unit"][rows.index], rows["holds"]
    said = [f"{row.finding}: {row.holds:.0%} of {row.measured}, "
            + " to ".join(dict.fromkeys(in_words(end, unit) for end in (row.low, row.high)))
            for row, unit in zip(rows.itertuples(), units, strict=True)]  # fmt: skip
    return {
        "findings": len(rows) or None,
        "crossed": len(called) == called.nunique().prod(),
        "enough": ENOUGH,
        "most": int((shares >= ENOUGH).sum()),
        "few": int((shares < 0.5).sum()),
        "least": rows["specifications"].min(),
        "largest": rows["specifications"].max(),
        "all": len(table),
        "shares": "; ".join(said),
        "unmeasured": int((table["value"].isna()).sum()) or None,
    }


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser("python -m helpers.audit.multiverse", description=__doc__)
    parser.add_argument("study", type=Path, help="folder of a study whose notebooks have run")
    parser.add_argument("--out", type=Path, help="folder of its results (default build/STUDY)")
    parser.add_argument("--parts", type=Path, help="folder of what is done (default build/multiverse/STUDY)")
    parser.add_argument("--table", type=Path, help="write all specifications there, as CSV")
    parser.add_argument("--jobs", type=int, default=WORKERS, help=f"processes (default {WORKERS})")
    asked = parser.parse_args(arguments)
    try:
        study = Study(asked.study, asked.out)
        wide = whole(study, asked.parts or ROOT / "build" / "multiverse" / study.name, asked.jobs)
    except StudyError as error:
        raise SystemExit(f"python -m helpers.audit.multiverse: {error}") from None
    if asked.table:
        write_text(asked.table, wide.to_csv(index=False, float_format="%.4g", lineterminator="\n"))
    print(summary(specifications(wide, study)).set_index("finding").round(3).to_string())


if __name__ == "__main__":
    commands.run(main)
