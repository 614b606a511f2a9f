"""What a file is, and what came of what is odd in it."""

import json

import pytest
from test_ingest import counts, made, only_row, put, rows, tweet, user

from helpers.check import main
from helpers.ingest.formats import FOLDER, formats, tried
from helpers.ingest.ledger import ingest, ingest_files
from helpers.new import new
from helpers.study import StudyError, open_study

EXAMPLES = FOLDER / "examples"
WIDE = "tweet,author,when,said,likes\n1,7,2016-09-18 12:00,hi #Debates,3\n2,anna,2016-09-18 13:00,ho,4\n"
OWN = """
title = "mine"
columns = ["tweet", "author", "when", "said"]
opaque_ids = true
[tweets]
tweet_id = "tweet"
user_id = "author"
created_at = '"when"'
text = "said"
"""


def said(capsys, *paths, code=0):
    """What the command says of these files, where it ends with this code."""
    assert main(list(map(str, paths))) == code
    return capsys.readouterr().out


def test_of_a_file_it_says_format_size_columns_notebooks_losses_and_what_comes_next(capsys):
    found = said(capsys, EXAMPLES / "api_v2.jsonl")
    assert "Files by format: API v2 (pages of answers): 1. Tweets: 7, each once." in found
    assert "Accounts: 7. From 16 Sep 2016 to 16 Sep 2016 (UTC). Languages: en 86%, es 14%." in found
    assert "retweeted_tweet_id 14%" in found and "Not in this format: author_lang" in found
    assert "02 bots and humans: needs labelled accounts" in found and "09 embeddedness: has what" in found
    assert "duplicates 0, other than tweets 1, rejected 0" in found
    assert f"python -m helpers.new STUDY {EXAMPLES / 'api_v2.jsonl'}" in found


def test_without_tweets_it_says_why_and_nothing_comes_next(tmp_path, capsys):
    found = said(
        capsys, put(tmp_path / "a.js", b'window.YTD.tweets.part0 = [{"tweet": {"id": "1"}}]'), code=1
    )
    assert "Nothing to study" in found and "archive" in found and "Next" not in found
    with pytest.raises(SystemExit, match="no files are here"):
        main([str(put(tmp_path / "empty" / ".hidden").parent)])


@pytest.mark.parametrize(
    "name", ["information_operations.csv", "api_v2.jsonl", "x24.csv.gz", "v1_minutes.zip"]
)
def test_two_commands_make_tables_of_a_file(tmp_path, name):
    new(tmp_path / "mine", [EXAMPLES / name])
    study = open_study(tmp_path / "mine", tmp_path / "out")
    assert ingest(study)["kept"].tolist() == [7]


def test_formats_are_data_whose_expressions_hold_and_a_study_brings_its_own(tmp_path):
    assert all(tried(FOLDER / f"{one.name}.toml") for one in formats() if not one.advice)
    new(tmp_path / "mine")
    raw = put(tmp_path / "mine" / "raw" / "a.csv", WIDE.encode())
    study = open_study(tmp_path / "mine", tmp_path / "out")
    with pytest.raises(StudyError, match="a table in no known format, with the columns tweet, author, when"):
        ingest(study)
    (tmp_path / "mine" / "mine.toml").write_text(OWN)
    settings = tmp_path / "mine" / "study.toml"
    settings.write_text(settings.read_text().replace('# format = "mine.toml"', 'format = "mine.toml"'))
    study = open_study(tmp_path / "mine", tmp_path / "out")
    assert ingest(study)["kept"].tolist() == [2]
    first, second = rows(study.tables)
    assert (first["user_id"], first["hashtags"], first["text"]) == (7, ["debates"], "hi #Debates")
    assert rows(study.tables, "ids") == [{"id": second["user_id"], "given": "anna"}]
    assert 2**62 <= second["user_id"] < 2**63
    record = json.loads((study.tables / "ingest.json").read_text())
    assert (record["mended"], record["formats"]) == ({"hashtags": 1}, {raw.name: ["mine"]})


def test_of_a_table_rows_that_do_not_fit_are_named_and_the_others_kept(tmp_path):
    table = "tweetid,userid,tweet_text,tweet_time\n1,7,a,2016-09-18\n2,7\n,7,b,2016-09-18\n"
    table += "1.3e18,7,c,2016-09-18\n"
    more = b'3,8,"caf\xe9, it says",2016-09-18 12:00\n4,8,d,1999-01-01\n'  # in Windows-1252
    path = put(tmp_path / "a.csv", table.encode() + more)
    assert counts(ingest_files([path], tmp_path / "out")) == [("a.csv", 6, 2, 0, 0, 4)]
    assert [row["text"] for row in rows(tmp_path / "out")] == ["a", "café, it says"]
    refused = {row["reason"][:31]: row["line"] for row in rows(tmp_path / "out", "rejected")}
    assert refused == {
        "not a row of this table: Expect": 3, "a tweet without an id": 4,
        "id '1.3e18' was rounded by a sp": 5, "created_at '1999-01-01' is not ": 7,
    }  # fmt: skip


@pytest.mark.parametrize("step", [1000, 128])
def test_a_file_whose_ids_were_rounded_keeps_none_above_2_53(tmp_path, step):
    ids = [1_316_529_221_557_252_000 // step * step + step * number for number in range(9)]
    given = [tweet(str(number)) for number in [*ids, 5]]
    assert [row["tweet_id"] for row in made(tmp_path, *given)] == [5]
    assert {row["reason"][:18] for row in rows(tmp_path / "out", "rejected")} == {"its id was rounded"}
    whole = [tweet(str(number + 7 * place)) for place, number in enumerate(ids)]
    assert len(made(tmp_path / "whole", *whole)) == len(whole)


@pytest.mark.parametrize(("fields", "column", "value"), [
    ({"place": ""}, "place", None), ({"entities": []}, "hashtags", ["tag"]),
    ({"id": {"$numberLong": "1"}}, "tweet_id", 1),
    ({"created_at": {"$date": "2016-09-18T12:00:00Z"}}, "kind", "original"),
    ({"coordinates": float("nan")}, "longitude", None), ({"text": "half \ud83d"}, "text", "half \ufffd"),
])  # fmt: skip
def test_an_odd_field_never_costs_the_tweet(tmp_path, fields, column, value):
    assert only_row(tmp_path, tweet(text="a #tag, a #cut…") | fields)[column] == value


def test_odd_counts_of_an_author_are_read_as_meant_or_not_known(tmp_path):
    odd = user(followers_count=12.0, friends_count="12", listed_count=12.5, verified="false")
    found = only_row(tmp_path, tweet(user=odd), table="users")
    assert [found[f"{name}_count"] for name in ("followers", "friends", "listed")] == [12, 12, None]
    assert found["verified"] is False


def test_links_to_folders_are_followed_and_no_circle_is_run(tmp_path):
    put(tmp_path / "elsewhere" / "a.jsonl", tweet())
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "circle").symlink_to(tmp_path / "raw")
    new(tmp_path / "mine", [tmp_path / "raw"])
    study = open_study(tmp_path / "mine", tmp_path / "out")
    assert ingest(study)["file"].tolist() == ["a.jsonl"]
