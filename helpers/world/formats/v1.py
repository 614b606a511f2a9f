"""Tweets as v1.1 objects, in the files and archives in which people keep them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_LE
from collections import defaultdict
from pathlib import Path

import msgspec
import zstandard

from helpers.world.formats.whole import moment

encode = msgspec.json.Encoder().encode


def lines(tweets: list[dict], end: bytes = b"\n") -> bytes:
    """A tweet a line."""
    return b"".join(encode(tweet) + end for tweet in tweets)


def jsonl(tweets: list[dict], path: Path) -> None:
    """Plain lines."""
    path.write_bytes(lines(tweets))


def gz(tweets: list[dict], path: Path) -> None:
    """Lines in gzip, without the time in its header."""
    path.write_bytes(gzip.compress(lines(tweets), mtime=0))


def bz(tweets: list[dict], path: Path) -> None:
    """Lines in bzip2."""
    path.write_bytes(bz2.compress(lines(tweets)))


def zst(tweets: list[dict], path: Path) -> None:
    """Lines in Zstandard."""
    path.write_bytes(zstandard.compress(lines(tweets), 19))


def xz(tweets: list[dict], path: Path) -> None:
    """Lines in xz."""
    path.write_bytes(lzma.compress(lines(tweets)))


def array(tweets: list[dict], path: Path) -> None:
    """One JSON array, as `json.dump` writes a list."""
    path.write_bytes(b"[" + b", ".join(map(encode, tweets)) + b"]")


def pretty(tweets: list[dict], path: Path) -> None:
    """Objects over many lines, one after the other, as `jq` prints them."""
    path.write_bytes(b"".join(msgspec.json.format(encode(tweet), indent=2) + b"\n" for tweet in tweets))


def concatenated(tweets: list[dict], path: Path) -> None:
    """Objects with nothing between them."""
    path.write_bytes(lines(tweets, b""))


def comma_lines(tweets: list[dict], path: Path) -> None:
    """Lines that end in commas, as an array without its brackets."""
    path.write_bytes(lines(tweets, b",\n"))


def bom(tweets: list[dict], path: Path) -> None:
    """Lines after a byte order mark, as some Windows programs save them."""
    path.write_bytes(BOM_UTF8 + lines(tweets))


def utf16(tweets: list[dict], path: Path) -> None:
    """Lines in UTF-16, as Windows PowerShell's `>` saves them."""
    path.write_bytes(BOM_UTF16_LE + lines(tweets, b"\r\n").decode().encode("utf-16-le"))


def cr(tweets: list[dict], path: Path) -> None:
    """Lines that end as those of old Macs."""
    path.write_bytes(lines(tweets, b"\r"))


def by_minute(tweets: list[dict]) -> dict[str, bytes]:
    """Lines of each minute, by its path in the Internet Archive's stream grabs: 2016/09/16/00/05.json."""
    minutes = defaultdict(list)
    for tweet in tweets:
        minutes[f"{moment(tweet['created_at']):%Y/%m/%d/%H/%M}.json"].append(tweet)
    return {name: lines(found) for name, found in sorted(minutes.items())}


def tarred(members: dict[str, bytes]) -> bytes:
    """A tar archive of files of 1970 that belong to nobody."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def tar(tweets: list[dict], path: Path) -> None:
    """A tar archive of compressed minutes, as those of the Internet Archive."""
    minutes = by_minute(tweets).items()
    path.write_bytes(tarred({f"{name}.bz2": bz2.compress(content) for name, content in minutes}))


def tar_gz(tweets: list[dict], path: Path) -> None:
    """A compressed tar archive of minutes."""
    path.write_bytes(gzip.compress(tarred(by_minute(tweets)), mtime=0))


def zipped(tweets: list[dict], path: Path) -> None:
    """A zip archive of minutes, of 1980 and made on Unix wherever it was made."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in by_minute(tweets).items():
            member = zipfile.ZipInfo(name)
            member.create_system = 3
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
