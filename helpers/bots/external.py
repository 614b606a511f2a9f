"""Bot scores that were made elsewhere: a study's scores.csv, and results of Botometer that become one."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.bots.features import CLASSES as SUB_SCORES
from helpers.ingest.by_account import account_id, last_of, read_by_account
from helpers.ingest.records import objects
from helpers.study import StudyError, write_text

SCALE = {"raw": 1, "cap": 1, "display": 5}  # kinds of scores, and the highest of each
NAMES = {"overall": "score", "user_profile": "user"}  # of ours for those of results
LANGUAGES = ["english", "universal"]
ONE_SCORE = ["bot_score", "botscore"]  # of Botometer X and BotometerLite, which have no other


def read_scores(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """Scores made elsewhere, and remarks, from a table (`read_by_account`) with columns user_id, score, and
    perhaps error and SUB_SCORES.

    Indexed by user_id; columns score, and those that the file has of error (its standard error) and the
    sub-scores. All but score may be empty. Raises StudyError that names the line if an id
    is not a whole number, or a score not within [0, 1].
    """
    shares = {name: partial(share, name) for name in ("score", "error", *SUB_SCORES)}
    table, remarks = read_by_account(path, shares)
    return table.astype(float), remarks


def share(name: str, text: str) -> float:
    """A score, its error or a sub-score from its text. Raises ValueError where it is not within [0, 1]."""
    number = float(text.replace(",", ".") or "nan")
    if not (0 <= number <= 1 or (name != "score" and not text)):
        raise ValueError(f"{name} '{text}' does not lie between 0 and 1")
    return number


# ── Results of Botometer ──────────────────────────────────────────────────────────────────────────────


def scores_from_botometer(
    path: Path, kind: str = "raw", language: str | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Scores of results of Botometer's API (v3, v4, X, Lite, or the old BotOrNot) in JSON lines or one array,
    and remarks.

    `kind`: "raw", the classifier's own score in [0, 1], BotOrNot's successor and the default; "cap", the
    probability that an account with such a score is automated (v3 and v4); "display", the score shown on the
    web site, divided by 5. `language`: "english", or "universal", which does not look at words; by default
    English for accounts whose majority_lang is English or not said, universal for the others. A result
    without the model asked for has no score; the one score of X and Lite is raw, and of any language.

    Out: columns user_id, score, and the SUB_SCORES of the same kind where a result has them; one row a
    result, score NaN for errors (suspended, protected accounts). Of an account's results the last counts.
    Raises StudyError with file and line of what is no result, or of a score outside [0, 1].
    """
    rows = []
    for where, item in objects(Path(path)):
        try:
            row = _row(json.loads(item), kind, language)
        except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            why = f"not a result of Botometer ({error!s:.200})"
            raise StudyError(f"{path}, {where}: {why}. Correct or remove it, then try again.") from None
        rows.append((row["user_id"] or -len(rows), where, row))
    last, remarks = last_of(f"accounts of {path}", rows)
    table = pd.DataFrame(list(last.values()), columns=["user_id", "score", *SUB_SCORES], dtype=object)
    return table.astype(dict.fromkeys(table, "float64") | {"user_id": "Int64"}), remarks


def botometer_to_csv(path: Path, out: Path, kind: str = "raw", language: str | None = None) -> str:
    """Write the accounts of `scores_from_botometer` that have a score as a scores.csv; what was written, in
    words.

    A crash on the way leaves what was there before.
    """
    table, remarks = scores_from_botometer(path, kind, language)
    known = table[table["score"].notna()].dropna(axis="columns", how="all")
    if known.empty:
        model = f" of the {language} model" if language else ""
        raise StudyError(
            f"{path}: no account has a {kind} score{model} ({len(table)} results). "
            "Try another --score or --language."
        )
    try:
        write_text(out, known.to_csv(index=False, lineterminator="\n"))
    except OSError as error:
        raise StudyError(f"{out}: cannot be written ({error.strerror}). Name another --out.") from None
    none = len(table) - len(known)
    counted = f"{out}: {len(known):,} scores. {none:,} of {len(table):,} results have no score."
    return "\n".join([counted, *remarks])


def _row(result: dict, kind: str, language: str | None) -> dict:
    """A result as a row. Raises ValueError for one that has neither an account and scores, nor an error."""
    if result.get("error"):
        with suppress(ValueError):
            return {"user_id": _account(result)}
        return {"user_id": None}
    account = _account(result)
    if not result.keys() & {"score", "scores", "raw_scores", "display_scores", "cap", *ONE_SCORE}:
        raise ValueError("it has neither scores nor an error")
    scores = _scores(result, kind, language or _language(result))
    numbers = {name: float(value) / SCALE[kind] for name, value in scores.items() if value is not None}
    if strange := {name: value for name, value in numbers.items() if not 0 <= value <= 1}:
        raise ValueError(f"its scores {strange} do not lie between 0 and 1")
    numbers = {NAMES.get(name := key.removesuffix("_classification"), name): numbers[key] for key in numbers}
    return {"user_id": account} | numbers


def _account(result: dict) -> int:
    """The account's id. The old BotOrNot has `meta`, later ones `user`. Raises ValueError without one."""
    user = result.get("user") or (result.get("meta") or {})
    if isinstance(user, dict):
        user = user.get("user_data") or user
        user = user.get("id_str") or user.get("user_id") or user.get("id")
    if (user := user or result.get("user_id")) is None:
        raise ValueError("it does not say which account it is about")
    return account_id(user)


def _language(result: dict) -> str:
    user = result.get("user")
    said = user.get("majority_lang") if isinstance(user, dict) else None
    return "english" if said in (None, "en") else "universal"


def _scores(result: dict, kind: str, language: str) -> dict[str, Any]:
    """Scores of a kind: by the names that the result gives them, that over all as "overall"."""
    given = result.get("cap" if kind == "cap" else f"{kind}_scores") or {}
    of_language = given.get(language)
    if isinstance(of_language, dict):  # v4
        return of_language
    if kind == "raw":  # v3 has overall scores by language; the others knew one model only
        one = next((result[name] for name in ("score", *ONE_SCORE) if name in result), None)
        overall = (result["scores"] or {}).get(language) if "scores" in result else one
        return {**(result.get("categories") or {}), "overall": overall}
    # v3 shows sub-scores beside the overall ones, of no language but English's; cap has none
    return {name: value for name, value in given.items() if name not in LANGUAGES} | {"overall": of_language}
