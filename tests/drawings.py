"""What a run draws, against figures/: drawn data always, pictures in the locked environment."""

import re

import matplotlib
import pandas as pd
from matplotlib import ft2font
from matplotlib.testing.compare import compare_images
from pandas.testing import assert_frame_equal

from helpers.study import ROOT

CLOSE = {"rtol": 1e-3, "atol": 1e-9}  # what drawn numbers may differ: machines add up in different orders
ALIKE = 1.0  # root mean square of what pixels may differ, of 255
ACCEPT = "If it should be so, look at it, run make reproduce, and commit figures/."


def names(folder, ending):
    """The names of a folder's files with this ending, without it."""
    return {path.stem for path in folder.glob(f"*.{ending}")}


def data_differ(committed, made):
    """How the drawn data in one CSV differs from that in another; "" where it does not."""
    try:
        assert_frame_equal(pd.read_csv(made), pd.read_csv(committed), **CLOSE)
    except AssertionError as error:
        return f"{committed.stem}: not the drawn data of figures/{committed.name}. {ACCEPT}\n{error}"
    return ""


def pictures_differ(committed, made):
    """How one PNG differs from another, with a picture of the difference beside; "" where it does not."""
    same = committed.read_bytes() == made.read_bytes()
    said = None if same else compare_images(str(committed), str(made), tol=ALIKE)
    return f"{committed.stem}: not the picture of figures/{committed.name}. {ACCEPT}\n{said}" if said else ""


def not_the_locked_environment():
    """Why pictures of this environment cannot be compared with the repository's; "" where they can."""
    locked = re.search(r"^matplotlib==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.M)[1]
    if matplotlib.__version__ != locked:
        return f"matplotlib is {matplotlib.__version__}, that of requirements.lock {locked}"
    local = ft2font.__freetype_build_type__ == "local"  # another FreeType sets letters a little differently
    return "" if local else "matplotlib uses the system's FreeType, not the one that it is released with"
