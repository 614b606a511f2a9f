import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import figures, partisanship, tables
from helpers.settings import Candidate
from helpers.uncertainty import sums

ANN = Candidate(key="ann", name="Ann", hashtags=["ann", "VoteAnn"])
BEN = Candidate(key="ben", name="Ben", hashtags=["ben", "neverann"])
ZOE, TRUMP, CLINTON = (Candidate(key=key, name=key, hashtags=[]) for key in ("zoe", "trump", "clinton"))
BOTH = [ANN, BEN]
SCORES = {"user_id": [1, 2, 3, 4], "class": ["bot", "human", "human", "unknown"]}
TAGS = ["ann debate", "ann vote", "voteann", "ben debate", "debate", "neverann debate", "", None, "ben"]
TWEETS = {"user_id": [1, 1, 1, 2, 2, 3, 3, 4, 9], "hashtags": [tags and tags.split() for tags in TAGS]}


@pytest.fixture
def hashtags():
    return partisanship.account_hashtags(lazy(TWEETS), lazy(SCORES), BOTH)


def test_hashtags_of_scored_accounts_and_of_nobody_else(hashtags):
    """Account 4 used none, 9 was not scored."""
    assert hashtags["user_id"].tolist() == [1, 2, 3]
    by_hand = {"entries": [4, 2, 2], "uses": [5, 3, 2], "ann_entries": [2, 0, 0], "ann_uses": [3, 0, 0],
               "ben_entries": [0, 1, 1], "ben_uses": [0, 1, 1]}  # fmt: skip
    assert hashtags[list(by_hand)].to_dict("list") == by_hand


def test_the_most_used_hashtags_and_of_equals_the_first_in_the_alphabet():
    tweets = lazy({"user_id": [1] * 4, "hashtags": [["d", "c"], ["d", "b"], ["a", "c"], ["b", "e"]]})
    table = tables.collect(partisanship.favourites(tweets, lazy(SCORES), top=2))
    assert dict(zip(table["hashtag"], table["uses"], strict=True)) == {"b": 2, "c": 2}


def test_the_most_used_hashtags_on_no_list_and_who_uses_the_lists():
    """Tweets 1 and 2 by a supporter of Ann, 3 by one of Ben, 4 by nobody's; a hashtag counts once a tweet."""
    tags = [["x", "x", "ann"], ["x", "ben"], ["neverann", "ben", "a"], ["z", "ann"]]
    tweets = lazy({"user_id": [1, 1, 2, 3], "tweet_id": [1, 2, 3, 4], "hashtags": tags})
    table = partisanship.unlisted(tweets, BOTH, most=2)
    assert table.to_numpy().tolist() == [["x", 2, 0.5], ["a", 1, 0.25]]
    sides = lazy({"user_id": [1, 2], "candidate": ["ann", "ben"]})
    rows = partisanship.crossed(tweets, sides, BOTH).set_index("hashtag")
    assert rows["tweets"].to_dict() == {"ann": 1, "voteann": 0, "ben": 2, "neverann": 1}
    assert rows["other_share"].dropna().to_dict() == {"ann": 0, "ben": 0.5, "neverann": 0}
    assert partisanship.crossed(tweets, sides, []).empty and len(partisanship.unlisted(tweets, [])) == 6


@pytest.mark.parametrize(("reading", "sides"), [
    ("uses", ["ann", None, None]),  # 3 of 5; 1 of 3; 1 of 2 is no majority
    ("list", [None, None, None]),  # 2 of 4, 1 of 2 and 1 of 2 entries
    ("partisan uses", ["ann", "ben", "ben"]),  # all of them
])  # fmt: skip
def test_a_majority_is_more_than_half(hashtags, reading, sides):
    assert partisanship.side(hashtags, BOTH, reading).tolist() == sides
    table = partisanship.partisans(hashtags, BOTH, reading)
    assert table["candidate"].tolist() == [key for key in sides if key]


def test_another_cut_than_a_half(hashtags):
    """The first account's 3 of 5 uses are more than .59 of them, and not more than .6."""
    assert partisanship.side(hashtags, BOTH, cut=0.59).tolist() == ["ann", None, None]
    assert partisanship.partisans(hashtags, BOTH, cut=0.6).empty


@pytest.fixture
def camps():
    """Bots: one for Ann, three for Ben, none without; humans: two, two and four; one unknown for Ben."""
    sides = ["ann"] + ["ben"] * 3 + ["ann"] * 2 + ["ben"] * 2 + [None] * 4 + ["ben"]
    classes = ["bot"] * 4 + ["human"] * 8 + ["unknown"]
    return pd.DataFrame({"user_id": range(13), "class": classes, "candidate": sides})


def test_camps_and_shares_by_hand(camps):
    table = partisanship.camp_table(camps, BOTH, rate=0.5)
    assert table.to_dict("list") == {"bot": [2, 6], "human": [4, 4], "all": [6, 10]}
    number = sums(partisanship.counted(camps, [*BOTH, ZOE]), ["class"])
    assert partisanship.share(number, "sided", "accounts") == 8 / 12
    assert partisanship.share(number, "sided", "accounts", "human") == 4 / 8
    assert partisanship.share(number, "ben", "ann", "bot") == 3
    assert partisanship.gap(number, "ben", "sided") == 3 / 4 - 2 / 4
    for parts in (("zoe", "sided"), ("ben", "zoe")):
        assert np.isnan(partisanship.share(number, *parts, "bot"))


def test_claims_are_on_the_article_s_candidates_in_whatever_order(camps):
    """With Ann for Clinton and Ben for Trump: three bots and two humans for him, one and two for her."""
    camps["candidate"] = camps["candidate"].map({"ann": "clinton", "ben": "trump"})
    for candidates in ([ZOE, TRUMP, CLINTON], [CLINTON, TRUMP]):
        values = partisanship.measures(camps, candidates, 0.5, draws=0)["value"]
        assert values[["trump_bots", "clinton_humans", "trump_supporters"]].tolist() == [6, 4, 10]
        assert values[["trump_outnumbers_bots", "trump_outnumbers_humans"]].tolist() == [3, 1]
        assert values[["bots_lean_trump_more", "fewer_bots_with_a_side"]].tolist() == [1 / 4, 1 / 2]
    others = partisanship.measures(camps, BOTH, 0.5, draws=0)["value"].dropna()
    assert others.index.tolist() == ["fewer_bots_with_a_side", "with_a_side"]


def told(camps, candidates=BOTH):
    table = partisanship.beside_paper(partisanship.camp_table(camps, candidates), candidates)
    shares = partisanship.leanings(camps, candidates)
    return figures.told("partisans", partisanship.facts(table, shares, candidates))


def test_without_candidates_nobody_has_a_side(tiny):
    hashtags = partisanship.account_hashtags(lazy(TWEETS), lazy(SCORES), [])
    sides = partisanship.partisans(hashtags, [])
    tables.write(sides, tiny.tables / "partisans.parquet", partisanship.PARTISANS)
    camps = partisanship.camps(pd.DataFrame(SCORES), tables.read(tiny, "partisans"))
    assert "No camps" in partisanship.without_sides(tiny, sides)
    assert partisanship.readings(hashtags, pd.DataFrame(SCORES), []).shape == (3, 3)
    assert partisanship.measures(camps, [], 1).isna().all(axis=None)
    assert told(camps, [])["alt"] == "Empty: no bot or human of this study is assigned a side."


def test_one_candidate_is_no_choice_and_another_election_has_no_counts_of_the_paper(camps):
    words = told(camps.replace("ben", None), [ANN])
    assert words["title"] == "Supporters of the one candidate, Ann: 1 bot and 2 humans"
    own = partisanship.beside_paper(partisanship.camp_table(camps, BOTH), BOTH, paper=False)
    words = figures.told("partisans", partisanship.facts(own, partisanship.leanings(camps, BOTH), BOTH))
    assert list(own) == ["candidate", "bot", "human", "all"] and "paper" not in "".join(words.values())


def test_without_a_class_the_counts_are_unknown_and_not_zero(camps):
    unknown = camps.assign(**{"class": "unknown"})
    assert partisanship.camp_table(unknown, BOTH).isna().all(axis=None)
    assert told(unknown)["title"] == "Too few bots or humans have a side to compare them"


@pytest.mark.parametrize(("bots_for_ben", "headline"), [
    (100, "Bots with a side lean to Ben more than humans do: 100% and 50%"),
    (1, "Bots with a side lean to Ben less than humans do: 1% and 50%"),
    (51, "Bots and humans with a side lean to Ben alike, within chance: 51% and 50%"),
])  # fmt: skip
def test_the_headline_is_a_finding_only_beyond_chance(bots_for_ben, headline):
    """Of a hundred bots some support Ben and the rest Ann; a hundred humans are split evenly."""
    sides = ["ben"] * bots_for_ben + ["ann"] * (100 - bots_for_ben) + ["ben", "ann"] * 50
    classes = ["bot"] * 100 + ["human"] * 100
    assert told(pd.DataFrame({"user_id": 1, "class": classes, "candidate": sides}))["title"] == headline


def test_fewer_bots_have_a_side_only_where_fewer_have(planted):
    name, world, study = planted
    scores = tables.scan(study, "scores")
    hashtags = partisanship.account_hashtags(tables.scan(study, "tweets"), scores, study.candidates)
    camps = partisanship.camps(tables.collect(scores), partisanship.partisans(hashtags, study.candidates))
    gap = partisanship.measures(camps, study.candidates, 1).loc["fewer_bots_with_a_side"]
    assert (gap["high"] < 0) == (name == "base")
    lean = pd.Series(world.accounts.lean, index=world.accounts.user_id).map({1: "clinton", 2: "trump"})
    decided = camps.dropna(subset="candidate")
    assert (decided["candidate"] == decided["user_id"].map(lean)).mean() > 0.98
    assert partisanship.partisans(hashtags, study.candidates, "list").empty
