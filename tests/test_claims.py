import pandas as pd
import pytest

from helpers import claims, tables
from helpers.study import open_study, without_scores

NAN = float("nan")
CLAIM = pd.Series({"published": 100.0, "test": "ratio", "low": 0.9, "high": 1.1, "evidence": "recovery"})


@pytest.mark.parametrize(("found", "held"), [(89, False), (90, True), (110, True), (111, False)])
def test_a_ratio_is_measured_against_the_published_value(found, held):
    assert claims.holds(CLAIM, found) is held


def test_a_missing_bound_is_open():
    order = pd.Series({"published": None, "test": "range", "low": float("nan"), "high": 0.0})
    assert claims.holds(order, -5) and not claims.holds(order, 1)


@pytest.mark.parametrize(("low", "high", "unit", "found", "held"), [
    (NAN, 0, "share", 0, False), (0, NAN, "share", 0, False), (0, 0, "hours", 0, True),
    (0, 4, "score", 0, True), (1, NAN, "ratio", 1, False), (NAN, 1, "share", 1, True),
    (-1, NAN, "share", 0, True), (5, NAN, "ratio", 5, True), (NAN, 0.5, "ratio", 1, False),
])  # fmt: skip
def test_no_difference_is_neither_more_nor_less(low, high, unit, found, held):
    claim = pd.Series({"published": None, "test": "range", "low": low, "high": high, "unit": unit})
    assert claims.holds(claim, found) is held


@pytest.mark.parametrize(
    ("evidence", "found", "synthetic", "verdict"),
    [
        ("recovery", 100, True, "recovered"),
        ("recovery", 10, True, "not recovered"),
        ("recovery", 100, False, "as in the paper"),
        ("recovery", 10, False, "differs"),
        ("recovery", None, True, "not enough data"),
        ("not checkable", 100, True, "not checkable"),
    ],
)
def test_the_words_depend_on_the_evidence_and_the_study(evidence, found, synthetic, verdict):
    assert claims.verdict(CLAIM.where(CLAIM != "recovery", evidence), found, synthetic) == verdict


@pytest.mark.parametrize(
    ("interval", "synthetic", "verdict"),
    [
        ((95, 105), False, "as in the paper"),
        ((80, 105), False, claims.UNSETTLED),
        ((80, 105), True, "recovered"),
    ],
)
def test_in_real_data_a_value_whose_interval_holds_the_opposite_is_unsettled(interval, synthetic, verdict):
    assert claims.verdict(CLAIM, 100, synthetic, interval) == verdict


@pytest.mark.parametrize(
    ("old", "new", "article"),
    [
        ("title", "title", True),
        ("Donald Trump", "Vera Gruen", False),
        ('"clinton"', '"blau"', False),
        ("2016-", "2020-", False),
    ],
)
def test_what_another_election_measures_is_not_recorded_under_the_article_s_claims(tiny, old, new, article):
    (tiny.folder / "study.toml").write_text((tiny.folder / "study.toml").read_text().replace(old, new))
    study = open_study(tiny.folder, tiny.out)
    claims.record(claims.measured({"trump_bots": 9, "with_a_side": 0.5}))
    assert len(claims.recorded(study)) == 1 + article and claims.of_article(study) == article
    card = claims.scorecard(study, measures=claims.measured({"trump_bots": 9, "bots_tweet_more": 1}))
    verdicts = card.set_index("id")["verdict"]
    assert (verdicts["trump_bots"] == claims.NOT_APPLICABLE) == (not article)
    assert len(claims.as_read(card)) == (verdicts != claims.NOT_APPLICABLE).sum()
    assert bool(claims.another_election(study, "06")) == (not article)


def test_what_names_the_article_s_election_needs_it():
    measured = claims.claims()
    names = measured["claim"].str.contains("Trump|Clinton|Never|Georgia|[Dd]ebate|Midwest")
    assert (measured["applies"][names | measured["section"].str.contains("Press|Oxford")] == 2016).all()


def test_a_claim_that_is_not_checkable_stands_in_the_scorecard(tiny):
    card = claims.scorecard(tiny, "12").set_index("id")
    assert set(card["verdict"]) == {"not checkable"}
    assert set(claims.as_read(card.reset_index())["here"]) == {"–"}
    assert claims.in_sentence(card) == f"{len(card)} published claims: {len(card)} not checkable."


def test_recorded_claims_reach_the_scorecard(tiny):
    bots = claims.published("bots"), 7000, 7400
    claims.record(claims.measured({"bots": bots, "humans": float("nan")}))
    card = claims.scorecard(tiny).set_index("id")
    assert card.loc["bots", ["found", "found_low", "found_high"]].tolist() == [7183, 7000, 7400]
    assert card.loc["bots", "accepted_high"] == pytest.approx(7183 * 1.15)
    assert card.loc[["bots", "humans", "unknown"], "verdict"].tolist() == [
        "recovered", "not enough data", "not measured yet",
    ]  # fmt: skip
    assert set(claims.scorecard(tiny, "04")["notebook"]) == {4}
    with pytest.raises(KeyError, match="no claim 'botz'"):
        claims.record(claims.measured({"botz": 1}))


def test_only_an_empty_cell_is_missing(tmp_path):
    (tmp_path / "claims.csv").write_text("id,control,low\na,null,1\nb,,\n")
    table = claims.claims(tmp_path / "claims.csv")
    assert table["control"].fillna("missing").tolist() == ["null", "missing"]


def test_values_are_written_as_a_reader_would():
    values = [(0.144, "share"), (20.7e6, "tweets"), (7183, "accounts"), (1.218, "ratio")]
    assert [claims.in_words(*value) for value in values] == ["14.4%", "20.70 M", "7,183", "1.22"]


def test_values_can_be_compared_without_being_recorded(tiny):
    share = claims.published("bot_share_extrapolated")
    table = claims.compare({"bot_share_extrapolated": share, "bots": float("nan")})
    assert table["verdict"].tolist() == ["recovered", "not enough data"]
    assert table["here"].tolist() == [f"{share:.1%}", "–"]
    assert not list(tiny.out.rglob("*.json"))


def test_a_table_made_with_other_parameters_is_told_before_the_first_figure(tiny):
    tables.write(pd.DataFrame({"user_id": [1]}), tiny.tables / "scores.parquet", threshold=0.7, seed=0)
    assert "**Classed at 0.7; the study says 0.5.**" in claims.caveats(tiny, "07")
    tables.write(pd.DataFrame({"user_id": [1]}), tiny.tables / "scores.parquet", threshold=0.5, seed=3)
    assert "`scores` made with seed 3; notebook 02_bot_detection says 0." in claims.caveats(tiny, "07")
    tables.write(pd.DataFrame({"user_id": [1]}), tiny.tables / "scores.parquet", threshold=0.5, seed=0)
    assert claims.caveats(tiny, "07") == without_scores(tiny)
