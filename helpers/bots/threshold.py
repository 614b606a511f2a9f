"""What moves with the threshold above which a score makes an account a bot: bots' shares, and the claims
about them.

Beside Bessi & Ferrara (2016), section Methodology, "Bot detection". From the table `scores` and the study's
totals. Only classes change: who is scored, and with what score, stays. `helpers.audit.multiverse` follows the
threshold into the findings of the later notebooks.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from matplotlib.axes import Axes

from helpers import claims
from helpers.bots import classes
from helpers.bots.classes import at_threshold, bot_share, counted
from helpers.bots.distribution import draw_scores, score_density
from helpers.figures import COLOR, percent, picture, plt, say_empty, told
from helpers.uncertainty import sums

THRESHOLDS = np.arange(0.3, 0.801, 0.05).round(2).tolist()


def shares_by_threshold(scores: pd.DataFrame, thresholds: Iterable[float] = THRESHOLDS) -> pd.DataFrame:
    """Bots' share of the scored accounts and of their tweets: columns threshold, accounts, tweets; NaN
    without scores.

    Of four accounts with scores 0.2, 0.4, 0.6, 0.8, half are bots at 0.5, and a quarter at 0.7.
    """
    cut = {at: sums(counted(at_threshold(scores, at)), ["class"]) for at in thresholds}
    rows = [(at, bot_share(of_class), bot_share(of_class, "tweets")) for at, of_class in cut.items()]
    return pd.DataFrame(rows, columns=["threshold", "accounts", "tweets"], dtype=float)


def draw_shares(shares: pd.DataFrame, threshold: float, ax: Axes) -> Axes:
    """Draw bots' shares against the threshold, from `shares_by_threshold`, with a line at one threshold."""
    if shares[["accounts", "tweets"]].isna().all(axis=None):
        return say_empty(ax, "No account of this study has a bot score")
    here = shares[np.isclose(shares["threshold"], threshold)]
    for column, style, whose in (("tweets", "--", "of their tweets"), ("accounts", "-", "of the accounts")):
        label = "".join(f"{share:.1%} " for share in here[column]) + whose
        ax.plot(shares["threshold"], shares[column], style, color=COLOR["bot_text"], label=label)
        ax.plot(here["threshold"], here[column], "o", color=COLOR["bot_text"])
    ax.axvline(threshold, color=COLOR["ink"], linewidth=1, linestyle="--", zorder=0)
    ax.yaxis.set_major_formatter(percent)
    top = 1.15 * shares[["accounts", "tweets"]].max(axis=None)
    ax.set(xlabel="threshold", ylabel="bots' share", ylim=(0, top or 1))
    ax.legend(loc="upper right", frameon=True, framealpha=1, edgecolor="none")
    return ax


def explore_threshold(
    scores: pd.DataFrame, accounts: int, tweets: int, rate: float, base: float, threshold: float
) -> list[Image | Markdown | pd.DataFrame]:
    """What a threshold does, for `explore.slider`: the scores cut there, bots' shares, and the claims that
    turn.

    A claim turns if its verdict is another than at the threshold `base`. Nothing is recorded.
    """
    ranged = claims.claims().dropna(subset="rule").index
    cut = (at_threshold(scores, at) for at in (base, threshold))
    measured = (classes.measures(one, accounts, tweets, rate, draws=0)["value"] for one in cut)
    then, now = (claims.compare(values[values.index.isin(ranged)]) for values in measured)
    turned = now["verdict"] != then["verdict"]
    shares = shares_by_threshold(scores, sorted({*THRESHOLDS, threshold})).dropna()
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.8), width_ratios=[3, 2])
    draw_scores(score_density(scores["score"]), threshold, left).set_title("Bot scores")
    left.set_ylim(0, 1.15 * left.get_ylim()[1])  # room for the labels, wherever the threshold stands
    draw_shares(shares, threshold, right).set_title("Bots' share, by threshold")
    moved = {"base": base, "threshold": threshold, "moved": threshold != base}
    moved |= {"claims": len(now), "turned": turned.sum()}
    said = told("threshold", facts(shares, threshold) | moved)
    now["turns"] = np.where(turned, "turns", "")
    return [picture(fig, said["alt"]), Markdown(said["caption"]), now]


def facts(shares: pd.DataFrame, threshold: float) -> dict[str, float]:
    """What the moving picture says of a threshold, from `shares_by_threshold`: see captions/bots.toml."""
    here = shares[np.isclose(shares["threshold"], threshold)]
    rows = {"here": here, "first": shares.head(1), "last": shares.tail(1)}
    return {f"{where}_{column}": row[column].max() for where, row in rows.items() for column in shares}
