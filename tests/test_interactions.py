"""Interactions by hand, and in worlds where bots are avoided and where nobody knows them."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import figures, interactions, tables
from helpers.tweets import LABELLED, with_kind
from helpers.uncertainty import node_bootstrap, sums

SCORES = {"user_id": [1, 2, 3, 4], "class": ["bot", "human", "human", "unknown"]}
# Author, and whom the tweet answers, retweets, quotes. Account 9 tweeted but was not scored, account 77 was
# never seen. A retweet of a reply is a retweet; a quote counts among the originals.
TWEETS = [
    (2, 3, None, None), (2, 3, None, None), (2, 1, None, None), (2, 9, None, None), (2, 4, None, None),
    (2, 77, None, None), (2, 2, None, None), (1, 3, None, None), (9, 1, None, None), (3, None, 1, None),
    (3, 2, 1, None), (3, None, None, 2), (1, None, None, None), (4, None, None, None),
]  # fmt: skip
NAMES = ["user_id", "in_reply_to_user_id", "retweeted_user_id", "quoted_user_id"]


def tweets(rows=TWEETS, retweet=None):
    """A lazy table of tweets; `retweet` is the id of a tweet that they repeat, without saying whose it is."""
    columns = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
    return with_kind(lazy(columns | {"retweeted_tweet_id": [retweet] * len(rows)}))


def flows(kind, *table):
    return interactions.flows(tweets(*table), lazy(SCORES), kind).set_index("source")


def accounts(**columns) -> pd.DataFrame:
    """Accounts as of `per_account`, with zeros in the columns not given; `of` is their class."""
    table = pd.DataFrame(columns).rename(columns={"of": "class"})
    names = ["class", *interactions.TARGETS, *interactions.GROUPS, "originals"]
    return table.reindex(columns=names, fill_value=0)


def summed(table):
    return sums(table[["class", *LABELLED, "originals"]], ["class"])


def links(table, target=None):
    """The rows of `linked` of accounts as of `accounts`, by default each with targets of its own."""
    return table[["class", *LABELLED, "originals"]].assign(source=table.index, target=target)


def test_flows_hold_every_interaction_and_name_what_has_no_class():
    table = flows("reply")
    assert table.columns.tolist() == ["bot", "human", "unknown", "unseen", "self", "all"]
    rows = [[0, 1, 0, 0, 0, 1], [1, 2, 2, 1, 1, 7], [1, 0, 0, 0, 0, 1]]
    assert table.loc[["bot", "human", "unknown"]].to_numpy().tolist() == rows
    assert flows("retweet").loc["human"].tolist() == [2, 0, 0, 0, 0, 2]  # those of replies, too
    of_nobody = flows("retweet", [(1, None, None, None)], 5)
    assert of_nobody.loc["bot", ["unseen", "all"]].tolist() == [1, 1]


def test_per_account_counts_groups_and_keeps_accounts_without_any():
    table = interactions.per_account(tweets(), lazy(SCORES))["reply"]
    by_hand = {"within": [0, 2, 0], "across": [1, 1, 0], "total": [1, 6, 0], "self": [0, 1, 0],
               "originals": [1, 0, 1], "user_id": [1, 2, 3]}  # fmt: skip  # not 4 and 9, without a class
    assert table[list(by_hand)].to_dict("list") == by_hand


def test_an_interaction_of_labelled_accounts_is_a_row_of_its_pair_and_what_one_wrote_a_row_without_target():
    table = interactions.linked(tweets(), lazy(SCORES))["reply"]
    assert table["target"].dtype == "Int64"  # a float could not hold every id
    rows = {tuple(row) for row in table.fillna({"target": 0}).drop(columns="class").to_numpy().tolist()}
    pairs = {(2, 3, 0, 2, 0), (2, 1, 1, 0, 0), (1, 3, 0, 1, 0)}  # neither to itself nor to 4, 9 and 77
    assert rows == pairs | {(1, 0, 0, 0, 1), (2, 0, 0, 0, 0), (3, 0, 0, 0, 1)}


def test_one_popular_bot_makes_the_interval_wide_and_bots_of_their_own_leave_it_narrow():
    """Of 200 humans half answer a bot: the same bot, which is in no draw of three, or each another one."""
    table = accounts(of=["human"] * 200 + ["bot"] * 200, bot=[1, 0] * 100 + [0] * 200, human=[0, 1] * 200)
    share = {"share": lambda reached: interactions.share_to_bots(reached, "human")}
    popular = links(table, [400, 401] * 200).assign(target=lambda t: t["target"].where(t["bot"] > 0, t.index))
    several = links(table, range(400, 800))
    low, high = node_bootstrap(popular, share, ["class"]).loc["share", ["low", "high"]]
    assert low == 0 and high == pytest.approx(0.75, abs=0.06)  # three times or more in 8 percent of the draws
    low, high = node_bootstrap(several, share, ["class"]).loc["share", ["low", "high"]]
    assert 0.35 < low < 0.42 and 0.58 < high < 0.65


def test_without_classes_there_are_no_accounts_and_no_numbers():
    nobody = {"user_id": [1, 2], "class": ["unknown", "unknown"]}
    empty = interactions.per_account(tweets(), lazy(nobody))["reply"]
    assert interactions.ccdf(empty).empty
    nothing = interactions.linked(tweets(), lazy(nobody))
    assert interactions.measures({"reply": empty, "retweet": empty}, nothing).isna().all(axis=None)
    assert interactions.summary(empty)["interactions"].tolist() == [0] * 6
    assert "no replies and no retweets" in interactions.nothing_between(empty, empty)
    some = accounts(of=["bot", "human"], bot=[1, 0], human=[0, 1])
    assert interactions.nothing_between(some, some) == ""
    axes = interactions.draw_ccdf(interactions.ccdf(empty), "bot", "reply", plt.figure().subplots())
    assert "No replies by bots" in axes.texts[0].get_text()


def test_preference_odds_base_rate_and_contrast_by_hand():
    classes = ["bot", "human", "human"]
    table = summed(accounts(of=classes, bot=[6, 1, 1], human=[2, 7, 1], originals=[5, 10, 5]))
    assert interactions.preference(table, "human") == 8 / 2
    assert interactions.preference(table, "bot") == 6 / 2
    assert interactions.odds_ratio(table) == (6 / 2) / (2 / 8)
    assert interactions.share_to_bots(table, "human") == 2 / 10
    assert interactions.share_to_humans(table, "bot") == 2 / 8
    assert interactions.base_rate(table) == 5 / 20
    assert interactions.lift(table) == pytest.approx(0.2 / 0.25)
    assert interactions.lift(table, "bot") == pytest.approx(0.75 / 0.25)
    without = summed(accounts(of=["bot", "human"], bot=[6, 0], human=[0, 7]))  # nothing crosses, no originals
    assert np.isnan([interactions.odds_ratio(without), interactions.lift(without)]).all()
    replies = accounts(of=["human", "bot"], bot=[1, 5], human=[6, 0])  # a preference of 6, in retweets of 2
    retweets = accounts(of=["human", "bot"], bot=[2, 1], human=[4, 9])
    both = interactions.paired({"reply": links(replies), "retweet": links(retweets)})
    both = sums(both.drop(columns=["source", "target"]), ["class"])
    assert interactions.contrast(both) == pytest.approx(2 / 6)


def test_dominance_middle_and_tails_by_hand():
    table = links(accounts(of=["human"] * 5, human=[100, 3, 1, 2, 0], bot=[1, 2, 2, 2, 0]))
    humans, bots = interactions.comparisons(table, draws=0)["value"].iloc[-2:]
    assert humans == (2 - 1) / 4  # two for their class, one against, one tie; not the silent
    assert np.isnan(bots)
    curve = interactions.ccdf(accounts(of=["human"] * 4, within=[0, 1, 1, 5]))
    assert curve[["at_least", "accounts", "share"]].to_numpy().tolist() == [[1, 3, 0.75], [5, 1, 0.25]]
    table = interactions.summary(accounts(of=["human"] * 5, within=[0, 1, 2, 3, 10]))
    row = table.set_index(["class", "group"]).loc[("human", "within")]
    assert row[["accounts", "interactions", "median", "largest", "any_share"]].tolist() == [5, 16, 2, 10, 0.8]
    assert interactions.broadness(accounts(of=["bot"] * 101, total=range(101)), "bot") == 99 / 50


@pytest.mark.parametrize(("bots_to_bots", "headline"), [
    (90, "Bots' {} reach bots more than humans' do: odds ratio 81.0 (81.0 to 81.0)"),
    (1, "Bots' {} reach bots less than humans' do: odds ratio 0.1 (0.1 to 0.1)"),
    (10, "Bots' and humans' {} reach bots about alike: odds ratio 1.0 (1.0 to 1.0)"),
    (0, "Too few {} between bots and humans to compare them"),
])  # fmt: skip
def test_the_words_of_either_figure_say_who_reaches_whom_and_whose_interactions_reach_bots_more(
    bots_to_bots, headline
):
    """Of a human's hundred interactions ten reach bots; those of a class are alike, so no draw moves it."""
    to_bots = [bots_to_bots] * 9 + [10 * (bots_to_bots > 0)] * 9
    table = accounts(of=["bot"] * 9 + ["human"] * 9, bot=to_bots, human=[100 - n for n in to_bots])
    for name, kind in (("figure_4", "reply"), ("figure_5", "retweet")):
        told = figures.told(name, interactions.facts(table, links(table)))
        assert told["title"] == headline.format(interactions.KINDS[kind])
    table = accounts(of=["bot", "human"], within=[3, 7], across=[0, 2], total=[3, 9])
    alt = figures.told("figure_5", interactions.facts(table, links(table)))["alt"]
    assert "Of 1 bot, 100% have any; 100% reach bots, at most 3 times, and 0% reach humans" in alt
    assert "Of 1 human, 100% have any; 100% reach humans, at most 7 times, and 100% reach bots" in alt


def test_bots_are_avoided_in_replies_only_where_they_are_and_in_retweets_nowhere(planted):
    name, _, study = planted
    by_kind = interactions.per_account(tables.scan(study, "tweets"), tables.scan(study, "scores"))
    replies, retweets = map(summed, by_kind.values())
    humans = [interactions.preference(table, "human") for table in (replies, retweets)]
    signs = [interactions.lift(replies) < 0.75, interactions.odds_ratio(replies) > 3]
    signs += [interactions.preference(replies, "bot") > 1, humans[1] / humans[0] < 0.5]
    assert signs == [name == "base"] * 4
    assert humans[0] > 4  # mostly base rate: in a world without avoidance, too
    assert 0.6 < interactions.odds_ratio(retweets) < 1.7
