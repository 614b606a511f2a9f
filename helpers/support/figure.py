"""Figure 6, and the means behind it with their intervals: drawn, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import EngFormatter

from helpers.figures import COLOR, say_empty, span
from helpers.settings import Candidate
from helpers.tweets import LABELLED, PEOPLE


def panel_facts(panels: pd.DataFrame, means: pd.DataFrame, candidates: list[Candidate]) -> dict[str, object]:
    """What Figure 6 says, from the tables of `histogram` and `tone_table`: see captions/support.toml."""
    names, groups = surnames(candidates), []
    for (name, camp), panel in panels.groupby(["class", "camp"], sort=False):
        counts = panel.groupby(np.sign(panel["score"]))[list(names)].sum()
        shares = (counts / counts.sum()).T.dropna()
        signs = zip(shares.index.map(names), shares[-1], shares[1], strict=True)
        told = [f"about {who} {below:.0%} negative and {above:.0%} positive" for who, below, above in signs]
        groups += [f"{PEOPLE[name]} for {names[camp]}: {', '.join(told)}"] * bool(told)
    return best_facts(means, candidates) | {"groups": "; ".join(groups), "two": len(candidates) == 2}


def means_facts(means: pd.DataFrame, candidates: list[Candidate]) -> dict[str, object]:
    """What the picture of the means says, from the table of `tone_table`: see captions/support.toml."""
    names = {candidate.key: candidate.name for candidate in candidates}
    groups = [
        f"{PEOPLE[name]} for {names[camp]} about {names[about]} {mean:+.2f} ({span(low, high, '+.2f')})"
        for camp, name, about, *_, mean, low, high in means.loc[:, :"high"].itertuples(index=False)
    ]
    tweets = int(means["tweets"].sum())
    return best_facts(means, candidates) | {"groups": "; ".join(groups), "tweets": tweets}


def best_facts(means: pd.DataFrame, candidates: list[Candidate]) -> dict[str, object]:
    """Which group speaks `best` of its own candidate, None if another's interval meets its own; the means.

    `highest`, `second` and `lowest` are the groups' mean S about their own candidate; None under two groups.
    """
    own = means[means["camp"] == means["about"]].sort_values("mean", ascending=False)
    if len(own) < 2:
        return dict.fromkeys(["best", "highest", "second", "lowest"])
    top, values = own.iloc[0], own["mean"].to_numpy()
    name = next(candidate.name for candidate in candidates if candidate.key == top["camp"])
    best = f"{PEOPLE[top['class']].capitalize()} for {name}" if (own["high"][1:] < top["low"]).all() else None
    return {"best": best, "highest": values[0], "second": values[1], "lowest": values[-1]}


def surnames(candidates: list[Candidate]) -> dict[str, str]:
    """Each candidate's last name, by key."""
    return {candidate.key: candidate.name.split()[-1] for candidate in candidates}


def draw_panels(panels: pd.DataFrame, candidates: list[Candidate], axes: np.ndarray) -> np.ndarray:
    """Draw Figure 6 from `histogram`, whose tweets may be scaled, on axes of two rows: bots above humans.

    One column a camp; a study without candidates takes one column, and says so there.
    """
    for row, name in zip(axes, LABELLED, strict=True):
        if not len(candidates):
            say_empty(row[0], "The study names no candidates")
        for ax, candidate in zip(row, candidates, strict=False):
            of_group = panels[(panels["class"] == name) & (panels["camp"] == candidate.key)]
            draw_tone(of_group, candidates, ax).set_title(f"{PEOPLE[name].capitalize()} for {candidate.name}")
            ax.set(xlabel="", ylabel="")
        row[0].set_ylabel("tweets")
    for ax in axes[-1]:
        ax.set_xlabel("sentiment S")
    return axes


def draw_tone(panel: pd.DataFrame, candidates: list[Candidate], ax: Axes) -> Axes:
    """Draw one panel of Figure 6, the rows of `histogram` of one camp and class, with the difference inset.

    The inset is drawn where there are two candidates: tweets about the second less tweets about the first.
    """
    colors = {candidate.key: candidate.color for candidate in candidates}
    bars = panel.melt("score", list(colors), "about", "tweets")
    if not bars["tweets"].sum():
        return say_empty(ax, "No tweets about a candidate")
    style = {"multiple": "dodge", "discrete": True, "shrink": 0.8, "alpha": 1, "linewidth": 0}
    sns.histplot(bars, x="score", weights="tweets", hue="about", palette=colors, legend=False, ax=ax, **style)
    places = ("left: ", "right: ") if len(colors) == 2 else [""] * len(colors)  # for readers in grey
    for n, (key, name) in enumerate(surnames(candidates).items()):
        label, where = f"{places[n]}about {name}", {"transform": ax.transAxes, "va": "top"}
        ax.text(0.02, 0.96 - 0.1 * n, label, color=colors[key], weight="bold", **where)
    ax.set(xticks=panel["score"], xlim=(-4.6, 4.6), ylim=(0, 1.08 * bars["tweets"].max()))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    if len(colors) == 2:
        draw_difference(panel, candidates, ax.inset_axes((0.71, 0.60, 0.29, 0.36)))
    return ax


def draw_difference(panel: pd.DataFrame, candidates: list[Candidate], ax: Axes) -> Axes:
    """Draw by score the tweets about the second candidate less those about the first: Figure 6's inset."""
    (first, first_name), (second, second_name) = surnames(candidates).items()
    gap = panel[second] - panel[first]
    ax.bar(panel["score"], gap, 0.8, color=np.where(gap > 0, candidates[1].color, candidates[0].color))
    ax.axhline(0, color=COLOR["ink"], linewidth=0.6)
    ax.set_title(f"{second_name} less {first_name}", fontsize=8, weight="normal", loc="center")
    ax.yaxis.set_major_formatter(EngFormatter(sep=""))
    ax.tick_params(labelsize=7.5, length=2)
    ax.set_xticks([-4, 0, 4])
    ax.locator_params(axis="y", nbins=3, integer=True)
    return ax


def draw_means(means: pd.DataFrame, candidates: list[Candidate], axes: Sequence[Axes]) -> Sequence[Axes]:
    """Draw the table of `tone_table`, a panel a candidate: mean S of each group, in its class's colour."""
    if means.empty:
        say_empty(axes[0], "No tweets of a camp about a candidate")
        return axes
    groups = [(camp, name) for camp in surnames(candidates) for name in LABELLED]
    labels = [f"{PEOPLE[name]} for {surnames(candidates)[camp]}" for camp, name in groups]
    for ax, subject in zip(axes, candidates, strict=False):
        about = means[means["about"] == subject.key]
        y = [groups.index(group) for group in zip(about["camp"], about["class"], strict=True)]
        ax.axvline(0, color=COLOR["ink"], linewidth=0.8, linestyle=":")
        ax.set_yticks(range(len(groups)), labels)
        ax.set(ylim=(len(groups) - 0.5, -0.5), xlabel="mean S", title=f"about {subject.name}")
        if len(about):
            ax.hlines(y, about["low"], about["high"], about["class"].map(COLOR), linewidth=2)
            own = {"style": about["camp"] == subject.key, "markers": {True: "o", False: "s"}}
            sns.scatterplot(about, x="mean", y=y, hue="class", palette=COLOR, legend=False, ax=ax, **own)
    return axes
