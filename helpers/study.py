"""A study: the folder that says what is studied (`study.toml`, raw tweets), and the folder its results go to.

Nothing about 2016 is written into a helper. Candidates, search terms, windows, events, the number of
scored accounts and the range of k all come from `study.toml`, so that the same notebooks serve the shipped
sample, a reader's own tweets, and another election.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import msgspec

from helpers.settings import Settings, SettingsError, Term, read

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "data" / "reference"
MADE_FROM = "made_from.json"  # in a folder of results: see helpers.reproduce.results

# What moves a terminal's cursor, ends a text, or turns round what follows it.
UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What Markdown takes for more than a letter: anywhere, or where a paragraph begins.
MARKDOWN = re.compile(r"[\\`*_\[\]<>#$|~&@]|(?<=\\)[()]|:(?=//)|^[-+]|(?<=\d)[.)](?=\s)")


class StudyError(ValueError):
    """Something about a study's folder is wrong; the message names the file, the fault and the remedy."""


class Study:
    """A study's settings (attributes of `study.toml`) and its paths; the one place that knows every path."""

    def __init__(self, folder: Path, out: Path | None = None):
        """Read `folder/study.toml`; results go to `out`.

        By default that is a folder of the study's folder's name, in `build` of the package or in the one that
        the environment names (STUDY_RESULTS, which `make lab` sets).
        """
        self.folder = folder
        self.settings = read_settings(folder / "study.toml")
        results = Path(os.environ.get("STUDY_RESULTS") or ROOT / "build")
        self.out = Path(out) if out else results / folder.resolve().name

    def __getattr__(self, name: str):
        """Settings read as the study's own: `study.candidates`, `study.scoring.threshold`."""
        if name == "settings":
            raise AttributeError(name)
        return getattr(self.settings, name)

    def __repr__(self) -> str:
        return f"Study({self.name!r}, folder={str(self.folder)!r}, out={str(self.out)!r})"

    def _repr_markdown_(self) -> str:
        """What a notebook shows of a study: its title, and loudly whether it is synthetic."""
        spans, second = self.collection.windows, timedelta(seconds=1)
        windows = "; ".join(f"{start:%d %b %Y} to {end - second:%d %b %Y}" for start, end in spans)
        invented = "**Synthetic data**: made by a model, no real accounts or tweets."
        names = ", ".join(in_markdown(candidate.name) for candidate in self.candidates)
        return (
            f"**{in_markdown(self.title)}**  \n{invented if self.synthetic else 'Real tweets.'}  \n"
            f"Collected: {windows or 'no windows given'} (UTC). Candidates: {names or 'none given'}."
        )

    @property
    def terms(self) -> list[Term]:
        """The search terms, plain strings made into `Term`s."""
        return [t if isinstance(t, Term) else Term(term=t) for t in self.collection.terms]

    @property
    def raw_files(self) -> list[Path]:
        """The raw tweet files, also those in folders of raw/, in name order."""
        return files_below(self.folder / "raw")

    @property
    def labelled(self) -> Path | None:
        """Folder of accounts with a known label, or None."""
        return filled(self.folder / "labelled")

    @property
    def timelines(self) -> Path | None:
        """Folder of the scored accounts as looked up for scoring, or None."""
        return filled(self.folder / "timelines")

    @property
    def scores_csv(self) -> Path:
        """Where bot scores made elsewhere would be."""
        return self.folder / "scores.csv"

    @property
    def own_format(self) -> Path | None:
        """The file that describes the format of the raw files, or None."""
        return self.format and self.folder / self.format

    @property
    def tables(self) -> Path:
        """Where this run's tables are."""
        return self.out / "tables"

    def table(self, name: str) -> Path | None:
        """Path of a table (a Parquet file, or a folder of parts): this run's, or one that came along."""
        for folder in (self.tables, self.folder / "tables"):
            for path in (folder / f"{name}.parquet", folder / name):
                if path.exists():
                    return path
        return None


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` at the end; folders that are missing are made.

    A crash on the way leaves what was there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with named(path):
            yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Have an error of the system that names no file, as of a full disk, name this one."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def beside(folder: Path) -> Path:
    """Where `folder_beside` is."""
    return folder.with_name(f".{folder.name}.partial")


@contextmanager
def folder_beside(folder: Path) -> Iterator[Path]:
    """An empty folder beside another, removed at the end; what a killed run left there goes first."""
    partial = beside(folder)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        with named(folder):
            yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def sole(folder: Path) -> Iterator[None]:
    """Let nobody else write into a folder meanwhile, which is made; its lock ends with this process.

    Raises StudyError where another run holds it, or where there can be no such folder. Windows, and some
    file systems of a network, know no such lock: there nobody is kept out.
    """
    in_utf8(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = f"{folder}: no folder can be made here ({error.strerror}). Name another one."
        raise StudyError(told) from None
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        lock(handle, folder)
        yield
    finally:
        os.close(handle)


def lock(handle: int, folder: Path) -> None:
    """Lock an open folder. Raises StudyError where somebody else has."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StudyError(
            f"{folder}: another run is writing here. Wait for its end, or give these results a folder of "
            "their own (--out)."
        ) from None
    except OSError:  # no locks on this file system
        pass


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, in UTF-8 with Unix line ends."""
    with replaced(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def whole(path: Path, read: Callable[[Path], object], otherwise: object = None, made_by: str = "") -> object:
    """What `read` makes of a file of results; `otherwise` where there is none, or where it is damaged.

    A damaged file is told of in a line on stderr that names the notebook to run again, `made_by` (all, where
    that is not known), and noted in `whole.damaged` until it can be read.
    """
    known = whole.damaged.pop(path, None)
    try:
        return read(path)
    except (FileNotFoundError, NotADirectoryError):
        return otherwise
    except Exception as error:  # whatever a library makes of half a file, or of something else
        fault = coded(" ".join(f"{type(error).__name__}: {error}".replace(str(path), path.name).split()))
    told = f"damaged, so left out ({fault[:100]}). Run {made_by or 'all notebooks'} again."
    if told != known:
        print(f"{path}: {told}", file=sys.stderr)
    whole.damaged[path] = told
    return otherwise


whole.damaged: dict[Path, str] = {}


def read_json(path: Path) -> dict:
    """The object in a JSON file. Raises ValueError for anything else."""
    return msgspec.json.decode(path.read_bytes(), type=dict)


def read_lines(path: Path) -> StringIO:
    """A text file as pandas reads it. Raises ValueError where it is cut: its last line has no end."""
    text = path.read_text("utf-8")
    if not text.endswith("\n"):
        raise ValueError("its end is missing")
    return StringIO(text)


def coded(text: str) -> str:
    """A text with "[U+202E]" and the like in place of control characters and marks of direction."""
    return UNSEEN.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", text)


def in_markdown(text: str) -> str:
    """Words of a study in a paragraph of Markdown, which shows them as they are."""
    return MARKDOWN.sub(r"\\\g<0>", " ".join(coded(text).split()))


def files_below(folder: Path) -> list[Path]:
    """The files of a folder and of those in it, in name order, links among them; none that is hidden."""
    found, seen = [], set()
    for place, folders, names in os.walk(folder, followlinks=True):
        inside = os.path.realpath(place)
        folders[:] = [] if inside in seen else [name for name in folders if not name.startswith(".")]
        found += [] if inside in seen else [Path(place, name) for name in names if not name.startswith(".")]
        seen.add(inside)
    return sorted(map(in_utf8, filter(Path.is_file, found)))


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those below the folders named."""
    return [file for path in paths for file in (files_below(path) if path.is_dir() else [path])]


def in_utf8(path: Path) -> Path:
    """A path that tables and pages can name. Raises StudyError for one that is not in UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise StudyError(f"{str(path)!a}: this name is not in UTF-8. Rename the file or folder.") from None
    return path


def filled(folder: Path) -> Path | None:
    """The folder where there are files in it, else None."""
    return folder if files_below(folder) else None


def read_settings(path: Path) -> Settings:
    """Settings from a `study.toml`; raises StudyError that names the file, each key that is wrong, and what
    to write.
    """
    if not path.is_file():
        raise StudyError(
            f"{path}: no such file. A study is a folder with a study.toml and a folder raw/ of tweets; "
            f"python -m helpers.new {path.parent} makes one."
        )
    try:
        return read(path)
    except SettingsError as error:
        raise StudyError(str(error)) from None


def without_scores(study: Study) -> str:
    """Why this study's accounts cannot be scored, in a paragraph for the reader; empty if they can."""
    if study.labelled or study.scores_csv.exists():
        return ""
    return (
        f"**No scores.** The study *{in_markdown(study.title)}* has no labelled accounts to train a "
        "detector on (folder `labelled/`) and no scores made elsewhere (`scores.csv`), so every account is "
        "*unknown* here. What needs a class shows nothing for bots and humans, and its claims read *not "
        "enough data*. The README says how to add either."
    )


def locate(folder: str | Path) -> Path:
    """A study's folder as given from here, or else from the package's root, where the sample is."""
    path = Path(folder)
    return path if path.exists() or path.is_absolute() else ROOT / path


def whose(study: Study) -> dict[str, object]:
    """Whose results are this study's: its folder, below the package's root if it lies there, and its kind."""
    folder = study.folder.resolve()
    place = folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder
    return {"study": place.as_posix(), "synthetic": study.synthetic}


def made_from(out: Path) -> dict:
    """What the results in a folder were made from; empty where that is not known."""
    made = whole(out / MADE_FROM, read_json, {})
    return made if {"study", "synthetic", "pseudonyms"} <= made.keys() else {}


_current: Study | None = None


def open_study(folder: str | Path = "data/sample", out: str | Path | None = None) -> Study:
    """Open a study; figures and claims saved from now on belong to it.

    Raises StudyError, also where its folder of results holds those of another study.
    """
    global _current
    study = Study(locate(folder), Path(out) if out else None)
    before = made_from(study.out)
    if before and {name: before[name] for name in whose(study)} != whose(study):
        kind = "synthetic" if before["synthetic"] else "real"
        raise StudyError(
            f"{study.out}: here are results of {before['study']}, {kind} data. Run python -m "
            f"helpers.reproduce {study.folder}, or give another folder of results."
        )
    _current = study
    return study


def current_study() -> Study:
    """The study opened last in this process. Raises StudyError if none is."""
    if _current is None:
        raise StudyError("No study is open. Call helpers.study.open_study(folder) first.")
    return _current
