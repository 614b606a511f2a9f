"""What the accounts without a class leave open: bounds on the article's shares of bots.

In Bessi & Ferrara (2016) accounts have no class if they were suspended, undecided, or not among the most
active. Their tweets count all the same. If none of them is a bot a share of bots is at its lower bound, if
all are at its upper one; between the two nothing but an assumption decides (Manski 1989).
"""

from __future__ import annotations

import pandas as pd

from helpers.claims import published
from helpers.tweets import CLASSES
from helpers.uncertainty import ratio

BOUNDS = ["coverage", "if_none", "labelled", "if_all"]


def bounds(bot: float, human: float, unknown: float) -> dict[str, float]:
    """Coverage (share that has a class), and bots' share if no unknown is a bot, of those with a class, and
    if all are.

    For 3 bots, 12 humans and 5 unknown: 0.75, and 0.15, 0.2, 0.4. Without any bot or human nothing is known:
    0 to 1, and nothing in between.
    """
    everyone, classed = bot + human + unknown, bot + human
    shares = ratio([classed, bot, bot, bot + unknown], [everyone, everyone, classed, everyone])
    return dict(zip(BOUNDS, shares.tolist(), strict=True))


def of_the_paper() -> pd.DataFrame:
    """The paper's counts of the scored accounts, of everyone and of all tweets: columns CLASSES, BOUNDS."""
    bot, human, of_bots, of_humans = map(published, ("bots", "humans", "bot_tweets", "human_tweets"))
    rows = {
        "scored accounts": [bot, human, published("unknown")],
        "all accounts": [bot, human, published("collection_accounts") - bot - human],
        "all tweets": [of_bots, of_humans, published("collection_tweets") - (of_bots + of_humans)],
    }
    counts = pd.DataFrame(rows, CLASSES).T
    return counts.join(pd.DataFrame([bounds(*row) for row in counts.to_numpy()], counts.index))
