"""What was collected: tweets by search term (Table 1), the size of the collection (Table 2), its windows.

After Bessi & Ferrara (2016), section Methodology, "Data collection". From the `tweets` table to one row a
search term, or one row a quantity.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import uncertainty
from helpers.figures import COLOR, say_empty
from helpers.ingest.lines import lines
from helpers.study import Study, Term
from helpers.tables import collect


def first_tweet(study: Study) -> dict:
    """The first tweet of the study's raw files as Twitter's interface gave it; empty if there is none."""
    for path in study.raw_files:
        for line in lines(path):
            with suppress(ValueError):
                message = json.loads(line)
                if "user" in message:
                    return message
    return {}


def term_counts(tweets: nw.LazyFrame, terms: list[Term]) -> pd.DataFrame:
    """Number of tweets with each search term (Table 1): columns term, group, source, tweets.

    A hashtag counts where it is among a tweet's hashtags, any other term where it stands in the text,
    letter case ignored. A tweet counts once for every term it contains, so the column adds up to more than
    the tweets collected.
    """
    tags = [t.term[1:].lower() for t in terms if t.term.startswith("#")]
    counts = {f"#{tag}": n for tag, n in hashtag_counts(tweets, tags).items()}
    words = [t.term for t in terms if not t.term.startswith("#")]
    if words:
        text = nw.col("text").str.to_lowercase()
        found = collect(
            tweets.select(*(how_many(text.str.contains(w.lower(), literal=True)).alias(w) for w in words))
        )
        counts |= {w.lower(): n for w, n in found.iloc[0].fillna(0).items()}
    rows = [(t.term, t.group, t.source, int(counts.get(t.term.lower(), 0))) for t in terms]
    return pd.DataFrame(rows, columns=["term", "group", "source", "tweets"]).astype({"tweets": "int64"})


def how_many(holds: nw.Expr) -> nw.Expr:
    """Number of rows for which a condition holds; not every engine adds up true and false."""
    return holds.cast(nw.Int64).sum()


def hashtag_counts(tweets: nw.LazyFrame, tags: list[str]) -> dict[str, int]:
    """Number of tweets that carry each of the hashtags (lower case, without '#')."""
    found = collect(
        tweets.select("tweet_id", "hashtags")
        .explode("hashtags")
        .filter(nw.col("hashtags").is_in(tags))
        .unique()
        .group_by("hashtags")
        .agg(tweets=nw.len())
    )
    return {tag: int(n) for tag, n in zip(found["hashtags"], found["tweets"], strict=True)}


def describe(tweets: nw.LazyFrame) -> pd.DataFrame:
    """Size and make-up of the collection (Table 2): columns quantity, value, share (of the tweets).

    A reply is a tweet that answers an account, a retweet repeats a tweet, everything else is original
    (quotes among them); a tweet is geotagged if it has coordinates, and placed if it names a place.
    """
    has = lambda column: how_many(~nw.col(column).is_null())  # noqa: E731
    retweet, reply = ~nw.col("retweeted_tweet_id").is_null(), ~nw.col("in_reply_to_user_id").is_null()
    row = collect(
        tweets.select(
            tweets=nw.len(),
            accounts=nw.col("user_id").n_unique(),
            retweets=how_many(retweet),
            replies=how_many(~retweet & reply),
            quotes=how_many(~retweet & ~nw.col("quoted_user_id").is_null()),
            geotagged=has("longitude"),
            placed=has("place"),
        )
    ).iloc[0]
    table = row.fillna(0).astype("int64").rename_axis("quantity").reset_index(name="value")
    originals = row["tweets"] - row["retweets"] - row["replies"]
    table.loc[len(table)] = ["originals", int(originals)]
    order = ["tweets", "accounts", "originals", "retweets", "replies", "quotes", "geotagged", "placed"]
    table = table.set_index("quantity").loc[order].reset_index()
    table["share"] = (table["value"] / max(int(row["tweets"]), 1)).where(
        ~table["quantity"].isin(["tweets", "accounts"])
    )
    return table


def by_window(tweets: nw.LazyFrame, windows: list[tuple[datetime, datetime]]) -> pd.DataFrame:
    """Tweets in each collection window [start, end) and outside all: columns start, end, days, tweets."""
    moment = nw.col("created_at")
    inside = [
        how_many((moment >= start) & (moment < end)).alias(str(i)) for i, (start, end) in enumerate(windows)
    ]
    counts = collect(tweets.select(*inside, nw.len().alias("all"))).iloc[0].fillna(0).astype("int64")
    rows = [(a, b, (b - a).total_seconds() / 86400, int(counts[str(i)])) for i, (a, b) in enumerate(windows)]
    rows.append((None, None, None, int(counts["all"] - sum(row[3] for row in rows))))
    return pd.DataFrame(rows, columns=["start", "end", "days", "tweets"])


def activity(tweets: nw.LazyFrame) -> pd.DataFrame:
    """Accounts by number of tweets: columns user_id, tweets, most active first, ties by user_id."""
    return collect(
        tweets.group_by("user_id").agg(tweets=nw.len()).sort(["tweets", "user_id"], descending=[True, False])
    )


def redrawn_top(tweets: pd.Series, top: int, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """What the `top` most active accounts write in bootstrap draws of all accounts: columns tweets, share of all.

    In: tweets of each account. Draws how many accounts have each number of tweets, so that the cost does not grow with
    the number of accounts.
    """
    numbers, accounts = np.unique(tweets.to_numpy()[::-1], return_counts=True)
    numbers, accounts, rng = numbers[::-1], accounts[::-1], np.random.default_rng(seed)
    rows = []
    for _ in range((draws or uncertainty.DRAWS) if len(numbers) else 0):
        drawn = rng.multinomial(accounts.sum(), accounts / accounts.sum())
        taken = np.diff(np.minimum(drawn.cumsum(), top), prepend=0)
        rows.append(((taken * numbers).sum(), (taken * numbers).sum() / (drawn * numbers).sum()))
    return pd.DataFrame(rows, columns=["tweets", "share"], dtype=float)


def concentration(tweets: pd.Series, points: int = 200) -> pd.DataFrame:
    """Share of all tweets by the most active accounts: columns accounts, tweets (both shares, from 0 to 1).

    In: tweets of each account, in any order. For accounts with 6, 2, 1 and 1 tweets, the busiest quarter
    wrote 0.6 of all. At most `points` rows, closer together where accounts are few.
    """
    counts = np.sort(tweets.to_numpy())[::-1]
    if not len(counts):
        return pd.DataFrame(columns=["accounts", "tweets"], dtype=float)
    ranks = np.unique(np.geomspace(1, len(counts), points).round().astype(int))
    return pd.DataFrame(
        {"accounts": ranks / len(counts), "tweets": counts.cumsum()[ranks - 1] / counts.sum()}
    )


def draw_concentration(shares: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the share of tweets against the share of most active accounts, from `concentration`."""
    if shares.empty:
        return say_empty(ax, "No tweets")
    ax.plot(shares["accounts"], shares["tweets"], color=COLOR["ink"])
    ax.set(
        xscale="log",
        ylim=(0, 1.02),
        xlabel="most active accounts (share of all accounts)",
        ylabel="share of all tweets",
    )
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    return ax


def draw_term_counts(terms: pd.DataFrame, ax: Axes) -> Axes:
    """Draw Table 1 as bars, from the table of `term_counts`; terms that stand in for unknown ones are hatched."""
    if terms.empty:
        return say_empty(ax, "The study names no search terms")
    terms = terms.sort_values("tweets", ascending=False)
    for source, face, hatch, label in (
        ("paper", COLOR["ink"], None, "named in the article"),
        ("substitute", "white", "////", "substitute"),
        ("own", COLOR["ink"], None, None),
    ):
        rows = terms[terms["source"] == source]
        ax.barh(
            rows["term"],
            rows["tweets"],
            color=face,
            hatch=hatch,
            edgecolor=COLOR["ink"],
            linewidth=0.6,
            label=label if len(rows) else None,
        )
    ax.set_yticks(terms["term"], terms["term"])
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set(xlabel="tweets with the term")
    if terms["source"].nunique() > 1:
        ax.legend(loc="lower right")
    return ax


def terms_in_words(terms: pd.DataFrame) -> str:
    """Table 1 in a sentence: alternative text of its picture."""
    if terms.empty:
        return "Empty: the study names no search terms."
    top = ", ".join(f"{row.term} ({row.tweets:,})" for row in terms.nlargest(3, "tweets").itertuples())
    return f"Bars of the tweets with each of {len(terms)} search terms. The most frequent are {top}."


def concentration_in_words(shares: pd.DataFrame) -> str:
    """The concentration of activity in a sentence: alternative text of its picture."""
    if shares.empty:
        return "Empty: no tweets."
    half = shares.loc[shares["tweets"] >= 0.5, "accounts"].min()
    return f"A curve that rises from the most active accounts on: the busiest {half:.1%} write half of all tweets."


def terms_words(terms: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the picture of Table 1, from the table of `term_counts`."""
    top = terms.nlargest(1, "tweets")
    title = f"No tweet holds any of {len(terms)} search terms"
    if len(top) and top["tweets"].iloc[0]:
        title = f"Of {len(terms)} search terms {top['term'].iloc[0]} brings most tweets, {top['tweets'].iloc[0]:,}"
    return {
        "title": title,
        "alt": terms_in_words(terms),
        "caption": (
            "Tweets with each search term, as counted in the collection; a tweet may hold several. Hatched terms stand in "
            "for those that the article does not name. After Table 1 (section Methodology, data collection)."
        ),
    }


def concentration_words(shares: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the picture of activity, from the table of `concentration`."""
    title, number = "No tweets", "no"
    if len(shares):
        half = shares.loc[shares["tweets"] >= 0.5, "accounts"].min()
        title, number = (
            f"The busiest {half:.1%} of accounts write half of all tweets",
            f"{1 / shares['accounts'].min():,.0f}",
        )
    return {
        "title": title,
        "alt": concentration_in_words(shares),
        "caption": (
            f"Share of all tweets by the most active of {number} accounts, cumulated; logarithmic axis of accounts. Beside "
            "Table 2 (section Methodology, data collection)."
        ),
    }
