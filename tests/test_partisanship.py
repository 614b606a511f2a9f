import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import partisanship, tables
from helpers.old_uncertainty import bootstrap, estimate
from helpers.study import Candidate

ANN = Candidate(key="ann", name="Ann", hashtags=["ann", "VoteAnn"])
BEN = Candidate(key="ben", name="Ben", hashtags=["ben", "neverann"])
BOTH = [ANN, BEN]
SCORES = {"user_id": [1, 2, 3, 4], "class": ["bot", "human", "human", "unknown"]}
TWEETS = {
    "user_id": [1, 1, 1, 2, 2, 3, 3, 4, 9],
    "hashtags": [
        ["ann", "debate"],
        ["ann", "vote"],
        ["voteann"],
        ["ben", "debate"],
        ["debate"],
        ["neverann", "debate"],
        [],
        None,
        ["ben"],
    ],
}


@pytest.fixture
def hashtags():
    return partisanship.account_hashtags(lazy(TWEETS), lazy(SCORES), BOTH)


def test_hashtags_of_scored_accounts_and_of_nobody_else(hashtags):
    assert hashtags["user_id"].tolist() == [1, 2, 3]  # 4 used none, 9 was not scored
    assert hashtags["entries"].tolist() == [4, 2, 2]
    assert hashtags["uses"].tolist() == [5, 3, 2]
    assert hashtags[["ann_entries", "ann_uses"]].to_numpy().tolist() == [[2, 3], [0, 0], [0, 0]]
    assert hashtags[["ben_entries", "ben_uses"]].to_numpy().tolist() == [[0, 0], [1, 1], [1, 1]]


def test_the_most_used_hashtags_and_of_equals_the_first_in_the_alphabet():
    tweets = {"user_id": [1] * 4, "hashtags": [["d", "c"], ["d", "b"], ["a", "c"], ["b", "e"]]}
    table = tables.collect(partisanship.favourites(lazy(tweets), lazy(SCORES), top=3))
    assert dict(zip(table["hashtag"], table["uses"], strict=True)) == {"b": 2, "c": 2, "d": 2}
    table = tables.collect(partisanship.favourites(lazy(tweets), lazy(SCORES), top=2))
    assert sorted(table["hashtag"]) == ["b", "c"]


def test_duckdb_takes_the_same_hashtags(tiny, hashtags):
    tables.write(pd.DataFrame(TWEETS), tiny.tables / "tweets.parquet")
    tables.write(pd.DataFrame(SCORES), tiny.tables / "scores.parquet")
    scans = [tables.scan(tiny, name) for name in ("tweets", "scores")]
    assert partisanship.account_hashtags(*scans, BOTH).to_dict() == hashtags.to_dict()


@pytest.mark.parametrize(
    "reading, sides",
    [
        ("uses", ["ann", None, None]),  # 3 of 5; 1 of 3; 1 of 2 is no majority
        ("list", [None, None, None]),  # 2 of 4, 1 of 2 and 1 of 2 entries
        ("partisan uses", ["ann", "ben", "ben"]),  # all of them
    ],
)
def test_a_majority_is_more_than_half(hashtags, reading, sides):
    assert partisanship.side(hashtags, BOTH, reading).tolist() == sides


def test_partisans_are_the_accounts_with_a_side(hashtags):
    table = partisanship.partisans(hashtags, BOTH, "partisan uses")
    assert table.to_numpy().tolist() == [[1, "ann"], [2, "ben"], [3, "ben"]]
    assert partisanship.partisans(hashtags, BOTH).to_numpy().tolist() == [[1, "ann"]]


@pytest.fixture
def camps():
    """Bots: one for Ann, three for Ben, none without; humans: two, two and four; one unknown for Ben."""
    sides = ["ann"] + ["ben"] * 3 + ["ann"] * 2 + ["ben"] * 2 + [None] * 4 + ["ben"]
    classes = ["bot"] * 4 + ["human"] * 8 + ["unknown"]
    return pd.DataFrame({"user_id": range(13), "class": classes, "candidate": sides})


def test_camps_by_class(camps):
    table = partisanship.camp_table(camps, BOTH)
    assert table.to_numpy().tolist() == [["ann", 1, 2, 3], ["ben", 3, 2, 5]]


def test_comparisons_by_hand(camps):
    assert partisanship.assigned_gap(camps) == 4 / 4 - 4 / 8
    assert partisanship.assigned(camps[camps["class"] != "unknown"], None) == 8 / 12
    assert partisanship.leaning_gap(camps, "ben") == 3 / 4 - 2 / 4
    assert partisanship.outnumber(camps, "bot", "ben", "ann") == 3
    assert partisanship.supporters(camps, "ben") == 5
    assert np.isnan(partisanship.leaning(camps, "bot", "zoe"))
    assert np.isnan(partisanship.outnumber(camps, "bot", "ben", "zoe"))


def test_camps_join_sides_to_scored_accounts():
    sides = pd.DataFrame({"user_id": [2, 77], "candidate": ["ann", "ben"]})
    table = partisanship.camps(pd.DataFrame(SCORES), sides)
    assert table["candidate"].tolist() == [None, "ann", None, None]


def test_without_candidates_nobody_has_a_side(tiny):
    hashtags = partisanship.account_hashtags(lazy(TWEETS), lazy(SCORES), [])
    sides = partisanship.partisans(hashtags, [])
    assert sides.empty
    tables.write(sides, tiny.tables / "partisans.parquet", partisanship.PARTISANS)
    assert tables.read(tiny, "partisans").empty
    assert "No camps" in partisanship.without_sides(tiny, sides)
    assert partisanship.camp_table(partisanship.camps(pd.DataFrame(SCORES), sides), []).empty
    assert partisanship.readings(hashtags, pd.DataFrame(SCORES), []).shape == (3, 3)
    assert partisanship.in_words(partisanship.camp_table(pd.DataFrame(SCORES | {"candidate": None}), []), [])


def test_without_a_class_the_counts_are_unknown_and_not_zero(camps):
    unknown = camps.assign(**{"class": "unknown"})
    table = partisanship.camp_table(unknown, BOTH)
    assert table[["bot", "human", "all"]].isna().all(axis=None)
    assert partisanship.in_words(table, BOTH).startswith("Empty")
    assert all(np.isnan(estimate(unknown, partisanship.assigned_gap)))
    _, ax = plt.subplots()
    assert "No bot" in partisanship.draw_camps(table, "bot", BOTH, ax).texts[0].get_text()
    plt.close()


def test_bars_are_the_counts_and_marks_the_paper(camps):
    _, ax = plt.subplots()
    partisanship.draw_camps(partisanship.camp_table(camps, BOTH), "bot", BOTH, ax, {("ben", "bot"): 7})
    assert [bar.get_width() for bar in ax.patches] == [1, 3]
    assert [text.get_text() for text in ax.texts] == ["1", "3 (paper 7)"]
    assert [line.get_xdata()[0] for line in ax.lines] == [7]
    plt.close()


def test_the_paper_s_counts_stand_beside_ours():
    clinton = Candidate(key="clinton", name="C", hashtags=[])
    paper = partisanship.published([clinton, ANN])
    assert set(paper) == {("clinton", "bot"), ("clinton", "human")}
    table = pd.DataFrame({"candidate": ["clinton", "ann"], "bot": [1, 2], "human": [3, 4], "all": [4, 6]})
    beside = partisanship.beside_paper(table, [clinton, ANN]).set_index("candidate")
    assert beside.loc["C", "all_paper"] == sum(paper.values())
    assert beside.loc["Ann", ["bot_paper", "human_paper", "all_paper"]].isna().all()


def test_fewer_bots_have_a_side_only_where_fewer_have(planted):
    name, world, study = planted
    scores = tables.read(study, "scores")
    scans = [tables.scan(study, table) for table in ("tweets", "scores")]
    hashtags = partisanship.account_hashtags(*scans, study.candidates)
    camps = partisanship.camps(scores, partisanship.partisans(hashtags, study.candidates))
    _, high = bootstrap(camps, partisanship.assigned_gap, draws=200)
    assert (high < 0) is (name == "base")

    lean = pd.Series(world.accounts.lean, index=world.accounts.user_id).reindex(camps["user_id"])
    planted = lean.map({0: None, 1: "clinton", 2: "trump"}).astype(object).to_numpy()
    decided = camps["candidate"].notna().to_numpy()
    assert (camps["candidate"].to_numpy() == planted)[decided].mean() > 0.98
    assert partisanship.partisans(hashtags, study.candidates, "list").empty
