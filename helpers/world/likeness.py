"""How much the tweets of a study are like Twitter: figures that a sample of real tweets has, measured in its
raw files.

What real tweets show, and the bounds that a synthetic sample keeps, stand in data/reference/likeness.csv.

    python -m helpers.world.likeness data/sample

prints the table of data/sample/README.md.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from helpers.ingest.records import records_of
from helpers.study import ROOT

FACTS = ROOT / "data" / "reference" / "likeness.csv"
MILLION = 1_000_000
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
NO_WORDS = re.compile(r"https?://\S+|[@#]\w+")
EMOJI = re.compile("[\u2600-\u27bf\u2b50\U0001f000-\U0001faff]")
QUOTATION = re.compile('["“”]')


class Account(msgspec.Struct):
    """An author; all but the id comes with an account's first tweet alone."""

    id_str: str
    screen_name: str | None = None
    description: str | None = None
    created_at: str | None = None
    followers_count: int | None = None
    statuses_count: int | None = None


class Entities(msgspec.Struct, frozen=True):
    """What a text names."""

    hashtags: list[dict] = []
    user_mentions: list[dict] = []


class Repeated(msgspec.Struct):
    """A tweet retweeted or quoted."""

    created_at: str
    text: str
    user: Account
    entities: Entities = Entities()


class Tweet(Repeated, kw_only=True):
    """A tweet as the sample holds it."""

    id_str: str
    lang: str = ""
    source: str = ""
    retweeted_status: Repeated | None = None
    quoted_status: Repeated | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_user_id_str: str | None = None


def read(raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of `tabled` of all tweets in a folder of raw files."""
    decode = msgspec.json.Decoder(Tweet).decode
    return tabled(decode(line) for path in sorted(raw.iterdir()) for _, line in records_of(path))


def tabled(tweets: Iterable[Tweet]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tweets (columns of `tweet_row`, and answers_collected) and accounts (of `Account`), each once."""
    first, accounts = {}, {}
    for tweet in tweets:
        first.setdefault(tweet.id_str, tweet)
        if tweet.user.screen_name:
            accounts.setdefault(tweet.user.id_str, tweet.user)
    table = pd.DataFrame(tweet_row(tweet) for tweet in first.values())
    for moment in ("at", "repeated_at"):
        table[moment] = pd.to_datetime(table[moment], format="%a %b %d %H:%M:%S %z %Y", utc=True)
    table["answers_collected"] = table["answered"].isin(first.keys())
    people = [msgspec.structs.asdict(account) for account in accounts.values()]
    return table, pd.DataFrame(people, columns=Account.__struct_fields__)


def tweet_row(tweet: Tweet) -> dict[str, object]:
    """What the figures need of a tweet: its text as sent, and whole, times, hashtags, whom it is about."""
    repeated = tweet.retweeted_status
    whole = repeated or tweet
    other = repeated.user.id_str if repeated else tweet.in_reply_to_user_id_str
    return {
        "at": tweet.created_at,
        "repeated_at": repeated.created_at if repeated else None,
        "text": html.unescape(tweet.text),
        "whole": html.unescape(whole.text),
        "lang": tweet.lang,
        "source": tweet.source,
        "retweet": repeated is not None,
        "quote": tweet.quoted_status is not None,
        "reply": tweet.in_reply_to_user_id_str is not None,
        "answered": tweet.in_reply_to_status_id_str,
        "itself": other == tweet.user.id_str,
        "hashtags": [tag["text"].lower() for tag in whole.entities.hashtags],
        "mentions": len(tweet.entities.user_mentions),
    }


def different_words(texts: Iterable[str]) -> int:
    """Different words, letter case ignored, among the first million; links, hashtags and handles are none."""
    seen, number = set(), 0
    for text in texts:
        words = WORD.findall(NO_WORDS.sub(" ", text.lower()))
        seen.update(words[: MILLION - number])
        if (number := number + len(words)) >= MILLION:
            break
    return len(seen)


def measures(tweets: pd.DataFrame, accounts: pd.DataFrame) -> dict[str, float]:
    """The figures of `FACTS` by their id, from the tables of `read`; NaN where nothing can be measured."""
    return of_talk(tweets) | of_texts(tweets) | of_accounts(accounts) | of_programs(tweets)


def of_talk(tweets: pd.DataFrame) -> dict[str, float]:
    """Who repeats, quotes, answers and mentions whom, and how soon."""
    delay = (tweets["at"] - tweets["repeated_at"]).dropna().dt.total_seconds() / 60
    own = tweets[~tweets["retweet"] & ~tweets["reply"]]
    hourly = tweets["at"].dt.floor("h").value_counts()
    return {
        "delay_median": delay.median(),
        "delay_5": delay.quantile(0.05),
        "mentions": (own["mentions"] > 0).mean(),
        "quotes": (tweets["quote"] & ~tweets["retweet"]).mean(),
        "replies_collected": tweets.loc[tweets["reply"] & ~tweets["retweet"], "answers_collected"].mean(),
        "self": tweets["itself"].mean(),
        "busiest_hour": hourly.max() / hourly.median(),
    }


def of_texts(tweets: pd.DataFrame) -> dict[str, float]:
    """What tweets look like: words, hashtags, links, length, signs. Links are those of the whole text."""
    text, uses = tweets["text"], tweets["hashtags"].explode().value_counts()
    count = tweets["hashtags"].str.len()
    return {
        "words": different_words(tweets.loc[~tweets["retweet"], "text"]),
        "hashtags": len(uses),
        "hashtags_top_ten": uses.iloc[:10].sum() / uses.sum(),
        "hashtags_a_tweet": count.mean(),
        "hashtags_six": (count >= 6).mean(),
        "links": tweets["whole"].str.contains("https?://").mean(),
        "length_mean": text.str.len().mean(),
        "length_full": text.str.len().between(138, 141).mean(),
        "emoji": text.map(lambda one: EMOJI.search(one) is not None).mean(),
        "quotation": text.map(lambda one: QUOTATION.search(one) is not None).mean(),
        "not_ascii": (~text.map(str.isascii)).mean(),
        "languages": (tweets["lang"] != "en").mean(),
    }


def of_accounts(accounts: pd.DataFrame) -> dict[str, float]:
    """What accounts look like."""
    followers, statuses = accounts["followers_count"], accounts["statuses_count"]
    described = accounts.loc[accounts["description"].fillna("") != "", "description"]
    return {
        "followers_95": followers.quantile(0.95),
        "followers_99": followers.quantile(0.99),
        "statuses_5": statuses.quantile(0.05),
        "statuses_95": statuses.quantile(0.95),
        "descriptions": described.nunique() / max(len(described), 1),
        "handles_digits": accounts["screen_name"].astype(str).str.contains(r"\d").mean(),
        "created_2006": accounts["created_at"].astype(str).str.endswith("2006").mean(),
    }


def of_programs(tweets: pd.DataFrame) -> dict[str, float]:
    """The programs that tweets were sent with: how many, and the share of the most used one."""
    uses = tweets.loc[tweets["source"] != "", "source"].value_counts()
    return {"clients": len(uses), "client_first": uses.max() / len(tweets)}


def compared(found: dict[str, float]) -> pd.DataFrame:
    """The table of `FACTS` with what was found and whether it is within the bounds: columns found, inside."""
    facts = pd.read_csv(FACTS).set_index("id")
    facts["found"] = pd.Series(found)
    low, high = facts["low"].fillna(-np.inf), facts["high"].fillna(np.inf)
    return facts.assign(inside=facts["found"].between(low, high))


def number(value: float, unit: str) -> str:
    """A figure as the table writes it."""
    if unit == "share":
        return f"{value:.1%}" if value < 0.1 else f"{value:.0%}"
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"


def bounds(row: pd.Series) -> str:
    """The bounds of a figure as the table writes them."""
    low, high = (number(row[end], row["unit"]) if pd.notna(row[end]) else "" for end in ("low", "high"))
    if low and high:
        return f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else "none"


def markdown(table: pd.DataFrame) -> str:
    """The table of `compared` as Markdown: what, here, real tweets, bounds."""
    rows = ["| what | here | real tweets | bounds |", "|---|---|---|---|"]
    for _, row in table.iterrows():
        real = [number(value, row["unit"]) for value in row[["real", "real_to"]].dropna()]
        unit = " (minutes)" * (row["unit"] == "min")
        cells = (row["what"] + unit, number(row["found"], row["unit"]), " to ".join(real), bounds(row))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(markdown(compared(measures(*read(Path(sys.argv[1]) / "raw")))), end="")
