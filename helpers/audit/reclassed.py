"""The findings about classes of accounts, taken under any number of other classes at once.

Each of them is a function of sums by class (`uncertainty.Sums`), and what is summed does not depend on a
class. So a study's tables are read once, and the findings follow for the classes of an erring detector, for
classes dealt by lot, or for those of another rule, each as a product of matrices. The functions are those of
the notebooks: with the study's own classes they give the notebooks' numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from helpers import embeddedness, geography, interactions, partisanship, support, timeline
from helpers.bots import classes
from helpers.claims import claims
from helpers.study import Study
from helpers.tables import collect, lazy, read, scan
from helpers.tweets import BURST, CLASSES, inside
from helpers.uncertainty import Statistic, Sums, ratio
from helpers.verdicts import JUDGED


class Rules(NamedTuple):
    """The choices on which a finding hangs beside the classes; by default those of the notebooks."""

    top: int = partisanship.TOP  # hashtags of an account that give it a side
    side: str = "uses"  # more than half of what, one of partisanship.READINGS
    cut: float = partisanship.HALF  # or more than which share of it
    about: str = "words"  # when a tweet is about a candidate, one of support.subject.READINGS
    burst: timedelta = BURST
    core: str = embeddedness.CORE  # one of embeddedness.READINGS


class Part(NamedTuple):
    """What some findings are made of."""

    rows: pd.DataFrame  # user_id, the columns of `by`, what is summed; and target, if it links two accounts
    statistics: dict[str, Statistic]  # by claim id
    by: Sequence[str] = ()  # groups beside the class
    everyone: bool = False  # accounts without a class are summed as well


NOTEBOOKS = range(2, 10)  # whose findings these are


def gather(
    study: Study, rules: Rules | None = None, notebooks: Sequence[int] = NOTEBOOKS, steps: dict | None = None
) -> list[Part]:
    """Everything that the findings of these notebooks need from the study's tables, by rules.

    `steps` keeps what was read of all tweets for the next call, whose other rules may ask the same.
    """
    rules, steps = rules or Rules(), {} if steps is None else steps
    scores = read(study, "scores")
    everyone = lazy(scores.assign(**{"class": "human"}))  # or those unknown at the threshold are left out
    made = {2: of_scored, 4: of_tweets, 5: of_states, 7: of_links, 9: of_cores}
    made |= {6: partial(of_sides, steps=steps), 8: partial(of_tone, steps=steps)}
    return [part for number in notebooks if number in made for part in made[number](study, everyone, rules)]


def of_scored(study: Study, everyone: nw.LazyFrame, rules: Rules) -> Iterator[Part]:
    """Bots' shares of the scored accounts and of their tweets."""
    rows = collect(everyone.select("user_id", "tweets")).assign(accounts=1)
    shares = {claim: partial(classes.bot_share, column=name) for claim, name in classes.SHARES.items()}
    yield Part(rows, shares, everyone=True)
    yield Part(rows, {"bots_tweet_more": classes.busier})


def of_tweets(study: Study, everyone: nw.LazyFrame, rules: Rules) -> Iterator[Part]:
    """Tweets before the first event, and in bursts and outside."""
    tweets, windows, events = scan(study, "tweets"), study.collection.windows, study.events
    before = [(start, end) for start, end in windows[:1] if all(end <= event.at for event in events)]
    early = tweets.filter(inside(nw.col("created_at"), before)).group_by("user_id").agg(quiet=nw.len())
    share = {"baseline_bot_share": lambda sums: ratio(sums["bot", "quiet"], sums["quiet"])}
    yield Part(collect(early), share, everyone=True)
    rows = timeline.account_bursts(tweets, everyone, events, rules.burst).drop(columns="class")
    yield Part(rows, {"bots_lag_in_bursts": timeline.burst_gap})


def of_states(study: Study, everyone: nw.LazyFrame, rules: Rules) -> Iterator[Part]:
    """Geotagged tweets by state."""
    rows = geography.accounts(geography.locate(study), everyone).drop(columns="class")
    yield Part(rows.reset_index(), geography.statistics())


def once(steps: dict, name: tuple, step: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """What a step gives, or gave before by this name."""
    if name not in steps:
        steps[name] = step()
    return steps[name]


def of_sides(study: Study, everyone: nw.LazyFrame, rules: Rules, steps: dict) -> Iterator[Part]:
    """Who has which side."""
    accounts = partisanship.camps(collect(everyone), sides(study, everyone, rules, steps))
    rows = partisanship.counted(accounts, study.candidates).drop(columns="class")
    yield Part(rows, partisanship.statistics(study.candidates))


def sides(study: Study, everyone: nw.LazyFrame, rules: Rules, steps: dict) -> pd.DataFrame:
    """The table `partisans` by rules."""
    used = partial(partisanship.account_hashtags, scan(study, "tweets"), everyone, study.candidates)
    hashtags = once(steps, ("hashtags", rules.top), lambda: used(rules.top))
    return partisanship.partisans(hashtags, study.candidates, rules.side, rules.cut)


def of_links(study: Study, everyone: nw.LazyFrame, rules: Rules) -> Iterator[Part]:
    """Replies and retweets between scored accounts, and what each of these writes."""
    for kind, links in interactions.linked(scan(study, "tweets"), everyone).items():
        rows = links.rename(columns={"source": "user_id", "human": "number"})
        yield Part(rows.drop(columns=["class", "bot"]), interactions.CLAIMS[kind])


def of_tone(study: Study, everyone: nw.LazyFrame, rules: Rules, steps: dict) -> Iterator[Part]:
    """Tone of tweets about the candidates, by camp."""
    camps = sides(study, everyone, rules, steps).rename(columns={"candidate": "camp"})
    wide = once(steps, ("tone", rules.about), lambda: tone(study, everyone, rules.about))
    yield Part(wide.merge(camps, on="user_id"), support.CLAIMS, by=["camp"])


def tone(study: Study, everyone: nw.LazyFrame, about: str) -> pd.DataFrame:
    """Tone of each account's tweets about the candidates, whatever its side: user_id, and the columns of
    `support.by_account` that are summed.
    """
    nobody = everyone.select("user_id", candidate=nw.lit(""))
    rows = support.labelled_partisans(scan(study, "tweets"), nobody, everyone, study.candidates, about)
    accounts = support.by_subject(support.tone(rows, scan(study, "sentiment")))
    both = {"trump", "clinton"} <= {*accounts["camp"].cat.categories}
    wide = support.by_account(accounts if both else accounts[:0])
    return wide.drop(columns=["retweeted_tweet_id", "class", "camp"]).groupby("user_id").sum().reset_index()


def of_cores(study: Study, everyone: nw.LazyFrame, rules: Rules) -> Iterator[Part]:
    """Who is in the smallest core and in the one that stands for the article's largest."""
    cores = embeddedness.core_numbers(embeddedness.retweet_edges(scan(study, "tweets")), rules.core)
    yield of_network(cores, study)


def of_network(cores: pd.DataFrame, study: Study) -> Part:
    """The same, from core numbers."""
    low, high = study.embeddedness.k
    nobody = cores.assign(**{"class": pd.Categorical(["unknown"] * len(cores), CLASSES)})
    table = embeddedness.composition(nobody, range(low, high + 1))
    users = collect(scan(study, "users").select(number=nw.len()))["number"].item()
    deepest = embeddedness.largest_k(table, users, study.embeddedness.top_share)
    rows = cores.loc[cores["core"] >= low, ["user_id", "core"]]
    rows = rows.assign(low=1, high=(rows["core"] >= (deepest or np.inf)).astype(int))
    return Part(rows.drop(columns="core"), embeddedness.STATISTICS, everyone=True)


def dealt(called: np.ndarray) -> np.ndarray:
    """Classes as `findings` takes them, from an array (draws, accounts) of names of classes."""
    return np.stack([called == name for name in CLASSES]).astype(float)


def findings(
    parts: Sequence[Part], accounts: Sequence[int], classes: np.ndarray, kinds: Sequence[str] = JUDGED
) -> pd.DataFrame:
    """What the parts' findings are under other classes: a row a draw, a column a claim of these kinds.

    In: the ids of the scored accounts; and of what class each is, an array (CLASSES, draws, accounts) of 0
    and 1 (`dealt`), or of any weight that it has in that class. All others have no class. No sum of counts is
    below 0. NaN in a draw without bots or without humans.
    """
    found, asked = {}, {*claims().query("kind in @kinds").index}
    for part in parts:
        if wanted := {claim: of for claim, of in part.statistics.items() if claim in asked}:
            sums = (_linked if "target" in part.rows else _sums)(part, accounts, classes)
            values = {claim: of(sums) if len(part.rows) else np.nan for claim, of in wanted.items()}
            found |= {claim: np.broadcast_to(value, classes.shape[1]) for claim, value in values.items()}
    both = (classes[:2].sum(axis=2) > 0).all(axis=0)
    return pd.DataFrame({claim: np.where(both, values, np.nan) for claim, values in found.items()})


def _sums(part: Part, accounts: Sequence[int], classes: np.ndarray) -> Sums:
    """The sums by class of a part whose rows are of one account each."""
    columns = [name for name in part.rows if name not in ("user_id", *part.by)]
    least = np.where((part.rows[columns] >= 0).all(), 0, -np.inf)  # a sum of scores may be below 0
    groups = part.rows.groupby([*part.by]).indices if part.by else {(): np.arange(len(part.rows))}
    values, names = [], []
    for group, rows in groups.items():
        matrix, rest = _matrix(part.rows.iloc[rows], accounts, columns)
        by_class = classes @ matrix
        by_class[-1] += rest
        known = slice(None if part.everyone else -1)
        values += list(by_class[known])
        names += [(*np.atleast_1d(group).tolist(), name) for name in CLASSES[known]]
    shape = (classes.shape[1], 0, len(columns))
    return Sums(names, columns, np.maximum(np.stack(values, axis=1), least) if values else np.zeros(shape))


def _matrix(
    rows: pd.DataFrame, accounts: Sequence[int], columns: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """What is summed by account, an array (accounts, columns), and the sums of all that are none of them."""
    place, numbers = pd.Index(accounts).get_indexer(rows["user_id"]), rows[columns].to_numpy(float)
    matrix = np.zeros((len(accounts) + 1, len(columns)))
    np.add.at(matrix, place, numbers)  # nobody's place is -1, the last
    return matrix[:-1], matrix[-1]


def _linked(part: Part, accounts: Sequence[int], classes: np.ndarray) -> Sums:
    """The sums by class of the source of a part whose rows link two accounts: columns bot, human, originals.

    A row without a target counts what its account wrote.
    """
    rows, index = part.rows, pd.Index(accounts)
    own, links = rows[rows["target"].isna()], rows[rows["target"].notna()]
    ends = np.stack([index.get_indexer(links[name]) for name in ("user_id", "target")])
    both = (ends >= 0).all(axis=0)
    table = csr_array((links["number"].to_numpy(float)[both], ends[:, both]), (len(index),) * 2)
    written, _ = _matrix(own, accounts, ["originals"])
    known = classes[:2]
    reached = [(table @ one.T).T for one in known]
    values = [[np.einsum("dn,dn->d", one, to) for to in reached] + [one @ written[:, 0]] for one in known]
    columns = [*CLASSES[:2], "originals"]
    return Sums([(name,) for name in CLASSES[:2]], columns, np.maximum(np.moveaxis(values, -1, 0), 0))
