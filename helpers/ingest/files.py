"""Raw files as streams of UTF-8, whatever they are packed in, by their content and never by their name.

Compressed files (gz, bz2, xz, zst), archives (tar, zip) and such in one another are unpacked as they are
read; UTF-16 becomes UTF-8, a byte order mark goes, and lines that end in CR alone end in LF.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import shutil
import tarfile
import zipfile
import zlib
from codecs import BOM_UTF8, iterdecode
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile

import zstandard

from helpers.study import StudyError

Named = tuple[str, io.BufferedReader]

BLOCK = 1 << 16  # bytes at a time
MOST = 1_000_000_000  # bytes of a file that is needed whole
DEEPEST = 4  # archives in one another: there are some that hold themselves


class Damaged(ValueError):
    """An archive that cannot be read on, with the reason."""


# The first bytes of what is compressed, its decompressor, and with how many bytes at a time: at worst these
# become 70 MB (gz), 140 MB (bz2), 14 MB (xz), 67 MB (zst).
COMPRESSED: dict[bytes, tuple[Callable, int]] = {
    b"\x1f\x8b": (partial(zlib.decompressobj, wbits=31), BLOCK),
    b"BZh": (bz2.BZ2Decompressor, 64),
    b"\xfd7zXZ\0": (lzma.LZMADecompressor, 2048),
    b"\x28\xb5\x2f\xfd": (lambda: zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj(), 2048),
}
# By a mark, or as a letter of ASCII and 0 by turns.
UTF16 = {
    "utf-16": re.compile(rb"\xff\xfe|\xfe\xff"),
    "utf-16-le": re.compile(rb"[\t-~]\0[\t-~]\0"),
    "utf-16-be": re.compile(rb"\0[\t-~]\0[\t-~]"),
}
FAULTS = (zlib.error, OSError, EOFError, lzma.LZMAError, zstandard.ZstdError)
ARCHIVE_FAULTS = (*FAULTS, tarfile.TarError, zipfile.BadZipFile, RuntimeError, NotImplementedError)


def decompress(parts: Iterable[bytes], new: Callable) -> Iterator[bytes]:
    """One or more compressed members, decompressed, at most BLOCK bytes at a time. Raises Damaged."""
    decompressor, complete = new(), False
    for part in parts:
        while part:
            try:
                found = decompressor.decompress(part)
            except FAULTS as error:
                raise Damaged(f"the archive is damaged here and cannot be read on ({error})") from None
            yield from (found[start : start + BLOCK] for start in range(0, len(found), BLOCK))
            complete, part = decompressor.eof, decompressor.unused_data
            if complete:
                decompressor = new()
    if not complete:
        raise Damaged("the archive is truncated here")


class Stream(io.RawIOBase):
    """Blocks of bytes as a file."""

    def __init__(self, blocks: Iterator[bytes]):
        """In: the blocks, which may raise Damaged."""
        self.blocks, self.rest = filter(None, blocks), b""

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:
        """Fill a buffer with what is left of a block, or with the next; how many bytes of it."""
        block = self.rest or next(self.blocks, b"")
        size = min(len(buffer), len(block))
        buffer[:size], self.rest = block[:size], block[size:]
        return size


def stream(blocks: Iterator[bytes]) -> io.BufferedReader:
    """Blocks as a file whose first bytes can be looked at."""
    return io.BufferedReader(Stream(blocks), BLOCK)


def blocks_of(file: io.BufferedReader, size: int | None = None) -> Iterator[bytes]:
    """What is left of a file, at most so many bytes at a time; all that there is before it raises Damaged."""
    return iter(partial(file.read1, size or BLOCK), b"")


def unpacked(file: io.BufferedReader, name: str = "", depth: int = 0) -> Iterator[Named]:
    """The files in a file, each after its name in the archives around it; itself where it is none.

    Raises Damaged where an archive cannot be read on.
    """
    start = file.peek(BLOCK)
    inner = None
    if depth > DEEPEST:
        raise Damaged(f"archives in archives, more than {DEEPEST} deep")
    for magic, (new, size) in COMPRESSED.items():
        if start.startswith(magic):
            inner = [(name, stream(decompress(blocks_of(file, size), new)))]
    if start[257:262] == b"ustar":
        inner = in_tar(file, name)
    elif start.startswith(b"PK\3\4") and b"[Content_Types].xml" not in start:  # which is a document of Office
        inner = in_zip(file, name)
    if inner is None:
        yield name, file
        return
    try:
        for member, opened in inner:
            yield from unpacked(opened, member, depth + 1)
    except ARCHIVE_FAULTS as error:
        raise Damaged(f"the archive is damaged here and cannot be read on ({error})") from None


def in_tar(file: io.BufferedReader, name: str) -> Iterator[Named]:
    """The files of a tar archive, as they come."""
    with tarfile.open(fileobj=file, mode="r|") as archive:
        for member in filter(tarfile.TarInfo.isfile, archive):
            yield f"{name}/{member.name}".lstrip("/"), stream(blocks_of(archive.extractfile(member)))


def in_zip(file: io.BufferedReader, name: str) -> Iterator[Named]:
    """The files of a zip archive, in name order. Its list of them is at its end: so it is needed whole."""
    with TemporaryFile() as whole:
        shutil.copyfileobj(file, whole)
        with zipfile.ZipFile(whole) as archive:
            for member in sorted(archive.namelist()):
                if not member.endswith("/"):
                    opened = archive.open(member)
                    yield f"{name}/{member}".lstrip("/"), stream(blocks_of(opened))


def in_utf8(file: io.BufferedReader) -> io.BufferedReader:
    """A file of text in UTF-8 without a byte order mark, its lines ended by LF; anything else as it is."""
    start = file.peek(BLOCK)
    if start.startswith(BOM_UTF8):
        file.read(len(BOM_UTF8))
    elif encoding := next((name for name, begins in UTF16.items() if begins.match(start)), None):
        return stream(text.encode() for text in iterdecode(blocks_of(file), encoding, "replace"))
    elif b"\r" in start and b"\n" not in start and b"\0" not in start:
        return stream(block.replace(b"\r", b"\n") for block in blocks_of(file))
    return file


def files_in(path: Path) -> Iterator[Named]:
    """The files in a raw file, in UTF-8, each after its name in the archives around it ("" where none is).

    Each must be read before the next. Raises Damaged where an archive cannot be read on, OSError where the
    file cannot be opened.
    """
    with path.open("rb") as file:
        for name, opened in unpacked(file):
            yield name, in_utf8(opened)


def content(path: Path) -> bytes:
    """All of a small file in UTF-8; of an archive, of all its files.

    Raises StudyError where it cannot be read whole, and where that is more than MOST bytes.
    """
    whole = bytearray()
    try:
        for block in chain.from_iterable(blocks_of(file) for _, file in files_in(path)):
            whole += block
            if len(whole) > MOST:
                raise StudyError(f"{path}: longer than {MOST // 10**6:,} MB. Leave out what is not needed.")
    except Damaged as damage:
        number = whole.count(b"\n") + 1
        raise StudyError(f"{path}, line {number}: {damage}. A whole file is needed.") from None
    except OSError as error:
        raise unreadable(path, error) from None
    return bytes(whole)


def unreadable(path: Path, error: OSError) -> StudyError:
    """That a file cannot be opened."""
    return StudyError(f"{path}: cannot be read ({error.strerror}). Check the name and permissions.")
