import json

import matplotlib.image
import pandas as pd
import pytest

from helpers import figures
from helpers.uncertainty import bootstrap, intervals

DATA = pd.DataFrame({"x": [0, 1], "y": [0.1, 0.25]})


def draw(name="line"):
    figures.use_style()
    fig, ax = figures.plt.subplots()
    ax.plot(DATA["x"], DATA["y"])
    ax.set_title("A line")
    return figures.save(fig, name, DATA, alt="A line that rises from 0.1 to 0.25.")


def test_a_figure_is_saved_with_its_data_and_its_words(tiny):
    shown = draw()
    folder = tiny.out / "figures"
    assert (folder / "line.csv").read_text() == "x,y\n0,0.1\n1,0.25\n"
    about = json.loads((folder / "line.json").read_text())
    assert about["title"] == "A line"
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


def test_a_picture_of_published_counts_is_not_called_synthetic(tiny):
    fig, _ = figures.plt.subplots()
    figures.save(fig, "counts", DATA, alt="Counts.", published=True)
    about = json.loads((tiny.out / "figures" / "counts.json").read_text())
    assert about["provenance"] == "Published counts only; no data of a study"
    assert "SYNTHETIC" not in (tiny.out / "figures" / "counts.svg").read_text()


def test_a_figure_without_alternative_text_is_refused(tiny):
    fig, _ = figures.plt.subplots()
    with pytest.raises(ValueError, match="alt text is missing"):
        figures.save(fig, "x", DATA, alt=" ")


def grey(color: str) -> float:
    red, green, blue = figures.mpl.colors.to_rgb(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_bots_and_humans_stay_apart_in_grey():
    assert abs(grey(figures.COLOR["bot"]) - grey(figures.COLOR["human"])) > 0.3


def test_bootstrap_brackets_a_mean_and_repeats_itself():
    accounts = pd.DataFrame({"x": [0, 0, 0, 1] * 25})
    low, high = bootstrap(accounts, lambda a: a["x"].mean(), seed=1)
    assert 0.1 < low < 0.25 < high < 0.4
    assert (low, high) == bootstrap(accounts, lambda a: a["x"].mean(), seed=1)
    assert pd.isna(pd.Series(bootstrap(accounts.iloc[:0], lambda a: 1.0))).all()


def test_a_long_claim_ends_at_a_word():
    assert figures.shortened("Bots tweet more", 20) == "Bots tweet more"
    assert figures.shortened("Bots tweet more than humans do", 20) == "Bots tweet more …"


def test_several_intervals_come_from_the_same_draws():
    accounts = pd.DataFrame({"x": [0.0, 1, 2, 3]})
    both = intervals(
        accounts, lambda rows: pd.Series({"mean": rows["x"].mean(), "twice": 2 * rows["x"].mean()})
    )
    assert both.loc["twice"].tolist() == pytest.approx((2 * both.loc["mean"]).tolist())
    assert both.loc["mean"].tolist() == pytest.approx(bootstrap(accounts, lambda rows: rows["x"].mean()))
    none = intervals(accounts.iloc[:0], lambda rows: pd.Series({"n": len(rows)}))
    assert none.loc["n"].isna().all()
