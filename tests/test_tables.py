import narwhals as nw
from conftest import lazy

from helpers.tables import collect


def test_rows_of_a_filtered_and_sorted_pandas_frame_stay_together():
    tweets = lazy({"tweet_id": [1, 2, 3, 4], "user_id": [9_100_000_000_000_000_001, 7, 5, None]})
    table = collect(tweets.filter(nw.col("tweet_id") != 2).sort("tweet_id", descending=True))
    assert table["tweet_id"].tolist() == [4, 3, 1]
    assert table["user_id"].tolist()[1:] == [5, 9_100_000_000_000_000_001]
    assert table["user_id"].isna().tolist() == [True, False, False]
    assert table.columns.tolist() == ["tweet_id", "user_id"]
    assert table.index.tolist() == [0, 1, 2]
