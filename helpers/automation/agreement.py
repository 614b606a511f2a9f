"""Do the rules point at the same accounts: how many each selects, and how far every two overlap."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.automation.rule import READINGS
from helpers.automation.tips import TIPS
from helpers.figures import GREYS, say_empty
from helpers.uncertainty import Sums, bootstrap, ratio, sums

RULES = {
    "one_hashtag": "50 a day, one hashtag",
    "all_tweets": "50 a day, all tweets",
    **TIPS,
    "any_tip": "any of the tips",
    "bot": "bot by its score",
}


def flags(scores: pd.DataFrame, tipped: pd.DataFrame, fast: pd.DataFrame) -> pd.DataFrame:
    """What each rule says of each scored account: user_id, one nullable bool for each of RULES.

    In: `scores` (user_id, class), the table of `tips`, and rows of `by_account` or `by_debate`: an account
    that they call highly automated in any row is so. `bot` is null for an account without a class; an account
    that is not among the rows of `fast` tweeted too little for the rule.
    """
    table = scores[["user_id", "class"]].merge(tipped, on="user_id", how="left")
    for reading in READINGS:
        table[reading] = table["user_id"].isin(fast.loc[fast[reading], "user_id"]).astype("boolean")
    table["bot"] = (table["class"] == "bot").astype("boolean").mask(table["class"] == "unknown", pd.NA)
    return table[["user_id", *RULES]].sort_values("user_id", ignore_index=True)


def pair(table: pd.DataFrame, rule: str, other: str) -> pd.DataFrame:
    """The accounts of which two rules say something, from `flags`, to be summed up.

    Columns known (1), selected, selected_other, both, either: 1 where it is so, else 0.
    """
    one, two = table[[rule, other]].dropna().astype(bool).to_numpy().T
    sizes = {"known": one | True, "selected": one, "selected_other": two}
    return pd.DataFrame(sizes | {"both": one & two, "either": one | two}).astype(int)


def jaccard(sums: Sums) -> np.ndarray:
    """Accounts that both rules point at, over those that either does, from sums of `pair`; NaN if neither
    does.

    3 and 2 accounts with 1 in common: 1/4. Source: Jaccard (1901).
    """
    return ratio(sums["both"], sums["either"])


def lift(sums: Sums) -> np.ndarray:
    """Accounts that both rules point at, over those that two unrelated rules of these sizes would share.

    1 is chance, below it they avoid each other; NaN if one of the rules points at nobody.
    """
    return ratio(sums["both"] * sums["known"], sums["selected"] * sums["selected_other"])


def agreement(table: pd.DataFrame, seed: int = 0, draws: int | None = None) -> pd.DataFrame:
    """How far each rule agrees with the bot scores, from `flags`: one row a rule, index its key.

    Columns rule (in words), known (accounts of which both say something), selected (by the rule),
    selected_other, both, overlap_share (of the selected), lift, jaccard, low, high (bootstrap over accounts).
    """
    rows = {}
    for rule in list(RULES)[:-1]:
        accounts = pair(table, rule, "bot")
        sizes = accounts.drop(columns="either").sum()
        shares = {"overlap_share": ratio(sizes["both"], sizes["selected"]), "lift": lift(sums(accounts))}
        ends = bootstrap(accounts[["both", "either"]], {"jaccard": jaccard}, (), seed, draws).loc["jaccard"]
        rows[rule] = {"rule": RULES[rule], **sizes, **shares, **ends.rename({"value": "jaccard"})}
    return pd.DataFrame.from_dict(rows, orient="index")


def overlaps(table: pd.DataFrame) -> pd.DataFrame:
    """Jaccard index of every two rules: columns rule, other (keys of RULES), known, both, jaccard."""
    pairs = {names: sums(pair(table, *names)) for names in combinations(RULES, 2)}
    rows = [(*names, all_["known"], all_["both"], jaccard(all_)) for names, all_ in pairs.items()]
    table = pd.DataFrame(rows, columns=["rule", "other", "known", "both", "jaccard"])
    return table.astype({"known": int, "both": int})


def draw_overlaps(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `overlaps` as a triangle, darker where two rules agree, with the number in each
    square.
    """
    import seaborn as sns

    if not table["both"].sum():
        return say_empty(ax, "No two rules point at the same account")
    square = table.pivot(index="other", columns="rule", values="jaccard")
    square = square.reindex(index=list(RULES)[1:], columns=list(RULES)[:-1]).rename(
        index=RULES, columns=RULES
    )
    sns.heatmap(square, vmin=0, vmax=1, cmap=GREYS, annot=True, fmt=".2f", cbar=False, square=True, ax=ax)
    ax.tick_params(length=0)
    ax.set_xticks(ax.get_xticks(), list(square), rotation=40, ha="right")
    ax.set(xlabel="", ylabel="")
    return ax


def overlap_facts(table: pd.DataFrame) -> dict[str, object]:
    """What the triangle says, from the table of `overlaps`: see captions/automation.toml."""
    shown = table.dropna(subset=["jaccard"])
    bots = shown[shown["other"] == "bot"].set_index("rule")["jaccard"]
    by_rule = "; ".join(f"{RULES[rule]} {value:.2f}" for rule, value in bots.items()) or "none"
    facts = {"by_rule": by_rule, "known": table["known"].max()}
    if not table["both"].sum():
        return facts | dict.fromkeys(("memo", "one", "two", "most"))
    one, two, *_, most = shown.loc[shown["jaccard"].idxmax()]
    memo = " or ".join(f"{value:.0%}" for value in bots.reindex(list(READINGS)).dropna())
    return facts | {"memo": memo, "one": RULES[one], "two": RULES[two], "most": most}
