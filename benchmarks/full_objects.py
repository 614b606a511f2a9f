"""Ingest of whole v1.1 objects, as Twitter's API gave them, at two sizes: ours beside a plain loop over
orjson.

    python benchmarks/full_objects.py [STUDY] [--results DIR] [--tweets 60000 240000] [--rounds N]

The raw tweets of a study hold only what the tables need. Here each of them gets the rest of a v1.1 object
(about 4 kB, invented and the same whenever it is made) and is written into FILES compressed files. Writes
benchmarks/results/full_objects.csv (tweets, mb of JSON, way, seconds: the median, peak_mb) and
full_objects.md.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path

import bench
import orjson
import pandas as pd
from readme import markdown_table

from helpers.ingest.records import records_of
from helpers.study import ROOT, open_study

FILES = 4
RIVAL = "orjson, DuckDB"
COLOURS = ("background", "link", "sidebar_border", "sidebar_fill", "text")


def full_user(user: dict) -> dict:
    """A user with every field of a v1.1 user object; what it has stays."""
    name, image = f"user{user['id_str']}", f"https://images.example/{user['id_str']}"
    return {
        "id": int(user["id_str"]), "name": name, "screen_name": name, "location": "Ohio, USA",
        "description": f"Reads the news, {name}. Opinions are my own, "
        "and retweets are no endorsements of anything.",
        "url": f"https://links.example/{name}", "entities": {"description": {"urls": []}}, "protected": False,
        "followers_count": 412, "friends_count": 387, "listed_count": 9,
        "created_at": "Mon Mar 02 11:12:13 +0000 2009",
        "favourites_count": 2301, "utc_offset": -14400, "time_zone": "Eastern Time (US & Canada)",
        "geo_enabled": True,
        "verified": False, "statuses_count": 10413, "lang": "en", "contributors_enabled": False,
        "is_translator": False,
        "is_translation_enabled": False, "profile_background_image_url": f"{image}/background.png",
        "profile_background_image_url_https": f"{image}/background.png", "profile_background_tile": False,
        "profile_image_url": f"{image}/normal.png", "profile_image_url_https": f"{image}/normal.png",
        "profile_banner_url": f"{image}/banner", "profile_use_background_image": True,
        "has_extended_profile": False,
        "default_profile": False, "default_profile_image": False, "following": False,
        "follow_request_sent": False,
        "notifications": False, "translator_type": "none",
        **{f"profile_{part}_color": "C0DEED" for part in COLOURS},
        **user,
    }  # fmt: skip


def full(tweet: dict) -> dict:
    """A tweet with every field of a v1.1 object; what it has stays."""
    link = {
        "url": "https://t.example/a1b2c3",
        "expanded_url": f"https://news.example/{tweet['id_str']}",
        "indices": [0, 23],
    }
    media = {
        "id_str": tweet["id_str"], "media_url": "https://images.example/m.jpg", "type": "photo",
        "indices": [24, 47],
        "sizes": {size: {"w": 640, "h": 480, "resize": "fit"} for size in ("small", "medium", "large",
        "thumb")},
    }  # fmt: skip
    none = dict.fromkeys(("in_reply_to_status_id", "in_reply_to_status_id_str", "geo", "contributors"))
    return {
        "id": int(tweet["id_str"]), **none, "truncated": False, "is_quote_status": False, "retweet_count": 3,
        "favorite_count": 5, "favorited": False, "retweeted": False, "possibly_sensitive": False,
        "source": '<a href="https://apps.example/web" rel="nofollow">Web Client</a>',
        "metadata": {"iso_language_code": "en", "result_type": "recent"},
        **tweet,
        "entities": {"user_mentions": [], "symbols": [], **tweet.get("entities", {}), "urls": [link],
        "media": [media]},
        "user": full_user(tweet["user"]),
        **({"retweeted_status": full(tweet["retweeted_status"])} if "retweeted_status" in tweet else {}),
    }  # fmt: skip


def raw_tweets(study: Path) -> Iterator[dict]:
    """The raw tweets of a study, one by one."""
    for path in open_study(study).raw_files:
        yield from filter(lambda line: "id_str" in line, (orjson.loads(line) for _, line in records_of(path)))


def write_study(study: Path, folder: Path, tweets: int) -> float:
    """A study of so many tweets of another, each a full object, in FILES files; how many MB of JSON they
    are.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "raw").mkdir(parents=True)
    shutil.copy(study / "study.toml", folder)
    size = 0
    with ExitStack() as files:
        paths = [folder / "raw" / f"{number}.jsonl.gz" for number in range(FILES)]
        out = cycle([files.enter_context(gzip.open(path, "wb", compresslevel=6)) for path in paths])
        for tweet, file in zip(islice(raw_tweets(study), tweets), out, strict=False):
            size += file.write(orjson.dumps(full(tweet), option=orjson.OPT_APPEND_NEWLINE))
    return size / 1e6


def in_words(costs: pd.DataFrame) -> str:
    """What full_objects.csv says, as a table with the ratio first."""
    rows = []
    for (tweets, mb), mine in costs.groupby(["tweets", "mb"]):
        way = mine.set_index("way")
        ours, rival = way.loc["ours"], way.loc[RIVAL]
        rows.append({
            "times faster than a loop over orjson": f"{rival['seconds'] / ours['seconds']:.1f}",
            "tweets": f"{tweets:,}", "MB of JSON": f"{mb:,.0f}",
            "ours, s": f"{ours['seconds']:.2f}", "the loop, s": f"{rival['seconds']:.2f}",
            "MB: ours": f"{ours['peak_mb']:,.0f}", "the loop's": f"{rival['peak_mb']:,.0f}",
        })  # fmt: skip
    table = markdown_table(pd.DataFrame(rows))
    return f"Ingest of whole v1.1 objects in {FILES} compressed files, synthetic:\n\n{table}"


def main(arguments: list[str] | None = None) -> None:
    """Write the studies, measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        prog="python benchmarks/full_objects.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument("study", nargs="?", type=Path, default=ROOT / "data" / "sample")
    parser.add_argument("--results", type=Path, default=ROOT / "build" / "sample")
    parser.add_argument("--tweets", type=int, nargs="+", default=[60_000, 240_000])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(arguments)
    costs = []
    for tweets in asked.tweets:
        folder = ROOT / "build" / "full_objects" / str(tweets)
        mb = write_study(asked.study, folder, tweets)
        measured = bench.measure("ingest", folder, asked.results, asked.rounds, ["ours", RIVAL])
        costs.append(measured[["way", "seconds", "peak_mb"]].assign(tweets=tweets, mb=mb))
    costs = pd.concat(costs)[["tweets", "mb", "way", "seconds", "peak_mb"]].round(
        {"mb": 0, "seconds": 3, "peak_mb": 0}
    )
    costs.to_csv(bench.RESULTS / "full_objects.csv", index=False, lineterminator="\n")
    (bench.RESULTS / "full_objects.md").write_text(in_words(costs), "utf-8")
    print(in_words(costs))


if __name__ == "__main__":
    main()
