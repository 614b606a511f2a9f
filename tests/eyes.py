"""Colours as eyes see them: CIE Lab, how far two colours are apart, in grey, and for colour-blind readers."""

import re
from itertools import combinations

import numpy as np
from matplotlib.colors import to_rgb

# Machado, Oliveira & Fernandes (2009), severity 1: what is left of linear red, green and blue.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
APART = 20  # in CIE Lab (1976): nearly ten times what an eye just notices
LIGHTER = 15  # of the 100 steps of lightness from black to white, in grey
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # of linear sRGB


def lab(color, sight="normal"):
    """CIE Lab (D65) of a colour, as seen with one kind of sight."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHT[sight]) @ linear, 0, 1)
    t = XYZ @ seen / XYZ.sum(axis=1)
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(first, second, sight="normal"):
    """How far two colours are apart in CIE Lab (1976)."""
    return float(np.linalg.norm(lab(first, sight) - lab(second, sight)))


def closest(first, second):
    """The least distance of two colours over all kinds of sight."""
    return min(distance(first, second, sight) for sight in SIGHT)


def lightness(color):
    """Lightness in grey, from 0 (black) to 100 (white)."""
    return float(lab(color)[0])


# Where two meanings of one figure are of like lightness: what else tells them apart.
OTHER_CUES = {
    "figure_6": "place: the first candidate's bar is on the left, and says so",
    "figure_7": "a dashed line, and names at the lines",
    "partisans": "rows with the candidates' names",
    "automation_debates": "the shape of the marks",
    "automation_anger": "the shape of the marks",
    "audit_cores": "a line on an area, and names at both",
    "audit_coverage": "dots with dark edges on bars",
    "audit_extrapolation": "dots and the lines between them, and names at the lines",
}
MEANINGS = (
    "human",
    "bot",
    "unknown",
    "holds",
    "fails",
)  # with the candidates; the other colours are ink and paper


def drawn(svg, names):
    """Which of the named colours an SVG holds, and which of its colours have no name and are no grey."""
    found = {color.upper() for color in re.findall("#[0-9a-fA-F]{6}", svg)}
    by_color = {color.upper(): name for name, color in names.items()}
    foreign = {color for color in found - set(by_color) if len({color[1:3], color[3:5], color[5:7]}) > 1}
    return {by_color[color] for color in found & set(by_color)}, foreign


def confused(colors, cue=""):
    """Which two of the colours (name -> colour) an eye could take for each other; in grey only where there is no other cue."""
    found = []
    for first, second in combinations(sorted(colors), 2):
        pair = colors[first], colors[second]
        if (least := closest(*pair)) < APART:
            found.append(f"{first} and {second} are {least:.0f} apart for some eyes, less than {APART}")
        if not cue and (less := abs(lightness(pair[0]) - lightness(pair[1]))) < LIGHTER:
            found.append(
                f"{first} and {second} differ by {less:.0f} in grey, less than {LIGHTER}, and no other cue is named"
            )
    return found
