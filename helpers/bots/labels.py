"""Accounts with a known label, from which a detector learns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd

from helpers.bots.features import account_features, class_of
from helpers.bots.features.user import profile_features
from helpers.ingest import pseudonyms
from helpers.ingest.accounts import Accounts, read_accounts, read_objects
from helpers.ingest.by_account import listed, read_by_account
from helpers.ingest.ledger import ingest_files
from helpers.ingest.tweets import USER_COLUMNS
from helpers.study import Study, StudyError
from helpers.tables import USERS, collect, scan

Examples = tuple[pd.DataFrame, pd.Series]  # features of labelled accounts, and their labels
NOBODY = USERS.empty_table().to_pandas()


def labelled_accounts(study: Study, at: datetime) -> Examples:
    """Features of the study's labelled accounts and their labels (1 bot, 0 human), both indexed by user_id.

    Both empty where the study has none, or brings scores made elsewhere. Raises StudyError as
    `read_accounts` does, and where pseudonyms of the tables need their key.
    """
    pseudonyms.chosen(study)
    if study.labelled is None or study.scores_csv.exists():
        return profile_features(NOBODY, at), pd.Series(dtype=int)
    labels = read_labelled(study.labelled).labels
    features = lookup_features(study, study.labelled, labels.index, at)
    return features, labels.loc[features.index]


def read_labelled(folder: Path) -> Accounts:
    """Labelled accounts of a folder with accounts.json* and labels.*: as `read_accounts` reads them."""
    return read_accounts(only(folder, "accounts.json*"), only(folder, "labels.*"))


def lookup_features(study: Study, folder: Path, accounts: pd.Index, at: datetime) -> pd.DataFrame:
    """Features of those of the accounts that were looked up, from a folder's accounts.json* and
    timelines.json*.

    Without timelines, of these or of the accounts to be scored, the profile is all that is looked at. Tables
    of the timelines are kept in the study's output folder.
    """
    users, names = read_objects(only(folder, "accounts.json*"))[0], screen_names(study)
    users = users.reindex(columns=USER_COLUMNS.names)
    wanted = users[users["user_id"].isin(accounts)]
    if not timelines(study.timelines) or not (files := timelines(folder)):
        return profile_features(wanted, at, names)
    made = study.tables / "lookups" / folder.name
    ingest_timelines(files, made, users)
    others = pd.read_parquet(made / "users.parquet", dtype_backend="pyarrow")
    others = others[~others["user_id"].isin(users["user_id"])]
    return account_features(wanted, made / "tweets.parquet", at, pd.concat([users, others]), names)


def ingest_timelines(files: list[Path], out: Path, users: pd.DataFrame) -> list[str]:
    """Make tables of recent tweets in the folder `out`; a remark on lines that are none.

    Raises StudyError where no line is a tweet of one of the users.
    """
    if not files:
        return []
    ingest_files(files, out)
    authors, rejected = (pd.read_parquet(out / f"{name}.parquet") for name in ("users", "rejected"))
    first = "".join(f" (line {one.line} of {one.file}: {one.reason})" for one in rejected[:1].itertuples())
    if not authors["user_id"].isin(users["user_id"]).any():
        raise StudyError(f"{files[0]}: no v1.1 tweets of these accounts{first}. One a line is needed.")
    return [f"lines in {files[0].parent} that are no tweets: {len(rejected)}{first}"] if first else []


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


def read_kinds(study: Study) -> tuple[pd.Series, list[str]]:
    """What kind of bot or human each labelled account is, by user_id, from labelled/kinds.tsv, and remarks;
    empty without it.
    """
    path = study.labelled and study.labelled / "kinds.tsv"
    if not path or not path.exists():
        return pd.Series(dtype="str", index=pd.Index([], dtype="int64")), []
    table, remarks = read_by_account(path, {"kind": lambda text: text or None})
    return table["kind"].astype("str"), remarks


def lookups(study: Study) -> tuple[pd.DataFrame, list[str]]:
    """Users in the study's timelines/, by user_id, and what is not used of its labels, kinds and lookups."""
    users, remarks, made = NOBODY, [], study.tables / "lookups"
    if study.labelled:
        accounts, (kinds, odd) = read_labelled(study.labelled), read_kinds(study)
        others = kinds.index.difference(accounts.labels.index)
        remarks += [*accounts.remarks, *odd, listed("ids of kinds.tsv without a labelled account", others)]
        remarks += ingest_timelines(timelines(study.labelled), made / "labelled", accounts.users)
    if study.timelines:
        users, _, again, _ = read_objects(only(study.timelines, "accounts.json*"))
        remarks += [*again, *ingest_timelines(timelines(study.timelines), made / "timelines", users)]
    return users.set_index("user_id"), remarks


def only(folder: Path, pattern: str) -> Path:
    """The one file of a folder whose name matches. Raises StudyError if there are none or several."""
    files = sorted(folder.glob(pattern))
    if len(files) != 1:
        named = ", ".join(file.name for file in files) or "none"
        raise StudyError(f"{folder}: one file {pattern} is needed, and there is: {named}.")
    return files[0]
