"""What the package does where the machine gives less than it wants: `python trials/resources.py [WORD]`.

Over a small synthetic world each stage (ingest, two notebooks, report, published report) runs undisturbed,
and then under each of CONDITIONS. It must end with the same results, or with exit code 1 or 2 and a line that
says why; never with a traceback, and never with half a file. Disks are file systems in memory that only the
stage sees (unshare), and root gives up its powers (setpriv): on Linux, as root. What lacks its means is left
out, and told. With a WORD only conditions whose names hold it are tried, and no table is written.

results/resources.csv: condition, stage, command, exit_code, outcome ("same result", or what was said), broken
(the rule that was, or nothing), peak_mb (of all processes of the stage together), seconds.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
import psutil
from same_bytes import differences, small_world

from helpers.study import ROOT, replaced, write_text

RESULT = Path(__file__).parent / "results" / "resources.csv"
COLUMNS = ["condition", "stage", "command", "exit_code", "outcome", "broken", "peak_mb", "seconds"]
STAGES = {
    "ingest": "helpers.ingest study/raw --out out/tables",
    "two notebooks": "helpers.reproduce study --out out --only 01,03",
    "report": "helpers.reproduce.report study --out out",
    "published report": "helpers.reproduce.report study --out out --publish out/site",
}

# Commands for sh, which run "$@". $OUT is the folder of results; on a disk in memory it begins as what is
# in $KEPT, and is left there.
FULL = """mount -t tmpfs -o size=20m none "$OUT"; cp -a "$KEPT/." "$OUT"
free=$(df --output=avail -B1 "$OUT" | tail -1); head -c $((free - {left})) /dev/zero >"$OUT/.filler"
"$@"; code=$?; rm -r "$OUT/.filler" "$KEPT"; cp -a "$OUT" "$KEPT"; exit $code"""
READ_ONLY = """mount --bind "$OUT" "$OUT"
for path in {paths}; do mount --rbind "$path" "$path"; mount -o remount,ro,bind "$path"; done
"""
FULL_TMP = """mount -t tmpfs none /media; mkdir /media/out /media/up; mount --bind "$OUT" /media/out
mount -t tmpfs -o size=64k none /media/up; mkdir /media/up/new /media/up/work
mount -t overlay -o lowerdir=/tmp,upperdir=/media/up/new,workdir=/media/up/work none /tmp
mount --bind /media/out "$OUT"; head -c 1m /dev/zero >/tmp/.filler 2>/dev/null; exec "$@\""""
WITHOUT_POWER = 'setpriv --bounding-set=-all --inh-caps=-all "$@"'  # root that may no more than others

CONDITIONS = {
    "the disk of the results is full": FULL.format(left=0),
    "it has 100 kB left": FULL.format(left=100_000),
    "it has 500 kB left": FULL.format(left=500_000),
    "the disk of /tmp is full": FULL_TMP,
    "/tmp cannot be written": READ_ONLY.format(paths="/tmp") + 'exec "$@"',
    "package and study cannot be written": READ_ONLY.format(paths='"$ROOT" "$STUDY"') + 'exec "$@"',
    "only the results and TMPDIR can be written": 'mkdir "$OUT/.tmp"; mount --bind "$OUT" "$OUT"; '
    'mount -o remount,ro,bind /; TMPDIR="$OUT/.tmp" exec "$@"',
    "the results belong to another user": f'chmod -R a=rX "$OUT"; chown -R 1 "$OUT"; exec {WITHOUT_POWER}',
    "raw tweets may not be read": 'chmod a-r "$STUDY"/raw/*; '
    f'{WITHOUT_POWER}; code=$?; chmod a+r "$STUDY"/raw/*; exit $code',
    "HOME is not set": 'exec env -u HOME "$@"',
    "HOME is a file": 'HOME=/dev/null exec "$@"',
    "one core": 'exec taskset -c 0 "$@"',
    "3 GB of address space": 'exec prlimit --as=3000000000 "$@"',
    "50 open files": 'exec prlimit --nofile=50 "$@"',
    "two runs at once": '"$@" >/dev/null 2>&1 & sleep 1; "$@"; code=$?; wait; exit $code',
}
# What they take: words of theirs, each with a command that shows whether it can be done here.
MEANS = {
    "mount": "unshare -m true",
    "setpriv": "setpriv --bounding-set=-all --inh-caps=-all true",
    "taskset": "taskset -c 0 true",
    "prlimit": "prlimit --as=3000000000 true",
}

# Raw files of one line that is larger than it looks: its first letters, what is repeated, how many millions.
BOMBS = {"blanks.jsonl.gz": (b"", b" ", 1000), "letters.jsonl": (b'{"id_str": "1", "text": "', b"x", 500)}
OF_BOMBS = {"tables/ledger.parquet", "tables/rejected.parquet", "tables/ingest.json"}


def make_bombs(folder: Path) -> None:
    """Write the files of BOMBS."""
    for name, (first, letter, millions) in BOMBS.items():
        opened = gzip.open if name.endswith(".gz") else open
        with replaced(folder / name) as partial, opened(partial, "wb") as file:
            file.write(first)
            file.writelines(letter * 1_000_000 for _ in range(millions))


def run(command: list[str], work: Path) -> tuple[int, str, int, float]:
    """Run a command: exit code, what it printed and said, peak memory (MB), seconds."""
    places = {
        "OUT": work / "out",
        "KEPT": work / "kept",
        "STUDY": work / "study",
        "ROOT": ROOT,
        "PYTHONPATH": ROOT,
    }
    around = os.environ | {name: str(path) for name, path in places.items()}
    begun, peak = time.perf_counter(), 0
    with (work / "said.txt").open("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(command, env=around, cwd=work, stdout=said, stderr=said)
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            time.sleep(0.1)
        said.seek(0)
        return process.returncode, said.read(), round(peak / 2**20), round(time.perf_counter() - begun, 1)


def memory(pid: int) -> int:
    """Resident memory (bytes) of a process and of those it began."""
    total = 0
    with suppress(psutil.Error):
        whole = psutil.Process(pid)
        for process in [whole, *whole.children(recursive=True)]:
            total += process.memory_info().rss
    return total


def told(said: str, code: int, work: Path) -> str:
    """The line that says why a stage failed, or what a good end warned of; without this machine's folders."""
    lines = [line.strip() for line in said.replace(f"{work}/", "").replace(f"{ROOT}/", "").splitlines()]
    if code:
        lines = [
            line
            for line in lines
            if line and not re.match(r"Kept: |notebook +seconds|.* (failed\.?|skipped|ok)$", line)
        ]
    else:
        lines = [line for line in lines if re.search("(?i)warning|not writable|error|, line 1: ", line)]
    return lines[-1] if lines else ""


def broken(code: int, said: str, halves: list[str], wrong: list[str]) -> str:
    """The rule that does not hold, or nothing."""
    if halves:
        return f"half a file: {' '.join(halves)}"
    if "Traceback" in said or code not in (0, 1, 2):
        return "traceback" if "Traceback" in said else f"exit code {code}"
    return f"another result: {' '.join(wrong)}" if wrong and not code else ""


def is_half(path: Path, whole: Path) -> bool:
    """Whether a file is the beginning of another one, and no more."""
    if not (path.exists() and whole.exists()):
        return False
    begun, all_of_it = path.read_bytes(), whole.read_bytes()
    return begun != all_of_it and all_of_it.startswith(begun)


def trial(condition: str, stage: str, words: str, inside: str, work: Path) -> dict:
    """One row of the table."""
    out, kept, base = work / "out", work / "kept", work / "undisturbed"
    for folder in (out, kept):
        shutil.rmtree(folder, ignore_errors=True)
        if "report" in stage:
            shutil.copytree(base / "two notebooks", folder)
        folder.mkdir(exist_ok=True)
    command = ["sh", "-c", inside, "-", sys.executable, "-m", *words.split()]
    code, said, peak, seconds = run(["unshare", "-m", *command] if "mount" in inside else command, work)
    made = kept if "$KEPT" in inside else out
    if condition == "undisturbed":
        shutil.copytree(made, base / stage)
    wrong = differences(base / stage, made)
    halves = [name for name in wrong if is_half(made / name, base / stage / name)]
    wrong = wrong if "bombs" not in words else sorted({*wrong} - OF_BOMBS)
    outcome = "; ".join(filter(None, ["same result" * (not code and not wrong), told(said, code, work)]))
    rule = broken(code, said, halves if "bombs" not in words else [], wrong)
    row = [condition, stage, f"python -m {words}", code, outcome, rule, peak, seconds]
    return dict(zip(COLUMNS, row, strict=True))


def trials() -> Iterator[tuple[str, str, str, str]]:
    """Condition, stage, command and line for sh of all trials whose means are here."""
    yield from (("undisturbed", stage, words, 'exec "$@"') for stage, words in STAGES.items())
    for name, (_, _, millions) in BOMBS.items():
        words = STAGES["ingest"].replace("study/raw", f"study/raw bombs/{name}")
        yield f"a line of {millions} million characters, {name}", "ingest", words, 'exec "$@"'
    for size in ("1MB", "10MB"):
        yield f"DuckDB has {size}", "two notebooks", f"{STAGES['two notebooks']} --memory {size}", 'exec "$@"'
    for condition, inside in CONDITIONS.items():
        if takes := missing(inside):
            print(f"{condition}: not tried, it takes {takes}", file=sys.stderr)
        else:
            yield from ((condition, stage, words, inside) for stage, words in STAGES.items())


def missing(inside: str) -> str:
    """The command that a condition takes and that cannot be run here, or nothing."""
    takes = [command for word, command in MEANS.items() if word in inside]
    lacks = [
        command for command in takes if subprocess.run(["sh", "-c", command], capture_output=True).returncode
    ]
    return ", ".join(lacks)


def main(word: str = "") -> int:
    """The command line: 1 where a rule was broken."""
    work = ROOT / "build" / "resources"
    shutil.rmtree(work / "undisturbed", ignore_errors=True)
    small_world(work / "study")
    make_bombs(work / "bombs")
    rows = []
    for condition, *rest in trials():
        if word in condition or condition == "undisturbed":
            rows.append(trial(condition, *rest, work))
            print(*rows[-1].values(), sep=" | ", flush=True)
    table = pd.DataFrame(rows)
    if not word:
        write_text(RESULT, table.to_csv(index=False, lineterminator="\n"))
    return int(table["broken"].ne("").any())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
