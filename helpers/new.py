"""Make the folder of a new study: `python -m helpers.new FOLDER`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from helpers import commands
from helpers.settings import read
from helpers.study import write_text

NEXT = """{folder} is a study without tweets. Next:
  put tweets into {folder}/raw/ (Twitter API v1.1, one JSON object a line; also .gz, .bz2, .zst)
  say in {folder}/study.toml what is studied
  python -m helpers.reproduce {folder}"""


def new(folder: Path) -> str:
    """Make a study's folder with a commented study.toml and an empty raw/; what to do next, in words.

    The study is named after the folder. Raises FileExistsError where there is a study already.
    """
    path = folder / "study.toml"
    if path.exists():
        raise FileExistsError(f"{path} exists already; nothing was changed.")
    name = re.sub(r"[^\w .-]+", "_", folder.resolve().name).strip(" .-") or "study"
    write_text(path, Path(__file__).with_suffix(".toml").read_text("utf-8").replace("{name}", name))
    read(path)
    (folder / "raw").mkdir(exist_ok=True)
    return NEXT.format(folder=folder)


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 made, 2 there is a study already, or no folder can be made there."""
    parser = argparse.ArgumentParser("python -m helpers.new", description="Make the folder of a new study.")
    parser.add_argument("folder", type=Path, help="where; it need not exist")
    try:
        print(new(parser.parse_args(arguments).folder))
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    commands.run(main)
