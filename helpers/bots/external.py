"""Bot scores that were made elsewhere: a study's scores.csv, and results of Botometer that become one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.bots.features import CLASSES as SUB_SCORES
from helpers.ingest.lines import objects
from helpers.study import StudyError

KINDS = ["raw", "cap", "display"]
LANGUAGES = ["english", "universal"]


def read_scores(path: Path) -> pd.DataFrame:
    """Scores made elsewhere, from a CSV with columns user_id, score and, if they are there, error and
    SUB_SCORES.

    Indexed by user_id; columns score, error (its standard error; null where the file has none), and the
    sub-scores that the file has. All but score may be empty. Raises StudyError that names the line if an id
    is not a whole number, or a score not within [0, 1].
    """
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if missing := {"user_id", "score"} - set(table.columns):
        raise StudyError(
            f"{path}: no column {' and '.join(sorted(missing))}. The first line must name user_id and score."
        )
    parts = [name for name in ("error", *SUB_SCORES) if name in table]
    scores = table[["score", *parts]].apply(pd.to_numeric, errors="coerce")
    fine = scores.apply(lambda column: column.between(0, 1)) | (table[parts] == "").reindex(
        columns=scores.columns, fill_value=False
    )
    wrong = table[~table["user_id"].str.fullmatch(r"\d{1,19}") | ~fine.all(axis="columns")]
    if len(wrong):
        row = wrong.iloc[0]
        said = ", ".join(f"{name} '{row[name]}'" for name in scores)
        raise StudyError(
            f"{path}, line {wrong.index[0] + 2}: id '{row['user_id']}', {said}: "
            "an id is a whole number (a spreadsheet may have rounded it), a score lies between 0 and 1."
        )
    if (twice := table["user_id"].duplicated()).any():
        raise StudyError(
            f"{path}, line {twice.idxmax() + 2}: account {table['user_id'][twice.idxmax()]} comes twice."
        )
    if "error" not in scores:
        scores.insert(1, "error", np.nan)
    return scores.set_index(table["user_id"].astype("int64"))


# ── Results of Botometer ──────────────────────────────────────────────────────────────────────────────


def scores_from_botometer(path: Path, kind: str = "raw", language: str | None = None) -> pd.DataFrame:
    """Scores of a file of results of Botometer's API (v3, v4, or the old BotOrNot), JSON lines or one array.

    `kind`: "raw", the classifier's own score in [0, 1], BotOrNot's successor and the default; "cap", the
    probability that an account with such a score is automated (v3 and v4); "display", the score shown on the
    web site, divided by 5. `language`: "english", or "universal", which does not look at words; by default
    English for accounts whose majority_lang is English or not said, universal for the others. A result
    without the model asked for has no score.

    Out: columns user_id, score, and the SUB_SCORES of the same kind where a result has them; one row a
    result, score NaN for errors (suspended, protected accounts). Of an account's results the last counts.
    Raises StudyError with file and line of what is no result, or of a score outside [0, 1].
    """
    rows = {}
    for where, item in objects(Path(path)):
        try:
            row = _row(json.loads(item), kind, language)
        except (ValueError, TypeError, AttributeError) as error:
            raise StudyError(
                f"{path}, {where}: not a result of Botometer ({error}). Correct or remove it, then try again."
            ) from None
        rows.pop(row["user_id"], None)
        rows[row["user_id"] or -len(rows) - 1] = row
    table = pd.DataFrame(list(rows.values()), columns=["user_id", "score", *SUB_SCORES])
    number = dict.fromkeys(("score", *SUB_SCORES), "float64")
    return table.astype({"user_id": "Int64", **number})


def botometer_to_csv(path: Path, out: Path, kind: str = "raw", language: str | None = None) -> str:
    """Write the accounts of `scores_from_botometer` that have a score as a scores.csv; what was written, in
    words.

    A crash on the way leaves what was there before.
    """
    table = scores_from_botometer(path, kind, language)
    known = table[table["score"].notna()].dropna(axis="columns", how="all")
    if known.empty:
        raise StudyError(
            f"{path}: no account has a {kind} score{f' of the {language} model' if language else ''} "
            f"({len(table)} results). Try another --score or --language."
        )
    partial = out.with_name(f".{out.name}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    known.to_csv(partial, index=False, lineterminator="\n")
    partial.replace(out)
    return (
        f"{out}: {len(known):,} scores. {len(table) - len(known):,} of {len(table):,} results have no score."
    )


def _row(result: dict, kind: str, language: str | None) -> dict:
    """A result as a row. Raises ValueError for one that has neither an account and scores, nor an error."""
    account = _account(result)
    if "error" in result:
        return {"user_id": account, "score": None}
    if account is None:
        raise ValueError("it does not say which account it is about")
    if not result.keys() & {"score", "scores", "raw_scores", "display_scores", "cap"}:
        raise ValueError("it has neither scores nor an error")
    numbers = dict(_numbers(result, kind, language or _language(result)))
    if strange := {name: value for name, value in numbers.items() if not 0 <= value <= 1}:
        raise ValueError(f"its scores {strange} do not lie between 0 and 1")
    return {
        "user_id": account,
        "score": numbers.get("overall"),
        **{name: numbers.get(name) for name in SUB_SCORES},
    }


def _account(result: dict) -> int | None:
    """The id of the account, None where it is not said. The old BotOrNot has `meta`, later ones `user`."""
    user = result.get("user") or (result.get("meta") or {})
    if isinstance(user, dict):
        user = user.get("user_data") or user
        user = user.get("id_str") or user.get("user_id") or user.get("id")
    user = user or result.get("user_id")
    return None if user is None or isinstance(user, float) or not str(user).isdigit() else int(user)


def _language(result: dict) -> str:
    user = result.get("user")
    said = user.get("majority_lang") if isinstance(user, dict) else None
    return "english" if said in (None, "en") else "universal"


def _numbers(result: dict, kind: str, language: str) -> Iterator[tuple[str, float]]:
    """Name (overall, or a sub-score) and value of the scores of this kind and language, in [0, 1]."""
    for name, value in _scores(result, kind, language):
        if value is not None:
            number = float(value) / (5 if kind == "display" else 1)
            name = name.removesuffix("_classification")
            yield ("user" if name == "user_profile" else name), number


def _scores(result: dict, kind: str, language: str) -> Iterator[tuple[str, Any]]:
    if kind == "cap":
        yield "overall", (result.get("cap") or {}).get(language)
        return
    found = (result.get(f"{kind}_scores") or {}).get(language)  # v4
    if isinstance(found, dict):
        yield from found.items()
    elif (
        kind == "display" and "display_scores" in result
    ):  # v3: beside each other, of no language but English's
        shown = result["display_scores"]
        yield "overall", shown.get(language)
        yield from ((name, value) for name, value in shown.items() if name not in LANGUAGES)
    elif kind == "raw" and "scores" in result:  # v3: overall scores by language, categories beside them
        yield "overall", result["scores"].get(language)
        yield from (result.get("categories") or {}).items()
    elif kind == "raw" and "score" in result:  # BotOrNot, which knew one model only
        yield "overall", result["score"]
        yield from (result.get("categories") or {}).items()
