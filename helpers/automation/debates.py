"""Automated traffic by debate: matched windows, each camp's automated share, and growth from debate to
debate.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations, product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.intervals import draw_intervals, estimates, listed
from helpers.automation.rule import READINGS, automated, fast_share
from helpers.claims import of_article, published
from helpers.figures import COLOR, apart, note, percent, say_empty
from helpers.settings import Candidate, Event
from helpers.study import Study
from helpers.tweets import LABELLED, PEOPLE, Spans
from helpers.uncertainty import Sums, ratio

DODGE = 0.24  # between the marks of two candidates


def covered(events: list[Event], windows: Spans) -> pd.DataFrame:
    """The events that lie in a window of the collection, in time order: columns debate, at (UTC), hours.

    `hours` are those that the collection goes on after the event without a gap.
    """
    spans = [(event, end) for event in events for start, end in windows if start <= event.at < end]
    rows = [(event.name, event.at, (end - event.at) / timedelta(hours=1)) for event, end in spans]
    table = pd.DataFrame(rows, columns=["debate", "at", "hours"]).sort_values(["at", "hours"])
    return table.drop_duplicates("debate", keep="last", ignore_index=True)


def by_debate(by_rule: Callable[[Spans], pd.DataFrame], events: pd.DataFrame, hours: float) -> pd.DataFrame:
    """Accounts in so many hours after each event of `covered`: columns debate, and those of `by_rule`.

    That is `rule.by_account` of windows, and is asked of each of them by itself. One row an account and
    debate.
    """
    after = {name: [(at, at + timedelta(hours=hours))] for name, at in moments(events).items()} or {"": []}
    parts = {name: by_rule(window) for name, window in after.items()}
    return pd.concat(parts, names=["debate", None]).reset_index("debate").reset_index(drop=True)


def moments(events: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """When each event of `covered` was, by its name."""
    return events.set_index("debate")["at"].to_dict()


def between(events: pd.DataFrame, first: str, second: str, windows: Spans) -> Spans:
    """What the collection's windows hold from one event of `covered` to another (names); empty without
    one.
    """
    at = moments(events)
    if not {first, second} <= set(at):
        return []
    parts = [(max(start, at[first]), min(end, at[second])) for start, end in windows]
    return [(start, end) for start, end in parts if start < end]


def shares(accounts: pd.DataFrame, candidates: list[Candidate], seed: int = 0) -> pd.DataFrame:
    """Each camp's automated tweets by debate, from `by_debate`: one row a reading of the rule, debate and
    candidate.

    Columns debate, candidate (key), variant (of the rule), accounts (highly automated ones that tweeted for
    the camp), automated (their tweets of the camp), tweets (all of the camp), share, low, high (bootstrap
    over accounts).
    """
    groups = {
        (debate, candidate.key, reading): automated(rows, f"{candidate.key}_tweets", reading)
        for reading in READINGS
        for debate, rows in accounts.groupby("debate", sort=False)
        for candidate in candidates
    }
    key, summed = ["debate", "candidate", "variant"], ["accounts", "fast", "all"]
    table = estimates(groups, key, summed, fast_share, seed=seed)
    return table.rename(columns={"fast": "automated", "all": "tweets", "value": "share"})


def published_shares(debates: list[str], candidates: list[str]) -> dict[tuple[str, str], float]:
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
    who = accounts["user_id"].map(camp.set_index("user_id")["class"])
    return rules | {f"{PEOPLE[name]} by scores": accounts.loc[who == name, columns] for name in LABELLED}


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
    groups: dict[str, pd.DataFrame], first: str, second: str, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """Growth of tweets from one debate to another by who wrote them: one row a group.

    In: `ways`. Columns group, accounts (with tweets after either debate), before, after (tweets), value, low,
    high (bootstrap over accounts).
    """
    pairs = {(name,): paired(rows, first, second).assign(accounts=1) for name, rows in groups.items()}
    return estimates(pairs, ["group"], ["accounts", "before", "after"], growth, seed=seed, draws=draws)


def compared(study: Study, events: pd.DataFrame, memos: dict) -> tuple[list[str], str]:
    """Between which of the `covered` events growth is measured (names), and of whose camp (a key).

    The debates and the candidate of the `memos`; of another election the first two events and the last
    candidate, or names that stand for nothing where there are fewer.
    """
    if of_article(study):
        return memos["debates"], memos["candidates"][0]
    keys = ["nobody", *(candidate.key for candidate in study.candidates)]
    return [*moments(events), "no event", "no other event"][:2], keys[-1]


def without_debates(study: Study, events: pd.DataFrame, names: list[str]) -> str:
    """Why debates cannot be compared here, in a paragraph for the reader; empty if they can."""
    lacking = "* and no *".join(name for name in names if name not in moments(events))
    facts = {"study": study.title, "no_sides": not study.candidates, "none": events.empty}
    facts |= {"lacking": lacking if of_article(study) else "", "single": lacking}
    return note("without_debates", facts | {"short": any(list(facts.values())[1:])})


def draw_shares(
    table: pd.DataFrame, candidates: list[Candidate], ax: Axes, marks: dict[tuple[str, str], float]
) -> Axes:
    """Draw automated shares by debate with intervals, from `shares` (of one reading), a colour a candidate.

    `marks` holds values of the memos by (debate, candidate key): black marks, each at its candidate's place.
    """
    shown = table.dropna(subset=["share"]).rename(columns={"share": "value"})
    if shown.empty:
        return say_empty(ax, "No tweets of a camp after an event")
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
    ax.set_ylim(0, auto=True)  # the panels share it
    ax.set(xlabel="", ylabel="share of the camp's tweets")
    return ax


def share_facts(table: pd.DataFrame, candidates: list[Candidate], article: bool = True) -> dict[str, object]:
    """What the picture of the automated shares says, from `shares`: see captions/automation.toml.

    Without `article`, of events of another election.
    """
    shown, names = table.dropna(subset=["share"]), {c.key: c.name for c in candidates}
    camps = [ends.to_numpy() for _, ends in shown.groupby(["variant", "debate"])[["low", "high"]]]
    pairs = [pair for ends in camps for pair in combinations(ends, 2)]
    clear = sum(apart(*pair) for pair in pairs)
    heads = [f"{names[row.candidate]}, counting {READINGS[row.variant]}" for row in shown.itertuples()]
    told = listed(pd.Series(heads, shown.index, str), shown["debate"].str.lower(), shown["share"], ".0%")
    ends = {"least": shown["share"].min(), "most": shown["share"].max()}
    ends |= {"event": "debate" if article else "event", "article": article, "single": len(candidates) == 1}
    return ends | {"pairs": len(pairs) or None, "clear": clear or "none", "values": told}


def draw_growth(table: pd.DataFrame, ax: Axes, line: float | None) -> Axes:
    """Draw growth from one debate to the other by group with intervals, from `growth_table`.

    `line` is published, None in a study of another election.
    """
    shown = table.dropna(subset=["value"])
    if shown.empty:
        return say_empty(ax, "No growth to measure")
    draw_intervals(shown, ax, x="value", y="group", color=COLOR["ink"])
    ax.axvline(0, color=COLOR["ink"], linewidth=0.8)
    if line is not None:
        ax.axvline(line, color=COLOR["paper"], linestyle="--", linewidth=1.2)
        ax.text(line, 1.01, f" published {line:.1%}", transform=ax.get_xaxis_transform(), fontsize=8.5)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+.0%}")
    ax.set(xlabel="change in tweets", ylabel="")
    return ax


def growth_facts(
    table: pd.DataFrame, key: str, candidates: list[Candidate], others: list[str] | None = None
) -> dict[str, object]:
    """What the picture of growth says of a candidate's camp, from `growth_table`; see
    captions/automation.toml.

    `others` are the two events of another election (names).
    """
    shown = table.dropna(subset=["value"])
    told = (f"{row.group} {row.value:+.0%} ({row.low:+.0%} to {row.high:+.0%})" for row in shown.itertuples())
    ends = {"least": shown["value"].min(), "most": shown["value"].max(), "measures": len(shown) or None}
    ends |= dict(zip(("first", "second"), others or ("the first", "the second debate"), strict=True))
    ends["article"] = others is None
    surname = next((c.name.split()[-1] for c in candidates if c.key == key), None)
    return ends | {"name": surname, "rising": (shown["low"] > 0).sum() or "none", "values": "; ".join(told)}
