"""What a run says of itself: seconds and memory of its notebooks (summary.csv), and the machine."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path

import pandas as pd
import psutil

from helpers.study import read_lines, whole, write_text

SUMMARY = {"notebook": "string", "seconds": "Float64", "peak_mb": "Int64", "verdict": "string"}


def summary(rows: list[tuple] = ()) -> pd.DataFrame:
    """The table of SUMMARY, of rows in its order."""
    return pd.DataFrame(rows, columns=list(SUMMARY)).astype(SUMMARY)


def read(path: Path) -> pd.DataFrame:
    """summary.csv: columns of SUMMARY; no rows where there is no file, or a damaged one."""
    return whole(path, lambda path: pd.read_csv(read_lines(path), dtype=SUMMARY)[[*SUMMARY]], summary())


def add(rows: pd.DataFrame, path: Path) -> None:
    """Write rows of SUMMARY into summary.csv, with those that earlier runs left of other notebooks."""
    whole = pd.concat([read(path), rows]).drop_duplicates("notebook", keep="last").sort_values("notebook")
    write_text(path, whole.to_csv(index=False, lineterminator="\n"))


def as_printed(rows: pd.DataFrame) -> str:
    """The summary as the command line prints it."""
    return rows.astype("string").fillna("-").to_string(index=False)


def machine() -> str:
    """What a run was made on: "2 cores of X, 24 GB, Linux x86_64, Python 3.12.1" (GB of 2**30 bytes)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    memory = psutil.virtual_memory().total / 2**30
    return f"{cores} cores of {cpu()}, {memory:.0f} GB, {system}"


def cpu() -> str:
    """The processor's name; on Linux `platform` knows none, so it is read from the kernel."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return platform.processor() or platform.machine()
