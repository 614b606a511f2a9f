"""With what tone each camp speaks of each candidate, and the two hashtags aimed at a candidate.

After Bessi & Ferrara (2016), section Data analysis, "Partisanship and supporting activity" (Figure 6, Tables
4 to 7, #NeverTrump and #NeverHillary). From the tables `tweets`, `sentiment`, `scores` and `partisans` to one
row an account and subject, of which every statistic is a function of sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from operator import itemgetter

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.claims import measured, named, of_article
from helpers.figures import note
from helpers.settings import Candidate
from helpers.study import Study
from helpers.support.subject import about
from helpers.tables import by_hashtag, collect, scan, top_rows
from helpers.tweets import LABELLED, NAMED_SIGNS, SIGNS, of_labelled
from helpers.uncertainty import Sums, node_bootstrap, ratio, sums

LEVELS = range(-4, 5)
SUMMED = ["tweets", "total", *SIGNS]  # of an account's tweets about a subject; total is the sum of S
# A tweet hangs on an account and, if it repeats another, on that text: all who repeat it have its tone.
DRAWN = {"nodes": ("user_id", "retweeted_tweet_id"), "apart": True}


def labelled_partisans(
    tweets: nw.LazyFrame,
    partisans: nw.LazyFrame,
    scores: nw.LazyFrame,
    candidates: list[Candidate],
    reading: str = "words",
) -> nw.LazyFrame:
    """Tweets of bots and humans with a side, with columns camp, class, and on_KEY (bool) for each KEY."""
    flags = {f"on_{c.key}": about(nw.col("text"), c, candidates, reading) for c in candidates}
    sides = partisans.rename({"candidate": "camp"})
    labelled = of_labelled(tweets.select("tweet_id", "user_id", "text", "retweeted_tweet_id"), scores)
    # The camp as well, as a study without candidates has no flags.
    return labelled.join(sides, on="user_id", how="inner").with_columns(nw.col("camp"), **flags)


def tone(rows: nw.LazyFrame, sentiment: nw.LazyFrame) -> pd.DataFrame:
    """Tweets of each account of `labelled_partisans`, by text, subject and score (S, -4 to +4).

    Columns user_id, retweeted_tweet_id (of the text that they repeat; missing of others), camp (the candidate
    supported), class, on_KEY (bool) for each candidate, score, tweets.
    """
    flags = [name for name in rows.collect_schema().names() if name.startswith("on_")]
    by = ["user_id", "retweeted_tweet_id", "camp", "class", *flags, "score"]
    scored = rows.join(sentiment.select("tweet_id", "score"), on="tweet_id", how="inner")
    table = collect(scored.group_by(*by).agg(tweets=nw.len()))
    return table.astype({"tweets": int, "retweeted_tweet_id": "Int64"}).sort_values(by, ignore_index=True)


def by_subject(rows: pd.DataFrame) -> pd.DataFrame:
    """The tweets of each bot and human with a side about each subject, from `tone`.

    One row an account, text that it repeats (the tweets that repeat none together) and subject about which
    it tweets: "all" (whomever its tweets are about), or a candidate's key; a tweet about two counts for both.
    Columns subject and camp (categories: all that there are), user_id, retweeted_tweet_id, class, tweets,
    total (sum of S), negative, neutral, positive (tweets).
    """
    tweets, sign = rows["tweets"], np.sign(rows["score"])
    counts = {name: tweets * (sign == s - 1) for s, name in enumerate(SIGNS)}
    by = ["user_id", "retweeted_tweet_id", "camp", "class"]
    each = rows.reindex(columns=by).assign(tweets=tweets, total=tweets * rows["score"], **counts)
    flags = rows.filter(like="on_").astype(bool).rename(columns=lambda name: name.removeprefix("on_"))
    table = pd.concat({"all": each} | {key: each[flags[key]] for key in flags}, names=["subject"])
    table = table.groupby(["subject", *by], dropna=False)[SUMMED].sum().reset_index()
    kinds = {"subject": pd.CategoricalDtype(["all", *flags]), "camp": pd.CategoricalDtype([*flags])}
    table["camp"] = table["camp"].where(table["camp"].isin([*flags]))
    return table.astype(kinds | dict.fromkeys(SUMMED, int))


def by_account(accounts: pd.DataFrame) -> pd.DataFrame:
    """`by_subject` with the subjects side by side, of which the statistics below are sums.

    Columns user_id, retweeted_tweet_id, camp, class, and SUBJECT WHAT for each subject and each of SUMMED.
    """
    names = ["user_id", "retweeted_tweet_id", "camp", "class"]
    subjects = accounts["subject"].cat.categories
    wide = {f"{subject} {what}": accounts[what].where(accounts["subject"] == subject, 0)
            for subject in subjects for what in SUMMED}  # fmt: skip
    return accounts.reindex(columns=names).assign(**wide).astype({"camp": str})


def by_camp(accounts: pd.DataFrame) -> Sums:
    """The sums by camp and class of `by_account`, from `by_subject`: of all, with nothing drawn."""
    return sums(by_account(accounts).drop(columns=[*DRAWN["nodes"]]), ["camp", "class"])


# ── statistics, of the sums by camp and class of `by_account` ───────────────────────────────────────────────


def total(sums: Sums, what: str, camp: str, subject: str, *name: str) -> np.ndarray:
    """What a camp, or its accounts of one class, tweets about a subject: one of SUMMED, or "not negative".

    Raises KeyError for a camp, subject or class that is not there; it says which there are.
    """
    for value, names in [(camp, keys(sums)), (subject, ["all", *keys(sums)]), *((n, LABELLED) for n in name)]:
        if value not in names:
            raise KeyError(f"no {value!r}; there are {', '.join(names)}")
    parts = ["neutral", "positive"] if what == "not negative" else [what]
    return sum(sums[camp, *name, f"{subject} {part}"] for part in parts)


def keys(sums: Sums) -> list[str]:
    """The candidates whose camps, and tweets about whom, are summed."""
    return [name.removesuffix(" tweets") for name in sums.columns if name.endswith(" tweets")][1:]


def mean(sums: Sums, *group: str) -> np.ndarray:
    """Mean S of the tweets of a group (camp, subject and, if it is given, class); NaN if there are none."""
    return ratio(total(sums, "total", *group), total(sums, "tweets", *group))


def share(sums: Sums, sign: str, *group: str) -> np.ndarray:
    """Share of the tweets of a group (camp, subject, class) with a sign; NaN if there are none."""
    return ratio(total(sums, sign, *group), total(sums, "tweets", *group))


def focus(sums: Sums, what: str, camp: str, subject: str, *name: str) -> np.ndarray:
    """Of a group's tweets about any candidate, all or with a sign, those about one; NaN without any."""
    everyone = sum(total(sums, what, camp, key, *name) for key in keys(sums))
    return ratio(total(sums, what, camp, subject, *name), everyone)


def lead(sums: Sums, camp: str, name: str) -> np.ndarray:
    """Mean S of a group less that of the most positive other group (camp by class); NaN without any."""
    groups = [(key, "all", other) for key in keys(sums) for other in LABELLED if (key, other) != (camp, name)]
    return mean(sums, camp, "all", name) - np.fmax.reduce([mean(sums, *group) for group in groups])


def camp_gap(sums: Sums, camp: str, other: str, name: str) -> np.ndarray:
    """Mean S of all tweets of one camp's accounts of a class less that of the other's."""
    return mean(sums, camp, "all", name) - mean(sums, other, "all", name)


def class_gap(statistic: Callable[..., np.ndarray], *group: str | Sums) -> np.ndarray:
    """A statistic of a camp's bots less that of its humans."""
    return statistic(*group, "bot") - statistic(*group, "human")


TRUMP, CLINTON = ("trump", "trump"), ("clinton", "clinton")  # a camp on its own candidate
CLAIMS: dict[str, Callable[[Sums], np.ndarray]] = {
    "trump_humans_more_positive": lambda s: camp_gap(s, "trump", "clinton", "human"),
    "trump_bots_more_positive": lambda s: camp_gap(s, "trump", "clinton", "bot"),
    "trump_bots_negative": lambda s: share(s, "negative", "trump", "all", "bot"),
    "trump_bots_less_negative_than_humans": lambda s: class_gap(share, s, "negative", *TRUMP),
    "trump_bots_most_positive": lambda s: lead(s, "trump", "bot"),
    "trump_bots_support": lambda s: total(s, "not negative", *TRUMP, "bot"),
    "trump_bots_support_share": lambda s: focus(s, "not negative", *TRUMP, "bot"),
    "trump_bots_support_beyond_humans": lambda s: class_gap(focus, s, "not negative", *TRUMP),
    "trump_bots_almost_always_positive": lambda s: share(s, "positive", *TRUMP, "bot"),
    "trump_humans_blame_clinton": lambda s: focus(s, "negative", "trump", "clinton", "human"),
    "trump_bots_blame_clinton": lambda s: focus(s, "negative", "trump", "clinton", "bot"),
    "trump_camp_on_clinton": lambda s: focus(s, "tweets", "trump", "clinton"),
    "clinton_humans_more_positive_than_bots": lambda s: -class_gap(mean, s, *CLINTON),
    "clinton_discussion_balanced": lambda s: share(s, "positive", *CLINTON) - share(s, "negative", *CLINTON),
    "clinton_bots_mixed": lambda s: np.minimum(*(share(s, sign, *CLINTON, "bot") for sign in SIGNS[::2])),
    "clinton_camp_blames_clinton": lambda s: focus(s, "negative", *CLINTON),
    "clinton_camp_on_clinton": lambda s: focus(s, "tweets", *CLINTON),
    "clinton_camp_keeps_to_its_own": lambda s: focus(s, "tweets", *CLINTON) - focus(s, "tweets", *TRUMP),
}


# ── two hashtags ────────────────────────────────────────────────────────────────────────────────────────────


def hashtag_tone(tweets: nw.LazyFrame, sentiment: nw.LazyFrame, hashtags: Iterable[str]) -> pd.DataFrame:
    """Positive and negative tweets with each hashtag by account and text: all accounts, with or without a
    side.

    Columns user_id, retweeted_tweet_id (of the text that they repeat; missing of others), and for each
    hashtag HASHTAG_positive and HASHTAG_negative.
    """
    tagged, nodes = by_hashtag(tweets, hashtags, "retweeted_tweet_id"), ["user_id", "retweeted_tweet_id"]
    scored = tagged.join(sentiment.select("tweet_id", "score"), on="tweet_id", how="inner")
    counts = collect(scored.group_by(*nodes, "hashtag", "score").agg(tweets=nw.len()))
    sign = np.sign(counts["score"]).map(NAMED_SIGNS)
    names = [f"{tag}_{sign}" for tag in hashtags for sign in ("positive", "negative")]
    column = counts["hashtag"] + "_" + sign
    table = counts[nodes].assign(**{name: counts["tweets"].where(column == name, 0) for name in names})
    summed = table.astype({"retweeted_tweet_id": "Int64"}).groupby(nodes, dropna=False)[names].sum()
    return summed.astype("int64").reset_index()


def hashtag_ratio(sums: Sums, hashtag: str) -> np.ndarray:
    """Positive tweets for each negative one with a hashtag, of sums of `hashtag_tone`; NaN without."""
    return ratio(sums[f"{hashtag}_positive"], sums[f"{hashtag}_negative"])


def hashtag_gap(sums: Sums, hashtag: str, other: str) -> np.ndarray:
    """Logarithm of a hashtag's ratio over another's: below 0 it is the more negative. NaN without either."""
    odds = np.asarray(ratio(hashtag_ratio(sums, hashtag), hashtag_ratio(sums, other)))
    return np.log(odds, out=np.full(odds.shape, np.nan), where=odds > 0)


def hashtag_share(tagged: pd.DataFrame, accounts: pd.DataFrame, hashtag: str, camp: str) -> float:
    """A camp's share of the tweets with a hashtag that are not neutral, among authors with a side.

    In: the tables of `hashtag_tone` and `by_subject`. NaN without any such tweet. Where the hashtag itself
    helped to give authors their side, a large share says little.
    """
    sides = accounts.loc[accounts["subject"] == "all", ["user_id", "camp"]]
    authors = tagged.merge(sides.drop_duplicates(), on="user_id")
    polar = authors[f"{hashtag}_positive"] + authors[f"{hashtag}_negative"]
    return ratio(polar[authors["camp"] == camp].sum(), polar.sum())


def camp_measures(
    accounts: pd.DataFrame, rate: float = 1.0, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """CLAIMS with intervals over accounts and texts, from `by_subject`: index claim id, columns value, low,
    high.

    Counts are divided by the sample `rate`. Who comes next where groups are compared with the next best is
    decided in each draw anew. NaN where the study is not about the two candidates.
    """
    both = {"trump", "clinton"} <= {*accounts["camp"].cat.categories}
    wide = by_account(accounts if both else accounts[:0])
    table = node_bootstrap(wide, CLAIMS, ["camp", "class"], **DRAWN, seed=seed, draws=draws)
    table.loc["trump_bots_support"] /= rate
    return table


def measures(
    accounts: pd.DataFrame, tagged: pd.DataFrame, rate: float = 1.0, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """What notebook 08 measures of its claims: index claim id, columns value, low, high.

    In: the tables of `by_subject` and of `hashtag_tone`. `camp_measures`, and for both hashtags of
    data/reference/article.toml the tweets (divided by the sample `rate`; NaN for none), their ratio, whose
    they are, and the gap between the two. Accounts and texts are drawn: a text comes or stays away with all
    who repeat it.
    """
    names, hashtags = tagged.columns.drop([*DRAWN["nodes"]]), named("support")["hashtags"]
    first, second = hashtags
    counts = {name: itemgetter(name) for name in names}
    ratios = {f"{tag}_ratio": partial(hashtag_ratio, hashtag=tag) for tag in hashtags}
    ratios |= {f"{second}_more_negative": partial(hashtag_gap, hashtag=second, other=first)}
    whose = {f"{tag}_{camp}s": hashtag_share(tagged, accounts, tag, camp) for tag, camp in hashtags.items()}
    table = node_bootstrap(tagged, counts | ratios, **DRAWN, seed=seed, draws=draws)
    table.loc[names] = table.loc[names].where(table.loc[names, "value"] > 0) / rate
    return pd.concat([camp_measures(accounts, rate, seed, draws), table, measured(whose)])


def of_study(
    study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None, reading: str = "words"
) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 08 makes them.

    `reading` says when a tweet is about a candidate, one of `subject.READINGS`.
    """
    tweets, sentiment, partisans = (scan(study, name) for name in ("tweets", "sentiment", "partisans"))
    rows = labelled_partisans(tweets, partisans, scores, study.candidates, reading)
    accounts = by_subject(tone(rows, sentiment))
    tagged = hashtag_tone(tweets, sentiment, named("support")["hashtags"])
    return measures(accounts, tagged, study.collection.sample_rate, seed, draws)


# ── tables for the reader ───────────────────────────────────────────────────────────────────────────────────


def cells(candidates: list[Candidate]) -> list[tuple[str, str]]:
    """Camp and subject in the order of the paper's Tables 4 to 7: last camp and own candidate first."""
    keys = [c.key for c in reversed(candidates)]
    return [(camp, key) for camp in keys for key in sorted(keys, key=lambda k: k != camp)]


def table_number(study: Study, camp: str, subject: str) -> str | None:
    """The number of the article's table of examples on a camp and subject; None where it has none."""
    numbers = {tuple(pair): number for number, pair in named("support")["tables"].items()}
    return numbers.get((camp, subject)) if of_article(study) else None


def tone_table(accounts: pd.DataFrame, candidates: list[Candidate], seed: int = 0) -> pd.DataFrame:
    """Tone by camp, class and subject, from `by_subject`: one row each, of those with tweets.

    Columns camp, class, about, accounts, tweets, mean (of S), low, high (of the mean, drawing the accounts of
    the group and the texts that they repeat), negative, neutral, positive (shares).
    """
    rows, mean_of = [], {"mean": lambda sums: ratio(sums["total"], sums["tweets"])}
    for (camp, subject), name in product(cells(candidates), LABELLED):
        group = accounts[(accounts[["camp", "subject", "class"]] == [camp, subject, name]).all(axis=1)]
        if len(group):
            drawn = group[[*DRAWN["nodes"], "total", "tweets"]]
            estimate = node_bootstrap(drawn, mean_of, **DRAWN, seed=seed).loc["mean"]
            size, tweets = group["user_id"].nunique(), group["tweets"].sum()
            rows.append((camp, name, subject, size, tweets, *estimate, *group[SIGNS].sum() / tweets))
    first = ["camp", "class", "about", "accounts", "tweets", "mean", "low", "high"]
    return pd.DataFrame(rows, columns=[*first, *SIGNS])


def reading_table(by_reading: dict[str, pd.DataFrame], rate: float = 1.0) -> pd.DataFrame:
    """How the readings of "about" differ: one row a reading, from the tables of `tone` by reading.

    Columns reading, tweets (of bots and humans with a side, divided by `rate`), one share for each candidate
    of the tweets about that candidate, two_share (about two or more), nobody_share.
    """
    rows = []
    for reading, table in by_reading.items():
        tweets, flags = table["tweets"], table.filter(like="on_").astype(bool)
        about_whom = {name.removeprefix("on_"): flags[name] for name in flags}
        about_whom |= {"two": flags.sum(axis=1) > 1, "nobody": ~flags.any(axis=1)}
        shares = {f"{name}_share": ratio(tweets[so].sum(), tweets.sum()) for name, so in about_whom.items()}
        rows.append({"reading": reading, "tweets": tweets.sum() / rate} | shares)
    return pd.DataFrame(rows)


def findings_by_reading(
    by_reading: dict[str, pd.DataFrame], candidates: list[Candidate], rate: float = 1.0
) -> pd.DataFrame:
    """Two findings on the camp of the last candidate: one row a reading, from `by_subject` by reading.

    How many tweets of its bots about that candidate are not negative (divided by `rate`), and which share of
    the negative tweets of its humans is about the first candidate, if there is another.
    """
    rows = {}
    for reading, accounts in by_reading.items():
        of_camp, rows[reading] = by_camp(accounts), {}
        for own in candidates[-1:]:
            praise = total(of_camp, "not negative", own.key, own.key, "bot") / rate
            rows[reading][f"not negative, bots on {own.name.split()[-1]}"] = praise
        for other in candidates[:-1][:1]:
            blame = focus(of_camp, "negative", own.key, other.key, "human")
            rows[reading][f"negative, humans: share on {other.name.split()[-1]}"] = blame
    return pd.DataFrame(rows).T


def histogram(rows: pd.DataFrame) -> pd.DataFrame:
    """Figure 6 from `tone`: columns camp, class, score, and for each candidate the tweets about it.

    One row for each camp, class and score from -4 to +4.
    """
    flags, by = rows.filter(like="on_"), ["camp", "class", "score"]
    counts = flags.mul(rows["tweets"], axis=0).rename(columns=lambda name: name.removeprefix("on_"))
    every = pd.MultiIndex.from_product([[*counts], LABELLED, LEVELS], names=by)
    table = counts.groupby([rows[name] for name in by]).sum()
    return table.reindex(every, fill_value=0).astype(int).reset_index()


def examples(
    rows: nw.LazyFrame, users: nw.LazyFrame, candidates: list[Candidate], number: int = 4
) -> pd.DataFrame:
    """The texts that the bots of each camp post most about each candidate (Tables 4 to 7).

    In: bots and humans with a side as `labelled_partisans` gives them. Out: columns camp, about, screen_name
    (of the bot that posted it first in the collection), text, tweets (by such bots), `number` rows a camp and
    candidate; equally frequent texts come in the order of their tweet_id.
    """
    columns = ["camp", "about", "screen_name", "text", "tweets"]
    names = users.select("user_id", "screen_name")
    authors = rows.select("tweet_id", "user_id").join(names, on="user_id", how="left")
    tables = [pd.DataFrame(columns=[*columns, "place"])]
    for c in candidates:
        texts = rows.filter((nw.col("class") == "bot") & nw.col(f"on_{c.key}")).group_by("camp", "text")
        texts = texts.agg(tweets=nw.len(), tweet_id=nw.col("tweet_id").min())
        some = top_rows(texts, "camp", "tweets", "tweet_id", number).join(authors, on="tweet_id", how="left")
        tables.append(collect(some).assign(about=c.key))
    return pd.concat(tables).sort_values(["camp", "about", "place"], ignore_index=True)[columns]


def without_tone(study: Study, accounts: pd.DataFrame) -> str:
    """Why this study shows no tone of camps, in a paragraph for the reader; empty if it does."""
    return note("without_tone", {"study": study.title, "empty": accounts.empty})


def no_examples(study: Study) -> str:
    """Why this study's single tweets are not shown, for the reader; empty where they are, being synthetic."""
    return note("no_examples", {"real": not study.synthetic})
