"""Open copies of the notebooks in JupyterLab: `python -m helpers.reproduce.lab [JupyterLab's options]`.

The copies lie in `build/lab/notebooks`, the results of all studies opened there in `build/lab`: what a
student changes touches neither the notebooks of the package nor the results of a run. A copy that was changed
stays; those that are missing are made, and the sample begins with a copy of the results of its last run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.reproduce.notebooks import NOTEBOOKS, as_here
from helpers.study import ROOT

LAB = ROOT / "build" / "lab"


def prepare(
    lab: Path = LAB, source: Path = NOTEBOOKS, results: Path = ROOT / "build" / "sample"
) -> list[str]:
    """Make the copies that are missing; names of those that differ from the package's notebooks."""
    changed = []
    for notebook in sorted(source.rglob("[0-9]*.ipynb")):
        copy = lab / "notebooks" / notebook.relative_to(source)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notebook, copy)
        elif copy.read_bytes() != notebook.read_bytes():
            changed.append(copy.stem)
    if results.exists() and not (lab / results.name).exists():
        shutil.copytree(results, lab / results.name)
    return changed


def main(options: list[str]) -> int:
    """Prepare the copies, start JupyterLab beside them, and return its exit code."""
    if changed := prepare():
        kept = ", ".join(changed)
        print(f"As you left them in {LAB / 'notebooks'}: {kept}. Remove a file to start it anew.")
    first = LAB / "notebooks" / "00_the_study.ipynb"
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}", *options, str(first)]
    environment = os.environ | {"STUDY_RESULTS": str(LAB), "PYTHONPATH": as_here(os.environ)}
    return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
