"""What the README promises: its commands run, its links lead somewhere, and what a run wrote is up to date.

Commands in Python run as they stand, over small worlds. Of make's targets only `help` runs: the others take
minutes or hours, set up an environment, or open a server; that they exist is tested. The lines for conda and
for Windows are read, since neither is here: that the files, modules and environment they name exist.
"""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
import readme
from conftest import code_lines, read_data
from readme import filled

from helpers.study import ROOT, open_study
from helpers.world.controls import VARIANTS

README = (ROOT / "README.md").read_text(encoding="utf-8")
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
COMMANDS = code_lines(README, "bash")
WINDOWS = code_lines(README, "powershell") + re.findall(r"`(\.venv\\[^`]+)`", README)
PYTHON = [command for command in COMMANDS if command.startswith("python -m helpers.")]
ELSEWHERE = {  # commands that take minutes, whose results other tests look into
    "helpers.reproduce my_study": "test_notebooks.py",
    "helpers.world.measure": "test_controls.py",
}
CONDA = [command for command in COMMANDS if command.startswith("conda ")]
HERE = [command for command in PYTHON if not command.removeprefix("python -m ").startswith(tuple(ELSEWHERE))]
MAKE = {name for pair in re.findall(r"^make ([\w-]+)|`make ([\w-]+)", README, re.M) for name in pair if name}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A reader's folder, in which my_study, and what stands for the sample, are small synthetic worlds.

    Every tenth labelled account keeps its label: enough for a detector, which is grown dozens of times.
    """
    folder = tmp_path_factory.mktemp("reader")
    made = ["-m", "helpers.world", "--scale", "0.001", "--seed", "1", "--out", folder / "my_study"]
    subprocess.run([sys.executable, *made], check=True, timeout=300)
    labels = folder / "my_study" / "labelled" / "labels.tsv"
    labels.write_text("".join(labels.read_text().splitlines(keepends=True)[::10]))
    shutil.copytree(folder / "my_study", folder / "data" / "sample")
    shutil.copytree(ROOT / "data" / "formats", folder / "data" / "formats")
    return folder


def test_the_readme_has_the_commands_that_newcomers_need_and_each_is_tested():
    modules = {shlex.split(command)[2].removeprefix("helpers.") for command in PYTHON}
    assert {"new", "reproduce", "bots", "ingest", "world", "world.measure"} <= modules
    assert {"reproduce", "test", "test-all", "lab"} <= MAKE
    others = set(COMMANDS) - set(PYTHON) - {f"make {name}" for name in MAKE}
    environment = (ROOT / "environment.yml").read_text("utf-8")
    (name,), (install,) = re.findall(r"(?m)^name: (\S+)", environment), others - set(CONDA)
    assert {f"conda activate {name}", "conda env create -f environment.yml"} == set(CONDA)
    assert install in environment and install in (ROOT / "postBuild").read_text("utf-8").splitlines()
    for start, file in ELSEWHERE.items():
        assert f'readme_command("{start}")' in Path(__file__).with_name(file).read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("command", HERE)
def test_python_commands_run_as_written(command, folder):
    words = [sys.executable, *shlex.split(command)[1:]]
    if "helpers.reproduce" in words and "--out" not in words:
        words += ["--out", "build/my_study"]  # else the results would go to the package's own build folder
    place = folder / "empty" if "helpers.new" in words else folder
    place.mkdir(exist_ok=True)
    done = subprocess.run(words, cwd=place, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr[-2000:]


def test_make_has_the_targets_of_the_readme_tells_them_and_starts_no_other_make():
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    asked = {"cwd": ROOT, "capture_output": True, "text": True, "check": True}
    told = subprocess.run(["make", "help"], env=clean, **asked).stdout
    assert set(re.findall(r"^make ([\w-]+)", told, re.M)) >= MAKE - {"help"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert not re.search(r"^\t.*\$[({]MAKE[)}]", makefile, re.M)  # which make -n would run
    targets = set(re.findall(r"[\w-]+", re.search(r"^\.PHONY: (.*\\\n.*)", makefile, re.M)[1]))
    assert MAKE <= targets <= set(re.findall(r"[\w-]+(?=[\w -]*:)", makefile))


@pytest.mark.parametrize("command", WINDOWS)
def test_windows_commands_name_what_exists(command):
    first, _, module, *rest = command.split()
    assert first in ("py", r".venv\Scripts\python") and importlib.util.find_spec(module)
    assert all((ROOT / word).exists() for word in rest if word.endswith((".lock", ".txt")))


def test_links_lead_somewhere_and_every_notebook_is_in_the_table():
    targets = set(re.findall(r"\]\(([^)#]+?)\)", README))
    assert not [name for name in targets if not name.startswith("https://") and not (ROOT / name).exists()]
    assert not [name for name in NOTEBOOKS if f"| [{name}](notebooks/{name}.ipynb) |" not in README]


def test_what_it_tells_of_the_sample_and_the_control_worlds_is_true():
    counts = pd.read_csv(ROOT / "figures" / "table_2.csv").set_index("quantity")["value"]
    study = open_study(ROOT / "data" / "sample")
    assert f"{counts['tweets']:,.0f} tweets by {counts['accounts']:,.0f} accounts" in README
    assert f"one account in {1 / study.collection.sample_rate:.0f} of the original" in README
    assert f"the {study.scoring.top_accounts:,} most active are scored" in README
    assert f"\n{len(VARIANTS) - 1} such worlds, 20 seeds each" in README  # the base world is none


def test_the_house_has_the_layers_that_the_contract_has():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    (contract,) = tools["importlinter"]["contracts"]
    table = README.split("| layer | what it does |")[1].split("\n\n")[0]
    told = [set(re.findall(r"`(\w+)/?`", row.split("|")[1])) for row in table.splitlines()[2:]]
    agreed = [set(re.findall(r"\w+", layer)) for layer in contract["layers"]]
    assert [names - {"captions"} for names in told] == agreed
    there = {path.stem for path in (ROOT / "helpers").iterdir() if path.is_dir() or path.suffix == ".py"}
    assert set().union(*told) == there - {"__init__", "__pycache__"}


@pytest.mark.parametrize("name", ["claims", "exhibits"])
def test_blocks_from_committed_files_are_up_to_date(name):
    assert filled(README, {name: readme.BLOCKS[name](ROOT)}) == README, "run make readme"


def test_the_times_of_a_run_are_there():
    block = next(match["text"] for match in readme.BLOCK.finditer(README) if match["name"] == "run")
    for command in ("make reproduce", "make test", "make paper-scale"):
        assert re.search(rf"^\| `{command}` \|.*\| (\d+ min )?\d+ s \|$", block, re.M), command
    assert re.search(r"^Measured on \d+ cores of .+, Python 3\.\d+", block, re.M)
    assert not [name for name in NOTEBOOKS if not re.search(rf"(?m)^ *{name} +[\d.]+ +\d+ +ok$", block)]


@pytest.fixture
def copy(tmp_path):
    """A copy of what the README is made from, with a run that the test made up."""
    for place in ("benchmarks/results", "figures", "build/sample", ".venv"):
        (tmp_path / place).mkdir(parents=True)
    for path in (ROOT / "figures").glob("*.*"):
        (tmp_path / "figures" / path.name).touch()
    tables = [f"figures/{name}.csv" for name in ("findings", "arithmetic")]
    for name in ("README.md", "benchmarks/results/paper_scale.json", *tables):
        shutil.copyfile(ROOT / name, tmp_path / name)
    rows = [f"{name},{number + 0.4},{1000 + number},ok" for number, name in enumerate(NOTEBOOKS)]
    summary = "\n".join(["notebook,seconds,peak_mb,verdict", *rows, ""])
    run = {"seconds": 155.2, "jobs": 2, "engine": "duckdb", "machine": "3 cores of Abacus, Python 3.11.0"}
    suite = '<testsuite tests="1234" failures="0" errors="0" skipped="3" time="61.5"/>'
    suite = f"<testsuites>{suite}</testsuites>"
    made = {"sample/summary.csv": summary, "sample/run.json": json.dumps(run)}
    for name, text in (made | {"tests.xml": suite, "tests-all.xml": suite, "../.venv/seconds": "70"}).items():
        (tmp_path / "build" / name).write_text(text)
    return tmp_path


def test_a_run_is_written_into_the_readme_once_and_for_all(copy):
    readme.main(copy)
    once = (copy / "README.md").read_bytes()
    for text in ("the shipped sample, 2 at a time | 2 min 35 s |", "1,234 tests (3 skipped) | 1 min 2 s |",
                 "\nMeasured on 3 cores of Abacus, Python 3.11.0."):  # fmt: skip
        assert text in once.decode()
    readme.main(copy)
    assert (copy / "README.md").read_bytes() == once


@pytest.mark.parametrize(("name", "old", "new", "complaint"), read_data("readme.json"))
def test_what_is_missing_or_failed_is_named_and_nothing_is_written(copy, name, old, new, complaint):
    path = copy / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8") if old else path.unlink()
    before = (copy / "README.md").read_bytes()
    with pytest.raises(SystemExit, match=complaint):
        readme.main(copy)
    assert (copy / "README.md").read_bytes() == before
