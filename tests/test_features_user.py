"""Features of the profile, by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.bots import features
from helpers.bots.features.user import entropies, likelihoods, likeness

AT = pd.Timestamp("2016-10-21T00:00:00Z")


def profile(**changed) -> pd.Series:
    row = {
        "user_id": 1, "screen_name": "Hourly_Bot77", "name": "Hourly Bot \U0001f916", "location": "Ohio",
        "description": "Tweets a poem every hour. #art by @maker https://a.example 42", "url": None,
        "profile_banner_url": "https://b.example", "created_at": pd.Timestamp("2016-10-11T00:00:00Z"),
        "statuses_count": 50, "followers_count": 30, "friends_count": 10, "favourites_count": 20,
        "listed_count": 6, "verified": False, "protected": None, "default_profile": True,
        "default_profile_image": False, "profile_use_background_image": True, "geo_enabled": None,
    }  # fmt: skip
    return features.user.profile_features(pd.DataFrame([row | changed]), AT).loc[1]


def test_by_hand():
    expected = {
        "followers_per_day": 3, "friends_per_day": 1, "favourites_per_day": 2, "listed_per_day": 0.6,
        "statuses_per_day": 5, "reputation": 0.75, "favourites_per_status": 0.4, "statuses_per_friend": 5,
        "listed_per_follower": 0.2, "screen_name_length": 12, "screen_name_digits": 2,
        "screen_name_last_digits": 2, "screen_name_underscores": 1, "screen_name_upper": 1 / 6,
        "name_length": 12, "name_words": 3, "name_symbols": 1, "name_digits": 0, "description_hashtags": 1,
        "description_mentions": 1, "description_urls": 1, "description_digits": 2, "has_url": 0,
        "has_banner": 1, "verified": 0, "location_length": 4, "protected": np.nan, "age_days": 10,
        "followers_per_friend": 3, "default_profile": 1, "has_description": 1,
    }  # fmt: skip
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


def test_what_is_not_known_is_nan_and_what_is_empty_is_zero():
    assert profile(description=None)["description_length"] == 0
    trimmed = profile(screen_name=None, description=None, statuses_count=None)
    assert trimmed[["description_length", "has_url", "name_entropy", "statuses_per_day"]].isna().all()
    lacking = pd.DataFrame([{"user_id": 1, "screen_name": "ann", "created_at": AT}])
    row = features.user.profile_features(lacking, AT).loc[1]
    unknown = ["has_description", "has_url", "followers", "verified", "says_automated", "name_likeness"]
    assert row[unknown].isna().all() and row["screen_name_length"] == 3


def test_an_account_of_the_same_day_has_no_infinite_rate():
    row = profile(created_at=AT, friends_count=0)
    assert (row["statuses_per_day"], row["followers_per_friend"]) == (50, 30)


def test_every_account_as_of_its_own_moment():
    users = pd.DataFrame({"user_id": [1, 2], "screen_name": ["a", "b"], "created_at": [AT, AT]})
    at = pd.Series([AT + pd.Timedelta(days=20), AT + pd.Timedelta(days=10)], index=[2, 1])
    assert features.user.profile_features(users, at)["age_days"].to_dict() == {1: 10, 2: 20}


def test_entropies():
    text = pd.Series(["aaaa", "abab", "abcd", "", None, "\U0001f916a"], dtype="object")
    assert entropies(text).tolist() == pytest.approx([0, 1, 2, 0, np.nan, 1], nan_ok=True)


def test_likelihood_is_the_geometric_mean_with_one_added():
    values = likelihoods(pd.Series(["abb", "zz", "a", None, "é"]), pd.Series(["ab", "ab", "bc"]))
    total = 3 + 63 * 63
    assert values[:2].tolist() == pytest.approx([np.sqrt(3 / total * 1 / total), 1 / total])
    assert values[2:].isna().all()


def test_likeness_by_letter_pairs():
    one, other = pd.Series(["Ann Lee", "night", "x", None]), pd.Series(["annlee", "nacht", "y", "z"])
    assert likeness(one, other).tolist() == pytest.approx([1, 0.25, 0, np.nan], nan_ok=True)
