"""What was planted in the base world is found there, and is not found in the world where it was taken out."""

import pandas as pd

from helpers import tables, timeline
from helpers.uncertainty import bootstrap


def test_bots_lag_in_bursts_only_where_they_do(planted):
    name, _, study = planted
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


def test_bots_sleep_less_only_where_they_do(planted):
    name, _, study = planted
    hours = timeline.hourly(
        tables.scan(study, "tweets"), tables.scan(study, "scores"), study.collection.windows
    )
    quiet = timeline.baseline(hours, study.collection.windows, study.events)
    humans, bot = timeline.daily_cycle(quiet["human"]), timeline.daily_cycle(quiet["bot"])
    assert humans > 0.4
    assert (bot < 0.7 * humans) is (name == "base")


def test_the_detector_finds_the_true_bots_in_either_world(planted):
    _, world, study = planted
    scores = tables.read(study, "scores")
    truth = pd.Series(world.accounts.bot, index=world.accounts.user_id)[scores["user_id"]].to_numpy()
    called = (scores["class"] == "bot").to_numpy()
    assert truth[called].mean() > 0.9
    assert called[truth].mean() > 0.8
