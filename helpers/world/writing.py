"""Writing a world as a study: study.toml, raw tweets or tables, labelled accounts, timelines, and the truth.

Raw tweets (`messages`) come in one file a UTC day.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import zstandard

from helpers import tables
from helpers.study import folder_beside, write_text
from helpers.tweets import KINDS
from helpers.world import World
from helpers.world.clients import TABLE as CLIENTS
from helpers.world.habits import STYLES
from helpers.world.hashtags import hashtag_lists
from helpers.world.messages import POLL_MS, polls, texts, tweet_objects
from helpers.world.parameters import QUOTE, REPLY, RETWEET
from helpers.world.places import PLACES, STATES, coordinates
from helpers.world.profiles import LANGUAGES, user_objects
from helpers.world.recent_tweets import Lookup, draw_labelled, look_up_scored
from helpers.world.study_file import study_file
from helpers.world.timeline import DAY_MS

PACKED = zstandard.ZstdCompressionParameters.from_level(19, window_log=27)
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
    """JSON lines; a .zst is compressed as a whole, since a day's tweets repeat each other, near and far."""
    content = b"".join(encode(message) + b"\n" for message in messages)
    if path.suffix == ".zst":
        content = zstandard.ZstdCompressor(compression_params=PACKED).compress(content)
    path.write_bytes(content)


def write_lookup(lookup: Lookup, folder: Path, packed: bool = True) -> None:
    """accounts.jsonl.zst and timelines.jsonl.zst, which last is not `packed` if it is to be read at once."""
    write_lines(user_objects(lookup.profiles), folder / "accounts.jsonl.zst")
    write_lines(lookup.timelines, folder / f"timelines.jsonl{'.zst' * packed}")


def write_labelled(lookup: Lookup, folder: Path) -> None:
    """The same, and labels.tsv and kinds.tsv."""
    with renewed(folder) as partial:
        write_lookup(lookup, partial)
        labels = zip(lookup.profiles["id_str"], lookup.bot, strict=True)
        lines = (f"{user}\t{'bot' if bot else 'human'}\n" for user, bot in labels)
        write_text(partial / "labels.tsv", "".join(lines))
        kinds = zip(lookup.profiles["id_str"], lookup.kind, strict=True)
        write_text(partial / "kinds.tsv", "".join(f"{user}\t{kind}\n" for user, kind in kinds))


def by_day(ms: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Days ("2016-09-16") of sorted times, each with its rows."""
    days, starts = np.unique(ms // DAY_MS, return_index=True)
    for day, rows in zip(days.tolist(), np.split(np.arange(len(ms)), starts[1:]), strict=True):
        yield datetime.fromtimestamp(day * 86_400, UTC).date().isoformat(), rows


def write_raw(world: World, folder: Path) -> None:
    """One compressed file of v1.1 tweets a day."""
    row, poll = polls(world)
    users = [encode(user) for user in user_objects(world.profiles)]
    first = np.zeros(len(row), bool)
    first[np.unique(world.tweets.author[row], return_index=True)[1]] = True
    with renewed(folder) as partial:
        for day, stored in by_day(poll * POLL_MS):
            write_lines(tweet_objects(world, row[stored], first[stored], users), partial / f"{day}.jsonl.zst")


def write_tables(world: World, folder: Path) -> None:
    """The tables `tweets` (a part a day) and `users` that ingest makes of the raw tweets, a day at a time."""
    with renewed(folder) as partial:
        for day, rows in by_day(world.tweets.time):
            tables.write(tweets_table(world, rows), partial / "tweets" / f"{day}.parquet")
        tables.write(users_table(world), partial / "users.parquet")


def tweets_table(world: World, rows: np.ndarray) -> pa.Table:
    """Rows of the table `tweets`."""
    t, kind = world.tweets, world.tweets.kind[rows]
    longitude, latitude = coordinates(np.maximum(t.place[rows], 0), rows)
    columns = {
        "tweet_id": t.tweet_id[rows],
        "created_at": whole_seconds(t.time[rows]),
        "user_id": world.accounts.user_id[t.author[rows]],
        "text": texts(world, rows),
        "lang": named([*LANGUAGES], t.texts.language[rows]),
        "hashtags": hashtag_lists(t.texts.tags[rows], t.texts.tail[rows]),
        "longitude": pa.array(longitude, mask=~t.point[rows]),
        "latitude": pa.array(latitude, mask=~t.point[rows]),
        "place": named([one.full_name for one in PLACES], t.place[rows]),
        "place_country": named(["US"], np.minimum(t.place[rows], 0)),
        "source": named([client["name"] for client in CLIENTS], world.clients[rows]),
        "kind": named(KINDS, kind),
        **others(world, rows, kind),
    }
    # The others are null, since the raw tweets do not state them.
    return pa.table([columns.get(f.name, pa.nulls(len(rows), f.type)) for f in tables.TWEETS], tables.TWEETS)


def others(world: World, rows: np.ndarray, kind: np.ndarray) -> dict[str, pa.Array]:
    """The columns of the table `tweets` that tell of other tweets and accounts."""
    t, target, ids = world.tweets, np.maximum(world.tweets.target[rows], 0), world.user_ids
    addressed, retweet = ids[t.addressed[rows]], kind == RETWEET
    mention = np.where(kind == REPLY, t.addressed[rows], t.mention[rows])
    mentioned = np.r_[0, np.cumsum(mention >= 0)].astype(np.int32)
    return {
        "mentions": pa.ListArray.from_arrays(mentioned, ids[mention[mention >= 0]]),
        "retweeted_tweet_id": pa.array(t.tweet_id[target], mask=~retweet),
        "retweeted_user_id": pa.array(addressed, mask=~retweet),
        "retweeted_at": whole_seconds(t.time[target], ~retweet),
        "in_reply_to_user_id": pa.array(addressed, mask=kind != REPLY),
        "quoted_user_id": pa.array(addressed, mask=kind != QUOTE),
    }


def named(names: Sequence[str], rows: np.ndarray) -> pa.Array:
    """The names at rows, null where negative."""
    return pa.array(names).take(pa.array(rows, mask=rows < 0))


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
    accounts = {
        "user_id": a.user_id,
        "bot": a.bot,
        "lean": named(["neither", "clinton", "trump"], a.lean),
        "state": named([state.code for state in STATES], a.state),
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
        "kind": named(KINDS, t.kind),
        "topic": named(["trump", "clinton", "debate"], t.topic),
        "stance": named(["pro", "anti"], t.stance),
        "sentiment": t.sentiment,
        "meant": t.texts.meant,
    }
    with renewed(folder) as partial:
        tables.write(pa.table(accounts), partial / "accounts.parquet")
        tables.write(pa.table(tweets), partial / "tweets.parquet")
