"""A world's tweets as Twitter's search gave them in 2016: v1.1 objects, in the order of the polls.

They are stored as a program would that asks every ten seconds for what is new, a few twice because polls
overlap. The user object is whole in an account's first tweet, and trimmed to its id in the others and in
tweets retweeted or quoted, as with Twitter's `trim_user`. What nothing here reads (counts, places of entities
in the text, links once more) is left out.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from helpers.world import World
from helpers.world.clients import CLIENTS
from helpers.world.draw import Stage, stream
from helpers.world.hashtags import as_written, tails
from helpers.world.parameters import QUOTE, REPLY, RETWEET
from helpers.world.places import PLACES, coordinates
from helpers.world.profiles import LANGUAGES
from helpers.world.study_file import POLL_SECONDS
from helpers.world.text import assemble, cut
from helpers.world.timeline import DAY_MS, twitter_time

REPEATED = 0.015  # share of tweets that a later poll returns again …
REPEATED_AFTER = 12  # … so many polls later, on average (geometric)
POLL_MS = POLL_SECONDS * 1000
CODES = tuple(LANGUAGES)
escaped = partial(html.escape, quote=False)  # as Twitter gives texts
UNSEEN_IDS_FROM = 9_040_000_000_000_000_000  # of tweets answered that were not collected


def polls(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Rows of tweets in storing order and the polls (number since 1970) that stored them, some twice."""
    rng = stream(world.seed, Stage.POLLS)
    poll = world.tweets.time // POLL_MS
    again = np.flatnonzero(rng.random(len(poll)) < REPEATED)
    later = poll[again] + rng.geometric(1 / REPEATED_AFTER, len(again))
    open_then = np.isin(later * POLL_MS // DAY_MS, np.unique(poll * POLL_MS // DAY_MS))
    row, poll = np.r_[np.arange(len(poll)), again[open_then]], np.r_[poll, later[open_then]]
    order = np.lexsort((row, poll))
    return row[order], poll[order]


def texts(world: World, rows: np.ndarray) -> pa.Array:
    """Whole texts of tweets; of a retweet, that of the tweet retweeted."""
    t = world.tweets
    to = np.where(t.kind[rows] == REPLY, t.addressed[rows], -1)
    addressee, mentioned = (world.handles.take(pa.array(one, mask=one < 0)) for one in (to, t.mention[rows]))
    return assemble(t.texts.of(rows), addressee, mentioned)


class Stored(NamedTuple):
    """What is written of a tweet; `other` is what it retweets, quotes or answers, `whole` says how its user
    is.
    """

    tweet_id: int
    created_at: str
    text: str
    tags: int
    tail: int
    kind: int
    author: int
    language: int
    client: int
    mention: int
    whole: bool
    other_id: int
    other_created_at: str
    other_author: int
    other_text: str | None
    place: int
    exact: bool
    longitude: float
    latitude: float


def stored(world: World, rows: np.ndarray, whole: np.ndarray) -> Iterator[Stored]:
    """Rows of tweets one by one; `whole` tells whether their user is."""
    t = world.tweets
    target, place = t.target[rows], t.place[rows]
    other = np.maximum(target, 0)
    quoted = np.flatnonzero(t.kind[rows] == QUOTE)
    other_text = np.full(len(rows), None, object)
    other_text[quoted] = texts(world, target[quoted]).to_pylist()
    columns = Stored(
        t.tweet_id[rows],
        twitter_time(t.time[rows]),
        texts(world, rows),
        t.texts.tags[rows],
        t.texts.tail[rows],
        t.kind[rows],
        t.author[rows],
        t.texts.language[rows],
        world.clients[rows],
        t.mention[rows],
        whole,
        np.where(target >= 0, t.tweet_id[other], UNSEEN_IDS_FROM + rows),
        twitter_time(t.time[other]),
        t.addressed[rows],
        other_text,
        place,
        t.point[rows],
        *coordinates(np.maximum(place, 0), rows),
    )
    lists = (column if isinstance(column, list) else column.tolist() for column in columns)
    return map(Stored._make, zip(*lists, strict=True))


def tweet_objects(world: World, rows: np.ndarray, whole: np.ndarray, users: list[bytes]) -> Iterator[dict]:
    """Tweets as v1.1 objects, their users whole (an element of `users`) or trimmed.

    What a retweet would only repeat of the retweeted tweet, its entities, is left out.
    """
    accounts = world.ids_and_handles
    for one in stored(world, rows, whole):
        tweet = said(one, accounts)
        tweet["user"] = msgspec.Raw(users[one.author]) if one.whole else {"id_str": accounts[one.author][0]}
        if one.place >= 0:
            place = PLACES[one.place]
            tweet["place"] = {"place_type": place.kind, "full_name": place.full_name, "country_code": "US"}
        if one.exact:
            tweet["coordinates"] = {"type": "Point", "coordinates": [one.longitude, one.latitude]}
        yield tweet


def entities(one: Stored, accounts: list[tuple[str, str]]) -> dict[str, list[dict]]:
    """What a tweet's text names; of a retweet, that of the tweet retweeted."""
    words = as_written(one.tags) + tails().lists[one.tail]
    named = one.other_author if one.kind == REPLY else one.mention
    found = {"hashtags": [{"text": word} for word in words]}
    if named >= 0:
        user_id, handle = accounts[named]
        found["user_mentions"] = [{"screen_name": handle, "id_str": user_id}]
    return found


def said(one: Stored, accounts: list[tuple[str, str]]) -> dict:
    """What a tweet says, and to whom; `accounts` are pairs of id and handle."""
    tweet = {"created_at": one.created_at, "id_str": str(one.tweet_id), "text": escaped(one.text)}
    tweet |= {"lang": CODES[one.language], "source": CLIENTS[one.client]}
    named = entities(one, accounts)
    if one.kind == RETWEET:
        user_id, handle = accounts[one.other_author]
        tweet["text"] = escaped(cut(f"RT @{handle}: {one.text}"))
        tweet["retweeted_status"] = other_tweet(one, one.text, user_id) | {"entities": named}
        return tweet
    tweet["entities"] = named
    if one.kind == QUOTE:
        tweet["quoted_status"] = other_tweet(one, one.other_text, accounts[one.other_author][0])
    if one.kind == REPLY:
        tweet["in_reply_to_status_id_str"] = str(one.other_id)
        tweet["in_reply_to_user_id_str"] = accounts[one.other_author][0]
    return tweet


def other_tweet(one: Stored, text: str, user_id: str) -> dict:
    """The tweet that a tweet retweets or quotes."""
    return {
        "created_at": one.other_created_at,
        "id_str": str(one.other_id),
        "text": escaped(text),
        "user": {"id_str": user_id},
    }
