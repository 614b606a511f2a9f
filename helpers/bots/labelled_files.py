"""How well a detector does on labelled accounts in files of a reader's own: reports as text, the AUC last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from helpers.bots.detector import cross_validated, fewest, profile_detector
from helpers.bots.evaluation import by_feature_class, confusion, quality
from helpers.bots.features import account_features
from helpers.bots.features.user import CATALOGUE, LITE, profile_features
from helpers.bots.labels import ingest_timelines, timeline_classes
from helpers.ingest.accounts import Accounts
from helpers.ingest.tweets import USER_COLUMNS
from helpers.study import StudyError
from helpers.uncertainty import bootstrap

# Boosted trees wait for each other by spinning: beside a busy process, two threads took 600 times as long.
ONE_THREAD = threadpool_limits.wrap(limits=1, user_api="openmp")


def features_left(without: Sequence[str]) -> list[str]:
    """The features that do not need the given fields of a user object (v1.1 names), nor are among the given.

    Raises StudyError for a name that is neither a field nor a feature.
    """
    fields = {field for feature in CATALOGUE.values() for field in feature.fields.split()}
    if unknown := sorted(set(without) - fields - set(CATALOGUE)):
        raise StudyError(
            f"--without {unknown[0]}: no such field or feature. Fields: {', '.join(sorted(fields))}. "
            f"Features: {', '.join(CATALOGUE)}."
        )
    needs = {name: {name, *feature.fields.split()} for name, feature in CATALOGUE.items()}
    return [name for name in CATALOGUE if not needs[name] & set(without)]


def plain_forest(seed: int = 0) -> RandomForestClassifier:
    """The forest of BotometerLite (Yang et al. 2020), which is set beside ours: 100 trees, nothing tuned."""
    return RandomForestClassifier(100, random_state=seed, n_jobs=1)


def out_of_fold(model, features: pd.DataFrame, labels: pd.Series, folds: int = 5, seed: int = 0) -> pd.Series:
    """Score of each account by a model that was trained on the other folds; folds are stratified by label.

    Raises StudyError where a label has fewer accounts than there are folds.
    """
    if (least := fewest(labels)) < folds or folds < 2:
        raise StudyError(
            f"--folds {folds}: at least 2 are needed, and no more than accounts of the rarer label ({least})."
        )
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    scores = cross_val_predict(model, features, labels, cv=split, method="predict_proba")[:, 1]
    return pd.Series(scores, features.index, name="score")


@ONE_THREAD
def evaluate(
    accounts: Accounts,
    without: Sequence[str] = (),
    folds: int = 5,
    seed: int = 0,
    timelines: Path | None = None,
) -> str:
    """Report of a cross-validation on labelled accounts; its last line is `AUC` and the value.

    The AUC is that of the out-of-fold scores of all accounts together. With a file of timelines (v1.1 tweets,
    of any accounts) the score is the mean of that of the profile and that of the other five classes of
    features, for accounts of which there are tweets.
    """
    left = features_left(without)
    features, labels = profile_features(accounts.users, accounts.at)[left], accounts.labels
    model, lite = profile_detector(seed), lite_of(features)
    scores = out_of_fold(model, features, labels, folds, seed)
    plain = out_of_fold(plain_forest(seed), lite, labels, folds, seed)
    how = f"{folds}-fold cross-validation, {len(left)} features of the profile"
    remarks = gaps(features, labels)
    if timelines:
        known, odd = features_of_timelines(accounts, timelines)
        tweeting = cross_validated(known, labels.loc[known.index], seed, folds, depth=6)
        of_profile = roc_auc_score(labels, scores)
        remarks += [*odd, f"AUC of the profile alone: {of_profile:.4f}; of classes of the timelines:"]
        scores = pd.concat([scores, tweeting["score"]], axis="columns").mean(axis="columns")
        how += f", {known.shape[1]} of the timelines of {tweeting['score'].notna().sum():,} accounts"
        alone = by_feature_class(tweeting, labels.loc[known.index], seed)[["class", "alone"]].round(4)
        remarks.append(alone.to_string(index=False, header=False))
    return report(how, scores, plain, labels, model.fit(features, labels), remarks)


def features_of_timelines(accounts: Accounts, timelines: Path) -> tuple[pd.DataFrame, list[str]]:
    """Features of the accounts that need a timeline, from a file of v1.1 tweets and remarks."""
    with TemporaryDirectory() as folder:
        remarks = ingest_timelines([timelines], Path(folder), accounts.users)
        users = accounts.users.reindex(columns=USER_COLUMNS.names)
        known = account_features(users, Path(folder) / "tweets.parquet", accounts.at)
    return timeline_classes(known), remarks


@ONE_THREAD
def transfer(train: Accounts, test: Accounts, without: Sequence[str] = (), seed: int = 0) -> str:
    """Report on accounts of `test`, scored by a detector that has seen those of `train`; its last line as
    above.

    What is usual in screen names is learned from `train`; accounts that are in both sets are not trained on.
    """
    left = features_left(without)
    others = ~train.users["user_id"].isin(test.users["user_id"])
    users, labels = train.users[others], train.labels[others.to_numpy()]
    if not fewest(labels):
        raise StudyError(
            "No bots or no humans are left to train on after the accounts to be tested are taken out. "
            "Train on other accounts."
        )
    seen = profile_features(users, train.at, users["screen_name"])[left]
    features = profile_features(test.users, test.at, users["screen_name"])[left]
    model, plain = profile_detector(seed).fit(seen, labels), plain_forest(seed).fit(lite_of(seen), labels)
    how = f"trained on {len(seen):,} other accounts ({labels.sum():,} bots), {len(left)} profile features"
    scores = pd.Series(model.predict_proba(features)[:, 1], features.index)
    beside = plain.predict_proba(lite_of(features))[:, 1]
    return report(how, scores, beside, test.labels, model, gaps(seen, labels))


def lite_of(features: pd.DataFrame) -> pd.DataFrame:
    """Those of the features that are BotometerLite's."""
    return features[[name for name in LITE if name in features]]


def report(
    how: str, scores: pd.Series, plain: np.ndarray, labels: pd.Series, model: Pipeline, remarks: list[str]
) -> str:
    """Accounts, AUC with its interval, what is right and wrong at 0.5, weightiest features: as text.

    In: how it was done, scores of the detector and of the plain forest, labels, and the trained detector.
    """
    row = quality(scores, labels).iloc[0]
    table = pd.DataFrame({"score": scores, "label": labels})
    drawn = bootstrap(table, {"AUC": auc}, by=None)
    low, high = drawn.loc["AUC", ["low", "high"]]
    (humans_right, humans_wrong), (bots_wrong, bots_right) = confusion(scores, labels).to_numpy()
    rates = [f"{name:10} {row[name]:.4f}" for name in ("accuracy", "precision", "recall")]
    lines = [
        f"accounts   {len(labels):,}: {labels.sum():,} bots, {(1 - labels).sum():,} humans",
        f"method     {how}",
        f"AUC        {row['AUC']:.4f}, 95 % interval {low:.4f} to {high:.4f} (bootstrap of accounts)",
        f"beside it  {roc_auc_score(labels, plain):.4f}, a plain forest on the features of BotometerLite",
        *(line.replace("nan", "not enough data") for line in rates),
        "at 0.5     called bot  called human",
        f"  bots     {bots_right:10,}  {bots_wrong:12,}",
        f"  humans   {humans_wrong:10,}  {humans_right:12,}",
        "the weightiest features:",
        *(f"  {share:5.1%}  {name}: {CATALOGUE[name]}" for name, share in importance(model).items()),
    ]
    return "\n".join([*lines, *remarks, f"AUC {row['AUC']:.4f}"])


def auc(rows: pd.DataFrame) -> float:
    """AUC of a draw of accounts; NaN where it has bots or humans alone."""
    return roc_auc_score(rows["label"], rows["score"]) if rows["label"].nunique() == 2 else np.nan


def importance(model: Pipeline, most: int = 10) -> pd.Series:
    """Share of features in what the trees of a `profile_detector` gain by splitting, largest first."""
    parts = [part for part in model[-1].estimators_ if hasattr(part, "feature_importances_")]
    gains = np.mean([part.feature_importances_ for part in parts], axis=0)
    return pd.Series(gains, model.feature_names_in_).nlargest(most)


def gaps(features: pd.DataFrame, labels: pd.Series) -> list[str]:
    """A warning where features are missing for bots much more often than for humans, or the reverse."""
    share = features.isna().groupby(labels).mean()
    uneven = share.columns[share.diff().loc[1].abs() > 0.2]
    if uneven.empty:
        return []
    return [
        "CAUTION: these are missing much more often in one class, so part of the AUC may tell only how the "
        f"files were made: {', '.join(uneven)}. Leave their fields out with --without."
    ]
