"""The multiverse: each specification is what the notebooks would show with these choices."""

import os
from math import prod

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from helpers import claims, figures, findings
from helpers.audit import multiverse
from helpers.study import REFERENCE, ROOT, open_study

NOTEBOOKS = range(2, 10)
FEW = {
    "threshold": (0.5, 0.6), "unknown": ("unknown", "bot"), "scored": (1,), "top": (10,),
    "side": ("uses", "list"), "cut": (0.5, 0.6), "about": ("words",), "burst": (4.0, 2.0),
    "core": ("at least k links",),
}  # fmt: skip


@pytest.fixture(scope="module")
def taste(planted_base):
    return multiverse.taste(planted_base)


def changed(table, **choices):
    """The value of each finding under the usual choices but these."""
    usual = {"threshold": 0.5, "unknown": "unknown", "scored": 1, "side": "uses", "cut": 0.5, "top": 10,
             "about": "words", "burst": 4, "core": "at least k links"} | choices  # fmt: skip
    fits = [table[name].isna() | (table[name] == value) for name, value in usual.items()]
    asked = table[[*choices]].notna().all(axis=1)
    return table[np.logical_and.reduce([*fits, asked])].set_index("id")["value"]


def test_the_studys_own_specification_is_what_its_notebooks_show(planted_base, taste):
    own = taste[taste["own"]].set_index("id")["value"]
    recorded = findings.measures(planted_base, draws=2, notebooks=NOTEBOOKS)["value"]
    assert len(own) > 15 and own.index.is_unique and set(own.index) == set(taste["id"])
    pd.testing.assert_series_equal(own, recorded[own.index], check_names=False)


def test_another_specification_is_what_they_would_show_with_it(planted_base, taste):
    higher = findings.measures(planted_base, threshold=0.6, draws=2, notebooks=NOTEBOOKS)["value"]
    found = changed(taste, threshold=0.6)
    pd.testing.assert_series_equal(found, higher[found.index], check_names=False)
    for notebook, choice, reading in ((6, "side", "partisan uses"), (8, "about", "words or hashtags")):
        other = findings.measures(planted_base, readings={notebook: reading}, draws=2, notebooks=[notebook])
        found = changed(taste, **{choice: reading})
        found = found[claims.claims().loc[found.index, "notebook"] == notebook]
        pd.testing.assert_series_equal(found, other["value"][found.index], check_names=False)
    lower = changed(taste, cut=0.6)
    assert (lower != changed(taste, cut=0.5)[lower.index]).any()
    assert (changed(taste, scored=0.5) != changed(taste, scored=1)).mean() > 0.8


def test_no_difference_is_told_by_an_interval_that_is_the_notebooks(planted_base, taste):
    (asked,) = {"retweets_each_other"} & set(multiverse.ASKED)
    mine = [{"threshold": 0.5, "unknown": "unknown", "scored": 1}]
    row = multiverse.measure(planted_base, 7, [{}], mine, {}).iloc[0]
    _, low, high = findings.measures(planted_base, notebooks=[7]).loc[asked]
    assert (row[f"{asked} low"], row[f"{asked} high"]) == pytest.approx((low, high), rel=0.2)
    claim = claims.claims().loc[asked]
    held = taste[taste["own"]].set_index("id").loc[asked, "holds"]
    assert held == (row[f"{asked} low"] <= claim["low"] <= row[f"{asked} high"])


def test_combinations_are_measured_once_and_again_where_a_table_changed(planted_base, tmp_path, monkeypatch):
    monkeypatch.setattr(multiverse, "OPTIONS", FEW)
    wide = multiverse.whole(planted_base, tmp_path, jobs=1)
    table = multiverse.specifications(wide, planted_base)
    for claim, rows in table.groupby("id"):
        names = [*multiverse.CLASSED, *multiverse.touched(claim)]
        assert len(rows) == prod(len(FEW[name]) for name in names), claim
        assert not rows[names].duplicated().any() and rows[names].notna().all(axis=None)
        assert rows[[*{*FEW} - {*names}]].isna().all(axis=None)
        assert rows["own"].sum() == 1
    monkeypatch.setattr(multiverse, "measure", None)
    assert multiverse.whole(planted_base, tmp_path, jobs=1).equals(wide)
    path = planted_base.table("sentiment")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    with pytest.raises(TypeError, match="not callable"):
        multiverse.whole(planted_base, tmp_path, jobs=1)


def test_classes_by_threshold_by_what_becomes_of_the_unknown_and_by_who_is_scored():
    scores = pd.DataFrame({"tweets": [10, 40, 30, 40], "score": [0.9, 0.55, 0.3, np.nan], "error": 0.1})
    called = {
        (0.5, "unknown", 1): ["bot", "unknown", "human", "unknown"],
        (0.5, "human", 1): ["bot", "human", "human", "human"],
        (0.4, "bot", 1): ["bot", "bot", "human", "bot"],
        (0.4, "unknown", 0.5): ["–", "bot", "–", "unknown"],  # of 40 and 40 tweets, both
        (0.4, "unknown", 0.25): ["–", "bot", "–", "–"],  # of these the first
    }
    for choices, expected in called.items():
        assert multiverse.classed(scores, *choices).fillna("–").tolist() == expected, choices


def test_those_not_scored_leave_the_scored_and_stay_among_all(planted_base):
    """Bots' share of the scored is of fewer accounts then, their share of all tweets of as many."""
    few = {"threshold": 0.5, "unknown": "bot", "scored": 0.5}
    scored = multiverse.measure(planted_base, 2, [{}], [few], {}).iloc[0]
    early = multiverse.measure(planted_base, 4, [{}], [few], {}).iloc[0]
    everyone = multiverse.measure(planted_base, 4, [{}], [few | {"scored": 1}], {}).iloc[0]
    scores = multiverse.read(planted_base, "scores").head(len(multiverse.read(planted_base, "scores")) // 2)
    bots = multiverse.classify(scores) != "human"
    assert scored["bot_share_extrapolated"] == pytest.approx(bots.mean())
    assert 0 < early["baseline_bot_share"] < everyone["baseline_bot_share"]


TABLE = pd.read_csv(ROOT / "tests" / "data" / "multiverse.csv")


def test_the_share_is_of_the_specifications_that_have_a_value():
    rows = multiverse.summary(TABLE).drop(columns="finding")
    assert rows.loc["bots_lag_in_bursts"].tolist() == pytest.approx([4, 3, -0.1, -0.2, 0.1, 2 / 3, -0.1])
    assert rows.loc["core_bots_grow"].tolist()[:2] == [1, 0]
    assert rows.loc["core_bots_grow", "median":].isna().all()


def test_the_curve_has_its_ends_and_the_own_specification():
    drawn = multiverse.curve(TABLE, marks=2)
    assert drawn[["place", "value", "own"]].to_numpy().tolist() == [[0, -0.2, 0], [0.5, -0.1, 1], [1, 0.1, 0]]
    ax = multiverse.draw_curve(drawn, 2 / 3, claims.claims().loc["bots_lag_in_bursts"], Figure().subplots())
    assert ax.get_title().endswith("67%")
    assert [len(line.get_xdata()) for line in ax.lines[:3]] == [2, 1, 1]  # holds, does not, own


def test_what_the_picture_says():
    told = figures.told("audit_multiverse", multiverse.facts(TABLE))
    assert "Under all combinations of choices 0 of 1 finding hold in 90% or more, 0 in" in told["title"]
    assert "lag: 67% of 3, -20.0% to 10.0%. Without a value: 2 specifications." in told["alt"]
    one = figures.told("audit_multiverse", multiverse.facts(TABLE[1:3]))
    assert one["title"].startswith("With one choice changed at a time 0 of 1 finding")
    nobody = TABLE.assign(value=np.nan)
    assert figures.told("audit_multiverse", multiverse.facts(nobody))["alt"].startswith("Empty")
    assert "Nobody" in multiverse.draw(nobody).axes[2].texts[0].get_text()


def test_the_shipped_table_is_of_the_shipped_sample():
    sample = open_study(ROOT / "data" / "sample")
    table = multiverse.of_study(sample)
    rows = multiverse.summary(table)
    for claim, number in rows["specifications"].items():
        names = [*multiverse.CLASSED, *multiverse.touched(claim)]
        assert number == prod(len(multiverse.OPTIONS[name]) for name in names), claim
    shown = pd.read_csv(ROOT / "figures" / "findings.csv").set_index("finding")["value"]
    assert rows["value"].tolist() == pytest.approx(shown[rows["finding"]].tolist(), rel=1e-3)
    assert multiverse.summary(multiverse.of_study(sample))["holds"].between(0, 1).all()
    assert (REFERENCE / "multiverse.csv").stat().st_size < 400_000
