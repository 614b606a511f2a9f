import ast
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.bots import classes, evaluation, external, features, figure, scoring
from helpers.bots.detector import Detector, cross_validated
from helpers.bots.labels import read_labels
from helpers.ingest.ledger import ingest
from helpers.study import ROOT, StudyError, without_scores

AT = pd.Timestamp("2016-10-21T00:00:00Z")


def users(**changed) -> pd.DataFrame:
    row = {
        "user_id": 1, "screen_name": "ab12", "name": "A", "description": None, "location": "Ohio", "lang": "en",
        "created_at": pd.Timestamp("2016-10-11T00:00:00Z"), "statuses_count": 50, "followers_count": 30, "friends_count": 10,
        "favourites_count": None, "listed_count": 0, "verified": False, "default_profile": True,
        "default_profile_image": False, "profile_use_background_image": True, "geo_enabled": None,
    }  # fmt: skip
    return pd.DataFrame([row | changed])


def test_profile_features_by_hand():
    row = features.profile_features(users(), AT).loc[1]
    assert row["age_days"] == 10
    assert row["statuses_per_day"] == 5
    assert row["followers_per_friend"] == 3
    assert row["screen_name_digits"] == 2
    assert row["screen_name_entropy"] == 2
    assert (row["default_profile"], row["has_location"], row["has_description"]) == (1, 1, 0)
    assert np.isnan(row["geo_enabled"])
    assert np.isnan(row["favourites"])
    assert list(row.index) == list(features.PROFILE)


def test_an_account_of_the_same_day_has_no_infinite_rate():
    row = features.profile_features(users(created_at=AT, friends_count=0), AT).loc[1]
    assert row["statuses_per_day"] == 50
    assert row["followers_per_friend"] == 30


@pytest.mark.parametrize(("word", "bits"), [("aaaa", 0), ("abab", 1), ("abcd", 2)])
def test_entropy(word, bits):
    assert features.entropy(word) == bits


def test_classes_at_the_threshold():
    scores = pd.DataFrame({"score": [0.49, 0.5, 0.51, 0.9, None, 0.52], "error": [0, 0, 0, 0, None, 0.03]})
    assert classes.classify(scores).tolist() == ["human", "human", "bot", "bot", "unknown", "unknown"]
    assert classes.classify(scores, 0.7).tolist() == ["human", "human", "human", "bot", "unknown", "human"]


def test_a_score_without_an_error_is_taken_as_exact():
    assert classes.classify(pd.DataFrame({"score": [0.51], "error": [np.nan]})).tolist() == ["bot"]


def test_table_3_by_hand():
    scores = pd.DataFrame({"class": ["bot", "human", "human", "unknown"], "tweets": [30, 40, 20, 10]})
    table = classes.class_table(scores, accounts=1000, tweets=500).set_index("class")
    assert table["accounts"].tolist() == [1, 2, 1]
    assert table["accounts_share"].tolist() == [0.25, 0.5, 0.25]
    assert table.loc["bot", ["tweets_share", "accounts_everyone", "tweets_everyone"]].tolist() == [
        0.3,
        250,
        150,
    ]
    assert table["accounts_everyone"].isna().tolist() == [False, True, True]


def test_table_3_has_no_bots_or_humans_where_nobody_was_scored():
    table = classes.class_table(pd.DataFrame({"class": ["unknown"], "tweets": [10]}), 1000, 500)
    assert table["accounts"].isna().tolist() == [True, True, False]


def test_bots_with_half_the_tweets_and_a_quarter_of_the_accounts_are_twice_as_busy():
    scores = pd.DataFrame({"class": ["bot", "human", "human", "human"], "tweets": [30, 10, 10, 10]})
    assert classes.busier(scores) == 2
    assert np.isnan(classes.busier(scores[scores["class"] == "human"]))


def random_accounts(accounts: int = 400, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Features of three classes that say nothing, and labels."""
    names = ["wait_all_mean", "wait_all_sd", "length_all_mean", "length_all_sd", "followers", "friends"]
    features = pd.DataFrame(np.random.default_rng(seed).normal(size=(accounts, 6)), columns=names)
    return features, pd.Series(np.repeat([0, 1], accounts // 2))


def test_the_detector_tells_apart_what_differs_and_only_that():
    noise, labels = random_accounts()
    apart = noise.assign(wait_all_mean=noise["wait_all_mean"] + 4 * labels)

    def auc(x, name):
        return evaluation.evaluation(cross_validated(x, labels)[name], labels)["AUC"].iloc[0]

    assert auc(apart, "score") > 0.95
    assert auc(apart, "temporal") > 0.95
    assert 0.4 < auc(apart, "user") < 0.6
    assert 0.4 < auc(noise, "score") < 0.6


def test_the_score_is_the_mean_of_the_sub_scores_there_are():
    features, labels = random_accounts()
    scores = Detector().fit(features, labels).score_accounts(features)
    assert scores[["content", "temporal", "user"]].mean(axis=1).to_numpy() == pytest.approx(
        scores["score"].to_numpy()
    )
    assert scores[["friend", "network", "sentiment"]].isna().all(axis=None)
    assert scores["error"].between(0.0001, 0.05).all()


def test_an_account_without_a_timeline_has_no_score_but_its_profile_has():
    features, labels = random_accounts()
    detector = Detector().fit(features, labels)
    silent = features.head(2).copy()
    silent.loc[0, ["wait_all_mean", "wait_all_sd", "length_all_mean", "length_all_sd"]] = np.nan
    scores = detector.score_accounts(silent)
    assert scores["score"].isna().tolist() == scores["error"].isna().tolist() == [True, False]
    assert scores["user"].notna().all()
    assert classes.classify(scores)[0] == "unknown"


def test_single_missing_values_do_not_keep_an_account_from_its_score():
    features, labels = random_accounts()
    features = features.mask(np.random.default_rng(1).random(features.shape) < 0.3)
    features["wait_all_sd"] = features["wait_all_sd"].fillna(0)
    scores = Detector().fit(features, labels).score_accounts(features)
    assert scores["score"].notna().mean() > 0.8


def test_a_class_that_nobody_labelled_has_is_left_out():
    features, labels = random_accounts()
    detector = Detector().fit(features.assign(wait_all_mean=np.nan, wait_all_sd=np.nan), labels)
    assert list(detector.forests_) == ["content", "user"]


def test_too_few_labelled_accounts_are_not_evaluated():
    features, labels = random_accounts(10)
    assert cross_validated(features, labels)["score"].isna().all()
    assert evaluation.learning(features, labels).empty


def test_what_each_class_adds():
    noise, labels = random_accounts(600)
    features = noise.assign(
        wait_all_mean=noise["wait_all_mean"] + 3 * labels, followers=noise["followers"] + labels
    )
    table = evaluation.by_feature_class(cross_validated(features, labels), labels).set_index("class")
    assert table["alone"].idxmax() == table["permuted"].idxmax() == table["without"].idxmin() == "temporal"
    assert table.loc["content", "alone"] == pytest.approx(0.5, abs=0.08)
    assert list(table.index) == ["content", "temporal", "user"]


def test_confusion_by_hand():
    table = evaluation.confusion(pd.Series([0.1, 0.6, 0.4, 0.9, None]), pd.Series([0, 0, 1, 1, 1]))
    assert table.loc["human"].tolist() == [1, 1]
    assert table.loc["bot"].tolist() == [1, 1]


def test_recall_by_kind_by_hand():
    table = evaluation.recall_by_kind(
        pd.Series([0.9, 0.2, 0.4]), pd.Series(["replier", "replier", "person"])
    ).set_index("kind")
    assert table.loc["replier"].tolist() == [2, 0.55, 0.5]
    assert table.loc["person"].tolist() == [1, 0.4, 0]


def test_probabilities_are_those_of_labelled_accounts_and_move_with_the_base_rate():
    rng = np.random.default_rng(0)
    truth = pd.Series((rng.random(4000) < 0.5).astype(int))
    scores = pd.Series(
        0.5 + 0.1 * rng.normal(size=4000) + 0.08 * (2 * truth - 1)
    )  # odds exp(16 (score - 1/2))
    even = evaluation.probabilities(pd.Series([0.4, 0.5, 0.6]), scores, truth)
    assert even.tolist() == pytest.approx([1 / (1 + np.exp(1.6)), 0.5, 1 / (1 + np.exp(-1.6))], abs=0.03)
    rare = evaluation.probabilities(pd.Series([0.5, None]), scores, truth, base_rate=0.1)
    assert rare[0] == pytest.approx(0.1, abs=0.02)
    assert np.isnan(rare[1])


def test_reliability_of_scores_that_are_probabilities():
    rng = np.random.default_rng(0)
    scores = pd.Series(rng.random(20_000))
    curve = evaluation.reliability(scores, pd.Series((rng.random(20_000) < scores).astype(int)))
    assert len(curve) == 10
    assert (curve["score"] - curve["bots"]).abs().max() < 0.03


def test_more_examples_teach_more():
    features, labels = random_accounts(2000)
    curve = evaluation.learning(features + 0.3 * labels.to_numpy()[:, None], labels)
    assert curve["accounts"].is_monotonic_increasing
    assert curve["AUC"].iloc[-1] > curve["AUC"].iloc[0]


def test_evaluation_by_hand():
    quality = evaluation.evaluation(pd.Series([0.1, 0.6, 0.4, 0.9]), pd.Series([0, 0, 1, 1])).iloc[0]
    assert quality.to_dict() == {"accounts": 4, "AUC": 0.75, "accuracy": 0.5, "precision": 0.5, "recall": 0.5}


def test_the_detector_is_the_same_twice_and_another_with_another_seed():
    features, labels = random_accounts(100)
    first, again, other = (
        Detector(seed).fit(features, labels).score_accounts(features)["score"] for seed in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first.equals(other)


def test_peaks_of_the_scores():
    rng = np.random.default_rng(0)
    two = pd.Series(np.r_[rng.normal(0.35, 0.04, 800), rng.normal(0.7, 0.04, 200)])
    assert figure.modes(two) == pytest.approx([0.35, 0.7], abs=0.02)
    assert len(figure.modes(two[:800])) == 1
    assert figure.modes(pd.Series([0.1, None])) == []


def test_density_integrates_to_one():
    table = figure.score_density(pd.Series([0.11, 0.12, 0.6, None]))
    assert table["accounts"].sum() == 3
    assert (table["density"] * (table["high"] - table["low"])).sum() == pytest.approx(1)


def raw(study, authors: str) -> None:
    lines = [
        f'{{"id_str":"{i}","created_at":"Fri Sep 16 01:00:{i:02d} +0000 2016","text":"x","user":{{"id_str":"{ord(who)}"}}}}'
        for i, who in enumerate(authors, 1)
    ]
    (study.folder / "raw" / "a.jsonl").write_text("\n".join(lines))
    ingest(study)


def test_scores_from_elsewhere_are_used_for_the_most_active(tiny):
    raw(tiny, "aaabbccd")
    tiny.scores_csv.write_text(f"user_id,score\n{ord('a')},0.9\n{ord('b')},0.2\n999,0.5\n")
    table = scoring.score_study(tiny)
    assert table["user_id"].map(chr).tolist() == ["a", "b", "c"]  # top_accounts = 3
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["class"].tolist() == ["bot", "human", "unknown"]


def test_without_labels_or_scores_everyone_is_unknown_and_the_reader_is_told(tiny):
    raw(tiny, "aab")
    assert scoring.score_study(tiny)["class"].tolist() == ["unknown", "unknown"]
    assert "no labelled accounts" in without_scores(tiny)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user,score\n1,0.5\n", "no column user_id"),
        ("user_id,score\n1,0.5\n1.2e18,0.5\n", "line 3: id '1.2e18'"),
        ("user_id,score\n1,5\n", "line 2: id '1', score '5'"),
        ("user_id,score\n1,0.5\n2,0.1\n1,0.6\n", "line 4: account 1 comes twice"),
    ],
)
def test_a_fault_in_scores_csv_is_named_with_its_line(tiny, text, said):
    tiny.scores_csv.write_text(text)
    with pytest.raises(StudyError) as error:
        external.read_scores(tiny.scores_csv)
    assert said in str(error.value)


def test_a_wrong_label_is_named_with_its_line(tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text("1\tbot\n2\trobot\n")
    with pytest.raises(StudyError, match="line 2: '2', 'robot'"):
        read_labels(path)


def test_scores_table_keeps_its_columns(tiny):
    raw(tiny, "ab")
    table = scoring.score_study(tiny)
    tables.write(table, tiny.tables / "scores.parquet")
    assert list(tables.read(tiny, "scores")) == [
        "user_id",
        "rank",
        "tweets",
        "score",
        "error",
        *scoring.SUB_SCORES,
        "class",
    ]


def test_a_feature_s_signal_by_hand():
    labels = pd.Series([1, 1, 0, 0, 0], index=[11, 12, 13, 14, 15])
    features = pd.DataFrame(
        {"more": [3, 1, 2, 0, np.nan], "same": 7.0, "unknown": np.nan}, index=labels.index
    )
    found = evaluation.signals(features, labels)["value"]
    assert found.iloc[:2].tolist() == [0.75, 0.5]
    assert np.isnan(found["unknown"])
    assert evaluation.signals(-features, labels).loc["more", "value"] == 0.25
    assert evaluation.signals(features.iloc[:0], labels.iloc[:0])["value"].isna().all()


def test_the_confusion_of_nobody_is_nothing():
    nobody = pd.Series(dtype=float)
    assert evaluation.confusion(nobody, nobody).to_numpy().tolist() == [[0, 0], [0, 0]]


def test_the_last_mode_lies_above_the_threshold_or_is_none():
    rng = np.random.default_rng(0)
    scores = pd.DataFrame({"score": np.r_[rng.normal(0.2, 0.02, 100), rng.normal(0.7, 0.02, 100)]})
    assert figure.last_mode(scores, 0.5) == pytest.approx(0.7, abs=0.02)
    assert np.isnan(figure.last_mode(scores, 0.8))


def test_class_counts_are_the_numbers_of_the_class_table():
    scores = pd.DataFrame({"class": ["bot", "human", "human"], "tweets": [6, 2, 2]})
    counts = classes.class_counts(scores, 300, 100)
    assert counts["bot", "accounts"] == 1
    assert counts["bot", "tweets_everyone"] == 60
    assert counts["human", "tweets"] == 4


def test_shares_of_bots_need_an_account_with_a_class():
    nobody = pd.DataFrame({"class": ["unknown", "unknown"], "tweets": [3, 4]})
    assert np.isnan([classes.bot_share(nobody), classes.bot_tweet_share(nobody)]).all()
    some = pd.DataFrame({"class": ["bot", "human", "human", "unknown"], "tweets": [5, 2, 2, 1]})
    assert (classes.bot_share(some), classes.bot_tweet_share(some)) == (0.25, 0.5)


def test_no_notebook_but_this_one_loads_scikit_learn():
    cells = [
        "".join(cell["source"])
        for path in (ROOT / "notebooks").glob("*.ipynb")
        if path.stem != "02_bot_detection"
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    nodes = (node for cell in cells for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.ImportFrom))
    imports = {ast.unparse(node) for node in nodes if node.module.startswith("helpers")}
    assert len(imports) > 12
    ask = "\n".join([*sorted(imports), "import sys", "sys.exit('sklearn' in sys.modules)"])
    subprocess.run([sys.executable, "-c", ask], check=True, cwd=ROOT)
