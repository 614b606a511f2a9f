"""Figure 1: the distribution of bot scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.signal import find_peaks
from sklearn.neighbors import KernelDensity

from helpers.figures import COLOR, say_empty, span
from helpers.old_uncertainty import bootstrap


def score_density(scores: pd.Series, width: float = 0.025) -> pd.DataFrame:
    """Histogram of scores (Figure 1): columns low, high, accounts, density (integrates to 1)."""
    edges = np.linspace(0, 1, round(1 / width) + 1)
    counts, _ = np.histogram(scores.dropna(), edges)
    density = counts / max(counts.sum(), 1) / width
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "accounts": counts, "density": density})


def modes(scores: pd.Series, bandwidth: float = 0.03, prominence: float = 0.1) -> list[float]:
    """Places of the peaks of the scores' smoothed density (Gaussian kernel), from left to right.

    A peak counts if it stands out from the density around it by at least `prominence`.
    """
    scores = scores.dropna().to_numpy()
    if len(scores) < 30:
        return []
    grid = np.linspace(0, 1, 201)
    # to the third decimal: far finer than the bandwidth, and the cost does not grow with the number of scores
    places, accounts = np.unique(scores.round(3), return_counts=True)
    kernel = KernelDensity(bandwidth=bandwidth).fit(places[:, None], sample_weight=accounts)
    peaks, _ = find_peaks(np.exp(kernel.score_samples(grid[:, None])), prominence=prominence)
    return grid[peaks].tolist()


def last_mode(scores: pd.DataFrame, above: float) -> float:
    """The rightmost of the `modes` of column score, if it lies above a score; NaN otherwise."""
    return max((peak for peak in modes(scores["score"]) if peak > above), default=np.nan)


def draw_scores(density: pd.DataFrame, threshold: float, ax: Axes) -> Axes:
    """Draw the density of bot scores with the threshold (Figure 1) from the table of `score_density`."""
    if not density["accounts"].sum():
        return say_empty(ax, "No account of this study has a bot score")
    above = density["low"] >= threshold - 1e-9
    for part, name in ((~above, "human"), (above, "bot")):
        rows = density[part]
        ax.bar(
            rows["low"],
            rows["density"],
            rows["high"] - rows["low"],
            align="edge",
            color=COLOR[name],
            edgecolor="white",
            linewidth=0.4,
        )
    ax.axvline(threshold, color=COLOR["ink"], linewidth=1, linestyle="--")
    beside = {
        "xycoords": ("data", "axes fraction"),
        "textcoords": "offset points",
        "va": "top",
        "weight": "bold",
    }
    ax.annotate("scored as human", (threshold, 1), (-6, -4), ha="right", color=COLOR["human"], **beside)
    ax.annotate("scored as bot", (threshold, 1), (6, -4), ha="left", color=COLOR["bot_text"], **beside)
    ax.annotate(
        f"threshold {threshold:g}", (threshold, 1), (6, -18), ha="left", **beside | {"weight": "normal"}
    )
    ax.set(xlim=(0, 1), xlabel="bot score", ylabel="probability density")
    return ax


def in_words(scores: pd.Series, threshold: float) -> str:
    """The scores in a sentence with its numbers: alternative text of Figure 1."""
    known = scores.dropna()
    if known.empty:
        return "Empty: no account of this study has a bot score."
    places = " and ".join(f"{peak:.2f}" for peak in modes(known)) or "no clear place"
    return (
        f"Histogram of {len(known):,} bot scores between 0 and 1. It peaks at {places}; "
        f"{(known > threshold).mean():.1%} of the accounts score above the threshold of {threshold:g}."
    )


def words(scores: pd.Series, threshold: float, seed: int = 0) -> dict[str, str]:
    """Title, alternative text and caption of Figure 1, with the interval of the share above the threshold."""
    known = scores.dropna().to_frame("score")
    title, interval = "No account has a bot score", ""
    if len(known):
        above = lambda rows: float((rows["score"] > threshold).mean())  # noqa: E731
        places = " and ".join(f"{peak:.2f}" for peak in modes(known["score"]))
        title = f"{above(known):.1%} of the most active accounts score above {threshold:g}"
        title += f"; scores peak at {places}" * bool(places)
        interval = f"The share above it: 95% interval {span(*bootstrap(known, above, seed), '.1%')} (bootstrap over accounts). "
    return {
        "title": title,
        "alt": in_words(scores, threshold),
        "caption": (
            f"Density of the bot scores of the {len(known):,} most active accounts that have one, in bins of equal width; "
            f"dashed, the threshold. {interval}After Figure 1 (section Methodology, bot detection)."
        ),
    }
