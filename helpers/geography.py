"""Where tweets come from: states by class, shares and location quotients, and whether both classes' differ.

After Bessi & Ferrara (2016), section Data analysis, "Spatio-temporal dynamics" (Figure 3, drawn in `maps`).
From the tables `tweets`, `users` and `scores` to one row a state. A tweet's coordinates count first, then its
place, then what its author's profile says; the first two are its **geotag**, which the article mapped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.claims import measured, named
from helpers.figures import note
from helpers.ingest.gazetteer import STATES, boundaries, state_of, states_at, states_of
from helpers.study import Study
from helpers.tables import collect, distinct, scan, write
from helpers.tweets import CLASSES, LABELLED, PEOPLE, of_labelled, with_class
from helpers.uncertainty import DRAWS, Statistic, Sums, bootstrap, ratio

GEOTAG = ["coordinates", "place"]
SOURCES = [*GEOTAG, "profile", "abroad", "nowhere"]  # nowhere: nothing given, or nothing that names one state
MAPS = {  # table -> its columns; from each distinct way of saying where, to a state
    "states_of_points": {"longitude": pa.float64(), "latitude": pa.float64(), "point_state": pa.string()},
    "states_of_places": {"place": pa.string(), "place_state": pa.string()},
    "states_of_profiles": {"location": pa.string(), "profile_state": pa.string()},
}


def look_up(tweets: nw.LazyFrame, users: nw.LazyFrame) -> dict[str, pd.DataFrame]:
    """The state of each distinct pair of coordinates, U.S. place and profile location: the tables of MAPS.

    Only those that lie in a state are rows. Twenty million tweets say where in some hundred thousand ways.
    """
    at_home = tweets.filter(nw.col("place_country") == "US")
    points, places, profiles = (
        collect(distinct(frame.select(*columns).drop_nulls()))
        for frame, *columns in ((tweets, "longitude", "latitude"), (at_home, "place"), (users, "location"))
    )
    points["point_state"] = states_at(points["longitude"], points["latitude"])
    places["place_state"] = [state_of_place(name) for name in places["place"]]
    profiles["profile_state"] = states_of(profiles["location"])
    tables = (table.dropna().sort_values(list(table)) for table in (points, places, profiles))
    return {name: table.reset_index(drop=True) for name, table in zip(MAPS, tables, strict=True)}


def state_of_place(full_name: str) -> str | None:
    """The state of a U.S. place as Twitter writes it: "Portland, OR", "Ohio, USA", or a longer name."""
    before, _, last = full_name.rpartition(", ")
    return last if last in STATES and before else state_of(full_name)


def write_look_up(study: Study) -> None:
    """Write the tables of `look_up` to the study's tables."""
    for name, table in look_up(scan(study, "tweets"), scan(study, "users")).items():
        write(table, study.tables / f"{name}.parquet", pa.schema(list(MAPS[name].items())))


def located(tweets: nw.LazyFrame, users: nw.LazyFrame, *maps: nw.LazyFrame) -> nw.LazyFrame:
    """The tweets with `state` (two letters, or null) and `source` (one of SOURCES), which gave it.

    In: last the tables of MAPS, in their order. A tweet whose geotag lies outside the states is abroad,
    whatever its author's profile says; so is one whose place is in another country, though its coordinates
    are within `SHORE` of a state ("Windsor, Ontario").
    """
    points, places, profiles = maps
    homes = users.join(profiles, on="location", how="inner").select("user_id", "profile_state")
    joined = tweets.join(points, on=["longitude", "latitude"], how="left")
    joined = joined.join(places, on="place", how="left").join(homes, on="user_id", how="left")
    source = nw.coalesce(
        nw.when(nw.col("place_country").fill_null("US") != "US").then(nw.lit("abroad")),
        nw.when(~nw.col("point_state").is_null()).then(nw.lit("coordinates")),
        nw.when(~nw.col("longitude").is_null()).then(nw.lit("abroad")),
        nw.when(~nw.col("place_state").is_null()).then(nw.lit("place")),
        nw.when(~nw.col("profile_state").is_null()).then(nw.lit("profile")),
        nw.lit("nowhere"),
    )
    state = nw.coalesce("point_state", "place_state", "profile_state")
    joined = joined.with_columns(source=source, state=state)
    return joined.with_columns(state=nw.when(nw.col("source") != "abroad").then(nw.col("state")))


def locate(study: Study) -> nw.LazyFrame:
    """The study's tweets as `located` gives them, from the tables of `look_up`, made if there are none."""
    if not all(study.table(name) for name in MAPS):
        write_look_up(study)
    return located(scan(study, "tweets"), scan(study, "users"), *(scan(study, name) for name in MAPS))


def counts(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """Located tweets counted: columns class, source, state (null where there is none), tweets."""
    table = collect(with_class(tweets, scores).group_by("class", "source", "state").agg(tweets=nw.len()))
    return table.sort_values(["class", "source", "state"], na_position="last").reset_index(drop=True)


def by_source(table: pd.DataFrame) -> pd.DataFrame:
    """What each source places, from `counts`: columns class, source, tweets, share (of the class's)."""
    both = pd.MultiIndex.from_product([CLASSES, SOURCES], names=["class", "source"])
    tweets = table.groupby(["class", "source"])["tweets"].sum().reindex(both, fill_value=0)
    share = tweets / tweets.groupby("class").transform("sum")
    return pd.DataFrame({"tweets": tweets, "share": share}).reset_index()


def by_state(table: pd.DataFrame, sources: Sequence[str] = GEOTAG) -> pd.DataFrame:
    """Tweets of each class by state, from `counts`; one row a state, sorted by code.

    Columns state, name, region, population, and for bot, human and unknown: tweets (`bot`), the state's share
    of the class's tweets (`bot_share`), and the location quotient (`bot_quotient`): that share over the
    state's share of the population. 1 is as many as its people would make one expect; NaN where a class has
    no tweet.
    """
    states = boundaries()[["code", "name", "region", "population"]].rename(columns={"code": "state"})
    placed = table[table["source"].isin(sources)]
    tweets = placed.pivot_table(index="state", columns="class", values="tweets", aggfunc="sum")
    tweets = tweets.reindex(index=states["state"], columns=CLASSES).fillna(0).astype("int64")
    states = states.join(tweets, on="state")
    people = states["population"] / states["population"].sum()
    for name in CLASSES:
        states[f"{name}_share"] = ratio(states[name], states[name].sum())
        states[f"{name}_quotient"] = states[f"{name}_share"] / people
    return states


def mapped(states: pd.DataFrame) -> list[str]:
    """The classes to draw: bots and humans, or accounts without a class where only these have tweets."""
    return ["unknown"] if states["unknown"].any() and not states[LABELLED].any(axis=None) else LABELLED


def accounts(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """Geotagged tweets of each labelled account: index user_id, columns class and one a state.

    Only accounts with such a tweet; some thousands even at the paper's size.
    """
    geotagged = of_labelled(tweets.filter(nw.col("source").is_in(GEOTAG)), scores)
    table = collect(geotagged.group_by("user_id", "class", "state").agg(tweets=nw.len()))
    wide = table.pivot_table(index=["user_id", "class"], columns="state", values="tweets", aggfunc="sum")
    wide = wide.reindex(columns=boundaries()["code"]).rename_axis(columns=None).fillna(0).astype("int64")
    return wide.reset_index("class")


def agreement(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """How often a tweet's geotag and its author's profile name the same state, where it has both.

    In: `located` tweets. Columns class, tweets, agree_share.
    """
    both = tweets.filter(nw.col("source").is_in(GEOTAG), ~nw.col("profile_state").is_null())
    agree = (nw.col("state") == nw.col("profile_state")).cast(nw.Int64)
    agreeing = with_class(both, scores).with_columns(agree=agree).group_by("class")
    table = collect(agreeing.agg(nw.col("agree").sum(), tweets=nw.len()))
    table = table.set_index("class").reindex(CLASSES).fillna(0).astype("int64").reset_index()
    return table.assign(agree_share=ratio(table["agree"], table["tweets"])).drop(columns="agree")


def busiest(table: pd.DataFrame, states: pd.DataFrame, name: str, most: int = 5) -> pd.DataFrame:
    """How much a class's states of highest quotient owe to one account, from `accounts` and `by_state`.

    Columns state, quotient, tweets, accounts (that tweeted from there), busiest_share (of the busiest).
    """
    top = states[states[name] > 0].nlargest(most, f"{name}_quotient").set_index("state")
    tweets = table.loc[table["class"] == name, top.index]
    top = top[[f"{name}_quotient", name]].set_axis(["quotient", "tweets"], axis="columns")
    return top.assign(accounts=(tweets > 0).sum(), busiest_share=tweets.max() / tweets.sum()).reset_index()


def tweets_from(sums: Sums, name: str) -> np.ndarray:
    """A class's tweets from each state, by the sums by class of `accounts`: an array (…, states)."""
    return np.stack([sums[name, state] for state in sums.columns], axis=-1)


def shares(sums: Sums, name: str) -> np.ndarray:
    """The states' shares of a class's tweets: an array (…, states); NaN for a class without tweets."""
    tweets = tweets_from(sums, name)
    return ratio(tweets, tweets.sum(axis=-1, keepdims=True))


def region_gap(sums: Sums, regions: Sequence[str]) -> np.ndarray:
    """Share of bots' tweets from Census regions less that of humans'; NaN where a class has no tweets."""
    region = boundaries().set_index("code")["region"].reindex(sums.columns)
    bots, humans = (shares(sums, name)[..., region.isin(regions)].sum(axis=-1) for name in LABELLED)
    return bots - humans


def state_ratio(sums: Sums, state: str) -> np.ndarray:
    """A state's share of bots' tweets over its share of humans'; NaN where humans have none there."""
    bots, humans = (ratio(sums[name, state], tweets_from(sums, name).sum(axis=-1)) for name in LABELLED)
    return ratio(bots, humans)


def dissimilarity(sums: Sums) -> np.ndarray:
    """Share of bots' tweets that would have to come from other states for like maps (Duncan 1955).

    0 for like maps, 1 where no state has tweets of both; NaN where a class has no tweets.
    """
    bots, humans = (shares(sums, name) for name in LABELLED)
    return np.abs(bots - humans).sum(axis=-1) / 2


def rank(sums: Sums, name: str, state: str) -> np.ndarray:
    """Rank of a state among a class's states by tweets, 1 the first; NaN where the class has none.

    Ties share the better rank.
    """
    tweets = tweets_from(sums, name)
    before = (tweets > np.expand_dims(sums[name, state], -1)).sum(axis=-1)
    return np.where(tweets.any(axis=-1), before + 1.0, np.nan)


def among_first(sums: Sums, name: str, states: Sequence[str], most: int) -> np.ndarray:
    """How many of the states are among a class's first ones with tweets; NaN where the class has no tweet.

    Of states with as many tweets, the one whose code comes first goes before.
    """
    tweets = tweets_from(sums, name)
    first = np.argsort(-tweets, axis=-1, kind="stable")[..., :most]
    named_there = np.isin(sums.columns, states)[first] & (np.take_along_axis(tweets, first, -1) > 0)
    return np.where(tweets.any(axis=-1), named_there.sum(axis=-1), np.nan)


def shuffled(accounts: pd.DataFrame, statistic: Statistic, seed: int = 0, draws: int | None = None) -> float:
    """Share of random reassignments of the class to accounts that bring as large a statistic (a p-value).

    In: a table of `accounts`. NaN where the statistic is. The classes as they are count as one reassignment,
    so that it is never 0.
    """
    rng, classes = np.random.default_rng(seed), np.array(accounts["class"])
    dealt = [rng.permutation(classes) for _ in range(DRAWS if draws is None else draws)]
    dealt, tweets = np.stack([classes, *dealt]), accounts.drop(columns="class")
    values = np.stack([(dealt == name) @ tweets.to_numpy(float) for name in LABELLED], axis=1)
    found = statistic(Sums([(name,) for name in LABELLED], list(tweets), values))
    return float(np.mean(found >= found[0])) if found[0] == found[0] else np.nan


def statistics() -> dict[str, Statistic]:
    """The claims that are functions of sums by class of `accounts`. Which states and regions are asked for
    stands in `data/reference/article.toml`.
    """
    asked = named("geography")
    state = asked["bots_state"]
    return {
        "geo_region_contrast": partial(region_gap, regions=asked["bots_regions"]),
        "geo_georgia_bots_to_humans": partial(state_ratio, state=state),
        "geo_georgia_first_bots": partial(rank, name="bot", state=state),
        "geo_georgia_rank_humans": partial(rank, name="human", state=state),
        "geo_big_states_humans": partial(among_first, name="human", **asked["humans"]),
    }


def measures(
    accounts: pd.DataFrame, profiles: pd.DataFrame, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """What this notebook measures of its claims: index claim id, columns value, low, high.

    In: the table of `accounts`, and that of `by_state` by profile.
    """
    asked = statistics()
    by_profile = Sums([("bot",)], profiles["state"].tolist(), profiles[["bot"]].to_numpy().T)
    drawn = bootstrap(accounts, asked, ["class"], seed, draws, alike=True)
    others = {
        "geo_region_contrast_chance": shuffled(accounts, asked["geo_region_contrast"], seed, draws),
        "geo_maps_differ_chance": shuffled(accounts, dissimilarity, seed, draws),
        "geo_georgia_first_bots_profile": rank(by_profile, "bot", named("geography")["bots_state"]),
    }
    return pd.concat([drawn, measured(others)])


def of_study(study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 05 makes them."""
    tweets = locate(study)
    profiles = by_state(counts(tweets, scores), ["profile"])
    return measures(accounts(tweets, scores), profiles, seed, draws)


def without_geotags(states: pd.DataFrame) -> str:
    """Why this study has no map of bots and humans, in a paragraph for the reader; empty if it has."""
    missing = " and ".join(PEOPLE[name] for name in LABELLED if not states[name].sum())
    return note("without_geotags", {"missing": missing})


def outside(sources: pd.DataFrame) -> float:
    """Share of the geotagged tweets that lie in no state, from `by_source`; NaN without any."""
    tweets = sources.groupby("source")["tweets"].sum()
    return float(ratio(tweets["abroad"], tweets[[*GEOTAG, "abroad"]].sum()))


def abroad(sources: pd.DataFrame) -> str:
    """That most of a study's geotags lie outside of the maps, in a paragraph; empty where they do not."""
    share = outside(sources)
    return note("abroad", {"outside": share, "abroad": share > 0.5})


def facts(
    states: pd.DataFrame, measure: str = "share", most: int = 5, outside: float = 0.0
) -> dict[str, object]:
    """What Figure 3 says of shares or quotients, from the table of `by_state`: see captions/geography.toml.

    Of bot, human and unknown: tweets; the first state and its value; the first states. All None for a class
    that is not mapped. Which share of all geotagged tweets lies `outside`, and whether that is most.
    """
    form = "{} {:.1%}" if measure == "share" else "{} {:.1f}"
    said = {f"{name}_{what}": None for name in CLASSES for what in ("tweets", "place", "top", "first")}
    for name in mapped(states):
        said[f"{name}_tweets"] = total = states[name].sum()
        if total:
            top = states.nlargest(most, f"{name}_{measure}")
            place, values = top["name"].iloc[0], top[f"{name}_{measure}"]
            said[f"{name}_place"] = f"the {place}" if place.startswith("District") else place
            said[f"{name}_top"] = values.iloc[0]
            said[f"{name}_first"] = ", ".join(map(form.format, top["name"], values))
    return said | {"labelled": mapped(states) == LABELLED, "outside": outside, "abroad": outside > 0.5}
