"""Intervals: what is drawn, and that drawing kinds of accounts is the same as drawing accounts."""

import numpy as np
import pandas as pd
import pytest

from helpers.uncertainty import bootstrap, drawn, estimate, estimates, intervals


def accounts(n=400, seed=3):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "class": rng.choice(["bot", "human"], n, p=[0.2, 0.8]),
            "tweets": rng.geometric(0.2, n),
            "retweets": rng.poisson(2, n),
        }
    )


def share(rows):
    """Bots' share of the tweets."""
    return rows.loc[rows["class"] == "bot", "tweets"].sum() / rows["tweets"].sum()


def test_every_draw_has_as_many_accounts_and_their_own_rows():
    table = pd.DataFrame({"class": ["bot", "human", None], "tweets": [1, 2, 3]})
    for rows in drawn(table, draws=20):
        assert len(rows) == 3
        pairs = rows.dropna()[["class", "tweets"]].drop_duplicates()
        assert {tuple(pair) for pair in pairs.to_numpy()} <= {("bot", 1), ("human", 2)}


def test_sums_are_those_of_the_drawn_accounts():
    table = pd.DataFrame({"class": ["bot", "human", "human"], "tweets": [100, 10, 1]})
    seen = set()
    for rows in drawn(table, draws=200, sums_by=["class"]):
        assert rows["class"].tolist() == ["bot", "human"]
        tens, ones = divmod(int(rows["tweets"].iloc[1]), 10)
        assert rows["tweets"].iloc[0] / 100 + tens + ones == 3
        seen.add(rows["tweets"].sum())
    assert {300, 30, 3, 111} <= seen


def test_without_groups_there_is_one_row():
    for rows in drawn(pd.DataFrame({"a": [1, 1, 1], "b": [2, 2, 2]}), draws=3, sums_by=[]):
        assert rows.to_numpy().tolist() == [[3, 6]]


@pytest.mark.parametrize("groups", [["class"], ["class", "retweets"]])
def test_both_ways_of_drawing_give_the_same_interval(groups):
    table = accounts()
    whole, sums = bootstrap(table, share, draws=4000), bootstrap(table, share, draws=4000, sums_by=groups)
    assert np.allclose(whole, sums, atol=0.004)
    assert whole[1] - whole[0] > 0.05


def test_accounts_without_a_class_stay_a_group():
    table = pd.DataFrame({"class": ["bot", None], "tweets": [1, 2]})
    for rows in drawn(table, draws=30, sums_by=["class"]):
        assert len(rows) == 2
        assert rows["tweets"].sum() in (2, 3, 4)


def test_a_statistic_without_a_value_has_no_interval_and_nobody_has_none():
    assert np.isnan(estimate(accounts(), lambda rows: float("nan"))).all()
    assert np.isnan(bootstrap(accounts().iloc[:0], share)).all()
    assert intervals(accounts().iloc[:0], lambda rows: rows[["tweets"]].sum()).isna().all(axis=None)


def test_several_statistics_of_the_same_draws_come_out_as_each_does_alone():
    table = accounts()
    statistics = {
        "share": share,
        "none": lambda rows: float("nan"),
        "tweets": lambda rows: rows["tweets"].sum(),
    }
    together = estimates(table, statistics, seed=3)
    for name, statistic in statistics.items():
        np.testing.assert_array_equal(together.loc[name], estimate(table, statistic, seed=3))
    assert estimates(table.iloc[:0], statistics).isna().all(axis=None)
    assert list(estimates(table, {}).columns) == ["value", "low", "high"]


def test_same_seed_same_interval():
    table = accounts()
    assert (
        bootstrap(table, share, seed=1) == bootstrap(table, share, seed=1) != bootstrap(table, share, seed=2)
    )
    both = [bootstrap(table, share, seed=1, sums_by=["class"]) for _ in range(2)]
    assert both[0] == both[1]
