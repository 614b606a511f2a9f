"""Accounts with a known label, from which a detector learns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd

from helpers.features import profile_features
from helpers.ingest import read_users
from helpers.study import Study, StudyError
from helpers.tables import USERS

LABELLED = ["bot", "human"]
CLASSES = [*LABELLED, "unknown"]
PEOPLE = {"bot": "bots", "human": "humans", "unknown": "accounts without a class"}
NOBODY = USERS.empty_table().to_pandas()


def labelled_accounts(study: Study, at: datetime) -> tuple[pd.DataFrame, pd.Series]:
    """Features of the study's labelled accounts and their labels (1 bot, 0 human), both indexed by user_id.

    Both empty where the study has none. Raises StudyError if a label is neither "bot" nor "human".
    """
    if study.labelled is None:
        return profile_features(NOBODY, at), pd.Series(dtype=int)
    features = profile_features(read_users(_only(study.labelled, "accounts.json*")), at)
    labels = read_labels(_only(study.labelled, "labels.*"))
    known = features.index.intersection(labels.index)
    return features.loc[known], labels.loc[known]


def read_labels(path: Path) -> pd.Series:
    """Labels (1 bot, 0 human) by user_id from a tab- or comma-separated file of id and label."""
    separator = "," if path.suffix == ".csv" else "\t"
    table = pd.read_csv(path, sep=separator, header=None, names=["user_id", "label"], dtype=str)
    wrong = table[~table["label"].isin(LABELLED) | ~table["user_id"].str.fullmatch(r"\d+", na=False)]
    if len(wrong):
        line, row = wrong.index[0] + 1, wrong.iloc[0]
        raise StudyError(
            f"{path}, line {line}: '{row['user_id']}', '{row['label']}' is not an id and bot or human."
        )
    return table.set_index(table["user_id"].astype("int64"))["label"].eq("bot").astype(int)


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise StudyError(f"{folder}: {len(found)} files match {pattern}, there must be one.")
    return found[0]
