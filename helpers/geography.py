"""Where tweets come from: states by class, shares and location quotients, and the two maps.

After Bessi & Ferrara (2016), section Data analysis, "Spatio-temporal dynamics" (Figure 3). From the tables
`tweets`, `users` and `scores` to one row a state. A tweet's coordinates count first, then its place, then what
its author's profile says; the first two are its **geotag**, which is what the article mapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

import geopandas as gpd
import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patheffects import withStroke
from matplotlib.ticker import PercentFormatter
from shapely.affinity import affine_transform

from helpers import uncertainty
from helpers.figures import COLOR, SHADES, say_empty
from helpers.ingest import gazetteer
from helpers.ingest.gazetteer import STATES, boundaries, states_at, states_of
from helpers.study import Study
from helpers.tables import collect, distinct, scan, write
from helpers.tweets import CLASSES, LABELLED, PEOPLE, with_class

__all__ = ["boundaries", "states_at", "states_of"]  # the gazetteer's, offered here as well

GEOTAG = ["coordinates", "place"]
SOURCES = [*GEOTAG, "profile", "abroad", "nowhere"]  # nowhere: nothing given, or nothing that names one state
MAPS = {  # table -> its columns; from each distinct way of saying where, to a state
    "states_of_points": {"longitude": pa.float64(), "latitude": pa.float64(), "point_state": pa.string()},
    "states_of_places": {"place": pa.string(), "place_state": pa.string()},
    "states_of_profiles": {"location": pa.string(), "profile_state": pa.string()},
}
DETAIL = 8_000  # metres: corners that cut off less than a square of this size are left out of a map
OFFSHORE = {
    "MA": (330, 90),
    "NY": (-60, 0),
    "RI": (260, -60),
    "CT": (120, -190),
    "NJ": (220, -60),
    "DE": (230, -40),
}
OFFSHORE |= {
    "DC": (190, -110),
    "MD": (330, 90),
    "NH": (230, 30),
    "VT": (-60, 190),
    "FL": (90, 0),
    "SC": (110, -80),
}  # km from there to the label, where a state is narrow


def look_up(tweets: nw.LazyFrame, users: nw.LazyFrame) -> dict[str, pd.DataFrame]:
    """The state of each distinct pair of coordinates, U.S. place and profile location: the tables of MAPS.

    Only those that lie in a state are rows. Twenty million tweets say where in some hundred thousand ways.
    """
    points = collect(distinct(tweets.select("longitude", "latitude").drop_nulls()))
    at_home = tweets.filter(nw.col("place_country") == "US")
    places = collect(distinct(at_home.select("place").drop_nulls()))
    profiles = collect(distinct(users.select("location").drop_nulls()))
    found = {
        "states_of_points": points.assign(point_state=states_at(points["longitude"], points["latitude"])),
        "states_of_places": places.assign(place_state=[state_of_place(name) for name in places["place"]]),
        "states_of_profiles": profiles.assign(profile_state=states_of(profiles["location"])),
    }
    return {
        name: table.dropna().sort_values(list(table)).reset_index(drop=True) for name, table in found.items()
    }


def state_of_place(full_name: str) -> str | None:
    """The state of a U.S. place as Twitter writes it: "Portland, OR", "Ohio, USA", or a name that says more."""
    before, _, last = full_name.rpartition(", ")
    return last if last in STATES and before else gazetteer.state_of(full_name)


def write_look_up(study: Study) -> None:
    """Write the tables of `look_up` to the study's tables."""
    for name, table in look_up(scan(study, "tweets"), scan(study, "users")).items():
        write(table, study.tables / f"{name}.parquet", pa.schema(list(MAPS[name].items())))


def located(
    tweets: nw.LazyFrame,
    users: nw.LazyFrame,
    points: nw.LazyFrame,
    places: nw.LazyFrame,
    profiles: nw.LazyFrame,
) -> nw.LazyFrame:
    """The tweets with `state` (two letters, or null) and `source` (one of SOURCES), which gave it.

    A tweet whose geotag lies outside the states is abroad, whatever its author's profile says.
    """
    homes = users.select("user_id", "location").join(profiles, on="location", how="inner")
    joined = (
        tweets.join(points, on=["longitude", "latitude"], how="left")
        .join(places, on="place", how="left")
        .join(homes.select("user_id", "profile_state"), on="user_id", how="left")
    )
    outside = ~nw.col("longitude").is_null() | (nw.col("place_country").fill_null("US") != "US")
    source = (
        nw.when(~nw.col("point_state").is_null()).then(nw.lit("coordinates"))
        .otherwise(nw.when(outside).then(nw.lit("abroad"))
        .otherwise(nw.when(~nw.col("place_state").is_null()).then(nw.lit("place"))
        .otherwise(nw.when(~nw.col("profile_state").is_null()).then(nw.lit("profile"))
        .otherwise(nw.lit("nowhere")))))
    )  # fmt: skip
    state = nw.coalesce("point_state", "place_state", "profile_state")
    return joined.with_columns(source=source, state=state).with_columns(
        state=nw.when(~nw.col("source").is_in(["abroad", "nowhere"])).then(nw.col("state"))
    )


def locate(study: Study) -> nw.LazyFrame:
    """The study's tweets as `located` gives them, from the tables that `write_look_up` has made."""
    return located(scan(study, "tweets"), scan(study, "users"), *(scan(study, name) for name in MAPS))


def counts(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """Located tweets counted: columns class, source, state (null where there is none), tweets."""
    table = collect(
        with_class(tweets, scores)
        .group_by("class", "source", "state")
        .agg(tweets=nw.len())
        .with_columns(nw.col("tweets").cast(nw.Int64))
    )
    return table.sort_values(["class", "source", "state"], na_position="last").reset_index(drop=True)


def by_source(table: pd.DataFrame) -> pd.DataFrame:
    """How many tweets each source places, from `counts`: columns class, source, tweets, share (of the class's)."""
    groups = table.groupby(["class", "source"])["tweets"].sum()
    groups = groups.reindex(
        pd.MultiIndex.from_product([CLASSES, SOURCES], names=["class", "source"]), fill_value=0
    )
    shares = groups / groups.groupby("class").transform("sum")
    return pd.DataFrame({"tweets": groups, "share": shares}).reset_index()


def by_state(table: pd.DataFrame, sources: Sequence[str] = GEOTAG) -> pd.DataFrame:
    """Tweets of each class by state, from `counts`; one row a state, sorted by code.

    Columns state, name, region, population, and for bot, human and unknown: tweets (`bot`), the state's share of
    the class's tweets (`bot_share`), and the location quotient (`bot_quotient`): that share over the state's
    share of the population. 1 is as many as its people would make one expect; NaN where a class has no tweet.
    """
    states = boundaries()[["code", "name", "region", "population"]].rename(columns={"code": "state"})
    kept = table[table["source"].isin(list(sources))]
    tweets = kept.pivot_table(index="state", columns="class", values="tweets", aggfunc="sum")
    tweets = (
        tweets.reindex(index=states["state"], columns=CLASSES)
        .fillna(0)
        .astype("int64")
        .reset_index(drop=True)
    )
    people = states["population"] / states["population"].sum()
    for name in CLASSES:
        share = tweets[name] / (tweets[name].sum() or np.nan)
        tweets[f"{name}_share"], tweets[f"{name}_quotient"] = share, share / people
    return pd.concat([states.reset_index(drop=True), tweets], axis="columns")


def mapped(states: pd.DataFrame) -> list[str]:
    """The classes to draw: bots and humans, or the accounts without a class where the study has no other tweets."""
    return LABELLED if states[LABELLED].to_numpy().any() or not states["unknown"].sum() else ["unknown"]


def rank(states: pd.DataFrame, name: str, state: str) -> float:
    """Rank of a state among a class's states by tweets, 1 the first; NaN where the class has none.

    Ties share the better rank.
    """
    tweets = states.set_index("state")[name]
    return float((tweets > tweets[state]).sum() + 1) if tweets.sum() else np.nan


def leaders(states: pd.DataFrame, name: str, most: int) -> list[str]:
    """A class's states with most tweets, first the first; fewer where fewer have any."""
    order = states.sort_values([name, "state"], ascending=[False, True])
    return order.loc[order[name] > 0, "state"].head(most).tolist()


def among_leaders(states: pd.DataFrame, name: str, wanted: Sequence[str], most: int) -> float:
    """How many of the wanted states are among a class's first ones; NaN where the class has no tweet."""
    return float(len(set(wanted) & set(leaders(states, name, most)))) if states[name].sum() else np.nan


def accounts(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """Geotagged tweets of each labelled account: index user_id, columns class and one a state.

    Only accounts with such a tweet; some thousands even at the paper's size.
    """
    table = collect(
        tweets.filter(nw.col("source").is_in(GEOTAG))
        .join(
            scores.filter(nw.col("class") != "unknown").select("user_id", "class"), on="user_id", how="inner"
        )
        .group_by("user_id", "class", "state")
        .agg(tweets=nw.len())
        .with_columns(nw.col("tweets").cast(nw.Int64))
    )
    wide = table.pivot_table(index="user_id", columns="state", values="tweets", aggfunc="sum", fill_value=0)
    wide = (
        wide.reindex(columns=list(boundaries()["code"]), fill_value=0)
        .astype("int64")
        .rename_axis(columns=None)
    )
    wide.insert(0, "class", table.groupby("user_id")["class"].first().reindex(wide.index))
    return wide.sort_index()


def by_class(table: pd.DataFrame) -> pd.DataFrame:
    """Geotagged tweets by class and state, from `accounts`: rows bot and human, one column a state."""
    counts = table.drop(columns="class")
    sums = [counts.to_numpy()[(table["class"] == name).to_numpy()].sum(axis=0) for name in LABELLED]
    return pd.DataFrame(np.array(sums), index=LABELLED, columns=counts.columns)


def states_of_accounts(table: pd.DataFrame) -> pd.DataFrame:
    """Geotagged tweets by state and class, from `accounts`: columns state, bot, human."""
    return by_class(table).T.rename_axis("state").reset_index()


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """States' shares of each class's tweets, from `accounts`: rows bot and human, one column a state."""
    sums = by_class(table)
    tweets = sums.to_numpy(float)
    totals = tweets.sum(axis=1, keepdims=True)
    # NumPy, as a bootstrap asks for this hundreds of times.
    parts = np.divide(tweets, totals, out=np.full_like(tweets, np.nan), where=totals > 0)
    return pd.DataFrame(parts, index=sums.index, columns=sums.columns)


def region_gap(table: pd.DataFrame, regions: Sequence[str] = ("Midwest", "South")) -> float:
    """Share of bots' tweets from Census regions less that of humans', from `accounts`; NaN without either."""
    part = shares(table)
    inside = part.columns.isin(_states_of_regions(tuple(regions)))
    of = dict(zip(part.index, part.to_numpy()[:, inside].sum(axis=1), strict=True))
    return float(of["bot"] - of["human"])


@cache
def _states_of_regions(regions: tuple[str, ...]) -> list[str]:
    states = boundaries()
    return states.loc[states["region"].isin(regions), "code"].tolist()


def state_ratio(table: pd.DataFrame, state: str) -> float:
    """A state's share of bots' tweets over its share of humans', from `accounts`; NaN where humans have none."""
    part = shares(table)[state]
    return float(part["bot"] / part["human"]) if part["human"] > 0 else np.nan


def dissimilarity(table: pd.DataFrame) -> float:
    """Share of bots' tweets that would have to come from other states for both maps to be alike (Duncan 1955).

    0 for like maps, 1 where no state has tweets of both; from `accounts`; NaN without either class.
    """
    part = shares(table)
    return float((part.loc["bot"] - part.loc["human"]).abs().sum(skipna=False) / 2)


def agreement(tweets: nw.LazyFrame, scores: nw.LazyFrame) -> pd.DataFrame:
    """How often a tweet's geotag and its author's profile name the same state: columns class, tweets, agree_share.

    Of the tweets that have both; from `located` tweets.
    """
    both = tweets.filter(nw.col("source").is_in(GEOTAG), ~nw.col("profile_state").is_null())
    table = collect(
        with_class(both, scores)
        .with_columns(agree=(nw.col("state") == nw.col("profile_state")).cast(nw.Int64))
        .group_by("class")
        .agg(nw.col("agree").sum(), tweets=nw.len())
        .with_columns(nw.col("agree", "tweets").cast(nw.Int64))
    )
    table = table.set_index("class").reindex(CLASSES).fillna(0).astype("int64").reset_index()
    share = table["agree"] / table["tweets"].where(table["tweets"] > 0)
    return table.assign(agree_share=share)[["class", "tweets", "agree_share"]]


def busiest(table: pd.DataFrame, states: pd.DataFrame, name: str, most: int = 5) -> pd.DataFrame:
    """How much a class's states of highest quotient owe to one account, from `accounts` and `by_state`.

    Columns state, quotient, tweets, accounts (that tweeted from there), busiest_share (of its busiest account).
    """
    top = (
        states[states[name] > 0]
        .sort_values([f"{name}_quotient", "state"], ascending=[False, True])
        .head(most)
    )
    tweets = table.loc[table["class"] == name, list(top["state"])]
    return pd.DataFrame(
        {
            "state": top["state"].to_numpy(),
            "quotient": top[f"{name}_quotient"].to_numpy(),
            "tweets": top[name].to_numpy(),
            "accounts": (tweets > 0).sum().to_numpy(),
            "busiest_share": (tweets.max() / tweets.sum()).to_numpy(),
        }
    )


def shuffled(
    table: pd.DataFrame, statistic: Callable[[pd.DataFrame], float], seed: int = 0, draws: int | None = None
) -> float:
    """Share of random reassignments of the class to accounts that bring as large a statistic (a p-value).

    NaN where the statistic is. One is added above and below the line, so that it is never 0.
    """
    found = statistic(table)
    if np.isnan(found):
        return np.nan
    rng = np.random.default_rng(seed)
    by_chance = [
        statistic(table.assign(**{"class": rng.permutation(table["class"].to_numpy())}))
        for _ in range(draws or uncertainty.DRAWS)
    ]
    return (1 + sum(value >= found for value in by_chance)) / (1 + len(by_chance))


def without_geotags(states: pd.DataFrame) -> str:
    """Why this study has no map of bots and humans, in a paragraph for the reader; empty if it has."""
    missing = [name for name in LABELLED if not states[name].sum()]
    if not missing:
        return ""
    return (
        f"**No map of {' and '.join(f'{name}s' for name in missing)}.** Not one geotagged tweet of an account classified as "
        f"{' or '.join(missing)} lies in a state: either no account has a class (notebook 02 says why), or its tweets "
        "carry no coordinates and no place. Where no account has a class, all are drawn in one map; the claims about maps read *not enough data*."
    )


def in_words(states: pd.DataFrame, most: int = 5) -> str:
    """The two maps in words, with numbers: alternative text of Figure 3."""
    return " ".join(_one_in_words(states, name, f"{name}_share", "{:.1%}", most) for name in mapped(states))


def quotients_in_words(states: pd.DataFrame, most: int = 5) -> str:
    """The maps of quotients in words, with numbers: alternative text."""
    return " ".join(
        _one_in_words(states, name, f"{name}_quotient", "{:.1f}", most) for name in mapped(states)
    )


def words(states: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of Figure 3, from the table of `by_state`."""
    drawn = [(name, _top(states, f"{name}_share")) for name in mapped(states) if states[name].sum()]
    parts = [f"{PEOPLE[name]} from {_place(top)} ({top[f'{name}_share']:.1%})" for name, top in drawn]
    numbers = " and ".join(f"{states[name].sum():,} of {PEOPLE[name]}" for name in mapped(states))
    return {
        "title": "Most geotagged tweets of " + ", of ".join(parts) if parts else "No geotagged tweets",
        "alt": in_words(states),
        "caption": (
            f"Geotagged tweets by state, as a share of the class's: {numbers}. Alaska, Hawaii and the District of Columbia "
            "are moved. Counts of tweets, with no interval: a few busy accounts can make a state dark. After Figure 3 "
            "(section Spatio-temporal dynamics)."
        ),
    }


def quotients_words(states: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the maps of quotients, from the table of `by_state`."""
    drawn = [(name, _top(states, f"{name}_quotient")) for name in mapped(states) if states[name].sum()]
    parts = [
        f"{PEOPLE[name]} from {_place(top)} ({top[f'{name}_quotient']:.1f} times)" for name, top in drawn
    ]
    title = "For each inhabitant, most tweets of " + ", of ".join(parts)
    return {
        "title": title if parts else "No geotagged tweets",
        "alt": quotients_in_words(states),
        "caption": (
            "Location quotient: a state's share of the class's geotagged tweets over its share of the country's people, on a "
            "logarithmic scale; 1 is what population alone would bring. Small states need few tweets to stand out. Beside "
            "Figure 3 (section Spatio-temporal dynamics)."
        ),
    }


def _top(states: pd.DataFrame, column: str) -> pd.Series:
    return states.sort_values([column, "state"], ascending=[False, True]).iloc[0]


def _place(state: pd.Series) -> str:
    return f"the {state['name']}" if state["state"] == "DC" else state["name"]


def _one_in_words(states: pd.DataFrame, name: str, column: str, form: str, most: int) -> str:
    total = states[name].sum()
    if not total:
        return f"Empty: {PEOPLE[name]} have no geotagged tweet in a state."
    top = states.sort_values([column, "state"], ascending=[False, True]).head(most)
    first = ", ".join(f"{row['name']} {form.format(row[column])}" for _, row in top.iterrows())
    return f"Map of the {total:,} geotagged tweets of {PEOPLE[name]} by state, darkest in {first}."


@cache
def albers() -> gpd.GeoDataFrame:
    """The states for drawing: Albers equal-area (EPSG:5070), Alaska (at a third) and Hawaii moved to the lower left.

    The District of Columbia is a disc off the coast, since it is too small to be seen. Borders are simplified to
    DETAIL, the same for both neighbours, so that no gaps appear. Index: code.
    """
    states = boundaries().set_index("code")
    flat = states.to_crs(5070)
    x, y = flat.geometry["DC"].centroid.coords[0]
    flat["geometry"] = flat.simplify_coverage(DETAIL)
    alaska = states.loc[["AK"]].to_crs(3338)
    alaska["geometry"] = alaska.simplify_coverage(2 * DETAIL)
    flat.loc["AK", "geometry"] = _moved(alaska, 0.34, -1_950_000, 570_000)
    hawaii = "+proj=aea +lat_1=8 +lat_2=18 +lat_0=13 +lon_0=-157 +datum=NAD83 +units=m"
    flat.loc["HI", "geometry"] = _moved(states.loc[["HI"]].to_crs(hawaii), 1.0, -1_050_000, 480_000)
    flat.loc["DC", "geometry"] = gpd.points_from_xy([x + 330_000], [y - 130_000])[0].buffer(55_000)
    return flat


def _moved(one: gpd.GeoDataFrame, scale: float, x: float, y: float):
    """The geometry of the only row, made smaller, with its centre at (x, y)."""
    shape = one.geometry.iloc[0]
    west, south, east, north = shape.bounds
    return affine_transform(
        shape, [scale, 0, 0, scale, x - scale * (west + east) / 2, y - scale * (south + north) / 2]
    )


def scale(states: pd.DataFrame, kind: str) -> Normalize:
    """One scale of shades for all maps of a figure: "share" from 0 to the largest share, "quotient" from a quarter to four times."""
    if kind == "quotient":
        return LogNorm(0.25, 4, clip=True)
    top = states[[f"{name}_share" for name in mapped(states)]].max(axis=None)
    return Normalize(0, top if top > 0 else 1, clip=True)


def draw_map(states: pd.DataFrame, column: str, norm: Normalize, ax: Axes, most: int = 6) -> Axes:
    """Draw a column of `by_state` ("bot_share", "human_quotient" …) as a map; states with most are named."""
    values = states.set_index("state")[column]
    if values.isna().all():
        return say_empty(ax, "No geotagged tweets of this class")
    shapes = albers()
    shapes.plot(
        ax=ax, color=SHADES(norm(values.reindex(shapes.index))), edgecolor=COLOR["border"], linewidth=0.4
    )
    form = "{:.1%}" if column.endswith("share") else "{:.1f}"
    for state in values.sort_values(ascending=False, kind="stable").index[:most]:
        at, (east, north) = shapes.geometry[state].representative_point(), OFFSHORE.get(state, (0, 0))
        ax.annotate(
            f"{state}\n{form.format(values[state])}",
            (at.x + 1000 * east, at.y + 1000 * north),
            ha="center",
            va="center",
            fontsize=9,
            weight="bold",
            linespacing=0.95,
            color=COLOR["ink"],
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )
    ax.set_axis_off()
    ax.set_aspect("equal")
    return ax


def title(states: pd.DataFrame, name: str) -> str:
    """Title of a class's map of tweets: "Geotagged tweets of bots (2,242)"."""
    return f"Geotagged tweets of {PEOPLE[name]} ({states[name].sum():,})"


def draw_scale(norm: Normalize, label: str, axes: Iterable[Axes]) -> None:
    """Draw the bar that says what the shades of the maps mean."""
    axes = list(axes)
    bar = axes[0].figure.colorbar(
        ScalarMappable(norm, SHADES),
        ax=axes,
        orientation="horizontal",
        shrink=0.4,
        aspect=40,
        pad=0.03,
    )
    bar.outline.set_visible(False)
    bar.set_label(label)
    if isinstance(norm, LogNorm):
        bar.set_ticks([0.25, 0.5, 1, 2, 4], labels=["¼ or less", "½", "1", "2", "4 or more"])
        bar.ax.minorticks_off()
    else:
        bar.ax.xaxis.set_major_formatter(PercentFormatter(1))
