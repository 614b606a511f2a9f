import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from helpers import engines, tables
from helpers.study import ROOT, Study, StudyError, files_below, locate, open_study


def test_settings_are_read_as_the_study_s_own(tiny):
    assert tiny.name == "tiny"
    assert [(t.term, t.source) for t in tiny.terms] == [("#debate", "substitute"), ("trump", "own")]
    assert tiny.collection.windows[0] == tuple(datetime(2016, 9, day, tzinfo=UTC) for day in (16, 17))
    assert tiny.scoring.threshold == 0.5


def test_a_fault_in_study_toml_is_named_with_its_file(tmp_path):
    (tmp_path / "study.toml").write_text('name = "x"\ntitle = "x"\nsynthetic = true\ntitel = "x"')
    with pytest.raises(StudyError, match=rf"^{tmp_path}/study.toml: .* no key titel"):
        Study(tmp_path)


def test_relative_studies_are_found_from_anywhere_and_a_missing_one_is_one_clear_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert locate("data/sample") == ROOT / "data" / "sample"
    with pytest.raises(StudyError, match=r"no such file. A study is a folder"):
        open_study(tmp_path / "here")
    Path("here").mkdir()
    assert locate("here") == Path("here")


def test_this_run_s_table_is_taken_before_the_study_s_and_a_missing_one_names_its_notebook(tiny):
    with pytest.raises(StudyError, match=r"no table 'scores' yet\. Notebook 02_bot_detection makes it"):
        tables.scan(tiny, "scores")
    for folder in (tiny.folder / "tables", tiny.tables):
        tables.write(pd.DataFrame({"user_id": [1]}), folder / "scores.parquet")
        assert tiny.table("scores") == folder / "scores.parquet"


@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_ids_and_times_survive_every_engine(tiny, engine):
    ids, moment = pa.array([2**63 - 1, None]), pd.Timestamp("2016-09-16T01:02:03Z")
    times = pa.array([moment, None], tables.TIME)
    tables.write(pa.table({"tweet_id": ids, "created_at": times}), tiny.tables / "tweets.parquet")
    found = tables.collect(tables.scan(tiny, "tweets", engine))
    assert int(found["tweet_id"].dropna().iloc[0]) == 2**63 - 1
    assert pd.Timestamp(found["created_at"].iloc[0]) == moment
    assert found["created_at"].isna().iloc[1]


def test_a_table_of_parts_is_one_table(tiny):
    for part in (1, 2):
        tables.write(pd.DataFrame({"user_id": [part]}), tiny.tables / "users" / f"{part}.parquet")
    assert sorted(tables.read(tiny, "users")["user_id"]) == [1, 2]


def test_a_failed_write_leaves_the_old_table(tiny, monkeypatch):
    path = tiny.tables / "users.parquet"
    tables.write(pd.DataFrame({"user_id": [1]}), path)

    def crash(table, target, **_):
        Path(target).write_bytes(b"half")
        raise OSError(28, "disk full")

    monkeypatch.setattr(tables.pq, "write_table", crash)
    with pytest.raises(OSError, match=r"disk full: .*users\.parquet"):
        tables.write(pd.DataFrame({"user_id": [2]}), path)
    assert tables.read(tiny, "users")["user_id"].tolist() == [1]


def said_by(*words, **environment):
    """Exit code and standard error of a command of the package."""
    how = {"capture_output": True, "text": True, "cwd": ROOT, "env": os.environ | environment}
    ran = subprocess.run([sys.executable, "-m", *words], **how)
    return ran.returncode, ran.stderr


def test_commands_say_what_the_system_refuses_in_a_line_whatever_the_terminal_can_show(tmp_path):
    (tmp_path / "raw.jsonl").write_text("{}\n")
    assert said_by("helpers.new", str(tmp_path / "安倍"), PYTHONIOENCODING="cp1252") == (0, "")
    code, told = said_by("helpers.ingest", str(tmp_path / "raw.jsonl"), "--out", str(tmp_path / ("a" * 250)))
    assert code == 1 and told.count("\n") == 1
    assert told.endswith("File name too long. Check space, name and permissions, then run this again.\n")


def test_names_that_are_not_utf_8_are_refused_and_those_that_are_patterns_are_read(tmp_path):
    folder, other = tmp_path / "**" / "a [1]", tmp_path / "b" / "a 1"  # which the first is a pattern of
    for user, path in ((7, folder), (8, other)):
        tables.write(pd.DataFrame({"user_id": [user]}), path / "part.parquet")
    for path in (folder, folder / "part.parquet"):
        assert tables.collect(engines.read(path, "duckdb"))["user_id"].tolist() == [7]
    (folder / os.fsdecode(b"latin \xe9")).touch()
    with pytest.raises(StudyError, match=r"latin \\udce9': this name is not in UTF-8"):
        files_below(tmp_path)
