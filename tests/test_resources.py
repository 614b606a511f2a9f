"""The trials of a machine that gives less, at small size; their rules; the guide is what they found."""

import json
import os
import sys

import guide
import pytest
import resources
import same_bytes

unix = pytest.mark.skipif(os.name == "nt", reason="takes a shell of Unix")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """A folder of trials, with a study of raw tweets alone and its tables."""
    work = tmp_path_factory.mktemp("work")
    (work / "study" / "raw").mkdir(parents=True)
    made = {"created_at": "2016-09-20T00:00:00Z", "user": {"id_str": "1", "screen_name": "a"}, "text": "so"}
    lines = [json.dumps({"id_str": str(number), **made}) for number in range(1, 300)]
    (work / "study" / "raw" / "a.jsonl").write_text("\n".join(lines))
    ingest("undisturbed", 'exec "$@"', work)
    return work


def ingest(condition, inside, work):
    return resources.trial(condition, "ingest", resources.STAGES["ingest"], inside, work)


@unix
@pytest.mark.parametrize(("condition", "says"), [
    ("the disk of the results is full", "No space left on device"),
    ("only the results and TMPDIR can be written", ""),
    ("/tmp cannot be written", ""), ("HOME is not set", ""), ("3 GB of address space", ""),
])  # fmt: skip
def test_ingest_gives_the_same_tables_or_says_in_a_line_why_not(work, condition, says):
    inside = resources.CONDITIONS[condition]
    if lacks := resources.missing(inside):
        pytest.skip(f"takes {lacks}")
    row = ingest(condition, inside, work)
    assert (row["broken"], bool(row["exit_code"])) == ("", bool(says)), row
    assert says in row["outcome"] if says else row["outcome"] == "same result"


@unix
def test_results_that_would_lie_in_a_file_are_refused_in_a_line(work):
    (work / "file").write_text("kept")
    command = [sys.executable, "-m", "helpers.ingest", "study/raw", "--out", "file"]
    code, said, *_ = resources.run(command, work)
    assert code == 1 and len(said.splitlines()) == 1 and "file: " in said
    assert (work / "file").read_text() == "kept"


def test_the_rules_tell_half_files_tracebacks_and_other_results_apart(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, text in ((one, "whole"), (other, "who")):
        folder.mkdir()
        (folder / "a").write_text(text)
        (folder / "b").write_text("same")
    (one / "run.json").write_text("may differ")
    assert same_bytes.differences(one, other) == ["a"]
    assert resources.is_half(other / "a", one / "a") and not resources.is_half(other / "b", one / "b")
    assert resources.broken(1, "", ["a"], ["a"]) == "half a file: a"
    assert resources.broken(1, "Traceback (most", [], []) == "traceback"
    assert resources.broken(-9, "", [], []) == "exit code -9"
    assert resources.broken(0, "", [], ["a"]) == "another result: a"
    assert not resources.broken(1, "why", [], ["a"])


def test_folders_by_other_names_are_the_same_and_nothing_else_is(tmp_path):
    for folder in ("one", "another"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a").write_text(f"made in {tmp_path / folder}")
    one, another = tmp_path / "one", tmp_path / "another"
    assert same_bytes.differences(one, another, {another: one}) == []
    assert same_bytes.differences(one, another) == ["a"]


def test_the_guide_is_what_the_trials_found_and_makes_up_nothing(tmp_path):
    text = guide.GUIDE.read_text("utf-8")
    assert guide.filled(text) == text, "run python trials/guide.py"
    head = "what,points,half_written,orphans,different_after_rerun,seconds"
    (tmp_path / "kills.csv").write_text(f"{head}\ningest,90,1,0,2,5.0\nreport,10,0,0,0,1.0\n")
    found = guide.filled(text, tmp_path)
    assert "| kills | 100 | 3 |" in found and "| ingest | 90 | 1 | 0 | 2 | 5.0 |" in found
    assert "| hostile inputs | not run | not run |" in found and "Not run: fuzz.csv is not there." in found
