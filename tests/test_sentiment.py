"""Sentiment: levels by hand, the fit by hand, a study's texts scored once, and SentiStrength's command line."""

import os
import stat

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from conftest import lazy
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import sentiment, tables
from helpers.study import StudyError
from helpers.world.parameters import ANTI, ON_CLINTON, ON_DEBATE, ON_TRUMP, PRO
from helpers.world.text import cell, sentence_bank


@pytest.fixture(autouse=True)
def without_sentistrength(monkeypatch):
    monkeypatch.delenv("SENTISTRENGTH_JAR", raising=False)
    monkeypatch.delenv("SENTISTRENGTH_DATA", raising=False)


def scores(*texts) -> list[list[int]]:
    return sentiment.score_texts(texts).to_numpy().tolist()


# ── one text ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_strongest_word_of_each_side_counts_not_their_sum():
    one = scores("a good day")
    assert one == scores("a good good good good day") == [[2, 1, 1]]
    assert scores("great and terrible") == [[3, 2, 1]]


def test_boosters_negation_capitals_and_but_change_a_word():
    plain, boosted, capitals, negated = scores(
        "a great day", "a very great day", "a GREAT day", "not a great day"
    )
    assert plain == [3, 1, 2]
    assert boosted == capitals == [4, 1, 3]
    assert negated == [1, 2, -1]
    assert scores("terrible but great") == [[4, 1, 3]]  # halved before "but", more after it


def test_missing_and_empty_texts_are_neutral_and_order_is_kept():
    assert scores("great", None, "", float("nan"), "terrible") == [
        [3, 1, 2],
        [1, 1, 0],
        [1, 1, 0],
        [1, 1, 0],
        [1, 2, -1],
    ]
    assert sentiment.score_texts([]).columns.tolist() == ["positive", "negative", "score"]


def test_entities_are_read_as_what_they_stand_for():
    assert scores("I &lt;3 this") == scores("I <3 this")
    assert scores("I <3 this")[0][0] > 1


def test_levels_rise_at_the_cut_points():
    assert sentiment.to_levels([0, 0.99, 1, 2, 3.5, 9], (1, 2, 3, 4)).tolist() == [1, 1, 2, 3, 4, 5]


def test_explained_words_make_the_levels_of_the_text():
    words = sentiment.explain("A great answer, and a terrible question")
    assert words["word"].tolist() == ["great", "terrible"]
    assert words["level"].tolist() == [3, 2]
    assert words["valence"].gt(0).tolist() == [True, False]
    assert sentiment.explain("debate tonight").empty


# ── the fit ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_ratings_become_the_nearest_level_of_their_side():
    assert sentiment.rated_levels(np.array([-3, 0, 0.4, 0.6, 2, 3.4, 3.9])).tolist() == [1, 1, 1, 2, 3, 4, 5]


def test_cut_points_leave_fewest_texts_on_the_wrong_side():
    valences = [0, 0, 0, 1, 2, 2, 3, 3, 4, 5]
    ratings = [0, 0, 0, 0, 1, 1, 2, 2, 3, 4]
    assert sentiment.fit_cut_points(valences, ratings) == (1.5, 2.5, 3.5, 4.5)


def test_one_odd_text_does_not_move_a_cut_point():
    valences = [0, 0, 0, 0, 2, 2, 2, 2, 2]
    ratings = [0, 0, 0, 1, 1, 1, 1, 1, 0]
    assert sentiment.fit_cut_points(valences, ratings)[0] == 1


def test_a_rare_level_is_given_as_often_as_people_did():
    """Level 4 is reached by 1 of 20, and by no word reliably: the highest valence gets it, whoever that is."""
    valences = [0] * 10 + [1] * 5 + [2, 2, 2, 3, 4]
    ratings = [0] * 10 + [1] * 5 + [2, 2, 2, 3, 2]
    cuts = sentiment.fit_cut_points(valences, ratings)
    assert cuts[:3] == (0.5, 1.5, 3.5)
    assert cuts == tuple(sorted(cuts))


def test_a_level_that_nobody_gave_is_above_every_valence():
    assert sentiment.fit_cut_points([0, 1, 2], [0, 1, 1]) == (0.5, 3, 3, 3)


def test_equal_valences_cannot_be_cut():
    with pytest.raises(ValueError, match="same"):
        sentiment.fit_cut_points([0, 0], [0, 1])


def test_cross_validation_judges_by_cut_points_fitted_elsewhere():
    valences = np.tile([0.0, 1, 2, 3, 4], 20)
    assert sentiment.cross_validated(valences, valences).tolist() == (valences + 1).tolist()
    noise = np.random.default_rng(1).permutation(valences)
    assert (sentiment.cross_validated(valences, noise) == noise + 1).mean() < 0.35  # nothing to learn


def test_a_text_is_not_judged_by_cut_points_it_helped_to_fit():
    """Only the last text was rated above neutral: with it there is a level 2, and without it none."""
    valences, ratings = [0, 0, 0, 1, 1, 1, 1.6], [0, 0, 0, 0, 0, 0, 1]
    assert sentiment.to_levels(valences, sentiment.fit_cut_points(valences, ratings))[-1] == 2
    assert sentiment.cross_validated(valences, ratings, folds=7)[-1] == 1


def test_report_on_ratings_that_follow_the_words():
    texts = ["day", "day", "a good day", "a great day", "a bad day", "a day in hell"] * 10
    report = sentiment.fit_report(texts, [0, 0, 1, 2, -1, -2] * 10).set_index("scale")
    assert report.loc[["positive", "negative"], "accuracy"].tolist() == [1, 1]
    assert report.loc["positive", "always_1"] == pytest.approx(4 / 6)
    assert report.loc["score", "correlation"] == pytest.approx(1)
    assert np.isnan(report.loc["score", "accuracy"])


def test_the_cut_points_are_those_of_the_shipped_fit():
    fit = sentiment.fit_table()
    cuts = fit[[f"cut_{level}" for level in range(2, 6)]]
    assert tuple(cuts.loc["positive"]) == sentiment.POSITIVE_CUTS
    assert tuple(cuts.loc["negative"]) == sentiment.NEGATIVE_CUTS


def test_accuracy_comes_with_its_interval():
    fit = pd.DataFrame({"accuracy": [0.5], "texts": [100]}, index=["positive"])
    assert sentiment.accuracy("positive", fit) == pytest.approx((0.5, 0.402, 0.598))


def test_the_fit_from_the_command_line(tmp_path, capsys):
    lines = [f"{n}\t{rating}\t{text}" for n, (rating, text) in enumerate([(0, "day"), (1, "good day")] * 10)]
    lines += [f"{n}\t-1\tbad day" for n in range(5)]
    (tmp_path / "rated.txt").write_text("\n".join(lines))
    assert sentiment.main([str(tmp_path / "rated.txt"), "--out", str(tmp_path / "fit.csv")]) == 0
    assert "positive" in capsys.readouterr().out
    assert sentiment.fit_table(tmp_path / "fit.csv").loc["negative", "texts"] == 25
    (tmp_path / "rated.txt").write_text("1\t0.5\tday\n2\tgood day")
    assert sentiment.main([str(tmp_path / "rated.txt")]) == 1
    assert "line 2" in capsys.readouterr().err


# ── many texts ────────────────────────────────────────────────────────────────────────────────────────────────


def one_by_one(texts):
    """What VADER says of whole texts: the strongest word of each side."""
    found = [sentiment.word_valences(text) for text in texts]
    return [[max([0.0, *words]), abs(min([0.0, *words]))] for words in found]


def test_words_that_vader_passes_over_are_put_alike():
    texts = pa.array(["The debate was not a GREAT one tonight", "MAGA #tcot", "", "a b c d e f g h i bad"])
    assert sentiment.essence(texts).to_pylist() == [
        "the www www not www GREAT www www",
        "WWW www",
        "",
        "www www www www bad",  # the first one has no blank before it
    ]


WORDS = st.sampled_from(
    [*sorted(sentiment._known_words()), "debate", "MAGA", "#tag", "x", "www", "WWW", "wwwé", "don't", "&amp;", "&lt;3",
     "😀", "great😀", "kind of", "bus stop", "a  b", "\u2003", "é", "!!", "www."]
)  # fmt: skip
SPOKEN = st.tuples(WORDS, st.sampled_from([str, str.upper, str.title]), st.sampled_from(["", "!", ",", '"']))


@settings(max_examples=400, deadline=None)
@given(st.lists(SPOKEN.map(lambda parts: parts[1](parts[0]) + parts[2]), max_size=14).map(" ".join))
def test_the_essence_of_a_text_is_all_that_vader_sees(text):
    assert sentiment.strongest([text]).to_numpy().tolist() == one_by_one([text])


def test_the_essence_of_the_worlds_sentences_is_all_that_vader_sees():
    texts = sentence_bank()[0][::7]
    assert sentiment.strongest(texts).to_numpy().tolist() == one_by_one(texts)


# ── a study ──────────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = ["a great day", "debate tonight", "a great day", None, "what a terrible day"]


@pytest.fixture
def study(tiny):
    rows = {
        "tweet_id": [2**62 + 5, 2**62 + 1, 3, 2, 1],
        "user_id": [7, 7, 1007, 8, 9],
        "text": TEXTS,
        "lang": ["en", "en", "de", None, "en"],
    }
    types = {"tweet_id": pa.int64(), "user_id": pa.int64(), "text": pa.string(), "lang": pa.string()}
    table = pa.table({name: pa.array(values, types[name]) for name, values in rows.items()})
    tables.write(table, tiny.tables / "tweets.parquet")
    return tiny


@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_every_tweet_gets_its_texts_score_and_every_text_is_scored_once(study, engine, monkeypatch):
    monkeypatch.setenv("STUDY_ENGINE", engine)
    seen = []
    monkeypatch.setattr(
        sentiment, "strongest", lambda texts, f=sentiment.strongest: seen.extend(map(str, texts)) or f(texts)
    )
    assert sentiment.score_study(study) == 3
    assert sorted(seen) == ["a great day", "debate tonight", "what a terrible day"]
    table = tables.read(study, "sentiment")
    assert table.columns.tolist() == ["tweet_id", "positive", "negative", "score"]
    assert table["tweet_id"].tolist() == [1, 2, 3, 2**62 + 1, 2**62 + 5]
    assert table["score"].tolist() == [-1, 0, 2, 0, 2]
    assert table[["positive", "negative"]].iloc[1].tolist() == [1, 1]  # no text
    assert sorted(path.name for path in study.tables.iterdir()) == ["sentiment.parquet", "tweets.parquet"]


def test_two_processes_find_what_one_does_and_parts_keep_their_order(tmp_path, monkeypatch):
    texts = [f"a {word} day number {n}" for n in range(30) for word in ("great", "bad", "long")]
    tables.write(pa.table({"text": texts}), tmp_path / "texts.parquet")
    one, two = tmp_path / "one", tmp_path / "two"
    assert sentiment.score_file(tmp_path / "texts.parquet", one) == 90
    monkeypatch.setattr(sentiment, "CHUNK", 10)  # more than one chunk: two processes
    sentiment.score_file(tmp_path / "texts.parquet", two)
    found = pd.read_parquet(two)
    assert len(list(two.iterdir())) == 9
    assert found["text"].tolist() == texts
    pd.testing.assert_frame_equal(found, pd.read_parquet(one))


@pytest.mark.parametrize("groups", [1, 3, 7, 100])
def test_parts_have_the_same_texts_whatever_the_row_groups(tmp_path, groups):
    texts = [str(n) for n in range(10)]
    pq.write_table(pa.table({"text": texts}), tmp_path / "texts.parquet", row_group_size=groups)
    parts = list(sentiment.chunks(ds.dataset(tmp_path / "texts.parquet"), 4))
    assert [part.to_pylist() for part in parts] == [texts[:4], texts[4:8], texts[8:]]


def interrupted(study, monkeypatch, after=2):
    """Score a study's texts one a part, and break off after some."""
    monkeypatch.setattr(sentiment, "CHUNK", 1)
    monkeypatch.setattr(sentiment, "mapped", lambda function, items, workers: map(function, items))

    def breaks_off(texts, seen=[], score=sentiment.score_texts):  # noqa: B006
        if len(seen) == after:
            raise KeyboardInterrupt
        seen.append(texts)
        return score(texts)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sentiment, "score_texts", breaks_off)
        sentiment.score_study(study)


def test_an_interrupted_run_goes_on_where_it_ended(study, monkeypatch):
    interrupted(study, monkeypatch)
    seen = []
    score = sentiment.score_texts
    monkeypatch.setattr(sentiment, "score_texts", lambda texts: seen.append(texts) or score(texts))
    assert sentiment.score_study(study) == 3
    assert len(seen) == 1
    assert tables.read(study, "sentiment")["score"].tolist() == [-1, 0, 2, 0, 2]
    assert sorted(path.name for path in study.tables.iterdir()) == ["sentiment.parquet", "tweets.parquet"]


@pytest.mark.parametrize("changed", ["tweets", "scorer"])
def test_an_interrupted_run_of_other_tweets_or_another_scorer_is_not_taken_up(study, monkeypatch, changed):
    interrupted(study, monkeypatch)
    if changed == "tweets":
        table = pd.read_parquet(study.table("tweets")).assign(text="a great day")
        tables.write(table, study.tables / "tweets.parquet")
        expected = [2] * 5
    else:
        monkeypatch.setattr(sentiment, "POSITIVE_CUTS", (9, 9, 9, 9))
        expected = [-1, 0, 0, 0, 0]
    sentiment.score_study(study)
    assert tables.read(study, "sentiment")["score"].tolist() == expected


def test_a_failure_leaves_the_table_as_it_was(study, monkeypatch):
    sentiment.score_study(study)
    before = tables.read(study, "sentiment")
    monkeypatch.setenv("SENTISTRENGTH_JAR", "no such jar")
    with pytest.raises(StudyError, match="no such jar"):
        sentiment.score_study(study)
    pd.testing.assert_frame_equal(tables.read(study, "sentiment"), before)


def test_a_table_in_parts_is_replaced_too(study):
    (study.tables / "sentiment.parquet").mkdir()
    (study.tables / "sentiment.parquet" / "part.parquet").touch()
    sentiment.score_study(study)
    assert len(tables.read(study, "sentiment")) == 5


SCORED = {
    "tweet_id": [1, 2, 3, 4],
    "positive": [1, 3, 3, 1],
    "negative": [1, 3, 1, 2],
    "score": [0, 0, 2, -1],
}


def test_levels_and_scores_by_hand():
    by_level = sentiment.levels(lazy(SCORED))
    assert by_level.loc[1, 1] == by_level.loc[3, 3] == by_level.loc[3, 1] == by_level.loc[1, 2] == 1
    assert by_level.to_numpy().sum() == 4
    found = sentiment.distribution(by_level).set_index("score")
    assert found["tweets"].tolist() == [0, 0, 0, 1, 2, 0, 1, 0, 0]
    assert found.loc[0, "share"] == 0.5
    assert sentiment.balanced(by_level) == 0.5  # of two neutral tweets, one has both sides
    assert sentiment.sides(found.reset_index()).to_dict() == {
        "negative": 0.25,
        "neutral": 0.5,
        "positive": 0.25,
    }


def test_no_tweets_give_empty_tables_and_a_figure_that_says_so():
    nothing = lazy({name: pd.Series([], dtype="int64") for name in SCORED})
    by_level = sentiment.levels(nothing)
    found = sentiment.distribution(by_level)
    assert by_level.shape == (5, 5)
    assert found["share"].isna().all()
    assert np.isnan(sentiment.balanced(by_level))
    assert sentiment.in_words(found).startswith("Empty")
    from matplotlib.figure import Figure

    assert sentiment.draw_distribution(found, Figure().subplots()).texts[0].get_text() == "No tweets"


def test_accounts_stay_together_when_they_are_grouped():
    tweets = {"tweet_id": [1, 2, 3, 4], "user_id": [9 * 10**18 + 7, 9 * 10**18 + 7, 1007, 8]}
    groups = sentiment.neutral_by_group(lazy(tweets), lazy(SCORED))
    assert groups.to_numpy().tolist() == [[7, 2, 3], [8, 0, 1]]
    assert sentiment.neutral_share(groups) == 0.5
    assert np.isnan(sentiment.neutral_share(groups.iloc[:0]))


def test_other_languages_are_counted_and_announced():
    share = sentiment.english_share(lazy({"lang": ["en", "en", "en", "de", "es", None]}))
    assert share == 0.6
    assert "40%" in sentiment.other_languages(share)
    assert "not enough data" not in sentiment.other_languages(share)
    assert "not enough data" in sentiment.other_languages(0.4)
    assert sentiment.other_languages(0.95) == ""


def test_unknown_languages_are_taken_as_they_come():
    assert np.isnan(sentiment.english_share(lazy({"lang": [None, None]})))
    assert sentiment.other_languages(np.nan) == ""


# ── what the synthetic world says ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("planted", "found"), [(-1, 0.75), (0, 0.97), (1, 0.75)])
def test_planted_sentiment_is_found_and_never_turned_round(planted, found):
    sentences, rows = sentence_bank()
    wanted = [
        rows[cell(topic, side, planted)]
        for topic in (ON_TRUMP, ON_CLINTON, ON_DEBATE)
        for side in (PRO, ANTI)
    ]
    signs = np.sign(sentiment.score_texts([sentences[row] for row in np.concatenate(wanted)])["score"])
    assert (signs == planted).mean() >= found
    assert (signs == -planted).mean() <= 0.01 or planted == 0


# ── SentiStrength ────────────────────────────────────────────────────────────────────────────────────────────

FAKE_JAVA = """#!/usr/bin/env python3
import os, pathlib, sys
pathlib.Path(os.environ["SAID"]).write_text(" ".join(sys.argv[1:]))
mode = os.environ.get("MODE", "")
if mode == "fails":
    sys.exit("no dictionary")
for line in sys.stdin.read().splitlines()[1 if mode == "skips" else 0:]:
    print("4\\t-1\\t" if "great" in line else "1\\t-5\\t" if "terrible" in line else "1\\t-1\\t")
if mode == "breaks off":
    sys.exit("out of memory")
"""


@pytest.fixture
def jar(tmp_path, monkeypatch):
    """The path of a jar, and a java on the PATH that answers like SentiStrength."""
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(FAKE_JAVA)
    java.chmod(java.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "SentiStrength.jar").touch()
    monkeypatch.setenv("PATH", f"{java.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SAID", str(tmp_path / "said"))
    monkeypatch.setenv("SENTISTRENGTH_JAR", str(tmp_path / "SentiStrength.jar"))
    return tmp_path / "SentiStrength.jar"


def test_a_users_sentistrength_scores_line_by_line(jar):
    assert scores("a great\nday", None, "a  terrible day", "", "day") == [
        [4, 1, 3],
        [1, 1, 0],
        [1, 5, -4],
        [1, 1, 0],
        [1, 1, 0],
    ]
    said = (jar.parent / "said").read_text()
    assert said == f"-Dfile.encoding=UTF-8 -jar {jar} stdin sentidata {jar.parent}{os.sep}"


def test_its_language_files_may_be_elsewhere(jar, tmp_path, monkeypatch):
    (tmp_path / "SentStrength_Data").mkdir()
    monkeypatch.setenv("SENTISTRENGTH_DATA", str(tmp_path / "SentStrength_Data"))
    scores("day")
    assert (jar.parent / "said").read_text().endswith(f"{tmp_path / 'SentStrength_Data'}{os.sep}")


@pytest.mark.parametrize(
    ("mode", "message"), [("fails", "no dictionary"), ("skips", "1 of 2"), ("breaks off", "out of memory")]
)
def test_its_failures_are_told(jar, monkeypatch, mode, message):
    monkeypatch.setenv("MODE", mode)
    with pytest.raises(StudyError, match=message):
        scores("day", "night")


def test_what_is_missing_for_it_is_told(jar, monkeypatch, tmp_path):
    monkeypatch.setenv("SENTISTRENGTH_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(StudyError, match=r"SENTISTRENGTH_DATA: .*nowhere"):
        scores("day")
    monkeypatch.delenv("SENTISTRENGTH_DATA")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StudyError, match="Java"):
        scores("day")
