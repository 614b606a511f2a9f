"""Whose results a folder holds, and what becomes of them where what they were made from has changed.

`made_from.json` in the folder of results says what they were made from: the study's folder, whether it is
synthetic, SHA-256 of its raw files, labelled accounts, timelines and scores, its settings, the parameters of
the run, and the code that ingests. Results of one study, or of one state of it, are never mixed with those of
another: `begin` stops the run, or removes them first and says so.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from helpers import tables
from helpers.ingest import ledger, pseudonyms
from helpers.reproduce import runs
from helpers.study import MADE_FROM, ROOT, Study, StudyError, files_below, made_from, whose, write_text

# What a run leaves beside its tables.
FOLDERS = ("claims", "figures", "notebooks")
FILES = ("index.html", "ledger.csv", "report.css", "run.json", "scorecard.csv", "summary.csv")

# Settings that only some notebooks read, by the table of study.toml that holds them.
READ_BY = {"embeddedness": {"09", "11", "12"}}


def fingerprint(study: Study, parameters: Mapping, key: str | None) -> dict:
    """What results are made from, of the study as it is now: what stands in `made_from.json`.

    In: the parameters of the run, and the fingerprint of the key of its pseudonyms.
    """
    settings = msgspec.to_builtins(study.settings)
    settings["engine"] = {"tables": study.engine.tables}  # memory and spill make no other results
    given = {"raw files": study.raw_files, "scores.csv": [study.scores_csv]}
    given |= {name: files_below(study.folder / name) for name in ("tables", "labelled", "timelines")}
    hashes = {name: digest(paths, study.folder) for name, paths in given.items()}
    code = ledger.code(study.own_format)
    made = {"settings": settings, "parameters": dict(parameters), "pseudonyms": key, "ingest": code}
    return json.loads(json.dumps(whose(study) | hashes | made))


def digest(paths: list[Path], folder: Path) -> str | None:
    """SHA-256 of files and their names in a folder; None without any."""
    present = [path for path in paths if path.is_file()]
    names = [path.relative_to(folder).as_posix() for path in present]
    return ledger.fingerprint(present, names) if present else None


def changes(before: Mapping, now: Mapping, at: str = "") -> Iterator[str]:
    """What differs between two fingerprints, in words: "settings.scoring.threshold 0.5, now 0.7"."""
    for name in sorted({*before, *now}):
        one, other = before.get(name), now.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from changes(one, other, f"{at}{name}.")
        elif one != other and (at or name in ("study", "synthetic")):
            yield f"{at}{name} {_short(one)}, now {_short(other)}"
        elif one != other:
            yield name


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"


def refuse_older(study: Study) -> None:
    """Raises StudyError where the study changed after its results were made, whatever their parameters."""
    before = made_from(study.out)
    if not before:
        return
    if different := list(changes(before, fingerprint(study, before["parameters"], before["pseudonyms"]))):
        raise StudyError(
            f"{study.out}: made before a change ({'; '.join(different)}). "
            f"Run python -m helpers.reproduce {study.folder} first."
        )


def begin(study: Study, numbers: set[str] | None, chosen: Mapping) -> tuple[set[str] | None, dict, str]:
    """Make the study's folder of results ready for a run; nothing of other results stays there.

    In: numbers of the notebooks to run (None: all), and the parameters chosen. Out: the numbers to run
    beside them (None: what they need, since nothing is left), the parameters that hold, those of the results
    that are there among them, and what was done, in a sentence for the user (empty: nothing). Raises
    StudyError where the folder holds something else, or results with other parameters beside which only some
    notebooks were asked for.
    """
    refuse_foreign(study)
    before = made_from(study.out) if ours(study.out) else {}
    kept = before.get("parameters", {}) if numbers is not None else {}
    other = [f"-p {name}={kept.get(name)}" for name in chosen if kept.get(name) != chosen[name]]
    if other and before and numbers is not None:
        raise StudyError(
            f"{study.out}: the results there were made with {', '.join(other)}. Give other results a folder "
            "of their own (--out), or run all notebooks anew (without --only)."
        )
    parameters = kept | dict(chosen)
    now = fingerprint(study, parameters, pseudonyms.chosen(study).fingerprint())
    also, done = outdated(study, before, now) if ours(study.out) else (set(), "")
    if also is None:  # nor do the parameters of what is gone hold
        remove(study)
        parameters = dict(chosen)
        now |= {"parameters": parameters}
    write_text(study.out / MADE_FROM, json.dumps(now, indent=1, ensure_ascii=False) + "\n")
    return also, parameters, done


def outdated(study: Study, before: Mapping, now: Mapping) -> tuple[set[str] | None, str]:
    """Numbers of the notebooks whose results are out of date (None: all), and what to tell the user."""
    different = list(changes(before, now)) if before else ["they do not say what they were made from"]
    also = read_by(different, study.out)
    rest = "They are removed and made anew" if also is None else f"{', '.join(sorted(also))} run again"
    why = f"{study.out}: results of an earlier run are out of date ({'; '.join(different)}). {rest}."
    return also, why if also is None or also else ""


def read_by(different: list[str], out: Path) -> set[str] | None:
    """Numbers of the notebooks that ran and read what has changed; None where all did, or may have done.

    All may, too, where nothing says which ones ran.
    """
    parts = {name.removeprefix("settings.").partition(".")[0] for name in different}
    ran = {name[:2] for name in runs.read(out / "summary.csv")["notebook"]}
    few = parts <= READ_BY.keys() and (ran or not parts)
    return ran & set().union(*(READ_BY[part] for part in parts)) if few else None


def refuse_foreign(study: Study) -> None:
    """Raises StudyError where the folder of results is another study's, or none that may be emptied."""
    before, alien = made_from(study.out), any(any((study.out / name).glob("[!.]*")) for name in FOLDERS)
    if before and before["study"] != whose(study)["study"]:
        raise StudyError(
            f"{study.out}: here are the results of another study, {before['study']}. Give those of "
            f"{study.folder} a folder of their own (--out)."
        )
    alien = alien and not before and not ours(study.out)
    if alien or study.out.resolve() in (study.folder.resolve(), ROOT):
        raise StudyError(f"{study.out}: no folder of results. Give these one of their own (--out).")


def ours(folder: Path) -> bool:
    """Whether a run, or a notebook in JupyterLab, has left results there."""
    return any((folder / name).exists() for name in ("summary.csv", "claims", "tables/ingest.json"))


def remove(study: Study) -> None:
    """Remove what earlier runs made of the study, but for the tables that know by themselves if they hold."""
    for name in FOLDERS:
        shutil.rmtree(study.out / name, ignore_errors=True)
    derived = [f"tables/{name}.parquet" for name in tables.DERIVED if name != "sentiment"]
    for name in (*FILES, *derived):
        (study.out / name).unlink(missing_ok=True)
