"""Small studies that lack this or that: all end, and none says a thing that does not hold."""

import json
import re
from functools import partial

import nbclient
import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import read_data

from helpers import embeddedness, interactions, timeline
from helpers.bots import classes
from helpers.figures import SOURCES
from helpers.study import ROOT
from helpers.uncertainty import sums

SAYS = read_data("says.toml")
RULES = {name: about["pattern"] for name, about in SAYS.items()}


def faults(text):
    """Which of RULES a text breaks."""
    return [name for name, rule in RULES.items() if re.search(rule, text)]


@pytest.mark.parametrize("fault", SAYS)
def test_the_checker_sees_what_does_not_hold(fault):
    assert faults(SAYS[fault]["text"]) == [fault]
    assert not faults("11 tweets of 1 human, 10 of 100 accounts, 1% to 11%, odds 0.0 (0.0 to 0.0), 3.1 times")


@pytest.mark.parametrize("name", ["bot", "human"])
@pytest.mark.parametrize("statistic", [
    timeline.burst_gap, classes.busier, partial(interactions.share_to_bots, source="human"),
    *(embeddedness.STATISTICS[f"core_{end}"] for end in ("bots_grow", "humans_rise", "bots_among_labelled")),
])  # fmt: skip
def test_bots_and_humans_are_compared_where_there_are_both(name, statistic):
    columns = ["burst", "calm", "accounts", "tweets", "bot", "human", "low", "high"]
    alone = pd.DataFrame({"class": [name, name], **dict.fromkeys(columns, 1)})
    assert np.isnan(statistic(sums(alone, ["class"])))


TOML = (ROOT / "tests" / "data" / "small_study.txt").read_text("utf-8")
CANDIDATE = '[[candidates]]\nkey = "{0}"\nname = "Candidate {0}"\nhashtags = ["{0}4us"]\nmentions = ["{0}"]\n'
EVENT = '[[events]]\nname = "Debate {0}"\nat = 2019-05-0{0}T20:00:00Z\n'
WINDOW = "[2019-05-01T00:00:00Z, 2019-05-03T00:00:00Z], [2019-05-03T00:00:00Z, 2019-05-06T00:00:00Z]"


def person(number):
    made = {"id_str": f"{9 * 10**18 + number}", "screen_name": f"an_invented_account_{number}"}
    made |= {"followers_count": 5 * number, "friends_count": 40, "statuses_count": 100 * number + 1}
    return made | {"created_at": "2015-03-02", "location": ["Ohio", "Austin, TX", ""][number % 3]}


def tweet(number, tags):
    """Every third repeats an earlier one, every seventh answers one; authors take turns unevenly."""
    moment = pd.Timestamp("2019-05-01T00:10Z") + pd.Timedelta(minutes=13 * number)
    tag, word = tags[number % len(tags)], ["love", "awful", "the way"][number % 4 % 3]
    made = {"id_str": f"{9 * 10**18 + number}", "created_at": moment.isoformat(), "lang": "en"}
    made |= {"user": person(number * number % 30), "text": f"{word} {tag} {number} #{tag}4us"}
    made |= {"entities": {"hashtags": [{"text": f"{tag}4us"}]}}
    if number % 7 == 6:
        return made | {"in_reply_to_user_id_str": person(number % 5)["id_str"]}
    return made | ({"retweeted_status": tweet(number // 6 * 3, tags)} if number % 3 == 2 else {})


def write_study(folder, events, candidates, labels, scores, windows, synthetic, tweets):
    """A study of so many events, candidates and tweets; labels of so many classes."""
    keys = ["ash", "bay", "cox"][:candidates]
    parts = {"synthetic": str(synthetic).lower(), "windows": WINDOW * (windows > 0),
             "candidates": "".join(map(CANDIDATE.format, keys)),
             "events": "".join(map(EVENT.format, range(1, events + 1)))}  # fmt: skip
    (folder / "raw").mkdir(parents=True)
    (folder / "study.toml").write_text(TOML.format(**parts))
    lines = [json.dumps(tweet(number, keys or ["vote"])) for number in range(tweets)]
    (folder / "raw" / "a.jsonl").write_text("\n".join(lines))
    if scores:
        rows = [f"{person(number)['id_str']},{number * 7 % 10 / 10}" for number in range(30)]
        (folder / "scores.csv").write_text("\n".join(["user_id,score", *rows]))
    if labels:
        (folder / "labelled").mkdir()
        known = [person(number) for number in range(100, 140)]
        (folder / "labelled" / "accounts.jsonl").write_text("\n".join(map(json.dumps, known)))
        rows = [f"{account['id_str']}\t{['bot', 'human'][n % labels]}" for n, account in enumerate(known)]
        (folder / "labelled" / "labels.tsv").write_text("\n".join(rows))


# Every two values meet.
STUDIES = pd.read_csv(ROOT / "tests" / "data" / "small.csv").to_records(index=False).tolist()


def cells(folder):
    """The code of all notebooks, over a study."""
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        given = f"study, out = {str(folder)!r}, {str(folder / 'out')!r}"
        yield from (code[0].source, given, *(cell.source for cell in code[1:]))


@pytest.mark.slow
def test_small_studies_end_and_say_nothing_that_does_not_hold(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    whole, place = nbformat.v4.new_notebook(), {"metadata": {"path": str(ROOT / "notebooks")}}
    for number, lacks in enumerate(STUDIES):
        write_study(folder := tmp_path / str(number), *lacks)
        mark = {"lacks": str(lacks)}
        whole.cells += [nbformat.v4.new_code_cell(source, metadata=mark) for source in cells(folder)]
    nbclient.NotebookClient(whole, timeout=600, allow_errors=True, resources=place).execute()  # in one kernel
    outputs = [(cell.metadata.lacks, output) for cell in whole.cells for output in cell.outputs]
    assert not [(lacks, output.evalue) for lacks, output in outputs if output.output_type == "error"]
    said = [(lacks, output.get("data", {}).get("text/markdown", "")) for lacks, output in outputs]
    for number, lacks in enumerate(STUDIES):
        out = tmp_path / str(number) / "out"
        for about in (json.loads(path.read_text("utf-8")) for path in (out / "figures").glob("*.json")):
            if about["provenance"] not in SOURCES.values():  # which show nothing of the study
                said += [(lacks, text) for text in about.values()]
        drawn = {path.name: path.read_text("utf-8") for path in (out / "figures").glob("*.csv")}
        assert not [(lacks, name) for name, text in drawn.items() if re.search(RULES["no number"], text)]
        verdicts = set(pd.read_csv(out / "scorecard.csv")["verdict"])
        assert lacks[5] or not {"recovered", "not recovered"} & verdicts
    assert not [(lacks, fault, text) for lacks, text in said for fault in faults(text)]
