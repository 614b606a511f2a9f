"""Run the solutions of the exercises over a study whose notebooks have run: `python -m helpers.reproduce.solutions [STUDY]`.

A solution, `notebooks/solutions/NAME.ipynb`, answers the exercises at the end of the notebook of the same name, from
the tables that the notebooks left in the study's folder of results. It changes nothing there; as executed it is
written to `notebooks/solutions/NAME.ipynb` of that folder.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError, strip_color

from helpers.reproduce.notebooks import positive, select
from helpers.study import ROOT, StudyError, open_study

SOLUTIONS = ROOT / "notebooks" / "solutions"


def run(study: str | Path, out: str | Path | None = None, jobs: int = 1) -> dict[str, str]:
    """Run all solutions over a study, `jobs` at a time: notebook -> what went wrong, "" if nothing did.

    Raises StudyError where the study cannot be opened.
    """
    opened = open_study(study, out)
    folder = opened.out.resolve()
    given = {"study": str(opened.folder.resolve()), "out": str(folder)}
    (folder / "notebooks" / "solutions").mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running = {
            path.stem: pool.submit(execute, path, folder / "notebooks" / "solutions" / path.name, given)
            for path in select(SOLUTIONS)
        }
        return {name: future.result() for name, future in running.items()}


def execute(solution: Path, target: Path, given: dict[str, str]) -> str:
    """Execute one solution and write it to `target`; what went wrong, or "". Changes the process's environment."""
    os.environ.update(PYTHONHASHSEED="0", JUPYTER_PREFER_ENV_PATH="1")
    try:
        done = papermill.execute_notebook(
            solution,
            None,
            given,
            kernel_name="python3",
            cwd=solution.parent,
            progress_bar=False,
            record_timing=False,
            extra_arguments=["--log-level=ERROR"],
        )
    except PapermillExecutionError as failure:
        return strip_color(f"{failure.source}\n\n" + "\n".join(failure.traceback))
    for position, part in enumerate([done, *done.cells]):
        part.metadata.pop("papermill", None)
        if "injected-parameters" in part.metadata.get("tags", []):
            part.id = f"injected-{position}"  # papermill's is a random one
    partial = target.with_name(f".{target.name}.partial")
    partial.write_text(nbformat.writes(done) + "\n", encoding="utf-8", newline="\n")
    partial.replace(target)
    return ""


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 all solutions ran, 1 one failed, 2 the study cannot be opened."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.reproduce.solutions",
        description="Run the solutions of the exercises over a study.",
    )
    parser.add_argument(
        "study", nargs="?", default="data/sample", help="folder with a study.toml (default: %(default)s)"
    )
    parser.add_argument("--out", metavar="DIR", help="folder of results that the notebooks have made")
    parser.add_argument("--jobs", metavar="N", type=positive, default=1, help="at a time (default: 1)")
    try:
        ended = run(**vars(parser.parse_args(arguments)))
    except StudyError as error:
        print(error, file=sys.stderr)
        return 2
    for name, error in ended.items():
        print(name, "failed" if error else "ok")
    for name, error in ended.items():
        if error:
            print(f"\n{name} failed.\n{error}", file=sys.stderr)
    return int(any(ended.values()))


if __name__ == "__main__":
    sys.exit(main())
