"""Measure every claim in the control worlds: python -m helpers.audit controls --seeds 20."""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm

from helpers.audit import controls, leaks
from helpers.study import ROOT, StudyError
from helpers.world.controls import VARIANTS


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m helpers.audit", description=__doc__)
    command = parser.add_subparsers(required=True).add_parser(
        "controls", help="draw control worlds, measure every claim in each, and print which leak"
    )
    command.add_argument("--seeds", type=int, default=20, help="worlds of each name (default 20)")
    command.add_argument("--scale", type=float, default=0.02, help="size; 1 is the article's (default 0.02)")
    command.add_argument("--worlds", default=",".join(VARIANTS), help="names, with commas (default all)")
    command.add_argument("--jobs", type=int, default=2, help="worlds at a time (default 2)")
    command.add_argument(
        "--out",
        type=Path,
        default=ROOT / "build" / "controls",
        help="folder of the single runs, to go on from",
    )
    command.add_argument("--table", type=Path, help="write the table of all runs in --out to this CSV file")
    arguments = parser.parse_args()
    worlds, seeds = arguments.worlds.split(","), range(1, arguments.seeds + 1)
    try:
        runs = controls.run(worlds, arguments.scale, seeds, arguments.out, arguments.jobs)
        for _ in tqdm(runs, total=len(worlds) * len(seeds), unit="world"):
            pass
    except (StudyError, ValueError) as error:
        parser.error(str(error))
    table = controls.summarise(controls.read_runs(arguments.out))
    if arguments.table:
        controls.write_table(table, arguments.table)
    here = table[table["scale"] == arguments.scale]
    print(leaks.by_world(here).to_string())
    print(leaks.worlds_in_words(here))
    if len(found := leaks.leaks(here)):
        print(found.to_string(index=False))


if __name__ == "__main__":
    main()
