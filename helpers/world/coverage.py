"""Do the intervals hold: in how many base worlds does each one cover what all of them show?

    python -m helpers.world.coverage

Reads the runs of `helpers.world.measure` and writes data/reference/coverage.csv. The worlds of one name
differ by their seed alone, so the median of all is what each of them should have found, and an interval of 95
percent should hold it in 19 of 20. One that draws something else than what is uncertain holds it less often:
the accounts alone where texts are repeated, or the sources of interactions without their targets.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from helpers import claims, interactions, support
from helpers.bots import classes, signals
from helpers.study import REFERENCE, write_text
from helpers.world.measure import RUNS, read_runs

COVERAGE = REFERENCE / "coverage.csv"
ENOUGH = 0.85  # of the seeds, 17 in 20; below it an interval needs a note
SCALE = 0.02  # of the worlds
ANY = "accounts"
NOTES = {  # by notebook: what else is uncertain, and not drawn
    2: "The place of a peak jumps with few accounts; the labelled ones are the same in every world.",
    3: "Tweets that repeat one text have its tone; accounts alone are drawn.",
    4: "The hours are those of events that were: what happened after them is not drawn.",
    5: "A rank among states jumps with few accounts.",
    6: "A side follows from hashtags, and these come with texts that many repeat; accounts alone are drawn.",
    7: "A few accounts are reached most, and of few there is no sure interval.",
    8: "A few texts are repeated most, and of few there is no sure interval.",
    9: "Accounts are drawn with the cores that they are in; the network itself cannot be drawn anew.",
    10: "A camp follows from hashtags, and these come with texts that many repeat; accounts alone are drawn.",
}


def units() -> dict[str, str]:
    """What is drawn for the interval of a claim (id) where it is not accounts alone."""
    ends = [claim for kind in interactions.CLAIMS.values() for claim in kind]
    tags = [f"{tag}_{what}" for tag in claims.named("support")["hashtags"]
            for what in ("positive", "negative", "ratio", "more_negative")]  # fmt: skip
    angry = [claim for claim in claims.claims().index if claim.startswith("angry_")]
    days = [claim for claim in claims.claims().index if claim.startswith("baseline_")]
    scored = [*classes.COUNTS, *classes.SHARES, *classes.EVERYONE, "bots_tweet_more"]
    return {
        **dict.fromkeys(scored, "accounts, and the labelled ones where a study has them"),
        **dict.fromkeys([*signals.NAMED, "detector_accuracy"], "labelled accounts"),
        **dict.fromkeys([*days, "bots_steadier"], "accounts and days"),
        **dict.fromkeys(["retweets_less_segregated", *ends], "accounts at both ends"),
        **dict.fromkeys([*support.CLAIMS, *tags], "accounts and texts"),
        **dict.fromkeys(angry, "authors with their texts, and who retweets them"),
    }


def coverage(runs: pd.DataFrame, scale: float = SCALE) -> pd.DataFrame:
    """In how many base worlds of a size an interval holds the median of all: one row a claim that has one.

    In: the table of `read_runs`. Columns id, unit (what is drawn), seeds (worlds with an interval), covered
    (share of these), note (of NOTES where that is less than ENOUGH; else empty).
    """
    base = runs[(runs["world"] == "base") & (runs["scale"] == scale)]
    base = base.dropna(subset=["found_low", "found_high"])
    median = base.groupby("id")["found"].transform("median")
    held = base["found_low"].le(median) & base["found_high"].ge(median)
    table = held.groupby(base["id"]).agg(seeds="size", covered="mean")
    ledger = claims.claims()["notebook"]
    table = table.reindex([claim for claim in ledger.index if claim in table.index])
    unit, note = table.index.map(units()).fillna(ANY), table.index.map(ledger).map(NOTES)
    table.insert(0, "unit", unit)
    return table.assign(note=note.where(table["covered"] < ENOUGH, "")).rename_axis("id").reset_index()


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser("python -m helpers.world.coverage", description=__doc__)
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder of the runs (default build/controls)")
    parser.add_argument("--out", type=Path, default=COVERAGE, help="default data/reference/coverage.csv")
    asked = parser.parse_args(arguments)
    table = coverage(read_runs(asked.runs))
    write_text(asked.out, table.to_csv(index=False, float_format="%.3g", lineterminator="\n"))
    print(table[table["covered"] < ENOUGH].to_string(index=False))


if __name__ == "__main__":
    main()
