"""What study.toml may say: each fault is one line that names the key, what is wrong and what to write."""

import re
import tomllib

import pytest

from helpers.new import main
from helpers.settings import SettingsError, read

HEAD = 'name = "x"\ntitle = "x"\nsynthetic = false\n'
A, B, C, D = (f"2016-09-{day}T00:00:00Z" for day in (10, 12, 14, 16))


def candidate(key="gruen", name="Vera Gruen", rest="hashtags = []"):
    return f'{HEAD}[[candidates]]\nkey = "{key}"\nname = "{name}"\n{rest}\n'


def windows(*ends):
    return f"{HEAD}[collection]\nwindows = [{', '.join(f'[{start}, {end}]' for start, end in ends)}]"


TWO = '[[candidates]]\nkey = "{}"\nname = "{}"\nhashtags = ["Go"]'
FAULTS = {
    "titel": (HEAD + 'titel = "y"', "there is no key titel; did you mean title?"),
    "in a table": (
        HEAD + "[scoring]\ntop_acounts = 3",
        "scoring: there is no key top_acounts; did you mean top_",
    ),
    "like nothing": (HEAD + "[scoring]\nzzz = 3", "there are: top_accounts, threshold"),
    "missing": ('name = "x"\nsynthetic = true', 'title: is missing; write a title in words, e.g. title = "'),
    "a path": (HEAD.replace('"x"', '"../../x"', 1), "name: .*write letters, digits"),
    "blanks": (HEAD.replace('title = "x"', 'title = "  "'), "title: .*write a title"),
    "threshold": (HEAD + "[scoring]\nthreshold = 1.5", "scoring.threshold: .*write a share from 0 to 1"),
    "in words": (HEAD + '[scoring]\nthreshold = "high"', "scoring.threshold: expected `float`, got `str`"),
    "rate 0": (HEAD + "[collection]\nsample_rate = 0.0", "collection.sample_rate: "),
    "rate nan": (HEAD + "[collection]\nsample_rate = nan", "collection.sample_rate: "),
    "memory": (HEAD + '[engine]\nmemory = "much"', 'engine.memory: .*write a size, e.g. memory = "8GB"'),
    "k reversed": (HEAD + "[embeddedness]\nk = [9, 3]", r"9 is more than 3; write k = \[3, 9\]"),
    "k from 0": (HEAD + "[embeddedness]\nk = [0, 3]", "embeddedness.k 1: .*from 1 to 10,000"),
    "k endless": (HEAD + "[embeddedness]\nk = [1, 100_000_000]", "embeddedness.k 2: .*from 1 to 10,000"),
    "reversed": (windows((B, A)), "is not before .*; write the start first"),
    "empty": (windows((A, A)), "is not before"),
    "overlap": (windows((A, C), (B, D)), "follows a window that ends at"),
    "unsorted": (windows((C, D), (A, B)), "write them in order"),
    "a century": (windows((A, "2116-01-01T00:00:00Z")), "2016 to 2116 are more than ten years"),
    "no zone": (windows(("2016-09-10T00:00:00", B)), "no time zone; write 2016-09-10T00:00:00Z"),
    "event": (HEAD + '[[events]]\nname = "E"\nat = 2016-09-27T01:00:00', "'E' has no time zone"),
    "with #": (
        candidate(rest='hashtags = ["#gruen"]'),
        "'#gruen' of gruen is no hashtag; write it without #",
    ),
    "with @": (candidate(rest='mentions = ["@gruen"]'), "'@gruen' names gruen; write it without @"),
    "twice": (candidate(rest='hashtags = ["Gruen", "gruen"]'), "hashtags of gruen: gruen stands there more"),
    "a column": (candidate(key="score"), "the key score is a column's name; write another: score_1"),
    "a slash": (candidate(key="a/b"), "candidates 1.key: .*write a short name without a slash"),
    "colour": (candidate(rest='color = "reddish"'), "candidates 1.color: .*#0072B2"),
    "one key": (candidate("a", "A") + TWO.format("a", "B"), "candidates: key: a stands there more than once"),
    "one name": (
        candidate("a", "A") + TWO.format("b", "a "),
        "candidates: name: a stands there more than once",
    ),
    "camps": (
        candidate(rest='hashtags = ["go"]') + TWO.format("b", "B"),
        "hashtag go supports both gruen and b",
    ),
    "terms": (
        HEAD + '[collection]\nterms = ["#a", { term = "#A" }]',
        "collection.terms: #a stands there more",
    ),
    "no TOML": ("this is not toml", "this is not TOML: .*line 1"),
    "number": (HEAD + "seed = " + "9" * 5000, "this is not TOML: Exceeds the limit"),
    "letter": (HEAD.replace('"x"', '"x\\n"', 1), "name: expected other text, without control characters"),
    "mark": (candidate(key="a\u202eb"), "candidates 1.key: expected other text"),
    "long": (HEAD + "k" * 100_000 + " = 1", "there is no key k{60}; there are"),
    "place": (HEAD + '"a`b - at `$.x" = 1', "there is no key a"),
    "year": (HEAD + '[[events]]\nname = "e"\nat = 0001-01-01T00:00:00Z', "events: the year of 0001.* is not"),
    "again": (HEAD + "[collection]\nterms = [" + "'a'," * 50_000 + "]", "a stands there more than once"),
    "nested": (HEAD + "a = " + "[" * 100_000 + "]" * 100_000, "lists within lists"),
}


def read_text(folder, text):
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read(folder / "study.toml")


@pytest.mark.parametrize(("text", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_line_with_the_key_and_what_to_write(tmp_path, text, said):
    with pytest.raises(SettingsError) as error:
        read_text(tmp_path, text)
    assert re.fullmatch(f"{tmp_path}/study.toml: .*{said}.*", str(error.value))


def test_all_faults_of_a_file_are_named_at_once(tmp_path):
    with pytest.raises(SettingsError) as error:
        read_text(tmp_path, candidate("text", rest='hashtags = ["#t"]') + "[embeddedness]\nk = [9, 3]\n")
    assert len(str(error.value).splitlines()) == 3


def test_three_lines_are_a_study_also_after_a_byte_order_mark(tmp_path):
    settings = read_text(tmp_path, "\ufeff" + HEAD)
    assert (settings.name, settings.candidates, settings.scoring.threshold) == ("x", [], 0.5)


def test_a_new_study_is_right_as_it_stands_and_with_all_its_lines_in_use(tmp_path, capsys):
    folder = tmp_path / "my study #1"
    assert main([str(folder)]) == 0
    assert "python -m helpers.reproduce" in capsys.readouterr().out
    text = (folder / "study.toml").read_text()
    assert read(folder / "study.toml").name == "my study _1" and (folder / "raw").is_dir()
    assert not re.search("trump|clinton|2016", text, re.I)
    used = re.sub(r"^# (?=\[|\w+ = |  \[|\])", "", text, flags=re.M)
    settings = read_text(tmp_path, used)
    assert settings.candidates[0].key == "gruen"
    assert len(settings.collection.windows) == len(settings.events) == 1
    assert set(tomllib.loads(used)) >= {"collection", "candidates", "events", "scoring", "embeddedness"}


@pytest.mark.parametrize(("name", "said"), [("", "exists already"), ("study.toml/x", "study.toml/x")])
def test_a_study_that_is_there_is_left_alone(tmp_path, capsys, name, said):
    (tmp_path / "study.toml").write_text("mine")
    assert main([str(tmp_path / name)]) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1
    assert (tmp_path / "study.toml").read_text() == "mine"
