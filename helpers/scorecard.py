"""The scorecard: every claim, what the paper says, what was found, and what its control world shows.

In: the table of `claims.scorecard`, beside which `with_controls` sets how often each claim holds in synthetic
worlds where its cause was taken out (`helpers.audit.leaks`).
"""

from __future__ import annotations

from contextlib import suppress

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from helpers import claims
from helpers.audit import leaks
from helpers.figures import COLOR, captions
from helpers.study import ROOT, Study, StudyError

HOLDS, FAILS = COLOR["holds"], COLOR["fails"]
MARKS = {  # what to show -> marker, fill, edge; shape and fill tell them apart without colour
    "holds": ("o", HOLDS, HOLDS),
    "interval": ("o", HOLDS, HOLDS),
    "leak": ("o", "white", HOLDS),
    "setting": (".", HOLDS, HOLDS),
    "fails": ("X", FAILS, FAILS),
    "open": ("$?$", COLOR["unknown"], COLOR["unknown"]),
}


def legend(synthetic: bool) -> dict[str, str]:
    """What each of MARKS says, of synthetic or of real data (captions/scorecard.toml)."""
    return captions()["marks_synthetic" if synthetic else "marks_real"]


def measured(study: Study) -> pd.DataFrame:
    """What the study shows of all claims: index claim id, columns value, low, high.

    As its notebooks recorded it; a claim that none has recorded is measured here, where its tables are made.
    """
    recorded = claims.recorded(study)
    ledger = claims.applying(study).query("evidence != @claims.NOT_CHECKABLE")
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


def with_controls(card: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The scorecard with columns control ("0 of 20 in noreply"), control_found (median), survives, by_sign.

    `survives` says whether the claim is a leak, `by_sign` whether as one it would be closed by asking that
    the whole interval passes. `runs` are rows of one scale of `leaks.read_table`. Null for claims without a
    control.
    """
    rows = leaks.judged(runs)
    rows["control_text"] = [f"{row.holds} of {row.seeds} in {row.control}" for row in rows.itertuples()]
    median = runs.set_index(["id", "world"])["median"]
    rows["control_found"] = [median.get(pair) for pair in zip(rows["id"], rows["control"], strict=True)]
    rows["by_sign"] = ~rows["leak"] | leaks.closed_by_interval(rows)
    by_claim = rows.groupby("id").agg(
        control=("control_text", ", ".join),
        control_found=("control_found", "first"),
        survives=("leak", "any"),
        by_sign=("by_sign", "all"),
    )
    return card.join(by_claim, on="id")


def kind(row: pd.Series) -> str:
    """Which of MARKS stands for a claim."""
    holds, fails = (row["verdict"] in verdicts for verdicts in zip(*claims.VERDICTS.values(), strict=True))
    if row["verdict"] == claims.UNSETTLED:
        return "interval"
    if not holds and not fails:
        return "open"
    if fails:
        return "fails"
    if pd.isna(row["survives"]):
        return "setting"
    by_interval = "interval" if row["verdict"] == "recovered" else "holds"  # of real data it is clear
    return "holds" if not row["survives"] else by_interval if row["by_sign"] and clear(row) else "leak"


def clear(row: pd.Series) -> bool:
    """Whether the whole interval of what was found lies in the range of agreement; not so without an
    interval.
    """
    inside = not (row["found_low"] < row["accepted_low"] or row["found_high"] > row["accepted_high"])
    return bool(pd.notna(row["found_low"]) and inside)


def overview(card: pd.DataFrame) -> pd.DataFrame:
    """How many claims of each notebook have each mark: index notebook, columns of MARKS."""
    return pd.crosstab(card["notebook"], card.apply(kind, axis="columns")).reindex(
        columns=list(MARKS), fill_value=0
    )


@mpl.rc_context({"text.parse_math": True})  # or the question mark would be drawn with its dollars
def draw_overview(card: pd.DataFrame, ax: Axes, synthetic: bool = True) -> Axes:
    """Draw one mark for each claim, a row a notebook: the whole ledger at a glance."""
    marks = pd.Categorical(card.apply(kind, axis="columns"), list(MARKS))
    placed = card[["notebook"]].assign(mark=marks).sort_values(["notebook", "mark"], ignore_index=True)
    rows = placed.groupby("notebook")
    for mark, part in placed.assign(x=rows.cumcount(), y=rows.ngroup()).groupby("mark", observed=True):
        marker, fill, edge = MARKS[mark]
        half = {"fillstyle": "left", "markerfacecoloralt": "white"} if mark == "interval" else {}
        style = {"color": fill, "markeredgecolor": edge, "markersize": 8, "linestyle": ""} | half
        ax.plot(
            part["x"], part["y"], marker=marker, label=f"{legend(synthetic)[mark]} ({len(part)})", **style
        )
    ax.set_yticks(range(len(rows)), map(title, rows.groups))
    ax.set(ylim=(len(rows) - 0.4, -0.6), xlim=(-0.8, rows.size().max() + 0.3), xticks=[])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=2)
    return ax


def title(number: int) -> str:
    """Number and name of a notebook: "02 bot detection"."""
    (name,) = (path.stem for path in (ROOT / "notebooks").glob(f"{number:02d}_*.ipynb"))
    return name.replace("_", " ")


def as_read(card: pd.DataFrame, synthetic: bool = True) -> pd.DataFrame:
    """The scorecard for readers, with the notebook and what its mark means, in words."""
    table = claims.as_read(card)
    table.insert(0, "notebook", card["notebook"])
    return table.assign(**{"what it shows": card.apply(kind, axis="columns").map(legend(synthetic))})


def facts(card: pd.DataFrame, synthetic: bool = True) -> dict[str, object]:
    """What the scorecard's picture says: see captions/scorecard.toml."""
    counts, said = overview(card).sum(), legend(synthetic)
    return {
        "claims": len(card),
        "gone": counts["holds"] + counts["interval"],
        "leak": counts["leak"],
        "marks": "; ".join(f"{counts[mark]} {said[mark]}" for mark in MARKS if counts[mark]),
        "real": not synthetic,
        "as_in": (card["verdict"] == "as in the paper").sum(),
        "unsettled": (card["verdict"] == claims.UNSETTLED).sum(),
        "differ": (card["verdict"] == "differs").sum(),
    }
