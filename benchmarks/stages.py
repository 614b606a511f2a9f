"""The stages that are measured: what each is done with, three ways, and what of the results is compared.

All ways of a stage get the same study and tables, and must give the same rows: ids, counts, texts and times
exactly, other floats to a relative RTOL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import fastest
import ours
import pandas as pd
import polars as pl
import pyarrow as pa
import student

RTOL = 1e-9


@dataclass
class Stage:
    """One stage: `ways` has "ours", "student" and the rivals by tool; `keys` order the rows; `makes` are
    tables of a study that it writes, which a run must not find there already."""

    compared: str
    ways: dict[str, Callable]
    keys: list[str]
    makes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()  # those compared, where some are not every way's to give


STAGES = {
    "ingest": Stage(
        "tables of tweets and of users, every column",
        {
            "ours": ours.ingest,
            "student": student.ingest,
            "orjson, DuckDB": fastest.ingest_orjson,
            "DuckDB read_json": fastest.ingest_duckdb,
        },
        ["tweet_id"],
    ),
    "scoring": Stage(
        "55 profile features of every account, its score and error",
        {"ours": ours.scoring, "student": student.scoring, "Polars, NumPy, scikit-learn": fastest.scoring},
        ["user_id"],
    ),
    "sentiment": Stage(
        "both levels and the score of every tweet",
        {"ours": ours.sentiments, "student": student.sentiments, "VADER, two processes": fastest.sentiments},
        ["tweet_id"],
        makes=("sentiment",),
        columns=("tweet_id", "positive", "negative", "score"),
    ),
    "timeline": Stage(
        "tweets by hour and class",
        {
            "ours": ours.hours,
            "student": student.hours,
            "DuckDB": fastest.hours_duckdb,
            "Polars": fastest.hours_polars,
        },
        ["hour"],
    ),
    "geography": Stage(
        "tweets by class, source and state",
        {"ours": ours.states, "student": student.states, "DuckDB": fastest.states_duckdb},
        ["class", "source", "state"],
        makes=("states_of_points", "states_of_places", "states_of_profiles"),
    ),
    "partisanship": Stage(
        "ten favourite hashtags of each scored account, and its side",
        {
            "ours": ours.sides,
            "student": student.sides,
            "DuckDB": fastest.sides_duckdb,
            "Polars": fastest.sides_polars,
        },
        ["user_id"],
    ),
    "interactions": Stage(
        "replies and retweets of each labelled account by class reached",
        {
            "ours": ours.replies_and_retweets,
            "student": student.replies_and_retweets,
            "DuckDB": fastest.replies_and_retweets_duckdb,
        },
        ["kind", "user_id"],
    ),
    "support": Stage(
        "tweets and mean S by camp, class and subject",
        {"ours": ours.tones, "student": student.tones, "DuckDB": fastest.tones_duckdb},
        ["camp", "class", "about"],
    ),
    "k-core": Stage(
        "core number of each account of the retweet network",
        {
            "ours": ours.cores,
            "student": student.cores,
            "DuckDB, igraph": fastest.cores_igraph,
        },
        ["user_id"],
    ),
}


def table(result, stage: Stage) -> pd.DataFrame:
    """What a way of a stage gave, as a pandas DataFrame in the order of the stage's keys, with plain
    types.
    """
    if isinstance(result, Path):
        result = pd.read_parquet(result) if result.suffix == ".parquet" else tables(result)
    elif isinstance(result, pl.DataFrame | pa.Table):
        result = result.to_pandas()
    rows = result[list(stage.columns) or sorted(result.columns)].sort_values(stage.keys, ignore_index=True)
    return rows.apply(plain).rename_axis(columns=None)


def tables(folder: Path) -> pd.DataFrame:
    """The tables `tweets` and `users` of a folder below each other."""
    tweets = pd.read_parquet(folder / "tweets.parquet")
    users = pd.read_parquet(folder / "users.parquet")
    users["tweet_id"] = -users["user_id"]  # a key of their own
    return pd.concat([tweets, users])


def plain(column: pd.Series) -> pd.Series:
    """Numbers as floats or whole numbers, all else as text; missing is missing. Ways differ in types, not in
    values.
    """
    if pd.api.types.is_bool_dtype(column):
        return column.astype("Int64").astype("float64")
    if pd.api.types.is_integer_dtype(column):
        return column.astype("Int64")
    if pd.api.types.is_float_dtype(column):
        return column.astype("float64")
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.dt.tz_convert("UTC").dt.as_unit("us").astype("object").map(str)
    return column.map(
        lambda value: str(list(value)) if hasattr(value, "__len__") and not isinstance(value, str) else value
    ).astype("object")


def assert_same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Raises AssertionError that says where two tables of `table` differ."""
    both = left.columns.intersection(right.columns)
    if len(both) != left.shape[1] or len(both) != right.shape[1]:
        raise AssertionError(f"other columns: {sorted(left.columns.symmetric_difference(right.columns))}")
    for name in both:
        a, b = left[name], right[name]
        if a.dtype != b.dtype and pd.api.types.is_numeric_dtype(a) and pd.api.types.is_numeric_dtype(b):
            a, b = a.astype("float64"), b.astype("float64")
        if a.dtype == object or b.dtype == object:
            a, b = (side.astype(object).where(side.notna(), None) for side in (a, b))
        # With a tolerance pandas would apply it to whole numbers as well: of ids it would pass over the last
        # digits.
        exact = not (pd.api.types.is_float_dtype(a) and pd.api.types.is_float_dtype(b))
        limits = {"check_exact": True} if exact else {"rtol": RTOL, "atol": 1e-12}
        pd.testing.assert_series_equal(a, b, check_dtype=False, obj=name, **limits)
