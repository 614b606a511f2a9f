import matplotlib.pyplot as plt
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import partisanship, support, tables
from helpers.old_uncertainty import bootstrap
from helpers.study import Candidate, open_study

ANN = Candidate(
    key="ann",
    name="Ann Ash",
    hashtags=["ann", "imwithher", "neverben"],
    mentions=["ann ash", "ann", "realann"],
)
BEN = Candidate(key="ben", name="Ben Bay", hashtags=["ben2016", "neverann"], mentions=["ben"])
BOTH = [ANN, BEN]

TEXTS = {  # text -> whom it is about by words, by words first, by words or hashtags ("a", "b", "ab", "")
    "Ann on taxes": ("a", "a", "a"),
    "vote ANN!": ("a", "a", "a"),
    "@realAnn hello": ("a", "a", "a"),
    "Ann's plan": ("a", "a", "a"),
    "Anna and Benny": ("", "", ""),
    "Ann and Ben": ("ab", "ab", "ab"),
    "#Ann on taxes": ("", "a", "a"),
    "Polls open #NeverBen": ("", "b", "b"),
    "Polls open #ImWithHer": ("", "a", "a"),
    "Polls open #ImWithHerNow": ("", "", ""),
    "Ann lied #Ben2016": ("a", "a", "ab"),
    "Ann lied #NeverAnn": ("a", "a", "a"),
    "Debate #AnnBenDebate": ("", "ab", "ab"),
    "Nobody": ("", "", ""),
    None: ("", "", ""),
}


@pytest.mark.parametrize("number, reading", list(enumerate(support.READINGS)))
@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_whom_a_text_is_about(number, reading, engine, tiny):
    frame = lazy({"text": list(TEXTS)})
    if engine == "duckdb":
        tables.write(pd.DataFrame({"text": list(TEXTS)}), tiny.tables / "tweets.parquet")
        frame = tables.scan(tiny, "tweets")
    flags = tables.collect(
        frame.select("text", *(support.about(nw.col("text"), c, BOTH, reading).alias(c.key) for c in BOTH))
    )
    found = ["a" * a + "b" * b for a, b in zip(flags["ann"], flags["ben"], strict=True)]
    assert found == [readings[number] for readings in TEXTS.values()]


def test_a_candidate_without_names_is_never_meant_and_a_reading_must_exist():
    nameless = Candidate(key="zoe", name="Zoe", hashtags=[])
    frame = lazy({"text": ["zoe", "#zoe"]})
    for reading in support.READINGS:
        found = tables.collect(frame.select(on=support.about(nw.col("text"), nameless, [nameless], reading)))
        assert not found["on"].any()
    with pytest.raises(KeyError):
        support.about(nw.col("text"), ANN, BOTH, "guess")


# Bot 1 and human 2 are for Ann, bot 3 for Ben; human 4 has no side, and 5 (for Ben) no class.
SCORES = {"user_id": [1, 2, 3, 4, 5], "class": ["bot", "human", "bot", "human", "unknown"]}
SIDES = {"user_id": [1, 2, 3, 5], "candidate": ["ann", "ann", "ben", "ben"]}
TWEETS = {
    "tweet_id": [10, 11, 12, 13, 14, 15, 16, 17, 18],
    "user_id": [1, 1, 1, 2, 2, 3, 3, 4, 5],
    "text": ["Ann", "Ann", "Ben", "Ann", "Ann and Ben", "Ben", "Debate", "Ann", "Ben"],
    "hashtags": [["x", "x"], ["x"], ["x", "y"], ["x"], [], ["y"], ["y"], ["y"], None],
}
SENTIMENT = {"tweet_id": TWEETS["tweet_id"], "score": [2, 0, -1, -4, 3, 1, 0, 0, 4]}


@pytest.fixture
def rows():
    return support.tone(lazy(TWEETS), lazy(SENTIMENT), lazy(SIDES), lazy(SCORES), BOTH)


@pytest.fixture
def accounts(rows):
    return support.by_account(rows, BOTH)


def test_tweets_of_labelled_partisans_only(rows):
    assert rows["tweets"].sum() == 7
    assert set(rows["user_id"]) == {1, 2, 3}


def test_one_row_an_account(accounts):
    assert accounts["all_tweets"].tolist() == [3, 2, 2]
    assert accounts["all_total"].tolist() == [1, -1, 1]
    assert accounts["ann_tweets"].tolist() == [2, 2, 0]
    assert accounts["ben_tweets"].tolist() == [1, 1, 1]  # a tweet about both counts for both
    signs = accounts[["ann_negative", "ann_neutral", "ann_positive"]].to_numpy().tolist()
    assert signs == [[0, 1, 1], [1, 0, 1], [0, 0, 0]]


def test_statistics_by_hand(accounts):
    assert support.mean(accounts, "ann", "ann", "bot") == (2 + 0) / 2
    assert support.share(accounts, "ann", "negative", "ann") == 1 / 4
    assert support.camp_gap(accounts, "ben", "ann", "bot") == 1 / 2 - 1 / 3
    assert support.class_gap(accounts, "ann", "ann") == 1 - (-1 / 2)
    assert support.negative_gap(accounts, "ann", "ann") == 0 - 1 / 2
    assert support.lead(accounts, "ben", "bot") == 1 / 2 - 1 / 3  # bots for Ann come next
    assert support.balance(accounts, "ann") == 2 / 4 - 1 / 4
    assert support.mixed(accounts, "ann", "ann", "human") == 1 / 2
    assert support.mixed(accounts, "ann", "ann", "bot") == 0  # praise only


def test_whom_they_speak_of_by_hand(accounts):
    assert support.supporting(accounts, "ann", "human") == 1
    assert support.supporting_share(accounts, "ann", "human") == 1 / 2
    assert support.supporting_gap(accounts, "ann") == 2 / 2 - 1 / 2
    assert support.blame(accounts, "ann", "ann") == 1 / 2
    assert support.focus_gap(accounts, "ann", "ben") == 4 / 6 - 1


def test_what_is_not_there_is_not_a_number(accounts):
    assert np.isnan(support.mean(accounts, "zoe"))
    assert np.isnan(support.mean(accounts, "ann", "ben"))
    assert np.isnan(support.blame(accounts, "ann", "ben"))
    assert np.isnan(support.lead(accounts.iloc[:0], "ann", "bot"))
    assert np.isnan(support.mixed(accounts, "ann", "ben"))


def test_tone_table(accounts):
    table = support.tone_table(accounts, BOTH, lambda drawn, statistic: (statistic(drawn), 9.0))
    assert table[["camp", "about", "class"]].agg(" ".join, axis=1).tolist() == [
        "ben ben bot",
        "ann ann bot",
        "ann ann human",
        "ann ben bot",
        "ann ben human",
    ]
    assert table.iloc[1].tolist()[3:] == [1, 2, 1.0, 1.0, 9.0, 0.0, 0.5, 0.5]


def test_cells_are_in_the_order_of_the_paper_s_tables():
    assert support.cells(BOTH) == [("ben", "ben"), ("ben", "ann"), ("ann", "ann"), ("ann", "ben")]


def test_reading_table(rows):
    row = support.reading_table({"words": rows}, rate=0.5).iloc[0]
    assert row["tweets"] == 14
    assert row[["ann_share", "ben_share", "two_share", "nobody_share"]].tolist() == [
        4 / 7,
        3 / 7,
        1 / 7,
        1 / 7,
    ]


def test_figure_6_draws_counts_and_their_difference(rows):
    panels = support.histogram(rows, BOTH)
    assert len(panels) == 2 * 2 * 9
    assert panels[["ann", "ben"]].sum().tolist() == [4, 3]
    fig, axes = plt.subplots(2, 2)
    support.draw_panels(panels, BOTH, axes)
    assert [ax.get_title(loc="left") or ax.get_title() for ax in axes.flat] == [
        "Bots for Ann Ash",
        "Bots for Ben Bay",
        "Humans for Ann Ash",
        "Humans for Ben Bay",
    ]
    bars = [bar.get_height() for bar in axes[0, 0].patches]
    assert bars == [0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]  # about Ann, then about Ben
    inset = [bar.get_height() for bar in axes[0, 0].child_axes[0].patches]
    assert inset == [0, 0, 0, 1, -1, 0, -1, 0, 0]
    support.draw_panels(panels, BOTH[:1], axes[:, :1])
    assert "No tweets" in axes[1, 1].texts[0].get_text()
    assert "bots for Ann" not in support.in_words(panels.iloc[:0], BOTH)
    assert "bots for Ash: about Ash 0% negative and 50% positive" in support.in_words(panels, BOTH)
    plt.close(fig)


def test_examples_are_the_texts_that_bots_post_most():
    users = {"user_id": [1, 2, 3, 7], "screen_name": ["one", "two", "three", "seven"]}
    scores = {"user_id": [1, 2, 3, 7], "class": ["bot", "human", "bot", "bot"]}
    sides = {"user_id": [1, 2, 3, 7], "candidate": ["ann", "ann", "ben", "ann"]}
    tweets = {
        "tweet_id": [0, 1, 2, 3, 4, 5],
        "user_id": [2, 1, 7, 1, 1, 3],
        "text": ["Ann a", "Ann c", "Ann b", "Ann a", "Ann b", "Ann <d>"],
    }
    mine = support.labelled_partisans(lazy(tweets), lazy(sides), lazy(scores), BOTH, "words")
    table = support.examples(mine, lazy(users), BOTH, number=2)
    assert table.to_numpy().tolist() == [
        ["ann", "ann", "seven", "Ann b", 2],
        ["ann", "ann", "one", "Ann c", 1],  # before "Ann a", which only a human posted earlier
        ["ben", "ann", "three", "Ann <d>", 1],
    ]


def test_a_hashtag_twice_in_a_tweet_counts_once():
    table = support.hashtag_tone(lazy(TWEETS), lazy(SENTIMENT), ["x", "y"])
    assert table["user_id"].tolist() == [1, 2, 3, 4]
    assert table["x_positive"].tolist() == [1, 0, 0, 0]
    assert table["x_negative"].tolist() == [1, 1, 0, 0]
    assert table["y_positive"].tolist() == [0, 0, 1, 0]
    assert support.hashtag_ratio(table, "x") == 1 / 2
    assert support.hashtag_gap(table, "x", "y") == pytest.approx(np.log(1 / 2))
    assert np.isnan(support.hashtag_gap(table.iloc[1:2], "x", "y"))


def test_whose_hashtag_it_is_by_hand():
    table = support.hashtag_tone(lazy(TWEETS), lazy(SENTIMENT), ["x", "y"])
    sides = pd.DataFrame({"user_id": [1, 2, 3], "camp": ["ann", "ann", "ben"]})
    assert support.hashtag_share(table, sides, "x", "ann") == 1
    assert (
        support.hashtag_share(table, sides, "y", "ann") == 1 / 2
    )  # neutral ones and those of account 4 left out
    assert np.isnan(support.hashtag_share(table, sides.iloc[:0], "y", "ann"))


def test_the_printed_counts_give_a_small_gap():
    assert -0.1 < support.published_gap("neverhillary", "nevertrump") < 0


@pytest.mark.parametrize("candidates", [BOTH, [ANN], []])
def test_a_study_without_classes_shows_nothing(candidates, tiny):
    unknown = {"user_id": [1, 2], "class": ["unknown"] * 2}
    rows = support.tone(lazy(TWEETS), lazy(SENTIMENT), lazy(SIDES), lazy(unknown), candidates)
    accounts = support.by_account(rows, candidates)
    assert accounts.empty
    assert "No tone" in support.without_tone(tiny, accounts)
    assert support.tone_table(accounts, candidates, bootstrap).empty
    assert np.isnan(support.supporting_share(accounts, "ann", "bot"))
    panels = support.histogram(rows, candidates)
    fig, axes = plt.subplots(2, max(1, len(candidates)), squeeze=False)
    support.draw_panels(panels, candidates, axes)
    assert support.in_words(panels, candidates).startswith("Empty")
    assert len(support.reading_table({"words": rows})) == 1
    plt.close(fig)


def test_real_tweets_are_not_shown_one_by_one(tiny):
    assert support.no_examples(tiny) == ""
    text = (tiny.folder / "study.toml").read_text().replace("synthetic = true", "synthetic = false")
    (tiny.folder / "study.toml").write_text(text)
    assert "real people" in support.no_examples(open_study(tiny.folder, tiny.out))


@pytest.fixture(scope="module")
def felt(planted):
    """A planted world whose sentiment is taken from the truth: its name, itself, and its study."""
    name, world, study = planted
    tweets, scores = tables.scan(study, "tweets"), tables.scan(study, "scores")
    hashtags = partisanship.account_hashtags(tweets, scores, study.candidates)
    tables.write(partisanship.partisans(hashtags, study.candidates), study.tables / "partisans.parquet")
    truth = {"tweet_id": world.tweets.tweet_id, "score": np.asarray(world.tweets.sentiment, int) * 2}
    tables.write(pd.DataFrame(truth), study.tables / "sentiment.parquet")
    return name, world, study


def test_words_find_the_planted_subject_and_hashtags_add_others(felt):
    _, world, study = felt
    tweets = tables.scan(study, "tweets")
    truth = pd.Series(world.tweets.topic, index=world.tweets.tweet_id)
    for reading in ("words", "words or hashtags"):
        flags = {c.key: support.about(nw.col("text"), c, study.candidates, reading) for c in study.candidates}
        found = tables.collect(tweets.select("tweet_id", **flags)).set_index("tweet_id")
        topic = truth.reindex(found.index)
        assert found["trump"][topic == 0].all()
        assert found["clinton"][topic == 1].all()
        exact = not found["trump"][topic != 0].any() and not found["clinton"][topic != 1].any()
        assert exact is (reading == "words")


def test_bots_are_kinder_to_their_own_candidate_only_where_they_are(felt):
    name, _, study = felt
    scans = [tables.scan(study, table) for table in ("tweets", "sentiment", "partisans", "scores")]
    accounts = support.by_account(support.tone(*scans, study.candidates), study.candidates)
    gap = support.negative_gap(accounts, "trump", "trump")
    low, high = bootstrap(
        accounts, lambda drawn: support.negative_gap(drawn, "trump", "trump"), draws=200, level=0.99
    )
    if name == "base":
        assert high < 0
        assert gap < -0.04
    else:
        assert low < 0 < high
    assert support.camp_gap(accounts, "trump", "clinton", "human") > 0  # of the camp, so in either world
    assert support.blame(accounts, "clinton", "trump", "human") > 0.5
