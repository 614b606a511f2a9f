"""With what tone each camp speaks of each candidate, and the two hashtags aimed at a candidate.

After Bessi & Ferrara (2016), section Data analysis, "Partisanship and supporting activity" (Figure 6, Tables 4
to 7, #NeverTrump and #NeverHillary). From the tables `tweets`, `sentiment`, `scores` and `partisans` to one row an
account; every statistic is a function of such rows, so that a bootstrap can draw accounts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import narwhals as nw
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.claims import published
from helpers.figures import COLOR, apart, say_empty, span
from helpers.old_uncertainty import ratio
from helpers.study import Candidate, Study
from helpers.tables import collect
from helpers.tweets import LABELLED

LEVELS = range(-4, 5)
SIGNS = ["negative", "neutral", "positive"]

# When a tweet is about a candidate.
READINGS = {
    "words": "the candidate's name is a word of the tweet",
    "words first": "a word; or a hashtag, in a tweet whose words name nobody",
    "words or hashtags": "a word or a hashtag",
}


def about(
    text: nw.Expr, candidate: Candidate, candidates: Sequence[Candidate], reading: str = "words"
) -> nw.Expr:
    """Whether a tweet's text is about a candidate: an expression, true or false. See READINGS.

    A *word* is one of the candidate's `mentions`, letter case ignored, not as part of a longer word or of a
    hashtag. A *hashtag* names the candidate whose mention it contains, whichever side uses it (#NeverTrump
    names Trump), and a candidate's own hashtag that contains nobody's name (#ImWithHer) names that candidate.
    A tweet that names two candidates is about both. Raises KeyError for a reading that is none.
    """
    text = text.fill_null("").str.to_lowercase()
    READINGS[reading]
    in_words = named(text, word_pattern(candidate))
    if reading == "words":
        return in_words
    in_tags = named(text, hashtag_pattern(candidate, candidates))
    if reading == "words or hashtags":
        return in_words | in_tags
    somebody = nw.lit(False)
    for each in candidates:
        somebody = somebody | named(text, word_pattern(each))
    return in_words | (in_tags & ~somebody)


def named(text: nw.Expr, pattern: str) -> nw.Expr:
    """Whether the text matches the pattern; an empty pattern matches nothing."""
    return text.str.contains(pattern) if pattern else text != text


def word_pattern(candidate: Candidate) -> str:
    """Regular expression for a candidate's mentions as words of a lower-case text; "" if there are none."""
    names = "|".join(re.escape(m.lower()) for m in sorted(candidate.mentions))
    return rf"(?:^|[^a-z0-9_#])(?:{names})(?:[^a-z0-9_]|$)" if names else ""


def hashtag_pattern(candidate: Candidate, candidates: Sequence[Candidate]) -> str:
    """Regular expression for the hashtags that name a candidate in a lower-case text; "" if there are none."""
    names, everyone = written(candidate), [name for each in candidates for name in written(each)]
    nameless = [
        tag for tag in map(str.lower, candidate.hashtags) if not any(name in tag for name in everyone)
    ]
    parts = [rf"[a-z0-9_]*(?:{'|'.join(names)})"] * bool(names)
    parts += [rf"(?:{'|'.join(sorted(nameless))})(?:[^a-z0-9_]|$)"] * bool(nameless)
    return f"#(?:{'|'.join(parts)})" if parts else ""


def written(candidate: Candidate) -> list[str]:
    """A candidate's mentions as a hashtag would have them: lower case, letters, digits and _ only."""
    return sorted({re.sub(r"[^a-z0-9_]", "", mention.lower()) for mention in candidate.mentions} - {""})


def labelled_partisans(
    tweets: nw.LazyFrame,
    partisans: nw.LazyFrame,
    scores: nw.LazyFrame,
    candidates: Sequence[Candidate],
    reading: str,
) -> nw.LazyFrame:
    """Tweets of bots and humans with a side, with columns camp, class, and on_KEY (bool) for each candidate."""
    flags = {f"on_{c.key}": about(nw.col("text"), c, candidates, reading) for c in candidates}
    return (
        tweets.select("tweet_id", "user_id", "text")
        .join(partisans.rename({"candidate": "camp"}), on="user_id", how="inner")
        .join(
            scores.filter(nw.col("class").is_in(LABELLED)).select("user_id", "class"),
            on="user_id",
            how="inner",
        )
        .with_columns(nw.col("camp"), **flags)  # camp as well, for a study without candidates has no flags
    )


def tone(
    tweets: nw.LazyFrame,
    sentiment: nw.LazyFrame,
    partisans: nw.LazyFrame,
    scores: nw.LazyFrame,
    candidates: Sequence[Candidate],
    reading: str = "words",
) -> pd.DataFrame:
    """Tweets of each bot and human with a side, by subject and score (S, -4 to +4).

    Columns user_id, camp (the candidate supported), class, on_KEY (bool) for each candidate, score, tweets.
    """
    by = ["user_id", "camp", "class", *(f"on_{c.key}" for c in candidates), "score"]
    return collect(
        labelled_partisans(tweets, partisans, scores, candidates, reading)
        .join(sentiment.select("tweet_id", "score"), on="tweet_id", how="inner")
        .group_by(*by)
        .agg(tweets=nw.len())
        .with_columns(nw.col("tweets").cast(nw.Int64))
        .sort(by)
    )


def by_account(rows: pd.DataFrame, candidates: Sequence[Candidate]) -> pd.DataFrame:
    """One row a bot or human with a side, from `tone`: user_id, camp, class, and what the account tweeted.

    For each subject, that is each candidate's key and "all" (all tweets, whoever they are about): columns
    SUBJECT_tweets, SUBJECT_total (sum of S), SUBJECT_negative, SUBJECT_neutral and SUBJECT_positive (tweets).
    """
    columns = {}
    for subject in ["all", *(c.key for c in candidates)]:
        n = rows["tweets"] * (rows[f"on_{subject}"] if subject != "all" else 1)
        columns |= {f"{subject}_tweets": n, f"{subject}_total": n * rows["score"]}
        columns |= {
            f"{subject}_{sign}": n * (np.sign(rows["score"]) == s - 1) for s, sign in enumerate(SIGNS)
        }
    wide = rows[["user_id", "camp", "class"]].assign(**columns)
    table = wide.groupby(["user_id", "camp", "class"], as_index=False).sum()
    return table.astype(dict.fromkeys(columns, int) | {"camp": "category", "class": "category"})


def group(accounts: pd.DataFrame, camp: str | None = None, name: str | None = None) -> np.ndarray:
    """Which accounts are of a camp and of a class ("bot", "human"), as bools; None takes all."""
    mine = np.ones(len(accounts), bool)
    for column, value in (("camp", camp), ("class", name)):
        if value is not None:
            mine &= (accounts[column] == value).to_numpy(bool)
    return mine


def total(accounts: pd.DataFrame, column: str, camp: str | None = None, name: str | None = None) -> float:
    """Sum of a column of `by_account` over a group; 0 where the study does not know the subject."""
    return (
        float(accounts[column].to_numpy()[group(accounts, camp, name)].sum()) if column in accounts else 0.0
    )


def mean(accounts: pd.DataFrame, subject: str, camp: str | None = None, name: str | None = None) -> float:
    """Mean S of the tweets of a group about a subject; NaN if there are none."""
    return ratio(*(total(accounts, f"{subject}_{what}", camp, name) for what in ("total", "tweets")))


def share(
    accounts: pd.DataFrame, subject: str, sign: str, camp: str | None = None, name: str | None = None
) -> float:
    """Share of a group's tweets about a subject that have the sign ("negative", "neutral", "positive")."""
    return ratio(*(total(accounts, f"{subject}_{what}", camp, name) for what in (sign, "tweets")))


def camp_gap(
    accounts: pd.DataFrame, camp: str, other: str, name: str | None = None, own: bool = False
) -> float:
    """Mean S of one camp's tweets less the other's; with `own`, of those about each camp's own candidate."""
    first, second = (camp, other) if own else ("all", "all")
    return mean(accounts, first, camp, name) - mean(accounts, second, other, name)


def class_gap(
    accounts: pd.DataFrame, subject: str, camp: str, first: str = "bot", second: str = "human"
) -> float:
    """Mean S of one class's tweets about a subject less the other's, within a camp."""
    return mean(accounts, subject, camp, first) - mean(accounts, subject, camp, second)


def negative_gap(accounts: pd.DataFrame, subject: str, camp: str) -> float:
    """Negative share of bots' tweets about a subject less that of humans', within a camp."""
    bots, humans = (share(accounts, subject, "negative", camp, name) for name in LABELLED)
    return bots - humans


def lead(accounts: pd.DataFrame, camp: str, name: str) -> float:
    """Mean S of a group's tweets less that of the most positive other group (camp by class); NaN without any."""
    groups = [(c, n) for c in sorted(set(accounts["camp"])) for n in LABELLED if (c, n) != (camp, name)]
    others = [m for m in (mean(accounts, "all", *one) for one in groups) if not np.isnan(m)]
    return mean(accounts, "all", camp, name) - max(others) if others else np.nan


def not_negative(accounts: pd.DataFrame, subject: str, camp: str, name: str) -> float:
    """Number of a group's tweets about a subject that are neutral or positive."""
    return sum(total(accounts, f"{subject}_{sign}", camp, name) for sign in SIGNS[1:])


def supporting(accounts: pd.DataFrame, camp: str, name: str) -> float:
    """Number of a group's tweets about its own candidate that are not negative."""
    return not_negative(accounts, camp, camp, name)


def supporting_share(accounts: pd.DataFrame, camp: str, name: str) -> float:
    """Of a group's tweets about any candidate that are not negative, those about its own; NaN without any."""
    everyone = sum(not_negative(accounts, key, camp, name) for key in subjects(accounts))
    return ratio(supporting(accounts, camp, name), everyone)


def supporting_gap(accounts: pd.DataFrame, camp: str) -> float:
    """`supporting_share` of a camp's bots less that of its humans."""
    return supporting_share(accounts, camp, "bot") - supporting_share(accounts, camp, "human")


def blame(accounts: pd.DataFrame, subject: str, camp: str, name: str | None = None) -> float:
    """Of a group's negative tweets about any candidate, those about the given one; NaN without any."""
    everyone = sum(total(accounts, f"{key}_negative", camp, name) for key in subjects(accounts))
    return ratio(total(accounts, f"{subject}_negative", camp, name), everyone)


def balance(accounts: pd.DataFrame, camp: str) -> float:
    """Positive less negative share of a camp's tweets about its own candidate."""
    return share(accounts, camp, "positive", camp) - share(accounts, camp, "negative", camp)


def mixed(accounts: pd.DataFrame, subject: str, camp: str, name: str | None = None) -> float:
    """The smaller of the positive and the negative share of a group's tweets about a subject; NaN without any.

    0 where a group only praises or only blames; at most one half.
    """
    return float(np.min([share(accounts, subject, sign, camp, name) for sign in ("positive", "negative")]))


def focus(accounts: pd.DataFrame, camp: str) -> float:
    """Of a camp's tweets about any candidate, those about its own; NaN without any."""
    everyone = sum(total(accounts, f"{key}_tweets", camp) for key in subjects(accounts))
    return ratio(total(accounts, f"{camp}_tweets", camp), everyone)


def focus_gap(accounts: pd.DataFrame, camp: str, other: str) -> float:
    """How much more one camp speaks of its own candidate than the other camp does of its own."""
    return focus(accounts, camp) - focus(accounts, other)


def subjects(accounts: pd.DataFrame) -> list[str]:
    """The candidates' keys among the columns of `by_account`."""
    return [
        name.removesuffix("_tweets")
        for name in accounts.columns
        if name.endswith("_tweets") and name != "all_tweets"
    ]


def cells(candidates: Sequence[Candidate]) -> list[tuple[str, str]]:
    """Camp and subject in the order of the paper's Tables 4 to 7: the last camp first, its own candidate first."""
    keys = [c.key for c in reversed(candidates)]
    return [(camp, key) for camp in keys for key in sorted(keys, key=lambda k: k != camp)]


def tone_table(accounts: pd.DataFrame, candidates: Sequence[Candidate], interval) -> pd.DataFrame:
    """Tone by camp, class and subject: one row each, of those with tweets.

    Columns camp, class, about, accounts, tweets, mean (of S), low, high (of the mean, from `interval`, a
    function of accounts and a statistic such as `uncertainty.bootstrap`), negative, neutral, positive (shares).
    """
    rows = []
    for camp, key in cells(candidates):
        for name in LABELLED:
            mine = accounts[group(accounts, camp, name)]
            mine = mine[mine[f"{key}_tweets"] > 0]
            if len(mine):
                ends = interval(mine, lambda drawn, key=key: mean(drawn, key))
                shares = [share(mine, key, sign) for sign in SIGNS]
                size = len(mine), int(mine[f"{key}_tweets"].sum())
                rows.append((camp, name, key, *size, mean(mine, key), *ends, *shares))
    first = ["camp", "class", "about", "accounts", "tweets", "mean", "low", "high"]
    return pd.DataFrame(rows, columns=[*first, *SIGNS])


def reading_table(by_reading: dict[str, pd.DataFrame], rate: float = 1.0) -> pd.DataFrame:
    """How the readings of "about" differ: one row a reading, from the tables of `tone` by reading.

    Columns reading, tweets (of bots and humans with a side, divided by `rate`), one share for each candidate of
    the tweets about that candidate, two_share (about two or more), nobody_share.
    """
    rows = []
    for reading, table in by_reading.items():
        flags = table.filter(like="on_").astype(int)
        n, number = table["tweets"], flags.sum(axis=1)
        shares = {f"{c.removeprefix('on_')}_share": ratio((flags[c] * n).sum(), n.sum()) for c in flags}
        two, nobody = ratio(n[number > 1].sum(), n.sum()), ratio(n[number == 0].sum(), n.sum())
        rows.append(
            {"reading": reading, "tweets": n.sum() / rate}
            | shares
            | {"two_share": two, "nobody_share": nobody}
        )
    return pd.DataFrame(rows)


def histogram(rows: pd.DataFrame, candidates: Sequence[Candidate]) -> pd.DataFrame:
    """Figure 6 from `tone`: columns camp, class, score, and for each candidate the tweets about that candidate.

    One row for each camp, class and score from -4 to +4.
    """
    keys = [c.key for c in candidates]
    counts = rows[["camp", "class", "score"]].assign(**{k: rows["tweets"] * rows[f"on_{k}"] for k in keys})
    index = pd.MultiIndex.from_product([keys, LABELLED, LEVELS], names=["camp", "class", "score"])
    table = counts.groupby(["camp", "class", "score"])[keys].sum()
    return table.reindex(index, fill_value=0).astype(int).reset_index()


def draw_panels(panels: pd.DataFrame, candidates: Sequence[Candidate], axes: np.ndarray) -> np.ndarray:
    """Draw Figure 6 from `histogram`, whose tweets may be scaled, on axes of two rows: bots above humans.

    One column a camp; a study without candidates takes one column, and says so there.
    """
    for row, name in zip(axes, LABELLED, strict=True):
        if not len(candidates):
            say_empty(row[0], "The study names no candidates")
        for ax, candidate in zip(row, candidates, strict=False):
            mine = panels[(panels["class"] == name) & (panels["camp"] == candidate.key)]
            draw_tone(mine, candidates, ax).set_title(f"{name.capitalize()}s for {candidate.name}")
        row[0].set_ylabel("tweets")
    for ax in axes[-1]:
        ax.set_xlabel("sentiment S")
    return axes


def draw_tone(panel: pd.DataFrame, candidates: Sequence[Candidate], ax: Axes) -> Axes:
    """Draw one panel of Figure 6, the rows of `histogram` of one camp and class, with the difference inset.

    The inset is drawn where there are two candidates: tweets about the second less tweets about the first.
    """
    keys = [c.key for c in candidates]
    if panel.empty or not panel[keys].to_numpy().sum():
        return say_empty(ax, "No tweets about a candidate")
    width, top = 0.8 / len(keys), panel[keys].to_numpy().max()
    for n, candidate in enumerate(candidates):
        x = panel["score"] + (n - (len(keys) - 1) / 2) * width
        ax.bar(x, panel[candidate.key], width, color=candidate.color)
        where = ("left: ", "right: ")[n] if len(candidates) == 2 else ""  # for readers in grey
        label = f"{where}about {candidate.name.split()[-1]}"
        ax.text(
            0.02,
            0.96 - 0.1 * n,
            label,
            color=candidate.color,
            weight="bold",
            va="top",
            transform=ax.transAxes,
        )
    ax.set_xticks(list(LEVELS))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set(xlim=(-4.6, 4.6), ylim=(0, 1.08 * top))
    if len(candidates) == 2:
        draw_difference(panel, candidates, ax.inset_axes((0.71, 0.60, 0.29, 0.36)))
    return ax


def draw_difference(panel: pd.DataFrame, candidates: Sequence[Candidate], ax: Axes) -> Axes:
    """Draw by score the tweets about the second candidate less those about the first, the inset of Figure 6."""
    first, second = candidates
    gap = panel[second.key] - panel[first.key]
    colors = np.where(gap > 0, second.color, first.color)
    ax.bar(panel["score"], gap, 0.8, color=colors)
    ax.axhline(0, color=COLOR["ink"], linewidth=0.6)
    ax.set_title(
        f"{second.name.split()[-1]} less {first.name.split()[-1]}",
        fontsize=8,
        weight="normal",
        loc="center",
    )
    ax.yaxis.set_major_formatter(
        lambda n, _: (f"{n / 1e3:g}k" if abs(n) >= 1e3 else f"{n:g}").replace("-", "\N{MINUS SIGN}")
    )
    ax.tick_params(labelsize=7.5, length=2)
    ax.set_xticks([-4, 0, 4])
    ax.locator_params(axis="y", nbins=3)
    return ax


def in_words(panels: pd.DataFrame, candidates: Sequence[Candidate]) -> str:
    """Figure 6 in words, with the negative and positive share of each bar chart: alternative text."""
    parts = []
    names = {c.key: c.name.split()[-1] for c in candidates}
    for (name, camp), panel in panels.groupby(["class", "camp"], sort=False):
        shares = []
        for key in names:
            n = panel[key].sum()
            if n:
                below, above = (
                    panel.loc[panel["score"] < 0, key].sum(),
                    panel.loc[panel["score"] > 0, key].sum(),
                )
                shares.append(f"about {names[key]} {below / n:.0%} negative and {above / n:.0%} positive")
        if shares:
            parts.append(f"{name}s for {names[camp]}: {', '.join(shares)}")
    if not parts:
        return "Empty: no bot or human with a side tweets about a candidate."
    return f"Histograms of S from -4 to +4, highest at 0. {'; '.join(parts)}."


def words(panels: pd.DataFrame, means: pd.DataFrame, candidates: Sequence[Candidate]) -> dict[str, str]:
    """Title, alternative text and caption of Figure 6, from the tables of `histogram` and `tone_table`."""
    return {
        "title": _most_positive(means, candidates),
        "alt": in_words(panels, candidates),
        "caption": (
            "Tweets by sentiment S, bots above and humans below, a column for each camp, by the candidate whom they are "
            "about; inset, the difference by S. A mean's interval is in the picture of the means. After Figure 6 "
            "(section Partisanship and supporting activity)."
        ),
    }


def means_words(means: pd.DataFrame, candidates: Sequence[Candidate]) -> dict[str, str]:
    """Title, alternative text and caption of the picture of the means, from the table of `tone_table`."""
    names = {c.key: c.name for c in candidates}
    parts = [
        f"{row['class']}s for {names[row['camp']]} about {names[row['about']]} {row['mean']:+.2f} ({span(row['low'], row['high'], '+.2f')})"
        for _, row in means.iterrows()
    ]
    return {
        "title": _most_positive(means, candidates),
        "alt": f"Mean S with intervals: {'; '.join(parts)}."
        if parts
        else "Empty: no tweets of a camp about a candidate.",
        "caption": (
            f"Mean sentiment S of the {means['tweets'].sum():,} tweets of bots and humans with a side, by camp, class and "
            "candidate, with 95% intervals (bootstrap over accounts); round, about the own candidate. Beside Figure 6 (section Partisanship and "
            "supporting activity)."
        ),
    }


def _most_positive(means: pd.DataFrame, candidates: Sequence[Candidate]) -> str:
    """Which group speaks best of its own candidate, in a clause, if no other group's interval meets its own."""
    own = means[means["camp"] == means["about"]].sort_values("mean", ascending=False)
    if len(own) < 2:
        return "Too few tweets of the camps about their own candidates to compare them"
    names = {c.key: c.name for c in candidates}
    ends = [(row["low"], row["high"]) for _, row in own.iterrows()]
    if all(apart(ends[0], other) for other in ends[1:]):
        top = own.iloc[0]
        return (
            f"{top['class'].capitalize()}s for {names[top['camp']]} speak best of their own candidate: mean S "
            f"{top['mean']:+.2f}, the others {span(own['mean'].min(), own['mean'].iloc[1], '+.2f')}"
        )
    return f"No group speaks clearly best of its own candidate: means of S {span(own['mean'].min(), own['mean'].max(), '+.2f')}"


def draw_means(means: pd.DataFrame, candidates: Sequence[Candidate], axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw the table of `tone_table`, a panel for each candidate: mean S of each group, in the colour of its class."""
    groups = [(c, name) for c in candidates for name in LABELLED]
    for ax, subject in zip(axes, candidates, strict=False):
        mine = means[means["about"] == subject.key].set_index(["camp", "class"])
        ax.axvline(0, color=COLOR["ink"], linewidth=0.8, linestyle=":")
        for y, (camp, name) in enumerate(groups):
            if (camp.key, name) in mine.index:
                row = mine.loc[(camp.key, name)]
                ax.plot([row["low"], row["high"]], [y, y], color=COLOR[name], linewidth=2)
                ax.plot(row["mean"], y, "o" if camp is subject else "s", color=COLOR[name], markersize=6)
        ax.set_yticks(range(len(groups)), [f"{name}s for {camp.name.split()[-1]}" for camp, name in groups])
        ax.set(ylim=(len(groups) - 0.5, -0.5), xlabel="mean S")
        ax.set_title(f"about {subject.name}")
    if not len(candidates) or means.empty:
        say_empty(axes[0], "No tweets of a camp about a candidate")
    return axes


def examples(
    rows: nw.LazyFrame, users: nw.LazyFrame, candidates: Sequence[Candidate], number: int = 4
) -> pd.DataFrame:
    """The texts that the bots of each camp post most about each candidate (Tables 4 to 7).

    In: bots and humans with a side as `labelled_partisans` gives them. Out: columns camp, about, screen_name (of
    the bot that posted it first in the collection), text, tweets (by such bots), `number` rows a camp and
    candidate; equally frequent texts come in the order of their tweet_id.
    """
    found = []
    for candidate in candidates:
        texts = (
            rows.filter((nw.col("class") == "bot") & nw.col(f"on_{candidate.key}"))
            .group_by("camp", "text")
            .agg(tweets=nw.len(), tweet_id=nw.col("tweet_id").min())
            .with_columns(one=nw.lit(1), less=0 - nw.col("tweets").cast(nw.Int64))
            .with_columns(place=nw.col("one").cum_sum().over("camp", order_by=["less", "tweet_id"]))
            .filter(nw.col("place") <= number)
        )
        first = rows.select("tweet_id", "user_id").join(
            users.select("user_id", "screen_name"), on="user_id", how="left"
        )
        table = collect(
            texts.join(first, on="tweet_id", how="left").select(
                "camp", "place", "screen_name", "text", "tweets"
            )
        )
        found.append(table.assign(about=candidate.key).astype({"place": int, "tweets": int}))
    columns = ["camp", "about", "screen_name", "text", "tweets"]
    if not found:
        return pd.DataFrame(columns=columns)
    return pd.concat(found).sort_values(["camp", "about", "place"], ignore_index=True)[columns]


def hashtag_tone(tweets: nw.LazyFrame, sentiment: nw.LazyFrame, hashtags: Sequence[str]) -> pd.DataFrame:
    """Positive and negative tweets with each hashtag by account: all accounts, with or without a side.

    Columns user_id, and for each hashtag HASHTAG_positive and HASHTAG_negative.
    """
    score, tag = nw.col("score"), nw.col("hashtags")
    both = {"positive": score > 0, "negative": score < 0}
    flags = {
        f"{t}_{sign}": ((tag == t) & polar).cast(nw.Int64) for t in hashtags for sign, polar in both.items()
    }
    return collect(
        tweets.select("tweet_id", "user_id", "hashtags")
        .explode("hashtags")
        .filter(tag.is_in(list(hashtags)))
        .unique()
        .join(sentiment.select("tweet_id", "score"), on="tweet_id", how="inner")
        .with_columns(**flags)
        .group_by("user_id")
        .agg(**{name: nw.col(name).sum() for name in flags})
        .with_columns(nw.col(*flags).cast(nw.Int64))
        .sort("user_id")
    )


def hashtag_ratio(accounts: pd.DataFrame, hashtag: str) -> float:
    """Positive tweets for each negative one with a hashtag, from `hashtag_tone`; NaN without negative ones."""
    return ratio(accounts[f"{hashtag}_positive"].sum(), accounts[f"{hashtag}_negative"].sum())


def hashtag_share(accounts: pd.DataFrame, sides: pd.DataFrame, hashtag: str, camp: str) -> float:
    """A camp's share of the tweets with a hashtag that are not neutral, among authors with a side; NaN without any.

    In: `hashtag_tone`; sides with columns user_id, camp. Where the hashtag itself helped to give authors their side,
    a large share says little.
    """
    with_side = accounts.merge(sides[["user_id", "camp"]], on="user_id")
    counts = with_side[f"{hashtag}_positive"] + with_side[f"{hashtag}_negative"]
    return ratio(counts[with_side["camp"] == camp].sum(), counts.sum())


def hashtag_gap(accounts: pd.DataFrame, hashtag: str, other: str) -> float:
    """Logarithm of one hashtag's ratio less that of another's; below 0 the first is the more negative one."""
    first, second = hashtag_ratio(accounts, hashtag), hashtag_ratio(accounts, other)
    return float(np.log(first / second)) if first > 0 and second > 0 else np.nan


def published_gap(hashtag: str, other: str) -> float:
    """`hashtag_gap` by the paper's own counts of positive and negative tweets with two hashtags."""
    first, second = (published(f"{t}_positive") / published(f"{t}_negative") for t in (hashtag, other))
    return float(np.log(first / second))


def without_tone(study: Study, accounts: pd.DataFrame) -> str:
    """Why this study shows no tone of camps, in a paragraph for the reader; empty if it does."""
    if len(accounts):
        return ""
    return (
        f"**No tone of camps.** In the study *{study.title}* no account has both a class (notebook 02) and a side "
        "(notebook 06). Figure 6 and the examples stay empty, and claims about camps read *not enough data*."
    )


def no_examples(study: Study) -> str:
    """Why single tweets of this study are not shown, in a sentence; empty where they are, as they are synthetic."""
    if study.synthetic:
        return ""
    return (
        "**No examples.** These are real people's tweets. To call one of them a bot in print, by a score that errs "
        "and with a text that a search engine finds, would do harm and prove nothing; so none is shown."
    )
