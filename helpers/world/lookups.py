"""Accounts looked up for scoring, with recent tweets that are not in the collection.

A detector that looked at the collected tweets themselves would find bots, and the findings about them, even in a
world that has none. So each account that is scored or labelled comes with a short timeline of its own, about
anything but the election, whose habits (retweets, replies, clients, links, hashtags, pace, regularity, repetition)
are again noisy signs of its automation alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from helpers.world.accounts import Accounts
from helpers.world.draw import Stage, category, choices, stream
from helpers.world.parameters import ORIGINAL, REPLY, RETWEET, Parameters, Profile
from helpers.world.places import state_weights
from helpers.world.profiles import HANDLES, draw_profiles, logistic
from helpers.world.text import cut, link_strings
from helpers.world.timeline import DAY_MS, twitter_time

LABELLED = 1500  # people, and as many bots
TWEETS = 15  # of each account
FRIENDS = 3  # accounts that an account retweets and replies to
LABELLED_IDS_FROM = 9_150_000_000_000_000_000
LABELLED_TWEET_IDS_FROM = 9_050_000_000_000_000_000
TIMELINE_TWEET_IDS_FROM = 9_060_000_000_000_000_000
LABELLED_AT = datetime(2016, 9, 12, tzinfo=UTC)
SCORED_AT = datetime(2016, 10, 26, tzinfo=UTC)
MOBILE = (
    '<a href="http://twitter.com/download/iphone" rel="nofollow">Twitter for iPhone</a>',
    '<a href="http://twitter.com/download/android" rel="nofollow">Twitter for Android</a>',
)
OTHER_CLIENTS = (
    '<a href="http://twitter.com" rel="nofollow">Twitter Web Client</a>',
    '<a href="https://about.twitter.com/products/tweetdeck" rel="nofollow">TweetDeck</a>',
    '<a href="http://ifttt.com" rel="nofollow">IFTTT</a>',
    '<a href="http://dlvr.it" rel="nofollow">dlvr.it</a>',
)
SENTENCES = 3000

THINGS = choices(
    "breakfast|the game|my garden|the weather|the traffic|this playlist|our dog|the new phone|"
    "the bus|laundry|coffee|the library|the gym|this recipe|the movie|the neighbors|my commute|"
    "pancakes|the meeting|the concert|homework|the dishes|the parking lot|a nap|the grocery store|"
    "this podcast|the bike|lunch|the cat|the new season"
)
MOMENTS = choices(
    "today|this morning|right now|again|tonight|this week|after work|all day|before noon|since Monday"
)
EVERYDAY = choices(
    "{thing} {when}|Thinking about {thing} {when}|Anyone up for {thing} {when}?|{thing}, then {other}|"
    "Back to {thing} {when}|Who else has {thing} {when}?|Note to self: {thing} {when}|Still on {thing}|"
    "{thing} or {other}?|On to {other} after {thing}|{number} hours of {thing} {when}|"
    "A photo of {thing} {when}|Question about {thing}: is it {number} or {number}?|{thing} at {number}|"
    "My view on {thing} and {other}|Waiting for {thing} {when}|{number} ways to look at {thing}|"
    "Morning, {thing} and {other} {when}"
)
SUBJECTS = choices(
    "sports|music|deals|cooking|travel|photo|weather|gaming|movies|fitness|startups|science|fashion|pets"
)


@dataclass(frozen=True)
class Habits:
    """Habits of accounts, one row each."""

    retweets: np.ndarray  # share of tweets
    replies: np.ndarray  # share of the others
    mobile: np.ndarray  # share of tweets from a phone
    links: np.ndarray  # share of tweets
    hashtags: np.ndarray  # mean number a tweet
    pace: np.ndarray  # tweets a day
    irregularity: np.ndarray  # standard deviation of gaps over their mean
    repeats: np.ndarray  # share of tweets that repeat an earlier text of the account


def draw_habits(law: Profile, z: np.ndarray, rng: np.random.Generator) -> Habits:
    """Habits of accounts of automation z."""

    def noise(sd: float) -> np.ndarray:
        return law.habit_noise * sd * rng.standard_normal(len(z))

    return Habits(
        retweets=logistic(-0.6 + 0.45 * z + noise(0.7)),
        replies=logistic(1.0 - 0.5 * z + noise(0.7)),
        mobile=logistic(0.5 - 0.55 * z + noise(0.8)),
        links=logistic(-1.0 + 0.4 * z + noise(0.8)),
        hashtags=np.maximum(0.05, 0.8 + 0.28 * z + noise(0.5)),
        pace=np.exp(2.0 + 0.25 * z + noise(0.35)),
        irregularity=np.exp(-0.1 - 0.2 * z + noise(0.35)),
        repeats=logistic(-1.5 + 0.5 * z + noise(0.9)),
    )


def everyday_text(rng: np.random.Generator) -> str:
    """A sentence about nothing in particular."""

    def pick(options):
        return options[rng.integers(len(options))]

    sentence = pick(EVERYDAY).format(
        thing=pick(THINGS), other=pick(THINGS), when=pick(MOMENTS), number=rng.integers(2, 13)
    )
    return sentence[0].upper() + sentence[1:]


def draw_timelines(
    law: Profile, profiles: pd.DataFrame, z, until: datetime, first_id: int, rng
) -> list[dict]:
    """Timelines as Twitter v1.1 tweets (users trimmed to their id), account by account, newest tweet first."""
    habits, n = draw_habits(law, z, rng), len(z)
    size = (n, TWEETS)

    def happens(share: np.ndarray) -> np.ndarray:
        return rng.random(size) < share[:, None]

    shape = 1 / habits.irregularity**2
    gaps = rng.gamma(shape[:, None], (DAY_MS / habits.pace / shape)[:, None], size)
    time = (int(until.timestamp() * 1000) - np.cumsum(gaps, axis=1)).astype(np.int64)
    tweet_id = first_id + np.argsort(np.argsort(time, axis=None, kind="stable"), kind="stable")
    retweet, reply = happens(habits.retweets), happens(habits.replies)
    clients = np.array(MOBILE + OTHER_CLIENTS, object)
    mobile, elsewhere = rng.integers(len(MOBILE), size=size), rng.integers(len(MOBILE), len(clients), size)
    client = clients[np.where(happens(habits.mobile), mobile, elsewhere)]
    friends = rng.integers(n, size=(n, FRIENDS))
    friend = np.take_along_axis(friends, rng.integers(FRIENDS, size=size), axis=1)
    text, words = draw_texts(habits, happens, rng)
    kind = np.where(retweet, RETWEET, np.where(reply, REPLY, ORIGINAL))
    accounts = list(zip(profiles["id_str"], profiles["screen_name"], strict=True))
    return [
        timeline_tweet(*row)
        for row in zip(
            twitter_time(time.ravel()),
            tweet_id.tolist(),
            text,
            words,
            client.ravel().tolist(),
            kind.ravel().tolist(),
            (accounts[i] for i in np.repeat(np.arange(n), TWEETS)),
            (accounts[i] for i in friend.ravel()),
            strict=True,
        )
    ]


def draw_texts(habits: Habits, happens, rng: np.random.Generator) -> tuple[list[str], list[list[str]]]:
    """Texts and hashtags of all timelines, one tweet after the other."""
    n = len(habits.pace)
    sentences = list(dict.fromkeys(everyday_text(rng) for _ in range(SENTENCES)))
    sentence = rng.integers(len(sentences), size=(n, TWEETS))
    link = np.where(happens(habits.links), rng.integers(36**5, size=(n, TWEETS)), -1)
    count = np.minimum(4, rng.poisson(habits.hashtags[:, None], (n, TWEETS)))
    subject = np.argsort(rng.random((n, TWEETS, len(SUBJECTS))), axis=2)[..., :4]
    links = link_strings(link.ravel()).to_pylist()
    words = [
        [SUBJECTS[one] for one in some[:k]]
        for some, k in zip(subject.reshape(-1, 4).tolist(), count.ravel().tolist(), strict=True)
    ]
    texts = [
        " ".join([sentences[i], *(f"#{word}" for word in some), *([url] if url else [])])
        for i, some, url in zip(sentence.ravel().tolist(), words, links, strict=True)
    ]
    # a repeat is the same in every word as another tweet of the account
    original = np.arange(n * TWEETS).reshape(n, TWEETS)
    again = happens(habits.repeats)
    for column in range(1, TWEETS):
        rows = np.flatnonzero(again[:, column])
        original[rows, column] = original[rows, rng.integers(column, size=len(rows))]
    return [texts[i] for i in original.ravel().tolist()], [words[i] for i in original.ravel().tolist()]


def timeline_tweet(
    created_at, tweet_id: int, text: str, words: list[str], client, kind, account, friend
) -> dict:
    """One tweet of a timeline. Accounts are pairs of id and handle; `friend` is the one retweeted or replied to."""
    entities = {"hashtags": [{"text": word} for word in words]}
    user, (other, handle) = {"id_str": account[0]}, friend
    tweet = {"created_at": created_at, "id_str": str(tweet_id), "text": text, "source": client}
    if kind == RETWEET:
        tweet["text"] = cut(f"RT @{handle}: {text}")
        tweet["retweeted_status"] = {"text": text, "entities": entities, "user": {"id_str": other}}
    elif kind == REPLY:
        tweet["text"] = f"@{handle} {text}"
        tweet["entities"] = entities | {"user_mentions": [{"screen_name": handle, "id_str": other}]}
        tweet["in_reply_to_user_id_str"] = other
    else:
        tweet["entities"] = entities
    return tweet | {"user": user}


@dataclass(frozen=True)
class Lookup:
    """Accounts as looked up, their timelines (v1.1 tweets), and whether each is a bot."""

    profiles: pd.DataFrame
    timelines: list[dict]
    bot: np.ndarray


def draw_labelled(parameters: Parameters, seed: int) -> Lookup:
    """The classifier's training set: other accounts than the world's, half of them bots."""
    rng = stream(seed, Stage.LABELLED)
    law, n = parameters.profile, 2 * LABELLED
    bot = rng.permutation(n) < LABELLED
    mean, sd = np.where(bot, law.bot[0], law.ordinary[0]), np.where(bot, law.bot[1], law.ordinary[1])
    z = mean + sd * rng.standard_normal(n)
    people, bots = parameters.people.home, parameters.bots.home
    declared = rng.random(n) < np.where(bot, bots.declared, people.declared)
    u = rng.random(n)
    state = np.where(bot, category(u, state_weights(bots)), category(u, state_weights(people)))
    user_id = LABELLED_IDS_FROM + rng.permutation(n).astype(np.int64)
    number = HANDLES - 1 - np.arange(n)
    profiles = draw_profiles(law, z, number, user_id, declared, state, np.zeros(n, bool), rng)
    timelines = draw_timelines(law, profiles, z, LABELLED_AT, LABELLED_TWEET_IDS_FROM, rng)
    return Lookup(profiles, timelines, bot)


def look_up_scored(
    law: Profile, accounts: Accounts, profiles: pd.DataFrame, z, suspended, seed: int
) -> Lookup:
    """The scored accounts as found after the collection; suspended ones are not."""
    rng = stream(seed, Stage.TIMELINES)
    found = np.flatnonzero(~suspended)
    those = profiles.iloc[found]
    timelines = draw_timelines(law, those, z[found], SCORED_AT, TIMELINE_TWEET_IDS_FROM, rng)
    return Lookup(those, timelines, accounts.bot[found])
