"""What the benchmarks report follows from what they compare: the comparison of engines finds what differs."""

import importlib.util

import numpy as np
import pandas as pd
import pytest

from helpers.study import ROOT


def benchmark(name):
    """A script of benchmarks/, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


engines = benchmark("engines")
TABLE = pd.DataFrame({"id": [1, 2, 3], "tags": [np.array(["a"]), None, np.array(["b", "c"])], "share": [0.1, np.nan, 3.0]})


def test_order_of_rows_and_the_last_digits_of_floats_do_not_count():
    other = TABLE.assign(share=TABLE["share"] * (1 + 1e-12)).iloc[::-1]
    assert engines.difference(TABLE, other) == ""


@pytest.mark.parametrize("other", [
    TABLE.assign(share=TABLE["share"] * (1 + 1e-6)),
    TABLE.assign(id=[1, 2, 4]),
    TABLE.assign(tags=[np.array(["a"]), None, np.array(["c", "b"])]),
    TABLE.iloc[:2],
    TABLE.drop(columns="share"),
    TABLE.astype({"id": "int32"}),
])  # fmt: skip
def test_whatever_else_differs_is_found(other):
    assert engines.difference(TABLE, other)


def test_a_result_of_one_run_only_is_not_equal():
    found = engines.compare({"a": TABLE, "b": TABLE}, {"a": TABLE}).set_index("table")
    assert found["equal"].to_dict() == {"a": True, "b": False}
    assert found["rows"].tolist() == [3, 3] and "only the first" in found.loc["b", "difference"]


def test_results_of_a_run_are_tables_figures_and_claims(tmp_path):
    for folder in ("tables", "figures", "claims"):
        (tmp_path / folder).mkdir()
    TABLE.to_parquet(tmp_path / "tables" / "tweets.parquet")
    TABLE[["id"]].to_csv(tmp_path / "figures" / "figure_1.csv", index=False)
    (tmp_path / "claims" / "bots.json").write_text('{"id": "bots", "found": 1.5}')
    assert {name: len(table) for name, table in engines.results(tmp_path).items()} == {
        "tables/tweets": 3, "figures/figure_1": 3, "claims": 1,
    }  # fmt: skip
