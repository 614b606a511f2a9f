"""How large a sample each claim needs: in how many worlds of each size it is recovered.

In: the table of `data/reference/controls.csv` (see `verdicts.read_controls`), whose base world was drawn at
several scales. Beyond the article.
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

    Claims without a rule or a control (levels, settings) are left out.
    """
    ledger = claims.claims().query("rule.notna() and control.notna() and control != 'base'")
    base = table[(table["world"] == "base") & table["id"].isin(ledger.index)]
    base = base.assign(share=base["holds"].astype(float) / base["seeds"])
    share = base.pivot(index="id", columns="scale", values="share")
    return share.reindex(index=[claim for claim in ledger.index if claim in share.index])


def smallest(share: pd.DataFrame) -> pd.Series:
    """From which scale on each claim is recovered in ENOUGH of the seeds, at this and every larger size; NaN
    if none.

    In: table of `recovered`.
    """
    enough = share.ge(ENOUGH).to_numpy(int)[:, ::-1]
    sizes = np.cumprod(enough, axis=1).sum(axis=1)
    scales = np.array([np.nan, *share.columns[::-1]])
    return pd.Series(scales[sizes], index=share.index, name="scale")


def decided_by_size(share: pd.DataFrame) -> pd.DataFrame:
    """The rows of `recovered` that need more than the smallest size, and that some size recovers; the hardest
    last.
    """
    needed = smallest(share).sort_values(kind="stable")
    return share.loc[needed.index[needed > share.columns.min()]]


def alike_at_every_size(share: pd.DataFrame) -> str:
    """How many claims every size recovers, and which ones none does, in a sentence for the reader."""
    needed = smallest(share)
    never = claims.claims().loc[needed.index[needed.isna()], "claim"]
    return (
        f"Of {len(share)} claims **{(needed == share.columns.min()).sum()}** are recovered at every size, "
        f"and **{len(never)}** at none: {'; '.join(never) or '–'}."
    )


def in_fraction(scale: float) -> str:
    """A scale as a reader would write it: "1/50"."""
    return f"1/{1 / scale:.0f}"


def draw_power(rows: pd.DataFrame, ax: Axes) -> Axes:
    """Draw rows of `recovered`: a claim each; a mark the larger, the more of the seeds recover it, full if
    ENOUGH do.
    """
    if rows.empty:
        return say_empty(ax, "No runs")
    for column, shares in enumerate(rows.to_numpy().T):
        _draw_size(ax, column, shares)
    ax.set_xticks(range(rows.shape[1]), [in_fraction(scale) for scale in rows])
    ax.set_yticks(range(len(rows)), claims.claims().loc[rows.index, "claim"].map(shortened), fontsize=8)
    ax.set(xlim=(-0.5, rows.shape[1] - 0.5), ylim=(len(rows) - 0.5, -0.5), xlabel="size of the sample")
    ax.tick_params(length=0, labeltop=True)
    return ax


def _draw_size(ax: Axes, column: int, shares: np.ndarray) -> None:
    for row in np.flatnonzero(~np.isnan(shares)):
        share = shares[row]
        fill, edge = (COLOR["holds"],) * 2 if share >= ENOUGH else ("white", COLOR["fails"])
        ax.plot(column, row, "o", markersize=2 + 8 * share, color=fill, markeredgecolor=edge)
        if share < ENOUGH:
            ax.text(column + 0.14, row, f"{share:.0%}", va="center", fontsize=7, color=COLOR["fails"])


def facts(share: pd.DataFrame) -> dict[str, object]:
    """What the picture of sizes says, from the table of `recovered`: see captions/audit.toml."""
    needed = smallest(share)
    by_size = {in_fraction(scale): int((needed <= scale).sum()) for scale in share} if len(share) else {}
    sizes = list(by_size) or [None]
    return {
        "claims": len(share),
        "enough": ENOUGH,
        "smallest": sizes[0],
        "by_smallest": by_size.get(sizes[0]),
        "largest": sizes[-1],
        "by_largest": by_size.get(sizes[-1]),
        "sizes": ", ".join(f"{count} from {size}" for size, count in by_size.items()),
        "never": int(needed.isna().sum()),
    }
