"""How well scores tell bots from humans, on accounts whose label is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import parallel_config
from matplotlib.axes import Axes
from sklearn import metrics
from sklearn.model_selection import StratifiedKFold, learning_curve

from helpers import parallel
from helpers.bots.detector import Detector, fewest
from helpers.bots.features import CLASSES
from helpers.figures import BAND, COLOR, say_empty


def quality(scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """How well scores tell labelled bots (1) from humans (0): one row.

    Columns: accounts, AUC, and at the threshold accuracy, balanced accuracy (mean of the shares of bots and
    of humans that are called what they are), F1 (harmonic mean of the next two), precision (of those called
    bots) and recall (of the bots). NaN where there is nothing to measure.
    """
    known, measured = scores.dropna(), [np.nan] * 6
    if len(known):
        truth, called = labels.loc[known.index], known > threshold
        precise = metrics.precision_score(truth, called, zero_division=np.nan)
        asked = metrics.accuracy_score, metrics.balanced_accuracy_score, metrics.f1_score
        rates = [rate(truth, called) for rate in asked]
        measured = [metrics.roc_auc_score(truth, known), *rates, precise, metrics.recall_score(truth, called)]
    columns = ["accounts", "AUC", "accuracy", "balanced accuracy", "F1", "precision", "recall"]
    return pd.DataFrame([[len(known), *measured]], columns=columns)


def confusion(scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """Labelled accounts by what they are (rows human, bot) and what they are called (columns)."""
    known = scores.dropna()
    counts = np.zeros((2, 2), int)
    if len(known):  # scikit-learn refuses to count nothing
        counts = metrics.confusion_matrix(labels.loc[known.index], known > threshold, labels=[0, 1])
    names = ["human", "bot"]
    return pd.DataFrame(counts, pd.Index(names, name="is"), pd.Index([f"called {name}" for name in names]))


def by_feature_class(scores: pd.DataFrame, labels: pd.Series, seed: int = 0) -> pd.DataFrame:
    """What each class of features gives, and adds: a row a class that has sub-scores.

    In: out-of-fold scores as of `cross_validated`. Columns: class, alone (AUC of its sub-score), without (AUC
    of the mean of the others), permuted (AUC lost when its sub-scores are dealt out anew among the accounts,
    mean of ten). Since the score is the mean of the sub-scores, nothing needs to be trained again.
    """
    subs = scores[CLASSES].dropna(axis="columns", how="all").dropna()
    rng, truth = np.random.default_rng(seed), labels.loc[subs.index]
    auc_of_mean = lambda table: metrics.roc_auc_score(truth, table.mean(axis=1)) if table.size else np.nan  # noqa: E731
    rows = []
    for name in subs if len(subs) else ():
        dealt = [auc_of_mean(subs.assign(**{name: rng.permutation(subs[name])})) for _ in range(10)]
        alone, without = auc_of_mean(subs[[name]]), auc_of_mean(subs.drop(columns=name))
        rows.append((name, alone, without, auc_of_mean(subs) - np.mean(dealt)))
    return pd.DataFrame(rows, columns=["class", "alone", "without", "permuted"])


def recall_by_kind(scores: pd.Series, kinds: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """Labelled accounts by kind: columns kind, accounts, median score, called bots (a share)."""
    known = pd.DataFrame({"kind": kinds, "score": scores}).dropna()
    table = known.groupby("kind")["score"].agg(["size", "median", lambda s: (s > threshold).mean()])
    return table.set_axis(["accounts", "median score", "called bots"], axis="columns").reset_index()


def learning(features: pd.DataFrame, labels: pd.Series, seed: int = 0) -> pd.DataFrame:
    """AUC by the number of labelled accounts trained on: columns accounts, AUC, sd (over three folds).

    Empty where there are fewer than 100 accounts of a label.
    """
    if fewest(labels) < 100:
        return pd.DataFrame(columns=["accounts", "AUC", "sd"], dtype=float)
    split = StratifiedKFold(3, shuffle=True, random_state=seed)
    how = {"train_sizes": np.geomspace(0.08, 1, 4), "cv": split, "scoring": "roc_auc", "shuffle": True}
    with parallel_config("threading", n_jobs=parallel.WORKERS):
        sizes, _, tested = learning_curve(Detector(seed), features, labels, random_state=seed, **how)
    return pd.DataFrame({"accounts": sizes, "AUC": tested.mean(axis=1), "sd": tested.std(axis=1)})


def draw_learning(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `learning`, with a band of one standard deviation over the folds."""
    if table.empty:
        return say_empty(ax, "Too few labelled accounts")
    low, high = table["AUC"] - table["sd"], table["AUC"] + table["sd"]
    ax.fill_between(table["accounts"], low, high, color=COLOR["ink"], alpha=BAND, linewidth=0)
    ax.plot(table["accounts"], table["AUC"], marker="o", markersize=4, color=COLOR["ink"])
    ax.set(xscale="log", xlabel="labelled accounts trained on", ylabel="AUC on others")
    ax.set_xticks(table["accounts"], [f"{n:,}" for n in table["accounts"]])
    ax.set_xticks([], minor=True)
    ax.yaxis.set_major_formatter("{x:.3f}")
    return ax


def learning_facts(table: pd.DataFrame) -> dict[str, float]:
    """What the learning curve says, from the table of `learning`: see captions/bots.toml."""
    first, last = table.reindex([0]).iloc[0], table.reindex([len(table) - 1]).iloc[0]
    rise, spread = last["AUC"] - first["AUC"], max(first["sd"], last["sd"])
    ends = {f"{name}_{end}": row[name] for end, row in (("first", first), ("last", last)) for name in table}
    return ends | {"raised": rise > spread, "lowered": -rise > spread}
