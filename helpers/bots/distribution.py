"""The distribution of bot scores: its histogram (Figure 1), its peaks, and what the claims say of it.

After Bessi & Ferrara (2016), section Methodology, "Bot detection".
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.signal import find_peaks
from scipy.stats import gaussian_kde

from helpers.claims import of_article, other_counts
from helpers.figures import COLOR, say_empty
from helpers.study import REFERENCE, Study
from helpers.uncertainty import bootstrap, ratio

BUMP_DRAWS = 100  # of the last peak: each is a density of its own, of which peaks are looked for
MIDDLE = (0.2, 0.5)  # between which the article sees most scores
PROMINENCE = 0.1  # by which a peak stands out from the density around it


def score_density(scores: pd.Series, width: float = 0.025) -> pd.DataFrame:
    """Histogram of scores (Figure 1): columns low, high, accounts, density (integrates to 1)."""
    edges = np.linspace(0, 1, round(1 / width) + 1)
    counts, _ = np.histogram(scores.dropna(), edges)
    density = counts / max(counts.sum(), 1) / width
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "accounts": counts, "density": density})


def real_scores(study: Study) -> pd.DataFrame:
    """Real BotOrNot scores of late 2016, for a study of that election: columns low, high, accounts, density.

    One row a bin of `botornot_2016_scores.csv`, with its lower end in it; of other studies empty.
    """
    bins = pd.read_csv(REFERENCE / "botornot_2016_scores.csv").head(None if of_article(study) else 0)
    table = bins.set_axis(["low", "high", "accounts", *bins.columns[3:]], axis="columns").iloc[:, :3]
    return table.assign(density=table["accounts"] / table["accounts"].sum() / (table["high"] - table["low"]))


def beside_real(density: pd.DataFrame, real: pd.DataFrame) -> pd.DataFrame:
    """The table of `score_density` with column real: the density of `real_scores` there, NaN without any."""
    middle = (density["low"] + density["high"]) / 2
    place = np.searchsorted(real["high"], middle)
    return density.assign(real=real["density"].reindex(place).to_numpy())


def modes(scores: pd.Series, bandwidth: float = 0.03, prominence: float = PROMINENCE) -> list[float]:
    """Places of the peaks of the scores' smoothed density (Gaussian kernel), from left to right.

    A peak counts if it stands out from the density around it by at least `prominence`.
    """
    # to the third decimal: far finer than the bandwidth, and the cost does not grow with the number of scores
    places, accounts = np.unique(scores.dropna().round(3), return_counts=True)
    if accounts.sum() < 30 or len(places) < 2:
        return []
    grid = np.linspace(0, 1, 201)
    spread = np.sqrt(np.cov(places, aweights=accounts))  # by which SciPy multiplies a bandwidth
    smooth = gaussian_kde(places, bandwidth / spread, weights=accounts)
    return grid[find_peaks(smooth(grid), prominence=prominence)[0]].tolist()


def last_mode(scores: pd.DataFrame, above: float) -> float:
    """The rightmost of the `modes` of column score, if it lies above a score; NaN otherwise."""
    return max((peak for peak in modes(scores["score"]) if peak > above), default=np.nan)


def proportion(name: str, holds: pd.Series, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """The share of accounts for which something holds, with its interval: index `name`, columns value, low,
    high.
    """
    rows = pd.DataFrame({"holds": holds, "all": 1})
    return bootstrap(rows, {name: lambda of: ratio(of["holds"], of["all"])}, seed=seed, draws=draws)


def measures(scores: pd.DataFrame, threshold: float, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """What the scores show of the claims about Figure 1: index claim id, columns value, low, high.

    In: the table `scores`. The last peak is that above the `threshold`.
    """
    graded = scores[["score"]].dropna()
    last = {"score_bump": partial(last_mode, above=threshold)}
    bump = bootstrap(graded, last, None, seed, BUMP_DRAWS)  # the place of a maximum is no function of sums
    middle = graded["score"].between(*MIDDLE)
    return pd.concat([bump, proportion("scores_in_the_middle", middle, seed, draws)])


def real_facts(real: pd.DataFrame) -> dict[str, object]:
    """What Figure 1 says of the table of `real_scores`: its peaks by the rule of `modes`, and shares.

    `real_at` is the share at one half or above; `real_above` and `real_middle` are as counted before binning.
    """
    accounts, middle = real["accounts"].sum(), (real["low"] + real["high"]) / 2
    peaks = middle.iloc[find_peaks(real["density"], prominence=PROMINENCE)[0]]
    counted = other_counts()["value"]
    said = {f"real_{name}": counted[f"botornot_2016_{name}"] for name in ("above", "middle")}
    said |= {"real_accounts": accounts or None, "no_bump": len(peaks) and peaks.max() < 0.5}
    said |= {"real_at": ratio(real.loc[middle > 0.5, "accounts"].sum(), accounts)}
    return said | {"real_peaks": " and ".join(f"{peak:.2f}" for peak in peaks)}


def facts(scores: pd.Series, threshold: float, real: pd.DataFrame, seed: int = 0) -> dict[str, object]:
    """What Figure 1 says: see captions/bots.toml. `above` is the share of scores above the threshold.

    In: the study's scores, and the table of `real_scores` beside them.
    """
    known = scores.dropna()
    above = proportion("above", known > threshold, seed).loc["above"]
    peaks = " and ".join(f"{peak:.2f}" for peak in modes(known))
    said = {"accounts": len(known) or None, "threshold": threshold, "peaks": peaks}
    return said | above.rename({"value": "above"}).to_dict() | real_facts(real)


def draw_scores(density: pd.DataFrame, threshold: float, ax: Axes) -> Axes:
    """Draw the density of bot scores with the threshold (Figure 1) from the table of `score_density`.

    With a column real, as of `beside_real`, its outline is drawn as well.
    """
    if not density["accounts"].sum():
        return say_empty(ax, "No account of this study has a bot score")
    colors = np.where(density["low"] >= threshold - 1e-9, COLOR["bot"], COLOR["human"])
    width = density["high"] - density["low"]
    look = {"color": colors, "align": "edge", "edgecolor": "white", "linewidth": 0.4}
    ax.bar(density["low"], density["density"], width, **look)
    if "real" in density and density["real"].notna().any():
        edges = [*density["low"], density["high"].iloc[-1]]
        ax.stairs(density["real"], edges, color=COLOR["ink"], label="real scores of late 2016")
        ax.legend(loc="center right")
    ax.axvline(threshold, color=COLOR["ink"], linewidth=1, linestyle="--")
    beside = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "top"}
    for text, x, y, color in (
        ("scored as human", -6, -4, COLOR["human"]),
        ("scored as bot", 6, -4, COLOR["bot_text"]),
        (f"threshold {threshold:g}", 6, -18, None),
    ):
        look = {"ha": "right" if x < 0 else "left", "color": color, "weight": "bold" if color else "normal"}
        ax.annotate(text, (threshold, 1), (x, y), **beside, **look)
    ax.set(xlim=(0, 1), xlabel="bot score", ylabel="probability density")
    return ax
