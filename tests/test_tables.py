import narwhals as nw
import pandas as pd
import pytest
from conftest import lazy

from helpers import engines, tables
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


def test_duckdb_keeps_to_the_memory_and_the_folder_it_is_given(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDY_MEMORY", "512MiB")
    monkeypatch.setenv("STUDY_SPILL", str(tmp_path / "spill"))
    names = ("memory_limit", "temp_directory", "TimeZone")
    asked = ", ".join(f"current_setting('{name}')" for name in names)
    (found,) = engines.duckdb().sql(f"SELECT {asked}").fetchall()
    assert found == ("512.0 MiB", str(tmp_path / "spill"), "UTC")
    monkeypatch.setenv("STUDY_MEMORY", "plenty")
    with pytest.raises(StudyError, match="does not take 'plenty' as its memory_limit"):
        engines.duckdb()


def test_distinct_keeps_one_of_each_row_and_nulls_as_a_value():
    rows = lazy({"a": [1, 1, None, None, 2], "b": ["x", "x", "y", "y", None]})
    found = collect(tables.distinct(rows).sort("a"))
    assert found.columns.tolist() == ["a", "b"]
    pairs = sorted(found.fillna({"a": 0, "b": ""}).to_records(index=False).tolist())
    assert pairs == [(0, "y"), (1, "x"), (2, "")]


RETWEET = {"retweeted_tweet_id": [5, None], "retweeted_user_id": [50, None]}
NOT_RETWEET = {"in_reply_to_user_id": [None, 50], "quoted_user_id": [None, None]}


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_scanned_tweets_have_their_kind_and_join_a_small_table(tiny, engine):
    rows = {"tweet_id": [1, 2], "user_id": [10, 2**53 + 1], **RETWEET, **NOT_RETWEET}
    tables.write(lazy(rows).collect().to_native(), tiny.tables / "tweets.parquet")
    scores = pd.DataFrame({"user_id": [2**53 + 1, 10], "score": [0.75, None]})
    joined = tables.scan(tiny, "tweets", engine).join(tables.lazy(scores, engine), on="user_id", how="left")
    found = collect(joined.sort("tweet_id").select("tweet_id", "kind", "score"))
    assert found["kind"].tolist() == ["retweet", "reply"]
    assert found["score"].isna().tolist() == [True, False]
    assert found["score"].tolist()[1] == 0.75


@pytest.mark.parametrize(("name", "values", "why"), [
    ("in_reply_to_user_id", [7.0, None], "are floats, and so rounded"),
    ("mentions", [[7.0], []], "are floats, and so rounded"),
    ("created_at", pd.to_datetime(["2016-09-26", "2016-09-27"]), "have no time zone"),
])  # fmt: skip
def test_float_ids_and_naive_times_are_refused(tiny, name, values, why):
    tables.write(pd.DataFrame({"tweet_id": [1, 2], name: values}), tiny.folder / "tables" / "tweets.parquet")
    with pytest.raises(StudyError, match=rf"tweets.parquet: (ids|times) in {name} {why}"):
        tables.scan(tiny, "tweets")
