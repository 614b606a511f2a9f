"""What all features of an account cost: seconds and memory for 1,000, 10,000 and 50,000 accounts of 300
tweets.

    python benchmarks/features.py [ACCOUNTS …]

The timelines of 1,000 synthetic accounts are drawn, and dealt out again to as many accounts as are wanted.
Each size runs in a process of its own. The table is printed and written to benchmarks/results/features.csv.
"""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import duckdb
import pandas as pd

from helpers.bots import features
from helpers.ingest.accounts import read_objects
from helpers.ingest.ledger import ingest_files
from helpers.ingest.tweets import USER_COLUMNS
from helpers.world import generate
from helpers.world import recent_tweets as lookups
from helpers.world.writing import write_lookup

DRAWN, TWEETS = 1000, 300
RESULTS = Path(__file__).parent / "results" / "features.csv"


def draw(folder: Path) -> None:
    """Timelines of DRAWN accounts, as tables, in a folder."""
    world = generate(DRAWN / 50_000, 1)
    with patch.object(lookups, "TWEETS", TWEETS):
        nobody = world.suspended & False
        write_lookup(
            lookups.look_up_scored(
                world.parameters.profile, world.accounts, world.profiles, world.automation, world.style,
                world.organisation, nobody, 1,
            ),
            folder,
        )  # fmt: skip
    ingest_files([folder / "timelines.jsonl.zst"], folder / "tables")


def measure(folder: Path, accounts: int) -> None:
    """Print the cost of all features of so many accounts as a line of CSV."""
    users = read_objects(folder / "accounts.jsonl.zst").users.reindex(columns=USER_COLUMNS.names)
    copies = accounts // len(users)
    everyone = pd.concat([users.assign(user_id=users["user_id"] + copy * 10**9) for copy in range(copies)])
    dealt = folder / f"{accounts}.parquet"
    shifted = ", ".join(
        f"{c} + copy * 1000000000 AS {c}" for c in ("user_id", "retweeted_user_id", "in_reply_to_user_id")
    )
    duckdb.sql(
        f"SELECT * REPLACE (tweet_id + copy * 1000000000 AS tweet_id, {shifted}, "
        "list_transform(mentions, lambda m: m + copy * 1000000000) AS mentions) "
        f"FROM '{folder / 'tables' / 'tweets.parquet'}', (SELECT unnest(range({copies})) AS copy)"
    ).write_parquet(str(dealt))
    tweets = duckdb.sql(f"SELECT count(*) FROM '{dealt}'").fetchall()[0][0]
    start = time.perf_counter()
    table = features.account_features(everyone, dealt, pd.Timestamp("2016-10-26", tz="UTC"))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(table)},{tweets},{table.shape[1]},{seconds:.1f},{1000 * seconds / len(table):.2f},{peak:.0f}"
    )


def main(sizes: list[int]) -> None:
    """Measure each size in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder))
        lines = ["accounts,tweets,features,seconds,ms_per_account,peak_mb"]
        for size in sizes:
            run = [sys.executable, __file__, "--one", folder, str(size)]
            lines.append(subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True).stdout.strip())
            print(lines[-1], flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, {platform.machine()}: {RESULTS}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main([int(size) for size in sys.argv[1:]] or [1000, 10_000, 50_000])
