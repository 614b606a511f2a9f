"""The detector: a random forest over account features."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict


def forest(seed: int = 0, trees: int = 120) -> RandomForestClassifier:
    """An untrained forest of shallow trees.

    Shallow trees vote with probabilities, not with certainties, and so give scores that crowd between 0.2
    and 0.8 as BotOrNot's did; deep trees smear them from 0 to 1.
    """
    return RandomForestClassifier(trees, max_depth=2, max_features=1, min_samples_leaf=10, random_state=seed)


def cross_validated(features: pd.DataFrame, labels: pd.Series, seed: int = 0, folds: int = 10) -> pd.Series:
    """Out-of-fold scores of labelled accounts: each is scored by a forest that has not seen it.

    NaN where there are fewer than `folds` accounts of a label.
    """
    if labels.nunique() < 2 or labels.value_counts().min() < folds:
        return pd.Series(np.nan, index=features.index, name="score")
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    scores = cross_val_predict(forest(seed), features, labels, cv=split, method="predict_proba")[:, 1]
    return pd.Series(scores, index=features.index, name="score")


def score(trained: RandomForestClassifier, features: pd.DataFrame) -> pd.DataFrame:
    """Score and its standard error over the trees, indexed by user_id: columns score, error.

    The score is the mean of the trees' bot probabilities; the error is their standard deviation over the
    square root of their number, that is how far the score would move with another draw of trees.
    """
    if features.empty:
        return pd.DataFrame(columns=["score", "error"], index=features.index, dtype=float)
    votes = np.array([tree.predict_proba(features.to_numpy())[:, 1] for tree in trained.estimators_])
    error = votes.std(axis=0, ddof=1) / np.sqrt(len(votes))
    return pd.DataFrame({"score": votes.mean(axis=0), "error": error}, index=features.index)
