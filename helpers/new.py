"""Make the folder of a new study: `python -m helpers.new FOLDER [TWEETS…]`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from helpers import commands
from helpers.settings import read
from helpers.study import write_text

NEXT = """{folder} is a study {has}. Next:
  say in {folder}/study.toml what is studied
  python -m helpers.reproduce {folder}"""


def new(folder: Path, tweets: Iterable[Path] = ()) -> str:
    """Make a study's folder with a commented study.toml, its raw/ with links to files or folders of tweets.

    Out: in words, what to do next. The study is named after the folder. Raises FileExistsError where there is
    a study already, or where two of the tweets' files have one name; FileNotFoundError.
    """
    path = folder / "study.toml"
    if path.exists():
        raise FileExistsError(f"{path} exists already; nothing was changed.")
    name = re.sub(r"[^\w .-]+", "_", folder.resolve().name).strip(" .-") or "study"
    write_text(path, Path(__file__).with_suffix(".toml").read_text("utf-8").replace("{name}", name))
    read(path)
    (folder / "raw").mkdir(exist_ok=True)
    for given in tweets:
        (folder / "raw" / given.resolve(strict=True).name).symlink_to(given.resolve())
    has = (
        "of the tweets that its raw/ links to"
        if tweets
        else "without tweets: put files of them into its raw/"
    )
    return NEXT.format(folder=folder, has=has)


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 made, 2 there is a study already, or no folder can be made there."""
    parser = argparse.ArgumentParser("python -m helpers.new", description="Make the folder of a new study.")
    parser.add_argument("folder", type=Path, help="where; it need not exist")
    parser.add_argument("tweets", nargs="*", type=Path, help="files or folders of tweets in any format")
    given = parser.parse_args(arguments)
    try:
        print(new(given.folder, given.tweets))
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    commands.run(main)
