"""What the README promises: its commands run, its links lead somewhere, and what a run wrote is up to date.

Commands in Python run as they stand, over small worlds. Of make's targets only `help` runs: the others take minutes or
hours, set up an environment, open a server, or (`check`, `address`, `readme`) are tested for themselves; that they
exist is tested. The lines for conda and for Windows are read, since neither is here: that the files, modules and
environment they name exist.
"""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import readme_lines

from helpers.reproduce import readme
from helpers.reproduce.readme import MissingError, filled, with_run_times
from helpers.study import ROOT
from helpers.world.controls import VARIANTS

README = (ROOT / "README.md").read_text(encoding="utf-8")


COMMANDS = readme_lines("bash")
WINDOWS = readme_lines("powershell") + re.findall(r"`(\.venv\\[^`]+)`", README)
PYTHON = [command for command in COMMANDS if command.startswith("python -m helpers.")]
ELSEWHERE = {  # commands that take minutes, whose results other tests look into
    "helpers.reproduce my_study": "test_notebooks.py",
    "helpers.audit controls": "test_controls.py",
}
HERE = [command for command in PYTHON if not command.removeprefix("python -m ").startswith(tuple(ELSEWHERE))]
MAKE = {name for pair in re.findall(r"^make ([\w-]+)|`make ([\w-]+)", README, re.M) for name in pair if name}
WRITTEN_BY_A_RUN = {"run"}  # the other blocks are made from committed files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A reader's folder, in which my_study, and what stands for the shipped sample, are small synthetic worlds.

    Every tenth labelled account keeps its label: enough for a detector, which is grown dozens of times.
    """
    folder = tmp_path_factory.mktemp("reader")
    made = ["-m", "helpers.world", "--scale", "0.001", "--seed", "1", "--out", folder / "my_study"]
    subprocess.run([sys.executable, *made], check=True, timeout=300)
    labels = folder / "my_study" / "labelled" / "labels.tsv"
    labels.write_text("".join(labels.read_text().splitlines(keepends=True)[::10]))
    shutil.copytree(folder / "my_study", folder / "data" / "sample")
    return folder


def test_the_readme_has_the_commands_that_newcomers_need():
    modules = {shlex.split(command)[2] for command in PYTHON}
    assert modules == {
        "helpers.reproduce",
        "helpers.bots",
        "helpers.ingest",
        "helpers.world",
        "helpers.audit",
    }
    assert {"reproduce", "test", "lab"} <= MAKE


def test_each_command_is_run_or_read_by_a_test():
    others = set(COMMANDS) - set(PYTHON) - {f"make {name}" for name in MAKE}
    assert {command.split()[0] for command in others} == {
        "conda",
        "python",
    }  # see the test of conda's commands


@pytest.mark.parametrize(("start", "file"), ELSEWHERE.items())
def test_a_command_that_takes_minutes_is_run_by_another_test(start, file):
    assert f'readme_command("{start}")' in Path(__file__).with_name(file).read_text("utf-8")


@pytest.mark.parametrize("command", HERE)
def test_python_commands_run_as_written(command, folder):
    words = [sys.executable, *shlex.split(command)[1:]]
    if "helpers.reproduce" in words and "--out" not in words:
        words += ["--out", "build/my_study"]  # else the results would go to the package's own build folder
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-2000:]


def make(*words: str) -> str:
    """What make prints; raises where it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", *words], cwd=ROOT, capture_output=True, text=True, env=clean)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_make_n_runs_nothing():
    recipes = re.findall("^\t.*", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert not [line for line in recipes if "$(MAKE)" in line or "${MAKE}" in line]


@pytest.mark.parametrize("target", sorted(MAKE))
def test_make_targets_exist(target):
    assert make("-n", target)


def test_make_help_names_the_targets_of_the_readme():
    assert set(re.findall(r"^make ([\w-]+)", make("help"), re.M)) >= MAKE - {"help"}


@pytest.mark.parametrize("command", WINDOWS)
def test_windows_commands_name_what_exists(command):
    first, _, module, *rest = command.split()
    assert first in ("py", r".venv\Scripts\python")
    assert importlib.util.find_spec(module), module
    for file in [word for word in rest if word.endswith((".lock", ".txt"))]:
        assert (ROOT / file).exists(), file


def test_conda_commands_name_the_environment():
    text = (ROOT / "environment.yml").read_text()
    (name,) = re.findall(r"^name: (\S+)", text, re.M)
    assert "conda env create -f environment.yml" in COMMANDS
    assert f"conda activate {name}" in COMMANDS
    (install,) = {command for command in COMMANDS if command.startswith("python -m pip")}
    assert install in text


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+?)\)", README))))
def test_links_lead_somewhere(target):
    assert target.startswith("https://") or (ROOT / target).exists(), target


def test_every_notebook_is_in_the_table():
    for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"):
        assert f"| [{path.stem}](notebooks/{path.name}) |" in README


# What a run writes


@pytest.mark.parametrize("name", sorted(set(readme.BLOCKS) - WRITTEN_BY_A_RUN))
def test_blocks_from_committed_files_are_up_to_date(name):
    assert filled(README, {name: readme.BLOCKS[name](ROOT)}) == README, "run make readme"


def test_every_block_is_there_once():
    names = [match["name"] for match in readme.BLOCK.finditer(README)]
    assert sorted(names) == sorted(readme.BLOCKS)


def test_all_control_worlds_are_counted():
    worlds = len(VARIANTS) - 1  # the base world is none; "null" is one, and no missing value
    assert f"\n{worlds} such worlds, 20 seeds each" in README


@pytest.fixture
def copy(tmp_path):
    """A copy of what the README is made from, with a run that the test made up."""
    for name in ("README.md", "pyproject.toml", "data/sample/study.toml", "data/reference/controls.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    for name in ("notebooks", "figures", "benchmarks/results", "docs"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tmp_path / name)
    results = tmp_path / "build" / "sample"
    results.mkdir(parents=True)
    names = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
    rows = [f"{name},{number + 0.4},{1000 + number},ok" for number, name in enumerate(names)]
    (results / "summary.csv").write_text("\n".join(["notebook,seconds,peak_mb,verdict", *rows, ""]))
    about = {"cpu": "Abacus", "cores": 3, "memory_gb": 5, "system": "Linux x86_64", "python": "3.11.0"}
    (results / "run.json").write_text(
        json.dumps({"seconds": 155.2, "jobs": 2, "engine": "duckdb", "machine": about})
    )
    suite = '<testsuite name="pytest" tests="1234" failures="0" errors="0" skipped="3" time="61.5"/>'
    (tmp_path / "build" / "tests.xml").write_text(f"<testsuites>{suite}</testsuites>")
    return tmp_path


def test_a_run_is_written_into_the_readme_once_and_for_all(copy):
    readme.main(copy)
    once = (copy / "README.md").read_bytes()
    text = once.decode()
    assert "2 at a time | 2 min 35 s |" in text
    assert "1,234 tests (3 skipped) | 1 min 2 s |" in text
    assert "3 cores of Abacus, 5 GB, Linux x86_64, Python 3.11.0" in text
    assert re.search(r"^\| \[02_bot_detection\].* \| 2 \| 1,002 \|$", text, re.M)
    assert re.search(r"^ *02_bot_detection +2\.4 +1002 +ok$", text, re.M)
    readme.main(copy)
    assert (copy / "README.md").read_bytes() == once


@pytest.mark.parametrize(("name", "remedy"), [
    ("build/sample/summary.csv", "make reproduce"),
    ("build/sample/run.json", "make reproduce"),
    ("build/tests.xml", "make test"),
    ("figures/scorecard.csv", "make reproduce"),
    ("figures/figure_7.png", "make reproduce"),
    ("data/reference/controls.csv", "make controls"),
])  # fmt: skip
def test_what_is_missing_is_named_and_nothing_is_written(copy, name, remedy):
    before = (copy / "README.md").read_bytes()
    for path in copy.glob(name.replace(".png", ".*")):
        path.unlink()
    with pytest.raises(SystemExit, match=f"{re.escape(str(copy / name))}: no such file. Run {remedy} first"):
        readme.main(copy)
    assert (copy / "README.md").read_bytes() == before


@pytest.mark.parametrize(("name", "old", "new", "complaint"), [
    ("build/sample/summary.csv", "1002,ok", "1002,failed", "not every notebook is there and ok"),
    ("build/tests.xml", 'failures="0"', 'failures="1"', "tests failed"),
    ("README.md", "<!-- /claims -->", "", "do not have the same blocks: claims"),
    ("README.md", "<!-- claims:", "<!-- claim:", "do not have the same blocks: claims"),
])  # fmt: skip
def test_a_failed_run_and_a_lost_marker_are_refused(copy, name, old, new, complaint):
    path = copy / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(SystemExit, match=complaint):
        readme.main(copy)


def test_benchmarks_are_shown_where_they_were_measured(copy):
    results = copy / "benchmarks" / "results"
    for name in (
        "bench.md",
        "bench.png",
        "bench_tenth.md",
        "full_objects.md",
        "paper_scale.csv",
        "paper_scale.json",
        "paper_scale_scorecard.csv",
        "engines.csv",
    ):
        (results / name).unlink(missing_ok=True)
    assert readme.benchmarks(copy) == readme.full_size(copy) == ""
    (results / "bench.md").write_text("| stage | ratio |\n| --- | ---: |\n| ingest | 3.1 |\n")
    (results / "paper_scale.csv").write_text("notebook,seconds,peak_mb,verdict\n01_a,61.2,4096,ok\n")
    (results / "engines.csv").write_text("notebook,seconds_duckdb,seconds_pyspark\n01_a,3.5,9.1\n")
    assert readme.benchmarks(copy).endswith("| ingest | 3.1 |\n")
    (results / "bench_tenth.md").write_text("| ingest | 4.1 |\n")
    assert readme.benchmarks(copy).endswith("(benchmarks/results/bench_tenth.png)\n")
    (results / "paper_scale.json").write_text('{"seconds": 700, "jobs": 2, "machine": {"cores": 2}}')
    (results / "paper_scale_scorecard.csv").write_text("id,verdict\na,recovered\nb,differs\n")
    assert "There [1 claims](benchmarks/results/paper_scale_scorecard.csv) are recovered" in readme.full_size(
        copy
    )
    assert (
        "**11 min 40 s**, 2 notebooks at a time on 2 cores, and no process more than **4.1 GB**"
        in readme.full_size(copy)
    )
    assert readme.full_size(copy).endswith("| 01_a | 61 | 4,096 | ok |\n")
    assert "| 01_a | 3.5 | 9.1 |" in readme.engines(copy)


def test_run_times_come_from_a_run():
    table = "| [01_a](x) | q | 9 | – |\n| [02_b](y) | q | @ | 7 |\nprose | 9 | 9 |\n"
    run = pd.DataFrame({"notebook": ["01_a", "02_b"], "seconds": [12.4, 0.6], "peak_mb": [1234, None]})
    new = "| [01_a](x) | q | 12 | 1,234 |\n| [02_b](y) | q | 1 | – |\nprose | 9 | 9 |\n"
    assert with_run_times(table, run.astype({"peak_mb": "Int64"})) == new
    with pytest.raises(KeyError):
        with_run_times(table, run.head(1))


def test_a_block_without_a_function_is_named():
    with pytest.raises(MissingError, match="same blocks: other"):
        filled("<!-- other: by hand -->\n<!-- /other -->\n", {})
