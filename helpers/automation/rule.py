"""The rule of fifty tweets a day, and camps by hashtags that belong to one candidate only."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import narwhals as nw
import numpy as np
import pandas as pd

from helpers.claims import of_article
from helpers.settings import Candidate
from helpers.study import REFERENCE, Study
from helpers.tables import by_hashtag, collect, scan
from helpers.tweets import Spans, inside
from helpers.uncertainty import Sums, ratio

READINGS = {"one_hashtag": "tweets with one hashtag", "all_tweets": "all collected tweets"}  # what it counts
NEUTRAL = "neutral"  # key of the camp of hashtags that are for nobody


def camps(study: Study) -> list[Candidate]:
    """The study's candidates with the hashtags by which camps are told.

    Of the article's election those of the memo of the second debate (data/reference/memo_hashtags.csv), with
    its neutral ones as a camp of their own; of another election the candidates as they are.
    """
    if not of_article(study):
        return study.candidates
    lists = pd.read_csv(REFERENCE / "memo_hashtags.csv").groupby("camp")["hashtag"].agg(list)
    sides = [c for c in study.candidates if c.key in lists]
    neutral = Candidate(key=NEUTRAL, name=NEUTRAL)
    return [msgspec.structs.replace(side, hashtags=lists[side.key]) for side in [*sides, neutral]]


def election_hashtags(study: Study) -> list[str]:
    """The hashtags that the rule counts: lower case, without '#'.

    Those of the `camps`, and, of another election than the article's, the study's search terms.
    """
    terms = set() if of_article(study) else {t.term[1:] for t in study.terms if t.term.startswith("#")}
    return sorted({tag.lower() for tag in terms.union(*(c.hashtags for c in camps(study)))})


def period(study: Study) -> Spans:
    """When the study collected: its windows, or else the whole days (UTC) from its first
    tweet to its last.
    """
    if study.collection.windows:
        return study.collection.windows
    moment, day = nw.col("created_at"), timedelta(days=1)
    ends = collect(scan(study, "tweets").select(first=moment.min(), last=moment.max())).dropna()
    return [(row.first.floor("D"), row.last.floor("D") + day) for row in ends.itertuples()]


def uses(hashtags: list[str]) -> nw.Expr:
    """1 for a tweet that carries one of the hashtags, else 0."""
    carries = (nw.col("hashtags").list.contains(tag.lower()).fill_null(False) for tag in hashtags)
    return nw.any_horizontal(nw.lit(False), *carries, ignore_nulls=False).cast(nw.Int64)


def camp_tweets(tweets: nw.LazyFrame, candidates: list[Candidate]) -> nw.LazyFrame:
    """Tweets of each account by camp: user_id, tweets, KEY_tweets for each candidate, both_tweets,
    neither_tweets.

    A tweet is of a candidate's camp if it carries hashtags of that candidate and of no other; "both" has
    hashtags of several candidates, "neither" of none. After Kollanyi, Howard & Woolley (2016), who count
    exclusive use: of `camps` in place of candidates a neutral hashtag beside a camp's makes "both", too.
    """
    own, sides = {f"{c.key}_tweets": uses(c.hashtags) for c in candidates}, nw.col("sides")
    every = nw.sum_horizontal(*own.values()) if own else nw.lit(0)
    camps = {name: nw.when(sides == 1).then(nw.col(name)).otherwise(0) for name in own}
    camps |= {"both_tweets": (sides > 1).cast(nw.Int64), "neither_tweets": (sides == 0).cast(nw.Int64)}
    tagged = tweets.select("user_id", "hashtags").with_columns(**own, sides=every).with_columns(**camps)
    return tagged.group_by("user_id").agg(*(nw.col(name).sum() for name in camps), tweets=nw.len())


def busiest_hashtag(tweets: nw.LazyFrame, hashtags: list[str]) -> nw.LazyFrame:
    """Tweets of each account with the one of the hashtags that it uses most: user_id, most.

    A tweet counts once for a hashtag, however often it carries it; accounts that use none have no row.
    """
    used = by_hashtag(tweets, hashtags).group_by("user_id", "hashtag").agg(most=nw.len())
    return used.group_by("user_id").agg(nw.col("most").max())


def by_account(
    tweets: nw.LazyFrame, candidates: list[Candidate], hashtags: list[str], windows: Spans, rate: float
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
    seconds = sum((end - start).total_seconds() for start, end in windows)
    least = rate * seconds  # compared with tweets x 86,400, since days would be rounded
    fast = {"one_hashtag": rows["most"] * 86_400 >= least, "all_tweets": rows["tweets"] * 86_400 >= least}
    return rows.assign(**fast)


def camp_table(accounts: pd.DataFrame, candidates: list[Candidate]) -> pd.DataFrame:
    """Tweets and accounts of `by_account` by camp: columns camp, tweets, accounts, automated (of these, by
    all tweets).

    An account's camp is the candidate (key) whose hashtags alone it uses, "both", or "neither", so that its
    tweets can be of other camps than itself.
    """
    keys = [c.key for c in candidates]
    uses_of = accounts[[f"{key}_tweets" for key in keys]].to_numpy() > 0
    several = (uses_of.sum(axis=1) > 1) | (accounts["both_tweets"] > 0)
    camp = np.select([several, *uses_of.T], ["both", *keys], "neither")
    sizes = accounts.groupby(camp)["all_tweets"].agg(accounts="size", automated="sum")
    table = pd.DataFrame({"camp": [*keys, "both", "neither"]})
    tweets = [accounts[f"{name}_tweets"].sum() for name in table["camp"]]
    return table.assign(tweets=tweets).join(sizes.reindex(table["camp"], fill_value=0), on="camp")


def rule_table(accounts: pd.DataFrame, candidates: list[Candidate], scores: pd.DataFrame) -> pd.DataFrame:
    """What either reading of the rule selects among the accounts of `by_account`: one row a reading.

    Columns counted (what the rule counts), accounts, accounts_share, tweets_share (of all tweets in the
    windows), for each candidate KEY_share (of the camp's tweets), and not_scored: those of the accounts that
    are not in `scores` (user_id). NaN where there is nothing to divide by.
    """
    columns = {"accounts": "accounts_share", "tweets": "tweets_share"}
    columns |= {f"{c.key}_tweets": f"{c.key}_share" for c in candidates}
    totals, rows = accounts.assign(accounts=1)[list(columns)].rename(columns=columns), []
    for reading, counted in READINGS.items():
        fast = accounts[accounts[reading]]
        numbers = {"counted": counted, "accounts": len(fast), **totals.loc[fast.index].sum() / totals.sum()}
        rows.append(numbers | {"not_scored": (~fast["user_id"].isin(scores["user_id"])).sum()})
    return pd.DataFrame(rows)


def automated(accounts: pd.DataFrame, column: str, reading: str) -> pd.DataFrame:
    """A column of tweets of `by_account`, of the accounts that wrote such: columns all, fast, accounts.

    `fast` are those of a highly automated account, else 0; `accounts` is 1 for such an account, else 0. No
    rows for a column that is not there.
    """
    tweets, fast = accounts.get(column, 0 * accounts["tweets"]), accounts[reading]
    return pd.DataFrame({"all": tweets, "fast": tweets.where(fast, 0), "accounts": fast * 1})[tweets > 0]


def fast_share(sums: Sums) -> np.ndarray:
    """Share of the tweets that highly automated accounts wrote, from sums of `automated`; NaN
    without tweets.
    """
    return ratio(sums["fast"], sums["all"])
