"""How positive and how negative a tweet is: two scales of five levels, and their difference.

After Bessi & Ferrara (2016), section Methodology, "Sentiment analysis". The paper used SentiStrength
(Thelwall et al. 2010), which gives a text the strength of its strongest positive and of its strongest
negative word. Its word list may not be passed on, so here VADER says how strong each word is where it stands
and what its neighbours and marks add (`lexicon`), and cut points fitted on human ratings turn the strength of
each side into a level (`scale`):

- positive, negative: 1 (none) to 5 (very strong);
- score = positive − negative, −4 to +4; 0 is neutral.

From the table `tweets` to the table `sentiment`: tweet_id, positive, negative, score. A reader who owns
SentiStrength can have it score instead (`sentistrength`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
from matplotlib.axes import Axes
from tqdm import tqdm

from helpers.claims import measured
from helpers.figures import COLOR, note, percent, say_empty
from helpers.parallel import mapped
from helpers.sentiment import sentistrength
from helpers.sentiment.lexicon import MARKS, MOST, OTHER, REST, strengths, word_valences
from helpers.sentiment.scale import LEVELS, NEGATIVE_CUTS, POSITIVE_CUTS, accuracy, fit_table, to_levels
from helpers.study import Study, read_json, whole
from helpers.tables import ID, collect, distinct, scan, sink, stamp, write
from helpers.uncertainty import Sums, bootstrap, ratio

SCORES = range(-4, 5)
CHUNK = 50_000  # texts that a process scores at a time, a part of the work
ALONE = 200_000  # texts that this process scores sooner than another could begin
SCORED = pa.schema([("text", pa.string()), ("positive", ID), ("negative", ID), ("score", ID)])


def score_texts(texts: Iterable[str | None] | pa.Array) -> pd.DataFrame:
    """Sentiment of texts, in their order: columns positive (1 to 5), negative (1 to 5), score (−4 to +4).

    A missing or empty text has 1, 1, 0. SentiStrength scores them if SENTISTRENGTH_JAR is set; raises
    StudyError if that fails. Else VADER's words and the fitted cut points do.
    """
    texts = pa.array(texts, pa.string(), from_pandas=True)
    jar, data = sentistrength.settings()
    if jar:
        positive, negative = sentistrength.levels(texts.to_pylist(), jar, data).T
    else:
        strength = strengths(texts)
        positive = to_levels(strength["positive"], POSITIVE_CUTS)
        negative = to_levels(strength["negative"], NEGATIVE_CUTS)
    table = pd.DataFrame({"positive": positive, "negative": negative}, dtype="int64")
    return table.assign(score=table["positive"] - table["negative"])


def explain(text: str) -> pd.DataFrame:
    """Words of a text (without emoji) with sentiment: columns word, valence where it stands, side, level.

    The level is that of the word by itself, without the others and the marks.
    """
    pairs = zip(text.split(), word_valences(text), strict=False)
    table = pd.DataFrame([pair for pair in pairs if pair[1]], columns=["word", "valence"])
    positive, strength = table["valence"] > 0, table["valence"].abs()
    levels = np.where(positive, to_levels(strength, POSITIVE_CUTS), to_levels(strength, NEGATIVE_CUTS))
    return table.assign(side=np.where(positive, "positive", "negative"), level=levels)


# ── all tweets of a study ───────────────────────────────────────────────────────────────────────────────────


def score_study(study: Study, workers: int | None = None) -> int:
    """Make the table `sentiment` (tweet_id, positive, negative, score, in the order of tweet_id).

    Each distinct text is scored once (a retweet has the text of the retweeted tweet), part by part, by
    `workers` processes where there are many (`parallel.WORKERS` by default), and joined back to the tweets by
    the study's engine; Python holds a few parts at a time. An interrupted run is taken up where it ended, as
    long as tweets and scorer are the same. Returns the number of distinct texts. A script that calls this
    must guard its own code with `if __name__ == "__main__"`.
    """
    work = study.tables / ".sentiment.partial"
    texts, parts = work / "texts.parquet", work / "scored"
    tweets = scan(study, "tweets").select("tweet_id", "text")
    scorer = [*sentistrength.settings(), REST, MOST, MARKS, OTHER, *POSITIVE_CUTS, *NEGATIVE_CUTS]
    _begin(work, {"tweets": stamp(study, "tweets"), "scorer": scorer})
    if not texts.exists():
        _replace(texts, distinct(tweets.select("text").drop_nulls()), work)
    number = score_file(texts, parts, workers)
    joined = tweets.join(scan(study, f"{work.name}/{parts.name}"), on="text", how="left")
    filled = joined.with_columns(nw.col("positive", "negative").fill_null(1), nw.col("score").fill_null(0))
    in_order = filled.select("tweet_id", "positive", "negative", "score").sort("tweet_id")
    _replace(study.tables / "sentiment.parquet", in_order, work)
    shutil.rmtree(work)
    return number


def _begin(work: Path, inputs: dict) -> None:
    """Make the folder of a piece of work, or keep what an interrupted one of the same inputs left there.

    None is an input that may have changed.
    """
    record = work / "inputs.json"
    if None in inputs.values() or whole(record, read_json) != inputs:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        record.write_text(json.dumps(inputs), "utf-8")


def _replace(path: Path, frame: nw.LazyFrame, work: Path) -> None:
    """Write a lazy frame in the place of a table; either may be a file or, from Spark, a folder of parts."""
    whole = work / "whole.parquet"
    shutil.rmtree(whole, ignore_errors=True)
    sink(frame, whole)
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)
    whole.replace(path)


def score_file(texts: Path, parts: Path, workers: int | None = None) -> int:
    """Score a Parquet file (or folder) of texts CHUNK by CHUNK, each into a part of the folder `parts`.

    Parts that are there already are kept. Returns how many texts there are.
    """
    parts.mkdir(exist_ok=True)
    source = ds.dataset(texts, format="parquet")
    number = source.count_rows()
    wanted = ((parts / f"{n:06}.parquet", batch) for n, batch in enumerate(chunks(source, CHUNK)))
    missing = (part for part in wanted if not part[0].exists())
    done = mapped(_score_part, missing, 1 if number <= ALONE else workers)
    for _ in tqdm(done, desc="sentiment", unit="part", total=-(-number // CHUNK), disable=None):
        pass
    return number


def chunks(source: ds.Dataset, rows: int) -> Iterator[pa.Array]:
    """The texts of a dataset in arrays of so many, whatever its row groups; the last one may be shorter."""
    waiting = pa.array([], pa.string())
    for batch in source.to_batches(batch_size=rows, columns=["text"]):
        waiting = pa.concat_arrays([waiting, batch.column("text")])
        if len(waiting) >= rows:
            yield waiting[:rows]
            waiting = waiting[rows:]
    if len(waiting):
        yield waiting


def _score_part(part: tuple[Path, pa.Array]) -> None:
    path, texts = part
    write(pa.Table.from_pandas(score_texts(texts).assign(text=texts), SCORED, preserve_index=False), path)


# ── what came out ───────────────────────────────────────────────────────────────────────────────────────────


def levels(sentiment: nw.LazyFrame) -> pd.DataFrame:
    """Tweets by level: index positive 1 to 5, columns negative 1 to 5."""
    counts = collect(sentiment.group_by("positive", "negative").agg(tweets=nw.len()))
    table = counts.pivot(index="positive", columns="negative", values="tweets")
    return table.reindex(index=LEVELS, columns=LEVELS).fillna(0).astype("int64")


def distribution(by_level: pd.DataFrame) -> pd.DataFrame:
    """Tweets by score, from the table of `levels`: columns score, tweets, share (NaN without tweets)."""
    tweets = [int(np.trace(by_level.to_numpy(), -score)) for score in SCORES]
    return pd.DataFrame({"score": SCORES, "tweets": tweets, "share": ratio(tweets, sum(tweets))})


def sides(scores: pd.DataFrame) -> pd.Series:
    """Shares of negative, neutral and positive tweets, from the table of `distribution`."""
    side = np.sign(scores["score"]).map({-1: "negative", 0: "neutral", 1: "positive"})
    return scores.groupby(side)["share"].sum(min_count=1).rename_axis(None)


def balanced(by_level: pd.DataFrame) -> float:
    """Share of the neutral tweets with equally strong sentiment on both sides; NaN without neutral tweets."""
    neutral = np.diag(by_level)
    return ratio(neutral[1:].sum(), neutral.sum())


def neutral_by_group(tweets: nw.LazyFrame, sentiment: nw.LazyFrame, digits: int = 3) -> pd.DataFrame:
    """Neutral tweets and all tweets of groups of accounts, to bootstrap over: columns group, neutral, tweets.

    An account is in the group of the last `digits` digits of its id, all its tweets together; a table of
    every account would be too large where there are millions.
    """
    neutral = (nw.col("score") == 0).cast(nw.Int64)
    group = nw.col("user_id").cast(nw.String).str.tail(digits).cast(nw.Int64)  # Spark divides through a float
    scores = sentiment.select("tweet_id", "score")
    scored = tweets.select("tweet_id", "user_id").join(scores, on="tweet_id", how="inner")
    by_group = scored.with_columns(group=group, neutral=neutral).group_by("group")
    counts = collect(by_group.agg(nw.col("neutral").sum(), tweets=nw.len()))
    return counts.sort_values("group", ignore_index=True).astype("int64")


def neutral_share(sums: Sums) -> np.ndarray:
    """Neutral tweets over all tweets, from sums of the columns neutral, tweets; NaN without tweets."""
    return ratio(sums["neutral"], sums["tweets"])


def english_share(tweets: nw.LazyFrame) -> float:
    """English tweets' share of those whose language Twitter names; NaN if it names none."""
    english = (nw.col("lang") == "en").cast(nw.Float64).mean()
    return collect(tweets.select(english=english))["english"].astype(float).iloc[0]


def other_languages(english: float) -> str:
    """What other languages do to the scores, for the reader; empty if 95 % of the tweets are English."""
    return note("other_languages", {"others": 1 - english, "some": english < 0.95, "most": english < 0.5})


def measures(
    by_level: pd.DataFrame, groups: pd.DataFrame, english: float, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """What notebook 03 measures of its claims: index claim id, columns value, low, high.

    In: the tables of `levels` and `neutral_by_group`, and the share of English tweets: where other languages
    are the majority, neutral ones say nothing. The accuracies are those of the shipped fit, in every study.
    """
    counted = groups if not english < 0.5 else groups[:0]
    neutral = bootstrap(counted, {"neutral_majority": neutral_share}, seed=seed, draws=draws)
    scores, fit = distribution(by_level).query("tweets > 0")["score"], fit_table()
    polarities = by_level.index[by_level.sum() + by_level.sum(axis=1) > 0]
    values = {
        "score_lowest": scores.min(),
        "score_highest": scores.max(),
        "polarity_lowest": polarities.min(),
        "polarity_highest": polarities.max(),
        "sentiment_accuracy_positive": accuracy("positive", fit),
        "sentiment_accuracy_negative": accuracy("negative", fit),
        "sentiment_negative_gain": fit.loc["negative", "accuracy"] - fit.loc["negative", "always_1"],
    }
    return pd.concat([neutral, measured(values)])


def of_study(
    study: Study, scores: nw.LazyFrame | None = None, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """`measures` of a study's tweets, as notebook 03 makes them; the classes in `scores` play no part."""
    tweets, sentiment = scan(study, "tweets"), scan(study, "sentiment")
    groups = neutral_by_group(tweets, sentiment)
    return measures(levels(sentiment), groups, english_share(tweets), seed, draws)


def facts(scores: pd.DataFrame) -> dict[str, object]:
    """What the figure of the scores says, from the table of `distribution`: see captions/sentiment.toml."""
    return {"tweets": int(scores["tweets"].sum()), **sides(scores)}


def draw_distribution(scores: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the share of tweets by score, neutral ones in grey, from the table of `distribution`."""
    if not scores["tweets"].sum():
        return say_empty(ax, "No tweets")
    color = np.where(scores["score"] == 0, COLOR["unknown"], COLOR["ink"])
    bars = ax.bar(scores["score"], scores["share"], color=color, width=0.85)
    labels = [f"{s:.1%}" if s >= 0.0005 else "<0.1%" if s else "none" for s in scores["share"]]
    ax.bar_label(bars, labels, padding=2)
    ax.set_xticks(list(SCORES), [f"{value:+d}".replace("-", "−") if value else "0" for value in SCORES])
    ax.yaxis.set_major_formatter(percent)
    top = 1.1 * scores["share"].max()
    ax.set(xlabel="sentiment score of a tweet", ylabel="share of tweets", ylim=(0, top))
    return ax
