"""What a detector's errors do to findings, and that they are taken out again."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from helpers import claims, figures, interactions, timeline, uncertainty
from helpers.audit import errors, prevalence, reclassed
from helpers.audit.errors import HIDDEN
from helpers.bots import classes
from helpers.world import error_grid
from helpers.world.error_grid import BY_ACTIVITY, RANDOM

ACCOUNTS = 400
NUMBERS = np.random.default_rng(3)
TRUTH = pd.DataFrame({"user_id": np.arange(ACCOUNTS), "bot": np.arange(ACCOUNTS) % 5 == 0})
TRUTH["tweets"] = NUMBERS.integers(1, 100, ACCOUNTS)
DETECTORS = {"ours": (0.02, 0.9), HIDDEN: (0.17, 0.54)}


@pytest.fixture(scope="module")
def parts():
    """Bots write a fifth of the tweets, less in bursts, and answer each other."""
    rows = TRUTH[["user_id", "tweets"]].assign(accounts=1)
    bursts = TRUTH[["user_id"]].assign(burst=np.where(TRUTH["bot"], 2, 9), calm=5)
    ends = NUMBERS.integers(ACCOUNTS, size=(6000, 2))
    links = pd.DataFrame(ends, columns=["user_id", "target"]).assign(number=1, originals=0)
    both = TRUTH["bot"].to_numpy()[ends].all(axis=1)
    links["number"] += 30 * both
    own = TRUTH[["user_id"]].assign(target=pd.NA, number=0, originals=4)
    links = pd.concat([links, own]).astype({"target": "Int64"})
    share = {"bot_share_extrapolated": classes.bot_share}
    return [
        reclassed.Part(rows, share, everyone=True),
        reclassed.Part(bursts, {"bots_lag_in_bursts": timeline.burst_gap}),
        reclassed.Part(links, interactions.CLAIMS["reply"]),
    ]


def planted(parts):
    truth = error_grid.of_bots(TRUTH["bot"].to_numpy(float)[None])
    return reclassed.findings(parts, TRUTH["user_id"].tolist(), truth, ["finding"]).iloc[0]


@pytest.fixture(scope="module")
def grid(parts):
    return error_grid.grid(parts, TRUTH, DETECTORS, draws=20)


def test_without_errors_the_grid_gives_what_was_planted(parts, grid):
    cell = grid.query("fpr == 0 and recall == 1")
    assert set(cell["errors"]) == {RANDOM, BY_ACTIVITY}
    for _, rows in cell.groupby("errors"):
        pd.testing.assert_series_equal(rows.set_index("id")["value"], planted(parts), check_names=False)
    assert (cell["low"] < cell["value"]).all() and (cell["value"] < cell["high"]).all()


def test_the_share_called_bots_is_that_of_the_formula(grid):
    rows = grid.query("id == 'bot_share_extrapolated' and errors == @RANDOM")
    np.testing.assert_allclose(rows["value"], prevalence.apparent(0.2, rows["fpr"], rows["recall"]))
    assert {*rows.query("holds == 1")["fpr"]} == {0} | {*rows.query("0.135 <= value <= 0.165")["fpr"]} - {0.3}


def test_errors_turn_round_what_hangs_on_two_bots(grid):
    """Bots' answers reach bots first; with errors at either end mostly people, who are many."""
    rows = grid.query("id == 'replies_bots_to_bots'").set_index(["errors", "detector", "fpr", "recall"])
    assert rows.loc[(RANDOM, "", 0, 1), ["holds", "reversed"]].tolist() == [1, 0]
    assert rows.loc[(RANDOM, "", 0.3, 0.3), ["holds", "reversed"]].tolist() == [0, 1]
    some = grid[grid["id"].eq("replies_bots_to_bots")]
    assert "reverses at" in error_grid.in_words(some)
    made = error_grid.in_words(grid[grid["id"].eq("bots_interact_with_people")])
    assert made.startswith("not there without errors, appears at")


def test_a_finding_vanishes_or_appears_at_the_fewest_errors_first():
    cells = [(fpr, recall) for fpr in error_grid.FPR for recall in error_grid.RECALL]
    rows = pd.DataFrame(cells, columns=["fpr", "recall"]).assign(errors=RANDOM, detector="", reversed=0)
    few = (rows["fpr"] <= 0.05) & (rows["recall"] >= 0.6)
    said = [error_grid.in_words(rows.assign(holds=holds.astype(int))) for holds in (few, ~few, few | True)]
    assert said == ["vanishes above 5% false positives or below a recall of 0.6",
                    "not there without errors, appears at 0% false positives with a recall of 0.5",
                    "holds at all rates tried"]  # fmt: skip
    inner = ~((rows["fpr"] >= 0.1) & (rows["recall"] <= 0.5))
    turned = rows.assign(holds=inner.astype(int), reversed=(~inner).astype(int))
    at = "at 10% false positives with a recall of 0.5"
    assert error_grid.in_words(turned) == f"vanishes {at}, reverses {at}"


def test_holding_asks_the_interval_as_the_scorecard_does():
    assert errors.holding("bots_lag_in_bursts", -0.05, -0.08, -0.02) == 1
    assert errors.holding("bots_lag_in_bursts", -0.05, -0.12, 0.02) == 0
    assert errors.holding("bots_lag_in_bursts", 0.05, 0.02, 0.08) == 0


def test_no_sum_of_counts_falls_below_nothing(parts):
    """Corrected counts may; a sum of scores may be negative by itself."""
    total = {"core_bots_grow": lambda s: s["bot", "total"]}
    scores = reclassed.Part(TRUTH[["user_id"]].assign(total=-1.0), total)
    counts = scores._replace(rows=TRUTH[["user_id"]].assign(total=np.where(TRUTH["bot"], 1, 9)))
    few = error_grid.of_bots(np.where(TRUTH["bot"], 1.0, -0.2)[None])
    ids = TRUTH["user_id"].tolist()
    low, none = (reclassed.findings([part], ids, few)["core_bots_grow"].item() for part in (scores, counts))
    assert low == pytest.approx(-80 + 0.2 * 320) and none == 0


def test_every_account_has_a_rate_and_all_have_the_mean():
    busy = np.array([True, False, False, True, False])
    for rate in (0.05, 0.5, 0.9):
        each = error_grid.rate_of_each(rate, busy, 3)
        assert each.mean() == pytest.approx(rate)
        odds = each / (1 - each)
        assert odds[0] / odds[1] == pytest.approx(3)
    assert error_grid.rate_of_each(1, busy, 3).tolist() == [1] * 5
    chance = error_grid.chances(TRUTH, 0.1, 0.6, BY_ACTIVITY)
    bot, often = TRUTH["bot"], TRUTH["tweets"] > TRUTH["tweets"].median()
    assert (chance[bot].mean(), chance[~bot].mean()) == pytest.approx((0.6, 0.1))
    assert chance[often & ~bot].min() > chance[~often & ~bot].max()


def test_active_accounts_are_called_bots_more_often_as_real_ones_are():
    """False positive rates .166 and .101; recall .651 and .385."""
    assert error_grid.odds_by_activity() == pytest.approx((1.77, 2.98), abs=0.01)


def test_what_a_detector_does_is_taken_out_again(parts):
    """Exactly, of the expected sums: of accounts, and of links, which have two ends."""
    chance = error_grid.chances(TRUTH, 0.05, 0.6)[None]
    by_detector = error_grid.of_bots(chance)
    back = errors.unmixed(by_detector, np.array([0.05]), np.array([0.6]))
    ids = TRUTH["user_id"].tolist()
    off, found = (reclassed.findings(parts, ids, each, ["finding"]).iloc[0] for each in (by_detector, back))
    assert (abs(off - planted(parts)) > 0.01).all()
    pd.testing.assert_series_equal(found, planted(parts), check_names=False)
    coin = errors.unmixed(by_detector, np.array([0.6]), np.array([0.6]))
    assert reclassed.findings(parts, ids, coin).isna().all(axis=None)


def test_the_corrected_interval_holds_the_truth(parts):
    """Of crowds whose rates differ as those of real groups do, about a given one."""
    held, rng = [], np.random.default_rng(1)
    for seed in range(40):
        fpr, recall = (prevalence.drawn_rates(rate, rng, 1)[0] for rate in (0.04, 0.8))
        called = rng.random(ACCOUNTS) < error_grid.chances(TRUTH, fpr, recall)
        scores = TRUTH.assign(**{"class": np.where(called, "bot", "human")})
        table = errors.corrected(parts[:2], scores, {"given": (0.04, 0.8)}, seed=seed, draws=100)
        table = table.set_index("id")
        held.append((table["low"] <= planted(parts[:2])) & (planted(parts[:2]) <= table["high"]))
    assert (pd.DataFrame(held).mean() >= 0.85).all()


def test_draws_are_taken_a_few_at_a_time_where_accounts_are_many(parts, monkeypatch):
    taken, scores = [], TRUTH.assign(**{"class": np.where(TRUTH["bot"], "bot", "human")})
    monkeypatch.setattr(uncertainty, "AT_ONCE", 14 * ACCOUNTS)
    drawn = lambda rate, rng, draws: taken.append(draws) or np.full(draws, rate)  # noqa: E731
    monkeypatch.setattr(prevalence, "drawn_rates", drawn)
    table = errors.corrected(parts[:1], scores, DETECTORS, draws=20)
    assert taken == [7] * 4 + [7] * 4 + [6] * 4  # two rates of two detectors
    assert (table["low"] < table["value"]).all() and (table["value"] < table["high"]).all()


def test_what_cannot_be_is_not_enough_data(parts):
    """A tenth is called a bot by a detector that calls a third of the people so."""
    scores = TRUTH.assign(**{"class": np.where(np.arange(ACCOUNTS) % 10, "human", "bot")})
    table = errors.corrected(parts, scores, {HIDDEN: (0.33, 0.5), "good": (0, 1)}, draws=50)
    bad, good = (table[table["detector"] == name].set_index("id") for name in (HIDDEN, "good"))
    assert bad[["value", "low", "high"]].isna().all(axis=None) and (bad["possible"] < 0.5).all()
    np.testing.assert_allclose(good["value"], good["called"])
    left = errors.survives(table)
    assert set(left["error_rates"]) == {claims.NO_DATA} and left["real_errors"].isna().all()
    read = errors.as_read(table).set_index("finding").loc["Bots are nearly 15 % of all accounts"]
    assert read.tolist() == ["10.0%", claims.NO_DATA, read["good"]] and read["good"].startswith("10.0% (")
    assert "0 of 5 findings" in figures.note("corrected", errors.corrected_facts(table))
    assert errors.corrected(parts, scores.iloc[:0], DETECTORS).empty


@pytest.mark.parametrize(("impossible", "known"), [(0.4, True), (0.6, False)])
def test_a_value_that_most_rates_rule_out_is_not_enough_data(parts, monkeypatch, impossible, known):
    def drawn(rate, rng, draws):
        return np.where(np.arange(draws) < impossible * draws, 0.9, rate)  # as good as a coin

    monkeypatch.setattr(prevalence, "drawn_rates", drawn)
    scores = TRUTH.assign(**{"class": np.where(TRUTH["bot"], "bot", "human")})
    row = errors.corrected(parts[:1], scores, {HIDDEN: (0.02, 0.8)}, draws=50).iloc[0]
    assert row["possible"] == pytest.approx(1 - impossible) and pd.notna(row["value"]) == known


def test_the_picture_of_the_grid_says_what_is_left(grid):
    fig = Figure()
    axes = fig.subplots(1, 5)
    error_grid.draw_grid(grid, axes, DETECTORS)
    assert [len(ax.texts) for ax in axes] == [2] * grid["id"].nunique()
    told = figures.told("error_grid", error_grid.facts(grid, DETECTORS))
    cell = grid.query("errors == @RANDOM and detector == '' and fpr == 0 and recall == 1")
    there = cell["holds"].sum()
    left = error_grid.survives(grid)["real_errors"].sum()
    assert told["title"].startswith(f"Of {there:.0f} findings that hold without errors")
    assert left <= there and "2 real groups, hidden bots (17%, 54%)" in told["caption"]
    unknown = error_grid.grid([], TRUTH.iloc[:0].assign(user_id=[]), DETECTORS)
    told = figures.told("error_grid", error_grid.facts(unknown, DETECTORS))
    assert unknown.empty and "not known" in told["title"]
