"""The rule of fifty tweets a day, and camps by hashtags that belong to one candidate only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial, reduce
from operator import or_

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.study import Candidate, Study
from helpers.tables import collect, scan
from helpers.tweets import Spans, inside
from helpers.uncertainty import Sums, bootstrap, ratio, sums

READINGS = {"one_hashtag": "tweets with one hashtag", "all_tweets": "all collected tweets"}  # what it counts
OTHERS = ["both", "neither"]  # camps of tweets that are not one candidate's


def election_hashtags(study: Study) -> list[str]:
    """The study's search terms that are hashtags, and its candidates' hashtags: lower case, without '#'."""
    terms = {t.term[1:] for t in study.terms if t.term.startswith("#")}
    return sorted({tag.lower() for tag in terms.union(*(c.hashtags for c in study.candidates))})


def period(study: Study) -> Spans:
    """When the study collected: its windows, or else the whole days (UTC) from its first
    tweet to its last.
    """
    if study.collection.windows:
        return study.collection.windows
    moment = nw.col("created_at")
    ends = collect(scan(study, "tweets").select(first=moment.min(), last=moment.max())).iloc[0]
    if ends.isna().any():
        return []
    return [(ends["first"].floor("D"), ends["last"].floor("D") + timedelta(days=1))]


def seconds(windows: Spans) -> float:
    """Length of the windows together, in seconds."""
    return sum((end - start).total_seconds() for start, end in windows)


def uses(hashtags: Sequence[str]) -> nw.Expr:
    """1 for a tweet that carries one of the hashtags, else 0."""
    carries = (nw.col("hashtags").list.contains(tag.lower()).fill_null(False) for tag in hashtags)
    return reduce(or_, carries, nw.lit(False)).cast(nw.Int64)


def camp_tweets(tweets: nw.LazyFrame, candidates: Sequence[Candidate]) -> nw.LazyFrame:
    """Tweets of each account by camp: user_id, tweets, KEY_tweets for each candidate, both_tweets,
    neither_tweets.

    A tweet is of a candidate's camp if it carries hashtags of that candidate and of no other; "both" has
    hashtags of several candidates, "neither" of none. After Kollanyi, Howard & Woolley (2016), who count
    exclusive use.
    """
    own, sides = {f"{c.key}_tweets": uses(c.hashtags) for c in candidates}, nw.col("sides")
    every = nw.sum_horizontal(*own.values()) if own else nw.lit(0)
    camps = {name: nw.when(sides == 1).then(nw.col(name)).otherwise(0) for name in own}
    camps |= {"both_tweets": (sides > 1).cast(nw.Int64), "neither_tweets": (sides == 0).cast(nw.Int64)}
    tagged = tweets.select("user_id", "hashtags").with_columns(**own, sides=every).with_columns(**camps)
    return tagged.group_by("user_id").agg(*(nw.col(name).sum() for name in camps), tweets=nw.len())


def busiest_hashtag(tweets: nw.LazyFrame, hashtags: Sequence[str]) -> nw.LazyFrame:
    """Tweets of each account with the one of the hashtags that it uses most: user_id, most.

    A tweet counts once for a hashtag, however often it carries it; accounts that use none have no row.
    """
    return (
        tweets.select("tweet_id", "user_id", "hashtags")
        .explode("hashtags")
        .filter(nw.col("hashtags").is_in(list(hashtags) or [""]))  # no engine likes an empty list
        .unique()
        .group_by("user_id", "hashtags")
        .agg(most=nw.len())
        .group_by("user_id")
        .agg(nw.col("most").max())
    )


def by_account(
    tweets: nw.LazyFrame,
    candidates: Sequence[Candidate],
    hashtags: Sequence[str],
    windows: Spans,
    rate: float,
) -> pd.DataFrame:
    """Accounts that tweeted in the windows, by what the rule says of them; one row an account, ordered by
    user_id.

    Columns user_id; tweets, and of these KEY_tweets, both_tweets, neither_tweets (see `camp_tweets`); most
    (tweets with the hashtag used most); one_hashtag and all_tweets: whether the account is highly automated
    in either reading, that is, posts `rate` tweets a day or more on average over the windows. Source:
    Kollanyi, Howard & Woolley (2016), data memos of the Oxford project on computational propaganda; they
    count tweets with at least one of the hashtags.

    A study that holds a share of the accounts (`sample_rate`) has fewer accounts, not fewer tweets of each,
    so the rule applies to it unchanged.
    """
    some = tweets.filter(inside(nw.col("created_at"), windows))
    counted = camp_tweets(some, candidates).join(busiest_hashtag(some, hashtags), on="user_id", how="left")
    rows = collect(counted.with_columns(nw.col("most").fill_null(0)).sort("user_id")).astype("int64")
    least = rate * seconds(windows)  # compared with tweets x 86,400, since days would be rounded
    return rows.assign(
        one_hashtag=rows["most"] * 86_400 >= least, all_tweets=rows["tweets"] * 86_400 >= least
    )


def account_camps(accounts: pd.DataFrame, candidates: Sequence[Candidate]) -> pd.Series:
    """Camp of each account of `by_account`.

    The candidate (key) whose hashtags alone it uses, "both", or "neither".
    """
    keys = [c.key for c in candidates]
    uses_of = accounts[[f"{key}_tweets" for key in keys]].to_numpy() > 0
    several = (uses_of.sum(axis=1) > 1) | (accounts["both_tweets"] > 0)
    return pd.Series(np.select([several, *uses_of.T], ["both", *keys], "neither"), accounts.index)


def camp_table(accounts: pd.DataFrame, candidates: Sequence[Candidate]) -> pd.DataFrame:
    """Tweets and accounts of `by_account` by camp: columns camp, tweets, accounts, automated (of these, by
    all tweets).

    An account's camp is that of `account_camps`, so that its tweets can be of other camps than itself.
    """
    camps = [*(c.key for c in candidates), *OTHERS]
    sizes = accounts.groupby(account_camps(accounts, candidates))["all_tweets"].agg(["size", "sum"])
    sizes = sizes.reindex(camps, fill_value=0).set_axis(["accounts", "automated"], axis="columns")
    sizes.insert(0, "tweets", [accounts[f"{camp}_tweets"].sum() for camp in camps])
    return sizes.rename_axis("camp").reset_index()


def rule_table(accounts: pd.DataFrame, candidates: Sequence[Candidate], scores: pd.DataFrame) -> pd.DataFrame:
    """What either reading of the rule selects among the accounts of `by_account`: one row a reading.

    Columns counted (what the rule counts), accounts, accounts_share, tweets_share (of all tweets in the
    windows), for each candidate KEY_share (of the camp's tweets), and not_scored: those of the accounts that
    are not in `scores` (user_id). NaN where there is nothing to divide by.
    """
    columns = {"accounts": "accounts", "tweets": "tweets"} | {c.key: f"{c.key}_tweets" for c in candidates}
    unknown, rows = ~accounts["user_id"].isin(scores["user_id"]), []
    for reading, counted in READINGS.items():
        fast, each = accounts[reading], partial(automated, accounts.assign(accounts=1), reading=reading)
        shares = {f"{name}_share": fast_share(sums(each(column))) for name, column in columns.items()}
        rows.append(
            {"counted": counted, "accounts": fast.sum()} | shares | {"not_scored": (fast & unknown).sum()}
        )
    return pd.DataFrame(rows)


def automated(accounts: pd.DataFrame, column: str, reading: str) -> pd.DataFrame:
    """A column of tweets of `by_account`, of all accounts that wrote such and of the highly automated: all,
    fast.
    """
    tweets = accounts.get(column, 0 * accounts["tweets"])
    rows = pd.DataFrame({"all": tweets, "fast": tweets.where(accounts[reading], 0)})
    return rows[rows["all"] > 0]


def fast_share(sums: Sums) -> np.ndarray:
    """Share of the tweets that highly automated accounts wrote, from sums of `automated`; NaN
    without tweets.
    """
    return ratio(sums["fast"], sums["all"])


def rest_share(sums: Sums) -> np.ndarray:
    """Share of the tweets that all other accounts wrote, from such sums."""
    return 1 - fast_share(sums)


def share_estimate(
    accounts: pd.DataFrame, column: str, reading: str, seed: int = 0, draws: int | None = None
) -> pd.Series:
    """`fast_share` with its interval (bootstrap over accounts that wrote such tweets): value, low, high.

    NaN for a column that is not there.
    """
    rows = automated(accounts, column, reading)
    return bootstrap(rows, {"share": fast_share}, (), seed, draws, alike=True).loc["share"]
