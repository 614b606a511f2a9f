"""What the paper's printed counts say of each other: which relations close, and what would make the others close.

Needs no data: from `data/reference/claims.csv` (rows of evidence "arithmetic", and the counts they are made of) and
`other_counts.csv` to one row a relation. A printed number stands for all numbers that print alike ("12.6 million" is
12.55 to 12.65), so every relation has a span, found by interval arithmetic (Moore 1966).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.audit import extrapolation
from helpers.claims import claims, measured, paper_value, published
from helpers.claims import in_words as in_unit
from helpers.figures import COLOR, say_empty
from helpers.study import REFERENCE
from helpers.tweets import BURST

CLOSES, AT_THE_ENDS, BROKEN = "closes", "only at the ends", "does not close"
MARKS = {  # verdict -> marker, its edge and fill
    CLOSES: ("s", COLOR["holds"], COLOR["holds"]),
    AT_THE_ENDS: ("D", COLOR["holds"], "white"),
    BROKEN: ("X", COLOR["fails"], COLOR["fails"]),
}


@dataclass(frozen=True)
class Span:
    """A printed value and the ends of what it may stand for. Sums, products … take the ends along."""

    low: float
    value: float
    high: float

    def __add__(self, other: Span | float) -> Span:
        return self._with(other, operator.add)

    def __sub__(self, other: Span | float) -> Span:
        return self._with(other, operator.sub)

    def __mul__(self, other: Span | float) -> Span:
        return self._with(other, operator.mul)

    def __truediv__(self, other: Span | float) -> Span:
        return self._with(other, operator.truediv)

    def _with(self, other: Span | float, do: Callable[[float, float], float]) -> Span:
        other = other if isinstance(other, Span) else Span(other, other, other)
        ends = [do(mine, yours) for mine in (self.low, self.high) for yours in (other.low, other.high)]
        return Span(min(ends), do(self.value, other.value), max(ends))


def printed(claim_id: str) -> Span:
    """A published value with all values that print alike; a published range with its middle and its ends.

    Counts below 100,000, and larger ones with all their digits, are exact; others ("12.6 million") are rounded to their
    last digit that is not 0. Raises KeyError on an unknown id.
    """
    value, end = published(claim_id), claims().loc[claim_id, "published_to"]
    if pd.notna(end):
        return Span(value, (value + end) / 2, float(end))
    return Span(value - half_a_digit(value), value, value + half_a_digit(value))


def half_a_digit(count: float) -> float:
    """Half of the last digit of a rounded count: 50,000 for 12.6 million, 0 for a count that is not rounded."""
    place = 1
    while count >= 100_000 and count % (10 * place) == 0:
        place *= 10
    return place / 2 if place >= 1000 else 0.0


def other_counts() -> pd.DataFrame:
    """Counts that others published of the same weeks, by id: columns value, unit, what, source."""
    return pd.read_csv(REFERENCE / "other_counts.csv", index_col="id")


def sums() -> dict[str, tuple[Span, str]]:
    """Parts and wholes among the scored accounts, in the camps, and of everyone: claim -> what is implied, what would close it."""
    bot, human, unknown, top = (printed(name) for name in ("bots", "humans", "unknown", "top_accounts"))
    everyone, all_tweets = printed("collection_accounts"), printed("collection_tweets")
    tweets, of_bots, of_humans = (printed(name) for name in ("top_tweets", "bot_tweets", "human_tweets"))
    left = tweets - of_humans - of_bots
    most = max(left.high, 0) / unknown.value
    fair = unknown * (tweets / top)
    return {
        "classes_add_up": (bot + human + unknown, ""),
        "clinton_camp_adds_up": (printed("clinton_bots") + printed("clinton_humans"), ""),
        "trump_camp_adds_up": (printed("trump_bots") + printed("trump_humans"), ""),
        "top_share_of_accounts": (top / everyone, ""),
        "top_share_of_tweets_published": (tweets / all_tweets, ""),
        "still_active": (bot / (bot + unknown), ""),
        "tweets_left_for_unknown": (
            left,
            f"humans and bots together would have {fair.value / 1e6:.2f} M tweets fewer, if the unknown tweeted as the "
            f"others; rounding alone can free {max(left.high, 0) / 1e6:.2f} M",
        ),
        "unknown_tweets_each": (
            Span(most, most, most) / (tweets / top).value,
            f"the unknown would have at most {most:.0f} tweets each, where the mean of the scored is "
            f"{(tweets / top).value:.0f}",
        ),
        "bot_share_published": (
            bot / top,
            f"{(bot / (bot + human)).value:.1%} of those with a class; {(bot / top).value:.1%} of all scored",
        ),
        "extrapolation_accounts": (bot / top * everyone, "the share among the scored, applied unchanged"),
        "extrapolation_tweets": (of_bots / tweets * all_tweets, "the share among the scored, applied unchanged"),
        "bots_corrected_published": corrected(bot / (bot + human)),
    }  # fmt: skip


def corrected(share: Span) -> tuple[Span, str]:
    """Bots' share without the errors that the published accuracy allows, if it holds for bots and humans alike."""
    error = 1 - published("detector_accuracy")
    worst = (share.value - error) / (1 - 2 * error)
    wrong = error * (1 - worst) / share.value
    return Span(
        worst, worst, share.high
    ), f"no error at all; else up to {wrong:.0%} of those called bots are humans"


def hours() -> dict[str, tuple[Span, str]]:
    """Volumes by the hour: the baseline week, the peaks, and what is left for the other hours."""
    people, bots = printed("baseline_humans"), printed("baseline_bots")
    crowd, burst = printed("peak_humans"), printed("peak_bots")
    after, volume = after_the_baseline(people + bots, crowd + burst)
    queries = (crowd + burst) / one_query()
    overall = published("bot_tweets") / (published("bot_tweets") + published("human_tweets"))
    return {
        "baseline_bot_share_published": (
            Span(ratio_of(bots.low, people.high), ratio_of(bots.low, people.low), ratio_of(bots.high, people.low)),
            f"humans at {bots.low / published('baseline_bot_share') - bots.low:,.0f} an hour whenever bots are at their "
            f"lowest; the low ends of both make {ratio_of(bots.low, people.low):.1%}",
        ),
        "volume_after_baseline": (after, f"after the baseline week, {volume.value:,.0f} an hour outside the bursts"),
        "one_query_at_peaks": (
            queries,
            f"at least {np.ceil(queries.high):.0f} queries at each poll, for the scored accounts' tweets alone",
        ),
        "bots_lag_published": (
            Span(*(ratio_of(burst.value, end) - overall for end in (crowd.high, crowd.value, crowd.low))), "",
        ),
        "all_tweets_published": (
            printed("collection_tweets") / other_counts().loc["later_tweets", "value"],
            "a narrower list of terms than the later count's, or tweets missed",
        ),
    }  # fmt: skip


def ratio_of(part: float, rest: float) -> float:
    """part / (part + rest)."""
    return part / (part + rest)


def one_query() -> float:
    """Most tweets an hour that one query of the search API returns, asked as often as the paper says."""
    return 3600 / published("poll_interval") * other_counts().loc["tweets_a_request", "value"]


def after_the_baseline(baseline: Span, peak: Span) -> tuple[Span, Span]:
    """Labelled tweets an hour after the baseline week and outside bursts: over the baseline's, and as a number.

    The bursts are taken at the printed peaks for as long as `tweets.BURST`, one for each debate.
    """
    days, week = published("collection_days"), published("baseline_days")
    bursts = published("debates_covered") * (BURST / timedelta(hours=1))
    left = printed("bot_tweets") + printed("human_tweets") - baseline * (24 * week) - peak * bursts
    volume = left / (24 * (days - week) - bursts)
    return volume / baseline, volume


def camps() -> dict[str, tuple[Span, str]]:
    """Who has a side, who leans where, and the two hashtags aimed at a candidate."""
    clinton, trump = ((printed(f"{key}_bots"), printed(f"{key}_humans")) for key in ("clinton", "trump"))
    bot, human = (
        (one + other) / printed(name)
        for one, other, name in zip(clinton, trump, ("bots", "humans"), strict=True)
    )
    lean = [of_trump / of_clinton for of_trump, of_clinton in zip(trump, clinton, strict=True)]
    blind = printed("human_tweets") / printed("bot_tweets")
    never = {
        tag: printed(f"{tag}_positive") / (printed(f"{tag}_positive") + printed(f"{tag}_negative"))
        for tag in ("nevertrump", "neverhillary")
    }
    base = published("bots") / (published("bots") + published("humans"))
    gap = np.log(published("neverhillary_positive") / published("neverhillary_negative")) - np.log(
        published("nevertrump_positive") / published("nevertrump_negative")
    )
    return {
        "sides_of_bots_published": (
            bot / human,
            f"{human.value * published('bots'):,.0f} bots with a side; {bot.value:.1%} of bots have one, "
            f"{human.value:.1%} of humans",
        ),
        "lean_of_bots_published": (
            lean[0] / lean[1],
            f"among bots {lean[0].value:.2f} Trump supporters for each of Clinton's, among humans {lean[1].value:.2f}",
        ),
        "nevertrump_split_published": (never["nevertrump"], ""),
        "neverhillary_split_published": (
            never["neverhillary"],
            f"another yardstick than the first hashtag's, of whose tweets {never['nevertrump'].value:.1%} are positive",
        ),
        "neverhillary_more_negative_published": (Span(gap, gap, gap), ""),
        "replies_blind_order": (blind, ""),
        "core_labelled_base": (Span(base, base, base), ""),
    }  # fmt: skip


def relations() -> pd.DataFrame:
    """Every relation among the published counts, one row each.

    Columns id, claim, published, low, value, high (what the counts imply, at the ends of rounding), accepted_low,
    accepted_high (what still reads as the claim; open is infinite), verdict (closes; only at the ends of rounding or
    of a printed range; does not close), to_close (what would have to be true, or what it means).
    """
    found = pd.DataFrame(
        [(name, span.low, span.value, span.high, words)
         for name, (span, words) in (sums() | hours() | camps()).items()],
        columns=["id", "low", "value", "high", "to_close"],
    )  # fmt: skip
    rows = claims().loc[found["id"]].reset_index()
    scale = rows["published"].where(rows["test"] == "ratio", 1.0)
    found["accepted_low"] = (rows["low"] * scale).fillna(-np.inf)
    found["accepted_high"] = (rows["high"] * scale).fillna(np.inf)
    found[["claim", "published"]] = rows[["claim", "published"]]
    found["verdict"] = [verdict(row) for row in found.itertuples()]
    order = ["id", "claim", "published", "low", "value", "high", "accepted_low", "accepted_high", "verdict"]
    return found[[*order, "to_close"]]


def measures(notebook: int | None = None) -> pd.DataFrame:
    """What published counts say of the claims of evidence "arithmetic" (of one notebook, by number, or of all).

    Index claim id, columns value, low, high. The ends are what rounding leaves of a relation that notebook 11
    asks about; elsewhere, and where the counts are exact, they are NaN: counts are taken as they are printed.
    """
    ledger = claims().query("evidence == 'arithmetic'")
    table = relations().set_index("id")[["value", "low", "high"]]
    open_to_rounding = (ledger["notebook"].reindex(table.index) == 11) & (table["low"] < table["high"])
    table[["low", "high"]] = table[["low", "high"]].where(open_to_rounding)
    table = pd.concat([table, measured(as_printed() | of_the_press())])
    return table.loc[ledger.index if notebook is None else ledger.index[ledger["notebook"] == notebook]]


def as_printed() -> dict[str, float]:
    """Further claims that follow from the article's counts, or from real scores, as they are printed: claim -> value."""
    trump, clinton, *others = (published(f"terms_{key}") for key in ("trump", "clinton", "johnson", "stein"))
    fifth = published("bot_tweets_extrapolated") / published("collection_tweets")
    return {
        "terms_roughly_equal": trump / clinton,
        "terms_left_for_debates": published("search_terms") - trump - clinton - sum(others),
        "bot_tweet_share_published": fifth,
        "one_fifth_published": fifth,
        "bot_accounts_published": published("bots_extrapolated") / published("collection_accounts"),
        "top_is_like_everyone": extrapolation.factor(extrapolation.real_scores()),
    }


def of_the_press() -> dict[str, float]:
    """What follows from the counts of the memo and the press articles of notebook 10: claim -> value."""
    trump, clinton = published("memo_trump_tweets"), published("memo_clinton_tweets")
    for_trump, for_clinton = published("memo_trump_automated"), published("memo_clinton_automated")
    third_and_fifth = published("motherboard_trump_third") / published("motherboard_clinton_fifth")
    collected, automated = published("ibtimes_collected"), published("ibtimes_trump_automated")
    other = automated * published("ibtimes_clinton_fraction")
    camps = automated / published("memo_trump_share_second") + other / published("memo_clinton_share_second")
    scored, fast, flagged, both = (
        published(f"elsewhere_{what}") for what in ("scored", "fast", "flagged", "both")
    )
    return {
        "memo_trump_share_closes": for_trump / trump,
        "memo_clinton_share_closes": for_clinton / clinton,
        "memo_ratio_closes": for_trump / for_clinton,
        "motherboard_third_closes": for_trump / trump,
        "motherboard_fifth_closes": for_clinton / clinton,
        "motherboard_seven_closes": third_and_fifth * trump / clinton,
        "ibtimes_growth_closes": for_trump * (1 + published("automated_trump_growth")),
        "ibtimes_automated_closes": (automated + other) / collected,
        "ibtimes_camps_fit": camps / collected,
        "motherboard_bots_with_side": (published("clinton_bots") + published("trump_bots"))
        / published("bots"),
        "elsewhere_jaccard": both / (fast + flagged - both),
        "elsewhere_lift": both / (fast * flagged / scored),
    }


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """The relations for readers: claim, stated, implied (with the ends of rounding), verdict, what it takes."""
    rows = claims().loc[table["id"]]
    value = [in_unit(value, unit) for value, unit in zip(table["value"], rows["unit"], strict=True)]
    ends = [
        f" ({in_unit(row.low, unit)} to {in_unit(row.high, unit)})" if row.low < row.high else ""
        for row, unit in zip(table.itertuples(), rows["unit"], strict=True)
    ]
    return pd.DataFrame(
        {
            "claim": table["claim"],
            "stated": [paper_value(row) for _, row in rows.iterrows()],
            "implied": [number + span for number, span in zip(value, ends, strict=True)],
            "verdict": table["verdict"],
            "what it takes": table["to_close"],
        }
    )


def verdict(row) -> str:
    """Whether what is implied (low, value, high) lies within what is accepted: by its value, at an end, or not."""
    if row.accepted_low <= row.value <= row.accepted_high:
        return CLOSES
    meets = row.low <= row.accepted_high and row.high >= row.accepted_low
    return AT_THE_ENDS if meets else BROKEN


def beside_published(table: pd.DataFrame) -> pd.DataFrame:
    """The relations over what they are set against, for drawing: all ends divided by `reference`.

    That is the published value or, where the claim gives none, the bound, or the (geometric) middle of two bounds. Left
    out are relations of which either is not above 0, since a ratio would say nothing.
    """
    bounds = table[["accepted_low", "accepted_high"]].where(np.isfinite)
    middle = np.exp(np.log(bounds.where(bounds > 0)).mean(axis=1))
    reference = table["published"].fillna(middle)
    drawn = table[(reference > 0) & (table["value"] > 0)].assign(reference=reference)
    ends = ["low", "value", "high", "accepted_low", "accepted_high"]
    drawn[ends] = drawn[ends].div(drawn["reference"], axis=0)
    return drawn.reset_index(drop=True)


def draw_relations(drawn: pd.DataFrame, ax: Axes, reach: tuple[float, float] = (0.1, 10)) -> Axes:
    """Draw the table of `beside_published`: implied over stated, with its span, on what is accepted (grey)."""
    if drawn.empty:
        return say_empty(ax, "No relations")
    for y, row in enumerate(drawn.itertuples()):
        marker, color, fill = MARKS[row.verdict]
        left, right = np.clip([row.accepted_low, row.accepted_high], *reach)
        ax.barh(y, right - left, left=left, height=0.7, color=COLOR["pale"], zorder=0)
        ax.plot(np.clip([row.low, row.high], *reach), [y, y], color=color)
        ax.plot(np.clip(row.value, *reach), y, marker, color=color, markerfacecolor=fill, markersize=6)
    ax.axvline(1, color=COLOR["ink"], linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(drawn)), drawn["claim"], fontsize=8)
    ax.set(xscale="log", xlim=reach, ylim=(len(drawn) - 0.5, -0.5), xlabel="implied / stated")
    ax.set_xticks([0.1, 0.2, 0.5, 1, 2, 5, 10], ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
    ax.minorticks_off()
    ax.legend(
        handles=[_handle(name) for name in MARKS], loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3
    )
    return ax


def _handle(name: str) -> Line2D:
    marker, color, fill = MARKS[name]
    return Line2D([], [], marker=marker, color=color, markerfacecolor=fill, label=name)


def in_words(table: pd.DataFrame) -> str:
    """The relations in a sentence with their numbers: alternative text of the picture."""
    if table.empty:
        return "Empty: no relations."
    counts = table["verdict"].value_counts()
    parts = [f"{counts.get(name, 0)} '{name}'" for name in MARKS]
    worst = table.loc[table["verdict"] == BROKEN, "claim"].tolist()
    return (
        f"{len(table)} relations among the published counts, implied over stated with the span that rounding leaves: "
        f"{', '.join(parts)}. Those that do not close: {'; '.join(worst) or 'none'}."
    )


def covered(windows: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> float:
    """Share of the time from start to end (UTC) that lies within windows of collection; NaN if there is no time."""
    within = sum((max(timedelta(0), min(end, b) - max(start, a)) for a, b in windows), timedelta(0))
    return within / (end - start) if end > start else np.nan


def words(table: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the picture of the relations, from the table of `relations`."""
    counts = table["verdict"].value_counts()
    return {
        "title": f"Of {len(table)} relations among the published counts {counts.get(CLOSES, 0)} close and {counts.get(BROKEN, 0)} do not",
        "alt": in_words(table),
        "caption": (
            "What published counts imply over what is stated: marks, with the span that rounding leaves; grey, what still "
            "reads as the claim; 1 is agreement (logarithmic axis, cut off at its ends). Relations of which either is not "
            "above 0 are not drawn. From the article's counts alone."
        ),
    }
