"""What the paper's printed counts say of each other: which relations close, and what would close the others.

Needs no data: from `data/reference/claims.csv` (rows of evidence "arithmetic", and the counts they are made
of) and `other_counts.csv` to one row a relation. A printed number stands for all numbers that print alike
("12.6 million" is 12.55 to 12.65), so every relation has a span, found by interval arithmetic (Moore 1966).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import add, mul, sub, truediv

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.audit import extrapolation
from helpers.claims import claims, in_words, measured, paper_value, published
from helpers.figures import COLOR, captions
from helpers.study import REFERENCE, Study
from helpers.tweets import BURST
from helpers.uncertainty import MEASURED

ENDS = ["low", "value", "high", "accepted_low", "accepted_high"]
DRAWN = ["id", "claim", "published", *ENDS, "verdict", "to_close", "reference"]
CLOSES, AT_THE_ENDS, BROKEN = "closes", "only at the ends", "does not close"
MARKS = {  # verdict -> marker, its edge and fill
    CLOSES: ("s", COLOR["holds"], COLOR["holds"]),
    AT_THE_ENDS: ("D", COLOR["holds"], "white"),
    BROKEN: ("X", COLOR["fails"], COLOR["fails"]),
}


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


def printed(claim_id: str) -> Span:
    """A published value with all values that print alike; a published range with its middle and its ends.

    Counts below 100,000, and larger ones with all their digits, are exact; others ("12.6 million") are
    rounded to their last digit that is not 0. Raises KeyError on an unknown id.
    """
    value, end = published(claim_id), claims().loc[claim_id, "published_to"]
    if pd.notna(end):
        return Span(value, (value + end) / 2, float(end))
    return Span(value - half_a_digit(value), value, value + half_a_digit(value))


def half_a_digit(count: float) -> float:
    """Half of the last digit of a rounded count: 50,000 for 12.6 million, 0 for a count that
    is not rounded.
    """
    place = 1
    while count >= 100_000 and count % (10 * place) == 0:
        place *= 10
    return place / 2 if place >= 1000 else 0.0


def other_counts() -> pd.DataFrame:
    """Counts that others published of the same weeks, by id: columns value, unit, what, source."""
    return pd.read_csv(REFERENCE / "other_counts.csv", index_col="id")


class Numbers:
    """The published numbers as spans, by claim id, and what follows from them, by the formulas' names."""

    def __getattr__(self, name: str) -> Span:
        """What the formula of this name makes of the numbers, or else the number as `printed`."""
        formula = STEPS.get(name) or RELATIONS.get(name) or FURTHER.get(name)
        return formula(self) if formula else printed(name)


Formulas = dict[str, Callable[[Numbers], Span]]
STEPS: Formulas = {  # what several relations need, or what is said of them
    "share": lambda n: n.bots / (n.bots + n.humans),
    "error": lambda n: Span(1, 1, 1) - n.detector_accuracy,  # if it holds for bots and humans alike
    "share_without_errors": lambda n: (n.share - n.error) / (Span(1, 1, 1) - n.error * 2),
    "humans_called_bots": lambda n: n.error * (Span(1, 1, 1) - n.share_without_errors) / n.share,
    "tweets_each": lambda n: n.top_tweets / n.top_accounts,
    "millions_of_the_unknown": lambda n: n.unknown * n.tweets_each / 1e6,
    "most_left": lambda n: exactly(max(n.tweets_left_for_unknown.high, 0)),
    "most_millions_left": lambda n: n.most_left / 1e6,
    "most_left_each": lambda n: n.most_left / n.unknown,
    "baseline": lambda n: n.baseline_humans + n.baseline_bots,
    "peak": lambda n: n.peak_humans + n.peak_bots,
    "humans_at_few_bots": lambda n: exactly(n.baseline_bots.low) / n.baseline_bot_share - n.baseline_bots.low,
    "volume": lambda n: after_the_baseline(n.baseline, n.peak),
    "queries": lambda n: exactly(np.ceil(n.one_query_at_peaks.high)),
    "sides_of_bots": lambda n: (n.clinton_bots + n.trump_bots) / n.bots,
    "sides_of_humans": lambda n: (n.clinton_humans + n.trump_humans) / n.humans,
    "bots_with_a_side": lambda n: n.sides_of_humans * n.bots,  # if bots were as humans
    "lean_of_bots": lambda n: n.trump_bots / n.clinton_bots,
    "lean_of_humans": lambda n: n.trump_humans / n.clinton_humans,
    "ibtimes_clinton_automated": lambda n: n.ibtimes_trump_automated * n.ibtimes_clinton_fraction,
}
RELATIONS: Formulas = {  # claim -> what the article's counts imply, with what rounding leaves open
    "classes_add_up": lambda n: n.bots + n.humans + n.unknown,
    "clinton_camp_adds_up": lambda n: n.clinton_bots + n.clinton_humans,
    "trump_camp_adds_up": lambda n: n.trump_bots + n.trump_humans,
    "top_share_of_accounts": lambda n: n.top_accounts / n.collection_accounts,
    "top_share_of_tweets_published": lambda n: n.top_tweets / n.collection_tweets,
    "still_active": lambda n: n.bots / (n.bots + n.unknown),
    "tweets_left_for_unknown": lambda n: n.top_tweets - n.human_tweets - n.bot_tweets,
    "unknown_tweets_each": lambda n: n.most_left_each / n.tweets_each.value,
    "bot_share_published": lambda n: n.bots / n.top_accounts,
    "extrapolation_accounts": lambda n: n.bot_share_published * n.collection_accounts,
    "extrapolation_tweets": lambda n: n.bot_tweets / n.top_tweets * n.collection_tweets,
    "bots_corrected_published": lambda n: Span(*[n.share_without_errors.value] * 2, n.share.high),
    "baseline_bot_share_published": lambda n: Span(
        part(n.baseline_bots.low, n.baseline_humans.high),
        part(n.baseline_bots.low, n.baseline_humans.low),
        part(n.baseline_bots.high, n.baseline_humans.low),
    ),
    "volume_after_baseline": lambda n: n.volume / n.baseline,
    "one_query_at_peaks": lambda n: n.peak / one_query(),
    "bots_lag_published": lambda n: Span(
        part(n.peak_bots.value, n.peak_humans.high),
        part(n.peak_bots.value, n.peak_humans.value),
        part(n.peak_bots.value, n.peak_humans.low),
    ) - part(n.bot_tweets.value, n.human_tweets.value),
    "all_tweets_published": lambda n: n.collection_tweets / other_counts().loc["later_tweets", "value"],
    "sides_of_bots_published": lambda n: n.sides_of_bots / n.sides_of_humans,
    "lean_of_bots_published": lambda n: n.lean_of_bots / n.lean_of_humans,
    "nevertrump_split_published": lambda n: n.nevertrump_positive
    / (n.nevertrump_positive + n.nevertrump_negative),
    "neverhillary_split_published": lambda n: n.neverhillary_positive
    / (n.neverhillary_positive + n.neverhillary_negative),
    "neverhillary_more_negative_published": lambda n: exactly(
        np.log(n.neverhillary_positive.value / n.neverhillary_negative.value)
        - np.log(n.nevertrump_positive.value / n.nevertrump_negative.value)
    ),
    "replies_blind_order": lambda n: n.human_tweets / n.bot_tweets,
    "core_labelled_base": lambda n: n.share,
}  # fmt: skip
FURTHER: Formulas = {  # claim -> what follows from counts of search terms, of the press, of real scores
    "terms_roughly_equal": lambda n: n.terms_trump / n.terms_clinton,
    "terms_left_for_debates": lambda n: n.search_terms - n.terms_trump - n.terms_clinton - n.terms_johnson
    - n.terms_stein,
    "bot_tweet_share_published": lambda n: n.bot_tweets_extrapolated / n.collection_tweets,
    "one_fifth_published": lambda n: n.bot_tweets_extrapolated / n.collection_tweets,
    "bot_accounts_published": lambda n: n.bots_extrapolated / n.collection_accounts,
    "memo_trump_share_closes": lambda n: n.memo_trump_automated / n.memo_trump_tweets,
    "memo_clinton_share_closes": lambda n: n.memo_clinton_automated / n.memo_clinton_tweets,
    "memo_ratio_closes": lambda n: n.memo_trump_automated / n.memo_clinton_automated,
    "motherboard_third_closes": lambda n: n.memo_trump_share_closes,
    "motherboard_fifth_closes": lambda n: n.memo_clinton_share_closes,
    "motherboard_seven_closes": lambda n: n.motherboard_trump_third / n.motherboard_clinton_fifth
    * n.memo_trump_tweets / n.memo_clinton_tweets,
    "motherboard_bots_with_side": lambda n: n.sides_of_bots,
    "ibtimes_growth_closes": lambda n: n.memo_trump_automated * (n.automated_trump_growth + 1),
    "ibtimes_automated_closes": lambda n: (n.ibtimes_trump_automated + n.ibtimes_clinton_automated)
    / n.ibtimes_collected,
    "ibtimes_camps_fit": lambda n: (
        n.ibtimes_trump_automated / n.memo_trump_share_second
        + n.ibtimes_clinton_automated / n.memo_clinton_share_second
    ) / n.ibtimes_collected,
    "elsewhere_jaccard": lambda n: n.elsewhere_both
    / (n.elsewhere_fast + n.elsewhere_flagged - n.elsewhere_both),
    "elsewhere_lift": lambda n: n.elsewhere_both
    / (n.elsewhere_fast * n.elsewhere_flagged / n.elsewhere_scored),
    "top_is_like_everyone": lambda n: exactly(extrapolation.factor(extrapolation.real_scores())),
}  # fmt: skip


def exactly(value: float) -> Span:
    """A number that stands for itself alone."""
    return Span(value, value, value)


def part(one: float, rest: float) -> float:
    """one / (one + rest)."""
    return one / (one + rest)


def one_query() -> float:
    """Most tweets an hour that one query of the search API returns, asked as often as the paper says."""
    return 3600 / published("poll_interval") * other_counts().loc["tweets_a_request", "value"]


def after_the_baseline(baseline: Span, peak: Span) -> Span:
    """Labelled tweets an hour after the baseline week, outside bursts.

    The bursts are taken at the printed peaks for as long as `tweets.BURST`, one for each debate.
    """
    days, week = published("collection_days"), published("baseline_days")
    bursts = published("debates_covered") * (BURST / timedelta(hours=1))
    left = printed("bot_tweets") + printed("human_tweets") - baseline * (24 * week) - peak * bursts
    return left / (24 * (days - week) - bursts)


def relations() -> pd.DataFrame:
    """Every relation among the article's counts, one row each.

    Columns id, claim, published, low, value, high (what the counts imply, at the ends of rounding),
    accepted_low, accepted_high (what still reads as the claim; open is infinite), verdict (closes; only at
    the ends of rounding or of a printed range; does not close), to_close (what would have to be true, or what
    it means).
    """
    numbers, ledger = Numbers(), claims().loc[list(RELATIONS)]
    scale = ledger["published"].where(ledger["test"] == "ratio", 1.0)
    table = implied(RELATIONS).join(ledger[["claim", "published"]])
    table["accepted_low"] = (ledger["low"] * scale).fillna(-np.inf)
    table["accepted_high"] = (ledger["high"] * scale).fillna(np.inf)
    table["verdict"] = [verdict(row) for row in table.itertuples()]
    table["to_close"] = [captions()["to_close"].get(name, "").format(n=numbers) for name in table.index]
    return table.rename_axis("id").reset_index()


def implied(formulas: Formulas) -> pd.DataFrame:
    """What formulas give: index their names, columns value, low, high."""
    spans = [formula(Numbers()) for formula in formulas.values()]
    return pd.DataFrame([(span.value, span.low, span.high) for span in spans], list(formulas), MEASURED)


def measures(notebook: int | None = None) -> pd.DataFrame:
    """What published counts say of the claims of evidence "arithmetic": of one notebook, by number, or of
    all.

    Index claim id, columns value, low, high. The ends are what rounding leaves of a claim of notebook 11;
    elsewhere, and where the counts are exact, they are NaN: counts are taken as they are printed.
    """
    ledger = claims().query("evidence == 'arithmetic'")
    table = implied(RELATIONS | FURTHER).loc[ledger.index]
    rounded = (ledger["notebook"] == 11) & (table["low"] < table["high"])
    table[["low", "high"]] = table[["low", "high"]].where(rounded)
    return table if notebook is None else table[ledger["notebook"] == notebook]


def settings(study: Study) -> pd.DataFrame:
    """What the study's own settings say of its collection: index claim id, columns value, low, high."""
    windows = study.collection.windows
    days = [(end - start).days for start, end in windows]
    debates = sum(any(start <= event.at < end for start, end in windows) for event in study.events)
    values = {
        "collection_days": sum(days),
        "baseline_days": sum(days[:1]),
        "debates_covered": debates,
        "poll_interval": study.collection.poll_seconds,
    }
    return measured({claim: value or np.nan for claim, value in values.items()})


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """The relations for readers: claim, stated, implied (with the ends of rounding), verdict,
    what it takes.
    """
    rows = claims().loc[table["id"]]
    ends = [
        [in_words(value, unit) for value in dict.fromkeys((row.value, row.low, row.high))]
        for row, unit in zip(table.itertuples(), rows["unit"], strict=True)
    ]
    return pd.DataFrame(
        {
            "claim": table["claim"],
            "stated": [paper_value(row) for _, row in rows.iterrows()],
            "implied": [value + (f" ({' to '.join(span)})" if span else "") for value, *span in ends],
            "verdict": table["verdict"],
            "what it takes": table["to_close"],
        }
    )


def verdict(row) -> str:
    """Whether what is implied (low, value, high) lies within what is accepted: by its value, at an end, or
    not.
    """
    if row.accepted_low <= row.value <= row.accepted_high:
        return CLOSES
    meets = row.low <= row.accepted_high and row.high >= row.accepted_low
    return AT_THE_ENDS if meets else BROKEN


def beside_published(table: pd.DataFrame) -> pd.DataFrame:
    """The relations over what they are set against, for drawing: all ends divided by `reference`.

    That is the published value or, where the claim gives none, the bound, or the (geometric) middle of two
    bounds. Left out are relations of which either is not above 0, since a ratio would say nothing.
    """
    bounds = table[["accepted_low", "accepted_high"]].where(np.isfinite)
    middle = np.exp(np.log(bounds.where(bounds > 0)).mean(axis=1))
    drawn = table.assign(reference=table["published"].fillna(middle))[DRAWN]
    drawn = drawn[(drawn["reference"] > 0) & (drawn["value"] > 0)].reset_index(drop=True)
    return drawn.assign(**drawn[ENDS].div(drawn["reference"], axis=0))


def draw_relations(drawn: pd.DataFrame, ax: Axes, reach: tuple[float, float] = (0.1, 10)) -> Axes:
    """Draw the table of `beside_published`: implied over stated, with its span, on what is
    accepted (grey).
    """
    ends = drawn.assign(**drawn[ENDS].clip(*reach))
    width = ends["accepted_high"] - ends["accepted_low"]
    ax.barh(range(len(ends)), width, left=ends["accepted_low"], height=0.7, color=COLOR["pale"], zorder=0)
    for name, (marker, color, fill) in MARKS.items():
        rows = np.flatnonzero(ends["verdict"] == name)
        of_verdict, style = ends.iloc[rows], {"color": color, "markerfacecolor": fill, "markersize": 6}
        ax.hlines(rows, of_verdict["low"], of_verdict["high"], color=color)
        ax.plot(of_verdict["value"], rows, marker, label=name, **style)
    ax.axvline(1, color=COLOR["ink"], linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(drawn)), drawn["claim"], fontsize=8)
    ax.set(xscale="log", xlim=reach, ylim=(len(drawn) - 0.5, -0.5), xlabel="implied / stated")
    ax.set_xticks([0.1, 0.2, 0.5, 1, 2, 5, 10], ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
    ax.minorticks_off()
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return ax


def facts(table: pd.DataFrame) -> dict[str, object]:
    """What the picture of the relations says, from the table of `relations`: see captions/audit.toml."""
    names = {"closing": CLOSES, "at_the_ends": AT_THE_ENDS, "broken": BROKEN}
    counts = {name: (table["verdict"] == verdict).sum() for name, verdict in names.items()}
    return counts | {
        "relations": len(table),
        "which": "; ".join(table.loc[table["verdict"] == BROKEN, "claim"]),
    }


def covered(windows: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> float:
    """Share of the time from start to end (UTC) that lies within windows of collection; NaN if there is no
    time.
    """
    within = sum((max(timedelta(0), min(end, b) - max(start, a)) for a, b in windows), timedelta(0))
    return within / (end - start) if end > start else np.nan
