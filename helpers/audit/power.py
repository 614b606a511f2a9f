"""How large a sample each claim needs: in how many worlds of each size it is recovered.

In: the table of `controls.summarise`, whose base world was drawn at several scales.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import claims
from helpers.figures import COLOR, say_empty, shortened

ENOUGH = 0.9  # of the seeds: 18 in 20


def recovered(table: pd.DataFrame) -> pd.DataFrame:
    """Share of the base world's seeds in which each claim holds: index id, columns scales, rising.

    Claims that no control could take away (settings, tuned levels) are left out.
    """
    ledger = claims.claims()
    control = table["id"].map(ledger["control"]).fillna("none")
    base = table[(table["world"] == "base") & ~control.isin(["none", "base"])]
    share = base.assign(share=base["holds"] / base["seeds"]).pivot(
        index="id", columns="scale", values="share"
    )
    return share.reindex(index=[claim for claim in ledger.index if claim in share.index])


def smallest(share: pd.DataFrame) -> pd.Series:
    """From which scale on each claim is recovered in ENOUGH of the seeds, at this and every larger size; NaN if none.

    In: table of `recovered`.
    """
    enough = share.ge(ENOUGH).to_numpy()[:, ::-1]
    sizes = np.cumprod(enough, axis=1).sum(axis=1)
    scales = np.array([np.nan, *share.columns[::-1]])
    return pd.Series(scales[sizes], index=share.index, name="scale")


def in_fraction(scale: float) -> str:
    """A scale as a reader would write it: "1/50"."""
    return f"1/{1 / scale:.0f}"


def draw_power(share: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `recovered`: a row a claim, those that need the largest sample at the bottom."""
    if share.empty:
        return say_empty(ax, "No runs")
    order = smallest(share).fillna(np.inf).sort_values(kind="stable").index
    for row, claim_id in enumerate(order):
        for column, value in enumerate(share.loc[claim_id]):
            _draw_share(ax, column, row, value)
    ax.set_xticks(range(share.shape[1]), [in_fraction(scale) for scale in share])
    ax.set_yticks(range(len(order)), claims.claims().loc[order, "claim"].map(shortened), fontsize=8)
    ax.set(xlim=(-0.5, share.shape[1] - 0.5), ylim=(len(order) - 0.5, -0.5), xlabel="size of the sample")
    ax.tick_params(length=0, labeltop=True)
    return ax


def _draw_share(ax: Axes, column: int, row: int, value: float) -> None:
    if np.isnan(value):
        return
    enough = value >= ENOUGH
    ax.plot(
        column, row, "o", markersize=2 + 8 * value, color=COLOR["holds"] if enough else "white",
        markeredgecolor=COLOR["holds" if enough else "fails"],
    )  # fmt: skip
    if not enough:
        ax.text(column + 0.14, row, f"{value:.0%}", va="center", fontsize=7, color=COLOR["fails"])


def power_in_words(share: pd.DataFrame) -> str:
    """How many claims each size recovers, in a sentence with its numbers: alternative text of the picture."""
    if share.empty:
        return "Empty: no runs."
    needed = smallest(share)
    parts = [f"{(needed <= scale).sum()} from {in_fraction(scale)}" for scale in share]
    return f"Of {len(share)} claims, recovered in {ENOUGH:.0%} of the seeds: {', '.join(parts)}; {needed.isna().sum()} at no size tried."


def words(share: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the picture of sizes, from the table of `recovered`."""
    needed, title = smallest(share), "No runs"
    if len(share):
        first, last = share.columns[0], share.columns[-1]
        title = (
            f"A sample of {in_fraction(first)} recovers {(needed <= first).sum()} of {len(share)} claims, "
            f"one of {in_fraction(last)} recovers {(needed <= last).sum()}"
        )
    return {
        "title": title,
        "alt": power_in_words(share),
        "caption": (
            f"In what share of the seeds of synthetic worlds of each size a claim is recovered, as the size of its mark: full "
            f"from {ENOUGH:.0%} on, below that open with the share. Sizes are fractions of the article's collection. Beyond the "
            "article."
        ),
    }
