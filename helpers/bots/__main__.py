"""Detectors on labelled accounts of your own, and scores from elsewhere: python -m helpers.bots COMMAND."""

from __future__ import annotations

import argparse
from pathlib import Path

from helpers import commands
from helpers.bots.external import LANGUAGES, SCALE, botometer_to_csv
from helpers.bots.labelled_files import evaluate, transfer
from helpers.ingest.accounts import Accounts, read_accounts

FILE = {"type": Path, "metavar": "FILE"}
SETTINGS = {
    "--folds": {"type": int, "default": 5, "help": "parts that the accounts are split into (default 5)"},
    "--timelines": FILE | {"help": "recent tweets of the accounts: v1.1, one a line"},
    "--train-accounts": FILE | {"required": True, "help": "as --accounts"},
    "--train-labels": FILE | {"required": True, "help": "as --labels"},
    "--accounts": FILE | {"required": True, "help":
        "v1.1 user objects, or tweets with their user: JSON lines or an array, plain or compressed"},
    "--labels": FILE | {"required": True, "help": "ids and labels (bot or human, 1 or 0)"},
    "--without": {"nargs": "+", "action": "extend", "default": [], "metavar": "FIELD", "help":
        "fields of the user object to leave out, with all that is made from them"},
    "--seed": {"type": int, "default": 0, "help": "of folds and trees (default 0)"},
    "results": FILE | {"help": "JSON lines or an array"},
    "--out": {"type": Path, "metavar": "CSV", "required": True, "help": "file of scores to write"},
    "--score": {"choices": [*SCALE], "default": "raw", "help": "which score (default raw)"},
    "--language": {"choices": LANGUAGES, "help":
        "which model (default english for accounts in English, else universal)"},
}  # fmt: skip
LABELLED = ["--accounts", "--labels", "--without", "--seed"]


def said(accounts: Path, labels: Path) -> Accounts:
    """Labelled accounts of two files, after the remarks on them are printed."""
    read = read_accounts(accounts, labels)
    for remark in [*read.remarks, *read.assumed]:
        print(remark)
    return read


COMMANDS = {  # name: what it does, its arguments, what is done with them
    "evaluate": (
        "cross-validate the profile detector on labelled accounts",
        ["--folds", "--timelines", *LABELLED],
        lambda given: evaluate(
            said(given.accounts, given.labels), given.without, given.folds, given.seed, given.timelines
        ),
    ),
    "transfer": (
        "train it on one set of accounts, test it on another",
        ["--train-accounts", "--train-labels", *LABELLED],
        lambda given: transfer(
            said(given.train_accounts, given.train_labels), said(given.accounts, given.labels),
            given.without, given.seed,
        ),
    ),
    "botometer": (
        "make scores.csv of results of Botometer's API",
        ["results", "--out", "--score", "--language"],
        lambda given: botometer_to_csv(given.results, given.out, given.score, given.language),
    ),
}  # fmt: skip


def main(words: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m helpers.bots", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, (what, names, _) in COMMANDS.items():
        added = commands.add_parser(command, help=what)
        for name in names:
            added.add_argument(name, **SETTINGS[name])
    given = parser.parse_args(words)
    print(COMMANDS[given.command][2](given))


if __name__ == "__main__":
    commands.run(main)
