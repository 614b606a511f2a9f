"""Timeline features against answers worked out by hand, and against pandas."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from helpers.bots import features
from helpers.bots.features import posts, summary
from helpers.study import ROOT
from helpers.tables import TWEETS, USERS

AT = pd.Timestamp("2016-10-21T00:00:00Z")
COLUMNS = ("created_at", "hashtags", "mentions", "urls", "text", "lang", "source", "retweeted_at")


def users(*ids, **changed) -> pd.DataFrame:
    frame = USERS.empty_table().to_pandas(types_mapper=pd.ArrowDtype).reindex(range(len(ids)))
    frame["user_id"] = list(ids)
    frame["screen_name"] = [f"account{i}" for i in ids]
    frame["created_at"] = pd.Timestamp("2016-01-01T00:00:00Z")
    return frame.assign(**changed)


def tweets(*rows: dict) -> pa.Table:
    """Tweets by account 1 unless said otherwise, a minute apart."""
    frame = [
        {"tweet_id": i, "user_id": 1, "created_at": AT + pd.Timedelta(minutes=i), "text": "x"} | row
        for i, row in enumerate(rows, 1)
    ]
    return pa.Table.from_pylist([{name: row.get(name) for name in TWEETS.names} for row in frame], TWEETS)


def row(*rows: dict, **kinds) -> pd.Series:
    return features.account_features(users(1, 2, 3), tweets(*rows), AT, **kinds).loc[1]


def test_there_are_more_than_a_thousand_features_in_six_classes():
    table = features.catalogue()
    assert len(table) > 1000 and table["name"].is_unique
    assert (table["class"].value_counts()[features.CLASSES] >= 15).all()


def test_the_reference_table_lists_every_feature():
    kept = pd.read_csv(ROOT / "data" / "reference" / "features.csv", keep_default_na=False)
    assert kept.equals(features.catalogue().astype(kept.dtypes))


def test_the_overview_accounts_for_every_feature():
    counts = features.overview().groupby("class")["features"].sum()
    assert counts.to_dict() == features.catalogue()["class"].value_counts().to_dict()


def test_an_account_without_tweets_has_only_its_profile():
    table = features.account_features(users(1, 2), tweets({}), AT)
    assert table.columns.tolist() == features.catalogue()["name"].tolist()
    assert set(table.dtypes) == {np.dtype("float32")}
    timeline = features.catalogue().query("`class` != 'user'")["name"]
    assert table.loc[2, timeline].isna().all()
    assert table.loc[2, "age_days"] == 294
    assert table.loc[1, "tweets_all_count"] == 1
    nobody = USERS.empty_table().to_pandas(types_mapper=pd.ArrowDtype)
    assert features.account_features(nobody, tweets({}), AT).empty


def test_waits_by_hand():
    at = [AT + pd.Timedelta(seconds=s) for s in (0, 10, 40, 100)]
    kinds = [{}, {"in_reply_to_user_id": 2}, {}, {"in_reply_to_user_id": 2}]
    found = row(*({"created_at": t} | kind for t, kind in zip(at, kinds, strict=True)))
    assert found["wait_all_min"] == 10
    assert found["wait_all_mean"] == pytest.approx(100 / 3)
    assert found["wait_all_max"] == 60
    assert found["wait_original_mean"] == 30  # before the third, the first has none
    assert found["wait_same_original_mean"] == 40
    assert found["wait_same_reply_mean"] == 90
    assert np.isnan(found["wait_retweet_mean"])
    assert found[["tweets_original_count", "tweets_reply_count"]].tolist() == [2, 2]


def test_delay_of_retweets_and_entropy_of_the_hour():
    late = row({"retweeted_user_id": 2, "retweeted_at": AT, "created_at": AT + pd.Timedelta(hours=1)})
    assert late["delay_all_mean"] == 3600
    at = [pd.Timestamp(f"2016-10-0{day}T{hour:02}:00:00Z") for day, hour in ((1, 3), (2, 3), (3, 9), (4, 9))]
    assert row(*({"created_at": t} for t in at))["hour_all_entropy"] == 1


def test_words_and_their_parts_of_speech():
    found = row({"text": "The cat runs slowly http://t.example/1 @someone #cats"})
    assert found["words_all_mean"] == 4
    assert found["variety_all_mean"] == 1
    assert found["determiner_all_mean"] == 0.25
    assert found["adverb_all_mean"] == 0.25
    assert found["links_all_mean"] == 1


def test_characters():
    found = row({"text": "AB cd 12!?"})
    assert found["length_all_mean"] == 10
    assert found["capitals_all_mean"] == pytest.approx(0.2)
    assert found["digits_all_mean"] == pytest.approx(0.2)
    assert found["punctuation_all_mean"] == pytest.approx(0.2)
    assert found["exclamations_all_max"] == found["questions_all_max"] == 1
    assert row({"text": "abcd"})["randomness_all_mean"] == 2


def test_repeated_texts():
    found = row({"text": "same"}, {"text": "same"}, {"text": "other"}, {"text": "same"})
    assert found["again_all_mean"] == 0.5
    assert found["formulas_all_count"] == 2
    assert found["formulas_uses_all_max"] == 3


def test_feeling_in_words():
    found = row({"text": "great news :)"}, {"text": "a terrible day"})
    assert found["praise_all_max"] == pytest.approx(3.1)  # "great" in VADER's lexicon
    assert found["blame_all_min"] == pytest.approx(-2.1)
    assert found["negative_all_max"] == pytest.approx(1 / 3)
    assert found["emoticons_all_max"] == 1


def test_friends_are_those_contacted_and_those_that_contact():
    others = users(1, 2, 3, followers_count=[5, 100, 7])
    found = features.account_features(
        others,
        tweets(
            {"retweeted_user_id": 2, "retweeted_tweet_id": 9},
            {"mentions": [3]},
            {"user_id": 3, "mentions": [1]},
            {"user_id": 2, "text": "not about 1"},
        ),
        AT,
    )
    assert found.loc[1, "friends_followers_retweeted_mean"] == 100
    assert found.loc[1, "friends_followers_addressed_mean"] == 7
    assert found.loc[1, "friends_followers_addressed_by_mean"] == 7
    assert found.loc[1, "friends_all_count"] == 3
    assert found.loc[1, "mutual_all_mean"] == 0.5  # with 3, not with 2
    assert found.loc[2, "friends_followers_retweeted_by_mean"] == 5
    assert np.isnan(found.loc[1, "friends_followers_retweeted_by_mean"])


def test_a_reply_that_mentions_its_addressee_is_one_contact():
    assert row({"in_reply_to_user_id": 2, "mentions": [2, 3]})["edges_addressed_count"] == 2


def test_hashtags_used_together():
    found = row({"hashtags": ["a", "b", "c"]}, {"hashtags": ["a", "d"]})
    assert found["hashtag_nodes_all_count"] == 4
    assert found["hashtag_degree_all_max"] == 3  # a: with b, c, d
    assert found["hashtag_clustering_all_max"] == 1  # b: its companions a and c are companions
    assert found["hashtag_clustering_all_min"] == pytest.approx(1 / 3)  # a: of b-c, b-d, c-d only b-c


def test_only_the_latest_tweets_count(monkeypatch):
    monkeypatch.setattr(posts, "RECENT", 2)
    assert row({"text": "a" * 50}, {"text": "b"}, {"text": "c"})["length_all_max"] == 1


def test_statistics_agree_with_pandas():
    rng = np.random.default_rng(0)
    waits = rng.integers(1, 5000, 40)
    at = AT - pd.to_timedelta(np.cumsum(waits), unit="s")
    found = row(*({"created_at": t} for t in at))
    hours = pd.Series(at).dt.hour
    for name in ("min", "max", "median", "mean", "skewness", "kurtosis"):
        expected = {"skewness": "skew", "kurtosis": "kurt"}.get(name, name)
        assert found[f"hour_all_{name}"] == pytest.approx(getattr(hours, expected)(), rel=1e-5)
    assert found["hour_all_sd"] == pytest.approx(hours.std(), rel=1e-5)
    share = hours.value_counts(normalize=True)
    assert found["hour_all_entropy"] == pytest.approx(-(share * np.log2(share)).sum(), rel=1e-5)


def test_chunks_and_the_order_of_tweets_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    drawn = zip(*rng.integers([1, 0, 1], [8, 9, 8], (200, 3)).T.tolist(), strict=True)
    rows = [
        {
            "user_id": user, "text": f"word{word} again", "mentions": [other],
            "hashtags": [f"t{word % 3}", "x"],
            "retweeted_user_id": other if word % 2 else None,
        }
        for user, word, other in drawn
    ]  # fmt: skip
    table, people = tweets(*rows), users(*range(1, 8))
    whole = features.account_features(people, table, AT)
    monkeypatch.setattr(posts, "CHUNK", 2)
    assert features.account_features(people, table.take(rng.permutation(200)), AT).equals(whole)


def test_tables_that_lack_columns_give_null(tmp_path):
    table = tweets({"text": "see https://t.example/a"}, {}).drop_columns(["source", "urls", "retweeted_at"])
    found = features.account_features(users(1), table, AT).loc[1]
    assert np.isnan(found["clients_all_count"])
    assert found["links_all_max"] == 1  # counted in the text


def test_a_constant_has_no_skewness():
    assert np.isnan(row({"text": "a"}, {"text": "b"}, {"text": "c"})["length_all_skewness"])


def test_every_statistic_of_a_measure_is_described():
    events = summary.Events(
        "e", "user", "things", "t", (summary.Measure("m", "m", "size", "cm"),), ("big",), True
    )
    rows = list(events.catalogue())
    assert ("m_big_mean", "user", "mean of size (things, big only)", "cm") in rows
    assert ("e_all_count", "user", "number of things", "count") in rows
    assert len(rows) == 2 * (1 + len(summary.STATISTICS))
