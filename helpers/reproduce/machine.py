"""The machine that a run was made on, for those who read its seconds."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path


def describe() -> dict[str, str | int | None]:
    """Keys cpu, cores (that this process may use), memory_gb (None if unknown), system, python."""
    return {
        "cpu": cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": memory_gb(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def cpu() -> str:
    """The processor's name; on Linux `platform` knows none, so it is read from the kernel."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return platform.processor() or platform.machine()


def memory_gb() -> int | None:
    """Memory of the machine in GB (2**30 bytes), rounded; None on Windows."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (AttributeError, ValueError):
        return None


def in_words(machine: dict[str, str | int | None]) -> str:
    """What `describe` gives, in words: "2 cores of X, 24 GB, Linux x86_64, Python 3.12.1"."""
    memory = f", {machine['memory_gb']} GB" if machine["memory_gb"] else ""
    system = f"{machine['system']}, Python {machine['python']}"
    return f"{machine['cores']} cores of {machine['cpu']}{memory}, {system}"
