"""Each stage as a good student would write it: pandas, json, plain VADER, scikit-learn, NetworkX.

Vectorised where pandas makes that obvious, a loop or `apply` where one would use it. Only the columns that a
stage needs are read. What defines a result rather than computes it is the package's own here as everywhere:
which words mean which state, where the cut points lie, how a forest is grown.
"""

from __future__ import annotations

import gzip
import html
import json
import math
import re
import string
import unicodedata
from collections import Counter
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import zstandard
from sklearn.ensemble import RandomForestClassifier
from strongest_words import Words, strength

from helpers.bots.features.user import AUTOMATED, BOT_NAME
from helpers.geography import state_of_place
from helpers.ingest.gazetteer import SHORE, boundaries, state_of
from helpers.sentiment.scale import NEGATIVE_CUTS, POSITIVE_CUTS
from helpers.study import Study
from helpers.support.subject import word_pattern

CLASSES = ["bot", "human", "unknown"]


# ── ingest ──────────────────────────────────────────────────────────────────────────────────────────────────


def whole_number(text: str | None) -> int | None:
    """An id as an integer."""
    return int(text) if text else None


def tweet_of(tweet: dict) -> dict:
    """A v1.1 tweet as a row of the table `tweets`."""
    original = tweet.get("retweeted_status")
    source = original or tweet
    entities = source.get("entities") or {}
    point = (tweet.get("coordinates") or {}).get("coordinates") or (None, None)
    place = tweet.get("place") or {}
    urls = entities.get("urls")
    return {
        "tweet_id": int(tweet["id_str"]),
        "created_at": tweet["created_at"],
        "user_id": int(tweet["user"]["id_str"]),
        "text": html.unescape(source["text"]),
        "lang": tweet.get("lang"),
        "hashtags": [tag["text"].lower() for tag in entities.get("hashtags", [])],
        "mentions": [int(user["id_str"]) for user in entities.get("user_mentions", [])],
        "retweeted_tweet_id": whole_number(original and original["id_str"]),
        "retweeted_user_id": whole_number(original and original["user"]["id_str"]),
        "in_reply_to_user_id": whole_number(tweet.get("in_reply_to_user_id_str")),
        "quoted_user_id": whole_number((tweet.get("quoted_status") or {}).get("user", {}).get("id_str")),
        "longitude": point[0],
        "latitude": point[1],
        "place": place.get("full_name"),
        "place_country": place.get("country_code"),
        "urls": None if urls is None else [url.get("expanded_url") or url["url"] for url in urls],
        "source": re.sub("<[^>]*>", "", tweet.get("source") or "") or None,
        "retweeted_at": original and original["created_at"],
    }


PROFILE = [
    "screen_name", "name", "description", "location", "created_at", "lang", "statuses_count",
    "followers_count",
    "friends_count", "favourites_count", "listed_count", "verified", "default_profile",
    "default_profile_image",
    "profile_use_background_image", "geo_enabled", "url", "profile_banner_url", "protected",
]  # fmt: skip
IDS = ["retweeted_tweet_id", "retweeted_user_id", "in_reply_to_user_id", "quoted_user_id"]
KINDS = {"quote": "quoted_user_id", "reply": "in_reply_to_user_id", "retweet": "retweeted_tweet_id"}
COUNTS = [name for name in PROFILE if name.endswith("_count")]
TIME = "%a %b %d %H:%M:%S %z %Y"


def ingest(study: Study, work: Path) -> Path:
    """Raw tweets to tables."""
    tweets, users = [], []
    for path in study.raw_files:
        with (zstandard if path.suffix == ".zst" else gzip).open(path, "rt", encoding="utf-8") as file:
            for line in file:
                tweet = json.loads(line)
                tweets.append(tweet_of(tweet))
                user = tweet["user"]
                users.append(
                    {"user_id": tweets[-1]["user_id"]}
                    | {
                        name: user.get(name) or None if isinstance(user.get(name), str) else user.get(name)
                        for name in PROFILE
                    }
                )
    tweets, users = pd.DataFrame(tweets), pd.DataFrame(users)
    tweets["created_at"] = pd.to_datetime(tweets["created_at"], format=TIME)
    tweets["retweeted_at"] = pd.to_datetime(tweets["retweeted_at"], format=TIME)
    tweets[IDS] = tweets[IDS].astype("Int64")
    tweets["kind"] = "original"
    for kind, target in KINDS.items():
        tweets.loc[tweets[target].notna(), "kind"] = kind
    users["created_at"] = pd.to_datetime(users["created_at"], format=TIME)
    users[COUNTS] = users[COUNTS].astype("Int64")
    users["seen_at"] = tweets["created_at"]
    tweets = tweets.drop_duplicates("tweet_id").sort_values(["created_at", "tweet_id"])
    # The last known value of each column: `last` passes over missing ones.
    users = users.sort_values("seen_at", kind="stable").drop(columns="seen_at").groupby("user_id").last()
    users["tweets_collected"] = tweets.groupby("user_id").size()
    (work / "tables").mkdir()
    tweets.to_parquet(work / "tables" / "tweets.parquet", index=False)
    users.reset_index().to_parquet(work / "tables" / "users.parquet", index=False)
    return work / "tables"


# ── scoring ─────────────────────────────────────────────────────────────────────────────────────────────────


def entropy(text: str) -> float:
    """Randomness of a text's letters, in bits a character."""
    shares = [n / len(text) for n in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) + 0.0


def category(text: str, kinds: str) -> int:
    """How many characters of a text have a Unicode category that begins so."""
    return sum(unicodedata.category(letter).startswith(kinds) for letter in text)


def letter_pairs(text: str) -> list[str]:
    """Every two neighbouring letters."""
    return [text[n : n + 2] for n in range(len(text) - 1)]


def likeness(one: str, other: str) -> float:
    """Sørensen–Dice coefficient of the letter pairs of two texts, regardless of case, spaces and signs."""
    first, second = (
        set(letter_pairs("".join(c for c in text.lower() if unicodedata.category(c)[0] in "LN")))
        for text in (one, other)
    )
    return 2 * len(first & second) / max(len(first) + len(second), 1)


LETTERS = f"{string.ascii_letters}{string.digits}_"  # of screen names
ALPHABET = set(LETTERS)


def usual_pairs(names: pd.Series) -> dict[str, float]:
    """Logarithm of the share of each pair of letters among screen names, each counted once more than it
    occurs.
    """
    counts = Counter(pair for name in names.dropna() for pair in letter_pairs(name))
    counts = {a + b: counts[a + b] + 1 for a in LETTERS for b in LETTERS}
    total = sum(counts.values())
    return {pair: math.log(n / total) for pair, n in counts.items()}


def likelihood(name: str, pairs: dict[str, float]) -> float:
    """Geometric mean of the probabilities of a screen name's letter pairs."""
    logs = [pairs[pair] for pair in letter_pairs(name) if pair in pairs]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def features_of(user, at: pd.Timestamp, pairs: dict[str, float]) -> dict[str, float]:
    """Profile features of an account, a row of the table `users` (from `itertuples`) with a whole profile."""
    screen_name, name, description = user.screen_name, user.name or "", user.description or ""
    age = max((at - user.created_at).total_seconds() / 86400, 1)
    statuses, followers, friends = user.statuses_count, user.followers_count, user.friends_count
    favourites, listed = user.favourites_count, user.listed_count
    return {
        "user_id": user.user_id,
        "default_profile": user.default_profile,
        "default_profile_image": user.default_profile_image,
        "geo_enabled": user.geo_enabled,
        "has_location": bool(user.location),
        "has_description": bool(description),
        "screen_name_digits": len(re.findall("[0-9]", screen_name)),
        "screen_name_entropy": entropy(screen_name),
        "age_days": age,
        "followers": followers,
        "friends": friends,
        "followers_per_friend": followers / max(friends, 1),
        "statuses": statuses,
        "statuses_per_day": statuses / age,
        "favourites": favourites,
        "listed": listed,
        "verified": user.verified,
        "profile_use_background_image": user.profile_use_background_image,
        "followers_per_day": followers / age,
        "friends_per_day": friends / age,
        "favourites_per_day": favourites / age,
        "listed_per_day": listed / age,
        "screen_name_length": len(screen_name),
        "screen_name_likelihood": likelihood(screen_name, pairs),
        "name_length": len(name),
        "name_digits": len(re.findall("[0-9]", name)),
        "description_length": len(description),
        "screen_name_upper": category(screen_name, "Lu") / len(screen_name),
        "screen_name_underscores": screen_name.count("_"),
        "screen_name_last_digits": len(screen_name) - len(screen_name.rstrip("0123456789")),
        "name_words": len(name.split()),
        "name_upper": category(name, "Lu") / max(len(name), 1),
        "name_symbols": category(name, "P") + category(name, "S"),
        "name_entropy": entropy(name),
        "name_likeness": likeness(name, screen_name),
        "description_words": len(description.split()),
        "description_upper": category(description, "Lu") / max(len(description), 1),
        "description_digits": len(re.findall("[0-9]", description)),
        "description_punctuation": category(description, "P"),
        "description_symbols": category(description, "S"),
        "description_urls": len(re.findall(r"https?://|www\.", description, re.I)),
        "description_hashtags": len(re.findall(r"#\w", description, re.A)),
        "description_mentions": len(re.findall(r"@\w", description, re.A)),
        "description_entropy": entropy(description),
        "says_automated": len(re.findall(AUTOMATED, description, re.A))
        + len(re.findall(AUTOMATED, name, re.A))
        + len(re.findall(BOT_NAME, screen_name, re.A)),
        "reputation": followers / max(followers + friends, 1),
        "favourites_per_status": favourites / max(statuses, 1),
        "statuses_per_follower": statuses / max(followers, 1),
        "statuses_per_friend": statuses / max(friends, 1),
        "listed_per_follower": listed / max(followers, 1),
        "has_url": bool(user.url),
        "has_banner": bool(user.profile_banner_url),
        "protected": user.protected,
        "location_length": len(user.location or ""),
    }


def feature_table(users: pd.DataFrame, at: pd.Timestamp, pairs: dict[str, float]) -> pd.DataFrame:
    """Profile features of accounts, one by one: indexed by user_id."""
    users = users.astype(object).where(users.notna(), None)
    rows = [features_of(user, at, pairs) for user in users.itertuples(index=False)]
    return pd.DataFrame(rows).set_index("user_id").astype(float)


def scoring(study: Study, work: Path) -> pd.DataFrame:
    """Profile features of every account, and the scores of a forest grown on the labelled ones."""
    at = pd.read_parquet(study.table("tweets"), columns=["created_at"])["created_at"].max()
    everyone = pd.read_parquet(study.table("users"))
    with zstandard.open(study.labelled / "accounts.jsonl.zst", "rt", encoding="utf-8") as file:
        known = pd.DataFrame([json.loads(line) for line in file])
    known["user_id"] = known["id_str"].astype("int64")
    known["created_at"] = pd.to_datetime(known["created_at"], format=TIME)
    known = known.reindex(columns=["user_id", *PROFILE])
    labels = pd.read_csv(
        study.labelled / "labels.tsv", sep="\t", names=["user_id", "label"], index_col="user_id"
    )
    pairs = usual_pairs(everyone["screen_name"])
    examples, features = feature_table(known, at, pairs), feature_table(everyone, at, pairs)
    examples = examples.dropna(axis="columns", how="all")  # nobody's is known
    is_bot = (labels["label"] == "bot").reindex(examples.index).astype(int)
    forest = RandomForestClassifier(
        120, max_depth=2, max_features=6, min_samples_leaf=10, random_state=0, n_jobs=2
    )
    forest.fit(examples.to_numpy("float32"), is_bot)
    known_features = features[examples.columns].to_numpy("float32")
    votes = np.array([tree.predict_proba(known_features)[:, 1] for tree in forest.estimators_])
    features["score"] = votes.mean(axis=0)
    features["error"] = np.sqrt(votes.var(axis=0, ddof=1) / len(votes))
    return features.reset_index()


# ── sentiment ───────────────────────────────────────────────────────────────────────────────────────────────


def level(strength: float, cuts: tuple[float, ...]) -> int:
    """1 to 5: one more for each cut point that is reached."""
    return 1 + sum(strength >= cut for cut in cuts)


def sentiments(study: Study, work: Path) -> pd.DataFrame:
    """Both levels and the score of every tweet."""
    tweets = pd.read_parquet(study.table("tweets"), columns=["tweet_id", "text"])
    vader = Words()
    sides = tweets["text"].fillna("").apply(lambda text: strength(text, vader))
    tweets["positive"] = sides.apply(lambda found: level(found[0], POSITIVE_CUTS))
    tweets["negative"] = sides.apply(lambda found: level(found[1], NEGATIVE_CUTS))
    tweets["score"] = tweets["positive"] - tweets["negative"]
    return tweets.drop(columns="text")


# ── timeline, geography ─────────────────────────────────────────────────────────────────────────────────────


def with_class(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Rows with the class of their user_id."""
    scores = pd.read_parquet(study.table("scores"), columns=["user_id", "class"])
    return table.merge(scores, on="user_id", how="left").fillna({"class": "unknown"})


def hours(study: Study, work: Path) -> pd.DataFrame:
    """Tweets by hour and class."""
    tweets = with_class(pd.read_parquet(study.table("tweets"), columns=["created_at", "user_id"]), study)
    tweets["hour"] = tweets["created_at"].dt.floor("h")
    windows = study.collection.windows
    every = pd.date_range(windows[0][0], windows[-1][1], freq="h", inclusive="left", name="hour")
    table = tweets.groupby(["hour", "class"]).size().unstack().reindex(index=every, columns=CLASSES)
    table = table.fillna(0.0)
    collected = np.zeros(len(every), bool)
    for start, end in windows:
        collected |= (every >= start) & (every < end)
    table.loc[~collected] = np.nan
    return table.reset_index()


def states(study: Study, work: Path) -> pd.DataFrame:
    """Tweets by class, source and state."""
    columns = ["tweet_id", "user_id", "longitude", "latitude", "place", "place_country"]
    tweets = with_class(pd.read_parquet(study.table("tweets"), columns=columns), study)
    users = pd.read_parquet(study.table("users"), columns=["user_id", "location"])
    users["profile_state"] = users["location"].apply(
        lambda text: state_of(text) if isinstance(text, str) else None
    )
    tweets = tweets.merge(users[["user_id", "profile_state"]], on="user_id", how="left")
    exact = tweets[tweets["longitude"].notna()]
    points = gpd.GeoDataFrame(
        exact[["tweet_id"]],
        geometry=gpd.points_from_xy(exact["longitude"], exact["latitude"]),
        crs=4326,
    )
    shapes = gpd.GeoDataFrame(boundaries()[["code", "geometry"]], crs=4326)
    found = points.sjoin_nearest(shapes, max_distance=SHORE)
    point_state = found.drop_duplicates("tweet_id").set_index("tweet_id")["code"]
    tweets["point_state"] = tweets["tweet_id"].map(point_state)
    at_home = tweets["place"].notna() & (tweets["place_country"] == "US")
    tweets["place_state"] = (
        tweets["place"]
        .where(at_home)
        .apply(lambda text: state_of_place(text) if isinstance(text, str) else None)
    )
    abroad = tweets["place_country"].fillna("US") != "US"
    known = {name: tweets[f"{name}_state"].notna() for name in ("point", "place", "profile")}
    tweets["source"] = np.select(
        [abroad, known["point"], tweets["longitude"].notna(), known["place"], known["profile"]],
        ["abroad", "coordinates", "abroad", "place", "profile"],
        "nowhere",
    )
    tweets["state"] = tweets["point_state"].fillna(tweets["place_state"]).fillna(tweets["profile_state"])
    tweets.loc[tweets["source"].isin(["abroad", "nowhere"]), "state"] = None
    return tweets.groupby(["class", "source", "state"], dropna=False).size().rename("tweets").reset_index()


# ── partisanship, interactions, support ─────────────────────────────────────────────────────────────────────


def sides(study: Study, work: Path) -> pd.DataFrame:
    """The ten favourite hashtags of each scored account, summed up, and its side."""
    tweets = pd.read_parquet(study.table("tweets"), columns=["user_id", "hashtags"])
    scores = pd.read_parquet(study.table("scores"), columns=["user_id", "class"])
    tags = tweets.merge(scores, on="user_id").explode("hashtags").dropna(subset="hashtags")
    uses = tags.groupby(["user_id", "class", "hashtags"]).size().rename("uses").reset_index()
    uses = uses.sort_values(["user_id", "uses", "hashtags"], ascending=[True, False, True])
    top = uses.groupby("user_id").head(10)
    table = top.groupby(["user_id", "class"])["uses"].agg(entries="size", uses="sum")
    table["candidate"] = None
    for candidate in study.candidates:
        own = top[top["hashtags"].isin([tag.lower() for tag in candidate.hashtags])]
        mine = own.groupby(["user_id", "class"])["uses"].agg(["size", "sum"])
        mine = mine.reindex(table.index, fill_value=0)
        table[f"{candidate.key}_entries"], table[f"{candidate.key}_uses"] = mine["size"], mine["sum"]
        table.loc[2 * mine["sum"] > table["uses"], "candidate"] = candidate.key
    return table.reset_index()


def replies_and_retweets(study: Study, work: Path) -> pd.DataFrame:
    """Replies and retweets of each labelled account by the class that they reach."""
    columns = ["user_id", "retweeted_tweet_id", "retweeted_user_id", "in_reply_to_user_id"]
    tweets = with_class(
        pd.read_parquet(study.table("tweets"), columns=columns, dtype_backend="numpy_nullable"), study
    )
    scores = pd.read_parquet(study.table("scores"), columns=["user_id", "class"])
    scores = scores[scores["class"] != "unknown"].set_index("user_id").sort_index()
    class_of = tweets.drop_duplicates("user_id").set_index("user_id")["class"]
    retweet = tweets["retweeted_tweet_id"].notna()
    reply = ~retweet & tweets["in_reply_to_user_id"].notna()
    original = tweets[~retweet & ~reply]
    tables = []
    for kind, which, target in (
        ("reply", reply, "in_reply_to_user_id"),
        ("retweet", retweet, "retweeted_user_id"),
    ):
        pairs = tweets[which & (tweets["class"] != "unknown")]
        reached = pairs[target].map(class_of).astype(object).fillna("unseen")
        reached = reached.mask((pairs["user_id"] == pairs[target]).fillna(False), "self")
        counts = pd.crosstab(pairs["user_id"], reached)
        counts = counts.reindex(index=scores.index, columns=[*CLASSES, "unseen", "self"], fill_value=0)
        bot = scores["class"] == "bot"
        counts.insert(0, "class", scores["class"])
        counts["within"] = counts["bot"].where(bot, counts["human"])
        counts["across"] = counts["human"].where(bot, counts["bot"])
        counts["total"] = counts[[*CLASSES, "unseen"]].sum(axis="columns")
        counts["originals"] = original["user_id"].value_counts().reindex(scores.index, fill_value=0)
        tables.append(counts.assign(kind=kind).reset_index())
    return pd.concat(tables)


def tones(study: Study, work: Path) -> pd.DataFrame:
    """Tweets and their mean score by camp, class and subject."""
    tweets = pd.read_parquet(study.table("tweets"), columns=["tweet_id", "user_id", "text"])
    partisans, scores = (
        pd.read_parquet(study.table("partisans")),
        pd.read_parquet(study.table("scores"), columns=["user_id", "class"]),
    )
    sentiment = pd.read_parquet(study.table("sentiment"), columns=["tweet_id", "score"])
    tweets = tweets.merge(partisans, on="user_id").merge(scores[scores["class"] != "unknown"], on="user_id")
    tweets = tweets.merge(sentiment, on="tweet_id")
    text = tweets["text"].fillna("").str.lower()
    about = {"all": text.notna()} | {c.key: text.str.contains(word_pattern(c)) for c in study.candidates}
    tables = [
        tweets[mask]
        .groupby(["candidate", "class"])["score"]
        .agg(tweets="size", mean="mean")
        .assign(about=subject)
        .reset_index()
        for subject, mask in about.items()
    ]
    return pd.concat(tables).rename(columns={"candidate": "camp"})


# ── k-core ──────────────────────────────────────────────────────────────────────────────────────────────────


def cores(study: Study, work: Path) -> pd.DataFrame:
    """Core number of each account of the retweet network."""
    tweets = pd.read_parquet(
        study.table("tweets"), columns=["user_id", "retweeted_user_id"], dtype_backend="numpy_nullable"
    )
    edges = tweets.dropna().drop_duplicates()
    graph = nx.from_pandas_edgelist(edges, "user_id", "retweeted_user_id", create_using=nx.DiGraph)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return pd.DataFrame(nx.core_number(graph).items(), columns=["user_id", "core"])
