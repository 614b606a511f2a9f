"""Tweets as the tables in which programs and releases give them, with the faults that these have."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from helpers.world.formats.api_v2 import flattened
from helpers.world.formats.whole import client, moment, people, texts

DATA = Path(__file__).parents[1] / "data"
SMALL = 5_000  # followers below which Twitter's releases hide who an account is
WITHHELD = "PW"  # what X-24 has in place of a value that it does not give
COLLECTED = "2020-10-21 00:00:00"
ALL_OF_IT = {"lat": 39.7837304, "long": -100.445882, "country": "United States of America"}  # to a geocoder
LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "in": "Indonesian",
    "it": "Italian", "ja": "Japanese", "nl": "Dutch", "pt": "Portuguese", "ru": "Russian", "tr": "Turkish",
}  # fmt: skip


def write_table(rows: list[dict], path: Path, **style) -> None:
    """A CSV table of rows with the same keys; compressed, without a time, where its name ends in .gz."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), **{"lineterminator": "\n"} | style)
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def point(tweet: dict) -> tuple[float | None, float | None]:
    """Longitude and latitude of a tweet, None where it has none."""
    return tuple(tweet["coordinates"]["coordinates"]) if "coordinates" in tweet else (None, None)


# ── twarc-csv ───────────────────────────────────────────────────────────────────────────────────────────────


def merged(flat: dict) -> dict:
    """A flattened tweet of API v2 without the tweets that it refers to; a retweet has its text."""
    row = {name: value for name, value in flat.items() if name != "in_reply_to_user"}
    referred = {one["type"]: one for one in flat.get("referenced_tweets", [])}
    row["referenced_tweets"] = {kind: {"id": one["id"]} for kind, one in referred.items()}
    for kind in ("retweeted", "quoted"):
        if kind in referred:
            row[f"{kind}_user_id"] = referred[kind]["author_id"]
    if original := referred.get("retweeted"):
        row |= {name: original.get(name, row.get(name)) for name in ("text", "entities", "public_metrics")}
    return row


def twarc_csv(tweets: list[dict], path: Path) -> None:
    """As `twarc2 csv` writes them: counts become floats where pandas misses one, lists are JSON."""
    columns = (DATA / "twarc_csv.txt").read_text("utf-8").split()
    table = pd.json_normalize([merged(flat) for flat in flattened(tweets)]).reindex(columns=columns)
    table = table.map(lambda value: json.dumps(value) if isinstance(value, list) else value)
    path.write_bytes(table.to_csv(index=False, lineterminator="\n").encode())


# ── json2csv, of twarc 1, TweetSets and Social Feed Manager ─────────────────────────────────────────────────


def tweet_type(tweet: dict) -> str:
    """What a tweet does, in json2csv's words."""
    if "in_reply_to_status_id_str" in tweet:
        return "reply"
    return next(
        (kind for kind in ("retweet", "quote") if f"{kind.rstrip('e')}ed_status" in tweet), "original"
    )


def json2csv_row(tweet: dict) -> dict:
    """A row of json2csv."""
    user, longitude_latitude = tweet["user"], point(tweet)
    other = tweet.get("retweeted_status") or tweet.get("quoted_status") or {"user": {}}
    return {
        "id": tweet["id_str"],
        "tweet_url": f"https://twitter.com/{user.get('screen_name')}/status/{tweet['id_str']}",
        "created_at": tweet["created_at"],
        "parsed_created_at": moment(tweet["created_at"]),
        "user_screen_name": user.get("screen_name"),
        "text": tweet["text"],
        "tweet_type": tweet_type(tweet),
        "coordinates": "{:f} {:f}".format(*longitude_latitude) if "coordinates" in tweet else None,
        "hashtags": " ".join(texts(tweet, "hashtags", "text")),
        "media": None,
        "urls": " ".join(texts(tweet, "urls", "expanded_url")),
        "favorite_count": 0,
        "in_reply_to_screen_name": tweet.get("in_reply_to_screen_name"),
        "in_reply_to_status_id": tweet.get("in_reply_to_status_id_str"),
        "in_reply_to_user_id": tweet.get("in_reply_to_user_id_str"),
        "lang": tweet["lang"],
        "place": tweet["place"]["full_name"] if "place" in tweet else None,
        "possibly_sensitive": None,
        "retweet_count": 0,
        "retweet_or_quote_id": other.get("id_str"),
        "retweet_or_quote_screen_name": other["user"].get("screen_name"),
        "retweet_or_quote_user_id": other["user"].get("id_str"),
        "source": tweet["source"],
        "user_id": user["id_str"],
        "user_created_at": user.get("created_at"),
        "user_default_profile_image": user.get("default_profile_image"),
        "user_description": user.get("description"),
        "user_favourites_count": user.get("favourites_count"),
        "user_followers_count": user.get("followers_count"),
        "user_friends_count": user.get("friends_count"),
        "user_listed_count": user.get("listed_count"),
        "user_location": user.get("location"),
        "user_name": user.get("name"),
        "user_statuses_count": user.get("statuses_count"),
        "user_time_zone": None,
        "user_urls": user.get("url"),
        "user_verified": user.get("verified"),
    }


def json2csv(tweets: list[dict], path: Path) -> None:
    """As twarc's json2csv writes them, which ends lines as Python's csv does."""
    write_table([json2csv_row(tweet) for tweet in tweets], path, lineterminator="\r\n")


# ── Twitter's releases of information operations ────────────────────────────────────────────────────────────


def hashed(name: str) -> str:
    """What a release has in place of a small account's id and names."""
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


def bracketed(values: list[str]) -> str:
    """A list as a release writes it."""
    return f"[{', '.join(values)}]"


def operation_row(tweet: dict, small: set[str]) -> dict:
    """A row of a release, in which the `small` accounts (ids) are hashed."""

    def shown(user_id: str | None) -> str | None:
        return hashed(user_id) if user_id in small else user_id

    user, original = tweet["user"], tweet.get("retweeted_status", {"user": {}})
    hidden = hashed(user["id_str"]) if user["id_str"] in small else None
    longitude, latitude = point(tweet)
    return {
        "tweetid": tweet["id_str"],
        "userid": shown(user["id_str"]),
        "user_display_name": hidden or user.get("name"),
        "user_screen_name": hidden or user.get("screen_name"),
        "user_reported_location": user.get("location"),
        "user_profile_description": user.get("description"),
        "user_profile_url": user.get("url"),
        "follower_count": user.get("followers_count"),
        "following_count": user.get("friends_count"),
        "account_creation_date": moment(user["created_at"]).date() if "created_at" in user else None,
        "account_language": user.get("lang"),
        "tweet_language": tweet["lang"],
        "tweet_text": tweet["text"],
        "tweet_time": f"{moment(tweet['created_at']):%Y-%m-%d %H:%M}",
        "tweet_client_name": client(tweet),
        "in_reply_to_userid": shown(tweet.get("in_reply_to_user_id_str")),
        "in_reply_to_tweetid": tweet.get("in_reply_to_status_id_str"),
        "quoted_tweet_tweetid": tweet.get("quoted_status", {}).get("id_str"),
        "is_retweet": str("retweeted_status" in tweet).lower(),
        "retweet_userid": shown(original["user"].get("id_str")),
        "retweet_tweetid": original.get("id_str"),
        "latitude": latitude or "absent",
        "longitude": longitude or "absent",
        "quote_count": 0,
        "reply_count": 0,
        "like_count": 0,
        "retweet_count": 0,
        "hashtags": bracketed(texts(tweet, "hashtags", "text")),
        "urls": bracketed(texts(tweet, "urls", "expanded_url")),
        "user_mentions": bracketed([shown(user_id) for user_id in texts(tweet, "user_mentions", "id_str")]),
        "poll_choices": None,
    }


def information_operations(tweets: list[dict], path: Path) -> None:
    """As Twitter released them: times to the minute, small accounts hashed, every field in quotes."""
    small = {name for name, user in people(tweets).items() if user.get("followers_count", SMALL) < SMALL}
    write_table([operation_row(tweet, small) for tweet in tweets], path, quoting=csv.QUOTE_ALL)


# ── FiveThirtyEight's troll tweets ──────────────────────────────────────────────────────────────────────────


def american(time: datetime) -> str:
    """A time to the minute, with as few digits as it has: 9/16/2016 0:05."""
    return f"{time.month}/{time.day}/{time.year} {time.hour}:{time:%M}"


def troll_row(tweet: dict) -> dict:
    """A row of the release; the author's first id was rounded by a spreadsheet."""
    user, time, original = tweet["user"], moment(tweet["created_at"]), tweet.get("retweeted_status")
    links = [*texts(original or tweet, "urls", "expanded_url"), None, None, None]
    post_type = {"retweet": "RETWEET", "quote": "QUOTE_TWEET"}.get(tweet_type(tweet))
    return {
        "external_author_id": f"{float(user['id_str']):.3G}",
        "author": user.get("screen_name", "").upper(),
        "content": (original or tweet)["text"],
        "region": "United States",
        "language": LANGUAGES.get(tweet["lang"], "LANGUAGE UNDEFINED"),
        "publish_date": american(time),
        "harvested_date": american(time + timedelta(minutes=1)),
        "following": user.get("friends_count"),
        "followers": user.get("followers_count"),
        "updates": user.get("statuses_count"),
        "post_type": post_type,
        "account_type": "?",
        "retweet": int(original is not None),
        "account_category": "Unknown",
        "new_june_2018": 0,
        "alt_external_id": user["id_str"],
        "tweet_id": tweet["id_str"],
        "article_url": f"http://twitter.com/{user['id_str']}/statuses/{tweet['id_str']}",
        **{f"tco{number}_step1": links[number - 1] for number in (1, 2, 3)},
    }


def troll_tweets(tweets: list[dict], path: Path) -> None:
    """As FiveThirtyEight published the tweets of Russian trolls."""
    write_table([troll_row(tweet) for tweet in tweets], path)


# ── USC's collection of the election of 2024 ────────────────────────────────────────────────────────────────


def rounded(number: str | None) -> float | None:
    """An id as pandas makes it of a column in which some are missing."""
    return float(number) if number else None


def scraped_user(user: dict) -> dict:
    """An account as X-24 has it, with its name where the handle should be."""
    name = user.get("name", user.get("screen_name"))
    return {
        "id": int(user["id_str"]),
        "id_str": user["id_str"],
        "url": f"https://twitter.com/{name}",
        "username": name,
        "rawDescription": user.get("description"),
        "created": moment(user["created_at"]) if "created_at" in user else None,
        "followersCount": user.get("followers_count"),
        "friendsCount": user.get("friends_count"),
        "statusesCount": user.get("statuses_count"),
        "favouritesCount": user.get("favourites_count"),
        "listedCount": user.get("listed_count"),
        "mediaCount": 0,
        "location": user.get("location"),
        "profileImageUrl": WITHHELD,
        "profileBannerUrl": WITHHELD,
        "protected": WITHHELD,
        "verified": user.get("verified"),
        "blue": False,
        "blueType": None,
        "descriptionLinks": [WITHHELD],
        "_type": WITHHELD,
    }


def x24_row(number: int, tweet: dict) -> dict:
    """A row of X-24."""
    user, time = tweet["user"], moment(tweet["created_at"])
    original = tweet.get("retweeted_status", {"user": {}})
    return {
        "": number,
        "type": "tweet",
        "id": rounded(tweet["id_str"]),
        "username": user.get("screen_name"),
        "text": tweet["text"],
        "url": f"https://twitter.com/{user.get('screen_name')}/status/{tweet['id_str']}",
        "epoch": time.timestamp(),
        "media": WITHHELD,
        "retweetedTweet": "retweeted_status" in tweet,
        "retweetedTweetID": original.get("id_str"),
        "retweetedUserID": original["user"].get("id_str"),
        "id_str": rounded(tweet["id_str"]),
        "lang": tweet["lang"],
        "rawContent": tweet["text"],
        "replyCount": 0,
        "retweetCount": 0.0,
        "likeCount": 0.0,
        "quoteCount": 0.0,
        "conversationId": rounded(tweet.get("in_reply_to_status_id_str", tweet["id_str"])),
        "conversationIdStr": tweet.get("in_reply_to_status_id_str", tweet["id_str"]),
        "hashtags": tweet["entities"]["hashtags"],
        "mentionedUsers": tweet["entities"]["user_mentions"],
        "links": tweet["entities"]["urls"],
        "viewCount": WITHHELD,
        "quotedTweet": "quoted_status" in tweet,
        "in_reply_to_screen_name": tweet.get("in_reply_to_screen_name"),
        "in_reply_to_status_id_str": rounded(tweet.get("in_reply_to_status_id_str")),
        "in_reply_to_user_id_str": rounded(tweet.get("in_reply_to_user_id_str")),
        "location": user.get("location"),
        "cash_app_handle": None,
        "user": scraped_user(user),
        "date": time.date(),
        "_type": WITHHELD,
    }


def x24(tweets: list[dict], path: Path) -> None:
    """As USC's X-24-US-election has them: ids as floats, lists and accounts as Python prints them."""
    write_table([x24_row(number, tweet) for number, tweet in enumerate(tweets)], path)


# ── Kaggle's tweets of the election of 2020 ─────────────────────────────────────────────────────────────────


def kaggle_row(tweet: dict, whole: bool) -> dict:
    """A row of Kaggle's, its ids `whole` or as floats. The place is that of the profile, by a geocoder."""
    user, number = tweet["user"], str if whole else float
    where = ALL_OF_IT if user.get("location") else {}
    return {
        "created_at": f"{moment(tweet['created_at']):%Y-%m-%d %H:%M:%S}",
        "tweet_id": number(tweet["id_str"]),
        "tweet": tweet["text"],
        "likes": 0.0,
        "retweet_count": 0.0,
        "source": client(tweet),
        "user_id": number(user["id_str"]),
        "user_name": user.get("name"),
        "user_screen_name": user.get("screen_name"),
        "user_description": user.get("description"),
        "user_join_date": f"{moment(user['created_at']):%Y-%m-%d %H:%M:%S}" if "created_at" in user else None,
        "user_followers_count": float(user["followers_count"]) if "followers_count" in user else None,
        "user_location": user.get("location"),
        **{name: where.get(name) for name in ("lat", "long", "city", "country", "continent")},
        "state": None,
        "state_code": None,
        "collected_at": COLLECTED,
    }


def kaggle_2020(tweets: list[dict], path: Path, whole: bool = False) -> None:
    """As the files hashtag_donaldtrump.csv and hashtag_joebiden.csv have them, without retweets."""
    own = [tweet for tweet in tweets if "retweeted_status" not in tweet]
    write_table([kaggle_row(tweet, whole) for tweet in own], path)


def kaggle_2020_whole(tweets: list[dict], path: Path) -> None:
    """The same before its ids were rounded."""
    kaggle_2020(tweets, path, whole=True)
