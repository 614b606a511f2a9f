"""Tweets as Twitter's API v2 gives them: the pages that twarc2 saves, and the lines that it makes of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from helpers.world.formats.v1 import lines
from helpers.world.formats.whole import client, mentions, moment, pages, people

PAGE = 100  # tweets
TWARC = {
    "url": "https://api.twitter.com/2/tweets/search/all?expansions=author_id%2Creferenced_tweets.id",
    "version": "2.14.0",
    "retrieved_at": "2022-05-02T09:00:00+00:00",
}
COUNTS = {
    "followers_count": "followers_count",
    "following_count": "friends_count",
    "tweet_count": "statuses_count",
    "listed_count": "listed_count",
}
NO_COUNTS = dict.fromkeys(("retweet_count", "reply_count", "like_count", "quote_count"), 0)
REFERENCES = {"retweeted": "retweeted_status", "quoted": "quoted_status"}


def iso(created_at: str) -> str:
    """A time of v1.1 as v2 writes it."""
    return f"{moment(created_at):%Y-%m-%dT%H:%M:%S}.000Z"


def user(v1: dict) -> dict:
    """A user; one of whom only id and handle are known bears the handle as name."""
    known = {"id": v1["id_str"]}
    if "screen_name" in v1:
        known |= {"name": v1.get("name", v1["screen_name"]), "username": v1["screen_name"]}
    if "created_at" not in v1:
        return known
    return known | {
        "description": v1["description"],
        **({"location": v1["location"]} if v1["location"] else {}),
        "created_at": iso(v1["created_at"]),
        "public_metrics": {name: v1[old] for name, old in COUNTS.items()},
        "url": v1["url"] or "",
        "verified": v1["verified"],
    }


def place(v1: dict) -> dict:
    """A place, with an id that follows from its name."""
    return {
        "id": hashlib.sha256(v1["full_name"].encode()).hexdigest()[:16],
        "full_name": v1["full_name"],
        "name": v1["full_name"].partition(",")[0],
        "place_type": v1["place_type"],
        "country": "United States",
        "country_code": v1["country_code"],
    }


def entities(v1: dict) -> dict[str, list[dict]]:
    """What a tweet's text names; kinds of which it names none are left out."""
    names = {"hashtags": {"tag": "text"}, "user_mentions": {"username": "screen_name", "id": "id_str"}}
    names["urls"] = {name: name for name in ("url", "expanded_url", "display_url")}
    found = {}
    for kind, fields in names.items():
        things = [
            dict(zip(("start", "end"), thing["indices"], strict=True))
            | {new: thing[old] for new, old in fields.items()}
            for thing in v1["entities"][kind]
        ]
        if things:
            found[kind.removeprefix("user_")] = things
    return found


def geo(v1: dict) -> dict:
    """Where a tweet says that it was sent."""
    found = {}
    if point := v1.get("coordinates"):
        found["coordinates"] = point
    if named := v1.get("place"):
        found["place_id"] = place(named)["id"]
    return found


def references(v1: dict) -> list[dict]:
    """The tweets that a tweet retweets, quotes and answers: kind and id of each."""
    found = [{"type": kind, "id": v1[old]["id_str"]} for kind, old in REFERENCES.items() if old in v1]
    if answered := v1.get("in_reply_to_status_id_str"):
        found.append({"type": "replied_to", "id": answered})
    return found


def tweet(v1: dict) -> dict:
    """A tweet of v2's `data`."""
    rest = {
        "entities": entities(v1),
        "geo": geo(v1),
        "referenced_tweets": references(v1),
        "in_reply_to_user_id": v1.get("in_reply_to_user_id_str"),
        "lang": v1.get("lang"),
        "source": client(v1),
    }
    return {
        "id": v1["id_str"],
        "edit_history_tweet_ids": [v1["id_str"]],
        "author_id": v1["user"]["id_str"],
        "created_at": iso(v1["created_at"]),
        "text": v1["text"],
        "conversation_id": v1.get("in_reply_to_status_id_str", v1["id_str"]),
        "public_metrics": NO_COUNTS,
        "possibly_sensitive": False,
        "reply_settings": "everyone",
    } | {name: value for name, value in rest.items() if value}


def others(tweets: list[dict], known: dict[str, dict]) -> dict[str, dict]:
    """The tweets that these refer to, by id, as far as they are known."""
    found = {}
    for one in tweets:
        found |= {one[old]["id_str"]: one[old] for old in REFERENCES.values() if old in one}
        if answered := known.get(one.get("in_reply_to_status_id_str")):
            found[answered["id_str"]] = answered
    return found


def included_users(tweets: list[dict], accounts: dict[str, dict]) -> list[dict]:
    """Those who wrote the tweets, are mentioned in them and answered by them."""
    ids = []
    for one in tweets:
        ids += [one["user"]["id_str"], *(named["id_str"] for named in mentions(one))]
        ids += [one["in_reply_to_user_id_str"]] if "in_reply_to_user_id_str" in one else []
    return [user(accounts.get(user_id, {"id_str": user_id})) for user_id in dict.fromkeys(ids)]


def not_found(tweet_id: str) -> dict:
    """What v2 says of a tweet that is referred to and that it does not give."""
    return {
        "value": tweet_id,
        "detail": f"Could not find tweet with referenced_tweets.id: [{tweet_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "referenced_tweets.id",
        "resource_id": tweet_id,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


def page(tweets: list[dict], known: dict[str, dict], accounts: dict[str, dict]) -> dict:
    """A page of tweets, the newest first."""
    referred = others(tweets, known)
    named = [reference["id"] for one in tweets for reference in references(one)]
    places = {one["place"]["full_name"]: place(one["place"]) for one in tweets if "place" in one}
    return {
        "data": [tweet(one) for one in tweets],
        "includes": {
            "users": included_users([*tweets, *referred.values()], accounts),
            "tweets": [tweet(one) for one in referred.values()],
            "places": [*places.values()],
        },
        "errors": [not_found(one) for one in dict.fromkeys(named) if one not in referred],
        "meta": {
            "newest_id": tweets[0]["id_str"],
            "oldest_id": tweets[-1]["id_str"],
            "result_count": len(tweets),
        },
        "__twarc": TWARC,
    }


def api_v2(tweets: list[dict], path: Path) -> None:
    """Pages, one a line, as `twarc2 search` saves them."""
    known, accounts = {one["id_str"]: one for one in tweets}, people(tweets)
    path.write_bytes(lines([page(some, known, accounts) for some in pages(tweets[::-1], PAGE)]))


def with_author(v1: dict, accounts: dict[str, dict]) -> dict:
    """A flattened tweet, but for the tweets that it refers to: with author, place, and users in full."""
    flat = tweet(v1) | {"author": user(v1["user"])}
    if "place" in v1:
        flat["geo"] |= place(v1["place"])
    if answered := v1.get("in_reply_to_user_id_str"):
        flat["in_reply_to_user"] = user(accounts.get(answered, {"id_str": answered}))
    for named in flat.get("entities", {}).get("mentions", []):
        named |= user(accounts[named["id"]])
    return flat


def flattened(tweets: list[dict]) -> list[dict]:
    """Tweets that hold all that a page's `includes` has on them, the newest first."""
    known, accounts = {one["id_str"]: one for one in tweets}, people(tweets)
    found = []
    for one in tweets[::-1]:
        flat, referred = with_author(one, accounts), others([one], known)
        for reference in flat.get("referenced_tweets", []):
            if reference["id"] in referred:
                reference |= with_author(referred[reference["id"]], accounts)
        found.append(flat | {"__twarc": TWARC})
    return found


def api_v2_flattened(tweets: list[dict], path: Path) -> None:
    """A tweet a line, as `twarc2 flatten` makes them of pages."""
    path.write_bytes(lines(flattened(tweets)))
