"""The scorecard's three tables, on cards of a few claims."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers import claims, figures, findings, scorecard, tables, verdicts
from helpers.audit import measures
from helpers.study import ROOT

NAN = float("nan")
# Runs of two claims, of which each has two controls.
RUNS = pd.read_csv(ROOT / "tests" / "data" / "runs.csv", keep_default_na=False)


def card(study, **found):
    """The scorecard of a study in which this was found of claims: value, or value, low and high."""
    return claims.scorecard(study, measures=claims.measured(found), controls=RUNS)


def test_point_interval_and_control_are_three_columns(tiny):
    rows = card(tiny, bots_lag_in_bursts=(-0.05, -0.08, -0.02), core_bots_largest=(0.15, 0.13, 0.2))
    rows = rows.set_index("id")
    lag, core = rows.loc["bots_lag_in_bursts"], rows.loc["core_bots_largest"]
    assert (lag["point"], lag["interval"], core["point"]) == (True, "within the range", True)
    assert lag["control"] == "0 of 10 in noburst, 0 of 10 in null, by its sign in 9"
    assert core["control"] == "1 of 10 in noembed, 4 of 10 in null"
    assert (lag["mark"], core["mark"]) == ("leak", "leak")
    assert pd.isna(rows.loc["unknown", "control"]) and len(rows) == len(claims.claims())


@pytest.mark.parametrize(("rule", "holds", "clear", "leak"), [
    ("more", 10, 0, False), ("more", 14, 2, False), ("more", 15, 0, True), ("more", 10, 3, True),
    ("about", 20, 2, False), ("about", 0, 3, True), ("at_least", 18, 2, False),
])  # fmt: skip
def test_of_an_order_half_of_all_worlds_show_the_sign_by_chance(rule, holds, clear, leak):
    """Of 20 worlds; 15 signs of one kind come in 2 of 100 series of 20 coins, 14 in 6."""
    assert verdicts.is_leak(rule, holds, clear, 20) is leak


def test_what_none_of_twenty_worlds_allows():
    assert verdicts.allowed(20) == pytest.approx(0.139, abs=0.001)
    assert (1 - verdicts.allowed(20)) ** 20 == pytest.approx(0.05)  # so often twenty worlds show none


def test_the_table_of_findings_has_a_line_a_finding_and_says_what_was_said(tiny):
    found = card(tiny, bots_lag_in_bursts=(-0.05, -0.08, -0.02), bot_share_extrapolated=(0.2, 0.18, 0.22))
    table = scorecard.findings_table(scorecard.with_survival(found, tiny)).set_index("finding")
    assert len(table) == (claims.claims()["kind"] == "finding").sum()
    assert [*table][:7] == scorecard.FINDINGS[1:]
    share = table.loc[claims.claims().loc["bot_share_extrapolated", "claim"]]
    assert (share["source"], share["published"], share["value"]) == ("article", "15.0%", 0.2)
    assert (share["verdict"], share["mark"]) == ("not found", "fails")
    told = figures.told("findings", scorecard.facts(table.reset_index()))
    assert told["title"] == f"Of {len(table)} findings about bots 0 hold here and not without the cause"
    assert f"frozen as {claims.frozen()}" in told["caption"] and "1 not found" in told["alt"]
    real = figures.told("findings", scorecard.facts(table.reset_index(), synthetic=False))
    assert "are as in the paper" in real["title"] and "differs" in real["alt"]


LAGS, SHARE = "bots_lag_in_bursts", "bot_share_extrapolated"


def surviving(study, card, **rows):
    table = pd.DataFrame([(claim, *row) for claim, row in rows.items()], columns=["id", *scorecard.SURVIVAL])
    tables.write(table, study.tables / "survival.parquet")
    return scorecard.findings_table(scorecard.with_survival(card, study))


def test_a_finding_gets_as_far_as_its_steps_say(tiny):
    """One that passes all, one that is not found but made by errors; of the others nothing was asked."""
    found = card(tiny, bots_lag_in_bursts=(-0.05, -0.08, -0.02), bot_share_extrapolated=(0.2, 0.18, 0.22))
    found.loc[found["id"] == LAGS, ["control", "mark"]] = "0 of 20 in noburst", "holds"
    known = {LAGS: (0.01, "x", 1, 0.95), SHARE: (None, "y", 1, 0.2)}
    table = surviving(tiny, found, **known)
    passed = scorecard.steps(table).set_index(table["finding"])
    names = claims.claims().loc[[LAGS, SHARE], "claim"]
    assert passed.loc[names[LAGS]].tolist() == [True] * 5
    assert passed.loc[names[SHARE]].tolist() == [False, pd.NA, pd.NA, True, False]
    told = figures.told("findings", scorecard.facts(table))
    assert told["title"].endswith("1 survives every step") and f"Every step: {names[LAGS]}." in told["alt"]
    assert "By real error rates 1 finding would be there that errors make." in told["alt"]
    assert scorecard.steps(table, synthetic=False).iloc[:, 1].isna().all()  # nobody took out a cause
    chance = table.assign(null_p=0.5)
    asked = scorecard.steps(chance).iloc[:, 2].dropna()  # where the value agrees, and of no difference
    assert asked.tolist() == (chance.loc[asked.index, "published"] == "no difference").tolist()
    asked = {*table.loc[asked.index, "finding"]}
    assert names[LAGS] in asked and names[SHARE] not in asked


def test_the_picture_has_a_line_for_each_finding_and_a_mark_for_each_step(tiny):
    found = card(tiny, bots_lag_in_bursts=(-0.05, -0.08, -0.02))
    table = surviving(tiny, found, bots_lag_in_bursts=(0.012, "x", 0, 0.5))
    _, ax = plt.subplots()
    scorecard.draw_findings(table, ax)
    texts = [text.get_text() for text in ax.texts]
    assert all(finding in texts for finding in table["finding"])
    assert {"-5.0% (-8.0% to -2.0%)", "0/10", "p 0.012", "50%"} <= {*texts}
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(marks) == scorecard.steps(table).notna().to_numpy().sum()
    full = [line for line in marks if line.get_markerfacecolor() != "white"]
    assert len(full) == scorecard.steps(table).fillna(False).to_numpy().sum()
    plt.close()


def test_all_else_stands_in_a_table_of_its_own_that_counts_nothing_twice(tiny):
    rows = card(tiny, bots=7000)
    table, facts = scorecard.others(rows), scorecard.other_facts(rows)
    others = scorecard.findings_table(scorecard.with_survival(rows, tiny))
    assert len(table) + len(others) == len(rows) and facts["rows"] == len(table)
    bots = table[table["claim"] == claims.claims().loc["bots", "claim"]].iloc[0]
    assert (bots["kind"], bots["verdict"]) == ("level or shape", "set by us, no finding")
    assert list(dict.fromkeys(table["kind"])) == list(scorecard.KINDS.values())[1:]


def test_what_no_notebook_recorded_is_measured(tiny, monkeypatch):
    """Recorded: all but a claim of notebook 4; then all. A recorded value stays."""
    everything = claims.claims().query("kind != 'not checkable'").index
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
