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
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
BENCH_LOCK = (ROOT / "requirements-bench.lock").read_text("utf-8")
SPARK_LOCK = (ROOT / "requirements-spark.lock").read_text("utf-8")
CONDA = (ROOT / "environment.yml").read_text("utf-8")
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [Requirement(r) for r in PROJECT["dependencies"] + EXTRAS["dev"]]


def entries(lock):
    """Requirement and hashes of each entry of a lock file; an entry is a line and its continuations."""
    for entry in lock.replace("\\\n", " ").splitlines():
        if entry.strip() and not entry.startswith("#"):
            requirement, *hashes = entry.split("--hash=")
            yield Requirement(requirement.strip()), [digest.strip() for digest in hashes]


LOCKED = [requirement for requirement, _ in entries(LOCK)]
FOR_BENCH = [requirement for requirement, _ in entries(BENCH_LOCK)]
FOR_SPARK = [requirement for requirement, _ in entries(SPARK_LOCK)]


def test_entries_reads_requirements_and_hashes():
    lock = '# note\na==1.0 ; os_name == "nt" \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nb==2\n'
    assert [(str(r), h) for r, h in entries(lock)] == [
        ('a==1.0; os_name == "nt"', ["sha256:00", "sha256:11"]),
        ("b==2", []),
    ]


@pytest.mark.parametrize(("direct", "lock"), [
    *((direct, LOCKED) for direct in DIRECT),
    *((Requirement(r), FOR_SPARK) for r in EXTRAS["spark"]),
    *((Requirement(r), FOR_BENCH) for r in EXTRAS["bench"]),
], ids=lambda value: str(value) if isinstance(value, Requirement) else "")  # fmt: skip
def test_direct_dependencies_are_locked_within_their_range(direct, lock):
    versions = [
        next(iter(locked.specifier)).version
        for locked in lock
        if canonicalize_name(locked.name) == canonicalize_name(direct.name)
    ]
    assert versions, f"{direct.name} is not locked: run make lock"
    assert all(direct.specifier.contains(version) for version in versions), (
        f"locked is {direct.name} {versions}: run make lock"
    )


def test_what_an_extra_adds_is_not_in_the_environment_in_another_version():
    locked = {canonicalize_name(requirement.name): requirement.specifier for requirement in LOCKED}
    for requirement in FOR_SPARK + FOR_BENCH:
        assert locked.get(canonicalize_name(requirement.name), requirement.specifier) == requirement.specifier


@pytest.mark.parametrize(
    "lock",
    [LOCK, SPARK_LOCK, BENCH_LOCK],
    ids=["requirements.lock", "requirements-spark.lock", "requirements-bench.lock"],
)
def test_every_locked_package_has_one_version_and_hashes(lock):
    for requirement, hashes in entries(lock):
        assert [pin.operator for pin in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in hashes), requirement


@pytest.mark.parametrize("text", [LOCK, SPARK_LOCK, BENCH_LOCK, CONDA])
def test_no_index_and_no_address_is_written_down(text):
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|\bfile:|localhost", text)
    assert not re.search(r"\b[\w-]+\.(org|com|net|io|local)\b", text)


def test_conda_takes_python_from_conda_forge_and_the_rest_from_the_lock():
    conda = yaml.safe_load(CONDA)
    assert conda["name"] == PROJECT["name"]
    assert conda["channels"] == ["conda-forge", "nodefaults"]
    python, pip, lock = conda["dependencies"]
    assert (pip, lock) == ("pip", {"pip": ["-r requirements.lock"]})
    (version,) = re.fullmatch(
        r"python =(3\.\d+)", python
    ).groups()  # Binder knows a Python only from this form
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)


def test_packages_named_to_conda_users_are_locked():
    named = re.search(r"among\n# them (.*)\.\n", CONDA)[1].split(", ")
    assert len(named) == 9
    assert {canonicalize_name(name) for name in named} <= {canonicalize_name(r.name) for r in LOCKED}
