"""How positive and how negative a tweet is: two scales of five levels, and their difference.

After Bessi & Ferrara (2016), section Methodology, "Sentiment analysis". The paper used SentiStrength (Thelwall
et al. 2010), which gives a text the strength of its strongest positive and of its strongest negative word. Its
word list may not be passed on, so here VADER (Hutto & Gilbert 2014) says how strong each word is where it stands
(after boosters, negation, capitals and "but"), and cut points fitted on human ratings turn the strongest word of
each side into a level:

- positive, negative: 1 (none) to 5 (very strong);
- score = positive − negative, −4 to +4; 0 is neutral.

From the table `tweets` to the table `sentiment`: tweet_id, positive, negative, score. A reader who owns
SentiStrength can have it score instead: SENTISTRENGTH_JAR names its jar, SENTISTRENGTH_DATA its folder of language
files (by default the jar's own folder).

    python -m helpers.sentiment RATINGS [--out FILE]     fit the cut points again, and print how good they are
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from matplotlib.axes import Axes
from tqdm import tqdm
from vaderSentiment import vaderSentiment as vader
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, SentiText

from helpers.figures import COLOR, percent, say_empty
from helpers.parallel import mapped
from helpers.study import REFERENCE, Study, StudyError
from helpers.tables import ID, collect, distinct, scan, sink, stamp, write

LEVELS = range(1, 6)
SCORES = range(-4, 5)

# The weakest valence that makes level 2, 3, 4, 5: `fit_cut_points` on the 4,200 tweets rated by twenty people each
# that come with VADER (Hutto & Gilbert 2014). How good they are stands in data/reference/sentiment_fit.csv.
POSITIVE_CUTS = (1.624, 2.564, 3.216, 5.912)
NEGATIVE_CUTS = (1.291, 2.396, 3.367, 4.342)
COMMON = 0.1  # a level that this share of the rated texts reach is common; see fit_cut_points

CHUNK = 50_000  # texts that a process scores at a time, a part of the work; fewer than that are scored in this one
SCORED = pa.schema([("text", pa.string()), ("positive", ID), ("negative", ID), ("score", ID)])


# ── one text ─────────────────────────────────────────────────────────────────────────────────────────────────


class _WordValences(SentimentIntensityAnalyzer):
    """VADER up to the point where it would sum up: it returns each word's valence instead."""

    def score_valence(self, sentiments: list[float], text: str) -> list[float]:
        return sentiments


@cache
def _analyser() -> _WordValences:
    return _WordValences()


def word_valences(text: str) -> list[float]:
    """Valence of each word of a text where it stands, about −4 to +4, 0 for words without sentiment."""
    return _analyser().polarity_scores(html.unescape(text))


def strongest(texts: Iterable[str | None]) -> pd.DataFrame:
    """The strongest word of each side, one row a text: columns positive, negative (both 0 or more).

    VADER sees each distinct `essence` once, which is the same to it and saves most of the work.
    """
    column = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    essences = essence(column.fill_null("")).dictionary_encode()
    found = [word_valences(text) for text in essences.dictionary.to_pylist()]
    sides = [(max([0.0, *words]), abs(min([0.0, *words]))) for words in found]
    table = pd.DataFrame(sides, columns=["positive", "negative"], dtype=float)
    return table.iloc[essences.indices.to_numpy()].reset_index(drop=True)


FILLER = "www"  # a word that VADER knows nothing of
FILLERS = rf"(?: {FILLER}){{4,}}( |$)"  # VADER looks back no further than three words


def essence(texts: pa.Array) -> pa.Array:
    """Texts with every word of which VADER only notes that it is there, and in capitals or not, put as FILLER.

    Longer runs of such words are cut to three, and letters are small or all capitals. Words, their order and their
    neighbours are otherwise what they were, so that `strongest` is exactly the same.
    """
    tokens = pc.utf8_split_whitespace(texts)
    words = tokens.flatten().dictionary_encode()
    kept = pa.array([_essential(token) for token in words.dictionary.to_pylist()], pa.string())
    rows = pa.ListArray.from_arrays(tokens.offsets, kept.take(words.indices))
    return pc.replace_substring_regex(
        pc.binary_join(rows, " "), FILLERS, " ".join(["", *[FILLER] * 3]) + r"\1"
    )


def _essential(token: str) -> str:
    """The word of a token that VADER knows or may see more in, else FILLER; in capitals where the token is."""
    if (
        not (token.isascii() and token.isprintable()) or "&" in token
    ):  # an emoji, or an HTML entity, may hold words
        return token
    word = SentiText._strip_punc_if_word(token)
    lower = word.lower()
    known = lower if lower in _known_words() or "n't" in lower or not lower else FILLER
    return known.upper() if word.isupper() else known


@cache
def _known_words() -> frozenset[str]:
    """Words (lower case) that VADER's lexicon or one of its rules asks for."""
    phrases = [*vader.NEGATE, *vader.BOOSTER_DICT, *vader.SPECIAL_CASES]
    in_rules = [
        "no",
        "or",
        "nor",
        "but",
        "least",
        "at",
        "very",
        "kind",
        "of",
        "never",
        "so",
        "this",
        "without",
        "doubt",
    ]
    return frozenset(_analyser().lexicon).union(in_rules, *(phrase.split() for phrase in phrases))


def to_levels(valences: np.ndarray | pd.Series, cuts: Iterable[float]) -> np.ndarray:
    """Levels 1 to 5 of one side's strongest valences: one more for each cut point that is reached."""
    return 1 + np.searchsorted(np.asarray(cuts), np.asarray(valences), side="right")


def score_texts(texts: Iterable[str | None]) -> pd.DataFrame:
    """Sentiment of texts, in their order: columns positive (1 to 5), negative (1 to 5), score (−4 to +4).

    A missing or empty text has 1, 1, 0. SentiStrength scores them if SENTISTRENGTH_JAR is set; raises StudyError
    if that fails. Else VADER's words and the fitted cut points do.
    """
    if not isinstance(texts, pa.Array):
        texts = pa.array([text if isinstance(text, str) else None for text in texts], pa.string())
    if jar := os.environ.get("SENTISTRENGTH_JAR"):
        return sentistrength(texts.to_pylist(), jar, os.environ.get("SENTISTRENGTH_DATA"))
    valences = strongest(texts)
    return _scores(
        to_levels(valences["positive"], POSITIVE_CUTS), to_levels(valences["negative"], NEGATIVE_CUTS)
    )


def _scores(positive: np.ndarray, negative: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame({"positive": positive, "negative": negative}, dtype="int64")
    return table.assign(score=table["positive"] - table["negative"])


def explain(text: str) -> pd.DataFrame:
    """The words of a text (without emoji) that have sentiment: columns word, valence (where it stands), side, level."""
    rows = [
        (
            word,
            valence,
            "positive" if valence > 0 else "negative",
            to_levels(abs(valence), POSITIVE_CUTS if valence > 0 else NEGATIVE_CUTS).item(),
        )
        for word, valence in zip(text.split(), word_valences(text), strict=False)
        if valence
    ]
    return pd.DataFrame(rows, columns=["word", "valence", "side", "level"])


# ── SentiStrength ────────────────────────────────────────────────────────────────────────────────────────────


def sentistrength(texts: list[str | None], jar: str | Path, data: str | Path | None = None) -> pd.DataFrame:
    """The same table as `score_texts`, by a SentiStrength jar of the user's own.

    Called as its manual says: `java -jar JAR stdin sentidata FOLDER/`, one text a line in, one line out with the
    positive level (1 to 5), a tab and the negative one (−1 to −5). `data` is the folder of its language files, by
    default the jar's own. Raises StudyError that names the remedy if Java, the jar or the folder is missing, if
    it fails, or if it does not answer every text.
    """
    jar = Path(jar)
    data = Path(data) if data else jar.parent
    for path, name in ((jar, "SENTISTRENGTH_JAR"), (data, "SENTISTRENGTH_DATA")):
        if not path.exists():
            raise StudyError(f"{name}: {path} does not exist. Unset SENTISTRENGTH_JAR to score without it.")
    lines = [" ".join(text.split()) if text else "" for text in texts]
    answers = _run_java(jar, data, [line for line in lines if line])
    levels = iter(answers)
    both = np.array([next(levels) if line else (1, 1) for line in lines], dtype="int64").reshape(-1, 2)
    return _scores(both[:, 0], both[:, 1])


def _run_java(jar: Path, data: Path, lines: list[str]) -> list[tuple[int, int]]:
    if not lines:
        return []
    java = shutil.which("java")
    if java is None:
        raise StudyError("SENTISTRENGTH_JAR is set, but there is no Java: the command java was not found.")
    command = [java, "-Dfile.encoding=UTF-8", "-jar", str(jar), "stdin", "sentidata", f"{data}{os.sep}"]
    done = subprocess.run(
        command, input="\n".join(lines) + "\n", capture_output=True, encoding="utf-8", errors="replace"
    )
    found = [re.search(r"(?:^|\t)([1-5])\t-([1-5])(?:\t|$)", line) for line in done.stdout.splitlines()]
    if done.returncode or None in found or len(found) != len(lines):
        said = (done.stderr or done.stdout).strip()[-300:]
        raise StudyError(
            f"SentiStrength ({jar}) answered {len(found) - found.count(None)} of {len(lines)} texts, exit code "
            f"{done.returncode}. SENTISTRENGTH_DATA must be the folder of its language files, here {data}. "
            f"It said: {said or 'nothing'}"
        )
    return [(int(match[1]), int(match[2])) for match in found]


# ── all tweets of a study ────────────────────────────────────────────────────────────────────────────────────


def score_study(study: Study, workers: int | None = None) -> int:
    """Make the table `sentiment` (tweet_id, positive, negative, score, in the order of tweet_id).

    Each distinct text is scored once (a retweet has the text of the retweeted tweet), part by part, by `workers`
    processes (`parallel.WORKERS` by default), and joined back to the tweets by the study's engine; Python holds a few
    parts at a time. An interrupted run is taken up where it ended, as long as tweets and scorer are the same. Returns
    the number of distinct texts. A script that calls this must guard its own code with `if __name__ == "__main__"`.
    """
    work, table = study.tables / ".sentiment.partial", study.tables / "sentiment.parquet"
    texts, parts, whole = work / "texts.parquet", work / "scored", work / "whole.parquet"
    tweets = scan(study, "tweets").select("tweet_id", "text")
    begin(work, {"tweets": stamp(study, "tweets"), "scorer": _scorer()})
    if not texts.exists():
        made = work / ".texts.parquet"
        _remove(made)
        sink(distinct(tweets.select("text").drop_nulls()), made)
        made.replace(texts)
    number = score_file(texts, parts, workers)
    _remove(whole)
    sink(_join(tweets, scan(study, f"{work.name}/{parts.name}")), whole)
    _remove(table)
    whole.replace(table)
    _remove(work)
    return number


def begin(work: Path, of: dict) -> None:
    """Make the folder of a piece of work, or keep what an interrupted one left in it, if that was `of` the same things.

    None is a thing that may have changed.
    """
    record = work / "of.json"
    if None in of.values() or not (record.exists() and json.loads(record.read_text("utf-8")) == of):
        _remove(work)
        work.mkdir(parents=True)
        record.write_text(json.dumps(of), "utf-8")


def _scorer() -> list:
    jar = os.environ.get("SENTISTRENGTH_JAR")
    return [jar, os.environ.get("SENTISTRENGTH_DATA")] if jar else [*POSITIVE_CUTS, *NEGATIVE_CUTS]


def _join(tweets: nw.LazyFrame, scored: nw.LazyFrame) -> nw.LazyFrame:
    return (
        tweets.join(scored, on="text", how="left")
        .with_columns(nw.col("positive", "negative").fill_null(1), nw.col("score").fill_null(0))
        .select("tweet_id", "positive", "negative", "score")
        .sort("tweet_id")
    )


def score_file(texts: Path, parts: Path, workers: int | None = None) -> int:
    """Score a Parquet file (or folder) of texts CHUNK by CHUNK, each into a part of the folder `parts`.

    Parts that are there already are kept. Returns how many texts there are.
    """
    parts.mkdir(exist_ok=True)
    source = ds.dataset(texts, format="parquet")
    number = source.count_rows()
    batches = chunks(source, CHUNK)
    missing = ((parts / f"{n:06}.parquet", batch) for n, batch in enumerate(batches))
    missing = ((path, batch) for path, batch in missing if not path.exists())
    done = mapped(_score_part, missing, 1 if number <= CHUNK else workers)
    for _ in tqdm(done, desc="sentiment", unit="part", total=-(-number // CHUNK), disable=None):
        pass
    return number


def chunks(source: ds.Dataset, rows: int) -> Iterator[pa.Array]:
    """The texts of a dataset in arrays of so many, whatever its row groups; the last one may be shorter."""
    waiting = []
    for batch in source.to_batches(batch_size=rows, columns=["text"]):
        waiting.append(batch.column("text"))
        if sum(map(len, waiting)) >= rows:
            whole = pa.concat_arrays(waiting)
            yield whole[:rows]
            waiting = [whole[rows:]]
    if sum(map(len, waiting)):
        yield pa.concat_arrays(waiting)


def _score_part(part: tuple[Path, pa.Array]) -> None:
    path, texts = part
    write(pa.Table.from_pandas(score_texts(texts).assign(text=texts), SCORED, preserve_index=False), path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# ── what came out ────────────────────────────────────────────────────────────────────────────────────────────


def levels(sentiment: nw.LazyFrame) -> pd.DataFrame:
    """Tweets by level: index positive 1 to 5, columns negative 1 to 5."""
    counts = collect(sentiment.group_by("positive", "negative").agg(tweets=nw.len()))
    table = counts.pivot(index="positive", columns="negative", values="tweets")
    return table.reindex(index=LEVELS, columns=LEVELS).fillna(0).astype("int64")


def distribution(by_level: pd.DataFrame) -> pd.DataFrame:
    """Tweets by score, from the table of `levels`: columns score (−4 to +4), tweets, share (NaN without tweets)."""
    score = np.subtract.outer(by_level.index.to_numpy(), by_level.columns.to_numpy())
    tweets = [int(by_level.to_numpy()[score == value].sum()) for value in SCORES]
    total = sum(tweets)
    return pd.DataFrame(
        {"score": SCORES, "tweets": tweets, "share": [n / total if total else np.nan for n in tweets]}
    )


def sides(scores: pd.DataFrame) -> pd.Series:
    """Shares of negative, neutral and positive tweets, from the table of `distribution`."""
    side = np.sign(scores["score"]).map({-1: "negative", 0: "neutral", 1: "positive"})
    return scores.groupby(side)["share"].sum(min_count=1).rename_axis(None)


def balanced(by_level: pd.DataFrame) -> float:
    """Share of the neutral tweets that have sentiment on both sides, equally strong; NaN without neutral tweets."""
    neutral = np.diag(by_level)
    return float(neutral[1:].sum() / neutral.sum()) if neutral.sum() else np.nan


def neutral_by_group(tweets: nw.LazyFrame, sentiment: nw.LazyFrame, digits: int = 3) -> pd.DataFrame:
    """Neutral tweets and all tweets of groups of accounts, to bootstrap over: columns group, neutral, tweets.

    An account is in the group of the last `digits` digits of its id, all its tweets together; a table of every account
    would be too large where there are millions.
    """
    neutral = (nw.col("score") == 0).cast(nw.Int64)
    group = nw.col("user_id").cast(nw.String).str.tail(digits).cast(nw.Int64)  # Spark divides through a float
    counts = collect(
        tweets.select("tweet_id", "user_id")
        .join(sentiment.select("tweet_id", "score"), on="tweet_id", how="inner")
        .with_columns(group=group, neutral=neutral)
        .group_by("group")
        .agg(nw.col("neutral").sum(), tweets=nw.len())
    )
    return counts.sort_values("group", ignore_index=True).astype("int64")


def neutral_share(accounts: pd.DataFrame) -> float:
    """Neutral tweets over all tweets of rows with columns neutral, tweets; NaN without tweets."""
    total = accounts["tweets"].sum()
    return float(accounts["neutral"].sum() / total) if total else np.nan


def english_share(tweets: nw.LazyFrame) -> float:
    """Share of the tweets that Twitter takes for English, of those whose language it names; NaN if it names none."""
    known = tweets.filter(~nw.col("lang").is_null())
    counts = collect(
        known.select(nw.len().alias("all"), english=(nw.col("lang") == "en").cast(nw.Int64).sum())
    )
    everything = int(counts["all"].iloc[0])
    return int(counts["english"].iloc[0]) / everything if everything else np.nan


def other_languages(english: float) -> str:
    """What tweets in other languages do to the scores, in a paragraph for the reader; empty if 95 % are English."""
    if not english < 0.95:
        return ""
    text = (
        f"**Not only English.** Twitter takes {1 - english:.0%} of this study's tweets for other languages. The words that "
        "are looked up are English, so most of those tweets come out neutral whatever they say, and the share of neutral "
        "tweets below is too high."
    )
    return (
        text if english >= 0.5 else text + " Since they are the majority, its claim reads *not enough data*."
    )


def in_words(scores: pd.DataFrame) -> str:
    """The distribution in a sentence with its numbers: alternative text of the figure."""
    if not scores["tweets"].sum():
        return "Empty: this study has no tweets."
    share = sides(scores)
    return (
        f"Bar chart of {scores['tweets'].sum():,} tweets by sentiment score from −4 to +4. {share['neutral']:.1%} are "
        f"neutral, {share['negative']:.1%} negative and {share['positive']:.1%} positive; "
        f"the ends are rare."
    )


def words(scores: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the distribution, from the table of `distribution`."""
    title, tweets = "No tweets", scores["tweets"].sum()
    if tweets:
        share = sides(scores)
        title = f"{share['neutral']:.1%} of tweets are neutral, {share['negative']:.1%} negative, {share['positive']:.1%} positive"
    return {
        "title": title,
        "alt": in_words(scores),
        "caption": (
            f"Share of all {tweets:,} tweets by sentiment score S, the sum of a positive and a negative level. The article "
            "draws S by camp only (Figure 6; its method: section Methodology, sentiment analysis)."
        ),
    }


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
    ax.set(
        xlabel="sentiment score of a tweet", ylabel="share of tweets", ylim=(0, 1.1 * scores["share"].max())
    )
    return ax


# ── where the cut points come from ───────────────────────────────────────────────────────────────────────────


def rated_levels(ratings: np.ndarray | pd.Series) -> np.ndarray:
    """Levels 1 to 5 of one side that people's mean ratings (0 is neutral, 4 extreme on this side) stand for.

    A mean rating is one number a text: what it says of this side is how far it lies on it, to the nearest level.
    """
    return 1 + np.floor(np.clip(ratings, 0, 4) + 0.5).astype(int)


def fit_cut_points(valences: np.ndarray | pd.Series, ratings: np.ndarray | pd.Series) -> tuple[float, ...]:
    """Cut points for levels 2, 3, 4 and 5 of one side, rounded to three digits.

    In: of each text the strongest valence of this side (0 or more), and people's mean rating, above 0 on this
    side. Every point halfway between two neighbouring valences may be a cut point. For a level that a tenth of
    the texts reach, it is the one that leaves fewest texts on the wrong side. Few texts reach the others, and
    the fewest errors would be made by never giving these levels; there it is the point that as many texts
    reach as were rated so high (above all valences if none was). Raises ValueError if all valences are the same.
    """
    valences, rated = np.asarray(valences, float), rated_levels(np.asarray(ratings, float))
    different = np.unique(valences)
    if len(different) < 2:
        raise ValueError("All texts have the same strongest valence, so there is nothing to cut between.")
    points = np.append(
        (different[:-1] + different[1:]) / 2, different[-1] + 1
    )  # the last one: nobody reaches it
    cuts = [_cut_point(points, valences, rated >= level) for level in LEVELS[1:]]
    return tuple(np.maximum.accumulate(cuts).round(3).tolist())


def _cut_point(points: np.ndarray, valences: np.ndarray, reached: np.ndarray) -> float:
    """The best of the points between texts that reached a level and those that did not."""
    missed = np.searchsorted(np.sort(valences[reached]), points)
    given = len(valences) - np.searchsorted(np.sort(valences), points)
    if reached.mean() >= COMMON:
        return points[np.argmin(missed + given - (reached.sum() - missed))]
    return points[np.argmin(abs(given - reached.sum()))]


def cross_validated(valences: np.ndarray, ratings: np.ndarray, folds: int = 10, seed: int = 0) -> np.ndarray:
    """Levels of one side, each text's by cut points that were fitted without it and its fold."""
    valences, ratings = np.asarray(valences, float), np.asarray(ratings, float)
    fold = np.random.default_rng(seed).permutation(len(valences)) % folds
    found = np.ones(len(valences), int)
    for n in range(folds):
        cuts = fit_cut_points(valences[fold != n], ratings[fold != n])
        found[fold == n] = to_levels(valences[fold == n], cuts)
    return found


def fit_report(texts: Iterable[str], ratings: Iterable[float], folds: int = 10) -> pd.DataFrame:
    """Cut points of both scales, and how well they do on texts that they were not fitted on (cross-validated).

    In: texts and their mean ratings, −4 to +4. Rows positive, negative, score. Columns scale, texts, cut_2 … cut_5,
    accuracy (right level), always_1 (accuracy of giving every text level 1), within_one (at most a level off),
    correlation (Pearson, with the rated level, for the score with the rating itself).
    """
    valences, ratings = strongest(texts), np.asarray(list(ratings), float)
    rows, found = [], {}
    for scale, side in (("positive", ratings), ("negative", -ratings)):
        rated, cuts = rated_levels(side), fit_cut_points(valences[scale], side)
        found[scale] = cross_validated(valences[scale], side, folds)
        off = abs(found[scale] - rated)
        quality = (
            (off == 0).mean(),
            (rated == 1).mean(),
            (off <= 1).mean(),
            _correlation(found[scale], rated),
        )
        rows.append((scale, len(ratings), *cuts, *quality))
    nothing = [np.nan] * 4
    score = _correlation(found["positive"] - found["negative"], ratings)
    rows.append(("score", len(ratings), *nothing, *nothing[:3], score))
    cut_names = [f"cut_{level}" for level in LEVELS[1:]]
    return pd.DataFrame(
        rows,
        columns=["scale", "texts", *cut_names, "accuracy", "always_1", "within_one", "correlation"],
    )


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if np.std(a) and np.std(b) else np.nan


def fit_table(path: Path = REFERENCE / "sentiment_fit.csv") -> pd.DataFrame:
    """The shipped result of `fit_report`, indexed by scale."""
    return pd.read_csv(path, index_col="scale")


def accuracy(scale: str, fit: pd.DataFrame) -> tuple[float, float, float]:
    """Accuracy of a scale from the table of `fit_table`, and its 95 percent interval (binomial, over texts)."""
    share, texts = fit.loc[scale, ["accuracy", "texts"]]
    error = 1.96 * np.sqrt(share * (1 - share) / texts)
    return float(share), float(share - error), float(share + error)


def read_ratings(path: Path) -> tuple[list[str], np.ndarray]:
    """Texts and mean ratings of VADER's file of rated tweets: lines of id, mean rating, text, tab-separated.

    Raises StudyError that names a line that is not so.
    """
    texts, ratings = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        parts = line.split("\t", 2)
        try:
            ratings.append(float(parts[1]))
            texts.append(parts[2])
        except (IndexError, ValueError):
            raise StudyError(f"{path}, line {number}: not an id, a mean rating and a text.") from None
    return texts, np.array(ratings)


def main(arguments: list[str] | None = None) -> int:
    """Fit the cut points on a file of rated tweets, print them and how good they are, and write that as CSV."""
    parser = argparse.ArgumentParser(prog="python -m helpers.sentiment", description=main.__doc__)
    parser.add_argument("ratings", type=Path, help="tweets_GroundTruth.txt of VADER")
    parser.add_argument("--out", type=Path, help="CSV file to write, e.g. data/reference/sentiment_fit.csv")
    given = parser.parse_args(arguments)
    try:
        report = fit_report(*read_ratings(given.ratings))
    except (StudyError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(report.to_string(index=False, float_format="%.3f"))
    if given.out:
        report.to_csv(given.out, index=False, float_format="%.6g", lineterminator="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
