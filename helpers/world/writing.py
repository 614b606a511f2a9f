"""Writing a world as a study: study.toml, raw tweets or tables, labelled accounts, timelines, and the truth.

Raw tweets are stored as a program would that asks Twitter's search every ten seconds for what is new: one
file a UTC day, in the order of the polls, a few tweets twice because polls overlap. The user object is whole
in an account's first tweet, and trimmed to its id in the others and in retweeted tweets, as with Twitter's
`trim_user`.
"""

from __future__ import annotations

import bz2
import gzip
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from helpers import tables
from helpers.study import folder_beside, write_text
from helpers.world import World
from helpers.world.draw import Stage, stream
from helpers.world.habits import STYLES
from helpers.world.hashtags import tag_table
from helpers.world.parameters import QUOTE, REPLY, RETWEET
from helpers.world.places import PLACES, STATES, coordinates
from helpers.world.profiles import user_objects
from helpers.world.recent_tweets import Lookup, draw_labelled, look_up_scored
from helpers.world.study_file import POLL_SECONDS, study_file
from helpers.world.text import assemble, cut
from helpers.world.timeline import DAY_MS, twitter_time

REPEATED = 0.015  # share of tweets that a later poll returns again …
REPEATED_AFTER = 12  # … so many polls later, on average (geometric)
POLL_MS = POLL_SECONDS * 1000
# ids, beyond those of the collection, of tweets and accounts outside it that are answered
OUTSIDE_TWEET_IDS_FROM = 9_040_000_000_000_000_000
OUTSIDE_USER_IDS_FROM = 9_120_000_000_000_000_000
KINDS = ("original", "retweet", "reply", "quote")
encode = msgspec.json.Encoder().encode


def write_study(
    world: World, folder: Path, as_tables: bool = False, labelled: bool = True, packed: bool = True
) -> None:
    """Write the study into a folder: raw tweets, or (`as_tables`) the tables that ingest makes of them.

    Without `labelled` accounts the study cannot train a detector of its own. Timelines that are not `packed`
    take ten times the space, and are written and read sooner.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if as_tables:
        write_tables(world, folder / "tables")
    else:
        write_raw(world, folder / "raw")
    if labelled:
        write_labelled(draw_labelled(world.parameters, world.seed), folder / "labelled")
    w = world
    shows = w.automation, w.style, w.organisation
    scored = look_up_scored(w.parameters.profile, w.accounts, w.profiles, *shows, w.suspended, w.seed)
    with renewed(folder / "timelines") as timelines:
        write_lookup(scored, timelines, packed)
    write_text(folder / "study.toml", study_file(world, folder.resolve().name))


@contextmanager
def renewed(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of `folder` once all is written; a crash leaves the old one."""
    with folder_beside(folder) as partial:
        yield partial
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)


def write_lines(messages: Iterable[dict], path: Path) -> None:
    """JSON lines, gzipped without time and name so that the same content is the same bytes."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as archive:
        archive.writelines(encode(message) + b"\n" for message in messages)


def write_lookup(lookup: Lookup, folder: Path, packed: bool = True) -> None:
    """accounts.jsonl.gz and timelines.jsonl, packed as .bz2, which is smaller where tweets of accounts are
    alike.
    """
    write_lines(user_objects(lookup.profiles), folder / "accounts.jsonl.gz")
    path = folder / "timelines.jsonl"
    with bz2.open(f"{path}.bz2", "wb") if packed else path.open("wb") as archive:
        archive.writelines(encode(message) + b"\n" for message in lookup.timelines)


def write_labelled(lookup: Lookup, folder: Path) -> None:
    """The same, and labels.tsv and kinds.tsv."""
    with renewed(folder) as partial:
        write_lookup(lookup, partial)
        labels = zip(lookup.profiles["id_str"], lookup.bot, strict=True)
        lines = (f"{user}\t{'bot' if bot else 'human'}\n" for user, bot in labels)
        write_text(partial / "labels.tsv", "".join(lines))
        kinds = zip(lookup.profiles["id_str"], lookup.kind, strict=True)
        write_text(partial / "kinds.tsv", "".join(f"{user}\t{kind}\n" for user, kind in kinds))


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


def by_day(ms: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Days ("2016-09-16") of sorted times, each with its rows."""
    days, starts = np.unique(ms // DAY_MS, return_index=True)
    for day, rows in zip(days.tolist(), np.split(np.arange(len(ms)), starts[1:]), strict=True):
        yield datetime.fromtimestamp(day * 86_400, UTC).date().isoformat(), rows


def write_raw(world: World, folder: Path) -> None:
    """One gzipped file of v1.1 tweets a day."""
    row, poll = polls(world)
    users = [encode(user) for user in user_objects(world.profiles)]
    first = np.zeros(len(row), bool)
    first[np.unique(world.tweets.author[row], return_index=True)[1]] = True
    with renewed(folder) as partial:
        for day, stored in by_day(poll * POLL_MS):
            write_lines(tweet_objects(world, row[stored], first[stored], users), partial / f"{day}.jsonl.gz")


def texts(world: World, rows: np.ndarray) -> pa.Array:
    """Whole texts of tweets; of a retweet, that of the tweet retweeted."""
    t = world.tweets
    addressee = np.where(t.kind[rows] == REPLY, t.addressed[rows], -1)
    addressees = handles_of(world, addressee)
    return assemble(t.sentence[rows], t.hashtags[rows], t.link[rows], t.leading[rows], addressees)


def ids_of(world: World, account: np.ndarray) -> np.ndarray:
    """User ids (int64) of accounts in the collection and outside it; of -1 something."""
    n = len(world.accounts)
    return np.where(
        account < n, world.accounts.user_id[account % n], OUTSIDE_USER_IDS_FROM + account.astype(np.int64) - n
    )


def handles_of(world: World, account: np.ndarray) -> pa.Array:
    """Handles (pyarrow strings) of accounts in the collection and outside it; null for -1."""
    return world.handles.take(pa.array(account, mask=account < 0))


def answered_ids(world: World, rows: np.ndarray) -> np.ndarray:
    """Ids (int64) of the tweets that tweets retweet, quote or answer; of one not collected its own."""
    target = world.tweets.target[rows]
    return np.where(
        target >= 0, world.tweets.tweet_id[target], OUTSIDE_TWEET_IDS_FROM + rows.astype(np.int64)
    )


class Stored(NamedTuple):
    """What is written of a tweet; `other` is what it retweets, quotes or answers, `whole` says how its user
    is.
    """

    tweet_id: int
    created_at: str
    text: str
    hashtags: int
    kind: int
    author: int
    whole: bool
    other_id: int
    other_created_at: str
    other_user_id: int
    other_handle: str
    place: int
    exact: bool
    longitude: float
    latitude: float


def stored(world: World, rows: np.ndarray, tags: np.ndarray, whole: np.ndarray) -> Iterator[Stored]:
    """Rows of tweets one by one; `tags` are their sets of hashtags, `whole` tells whether their user is."""
    t = world.tweets
    other = np.maximum(t.target[rows], 0)
    place = t.place[rows]
    columns = Stored(
        t.tweet_id[rows],
        twitter_time(t.time[rows]),
        texts(world, rows),
        tags,
        t.kind[rows],
        t.author[rows],
        whole,
        answered_ids(world, rows),
        twitter_time(t.time[other]),
        ids_of(world, t.addressed[rows]),
        handles_of(world, t.addressed[rows]),
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
    sets, tags = tag_table(world.tweets.hashtags[rows])
    hashtags = [[{"text": tag} for tag in one] for one in sets]
    ids = list(world.profiles["id_str"])
    for one in stored(world, rows, tags, whole):
        tweet = said(one, {"hashtags": hashtags[one.hashtags]})
        tweet["user"] = msgspec.Raw(users[one.author]) if one.whole else {"id_str": ids[one.author]}
        if one.place >= 0:
            place = PLACES[one.place]
            tweet["place"] = {"place_type": place.kind, "full_name": place.full_name, "country_code": "US"}
        if one.exact:
            tweet["coordinates"] = {"type": "Point", "coordinates": [one.longitude, one.latitude]}
        tweet["lang"] = "en"
        yield tweet


def said(one: Stored, entities: dict) -> dict:
    """What a tweet says, and to whom."""
    tweet = {"created_at": one.created_at, "id_str": str(one.tweet_id), "text": one.text}
    user_id, handle = str(one.other_user_id), one.other_handle
    if one.kind == RETWEET:
        tweet["text"] = cut(f"RT @{handle}: {one.text}")
        tweet["retweeted_status"] = {
            "created_at": one.other_created_at,
            "id_str": str(one.other_id),
            "text": one.text,
            "entities": entities,
            "user": {"id_str": user_id},
        }
        return tweet
    tweet["entities"] = entities
    if one.kind == REPLY:
        entities["user_mentions"] = [{"screen_name": handle, "id_str": user_id}]
        tweet["in_reply_to_status_id_str"] = str(one.other_id)
        tweet["in_reply_to_user_id_str"] = user_id
    if one.kind == QUOTE:
        tweet["quoted_status"] = {"id_str": str(one.other_id), "user": {"id_str": user_id}}
    return tweet


def write_tables(world: World, folder: Path) -> None:
    """The tables `tweets` (a part a day) and `users` that ingest makes of the raw tweets, a day at a time."""
    with renewed(folder) as partial:
        for day, rows in by_day(world.tweets.time):
            tables.write(tweets_table(world, rows), partial / "tweets" / f"{day}.parquet")
        tables.write(users_table(world), partial / "users.parquet")


def tweets_table(world: World, rows: np.ndarray) -> pa.Table:
    """Rows of the table `tweets`."""
    t, a = world.tweets, world.accounts
    kind, place, point, target = t.kind[rows], t.place[rows], t.point[rows], np.maximum(t.target[rows], 0)
    targeted, no_retweet, no_reply = ids_of(world, t.addressed[rows]), kind != RETWEET, kind != REPLY
    sets, row_of_set = tag_table(t.hashtags[rows])
    hashtags = pa.array([[tag.lower() for tag in tags] for tags in sets], pa.list_(pa.string()))
    longitude, latitude = coordinates(np.maximum(place, 0), rows)
    replied = np.r_[0, np.cumsum(~no_reply)].astype(np.int32)
    columns = {
        "tweet_id": t.tweet_id[rows],
        "created_at": whole_seconds(t.time[rows]),
        "user_id": a.user_id[t.author[rows]],
        "text": texts(world, rows),
        "lang": pa.repeat("en", len(rows)),
        "hashtags": hashtags.take(pa.array(row_of_set)),
        "mentions": pa.ListArray.from_arrays(replied, targeted[~no_reply]),
        "retweeted_tweet_id": pa.array(t.tweet_id[target], mask=no_retweet),
        "retweeted_user_id": pa.array(targeted, mask=no_retweet),
        "in_reply_to_user_id": pa.array(targeted, mask=no_reply),
        "quoted_user_id": pa.array(targeted, mask=kind != QUOTE),
        "longitude": pa.array(longitude, mask=~point),
        "latitude": pa.array(latitude, mask=~point),
        "place": pa.array([one.full_name for one in PLACES]).take(pa.array(place, mask=place < 0)),
        "place_country": pa.array(["US"]).take(pa.array(np.zeros(len(rows), int), mask=place < 0)),
        "retweeted_at": whole_seconds(t.time[target], no_retweet),
        "kind": pa.array(KINDS).take(pa.array(kind)),
    }
    # The others are null, since the raw tweets do not state them.
    return pa.table([columns.get(f.name, pa.nulls(len(rows), f.type)) for f in tables.TWEETS], tables.TWEETS)


def whole_seconds(ms: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    """Times (int64 ms UTC) as Twitter tells them; null where the mask is true."""
    return pa.array(ms // 1000 * 1_000_000, mask=mask).cast(tables.TIME)


def users_table(world: World) -> pa.Table:
    """The table `users`, in order of user_id."""
    frame = world.profiles.drop(columns="id_str").replace("", None)
    frame[["profile_banner_url", "protected"]] = None  # the model says nothing of these
    frame["user_id"] = world.accounts.user_id
    frame["created_at"] = pd.to_datetime(frame["created_at"] // 1000, unit="s", utc=True)
    frame["tweets_collected"] = np.bincount(world.tweets.author, minlength=len(frame))
    return pa.Table.from_pandas(frame.sort_values("user_id"), schema=tables.USERS, preserve_index=False)


def write_truth(world: World, folder: Path) -> None:
    """What was planted: truth/accounts.parquet and truth/tweets.parquet."""
    a, t = world.accounts, world.tweets
    codes = pa.array([state.code for state in STATES])
    accounts = {
        "user_id": a.user_id,
        "bot": a.bot,
        "lean": pa.array(["neither", "clinton", "trump"]).take(pa.array(a.lean)),
        "state": codes.take(pa.array(a.state)),
        "activity": a.activity,
        "automation": world.automation,
        "hub": a.hub,
        "elite": a.elite,
        "kind": pa.array(np.array(STYLES, object)[world.style], mask=~a.bot),
        "organisation": world.organisation,
        "scored": np.arange(len(a)) < a.scored,
        "suspended": np.r_[world.suspended, np.zeros(len(a) - a.scored, bool)],
    }
    tweets = {
        "tweet_id": t.tweet_id,
        "user_id": a.user_id[t.author],
        "kind": pa.array(KINDS).take(pa.array(t.kind)),
        "topic": pa.array(["trump", "clinton", "debate"]).take(pa.array(t.topic)),
        "stance": pa.array(["pro", "anti"]).take(pa.array(t.stance)),
        "sentiment": t.sentiment,
    }
    with renewed(folder) as partial:
        tables.write(pa.table(accounts), partial / "accounts.parquet")
        tables.write(pa.table(tweets), partial / "tweets.parquet")
