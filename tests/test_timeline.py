from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from conftest import lazy
from scipy.stats import binom

from helpers import figures, timeline
from helpers.settings import Event
from helpers.tweets import CLASSES, bursts, inside
from helpers.uncertainty import sums


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SCORES = {"user_id": [1, 2, 3], "class": ["bot", "human", "unknown"]}
WINDOWS = [(at("2016-09-16T00:00"), at("2016-09-16T03:00")), (at("2016-09-16T04:00"), at("2016-09-16T06:00"))]
EVENTS = [Event(name="Debate", at=at("2016-09-16T04:00"))]
TIMES = ("00:00:00", "00:59:59", "01:00:00", "01:30:00", "02:00:00", "04:10:00")
TWEETS = {"user_id": [1, 2, 2, 3, 9, 1], "created_at": [f"2016-09-16T{time}" for time in TIMES]}
HOURS = pd.date_range("2016-09-27T00:00Z", periods=3, freq="h", name="hour")
NAMED = [("First presidential debate", "01"), ("Third presidential debate", "13")]
NOBODY = pd.DataFrame({"class": [], "burst": [], "calm": []})


@pytest.fixture
def hours():
    return timeline.hourly(lazy(TWEETS), lazy(SCORES), WINDOWS)


def test_hours_by_class_with_zeros_inside_and_nothing_outside_the_windows(hours):
    assert hours["bot"].tolist()[:3] == [1, 0, 0]
    assert hours["human"].tolist()[:3] == [1, 1, 0]
    assert hours["unknown"].tolist()[:3] == [0, 1, 1]  # author 9 was never scored
    assert hours.iloc[3].isna().all()
    assert hours.iloc[4:].sum().tolist() == [1, 0, 0]
    without_windows = timeline.hourly(lazy(TWEETS), lazy(SCORES))  # lasts from the first tweet to the last
    assert without_windows.notna().all(axis=1).tolist() == [True] * 5


def test_bot_share_and_the_baseline_that_ends_before_the_first_event(hours):
    assert timeline.bot_share(hours) == 2 / 4 and np.isnan(timeline.bot_share(hours.iloc[2:3]))
    assert len(timeline.baseline(hours, WINDOWS, EVENTS)) == 3
    assert timeline.baseline(hours, WINDOWS, [Event(name="Debate", at=at("2016-09-16T02:00"))]).empty


def test_bursts_hold_their_first_hour_and_not_the_fifth():
    index = pd.date_range("2016-09-16T03:00Z", periods=6, freq="h")
    assert inside(index, bursts(EVENTS)).tolist() == [False, True, True, True, True, False]


def test_peak_after_an_event_that_was_covered(hours):
    hours.loc[pd.Timestamp("2016-09-16T05:00Z"), ["human", "bot"]] = [8, 2]
    later = Event(name="Later", at=at("2016-12-01T00:00"))
    peaks = timeline.peaks(hours, [*EVENTS, later])[["event", "human", "bot", "times_typical"]]
    assert peaks.to_numpy().tolist() == [["Debate", 8, 2, 10]]  # the median of 2, 1, 0, 1 and 10 is 1


def series(values) -> pd.Series:
    """Hours from a Saturday on."""
    index = pd.date_range("2016-09-17", periods=len(values), freq="h", tz="UTC")
    return pd.Series(values, index, dtype=float)


STANDS, NOT = (f"Events that stand out from the same hours of other days: {n} of 1" for n in (1, 0))
TOO_FEW = "Too few days without an event to tell whether one stands out"
USUAL = "After events humans tweet up to 9.0 times as much as usual, bots up to 1.0 times"


@pytest.mark.parametrize(("days", "also", "row", "title", "said", "figure"), [
    (21, {}, [5, 20, 1, 1, 0, 1], STANDS, "Stand out: Debate.", USUAL),
    (21, {5 * 24 + 3: 9}, [5, 20, 1, 5, 1, 1], NOT, "does not show that they follow from it",
     "After events bots and humans tweet up to 5.0 times as much as usual, without one up to 5.0 times"),
    (21, {10 * 24 + 14: 15}, [5, 20, 1, 1, 0, 8], STANDS, "At least as busy half a day later: Debate.",
     "After events bots and humans tweet up to 5.0 times as much as usual, without one up to 8.0 times"),
    (21, {5 * 24 + 7: 15}, [5, 20, 1, 1, 0, 1], STANDS, "Stand out: Debate.", USUAL),  # other hours
    (19, {}, [5, 18, 1, 1, 0, 1], TOO_FEW, "", USUAL),
])  # fmt: skip
def test_an_event_stands_out_where_other_days_do_not_rise(days, also, row, title, said, figure):
    """A tweet by bots and one by humans in each hour, but for nine by humans two hours after the event."""
    index = pd.date_range("2016-09-16", periods=24 * days, freq="h", tz="UTC")
    hours = pd.DataFrame(1.0, index, ["bot", "human", "unknown"])
    hours.iloc[[10 * 24 + 3, *also], 1] = [9, *also.values()]
    moments = {"Debate": index[241].to_pydatetime(), "Later": at("2017-01-01T00:00")}
    events = [Event(name=name, at=moment) for name, moment in moments.items()]
    table = timeline.same_hours(hours, events)
    assert table.loc[:, "times_typical":].to_numpy().tolist() == [row]
    told = figures.told("same_hours", timeline.same_hours_facts(table))
    assert told["title"] == title and said in told["alt"]
    assert figures.told("figure_2", timeline.facts(hours, events))["title"] == figure
    nobody = timeline.same_hours(hours * 0, events)
    assert figures.told("same_hours", timeline.same_hours_facts(nobody))["title"].startswith("No event")


def test_rhythms_of_a_flat_series_of_a_full_wave_and_of_a_quiet_weekend():
    wave = 1 + np.cos(2 * np.pi * np.arange(72) / 24)
    assert timeline.daily_cycle(series(np.ones(72))) == pytest.approx(0, abs=1e-12)
    assert timeline.daily_cycle(series(wave)) == pytest.approx(1)
    assert np.isnan(timeline.daily_cycle(series(np.ones(47))))
    assert timeline.weekend_ratio(series([1] * 48 + [2] * 48)) == 0.5
    assert np.isnan(timeline.weekend_ratio(series([1] * 24)))


def test_shares_in_bursts_by_hand():
    table = timeline.account_bursts(lazy(TWEETS), lazy(SCORES), EVENTS)  # of labelled accounts only
    assert table.to_numpy().tolist() == [[1, "bot", 1, 1], [2, "human", 0, 2]]
    accounts = pd.DataFrame({"class": ["bot", "human"], "burst": [1, 9], "calm": [2, 8]})
    assert timeline.burst_gap(sums(accounts, ["class"])) == pytest.approx(0.1 - 0.2)
    assert np.isnan(timeline.burst_gap(sums(accounts.assign(burst=0), ["class"])))


def test_a_short_study_is_told_so(hours):
    assert "covers 5 hours. Daily" in timeline.too_short(hours)
    assert "covers 1 hour. Daily" in timeline.too_short(hours[:1])
    assert timeline.too_short(pd.DataFrame({"bot": np.zeros(48)})) == ""


def test_spike_days_are_those_of_the_named_days_with_five_times_the_median_hour():
    hours = pd.DataFrame(2.0, pd.date_range("2016-09-16", periods=72, freq="h", tz="UTC"), ["bot", "human"])
    hours.iloc[[1, 2], 1] = 18  # 20 tweets against a median of 4: two hours, one day
    hours.iloc[30, 1] = 17  # 19, not enough
    hours.iloc[50, 1] = 18  # the third day
    days, another = [date(2016, 9, day) for day in (16, 17, 18)], date(2016, 10, 1)
    assert timeline.spikes(hours) == {days[0], days[2]} and timeline.spikes(hours * 0) == set()
    asked = (days[:2], days, [*days[:2], another])
    assert [timeline.spike_days(hours, some) for some in asked] == [1, 2, 1]
    assert np.isnan([timeline.spike_days(hours * 0, days), timeline.spike_days(hours, [another])]).all()


def test_the_baseline_by_day_of_all_tweets_and_the_bursts_that_the_article_names():
    """Three days of 24 hours. Humans tweet 1 an hour, but 5 and 3 for most of two days; bots 1, others 7."""
    hours = pd.DataFrame(1.0, pd.date_range("2016-09-16", periods=96, freq="h", tz="UTC"), CLASSES)
    hours.iloc[:16, 1], hours.iloc[24:40, 1], hours["unknown"] = 5, 3, 7
    hours.iloc[[73, 85], :2] = [[9, 90], [7, 70]]
    windows = [(at("2016-09-16T00:00"), at("2016-09-19T00:00"))]
    first, other = (Event(name=name, at=at(f"2016-09-19T{hour}:00")) for name, hour in NAMED)
    found = timeline.statistics(hours, windows, [first, other])
    quiet = hours[:72]["human"]
    assert timeline.by_day(hours[:72])["human"].tolist() == [5, 3, 1]
    assert found["baseline_humans"] == 3 != quiet.mean()
    assert found["baseline_bot_share"] == 72 / (72 * 8 + quiet.sum())
    assert (found["peak_humans"], found["peak_bots"]) == (90, 9)
    assert timeline.statistics(hours, windows, [other])["peak_humans"] == 70  # none of those is there


def test_hours_drawn_anew_are_those_of_whole_accounts():
    """Of one account with tweets in two hours each draw is the same; of two, either may be drawn twice."""
    nothing = [0.0, 0, np.nan]
    hours = pd.DataFrame({"bot": [3.0, 1, np.nan], "human": nothing, "unknown": nothing}, index=HOURS)
    accounts = pd.DataFrame({"user_id": [7, 7], "class": "bot", "hour": HOURS[:2], "tweets": [3, 1]})
    for table in (drawn := list(timeline.resampled(accounts, hours, draws=5))):
        pd.testing.assert_frame_equal(table, hours, check_freq=False)
    assert len(drawn) == 5
    two = accounts.assign(**{"user_id": [7, 8], "class": ["bot", "human"]})
    drawn = timeline.resampled(two, hours, draws=60)
    assert {tuple(table.sum()) for table in drawn} == {(6, 0, 0), (3, 1, 0), (0, 2, 0)}


def test_days_of_the_baseline_are_drawn_with_their_hours_and_counts_of_events_have_no_interval():
    """A hundred humans, each with a tweet an hour on the first two of three days and three on the last."""
    hours = pd.date_range("2016-09-16", periods=72, freq="h", tz="UTC", name="hour")
    tweets = np.repeat([1, 1, 3], 24)
    each = pd.DataFrame({"class": "human", "hour": hours, "tweets": tweets})
    parts = [each.assign(user_id=user) for user in range(100)]
    table = pd.DataFrame({"bot": 0.0, "human": 100.0 * tweets, "unknown": 0.0}, index=hours)
    drawn = [timeline.days_drawn(table, rng) for rng in np.random.default_rng(0).spawn(200)]
    assert all(len(days) == 72 and days.index.is_unique for days in drawn)
    assert {day for days in drawn for day in days.index.day_of_week} == {4, 5, 6}
    assert {tuple(sorted(timeline.by_day(days)["human"])) for days in drawn} == {
        (100, 100, 100), (100, 100, 300), (100, 300, 300), (300, 300, 300)}  # fmt: skip
    windows = [(hours[0].to_pydatetime(), hours[-1].to_pydatetime() + timedelta(hours=1))]
    event = Event(name="debate", at=windows[0][1])
    found = timeline.measures(table, pd.concat(parts), NOBODY, windows, [event])
    assert found.loc["baseline_humans"].tolist() == pytest.approx([100, 100, 300], abs=1)
    assert found.loc[timeline.FEW, ["low", "high"]].isna().all(axis=None)


def test_hours_without_labelled_accounts_have_numbers_but_no_interval():
    hours = pd.DataFrame(0.0, HOURS, CLASSES)
    nobody = pd.DataFrame({"user_id": [], "class": [], "hour": HOURS[:0], "tweets": []})
    table = timeline.measures(hours, nobody, NOBODY, [], [])
    assert table.drop("collection_without_gaps").isna().all(axis=None)


def test_an_interval_of_hours_holds_its_value():
    """Two bots and two humans; those of a class are alike."""
    hours = pd.DataFrame({"bot": [2.0, 2, 8], "human": [4.0, 4, 40], "unknown": 0.0}, index=HOURS)
    half = (hours / 2).melt(["unknown"], var_name="class", value_name="tweets", ignore_index=False)
    half = half.reset_index()
    accounts = pd.concat([half.assign(user_id=(half["class"] == "bot") * 10 + user) for user in (1, 2)])
    events = [Event(name="debate", at=HOURS[2].to_pydatetime())]
    peak = timeline.measures(hours, accounts, NOBODY, [], events).loc["peak_humans"]
    assert peak["low"] < peak["value"] == 40 < peak["high"] <= 80
    halved = timeline.measures(hours, accounts, NOBODY, [], events, rate=0.5).loc["peak_humans"]
    assert halved.tolist() == (2 * peak).tolist()


def test_the_share_of_a_day_has_the_interval_of_a_binomial_draw():
    """A hundred accounts with a tweet each on one day, thirty of them bots."""
    hours = pd.DataFrame({"bot": [30.0, 0, 0], "human": [70.0, 0, 0], "unknown": 5.0}, index=HOURS)
    classes = ["bot"] * 30 + ["human"] * 70
    accounts = pd.DataFrame({"user_id": range(100), "class": classes, "hour": HOURS[0], "tweets": 1})
    day = timeline.daily_shares(hours, timeline.resampled(accounts, hours, draws=2000)).iloc[0]
    assert day.tolist() == pytest.approx([0.3, *binom(100, 0.3).ppf([0.025, 0.975]) / 100], abs=0.011)


def test_the_headline_says_the_largest_burst_of_each_class():
    """Of two events bots peak after the one and humans after the other; the means would be 5.5 and 3."""
    index = pd.date_range("2016-09-16T00:00Z", periods=12, freq="h")
    hours = pd.DataFrame({"human": 10.0, "bot": 2.0, "unknown": 0.0}, index)
    hours.loc[index[[1, 7]], ["human", "bot"]] = [[90, 4], [20, 8]]
    events = [Event(name="First", at=index[1]), Event(name="Second", at=index[7])]
    nobody = hours.assign(human=0.0, bot=0.0, unknown=7.0)
    cases = [(hours, events), (hours, []), (nobody, events)]
    assert [figures.told("figure_2", timeline.facts(*case))["title"] for case in cases] == [
        "After events humans tweet up to 9.0 times as much as usual, bots up to 4.0 times",
        "In a typical hour humans write 10 tweets and bots 2",
        "Tweets an hour by accounts without a class, at most 7",
    ]


def test_events_outside_the_collected_hours_are_not_drawn(hours):
    named = {"before": "2015-09-16T00:00", "in a gap": "2016-09-16T03:30", "there": "2016-09-16T04:59"}
    events = [Event(name=name, at=at(moment)) for name, moment in named.items()]
    drawn = timeline.draw_timeline(hours, events, figures.plt.subplots()[1])
    assert {text.get_text() for text in drawn.texts} & set(named) == {"there"}


def test_where_no_hour_is_typical_tweets_are_counted(hours):
    few, none = (figures.told("figure_2", timeline.facts(each, []))["title"] for each in (hours, 0 * hours))
    assert few == "Too few tweets for a typical hour: 2 by humans, 2 by bots"
    assert none == "No tweets in the hours of the collection"
