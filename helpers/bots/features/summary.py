"""From many numbers of an account to its features: the same summary statistics of every distribution.

BotOrNot (Davis et al. 2016; Varol et al. 2017) describes an account by the distributions of what it does: the
times between its tweets, the lengths of its texts, the followers of those it retweets … Each is summed up in
the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import msgspec
import pandas as pd

from helpers.ingest.pseudonyms import PSEUDONYM


class Measure(msgspec.Struct, array_like=True):
    """One number an event has: the SQL that gives it, what it says, its unit, and its bin (events.toml)."""

    name: str
    sql: str
    what: str
    unit: str = "count"
    bin: str = "{x}"


class Events(msgspec.Struct):
    """What an account did many times: a table with a row an event, and the numbers each has (events.toml)."""

    feature_class: str = msgspec.field(name="class")
    name: str
    what: str
    source: str
    measures: list[Measure]
    parts: list[str] = []
    counted: bool = False

    def catalogue(self) -> Iterator[tuple[str, str, str, str]]:
        """Name, class, what it measures and unit of each feature, in the order of `summary`."""
        for part in ("all", *self.parts):
            which = self.what if part == "all" else f"{self.what}, {part} only"
            if self.counted:
                yield f"{self.name}_{part}_count", self.feature_class, f"number of {which}", "count"
            for measure in self.measures:
                for statistic in TIMELINE.statistics:
                    name, what = f"{measure.name}_{part}_{statistic}", f"{statistic} of {measure.what}"
                    unit = TIMELINE.units.get(statistic, measure.unit)
                    yield name, self.feature_class, f"{what} ({which})", unit

    def summary(self, connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
        """The features of each account that has such events: indexed by user_id, columns as in
        `catalogue`.
        """
        part = "part" if self.parts else "NULL"
        values = ", ".join(f"({m.sql})::DOUBLE AS {m.name}" for m in self.measures)
        columns = [f"count(*) AS {self.name}_count"] if self.counted else []
        for m in self.measures:
            bins = TIMELINE.bins.get(m.bin, m.bin).format(x=m.name)
            of_all = TIMELINE.statistics.items()
            columns += [f"{sql.format(x=m.name, bin=bins)} AS {m.name}_{name}" for name, sql in of_all]
        source = self.source.replace("{pseudonym}", PSEUDONYM)
        query = f"""
            WITH events AS (SELECT user_id, {part} AS part, {values} FROM {source})
            SELECT user_id, if(grouping(part) = 1, 'all', part) AS part, {", ".join(columns)}
            FROM events GROUP BY GROUPING SETS ((user_id), (user_id, part))"""
        rows = connection.sql(query).to_arrow_table().to_pandas()
        rows = rows[rows["part"].isin(["all", *self.parts])]
        wide = rows.pivot(index="user_id", columns="part").astype("float32")
        # ("gap_mean", "reply") becomes "gap_reply_mean"
        wide.columns = [f"_{part}_".join(column.rsplit("_", 1)) for column, part in wide.columns]
        return wide.reindex(columns=[name for name, *_ in self.catalogue()])


class Catalogue(msgspec.Struct):
    """What is in events.toml: SQL of statistics and of bins, by name, units of statistics, the events, and
    parts of speech.
    """

    statistics: dict[str, str]
    units: dict[str, str]
    bins: dict[str, str]
    tags: dict[str, list[str]]
    events: list[Events]


TIMELINE = msgspec.toml.decode(Path(__file__).with_name("events.toml").read_bytes(), type=Catalogue)
