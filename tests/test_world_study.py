"""A generated study: its files, what they hold, and the shipped sample."""

import gzip
import itertools
import json
import re
import sys
from collections import Counter
from datetime import datetime

import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers import tables
from helpers.ingest.ledger import ingest_files
from helpers.ingest.lines import lines
from helpers.study import ROOT, Study
from helpers.world import __main__ as command
from helpers.world import generate
from helpers.world.hashtags import TAGS
from helpers.world.other_topics import everyday_sentences
from helpers.world.profiles import user_objects
from helpers.world.recent_tweets import TWEETS, draw_labelled
from helpers.world.study_file import study_file
from helpers.world.writing import (
    polls,
    renewed,
    tweet_objects,
    write_lookup,
    write_study,
    write_tables,
    write_truth,
)

SAMPLE = ROOT / "data" / "sample"
TERMS = {f"#{tag.text.lower()}" for tag in TAGS if tag.source}


@pytest.fixture(scope="module")
def drawn():
    return generate(0.001, seed=3)


FELT, NONSENSE = (set(sentences) for sentences in everyday_sentences()[1:])


@pytest.fixture(scope="module")
def folder(drawn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies") / "little"
    write_study(drawn, folder)
    return folder


def read(path) -> list[dict]:
    return [json.loads(line) for line in lines(path) if line]


@pytest.fixture(scope="module")
def stored(folder) -> list[dict]:
    return [tweet for path in sorted((folder / "raw").iterdir()) for tweet in read(path)]


def test_every_tweet_is_stored_and_some_twice(drawn, stored):
    times = Counter(tweet["id_str"] for tweet in stored)
    assert len(times) == len(drawn.tweets)
    assert set(times.values()) == {1, 2}
    assert 0.01 < sum(count == 2 for count in times.values()) / len(times) < 0.02


def test_tweets_are_stored_when_a_poll_finds_them(drawn):
    row, poll = polls(drawn)
    waited = poll - drawn.tweets.time[row] // 10_000
    assert (np.diff(poll) >= 0).all()
    assert waited.min() == 0
    assert 8 < waited[waited > 0].mean() < 16


def test_every_tweet_has_a_search_term_in_text_and_entities(stored):
    for tweet in stored:
        whole = tweet.get("retweeted_status", tweet)
        assert TERMS & {word.lower() for word in whole["text"].split()}
        assert TERMS & {f"#{tag['text'].lower()}" for tag in whole["entities"]["hashtags"]}


def test_texts_are_those_of_2016(stored):
    assert max(len(tweet["text"]) for tweet in stored) == 140
    assert any(tweet["text"].endswith("…") for tweet in stored)
    for tweet in stored:
        if original := tweet.get("retweeted_status"):
            assert len(original["text"]) <= 140
            head, _, body = tweet["text"].partition(": ")
            assert re.fullmatch(r"RT @\w{16,}", head)
            assert original["text"].startswith(body.removesuffix("…"))


def test_replies_name_whom_they_answer(stored):
    replies = [tweet for tweet in stored if "in_reply_to_user_id_str" in tweet]
    assert len(replies) > 1000
    for tweet in replies:
        (mention,) = tweet["entities"]["user_mentions"]
        assert tweet["text"].startswith(f"@{mention['screen_name']} ")
        assert mention["id_str"] == tweet["in_reply_to_user_id_str"]


def test_an_account_is_whole_at_first_sight_and_trimmed_after(drawn, stored):
    seen = set()
    for tweet in stored:
        user = tweet["user"]
        assert (len(user) > 1) == (user["id_str"] not in seen)
        seen.add(user["id_str"])
    assert len(seen) == len(drawn.accounts)


def test_nothing_can_be_taken_for_real(drawn, folder, stored):
    tweet_ids = [int(tweet["id_str"]) for tweet in stored]
    assert 9_000_000_000_000_000_000 <= min(tweet_ids) <= max(tweet_ids) < 2**63
    assert drawn.accounts.user_id.min() >= 9_100_000_000_000_000_000
    labelled = [user["screen_name"] for user in read(folder / "labelled" / "accounts.jsonl.gz")]
    handles = [*drawn.profiles["screen_name"], *labelled]
    assert min(len(handle) for handle in handles) >= 16
    assert len({handle.lower() for handle in handles}) == len(handles)
    everything = b"".join(gzip.decompress(path.read_bytes()) for path in folder.glob("*/*.gz")).decode()
    texts = re.findall(r'"(?:text|url|description)":"([^"]*)"', everything)
    texts = [re.sub(r"\S*…$", "", text) for text in texts]  # a link or handle that is cut is whole elsewhere
    assert {host for text in texts for host in re.findall(r"https?://([^/\s\"]*)", text)} == {"t.example"}
    assert min(len(handle) for text in texts for handle in re.findall(r"@(\w+)", text)) >= 16


def test_tables_are_what_ingest_makes_of_the_raw_tweets(drawn, folder, tmp_path):
    ledger = ingest_files(sorted((folder / "raw").iterdir()), tmp_path / "ingested")
    assert ledger["rejected"].sum() == ledger["other"].sum() == 0
    assert ledger["duplicates"].sum() > 100
    write_tables(drawn, tmp_path / "written")
    for name, part, schema in (("tweets", "tweets", tables.TWEETS), ("users", "users.parquet", tables.USERS)):
        ingested = pq.read_table(tmp_path / "ingested" / f"{name}.parquet").select(schema.names)
        written, key = pq.read_table(tmp_path / "written" / part), f"{name[:-1]}_id"
        assert written.schema.equals(schema)
        assert written.sort_by(key).to_pylist() == ingested.sort_by(key).to_pylist()


def test_labelled_accounts_are_half_bots_and_none_of_the_world(drawn, folder):
    accounts = read(folder / "labelled" / "accounts.jsonl.gz")
    rows = (folder / "labelled" / "labels.tsv").read_text(encoding="utf-8").splitlines()
    labels = dict(row.split("\t") for row in rows)
    assert [user["id_str"] for user in accounts] == list(labels)
    assert Counter(labels.values()) == {"bot": 1500, "human": 1500}
    assert not set(labels) & set(drawn.profiles["id_str"])


def test_scored_accounts_are_looked_up_but_the_suspended(drawn, folder):
    found = {user["id_str"] for user in read(folder / "timelines" / "accounts.jsonl.gz")}
    scored = drawn.profiles["id_str"].iloc[: drawn.accounts.scored]
    assert found == set(scored[~drawn.suspended])
    assert 0 < drawn.suspended.sum() < drawn.accounts.scored / 4


@pytest.mark.parametrize("name", ["labelled", "timelines"])
def test_timelines_are_not_from_the_collection(folder, stored, name):
    accounts = [user["id_str"] for user in read(folder / name / "accounts.jsonl.gz")]
    tweets = read(folder / name / "timelines.jsonl.bz2")
    number = pd.Series(Counter(tweet["user"]["id_str"] for tweet in tweets))
    assert set(number.index) == set(accounts)
    assert number.max() == number.median() == TWEETS
    assert 1 <= number.min() < 10
    ids = {tweet["id_str"] for tweet in tweets}
    assert len(ids) == len(tweets)
    assert not ids & {tweet["id_str"] for tweet in stored}
    for tweet in tweets:
        assert not TERMS & {word.lower() for word in tweet["text"].split()}


@pytest.fixture(scope="module")
def examples(folder) -> pd.DataFrame:
    """Habits of the labelled accounts, from their timelines, with their kind."""
    rows = (folder / "labelled" / "kinds.tsv").read_text(encoding="utf-8").splitlines()
    kinds = pd.Series(dict(row.split("\t") for row in rows), name="kind")
    timelines = {}
    for tweet in read(folder / "labelled" / "timelines.jsonl.bz2"):
        timelines.setdefault(tweet["user"]["id_str"], []).append(tweet)
    return pd.DataFrame({user: habits(tweets) for user, tweets in timelines.items()}).T.join(kinds)


def habits(tweets: list[dict]) -> dict[str, float]:
    """Habits of one account, from its timeline, newest tweet first."""
    bodies = [tweet.get("retweeted_status", tweet)["text"].split(" ") for tweet in tweets]
    bodies = [" ".join(word for word in body if not word.startswith("@")) for body in bodies]
    sentences = [re.sub(r"( #\w+)*( https://\S+)?$", "", body) for body in bodies]
    others = [tweet["retweeted_status"]["user"]["id_str"] for tweet in tweets if "retweeted_status" in tweet]
    times = [datetime.strptime(tweet["created_at"], "%a %b %d %H:%M:%S %z %Y") for tweet in tweets]
    gaps = np.array([(a - b).total_seconds() for a, b in itertools.pairwise(times)])
    retweets = len(others) / len(tweets)
    replies = np.mean(["in_reply_to_user_id_str" in tweet for tweet in tweets])
    return {
        "retweets": retweets,
        "replies": replies / (1.001 - retweets),
        "mobile": np.mean(["download" in tweet["source"] for tweet in tweets]),
        "links": np.mean(["https://" in body for body in bodies]),
        "hashtags": np.mean([body.count("#") for body in bodies]),
        "pace": 86_400 / gaps.mean() if len(gaps) else np.nan,
        "schedule": np.mean([time.minute % 15 == 0 for time in times]),
        "repeats": 1 - len(set(bodies)) / len(bodies),
        "nonsense": np.mean([sentence in NONSENSE for sentence in sentences]),
        "feeling": np.mean([sentence in FELT for sentence in sentences]),
        "night": np.mean([5 <= time.hour < 11 for time in times]),
        "friends": len(set(others)) / len(others) if others else np.nan,
    }  # fmt: skip


def test_timelines_show_the_habits_of_bots(examples):
    bot = ~examples["kind"].isin(["person", "organisation"])
    numbers = examples.drop(columns="kind").astype(float)
    human, bots = numbers[~bot], numbers[bot]
    distance = (bots.mean() - human.mean()) / np.sqrt((bots.var() + human.var()) / 2)
    more = {"retweets", "links", "hashtags", "pace", "schedule", "repeats", "nonsense", "night"}
    assert set(distance[distance > 0.3].index) == more
    assert set(distance[distance < -0.3].index) == set(numbers) - more
    assert distance.abs().max() < 2.2  # no habit gives a bot away


HABIT = {
    "amplifier": "retweets", "replier": "replies", "news linker": "links", "scheduled poster": "schedule",
    "hashtag latcher": "hashtags", "Markov talker": "nonsense",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "habit"), HABIT.items())
def test_each_kind_of_bot_has_its_habit(examples, kind, habit):
    means = examples.groupby("kind")[habit].apply(lambda values: values.astype(float).mean())
    bots = means.drop(["person", "organisation"])
    assert bots.idxmax() == kind
    assert bots[kind] > 1.3 * bots.drop(kind).mean()


def test_a_folder_is_renewed_whole_or_not_at_all(tmp_path):
    folder = tmp_path / "raw"
    for content in ("old", "new"):
        with renewed(folder) as partial:
            (partial / content).touch()
    with pytest.raises(ZeroDivisionError), renewed(folder) as partial:
        (partial / "newer").touch()
        raise ZeroDivisionError
    assert [path.name for path in folder.iterdir()] == ["new"]


def test_truth_says_what_was_planted(drawn, tmp_path):
    write_truth(drawn, tmp_path / "truth")
    names = "accounts", "tweets"
    accounts, tweets = (pq.read_table(tmp_path / "truth" / f"{name}.parquet").to_pandas() for name in names)
    assert accounts["bot"].tolist() == drawn.accounts.bot.tolist()
    assert accounts["scored"].sum() == 50
    assert set(accounts["lean"]) == {"neither", "clinton", "trump"}
    assert len(tweets) == len(drawn.tweets)
    assert tweets.groupby("kind").size().idxmax() == "retweet"
    assert set(tweets["sentiment"]) == {-1, 0, 1}


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["helpers.world", *map(str, arguments)])
    command.main()


def test_command_writes_tables(monkeypatch, tmp_path, capsys):
    run(monkeypatch, "--scale", 0.001, "--seed", 3, "--out", tmp_path / "s", "--world", "null", "--tables")
    names = {"labelled", "study.toml", "tables", "timelines", "truth"}
    assert {path.name for path in (tmp_path / "s").iterdir()} == names
    assert "null" in Study(tmp_path / "s").title
    assert "tweets by 2,782 accounts" in capsys.readouterr().out


def test_command_refuses_an_unknown_world(monkeypatch, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, "--out", tmp_path / "s", "--world", "moon")
    assert "No world is called 'moon'. There are: base, null, nobots, " in capsys.readouterr().err
    assert not (tmp_path / "s").exists()


@pytest.fixture(scope="module")
def shipped():
    study = Study(SAMPLE)
    return generate(study.collection.sample_rate, study.seed)


def test_settings_and_a_day_of_the_sample_are_generated_again(shipped):
    assert study_file(shipped, "sample") == (SAMPLE / "study.toml").read_text(encoding="utf-8")
    row, poll = polls(shipped)
    first = np.zeros(len(row), bool)
    first[np.unique(shipped.tweets.author[row], return_index=True)[1]] = True
    day = poll * 10_000 // 86_400_000 == datetime(2016, 9, 18).toordinal() - datetime(1970, 1, 1).toordinal()
    users = [msgspec.json.encode(user) for user in user_objects(shipped.profiles)]
    again = [msgspec.json.encode(tweet) for tweet in tweet_objects(shipped, row[day], first[day], users)]
    assert len(again) > 5000
    assert again == list(lines(SAMPLE / "raw" / "2016-09-18.jsonl.gz"))[:-1]


def test_the_labelled_accounts_of_the_sample_are_generated_again(shipped, tmp_path):
    write_lookup(draw_labelled(shipped.parameters, shipped.seed), tmp_path)
    for path in tmp_path.iterdir():
        assert list(lines(path)) == list(lines(SAMPLE / "labelled" / path.name))
