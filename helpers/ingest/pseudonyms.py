"""Pseudonyms: with a key, no table, picture or page holds the id of an account or tweet, or a handle.

`--pseudonyms KEYFILE` replaces, as raw files and lookups are read, with BLAKE2b under the key of that file

- ids of accounts and tweets by whole numbers from 1 to 2**63 - 1, no two by the same: a permutation (a
  Feistel network, as in NIST SP 800-38G; six rounds after Patarin 2004);
- screen names, and handles in texts (`@handle`), by `user_` and 12 hex digits, the same in any case of
  letters: longer than Twitter's handles. Those among a candidate's `mentions` in study.toml stay, since sides
  and subjects need them;
- links to accounts and tweets (twitter.com, x.com, t.co), and those of profiles, by `link_` and 12 digits;
  the name of the site stays in texts;
- names of raw files, often those of accounts, by their number in the order of names.

Display names become null, and what a rejected line held is cut out of its reason. All else stays: texts, by
which a tweet can be searched, and in which a handle without its @ is a word like others; descriptions,
locations, times and counts. These are pseudonyms, not anonymity.

Joins hold, and so do all numbers but those that depend on names, or on ids. Features of screen and display
names are not known (NaN), and what the article says of random names is not measured; a text with a handle or
such a link has another length, and other sentiment where the handle was a word of feeling or in capitals;
handles that hold a search term are not found by it; of what is equal (as active, as often posted) the ids say
what comes first; and what is drawn at random is drawn from accounts in the order of ids, so that ends of
intervals and chances differ as with another seed.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from helpers.study import ROOT, Study, StudyError, current_study
from helpers.tables import TWEETS, recorded

SETTING = "STUDY_PSEUDONYMS"  # of the environment: the path of the key's file
BYTES = 32  # of a key
PSEUDONYM = r"^user_[0-9a-f]{12}$"
SITE = r"(?<![\w-])(?:twitter\.com|x\.com|t\.co)(?:/|%2F)"
NAMING = re.compile(rf"({SITE})([!-~]*[\w/-])|[@＠](\w+)", re.ASCII | re.IGNORECASE)
SAID = re.compile(r"(?<=[ \[({:])['\"]\s*[@\w][^'\"]*['\"]?|\d[\d.e+]{4,}")  # by a rejected line
IDS = ["mentions", *(name for name in TWEETS.names if name.endswith("_id"))]


class Pseudonyms(NamedTuple):
    """The pseudonyms of a key; handles that are `kept` (lower case) have none. Without a key nothing has."""

    key: bytes = b""
    kept: frozenset[str] = frozenset()

    def word(self, kind: str, text: str) -> str:
        """The kind of a thing and 12 hex digits for the text that names it."""
        return f"{kind}_{blake2b(f'{kind} {text}'.encode(), digest_size=6, key=self.key).hexdigest()}"

    def fingerprint(self) -> str | None:
        """What tells keys apart and does not tell the key; None without one."""
        return self.word("key", " ".join(sorted(self.kept))) if self.key else None

    @lru_cache(maxsize=200_000)  # noqa: B019 (as long as the process: there is one key)
    def number(self, given: int) -> int:
        """The pseudonym of an id (1 to 2**63 - 1): such a number, and of no other id."""
        high, low = given >> 32, given & 0xFFFFFFFF  # 31 and 32 bits
        for turn in (1, 3, 5) if self.key else ():
            high ^= self._mixed(turn, low) >> 1
            low ^= self._mixed(turn + 1, high)
        return high << 32 | low or (given and self.number(0))  # 0 is no id; what it becomes takes its place

    def _mixed(self, turn: int, half: int) -> int:
        return int.from_bytes(blake2b(b"%d %d" % (turn, half), digest_size=4, key=self.key).digest())

    def handle(self, name: str) -> str:
        """The pseudonym of a handle without its @."""
        return name if name.lower() in self.kept else self.word("user", name.lower())

    def text(self, text: str) -> str:
        """A text with pseudonyms for its handles and its links to accounts and tweets."""
        return NAMING.sub(lambda m: m[1] + self.word("link", m[2]) if m[1] else f"@{self.handle(m[3])}", text)

    def table(self, table: pa.Table, ids: bool = True) -> pa.Table:
        """Rows of tweets, users (whose columns may begin with author_) or rejected lines with pseudonyms for
        what names accounts, or all but ids.
        """
        changes = {
            **dict.fromkeys(IDS if ids else [], self.number),
            **dict.fromkeys(["text", "description", "location", "urls"], self.text),
            **dict.fromkeys(["url", "profile_banner_url"], lambda address: self.word("link", address)),
            **dict.fromkeys(["name", "names"], lambda name: None),
            "screen_name": self.handle,
            "reason": lambda why: SAID.sub("…", why),
        }
        for place, name in enumerate(table.column_names if self.key else []):
            if not (change := changes.get(name.removeprefix("author_"))):
                continue
            values = [
                [*map(change, value)] if isinstance(value, list) else value and change(value)
                for value in table[name].to_pylist()
            ]
            table = table.set_column(place, table.field(name), pa.array(values, table.field(name).type))
        return table


REAL = Pseudonyms()


def key(path: Path, *apart: Path) -> bytes:
    """The key in a file, which is made (32 random bytes, for its owner alone) where there is none.

    Raises StudyError where the file lies in a study's folder, in this package, or in one of those that it
    must be `apart` from; where it cannot be made or read; where it is no key.
    """
    never = {ROOT, *(folder.resolve() for folder in apart)}
    for folder in path.resolve().parents:
        if folder in never or (folder / "study.toml").exists():
            raise StudyError(f"{path}: a key must not lie in {folder}. Name a file elsewhere.")
    try:
        with suppress(FileExistsError), open(path, "xb", opener=lambda *way: os.open(*way, 0o600)) as file:
            file.write(secrets.token_bytes(BYTES))
        found = path.read_bytes()
    except OSError as error:
        raise StudyError(f"{path}: no key is made or read here ({error.strerror}). Name another.") from None
    if len(found) != BYTES:
        raise StudyError(f"{path}: not a key, which has {BYTES} bytes. Name one, or a file to be made.")
    return found


def chosen(study: Study) -> Pseudonyms:
    """The study's pseudonyms, by the key in the file that the environment names; REAL where it names none.

    Raises StudyError where ids of tables that were made with pseudonyms would be real again, and for tables
    that came along or lie elsewhere, since only raw files get pseudonyms.
    """
    if not (file := os.environ.get(SETTING)):
        if recorded(study.tables).get("pseudonyms"):
            why = f"made with pseudonyms. Name their key (--pseudonyms, or {SETTING}), or another --out."
            raise StudyError(f"{study.tables}: {why}")
        return REAL
    if study.engine.tables or (study.folder / "tables").exists():
        raise StudyError(f"{study.folder}: only raw files get pseudonyms, not tables that came along.")
    kept = {name.lower().lstrip("@") for candidate in study.candidates for name in candidate.mentions}
    return Pseudonyms(key(Path(file), study.out), frozenset(kept))


def current() -> Pseudonyms:
    """Those of the study that was opened last; REAL where the environment names no key."""
    return chosen(current_study()) if SETTING in os.environ else REAL


def quotable(study: Study) -> bool:
    """Whether a tweet may be shown as it was posted: by nobody, and without pseudonyms."""
    return study.synthetic and chosen(study) == REAL
