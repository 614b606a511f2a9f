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

BLOCK = 1 << 16  # bytes read at a time


class Damaged(ValueError):
    """An archive that cannot be read on, with the reason."""


DECOMPRESSORS: dict[str, Callable] = {
    ".gz": partial(zlib.decompressobj, wbits=31),
    ".bz2": bz2.BZ2Decompressor,
    ".zst": lambda: zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj(),
}


def decompress(blocks: Iterable[bytes], new: Callable) -> Iterator[bytes]:
    """Decompressed blocks of an archive of one or more members. Raises Damaged."""
    decompressor, complete = new(), False
    for block in blocks:
        while block:
            try:
                yield decompressor.decompress(block)
            except (zlib.error, OSError, zstandard.ZstdError) as error:
                raise Damaged(f"the archive is damaged here and cannot be read on ({error})") from None
            complete, block = decompressor.eof, decompressor.unused_data
            if complete:
                decompressor = new()
    if not complete:
        raise Damaged("the archive is truncated here")


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, decompressed by its suffix, without line ends or a byte order mark of UTF-8.

    Raises Damaged after the last.
    """
    found = lines_as_they_are(path)
    yield next(found).removeprefix(BOM_UTF8)
    yield from found


def lines_as_they_are(path: Path) -> Iterator[bytes]:
    """`lines`, with the mark."""
    with path.open("rb") as file:
        blocks = iter(partial(file.read, BLOCK), b"")
        if new := DECOMPRESSORS.get(path.suffix.lower()):
            blocks = decompress(blocks, new)
        begun = []
        for block in blocks:
            end, *rest = block.split(b"\n")
            begun.append(end)
            if rest:
                yield b"".join(begun)
                yield from rest[:-1]
                begun = rest[-1:]
        yield b"".join(begun)


def content(path: Path) -> bytes:
    """All of a small file, decompressed by its suffix, in UTF-8 (also where it is in UTF-16).

    Raises StudyError where it cannot be read whole.
    """
    whole = []
    try:
        whole.extend(lines(path))
    except Damaged as damage:
        raise StudyError(f"{path}, line {len(whole) + 1}: {damage}. A whole file is needed.") from None
    except OSError as error:
        raise unreadable(path, error) from None
    whole = b"\n".join(whole)
    utf16 = whole.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return whole.decode("utf-16", errors="replace").encode() if utf16 else whole


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
