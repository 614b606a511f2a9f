"""One palette, named in helpers/figures.py, whose meanings stay apart for all eyes in every figure."""

import re
from itertools import combinations, pairwise

import numpy as np
import pytest
from conftest import read_data
from matplotlib.colors import to_rgb

from helpers.figures import COLOR, GREYS, SHADES
from helpers.study import ROOT, open_study

SIGHT, OTHER_CUES = read_data("colors.toml").values()
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # linear sRGB
APART = 20  # in CIE Lab (1976): nearly ten times what an eye just notices
LIGHTER = 15  # of the 100 steps of lightness from black to white, in grey

CAMPS = {c.key: c.color for c in open_study(ROOT / "data" / "sample").candidates}
MEANINGS = {name: COLOR[name] for name in ("human", "bot", "unknown", "holds", "fails")} | CAMPS
SHADED = {"figure_3", "figure_3_quotients"}  # drawn in a scale of colours
FIGURES = sorted((ROOT / "figures").glob("*.svg"))


def lab(color, sight="normal"):
    """CIE Lab (D65) of a colour, as seen with one kind of sight: lightness from 0 to 100 first."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = XYZ @ np.clip(np.array(SIGHT[sight]) @ linear, 0, 1) / XYZ.sum(axis=1)
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_colors_of_a_figure_stay_apart_for_all_eyes(path):
    found = {color.upper() for color in re.findall("#[0-9a-fA-F]{6}", path.read_text("utf-8"))}
    grey = {color for color in found if color[1:3] == color[3:5] == color[5:7]}
    nameless = found - grey - {color.upper() for color in (COLOR | CAMPS).values()}
    assert path.stem in SHADED or not nameless, "name the colour in helpers/figures.py"
    drawn = [name for name, color in MEANINGS.items() if color.upper() in found]
    for pair in combinations(drawn, 2):
        seen = {sight: [lab(MEANINGS[name], sight) for name in pair] for sight in SIGHT}
        assert min(np.linalg.norm(one - other) for one, other in seen.values()) >= APART, pair
        lightness = [color[0] for color in seen["normal"]]
        assert path.stem in OTHER_CUES or abs(np.diff(lightness)) >= LIGHTER, f"{pair} are alike in grey"


@pytest.mark.parametrize("shades", [SHADES, GREYS], ids=lambda shades: shades.name)
@pytest.mark.parametrize("sight", SIGHT)
def test_scales_only_get_darker(shades, sight):
    levels = [lab(shades(x), sight)[0] for x in np.linspace(0, 1, 21)]
    assert all(lighter > darker for lighter, darker in pairwise(levels))
    assert levels[0] - levels[-1] > 4 * LIGHTER
