"""The published claims, what was measured of each, and the verdict.

`data/reference/claims.csv` is the only place where the paper's values stand. A notebook takes one with
`published`, states what it measured with `record`, and `scorecard` sets both side by side. Columns:

id, notebook, section (of the paper), source, evidence ("recovery": measured in the
study's tweets; "not checkable": not so), claim (in our words), unit, published
and published_to (the value, or both ends of a published range), test ("ratio": found / published lies in
[low, high]; "range": found lies in [low, high]), low, high (empty: no bound), why (the reason for these
bounds), control, better, applies ("2016": only to a study of the article's election, `of_article`; empty: to
any). A claim that is not checkable has neither test nor bounds; its `why` says what is lacking.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.figures import note
from helpers.study import REFERENCE, Study, current_study, without_scores, write_text
from helpers.tables import MADE_BY, made_with
from helpers.uncertainty import MEASURED as VALUES

CONTROLS = REFERENCE / "controls.csv"
MEASURED = ["found", "found_low", "found_high"]  # of the scorecard

VERDICTS = {  # kind of study -> words for (holds, does not hold)
    "synthetic": ("recovered", "not recovered"),
    "real": ("as in the paper", "differs"),
}
UNSETTLED = "as in the paper, unsettled"  # of real data: the value agrees, its interval reaches beyond
NOT_APPLICABLE = "not applicable"  # the claim needs the article's election, and the study is of another
NO_DATA = "not enough data"
NOT_RUN = "not measured yet"
NOT_CHECKABLE = "not checkable"  # as evidence, and as the verdict that follows from it


@cache
def claims(path: Path = REFERENCE / "claims.csv") -> pd.DataFrame:
    """All published claims, indexed by id. Only an empty cell is missing: "null" is the name of a world."""
    return pd.read_csv(path, index_col="id", keep_default_na=False, na_values=[""])


@cache
def named(noun: str) -> dict:
    """What the article names and a noun's claims ask for: states, regions … (data/reference/article.toml)."""
    return tomllib.loads((REFERENCE / "article.toml").read_text("utf-8"))[noun]


def of_article(study: Study) -> bool:
    """Whether a study is of the article's election: its candidates are among the study's, by key and last
    name, and a window of the study (or an event, without windows) lies in its dates; any dates, without both.
    """
    election, spans = named("election"), study.collection.windows or [(e.at, e.at) for e in study.events]
    names = {candidate.key: "".join(candidate.name.split()[-1:]) for candidate in study.candidates}
    first, last = election["dates"]
    meet = not spans or any(start < last and end >= first for start, end in spans)
    return meet and election["candidates"].items() <= names.items()


def applying(study: Study, measures: pd.DataFrame | None = None) -> pd.DataFrame:
    """The rows of a table by claim id, by default of all claims, that apply to a study."""
    table = claims() if measures is None else measures
    return table if of_article(study) else table[~table.index.isin(claims().query("applies == 2016").index)]


def caveats(study: Study, notebook: str) -> str:
    """What a reader must know before the first figure of a notebook; empty where there is nothing to say.

    Why nobody has a class; which tables were made with other parameters than the study, or their notebook,
    has; that claims do not apply.
    """
    usual = {"threshold": study.scoring.threshold, "reading": "uses", "seed": 0}
    said = [without_scores(study)]
    for name in ("scores", "partisans"):
        made = made_with(study, name)
        for parameter in [parameter for parameter in made if made[parameter] != usual[parameter]]:
            ours = parameter == "threshold"
            what = "Classed at" if ours else f"Table `{name}` made with {parameter}"
            says = f"{'the study' if ours else MADE_BY[name].lower()} says {usual[parameter]}"
            said.append(f"**{what} {made[parameter]}; {says}.** All below rests on it.")
    return "\n\n".join(filter(None, [*said, another_election(study, notebook)]))


def another_election(study: Study, notebook: str | None = None) -> str:
    """How many claims (of a notebook, by number) do not apply to a study, for its reader; empty if all do."""
    table = claims() if notebook is None else claims()[claims()["notebook"] == int(notebook)]
    left_out = len(table.index.difference(applying(study).index))
    where = f"of notebook {notebook}" if notebook else "of all"
    return note("another_election", {"study": study.title, "claims": left_out or None, "where": where})


def published(claim_id: str) -> float:
    """The paper's value of a claim, the lower end of a range. Raises KeyError on an unknown id."""
    return float(_claim(claim_id)["published"])


def _claim(claim_id: str) -> pd.Series:
    if claim_id not in claims().index:
        raise KeyError(f"{REFERENCE / 'claims.csv'} has no claim '{claim_id}'")
    return claims().loc[claim_id]


def measured(values: Mapping[str, float | Sequence[float]]) -> pd.DataFrame:
    """Measures: index claim id, columns value, low, high. In: claim id -> value, or (value, low, high)."""
    rows = [(*np.atleast_1d(value), None, None)[:3] for value in values.values()]
    return pd.DataFrame(rows, list(values), VALUES, dtype=float)


def record(measures: pd.DataFrame) -> None:
    """State what the open study shows of claims: index claim id, columns value, low, high (of its interval).

    NaN says that the study has too little data for a value, or that there is no interval. Written to the
    study's claims folder, one file a claim; recording again replaces it. What does not apply to the study is
    not recorded. Raises KeyError if claims.csv has no such claim.
    """
    for claim_id in measures.index:
        _claim(claim_id)
    for claim_id, row in applying(current_study(), measures)[VALUES].iterrows():
        values = (value if math.isfinite(value) else None for value in row)
        found = {"id": claim_id} | dict(zip(MEASURED, values, strict=True))
        write_text(current_study().out / "claims" / f"{claim_id}.json", json.dumps(found) + "\n")


def recorded(study: Study) -> pd.DataFrame:
    """What was recorded of claims: index id, columns value, low, high; NaN where there was too little."""
    files = sorted((study.out / "claims").glob("*.json"))
    rows = {path.stem: json.loads(path.read_text("utf-8")) for path in files}
    return measured({claim_id: [row[name] for name in MEASURED] for claim_id, row in rows.items()})


def holds(claim: pd.Series, found: float) -> bool:
    """Whether a measured value passes the claim's test; not asked of a claim that is not checkable.

    A bound belongs to the range, but for the only one of a claim of more or less: no difference (0, of a
    ratio 1) is neither.
    """
    value = found / claim["published"] if claim["test"] == "ratio" else found
    bounds = claim[["low", "high"]].dropna().to_list()
    if bounds == [value] and value == (claim.get("unit") == "ratio"):
        return False
    return not (value < claim["low"] or value > claim["high"])  # a missing bound is NaN and compares False


def verdict(claim: pd.Series, found: float | None, synthetic: bool, interval: Sequence[float] = ()) -> str:
    """The verdict in words; which words depends on the kind of study.

    In real data a value that agrees while its `interval` reaches beyond the range of agreement is UNSETTLED.
    """
    if claim["evidence"] == NOT_CHECKABLE:
        return NOT_CHECKABLE
    if found is None or not math.isfinite(found):
        return NO_DATA
    kind = "synthetic" if synthetic else "real"
    yes, no = VERDICTS[kind]
    clear = kind != "real" or all(holds(claim, end) for end in interval)  # an end that is NaN holds
    return no if not holds(claim, found) else yes if clear else UNSETTLED


def scorecard(
    study: Study, notebook: str | None = None, measures: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Every claim (of one notebook, by number, or of all) beside the `measures`, by default those recorded.

    Columns id, notebook, section, evidence, claim, unit, published, published_to (of claims.csv),
    accepted_low, accepted_high (bounds on the found value, in the claim's unit), found, found_low,
    found_high, verdict.
    """
    measures = recorded(study) if measures is None else measures
    table = claims()
    if notebook is not None:
        table = table[table["notebook"] == int(notebook)]
    scale = table["published"].where(table["test"] == "ratio", 1.0)
    card = table[["notebook", "section", "evidence", "claim", "unit", "published", "published_to"]].copy()
    card["accepted_low"], card["accepted_high"] = table["low"] * scale, table["high"] * scale
    card[MEASURED] = measures.reindex(table.index)[VALUES].to_numpy(float)
    card["verdict"] = [
        verdict(claim, found, study.synthetic, ends)
        if claim_id in measures.index or claim["evidence"] == NOT_CHECKABLE
        else NOT_RUN
        for (claim_id, claim), (found, *ends) in zip(table.iterrows(), card[MEASURED].to_numpy(), strict=True)
    ]
    elsewhere = table.index.difference(applying(study, table).index)
    card.loc[elsewhere, [*MEASURED, "verdict"]] = [*[np.nan] * 3, NOT_APPLICABLE]
    return card.reset_index()


def compare(found: Mapping[str, float] | pd.Series) -> pd.DataFrame:
    """Values beside the paper's, for trying things out: they are judged, but not recorded.

    In: claim id -> value. Index id, columns claim, paper, here, verdict (NOT_APPLICABLE where the claim does
    not apply to the open study). Raises KeyError on an unknown id.
    """
    rows = {claim_id: _claim(claim_id) for claim_id in dict(found)}
    table = pd.DataFrame({"claim": {claim_id: row["claim"] for claim_id, row in rows.items()}})
    table["paper"] = [paper_value(row) for row in rows.values()]
    table["here"] = [
        "–" if pd.isna(found[key]) else in_words(found[key], row["unit"]) for key, row in rows.items()
    ]
    study = current_study()
    said = {key: verdict(row, found[key], study.synthetic) for key, row in rows.items()}
    return table.assign(
        verdict=pd.Series(said).where(table.index.isin(applying(study).index), NOT_APPLICABLE)
    )


def paper_value(row: pd.Series) -> str:
    """The published value as one would write it: "14.4 %", "5,000 to 10,000 tweets an hour", "–" if none."""
    ends = [in_words(row[end], row["unit"]) for end in ("published", "published_to") if pd.notna(row[end])]
    return " to ".join(ends) or "–"


def found_value(row: pd.Series) -> str:
    """The measured value with its interval, in the same form."""
    if pd.isna(row["found"]):
        return "–"
    text = in_words(row["found"], row["unit"])
    if pd.isna(row["found_low"]):
        return text
    return f"{text} ({in_words(row['found_low'], row['unit'])} to {in_words(row['found_high'], row['unit'])})"


def in_words(value: float, unit: str) -> str:
    """A value for reading: shares in percent, counts with thousands separators or in millions."""
    if unit == "share":
        return f"{value:.1%}"
    if abs(value) >= 1e6:
        return f"{value / 1e6:.2f} M"
    if abs(value) >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.2f}"


def as_read(card: pd.DataFrame) -> pd.DataFrame:
    """The scorecard for readers: claim, paper, here, verdict, in words, of the claims that apply.

    The control where the card has it, and the study is synthetic: of real data nobody took out a cause.
    """
    card = card[card["verdict"] != NOT_APPLICABLE]
    words = card[["section", "claim", "unit"]].rename(columns={"section": "where"})
    words["paper"] = [paper_value(row) for _, row in card.iterrows()]
    words["here"] = [found_value(row) for _, row in card.iterrows()]
    words["verdict"] = card["verdict"]
    if "control" in card and current_study().synthetic:
        words.insert(5, "without its cause", card["control"].fillna("–"))
    return words


def in_sentence(card: pd.DataFrame) -> str:
    """The scorecard in one sentence: how many claims apply, and how many of them have each verdict."""
    card = card[card["verdict"] != NOT_APPLICABLE]
    counts = card["verdict"].value_counts()
    return f"{len(card)} published claims: " + ", ".join(f"{n} {name}" for name, n in counts.items()) + "."
