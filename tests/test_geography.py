from functools import partial

import numpy as np
import pandas as pd
import pytest
from conftest import lazy, read_data

from helpers import figures, geography, maps, tables
from helpers.ingest import gazetteer
from helpers.study import ROOT
from helpers.tweets import LABELLED
from helpers.uncertainty import sums


def test_profiles_name_states():
    """Texts made up by hand: spellings, nicknames, towns named like states, other countries, no place."""
    table = pd.read_csv(ROOT / "tests" / "data" / "profiles.csv", keep_default_na=False)
    state = [state or "" for state in geography.states_of([*table["location"], "", None])]
    assert dict(zip(table["location"], state, strict=False)) == dict(table.to_numpy())
    assert state[-2:] == ["", ""]


def test_points_lie_in_states_and_none_abroad_and_there_are_fifty_states_and_the_district():
    longitude = [-84.39, -157.86, -149.90, 173.0, -0.13, np.nan]
    latitude = [33.75, 21.31, 61.22, 52.87, 51.5, 1.0]
    found = ["GA", "HI", "AK", "AK", None, None]  # the Aleutian island at 173 E is in Alaska, London is not
    assert geography.states_at(longitude, latitude) == found
    states = gazetteer.boundaries()
    assert set(states["code"]) == set(gazetteer.STATES)
    regions = {"South": 17, "West": 13, "Midwest": 12, "Northeast": 9}
    assert states["region"].value_counts().to_dict() == regions
    assert states["population"].sum() == pytest.approx(323.1e6, rel=0.001)


def test_points_along_borders_and_on_islands_are_in_their_own_state():
    table = pd.read_csv(ROOT / "tests" / "data" / "borders.csv")
    assert geography.states_at(table["longitude"], table["latitude"]) == table["state"].tolist()


# Tweet 1 has a point in Georgia, 2 a place in Ohio, 3 a place without a state (so the profile, Texas), 4 one
# abroad, though its point is near Michigan and its author's profile says Texas, 5 only a profile, 6 nothing.
LOCATED = read_data("located.json")


@pytest.fixture(params=["pandas", "duckdb"])
def located(request, tiny, monkeypatch):
    """The tweets above, located, and the scores, by pandas and by DuckDB."""
    monkeypatch.setenv("STUDY_ENGINE", request.param)
    for name, rows in LOCATED.items():
        tables.write(lazy(rows).collect().to_native(), tiny.tables / f"{name}.parquet")
    return geography.locate(tiny), tables.scan(tiny, "scores")


def test_point_before_place_before_profile_and_how_often_geotag_and_profile_agree(located):
    table = tables.collect(located[0].select("tweet_id", "source", "state")).sort_values("tweet_id")
    assert table["source"].tolist() == ["coordinates", "place", "profile", "abroad", "profile", "nowhere"]
    assert table["state"].fillna("").tolist() == ["GA", "OH", "TX", "", "TX", ""]
    table = geography.accounts(*located)
    assert table[["class", "GA", "OH", "TX"]].to_numpy().tolist() == [["bot", 1, 0, 0], ["human", 0, 1, 0]]
    agree = geography.agreement(*located).set_index("class")
    assert agree.loc["bot", ["tweets", "agree_share"]].tolist() == [1, 1]
    assert np.isnan(agree.loc["human", "agree_share"])  # account 20 has no profile location


def test_counts_and_what_each_source_places(located):
    table = geography.counts(*located)
    assert table["tweets"].sum() == 6
    share = geography.by_source(table).set_index(["class", "source"])["share"]
    assert share["bot", "coordinates"] == 1
    assert share["human"].tolist() == [0, 1 / 4, 2 / 4, 1 / 4, 0]
    states = geography.by_state(table).set_index("state")[["bot", "human"]]
    assert states.loc[["GA", "OH", "TX"]].to_numpy().tolist() == [[1, 0], [0, 1], [0, 0]]  # TX is of profiles
    assert geography.by_state(table, ["profile"]).set_index("state").loc["TX", "human"] == 2


def by_hand(**tweets) -> pd.DataFrame:
    """The table of `by_state` from state=(bot, human), all of them by place."""
    rows = [(name, "place", at, both[of]) for at, both in tweets.items() for of, name in enumerate(LABELLED)]
    return geography.by_state(pd.DataFrame(rows, columns=["class", "source", "state", "tweets"]))


def test_shares_quotients_ranks_and_first_states():
    states = by_hand(GA=(3, 1), OH=(1, 1)).set_index("state")
    people = states["population"]["GA"] / states["population"].sum()
    assert states.loc["GA", ["bot_share", "bot_quotient"]].tolist() == pytest.approx([0.75, 0.75 / people])
    assert states.loc["AK", "bot_quotient"] == 0
    both = sums(some_accounts(("bot", {"GA": 3, "OH": 1, "TX": 1}), ("human", {"GA": 1, "OH": 2})), ["class"])
    assert [geography.rank(both, "bot", state) for state in ("GA", "OH", "TX", "AK")] == [1, 2, 2, 4]
    assert geography.among_first(both, "bot", ["TX", "OH"], 2) == 1  # Ohio comes before Texas, with as many
    assert geography.among_first(both, "human", ["GA", "AK"], 5) == 1  # Alaska has none
    assert np.isnan(geography.among_first(sums(some_accounts(("human", {})), ["class"]), "bot", ["GA"], 1))
    row = geography.busiest(ACCOUNTS, by_hand(GA=(4, 0)), "bot").iloc[0]
    assert row[["state", "tweets", "accounts", "busiest_share"]].tolist() == ["GA", 4, 1, 1]


def some_accounts(*rows) -> pd.DataFrame:
    """The table of `accounts` from rows (class, {state: tweets})."""
    table = pd.DataFrame([tweets for _, tweets in rows]).reindex(columns=list(gazetteer.STATES))
    table.insert(0, "class", pd.Series([name for name, _ in rows], dtype=object))
    return table.fillna(0)


ACCOUNTS = some_accounts(("bot", {"GA": 3}), ("bot", {"CA": 1}), ("human", {"GA": 1, "CA": 2, "NY": 1}))
SOUTH = partial(geography.region_gap, regions=["South"])


def test_what_is_measured_of_the_claims():
    value = geography.measures(ACCOUNTS, by_hand(GA=(1, 0), OH=(2, 5)), draws=5)["value"]
    assert value.drop(["geo_region_contrast_chance", "geo_maps_differ_chance"]).to_dict() == {
        "geo_region_contrast": 3 / 4 - 1 / 4, "geo_georgia_bots_to_humans": 3, "geo_georgia_first_bots": 1,
        "geo_georgia_rank_humans": 2, "geo_big_states_humans": 2,  # California and New York
        "geo_georgia_first_bots_profile": 2,
    }  # fmt: skip
    assert geography.dissimilarity(sums(ACCOUNTS, ["class"])) == pytest.approx((2 / 4 + 1 / 4 + 1 / 4) / 2)
    bots = sums(ACCOUNTS.assign(**{"class": "bot"}), ["class"])
    assert np.isnan([SOUTH(bots), geography.dissimilarity(bots), geography.state_ratio(bots, "GA")]).all()


def test_shuffle_tells_a_contrast_from_chance():
    apart = some_accounts(*[("bot", {"GA": 1})] * 9, *[("human", {"NY": 1})] * 9)
    alike = some_accounts(*[("bot", {"GA": 1}), ("human", {"GA": 1})] * 9)
    assert geography.shuffled(apart, SOUTH, draws=99) == 1 / 100
    assert geography.shuffled(alike, geography.dissimilarity, draws=99) == 1


def test_a_study_without_geotags_says_so_and_one_without_classes_is_mapped_as_one():
    nothing = by_hand()
    assert "No map of bots and humans" in geography.without_geotags(nothing)
    assert geography.without_geotags(by_hand(GA=(1, 1))) == ""
    assert geography.measures(some_accounts(), nothing).isna().all(axis=None)
    assert geography.busiest(some_accounts(), nothing, "bot").empty
    told = figures.told("figure_3", geography.facts(nothing))
    assert (told["title"], told["alt"].count("Empty")) == ("No geotagged tweets", 2)
    _, ax = figures.plt.subplots()
    maps.draw_map(nothing, "bot_share", maps.shades(nothing, "share"), ax)
    assert "No geotagged tweets" in ax.texts[0].get_text()
    table = pd.DataFrame({"class": ["unknown"], "source": ["place"], "state": ["GA"], "tweets": [5]})
    states, (_, ax) = geography.by_state(table), figures.plt.subplots()
    maps.draw_maps(states, "share", [ax])
    assert "Geotagged tweets of accounts without a class (5)" in ax.get_title() + ax.get_title("left")
    told = figures.told("figure_3", geography.facts(states))
    assert told["title"] == "Most geotagged tweets of accounts without a class from Georgia (100.0%)"
    assert "5 of accounts without a class" in told["caption"]


@pytest.mark.parametrize(("tweets", "measure", "said"), [
    ({"GA": (3, 1), "OH": (1, 2)}, "share", "bots from Georgia (75.0%), of humans from Ohio (66.7%)"),
    ({"GA": (1, 3), "OH": (2, 1)}, "share", "bots from Ohio (66.7%), of humans from Georgia (75.0%)"),
    ({"DC": (0, 1)}, "share", "humans from the District of Columbia (100.0%)"),
    ({"CA": (7, 1), "WY": (1, 0)}, "quotient",
     "bots from Wyoming (68.5 times), of humans from California (8.2 times)"),
])  # fmt: skip
def test_headlines_name_the_first_state_of_each_class(tweets, measure, said):
    name = {"share": "figure_3", "quotient": "figure_3_quotients"}[measure]
    title = figures.told(name, geography.facts(by_hand(**tweets), measure))["title"]
    assert title.endswith(f" tweets of {said}")


@pytest.mark.parametrize(("abroad", "said"), [(1, "Most geotagged"), (7, "70% of the geotagged tweets lie")])
def test_a_study_elsewhere_is_told_that_the_maps_show_the_united_states_only(abroad, said):
    rows = [("bot", "abroad", None, abroad), ("bot", "coordinates", "GA", 3), ("human", "profile", "OH", 9)]
    table = pd.DataFrame(rows, columns=["class", "source", "state", "tweets"])
    sources = geography.by_source(table)
    facts = geography.facts(geography.by_state(table), outside=geography.outside(sources))
    told = figures.told("figure_3", facts)
    assert told["title"].startswith(said) and bool(geography.abroad(sources)) == (abroad == 7)


def test_bots_come_from_elsewhere_only_where_they_do(planted):
    name, _, study = planted
    shown = geography.of_study(study, tables.scan(study, "scores"), draws=200)
    _, low, high = shown.loc["geo_region_contrast"]
    assert low > 0.1 if name == "base" else low < 0 < high
    assert (shown.loc["geo_georgia_first_bots", "value"] <= 2) is np.bool_(name == "base")
