"""All ways of a benchmarked stage give the same results, and the table's ratios follow from its seconds."""

import resource
import subprocess
import sys

import pandas as pd
import pytest

from helpers import partisanship, sentiment, tables
from helpers.bots import scoring
from helpers.ingest.ledger import ingest_files
from helpers.study import ROOT, open_study
from helpers.tables import scan
from helpers.world import generate
from helpers.world.writing import write_study

for name in ("orjson", "polars"):
    pytest.importorskip(name, reason="rivals of the extra `bench` are not installed: make rivals")
import bench  # noqa: E402
import full_objects  # noqa: E402
from stages import STAGES, assert_same, table  # noqa: E402

pytestmark = pytest.mark.slow
COSTS = pd.DataFrame(
    [
        ("a", "ours", 2.0, 100, "x"), ("a", "student", 30.0, 500, "x"), ("a", "slow", 4.0, 90, "x"),
        ("a", "fast", 1.0, 80, "x"),
        ("b", "ours", 3.0, 200, "y"), ("b", "student", 20.0, 400, "y"), ("b", "only", 9.0, 300, "y"),
    ],
    columns=["stage", "way", "seconds", "peak_mb", "compared"],
)  # fmt: skip


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A study of a thousandth with raw tweets and every table that the stages read."""
    folder = tmp_path_factory.mktemp("toy")
    write_study(generate(0.001, 1), folder / "study")
    study = open_study(folder / "study", folder / "out")
    ingest_files(study.raw_files, study.tables)
    tables.write(scoring.score_study(study), study.tables / "scores.parquet")
    sentiment.score_study(study)
    hashtags = partisanship.account_hashtags(scan(study, "tweets"), scan(study, "scores"), study.candidates)
    tables.write(
        partisanship.partisans(hashtags, study.candidates),
        study.tables / "partisans.parquet",
        partisanship.PARTISANS,
    )
    return study


@pytest.mark.parametrize("stage", STAGES)
def test_all_ways_give_the_same(stage, toy, tmp_path):
    results = {}
    for number, (way, run) in enumerate(STAGES[stage].ways.items()):
        with bench.fresh(stage, toy.folder, toy.out, tmp_path / str(number)) as (study, work):
            results[way] = table(run(study, work), STAGES[stage])
    assert len(results["ours"]), "nothing is compared"
    for other in results.values():
        assert_same(results["ours"], other)


def test_the_last_digit_of_an_id_counts():
    ids = pd.DataFrame({"n": [10**18, 10**18 + 1]})
    assert_same(ids, ids.copy())
    with pytest.raises(AssertionError):
        assert_same(ids, pd.DataFrame({"n": [10**18, 10**18 + 2]}))


@pytest.mark.parametrize("other", [[1, 3], [1.0, 2 + 1e-6], [1, None]])
def test_what_differs_is_found(other):
    with pytest.raises(AssertionError):
        assert_same(pd.DataFrame({"n": [1, 2]}), pd.DataFrame({"n": other}))


def test_the_fastest_rival_counts_and_the_last_row_adds_up():
    found = bench.ratios(COSTS).set_index("stage")
    assert found["faster"].to_dict() == {"a": 15, "b": 20 / 3, "all": 10}
    assert found["over_fastest"].to_dict() == {"a": 2, "b": 1 / 3, "all": 0.5}
    assert found["tool"].tolist()[:2] == ["fast", "only"]
    assert (
        "10.0 times as fast as a student's; the fastest tools, taken stage by stage, 5.0 times"
        in bench.in_words(bench.ratios(COSTS), 7)
    )
    assert found.loc["all", ["ours_mb", "student_mb", "fastest_mb"]].tolist() == [200, 500, 300]


@pytest.mark.parametrize("name", ["bench", "bench_tenth"])
def test_committed_ratios_follow_from_committed_seconds(name):
    costs = pd.read_csv(bench.RESULTS / f"{name}.csv")
    lines = (bench.RESULTS / f"{name}.md").read_text("utf-8").splitlines()
    for row in bench.ratios(costs).itertuples():
        (line,) = [line for line in lines if line.startswith(f"| {row.stage} |")]
        cells = [cell.strip() for cell in line.split("|")]
        assert float(cells[2]) == pytest.approx(row.faster, rel=0.05, abs=0.06)
        assert float(cells[3]) == pytest.approx(row.over_fastest, rel=0.05, abs=0.006)


def test_the_picture_has_a_point_for_each_stage_and_side():
    ax = bench.draw(bench.ratios(COSTS), bench.figures.plt.figure().subplots())
    _, student, rival = ax.lines
    assert student.get_xdata().tolist() == pytest.approx([15, 20 / 3, 10])
    assert rival.get_xdata().tolist() == pytest.approx([0.5, 3, 2])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "all"]


def test_a_way_is_measured_in_a_process_of_its_own(toy):
    costs = bench.measure("timeline", toy.folder, toy.out, rounds=1)
    assert costs["way"].tolist() == list(STAGES["timeline"].ways)
    assert (costs["seconds"] > 0).all() and (costs["peak_mb"] > 50).all()


def test_whole_objects_keep_what_the_tweets_had_and_are_ingested_alike(toy, tmp_path):
    mb = full_objects.write_study(toy.folder, tmp_path / "whole", 600)
    assert 3 < mb * 1000 / 600 < 5  # kB a tweet
    costs = bench.measure("ingest", tmp_path / "whole", toy.out, 1, ["ours", full_objects.RIVAL])
    assert costs["way"].tolist() == ["ours", full_objects.RIVAL]
    tweet = next(full_objects.raw_tweets(toy.folder))
    assert tweet["user"].items() <= full_objects.full(tweet)["user"].items()


def test_the_ratio_of_whole_objects_follows_from_the_seconds():
    costs = pd.DataFrame({
        "tweets": [10, 10], "mb": [1, 1], "way": ["ours", full_objects.RIVAL], "seconds": [2.0, 5.0],
        "peak_mb": [1, 2],
    })  # fmt: skip
    assert "| 2.5 | 10 | 1 | 2.00 | 5.00 |" in full_objects.in_words(costs)


def test_memory_is_that_of_the_process_and_not_of_the_one_that_started_it():
    held = b"x" * 300_000_000
    ask = "import sys; sys.path.insert(0, 'benchmarks'); import bench; print(bench.peak_mb())"
    inside = float(
        subprocess.run(
            [sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    )
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    assert len(held) and 50 < inside < mine - 200
