"""What a detector's errors do to a share of bots, and what is left when they are taken out.

A detector that calls some humans bots (its false positive rate) and misses some bots (one less its true
positive rate) shows fpr + (tpr - fpr) * share, not the share. Turned round, that is the estimator of Rogan &
Gladen (1978), known in text mining as adjusted count (Forman 2008); Reiczigel et al. (2010) show how
uncertain the rates leave it. It is only as good as the rates: they must hold for the very accounts that are
counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.claims import measured
from helpers.figures import COLOR, name_lines, percent, say_empty
from helpers.study import REFERENCE
from helpers.uncertainty import ENDS, ratio

COLUMNS = ["what", "called", "fpr", "tpr", "uncut", "share", "low", "high"]
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


def correction(what: str, called: Counts, *errors: Counts, seed: int = 0, draws: int = DRAWS) -> dict:
    """A share of bots with the errors taken out: what, called, fpr, tpr, uncut, share, low, high.

    In: called among the accounts in question; then among humans and among bots whose labels are known,
    without which the share stays as it was counted. `uncut` is the estimate before it is cut to [0, 1]. The
    interval (95 percent, cut as well) takes the uncertainty of all three along: each is drawn anew from its
    posterior. One of 0 to 0 says that fewer are called bots than these rates allow by chance: the rates are
    not those of the accounts in question. All NaN where one of the three counts nobody.
    """
    row = dict.fromkeys(COLUMNS, np.nan) | {"what": what, "called": called.share}
    fpr, tpr = (counts.share for counts in errors) if errors else (0, 1)
    if errors:
        row |= {"fpr": fpr, "tpr": tpr, "uncut": ratio(called.share - fpr, tpr - fpr)}
    if not (called.of and tpr > fpr):
        return row
    rng = np.random.default_rng(seed)
    p, *rates = (counts.draws(rng, draws) for counts in (called, *errors))
    f, t = rates or (0, 1)
    low, high = np.nanquantile(np.clip((p - f) / np.where(t > f, t - f, np.nan), 0, 1), ENDS)
    return row | {"share": adjusted(called.share, fpr, tpr), "low": float(low), "high": float(high)}


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
    row = correction("", called_bots(scores["score"], threshold), *errors, seed=seed)
    return measured({"bots_corrected": (row["share"], row["low"], row["high"])})


def real_groups() -> pd.DataFrame:
    """Real Botometer scores of labelled groups: columns of `botometer_groups.csv`."""
    return pd.read_csv(REFERENCE / "botometer_groups.csv")


def one_version(groups: pd.DataFrame) -> pd.DataFrame:
    """The groups scored in the year of those of bots, so with the same version, and how many were `called`
    bots.
    """
    same = groups[groups["scored"] == groups.loc[groups["kind"] == "bot", "scored"].iloc[0]]
    return same.assign(called=same["accounts"] * same["above_05"])


def real_counts(groups: pd.DataFrame) -> tuple[Counts, ...]:
    """Called bots (above 0.5) among the groups of humans and of bots, pooled, of `one_version`."""
    sums = one_version(groups).groupby("kind")[["called", "accounts"]].sum()
    return tuple(Counts(*map(float, sums.loc[kind])) for kind in ("human", "bot"))


def by_group(called: Counts, groups: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """The same correction with each group of humans in turn as those among whom false positives are counted.

    Columns as of `correction`; `what` is the group. Groups that were scored with another version are left
    out.
    """
    bots, humans = real_counts(groups)[1], one_version(groups).query("kind == 'human'")
    rows = [correction(row.group, called, Counts(row.called, row.accounts), bots, seed=seed)
            for row in humans.itertuples()]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def curves(detectors: Mapping[str, tuple[float, float]], reach: float = 0.4) -> pd.DataFrame:
    """Share called bots by true share, from 0 to `reach`: columns detector, share, called.

    In: false and true positive rate by name of the detector; those with a rate that is not known are left
    out.
    """
    shares = np.linspace(0, reach, 41)
    known = {name: rates for name, rates in detectors.items() if not np.isnan(rates).any()}
    rows = [(name, share, apparent(share, *rates)) for name, rates in known.items() for share in shares]
    return pd.DataFrame(rows, columns=["detector", "share", "called"])


def draw_curves(table: pd.DataFrame, published: float, ax: Axes) -> Axes:
    """Draw the table of `curves` with the published share as a line across; the diagonal is a perfect
    detector.
    """
    if table.empty:
        return say_empty(ax, "No error rates")
    reach = table["share"].max()
    ax.plot([0, reach], [0, reach], color=COLOR["soft"], linewidth=0.8)
    ends = {"no errors": (reach, COLOR["soft"]), "share as published": (published, COLOR["paper"])}
    for (name, rows), line in zip(table.groupby("detector", sort=False), ("-", "-.", ":"), strict=False):
        ax.plot(rows["share"], rows["called"], line, color=COLOR["ink"])
        ends[name] = (rows["called"].iloc[-1], COLOR["ink"])
    ax.axhline(published, color=COLOR["paper"], linewidth=1, linestyle="--")
    ax.set(xlim=(0, reach), ylim=(0, None), xlabel="share that are bots", ylabel="share called bots")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(percent)
    name_lines(ax, reach, ends)
    return ax


def curve_facts(table: pd.DataFrame, published: float) -> dict[str, object]:
    """What the picture of the curves says, from the table of `curves`: see captions/audit.toml."""
    starts = table.groupby("detector", sort=False)["called"].first()
    told = "; ".join(f"{name}: {value:.1%}" for name, value in starts.items())
    return {"published": published, "least": starts.min(), "most": starts.max(), "starts": told}


def draw_corrections(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw rows of `correction`: shares with their intervals, one under the other."""
    rows = table.dropna(subset="share").reset_index(drop=True)
    if rows.empty:
        return say_empty(ax, "No scores with known error rates")
    ax.hlines(rows.index, rows["low"], rows["high"], color=COLOR["ink"])
    for marker, color, part in (("o", "bot", rows["fpr"].isna()), ("s", "ink", rows["fpr"].notna())):
        ax.plot(rows["share"][part], rows.index[part], marker, color=COLOR[color], markersize=7)
    for y, (share, end) in enumerate(zip(rows["share"], rows[["high", "share"]].max(axis=1), strict=True)):
        ax.annotate(f"{share:.1%}", (end, y), (6, 0), textcoords="offset points", va="center")
    ax.set_yticks(range(len(rows)), rows["what"])
    ax.set(xlim=(-0.005, 1.25 * rows["high"].max()), ylim=(len(rows) - 0.5, -0.5), xlabel="share of bots")
    ax.xaxis.set_major_formatter(lambda value, _: percent(round(value, 3)))
    return ax


def correction_facts(table: pd.DataFrame) -> dict[str, object]:
    """What the picture of the corrections says, from its rows: see captions/audit.toml.

    `least` and `most` are the corrected shares.
    """
    rows = table.dropna(subset="share")
    corrected = rows.dropna(subset="fpr")["share"]
    shares = [f"{row.what} {row.share:.1%} ({row.low:.1%} to {row.high:.1%})" for row in rows.itertuples()]
    return {"least": corrected.min(), "most": corrected.max(), "shares": "; ".join(shares)}
