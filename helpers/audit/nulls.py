"""Fair chance: what each finding about classes would be if who is a bot, or who retweets whom, were left to
the lot, and everybody's activity and degree were not.

Two nulls. Classes are dealt anew among accounts that tweet about as much: what is left is what active
accounts have in common, bots or not. Or links are dealt anew among accounts that keep how many they send and
receive: what is left of Figures 4, 5 and 7 is what degrees alone make. The latter by itself is too narrow: it
takes every link for an accident of its own, though those of an account resemble each other. So a finding has
to be beyond both. Beyond the article, which tests against neither. From the study's tables to one row a
finding and null.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import embeddedness
from helpers.audit import reclassed
from helpers.claims import applying, claims
from helpers.figures import COLOR, say_empty, shortened
from helpers.study import Study
from helpers.tables import read, scan
from helpers.tweets import LABELLED
from helpers.uncertainty import ENDS, a_few, ratio
from helpers.verdicts import SURE as RARE  # a p below is beyond chance

Parts = Sequence[reclassed.Part]
WITHIN, REWIRED = "classes within activity", "links rewired"
MARKS = {WITHIN: ("o", -0.17), REWIRED: ("s", 0.17)}  # of the picture: shape, and place in a finding's row
DRAWS = 1000  # of classes
REWIRINGS = 50  # of links, so that p may be as small as .04
STRATUM = 25  # accounts among which classes are dealt
BURN_IN, APART = 10, 0.5  # swaps tried for each link: before the first network, and between two
EPSILON = 1e-9  # sums of floats in another order differ by less
COLUMNS = ["id", "finding", "null", "value", "median", "low", "high", "p"]


def permuted(
    scores: pd.DataFrame, draws: int, seed: int | np.random.Generator = 0, stratum: int = STRATUM
) -> np.ndarray:
    """Classes dealt by lot among accounts about as active: an array (draws, accounts) of names of classes.

    In: columns class, tweets. Bots and humans are ordered by their tweets and dealt within each `stratum` of
    so many (the last is at least as large), so each stratum keeps its number of bots; who is unknown stays
    so. A permutation test within blocks (Good 2005, chapter 3).
    """
    rng, called = np.random.default_rng(seed), np.tile(scores["class"].to_numpy(str), (draws, 1))
    order = np.argsort(scores["tweets"].to_numpy(), kind="stable")
    order = order[np.isin(called[0, order], LABELLED)]
    for rows in np.split(order, np.arange(stratum, len(order) // stratum * stratum, stratum)):
        called[:, rows] = rng.permuted(called[:, rows], axis=1)
    return called


def by_lot(
    parts: Parts, scores: pd.DataFrame, draws: int = DRAWS, seed: int = 0, stratum: int = STRATUM
) -> pd.DataFrame:
    """Findings under `permuted` classes: a row a draw, a column a claim. Parts as `reclassed.gather` has."""
    rng = np.random.default_rng(seed)
    dealt = (permuted(scores, few, rng, stratum) for few in a_few(draws, len(scores)))
    return pd.concat([_found(parts, scores, called) for called in dealt], ignore_index=True)


def _found(parts: Parts, scores: pd.DataFrame, called: np.ndarray) -> pd.DataFrame:
    """Findings under classes by name: an array (draws, accounts) in the order of `scores`."""
    return reclassed.findings(parts, scores["user_id"].tolist(), reclassed.dealt(called))


def rewired(
    edges: pd.DataFrame, draws: int, seed: int = 0, of: Callable = embeddedness.READINGS[embeddedness.CORE]
) -> Iterator[pd.DataFrame]:
    """Core numbers in rewired networks, one table a draw: columns user_id, core.

    In: columns source, target; and what makes core numbers `of` a network of igraph. Two links exchange
    their targets unless that makes a self-loop or a link that is there, so everybody keeps in- and
    out-degree, and links stay simple (Maslov & Sneppen 2002; igraph's `rewire`). One chain: BURN_IN tries for
    each link, then APART between two networks, which are thus a little alike (bots' shares of the cores
    correlate by .3); p of such a chain is valid all the same (Besag & Clifford 1989). The network is the
    whole one: whether an account is in a core hangs on everybody's links.
    """
    import igraph

    (graph, ids), rng = embeddedness.network(edges), random.Random(seed)
    for draw in range(draws):
        igraph.set_random_number_generator(rng)
        graph.rewire(int(graph.ecount() * (APART if draw else BURN_IN)))
        igraph.set_random_number_generator(random)  # igraph's own choice; it has one for the whole process
        yield pd.DataFrame({"user_id": ids, "core": np.array(of(graph), "int64")})


def shuffled(links: pd.DataFrame, seed: int | np.random.Generator = 0, tries: int = 100) -> pd.DataFrame:
    """Interactions with their targets dealt by lot: columns user_id, target, number (1 each).

    In: the same columns, a row a pair. Everybody sends and receives as many as before (the configuration
    model of a directed multigraph; Newman 2010, section 13.2; Fosdick et al. 2018). Interactions with oneself
    are dealt again with as many others; what the `tries` leave of them is dropped. The links are those among
    the accounts that `links` has: among scored accounts, whoever else these reach. Had all links been dealt,
    how much scored accounts keep to each other would change as well, and that says nothing of classes.
    """
    rng = np.random.default_rng(seed)
    ends = links[["user_id", "target"]].to_numpy("int64")
    source, target = np.repeat(ends, links["number"], axis=0).T.copy()
    rows = np.arange(len(target))
    for _ in range(tries):
        target[rows] = rng.permutation(target[rows])
        own = np.flatnonzero(source == target)
        if not len(own):
            break
        rows = np.union1d(own, rng.integers(len(target), size=len(own)))
    return pd.DataFrame({"user_id": source, "target": target, "number": 1})[source != target]


def by_links(
    study: Study, parts: Parts, scores: pd.DataFrame, draws: int = REWIRINGS, seed: int = 0
) -> pd.DataFrame:
    """Findings of notebooks 07 and 09 under dealt links: a row a draw, a column a claim.

    Replies and retweets between scored accounts are `shuffled`, the retweet network is `rewired`; classes are
    the study's own.
    """
    rng, own = np.random.default_rng([seed, 1]), scores["class"].to_numpy()[None]
    linked = [part for part in parts if "target" in part.rows]
    found = []
    for cores in rewired(embeddedness.retweet_edges(scan(study, "tweets")), draws, seed):
        dealt = [part._replace(rows=_with_links(part.rows, rng)) for part in linked]
        found.append(_found([*dealt, reclassed.of_network(cores, study)], scores, own))
    return pd.concat(found, ignore_index=True)


def _with_links(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The rows of `reclassed.of_links` with `shuffled` links; those of what an account writes stay."""
    own = rows["target"].isna()
    return pd.concat([rows[own], shuffled(rows[~own], rng).astype({"target": "Int64"})])


def table(
    study: Study, parts: Parts | None = None, draws: int = DRAWS, rewirings: int = REWIRINGS, seed: int = 0
) -> pd.DataFrame:
    """Each finding about classes (kinds finding and beside) beside what chance gives, a row a null.

    Columns id, finding (in words), null (WITHIN or REWIRED), value (the study's), median, low, high (of the
    null, its middle 95 percent), p (see `beside`). No rows without scores. Those of notebook 02 are left
    out: how much bots tweet is what the strata keep. A finding of no difference is meant to lie within the
    null. `parts` are those of `reclassed.gather`, if the caller has them. Rewiring takes time by
    the number of links: for ten million, some five minutes.
    """
    scores = read(study, "scores")
    if not scores["class"].isin(LABELLED).any():
        return pd.DataFrame(columns=COLUMNS)
    parts = reclassed.gather(study, notebooks=range(4, 10)) if parts is None else parts
    own = _found(parts, scores, scores["class"].to_numpy()[None]).iloc[0]
    nulls = {WITHIN: by_lot(parts, scores, draws, seed)}
    nulls[REWIRED] = by_links(study, parts, scores, rewirings, seed)
    ledger = claims().loc[applying(study, own.to_frame()).index].query("notebook > 2")
    rows = [
        (claim, words, name, own[claim], *beside(drawn[claim].to_numpy(), own[claim]))
        for claim, words in ledger["claim"].items()
        for name, drawn in nulls.items()
        if claim in drawn
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def beside(drawn: np.ndarray, value: float) -> tuple[float, float, float, float]:
    """Median, low and high of the draws of a null, and p of a value; NaN of draws that have none.

    p says how rarely the lot gives as far out a value: twice the smaller tail, the value itself counted in,
    at most 1 (Phipson & Smyth 2010). A draw without a value counts in either tail. NaN without a value, or
    where the lot moves nothing. It is not corrected for how many findings there are.
    """
    some = drawn[~np.isnan(drawn)]
    if not len(some):
        return (np.nan,) * 4
    tails = (~(drawn < value - EPSILON)).sum(), (~(drawn > value + EPSILON)).sum()
    p = min(1.0, 2 * (1 + min(tails)) / (1 + len(drawn)))
    return (*np.quantile(some, [0.5, *ENDS]), np.nan if np.isnan(value) or np.ptp(some) <= EPSILON else p)


def p_of_findings(table: pd.DataFrame) -> pd.Series:
    """The largest p of each claim over the nulls that apply, by id, from `table`: the fairest decides."""
    return table.groupby("id", sort=False)["p"].max()


def of_kind(table: pd.DataFrame, kind: str = "finding") -> pd.DataFrame:
    """The rows of `table` of claims of a kind that a null can move."""
    return table[table["p"].notna() & table["id"].isin(claims().query("kind == @kind").index)]


def draw(rows: pd.DataFrame, ax: Axes) -> Axes:
    """Draw rows of `table`: a line a finding with the spans of its nulls, and its value, both less the null's
    median and in half-widths of the span; full where p is below RARE.
    """
    if rows.empty:
        return say_empty(ax, "No finding about bots that fair chance could move")
    places = {claim: place for place, claim in enumerate(rows["id"].unique())}
    for row in rows.itertuples():
        _draw_null(ax, row, places[row.id])
    for null, (marker, _) in MARKS.items():
        ax.plot([], [], marker, color=COLOR["soft"], label=null)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    ax.axvline(0, color=COLOR["soft"], linewidth=0.8)
    ax.set_yticks(list(places.values()), [shortened(words) for words in rows["finding"].unique()], fontsize=8)
    ax.set_xscale("symlog", linthresh=2)
    ax.set_xticks(ticks := [-100, -10, -1, 0, 1, 10, 100], map(str, ticks))
    ax.set(ylim=(len(places) - 0.5, -0.5), xlabel="value less the null's median, in half-widths of its span")
    return ax


def _draw_null(ax: Axes, row: tuple, place: int) -> None:
    marker, offset = MARKS[row.null]
    ends = np.array([row.low, row.high, row.value]) - row.median
    low, high, value = ratio(ends, (row.high - row.low) / 2)
    color, y = COLOR["holds" if row.p < RARE else "fails"], place + offset
    ax.plot([low, high], [y, y], color=COLOR["border"], alpha=0.6, linewidth=5, solid_capstyle="butt")
    ax.plot(value, y, marker, color=color, mfc=color if row.p < RARE else "white", clip_on=False)


def facts(rows: pd.DataFrame) -> dict[str, object]:
    """What the picture of the nulls says: see captions/audit.toml. Those of no difference do not count."""
    p, words = p_of_findings(rows), rows.drop_duplicates("id").set_index("id")["finding"]
    told = words + p.map(" ({:.2f})".format).astype(str)
    differs = claims()["rule"].reindex(p.index) != "no_difference"
    return {
        "findings": int(differs.sum()) or None,
        "beyond": int((p[differs] < RARE).sum()),
        "rare": RARE,
        "which": "; ".join(words[differs & (p < RARE)]),
        "within": "; ".join(told[differs & (p >= RARE)]),
        "alike": "; ".join(told[~differs]),
    }
