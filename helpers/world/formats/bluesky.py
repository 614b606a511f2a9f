"""Tweets as posts of Bluesky: the answers of `getPosts`, and the lines of its stream (Jetstream).

Ids follow from the tweets' and accounts' own, so that the same world always has the same.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from datetime import datetime
from html import unescape
from pathlib import Path

from helpers.world.formats.v1 import lines
from helpers.world.formats.whole import moment, pages

PAGE = 25  # posts that getPosts gives at most
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"  # the digits of record keys, in order
POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"


def base32(text: str) -> str:
    """52 letters and digits that follow from a text."""
    return b32encode(hashlib.sha256(text.encode()).digest()).decode().lower().rstrip("=")


def did(user_id: str) -> str:
    """The identifier of an account."""
    return f"did:plc:{base32(user_id)[:24]}"


def handle(user: dict) -> str:
    """The handle of an account, in which '_' is not allowed."""
    name = user.get("screen_name", user["id_str"]).lower()
    return f"{name.replace('_', '-').strip('-')}.bsky.example"


def key(tweet_id: str) -> str:
    """The key of a record: 13 digits to the base of 32."""
    number = int(tweet_id)
    return "".join(SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def uri(tweet: dict) -> str:
    """The address of a post or repost."""
    return address(tweet["user"]["id_str"], tweet["id_str"], collection(tweet))


def address(user_id: str, tweet_id: str, kind: str = POST) -> str:
    """The address of an account's record."""
    return f"at://{did(user_id)}/{kind}/{key(tweet_id)}"


def collection(tweet: dict) -> str:
    """The kind of record that a tweet becomes."""
    return REPOST if "retweeted_status" in tweet else POST


def reference(address: str) -> dict:
    """A record as other records name it."""
    return {"cid": f"bafyrei{base32(address)}", "uri": address}


def iso(time: datetime) -> str:
    """A time as Bluesky writes it."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.000Z"


def facets(tweet: dict) -> list[dict]:
    """The hashtags, mentions and links in a text, with the bytes where they stand."""
    kinds = {
        "hashtags": lambda thing: {"$type": "app.bsky.richtext.facet#tag", "tag": thing["text"]},
        "user_mentions": lambda thing: {
            "$type": "app.bsky.richtext.facet#mention",
            "did": did(thing["id_str"]),
        },
        "urls": lambda thing: {"$type": "app.bsky.richtext.facet#link", "uri": thing["expanded_url"]},
    }
    found = []
    for kind, feature in kinds.items():
        for thing in tweet["entities"][kind]:
            start, end = (len(unescape(tweet["text"][:index]).encode()) for index in thing["indices"])
            found.append({"features": [feature(thing)], "index": {"byteStart": start, "byteEnd": end}})
    return sorted(found, key=lambda facet: facet["index"]["byteStart"])


def record(tweet: dict) -> dict:
    """The record of a post or repost."""
    found = {"$type": collection(tweet), "createdAt": iso(moment(tweet["created_at"]))}
    if original := tweet.get("retweeted_status"):
        return found | {"subject": reference(uri(original))}
    found |= {"langs": [tweet["lang"]], "text": unescape(tweet["text"]), "facets": facets(tweet)}
    if quoted := tweet.get("quoted_status"):
        found["embed"] = {"$type": "app.bsky.embed.record", "record": reference(uri(quoted))}
    if answered := tweet.get("in_reply_to_status_id_str"):
        parent = reference(address(tweet["in_reply_to_user_id_str"], answered))
        found["reply"] = {"parent": parent, "root": parent}
    return found


def author(user: dict) -> dict:
    """An account as posts show it."""
    found = {"did": did(user["id_str"]), "handle": handle(user)}
    if "created_at" in user:
        found |= {"displayName": user["name"], "createdAt": iso(moment(user["created_at"]))}
    return found | {"labels": []}


def post(tweet: dict) -> dict:
    """A post as `getPosts` gives it."""
    said = record(tweet)
    counts = dict.fromkeys(("replyCount", "repostCount", "likeCount", "quoteCount"), 0)
    shown = {**reference(uri(tweet)), "author": author(tweet["user"]), "record": said, **counts}
    if quoted := tweet.get("quoted_status"):
        view = {
            "$type": "app.bsky.embed.record#viewRecord",
            **reference(uri(quoted)),
            "author": author(quoted["user"]),
            "value": {"$type": POST, "text": unescape(quoted["text"])},
        }
        shown["embed"] = {"$type": "app.bsky.embed.record#view", "record": view}
    return shown | {"indexedAt": said["createdAt"], "labels": []}


def bluesky_posts(tweets: list[dict], path: Path) -> None:
    """Answers of `getPosts`, one a line. They have no reposts."""
    posts = [post(tweet) for tweet in tweets if collection(tweet) == POST]
    path.write_bytes(lines([{"posts": some} for some in pages(posts, PAGE)]))


def commit(tweet: dict) -> dict:
    """A post or repost as the stream tells it."""
    time_us = int(moment(tweet["created_at"]).timestamp()) * 1_000_000
    return {
        "did": did(tweet["user"]["id_str"]),
        "time_us": time_us,
        "kind": "commit",
        "commit": {
            "rev": key(str(time_us)),
            "operation": "create",
            "collection": collection(tweet),
            "rkey": key(tweet["id_str"]),
            "record": record(tweet),
            "cid": reference(uri(tweet))["cid"],
        },
    }


def identity(tweet: dict, number: int) -> dict:
    """What the stream tells of an account that chose its handle."""
    who, time = did(tweet["user"]["id_str"]), moment(tweet["created_at"])
    told = {"did": who, "handle": handle(tweet["user"]), "seq": number, "time": iso(time)}
    return {"did": who, "time_us": int(time.timestamp()) * 1_000_000, "kind": "identity", "identity": told}


def bluesky_jetstream(tweets: list[dict], path: Path) -> None:
    """Lines of the stream: posts and reposts, and before an account's first its handle."""
    events, seen = [], set()
    for number, tweet in enumerate(tweets, 1):
        if tweet["user"]["id_str"] not in seen:
            seen.add(tweet["user"]["id_str"])
            events.append(identity(tweet, number))
        events.append(commit(tweet))
    path.write_bytes(lines(events))
