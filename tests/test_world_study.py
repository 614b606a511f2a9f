"""A generated study: its files, what they hold, and the shipped sample."""

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
from helpers.ingest.records import records_of
from helpers.study import ROOT, Study
from helpers.world import __main__ as command
from helpers.world import generate, messages, writing
from helpers.world.hashtags import TAGS
from helpers.world.profiles import user_objects
from helpers.world.recent_tweets import TWEETS, draw_labelled
from helpers.world.study_file import study_file

SAMPLE = ROOT / "data" / "sample"
TERMS = {f"#{tag.text.lower()}" for tag in TAGS if tag.source}


@pytest.fixture(scope="module")
def drawn():
    return generate(0.001, seed=3)


@pytest.fixture(scope="module")
def folder(drawn, tmp_path_factory):
    writing.write_study(drawn, folder := tmp_path_factory.mktemp("studies") / "little")
    return folder


def read(path) -> list[dict]:
    return [json.loads(line) for _, line in records_of(path)]


@pytest.fixture(scope="module")
def stored(folder) -> list[dict]:
    return [tweet for path in sorted((folder / "raw").iterdir()) for tweet in read(path)]


def looked_up(folder) -> list[str]:
    """The ids of the accounts of a look-up."""
    return [user["id_str"] for user in read(folder / "accounts.jsonl.zst")]


def test_every_tweet_is_stored_and_some_twice_with_a_search_term_in_text_and_entities(drawn, stored):
    times = Counter(tweet["id_str"] for tweet in stored)
    assert len(times) == len(drawn.tweets) and set(times.values()) == {1, 2}
    assert 0.01 < sum(count == 2 for count in times.values()) / len(times) < 0.02
    for tweet in stored:
        whole = tweet.get("retweeted_status", tweet)
        assert TERMS & {word.lower() for word in whole["text"].split()}
        assert TERMS & {f"#{tag['text'].lower()}" for tag in whole["entities"]["hashtags"]}


def test_nothing_can_be_taken_for_real(drawn, folder, stored):
    tweet_ids = [int(tweet["id_str"]) for tweet in stored]
    assert 9_000_000_000_000_000_000 <= min(tweet_ids) <= max(tweet_ids) < 2**63
    assert drawn.accounts.user_id.min() >= 9_100_000_000_000_000_000
    labelled = [user["screen_name"] for user in read(folder / "labelled" / "accounts.jsonl.zst")]
    handles = [*drawn.profiles["screen_name"], *labelled]
    assert min(len(handle) for handle in handles) >= 16
    assert len({handle.lower() for handle in handles}) == len(handles)
    everything = b"\n".join(line for path in folder.glob("*/*.zst") for _, line in records_of(path)).decode()
    texts = re.findall(r'"(?:text|url|description)":"([^"]*)"', everything)
    texts = [re.sub(r"\S*…$", "", text) for text in texts]  # a link or handle that is cut is whole elsewhere
    hosts = {host for text in texts for host in re.findall(r"https?://([\w.]*\w)", text)}
    assert "t.example" in hosts and all(host.endswith(".example") for host in hosts)
    assert min(len(handle) for text in texts for handle in re.findall(r"@(\w+)", text)) >= 16


def test_tables_are_what_ingest_makes_of_the_raw_tweets(drawn, folder, tmp_path):
    ledger = ingest_files(sorted((folder / "raw").iterdir()), tmp_path / "ingested")
    assert ledger["rejected"].sum() == ledger["other"].sum() == 0
    assert ledger["duplicates"].sum() > 100
    writing.write_tables(drawn, tmp_path / "written")
    for name, part, schema in (("tweets", "tweets", tables.TWEETS), ("users", "users.parquet", tables.USERS)):
        ingested = pq.read_table(tmp_path / "ingested" / f"{name}.parquet").select(schema.names)
        written, key = pq.read_table(tmp_path / "written" / part), f"{name[:-1]}_id"
        assert written.schema.equals(schema)
        assert written.sort_by(key).to_pylist() == ingested.sort_by(key).to_pylist()


def test_who_is_looked_up_half_bots_for_training_and_the_scored_but_the_suspended(drawn, folder):
    labels = pd.read_table(folder / "labelled" / "labels.tsv", names=["id", "label"], dtype=str, index_col=0)
    labels, scored = labels["label"].to_dict(), looked_up(folder / "timelines")
    assert looked_up(folder / "labelled") == list(labels)
    assert Counter(labels.values()) == {"bot": 1500, "human": 1500}
    assert not set(labels) & set(drawn.profiles["id_str"])
    most_active = drawn.profiles["id_str"].iloc[: drawn.accounts.scored]
    assert set(scored) == set(most_active[~drawn.suspended])
    assert 0 < drawn.suspended.sum() < drawn.accounts.scored / 4


@pytest.mark.parametrize("name", ["labelled", "timelines"])
def test_timelines_are_not_from_the_collection(folder, stored, name):
    tweets = read(folder / name / "timelines.jsonl.zst")
    number = pd.Series(Counter(tweet["user"]["id_str"] for tweet in tweets))
    assert set(number.index) == set(looked_up(folder / name))
    assert number.max() == number.median() == TWEETS and 1 <= number.min() < 10
    ids = {tweet["id_str"] for tweet in tweets}
    assert len(ids) == len(tweets) and not ids & {tweet["id_str"] for tweet in stored}
    assert not TERMS & {word.lower() for tweet in tweets for word in tweet["text"].split()}


def test_a_folder_is_renewed_whole_or_not_at_all(tmp_path):
    folder = tmp_path / "raw"
    for content in ("old", "new"):
        with writing.renewed(folder) as partial:
            (partial / content).touch()
    with pytest.raises(ZeroDivisionError), writing.renewed(folder) as partial:
        (partial / "newer").touch()
        raise ZeroDivisionError
    assert [path.name for path in folder.iterdir()] == ["new"]


def test_truth_says_what_was_planted_and_another_seed_plants_another(drawn, tmp_path):
    assert not np.array_equal(generate(0.001, seed=4).tweets.time, drawn.tweets.time)
    writing.write_truth(drawn, tmp_path)
    accounts, tweets = (pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("accounts", "tweets"))
    assert accounts["bot"].tolist() == drawn.accounts.bot.tolist()
    assert accounts["scored"].sum() == 50 and set(accounts["lean"]) == {"neither", "clinton", "trump"}
    assert len(tweets) == len(drawn.tweets) and set(tweets["sentiment"]) == {-1, 0, 1}


def test_command_writes_tables_and_refuses_an_unknown_world(monkeypatch, tmp_path, capsys):
    def run(name, *arguments):
        words = ["helpers.world", "--out", str(tmp_path / "s"), "--world", name, *arguments]
        monkeypatch.setattr(sys, "argv", words)
        command.main()

    with pytest.raises(SystemExit):
        run("moon")
    assert "No world is called 'moon'. There are: base, null, busy, nobots, " in capsys.readouterr().err
    assert not (tmp_path / "s").exists()
    run("null", "--scale", "0.001", "--seed", "3", "--tables")
    names = {"labelled", "study.toml", "tables", "timelines", "truth"}
    assert {path.name for path in (tmp_path / "s").iterdir()} == names
    assert "null" in Study(tmp_path / "s").title
    assert "tweets by 2,782 accounts" in capsys.readouterr().out


def test_settings_labelled_accounts_and_a_day_of_the_sample_are_generated_again(tmp_path):
    study = Study(SAMPLE)
    shipped = generate(study.collection.sample_rate, study.seed)
    assert study_file(shipped, "sample") == (SAMPLE / "study.toml").read_text(encoding="utf-8")
    row, poll = messages.polls(shipped)
    first = np.zeros(len(row), bool)
    first[np.unique(shipped.tweets.author[row], return_index=True)[1]] = True
    then = poll * 10_000 // 86_400_000 == datetime(2016, 9, 18).toordinal() - datetime(1970, 1, 1).toordinal()
    users = [msgspec.json.encode(user) for user in user_objects(shipped.profiles)]
    objects = messages.tweet_objects(shipped, row[then], first[then], users)
    again = [msgspec.json.encode(tweet) for tweet in objects]
    day = [line for _, line in records_of(SAMPLE / "raw" / "2016-09-18.jsonl.zst")]
    assert len(day) > 5000 and day == again
    writing.write_lookup(draw_labelled(shipped.parameters, shipped.seed), tmp_path)
    for path in tmp_path.iterdir():
        assert list(records_of(path)) == list(records_of(SAMPLE / "labelled" / path.name))
