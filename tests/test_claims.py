import re

import pandas as pd
import pytest
from conftest import read_data

from helpers import claims, ranges, scorecard, tables, verdicts
from helpers.study import ROOT, open_study, without_scores

CASES, NAN = read_data("claims.toml"), float("nan")
SOURCED = re.compile(r"\b(?:worlds?|seeds?|sample|model|synthetic|varies)\b", re.IGNORECASE)


def ruled(rule, published=NAN, unit="ratio"):
    """A claim of a rule, as a row of `claims.claims()`."""
    low, high = ranges.accepted(rule, published, NAN, unit)
    return pd.Series({"rule": rule, "published": published, "published_to": NAN, "low": low, "high": high})


@pytest.mark.parametrize(("rule", "published", "unit", "inside", "outside"), CASES["ends"])
def test_ends_belong_to_a_range_but_for_more_and_fewer(rule, published, unit, inside, outside):
    claim = ruled(rule, published, unit)
    assert all(verdicts.agrees(claim, value) for value in inside)
    assert not any(verdicts.agrees(claim, value) for value in (*outside, NAN))


def test_no_significant_difference_is_a_matter_of_the_interval():
    alike = ruled("no_difference", 1.0)
    assert verdicts.agrees(alike, 1.3, 0.9, 1.8) and not verdicts.agrees(alike, 1.01, 1.005, 1.015)
    assert not verdicts.agrees(alike, 1.0)  # without an interval nothing is known


@pytest.mark.parametrize("row", [*CASES["intervals"], ("about", 0.15, NAN, NAN, None, "")])
def test_an_interval_lies_in_the_range_or_holds_the_printed_value(row):
    rule, published, low, high, supports, words = row
    claim = ruled(rule, published, "share" if published == 0.15 else "ratio")
    assert verdicts.supports(claim, low, high) is supports
    assert verdicts.interval_in_words(claim, low, high) == words


@pytest.mark.parametrize(("about", "mark"), [*CASES["marks"], ({"supports": None}, "holds")])
def test_a_verdict_is_made_of_point_interval_and_control(about, mark):
    row = {"kind": "finding", "found": 1.0, "point": True, "supports": True, "leak": False} | about
    assert verdicts.mark(pd.Series(row, dtype=object)) == mark


def test_the_words_for_real_data_call_nothing_recovered_and_differ_from_those_for_synthetic():
    made, real = verdicts.words(True), verdicts.words(False)
    assert set(made) == set(real) == set(scorecard.MARKS)
    assert made["holds"] != real["holds"] and "recovered" not in "".join([*made.values(), *real.values()])


def test_ranges_are_made_of_what_is_printed_and_never_of_what_was_seen():
    for words in (claims.claims().dropna(subset="rule")["words"], ranges.rules()["words"]):
        assert words[words.str.contains(SOURCED)].empty


def test_the_changelog_tells_of_every_change_of_a_range(monkeypatch):
    assert claims.frozen() in (ROOT / "CHANGELOG.md").read_text("utf-8"), "say in it what changed, and why"
    changed = claims.claims().copy()
    changed.loc["core_bots_grow", "published"] = 5
    before = claims.frozen()
    monkeypatch.setattr(claims, "claims", lambda: changed)
    assert claims.frozen() != before


def test_findings_about_bots_are_a_number_that_one_can_read():
    table = claims.claims().query("kind == 'finding'")
    assert 15 <= len(table) <= 26
    assert table["claim"].str.len().max() <= 70  # a line of the picture
    beside = claims.claims().loc[claims.claims()["better"].dropna()]
    assert beside["rule"].notna().all()


@pytest.mark.parametrize(("old", "new", "article"), [
    ("title", "title", True), ("Donald Trump", "Vera Gruen", False), ('"clinton"', '"blau"', False),
    ("2016-", "2020-", False),
])  # fmt: skip
def test_what_another_election_measures_is_not_recorded_under_the_article_s_claims(tiny, old, new, article):
    (tiny.folder / "study.toml").write_text((tiny.folder / "study.toml").read_text().replace(old, new))
    study = open_study(tiny.folder, tiny.out)
    claims.record(claims.measured({"trump_bots": 9, "with_a_side": 0.5}))
    assert len(claims.recorded(study)) == 1 + article and claims.of_article(study) == article
    card = claims.scorecard(study, measures=claims.measured({"trump_bots": 9, "bots_tweet_more": 1}))
    said = card.set_index("id")["verdict"]
    assert (said["trump_bots"] == claims.NOT_APPLICABLE) == (not article)
    assert len(claims.as_read(card)) == (said != claims.NOT_APPLICABLE).sum()
    assert bool(claims.another_election(study, "06")) == (not article)


def test_what_names_the_article_s_election_needs_it():
    measured = claims.claims()
    names = measured["claim"].str.contains("Trump|Clinton|Never|Georgia|[Dd]ebate|Midwest")
    assert (measured["applies"][names | measured["section"].str.contains("Press|Oxford")] == 2016).all()


def test_a_claim_that_is_not_checkable_stands_in_the_scorecard(tiny):
    card = claims.scorecard(tiny, "12").set_index("id")
    assert set(card["verdict"]) == {"cannot be checked"}
    assert set(claims.as_read(card.reset_index())["here"]) == {"–"}


def test_recorded_claims_reach_the_scorecard(tiny):
    found = {"bot_share_extrapolated": (0.14, 0.12, 0.16), "replies_bots_to_bots": NAN}
    claims.record(claims.measured(found))
    card = claims.scorecard(tiny).set_index("id")
    share = card.loc["bot_share_extrapolated"]
    assert share[claims.MEASURED].tolist() == [0.14, 0.12, 0.16] and share["point"] is True
    assert (share["accepted_low"], share["accepted_high"]) == pytest.approx((0.135, 0.165))
    assert card.loc[["replies_bots_to_bots", "bot_tweet_share_extrapolated"], "verdict"].tolist() == [
        "not enough data", "not measured yet",
    ]  # fmt: skip
    assert set(claims.scorecard(tiny, "04")["notebook"]) == {4}
    with pytest.raises(KeyError, match="no claim 'botz'"):
        claims.record(claims.measured({"botz": 1}))


def test_only_an_empty_cell_is_missing(tmp_path):
    rows = "id,control,rule,published,published_to,unit\na,null,,,,\nb,,about,4,,ratio\n"
    (path := tmp_path / "claims.csv").write_text(rows)
    table = claims.claims(path)
    assert table["control"].fillna("missing").tolist() == ["null", "missing"]
    assert table["low"].tolist() == pytest.approx([NAN, 3.5], nan_ok=True)


def test_values_are_written_as_a_reader_would():
    values = [(0.144, "share"), (20.7e6, "tweets"), (7183, "accounts"), (1.218, "ratio")]
    assert [claims.in_words(*value) for value in values] == ["14.4%", "20.70 M", "7,183", "1.22"]


def test_values_can_be_compared_without_being_recorded(tiny):
    share = claims.published("bot_share_extrapolated")
    table = claims.compare({"bot_share_extrapolated": share, "bots": float("nan")})
    assert table["verdict"].tolist() == ["agrees", "not enough data"]
    assert table["here"].tolist() == [f"{share:.1%}", "–"]
    assert not list(tiny.out.rglob("*.json"))


def test_a_table_made_with_other_parameters_is_told_before_the_first_figure(tiny):
    tables.write(pd.DataFrame({"user_id": [1]}), tiny.tables / "scores.parquet", threshold=0.7, seed=0)
    assert "**Classed at 0.7; the study says 0.5.**" in claims.caveats(tiny, "07")
    tables.write(pd.DataFrame({"user_id": [1]}), tiny.tables / "scores.parquet", threshold=0.5, seed=3)
    assert "`scores` made with seed 3; notebook 02_bot_detection says 0." in claims.caveats(tiny, "07")
    tables.write(pd.DataFrame({"user_id": [1]}), tiny.tables / "scores.parquet", threshold=0.5, seed=0)
    assert claims.caveats(tiny, "07") == without_scores(tiny)
