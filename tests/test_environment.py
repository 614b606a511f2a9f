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


@pytest.mark.parametrize("name", LOCKS)
def test_direct_dependencies_are_locked_within_their_range_and_all_have_one_version_and_hashes(name):
    locked = {}
    for requirement, hashes in entries(name):
        (pin,) = requirement.specifier
        assert pin.operator == "==", requirement
        assert hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in hashes), requirement
        locked.setdefault(canonicalize_name(requirement.name), []).append(pin.version)
    for direct in map(Requirement, NEEDED[name]):  # several pins where they depend on the system
        pins = locked.get(canonicalize_name(direct.name), [])
        assert pins and all(map(direct.specifier.contains, pins)), f"{direct} is not locked: run make lock"


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
