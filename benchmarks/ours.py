"""Each stage as the notebooks compute it: the helpers over DuckDB."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import embeddedness, geography, interactions, partisanship, sentiment, support, timeline
from helpers.bots.detector import Detector
from helpers.bots.features.user import profile_features
from helpers.bots.labels import read_labelled
from helpers.ingest.ledger import ingest_files
from helpers.ingest.tweets import USER_COLUMNS
from helpers.study import Study
from helpers.tables import collect, last_moment, scan


def ingest(study: Study, work: Path) -> Path:
    """Raw tweets to tables."""
    ingest_files(study.raw_files, work / "tables")
    return work / "tables"


def scoring(study: Study, work: Path) -> pd.DataFrame:
    """Profile features of every account, and the scores of a forest grown on the labelled ones."""
    at = last_moment(study)
    everyone = collect(scan(study, "users"))
    known = read_labelled(study.labelled)
    users = known.users.reindex(columns=USER_COLUMNS.names)
    examples = profile_features(users, at, everyone["screen_name"])
    features = profile_features(everyone, at)
    detector = Detector().fit(examples, known.labels.reindex(examples.index))
    scores = detector.score_accounts(features)[["score", "error"]]
    return features.join(scores).reset_index()


def sentiments(study: Study, work: Path) -> Path:
    """Both levels and the score of every tweet."""
    sentiment.score_study(study)
    return study.tables / "sentiment.parquet"


def hours(study: Study, work: Path) -> pd.DataFrame:
    """Tweets by hour and class."""
    table = timeline.hourly(scan(study, "tweets"), scan(study, "scores"), study.collection.windows)
    return table.reset_index()


def states(study: Study, work: Path) -> pd.DataFrame:
    """Tweets by class, source and state."""
    geography.write_look_up(study)
    return geography.counts(geography.locate(study), scan(study, "scores"))


def sides(study: Study, work: Path) -> pd.DataFrame:
    """The ten favourite hashtags of each scored account, summed up, and its side."""
    hashtags = partisanship.account_hashtags(scan(study, "tweets"), scan(study, "scores"), study.candidates)
    return hashtags.assign(candidate=partisanship.side(hashtags, study.candidates))


def replies_and_retweets(study: Study, work: Path) -> pd.DataFrame:
    """Replies and retweets of each labelled account by the class that they reach."""
    tweets, scores = scan(study, "tweets"), scan(study, "scores")
    by_kind = interactions.per_account(tweets, scores)
    return pd.concat(table.assign(kind=kind) for kind, table in by_kind.items())


def tones(study: Study, work: Path) -> pd.DataFrame:
    """Tweets and their mean score by camp, class and subject."""
    tweets, partisans, scores = (scan(study, name) for name in ("tweets", "partisans", "scores"))
    rows = support.labelled_partisans(tweets, partisans, scores, study.candidates)
    accounts = support.by_subject(support.tone(rows, scan(study, "sentiment")))
    table = accounts.groupby(["camp", "class", "subject"], observed=True)[["tweets", "total"]].sum()
    table = table.assign(mean=table["total"] / table["tweets"]).rename_axis(index={"subject": "about"})
    return table.drop(columns="total").reset_index().astype({"camp": str, "about": str})


def cores(study: Study, work: Path) -> pd.DataFrame:
    """Core number of each account of the retweet network."""
    return embeddedness.core_numbers(embeddedness.retweet_edges(scan(study, "tweets")))
