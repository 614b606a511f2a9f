"""Sliders, in both of their modes, and what those of the threshold and of k show."""

import pandas as pd
import pytest
from jupyter_client.manager import run_kernel

from helpers import embeddedness, explore
from helpers.bots import threshold

SHOW = """
from IPython.display import Markdown
from helpers import explore
calls = []
def show(k):
    calls.append(k)
    return [Markdown(f"k is {k}")]
explore.slider(show, k=(range(2, 9), 4))
"""

MOVE = """
from ipywidgets import SelectionSlider
from ipywidgets.widgets import widget
slider = next(w for w in widget._instances.values() if isinstance(w, SelectionSlider))
slider.value = 7
print(calls)
"""


def test_a_person_gets_a_slider_and_a_move_draws_anew():
    """In a fresh kernel, as of a program that a person uses; test_notebooks has them headless."""
    shown = []
    hooks = {"stdin_hook": print, "output_hook": lambda message: shown.append(message["content"])}
    with run_kernel(kernel_name="python3") as client:
        for code in (SHOW, MOVE):
            reply = client.execute_interactive(code, allow_stdin=True, timeout=60, **hooks)
            assert reply["content"]["status"] == "ok", shown
    assert any("application/vnd.jupyter.widget-view+json" in one.get("data", {}) for one in shown)
    assert "".join(one.get("text", "") for one in shown) == "[4, 7]\n"


def test_where_nobody_is_there_the_start_is_shown_once_and_it_must_be_a_value(monkeypatch):
    monkeypatch.setattr(explore, "display", lambda *shown: calls.append(shown))
    calls = []
    explore.slider(lambda k: [f"k is {k}"], k=([1, 2], 2))
    ((still, shown),) = calls
    assert shown == "k is 2" and still.data.startswith("*A still picture, at k = 2.")
    with pytest.raises(ValueError, match=r"slider k: the start 9 is not among \[1, 2\]"):
        explore.slider(lambda k: [], k=([1, 2], 9))


FOUR = pd.DataFrame({"score": [0.2, 0.4, 0.6, 0.8], "error": 0.0, "tweets": [1, 1, 2, 4]})


def test_the_threshold_s_slider_says_which_claims_turn(tiny):
    picture, words, table = threshold.explore_threshold(FOUR, 40, 80, 1.0, 0.5, 0.5)
    assert "cut at 0.5" in picture.metadata["alt"] and "50.0% of the accounts are" in picture.metadata["alt"]
    assert "nothing turns" in words.data and not table["turns"].any()
    busy = FOUR.assign(tweets=[9, 1, 1, 1])  # one human writes most
    _, words, moved = threshold.explore_threshold(busy, 40, 80, 1.0, 0.5, 0.1)
    assert f"{(moved['turns'] == 'turns').sum()} turn between 0.5 and 0.1" in words.data
    assert moved.loc["bots_tweet_more", "turns"] == "turns"  # all are bots: as busy as all
    picture, _, table = threshold.explore_threshold(FOUR.assign(score=float("nan")), 40, 80, 1.0, 0.5, 0.5)
    assert picture.metadata["alt"].startswith("Empty")
    assert set(table["verdict"]) == {"not enough data"}


def core_slider(k: int, *classes: str):
    cores = pd.DataFrame({"user_id": [1, 2, 3, 4], "core": [3, 2, 2, 1], "class": classes})
    return embeddedness.explore_core(cores, embeddedness.composition(cores, range(1, 5)), k)


def test_the_slider_of_k_says_who_stays(tiny):
    picture, words, who = core_slider(2, "bot", "human", "unknown", "human")
    assert "line at k = 2" in picture.metadata["alt"]
    assert "**3 of 4 accounts**" in words.data and "; 2 not in the next" in words.data
    assert who["core"].to_dict() == {"bot": 1, "human": 1, "unknown": 1}
    assert who["stay"].tolist() == ["100.0%", "50.0%", "100.0%"]
    _, words, who = core_slider(4, "bot", *["unknown"] * 3)
    assert "**0 of 4 accounts**" in words.data and who.loc["human", "stay"] == "–"
    assert "No account of these cores has a class" in core_slider(1, *["unknown"] * 4)[0].metadata["alt"]
