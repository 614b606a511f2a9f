"""Tweets: what each is about and in what tone, drawn before it is decided whether it is written or retweeted.

An account has something to say (a topic, a sentiment) and then says it itself, retweets somebody who said the
same, or replies. Retweets therefore carry the tone of those who retweet, without anything being said about
retweets' tone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.world import network, timeline
from helpers.world.accounts import Accounts
from helpers.world.draw import Stage, category_by_row, stream
from helpers.world.hashtags import draw_hashtags, draw_tail
from helpers.world.parameters import (
    ANTI,
    CLINTON,
    NEITHER,
    ON_CLINTON,
    ON_DEBATE,
    ON_TRUMP,
    PRO,
    RETWEET,
    TRUMP,
    Parameters,
)
from helpers.world.places import draw_geotags
from helpers.world.profiles import draw_languages
from helpers.world.text import Texts, draw_texts

TWEET_IDS_FROM = 9_000_000_000_000_000_000  # ids that Twitter could not have reached before the late 2070s


@dataclass(frozen=True)
class Tweets:
    """Arrays with one row a tweet, in time order. A retweet says what its target says."""

    time: np.ndarray  # int64, ms UTC
    author: np.ndarray  # int32, row of accounts
    kind: np.ndarray  # int8, original, retweet, reply, quote
    target: np.ndarray  # int32, row of the tweet retweeted, quoted or answered, -1 if none was collected
    addressed: np.ndarray  # int32, row of its author in accounts (beyond them: outside), -1 for originals
    mention: np.ndarray  # int32, row of the account that an original or a quote mentions, -1 for none
    topic: np.ndarray  # int8, Trump, Clinton, debate
    stance: np.ndarray  # int8, pro, anti
    sentiment: np.ndarray  # int8, -1, 0, 1
    texts: Texts  # of a retweet: what its target says
    place: np.ndarray  # int16, row of places.PLACES, -1 for none
    point: np.ndarray  # bool, has coordinates

    def __len__(self) -> int:
        return len(self.time)

    @property
    def tweet_id(self) -> np.ndarray:
        """Ids (int64) count up in time order."""
        return TWEET_IDS_FROM + np.arange(len(self), dtype=np.int64)


def by_class(parameters: Parameters, name: str) -> np.ndarray:
    """A table of `Behaviour` for people and bots: rows are class * 3 + lean."""
    return np.array(
        [row for behaviour in (parameters.people, parameters.bots) for row in getattr(behaviour, name)]
    )


def draw_intents(parameters: Parameters, accounts: Accounts, author: np.ndarray, seed: int):
    """Topic, stance, sentiment (-1, 0, 1) and kind of each tweet, int8."""
    rng = stream(seed, Stage.INTENTS)
    n = len(author)
    account_class = accounts.bot * 3 + accounts.lean
    group, lean = account_class[author].astype(np.int8), accounts.lean[author]
    topics = by_class(parameters, "topic").astype(np.float32)
    topic = category_by_row(rng.random(n, dtype=np.float32), topics[group])

    temper = np.exp(parameters.temper * rng.standard_normal(len(accounts))).astype(np.float32)
    tone = by_class(parameters, "sentiment").astype(np.float32)[group, topic]
    tone[:, 0] /= temper[author]
    tone[:, 2] *= temper[author]
    sentiment = category_by_row(rng.random(n, dtype=np.float32), tone) - np.int8(1)

    # each account's own shares of retweets and replies around its class's
    means, concentration = by_class(parameters, "kind")[account_class], parameters.kind_concentration
    retweets = rng.beta(means[:, 1] * concentration, (1 - means[:, 1]) * concentration)
    of_rest = means[:, 2] / (1 - means[:, 1])
    replies = (1 - retweets) * rng.beta(of_rest * concentration, (1 - of_rest) * concentration)
    shares = np.stack([1 - retweets - replies, retweets, replies], axis=1).astype(np.float32)
    shares = shares[author]
    shares[sentiment < 0, RETWEET] *= parameters.anger
    kind = category_by_row(rng.random(n, dtype=np.float32), shares)

    against = ((lean == TRUMP) & (topic == ON_CLINTON)) | ((lean == CLINTON) & (topic == ON_TRUMP))
    either = (lean == NEITHER) & (rng.random(n, dtype=np.float32) < 0.5)
    stance = np.where((topic != ON_DEBATE) & (against | either), ANTI, PRO).astype(np.int8)
    return topic, stance, sentiment, kind


def draw_tweets(parameters: Parameters, accounts: Accounts, seed: int) -> Tweets:
    """All tweets of a world."""
    author, time = timeline.draw_times(parameters, accounts, seed)
    topic, stance, sentiment, kind = draw_intents(parameters, accounts, author, seed)
    links = network.draw_links(parameters, accounts, time, author, topic, sentiment, kind, seed)
    kind, target, mention = links.kind, links.target, links.mention
    hashtags = draw_hashtags(parameters.hashtags, accounts, author, topic, seed)
    tail = draw_tail(parameters.hashtags, len(kind), seed)
    language = draw_languages(len(accounts), seed)[author]
    texts = draw_texts(
        parameters.wording, topic, stance, sentiment, kind, mention >= 0, language, hashtags, tail, seed
    )
    place, point = draw_geotags(parameters, accounts, author, seed)
    retweets = np.flatnonzero(kind == RETWEET)
    for column in (topic, stance, sentiment, mention, *vars(texts).values()):
        column[retweets] = column[target[retweets]]
    return Tweets(time, author, *links, topic, stance, sentiment, texts, place, point)
