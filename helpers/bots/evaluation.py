"""How well scores tell bots from humans, on accounts whose label is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, learning_curve

from helpers import parallel
from helpers.bots.detector import Detector
from helpers.bots.features import CLASSES
from helpers.figures import BAND, COLOR, say_empty
from helpers.old_uncertainty import estimate, ratio


def evaluation(scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """How well scores tell labelled bots (1) from humans (0): one row.

    Columns: accounts, AUC, and at the threshold accuracy, precision (of those called bots) and recall (of the
    bots). NaN where there is nothing to measure.
    """
    known = scores.dropna()
    if known.empty:
        return pd.DataFrame(
            [[0, *[np.nan] * 4]], columns=["accounts", "AUC", "accuracy", "precision", "recall"]
        )
    truth, called = labels.loc[known.index], known > threshold
    row = {
        "accounts": len(known),
        "AUC": roc_auc_score(truth, known),
        "accuracy": accuracy_score(truth, called),
        "precision": precision_score(truth, called, zero_division=np.nan),
        "recall": recall_score(truth, called),
    }
    return pd.DataFrame([row])


def confusion(scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """Labelled accounts by what they are (rows human, bot) and what they are called (columns)."""
    known = scores.dropna()
    counts = np.zeros((2, 2), int)
    if len(known):  # scikit-learn refuses to count nothing
        counts = confusion_matrix(labels.loc[known.index], known > threshold, labels=[0, 1])
    names = ["human", "bot"]
    return pd.DataFrame(counts, pd.Index(names, name="is"), pd.Index([f"called {name}" for name in names]))


def by_feature_class(scores: pd.DataFrame, labels: pd.Series, seed: int = 0) -> pd.DataFrame:
    """What each class of features gives, and adds: a row a class that has sub-scores.

    In: out-of-fold scores as of `cross_validated`. Columns: class, alone (AUC of its sub-score), without (AUC of the
    mean of the others), permuted (AUC lost when its sub-scores are dealt out anew among the accounts, mean of ten).
    Since the score is the mean of the sub-scores, nothing needs to be trained again.
    """
    subs = scores[CLASSES].dropna(axis="columns", how="all").dropna()
    rng, truth = np.random.default_rng(seed), labels.loc[subs.index]
    rows = []
    for name in subs if len(subs) else ():
        others = subs.drop(columns=name)
        lost = [
            roc_auc_score(truth, subs.mean(axis=1))
            - roc_auc_score(truth, subs.assign(**{name: rng.permutation(subs[name])}).mean(axis=1))
            for _ in range(10)
        ]
        without = roc_auc_score(truth, others.mean(axis=1)) if others.size else np.nan
        rows.append((name, roc_auc_score(truth, subs[name]), without, np.mean(lost)))
    return pd.DataFrame(rows, columns=["class", "alone", "without", "permuted"])


def recall_by_kind(scores: pd.Series, kinds: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """Labelled accounts by kind: columns kind, accounts, median score, called bots (a share)."""
    known = pd.DataFrame({"kind": kinds, "score": scores}).dropna()
    table = known.groupby("kind")["score"].agg(["size", "median", lambda s: (s > threshold).mean()])
    table.columns = ["accounts", "median score", "called bots"]
    return table.reset_index()


def auc(accounts: pd.DataFrame) -> float:
    """Chance that a random bot has more of something than a random human, a tie counting half: the AUC of a feature.

    In: one row an account, columns value and label (1 bot, 0 human). 0.5 where it says nothing; NaN without accounts
    of either label. Of bots with 3 and 1, and humans with 2 and 0, the bot has more in three of four pairs: 0.75.
    """
    bots, humans = (accounts["label"] == label for label in (1, 0))
    pairs = int(bots.sum()) * int(humans.sum())
    ranks = accounts["value"].rank()
    return ratio(ranks[bots].sum() - bots.sum() * (bots.sum() + 1) / 2, pairs)


def signals(features: pd.DataFrame, labels: pd.Series, seed: int = 0) -> pd.DataFrame:
    """How well single features tell bots from humans: `auc`, a row a feature, with its interval.

    Index feature; columns value, low, high (bootstrap over accounts). Accounts whose value is not known are left out.
    """
    rows = {
        name: estimate(
            pd.DataFrame({"value": values, "label": labels.reindex(values.index)}).dropna(), auc, seed
        )
        for name, values in features.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])


def learning(
    features: pd.DataFrame, labels: pd.Series, seed: int = 0, folds: int = 3, steps: int = 4
) -> pd.DataFrame:
    """AUC by the number of labelled accounts trained on: columns accounts, AUC, sd (over the folds).

    Empty where there are fewer than 100 accounts of a label.
    """
    if labels.nunique() < 2 or labels.value_counts().min() < 100:
        return pd.DataFrame(columns=["accounts", "AUC", "sd"], dtype=float)
    sizes, _, tested = learning_curve(
        Detector(seed), features, labels, train_sizes=np.geomspace(0.08, 1, steps), scoring="roc_auc",
        cv=StratifiedKFold(folds, shuffle=True, random_state=seed), shuffle=True, random_state=seed,
        n_jobs=parallel.WORKERS,
    )  # fmt: skip
    return pd.DataFrame({"accounts": sizes, "AUC": tested.mean(axis=1), "sd": tested.std(axis=1)})


def reliability(scores: pd.Series, labels: pd.Series, bins: int = 10) -> pd.DataFrame:
    """Share of bots among labelled accounts of similar score, in bins of as many: columns score, bots, accounts, low, high.

    The score is the mean of the bin; low and high are the 95 % interval of the share (Wilson 1927).
    """
    known = pd.DataFrame({"score": scores.dropna()})
    if known.empty:
        return pd.DataFrame(columns=["score", "bots", "accounts", "low", "high"], dtype=float)
    known["label"] = labels.loc[known.index]
    by_bin = known.groupby(pd.qcut(known["score"], bins, duplicates="drop"), observed=True)
    table = by_bin.agg(score=("score", "mean"), bots=("label", "mean"), accounts=("label", "size"))
    ends = [
        binomtest(round(row.bots * row.accounts), int(row.accounts)).proportion_ci(method="wilson")
        for row in table.itertuples()
    ]
    return table.assign(low=[end.low for end in ends], high=[end.high for end in ends]).reset_index(drop=True)


def probabilities(
    scores: pd.Series, held_out: pd.Series, labels: pd.Series, base_rate: float = 0.5
) -> pd.Series:
    """Probability that an account is a bot, from its score (Platt 1999).

    A logistic curve is fitted to the out-of-fold scores of labelled accounts; its odds are then moved to a population
    in which the share of bots is `base_rate`. A score is no probability by itself: the labelled accounts are half
    bots, other accounts are not.
    """
    known = held_out.dropna()
    if known.empty:
        return pd.Series(np.nan, index=scores.index)
    truth = labels.loc[known.index]
    curve = LogisticRegression(C=1e6).fit(known.to_frame("score"), truth)
    moved = np.log(base_rate / (1 - base_rate)) - np.log(truth.mean() / (1 - truth.mean()))
    given = scores.dropna()
    log_odds = curve.decision_function(given.to_frame("score")) + moved
    return pd.Series(1 / (1 + np.exp(-log_odds)), index=given.index).reindex(scores.index)


def draw_reliability(curves: dict[str, pd.DataFrame], ax: Axes) -> Axes:
    """Draw tables of `reliability`, each with its name, beside the diagonal on which scores are probabilities."""
    if all(table.empty for table in curves.values()):
        return say_empty(ax, "No labelled accounts to compare with")
    ax.plot([0, 1], [0, 1], color=COLOR["ink"], linewidth=0.8, linestyle=":")
    for (name, table), line, mark in zip(curves.items(), ("-", "--"), ("o", "s"), strict=False):
        spread = [table["bots"] - table["low"], table["high"] - table["bots"]]
        ax.errorbar(
            table["score"], table["bots"], spread, linestyle=line, marker=mark, markersize=4, elinewidth=1,
            color=COLOR["ink"], label=name,
        )  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="score", ylabel="share that are bots")
    ax.legend(loc="upper left")
    return ax


def draw_learning(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `learning`, with a band of one standard deviation over the folds."""
    if table.empty:
        return say_empty(ax, "Too few labelled accounts")
    ax.fill_between(
        table["accounts"],
        table["AUC"] - table["sd"],
        table["AUC"] + table["sd"],
        color=COLOR["ink"],
        alpha=BAND,
        linewidth=0,
    )
    ax.plot(table["accounts"], table["AUC"], marker="o", markersize=4, color=COLOR["ink"])
    ax.set(xscale="log", xlabel="labelled accounts trained on", ylabel="AUC on others")
    ax.set_xticks(table["accounts"], [f"{n:,}" for n in table["accounts"]])
    ax.set_xticks([], minor=True)
    ax.yaxis.set_major_formatter("{x:.3f}")
    return ax


def learning_in_words(table: pd.DataFrame) -> str:
    """The learning curve in a sentence with its numbers: alternative text of its picture."""
    if table.empty:
        return "Empty: too few labelled accounts."
    first, last = table.iloc[0], table.iloc[-1]
    return (
        f"AUC by the number of labelled accounts: {first['AUC']:.3f} with {first['accounts']:,.0f}, "
        f"{last['AUC']:.3f} with {last['accounts']:,.0f}."
    )


def reliability_in_words(curves: dict[str, pd.DataFrame]) -> str:
    """The reliability curves in a sentence with their numbers: alternative text of their picture."""
    if all(table.empty for table in curves.values()):
        return "Empty: no labelled accounts."
    far = (f"{name} {(table['score'] - table['bots']).abs().max():.2f}" for name, table in curves.items())
    return f"Share of bots against score, beside the diagonal. Largest distance from it: {', '.join(far)}."


def learning_words(table: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the learning curve, from the table of `learning`."""
    title = "Too few labelled accounts for a learning curve"
    if len(table):
        first, last = table.iloc[0], table.iloc[-1]
        change = last["AUC"] - first["AUC"]
        verb = "raise" if change > 0 else "lower"
        beyond = abs(change) > max(first["sd"], last["sd"])
        title = (
            f"More labelled accounts {verb} the AUC from {first['AUC']:.3f} to {last['AUC']:.3f}"
            if beyond
            else f"More labelled accounts do not move the AUC beyond its spread: {first['AUC']:.3f} and {last['AUC']:.3f}"
        )
    return {
        "title": title,
        "alt": learning_in_words(table),
        "caption": (
            "Area under the ROC curve on labelled accounts that were left out, by the number trained on (logarithmic); "
            "the band is one standard deviation over the folds. Beside section Methodology, bot detection."
        ),
    }


def reliability_words(curves: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Title, alternative text and caption of the reliability curves, from tables of `reliability` by name."""
    known = {name: table for name, table in curves.items() if len(table)}
    far = [f"{(table['score'] - table['bots']).abs().max():.2f} ({name})" for name, table in known.items()]
    number = max((int(table["accounts"].sum()) for table in known.values()), default=0)
    return {
        "title": "Largest distance from the share of bots: " + ", ".join(far)
        if far
        else "No labelled accounts",
        "alt": reliability_in_words(curves),
        "caption": (
            f"Share of bots among {number:,} labelled accounts of similar score, in bins of as many accounts, with 95% "
            "intervals (Wilson); dotted, where a score would be a probability. Scores are of folds that were left out. "
            "Beside section Methodology, bot detection."
        ),
    }
