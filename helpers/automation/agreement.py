"""Do the rules point at the same accounts: sizes, overlaps, and, where the truth is known, precision and recall."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.rule import VARIANTS
from helpers.automation.tips import TIPS
from helpers.figures import COLOR, GREYS, say_empty
from helpers.old_uncertainty import estimate, ratio

RULES = {
    "one_hashtag": "50 a day, one hashtag",
    "all_tweets": "50 a day, all tweets",
    **TIPS,
    "any_tip": "any of the tips",
    "bot": "bot by its score",
}


def flags(scores: pd.DataFrame, tipped: pd.DataFrame, fast: pd.DataFrame) -> pd.DataFrame:
    """What each rule says of each scored account: user_id, one nullable bool for each of RULES.

    In: `scores` (user_id, class), the table of `tips`, and rows of `by_account` or `by_debate`: an account that they
    call highly automated in any row is so. `bot` is null for an account without a class; an account that is not
    among the rows of `fast` tweeted too little for the rule.
    """
    table = scores[["user_id", "class"]].merge(tipped, on="user_id", how="left")
    for variant in ("one_hashtag", "all_tweets"):
        table[variant] = table["user_id"].isin(fast.loc[fast[variant], "user_id"]).astype("boolean")
    known = table["class"] != "unknown"
    table["bot"] = (table["class"] == "bot").astype("boolean").mask(~known, pd.NA)
    return table[["user_id", *RULES]].sort_values("user_id", ignore_index=True)


def both_known(table: pd.DataFrame, rule: str, other: str) -> pd.DataFrame:
    """The accounts of which both rules say something, as two columns of plain bools."""
    return table[[rule, other]].dropna().astype(bool)


def jaccard(pair: pd.DataFrame) -> float:
    """Accounts that both rules (two columns of bools) point at, over those that either does; NaN if neither does.

    3 and 2 accounts with 1 in common: 1/4. Source: Jaccard (1901).
    """
    rule, other = pair.to_numpy(dtype=bool).T
    return ratio((rule & other).sum(), (rule | other).sum())


def lift(pair: pd.DataFrame) -> float:
    """Accounts that both rules point at, over those that two unrelated rules of these sizes would share.

    1 is chance, below it they avoid each other; NaN if one of the rules points at nobody.
    """
    rule, other = pair.to_numpy(dtype=bool).T
    return ratio(float((rule & other).sum()) * len(pair), float(rule.sum()) * float(other.sum()))


def agreement(table: pd.DataFrame, other: str = "bot", seed: int = 0) -> pd.DataFrame:
    """How far each rule agrees with another, from `flags`: one row a rule.

    Columns rule (in words), known (accounts of which both say something), selected (by the rule), selected_other,
    both, overlap_share (of the selected), lift, jaccard, low, high (bootstrap over accounts).
    """
    rows = []
    for rule in (name for name in RULES if name != other):
        pair = both_known(table, rule, other)
        sizes = (len(pair), int(pair[rule].sum()), int(pair[other].sum()), int(pair.all(axis=1).sum()))
        rows.append(
            (RULES[rule], *sizes, ratio(sizes[3], sizes[1]), lift(pair), *estimate(pair, jaccard, seed))
        )
    columns = ["rule", "known", "selected", "selected_other", "both", "overlap_share", "lift"]
    return pd.DataFrame(rows, columns=[*columns, "jaccard", "low", "high"])


def overlaps(table: pd.DataFrame) -> pd.DataFrame:
    """Jaccard index of every two rules: columns rule, other (keys of RULES), known, both, jaccard."""
    rows = []
    for rule, other in combinations(RULES, 2):
        pair = both_known(table, rule, other)
        rows.append((rule, other, len(pair), int(pair.all(axis=1).sum()), jaccard(pair)))
    return pd.DataFrame(rows, columns=["rule", "other", "known", "both", "jaccard"])


def against_truth(table: pd.DataFrame, truth: pd.Series) -> pd.DataFrame:
    """How well each rule finds the true bots, where they are known: one row a rule.

    In: `flags`, and a Series of bools by user_id. Columns rule (in words), known (accounts of which the rule says
    something and the truth is known), selected, bots, both, precision (of the selected, true bots) and recall (of the
    bots, selected). NaN where a rule selects nobody, or nobody is a bot.
    """
    known = table.assign(truth=table["user_id"].map(truth).astype("boolean"))
    rows = []
    for rule, words in RULES.items():
        pair = both_known(known, rule, "truth")
        selected, bots, both = pair[rule].sum(), pair["truth"].sum(), pair.all(axis=1).sum()
        rows.append((words, len(pair), selected, bots, both, ratio(both, selected), ratio(both, bots)))
    return pd.DataFrame(rows, columns=["rule", "known", "selected", "bots", "both", "precision", "recall"])


def draw_overlaps(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `overlaps` as a triangle of squares, darker where two rules agree, with the number in each."""
    if not table["both"].sum():
        return say_empty(ax, "No two rules point at the same account")
    names = list(RULES)
    square = np.full((len(names), len(names)), np.nan)
    for row in table.itertuples():
        y, x = names.index(row.other), names.index(row.rule)
        square[y, x] = row.jaccard
        words, ink = ("–" if np.isnan(row.jaccard) else f"{row.jaccard:.2f}"), COLOR["ink"]
        ax.text(
            x, y, words, ha="center", va="center", fontsize=8.5, color="white" if row.jaccard > 0.5 else ink
        )
    ax.imshow(square, cmap=GREYS, vmin=0, vmax=1)
    ax.set_xticks(range(len(names) - 1), [RULES[n] for n in names[:-1]], rotation=40, ha="right")
    ax.set_yticks(range(1, len(names)), [RULES[n] for n in names[1:]])
    ax.set(xlim=(-0.5, len(names) - 1.5), ylim=(len(names) - 0.5, 0.5))
    return ax


def overlaps_in_words(table: pd.DataFrame) -> str:
    """The overlaps in a sentence with their numbers: alternative text of the picture."""
    known = table.dropna(subset=["jaccard"])
    if not table["both"].sum():
        return "Empty: no two rules point at the same account."
    with_bots = known[known["other"] == "bot"]
    parts = (f"{RULES[row.rule]} {row.jaccard:.2f}" for row in with_bots.itertuples())
    top = known.loc[known["jaccard"].idxmax()]
    return (
        f"Triangle of the Jaccard index of every two rules. With the bots by score: {'; '.join(parts) or 'none'}. The two "
        f"that agree most are {RULES[top['rule']]} and {RULES[top['other']]}, {top['jaccard']:.2f}."
    )


def overlaps_words(table: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the triangle, from the table of `overlaps`."""
    memo = table[table["rule"].isin(VARIANTS) & (table["other"] == "bot")].dropna(subset="jaccard")
    title = "No two rules point at the same account"
    if table["both"].sum() and len(memo):
        shares = " or ".join(f"{share:.0%}" for share in memo["jaccard"])
        title = f"The memos' rule and the bot score agree on {shares} of the accounts that either points at"
    return {
        "title": title,
        "alt": overlaps_in_words(table),
        "caption": (
            f"Jaccard index (accounts that both rules select over those that either selects) of every two rules, among the up to "
            f"{table['known'].max() if len(table) else 0:,} accounts of which both say something. After the rule of the Oxford "
            "memos (Kollanyi, Howard & Woolley 2016) and the tips of the two press articles."
        ),
    }
