from datetime import UTC, datetime

import pandas as pd
import pytest
from conftest import lazy

from helpers import collection
from helpers.study import Term

TWEETS = {
    "tweet_id": [1, 2, 3, 4],
    "user_id": [10, 10, 20, 30],
    "created_at": [
        "2016-09-16T00:00:00",
        "2016-09-16T23:59:59",
        "2016-09-17T00:00:00",
        "2016-09-20T12:00:00",
    ],
    "text": ["Trump speaks", "#debate #Debate", "quiet", None],
    "hashtags": [["trump"], ["debate", "debate"], [], None],
    "retweeted_tweet_id": [None, 1, None, None],
    "in_reply_to_user_id": [None, 10, 10, None],
    "quoted_user_id": [None, None, None, 20],
    "longitude": [None, None, -84.4, None],
    "place": [None, None, "Atlanta, GA", "Georgia, USA"],
}


@pytest.fixture
def tweets():
    return lazy(TWEETS)


def test_a_tweet_counts_once_for_each_term(tweets):
    terms = [
        Term(term="#debate"),
        Term(term="#Trump", source="paper"),
        Term(term="trump"),
        Term(term="#nobody"),
    ]
    table = collection.term_counts(tweets, terms)
    assert table["tweets"].tolist() == [1, 1, 1, 0]
    assert table["source"].tolist() == ["own", "paper", "own", "own"]


def test_no_terms_is_an_empty_table(tweets):
    assert collection.term_counts(tweets, []).empty


def test_every_tweet_is_original_retweet_or_reply(tweets):
    value = collection.describe(tweets).set_index("quantity")["value"]
    assert value.to_dict() == {
        "tweets": 4, "accounts": 3, "originals": 2, "retweets": 1, "replies": 1, "quotes": 1, "geotagged": 1, "placed": 2,
    }  # fmt: skip


def test_windows_hold_their_start_and_not_their_end(tweets):
    day = [datetime(2016, 9, d, tzinfo=UTC) for d in (16, 17, 18)]
    table = collection.by_window(tweets, [(day[0], day[1]), (day[1], day[2])])
    assert table["tweets"].tolist() == [2, 1, 1]  # the last row is outside all windows


def test_most_active_first_and_ties_by_id(tweets):
    assert collection.activity(tweets)["user_id"].tolist() == [10, 20, 30]


def test_the_busiest_quarter_of_6_2_1_1_wrote_six_tenths():
    shares = collection.concentration(pd.Series([1, 6, 1, 2]))
    assert shares.iloc[0].tolist() == [0.25, 0.6]
    assert shares.iloc[-1].tolist() == [1.0, 1.0]


def test_the_most_active_drawn_anew():
    """Accounts of one kind write the same whoever is drawn; of two kinds, the top holds between none and all."""
    same = collection.redrawn_top(pd.Series([5, 5, 5, 5]), 2, draws=3)
    assert same["tweets"].tolist() == [10] * 3
    assert same["share"].tolist() == [0.5] * 3
    mixed = collection.redrawn_top(pd.Series([9, 1]), 1, draws=200)
    assert set(mixed["tweets"]) == {1, 9}
    assert set(mixed["share"].round(2)) == {0.5, 0.9}
    assert collection.redrawn_top(pd.Series([], dtype=int), 1).empty
