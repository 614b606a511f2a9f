"""Automated traffic by debate: matched windows, each camp's automated share, and growth from debate to
debate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import product

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.intervals import draw_intervals
from helpers.automation.rule import READINGS, by_account, share_estimate
from helpers.claims import published
from helpers.figures import COLOR, apart, percent, say_empty
from helpers.study import Candidate, Event, Study
from helpers.tweets import LABELLED, PEOPLE, Spans
from helpers.uncertainty import MEASURED, Sums, bootstrap, ratio

DODGE = 0.24  # between the marks of two candidates


def hours_after(event: Event, windows: Spans) -> float:
    """Hours that the collection goes on after an event without a gap; 0 if it does not cover the event."""
    lasting = [(end - event.at).total_seconds() / 3600 for start, end in windows if start <= event.at < end]
    return max(lasting, default=0.0)


def covered(events: Sequence[Event], windows: Spans) -> list[Event]:
    """The events that lie in a window of the collection, in time order."""
    return sorted((e for e in events if hours_after(e, windows) > 0), key=lambda event: event.at)


def matched_hours(events: Sequence[Event], windows: Spans, most: float) -> float:
    """The most hours that the collection holds after every one of the covered events, `most` at the most.

    With windows that end 30 hours after one event and 23 after the other: 23. 0 if no event is covered.
    """
    lasting = [hours_after(event, windows) for event in covered(events, windows)]
    return min([most, *lasting]) if lasting else 0.0


def by_debate(
    tweets: nw.LazyFrame,
    candidates: Sequence[Candidate],
    hashtags: Sequence[str],
    events: Sequence[Event],
    hours: float,
    rate: float,
) -> pd.DataFrame:
    """Accounts in the hours after each event: columns debate (its name), and those of `rule.by_account`.

    One row an account and debate. The rule is applied to each of the windows by itself.
    """
    windows = {event.name: [(event.at, event.at + timedelta(hours=hours))] for event in events} or {"": []}
    parts = {name: by_account(tweets, candidates, hashtags, window, rate) for name, window in windows.items()}
    return pd.concat(parts, names=["debate", None]).reset_index("debate").reset_index(drop=True)


def between(events: Sequence[Event], first: str, second: str, windows: Spans) -> Spans:
    """What the collection's windows hold from one event to another (names); empty without one of them."""
    at = {event.name: event.at for event in events}
    if not {first, second} <= set(at):
        return []
    parts = [(max(start, at[first]), min(end, at[second])) for start, end in windows]
    return [(start, end) for start, end in parts if start < end]


def after(accounts: pd.DataFrame, debate: str) -> pd.DataFrame:
    """The accounts of `by_debate` that tweeted after one debate; none if it is not among them."""
    return accounts[accounts["debate"] == debate]


def coverage(events: Sequence[Event], windows: Spans, hours: Sequence[float]) -> pd.DataFrame:
    """What the collection holds after each event: columns debate, at (UTC), hours, a bool for each wanted
    length.
    """
    rows = [(event.name, event.at, hours_after(event, windows)) for event in events]
    table = pd.DataFrame(rows, columns=["debate", "at", "hours"])
    return table.assign(**{f"{each:g} hours": table["hours"] >= each for each in hours})


def shares(accounts: pd.DataFrame, candidates: Sequence[Candidate], seed: int = 0) -> pd.DataFrame:
    """Each camp's automated tweets by debate, from `by_debate`: one row a reading of the rule, debate and
    candidate.

    Columns debate, candidate (key), variant (of the rule), accounts (highly automated ones that tweeted for
    the camp), automated (their tweets of the camp), tweets (all of the camp), share, low, high (bootstrap
    over accounts).
    """
    rows = []
    for reading in READINGS:
        for debate, some in accounts.groupby("debate", sort=False):
            for key in (candidate.key for candidate in candidates):
                tweets = some[f"{key}_tweets"]
                fast = tweets[some[reading] & (tweets > 0)]
                estimate = share_estimate(some, f"{key}_tweets", reading, seed)
                rows.append((debate, key, reading, len(fast), fast.sum(), tweets.sum(), *estimate))
    columns = ["debate", "candidate", "variant", "accounts", "automated", "tweets", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def published_shares(debates: Sequence[str], candidates: Sequence[str]) -> dict[tuple[str, str], float]:
    """What the memos give for the first two of the debates: (debate, candidate's key) -> share."""
    pairs = product(zip(debates, ("first", "second"), strict=False), candidates)
    return {(debate, key): published(f"memo_{key}_share_{when}") for (debate, when), key in pairs}


def camps(accounts: pd.DataFrame, one: str, other: str, reading: str) -> pd.DataFrame:
    """Tweets of two camps by highly automated accounts, from `by_debate`: columns one, other; NaN without a
    camp.
    """
    columns = [f"{one}_tweets", f"{other}_tweets"]
    return accounts[accounts[reading]].reindex(columns=columns).set_axis(["one", "other"], axis="columns")


def outnumber(sums: Sums) -> np.ndarray:
    """Tweets of one camp for each of the other, from sums of `camps`; NaN without any of the other."""
    return ratio(sums["one"], sums["other"])


def ways(
    accounts: pd.DataFrame, scores: pd.DataFrame, partisans: pd.DataFrame, key: str
) -> dict[str, pd.DataFrame]:
    """A camp's traffic, from `by_debate`, counted four ways: in words -> columns debate, user_id, tweets.

    By either reading of the rule: the camp's tweets by highly automated accounts. By bot scores: all tweets
    of the bots, and of the humans (table `scores`), among the candidate's supporters of notebook 06 (table
    `partisans`).
    """
    columns = ["debate", "user_id", "tweets"]
    of_camp = accounts.reindex(columns=[*columns[:2], f"{key}_tweets"]).set_axis(columns, axis="columns")
    rules = {f"rule, {counted}": of_camp[accounts[reading]] for reading, counted in READINGS.items()}
    camp = scores[scores["user_id"].isin(partisans.loc[partisans["candidate"] == key, "user_id"])]
    groups = {f"{PEOPLE[name]} by scores": camp.loc[camp["class"] == name, "user_id"] for name in LABELLED}
    return rules | {words: accounts.loc[accounts["user_id"].isin(g), columns] for words, g in groups.items()}


def paired(rows: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Tweets of each account after two debates: columns user_id, before, after; 0 where it
    has none in one.
    """
    wide = rows.pivot_table(index="user_id", columns="debate", values="tweets", aggfunc="sum")
    wide = wide.reindex(columns=[first, second]).fillna(0).astype("int64")
    return wide[(wide > 0).any(axis=1)].set_axis(["before", "after"], axis="columns").reset_index()


def growth(sums: Sums, *group: str) -> np.ndarray:
    """How much more tweets there are after the second debate than after the first, from sums of `paired`.

    0.5 is half as many again. NaN where there is none after the first, or none after the second, as where one
    of the two was not collected.
    """
    before, after = sums[*group, "before"], sums[*group, "after"]
    return np.where(after > 0, ratio(after, before) - 1, np.nan)


def outgrowth(sums: Sums) -> np.ndarray:
    """Growth of bots' tweets less that of humans', from sums of `paired` by class; NaN
    without either growth.
    """
    return growth(sums, "bot") - growth(sums, "human")


def growth_table(
    groups: Mapping[str, pd.DataFrame], first: str, second: str, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """Growth of tweets from one debate to another by who wrote them: one row a group.

    In: `ways`. Columns group, accounts (with tweets after either debate), before, after (tweets), value, low,
    high (bootstrap over accounts).
    """
    rows = []
    for group, tweets in groups.items():
        pairs = paired(tweets, first, second)[["before", "after"]]
        estimate = bootstrap(pairs, {"growth": growth}, (), seed, draws, alike=True).loc["growth"]
        rows.append((group, len(pairs), *pairs.sum(), *estimate))
    return pd.DataFrame(rows, columns=["group", "accounts", "before", "after", *MEASURED])


def without_debates(study: Study, events: Sequence[Event], names: Sequence[str]) -> str:
    """Why debates cannot be compared here, in a paragraph for the reader; empty if they can."""
    missing = [name for name in names if name not in [event.name for event in events]]
    lacks = f"no covered event *{'* and no *'.join(missing)}*" if missing else ""
    lacks = lacks if events else "no events that the collection covers"
    lacks = lacks if study.candidates else "no candidates, so that no tweet is of a camp"
    return lacks and (
        f"**Nothing to compare by debate.** In the study *{study.title}*, `study.toml` names {lacks}. The "
        "tables and figures about it stay empty as far as they need it; the claims read *not enough data*."
    )


def draw_shares(
    table: pd.DataFrame, candidates: Sequence[Candidate], ax: Axes, marks: Mapping[tuple[str, str], float]
) -> Axes:
    """Draw automated shares by debate with intervals, from `shares` (of one reading), a colour a candidate.

    `marks` holds values of the memos by (debate, candidate key): black marks, each at its candidate's place.
    """
    shown = table.dropna(subset=["share"]).rename(columns={"share": "value"})
    if shown.empty:
        return say_empty(ax, "No tweets of a camp after a debate")
    names, colors = {c.key: c.name for c in candidates}, {c.name: c.color for c in candidates}
    debates, shown["camp"] = list(table["debate"].unique()), shown["candidate"].map(names)
    plot = {"order": debates, "dodge": DODGE, "legend": ax.get_subplotspec().is_last_col()}
    draw_intervals(shown, ax, x="debate", y="value", hue="camp", palette=colors, **plot)
    for (n, key), (x, debate) in product(enumerate(names), enumerate(debates)):
        if (debate, key) in marks:
            place = x + DODGE * (n - (len(names) - 1) / 2), marks[debate, key]
            ax.scatter(*place, s=170, marker="_", color=COLOR["paper"], linewidth=3, zorder=3)
    ax.set_xticks(range(len(debates)), [name.replace(" ", "\n") for name in debates], fontsize=8.5)
    ax.yaxis.set_major_formatter(percent)
    top = 1.05 * max([shown["high"].max(), *marks.values()])
    ax.set(xlabel="", ylabel="share of the camp's tweets", ylim=(0, max(top, ax.get_ylim()[1])))
    return ax


def share_facts(table: pd.DataFrame, candidates: Sequence[Candidate]) -> dict[str, object]:
    """What the picture of the automated shares says, from `shares`: see captions/automation.toml."""
    shown, names = table.dropna(subset=["share"]), {c.key: c.name for c in candidates}
    pairs = [ends for _, ends in shown.groupby(["variant", "debate"])[["low", "high"]] if len(ends) == 2]
    clear = sum(apart(*ends.itertuples(index=False, name=None)) for ends in pairs)
    told = [
        f"{names[key]}, counting {READINGS[reading]}: "
        + ", ".join(f"{row.debate.lower()} {row.share:.0%}" for row in some.itertuples())
        for (reading, key), some in shown.groupby(["variant", "candidate"], sort=False)
    ]
    ends = {"least": shown["share"].min(), "most": shown["share"].max()}
    return ends | {"pairs": len(pairs) or None, "clear": clear or "none", "values": ". ".join(told)}


def draw_growth(table: pd.DataFrame, ax: Axes, line: float) -> Axes:
    """Draw growth from one debate to the other by group with intervals, from `growth_table`; `line` is
    published.
    """
    shown = table.dropna(subset=["value"])
    if shown.empty:
        return say_empty(ax, "No growth to measure")
    draw_intervals(shown, ax, x="value", y="group", color=COLOR["ink"])
    ax.axvline(0, color=COLOR["ink"], linewidth=0.8)
    ax.axvline(line, color=COLOR["paper"], linestyle="--", linewidth=1.2)
    place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "fontsize": 8.5}
    ax.annotate(f"published {line:.1%}", (line, 1), (4, 2), color=COLOR["paper"], **place)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+.0%}")
    ax.set(xlabel="change in tweets", ylabel="")
    return ax


def growth_facts(table: pd.DataFrame, key: str, candidates: Sequence[Candidate]) -> dict[str, object]:
    """What the picture of growth says of a candidate's camp, from `growth_table`; see
    captions/automation.toml.
    """
    shown = table.dropna(subset=["value"])
    told = (f"{row.group} {row.value:+.0%} ({row.low:+.0%} to {row.high:+.0%})" for row in shown.itertuples())
    ends = {"least": shown["value"].min(), "most": shown["value"].max(), "measures": len(shown) or None}
    surname = next((c.name.split()[-1] for c in candidates if c.key == key), None)
    return ends | {"name": surname, "rising": (shown["low"] > 0).sum() or "none", "values": "; ".join(told)}
