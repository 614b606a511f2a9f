"""What printed numbers say of each other: which relations close, and what would close the others.

Needs no data. `data/reference/arithmetic.csv` has the relations in words, what each must come to, and the
rule (`helpers.ranges`) by which it still reads so; the formulas stand here, under the same ids. The numbers
are those of `claims.csv` and `other_counts.csv`. A printed number stands for all numbers that print alike
("12.6 million" is 12.55 to 12.65), so every relation has a span, found by interval arithmetic (Moore 1966).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import add, mul, sub, truediv

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.claims import MEASURED, claims, found_value, other_counts, paper_value
from helpers.figures import COLOR
from helpers.ranges import accepted, half_a_digit
from helpers.study import REFERENCE
from helpers.tweets import BURST

COLUMNS = ["about", "relation", "published", "implied", "low", "high", "accepted_low", "accepted_high"]
ENDS = COLUMNS[3:]
PARTS = {"article": "The article", "press": "The press", "memo": "The memos", "elsewhere": "A later article"}
CLOSES, AT_THE_ENDS, BROKEN = "closes", "closes only at the ends of rounding", "does not close"
MARKS = {  # verdict -> marker, its edge and fill
    CLOSES: ("s", COLOR["holds"], COLOR["holds"]),
    AT_THE_ENDS: ("D", COLOR["holds"], "white"),
    BROKEN: ("X", COLOR["fails"], COLOR["fails"]),
}
CLUSTERS = ("trump", "clinton", "neutral", "trump_neutral", "clinton_neutral", "trump_clinton", "all_three")


def _of_ends(do: Callable[[float, float], float]) -> Callable[[Span, Span | float], Span]:
    def over(one: Span, other: Span | float) -> Span:
        other = other if isinstance(other, Span) else exactly(other)
        ends = [do(first, second) for first in (one.low, one.high) for second in (other.low, other.high)]
        return Span(min(ends), do(one.value, other.value), max(ends))

    return over


@dataclass(frozen=True)
class Span:
    """A printed value and the ends of what it may stand for. Sums, products … take the ends along."""

    low: float
    value: float
    high: float

    __add__, __sub__, __mul__, __truediv__ = map(_of_ends, (add, sub, mul, truediv))


def exactly(value: float) -> Span:
    """A number that stands for itself alone."""
    return Span(value, value, value)


def between(*parts: Span) -> Span:
    """From the lowest end of some spans to the highest, with the mean of their values."""
    values = [part.value for part in parts]
    return Span(min(p.low for p in parts), sum(values) / len(parts), max(p.high for p in parts))


def total(parts: Iterable[Span]) -> Span:
    """The sum of some spans."""
    return sum(parts, exactly(0))


def over(number: Span) -> Span:
    """A number that is printed as "over" it: up to a tenth more."""
    return Span(number.value, number.value, accepted("about", number.value)[1])


def part(one: Span, rest: Span) -> Span:
    """one / (one + rest), with the ends of both."""
    ends = [(one.low, rest.high), (one.value, rest.value), (one.high, rest.low)]
    return Span(*(first / (first + second) for first, second in ends))


def standard_errors(*counts: Span) -> Span:
    """How far one of two exact counts exceeds the other, in standard errors of the logarithm of their odds.

    Of four counts, how much further than the third exceeds the fourth. Counts are taken as drawn one by one.
    """
    values = [count.value for count in counts]
    logarithm = np.log(np.divide(values[::2], values[1::2])) @ [1, -1][: len(values) // 2]
    return exactly(logarithm / np.sqrt(np.divide(1, values).sum()))


def printed(name: str) -> Span:
    """A printed number, by its id, with all that print alike; a printed range with its middle and its ends.

    Of `claims.csv`, or else of `other_counts.csv`. Raises KeyError on an unknown id.
    """
    row = claims().loc[name] if name in claims().index else other_counts().loc[name]
    value, end = float(row.get("published", row.get("value"))), row.get("published_to", np.nan)
    if pd.notna(end):
        return Span(value, (value + end) / 2, float(end))
    half = half_a_digit(value, row["unit"])
    return Span(value - half, value, value + half)


class Numbers:
    """The printed numbers as spans, by id, and what follows from them, by the formulas' names."""

    def __getattr__(self, name: str) -> Span:
        """What the formula of this name makes of the numbers, or else the number as `printed`."""
        formula = STEPS.get(name) or RELATIONS.get(name)
        return formula(self) if formula else printed(name)

    __getitem__ = __getattr__


Formulas = dict[str, Callable[[Numbers], Span]]
STEPS: Formulas = {  # what several relations need, or what is said of them
    "share": lambda n: part(n.bots, n.humans),
    "tweets_each": lambda n: n.top_tweets / n.top_accounts,
    "most_left_each": lambda n: exactly(max(n.tweets_left_for_unknown.high, 0)) / n.unknown,
    "baseline_of_labelled": lambda n: part(n.baseline_bots, n.baseline_humans),
    "peaks": lambda n: n.peak_bots + n.peak_humans,
    "after_baseline": lambda n: after_the_baseline(n),
    "queries": lambda n: n.peaks * n.poll_interval / n.tweets_a_request / 3600,  # at most so many an hour
    "bots_with_a_side": lambda n: n.clinton_bots + n.trump_bots,
    "sides_of_bots": lambda n: n.bots_with_a_side / n.bots,
    "sides_of_humans": lambda n: (n.clinton_humans + n.trump_humans) / n.humans,
    "lean_of_bots": lambda n: n.trump_bots / n.clinton_bots,
    "lean_of_humans": lambda n: n.trump_humans / n.clinton_humans,
    "neverhillary_positive_share": lambda n: part(n.neverhillary_positive, n.neverhillary_negative),
    "log_odds_ratio": lambda n: exactly(
        np.log((n.neverhillary_positive / n.neverhillary_negative).value)
        - np.log((n.nevertrump_positive / n.nevertrump_negative).value)
    ),
    "trump_automated": lambda n: n.second_trump_tweets * n.second_trump_share,
    "clinton_automated": lambda n: n.second_clinton_tweets * n.second_clinton_share,
    "growth_trump": lambda n: n.trump_automated / n.first_trump_automated - 1,
    "growth_clinton": lambda n: n.clinton_automated / n.first_clinton_automated - 1,
    "growth_all": lambda n: n.second_trump_tweets / n.first_trump_tweets - 1,
    "fraction_all": lambda n: n.second_clinton_tweets / n.second_trump_tweets,
    "top_rate_needed": lambda n: (
        exactly(written().loc["second_top", "published"]) / (n.second_top_accounts * n.second_days)
    ),
}
RELATIONS: Formulas = {  # what the numbers come to, with what rounding leaves open
    "terms_roughly_equal": lambda n: n.terms_trump / n.terms_clinton,
    "top_share_of_accounts": lambda n: n.top_accounts / n.collection_accounts,
    "top_tweets_share": lambda n: n.top_tweets / n.collection_tweets,
    "classes_add_up": lambda n: n.bots + n.humans + n.unknown,
    "tweets_left_for_unknown": lambda n: n.top_tweets - n.human_tweets - n.bot_tweets,
    "bot_share": lambda n: n.bots / n.top_accounts,
    "extrapolation_accounts": lambda n: n.bot_share * n.collection_accounts,
    "extrapolation_tweets": lambda n: n.bot_tweets / n.top_tweets * n.collection_tweets,
    "bot_tweet_share": lambda n: n.bot_tweets_extrapolated / n.collection_tweets,
    "still_active": lambda n: part(n.bots, n.unknown),
    "baseline_of_all": lambda n: n.baseline_of_labelled * n.top_tweets / n.collection_tweets,
    "bots_lag": lambda n: part(n.peak_bots, n.peak_humans) - part(n.bot_tweets, n.human_tweets),
    "clinton_camp": lambda n: n.clinton_bots + n.clinton_humans,
    "trump_camp": lambda n: n.trump_bots + n.trump_humans,
    "nevertrump_split": lambda n: part(n.nevertrump_positive, n.nevertrump_negative),
    "neverhillary_split": lambda n: standard_errors(n.neverhillary_negative, n.neverhillary_positive),
    "neverhillary_beside_nevertrump": lambda n: standard_errors(
        n.neverhillary_negative, n.neverhillary_positive, n.nevertrump_negative, n.nevertrump_positive
    ),
    "core_fold": lambda n: n.core_bots_largest / n.core_bots_smallest,
    "ibtimes_growth": lambda n: n.growth_trump,
    "ibtimes_automated": lambda n: n.trump_automated,
    "ibtimes_fraction": lambda n: n.clinton_automated / n.trump_automated,
    "motherboard_accounts": lambda n: n.press_bots / n.press_accounts,
    "motherboard_tweets": lambda n: n.press_bot_tweets / n.press_collected,
    "motherboard_sides": lambda n: n.sides_of_bots,
    "motherboard_third": lambda n: between(n.first_trump_share, n.second_trump_share),
    "motherboard_fifth": lambda n: between(n.first_clinton_share, n.second_clinton_share),
    "motherboard_seven": lambda n: between(
        n.first_trump_tweets / n.first_clinton_tweets, n.second_trump_tweets / n.second_clinton_tweets
    ) * (5 / 3),
    "first_trump_share": lambda n: n.first_trump_automated / n.first_trump_tweets,
    "first_clinton_share": lambda n: n.first_clinton_automated / n.first_clinton_tweets,
    "first_ratio": lambda n: n.first_trump_automated / n.first_clinton_automated,
    "second_clusters": lambda n: total(n[f"second_{name}_tweets"] for name in CLUSTERS),
    "second_columns": lambda n: between(
        *(n[f"second_{name}_low"] + n[f"second_{name}_share"] for name in [*CLUSTERS, "all"])
    ),
    "second_automated": lambda n: total(
        n[f"second_{name}_tweets"] * n[f"second_{name}_share"] for name in CLUSTERS
    ) / n.second_all_tweets,
    "second_third": lambda n: n.second_trump_share,
    "second_quarter": lambda n: n.second_clinton_share,
    "second_four": lambda n: n.trump_automated / n.clinton_automated,
    "second_heavy_tweets": lambda n: n.second_all_share,
    "second_heavy_share": lambda n: n.second_heavy_accounts / n.second_users,
    "second_hashtags_listed": lambda n: total(n[f"second_hashtags_{name}"] for name in CLUSTERS[:3]),
    "second_average": lambda n: n.second_collected / (n.second_users * n.second_days),
    "second_top": lambda n: over(n.second_top_rate) * n.second_top_accounts * n.second_days,
    "second_next": lambda n: n.second_next_rate * n.second_next_accounts * n.second_days,
    "later_collection": lambda n: n.collection_tweets / n.later_tweets,
    "later_bots": lambda n: between(n.later_liberal_bots, n.later_conservative_bots),
}  # fmt: skip


def after_the_baseline(n: Numbers) -> Span:
    """Labelled tweets an hour after the baseline week, outside bursts, over those of the baseline.

    The bursts are taken at the printed peaks for as long as `tweets.BURST`, one for each debate.
    """
    baseline, bursts = n.baseline_bots + n.baseline_humans, n.debates_covered * (BURST / timedelta(hours=1))
    left = n.bot_tweets + n.human_tweets - baseline * n.baseline_days * 24 - n.peaks * bursts
    return left / ((n.collection_days - n.baseline_days) * 24 - bursts) / baseline


@cache
def written() -> pd.DataFrame:
    """The relations as they are written, by id: columns about, relation, published, published_to, unit, rule,
    source, to_close.
    """
    return pd.read_csv(REFERENCE / "arithmetic.csv", index_col="id").fillna({"to_close": ""})


def relations() -> pd.DataFrame:
    """Every relation among the printed numbers, one row each.

    Columns about (of whose numbers: PARTS), relation, published, implied, low, high (what the numbers come
    to, and at the ends of rounding), accepted_low, accepted_high (what still reads as printed; open is NaN),
    verdict (CLOSES, AT_THE_ENDS of rounding or of a printed range, BROKEN), to_close (what would have to be
    true, or what it means). Index id.
    """
    numbers, rows = Numbers(), written()
    spans = [RELATIONS[name](numbers) for name in rows.index]
    read = [accepted(row.rule, row.published, row.published_to, row.unit) for row in rows.itertuples()]
    ends = [(span.value, span.low, span.high, *bounds) for span, bounds in zip(spans, read, strict=True)]
    table = rows[COLUMNS[:3]].join(pd.DataFrame(ends, rows.index, ENDS))
    table["verdict"] = [verdict(row) for row in table.itertuples()]
    return table.assign(to_close=[words.format(n=numbers) for words in rows["to_close"]])


def verdict(row) -> str:
    """Whether what is implied (low, implied, high) lies within what is accepted (NaN is open): by its value,
    at an end, or not.
    """
    if not (row.implied < row.accepted_low or row.implied > row.accepted_high):
        return CLOSES
    apart = row.high < row.accepted_low or row.low > row.accepted_high
    return BROKEN if apart else AT_THE_ENDS


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """The relations for readers: about, relation, printed, implied (with the ends of rounding), verdict, what
    it takes.
    """
    rows = table.rename(columns=dict(zip(ENDS, MEASURED, strict=False)))
    rows = rows.join(written()[["published_to", "unit"]])
    rows.loc[rows["found_low"] == rows["found_high"], MEASURED[1:]] = np.nan
    said = {"printed": rows.apply(paper_value, axis=1), "implied": rows.apply(found_value, axis=1)}
    words = rows[["about", "relation"]].assign(**said, verdict=rows["verdict"]).replace({"about": PARTS})
    return words.assign(**{"what it takes": rows["to_close"]})


def beside_published(table: pd.DataFrame) -> pd.DataFrame:
    """The relations over what they are set against, for drawing: all ends divided by `reference`.

    That is the published value or, where there is none, the one bound. Left out are relations of which either
    is not above 0, since a ratio would say nothing.
    """
    bounds = table["accepted_low"].fillna(table["accepted_high"])
    drawn = table.assign(reference=table["published"].fillna(bounds))
    drawn = drawn[(drawn["reference"] > 0) & (drawn["implied"] > 0)]
    return drawn.assign(**drawn[ENDS].div(drawn["reference"], axis=0))


def draw_relations(drawn: pd.DataFrame, axes: Iterable[Axes], reach: tuple[float, float] = (0.1, 10)) -> None:
    """Draw the table of `beside_published`, a part of PARTS in each of the axes: implied over printed, with
    its span, on what is accepted (grey).
    """
    for ax, (about, rows) in zip(axes, drawn.groupby("about", sort=False), strict=True):
        draw_part(rows, ax, reach).set_title(PARTS[about], loc="left")
        ax.tick_params(labelbottom=ax.get_subplotspec().is_last_row())
    ax.set_xlabel("implied / printed")
    ax.figure.axes[0].legend(loc="lower right", bbox_to_anchor=(-0.02, 1), ncols=len(MARKS))


def draw_part(drawn: pd.DataFrame, ax: Axes, reach: tuple[float, float]) -> Axes:
    """Draw rows of `beside_published`, one below the other."""
    opened = dict(zip(ENDS[3:], reach, strict=True))
    ends = drawn.assign(**drawn[ENDS].clip(*reach)).fillna(opened)
    width = ends["accepted_high"] - ends["accepted_low"]
    ax.barh(range(len(ends)), width, left=ends["accepted_low"], height=0.7, color=COLOR["pale"], zorder=0)
    for name, (marker, color, fill) in MARKS.items():
        rows = np.flatnonzero(ends["verdict"] == name)
        of_verdict, style = ends.iloc[rows], {"color": color, "markerfacecolor": fill, "markersize": 6}
        ax.hlines(rows, of_verdict["low"], of_verdict["high"], color=color)
        ax.plot(of_verdict["implied"], rows, marker, label=name, **style)
    ax.axvline(1, color=COLOR["ink"], linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(drawn)), drawn["relation"], fontsize=8)
    ax.set(xscale="log", xlim=reach, ylim=(len(drawn) - 0.5, -0.5))
    ax.set_xticks([0.1, 0.2, 0.5, 1, 2, 5, 10], ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
    ax.minorticks_off()
    return ax


def facts(table: pd.DataFrame) -> dict[str, object]:
    """What the picture of the relations says, from the table of `relations`: see captions/audit.toml."""
    counts, closing = (rows["about"].value_counts() for rows in (table, table[table["verdict"] == CLOSES]))
    said = {about: counts.get(about, 0) for about in PARTS}
    said |= {f"{about}_closing": closing.get(about, 0) for about in PARTS}
    names = table.groupby("verdict")["relation"].agg("; ".join)
    return said | {"at_the_ends": names.get(AT_THE_ENDS, ""), "broken": names.get(BROKEN, "")}


def covered(windows: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> float:
    """Share of the time from start to end (UTC) that lies within windows of collection; NaN if there is no
    time.
    """
    within = sum((max(timedelta(0), min(end, b) - max(start, a)) for a, b in windows), timedelta(0))
    return within / (end - start) if end > start else np.nan
