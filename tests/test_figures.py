import json
import warnings
from xml.etree import ElementTree

import hostile
import matplotlib.image
import pandas as pd
import PIL.Image
import pytest

from helpers import figures
from helpers.study import write_text

DATA = pd.DataFrame({"x": [0, 1], "y": [0.1, 0.25]})
WORDS = {"title": "y rises", "alt": "A line that rises from 0.1 to 0.25.", "caption": "y against x, exact."}
AS_GIVEN = {"title": ["{title}"], "alt": "{alt}", "caption": "{caption}"}
NAMES = ["line", "marked", "plain", "counts", "x", "long", "money", "evil"]


@pytest.fixture(autouse=True)
def words_as_given(monkeypatch):
    """Figures of these tests say what their facts are, word for word."""
    monkeypatch.setattr(figures, "captions", lambda: dict.fromkeys(NAMES, AS_GIVEN))


def draw(name="line"):
    figures.use_style()
    fig, ax = figures.plt.subplots()
    ax.plot(DATA["x"], DATA["y"])
    return figures.save(fig, name, DATA, WORDS)


def test_a_figure_is_saved_with_its_data_and_its_words(tiny):
    shown = draw()
    folder = tiny.out / "figures"
    assert (folder / "line.csv").read_text() == "x,y\n0,0.1\n1,0.25\n"
    about = json.loads((folder / "line.json").read_text())
    assert {name: about[name] for name in WORDS} == WORDS
    assert ">y rises</text>" in (folder / "line.svg").read_text("utf-8")
    assert about["provenance"].startswith("Synthetic data · study tiny")
    assert shown.metadata["alt"] == "A line that rises from 0.1 to 0.25."
    assert (folder / "line.png").stat().st_size > 1000


def test_the_same_figure_has_the_same_bytes(tiny):
    draw()
    first = {p.name: p.read_bytes() for p in (tiny.out / "figures").iterdir()}
    draw()
    assert {p.name: p.read_bytes() for p in (tiny.out / "figures").iterdir()} == first


def test_a_picture_of_synthetic_data_says_so_and_one_of_real_data_does_not(tiny, monkeypatch):
    draw("marked")
    monkeypatch.setattr(type(tiny), "synthetic", False, raising=False)
    draw("plain")
    marked, plain = (matplotlib.image.imread(tiny.out / "figures" / f"{n}.png") for n in ("marked", "plain"))
    assert marked.shape[0] > plain.shape[0]  # the mark stands above the axes
    assert "Synthetic" not in json.loads((tiny.out / "figures" / "plain.json").read_text())["provenance"]


@pytest.mark.parametrize(("source", "synthetic"), [("published", False), ("worlds", True), ("example", True)])
def test_what_is_no_data_of_the_study_says_so_in_any_study(tiny, monkeypatch, source, synthetic):
    monkeypatch.setattr(type(tiny), "synthetic", not synthetic, raising=False)
    figures.use_style()
    fig, _ = figures.plt.subplots()
    figures.save(fig, "counts", DATA, WORDS, source)
    figures.save_table(DATA, "table", "y rises", source=source)
    for name in ("counts", "table"):
        about = json.loads((tiny.out / "figures" / f"{name}.json").read_text())
        assert about["provenance"] == figures.SOURCES[source]
    assert ("SYNTHETIC" in (tiny.out / "figures" / "counts.svg").read_text()) == synthetic


@pytest.mark.parametrize("what", WORDS)
def test_a_figure_without_words_is_refused(tiny, what):
    fig, _ = figures.plt.subplots()
    with pytest.raises(ValueError, match=f"figure x: {what} is missing"):
        figures.save(fig, "x", DATA, WORDS | {what: " "})


def test_a_notebook_shows_the_picture_and_below_it_the_caption(tiny, monkeypatch):
    shown = []
    monkeypatch.setattr(
        figures, "publish_display_data", lambda data, metadata=None: shown.append((data, metadata))
    )
    draw()._ipython_display_()
    (first, metadata), (second, _) = shown
    assert metadata["image/png"]["alt"] == WORDS["alt"] and "image/png" in first
    assert second["text/markdown"] == WORDS["caption"]


def test_a_long_title_is_broken_into_lines_and_stays_whole(tiny):
    fig, _ = figures.plt.subplots(figsize=(4, 3))
    long = "Bots write more than humans do, and this title goes on for longer than the figure is wide"
    figures.save(fig, "long", DATA, WORDS | {"title": long})
    svg = (tiny.out / "figures" / "long.svg").read_text("utf-8")
    assert f">{long}</text>" not in svg and "than the figure is wide" in svg
    assert json.loads((tiny.out / "figures" / "long.json").read_text("utf-8"))["title"] == long
    lengths = [len(line) for line in fig.get_suptitle().splitlines()]
    assert len(lengths) == 3 and max(lengths) - min(lengths) < 10  # no single word in the last one


def test_a_lighter_drawing_is_the_same_to_a_hundredth_of_a_point():
    text = '<text x="1.23456" transform="rotate(-0 1.2 3.4)">p = 0.12345</text>'
    heavy = f"<g>\n  <!-- 0.12345 -->\n  {text}\n</g>\n"
    assert figures._lighter(heavy) == '<g>\n<text x="1.23">p = 0.12345</text>\n</g>\n'
    two = '<g id="two">\n<path d="M 1 2"/>\n<path d="M 3 4"/>\n</g>'
    wrapped = f'<g id="text_1">\n<text x="1">a</text>\n</g>\n{two}'
    assert figures._lighter(wrapped) == f'<text x="1">a</text>\n{two}'
    assert "rotate(-90 1.2 3.4)" in figures._lighter('<text transform="rotate(-90 1.2 3.4)"/>')


def test_names_of_lines_keep_their_order_and_their_distance():
    fig, ax = figures.plt.subplots()
    ax.set_ylim(0, 1)
    figures.name_lines(ax, 1, {"upper": (0.52, "k"), "lower": (0.5, "k"), "far": (0.9, "k")}, gap=0.1)
    places = {text.get_text(): text.xy[1] for text in ax.texts}
    assert places == pytest.approx({"lower": 0.5, "upper": 0.6, "far": 0.9})
    figures.plt.close(fig)


def test_intervals_are_apart_where_they_do_not_meet():
    assert figures.apart((0, 1), (1.1, 2)) and figures.apart((1.1, 2), (0, 1))
    assert not figures.apart((0, 1), (1, 2))
    assert not figures.apart((0, 1), (float("nan"), float("nan")))


def test_a_long_claim_ends_at_a_word():
    assert figures.shortened("Bots tweet more", 20) == "Bots tweet more"
    assert figures.shortened("Bots tweet more than humans do", 20) == "Bots tweet more …"


def test_a_tick_that_falls_between_whole_percents_is_not_rounded():
    shares = (0, 0.07, 0.175, 0.30000000000000004, 1)
    assert " ".join(map(figures.percent, shares)) == "0% 7% 17.5% 30% 100%"


FIGURE = {
    "title": ["{name} rises by {rise:.1f}", {"when": "flat", "say": "{name} stays"}, "Nobody knows"],
    "alt": ["A line.", ["It ends at {end}.", "It has no end."]],
    "caption": "y against x.",
}


@pytest.mark.parametrize(("facts", "title", "alt"), [
    ({"name": "y", "rise": 2.04, "flat": True, "end": 3}, "y rises by 2.0", "A line. It ends at 3."),
    ({"name": "y", "rise": None, "flat": True, "end": ""}, "y stays", "A line. It has no end."),
    ({"name": "y", "rise": float("nan"), "flat": False, "end": 3}, "Nobody knows", "A line. It ends at 3."),
])  # fmt: skip
def test_a_sentence_is_said_where_its_facts_are_known(monkeypatch, facts, title, alt):
    monkeypatch.setattr(figures, "captions", lambda: {"line": FIGURE})
    assert figures.told("line", facts) == {"title": title, "alt": alt, "caption": "y against x."}


def test_a_fact_that_is_not_given_is_an_error(monkeypatch):
    monkeypatch.setattr(figures, "captions", lambda: {"line": FIGURE})
    with pytest.raises(KeyError, match="rise"):
        figures.told("line", {"name": "y"})


@pytest.mark.parametrize(("text", "said"), [
    ("{one:,|tweet}, {many:,|tweet}", "1 tweet, 1,200 tweets"),
    ("{one:.0f|reply|replies}, {many:|reply|replies}", "1 reply, 1200 replies"),
    ("{half:.1%} of {many:,}", "50.0% of 1,200"),
    ("{one} to {many:,}", "1 to 1,200"),
    ("from {half:.0%} to {about:.0%}", ""),  # a range of one value is not said
])  # fmt: skip
def test_a_noun_takes_its_number_and_a_range_has_two_ends(text, said):
    assert figures._said(text, {"one": 1, "many": 1200, "half": 0.5, "about": 0.501}) == said


def test_a_study_s_words_are_drawn_as_they_are_written_and_powers_of_ten_as_such(tiny):
    figures.use_style()
    fig, ax = figures.plt.subplots()
    ax.plot([1, 1000], [0, 1], label="$5 or $10")
    ax.set(xscale="log", ylabel="Ke$ha Ca$h")
    ax.set_yticks([0], ["Ba$$in"])
    ax.legend()
    figures.save(fig, "money", DATA, WORDS | {"title": "$x$"})
    drawn = (tiny.out / "figures" / "money.svg").read_text("utf-8")
    assert all(f">{text}</text>" in drawn for text in ("$5 or $10", "Ke$ha Ca$h", "Ba$$in", "$x$"))
    assert "mathdefault" not in drawn


@pytest.mark.parametrize("text", [*hostile.EVIL, "W" * 300, "line\n" * 99])
def test_a_picture_takes_any_label_and_keeps_its_size(tiny, text):
    figures.use_style()
    fig, (ax, beside) = figures.plt.subplots(1, 2)
    ax.plot([0, 1], label=f"of {text}")
    ax.set(title=text, xlabel=text, yticks=[0], yticklabels=[text])
    ax.legend()
    beside.bar([text, "b"], [1, 2])
    with warnings.catch_warnings(record=True) as told:
        figures.use_style()
        figures.save(fig, "evil", DATA, dict.fromkeys(WORDS, f"{text} of all"))
    assert not told
    assert max(PIL.Image.open(tiny.out / "figures" / "evil.png").size) < 3000
    ElementTree.parse(tiny.out / "figures" / "evil.svg")  # no character that XML does not have


def test_a_spreadsheet_computes_nothing_of_a_csv(tmp_path):
    quoted, plain = ["=1+1", "'=1", "@you", "+1", "-1", "\t=1"], ["a=b", "'a", "#tag", "−0.5", " "]
    table = pd.DataFrame({"text": [*quoted, *plain, "\r=1", None], "=n": -0.5})
    write_text(tmp_path / "a.csv", figures.as_csv(table))
    cells = pd.read_csv(tmp_path / "a.csv", keep_default_na=False)
    assert cells["text"].tolist() == [*(f"'{text}" for text in quoted), *plain, "[U+000D]=1", ""]
    assert list(cells) == ["text", "'=n"] and set(cells["'=n"]) == {-0.5}
    back = figures.read_csv(tmp_path / "a.csv", keep_default_na=False)
    assert list(back) == ["text", "=n"] and back["text"].tolist()[:-2] == [*quoted, *plain]
