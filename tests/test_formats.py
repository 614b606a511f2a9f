"""The same world, written in each format in which people hold tweets, becomes the same tables."""

from __future__ import annotations

import gzip
import zipfile
from functools import cache

import pyarrow.parquet as pq
import pytest
from conftest import read_data

from helpers.ingest.ledger import ingest_files
from helpers.world.examples import EXAMPLES, RAW, write_examples
from helpers.world.formats import WRITERS
from helpers.world.formats.whole import read_tweets

LOSSES = read_data("formats.toml")


def losses(name):
    return LOSSES.get(name.partition(".")[0], {})


@cache
def world(no_retweets):
    """600 tweets of different seconds, so that their order is that of time in every format."""
    tweets = {tweet["created_at"]: tweet for tweet in reversed(read_tweets(RAW))}
    tweets = [*tweets.values()][::-1][:600]
    return [tweet for tweet in tweets if not (no_retweets and "retweeted_status" in tweet)]


def ingested(name, no_retweets, folder):
    """The ledger's one row, the reasons of rejected lines, and rows of both tables."""
    WRITERS[name](world(no_retweets), folder / name)
    (ledger,) = ingest_files([folder / name], folder / "tables").to_dict("records")
    tables = [
        pq.read_table(folder / "tables" / f"{table}.parquet").to_pylist() for table in ("tweets", "users")
    ]
    reasons = pq.read_table(folder / "tables" / "rejected.parquet")["reason"].to_pylist()
    return ledger, reasons, tables


@pytest.fixture(scope="module")
def v1(tmp_path_factory):
    """The same of v1.1 lines, of all tweets and without retweets."""
    return [ingested("v1_lines.jsonl", bool(no), tmp_path_factory.mktemp("v1")) for no in (0, 1)]


def columns(tables, loss):
    """Values of each column of both tables, as far as the format can have them."""
    tweets, users = tables
    numbers = {}

    def told(name, value, retweet):
        if retweet and name in loss.get("of_retweets", ()):
            return None
        if "renumbered" in loss and name.removeprefix("users.").endswith("_id") and value is not None:
            return numbers.setdefault(value, len(numbers))
        if "renumbered" in loss and name == "mentions" and value:
            return [numbers.setdefault(one, len(numbers)) for one in value]
        if value is not None and (step := loss.get("resolution", {}).get(name)):
            return value.timestamp() // step
        return value or None if isinstance(value, list) else value  # no list and an empty one are alike

    rows = [{name: told(name, one[name], one["kind"] == "retweet") for name in one} for one in tweets]
    people = [{f"users.{name}": told(f"users.{name}", one[name], False) for name in one} for one in users]
    people.sort(key=lambda one: one["users.user_id"])
    return {name: [row[name] for row in table] for table in (rows, people) for name in table[0]}


@pytest.mark.parametrize("name", WRITERS)
def test_each_format_gives_the_tables_of_v1_lines_but_for_what_it_loses(tmp_path, name, v1):
    loss = losses(name)
    ledger, reasons, tables = ingested(name, "no_retweets" in loss, tmp_path)
    lines, _, expected = v1["no_retweets" in loss]
    assert lines["kept"] == len(world("no_retweets" in loss))
    if "rejected" in loss:
        assert len(reasons) == lines["kept"] and all(loss["rejected"] in reason for reason in reasons)
        return
    assert (ledger["kept"], ledger["rejected"], reasons) == (lines["kept"], 0, [])
    found, right = columns(tables, loss), columns(expected, loss)
    assert {column for column in right if found[column] != right[column]} == set(loss.get("lost", ()))


def content(path):
    """What a file holds, whatever version of zlib packed it."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return [(name, archive.read(name)) for name in archive.namelist()]
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_the_shipped_examples_are_what_the_command_makes(tmp_path):
    write_examples(RAW, tmp_path)
    assert sorted(path.name for path in EXAMPLES.iterdir()) == sorted(WRITERS)
    assert all(content(EXAMPLES / name) == content(tmp_path / name) for name in WRITERS)


@pytest.mark.parametrize("name", [name for name in WRITERS if "rejected" not in losses(name)])
def test_the_shipped_examples_are_read_with_no_line_lost(tmp_path, name):
    (ledger,) = ingest_files([EXAMPLES / name], tmp_path).to_dict("records")
    assert ledger["rejected"] == 0 and ledger["kept"] >= 5
