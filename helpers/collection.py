"""What was collected: tweets by search term (Table 1), the size of the collection (Table 2), its windows.

After Bessi & Ferrara (2016), section Methodology, "Data collection". From the `tweets` table to one row a
search term, or one row a quantity.
"""

from __future__ import annotations

from contextlib import suppress

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.claims import measured, named
from helpers.figures import COLOR, note, say_empty
from helpers.ingest.files import Damaged
from helpers.ingest.records import records_of
from helpers.ingest.tweets import decoded, parse
from helpers.settings import Term
from helpers.study import Study
from helpers.tables import collect, scan
from helpers.tweets import OWN, Spans, inside
from helpers.uncertainty import DRAWS, ratio, weights_alike


def first_tweet(study: Study) -> dict:
    """The first tweet of the study's raw files as v1.1 gave it; empty where there is none."""
    for path in study.raw_files:
        with suppress(Damaged):
            for _, record in records_of(path):
                if isinstance(parse(record), tuple):
                    return decoded(record)
    return {}


def how_many(holds: nw.Expr) -> nw.Expr:
    """Number of rows for which a condition holds; not every engine adds up true and false."""
    return holds.cast(nw.Int64).sum()


def holds_term(term: str) -> nw.Expr:
    """Whether a tweet holds a search term, letter case ignored: among its hashtags, or else in its text."""
    if term.startswith("#"):
        return nw.col("hashtags").list.contains(term[1:].lower())
    return nw.col("text").str.to_lowercase().str.contains(term.lower(), literal=True)


def term_counts(tweets: nw.LazyFrame, terms: list[Term]) -> pd.DataFrame:
    """Number of tweets that hold each search term (Table 1): columns term, group, source, tweets.

    A tweet counts once for every term it holds, so the column adds up to more than the tweets collected.
    """
    counts = [how_many(holds_term(term.term)).alias(str(row)) for row, term in enumerate(terms)]
    tweets_with = collect(tweets.select(*counts, nw.len())).fillna(0).astype("int64").iloc[0, :-1]
    rows = [(term.term, term.group, term.source) for term in terms]
    table = pd.DataFrame(rows, columns=["term", "group", "source"])
    return table.assign(tweets=tweets_with.to_numpy())


def describe(tweets: nw.LazyFrame) -> pd.DataFrame:
    """Size and make-up of the collection (Table 2): columns quantity, value, share (of the tweets).

    A reply answers an account, a retweet repeats a tweet, everything else is original (quotes among them); a
    tweet is geotagged if it has coordinates, and placed if it names a place.
    """
    kind = nw.col("kind")
    quantities = {
        "tweets": nw.len(),
        "accounts": nw.col("user_id").n_unique(),
        "originals": how_many(kind.is_in(OWN)),
        "retweets": how_many(kind == "retweet"),
        "replies": how_many(kind == "reply"),
        "quotes": how_many(kind == "quote"),
        "geotagged": how_many(~nw.col("longitude").is_null()),
        "placed": how_many(~nw.col("place").is_null()),
    }
    value = collect(tweets.select(**quantities)).iloc[0].fillna(0).astype("int64")
    share = ratio(value, value["tweets"])
    share[:2] = np.nan  # of tweets and accounts
    return pd.DataFrame({"quantity": list(quantities), "value": value.to_numpy(), "share": share})


def by_window(tweets: nw.LazyFrame, windows: Spans) -> pd.DataFrame:
    """Tweets in each window [start, end), and last outside all: columns start, end, days, tweets."""
    moment, spans = nw.col("created_at"), [[window] for window in windows]
    counts = [how_many(inside(moment, span)).alias(str(row)) for row, span in enumerate([*spans, windows])]
    *within, covered, everything = collect(tweets.select(*counts, nw.len())).fillna(0).iloc[0].astype("int64")
    table = pd.DataFrame([*windows, (pd.NaT, pd.NaT)], columns=["start", "end"])
    table["days"] = (table["end"] - table["start"]) / pd.Timedelta(days=1)
    return table.assign(tweets=[*within, everything - covered])


def outside_windows(study: Study) -> str:
    """That most tweets lie outside the study's windows, in a paragraph for the reader; empty if not."""
    moment, windows = nw.col("created_at"), study.collection.windows
    within = {"within": how_many(inside(moment, windows))} if windows else {"within": nw.len()}
    size = {"tweets": nw.len(), "first": moment.min(), "last": moment.max()}
    facts = collect(scan(study, "tweets").select(**within, **size)).fillna({"within": 0}).iloc[0].to_dict()
    outside = int(facts["tweets"] - facts["within"])
    return note("outside_windows", facts | {"outside": outside, "most": 2 * outside > facts["tweets"]})


def activity(tweets: nw.LazyFrame) -> pd.DataFrame:
    """Accounts by number of tweets: columns user_id, tweets, most active first, ties by user_id."""
    counts = tweets.group_by("user_id").agg(tweets=nw.len())
    return collect(counts.sort("tweets", "user_id", descending=[True, False]))


def resampled_top(tweets: pd.Series, top: int, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """What the `top` most active accounts write in bootstrap draws of all: columns tweets, share (of all).

    In: tweets of each account. Draws how many accounts have each number of tweets, so that the cost does not
    grow with the number of accounts.
    """
    fewer, accounts = np.unique(-tweets.to_numpy(), return_counts=True)
    draws = (DRAWS if draws is None else draws) if len(accounts) else 0
    drawn = np.concatenate([accounts[None], *weights_alike(accounts, draws, seed)])[1:]
    taken = np.diff(np.minimum(drawn.cumsum(axis=1), top), prepend=0, axis=1)
    wrote = taken @ -fewer
    return pd.DataFrame({"tweets": wrote, "share": ratio(wrote, drawn @ -fewer)})


def concentration(tweets: pd.Series, points: int = 200) -> pd.DataFrame:
    """Share of all tweets by the most active accounts: columns accounts, tweets (both shares, from 0 to 1).

    In: tweets of each account, in any order. For accounts with 6, 2, 1 and 1 tweets, the busiest quarter
    wrote 0.6 of all. At most `points` rows, closer together where accounts are few.
    """
    counts = np.sort(tweets.to_numpy())[::-1]
    if not len(counts):
        return pd.DataFrame(columns=["accounts", "tweets"], dtype=float)
    ranks = np.unique(np.geomspace(1, len(counts), points).round().astype(int))
    wrote = counts.cumsum()[ranks - 1] / counts.sum()
    return pd.DataFrame({"accounts": ranks / len(counts), "tweets": wrote})


def measures(
    terms: pd.DataFrame, size: pd.DataFrame, windows: pd.DataFrame, rate: float = 1.0
) -> pd.DataFrame:
    """What this notebook measures of its claims: index claim id, columns value, low, high.

    In: the tables of `term_counts`, `describe` and `by_window`; counts of the collection are divided by the
    sample `rate`. Whose terms are asked for stands in `data/reference/article.toml`.
    """
    asked, value = named("collection"), size.set_index("quantity")["value"]
    groups = terms.groupby("group")["tweets"].agg(["size", "sum"])
    third = groups["sum"].reindex(asked["third_parties"]).sum(min_count=1)
    days = windows["days"].iloc[:-1]
    second, others = days.reindex([1]).iloc[0], days.drop(1, errors="ignore").max()
    values = {
        "search_terms": len(terms) or np.nan,
        "collection_windows": len(days) or np.nan,
        "collection_tweets": value["tweets"] / rate,
        "collection_accounts": value["accounts"] / rate,
        "tweets_outside_windows": windows["tweets"].iloc[-1] if len(days) else np.nan,
        **{f"terms_{group}": groups["size"].get(group, np.nan) for group in asked["candidates"]},
        "third_party_share": ratio(third, value["tweets"]),
        "terms_overlap": ratio(groups["sum"].sum(), value["tweets"]) or np.nan,
        "geotags_subset": ratio(value["placed"], value["tweets"]) or np.nan,
        "second_period_longest": second / others,
    }
    return measured(values)


def of_study(study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """`measures` of a study's tweets, as notebook 01 makes them; neither classes nor draws play a part."""
    tweets, asked = scan(study, "tweets"), study.collection
    terms, windows = term_counts(tweets, study.terms), by_window(tweets, asked.windows)
    return measures(terms, describe(tweets), windows, asked.sample_rate)


def terms_facts(terms: pd.DataFrame) -> dict[str, object]:
    """What the picture of Table 1 says, from the table of `term_counts`: see captions/collection.toml."""
    top = terms.nlargest(3, "tweets")
    first = ", ".join(f"{row.term} ({row.tweets:,})" for row in top.itertuples())
    most = top[top["tweets"] > 0].head(1)
    said = {"term": most["term"].sum() or None, "tweets": most["tweets"].sum()}
    return said | {"terms": len(terms), "several": len(terms) > 1, "first": first}


def concentration_facts(shares: pd.DataFrame) -> dict[str, float]:
    """What the picture of activity says, from the table of `concentration`: see captions/collection.toml.

    The number of accounts, and the share of them that writes half of all tweets; NaN without tweets.
    """
    half = shares.loc[shares["tweets"] >= 0.5, "accounts"].min()
    return {"half": half, "accounts": 1 / shares["accounts"].min()}


def draw_concentration(shares: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the share of tweets against the share of most active accounts, from `concentration`."""
    if shares.empty:
        return say_empty(ax, "No tweets")
    ax.plot(shares["accounts"], shares["tweets"], color=COLOR["ink"])
    ax.set(xscale="log", ylim=(0, 1.02), ylabel="share of all tweets")
    ax.set_xlabel("most active accounts (share of all accounts)")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    return ax


def draw_term_counts(terms: pd.DataFrame, ax: Axes) -> Axes:
    """Draw Table 1 as bars, from the table of `term_counts`; terms that stand in for others are hatched."""
    if terms.empty:
        return say_empty(ax, "The study names no search terms")
    terms, ink = terms.sort_values("tweets", ascending=False), COLOR["ink"]
    labels = {"paper": "named in the article", "substitute": "substitute", "own": None}
    for source, label in labels.items():
        face, hatch = ("white", "////") if source == "substitute" else (ink, None)
        rows = terms[terms["source"] == source]
        style = {"color": face, "hatch": hatch, "edgecolor": ink, "linewidth": 0.6}
        ax.barh(rows["term"], rows["tweets"], label=label if len(rows) else None, **style)
    ax.set_yticks(terms["term"], terms["term"])
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set(xlabel="tweets with the term")
    if terms["source"].nunique() > 1:
        ax.legend(loc="lower right")
    return ax
