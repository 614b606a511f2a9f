"""Automated traffic by debate: matched windows, each camp's automated share, and growth from one debate to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.rule import RATE, VARIANTS, Windows, by_account, overlap, share_estimate
from helpers.figures import COLOR, apart, percent, say_empty, span
from helpers.old_uncertainty import estimate, ratio
from helpers.study import Candidate, Event, Study

HOURS = 96.0  # the memos' four days
MEASURED = ["value", "low", "high"]


def hours_after(event: Event, windows: Windows) -> float:
    """Hours that the collection goes on after an event without a gap; 0 if it does not cover the event."""
    lasting = [(end - event.at).total_seconds() / 3600 for start, end in windows if start <= event.at < end]
    return max(lasting, default=0.0)


def covered(events: Sequence[Event], windows: Windows) -> list[Event]:
    """The events that lie in a window of the collection, in time order."""
    return sorted((e for e in events if hours_after(e, windows) > 0), key=lambda event: event.at)


def matched_hours(events: Sequence[Event], windows: Windows, most: float = HOURS) -> float:
    """The most hours that the collection holds after every one of the covered events, `most` at the most.

    With windows that end 30 hours after one event and 23 after the other: 23. 0 if no event is covered.
    """
    lasting = [hours_after(event, windows) for event in covered(events, windows)]
    return min([most, *lasting]) if lasting else 0.0


def by_debate(
    tweets: nw.LazyFrame,
    study: Study,
    events: Sequence[Event],
    hashtags: Sequence[str],
    hours: float,
    rate: float = RATE,
) -> pd.DataFrame:
    """Accounts in the hours after each event: columns debate (its name), and those of `rule.by_account`.

    One row an account and debate. The rule is applied to each of the windows by itself.
    """
    parts = []
    for event in events:
        window = [(event.at, event.at + timedelta(hours=hours))]
        accounts = by_account(tweets, study.candidates, hashtags, window, rate)
        parts.append(accounts.assign(debate=event.name))
    none = by_account(tweets, study.candidates, hashtags, [], rate).assign(debate="")
    table = pd.concat(parts or [none], ignore_index=True)
    return table[["debate", *table.columns.drop("debate")]]


def between(events: Sequence[Event], first: str, second: str, windows: Windows) -> Windows:
    """What the collection's windows hold from one event to another (names); empty if one of them is not among the events."""
    at = {event.name: event.at for event in events}
    return overlap(windows, at[first], at[second]) if {first, second} <= set(at) else []


def after(accounts: pd.DataFrame, debate: str) -> pd.DataFrame:
    """The accounts of `by_debate` that tweeted after one debate; none if it is not among them."""
    return accounts[accounts["debate"] == debate]


def coverage(events: Sequence[Event], windows: Windows, hours: Sequence[float]) -> pd.DataFrame:
    """What the collection holds after each event: columns debate, at (UTC), hours, and a bool for each wanted length."""
    rows = [(event.name, event.at, hours_after(event, windows)) for event in events]
    table = pd.DataFrame(rows, columns=["debate", "at", "hours"])
    return table.assign(**{f"{each:g} hours": table["hours"] >= each for each in hours})


def shares(
    accounts: pd.DataFrame, candidates: Sequence[Candidate], variant: str, seed: int = 0
) -> pd.DataFrame:
    """Each camp's automated tweets by debate, from `by_debate`: one row a debate and candidate.

    Columns debate, candidate (key), variant, accounts (highly automated ones that tweeted for the camp), automated
    (their tweets of the camp), tweets (all of the camp), share, low, high (bootstrap over accounts).
    """
    rows = []
    for debate, mine in accounts.groupby("debate", sort=False):
        for candidate in candidates:
            column = f"{candidate.key}_tweets"
            fast = mine.loc[mine[variant] & (mine[column] > 0), column]
            interval = share_estimate(mine, column, variant, seed)
            rows.append(
                (debate, candidate.key, variant, len(fast), fast.sum(), mine[column].sum(), *interval)
            )
    columns = ["debate", "candidate", "variant", "accounts", "automated", "tweets", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def outnumber(fast: pd.DataFrame, key: str, other: str) -> float:
    """Tweets of one camp for each of the other, by the accounts given; NaN without any of the other.

    In: rows of `by_debate`, of one debate and of highly automated accounts only.
    """
    columns = [f"{key}_tweets", f"{other}_tweets"]
    return ratio(*fast[columns].sum()) if set(columns) <= set(fast.columns) else np.nan


def automated(accounts: pd.DataFrame, key: str, variant: str) -> pd.DataFrame:
    """Tweets of a camp by highly automated accounts: columns debate, user_id, tweets, from `by_debate`."""
    column = f"{key}_tweets"
    if column not in accounts:
        return accounts.iloc[:0][["debate", "user_id", "tweets"]]
    fast = accounts.loc[accounts[variant], ["debate", "user_id", column]]
    return fast.rename(columns={column: "tweets"})


def supporters(
    accounts: pd.DataFrame, scores: pd.DataFrame, partisans: pd.DataFrame, key: str, name: str
) -> pd.DataFrame:
    """All tweets by a candidate's supporters of a class: columns debate, user_id, tweets, from `by_debate`.

    Supporters are those of notebook 06 (table `partisans`), their class that of the bot scores (table `scores`).
    """
    sides = partisans.loc[partisans["candidate"] == key, "user_id"]
    mine = set(scores.loc[scores["class"] == name, "user_id"]) & set(sides)
    return accounts.loc[accounts["user_id"].isin(mine), ["debate", "user_id", "tweets"]]


def paired(rows: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Tweets of each account after two debates: columns user_id, before, after; 0 where it has none in one of them."""
    wide = rows.pivot_table(index="user_id", columns="debate", values="tweets", aggfunc="sum")
    wide = (
        wide.reindex(columns=[first, second])
        .set_axis(["before", "after"], axis="columns")
        .fillna(0)
        .astype("int64")
    )
    return wide[(wide > 0).any(axis=1)].reset_index()


def growth(pairs: pd.DataFrame) -> float:
    """How much more tweets there are after the second debate than after the first, from `paired`: 0.5 is half as many again.

    NaN where there is none after the first, or none after the second, as where one of the two was not collected.
    """
    before, after = pairs["before"].sum(), pairs["after"].sum()
    return float(after / before - 1) if before and after else np.nan


def outgrowth(pairs: pd.DataFrame) -> float:
    """Growth of bots' tweets less that of humans', from `paired` with a column class; NaN without either growth."""
    return growth(pairs[pairs["class"] == "bot"]) - growth(pairs[pairs["class"] == "human"])


def growth_table(groups: Mapping[str, pd.DataFrame], first: str, second: str, seed: int = 0) -> pd.DataFrame:
    """Growth of tweets from one debate to another by who wrote them: one row a group.

    In: for each group, in words, a table of `automated` or `supporters`. Columns group, accounts (with tweets after
    either debate), before, after (tweets), value, low, high (bootstrap over accounts).
    """
    rows = []
    for words, tweets in groups.items():
        pairs = paired(tweets, first, second)
        rows.append(
            (
                words,
                len(pairs),
                pairs["before"].sum(),
                pairs["after"].sum(),
                *estimate(pairs[["before", "after"]], growth, seed, sums_by=[]),
            )
        )
    return pd.DataFrame(rows, columns=["group", "accounts", "before", "after", *MEASURED])


def without_debates(study: Study, events: Sequence[Event], names: Sequence[str]) -> str:
    """Why debates cannot be compared here, in a paragraph for the reader; empty if they can."""
    missing = [name for name in names if name not in [event.name for event in events]]
    if not study.candidates:
        lacks = "`study.toml` names no candidates, so that no tweet is of a camp"
    elif not events:
        lacks = "`study.toml` names no events that the collection covers"
    elif missing:
        lacks = f"`study.toml` names no covered event *{'* and no *'.join(missing)}*"
    else:
        return ""
    return (
        f"**Nothing to compare by debate.** In the study *{study.title}* {lacks}. The tables and figures about it stay "
        "empty as far as they need it, and the claims read *not enough data*."
    )


def draw_shares(
    table: pd.DataFrame,
    candidates: Sequence[Candidate],
    ax: Axes,
    published: Mapping[tuple[str, str], float] | None = None,
) -> Axes:
    """Draw automated shares by debate with their intervals, from `shares` (of one variant), a colour a candidate.

    `published` holds values of the memos by (debate, candidate key): black horizontal marks, each at its candidate's place.
    """
    known = table.dropna(subset=["share"])
    if known.empty:
        return say_empty(ax, "No tweets of a camp after a debate")
    debates = list(table["debate"].unique())
    for number, candidate in enumerate(candidates):
        shift = 0.24 * (number - (len(candidates) - 1) / 2)
        mine = known[known["candidate"] == candidate.key]
        x = mine["debate"].map(debates.index) + shift
        spread = [mine["share"] - mine["low"], mine["high"] - mine["share"]]
        ax.errorbar(
            x, mine["share"], spread, fmt="os^D"[number % 4], color=candidate.color, label=candidate.name
        )
        for debate, key in published or {}:
            if key == candidate.key and debate in debates:
                at = debates.index(debate) + shift
                ax.hlines(
                    published[debate, key],
                    at - 0.1,
                    at + 0.1,
                    color=COLOR["paper"],
                    linewidth=3,
                )
    ax.set_xticks(range(len(debates)), [name.replace(" ", "\n") for name in debates], fontsize=8.5)
    ax.yaxis.set_major_formatter(percent)
    reach = max([known["high"].max(), *(published or {}).values()])
    top = max(1.05 * reach, ax.get_ylim()[1])  # of both panels, where two share an axis
    ax.set(xlim=(-0.5, len(debates) - 0.5), ylim=(0, top), ylabel="share of the camp's tweets")
    return ax


def shares_in_words(table: pd.DataFrame, candidates: Sequence[Candidate]) -> str:
    """The automated shares in sentences with their numbers: alternative text of the picture."""
    known, names = table.dropna(subset=["share"]), {c.key: c.name for c in candidates}
    if known.empty:
        return "Empty: no tweets of a camp after a debate."
    sentences = ["Share of each camp's tweets by highly automated accounts, with intervals."]
    for (variant, key), mine in known.groupby(["variant", "candidate"], sort=False):
        values = ", ".join(f"{row.debate.lower()} {row.share:.0%}" for row in mine.itertuples())
        sentences.append(f"{names[key]}, counting {VARIANTS[variant]}: {values}.")
    return " ".join(sentences)


def draw_growth(table: pd.DataFrame, ax: Axes, published: float | None = None) -> Axes:
    """Draw growth from one debate to the other by group with intervals, from `growth_table`; `published` as a line."""
    known = table.dropna(subset=["value"]).reset_index(drop=True)
    if known.empty:
        return say_empty(ax, "No growth to measure")
    spread = [known["value"] - known["low"], known["high"] - known["value"]]
    ax.errorbar(known["value"], known.index, xerr=spread, fmt="o", color=COLOR["ink"])
    ax.axvline(0, color=COLOR["ink"], linewidth=0.8)
    if published is not None:
        ax.axvline(published, color=COLOR["paper"], linestyle="--", linewidth=1.2)
        ax.annotate(
            f"published {published:.1%}",
            (published, 1),
            (4, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            color=COLOR["paper"],
            fontsize=8.5,
        )
    ax.set_yticks(known.index, known["group"])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+.0%}")
    ax.set(ylim=(len(known) - 0.5, -0.5), xlabel="change in tweets")
    return ax


def growth_in_words(table: pd.DataFrame) -> str:
    """Growth from one debate to the other in a sentence with its numbers: alternative text of the picture."""
    known = table.dropna(subset=["value"])
    if known.empty:
        return "Empty: no growth to measure."
    parts = (
        f"{row.group} {row.value:+.0%} ({row.low:+.0%} to {row.high:+.0%})" for row in known.itertuples()
    )
    return f"Change in tweets from the first to the second debate, with intervals: {'; '.join(parts)}."


def shares_words(table: pd.DataFrame, candidates: Sequence[Candidate]) -> dict[str, str]:
    """Title, alternative text and caption of the automated shares, from the table of `shares`."""
    known = table.dropna(subset=["share", "low", "high"])
    pairs = [rows for _, rows in known.groupby(["variant", "debate"], sort=False) if len(rows) == 2]
    clear = [rows for rows in pairs if apart(*rows[["low", "high"]].itertuples(index=False, name=None))]
    title = "Too few tweets of the camps to compare their automated shares"
    if pairs:
        title = (
            f"After debates, one camp's automated share is clear of the other's in {len(clear) or 'none'} of {len(pairs)} "
            f"comparisons; shares are {span(known['share'].min(), known['share'].max(), '.0%')}"
        )
    return {
        "title": title,
        "alt": shares_in_words(table, candidates),
        "caption": (
            "Share of each camp's tweets after a debate by accounts that the memos' rule calls automated, with 95% intervals "
            "(bootstrap over accounts), counting tweets with one hashtag (left) or all collected tweets (right); thick black "
            "marks, at the candidate's place: the memos' values. After Kollanyi, Howard & Woolley (2016)."
        ),
    }


def growth_words(table: pd.DataFrame, name: str = "a candidate") -> dict[str, str]:
    """Title, alternative text and caption of the growth of tweets for the candidate `name`, from `growth_table`."""
    known = table.dropna(subset="value")
    rising = (known["low"] > 0).sum()
    title = "No growth to measure"
    if len(known):
        title = (
            f"From the first to the second debate, tweets for {name} grow by {rising or 'none'} of {len(known)} measures beyond "
            f"chance: {span(known['value'].min(), known['value'].max(), '+.0%')}"
        )
    return {
        "title": title,
        "alt": growth_in_words(table),
        "caption": (
            "Change in tweets from the hours after the first debate to as many after the second, by who wrote them, with 95% "
            "intervals (bootstrap over accounts); dashed, the published growth. After the press article of 19 October 2016."
        ),
    }
