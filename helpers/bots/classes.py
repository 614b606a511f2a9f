"""Classes of accounts by their bot score, and how many accounts and tweets each class has (Table 3).

After Bessi & Ferrara (2016), section Methodology, "Bot detection".
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.tweets import CLASSES, LABELLED


def classify(scores: pd.DataFrame, threshold: float = 0.5) -> pd.Series:
    """Class of each account by its score: "bot" above the threshold, "human" otherwise.

    "unknown" where there is no score, or where the score is within one standard error of the threshold
    (the paper's "does not significantly diverge"); scores without an error are taken as exact.
    """
    distance = scores["score"] - threshold
    certain = distance.abs().ge(scores["error"].fillna(0))
    return pd.Series(
        np.select([certain & (distance > 0), certain & (distance <= 0)], LABELLED, "unknown"),
        index=scores.index,
    )


def class_table(scores: pd.DataFrame, accounts: int, tweets: int) -> pd.DataFrame:
    """Accounts and tweets by class among the scored, and extrapolated to everyone (Table 3).

    `accounts` and `tweets` are the study's totals. Rows bot, human, unknown; columns class, accounts,
    accounts_share, tweets, tweets_share (of the most active accounts and their tweets), accounts_everyone,
    tweets_everyone. The last two are for bots what the paper does: the share among the most active, applied to
    everyone. Bots and humans are NaN where no account has either class.
    """
    groups = scores.groupby("class")["tweets"].agg(["size", "sum"]).reindex(CLASSES, fill_value=0)
    table = groups.set_axis(["accounts", "tweets"], axis="columns").astype(float)
    if (scores["class"] == "unknown").all():
        table.loc[LABELLED] = np.nan
    for column, total in (("accounts", accounts), ("tweets", tweets)):
        share = table[column] / table[column].sum()
        table[f"{column}_share"] = share
        table[f"{column}_everyone"] = (share * total).where(table.index == "bot").round()
    order = ["accounts", "accounts_share", "tweets", "tweets_share", "accounts_everyone", "tweets_everyone"]
    return table[order].rename_axis("class").reset_index()


def class_counts(scores: pd.DataFrame, accounts: int, tweets: int) -> pd.Series:
    """`class_table` as one column of numbers, by class and column."""
    return class_table(scores, accounts, tweets).set_index("class").stack(future_stack=True)


def bot_share(scores: pd.DataFrame) -> float:
    """Bots' share of the most active accounts, from rows with column class; NaN where none has one."""
    known = (scores["class"] != "unknown").any()
    return float((scores["class"] == "bot").mean()) if known else np.nan


def bot_tweet_share(scores: pd.DataFrame) -> float:
    """Bots' share of the tweets of the most active accounts, from rows with columns class, tweets; NaN where none has
    a class."""
    known = (scores["class"] != "unknown").any()
    return (
        float(scores.loc[scores["class"] == "bot", "tweets"].sum() / scores["tweets"].sum())
        if known
        else np.nan
    )


def busier(scores: pd.DataFrame) -> float:
    """Bots' share of tweets over their share of accounts, from rows with columns class, tweets; NaN without bots.

    Above 1, a bot tweets more than the average account.
    """
    return bot_tweet_share(scores) / bot_share(scores) if bot_share(scores) > 0 else np.nan
