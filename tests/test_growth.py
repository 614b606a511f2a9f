"""How costs grow with the size, and the guide that says so."""

import re

import growth
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import ten_times
from conftest import code_lines

from helpers import tables
from helpers.study import ROOT, open_study

GUIDE = growth.GUIDE.read_text("utf-8")
COSTS = pd.read_csv(ROOT / "tests" / "data" / "costs.csv")


def test_costs_in_proportion_have_exponent_1_and_small_sizes_do_not_count():
    whole = growth.totals(COSTS)
    assert whole["seconds"].tolist() == [50, 10, 100] and whole["peak_mb"].tolist() == [200, 400, 600]
    assert growth.exponent(whole["tweets"], whole["seconds"] ** 2) == pytest.approx(2)
    assert "to the power of 1.00" in growth.in_words(COSTS)
    assert "| 0.1 | 2,000,000 | 200,000 | 10 | 5 | 400 |" in growth.in_words(COSTS)
    assert "too few large sizes" in growth.in_words(COSTS.head(3))
    runs = pd.DataFrame({"tweets": [1e6, 2e6, 5e6], "seconds": [130.0, 160.0, 250.0]})
    assert growth.line(runs["tweets"], runs["seconds"]) == pytest.approx((100, 30))  # any run, a million
    assert np.isnan(growth.line(runs["tweets"][:1], runs["seconds"][:1])).all()


@pytest.mark.slow
def test_a_small_world_is_measured(tmp_path, monkeypatch):
    ran = pd.DataFrame({"notebook": ["01_a"], "seconds": [2.5], "peak_mb": [90], "verdict": ["ok"]})
    monkeypatch.setattr(growth.reproduce, "run", lambda study, out, **limits: ran)
    row = growth.measure(0.001, tmp_path).iloc[0]
    assert row["seconds"] == 2.5 and 15_000 < row["tweets"] < 25_000 and 2_000 < row["accounts"] < 4_000


def test_the_guide_says_what_was_measured_and_names_files_targets_and_options_that_exist():
    measured = pd.read_csv(growth.RESULTS / "growth.csv")
    assert growth.with_growth(GUIDE, measured) == GUIDE, "run make growth SCALES="
    lines = [re.split(r"helpers[./]reproduce\S*", line) for line in code_lines(GUIDE, "bash")]
    asked = [option for line in lines if line[1:] for option in re.findall(r"--\w+", line[1])]
    options = growth.reproduce.command_line().format_help()
    assert len(asked) == 8 and not [option for option in asked if option not in options]


def write_ids(path, schema, **given):
    """A table of two rows with these columns, and all else missing."""
    columns = [pa.array(given.get(field.name, [None] * 2), field.type) for field in schema]
    tables.write(pa.table(columns, schema=schema), path)


def test_copies_of_a_study_share_its_tweets_but_no_id(tiny, tmp_path):
    of_user = {"user_id": [5, 2**62 + 7], "tweets_collected": [1, 1]}
    of_tweet = {"tweet_id": [1, 2], "mentions": [[2**62 + 7], None], "created_at": [0, 0]}
    write_ids(tiny.tables / "tweets.parquet", tables.TWEETS, **of_tweet, **of_user)
    write_ids(tiny.tables / "users.parquet", tables.USERS, **of_user)
    tables.write(pd.DataFrame(of_user).assign(score=[0.25, None]), tiny.tables / "scores.parquet")
    ten_times.multiply(tiny, 3, tmp_path / "three")
    three = open_study(tmp_path / "three", tmp_path / "out_of_three")
    tweets = tables.read(three, "tweets")
    ids, mentioned = set(tweets["user_id"]), tweets.dropna(subset="mentions")
    assert len(tweets) == tweets["tweet_id"].nunique() == len(ids) == 6
    assert ids == set(tables.read(three, "users")["user_id"])
    assert set(mentioned["mentions"].str[0]) == ids - set(mentioned["user_id"])  # the other one of each copy
    assert three.scoring.top_accounts == 3 * tiny.scoring.top_accounts
    assert pd.read_csv(three.scores_csv)["user_id"].tolist() == sorted(mentioned["user_id"])
