"""The same figures from every format: `python trials/formats.py`.

A small synthetic world is written in each format in which people hold tweets, and the whole sequence runs
over each. What the notebooks draw is compared, as data, with what they draw from v1.1 lines: the same, other
(since the format has lost something of it), or nothing. (That each way to pack v1.1 gives the same tables is
tested; here one is tried.)

results/formats.csv: format, kept, rejected, then a column for each figure and table of the article.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
from same_bytes import small_world

from helpers.study import REFERENCE, ROOT, write_text
from helpers.world.formats import WRITERS
from helpers.world.formats.whole import read_tweets, whole

RESULT = Path(__file__).parent / "results" / "formats.csv"
BASE, PACKED = "v1_lines.jsonl", "v1_minutes.tar.gz"
EXHIBITS = tomllib.loads((REFERENCE / "exhibits.toml").read_text("utf-8"))["exhibit"]
# By name in the table: the file of data that the exhibit draws.
DRAWN = {one["name"]: f"{one['files'][0]}.csv" for one in EXHIBITS}


def results(name: str, world: Path, work: Path) -> Path:
    """The folder of results of the world in a format. Notebooks that fail leave nothing there."""
    study, out = work / name, work / f"{name} results"
    for folder in (study, out):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(world, study, ignore=shutil.ignore_patterns("raw"))
    (study / "raw").mkdir()
    tweets = [tweet for path in sorted((world / "raw").iterdir()) for tweet in read_tweets(path)]
    WRITERS[name](whole(tweets), study / "raw" / name)
    command = [sys.executable, "-m", "helpers.reproduce", str(study), "--out", str(out), "--jobs", "2"]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    return out


def compared(drawn: Path, base: Path) -> str:
    """Whether a file of drawn data is as that of v1.1 lines."""
    if not drawn.exists():
        return "nothing"
    return "same" if drawn.read_bytes() == base.read_bytes() else "other"


def main() -> int:
    """The command line: 1 where v1.1, however packed, gives other figures than as lines."""
    work = ROOT / "build" / "formats"
    world = small_world(work / "world")
    base, rows = results(BASE, world, work) / "figures", []
    for name in [PACKED, *(name for name in WRITERS if not name.startswith("v1_"))]:
        out = results(name, world, work)
        ledger = pd.read_parquet(out / "tables" / "ledger.parquet")[["kept", "rejected"]].sum()
        figures = {one: compared(out / "figures" / file, base / file) for one, file in DRAWN.items()}
        rows.append({"format": name, **ledger, **figures})
        print(*rows[-1].values(), flush=True)
        write_text(RESULT, pd.DataFrame(rows).to_csv(index=False, lineterminator="\n"))
    return int(any(rows[0][one] != "same" for one in DRAWN))


if __name__ == "__main__":
    sys.exit(main())
