"""When humans and bots tweet: hourly volume, its baseline, and the bursts after events.

After Bessi & Ferrara (2016), section Data analysis, "Spatio-temporal dynamics" (Figure 2). From the tables
`tweets` and `scores` to one row an hour. All times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain

import matplotlib.dates as mdates
import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.sparse import csr_array

from helpers.claims import measured, named
from helpers.figures import BAND, COLOR, note, percent, say_empty
from helpers.settings import Event
from helpers.study import Study
from helpers.tables import collect, scan
from helpers.tweets import BURST, CLASSES, LABELLED, PEOPLE, Spans, bursts, inside, of_labelled, with_class
from helpers.uncertainty import ENDS, Sums, bootstrap, interval, ratio, weights_alike

SPIKE = 5  # times the median hour
DAYS = 19  # without an event, at least: that one event is above all of them is chance once in twenty times
FEW = ["debates_followed_by_spikes", "spike_days"]  # claims that count events or days, which are not drawn
HALF_DAY = timedelta(hours=12)
DRAWS = 100  # of the hours: each is a table, of which medians and maxima are taken, that no sum gives


def hourly(tweets: nw.LazyFrame, scores: nw.LazyFrame, windows: Spans = ()) -> pd.DataFrame:
    """Tweets by hour and class (Figure 2): index hour (UTC), columns bot, human, unknown.

    Every hour from the first to the last collection window is a row: 0 where nothing was said, NaN where
    nothing was collected. Without windows, the collection lasts from the first tweet to the last.
    """
    counts = collect(_by_hour(with_class(tweets, scores), "class"))
    table = counts.pivot(index="hour", columns="class", values="tweets").reindex(columns=CLASSES).fillna(0.0)
    table = table.rename_axis(columns=None)
    windows = windows or [(table.index.min(), table.index.max() + timedelta(hours=1))]
    hours = pd.date_range(windows[0][0], windows[-1][1], freq="h", inclusive="left", name="hour")
    table = table.reindex(hours, fill_value=0.0).astype(float)
    table.loc[~inside(hours, windows)] = np.nan
    return table


def _by_hour(tweets: nw.LazyFrame, *by: str) -> nw.LazyFrame:
    hour = nw.col("created_at").dt.truncate("1h")
    return tweets.with_columns(hour=hour).group_by(*by, "hour").agg(tweets=nw.len())


def baseline(hours: pd.DataFrame, windows: Spans, events: Sequence[Event]) -> pd.DataFrame:
    """The hours of the first window if it ends before the first event and has classed tweets; else none."""
    early = bool(windows) and all(windows[0][1] <= event.at for event in events)
    quiet = hours[inside(hours.index, windows[:1])] if early else hours.iloc[:0]
    return quiet if quiet[LABELLED].any(axis=None) else quiet.iloc[:0]


def bot_share(hours: pd.DataFrame) -> float:
    """Bots' share of the tweets of labelled accounts (bots and humans) over the given hours; NaN if none."""
    return ratio(hours["bot"].sum(), hours[LABELLED].sum().sum())


def peaks(hours: pd.DataFrame, events: Sequence[Event]) -> pd.DataFrame:
    """The busiest hour after each event: columns event, at, human, bot (tweets in their busiest hour),
    times_typical.

    Looks at the hours of the burst; `times_typical` is the busiest hour of bots and humans together over the
    median hour of the whole collection. Events that were not covered are left out, and all of them where no
    tweet has a class.
    """
    both = hours["bot"] + hours["human"]
    rows = []
    for event in events:
        burst = hours[inside(hours.index, bursts([event]))].dropna()
        if len(burst) and both.any():
            times = ratio(both[burst.index].max(), both.median())
            rows.append((event.name, event.at, burst["human"].max(), burst["bot"].max(), times))
    return pd.DataFrame(rows, columns=["event", "at", "human", "bot", "times_typical"])


def same_hours(hours: pd.DataFrame, events: Sequence[Event]) -> pd.DataFrame:
    """The rise after each event beside those where nothing happened: columns event, at, times_typical (as of
    `peaks`), days, median_day, highest_day, days_as_high, half_day_later.

    A rise is the busiest of a burst's hours over the median hour. `days` are those on which the same hours
    were collected whole, with no event half a day before or after; their median and highest rise, and how
    many are as high as the event's. `half_day_later` is the rise then, if there is no other event near.
    """
    top, both = peaks(hours, events), hours["bot"] + hours["human"]
    ahead = both[::-1].rolling(BURST // timedelta(hours=1)).max()[::-1] / (both.median() or np.nan)
    near = [(event.at - HALF_DAY, event.at + HALF_DAY) for event in events]
    quiet = ahead[~inside(ahead.index, near)].dropna()
    begins = pd.to_datetime(top["at"], utc=True).dt.ceil("h")
    days = [quiet[quiet.index.hour == begin.hour] for begin in begins]
    return top[["event", "at", "times_typical"]].assign(
        days=[len(rises) for rises in days],
        median_day=[rises.median() for rises in days],
        highest_day=[rises.max() for rises in days],
        days_as_high=[(rises >= own).sum() for rises, own in zip(days, top["times_typical"], strict=True)],
        half_day_later=[quiet.get(begin + HALF_DAY, np.nan) for begin in begins],
    )


def same_hours_facts(table: pd.DataFrame) -> dict[str, object]:
    """What the table of `same_hours` says: see captions/timeline.toml.

    An event stands out where a rise like its own comes once in twenty times by chance, or less often.
    """
    compared = table[table["days"] >= DAYS]
    standing = compared[20 * (1 + compared["days_as_high"]) <= 1 + compared["days"]]
    later = table[table["half_day_later"] >= table["times_typical"]]
    elsewhere = table[["highest_day", "half_day_later"]].astype(float).max(axis=None)
    counts = {"out": len(standing), "compared": len(compared) or None, "some": len(table) > 0}
    names = {"standing": ", ".join(standing["event"]), "later": ", ".join(later["event"])}
    said = {"elsewhere": elsewhere, "spikes": elsewhere >= SPIKE, "spike": SPIKE, "needed": DAYS}
    return counts | names | said


def spikes(hours: pd.DataFrame) -> set[date]:
    """The UTC days with a spike: an hour in which bots and humans tweet SPIKE times the median hour of the
    collection; none where no tweet has a class.
    """
    both = hours["bot"] + hours["human"]
    return set(both.index.date[both >= SPIKE * both.median()]) if both.any() else set()


def spike_days(hours: pd.DataFrame, days: Iterable[date]) -> float:
    """How many of these UTC days are `spikes`; NaN where no tweet of theirs has a class."""
    days = set(days)
    if not hours.loc[np.isin(hours.index.date, list(days)), LABELLED].any(axis=None):
        return np.nan
    return float(len(spikes(hours) & days))


def by_day(quiet: pd.DataFrame) -> pd.DataFrame:
    """The middle (median) hour of each UTC day, by class; days that were collected."""
    return quiet.resample("D").median().dropna(how="all")


def daily_cycle(series: pd.Series) -> float:
    """Strength of the daily cycle: amplitude of the 24-hour wave over the mean; NaN under two days of data.

    0 is a flat day; 1 a wave that falls to nothing at night and doubles at its peak.
    """
    series = series.dropna()
    if len(series) < 48 or not series.sum():
        return np.nan
    whole_days = series.iloc[: len(series) // 24 * 24]
    wave = np.exp(-2j * np.pi * whole_days.index.hour.to_numpy() / 24)
    return float(2 * abs((whole_days.to_numpy() * wave).sum()) / whole_days.sum())


def weekend_ratio(series: pd.Series) -> float:
    """Mean hour of the weekend over the mean hour of the week (UTC days); NaN if the data lacks either."""
    series = series.dropna()
    weekend = series.index.day_of_week >= 5
    if not weekend.any() or weekend.all() or not series[~weekend].mean():
        return np.nan
    return float(series[weekend].mean() / series[~weekend].mean())


def days_drawn(quiet: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """As many UTC days of a table of hours, drawn with replacement, with their hours and days of the week."""
    days = [rows for _, rows in quiet.groupby(quiet.index.normalize())]
    picked = enumerate(rng.integers(len(days), size=len(days)) if days else ())
    return pd.concat([quiet[:0], *(days[n].shift(week, freq="7D") for week, n in picked)])


def statistics(
    hours: pd.DataFrame, windows: Spans, events: Sequence[Event], rng: np.random.Generator | None = None
) -> dict[str, float]:
    """What Figure 2 is taken to show, from a table of `hourly`: one number a claim, NaN where there is none.

    Baseline is that of `baseline`; its hour is the middle one of a day, at the median of the days, and bots'
    share is of all its tweets, those of accounts without a class too. Peaks are means over the bursts that
    the article names (data/reference/article.toml), or over all events where none of these is there. The
    second period is the second window. With `rng` the days of the baseline are drawn.
    """
    quiet, top, article = baseline(hours, windows, events), peaks(hours, events), named("timeline")
    quiet = quiet if rng is None else days_drawn(quiet, rng)
    burst = top[top["event"].isin(article["bursts"])] if set(top["event"]) & set(article["bursts"]) else top
    middle = by_day(quiet[LABELLED]).median()
    cycles = {name: daily_cycle(quiet[name]) for name in LABELLED}
    second = hours.loc[inside(hours.index, windows[1:2]), "human"]
    values = {
        "baseline_humans": middle["human"],
        "baseline_bots": middle["bot"],
        "baseline_bot_share": ratio(quiet["bot"].sum(), quiet[CLASSES].sum().sum()),
        "baseline_daily_cycle": cycles["human"],
        "baseline_weekly_cycle": weekend_ratio(quiet["human"]),
        "baseline_no_bursts": ratio(quiet["human"].max(), quiet["human"].median()),
        "debates_followed_by_spikes": (top["times_typical"] >= SPIKE).mean(),
        "peak_humans": burst["human"].mean(),
        "peak_bots": burst["bot"].mean(),
        "spike_days": spike_days(hours, article["spike_days"]),
        "second_period_bursts": ratio(second.max(), second.median()),
        "bots_rise_in_bursts": ratio(burst["bot"].mean(), hours["bot"].median()),
        "bots_steadier": cycles["bot"] - cycles["human"],
    }
    return {name: float(value) for name, value in values.items()}


def hours_of_accounts(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """Tweets of each labelled account by hour, if any: columns user_id, class, hour (UTC), tweets."""
    return collect(_by_hour(of_labelled(tweets, scores), "user_id", "class").sort("user_id", "hour"))


def resampled(
    accounts: pd.DataFrame, hours: pd.DataFrame, seed: int = 0, draws: int = DRAWS
) -> Iterator[pd.DataFrame]:
    """Hourly tables (as of `hourly`) of bootstrap draws of the labelled accounts.

    In: `hours_of_accounts`, and the table of `hourly`, for its hours and for the tweets of accounts without a
    class, which are not drawn. An account is drawn with all its tweets. Hours that were not collected stay
    NaN.
    """
    if not accounts["user_id"].is_monotonic_increasing:
        accounts = accounts.sort_values("user_id", kind="stable")
    first, whole = np.flatnonzero(accounts["user_id"].diff().ne(0)), len(hours)
    column = hours.index.get_indexer(accounts["hour"])
    column[column < 0] = whole  # beside the hours stands what was not collected
    ends = np.append(first, len(accounts))
    counts = csr_array((accounts["tweets"].to_numpy(float), column, ends), (len(first), whole + 1))
    of_class, collected = accounts["class"].iloc[first].to_numpy(), hours["human"].notna()
    drawn = weights_alike(np.ones(len(first), int), draws if len(first) else 0, seed)
    for times in chain.from_iterable(drawn):
        table = {name: ((times * (of_class == name)) @ counts)[:whole] for name in LABELLED}
        yield pd.DataFrame(table | {"unknown": hours["unknown"]}, hours.index).where(collected, axis=0)


def measures(
    hours: pd.DataFrame,
    by_account: pd.DataFrame,
    in_bursts: pd.DataFrame,
    windows: Spans,
    events: Sequence[Event],
    rate: float = 1.0,
    seed: int = 0,
    draws: int | None = None,
) -> pd.DataFrame:
    """What this notebook measures of its claims: index claim id, columns value, low, high.

    In: the tables of `hourly`, `hours_of_accounts` and `account_bursts`; counts are divided by the sample
    `rate`. `draws` is that of the share in bursts, which is one of sums; of the hours there are always DRAWS.
    Intervals draw accounts and, of what is said of the baseline, its days as well, of which there are nine in
    the article. Events are those that there were: how many were followed by a spike has no interval, nor have
    days with one.
    """
    value = pd.Series(statistics(hours / rate, windows, events))
    rng = np.random.default_rng(seed).spawn(1)[0]
    drawn = [statistics(table / rate, windows, events, rng) for table in resampled(by_account, hours, seed)]
    each = pd.DataFrame(drawn, columns=value.index).replace([np.inf, -np.inf], np.nan)
    low, high = each.quantile(ENDS).to_numpy()
    of_hours = pd.DataFrame({"value": value, "low": low, "high": high})
    of_hours.loc[FEW, ["low", "high"]] = np.nan
    gap = bootstrap(in_bursts, {"bots_lag_in_bursts": burst_gap}, ["class"], seed, draws)
    gaps = measured({"collection_without_gaps": (hours.sum(axis=1, min_count=1) == 0).sum()})
    return pd.concat([of_hours, gap, gaps])


def of_study(study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 04 makes them."""
    tweets, windows, events = scan(study, "tweets"), study.collection.windows, study.events
    hours, by_account = hourly(tweets, scores, windows), hours_of_accounts(tweets, scores)
    in_bursts = account_bursts(tweets, scores, events)
    return measures(hours, by_account, in_bursts, windows, events, study.collection.sample_rate, seed, draws)


def account_bursts(
    tweets: nw.LazyFrame, scores: nw.LazyFrame, events: Sequence[Event], length: timedelta = BURST
) -> pd.DataFrame:
    """Tweets of each labelled account in bursts and outside: columns user_id, class, burst, calm."""
    burst = inside(nw.col("created_at"), bursts(events, length)).cast(nw.Int64)
    tweets = of_labelled(tweets, scores).with_columns(burst=burst, calm=1 - burst)
    accounts = tweets.group_by("user_id", "class").agg(nw.col("burst", "calm").sum())
    return collect(accounts.sort("user_id"))


def burst_gap(sums: Sums) -> float:
    """Bots' share of labelled tweets in bursts less their share outside; from sums by class of
    `account_bursts`.

    NaN without tweets in bursts, or without any outside, and without bots or humans.
    """
    inside_bursts, outside = (ratio(sums["bot", when], sums[when]) for when in ("burst", "calm"))
    return sums.compared(*LABELLED) * (inside_bursts - outside)


def too_short(hours: pd.DataFrame) -> str:
    """Why this study is too short for a timeline, in a paragraph for the reader; empty if it is not."""
    covered = int(hours["bot"].notna().sum())
    return note("too_short", {"hours": covered, "short": covered < 48})


def collected(events: Sequence[Event], hours: pd.DataFrame) -> list[Event]:
    """The events in an hour that was collected, from the table of `hourly`."""
    there = hours.index[hours["bot"].notna()]
    return [event for event in events if pd.Timestamp(event.at).floor("h") in there]


def draw_timeline(hours: pd.DataFrame, events: Sequence[Event], ax: Axes) -> Axes:
    """Draw hourly volume by humans and bots, events, and grey where nothing was collected (Figure 2)."""
    columns = LABELLED[::-1] if hours[LABELLED].any(axis=None) else ["unknown"]
    for x, column in zip((0.012, 0.10), columns, strict=False):
        ink, mark = COLOR.get(f"{column}_text", COLOR[column]), "." if len(hours) < 3 else None
        ax.plot(hours.index, hours[column], color=COLOR[column], linewidth=1.1, marker=mark)
        ax.text(x, 0.93, PEOPLE[column], color=ink, weight="bold", transform=ax.transAxes)
    shade_gaps(hours, ax)
    place = {"xycoords": ("data", "axes fraction"), "xytext": (-3, -4), "textcoords": "offset points"}
    style = {"rotation": 90, "va": "top", "ha": "right", "fontsize": 8}
    for event in collected(events, hours):
        ax.axvline(event.at, color=COLOR["ink"], linewidth=0.8, linestyle=":")
        ax.annotate(event.name, (event.at, 1.0), **place, **style)
    _dates(ax, hours)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set(ylabel="tweets an hour", ylim=(0, None))
    return ax


def facts(hours: pd.DataFrame, events: Sequence[Event]) -> dict[str, object]:
    """What Figure 2 says, from a table of `hourly`: see captions/timeline.toml.

    `human_times` and `bot_times` are the busiest hour after any event over the median hour of the class,
    `times` that of both together, `elsewhere` the most that `same_hours` have without an event, if no less.
    """
    top, classed = peaks(hours, events), hours[LABELLED].any(axis=None)
    typical, total = hours[LABELLED].median(), hours[LABELLED].sum()
    typical = typical if typical.all() else typical * np.nan
    times = top[LABELLED].max() / typical
    top = top[top[LABELLED].any(axis=1)]
    form = "{human:,.0f} and {bot:,.0f} after the {event}".format_map
    spikes = "; ".join(map(form, top.assign(event=top["event"].str.lower()).to_dict("records")))
    said = {"spikes": spikes, "events": len(top), "start": hours.index[0], "end": hours.index[-1]}
    said |= typical.add_suffix("_typical").to_dict() | times.add_suffix("_times").to_dict()
    said |= (total if classed else total * np.nan).add_suffix("_all").to_dict()
    elsewhere, most = same_hours_facts(same_hours(hours, events))["elsewhere"], top["times_typical"].max()
    said |= {"times": most, "elsewhere": elsewhere if elsewhere >= most else None}
    return said | {"unclassed": None if classed else hours["unknown"].max() or None}


def draw_bot_share(daily: pd.DataFrame, hours: pd.DataFrame, ax: Axes) -> Axes:
    """Draw bots' share of labelled tweets by day with its interval, from the table of `daily_shares`."""
    if daily["bot_share"].dropna().empty:
        return say_empty(ax, "No tweets of labelled accounts")
    noon = daily.index + timedelta(hours=12)
    ax.fill_between(noon, daily["low"], daily["high"], color=COLOR["bot"], alpha=BAND, linewidth=0)
    ax.plot(noon, daily["bot_share"], color=COLOR["bot_text"], marker="o", markersize=3)
    shade_gaps(hours, ax)
    _dates(ax, hours)
    ax.yaxis.set_major_formatter(percent)
    ax.set(ylabel="bots' share", ylim=(0, 1.1 * daily[["bot_share", "high"]].max(axis=None)))
    return ax


def daily_share(hours: pd.DataFrame) -> pd.Series:
    """Bots' share of labelled tweets by UTC day; NaN on days without data."""
    days = hours[LABELLED].resample("D").sum(min_count=1)
    return (days["bot"] / days.sum(axis=1, min_count=1)).rename("bot_share")


def daily_shares(hours: pd.DataFrame, drawn: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """`daily_share` with its 95 % interval over `resampled` tables: index day; bot_share, low, high."""
    days = daily_share(hours)
    each = np.array([daily_share(table) for table in drawn], float).reshape(-1, len(days))
    low, high = interval(each.T) if len(each) else np.full((2, len(days)), np.nan)
    return pd.DataFrame({"bot_share": days, "low": low, "high": high})


def shade_gaps(hours: pd.DataFrame, ax: Axes) -> None:
    """Shade the hours without data."""
    missing = hours["bot"].isna()
    runs = (missing != missing.shift()).cumsum()
    for _, run in hours.index.to_series()[missing].groupby(runs[missing]):
        ax.axvspan(run.iloc[0], run.iloc[-1] + timedelta(hours=1), color=COLOR["pale"], zorder=0)
        if len(run) > 48:
            middle = run.iloc[0] + (run.iloc[-1] - run.iloc[0]) / 2
            style = {"ha": "center", "va": "center", "color": COLOR["soft"]}
            ax.text(middle, 0.5, "no data", transform=ax.get_xaxis_transform(), **style)


def _dates(ax: Axes, hours: pd.DataFrame) -> None:
    ax.set_xlim(hours.index[0], hours.index[-1] + timedelta(hours=1))
    if long := len(hours) > 72:
        ax.xaxis.set_major_locator(mdates.DayLocator(interval=max(1, len(hours) // 24 // 9)))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%d %b" if long else "%d %b %H:%M"))
