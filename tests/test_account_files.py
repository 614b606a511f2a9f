"""Labelled accounts of a reader's own: reading odd files, joining, leaving out, and the report."""

import gzip
import json
import re

import numpy as np
import pandas as pd
import pytest
from conftest import read_data

from helpers.bots.__main__ import main
from helpers.bots.external import read_scores
from helpers.bots.features.user import CATALOGUE
from helpers.bots.labelled_files import evaluate, features_left, transfer
from helpers.ingest.accounts import read_accounts, read_label_file, read_objects
from helpers.study import StudyError

FILES = read_data("account_files.toml")
COUNTS = ["statuses_count", "followers_count", "friends_count"]
BORN, BORN_AT = "Wed Jul 14 14:06:56 +0000 2010", pd.Timestamp("2010-07-14T14:06:56Z")


def user(number: int, **changed) -> dict:
    return {"id_str": str(number), "screen_name": f"user{number}", "created_at": BORN} | changed


def made_up(folder, first: int = 0, number: int = 120):
    """Files of accounts of which every other is a bot, told apart by one field and nothing else."""
    rng = np.random.default_rng(first)
    folder.mkdir(exist_ok=True)
    objects, ids = [], range(first + 1, first + number + 1)
    for i in ids:
        counts = dict(zip(COUNTS, rng.integers(100, 200, 3).tolist(), strict=True))
        counts["statuses_count"] += 300 * (1 - i % 2)
        objects.append(user(i, screen_name="aaaaaa", verified=bool(rng.random() < 0.5), **counts))
    (folder / "a.json").write_text(json.dumps(objects))
    (folder / "l.tsv").write_text("".join(f"{i}\t{'human' if i % 2 else 'bot'}\n" for i in ids))
    return folder / "a.json", folder / "l.tsv"


@pytest.mark.parametrize("array", [False, True])
def test_bare_and_tweet_like_objects_array_or_lines_plain_or_packed(tmp_path, array):
    objects = [{"created_at": "Mon Apr 16 19:28:33 +0000 2018", "user": user(2)}, user(1)]
    text = json.dumps(objects, indent=1) if array else "\n\n".join(map(json.dumps, objects))
    path = tmp_path / ("a.json.gz" if array else "a.json")
    path.write_bytes(gzip.compress(text.encode()) if array else text.encode())
    users, at, again, (remark,) = read_objects(path)
    assert users["user_id"].tolist() == [2, 1]
    assert at.astype(str).tolist() == ["2018-04-16 19:28:33+00:00"] * 2  # the latest time, where none is said
    assert not again and remark.startswith("1 objects") and "do not say when they were looked up" in remark


@pytest.mark.parametrize(("field", "values"), [
    ("followers_count", [("12", 12), (12.0, 12), ("", None), ("many", None), (float("nan"), None),
                         (-5, None), ("9" * 5000, None)]),
    ("verified", [("true", True), ("1", True), (0, False), ("False", False), ("", None)]),
    ("created_at", [(BORN, BORN_AT), ("2010-07-14 14:06:56", BORN_AT), ("1279116416000L", BORN_AT),
                    (1279116416000, BORN_AT), (1279116416, BORN_AT), ("long ago", None),
                    (9999999999999, None)]),
    ("name", [(7, "7"), ("x" * 1001, None)]),
    ("description", [("NULL", None), ("half \ud83d a pair", "half \ufffd a pair")]),
])  # fmt: skip
def test_odd_values_are_read_or_not_known(tmp_path, field, values):
    objects = [user(number, **{field: given}) for number, (given, _) in enumerate(values, 1)]
    (tmp_path / "a.json").write_text(json.dumps(objects))
    found = read_objects(tmp_path / "a.json")[0][field]
    assert found.astype(object).where(found.notna(), None).tolist() == [read for _, read in values]


def test_the_last_of_repeated_objects_counts_names_are_v1_s_and_what_none_has_is_not_known(tmp_path):
    v2 = {"id": "2", "username": "x", "public_metrics": {"following_count": 4, "tweet_count": 5}}
    (tmp_path / "a.json").write_text(json.dumps([user(1, name="old"), v2, user(1, name="new")]))
    users, _, (remark,), _ = read_objects(tmp_path / "a.json")
    assert users.set_index("user_id")["name"][1] == "new" and "description" not in users
    assert users.loc[1, ["screen_name", "friends_count", "statuses_count"]].tolist() == ["x", 4, 5]
    assert "come again (the first in line 1, object 3; the last counts): 1 (1)" in remark


@pytest.mark.parametrize(("content", "said"), [
    *FILES["objects"],
    ('{"id": ' + "[" * 9000, "a.json, line 1: not a v1.1 user"),
    ("[" * 9000, "a.json, line 1: not a v1.1 user"),
])  # fmt: skip
def test_a_fault_in_the_objects_is_named_with_its_place(tmp_path, content, said):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(StudyError, match=re.escape(said)):
        read_objects(tmp_path / "a.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("table", FILES["tables"])
@pytest.mark.parametrize("words", ["bot human", "1 0", "TRUE False", "1.0 0.0", "social_spambot_1 genuine"])
def test_labels_in_every_dress(tmp_path, words, table, encoding):
    words = words.split() if "{2}" not in table else ["Label", *words.split()]
    (tmp_path / "l").write_bytes(table.format(*words).encode(encoding))
    assert read_label_file(tmp_path / "l")[0].to_dict() == {7: 1, 8: 0}


@pytest.mark.parametrize("table", FILES["tables"][-2:])
def test_scores_in_the_same_dress(tmp_path, table):
    (tmp_path / "s").write_text(table.format("Score", "0,5" if ";" in table else 0.5, "1e-1"))
    assert read_scores(tmp_path / "s")[0]["score"].to_dict() == {7: 0.5, 8: 0.1}


@pytest.mark.parametrize(("text", "said"), FILES["labels"])
def test_a_wrong_line_is_named(tmp_path, text, said):
    (tmp_path / "l").write_text(text)
    with pytest.raises(StudyError, match=re.escape(said)):
        read_label_file(tmp_path / "l")


def test_those_repeated_or_without_a_partner_are_counted_and_named(tmp_path):
    (tmp_path / "a").write_text(json.dumps([user(i) for i in (1, 2, 50)]))
    rows = [f"{i}\t{'bot' if i % 2 else 'human'}\n" for i in range(1, 15)]
    (tmp_path / "l").write_text("".join(["1\thuman\n", *rows]))
    accounts = read_accounts(tmp_path / "a", tmp_path / "l")
    said = "\n".join(accounts.remarks)
    assert f"labels of {tmp_path / 'l'} without an object: 12 (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …)" in said
    assert f"objects of {tmp_path / 'a'} without a label: 1 (50)" in said
    assert "come again (the first in line 2; the last counts): 1 (1)" in said
    assert accounts.labels.to_dict() == {1: 1, 2: 0}
    few = {"1\tbot\n3\thuman\n": "2; with an object: bots 1, humans 0", "id,label\n": "bots 0"}
    for text, found in few.items():
        (tmp_path / "l").write_text(text)
        with pytest.raises(StudyError, match=found):
            read_accounts(tmp_path / "a", tmp_path / "l")


def test_leaving_out_a_field_leaves_out_all_that_is_made_from_it():
    assert set(CATALOGUE) - set(features_left(["verified"])) == {"verified"}
    gone = set(CATALOGUE) - set(features_left(["description"]))
    assert gone >= {"has_description", "description_length", "description_entropy", "says_automated"}
    assert set(CATALOGUE) - set(features_left(["age_days"])) == {"age_days"}  # a feature, not a field
    assert "statuses_per_day" not in features_left(["created_at"])
    with pytest.raises(StudyError, match=r"--without verfied: no such field.*verified.*age_days"):
        features_left(["verfied"])


def auc(report: str) -> float:
    """The value on the last line, which says nothing else."""
    return float(re.fullmatch(r"AUC (\d\.\d{4})", report.splitlines()[-1])[1])


def test_what_sets_bots_apart_is_found_and_gone_without_the_field(tmp_path):
    accounts = read_accounts(*made_up(tmp_path))
    report = evaluate(accounts, folds=3)
    assert auc(report) > 0.99
    assert "accounts   120: 60 bots, 60 humans" in report
    assert 0.3 < auc(evaluate(accounts, ["statuses_count"], folds=3)) < 0.7


def test_a_field_that_one_account_alone_has_does_no_harm_but_one_of_one_class_only_is_cautioned(tmp_path):
    objects, labels = made_up(tmp_path)
    content = json.loads(objects.read_text())
    content[0] |= {"profile_banner_url": "https://t.example/1", "protected": True}
    objects.write_text(json.dumps(content))
    report = evaluate(read_accounts(objects, labels), folds=2)
    assert auc(report) > 0.95 and "CAUTION" not in report
    for one in content[1::2]:
        del one["friends_count"]
    objects.write_text(json.dumps(content))
    assert "CAUTION" in evaluate(read_accounts(objects, labels), folds=2)
    with pytest.raises(StudyError, match="--folds 61"):
        evaluate(read_accounts(objects, labels), folds=61)


def test_transfer_trains_on_one_set_and_tests_on_the_other_alone(tmp_path):
    first, second = (read_accounts(*made_up(tmp_path / str(i), first=i)) for i in (0, 1000))
    turned = second._replace(labels=1 - second.labels)
    assert auc(transfer(first, second)) > 0.99
    assert auc(transfer(first, turned)) < 0.01
    with pytest.raises(StudyError, match="left to train on"):
        transfer(first, first)


def test_timelines_join_in(tmp_path):
    said, path = ["buy now http://t.example", "so it goes"], tmp_path / "timelines.jsonl"
    posts = [
        {"id_str": f"{i}0{m}", "user": {"id_str": str(i)}, "text": said[i % 2],
         "created_at": f"Sat Oct 01 0{m}:{i * 7 * m % 60:02}:00 +0000 2016"}
        for i in range(1, 61) for m in range(8)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, posts)))
    report = evaluate(read_accounts(*made_up(tmp_path, number=60)), ["statuses_count"], timelines=path)
    assert auc(report) > 0.9
    assert "AUC of the profile alone" in report
    with pytest.raises(StudyError, match="tweets of these accounts"):
        evaluate(read_accounts(*made_up(tmp_path, first=90)), timelines=path)


def test_command_line(tmp_path, capsys):
    objects, labels = made_up(tmp_path)
    labels.write_text(labels.read_text() + "999\tbot\n")
    files = ["--accounts", str(objects), "--labels", str(labels)]
    main(["evaluate", *files, "--folds", "2", "--without", "verified"])
    report = capsys.readouterr().out
    assert f"labels of {labels} without an object: 1 (999)" in report
    assert auc(report.strip()) > 0.9
    others = [str(path) for path in made_up(tmp_path / "other", first=1000)]
    main(["transfer", *files, "--train-accounts", others[0], "--train-labels", others[1]])
    report = capsys.readouterr().out
    assert "trained on 120 other accounts" in report
    assert auc(report.strip()) > 0.9
    with pytest.raises(StudyError, match="--without nothing"):
        main(["evaluate", *files, "--without", "nothing"])
