"""Scores out of results of Botometer's API, and scores.csv with sub-scores."""

import json
import re

import numpy as np
import pytest
from conftest import read_data

from helpers.bots.__main__ import main
from helpers.bots.external import SUB_SCORES, botometer_to_csv, read_scores, scores_from_botometer
from helpers.study import StudyError

RESULTS = read_data("botometer.json")
V3, OLD = RESULTS["v3"], RESULTS["botornot"]


def v4(user_id: int, lang: str = "en") -> dict:
    user = {"majority_lang": lang, "user_data": {"id_str": str(user_id), "screen_name": "x"}}
    return RESULTS["v4"] | {"user": user}


@pytest.fixture
def results(tmp_path):
    """Writes results into a file, one a line or as an array."""
    path = tmp_path / "results.json"

    def written(*items, array: bool = False):
        path.write_text(json.dumps(items) if array else "\n".join(map(json.dumps, items)))
        return path

    return written


@pytest.mark.parametrize(("kind", "language", "expected"), [
    ("raw", None, [0.4, 0.6]),
    ("raw", "english", [0.4, 0.4]),
    ("raw", "universal", [0.6, 0.6]),
    ("cap", None, [0.7, 0.8]),
    ("display", None, [0.4, 0.7]),
])  # fmt: skip
def test_v4_by_kind_and_language(results, kind, language, expected):
    for array in (False, True):
        table, _ = scores_from_botometer(results(v4(1), v4(2, "de"), array=array), kind, language)
        assert table["user_id"].tolist() == [1, 2]
        assert table["score"].tolist() == pytest.approx(expected)


def test_v3_and_botornot_with_sub_scores(tmp_path, results):
    main(["botometer", str(results(V3, OLD)), "--out", str(tmp_path / "scores.csv")])
    table, _ = read_scores(tmp_path / "scores.csv")
    assert table["score"].to_dict() == {3: 0.25, 4: 0.37}
    assert table.loc[3, SUB_SCORES].tolist() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert table.loc[4, ["content", "user"]].tolist() == [0.15, 0.43]
    assert "error" not in table and np.isnan(table.loc[4, "friend"])
    shown, _ = scores_from_botometer(results(V3), "display")
    assert shown[["score", "content", "user"]].iloc[0].tolist() == pytest.approx([0.2, 0.1, 0.6])


def test_errors_have_no_score_and_the_last_result_counts(tmp_path, results):
    error, long = {"error": "TweepError: Not authorized."}, 2**60 + 1  # no float holds it
    old = v4(long) | {"raw_scores": {"english": {"overall": 0.9}}}
    path = results(old, v4(long), error, {"user": {"id_str": "2"}, "error": "x"}, error)
    assert scores_from_botometer(path)[0]["score"].isna().tolist() == [False, True, True, True]
    said = botometer_to_csv(path, tmp_path / "scores.csv")
    assert "1 scores. 3 of 4 results have no score" in said
    assert f"come again (the first in line 2; the last counts): 1 ({long})" in said
    assert read_scores(tmp_path / "scores.csv")[0]["score"].to_dict() == {long: 0.4}


def test_the_one_score_of_x_and_lite_and_what_is_null_or_no_error(results):
    given = [{"botscore": 0.05, "user_id": 1}, {"bot_score": None, "user_id": "2"}]
    given += [{"bot_score": 0.09, "user_id": "4"}, v4(5) | {"error": ""}, V3 | {"scores": None}]
    table, _ = scores_from_botometer(results(*given))
    assert table["score"].fillna(-1).tolist() == [0.05, -1, 0.09, 0.4, -1]


@pytest.mark.parametrize(("item", "said"), [
    ({"hello": 1}, "line 2: not a result of Botometer"),
    ({"user": {"id_str": "5"}}, "neither scores nor an error"),
    ({"user": {"id_str": "5"}, "scores": {"english": 4.0}}, "do not lie between 0 and 1"),
    ({"user": {"id_str": "5"}, "scores": {"english": "high"}}, "line 2: not a result"),
    ([1], "line 2: not a result"),
    ({"user_id": 1.5e18, "botscore": 0.1}, "line 2: not a result of Botometer (id '1.5e+18' was rounded"),
])  # fmt: skip
def test_a_bad_result_is_named_with_its_line(results, item, said):
    with pytest.raises(StudyError, match=re.escape(said)):
        scores_from_botometer(results(v4(1), item))


@pytest.mark.parametrize(("content", "said"), [
    ('{"user": ' + "[" * 100_000, "line 1: not a result of Botometer (maximum recursion"),
    ('{"user": {"id": 99999999999999999999}, "score": 0.5}', "none of Twitter's"),
    ('{"user_id": 5, "score": "' + "x" * 30_000 + '"}', "could not convert string to float"),
    ('{"user_id": 5, "score": 1' + "0" * 400 + "}", "not a result of Botometer"),
])  # fmt: skip
def test_whatever_a_result_holds_it_is_refused_in_one_line(tmp_path, content, said):
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(StudyError) as error:
        main(["botometer", str(tmp_path / "r.json"), "--out", str(tmp_path / "scores.csv")])
    told = str(error.value)
    assert re.match(f"{tmp_path}/r.json, line 1: not a result", told) and said in told
    assert len(told) < 500 and "\n" not in told


def test_scores_are_not_written_over_a_folder(tmp_path, results):
    with pytest.raises(StudyError, match=r"cannot be written .* Name another --out"):
        main(["botometer", str(results(v4(1))), "--out", str(tmp_path)])


def test_nothing_is_written_where_nothing_has_the_score(tmp_path, results):
    (tmp_path / "scores.csv").write_text("kept")
    with pytest.raises(StudyError, match="no account has a cap score"):
        botometer_to_csv(results(OLD), tmp_path / "scores.csv", "cap")
    assert (tmp_path / "scores.csv").read_text() == "kept"


@pytest.mark.parametrize(("text", "said"), [
    ("user,score\n1,0.5\n", "no column user_id"),
    ("user_id,score\n1,0.5\n1.2e18,0.5\n", "line 3: id '1.2e18'"),
    ("user_id,score\n1,5\n\n", "line 2: score '5' does not lie between 0 and 1"),
    (f"user_id,score\n1,{'x' * 30_000}\n", f"line 2: could not convert string to float: '{'x' * 100}"),
    ("user_id,score,content\n\n1,0.5,\n2,0.5,7\n", "line 4: content '7' does not lie"),
])  # fmt: skip
def test_a_fault_in_scores_csv_is_named_with_its_line(tmp_path, text, said):
    (tmp_path / "scores.csv").write_text(text)
    with pytest.raises(StudyError, match=re.escape(said)) as error:
        read_scores(tmp_path / "scores.csv")
    assert len(str(error.value)) < 500
