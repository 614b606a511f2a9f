"""The shape of the notebooks, and the whole sequence over a small synthetic world."""

import re
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

from helpers import claims
from helpers.reproduce import run
from helpers.study import ROOT, open_study

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_first_cell_states_title_question_and_paper(notebook, request):
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert re.match(rf"# {request.node.callspec.id[:2]} · ", first.source)
    assert "**Question.**" in first.source
    assert "**Paper.**" in first.source


def test_second_cell_is_the_one_tagged_parameters(notebook):
    tagged = [n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])]
    assert tagged == [1]
    assert re.search(r'^study = "data/sample"$', notebook.cells[1].source, re.M)
    assert re.search(r"^out = None$", notebook.cells[1].source, re.M)


def test_any_python_3_kernel_runs_it(notebook):
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_sources_hold_no_outputs(notebook):
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_prose_outweighs_code(notebook):
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    lines = sum(len(source.splitlines()) for source in code(notebook))
    assert words >= 4 * lines


def test_no_long_cells_no_functions_no_machine_paths(notebook):
    for source in code(notebook):
        assert len(source.splitlines()) <= 13, source
        assert not re.search(r"^\s*def ", source, re.M), source
        assert not re.search(r"""["'](/|[A-Z]:\\)""", source), source
        assert "helpers.world" not in source


@pytest.fixture(scope="module")
def sequence(tmp_path_factory):
    """A world of 1/200, made by the command line and put through all notebooks: its summary and open study."""
    folder = tmp_path_factory.mktemp("world")
    made = [
        sys.executable,
        "-m",
        "helpers.world",
        "--scale",
        "0.005",
        "--seed",
        "1",
        "--out",
        folder / "study",
    ]
    subprocess.run(made, check=True, cwd=ROOT, timeout=300)
    summary = run(folder / "study", folder / "out")
    return summary, open_study(folder / "study", folder / "out")


def test_every_notebook_runs(sequence):
    summary, study = sequence
    assert summary["notebook"].tolist() == [path.stem for path in NOTEBOOKS]
    assert set(summary["verdict"]) == {"ok"}
    for path in NOTEBOOKS:
        assert (study.out / "notebooks" / path.name).exists()
        assert (study.out / "notebooks" / f"{path.stem}.html").exists()


def test_all_that_the_sequence_promises_is_there(sequence):
    _, study = sequence
    for name in ("tweets", "users", "ledger", "rejected", "scores", "sentiment", "partisans"):
        assert study.table(name) is not None, name
    for name in (*(f"figure_{n}" for n in range(1, 8)), "scorecard"):
        for kind in ("png", "svg", "csv", "json"):
            assert (study.out / "figures" / f"{name}.{kind}").stat().st_size > 0
    for name in (f"table_{n}" for n in range(1, 8)):
        assert len(pd.read_csv(study.out / "figures" / f"{name}.csv")) > 0
    report = (study.out / "index.html").read_text("utf-8")
    assert "Figure 7" in report and "Not made in this run" not in report


def test_what_was_planted_is_recovered_and_nothing_is_left_unmeasured(sequence):
    _, study = sequence
    card = claims.scorecard(study).set_index("id")["verdict"]
    assert "not measured yet" not in set(card)
    robust = "collection_tweets top_share_of_tweets bot_share_extrapolated scores_in_the_middle peak_humans"
    for claim in [
        *robust.split(),
        "debates_followed_by_spikes",
        "baseline_daily_cycle",
        "bots_lag_in_bursts",
    ]:
        assert card[claim] == "recovered", claim


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
