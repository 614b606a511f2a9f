"""What the forests are worth: beside one split, on bots of a kind they have not seen, and on other sets.

After Hays et al. (2023), who set trees of a few splits beside published detectors, and trained on one
labelled set to test on another.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.model_selection import PredefinedSplit
from sklearn.tree import DecisionTreeClassifier

from helpers.bots.detector import cross_validated, fewest, in_folds, numbers
from helpers.bots.evaluation import quality
from helpers.study import REFERENCE

SPLIT = ["feature", "cut", "score", "place"]
KINDS = ["kind", "bots", "found", "found unseen", "AUC", "AUC unseen"]


def one_split(features: pd.DataFrame, labels: pd.Series, seed: int = 0, folds: int = 10) -> pd.DataFrame:
    """Out-of-fold verdicts of the best threshold on a single feature, both chosen anew in each fold.

    Columns: feature, cut, score (share of bots on the account's side of the cut, of those trained on), place
    (share of those trained on that are less like bots by the feature; NaN where it is not known). In, and
    missing, as of `cross_validated`, which has the same folds.
    """
    known = numbers(features)

    def held_out(seen: np.ndarray, unseen: np.ndarray) -> pd.DataFrame:
        stump = DecisionTreeClassifier(max_depth=1, random_state=seed).fit(known[seen], labels.iloc[seen])
        at, (_, below, above) = stump.tree_.feature[0], stump.tree_.value[:, 0, 1]
        trained, others = (np.sign(above - below) * known[part, at] for part in (seen, unseen))
        trained = np.sort(trained[~np.isnan(trained)])
        place = np.where(np.isnan(others), np.nan, np.searchsorted(trained, others) / len(trained))
        found = {"feature": features.columns[at], "cut": stump.tree_.threshold[0]}
        found |= {"score": stump.predict_proba(known[unseen])[:, 1], "place": place}
        return pd.DataFrame(found, features.index[unseen])

    return in_folds(held_out, labels, SPLIT, seed, folds)


def beside(split: pd.DataFrame, scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """One split and the forests on the same held-out accounts: `quality`, and a column detector before it.

    In: as `one_split` gives it, and out-of-fold scores of the forests. The AUC of the split is that of its
    feature, uncut.
    """
    one, all_ = quality(split["score"].astype(float), labels), quality(scores, labels, threshold)
    one["AUC"] = quality(split["place"].astype(float), labels)["AUC"]
    return pd.concat({"one split": one, "the forests": all_}, names=["detector"]).reset_index("detector")


def kinds_left_out(
    features: pd.DataFrame, labelled: pd.DataFrame, threshold: float = 0.5, seed: int = 0
) -> pd.DataFrame:
    """How well bots of a kind are found by forests that never saw that kind: columns KINDS, a row a kind.

    In: features by user_id, and the table `labelled_scores`. Each kind of bots in turn is left out, together
    with a random part of the humans (as many parts as kinds). found: share of the bots above the threshold;
    AUC: against that part of the humans; both by the table's out-of-fold scores, of forests that knew the
    kind, and (unseen) by forests that did not. Empty with fewer than two kinds, or than 100 accounts of a
    label.
    """
    cases = labelled.set_index("user_id")[["label", "kind", "score"]]
    cases = cases[(cases["label"] == 0) | cases["kind"].notna()]
    names = sorted(cases.loc[cases["label"] == 1, "kind"].unique())
    if len(names) < 2 or fewest(cases["label"]) < 100:
        return pd.DataFrame(columns=KINDS)
    place = cases["kind"].map({name: at for at, name in enumerate(names)})
    dealt = np.random.default_rng(seed).permutation(len(cases)) % len(names)
    part = place.where(cases["label"] == 1, dealt).astype(int)
    unseen = cross_validated(features.loc[cases.index], cases["label"], seed, PredefinedSplit(part))["score"]
    rows, cases = [], cases.assign(unseen=unseen, part=part).dropna(subset=["score", "unseen"])
    for at, here in cases.groupby("part"):
        both = pd.concat(quality(here[of], here["label"], threshold) for of in ("score", "unseen"))
        rows.append((names[at], here["label"].sum(), *both["recall"], *both["AUC"]))
    return pd.DataFrame(rows, columns=KINDS)


def published() -> pd.DataFrame:
    """What others measured of detectors on labelled sets of real accounts (`detectors.csv`).

    A row a detector and set, with its source, a column a measure; NaN where it was not published.
    """
    table = pd.read_csv(REFERENCE / "detectors.csv")
    return table.pivot(index=["detector", "set", "source"], columns="measure", values="value").reset_index()
