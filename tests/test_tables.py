import narwhals as nw
import pytest
from conftest import lazy

from helpers import tables
from helpers.study import StudyError
from helpers.tables import collect


def test_rows_of_a_filtered_and_sorted_pandas_frame_stay_together():
    tweets = lazy({"tweet_id": [1, 2, 3, 4], "user_id": [9_100_000_000_000_000_001, 7, 5, None]})
    table = collect(tweets.filter(nw.col("tweet_id") != 2).sort("tweet_id", descending=True))
    assert table["tweet_id"].tolist() == [4, 3, 1]
    assert table["user_id"].tolist()[1:] == [5, 9_100_000_000_000_000_001]
    assert table["user_id"].isna().tolist() == [True, False, False]
    assert table.columns.tolist() == ["tweet_id", "user_id"]
    assert table.index.tolist() == [0, 1, 2]


def setting(connection, name: str) -> str:
    return connection.sql(f"SELECT current_setting('{name}')").fetchall()[0][0]


def test_duckdb_keeps_to_the_memory_and_the_folder_it_is_given(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDY_MEMORY", "512MiB")
    monkeypatch.setenv("STUDY_SPILL", str(tmp_path / "spill"))
    connection = tables._session.__wrapped__("duckdb")
    assert setting(connection, "memory_limit") == "512.0 MiB"
    assert setting(connection, "temp_directory") == str(tmp_path / "spill")
    assert setting(connection, "TimeZone") == "UTC"


def test_a_memory_limit_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("STUDY_MEMORY", "plenty")
    with pytest.raises(StudyError, match="does not take 'plenty' as its memory_limit"):
        tables._session.__wrapped__("duckdb")


def test_distinct_keeps_one_of_each_row_and_nulls_as_a_value():
    rows = lazy({"a": [1, 1, None, None, 2], "b": ["x", "x", "y", "y", None]})
    found = collect(tables.distinct(rows).sort("a"))
    assert found.columns.tolist() == ["a", "b"]
    assert sorted(found.fillna({"a": 0, "b": ""}).to_records(index=False).tolist()) == [
        (0, "y"),
        (1, "x"),
        (2, ""),
    ]
