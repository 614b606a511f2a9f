"""Detectors on labelled accounts of your own, and scores from elsewhere: python -m helpers.bots COMMAND."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from helpers.bots.external import KINDS, LANGUAGES, botometer_to_csv
from helpers.bots.labelled_files import evaluate, transfer
from helpers.ingest.accounts import Accounts, read_accounts
from helpers.study import StudyError


def main(words: list[str] | None = None) -> None:
    """Command line."""
    given = arguments(words)
    try:
        print(COMMANDS[given.command](given))
    except StudyError as error:
        sys.exit(str(error))


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(prog="python -m helpers.bots", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    test = commands.add_parser("evaluate", help="cross-validate the profile detector on labelled accounts")
    test.add_argument(
        "--folds", type=int, default=5, help="parts that the accounts are split into (default 5)"
    )
    test.add_argument(
        "--timelines", type=Path, metavar="FILE", help="recent tweets of the accounts: v1.1, one a line"
    )
    other = commands.add_parser("transfer", help="train it on one set of accounts, test it on another")
    other.add_argument("--train-accounts", type=Path, required=True, metavar="FILE", help="as --accounts")
    other.add_argument("--train-labels", type=Path, required=True, metavar="FILE", help="as --labels")
    for command in (test, other):
        command.add_argument(
            "--accounts", type=Path, required=True, metavar="FILE",
            help="v1.1 user objects, or tweets with their user: JSON lines or an array, plain or compressed",
        )  # fmt: skip
        command.add_argument(
            "--labels", type=Path, required=True, metavar="FILE", help="ids and labels (bot or human, 1 or 0)"
        )
        command.add_argument(
            "--without", nargs="+", action="extend", default=[], metavar="FIELD",
            help="fields of the user object to leave out, with all that is made from them",
        )  # fmt: skip
        command.add_argument("--seed", type=int, default=0, help="of folds and trees (default 0)")

    scores = commands.add_parser("botometer", help="make scores.csv of results of Botometer's API")
    scores.add_argument("results", type=Path, metavar="FILE", help="JSON lines or an array")
    scores.add_argument("--out", type=Path, required=True, metavar="CSV", help="file of scores to write")
    scores.add_argument("--score", choices=KINDS, default="raw", help="which score (default raw)")
    scores.add_argument(
        "--language",
        choices=LANGUAGES,
        help="which model (default english for accounts in English, else universal)",
    )
    return parser.parse_args(words)


def said(accounts: Accounts) -> Accounts:
    """The accounts, after their remarks are printed."""
    print(*accounts.remarks, sep="\n", end="\n" if accounts.remarks else "")
    return accounts


COMMANDS = {
    "evaluate": lambda given: evaluate(
        said(read_accounts(given.accounts, given.labels)),
        given.without,
        given.folds,
        given.seed,
        given.timelines,
    ),
    "transfer": lambda given: transfer(
        said(read_accounts(given.train_accounts, given.train_labels)),
        said(read_accounts(given.accounts, given.labels)),
        given.without,
        given.seed,
    ),
    "botometer": lambda given: botometer_to_csv(given.results, given.out, given.score, given.language),
}


if __name__ == "__main__":
    main()
