"""Are negative tweets retweeted more: retweets of a tweet of one's own, by its tone and its author's camp."""

from __future__ import annotations

from functools import partial
from itertools import product

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.intervals import draw_intervals, estimates, listed
from helpers.figures import COLOR, say_empty
from helpers.settings import Candidate
from helpers.tables import collect
from helpers.tweets import OWN, SIGNS
from helpers.uncertainty import MEASURED, Sums, ratio


def originals(tweets: nw.LazyFrame, sentiment: nw.LazyFrame, partisans: nw.LazyFrame) -> pd.DataFrame:
    """Original tweets and the retweets they collected, by author and tone; one row an account, ordered by
    user_id.

    Columns user_id, camp (candidate whom the account supports by the table `partisans`; missing without a
    side), and for each tone TONE_tweets (originals: neither retweet nor reply) and TONE_retweets (retweets of
    these in the collection). The tone is that of the original: negative where its score is below 0, neutral
    at 0, else positive.
    """
    copies = tweets.filter(nw.col("kind") == "retweet", ~nw.col("retweeted_tweet_id").is_null())
    copies = copies.select(tweet_id="retweeted_tweet_id").group_by("tweet_id").agg(retweets=nw.len())
    score, retweets = nw.col("score"), nw.col("retweets").fill_null(0)
    counts = {}
    for tone, so in zip(SIGNS, (score < 0, score == 0, score > 0), strict=True):
        one = so.cast(nw.Int64)
        counts |= {f"{tone}_tweets": one, f"{tone}_retweets": one * retweets}
    rows = (
        tweets.filter(nw.col("kind").is_in(OWN))
        .join(sentiment.select("tweet_id", "score"), on="tweet_id", how="inner")
        .join(copies, on="tweet_id", how="left")
        .with_columns(**counts)
        .group_by("user_id")
        .agg(nw.col(*counts).sum())
    )
    table = collect(rows.sort("user_id")).astype("int64")
    return table.assign(camp=table["user_id"].map(collect(partisans).set_index("user_id")["candidate"]))


def per_tweet(sums: Sums) -> np.ndarray:
    """Retweets for each tweet; NaN without any tweet."""
    return ratio(sums["retweets"], sums["tweets"])


def rate_ratio(sums: Sums) -> np.ndarray:
    """Retweets for each original of a tone, over those for each of another, from sums of `compared`.

    2 where negative originals collect twice as many retweets as neutral ones; NaN with nothing to compare.
    """
    return ratio(per_tweet(sums), ratio(sums["other_retweets"], sums["other_tweets"]))


def compared(accounts: pd.DataFrame, other: str) -> pd.DataFrame:
    """Negative originals of `originals` beside those of another tone.

    Columns tweets, retweets (negative), other_tweets, other_retweets.
    """
    pairs = accounts.filter(regex=f"^(negative|{other})_")
    return pairs.set_axis(["tweets", "retweets", "other_tweets", "other_retweets"], axis="columns")


def terms_within(pairs: pd.DataFrame) -> pd.DataFrame:
    """What each account of `compared` that wrote in both tones adds above and below the line of
    `ratio_within`.
    """
    rows = pairs[(pairs["tweets"] > 0) & (pairs["other_tweets"] > 0)]
    above, below = rows["retweets"] * rows["other_tweets"], rows["other_retweets"] * rows["tweets"]
    return pd.DataFrame({"above": above, "below": below}).div(rows["tweets"] + rows["other_tweets"], axis=0)


def ratio_within(sums: Sums) -> np.ndarray:
    """`rate_ratio` within accounts: what the tone does to the same author's tweets, whoever is popular.

    The estimator of Mantel & Haenszel (1959) for rates, an account a stratum, from sums of `terms_within`:
    popular authors who happen to be negative do not move it. NaN where no author wrote in both tones, or none
    of the other tone was retweeted.
    """
    return ratio(sums["above"], sums["below"])


def groups(accounts: pd.DataFrame, candidates: list[Candidate]) -> dict[str, pd.DataFrame]:
    """The accounts of `originals`: everybody, and each candidate's supporters, by key."""
    return {"everybody": accounts} | {c.key: accounts[accounts["camp"] == c.key] for c in candidates}


def tone_table(accounts: pd.DataFrame, candidates: list[Candidate], seed: int = 0) -> pd.DataFrame:
    """Retweets an original tweet collects, by the author's camp and the tweet's tone: one row a camp and
    tone.

    Columns camp ("everybody" or a candidate's key), tone, accounts, tweets, retweets, value (retweets a
    tweet), low, high (bootstrap over accounts).
    """
    rows = {}
    for (camp, group), tone in product(groups(accounts, candidates).items(), SIGNS):
        counts = group.filter(regex=f"^{tone}_").set_axis(["tweets", "retweets"], axis="columns")
        rows[camp, tone] = counts[counts["tweets"] > 0].assign(accounts=1)
    return estimates(rows, ["camp", "tone"], ["accounts", "tweets", "retweets"], per_tweet, seed=seed)


def ratios(
    accounts: pd.DataFrame, candidates: list[Candidate], seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """How many times as many retweets negative originals collect: one row a camp of the author and
    comparison.

    Columns camp (as in `tone_table`), compared ("negative / neutral"), value, low, high (of `rate_ratio`),
    and within, within_low, within_high (of `ratio_within`); intervals by a bootstrap over accounts.
    """
    camps = product(groups(accounts, candidates).items(), ("neutral", "positive"))
    pairs = {(camp, f"negative / {tone}"): compared(rows, tone) for (camp, rows), tone in camps}
    terms = {key: terms_within(rows) for key, rows in pairs.items()}
    ask = partial(estimates, names=["camp", "compared"], summed=[], seed=seed, draws=draws)
    table, within = ask(pairs, statistic=rate_ratio), ask(terms, statistic=ratio_within)[MEASURED]
    return table.join(within.set_axis(["within", "within_low", "within_high"], axis="columns"))


def called(candidates: list[Candidate]) -> dict[str, str]:
    """The groups of `groups` in words: "everybody", "supporters of Donald Trump"."""
    return {"everybody": "everybody"} | {c.key: f"supporters of {c.name}" for c in candidates}


def draw_tones(table: pd.DataFrame, candidates: list[Candidate], ax: Axes) -> Axes:
    """Draw retweets an original tweet collects by tone, a colour and shape for each camp,
    from `tone_table`.
    """
    shown = table.dropna(subset=["value"])
    if not shown["retweets"].sum():
        return say_empty(ax, "No retweets of collected original tweets")
    colors = dict(
        zip(called(candidates).values(), [COLOR["ink"], *(c.color for c in candidates)], strict=True)
    )
    camps = shown.assign(group=shown["camp"].map(called(candidates)))
    draw_intervals(camps, ax, x="tone", y="value", hue="group", palette=colors, order=SIGNS, dodge=0.32)
    ax.set(xlabel="", ylim=(0, None), ylabel="retweets for each original tweet")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3)
    return ax


def facts(table: pd.DataFrame, candidates: list[Candidate], compared: pd.DataFrame) -> dict[str, object]:
    """What the picture of retweets by tone says, from `tone_table` and `ratios`.

    `more` or `less` where the interval of negative over positive originals lies beyond 1.
    """
    row = compared.set_index(["camp", "compared"]).loc[("everybody", "negative / positive")]
    shown = table.dropna(subset=["value"]) if table["retweets"].sum() else table.iloc[:0]
    told = listed(shown["camp"].map(called(candidates)), shown["tone"], shown["value"], ".2f")
    ends = {"times": row["value"], "low": row["low"], "high": row["high"], "values": told}
    number = table.loc[table["camp"] == "everybody", "tweets"].sum()
    return ends | {"more": row["low"] > 1, "less": row["high"] < 1, "originals": number}
