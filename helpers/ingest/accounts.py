"""Labelled accounts in files of a reader's own: reading them, and how well a detector does on them.

The files are those of the public bot repository: a JSON file of v1.1 user objects, bare or tweet-like (`user`, and
`created_at`, the moment of the lookup), and a file of ids and labels. Such files went through spreadsheets and other
programs, so counts may be text, truth values "true" or "1", and times ISO or milliseconds: they are read
leniently here, unlike tweets in `helpers.ingest`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

from helpers.bots.detector import cross_validated, profile_detector
from helpers.bots.evaluation import by_feature_class, evaluation
from helpers.bots.features import account_features
from helpers.bots.features.user import CATALOGUE, LITE, profile_features
from helpers.bots.labels import timeline_classes
from helpers.ingest import USER_COLUMNS, Damaged, ingest_files, lines, microseconds
from helpers.old_uncertainty import bootstrap
from helpers.study import StudyError
from helpers.tables import TIME, USERS

# Boosted trees wait for each other by spinning: beside another busy process, two threads took 600 times as long as one.
ONE_THREAD = threadpool_limits.wrap(limits=1, user_api="openmp")
LABELS = {"bot": 1, "human": 0, "1": 1, "0": 0}
TRUTH = {
    "true": True,
    "t": True,
    "1": True,
    "1.0": True,
    "false": False,
    "f": False,
    "0": False,
    "0.0": False,
}
NOTHING = {"", "null", "none", "nan"}
ALWAYS = {"user_id", "screen_name", "created_at"}  # columns that features cannot do without
SHOWN = 10  # ids named of those without a partner


class Accounts(NamedTuple):
    """Labelled accounts: columns of `users`, moments of their lookup and labels (1 bot, 0 human) by user_id; remarks."""

    users: pd.DataFrame
    at: pd.Series
    labels: pd.Series
    remarks: list[str]


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────


def read_accounts(accounts: Path, labels: Path) -> Accounts:
    """Accounts that have both an object in `accounts` and a label in `labels`, and remarks on the others.

    Raises StudyError for files that cannot be read, and where bots or humans are missing.
    """
    users, at, odd_objects = read_objects(accounts)
    label, odd_labels = read_label_file(labels)
    has_object, has_label = label.index.isin(users["user_id"]), users["user_id"].isin(label.index)
    remarks = [
        *odd_objects,
        *odd_labels,
        _partnerless(f"labels of {labels} without an object", label.index[~has_object]),
        _partnerless(f"objects of {accounts} without a label", users["user_id"][~has_label]),
    ]
    users = users[has_label].reset_index(drop=True)
    label = label.loc[users["user_id"]]
    if label.nunique() < 2:
        raise StudyError(
            f"{accounts}, {labels}: {int(label.sum())} bots and {int((1 - label).sum())} humans have both an object "
            "and a label. At least one of each is needed: check that the files belong together."
        )
    return Accounts(users, at.loc[users["user_id"]], label, [remark for remark in remarks if remark])


def _partnerless(what: str, ids: pd.Index | pd.Series) -> str:
    if not len(ids):
        return ""
    more = ", …" if len(ids) > SHOWN else ""
    return f"{len(ids)} {what}: {', '.join(str(one) for one in ids[:SHOWN])}{more}"


def read_objects(path: Path) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """User objects of a file (JSON lines or an array, plain or compressed), the moments of their lookup, remarks.

    Out: columns of `users` that any object has, without tweets_collected, one row an account (the last object);
    moments by user_id. An object without a moment was looked up at the latest time that the file mentions.
    Raises StudyError with file and line of an object that has no id or is none.
    """
    rows, moments, latest = {}, {}, []
    repeated, fields = [], set()
    for where, item in _items(path):
        user = item.get("user", item) if isinstance(item, dict) else None
        if not isinstance(user, dict) or (user_id := _id(user)) is None:
            raise StudyError(
                f"{path}, {where}: not a v1.1 user with an id. Correct or remove it, then try again."
            )
        if user_id in rows:
            repeated.append(user_id)
        row = {field.name: _value(user.get(field.name), field.type) for field in USER_COLUMNS}
        rows[user_id] = row | {"user_id": user_id}
        moments[user_id] = None if user is item else _time(item.get("created_at"))
        status = user.get("status")
        latest += [
            row["created_at"],
            moments[user_id],
            _time(status.get("created_at")) if isinstance(status, dict) else None,
        ]
        fields |= user.keys()
    if not rows:
        raise StudyError(
            f"{path}: no user objects. One v1.1 user object a line, or an array of them, is needed."
        )
    schema = pa.schema([field for field in USER_COLUMNS if field.name in fields | ALWAYS])
    users = pa.Table.from_pylist(list(rows.values()), schema).to_pandas(types_mapper=pd.ArrowDtype)
    last = max((time for time in latest if time is not None), default=None)
    at = pa.array([last if time is None else time for time in moments.values()], pa.int64()).cast(TIME)
    missing = sum(time is None for time in moments.values())
    remarks = [
        _partnerless(f"objects of {path} are repeated, the last one counts", list(dict.fromkeys(repeated))),
        f"{missing} objects of {path} do not say when they were looked up: "
        f"{pd.Timestamp(last, unit='us', tz='UTC'):%Y-%m-%d %H:%M} UTC, the latest time in the file, is taken"
        if missing and last is not None
        else "",
    ]
    return users, pd.Series(at.to_pandas().to_numpy(), list(rows), dtype=pd.ArrowDtype(TIME)), remarks


def read_label_file(path: Path) -> tuple[pd.Series, list[str]]:
    """Labels (1 bot, 0 human) by user_id, and remarks, from a file of id and label, tab- or comma-separated.

    Labels are bot and human, or 1 and 0; a first line without an id is a header, further columns are passed over.
    Raises StudyError that names the line of any other id or label.
    """
    labels, repeated = {}, []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        user_id, label, *_ = [word.strip(" '\"") for word in re.split(r"[\t,;]|\s+", line.strip())] + [""]
        if number == 1 and not re.search(r"\d", user_id):
            continue
        if not re.fullmatch(r"\d{1,19}", user_id) or label.lower() not in LABELS:
            raise StudyError(
                f"{path}, line {number}: '{user_id}', '{label}' is not an id (a whole number; a spreadsheet may have "
                "rounded it) and bot or human (or 1 or 0), separated by a tab or a comma."
            )
        if int(user_id) in labels:
            repeated.append(int(user_id))
        labels[int(user_id)] = LABELS[label.lower()]
    remark = _partnerless(f"ids of {path} are repeated, the last label counts", list(dict.fromkeys(repeated)))
    return pd.Series(labels, dtype="int64", name="label"), [remark]


def _text(path: Path) -> str:
    try:
        return b"\n".join(lines(Path(path))).decode("utf-8-sig", "replace")
    except Damaged as damage:
        raise StudyError(f"{path}: {damage}. A whole file is needed.") from None
    except OSError as error:
        raise StudyError(
            f"{path}: cannot be read ({error.strerror}). Check the name and permissions."
        ) from None


def _items(path: Path) -> list[tuple[str, Any]]:
    """The items of a JSON array, or the objects on the lines that are not blank, each after where it is."""
    text = _text(path)
    if text.lstrip().startswith("["):
        try:
            return [(f"item {number}", item) for number, item in enumerate(json.loads(text), 1)]
        except ValueError as error:
            raise StudyError(f"{path}: not a JSON array ({error}). Correct it, then try again.") from None
    return [(f"line {n}", _json(line, path, n)) for n, line in enumerate(text.split("\n"), 1) if line.strip()]


def _json(line: str, path: Path, number: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise StudyError(
            f"{path}, line {number}: not JSON ({error}). Correct or remove it, then try again."
        ) from None


def _id(user: dict) -> int | None:
    """The id of a user object, None where it has none; a float beyond 2**53 has been rounded and is none."""
    for value in (user.get("id_str"), user.get("id"), user.get("user_id")):
        if isinstance(value, float) and value.is_integer() and value < 2**53:
            value = int(value)
        if type(value) in (str, int) and re.fullmatch(r"\d{1,19}", str(value).strip()) and int(value) < 2**63:
            return int(value)
    return None


def _value(value: Any, kind: pa.DataType) -> Any:
    """A field of a user object as a value of a column of this type; None for what cannot be read."""
    if value is None or str(value).strip().lower() in NOTHING:
        return None
    if pa.types.is_boolean(kind):
        return TRUTH.get(str(value).strip().lower())
    if pa.types.is_integer(kind):
        return _whole(value)
    if pa.types.is_timestamp(kind):
        return _time(value)
    return (
        str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )  # half a pair is not a letter


def _whole(value: Any) -> int | None:
    try:
        return int(float(str(value).replace(",", "")))
    except (ValueError, OverflowError):
        return None


def _time(value: Any) -> int | None:
    """A time in microseconds since 1970 UTC, from Twitter's format, ISO 8601, or (milli)seconds; None if it is none."""
    try:
        if number := re.fullmatch(r"(\d{9,13})(?:\.0*)?L?", str(value).strip()):
            return int(number[1]) * (1000 if len(number[1]) > 10 else 1_000_000)
        return microseconds(str(value).strip())
    except ValueError:
        return None


# ── Features and scores ──────────────────────────────────────────────────────────────────────────────────────


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
            f"--folds {folds}: there must be at least 2, and no more than accounts of the rarer label ({least})."
        )
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    scores = cross_val_predict(model, features, labels, cv=split, method="predict_proba")[:, 1]
    return pd.Series(scores, features.index, name="score")


# ── Reports ──────────────────────────────────────────────────────────────────────────────────────────────────


@ONE_THREAD
def evaluate(
    accounts: Accounts,
    without: Sequence[str] = (),
    folds: int = 5,
    seed: int = 0,
    timelines: Path | None = None,
) -> str:
    """Report of a cross-validation on labelled accounts; its last line is `AUC` and the value.

    The AUC is that of the out-of-fold scores of all accounts together. With a file of timelines (v1.1 tweets, of any
    accounts) the score is the mean of that of the profile and that of the other five classes of features, for
    accounts of which there are tweets.
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
            f"AUC of the profile alone: {roc_auc_score(labels, profile):.4f}; of the classes of the timelines:"
        ]
        remarks += table[["class", "alone"]].to_string(index=False, header=False).splitlines()
    return report(how, scores, plain, labels, weight, remarks)


def features_of_timelines(accounts: Accounts, timelines: Path) -> pd.DataFrame:
    """Features of the accounts that need a timeline, from a file of v1.1 tweets by and around them."""
    with TemporaryDirectory() as folder:
        ledger = ingest_files([timelines], Path(folder))
        if not ledger["kept"].sum():
            raise StudyError(f"{timelines}: no v1.1 tweets. One tweet a line is needed.")
        users = accounts.users.reindex(columns=[name for name in USERS.names if name != "tweets_collected"])
        return timeline_classes(account_features(users, Path(folder) / "tweets.parquet", accounts.at))


@ONE_THREAD
def transfer(train: Accounts, test: Accounts, without: Sequence[str] = (), seed: int = 0) -> str:
    """Report on accounts of `test`, scored by a detector that has seen those of `train`; its last line as above.

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
    how = f"trained on {len(seen):,} other accounts ({labels.sum():,} bots), {len(left)} features of the profile"
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
    """Accounts, AUC with its bootstrap interval, what is right and wrong at 0.5, weightiest features, as text."""
    quality = evaluation(scores, labels).iloc[0]
    table = pd.DataFrame({"score": scores, "label": labels})
    low, high = bootstrap(table, _auc)
    (humans_right, humans_wrong), (bots_wrong, bots_right) = confusion_matrix(
        labels, scores > 0.5, labels=[0, 1]
    )
    return "\n".join(
        [
            f"accounts   {len(labels):,}: {labels.sum():,} bots, {(1 - labels).sum():,} humans",
            f"method     {how}",
            f"AUC        {quality['AUC']:.4f}, 95 % interval {low:.4f} to {high:.4f} (bootstrap over accounts)",
            f"beside it  {_auc(table.assign(score=plain)):.4f}, a plain forest on the features of BotometerLite",
            *(f"{name:10} {quality[name]:.4f}" for name in ("accuracy", "precision", "recall")),
            "at 0.5     called bot  called human",
            f"  bots     {bots_right:10,}  {bots_wrong:12,}",
            f"  humans   {humans_wrong:10,}  {humans_right:12,}",
            "the weightiest features:",
            *(
                f"  {share:5.1%}  {name}: {CATALOGUE[name].measures}"
                for name, share in weight.head(10).items()
            ),
            *remarks,
            f"AUC {quality['AUC']:.4f}",
        ]
    )


def importance(model, names: list[str]) -> pd.Series:
    """Share of each feature in what the trees of a `profile_detector` gain by splitting, largest first."""
    trees = [
        part.feature_importances_ for part in model[-1].estimators_ if hasattr(part, "feature_importances_")
    ]
    return pd.Series(np.mean(trees, axis=0), names).sort_values(ascending=False)


def _auc(table: pd.DataFrame) -> float:
    return roc_auc_score(table["label"], table["score"]) if table["label"].nunique() == 2 else np.nan


def gaps(features: pd.DataFrame, labels: pd.Series) -> list[str]:
    """A warning where features are missing for bots much more often than for humans, or the reverse."""
    share = features.isna().groupby(labels).mean()
    uneven = share.columns[(share.loc[1] - share.loc[0]).abs() > 0.2]
    if not len(uneven):
        return []
    return [
        "CAUTION: these are missing much more often in one class, so part of the AUC may tell only how the files "
        f"were made: {', '.join(uneven)}. Leave their fields out with --without."
    ]
