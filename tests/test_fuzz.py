"""Inputs that are wrong in many ways: none ends a reader, and none costs another line."""

import json
import time
from random import Random

import fuzz
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.ingest.accounts import read_label_file
from helpers.ingest.gazetteer import gazetteer, states_of
from helpers.ingest.pseudonyms import Pseudonyms
from helpers.ingest.staging import as_table
from helpers.ingest.tweets import TWEET_COLUMNS, USER_COLUMNS, Rejected, Tweet, client, parse
from helpers.sentiment import score_texts
from helpers.study import StudyError
from helpers.tables import USERS

TWEET = fuzz.sample(2)[1]
NAMES = st.sampled_from([*Tweet.__struct_fields__, *USERS.names, "hashtags", "text"])
VALUES = st.recursive(
    st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(fuzz.HOSTILE),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(NAMES, one, max_size=3),
)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=3)


def test_two_thousand_changed_lines_and_files_for_every_reader_break_nothing():
    found = fuzz.trial(2_000, seed=1)
    assert len(found) == len(fuzz.WAYS) + len(fuzz.READERS) and (found["refused"] > 0).all()
    assert found["kept"].sum() > 1_000 and not found["violations"].any()


def test_what_is_wrong_is_seen(tmp_path, monkeypatch):
    bad = pa.table({"user_id": [0], "listed_count": [-1], "hashtags": [[""]], "longitude": [181.0]})
    assert [what.split()[0] for what in fuzz.insane(bad)] == bad.column_names
    monkeypatch.setitem(fuzz.READERS, "x", (lambda path: {}[1], b"1,1"))
    assert fuzz.files("x", 1, Random(0), tmp_path)[4][0].startswith("KeyError: 1, of b")
    monkeypatch.setattr(fuzz, "parse", lambda line: parse(line.replace(b'"lang"', b'"tone"')))
    wrong = next(fuzz.tweets(70, Random(0), tmp_path))[4]
    assert wrong == ["good lines come out otherwise than alone"]


@settings(max_examples=300, deadline=None)
@given(FIELDS, FIELDS)
def test_whatever_a_tweet_holds_it_is_kept_as_it_should_be_or_rejected(fields, of_user):
    line = TWEET | {"user": TWEET["user"] | of_user} | fields
    found = parse(json.dumps(line).encode())
    if not isinstance(found, Rejected):
        for row, schema in zip(found[:2], (TWEET_COLUMNS, USER_COLUMNS), strict=True):
            assert not list(fuzz.insane(as_table([row], schema)))


@pytest.mark.parametrize(("read", "text"), [
    (client, "<"), (Pseudonyms(b"key").text, "a."), (lambda text: states_of([text]), "–"),
    (lambda text: score_texts([text]), "😀"), (lambda text: score_texts([text]), "good but "),
])  # fmt: skip
def test_no_field_takes_time_that_grows_with_its_square(read, text):
    gazetteer()
    begun = time.perf_counter()
    read((text * 50_000)[:50_000])
    assert time.perf_counter() - begun < 6


def test_nor_does_a_file_of_blank_lines(tmp_path):
    (tmp_path / "labels.tsv").write_text(" \n" * 50_000)
    begun = time.perf_counter()
    with pytest.raises(StudyError, match="it is empty"):
        read_label_file(tmp_path / "labels.tsv")
    assert time.perf_counter() - begun < 6
