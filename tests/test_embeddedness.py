"""Cores by hand, against NetworkX, and in worlds where bots are hubs and where they are nobody special."""

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import embeddedness, tables

BIG = 9_100_000_000_000_000_000  # an id that a float cannot hold


def edges(*pairs) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"], dtype="int64")


TRIANGLE_WITH_TAIL = edges((1, 2), (2, 3), (3, 1), (4, 1), (5, 4))


def numbers(links: pd.DataFrame, mode: str = "all") -> dict:
    return dict(embeddedness.core_numbers(links, mode).itertuples(index=False))


def classed(**classes) -> pd.DataFrame:
    """Core numbers with class, from lists of cores by class."""
    rows = [(core, name) for name, cores in classes.items() for core in cores]
    cores = pd.DataFrame(rows, columns=["core", "class"]).rename_axis("user_id").reset_index()
    return embeddedness.with_class(cores[["user_id", "core"]], cores[["user_id", "class"]])


def test_triangle_with_a_tail():
    assert numbers(TRIANGLE_WITH_TAIL) == {1: 2, 2: 2, 3: 2, 4: 1, 5: 1}


def test_a_link_each_way_counts_twice_but_parallel_links_once():
    assert numbers(edges((1, 2), (2, 1))) == {1: 2, 2: 2}
    assert numbers(edges((1, 2), (1, 2), (1, 2))) == {1: 1, 2: 1}


def test_self_loops_do_not_count_and_their_accounts_stay():
    assert numbers(edges((1, 1), (2, 3), (3, 3))) == {1: 0, 2: 1, 3: 1}


def test_ids_come_back_whole():
    assert numbers(edges((BIG + 1, BIG + 2))) == {BIG + 1: 1, BIG + 2: 1}


def test_no_links_no_accounts():
    empty = embeddedness.core_numbers(edges())
    assert empty.empty
    assert empty.columns.tolist() == ["user_id", "core"]


def test_in_degree_only():
    assert numbers(edges((1, 2), (2, 1), (3, 1)), "in") == {1: 1, 2: 1, 3: 0}


@pytest.mark.parametrize("seed", range(5))
def test_networkx_agrees_on_random_networks(seed):
    rng = np.random.default_rng(seed)
    drawn = edges(
        *(rng.zipf(1.6, (1500, 2)) % 150).tolist()
    )  # hubs, parallel links and self-loops among them
    assert drawn.duplicated().any()
    graph = nx.DiGraph(list(drawn.itertuples(index=False, name=None)))
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    assert numbers(drawn) == nx.core_number(graph)
    assert max(numbers(drawn).values()) > 5


def test_retweet_edges_are_distinct_and_keep_self_loops():
    tweets = lazy({"user_id": [2, 1, 1, 3, 4], "retweeted_user_id": [BIG, 2, 2, 3, None]})
    found = embeddedness.retweet_edges(tweets)
    assert found.to_numpy().tolist() == [[1, 2], [2, BIG], [3, 3]]
    assert len(embeddedness.without_self_loops(found)) == 2


def test_retweet_edges_of_a_study_without_retweets():
    found = embeddedness.retweet_edges(lazy({"user_id": [1], "retweeted_user_id": [None]}))
    assert found.empty
    assert embeddedness.core_numbers(found).empty


def test_composition_by_hand():
    cores = classed(bot=[3, 5], human=[5, 5, 5], unknown=[3, 3, 3, 3, 5])
    table = embeddedness.composition(cores, [3, 5, 6]).set_index("k")
    assert table["users"].tolist() == [10, 5, 0]
    assert table.loc[3, ["bot", "human", "unknown", "coverage"]].tolist() == [0.2, 0.3, 0.5, 0.5]
    assert table.loc[5, ["bot", "human", "unknown", "coverage"]].tolist() == [0.2, 0.6, 0.2, 0.8]
    assert table["bots_among_labelled"].tolist()[:2] == [2 / 5, 1 / 4]
    assert table.loc[6, ["bot", "human", "unknown", "bots_among_labelled"]].isna().all()


def test_accounts_that_were_not_scored_are_unknown():
    cores = pd.DataFrame({"user_id": [1, 2], "core": [1, 1]})
    scores = pd.DataFrame({"user_id": [2, 3], "class": ["bot", "human"]})
    assert embeddedness.with_class(cores, scores)["class"].tolist() == ["unknown", "bot"]


def test_largest_k_holds_the_share_of_accounts():
    table = pd.DataFrame({"k": [1, 2, 3], "users": [100, 53, 52]})
    assert embeddedness.largest_k(table, 10_000) == 2
    assert embeddedness.largest_k(table, 100_000) is None
    assert embeddedness.largest_k(table, 15_000) is None  # the smallest k alone is nothing to compare with


def test_growth_of_everyone_and_of_the_labelled():
    cores = classed(bot=[1, 2], human=[1, 2, 2], unknown=[1] * 5)
    assert embeddedness.growth(cores, 1, 2, embeddedness.bot_fraction) == pytest.approx((1 / 3) / 0.2)
    assert embeddedness.growth(cores, 1, 2, embeddedness.bot_share) == pytest.approx((1 / 3) / 0.4)
    assert np.isnan(embeddedness.growth(cores, 1, None, embeddedness.bot_share))
    low, high = embeddedness.growth_interval(cores, 1, 2, embeddedness.bot_share)
    assert low < (1 / 3) / 0.4 < high


def test_coverage_alone_explains_a_rise_among_bots_that_are_nobody_special():
    diluted = classed(bot=[1, 2], human=[1, 1, 1, 2, 2, 2], unknown=[1] * 8)
    table = embeddedness.composition(diluted, [1, 2])
    assert table["bot"].tolist() == [2 / 16, 1 / 4]
    assert embeddedness.dilution(table).tolist() == [2 / 16, 1 / 4]
    assert embeddedness.explained(table, 1, 2) == 1
    central = embeddedness.composition(classed(bot=[2, 2], human=[1, 1], unknown=[1] * 4), [1, 2])
    assert embeddedness.explained(central, 1, 2) == pytest.approx((0.5 - 0.25) / (1 - 0.25))


def test_steadiness():
    table = pd.DataFrame({"k": [1, 2, 3, 4], "bot": [0.1, 0.2, 0.4, np.nan]})
    assert embeddedness.steadiness(table, "bot") == pytest.approx(1)
    assert np.isnan(embeddedness.steadiness(table.iloc[:2], "bot"))


def test_readings():
    scores = pd.DataFrame({"user_id": [1], "class": ["bot"]})
    table = embeddedness.readings(TRIANGLE_WITH_TAIL, scores, [2, None]).set_index("reading")
    assert table["users"].tolist() == [3, 0, 4, 0]  # account 4 has two links; nobody has three
    more = embeddedness.readings(TRIANGLE_WITH_TAIL, scores, [1]).set_index("reading")
    assert more.loc["more than k links", "users"] == 3
    assert more.loc["at least k retweeters", "users"] == 3  # around the circle


def test_a_study_without_cores_or_classes_says_so_and_draws_nothing():
    nothing = embeddedness.with_class(
        embeddedness.core_numbers(edges()), pd.DataFrame(columns=["user_id", "class"])
    )
    shallow = classed(unknown=[1, 2])
    for cores, words in ((nothing, "No network"), (shallow, "its deepest core has k = 2")):
        table = embeddedness.composition(cores, range(10, 13))
        assert words in embeddedness.no_cores(table, cores)
        assert embeddedness.in_words(table).startswith("Empty")
        bounds = embeddedness.band(cores, [10, 11, 12])
        above, beside, below = plt.figure().subplots(3)
        embeddedness.draw_fractions(table, above)
        embeddedness.draw_users(table, beside)
        embeddedness.draw_labelled(table, bounds, below)
        assert all(ax.texts[0].get_text() == embeddedness.NO_CORE for ax in (above, beside, below))
        plt.close("all")
    unclassed = embeddedness.composition(shallow, [1, 2])
    assert embeddedness.no_cores(unclassed, shallow) == ""
    assert unclassed[["bot", "unknown"]].isna().all(axis=None)
    assert "No account of these cores has a class" in embeddedness.in_words(unclassed)


@pytest.fixture(scope="module")
def analysed(planted):
    """Name of a planted world, its smallest and largest k, and core numbers with class."""
    name, _, study = planted
    cores = embeddedness.core_numbers(embeddedness.retweet_edges(tables.scan(study, "tweets")))
    return name, *study.embeddedness.k, embeddedness.with_class(cores, tables.read(study, "scores"))


def test_bots_among_labelled_rise_only_where_bots_are_hubs(analysed):
    name, low, high, cores = analysed
    growth = embeddedness.growth(cores, low, high, embeddedness.bot_share)
    assert (growth > 1.1) is (name == "base")
    if name == "null":
        bottom, top = embeddedness.growth_interval(cores, low, high, embeddedness.bot_share)
        assert bottom < 1 < top


def test_the_published_rise_comes_in_either_world_and_is_mostly_coverage(analysed):
    _, low, high, cores = analysed
    assert embeddedness.growth(cores, low, high, embeddedness.bot_fraction) > 2.5
    table = embeddedness.composition(cores, range(low, high + 1))
    assert embeddedness.explained(table, low, high) > 0.6
    assert embeddedness.at(table, high, "unknown") < 0.5 * embeddedness.at(table, low, "unknown")


def test_what_changes_from_the_wide_core_to_the_deep_one():
    """Four accounts in the 1-core, a bot and a human of them in the 2-core."""
    cores = pd.DataFrame(
        {"core": [1, 1, 2, 2], "class": ["unknown", "human", "human", "bot"], "tweets": [1, 1, 3, 5]}
    )
    assert embeddedness.class_fraction(cores, "unknown") == 0.25
    assert embeddedness.rise(cores, 1, 2, "bot") == 0.25
    assert embeddedness.shrinkage(cores, 1, 2) == 0.5
    assert embeddedness.busier(cores, 1, 2) == 2
    nowhere = (embeddedness.rise(cores, 1, None, "bot"), embeddedness.shrinkage(cores, 1, None))
    assert np.isnan([*nowhere, embeddedness.busier(cores, 1, None)]).all()
    assert np.isnan(embeddedness.rise(cores.assign(**{"class": "unknown"}), 1, 2, "human"))


def test_who_stays_in_a_core_by_class():
    cores = pd.DataFrame({"user_id": range(5), "core": [1, 2, 3, 3, 1]})
    kinds = pd.Categorical(["bot", "bot", "bot", "unknown", "unknown"], embeddedness.CLASSES)
    who = embeddedness.stayers(cores.assign(**{"class": kinds}), 2)
    assert who["network"].to_dict() == {"bot": 3, "human": 0, "unknown": 2}
    assert who["core"].to_dict() == {"bot": 2, "human": 0, "unknown": 1}
    assert who.loc["bot", "stay"] == pytest.approx(2 / 3) and np.isnan(who.loc["human", "stay"])
