"""What a detector's errors do to every finding about bots, where the truth is known.

The scored accounts are given the classes that a detector of given rates would give them, many times, and the
findings are taken again (`helpers.audit.reclassed`): over a grid of false positive rates and recalls, with
errors at random, and with errors that depend on activity as real ones do.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from scipy.optimize import brentq

from helpers import claims
from helpers.audit.errors import HIDDEN, Detectors, holding, read_across, recall_of
from helpers.audit.reclassed import Part, findings
from helpers.figures import COLOR, percent
from helpers.study import REFERENCE
from helpers.uncertainty import MEASURED, interval

FPR = (0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
RECALL = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
DRAWS = 60  # of the classes, in each cell
AT_ONCE = 1_000_000  # classes that are drawn together
ACTIVE = 19_158 / 32_446  # of the astroturfing bots, those with four attacks or more
RANDOM, BY_ACTIVITY = "at random", "more on active accounts"
COLUMNS = [
    "errors",
    "detector",
    "id",
    "finding",
    "fpr",
    "recall",
    "value",
    "low",
    "high",
    "holds",
    "reversed",
]
MARK = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": COLOR["ink"], "linewidth": 0.6}


@cache
def odds_by_activity() -> tuple[float, float]:
    """How many times the odds of being called a bot are for the more active half of people, and of bots.

    Of people: real accounts in the most active percent beside those in the next one, which together are as
    many as are scored (`botometer_by_activity.csv`). Of bots: astroturfing ones with four attacks or more
    beside those with fewer.
    """
    often, less = pd.read_csv(REFERENCE / "botometer_by_activity.csv")["above_05"].iloc[:2]
    everyone = recall_of("Botometer v4, universal")
    busy = recall_of("Botometer v4, universal", "astroturfing 2022-23, four attacks or more")
    few = (everyone - ACTIVE * busy) / (1 - ACTIVE)
    return tuple(one / (1 - one) / (other / (1 - other)) for one, other in ((often, less), (busy, few)))


def rate_of_each(rate: float, busy: np.ndarray, odds: float) -> np.ndarray:
    """Each account's chance of being called a bot: with such odds for the busy ones, and this mean."""

    def chances(low: float) -> np.ndarray:
        return np.where(busy, odds * low / (1 - low + odds * low), low)

    if rate in (0, 1) or not len(busy):
        return np.full(len(busy), float(rate))
    return chances(brentq(lambda low: chances(low).mean() - rate, 0, 1))


def chances(truth: pd.DataFrame, fpr: float, recall: float, errors: str = RANDOM) -> np.ndarray:
    """How likely a detector of these rates calls each account a bot (columns bot, tweets)."""
    bot, busy = truth["bot"].to_numpy(bool), (truth["tweets"] > truth["tweets"].median()).to_numpy()
    chance, odds = np.empty(len(bot)), odds_by_activity() if errors == BY_ACTIVITY else (1.0, 1.0)
    for kind, rate, times in zip((~bot, bot), (fpr, recall), odds, strict=True):
        chance[kind] = rate_of_each(rate, busy[kind], times)
    return chance


def grid(
    parts: Sequence[Part], truth: pd.DataFrame, detectors: Detectors, seed: int = 0, draws: int = DRAWS
) -> pd.DataFrame:
    """Every finding at every false positive rate and recall: columns COLUMNS.

    In: the scored accounts with what they are (user_id, bot, tweets), and detectors' rates by name, each of
    which is a row of its own. `errors` are RANDOM or BY_ACTIVITY. `value` is that of the expected sums, of
    which a single detector's would scatter; `low` and `high` hold 95 percent of the draws of classes and
    accounts. `holds` is 1 where value and interval agree with what was said (as in the scorecard), and
    `reversed` 1 where the value says the opposite. Empty where the truth is not known.
    """
    known = {name: rates for name, rates in detectors.items() if not np.isnan(rates).any()}
    cells = [("", *rates) for rates in product(FPR, RECALL)] + [(name, *known[name]) for name in known]
    cells = [(errors, *cell) for errors in (RANDOM, BY_ACTIVITY) for cell in cells]
    rng, some = np.random.default_rng(seed), max(1, AT_ONCE // (draws * max(len(truth), 1)))
    few = [cells[start : start + some] for start in range(0, len(cells) * (len(truth) > 0), some)]
    rows = [at_rates(parts, truth, each, draws, rng) for each in few]
    return pd.concat(rows, ignore_index=True)[COLUMNS] if rows else pd.DataFrame(columns=COLUMNS)


def at_rates(
    parts: Sequence[Part], truth: pd.DataFrame, cells: Sequence[tuple], draws: int, rng: np.random.Generator
) -> pd.DataFrame:
    """The rows of `grid` for some cells (errors, detector, fpr, recall)."""
    expected = np.array([chances(truth, fpr, recall, errors) for errors, _, fpr, recall in cells])
    called = np.repeat(expected, draws, axis=0) > rng.random((len(cells) * draws, len(truth)))
    times, ids, ledger = rng.poisson(1, called.shape), truth["user_id"].tolist(), claims.claims()
    found = findings(parts, ids, of_bots(expected), ["finding"])
    drawn = findings(parts, ids, of_bots(called) * times, ["finding"])
    rows = []
    for claim in found:
        low, high = interval(drawn[claim].to_numpy().reshape(len(cells), draws))
        table = pd.DataFrame(cells, columns=["errors", "detector", "fpr", "recall"])
        table = table.assign(id=claim, value=found[claim], low=low, high=high)
        holds = [holding(claim, *row) for row in table[MEASURED].to_numpy()]
        rows.append(table.assign(holds=holds, reversed=is_reversed(ledger.loc[claim], table["value"])))
    return pd.concat(rows).assign(finding=lambda all_: all_["id"].map(ledger["claim"]))


def of_bots(chance: np.ndarray) -> np.ndarray:
    """Classes as `findings` takes them, of accounts that are bots by this chance, else humans; (draws,
    accounts).
    """
    return np.stack([chance, 1.0 - chance, np.zeros_like(chance, float)])


def is_reversed(claim: pd.Series, values: np.ndarray) -> np.ndarray:
    """1 where values say the opposite of a claim's order, or of the side of 1 on which a printed ratio is."""
    bound = {"more": claim["low"], "fewer": claim["high"], "majority": claim["low"]}.get(claim["rule"])
    if bound is None:
        bound = 1 if claim["unit"] == "ratio" and claim["rule"] != "no_difference" else np.nan
    up = claim["rule"] in ("more", "majority") or claim["published"] > bound
    return (values < bound if up else values > bound).astype(int)


def at_random(table: pd.DataFrame, detector: str = "") -> pd.DataFrame:
    """The rows of `grid` for errors at random: of its cells, or of a detector."""
    return table[(table["errors"] == RANDOM) & (table["detector"] == detector)]


def in_words(rows: pd.DataFrame) -> str:
    """What errors at random do to one finding, from its rows of `grid`: "vanishes below a recall of 0.5 …".

    A finding vanishes where it does not hold, and appears where it holds by errors alone.
    """
    rows = at_random(rows)
    if rows.empty:
        return ""
    holds = rows.pivot(index="fpr", columns="recall", values="holds") == 1
    if not holds.loc[0, 1]:
        return f"not there without errors{_first(rows, 'holds', 1, ', appears')}"
    recalls = holds.columns[holds.loc[0][::-1].cummin()[::-1]]
    rates, said = holds.index[holds[1].cummin()], []
    if len(rates) < len(holds):
        said.append(f"above {percent(rates.max())} false positives")
    if len(recalls) < holds.shape[1]:
        said.append(f"below a recall of {recalls.min():g}")
    edges = f"vanishes {' or '.join(said)}" if said else _first(rows, "holds", 0, "vanishes")
    return (edges or "holds at all rates tried") + _first(rows, "reversed", 1, ", reverses")


def _first(rows: pd.DataFrame, column: str, value: int, what: str) -> str:
    """What happens at the fewest errors at which a column has a value; empty if nowhere."""
    there = rows[rows[column] == value].sort_values(["fpr", "recall"], ascending=[True, False])
    if there.empty:
        return ""
    first = there.iloc[0]
    return f"{what} at {percent(first['fpr'])} false positives with a recall of {first['recall']:g}"


def draw_grid(table: pd.DataFrame, axes: Sequence[Axes], detectors: Detectors) -> None:
    """Draw `grid` for errors at random, a panel a finding: where it holds, does not, and says the opposite;
    numbered marks are the detectors. Panels that are left over are emptied.
    """
    cells = at_random(table)
    look = ListedColormap([COLOR["fails"], COLOR["pale"], COLOR["holds"]])
    for ax, (_, rows) in zip(axes, cells.groupby("id", sort=False), strict=False):
        state = rows.assign(state=rows["holds"] - (rows["reversed"] * (1 - rows["holds"])))
        state = state.pivot(index="recall", columns="fpr", values="state")
        place = {"origin": "lower", "aspect": "auto", "extent": (0, len(FPR), 0, len(RECALL))}
        ax.imshow(state.to_numpy(float), cmap=look, vmin=-1, vmax=1, interpolation="nearest", **place)
        ax.vlines(range(1, len(FPR)), 0, len(RECALL), color="white", linewidth=0.7)
        ax.hlines(range(1, len(RECALL)), 0, len(FPR), color="white", linewidth=0.7)
        for number, (fpr, recall) in enumerate(detectors.values(), start=1):
            x, y = np.interp(fpr, FPR, range(len(FPR))), np.interp(recall, RECALL, range(len(RECALL)))
            place = {"ha": "center", "va": "center", "fontsize": 7, "bbox": MARK}
            ax.text(x + 0.5, y + 0.5, f"{number}", **place)
        ax.set_xticks(np.arange(len(FPR)) + 0.5, [f"{100 * rate:g}" for rate in FPR], fontsize=7)
        ax.set_yticks(
            np.arange(0, len(RECALL), 2) + 0.5, [f"{100 * one:g}" for one in RECALL[::2]], fontsize=7
        )
        ax.set_title(textwrap.fill(rows["finding"].iloc[0], 34), fontsize=7.5)
    for ax in axes[cells["id"].nunique() :]:
        ax.axis("off")
    axes[0].figure.supxlabel("false positive rate, %", fontsize=9)
    axes[0].figure.supylabel("recall, %", fontsize=9)


def facts(table: pd.DataFrame, detectors: Detectors) -> dict[str, object]:
    """What the picture of the grid says: see captions/audit.toml."""
    cells = at_random(table)
    there = set(cells.query("fpr == 0 and recall == 1 and holds == 1")["id"])
    real = at_random(table, HIDDEN)
    holding = set(real.query("holds == 1")["id"])
    texts = [f"{rows['finding'].iloc[0]}: {in_words(rows)}" for _, rows in cells.groupby("id", sort=False)]
    numbers = [f"{n} {name} ({percent(round(fpr, 3))}, {percent(round(recall, 3))})"
               for n, (name, (fpr, recall)) in enumerate(detectors.items(), start=1)]  # fmt: skip
    if table.empty:
        return dict.fromkeys(["findings", "there", "left", "made", "words", "detectors"])
    said = {"findings": cells["id"].nunique(), "there": len(there), "left": len(there & holding)}
    return said | {"made": len(holding - there), "words": "; ".join(texts), "detectors": "; ".join(numbers)}


def beside(table: pd.DataFrame) -> pd.DataFrame:
    """Each finding without errors, and by the rates HIDDEN with either kind of error, as a reader reads them:
    columns finding, without errors, RANDOM, BY_ACTIVITY; from `grid`.
    """
    none = at_random(table).query("fpr == 0 and recall == 1")
    real = table[table["detector"] == HIDDEN]
    rows = pd.concat([none.assign(errors="without errors"), real])
    return read_across(rows, "errors", ["without errors", RANDOM, BY_ACTIVITY])


def survives(table: pd.DataFrame) -> pd.DataFrame:
    """What real error rates leave of each finding, from `grid`: index id, columns error_rates (in words),
    real_errors (1 where it holds by the rates HIDDEN, errors at random, else 0).
    """
    rows = at_random(table, HIDDEN).set_index("id")
    words = {claim: in_words(each) for claim, each in table.groupby("id")}
    return pd.DataFrame({"error_rates": words, "real_errors": rows["holds"].astype(float)})
