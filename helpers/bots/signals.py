"""The signals of automation that the article names, and how well each tells labelled bots from humans.

After Bessi & Ferrara (2016), section Methodology, "Bot detection". From features of labelled accounts.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import pandas as pd

from helpers.uncertainty import DRAWS, MEASURED, interval, ratio, weights

NAMED = {  # claim: feature
    "bots_default_profile": "default_profile",
    "bots_location_services": "geo_enabled",
    "bots_more_tweets": "statuses",
    "bots_more_often": "statuses_per_day",
    "bots_retweet_share": "retweet_share",
    "bots_followers_per_friend": "followers_per_friend",
    "bots_fewer_followers": "followers",
    "bots_more_friends": "friends",
    "bots_older": "age_days",
    "bots_random_names": "screen_name_entropy",
}


def named_signals(features: pd.DataFrame) -> pd.DataFrame:
    """The NAMED features of accounts, indexed by user_id; NaN where one is not known.

    The share of retweets is that among retweets and originals of the account's timeline.
    """
    mix = features.reindex(columns=["tweets_retweet_count", "tweets_original_count"])
    mix = mix.dropna(how="all").fillna(0)
    share = mix["tweets_retweet_count"] / mix.sum(axis=1)
    return features.assign(retweet_share=share)[list(NAMED.values())]


def aucs(values: np.ndarray, bots: np.ndarray, times: np.ndarray) -> np.ndarray:
    """AUC of a value in each bootstrap draw: the chance that a bot has more of it than a human, a tie
    counting half.

    In: each account's value, whether it is a bot, and `uncertainty.weights` (draws, accounts). scikit-learn
    has the AUC of one draw, and takes as long for each.
    """
    order = np.argsort(values)
    starts = np.flatnonzero(np.diff(values[order], prepend=np.nan) != 0)
    bot, human = (np.add.reduceat((times * which)[:, order], starts, axis=1) for which in (bots, ~bots))
    fewer = human.cumsum(axis=1) - human / 2
    return ratio((bot * fewer).sum(axis=1), bot.sum(axis=1) * human.sum(axis=1))


def separations(
    accounts: pd.DataFrame, names: list[str], seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """How well single features tell bots from humans: the AUC, a row a feature, with its interval.

    In: a row an account, with column label (1 bot, 0 human) and the features. Index feature; columns value,
    low, high (bootstrap over accounts). Accounts whose value is not known are left out.
    """
    table = pd.DataFrame(np.nan, index=names, columns=MEASURED)
    for name in names:
        known = accounts[[name, "label"]].dropna()
        if known["label"].nunique() < 2:
            continue
        value, bot = known[name].to_numpy(float), known["label"].to_numpy() == 1
        drawn = weights(len(known), DRAWS if draws is None else draws, seed)
        times = chain([np.ones((1, len(known)))], drawn)
        one, *each = np.concatenate([aucs(value, bot, few) for few in times])
        table.loc[name] = one, *(interval(np.array(each)) if each else (np.nan, np.nan))
    return table


def measures(labelled: pd.DataFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """What labelled accounts show of the signals: index claim id, columns value, low, high.

    In: a row an account, with column label and those of `named_signals`.
    """
    table = separations(labelled, list(NAMED.values()), seed, draws).set_axis(list(NAMED))
    shares = labelled.loc[labelled["label"] == 1, "retweet_share"]
    table.loc["bots_retweet_more_than_they_write", "value"] = shares.median()
    return table
