"""The detector: six random forests over account features, one for each class, and their mean.

After BotOrNot, which gave a score for each of its six classes of features and one over all: seven random
forests, with an AUC of 0.95 in ten-fold cross-validation (Davis et al. 2016), later of 100 trees each (Varol
et al. 2017). Here the one over all is the mean of the six, so that a class does not count for more because it
has more features. How deep its trees were is not known. Ours are limited to a depth that gives scores the
shape of the article's Figure 1; that shape is therefore no finding.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn import ensemble
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.impute import SimpleImputer
from sklearn.model_selection import BaseCrossValidator, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline

from helpers import parallel
from helpers.bots.features import CLASSES, class_of

Folds = int | BaseCrossValidator  # how many, or which
HeldOut = Callable[[np.ndarray, np.ndarray], pd.DataFrame]  # of places of accounts: seen, and unseen


def forest(seed: int = 0, trees: int = 120, depth: int = 2) -> ensemble.RandomForestRegressor:
    """An untrained forest of shallow trees, each split the best of six features drawn at random.

    Depth and features were chosen for the shape of Figure 1: such trees vote with probabilities, not with
    certainties, and so give scores that crowd between 0.2 and 0.8; deep trees, or trees that pick the best of
    many features, smear them from 0 to 1.
    """
    # It regresses labels of 0 and 1, so a leaf's mean is its share of bots. The variance of such labels is
    # half their Gini impurity: splits are those of a classifier, and come in three quarters of its time.
    grown = {"max_depth": depth, "max_features": 6, "min_samples_leaf": 10, "n_jobs": 1}
    return ensemble.RandomForestRegressor(trees, random_state=seed, **grown)


class Detector(ClassifierMixin, BaseEstimator):
    """Forests for each class of features, as a scikit-learn classifier of DataFrames as `features` makes
    them.

    A class without a single known value among the labelled accounts (no timelines: all but user) is left out.
    """

    def __init__(self, seed: int = 0, trees: int = 120, depth: int = 2):
        self.seed, self.trees, self.depth = seed, trees, depth

    def fit(self, features: pd.DataFrame, labels: pd.Series) -> Detector:
        """Grow the forests on features of accounts and their labels (1 bot, 0 human)."""
        self.classes_ = np.array([0, 1])
        self.columns_ = by_class(features)
        self.forests_ = {
            name: forest(self.seed, self.trees, self.depth).fit(numbers(features[columns]), labels)
            for name, columns in self.columns_.items()
        }
        return self

    def score_accounts(self, features: pd.DataFrame) -> pd.DataFrame:
        """Scores of accounts, indexed by user_id: columns score, error, and the six sub-scores.

        A sub-score is the mean bot probability of its forest's trees, the score the mean of the sub-scores.
        The error is the score's standard error: how far it would move with another draw of trees. An account
        of which one of the forests' classes knows nothing (no timeline) has no score, and a class without
        forest no sub-score.
        """
        table = pd.DataFrame(np.nan, index=features.index, columns=["score", "error", *CLASSES])
        if features.empty:
            return table
        variance = np.zeros(len(features))
        for name, grown in self.forests_.items():
            known = numbers(features[self.columns_[name]])
            # Straight from the trees: scikit-learn would check the same array again for each of them.
            votes = np.array([tree.tree_.predict(known)[:, 0] for tree in grown.estimators_])
            table[name] = np.where(np.isnan(known).all(axis=1), np.nan, votes.mean(axis=0))
            variance += votes.var(axis=0, ddof=1) / len(votes)
        forests = list(self.forests_)
        table["score"] = table[forests].mean(axis=1, skipna=False)
        table["error"] = (np.sqrt(variance) / len(forests)) * table["score"].notna().replace(False, np.nan)
        return table

    def predict_proba(self, features: pd.DataFrame) -> np.ndarray:
        """Probabilities of human and bot, one row an account, for scikit-learn."""
        score = self.score_accounts(features)["score"].to_numpy()
        return np.column_stack([1 - score, score])


def by_class(features: pd.DataFrame) -> dict[str, pd.Index]:
    """Names of the features that have a known value, by class; classes without any are left out."""
    known = features.columns[features.notna().any()]
    classes = class_of(known)
    return {name: known[classes == name] for name in CLASSES if (classes == name).any()}


def numbers(features: pd.DataFrame) -> np.ndarray:
    """An array of its own, since scikit-learn refuses the read-only ones that pandas hands out."""
    return features.to_numpy("float32", copy=True)


def cross_validated(
    features: pd.DataFrame, labels: pd.Series, seed: int = 0, folds: Folds = 10, depth: int = 2
) -> pd.DataFrame:
    """Out-of-fold scores of labelled accounts, columns as of `score_accounts`: by forests that have not seen
    them.

    `folds` is their number (drawn by label; NaN where there are fewer accounts of a label), or says which.
    """

    def held_out(seen: np.ndarray, unseen: np.ndarray) -> pd.DataFrame:
        trained = Detector(seed, depth=depth).fit(features.iloc[seen], labels.iloc[seen])
        return trained.score_accounts(features.iloc[unseen])

    return in_folds(held_out, labels, ["score", "error", *CLASSES], seed, folds)


def in_folds(
    held_out: HeldOut, labels: pd.Series, columns: list[str], seed: int = 0, folds: Folds = 10
) -> pd.DataFrame:
    """What `held_out` makes of each fold's accounts: of the places of those to train on, then of the fold.

    Indexed as the labels. `folds` as of `cross_validated`.
    """
    if isinstance(folds, int):
        if fewest(labels) < folds:
            return pd.DataFrame(np.nan, index=labels.index, columns=columns)
        folds = StratifiedKFold(folds, shuffle=True, random_state=seed)
    # In threads, which share the features: most of the work is done in C.
    pool = Parallel(parallel.WORKERS, prefer="threads")
    parts = pool(delayed(held_out)(*fold) for fold in folds.split(labels, labels))
    return pd.concat(parts).reindex(labels.index)


def fewest(labels: pd.Series) -> int:
    """Number of accounts of the rarer label, 0 where there is one label alone."""
    return labels.value_counts().reindex([0, 1], fill_value=0).min()


def profile_detector(seed: int = 0) -> Pipeline:
    """An untrained detector for labelled accounts of any kind: the mean of a forest, extra trees and boosted
    trees.

    The three err differently (Breiman 2001; Geurts et al. 2006; Friedman 2001), so their mean errs less.
    Its scores are not crowded as BotOrNot's were: it is made to tell apart, not to reproduce.
    """
    grown = {"n_estimators": 300, "min_samples_leaf": 2, "random_state": seed, "n_jobs": 2}
    # By itself scikit-learn would stop early above 10,000 accounts.
    small = {"max_iter": 150, "max_leaf_nodes": 8, "max_features": 0.3, "early_stopping": False}
    small |= {"learning_rate": 0.05, "l2_regularization": 1, "random_state": seed}
    parts = [
        ("forest", ensemble.RandomForestClassifier(**grown)),
        ("extra", ensemble.ExtraTreesClassifier(**grown, max_features=0.5)),
        ("boosted", ensemble.HistGradientBoostingClassifier(**small)),
    ]
    # Counts, shares and ratios are never below 0, so -1 says "not known", also where nobody's value is.
    unknown = SimpleImputer(strategy="constant", fill_value=-1, keep_empty_features=True)
    return make_pipeline(unknown, ensemble.VotingClassifier(parts, voting="soft"))
