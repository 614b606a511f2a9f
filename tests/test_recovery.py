"""What was planted in the base world is found there, and is not found in the world where it was taken out."""

import pandas as pd

from helpers import tables, timeline
from helpers.bots import leakage, scoring
from helpers.bots.labels import labelled_accounts
from helpers.uncertainty import bootstrap


def test_bots_lag_in_bursts_and_sleep_less_only_where_they_do(planted):
    name, _, study = planted
    tweets, scores = tables.scan(study, "tweets"), tables.scan(study, "scores")
    accounts = timeline.account_bursts(tweets, scores, study.events)
    gap, low, high = bootstrap(accounts, {"gap": timeline.burst_gap}, ["class"]).loc["gap"]
    assert (gap < -0.04 and high < 0) if name == "base" else (abs(gap) < 0.03 and low < 0 < high)
    hours = timeline.hourly(tweets, scores, study.collection.windows)
    quiet = timeline.baseline(hours, study.collection.windows, study.events)
    humans, bot = timeline.daily_cycle(quiet["human"]), timeline.daily_cycle(quiet["bot"])
    assert humans > 0.4 and (bot < 0.7 * humans) is (name == "base")


def of_scored(values, world, scores: pd.DataFrame) -> pd.Series:
    """An array of the world, one value for each row of the table of scores."""
    return pd.Series(values, index=world.accounts.user_id)[scores["user_id"]].set_axis(scores.index)


def test_the_detector_finds_the_true_bots_and_no_organisation_in_either_world(planted):
    _, world, study = planted
    scores = tables.read(study, "scores")
    truth, called = of_scored(world.accounts.bot, world, scores), scores["class"] == "bot"
    suspended = pd.Series(world.suspended).reindex(range(len(world.accounts)), fill_value=False)
    looked_up = ~of_scored(suspended.to_numpy(), world, scores)
    assert truth[called].mean() > 0.85 and called[truth & looked_up].mean() > 0.85
    assert (scores["class"] == "unknown")[~looked_up].all()
    for kind in [of_scored(world.style == style, world, scores) for style in range(6)]:
        assert called[truth & looked_up & kind].mean() > 0.6
    organisation = of_scored(world.organisation, world, scores)
    assert organisation.sum() > 8
    assert not organisation[scores["score"].nlargest(30).index].any()  # though some score high
    assert scores["score"][organisation].median() > scores["score"][~organisation & ~truth].quantile(0.8)


def test_scoring_on_the_tweets_under_study_finds_what_is_not_there(planted):
    """Among people alone; in the null world even those called bots behave as people do."""
    name, _, study = planted
    scores = tables.read(study, "scores")
    scores = scores.assign(**{"class": "human"}) if name == "null" else scores
    moment, people = tables.last_moment(study), leakage.people_among(scores)
    looked_up = scoring.scored_accounts(study, people, moment)
    gaps = leakage.leakage(study, people, labelled_accounts(study, moment), looked_up)
    outside, collected = (rows.set_index("habit") for _, rows in gaps.groupby("source", sort=False))
    assert collected.loc["share of retweets", "low"] > 0.25
    assert collected.loc["share of replies", "high"] < -0.25
    assert ((outside["low"] > 0) | (outside["high"] < 0)).sum() <= 1
    assert outside["gap"].abs().max() < 0.4
