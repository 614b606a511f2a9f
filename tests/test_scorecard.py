"""The scorecard as a picture, on cards of a few hand-made claims."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import claims, scorecard

NONE = np.nan


def card(**changes: list) -> pd.DataFrame:
    """Six claims: one of each kind but arithmetic that breaks, and one that could not be measured."""
    columns = {
        "id": list("abcdef"),
        "notebook": [2, 2, 2, 7, 7, 12],
        "section": "Data analysis",
        "evidence": ["recovery", "recovery", "arithmetic", "recovery", "recovery", "not checkable"],
        "claim": ["Bots", "Humans", "Sum", "Replies", "Retweets", "Opinions"],
        "unit": "accounts",
        "published": [100.0, 100, 100, NONE, 10, NONE],
        "published_to": NONE,
        "accepted_low": [90.0, NONE, 100, 0, 5, NONE],
        "accepted_high": [110.0, 200, 100, NONE, 15, NONE],
        "found": [105.0, 150, 100, 3, 30, NONE],
        "found_low": [95.0, NONE, NONE, 1, 20, NONE],
        "found_high": [115.0, NONE, NONE, 6, 40, NONE],
        "verdict": ["recovered", "recovered", "closes", "recovered", "not recovered", "not checkable"],
        "control": ["0 of 20 in null", NONE, NONE, "19 of 20 in null", "0 of 20 in null", NONE],
        "control_found": [0.0, NONE, NONE, 6, 1, NONE],
        "survives": [False, None, None, True, False, None],
        "by_sign": [True, None, None, False, True, None],
    }
    return pd.DataFrame(columns | changes)


def test_each_claim_has_the_mark_of_what_is_known_of_it():
    kinds = card().apply(scorecard.kind, axis="columns").tolist()
    assert kinds == ["holds", "setting", "closes", "leak", "fails", "open"]
    broken = card(
        verdict=["differs", "as in the paper", "does not close", "not enough data", "recovered", "x"]
    )
    assert broken.apply(scorecard.kind, axis="columns").tolist() == [
        "fails", "setting", "breaks", "open", "holds", "open",
    ]  # fmt: skip


def test_an_interval_can_tell_what_the_sign_cannot():
    """The fourth claim leaks: it must be at least 0, and was found to be 3 (1 to 6)."""
    assert scorecard.kind(card(by_sign=[True] * 6).iloc[3]) == "interval"
    wide = card(by_sign=[True] * 6, found_low=[-1.0] * 6)
    assert scorecard.kind(wide.iloc[3]) == "leak"
    assert scorecard.kind(card(by_sign=[True] * 6, found_low=[NONE] * 6).iloc[3]) == "leak"


def test_the_overview_counts_every_claim_once():
    counts = scorecard.overview(card())
    assert list(counts.columns) == list(scorecard.MARKS)
    assert counts.loc[2, ["holds", "setting", "closes"]].tolist() == [1, 1, 1]
    assert counts.loc[7, ["leak", "fails"]].tolist() == [1, 1]
    assert counts.to_numpy().sum() == 6


def test_the_picture_at_a_glance_has_a_mark_for_each_claim_and_a_legend():
    _, ax = plt.subplots()
    scorecard.draw_overview(card(), ax)
    drawn = [line for line in ax.lines if len(line.get_xdata())]
    assert len(drawn) == 6
    assert "recovered, and there without its cause, too (1)" in [
        text.get_text() for text in ax.get_legend().get_texts()
    ]
    plt.close()


def test_where_a_value_lies_beside_its_range():
    placed = scorecard.positions(card())
    two_ends = placed.iloc[0]  # 90 to 110
    assert two_ends[["found", "found_low", "found_high"]].tolist() == [0.5, -0.5, 1.5]
    assert two_ends[["published", "control_found"]].tolist() == [0, -scorecard.EDGE]
    assert two_ends[["band_low", "band_high"]].tolist() == [-1, 1]
    upper = placed.iloc[1]  # up to 200; the published 100 is farthest
    assert upper[["found", "published", "band_high"]].tolist() == [-0.5, -1, 0]
    assert upper["band_low"] == -scorecard.EDGE
    exact = placed.iloc[2]
    assert exact[["found", "band_low", "band_high"]].tolist() == [0, 0, 0]
    lower = placed.iloc[3]  # from 0; the farthest is 6
    assert lower[["found", "control_found", "band_low"]].tolist() == [0.5, 1, 0]


def test_the_list_has_a_line_for_each_claim_with_its_values():
    _, ax = plt.subplots()
    scorecard.draw_claims(card(), ax)
    words = [text.get_text() for text in ax.texts]
    for word in ("02  Bots", "105 (95 to 115)", "0 of 20 in null", "12  Opinions"):
        assert word in words
    plt.close()


def test_nothing_to_draw_is_said():
    nothing = card().iloc[:0]
    for draw in (scorecard.draw_overview, scorecard.draw_claims):
        _, ax = plt.subplots()
        assert draw(nothing, ax).texts[0].get_text() == "No claims"
        plt.close()
    assert scorecard.in_words(nothing) == "Empty: no claims."


def test_the_sentence_counts_the_marks():
    assert scorecard.in_words(card()).startswith(
        "6 published claims: 1 recovered, and gone without its cause; 1 rec"
    )


def test_controls_stand_beside_the_claims_they_belong_to(tiny):
    """Bots lag in bursts: controls noburst and null."""
    rows = [
        (id_, world, 0.02, 10, 10, holds, 0, -0.1, median, 0.1)
        for id_, world, holds, median in [
            ("bots_lag_in_bursts", "base", 10, -0.06),
            ("bots_lag_in_bursts", "noburst", 1, 0.01),
            ("bots_lag_in_bursts", "null", 6, -0.01),
            ("unknown", "base", 10, 2654),
        ]
    ]
    columns = ["id", "world", "scale", "seeds", "measured", "holds", "clear", "low", "median", "high"]
    full = scorecard.with_controls(claims.scorecard(tiny), pd.DataFrame(rows, columns=columns)).set_index(
        "id"
    )
    lag = full.loc["bots_lag_in_bursts"]
    assert lag["control"] == "1 of 10 in noburst, 6 of 10 in null"
    assert lag["control_found"] == pytest.approx(0.01)
    assert lag["survives"] == True  # noqa: E712
    assert lag["by_sign"] == True  # noqa: E712
    assert pd.isna(full.loc["unknown", "control"])
    assert len(full) == len(claims.claims())
    assert claims.as_read(full.reset_index())["without its cause"].iloc[0] == "–"
