"""What a run draws, against what the repository has in figures/: drawn data always, pictures in the locked environment."""

import re

import matplotlib
import pandas as pd
from matplotlib import ft2font
from matplotlib.testing.compare import compare_images
from pandas.testing import assert_frame_equal

from helpers.study import ROOT

CLOSE = 1e-3  # how much drawn numbers may differ, as a share of them: machines add up in different orders
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ALIKE = 1.0  # root mean square of what pixels may differ, of 255
ACCEPT = "If it should be so, look at it, run make reproduce, and commit figures/."


def names(folder, ending):
    """The names of a folder's files with this ending, without it."""
    return {path.stem for path in folder.glob(f"*.{ending}")}


def data_differ(committed, made):
    """How the drawn data in one CSV differs from that in another; "" where it does not."""
    try:
        assert_frame_equal(
            pd.read_csv(made), pd.read_csv(committed), rtol=CLOSE, atol=1e-9, obj=committed.stem
        )
    except AssertionError as error:
        return f"{committed.stem}: the drawn data is not that of figures/{committed.name}. {ACCEPT}\n{error}"
    return ""


def pictures_differ(committed, made):
    """How one PNG differs from another; "" where it does not. Where it does, a picture of the difference lies beside."""
    if committed.read_bytes() == made.read_bytes():
        return ""
    found = compare_images(str(committed), str(made), tol=ALIKE)
    return (
        f"{committed.stem}: the picture is not that of figures/{committed.name}. {ACCEPT}\n{found}"
        if found
        else ""
    )


def not_the_locked_environment(
    version=matplotlib.__version__, freetype=ft2font.__freetype_build_type__, lock=LOCK
):
    """Why pictures of this environment cannot be compared with the repository's; "" where they can."""
    locked = re.search(r"^matplotlib==(\S+)", lock, re.M)[1]
    if version != locked:
        return f"matplotlib is {version}, that of requirements.lock {locked}"
    if freetype != "local":  # another one sets letters a little differently
        return "matplotlib uses the system's FreeType, not the one that it is released with"
    return ""
