"""Kill ingest, notebooks, runner, report and publishing at file operations, and look at what is left.

    python trials/kills.py [--points 1] [--what ingest,04,publish] [--seed 1] [--jobs 2] [--out build/kills]

strace writes down what an undisturbed run does to files below the folder of the trial. A point is one of
these calls: the k-th write (rename, unlink, …) of a thread to a file. Points are spread evenly over all
calls. At each, the state before is put back, and the process that makes the call is ended in one of WAYS, by
turns: killed, killed with the process group of the command, or interrupted. Then

- every file under a final name is, byte for byte, that of before or that of the undisturbed run (where the
  runner outlived its notebook, what it writes of the failure is at least whole);
- within some seconds no process of the trial is left;
- a command that was interrupted, and did not end well before, says so in a line, by the signal's exit code;
- the same command, without cleaning, ends well and gives the bytes of the undisturbed run, and no file more.

Numbers in files of `same_bytes.MAY_DIFFER` are times of a run and count as equal. Needs strace (Debian:
apt install strace).
Writes trials/results/kills.csv (what, points, half_written, orphans, untold, different_after_rerun, seconds);
names each violation on stderr and ends with 1 where there is one. Stages that were not asked for keep their
rows.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from same_bytes import MAY_DIFFER

from helpers.study import ROOT, files_below, write_text

sys.path.append(str(ROOT / "tests"))
from test_empty import write_study

TABLE = Path(__file__).parent / "results" / "kills.csv"
NOTEBOOKS = [f"{number:02}" for number in range(13)]
# How many of each stage, in the order in which they come.
POINTS = {"ingest": 300, "runner": 100} | dict.fromkeys(NOTEBOOKS, 23) | {"report": 150, "publish": 150}
CALLS = "openat,write,pwrite64,writev,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir"
# A line of strace's: thread, call, path, rest.
CALL = re.compile(r'(\d+) +(\w+)\((?:AT_FDCWD<[^>]*>, )?(?:\d+<|")(/[^>"]*)(.*)')
FAULTS = ["half_written", "orphans", "untold", "different_after_rerun"]
# How a command is ended: SIGSTOP, by which its process group can be killed as one, stands for that.
KILLS, INTERRUPTIONS = ["SIGKILL", "SIGSTOP"], ["SIGTERM", "SIGINT"]
WAYS = KILLS + INTERRUPTIONS
HEARD = ["env", "--default-signal=INT"]  # which is ignored by what a script runs in the background
STRACE = ["strace", "-f", "-qq", "-y"]
GRACE = 10  # seconds in which what was orphaned must have ended
LONGEST = 900  # seconds that a command may take


class Trial:
    """A study in a folder, the command that is killed there, and what it leaves."""

    def __init__(self, folder: Path, command: list[str], made: str):
        """In: the folder, the command's words after `python -m`, and the folder that the command fills."""
        self.folder, self.command, self.made = folder, [sys.executable, "-m", *command], folder / made
        self.before, self.log = folder / ".before", folder.with_suffix(".strace")
        self.mark = f"{os.getpid()} {folder}"

    def environment(self) -> dict[str, str]:
        """What the command runs in: this checkout, and a mark that its children inherit."""
        return os.environ | {"PYTHONPATH": str(ROOT), "KILLS_TRIAL": self.mark}

    def run(self, *before: str) -> subprocess.CompletedProcess:
        """The command, behind the words `before`, to its end."""
        command = [*before, *self.command]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=900)

    def restore(self) -> None:
        """Put back the state before the command."""
        shutil.rmtree(self.made, ignore_errors=True)
        for partial in self.made.parent.glob(f".{self.made.name}.*"):
            shutil.rmtree(partial)
        if self.before.exists():
            shutil.copytree(self.before, self.made)

    def points(self) -> list[tuple[str, str, int, bool]]:
        """What `calls` finds in a run that nothing disturbs; the state before it is kept."""
        shutil.rmtree(self.before, ignore_errors=True)
        if self.made.exists():
            shutil.copytree(self.made, self.before)
        done = self.run(*STRACE, "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(self.log))
        if done.returncode:
            raise SystemExit(f"{' '.join(self.command)}: fails undisturbed.\n{done.stderr}")
        return list(calls(self.log.read_text("utf-8", "replace"), self.folder))

    def end(self, call: str, path: str, number: int, way: str) -> tuple[bool, int, str]:
        """Run until the call, end it there; whether it came to that, the exit code, and what it said.

        strace sends no signal with --seccomp-bpf.
        """
        inject = f"inject={call}:signal={way}:when={number}"
        trace = ["-DDD", "-e", f"trace={call}", "-P", path, "-e", inject, "-o", str(self.log)]
        said, until = self.folder.with_suffix(".said"), time.monotonic() + LONGEST
        self.log.write_bytes(b"")
        with said.open("wb") as stderr:
            how = {"stdout": subprocess.DEVNULL, "stderr": stderr, "start_new_session": True}
            command = [*HEARD, *STRACE, *trace, *self.command]
            process = subprocess.Popen(command, env=self.environment(), **how)
            while process.poll() is None:
                if time.monotonic() > until or (way == "SIGSTOP" and b"SIGSTOP" in self.log.read_bytes()):
                    os.killpg(process.pid, signal.SIGKILL)
                time.sleep(0.02)
        return way.encode() in self.log.read_bytes(), process.returncode, said.read_text("utf-8", "replace")

    def left(self) -> dict[int, str]:
        """Processes of this trial that are still there after a while, by id; they are ended."""
        end = time.monotonic() + GRACE
        while (found := marked(self.mark)) and time.monotonic() < end:
            time.sleep(0.1)
        for process in found:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return found

    def files(self, folder: Path, hidden: bool = False) -> dict[str, bytes]:
        """Bytes of the files of a folder, by name; hidden ones only where asked for."""
        paths = filter(Path.is_file, folder.rglob("*")) if hidden else files_below(folder)
        return {path.relative_to(folder).as_posix(): comparable(path) for path in paths}


def calls(log: str, folder: Path) -> Iterator[tuple[str, str, int, bool]]:
    """Calls of a log of strace's that change files below a folder.

    Out: call, path, how many of them that thread has made by then, whether it is the first that made any.
    """
    count, lines = Counter(), [found for found in map(CALL.match, log.splitlines()) if found]
    for line in lines:
        thread, call, path, rest = line.groups()
        if path.startswith(f"{folder}/") and not (call == "openat" and "O_RDONLY" in rest):
            count[thread, call, path] += 1
            yield call, path, count[thread, call, path], thread == lines[0][1]


def comparable(path: Path) -> bytes:
    """A file's bytes; without the numbers in it where these are times of a run."""
    return re.sub(rb"\d+(\.\d+)?", b"0", path.read_bytes()) if path.name in MAY_DIFFER else path.read_bytes()


def marked(mark: str) -> dict[int, str]:
    """Processes whose environment has the mark, by id, with their command lines; none that has ended."""
    running = [process.info for process in psutil.process_iter(["pid", "environ", "cmdline"])]
    ours = [one for one in running if (one["environ"] or {}).get("KILLS_TRIAL") == mark]
    return {one["pid"]: " ".join(one["cmdline"] or []) for one in ours}


def whole(name: str, data: bytes) -> bool:
    """Whether a file that tells of a failed notebook was written to its end."""
    with suppress(ValueError):
        if name.endswith(".html"):
            return data.rstrip().endswith(b"</html>")
        return data.endswith(b"\n") if name.endswith(".csv") else bool(json.loads(data))
    return False


def attempt(trial: Trial, point: tuple, way: str, good: dict[str, bytes]) -> dict[str, list[str]] | None:
    """End it at a point, look, run again; what is wrong, by column of the table; None: never came to it."""
    trial.restore()
    reached, code, said = trial.end(*point[:3], way)
    orphans = trial.left()
    if not reached:
        return None
    interrupted = code == 128 + signal.Signals[way] and re.search(r"^Interrupted\..*\n\Z", said, re.MULTILINE)
    outlived = code >= 0 and not interrupted
    told = way in KILLS or not point[3] or code == 0 or (interrupted and "Traceback" not in said)
    untold = [] if told else [f"exit code {code}: {said[-300:]}"]
    old = trial.files(trial.before) if trial.before.exists() else {}
    now = trial.files(trial.made).items()
    half = [name for name, data in now if data not in (old.get(name), good.get(name))]
    half = [name for name in half if not (outlived and whole(name, (trial.made / name).read_bytes()))]
    again = trial.run()
    after = trial.files(trial.made, hidden=True)
    other = [name for name in sorted({*after, *good}) if after.get(name) != good.get(name)]
    beside = [path.name for path in trial.made.parent.glob(f".{trial.made.name}.*")]
    failed = [again.stderr.strip()] * bool(again.returncode)
    return dict(zip(FAULTS, (half, [*orphans.values()], untold, other + beside + failed), strict=True))


def spread(points: list[tuple], number: float, seed: int) -> list[tuple]:
    """So many of the points, evenly from a random one on; all where there are fewer."""
    number = min(len(points), max(1, round(number)))
    start = np.random.default_rng(seed).random()
    return [points[int((place + start) * len(points) / number)] for place in range(number)]


def stages(folder: Path) -> Iterator[tuple[str, Trial]]:
    """Name and trial of each stage, in an order in which each finds there what the ones before made."""
    study, results, docs = folder / "study", folder / "results", folder / "docs"
    shutil.rmtree(folder, ignore_errors=True)
    write_study(study, 4, 2, 2, False, 2, True, 500)
    ingest = Trial(folder, ["helpers.ingest", str(study / "raw"), "--out", str(folder / "tables")], "tables")
    raw = study / "raw" / "a.jsonl"
    lines = raw.read_text("utf-8")
    raw.write_text("".join(lines.splitlines(keepends=True)[:300]), "utf-8")
    ingest.run()
    raw.write_text(lines, "utf-8")
    yield "ingest", ingest
    run = ["helpers.reproduce", str(study), "--jobs", "2", "--out"]
    yield "runner", Trial(folder, [*run, str(folder / "first"), "--only", "00,01"], "first")
    for notebook in NOTEBOOKS:
        yield notebook, Trial(folder, [*run, str(results), "--only", notebook], "results")
    for page in results.rglob("*.html"):
        page.unlink()
    report = ["helpers.reproduce.report", str(study), "--out", str(results)]
    yield "report", Trial(folder, report, "results")
    publish = Trial(folder, [*report, "--publish", str(docs)], "docs")
    publish.run()
    for path in filter(Path.is_file, docs.rglob("*")):
        path.write_bytes(path.read_bytes() + b"older")
    yield "publish", publish


def measure(folder: Path, asked: argparse.Namespace, share: int) -> Iterator[dict]:
    """Rows of the table from this share of the points of each stage; violations are told at once."""
    last = max(map(list(POINTS).index, asked.what))
    for what, trial in islice(stages(folder), last + 1):
        if what not in asked.what:
            if what in NOTEBOOKS:  # the others make nothing that a later stage needs
                trial.run()
            continue
        begun, row = time.monotonic(), Counter()
        points = trial.points()
        good = trial.files(trial.made, hidden=True)
        points = [point for point in points if point[3] == (what not in NOTEBOOKS)]
        chosen = list(enumerate(spread(points, POINTS[what] * asked.points, asked.seed)))
        for number, point in chosen[share :: asked.jobs]:
            found = attempt(trial, point, WAYS[number // asked.jobs % len(WAYS)], good)
            row["points"] += found is not None
            for fault, names in (found or {}).items():
                row[fault] += bool(names)
                for name in names:
                    print(f"{what}, point {number}, {point[:3]}: {fault}: {name}", file=sys.stderr)
        trial.restore()
        trial.run()
        yield {"what": what, **row, "seconds": time.monotonic() - begun}


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 nothing found, 1 a violation."""
    parser = argparse.ArgumentParser("python trials/kills.py", description=__doc__.splitlines()[0])
    option = parser.add_argument
    option("--points", type=float, default=1, help="times the usual number of points (default: 1)")
    option("--what", type=lambda text: text.split(","), default=list(POINTS), help="stages (default: all)")
    option("--seed", type=int, default=1, help="where the points begin (default: 1)")
    option("--jobs", type=int, default=2, help="trials at a time (default: 2)")
    option("--out", type=Path, default=ROOT / "build" / "kills", help="folder of the trials")
    asked = parser.parse_args(arguments)
    if not shutil.which("strace"):
        parser.error("strace is missing. Install it (Debian, Ubuntu: apt install strace).")

    def rows(share: int) -> list[dict]:
        return list(measure(asked.out.resolve() / str(share), asked, share))

    with ThreadPoolExecutor(asked.jobs) as pool:
        found = pd.DataFrame(chain.from_iterable(pool.map(rows, range(asked.jobs))))
    columns = ["points", *FAULTS, "seconds"]
    table = found.reindex(columns=["what", *columns]).fillna(0).groupby("what", sort=False).sum().astype(int)
    before = pd.read_csv(TABLE, index_col="what") if TABLE.exists() else table[:0]  # of stages not asked for
    table = pd.concat([before.drop(table.index, errors="ignore"), table])
    table = table.reindex([what for what in POINTS if what in table.index]).rename_axis("what")
    write_text(TABLE, table.to_csv(lineterminator="\n"))
    print(table.to_string())
    return int(table[FAULTS].any(axis=None))


if __name__ == "__main__":
    sys.exit(main())
