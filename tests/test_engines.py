"""Every step over all tweets gives the same table on pandas, DuckDB and Spark."""

import importlib
import inspect
import os
import pkgutil
import shutil
from functools import cache
from types import SimpleNamespace

import narwhals as nw
import pandas as pd
import pytest
from engines import floats_of, in_order

import helpers
from helpers import (
    collection,
    embeddedness,
    geography,
    interactions,
    partisanship,
    sentiment,
    support,
    tables,
    timeline,
)
from helpers.audit import coverage, threshold
from helpers.automation import anger, debates, rule, tips
from helpers.study import open_study
from helpers.tweets import with_class
from helpers.world import generate
from helpers.world.writing import write_study

DAY = 24.0
TABLES = ("tweets", "users", "scores", "sentiment", "partisans", *geography.MAPS)
TAGS = ["neverhillary", "nevertrump"]


def located(on):
    return geography.located(on.tweets, on.users, *(vars(on)[name] for name in geography.MAPS))


def partisans_tweets(on):
    return support.labelled_partisans(on.tweets, on.partisans, on.scores, on.study.candidates, "words")


# How each step is called: with an engine's lazy frames `on`, and the study as `on.study`.
STEPS = {
    coverage.tweets_by_class: lambda f, on: f(on.tweets, on.scores),
    threshold.replies_among_scored: lambda f, on: f(on.tweets, on.scores),
    anger.originals: lambda f, on: f(on.tweets, on.sentiment, on.partisans),
    debates.by_debate: lambda f, on: f(on.tweets, on.study, on.study.events, TAGS, DAY),
    rule.within: lambda f, on: f(on.tweets, on.study.collection.windows[:1]),
    rule.camp_tweets: lambda f, on: f(on.tweets, on.study.candidates),
    rule.busiest_hashtag: lambda f, on: f(on.tweets, TAGS),
    rule.by_account: lambda f, on: f(on.tweets, on.study.candidates, TAGS, on.study.collection.windows),
    tips.profiles: lambda f, on: f(on.tweets, on.users, on.scores),
    collection.term_counts: lambda f, on: f(on.tweets, on.study.terms),
    collection.describe: lambda f, on: f(on.tweets),
    collection.by_window: lambda f, on: f(on.tweets, on.study.collection.windows),
    collection.activity: lambda f, on: f(on.tweets),
    embeddedness.retweet_edges: lambda f, on: f(on.tweets),
    geography.look_up: lambda f, on: f(on.tweets, on.users),
    geography.located: lambda f, on: located(on),
    geography.counts: lambda f, on: f(located(on), on.scores),
    geography.accounts: lambda f, on: f(located(on), on.scores),
    geography.agreement: lambda f, on: f(located(on), on.scores),
    interactions.classified: lambda f, on: f(on.tweets, on.scores),
    interactions.flows: lambda f, on: f(on.tweets, on.scores, "retweet"),
    interactions.per_account: lambda f, on: pd.concat(f(on.tweets, on.scores), names=["kind"]),
    partisanship.favourites: lambda f, on: f(on.tweets, on.scores),
    partisanship.account_hashtags: lambda f, on: f(on.tweets, on.scores, on.study.candidates),
    sentiment.levels: lambda f, on: f(on.sentiment),
    sentiment.neutral_by_group: lambda f, on: f(on.tweets, on.sentiment),
    sentiment.english_share: lambda f, on: f(on.tweets),
    support.labelled_partisans: lambda f, on: f(
        on.tweets, on.partisans, on.scores, on.study.candidates, "words first"
    ),
    support.tone: lambda f, on: f(on.tweets, on.sentiment, on.partisans, on.scores, on.study.candidates),
    support.examples: lambda f, on: f(partisans_tweets(on), on.users, on.study.candidates),
    support.hashtag_tone: lambda f, on: f(on.tweets, on.sentiment, TAGS),
    with_class: lambda f, on: f(on.tweets.select("tweet_id", "user_id"), on.scores),
    timeline.hourly: lambda f, on: f(on.tweets, on.scores, on.study.collection.windows),
    timeline.hours_of_accounts: lambda f, on: f(on.tweets, on.scores),
    timeline.account_bursts: lambda f, on: f(on.tweets, on.scores, on.study.events),
}


def takes_lazy_frames(function) -> bool:
    return any("LazyFrame" in str(p.annotation) for p in inspect.signature(function).parameters.values())


def steps_of_the_package() -> set:
    """All public functions of the analysis that take a lazy frame."""
    names = [module.name for module in pkgutil.walk_packages(helpers.__path__, "helpers.")]
    analysis = [
        importlib.import_module(name)
        for name in names
        if not name.startswith("helpers.world") and not name.endswith("__main__") and name != "helpers.tables"
    ]
    return {
        function
        for module in analysis
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
        and takes_lazy_frames(function)
    }


def test_every_step_over_lazy_frames_is_compared():
    assert set(STEPS) == steps_of_the_package()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study of some 41,000 tweets with all tables; classes and sides are made up, so that all of them occur."""
    folder = tmp_path_factory.mktemp("engines")
    write_study(generate(0.002, 1), folder / "study", as_tables=True)
    study = open_study(folder / "study", folder / "out")
    active = collection.activity(tables.scan(study, "tweets", "duckdb")).head(600)
    classes = pd.Series(["bot", "human", "human", "unknown"] * 150)
    scores = active.assign(score=classes.map({"bot": 0.75, "human": 0.25}), **{"class": classes})
    tables.write(scores, study.tables / "scores.parquet")
    keys = [candidate.key for candidate in study.candidates]
    sides = pd.DataFrame({"user_id": active["user_id"][:500], "candidate": (keys * 500)[:500]})
    tables.write(sides, study.tables / "partisans.parquet", partisanship.PARTISANS)
    sentiment.score_study(study, workers=1)
    geography.write_look_up(study)
    return study


@pytest.fixture(scope="module")
def answer(study):
    """What a step gives on an engine, each worked out once."""

    @cache
    def frames(engine):
        return SimpleNamespace(study=study, **{name: tables.scan(study, name, engine) for name in TABLES})

    @cache
    def given(step, engine):
        return STEPS[step](step, frames(engine))

    return given


@pytest.fixture(scope="module")
def pyspark():
    """Name of the engine; skips where it cannot run."""
    pytest.importorskip("pyspark", reason="PySpark is not installed: make spark")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("there is no Java, which Spark needs")
    return "pyspark"


def assert_same(left, right) -> None:
    """Equal in values, types and order; rows of lazy frames and lists in any order, floats to 12 digits."""
    assert type(left) is type(right)
    if isinstance(left, nw.LazyFrame):
        assert_same(in_order(tables.collect(left)), in_order(tables.collect(right)))
    elif isinstance(left, pd.DataFrame):
        assert len(left), "an empty table compares nothing"
        # Apart: pandas would apply the tolerance to whole numbers as well, and pass over the last digits of ids.
        assert left.columns.tolist() == right.columns.tolist()
        floats = floats_of(left)
        pd.testing.assert_frame_equal(left.drop(columns=floats), right.drop(columns=floats), check_exact=True)
        pd.testing.assert_frame_equal(left[floats], right[floats], rtol=1e-12, atol=0)
    elif isinstance(left, pd.Series):
        assert len(left), "an empty series compares nothing"
        assert left.name == right.name
        assert_same(left.to_frame("value"), right.to_frame("value"))
    elif isinstance(left, dict):
        assert left and left.keys() == right.keys()
        for name in left:
            assert_same(left[name], right[name])
    else:
        assert left == pytest.approx(right, rel=1e-12)


def test_the_last_digit_of_an_id_and_a_lost_type_are_found():
    rows = pd.DataFrame({"user_id": [2**60, 2**60 + 2], "score": [0.5, 0.25]})
    assert_same(rows, rows.assign(score=rows["score"] * (1 + 1e-14)))
    for other in (
        rows.assign(user_id=rows["user_id"] + 1),
        rows.astype({"user_id": "Int64"}),
        rows[["score", "user_id"]],
    ):
        with pytest.raises(AssertionError):
            assert_same(rows, other)
    with pytest.raises(AssertionError):
        assert_same(rows["user_id"], rows["user_id"] + 1)


NAMES = [f"{step.__module__.removeprefix('helpers.')}.{step.__name__}" for step in STEPS]


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_pandas_gives_what_duckdb_gives(step, answer):
    assert_same(answer(step, "pandas"), answer(step, "duckdb"))


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_spark_gives_what_duckdb_gives(step, answer, pyspark):
    assert_same(answer(step, pyspark), answer(step, "duckdb"))
