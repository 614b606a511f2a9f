"""Pseudonyms: nothing that names an account is left in a folder of results, and all joins hold."""

import re

import pyarrow.parquet as pq
import pytest
from test_ingest import LATER, entities, put, rows, study_in, tweet, user

from helpers.bots.labels import labelled_accounts
from helpers.ingest.ledger import ingest
from helpers.ingest.pseudonyms import SETTING, chosen
from helpers.reproduce.notebooks import run
from helpers.study import StudyError, open_study
from helpers.tables import last_moment

ANN, BOB, TWEET = 9100000000000000011, 9100000000000000012, 9000000000000000001
A, B, C = "Ann_of_the_invented_town", "Bob_of_the_invented_town", "Candidate_of_all_towns"
NAMING = rf"(?i){ANN}|{BOB}|{TWEET}|{A}|{B}|aZ09bY18cX|annabel"
LINK = f"https://twitter.com/{A}/status/{TWEET}"
TOML = 'name="t"\ntitle="T"\nsynthetic=false\n[[candidates]]\nkey="c"\nname="C"\nhashtags=[]\nmentions='


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Ann, a labelled bot, answers Bob, who retweets that."""
    monkeypatch.setenv(SETTING, str(tmp_path / "key"))
    ann = user(ANN, screen_name=A, name="Annabel", description=f"ask @{B}", url=f"https://{A}.example")
    bob = user(BOB, screen_name=B, profile_banner_url=f"https://img.example/{BOB}", location=f"at @{A}")
    said = {"text": f"@{B.upper()}, @{C}: https://t.co/aZ09bY18cX {LINK}.", "in_reply_to_user_id": BOB}
    found = entities(str(BOB)) | {"urls": [{"expanded_url": LINK}]}
    one = tweet(TWEET, user=ann, entities=found, **said)
    two = tweet(TWEET + 1, user=bob, retweeted_status=one, created_at=LATER)
    folder = study_in(tmp_path / "study", one).folder
    put(folder / "raw" / f"{A}.jsonl", two, tweet(id_str=A), tweet(created_at=str(BOB)))
    for name in ("labelled", "timelines"):
        put(folder / name / "accounts.jsonl", ann, bob)
        put(folder / name / "timelines.jsonl", one, two)
    put(folder / "labelled" / "labels.tsv", f"{ANN}\tbot\n{BOB}\thuman\n{TWEET}\tbot".encode())
    put(folder / "study.toml", f'{TOML}["{C}"]'.encode())
    return open_study(folder, tmp_path / "out")


def naming(folder):
    """The files of a folder that name somebody."""
    texts = {path: path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()}
    texts |= {path: str(pq.read_table(path).to_pydict()) for path in texts if path.suffix == ".parquet"}
    return [path for path, text in texts.items() if re.search(NAMING, f"{path}{text}")]


def test_tables_name_nobody_and_all_joins_hold(study):
    assert ingest(study)["kept"].tolist() == [1, 1]
    features, labels = labelled_accounts(study, last_moment(study))
    (one, two), hidden = rows(study.tables), chosen(study)
    ann, bob = map(hidden.number, (ANN, BOB))
    assert labels.to_dict() == {ann: 1, bob: 0} and features["name_length"].isna().all()
    assert (one["user_id"], one["in_reply_to_user_id"], one["mentions"]) == (ann, bob, [bob])
    assert (two["retweeted_tweet_id"], two["retweeted_user_id"]) == (one["tweet_id"], ann)
    assert re.fullmatch(rf"@{hidden.handle(B)}, @{C}: https://t.co/link_\w+ {one['urls'][0]}\.", one["text"])
    assert not naming(study.out)


@pytest.mark.parametrize("name", ["study/key", "out/key", "short", "nowhere/key"])
def test_a_key_is_kept_apart_and_needed_and_another_gives_others(study, tmp_path, monkeypatch, name):
    before = ingest(study), rows(study.tables), (tmp_path / "key").rename(tmp_path / "old")
    for key, same in (("key", False), ("old", True)):
        monkeypatch.setenv(SETTING, str(tmp_path / key))
        assert (len(ingest(study)), rows(study.tables) == before[1]) == (2, same)
        assert (tmp_path / key).stat().st_mode & 0o777 == 0o600
    (tmp_path / "short").write_bytes(b"key")
    monkeypatch.setenv(SETTING, str(tmp_path / name))
    with pytest.raises(StudyError, match=r"^\S+: (a key must not lie in|not a key|no key is made)"):
        ingest(study)
    monkeypatch.delenv(SETTING)
    with pytest.raises(StudyError, match=r"^\S+tables: made with pseudonyms. Name their key"):
        labelled_accounts(study, None)


@pytest.mark.slow
def test_notebooks_and_pages_name_nobody(study):
    assert set(run(study.folder, study.out)["verdict"]) == {"ok"}
    assert not naming(study.out)
