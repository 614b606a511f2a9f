"""The scorecard: three tables of what the article and the press say, and what was found.

(a) the findings about bots, a line each; (b) relations among printed numbers, which need no tweets
(`helpers.audit.arithmetic`); (c) everything else: statistics beside the findings, levels and shapes that the
synthetic world was given, settings, and what cannot be checked. No headline counts (c).
"""

from __future__ import annotations

import re
from contextlib import suppress

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from helpers import claims, verdicts
from helpers.figures import COLOR, captions
from helpers.study import Study, StudyError
from helpers.tables import read

FINDINGS = ["finding", "source", "published", "value", "low", "high", "controls", "verdict"]
SURVIVAL = ["null_p", "error_rates", "real_errors", "multiverse"]  # of the table that notebook 11 makes
SOURCES = {"paper": "article", "ibtimes": "press, 19 October", "motherboard": "press, 7 November"}
KINDS = captions()["claim_kinds"]  # in words, in the order of the tables
PARTS = ("The article", "The press articles")
COLUMNS = (0.0, 0.37, 0.44)  # where the texts of the picture stand
PLACES = (0.585, 0.67, 0.755, 0.84, 0.925)  # and its steps
STEPS = captions()["finding_steps"]["heads"]  # as columns of the picture
MARKS = {  # mark of `verdicts` -> marker, fill, edge; shape and fill tell them apart without colour
    "holds": ("o", COLOR["holds"], COLOR["holds"]),
    "reaches": ("o", COLOR["holds"], COLOR["holds"]),
    "leak": ("o", "white", COLOR["holds"]),
    "untested": (".", COLOR["holds"], COLOR["holds"]),
    "fails": ("X", COLOR["fails"], COLOR["fails"]),
    "set": (".", COLOR["unknown"], COLOR["unknown"]),
    "open": ("$?$", COLOR["unknown"], COLOR["unknown"]),
}


def measured(study: Study) -> pd.DataFrame:
    """What the study shows of all claims: index claim id, columns value, low, high.

    As its notebooks recorded it; a claim that none has recorded is measured here, where its tables are made.
    """
    recorded = claims.recorded(study)
    ledger = claims.applying(study, claims.checkable())
    missing = set(ledger.loc[ledger.index.difference(recorded.index), "notebook"])
    if not missing:
        return recorded
    from helpers import findings  # here: what loads all nouns would cost time where nothing is missing
    from helpers.audit import measures

    parts = [recorded]
    for number in sorted(missing & {*findings.NOUNS, 11}):
        with suppress(StudyError):  # a table that no notebook has made yet
            own = number in findings.NOUNS
            parts.append(findings.measures(study, notebooks=[number]) if own else measures.of_study(study))
    everything = pd.concat(parts)
    return everything[~everything.index.duplicated()]


def with_survival(card: pd.DataFrame, study: Study) -> pd.DataFrame:
    """A scorecard with what notebook 11 says of its findings: also columns SURVIVAL, empty if it did not run.

    null_p (the largest p of the fair nulls), error_rates (in words), real_errors (1 where the finding holds
    by real error rates, else 0), multiverse (share of all choices in which it holds).
    """
    made = study.table("survival")
    known = read(study, "survival") if made else pd.DataFrame(columns=["id", *SURVIVAL])
    return card.merge(known[["id", *SURVIVAL]], on="id", how="left")


def findings_table(card: pd.DataFrame) -> pd.DataFrame:
    """Table (a) of a scorecard `with_survival`: columns FINDINGS, SURVIVAL, then unit, point, interval, mark,
    one row a finding.

    `controls` says in how many control worlds the finding holds all the same; `point`, `interval` and
    `controls` are three answers, of which the verdict is made.
    """
    rows = card[(card["kind"] == "finding") & (card["verdict"] != claims.NOT_APPLICABLE)]
    names = {"claim": "finding", "found": "value", "found_low": "low", "found_high": "high"}
    rows = rows.rename(columns=names | {"control": "controls"})
    said = [
        claims.paper_value(row)
        if pd.notna(row["published"]) and row["rule"] != "no_difference"
        else row["rule"].replace("_", " ")
        for _, row in rows.iterrows()
    ]
    sources = rows["source"].str.split(", ").map(lambda names: "; ".join(SOURCES[name] for name in names))
    table = rows.assign(published=said, source=sources)
    return table[[*FINDINGS, *SURVIVAL, "unit", "point", "interval", "mark"]].reset_index(drop=True)


def steps(table: pd.DataFrame, synthetic: bool = True) -> pd.DataFrame:
    """How far each finding gets, from `findings_table`: a column for each of STEPS, True or False, or missing
    where it was not asked.

    Beyond fair chance is what chance brings in less than one of twenty cases, asked where the value is as
    was said; of no difference, what chance brings as well. Of real data nobody took out a cause.
    """
    found, even = table["mark"].isin(["holds", "leak", "untested"]), table["published"] == "no difference"
    chance = table["null_p"].astype(float)
    answers = [
        found.where(table["mark"] != "open"),
        (table["mark"] != "leak").where(found & table["controls"].notna() & synthetic),
        ((chance < verdicts.SURE) != even).where(chance.notna() & (even | table["point"].eq(True))),
        (table["real_errors"] == 1).where(table["real_errors"].notna()),
        (table["multiverse"].astype(float) >= verdicts.ENOUGH).where(table["multiverse"].notna()),
    ]
    return pd.DataFrame(dict(zip(STEPS, answers, strict=True))).astype("boolean")


def survivors(table: pd.DataFrame, synthetic: bool = True) -> pd.Series:
    """The findings, in words, that pass all `steps`."""
    return table.loc[steps(table, synthetic).fillna(False).all(axis="columns"), "finding"]


@mpl.rc_context({"text.parse_math": True, "font.size": 8.5})  # or a question mark is drawn with its dollars
def draw_findings(table: pd.DataFrame, ax: Axes, synthetic: bool = True) -> Axes:
    """Draw the table of `findings_table` for reading: a line a finding with what was said, what was found,
    and how far it gets by `steps`: a full mark is passed, an open one is not.
    """
    heads = dict(zip(COLUMNS + PLACES, ("", "said", "found (95 % interval)", *STEPS), strict=True))
    drawn = table.join(steps(table, synthetic)).assign(press=table["source"] != SOURCES["paper"])
    drawn = drawn.sort_values("press", kind="stable")
    tops = {press: press * ((~drawn["press"]).sum() + 2.2) for press in drawn["press"].unique()}
    for press, part in drawn.groupby("press"):
        ax.text(COLUMNS[0], tops[press], PARTS[press], weight="bold", va="center")
        for x, head in heads.items():
            ax.text(x, tops[press] - 0.1, head, va="center", color=COLOR["soft"], fontsize=7.5)
        for place, (_, row) in enumerate(part.iterrows(), start=1):
            _draw_finding(ax, tops[press] + place + 0.4, row)
    ax.set(xlim=(0, 1), ylim=(len(table) + 4, -0.8), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return ax


def _draw_finding(ax: Axes, at: float, row: pd.Series) -> None:
    """A line of the picture."""
    ends = dict(zip(claims.MEASURED, row[["value", "low", "high"]], strict=True))
    found = claims.found_value(pd.Series(ends | {"unit": row["unit"]}))
    for x, text in zip(COLUMNS, (row["finding"], row["published"], found), strict=True):
        ax.text(x, at, text, va="center")
    worlds = re.findall(r"(\d+) of (\d+) in", row["controls"]) if isinstance(row["controls"], str) else []
    most = "/".join(max(worlds, key=lambda world: int(world[0]), default=""))
    beside = ["", most, _number(row["null_p"], "p {:.3f}"), "",
              _number(row["multiverse"], "{:.0%}")]  # fmt: skip
    for x, step, text in zip(PLACES, STEPS, beside, strict=True):
        if pd.isna(row[step]):
            ax.text(x, at, "–", va="center", color=COLOR["soft"])
            continue
        fill = COLOR["holds"] if row[step] else "white"
        ax.plot(x + 0.004, at, "o", markersize=7, color=fill, markeredgecolor=COLOR["holds"])
        ax.text(x + 0.016, at, text, va="center", fontsize=7, color=COLOR["soft"])
    ax.axhline(at + 0.5, color=COLOR["pale"], linewidth=0.6)


def _number(value: float, form: str) -> str:
    return "" if pd.isna(value) else form.format(value)


def facts(table: pd.DataFrame, synthetic: bool = True) -> dict[str, object]:
    """What the picture of the findings says, from its table: see captions/scorecard.toml."""
    counts, said, passed = table["mark"].value_counts(), verdicts.words(synthetic), steps(table, synthetic)
    left, last = survivors(table, synthetic), passed[passed.iloc[:, 0].eq(False)].iloc[:, 3].sum()
    return {name: int(counts.get(name, 0)) for name in MARKS} | {
        "steps": "; ".join(f"{name.replace(chr(10), ' ')} {column.sum()} of {column.count()}"
                           for name, column in passed.items() if column.count()),
        "asked": passed.notna().all(axis="columns").any(),
        "survive": len(left),
        "survivors": "; ".join(left),
        "made": int(last) or None,
        "findings": len(table),
        "marks": "; ".join(f"{counts[mark]} {said[mark]}" for mark in MARKS if counts.get(mark)),
        "real": not synthetic,
        "ranges": claims.frozen(),
    }  # fmt: skip


def by_kind(card: pd.DataFrame) -> pd.DataFrame:
    """The rows of a scorecard in the order of KINDS, findings first."""
    return card.sort_values("kind", key=lambda kind: kind.map(list(KINDS).index), kind="stable")


def others(card: pd.DataFrame) -> pd.DataFrame:
    """Table (c) of a scorecard, for readers: all rows but the findings, by kind, with their notebook."""
    rows = by_kind(card[card["kind"] != "finding"])
    table = claims.as_read(rows).drop(columns="unit")
    table.insert(0, "kind", rows["kind"].map(KINDS))
    return table.assign(notebook=rows["notebook"])


def other_facts(card: pd.DataFrame) -> dict[str, object]:
    """What table (c) holds: see captions/scorecard.toml."""
    counts = card["kind"].value_counts().drop("finding", errors="ignore")
    kinds = "; ".join(f"{counts[kind]} {words}" for kind, words in KINDS.items() if counts.get(kind))
    return {"rows": int(counts.sum()), "kinds": kinds}
