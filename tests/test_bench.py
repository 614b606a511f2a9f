"""All ways of a benchmarked stage give the same results, and the table's ratios follow from its seconds."""

import pandas as pd
import pytest

from helpers.ingest.ledger import ingest_files
from helpers.study import ROOT, open_study
from helpers.world import generate, measure
from helpers.world.writing import write_study

for name in ("orjson", "polars"):
    pytest.importorskip(name, reason="rivals of the extra `bench` are not installed: make rivals")
import bench  # noqa: E402
import full_objects  # noqa: E402
from stages import STAGES, assert_same, table  # noqa: E402

pytestmark = pytest.mark.slow
COSTS = pd.read_csv(ROOT / "tests" / "data" / "bench_costs.csv")


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A study of a thousandth with raw tweets and every table that the stages read."""
    folder = tmp_path_factory.mktemp("toy")
    write_study(generate(0.001, 1), folder / "study")
    study = open_study(folder / "study", folder / "out")
    ingest_files(study.raw_files, study.tables)
    measure.make_tables(study)
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


@pytest.mark.parametrize("other", [[10**18, 10**18 + 2], [10.0**18, 1.1e18], [10**18, None]])
def test_what_differs_is_found_even_in_the_last_digit_of_an_id(other):
    ids = pd.DataFrame({"n": [10**18, 10**18 + 1]})
    assert_same(ids, ids.copy())
    with pytest.raises(AssertionError):
        assert_same(ids, pd.DataFrame({"n": other}))


def test_the_fastest_rival_counts_and_the_last_row_adds_up():
    ratios = bench.ratios(COSTS).set_index("stage")
    assert ratios["faster"].to_dict() == {"a": 15, "b": 20 / 3, "all": 10}
    assert ratios["over_fastest"].to_dict() == {"a": 2, "b": 1 / 3, "all": 0.5}
    assert ratios["tool"].tolist()[:2] == ["fast", "only"]
    assert ratios.loc["all", ["ours_mb", "student_mb", "fastest_mb"]].tolist() == [200, 500, 300]
    told = "10.0 times as fast as a student's; the fastest tools, taken stage by stage, 5.0 times"
    assert told in bench.in_words(bench.ratios(COSTS), 7)
    ways = {"way": ["ours", full_objects.RIVAL], "seconds": [2.0, 5.0], "peak_mb": [1, 2]}
    whole = pd.DataFrame(ways).assign(tweets=10, mb=1)
    assert "| 2.5 | 10 | 1 | 2.00 | 5.00 |" in full_objects.in_words(whole)


@pytest.mark.parametrize("name", ["bench", "bench_tenth"])
def test_committed_ratios_follow_from_committed_seconds(name):
    costs = pd.read_csv(bench.RESULTS / f"{name}.csv")
    lines = (bench.RESULTS / f"{name}.md").read_text("utf-8").splitlines()
    for row in bench.ratios(costs).itertuples():
        (line,) = [line for line in lines if line.startswith(f"| {row.stage} |")]
        cells = [cell.strip() for cell in line.split("|")]
        assert float(cells[2]) == pytest.approx(row.faster, rel=0.05, abs=0.06)
        assert float(cells[3]) == pytest.approx(row.over_fastest, rel=0.05, abs=0.006)


def test_whole_objects_keep_what_the_tweets_had_and_are_ingested_alike(toy, tmp_path):
    mb = full_objects.write_study(toy.folder, tmp_path / "whole", 600)
    assert 3 < mb * 1000 / 600 < 5  # kB a tweet
    costs = bench.measure("ingest", tmp_path / "whole", toy.out, 1, ["ours", full_objects.RIVAL])
    assert costs["way"].tolist() == ["ours", full_objects.RIVAL]
    assert (costs["seconds"] > 0).all() and (costs["peak_mb"] > 50).all()
    tweet = next(full_objects.raw_tweets(toy.folder))
    assert tweet["user"].items() <= full_objects.full(tweet)["user"].items()
