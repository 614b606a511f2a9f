"""The command on labelled accounts of one's own: odd files are read, what is missing is said, the AUC comes last."""

import json
import re

import numpy as np
import pytest

from helpers.bots.__main__ import main


def write(folder, n=60, gap=4.0, **odd):
    """Accounts of which bots have more friends a day, and their labels; `odd` changes the first object."""
    rng = np.random.default_rng(0)
    objects = []
    for i in range(n):
        bot = i % 2
        user = {
            "id_str": str(1000 + i), "screen_name": f"user{i}", "name": "A B", "created_at": "Mon Feb 01 00:00:00 +0000 2016",
            "friends_count": int(np.exp(rng.normal(4 + gap * bot))), "followers_count": str(int(rng.integers(10, 900))),
            "statuses_count": float(rng.integers(10, 900)), "verified": "false", "default_profile": 1,
        }  # fmt: skip
        objects.append(
            {"created_at": "Sat Oct 01 00:00:00 +0000 2016", "user": user | (odd if i == 0 else {})}
        )
    accounts, labels = folder / "accounts.json", folder / "labels.tsv"
    accounts.write_text(json.dumps(objects))
    labels.write_text("id\tlabel\n" + "".join(f"{1000 + i}\t{('human', 'bot')[i % 2]}\n" for i in range(n)))
    return accounts, labels


def run(capsys, accounts, labels, *more, command="evaluate"):
    main([command, "--accounts", str(accounts), "--labels", str(labels), *map(str, more)])
    return capsys.readouterr().out


def auc(out) -> float:
    return float(re.fullmatch(r"AUC (\d\.\d{4})", out.strip().splitlines()[-1])[1])


def test_the_last_line_is_the_auc(tmp_path, capsys):
    out = run(capsys, *write(tmp_path))
    assert auc(out) > 0.98
    assert "30 bots, 30 humans" in out


def test_accounts_that_do_not_differ_are_not_told_apart(tmp_path, capsys):
    assert 0.2 < auc(run(capsys, *write(tmp_path, gap=0))) < 0.8


def test_a_field_left_out_takes_all_that_is_made_from_it(tmp_path, capsys):
    files = write(tmp_path)
    assert auc(run(capsys, *files, "--without", "friends_count")) < 0.8
    with pytest.raises(SystemExit, match="--without freinds_count: no such field or feature"):
        run(capsys, *files, "--without", "freinds_count")


def test_labels_without_objects_are_named(tmp_path, capsys):
    accounts, labels = write(tmp_path)
    labels.write_text(labels.read_text() + "77\tbot\n")
    assert re.search(r"^1 labels of .* without an object: 77$", run(capsys, accounts, labels), re.M)


def test_lines_and_commas_do_as_well(tmp_path, capsys):
    accounts, labels = write(tmp_path)
    first = auc(run(capsys, accounts, labels))
    objects = json.loads(accounts.read_text())
    lines, csv = tmp_path / "lines.jsonl", tmp_path / "labels.csv"
    lines.write_text("\n".join(json.dumps(one) for one in objects))
    csv.write_text(labels.read_text().replace("\t", ","))
    assert auc(run(capsys, lines, csv)) == first


def test_a_wrong_label_and_an_object_without_an_id_are_named(tmp_path, capsys):
    accounts, _ = write(tmp_path)
    wrong = tmp_path / "wrong.tsv"
    wrong.write_text("1000\tbot\n1001\trobot\n")
    with pytest.raises(SystemExit, match="line 2: '1001', 'robot'"):
        run(capsys, accounts, wrong)
    with pytest.raises(SystemExit, match=r"item 1: not a v1\.1 user with an id"):
        run(capsys, *write(tmp_path, id_str=None))


def test_a_field_that_one_account_alone_has_does_no_harm(tmp_path, capsys):
    assert auc(run(capsys, *write(tmp_path, profile_banner_url="https://t.example/1", protected=True))) > 0.95


def test_transfer_trains_on_one_set_and_tests_on_another(tmp_path, capsys):
    (tmp_path / "other").mkdir()
    accounts, labels = write(tmp_path / "other", 40)
    moved = accounts.read_text().replace('"id_str": "10', '"id_str": "90')
    accounts.write_text(moved)
    labels.write_text(re.sub(r"^10", "90", labels.read_text(), flags=re.M))
    train = write(tmp_path)
    out = run(
        capsys, accounts, labels, "--train-accounts", train[0], "--train-labels", train[1], command="transfer"
    )
    assert auc(out) > 0.95
    assert "trained on 60 other accounts" in out


def test_timelines_join_in(tmp_path, capsys):
    accounts, labels = write(tmp_path, gap=0)
    minutes = [(i, m) for i in range(60) for m in range(8)]
    tweets = tmp_path / "timelines.jsonl"
    tweets.write_text(
        "\n".join(
            json.dumps({
                "id_str": str(i * 100 + m + 1), "user": {"id_str": str(1000 + i)}, "text": "buy now http://t.example" if i % 2 else "so it goes",
                "created_at": f"Sat Oct 01 0{m}:{(i * 7 * m) % 60:02}:00 +0000 2016",
            })
            for i, m in minutes
        )
    )  # fmt: skip
    out = run(capsys, accounts, labels, "--timelines", tweets)
    assert auc(out) > 0.9
    assert "AUC of the profile alone" in out
