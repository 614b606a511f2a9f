"""The comparison of whole runs on two engines finds what differs."""

import json
import shutil

import engines
import pandas as pd
import pytest

SCORES = pd.DataFrame({"user_id": [2**60 + 1, 2**60 + 2], "tags": [["a"], []], "score": [0.25, 0.5]})


@pytest.fixture
def runs(tmp_path):
    """Two folders of the same results."""
    left, right = tmp_path / "left", tmp_path / "right"
    for name in ("tables", "figures", "claims"):
        (left / name).mkdir(parents=True)
    SCORES.to_parquet(left / "tables" / "scores.parquet")
    (left / "figures" / "figure_1.csv").write_text("hour,tweets\n0,7\n1,9\n")
    (left / "claims" / "share.json").write_text(json.dumps({"value": 0.15, "low": None}))
    shutil.copytree(left, right)
    return left, right


def test_equal_results_are_counted(runs):
    assert engines.compare(*runs) == 3


def test_order_of_rows_and_last_digits_are_no_difference(runs):
    changed = SCORES.iloc[::-1].assign(score=lambda rows: rows["score"] * (1 + 1e-12))
    changed.to_parquet(runs[1] / "tables" / "scores.parquet")
    assert engines.compare(*runs) == 3


@pytest.mark.parametrize("changed", [
    SCORES.assign(user_id=SCORES["user_id"] + [0, 1]),  # an id that as a float would be the same
    SCORES.assign(score=SCORES["score"] * (1 + 1e-7)),
    SCORES.assign(tags=[["a"], ["b"]]),
    SCORES.head(1),
    SCORES.drop(columns="score"),
], ids=["id", "float", "list", "row", "column"])  # fmt: skip
def test_a_changed_table_is_found(runs, changed):
    changed.to_parquet(runs[1] / "tables" / "scores.parquet")
    with pytest.raises(engines.DifferenceError, match=r"scores\.parquet"):
        engines.compare(*runs)


@pytest.mark.parametrize(("name", "text"), [
    ("figures/figure_1.csv", "hour,tweets\n0,7\n1,8\n"),
    ("figures/figure_1.csv", "hour,tweets\n1,9\n0,7\n"),
    ("claims/share.json", '{"value": 0.16, "low": null}'),
])  # fmt: skip
def test_a_changed_figure_or_claim_is_found(runs, name, text):
    (runs[1] / name).write_text(text)
    with pytest.raises(engines.DifferenceError, match=name):
        engines.compare(*runs)


@pytest.mark.parametrize("side", [0, 1])
def test_a_missing_result_is_found(runs, side):
    (runs[side] / "tables" / "scores.parquet").unlink()
    with pytest.raises(engines.DifferenceError, match=r"Only one of .* has tables/scores\.parquet"):
        engines.compare(*runs)
