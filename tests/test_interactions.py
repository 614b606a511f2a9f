"""Interactions by hand, and in worlds where bots are avoided and where nobody knows them."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import interactions, tables

SCORES = {"user_id": [1, 2, 3, 4], "class": ["bot", "human", "human", "unknown"]}
# Account 9 tweeted but was not scored, account 77 was never seen.
TWEETS = pd.DataFrame(
    [
        # author, answers, retweets the tweet of
        (2, 3, None),
        (2, 3, None),
        (2, 1, None),
        (2, 9, None),
        (2, 4, None),
        (2, 77, None),
        (2, 2, None),
        (1, 3, None),
        (9, 1, None),
        (3, None, 1),
        (3, 2, 1),  # a retweet of a reply is a retweet
        (3, None, None),
        (1, None, None),
        (4, None, None),
    ],
    columns=["user_id", "in_reply_to_user_id", "retweeted_user_id"],
).astype("Int64")
TWEETS["retweeted_tweet_id"] = TWEETS["retweeted_user_id"] + 1000


def tweets(rows: pd.DataFrame = TWEETS):
    return lazy({name: rows[name].tolist() for name in rows})


@pytest.fixture
def replies():
    return interactions.per_account(tweets(), lazy(SCORES))["reply"]


def accounts(**columns) -> pd.DataFrame:
    """Accounts as of `per_account`, with zeros in the columns not given."""
    table = pd.DataFrame(columns)
    for name in [*interactions.TARGETS, *interactions.GROUPS, "originals"]:
        if name not in table:
            table[name] = 0
    return table


def test_flows_hold_every_interaction_and_name_what_has_no_class():
    table = interactions.flows(tweets(), lazy(SCORES), "reply").set_index("source")
    assert table.loc["human"].to_dict() == {
        "bot": 1, "human": 2, "unknown": 2, "unseen": 1, "self": 1, "all": 7
    }  # fmt: skip
    assert table.loc["bot", ["human", "all"]].tolist() == [1, 1]
    assert table.loc["unknown", ["bot", "all"]].tolist() == [1, 1]
    assert table["all"].sum() == 9


def test_a_retweet_of_a_reply_is_a_retweet_only():
    table = interactions.flows(tweets(), lazy(SCORES), "retweet").set_index("source")
    assert table.loc["human", "bot"] == 2
    assert table["all"].sum() == 2


def test_a_retweet_of_nobody_in_particular_is_unseen():
    rows = pd.DataFrame(
        {"user_id": [2, 1], "in_reply_to_user_id": [None, None], "retweeted_user_id": [None, None]}
    )
    rows["retweeted_tweet_id"] = [5, None]
    table = interactions.flows(tweets(rows.astype("Int64")), lazy(SCORES), "retweet")
    assert table.set_index("source").loc["human", "unseen"] == 1


def test_without_interactions_the_tables_are_whole():
    rows = TWEETS.iloc[-3:]
    assert interactions.flows(tweets(rows), lazy(SCORES), "reply")["all"].tolist() == [0, 0, 0]
    none = interactions.per_account(tweets(rows), lazy(SCORES))["reply"]
    assert none["total"].tolist() == [0, 0, 0]
    assert none["originals"].tolist() == [1, 0, 1]


def test_per_account_counts_groups_and_keeps_accounts_without_any(replies):
    assert replies["user_id"].tolist() == [1, 2, 3]  # not 4 and 9, which have no class
    by_hand = {"within": [0, 2, 0], "across": [1, 1, 0], "total": [1, 6, 0], "self": [0, 1, 0]}
    for column, counts in by_hand.items():
        assert replies[column].tolist() == counts, column
    assert replies["originals"].tolist() == [1, 0, 1]


def test_without_classes_there_are_no_accounts_and_no_numbers():
    nobody = {"user_id": [1, 2], "class": ["unknown", "unknown"]}
    empty = interactions.per_account(tweets(), lazy(nobody))["reply"]
    assert empty.empty
    assert interactions.ccdf(empty).empty
    assert interactions.measured(empty)[interactions.MEASURED].isna().all(axis=None)
    assert np.isnan(interactions.broadness(empty, "human"))
    assert interactions.summary(empty)["interactions"].tolist() == [0] * 6
    assert "no replies and no retweets" in interactions.nothing_between(empty, empty)
    assert interactions.in_words(interactions.summary(empty), "reply").startswith("Empty")
    axes = interactions.draw_ccdf(interactions.ccdf(empty), "bot", "reply", plt.figure().subplots())
    assert "No replies by bots" in axes.texts[0].get_text()
    plt.close("all")


def test_preference_odds_and_base_rate_by_hand():
    table = accounts(
        **{"class": ["bot", "human", "human"], "bot": [6, 1, 1], "human": [2, 7, 1], "originals": [5, 10, 5]}
    )
    assert interactions.preference(table, "human") == 8 / 2
    assert interactions.preference(table, "bot") == 6 / 2
    assert interactions.odds_ratio(table) == (6 / 2) / (2 / 8)
    assert interactions.share_to_bots(table, "human") == 2 / 10
    assert interactions.base_rate(table) == 5 / 20
    assert interactions.lift(table) == pytest.approx(0.2 / 0.25)
    assert interactions.lift(table, "bot") == pytest.approx(0.75 / 0.25)


def test_where_nothing_crosses_there_is_no_ratio():
    table = accounts(**{"class": ["bot", "human"], "bot": [6, 0], "human": [0, 7]})
    assert np.isnan(interactions.preference(table, "human"))
    assert np.isnan(interactions.odds_ratio(table))
    assert np.isnan(interactions.lift(table))  # nobody has an original


def test_dominance_weighs_accounts_alike():
    table = accounts(**{"class": ["human"] * 5, "within": [100, 3, 1, 2, 0], "across": [1, 2, 2, 2, 0]})
    assert (
        interactions.dominance(interactions.votes(table), "human") == (2 - 1) / 4
    )  # two for, one against, one tie; the silent one is out
    assert np.isnan(interactions.dominance(interactions.votes(table), "bot"))


def test_ccdf_counts_accounts_with_at_least_as_many():
    table = accounts(**{"class": ["human"] * 4, "within": [0, 1, 1, 5]})
    curve = interactions.ccdf(table)
    assert curve["at_least"].tolist() == [1, 5]
    assert curve["accounts"].tolist() == [3, 1]
    assert curve["share"].tolist() == [0.75, 0.25]


def test_summary_by_hand():
    table = accounts(**{"class": ["human"] * 5, "within": [0, 1, 2, 3, 10]})
    row = interactions.summary(table).set_index(["class", "group"]).loc[("human", "within")]
    assert row[["accounts", "interactions", "median", "largest"]].tolist() == [5, 16, 2, 10]
    assert row["any_share"] == 0.8


def test_broadness():
    table = accounts(**{"class": ["bot"] * 101, "total": range(101)})
    assert interactions.broadness(table, "bot") == 99 / 50


@pytest.fixture(scope="module")
def analysed(planted):
    """Name of a planted world, and the statistics of its replies and retweets."""
    name, _, study = planted
    return name, *interactions.per_account(
        tables.scan(study, "tweets"), tables.scan(study, "scores")
    ).values()


def test_bots_are_avoided_in_replies_only_where_they_are(analysed):
    name, replies, _ = analysed
    assert (interactions.lift(replies) < 0.75) is (name == "base")
    assert (interactions.odds_ratio(replies) > 3) is (name == "base")
    assert (interactions.preference(replies, "bot") > 1) is (name == "base")
    if name == "null":
        assert 0.6 < interactions.odds_ratio(replies) < 1.7


def test_retweets_do_not_tell_bots_from_humans_in_either_world(analysed):
    name, replies, retweets = analysed
    assert 0.6 < interactions.odds_ratio(retweets) < 1.7
    contrast = interactions.preference(retweets, "human") / interactions.preference(replies, "human")
    assert (contrast < 0.5) is (name == "base")


def test_the_raw_preference_of_humans_for_humans_is_mostly_base_rate(analysed):
    _, replies, _ = analysed
    assert interactions.preference(replies, "human") > 4  # in the world without avoidance, too


def test_the_contrast_sets_retweets_beside_replies_of_the_same_accounts():
    """A human replies to 6 humans and 1 bot, and retweets 4 and 2: preferences of 6 and 2."""
    replies = pd.DataFrame({"user_id": [1, 2], "class": ["human", "bot"], "bot": [1, 5], "human": [6, 0]})
    retweets = pd.DataFrame({"user_id": [1, 2], "class": ["human", "bot"], "bot": [2, 1], "human": [4, 9]})
    both = interactions.paired(replies, retweets)
    assert interactions.contrast(both) == pytest.approx(2 / 6)
    assert np.isnan(interactions.contrast(both[both["class"] == "bot"]))
