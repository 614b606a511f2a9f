"""Features of timelines and profiles against answers worked out by hand."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import read_data

from helpers.bots import features
from helpers.bots.features import posts
from helpers.bots.features.user import entropy, likelihoods, likeness
from helpers.study import ROOT
from helpers.tables import TWEETS, USERS

AT = pd.Timestamp("2016-10-21T00:00:00Z")


def users(*ids, **changed) -> pd.DataFrame:
    frame = USERS.empty_table().to_pandas(types_mapper=pd.ArrowDtype).reindex(range(len(ids)))
    names, born = [f"account{i}" for i in ids], pd.Timestamp("2016-01-01T00:00:00Z")
    return frame.assign(user_id=list(ids), screen_name=names, created_at=born, **changed)


def tweets(*rows: dict) -> pa.Table:
    """Tweets by account 1 unless said otherwise, a minute apart."""
    given = {"user_id": 1, "text": "x"}
    at = [AT + pd.Timedelta(minutes=i) for i in range(len(rows))]
    frame = [given | {"tweet_id": i, "created_at": at[i]} | row for i, row in enumerate(rows)]
    return pa.Table.from_pylist([{name: row.get(name) for name in TWEETS.names} for row in frame], TWEETS)


def test_the_catalogue_and_its_reference_table_list_a_thousand_features_of_six_classes_which_are_made():
    table = features.catalogue()
    assert len(table) > 1000 and table["name"].is_unique and table.notna().all(axis=None)
    assert sorted(table["class"].unique()) == features.CLASSES
    kept = pd.read_csv(ROOT / "data" / "reference" / "features.csv", keep_default_na=False)
    assert kept.equals(table.astype(kept.dtypes))
    counts = features.overview().groupby("class")["features"].sum()
    assert counts.to_dict() == table["class"].value_counts().to_dict()
    table, catalogue = features.account_features(users(1, 2), tweets({}), AT), features.catalogue()
    assert table.columns.tolist() == catalogue["name"].tolist() and table.index.tolist() == [1, 2]
    assert set(table.dtypes) == {np.dtype("float32")}
    assert table.loc[2, catalogue.query("`class` != 'user'")["name"]].isna().all()
    assert table.loc[2, "age_days"] == 294 and table.loc[1, "tweets_all_count"] == 1
    nobody = USERS.empty_table().to_pandas(types_mapper=pd.ArrowDtype)
    assert features.account_features(nobody, tweets({}), AT).shape == (0, len(catalogue))


BY_HAND = read_data("features.toml")


@pytest.fixture(scope="module")
def by_hand():
    """The features of one account for each case, which contacts the accounts 2 and 3."""
    cases = enumerate(BY_HAND.values(), 10)
    rows = [{"user_id": number} | tweet for number, case in cases for tweet in case["tweets"]]
    table = features.account_features(users(2, 3, *range(10, 10 + len(BY_HAND))), tweets(*rows), AT)
    return table.iloc[2:].set_axis(list(BY_HAND))


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(by_hand, name):
    expected = BY_HAND[name]["features"]
    assert by_hand.loc[name, list(expected)].to_dict() == pytest.approx(expected, nan_ok=True)


def test_friends_are_those_contacted_and_those_that_contact():
    contacts = [{"retweeted_user_id": 2, "retweeted_tweet_id": 9}, {"mentions": [3]},
                {"user_id": 3, "mentions": [1]}, {"user_id": 2, "text": "not about 1"}]  # fmt: skip
    people = users(1, 2, 3, followers_count=[5, 100, 7])
    table = features.account_features(people, tweets(*contacts), AT)
    names = ["retweeted", "addressed", "addressed_by", "retweeted_by"]
    followers = table[[f"friends_followers_{name}_mean" for name in names]].loc[1].tolist()
    assert followers == pytest.approx([100, 7, 7, np.nan], nan_ok=True)
    assert table.loc[1, ["friends_all_count", "mutual_all_mean"]].tolist() == [3, 0.5]  # with 3, not with 2
    assert table.loc[2, "friends_followers_retweeted_by_mean"] == 5


def test_chunks_and_the_order_of_tweets_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    drawn = rng.integers([1, 0, 1], [8, 9, 8], (200, 3)).tolist()
    rows = [{"user_id": u, "text": f"word{w} again", "mentions": [m], "hashtags": [f"t{w % 3}", "x"],
             "retweeted_user_id": m if w % 2 else None} for u, w, m in drawn]  # fmt: skip
    table, people = tweets(*rows), users(*range(1, 8))
    whole = features.account_features(people, table, AT)
    monkeypatch.setattr(posts, "CHUNK", 4)
    assert features.account_features(people, table.take(rng.permutation(200)), AT).equals(whole)


def test_only_the_latest_tweets_count_and_tables_that_lack_columns_give_null(monkeypatch):
    table = tweets({"text": "see https://t.example/a"}, {}).drop_columns(["source", "urls", "retweeted_at"])
    account = features.account_features(users(1), table, AT).loc[1]
    assert np.isnan(account["clients_all_count"])
    assert account["links_all_max"] == 1  # counted in the text
    monkeypatch.setattr(posts, "RECENT", 2)
    table = tweets({"text": "a" * 50}, {"text": "b"}, {"text": "c"})
    assert features.account_features(users(1), table, AT).loc[1, "length_all_max"] == 1


# ── Features of the profile ──


PROFILE = read_data("profile.toml")


def profile(**changed) -> pd.Series:
    row = PROFILE["profile"] | dict.fromkeys(["url", "protected", "geo_enabled"])
    return features.user.profile_features(pd.DataFrame([row | changed]), AT).loc[1]


def test_the_profile_by_hand():
    expected = PROFILE["features"]
    assert profile()[list(expected)].to_dict() == pytest.approx(expected, nan_ok=True)
    assert list(profile().index) == list(features.user.CATALOGUE)
    assert len(set(features.user.LITE)) == 20 and set(features.user.LITE) <= set(features.user.CATALOGUE)


@pytest.mark.parametrize(("changed", "words"), [
    ({"screen_name": "hourly7"}, 4),  # name: hourly, bot; description: every hour, by @
    ({"name": "Ann", "description": "About robotics and bottles"}, 1),  # the screen name
    ({"name": "Ann", "description": "I am a bot.", "screen_name": "ann"}, 1),
    ({"name": "Abbot", "description": "", "screen_name": "talbott"}, 0),
])  # fmt: skip
def test_words_for_automation(changed, words):
    assert profile(**changed)["says_automated"] == words


def test_what_is_not_known_is_nan_what_is_empty_zero_and_no_rate_of_the_same_day_infinite():
    assert profile(description=None)["description_length"] == 0
    trimmed = profile(screen_name=None, description=None, statuses_count=None)
    assert trimmed[["description_length", "has_url", "name_entropy", "statuses_per_day"]].isna().all()
    lacking = pd.DataFrame([{"user_id": 1, "screen_name": "ann", "created_at": AT}])
    row = features.user.profile_features(lacking, AT).loc[1]
    unknown = ["has_description", "has_url", "followers", "verified", "says_automated", "name_likeness"]
    assert row[unknown].isna().all() and row["screen_name_length"] == 3
    rates = profile(created_at=AT, friends_count=0)[["statuses_per_day", "followers_per_friend"]]
    assert rates.tolist() == [50, 30]


def test_every_account_as_of_its_own_moment():
    users = pd.DataFrame({"user_id": [1, 2], "screen_name": ["a", "b"], "created_at": [AT, AT]})
    at = pd.Series([AT + pd.Timedelta(days=20), AT + pd.Timedelta(days=10)], index=[2, 1])
    assert features.user.profile_features(users, at)["age_days"].to_dict() == {1: 10, 2: 20}


def test_entropy_likelihoods_and_likeness_by_hand():
    assert [*map(entropy, ["aaaa", "abab", "abcd", "", "\U0001f916a"])] == [0, 1, 2, 0, 1]
    values = likelihoods(pd.Series(["abb", "zz", "a", None, "é"]), pd.Series(["ab", "ab", "bc"]))
    total = 3 + 63 * 63  # the geometric mean, with one added to each
    assert values[:2].tolist() == pytest.approx([np.sqrt(3 / total * 1 / total), 1 / total])
    assert values[2:].isna().all()
    one, other = pd.Series(["Ann Lee", "night", "x", None]), pd.Series(["annlee", "nacht", "y", "z"])
    assert likeness(one, other).tolist() == pytest.approx([1, 0.25, 0, np.nan], nan_ok=True)
