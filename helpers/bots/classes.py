"""Classes of accounts by their bot score, and how many accounts and tweets each class has (Table 3).

After Bessi & Ferrara (2016), section Methodology, "Bot detection". From the table `scores` and the study's
totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from helpers.tweets import CLASSES, LABELLED
from helpers.uncertainty import Sums, bootstrap, ratio

# Claims that count accounts or tweets of a class; on bots' shares of both; on what these make of everyone.
COUNTS = {
    "bots": ("bot", "accounts"),
    "humans": ("human", "accounts"),
    "unknown": ("unknown", "accounts"),
    "bot_tweets": ("bot", "tweets"),
    "human_tweets": ("human", "tweets"),
}
SHARES = {"bot_share_extrapolated": "accounts", "bot_tweet_share_extrapolated": "tweets"}
EVERYONE = {"bots_extrapolated": "accounts", "bot_tweets_extrapolated": "tweets"}


def classify(scores: pd.DataFrame, threshold: float = 0.5) -> pd.Series:
    """Class of each account by its score: "bot" above the threshold, "human" otherwise.

    "unknown" where there is no score, or where the score is within one standard error of the threshold
    (the paper's "does not significantly diverge"); scores without an error are taken as exact.
    """
    distance = scores["score"] - threshold
    certain = distance.abs().ge(scores["error"].fillna(0))
    classes = np.select([certain & (distance > 0), certain & (distance <= 0)], LABELLED, "unknown")
    return pd.Series(classes, index=scores.index)


def at_threshold(scores: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """The table `scores` with the class that a threshold gives."""
    return scores.assign(**{"class": classify(scores, threshold)})


def redrawn(scores: pd.DataFrame, again: pd.DataFrame, threshold: float) -> list[pd.DataFrame]:
    """The table `scores` with the classes of each draw of `scoring.redrawn_scores`."""
    accounts = scores[["user_id", "tweets"]]
    return [at_threshold(accounts.merge(one, on="user_id", how="left"), threshold)
            for _, one in again.groupby("draw")]  # fmt: skip


def counted(scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of which the functions below take sums by class: columns class, accounts (1 each), tweets."""
    return scores[["class", "tweets"]].assign(accounts=1)


def labelled(of_class: Sums) -> np.ndarray:
    """Number of accounts with a class."""
    return of_class["bot", "accounts"] + of_class["human", "accounts"]


def bot_share(of_class: Sums, column: str = "accounts") -> np.ndarray:
    """Bots' share of the accounts (or of their tweets), from sums of `counted` by class; NaN where none has a
    class.
    """
    return ratio(of_class["bot", column], of_class[column] * (labelled(of_class) > 0))


def busier(of_class: Sums) -> np.ndarray:
    """Bots' share of tweets over their share of accounts, from sums by class; NaN without bots or humans.

    Above 1, a bot tweets more than the average account.
    """
    tweets, accounts = (of_class["bot", name] + of_class["human", name] for name in ("tweets", "accounts"))
    by_bots = ratio(of_class["bot", "tweets"], tweets), ratio(of_class["bot", "accounts"], accounts)
    return of_class.compared(*LABELLED) * ratio(*by_bots)


def class_table(scores: pd.DataFrame, accounts: int, tweets: int) -> pd.DataFrame:
    """Accounts and tweets by class among the scored, and extrapolated to everyone (Table 3).

    `accounts` and `tweets` are the study's totals. Rows bot, human, unknown; columns class, accounts,
    accounts_share, tweets, tweets_share (of the most active accounts and their tweets), accounts_everyone,
    tweets_everyone. The last two are for bots what the paper does: the share among the most active, applied
    to everyone. Bots and humans are NaN where no account has either class.
    """
    table = counted(scores).groupby("class").sum().reindex(CLASSES, fill_value=0).astype(float)
    if not table.loc[LABELLED, "accounts"].any():
        table.loc[LABELLED] = np.nan
    for column, total in {"accounts": accounts, "tweets": tweets}.items():
        share = table[column] / table[column].sum()
        table[f"{column}_share"] = share
        table[f"{column}_everyone"] = (share * total).where(table.index == "bot").round()
    order = ["accounts", "accounts_share", "tweets", "tweets_share", "accounts_everyone", "tweets_everyone"]
    return table[order].reset_index()


def measures(
    scores: pd.DataFrame,
    accounts: int,
    tweets: int,
    rate: float = 1.0,
    seed: int = 0,
    draws: int | None = None,
    others: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """What Table 3 shows of its claims: index claim id, columns value, low, high.

    In: the table `scores` and the study's totals; counts are divided by its sample `rate`. Without `draws`
    (0) there are no intervals. With `others` (of `redrawn`) these draw the labelled accounts, too, from which
    the scores were learned; without, they take the scores as they are.
    """
    totals = {"accounts": accounts, "tweets": tweets}

    def count(group: str, column: str, of_class: Sums) -> np.ndarray:
        known = (labelled(of_class) > 0) | (group == "unknown")
        return np.where(known, of_class[group, column], np.nan) / rate

    def extrapolated(column: str, of_class: Sums) -> np.ndarray:
        return np.round(bot_share(of_class, column) * totals[column]) / rate

    statistics = {
        **{claim: partial(count, *cell) for claim, cell in COUNTS.items()},
        **{claim: partial(bot_share, column=column) for claim, column in SHARES.items()},
        **{claim: partial(extrapolated, column) for claim, column in EVERYONE.items()},
    }
    statistics["bots_tweet_more"] = busier
    rows, *others = map(counted, [scores, *others])
    return bootstrap(rows, statistics, ["class"], seed, draws, others=others)
