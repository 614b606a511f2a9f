"""Each stage with the fastest tools that we know for it: hand-written DuckDB SQL, Polars, orjson, igraph.

rustworkx, as fast, counts two accounts that retweet each other as one link where NetworkX and igraph count
two, so its core numbers are others.

Where two were near, both are here; the table names the faster. They do the stage's work and nothing else: no
other engine, no check of what comes in, no file to go on from after an interruption.
"""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb
import igraph
import numpy as np
import orjson
import pandas as pd
import polars as pl
import pyarrow as pa
import zstandard
from strongest_words import strengths

from helpers.bots.detector import forest
from helpers.bots.features.user import AUTOMATED, BOT_NAME
from helpers.bots.features.user import CATALOGUE as FEATURES
from helpers.geography import state_of_place
from helpers.ingest.gazetteer import state_of, states_at
from helpers.sentiment.scale import NEGATIVE_CUTS, POSITIVE_CUTS
from helpers.study import Study
from helpers.support.subject import word_pattern
from helpers.tables import TWEETS, USERS

LABELLED = "('bot', 'human')"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"  # of screen names


def connect(study: Study) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection, in UTC, with a view for each table that the study has."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    for name in ("tweets", "users", "scores", "sentiment", "partisans"):
        if path := study.table(name):
            source = f"{path}/*.parquet" if path.is_dir() else path
            connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{source}')")
    return connection


def lazy(study: Study, name: str) -> pl.LazyFrame:
    """A table of the study as a lazy Polars frame."""
    return pl.scan_parquet(study.table(name))


# ── ingest ──────────────────────────────────────────────────────────────────────────────────────────────────

PROFILE = [name for name in USERS.names if name not in ("user_id", "tweets_collected")]
TEXTS = [name for name in PROFILE if pa.types.is_string(USERS.field(name).type)]
MARKUP = re.compile("<[^>]*>")


def whole_number(text: str | None) -> int | None:
    """An id as an integer."""
    return int(text) if text else None


def rows_of(tweet: dict, position: int) -> tuple[tuple, tuple]:
    """A decoded v1.1 tweet as rows of the tables `tweets` (times as text) and `users`, each with its
    position.
    """
    original = tweet.get("retweeted_status")
    source = original or tweet
    entities, user = source.get("entities") or {}, tweet["user"]
    point = (tweet.get("coordinates") or {}).get("coordinates") or (None, None)
    place, user_id, urls = tweet.get("place") or {}, int(user["id_str"]), entities.get("urls")
    row = (
        int(tweet["id_str"]),
        tweet["created_at"],
        user_id,
        html.unescape(source["text"]),
        tweet.get("lang"),
        [tag["text"].lower() for tag in entities.get("hashtags", ())],
        [int(each["id_str"]) for each in entities.get("user_mentions", ())],
        whole_number(original and original["id_str"]),
        whole_number(original and original["user"]["id_str"]),
        whole_number(tweet.get("in_reply_to_user_id_str")),
        whole_number((tweet.get("quoted_status") or {}).get("user", {}).get("id_str")),
        *point,
        place.get("full_name"),
        place.get("country_code"),
        None if urls is None else [url.get("expanded_url") or url["url"] for url in urls],
        MARKUP.sub("", tweet.get("source") or "") or None,
        original and original["created_at"],
        position,
    )
    return row, (user_id, *map(user.get, PROFILE), position)


def ingest_loop(study: Study, work: Path, decode: Callable) -> Path:
    """Raw tweets to tables: one loop over all lines, then DuckDB takes the first tweet and the last profile
    of each.
    """
    tweets, users, position = [], [], 0
    for path in study.raw_files:
        with (zstandard if path.suffix == ".zst" else gzip).open(path, "rb") as file:
            for line in file.read().splitlines():
                tweet, user = rows_of(decode(line), position)
                tweets.append(tweet)
                users.append(user)
                position += 1
    as_text = {name: pa.string() for name in ("created_at", "retweeted_at")}
    types = {field.name: as_text.get(field.name, field.type) for field in TWEETS if field.name != "kind"}
    profile = {name: as_text.get(name, USERS.field(name).type) for name in PROFILE}
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    db.register("raw_tweets", columns(tweets, types))
    db.register("raw_users", columns(users, {"user_id": pa.int64()} | profile))
    write_tables(db, work / "tables")
    return work / "tables"


def columns(rows: list[tuple], types: dict[str, pa.DataType]) -> pa.Table:
    """Rows, the last column of which is the position, as an Arrow table."""
    types = types | {"position": pa.int64()}
    arrays = [
        pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), types.values(), strict=True)
    ]
    return pa.table(arrays, names=list(types))


TIME = "strptime({}, '%a %b %d %H:%M:%S %z %Y')"
KIND = """CASE WHEN retweeted_tweet_id IS NOT NULL THEN 'retweet'
    WHEN in_reply_to_user_id IS NOT NULL THEN 'reply'
    WHEN quoted_user_id IS NOT NULL THEN 'quote' ELSE 'original' END"""


def write_tables(db: duckdb.DuckDBPyConnection, out: Path) -> None:
    """The tables of `out` from raw_tweets and raw_users, of which times are still text."""
    out.mkdir()
    known = ", ".join(f"nullif(u.{name}, '') AS {name}" for name in TEXTS if name != "created_at")
    last = ", ".join(f"arg_max({name}, position) AS {name}" for name in PROFILE)
    db.execute(f"""
        CREATE TABLE timed AS SELECT * REPLACE ({TIME.format("created_at")} AS created_at,
            {TIME.format("retweeted_at")} AS retweeted_at) FROM raw_tweets;
        CREATE TABLE firsts AS FROM timed
            QUALIFY row_number() OVER (PARTITION BY tweet_id ORDER BY position) = 1;
        CREATE TABLE seen AS SELECT u.* REPLACE ({known}, {TIME.format("u.created_at")} AS created_at,
            epoch_us(t.created_at)::HUGEINT * {2**40} + u.position AS position)
            FROM raw_users u JOIN timed t USING (position)""")
    db.sql(
        f"SELECT * EXCLUDE (position), {KIND} AS kind FROM firsts ORDER BY created_at, tweet_id"
    ).write_parquet(str(out / "tweets.parquet"), compression="zstd")
    db.sql(f"""
        SELECT user_id, {last}, any_value(n) AS tweets_collected FROM seen
        JOIN (SELECT user_id, count(*) AS n FROM firsts GROUP BY user_id) USING (user_id)
        GROUP BY user_id ORDER BY user_id""").write_parquet(str(out / "users.parquet"), compression="zstd")


def ingest_orjson(study: Study, work: Path) -> Path:
    """Raw tweets to tables."""
    return ingest_loop(study, work, orjson.loads)


# What of a v1.1 tweet is read, as DuckDB's types; the rest is passed over.
ENTITIES = (
    "STRUCT(hashtags STRUCT(text VARCHAR)[], user_mentions STRUCT(id_str VARCHAR)[], "
    "urls STRUCT(url VARCHAR, expanded_url VARCHAR)[])"
)
JSON = {
    "id_str": "VARCHAR", "created_at": "VARCHAR", "text": "VARCHAR", "lang": "VARCHAR", "source": "VARCHAR",
    "in_reply_to_user_id_str": "VARCHAR", "entities": ENTITIES,
    "coordinates": "STRUCT(coordinates DOUBLE[])", "place": "STRUCT(full_name VARCHAR, country_code VARCHAR)",
    "quoted_status": 'STRUCT("user" STRUCT(id_str VARCHAR))',
    "retweeted_status": "STRUCT(id_str VARCHAR, created_at VARCHAR, text VARCHAR, "
    f'entities {ENTITIES}, "user" STRUCT(id_str VARCHAR))',
    "user": "STRUCT(id_str VARCHAR, " + ", ".join(
        name + {"bool": " BOOLEAN", "int64": " BIGINT"}.get(str(kind), " VARCHAR")
        for name, kind in ((name, USERS.field(name).type) for name in PROFILE)) + ")",
}  # fmt: skip


def ingest_duckdb(study: Study, work: Path) -> Path:
    """Raw tweets to tables, by DuckDB's own reader of JSON; of HTML entities it undoes the three that Twitter
    writes.
    """
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    files = [str(path) for path in study.raw_files]
    text = "said_text"
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        text = f"replace({text}, '{entity}', '{sign}')"
    ids = {
        "retweeted_tweet_id": "retweeted_status.id_str",
        "retweeted_user_id": 'retweeted_status."user".id_str',
        "in_reply_to_user_id": "in_reply_to_user_id_str",
        "quoted_user_id": 'quoted_status."user".id_str',
    }
    db.execute(f"""
        CREATE TABLE lines AS SELECT *, row_number() OVER () AS position
            FROM read_json({files}, format = 'newline_delimited', columns = {JSON});
        CREATE VIEW raw_tweets AS SELECT
            id_str::BIGINT AS tweet_id, created_at, "user".id_str::BIGINT AS user_id,
            {text} AS text, lang,
            list_transform(coalesce(said.hashtags, []), lambda tag: lower(tag.text)) AS hashtags,
            list_transform(coalesce(said.user_mentions, []), lambda u: u.id_str::BIGINT) AS mentions,
            {", ".join(f"{value}::BIGINT AS {name}" for name, value in ids.items())},
            coordinates.coordinates[1] AS longitude, coordinates.coordinates[2] AS latitude,
            place.full_name AS place, place.country_code AS place_country,
            list_transform(said.urls, lambda link: coalesce(link.expanded_url, link.url)) AS urls,
            nullif(regexp_replace(source, '<[^>]*>', '', 'g'), '') AS source,
            retweeted_status.created_at AS retweeted_at, position
        FROM (SELECT *, retweeted_status.id_str IS NOT NULL AS is_retweet,
            CASE WHEN is_retweet THEN retweeted_status.text ELSE text END AS said_text,
            CASE WHEN is_retweet THEN retweeted_status.entities ELSE entities END AS said FROM lines);
        CREATE VIEW raw_users AS SELECT "user".id_str::BIGINT AS user_id, "user".*, position FROM lines""")
    write_tables(db, work / "tables")
    return work / "tables"


# ── scoring ─────────────────────────────────────────────────────────────────────────────────────────────────


def profile_columns(users: pl.LazyFrame, at) -> pl.LazyFrame:
    """What Polars' expressions can say of profiles: user_id and most features."""
    text = {
        name: pl.col(name).fill_null("")
        for name in ("name", "description", "location", "url", "profile_banner_url")
    }
    screen_name, name, description = pl.col("screen_name"), text["name"], text["description"]
    counts = ("statuses", "followers", "friends", "favourites", "listed")
    count = {name: pl.col(f"{name}_count").cast(pl.Float64) for name in counts}
    age = ((pl.lit(at) - pl.col("created_at")).dt.total_microseconds() / 86_400e6).clip(1)
    length, upper = lambda column: column.str.len_chars(), r"\p{Lu}"

    def share(column, pattern):
        return column.str.count_matches(pattern) / length(column).clip(1)

    def over(one, other):
        return count[one] / count[other].clip(1)

    def ascii_word(sign):
        return rf"{sign}(?-u:\w)"

    return users.select(
        "user_id",
        *(
            "default_profile",
            "default_profile_image",
            "geo_enabled",
            "verified",
            "profile_use_background_image",
            "protected",
        ),
        **count,
        **{f"{name}_per_day": number / age for name, number in count.items()},
        age_days=age,
        has_location=text["location"] != "",
        location_length=length(text["location"]),
        has_description=description != "",
        has_url=text["url"] != "",
        has_banner=text["profile_banner_url"] != "",
        followers_per_friend=over("followers", "friends"),
        reputation=count["followers"] / (count["followers"] + count["friends"]).clip(1),
        favourites_per_status=over("favourites", "statuses"),
        statuses_per_follower=over("statuses", "followers"),
        statuses_per_friend=over("statuses", "friends"),
        listed_per_follower=over("listed", "followers"),
        screen_name_length=length(screen_name),
        screen_name_digits=screen_name.str.count_matches("[0-9]"),
        screen_name_last_digits=length(screen_name) - length(screen_name.str.strip_chars_end("0123456789")),
        screen_name_underscores=screen_name.str.count_matches("_"),
        screen_name_upper=share(screen_name, upper),
        name_length=length(name),
        name_digits=name.str.count_matches("[0-9]"),
        name_words=name.str.count_matches(r"[^\t\n\f\r ]+"),
        name_upper=share(name, upper),
        name_symbols=name.str.count_matches(r"[\p{P}\p{S}]"),
        description_length=length(description),
        description_words=description.str.count_matches(r"[^\t\n\f\r ]+"),
        description_digits=description.str.count_matches("[0-9]"),
        description_upper=share(description, upper),
        description_punctuation=description.str.count_matches(r"\p{P}"),
        description_symbols=description.str.count_matches(r"\p{S}"),
        description_urls=description.str.count_matches(r"(?i)https?://|www\."),
        description_hashtags=description.str.count_matches(ascii_word("#")),
        description_mentions=description.str.count_matches(ascii_word("@")),
        says_automated=description.str.count_matches(AUTOMATED)
        + name.str.count_matches(AUTOMATED)
        + screen_name.str.count_matches(BOT_NAME),
    )


def letters(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Row and code point of every letter of all texts."""
    points = np.frombuffer("".join(texts).encode("utf-32-le"), "uint32").astype("int64")
    return np.repeat(np.arange(len(texts)), [len(text) for text in texts]), points


def entropies(texts: list[str]) -> np.ndarray:
    """Randomness of each text's letters, in bits a character: the letters sorted, and their runs measured."""
    row, letter = letters(texts)
    key = np.sort(row << 21 | letter)
    start = np.flatnonzero(np.diff(key, prepend=-1))
    of, runs = key[start] >> 21, np.diff(start, append=len(key))
    share = runs / np.bincount(row, minlength=len(texts))[of]
    return np.bincount(of, -share * np.log2(share), minlength=len(texts)) + 0.0


def pairs_of(texts: list[str]) -> np.ndarray:
    """Every two neighbouring letters of all texts: row << 42 | first << 21 | second."""
    row, letter = letters(texts)
    return (row[1:] << 42 | letter[:-1] << 21 | letter[1:])[row[1:] == row[:-1]]


def likeness(one: pl.Series, other: pl.Series) -> np.ndarray:
    """Sørensen–Dice coefficient of the letter pairs of two texts, regardless of case, spaces and signs."""
    bare = (texts.str.to_lowercase().str.replace_all(r"[^\pL\pN]", "").to_list() for texts in (one, other))
    first, second = (
        np.unique(pairs_of(texts), return_counts=True)[0] for texts in bare
    )  # with counts it sorts

    def number(pairs):
        return np.bincount(pairs >> 42, minlength=len(one))

    both = np.intersect1d(first, second, assume_unique=True)
    return 2 * number(both) / np.maximum(number(first) + number(second), 1)


def numbered_pairs(names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Row and number of the letter pairs of screen names that consist of LETTERS."""
    number = np.full(1 << 21, -1)
    number[[ord(letter) for letter in LETTERS]] = range(len(LETTERS))
    pairs = pairs_of(names)
    first, second = number[pairs >> 21 & 0x1FFFFF], number[pairs & 0x1FFFFF]
    good = (first >= 0) & (second >= 0)
    return pairs[good] >> 42, first[good] * len(LETTERS) + second[good]


def profile_table(users: pl.DataFrame, at, logs: np.ndarray) -> pl.DataFrame:
    """All profile features."""
    names, screen_names = users["name"].fill_null(""), users["screen_name"]
    row, pair = numbered_pairs(screen_names.to_list())
    with np.errstate(invalid="ignore"):
        mean = np.bincount(row, logs[pair], minlength=len(users)) / np.bincount(row, minlength=len(users))
    return (
        profile_columns(users.lazy(), at)
        .collect()
        .with_columns(
            screen_name_entropy=entropies(screen_names.to_list()),
            name_entropy=entropies(names.to_list()),
            description_entropy=entropies(users["description"].fill_null("").to_list()),
            screen_name_likelihood=np.exp(mean),
            name_likeness=likeness(names, screen_names),
        )
        .cast(dict.fromkeys(FEATURES, pl.Float64))
        .select("user_id", *FEATURES)
    )


def scoring(study: Study, work: Path) -> pl.DataFrame:
    """Profile features of every account, and the scores of a forest grown on the labelled ones."""
    at = lazy(study, "tweets").select(pl.col("created_at").max()).collect().item()
    everyone = lazy(study, "users").collect()
    known = pl.read_ndjson(zstandard.open(study.labelled / "accounts.jsonl.zst").read()).with_columns(
        user_id=pl.col("id_str").cast(pl.Int64),
        created_at=pl.col("created_at").str.to_datetime("%a %b %d %H:%M:%S %z %Y", time_unit="us"),
    )
    missing = [name for name in PROFILE if name not in known.columns]
    known = known.with_columns(
        pl.lit(None, pl.Boolean if name == "protected" else pl.String).alias(name) for name in missing
    )
    labels = pl.read_csv(
        study.labelled / "labels.tsv", separator="\t", has_header=False, new_columns=["user_id", "label"]
    )
    is_bot = known.join(labels, on="user_id", how="left", maintain_order="left")["label"] == "bot"
    counts = (
        np.bincount(numbered_pairs(everyone["screen_name"].to_list())[1], minlength=len(LETTERS) ** 2) + 1
    )
    logs = np.log(counts / counts.sum())
    examples, features = profile_table(known, at, logs), profile_table(everyone, at, logs)
    used = [name for name in FEATURES if examples[name].count()]
    grown = forest().fit(examples.select(used).to_numpy().astype("float32"), is_bot.cast(pl.Int64).to_numpy())
    matrix = np.ascontiguousarray(features.select(used).to_numpy(), "float32")
    votes = np.array([tree.tree_.predict(matrix)[:, 0] for tree in grown.estimators_])  # without checks
    error = np.sqrt(votes.var(axis=0, ddof=1) / len(votes))
    return features.with_columns(score=votes.mean(axis=0), error=error)


# ── sentiment ───────────────────────────────────────────────────────────────────────────────────────────────


def sentiments(study: Study, work: Path) -> pa.Table:
    """Both levels and the score of every tweet: VADER once for each distinct text, in two processes."""
    db = connect(study)
    texts = [text for (text,) in db.sql("SELECT DISTINCT coalesce(text, '') FROM tweets").fetchall()]
    half = -(-len(texts) // 2)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        sides = np.concatenate(list(pool.map(strengths, [texts[:half], texts[half:]])))
    positive = 1 + np.searchsorted(POSITIVE_CUTS, sides[:, 0], "right")
    negative = 1 + np.searchsorted(NEGATIVE_CUTS, sides[:, 1], "right")
    db.register("levels", pa.table({"text": texts, "positive": positive, "negative": negative}))
    return db.sql("""
        SELECT tweet_id, positive, negative, positive - negative AS score
        FROM tweets JOIN levels ON levels.text = coalesce(tweets.text, '')""").to_arrow_table()


# ── timeline ────────────────────────────────────────────────────────────────────────────────────────────────


def every_hour(counts: pa.Table, study: Study) -> pd.DataFrame:
    """Counts by hour and class (columns hour, class, tweets) as a row for each hour of the study, a column a
    class.
    """
    windows = study.collection.windows
    every = pd.date_range(windows[0][0], windows[-1][1], freq="h", inclusive="left", name="hour")
    table = counts.to_pandas().pivot(index="hour", columns="class", values="tweets")
    table = table.reindex(index=every, columns=["bot", "human", "unknown"]).fillna(0.0)
    collected = np.any([(every >= start) & (every < end) for start, end in windows], axis=0)
    table.loc[~collected] = np.nan
    return table.reset_index()


def hours_duckdb(study: Study, work: Path) -> pd.DataFrame:
    """Tweets by hour and class."""
    return every_hour(
        connect(study)
        .sql("""
            SELECT date_trunc('hour', created_at) AS hour, coalesce(class, 'unknown') AS class,
                count(*) AS tweets
            FROM tweets LEFT JOIN scores USING (user_id) GROUP BY ALL""")
        .to_arrow_table(),
        study,
    )


def hours_polars(study: Study, work: Path) -> pd.DataFrame:
    """Tweets by hour and class."""
    counts = (
        lazy(study, "tweets")
        .select("user_id", hour=pl.col("created_at").dt.truncate("1h"))
        .join(lazy(study, "scores").select("user_id", "class"), on="user_id", how="left")
        .group_by("hour", pl.col("class").fill_null("unknown"))
        .agg(tweets=pl.len())
        .collect(engine="streaming")
    )
    return every_hour(counts.to_arrow(), study)


# ── geography ───────────────────────────────────────────────────────────────────────────────────────────────


def states_duckdb(study: Study, work: Path) -> pa.Table:
    """Tweets by class, source and state; each distinct way of saying where is looked up once."""
    db = connect(study)
    points = db.sql(
        "SELECT DISTINCT longitude, latitude FROM tweets WHERE longitude IS NOT NULL"
    ).fetchnumpy()
    places = db.sql(
        "SELECT DISTINCT place FROM tweets WHERE place_country = 'US' AND place IS NOT NULL"
    ).fetchall()
    homes = db.sql("SELECT DISTINCT location FROM users WHERE location IS NOT NULL").fetchall()
    known = {
        "points": {**points, "state": states_at(points["longitude"], points["latitude"])},
        "places": {
            "place": [name for (name,) in places],
            "state": [state_of_place(name) for (name,) in places],
        },
        "homes": {"location": [text for (text,) in homes], "state": [state_of(text) for (text,) in homes]},
    }
    for name, columns in known.items():
        db.register(name, pa.table(columns | {"state": pa.array(columns["state"], pa.string())}))
    return db.sql("""
        SELECT class, came_from AS source,
            CASE WHEN came_from NOT IN ('abroad', 'nowhere') THEN state END AS state, count(*) AS tweets
        FROM (
            SELECT coalesce(class, 'unknown') AS class, coalesce(p.state, l.state, h.state) AS state, CASE
                WHEN coalesce(place_country, 'US') <> 'US' THEN 'abroad'
                WHEN p.state IS NOT NULL THEN 'coordinates'
                WHEN t.longitude IS NOT NULL THEN 'abroad'
                WHEN l.state IS NOT NULL THEN 'place'
                WHEN h.state IS NOT NULL THEN 'profile' ELSE 'nowhere' END AS came_from
            FROM tweets t LEFT JOIN scores USING (user_id)
            LEFT JOIN points p ON p.longitude = t.longitude AND p.latitude = t.latitude
            LEFT JOIN places l ON l.place = t.place
            LEFT JOIN users u ON u.user_id = t.user_id LEFT JOIN homes h ON h.location = u.location)
        GROUP BY ALL""").to_arrow_table()


# ── partisanship, interactions, support ─────────────────────────────────────────────────────────────────────


def tags_of(candidate) -> list[str]:
    """A candidate's hashtags, lower case."""
    return [tag.lower() for tag in candidate.hashtags]


def sides_duckdb(study: Study, work: Path) -> pa.Table:
    """The ten favourite hashtags of each scored account, summed up, and its side."""
    own = {c.key: f"hashtag IN {tuple(tags_of(c))}" for c in study.candidates}
    sums = ", ".join(
        f"count(*) FILTER ({mine}) AS {key}_entries, "
        f"coalesce(sum(n) FILTER ({mine}), 0)::BIGINT AS {key}_uses"
        for key, mine in own.items()
    )
    side = " ".join(f"WHEN 2 * {key}_uses > uses THEN '{key}'" for key in own)
    return (
        connect(study)
        .sql(f"""
        WITH used AS (
            SELECT user_id, class, unnest(hashtags) AS hashtag FROM tweets JOIN scores USING (user_id)),
        counted AS (
            SELECT user_id, class, hashtag, count(*) AS n FROM used WHERE hashtag IS NOT NULL GROUP BY ALL
        ),
        top AS (FROM counted QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY n DESC, hashtag) <= 10),
        summed AS (
            SELECT user_id, class, count(*) AS entries, sum(n)::BIGINT AS uses, {sums} FROM top GROUP BY ALL
        )
        SELECT *, CASE {side} END AS candidate FROM summed""")
        .to_arrow_table()
    )


def sides_polars(study: Study, work: Path) -> pl.DataFrame:
    """The ten favourite hashtags of each scored account, summed up, and its side."""
    uses = pl.col("uses")
    sums, side = {"entries": pl.len(), "total": uses.sum()}, pl.when(False).then(None)
    for c in study.candidates:
        mine = pl.col("hashtags").is_in(tags_of(c))
        sums |= {f"{c.key}_entries": mine.sum(), f"{c.key}_uses": uses.filter(mine).sum()}
        side = side.when(2 * pl.col(f"{c.key}_uses") > uses).then(pl.lit(c.key))
    return (
        lazy(study, "tweets")
        .select("user_id", "hashtags")
        .join(lazy(study, "scores").select("user_id", "class"), on="user_id")
        .explode("hashtags")
        .drop_nulls("hashtags")
        .group_by("user_id", "class", "hashtags")
        .agg(uses=pl.len().cast(pl.Int64))
        .sort("uses", "hashtags", descending=[True, False])
        .group_by("user_id", "class", maintain_order=True)
        .head(10)
        .group_by("user_id", "class")
        .agg(**sums)
        .rename({"total": "uses"})
        .with_columns(candidate=side)
        .collect(engine="streaming")
    )


def replies_and_retweets_duckdb(study: Study, work: Path) -> pa.Table:
    """Replies and retweets of each labelled account by the class that they reach, in one pass."""
    targets = ("bot", "human", "unknown", "unseen", "self")
    counts = ", ".join(f"count(*) FILTER (reached = '{name}') AS {name}" for name in targets)
    known = ", ".join(f"coalesce(c.{name}, 0) AS {name}" for name in targets)
    return (
        connect(study)
        .sql(f"""
        WITH seen AS (SELECT DISTINCT user_id FROM tweets),
        class_of AS (
            SELECT user_id, coalesce(class, 'unknown') AS class FROM seen LEFT JOIN scores USING (user_id)
        ),
        labelled AS (SELECT user_id, class FROM scores WHERE class IN {LABELLED}),
        mine AS (
            SELECT user_id, CASE WHEN retweeted_tweet_id IS NOT NULL THEN 'retweet'
                WHEN in_reply_to_user_id IS NOT NULL THEN 'reply' ELSE 'original' END AS kind,
                CASE kind WHEN 'retweet' THEN retweeted_user_id
                    WHEN 'reply' THEN in_reply_to_user_id END AS target
            FROM tweets SEMI JOIN labelled USING (user_id)),
        reached AS (
            SELECT m.user_id, kind,
                CASE WHEN m.user_id = target THEN 'self' ELSE coalesce(c.class, 'unseen') END AS reached
            FROM mine m LEFT JOIN class_of c ON c.user_id = target),
        counted AS (
            SELECT user_id, kind, count(*) AS n, {counts}
            FROM reached GROUP BY ALL),
        wanted AS (FROM labelled, (VALUES ('reply'), ('retweet')) AS kinds(kind))
        SELECT w.user_id, w.class, {known},
            CASE w.class WHEN 'bot' THEN coalesce(c.bot, 0) ELSE coalesce(c.human, 0) END AS within,
            CASE w.class WHEN 'bot' THEN coalesce(c.human, 0) ELSE coalesce(c.bot, 0) END AS across,
            coalesce(c.n - c.self, 0) AS total, coalesce(o.n, 0) AS originals, w.kind
        FROM wanted w LEFT JOIN counted c ON c.user_id = w.user_id AND c.kind = w.kind
        LEFT JOIN counted o ON o.user_id = w.user_id AND o.kind = 'original'""")
        .to_arrow_table()
    )


def tones_duckdb(study: Study, work: Path) -> pa.Table:
    """Tweets and their mean score by camp, class and subject."""
    keys = [c.key for c in study.candidates]
    flags = ", ".join(
        f"regexp_matches(lower(text), '{word_pattern(c)}') AS {c.key}" for c in study.candidates
    )
    sums = ", ".join(
        f"count(*) FILTER ({key}) AS {key}_tweets, avg(score) FILTER ({key}) AS {key}_mean" for key in keys
    )
    subjects = ["all", *keys]
    parts = " UNION ALL ".join(
        f"SELECT camp, class, '{s}' AS about, {s}_tweets AS tweets, {s}_mean AS mean FROM summed "
        f"WHERE {s}_tweets > 0"
        for s in subjects
    )
    return (
        connect(study)
        .sql(f"""
        WITH known AS (
            SELECT candidate AS camp, class, sentiment.score AS score, {flags}
            FROM tweets JOIN partisans USING (user_id) JOIN scores USING (user_id)
                JOIN sentiment USING (tweet_id)
            WHERE class IN {LABELLED}),
        summed AS (
            SELECT camp, class, count(*) AS all_tweets, avg(score) AS all_mean, {sums} FROM known GROUP BY ALL
        )
        {parts}""")
        .to_arrow_table()
    )


# ── k-core ──────────────────────────────────────────────────────────────────────────────────────────────────


def links(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Account ids, and the distinct retweet links between two of them as rows of two node numbers."""
    pairs = (
        connect(study)
        .sql("""
        SELECT DISTINCT user_id AS source, retweeted_user_id AS target FROM tweets
        WHERE retweeted_user_id IS NOT NULL""")
        .fetchnumpy()
    )
    nodes, ids = pd.factorize(np.concatenate([pairs["source"], pairs["target"]]))
    ends = nodes.reshape(2, -1).T
    return ids, ends[ends[:, 0] != ends[:, 1]]


def cores_igraph(study: Study, work: Path) -> pa.Table:
    """Core number of each account of the retweet network."""
    ids, ends = links(study)
    return pa.table({"user_id": ids, "core": igraph.Graph(n=len(ids), edges=ends, directed=True).coreness()})
