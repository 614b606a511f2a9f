"""Raw files as lines: JSON lines or one array, plain or compressed (.gz, .bz2, .zst)."""

from __future__ import annotations

import bz2
import json
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import zstandard

from helpers.study import StudyError

BLOCK = 1 << 16  # bytes at a time
LONGEST = 10_000_000  # bytes of a line: Twitter's longest objects have less than a tenth
MOST = 1_000_000_000  # bytes of a file that is needed whole


class Damaged(ValueError):
    """An archive that cannot be read on, with the reason."""


# With how many bytes of the archive at a time: at worst these become 70 MB (gz), 140 MB (bz2), 67 MB (zst).
DECOMPRESSORS: dict[str, tuple[Callable, int]] = {
    ".gz": (partial(zlib.decompressobj, wbits=31), BLOCK),
    ".bz2": (bz2.BZ2Decompressor, 64),
    ".zst": (lambda: zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj(), 2048),
}


def decompress(parts: Iterable[bytes], new: Callable) -> Iterator[bytes]:
    """An archive of one or more members, decompressed, at most BLOCK bytes at a time. Raises Damaged."""
    decompressor, complete = new(), False
    for part in parts:
        while part:
            try:
                found = decompressor.decompress(part)
            except (zlib.error, OSError, zstandard.ZstdError) as error:
                raise Damaged(f"the archive is damaged here and cannot be read on ({error})") from None
            yield from (found[start : start + BLOCK] for start in range(0, len(found), BLOCK))
            complete, part = decompressor.eof, decompressor.unused_data
            if complete:
                decompressor = new()
    if not complete:
        raise Damaged("the archive is truncated here")


def blocks(path: Path) -> Iterator[bytes]:
    """A file, decompressed by its suffix, at most BLOCK bytes at a time. Raises Damaged after the last."""
    new, size = DECOMPRESSORS.get(path.suffix.lower(), (None, BLOCK))
    with path.open("rb") as file:
        parts = iter(partial(file.read, size), b"")
        yield from decompress(parts, new) if new else parts


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, decompressed by its suffix, without line ends or a byte order mark of UTF-8.

    Of a line of more than LONGEST bytes, one byte more than these. Raises Damaged after the last.
    """
    found = lines_as_they_are(path)
    yield next(found).removeprefix(BOM_UTF8)
    yield from found


def lines_as_they_are(path: Path) -> Iterator[bytes]:
    """`lines`, with the mark."""
    begun = bytearray()
    for block in blocks(path):
        end, *rest = block.split(b"\n")
        begun += end[: LONGEST + 1 - len(begun)]
        if rest:
            yield bytes(begun)
            yield from rest[:-1]
            begun = bytearray(rest[-1])
    yield bytes(begun)


def content(path: Path) -> bytes:
    """All of a small file, decompressed by its suffix, in UTF-8 (also where it is in UTF-16).

    Raises StudyError where it cannot be read whole, and where that is more than MOST bytes.
    """
    whole = bytearray()
    try:
        for block in blocks(path):
            whole += block
            if len(whole) > MOST:
                raise StudyError(f"{path}: longer than {MOST // 10**6:,} MB. Leave out what is not needed.")
    except Damaged as damage:
        number = whole.count(b"\n") + 1
        raise StudyError(f"{path}, line {number}: {damage}. A whole file is needed.") from None
    except OSError as error:
        raise unreadable(path, error) from None
    utf16 = whole.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return whole.decode("utf-16", errors="replace").encode() if utf16 else bytes(whole.removeprefix(BOM_UTF8))


def unreadable(path: Path, error: OSError) -> StudyError:
    """That a file cannot be opened."""
    return StudyError(f"{path}: cannot be read ({error.strerror}). Check the name and permissions.")


def objects(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines that are not blank, or the items of a file that is one JSON array, each after where it is.

    Raises StudyError for an array that cannot be read.
    """
    whole = content(Path(path))
    unit, items = "line", whole.split(b"\n")
    if whole.lstrip().startswith(b"["):
        try:
            array = json.loads(whole.decode(errors="replace"))
            unit, items = "item", [json.dumps(item).encode() for item in array]
        except (ValueError, RecursionError) as error:
            raise StudyError(f"{path}: not a JSON array ({error}). Correct it, then try again.") from None
    return ((f"{unit} {number}", item) for number, item in enumerate(items, 1) if item.strip())
