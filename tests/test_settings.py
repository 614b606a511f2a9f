"""What study.toml may say: each fault is one line that names the key, what is wrong and what to write."""

import re
import tomllib

import pytest
from conftest import read_data

from helpers.new import main
from helpers.settings import SettingsError, read

HEAD = 'name = "x"\ntitle = "x"\nsynthetic = false\n'
THREE = '[[candidates]]\nkey = "text"\nname = "T"\nhashtags = ["#t"]\n[embeddedness]\nk = [9, 3]\n'
LARGE = {
    "number": (HEAD + "seed = " + "9" * 5000, "this is not TOML: Exceeds the limit"),
    "long": (HEAD + "k" * 100_000 + " = 1", "there is no key k{60}; there are"),
    "again": (HEAD + "[collection]\nterms = [" + "'a'," * 50_000 + "]", "a stands there more than once"),
    "nested": (HEAD + "a = " + "[" * 100_000 + "]" * 100_000, "lists within lists"),
}
FAULTS = LARGE | {
    name: (fault.get("whole") or HEAD + fault["after"], fault["said"])
    for name, fault in read_data("settings.toml").items()
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
        read_text(tmp_path, HEAD + THREE)
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
