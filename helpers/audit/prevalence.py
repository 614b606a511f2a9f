"""What a detector's errors do to a share of bots, and what is left when they are taken out.

A detector that calls some humans bots (its false positive rate) and misses some bots (one less its true
positive rate) shows fpr + (tpr - fpr) * share, not the share. Turned round, that is the estimator of Rogan &
Gladen (1978), known in text mining as adjusted count (Forman 2008); Reiczigel et al. (2010) show how
uncertain the rates leave it. It is only as good as the rates: they must hold for the very accounts that are
counted.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.claims import measured
from helpers.study import REFERENCE
from helpers.uncertainty import ENDS

DRAWS = 4000  # from the posteriors


class Counts(NamedTuple):
    """So many of so many accounts were called bots."""

    called: float
    of: float

    @property
    def share(self) -> float:
        """The share that was called bots; NaN of nobody."""
        return self.called / self.of if self.of else np.nan

    def draws(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Shares that could be behind the counts: n draws from Jeffreys' posterior of a proportion."""
        return rng.beta(self.called + 0.5, self.of - self.called + 0.5, n)


def adjusted(called: float, fpr: float, tpr: float) -> float:
    """Share of bots behind a share called bots (Rogan & Gladen 1978), cut to [0, 1].

    NaN for a detector that is no better than a coin (tpr not above fpr), and where a rate is not known.
    """
    return float(np.clip((called - fpr) / (tpr - fpr), 0, 1)) if tpr > fpr else np.nan


def apparent(share: np.ndarray, fpr: float, tpr: float) -> np.ndarray:
    """Share called bots where `share` are bots: what `adjusted` turns round."""
    return fpr + (tpr - fpr) * share


def false_share(share: float, fpr: float, tpr: float) -> float:
    """Of those called bots, the share that are humans, where `share` of all are bots; NaN if nobody is called
    one.
    """
    called = apparent(share, fpr, tpr)
    return float(fpr * (1 - share) / called) if called > 0 else np.nan


def correction(called: Counts, fpr: float, tpr: float, seed: int = 0, draws: int = DRAWS) -> tuple:
    """A share of bots with the errors taken out, and its interval (95 percent): value, low, high.

    In: called among the accounts in question, and the rates, which are drawn anew with the share
    (`drawn_rates`). All NaN, not enough data, where these rates leave no bots in any draw: then they are not
    those of the accounts in question. So, too, where nobody is counted or a rate is not known.
    """
    value = adjusted(called.share, fpr, tpr)
    if not (called.of and value == value):
        return np.nan, np.nan, np.nan
    rng = np.random.default_rng(seed)
    p, f, t = called.draws(rng, draws), *(drawn_rates(rate, rng, draws) for rate in (fpr, tpr))
    low, high = np.nanquantile(np.clip((p - f) / np.where(t > f, t - f, np.nan), 0, 1), ENDS)
    return (value, low, high) if high > 0 else (np.nan, np.nan, np.nan)


def drawn_rates(rate: float, rng: np.random.Generator, draws: int) -> np.ndarray:
    """Rates that a detector may have among accounts that it was not tried on, where it has this one on
    average.

    Real rates differ between groups of people far more than by chance: draws are normal on the logit scale
    with the spread of the real groups' false positive rates, as a prediction for one more group, by the
    t-distribution (Higgins, Thompson & Spiegelhalter 2009). Of recall too few groups are known to do better,
    so that theirs is taken. Rates of 0 and 1 are kept away from the ends by a hundredth of a percent.
    """
    spread, groups = between_groups()
    apart = spread * np.sqrt(1 + 1 / groups) * rng.standard_t(groups - 1, draws)
    return expit(logit(np.clip(rate, 1e-4, 1 - 1e-4)) + apart)


@cache
def between_groups() -> tuple[float, int]:
    """Standard deviation of the logit of real groups' false positive rates, and how many groups there are."""
    people = real_groups().query("kind == 'human'")
    return float(logit(people["above_05"]).std()), len(people)


def called_bots(scores: pd.Series, threshold: float = 0.5) -> Counts:
    """Accounts with a score above the threshold, of those that have a score."""
    scored = scores.dropna()
    return Counts(int((scored > threshold).sum()), len(scored))


def error_counts(scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> tuple[Counts, Counts]:
    """Called bots among humans (label 0) and among bots (label 1): for fpr and tpr."""
    return called_bots(scores[labels == 0], threshold), called_bots(scores[labels == 1], threshold)


def measures(scores: pd.DataFrame, labelled: pd.DataFrame, threshold: float, seed: int = 0) -> pd.DataFrame:
    """Bots' share without the errors made on labelled accounts: index claim id, columns value, low, high.

    In: the tables `scores` and `labelled_scores`.
    """
    errors = error_counts(labelled["score"], labelled["label"], threshold)
    rates = (counts.share for counts in errors)
    share = correction(called_bots(scores["score"], threshold), *rates, seed=seed)
    return measured({"bots_corrected": share})


def real_groups() -> pd.DataFrame:
    """Real Botometer scores of labelled groups: columns of `botometer_groups.csv`, and how many were `called`
    bots (above 0.5).

    Those scored in the year of the groups of bots, so with the same version.
    """
    groups = pd.read_csv(REFERENCE / "botometer_groups.csv")
    same = groups[groups["scored"] == groups.loc[groups["kind"] == "bot", "scored"].iloc[0]]
    return same.assign(called=same["accounts"] * same["above_05"])


def real_counts(groups: pd.DataFrame) -> tuple[Counts, ...]:
    """Called bots (above 0.5) among the groups of humans and of bots, pooled."""
    sums = groups.groupby("kind")[["called", "accounts"]].sum()
    return tuple(Counts(*map(float, sums.loc[kind])) for kind in ("human", "bot"))
