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
from helpers.figures import COLOR
from helpers.study import Study, StudyError

FINDINGS = ["finding", "source", "published", "value", "low", "high", "controls", "verdict"]
SOURCES = {"paper": "article", "ibtimes": "press, 19 October", "motherboard": "press, 7 November"}
KINDS = {  # of claims.csv, in the order of the tables
    "finding": "finding about bots",
    "beside": "beside the findings",
    "calibration": "level or shape",
    "setting": "setting",
    verdicts.UNCHECKED: "cannot be checked",
}
PARTS = ("The article", "The press articles")
COLUMNS = (0.0, 0.505, 0.605, 0.80)  # where the texts of the picture stand
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


def findings_table(card: pd.DataFrame) -> pd.DataFrame:
    """Table (a) of a scorecard: columns FINDINGS, then unit, point, interval, mark, one row a finding.

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
    return table[[*FINDINGS, "unit", "point", "interval", "mark"]].reset_index(drop=True)


@mpl.rc_context({"text.parse_math": True, "font.size": 8.5})  # or a question mark is drawn with its dollars
def draw_findings(table: pd.DataFrame, ax: Axes, synthetic: bool = True) -> Axes:
    """Draw the table of `findings_table` for reading: a line a finding with a mark for its verdict, what was
    said, what was found, and in how many worlds without its cause it holds all the same.
    """
    heads = ["", "said", "found here (95 % interval)", "without its cause"][: 4 if synthetic else 3]
    drawn = table.assign(press=table["source"] != SOURCES["paper"]).sort_values("press", kind="stable")
    tops = {press: press * ((~drawn["press"]).sum() + 1.6) for press in drawn["press"].unique()}
    for press, part in drawn.groupby("press"):
        ax.text(COLUMNS[0], tops[press], PARTS[press], weight="bold", va="center")
        for x, head in zip(COLUMNS, heads, strict=False):
            ax.text(x, tops[press], head, va="center", color=COLOR["soft"])
        for place, row in enumerate(part.itertuples(), start=1):
            _draw_finding(ax, tops[press] + place, row, synthetic)
    for name in [name for name in MARKS if name in set(table["mark"])]:
        style, label = mark_style(name), verdicts.words(synthetic)[name]
        ax.plot([], [], **style, label=f"{label} ({(table['mark'] == name).sum()})")
    ax.set(xlim=(-0.03, 1), ylim=(len(table) + 2.2, -0.6), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0.0), ncols=2)
    return ax


def _draw_finding(ax: Axes, at: float, row: tuple, synthetic: bool) -> None:
    """A line of the picture."""
    ends = dict(zip(claims.MEASURED, (row.value, row.low, row.high), strict=True))
    found = claims.found_value(pd.Series(ends | {"unit": row.unit}))
    controls = row.controls if synthetic and isinstance(row.controls, str) else ""
    texts = (row.finding, row.published, found, re.sub(r"(\d+) of (\d+) in", r"\1/\2", controls))
    for x, text in zip(COLUMNS, texts, strict=True):
        ax.text(x, at, text, va="center")
    ax.plot(-0.015, at, **mark_style(row.mark))
    ax.axhline(at + 0.5, color=COLOR["pale"], linewidth=0.6)


def mark_style(name: str) -> dict[str, object]:
    """How a mark of MARKS is plotted."""
    marker, fill, edge = MARKS[name]
    style = {"linestyle": "", "marker": marker, "markersize": 7.5, "color": fill, "markeredgecolor": edge}
    return style | ({"fillstyle": "left", "markerfacecoloralt": "white"} if name == "reaches" else {})


def facts(table: pd.DataFrame, synthetic: bool = True) -> dict[str, object]:
    """What the picture of the findings says, from its table: see captions/scorecard.toml."""
    counts, said = table["mark"].value_counts(), verdicts.words(synthetic)
    return {name: int(counts.get(name, 0)) for name in MARKS} | {
        "findings": len(table),
        "marks": "; ".join(f"{counts[mark]} {said[mark]}" for mark in MARKS if counts.get(mark)),
        "real": not synthetic,
        "ranges": claims.frozen(),
    }


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
