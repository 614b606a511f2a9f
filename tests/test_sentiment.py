"""Sentiment: levels by hand, the fit by hand, a study's texts scored once, SentiStrength's command line."""

import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from conftest import lazy, read_data
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from helpers import figures, sentiment, tables
from helpers.sentiment import lexicon, scale
from helpers.study import ROOT, StudyError

LEVELS = read_data("sentiment.toml")["levels"]


@pytest.fixture(autouse=True)
def without_sentistrength(monkeypatch):
    for name in ("SENTISTRENGTH_JAR", "SENTISTRENGTH_DATA"):
        monkeypatch.delenv(name, raising=False)


def scores(*texts) -> list[list[int]]:
    return sentiment.score_texts(texts).to_numpy().tolist()


@pytest.mark.parametrize(("text", "levels"), [*LEVELS.items(), (None, [1, 1, 0]), (float("nan"), [1, 1, 0])])
def test_the_strongest_word_of_each_side_counts_most_where_it_stands(text, levels):
    assert scores(text, "a terrible day") == [levels, [1, 2, -1]]  # in the texts' order


@pytest.mark.parametrize(("words", "sides"), [  # good has 1.9, great 3.1, bad 2.5
    ("good", [1.9, 0]), ("good great", [3.1 + 1.9 / 2, 0]), ("great " * 9, [3.1 + 3 / 2, 0]),
    ("good bad", [1.9 - 2.5 / 2, 2.5 - 1.9 / 2]),
    ("good great bad", [3.1 + 1.9 / 2 - 2.5 / 2, 2.5 - 3.1 / 2]), ("good?", [1.9, 0]),
    ("good!", [1.9 + 1.5 * 0.292, 0]), ("good!!!!!!", [1.9 + 1.5 * 4 * 0.292, 0]),
    ("bad!", [0, 2.5 + 1.5 * 0.292]), ("good bad!", [0.65, 1.55 + 1.5 * 0.292]), ("day!", [0, 0]),
    ("good ??", [1.9 + 1.5 * 0.36, 0]), ("good ?????", [1.9 + 1.5 * 0.96, 0]),
])  # fmt: skip
def test_other_words_marks_and_the_other_side_count_beside_the_strongest(words, sides):
    assert lexicon.strengths(["day", words]).to_numpy().tolist() == [[0, 0], pytest.approx(sides)]


def test_explained_words_valences_and_ratings_make_levels():
    words = sentiment.explain("A great answer, and a terrible question").drop(columns="valence")
    assert words.to_numpy().tolist() == [["great", "positive", 2], ["terrible", "negative", 2]]
    assert sentiment.explain("debate tonight").empty
    from_each_cut_on, the_nearest = [1, 1, 2, 3, 4, 5], [1, 1, 1, 2, 3, 5]
    assert scale.to_levels([0, 0.99, 1, 2, 3.5, 9], (1, 2, 3, 4)).tolist() == from_each_cut_on
    assert scale.rated_levels(np.array([-3, 0, 0.4, 0.6, 2, 3.9])).tolist() == the_nearest


@pytest.mark.parametrize(("valences", "ratings", "cuts"), [
    ([0, 0, 0, 1, 2, 2, 3, 3, 4, 5], [0, 0, 0, 0, 1, 1, 2, 2, 3, 4], (1.5, 2.5, 3.5, 4.5)),
    ([0] * 4 + [2] * 5, [0, 0, 0, 1, 1, 1, 1, 1, 0], (1, 3, 3, 3)),  # one odd text moves no cut point
    ([0, 0, 0, 1, 1], [0, 0, 0, 1, 0], (2, 2, 2, 2)),  # one too high is more wrong than one too low
    ([0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 0], (0.5, 2, 2, 2)),  # … and less than three
    ([0, 1, 2], [0, 1, 1], (0.5, 3, 3, 3)),  # a level that nobody gave is above every valence
])  # fmt: skip
def test_cut_points_leave_fewest_texts_on_the_wrong_side(valences, ratings, cuts):
    assert scale.fit_cut_points(valences, ratings) == cuts
    with pytest.raises(ValueError, match="same"):
        scale.fit_cut_points(np.zeros(len(ratings)), ratings)


def test_the_fit_from_the_command_line_judges_no_text_by_cut_points_it_helped_to_fit(tmp_path, capsys):
    valences, ratings = [0, 0, 0, 1, 1, 1, 1.6], [0, 0, 0, 0, 0, 0, 1]  # without the last there is no level 2
    assert scale.to_levels(valences, scale.fit_cut_points(valences, ratings))[-1] == 2
    assert scale.cross_validated(valences, ratings, folds=7)[-1] == 1
    rated = ["0\tday", "0\tday", '1\ta "good day', "2\ta great day", "-1\ta bad day", "-2\ta day in hell"]
    (tmp_path / "rated.txt").write_text("\n".join(f"7\t{line}" for line in rated * 10))
    scale.main([str(tmp_path / "rated.txt")])
    (tmp_path / "fit.csv").write_text(capsys.readouterr().out)
    fit = scale.fit_table(tmp_path / "fit.csv")
    assert fit.columns.tolist() == scale.fit_table().columns.tolist()
    assert (fit["texts"] == 60).all()
    assert fit["accuracy"].tolist() == pytest.approx([1, 1, np.nan, np.nan], nan_ok=True)
    assert fit.loc["positive", "always_1"] == pytest.approx(4 / 6, abs=1e-6)
    assert fit.loc["score", "correlation"] == pytest.approx(1, abs=0.1)


def test_words_that_vader_passes_over_are_put_alike():
    texts = pa.array(["The debate was not a GREAT one tonight", "MAGA #tcot", "a b c d e f g h i bad"])
    essences = ["the www www not www GREAT www www", "WWW www", "www www www www bad"]
    assert lexicon.essence(texts).to_pylist() == essences  # no blank before the first


def test_what_lies_behind_the_last_text_in_memory_plays_no_part():
    for length in (*range(60, 71), *range(124, 133)):
        texts = pa.array([f"{'x' * (length - 6)} good ", "\u3000"])[:1]  # the next letter is a blank, too
        alone = pa.array(texts.to_pylist())
        found = {lexicon.essence(one)[0].as_py() for one in [texts, *[alone] * 200]}
        assert found == {"www good "}


WORDS = st.sampled_from(
    [*sorted(lexicon.vocabulary()), "debate", "MAGA", "#tag", "x", "www", "WWW", "wwwé", "don't", "&amp;",
     "&lt;3", "😀", "great😀", "kind of", "bus stop", "a  b", "\u2003", "é", "!!", "www."]
)  # fmt: skip
CASES, MARKS = st.sampled_from([str, str.upper, str.title]), st.sampled_from(["", "!", ",", '"', "?"])
SPOKEN = st.tuples(WORDS, CASES, MARKS).map(lambda parts: parts[1](parts[0]) + parts[2])
VADER = SentimentIntensityAnalyzer()


@settings(max_examples=400, deadline=None)
@given(st.lists(SPOKEN, max_size=14).map(" ".join))
def test_the_essence_of_a_text_is_all_that_vader_sees(text):
    essence = lexicon.essence(pa.array([text]))[0].as_py()
    assert lexicon.sides(lexicon.word_valences(essence)) == lexicon.sides(lexicon.word_valences(text))
    assert lexicon.emphasis(pa.array([text])) == pytest.approx(VADER._punctuation_emphasis(text))


TEXTS = ["a great great day", "debate tonight", "a great great day", None, "what a terrible day"]


def write_tweets(study, texts=TEXTS):
    """A table of tweets with these texts, whose ids fall."""
    table = pa.table({"tweet_id": [2**62 + 5, 2**62 + 1, 3, 2, 1], "text": texts})
    tables.write(table, study.tables / "tweets.parquet")


@pytest.fixture
def scored(monkeypatch):
    """The texts that are given to be scored."""
    seen, score = [], sentiment.score_texts
    monkeypatch.setattr(sentiment, "score_texts", lambda texts: seen.extend(texts.tolist()) or score(texts))
    return seen


@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_every_tweet_gets_its_texts_score_and_every_text_is_scored_once(tiny, engine, scored, monkeypatch):
    write_tweets(study := tiny)
    monkeypatch.setenv("STUDY_ENGINE", engine)
    (study.tables / "sentiment.parquet").mkdir()  # as Spark left it, a folder of parts
    assert sentiment.score_study(study) == 3
    assert sorted(scored) == ["a great great day", "debate tonight", "what a terrible day"]
    table = tables.read(study, "sentiment")
    assert table[["tweet_id", "positive", "negative", "score"]].T.to_numpy().tolist() == [
        [1, 2, 3, 2**62 + 1, 2**62 + 5], [1, 1, 3, 1, 3], [2, 1, 1, 1, 1], [-1, 0, 2, 0, 2]
    ]  # fmt: skip
    assert sorted(path.name for path in study.tables.iterdir()) == ["sentiment.parquet", "tweets.parquet"]
    monkeypatch.setenv("SENTISTRENGTH_JAR", "no such jar")
    with pytest.raises(StudyError, match="no such jar"):
        sentiment.score_study(study)
    pd.testing.assert_frame_equal(tables.read(study, "sentiment"), table)  # left as it was


@pytest.mark.parametrize("groups", [1, 3, 7, 100])
def test_parts_have_the_same_texts_whatever_the_row_groups(tmp_path, groups):
    texts = [str(n) for n in range(10)]
    pq.write_table(pa.table({"text": texts}), tmp_path / "texts.parquet", row_group_size=groups)
    parts = list(sentiment.chunks(ds.dataset(tmp_path / "texts.parquet"), 4))
    assert [part.to_pylist() for part in parts] == [texts[:4], texts[4:8], texts[8:]]


def test_several_processes_score_as_one_does(tmp_path, monkeypatch):
    texts = pa.table({"text": ["a great great day", "day", "a terrible day"]})
    tables.write(texts, tmp_path / "texts.parquet")
    monkeypatch.setattr(sentiment, "CHUNK", 1)
    monkeypatch.setattr(sentiment, "ALONE", 0)
    assert sentiment.score_file(tmp_path / "texts.parquet", tmp_path / "parts") == 3
    assert pd.read_parquet(tmp_path / "parts")["score"].tolist() == [2, 0, -1]


@pytest.mark.parametrize(("changed", "texts", "found"), [
    ("", 1, [-1, 0, 2, 0, 2]), ("tweets", 1, [2] * 5), ("scorer", 3, [-1, 0, 0, 0, 0]),
])  # fmt: skip
def test_an_interrupted_run_is_taken_up_if_all_is_the_same(tiny, scored, monkeypatch, changed, texts, found):
    """Texts are scored one a part, and the run breaks off at the third."""
    write_tweets(study := tiny)
    score = sentiment.score_texts
    monkeypatch.setattr(sentiment, "CHUNK", 1)
    monkeypatch.setattr(sentiment, "mapped", lambda function, items, workers: map(function, items))
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(sentiment, "score_texts", lambda texts: score(texts) if len(scored) < 2 else 1 / 0)
        sentiment.score_study(study)
    if changed == "tweets":
        write_tweets(study, ["a great great day"] * 5)
    if changed == "scorer":
        monkeypatch.setattr(sentiment, "POSITIVE_CUTS", (9, 9, 9, 9))
    scored.clear()
    sentiment.score_study(study)
    assert len(scored) == texts
    assert tables.read(study, "sentiment")["score"].tolist() == found


POSITIVE, NEGATIVE, SCORE = [1, 3, 3, 1], [1, 3, 1, 2], [0, 0, 2, -1]
SCORED = {"tweet_id": [1, 2, 3, 4], "positive": POSITIVE, "negative": NEGATIVE, "score": SCORE}
AUTHORS = {"tweet_id": [1, 2, 3, 4], "user_id": [9 * 10**18 + 7] * 2 + [1007, 8]}


def test_levels_scores_and_measures_by_hand_with_accounts_kept_together():
    by_level = sentiment.levels(lazy(SCORED))
    assert by_level.stack().loc[lambda n: n > 0].to_dict() == {(1, 1): 1, (1, 2): 1, (3, 1): 1, (3, 3): 1}
    table = sentiment.distribution(by_level)
    assert table["tweets"].tolist() == [0, 0, 0, 1, 2, 0, 1, 0, 0]
    assert sentiment.balanced(by_level) == 0.5  # of two neutral tweets, one has both sides
    told = figures.told("sentiment_scores", sentiment.facts(table))
    assert told["title"] == "50.0% of tweets are neutral, 25.0% negative, 25.0% positive"
    groups = sentiment.neutral_by_group(lazy(AUTHORS), lazy(SCORED))
    assert groups.to_numpy().tolist() == [[7, 2, 3], [8, 0, 1]]
    table = sentiment.measures(by_level, groups, english=0.6)
    assert table.loc["neutral_majority"].tolist() == [1 / 2, 0, 2 / 3]  # either group may be drawn twice
    names = ["score_lowest", "score_highest", "polarity_lowest", "polarity_highest"]
    assert table.loc[names, "value"].tolist() == [-1, 2, 1, 3]
    low, high = table.loc["sentiment_accuracy_positive", ["low", "high"]]
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.63 * 0.37 / 4200), rel=0.01)  # of a share of 0.63
    assert sentiment.measures(by_level, groups, english=0.4).loc["neutral_majority"].isna().all()


def test_no_tweets_give_empty_tables_and_a_figure_that_says_so():
    by_level = sentiment.levels(lazy({name: pd.Series([], dtype="int64") for name in SCORED}))
    table = sentiment.distribution(by_level)
    assert np.isnan(sentiment.balanced(by_level))
    assert sentiment.measures(by_level, pd.DataFrame(), english=1)["value"].notna().sum() == 3  # of the fit
    assert figures.told("sentiment_scores", sentiment.facts(table))["title"] == "No tweets"
    assert sentiment.draw_distribution(table, Figure().subplots()).texts[0].get_text() == "No tweets"


@pytest.mark.parametrize(("languages", "share", "told"), [
    ("en en en de es", 0.6, "takes 40%"), ("en de es", 1 / 3, "*not enough data*"),
    ("en " * 19 + "de", 0.95, ""), ("", np.nan, ""),
])  # fmt: skip
def test_other_languages_are_counted_and_announced(languages, share, told):
    english = sentiment.english_share(lazy({"lang": [*languages.split(), None]}))
    assert english == pytest.approx(share, nan_ok=True)
    text = sentiment.other_languages(english)
    assert told in text and bool(text) == bool(told)
    assert ("not enough data" in text) == (english < 0.5)


@pytest.fixture
def jar(tmp_path, monkeypatch):
    """The path of a jar, and a java on the PATH that answers like SentiStrength."""
    (jar := tmp_path / "SentiStrength.jar").touch()
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("PATH", f"{ROOT / 'tests' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SAID", str(tmp_path / "said"))
    monkeypatch.setenv("SENTISTRENGTH_JAR", str(jar))
    return jar


@pytest.mark.parametrize("data", ["", "data"])
def test_a_users_sentistrength_scores_line_by_line(jar, monkeypatch, data):
    monkeypatch.setenv("SENTISTRENGTH_DATA", data and str(jar.parent / data))  # else beside the jar
    answers = scores("a great\nday", None, "a  terrible day", "", "day")
    assert answers == [[4, 1, 3], [1, 1, 0], [1, 5, -4], [1, 1, 0], [1, 1, 0]]
    said = (jar.parent / "said").read_text()
    assert said == f"-Dfile.encoding=UTF-8 -jar {jar} stdin sentidata {jar.parent / data}{os.sep}"


@pytest.mark.parametrize(("variable", "value", "message"), [
    ("MODE", "fails", "no dictionary"), ("MODE", "skips", "1 of 2"), ("MODE", "breaks off", "memory"),
    ("SENTISTRENGTH_DATA", "nowhere", "DATA: nowhere"), ("PATH", "", "no Java"),
])  # fmt: skip
def test_its_failures_are_told(jar, monkeypatch, variable, value, message):
    monkeypatch.setenv(variable, value)
    with pytest.raises(StudyError, match=message):
        scores("day", "night")
