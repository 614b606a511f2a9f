"""All claims of notebook 10, from the tables that it shows."""

from __future__ import annotations

from functools import partial

import narwhals as nw
import pandas as pd

from helpers import claims
from helpers.automation import agreement, anger, debates, rule
from helpers.study import Study
from helpers.tables import collect, last_moment, scan
from helpers.tweets import LABELLED, PEOPLE
from helpers.uncertainty import MEASURED, bootstrap


def measures(
    tables: dict, memos: dict, reading: str = "all_tweets", seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """What this notebook measures of its claims: index claim id, columns value, low, high.

    `tables` are those that the notebook shows, by name: whole (`rule.by_account` over the whole collection),
    matched (`debates.by_debate`, as many hours after each), days (the same, the memos' four days after those
    that have them), between (`rule.by_account` from the first debate to the second), ways (`debates.ways`),
    agreed (`agreement.agreement`) and ratios (`anger.ratios`). `memos` is [automation] of
    data/reference/article.toml, `reading` one of the rule's READINGS.
    """
    (first, second, third), (one, other) = memos["debates"], memos["candidates"]
    asked = (("days", first), ("matched", second), ("matched", third))
    early, late, last = (tables[name][tables[name]["debate"] == debate] for name, debate in asked)
    shares = {
        **{f"memo_{key}_share_first": (early, f"{key}_tweets") for key in (one, other)},
        **{f"memo_{key}_share_second": (late, f"{key}_tweets") for key in (one, other)},
        "motherboard_trump_third": (tables["between"], f"{one}_tweets"),
        "motherboard_clinton_fifth": (tables["between"], f"{other}_tweets"),
        "memo_heavy_tweets": (tables["whole"], "tweets"),
        "memo_heavy_accounts": (tables["whole"].assign(accounts=1), "accounts"),
        "ibtimes_real_people": (tables["matched"], "tweets"),
    }
    camps = {
        "memo_ratio_first": (early, one, other),
        "ibtimes_clinton_fraction": (late, other, one),
        "motherboard_seven_to_one": (last, one, other),
    }
    share = dict.fromkeys(shares, rule.fast_share)
    share["ibtimes_real_people"] = lambda sums: 1 - rule.fast_share(sums)
    ask = partial(bootstrap, by=(), seed=seed, draws=draws)
    agreed = tables["agreed"].loc[reading]
    jaccard = agreed[["jaccard", "low", "high"]] if pd.notna(agreed["lift"]) else None
    return pd.concat([
        *(ask(rule.automated(*shares[name], reading), {name: share[name]}, alike=True) for name in shares),
        *(ask(debates.camps(*camps[name], reading), {name: debates.outnumber}) for name in camps),
        growth(tables["ways"], memos["debates"], reading, seed, draws),
        claims.measured({"rivals_jaccard": jaccard, "rivals_lift": agreed["lift"]}),
        angry(tables["ratios"], one),
    ])  # fmt: skip


def growth(
    ways: dict[str, pd.DataFrame], names: list[str], reading: str, seed: int, draws: int | None
) -> pd.DataFrame:
    """Growth of a camp's traffic from debate to debate (names), by the rule and by bot scores."""
    first, second, third = names
    rows = debates.growth_table(ways, first, second, seed, draws)[MEASURED].iloc[:3]
    ids = ["automated_trump_growth_one_hashtag", "automated_trump_growth", "trump_bots_growth"]
    later = debates.paired(ways[f"rule, {rule.READINGS[reading]}"], second, third)
    classes = {name: debates.paired(ways[f"{PEOPLE[name]} by scores"], first, second) for name in LABELLED}
    pairs = pd.concat(classes, names=["class"]).reset_index("class").sort_values("user_id")
    trend = bootstrap(later, {"ibtimes_trend_continues": debates.growth}, (), seed, draws)
    apart = bootstrap(pairs, {"trump_bots_outgrow_humans": debates.outgrowth}, ["class"], seed, draws)
    return pd.concat([rows.set_axis(ids), trend, apart])


def angry(ratios: pd.DataFrame, key: str) -> pd.DataFrame:
    """Whether negative tweets are retweeted more, of everybody and of a candidate's camp (`anger.ratios`)."""
    neutral, positive = "negative / neutral", "negative / positive"
    keys = [("everybody", neutral), ("everybody", positive), (key, neutral)]
    ids = ["angry_retweets", "angry_retweets_positive", "angry_retweets_trump"]
    rows = ratios.set_index(["camp", "compared"]).reindex(keys)
    within = rows[["within", "within_low", "within_high"]].set_axis(MEASURED, axis="columns").iloc[:1]
    return pd.concat([rows[MEASURED].set_axis(ids), within.set_axis(["angry_retweets_within"])])


def of_study(
    study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None, reading: str = "all_tweets"
) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 10 makes them.

    `reading` is one of the rule's READINGS.
    """
    memos, tweets, partisans = claims.named("automation"), scan(study, "tweets"), scan(study, "partisans")
    tables, classes = traffic(study, memos), collect(scores)
    profiles = agreement.profiles(tweets, scan(study, "users"), scores)
    tipped = agreement.tips(profiles, last_moment(study), memos["tips"])
    flags = agreement.flags(classes, tipped, pd.concat([tables["matched"], tables["whole"]]))
    originals = anger.originals(tweets, scan(study, "sentiment"), partisans)
    tables |= {
        "ways": debates.ways(tables["matched"], classes, collect(partisans), memos["candidates"][0]),
        "agreed": agreement.agreement(flags, seed, draws),
        "ratios": anger.ratios(originals, study.candidates, seed, draws),
    }
    return measures(tables, memos, reading, seed, draws)


def traffic(study: Study, memos: dict) -> dict[str, pd.DataFrame]:
    """The study's accounts by what the rule says of them: whole, matched, days, between; see `measures`."""
    windows, hours, hashtags = rule.period(study), memos["hours"], rule.election_hashtags(study)
    asked = scan(study, "tweets"), rule.camps(study), hashtags
    by_rule = partial(rule.by_account, *asked, rate=memos["rate"])
    events = debates.covered(study.events, windows)
    long = events[events["hours"] >= hours]
    return {
        "whole": by_rule(windows),
        "matched": debates.by_debate(by_rule, events, events["hours"].clip(upper=hours).min()),
        "days": debates.by_debate(by_rule, long, hours),
        "between": by_rule(debates.between(events, *memos["debates"][:2], windows)),
    }
