"""Results belong to a study: never mixed with those of another, or of another state of it."""

import json
import shutil

import pytest

from helpers.reproduce import lab, results, runs
from helpers.study import MADE_FROM, Study, StudyError, open_study, write_text

STUDY = (
    'name = "sample"\ntitle = "T"\nsynthetic = {}\n[scoring]\nthreshold = {}\n[embeddedness]\nk = [2, {}]\n'
)


@pytest.fixture
def study(tmp_path):
    """A study with a raw file, scores and labels, and its results: a run of all notebooks, its tables."""
    write_text(tmp_path / "mine/raw/a.jsonl", "{}\n" * 3)
    write_text(tmp_path / "mine/scores.csv", "1,0.5\n")
    write_text(tmp_path / "mine/labelled/labels.tsv", "1\tbot\n")
    write_text(tmp_path / "mine/study.toml", STUDY.format("false", 0.5, 9))
    made = Study(tmp_path / "mine", tmp_path / "out")
    results.begin(made, None, {})
    runs.add(runs.summary([(f"{n:02}_x", 1.0, 1, "ok") for n in range(13)]), made.out / "summary.csv")
    for name in ("figures/table_7.csv", "claims/a.json", "tables/partisans.parquet", "tables/tweets.parquet"):
        write_text(made.out / name, "")
    return made


def again(study, numbers=None, **parameters):
    """Begin another run; the numbers to run beside, what was done, and which results are left."""
    also, _, done = results.begin(Study(study.folder, study.out), numbers, parameters)
    return also, done, {path.name for path in study.out.rglob("*") if path.is_file()} - {MADE_FROM}


ALL = {"summary.csv", "table_7.csv", "a.json", "partisans.parquet", "tweets.parquet"}


def test_results_of_the_same_stay(study):
    assert again(study) == again(study, {"07"}) == (set(), "", ALL)


@pytest.mark.parametrize(("name", "text", "said"), [
    ("study.toml", STUDY.format("false", 0.7, 9), "settings.scoring.threshold 0.5, now 0.7"),
    ("study.toml", STUDY.format("true", 0.5, 9), "synthetic false, now true"),
    ("raw/a.jsonl", "{}\n", "raw files"),
    ("raw/below/b.jsonl", "{}\n", "raw files"),
    ("scores.csv", "5.0,1\n", "scores.csv"),
    ("labelled/labels.tsv", "1\thuman\n", "labelled"),
    ("timelines/accounts.jsonl", "{}", "timelines"),
])  # fmt: skip
def test_what_was_made_from_something_else_goes_first(study, name, text, said):
    write_text(study.folder / name, text)
    with pytest.raises(StudyError, match="made before a change"):
        results.refuse_older(Study(study.folder, study.out))
    also, done, left = again(study, {"07"})
    assert also is None and said in done and left == {"tweets.parquet"}
    assert again(study, {"07"}) == (set(), "", left)


def test_other_code_of_ingest_makes_other_results(study, monkeypatch):
    monkeypatch.setattr(results.ledger, "code", lambda *_: "other")
    also, done, left = again(study)
    assert also is None and "(ingest)" in done and left == {"tweets.parquet"}


def test_settings_that_few_notebooks_read_make_these_run_again(study):
    write_text(study.folder / "study.toml", STUDY.format("false", 0.5, 12))
    also, done, left = again(study, {"04"})
    assert "settings.embeddedness.k [2, 9], now [2, 12]" in done
    assert also == {"09", "11", "12"} and left == ALL


def test_the_parameters_of_the_results_hold_and_others_are_refused(study):
    results.begin(study, None, {"threshold": 0.7})
    runs.add(runs.summary([("02_x", 1.0, 1, "ok")]), study.out / "summary.csv")
    assert results.begin(study, {"11"}, {})[1] == {"threshold": 0.7}
    for other in ({"threshold": 0.6}, {"seed": 1}):
        with pytest.raises(StudyError, match=r"made with -p (threshold=0.7|seed=None)"):
            results.begin(study, {"11"}, other)
    assert "parameters.threshold 0.7, now null" in results.begin(study, None, {})[2]
    results.begin(study, None, {"threshold": 0.7})
    write_text(study.out / "summary.csv", "notebook,seconds,peak_mb,verdict\n")
    write_text(study.folder / "scores.csv", "5.0,1\n")
    assert results.begin(study, {"11"}, {})[:2] == (None, {})


def test_results_of_another_study_are_refused_by_run_and_notebook(study, tmp_path):
    shutil.copytree(study.folder, tmp_path / "other")
    for refuse in (open_study, lambda *place: results.begin(Study(*place), None, {})):
        with pytest.raises(StudyError, match="results of"):
            refuse(tmp_path / "other", study.out)
    assert open_study(study.folder, study.out).out == study.out
    write_text(study.folder / "study.toml", STUDY.format("true", 0.5, 9))
    with pytest.raises(StudyError, match="mine, real data"):
        open_study(study.folder, study.out)


def test_results_without_a_record_are_made_anew_and_other_folders_are_left_alone(study, tmp_path):
    (study.out / MADE_FROM).unlink()
    assert "do not say" in again(study)[1]
    for out in (study.folder, tmp_path / "notes"):
        write_text(tmp_path / "notes/figures/mine.png", "mine")
        with pytest.raises(StudyError, match="no folder of results"):
            results.begin(Study(study.folder, out), None, {})
    assert (tmp_path / "notes/figures/mine.png").exists()


@pytest.mark.parametrize("name", [MADE_FROM, "summary.csv"])
def test_a_damaged_record_counts_as_none(study, capsys, name):
    write_text(study.out / name, '{"study":')
    if name == "summary.csv":  # then nothing says which notebooks ran
        assert again(study, {"09"}) == (set(), "", ALL)
        write_text(study.folder / "study.toml", STUDY.format("false", 0.5, 12))
    also, done, left = again(study, {"09"})
    assert also is None and "made anew" in done and left == {"tweets.parquet"}
    assert capsys.readouterr().err.count(f"{name}: damaged") == 1
    assert again(study, {"09"}) == (set(), "", left)


def test_results_are_named_after_the_folder(study, monkeypatch):
    assert Study(study.folder).out.parts[-2:] == ("build", "mine")
    monkeypatch.setenv("STUDY_RESULTS", "/lab")
    assert Study(study.folder).out.as_posix() == "/lab/mine"


def test_the_lab_s_copies_are_a_student_s_own(study, tmp_path):
    write_text(tmp_path / "notebooks/solutions/02_a.ipynb", "2")
    write_text(tmp_path / "notebooks/01_a.ipynb", "1")
    given = tmp_path / "lab", tmp_path / "notebooks", study.out
    assert lab.prepare(*given) == []
    write_text(tmp_path / "lab/notebooks/01_a.ipynb", "changed")
    assert lab.prepare(*given) == ["01_a"]
    assert (tmp_path / "notebooks/01_a.ipynb").read_text() == "1"
    assert json.loads((tmp_path / "lab/out" / MADE_FROM).read_text())["study"] == study.folder.as_posix()
