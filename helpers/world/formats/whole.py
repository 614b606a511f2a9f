"""Tweets made whole: v1.1 objects that repeat all that Twitter's own repeat.

The world's raw files leave out what their reader does not need: profiles after the first tweet, a retweet's
own entities, links, and where entities stand in the text. Other formats need some of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import zstandard

HASHTAG = re.compile(r"#(\w+)")
LINK = re.compile(r"https://t\.example/[\w~]+(?![\w~…])")  # one that is cut off is none
MARKUP = re.compile(r"<[^>]*>")
OTHERS = ("retweeted_status", "quoted_status")


def read_tweets(path: Path) -> list[dict]:
    """The tweets of a raw file (.jsonl.zst) of the world, each once, made whole."""
    with zstandard.open(path, "rt", encoding="utf-8") as lines:
        tweets = [msgspec.json.decode(line) for line in lines]
    return whole(list({tweet["id_str"]: tweet for tweet in reversed(tweets)}.values())[::-1])


def whole(tweets: list[dict]) -> list[dict]:
    """The tweets with whole users and entities, as far as these or others of the tweets have them."""
    known, stated = people(tweets), stated_entities(tweets)
    return [completed(tweet, known, stated) for tweet in tweets]


def people(tweets: list[dict]) -> dict[str, dict]:
    """The fullest user object of each account, by its id: of those only mentioned, id and handle."""
    found = {}
    for one in (one for tweet in tweets for one in (tweet, *others(tweet))):
        for mention in mentions(one):
            found.setdefault(mention["id_str"], mention)
        if "created_at" in one["user"]:
            found[one["user"]["id_str"]] = one["user"]
    return found


def stated_entities(tweets: list[dict]) -> dict[str, dict]:
    """The entities of each tweet that has some, by its id: a quoted tweet has them where it is not quoted."""
    every = (one for tweet in tweets for one in (tweet, *others(tweet)))
    return {one["id_str"]: one["entities"] for one in every if "entities" in one}


def others(tweet: dict) -> list[dict]:
    """The tweets inside a tweet: that it retweets, and that it quotes."""
    return [tweet[name] for name in OTHERS if name in tweet]


def mentions(tweet: dict) -> list[dict]:
    """The accounts that a tweet mentions (`id_str`, `screen_name`)."""
    return tweet.get("entities", {}).get("user_mentions", [])


def completed(tweet: dict, known: dict[str, dict], stated: dict[str, dict]) -> dict:
    """A tweet with whole users, with entities of its own, and so the tweet that it retweets or quotes."""
    tweet = tweet | {"user": known.get(tweet["user"]["id_str"], tweet["user"])}
    tweet["entities"] = stated.get(tweet["id_str"], {})
    tweet |= {name: completed(tweet[name], known, stated) for name in OTHERS if name in tweet}
    if addressee := known.get(tweet.get("in_reply_to_user_id_str")):
        tweet["in_reply_to_screen_name"] = addressee["screen_name"]
    return tweet | {"entities": entities(tweet)}


def entities(tweet: dict) -> dict[str, list[dict]]:
    """What a tweet's own text names, and where: of a retweet what stands before the cut."""
    text, original = tweet["text"], tweet.get("retweeted_status", tweet)
    named = mentions(original)
    if original is not tweet and "screen_name" in original["user"]:
        author = {key: original["user"][key] for key in ("screen_name", "id_str")}
        named = [author, *({key: one[key] for key in author} for one in named)]
    tags = original.get("entities", {}).get("hashtags")
    if tags is None:
        tags = [{"text": word} for word in HASHTAG.findall(text)]
    return {
        "hashtags": placed(tags, "#", "text", text),
        "user_mentions": placed(named, "@", "screen_name", text),
        "urls": [link(match) for match in LINK.finditer(text)],
    }


def placed(things: list[dict], sign: str, key: str, text: str) -> list[dict]:
    """Those of the things whose word, after its sign, stands whole in the text, with `indices`."""
    end, found = 0, []
    for thing in things:
        word = re.compile(re.escape(sign + thing[key]) + r"(?![\w…])")
        if match := word.search(text, end):
            end = match.end()
            found.append(thing | {"indices": [*match.span()]})
    return found


def link(match: re.Match) -> dict:
    """A link in a text: as Twitter shortened it, whole, and as it is shown."""
    name = match[0].rpartition("/")[2]
    shown = f"news.example/{name}"
    return {
        "url": match[0],
        "expanded_url": f"https://{shown}",
        "display_url": shown,
        "indices": [*match.span()],
    }


def moment(created_at: str) -> datetime:
    """A time as Twitter writes it, in UTC."""
    return datetime.strptime(created_at, "%a %b %d %H:%M:%S %z %Y").astimezone(UTC)


def client(tweet: dict) -> str:
    """The name of the program that sent a tweet, without its link."""
    return MARKUP.sub("", tweet.get("source", ""))


def texts(tweet: dict, name: str, key: str) -> list[str]:
    """One field of each of a tweet's own entities of a name: texts(tweet, "hashtags", "text")."""
    return [thing[key] for thing in tweet["entities"][name]]


def pages(things: list, size: int) -> Iterator[list]:
    """The things, so many at a time."""
    return (things[start : start + size] for start in range(0, len(things), size))
