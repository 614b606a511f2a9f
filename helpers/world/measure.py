"""Measure every claim in control worlds: does it go where its cause is taken out?

    python -m helpers.world.measure --worlds base,noreply --seeds 20 --scale 0.02
    python -m helpers.world.measure --table

The first draws worlds of `helpers.world.controls`, has their accounts scored by one detector (as the paper's
were scored by one that had never seen them), measures all claims of notebooks 02 to 10 (`helpers.findings`),
and prints in how many worlds each claim holds, and which leak. The second writes the table of all runs, which
notebook 11 reads (`helpers.audit.leaks`, `power`).
"""

from __future__ import annotations

import argparse
import inspect
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from importlib.metadata import version
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from tqdm import tqdm

from helpers import claims, commands, figures, findings, partisanship, sentiment, tables, verdicts
from helpers.audit import leaks
from helpers.bots.detector import Detector
from helpers.bots.labels import labelled_accounts
from helpers.bots.scoring import most_active, score_study, scored_accounts, shared
from helpers.study import ROOT, Study, StudyError, open_study, write_text
from helpers.world import generate
from helpers.world.controls import VARIANTS
from helpers.world.writing import users_table, write_study

RUNS = ROOT / "build" / "controls"
NOTEBOOKS = range(2, 11)  # 01 measures what ingest keeps of raw files
DRAWS = 200  # of a bootstrap: enough for the ends of an interval, at two seconds a world
COLUMNS = ["id", "world", "scale", "seeds", "measured", "holds", "clear", "low", "median", "high"]


def measure(name: str, scale: float, seed: int, notebooks: Iterable[int] = NOTEBOOKS) -> pd.DataFrame:
    """Draw a world and measure the claims of notebooks in it: index claim id, columns value, low, high."""
    with TemporaryDirectory() as folder:
        world, place = generate(scale, seed, name), Path(folder)
        write_study(world, place / "study", as_tables=True, labelled=False, packed=False)
        study = open_study(place / "study", place / "out")
        score(study)
        make_tables(study)
        return findings.measures(study, draws=DRAWS, notebooks=sorted({*notebooks} & {*findings.NOUNS}))


def make_tables(study: Study) -> None:
    """The tables that notebooks 02, 03 and 06 make: `scores` (from scores.csv), `sentiment`
    and `partisans`.
    """
    tables.write(score_study(study), study.tables / "scores.parquet")
    sentiment.score_study(study, workers=1)  # worlds are measured side by side, not texts
    tweets, candidates = tables.scan(study, "tweets"), study.candidates
    hashtags = partisanship.account_hashtags(tweets, tables.scan(study, "scores"), candidates)
    sides = partisanship.partisans(hashtags, candidates)
    tables.write(sides, study.tables / "partisans.parquet", partisanship.PARTISANS)


def score(study: Study) -> None:
    """Write the study's scores.csv: its most active accounts, scored by the `detector`."""
    looked_up = scored_accounts(study, most_active(study)["user_id"], tables.last_moment(study))
    scores = detector(*shared(examples()[0], looked_up)).score_accounts(looked_up)
    scores.dropna(subset="score").to_csv(study.scores_csv)


@cache
def detector(*names: str) -> Detector:
    """Forests grown on these features of the `examples`: the same for all worlds where somebody has these."""
    features, labels = examples()
    return Detector().fit(features[list(names)], labels)


@cache
def examples() -> tuple[pd.DataFrame, pd.Series]:
    """Features and labels of the shipped sample's labelled accounts: the same for every world."""
    with TemporaryDirectory() as folder:
        sample = Study(ROOT / "data" / "sample", Path(folder))
        drawn = generate(sample.collection.sample_rate, sample.seed)
        names = users_table(drawn)  # some features compare names with everyone's
        tables.write(names, sample.tables / "users.parquet")
        return labelled_accounts(sample, max(end for _, end in sample.collection.windows))


def run(
    worlds: Iterable[str], scale: float, seeds: Iterable[int], out: Path, jobs: int = 2, own: bool = False
) -> Iterator[Path]:
    """Measure every claim in each world with each seed: one JSON file each in `out`, given as they are done.

    With `own`, in a control world only the notebooks with claims of which it is the control. What a file has
    already is kept, so that an interrupted run can go on, and a new claim be measured by itself. Raises
    StudyError on an unknown world.
    """
    if unknown := set(worlds := list(worlds)) - set(VARIANTS):
        raise StudyError(
            f"No world is called {', '.join(sorted(unknown))}. There are: {', '.join(VARIANTS)}."
        )
    out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        waiting = [
            pool.submit(measured, name, scale, seed, out, own) for seed, name in product(seeds, worlds)
        ]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def measured(name: str, scale: float, seed: int, out: Path, own: bool = False) -> Path:
    """The file of a world, with all claims of the NOTEBOOKS measured; see `run`."""
    path = out / f"{name}-{scale:g}-{seed}.json"
    found = json.loads(path.read_text("utf-8"))["claims"] if path.exists() else {}
    if notebooks := due(found, name if own and name not in ("base", verdicts.ADDED) else None):
        table = measure(name, scale, seed, notebooks).set_axis(claims.MEASURED, axis="columns")
        rows = table.astype(object).where(table.notna(), None).to_dict("index")
        found |= {claim_id: {"id": claim_id} | row for claim_id, row in rows.items()}
        about = {"world": name, "scale": scale, "seed": seed, "claims": found}
        write_text(path, json.dumps(about, indent=0) + "\n")
    return path


def due(found: Iterable[str], control: str | None = None) -> list[int]:
    """The NOTEBOOKS of which a claim is not found yet; of claims that have this control, if it is given."""
    ledger = claims.checkable().drop(list(found), errors="ignore")
    named = ledger["control"].fillna("").str.split().map(lambda names: control is None or control in names)
    return sorted(set(ledger.loc[named, "notebook"]) & set(NOTEBOOKS))


def read_runs(out: Path) -> pd.DataFrame:
    """What `run` found: columns world, scale, seed, id, found, found_low, found_high; one row a claim and
    run.
    """
    runs = [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("*.json"))]
    rows = [one | claim for one in runs for claim in one.pop("claims").values()]
    columns = ["world", "scale", "seed", "id", *claims.MEASURED]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(claims.MEASURED, float))


def summarise(runs: pd.DataFrame) -> pd.DataFrame:
    """How often each claim holds in each world: one row a claim, world and scale.

    Columns id, world, scale, seeds, measured (in how many it could be), holds (in how many the value lies in
    the claim's range; null where it has none), clear (in how many its whole interval supports it; null
    without one), low, median, high (5th, 50th and 95th percentile of what was found over the seeds).
    """
    ledger = claims.checkable()
    groups = runs[runs["id"].isin(ledger.index)].groupby(["id", "world", "scale"])
    rows = [(*name, *counted(ledger.loc[name[0]], group)) for name, group in groups]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"holds": "Int64", "clear": "Int64"})
    place = {name: number for number, name in enumerate([*VARIANTS, *ledger.index])}
    return table.sort_values(
        ["scale", "id", "world"], key=lambda c: c.map(place).fillna(c), ignore_index=True
    )


def counted(claim: pd.Series, group: pd.DataFrame) -> tuple:
    """A claim in the runs of one world and scale: seeds, measured, holds, clear, low, median, high."""
    rows, some = group[claims.MEASURED], group["found"].dropna()
    said = [claims.judged(claim.name, *row) for row in rows.to_numpy(float)]
    points = [each["point"] for each in said if each["point"] is not None]
    whole = [each["supports"] for each in said if each["supports"] is not None]
    holds, clear = (sum(each) if each else None for each in (points, whole))
    return len(group), len(some), holds, clear, *some.quantile([0.05, 0.5, 0.95])


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write the table of `summarise` as CSV, and beside it (.json) which worlds were drawn, by which version.

    Raises StudyError if there are no runs.
    """
    if table.empty:
        raise StudyError("no runs to make a table of. Make some with: python -m helpers.world.measure")
    drawn = table.groupby(["scale", "world"], sort=False)["seeds"].max().unstack("scale")
    about = {
        "made_by": f"python -m helpers.world.measure, version {version('election-bots-2016')}",
        "seeds": {f"{scale:g}": drawn[scale].dropna().astype(int).to_dict() for scale in drawn},
        "worlds": {name: inspect.getdoc(VARIANTS[name]) for name in drawn.index},
    }
    write_text(path, table.to_csv(index=False, float_format="%.4g", lineterminator="\n"))
    write_text(path.with_suffix(".json"), json.dumps(about, indent=1) + "\n")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        "python -m helpers.world.measure", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--worlds", default=",".join(VARIANTS), help="names, with commas (default all)")
    parser.add_argument("--seeds", type=int, default=20, help="worlds of each name (default 20)")
    parser.add_argument("--scale", type=float, default=0.02, help="size; 1 is the article's (default 0.02)")
    parser.add_argument("--jobs", type=int, default=2, help="worlds at a time (default 2)")
    parser.add_argument("--own", action="store_true", help="in a control only what it is the control of")
    parser.add_argument("--out", type=Path, default=RUNS, help="folder of the runs; those there are kept")
    parser.add_argument(
        "--table", type=Path, nargs="?", const=verdicts.CONTROLS, metavar="PATH",
        help="write the table of the runs, and draw nothing (default data/reference/controls.csv)",
    )  # fmt: skip
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    asked = parse(arguments)
    try:
        if asked.table:
            write_table(summarise(read_runs(asked.out)), asked.table)
        else:
            draw(asked)
    except (StudyError, ValueError) as error:
        raise SystemExit(f"python -m helpers.world.measure: {error}") from None


def draw(asked: argparse.Namespace) -> None:
    """Draw and measure the worlds, then print in how many each claim holds, and which leak."""
    worlds, seeds = asked.worlds.split(","), range(1, asked.seeds + 1)
    runs = run(worlds, asked.scale, seeds, asked.out, asked.jobs, asked.own)
    list(tqdm(runs, total=len(worlds) * len(seeds), unit="world"))
    table = summarise(read_runs(asked.out))
    table = table[table["scale"] == asked.scale]
    print(leaks.by_world(table).to_string())
    print(figures.told("audit_controls", leaks.facts(table))["alt"])
    if len(leaking := leaks.leaks(table)):
        print(leaking.to_string(index=False))


if __name__ == "__main__":
    commands.run(main)
