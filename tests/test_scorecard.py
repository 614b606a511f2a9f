"""The scorecard, on cards of a few hand-made claims."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import claims, figures, findings, scorecard
from helpers.audit import measures

NONE = np.nan
CARD = pd.DataFrame(  # one claim of each kind
    [
        ("a", 2, "recovery", 90, 110, 105, 95, 105, "recovered", False, True),
        ("b", 2, "recovery", NONE, 200, 150, NONE, NONE, "recovered", None, None),
        ("d", 7, "recovery", 0, NONE, 3, 1, 6, "recovered", True, False),
        ("e", 7, "recovery", 5, 15, 30, 20, 40, "not recovered", False, True),
        ("f", 12, "not checkable", NONE, NONE, NONE, NONE, NONE, "not checkable", None, None),
    ],
    columns=["id", "notebook", "evidence", "accepted_low", "accepted_high", "found", "found_low",
             "found_high", "verdict", "survives", "by_sign"],
)  # fmt: skip


def test_each_claim_has_the_mark_of_what_is_known_of_it():
    kinds = CARD.apply(scorecard.kind, axis="columns").tolist()
    assert kinds == ["holds", "setting", "leak", "fails", "open"]
    verdicts = ["differs", "as in the paper", "not enough data", "recovered", "x"]
    kinds = CARD.assign(verdict=verdicts).apply(scorecard.kind, axis="columns").tolist()
    assert kinds == ["fails", "setting", "open", "holds", "open"]
    kinds = CARD.assign(verdict=[claims.UNSETTLED, *["as in the paper"] * 4]).apply(
        scorecard.kind, axis="columns"
    )
    assert kinds.tolist()[:3:2] == ["interval", "leak"]


@pytest.mark.parametrize(("low", "kind"), [(1, "interval"), (-1, "leak"), (NONE, "leak")])
def test_an_interval_can_tell_what_the_sign_cannot(low, kind):
    """The third claim leaks: it must be at least 0, and was found to be 3."""
    (row,) = CARD[2:3].assign(by_sign=True, found_low=low).to_dict("records")
    assert scorecard.kind(row) == kind


def test_the_overview_has_a_mark_for_each_claim_and_counts_them():
    counts = scorecard.overview(CARD)
    assert counts.loc[2, ["holds", "setting"]].tolist() == [1, 1]
    assert counts.loc[7, ["leak", "fails"]].tolist() == [1, 1]
    _, ax = plt.subplots()
    scorecard.draw_overview(CARD, ax)
    assert sum(len(line.get_xdata()) for line in ax.lines) == len(CARD)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "recovered, and there without its cause, too (1)" in labels
    plt.close()


def test_the_headline_counts_what_is_gone_and_what_is_there_without_its_cause():
    told = figures.told("scorecard", scorecard.facts(CARD))
    assert told["title"].startswith("Of 5 claims 1 are recovered and gone without their cause; 1 are")
    assert told["alt"].startswith(
        "5 published claims: 1 recovered, and gone without its cause; 1 recovered, and there"
    )


def test_of_real_data_nothing_is_called_recovered():
    card = CARD.assign(
        verdict=CARD["verdict"].replace({"recovered": "as in the paper", "not recovered": "differs"})
    )
    told = figures.told("scorecard", scorecard.facts(card, synthetic=False))
    assert told["title"].startswith("Of 5 claims 3 are as in the paper; 0 are by value")
    assert "recovered" not in "".join([*told.values(), *scorecard.legend(synthetic=False).values()])


def test_controls_stand_beside_the_claims_they_belong_to(tiny):
    """Bots lag in bursts: controls noburst and null."""
    rows = [("base", 10, -0.06), ("noburst", 1, 0.01), ("null", 6, -0.01)]
    runs = pd.DataFrame(rows, columns=["world", "holds", "median"])
    runs = runs.assign(id="bots_lag_in_bursts", seeds=10, clear=0)
    full = scorecard.with_controls(claims.scorecard(tiny), runs).set_index("id")
    lag = full.loc["bots_lag_in_bursts"]
    assert lag["control"] == "1 of 10 in noburst, 6 of 10 in null"
    assert lag["control_found"] == pytest.approx(0.01)
    assert (lag["survives"], lag["by_sign"]) == (True, True)
    assert pd.isna(full.loc["unknown", "control"]) and len(full) == len(claims.claims())
    read = scorecard.as_read(full.reset_index()).iloc[0]
    assert (read["notebook"], read["without its cause"], read["what it shows"]) == (
        1,
        "–",
        "not checkable, or no data",
    )


def test_what_no_notebook_recorded_is_measured(tiny, monkeypatch):
    """Recorded: all but a claim of notebook 4; then all. A recorded value stays."""
    everything = claims.claims().query("evidence != 'not checkable'").index
    claims.record(claims.measured(dict.fromkeys(everything.drop("peak_bots"), 1.0)))
    asked = []

    def measure(study, notebooks):
        asked.append(notebooks)
        return claims.measured({"peak_bots": 7.0, "peak_humans": 7.0})

    monkeypatch.setattr(findings, "measures", measure)
    monkeypatch.setattr(measures, "of_study", None)
    found = scorecard.measured(tiny)["value"]
    assert (found["peak_bots"], found["peak_humans"], len(found), asked) == (7, 1, len(everything), [[4]])
    claims.record(claims.measured({"peak_bots": 2.0}))
    assert scorecard.measured(tiny)["value"]["peak_bots"] == 2 and len(asked) == 1


def test_without_tables_nothing_is_measured(tiny):
    assert scorecard.measured(tiny).empty
