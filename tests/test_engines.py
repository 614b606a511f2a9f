"""Every step over all tweets gives the same on pandas, DuckDB and Spark; how whole runs are compared."""

import importlib
import inspect
import os
import pkgutil
import shutil
from functools import cache

import narwhals as nw
import pandas as pd
import pytest
from engines import DifferenceError, compare, floats_of, in_order

import helpers
from helpers import collection, geography, partisanship, sentiment, support, tables
from helpers.study import ROOT, open_study
from helpers.world import generate
from helpers.world.writing import write_tables

TABLES = ("tweets", "users", "scores", "sentiment", "partisans", *geography.MAPS)
TAGS = ["neverhillary", "nevertrump"]
ASKED = {"hashtags": TAGS, "hours": 24.0, "kind": "retweet", "rate": 50.0, "reading": "words first"}
OF_LOCATED = {"geography.counts", "geography.accounts", "geography.agreement"}


def steps() -> dict:
    """All public functions of the analysis that take lazy frames, by name; not those of a whole study."""
    names = {module.name for module in pkgutil.walk_packages(helpers.__path__, "helpers.")}
    names = {name for name in names if not name.startswith("helpers.world") and not name.endswith("__main__")}
    names -= {"helpers.tables", "helpers.audit.reclassed"}  # the latter scans a whole study by itself
    functions = [
        function
        for module in map(importlib.import_module, sorted(names))
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and name != "of_study"
    ]
    named = {f"{f.__module__.removeprefix('helpers.')}.{f.__name__}": f for f in functions}
    return {name: f for name, f in named.items() if "LazyFrame" in str(list(f.__annotations__.values())[:-1])}


STEPS = steps()


def in_question(study, engine) -> dict:
    """What the steps ask for, by the names of their parameters: lazy frames, parts of the study."""
    on = {name: tables.scan(study, name, engine) for name in TABLES} | ASKED | {"study": study}
    on["sides"] = on["partisans"]
    on |= {name: getattr(study, name) for name in ("candidates", "events", "terms")}
    on |= {"windows": study.collection.windows, "maps": [on[name] for name in geography.MAPS]}
    sided = on["tweets"], on["partisans"], on["scores"], study.candidates
    on["rows"] = support.labelled_partisans(*sided, "words")
    return on | {"located": geography.located(on["tweets"], on["users"], *on["maps"])}


def called(name, on):
    """A step with what its parameters ask for; defaults where nothing is in question under their names."""
    on, values = on | ({"tweets": on["located"]} if name in OF_LOCATED else {}), []
    for each in inspect.signature(STEPS[name]).parameters.values():
        value = on.get(each.name, each.default)
        values += value if each.kind is each.VAR_POSITIONAL else [value]
    return STEPS[name](*values)


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """What a step gives on an engine, each worked out once: of 20,000 tweets with all classes and sides."""
    folder = tmp_path_factory.mktemp("engines")
    write_tables(generate(0.001, 1), folder / "tables")
    shutil.copy(ROOT / "data" / "sample" / "study.toml", folder)
    study = open_study(folder, folder / "out")
    active = collection.activity(tables.scan(study, "tweets", "duckdb")).head(600)
    classes = pd.Series(["bot", "human", "human", "unknown"] * 150)
    scores = active.assign(score=classes.map({"bot": 0.75, "human": 0.25}), **{"class": classes})
    tables.write(scores, study.tables / "scores.parquet")
    sides = pd.DataFrame({"user_id": active["user_id"][:500], "candidate": ["clinton", "trump"] * 250})
    tables.write(sides, study.tables / "partisans.parquet", partisanship.PARTISANS)
    sentiment.score_study(study, workers=1)
    geography.write_look_up(study)
    in_question_on = cache(lambda engine: in_question(study, engine))
    return cache(lambda name, engine: called(name, in_question_on(engine)))


def assert_same(left, right) -> None:
    """Equal in values, types and order, not empty; rows of lazy frames in any order, floats to 12 digits."""
    assert type(left) is type(right)
    if isinstance(left, nw.LazyFrame):
        assert_same(*(in_order(tables.collect(frame)) for frame in (left, right)))
    elif isinstance(left, dict):
        assert left.keys() == right.keys()
        for name in left:
            assert_same(left[name], right[name])
    elif isinstance(left, pd.DataFrame):
        assert len(left) and left.columns.tolist() == right.columns.tolist()
        floats = floats_of(left)  # apart: a tolerance would pass over the last digits of ids
        pd.testing.assert_frame_equal(left.drop(columns=floats), right.drop(columns=floats), check_exact=True)
        pd.testing.assert_frame_equal(left[floats], right[floats], rtol=1e-12, atol=0)
    elif isinstance(left, pd.Series):
        assert_same(left.to_frame(left.name or "value"), right.to_frame(right.name or "value"))
    else:
        assert left == pytest.approx(right, rel=1e-12)


@pytest.mark.parametrize("engine", ["pandas", pytest.param("pyspark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", STEPS)
def test_an_engine_gives_what_duckdb_gives(name, engine, answer):
    pytest.importorskip(engine, reason="PySpark is not installed: make spark")
    if engine == "pyspark" and not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("there is no Java, which Spark needs")
    assert_same(answer(name, engine), answer(name, "duckdb"))


SCORES = pd.DataFrame({"user_id": [2**60 + 1, 2**60 + 2], "tags": [["a"], []], "score": [0.25, 0.5]})


def write(out, scores=SCORES, figure="hour,tweets\n0,7\n1,9\n", claim='{"value": 0.15, "low": null}'):
    """The results of a run."""
    for name in ("tables", "figures", "claims"):
        (out / name).mkdir(parents=True)
    scores.to_parquet(out / "tables" / "scores.parquet")
    (out / "figures" / "figure_1.csv").write_text(figure)
    (out / "claims" / "share.json").write_text(claim)
    return out


@pytest.mark.parametrize(("changed", "file"), [
    ({"scores": SCORES.iloc[::-1].assign(score=lambda rows: rows["score"] * (1 + 1e-12))}, None),
    ({"scores": SCORES.assign(user_id=SCORES["user_id"] + [0, 1])}, "scores.parquet"),  # the same as a float
    ({"scores": SCORES.assign(score=SCORES["score"] * (1 + 1e-7))}, "scores.parquet"),
    ({"scores": SCORES.assign(tags=[["a"], ["b"]])}, "scores.parquet"),
    ({"figure": "hour,tweets\n1,9\n0,7\n"}, "figure_1.csv"),
    ({"claim": '{"value": 0.16, "low": null}'}, "share.json"),
], ids=["none", "id", "float", "list", "order", "claim"])  # fmt: skip
def test_what_differs_between_whole_runs_is_found(tmp_path, changed, file):
    left, right = write(tmp_path / "left"), write(tmp_path / "right", **changed)
    if file is None:
        assert compare(left, right) == 3
        (left / "claims" / "share.json").unlink()
    with pytest.raises(DifferenceError, match=file or r"Only one of .* has claims/share\.json"):
        compare(left, right)
