"""How deep accounts sit in the retweet network: k-cores, and who is in them.

After Bessi & Ferrara (2016), section Data analysis, "Bots embeddedness" (Figure 7). From the tables `tweets`
and `scores` to one row for each k. The k-core of a network is its largest part in which everyone has at least
k links to others of that part (Seidman 1983); an account's core number is the largest k whose core it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import igraph
import narwhals as nw
import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

from helpers import figures
from helpers.figures import BAND, COLOR, name_lines, percent, say_empty
from helpers.old_uncertainty import bootstrap, estimate, ratio
from helpers.tables import collect, distinct
from helpers.tweets import CLASSES

Share = Callable[[pd.DataFrame], float]
TOP_SHARE = 0.0053  # of all accounts: what the 100-core holds in a full-size world of the article's counts


def retweet_edges(tweets: nw.LazyFrame) -> pd.DataFrame:
    """The retweet network: columns source, target (user ids), one row for each pair, in order.

    A link goes from the account that retweets to the one that it retweets, once however often it does.
    Accounts that retweet themselves are in it too (source equals target).
    """
    pairs = tweets.filter(~nw.col("retweeted_user_id").is_null())
    pairs = pairs.select(source=nw.col("user_id"), target=nw.col("retweeted_user_id"))
    return collect(distinct(pairs).sort("source", "target"))


def without_self_loops(edges: pd.DataFrame) -> pd.DataFrame:
    """The links between different accounts, each once; in and out: columns source, target."""
    return edges[edges["source"] != edges["target"]].drop_duplicates(["source", "target"])


def network(edges: pd.DataFrame) -> tuple[np.ndarray, igraph.Graph]:
    """Account ids in order, and the simple directed graph of their links (node n is the n-th account).

    In: columns source, target. Parallel links are merged and self-loops removed, as cores need it; accounts
    with nothing but a self-loop stay, without links. Ids stay what they are: none passes through a float.
    """
    ends = np.concatenate([edges["source"].to_numpy(), edges["target"].to_numpy()])
    nodes, ids = pd.factorize(ends, sort=True)  # hashes: millions of ends need not be sorted
    source, target = nodes.astype("int64").reshape(2, -1)
    apart = source != target
    pairs = np.sort(source[apart] * len(ids) + target[apart], kind="stable")
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # np.unique would not see that they come nearly in order
    links = np.column_stack(np.divmod(pairs, max(len(ids), 1)))
    return ids, igraph.Graph(n=len(ids), edges=links, directed=True)


def core_numbers(edges: pd.DataFrame, mode: str = "all") -> pd.DataFrame:
    """Core number of each account of a directed network: columns user_id, core, by user_id.

    In: columns source, target. Degree is in-degree plus out-degree (mode "all"; "in" and "out" count one
    direction only), parallel links count once, self-loops not. Batagelj & Zaversnik (2003), by igraph.
    """
    ids, graph = network(edges)
    return pd.DataFrame({"user_id": ids, "core": np.array(graph.coreness(mode=mode), "int64")})


def with_class(cores: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Core numbers with each account's `class`; unknown also for those that were not scored."""
    classes = scores[["user_id", "class"]].astype({"user_id": cores["user_id"].dtype})
    joined = cores.merge(classes, on="user_id", how="left").fillna({"class": "unknown"})
    return joined.astype({"class": pd.CategoricalDtype(CLASSES)})


def composition(cores: pd.DataFrame, ks: Sequence[int]) -> pd.DataFrame:
    """Who is in the k-core, for each k (Figure 7), from core numbers with class.

    Columns k, users, bot, human, unknown (fractions of the users), coverage (fraction with a class, bot or
    human), bots_among_labelled. Fractions of nobody are NaN, and all of them where no account of any core has a class.
    """
    largest = max(cores["core"].max(), max(ks)) if len(cores) else max(ks)
    reached = {
        name: np.bincount(cores.loc[cores["class"] == name, "core"], minlength=largest + 1)[::-1].cumsum()[
            ::-1
        ]
        for name in CLASSES
    }
    table = pd.DataFrame({name: counts[list(ks)].astype(float) for name, counts in reached.items()})
    users = table.sum(axis=1)
    labelled = table["bot"] + table["human"]
    among = (table["bot"] / labelled).where(labelled > 0)
    table = table.div(users.where(users > 0), axis=0)
    if not labelled.any():
        table[CLASSES] = np.nan
    table["coverage"] = table["bot"] + table["human"]
    table["bots_among_labelled"] = among
    table.insert(0, "users", users.astype("int64"))
    table.insert(0, "k", list(ks))
    return table


def largest_k(table: pd.DataFrame, accounts: int, share: float = TOP_SHARE) -> int | None:
    """The k of a network's own size that stands for the article's largest: None if there is nothing larger than the smallest.

    The largest k of the table of `composition` whose core still holds `share` of all accounts. How far cores
    reach depends on how many tweets there are, so that the same k means something else in a small network.
    """
    full = table.loc[(table["users"] > 0) & (table["users"] >= share * accounts), "k"]
    return int(full.max()) if len(full) > 1 else None


def at(table: pd.DataFrame, k: int | None, column: str) -> float:
    """A column of the table of `composition` at one k; NaN where k is None or not in it."""
    rows = table.loc[table["k"] == k, column] if k is not None else []
    return float(rows.iloc[0]) if len(rows) else np.nan


def steadiness(table: pd.DataFrame, column: str) -> float:
    """Rank correlation (Spearman's) of a column with k: 1 for a steady rise, -1 for a steady fall."""
    known = table.dropna(subset=[column])
    if len(known) < 3 or known[column].nunique() < 2:
        return np.nan
    return float(known["k"].rank().corr(known[column].rank()))


def dilution(table: pd.DataFrame) -> pd.Series:
    """Bots' fraction of each core if only label coverage changed with k.

    Coverage at that k, times bots' share of labelled accounts at the smallest k.
    """
    return table["coverage"] * (table["bots_among_labelled"].iloc[0] if len(table) else np.nan)


def explained(table: pd.DataFrame, low: int | None, high: int | None) -> float:
    """Share of the rise of bots' fraction from k = `low` to `high` that label coverage alone makes; NaN without a rise."""
    rise = at(table, high, "bot") - at(table, low, "bot")
    alone = at(table.assign(bot=dilution(table)), high, "bot") - at(table, low, "bot")
    return alone / rise if rise > 0 else np.nan


def bot_share(accounts: pd.DataFrame) -> float:
    """Bots' share of labelled accounts, from rows with column class; NaN without any."""
    bots = (accounts["class"] == "bot").sum()
    labelled = bots + (accounts["class"] == "human").sum()
    return float(bots / labelled) if labelled else np.nan


def class_fraction(accounts: pd.DataFrame, name: str) -> float:
    """A class's share of all accounts, those without a class included; NaN where none has a class."""
    labelled = len(accounts) and (accounts["class"] != "unknown").any()
    return float((accounts["class"] == name).mean()) if labelled else np.nan


def bot_fraction(accounts: pd.DataFrame) -> float:
    """Bots' share of all accounts, those without a class included; NaN where none has a class."""
    return class_fraction(accounts, "bot")


def rise(cores: pd.DataFrame, low: int | None, high: int | None, name: str) -> float:
    """A class's share of the high-core less that of the low-core; NaN without either core."""
    return class_fraction(inside(cores, high), name) - class_fraction(inside(cores, low), name)


def shrinkage(cores: pd.DataFrame, low: int | None, high: int | None) -> float:
    """Accounts of the high-core for each of the low-core; NaN without either core."""
    users = len(inside(cores, high))
    return ratio(users, len(inside(cores, low))) if users else np.nan


def busier(cores: pd.DataFrame, low: int | None, high: int | None) -> float:
    """Median tweets of an account of the high-core over that of the low-core, from cores with column tweets."""
    return ratio(inside(cores, high)["tweets"].median(), inside(cores, low)["tweets"].median())


def inside(cores: pd.DataFrame, k: int | None) -> pd.DataFrame:
    """The accounts of the k-core, from core numbers with class; none where k is None."""
    return cores.iloc[:0] if k is None else cores[cores["core"] >= k]


def growth(cores: pd.DataFrame, low: int | None, high: int | None, share: Share) -> float:
    """How many times its value in the low-core `bot_share` or `bot_fraction` has in the high-core; NaN without either."""
    first = share(inside(cores, low))
    return share(inside(cores, high)) / first if first > 0 else np.nan


def growth_interval(
    cores: pd.DataFrame, low: int | None, high: int | None, share: Share, seed: int = 0
) -> tuple[float, float]:
    """Interval of `growth` (bootstrap over the accounts of the low-core); NaN where growth is.

    Accounts are drawn with the core numbers they have: the network itself cannot be drawn anew.
    """
    return estimate(inside(cores, low), lambda drawn: growth(drawn, low, high, share), seed)[1:]


def share_interval(cores: pd.DataFrame, k: int | None, share: Share, seed: int = 0) -> tuple[float, float]:
    """Interval of `bot_share` or `bot_fraction` in the k-core (bootstrap over its accounts); NaN without either."""
    return estimate(inside(cores, k), share, seed)[1:]


def band(cores: pd.DataFrame, ks: Sequence[int], seed: int = 0, steps: int = 12) -> pd.DataFrame:
    """Interval of bots' share of labelled accounts at about `steps` of the ks: columns k, low, high.

    Bootstrap over the labelled accounts of each core; cores without any are left out.
    """
    chosen = sorted({ks[round(n)] for n in np.linspace(0, len(ks) - 1, min(steps, len(ks)))})
    labelled = cores[cores["class"] != "unknown"]
    rows = [(k, inside(labelled, k)) for k in chosen]
    return pd.DataFrame(
        [(k, *bootstrap(accounts, bot_share, seed, draws=200)) for k, accounts in rows if len(accounts)],
        columns=["k", "low", "high"],
    ).astype({"k": "int64", "low": float, "high": float})


def readings(edges: pd.DataFrame, scores: pd.DataFrame, ks: Sequence[int | None]) -> pd.DataFrame:
    """What other readings of "k-core" give at some ks: columns reading, k, users, bot, human, unknown, …

    At least k links within the core; more than k; degree of at least k in the whole network, nobody pruned;
    at least k retweeters within the core (in-degree only). Columns as of `composition`.
    """
    ks = sorted({k for k in ks if k is not None})
    ids, graph = network(edges)
    core = np.array(graph.coreness(mode="all"), "int64")
    ways = {
        "at least k links": core,
        "more than k links": np.maximum(core - 1, 0),
        "degree of at least k, no pruning": np.array(graph.degree(mode="all"), "int64"),
        "at least k retweeters": np.array(graph.coreness(mode="in"), "int64"),
    }
    cores = {name: pd.DataFrame({"user_id": ids, "core": values}) for name, values in ways.items()}
    tables = [
        composition(with_class(way, scores), ks or [1]).assign(reading=name) for name, way in cores.items()
    ]
    table = pd.concat(tables, ignore_index=True).sort_values("k", kind="stable", ignore_index=True)
    table = table if ks else table.iloc[:0]
    return table[["reading", *table.columns.drop("reading")]]


def no_cores(table: pd.DataFrame, cores: pd.DataFrame) -> str:
    """Why this study has no core to speak of, in a paragraph for the reader; empty if it has."""
    if table["users"].any():
        return ""
    if cores.empty:
        return (
            "**No network.** Nobody retweets anybody in this study, so there are no cores. What follows stays empty, "
            "and its claims read *not enough data*."
        )
    return (
        f"**No core this deep.** The study's smallest k is {table['k'].min()}, and its deepest core has k = "
        f"{cores['core'].max()}. The `study.toml` may ask for smaller k, under `[embeddedness]`; as it is, what follows "
        "stays empty, and its claims read *not enough data*."
    )


def stayers(cores: pd.DataFrame, k: int) -> pd.DataFrame:
    """How many of each class are in the k-core, from core numbers with class: index class, in the order of CLASSES.

    Columns network (accounts of the whole network), core (of the k-core), stay (core over network; NaN for a class
    without accounts).
    """
    network, core = (
        rows["class"].value_counts().reindex(CLASSES, fill_value=0) for rows in (cores, inside(cores, k))
    )
    return pd.DataFrame(
        {"network": network, "core": core, "stay": core / network.where(network > 0)}
    ).rename_axis("class")


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
    who = stayers(cores, k)
    stay, leave = len(inside(cores, k)), (cores["core"] == k).sum()
    words = f"At k = {k}, **{stay:,} of {len(cores):,} accounts** are in the core; {leave:,} of them are not in the next one."
    shown = who.assign(stay=[f"{share:.1%}" if share == share else "–" for share in who["stay"]])
    return [
        figures.picture(fig, f"Figure 7 with a line at k = {k}. {in_words(table)}"),
        Markdown(words),
        shown,
    ]


def draw_network(edges: pd.DataFrame, places: Mapping[int, tuple[float, float]], ax: Axes) -> Axes:
    """Draw a hand-sized network with each account's core number; `places` are its accounts' positions."""
    cores = core_numbers(edges)
    for source, target in edges[["source", "target"]].itertuples(index=False):
        arrow = {"arrowstyle": "-|>", "color": COLOR["border"], "shrinkA": 15, "shrinkB": 15}
        ax.annotate("", places[target], places[source], arrowprops=arrow)
    for user, core in cores.itertuples(index=False):
        fill, ink = ("ink", "white") if core == cores["core"].max() else ("pale", COLOR["ink"])
        ax.plot(*places[user], "o", markersize=26, markeredgecolor=COLOR["ink"], color=COLOR[fill])
        ax.annotate(str(core), places[user], ha="center", va="center", weight="bold", color=ink)
        way, anchor = (1, "bottom") if places[user][1] > 0 else (-1, "top")
        ax.annotate(
            f"account {user}", places[user], (0, 17 * way), textcoords="offset points", ha="center", va=anchor
        )
    ax.margins(0.25)
    ax.axis("off")
    return ax


NO_CORE = "No core of this study's range of k has anyone in it"
NO_CLASS = "No account of these cores has a class"
LINES = {"bot": ("bots", "-", 2.2), "human": ("humans", "-", 1.6), "unknown": ("no class", "--", 1.6)}


def draw_fractions(table: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the fractions of bots, humans and accounts without a class against k (Figure 7, left)."""
    known = table.dropna(subset=CLASSES)
    if known.empty:
        return say_empty(ax, NO_CLASS if table["users"].any() else NO_CORE)
    for name, (_, line, width) in LINES.items():
        ax.plot(known["k"], known[name], color=COLOR[name], linestyle=line, linewidth=width)
    ax.set(xlabel="k", ylabel="fraction of the k-core", ylim=(0, 1))
    name_lines(
        ax,
        known["k"].iloc[-1],
        {LINES[name][0]: (known[name].iloc[-1], COLOR.get(f"{name}_text", COLOR[name])) for name in CLASSES},
    )
    ax.yaxis.set_major_formatter(percent)
    return ax


def draw_users(table: pd.DataFrame, ax: Axes, sample_rate: float = 1.0) -> Axes:
    """Draw the number of users in the k-core against k, on a log axis (Figure 7, right)."""
    known = table[table["users"] > 0]
    if known.empty:
        return say_empty(ax, NO_CORE)
    ax.plot(known["k"], known["users"], color=COLOR["ink"])
    ax.set(xlabel="k", ylabel="users in the k-core" + ", in the sample" * (sample_rate < 1), yscale="log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.yaxis.set_minor_locator(NullLocator())
    return ax


def draw_labelled(table: pd.DataFrame, bounds: pd.DataFrame, ax: Axes) -> Axes:
    """Draw bots' share of labelled accounts with its band, and of everyone beside what coverage alone would make.

    From the tables of `composition` and `band`.
    """
    known = table.dropna(subset=["bots_among_labelled"])
    if known.empty:
        return say_empty(ax, NO_CLASS if table["users"].any() else NO_CORE)
    alone = dilution(known)
    ax.fill_between(bounds["k"], bounds["low"], bounds["high"], color=COLOR["bot"], alpha=BAND, linewidth=0)
    ax.plot(known["k"], known["bots_among_labelled"], color=COLOR["bot"], linewidth=2.2)
    ax.plot(known["k"], known["bot"], color=COLOR["bot_text"], linewidth=1.4)
    ax.plot(known["k"], alone, color=COLOR["ink"], linewidth=1.4, linestyle=":")
    ax.set(xlabel="k", ylabel="bots' share", ylim=(0, 1.1 * max(bounds["high"].max(), known["bot"].max())))
    names = {
        "of those with a class": (known["bots_among_labelled"].iloc[-1], COLOR["bot_text"]),
        "of everyone": (known["bot"].iloc[-1], COLOR["bot_text"]),
        "by coverage alone": (alone.iloc[-1], COLOR["ink"]),
    }
    name_lines(ax, known["k"].iloc[-1], names)
    ax.yaxis.set_major_formatter(percent)
    return ax


def in_words(table: pd.DataFrame) -> str:
    """Figure 7 in words with its numbers, from the table of `composition`: its alternative text."""
    known = table[table["users"] > 0]
    if known.empty:
        return "Empty: no core of this study's range of k has anyone in it."
    first, last = known.iloc[0], known.iloc[-1]
    if known[CLASSES].isna().all(axis=None):
        return (
            f"Against k, from {first['k']:.0f} to {last['k']:.0f}, the core shrinks from {first['users']:,.0f} to "
            f"{last['users']:,.0f} users. No account of these cores has a class."
        )
    changes = [f"{words} from {first[name]:.1%} to {last[name]:.1%}" for name, (words, _, _) in LINES.items()]
    text = (
        f"Against k, from {first['k']:.0f} to {last['k']:.0f}: the core shrinks from {first['users']:,.0f} to "
        f"{last['users']:,.0f} users, and its make-up changes, {', '.join(changes)}."
    )
    return text + (
        f" Of the accounts with a class, bots are {first['bots_among_labelled']:.1%} at first and "
        f"{last['bots_among_labelled']:.1%} at last."
    )


def words(table: pd.DataFrame, bounds: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of Figure 7, from the tables of `composition` and `band`."""
    known = table.dropna(subset=["bots_among_labelled"])
    return {
        "title": _rise(known, bounds) if len(known) else NO_CLASS if table["users"].any() else NO_CORE,
        "alt": in_words(table),
        "caption": (
            "Accounts of the k-core of the retweet network by class, against k; right, how many accounts are left "
            "(logarithmic). Below, bots' share of those with a class with its 95% interval (bootstrap over the accounts of "
            "a core), of everyone, and what label coverage alone would make. After Figure 7 (section Bots embeddedness)."
        ),
    }


def _rise(known: pd.DataFrame, bounds: pd.DataFrame) -> str:
    """How bots' shares change with k, in a clause, and whether that of the labelled does by more than its intervals."""
    first, last = known.iloc[0], known.iloc[-1]
    ends, share = bounds.iloc[[0, -1]], "bots_among_labelled"
    meet = ends["low"].max() <= ends["high"].min()
    return (
        f"Bots go from {first['bot']:.1%} to {last['bot']:.1%} of the k-core; of the accounts with a class they are "
        f"{first[share]:.1%} and {last[share]:.1%}, " + ("intervals that meet" if meet else "intervals apart")
    )


def example_words(edges: pd.DataFrame) -> dict[str, str]:
    """Title, alternative text and caption of the hand-sized network, from its edges."""
    cores = core_numbers(edges)
    top = cores["core"].max()
    by_core = [
        f"{number} with core number {core}"
        for core, number in cores["core"].value_counts().sort_index(ascending=False).items()
    ]
    inside_top = cores.loc[cores["core"] == top, "user_id"]
    return {
        "title": f"Of {len(cores)} accounts {len(inside_top)} are in the {top}-core",
        "alt": f"A made-up network of {len(cores)} accounts, {' and '.join(by_core)}. In the {top}-core: accounts {', '.join(map(str, inside_top))}.",
        "caption": (
            "A made-up example. Arrows go from who retweets to who is retweeted; numbers are core numbers, dark the deepest "
            "core. Beside section Bots embeddedness."
        ),
    }
