"""Accounts looked up for scoring, with recent tweets that are not in the collection.

A detector that looked at the collected tweets themselves would find bots, and the findings about them, even
in a world that has none. So each account that is scored or labelled comes with a short timeline of its own,
about anything but the election, whose habits (`habits`) are noisy signs of its automation alone. In the
collection bots of all kinds follow one law.

Some people are organisations: they tweet as automated accounts do, though their profile is that of somebody
known.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from helpers.world.accounts import Accounts
from helpers.world.clients import CLIENTS, PHONE, draw_among, draw_main_client
from helpers.world.draw import Stage, category, stream
from helpers.world.habits import LINKER, SCHEDULED, SHARES, STYLES, Habits, draw_habits
from helpers.world.handles import LABELLED_FROM
from helpers.world.other_topics import SITES, SUBJECTS, everyday_sentences
from helpers.world.parameters import ORIGINAL, REPLY, RETWEET, Parameters, Profile
from helpers.world.places import TIME_ZONE, state_weights
from helpers.world.profiles import LANGUAGES, draw_profiles
from helpers.world.text import cut
from helpers.world.timeline import DAY_MS, HOUR_MS, twitter_time

LABELLED = 1500  # people, and as many bots
TWEETS = 28  # of an account, at most
LABELLED_IDS_FROM = 9_150_000_000_000_000_000
LABELLED_TWEET_IDS_FROM = 9_050_000_000_000_000_000
TIMELINE_TWEET_IDS_FROM = 9_060_000_000_000_000_000
LABELLED_AT = datetime(2016, 9, 12, tzinfo=UTC)
SCORED_AT = datetime(2016, 10, 26, tzinfo=UTC)
ORGANISATIONS = 0.03  # share of people
ORGANISED = 2.4  # the automation that an organisation's timeline shows


def draw_organisations(profiles: pd.DataFrame, person: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Which accounts (bool) are organisations: people with home page and description, most with followers."""
    eligible = np.flatnonzero(person & profiles["url"].notna() & (profiles["description"] != ""))
    weight = (1.0 + profiles["followers_count"].to_numpy()[eligible]) ** 2
    chosen = np.zeros(len(profiles), bool)
    number = min(round(ORGANISATIONS * person.sum()), len(eligible))
    chosen[rng.choice(eligible, number, replace=False, p=weight / weight.sum())] = True
    return chosen


def draw_timelines(
    law: Profile, profiles: pd.DataFrame, z, style, state, until: datetime, first_id: int, rng
) -> list[dict]:
    """Timelines as Twitter v1.1 tweets (users trimmed to their id), account by account, newest tweet first.

    Accounts are given by their profiles, automation, style and home state (rows of `places.STATES`).
    """
    habits, n = draw_habits(law, z, style, rng), len(z)
    # Most have as many as are asked for.
    count = np.minimum(TWEETS, 1 + rng.poisson(3 * TWEETS * rng.beta(2, 2, n)))
    of = np.repeat(np.arange(n), count)  # the account of each tweet
    habit = Habits(*(getattr(habits, field.name)[of] for field in fields(Habits)))
    start = np.r_[0, np.cumsum(count)[:-1]]  # the first tweet of each account

    def happens(share: np.ndarray) -> np.ndarray:
        return rng.random(len(of)) < share

    time = draw_moments(habit, of, start, TIME_ZONE[state][of], until, happens, rng)
    kind = np.where(happens(habit.retweets), RETWEET, np.where(happens(habit.replies), REPLY, ORIGINAL))
    client = np.array(CLIENTS, object)[draw_programs(z, of, happens(habit.mobile), rng)]
    friend = draw_friends(habit, z, of, rng)
    texts = draw_texts(habit, of, start, happens, rng)
    age = habit.delay * np.exp(rng.standard_normal(len(of))) * HOUR_MS
    accounts = list(zip(profiles["id_str"], profiles["screen_name"], strict=True))
    author, friend = ([accounts[i] for i in rows.tolist()] for rows in (of, friend))
    ids = (first_id + len(of) - np.arange(len(of))).tolist()
    before = twitter_time(time - age.astype(np.int64))
    columns = (twitter_time(time), ids, *texts, client.tolist(), kind.tolist(), author, friend, before)
    return [timeline_tweet(*row) for row in zip(*columns, strict=True)]


def draw_moments(habit: Habits, of, start, zone, until: datetime, happens, rng) -> np.ndarray:
    """Times of tweets (int64 ms), newest first within each account; `habit` and `zone` have a row a tweet."""
    shape = 1 / habit.irregularity**2
    gap = rng.gamma(shape, DAY_MS / habit.pace / shape)
    back = np.cumsum(gap)
    back -= (back - gap)[start][of]
    time = (int(until.timestamp() * 1000) - back).astype(np.int64)
    asleep = ((time // HOUR_MS - 5 - zone) % 24 < 6) & happens(habit.sleep)  # midnight to six
    time = np.where(asleep, time - rng.integers(7 * HOUR_MS, 16 * HOUR_MS, len(of)), time)
    quarter = DAY_MS // 96
    time = np.where(happens(habit.schedule), time // quarter * quarter + of * 7919 % 60_000, time)
    return time[np.lexsort((-time, of))]


def draw_programs(z: np.ndarray, of: np.ndarray, mobile: np.ndarray, rng) -> np.ndarray:
    """The program (row of CLIENTS) of each tweet: of the account's phone, or another it has."""
    main = draw_main_client(z, rng)
    phone = np.where(PHONE[main], main, draw_among(True, len(z), rng))
    other = np.where(PHONE[main], draw_among(False, len(z), rng), main)
    return np.where(mobile, phone[of], other[of])


def draw_friends(habit: Habits, z: np.ndarray, of: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The account (row) that each tweet retweets or addresses: one of few friends, about as automated."""
    n, rank = len(z), np.argsort(np.argsort(z))
    by_rank = np.argsort(z)
    most = 12
    near = (rank[:, None] + np.round(0.2 * n * rng.standard_normal((n, most))).astype(int)) % n
    friends = by_rank[near]
    friends = np.where(friends == np.arange(n)[:, None], (friends + 1) % n, friends)
    which = (rng.random(len(of)) * np.clip(habit.friends, 1, most)).astype(int)
    return friends[of, which]


def draw_texts(habit: Habits, of, start, happens, rng) -> tuple[list[str], list[list[str]], list[str | None]]:
    """Texts, hashtags and links of tweets."""
    sorts = everyday_sentences()
    sentences = [sentence for sort in sorts for sentence in sort]
    first = np.cumsum([0, *(len(sort) for sort in sorts)])
    sort = np.where(happens(habit.nonsense), 2, happens(habit.feeling))
    sentence = first[sort] + (rng.random(len(of)) * np.diff(first)[sort]).astype(int)
    favourite = rng.integers(len(SITES), size=of[-1] + 1)[of]  # the more it links, the more to one site
    site = np.where(happens(habit.links), favourite, rng.integers(len(SITES), size=len(of)))
    page = np.where(happens(habit.links), rng.integers(36**2, size=len(of)), -1)
    count = np.minimum(4, rng.poisson(habit.hashtags))
    subject = rng.integers(len(SUBJECTS), size=(len(of), 4))
    # a repeat is the same in every word as another tweet of the account
    place = np.arange(len(of)) - start[of]
    earlier = start[of] + (rng.random(len(of)) * place).astype(int)
    source = np.where(happens(habit.repeats) & (place > 0), earlier, np.arange(len(of)))
    words = [
        list(dict.fromkeys(SUBJECTS[one] for one in some[:k]))
        for some, k in zip(subject.tolist(), count.tolist(), strict=True)
    ]
    links = [
        f"https://{SITES[where]}.example/{number:03}" if number >= 0 else None
        for where, number in zip(site.tolist(), page.tolist(), strict=True)
    ]
    texts = [
        " ".join([sentences[i], *(f"#{word}" for word in some), *([url] if url else [])])
        for i, some, url in zip(sentence.tolist(), words, links, strict=True)
    ]
    taken = source.tolist()
    return [texts[i] for i in taken], [words[i] for i in taken], [links[i] for i in taken]


def timeline_tweet(
    created_at, tweet_id: int, text: str, words: list[str], link, client, kind, account, friend, before
) -> dict:
    """A tweet of a timeline. Accounts are pairs of id and handle; `friend` is retweeted or replied to."""
    entities = {
        "hashtags": [{"text": word} for word in words],
        "urls": [{"expanded_url": link}] if link else [],
    }
    user, (other, handle) = {"id_str": account[0]}, friend
    tweet = {"created_at": created_at, "id_str": str(tweet_id), "text": text, "source": client}
    if kind == RETWEET:
        tweet["text"] = cut(f"RT @{handle}: {text}")
        tweet["retweeted_status"] = {
            "created_at": before, "text": text, "entities": entities, "user": {"id_str": other}
        }  # fmt: skip
    elif kind == REPLY:
        tweet["text"] = f"@{handle} {text}"
        tweet["entities"] = entities | {"user_mentions": [{"screen_name": handle, "id_str": other}]}
        tweet["in_reply_to_user_id_str"] = other
    else:
        tweet["entities"] = entities
    return tweet | {"user": user}


@dataclass(frozen=True)
class Lookup:
    """Accounts as looked up, their timelines (v1.1 tweets), whether each is a bot, and of what kind."""

    profiles: pd.DataFrame
    timelines: list[dict]
    bot: np.ndarray
    kind: list[str]


def kinds(bot: np.ndarray, style: np.ndarray, organisation: np.ndarray) -> list[str]:
    """What each account is: a kind of bot, an organisation, or a person."""
    names = np.array([*STYLES, "organisation", "person"], object)
    return names[np.where(bot, style, np.where(organisation, -2, -1))].tolist()


def shown(z: np.ndarray, style: np.ndarray, organisation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Automation and style as they show in timelines: organisations post links, or on a schedule."""
    posting = np.where(style % 2 == 0, LINKER, SCHEDULED)
    return np.where(organisation, ORGANISED, z), np.where(organisation, posting, style)


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
    number, language = LABELLED_FROM + np.arange(n), category(rng.random(n), list(LANGUAGES.values()))
    profiles = draw_profiles(law, z, number, user_id, declared, state, np.zeros(n, bool), language, rng)
    style, organisation = category(rng.random(n), SHARES), draw_organisations(profiles, ~bot, rng)
    looks = shown(z, style, organisation)
    timelines = draw_timelines(law, profiles, *looks, state, LABELLED_AT, LABELLED_TWEET_IDS_FROM, rng)
    return Lookup(profiles, timelines, bot, kinds(bot, style, organisation))


def look_up_scored(
    law: Profile, accounts: Accounts, profiles: pd.DataFrame, z, style, organisation, suspended, seed: int
) -> Lookup:
    """The scored accounts as found after the collection; suspended ones are not."""
    rng = stream(seed, Stage.TIMELINES)
    found = np.flatnonzero(~suspended)
    those, bot = profiles.iloc[found], accounts.bot[found]
    looks = shown(z[found], style[found], organisation[found])
    state = accounts.state[found]
    timelines = draw_timelines(law, those, *looks, state, SCORED_AT, TIMELINE_TWEET_IDS_FROM, rng)
    return Lookup(those, timelines, bot, kinds(bot, style[found], organisation[found]))
