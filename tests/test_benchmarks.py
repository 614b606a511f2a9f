"""What the benchmarks report follows from what they compare: the comparison of engines finds what differs."""

import importlib.util
import re
import subprocess
import sys

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


engines, growth = benchmark("engines"), benchmark("growth")
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


# How the costs grow

COSTS = pd.DataFrame({
    "scale": [0.001, 0.1, 0.1, 1.0, 1.0],
    "tweets": [20_000, 2_000_000, 2_000_000, 20_000_000, 20_000_000],
    "accounts": [2_000, 200_000, 200_000, 2_000_000, 2_000_000],
    "notebook": ["01_a", "01_a", "02_b", "01_a", "02_b"],
    "seconds": [50.0, 4.0, 6.0, 40.0, 60.0],
    "peak_mb": [200, 300, 400, 500, 600],
})  # fmt: skip


def test_costs_in_proportion_have_exponent_1_and_small_sizes_do_not_count():
    whole = growth.totals(COSTS)
    assert whole["seconds"].tolist() == [50, 10, 100] and whole["peak_mb"].tolist() == [200, 400, 600]
    assert growth.exponent(whole["tweets"], whole["seconds"]) == pytest.approx(1)
    assert growth.exponent(whole["tweets"], whole["seconds"] ** 2) == pytest.approx(2)
    assert np.isnan(growth.exponent(whole["tweets"].head(2), whole["seconds"].head(2)))
    assert "to the power of 1.00" in growth.in_words(COSTS) and "| 0.1 | 2,000,000 | 200,000 | 10 | 400 |" in growth.in_words(COSTS)
    assert "too few large sizes" in growth.in_words(COSTS.head(3))


def test_a_small_world_is_measured(tmp_path, monkeypatch):
    ran = lambda study, out, **limits: pd.DataFrame({"notebook": ["01_a"], "seconds": [2.5], "peak_mb": [90], "verdict": ["ok"]})  # noqa: E731
    monkeypatch.setattr(growth.reproduce, "run", ran)
    row = growth.measure(0.001, tmp_path).iloc[0]
    assert row["scale"] == 0.001 and row["seconds"] == 2.5 and 15_000 < row["tweets"] < 25_000
    assert 2_000 < row["accounts"] < 4_000


# The guide


def test_the_guide_says_what_was_measured_and_names_what_exists():
    guide = growth.GUIDE.read_text("utf-8")
    assert growth.with_growth(guide, pd.read_csv(growth.RESULTS / "growth.csv")) == guide, "run make growth SCALES="
    for target in re.findall(r"\]\(([^)#]+)\)", guide):
        assert (growth.GUIDE.parent / target).exists(), target
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"`make ([\w-]+)", guide)) <= targets


def test_the_commands_of_the_guide_use_options_that_exist():
    guide = growth.GUIDE.read_text("utf-8")
    lines = re.findall(r"^.*helpers[./]reproduce.*$", "\n".join(re.findall(r"```bash\n(.*?)```", guide, re.S)), re.M)
    help_text = subprocess.run(
        [sys.executable, "-m", "helpers.reproduce", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert len(lines) == 4
    for line in lines:
        ours = re.split(r"helpers[./]reproduce(?:\.py)? ", line)[1]
        assert all(option in help_text for option in re.findall(r"--\w+", ours)), line
