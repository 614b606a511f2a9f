"""Ingest: every line is accounted for, ids stay whole, and tables appear whole or not at all."""

import bz2
import gzip
import json
import lzma
import re
from codecs import BOM_UTF8
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from conftest import read_data

from helpers.collection import first_tweet
from helpers.ingest import files, records, staging, tweets
from helpers.ingest import ledger as module
from helpers.ingest.__main__ import main
from helpers.ingest.accounts import read_objects
from helpers.ingest.ledger import ingest, ingest_files
from helpers.study import Study, StudyError
from helpers.tables import LEDGER, TWEETS, USERS, collect, data_hash, scan, write
from helpers.tweets import KINDS

NOON, LATER = (f"Sun Sep 18 {hour}:00:00 +0000 2016" for hour in (12, 13))
AT_NOON = datetime(2016, 9, 18, 12, tzinfo=UTC)
COMPRESS = {
    ".gz": gzip.compress, ".bz2": bz2.compress, ".zst": zstandard.compress, ".xz": lzma.compress,
}  # fmt: skip
REJECTED = read_data("rejected.json")
NOTICE = {"delete": {"status": {"id": 1, "id_str": "1", "user_id": 7, "user_id_str": "7"}}}


def entities(*mentions, hashtags=()):
    mentioned = [{"id_str": one} for one in mentions]
    return {"hashtags": [{"text": one} for one in hashtags], "user_mentions": mentioned}


def user(number=7, **fields):
    return {"id": number, "id_str": str(number), "screen_name": f"user{number}"} | fields


def tweet(number=1, **fields):
    made = {"id": number, "id_str": str(number), "created_at": NOON, "text": "hello", "entities": entities()}
    return made | {"user": user()} | fields


def raw(line):
    return line if isinstance(line, bytes) else json.dumps(line).encode()


def put(path, *given):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(map(raw, given)))
    return path


def rows(folder, name="tweets"):
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def made(tmp_path, *given, table="tweets"):
    """The rows of a table of these lines."""
    ingest_files([put(tmp_path / "raw.jsonl", *given)], tmp_path / "out")
    return rows(tmp_path / "out", table)


def only_row(tmp_path, *given, table="tweets"):
    [row] = made(tmp_path, *given, table=table)
    return row


def stated(row):
    return {column for column, value in row.items() if value is not None}


def counts(ledger):
    return [tuple(row) for row in ledger.itertuples(index=False)]


def study_in(folder, *given):
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text('name = "t"\ntitle = "T"\nsynthetic = true\n')
    if given:
        put(folder / "raw" / "a.jsonl", *given)
    return Study(folder, out=folder / "build")


def test_classic_tweet(tmp_path):
    classic = read_data("classic_tweet.json")
    said = classic["row"] | {"created_at": AT_NOON}
    assert only_row(tmp_path, tweet(5, **classic["tweet"])) == dict.fromkeys(TWEETS.names) | said


def test_links_client_and_age_of_what_is_retweeted(tmp_path):
    links = [{"url": "https://t.example/1", "expanded_url": "https://news.example/a"}, {"url": "b"}]
    original = tweet(3, created_at=NOON, entities={"urls": links})
    client = '<a href="https://x.example" rel="nofollow">Twitter for R&amp;D</a>'
    given = tweet(retweeted_status=original, source=client, entities={"urls": []}, created_at=LATER)
    found = only_row(tmp_path, given)
    assert found["urls"] == ["https://news.example/a", "b"]
    assert (found["source"], found["retweeted_at"]) == ("Twitter for R&D", AT_NOON)
    assert only_row(tmp_path / "other", tweet(entities={"urls": []}))["urls"] == []


def test_whole_text_and_its_entities_come_first(tmp_path):
    whole = {"full_text": "the whole text", "entities": entities(hashtags=["Whole"])}
    found = only_row(tmp_path, tweet(text="the wh…", extended_tweet=whole))
    assert (found["text"], found["hashtags"]) == ("the whole text", ["whole"])
    assert only_row(tmp_path, tweet(text="the wh…", full_text="the whole"))["text"] == "the whole"


def test_retweet_has_text_hashtags_and_mentions_of_the_original_where_it_has_a_text(tmp_path):
    whole = {"full_text": "the original @user9 #Debates", "entities": entities("9", hashtags=["Debates"])}
    original = tweet(4, user=user(8), text="the o…", extended_tweet=whole)
    given = tweet(text="RT @user8: the o…", entities=entities("8", "9"), retweeted_status=original)
    columns = ["retweeted_tweet_id", "retweeted_user_id", "text", "hashtags", "mentions"]
    found = only_row(tmp_path, given)
    assert [found[one] for one in columns] == [4, 8, "the original @user9 #Debates", ["debates"], [9]]
    assert (found["tweet_id"], found["user_id"]) == (1, 7)
    found = only_row(tmp_path, tweet(text="RT @user8: hi", retweeted_status={"id_str": "4"}))
    assert [found[one] for one in columns] == [4, None, "RT @user8: hi", [], []]


@pytest.mark.parametrize(("fields", "kind"), [
    ({}, "original"), ({"quoted_status": tweet(3, user=user(9))}, "quote"),
    ({"retweeted_status": {"id_str": "4"}}, "retweet"),
    ({"retweeted_status": {"user": user(8)}, "in_reply_to_user_id_str": "8"}, "retweet"),
    ({"in_reply_to_user_id": 8}, "reply"),
    ({"in_reply_to_user_id_str": "8", "quoted_status": tweet(3, user=user(9))}, "reply"),
])  # fmt: skip
def test_kind_is_written_and_is_told_of_tables_without_it(tmp_path, fields, kind):
    study = study_in(tmp_path, tweet(**fields))
    ingest(study)
    path = study.tables / "tweets.parquet"
    assert [row["kind"] for row in rows(study.tables)] == [kind]
    write(pq.read_table(path).drop_columns("kind"), path)
    assert collect(scan(study, "tweets", "duckdb"))["kind"].tolist() == [kind]
    assert kind in KINDS


def test_missing_and_empty_are_null(tmp_path):
    line = {"id_str": "1", "created_at": NOON, "user": {"id_str": "7"}, "entities": None}
    assert stated(only_row(tmp_path, line)) == {"tweet_id", "created_at", "user_id", "kind"}
    profile = dict.fromkeys(["screen_name", "name", "description", "location", "created_at", "lang"], "")
    line |= {"text": "", "lang": "", "place": {"full_name": "", "country_code": ""}, "user": user(**profile)}
    line |= {"in_reply_to_user_id_str": ""}
    assert stated(only_row(tmp_path, line)) == {"tweet_id", "created_at", "user_id", "kind"}
    assert stated(only_row(tmp_path, line, table="users")) == {"user_id", "tweets_collected"}
    assert only_row(tmp_path, tweet())["hashtags"] == []  # Twitter looked and found none


@pytest.mark.parametrize("number", [5.0e18, 9007199254740992, "nonsense", None])
def test_id_str_overrules_a_damaged_id(tmp_path, number):
    exact = {"id": number, "id_str": "9007199254740993"}
    found = only_row(tmp_path, tweet(**exact, user=exact, entities={"user_mentions": [exact]}))
    assert (found["tweet_id"], found["user_id"], found["mentions"]) == (2**53 + 1, 2**53 + 1, [2**53 + 1])


def test_integer_id_serves_without_id_str_and_who_is_no_more_is_not_mentioned(tmp_path):
    gone = {"user_mentions": [{"id": -1, "id_str": "-1"}, {"id": None, "id_str": None}, {"id_str": "8"}]}
    user = {"id": "7"}  # as converters write it: digits are as exact as a whole number
    found = only_row(tmp_path, {"id": 2**63 - 1, "created_at": NOON, "user": user, "entities": gone})
    assert (found["tweet_id"], found["user_id"], found["mentions"]) == (2**63 - 1, 7, [8])


def test_times_are_utc(tmp_path):
    written = ["2016-09-18T12:00:00.000Z", "2016-09-18T12:00:00", "2016-09-18T14:00:00+02:00"]
    written += [NOON, "Sun Sep 18 07:00:00 -0500 2016"]
    tweets = (tweet(number, created_at=time) for number, time in enumerate(written, 1))
    assert [row["created_at"] for row in made(tmp_path, *tweets)] == [AT_NOON] * 5


def test_ledger_of_all_outcomes(tmp_path):
    notices = [{name: {"track": 3}} for name in sorted(tweets.NOTICES)]
    path = put(tmp_path / "a.jsonl", tweet(1), b"", tweet(1), b"  \r", b"garbage", *notices, tweet(2), b"")
    ledger = ingest_files([path], tmp_path / "out")
    assert list(ledger) == LEDGER.names
    assert counts(ledger) == [("a.jsonl", 15, 2, 1, 11, 1)]
    assert [row["line"] for row in rows(tmp_path / "out", "rejected")] == [5]


@pytest.mark.parametrize(("line", "reason"), [
    *((tweet(**changed), reason) for changed, reason in REJECTED["tweets"]), *REJECTED["others"],
    (b'{"id_str": "1", "cre', "not JSON"),
    (b'{"a": ' * 100_000, "not JSON"),
    (b'{"text": "\xff"}', "not UTF-8: byte 11 of the line"),
    (b"[", "not JSON"),
    ([tweet()], "not a JSON object"),
    (tweet(text=f"&#{'1' * 4301};"), "cannot be converted (ValueError: Exceeds the limit (4300 digits)"),
    (tweet(source=f"&#{'1' * 4301};"), "cannot be converted (ValueError: Exceeds the limit (4300 digits)"),
    (tweet(text="x" * 25_001), "not a v1.1 tweet: Expected `str` of length <= 25000 - at `$.text`"),
    ({"statuses": [tweet()], "search_metadata": {}}, "a page of search results: unpack its statuses"),
])  # fmt: skip
def test_rejected_with_line_and_reason(tmp_path, line, reason):
    [refused] = made(tmp_path, tweet(), line, tweet(2), table="rejected")
    assert refused["line"] == 2
    assert reason in refused["reason"]
    assert len(refused["reason"]) < 200


def test_what_twitter_never_writes_is_null(tmp_path):
    given = tweet(entities=entities(hashtags=["", "MAGA"]), user=user(followers_count=-5, friends_count=0))
    assert only_row(tmp_path / "tweets", given)["hashtags"] == ["maga"]
    person = only_row(tmp_path / "users", given, table="users")
    assert (person["followers_count"], person["friends_count"]) == (None, 0)


@pytest.mark.parametrize("suffix", ["", *COMPRESS])
def test_a_line_without_end_is_one_rejected_line(tmp_path, suffix):
    content = b"\n".join([raw(tweet(1)), b"x" * (records.LONGEST + 1), raw(tweet(2)), b"x" * 40_000_000])
    path = put(tmp_path / f"a.jsonl{suffix}", COMPRESS.get(suffix, bytes)(content))
    [blocks] = [list(files.blocks_of(file)) for _, file in files.files_in(path)]
    lengths = [len(line) for _, line in records.records_of(path)][1::2]
    assert (max(map(len, blocks)), lengths) == (files.BLOCK, [records.LONGEST + 1] * 2)
    assert counts(ingest_files([path], tmp_path / "out")) == [(path.name, 4, 2, 0, 0, 2)]
    assert {row["reason"][:18] for row in rows(tmp_path / "out", "rejected")} == {"longer than 10 MB,"}


def test_first_of_equal_ids_wins_across_files_and_tweets_are_in_order_of_time_then_id(tmp_path):
    b = put(tmp_path / "b.jsonl", tweet(1, text="second file"), tweet(3), tweet(2))
    a = put(tmp_path / "a.jsonl", tweet(1, text="first", created_at=LATER), tweet(1, text="later line"))
    ledger = ingest_files([b, a], tmp_path / "out")
    assert counts(ledger) == [("a.jsonl", 2, 1, 1, 0, 0), ("b.jsonl", 3, 2, 1, 0, 0)]
    texts = [(row["tweet_id"], row["text"]) for row in rows(tmp_path / "out")]
    assert texts == [(2, "hello"), (3, "hello"), (1, "first")]


def test_user_profile(tmp_path):
    columns = [field for field in USERS if field.name not in ("user_id", "screen_name", "created_at")]
    said = {pa.string(): str, pa.int64(): len, pa.bool_(): lambda name: "default" in name}
    profile = {field.name: said[field.type](field.name) for field in columns}
    found = only_row(tmp_path, tweet(user=user(**profile, created_at=NOON)), table="users")
    also = {"user_id": 7, "screen_name": "user7", "created_at": AT_NOON, "tweets_collected": 1}
    assert found == profile | also
    assert list(found) == USERS.names


def test_last_value_of_each_column_by_time_not_by_line(tmp_path):
    later = tweet(2, created_at=LATER, user=user(followers_count=20, location=""))
    earlier = tweet(1, user=user(followers_count=10, location="Ohio", listed_count=1))
    trimmed = tweet(3, created_at="Sun Sep 18 14:00:00 +0000 2016", user={"id_str": "7"})
    found = only_row(tmp_path, later, earlier, trimmed, table="users")
    assert (found["followers_count"], found["location"], found["listed_count"]) == (20, "Ohio", 1)
    assert (found["screen_name"], found["tweets_collected"]) == ("user7", 3)


def test_duplicate_updates_the_profile_but_not_the_count_and_users_are_authors_of_kept_tweets(tmp_path):
    twice = [tweet(user=user(friends_count=count, created_at="long ago")) for count in (1, 2)]
    found = only_row(tmp_path, *twice, table="users")
    assert (found["friends_count"], found["tweets_collected"], found["created_at"]) == (2, 1, None)
    given = tweet(retweeted_status=tweet(2, user=user(8))), tweet(user=user(9))
    assert only_row(tmp_path, *given, table="users")["user_id"] == 7


LINES = b"\n".join(raw(tweet(number)) for number in range(1, 2001))
FOUR = b"\n".join([raw(tweet(1)), raw(tweet(2)), b"", raw(tweet(3)), raw(tweet(4))[:20]])  # half of the last
TRUNCATED, BROKEN = "archive is truncated here", "archive is damaged here"


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize(("content", "kept", "rejected"), [
    (lambda pack: pack(LINES[:1000]) + pack(LINES[1000:]), 2000, []),  # two members
    (lambda pack: pack(BOM_UTF8 + LINES), 2000, []),
    (lambda pack: pack(FOUR) + pack(b"rest")[:-1], 3, [(5, TRUNCATED)]),
    (lambda pack: pack(LINES) + b"not a second member", 1999, [(2000, BROKEN)]),
    (lambda pack: pack(b"")[:-1], 0, [(1, TRUNCATED)]),
    (lambda pack: b"this is no archive", 0, [(1, "not JSON")]),
])  # fmt: skip
def test_archives_whole_and_damaged(tmp_path, suffix, content, kept, rejected):
    path = put(tmp_path / f"a{suffix}", content(COMPRESS[suffix]))
    ledger = ingest_files([path], tmp_path / "out")
    assert counts(ledger) == [(path.name, kept + len(rejected), kept, 0, 0, len(rejected))]
    found = [(row["line"], row["reason"]) for row in rows(tmp_path / "out", "rejected")]
    assert all(one == line and why in said for (line, why), (one, said) in zip(rejected, found, strict=True))


def test_same_input_same_bytes_also_in_small_batches_and_by_several_processes(tmp_path, monkeypatch):
    given = [tweet(1), tweet(2), b"garbage"], [b"{}", tweet(2), tweet(3)], [NOTICE, *map(tweet, range(9, 40))]
    paths = [put(tmp_path / f"{name}.jsonl", *some) for name, some in zip("abc", given, strict=True)]
    alone = ingest_files(paths, tmp_path / "alone")
    with monkeypatch.context() as patch:
        patch.setattr(module, "LARGE", 1)
        again = ingest_files(paths, tmp_path / "again")
    pd.testing.assert_frame_equal(alone, again)
    assert again["file"].tolist() == ["a.jsonl", "b.jsonl", "c.jsonl"]
    refused = [(row["file"], row["line"]) for row in rows(tmp_path / "alone", "rejected")]
    assert refused == [("a.jsonl", 3), ("b.jsonl", 1)]
    for path in (tmp_path / "alone").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    monkeypatch.setattr(staging, "BATCH", 2)
    monkeypatch.setattr(files, "BLOCK", 7)
    ingest_files(paths, tmp_path / "batches")
    assert rows(tmp_path / "batches") == rows(tmp_path / "alone")


@pytest.mark.parametrize("step", ["stage", "merge", "publish"])
def test_interrupted_ingest_leaves_the_old_tables(tmp_path, monkeypatch, step):
    made(tmp_path, tweet(1))
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    monkeypatch.setattr(module, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path, tweet(2))
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "raw.jsonl"]


def interrupted(*arguments):
    raise KeyboardInterrupt


def test_interrupted_while_moving_is_made_again(tmp_path, monkeypatch):
    made(tmp_path, tweet(1))
    replace = Path.replace
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        moved = lambda path, to: interrupted() if path.name == "users.parquet" else replace(path, to)  # noqa: E731
        patch.setattr(Path, "replace", moved)
        made(tmp_path, tweet(2))
    assert only_row(tmp_path, tweet(1))["tweet_id"] == 1  # the record of the first tables is gone


def test_leftovers_of_a_killed_run_are_cleared_whatever_the_folders_name(tmp_path):
    folder = tmp_path / "it's [a] {folder} 100% *?"
    for _ in range(2):  # before there are tables, and beside whole ones
        put(folder / ".out.partial" / "parts" / "tweets-0000009.parquet", b"half a table")
        assert only_row(folder, tweet())["tweet_id"] == 1 and not (folder / ".out.partial").exists()


def test_tables_derived_from_other_raw_files_go(tmp_path):
    for number, kept in ((1, True), (2, False)):
        made(tmp_path, tweet(1))
        scores = put(tmp_path / "out" / "scores.parquet", b"of tweet 1")
        made(tmp_path, tweet(number))
        assert scores.exists() == kept


def test_study_is_ingested_once_until_its_files_change(tmp_path, monkeypatch):
    study = study_in(tmp_path, tweet(1), tweet(2, user=user(8)), NOTICE)
    assert data_hash(study) is None
    first, before = ingest(study), data_hash(study)
    assert counts(first) == [("a.jsonl", 3, 2, 0, 1, 0)]
    record = json.loads((study.tables / "ingest.json").read_text())
    assert record == {
        "data_hash": before, "code": module.code(None), "pseudonyms": None, "tweets": 2, "users": 2,
        "mended": {}, "formats": {"a.jsonl": ["Twitter API v1.1"]},
    }  # fmt: skip
    assert len(before) == 64
    with monkeypatch.context() as patch:
        patch.setattr(module, "stage", None)
        pd.testing.assert_frame_equal(ingest(study), first)
    put(study.folder / "raw" / "a.jsonl", tweet(1))
    assert ingest(study)["kept"].sum() == 1
    assert data_hash(study) != before
    (study.folder / "raw" / "a.jsonl").rename(study.folder / "raw" / "b.jsonl")
    assert ingest(study)["file"].tolist() == ["b.jsonl"]


def test_tables_with_other_columns_are_made_again_and_have_the_types_of_the_contract(tmp_path):
    study = study_in(tmp_path, tweet(), b"garbage")
    ingest(study)
    path = study.tables / "tweets.parquet"
    write(pq.read_table(path).drop_columns("lang"), path)
    ingest(study)
    for name, schema in module.MADE.items():
        found = pq.read_schema(study.tables / f"{name}.parquet")
        assert (found.names, found.types) == (schema.names, schema.types)


def test_study_that_brings_its_own_tables_and_one_with_nothing(tmp_path):
    source, study = study_in(tmp_path / "source", tweet()), study_in(tmp_path / "bare")
    with pytest.raises(StudyError, match=r"neither raw tweets in raw/ nor tables in tables/. Put your"):
        ingest(study)
    ledger = ingest(source)
    source.tables.rename(study.folder / "tables")
    pd.testing.assert_frame_equal(ingest(study), ledger)
    assert data_hash(study) is not None
    (study.folder / "tables" / "ledger.parquet").unlink()
    assert list(ingest(study)) == LEDGER.names
    assert ingest(study).empty


def test_a_small_archive_that_breaks_off_names_its_line(tmp_path):
    cut = gzip.compress(raw(user()) + b"\n", mtime=0)[:-1]
    with pytest.raises(StudyError, match="line 2: the archive is truncated"):
        read_objects(put(tmp_path / "a.jsonl.gz", cut))


def test_command_line(tmp_path, capsys):
    study = study_in(tmp_path, tweet(1), tweet(2), b"garbage")
    put(tmp_path / "raw" / "day" / "b.jsonl", tweet(1), NOTICE)
    put(tmp_path / "raw" / ".hidden" / "c.jsonl", b"not data")
    main([str(tmp_path / "raw"), str(tmp_path / "raw" / "a.jsonl"), "--out", str(tmp_path / "out")])
    table, _, refused = capsys.readouterr().out.partition("\n\n")
    assert [line.split() for line in table.splitlines()] == [
        ["file", *LEDGER.names[1:]],
        ["a.jsonl", "3", "2", "0", "0", "1"],
        ["day/b.jsonl", "2", "0", "1", "1", "0"],
        ["total", "5", "2", "1", "1", "1"],
    ]
    assert refused.startswith("rejected lines, 1 of 1:\na.jsonl, line 3: not JSON")
    assert len(rows(tmp_path / "out")) == 2
    ledger = ingest(study)
    assert counts(ledger) == [("a.jsonl", 3, 2, 0, 0, 1), ("day/b.jsonl", 2, 0, 1, 1, 0)]
    lost = module.some_rejected(ledger, module.rejected(study))
    assert re.match("Raw lines rejected: 1 of 5, .* a.jsonl, line 3: not JSON", lost)
    assert not module.some_rejected(ledger, module.rejected(study).head(0))


@pytest.mark.parametrize(("lines", "why"), [
    ([], "the raw files are empty."),
    ([None], "the one line is not a tweet. a.jsonl, line 1: not a JSON object"),
    ([None, "", {}], "not one of 3 lines is a tweet. a.jsonl, line 1: .*; a.jsonl, line 3: neither a v1.1"),
])  # fmt: skip
def test_where_nothing_is_kept_the_reasons_are_given_and_the_exit_code_is_1(tiny, lines, why):
    path = put(tiny.folder / "raw" / "a.jsonl", *lines)
    with pytest.raises(SystemExit, match=f"Nothing to study: {why}"):
        main([str(path), "--out", str(tiny.out / "tables")])
    with pytest.raises(StudyError, match=f"Nothing to study: {why}"):
        ingest(tiny)
    assert first_tweet(tiny) == {}


def test_a_missing_file_is_an_error_of_one_line(tmp_path):
    with pytest.raises(StudyError, match=r"absent.jsonl: cannot be read .* Check the name"):
        read_objects(tmp_path / "absent.jsonl")
    with pytest.raises(SystemExit, match=r"^\S*absent.jsonl: cannot be read .*$"):
        main([str(tmp_path / "absent.jsonl"), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
