"""Whether intervals hold: counted by hand over worlds, and in the table that is shipped."""

import pandas as pd

from helpers import claims
from helpers.world import coverage


def runs(claim, *found, world="base", scale=0.02):
    """Runs of one claim: what was found, low and high end of each seed."""
    rows = [(world, scale, seed, claim, *ends) for seed, ends in enumerate(found)]
    return pd.DataFrame(rows, columns=["world", "scale", "seed", "id", *claims.MEASURED])


def test_an_interval_is_counted_where_it_holds_the_median_of_all_worlds():
    narrow = [(1, 0.9, 1.1), (2, 1.9, 2.1), (3, 2.9, 3.1), (4, 3.9, 4.1), (5, 3.0, 5.1)]
    wide = [(1, 0, 3), (2, 0, 4), (3, None, None), (4, 2, 6), (5, 3, 9)]
    table = pd.concat([
        runs("retweets_each_other", *narrow), runs("bots", *wide), runs("core_k_largest", (9, None, None)),
        runs("bots", *[(9, 8, 10)] * 5, world="null"), runs("bots", *[(9, 8, 10)] * 5, scale=0.05),
    ])  # fmt: skip
    found = coverage.coverage(table).set_index("id")
    assert found.index.tolist() == ["bots", "retweets_each_other"]  # in the order of the ledger
    assert found["seeds"].tolist() == [4, 5] and found["covered"].tolist() == [1, 2 / 5]
    assert found["unit"]["retweets_each_other"] == "accounts at both ends"
    assert found["note"].tolist() == ["", coverage.NOTES[7]]


def test_what_is_drawn_is_said_of_claims_that_there_are_and_what_covers_less_has_a_note():
    tags = {f"{tag}_more_negative" for tag in claims.named("support")["hashtags"]}
    assert {*coverage.units()} <= {*claims.claims().index} | tags
    if coverage.COVERAGE.exists():
        table = pd.read_csv(coverage.COVERAGE, keep_default_na=False)
        assert (table["note"].ne("") == table["covered"].lt(coverage.ENOUGH)).all()
