"""What every notebook means by the class of an account, the kind of a tweet, and a span of time.

The study's tables bring tweets and scores; here both get the words in which all notebooks speak of them.
Expressions are Narwhals', so that they run on every engine; `inside` also takes pandas' times. All times are
UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw

from helpers.settings import Event

LABELLED = ["bot", "human"]
CLASSES = [*LABELLED, "unknown"]
PEOPLE = {"bot": "bots", "human": "humans", "unknown": "accounts without a class"}

TARGETS = {"retweeted_tweet_id", "retweeted_user_id", "in_reply_to_user_id", "quoted_user_id"}
KINDS = ["original", "retweet", "reply", "quote"]
OWN = ["original", "quote"]  # of these, the tweets in words of one's own that answer nobody
SIGNS = ["negative", "neutral", "positive"]  # of a tweet by its sentiment score: below 0, 0, above 0
NAMED_SIGNS = dict(zip((-1, 0, 1), SIGNS, strict=True))
BURST = timedelta(hours=4)  # a debate lasts an hour and a half, and the talk about it ebbs within a few more

Spans = Sequence[tuple[datetime, datetime]]


def kind() -> nw.Expr:
    """What a tweet does, as the column `kind` of the table `tweets`: one of KINDS, each tweet exactly one.

    A retweet repeats a tweet whole, whatever else that one did. A reply answers an account; a reply that also
    quotes is a reply. A quote repeats a tweet with words of its own. All others are originals.
    """
    repeats = ~(nw.col("retweeted_tweet_id").is_null() & nw.col("retweeted_user_id").is_null())
    answers = ~nw.col("in_reply_to_user_id").is_null()
    quotes = ~nw.col("quoted_user_id").is_null()
    rest = nw.when(quotes).then(nw.lit("quote")).otherwise(nw.lit("original"))
    rest = nw.when(answers).then(nw.lit("reply")).otherwise(rest)
    return nw.when(repeats).then(nw.lit("retweet")).otherwise(rest)


def with_kind(tweets: nw.LazyFrame) -> nw.LazyFrame:
    """The tweets with their `kind`, also where a table from elsewhere lacks it (but has TARGETS)."""
    columns = set(tweets.collect_schema().names())
    return tweets if "kind" in columns or not columns >= TARGETS else tweets.with_columns(kind=kind())


def with_class(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> nw.LazyFrame:
    """The tweets with their author's `class`; "unknown" also for authors that were not scored."""
    classed = tweets.join(scores.select("user_id", "class"), on="user_id", how="left")
    return classed.with_columns(nw.col("class").fill_null("unknown"))


def of_labelled(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> nw.LazyFrame:
    """The tweets of bots and humans alone, with their author's `class`."""
    labelled = scores.filter(nw.col("class") != "unknown").select("user_id", "class")
    return tweets.join(labelled, on="user_id", how="inner")


def inside(moments: Any, spans: Spans) -> Any:
    """Which moments lie in one of the spans [start, end), such as the windows of a collection; none without
    spans.

    In: a Narwhals expression, or times of pandas. Out: a condition, or an array of bool.
    """
    return reduce(or_, [(moments >= start) & (moments < end) for start, end in spans], moments != moments)


def bursts(events: Sequence[Event], length: timedelta = BURST) -> list[tuple[datetime, datetime]]:
    """The span after each event in which people talk about it."""
    return [(event.at, event.at + length) for event in events]
