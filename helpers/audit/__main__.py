"""Measure every claim in control worlds: python -m helpers.audit controls --seeds 20 --scale 0.02."""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm

from helpers.audit import leaks
from helpers.claims import CONTROLS
from helpers.study import ROOT, StudyError
from helpers.world import measure as controls
from helpers.world.controls import VARIANTS

RUNS = ROOT / "build" / "controls"


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m helpers.audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    measure = commands.add_parser("controls", help="draw worlds, measure every claim, print which leak")
    measure.add_argument("--seeds", type=int, default=20, help="worlds of each name (default 20)")
    measure.add_argument("--scale", type=float, default=0.02, help="size; 1 is the article's (default 0.02)")
    measure.add_argument("--worlds", default=",".join(VARIANTS), help="names, with commas (default all)")
    measure.add_argument("--jobs", type=int, default=2, help="worlds at a time (default 2)")
    table = commands.add_parser("table", help="write the table of all runs, which notebook 11 reads")
    table.add_argument(
        "--table", type=Path, default=CONTROLS, help=f"default {CONTROLS.name} of data/reference"
    )
    for command in (measure, table):
        command.add_argument(
            "--out", type=Path, default=RUNS, help="folder of the runs; those there are kept"
        )
    return parser.parse_args(words)


def main() -> None:
    """Command line."""
    arguments = parse()
    try:
        if arguments.command == "controls":
            measure(arguments)
        else:
            controls.write_table(controls.summarise(controls.read_runs(arguments.out)), arguments.table)
    except (StudyError, ValueError) as error:
        raise SystemExit(f"python -m helpers.audit: {error}") from None


def measure(arguments: argparse.Namespace) -> None:
    """Draw and measure the worlds, then print in how many each claim holds, and which leak."""
    worlds, seeds = arguments.worlds.split(","), range(1, arguments.seeds + 1)
    runs = controls.run(worlds, arguments.scale, seeds, arguments.out, arguments.jobs)
    for _ in tqdm(runs, total=len(worlds) * len(seeds), unit="world"):
        pass
    table = controls.summarise(controls.read_runs(arguments.out))
    here = table[table["scale"] == arguments.scale]
    print(leaks.by_world(here).to_string())
    print(leaks.worlds_in_words(here))
    if len(found := leaks.leaks(here)):
        print(found.to_string(index=False))


if __name__ == "__main__":
    main()
