"""Levels of 1 to 5 from the strength of a text's feeling (`lexicon`): cut points, and how they are fitted.

They are fitted on the 4,200 tweets that come with VADER (Hutto & Gilbert 2014), each rated by twenty people.
The result stands in data/reference/sentiment_fit.csv, and nowhere else.

    python -m helpers.sentiment.scale RATINGS     fit the cut points again; prints them and how good they are
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sentiment.lexicon import compounds, strengths
from helpers.study import REFERENCE

LEVELS = range(1, 6)
CUTS = [f"cut_{level}" for level in LEVELS[1:]]
QUALITY = ["accuracy", "always_1", "within_one", "correlation"]
TOO_HIGH = 2  # times as wrong as too low; see fit_cut_points


def fit_table(path: Path = REFERENCE / "sentiment_fit.csv") -> pd.DataFrame:
    """The shipped result of `fit_report`, indexed by scale."""
    return pd.read_csv(path, index_col="scale")


# The least strength that makes level 2, 3, 4, 5.
POSITIVE_CUTS, NEGATIVE_CUTS = map(tuple, fit_table().loc[["positive", "negative"], CUTS].to_numpy().tolist())


def to_levels(strength: np.ndarray | pd.Series, cuts: Iterable[float]) -> np.ndarray:
    """Levels 1 to 5 of one side's strengths: one more for each cut point that is reached."""
    return 1 + np.searchsorted(np.asarray(cuts), np.asarray(strength), side="right")


def rated_levels(ratings: np.ndarray | pd.Series) -> np.ndarray:
    """Levels 1 to 5 of one side that people's mean ratings (0 is neutral, 4 extreme on this side) stand for.

    A mean rating is one number a text: what it says of this side is how far it lies on it, to the nearest
    level.
    """
    return 1 + np.floor(np.clip(ratings, 0, 4) + 0.5).astype(int)


def fit_cut_points(strength: np.ndarray | pd.Series, ratings: np.ndarray | pd.Series) -> tuple[float, ...]:
    """Cut points for levels 2, 3, 4 and 5 of one side, rounded to three digits.

    In: of each text the strength of this side (0 or more), and people's mean rating, above 0 on this side.
    Every point halfway between two neighbouring strengths may be a cut point, and so may one above them all.
    It is the one that leaves fewest texts on the wrong side, where a text that gets a level it did not reach
    counts TOO_HIGH times. The rated texts were chosen for their words: all but 6 in 100 have some of VADER's
    list. In other talk such words are more often names, topics or irony, so a scale that errs should rather
    hear too little. Raises ValueError if all strengths are the same.
    """
    strength, rated = np.asarray(strength, float), rated_levels(np.asarray(ratings, float))
    different = np.unique(strength)
    if len(different) < 2:
        raise ValueError("All texts have the same strength, so there is nothing to cut between.")
    nobody_reaches = different[-1] + 1
    points = np.append((different[:-1] + different[1:]) / 2, nobody_reaches)
    cuts = [_cut_point(points, strength, rated >= level) for level in LEVELS[1:]]
    return tuple(np.maximum.accumulate(cuts).round(3).tolist())


def _cut_point(points: np.ndarray, strength: np.ndarray, reached: np.ndarray) -> float:
    """The best of the points between texts that reached a level and those that did not."""
    missed = np.searchsorted(np.sort(strength[reached]), points)
    too_high = (~reached).sum() - np.searchsorted(np.sort(strength[~reached]), points)
    return points[np.argmin(missed + TOO_HIGH * too_high)]


def cross_validated(strength: np.ndarray, ratings: np.ndarray, folds: int = 10, seed: int = 0) -> np.ndarray:
    """Levels of one side, each text's by cut points that were fitted without it and its fold."""
    strength, ratings = np.asarray(strength, float), np.asarray(ratings, float)
    fold = np.random.default_rng(seed).permutation(len(strength)) % folds
    levels = np.ones(len(strength), int)
    for n in range(folds):
        cuts = fit_cut_points(strength[fold != n], ratings[fold != n])
        levels[fold == n] = to_levels(strength[fold == n], cuts)
    return levels


def fit_report(texts: Iterable[str], ratings: Iterable[float], folds: int = 10) -> pd.DataFrame:
    """Cut points of both scales, and how well they do on texts that they were not fitted on.

    In: texts and their mean ratings, −4 to +4. Index scale: positive, negative, score, compound (VADER's own
    sum). Columns texts, cut_2 … cut_5, and, cross-validated, accuracy (right level), always_1 (accuracy of
    giving every text level 1), within_one (at most a level off), correlation (Pearson, with the rated level,
    for score and compound with the rating itself).
    """
    texts, ratings = list(texts), np.asarray(list(ratings), float)
    strength, rows, levels = strengths(texts), {}, {}
    for scale, side in (("positive", ratings), ("negative", -ratings)):
        rated, levels[scale] = rated_levels(side), cross_validated(strength[scale], side, folds)
        off, alike = abs(levels[scale] - rated), np.corrcoef(levels[scale], rated)[0, 1]
        quality = [(off == 0).mean(), (rated == 1).mean(), (off <= 1).mean(), alike]
        found = [*fit_cut_points(strength[scale], side), *quality]
        rows[scale] = dict(zip([*CUTS, *QUALITY], found, strict=True))
    whole = {"score": levels["positive"] - levels["negative"], "compound": compounds(texts)}
    rows |= {name: {"correlation": np.corrcoef(each, ratings)[0, 1]} for name, each in whole.items()}
    table = pd.DataFrame.from_dict(rows, "index").rename_axis("scale")
    table.insert(0, "texts", len(ratings))
    return table


def accuracy(scale: str, fit: pd.DataFrame) -> tuple[float, float, float]:
    """Accuracy of a scale in `fit_table`, and its 95 percent interval (binomial, over texts)."""
    share, texts = fit.loc[scale, ["accuracy", "texts"]]
    error = 1.96 * np.sqrt(share * (1 - share) / texts)
    return float(share), float(share - error), float(share + error)


def read_ratings(path: Path) -> pd.DataFrame:
    """VADER's file of rated tweets, lines of id, mean rating, text, tab-separated: columns id, rating, text.

    Raises ValueError that names a line that is not so.
    """
    form = {"sep": "\t", "quoting": csv.QUOTE_NONE, "keep_default_na": False}
    return pd.read_csv(path, names=["id", "rating", "text"], dtype={"rating": float}, **form)


def main(arguments: list[str] | None = None) -> None:
    """Fit the cut points on VADER's file of rated tweets, and print them and how good they are, as CSV."""
    parser = argparse.ArgumentParser(prog="python -m helpers.sentiment.scale", description=main.__doc__)
    parser.add_argument("ratings", type=Path, help="tweets_GroundTruth.txt of VADER")
    rated = read_ratings(parser.parse_args(arguments).ratings)
    print(fit_report(rated["text"], rated["rating"]).to_csv(float_format="%.6g", lineterminator="\n"), end="")


if __name__ == "__main__":
    main()
