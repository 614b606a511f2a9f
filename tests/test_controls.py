"""Control worlds measured by the notebooks' own cells: what is run of a notebook, and what is made of many runs."""

import builtins
import json
import subprocess
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from conftest import readme_command

from helpers import claims
from helpers.audit import __main__ as command
from helpers.audit import leaks, power, replay
from helpers.study import ROOT, Study, StudyError
from helpers.world import measure as controls
from helpers.world.controls import VARIANTS

NOTEBOOKS = sorted((ROOT / "notebooks").glob("0[2-9]_*.ipynb"))


# ── what is run of a notebook ────────────────────────────────────────────────────────────────────────────────


def test_names_that_a_cell_makes_and_uses():
    assert replay.names("g = f(lambda x: x + y)") == ({"g"}, {"f", "y"})
    assert replay.names("t = [a for a in b if c]") == ({"t"}, {"b", "c"})
    assert replay.names("import numpy as np\nfrom a.b import c as d") == ({"np", "d"}, set())
    assert replay.names("import os.path") == ({"os"}, set())
    assert replay.names("x, y = f(z)") == ({"x", "y"}, {"f", "z"})
    assert replay.names("for i in rows:\n    total[i] = i") == ({"i"}, {"rows", "total", "i"})
    assert replay.names("def half(x):\n    return x / 2") == ({"half"}, set())


def test_cells_that_claims_are_made_from():
    cells = [
        "import helper",
        "unused = helper.slow()",
        "table = helper.count()",
        "fig = helper.draw(table)",
        "share = table.mean()",
        "share",
        "claims.record('bots', share)",
        "claims.show()",
    ]
    assert replay.claim_cells(cells) == [cells[i] for i in (0, 2, 4, 6)]


def test_a_name_made_anew_hides_the_one_before():
    cells = ["x = slow()", "x = quick()", "claims.record('bots', x)"]
    assert replay.claim_cells(cells) == cells[1:]
    kept = ["x = slow()", "x = x + 1", "claims.record('bots', x)"]
    assert replay.claim_cells(kept) == kept


def test_a_notebook_without_claims_needs_no_cell():
    assert replay.claim_cells(["x = 1", "draw(x)"]) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_kept_of_a_notebook_stands_by_itself(path):
    cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    kept = replay.claim_cells(cells)
    assert sum(cell.count("record(") for cell in kept) == sum(cell.count("record(") for cell in cells) > 0
    assert len(kept) < len(cells)
    known = set(dir(builtins)) | {"display"}
    for cell in kept:
        made, used = replay.names(cell)
        assert not used - made - known, cell
        known |= made


def test_replaying_a_notebook_records_its_claims_for_the_given_study(tiny, tmp_path, capsys):
    code = nbformat.v4.new_code_cell
    first = code("study = 'another'\nout = None\nvalue = 7", metadata={"tags": ["parameters"]})
    cells = [
        first,
        code("from helpers import claims\nfrom helpers.study import open_study"),
        code("study = open_study(study, out)\nprint('loud')"),
        code("raise ValueError('only drawn')"),
        code("claims.record('bots', value)"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "02_small.ipynb")
    replay.replay(tmp_path / "02_small.ipynb", tiny)
    assert replay.recorded(tiny) == {
        "bots": {"id": "bots", "found": 7.0, "found_low": None, "found_high": None}
    }
    assert capsys.readouterr().out == ""


# ── many runs ────────────────────────────────────────────────────────────────────────────────────────────────

MEASURED_BY_NOTEBOOK_8 = ["trump_humans_more_positive"]


def test_only_notebooks_with_claims_not_measured_yet_are_due_and_those_they_need():
    everything = claims.claims().index
    assert controls.due(everything) == []
    assert controls.due(everything.drop("baseline_humans")) == [2, 4]
    assert controls.due(everything.drop(MEASURED_BY_NOTEBOOK_8)) == [2, 3, 6, 8]
    assert set(range(2, 10)) <= set(controls.due([]))


def test_an_unknown_world_is_refused_before_anything_is_drawn(tmp_path):
    with pytest.raises(StudyError, match=r"No world is called moon\. There are: base, null"):
        list(controls.run(["base", "moon"], 0.001, [1], tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_what_is_measured_already_is_kept(tmp_path):
    done = {claim: {"id": claim, "found": 1.0} for claim in claims.claims().index}
    path = tmp_path / "null-0.001-1.json"
    path.write_text(json.dumps({"world": "null", "scale": 0.001, "seed": 1, "claims": done}))
    before = path.read_bytes()
    assert controls._one("null", 0.001, 1, tmp_path) == path
    assert path.read_bytes() == before


def runs(**worlds: list) -> pd.DataFrame:
    """Runs of one claim: for each world (found, low, high) by seed."""
    rows = [
        (world, 0.02, seed, "bots_lag_in_bursts", *found)
        for world, seeds in worlds.items()
        for seed, found in enumerate(seeds)
    ]
    return pd.DataFrame(rows, columns=["world", "scale", "seed", "id", *claims.MEASURED])


def test_in_how_many_seeds_a_claim_holds():
    """Bots lag: the claim holds below 0."""
    table = controls.summarise(
        runs(
            base=[(-0.05, -0.08, -0.02), (-0.01, -0.04, 0.02)],
            null=[(0.02, -0.01, 0.05), (None, None, None)],
        )
    ).set_index("world")
    assert table["seeds"].tolist() == [2, 2]
    assert table["measured"].tolist() == [2, 1]
    assert table["holds"].tolist() == [2, 0]
    assert table["clear"].tolist() == [1, 0]
    assert table.loc["base", "median"] == pytest.approx(-0.03)


def test_worlds_and_claims_are_in_the_order_of_their_lists():
    mixed = runs(null=[(1, 1, 1)], base=[(1, 1, 1)])
    mixed = pd.concat([mixed.assign(id="core_bots_grow"), mixed])
    table = controls.summarise(mixed)
    assert table["id"].tolist() == ["bots_lag_in_bursts"] * 2 + ["core_bots_grow"] * 2
    assert table["world"].tolist() == ["base", "null"] * 2
    assert list(leaks.by_world(table).columns) == ["base", "null"]


def test_claims_of_arithmetic_are_not_counted():
    assert controls.summarise(runs(base=[(1, 1, 1)]).assign(id="classes_add_up")).empty


def test_a_claim_that_survives_its_control_is_a_leak():
    gone, doubtful, there = [(0.1, 0, 0.2)] * 10, [(-0.1, -0.2, 0.1)] * 10, [(-0.1, -0.2, -0.05)] * 10
    found = {
        name: leaks.judged(controls.summarise(runs(base=there, noburst=control, null=gone))).set_index(
            "control"
        )
        for name, control in {"gone": gone, "doubtful": doubtful, "there": there}.items()
    }
    assert found["gone"]["leak"].tolist() == [False, False]
    assert found["doubtful"].loc["noburst", ["leak", "clear"]].tolist() == [True, 0]
    assert found["there"].loc["noburst", ["leak", "clear"]].tolist() == [True, 10]
    assert found["there"].loc["null", "leak"] == False  # noqa: E712
    assert found["gone"]["planted"].tolist() == [10, 10]


def test_a_leak_names_what_to_look_at_instead():
    doubtful, there = [(-0.1, -0.2, 0.1)] * 10, [(-0.1, -0.2, -0.05)] * 10
    found = leaks.leaks(controls.summarise(runs(base=there, noburst=doubtful, null=there)))
    assert found.set_index("control")["better"].to_dict() == {
        "noburst": "its interval",
        "null": "the control",
    }
    grow = runs(base=there, noembed=there).assign(id="core_bots_grow", found=4.0)
    assert leaks.leaks(controls.summarise(grow))["better"].tolist() == ["core_bots_among_labelled"]


def test_a_claim_of_an_added_effect_is_judged_beside_the_world_that_has_it():
    """Anger: its world is `angry`, its control the base world."""
    found = pd.concat([runs(angry=[(1.7, 1.5, 1.9)] * 10), runs(base=[(1.0, 0.9, 1.1)] * 10)])
    (row,) = leaks.judged(controls.summarise(found.assign(id="angry_retweets"))).to_dict("records")
    assert (row["control"], row["planted"], row["holds"], row["leak"]) == ("base", 10, 0, False)
    assert leaks.unsure(controls.summarise(found.assign(id="angry_retweets"))).empty


def test_a_better_statistic_is_set_beside_the_leak_it_closes():
    there, gone = [(4.0, 3.5, 4.5)] * 10, [(1.0, 0.9, 1.05)] * 10
    leaking = runs(base=there, noembed=there).assign(id="core_bots_grow")
    better = runs(base=there, noembed=gone).assign(id="core_bots_among_labelled")
    (row,) = leaks.remedies(controls.summarise(pd.concat([leaking, better]))).to_dict("records")
    assert (row["control"], row["planted"], row["holds"]) == ("noembed", 10, 0)


def test_claims_that_fail_where_their_cause_is_are_named():
    mixed = [(-0.1, -0.2, -0.05)] * 8 + [(0.1, 0, 0.2)] * 2
    found = leaks.unsure(controls.summarise(runs(base=mixed, null=mixed)))
    assert found[["id", "holds", "seeds"]].to_numpy().tolist() == [["bots_lag_in_bursts", 8, 10]]
    assert leaks.unsure(controls.summarise(runs(base=mixed[:8]))).empty


def test_one_hold_in_ten_is_chance():
    once = [(-0.1, -0.2, 0.1)] + [(0.1, 0, 0.2)] * 9
    assert not leaks.judged(controls.summarise(runs(base=once, null=once)))["leak"].any()


def test_the_table_comes_back_as_it_was_written(tmp_path):
    table = controls.summarise(runs(base=[(-0.05, -0.08, -0.02)], null=[(0.02, None, None)]))
    controls.write_table(table, tmp_path / "controls.csv")
    pd.testing.assert_frame_equal(leaks.read_table(tmp_path / "controls.csv"), table)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["controls.csv", "controls.json"]
    about = json.loads((tmp_path / "controls.json").read_text())
    assert about["seeds"] == {"0.02": {"base": 1, "null": 1}}
    assert "version" in about["made_by"]


def test_without_runs_no_table_is_written(tmp_path):
    with pytest.raises(StudyError, match="no runs"):
        controls.write_table(controls.summarise(controls.read_runs(tmp_path)), tmp_path / "controls.csv")
    assert not list(tmp_path.iterdir())


def test_the_shipped_table_is_of_the_sample_s_size_and_of_every_claim_and_world():
    table = leaks.read_table()
    here = leaks.all_worlds(table)
    assert here["scale"].unique().tolist() == [Study(ROOT / "data" / "sample").collection.sample_rate]
    assert set(here["world"]) == set(VARIANTS)
    ledger = claims.claims().query("evidence == 'recovery' and 2 <= notebook <= 10")
    assert set(ledger.index) == set(here["id"]), (
        "claims.csv has other claims than controls.csv: run make controls"
    )
    assert (table["holds"] <= table["measured"]).all() and (table["measured"] <= table["seeds"]).all()


@pytest.mark.slow
def test_the_command_measures_worlds_and_writes_their_table(tmp_path, monkeypatch):
    done = subprocess.run(
        readme_command("helpers.audit controls"), cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "bots_lag_in_bursts" in done.stdout
    out, table = str(tmp_path / "build" / "taste"), tmp_path / "table.csv"
    monkeypatch.setattr("sys.argv", ["audit", "table", "--out", out, "--table", str(table)])
    command.main()
    found = leaks.read_table(table)
    assert found["scale"].unique().tolist() == [0.005] and set(found["world"]) == {"base", "noreply"}
    monkeypatch.setattr("sys.argv", ["audit", "controls", "--worlds", "moon", "--out", out])
    with pytest.raises(SystemExit, match="No world is called moon"):
        command.main()


# ── how large a sample ───────────────────────────────────────────────────────────────────────────────────────


def test_the_smallest_size_is_the_one_from_which_on_a_claim_is_recovered():
    share = pd.DataFrame(
        {0.01: [1.0, 0.5, 1.0, 0.2], 0.02: [0.95, 0.9, 0.8, 0.3], 0.04: [1.0, 1.0, 0.95, 0.85]},
        index=["always", "from 1/50", "not by luck", "never"],
    )
    assert power.smallest(share).fillna(0).tolist() == [0.01, 0.02, 0.04, 0]
    assert power.in_fraction(0.02) == "1/50"


def test_power_counts_the_base_world_only():
    there, gone = (-0.1, -0.2, -0.05), (0.1, 0, 0.2)
    small = controls.summarise(runs(base=[there, gone], null=[gone]))
    large = controls.summarise(runs(base=[there, there]).assign(scale=0.1))
    share = power.recovered(pd.concat([small, large]))
    assert share.loc["bots_lag_in_bursts"].to_dict() == {0.02: 0.5, 0.1: 1.0}
    assert power.power_in_words(share) == (
        "Of 1 claims, recovered in 90% of the seeds: 0 from 1/50, 1 from 1/10; 0 at no size tried."
    )


def test_pictures_of_no_runs_say_so():
    nothing = controls.summarise(runs())
    for draw, table in ((leaks.draw_worlds, nothing), (power.draw_power, power.recovered(nothing))):
        _, ax = plt.subplots()
        assert draw(table, ax).texts[0].get_text() == "No runs"
        plt.close()
    assert (
        leaks.worlds_in_words(nothing) == power.power_in_words(power.recovered(nothing)) == "Empty: no runs."
    )


def test_a_small_world_is_drawn_scored_and_measured(tmp_path):
    found = controls.measure("nobots", 0.002, 1, tmp_path / "world", [2, 4])
    assert found["bots"]["found"] < 0.2 * found["humans"]["found"]
    assert found["peak_humans"]["found"] > 10_000
    assert found["detector_accuracy"]["found"] is None
    assert not (tmp_path / "world").exists()
    assert Path.cwd() != tmp_path
