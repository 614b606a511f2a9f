"""Are negative tweets retweeted more: retweets of a tweet of one's own, by its tone and its author's camp."""

from __future__ import annotations

from functools import partial
from itertools import product

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.intervals import draw_intervals, listed
from helpers.figures import COLOR, say_empty
from helpers.settings import Candidate
from helpers.tables import collect
from helpers.tweets import NAMED_SIGNS, OWN, SIGNS
from helpers.uncertainty import MEASURED, Sums, node_bootstrap, ratio

OTHERS = ("neutral", "positive")  # tones beside which the negative ones stand
COLUMNS = [f"{tone}_{what}" for tone in SIGNS for what in ("tweets", "retweets")]


def originals(tweets: nw.LazyFrame, sentiment: nw.LazyFrame, partisans: nw.LazyFrame) -> pd.DataFrame:
    """Original tweets and the retweets they collected: rows of `node_bootstrap`.

    A row an author and tone for what it wrote, and one for each who retweets it: columns user_id (of the
    author), retweeter (missing in the first), camp (candidate whom the author supports by the table
    `partisans`; missing without a side), and for each tone TONE_tweets (originals: neither retweet nor reply)
    and TONE_retweets (retweets of these in the collection). The tone is that of the original: negative where
    its score is below 0, neutral at 0, else positive.
    """
    sign = (nw.col("score") > 0).cast(nw.Int64) - (nw.col("score") < 0).cast(nw.Int64)
    scored = sentiment.select("tweet_id", sign=sign)
    own = tweets.filter(nw.col("kind").is_in(OWN)).select("tweet_id", "user_id")
    own = own.join(scored, on="tweet_id", how="inner")
    copies = tweets.filter(nw.col("kind") == "retweet", ~nw.col("retweeted_tweet_id").is_null())
    copies = copies.select(retweeter="user_id", tweet_id="retweeted_tweet_id")
    copies = copies.join(own, on="tweet_id", how="inner").group_by("user_id", "retweeter", "sign")
    wrote, copied = (collect(part.agg(number=nw.len())) for part in (own.group_by("user_id", "sign"), copies))
    wrote, copied = wrote.assign(retweeter=pd.NA), copied.astype({"retweeter": "Int64"})  # no id is a float
    counts = pd.concat({"tweets": wrote.astype(copied.dtypes), "retweets": copied})
    tone = counts["sign"].map(NAMED_SIGNS)
    column = tone + "_" + counts.index.get_level_values(0)
    numbers = {name: counts["number"] * (column == name) for name in COLUMNS}
    sides = collect(partisans).set_index("user_id")["candidate"]
    rows = counts.reindex(columns=["user_id", "retweeter"]).assign(camp=counts["user_id"].map(sides))
    return rows.assign(**numbers).sort_values([*rows, *COLUMNS], ignore_index=True)


# ── statistics, of the sums by camp of `originals` ──────────────────────────────────────────────────────────


def total(sums: Sums, camp: str, column: str) -> np.ndarray:
    """The sum of a column over the authors of a camp, or over "everybody"."""
    return sums[column] if camp == "everybody" else sums[camp, column]


def per_tweet(sums: Sums, camp: str, tone: str) -> np.ndarray:
    """Retweets for each tweet of a tone; NaN without any tweet."""
    return ratio(total(sums, camp, f"{tone}_retweets"), total(sums, camp, f"{tone}_tweets"))


def rate_ratio(sums: Sums, camp: str, other: str) -> np.ndarray:
    """Retweets for each negative original, over those for each of another tone.

    2 where negative originals collect twice as many retweets as neutral ones; NaN with nothing to compare.
    """
    return ratio(per_tweet(sums, camp, "negative"), per_tweet(sums, camp, other))


def with_terms(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of `originals` with what each adds above and below the line of `ratio_within`: nothing, where
    the author did not write in both tones.
    """
    tweets = rows.groupby("user_id")[list(COLUMNS[::2])].transform("sum").to_numpy().T
    written = dict(zip(SIGNS, tweets, strict=True))
    terms, negative = {}, written["negative"]
    for tone in OTHERS:
        both = (negative > 0) * (written[tone] > 0) / np.maximum(negative + written[tone], 1)
        terms[f"{tone}_above"] = rows["negative_retweets"] * written[tone] * both
        terms[f"{tone}_below"] = rows[f"{tone}_retweets"] * negative * both
    return rows.assign(**terms)


def ratio_within(sums: Sums, camp: str, other: str) -> np.ndarray:
    """`rate_ratio` within accounts: what the tone does to the same author's tweets, whoever is popular.

    The estimator of Mantel & Haenszel (1959) for rates, an account a stratum, from sums of `with_terms`:
    popular authors who happen to be negative do not move it. NaN where no author wrote in both tones, or none
    of the other tone was retweeted.
    """
    return ratio(total(sums, camp, f"{other}_above"), total(sums, camp, f"{other}_below"))


def drawn(rows: pd.DataFrame, statistics: dict, **options: int) -> pd.DataFrame:
    """Statistics of `originals` with intervals that draw authors and those who retweet them.

    With an author come or go the texts it wrote, each with all of its retweets.
    """
    return node_bootstrap(rows, statistics, ["camp"], ("user_id", "retweeter"), **options)


def groups(candidates: list[Candidate]) -> list[str]:
    """Whose originals are looked at: everybody's, and those of each candidate's supporters, by key."""
    return ["everybody", *(candidate.key for candidate in candidates)]


def tone_table(rows: pd.DataFrame, candidates: list[Candidate], seed: int = 0) -> pd.DataFrame:
    """Retweets an original tweet collects, by the author's camp and the tweet's tone: one row a camp and
    tone.

    Columns camp ("everybody" or a candidate's key), tone, accounts, tweets, retweets, value (retweets a
    tweet), low, high (see `drawn`).
    """
    asked = {(camp, tone): partial(per_tweet, camp=camp, tone=tone)
             for camp, tone in product(groups(candidates), SIGNS)}  # fmt: skip
    table, sizes = drawn(rows, asked, seed=seed), []
    for camp, tone in asked:
        some = rows if camp == "everybody" else rows[rows["camp"] == camp]
        authors = some.loc[some[f"{tone}_tweets"] > 0, "user_id"].nunique()
        sizes.append((camp, tone, authors, some[f"{tone}_tweets"].sum(), some[f"{tone}_retweets"].sum()))
    names = ["camp", "tone", "accounts", "tweets", "retweets"]
    return pd.DataFrame(sizes, columns=names).join(table.reset_index(drop=True))


def ratios(
    rows: pd.DataFrame, candidates: list[Candidate], seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """How many times as many retweets negative originals collect: one row a camp of the author and
    comparison.

    Columns camp (as in `tone_table`), compared ("negative / neutral"), value, low, high (of `rate_ratio`),
    and within, within_low, within_high (of `ratio_within`); intervals see `drawn`.
    """
    pairs, ways = list(product(groups(candidates), OTHERS)), [rate_ratio, ratio_within]
    asked = {(of, *pair): partial(of, camp=pair[0], other=pair[1]) for pair, of in product(pairs, ways)}
    table = drawn(with_terms(rows), asked, seed=seed, draws=draws).to_numpy().reshape(len(pairs), 6)
    names = [*MEASURED, "within", "within_low", "within_high"]
    shown = {"camp": [camp for camp, _ in pairs], "compared": [f"negative / {tone}" for _, tone in pairs]}
    return pd.DataFrame(shown).join(pd.DataFrame(table, columns=names))


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
    inks = [COLOR["ink"], *(candidate.color for candidate in candidates)]
    colors = dict(zip(called(candidates).values(), inks, strict=True))
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
