from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from conftest import lazy
from scipy.stats import binom

from helpers import figures, timeline
from helpers.study import Event
from helpers.tweets import bursts, inside
from helpers.uncertainty import sums


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SCORES = {"user_id": [1, 2, 3], "class": ["bot", "human", "unknown"]}
WINDOWS = [(at("2016-09-16T00:00"), at("2016-09-16T03:00")), (at("2016-09-16T04:00"), at("2016-09-16T06:00"))]
EVENTS = [Event(name="Debate", at=at("2016-09-16T04:00"))]
TWEETS = {
    "user_id": [1, 2, 2, 3, 9, 1],
    "created_at": [
        f"2016-09-16T{t}" for t in ("00:00:00", "00:59:59", "01:00:00", "01:30:00", "02:00:00", "04:10:00")
    ],
}


@pytest.fixture
def hours():
    return timeline.hourly(lazy(TWEETS), lazy(SCORES), WINDOWS)


def test_hours_by_class_with_zeros_inside_and_nothing_outside_the_windows(hours):
    assert hours["bot"].tolist()[:3] == [1, 0, 0]
    assert hours["human"].tolist()[:3] == [1, 1, 0]
    assert hours["unknown"].tolist()[:3] == [0, 1, 1]  # author 9 was never scored
    assert hours.iloc[3].isna().all()
    assert hours.iloc[4:].sum().tolist() == [1, 0, 0]


def test_without_windows_the_collection_lasts_from_first_to_last_tweet():
    hours = timeline.hourly(lazy(TWEETS), lazy(SCORES))
    assert len(hours) == 5
    assert not hours.isna().any().any()


def test_baseline_is_the_first_window_if_it_ends_before_the_first_event(hours):
    assert len(timeline.baseline(hours, WINDOWS, EVENTS)) == 3
    early = [Event(name="Debate", at=at("2016-09-16T02:00"))]
    assert timeline.baseline(hours, WINDOWS, early).empty


def test_bot_share(hours):
    assert timeline.bot_share(hours) == 2 / 4
    assert np.isnan(timeline.bot_share(hours.iloc[2:3]))


def test_bursts_hold_their_first_hour_and_not_the_fifth():
    index = pd.date_range("2016-09-16T03:00Z", periods=6, freq="h")
    assert inside(index, bursts(EVENTS)).tolist() == [False, True, True, True, True, False]


def test_peak_after_an_event(hours):
    hours.loc[pd.Timestamp("2016-09-16T05:00Z"), ["human", "bot"]] = [8, 2]
    row = timeline.peaks(hours, EVENTS).iloc[0]
    assert (row["human"], row["bot"]) == (8, 2)
    assert row["times_typical"] == 10  # the median of 2, 1, 0, 1 and 10 is 1


def test_an_event_outside_the_collection_is_left_out(hours):
    assert timeline.peaks(hours, [Event(name="Later", at=at("2016-12-01T00:00"))]).empty


def series(values, start="2016-09-17") -> pd.Series:
    return pd.Series(np.array(values, float), pd.date_range(start, periods=len(values), freq="h", tz="UTC"))


def test_daily_cycle_is_0_for_flat_and_1_for_a_full_wave():
    wave = 1 + np.cos(2 * np.pi * np.arange(72) / 24)
    assert timeline.daily_cycle(series(np.ones(72))) == pytest.approx(0, abs=1e-12)
    assert timeline.daily_cycle(series(wave)) == pytest.approx(1)
    assert np.isnan(timeline.daily_cycle(series(np.ones(47))))


def test_weekend_ratio():  # 17 September 2016 was a Saturday
    assert timeline.weekend_ratio(series([1] * 48 + [2] * 48)) == 0.5
    assert np.isnan(timeline.weekend_ratio(series([1] * 24)))


def test_burst_gap_by_hand():
    accounts = pd.DataFrame({"class": ["bot", "human"], "burst": [1, 9], "calm": [2, 8]})
    assert timeline.burst_gap(sums(accounts, ["class"])) == pytest.approx(0.1 - 0.2)
    assert np.isnan(timeline.burst_gap(sums(accounts.assign(burst=0), ["class"])))


def test_account_bursts_count_labelled_accounts_only():
    table = timeline.account_bursts(lazy(TWEETS), lazy(SCORES), EVENTS)
    assert table[["user_id", "burst", "calm"]].to_numpy().tolist() == [[1, 1, 1], [2, 0, 2]]


def test_a_short_study_is_told_so(hours):
    assert "covers 5 hours" in timeline.too_short(hours)
    assert timeline.too_short(pd.DataFrame({"bot": np.zeros(48)})) == ""


def test_spike_days_count_days_of_the_window_with_five_times_the_median_hour():
    hours = pd.DataFrame(2.0, pd.date_range("2016-09-16", periods=72, freq="h", tz="UTC"), ["bot", "human"])
    hours.iloc[[1, 2], 1] = 18  # 20 tweets against a median of 4: two hours, one day
    hours.iloc[30, 1] = 17  # 19, not enough
    hours.iloc[50, 1] = 18  # the third day
    assert timeline.spike_days(hours, [(at("2016-09-16T00:00"), at("2016-09-18T00:00"))]) == 1
    assert timeline.spike_days(hours, [(at("2016-09-16T00:00"), at("2016-09-19T00:00"))]) == 2
    assert np.isnan(timeline.spike_days(hours * 0, [(at("2016-09-16T00:00"), at("2016-09-18T00:00"))]))
    assert np.isnan(timeline.spike_days(hours, []))


NOBODY = pd.DataFrame({"class": [], "burst": [], "calm": []})
HOURS = pd.date_range("2016-09-27T00:00Z", periods=3, freq="h", name="hour")


def test_hours_drawn_anew_are_those_of_whole_accounts():
    """One bot with 3 tweets in an hour and 1 in the next: whoever is drawn, it is the same account."""
    hours = pd.DataFrame({"bot": [3.0, 1, np.nan], "human": [0.0, 0, np.nan]}, index=HOURS)
    accounts = pd.DataFrame({"user_id": [7, 7], "class": "bot", "hour": HOURS[:2], "tweets": [3, 1]})
    drawn = list(timeline.resampled(accounts, hours, draws=5))
    assert len(drawn) == 5
    for table in drawn:
        pd.testing.assert_frame_equal(table, hours, check_freq=False)


def test_two_accounts_are_drawn_none_once_or_twice():
    hours = pd.DataFrame({"bot": [4.0, 0, 0], "human": [0.0, 10, 0]}, index=HOURS)
    accounts = pd.DataFrame(
        {"user_id": [7, 8], "class": ["bot", "human"], "hour": HOURS[:2], "tweets": [4, 10]}
    )
    pairs = {
        (table["bot"].sum(), table["human"].sum()) for table in timeline.resampled(accounts, hours, draws=60)
    }
    assert pairs == {(8, 0), (4, 10), (0, 20)}


def test_hours_without_labelled_accounts_have_numbers_but_no_interval():
    hours = pd.DataFrame({"bot": [0.0, 0, 0], "human": [0.0, 0, 0]}, index=HOURS)
    nobody = pd.DataFrame({"user_id": [], "class": [], "hour": HOURS[:0], "tweets": []})
    table = timeline.measures(hours, nobody, NOBODY, [], [])
    assert table.drop("collection_without_gaps").isna().all(axis=None)


def test_an_interval_of_hours_holds_its_value():
    hours = pd.DataFrame({"bot": [2.0, 2, 8], "human": [4.0, 4, 40]}, index=HOURS)
    rows = [
        (user, name, hour, hours.loc[hour, name] / 2) for name in hours for user in (1, 2) for hour in HOURS
    ]
    accounts = pd.DataFrame(rows, columns=["user_id", "class", "hour", "tweets"])
    accounts["user_id"] += (accounts["class"] == "bot") * 10
    events = [Event(name="debate", at=HOURS[2].to_pydatetime())]
    peak = timeline.measures(hours, accounts, NOBODY, [], events).loc["peak_humans"]
    assert peak["low"] < peak["value"] == 40 < peak["high"] <= 80
    halved = timeline.measures(hours, accounts, NOBODY, [], events, rate=0.5).loc["peak_humans"]
    assert halved.tolist() == (2 * peak).tolist()


def test_the_share_of_a_day_has_the_interval_of_a_binomial_draw():
    """A hundred accounts with a tweet each on one day, thirty of them bots: the share of a draw is a binomial one."""
    hours = pd.DataFrame({"bot": [30.0, 0, 0], "human": [70.0, 0, 0]}, index=HOURS)
    classes = ["bot"] * 30 + ["human"] * 70
    accounts = pd.DataFrame({"user_id": range(100), "class": classes, "hour": HOURS[0], "tweets": 1})
    day = timeline.daily_shares(hours, timeline.resampled(accounts, hours, draws=2000)).iloc[0]
    assert day.tolist() == pytest.approx([0.3, *binom(100, 0.3).ppf([0.025, 0.975]) / 100], abs=0.011)


def test_the_headline_says_the_largest_burst_of_each_class(hours):
    """Of two events bots peak after the one and humans after the other; the means would be 5.5 and 3."""
    index = pd.date_range("2016-09-16T00:00Z", periods=12, freq="h")
    hours = pd.DataFrame({"human": 10.0, "bot": 2.0, "unknown": 0.0}, index)
    hours.loc[index[1], ["human", "bot"]] = [90, 4]
    hours.loc[index[7], ["human", "bot"]] = [20, 8]
    events = [Event(name="First", at=index[1]), Event(name="Second", at=index[7])]
    title = figures.told("figure_2", timeline.facts(hours, events))["title"]
    assert title == "After events humans tweet up to 9.0 times as much as usual, bots up to 4.0 times"
    quiet = figures.told("figure_2", timeline.facts(hours, []))["title"]
    assert quiet == "In a typical hour humans write 10 tweets and bots 2"
    nobody = hours.assign(human=0.0, bot=0.0, unknown=7.0)
    assert "without a class, at most 7" in figures.told("figure_2", timeline.facts(nobody, events))["title"]
