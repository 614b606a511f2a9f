"""Which accounts are bots: a random forest over account features, its scores, and what follows from them.

After Bessi & Ferrara (2016), section Methodology, "Bot detection" (Figure 1, Table 3). The paper asked
BotOrNot (Davis et al. 2016), a random forest trained on labelled accounts, for a score between 0 and 1
of each of the 50,000 most active accounts; a score above 0.5 made an account a bot. BotOrNot is gone, so
this module trains a forest of its own on the study's labelled accounts, or takes scores made elsewhere.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.signal import find_peaks
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import KernelDensity

from helpers.collection import activity
from helpers.features import profile_features
from helpers.figures import COLOR, say_empty
from helpers.ingest import read_users
from helpers.study import Study, StudyError
from helpers.tables import USERS, collect, scan

SUB_SCORES = ["content", "friend", "network", "sentiment", "temporal", "user"]
LABELLED = ["bot", "human"]
CLASSES = [*LABELLED, "unknown"]
PEOPLE = {"bot": "bots", "human": "humans", "unknown": "accounts without a class"}
NOBODY = USERS.empty_table().to_pandas()


def forest(seed: int = 0, trees: int = 120) -> RandomForestClassifier:
    """An untrained forest of shallow trees.

    Shallow trees vote with probabilities, not with certainties, and so give scores that crowd between 0.2
    and 0.8 as BotOrNot's did; deep trees smear them from 0 to 1.
    """
    return RandomForestClassifier(trees, max_depth=2, max_features=1, min_samples_leaf=10, random_state=seed)


def labelled_accounts(study: Study, at: datetime) -> tuple[pd.DataFrame, pd.Series]:
    """Features of the study's labelled accounts and their labels (1 bot, 0 human), both indexed by user_id.

    Both empty where the study has none. Raises StudyError if a label is neither "bot" nor "human".
    """
    if study.labelled is None:
        return profile_features(NOBODY, at), pd.Series(dtype=int)
    features = profile_features(read_users(_only(study.labelled, "accounts.json*")), at)
    labels = read_labels(_only(study.labelled, "labels.*"))
    known = features.index.intersection(labels.index)
    return features.loc[known], labels.loc[known]


def read_labels(path: Path) -> pd.Series:
    """Labels (1 bot, 0 human) by user_id from a tab- or comma-separated file of id and label."""
    separator = "," if path.suffix == ".csv" else "\t"
    table = pd.read_csv(path, sep=separator, header=None, names=["user_id", "label"], dtype=str)
    wrong = table[~table["label"].isin(LABELLED) | ~table["user_id"].str.fullmatch(r"\d+", na=False)]
    if len(wrong):
        line, row = wrong.index[0] + 1, wrong.iloc[0]
        raise StudyError(
            f"{path}, line {line}: '{row['user_id']}', '{row['label']}' is not an id and bot or human."
        )
    return table.set_index(table["user_id"].astype("int64"))["label"].eq("bot").astype(int)


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise StudyError(f"{folder}: {len(found)} files match {pattern}, there must be one.")
    return found[0]


def cross_validated(features: pd.DataFrame, labels: pd.Series, seed: int = 0, folds: int = 10) -> pd.Series:
    """Out-of-fold scores of labelled accounts: each is scored by a forest that has not seen it.

    NaN where there are fewer than `folds` accounts of a label.
    """
    if labels.nunique() < 2 or labels.value_counts().min() < folds:
        return pd.Series(np.nan, index=features.index, name="score")
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    scores = cross_val_predict(forest(seed), features, labels, cv=split, method="predict_proba")[:, 1]
    return pd.Series(scores, index=features.index, name="score")


def evaluation(scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """How well scores tell labelled bots (1) from humans (0): one row.

    Columns: accounts, AUC, and at the threshold accuracy, precision (of those called bots) and recall (of the
    bots). NaN where there is nothing to measure.
    """
    known = scores.dropna()
    if known.empty:
        return pd.DataFrame(
            [[0, *[np.nan] * 4]], columns=["accounts", "AUC", "accuracy", "precision", "recall"]
        )
    truth, called = labels.loc[known.index], known > threshold
    row = {
        "accounts": len(known),
        "AUC": roc_auc_score(truth, known),
        "accuracy": accuracy_score(truth, called),
        "precision": precision_score(truth, called, zero_division=np.nan),
        "recall": recall_score(truth, called),
    }
    return pd.DataFrame([row])


def score(trained: RandomForestClassifier, features: pd.DataFrame) -> pd.DataFrame:
    """Score and its standard error over the trees, indexed by user_id: columns score, error.

    The score is the mean of the trees' bot probabilities; the error is their standard deviation over the
    square root of their number, that is how far the score would move with another draw of trees.
    """
    if features.empty:
        return pd.DataFrame(columns=["score", "error"], index=features.index, dtype=float)
    votes = np.array([tree.predict_proba(features.to_numpy())[:, 1] for tree in trained.estimators_])
    error = votes.std(axis=0, ddof=1) / np.sqrt(len(votes))
    return pd.DataFrame({"score": votes.mean(axis=0), "error": error}, index=features.index)


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


def read_scores(path: Path) -> pd.DataFrame:
    """Scores made elsewhere, from a CSV with columns user_id, score: indexed by user_id, columns score, error (null).

    Raises StudyError that names the line if an id is not a whole number, or a score not within [0, 1].
    """
    table = pd.read_csv(path, dtype={"user_id": str, "score": str}, keep_default_na=False)
    if missing := {"user_id", "score"} - set(table.columns):
        raise StudyError(
            f"{path}: no column {' and '.join(sorted(missing))}. The first line must name user_id and score."
        )
    scores = pd.to_numeric(table["score"], errors="coerce")
    wrong = table[~table["user_id"].str.fullmatch(r"\d{1,19}") | ~scores.between(0, 1)]
    if len(wrong):
        row = wrong.iloc[0]
        raise StudyError(
            f"{path}, line {wrong.index[0] + 2}: id '{row['user_id']}', score '{row['score']}': "
            "an id is a whole number (a spreadsheet may have rounded it), a score lies between 0 and 1."
        )
    if (twice := table["user_id"].duplicated()).any():
        raise StudyError(
            f"{path}, line {twice.idxmax() + 2}: account {table['user_id'][twice.idxmax()]} comes twice."
        )
    return pd.DataFrame({"score": scores.to_numpy(), "error": np.nan}, index=table["user_id"].astype("int64"))


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
    kernel = KernelDensity(bandwidth=bandwidth).fit(scores[:, None])
    peaks, _ = find_peaks(np.exp(kernel.score_samples(grid[:, None])), prominence=prominence)
    return grid[peaks].tolist()


def busier(scores: pd.DataFrame) -> float:
    """Bots' share of tweets over their share of accounts, from rows with columns class, tweets; NaN without bots.

    Above 1, a bot tweets more than the average account.
    """
    return bot_tweet_share(scores) / bot_share(scores) if bot_share(scores) > 0 else np.nan


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
