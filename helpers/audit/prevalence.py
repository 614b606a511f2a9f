"""What a detector's errors do to a share of bots, and what is left when they are taken out.

A detector that calls some humans bots (its false positive rate) and misses some bots (one less its true positive rate)
shows fpr + (tpr - fpr) * share, not the share. Turned round, that is the estimator of Rogan & Gladen (1978), known in
text mining as adjusted count (Forman 2008); Reiczigel et al. (2010) show how uncertain the rates leave it. It is only
as good as the rates: they must hold for the very accounts that are counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures import COLOR, name_lines, percent, say_empty, span
from helpers.study import REFERENCE

COLUMNS = ["what", "called", "fpr", "tpr", "uncut", "share", "low", "high"]


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


def correction(
    what: str, called: Counts, humans: Counts, bots: Counts, seed: int = 0, draws: int = 4000
) -> dict:
    """A share of bots with the errors taken out: what, called, fpr, tpr, uncut, share, low, high.

    In: called among the accounts in question, among known humans and among known bots. `uncut` is the estimate before
    it is cut to [0, 1]. The interval (95 percent, cut as well) takes the uncertainty of all three along: each is drawn
    anew from its posterior. One of 0 to 0 says that fewer are called bots than these rates allow by chance: the rates
    are not those of the accounts in question. All NaN where one of the three counts nobody.
    """
    fpr, tpr = humans.share, bots.share
    row = dict.fromkeys(COLUMNS, np.nan) | {"what": what, "called": called.share, "fpr": fpr, "tpr": tpr}
    if not (called.of and humans.of and bots.of and tpr > fpr):
        return row
    rng = np.random.default_rng(seed)
    p, f, t = (counts.draws(rng, draws) for counts in (called, humans, bots))
    drawn = np.clip((p - f) / np.where(t > f, t - f, np.nan), 0, 1)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    found = {"uncut": (called.share - fpr) / (tpr - fpr), "share": adjusted(called.share, fpr, tpr)}
    return row | found | {"low": float(low), "high": float(high)}


def by_group(called: Counts, groups: pd.DataFrame, column: str = "above_05", seed: int = 0) -> pd.DataFrame:
    """The same correction with each group of humans in turn as those among whom false positives are counted.

    Columns as of `correction`; `what` is the group. Groups that were scored with another version are left out.
    """
    _, bots = real_counts(groups, column)
    same = one_version(groups).query("kind == 'human'")
    counts = [Counts(row["accounts"] * row[column], row["accounts"]) for _, row in same.iterrows()]
    rows = [
        correction(name, called, humans, bots, seed)
        for name, humans in zip(same["group"], counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def uncorrected(what: str, called: Counts, seed: int = 0, draws: int = 4000) -> dict:
    """A share as it was counted, as a row beside those of `correction`; its interval is that of a proportion."""
    if not called.of:
        return dict.fromkeys(COLUMNS, np.nan) | {"what": what}
    low, high = np.quantile(called.draws(np.random.default_rng(seed), draws), [0.025, 0.975])
    ends = {"low": float(low), "high": float(high)}
    return (
        dict.fromkeys(COLUMNS, np.nan) | {"what": what, "called": called.share, "share": called.share} | ends
    )


def called_bots(scores: pd.Series, threshold: float = 0.5) -> Counts:
    """Accounts with a score above the threshold, of those that have a score."""
    known = scores.dropna()
    return Counts(int((known > threshold).sum()), len(known))


def error_counts(scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> tuple[Counts, Counts]:
    """Called bots among known humans (label 0) and among known bots (1): for fpr and tpr."""
    labels = labels.reindex(scores.index)
    return called_bots(scores[labels == 0], threshold), called_bots(scores[labels == 1], threshold)


def hand_labelled(accounts: pd.DataFrame, n: int, seed: int = 0) -> pd.DataFrame:
    """A random sample of n accounts, as somebody would draw who labels some of the study's own by hand."""
    return accounts.sample(min(n, len(accounts)), random_state=seed)


def real_groups() -> pd.DataFrame:
    """Real Botometer scores of labelled groups: columns of `botometer_groups.csv`."""
    return pd.read_csv(REFERENCE / "botometer_groups.csv")


def one_version(groups: pd.DataFrame) -> pd.DataFrame:
    """The groups that were scored in the same year as the known bots, so with the same version of the detector."""
    return groups[groups["scored"] == groups.loc[groups["kind"] == "bot", "scored"].iloc[0]]


def real_counts(groups: pd.DataFrame, column: str = "above_05") -> tuple[Counts, ...]:
    """Called bots among the groups of humans and of bots, pooled; the column says above which score.

    Groups that were scored with another version are left out.
    """
    same = one_version(groups)
    pooled = (same[same["kind"] == kind] for kind in ("human", "bot"))
    return tuple(
        Counts(float((mine["accounts"] * mine[column]).sum()), int(mine["accounts"].sum())) for mine in pooled
    )


def false_share(share: float, fpr: float, tpr: float) -> float:
    """Of those called bots, the share that are humans, where `share` of all are bots; NaN where nobody is called one."""
    called = apparent(share, fpr, tpr)
    return float(fpr * (1 - share) / called) if called > 0 else np.nan


def curves(detectors: dict[str, tuple[float, float]], reach: float = 0.4) -> pd.DataFrame:
    """Share called bots by true share, from 0 to `reach`: columns detector, share, called.

    In: false and true positive rate by name of the detector; those with a rate that is not known are left out.
    """
    share = np.linspace(0, reach, 41)
    parts = [
        pd.DataFrame({"detector": name, "share": share, "called": apparent(share, *rates)})
        for name, rates in detectors.items()
        if not np.isnan(rates).any()
    ]
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["detector", "share", "called"])
    )


def draw_curves(table: pd.DataFrame, seen: float, ax: Axes) -> Axes:
    """Draw the table of `curves` with the share that was seen as a line across; the diagonal is a perfect detector."""
    if table.empty:
        return say_empty(ax, "No error rates")
    reach = table["share"].max()
    ax.plot([0, reach], [0, reach], color=COLOR["soft"], linewidth=0.8)
    ends = {"no errors": (reach, COLOR["soft"]), "share as published": (seen, COLOR["paper"])}
    for (name, mine), line in zip(table.groupby("detector", sort=False), ("-", "-.", ":"), strict=False):
        ax.plot(mine["share"], mine["called"], line, color=COLOR["ink"])
        ends[name] = (mine["called"].iloc[-1], COLOR["ink"])
    ax.axhline(seen, color=COLOR["paper"], linewidth=1, linestyle="--")
    ax.set(xlim=(0, reach), ylim=(0, None), xlabel="share that are bots", ylabel="share called bots")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(percent)
    name_lines(ax, reach, ends)
    return ax


def curves_in_words(table: pd.DataFrame, seen: float) -> str:
    """The curves in a sentence with their numbers: alternative text of the picture."""
    if table.empty:
        return "Empty: no error rates."
    starts = table.groupby("detector", sort=False)["called"].first()
    parts = [f"{name}: {value:.1%}" for name, value in starts.items()]
    return (
        f"Share called bots against the share that are bots, with a line at the published {seen:.1%}. Called bots where "
        f"there are none: {'; '.join(parts)}."
    )


def draw_corrections(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw rows of `correction` and `uncorrected`: shares with their intervals, one under the other."""
    known = table.dropna(subset="share").reset_index(drop=True)
    if known.empty:
        return say_empty(ax, "No scores with known error rates")
    for y, row in known.iterrows():
        raw = np.isnan(row["fpr"])
        ax.plot([row["low"], row["high"]], [y, y], color=COLOR["ink"])
        ax.plot(row["share"], y, "o" if raw else "s", color=COLOR["bot" if raw else "ink"], markersize=7)
        ax.annotate(
            f"{row['share']:.1%}",
            (max(row["high"], row["share"]), y),
            (6, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set_yticks(range(len(known)), known["what"])
    ax.set(xlim=(-0.005, 1.25 * known["high"].max()), ylim=(len(known) - 0.5, -0.5), xlabel="share of bots")
    ax.xaxis.set_major_formatter(lambda value, _: f"{round(100 * value, 1):g}%")
    return ax


def in_words(table: pd.DataFrame) -> str:
    """The corrections in a sentence with their numbers: alternative text of the picture."""
    known = table.dropna(subset="share")
    if known.empty:
        return "Empty: no scores with known error rates."
    parts = [f"{row.what} {row.share:.1%} ({row.low:.1%} to {row.high:.1%})" for row in known.itertuples()]
    return f"Shares of bots with intervals. {'; '.join(parts)}."


def curves_words(table: pd.DataFrame, seen: float) -> dict[str, str]:
    """Title, alternative text and caption of the curves, from the table of `curves`."""
    starts = table.groupby("detector", sort=False)["called"].first()
    return {
        "title": f"Where nobody is a bot, {span(starts.min(), starts.max(), '.1%')} would be called bots"
        if len(starts)
        else "No error rates",
        "alt": curves_in_words(table, seen),
        "caption": (
            "Share of accounts called bots against the share that are, for the error rates of three detectors; dashed "
            f"across, the published {seen:.1%}. Lines follow from the rates, so without intervals. To section Methodology, "
            "bot detection."
        ),
    }


def words(table: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the corrected shares, from rows of `correction` and `uncorrected`."""
    known = table.dropna(subset="share")
    corrected = known.dropna(subset="fpr")
    title = "No scores with known error rates"
    if len(corrected):
        title = (
            f"Corrected for the detector's errors, the share of bots is "
            f"{span(corrected['share'].min(), corrected['share'].max(), '.1%')}, depending on whose errors"
        )
    return {
        "title": title,
        "alt": in_words(table),
        "caption": (
            "Shares of bots as they are (dots) and corrected for false positives and negatives (squares; Rogan & Gladen "
            "1978), with 95% intervals. To section Methodology, bot detection."
        ),
    }
