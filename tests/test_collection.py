from datetime import UTC, datetime

import pandas as pd
import pytest
from conftest import lazy, read_data

from helpers import collection, figures
from helpers.settings import Collection, Term

DAY = {day: datetime(2016, 9, day, tzinfo=UTC) for day in (16, 17, 18, 20)}
TWEETS = lazy(read_data("collected.json"))


def test_a_tweet_counts_once_for_each_term():
    named = Term(term="#Trump", source="paper")
    terms = [Term(term="#debate"), named, Term(term="trump"), Term(term="#nobody")]
    table = collection.term_counts(TWEETS, terms)
    assert table["tweets"].tolist() == [1, 1, 1, 0]
    assert table["source"].tolist() == ["own", "paper", "own", "own"]
    assert collection.term_counts(TWEETS, []).empty


def test_every_tweet_is_original_retweet_or_reply():
    value = collection.describe(TWEETS).set_index("quantity")["value"]
    assert value.to_dict() == {
        "tweets": 4, "accounts": 3, "originals": 2, "retweets": 1, "replies": 1, "quotes": 1,
        "geotagged": 1, "placed": 2,
    }  # fmt: skip


def test_windows_hold_their_start_and_not_their_end():
    table = collection.by_window(TWEETS, [(DAY[16], DAY[17]), (DAY[17], DAY[18])])
    assert table["tweets"].tolist() == [2, 1, 1]  # the last row is outside all windows


def test_the_most_active_come_first_and_the_busiest_quarter_of_6_2_1_1_wrote_six_tenths():
    assert collection.activity(TWEETS)["user_id"].tolist() == [10, 20, 30]  # ties by id
    shares = collection.concentration(pd.Series([1, 6, 1, 2]))
    assert shares.iloc[[0, -1]].to_numpy().tolist() == [[0.25, 0.6], [1, 1]]


def test_the_most_active_of_resampled_accounts():
    """Accounts of one kind write the same whoever is drawn; of two kinds, the top is either of them."""
    same = collection.resampled_top(pd.Series([5, 5, 5, 5]), 2, draws=3)
    assert same.to_numpy().tolist() == [[10, 0.5]] * 3
    mixed = collection.resampled_top(pd.Series([9, 1]), 1, draws=200)
    assert set(mixed.round(2).itertuples(index=False, name=None)) == {(9, 0.5), (9, 0.9), (1, 0.5)}
    assert collection.resampled_top(pd.Series([], dtype=int), 1).empty


def table_of_terms(**tweets):
    rows = [(f"#{group}", group, "own", number) for group, number in tweets.items()]
    return pd.DataFrame(rows, columns=["term", "group", "source", "tweets"])


def measured(terms, windows, rate=1.0):
    size = collection.describe(TWEETS)
    return collection.measures(terms, size, collection.by_window(TWEETS, windows), rate)["value"]


def test_what_is_measured_of_the_claims():
    """Four tweets by three accounts, two of them placed, at a rate of one half; windows of 1 and 2 days."""
    windows = [(DAY[16], DAY[17]), (DAY[18], DAY[20])]
    value = measured(table_of_terms(trump=3, clinton=2, stein=1), windows, rate=0.5)
    assert value.drop("terms_johnson").to_dict() == {
        "search_terms": 3, "collection_windows": 2, "collection_tweets": 8, "collection_accounts": 6,
        "tweets_outside_windows": 2, "terms_trump": 1, "terms_clinton": 1, "terms_stein": 1,
        "third_party_share": 1 / 4, "terms_overlap": 6 / 4, "geotags_subset": 2 / 4,
        "second_period_longest": 2,
    }  # fmt: skip
    assert pd.isna(value["terms_johnson"])
    counted = ["collection_tweets", "collection_accounts", "geotags_subset"]  # without terms and windows
    assert measured(table_of_terms(), []).dropna().index.tolist() == counted


@pytest.mark.parametrize(("counts", "title"), [
    ({"trump": 2, "stein": 5000}, "Of 2 search terms #stein brings most tweets, 5,000"),
    ({"trump": 2, "stein": 1}, "Of 2 search terms #trump brings most tweets, 2"),
    ({"trump": 0}, "No tweet holds any of 1 search term"),
])  # fmt: skip
def test_the_headline_names_the_most_frequent_term(counts, title):
    assert figures.told("terms", collection.terms_facts(table_of_terms(**counts)))["title"] == title


@pytest.mark.parametrize(("tweets", "title"), [
    ([1, 6, 1, 2], "The busiest 25.0% of accounts write half of all tweets"),
    ([1, 1], "The busiest 50.0% of accounts write half of all tweets"),
    ([], "No tweets"),
])  # fmt: skip
def test_the_headline_says_who_writes_half(tweets, title):
    shares = collection.concentration(pd.Series(tweets, dtype=int))
    assert figures.told("activity", collection.concentration_facts(shares))["title"] == title


@pytest.mark.parametrize(("windows", "said"), [
    ([], ""),
    ([(DAY[16], DAY[18])], ""),
    ([(DAY[18], DAY[20])], "4 of 4 tweets. The first was written on 16 Sep 2016 at 00:00, the last on 20"),
])  # fmt: skip
def test_most_tweets_outside_the_windows_are_said(tiny, monkeypatch, windows, said):
    monkeypatch.setattr(collection, "scan", lambda *_: TWEETS)
    monkeypatch.setattr(tiny, "collection", Collection(windows=windows), raising=False)
    told = collection.outside_windows(tiny)
    assert said in told and bool(told) == bool(said)
