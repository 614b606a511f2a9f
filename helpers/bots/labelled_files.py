"""How well a detector does on labelled accounts in files of a reader's own: reports as text, the AUC last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

from helpers.bots.detector import cross_validated, profile_detector
from helpers.bots.evaluation import by_feature_class, quality
from helpers.bots.features import account_features
from helpers.bots.features.user import CATALOGUE, LITE, profile_features
from helpers.bots.labels import timeline_classes
from helpers.ingest.accounts import Accounts
from helpers.ingest.ledger import ingest_files
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
    return [
        name
        for name, feature in CATALOGUE.items()
        if name not in without and not set(feature.fields.split()) & set(without)
    ]


def features_of(accounts: Accounts, left: list[str], names: pd.Series | None = None) -> pd.DataFrame:
    """The given features of accounts, as of their lookup; `names` as for `profile_features`."""
    return profile_features(accounts.users, accounts.at, names)[left]


def plain_forest(seed: int = 0) -> RandomForestClassifier:
    """The forest of BotometerLite (Yang et al. 2020), which is set beside ours: 100 trees, nothing tuned."""
    return RandomForestClassifier(100, random_state=seed, n_jobs=1)


def out_of_fold(model, features: pd.DataFrame, labels: pd.Series, folds: int = 5, seed: int = 0) -> pd.Series:
    """Score of each account by a model that was trained on the other folds; folds are stratified by label.

    Raises StudyError where a label has fewer accounts than there are folds.
    """
    if (least := labels.value_counts().min()) < folds or folds < 2:
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
    features, labels = features_of(accounts, left), accounts.labels
    scores = out_of_fold(profile_detector(seed), features, labels, folds, seed)
    plain = out_of_fold(plain_forest(seed), features[lite_of(left)], labels, folds, seed)
    weight = importance(profile_detector(seed).fit(features, labels), left)
    how = f"{folds}-fold cross-validation, {len(left)} features of the profile"
    remarks = gaps(features, labels)
    if timelines:
        known = features_of_timelines(accounts, timelines)
        tweeting = cross_validated(known, labels.loc[known.index], seed, folds, depth=6)
        profile, scores = scores, pd.concat([scores, tweeting["score"]], axis="columns").mean(axis="columns")
        how += f", {known.shape[1]} of the timelines of {tweeting['score'].notna().sum():,} accounts"
        table = by_feature_class(tweeting, labels.loc[known.index], seed).round(4)
        remarks += [
            f"AUC of the profile alone: {roc_auc_score(labels, profile):.4f}; of classes of the timelines:"
        ]
        remarks += table[["class", "alone"]].to_string(index=False, header=False).splitlines()
    return report(how, scores, plain, labels, weight, remarks)


def features_of_timelines(accounts: Accounts, timelines: Path) -> pd.DataFrame:
    """Features of the accounts that need a timeline, from a file of v1.1 tweets by and around them."""
    with TemporaryDirectory() as folder:
        ledger = ingest_files([timelines], Path(folder))
        if not ledger["kept"].sum():
            raise StudyError(f"{timelines}: no v1.1 tweets. One tweet a line is needed.")
        users = accounts.users.reindex(columns=USER_COLUMNS.names)
        return timeline_classes(account_features(users, Path(folder) / "tweets.parquet", accounts.at))


@ONE_THREAD
def transfer(train: Accounts, test: Accounts, without: Sequence[str] = (), seed: int = 0) -> str:
    """Report on accounts of `test`, scored by a detector that has seen those of `train`; its last line as
    above.

    What is usual in screen names is learned from `train`; accounts that are in both sets are not trained on.
    """
    left = features_left(without)
    train = train._replace(users=train.users[~train.users["user_id"].isin(test.users["user_id"])])
    names = train.users["screen_name"]
    labels = train.labels.loc[train.users["user_id"]]
    if labels.nunique() < 2:
        raise StudyError(
            "No bots or no humans are left to train on after the accounts to be tested are taken out. "
            "Train on other accounts."
        )
    seen, features = features_of(train, left, names), features_of(test, left, names)
    model = profile_detector(seed).fit(seen, labels)
    plain = plain_forest(seed).fit(seen[lite_of(left)], labels)
    how = f"trained on {len(seen):,} other accounts ({labels.sum():,} bots), {len(left)} profile features"
    return report(
        how,
        probabilities(model, features),
        probabilities(plain, features[lite_of(left)]),
        test.labels,
        importance(model, left),
        gaps(seen, labels),
    )


def lite_of(left: list[str]) -> list[str]:
    """Which of the features are BotometerLite's."""
    return [name for name in LITE if name in left]


def probabilities(model, features: pd.DataFrame) -> pd.Series:
    """Probability of each account to be a bot, by a trained model."""
    return pd.Series(model.predict_proba(features)[:, 1], features.index, name="score")


def report(
    how: str,
    scores: pd.Series,
    plain: pd.Series,
    labels: pd.Series,
    weight: pd.Series,
    remarks: Sequence[str] = (),
) -> str:
    """Accounts, AUC with its interval, what is right and wrong at 0.5, weightiest features: as text."""
    row = quality(scores, labels).iloc[0]
    table = pd.DataFrame({"score": scores, "label": labels})
    drawn = bootstrap(table, {"AUC": lambda rows: roc_auc_score(rows["label"], rows["score"])}, by=None)
    low, high = drawn.loc["AUC", ["low", "high"]]
    (humans_right, humans_wrong), (bots_wrong, bots_right) = confusion_matrix(
        labels, scores > 0.5, labels=[0, 1]
    )
    return "\n".join(
        [
            f"accounts   {len(labels):,}: {labels.sum():,} bots, {(1 - labels).sum():,} humans",
            f"method     {how}",
            f"AUC        {row['AUC']:.4f}, 95 % interval {low:.4f} to {high:.4f} (bootstrap of accounts)",
            f"beside it  {roc_auc_score(labels, plain):.4f}, a plain forest on the features of BotometerLite",
            *(f"{name:10} {row[name]:.4f}" for name in ("accuracy", "precision", "recall")),
            "at 0.5     called bot  called human",
            f"  bots     {bots_right:10,}  {bots_wrong:12,}",
            f"  humans   {humans_wrong:10,}  {humans_right:12,}",
            "the weightiest features:",
            *(
                f"  {share:5.1%}  {name}: {CATALOGUE[name].measures}"
                for name, share in weight.head(10).items()
            ),
            *remarks,
            f"AUC {row['AUC']:.4f}",
        ]
    )


def importance(model, names: list[str]) -> pd.Series:
    """Share of each feature in what the trees of a `profile_detector` gain by splitting, largest first."""
    trees = [
        part.feature_importances_ for part in model[-1].estimators_ if hasattr(part, "feature_importances_")
    ]
    return pd.Series(np.mean(trees, axis=0), names).sort_values(ascending=False)


def gaps(features: pd.DataFrame, labels: pd.Series) -> list[str]:
    """A warning where features are missing for bots much more often than for humans, or the reverse."""
    share = features.isna().groupby(labels).mean()
    uneven = share.columns[(share.loc[1] - share.loc[0]).abs() > 0.2]
    if not len(uneven):
        return []
    return [
        "CAUTION: these are missing much more often in one class, so part of the AUC may tell only how the "
        f"files were made: {', '.join(uneven)}. Leave their fields out with --without."
    ]
