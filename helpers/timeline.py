"""When humans and bots tweet: hourly volume, its baseline, and the bursts after events.

After Bessi & Ferrara (2016), section Data analysis, "Spatio-temporal dynamics" (Figure 2). From the tables
`tweets` and `scores` to one row an hour. All times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import matplotlib.dates as mdates
import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.sparse import csr_array

from helpers.figures import BAND, COLOR, percent, say_empty
from helpers.old_uncertainty import ratio
from helpers.study import Event
from helpers.tables import collect
from helpers.tweets import BURST, CLASSES, LABELLED, with_class

SPIKE = 5  # times the median hour
Windows = Sequence[tuple[datetime, datetime]]


def hourly(tweets: nw.LazyFrame, scores: nw.LazyFrame, windows: Windows = ()) -> pd.DataFrame:
    """Tweets by hour and class (Figure 2): index hour (UTC), columns bot, human, unknown.

    Every hour from the first to the last collection window is a row: 0 where nothing was said, NaN where
    nothing was collected. Without windows, the collection lasts from the first tweet to the last.
    """
    counts = collect(
        with_class(tweets, scores)
        .with_columns(hour=nw.col("created_at").dt.truncate("1h"))
        .group_by("hour", "class")
        .agg(tweets=nw.len())
    )
    table = counts.pivot(index="hour", columns="class", values="tweets").reindex(columns=CLASSES).fillna(0.0)
    table = table.rename_axis(columns=None)
    windows = windows or [(table.index.min(), table.index.max() + timedelta(hours=1))]
    hours = pd.date_range(windows[0][0], windows[-1][1], freq="h", inclusive="left", name="hour")
    table = table.reindex(hours, fill_value=0.0).astype(float)
    table.loc[~covered(hours, windows)] = np.nan
    return table


def covered(hours: pd.DatetimeIndex, windows: Windows) -> np.ndarray:
    """Which hours lie in a collection window [start, end); none without windows."""
    none = np.zeros(len(hours), bool)
    return np.any([none] + [(hours >= start) & (hours < end) for start, end in windows], axis=0)


def in_burst(hours: pd.DatetimeIndex, events: Sequence[Event]) -> np.ndarray:
    """Which hours begin within BURST of an event."""
    return np.any(
        [np.zeros(len(hours), bool)] + [(hours >= e.at) & (hours < e.at + BURST) for e in events], axis=0
    )


def baseline(hours: pd.DataFrame, windows: Windows, events: Sequence[Event]) -> pd.DataFrame:
    """The hours of the first window, if it is over before the first event and has tweets with a class; else none."""
    early = bool(windows) and all(windows[0][1] <= event.at for event in events)
    quiet = hours[covered(hours.index, windows[:1])] if early else hours.iloc[:0]
    return quiet if quiet[LABELLED].any(axis=None) else quiet.iloc[:0]


def bot_share(hours: pd.DataFrame) -> float:
    """Bots' share of the tweets of labelled accounts (bots and humans) over the given hours; NaN if none."""
    bots, humans = hours["bot"].sum(), hours["human"].sum()
    return bots / (bots + humans) if bots + humans else np.nan


def peaks(hours: pd.DataFrame, events: Sequence[Event]) -> pd.DataFrame:
    """The busiest hour after each event: columns event, at, human, bot (tweets in their busiest hour), times_typical.

    Looks at the hours of the burst; `times_typical` is the busiest hour of bots and humans together over the
    median hour of the whole collection. Events that were not covered are left out, and all of them where no
    tweet has a class.
    """
    both = hours["bot"] + hours["human"]
    rows = []
    for event in events:
        burst = hours[in_burst(hours.index, [event])].dropna()
        if len(burst) and both.any():
            ratio = both[burst.index].max() / both.median() if both.median() else np.nan
            rows.append((event.name, event.at, burst["human"].max(), burst["bot"].max(), ratio))
    return pd.DataFrame(rows, columns=["event", "at", "human", "bot", "times_typical"])


def spike_days(hours: pd.DataFrame, windows: Windows) -> float:
    """Number of UTC days of the windows with a spike: an hour in which bots and humans tweet SPIKE times the median hour.

    The median is that of the whole collection; NaN where no tweet of the windows has a class.
    """
    both, inside = hours["bot"] + hours["human"], covered(hours.index, windows)
    if not both[inside].any():
        return np.nan
    return float(both[inside & (both >= SPIKE * both.median())].index.normalize().nunique())


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


def statistics(hours: pd.DataFrame, windows: Windows, events: Sequence[Event]) -> dict[str, float]:
    """What Figure 2 is taken to show, from a table of `hourly`: one number a claim, NaN where there is none.

    Baseline is that of `baseline`, peaks are means over the events, the second period is the second window.
    """
    quiet, bursts = baseline(hours, windows, events), peaks(hours, events)
    cycles = {name: daily_cycle(quiet[name]) for name in LABELLED}
    second = hours.loc[covered(hours.index, windows[1:2]), "human"]
    values = {
        "baseline_humans": quiet["human"].mean(),
        "baseline_bots": quiet["bot"].mean(),
        "baseline_bot_share": bot_share(quiet),
        "baseline_daily_cycle": cycles["human"],
        "baseline_weekly_cycle": weekend_ratio(quiet["human"]),
        "baseline_no_bursts": ratio(quiet["human"].max(), quiet["human"].median()),
        "debates_followed_by_spikes": (bursts["times_typical"] >= SPIKE).mean() if len(bursts) else np.nan,
        "peak_humans": bursts["human"].mean(),
        "peak_bots": bursts["bot"].mean(),
        "spike_days": spike_days(hours, windows[1:2]),
        "second_period_bursts": ratio(second.max(), second.median()),
        "bots_rise_in_bursts": ratio(bursts["bot"].mean(), hours["bot"].median()),
        "bots_steadier": cycles["bot"] - cycles["human"],
    }
    return {name: float(value) for name, value in values.items()}


def hours_of_accounts(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """Tweets of each labelled account by hour: columns user_id, class, hour (UTC), tweets; hours without any left out."""
    return collect(
        with_class(tweets, scores)
        .filter(nw.col("class") != "unknown")
        .with_columns(hour=nw.col("created_at").dt.truncate("1h"))
        .group_by("user_id", "class", "hour")
        .agg(tweets=nw.len())
        .sort("user_id", "hour")
    )


def redrawn(
    accounts: pd.DataFrame, hours: pd.DataFrame, seed: int = 0, draws: int = 100
) -> Iterator[pd.DataFrame]:
    """Hourly tables (columns human, bot) of bootstrap draws of the labelled accounts.

    In: `hours_of_accounts`, and the table of `hourly`, for its hours. An account is drawn with all its tweets. Hours
    that were not collected stay NaN.
    """
    users, first = np.unique(accounts["user_id"], return_index=True)
    row, column = np.searchsorted(users, accounts["user_id"]), hours.index.get_indexer(accounts["hour"])
    inside = column >= 0
    counts = csr_array(
        (accounts["tweets"].to_numpy(float)[inside], (row[inside], column[inside])), (len(users), len(hours))
    )
    of_class = accounts["class"].to_numpy()[first]
    collected, rng = hours["human"].notna().to_numpy(), np.random.default_rng(seed)
    for _ in range(draws if len(users) else 0):
        times = rng.multinomial(len(users), np.full(len(users), 1 / len(users)))
        table = {name: (times * (of_class == name)) @ counts for name in LABELLED}
        yield pd.DataFrame(
            {name: np.where(collected, tweets, np.nan) for name, tweets in table.items()}, hours.index
        )


def measured(
    hours: pd.DataFrame, drawn: Iterable[pd.DataFrame], windows: Windows, events: Sequence[Event]
) -> pd.DataFrame:
    """`statistics` of the hours with their 95 % intervals over redrawn tables: index name, columns value, low, high."""
    value = pd.Series(statistics(hours, windows, events))
    each = pd.DataFrame([statistics(table, windows, events) for table in drawn], columns=value.index)
    ends = each.replace([np.inf, -np.inf], np.nan).quantile([0.025, 0.975])
    return pd.DataFrame({"value": value, "low": ends.loc[0.025], "high": ends.loc[0.975]})


def account_bursts(tweets: nw.LazyFrame, scores: nw.LazyFrame, events: Sequence[Event]) -> pd.DataFrame:
    """Tweets of each labelled account within bursts and outside: columns user_id, class, burst, calm."""
    moment = nw.col("created_at")
    burst = nw.lit(False)
    for event in events:
        burst = burst | ((moment >= event.at) & (moment < event.at + BURST))
    return collect(
        tweets.join(
            scores.filter(nw.col("class") != "unknown").select("user_id", "class"), on="user_id", how="inner"
        )
        .with_columns(burst=burst.cast(nw.Int64))
        .group_by("user_id", "class")
        .agg(nw.col("burst").sum(), all=nw.len())
        .with_columns(calm=nw.col("all") - nw.col("burst"))
        .select("user_id", "class", "burst", "calm")
        .sort("user_id")
    )


def burst_gap(accounts: pd.DataFrame) -> float:
    """Bots' share of labelled tweets in bursts less their share outside; from `account_bursts`; NaN without either."""
    totals = accounts.groupby("class")[["burst", "calm"]].sum().reindex(LABELLED, fill_value=0)
    if not totals.sum().all():
        return np.nan
    share = totals.loc["bot"] / totals.sum()
    return float(share["burst"] - share["calm"])


def too_short(hours: pd.DataFrame) -> str:
    """Why this study is too short for a timeline, in a paragraph for the reader; empty if it is not."""
    covered_hours = int(hours["bot"].notna().sum())
    if covered_hours >= 48:
        return ""
    return (
        f"**Too short for a timeline.** The study covers {covered_hours} hour{'s' * (covered_hours != 1)}. Daily and weekly "
        "cycles, a baseline and bursts need days of tweets and events within them, so what follows is drawn as far as "
        "it goes, and the claims about it read *not enough data*."
    )


def in_words(hours: pd.DataFrame, events: Sequence[Event]) -> str:
    """The timeline in two sentences, with its numbers: alternative text of Figure 2."""
    if not hours[LABELLED].sum().sum():
        return (
            f"Tweets an hour by accounts without a class; the busiest hour has {hours['unknown'].max():,.0f}."
        )
    top = peaks(hours, events)
    typical = hours[["human", "bot"]].median()
    text = f"Tweets an hour: in a typical hour {typical['human']:,.0f} by humans and {typical['bot']:,.0f} by bots."
    spikes = [
        f"{row['human']:,.0f} and {row['bot']:,.0f} after the {row['event'].lower()}"
        for _, row in top.iterrows()
    ]
    return text + (f" In the busiest hour, {'; '.join(spikes)}." if spikes else "")


def draw_timeline(hours: pd.DataFrame, events: Sequence[Event], ax: Axes) -> Axes:
    """Draw hourly volume by humans and bots, events, and grey where nothing was collected (Figure 2)."""
    if not hours[LABELLED].sum().sum():
        labels, columns = {"unknown": "accounts without a class"}, ["unknown"]
    else:
        labels, columns = {"human": "humans", "bot": "bots"}, ["human", "bot"]
    for column in columns:
        ax.plot(
            hours.index,
            hours[column],
            color=COLOR[column],
            linewidth=1.1,
            marker="." if len(hours) < 3 else None,
        )
    for x, column in zip((0.012, 0.10), columns, strict=False):
        ax.text(
            x,
            0.93,
            labels[column],
            color=COLOR.get(f"{column}_text", COLOR[column]),
            weight="bold",
            transform=ax.transAxes,
        )
    shade_gaps(hours, ax)
    for event in events:
        ax.axvline(event.at, color=COLOR["ink"], linewidth=0.8, linestyle=":")
        ax.annotate(
            event.name,
            (event.at, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-3, -4),
            textcoords="offset points",
            rotation=90,
            va="top",
            ha="right",
            fontsize=8,
        )
    _dates(ax, hours)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set(ylabel="tweets an hour", ylim=(0, None))
    return ax


def words(hours: pd.DataFrame, events: Sequence[Event]) -> dict[str, str]:
    """Title, alternative text and caption of Figure 2, from a table of `hourly`."""
    bursts, typical = peaks(hours, events), hours[LABELLED].median()
    title = f"Tweets an hour by accounts without a class, at most {hours['unknown'].max():,.0f}"
    if hours[LABELLED].sum().sum():
        title = (
            f"In a typical hour humans write {typical['human']:,.0f} tweets and bots {typical['bot']:,.0f}"
        )
    if len(bursts) and typical.all():
        human, bot = (bursts[name].mean() / typical[name] for name in ("human", "bot"))
        title = f"After events humans tweet up to {human:.1f} times as much as usual, bots {bot:.1f} times"
    return {
        "title": title,
        "alt": in_words(hours, events),
        "caption": (
            f"Tweets an hour by accounts with a class (UTC), {hours.index[0]:%d %b %Y} to {hours.index[-1]:%d %b %Y}; dotted, "
            f"events, {len(bursts)} with tweets after them; grey, not collected. Times as much: busiest hour after an event over "
            "the median hour, mean over events. Below, bots' share of these tweets by day with a 95% interval (bootstrap over "
            "accounts). After Figure 2 (section Spatio-temporal dynamics)."
        ),
    }


def draw_bot_share(daily: pd.DataFrame, hours: pd.DataFrame, ax: Axes) -> Axes:
    """Draw bots' share of labelled tweets by day with its interval, under Figure 2, from the table of `daily_shares`."""
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
    """`daily_share` with its 95 % interval over `redrawn` tables: index day, columns bot_share, low, high."""
    days = daily_share(hours)
    each = pd.DataFrame([daily_share(table) for table in drawn], columns=days.index)
    ends = each.quantile([0.025, 0.975])
    return pd.DataFrame({"bot_share": days, "low": ends.loc[0.025], "high": ends.loc[0.975]})


def shade_gaps(hours: pd.DataFrame, ax: Axes) -> None:
    """Shade the hours without data."""
    missing = hours["bot"].isna()
    runs = (missing != missing.shift()).cumsum()
    for _, run in hours.index.to_series()[missing].groupby(runs[missing]):
        ax.axvspan(run.iloc[0], run.iloc[-1] + timedelta(hours=1), color=COLOR["pale"], zorder=0)
        if len(run) > 48:
            ax.text(
                run.iloc[0] + (run.iloc[-1] - run.iloc[0]) / 2,
                0.5,
                "no data",
                ha="center",
                va="center",
                color=COLOR["soft"],
                transform=ax.get_xaxis_transform(),
            )


def _dates(ax: Axes, hours: pd.DataFrame) -> None:
    ax.set_xlim(hours.index[0], hours.index[-1] + timedelta(hours=1))
    if len(hours) > 72:
        ax.xaxis.set_major_locator(mdates.DayLocator(interval=max(1, len(hours) // 24 // 9)))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%d %b"))
    else:
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%d %b %H:%M"))
