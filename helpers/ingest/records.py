"""JSON objects out of a stream of UTF-8: one a line, or in an array, one after another, over many lines."""

from __future__ import annotations

import io
import json
import re
from codecs import iterdecode
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from helpers.ingest.files import Damaged, blocks_of, files_in, unreadable
from helpers.study import StudyError

LONGEST = 10_000_000  # bytes of an object: Twitter's longest have less than a tenth
BETWEEN = re.compile(r"[\s,\[\]]*")  # objects of an array, or one after another
NEARLY = 10  # letters before its end at which text that is cut may be told to be wrong: "tru", "\ud8"

scan = json.JSONDecoder().raw_decode


def records(file: io.BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Each JSON object after the number of the line on which it begins; what is none, a line at a time.

    Of an object of more than LONGEST bytes, one byte more than these. Raises Damaged after the last.
    """
    blocks, head = blocks_of(file), b""
    for block in blocks:
        head += block
        if b"\n" in head.lstrip() or len(head) > LONGEST:
            break
    first, blocks = head.lstrip().partition(b"\n")[0].strip(), chain([head], blocks)
    if first.isdigit() or (first.startswith((b"{", b"[")) and as_object(first.removesuffix(b",")) is None):
        return spread(blocks)
    numbered = enumerate(lines(blocks), 1)
    return ((number, line.rstrip(b", \r")) for number, line in numbered if line and not line.isspace())


def as_object(line: bytes) -> dict | None:
    """The JSON object that a line is, None where it is none."""
    try:
        given = msgspec.json.decode(line)
    except (ValueError, RecursionError):  # as msgspec's are
        return None
    return given if isinstance(given, dict) else None


def lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream without their ends; of one of more than LONGEST bytes, a byte more than these."""
    begun = bytearray()
    for block in blocks:
        end, *rest = block.split(b"\n")
        begun += end[: LONGEST + 1 - len(begun)]
        if rest:
            yield bytes(begun)
            yield from rest[:-1]
            begun = bytearray(rest[-1])
    yield bytes(begun)


def spread(blocks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """The values of JSON in any layout, each after the number of its first line.

    What is malformed goes up to the next line that begins as its own does. An array without an end gives one
    value more, "[", which is none.
    """
    text, number, enough, depth = "", 1, 0, 0
    for part in chain(iterdecode(blocks, "utf-8", "surrogateescape"), [None]):
        text += part or ""
        if part is not None and len(text) < enough:
            continue
        at = 0
        while (start := BETWEEN.match(text, at).end()) < len(text):
            last = part is None or len(text) - start > LONGEST
            if not (end := end_of(text, start, last)):
                break
            depth += text.count("[", at, start) - text.count("]", at, start)
            number += text.count("\n", at, start)
            if depth or not text[start:end].isdecimal():  # some streams tell so how long the next object is
                yield number, text[start:end].encode("utf-8", "surrogateescape")[: LONGEST + 1]
            number += text.count("\n", start, end)
            at = end
        text, enough = text[at:], 2 * (len(text) - at)
    if depth + text.count("[") > text.count("]"):
        yield number, b"["


def end_of(text: str, start: int, last: bool) -> int:
    """Where the value that begins here ends; 0 where more text may tell, unless this is the last."""
    try:
        return scan(text, start)[1]
    except json.JSONDecodeError as error:
        if not last and (error.pos > len(text) - NEARLY or error.msg.startswith("Unterminated")):
            return 0
    except (ValueError, RecursionError):  # a number without end, values in one another without end
        pass
    begun = text.rfind("\n", 0, start) + 1
    indent = text[begun:start] if text[begun:start].isspace() else ""
    found = re.compile(rf"\n{indent}[\[{{]").search(text, start)
    return found.end() - 1 if found else last * len(text)


def records_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """`records` of a raw file, or of the files in it. Raises Damaged after the last, OSError."""
    for _, file in files_in(path):
        yield from records(file)


def objects(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each JSON object of a small file, after where it is. Raises StudyError where that cannot be read."""
    number = count = 0
    try:
        for line, record in records_of(Path(path)):
            number, count = line, count + 1 if line == number else 1
            yield f"line {number}" + f", object {count}" * (count > 1), record
    except Damaged as damage:
        raise StudyError(f"{path}, line {number + 1}: {damage}. A whole file is needed.") from None
    except OSError as error:
        raise unreadable(path, error) from None
