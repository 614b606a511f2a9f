"""The same bytes, whatever differs around a run: `python trials/same_bytes.py`.

The whole sequence runs over a small synthetic world, then once more for each entry of CHANGES. All that it
leaves (tables, figures with their data, claims, executed notebooks, pages, and the report as published) must
be the same, byte by byte, but for what MAY_DIFFER names. The folders that a run was given, which some results
name, are compared as if they were the same.

results/same_bytes.csv: changed, files (compared), different (their number), which (their names), seconds. A
change whose means is missing is left out; the variable OTHER_PYTHON names the python of another environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers.study import ROOT, files_below, write_text

RESULT = Path(__file__).parent / "results" / "same_bytes.csv"

# All that may differ from one run to the next, and why.
MAY_DIFFER = {
    "summary.csv": "seconds and memory of each notebook",
    "run.json": "seconds of the run, notebooks at a time, the machine",
    "index.html": "the report beside the results tells all this, too; the published one does not",
}

# What is changed, each by a command for sh, which runs "$@".
CHANGES = {
    "folders of package, study and results": '"$@"',
    "Python": 'shift; "$OTHER_PYTHON" "$@"',
    "Turkish locale": 'localedef -i tr_TR -f UTF-8 "$WORK/tr_TR.UTF-8" 2>/dev/null; '
    'LOCPATH="$WORK" LC_ALL=tr_TR.UTF-8 "$@"',
    "a user's own settings": 'mkdir -p "$WORK/.ipython/profile_default/startup" "$WORK/.config/matplotlib"; '
    'echo "print(1)" >"$WORK/.ipython/profile_default/startup/a.py"; '
    'echo "font.size: 20" >"$WORK/.config/matplotlib/matplotlibrc"; HOME="$WORK" "$@"',
    "locale C, umask 077": 'umask 077; LC_ALL=C "$@"',
    "hash seed, time zone": 'PYTHONHASHSEED=12345 TZ=Pacific/Kiritimati "$@"',
    "one core": 'taskset -c 0 "$@"',
    "one notebook at a time, not two": '"$@" --jobs 1',
    "nothing": '"$@"',
}
MEANS = {
    "one core": "taskset",
    "Turkish locale": "/usr/share/i18n/locales/tr_TR",
    "Python": os.environ.get("OTHER_PYTHON", "none"),
}


def small_world(folder: Path) -> Path:
    """Make a synthetic world of a thousandth, unless it is there; a tenth of its labels is left."""
    if not folder.exists():
        made = ["-m", "helpers.world", "--scale", "0.001", "--seed", "1", "--out", str(folder)]
        subprocess.run([sys.executable, *made], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        labels = folder / "labelled" / "labels.tsv"
        labels.write_text("".join(labels.read_text("utf-8").splitlines(keepends=True)[::10]), "utf-8")
    return folder


def differences(one: Path, other: Path, same: Mapping[Path, Path] | None = None) -> list[str]:
    """Names of the files that two folders of results do not share, but for those that may differ.

    In: folders that `other` names, each with the one that stands for it in `one`.
    """
    names = {path.relative_to(folder).as_posix() for folder in (one, other) for path in files_below(folder)}
    there = sorted(names - set(MAY_DIFFER))
    return [name for name in there if content(one / name, {}) != content(other / name, same or {})]


def content(path: Path, same: Mapping[Path, Path]) -> bytes | None:
    """The bytes of a file, with folders under their other names; None without a file."""
    data = path.read_bytes() if path.exists() else None
    for name, instead in same.items():
        data = data and data.replace(bytes(name), bytes(instead))
    return data


def sequence(change: str, package: Path, study: Path, out: Path) -> None:
    """Run all notebooks and publish the report, with a change. Raises SystemExit where that fails."""
    shutil.rmtree(out, ignore_errors=True)
    over, around = [str(study), "--out", str(out)], os.environ | {"PYTHONPATH": str(package)}
    for words in (
        ["reproduce", *over, "--jobs", "2"],
        ["reproduce.report", *over, "--publish", str(out / "site")],
    ):
        inside = CHANGES[change].replace(" --jobs 1", " --jobs 1" * (words[0] == "reproduce"))
        command = ["sh", "-c", inside, "-", sys.executable, "-m", f"helpers.{words[0]}", *words[1:]]
        done = subprocess.run(command, cwd=package, env=around, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{change}: {' '.join(words)} ended with {done.returncode}.\n{done.stderr}")


def trial(change: str, work: Path) -> dict:
    """One row of the table: the sequence with a change, compared with the first run's results."""
    package, study, out = ROOT, work / "study", work / "changed"
    if change.startswith("folders"):
        package, study, out = (
            work / "a place of a longer name" / name for name in ("package", "study", "out")
        )
        shutil.rmtree(package.parent, ignore_errors=True)
        shutil.copytree(ROOT, package, ignore=shutil.ignore_patterns("build", ".*", "__pycache__"))
        shutil.copytree(work / "study", study)
    begun = time.perf_counter()
    sequence(change, package, study, out)
    seconds = round(time.perf_counter() - begun)
    wrong = differences(work / "first", out, {out: work / "first", study: work / "study", package: ROOT})
    files = len(files_below(work / "first")) - len(MAY_DIFFER)
    return {
        "changed": change,
        "files": files,
        "different": len(wrong),
        "which": " ".join(wrong),
        "seconds": seconds,
    }


def main() -> int:
    """The command line: 1 where a file differs."""
    work = ROOT / "build" / "same_bytes"
    os.environ["WORK"] = str(work)
    sequence("nothing", ROOT, small_world(work / "study"), work / "first")
    rows = []
    for change in CHANGES:
        if shutil.which(MEANS.get(change, "sh"), os.F_OK):
            rows.append(trial(change, work))
            print(*rows[-1].values(), flush=True)
        table = pd.DataFrame(rows)  # written each time, so that a stopped trial keeps what it found
        write_text(RESULT, table.to_csv(index=False, lineterminator="\n"))
    return int(table["different"].any())


if __name__ == "__main__":
    sys.exit(main())
