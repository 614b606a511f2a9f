"""What notebook 02 measures of its claims: bots and humans among the scored, their scores, and the labelled
accounts.

After Bessi & Ferrara (2016), section Methodology, "Bot detection" (Figure 1, Table 3).
"""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import collection
from helpers.bots import classes, distribution, signals
from helpers.bots.features import CLASSES as SUB_SCORES
from helpers.bots.features import catalogue
from helpers.bots.features.posts import RECENT
from helpers.claims import measured
from helpers.study import Study
from helpers.tables import collect, read, scan
from helpers.uncertainty import interval, ratio

HIGHEST = 300  # scores, among which the article's authors looked for organisations
LABELLED = ["user_id", "label", "kind", "score", "error", *SUB_SCORES, *signals.NAMED.values()]


def labelled_table(
    features: pd.DataFrame, labels: pd.Series, kinds: pd.Series, held_out: pd.DataFrame
) -> pd.DataFrame:
    """What is known of the labelled accounts, the table `labelled_scores`: columns LABELLED.

    In: by user_id, their features, labels (1 bot, 0 human), kinds, and scores of `detector.cross_validated`.
    """
    known = {"label": labels, "kind": kinds.reindex(features.index)}
    table = features.assign(**known)[list(known)].join([held_out, signals.named_signals(features)])
    return table.rename_axis("user_id").reset_index()[LABELLED]


def organisations(labelled: pd.DataFrame) -> dict[str, float]:
    """How many organisations are among the HIGHEST scores of labelled accounts, and how much more they tweet
    than persons, by claim; NaN without organisations.
    """
    highest = labelled.nlargest(HIGHEST, "score")["kind"] == "organisation"
    volume = labelled.groupby("kind")["statuses_per_day"].median().reindex(["organisation", "person"])
    number = highest.sum() if volume.notna().iloc[0] else np.nan
    return {"organisations_at_the_top": number, "organisations_tweet_more": ratio(*volume)}


def user_rank(labelled: pd.DataFrame) -> float:
    """Place of the class "user" among the classes of features by the AUC of their sub-scores; NaN if it is
    alone.
    """
    subs = labelled[SUB_SCORES].dropna(axis="columns", how="all")
    known = labelled[["label", *subs]].dropna()
    alone = signals.separations(known, list(subs), draws=0)["value"]
    return alone.rank(ascending=False).get("user", np.nan) if len(alone) > 1 else np.nan


def measures(
    scores: pd.DataFrame,
    activity: pd.Series,
    labelled: pd.DataFrame,
    threshold: float = 0.5,
    rate: float = 1.0,
    seed: int = 0,
    draws: int | None = None,
    again: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What this notebook measures of its claims: index claim id, columns value, low, high.

    In: the table `scores`, the number of tweets of every account (most active first), and the table
    `labelled_scores`; counts are divided by the sample `rate`. Of the last peak of the scores there are
    always as many draws. `again` is the table of `scoring.redrawn_scores`: with it the counts of classes
    carry the draw of the labelled accounts as well.
    """
    written, top = activity.sum(), len(scores)
    others = [] if again is None else classes.redrawn(scores, again, threshold)
    low, high = interval(collection.resampled_top(activity, top, seed, draws).to_numpy().T)
    tweets, right = scores["tweets"].sum(), labelled.dropna(subset="score")
    right = (right["score"] > threshold) == (right["label"] == 1)
    settings = {
        "top_accounts": top / rate,
        "top_tweets": np.array([tweets, low[0], high[0]]) / rate,
        "top_share_of_tweets": (ratio(tweets, written), low[1], high[1]),
        "features_many": len(catalogue()),
        "tweets_looked_up": RECENT,
        "user_class_first": user_rank(labelled),
        **organisations(labelled),
    }
    parts = [
        classes.measures(scores, len(activity), written, rate, seed, draws, others),
        distribution.measures(scores, threshold, seed, draws),
        distribution.proportion("detector_accuracy", right, seed, draws),
        signals.measures(labelled, seed, draws),
        measured(settings),
    ]
    return pd.concat(parts)


def of_study(study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """`measures` of a study's tables with the classes in `scores`, as notebook 02 makes them."""
    activity = collection.activity(scan(study, "tweets"))["tweets"]
    nobody = pd.DataFrame(columns=LABELLED, dtype=float)
    labelled = read(study, "labelled_scores") if study.table("labelled_scores") else nobody
    threshold, rate = study.scoring.threshold, study.collection.sample_rate
    table, again = collect(scores.sort("rank")), None
    if study.table("redrawn_scores") and (table["class"] == classes.classify(table, threshold)).all():
        again = read(study, "redrawn_scores")  # of classes by another threshold or from elsewhere: nothing
    return measures(table, activity, labelled, threshold, rate, seed, draws, again)
