"""Intervals: which accounts are drawn, and what is taken of the draws."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm, poisson

from helpers.uncertainty import bootstrap, interval, node_bootstrap, ratio, sums, weights, weights_alike


def accounts(n=400):
    rng = np.random.default_rng(3)
    classes = rng.choice(["bot", "human"], n, p=[0.2, 0.8])
    return pd.DataFrame({"class": classes, "tweets": rng.geometric(0.2, n), "retweets": rng.poisson(2, n)})


SHARE = {"share": lambda summed: ratio(summed["bot", "tweets"], summed["tweets"])}  # bots', of the tweets
OF_ROWS = {"share": lambda rows: rows.loc[rows["class"] == "bot", "tweets"].sum() / rows["tweets"].sum()}


def test_sums_by_group_and_over_all_groups_and_ratios_where_there_is_something_to_divide_by():
    table = pd.DataFrame({"class": ["bot", "human", "human"], "tweets": [100, 10, 1], "likes": [0, 2, 3]})
    by_class = sums(table, ["class"])
    assert (by_class["human", "tweets"], by_class["tweets"], by_class["bot", "likes"]) == (11, 111, 0)
    assert by_class["unknown", "tweets"] == 0
    with pytest.raises(KeyError, match="tweet'"):
        by_class["bot", "tweet"]
    np.testing.assert_array_equal(ratio([1, 2, 0], [2, 0, 4]), [0.5, np.nan, 0])
    assert ratio(1, 4) == 0.25


@pytest.mark.parametrize("drawn", [weights(4, 30), weights_alike(np.array([1, 3]), 30)])
def test_every_draw_has_as_many_accounts_and_as_many_of_each_kind(drawn):
    assert {row.sum() for part in drawn for row in part} == {4}
    drawn = np.concatenate(list(weights_alike(np.array([1, 3]), 4000)))
    assert drawn[:, 1].mean() == pytest.approx(3, abs=0.05)


def test_draws_come_in_parts_of_bounded_size_and_an_interval_holds_the_middle_95_percent(monkeypatch):
    whole = next(weights(4, 5, seed=1))
    monkeypatch.setattr("helpers.uncertainty.AT_ONCE", 8)
    parts = list(weights(4, 5, seed=1))
    assert [len(part) for part in parts] == [2, 2, 1] and np.array_equal(np.concatenate(parts), whole)
    assert interval(np.arange(1001)).tolist() == [25, 975]
    assert interval(np.array([0, np.nan, 40])).tolist() == [1, 39]


@pytest.mark.parametrize(("by", "alike"), [(None, False), (["class"], False), (["class"], True)])
def test_the_interval_is_that_of_the_binomial_distribution(by, alike):
    """Thirty of a hundred accounts, a tweet each, are bots: their share in a draw is a binomial one."""
    table = pd.DataFrame({"class": ["bot"] * 30 + ["human"] * 70, "tweets": 1})
    drawn = bootstrap(table, OF_ROWS if by is None else SHARE, by, draws=4000, alike=alike)
    expected = binom(100, 0.3).ppf([0.025, 0.975]) / 100
    assert drawn.loc["share"].tolist() == pytest.approx([0.3, *expected], abs=0.011)


def test_a_statistic_without_a_value_has_no_interval_and_nobody_has_none():
    statistics = {"none": lambda summed: np.nan, "tweets": lambda summed: summed["tweets"]}
    table = bootstrap(accounts(), statistics, ["class"])
    assert table.loc["none"].isna().all() and table.loc["tweets"].notna().all()
    assert bootstrap(accounts().iloc[:0], SHARE, ["class"]).isna().all(axis=None)
    assert sums(accounts().iloc[:0], ["class"])["bot", "tweets"] == 0
    assert list(bootstrap(accounts(), {}, ["class"]).columns) == ["value", "low", "high"]


def test_statistics_of_one_seed_come_out_as_each_alone_of_rows_or_sums_and_of_another_otherwise():
    statistics = SHARE | {"retweets": lambda summed: summed["human", "retweets"]}
    together = bootstrap(accounts(), statistics, ["class"], seed=3)
    alone = [bootstrap(accounts(), {name: of}, ["class"], seed=3) for name, of in statistics.items()]
    pd.testing.assert_frame_equal(together, pd.concat(alone))
    assert not together.equals(bootstrap(accounts(), statistics, ["class"], seed=2))
    few = [bootstrap(accounts(), *each, seed=1, draws=50) for each in ((OF_ROWS, None), (SHARE, ["class"]))]
    pd.testing.assert_frame_equal(*few)


TOTAL = {"total": lambda summed: summed["number"]}


def ends(pairs, **options):
    """Low and high end of the number of rows, from the ids of either end of each."""
    table = pd.DataFrame(pairs, columns=["source", "target"]).assign(number=1)
    return node_bootstrap(table, TOTAL, draws=4000, **options).loc["total", ["low", "high"]].tolist()


@pytest.mark.parametrize(("pairs", "apart", "expected"), [
    ([(n, n + 100) for n in range(100)], False, norm(100, 300**0.5)),  # each weight is 1 with a variance of 1
    ([(n, None) for n in range(100)], False, poisson(100)),  # without a target: the source alone
    ([(n, n) for n in range(100)], False, poisson(100)),  # the same account at both ends, and drawn once
    ([(n, n) for n in range(100)], True, norm(100, 300**0.5)),  # an account and a text with the same number
    ([(n, 100) for n in range(100)], False, None),  # a popular target: a hundred, or none, or two hundred
])  # fmt: skip
def test_a_row_counts_the_product_of_the_draws_of_its_ends(pairs, apart, expected):
    low, high = ends(pairs, apart=apart)
    if expected is None:
        assert low == 0 and 300 < high < 360  # a Poisson number is 0 or 1, or above 3 in 2 percent
    else:
        assert [low, high] == pytest.approx(expected.ppf([0.025, 0.975]), abs=5)


def test_the_draws_of_nodes_do_not_hang_on_the_order_of_rows_nor_on_how_many_are_drawn_at_once(monkeypatch):
    rows = [("a", 1, 3, 2), ("a", 2, 3, 1), ("b", 3, 1, 5)]
    table = pd.DataFrame(rows, columns=["class", "source", "target", "number"])
    summed = {"a": lambda of: of["a", "number"], "least": lambda of: of["least"]}

    def least(reached):
        return {"least": np.minimum(reached["number"], 1)}

    whole = node_bootstrap(table, summed, ["class"], draws=40, each=least)
    assert whole["value"].tolist() == [3, 3]  # of the three sources each reaches somebody
    monkeypatch.setattr("helpers.uncertainty.AT_ONCE", 9)
    pd.testing.assert_frame_equal(whole, node_bootstrap(table[::-1], summed, ["class"], draws=40, each=least))
    assert node_bootstrap(table[:0], summed, ["class"]).isna().all(axis=None)


def test_each_draw_takes_the_next_of_the_frames_that_another_draw_has_made():
    """Of a hundred bots a detector that learned from others calls 60 bots, or 80, in turn."""
    share = {"bots": lambda summed: summed["bot", "accounts"] / 100}
    called = [["bot"] * n + ["human"] * (100 - n) for n in (100, 60, 80)]
    called = [pd.DataFrame({"class": classes, "accounts": 1}) for classes in called]
    value, low, high = bootstrap(called[0], share, ["class"], draws=4000, others=called[1:]).loc["bots"]
    ends = binom(100, 0.6).ppf(0.05), binom(100, 0.8).ppf(0.95)  # a twentieth of one half is a fortieth
    assert value == 1 and [low, high] == pytest.approx(np.array(ends) / 100, abs=0.011)
