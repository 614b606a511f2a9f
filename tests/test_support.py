"""The tone of camps: whom a tweet is about, statistics by hand, headlines in every direction."""

import matplotlib.pyplot as plt
import msgspec
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from conftest import lazy, read_data

from helpers import figures, partisanship, support, tables
from helpers.settings import Candidate
from helpers.support import figure, readers
from helpers.support.subject import READINGS, about
from helpers.uncertainty import sums

TAGS = ["ann", "imwithher", "neverben"]
ANN = Candidate(key="clinton", name="Ann Ash", hashtags=TAGS, mentions=["ann", "realann"])
BEN = Candidate(key="trump", name="Ben Bay", hashtags=["ben2016", "neverann"], mentions=["ben"])
BOTH = [ANN, BEN]
TEXTS = read_data("support.toml")["whom"] | {None: ["", "", ""]}


@pytest.mark.parametrize("number, reading", list(enumerate(READINGS)))
@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_whom_a_text_is_about(number, reading, engine):
    flags = {c.key: about(nw.col("text"), c, BOTH, reading) for c in BOTH}
    rows = tables.collect(tables.lazy(pd.DataFrame({"text": list(TEXTS)}), engine).with_columns(**flags))
    whom = ["a" * a + "b" * b for a, b in zip(rows["clinton"], rows["trump"], strict=True)]
    assert whom == [readings[number] for readings in TEXTS.values()]


def test_a_candidate_without_names_is_never_meant_and_a_reading_must_exist():
    nameless = Candidate(key="zoe", name="Zoe", hashtags=[])
    flags = {reading: about(nw.col("text"), nameless, [nameless], reading) for reading in READINGS}
    assert not tables.collect(lazy({"text": ["zoe", "#zoe"]}).select(**flags)).any(axis=None)
    with pytest.raises(KeyError, match="guess"):
        about(nw.col("text"), ANN, BOTH, "guess")


# Bot 1 and human 2 are for Ann, bot 3 and human 4 for Ben; human 5 has no side, and 6 (for Ben) no class.
SCORES = {"user_id": [1, 2, 3, 4, 5, 6], "class": ["bot", "human", "bot", "human", "human", "unknown"]}
SIDES = {"user_id": [1, 2, 3, 4, 6], "candidate": ["clinton", "clinton", "trump", "trump", "trump"]}
SAID = [(1, "Ann", 2, ["x", "x"]), (1, "Ann", 0, ["x"]), (1, "Ben", -1, ["x", "y"]), (2, "Ann", -4, ["x"]),
        (2, "Ann and Ben", 3, []), (3, "Ben", 1, ["y"]), (3, "Debate", -1, ["y"]), (4, "Ben", -2, []),
        (4, "Ann", 0, []), (5, "Ann", 0, ["y"]), (6, "Ben", 4, None)]  # fmt: skip
USERS, WORDS, LEVELS, HASHTAGS = zip(*SAID, strict=True)
TWEETS = {"tweet_id": range(len(SAID)), "user_id": USERS, "text": WORDS, "hashtags": HASHTAGS,
          "retweeted_tweet_id": [None] * 3 + [2] + [None] * 7}  # fmt: skip
SENTIMENT = {"tweet_id": range(len(SAID)), "score": LEVELS}


def toned(candidates=BOTH, scores=SCORES):
    """The table of `tone`."""
    rows = support.labelled_partisans(lazy(TWEETS), lazy(SIDES), lazy(scores), candidates)
    return support.tone(rows, lazy(SENTIMENT))


def test_claims_and_tables_for_the_reader_by_hand():
    table = support.camp_measures(support.by_subject(toned()), rate=0.5)
    assert table["value"].dropna().to_dict() == pytest.approx({
        "trump_humans_more_positive": -2 / 2 - (-1 / 2), "trump_bots_more_positive": 0 / 2 - 1 / 3,
        "trump_bots_negative": 1 / 2,  # on the debate; none on Ben
        "trump_bots_less_negative_than_humans": 0 / 1 - 1 / 1,
        "trump_bots_most_positive": 0 / 2 - 1 / 3,  # bots for Ann come next
        "trump_bots_support": 1 / 0.5, "trump_bots_support_share": 1 / 1,
        "trump_bots_support_beyond_humans": 1 / 1 - 0 / 1, "trump_bots_almost_always_positive": 1 / 1,
        "trump_humans_blame_clinton": 0 / 1, "trump_camp_on_clinton": 1 / 3,
        "clinton_humans_more_positive_than_bots": -1 / 2 - 2 / 2,
        "clinton_discussion_balanced": 2 / 4 - 1 / 4,
        "clinton_bots_mixed": 0 / 2,  # praise only
        "clinton_camp_blames_clinton": 1 / 2, "clinton_camp_on_clinton": 4 / 6,
        "clinton_camp_keeps_to_its_own": 4 / 6 - 2 / 3,
    })  # fmt: skip
    assert table.loc["trump_bots_support", "low"] == 0  # bot 3 may not be drawn
    table = support.tone_table(support.by_subject(toned()), BOTH)
    groups = [("trump", "trump")] * 2 + [("trump", "clinton")]  # no bot for Ben speaks of Ann
    groups += [("clinton", "clinton")] * 2 + [("clinton", "trump")] * 2
    assert list(zip(table["camp"], table["about"], strict=True))[:7] == groups
    assert table.iloc[3, 3:].tolist() == [1, 2, 1, 1, 1, 0, 0.5, 0.5]  # of one account
    row = support.reading_table({"words": toned()}, rate=0.5).iloc[0]
    assert row.tolist() == ["words", 18, 5 / 9, 4 / 9, 1 / 9, 1 / 9]
    accounts = support.by_account(support.by_subject(toned())).drop(columns=[*support.DRAWN["nodes"]])
    groups = sums(accounts, ["camp", "class"])
    for missing in (("zoe", "trump"), ("trump", "zoe"), ("trump", "trump", "bots")):
        with pytest.raises(KeyError, match=r"clinton, trump|bot, human"):
            support.mean(groups, *missing)


def spoken(**means):
    """A table of means: of bots about their own candidate (key=mean), give or take 0.1."""
    rows = [(key, "bot", key, 1, 5, mean, mean - 0.1, mean + 0.1) for key, mean in means.items()]
    return pd.DataFrame(rows, columns=["camp", "class", "about", "accounts", "tweets", "mean", "low", "high"])


@pytest.mark.parametrize(("candidates", "found"), [
    (BOTH, {"not negative, bots on Bay": 2, "negative, humans: share on Ash": 0}),
    ([ANN], {"not negative, bots on Ash": 4}), ([], {}),
])  # fmt: skip
def test_findings_by_reading_are_on_the_study_s_own_candidates(candidates, found):
    by_reading = {"words": support.by_subject(toned(candidates))}
    assert support.findings_by_reading(by_reading, candidates, rate=0.5).loc["words"].to_dict() == found


def test_only_the_article_s_election_has_its_numbered_tables(tiny):
    pairs = ("trump", "clinton"), ("zoe", "trump")
    assert [support.table_number(tiny, *pair) for pair in pairs] == ["5", None]
    tiny.settings = msgspec.structs.replace(tiny.settings, candidates=BOTH)
    assert support.table_number(tiny, "trump", "clinton") is None


BEST = "Bots for {} speak best of their own candidate: mean S {:+.2f}, the others {:+.2f}"
CLOSE = "No group speaks clearly best of its own candidate: means of S +0.20 to +0.30"
SPOKEN = [(0.5, 0.1, BEST.format("Ann Ash", 0.5, 0.1)),
          (-0.4, 0.2, BEST.format("Ben Bay", 0.2, -0.4)),
          (0.3, 0.2, CLOSE), (0.2, 0.3, CLOSE)]  # fmt: skip


@pytest.mark.parametrize(("ann", "ben", "title"), SPOKEN)
def test_the_headline_names_the_best_group_if_its_interval_is_clear(ann, ben, title):
    panels, means = support.histogram(toned()), spoken(clinton=ann, trump=ben)
    told = figures.told("figure_6", figure.panel_facts(panels, means, BOTH))
    of_means = figures.told("figure_6_means", figure.means_facts(means, BOTH))
    assert told["title"] == of_means["title"] == title
    assert "bots for Ash: about Ash 0% negative and 50% positive, about Bay 100%" in told["alt"]
    said = f"bots for Ben Bay about Ben Bay {ben:+.2f} ({ben - 0.1:+.2f} to {ben + 0.1:+.2f})."
    assert said in of_means["alt"]


def test_examples_are_the_texts_that_bots_post_most():
    users = {"user_id": [1, 2, 3, 7], "screen_name": ["one", "two", "three", "seven"]}
    scores = users | {"class": ["bot", "human", "bot", "bot"]}
    sides = {"user_id": [1, 2, 3, 7], "candidate": ["clinton", "clinton", "trump", "clinton"]}
    texts = ["Ann a", "Ann c", "Ann b", "Ann a", "Ann b", "Ann <d>"]
    tweets = {"tweet_id": range(6), "user_id": [2, 1, 7, 1, 1, 3], "text": texts}
    tweets |= {"retweeted_tweet_id": [None] * 6}
    rows = support.labelled_partisans(lazy(tweets), lazy(sides), lazy(scores), BOTH)
    assert support.examples(rows, lazy(users), BOTH, number=2).to_numpy().tolist() == [
        ["clinton", "clinton", "seven", "Ann b", 2],
        ["clinton", "clinton", "one", "Ann c", 1],  # before "Ann a", which only a human posted earlier
        ["trump", "clinton", "three", "Ann <d>", 1],
    ]


def test_a_hashtag_twice_in_a_tweet_counts_once():
    table = support.hashtag_tone(lazy(TWEETS), lazy(SENTIMENT), ["x", "y"])
    # Account 2 repeats tweet 2.
    by_hand = [[1, -1, 1, 1, 0, 1], [2, 2, 0, 1, 0, 0], [3, -1, 0, 0, 1, 1], [5, -1, 0, 0, 0, 0]]
    assert table.fillna({"retweeted_tweet_id": -1}).to_numpy().tolist() == by_hand
    accounts = support.by_subject(toned())
    assert support.hashtag_share(table, accounts, "x", "clinton") == 1
    assert support.hashtag_share(table, accounts, "y", "clinton") == 1 / 3  # not account 5, nor neutral ones
    assert np.isnan(support.hashtag_share(table, accounts[:0], "y", "clinton"))


@pytest.mark.parametrize(("positive", "gap"), [(3, np.log((3 / 2) / (3 / 4))), (0, np.nan)])
def test_hashtags_ratios_and_their_gap_by_hand(positive, gap):
    tagged = pd.DataFrame({"user_id": [1], "retweeted_tweet_id": None, "nevertrump_positive": 3,
                           "nevertrump_negative": 4, "neverhillary_positive": positive,
                           "neverhillary_negative": 2})  # fmt: skip
    table = support.measures(support.by_subject(toned()), tagged, rate=0.5)
    # The account may not be drawn.
    assert table.loc["nevertrump_positive", ["value", "low"]].tolist() == [6, 0]
    assert table.loc["nevertrump_ratio", "value"] == 3 / 4
    assert table.loc["neverhillary_more_negative", "value"] == pytest.approx(gap, nan_ok=True)


def test_one_text_that_everybody_repeats_makes_the_interval_of_a_ratio_wide():
    """Of 200 accounts half post a positive text, half a negative one: each its own, or all the same two."""
    signs = {f"{tag}_{sign}": [sign == "positive", sign == "negative"] * 100
             for tag in ("nevertrump", "neverhillary") for sign in ("positive", "negative")}  # fmt: skip
    own = pd.DataFrame({"user_id": range(200), "retweeted_tweet_id": None} | signs)
    own = own.astype(dict.fromkeys(signs, int))
    accounts = support.by_subject(toned())
    ends = support.measures(accounts, own).loc["nevertrump_ratio"]
    assert np.log(ends).tolist() == pytest.approx([0, -1.96 * 0.02**0.5, 1.96 * 0.02**0.5], abs=0.05)
    same = support.measures(accounts, own.assign(retweeted_tweet_id=[0, 1] * 100)).loc["nevertrump_ratio"]
    assert (same["value"], same["low"]) == (1, 0) and same["high"] > 2.5


def test_the_mean_of_accounts_that_repeat_one_text_is_not_that_of_as_many_texts():
    """A hundred bots for Ann, half kind and half not: each in words of its own, or with one of two texts."""
    rows = pd.DataFrame({"user_id": range(100), "camp": "clinton", "class": "bot", "on_clinton": True,
                         "score": [1, -1] * 50, "tweets": 1})  # fmt: skip
    own, same = (
        support.tone_table(support.by_subject(rows.assign(retweeted_tweet_id=texts)), [ANN]).iloc[0]
        for texts in (None, [1, 2] * 50)
    )
    assert own[["accounts", "mean"]].tolist() == same[["accounts", "mean"]].tolist() == [100, 0]
    assert [own["low"], own["high"]] == pytest.approx([-0.196, 0.196], abs=0.04)
    assert (same["low"], same["high"]) == (-1, 1)


@pytest.mark.parametrize("candidates", [BOTH, [ANN], []])
def test_a_study_without_classes_shows_nothing(candidates, tiny):
    rows = toned(candidates, {"user_id": [1, 2], "class": ["unknown"] * 2})
    accounts = support.by_subject(rows)
    tagged = support.hashtag_tone(lazy(TWEETS), lazy(SENTIMENT), ["nevertrump", "neverhillary"])
    assert "No tone" in support.without_tone(tiny, accounts)
    assert support.no_examples(tiny) == ""  # its tweets are nobody's
    assert support.measures(accounts, tagged).isna().all(axis=None)
    means, panels = support.tone_table(accounts, candidates), support.histogram(rows)
    _, axes = plt.subplots(2, max(1, len(candidates)), squeeze=False)
    figure.draw_panels(panels, candidates, axes)
    figure.draw_means(means, candidates, axes[0])
    told = figures.told("figure_6", figure.panel_facts(panels, means, candidates))
    assert (told["title"][:14], told["alt"][:5]) == ("Too few tweets", "Empty")
    assert figures.told("figure_6_means", figure.means_facts(means, candidates))["alt"].startswith("Empty")


def test_bots_are_kinder_to_their_own_candidate_only_where_they_are(planted):
    """In planted worlds whose sentiment is taken from the truth."""
    name, world, study = planted
    tweets, scores = tables.scan(study, "tweets"), tables.scan(study, "scores")
    hashtags = partisanship.account_hashtags(tweets, scores, study.candidates)
    tables.write(partisanship.partisans(hashtags, study.candidates), study.tables / "partisans.parquet")
    truth = {"tweet_id": world.tweets.tweet_id, "score": np.asarray(world.tweets.sentiment, int) * 2}
    tables.write(pd.DataFrame(truth), study.tables / "sentiment.parquet")
    table = support.of_study(study, scores, draws=200)
    value, low, high = table.loc["trump_bots_less_negative_than_humans"]
    assert (high < 0 and value < -0.04) if name == "base" else low < 0 < high
    assert table.loc["trump_humans_more_positive", "value"] > 0  # of the camp, so in either world
    assert table.loc["trump_humans_blame_clinton", "value"] > 0.5


def told(reader, bot, human, seed=1):
    """Counts of one reader: what bots and humans for Trump say of him; (negative, neutral, positive)."""
    return [(seed, reader, "trump", who, about, *signs) for who, signs in (("bot", bot), ("human", human))
            for about in ("all", "trump")]  # fmt: skip


def test_findings_by_three_readers_by_hand(tmp_path):
    people = (4, 4, 2)
    rows = [*told("meant", (2, 2, 6), people), *told("words", (1, 3, 6), people)]
    rows += [*told("scored", (0, 4, 6), people), *told("scored", (1, 4, 5), (5, 3, 2), seed=2)]
    about_clinton = [(1, reader, "clinton", "bot", "clinton", 1, 1, 0) for reader in readers.READERS]
    frame = pd.DataFrame([*rows, *about_clinton], columns=[*readers.BY, "negative", "neutral", "positive"])
    frame.to_csv(tmp_path / "tone.csv", index=False)
    counts = readers.counts(tmp_path / "tone.csv")
    bots = readers.shares(counts).loc[("trump", "bot", "trump")]
    assert bots["negative"].tolist() == [0.2, 0.1, 0.05]
    assert bots["mean"].tolist() == pytest.approx([0.4, 0.5, 0.5])
    found = readers.findings(counts)
    assert found.columns.tolist() == readers.READERS
    always = found.loc["trump_bots_almost_always_positive"].tolist()
    assert always == ["0.600 (0.600)", "0.600 (0.600)", "0.550 (0.500 to 0.600)"]
    assert found.loc["trump_bots_less_negative_than_humans", "scored"] == "-0.400 (-0.400)"


def test_what_notebook_08_says_of_three_readers_is_so():
    counts = readers.counts()
    negative = readers.shares(counts)["negative"].loc[("trump", "bot", "trump")]
    assert negative["meant"] > 2.5 * negative["scored"]
    by_world = [readers.measured(world) for _, world in counts.groupby(["seed", "reader"], observed=True)]
    found = pd.DataFrame(by_world)
    assert len(found) == 15
    assert (found["trump_bots_most_positive"] > 0).all()
    assert (found["trump_bots_less_negative_than_humans"] < 0).all()
    undecided = found["clinton_humans_more_positive_than_bots"]
    assert undecided.min() < 0 < undecided.max()
