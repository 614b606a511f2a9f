"""From the valence of a text's strongest word to a level of 1 to 5: the cut points, and how they are fitted.

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

from helpers.sentiment.lexicon import strongest
from helpers.study import REFERENCE

LEVELS = range(1, 6)
CUTS = [f"cut_{level}" for level in LEVELS[1:]]
QUALITY = ["accuracy", "always_1", "within_one", "correlation"]
COMMON = 0.1  # a level that this share of the rated texts reach is common; see fit_cut_points


def fit_table(path: Path = REFERENCE / "sentiment_fit.csv") -> pd.DataFrame:
    """The shipped result of `fit_report`, indexed by scale."""
    return pd.read_csv(path, index_col="scale")


# The weakest valence that makes level 2, 3, 4, 5.
POSITIVE_CUTS, NEGATIVE_CUTS = map(tuple, fit_table().loc[["positive", "negative"], CUTS].to_numpy().tolist())


def to_levels(valences: np.ndarray | pd.Series, cuts: Iterable[float]) -> np.ndarray:
    """Levels 1 to 5 of one side's strongest valences: one more for each cut point that is reached."""
    return 1 + np.searchsorted(np.asarray(cuts), np.asarray(valences), side="right")


def rated_levels(ratings: np.ndarray | pd.Series) -> np.ndarray:
    """Levels 1 to 5 of one side that people's mean ratings (0 is neutral, 4 extreme on this side) stand for.

    A mean rating is one number a text: what it says of this side is how far it lies on it, to the nearest
    level.
    """
    return 1 + np.floor(np.clip(ratings, 0, 4) + 0.5).astype(int)


def fit_cut_points(valences: np.ndarray | pd.Series, ratings: np.ndarray | pd.Series) -> tuple[float, ...]:
    """Cut points for levels 2, 3, 4 and 5 of one side, rounded to three digits.

    In: of each text the strongest valence of this side (0 or more), and people's mean rating, above 0 on
    this side. Every point halfway between two neighbouring valences may be a cut point. For a level that a
    tenth of the texts reach, it is the one that leaves fewest texts on the wrong side. Few texts reach the
    others, and the fewest errors would be made by never giving these levels; there it is the point that as
    many texts reach as were rated so high (above all valences if none was). Raises ValueError if all valences
    are the same.
    """
    valences, rated = np.asarray(valences, float), rated_levels(np.asarray(ratings, float))
    different = np.unique(valences)
    if len(different) < 2:
        raise ValueError("All texts have the same strongest valence, so there is nothing to cut between.")
    nobody_reaches = different[-1] + 1
    points = np.append((different[:-1] + different[1:]) / 2, nobody_reaches)
    cuts = [_cut_point(points, valences, rated >= level) for level in LEVELS[1:]]
    return tuple(np.maximum.accumulate(cuts).round(3).tolist())


def _cut_point(points: np.ndarray, valences: np.ndarray, reached: np.ndarray) -> float:
    """The best of the points between texts that reached a level and those that did not."""
    missed = np.searchsorted(np.sort(valences[reached]), points)
    given = len(valences) - np.searchsorted(np.sort(valences), points)
    wrong = missed + given - (reached.sum() - missed)
    return points[np.argmin(wrong if reached.mean() >= COMMON else abs(given - reached.sum()))]


def cross_validated(valences: np.ndarray, ratings: np.ndarray, folds: int = 10, seed: int = 0) -> np.ndarray:
    """Levels of one side, each text's by cut points that were fitted without it and its fold."""
    valences, ratings = np.asarray(valences, float), np.asarray(ratings, float)
    fold = np.random.default_rng(seed).permutation(len(valences)) % folds
    levels = np.ones(len(valences), int)
    for n in range(folds):
        cuts = fit_cut_points(valences[fold != n], ratings[fold != n])
        levels[fold == n] = to_levels(valences[fold == n], cuts)
    return levels


def fit_report(texts: Iterable[str], ratings: Iterable[float], folds: int = 10) -> pd.DataFrame:
    """Cut points of both scales, and how well they do on texts that they were not fitted on.

    In: texts and their mean ratings, −4 to +4. Index scale: positive, negative, score. Columns texts, cut_2 …
    cut_5, and, cross-validated, accuracy (right level), always_1 (accuracy of giving every text level 1),
    within_one (at most a level off), correlation (Pearson, with the rated level, for the score with the
    rating itself).
    """
    valences, ratings = strongest(texts), np.asarray(list(ratings), float)
    rows, levels = {}, {}
    for scale, side in (("positive", ratings), ("negative", -ratings)):
        rated, levels[scale] = rated_levels(side), pd.Series(cross_validated(valences[scale], side, folds))
        off, alike = abs(levels[scale] - rated), levels[scale].corr(pd.Series(rated))
        quality = [(off == 0).mean(), (rated == 1).mean(), (off <= 1).mean(), alike]
        rows[scale] = [*fit_cut_points(valences[scale], side), *quality]
    score = (levels["positive"] - levels["negative"]).corr(pd.Series(ratings))
    rows["score"] = [np.nan] * (len(CUTS) + len(QUALITY) - 1) + [score]
    table = pd.DataFrame.from_dict(rows, "index", columns=[*CUTS, *QUALITY]).rename_axis("scale")
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
