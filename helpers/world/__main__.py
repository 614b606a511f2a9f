"""Generate a study: python -m helpers.world --scale 0.02 --seed 2016 --out DIR."""

from __future__ import annotations

import argparse
from pathlib import Path

from helpers import commands
from helpers.study import sole
from helpers.world import generate
from helpers.world.controls import VARIANTS
from helpers.world.writing import write_study, write_truth


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.world", description="Generate a synthetic study."
    )
    parser.add_argument(
        "--scale", type=float, default=0.02, help="size; 1 is 20.7 million tweets (default 0.02)"
    )
    parser.add_argument("--seed", type=int, default=2016, help="default 2016")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the study, which gives it its name"
    )
    parser.add_argument("--world", default="base", help=f"one of {', '.join(VARIANTS)} (default base)")
    parser.add_argument("--tables", action="store_true", help="write Parquet tables instead of raw tweets")
    parser.add_argument("--truth-only", action="store_true", help="write only truth/, what was planted")
    arguments = parser.parse_args()
    try:
        world = generate(arguments.scale, arguments.seed, arguments.world)
    except ValueError as error:
        parser.error(str(error))
    with sole(arguments.out):
        if not arguments.truth_only:
            write_study(world, arguments.out, as_tables=arguments.tables)
        write_truth(world, arguments.out / "truth")
    print(f"{arguments.out}: {len(world.tweets):,} tweets by {len(world.accounts):,} accounts")


if __name__ == "__main__":
    commands.run(main)
