"""How deep accounts sit in the retweet network: k-cores, and who is in them.

After Bessi & Ferrara (2016), section Data analysis, "Bots embeddedness" (Figure 7). From the tables `tweets`
and `scores` to one row for each k. The k-core of a network is its largest part in which everyone has at least
k links to others of that part (Seidman 1983); an account's core number is the largest k whose core it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import narwhals as nw
import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from helpers import claims, figures
from helpers.figures import BAND, COLOR, apart, name_lines, percent, say_empty
from helpers.study import Study
from helpers.tables import collect, distinct, scan
from helpers.tweets import CLASSES, LABELLED
from helpers.uncertainty import Sums, bootstrap, ratio

NETWORKX_LINKS = 100_000  # that NetworkX takes half a second for; igraph takes over above
CORE = "at least k links"
READINGS: dict[str, Callable] = {  # of "k-core": a number for each account, from a network of igraph
    CORE: lambda graph: graph.coreness(),
    "more than k links": lambda graph: np.maximum(graph.coreness(), 1) - 1,
    "degree of at least k, no pruning": lambda graph: graph.degree(),
    "at least k retweeters": lambda graph: graph.coreness(mode="in"),
}


def retweet_edges(tweets: nw.LazyFrame) -> pd.DataFrame:
    """The retweet network: columns source, target (user ids), one row for each pair, in order.

    A link goes from the account that retweets to the one that it retweets, once however often it does.
    Accounts that retweet themselves are in it too (source equals target).
    """
    retweets = tweets.filter(nw.col("kind") == "retweet", ~nw.col("retweeted_user_id").is_null())
    pairs = retweets.select(source=nw.col("user_id"), target=nw.col("retweeted_user_id"))
    return collect(distinct(pairs).sort("source", "target"))


def without_self_loops(edges: pd.DataFrame) -> pd.DataFrame:
    """The links between different accounts, each once; in and out: columns source, target."""
    return edges[edges["source"] != edges["target"]].drop_duplicates(["source", "target"])


def core_numbers(edges: pd.DataFrame, reading: str = CORE) -> pd.DataFrame:
    """Core number of each account of a directed network: columns user_id, core, by user_id.

    In: columns source, target. Degree is in-degree plus out-degree, parallel links count once, self-loops do
    not, and their accounts stay. Batagelj & Zaversnik (2003), by NetworkX up to NETWORKX_LINKS links and by
    igraph above, which also does the other READINGS of the word.
    """
    if reading == CORE and len(edges) <= NETWORKX_LINKS:
        return by_networkx(edges)
    return by_igraph(edges, [reading]).rename(columns={reading: "core"})


def by_networkx(edges: pd.DataFrame) -> pd.DataFrame:
    """`core_numbers` by NetworkX, which is slow where accounts have many links."""
    import networkx as nx

    graph = nx.from_pandas_edgelist(edges, "source", "target", create_using=nx.DiGraph)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return pd.DataFrame(sorted(nx.core_number(graph).items()), columns=["user_id", "core"], dtype="int64")


def by_igraph(edges: pd.DataFrame, readings: Iterable[str] = READINGS) -> pd.DataFrame:
    """What the readings give for each account, by igraph: column user_id, and one named as each reading."""
    graph, ids = network(edges)
    numbers = {name: np.array(READINGS[name](graph), "int64") for name in readings}
    return pd.DataFrame({"user_id": ids} | numbers)


def network(edges: pd.DataFrame) -> tuple[object, np.ndarray]:
    """A directed network as igraph has it, each link once and no self-loops, and the ids of its nodes."""
    import igraph

    ends = np.concatenate([edges["source"].to_numpy(), edges["target"].to_numpy()])
    nodes, ids = pd.factorize(ends, sort=True)  # so no id passes through a float
    return igraph.Graph(n=len(ids), edges=nodes.reshape(2, -1).T, directed=True).simplify(), ids


def with_class(cores: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Core numbers with each account's `class`; unknown also for those that were not scored."""
    classes = scores[["user_id", "class"]].astype({"user_id": cores["user_id"].dtype})
    joined = cores.merge(classes, on="user_id", how="left").fillna({"class": "unknown"})
    return joined.astype({"class": pd.CategoricalDtype(CLASSES)})


def composition(cores: pd.DataFrame, ks: Sequence[int]) -> pd.DataFrame:
    """Who is in the k-core, for each k (Figure 7), from core numbers with class.

    Columns k, users, bot, human, unknown (fractions of the users), coverage (fraction with a class, bot or
    human), bots_among_labelled. Fractions of nobody are NaN, and all of them where no account of any core has
    a class.
    """
    numbers = {name: np.sort(cores.loc[cores["class"] == name, "core"]) for name in CLASSES}
    counts = pd.DataFrame({name: len(all_) - np.searchsorted(all_, ks) for name, all_ in numbers.items()})
    users, labelled = counts.sum(axis=1), counts["bot"] + counts["human"]
    fractions = counts.div(users.where((users > 0) & labelled.any()), axis=0)
    table = pd.DataFrame({"k": list(ks), "users": users}).join(fractions)
    coverage = fractions["bot"] + fractions["human"]
    return table.assign(coverage=coverage, bots_among_labelled=ratio(counts["bot"], labelled))


def largest_k(table: pd.DataFrame, accounts: int, share: float) -> int | None:
    """The k of a network's own size that stands for the article's largest; None if only the smallest is left.

    The largest k of the table of `composition` whose core still holds `share` of all accounts (`top_share` in
    study.toml). How far cores reach depends on how many tweets there are, so that the same k means something
    else in a small network.
    """
    full = table.loc[(table["users"] > 0) & (table["users"] >= share * accounts), "k"]
    return int(full.max()) if len(full) > 1 else None


def steadiness(table: pd.DataFrame, column: str) -> float:
    """Rank correlation (Spearman's) of a column with k: 1 for a steady rise, -1 for a steady fall."""
    return table[["k", column]].dropna().rank().corr(min_periods=3).iloc[0, 1]


def dilution(table: pd.DataFrame) -> pd.Series:
    """Bots' fraction of each core if only label coverage changed with k.

    Coverage at that k, times bots' share of labelled accounts at the smallest k.
    """
    return table["coverage"] * (table["bots_among_labelled"].iloc[0] if len(table) else np.nan)


def explained(table: pd.DataFrame, low: int | None, high: int | None) -> float:
    """Share of the rise of bots' fraction from k = `low` to `high` that label coverage alone makes.

    NaN without a rise.
    """
    rise = table.assign(alone=dilution(table)).set_index("k").reindex([low, high]).diff().iloc[1]
    return ratio(rise["alone"], rise["bot"]) if rise["bot"] > 0 else np.nan


def inside(cores: pd.DataFrame, k: int | None) -> pd.DataFrame:
    """The accounts of the k-core, from core numbers with class; none where k is None."""
    return cores.iloc[:0] if k is None else cores[cores["core"] >= k]


def fraction(sums: Sums, name: str, core: str = "accounts") -> np.ndarray:
    """A class's share of the accounts of a core, those without a class included; NaN where none has a class.

    In: sums by class of a column that is 1 for each account of the core.
    """
    labelled = sums["bot", core] + sums["human", core]
    return np.where(labelled > 0, ratio(sums[name, core], sums[core]), np.nan)


def among_labelled(sums: Sums, core: str = "accounts") -> np.ndarray:
    """Bots' share of the accounts of a core that have a class, from such sums; NaN without any."""
    return ratio(sums["bot", core], sums["bot", core] + sums["human", core])


def ends(statistic: Callable[..., np.ndarray], sums: Sums, *group: str) -> list[np.ndarray]:
    """A statistic of bots and humans in the high core and in the low one; NaN without either class."""
    return [sums.compared(*LABELLED) * statistic(sums, *group, end) for end in ("high", "low")]


STATISTICS: dict[str, Callable[[Sums], np.ndarray]] = {  # from sums by class of two cores, low and high
    "core_bots_smallest": lambda sums: fraction(sums, "bot", "low"),
    "core_bots_grow": lambda sums: ratio(*ends(fraction, sums, "bot")),
    "core_humans_rise": lambda sums: np.subtract(*ends(fraction, sums, "human")),
    "core_unknown_fall": lambda sums: ratio(*(fraction(sums, "unknown", end) for end in ("high", "low"))),
    "core_users_fall": lambda sums: ratio(np.where(sums["high"] > 0, sums["high"], np.nan), sums["low"]),
    "core_bots_among_labelled": lambda sums: ratio(*ends(among_labelled, sums)),
}


LARGEST = {"core_bots_largest": lambda sums: fraction(sums, "bot", "high")}


def busier(accounts: pd.DataFrame) -> float:
    """Median tweets of an account of the high-core over that of all: columns tweets_collected, high."""
    return ratio(*(rows["tweets_collected"].median() for rows in (accounts[accounts["high"] > 0], accounts)))


def measures(
    table: pd.DataFrame, cores: pd.DataFrame, high: int | None, seed: int = 0, draws: int | None = None
) -> pd.DataFrame:
    """What this notebook measures of its claims: index claim id, columns value, low, high.

    In: the table of `composition`, core numbers with class and tweets_collected, and `largest_k`. Accounts
    are drawn with the core numbers they have: the network itself cannot be drawn anew. So what hangs on the
    size of cores (how many are in them, and how many of these have no class) has no interval.
    """
    low = table["k"].iloc[0]
    wide = inside(cores, low).assign(low=1)
    wide["high"] = wide["user_id"].isin(inside(wide, high)["user_id"]).astype(int)
    ends, busy = wide[["class", "low", "high"]], {"core_accounts_more_active": busier}
    active = wide[wide["tweets_collected"] > 0]
    active = active.sort_values(["tweets_collected", "user_id"], ascending=[False, True])
    settings = {"core_bots_steady": steadiness(table, "bot"), "core_k_smallest": low, "core_k_largest": high}
    parts = [
        bootstrap(ends, STATISTICS, ["class"], seed, draws),
        bootstrap(ends[ends["high"] > 0], LARGEST, ["class"], seed, draws),
        bootstrap(active[["tweets_collected", "high"]], busy, None, seed, draws),  # medians are no sums
        claims.measured(settings),
    ]
    measured = pd.concat(parts)
    measured.loc[["core_users_fall", "core_unknown_fall"], ["low", "high"]] = np.nan
    return measured


def of_study(
    study: Study, scores: nw.LazyFrame, seed: int = 0, draws: int | None = None, reading: str = CORE
) -> pd.DataFrame:
    """`measures` of a study's tweets with the classes in `scores`, as notebook 09 makes them.

    `reading` is one of READINGS.
    """
    numbers = core_numbers(retweet_edges(scan(study, "tweets")), reading)
    users = collect(scan(study, "users").select("user_id", "tweets_collected"))
    cores = with_class(numbers, collect(scores)).merge(users, on="user_id", how="left")
    table = composition(cores, range(study.embeddedness.k[0], study.embeddedness.k[1] + 1))
    return measures(table, cores, largest_k(table, len(users), study.embeddedness.top_share), seed, draws)


def band(cores: pd.DataFrame, ks: Sequence[int], seed: int = 0, steps: int = 12) -> pd.DataFrame:
    """Interval of bots' share of labelled accounts at about `steps` of the ks: columns k, low, high.

    Bootstrap over the labelled accounts of each core; cores without any are left out.
    """
    chosen = sorted({ks[round(n)] for n in np.linspace(0, len(ks) - 1, min(steps, len(ks)))})
    labelled = cores.loc[cores["class"] != "unknown", ["class", "core"]].assign(accounts=1)
    parts = [bootstrap(inside(labelled, k), {k: among_labelled}, ["class"], seed, draws=200) for k in chosen]
    return pd.concat(parts).dropna().rename_axis("k").reset_index()[["k", "low", "high"]]


def readings(edges: pd.DataFrame, scores: pd.DataFrame, ks: Sequence[int | None]) -> pd.DataFrame:
    """What the READINGS of "k-core" give at some ks: columns reading, k, users, bot, human, unknown, …

    At least k links within the core; more than k; degree of at least k in the whole network, nobody pruned;
    at least k retweeters within the core (in-degree only). Columns as of `composition`.
    """
    ks = sorted({k for k in ks if k is not None})
    numbers = by_igraph(edges).set_index("user_id")
    cores = {name: numbers[name].rename("core").reset_index() for name in numbers}
    tables = {name: composition(with_class(each, scores), ks) for name, each in cores.items()}
    table = pd.concat(tables, names=["reading", None]).reset_index("reading")
    return table.sort_values("k", kind="stable", ignore_index=True)


def no_cores(table: pd.DataFrame, cores: pd.DataFrame) -> str:
    """Why this study has no core to speak of, in a paragraph for the reader; empty if it has."""
    facts = {"k": table["k"].min(), "deepest": cores["core"].max(), "empty": not table["users"].any()}
    return figures.note("no_cores", facts)


def stayers(cores: pd.DataFrame, k: int) -> pd.DataFrame:
    """How many of each class are in the k-core, from core numbers with class: index class, as in CLASSES.

    Columns network (accounts of the whole network), core (of the k-core), stay (core over network; NaN for a
    class without accounts).
    """
    whole, core = (rows["class"].value_counts().reindex(CLASSES) for rows in (cores, inside(cores, k)))
    return pd.DataFrame({"network": whole, "core": core, "stay": ratio(core, whole)}).rename_axis("class")


def explore_core(cores: pd.DataFrame, table: pd.DataFrame, k: int) -> list[Image | Markdown | pd.DataFrame]:
    """What a k does, for `explore.slider`: Figure 7 with a line at this k, and who of each class stays.

    In: core numbers with class, and their table of `composition`, which k is in. Nothing is recorded.
    """
    fig, panels = figures.plt.subplots(1, 2, figsize=(10.5, 3.6), width_ratios=[3, 2])
    draw_fractions(table, panels[0]).set_title("Who is in the k-core")
    draw_users(table, panels[1]).set_title("How many are left")
    for ax in panels:
        if ax.lines:
            ax.axvline(k, color=COLOR["ink"], linewidth=1, linestyle=":")
    who, stay, leave = stayers(cores, k), len(inside(cores, k)), (cores["core"] == k).sum()
    alt = f"Figure 7 with a line at k = {k}. {figures.told('figure_7', facts(table))['alt']}"
    told = f"At k = {k}, **{stay:,} of {len(cores):,} accounts** are in the core; {leave:,} not in the next."
    told = told if len(cores) else "Nobody retweets anybody in this study."
    shown = who.assign(stay=[f"{share:.1%}" if share == share else "–" for share in who["stay"]])
    return [figures.picture(fig, alt), Markdown(told), shown]


def draw_network(edges: pd.DataFrame, places: Mapping[int, tuple[float, float]], ax: Axes) -> Axes:
    """Draw a hand-sized network with each account's core number; `places` are its accounts' positions."""
    import networkx as nx

    graph = nx.from_pandas_edgelist(edges, "source", "target", create_using=nx.DiGraph)
    core = core_numbers(edges).set_index("user_id")["core"]
    deep = core == core.max()
    fills = [COLOR["ink" if deep[user] else "pale"] for user in graph]
    inks = {user: "white" if deep[user] else COLOR["ink"] for user in graph}
    nodes = {"node_size": 700, "edgecolors": COLOR["ink"], "edge_color": COLOR["border"], "node_color": fills}
    texts = {"font_color": inks, "font_size": 10, "font_weight": "bold", "ax": ax}
    nx.draw_networkx(graph, places, labels=core.to_dict(), **nodes, **texts)
    for user, (x, y) in places.items():
        ax.text(x, y + (0.27 if y > 0 else -0.27), f"account {user}", ha="center", va="center")
    ax.margins(0.25)
    ax.axis("off")
    return ax


NO_CORE = "No core of this study's range of k has anyone in it"
NO_CLASS = "No account of these cores has a class"
# column -> its name in the picture, colour and line
FRACTIONS = {
    "bot": ("bots", "bot", "-"),
    "human": ("humans", "human", "-"),
    "unknown": ("no class", "unknown", "--"),
}
BOTS = {
    "bots_among_labelled": ("of those with a class", "bot", "-"),
    "bot": ("of everyone", "bot_text", "-"),
    "alone": ("by coverage alone", "ink", ":"),
}


def draw_fractions(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the fractions of bots, humans and accounts without a class against k (Figure 7, left)."""
    ax.set(ylabel="fraction of the k-core", ylim=(0, 1))
    return _draw_shares(table, FRACTIONS, ax)


def draw_users(table: pd.DataFrame, ax: Axes, sample_rate: float = 1.0) -> Axes:
    """Draw the number of users in the k-core against k, on a log axis (Figure 7, right)."""
    shown = table[table["users"] > 0]
    if shown.empty:
        return say_empty(ax, NO_CORE)
    ax.plot(shown["k"], shown["users"], color=COLOR["ink"])
    ax.set(xlabel="k", ylabel="users in the k-core" + ", in the sample" * (sample_rate < 1), yscale="log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.minorticks_off()
    return ax


def draw_labelled(table: pd.DataFrame, bounds: pd.DataFrame, ax: Axes) -> Axes:
    """Draw bots' share of labelled accounts with its band, and of everyone beside what coverage alone makes.

    From the tables of `composition` and `band`.
    """
    ax.set(ylabel="bots' share", ylim=(0, 1.1 * max(0.01, bounds["high"].max(), table["bot"].max())))
    ax.fill_between(bounds["k"], bounds["low"], bounds["high"], color=COLOR["bot"], alpha=BAND, linewidth=0)
    return _draw_shares(table.assign(alone=dilution(table)), BOTS, ax)


def _draw_shares(table: pd.DataFrame, lines: dict[str, tuple[str, str, str]], ax: Axes) -> Axes:
    """Draw columns of shares against k, with their names at the right ends, dark enough to be read."""
    shown = table.dropna(subset=list(lines))
    if shown.empty:
        return say_empty(ax, NO_CLASS if table["users"].any() else NO_CORE)
    ends = {}
    for column, (label, color, line) in lines.items():
        ax.plot(shown["k"], shown[column], line, color=COLOR[color], linewidth=2.2 if color == "bot" else 1.6)
        ends[label] = shown[column].iloc[-1], COLOR["bot_text" if color == "bot" else color]
    name_lines(ax, shown["k"].iloc[-1], ends)
    ax.set(xlabel="k")
    ax.yaxis.set_major_formatter(percent)
    return ax


def facts(table: pd.DataFrame, bounds: pd.DataFrame | None = None) -> dict[str, object]:
    """What Figure 7 says, from the tables of `composition` and `band`: see captions/embeddedness.toml.

    Each column of the table at the first and at the last k that has anyone with a class, or anyone at all;
    `apart` where the intervals of bots' share of those with a class do not meet.
    """
    anyone, classed = table[table["users"] > 0], table.dropna(subset=["bots_among_labelled"])
    rows = classed if len(classed) else anyone if len(anyone) else table.iloc[:1] * np.nan
    ends = {f"{name}_{end}": rows[name].iloc[n] for name in table for n, end in ((0, "first"), (-1, "last"))}
    met = bounds is None or bounds.empty or not apart(*bounds[["low", "high"]].iloc[[0, -1]].to_numpy())
    return ends | {"any": len(anyone) > 0, "apart": not met}


def example_facts(edges: pd.DataFrame) -> dict[str, object]:
    """What the picture of the hand-sized network says, from its edges."""
    cores = core_numbers(edges)
    counts, deepest = cores["core"].value_counts().sort_index(ascending=False), cores["core"].max()
    by_core = " and ".join(f"{number} with core number {core}" for core, number in counts.items())
    members = ", ".join(inside(cores, deepest)["user_id"].astype(str))
    sizes = {"accounts": len(cores), "deepest": deepest, "inside": counts[deepest]}
    return sizes | {"members": members, "by_core": by_core}
