"""Why bots must not be scored on the tweets under study: a detector finds again what it was shown.

Among accounts that are all human nothing sets "bots" apart. A score from elsewhere (timelines from before or after,
profiles) then finds nothing; a score from features of the collected tweets finds that "bots" behave differently,
because that is how they were chosen.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.bots.detector import Detector
from helpers.bots.labels import labelled_accounts, timeline_classes
from helpers.bots.scoring import collected_features, scored_accounts
from helpers.figures import COLOR, say_empty
from helpers.old_uncertainty import bootstrap
from helpers.study import Study
from helpers.tables import last_moment

MOST = 1000  # people are enough to show it, and the collected tweets of all would take longer than everything else
SOURCES = ["timelines from outside", "the collected tweets"]


def behaviour(collected: pd.DataFrame) -> pd.DataFrame:
    """What accounts do in the collection, from features of their collected tweets: a column a habit."""
    tweets = collected["tweets_all_count"]
    return pd.DataFrame(
        {
            "share of retweets": collected["tweets_retweet_count"].fillna(0) / tweets,
            "share of replies": collected["tweets_reply_count"].fillna(0) / tweets,
            "hashtags a tweet": collected["hashtags_all_mean"],
            "feeling of the words": collected["valence_all_mean"],
            "repeated texts": collected["again_all_mean"],
        }
    )


def trap(
    study: Study,
    people: pd.Series,
    share: float = 1 / 7,
    seed: int = 0,
    examples: tuple[pd.DataFrame, pd.Series] | None = None,
    most: int = MOST,
) -> pd.DataFrame:
    """How the `share` of people who score highest differ from the others, by what they were scored on.

    In: ids of scored accounts taken as human, of which `most` are drawn where there are more. Out: columns source (see SOURCES), habit, gap (difference of the means
    in standard deviations), low, high (bootstrap by account). Both scores come from the same detector, trained on
    labelled timelines without profiles (`examples`, where they are at hand). Empty where the study lacks labelled accounts or scored ones with timelines.
    """
    at = last_moment(study)
    examples, labels = examples or labelled_accounts(study, at)
    known = timeline_classes(examples)
    if known.empty or study.timelines is None or len(people) < 50:
        return pd.DataFrame(columns=["source", "habit", "gap", "low", "high"])
    people = people.sample(most, random_state=seed) if len(people) > most else people
    collected = collected_features(study, people)
    outside = scored_accounts(study, people, at)
    shared = [name for name in known if outside[name].notna().any() and collected[name].notna().any()]
    detector = Detector(seed).fit(known[shared], labels)
    habits = behaviour(collected)
    rows = []
    for source, features in zip(SOURCES, (outside, collected), strict=True):
        score = detector.score_accounts(features)["score"].dropna()
        accounts = habits.loc[score.index].assign(top=score >= score.quantile(1 - share))
        for habit in habits:
            known_habit = accounts[["top", habit]].dropna()
            gap = lambda rows, habit=habit: difference(rows[habit], rows["top"])  # noqa: E731
            rows.append((source, habit, gap(known_habit), *bootstrap(known_habit, gap, seed)))
    return pd.DataFrame(rows, columns=["source", "habit", "gap", "low", "high"])


def difference(values: pd.Series, top: pd.Series) -> float:
    """Mean of those at the top minus mean of the others, in standard deviations of all."""
    return float((values[top].mean() - values[~top].mean()) / values.std())


def draw_trap(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table of `trap`: gaps with their intervals, a row a habit."""
    if table.empty:
        return say_empty(ax, "No labelled accounts with timelines to show it with")
    habits = table["habit"].unique()
    for source, offset, mark, face in zip(
        SOURCES, (-0.12, 0.12), ("o", "s"), (COLOR["ink"], "white"), strict=True
    ):
        rows = table[table["source"] == source].set_index("habit").loc[habits]
        place = np.arange(len(habits)) + offset
        ax.errorbar(
            rows["gap"], place, xerr=[rows["gap"] - rows["low"], rows["high"] - rows["gap"]], fmt=mark,
            color=COLOR["ink"], markerfacecolor=face, markersize=5, linewidth=1, label=f"scored on {source}",
        )  # fmt: skip
    ax.axvline(0, color=COLOR["ink"], linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(habits)), habits)
    ax.invert_yaxis()
    ax.set(xlabel='"bots" minus others, in standard deviations')
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    return ax


def trap_in_words(table: pd.DataFrame) -> str:
    """The trap in a sentence with its numbers: alternative text of its picture."""
    if table.empty:
        return "Empty: no labelled accounts with timelines."
    found = (table["low"] > 0) | (table["high"] < 0)
    count = found.groupby(table["source"]).sum()
    habits = table["habit"].nunique()
    return (
        f"Gaps between the highest-scored people and the others in {habits} habits, with intervals. Scored on "
        f"{SOURCES[0]}, {count[SOURCES[0]]} of {habits} differ from zero; scored on {SOURCES[1]}, {count[SOURCES[1]]}."
    )


def trap_words(table: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the picture of the trap, from the table of `trap`."""
    title = "No labelled accounts with timelines to show the trap with"
    if len(table):
        found = ((table["low"] > 0) | (table["high"] < 0)).groupby(table["source"]).sum()
        title = (
            f'"Bots" among people differ in {found[SOURCES[0]]} of {table["habit"].nunique()} habits if scored on '
            f"{SOURCES[0]}, in {found[SOURCES[1]]} if on {SOURCES[1]}"
        )
    return {
        "title": title,
        "alt": trap_in_words(table),
        "caption": (
            "Mean habit of the highest-scored seventh of accounts classified as human less that of the others, in standard "
            "deviations, with 95% intervals (bootstrap over accounts). Beside section Methodology, bot detection."
        ),
    }
