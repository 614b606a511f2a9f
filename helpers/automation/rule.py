"""The rule of fifty tweets a day, and camps by hashtags that belong to one candidate only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.old_uncertainty import estimate, ratio
from helpers.study import Candidate, Study
from helpers.tables import collect, scan

RATE = 50.0  # tweets a day
VARIANTS = {"one_hashtag": "tweets with one hashtag", "all_tweets": "all collected tweets"}
OTHERS = ["both", "neither"]  # camps of tweets that are not one candidate's

Windows = Sequence[tuple[datetime, datetime]]


def election_hashtags(study: Study) -> list[str]:
    """The study's search terms that are hashtags, and its candidates' hashtags: lower case, without '#'."""
    terms = {t.term[1:] for t in study.terms if t.term.startswith("#")}
    return sorted({tag.lower() for tag in terms.union(*(c.hashtags for c in study.candidates))})


def period(study: Study) -> Windows:
    """When the study collected: its windows [start, end), or else the whole days (UTC) from its first tweet to its last."""
    if study.collection.windows:
        return study.collection.windows
    moment = nw.col("created_at")
    ends = collect(scan(study, "tweets").select(first=moment.min(), last=moment.max())).iloc[0]
    if ends.isna().any():
        return []
    return [(ends["first"].floor("D"), ends["last"].floor("D") + timedelta(days=1))]


def overlap(windows: Windows, start: datetime, end: datetime) -> Windows:
    """The parts of the windows that lie in [start, end)."""
    parts = [(max(a, start), min(b, end)) for a, b in windows]
    return [(a, b) for a, b in parts if a < b]


def seconds(windows: Windows) -> float:
    """Length of the windows together, in seconds."""
    return sum((end - start).total_seconds() for start, end in windows)


def within(tweets: nw.LazyFrame, windows: Windows) -> nw.LazyFrame:
    """The tweets posted in one of the windows [start, end); without windows none."""
    moment = nw.col("created_at")
    inside = moment.is_null()
    for start, end in windows:
        inside = inside | ((moment >= start) & (moment < end))
    return tweets.filter(inside)


def uses(hashtags: Sequence[str]) -> nw.Expr:
    """1 for a tweet that carries one of the hashtags, else 0."""
    carries = nw.lit(False)
    for tag in hashtags:
        carries = carries | nw.col("hashtags").list.contains(tag.lower()).fill_null(False)
    return nw.when(carries).then(nw.lit(1)).otherwise(nw.lit(0))


def camp_tweets(tweets: nw.LazyFrame, candidates: Sequence[Candidate]) -> nw.LazyFrame:
    """Tweets of each account by camp: user_id, tweets, KEY_tweets for each candidate, both_tweets, neither_tweets.

    A tweet is of a candidate's camp if it carries hashtags of that candidate and of no other; "both" has hashtags of
    several candidates, "neither" of none. After Kollanyi, Howard & Woolley (2016), who count exclusive use.
    """
    keys = [c.key for c in candidates]
    own = {f"{c.key}_tweets": uses(c.hashtags) for c in candidates}
    sides = nw.sum_horizontal(*own.values()) if own else nw.lit(0)
    tagged = tweets.select("user_id", "hashtags").with_columns(**own, sides=sides)
    only = {key: nw.when(nw.col("sides") == 1).then(nw.col(f"{key}_tweets")).otherwise(0) for key in keys}
    only["both"] = nw.when(nw.col("sides") > 1).then(1).otherwise(0)
    only["neither"] = nw.when(nw.col("sides") == 0).then(1).otherwise(0)
    counted = tagged.with_columns(**{f"{name}_tweets": count for name, count in only.items()})
    return counted.group_by("user_id").agg(
        tweets=nw.len(), **{f"{name}_tweets": nw.col(f"{name}_tweets").sum() for name in only}
    )


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
    windows: Windows,
    rate: float = RATE,
) -> pd.DataFrame:
    """Accounts that tweeted in the windows, by what the rule says of them; one row an account, ordered by user_id.

    Columns user_id; tweets, and of these KEY_tweets, both_tweets, neither_tweets (see `camp_tweets`); most (tweets with
    the hashtag used most); one_hashtag and all_tweets: whether the account is highly automated in either variant, that
    is, posts `rate` tweets a day or more on average over the windows. Source: Kollanyi, Howard & Woolley (2016), data
    memos of the Oxford project on computational propaganda; they count tweets with at least one of the hashtags.

    A study that holds a share of the accounts (`sample_rate`) has fewer accounts, not fewer tweets of each, so the
    rule applies to it unchanged.
    """
    some = within(tweets, windows)
    counted = camp_tweets(some, candidates).join(busiest_hashtag(some, hashtags), on="user_id", how="left")
    rows = collect(counted.with_columns(nw.col("most").fill_null(0)).sort("user_id"))
    rows = rows.astype(dict.fromkeys(rows.columns, "int64"))
    least = rate * seconds(windows)  # compared with tweets x 86,400, since days would be rounded
    return rows.assign(
        one_hashtag=rows["most"] * 86_400 >= least, all_tweets=rows["tweets"] * 86_400 >= least
    )


def camp_table(accounts: pd.DataFrame, candidates: Sequence[Candidate]) -> pd.DataFrame:
    """Tweets and accounts of `by_account` by camp: columns camp, tweets, accounts, and of these automated (all tweets).

    An account's camp is that of `account_camps`, so that its tweets can be of other camps than itself.
    """
    camps, rows = account_camps(accounts, candidates), []
    for camp in [*(c.key for c in candidates), *OTHERS]:
        mine = camps == camp
        fast = int((mine & accounts["all_tweets"]).sum())
        rows.append((camp, int(accounts[f"{camp}_tweets"].sum()), int(mine.sum()), fast))
    return pd.DataFrame(rows, columns=["camp", "tweets", "accounts", "automated"])


def account_camps(accounts: pd.DataFrame, candidates: Sequence[Candidate]) -> pd.Series:
    """Camp of each account of `by_account`: the candidate (key) whose hashtags alone it uses, "both", or "neither"."""
    sides = accounts[[f"{c.key}_tweets" for c in candidates]].to_numpy() > 0
    several = (sides.sum(axis=1) > 1) | (accounts["both_tweets"] > 0)
    camps = pd.Series("neither", index=accounts.index, dtype=object)
    for number, candidate in enumerate(candidates):
        camps[sides[:, number]] = candidate.key
    return camps.mask(several, "both")


def rule_table(accounts: pd.DataFrame, candidates: Sequence[Candidate], scores: pd.DataFrame) -> pd.DataFrame:
    """What either variant of the rule selects among the accounts of `by_account`: one row a variant.

    Columns counted (what the rule counts), accounts, accounts_share, tweets_share (of all tweets in the windows),
    for each candidate KEY_share (of the camp's tweets), and not_scored: those of the accounts that are not in `scores`
    (user_id). NaN where there is nothing to divide by.
    """
    rows = []
    scored = accounts["user_id"].isin(scores["user_id"])
    for variant, words in VARIANTS.items():
        mine = accounts[variant]
        shares = {f"{c.key}_share": automated_share(accounts, f"{c.key}_tweets", variant) for c in candidates}
        rows.append(
            {
                "counted": words,
                "accounts": int(mine.sum()),
                "accounts_share": float(mine.mean()) if len(mine) else np.nan,
                "tweets_share": automated_share(accounts, "tweets", variant),
            }
            | shares
            | {"not_scored": int((mine & ~scored).sum())}
        )
    return pd.DataFrame(rows)


def automated_share(accounts: pd.DataFrame, column: str, variant: str) -> float:
    """Share of a column of tweets that highly automated accounts wrote, from `by_account`; NaN without such tweets."""
    tweets, fast = accounts[column].to_numpy(), accounts[variant].to_numpy(dtype=bool)
    return ratio(tweets[fast].sum(), tweets.sum())


def share_estimate(
    accounts: pd.DataFrame, column: str, variant: str, seed: int = 0
) -> tuple[float, float, float]:
    """The share of `automated_share` with its interval (bootstrap over accounts that wrote such tweets): value, low, high."""
    if column not in accounts:
        return (np.nan, np.nan, np.nan)
    wrote = accounts.loc[accounts[column] > 0, [column]].rename(columns={column: "all"})
    wrote["fast"] = wrote["all"].where(accounts[variant], 0)
    return estimate(wrote, lambda sums: ratio(sums["fast"].sum(), sums["all"].sum()), seed, sums_by=[])
