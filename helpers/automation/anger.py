"""Are negative tweets retweeted more: retweets that an original tweet collects, by its tone and its author's camp."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures import COLOR, say_empty, span
from helpers.old_uncertainty import estimate, ratio
from helpers.study import Candidate
from helpers.support import SIGNS
from helpers.tables import collect

TONES = SIGNS
COMPARED = [("negative", "neutral"), ("negative", "positive")]


def originals(
    tweets: nw.LazyFrame, sentiment: nw.LazyFrame, partisans: nw.LazyFrame | None = None
) -> pd.DataFrame:
    """Original tweets and the retweets they collected, by author and tone; one row an account, ordered by user_id.

    Columns user_id, camp (candidate whom the account supports by the table `partisans`; None without a side), and for
    each tone TONE_tweets (originals: neither retweet nor reply) and TONE_retweets (retweets of these in the
    collection). The tone is that of the original: negative where its score is below 0, neutral at 0, else positive.
    """
    own = tweets.filter(nw.col("retweeted_tweet_id").is_null() & nw.col("in_reply_to_user_id").is_null())
    retweets = (
        tweets.filter(~nw.col("retweeted_tweet_id").is_null())
        .group_by("retweeted_tweet_id")
        .agg(retweets=nw.len())
        .rename({"retweeted_tweet_id": "tweet_id"})
    )
    toned = (
        own.select("tweet_id", "user_id")
        .join(sentiment.select("tweet_id", "score"), on="tweet_id", how="inner")
        .join(retweets, on="tweet_id", how="left")
        .with_columns(nw.col("retweets").fill_null(0))
    )
    score = nw.col("score")
    tones = dict(zip(TONES, (score < 0, score == 0, score > 0), strict=True))
    one = {f"{tone}_tweets": nw.when(holds).then(1).otherwise(0) for tone, holds in tones.items()}
    all_ = {
        f"{tone}_retweets": nw.when(holds).then(nw.col("retweets")).otherwise(0)
        for tone, holds in tones.items()
    }
    sums = one | all_
    rows = collect(
        toned.with_columns(**sums)
        .group_by("user_id")
        .agg(*(nw.col(name).sum() for name in sums))
        .sort("user_id")
    )
    rows = rows.astype(dict.fromkeys(sums, "int64"))
    sides = (
        pd.Series(dtype=object) if partisans is None else collect(partisans).set_index("user_id")["candidate"]
    )
    camp = rows["user_id"].map(sides).astype(object)
    return rows.assign(camp=camp.where(camp.notna(), None))[["user_id", "camp", *sums]]


def per_tweet(accounts: pd.DataFrame, tone: str) -> float:
    """Retweets for each original tweet of a tone, from `originals`; NaN without any such tweet."""
    return ratio(accounts[f"{tone}_retweets"].sum(), accounts[f"{tone}_tweets"].sum())


def rate_ratio(accounts: pd.DataFrame, tone: str = "negative", other: str = "neutral") -> float:
    """Retweets for each original of a tone, over those for each of another tone; NaN where there is nothing to compare.

    2 where negative originals collect twice as many retweets as neutral ones.
    """
    return ratio(per_tweet(accounts, tone), per_tweet(accounts, other))


def rate_ratio_within(accounts: pd.DataFrame, tone: str = "negative", other: str = "neutral") -> float:
    """The same within accounts: what the tone does to the same author's tweets, whoever is popular.

    The estimator of Mantel & Haenszel (1959) for rates, an account a stratum: popular authors who happen to be
    negative do not move it. NaN where no author wrote in both tones, or none of the other tone was retweeted.
    """
    return ratio(*terms_within(accounts, tone, other).sum())


def terms_within(accounts: pd.DataFrame, tone: str, other: str) -> pd.DataFrame:
    """What each account that wrote in both tones adds above and below the line of `rate_ratio_within`: mine, others."""
    rows = accounts[(accounts[f"{tone}_tweets"] > 0) & (accounts[f"{other}_tweets"] > 0)]
    tweets, others = rows[f"{tone}_tweets"], rows[f"{other}_tweets"]
    mine, theirs = rows[f"{tone}_retweets"] * others, rows[f"{other}_retweets"] * tweets
    return pd.DataFrame({"mine": mine / (tweets + others), "others": theirs / (tweets + others)})


def groups(accounts: pd.DataFrame, candidates: Sequence[Candidate]) -> dict[str, pd.DataFrame]:
    """The accounts of `originals`: everybody, and each candidate's supporters, by key."""
    return {"everybody": accounts} | {c.key: accounts[accounts["camp"] == c.key] for c in candidates}


def called(camp: str, candidates: Sequence[Candidate]) -> str:
    """A group of `groups` in words: "everybody", "supporters of Donald Trump"."""
    names = {c.key: f"supporters of {c.name}" for c in candidates}
    return names.get(camp, camp)


def tone_table(accounts: pd.DataFrame, candidates: Sequence[Candidate], seed: int = 0) -> pd.DataFrame:
    """Retweets an original tweet collects, by the author's camp and the tweet's tone: one row a camp and tone.

    Columns camp ("everybody" or a candidate's key), tone, accounts, tweets, retweets, value (retweets a tweet), low, high (bootstrap over accounts).
    """
    rows = []
    for camp, mine in groups(accounts, candidates).items():
        for tone in TONES:
            counts = mine[[f"{tone}_tweets", f"{tone}_retweets"]]
            wrote = counts[counts[f"{tone}_tweets"] > 0]
            interval = estimate(wrote, lambda rows, t=tone: per_tweet(rows, t), seed, sums_by=[])
            rows.append((camp, tone, len(wrote), *wrote.sum(), *interval))
    return pd.DataFrame(
        rows, columns=["camp", "tone", "accounts", "tweets", "retweets", "value", "low", "high"]
    )


def ratios(accounts: pd.DataFrame, candidates: Sequence[Candidate], seed: int = 0) -> pd.DataFrame:
    """How many times as many retweets negative originals collect, by camp of the author: one row a camp and comparison.

    Columns camp (as in `tone_table`), compared ("negative / neutral"), value, low, high (of `rate_ratio`), and within, within_low,
    within_high (of `rate_ratio_within`); intervals by a bootstrap over accounts.
    """
    rows = []
    for camp, mine in groups(accounts, candidates).items():
        for tone, other in COMPARED:
            counts = mine[[f"{each}_{what}" for each in (tone, other) for what in ("tweets", "retweets")]]
            terms = terms_within(counts, tone, other)
            raw = estimate(counts, lambda rows, t=tone, o=other: rate_ratio(rows, t, o), seed, sums_by=[])
            same = estimate(
                terms, lambda sums: ratio(sums["mine"].sum(), sums["others"].sum()), seed, sums_by=[]
            )
            rows.append((camp, f"{tone} / {other}", *raw, *same))
    within = ["within", "within_low", "within_high"]
    return pd.DataFrame(rows, columns=["camp", "compared", "value", "low", "high", *within])


def draw_tones(table: pd.DataFrame, candidates: Sequence[Candidate], ax: Axes) -> Axes:
    """Draw retweets an original tweet collects by tone, a line of marks for each camp, from `tone_table`."""
    known = table.dropna(subset=["value"])
    if not known["retweets"].sum():
        return say_empty(ax, "No retweets of collected original tweets")
    colors = {c.key: c.color for c in candidates}
    for number, (camp, mine) in enumerate(known.groupby("camp", sort=False)):
        x = mine["tone"].map(TONES.index) + 0.16 * (number - (known["camp"].nunique() - 1) / 2)
        spread = [mine["value"] - mine["low"], mine["high"] - mine["value"]]
        color = colors.get(camp, COLOR["ink"])
        ax.errorbar(
            x, mine["value"], spread, fmt="o^sD"[number % 4], color=color, label=called(camp, candidates)
        )
    ax.set_xticks(range(len(TONES)), TONES)
    ax.set(xlim=(-0.5, len(TONES) - 0.5), ylim=(0, None), ylabel="retweets for each original tweet")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3)
    return ax


def tones_in_words(table: pd.DataFrame, candidates: Sequence[Candidate]) -> str:
    """Retweets by tone in sentences with their numbers: alternative text of the picture."""
    known = table.dropna(subset=["value"])
    if not known["retweets"].sum():
        return "Empty: no retweets of collected original tweets."
    sentences = ["Retweets that an original tweet collects, by its tone, with intervals."]
    for camp, mine in known.groupby("camp", sort=False):
        values = ", ".join(f"{row.tone} {row.value:.2f}" for row in mine.itertuples())
        sentences.append(f"{called(camp, candidates)}: {values}.")
    return " ".join(sentences)


def tones_words(
    table: pd.DataFrame, candidates: Sequence[Candidate], compared: pd.DataFrame
) -> dict[str, str]:
    """Title, alternative text and caption of retweets by tone, from the tables of `tone_table` and `ratios`.

    The title says whether negative originals are retweeted more than positive ones, by the interval of their ratio.
    """
    row = compared.set_index(["camp", "compared"]).loc[("everybody", "negative / positive")]
    told = f"{row['value']:.2f} times as often ({span(row['low'], row['high'], '.2f')})"
    title = f"Negative originals are retweeted as often as positive ones, within chance: {told}"
    if np.isnan(row["value"]):
        title = "Too few retweets of collected original tweets to compare tones"
    elif row["low"] > 1 or row["high"] < 1:
        title = f"Negative originals are retweeted {'more' if row['low'] > 1 else 'less'} than positive ones: {told}"
    everybody = table[table["camp"] == "everybody"]
    return {
        "title": title,
        "alt": tones_in_words(table, candidates),
        "caption": (
            f"Retweets for each of {everybody['tweets'].sum():,.0f} collected original tweets, by tone and camp of the author, with "
            "95% intervals (bootstrap over accounts). After a remark in the press article of 19 October 2016."
        ),
    }
