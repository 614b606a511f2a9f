"""Cores by hand, by two libraries, and in worlds where bots are hubs and where they are nobody special."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import embeddedness, figures
from helpers.tables import read, scan

BIG = 9_100_000_000_000_000_000  # an id that a float cannot hold


def edges(*pairs) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"], dtype="int64")


TRIANGLE_WITH_TAIL = edges((1, 2), (2, 3), (3, 1), (4, 1), (5, 4))


def classed(**classes) -> pd.DataFrame:
    """Core numbers with class, from lists of cores by class; everybody tweeted as often as the core says."""
    rows = [(core, name) for name, cores in classes.items() for core in cores]
    cores = pd.DataFrame(rows, columns=["core", "class"]).rename_axis("user_id").reset_index()
    cores = embeddedness.with_class(cores[["user_id", "core"]], cores[["user_id", "class"]])
    return cores.assign(tweets_collected=cores["core"])


@pytest.mark.parametrize("library", ["core_numbers", "by_networkx", "by_igraph"])
@pytest.mark.parametrize(("links", "expected"), [
    (TRIANGLE_WITH_TAIL, {1: 2, 2: 2, 3: 2, 4: 1, 5: 1}),
    (edges((1, 2), (2, 1)), {1: 2, 2: 2}),  # a link each way counts twice
    (edges((1, 2), (1, 2), (1, 2)), {1: 1, 2: 1}),  # parallel links once
    (edges((1, 1), (2, 3), (3, 3)), {1: 0, 2: 1, 3: 1}),  # self-loops not
    (edges((BIG + 1, BIG + 2)), {BIG + 1: 1, BIG + 2: 1}),  # ids stay whole
    (edges(), {}),
])  # fmt: skip
def test_core_numbers_by_hand(library, links, expected):
    table = getattr(embeddedness, library)(links).iloc[:, :2]
    assert table.columns[0] == "user_id"
    assert dict(table.itertuples(index=False)) == expected


@pytest.mark.parametrize("seed", range(3))
def test_both_libraries_agree_on_random_networks(seed, monkeypatch):
    """Hubs, parallel links and self-loops among them; above the stated number of links igraph is asked."""
    drawn = edges(*(np.random.default_rng(seed).zipf(1.6, (1500, 2)) % 150).tolist())
    by_networkx = embeddedness.core_numbers(drawn)
    assert by_networkx["core"].max() > 5
    monkeypatch.setattr(embeddedness, "NETWORKX_LINKS", 1499)
    monkeypatch.setattr(embeddedness, "by_networkx", None)
    pd.testing.assert_frame_equal(embeddedness.core_numbers(drawn), by_networkx)


def test_retweet_edges_are_distinct_and_keep_self_loops_and_cores_are_read_in_each_way():
    tweets = {"user_id": [2, 1, 1, 3, 4, 5], "retweeted_user_id": [BIG, 2, 2, 3, None, 1]}
    tweets["kind"] = ["retweet"] * 5 + ["quote"]
    pairs = embeddedness.retweet_edges(lazy(tweets))
    assert pairs.to_numpy().tolist() == [[1, 2], [2, BIG], [3, 3]]
    assert len(embeddedness.without_self_loops(pairs)) == 2
    scores = pd.DataFrame({"user_id": [1], "class": ["bot"]})
    table = embeddedness.readings(TRIANGLE_WITH_TAIL, scores, [2, None]).set_index("reading")
    assert table["users"].tolist() == [3, 0, 4, 0]  # account 4 has two links; nobody has three
    for reading, number in zip(embeddedness.READINGS, [3, 0, 4, 0], strict=True):
        assert (embeddedness.core_numbers(TRIANGLE_WITH_TAIL, reading)["core"] >= 2).sum() == number


def test_composition_and_the_largest_k_that_holds_the_share_of_accounts_by_hand():
    cores = classed(bot=[3, 5], human=[5, 5, 5], unknown=[3, 3, 3, 3, 5])
    table = embeddedness.composition(cores, [3, 5, 6]).set_index("k")
    assert table["users"].tolist() == [10, 5, 0]
    shares = table[["bot", "human", "unknown", "coverage", "bots_among_labelled"]]
    expected = [[0.2, 0.3, 0.5, 0.5, 2 / 5], [0.2, 0.6, 0.2, 0.8, 1 / 4]]
    assert shares.loc[[3, 5]].to_numpy().tolist() == expected
    assert shares.loc[6].isna().all()
    table = pd.DataFrame({"k": [1, 2, 3, 4], "users": [100, 53, 52, 0]})  # k = 1 alone: nothing to compare
    of = [(10_000, 0.0053), (100_000, 0.0053), (15_000, 0.0053), (10, 0)]
    assert [embeddedness.largest_k(table, *each) for each in of] == [2, None, None, 3]


def test_measures_from_the_wide_core_to_the_deep_one():
    """Of ten accounts in the 1-core three are in the 2-core: 1 of 2 bots, 2 of 3 humans, none of 5 others."""
    cores = classed(bot=[1, 2], human=[1, 2, 2], unknown=[1] * 5)
    table = embeddedness.composition(cores, [1, 2])
    measured = embeddedness.measures(table, cores, 2)
    expected = {
        "core_bots_smallest": 0.2, "core_bots_largest": 1 / 3, "core_bots_grow": (1 / 3) / 0.2,
        "core_humans_rise": 2 / 3 - 0.3, "core_unknown_fall": 0, "core_users_fall": 0.3,
        "core_bots_among_labelled": (1 / 3) / 0.4, "core_accounts_more_active": 2, "core_k_largest": 2,
    }  # fmt: skip
    assert measured["value"][list(expected)].to_dict() == pytest.approx(expected)
    low, value, high = measured.loc["core_bots_among_labelled", ["low", "value", "high"]]
    assert low < value < high
    nowhere = embeddedness.measures(table, cores, None)["value"].dropna()
    assert nowhere.to_dict() == {"core_bots_smallest": 0.2, "core_k_smallest": 1}
    three = pd.DataFrame({"k": [1, 2, 3], "bot": [0.1, 0.2, 0.4]})
    assert embeddedness.steadiness(three, "bot") == pytest.approx(1)


def test_coverage_alone_explains_a_rise_among_bots_that_are_nobody_special():
    table = embeddedness.composition(classed(bot=[1, 2], human=[1, 1, 1, 2, 2, 2], unknown=[1] * 8), [1, 2])
    assert table["bot"].tolist() == embeddedness.dilution(table).tolist() == [2 / 16, 1 / 4]
    assert embeddedness.explained(table, 1, 2) == 1
    assert np.isnan(embeddedness.explained(table, 1, None))
    central = embeddedness.composition(classed(bot=[2, 2], human=[1, 1], unknown=[1] * 4), [1, 2])
    assert embeddedness.explained(central, 1, 2) == pytest.approx((0.5 - 0.25) / (1 - 0.25))


@pytest.mark.parametrize(("cores", "told", "why"), [
    (classed(), embeddedness.NO_CORE, "No network"),
    (classed(unknown=[1, 2]), embeddedness.NO_CORE, "deepest core has k = 2"),
    (classed(unknown=[10, 11]), embeddedness.NO_CLASS, ""),
])  # fmt: skip
def test_a_study_without_cores_or_classes_says_so_and_draws_nothing(cores, told, why):
    table = embeddedness.composition(cores, range(10, 13))
    assert why in embeddedness.no_cores(table, cores)
    bounds = embeddedness.band(cores, [10, 11, 12])
    above, below = plt.figure().subplots(2)
    embeddedness.draw_fractions(table, above)
    embeddedness.draw_labelled(table, bounds, below)
    assert above.texts[0].get_text() == below.texts[0].get_text() == told
    texts = figures.told("figure_7", embeddedness.facts(table, bounds))
    assert texts["title"] == told and texts["alt"].startswith("Empty") != (told == embeddedness.NO_CLASS)
    plt.close("all")


@pytest.mark.parametrize("low, meet", [(0.31, "intervals apart"), (0.30, "intervals that meet")])
def test_the_headline_says_how_far_bots_go_and_whether_intervals_meet(low, meet):
    table = embeddedness.composition(classed(bot=[1, 2], human=[1, 1, 2], unknown=[1] * 5), [1, 2])
    bounds = pd.DataFrame({"k": [1, 2], "low": [0.2, low], "high": [0.30, 0.6]})
    title = figures.told("figure_7", embeddedness.facts(table, bounds))["title"]
    shares = "of the k-core; of the accounts with a class they are 40.0% and 50.0%"
    assert title == f"From k = 1 to 2 bots go from 20.0% to 50.0% {shares}, {meet}"


def test_the_band_of_half_bots_is_that_of_a_binomial_draw():
    bounds = embeddedness.band(classed(bot=[1, 2] * 25, human=[1, 2] * 25, unknown=[2] * 9), [1, 2, 3])
    assert bounds["k"].tolist() == [1, 2]
    assert bounds.loc[0, ["low", "high"]].tolist() == pytest.approx([0.4, 0.6], abs=0.02)


def test_bots_among_labelled_rise_only_where_bots_are_hubs_and_of_everyone_in_either_world(planted):
    """The published rise is mostly coverage."""
    name, _, study = planted
    (low, high), scores = study.embeddedness.k, read(study, "scores")
    cores = embeddedness.core_numbers(embeddedness.retweet_edges(scan(study, "tweets")))
    table = embeddedness.composition(embeddedness.with_class(cores, scores), range(low, high + 1))
    assert embeddedness.explained(table, low, high) > 0.6
    measured = embeddedness.of_study(study, scan(study, "scores"))
    assert measured["value"]["core_bots_grow"] > 2.5 and measured["value"]["core_unknown_fall"] < 0.5
    value, least, most = measured.loc["core_bots_among_labelled"]
    assert most > value > 1 and (least > 1) == (name == "base")
