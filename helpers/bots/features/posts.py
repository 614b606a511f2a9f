"""The tweets of accounts, made ready for feature extraction: their own, and what others have to do with them.

Accounts are cut into chunks; each is worked on by one thread, so that sums come out the same to the last bit
on any number of cores, and memory does not grow with the number of accounts.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers import engines, tables
from helpers.bots.features.summary import TIMELINE
from helpers.tables import TWEETS, USERS
from helpers.tweets import with_kind

RECENT = 300  # tweets of an account at most, the latest; BotOrNot asked for as many
CHUNK = 1500  # accounts at most: each chunk costs half a second, whatever is in it
GROUP = 25_000  # rows of a Parquet file that are skipped or read together

Tweets = Path | pd.DataFrame | pa.Table
Work = Callable[[duckdb.DuckDBPyConnection], pd.DataFrame]


def query(name: str) -> str:
    """The SQL in the file of this name beside this module."""
    return Path(__file__).with_name(f"{name}.sql").read_text("utf-8")


def by_chunk(tweets: Tweets, users: pd.DataFrame, accounts: pd.Index, work: Work) -> pd.DataFrame:
    """What `work` returns for the tables `posts`, `contacts`, `users` and `lexicon` of each chunk, one below
    the other.

    In: `tweets` as the table of that name (a Parquet file, a folder of such, or in memory; other accounts'
    tweets are seen as contacts), `users` as that table, the ids of the accounts wanted.
    """
    with tempfile.TemporaryDirectory() as folder:
        posts, contacts = Path(folder) / "posts.parquet", Path(folder) / "contacts.parquet"
        with _connection() as connection:
            connection.execute("SET temp_directory = ?", [folder])
            # The kind of a tweet is told by one rule, also in a table that lacks it.
            _view(connection, "given", tweets, TWEETS.remove(TWEETS.get_field_index("kind")))
            with_kind(nw.from_native(connection.view("given"))).to_native().create_view("tweets")
            connection.register("accounts", pa.table({"user_id": pa.array(accounts, tables.ID)}))
            for path in (posts, contacts):
                selected = connection.sql(query(path.stem).replace("{recent}", str(RECENT)))
                selected.write_parquet(str(path), row_group_size=GROUP)
        known = pa.Table.from_pandas(users.reset_index(drop=True), preserve_index=False)
        words = lexicon()  # read before there are threads: its source fills itself while it is looped over

        def one(chunk: pd.Index) -> pd.DataFrame:
            with _connection() as connection:
                connection.execute("SET threads = 1")
                _view(connection, "users", known, USERS)
                connection.register("lexicon", words)
                for name, path in (("posts", posts), ("contacts", contacts)):
                    theirs = f"user_id BETWEEN {chunk[0]} AND {chunk[-1]}"
                    connection.read_parquet(str(path)).filter(theirs).create(name)
                return work(connection)

        ordered, size = accounts.sort_values(), min(CHUNK, (len(accounts) + 1) // 2)  # two chunks or more
        chunks = [ordered[start : start + size] for start in range(0, len(ordered), max(size, 1))]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return pd.concat(pool.map(one, chunks)) if chunks else pd.DataFrame()


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET memory_limit = '2GB'")
        yield connection


def _view(connection, name: str, table, schema: pa.Schema) -> None:
    """A view with all columns of `schema`; those that the table lacks are null."""
    if isinstance(table, Path):
        connection.read_parquet(engines.parts(table)).create_view(f"given_{name}")
        present = pq.ParquetDataset(table).schema.names
    else:
        connection.register(f"given_{name}", table)
        present = list(table.column_names if isinstance(table, pa.Table) else table)
    connection.register(f"empty_{name}", schema.empty_table())
    columns = ", ".join(column for column in schema.names if column in present)
    rows = f"SELECT {columns} FROM given_{name} UNION ALL BY NAME FROM empty_{name}"
    connection.execute(f"CREATE TEMP VIEW {name} AS {rows}")


@cache
def lexicon() -> pa.Table:
    """Words (lower case, and emoticons) with their usual part of speech and their valence: columns word, tag,
    valence.

    Parts of speech from the lexicon of TextBlob's tagger (after Brill), valence (-4 to 4) from VADER's (Hutto
    & Gilbert 2014); null where a lexicon lacks the word.
    """
    from textblob.en import lexicon as tagged  # reads a megabyte: only when features are asked for
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    kind = {prefix: tag for tag, prefixes in TIMELINE.tags.items() for prefix in prefixes}
    words = {}
    for word, tag in tagged.items():
        found = next((kind[tag[:n]] for n in (3, 2, 1) if tag[:n] in kind), None)
        if found and (word.islower() or word.lower() not in words):
            words[word.lower()] = found
    valence = SentimentIntensityAnalyzer().lexicon
    rows = [(word, words.get(word), valence.get(word)) for word in sorted(words.keys() | valence.keys())]
    types = {"word": pa.string(), "tag": pa.string(), "valence": pa.float64()}
    return pa.table([*map(list, zip(*rows, strict=True))], pa.schema(types))
