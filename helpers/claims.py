"""The published claims, what was measured of each, and the verdict.

`data/reference/claims.csv` is the only place where the paper's values stand that tweets are set beside. A
notebook takes one with `published`, states what it measured with `record`, and `scorecard` sets both side by
side. Columns:

id, notebook, section (of the paper), source (paper, ibtimes, motherboard: who says it; memo, kreil: another
study; ours: nobody), kind, claim (in our words), unit, published and published_to (the value, or both ends of
a published range), rule (of rules.csv: which range counts as agreement, `ranges.accepted`), words (what the
source says, in our words: why this rule), control (worlds without the claim's cause,
`helpers.world.controls`), better (the claim to look at instead), applies ("2016": only to a study of the
article's election, `of_article`; empty: to any).

Kinds: "finding" (about bots, in the article or the two press articles), "beside" (another statistic beside
the findings, ours or another study's), "calibration" (a level or shape that the synthetic world was given),
"setting", and "not checkable". Only the first two have a rule and a verdict. Relations among printed numbers
stand in arithmetic.csv (`helpers.audit.arithmetic`).
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import ranges, verdicts
from helpers.figures import note
from helpers.study import REFERENCE, Study, current_study, read_json, whole, without_scores, write_text
from helpers.tables import MADE_BY, made_with
from helpers.uncertainty import MEASURED as VALUES

MEASURED = ["found", "found_low", "found_high"]  # of the scorecard
NOT_SHOWN = ["words", "control", "better", "applies"]  # of claims.csv, in the scorecard
NOT_APPLICABLE = "not applicable"  # the claim needs the article's election, and the study is of another
NO_DATA = "not enough data"
NOT_RUN = "not measured yet"


@cache
def claims(path: Path = REFERENCE / "claims.csv") -> pd.DataFrame:
    """All published claims, indexed by id, with columns low and high: the range that their rule gives.

    Only an empty cell is missing: "null" is the name of a world.
    """
    table = pd.read_csv(path, index_col="id", keep_default_na=False, na_values=[""])
    rows = table[["rule", "published", "published_to", "unit"]].itertuples(index=False)
    ends = [(np.nan, np.nan) if pd.isna(row.rule) else ranges.accepted(*row) for row in rows]
    return table.assign(**dict(zip(("low", "high"), np.array(ends, float).T, strict=True)))


def of_notebook(notebook: str | None = None) -> pd.DataFrame:
    """The claims that a notebook measures, by its number; all claims without one."""
    return claims() if notebook is None else claims()[claims()["notebook"] == int(notebook)]


def checkable() -> pd.DataFrame:
    """All claims but those that no tweet can show."""
    return claims().query("kind != @verdicts.UNCHECKED")


@cache
def other_counts() -> pd.DataFrame:
    """What others printed of the same weeks, by id: columns value, unit, what, source."""
    return pd.read_csv(REFERENCE / "other_counts.csv", index_col="id")


def frozen() -> str:
    """A hash of the ranges: of every claim's rule and printed value, and of what the rules say.

    SHA-256, its first twelve digits. A test asks that the changelog names it: no range changes
    unseen.
    """
    judged = claims()[["rule", "published", "published_to", "unit", "low", "high"]].dropna(subset="rule")
    return hashlib.sha256(judged.to_csv(lineterminator="\n").encode()).hexdigest()[:12]


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
    table = of_notebook(notebook)
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
    files, number = sorted((study.out / "claims").glob("*.json")), claims()["notebook"]
    made_by = {path: f"Notebook {number.get(path.stem, 0):02}" for path in files}
    rows = {path.stem: whole(path, read_json, made_by=made_by[path]) for path in files}
    return measured({key: [row.get(name) for name in MEASURED] for key, row in rows.items() if row})


def judged(claim_id: str, value: float, low: float = math.nan, high: float = math.nan) -> dict:
    """What a measured value and its interval say of a claim: point (whether it lies in the claim's range;
    None where there is no range, or no value), supports and interval (of `verdicts`, of the whole interval).
    """
    claim = _claim(claim_id)
    if pd.isna(claim["rule"]) or not math.isfinite(value):
        return {"point": None, "supports": None, "interval": ""}
    said = verdicts.supports(claim, low, high), verdicts.interval_in_words(claim, low, high)
    return {"point": verdicts.agrees(claim, value, low, high), "supports": said[0], "interval": said[1]}


def scorecard(
    study: Study,
    notebook: str | None = None,
    measures: pd.DataFrame | None = None,
    controls: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every claim (of one notebook, by number, or of all) beside the `measures`, by default those recorded.

    Columns id, notebook, section, source, kind, claim, unit, published, published_to, rule (of claims.csv),
    accepted_low, accepted_high (bounds on the found value, in the claim's unit), found, found_low,
    found_high, point (whether the value lies within them), interval (what the whole interval says, in words),
    control ("0 of 20 in noreply"; from `controls`, by default those shipped), mark (of `verdicts`), verdict.
    """
    measures = recorded(study) if measures is None else measures
    table = of_notebook(notebook)
    card = table.drop(columns=NOT_SHOWN).rename(columns={"low": "accepted_low", "high": "accepted_high"})
    card[MEASURED] = measures.reindex(table.index)[VALUES].to_numpy(float)
    said = [judged(row.Index, row.found, row.found_low, row.found_high) for row in card.itertuples()]
    card = card.join(pd.DataFrame(said, table.index, dtype=object)).join(_controls(table, controls))
    card["mark"] = card.apply(verdicts.mark, axis="columns")
    card["verdict"] = card["mark"].map(verdicts.words(study.synthetic))
    wanting = (card["mark"] == "open") & (card["kind"] != verdicts.UNCHECKED)
    card.loc[wanting, "verdict"] = np.where(card.index[wanting].isin(measures.index), NO_DATA, NOT_RUN)
    elsewhere = table.index.difference(applying(study, table).index)
    card.loc[elsewhere, [*MEASURED, "point", "interval", "mark", "verdict"]] = [
        *[np.nan] * 3, None, "", "open", NOT_APPLICABLE,
    ]  # fmt: skip
    return card.drop(columns=["supports", "leak"]).reset_index()


def _controls(table: pd.DataFrame, controls: pd.DataFrame | None) -> pd.DataFrame:
    """In how many worlds without its cause a claim holds, in words, and whether that is a leak: index id."""
    runs = verdicts.largest_scale(verdicts.read_controls() if controls is None else controls)
    rows = verdicts.judged(table, runs)
    rows["control"] = verdicts.in_worlds(rows)
    return rows.groupby("id").agg(control=("control", ", ".join), leak=("leak", "any"))


def compare(found: Mapping[str, float] | pd.Series) -> pd.DataFrame:
    """Values beside the paper's, for trying things out: they are judged, but not recorded.

    In: claim id -> value. Index id, columns claim, paper, here, verdict: "agrees" or "differs" by the value
    alone, "–" where the claim has no range, NOT_APPLICABLE where it does not apply to the open study. Raises
    KeyError on an unknown id.
    """
    rows = pd.DataFrame([_claim(claim_id) for claim_id in dict(found)])
    rows = rows.assign(found=pd.Series(found), found_low=np.nan)
    told = {None: "–", True: "agrees", False: "differs"}
    verdict = pd.Series({row.Index: told[judged(row.Index, row.found)["point"]] for row in rows.itertuples()})
    verdict = verdict.mask(rows["found"].isna(), NO_DATA)
    verdict = verdict.where(rows.index.isin(applying(current_study()).index), NOT_APPLICABLE)
    shown = {"paper": rows.apply(paper_value, axis=1), "here": rows.apply(found_value, axis=1)}
    return rows[["claim"]].assign(**shown, verdict=verdict)


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
    """The scorecard for readers: where, claim, unit, paper, here, interval, verdict, in words, of the claims
    that apply.

    Also the control, where the study is synthetic: of real data nobody took out a cause.
    """
    card = card[card["verdict"] != NOT_APPLICABLE]
    words = card[["section", "claim", "unit"]].rename(columns={"section": "where"})
    words["paper"] = [paper_value(row) for _, row in card.iterrows()]
    words["here"] = [found_value(row) for _, row in card.iterrows()]
    words["whole interval"] = card["interval"].replace("", "–")
    if current_study().synthetic:
        words["without its cause"] = card["control"].fillna("–")
    return words.assign(verdict=card["verdict"])
