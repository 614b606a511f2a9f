import pandas as pd
import pytest

from helpers import claims

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


def test_a_claim_that_is_not_checkable_is_never_judged(monkeypatch):
    monkeypatch.setattr(claims, "holds", None)
    row = pd.Series({"evidence": "not checkable", "published": float("nan"), "test": float("nan")})
    for found in (None, 3.0):
        assert claims.verdict(row, found, synthetic=True) == "not checkable"
        assert claims.verdict(row, found, synthetic=False) == "not checkable"


def test_a_ledger_with_a_claim_that_is_not_checkable_makes_a_scorecard(tiny, tmp_path, monkeypatch):
    path = tmp_path / "claims.csv"
    path.write_text(
        "id,notebook,section,evidence,claim,unit,published,published_to,test,low,high,why\n"
        "lost,12,Introduction,not checkable,Bots of old,,,,,,,Nobody kept them.\n"
        "kept,12,Methodology,recovery,Tweets,tweets,4,,ratio,0.5,2,Half to double.\n"
    )
    table = claims.claims(path)
    monkeypatch.setattr(claims, "claims", lambda: table)
    card = claims.scorecard(tiny, "12").set_index("id")
    assert card["verdict"].to_dict() == {"lost": "not checkable", "kept": "not measured yet"}
    assert card.loc["kept", ["accepted_low", "accepted_high"]].tolist() == [2, 8]
    assert card.loc["lost", ["accepted_low", "accepted_high"]].isna().all()
    assert claims.as_read(card.reset_index()).loc[0, ["paper", "here"]].tolist() == ["–", "–"]
    assert "1 not checkable" in claims.in_sentence(card)


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


def test_only_an_empty_cell_is_missing(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("id,control,low\na,null,1\nb,,\n")
    assert claims.claims(path)["control"].fillna("missing").tolist() == ["null", "missing"]
    assert claims.claims(path)["low"].isna().tolist() == [False, True]


def test_an_unknown_claim_is_refused(tiny):
    with pytest.raises(KeyError, match="no claim 'botz'"):
        claims.record("botz", 1)


def test_values_are_written_as_a_reader_would():
    assert claims.in_words(0.144, "share") == "14.4%"
    assert claims.in_words(20.7e6, "tweets") == "20.70 M"
    assert claims.in_words(7183, "accounts") == "7,183"
    assert claims.in_words(1.218, "ratio") == "1.22"


def test_values_can_be_compared_without_being_recorded(tiny):
    share = claims.published("bot_share_extrapolated")
    table = claims.compare({"bot_share_extrapolated": share, "bots": float("nan")})
    assert table["verdict"].tolist() == ["recovered", "not enough data"]
    assert table["here"].tolist() == [f"{share:.1%}", "–"]
    assert not list(tiny.out.rglob("*.json"))
    with pytest.raises(KeyError, match="no_such"):
        claims.compare({"no_such": 1})
