"""All claims of notebook 10, from the tables that it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import narwhals as nw
import pandas as pd

from helpers import claims
from helpers.automation import agreement, anger, debates, rule, tips
from helpers.study import Study
from helpers.tables import collect, last_moment, scan
from helpers.tweets import LABELLED, PEOPLE
from helpers.uncertainty import MEASURED, bootstrap


class Tables(NamedTuple):
    """What the claims are made of, as the notebook shows it."""

    whole: pd.DataFrame  # `rule.by_account` over the whole collection
    matched: pd.DataFrame  # `debates.by_debate`, as many hours after each
    days: pd.DataFrame  # the same, the memos' four days after those that have them
    between: pd.DataFrame  # `rule.by_account` from the first debate to the second
    ways: Mapping[str, pd.DataFrame]  # `debates.ways`
    agreed: pd.DataFrame  # `agreement.agreement`
    ratios: pd.DataFrame  # `anger.ratios`


def measures(
    tables: Tables, memos: Mapping, reading: str = "all_tweets", seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """What this notebook measures of its claims: index claim id, columns value, low, high.

    `memos` is [automation] of data/reference/article.toml, `reading` one of the rule's READINGS.
    """
    (first, second, third), (one, other) = memos["debates"], memos["candidates"]
    early = debates.after(tables.days, first)
    late, last = (debates.after(tables.matched, name) for name in (second, third))
    shares = {
        **{f"memo_{key}_share_first": (early, f"{key}_tweets") for key in (one, other)},
        **{f"memo_{key}_share_second": (late, f"{key}_tweets") for key in (one, other)},
        "motherboard_trump_third": (tables.between, f"{one}_tweets"),
        "motherboard_clinton_fifth": (tables.between, f"{other}_tweets"),
        "memo_heavy_tweets": (tables.whole, "tweets"),
        "memo_heavy_accounts": (tables.whole.assign(accounts=1), "accounts"),
        "ibtimes_real_people": (tables.matched, "tweets"),
    }
    automated = {name: rule.automated(*rows, reading) for name, rows in shares.items()}
    statistics = dict.fromkeys(shares, rule.fast_share) | {"ibtimes_real_people": rule.rest_share}
    camps = {
        "memo_ratio_first": (early, one, other),
        "ibtimes_clinton_fraction": (late, other, one),
        "motherboard_seven_to_one": (last, one, other),
    }
    ask = partial(bootstrap, by=(), seed=seed, draws=draws)
    return pd.concat([
        *(ask(rows, {name: statistics[name]}, alike=True) for name, rows in automated.items()),
        *(ask(debates.camps(*camps[name], reading), {name: debates.outnumber}) for name in camps),
        growth(tables.ways, memos["debates"], reading, seed, draws),
        claims.measured(rivals(tables.agreed.loc[reading]) | angry(tables.ratios, one)),
    ])  # fmt: skip


def growth(
    ways: Mapping[str, pd.DataFrame], names: Sequence[str], reading: str, seed: int, draws: int | None
) -> pd.DataFrame:
    """Growth of a camp's traffic from debate to debate (names), by the rule and by bot scores."""
    first, second, third = names
    rows = debates.growth_table(ways, first, second, seed, draws)[MEASURED].iloc[:3]
    ids = ["automated_trump_growth_one_hashtag", "automated_trump_growth", "trump_bots_growth"]
    later = debates.paired(ways[f"rule, {rule.READINGS[reading]}"], second, third)
    classes = {name: debates.paired(ways[f"{PEOPLE[name]} by scores"], first, second) for name in LABELLED}
    pairs = pd.concat(classes, names=["class"]).reset_index("class").sort_values("user_id")
    trend, apart = (
        {"ibtimes_trend_continues": debates.growth},
        {"trump_bots_outgrow_humans": debates.outgrowth},
    )
    drawn = [bootstrap(later, trend, (), seed, draws), bootstrap(pairs, apart, ["class"], seed, draws)]
    return pd.concat([rows.set_axis(ids), *drawn])


def rivals(row: pd.Series) -> dict[str, Sequence[float]]:
    """How far the rule agrees with the bot scores, from its row of `agreement`."""
    return {"rivals_jaccard": row[["jaccard", "low", "high"]], "rivals_lift": row["lift"]}


def angry(ratios: pd.DataFrame, key: str) -> dict[str, Sequence[float]]:
    """Whether negative tweets are retweeted more, of everybody and of one candidate's camp, from
    `anger.ratios`.
    """
    rows = ratios.pivot(index="camp", columns="compared").reindex(["everybody", key])
    pick = {what: [(end, f"negative / {what}") for end in MEASURED] for what in ("neutral", "positive")}
    within = [(end, "negative / neutral") for end in ("within", "within_low", "within_high")]
    return {
        "angry_retweets": rows.loc["everybody", pick["neutral"]],
        "angry_retweets_trump": rows.loc[key, pick["neutral"]],
        "angry_retweets_within": rows.loc["everybody", within],
        "angry_retweets_positive": rows.loc["everybody", pick["positive"]],
    }


def of_study(
    study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None, reading: str = "all_tweets"
) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 10 makes them.

    `reading` is one of the rule's READINGS.
    """
    memos, tweets, partisans = claims.named("automation"), scan(study, "tweets"), scan(study, "partisans")
    rows, classes = traffic(study, memos), collect(scores)
    profiles = tips.profiles(tweets, scan(study, "users"), scores)
    tipped = tips.tips(profiles, last_moment(study), memos["tips"])
    flags = agreement.flags(classes, tipped, pd.concat([rows["matched"], rows["whole"]]))
    originals = anger.originals(tweets, scan(study, "sentiment"), partisans)
    tables = Tables(
        **rows,
        ways=debates.ways(rows["matched"], classes, collect(partisans), memos["candidates"][0]),
        agreed=agreement.agreement(flags, seed, draws),
        ratios=anger.ratios(originals, study.candidates, seed, draws),
    )
    return measures(tables, memos, reading, seed, draws)


def traffic(study: Study, memos: Mapping) -> dict[str, pd.DataFrame]:
    """The study's accounts by what the rule says of them in the windows of `Tables`, by their names there."""
    windows, hours, rate = rule.period(study), memos["hours"], memos["rate"]
    events = debates.covered(study.events, windows)
    asked = (scan(study, "tweets"), study.candidates, rule.election_hashtags(study))
    long = [event for event in events if debates.hours_after(event, windows) >= hours]
    between = debates.between(events, *memos["debates"][:2], windows)
    return {
        "whole": rule.by_account(*asked, windows, rate),
        "matched": debates.by_debate(*asked, events, debates.matched_hours(events, windows, hours), rate),
        "days": debates.by_debate(*asked, long, hours, rate),
        "between": rule.by_account(*asked, between, rate),
    }
