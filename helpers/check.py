"""What a file or folder of tweets is, and what a study could do with it: `python -m helpers.check PATH…`.

Everything is read, as ingest reads it, and nothing is kept. `check.toml` says what each notebook needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pandas as pd
import pyarrow.parquet as pq

from helpers import commands, engines
from helpers.ingest import formats
from helpers.ingest.ledger import first_reasons, ingest_files, nothing_kept
from helpers.ingest.staging import V1
from helpers.study import StudyError, files_of
from helpers.tables import PROFILE, TWEETS, recorded

AUTHOR = "author_{}".format  # the name of a column of users among those of tweets
MANY = 5  # languages and reasons that are named
NEXT = """Next:
  python -m helpers.new STUDY {paths}
  python -m helpers.reproduce STUDY"""


class Need(msgspec.Struct):
    """What a notebook needs: of each list, one column that is filled."""

    notebook: str
    shows: str
    needs: list[list[str]] = []
    besides: str = ""


def needs() -> list[Need]:
    """Of all notebooks, in order."""
    given = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes())
    return msgspec.convert(given["notebooks"], list[Need])


def check(paths: list[Path], own: Path | None = None) -> Iterator[str]:
    """What these files and folders are, as paragraphs; `own` describes a format beside those of data/formats.

    Raises StudyError where there is no file, or one that cannot be opened.
    """
    if not (files := files_of(paths)):
        raise StudyError(f"{paths[0]}: no files are here. Name a file, or a folder with files in it.")
    with TemporaryDirectory() as folder:
        out = Path(folder)
        ledger = ingest_files(files, out, own=own)
        rejected, found = pd.read_parquet(out / "rejected.parquet"), recorded(out)
        yield what_it_is(found["formats"], ledger)
        if why := nothing_kept(ledger, rejected):
            yield why
            return
        yield in_short(out)
        share = filled(out)
        yield columns(share, {title for titles in found["formats"].values() for title in titles}, own)
        yield notebooks({name for name, part in share.items() if part})
        yield lost(ledger, rejected, found["mended"])
        yield NEXT.format(paths=" ".join(map(str, paths)))


def what_it_is(found: dict[str, list[str]], ledger: pd.DataFrame) -> str:
    """The formats of the files, and how many of each."""
    named = pd.Series([", ".join(titles) or "not known" for titles in found.values()], dtype=str)
    files = "; ".join(f"{title}: {number:,}" for title, number in named.value_counts().items())
    return f"Files by format: {files}. Tweets: {ledger['kept'].sum():,}, each once."


def in_short(out: Path) -> str:
    """Accounts, dates and languages."""
    with engines.duckdb() as connection:
        tweets = connection.read_parquet(str(out / "tweets.parquet"))
        days = "min(created_at)::TIMESTAMP, max(created_at)::TIMESTAMP"
        [(first, last, known)] = tweets.aggregate(f"{days}, count(lang)").fetchall()
        spoken = tweets.filter("lang IS NOT NULL").aggregate("lang, count(*) AS many", "lang")
        spoken = spoken.order("many DESC, lang").limit(MANY).fetchall()
    accounts = pq.read_metadata(out / "users.parquet").num_rows
    languages = ", ".join(f"{name} {many / known:.0%}" for name, many in spoken) or "not known"
    return f"Accounts: {accounts:,}. From {first:%d %b %Y} to {last:%d %b %Y} (UTC). Languages: {languages}."


def filled(out: Path) -> dict[str, float]:
    """The share of tweets, or of accounts (`author_…`), that have a value in each column."""
    share = {}
    with engines.duckdb() as connection:
        for name, named, wanted in (("tweets", str, TWEETS.names), ("users", AUTHOR, PROFILE)):
            rows = connection.read_parquet(str(out / f"{name}.parquet"))
            parts = ", ".join(f"count({column}) / count(*)" for column in wanted)
            [found] = rows.aggregate(parts).fetchall()
            share |= dict(zip(map(named, wanted), found, strict=True))
    return share


def columns(share: dict[str, float], titles: set[str], own: Path | None) -> str:
    """How far each column is filled; which are empty, and which these formats do not have."""
    known = formats.formats(own)
    held = {name for one in known if one.title in titles for name in (*one.tweets, *map(AUTHOR, one.author))}
    held |= share.keys() if V1 in titles else set()
    full = ", ".join(f"{name} {part:.0%}" for name, part in share.items() if part)
    empty = ", ".join(name for name, part in share.items() if not part and name in held)
    absent = ", ".join(name for name, part in share.items() if not part and name not in held)
    return f"Columns filled: {full}.\nEmpty: {empty or 'none'}.\nNot in this format: {absent or 'none'}."


def notebooks(known: set[str]) -> str:
    """What each notebook will show, or lacks."""
    lines = ["Notebooks:"]
    for one in needs():
        lacking = [" or ".join(choice) for choice in one.needs if not known & set(choice)]
        has = f"lacks {'; '.join(lacking)}" if lacking else one.besides or "has what it needs"
        lines.append(f"  {one.notebook} {one.shows}: {has}")
    return "\n".join(lines)


def lost(ledger: pd.DataFrame, rejected: pd.DataFrame, mended: dict[str, int]) -> str:
    """How many records were not kept, and why; how many fields were mended."""
    duplicates, other = ledger["duplicates"].sum(), ledger["other"].sum()
    text = f"Not kept: duplicates {duplicates:,}, other than tweets {other:,}, rejected {len(rejected):,}."
    if len(rejected):
        text += f" {first_reasons(rejected)}."
    fields = ", ".join(f"{name} ({number:,})" for name, number in mended.items())
    return f"{text}\nMended, by field: {fields}." if fields else text


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 there are tweets, 1 there is none, or a file cannot be opened."""
    parser = argparse.ArgumentParser("python -m helpers.check", description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, help="files or folders of tweets in any format")
    parser.add_argument("--format", type=Path, help="describes a format beside those of data/formats")
    asked = parser.parse_args(arguments)
    last = ""
    try:
        for last in check(asked.paths, asked.format):
            print(last, end="\n\n")
    except StudyError as error:
        sys.exit(str(error))
    return int(not last.startswith("Next"))


if __name__ == "__main__":
    commands.run(main)
