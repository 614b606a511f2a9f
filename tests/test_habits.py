"""What keeps the repository in order: environments that agree, hooks, sizes, workflows, forms, guides."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from helpers.study import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
TARGETS = set(re.findall(r"[\w-]+(?=[\w -]*:)", (ROOT / "Makefile").read_text("utf-8")))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
NEEDED = {f"requirements-{name}": EXTRAS[name] for name in ("bench", "spark")}
NEEDED["requirements"] = PROJECT["dependencies"] + EXTRAS["dev"]


@pytest.mark.parametrize("name", NEEDED)
def test_direct_dependencies_are_locked_within_their_range_and_all_have_one_version_and_hashes(name):
    locked = {}  # an entry is a line and its continuations
    for entry in (ROOT / f"{name}.lock").read_text("utf-8").replace("\\\n", " ").splitlines():
        text, *hashes = entry.split("--hash=")
        requirement = Requirement(text.strip())
        (pin,) = requirement.specifier
        assert pin.operator == "==", requirement
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", each) for each in hashes), requirement
        locked.setdefault(canonicalize_name(requirement.name), []).append(pin.version)
    for direct in map(Requirement, NEEDED[name]):  # several pins where they depend on the system
        pins = locked.get(canonicalize_name(direct.name), [])
        assert pins and all(map(direct.specifier.contains, pins)), f"{direct} is not locked: run make lock"


@pytest.mark.parametrize("name", [*(f"{name}.lock" for name in NEEDED), "environment.yml"])
def test_no_index_and_no_address_is_written_down(name):
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|\bfile:|localhost", text)
    assert not re.search(r"\b[\w-]+\.(org|com|net|io|local)\b", text)


def test_conda_takes_python_from_conda_forge_and_the_rest_from_the_lock():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert conda["name"] == PROJECT["name"] and conda["channels"] == ["conda-forge", "nodefaults"]
    python, pip, lock = conda["dependencies"]
    assert (pip, lock) == ("pip", {"pip": ["-r requirements.lock"]})
    (version,) = re.fullmatch(r"python =(3\.\d+)", python).groups()  # the only form that Binder reads
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("git") and (ROOT / ".git").exists()), reason="no git work tree")
def test_the_repository_passes_its_hooks(tmp_path):
    """In a copy, which has no .venv: the hooks take the Python on the path, which is that of this test."""
    folder = tmp_path / "repository"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(lambda name: name and (ROOT / name).is_file(), listed.decode().split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    surroundings = clean | {"PATH": places, "PRE_COMMIT_HOME": str(tmp_path / "store")}
    for words in (["init", "-q"], ["config", "core.autocrlf", "false"], ["add", "-A", "-f"]):
        subprocess.run(["git", *words], cwd=folder, env=surroundings, check=True)
    run = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    done = subprocess.run(run, cwd=folder, env=surroundings, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_picture_is_larger_than_300_kb():
    pictures = [*ROOT.glob("figures/**/*.*g"), *ROOT.glob("benchmarks/**/*.png")]  # docs/ has lighter ones
    heavy = [path.name for path in pictures if path.stat().st_size > 300_000]
    assert pictures and not heavy, "draw many marks at once (one plot or collection), or fewer"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_only_call_make_are_bounded_and_may_not_write(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    for command in [step["run"].split() for step in steps if "run" in step]:
        assert command == [".ci/run"] or (command[0] == "make" and command[1] in TARGETS), command
    for action in [step["uses"] for step in steps if "uses" in step]:
        assert re.fullmatch(r"actions/[\w-]+@v\d+", action)  # GitHub's own, and no others


def test_make_finds_the_python_of_an_environment_on_windows():
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    for system, place in (("Windows_NT", ".venv/Scripts/python"), ("", ".venv/bin/python")):
        words = ["make", "-n", "check", f"OS={system}"]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env=clean, check=True)
        assert f"{place} -m pre_commit" in done.stdout


@pytest.mark.parametrize("path", [ROOT / "CONTRIBUTING.md", *GUIDES, *sorted(FORMS.glob("[!c]*.yml"))])
def test_guides_and_forms_name_what_exists(path):
    text = path.read_text("utf-8")
    for target in set(re.findall(r"\]\(([^)#]+)\)", text)):
        assert target.startswith("https://") or (path.parent / target).exists(), target
    assert set(re.findall(r"\bmake ([a-z][\w-]*)[`\n]", text)) <= TARGETS
    for module in re.findall(r"-m (helpers[\w.]*\w)", text):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module
    for file in re.findall(r"\b(?:(?:helpers|tests)/[\w/]+\.py|data/[\w/]+\.csv)", text):
        assert (ROOT / file).exists(), file


def test_the_changelog_ends_with_this_version():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[(?:Unreleased\] – )?{re.escape(PROJECT['version'])}", text, re.M)
