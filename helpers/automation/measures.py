"""All claims of notebook 10, from the tables that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd

from helpers import claims
from helpers.automation import agreement, anger, debates, rule, tips
from helpers.study import Study
from helpers.tables import collect, last_moment, read, scan
from helpers.uncertainty import MEASURED, bootstrap, ratio


class Traffic(NamedTuple):
    """Accounts by what the rule says of them in some windows: `rule.by_account`, or `debates.by_debate`."""

    whole: pd.DataFrame  # the whole collection
    matched: pd.DataFrame  # by debate, as many hours after each
    days: pd.DataFrame  # by debate, the memos' four days after those that have them
    between: pd.DataFrame  # from the first debate to the second


def measures(
    traffic: Traffic,
    ways: Mapping[str, pd.DataFrame],
    agreed: pd.DataFrame,
    ratios: pd.DataFrame,
    memos: Mapping[str, Any],
    reading: str = "all_tweets",
    seed: int = 0,
    draws: int | None = None,
) -> pd.DataFrame:
    """What this notebook measures of its claims: index claim id, columns value, low, high.

    In: traffic, `debates.ways`, and the tables of `agreement` and `anger.ratios`; `memos` is [automation] of
    data/reference/article.toml, `reading` one of the rule's READINGS.
    """
    settings = {"reading": reading, "seed": seed, "draws": draws}
    parts = [
        shares(traffic, memos, **settings),
        camps(traffic, memos, **settings),
        growth(ways, memos, **settings),
        claims.measured(rivals(agreed, reading) | anger_claims(ratios, memos["candidates"][0])),
    ]
    return pd.concat(parts)


def shares(
    traffic: Traffic, memos: Mapping[str, Any], reading: str, seed: int, draws: int | None
) -> pd.DataFrame:
    """Automated shares: of the camps' tweets after two debates and between them, of all tweets, of all
    accounts.
    """
    (first, second, _), (one, other) = memos["debates"], memos["candidates"]
    early, late = debates.after(traffic.days, first), debates.after(traffic.matched, second)
    wanted = {f"memo_{key}_share_first": (early, f"{key}_tweets") for key in (one, other)}
    wanted |= {f"memo_{key}_share_second": (late, f"{key}_tweets") for key in (one, other)}
    wanted |= {
        "motherboard_trump_third": (traffic.between, f"{one}_tweets"),
        "motherboard_clinton_fifth": (traffic.between, f"{other}_tweets"),
        "memo_heavy_tweets": (traffic.whole, "tweets"),
        "memo_heavy_accounts": (traffic.whole.assign(one=1), "one"),
        "ibtimes_real_people": (traffic.matched, "tweets"),
    }
    ends = {name: rule.share_estimate(*rows, reading, seed, draws) for name, rows in wanted.items()}
    value, low, high = ends["ibtimes_real_people"]
    return claims.measured(ends | {"ibtimes_real_people": (1 - value, 1 - high, 1 - low)})


def camps(
    traffic: Traffic, memos: Mapping[str, Any], reading: str, seed: int, draws: int | None
) -> pd.DataFrame:
    """Tweets of one camp by highly automated accounts, for each of the other's, after each of the debates."""
    (first, second, third), (one, other) = memos["debates"], memos["candidates"]
    wanted = {
        "memo_ratio_first": (traffic.days, first, one, other),
        "ibtimes_clinton_fraction": (traffic.matched, second, other, one),
        "motherboard_seven_to_one": (traffic.matched, third, one, other),
    }
    parts = []
    for name, (accounts, debate, *keys) in wanted.items():
        columns = [f"{key}_tweets" for key in keys]
        rows = debates.after(accounts[accounts[reading]], debate).reindex(columns=columns)
        rows = rows.set_axis(["part", "whole"], axis="columns")
        parts.append(
            bootstrap(rows, {name: lambda sums: ratio(sums["part"], sums["whole"])}, (), seed, draws)
        )
    return pd.concat(parts)


def growth(
    ways: Mapping[str, pd.DataFrame], memos: Mapping[str, Any], reading: str, seed: int, draws: int | None
) -> pd.DataFrame:
    """Growth of a camp's automated traffic from debate to debate, by either reading of the rule and by bot
    scores.
    """
    first, second, third = memos["debates"]
    by_way = debates.growth_table(ways, first, second, seed, draws)[MEASURED]
    names = ["automated_trump_growth_one_hashtag", "automated_trump_growth", "trump_bots_growth", "humans"]
    *by_rule, bots, humans = ways.values()
    by_reading = dict(zip(rule.READINGS, by_rule, strict=True))
    later = debates.paired(by_reading[reading], second, third)
    groups = {"bot": debates.paired(bots, first, second), "human": debates.paired(humans, first, second)}
    pairs = pd.concat([pair.assign(**{"class": name}) for name, pair in groups.items()]).sort_values(
        "user_id"
    )
    outgrow = {"trump_bots_outgrow_humans": debates.outgrowth}
    parts = [
        by_way.set_axis(names).drop("humans"),
        bootstrap(later, {"ibtimes_trend_continues": debates.growth}, (), seed, draws),
        bootstrap(pairs, outgrow, ["class"], seed, draws),
    ]
    return pd.concat(parts)


def rivals(agreed: pd.DataFrame, reading: str) -> dict[str, object]:
    """How far the rule agrees with the bot scores, from the table of `agreement`."""
    row = agreed.loc[reading]
    return {"rivals_jaccard": row[["jaccard", "low", "high"]].tolist(), "rivals_lift": row["lift"]}


def anger_claims(ratios: pd.DataFrame, key: str) -> dict[str, pd.Series]:
    """Whether negative tweets are retweeted more, of everybody and of one candidate's camp, from
    `anger.ratios`.
    """
    rows = ratios.set_index(["compared", "camp"])
    neutral = rows.loc["negative / neutral"].reindex(["everybody", key])
    within = neutral.loc["everybody", ["within", "within_low", "within_high"]]
    return {
        "angry_retweets": neutral.loc["everybody", MEASURED],
        "angry_retweets_trump": neutral.loc[key, MEASURED],
        "angry_retweets_within": within,
        "angry_retweets_positive": rows.loc[("negative / positive", "everybody"), MEASURED],
    }


def of_study(
    study: Study,
    scores: nw.LazyFrame,
    seed: int = 0,
    draws: int | None = None,
    reading: str = "all_tweets",
) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 10 makes them.

    `reading` is one of the rule's READINGS.
    """
    memos, candidates = claims.named("automation"), study.candidates
    tweets, classes, partisans = scan(study, "tweets"), collect(scores), read(study, "partisans")
    traffic = gather(study, memos)
    ways = debates.ways(traffic.matched, classes, partisans, memos["candidates"][0])
    profiles = tips.profiles(tweets, scan(study, "users"), scores)
    tipped = tips.tips(profiles, last_moment(study), memos["tips"])
    flags = agreement.flags(classes, tipped, pd.concat([traffic.matched, traffic.whole]))
    originals = anger.originals(tweets, scan(study, "sentiment"), scan(study, "partisans"))
    ratios = anger.ratios(originals, candidates, seed, draws)
    agreed = agreement.agreement(flags, seed=seed, draws=draws)
    return measures(traffic, ways, agreed, ratios, memos, reading, seed, draws)


def gather(study: Study, memos: Mapping[str, Any]) -> Traffic:
    """The study's accounts in all windows that a claim is about."""
    windows, (first, second, _) = rule.period(study), memos["debates"]
    events = debates.covered(study.events, windows)
    asked = (scan(study, "tweets"), study.candidates, rule.election_hashtags(study))
    hours, rate = memos["hours"], memos["rate"]
    whole_days = [event for event in events if debates.hours_after(event, windows) >= hours]
    return Traffic(
        rule.by_account(*asked, windows, rate),
        debates.by_debate(*asked, events, debates.matched_hours(events, windows, hours), rate),
        debates.by_debate(*asked, whole_days, hours, rate),
        rule.by_account(*asked, debates.between(events, first, second, windows), rate),
    )
