"""What the README promises: its commands run, its links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys

import pandas as pd
import pytest

from helpers.readme import with_run_times
from helpers.study import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if line and not line.startswith("#")
]
PYTHON = [command for command in COMMANDS if command.startswith("python -m helpers.")]
MAKE = sorted(set(re.findall(r"`?make (\w+)`?$|`make (\w+)`", README, re.M)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A reader's folder, in which my_study, and what stands for the shipped sample, are small synthetic worlds."""
    folder = tmp_path_factory.mktemp("reader")
    for study in ("my_study", "data/sample"):
        made = ["-m", "helpers.world", "--scale", "0.001", "--seed", "1", "--out", folder / study]
        subprocess.run([sys.executable, *made], check=True, timeout=300)
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
    assert {name for pair in MAKE for name in pair if name} >= {"reproduce", "test", "lab"}


@pytest.mark.parametrize("command", PYTHON)
def test_python_commands_run_as_written(command, folder):
    words = [sys.executable, *shlex.split(command)[1:]]
    if "helpers.reproduce" in words and "--out" not in words:
        words += ["--out", "build/my_study"]  # else the results would go to the package's own build folder
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("target", sorted({name for pair in MAKE for name in pair if name}))
def test_make_targets_exist(target):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, env=clean)
    assert done.returncode == 0, done.stderr


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


def test_no_blank_is_left():
    assert not re.findall(r"@\w+@", README)


def test_run_times_come_from_a_run():
    table = "| [01_a](x) | q | 9 |\n| [02_b](y) | q | @ |\nprose | 9 |\n"
    run = pd.DataFrame({"notebook": ["01_a", "02_b"], "seconds": [12.4, 0.6]})
    assert with_run_times(table, run) == "| [01_a](x) | q | 12 |\n| [02_b](y) | q | 1 |\nprose | 9 |\n"
    with pytest.raises(KeyError):
        with_run_times(table, run.head(1))
