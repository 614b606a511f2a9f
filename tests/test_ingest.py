"""Ingest: every line is accounted for, ids stay whole, and tables appear whole or not at all."""

import bz2
import gzip
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.ingest import ledger as module
from helpers.ingest import lines, tweets
from helpers.ingest.accounts import read_users
from helpers.ingest.ledger import ingest, ingest_files
from helpers.study import Study, StudyError
from helpers.tables import LEDGER, REJECTED, TWEETS, USERS, data_hash

NOON = "Sun Sep 18 12:00:00 +0000 2016"
LATER = "Sun Sep 18 13:00:00 +0000 2016"
ENTITIES = {"hashtags": [], "user_mentions": []}
NOTICE = {"delete": {"status": {"id": 1, "id_str": "1", "user_id": 7, "user_id_str": "7"}}}


def user(number=7, **fields):
    return {"id": number, "id_str": str(number), "screen_name": f"user{number}"} | fields


def tweet(number=1, **fields):
    made = {"id": number, "id_str": str(number), "created_at": NOON, "text": "hello", "entities": ENTITIES}
    return made | {"user": user()} | fields


def raw(line):
    return line if isinstance(line, bytes) else json.dumps(line).encode()


def write(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(map(raw, lines)))
    return path


def rows(folder, name="tweets"):
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def only_row(tmp_path, *lines, table="tweets"):
    ingest_files([write(tmp_path / "raw.jsonl", *lines)], tmp_path / "out")
    [row] = rows(tmp_path / "out", table)
    return row


def known(row):
    """The columns that are not null."""
    return {column for column, value in row.items() if value is not None}


def rejected(tmp_path, *lines):
    """(line, reason) of each rejected line."""
    ingest_files([write(tmp_path / "raw.jsonl", *lines)], tmp_path / "out")
    return [(row["line"], row["reason"]) for row in rows(tmp_path / "out", "rejected")]


def counts(ledger):
    return [tuple(row) for row in ledger.itertuples(index=False)]


def study_in(folder, *lines):
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text('name = "t"\ntitle = "T"\nsynthetic = true\n')
    if lines:
        write(folder / "raw" / "a.jsonl", *lines)
    return Study(folder, out=folder / "build")


# ── What a tweet says ────────────────────────────────────────────────────────────────────────────────────────


def test_classic_tweet(tmp_path):
    found = only_row(
        tmp_path,
        tweet(
            5,
            text="A &amp; B",
            lang="en",
            entities={"hashtags": [{"text": "MAGA"}], "user_mentions": [{"id": 8, "id_str": "8"}]},
            coordinates={"type": "Point", "coordinates": [-122.5, 45]},
            place={"full_name": "Portland, OR", "country_code": "US"},
        ),
    )
    assert found == {
        "tweet_id": 5,
        "created_at": datetime(2016, 9, 18, 12, tzinfo=UTC),
        "user_id": 7,
        "text": "A & B",
        "lang": "en",
        "hashtags": ["maga"],
        "mentions": [8],
        "retweeted_tweet_id": None,
        "retweeted_user_id": None,
        "in_reply_to_user_id": None,
        "quoted_user_id": None,
        "longitude": -122.5,
        "latitude": 45.0,
        "place": "Portland, OR",
        "place_country": "US",
        "urls": None,
        "source": None,
        "retweeted_at": None,
        "kind": "original",
    }


def test_links_client_and_age_of_what_is_retweeted(tmp_path):
    def link(*urls):
        return {"hashtags": [], "urls": list(urls)}

    original = {"id_str": "3", "created_at": "Sun Sep 18 11:00:00 +0000 2016", "text": "a", "user": {"id_str": "9"},
                "entities": link({"url": "https://t.example/1", "expanded_url": "https://news.example/a"}, {"url": "b"})}  # fmt: skip
    client = '<a href="https://x.example" rel="nofollow">Twitter for R&amp;D</a>'
    found = only_row(tmp_path, tweet(retweeted_status=original, source=client, entities=link()))
    assert found["urls"] == ["https://news.example/a", "b"]
    assert found["source"] == "Twitter for R&D"
    assert found["retweeted_at"] == datetime(2016, 9, 18, 11, tzinfo=UTC)
    assert only_row(tmp_path / "other", tweet(entities=link()))["urls"] == []


def test_whole_text_and_its_entities_come_first(tmp_path):
    whole = {
        "full_text": "the whole text",
        "entities": {"hashtags": [{"text": "Whole"}], "user_mentions": []},
    }
    found = only_row(tmp_path, tweet(text="the wh…", extended_tweet=whole))
    assert (found["text"], found["hashtags"]) == ("the whole text", ["whole"])
    assert only_row(tmp_path, tweet(text="the wh…", full_text="the whole"))["text"] == "the whole"


def test_retweet_has_text_hashtags_and_mentions_of_the_original(tmp_path):
    original = tweet(
        4,
        user={"id": 8, "id_str": "8"},
        text="the o…",
        extended_tweet={
            "full_text": "the original @user9 #Debates",
            "entities": {"hashtags": [{"text": "Debates"}], "user_mentions": [{"id_str": "9"}]},
        },
    )
    mentions = {"hashtags": [], "user_mentions": [{"id_str": "8"}, {"id_str": "9"}]}
    found = only_row(
        tmp_path, tweet(text="RT @user8: the o…", entities=mentions, retweeted_status=original, lang="en")
    )
    assert (found["retweeted_tweet_id"], found["retweeted_user_id"]) == (4, 8)
    assert found["text"] == "the original @user9 #Debates"
    assert (found["hashtags"], found["mentions"]) == (["debates"], [9])
    assert (found["tweet_id"], found["user_id"]) == (1, 7)


def test_retweet_of_a_status_without_text_keeps_its_own(tmp_path):
    found = only_row(tmp_path, tweet(text="RT @user8: hi", retweeted_status={"id_str": "4"}))
    assert (found["text"], found["retweeted_tweet_id"], found["hashtags"]) == ("RT @user8: hi", 4, [])


def test_reply_and_quote(tmp_path):
    found = only_row(tmp_path, tweet(in_reply_to_user_id_str="8", quoted_status=tweet(3, user=user(9))))
    assert (found["in_reply_to_user_id"], found["quoted_user_id"], found["text"]) == (8, 9, "hello")


def test_missing_is_null(tmp_path):
    line = {"id_str": "1", "created_at": NOON, "user": {"id_str": "7"}, "entities": None}
    assert known(only_row(tmp_path, line)) == {"tweet_id", "created_at", "user_id", "kind"}
    assert only_row(tmp_path, tweet())["hashtags"] == []  # Twitter looked and found none


def test_empty_is_null(tmp_path):
    profile = dict.fromkeys(["screen_name", "name", "description", "location", "created_at", "lang"], "")
    place = {"full_name": "", "country_code": ""}
    line = tweet(text="", lang="", place=place, in_reply_to_user_id_str="", user=user(**profile))
    assert known(only_row(tmp_path, line)) == {
        "tweet_id",
        "created_at",
        "user_id",
        "hashtags",
        "mentions",
        "kind",
    }
    assert known(only_row(tmp_path, line, table="users")) == {"user_id", "tweets_collected"}


@pytest.mark.parametrize("number", [5.0e18, 9007199254740992, "nonsense", None])
def test_id_str_overrules_a_damaged_id(tmp_path, number):
    exact = {"id": number, "id_str": "9007199254740993"}
    found = only_row(tmp_path, tweet(**exact, user=exact, entities={"user_mentions": [exact]}))
    assert (found["tweet_id"], found["user_id"], found["mentions"]) == (2**53 + 1,) * 2 + ([2**53 + 1],)


def test_integer_id_serves_without_id_str(tmp_path):
    largest = 2**63 - 1
    found = only_row(tmp_path, {"id": largest, "created_at": NOON, "user": {"id": 7}})
    assert (found["tweet_id"], found["user_id"]) == (largest, 7)


def test_mention_of_an_account_that_is_no_more_is_left_out(tmp_path):
    gone = {"user_mentions": [{"id": -1, "id_str": "-1"}, {"id": None, "id_str": None}, {"id_str": "8"}]}
    assert only_row(tmp_path, tweet(entities=gone))["mentions"] == [8]


@pytest.mark.parametrize(
    "written",
    [
        NOON,
        "2016-09-18T12:00:00.000Z",
        "2016-09-18T12:00:00",
        "2016-09-18T14:00:00+02:00",
        "Sun Sep 18 07:00:00 -0500 2016",
    ],
)
def test_times_are_utc(tmp_path, written):
    assert only_row(tmp_path, tweet(created_at=written))["created_at"] == datetime(
        2016, 9, 18, 12, tzinfo=UTC
    )


# ── Where a line ends ────────────────────────────────────────────────────────────────────────────────────────


def test_ledger_of_all_outcomes(tmp_path):
    path = write(tmp_path / "a.jsonl", tweet(1), b"", tweet(1), NOTICE, b"  \r", b"garbage", tweet(2), b"")
    ledger = ingest_files([path], tmp_path / "out")
    assert list(ledger) == LEDGER.names
    assert counts(ledger) == [("a.jsonl", 5, 2, 1, 1, 1)]
    assert [row["line"] for row in rows(tmp_path / "out", "rejected")] == [6]


@pytest.mark.parametrize("name", sorted(tweets.NOTICES))
def test_notices_are_other(tmp_path, name):
    ledger = ingest_files([write(tmp_path / "a.jsonl", {name: {"track": 3}})], tmp_path / "out")
    assert counts(ledger) == [("a.jsonl", 1, 0, 0, 1, 0)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id_str": "1", "cre', "not JSON"),
        (b"\x00\x01", "not JSON"),
        (b'{"a": ' * 100_000, "not JSON"),
        (b'{"text": "\xff"}', "not UTF-8: byte 11 of the line"),
        ([tweet()], "not a JSON object: write one tweet a line"),
        (3, "not a JSON object: write one tweet a line"),
        ({"something": "else"}, "neither a v1.1 tweet nor a known notice: it has no id"),
        (tweet(user=None), "a tweet without a user"),
        (tweet(user=None, limit={}), "a tweet without a user"),
        (tweet(user={"screen_name": "x"}), "a tweet whose user has no id"),
        (tweet(id=5.0e18, id_str=None), "id 5e+18 is not an integer, and there is no id_str to correct it"),
        (tweet(id_str=str(2**63)), "larger than any id"),
        (tweet(id_str="12x"), "id_str '12x' is not a whole number"),
        (tweet(created_at="yesterday"), "created_at 'yesterday' is not a time"),
        (tweet(created_at="Sun Sep 31 12:00:00 +0000 2016"), "is not a time"),
        (tweet(created_at=None), "created_at None is not a time"),
        (tweet(text=5), "not a v1.1 tweet: Expected `str | null`, got `int` - at `$.text`"),
        (tweet(user=user(followers_count=2**63)), "not a v1.1 tweet: Expected `int`"),
        (tweet(retweeted_status={"id": 1.5e18}), "id 1.5e+18 is not an integer"),
        ({"statuses": [tweet()], "search_metadata": {}}, "a page of search results: unpack its statuses"),
        ({"data": [{"id": "1", "text": "x"}]}, "API v2, which is not read yet"),
        ({"id": "1", "author_id": "7", "text": "x"}, "API v2, which is not read yet"),
    ],
)
def test_rejected_with_line_and_reason(tmp_path, line, reason):
    [(number, said)] = rejected(tmp_path, tweet(), line, tweet(2))
    assert number == 2
    assert reason in said
    assert len(said) < 200


def test_first_of_equal_ids_wins_across_files(tmp_path):
    b = write(tmp_path / "b.jsonl", tweet(1, text="second file"), tweet(2))
    a = write(tmp_path / "a.jsonl", tweet(1, text="first", created_at=LATER), tweet(1, text="later line"))
    ledger = ingest_files([b, a], tmp_path / "out")
    assert counts(ledger) == [("a.jsonl", 2, 1, 1, 0, 0), ("b.jsonl", 2, 1, 1, 0, 0)]
    assert [(row["tweet_id"], row["text"]) for row in rows(tmp_path / "out")] == [(2, "hello"), (1, "first")]


def test_tweets_are_in_order_of_time_then_id(tmp_path):
    path = write(tmp_path / "a.jsonl", tweet(1, created_at=LATER), tweet(3), tweet(2))
    ingest_files([path], tmp_path / "out")
    assert [row["tweet_id"] for row in rows(tmp_path / "out")] == [2, 3, 1]


# ── Users as last seen ───────────────────────────────────────────────────────────────────────────────────────


def test_user_profile(tmp_path):
    profile = {
        "name": "Seven",
        "description": "d",
        "location": "Ohio",
        "created_at": NOON,
        "lang": "en",
        "statuses_count": 1,
        "followers_count": 2,
        "friends_count": 3,
        "favourites_count": 4,
        "listed_count": 5,
        "verified": False,
        "default_profile": True,
        "default_profile_image": False,
        "profile_use_background_image": True,
        "geo_enabled": False,
        "url": "https://t.co/1",
        "profile_banner_url": "https://pbs.example/1",
        "protected": True,
    }
    found = only_row(tmp_path, tweet(user=user(**profile)), table="users")
    expected = {"user_id": 7, "screen_name": "user7", **profile, "tweets_collected": 1}
    assert found == expected | {"created_at": datetime(2016, 9, 18, 12, tzinfo=UTC)}
    assert list(found) == USERS.names


def test_last_value_of_each_column_by_time_not_by_line(tmp_path):
    later = tweet(2, created_at=LATER, user=user(followers_count=20, location=""))
    earlier = tweet(1, user=user(followers_count=10, location="Ohio", listed_count=1))
    found = only_row(tmp_path, later, earlier, table="users")
    assert (found["followers_count"], found["location"], found["listed_count"]) == (20, "Ohio", 1)
    assert found["tweets_collected"] == 2


def test_trimmed_user_leaves_earlier_values(tmp_path):
    found = only_row(
        tmp_path,
        tweet(1, user=user(statuses_count=0, verified=False)),
        tweet(2, created_at=LATER, user={"id_str": "7"}),
        table="users",
    )
    assert (found["screen_name"], found["statuses_count"], found["verified"]) == ("user7", 0, False)


def test_duplicate_updates_the_profile_but_not_the_count(tmp_path):
    found = only_row(
        tmp_path, tweet(user=user(friends_count=1)), tweet(user=user(friends_count=2)), table="users"
    )
    assert (found["friends_count"], found["tweets_collected"]) == (2, 1)


def test_users_are_authors_of_kept_tweets_only(tmp_path):
    found = only_row(
        tmp_path, tweet(retweeted_status=tweet(2, user=user(8))), tweet(user=user(9)), table="users"
    )
    assert found["user_id"] == 7


def test_unreadable_time_of_a_user_is_null(tmp_path):
    assert only_row(tmp_path, tweet(user=user(created_at="long ago")), table="users")["created_at"] is None


# ── Archives ─────────────────────────────────────────────────────────────────────────────────────────────────

COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".zst": zstandard.compress}
LINES = b"\n".join(raw(tweet(number)) for number in range(1, 2001))


@pytest.mark.parametrize("suffix", COMPRESS)
def test_archives_of_several_members(tmp_path, suffix):
    compress = COMPRESS[suffix]
    path = write(tmp_path / f"a.jsonl{suffix}", compress(LINES[:1000]) + compress(LINES[1000:]))
    assert counts(ingest_files([path], tmp_path / "out")) == [(path.name, 2000, 2000, 0, 0, 0)]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_truncated_archive_ends_with_one_rejected_line(tmp_path, suffix):
    # Two members: the first whole with 3 lines and half of the fourth, the second cut short.
    compress = COMPRESS[suffix]
    content = b"\n".join([raw(tweet(1)), raw(tweet(2)), b"", raw(tweet(3)), raw(tweet(4))[:20]])
    path = write(tmp_path / f"a.jsonl{suffix}", compress(content) + compress(b"rest")[:-1])
    assert counts(ingest_files([path], tmp_path / "out")) == [(path.name, 4, 3, 0, 0, 1)]
    assert rows(tmp_path / "out", "rejected") == [
        {"file": path.name, "line": 5, "reason": "the archive is truncated here"}
    ]


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("content", [b"", b"this is no archive"])
def test_not_an_archive(tmp_path, suffix, content):
    path = write(tmp_path / f"a{suffix}", content)
    assert counts(ingest_files([path], tmp_path / "out")) == [(path.name, 1, 0, 0, 0, 1)]
    assert "the archive is" in rows(tmp_path / "out", "rejected")[0]["reason"]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_damaged_archive_keeps_what_came_before(tmp_path, suffix):
    whole = COMPRESS[suffix](LINES)
    path = write(tmp_path / f"a.jsonl{suffix}", whole + b"not a second member")
    assert counts(ingest_files([path], tmp_path / "out")) == [(path.name, 2000, 1999, 0, 0, 1)]


# ── Tables appear whole or not at all ────────────────────────────────────────────────────────────────────────


def test_same_input_same_bytes(tmp_path):
    path = write(tmp_path / "a.jsonl.gz", gzip.compress(LINES + b"\ngarbage"))
    for out in ("one", "two"):
        ingest_files([path], tmp_path / out)
    assert {p.name: p.read_bytes() for p in (tmp_path / "one").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "two").iterdir()
    }


def test_columns_and_types_are_the_contract(tmp_path):
    ingest_files([write(tmp_path / "a.jsonl", tweet(), b"garbage")], tmp_path / "out")
    for name, schema in {"tweets": TWEETS, "users": USERS, "ledger": LEDGER, "rejected": REJECTED}.items():
        found = pq.read_schema(tmp_path / "out" / f"{name}.parquet")
        assert (found.names, found.types) == (schema.names, schema.types)


def test_batches_do_not_show(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(lines, "BLOCK", 7)
    path = write(tmp_path / "a.jsonl", *(tweet(n) for n in range(1, 6)))
    assert counts(ingest_files([path], tmp_path / "out")) == [("a.jsonl", 5, 5, 0, 0, 0)]
    assert [row["tweet_id"] for row in rows(tmp_path / "out")] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("step", ["stage", "merge", "publish"])
def test_interrupted_ingest_leaves_the_old_tables(tmp_path, monkeypatch, step):
    out = tmp_path / "out"
    old = ingest_files([write(tmp_path / "a.jsonl", tweet(1))], out)
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    whole = getattr(module, step)

    def interrupted(*arguments):
        if step != "publish":
            whole(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        ingest_files([write(tmp_path / "b.jsonl", tweet(2))], out)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.jsonl", "b.jsonl", "out"]
    monkeypatch.undo()
    pd.testing.assert_frame_equal(ingest_files([tmp_path / "a.jsonl"], out), old)


def test_interrupted_while_moving_is_made_again(tmp_path, monkeypatch):
    out, path = tmp_path / "out", tmp_path / "a.jsonl"
    ingest_files([write(path, tweet(1))], out)
    write(path, tweet(2))
    replace = Path.replace

    def interrupted(self, target):
        if self.name == "users.parquet":
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", interrupted)
        ingest_files([path], out)
    write(path, tweet(1))  # the record of these tables must be gone
    ingest_files([path], out)
    assert [row["tweet_id"] for row in rows(out)] == [1]


def test_leftovers_of_a_killed_run_are_cleared(tmp_path):
    write(tmp_path / ".out.partial" / "parts" / "tweets-0000009.parquet", b"half a table")
    assert only_row(tmp_path, tweet())["tweet_id"] == 1
    assert not (tmp_path / ".out.partial").exists()


def test_any_folder_name(tmp_path):
    folder = tmp_path / "it's [a] {folder} 100% *?"
    assert only_row(folder, tweet())["tweet_id"] == 1


# ── A study ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_study_is_ingested_once_until_its_files_change(tmp_path, monkeypatch):
    study = study_in(tmp_path, tweet(1), tweet(2, user=user(8)), NOTICE)
    assert data_hash(study) is None
    first = ingest(study)
    assert counts(first) == [("a.jsonl", 3, 2, 0, 1, 0)]
    record = json.loads((study.tables / "ingest.json").read_text())
    assert record == {"data_hash": data_hash(study), "tweets": 2, "users": 2}
    assert len(data_hash(study)) == 64

    with monkeypatch.context() as patch:
        patch.setattr(module, "stage", None)
        pd.testing.assert_frame_equal(ingest(study), first)
    before = data_hash(study)
    write(study.folder / "raw" / "a.jsonl", tweet(1))
    assert ingest(study)["kept"].sum() == 1
    assert data_hash(study) != before
    (study.folder / "raw" / "a.jsonl").rename(study.folder / "raw" / "b.jsonl")
    assert ingest(study)["file"].tolist() == ["b.jsonl"]


def test_tables_with_other_columns_are_made_again(tmp_path):
    study = study_in(tmp_path, tweet())
    ingest(study)
    path = study.tables / "tweets.parquet"
    pq.write_table(pq.read_table(path).drop_columns("lang"), path)
    ingest(study)
    assert pq.read_schema(path).names == TWEETS.names


def test_study_that_brings_its_own_tables(tmp_path):
    source = study_in(tmp_path / "source", tweet())
    made = ingest(source)
    study = study_in(tmp_path / "bare")
    source.tables.rename(study.folder / "tables")
    pd.testing.assert_frame_equal(ingest(study), made)
    assert data_hash(study) is not None
    (study.folder / "tables" / "ledger.parquet").unlink()
    assert list(ingest(study)) == LEDGER.names
    assert ingest(study).empty


def test_study_with_nothing_says_what_to_do(tmp_path):
    with pytest.raises(StudyError, match=r"neither raw tweets in raw/ nor tables in tables/. Put files"):
        ingest(study_in(tmp_path))


# ── Small files ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("array", [True, False])
def test_read_users(tmp_path, array):
    given = [user(7, followers_count=5), tweet(1, user=user(8)), user(7)]
    content = raw(given) if array else b"\n".join([raw(given[0]), b"", raw(given[1]), raw(given[2])])
    found = read_users(write(tmp_path / "users.json.bz2", bz2.compress(content)))
    assert list(found) == [name for name in USERS.names if name != "tweets_collected"]
    assert found["user_id"].tolist() == [7, 8, 7]
    assert found["followers_count"].tolist()[0] == 5


@pytest.mark.parametrize(
    ("read", "name", "content", "message"),
    [
        (read_users, "a.jsonl", raw(user()) + b"\n{}", "a.jsonl, line 2: not a v1.1 user .it has no id"),
        (read_users, "a.json", b'[{"id": 1}, {"id_str": 2}]', "a.json, item 2: not a v1.1 user"),
        (read_users, "a.json", b'[{"id": 1},', "a.json: "),
    ],
)
def test_small_files_name_file_and_line(tmp_path, read, name, content, message):
    with pytest.raises(StudyError, match=message):
        read(write(tmp_path / name, content))


def test_missing_file(tmp_path):
    for read in (read_users, lambda path: ingest_files([path], tmp_path / "out")):
        with pytest.raises(StudyError, match=r"absent.jsonl: cannot be read .* Check the name"):
            read(tmp_path / "absent.jsonl")


# ── Command line ─────────────────────────────────────────────────────────────────────────────────────────────


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "helpers.ingest", *map(str, arguments)], capture_output=True, text=True
    )


def test_command_line(tmp_path):
    write(tmp_path / "raw" / "a.jsonl", tweet(1), tweet(2), b"garbage")
    write(tmp_path / "raw" / "day" / "b.jsonl", tweet(1), NOTICE)
    write(tmp_path / "raw" / ".hidden", b"not data")
    run = command(tmp_path / "raw", tmp_path / "raw" / "a.jsonl", "--out", tmp_path / "out")
    assert run.returncode == 0, run.stderr
    table, _, refused = run.stdout.partition("\n\n")
    assert [line.split() for line in table.splitlines()] == [
        ["file", *LEDGER.names[1:]],
        ["a.jsonl", "3", "2", "0", "0", "1"],
        ["day/b.jsonl", "2", "0", "1", "1", "0"],
        ["total", "5", "2", "1", "1", "1"],
    ]
    assert refused.startswith("rejected lines, 1 of 1:\na.jsonl, line 3: not JSON")
    assert len(rows(tmp_path / "out")) == 2


def test_command_line_refuses_in_one_line(tmp_path):
    run = command(tmp_path / "absent.jsonl", "--out", tmp_path / "out")
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "absent.jsonl: cannot be read" in run.stderr
    assert not (tmp_path / "out").exists()


# ── Conservation ─────────────────────────────────────────────────────────────────────────────────────────────

GARBAGE = st.binary(min_size=1, max_size=12).filter(lambda b: b"\n" not in b and not b.isspace())
KINDS = {
    "tweet": st.integers(1, 6).map(lambda n: raw(tweet(n))),
    "other": st.sampled_from([raw(NOTICE), b'{"limit": {"track": 3}}']),
    "rejected": st.one_of(GARBAGE.map(lambda b: b"\xff" + b), st.just(raw(tweet(user=None)))),
    "blank": st.sampled_from([b"", b"  ", b"\r"]),
}
LINE = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind]))
FILE = st.tuples(st.lists(LINE, max_size=8), st.sampled_from(["", *COMPRESS]), st.booleans())


@settings(max_examples=40, deadline=None)
@given(files=st.lists(FILE, min_size=1, max_size=3))
def test_lines_in_are_lines_accounted_for(files):
    with tempfile.TemporaryDirectory() as name:
        folder, paths, expected, ids = Path(name), [], [], set()
        for number, (given_lines, suffix, cut) in enumerate(files):
            content = b"".join(line + b"\n" for _, line in given_lines)
            damaged = bool(suffix) and cut
            if suffix:
                content = COMPRESS[suffix](content) + (COMPRESS[suffix](b"cut")[:-1] if cut else b"")
            paths.append(write(folder / f"{number}{suffix}", content))
            kinds = [kind for kind, _ in given_lines if kind != "blank"]
            seen = [line for kind, line in given_lines if kind == "tweet"]
            kept = len(set(seen) - ids)
            ids |= set(seen)
            expected.append(
                (
                    f"{number}{suffix}",
                    len(kinds) + damaged,
                    kept,
                    len(seen) - kept,
                    kinds.count("other"),
                    kinds.count("rejected") + damaged,
                )
            )
        ledger = ingest_files(paths, folder / "out")
        assert counts(ledger) == expected
        assert (ledger["lines"] == ledger[["kept", "duplicates", "other", "rejected"]].sum(axis=1)).all()
        assert len(rows(folder / "out")) == len(ids)
        assert len(rows(folder / "out", "rejected")) == ledger["rejected"].sum()


# ── Real tweets, where there are some ────────────────────────────────────────────────────────────────────────


def test_real_tweets(tmp_path):
    folder = os.environ.get("STUDY_REAL_TWEETS")
    if not folder:
        pytest.skip("STUDY_REAL_TWEETS does not name a folder of real v1.1 tweets")
    ledger = ingest_files([p for p in Path(folder).rglob("*") if p.is_file()], tmp_path / "out")
    assert (ledger["lines"] == ledger[["kept", "duplicates", "other", "rejected"]].sum(axis=1)).all()
    found = pq.read_table(tmp_path / "out" / "tweets.parquet")
    assert found.num_rows == ledger["kept"].sum() > 0
    assert found["text"].null_count == 0
    people = pq.read_table(tmp_path / "out" / "users.parquet")
    assert set(people["user_id"].to_pylist()) == set(found["user_id"].to_pylist())
    assert sum(people["tweets_collected"].to_pylist()) == found.num_rows


def test_tables_derived_from_other_raw_files_go(tmp_path):
    raw, out = tmp_path / "a.jsonl", tmp_path / "tables"
    raw.write_text(json.dumps(tweet(1)))
    ingest_files([raw], out)
    (out / "scores.parquet").write_bytes(b"of tweet 1")
    ingest_files([raw], out)
    assert (out / "scores.parquet").exists()
    raw.write_text(json.dumps(tweet(2)))
    ingest_files([raw], out)
    assert not (out / "scores.parquet").exists()


def test_several_processes_make_the_same_tables_as_one(tmp_path, monkeypatch):
    files = [
        write(tmp_path / "a.jsonl", tweet(1), tweet(2), b"garbage"),
        write(tmp_path / "b.jsonl", tweet(2), tweet(3)),
        write(
            tmp_path / "c.jsonl", {"delete": {}}, tweet(4), *map(tweet, range(10, 40))
        ),  # the largest is read first
    ]
    alone = ingest_files(files, tmp_path / "alone")
    monkeypatch.setattr("helpers.ingest.ledger.LARGE", 1)
    together = ingest_files(files, tmp_path / "together")
    pd.testing.assert_frame_equal(alone, together)
    assert together["file"].tolist() == ["a.jsonl", "b.jsonl", "c.jsonl"]
    for name in ("tweets", "users", "rejected"):
        one, two = (tmp_path / folder / f"{name}.parquet" for folder in ("alone", "together"))
        assert one.read_bytes() == two.read_bytes()
