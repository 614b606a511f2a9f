"""Bot scores: the detector, how good it is, Figure 1 and Table 3, by hand."""

import ast
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from test_ingest import put, tweet, user

from helpers import figures, tables
from helpers.bots import baseline, calibration, classes, distribution, evaluation, leakage, measures, scoring
from helpers.bots.detector import Detector, cross_validated
from helpers.bots.features import CLASSES
from helpers.bots.features.user import CATALOGUE
from helpers.bots.labels import labelled_accounts
from helpers.bots.signals import NAMED, aucs, separations
from helpers.ingest.ledger import ingest
from helpers.study import ROOT, without_scores
from helpers.uncertainty import sums

FOUR = pd.DataFrame({"class": ["bot", "human", "human", "unknown"], "tweets": [30, 40, 20, 10]})


def test_classes_at_the_threshold():
    scores = pd.DataFrame({"score": [0.49, 0.5, 0.51, 0.9, None, 0.52], "error": [0, 0, None, 0, None, 0.03]})
    assert classes.classify(scores).tolist() == ["human", "human", "bot", "bot", "unknown", "unknown"]
    strict = classes.at_threshold(scores, 0.7)["class"].tolist()
    assert strict == ["human", "human", "human", "bot", "unknown", "human"]


def test_table_3_by_hand():
    table = classes.class_table(FOUR, accounts=1000, tweets=500).set_index("class")
    assert table["accounts"].tolist() == [1, 2, 1]
    assert table["accounts_share"].tolist() == [0.25, 0.5, 0.25]
    assert table.loc["bot", "tweets_share":"tweets_everyone"].tolist() == [0.3, 250, 150]
    assert table["accounts_everyone"].isna().tolist() == [False, True, True]
    nobody = classes.class_table(FOUR.assign(**{"class": "unknown"}), 1000, 500)
    assert nobody["accounts"].isna().tolist() == [True, True, False]


def test_claims_about_classes_by_hand():
    table = classes.measures(FOUR, accounts=1000, tweets=500, rate=0.5)
    assert table.loc[list(classes.COUNTS), "value"].tolist() == [2, 4, 2, 60, 120]
    assert table.loc[[*classes.SHARES, *classes.EVERYONE], "value"].tolist() == [0.25, 0.3, 500, 300]
    # a third of those with a class, and of their tweets
    assert table.loc["bots_tweet_more", "value"] == pytest.approx(1)
    # none to three of four, twice as many in all
    assert table.loc["bots", ["low", "high"]].tolist() == [0, 6]
    nobody = classes.measures(FOUR.assign(**{"class": "unknown"}), 1000, 500, draws=2)["value"]
    assert nobody.dropna().to_dict() == {"unknown": 4}


def test_bots_with_half_the_tweets_and_a_quarter_of_the_accounts_are_twice_as_busy():
    four = pd.DataFrame({"class": ["bot"] + 3 * ["human"], "tweets": [30, 10, 10, 10]})
    twice, nobody = (classes.busier(sums(classes.counted(some), ["class"])) for some in (four, four[1:]))
    assert twice == 2 and np.isnan(nobody)


def random_accounts(accounts: int = 400) -> tuple[pd.DataFrame, pd.Series]:
    """Features of three classes that say nothing, and labels."""
    names = ["wait_all_mean", "wait_all_sd", "length_all_mean", "length_all_sd", "followers", "friends"]
    features = pd.DataFrame(np.random.default_rng(0).normal(size=(accounts, 6)), columns=names)
    return features, pd.Series(np.repeat([0, 1], accounts // 2))


def test_the_detector_tells_apart_what_differs_and_only_that():
    noise, labels = random_accounts()
    apart = noise.assign(wait_all_mean=noise["wait_all_mean"] + 4 * labels)
    scores, nothing = cross_validated(apart, labels), cross_validated(noise, labels)["score"]
    assert roc_auc_score(labels, scores["score"]) > 0.95
    assert 0.4 < roc_auc_score(labels, nothing) < 0.6
    table = evaluation.by_feature_class(scores, labels).set_index("class")
    assert table["alone"].idxmax() == table["permuted"].idxmax() == table["without"].idxmin() == "temporal"
    assert list(table.index) == ["content", "temporal", "user"]
    assert table.loc["user", "alone"] == pytest.approx(0.5, abs=0.1)
    assert table.loc["temporal", "permuted"] > 0.05 > abs(table.loc["user", "permuted"])


def test_the_score_is_the_mean_of_the_sub_scores_and_needs_a_timeline():
    features, labels = random_accounts()
    silent = features.head(3).copy()
    silent.loc[0, ["wait_all_mean", "wait_all_sd", "length_all_mean"]] = np.nan
    silent.loc[1, ["wait_all_mean", "length_all_mean", "length_all_sd"]] = np.nan  # of one wait is known
    scores = Detector().fit(features, labels).score_accounts(silent)
    assert scores["score"].isna().tolist() == scores["error"].isna().tolist() == [True, True, False]
    assert scores["temporal"].isna().tolist() == [True, False, False]
    assert scores["user"].notna().all()
    assert scores["score"][2] == pytest.approx(scores.loc[2, ["content", "temporal", "user"]].mean())
    assert scores[["friend", "network", "sentiment"]].isna().all(axis=None)
    assert 0.0001 < scores["error"][2] < 0.05


def test_forests_are_those_of_the_classifier_and_the_same_twice():
    features, labels = random_accounts(100)
    first, again, other = (Detector(n).fit(features, labels).score_accounts(features) for n in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)
    rule = {"max_depth": 2, "max_features": 6, "min_samples_leaf": 10, "random_state": 1}
    user = features[["followers", "friends"]].to_numpy("float32")
    votes = RandomForestClassifier(120, **rule).fit(user, labels).predict_proba(user)[:, 1]
    assert first["user"].tolist() == pytest.approx(votes.tolist(), abs=1e-12)


def test_the_interval_of_the_bots_takes_in_that_the_forests_learned_from_some_accounts_and_not_from_others():
    """With examples that say nothing the draw of them alone decides who is a bot."""
    features, labels = random_accounts(40)
    labels = pd.Series(np.random.default_rng(5).permutation(labels), labels.index)
    again = scoring.redrawn_scores((features, labels), features, draws=4)
    assert again.groupby("draw").size().tolist() == [len(features)] * 4
    own = scoring.forest_scores((features, labels), features).reset_index(names="user_id").assign(tweets=1)
    own = classes.at_threshold(own, 0.5)
    others = classes.redrawn(own, again, 0.5)
    assert len({(each["class"] == "bot").sum() for each in others}) > 1
    ends = [classes.measures(own, 40, 40, others=each).loc["bots"] for each in ([], others)]
    assert ends[1]["high"] - ends[1]["low"] > ends[0]["high"] - ends[0]["low"]
    assert ends[0]["value"] == ends[1]["value"] == (own["class"] == "bot").sum()
    assert scoring.redrawn_scores((features[:0], labels[:0]), features).empty


def test_what_too_few_have_is_left_out():
    features, labels = random_accounts(20)
    detector = Detector().fit(features.assign(wait_all_mean=np.nan, wait_all_sd=np.nan), labels)
    assert list(detector.forests_) == ["content", "user"]
    assert cross_validated(features[1:], labels[1:])["score"].isna().all()
    assert evaluation.learning(features, labels).empty


def test_quality_by_hand():
    scores, labels = pd.Series([0.1, 0.6, 0.4, 0.9, None]), pd.Series([0, 0, 1, 1, 1])
    row = evaluation.quality(scores, labels).iloc[0]
    half = dict.fromkeys(["accuracy", "balanced accuracy", "F1", "precision", "recall"], 0.5)
    assert row.to_dict() == {"accounts": 4, "AUC": 0.75} | half
    row = evaluation.quality(pd.Series([0.9, 0.1, 0.1, 0.1]), pd.Series([1, 1, 0, 0])).iloc[0]
    assert row[["balanced accuracy", "F1"]].tolist() == pytest.approx([0.75, 2 / 3])
    assert evaluation.confusion(scores, labels).to_numpy().tolist() == [[1, 1], [1, 1]]
    nobody = pd.Series(dtype=float)
    assert evaluation.confusion(nobody, nobody).to_numpy().tolist() == [[0, 0], [0, 0]]
    assert evaluation.quality(nobody, nobody).iloc[0].isna().sum() == 6
    kinds = pd.Series(["replier", "replier", "person"])
    table = evaluation.recall_by_kind(pd.Series([0.9, 0.2, 0.4]), kinds)
    assert table.to_numpy().tolist() == [["person", 1, 0.4, 0], ["replier", 2, 0.55, 0.5]]


def test_one_split_takes_the_best_threshold_on_the_best_feature():
    noise, labels = random_accounts()
    few = np.where(np.arange(400) % 10 == 0, 1 - labels, labels)  # one in ten is on the wrong side
    split = baseline.one_split(noise.assign(friends=-3.0 * few, followers=np.nan), labels)
    assert set(split["feature"]) == {"friends"} and split["cut"].unique().tolist() == [-1.5]
    scores = pd.Series(np.where(labels == 1, 0.8, 0.2))
    table = baseline.beside(split, scores, labels).set_index("detector")
    assert table["accuracy"].tolist() == pytest.approx([0.9, 1])
    assert table["AUC"].tolist() == pytest.approx([0.9, 1], abs=0.02)
    graded = baseline.one_split(noise.assign(friends=-(labels + np.arange(400) / 400)), labels)
    # fewer friends are more like a bot; places of two folds differ by an account
    assert roc_auc_score(labels, graded["place"]) == pytest.approx(1, abs=1e-3)
    assert baseline.one_split(noise[:205], labels[:205])["score"].isna().all()  # five bots for ten folds


def test_bots_of_a_kind_that_was_not_in_training():
    noise, labels = random_accounts()
    kinds = pd.Series(np.where(labels == 0, "person", np.where(np.arange(400) % 2, "odd", "even")))
    kinds[[0, 399]] = None  # a bot of which no kind is known is left out
    traits = {"length_all_mean": "even", "wait_all_mean": "odd"}  # each kind has its own
    apart = noise.assign(**{name: noise[name] + 6 * (kinds == kind) for name, kind in traits.items()})
    known = {"user_id": labels.index, "label": labels, "kind": kinds}
    labelled = pd.DataFrame(known | {"score": cross_validated(apart, labels)["score"]})
    table = baseline.kinds_left_out(apart, labelled, 0.4).set_index("kind")
    assert table["bots"].to_dict() == {"even": 100, "odd": 99}
    assert (table["found"] > 0.8).all() and (table["found unseen"] < 0.3).all()
    assert (table["AUC"] - table["AUC unseen"] > 0.2).all()
    assert baseline.kinds_left_out(apart, labelled.replace("odd", "even")).empty


def test_published_numbers_of_detectors_have_a_source_and_are_shares():
    table = baseline.published()
    assert table["source"].str.len().min() > 10
    values = table.drop(columns=["detector", "set", "source"])
    assert values.min(axis=None) > 0 and values.max(axis=None) <= 1
    yang = table[table["detector"].str.startswith("BotometerLite,")].set_index("set")["AUC"]
    assert yang.to_dict() == {"botwiki": 0.99, "gilani-2017": 0.68, "midterm-2018": 0.98, "rtbust-2019": 0.6}


def test_probabilities_are_those_of_labelled_accounts_and_move_with_the_base_rate():
    rng = np.random.default_rng(0)
    truth = pd.Series((rng.random(4000) < 0.5).astype(int))
    scores = 0.5 + 0.1 * rng.normal(size=4000) + 0.08 * (2 * truth - 1)  # odds exp(16 (score - 1/2))
    even = calibration.probabilities(pd.Series([0.4, 0.5, 0.6]), scores, truth)
    assert even.tolist() == pytest.approx([1 / (1 + np.exp(1.6)), 0.5, 1 / (1 + np.exp(-1.6))], abs=0.03)
    rare = calibration.probabilities(pd.Series([0.5, None]), scores, truth, base_rate=0.1)
    assert rare[0] == pytest.approx(0.1, abs=0.02)
    assert np.isnan(rare[1])


def test_calibrated_probabilities_are_wrong_in_a_crowd_of_other_humans():
    rng, half = np.random.default_rng(0), pd.Series(np.repeat([0, 1], 2000))
    labelled, activists = (pd.Series(rng.normal(mean + 0.3 * half, 0.1)) for mean in (0.4, 0.2))
    activists[half == 1] += 0.2  # bots score alike in both, humans do not
    given = calibration.probabilities(activists, labelled, half)
    edges = [0, 0.2, 0.8, 1]
    low, middle, high = calibration.reliability(given, half, edges)["bots"]
    assert low < 0.1 and middle > 0.95 and high > 0.99  # of those given "about a half" nearly all are bots
    same = calibration.reliability(calibration.probabilities(labelled, labelled, half), half, edges)
    assert same["bots"][1] == pytest.approx(same["score"][1], abs=0.1)


def test_reliability_by_hand():
    scores, labels = pd.Series(np.r_[np.full(10, 0.2), np.full(10, 0.6)]), pd.Series([0, 1] * 5 + [1] * 10)
    low, high = calibration.reliability(scores, labels, bins=2).to_numpy()
    assert low.tolist() == pytest.approx([0.2, 0.5, 10, 0.2366, 0.7634], abs=1e-4)  # Wilson's, of five in ten
    assert high.tolist() == pytest.approx([0.6, 1, 10, 0.7225, 1], abs=1e-4)
    (edged,) = calibration.reliability(scores, labels, [0.5, 0.7]).to_numpy()
    assert edged[:3].tolist() == pytest.approx([0.6, 1, 10])  # those below the first edge are left out
    curves = dict.fromkeys(["score", "calibrated"], calibration.reliability(scores, labels, 2))
    said = figures.told("detector_reliability", calibration.reliability_facts(curves))
    assert said["title"].endswith("0.40 (score), 0.40 (calibrated)")
    assert "among 20 labelled" in said["caption"]


@pytest.mark.parametrize(("aucs", "sd", "title"), [
    ([0.7, 0.9], 0.1, "raise the AUC from 0.700 to 0.900"),
    ([0.9, 0.7], 0.1, "lower the AUC from 0.900 to 0.700"),
    ([0.7, 0.9], 0.3, "do not move the AUC beyond its spread: 0.700 and 0.900"),
    ([], [], "Too few labelled accounts"),
])  # fmt: skip
def test_the_learning_curve_s_headline(aucs, sd, title):
    curve = pd.DataFrame({"accounts": [100, 200][: len(aucs)], "AUC": aucs, "sd": sd}, dtype=float)
    assert title in figures.told("detector_learning", evaluation.learning_facts(curve))["title"]


def test_peaks_of_the_scores_and_the_last_above_a_threshold():
    rng = np.random.default_rng(0)
    two = pd.Series(np.r_[rng.normal(0.35, 0.04, 800), rng.normal(0.7, 0.04, 200)])
    assert distribution.modes(two) == pytest.approx([0.35, 0.7], abs=0.02)
    assert len(distribution.modes(two[:800])) == 1
    assert distribution.modes(pd.Series([0.1, None])) == []
    table = distribution.score_density(two)
    assert (table["density"] * (table["high"] - table["low"])).sum() == pytest.approx(1)
    assert distribution.last_mode(two.to_frame("score"), 0.5) == pytest.approx(0.7, abs=0.02)
    assert np.isnan(distribution.last_mode(two.to_frame("score"), 0.8))


def real_scores(*accounts: float) -> pd.DataFrame:
    """Real scores in ten bins of 0.1."""
    table = pd.DataFrame({"low": np.arange(10) / 10, "accounts": accounts})
    return table.assign(high=table["low"] + 0.1, density=table["accounts"] / sum(accounts) * 10)


def test_real_scores_beside_figure_1():
    falling, bump = real_scores(0, 2, 4, 3, 3, 3, 2, 1, 1, 1), real_scores(0, 2, 4, 3, 3, 2, 2, 4, 0, 0)
    table = distribution.beside_real(distribution.score_density(pd.Series([0.4])), falling)
    assert table["real"].iloc[8:12].tolist() == [2] * 4  # four bars to a bin: 0.2 to 0.3
    assert (table["real"] * 0.025).sum() == pytest.approx(1)
    said = distribution.real_facts(falling)
    assert (said["real_accounts"], said["real_at"], said["real_peaks"]) == (20, 0.4, "0.25")
    assert said["no_bump"] and not distribution.real_facts(bump)["no_bump"]
    words = figures.told("figure_1", distribution.facts(pd.Series([0.4]), 0.5, falling))["caption"]
    assert "20 real accounts" in words and "(40.0% with those" in words and "no peak" in words


def test_real_scores_of_2016_are_for_studies_of_2016(tiny, monkeypatch):
    real = distribution.real_scores(tiny)
    said = distribution.real_facts(real)
    assert said["real_accounts"] == 5611 and said["no_bump"] and said["real_above"] < said["real_at"] < 0.21
    monkeypatch.setattr(distribution, "of_article", lambda study: False)
    nothing = distribution.real_scores(tiny)
    beside = distribution.beside_real(distribution.score_density(pd.Series([0.4])), nothing)
    assert nothing.empty and beside["real"].isna().all()


def test_the_headline_of_figure_1():
    nothing = real_scores(*range(10)).iloc[:0]
    facts = lambda scores: distribution.facts(pd.Series(scores, dtype=float), 0.5, nothing)  # noqa: E731
    said = lambda *scores: figures.told("figure_1", facts(scores))  # noqa: E731
    few = said(0.2, 0.6, 0.7, 0.8)
    assert few["title"] == "75.0% of the most active accounts score above 0.5"
    assert "95% interval 25.0% to 100.0%" in few["caption"] and "real" not in few["caption"] + few["alt"]
    assert "no clear peak" in few["alt"]
    assert said(*[0.2] * 30, *[0.22] * 30)["title"].endswith("scores peak at 0.21")
    assert said()["title"] == "No account has a bot score"


def test_a_signal_s_auc_by_hand_and_that_of_draws():
    accounts = pd.DataFrame({"label": [1, 1, 0, 0, 0], "more": [3, 1, 2, 0, np.nan], "same": 7.0})
    accounts = accounts.assign(unknown=np.nan, less=-accounts["more"])
    table = separations(accounts, ["more", "same", "less", "unknown"])
    assert table["value"].tolist() == pytest.approx([0.75, 0.5, 0.25, np.nan], nan_ok=True)
    values, bots, times = np.array([3, 1, 2, 2]), np.array([True, True, False, False]), [1, 2, 1, 3]
    drawn = roc_auc_score(np.repeat(bots, times), np.repeat(values, times))
    assert aucs(values, bots, np.array([times]))[0] == pytest.approx(drawn)


def labelled() -> pd.DataFrame:
    """Two bots of one kind and two organisations, which tweet twice as much as two persons."""
    kinds, score = ["replier", "organisation", "person"], [0.9, 0.4, 0.6, 0.3, 0.2, 0.1]
    table = pd.DataFrame({"label": [1, 1, 0, 0, 0, 0], "kind": np.repeat(kinds, 2), "score": score})
    table[[*CLASSES, *NAMED.values()]] = 0.5
    known = {"user": score, "retweet_share": score, "content": table["label"]}
    return table.assign(**known, statuses_per_day=[1, 1, 8, 8, 4, 4])


def test_claims_about_the_labelled_by_hand():
    scores = FOUR.assign(score=[0.9, 0.3, 0.3, None])
    table = measures.measures(scores, pd.Series([40, 30, 20, 10, 5, 5]), labelled(), rate=0.5)
    value = table["value"]
    assert value[["top_accounts", "top_tweets", "top_share_of_tweets"]].tolist() == [8, 200, 100 / 110]
    assert value["user_class_first"] == 2  # after content, which is the label itself
    assert value["detector_accuracy"] == pytest.approx(4 / 6)
    assert value["scores_in_the_middle"] == pytest.approx(2 / 3)
    assert value[["organisations_at_the_top", "organisations_tweet_more"]].tolist() == [2, 2]
    assert value["bots_retweet_more_than_they_write"] == pytest.approx(0.65)
    assert value["bots_retweet_share"] == 0.875  # of eight pairs the bot has more in seven
    nobody = measures.measures(scores, pd.Series([9]), labelled().iloc[:0], draws=2)["value"]
    assert nobody[["detector_accuracy", "organisations_at_the_top", "user_class_first"]].isna().all()


def test_the_headline_of_the_leakage():
    lows = zip(leakage.SOURCES, (-1, 0.5), strict=True)
    rows = [(source, habit, 0, low, 1) for source, low in lows for habit in "ab"]
    table = pd.DataFrame(rows, columns=leakage.COLUMNS)
    title = figures.told("scoring_trap", leakage.facts(table))["title"]
    assert "in 0 of 2 habits if scored on timelines from outside, in 2 if on the collected" in title
    assert "to show the leakage with" in figures.told("scoring_trap", leakage.facts(table.iloc[:0]))["title"]


def raw(study, authors: str) -> None:
    tweets = (tweet(number, user=user(ord(who))) for number, who in enumerate(authors))
    put(study.folder / "raw" / "a.jsonl", *tweets)
    ingest(study)


def test_a_study_s_own_scores_are_used_for_the_most_active(tiny):
    raw(tiny, "aaabbccd")
    tiny.scores_csv.write_text(f"user_id,score\n{ord('a')},0.9\n{ord('b')},0.2\n999,0.5\n")
    table = scoring.score_study(tiny)
    assert table["user_id"].map(chr).tolist() == ["a", "b", "c"]  # top_accounts = 3
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["class"].tolist() == ["bot", "human", "unknown"]


def test_without_labels_or_scores_everyone_is_unknown_and_the_reader_is_told(tiny):
    raw(tiny, "aab")
    table = scoring.score_study(tiny)
    assert table["class"].tolist() == ["unknown", "unknown"]
    assert "no labelled accounts" in without_scores(tiny)
    tables.write(table, tiny.tables / "scores.parquet")
    assert list(tables.read(tiny, "scores")) == [*scoring.COLUMNS, "class"]


def test_the_reader_is_told_what_accounts_are_scored_on_and_what_was_lost(tiny):
    told = lambda: figures.note("scores", scoring.facts(tiny))  # noqa: E731
    raw(tiny, "aaabbc")
    for name in ("labelled", "timelines"):
        (tiny.folder / name).mkdir()
        assert getattr(tiny, name) is None  # a folder without files is none
        users = [{"id_str": str(ord(who)), "screen_name": who} for who in "abb"]
        (tiny.folder / name / "accounts.jsonl").write_text("\n".join(map(json.dumps, users)))
    (tiny.folder / "labelled" / "labels.csv").write_text("id,label\n97,bot\n98,human\n7,bot\n")
    (tiny.folder / "labelled" / "kinds.tsv").write_text("97\tspam\n97\tfan\n")
    assert "in labelled/ and timelines/ of this study, so" in told()
    assert "labels of labelled/labels.csv without an object: 1 (7);" in told()
    assert "kinds.tsv that come again (the first in line 2; the last counts): 1 (97);" in told()
    tweets = (tiny.folder / "raw" / "a.jsonl").read_text()
    (tiny.folder / "labelled" / "timelines.jsonl").write_text(tweets + "\ngarbage")
    assert "in timelines/ of this study, so" in told()  # and timelines of one side only are not used
    assert set(labelled_accounts(tiny, tables.last_moment(tiny))[0]) == set(CATALOGUE)
    (tiny.folder / "timelines" / "timelines.jsonl").write_text(tweets)
    assert "from outside the collection**." in told()
    assert "lines in labelled that are no tweets: 2 (line 1 of timelines.jsonl: neither" in told()
    tiny.scores_csv.write_text("user_id,score\n98,0.5\n")
    assert told().endswith("its own scores.csv, which has 1 of the 3 most active accounts.")
    for text, number in {"user_id,score\n": 0, "user_id,score\n7,0.5\n": 1}.items():
        tiny.scores_csv.write_text(text)
        assert told().startswith("**Nobody has a score.** None of the 3") and f"(in all: {number})" in told()
        assert set(scoring.score_study(tiny)["class"]) == {"unknown"}


def test_no_notebook_but_this_one_loads_scikit_learn():
    others = set((ROOT / "notebooks").glob("*.ipynb")) - {ROOT / "notebooks" / "02_bot_detection.ipynb"}
    cells = [cell for path in others for cell in json.loads(path.read_text("utf-8"))["cells"]]
    trees = [ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    imports = sorted({ast.unparse(node) for node in nodes if node.module.startswith("helpers")})
    lines = [*imports, "from helpers import findings", "import sys", "sys.exit('sklearn' in sys.modules)"]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, cwd=ROOT)
