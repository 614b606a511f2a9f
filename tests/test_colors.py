"""One palette, named in helpers/figures.py, whose meanings stay apart for all eyes in every figure of the sample."""

import ast
from itertools import pairwise

import nbformat
import numpy as np
import pytest
from eyes import (
    APART,
    LIGHTER,
    MEANINGS,
    OTHER_CUES,
    SIGHT,
    closest,
    confused,
    distance,
    drawn,
    lab,
    lightness,
)
from matplotlib.colors import is_color_like, to_hex

from helpers.figures import COLOR, GREYS, SHADES
from helpers.study import ROOT, open_study

DRAWN = sorted((ROOT / "figures").glob("*.svg"))
CAMPS = {c.key: c.color for c in open_study(ROOT / "data" / "sample").candidates}
SHADED = {"figure_3": SHADES, "figure_3_quotients": SHADES}  # drawn in a scale of colours
STUDY_FILES = {"helpers/study.py", "helpers/world/study_file.py"}  # candidates' colours stand in a study.toml
PAINTS = {"color", "colors", "c", "facecolor", "facecolors", "edgecolor", "edgecolors", "markerfacecolor", "ecolor",
          "markeredgecolor", "markerfacecoloralt", "foreground", "cmap", "fc", "ec"}  # fmt: skip


def literals(node):
    """Strings that an expression may be, as written in it; not those that only look something up."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    parts = {
        ast.IfExp: ("body", "orelse"),
        ast.Tuple: ("elts",),
        ast.List: ("elts",),
        ast.BoolOp: ("values",),
    }
    nodes = [getattr(node, name) for name in parts.get(type(node), ())]
    return [
        word
        for part in nodes
        for each in (part if isinstance(part, list) else [part])
        for word in literals(each)
    ]


def chosen_colors(code):
    """Colours that code names by itself: hexadecimal ones anywhere, names where something is painted."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("#"):
            found += [node.value] if len(node.value) in (4, 7, 9) and is_color_like(node.value) else []
        if isinstance(node, ast.keyword) and node.arg in PAINTS:
            found += [word for word in literals(node.value) if word not in ("none", "white")]
    return found


def test_a_color_that_code_chooses_is_found():
    assert chosen_colors("ax.plot(x, color='red' if bad else COLOR['ink'])") == ["red"]
    assert chosen_colors("paint = '#D62728'; ax.imshow(x, cmap='jet')") == ["#D62728", "jet"]
    assert chosen_colors("ax.plot(x, color=COLOR['bot'], markerfacecolor='white'); tag = '#debate'") == []


@pytest.mark.parametrize("path", sorted((ROOT / "helpers").rglob("*.py")), ids=lambda path: path.stem)
def test_no_helper_chooses_a_color(path):
    name = path.relative_to(ROOT).as_posix()
    if name != "helpers/figures.py" and name not in STUDY_FILES:
        assert chosen_colors(path.read_text("utf-8")) == [], (
            "name it by what it means in helpers/figures.py, COLOR"
        )


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks").rglob("[0-9]*.ipynb")), ids=lambda path: path.stem
)
def test_no_notebook_chooses_a_color(path):
    cells = nbformat.read(path, as_version=4).cells
    assert [
        chosen_colors(cell.source)
        for cell in cells
        if cell.cell_type == "code" and chosen_colors(cell.source)
    ] == []


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_colors_of_a_figure_stay_apart_for_all_eyes(path):
    names, foreign = drawn(path.read_text("utf-8"), COLOR | CAMPS)
    if path.stem not in SHADED:
        assert not foreign, "colours without a name in helpers/figures.py"
    meant = {name: (COLOR | CAMPS)[name] for name in names if name in (*MEANINGS, *CAMPS)}
    assert confused(meant, OTHER_CUES.get(path.stem, "")) == []


def test_a_cue_is_named_only_where_lightness_does_not_do():
    for name in OTHER_CUES:
        names, _ = drawn((ROOT / "figures" / f"{name}.svg").read_text("utf-8"), COLOR | CAMPS)
        assert confused({n: (COLOR | CAMPS)[n] for n in names if n in (*MEANINGS, *CAMPS)}), name


def test_red_and_green_of_like_lightness_are_refused():
    red, green = "#B54A4A", "#4F8F4F"
    assert distance(red, green) > 3 * APART and closest(red, green) < APART
    assert len(confused({"bot": red, "human": green})) == 2  # for colour-blind eyes, and in grey
    assert len(confused({"bot": red, "human": green}, cue="the shape of the marks")) == 1
    assert len(confused({"bot": "#FFB0B0", "human": "#0A3D0A"})) == 0


def test_a_color_without_a_name_is_found():
    assert drawn('<path style="fill: #d62728; stroke: #222222"/>', {"ink": "#222222"}) == (
        {"ink"},
        {"#D62728"},
    )


def test_lab_and_sight_are_as_published():
    assert lab("white") == pytest.approx([100, 0, 0], abs=0.02) and lightness("black") == pytest.approx(0)
    assert lab("#FF0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    for matrix in SIGHT.values():
        assert np.sum(matrix, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)  # greys stay as they are


@pytest.mark.parametrize("shades", [SHADES, GREYS], ids=lambda shades: shades.name)
@pytest.mark.parametrize("sight", SIGHT)
def test_scales_only_get_darker(shades, sight):
    levels = [lab(to_hex(shades(x)), sight)[0] for x in np.linspace(0, 1, 21)]
    assert (
        all(lighter > darker for lighter, darker in pairwise(levels)) and levels[0] - levels[-1] > 4 * LIGHTER
    )


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_a_drawing_stays_light(path):
    assert path.stat().st_size < 300_000, "draw many marks at once (one plot or collection), or fewer"
