"""Accounts with a known label, from which a detector learns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd

from helpers.bots.features import account_features, class_of
from helpers.bots.features.user import profile_features
from helpers.ingest.accounts import read_label_file, read_users
from helpers.ingest.ledger import ingest_files
from helpers.study import Study, StudyError
from helpers.tables import USERS, collect, scan

Examples = tuple[pd.DataFrame, pd.Series]  # features of labelled accounts, and their labels
NOBODY = USERS.empty_table().to_pandas()


def labelled_accounts(study: Study, at: datetime) -> Examples:
    """Features of the study's labelled accounts and their labels (1 bot, 0 human), both indexed by user_id.

    Both empty where the study has none, or brings scores made elsewhere. Raises StudyError if a label is
    neither "bot" nor "human".
    """
    if study.labelled is None or study.scores_csv.exists():
        return profile_features(NOBODY, at), pd.Series(dtype=int)
    labels, _ = read_label_file(only(study.labelled, "labels.*"))
    features = lookup_features(study, study.labelled, labels.index, at)
    return features, labels.loc[features.index]


def lookup_features(study: Study, folder: Path, accounts: pd.Index, at: datetime) -> pd.DataFrame:
    """Features of those of the accounts that were looked up, from a folder's accounts.json* and
    timelines.json*.

    Without timelines only the profile is known. Tables of the timelines are kept in the study's output
    folder.
    """
    users, names = read_users(only(folder, "accounts.json*")), screen_names(study)
    wanted = users[users["user_id"].isin(accounts)]
    if not (files := timelines(folder)):
        return profile_features(wanted, at, names)
    made = study.tables / "lookups" / folder.name
    ingest_files(files, made)
    others = pd.read_parquet(made / "users.parquet", dtype_backend="pyarrow")
    others = others[~others["user_id"].isin(users["user_id"])]
    return account_features(wanted, made / "tweets.parquet", at, pd.concat([users, others]), names)


def timelines(folder: Path | None) -> list[Path]:
    """The files of recent tweets in a folder of looked-up accounts."""
    return sorted(folder.glob("timelines.json*")) if folder else []


def screen_names(study: Study) -> pd.Series:
    """All screen names of the study, by which what is usual in a name is judged: the same for all that are
    compared.
    """
    return collect(scan(study, "users").select("screen_name"))["screen_name"]


def timeline_classes(features: pd.DataFrame) -> pd.DataFrame:
    """The features that need a timeline: all classes but user; without columns where no account has one."""
    known = features.columns[features.notna().any()]
    return features[known[class_of(known) != "user"]]


def read_kinds(study: Study) -> pd.Series:
    """What kind of bot or human each labelled account is, by user_id, from labelled/kinds.tsv; empty without
    it.
    """
    path = study.labelled and study.labelled / "kinds.tsv"
    if not path or not path.exists():
        return pd.Series(dtype="str", index=pd.Index([], dtype="int64"))
    return pd.read_csv(path, sep="\t", header=None, names=["user_id", "kind"], index_col="user_id")["kind"]


def only(folder: Path, pattern: str) -> Path:
    """The one file of a folder whose name matches. Raises StudyError if there are none or several."""
    files = sorted(folder.glob(pattern))
    if len(files) != 1:
        raise StudyError(f"{folder}: {len(files)} files match {pattern}, there must be one.")
    return files[0]
