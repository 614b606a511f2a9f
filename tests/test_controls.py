"""Control worlds: one is drawn and measured; what is made of many runs, by hand."""

import json
import subprocess

import pandas as pd
import pytest
from conftest import readme_command

from helpers import claims, figures, findings, verdicts
from helpers.audit import leaks
from helpers.study import ROOT, Study, StudyError
from helpers.world import measure
from helpers.world.controls import VARIANTS

LAGS, NOT, DOUBTFUL = (-0.1, -0.2, -0.05), (0.1, 0, 0.2), (-0.1, -0.2, 0.1)  # of "bots lag": below 0


def runs(claim: str = "bots_lag_in_bursts", scale: float = 0.02, **worlds: list) -> pd.DataFrame:
    """The table of the runs of one claim: for each world (found, low, high) by seed."""
    return measure.summarise(rows(claim, scale, **worlds))


def rows(claim: str = "bots_lag_in_bursts", scale: float = 0.02, **worlds: list) -> pd.DataFrame:
    made = [(name, scale, seed, claim, *found) for name in worlds for seed, found in enumerate(worlds[name])]
    return pd.DataFrame(made, columns=["world", "scale", "seed", "id", *claims.MEASURED])


def test_a_small_world_is_drawn_scored_and_measured():
    found = measure.measure("nobots", 0.002, 1, [4, 99])["value"]  # 99 is no notebook
    assert set(claims.claims().loc[found.index, "notebook"]) == {4}
    assert found["peak_humans"] > 10_000
    assert found["peak_bots"] < 0.2 * found["peak_humans"]


@pytest.mark.slow
def test_the_command_measures_worlds_and_writes_their_table(tmp_path):
    command = readme_command("helpers.world.measure")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "bots_lag_in_bursts" in done.stdout
    out, table = str(tmp_path / "build" / "taste"), tmp_path / "table.csv"
    measure.main(["--out", out, "--table", str(table)])
    found = verdicts.read_controls(table)
    assert found["scale"].unique().tolist() == [0.005] and set(found["world"]) == {"base", "noreply"}
    assert set(claims.claims().loc[found["id"], "notebook"]) == set(findings.NOUNS) & set(measure.NOTEBOOKS)


def test_only_notebooks_with_claims_not_measured_yet_are_due():
    everything = claims.claims().index
    assert measure.due(everything) == []
    assert measure.due(everything.drop(["baseline_humans", "earlier_bots", "poll_interval"])) == [4]
    assert measure.due([]) == list(range(2, 11))
    assert measure.due([], "noreply") == [7]  # replies are of notebook 07


def test_an_unknown_world_is_refused_before_anything_is_drawn_and_what_is_measured_already_is_kept(tmp_path):
    with pytest.raises(SystemExit, match=r"No world is called moon\. There are: base, null"):
        measure.main(["--worlds", "base,moon", "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
    done = {claim: {"id": claim, "found": 1.0} for claim in claims.claims().index}
    path = tmp_path / "null-0.001-1.json"
    path.write_text(json.dumps({"world": "null", "scale": 0.001, "seed": 1, "claims": done}))
    before = path.read_bytes()
    assert measure.measured("null", 0.001, 1, tmp_path) == path and path.read_bytes() == before
    assert len(measure.read_runs(tmp_path)) == len(done)


def test_in_how_many_seeds_a_claim_holds_with_worlds_and_claims_in_the_order_of_their_lists():
    table = runs(base=[LAGS, (-0.04, -0.2, 0.1)], null=[NOT, (None, None, None)]).set_index("world")
    counts = ["seeds", "measured", "holds", "clear"]
    assert table.loc["base", counts].tolist() == [2, 2, 2, 1]
    assert table.loc["null", counts].tolist() == [2, 1, 0, 0]
    assert table.loc["base", "median"] == pytest.approx(-0.07)
    assert runs("earlier_bots", base=[(1, 1, 1)]).empty  # not checkable
    level = runs("peak_humans", base=[(1, 1, 1)])  # a level has no range
    assert level["holds"].isna().all() and level["median"].tolist() == [1]
    mixed = [rows(claim, null=[NOT], base=[NOT]) for claim in ("core_bots_grow", "bots_lag_in_bursts")]
    table = measure.summarise(pd.concat(mixed))
    assert table["id"].tolist() == ["bots_lag_in_bursts"] * 2 + ["core_bots_grow"] * 2
    assert table["world"].tolist() == ["base", "null"] * 2


@pytest.mark.parametrize(("control", "leak"), [
    ([NOT] * 10, False),
    ([DOUBTFUL] * 5 + [NOT] * 5, False),  # the sign is chance, the interval tells
    ([DOUBTFUL] * 10, True),  # the sign is there too often
    ([LAGS] + [NOT] * 9, False),  # one in ten is chance
    ([LAGS] * 2 + [NOT] * 8, True),
])  # fmt: skip
def test_a_claim_that_survives_its_control_is_a_leak(control, leak):
    table = runs(base=[LAGS] * 10, noburst=control, null=[NOT] * 10)
    found = leaks.judged(table).set_index("control")
    assert found["leak"].to_dict() == {"noburst": leak, "null": False}
    assert found["planted"].tolist() == [10, 10]
    assert leaks.leaks(table)["better"].tolist() == ["the control"] * leak


def test_an_added_effect_is_judged_beside_its_world_and_a_leak_beside_the_statistic_that_closes_it():
    """Anger: its world is `angry`, its control the base world."""
    table = runs("angry_retweets", angry=[(1.7, 1.5, 1.9)] * 10, base=[(1.0, 0.9, 1.1)] * 10)
    (row,) = leaks.judged(table).to_dict("records")
    assert (row["control"], row["planted"], row["holds"], row["leak"]) == ("base", 10, 0, False)


def test_the_table_of_worlds_says_what_is_gone_and_what_leaks():
    table = runs(base=[LAGS] * 10, noburst=[LAGS] * 5 + [NOT] * 5, null=[NOT] * 10)
    html = leaks.shown(table).to_html()
    assert all(f">{cell}</td>" in html for cell in ("100", "50 leak", "0 gone"))
    assert not leaks.shown(runs("peak_humans", base=[(1, 1, 1)] * 2)).data.size
    gone = runs(base=[LAGS] * 10, null=[NOT] * 10)
    here, there = (figures.told("audit_controls", leaks.facts(each)) for each in (table, gone))
    assert here["title"] == "1 of 1 claims hold where their cause was taken out"
    assert "1 claims in 3 worlds, 10 seeds each. 1 claims leak" in here["alt"]
    assert "in none of 10 may still hold in up to 26%" in here["alt"]
    assert there["title"] == "0 of 1 claims hold where their cause was taken out"


def test_the_table_comes_back_as_it_was_written(tmp_path):
    table = runs(base=[LAGS], null=[(0.02, None, None)])
    measure.write_table(table, tmp_path / "controls.csv")
    pd.testing.assert_frame_equal(verdicts.read_controls(tmp_path / "controls.csv"), table)
    about = json.loads((tmp_path / "controls.json").read_text())
    assert about["seeds"] == {"0.02": {"base": 1, "null": 1}} and "version" in about["made_by"]
    told = leaks.descriptions(table, tmp_path / "controls.csv")
    assert told["what"][0] == "The sample's world." and told["what"][1].startswith("Bots keep their profiles")
    with pytest.raises(StudyError, match="no runs"):
        measure.write_table(runs(), tmp_path / "none.csv")


def test_the_shipped_table_is_of_the_sample_s_size_and_of_every_claim_and_world():
    table = verdicts.read_controls()
    here = verdicts.largest_scale(table)
    assert here["scale"].unique().tolist() == [Study(ROOT / "data" / "sample").collection.sample_rate]
    assert set(here["world"]) == set(VARIANTS)
    assert leaks.descriptions(here)["what"].notna().all()
    ledger = claims.claims().query("kind != 'not checkable' and 2 <= notebook <= 10")
    assert set(ledger.index) == set(here["id"]), "other claims than in claims.csv: run make controls"
    assert (table["holds"].fillna(0) <= table["measured"]).all()
    assert (table["measured"] <= table["seeds"]).all()


def test_without_runs_nothing_is_said_of_controls():
    told = figures.told("audit_controls", leaks.facts(runs()))
    assert (told["title"], told["alt"]) == ("No runs", "Empty: no runs.")
