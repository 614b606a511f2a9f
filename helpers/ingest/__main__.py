"""Raw tweets to tables: `python -m helpers.ingest RAW… --out DIR [--format FORMAT.toml]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

from helpers import commands
from helpers.ingest.ledger import ingest_files, nothing_kept
from helpers.ingest.pseudonyms import REAL, Pseudonyms, key
from helpers.study import StudyError, files_of


def report(ledger: pd.DataFrame, rejected: pd.DataFrame) -> str:
    """The ledger with its totals, and the first rejected lines, as text."""
    totals = ledger.drop(columns="file").sum().to_frame().T.assign(file="total")
    text = pd.concat([ledger, totals])[ledger.columns].to_string(index=False)
    if len(rejected):
        first = rejected.head(10)
        text += f"\n\nrejected lines, {len(first)} of {len(rejected)}:\n"
        text += "\n".join(f"{row.file}, line {row.line}: {row.reason}" for row in first.itertuples())
    return text


def main(arguments: list[str] | None = None) -> None:
    """`python -m helpers.ingest RAW… --out DIR`."""
    parser = argparse.ArgumentParser(prog="python -m helpers.ingest", description="Raw tweets to tables.")
    parser.add_argument("raw", nargs="+", type=Path, help="files or folders of tweets in any format")
    parser.add_argument("--out", required=True, type=Path, help="folder for the tables")
    parser.add_argument("--pseudonyms", metavar="KEYFILE", type=Path, help="hide ids and names by this key")
    parser.add_argument("--format", type=Path, help="describes a format beside those of data/formats")
    given = parser.parse_args(arguments)
    try:
        hidden = Pseudonyms(key(given.pseudonyms, given.out, *given.raw)) if given.pseudonyms else REAL
        ledger = ingest_files(files_of(given.raw), given.out, hidden, given.format)
    except StudyError as error:
        sys.exit(str(error))
    rejected = pd.read_parquet(given.out / "rejected.parquet")
    print(report(ledger, rejected))
    if why := nothing_kept(ledger, rejected):
        sys.exit(why)


if __name__ == "__main__":
    commands.run(main)
