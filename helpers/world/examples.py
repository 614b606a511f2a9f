"""Write a tiny example of each format: python -m helpers.world.examples [--out DIR] [RAW_FILE].

A handful of tweets of one raw file of the shipped sample, one of each kind, in time order.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from helpers import commands
from helpers.study import ROOT
from helpers.world.formats import WRITERS
from helpers.world.formats.whole import read_tweets

RAW = ROOT / "data" / "sample" / "raw" / "2016-09-16.jsonl.zst"
EXAMPLES = ROOT / "data" / "formats" / "examples"
BEYOND_BMP = 0xFFFF  # emoji are above it

# One tweet of each kind: the first that is so.
KINDS: dict[str, Callable[[dict], bool]] = {
    "a retweet from a place": lambda tweet: "retweeted_status" in tweet and "place" in tweet,
    "a quote": lambda tweet: "quoted_status" in tweet,
    "a reply": lambda tweet: "in_reply_to_user_id_str" in tweet,
    "with coordinates": lambda tweet: "coordinates" in tweet,
    "with an emoji": lambda tweet: any(ord(letter) > BEYOND_BMP for letter in tweet["text"]),
    "in letters beyond ASCII": lambda tweet: tweet["lang"] == "es" and not tweet["text"].isascii(),
}


def few(tweets: list[dict]) -> list[dict]:
    """The first tweet of each of KINDS, and the tweet that the retweet repeats."""
    found = [next(filter(kind, tweets)) for kind in KINDS.values()]
    repeated = found[0]["retweeted_status"]["id_str"]
    ids = {repeated, *(tweet["id_str"] for tweet in found)}
    return [tweet for tweet in tweets if tweet["id_str"] in ids]


def write_examples(raw: Path, folder: Path) -> None:
    """Write the few tweets of a raw file in each format."""
    folder.mkdir(parents=True, exist_ok=True)
    tweets = few(read_tweets(raw))
    for name, write in WRITERS.items():
        write(tweets, folder / name)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.world.examples", description="Write a tiny example of each format."
    )
    parser.add_argument("raw", nargs="?", type=Path, default=RAW, help="raw file of a synthetic study")
    parser.add_argument("--out", type=Path, default=EXAMPLES, help="folder (default data/formats/examples)")
    arguments = parser.parse_args()
    write_examples(arguments.raw, arguments.out)
    print(f"{arguments.out}: {len(WRITERS)} examples")


if __name__ == "__main__":
    commands.run(main)
