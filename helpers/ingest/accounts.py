"""Files of accounts: those of a study, and labelled ones of a reader's own.

Accounts are user objects in a JSON file, v1.1 or v2, bare or tweet-like (`user`, and `created_at`, the moment
of the lookup); labels stand in a file of ids and labels. So does the public bot repository keep them. Such
files went through spreadsheets and other programs: counts may be text, truth values "true" or "1", and times
ISO or milliseconds.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from helpers.ingest.by_account import account_id, last_of, listed, read_by_account
from helpers.ingest.pseudonyms import current
from helpers.ingest.records import objects
from helpers.ingest.tweets import (
    FIRST,
    SHORT,
    TOMORROW,
    USER_COLUMNS,
    User,
    decoded,
    mended,
    microseconds,
    user_row,
)  # fmt: skip
from helpers.study import StudyError
from helpers.tables import PROFILE, TIME

LABELS = {  # words for bots and humans, among them those of the public sets
    1: r"1(\.0*)?|true|t|((social|traditional)[_ ])?(spam)?bots?([_ ]?\d+)?|fake[_ ]followers?|spammers?",
    0: r"0(\.0*)?|false|f|humans?|genuine([_ ](accounts?|users?))?|real|persons?",
}
V2_NAMES = {"username": "screen_name", "following_count": "friends_count", "tweet_count": "statuses_count"}
MISSING = {"", "null", "none", "nan"}
ALWAYS = {"user_id", "screen_name", "created_at"}  # columns that features cannot do without


class Accounts(NamedTuple):
    """Labelled accounts: columns of `users`; by user_id, when looked up and labels (1 bot, 0 human).

    And remarks: on what was not used of the files, and on moments that are not known.
    """

    users: pd.DataFrame
    at: pd.Series
    labels: pd.Series
    remarks: list[str]
    assumed: list[str]


def read_accounts(accounts: Path, labels: Path) -> Accounts:
    """Accounts that have both an object in `accounts` and a label in `labels`, and remarks on the others.

    Raises StudyError for files that cannot be read, and where bots or humans are missing.
    """
    users, at, odd_objects, assumed = read_objects(accounts)
    label, odd_labels = read_label_file(labels)
    has_object, has_label = label.index.isin(users["user_id"]), users["user_id"].isin(label.index)
    remarks = [
        *odd_objects,
        *odd_labels,
        listed(f"labels of {labels} without an object", label.index[~has_object]),
        listed(f"objects of {accounts} without a label", users["user_id"][~has_label]),
    ]
    users = users[has_label].reset_index(drop=True)
    label = label.loc[users["user_id"]]
    if label.nunique() < 2:
        raise StudyError(
            f"{accounts}, {labels}: labels in all: {len(has_object)}; with an object: bots {label.sum()}, "
            f"humans {(1 - label).sum()}. At least one of each is needed; were ids rounded, files mixed up?"
        )
    return Accounts(users, at.loc[users["user_id"]], label, list(filter(None, remarks)), assumed)


class Record(NamedTuple):
    """What a file says of an account; moments in microseconds since 1970 UTC."""

    where: str  # in the file
    row: dict  # of USER_COLUMNS
    fields: set[str]  # that the object has
    at: int | None  # of its lookup
    latest: int | None  # that the object mentions


def read_objects(path: Path) -> tuple[pd.DataFrame, pd.Series, list[str], list[str]]:
    """User objects of a file (JSON lines, an array; plain, compressed), when they were looked up, remarks on
    objects that come again, and on moments that are not known.

    Out: columns of `users` that any object has, without tweets_collected, one row an account (the last
    object); moments by user_id. An object without a moment was looked up at the latest time that the file
    mentions. Raises StudyError with file and line of an object that has no id or is none.
    """
    records = [record(item, path, where) for where, item in objects(path)]
    if not records:
        raise StudyError(f"{path}: no user objects. v1.1 user objects, one a line or an array, are needed.")
    fields = ALWAYS.union(*(one.fields for one in records))
    schema = pa.schema([field for field in USER_COLUMNS if field.name in fields])
    last, again = last_of(f"objects of {path}", [(one.row["user_id"], one.where, one) for one in records])
    latest = max((one.latest for one in records if one.latest is not None), default=None)
    at = pa.array([latest if one.at is None else one.at for one in last.values()], pa.int64()).cast(TIME)
    users = current().table(pa.Table.from_pylist([one.row for one in last.values()], schema), ids=False)
    assumed, missing = [], sum(one.at is None for one in last.values())
    if missing and latest is not None:
        assumed.append(
            f"{missing} objects of {path} do not say when they were looked up: "
            f"{pd.Timestamp(latest, unit='us'):%Y-%m-%d %H:%M} UTC, the latest time in the file, is taken"
        )
    moments = pd.Series(pd.arrays.ArrowExtensionArray(at), list(last))
    return users.to_pandas(types_mapper=pd.ArrowDtype), moments, again, assumed


def record(item: bytes, path: Path, where: str) -> Record:
    """An account of one object. Raises StudyError that says where an object has no id or is none."""
    try:
        given = decoded(item)
        user = (given.get("user") or given) if isinstance(given, dict) else None
        if not isinstance(user, dict):
            raise ValueError("it is no object")
        user_id, bare = id_of(user), user is given
        user = user | (user.get("public_metrics") or {})
    except (ValueError, TypeError, RecursionError) as fault:
        why = getattr(fault, "msg", fault)  # of JSON, without the place in the object
        raise StudyError(
            f"{path}, {where}: not a v1.1 user with an id ({why}). Correct or remove it, then try again."
        ) from None
    user |= {name: user[v2] for v2, name in V2_NAMES.items() if v2 in user}
    known = {name: user[name] for name in PROFILE if str(user.get(name)).strip().lower() not in MISSING}
    born = time(known.pop("created_at", None))
    row = dict(zip(USER_COLUMNS.names, user_row(mended(known, User)[0]), strict=True))
    row |= {"user_id": user_id, "created_at": born}
    at, status = None if bare else time(given.get("created_at")), user.get("status")
    latest = time(status.get("created_at")) if isinstance(status, dict) else None
    latest = max((moment for moment in (born, at, latest) if moment is not None), default=None)
    return Record(where, row, set(user), at, latest)


def read_label_file(path: Path) -> tuple[pd.Series, list[str]]:
    """Labels (1 bot, 0 human) by user_id, and remarks, from a file that `read_by_account` reads.

    Raises StudyError that names the line of an id or a label that cannot be read.
    """
    table, remarks = read_by_account(path, {"label": label_of})
    return table["label"].astype("int64"), remarks


def label_of(text: str) -> int:
    """1 for a word that means a bot, 0 for one that means a human (LABELS). Raises ValueError for others."""
    for number, words in LABELS.items():
        if re.fullmatch(words, text, re.IGNORECASE):
            return number
    raise ValueError(f"label '{text:.40}' is neither bot nor human (nor 1 or 0, true or false, genuine, …)")


def id_of(user: dict) -> int:
    """The id of a user object. Raises ValueError that says why it has none."""
    for given in map(user.get, ("id_str", "id", "user_id")):
        with suppress(ValueError):
            return account_id(given)
    return account_id(user.get("id_str") or user.get("id"))


def time(given: object) -> int | None:
    """Microseconds since 1970 UTC of a time as of Twitter, ISO 8601, or in (milli)seconds; else None."""
    text = str(given).strip()[:SHORT]
    if number := re.fullmatch(r"(\d{9,13})(?:\.0*)?L?", text):
        since = int(number[1]) * (1000 if len(number[1]) > 10 else 1_000_000)
        return since if FIRST <= since < TOMORROW else None
    return microseconds(text)
