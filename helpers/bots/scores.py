"""Scores and classes of a study's most active accounts (Table 3)."""

from __future__ import annotations

from datetime import datetime

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.bots.detector import forest, score
from helpers.bots.elsewhere import read_scores
from helpers.bots.labels import CLASSES, LABELLED, _only, labelled_accounts
from helpers.collection import activity
from helpers.features import profile_features
from helpers.ingest import read_users
from helpers.study import Study
from helpers.tables import collect, scan

SUB_SCORES = ["content", "friend", "network", "sentiment", "temporal", "user"]


def classify(scores: pd.DataFrame, threshold: float = 0.5) -> pd.Series:
    """Class of each account by its score: "bot" above the threshold, "human" otherwise.

    "unknown" where there is no score, or where the score is within one standard error of the threshold
    (the paper's "does not significantly diverge"); scores without an error are taken as exact.
    """
    distance = scores["score"] - threshold
    certain = distance.abs() >= scores["error"].fillna(0)
    return pd.Series(
        np.select([certain & (distance > 0), certain & (distance <= 0)], LABELLED, "unknown"),
        index=scores.index,
    )


def score_study(study: Study, seed: int = 0, threshold: float | None = None) -> pd.DataFrame:
    """Scores of the study's most active accounts: the `scores` table.

    Columns: user_id, rank (1 is the most active), tweets (collected), score, error, the six sub-scores (null,
    but for `user`, which the profile gives), class. Scores come from the study's scores.csv if it has one,
    else from a forest trained on its labelled accounts; without either, every account is unknown.

    Profiles are taken from the study's timelines folder, where the scored accounts were looked up after the
    collection, and an account missing there (suspended, deleted) is unknown; a study without that folder
    uses the profiles seen in its tweets.
    """
    top = activity(scan(study, "tweets")).head(study.scoring.top_accounts)
    top.insert(1, "rank", range(1, len(top) + 1))
    own = not study.scores_csv.exists()
    found = forest_scores(study, top["user_id"], seed) if own else read_scores(study.scores_csv)
    table = top.merge(found, left_on="user_id", right_index=True, how="left")
    table[SUB_SCORES] = np.nan
    if own:
        table["user"] = table["score"]
    table["class"] = classify(table, study.scoring.threshold if threshold is None else threshold)
    return table[["user_id", "rank", "tweets", "score", "error", *SUB_SCORES, "class"]]


def forest_scores(study: Study, accounts: pd.Series, seed: int = 0) -> pd.DataFrame:
    """Scores of the given accounts by a forest trained on the study's labelled ones: as `score` gives them.

    Empty where the study has no labelled accounts.
    """
    if study.labelled is None:
        return pd.DataFrame(columns=["score", "error"], index=pd.Index([], dtype="int64"), dtype=float)
    at = last_moment(study)
    trained = forest(seed).fit(*labelled_accounts(study, at))
    return score(trained, profile_features(looked_up(study, accounts), at))


def last_moment(study: Study) -> datetime:
    """Time of the study's last tweet, as of which accounts are judged."""
    return collect(scan(study, "tweets").select(nw.col("created_at").max()))["created_at"].iloc[0]


def looked_up(study: Study, accounts: pd.Series) -> pd.DataFrame:
    """Profiles (columns of `users`) of those of the given accounts that could be looked up for scoring."""
    if study.timelines:
        users = read_users(_only(study.timelines, "accounts.json*"))
        return users[users["user_id"].isin(accounts)]
    return collect(scan(study, "users").filter(nw.col("user_id").is_in(accounts.tolist())))


def source(study: Study) -> str:
    """Where the study's bot scores come from, in words."""
    return (
        "its own scores.csv"
        if study.scores_csv.exists()
        else "a random forest trained on its labelled accounts"
    )


def without_scores(study: Study) -> str:
    """Why this study's accounts cannot be scored, in a paragraph for the reader; empty if they can."""
    if study.labelled or study.scores_csv.exists():
        return ""
    return (
        f"**No scores.** The study *{study.title}* has no labelled accounts to train a detector on (folder `labelled/`) "
        "and no scores made elsewhere (`scores.csv`), so every account is *unknown* here. What needs a class "
        "shows nothing for bots and humans, and its claims read *not enough data*. The README says how to add either."
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


def bot_share(scores: pd.DataFrame) -> float:
    """Bots' share of the most active accounts, from rows with column class."""
    return float((scores["class"] == "bot").mean())


def bot_tweet_share(scores: pd.DataFrame) -> float:
    """Bots' share of the tweets of the most active accounts, from rows with columns class, tweets."""
    return float(scores.loc[scores["class"] == "bot", "tweets"].sum() / scores["tweets"].sum())


def busier(scores: pd.DataFrame) -> float:
    """Bots' share of tweets over their share of accounts, from rows with columns class, tweets; NaN without bots.

    Above 1, a bot tweets more than the average account.
    """
    return bot_tweet_share(scores) / bot_share(scores) if bot_share(scores) > 0 else np.nan
