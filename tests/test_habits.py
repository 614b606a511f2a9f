"""What keeps the repository in order: hooks, workflows, forms, the public address, Binder."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

from helpers import address
from helpers.reproduce import readme
from helpers.study import ROOT

HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
URL = "https://github.com/someone/some-bots"


# Hooks


def tracked() -> list[Path]:
    """The files of this work tree that git knows, or is about to; skips the test where there is no git."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this copy is no git work tree, so nobody knows which of its files are the repository's")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def run_hooks(folder: Path, files: dict[str, bytes]) -> tuple[int, str, set[str]]:
    """Run the hooks over a new repository of these files: exit code, what was printed, ids of the hooks that failed.

    The folder has no .venv, so that the hooks take the Python on the path, which is that of this test.
    """
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    surroundings = clean | {
        "PATH": path,
        "PRE_COMMIT_HOME": str(folder.parent / "store"),
        "PRE_COMMIT_COLOR": "never",
    }
    for words in (["init", "-q"], ["config", "core.autocrlf", "false"], ["add", "-A", "-f"]):
        subprocess.run(["git", *words], cwd=folder, env=surroundings, check=True)
    run = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    done = subprocess.run(
        run, cwd=folder, env=surroundings, capture_output=True, text=True, encoding="utf-8", timeout=300
    )
    return (
        done.returncode,
        done.stdout + done.stderr,
        set(re.findall(r"^- hook id: (\S+)", done.stdout, re.M)),
    )


def hooks_of_this_repository() -> dict[str, bytes]:
    names = [".pre-commit-config.yaml", ".ci/python", "pyproject.toml"]
    return {name: (ROOT / name).read_bytes() for name in names}


def notebook_with_output() -> bytes:
    cell = nbformat.v4.new_code_cell("1 + 1", outputs=[nbformat.v4.new_output("stream", text="2\n")])
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode() + b"\n"


BAD = {
    "ruff": {"bad.py": b"import os\n"},
    "nbstripout": {"bad.ipynb": notebook_with_output()},
    "file-size": {"large.bin": bytes(2_600_000)},
    "machine-paths": {"path.md": b"Look into /" + b"home/ann/tweets.\n"},
    "end-of-file": {"end.md": b"No line break"},
    "trailing-whitespace": {"blanks.toml": b"a = 1  \n"},
    "line-breaks": {"windows.md": b"One\r\nTwo\r\n"},
    "merge-conflicts": {
        "merge.md": b"<" * 7 + b" HEAD\nmine\n" + b"=" * 7 + b"\nyours\n" + b">" * 7 + b" other\n"
    },
    "file-names": {"Same.md": b"Same\n", "same.md": b"same\n"},
    "toml": {"bad.toml": b"a = \n"},
    "yaml": {"bad.yaml": b"a: [1\n"},
    "json": {"bad.json": b"{'a': 1}\n"},
    "workflows": {".github/workflows/bad.yml": b"on: push\njobs: {test: {steps: []}}\n"},
    "issue-forms": {".github/ISSUE_TEMPLATE/bad.yml": b"name: A form without questions\n"},
    "citation": {"CITATION.cff": b"cff-version: 1.2.0\n"},
}


def test_every_hook_has_something_to_find():
    assert {hook["id"] for hook in HOOKS} == set(BAD)


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    files = {name: content for bad in BAD.values() for name, content in bad.items()}
    _, _, failed = run_hooks(
        tmp_path_factory.mktemp("bad") / "repository", hooks_of_this_repository() | files
    )
    return failed


@pytest.mark.parametrize("hook", BAD)
def test_a_hook_finds_what_is_wrong(hook, failed, tmp_path):
    if hook == "file-names":
        (tmp_path / "Same").touch()
        if (tmp_path / "same").exists():
            pytest.skip("this file system does not tell names apart by case")
    assert hook in failed


def test_the_repository_passes_its_hooks(tmp_path):
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in tracked()}
    code, printed, _ = run_hooks(tmp_path / "repository", files)
    assert code == 0, printed


def test_hooks_fetch_nothing_and_their_tools_are_locked():
    assert {hook["language"] for hook in HOOKS} == {"system", "pygrep"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    dev = {re.match(r"[\w-]+", line)[0].replace("-", "_") for line in project["optional-dependencies"]["dev"]}
    modules = {re.search(r"-m (\w+)", hook["entry"])[1] for hook in HOOKS if hook["language"] == "system"}
    assert modules <= dev


# Workflows and forms


def steps(path: Path) -> list[dict]:
    return [step for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_only_call_make(path):
    commands = [step["run"] for step in steps(path) if "run" in step]
    assert commands
    targets = (ROOT / "Makefile").read_text("utf-8")
    for command in commands:
        word, *rest = command.split()
        assert word in ("make", ".ci/run"), command
        assert word != "make" or re.search(rf"^{re.escape(rest[0])}:", targets, re.M), f"no target {rest[0]}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_are_bounded_and_may_not_write(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    pinned = [step["uses"] for step in steps(path) if "uses" in step]
    assert all(
        re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in pinned
    )  # GitHub's own, and no others


def test_three_systems_are_tested_and_each_month():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))
    systems = workflow["jobs"]["test"]["strategy"]["matrix"]["system"]
    assert {name.partition("-")[0] for name in systems} == {"ubuntu", "macos", "windows"}
    for path in WORKFLOWS:  # YAML reads the key "on" as true
        assert re.fullmatch(
            r"\d+ \d+ 1 \* \*", yaml.safe_load(path.read_text("utf-8"))[True]["schedule"][0]["cron"]
        )


def test_make_finds_the_python_of_an_environment_on_windows():
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    for system, place in (("Windows_NT", ".venv/Scripts/python"), ("", ".venv/bin/python")):
        words = ["make", "-n", "check", f"OS={system}"]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env=clean, check=True)
        assert f"{place} -m pre_commit" in done.stdout


@pytest.mark.parametrize(("form", "asked"), [
    ("number_differs", {"claim", "numbers", "command", "study", "provenance"}),
    ("data_does_not_load", {"command", "ledger", "study", "line", "source", "versions"}),
])  # fmt: skip
def test_forms_ask_for_what_is_needed_to_find_the_cause(form, asked):
    body = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{form}.yml").read_text("utf-8"))["body"]
    required = {field["id"] for field in body if field.get("validations", {}).get("required")}
    assert required == asked


def test_forms_name_commands_and_files_that_exist():
    words = "\n".join(form.read_text("utf-8") for form in FORMS)
    for module in re.findall(r"python -m ([\w.]+)", words):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists()
    for file in re.findall(r"\b(?:data/[\w/]+\.csv|CONTRIBUTING\.md)", words):
        assert (ROOT / file).exists()


# Guides


def test_contributing_names_what_exists():
    for target in set(re.findall(r"\]\(([^)#]+)\)", CONTRIBUTING)):
        assert target.startswith("https://") or (ROOT / target).exists(), target
    targets = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"\bmake ([a-z][\w-]*)[`\n]", CONTRIBUTING):
        assert re.search(rf"^{target}:", targets, re.M), target
    for module in re.findall(r"-m (helpers\.\w+)", CONTRIBUTING):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
    for file in re.findall(r"(?:helpers|tests)/[\w/]+\.py", CONTRIBUTING):
        assert (ROOT / file).exists(), file


def test_a_figure_is_added_in_five_steps():
    steps = re.findall(r"^(\d)\. \*\*(.+?)\*\*", CONTRIBUTING, re.M)
    assert [number for number, _ in steps] == list("12345")


def test_the_changelog_ends_with_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert re.search(
        rf"^## \[(?:Unreleased\] – )?{re.escape(version)}", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M
    )


def test_binder_installs_the_package_as_conda_users_do():
    (step,) = re.findall(r"^#   (python -m pip .*)$", (ROOT / "environment.yml").read_text("utf-8"), re.M)
    assert step in (ROOT / "postBuild").read_text("utf-8").splitlines()


# The public address


def copy_of_holders(folder: Path) -> Path:
    """A folder with the files that hold the address, a notebook with a cell for Colab among them, and the README."""
    for path in [*address.holders(), ROOT / "README.md"]:
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    cell = nbformat.v4.new_code_cell(
        'import os\n\nrepository = ""  # @param {"type":"string"}\nprint(repository)', id="colab"
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "notebooks" / "99_colab.ipynb")
    address.write("", folder)
    readme.write(folder, ["links"])
    return folder


def repositories(root: Path) -> set[str]:
    """The values of `repository` in the notebooks' cells."""
    notebooks = [nbformat.read(path, as_version=4) for path in sorted((root / "notebooks").rglob("*.ipynb"))]
    code = "\n".join(cell.source for notebook in notebooks for cell in notebook.cells)
    return set(re.findall(r'^repository = "([^"]*)"', code, re.M))


def test_the_address_is_everywhere_or_nowhere():
    url = address.address()
    assert repositories(ROOT) <= {url or ""}
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation.get("repository-code") == url
    assert ("mybinder.org" in (ROOT / "README.md").read_text("utf-8")) == (url is not None)


def test_an_address_is_written_to_all_places_and_taken_out_again(tmp_path):
    root = copy_of_holders(tmp_path)
    before = {path: path.read_bytes() for path in root.rglob("*.*") if path.is_file()}
    changed = address.write(URL, root)
    readme.write(root, ["links"])
    assert {"pyproject.toml", "CITATION.cff", "99_colab.ipynb"} <= {path.name for path in changed}
    assert address.address(root) == URL
    assert repositories(root) == {URL}
    assert yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))["repository-code"] == URL
    links = readme.links(root)
    assert (
        "https://mybinder.org/v2/gh/someone/some-bots/HEAD?urlpath=lab/tree/notebooks/00_the_study.ipynb)"
        in links
    )
    assert (
        "https://colab.research.google.com/github/someone/some-bots/blob/HEAD/notebooks/00_the_study.ipynb)"
        in links
    )
    assert f"{URL}/actions/workflows/test.yml/badge.svg" in links
    assert links in (root / "README.md").read_text("utf-8")
    assert address.write(URL, root) == []
    address.write("", root)
    readme.write(root, ["links"])
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    "url", ["some-bots", "https://github.com/someone", URL + "/", "https://example.org/a/b"]
)
def test_what_is_no_address_of_a_repository_is_refused(url, tmp_path):
    with pytest.raises(ValueError, match="not an address like https"):
        address.write(url, copy_of_holders(tmp_path))


def test_make_address_asks_for_one(capsys):
    assert address.main([""]) == 2
    assert "make address URL=" in capsys.readouterr().err
