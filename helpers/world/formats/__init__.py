"""The world's tweets in each format in which people hold tweets.

In: v1.1 objects as `whole.read_tweets` reads them from a raw file of the world. Out: one file of a format, as
programs of the field write it, with the same bytes each time. What a format cannot carry is lost in it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from helpers.world.formats import v1
from helpers.world.formats.api_v2 import api_v2, api_v2_flattened
from helpers.world.formats.bluesky import bluesky_jetstream, bluesky_posts
from helpers.world.formats.csv_tables import (
    information_operations,
    json2csv,
    kaggle_2020,
    kaggle_2020_whole,
    troll_tweets,
    twarc_csv,
    x24,
)

Writer = Callable[[list[dict], Path], None]

# By the name of the file that each writes: the format's, which variant of it, and the usual suffix.
WRITERS: dict[str, Writer] = {
    "v1_lines.jsonl": v1.jsonl,
    "v1_gzip.jsonl.gz": v1.gz,
    "v1_bzip2.jsonl.bz2": v1.bz,
    "v1_zstandard.jsonl.zst": v1.zst,
    "v1_xz.jsonl.xz": v1.xz,
    "v1_array.json": v1.array,
    "v1_pretty.json": v1.pretty,
    "v1_concatenated.json": v1.concatenated,
    "v1_comma_lines.json": v1.comma_lines,
    "v1_bom.jsonl": v1.bom,
    "v1_utf_16.jsonl": v1.utf16,
    "v1_cr.jsonl": v1.cr,
    "v1_minutes.tar": v1.tar,
    "v1_minutes.tar.gz": v1.tar_gz,
    "v1_minutes.zip": v1.zipped,
    "api_v2.jsonl": api_v2,
    "api_v2_flattened.jsonl": api_v2_flattened,
    "twarc_csv.csv": twarc_csv,
    "json2csv.csv": json2csv,
    "information_operations.csv": information_operations,
    "troll_tweets.csv": troll_tweets,
    "x24.csv.gz": x24,
    "kaggle_2020.csv": kaggle_2020,
    "kaggle_2020_whole.csv": kaggle_2020_whole,
    "bluesky_posts.jsonl": bluesky_posts,
    "bluesky_jetstream.jsonl": bluesky_jetstream,
}
