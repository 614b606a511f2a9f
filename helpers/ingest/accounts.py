"""Files of accounts: those of a study, and labelled ones of a reader's own.

A study's files hold v1.1 objects and are read strictly. A reader's own are those of the public bot
repository: a JSON file of v1.1 user objects, bare or tweet-like (`user`, and `created_at`, the moment of the
lookup), and a file of ids and labels. Such files went through spreadsheets and other programs, so counts may
be text, truth values "true" or "1", and times ISO or milliseconds: they are read leniently.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pandas as pd
import pyarrow as pa

from helpers.ingest.ledger import as_table
from helpers.ingest.lines import content, objects
from helpers.ingest.tweets import USER_COLUMNS, Rejected, User, decode_tweet, microseconds, user_row
from helpers.study import StudyError
from helpers.tables import ID, TIME

LABELS = {"bot": 1, "human": 0, "1": 1, "0": 0}
TRUTH = dict.fromkeys(["true", "t", "1", "1.0"], True) | dict.fromkeys(["false", "f", "0", "0.0"], False)
MISSING = {"", "null", "none", "nan"}
ALWAYS = {"user_id", "screen_name", "created_at"}  # columns that features cannot do without
SHOWN = 10  # ids named of those without a partner


decode_user = msgspec.json.Decoder(User).decode


def read_users(path: Path) -> pd.DataFrame:
    """The users of a small file (JSON lines or one array, plain or compressed): USER_COLUMNS.

    Each object is a v1.1 user, or has one as its `user` (a tweet). Arrow types, so that ids stay whole; one
    row an object in the file's order. Raises StudyError with file and line of the first that cannot be read.
    """
    rows = []
    for where, item in objects(path):
        try:
            user = decode_tweet(item).user or decode_user(item)
            rows.append([None if value == "" else value for value in user_row(user)])
            if rows[-1][0] is None:
                raise Rejected("it has no id")
        except (msgspec.MsgspecError, ValueError, RecursionError) as fault:
            raise StudyError(f"{path}, {where}: not a v1.1 user ({fault}). Correct or remove it.") from None
    return as_table(rows, USER_COLUMNS).to_pandas(types_mapper=pd.ArrowDtype)


# ── Labelled accounts of a reader's own ─────────────────────────────────────────────────────────────────────


class Accounts(NamedTuple):
    """Labelled accounts: columns of `users`; by user_id, when looked up and labels (1 bot, 0 human)."""

    users: pd.DataFrame
    at: pd.Series
    labels: pd.Series
    remarks: list[str]


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
        listed(f"labels of {labels} without an object", label.index[~has_object]),
        listed(f"objects of {accounts} without a label", users["user_id"][~has_label]),
    ]
    users = users[has_label].reset_index(drop=True)
    label = label.loc[users["user_id"]]
    if label.nunique() < 2:
        raise StudyError(
            f"{accounts}, {labels}: {int(label.sum())} bots and {int((1 - label).sum())} humans have both an "
            "object and a label. At least one of each is needed: check that the files belong together."
        )
    return Accounts(users, at.loc[users["user_id"]], label, [remark for remark in remarks if remark])


def listed(what: str, ids: Iterable[int]) -> str:
    """How many accounts there are of a sort, and the ids of the first; empty for none."""
    ids = [str(one) for one in ids]
    return f"{len(ids)} {what}: {', '.join(ids[:SHOWN] + ['…'] * (len(ids) > SHOWN))}" if ids else ""


def repeated(ids: Iterable[int]) -> list[int]:
    """The ids that occur more than once."""
    return [one for one, times in Counter(ids).items() if times > 1]


class Record(NamedTuple):
    """What a file says of an account; moments in microseconds since 1970 UTC."""

    row: dict  # of USER_COLUMNS
    fields: set[str]  # that the object has
    at: int | None  # of its lookup
    latest: int | None  # that the object mentions


def read_objects(path: Path) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """User objects of a file (JSON lines, an array; plain, compressed), when they were looked up, remarks.

    Out: columns of `users` that any object has, without tweets_collected, one row an account (the last
    object); moments by user_id. An object without a moment was looked up at the latest time that the file
    mentions. Raises StudyError with file and line of an object that has no id or is none.
    """
    records = [record(item, f"{path}, {where}") for where, item in objects(path)]
    if not records:
        raise StudyError(f"{path}: no user objects. v1.1 user objects, one a line or an array, are needed.")
    fields = ALWAYS.union(*(one.fields for one in records))
    schema = pa.schema([field for field in USER_COLUMNS if field.name in fields])
    last = {one.row["user_id"]: one for one in records}
    latest = max((one.latest for one in records if one.latest is not None), default=None)
    at = pa.array([latest if one.at is None else one.at for one in last.values()], pa.int64()).cast(TIME)
    users = pa.Table.from_pylist([one.row for one in last.values()], schema)
    again = repeated(one.row["user_id"] for one in records)
    remarks = [listed(f"objects of {path} are repeated, the last one counts", again)]
    missing = sum(one.at is None for one in last.values())
    if missing and latest is not None:
        remarks.append(
            f"{missing} objects of {path} do not say when they were looked up: "
            f"{pd.Timestamp(latest, unit='us'):%Y-%m-%d %H:%M} UTC, the latest time in the file, is taken"
        )
    moments = pd.Series(pd.arrays.ArrowExtensionArray(at), list(last))
    return users.to_pandas(types_mapper=pd.ArrowDtype), moments, remarks


def record(item: bytes, where: str) -> Record:
    """An account of one object. Raises StudyError that says where an object has no id or is none."""
    try:
        given = json.loads(item.decode(errors="replace"))
    except ValueError as error:
        raise StudyError(f"{where}: not JSON ({error}). Correct or remove it, then try again.") from None
    user = given.get("user", given) if isinstance(given, dict) else None
    if not isinstance(user, dict) or (user_id := whole_id(user)) is None:
        raise StudyError(f"{where}: not a v1.1 user with an id. Correct or remove it, then try again.")
    row = {field.name: value(user.get(field.name), field.type) for field in USER_COLUMNS}
    at, status = None if user is given else value(given.get("created_at"), TIME), user.get("status")
    latest = value(status.get("created_at"), TIME) if isinstance(status, dict) else None
    latest = max((moment for moment in (row["created_at"], at, latest) if moment is not None), default=None)
    return Record(row | {"user_id": user_id}, set(user), at, latest)


def read_label_file(path: Path) -> tuple[pd.Series, list[str]]:
    """Labels (1 bot, 0 human) by user_id, and remarks, from a file of id and label, tab- or comma-separated.

    Labels are bot and human, or 1 and 0; a first line without an id is a header, further columns are passed
    over. Raises StudyError that names the line of any other id or label.
    """
    pairs = []
    for number, line in enumerate(content(Path(path)).decode(errors="replace").splitlines(), 1):
        user_id, label, *_ = [part.strip(" '\"") for part in re.split(r"[\t,;]|\s+", line.strip())] + [""]
        if not line.strip() or (number == 1 and not re.search(r"\d", user_id)):
            continue
        if not re.fullmatch(r"\d{1,19}", user_id) or label.lower() not in LABELS:
            raise StudyError(
                f"{path}, line {number}: '{user_id}', '{label}' is not an id (a whole number; a spreadsheet "
                "may have rounded it) and bot or human (or 1 or 0), separated by a tab or a comma."
            )
        pairs.append((int(user_id), LABELS[label.lower()]))
    remark = listed(f"ids of {path} are repeated, the last label counts", repeated(one for one, _ in pairs))
    return pd.Series(dict(pairs), dtype="int64", name="label"), [remark]


def whole_id(user: dict) -> int | None:
    """The id of a user object, None where it has none; a float beyond 2**53 has been rounded and is none."""
    for value in (user.get("id_str"), user.get("id"), user.get("user_id")):
        if isinstance(value, float) and value.is_integer() and value < 2**53:
            value = int(value)
        if type(value) in (str, int) and re.fullmatch(r"\d{1,19}", str(value).strip()) and int(value) < 2**63:
            return int(value)
    return None


def value(given: Any, kind: pa.DataType) -> Any:
    """A field of a user object as a value of a column of this type; None for what cannot be read."""
    text = str(given).strip()
    if given is None or text.lower() in MISSING:
        return None
    if kind == pa.string():  # half a pair is no letter
        return str(given).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return READERS[kind](text)


def whole_number(text: str) -> int | None:
    """A count as an integer, also from "1,200" or "12.0"; None for anything else."""
    try:
        return int(float(text.replace(",", "")))
    except (ValueError, OverflowError):
        return None


def time(text: str) -> int | None:
    """Microseconds since 1970 UTC of a time as of Twitter, ISO 8601, or in (milli)seconds; else None."""
    if number := re.fullmatch(r"(\d{9,13})(?:\.0*)?L?", text):
        return int(number[1]) * (1000 if len(number[1]) > 10 else 1_000_000)
    return microseconds(text)


READERS = {pa.bool_(): lambda text: TRUTH.get(text.lower()), ID: whole_number, TIME: time}
