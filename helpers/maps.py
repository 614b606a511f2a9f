"""The maps of `geography`: states in an equal-area projection, shaded by shares or location quotients."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import geopandas as gpd
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patheffects import withStroke
from matplotlib.ticker import PercentFormatter
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from helpers.figures import COLOR, SHADES, say_empty
from helpers.geography import mapped
from helpers.ingest.gazetteer import boundaries
from helpers.tweets import PEOPLE

DETAIL = 8_000  # metres: corners that cut off less than a square of this size are left out of a map
ALASKA = 3338  # EPSG: Albers equal-area for Alaska
HAWAII = "+proj=aea +lat_1=8 +lat_2=18 +lat_0=13 +lon_0=-157 +datum=NAD83 +units=m"
OFFSHORE = {  # km from there to the label, where a state is narrow
    "MA": (330, 90), "NY": (-60, 0), "RI": (260, -60), "CT": (120, -190), "NJ": (220, -60), "DE": (230, -40),
    "DC": (190, -110), "MD": (330, 90), "NH": (230, 30), "VT": (-60, 190), "FL": (90, 0), "SC": (110, -80),
}  # fmt: skip
TITLES = {"share": "Geotagged tweets of {} ({:,})", "quotient": "Location quotient, {}"}
SCALES = {
    "share": "state's share of the class's geotagged tweets",
    "quotient": "location quotient: share of tweets over share of people",
}


@cache
def albers() -> gpd.GeoDataFrame:
    """The states for drawing, in Albers' equal-area projection (EPSG:5070): index code.

    Alaska, at a third, and Hawaii are moved to the lower left. The District of Columbia is a disc off the
    coast, since it is too small to be seen. Borders are simplified to DETAIL, the same for both neighbours,
    so that no gaps appear.
    """
    states = gpd.GeoDataFrame(boundaries(), crs=4326).set_index("code")
    flat = states.to_crs(5070)
    x, y = flat.geometry["DC"].centroid.coords[0]
    flat["geometry"] = flat.simplify_coverage(DETAIL)
    alaska = states.loc[["AK"]].to_crs(ALASKA).simplify_coverage(2 * DETAIL)
    flat.loc["AK", "geometry"] = _moved(alaska.iloc[0], 0.34, -1_950_000, 570_000)
    hawaii = states.loc[["HI"]].to_crs(HAWAII).geometry
    flat.loc["HI", "geometry"] = _moved(hawaii.iloc[0], 1.0, -1_050_000, 480_000)
    flat.loc["DC", "geometry"] = gpd.points_from_xy([x + 330_000], [y - 130_000])[0].buffer(55_000)
    return flat


def _moved(shape: BaseGeometry, scale: float, x: float, y: float) -> BaseGeometry:
    """A shape made smaller, with its centre at (x, y)."""
    west, south, east, north = shape.bounds
    moved = [x - scale * (west + east) / 2, y - scale * (south + north) / 2]
    return affine_transform(shape, [scale, 0, 0, scale, *moved])


def shades(states: pd.DataFrame, measure: str) -> Normalize:
    """One scale for all maps of a figure: "share" from 0 to the largest, "quotient" from a quarter to 4."""
    if measure == "quotient":
        return LogNorm(0.25, 4, clip=True)
    top = states[[f"{name}_share" for name in mapped(states)]].max(axis=None)
    return Normalize(0, top if top > 0 else 1, clip=True)


def draw_maps(states: pd.DataFrame, measure: str, axes: Iterable[Axes]) -> None:
    """Draw a map for each of the classes that are `mapped`, and their scale: of "share", or of "quotient"."""
    norm, axes = shades(states, measure), list(axes)
    for name, ax in zip(mapped(states), axes, strict=True):
        draw_map(states, f"{name}_{measure}", norm, ax)
        ax.set_title(TITLES[measure].format(PEOPLE[name], states[name].sum()))
    draw_scale(norm, SCALES[measure], axes)


def draw_map(states: pd.DataFrame, column: str, norm: Normalize, ax: Axes, most: int = 6) -> Axes:
    """Draw a column of `by_state` ("bot_share", "human_quotient" …) as a map; states with most are named."""
    values, shapes = states.set_index("state")[column], albers()
    if values.isna().all():
        return say_empty(ax, "No geotagged tweets of this class")
    paint = SHADES(norm(values.reindex(shapes.index)))
    shapes.plot(ax=ax, color=paint, edgecolor=COLOR["border"], linewidth=0.4)
    form = "{}\n{:.1%}" if column.endswith("share") else "{}\n{:.1f}"
    edge = [withStroke(linewidth=2.5, foreground="white")]
    style = {"ha": "center", "va": "center", "fontsize": 9, "weight": "bold", "linespacing": 0.95}
    for state, value in values.sort_values(ascending=False, kind="stable").head(most).items():
        at, (east, north) = shapes.geometry[state].representative_point(), OFFSHORE.get(state, (0, 0))
        place = (at.x + 1000 * east, at.y + 1000 * north)
        ax.annotate(form.format(state, value), place, color=COLOR["ink"], path_effects=edge, **style)
    ax.set_axis_off()
    return ax


def draw_scale(norm: Normalize, label: str, axes: list[Axes]) -> None:
    """Draw the bar that says what the shades of the maps mean."""
    form = {"orientation": "horizontal", "shrink": 0.4, "aspect": 40, "pad": 0.03, "label": label}
    bar = axes[0].figure.colorbar(ScalarMappable(norm, SHADES), ax=axes, **form)
    bar.outline.set_visible(False)
    if isinstance(norm, LogNorm):
        bar.set_ticks([0.25, 0.5, 1, 2, 4], labels=["¼ or less", "½", "1", "2", "4 or more"])
        bar.ax.minorticks_off()
    else:
        bar.ax.xaxis.set_major_formatter(PercentFormatter(1))
