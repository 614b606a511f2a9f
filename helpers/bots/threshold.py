"""What moves with the threshold above which a score makes an account a bot: shares, counts, and claims about them.

Beside Bessi & Ferrara (2016), section Methodology, "Bot detection". From the table `scores` and the study's totals.
Only classes change: who is scored, and with what score, stays. `helpers.audit.threshold` follows the threshold into
the figures of the later notebooks.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from matplotlib.axes import Axes

from helpers import claims
from helpers.bots.classes import bot_share, bot_tweet_share, busier, class_counts, classify
from helpers.bots.figure import draw_scores, score_density
from helpers.figures import COLOR, percent, picture, plt, say_empty

THRESHOLDS = np.arange(0.3, 0.801, 0.05).round(2).tolist()

# The claims that count accounts or tweets of a class: claim -> class and column of `class_table`.
COUNTED = {
    "bots": ("bot", "accounts"),
    "humans": ("human", "accounts"),
    "unknown": ("unknown", "accounts"),
    "bot_tweets": ("bot", "tweets"),
    "human_tweets": ("human", "tweets"),
    "bots_extrapolated": ("bot", "accounts_everyone"),
    "bot_tweets_extrapolated": ("bot", "tweets_everyone"),
}


def at_threshold(scores: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """The table `scores` with the class that a threshold gives."""
    return scores.assign(**{"class": classify(scores, threshold)})


def counted_claims(scores: pd.DataFrame, accounts: int, tweets: int, rate: float = 1.0) -> pd.Series:
    """What the claims about bots, humans and unknown become with the classes in `scores`: claim -> value.

    `accounts` and `tweets` are the study's totals; counts are divided by its sample rate.
    """
    counts = class_counts(scores, accounts, tweets)
    values = {claim: counts[cell] / rate for claim, cell in COUNTED.items()}
    values["bot_share_extrapolated"] = bot_share(scores)
    values["bot_tweet_share_extrapolated"] = bot_tweet_share(scores)
    values["bots_tweet_more"] = busier(scores[scores["class"] != "unknown"])
    return pd.Series(values, dtype=float)


def shares_by_threshold(scores: pd.DataFrame, thresholds: Iterable[float] = THRESHOLDS) -> pd.DataFrame:
    """Bots' share of the scored accounts and of their tweets: columns threshold, accounts, tweets; NaN without scores.

    Of four accounts with scores 0.2, 0.4, 0.6, 0.8, half are bots at 0.5, and a quarter at 0.7.
    """
    rows = []
    for threshold in thresholds:
        classed = at_threshold(scores, threshold)
        rows.append((threshold, bot_share(classed), bot_tweet_share(classed)))
    return pd.DataFrame(rows, columns=["threshold", "accounts", "tweets"])


def draw_shares(shares: pd.DataFrame, threshold: float, ax: Axes) -> Axes:
    """Draw bots' shares against the threshold, from `shares_by_threshold`, with a line at one threshold."""
    if shares[["accounts", "tweets"]].isna().all(axis=None):
        return say_empty(ax, "No account of this study has a bot score")
    here = shares[np.isclose(shares["threshold"], threshold)]
    for column, style, words in (("tweets", "--", "of their tweets"), ("accounts", "-", "of the accounts")):
        label = "".join(f"{share:.1%} " for share in here[column]) + words
        ax.plot(shares["threshold"], shares[column], style, color=COLOR["bot_text"], label=label)
        ax.plot(here["threshold"], here[column], "o", color=COLOR["bot_text"])
    ax.axvline(threshold, color=COLOR["ink"], linewidth=1, linestyle="--", zorder=0)
    ax.yaxis.set_major_formatter(percent)
    ax.set(
        xlabel="threshold",
        ylabel="bots' share",
        ylim=(0, 1.15 * shares[["accounts", "tweets"]].max(axis=None)),
    )
    ax.legend(loc="upper right", frameon=True, framealpha=1, edgecolor="none")
    return ax


def explore_threshold(
    scores: pd.DataFrame, accounts: int, tweets: int, rate: float, base: float, threshold: float
) -> list[Image | Markdown | pd.DataFrame]:
    """What a threshold does, for `explore.slider`: the scores cut there, bots' shares, and the claims that turn.

    A claim turns if its verdict is another than at the threshold `base`. Nothing is recorded.
    """
    then, now = (
        claims.compare(counted_claims(at_threshold(scores, at), accounts, tweets, rate))
        for at in (base, threshold)
    )
    turned = now["verdict"] != then["verdict"]
    shares = shares_by_threshold(scores, sorted({*THRESHOLDS, threshold})).dropna()
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.8), width_ratios=[3, 2])
    draw_scores(score_density(scores["score"]), threshold, left).set_title("Bot scores")
    left.set_ylim(0, 1.15 * left.get_ylim()[1])  # room for the labels, wherever the threshold stands
    draw_shares(shares, threshold, right).set_title("Bots' share, by threshold")
    words = (
        f"Of {len(now)} claims about bots and humans, {turned.sum()} turn between {base:g} and {threshold:g}."
    )
    if threshold == base:
        words = (
            f"At the study's own threshold of {base:g} nothing turns: these are the verdicts to compare with."
        )
    now["turns"] = np.where(turned, "turns", "")
    return [picture(fig, in_words(shares, threshold)), Markdown(words), now]


def in_words(shares: pd.DataFrame, threshold: float) -> str:
    """The shares at a threshold in a sentence: alternative text of the moving picture."""
    here = shares[np.isclose(shares["threshold"], threshold)]
    if here.empty:
        return "Empty: no account of this study has a bot score."
    row, ends = here.iloc[0], shares.iloc[[0, -1]]
    return (
        f"Histogram of bot scores, cut at {threshold:g}, and bots' share by threshold. At {threshold:g}, "
        f"{row['accounts']:.1%} of the accounts are bots, and write {row['tweets']:.1%} of the tweets; the share of "
        f"accounts falls from {ends['accounts'].iloc[0]:.1%} at {ends['threshold'].iloc[0]:g} "
        f"to {ends['accounts'].iloc[1]:.1%} at {ends['threshold'].iloc[1]:g}."
    )
