"""The audit by hand: printed counts, thresholds, error rates, extrapolation, and accounts without a class."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from helpers import claims, figures, tables
from helpers.audit import arithmetic, coverage, extrapolation, measures, prevalence
from helpers.audit.arithmetic import Span
from helpers.audit.prevalence import Counts
from helpers.ingest.accounts import read_objects
from helpers.study import ROOT, open_study
from helpers.world import truth

# Arithmetic


def test_a_printed_number_stands_for_all_that_print_alike_or_for_its_range():
    assert arithmetic.printed("top_tweets") == Span(12_550_000, 12_600_000, 12_650_000)
    assert arithmetic.printed("baseline_bots") == Span(1000, 1500, 2000)
    half = arithmetic.printed("second_trump_share")  # 35.9 %, of other_counts.csv
    assert (half.low, half.high) == pytest.approx((0.3585, 0.3595))
    names = {*claims.claims().index, *arithmetic.other_counts().index}
    assert not names & set(arithmetic.STEPS | arithmetic.RELATIONS)


def test_spans_take_their_ends_along():
    a, b = Span(9, 10, 11), Span(1, 2, 4)
    assert (a + b, a - b) == (Span(10, 12, 15), Span(5, 8, 10))
    assert (a * b, a / b) == (Span(9, 20, 44), Span(9 / 4, 5, 11))
    assert a - 1 == Span(8, 9, 10)
    assert Span(-1, 0, 1) * Span(-2, 0, 3) == Span(-3, 0, 3)


@pytest.mark.parametrize(("low", "implied", "high", "expected"), [
    (1, 2, 3, arithmetic.CLOSES),
    (0, 0.5, 1.2, arithmetic.AT_THE_ENDS), (3.9, 5, 6, arithmetic.AT_THE_ENDS),
    (5, 5, 6, arithmetic.BROKEN), (0, 0.2, 0.9, arithmetic.BROKEN),
])  # fmt: skip
def test_verdict_of_a_relation_accepted_from_1_to_4(low, implied, high, expected):
    row = pd.Series({"low": low, "implied": implied, "high": high, "accepted_low": 1, "accepted_high": 4})
    assert arithmetic.verdict(row) == expected
    up = row.where(row != 4)  # to 4, or without end
    assert (arithmetic.verdict(up) == arithmetic.CLOSES) == (implied >= 1)


@pytest.fixture(scope="module")
def relations():
    return arithmetic.relations()


def test_what_does_not_close(relations):
    names = relations.groupby(["about", "verdict"]).groups
    assert ("article", arithmetic.BROKEN) not in names
    assert list(names["article", arithmetic.AT_THE_ENDS]) == ["tweets_left_for_unknown"]
    told_wrong = ["ibtimes_growth", "ibtimes_automated", "ibtimes_fraction"]
    others = ["motherboard_sides", "motherboard_fifth", "motherboard_seven"]
    assert list(names["press", arithmetic.BROKEN]) == told_wrong + others
    assert list(names["memo", arithmetic.BROKEN]) == ["second_hashtags_listed"]
    assert list(names["memo", arithmetic.AT_THE_ENDS]) == ["second_top"]
    assert list(relations.index) == list(arithmetic.RELATIONS)


def test_relations_by_hand(relations):
    value, said = relations["implied"], relations["to_close"]
    assert value["tweets_left_for_unknown"] == 12_600_000 - 10_300_000 - 2_330_252
    most = (12_650_000 - 10_250_000 - 2_330_252) / 2654
    assert round(most) == 26 and "at most 26 tweets each" in said["tweets_left_for_unknown"]
    lows = 1000 / 11_000, 1000 / 6000, 2000 / 7000
    n = arithmetic.Numbers()
    assert n.baseline_of_labelled == Span(*lows)
    assert value["baseline_of_all"] == pytest.approx(1000 / 6000 * 12.6 / 20.7)
    assert value["neverhillary_split"] == pytest.approx(53, abs=0.05)
    assert value["neverhillary_beside_nevertrump"] == pytest.approx(11.2, abs=0.05)
    assert "ratio is -0.060" in said["neverhillary_beside_nevertrump"]
    assert value["second_clusters"] == 5_974_967
    assert value["second_automated"] == pytest.approx(0.261, abs=5e-5)
    assert relations.loc["second_top", ["low", "high"]].tolist() == pytest.approx([80_000, 88_000])
    assert n.queries.value == 80_000 / 36_000
    assert n.lean_of_bots.value / n.lean_of_humans.value == pytest.approx((1867 / 590) / (15335 / 6522))
    left = 10_300_000 + 2_330_252 - 9 * 24 * 9_000 - 16 * 80_000
    assert n.after_baseline.value == pytest.approx(left / (21 * 24 - 16) / 9_000)


def test_the_press_took_all_tweets_of_a_camp_for_the_automated_ones(relations):
    """What it prints is what the memo has of all tweets, to the last digit."""
    n, printed = arithmetic.Numbers(), relations["published"]
    assert round(n.growth_all.value, 3) == printed["ibtimes_growth"]
    assert round(n.second_trump_tweets.value, -5) == printed["ibtimes_automated"]
    assert round(n.fraction_all.value, 2) == printed["ibtimes_fraction"]
    assert (n.trump_automated.value, n.clinton_automated.value) == pytest.approx((864_939, 194_598), abs=0.5)
    assert (n.growth_trump.value, n.growth_clinton.value) == pytest.approx((0.501, 0.424), abs=5e-4)


def test_significance_by_hand():
    """The logarithm of 4 is 1.386; 1/25 + 1/100 is 0.05, and its root 0.224."""
    odds = arithmetic.standard_errors(Span(100, 100, 100), Span(25, 25, 25)).value
    assert odds == pytest.approx(1.386 / 0.2236, abs=0.01)
    alike = arithmetic.standard_errors(*(Span(count, count, count) for count in (100, 25, 40, 10)))
    assert alike.value == pytest.approx(0)


def test_relations_are_read_with_their_ends_and_drawn_over_what_they_are_set_against(relations):
    read = arithmetic.as_read(relations)
    assert read.loc["bots_lag", "printed"] == "–"
    assert read.loc["top_tweets_share", "implied"] == "60.9% (60.5% to 61.3%)"
    assert read.loc["classes_add_up", "implied"] == "50,000"
    drawn = arithmetic.beside_published(relations)
    assert drawn.loc["classes_add_up", "implied"] == 1
    assert drawn.loc["later_collection", "reference"] == 0.95  # almost all
    assert drawn.loc["second_heavy_share", "reference"] == 0.005
    assert "tweets_left_for_unknown" not in drawn.index  # below 0, no ratio
    axes = Figure().subplots(4)
    arithmetic.draw_relations(drawn, axes)
    assert [len(ax.get_yticks()) for ax in axes] == drawn["about"].value_counts(sort=False).tolist()


def test_the_parts_are_counted_apart(relations):
    few = relations.loc[["classes_add_up", "tweets_left_for_unknown", "ibtimes_growth", "first_ratio"]]
    told = figures.told("arithmetic", arithmetic.facts(few))
    assert "1 of 2 relations close in the article, 0 of 1 in the press, 1 of 1 in the memos" in told["title"]
    assert "do not close: Automated tweets for Trump grew" in told["alt"]
    assert figures.told("arithmetic", arithmetic.facts(few[:1]))["alt"].endswith("All others close.")


def test_covered_share_of_a_time():
    day = [datetime(2016, 10, d, tzinfo=UTC) for d in range(1, 6)]
    assert arithmetic.covered([(day[0], day[1]), (day[2], day[4])], day[0], day[4]) == 0.75
    assert arithmetic.covered([], day[0], day[4]) == 0
    assert np.isnan(arithmetic.covered([], day[0], day[0]))


# Thresholds

SCORES = pd.DataFrame({"user_id": [1, 2, 3, 4, 5], "tweets": [40, 30, 20, 10, 5]})
SCORES = SCORES.assign(score=[0.9, 0.55, 0.47, 0.2, np.nan], error=[0.01] * 4 + [np.nan])


def test_kept_counts_bots_at_other_thresholds_for_each_at_the_base():
    assert measures.kept(SCORES, [0.4, 0.6], draws=2)["value"].to_dict() == {0.4: 3 / 2, 0.6: 1 / 2}
    assert measures.kept(SCORES.iloc[3:], [0.6])["value"].isna().all()


# Prevalence


def test_errors_are_put_in_and_taken_out():
    assert prevalence.apparent(0.1, fpr=0.2, tpr=0.7) == pytest.approx(0.25)
    assert prevalence.adjusted(0.25, fpr=0.2, tpr=0.7) == pytest.approx(0.1)
    assert prevalence.adjusted(0.15, fpr=0.2, tpr=0.7) == 0  # fewer than the false positives alone
    assert prevalence.adjusted(0.9, fpr=0.2, tpr=0.7) == 1
    assert np.isnan(prevalence.adjusted(0.3, fpr=0.5, tpr=0.5))
    assert np.isnan(prevalence.adjusted(0.3, np.nan, 0.5))
    assert prevalence.false_share(0.1, fpr=0.1, tpr=0.9) == pytest.approx(0.09 / 0.18)
    assert np.isnan(prevalence.false_share(0.1, 0, 0))


def test_error_counts_by_hand():
    scores, labels = pd.Series([0.9, 0.6, 0.5, 0.1, np.nan, 0.8]), pd.Series([1, 0, 1, 0, 0, 1])
    assert prevalence.error_counts(scores, labels) == (Counts(1, 2), Counts(2, 3))  # 0.5 is not above
    assert prevalence.called_bots(scores, 0.7) == Counts(2, 5)


def test_the_corrected_interval_holds_the_share_of_a_crowd_of_another_group():
    """A fifth are bots; the false positive rate is that of one real group, and each in turn is the crowd."""
    groups = prevalence.real_groups().query("kind == 'human'")
    held, narrow, rng = [], [], np.random.default_rng(1)
    for seed, crowd in enumerate(groups["above_05"].tolist() * 20):
        pooled = (groups["called"].sum() / groups["accounts"].sum(), 0.9)
        called = Counts(rng.binomial(1000, prevalence.apparent(0.2, crowd, 0.9)), 1000)
        _, low, high = prevalence.correction(called, *pooled, seed=seed, draws=400)
        held.append(low <= 0.2 <= high)
        alone = prevalence.adjusted(called.share, *pooled), 2 * (0.16 / 1000) ** 0.5 / 0.7
        narrow.append(abs(alone[0] - 0.2) <= alone[1])  # of chance in the counts alone
    assert np.mean(held) > 0.9 > 0.6 > np.mean(narrow)


def test_rates_differ_between_groups_as_they_do():
    spread, number = prevalence.between_groups()
    rates = np.array([6 / 68, 10 / 95, 0.144, 0.177, 0.219, 0.359])  # above 0.5: the six lists of 2019
    assert number == 6 and spread == pytest.approx(np.log(rates / (1 - rates)).std(ddof=1), abs=0.01)
    drawn = prevalence.drawn_rates(0.2, np.random.default_rng(0), 20_000)
    assert np.median(drawn) == pytest.approx(0.2, abs=0.01)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert low < rates.min() and rates.max() < high


def test_real_groups_are_pooled_by_size_within_one_version():
    humans, bots = prevalence.real_counts(prevalence.real_groups())
    assert humans.of == 68 + 95 + 3145 + 446 + 137 + 396 and bots.of == 937  # but for those of 2018
    assert humans.called == pytest.approx(0.359 * 396 + 0.177 * 446 + 0.219 * 137 + 0.144 * 3145 + 16, abs=1)


def test_what_no_rates_can_give_is_not_enough_data():
    assert np.isnan(prevalence.correction(Counts(0, 0), 0.1, 0.9)).all()
    assert np.isnan(prevalence.correction(Counts(1, 9), np.nan, 0.9)).all()
    few = prevalence.correction(Counts(1, 100_000), 0.1, 0.9)  # in no draw are there bots
    assert np.isnan(few).all()
    value, low, high = prevalence.correction(Counts(150, 1000), 0.2, 0.7)
    assert value == low == 0 < high


# Extrapolation

HALVES = pd.DataFrame({"from_share": [0, 0.1, 0.5], "to_share": [0.1, 0.5, 1], "share": [0.3, 0.1, 0.2]})


def test_everyone_is_weighed_by_the_width_of_the_strata_and_a_law_keeps_its_shape_and_its_bounds():
    assert extrapolation.everyone(HALVES) == pytest.approx(0.03 + 0.04 + 0.1)
    assert extrapolation.among_top(HALVES, 0.1) == pytest.approx(0.3)
    assert extrapolation.among_top(HALVES, 0.2) == pytest.approx(0.2)  # half of it from the second stratum
    assert extrapolation.compare({"x": HALVES}, 0.1)["factor"].item() == pytest.approx(0.17 / 0.3)
    scaled = extrapolation.like(HALVES, 0.15, top=0.1)
    assert scaled["share"].tolist() == pytest.approx([0.15, 0.05, 0.1])
    assert extrapolation.like(HALVES, 6, top=0.1)["share"].max() == 1


def test_laws_agree_among_the_most_active_and_nowhere_else():
    table = extrapolation.compare(extrapolation.laws(0.15)).set_index("law")
    assert table["among_top"].tolist() == pytest.approx([0.15] * 4)
    factor = table["factor"]
    assert factor["the same at every rank"] == pytest.approx(1)
    assert factor["more among the active"] < 0.8
    assert factor[["more among the less active", "as real scores (U-shaped)"]].gt(1.25).all()
    ends = f"{0.15 * factor.min():.1%} to {0.15 * factor.max():.1%}"
    told = figures.told("audit_extrapolation", extrapolation.facts(table.reset_index()))
    assert told["title"].endswith(f"among the most active, everyone's share may be anything from {ends}")


def test_by_activity_ranks_the_busiest_first_and_no_law_is_told_as_such():
    accounts = pd.DataFrame({"activity": [1, 9, 5, 7], "bot": [False, True, False, True]})
    assert extrapolation.by_activity(accounts, [0, 0.5, 1])["share"].tolist() == [1, 0]
    nothing = extrapolation.by_activity(accounts.iloc[:0], [0, 0.5, 1])
    assert nothing["share"].isna().all()
    told = figures.told("audit_extrapolation", extrapolation.facts(extrapolation.compare({"x": nothing})))
    assert told["title"] == "No law to draw" and told["alt"].startswith("Empty")


# Coverage


def test_bounds_by_hand():
    assert coverage.bounds(3, 12, 5) == {"coverage": 0.75, "if_none": 0.15, "labelled": 0.2, "if_all": 0.4}


def test_the_paper_s_own_bounds():
    table = coverage.of_the_paper()
    assert table.loc["scored accounts", "if_none"] == 7183 / 50_000
    assert table.loc["scored accounts", "if_all"] == (7183 + 2654) / 50_000
    assert table.loc["all accounts", "if_all"] == pytest.approx(1 - 40_163 / 2_780_000)
    assert table.loc["all tweets", "if_all"] == pytest.approx(1 - 10.3 / 20.7)


@pytest.fixture
def classed(tiny):
    """The tiny study with six tweets: by bot 1, human 2, unscored 3."""
    tweets = pd.DataFrame({"tweet_id": range(6), "user_id": [1, 1, 2, 2, 2, 3]})
    tweets["created_at"] = pd.to_datetime(["2016-09-18T12:30", *["2016-09-16T01:00"] * 5], utc=True)
    for name in ("retweeted_tweet_id", "retweeted_user_id", "in_reply_to_user_id", "quoted_user_id"):
        tweets[name] = pd.array([None] * 6, "Int64")
    tweets.loc[2:4, "in_reply_to_user_id"] = [1, 3, 77]
    tweets["hashtags"] = [["trump2016"]] * 6
    tweets["place"] = [None, "Macon, GA", None, None, None, None]
    tweets["longitude"] = [None, None, None, None, None, -83.0]
    tables.write(tweets, tiny.tables / "tweets.parquet")
    scores = pd.DataFrame({"user_id": [1, 2], "class": ["bot", "human"], "tweets": [2, 3]})
    tables.write(scores.assign(score=[0.9, 0.1], error=0.01), tiny.tables / "scores.parquet")
    tables.write(pd.DataFrame({"user_id": [1, 2, 3]}), tiny.tables / "users.parquet")
    return tiny


def test_a_study_s_own_claims_of_notebook_11(classed):
    held_out = pd.DataFrame({"user_id": [7, 8], "score": [0.1, 0.9], "label": [0, 1]})
    tables.write(held_out, classed.tables / "labelled_scores.parquet")
    table = measures.of_study(classed)["value"]
    assert set(table.index) == set(claims.claims().query("notebook == 11").index)
    expected = {"collection_days": 2, "baseline_days": 1, "debates_covered": 1, "bots_corrected": 0.5,
                "still_bots_at_0_6": 1}  # fmt: skip
    assert table[list(expected)].to_dict() == expected
    assert np.isnan(table["poll_interval"])


# Truth


def test_only_the_shipped_sample_has_a_truth(tiny):
    assert truth.accounts(tiny).empty and list(truth.accounts(tiny)) == truth.COLUMNS
    assert "nobody told" in truth.not_known(tiny)
    assert truth.of_scored(truth.accounts(tiny), SCORES).empty


def test_the_truth_is_that_of_the_shipped_tweets(tmp_path):
    study = open_study("data/sample", tmp_path)
    planted = truth.accounts(study)
    (labelled,) = (ROOT / "data" / "sample" / "timelines").glob("accounts.json*")
    assert truth.not_known(study) == ""
    assert planted["activity"].is_monotonic_decreasing
    assert 0.1 < planted["bot"].mean() < 0.2
    top = planted["user_id"].head(study.scoring.top_accounts)
    assert set(read_objects(labelled)[0]["user_id"]) <= set(top)
