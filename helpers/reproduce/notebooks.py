"""Run the numbered notebooks over a study, headless: `python -m helpers.reproduce [STUDY]`.

Each notebook runs through papermill in a process of its own, in number order, or several at a time where
`NEEDS` says that none needs another. The parameters `study` and `out` (absolute paths) are given to every
notebook whose cell tagged `parameters` declares them. The folder of results then holds

- `notebooks/NAME.ipynb`: the notebook as executed, without papermill's record of the run;
- `summary.csv`: notebook, seconds, peak_mb, verdict (ok, failed, or skipped after a failure);
- `run.json`: seconds in all, notebooks at a time, engine and machine of the last run of the whole sequence;
- `index.html`, `notebooks/NAME.html`: the report (`helpers.reproduce.report`), made anew at the end of a run.

What an earlier run left there stays as long as it was made from the same (`helpers.reproduce.results`): then
with `--only` the summary keeps the rows of the other notebooks. Else it is removed first.

With `--solutions` the solutions of the exercises run instead, over a study whose notebooks have run. They
change none of its results; as executed they are in `notebooks/solutions/`.
"""

from __future__ import annotations

import argparse
import ast
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import papermill
from papermill.exceptions import PapermillExecutionError, strip_color
from tqdm import tqdm

from helpers import tables
from helpers.ingest import ledger, pseudonyms
from helpers.parallel import end_with_parent
from helpers.reproduce import results, runs
from helpers.study import ROOT, Study, StudyError, files_below, locate, open_study, sole, write_text

NOTEBOOKS = ROOT / "notebooks"
SOLUTIONS = NOTEBOOKS / "solutions"

# What must be done before a notebook runs; one that is not listed here needs all that come before it.
# Of papermill; without the last kernels tell of local sockets and of their end.
QUIET = {"progress_bar": False, "record_timing": False, "extra_arguments": ["--log-level=CRITICAL"]}
NEEDS = {
    "00": [], "01": [], "02": ["01"], "03": ["01"], "04": ["02"], "05": ["01", "02"], "06": ["02"],
    "07": ["02"], "08": ["03", "06"], "09": ["02"], "10": ["03", "06"], "11": ["03", "06"],
}  # fmt: skip

# Where the system can fork, what runs a notebook is imported once and not by each process.
METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"

# Errors of cells that say all there is to know: what is wrong with a study, or what the system refused.
PLAIN = {"StudyError", "OSError", "PermissionError", "IOException", "OutOfMemoryException", "MemoryError"}
MORE_MEMORY = "Raise --memory, lower --jobs, or take a larger machine."


class SequenceError(ValueError):
    """The notebooks cannot be run as asked for; the message says what there is to choose from."""


@dataclass
class Outcome:
    """How a notebook ended: verdict ok, failed or skipped; wall time; peak memory in MB; what went wrong."""

    verdict: str = "skipped"
    seconds: float | None = None
    peak_mb: int | None = None
    error: str = ""


def run(
    study: str | Path,
    out: str | Path | None = None,
    only: Iterable[str] | None = None,
    jobs: int = 1,
    engine: str = "duckdb",
    parameters: Mapping | None = None,
    notebooks: str | Path | None = None,
    memory: str | None = None,
    spill: str | None = None,
    solutions: bool = False,
) -> pd.DataFrame:
    """Run the notebooks (all, or those that `only` names) over a study, `jobs` at a time; stop at a failure.

    `memory` and `spill` are DuckDB's limit ("8GB") and the folder for what is beyond it, for each notebook;
    by default those of the study, or DuckDB's own. `notebooks` is the folder they lie in, by default the
    package's, or with `solutions` that of its solutions. Returns notebook, seconds, peak_mb, verdict, one
    row a notebook of this run. Errors of a notebook are printed, not raised. Raises StudyError where the
    study cannot be opened, and SequenceError for a notebook or a parameter that does not exist.
    """
    opened = Study(locate(study), out)
    opened.out = opened.out.resolve()
    source = Path(notebooks or (SOLUTIONS if solutions else NOTEBOOKS)).resolve()
    given = {"study": str(opened.folder.resolve()), "out": str(opened.out)}
    # What is asked for in vain is told before anything is made or removed.
    asked = declare(select(source, only), given, parameters or {})
    limits = {"STUDY_MEMORY": memory or opened.engine.memory, "STUDY_SPILL": spill or opened.engine.spill}
    environment = os.environ | {name: value or "" for name, value in limits.items()}
    environment |= {"STUDY_ENGINE": engine, "PYTHONPATH": as_here(environment)}
    with sole(opened.out):
        if solutions:
            results.refuse_older(opened)
        declared = asked if solutions else prepare(opened, source, only, given, parameters or {})
        open_study(opened.folder, opened.out)
        target = opened.out / "notebooks" / ("solutions" if solutions else "")
        target.mkdir(parents=True, exist_ok=True)
        begun = time.perf_counter()
        outcomes = execute_all(declared, target, environment, jobs, independent=solutions)
        seconds = round(time.perf_counter() - begun, 1)
        ended = [(path.stem, o.seconds, o.peak_mb, o.verdict) for path, o in outcomes.items()]
        summary = runs.summary(ended)
        if not solutions:
            whole = {"seconds": seconds, "jobs": jobs, "engine": engine} if only is None else {}
            tell(opened, summary, whole)
        return summary


def as_here(environment: Mapping[str, str]) -> str:
    """PYTHONPATH for the kernels: they run the helpers beside the runner, whichever are installed."""
    return os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH")]))


def tell(study: Study, summary: pd.DataFrame, whole: Mapping) -> None:
    """Write what a run says of itself, `whole` of one of all notebooks, and the report."""
    from helpers.reproduce import report  # here, since no notebook's process needs what makes pages

    runs.add(summary, study.out / "summary.csv")
    if whole:
        about = {**whole, "machine": runs.machine()}
        write_text(study.out / "run.json", json.dumps(about, indent=1) + "\n")
    tell_of_tweets(study)
    report.write(study)


def tell_of_tweets(study: Study) -> None:
    """Print to stderr how many raw lines were rejected, and whether most tweets lie outside the windows."""
    from helpers.reproduce.report import told

    if study.table("tweets"):
        rejected = ledger.some_rejected(ledger.read_or_empty(study, "ledger"), ledger.rejected(study))
        for said in filter(None, (rejected, told(study)[0].replace("*", ""))):
            print(said, file=sys.stderr)


def prepare(
    study: Study, source: Path, only: Iterable[str] | None, given: Mapping, chosen: Mapping
) -> dict[Path, dict]:
    """The notebooks to run, each with its parameters, after `results.begin`; says what that did."""
    for path in files_below(study.folder / "tables"):
        if path.suffix == ".parquet":
            tables.refuse_inexact(path)
    asked = {number(path) for path in select(source, only)}
    also, holds, done = results.begin(study, None if only is None else asked, chosen)
    if done:
        print(done, file=sys.stderr)
    asked |= set().union(*map(needs, asked)) if also is None else also
    return declare([path for path in select(source) if number(path) in asked], {**given, **holds}, {})


def select(folder: Path, only: Iterable[str] | None = None) -> list[Path]:
    """The numbered notebooks of a folder in order; of these, the ones that `only` names ("04" or whole name).

    Raises SequenceError where there is none, or where a name fits none.
    """
    numbered = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not numbered:
        raise SequenceError(f"{folder}: no numbered notebooks (NN_name.ipynb) here.")
    if only is None:
        return numbered
    wanted = {name.strip().removesuffix(".ipynb") for name in only}
    if unknown := wanted - {name for path in numbered for name in (path.stem, number(path))}:
        names = ", ".join(path.stem for path in numbered)
        raise SequenceError(f"No such notebook: {', '.join(sorted(unknown))}. There are: {names}.")
    return [path for path in numbered if wanted & {path.stem, number(path)}]


def number(notebook: Path) -> str:
    """The two digits that a notebook's name begins with."""
    return notebook.stem[:2]


def declare(notebooks: list[Path], given: Mapping, chosen: Mapping) -> dict[Path, dict]:
    """The parameters to inject into each notebook: those `given` or `chosen` that it declares.

    Raises SequenceError for a chosen parameter that no notebook declares.
    """
    names = {path: papermill.inspect_notebook(literally(path)).keys() for path in notebooks}
    free = set().union(*names.values()) - set(given)
    if unknown := set(chosen) - free:
        wrong, there = ", ".join(sorted(unknown)), ", ".join(sorted(free)) or "none"
        raise SequenceError(f"No selected notebook has this parameter to set: {wrong}. They have: {there}.")
    values = {**given, **chosen}
    return {path: {name: values[name] for name in values if name in names[path]} for path in notebooks}


def needs(number: str) -> set[str]:
    """The numbers of all notebooks that must be done before this one, directly or not."""
    direct = NEEDS.get(number, [f"{earlier:02}" for earlier in range(int(number))])
    return set(direct).union(*map(needs, direct))


def execute_all(
    parameters: Mapping[Path, dict], target: Path, environment: Mapping, jobs: int, independent: bool
) -> dict[Path, Outcome]:
    """Execute notebooks in order, `jobs` at a time, none before what it needs; none after a failure."""
    outcomes = {path: Outcome() for path in parameters}
    waiting, running = list(parameters), {}
    with tqdm(total=len(parameters), unit="notebook", disable=None) as bar:
        while waiting or running:
            unfinished = {number(path) for path in [*waiting, *running.values()]}
            ready = [path for path in waiting if independent or needs(number(path)).isdisjoint(unfinished)]
            for path in ready[: jobs - len(running)]:
                waiting.remove(path)
                running[start(path, parameters[path], target, environment)] = path
            bar.set_description(", ".join(path.stem for path in running.values()))
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                path = running.pop(future)
                outcomes[path] = result(future)
                bar.update()
                say(path.stem, outcomes[path], quiet=not bar.disable)
                if outcomes[path].error:
                    waiting.clear()
    return outcomes


def start(notebook: Path, parameters: Mapping, target: Path, environment: Mapping[str, str]) -> Future:
    """Begin `execute` in a new process, so that notebooks share neither environment nor memory."""
    context = multiprocessing.get_context(METHOD)
    if METHOD == "forkserver":
        context.set_forkserver_preload([__name__])
    pool = ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=end_with_parent)
    future = pool.submit(execute, notebook, parameters, target, environment)
    pool.shutdown(wait=False)
    return future


def result(future: Future) -> Outcome:
    """The outcome of a started notebook, also where its process was killed."""
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome("failed", error=f"Its process ended unexpectedly. If memory was short: {MORE_MEMORY}")


def say(name: str, outcome: Outcome, quiet: bool) -> None:
    """Print to stderr what went wrong with a notebook or, unless `quiet`, that it is done."""
    if outcome.error:
        tqdm.write(f"\n{name} failed.\n{outcome.error}", file=sys.stderr)
    elif not quiet:
        tqdm.write(f"{name} {outcome.verdict}, {outcome.seconds:.1f} s", file=sys.stderr)


def execute(
    notebook: Path, parameters: Mapping, target: Path, environment: Mapping[str, str], again: bool = True
) -> Outcome:
    """Execute one notebook in this Python; write NAME.ipynb to the folder `target`, also where it fails.

    Where no cell has run, it is tried once more: another program may have taken a port meant for the kernel.
    Changes the environment and the memory record of the process: call it in a process of its own.
    """
    settings = tempfile.TemporaryDirectory()  # empty: a user's own might change or print something
    chosen = {"PYTHONHASHSEED": "0", "JUPYTER_PREFER_ENV_PATH": "1", "IPYTHONDIR": settings.name}
    os.environ.update(environment, **chosen)
    executed = target / f".{notebook.stem}.partial.ipynb"
    executed.unlink(missing_ok=True)
    begun, error = time.perf_counter(), ""
    try:
        where = {"kernel_name": "python3", "cwd": notebook.parent}
        papermill.execute_notebook(literally(notebook), literally(executed), parameters, **where, **QUIET)
    except PapermillExecutionError as failure:
        head = "\n".join(f"    {line}" for line in failure.source.splitlines()[:5])
        error = strip_color(f"In cell [{failure.exec_count}]:\n{head}\n\n" + "\n".join(failure.traceback))
        if failure.ename in PLAIN:
            error = failure.evalue.split("\n\n")[0]  # DuckDB adds what one would write in SQL
        if "Memory" in failure.ename:
            error += f". {MORE_MEMORY}"
    except Exception as failure:
        # Whatever else goes wrong, such as a kernel that dies, is this notebook's failure too.
        if again and not has_begun(executed):
            return execute(notebook, parameters, target, environment, again=False)
        error = f"{type(failure).__name__}: {failure}. If memory was short: {MORE_MEMORY}"
    seconds = time.perf_counter() - begun
    settings.cleanup()
    if executed.exists():
        publish(executed, target / notebook.name)
        error = error and f"{error}\nKept: {target / notebook.name}"
    return Outcome("failed" if error else "ok", round(seconds, 1), peak_mb(), error)


def has_begun(executed: Path) -> bool:
    """Whether a cell of an executed notebook has run."""
    cells = nbformat.read(executed, as_version=4).cells if executed.exists() else []
    return any(cell.get("execution_count") for cell in cells)


def literally(path: Path) -> str:
    """A path for papermill, which would fill in parameters between braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def publish(executed: Path, target: Path) -> None:
    """Move an executed notebook to its place, without papermill's record."""
    notebook = nbformat.read(executed, as_version=4)
    for position, part in enumerate([notebook, *notebook.cells]):
        part.metadata.pop("papermill", None)
        if "injected-parameters" in part.metadata.get("tags", []):
            part.id = f"injected-{position}"  # papermill's is a random one
        if pseudonyms.SETTING in os.environ and "outputs" in part:  # an error may tell what the input says
            part.outputs = [output for output in part.outputs if output.output_type != "error"]
        for place, output in enumerate(part.get("outputs", [])):
            data = output.get("data", {})
            if styled := re.search(r'<table id="(T_\w+)"', data.get("text/html", "")):  # pandas' is one, too
                data["text/html"] = data["text/html"].replace(styled[1], f"T_{position}_{place}")
                data["text/plain"] = "Styler"  # without its place in memory
    write_text(target, nbformat.writes(notebook) + "\n")
    executed.unlink()


def peak_mb() -> int | None:
    """Largest resident memory (MB) of the kernel this process waited for; None where the system cannot tell.

    Linux counts what this process itself held when it began the kernel, so small kernels all show that much.
    """
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))


def literal(text: str) -> object:
    """A parameter's value: a Python literal, or true, false, null as in YAML; anything else is text."""
    with suppress(ValueError, SyntaxError):
        return ast.literal_eval(text)
    return {"true": True, "false": False, "null": None}.get(text, text)


def assignment(text: str) -> tuple[str, object]:
    """A parameter given as NAME=VALUE."""
    name, equals, value = text.partition("=")
    if name.isidentifier() and equals:
        return name, literal(value)
    raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def command_line() -> argparse.ArgumentParser:
    """The options of the command, named as the arguments of `run`."""
    parser = argparse.ArgumentParser("python -m helpers.reproduce", description="Run notebooks over a study.")
    option = parser.add_argument
    option("study", nargs="?", default="data/sample", help="folder with a study.toml (default: %(default)s)")
    option("--out", metavar="DIR", help="folder of results (default: build/<name of its folder>)")
    option("--only", metavar="04,05", type=lambda text: text.split(","), help="run only these notebooks")
    option("--jobs", metavar="N", type=positive, default=1, help="notebooks at a time (default: 1)")
    option("--engine", choices=("duckdb", "pyspark"), default="duckdb", help="what reads the tables")
    option("--memory", metavar="8GB", help="what DuckDB may use in each notebook before it spills")
    option("--spill", metavar="DIR", help="where to (default: beside the working directory)")
    option("--pseudonyms", metavar="KEYFILE", help="hide ids and names by the key in this file")
    option("--solutions", action="store_true", help="run the solutions, over results that are there")
    chosen = {"dest": "parameters", "metavar": "NAME=VALUE", "type": assignment, "default": []}
    option("-p", action="append", help="a parameter; may be given again", **chosen)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 all notebooks ran, 1 one failed, 2 that cannot be done."""
    asked = vars(command_line().parse_args(arguments))
    if file := asked.pop("pseudonyms"):
        os.environ[pseudonyms.SETTING] = str(Path(file).absolute())
    try:
        summary = run(**asked | {"parameters": dict(asked["parameters"])})
    except (StudyError, SequenceError) as error:
        print(error, file=sys.stderr)
        return 2
    print(runs.as_printed(summary))
    return int((summary["verdict"] == "failed").any())
