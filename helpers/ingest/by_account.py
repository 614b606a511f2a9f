"""Small tables with an account a line, of which people bring all sorts: its label, its kind, its scores.

They come out of spreadsheets and other programs: with tabs, commas, semicolons or blanks between the fields,
with or without quotes and a header, in UTF-8 or UTF-16. All are read here, so that a study and a command read
them alike.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.ingest.files import content
from helpers.ingest.pseudonyms import current
from helpers.study import StudyError

# What a header may call a column, the first that it has; in lower case, letters and digits alone.
NAMES = {
    "user_id": ["userid", "accountid", "authorid", "twitterid", "idstr", "id"],
    "label": ["label", "labels", "class", "isbot", "bot", "type"],
    "score": ["score", "botscore"],
}
SHOWN = 10  # ids named of those that something is said of
AROUND = " \t\xa0'\""  # what may stand around a field


def account_id(given: object) -> int:
    """An account's id (or pseudonym) from text or a number. Raises ValueError that says why it is none.

    A float beyond 2**53 has lost its last digits: what is left is another account's id, or nobody's.
    """
    text = str(given).strip(AROUND)
    if not re.fullmatch(r"\d+(\.0*)?|\d(\.\d+)?e\+?\d\d", text, re.IGNORECASE):
        raise ValueError(f"'{text:.40}' is no id, which is a whole number")
    number = int(text if text.isdecimal() else float(text))
    if number >= 2**53 and not text.isdecimal():
        raise ValueError(f"id '{text:.40}' was rounded by a spreadsheet or as a float: it is needed whole")
    if not 0 < number < 2**63:
        raise ValueError(f"id '{text:.40}' is none of Twitter's, which lie between 1 and 2^63")
    return current().number(number)


def listed(what: str, ids: Iterable[int]) -> str:
    """How many accounts there are of a sort, and the ids of the first; empty for none."""
    ids = [str(one) for one in ids]
    return f"{what}: {len(ids)} ({', '.join(ids[:SHOWN] + ['…'] * (len(ids) > SHOWN))})" if ids else ""


def last_of(what: str, found: list[tuple[int, str, Any]]) -> tuple[dict[int, Any], list[str]]:
    """The last thing of each id, and a remark on ids that come again; in: id, place in the file, thing."""
    places = pd.Series([where for _, where, _ in found], [one for one, *_ in found], dtype=str)
    again = places[places.index.duplicated()]
    first = "".join(again[:1])
    remark = listed(f"{what} that come again (the first in {first}; the last counts)", again.index.unique())
    return {one: thing for one, _, thing in found}, [remark] if remark else []


def read_by_account(path: Path, readers: dict[str, Callable[[str], Any]]) -> tuple[pd.DataFrame, list[str]]:
    """Values by user_id, and remarks on ids that come again, of which the last line counts.

    In: how to read the text of a column, by its name; a reader raises ValueError that says what is wrong. The
    first column is needed, others may be missing. Without a header (see NAMES) ids and the one column that is
    asked for lead each line; further columns are passed over. Raises StudyError that names the first line at
    fault and how many there are.
    """
    lines, found, faults = list(rows(path)), [], []
    if not lines:
        raise StudyError(f"{path}: it is empty. A line an account is needed: id and {next(iter(readers))}.")
    place, width = columns(path, lines[0][1], list(readers))
    for line, fields in lines[width > 0 :]:
        texts = {name: "".join(fields[at : at + 1]) for name, at in place.items()}
        try:
            if width and any(fields[width:]):
                raise ValueError(f"it has {len(fields)} fields, the header {width} (are quotes missing?)")
            account = account_id(texts.pop("user_id"))
            read = {name: readers[name](text) for name, text in texts.items()}
            found.append((account, f"line {line}", read))
        except ValueError as fault:
            faults.append(f"{path}, line {line}: {fault!s:.200}. Correct or remove it")
    if faults:
        raise StudyError(f"{faults[0]}, then try again. Lines at fault: {len(faults)}.")
    last, remarks = last_of(f"ids of {path}", found)
    index, names = pd.Index(list(last), dtype="int64"), [name for name in place if name != "user_id"]
    return pd.DataFrame(list(last.values()), index, names), remarks


def columns(path: Path, first: list[str], wanted: list[str]) -> tuple[dict[str, int], int]:
    """Where the id and those columns are that the first row names, and its width; 0 where it is no header.

    Raises StudyError where the id or the first of the wanted is not named, unless that alone is wanted.
    """
    given, wanted = [re.sub(r"[\W_]", "", name).lower() for name in first], ["user_id", *wanted]
    names = [(column, name) for column in wanted for name in reversed(NAMES.get(column, [column]))]
    place = {column: given.index(name) for column, name in names if name in given}
    if "user_id" not in place and len(wanted) == 2:
        return {"user_id": 0, wanted[1]: 1}, 0
    if lacking := " and ".join(name for name in wanted[:2] if name not in place):
        raise StudyError(f"{path}: no column {lacking}. The first line must name user_id and {wanted[1]}.")
    return place, len(first)


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each row; blank rows and comments (#) are left out.

    Fields are parted by what comes first in the first row: a tab, a semicolon or a comma, else by blanks.
    Raises StudyError for quotes that do not close.
    """
    text = content(path).decode(errors="replace")
    first = next((line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"), "")
    between = re.search(r"[\t;,]", first)
    parted = {"delimiter": between[0] if between else " ", "skipinitialspace": True, "strict": True}
    reader, line = csv.reader(StringIO(text, newline=""), **parted), 1
    try:
        for fields in reader:
            fields = [field.strip(AROUND) for field in fields]
            if any(fields) and not fields[0].startswith("#"):
                yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        raise StudyError(f"{path}, line {line}: {error}. Correct its quotes, then try again.") from None
