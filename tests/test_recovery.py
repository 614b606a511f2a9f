"""What was planted in the base world is found there, and is not found in the world where it was taken out."""

import pandas as pd
import pytest

from helpers import bots, tables, timeline
from helpers.study import open_study
from helpers.uncertainty import bootstrap
from helpers.world import generate
from helpers.world.writing import write_study


@pytest.fixture(scope="module", params=["base", "null"])
def analysed(request, tmp_path_factory):
    """Name, tweets, scores (lazy) and scores of a world of 1/100, analysed from its tables."""
    folder = tmp_path_factory.mktemp(request.param)
    write_study(generate(0.01, 1, request.param), folder / "study", as_tables=True)
    study = open_study(folder / "study", folder / "out")
    scores = bots.score_study(study)
    tables.write(scores, study.tables / "scores.parquet")
    return request.param, study, scores


def test_bots_lag_in_bursts_only_where_they_do(analysed):
    name, study, _ = analysed
    accounts = timeline.account_bursts(
        tables.scan(study, "tweets"), tables.scan(study, "scores"), study.events
    )
    gap = timeline.burst_gap(accounts)
    low, high = bootstrap(accounts, timeline.burst_gap)
    if name == "base":
        assert high < 0
        assert gap < -0.04
    else:
        assert low < 0 < high
        assert abs(gap) < 0.03


def test_bots_sleep_less_only_where_they_do(analysed):
    name, study, _ = analysed
    hours = timeline.hourly(
        tables.scan(study, "tweets"), tables.scan(study, "scores"), study.collection.windows
    )
    quiet = timeline.baseline(hours, study.collection.windows, study.events)
    humans, bot = timeline.daily_cycle(quiet["human"]), timeline.daily_cycle(quiet["bot"])
    assert humans > 0.4
    assert (bot < 0.7 * humans) is (name == "base")


def test_the_detector_finds_the_true_bots_in_either_world(analysed):
    name, study, scores = analysed
    truth = pd.DataFrame({"bot": true_bots(study, name)}).reindex(scores["user_id"])["bot"].to_numpy()
    called = (scores["class"] == "bot").to_numpy()
    assert truth[called].mean() > 0.9
    assert called[truth].mean() > 0.8


def true_bots(study, name: str) -> pd.Series:
    """Whether each account is a bot, by user_id, from the world itself."""
    world = generate(study.collection.sample_rate, study.seed, name)
    return pd.Series(world.accounts.bot, index=world.accounts.user_id)
