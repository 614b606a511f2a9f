"""Fair nulls: labels by lot give the null, activity and degree stay, a planted contrast is outside."""

import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import embeddedness, figures, tables
from helpers.audit import nulls, reclassed
from helpers.figures import plt
from helpers.uncertainty import ratio


def accounts(classes, tweets=None):
    """The columns of `scores` that a null looks at."""
    tweets = np.arange(1, len(classes) + 1) if tweets is None else tweets
    return pd.DataFrame({"user_id": np.arange(len(classes)) + 9, "class": classes, "tweets": tweets})


def mean_gap(sums):
    """What bots have on average less what humans have."""
    bots, humans = (ratio(sums[name, "what"], sums[name, "one"]) for name in ("bot", "human"))
    return bots - humans


def p_of(scores, what, **options):
    """p of the gap in `what`, a number an account; `replies_bots_to_bots` stands for any claim."""
    rows = scores[["user_id"]].assign(what=what, one=1)
    parts = [reclassed.Part(rows, {"replies_bots_to_bots": mean_gap})]
    drawn = nulls.by_lot(parts, scores, 400, **options).squeeze()
    return nulls.beside(drawn.to_numpy(), found(parts, scores))[-1]


def found(parts, scores):
    """The one finding of some parts under the accounts' own classes."""
    own = reclassed.dealt(scores[["class"]].to_numpy().T)
    return reclassed.findings(parts, scores["user_id"].tolist(), own).squeeze()


# ── Classes by lot ──


def test_each_stratum_keeps_its_bots_and_who_is_unknown_stays_so():
    scores = accounts(["bot", "human", "unknown", "human", "human"] * 3).sample(frac=1, random_state=1)
    called = pd.DataFrame(nulls.permuted(scores, 50, stratum=4), columns=scores["tweets"])[range(1, 16)]
    known = called.drop(columns=[3, 8, 13])
    assert called[[3, 8, 13]].eq("unknown").all(axis=None) and not known.eq("unknown").any(axis=None)
    for first, bots in ((0, 1), (4, 1), (8, 1)):  # four with a class each: a bot among them
        assert (known.iloc[:, first : first + 4].eq("bot").sum(axis=1) == bots).all()
    assert (known.eq("bot").mean() > 0.05).all() and known.nunique().eq(2).all()  # anyone may be one


@pytest.mark.parametrize(("number", "last"), [(3, 3), (4, 4), (7, 7), (8, 4), (11, 7)])
def test_the_last_stratum_is_at_least_as_large(number, last):
    """The most active account's class may fall to anybody in it, and to nobody else."""
    called = nulls.permuted(accounts(["human"] * (number - 1) + ["bot"]), 100, stratum=4)
    assert {*np.argmax(called == "bot", axis=1)} == {*range(number - last, number)}


def test_labels_dealt_by_lot_give_the_null():
    """p is then as often below any share as that share says."""
    rng, what = np.random.default_rng(3), np.random.default_rng(4).exponential(size=100)
    p = [p_of(accounts(rng.permutation(["bot"] * 20 + ["human"] * 80)), what, seed=n) for n in range(60)]
    assert np.mean(np.array(p) < 0.05) < 0.15
    assert np.mean(p) == pytest.approx(0.5, abs=0.12)


def test_what_bots_alone_do_is_outside_and_what_active_accounts_do_is_not():
    classes = ["human"] * 60 + ["bot", "human"] * 20  # bots are among the more active
    scores = accounts(classes)
    planted = np.random.default_rng(1).normal(size=100) + 2 * (scores["class"] == "bot")
    assert p_of(scores, planted, stratum=10) == pytest.approx(2 / 401)
    assert p_of(scores, scores["tweets"], stratum=10) > 0.2
    assert p_of(scores, scores["tweets"], stratum=100) == pytest.approx(2 / 401)


def test_p_is_twice_the_smaller_tail_with_the_value_counted_in():
    def p(drawn, value):
        return nulls.beside(np.array(drawn, float), value)[-1]

    drawn = np.arange(99)
    assert p(drawn, 200) == p(drawn, -1) == pytest.approx(2 / 100)
    assert p(drawn, 97) == pytest.approx(2 * 3 / 100)  # 97, 98 and the value itself
    assert p(drawn, 49) == 1
    assert p([*drawn[:90], *[np.nan] * 9], 200) == pytest.approx(2 * 10 / 100)
    assert np.isnan([p(drawn, np.nan), p(np.ones(99), 1), *nulls.beside(np.full(9, np.nan), 1)]).all()
    assert nulls.beside(np.r_[np.arange(41), np.nan], 20) == pytest.approx((20, 1, 39, 1))


def test_the_fairest_null_decides():
    table = pd.DataFrame({"id": list("aabbc"), "p": [0.01, 0.4, 0.02, np.nan, np.nan]})
    assert nulls.p_of_findings(table).fillna(-1).to_dict() == {"a": 0.4, "b": 0.02, "c": -1}


def test_the_picture_counts_the_findings_of_a_difference():
    ids = ["replies_bots_to_bots", "core_bots_grow", "retweets_each_other"]
    table = pd.DataFrame({"id": ids, "finding": list("abc"), "p": [0.01, 0.4, 0.02]})
    told = figures.told("audit_nulls", nulls.facts(table))
    assert told["title"].endswith("aside, 1 of 2 findings about bots lie beyond fair chance")
    assert "applies (p below 0.05): a. Within one (largest p): b (0.40)." in told["alt"]
    assert told["alt"].endswith("no difference, which are meant to lie within: c (0.02).")


# ── Links by lot ──


def test_rewiring_keeps_every_in_and_out_degree_and_moves_the_links():
    ends = np.random.default_rng(2).integers(0, 30, (2, 200))
    edges = embeddedness.without_self_loops(pd.DataFrame({"source": ends[0], "target": ends[1]}))
    edges, seen = edges + 9_000_000_000_000_000_000, []

    def degrees(graph):
        seen.append({(edge.source, edge.target) for edge in graph.es})
        assert graph.is_simple()
        return np.array(graph.indegree()) * 1000 + graph.outdegree()

    tables = list(nulls.rewired(edges, 3, seed=1, of=degrees))
    expected = edges["target"].value_counts() * 1000 + edges["source"].value_counts()
    for table in tables:
        assert table.set_index("user_id")["core"].to_dict() == expected.to_dict()
    assert len(seen[0]) == len(edges) and all(len(seen[0] & other) < len(edges) * 0.9 for other in seen[1:])
    again, seen[:] = seen[:], []
    list(nulls.rewired(edges, 3, seed=1, of=degrees))
    assert seen == again  # the same seed, the same networks


def test_shuffling_keeps_what_everybody_sends_and_receives():
    links = pd.DataFrame({"user_id": [1, 1, 2, 3, 4], "target": [2, 3, 1, 1, 3], "number": [5, 1, 4, 2, 3]})
    made = nulls.shuffled(links.astype({"target": "Int64"}), 1)
    for end in ("user_id", "target"):
        assert made.groupby(end)["number"].sum().to_dict() == links.groupby(end)["number"].sum().to_dict()
    assert (made["user_id"] != made["target"]).all() and len(made.drop_duplicates()) > 5
    assert 0 < len(nulls.shuffled(links, 1, tries=1)) < 15  # those with oneself are dropped
    often = pd.DataFrame({"user_id": [1, 2, 3, 4], "target": [2, 1, 4, 3], "number": 50})
    assert len(nulls.shuffled(often)) == 200  # but dealt again first
    star = pd.DataFrame({"user_id": [1, 1], "target": [2, 3], "number": [2, 1]})  # nothing can move
    assert nulls.shuffled(star).groupby("target").size().to_dict() == {2: 2, 3: 1}
    assert nulls.shuffled(links[:0]).empty


def test_whom_bots_prefer_is_gone_with_shuffled_links():
    rng = np.random.default_rng(5)
    scores = accounts(rng.permutation(["bot"] * 20 + ["human"] * 80))
    bots, humans = (scores.loc[scores["class"] == name, "user_id"].to_numpy() for name in ("bot", "human"))
    popular = np.r_[np.repeat(bots, 10), np.repeat(humans, 2)]  # bots are, with everybody
    blind = pd.DataFrame({"user_id": rng.choice(scores["user_id"], 900), "target": rng.choice(popular, 900)})
    alike = blind["target"].mask(blind["user_id"].isin(bots[5:]), rng.choice(bots, 900))
    claim = {"replies_like_to_like": reclassed.interactions.odds_ratio}
    for target, far in ((blind["target"], False), (alike, True)):
        links = blind.assign(target=target, number=1, originals=0).query("user_id != target")
        drawn = [reclassed.Part(nulls._with_links(links, rng), claim) for _ in range(60)]
        drawn = np.array([found([part], scores) for part in drawn])
        median, *_, p = nulls.beside(drawn, found([reclassed.Part(links, claim)], scores))
        assert (p < nulls.RARE) == far and median == pytest.approx(1, abs=0.2)


# ── Whole worlds, and studies without ──


@pytest.fixture(scope="module")
def of_world(planted_world):
    """The table of a world of 1/100, of notebooks 07 and 09."""

    def made(name):
        study = planted_world(name)[2]
        return nulls.table(study, reclassed.gather(study, notebooks=[7, 9]), 200, 40)

    return made


def test_a_world_without_the_effect_passes_no_null_and_one_with_it_does(of_world):
    base, null = of_world("base"), of_world("null")
    asked = ["replies_bots_avoided", "replies_bots_to_bots", "replies_like_to_like"]
    assert (nulls.p_of_findings(base)[asked] < nulls.RARE).all()
    gone = nulls.p_of_findings(null)[[*asked, "retweets_bots_sought", "core_bots_grow"]]
    assert (gone >= nulls.RARE).all()
    assert base["p"].notna().all() and base["null"].unique().tolist() == [nulls.WITHIN, nulls.REWIRED]
    told = figures.told("audit_nulls", nulls.facts(nulls.of_kind(base)))
    assert "Bots reply to bots more than to humans" in told["alt"].split("Within one")[0]
    assert len(nulls.draw(nulls.of_kind(base), plt.figure().subplots()).get_yticks()) == 6


@pytest.mark.parametrize(("classes", "rows"), [
    (["unknown"] * 3, 0), (["bot"] * 3, 9), (["bot", "human", "bot"], 9),
])  # fmt: skip
def test_a_study_without_scores_or_with_a_class_alone_has_no_p(tiny, classes, rows):
    """Nor has one of three tweets, of which two retweet the first, with both classes."""
    tweets = {"tweet_id": [1, 2, 3], "user_id": [1, 2, 3], "created_at": ["2016-09-16T10:00Z"] * 3}
    tweets |= {"kind": ["original", "retweet", "retweet"], "retweeted_user_id": [None, 1, 1]}
    tweets |= {"in_reply_to_user_id": [None] * 3}
    tables.write(lazy(tweets).collect().to_native(), tiny.tables / "tweets.parquet")
    tables.write(pd.DataFrame({"user_id": [1, 2, 3]}), tiny.tables / "users.parquet")
    scores = accounts(classes).assign(user_id=[1, 2, 3], score=0.5, error=0.1)
    tables.write(scores, tiny.tables / "scores.parquet")
    made = nulls.table(tiny, rows and reclassed.gather(tiny, notebooks=[7, 9]), 20, 20)
    assert made.columns.tolist() == nulls.COLUMNS and made["p"].isna().all()
    assert (len(made) > rows) == bool(rows)
    assert "Empty" in figures.told("audit_nulls", nulls.facts(nulls.of_kind(made)))["alt"]
    assert not nulls.draw(nulls.of_kind(made), plt.figure().subplots()).lines
