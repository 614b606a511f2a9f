"""The comparison of drawn data and pictures itself: it sees what it must, and passes what it may."""

import drawings
import matplotlib.image
import numpy as np
import pandas as pd
import pytest

DRAWN = pd.DataFrame({"class": ["bot", "human"], "share": [0.152, 0.848], "accounts": [143, 803]})


def differ(tmp_path, change):
    """What `data_differ` says of DRAWN and of a changed copy."""
    for folder, table in (("figures", DRAWN), ("run", change(DRAWN.copy()))):
        (tmp_path / folder).mkdir()
        table.to_csv(tmp_path / folder / "figure_9.csv", index=False)
    return drawings.data_differ(tmp_path / "figures" / "figure_9.csv", tmp_path / "run" / "figure_9.csv")


@pytest.mark.parametrize("change", [lambda t: t, lambda t: t.assign(share=t["share"] * (1 + 1e-4))])
def test_data_that_is_the_same_but_for_rounding_passes(tmp_path, change):
    assert differ(tmp_path, change) == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.assign(share=[0.153, 0.847]),
        lambda t: t.assign(share=[np.nan, 0.848]),
        lambda t: t.assign(accounts=[143, 805]),
        lambda t: t.iloc[:1],
        lambda t: t.iloc[::-1],
        lambda t: t.rename(columns={"share": "fraction"}),
        lambda t: t.assign(**{"class": ["bot", "unknown"]}),
    ],
    ids=["value", "missing", "count", "row", "order", "column", "word"],
)
def test_data_that_changed_is_named_with_what_to_do(tmp_path, change):
    said = differ(tmp_path, change)
    assert said.startswith("figure_9: the drawn data") and "make reproduce" in said


def test_a_picture_may_differ_by_shades_not_by_a_mark(tmp_path):
    blank = np.ones((60, 80, 3))
    shade, mark = blank.copy(), blank.copy()
    shade[10:12] -= 1 / 255
    mark[10:14, 10:14] = 0
    for name, pixels in {"blank": blank, "shade": shade, "mark": mark}.items():
        matplotlib.image.imsave(tmp_path / f"{name}.png", pixels)
    assert drawings.pictures_differ(tmp_path / "blank.png", tmp_path / "blank.png") == ""
    assert drawings.pictures_differ(tmp_path / "blank.png", tmp_path / "shade.png") == ""
    said = drawings.pictures_differ(tmp_path / "blank.png", tmp_path / "mark.png")
    assert said.startswith("blank: the picture") and "make reproduce" in said
    assert (tmp_path / "mark-failed-diff.png").exists()


def test_pictures_are_compared_in_the_locked_environment_only():
    lock = "matplotlib==3.11.2 \\\n    --hash=sha256:00\n"
    assert drawings.not_the_locked_environment("3.11.2", "local", lock) == ""
    assert "3.9.0" in drawings.not_the_locked_environment("3.9.0", "local", lock)
    assert "FreeType" in drawings.not_the_locked_environment("3.11.2", "system", lock)
