"""Scores and classes of a study's most active accounts (Table 3)."""

from __future__ import annotations

import os
from datetime import datetime

import narwhals as nw
import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from helpers import parallel
from helpers.bots import labels
from helpers.bots.classes import at_threshold
from helpers.bots.detector import Detector
from helpers.bots.external import read_scores
from helpers.bots.features import CLASSES as SUB_SCORES
from helpers.bots.features import account_features
from helpers.bots.features.user import profile_features
from helpers.bots.labels import Examples
from helpers.collection import activity
from helpers.study import Study
from helpers.tables import collect, last_moment, on_disk, scan

REDRAWS = 20  # of the labelled accounts: forests are grown anew on each
COLUMNS = ["user_id", "rank", "tweets", "score", "error", *SUB_SCORES]


def most_active(study: Study) -> pd.DataFrame:
    """The accounts that get a score: columns user_id, rank (1 is the most active), tweets (collected)."""
    top = activity(scan(study, "tweets")).head(study.scoring.top_accounts)
    return top.assign(rank=range(1, len(top) + 1))[["user_id", "rank", "tweets"]]


def score_study(
    study: Study,
    seed: int = 0,
    threshold: float | None = None,
    examples: Examples | None = None,
    looked_up: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Scores of the study's most active accounts: the `scores` table.

    Columns: those of `most_active`, score, error, the six sub-scores (null where there is nothing to make
    them from), class. Scores come from the study's scores.csv if it has one, else from forests grown on its
    labelled accounts; without either, every account is unknown. So is one that could not be looked up
    (suspended, deleted) or has no timeline. `examples` and `looked_up` are what `labelled_accounts` and
    `scored_accounts` give, where at hand.
    """
    top = most_active(study)
    if study.scores_csv.exists():
        scores, _ = read_scores(study.scores_csv)
    else:
        at = last_moment(study)
        looked_up = scored_accounts(study, top["user_id"], at) if looked_up is None else looked_up
        scores = forest_scores(examples or labels.labelled_accounts(study, at), looked_up, seed)
    table = top.merge(scores, left_on="user_id", right_index=True, how="left").reindex(columns=COLUMNS)
    return at_threshold(table, study.scoring.threshold if threshold is None else threshold)


def forest_scores(examples: Examples, looked_up: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Scores of accounts by forests grown on labelled ones (features and labels): as `score_accounts` gives
    them.

    Only features that somebody has in either set are looked at. Empty without labelled accounts.
    """
    features, labels = examples
    if labels.empty:
        return pd.DataFrame(columns=COLUMNS[3:], index=pd.Index([], dtype="int64"), dtype=float)
    return Detector(seed).fit(features[shared(features, looked_up)], labels).score_accounts(looked_up)


def redrawn_scores(
    examples: Examples, looked_up: pd.DataFrame, seed: int = 0, draws: int = REDRAWS
) -> pd.DataFrame:
    """Scores by forests grown on bootstrap draws of the labelled accounts: columns user_id, draw, score,
    error.

    How far a score would move with other examples to learn from, which its `error` (of the trees) leaves out.
    Empty without labelled accounts, as where scores come from elsewhere: what those learned from nobody
    knows.
    """
    features, labels = examples
    some = len(labels) and len(looked_up)
    picked = np.random.default_rng(seed).integers(len(labels), size=(draws, len(labels))) if some else []

    def scored(number: int, rows: np.ndarray) -> pd.DataFrame:
        known = features.iloc[rows], labels.iloc[rows]
        return forest_scores(known, looked_up, seed + 1 + number)[["score", "error"]].assign(draw=number)

    # In threads, as in `detector.cross_validated`.
    parts = Parallel(parallel.WORKERS, prefer="threads")(delayed(scored)(*one) for one in enumerate(picked))
    table = pd.concat(parts) if parts else pd.DataFrame(columns=["score", "error", "draw"], dtype=float)
    table = table.rename_axis("user_id").reset_index().astype({"user_id": "int64", "draw": "int64"})
    return table[["user_id", "draw", "score", "error"]]


def shared(features: pd.DataFrame, looked_up: pd.DataFrame) -> list[str]:
    """The features that somebody has among the accounts that were looked up, too."""
    return [name for name in features if name in looked_up and looked_up[name].notna().any()]


def scored_accounts(study: Study, accounts: pd.Series, at: datetime) -> pd.DataFrame:
    """Features of those of the accounts that could be looked up for scoring: as `account_features` gives
    them.

    From the study's timelines folder; a study without one has the profiles seen in its tweets, and nothing
    else: what the accounts do in the collection is what the scores shall help to find out (see notebook 02,
    "Leakage"). Nobody is looked up in a study that brings its scores.
    """
    if study.scores_csv.exists():
        return profile_features(labels.NOBODY, at)
    if study.timelines:
        return labels.lookup_features(study, study.timelines, pd.Index(accounts), at)
    return profile_features(seen_profiles(study, accounts), at, labels.screen_names(study))


def seen_profiles(study: Study, accounts: pd.Series) -> pd.DataFrame:
    """Profiles of the accounts as seen in the collected tweets: rows of the table `users`."""
    return collect(scan(study, "users").filter(nw.col("user_id").is_in(accounts.tolist())))


def collected_features(study: Study, accounts: pd.Series) -> pd.DataFrame:
    """Features of accounts from the collected tweets themselves: only to show what must not be scored on."""
    with on_disk(study, "tweets") as tweets:
        return account_features(seen_profiles(study, accounts), tweets, last_moment(study))


def facts(study: Study) -> dict[str, object]:
    """What the reader is told of where the study's bot scores come from, and whom they fit: see
    captions/bots.toml.
    """
    own, folders = study.scores_csv.exists(), {"labelled": study.labelled, "timelines": study.timelines}
    lacking = [f"{name}/" for name, folder in folders.items() if not labels.timelines(folder)]
    here, top = study.labelled is not None and not own, most_active(study)["user_id"]
    said = {"whole": here and not lacking, "lacking": " and ".join(lacking if here else [])}
    given, lost = read_scores(study.scores_csv) if own else labels.lookups(study)
    known, where = int(top.isin(given.index).sum()), "scores.csv" if own else "timelines/"
    fit = {"ids": len(given), "top": len(top), "known": known, "file": where}
    fit["strangers"] = bool(own or study.timelines) and known < 1 <= len(top)
    fit["lost"] = "; ".join(filter(None, lost)).replace(f"{study.folder}{os.sep}", "")
    return {"title": study.title, "own": own} | said | fit


def top_accounts(study: Study, scores: pd.DataFrame, n: int = 20) -> pd.DataFrame:
    """The n accounts that score highest, for inspection: columns user_id, score, and what they say of
    themselves: of real ones counts alone, since a text names who wrote it.
    """
    top = scores.dropna(subset="score").nlargest(n, "score")[["user_id", "score"]]
    said = ["name", "description"] if study.synthetic else []
    said += ["followers_count", "listed_count", "statuses_count", "verified"]
    return top.merge(seen_profiles(study, top["user_id"])[["user_id", *said]], on="user_id", how="left")
