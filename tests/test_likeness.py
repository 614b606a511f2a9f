"""How much the shipped sample is like Twitter: measured in its raw files, within the bounds of the facts."""

import re

import msgspec
import pandas as pd
import pytest
from conftest import read_data

from helpers import claims
from helpers.study import ROOT
from helpers.world import likeness

SAMPLE = ROOT / "data" / "sample"


@pytest.fixture(scope="module")
def stored() -> tuple[pd.DataFrame, pd.DataFrame]:
    return likeness.read(SAMPLE / "raw")


@pytest.fixture(scope="module")
def sample(stored) -> pd.DataFrame:
    return likeness.compared(likeness.measures(*stored))


@pytest.mark.parametrize("what", pd.read_csv(likeness.FACTS)["id"])
def test_the_sample_is_like_twitter(sample, what):
    row = sample.loc[what]
    assert pd.notna(row["found"])
    found = likeness.number(row["found"], row["unit"])
    assert row["inside"], f"{row['what']}: {found}, not {likeness.bounds(row)}"


def test_no_tweet_is_longer_than_a_tweet_could_be(stored):
    assert stored[0]["text"].str.len().max() == stored[0]["whole"].str.len().max() == 140


def test_the_readme_of_the_sample_has_the_table_as_measured_and_ten_of_its_tweets(stored, sample):
    readme = (SAMPLE / "README.md").read_text("utf-8")
    assert likeness.markdown(sample) in readme
    shown = re.findall("^- `(.*)`$", readme, re.MULTILINE)
    assert len(shown) == 10 and set(shown) <= set(stored[0]["text"])


TWEETS, FOUND = read_data("likeness.toml").values()


def written(number: int, author: str, text: str, about: dict) -> dict:
    """A tweet as the sample holds it."""
    time = f"Tue Sep 27 01:{about.get('after', 0):02}:00 +0000 2016"
    tweet = {"id_str": str(number), "created_at": time, "text": text, "user": {"id_str": author}}
    tweet |= {"lang": "en", "source": "<a>web</a>", "entities": {"hashtags": [{"text": "a"}] * ("#" in text)}}
    if "repeats" in about:
        other = written(0, *TWEETS[about["repeats"]])
        tweet["retweeted_status"] = {name: other[name] for name in ("created_at", "text", "user", "entities")}
    if "answers" in about:
        tweet |= {"in_reply_to_status_id_str": str(about["answers"]), "in_reply_to_user_id_str": "1"}
    return tweet


def test_figures_of_four_tweets_by_hand():
    tweets = msgspec.convert([written(n, *one) for n, one in enumerate(TWEETS)], list[likeness.Tweet])
    found = likeness.measures(*likeness.tabled(tweets))
    assert {name: found[name] for name in FOUND} == FOUND


CALIBRATION = pd.read_csv(ROOT / "tests" / "data" / "calibration.csv", index_col="id")


def test_the_sample_is_what_it_was_calibrated_to():
    """A property of the world, and no claim of the article: bands around what the model was tuned to."""
    levels = claims.claims().query("kind == 'calibration'").index
    assert set(levels) == set(CALIBRATION.index)
    found = pd.read_csv(ROOT / "figures" / "scorecard.csv", index_col="id")["found"].reindex(levels)
    low, high = CALIBRATION["low"].reindex(levels), CALIBRATION["high"].reindex(levels)
    outside = found[found.isna() | (found < low) | (found > high)]
    assert outside.empty, outside
