"""The shape of the notebooks, and the whole sequence over the shipped sample."""

import ast
import hashlib
import re
import subprocess

import drawings
import nbformat
import pandas as pd
import pytest
from conftest import readme_command

from helpers import claims
from helpers.reproduce import notebooks as reproduce
from helpers.reproduce.notebooks import SOLUTIONS
from helpers.study import ROOT, open_study

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def code_lines(cells) -> int:
    """How many lines of code these cells have, without empty ones and comments."""
    return len(re.findall(r"(?m)^ *[^ #\n]", "\n".join(cells)))


def prose(notebook) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def is_a_clean_source(notebook):
    """What holds of notebooks and of solutions: parameters come second, and nothing depends on who ran it."""
    tagged = [n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])]
    assert tagged == [1]
    assert re.search(r'^study = "data/sample"\nout = None$', notebook.cells[1].source, re.M)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    for source in code(notebook):
        assert len(source.splitlines()) <= 13, source
        assert not re.search(r"^\s*def ", source, re.M), source
        assert not re.search(r"""["'](/|[A-Z]:\\)""", source), source
        world = r"(?m)^(from|import) helpers.*\b(reproduce|world)\b(?! import error_grid, truth$)"
        assert not re.search(world, source)


def test_a_notebook_reads_like_a_chapter(notebook, request):
    is_a_clean_source(notebook)
    first = notebook.cells[0].source
    assert first.startswith(f"# {request.node.callspec.id[:2]} · ")
    assert "**Question.**" in first and "**Paper.**" in first
    assert len(prose(notebook).split()) >= 5 * code_lines(code(notebook))


def test_the_notebooks_are_short_a_third_is_plumbing_at_most_and_one_asks_for_the_truth():
    cells = [source for path in NOTEBOOKS for source in code(nbformat.read(path, as_version=4))]
    plumbing = [cell for cell in cells if re.search(r"(?m)^study = |^(from|import) |claims\.record\(", cell)]
    assert code_lines(cells) <= 1000
    assert code_lines(plumbing) <= code_lines(cells) / 3
    asking = [path.stem for path in NOTEBOOKS if "helpers.world import" in path.read_text("utf-8")]
    assert asking == ["11_audit"]


def test_the_first_says_in_three_lines_how_to_use_colab():
    told = {path.stem: path.read_text("utf-8").count("Colab") for path in NOTEBOOKS}
    assert {name for name, times in told.items() if times} == {"00_the_study"}
    text = prose(nbformat.read(NOTEBOOKS[0], as_version=4))
    clone, install, run = re.search(r"Colab.*?```python\n(.*?)\n```", text, re.S)[1].splitlines()
    assert clone.startswith("!git clone") and install == "%pip install -q -e package"
    assert run == "!cd package && python -m helpers.reproduce"


RUNS_DATA = re.compile(  # what makes code of data, or hands it to a shell
    r"(.*\.)?(pickle|cloudpickle|dill|marshal|shelve|read_pickle|to_pickle)(\..*)?|joblib\.(load|dump)|yaml\.load"
    r"|eval|exec|compile|__import__|os\.(system|popen)|subprocess\.get\w*output|(shell|allow_pickle)=(?!False).*"
)


def dangers(source: str) -> set[str]:
    """The names in a source, and settings of its calls, that RUNS_DATA matches."""
    nodes = list(ast.walk(ast.parse(source)))
    found = {ast.unparse(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute | ast.keyword)}
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    found |= {one.name for node in imports for one in node.names}
    found |= {node.module or "" for node in imports if isinstance(node, ast.ImportFrom)}
    return set(filter(RUNS_DATA.fullmatch, found))


def test_no_source_makes_code_of_data_or_hands_it_to_a_shell():
    bad = "from pickle import loads; eval(x); os.system(y); run(z, shell=True)"
    assert dangers(bad) == {"pickle", "eval", "os.system", "shell=True"}
    assert not dangers("re.compile(x); frame.query(y); subprocess.run([z], shell=False)")
    paths = [path for name in ("helpers", "benchmarks", "trials") for path in (ROOT / name).rglob("*.py")]
    sources = {path: path.read_text("utf-8") for path in paths}
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        sources[path] = "\n".join(code(nbformat.read(path, 4)))
    assert len(sources) > 100
    assert not {path: found for path, one in sources.items() if (found := dangers(one))}


def test_exercises_come_last_and_each_has_its_solution(notebook, request):
    name = f"{request.node.callspec.id}.ipynb"
    assert re.findall("(?m)^## (.*)", prose(notebook))[-1] == "Exercises"
    assert f"](solutions/{name})" in notebook.cells[-1].source
    asked = re.findall(r"(?m)^(\d)\. \*\*", notebook.cells[-1].source)
    solution = nbformat.read(SOLUTIONS / name, as_version=4)
    assert asked in (["1", "2"], ["1", "2", "3"])
    assert re.findall(r"(?m)^## Exercise (\d)", prose(solution)) == asked
    assert f"](../{name})" in solution.cells[0].source
    is_a_clean_source(solution)


@pytest.fixture(scope="module")
def sequence(tmp_path_factory):
    """The shipped sample, put through all notebooks by the README's command: summary and open study.

    The sample stands where the README has my_study; of a copy nobody would know the truth.
    """
    out, sample = tmp_path_factory.mktemp("reader") / "out", ROOT / "data" / "sample"
    asked = readme_command("helpers.reproduce my_study")
    words = [str(sample) if word == "my_study" else word for word in asked]
    done = subprocess.run([*words, "--out", str(out)], capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr[-2000:]
    return pd.read_csv(out / "summary.csv"), open_study(sample, out)


def test_every_notebook_runs_and_all_that_the_sequence_promises_is_there(sequence):
    summary, study = sequence
    assert list(summary["notebook"]) == [path.stem for path in NOTEBOOKS]
    assert set(summary["verdict"]) == {"ok"}
    for name in ("tweets", "users", "ledger", "rejected", "scores", "sentiment", "partisans"):
        assert study.table(name) is not None, name
    for ending in ("csv", "png", "svg"):
        there, drawn = (drawings.names(folder / "figures", ending) for folder in (ROOT, study.out))
        assert there == drawn, drawings.ACCEPT
    report = (study.out / "index.html").read_text("utf-8")
    assert "Figure 7" in report and "Not made in this run" not in report
    pages = (study.out / "notebooks").glob("*.html")
    assert not [path.stem for path in pages if '<pre class="error">' in path.read_text("utf-8")]  # a warning


@pytest.mark.parametrize("name", sorted(drawings.names(ROOT / "figures", "csv")))
def test_a_run_draws_the_data_that_the_repository_has(sequence, name):
    _, study = sequence
    said = drawings.data_differ(ROOT / "figures" / f"{name}.csv", study.out / "figures" / f"{name}.csv")
    assert not said, said


@pytest.mark.skipif(bool(drawings.not_the_locked_environment()), reason=drawings.not_the_locked_environment())
@pytest.mark.parametrize("name", sorted(drawings.names(ROOT / "figures", "png")))
def test_a_run_draws_the_pictures_that_the_repository_has(sequence, name):
    _, study = sequence
    said = drawings.pictures_differ(ROOT / "figures" / f"{name}.png", study.out / "figures" / f"{name}.png")
    assert not said, said


def test_what_was_planted_is_recovered_and_nothing_is_left_unmeasured(sequence):
    _, study = sequence
    card = claims.scorecard(study).set_index("id")
    assert "not measured yet" not in set(card["verdict"])
    planted = ["bot_share_extrapolated", "bots_lag_in_bursts", "replies_bots_to_bots"]
    assert set(card.loc[[*planted, "geo_georgia_first_bots"], "mark"]) == {"holds"}
    assert card.loc["bots_interact_with_people", "mark"] == "fails"  # the opposite was planted


def test_the_solutions_run_and_leave_all_results_as_they_were(sequence):
    _, study = sequence

    def results():
        files = [path for path in study.out.rglob("*") if path.is_file() and path.parent.name != "solutions"]
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = results()
    summary = reproduce.run(study.folder, study.out, jobs=2, solutions=True)
    assert len(summary) == len(NOTEBOOKS) and set(summary["verdict"]) == {"ok"}
    assert results() == before
    for path in (study.out / "notebooks" / "solutions").glob("*.ipynb"):
        executed = path.read_text("utf-8")
        assert '"output_type": "execute_result"' in executed and "papermill" not in executed


@pytest.mark.parametrize("name", ["02_bot_detection", "09_embeddedness"])
def test_a_slider_in_a_notebook_that_ran_headless_is_a_still_picture(sequence, name):
    executed = nbformat.read(sequence[1].out / "notebooks" / f"{name}.ipynb", as_version=4)
    assert "vnd.jupyter.widget" not in nbformat.writes(executed)
    (outputs,) = [cell.outputs for cell in executed.cells if cell.id.endswith("-slider")]
    (picture,) = [out for out in outputs if "image/png" in out.get("data", {})]
    assert re.search("cut at 0.5|a line at k", picture.metadata["image/png"]["alt"])
