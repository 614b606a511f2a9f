import pandas as pd
import pytest

from helpers import claims
from helpers.study import ROOT

CLAIM = pd.Series({"published": 100.0, "test": "ratio", "low": 0.9, "high": 1.1, "evidence": "recovery"})


@pytest.mark.parametrize(("found", "held"), [(89, False), (90, True), (110, True), (111, False)])
def test_a_ratio_is_measured_against_the_published_value(found, held):
    assert claims.holds(CLAIM, found) is held


def test_a_missing_bound_is_open():
    order = pd.Series({"published": None, "test": "range", "low": float("nan"), "high": 0.0})
    assert claims.holds(order, -5)
    assert not claims.holds(order, 1)


def test_the_words_depend_on_the_evidence_and_the_study():
    arithmetic = CLAIM.copy()
    arithmetic["evidence"] = "arithmetic"
    assert claims.verdict(CLAIM, 100, synthetic=True) == "recovered"
    assert claims.verdict(CLAIM, 10, synthetic=True) == "not recovered"
    assert claims.verdict(CLAIM, 100, synthetic=False) == "as in the paper"
    assert claims.verdict(CLAIM, 10, synthetic=False) == "differs"
    assert claims.verdict(arithmetic, 100, synthetic=True) == "closes"
    assert claims.verdict(arithmetic, 10, synthetic=False) == "does not close"
    assert claims.verdict(CLAIM, None, synthetic=True) == "not enough data"


def test_what_cannot_be_checked_says_so_and_waits_for_no_notebook(tiny, monkeypatch):
    row = CLAIM.copy()
    row["evidence"] = "not checkable"
    assert (
        claims.verdict(row, None, synthetic=True)
        == claims.verdict(row, 100, synthetic=False)
        == "not checkable"
    )
    table = claims.claims().iloc[:2].copy()
    table["evidence"] = ["recovery", "not checkable"]
    monkeypatch.setattr(claims, "claims", lambda: table)
    assert claims.scorecard(tiny)["verdict"].tolist() == ["not measured yet", "not checkable"]


def test_recorded_claims_reach_the_scorecard(tiny):
    claims.record("bots", claims.published("bots"), 7000, 7400)
    claims.record("humans", float("nan"))
    card = claims.scorecard(tiny).set_index("id")
    assert card.loc["bots", ["found", "found_low", "found_high"]].tolist() == [7183, 7000, 7400]
    assert card.loc["bots", "accepted_high"] == pytest.approx(7183 * 1.15)
    assert card.loc["bots", "verdict"] == "recovered"
    assert card.loc["humans", "verdict"] == "not enough data"
    assert card.loc["unknown", "verdict"] == "not measured yet"
    assert set(claims.scorecard(tiny, "04")["notebook"]) == {4}


def test_an_unknown_claim_is_refused(tiny):
    with pytest.raises(KeyError, match="no claim 'botz'"):
        claims.record("botz", 1)


def test_values_are_written_as_a_reader_would():
    assert claims.in_words(0.144, "share") == "14.4%"
    assert claims.in_words(20.7e6, "tweets") == "20.70 M"
    assert claims.in_words(7183, "accounts") == "7,183"
    assert claims.in_words(1.218, "ratio") == "1.22"


def test_every_claim_can_be_judged():
    table = claims.claims()
    assert table.index.is_unique
    assert set(table["evidence"]) <= {"arithmetic", "recovery", "not checkable"}
    assert table["why"].str.len().min() > 15
    cannot = table["evidence"] == "not checkable"
    assert table.loc[cannot, ["test", "low", "high", "control"]].isna().all(axis=None)
    table = table[~cannot]
    assert set(table["test"]) <= {"ratio", "range"}
    assert table[["low", "high"]].notna().any(axis=1).all(), "a claim without bounds cannot fail"
    assert (table["low"].fillna(float("-inf")) <= table["high"].fillna(float("inf"))).all()
    assert table.loc[table["test"] == "ratio", "published"].notna().all()


def test_every_claim_is_recorded_by_its_notebook():
    table = claims.claims()
    for number, group in table[table["evidence"] != "not checkable"].groupby("notebook"):
        (path,) = (ROOT / "notebooks").glob(f"{number:02d}_*.ipynb")
        source = path.read_text()
        for claim_id in group.index:
            assert f'\\"{claim_id}\\"' in source, claim_id
