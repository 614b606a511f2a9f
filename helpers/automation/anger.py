"""Are negative tweets retweeted more: retweets of a tweet of one's own, by its tone and its author's camp."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.intervals import draw_intervals
from helpers.figures import COLOR, say_empty
from helpers.study import Candidate
from helpers.tables import collect
from helpers.tweets import SIGNS as TONES
from helpers.uncertainty import MEASURED, Sums, bootstrap, ratio

COMPARED = [("negative", "neutral"), ("negative", "positive")]


def originals(tweets: nw.LazyFrame, sentiment: nw.LazyFrame, partisans: nw.LazyFrame) -> pd.DataFrame:
    """Original tweets and the retweets they collected, by author and tone; one row an account, ordered by
    user_id.

    Columns user_id, camp (candidate whom the account supports by the table `partisans`; missing without a
    side), and for each tone TONE_tweets (originals: neither retweet nor reply) and TONE_retweets (retweets of
    these in the collection). The tone is that of the original: negative where its score is below 0, neutral
    at 0, else positive.
    """
    retweets = tweets.filter(nw.col("kind") == "retweet", ~nw.col("retweeted_tweet_id").is_null())
    retweets = retweets.group_by("retweeted_tweet_id").agg(retweets=nw.len())
    score = nw.col("score")
    rest = nw.when(score == 0).then(nw.lit("neutral")).otherwise(nw.lit("positive"))
    rows = collect(
        tweets.filter(nw.col("kind").is_in(["original", "quote"]))
        .select("tweet_id", "user_id")
        .join(sentiment.select("tweet_id", "score"), on="tweet_id", how="inner")
        .join(retweets.rename({"retweeted_tweet_id": "tweet_id"}), on="tweet_id", how="left")
        .with_columns(
            nw.col("retweets").fill_null(0), tone=nw.when(score < 0).then(nw.lit("negative")).otherwise(rest)
        )
        .group_by("user_id", "tone")
        .agg(nw.col("retweets").sum(), tweets=nw.len())
    )
    wide = rows.pivot(index="user_id", columns="tone", values=["tweets", "retweets"])
    wide = wide.reindex(columns=[(what, tone) for what in ("tweets", "retweets") for tone in TONES])
    wide = wide.fillna(0).astype("int64")
    wide.columns = [f"{tone}_{what}" for what, tone in wide.columns]
    camp = wide.index.map(collect(partisans).set_index("user_id")["candidate"].astype(object))
    return wide.assign(camp=camp).reset_index()


def per_tweet(sums: Sums, tone: str) -> np.ndarray:
    """Retweets for each original tweet of a tone, from sums of `originals`; NaN without any such tweet."""
    return ratio(sums[f"{tone}_retweets"], sums[f"{tone}_tweets"])


def rate_ratio(sums: Sums, tone: str = "negative", other: str = "neutral") -> np.ndarray:
    """Retweets for each original of a tone, over those for each of another tone; NaN with nothing to compare.

    2 where negative originals collect twice as many retweets as neutral ones.
    """
    return ratio(per_tweet(sums, tone), per_tweet(sums, other))


def terms_within(accounts: pd.DataFrame, tone: str = "negative", other: str = "neutral") -> pd.DataFrame:
    """What each account that wrote in both tones adds above and below the line of `ratio_within`."""
    rows = accounts[(accounts[f"{tone}_tweets"] > 0) & (accounts[f"{other}_tweets"] > 0)]
    tweets, others = rows[f"{tone}_tweets"], rows[f"{other}_tweets"]
    above, below = rows[f"{tone}_retweets"] * others, rows[f"{other}_retweets"] * tweets
    return pd.DataFrame({"above": above / (tweets + others), "below": below / (tweets + others)})


def ratio_within(sums: Sums) -> np.ndarray:
    """`rate_ratio` within accounts: what the tone does to the same author's tweets, whoever is popular.

    The estimator of Mantel & Haenszel (1959) for rates, an account a stratum, from sums of `terms_within`:
    popular authors who happen to be negative do not move it. NaN where no author wrote in both tones, or none
    of the other tone was retweeted.
    """
    return ratio(sums["above"], sums["below"])


def groups(accounts: pd.DataFrame, candidates: Sequence[Candidate]) -> dict[str, pd.DataFrame]:
    """The accounts of `originals`: everybody, and each candidate's supporters, by key."""
    return {"everybody": accounts} | {c.key: accounts[accounts["camp"] == c.key] for c in candidates}


def tone_table(accounts: pd.DataFrame, candidates: Sequence[Candidate], seed: int = 0) -> pd.DataFrame:
    """Retweets an original tweet collects, by the author's camp and the tweet's tone: one row a camp and
    tone.

    Columns camp ("everybody" or a candidate's key), tone, accounts, tweets, retweets, value (retweets a
    tweet), low, high (bootstrap over accounts).
    """
    rows = []
    for camp, group in groups(accounts, candidates).items():
        for tone in TONES:
            wrote = group.loc[group[f"{tone}_tweets"] > 0, [f"{tone}_tweets", f"{tone}_retweets"]]
            rate = bootstrap(wrote, {tone: lambda sums, t=tone: per_tweet(sums, t)}, (), seed, alike=True)
            rows.append((camp, tone, len(wrote), *wrote.sum(), *rate.loc[tone]))
    return pd.DataFrame(rows, columns=["camp", "tone", "accounts", "tweets", "retweets", *MEASURED])


def ratios(
    accounts: pd.DataFrame, candidates: Sequence[Candidate], seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """How many times as many retweets negative originals collect: one row a camp of the author and
    comparison.

    Columns camp (as in `tone_table`), compared ("negative / neutral"), value, low, high (of `rate_ratio`),
    and within, within_low, within_high (of `ratio_within`); intervals by a bootstrap over accounts.
    """
    rows = []
    for camp, group in groups(accounts, candidates).items():
        for tone, other in COMPARED:
            counts = group[[f"{each}_{what}" for each in (tone, other) for what in ("tweets", "retweets")]]
            raw = {"raw": lambda sums, t=tone, o=other: rate_ratio(sums, t, o)}
            raw = bootstrap(counts, raw, (), seed, draws, alike=True).loc["raw"]
            terms = terms_within(counts, tone, other)
            within = bootstrap(terms, {"within": ratio_within}, (), seed, draws, alike=True).loc["within"]
            rows.append((camp, f"{tone} / {other}", *raw, *within))
    columns = ["camp", "compared", *MEASURED, "within", "within_low", "within_high"]
    return pd.DataFrame(rows, columns=columns)


def called(candidates: Sequence[Candidate]) -> dict[str, str]:
    """The groups of `groups` in words: "everybody", "supporters of Donald Trump"."""
    return {"everybody": "everybody"} | {c.key: f"supporters of {c.name}" for c in candidates}


def draw_tones(table: pd.DataFrame, candidates: Sequence[Candidate], ax: Axes) -> Axes:
    """Draw retweets an original tweet collects by tone, a colour and shape for each camp,
    from `tone_table`.
    """
    shown = table.dropna(subset=["value"])
    if not shown["retweets"].sum():
        return say_empty(ax, "No retweets of collected original tweets")
    names = called(candidates)
    colors = dict(zip(names.values(), [COLOR["ink"], *(c.color for c in candidates)], strict=True))
    camps = shown.assign(group=shown["camp"].map(names))
    draw_intervals(camps, ax, x="tone", y="value", hue="group", palette=colors, order=TONES, dodge=0.32)
    ax.set(xlabel="", ylim=(0, None), ylabel="retweets for each original tweet")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3)
    return ax


def facts(table: pd.DataFrame, candidates: Sequence[Candidate], compared: pd.DataFrame) -> dict[str, object]:
    """What the picture of retweets by tone says, from `tone_table` and `ratios`: see
    captions/automation.toml.

    `more` or `less` where the interval of negative over positive originals lies beyond 1.
    """
    row = compared.set_index(["camp", "compared"]).loc[("everybody", "negative / positive")]
    shown, names = table.dropna(subset=["value"]), called(candidates)
    told = ""
    if shown["retweets"].sum():
        values = shown["tone"] + shown["value"].map(" {:.2f}".format)
        camps = values.groupby(shown["camp"].map(names), sort=False).agg(", ".join)
        told = " ".join(f"{camp}: {tones}." for camp, tones in camps.items())
    ends = {"times": row["value"], "low": row["low"], "high": row["high"], "values": told}
    number = table.loc[table["camp"] == "everybody", "tweets"].sum()
    return ends | {"more": row["low"] > 1, "less": row["high"] < 1, "originals": number}
