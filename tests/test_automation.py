"""The rule of fifty a day, the tips, agreement with scores, and anger: by hand, and in planted worlds."""

from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from conftest import lazy, open_world
from matplotlib.figure import Figure

from helpers import claims, figures, partisanship, tables
from helpers.automation import agreement, anger, debates, measures, rule
from helpers.bots import scoring
from helpers.settings import Candidate, Event, Settings
from helpers.study import ROOT

RED, BLUE = ("red", "Ann Red", ["VoteRed", "red"]), ("blue", "Bo Blue", ["blue"])
SIDES = [Candidate(key=key, name=name, hashtags=hashtags) for key, name, hashtags in (RED, BLUE)]
BARE = Settings(name="t", title="t", synthetic=True)  # of a study without windows, terms and candidates


def at(day: int, hour: float = 0) -> datetime:
    return datetime(2020, 1, day, tzinfo=UTC) + timedelta(hours=hour)


DAY = [(at(1), at(2))]
MEMOS = {"debates": ["one", "two", "three"], "candidates": ["red", "blue"]}
NOON, NIGHT = "2020-01-01T12:00Z", "2020-01-01T23:59Z"


def posted(*rows) -> dict:
    """Tweets from (author, hashtags, time) as columns of the `tweets` table, ids from 1 on."""
    authors, hashtags, times = zip(*((*row, NOON)[:3] for row in rows), strict=True)
    columns = {"user_id": authors, "hashtags": hashtags, "created_at": times}
    return {"tweet_id": list(range(1, len(rows) + 1))} | {name: list(all_) for name, all_ in columns.items()}


def by_account(*rows, rate=3.0, windows=DAY, hashtags=("red", "blue", "debate"), sides=SIDES):
    return rule.by_account(lazy(posted(*rows)), sides, hashtags, windows, rate).set_index("user_id")


def test_three_a_day_is_met_by_one_hashtag_or_only_by_all_tweets():
    spread = [(2, ["red"]), (2, ["blue"]), (2, ["other"])]
    few = [(3, ["red", "blue", "debate"]), (3, ["red", "red", "debate"])]  # a tweet counts once for a hashtag
    table = by_account(*[(1, ["red"])] * 3, *spread, *few)[["most", "one_hashtag", "all_tweets"]]
    assert table.to_numpy().tolist() == [[3, True, True], [1, False, True], [2, False, False]]


@pytest.mark.parametrize(("windows", "rate", "automated"), [
    (DAY, 3, [True, False]), ([*DAY, (at(5), at(6))], 3, [False, False]),
    ([(at(1, 12), at(2))], 3, [True, True]),  # three a day are one and a half in twelve hours
    ([(at(1, 16.8), at(2))], 10, [True, False]),  # in three tenths of a day exactly three
])  # fmt: skip
def test_the_average_is_over_all_hours_of_the_windows_and_counts_nothing_outside(windows, rate, automated):
    rows = [(1, ["red"], NIGHT)] * 3 + [(2, ["red"], NIGHT)] * 2 + [(2, ["red"], "2020-01-02T00:00Z")]
    assert by_account(*rows, windows=windows, rate=rate)["one_hashtag"].tolist() == automated


def test_camps_go_by_hashtags_of_one_candidate_only():
    """Account 5 uses each side's hashtags in turn, and is of neither camp alone."""
    rows = [(1, ["votered", "debate"]), (1, ["red", "blue"]), (1, ["debate"]), (2, ["blue"]), (3, None)]
    table = by_account(*rows, (4, ["red"]), (5, ["red"]), (5, ["blue"]))
    tweets = table.filter(like="_tweets").drop(columns="all_tweets")  # red, blue, both, neither
    expected = [[1, 0, 1, 1], [0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0], [1, 1, 0, 0]]
    assert tweets.to_numpy().tolist() == expected
    rows = [["red", 3, 1, 0], ["blue", 2, 1, 0], ["both", 1, 2, 1], ["neither", 2, 1, 0]]
    assert rule.camp_table(table, SIDES).to_numpy().tolist() == rows


def test_the_rule_s_table_by_hand_and_without_tweets_candidates_or_hashtags():
    table = by_account(*[(1, ["red"])] * 3, (2, ["red"]), (3, ["blue"])).reset_index()
    row = rule.rule_table(table, SIDES, pd.DataFrame({"user_id": [2]})).iloc[0].drop("counted").to_dict()
    shares = {"accounts_share": 1 / 3, "tweets_share": 3 / 5, "red_share": 3 / 4, "blue_share": 0}
    assert row == pytest.approx({"accounts": 1, "not_scored": 1} | shares)
    empty = by_account((1, ["red"]), windows=[]).reset_index()
    assert np.isnan(rule.rule_table(empty, SIDES, pd.DataFrame({"user_id": []}))["red_share"]).all()
    assert by_account((1, ["red"]), hashtags=[])["most"].tolist() == [0]
    assert by_account((1, ["red"]), sides=[])["neither_tweets"].tolist() == [1]


def test_hashtags_and_period_come_from_the_study(tiny, monkeypatch):
    memo = [(camp.key, len(camp.hashtags)) for camp in rule.camps(tiny)]
    assert sorted(memo) == [("clinton", 28), ("neutral", 5), ("trump", 30)]
    assert len(rule.election_hashtags(tiny)) == 63 and "trump2016" not in rule.election_hashtags(tiny)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(rule, "of_article", lambda study: False)
        assert rule.camps(tiny) == tiny.candidates
        assert rule.election_hashtags(tiny) == ["debate", "imwithher", "trump2016"]
    assert rule.period(tiny) == tiny.collection.windows
    tiny.settings = BARE
    rows = lazy(posted((1, [], "2020-01-01T23:00Z"), (1, [], "2020-01-02T01:00Z")))
    monkeypatch.setattr(rule, "scan", lambda *_: rows)
    assert rule.period(tiny) == [(at(1), at(3))]
    monkeypatch.setattr(rule, "scan", lambda *_: rows.filter(nw.col("user_id") > 1))
    assert rule.period(tiny) == []


EVENTS = [Event(name=name, at=at(day, 18)) for name, day in (("late", 9), ("two", 5), ("one", 1))]
GAPPED = [(at(1), at(3)), (at(5), at(6))]
TWO = debates.covered(EVENTS, GAPPED)


def test_covered_events_and_the_time_between_them_leave_out_what_was_not_collected(tiny):
    assert TWO[["debate", "hours"]].to_numpy().tolist() == [["one", 30], ["two", 6]]
    assert debates.between(TWO, "one", "two", GAPPED) == [(at(1, 18), at(3)), (at(5), at(5, 18))]
    assert debates.between(TWO, "one", "late", GAPPED) == []
    assert debates.without_debates(tiny, TWO, ["one", "two"]) == ""
    assert "no covered event *late*" in debates.without_debates(tiny, TWO, ["one", "late"])
    assert "no events" in debates.without_debates(tiny, TWO[:0], ["one"])
    tiny.settings = BARE
    assert "no candidates" in debates.without_debates(tiny, TWO, ["one"])


def test_another_election_compares_its_own_events_and_last_camp(tiny):
    article = claims.named("automation")
    assert debates.compared(tiny, TWO, article) == (article["debates"], "trump")
    tiny.settings = msgspec.structs.replace(tiny.settings, candidates=SIDES)
    assert debates.compared(tiny, TWO, article) == (["one", "two"], SIDES[-1].key)
    assert debates.compared(tiny, TWO[:0], article)[0] == ["no event", "no other event"]
    assert "covers only one event" in debates.without_debates(tiny, TWO[:1], ["one", "no other event"])


def test_by_debate_applies_the_rule_to_each_window():
    rows = [(1, ["red"], "2020-01-01T18:00Z")] * 2 + [(1, ["red"], "2020-01-05T23:00Z")]
    by_rule = partial(rule.by_account, lazy(posted(*rows)), SIDES, ["red"], rate=8)
    table = debates.by_debate(by_rule, TWO, 6)[["debate", "red_tweets", "one_hashtag"]]
    assert table.to_numpy().tolist() == [["one", 2, True], ["two", 1, False]]
    assert debates.by_debate(by_rule, TWO[:0], 0).empty


def after_debates() -> pd.DataFrame:
    """Accounts 1 (all along) and 2 (second debate only) are automated for Red, 3 for Blue, 9 never."""
    table = pd.read_csv(ROOT / "tests" / "data" / "after_debates.csv")
    return table.assign(one_hashtag=table["all_tweets"], tweets=table["red_tweets"] + table["blue_tweets"])


SCORES = pd.DataFrame({"user_id": [1, 2, 3, 9], "class": ["bot", "human", "bot", "human"]})
PARTISANS = pd.DataFrame({"user_id": [1, 2, 3, 9], "candidate": ["red", "red", "blue", "red"]})
WAYS = debates.ways(after_debates(), SCORES, PARTISANS, "red")


def test_shares_and_growth_by_hand():
    """Bots for Red: account 1, with 4 and 6 tweets; humans: 2 and 9, with 6 and 20."""
    shares = debates.shares(after_debates(), SIDES).set_index(["variant", "debate", "candidate"])
    assert shares["share"].tolist() == [4 / 8, 2 / 4, 10 / 20, 5 / 10] * 2
    counts = shares[["accounts", "automated", "tweets"]]
    assert counts.loc[("all_tweets", "two", "red")].tolist() == [2, 10, 20]
    assert (shares["low"] <= shares["share"]).all() and (shares["share"] <= shares["high"]).all()
    pairs = debates.paired(WAYS["rule, all collected tweets"], "one", "two")
    assert pairs.to_numpy().tolist() == [[1, 4, 5], [2, 0, 5]]
    table = debates.growth_table(WAYS, "one", "two")
    assert table["value"].tolist() == pytest.approx([1.5, 1.5, 0.5, 20 / 6 - 1])
    assert debates.growth_table(WAYS, "two", "three")["value"].isna().all()


def test_claims_by_hand():
    table = after_debates()
    table.loc[2, "tweets"] = 27  # of account 9, so that a third of the tweets are automated
    flags = agreement.flags(SCORES, agreement.tips(profiles(), SEEN, TIPS), table)
    agreed, ratios = agreement.agreement(flags), anger.ratios(originals(), SIDES)
    names = ["whole", "matched", "days", "between", "ways", "agreed", "ratios"]
    shown = [table.query("debate == 'two'"), table, table, table.iloc[:0], WAYS, agreed, ratios]
    measured = measures.measures(dict(zip(names, shown, strict=True)), MEMOS)
    expected = {
        "memo_heavy_tweets": 15 / 30, "memo_heavy_accounts": 3 / 4, "ibtimes_real_people": 1 - 21 / 63,
        "memo_ratio_first": 4 / 2, "ibtimes_clinton_fraction": 5 / 10, "automated_trump_growth": 1.5,
        "trump_bots_growth": 0.5, "trump_bots_outgrow_humans": 0.5 - (20 / 6 - 1), "rivals_jaccard": 2 / 3,
        "angry_retweets": 3 / 1,
    }  # fmt: skip
    assert measured["value"][list(expected)].to_dict() == pytest.approx(expected)
    nothing = ["motherboard_trump_third", "motherboard_seven_to_one", "ibtimes_trend_continues"]
    assert measured.loc[nothing].isna().all(axis=None)
    low, value, high = measured.loc["ibtimes_real_people", ["low", "value", "high"]]
    assert low < value < high


SEEN = at(11)
TIPS = {"followers": 10_000, "friends": 0, "rate": 50.0, "hashtags": 3.0}


def profiles() -> pd.DataFrame:
    """Five profiles seen ten days after they were made; the last is missing."""
    counts = ["followers_count", "friends_count", "statuses_count"]
    table = pd.read_csv(ROOT / "tests" / "data" / "tipped.csv")
    table["created_at"] = [SEEN - timedelta(days=10)] * 4 + [None]
    return table.astype(dict.fromkeys(counts, "Int64"))


def test_tips_by_hand_and_a_missing_field_says_nothing():
    said = agreement.tips(profiles(), SEEN, TIPS).drop(columns="user_id").astype(object)
    assert said.where(said.notna(), None).to_dict("list") == {
        "no_picture": [True, False, False, False, None],
        "followed": [False, True, False, False, None],
        "fast": [False, True, False, None, None],  # fifty a day is not more than fifty
        "hashtags": [False, True, None, False, None],
        "any_tip": [True, True, None, None, None],
    }


def flagged(**columns) -> pd.DataFrame:
    """A table of flags; rules not given select nobody."""
    size = len(next(iter(columns.values())))
    table = pd.DataFrame({"user_id": range(size)} | {name: [False] * size for name in agreement.RULES})
    return table.assign(**columns).astype(dict.fromkeys(agreement.RULES, "boolean"))


def test_agreement_by_hand():
    flags = flagged(fast=[True, True, True, False, False, None], bot=[True, False, False, True, False, True])
    row = agreement.agreement(flags).loc["fast"]
    expected = {"known": 5, "selected": 3, "selected_other": 2, "both": 1, "overlap_share": 1 / 3}
    expected |= {"jaccard": 1 / 4, "lift": 1 / (3 * 2 / 5)}
    assert row[list(expected)].to_dict() == pytest.approx(expected)
    assert row["low"] <= 1 / 4 <= row["high"]
    pairs = agreement.overlaps(flags).set_index(["rule", "other"])
    assert pairs.loc[("fast", "bot"), ["known", "both", "jaccard"]].tolist() == [5, 1, 0.25]
    assert np.isnan(pairs.loc[("one_hashtag", "followed"), "jaccard"])


BIG = 9_100_000_000_000_000_001  # no float can hold this id


def originals() -> pd.DataFrame:
    """Account 1 tweets twice negative, once neutral, and a reply; account 2 once positive, once neutral."""
    rows = posted(*[(author, []) for author in (1, 1, 1, 1, 2, 2, BIG, BIG + 1, BIG, BIG, 2)])
    rows["retweeted_tweet_id"] = [None] * 6 + [1, 1, 2, 3, 5]
    rows["kind"] = ["original", "quote", "original", "reply", "original", "original"] + ["retweet"] * 5
    toned = lazy({"tweet_id": list(range(1, 12)), "score": [-1, -4, 0, -1, 2, 0, -1, -1, -4, 0, 2]})
    return anger.originals(lazy(rows), toned, lazy({"user_id": [1], "candidate": ["red"]}))


def test_originals_and_their_retweets_by_tone():
    table = originals()
    assert set(table["retweeter"].dropna()) == {BIG, BIG + 1, 2}
    summed = table.groupby(["user_id", "camp"], dropna=False)[anger.COLUMNS].sum()
    assert summed.index.to_frame()["camp"].fillna("none").tolist() == ["red", "none"]
    assert summed.filter(like="_tweets").to_numpy().tolist() == [[2, 1, 0], [0, 1, 1]]
    assert summed.filter(like="_retweets").to_numpy().tolist() == [[3, 1, 0], [0, 0, 1]]
    first = anger.ratios(table, SIDES, draws=0).iloc[0]
    assert (first["camp"], first["value"]) == ("everybody", (3 / 2) / (1 / 2))
    rows, shown = anger.tone_table(table, SIDES), ["accounts", "tweets", "retweets", "value"]
    rows = rows.set_index(["camp", "tone"])[shown]
    assert rows.loc[("red", "negative")].tolist() == [1, 2, 3, 1.5]
    assert np.isnan(rows.loc[("blue", "negative"), "value"])


def retweeted(*authors: tuple[int, int, int, int]) -> pd.DataFrame:
    """Rows of `originals` of authors: negative tweets, retweets of them, and the same of neutral ones; each
    retweet by an account of its own.
    """
    rows = []
    for author, (tweets, retweets, other_tweets, other_retweets) in enumerate(authors):
        rows.append((author, None, "negative_tweets", tweets))
        rows.append((author, None, "neutral_tweets", other_tweets))
        for column, number in (("negative_retweets", retweets), ("neutral_retweets", other_retweets)):
            rows += [(author, 1000 * (author + 1) + len(rows) + n, column, 1) for n in range(number)]
    table = pd.DataFrame(rows, columns=["user_id", "retweeter", "column", "number"])
    table = table.astype({"retweeter": "Int64"})
    counts = {name: table["number"] * (table["column"] == name) for name in anger.COLUMNS}
    return table[["user_id", "retweeter"]].assign(camp=None, **counts)


def test_a_popular_author_s_mood_moves_the_ratio_but_not_the_ratio_within_authors():
    """Author 0, mostly negative, is retweeted ten times whatever the tone; author 1, mostly neutral, once."""
    row = anger.ratios(retweeted((9, 90, 1, 10), (1, 1, 9, 9)), [], draws=0).iloc[0]
    assert row["value"] == pytest.approx((91 / 10) / (19 / 10))
    assert row["within"] == pytest.approx(1)
    twice = anger.ratios(retweeted((9, 180, 1, 10), (1, 2, 9, 9)), [], draws=0).iloc[0]
    assert twice["within"] == pytest.approx(2)


def test_one_author_whose_text_all_repeat_makes_the_interval_wide():
    """Forty negative tweets and forty neutral ones, each retweeted once; or all by two authors."""
    many = anger.ratios(retweeted(*[(1, 1, 0, 0)] * 40, *[(0, 0, 1, 1)] * 40), [], draws=400).iloc[0]
    two = anger.ratios(retweeted((1, 40, 1, 0), (1, 0, 1, 40)), [], draws=400).iloc[0]
    assert many["value"] == two["value"] == 1
    assert 0.4 < many["low"] < 0.8 and 1.2 < many["high"] < 2.2
    assert two["low"] == 0 and two["high"] > 3


def test_nothing_to_draw_is_said_in_words():
    tones, shares = anger.tone_table(originals()[:0], SIDES), debates.shares(after_debates()[:0], SIDES)
    growth = debates.growth_table({"nobody": WAYS["bots by scores"][:0]}, "one", "two")
    pairs, axes = agreement.overlaps(flagged(fast=[False])), Figure().subplots(4)
    debates.draw_shares(shares, SIDES, axes[0], {})
    debates.draw_growth(growth, axes[1], 0.5)
    anger.draw_tones(tones, SIDES, axes[2])
    agreement.draw_overlaps(pairs, axes[3])
    assert all(ax.texts[0].get_text().startswith("No ") for ax in axes)
    facts = {"debates": debates.share_facts(shares, SIDES), "agreement": agreement.overlap_facts(pairs)}
    facts["growth"] = debates.growth_facts(growth, "red", SIDES)
    facts["anger"] = anger.facts(tones, SIDES, anger.ratios(originals()[:0], SIDES))
    for name, each in facts.items():
        texts = figures.told(f"automation_{name}", each)
        assert texts["alt"].startswith("Empty: no ") and texts["title"].startswith(("No ", "Too few "))


@pytest.mark.parametrize(("low", "high", "said"), [
    (1.1, 2, "more than"), (0.5, 0.9, "less than"), (0.9, 2, "as often as"),
])  # fmt: skip
def test_the_headline_says_whether_negative_originals_are_retweeted_more(low, high, said):
    ratios = anger.ratios(originals(), SIDES, draws=0).assign(value=1.0, low=low, high=high)
    facts = anger.facts(anger.tone_table(originals(), SIDES), SIDES, ratios)
    title = figures.told("automation_anger", facts)["title"]
    assert title.startswith(f"Negative originals are retweeted {said} positive ones")


def test_the_headlines_count_debates_and_measures_beyond_chance_and_name_shares():
    shares = debates.shares(after_debates(), SIDES).query("variant == 'all_tweets'")
    red = shares[shares["candidate"] == "red"]
    growth = debates.growth_table(WAYS, "one", "two").assign(low=[0.1, -0.1, 0, 0.2])
    pairs = agreement.overlaps(flagged(one_hashtag=[True] * 3, bot=[True, False, False]))
    apart = shares.assign(low=[0.1, 0.4, 0.4, 0.4], high=[0.2, 0.6, 0.6, 0.6])
    for name, facts, said in [
        ("debates", debates.share_facts(shares, SIDES), "in none of 2 comparisons; shares are 50%"),
        ("debates", debates.share_facts(apart, SIDES), "in 1 of 2 comparisons"),
        ("debates", debates.share_facts(red, SIDES[:1], article=False), "camp's automated share after ev"),
        ("growth", debates.growth_facts(growth, "red", SIDES), "Red grow by 2 of 4 measures beyond chance"),
        ("growth", debates.growth_facts(growth, "red", SIDES, ["A", "B"]), "From A to B, tweets"),
        ("agreement", agreement.overlap_facts(pairs), "agree on 33% or 0% of the accounts"),
    ]:
        assert said in figures.told(f"automation_{name}", facts)["title"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["base", "nogrowth"])
def test_growth_of_automated_traffic_is_found_where_it_is_and_not_where_it_was_taken_out(name, tmp_path):
    """At 1/50: in smaller worlds Trump's bots are too few to tell."""
    _, study = open_world(tmp_path, 0.02, name)
    scores, memos = scoring.score_study(study), claims.named("automation")
    tweets, scored = tables.scan(study, "tweets"), tables.lazy(scores)
    hashtags = partisanship.account_hashtags(tweets, scored, study.candidates)
    sides, (first, second, _) = partisanship.partisans(hashtags, study.candidates), memos["debates"]
    ways = debates.ways(measures.traffic(study, memos)["matched"], scores, sides, "trump")
    _, by_rule, bots, _ = debates.growth_table(ways, first, second).to_dict("records")
    if name == "base":
        assert by_rule["low"] > 0.1 and bots["low"] > 0.1
    else:
        assert by_rule["low"] < 0 < by_rule["high"] < 0.1 and bots["low"] < 0 < bots["high"] < 0.1


def test_the_rule_points_at_busy_people_not_at_bots(planted_world):
    """Measured on the synthetic base world at 1/100, where the truth is known."""
    _, world, study = planted_world("base")
    tweets, memos = tables.scan(study, "tweets"), claims.named("automation")
    looked = agreement.profiles(tweets, tables.scan(study, "users"), tables.scan(study, "scores"))
    tipped = agreement.tips(looked, tables.last_moment(study), memos["tips"])
    table = agreement.flags(tables.read(study, "scores"), tipped, measures.traffic(study, memos)["matched"])
    table["truth"] = table["user_id"].map(pd.Series(world.accounts.bot, index=world.accounts.user_id))
    sizes = pd.DataFrame({each: agreement.pair(table, each, "truth").sum() for each in agreement.RULES}).T
    assert sizes.loc["all_tweets", ["selected", "selected_other", "both"]].tolist() == [37, 76, 6]
    precision, recall = sizes["both"] / sizes["selected"], sizes["both"] / sizes["selected_other"]
    assert (precision["any_tip"], recall["any_tip"]) == pytest.approx((0.44, 0.66), abs=0.05)
    assert precision["bot"] > 0.9 and recall["bot"] > 0.9


@pytest.mark.parametrize("name", ["base", "angry"])
def test_anger_is_found_where_it_was_put_in(name, tmp_path):
    world, study = open_world(tmp_path, 0.005, name)
    tones = pd.DataFrame({"tweet_id": world.tweets.tweet_id, "score": world.tweets.sentiment.astype("int64")})
    nobody = lazy({"user_id": [], "candidate": []})
    accounts = anger.originals(tables.scan(study, "tweets"), tables.lazy(tones), nobody)
    table = anger.ratios(accounts, []).set_index("compared").loc["negative / neutral"]
    for statistic in ("value", "within", "within_low"):
        assert bool(table[statistic] > 1.25) == (name == "angry"), statistic
