"""Every claim in every control world: does it go where its cause is taken out?

Worlds of `helpers.world.controls` are drawn, scored by one detector (as the paper's accounts were scored by one that
had never seen them), and measured by the notebooks' own cells. What the table of many runs says of each claim is in
`leaks` and `power`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from importlib.metadata import version
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import pandas as pd

from helpers import claims, collection, figures, old_uncertainty, parallel, tables, uncertainty
from helpers.audit.replay import recorded, replay
from helpers.bots.labels import labelled_accounts
from helpers.bots.scoring import forest_scores
from helpers.reproduce.notebooks import NEEDS
from helpers.study import ROOT, Study, StudyError, open_study
from helpers.tables import scan
from helpers.world import generate
from helpers.world.controls import VARIANTS
from helpers.world.writing import users_table, write_study

FIRST, LAST = 2, 10  # notebooks; 01 measures what ingest keeps of raw files
DRAWS = 50  # of a bootstrap: enough to say on which side of a bound an interval lies


def measure(name: str, scale: float, seed: int, folder: Path, notebooks: Iterable[int]) -> dict[str, dict]:
    """Draw a world, run the notebooks' analysis over it, and give what it records of each claim, by id.

    Works in `folder`, which is removed in the end.
    """
    shutil.rmtree(folder, ignore_errors=True)
    write_study(generate(scale, seed, name), folder / "study", as_tables=True, labelled=False)
    study = open_study(folder / "study", folder / "out")
    score(study)
    for number in notebooks:
        for notebook in (ROOT / "notebooks").glob(f"{number:02}_*.ipynb"):
            replay(notebook, study)
    found = recorded(study)
    shutil.rmtree(folder)
    return found


def due(measured: Iterable[str]) -> list[int]:
    """Notebooks to run so that every claim of the ledger is measured: those of missing ones, and what these need."""
    ledger = claims.claims().query(f"evidence == 'recovery' and {FIRST} <= notebook <= {LAST}")
    numbers = {f"{number:02}" for number in ledger.loc[~ledger.index.isin(list(measured)), "notebook"]}
    while more := {needed for number in numbers for needed in NEEDS[number]} - numbers:
        numbers |= more
    return sorted(int(number) for number in numbers if int(number) >= FIRST)


def score(study: Study) -> None:
    """Write the study's scores.csv: its most active accounts, scored by a detector grown on the sample's accounts."""
    most_active = collection.activity(scan(study, "tweets")).head(study.scoring.top_accounts)["user_id"]
    scores = forest_scores(study, most_active, examples=examples())
    scores.dropna(subset="score").to_csv(study.scores_csv)


@cache
def examples() -> tuple[pd.DataFrame, pd.Series]:
    """Features and labels of the shipped sample's labelled accounts: the same for every world."""
    with TemporaryDirectory() as folder:
        sample = Study(ROOT / "data" / "sample", Path(folder))
        drawn = generate(
            sample.collection.sample_rate, sample.seed
        )  # some features compare names with everyone's
        tables.write(users_table(drawn), sample.tables / "users.parquet")
        return labelled_accounts(sample, max(end for _, end in sample.collection.windows))


def run(
    worlds: Iterable[str], scale: float, seeds: Iterable[int], out: Path, jobs: int = 2
) -> Iterator[Path]:
    """Measure every claim in each world with each seed: one JSON file each in `out`, given as they are done.

    What a file has already is kept, so that an interrupted run can go on, and a new claim be measured by itself.
    Raises StudyError on an unknown world.
    """
    if unknown := set(worlds := list(worlds)) - set(VARIANTS):
        raise StudyError(
            f"No world is called {', '.join(sorted(unknown))}. There are: {', '.join(VARIANTS)}."
        )
    out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs, get_context("spawn"), _without_figures) as pool:
        waiting = [pool.submit(_one, name, scale, seed, out) for seed, name in product(seeds, worlds)]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _without_figures() -> None:
    """Make this process, which measures worlds and nothing else, a quick one."""
    old_uncertainty.DRAWS = uncertainty.DRAWS = DRAWS
    parallel.WORKERS = 1  # worlds run side by side, not texts
    figures.save = lambda *drawn, **words: plt.close("all")


def _one(name: str, scale: float, seed: int, out: Path) -> Path:
    path = out / f"{name}-{scale:g}-{seed}.json"
    found = json.loads(path.read_text())["claims"] if path.exists() else {}
    if notebooks := due(found):
        found |= measure(name, scale, seed, path.with_suffix(""), notebooks)
        partial = path.with_name(f".{path.name}.partial")
        partial.write_text(
            json.dumps({"world": name, "scale": scale, "seed": seed, "claims": found}, indent=0) + "\n"
        )
        partial.replace(path)
    return path


def read_runs(out: Path) -> pd.DataFrame:
    """What `run` found: columns world, scale, seed, id, found, found_low, found_high; one row a claim and run."""
    rows = []
    for path in sorted(out.glob("*.json")):
        one = json.loads(path.read_text())
        rows += [
            {key: one[key] for key in ("world", "scale", "seed")} | claim for claim in one["claims"].values()
        ]
    columns = ["world", "scale", "seed", "id", *claims.MEASURED]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(claims.MEASURED, float))


def summarise(runs: pd.DataFrame) -> pd.DataFrame:
    """How often each claim holds in each world: one row a claim, world and scale.

    Columns id, world, scale, seeds, measured (in how many it could be), holds, clear (the whole bootstrap interval
    passes the claim's test; null where it has none), low, median, high (5th, 50th and 95th percentile of what was
    found over the seeds).
    """
    table, rows = claims.claims(), []
    for (scale, world, claim_id), group in runs.groupby(["scale", "world", "id"]):
        if claim_id not in table.index or table.loc[claim_id, "evidence"] != "recovery":
            continue
        claim, found = table.loc[claim_id], group["found"].dropna()
        ends = group[["found_low", "found_high"]].dropna()
        rows.append(
            {
                "id": claim_id,
                "world": world,
                "scale": scale,
                "seeds": len(group),
                "measured": len(found),
                "holds": sum(claims.holds(claim, value) for value in found),
                "clear": sum(claims.holds(claim, a) and claims.holds(claim, b) for a, b in ends.to_numpy())
                if len(ends)
                else None,
                **dict(zip(("low", "median", "high"), found.quantile([0.05, 0.5, 0.95]), strict=True)),
            }
        )  # fmt: skip
    columns = ["id", "world", "scale", "seeds", "measured", "holds", "clear", "low", "median", "high"]
    ordered = pd.DataFrame(rows, columns=columns).astype({"clear": "Int64"})
    place = {name: number for number, name in enumerate([*VARIANTS, *table.index])}
    return ordered.sort_values(["scale", "id", "world"], key=lambda c: c.map(place).fillna(c)).reset_index(
        drop=True
    )


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write the table of `summarise` as CSV, and beside it (.json) the version that made it and what was drawn.

    Raises StudyError if there are no runs.
    """
    if table.empty:
        raise StudyError("no runs to make a table of. Make some with: python -m helpers.audit controls")
    drawn = table.groupby(["scale", "world"], sort=False)["seeds"].max().unstack("scale")
    about = {
        "made_by": f"python -m helpers.audit, version {version('election-bots-2016')} of this package",
        "seeds": {f"{scale:g}": drawn[scale].dropna().astype(int).to_dict() for scale in drawn},
    }
    for target, text in (
        (path, table.to_csv(index=False, float_format="%.4g", lineterminator="\n")),
        (path.with_suffix(".json"), json.dumps(about, indent=1) + "\n"),
    ):
        partial = target.with_name(f".{target.name}.partial")
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(target)
