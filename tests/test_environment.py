"""The descriptions of the environment (pyproject.toml, the three lock files, environment.yml) agree."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from helpers.study import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CONDA = (ROOT / "environment.yml").read_text("utf-8")
LOCKS = {name: (ROOT / f"{name}.lock").read_text("utf-8") for name in (
    "requirements", "requirements-bench", "requirements-spark",
)}  # fmt: skip
NEEDED = {
    "requirements": PROJECT["dependencies"] + EXTRAS["dev"],
    "requirements-bench": EXTRAS["bench"],
    "requirements-spark": EXTRAS["spark"],
}


def entries(name):
    """Requirement and hashes of each entry of a lock file; an entry is a line and its continuations."""
    for entry in LOCKS[name].replace("\\\n", " ").splitlines():
        requirement, *hashes = entry.split("--hash=")
        yield Requirement(requirement.strip()), [digest.strip() for digest in hashes]


def versions(name):
    """Package -> the specifiers it is locked with; several where it depends on the system."""
    locked = {}
    for requirement, _ in entries(name):
        locked.setdefault(canonicalize_name(requirement.name), []).append(requirement.specifier)
    return locked


@pytest.mark.parametrize("name", LOCKS)
def test_direct_dependencies_are_locked_within_their_range(name):
    locked = versions(name)
    for direct in map(Requirement, NEEDED[name]):
        pinned = [next(iter(pins)).version for pins in locked.get(canonicalize_name(direct.name), [])]
        assert pinned and all(map(direct.specifier.contains, pinned)), (
            f"{direct} is not locked: run make lock"
        )


@pytest.mark.parametrize("name", ["requirements-bench", "requirements-spark"])
def test_what_an_extra_adds_is_not_in_the_environment_in_another_version(name):
    environment = versions("requirements")
    assert all(environment.get(package, pins) == pins for package, pins in versions(name).items())


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(name):
    for requirement, hashes in entries(name):
        assert [pin.operator for pin in requirement.specifier] == ["=="], requirement
        assert hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in hashes), requirement


@pytest.mark.parametrize("text", [*LOCKS.values(), CONDA], ids=[*LOCKS, "environment.yml"])
def test_no_index_and_no_address_is_written_down(text):
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|\bfile:|localhost", text)
    assert not re.search(r"\b[\w-]+\.(org|com|net|io|local)\b", text)


def test_conda_takes_python_from_conda_forge_and_the_rest_from_the_lock():
    conda = yaml.safe_load(CONDA)
    assert conda["name"] == PROJECT["name"] and conda["channels"] == ["conda-forge", "nodefaults"]
    python, pip, lock = conda["dependencies"]
    assert (pip, lock) == ("pip", {"pip": ["-r requirements.lock"]})
    (version,) = re.fullmatch(r"python =(3\.\d+)", python).groups()  # the only form that Binder reads
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)
