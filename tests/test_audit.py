"""The audit by hand: printed counts, thresholds, error rates, extrapolation, and accounts without a class."""

from datetime import UTC, datetime

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import claims, tables
from helpers.audit import arithmetic, coverage, extrapolation, prevalence, threshold
from helpers.audit.arithmetic import Span
from helpers.audit.prevalence import Counts
from helpers.ingest.accounts import read_users
from helpers.study import ROOT, open_study
from helpers.world import truth


@pytest.fixture
def ax():
    yield plt.figure().subplots()
    plt.close("all")


def said(axes) -> str:
    return " ".join(text.get_text() for text in axes.texts)


# Arithmetic


@pytest.mark.parametrize(
    ("count", "half"),
    [(12_600_000, 50_000), (2_780_000, 5_000), (400_000, 50_000), (50_000, 0), (2_330_252, 0), (7_183, 0)],
)
def test_a_count_stands_for_all_that_print_alike(count, half):
    assert arithmetic.half_a_digit(count) == half


def test_printed_takes_rounding_or_the_range():
    assert arithmetic.printed("top_tweets") == Span(12_550_000, 12_600_000, 12_650_000)
    assert arithmetic.printed("baseline_bots") == Span(1000, 1500, 2000)
    assert arithmetic.printed("bots") == Span(7183, 7183, 7183)


def test_spans_take_their_ends_along():
    a, b = Span(9, 10, 11), Span(1, 2, 4)
    assert a + b == Span(10, 12, 15)
    assert a - b == Span(5, 8, 10)
    assert a * b == Span(9, 20, 44)
    assert a / b == Span(9 / 4, 5, 11)
    assert a - 1 == Span(8, 9, 10)
    assert Span(-1, 0, 1) * Span(-2, 0, 3) == Span(-3, 0, 3)


@pytest.mark.parametrize(
    ("low", "value", "high", "expected"),
    [
        (1, 2, 3, arithmetic.CLOSES),
        (0, 0.5, 1.2, arithmetic.AT_THE_ENDS),
        (3.9, 5, 6, arithmetic.AT_THE_ENDS),
        (5, 5, 6, arithmetic.BROKEN),
        (0, 0.2, 0.9, arithmetic.BROKEN),
    ],
)
def test_verdict_of_a_relation_accepted_from_1_to_4(low, value, high, expected):
    row = pd.Series({"low": low, "value": value, "high": high, "accepted_low": 1, "accepted_high": 4})
    assert arithmetic.verdict(row) == expected


@pytest.fixture(scope="module")
def relations():
    return arithmetic.relations().set_index("id")


def test_what_closes_and_what_does_not(relations):
    broken = relations.index[relations["verdict"] == arithmetic.BROKEN]
    assert set(broken) == {
        "unknown_tweets_each",
        "one_query_at_peaks",
        "all_tweets_published",
        "sides_of_bots_published",
        "neverhillary_split_published",
    }
    ends = relations.index[relations["verdict"] == arithmetic.AT_THE_ENDS]
    assert set(ends) == {
        "tweets_left_for_unknown",
        "bots_corrected_published",
        "baseline_bot_share_published",
        "volume_after_baseline",
    }


def test_relations_by_hand(relations):
    value = relations["value"]
    assert value["classes_add_up"] == 50_000
    assert value["tweets_left_for_unknown"] == 12_600_000 - 10_300_000 - 2_330_252
    most = (12_650_000 - 10_250_000 - 2_330_252) / 2654  # 26 tweets each
    assert value["unknown_tweets_each"] == pytest.approx(most / 252)
    assert "at most 26 tweets each" in relations.loc["unknown_tweets_each", "to_close"]
    baseline = relations.loc["baseline_bot_share_published"]
    assert baseline["low"] == 1000 / 11_000
    assert baseline["high"] == 2000 / 7000
    assert baseline["value"] == pytest.approx(1 / 6)
    assert "9,000 an hour" in baseline["to_close"]
    assert arithmetic.one_query() == 36_000
    assert relations.loc["one_query_at_peaks", "high"] == 90_000 / 36_000
    assert value["sides_of_bots_published"] == pytest.approx((2457 / 7183) / (21857 / 40163))
    assert value["lean_of_bots_published"] == pytest.approx((1867 / 590) / (15335 / 6522))
    assert value["bots_corrected_published"] == pytest.approx((7183 / 47346 - 0.05) / 0.9)


def test_volume_after_the_baseline_by_hand():
    flat = Span(9_000, 9_000, 9_000)
    total = 10_300_000 + 2_330_252
    times, volume = arithmetic.after_the_baseline(flat, Span(80_000, 80_000, 80_000))
    assert volume.value == pytest.approx((total - 9 * 24 * 9_000 - 16 * 80_000) / (21 * 24 - 16))
    assert times.value == pytest.approx(volume.value / 9_000)


def test_the_table_and_the_scorecard_agree(relations):
    table = claims.claims()
    for name, row in relations.iterrows():
        closes = claims.verdict(table.loc[name], row["value"], synthetic=True) == "closes"
        assert closes is (row["verdict"] == arithmetic.CLOSES), name


def test_relations_are_drawn_over_what_they_are_set_against(relations, ax):
    drawn = arithmetic.beside_published(relations.reset_index()).set_index("id")
    assert drawn.loc["classes_add_up", "value"] == 1
    assert drawn.loc["one_query_at_peaks", "reference"] == 1
    assert drawn.loc["sides_of_bots_published", "reference"] == pytest.approx(1)  # of 0.8 and 1.25
    assert "tweets_left_for_unknown" not in drawn.index  # below 0, no ratio
    arithmetic.draw_relations(drawn, ax)
    assert len(ax.get_yticks()) == len(drawn)
    assert f"{len(relations)} relations" in arithmetic.in_words(relations)


def test_relations_are_read_and_recorded_with_their_ends(relations):
    table = relations.reset_index()
    read = arithmetic.as_read(table).set_axis(table["id"])
    assert read.loc["bots_lag_published", "stated"] == "–"
    assert read.loc["one_query_at_peaks", "implied"] == "2.22 (1.94 to 2.50)"
    assert read.loc["classes_add_up", "implied"] == "50,000"


def test_every_arithmetic_claim_has_its_measure():
    table = arithmetic.measures()
    assert list(table.index) == list(claims.claims().query("evidence == 'arithmetic'").index)
    assert table["value"].notna().all()
    assert table.loc["one_query_at_peaks"].tolist() == [80_000 / 36_000, 70_000 / 36_000, 2.5]
    assert table.loc["classes_add_up", "value"] == 50_000
    assert table.loc[["classes_add_up", "tweets_left_for_unknown"], ["low", "high"]].isna().all(axis=None)
    assert table.loc["memo_trump_share_closes", "value"] == pytest.approx(0.327, abs=5e-4)
    assert set(arithmetic.measures(6).index) == {"clinton_camp_adds_up", "trump_camp_adds_up"}


def test_covered_share_of_a_time():
    day = [datetime(2016, 10, d, tzinfo=UTC) for d in range(1, 6)]
    assert arithmetic.covered([(day[0], day[1]), (day[2], day[4])], day[0], day[4]) == 0.75
    assert arithmetic.covered([], day[0], day[4]) == 0
    assert np.isnan(arithmetic.covered([], day[0], day[0]))


# Thresholds

SCORES = pd.DataFrame(
    {
        "user_id": [1, 2, 3, 4, 5],
        "tweets": [40, 30, 20, 10, 5],
        "score": [0.9, 0.55, 0.47, 0.2, np.nan],
        "error": [0.01, 0.01, 0.01, 0.01, np.nan],
    }
)


def gathered(scores=SCORES) -> threshold.Gathered:
    return threshold.Gathered(
        scores=scores,
        bursts=pd.DataFrame({"user_id": [1, 2, 3, 4], "burst": [1, 1, 1, 1], "calm": [3, 1, 1, 1]}),
        sides=pd.DataFrame({"user_id": [1, 2, 3], "candidate": ["b", "a", "b"]}),
        replies=pd.DataFrame({"user_id": [4, 4, 3], "target": [1, 3, 4], "replies": [2, 6, 1]}),
        cores=pd.DataFrame({"user_id": [1, 2, 3, 4, 9], "core": [5, 5, 5, 1, 5]}),
        deepest=5,
        keys=["a", "b"],
    )


@pytest.fixture
def swept():
    return threshold.sweep(gathered(), [0.4, 0.5, 0.6], draws=20).set_index(["threshold", "figure"])["value"]


def test_the_sweep_by_hand(swept):
    assert swept[0.5, "accounts"] == 2 / 5
    assert swept[0.6, "accounts"] == 1 / 5
    assert swept[0.4, "accounts"] == 3 / 5
    assert swept[0.5, "tweets"] == 70 / 105
    assert swept[0.5, "bursts"] == pytest.approx(2 / 4 - 4 / 6)  # bots 1, 2 against humans 3, 4
    assert swept[0.6, "bursts"] == pytest.approx(1 / 4 - 3 / 6)
    assert swept[0.5, "camps"] == 1  # bot 1 for b, bot 2 for a
    assert swept[0.4, "camps"] == 2
    assert swept[0.5, "sides"] == 2 / 2 - 1 / 2
    assert swept[0.5, "replies"] == 7 / 2  # humans 3, 4 to 4, 3: seven; to bot 1: two
    assert swept[0.4, "replies"] == 0  # human 4 to bots 1, 3 only
    assert swept[0.5, "core"] == 2 / 4  # account 9 was not scored
    assert swept[0.5, "core_labelled"] == 2 / 3


def test_intervals_are_around_the_value():
    table = threshold.sweep(gathered(), [0.5], draws=50).query("figure == 'accounts'").iloc[0]
    assert table["low"] <= table["value"] <= table["high"]
    assert table["low"] < table["high"]


def test_changes_set_thresholds_side_by_side():
    table = threshold.changes(threshold.sweep(gathered(), [0.4, 0.5, 0.6], draws=20), others=(0.6, 0.7))
    row = table.set_index("figure").loc["accounts"]
    assert row[[0.5, 0.6]].tolist() == [0.4, 0.2]
    assert np.isnan(row[0.7])  # not swept
    assert table["figure"].tolist() == list(threshold.headlines(["a", "b"]))


def test_kept_counts_bots_elsewhere_for_each_at_the_base():
    assert threshold.kept(SCORES, 0.6) == 1 / 2
    assert threshold.kept(SCORES, 0.4) == 3 / 2
    assert np.isnan(threshold.kept(SCORES.iloc[3:], 0.6))
    assert np.isnan(threshold.kept(SCORES.iloc[:0], 0.6))


def test_without_scores_the_sweep_is_empty_and_says_so(ax):
    swept = threshold.sweep(gathered(SCORES.assign(score=np.nan)), [0.5, 0.6], draws=20)
    assert swept["value"].isna().all()
    assert threshold.in_words(swept, ["a", "b"]).startswith("Empty")
    threshold.draw_sweep(swept, "accounts", 0.5, ".1%", ax)
    assert "No scores" in said(ax)


def test_each_panel_of_the_sweep_keeps_its_own_scale_and_the_lowest_name_the_threshold():
    keys = ["a", "b"]
    fig, axes = plt.subplots(3, 3, sharex=True)
    threshold.draw_all(threshold.sweep(gathered(), [0.4, 0.5, 0.6], draws=20), keys, 0.5, axes.flat)
    used = len(threshold.headlines(keys))
    assert all(ax.yaxis.get_tick_params()["labelleft"] for ax in axes.flat)
    assert [ax.get_xlabel() for ax in axes.flat][:used] == [""] * 6 + ["threshold"] * (used - 6)
    assert not any(ax.axison for ax in axes.flat[used:])
    plt.close(fig)


def test_a_study_with_one_candidate_has_no_camps():
    assert "camps" not in threshold.headlines(["a"])


def test_replies_among_scored_leave_out_the_others_and_oneself():
    rows = {"user_id": [1, 1, 2, 3, 9, 1], "in_reply_to_user_id": [2, 2, 2, 9, 1, 3]}
    tweets = lazy(rows | {"kind": ["reply"] * 5 + ["retweet"]})
    table = threshold.replies_among_scored(tweets, lazy({"user_id": [1, 2, 3]}))
    assert table.to_numpy().tolist() == [[1, 2, 2]]


# Prevalence


def test_errors_are_put_in_and_taken_out():
    assert prevalence.apparent(0.1, fpr=0.2, tpr=0.7) == pytest.approx(0.25)
    assert prevalence.adjusted(0.25, fpr=0.2, tpr=0.7) == pytest.approx(0.1)
    assert prevalence.adjusted(0.15, fpr=0.2, tpr=0.7) == 0  # fewer than the false positives alone
    assert prevalence.adjusted(0.9, fpr=0.2, tpr=0.7) == 1
    assert np.isnan(prevalence.adjusted(0.3, fpr=0.5, tpr=0.5))
    assert np.isnan(prevalence.adjusted(0.3, np.nan, 0.5))


def test_of_those_called_bots_how_many_are_not():
    assert prevalence.false_share(0.1, fpr=0.1, tpr=0.9) == pytest.approx(0.09 / 0.18)
    assert np.isnan(prevalence.false_share(0.1, 0, 0))


def test_error_counts_by_hand():
    scores = pd.Series([0.9, 0.6, 0.5, 0.1, np.nan, 0.8], index=[1, 2, 3, 4, 5, 6])
    labels = pd.Series([1, 0, 1, 0, 0, 1], index=[1, 2, 3, 4, 5, 6])
    assert prevalence.error_counts(scores, labels) == (Counts(1, 2), Counts(2, 3))  # 0.5 is not above
    assert prevalence.called_bots(scores, 0.7) == Counts(2, 5)


def test_the_interval_grows_with_the_uncertainty_of_each_count():
    def width(called, humans, bots):
        row = prevalence.correction("", called, humans, bots)
        assert row["low"] < 0.25 < row["high"]
        assert row["share"] == pytest.approx(0.25)
        return row["high"] - row["low"]

    many = Counts(3000, 10_000), Counts(1000, 10_000), Counts(9000, 10_000)
    few = Counts(30, 100), Counts(10, 100), Counts(90, 100)
    widths = [width(*(few[n] if n == one else many[n] for n in range(3))) for one in (None, 0, 1, 2)]
    assert all(wider > 1.5 * widths[0] for wider in widths[1:])


def test_the_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(1)
    hits = 0
    for seed in range(200):
        counts = [Counts(rng.binomial(n, p), n) for n, p in ((500, 0.26), (300, 0.1), (300, 0.9))]
        row = prevalence.correction("", *counts, seed=seed, draws=400)
        hits += row["low"] <= 0.2 <= row["high"]
    assert 0.9 < hits / 200 <= 0.99


def test_too_few_called_for_the_rates_is_nought_to_nought():
    row = prevalence.correction("", Counts(50, 1000), Counts(200, 1000), Counts(900, 1000))
    assert (row["share"], row["low"], row["high"]) == (0, 0, 0)
    assert row["uncut"] == pytest.approx(-0.15 / 0.7)


def test_without_counts_nothing_is_corrected(ax):
    nobody = Counts(0, 0)
    rows = [
        prevalence.correction("x", nobody, Counts(1, 9), Counts(8, 9)),
        prevalence.correction("x", Counts(3, 9), nobody, nobody),
        prevalence.uncorrected("x", nobody),
    ]
    table = pd.DataFrame(rows)
    assert table[["share", "low", "high"]].isna().all(axis=None)
    assert prevalence.in_words(table).startswith("Empty")
    assert "No scores" in said(prevalence.draw_corrections(table, ax))
    assert prevalence.called_bots(pd.Series(dtype=float)) == nobody
    assert prevalence.curves({"x": (np.nan, np.nan)}).empty


def test_real_groups_are_pooled_by_size_within_one_version():
    groups = pd.DataFrame(
        {
            "group": ["a", "b", "old", "bots"],
            "kind": ["human", "human", "human", "bot"],
            "accounts": [100, 300, 50, 200],
            "above_05": [0.1, 0.3, 1.0, 0.5],
            "scored": [2019, 2019, 2018, 2019],
        }
    )
    assert prevalence.real_counts(groups) == (Counts(100, 400), Counts(100, 200))
    table = prevalence.by_group(Counts(300, 1000), groups)
    assert table["what"].tolist() == ["a", "b"]
    assert table["share"].tolist() == pytest.approx([0.5, 0])


def test_the_published_share_lies_within_the_real_false_positives():
    humans, bots = prevalence.real_counts(prevalence.real_groups())
    assert humans.of == 4287
    assert humans.share == pytest.approx(0.168, abs=5e-4)
    assert bots == Counts(pytest.approx(368.241), 937)
    share = claims.published("bots") / (claims.published("bots") + claims.published("humans"))
    assert prevalence.adjusted(share, humans.share, bots.share) == 0


def test_drawn_curves_start_at_the_false_positives(ax):
    table = prevalence.curves({"x": (0.1, 0.9)})
    assert table.iloc[0].tolist() == ["x", 0, 0.1]
    assert "x: 10.0%" in prevalence.curves_in_words(table, 0.15)
    prevalence.draw_curves(table, 0.15, ax)
    assert len(ax.lines) == 3


# Extrapolation

HALVES = pd.DataFrame({"from_share": [0, 0.1, 0.5], "to_share": [0.1, 0.5, 1], "share": [0.3, 0.1, 0.2]})


def test_everyone_is_weighed_by_the_width_of_the_strata():
    assert extrapolation.everyone(HALVES) == pytest.approx(0.03 + 0.04 + 0.1)
    assert extrapolation.among_top(HALVES, 0.1) == pytest.approx(0.3)
    assert extrapolation.among_top(HALVES, 0.2) == pytest.approx(0.2)  # half of it from the second stratum
    assert extrapolation.factor(HALVES, 0.1) == pytest.approx(0.17 / 0.3)


def test_by_activity_ranks_the_busiest_first():
    accounts = pd.DataFrame({"activity": [1, 9, 5, 7], "bot": [False, True, False, True]})
    table = extrapolation.by_activity(accounts, [0, 0.5, 1])
    assert table["share"].tolist() == [1, 0]
    assert extrapolation.by_activity(accounts.iloc[:0], [0, 0.5, 1])["share"].isna().all()


def test_laws_agree_among_the_most_active_and_nowhere_else():
    table = extrapolation.compare(extrapolation.laws(0.15)).set_index("law")
    assert table["among_top"].tolist() == pytest.approx([0.15] * 4)
    assert table.loc["the same at every rank", "factor"] == pytest.approx(1)
    assert table.loc["more among the active", "factor"] < 0.8
    assert table.loc["more among the less active", "factor"] > 1.25
    assert table.loc["as real scores (U-shaped)", "factor"] > 1.25


def test_a_law_keeps_its_shape_and_its_bounds():
    scaled = extrapolation.like(HALVES, 0.15, top=0.1)
    assert scaled["share"].tolist() == pytest.approx([0.15, 0.05, 0.1])
    assert extrapolation.like(HALVES, 6, top=0.1)["share"].max() == 1


def test_real_scores_are_u_shaped_and_their_top_is_not_everyone():
    law = extrapolation.real_scores()
    assert extrapolation.among_top(law) == pytest.approx((0.166 + 0.101) / 2)
    assert extrapolation.everyone(law) == pytest.approx(0.24, abs=0.005)
    assert law["share"].idxmin() not in (0, len(law) - 1)
    assert law["to_share"].iloc[:-1].tolist() == law["from_share"].iloc[1:].tolist()


def test_no_law_is_drawn_as_such(ax):
    nothing = extrapolation.by_activity(pd.DataFrame({"activity": [], "bot": []}))
    table = extrapolation.compare({"x": nothing})
    assert extrapolation.in_words(table).startswith("Empty")
    assert "No law" in said(extrapolation.draw_laws({"x": nothing}, ax))
    assert np.isnan(extrapolation.everyone(nothing.iloc[:0]))


# Coverage


def test_bounds_by_hand():
    found = coverage.bounds(3, 12, 5)
    assert found == {"coverage": 0.75, "if_none": 0.15, "labelled": 0.2, "if_all": 0.4}


def test_the_paper_s_own_bounds():
    table = coverage.table(coverage.of_the_paper()).set_index("figure")
    assert table.loc["scored accounts", "if_none"] == 7183 / 50_000
    assert table.loc["scored accounts", "if_all"] == (7183 + 2654) / 50_000
    assert table.loc["all accounts", "if_all"] == pytest.approx(1 - 40_163 / 2_780_000)
    assert table.loc["all tweets", "if_all"] == pytest.approx(1 - 10.3 / 20.7)


def test_where_nobody_has_a_class_there_is_nothing_to_bound(ax):
    table = coverage.table({("x", "02"): pd.Series({"bot": 0, "human": 0, "unknown": 7})})
    assert table.loc[0, "coverage"] == 0
    assert table.loc[0, ["if_none", "labelled", "if_all"]].isna().all()
    assert coverage.in_words(table).startswith("Empty")
    assert "has a class" in said(coverage.draw_bounds(table, ax))
    assert coverage.table({}).empty


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


def test_figures_of_a_study_by_hand(classed):
    counts = coverage.of_accounts(classed) | coverage.of_tweets(classed) | coverage.of_links(classed)
    by_figure = {figure: by_class.tolist() for (figure, _), by_class in counts.items()}
    assert by_figure == {
        "scored accounts": [1, 1, 0],
        "all accounts": [1, 1, 1],
        "scored accounts' tweets": [2, 3, 0],
        "all tweets": [2, 3, 1],
        "tweets in bursts": [1, 0, 0],
        "tweets outside bursts": [1, 3, 1],
        "geotagged tweets": [1, 0, 1],
        "humans' replies, to whom": [1, 0, 2],  # the third, and one never seen
        "humans' retweets, of whom": [0, 0, 0],
    }


def test_a_study_without_much_can_be_gathered(classed):
    swept = threshold.sweep(threshold.gather(classed), [0.5], draws=20).set_index("figure")["value"]
    assert swept["accounts"] == 0.5
    assert np.isnan(swept["core"])


def test_accounts_without_a_class_at_the_study_s_threshold_are_gathered_too(classed):
    unknown = tables.read(classed, "scores").assign(**{"class": "unknown", "score": [0.5, 0.1]})
    tables.write(unknown, classed.tables / "scores.parquet")
    assert threshold.gather(classed).bursts["user_id"].tolist() == [1, 2]


def test_cores_are_bounded_at_both_ends(ax):
    composition = pd.DataFrame(
        {"k": [1, 2, 3], "users": [10, 4, 0], "bot": [0.2, 0.5, np.nan], "human": [0.2, 0.25, np.nan],
         "unknown": [0.6, 0.25, np.nan], "coverage": [0.4, 0.75, np.nan], "bots_among_labelled": [0.5, 2 / 3, np.nan]}
    )  # fmt: skip
    counts = coverage.of_cores(composition)
    assert {figure: by_class.tolist() for (figure, _), by_class in counts.items()} == {
        "users of the 1-core": [2, 2, 6],
        "users of the 2-core": [2, 1, 1],
    }
    assert "20.0% to 50.0%; coverage alone would make 20.0% to 37.5%" in coverage.cores_in_words(composition)
    assert "No account" in said(coverage.draw_cores(composition.iloc[2:], ax))
    assert coverage.of_cores(composition.iloc[2:]) == {}


# Truth


def test_only_the_shipped_sample_has_a_truth(tiny):
    assert truth.accounts(tiny).empty
    assert list(truth.accounts(tiny)) == truth.COLUMNS
    assert "nobody told" in truth.not_known(tiny)
    assert truth.of_scored(truth.accounts(tiny), SCORES).empty


def test_the_truth_is_that_of_the_shipped_tweets(tmp_path):
    study = open_study("data/sample", tmp_path)
    planted = truth.accounts(study)
    labelled = sorted((ROOT / "data" / "sample" / "timelines").glob("accounts.json*"))
    assert truth.not_known(study) == ""
    assert labelled
    assert planted["activity"].is_monotonic_decreasing
    assert 0.1 < planted["bot"].mean() < 0.2
    looked_up = read_users(labelled[0])["user_id"]
    assert set(looked_up) <= set(planted["user_id"].head(study.scoring.top_accounts))
