"""The shape of the notebooks, and the whole sequence over the shipped sample."""

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
        assert "helpers.world" not in source


def test_a_notebook_reads_like_a_chapter(notebook, request):
    is_a_clean_source(notebook)
    first = notebook.cells[0].source
    assert first.startswith(f"# {request.node.callspec.id[:2]} · ")
    assert "**Question.**" in first and "**Paper.**" in first
    assert len(prose(notebook).split()) >= 4 * sum(len(source.splitlines()) for source in code(notebook))


def test_the_first_says_in_three_lines_how_to_use_colab():
    told = {path.stem: path.read_text("utf-8").count("Colab") for path in NOTEBOOKS}
    assert {name for name, times in told.items() if times} == {"00_the_study"}
    text = prose(nbformat.read(NOTEBOOKS[0], as_version=4))
    clone, install, run = re.search(r"Colab.*?```python\n(.*?)\n```", text, re.S)[1].splitlines()
    assert clone.startswith("!git clone") and install == "%pip install -q -e package"
    assert run == "!cd package && python -m helpers.reproduce"


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
    words = [
        str(sample) if word == "my_study" else word for word in readme_command("helpers.reproduce my_study")
    ]
    done = subprocess.run([*words, "--out", str(out)], capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr[-2000:]
    return pd.read_csv(out / "summary.csv"), open_study(sample, out)


def test_every_notebook_runs_and_all_that_the_sequence_promises_is_there(sequence):
    summary, study = sequence
    assert dict(zip(summary["notebook"], summary["verdict"], strict=True)) == {
        path.stem: "ok" for path in NOTEBOOKS
    }
    for name in ("tweets", "users", "ledger", "rejected", "scores", "sentiment", "partisans"):
        assert study.table(name) is not None, name
    for ending in ("csv", "png", "svg"):
        there, drawn = (drawings.names(folder / "figures", ending) for folder in (ROOT, study.out))
        assert there == drawn, drawings.ACCEPT
    report = (study.out / "index.html").read_text("utf-8")
    assert "Figure 7" in report and "Not made in this run" not in report


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
    verdicts = claims.scorecard(study).set_index("id")["verdict"]
    assert "not measured yet" not in set(verdicts)
    robust = "collection_tweets top_share_of_tweets bot_share_extrapolated scores_in_the_middle peak_humans"
    robust += " debates_followed_by_spikes baseline_daily_cycle bots_lag_in_bursts"
    assert set(verdicts[robust.split()]) == {"recovered"}


def test_the_article_s_arithmetic_is_found_where_it_closes_and_where_it_does_not(sequence):
    _, study = sequence
    card = claims.scorecard(study)
    broken = card.loc[card["verdict"] == "does not close", "id"]
    audit = "unknown_tweets_each bots_corrected_published volume_after_baseline one_query_at_peaks"
    audit += " all_tweets_published sides_of_bots_published neverhillary_split_published top_is_like_everyone"
    press = "ibtimes_growth_closes motherboard_seven_closes motherboard_bots_with_side"
    of_the_article = {"tweets_left_for_unknown", "baseline_bot_share_published"}
    assert set(broken) == of_the_article | {*audit.split(), *press.split()}
    assert (card["verdict"] == "closes").sum() == (card["evidence"] == "arithmetic").sum() - len(broken)


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


def test_a_slider_in_a_notebook_that_ran_headless_is_a_still_picture(sequence):
    _, study = sequence
    for path in (study.out / "notebooks").glob("*.ipynb"):
        assert "vnd.jupyter.widget" not in path.read_text("utf-8")
    for name, slider, words in (
        ("02_bot_detection", "threshold-slider", "cut at 0.5"),
        ("09_embeddedness", "k-slider", f"a line at k = {study.embeddedness.k[0]}"),
    ):
        ran = nbformat.read(study.out / "notebooks" / f"{name}.ipynb", as_version=4)
        outputs = next(cell for cell in ran.cells if cell.id == slider).outputs
        pictures = [out for out in outputs if "image/png" in out.get("data", {})]
        assert len(pictures) == 1 and words in pictures[0].metadata["image/png"]["alt"]
