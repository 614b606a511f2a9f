"""Scores and classes of a study's most active accounts (Table 3)."""

from __future__ import annotations

from datetime import datetime

import narwhals as nw
import pandas as pd

from helpers.bots.classes import classify
from helpers.bots.detector import Detector
from helpers.bots.external import read_scores
from helpers.bots.features import CLASSES as SUB_SCORES
from helpers.bots.features import account_features, profile_features
from helpers.bots.labels import labelled_accounts, lookup_features
from helpers.collection import activity
from helpers.study import Study
from helpers.tables import collect, last_moment, on_disk, scan

COLUMNS = ["user_id", "rank", "tweets", "score", "error", *SUB_SCORES]


def score_study(
    study: Study,
    seed: int = 0,
    threshold: float | None = None,
    examples: tuple[pd.DataFrame, pd.Series] | None = None,
) -> pd.DataFrame:
    """Scores of the study's most active accounts: the `scores` table.

    Columns: user_id, rank (1 is the most active), tweets (collected), score, error, the six sub-scores (null where
    there is nothing to make them from), class. Scores come from the study's scores.csv if it has one, else from
    forests grown on its labelled accounts; without either, every account is unknown. So is one that could not be
    looked up (suspended, deleted) or has no timeline. `examples` are the labelled accounts, where they are at hand.
    """
    top = activity(scan(study, "tweets")).head(study.scoring.top_accounts)
    top.insert(1, "rank", range(1, len(top) + 1))
    own = not study.scores_csv.exists()
    found = forest_scores(study, top["user_id"], seed, examples) if own else read_scores(study.scores_csv)
    table = top.merge(found, left_on="user_id", right_index=True, how="left").reindex(columns=COLUMNS)
    table["class"] = classify(table, study.scoring.threshold if threshold is None else threshold)
    return table


def forest_scores(
    study: Study,
    accounts: pd.Series,
    seed: int = 0,
    examples: tuple[pd.DataFrame, pd.Series] | None = None,
) -> pd.DataFrame:
    """Scores of the given accounts by forests grown on the study's labelled ones: as `score_accounts` gives them.

    `examples` are features and labels to grow them on instead. Empty where there are no labelled accounts.
    """
    if study.labelled is None and examples is None:
        return pd.DataFrame(
            columns=["score", "error", *SUB_SCORES], index=pd.Index([], dtype="int64"), dtype=float
        )
    at = last_moment(study)
    known, labels = examples or labelled_accounts(study, at)
    scored = scored_accounts(study, accounts, at)
    shared = known[[name for name in known if name in scored and scored[name].notna().any()]]
    return Detector(seed).fit(shared, labels).score_accounts(scored)


def scored_accounts(study: Study, accounts: pd.Series, at: datetime) -> pd.DataFrame:
    """Features of those of the accounts that could be looked up for scoring: as `account_features` gives them.

    From the study's timelines folder; a study without one has the profiles seen in its tweets, and nothing else: what
    the accounts do in the collection is what the scores shall help to find out (see notebook 02, "The trap").
    """
    if study.timelines:
        return lookup_features(study, study.timelines, pd.Index(accounts), at)
    names = collect(scan(study, "users").select("screen_name"))["screen_name"]
    return profile_features(seen_profiles(study, accounts), at, names)


def seen_profiles(study: Study, accounts: pd.Series) -> pd.DataFrame:
    """Profiles of the accounts as seen in the collected tweets: rows of the table `users`."""
    return collect(scan(study, "users").filter(nw.col("user_id").is_in(accounts.tolist())))


def collected_features(study: Study, accounts: pd.Series) -> pd.DataFrame:
    """Features of accounts from the collected tweets themselves: only to show what must not be scored on."""
    with on_disk(study, "tweets") as tweets:
        return account_features(seen_profiles(study, accounts), tweets, last_moment(study))


def source(study: Study) -> str:
    """Where the study's bot scores come from, in words."""
    return (
        "its own scores.csv" if study.scores_csv.exists() else "random forests grown on its labelled accounts"
    )


def scored_on(study: Study) -> str:
    """What the study's accounts are scored on, in a paragraph for the reader; empty where they are not scored here."""
    if study.scores_csv.exists() or study.labelled is None:
        return ""
    timelines = [
        bool(folder and any(folder.glob("timelines.json*"))) for folder in (study.labelled, study.timelines)
    ]
    if all(timelines):
        return "Accounts are scored on their **profile and on recent tweets from outside the collection**."
    lacking = [
        f"`{name}/`" for name, has in zip(("labelled", "timelines"), timelines, strict=True) if not has
    ]
    return (
        f"**Profiles only.** {' and '.join(lacking)} of this study has no `timelines.json*` (recent tweets of each account "
        "from outside the collection), so accounts are scored on their profiles alone, and sub-scores but *user* are "
        "missing. The collected tweets are not used instead: see *The trap* below."
    )


def top_accounts(study: Study, scores: pd.DataFrame, n: int = 20) -> pd.DataFrame:
    """The n accounts that score highest, for inspection: columns user_id, score, and what they say of themselves."""
    top = scores.dropna(subset="score").nlargest(n, "score")[["user_id", "score"]]
    shown = [
        "user_id",
        "name",
        "description",
        "followers_count",
        "listed_count",
        "statuses_count",
        "verified",
    ]
    return top.merge(seen_profiles(study, top["user_id"])[shown], on="user_id", how="left")
