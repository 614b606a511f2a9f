"""The rule of fifty a day, the tips, agreement with scores, and anger: by hand, and in planted worlds."""

from datetime import UTC, datetime, timedelta

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import lazy

from helpers import claims, figures, partisanship, tables
from helpers.automation import agreement, anger, debates, measures, rule, tips
from helpers.bots import scoring
from helpers.study import Candidate, Event, open_study
from helpers.uncertainty import sums
from helpers.world import generate
from helpers.world.writing import write_study

RED = Candidate(key="red", name="Ann Red", hashtags=["VoteRed", "red"])
BLUE = Candidate(key="blue", name="Bo Blue", hashtags=["blue"])
SIDES = [RED, BLUE]


def at(day: int, hour: float = 0) -> datetime:
    return datetime(2020, 1, day, tzinfo=UTC) + timedelta(hours=hour)


DAY = [(at(1), at(2))]
MEMOS = {"rate": 3.0, "hours": 24, "debates": ["one", "two", "three"], "candidates": ["red", "blue"]}


def posted(*rows) -> dict:
    """Tweets from (author, hashtags, time) as columns of the `tweets` table, ids from 1 on."""
    return {
        "tweet_id": list(range(1, len(rows) + 1)),
        "user_id": [row[0] for row in rows],
        "hashtags": [row[1] for row in rows],
        "created_at": [row[2] if len(row) > 2 else "2020-01-01T12:00Z" for row in rows],
    }


def by_account(*rows, rate=3.0, windows=DAY, hashtags=("red", "blue", "debate"), sides=SIDES):
    return rule.by_account(lazy(posted(*rows)), sides, hashtags, windows, rate).set_index("user_id")


def test_three_a_day_is_met_by_one_hashtag_or_only_by_all_tweets():
    spread = [(2, ["red"]), (2, ["blue"]), (2, ["other"])]
    few = [(3, ["red", "blue", "debate"]), (3, ["red", "red", "debate"])]  # a tweet counts once for a hashtag
    table = by_account(*[(1, ["red"])] * 3, *spread, *few)
    assert table["most"].tolist() == [3, 1, 2]
    assert table["one_hashtag"].tolist() == [True, False, False]
    assert table["all_tweets"].tolist() == [True, True, False]


@pytest.mark.parametrize(
    "windows, automated",
    [
        (DAY, [True, False]),
        ([(at(1, 12), at(2))], [True, True]),  # three a day are one and a half in twelve hours
        ([*DAY, (at(5), at(6))], [False, False]),
    ],
)
def test_the_average_is_over_all_hours_of_the_windows_and_counts_nothing_outside(windows, automated):
    last = "2020-01-01T23:59Z"
    rows = [(1, ["red"], last)] * 3 + [(2, ["red"], last)] * 2 + [(2, ["red"], "2020-01-02T00:00Z")]
    assert by_account(*rows, windows=windows)["one_hashtag"].tolist() == automated


def test_exactly_fifty_a_day_over_hours_that_are_no_round_number_of_days():
    windows = [(at(1), at(1, 7.2))]  # three tenths of a day: 15 tweets
    rows = [(1, ["red"], "2020-01-01T01:00Z")] * 15 + [(2, ["red"], "2020-01-01T01:00Z")] * 14
    assert by_account(*rows, rate=50.0, windows=windows)["one_hashtag"].tolist() == [True, False]


def test_camps_go_by_hashtags_of_one_candidate_only():
    """Account 5 uses each side's hashtags in turn, and is of neither camp alone."""
    rows = [(1, ["votered", "debate"]), (1, ["red", "blue"]), (1, ["debate"]), (2, ["blue"]), (3, None)]
    table = by_account(*rows, (4, ["red"]), (5, ["red"]), (5, ["blue"]))
    assert table["red_tweets"].tolist() == [1, 0, 0, 1, 1]
    assert table["blue_tweets"].tolist() == [0, 1, 0, 0, 1]
    assert table["both_tweets"].tolist() == [1, 0, 0, 0, 0]
    assert table["neither_tweets"].tolist() == [1, 0, 1, 0, 0]
    assert rule.account_camps(table, SIDES).tolist() == ["both", "blue", "neither", "red", "both"]
    camps = rule.camp_table(table, SIDES).set_index("camp")
    assert camps["tweets"].to_dict() == {"red": 3, "blue": 2, "both": 1, "neither": 2}
    assert camps["accounts"].tolist() == [1, 1, 2, 1]
    assert camps["automated"].tolist() == [0, 0, 1, 0]


def test_the_rule_s_table_by_hand():
    table = by_account(*[(1, ["red"])] * 3, (2, ["red"]), (3, ["blue"])).reset_index()
    row = rule.rule_table(table, SIDES, pd.DataFrame({"user_id": [2]})).iloc[0]
    assert row[["accounts", "not_scored"]].tolist() == [1, 1]
    shares = row[["accounts_share", "tweets_share", "red_share", "blue_share"]].tolist()
    assert shares == pytest.approx([1 / 3, 3 / 5, 3 / 4, 0])


def test_without_tweets_windows_candidates_or_hashtags_tables_are_whole():
    assert by_account((1, ["red"]), hashtags=[])["most"].tolist() == [0]
    assert by_account((1, ["red"]), sides=[])["neither_tweets"].tolist() == [1]
    empty = by_account((1, ["red"]), windows=[]).reset_index()
    assert empty.empty
    assert np.isnan(rule.rule_table(empty, SIDES, pd.DataFrame({"user_id": []}))["red_share"]).all()
    assert np.isnan(rule.share_estimate(empty, "green_tweets", "all_tweets")).all()


def test_hashtags_and_period_come_from_the_study(tiny, monkeypatch):
    assert rule.election_hashtags(tiny) == ["debate", "trump2016"]
    assert rule.seconds(rule.period(tiny)) == 2 * 86_400
    tiny.settings = tiny.settings.__class__(
        name="t", title="t", synthetic=True
    )  # without windows: whole days
    rows = posted((1, [], "2020-01-01T23:00Z"), (1, [], "2020-01-02T01:00Z"))
    monkeypatch.setattr(rule, "scan", lambda *_: lazy(rows))
    assert rule.period(tiny) == [(at(1), at(3))]


FIRST, SECOND, LATE = (
    Event(name=name, at=at(day, 18)) for name, day in (("one", 1), ("two", 5), ("late", 9))
)
GAPPED = [(at(1), at(3)), (at(5), at(6))]


def test_matched_hours_end_with_the_shortest_window_after_a_covered_event():
    assert debates.covered([LATE, SECOND, FIRST], GAPPED) == [FIRST, SECOND]
    assert [debates.hours_after(event, GAPPED) for event in (FIRST, SECOND, LATE)] == [30, 6, 0]
    assert debates.matched_hours([FIRST, SECOND, LATE], GAPPED, 96) == 6
    assert debates.matched_hours([FIRST], GAPPED, most=24) == 24
    assert debates.matched_hours([LATE], GAPPED, 96) == 0
    assert debates.coverage([FIRST, SECOND], GAPPED, [6, 24])["24 hours"].tolist() == [True, False]


def test_the_time_between_two_debates_leaves_out_what_was_not_collected():
    assert debates.between([FIRST, SECOND], "one", "two", GAPPED) == [(at(1, 18), at(3)), (at(5), at(5, 18))]
    assert debates.between([FIRST], "one", "two", GAPPED) == []


def after_debates() -> pd.DataFrame:
    """Accounts 1 (all along) and 2 (second debate only) are automated for Red, 3 for Blue, 9 never."""
    rows = [
        # debate, user_id, red, blue, automated
        ("one", 1, 4, 0, True), ("one", 3, 0, 2, True), ("one", 9, 4, 2, False),
        ("two", 1, 5, 1, True), ("two", 2, 5, 0, True), ("two", 3, 0, 4, True), ("two", 9, 10, 5, False),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["debate", "user_id", "red_tweets", "blue_tweets", "all_tweets"])
    return table.assign(one_hashtag=table["all_tweets"], tweets=table["red_tweets"] + table["blue_tweets"])


SCORES = pd.DataFrame({"user_id": [1, 2, 3, 9], "class": ["bot", "human", "bot", "human"]})
PARTISANS = pd.DataFrame({"user_id": [1, 2, 3, 9], "candidate": ["red", "red", "blue", "red"]})
WAYS = debates.ways(after_debates(), SCORES, PARTISANS, "red")


def test_shares_and_growth_by_hand():
    """Bots for Red: account 1, with 4 and 6 tweets; humans: 2 and 9, with 6 and 20."""
    shares = debates.shares(after_debates(), SIDES).set_index(["variant", "debate", "candidate"])
    assert shares["share"].tolist() == [4 / 8, 2 / 4, 10 / 20, 5 / 10] * 2
    row = shares.loc[("all_tweets", "two", "red"), ["accounts", "automated", "tweets"]]
    assert row.tolist() == [2, 10, 20]
    assert (shares["low"] <= shares["share"]).all() and (shares["share"] <= shares["high"]).all()
    pairs = debates.paired(WAYS["rule, all collected tweets"], "one", "two")
    assert pairs.to_numpy().tolist() == [[1, 4, 5], [2, 0, 5]]
    table = debates.growth_table(WAYS, "one", "two")
    assert table["value"].tolist() == pytest.approx([1.5, 1.5, 0.5, 20 / 6 - 1])
    assert debates.growth_table(WAYS, "two", "three")["value"].isna().all()


def test_claims_by_hand():
    table = after_debates()
    table.loc[2, "tweets"] = 27  # of account 9, so that a third of the tweets are automated
    flags = agreement.flags(SCORES, tips.tips(profiles(), SEEN, TIPS), table)
    agreed, ratios = agreement.agreement(flags), anger.ratios(originals(), SIDES)
    tables = (table.query("debate == 'two'"), table, table, table.iloc[:0], WAYS, agreed, ratios)
    measured = measures.measures(measures.Tables(*tables), MEMOS)
    expected = {
        "memo_heavy_tweets": 15 / 30, "memo_heavy_accounts": 3 / 4, "ibtimes_real_people": 1 - 21 / 63,
        "memo_ratio_first": 4 / 2, "ibtimes_clinton_fraction": 5 / 10, "automated_trump_growth": 1.5,
        "trump_bots_growth": 0.5, "trump_bots_outgrow_humans": 0.5 - (20 / 6 - 1), "rivals_jaccard": 2 / 3,
        "angry_retweets": 1.5,
    }  # fmt: skip
    assert measured["value"][list(expected)].to_dict() == pytest.approx(expected)
    nothing = ["motherboard_trump_third", "motherboard_seven_to_one", "ibtimes_trend_continues"]
    assert measured.loc[nothing].isna().all(axis=None)
    low, value, high = measured.loc["ibtimes_real_people", ["low", "value", "high"]]
    assert low < value < high


def test_by_debate_applies_the_rule_to_each_window(tiny):
    rows = [(1, ["red"], "2020-01-01T18:00Z")] * 2 + [(1, ["red"], "2020-01-05T23:00Z")]
    table = debates.by_debate(lazy(posted(*rows)), SIDES, ["red"], [FIRST, SECOND], 6, rate=8)
    columns = table[["debate", "red_tweets", "one_hashtag"]]
    assert columns.to_numpy().tolist() == [["one", 2, True], ["two", 1, False]]
    none = debates.by_debate(lazy(posted(*rows)), SIDES, ["red"], [], 0, rate=8)
    assert none.empty and debates.shares(none, SIDES).empty
    assert "no events" in debates.without_debates(tiny, [], ["one"])
    assert "*two*" in debates.without_debates(tiny, [FIRST], ["one", "two"])
    assert debates.without_debates(tiny, [FIRST, SECOND], ["one", "two"]) == ""
    tiny.settings = tiny.settings.__class__(name="t", title="t", synthetic=True)
    assert "no candidates" in debates.without_debates(tiny, [FIRST], ["one"])


SEEN = at(11)
TIPS = {"followers": 10_000, "friends": 0, "rate": 50.0, "hashtags": 3.0}


def profiles() -> pd.DataFrame:
    """Five profiles seen ten days after they were made; the last is missing."""
    rows = [
        (1, True, 5, 5, 500, 1.0), (2, False, 10_000, 0, 501, 3.0), (3, False, 9_999, 0, 10, np.nan),
        (4, False, 10_000, 1, None, 2.9), (5, None, None, None, None, np.nan),
    ]  # fmt: skip
    counts = ["followers_count", "friends_count", "statuses_count"]
    table = pd.DataFrame(rows, columns=["user_id", "default_profile_image", *counts, "per_tweet"])
    table["created_at"] = [SEEN - timedelta(days=10)] * 4 + [None]
    return table.astype(dict.fromkeys(counts, "Int64"))


@pytest.mark.parametrize(
    "tip, said",
    [
        ("no_picture", [True, False, False, False, None]),
        ("followed", [False, True, False, False, None]),
        ("fast", [False, True, False, None, None]),  # fifty a day is not more than fifty
        ("hashtags", [False, True, None, False, None]),
        ("any_tip", [True, True, None, None, None]),
    ],
)
def test_tips_by_hand_and_a_missing_field_says_nothing(tip, said):
    flags = tips.tips(profiles(), SEEN, TIPS)[tip]
    assert [None if pd.isna(flag) else bool(flag) for flag in flags] == said


def test_profiles_average_hashtags_over_tweets_of_their_own_and_keep_accounts_without_any():
    rows = posted((1, ["a", "b"]), (1, ["a"] * 4), (1, ["a"] * 9), (2, ["a"]))
    rows["kind"] = ["original", "quote", "retweet", "reply"]
    users = {"user_id": [1], "default_profile_image": [True], "followers_count": [1], "friends_count": [2]}
    users |= {"statuses_count": [3], "created_at": ["2019-01-01T00:00Z"]}
    table = tips.profiles(lazy(rows), lazy(users), lazy({"user_id": [1, 2]})).set_index("user_id")
    assert table.loc[1, "per_tweet"] == 3
    assert table.loc[2].isna().all()
    assert tips.tips(table.reset_index(), SEEN, TIPS)["any_tip"].isna().tolist() == [False, True]


def flagged(**columns) -> pd.DataFrame:
    """A table of flags; rules not given select nobody."""
    size = len(next(iter(columns.values())))
    table = pd.DataFrame({"user_id": range(size)} | {name: [False] * size for name in agreement.RULES})
    return table.assign(**columns).astype(dict.fromkeys(agreement.RULES, "boolean"))


FLAGS = flagged(fast=[True, True, True, False, False, None], bot=[True, False, False, True, False, True])


def test_agreement_by_hand():
    row = agreement.agreement(FLAGS).loc["fast"]
    assert row[["known", "selected", "selected_other", "both"]].tolist() == [5, 3, 2, 1]
    shares = row[["overlap_share", "jaccard", "lift"]].tolist()
    assert shares == pytest.approx([1 / 3, 1 / 4, 1 / (3 * 2 / 5)])
    assert row["low"] <= 1 / 4 <= row["high"]
    pairs = agreement.overlaps(FLAGS).set_index(["rule", "other"])
    assert pairs.loc[("fast", "bot"), ["known", "both", "jaccard"]].tolist() == [5, 1, 0.25]
    assert np.isnan(pairs.loc[("one_hashtag", "followed"), "jaccard"])


def test_flags_join_rules_and_scores_and_know_no_class_without_one():
    scores = pd.DataFrame({"user_id": [3, 1, 2], "class": ["bot", "unknown", "human"]})
    fast = pd.DataFrame({"user_id": [2, 2, 8], "all_tweets": [False, True, True]})
    fast["one_hashtag"] = [False, False, True]
    table = agreement.flags(scores, tips.tips(profiles(), SEEN, TIPS), fast)
    assert table["user_id"].tolist() == [1, 2, 3]
    assert table["all_tweets"].tolist() == [False, True, False]
    assert not table["one_hashtag"].any()
    assert table["bot"].isna().tolist() == [True, False, False]
    assert table["bot"].tolist()[1:] == [False, True]


def originals() -> pd.DataFrame:
    """Account 1 tweets twice negative, once neutral, and a reply; account 2 once positive, once neutral."""
    rows = posted(*[(author, []) for author in (1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3)])
    rows["retweeted_tweet_id"] = [None] * 6 + [1, 1, 2, 3, 6]
    rows["kind"] = ["original", "quote", "original", "reply", "original", "original"] + ["retweet"] * 5
    toned = lazy({"tweet_id": list(range(1, 12)), "score": [-1, -4, 0, -1, 2, 0, -1, -1, -4, 0, 0]})
    return anger.originals(lazy(rows), toned, lazy({"user_id": [1], "candidate": ["red"]}))


def test_originals_and_their_retweets_by_tone():
    table = originals()
    assert table["camp"].fillna("none").tolist() == ["red", "none"]
    assert table.filter(like="_tweets").to_numpy().tolist() == [[2, 1, 0], [0, 1, 1]]
    assert table.filter(like="_retweets").to_numpy().tolist() == [[3, 1, 0], [0, 1, 0]]
    assert anger.rate_ratio(sums(table.drop(columns="camp"))) == (3 / 2) / (2 / 2)
    rows = anger.tone_table(table, SIDES).set_index(["camp", "tone"])
    row = rows.loc[("red", "negative"), ["accounts", "tweets", "retweets", "value"]]
    assert row.tolist() == [1, 2, 3, 1.5]
    assert np.isnan(rows.loc[("blue", "negative"), "value"])


def test_a_popular_author_s_mood_moves_the_ratio_but_not_the_ratio_within_authors():
    """Author 1, mostly negative, is retweeted ten times whatever the tone; author 2, mostly neutral, once."""
    table = pd.DataFrame({"negative_tweets": [9, 1], "negative_retweets": [90, 1],
                          "neutral_tweets": [1, 9], "neutral_retweets": [10, 9]})  # fmt: skip
    assert anger.rate_ratio(sums(table)) == pytest.approx((91 / 10) / (19 / 10))
    assert anger.ratio_within(sums(anger.terms_within(table))) == 1
    table["negative_retweets"] *= 2
    assert anger.ratio_within(sums(anger.terms_within(table))) == 2


def pictures(shares, growth, tones, pairs) -> dict:
    """Title and alternative text of each figure, and the axes that it draws."""
    ratios = anger.ratios(originals().iloc[: 2 * len(tones.dropna())], SIDES)
    axes = [plt.figure().subplots() for _ in range(4)]
    debates.draw_shares(shares, SIDES, axes[0], {("one", "red"): 0.9, ("other", "red"): 0.1})
    debates.draw_growth(growth, axes[1], 0.5)
    anger.draw_tones(tones, SIDES, axes[2])
    agreement.draw_overlaps(pairs, axes[3])
    facts = {
        "automation_debates": debates.share_facts(shares, SIDES),
        "automation_growth": debates.growth_facts(growth, "red", SIDES),
        "automation_anger": anger.facts(tones, SIDES, ratios),
        "automation_agreement": agreement.overlap_facts(pairs),
    }
    plt.close("all")
    told = {name: figures.told(name, each) for name, each in facts.items()}
    return dict(
        zip(["debates", "growth", "anger", "agreement"], zip(told.values(), axes, strict=True), strict=True)
    )


def test_nothing_to_draw_is_said_in_words():
    none = pd.DataFrame({"debate": [], "user_id": [], "tweets": []})
    silent = anger.tone_table(originals().iloc[:0], SIDES)
    growth = debates.growth_table({"nobody": none}, "one", "two")
    shares, pairs = debates.shares(after_debates().iloc[:0], SIDES), agreement.overlaps(flagged(fast=[False]))
    shown = pictures(shares, growth, silent, pairs)
    for texts, ax in shown.values():
        assert ax.texts[0].get_text().startswith("No ")
        assert texts["alt"].startswith("Empty: no ")
        assert texts["title"].startswith(("No ", "Too few "))


def test_figures_draw_the_tables_and_their_texts_hold_the_numbers():
    shares = debates.shares(after_debates(), SIDES).query("variant == 'all_tweets'")
    growth = debates.growth_table(WAYS, "one", "two").assign(low=[0.1, -0.1, 0, 0.2])
    tones = anger.tone_table(originals(), SIDES)
    pairs = agreement.overlaps(flagged(one_hashtag=[True] * 3, bot=[True, False, False]))
    shown = pictures(shares, growth, tones, pairs)
    assert shown["debates"][1].get_ylim()[1] >= 0.9
    assert [0.5, 0.5] in [list(line.get_ydata()) for line in shown["debates"][1].get_lines()]
    assert "Ann Red, counting all collected tweets: one 50%, two 50%." in shown["debates"][0]["alt"]
    assert "in none of 2 comparisons; shares are 50% to 50%" in shown["debates"][0]["title"]
    assert "grow by 2 of 4 measures beyond chance: +50% to +233%" in shown["growth"][0]["title"]
    assert "supporters of Ann Red: negative 1.50, neutral 1.00." in shown["anger"][0]["alt"]
    assert "0.33" in [text.get_text() for text in shown["agreement"][1].texts]
    assert shown["agreement"][0]["title"].endswith("agree on 33% or 0% of the accounts that either points at")


@pytest.mark.parametrize(
    "low, high, said", [(1.1, 2, "more than"), (0.5, 0.9, "less than"), (0.9, 2, "as often as")]
)
def test_the_headline_says_whether_negative_originals_are_retweeted_more(low, high, said):
    tones = anger.tone_table(originals(), SIDES)
    row = {"camp": "everybody", "compared": "negative / positive", "value": 1.0, "low": low, "high": high}
    title = figures.told("automation_anger", anger.facts(tones, SIDES, pd.DataFrame([row])))["title"]
    assert title.startswith(f"Negative originals are retweeted {said} positive ones")


def test_the_headline_counts_the_debates_in_which_the_camps_are_apart():
    shares = debates.shares(after_debates(), SIDES).query("variant == 'all_tweets'").assign(low=0.4, high=0.6)
    shares.loc[shares.index[:1], ["low", "high"]] = [0.1, 0.2]
    texts = figures.told("automation_debates", debates.share_facts(shares, SIDES))
    assert "in 1 of 2 comparisons" in texts["title"]


@pytest.mark.parametrize("name", ["base", "nogrowth"])
def test_growth_of_automated_traffic_is_found_where_it_is_and_not_where_it_was_taken_out(name, tmp_path):
    """At 1/50: in smaller worlds Trump's bots are too few to tell."""
    write_study(generate(0.02, 1, name), tmp_path / "study", as_tables=True)
    study = open_study(tmp_path / "study", tmp_path / "out")
    scores, memos = scoring.score_study(study), claims.named("automation")
    tables.write(scores, study.tables / "scores.parquet")
    tweets = tables.scan(study, "tweets")
    hashtags = partisanship.account_hashtags(tweets, tables.scan(study, "scores"), study.candidates)
    sides = partisanship.partisans(hashtags, study.candidates)
    first, second, _ = memos["debates"]
    _, by_rule, bots, _ = debates.growth_table(
        debates.ways(measures.traffic(study, memos)["matched"], scores, sides, "trump"), first, second
    ).to_dict("records")
    if name == "base":
        assert by_rule["low"] > 0.15 and bots["value"] > 0.2
    else:
        assert by_rule["high"] < 0.15 and bots["value"] < 0.15


def test_the_rule_points_at_busy_people_not_at_bots(planted):
    """Measured on the synthetic base world at 1/100, where the truth is known."""
    name, world, study = planted
    if name != "base":
        pytest.skip("precision is measured in the base world")
    tweets, memos = tables.scan(study, "tweets"), claims.named("automation")
    looked = tips.profiles(tweets, tables.scan(study, "users"), tables.scan(study, "scores"))
    tipped = tips.tips(looked, tables.last_moment(study), memos["tips"])
    table = agreement.flags(tables.read(study, "scores"), tipped, measures.traffic(study, memos)["matched"])
    table["truth"] = table["user_id"].map(pd.Series(world.accounts.bot, index=world.accounts.user_id))
    sizes = {each: agreement.pair(table, each, "truth").sum() for each in agreement.RULES}
    assert sizes["all_tweets"][["selected", "selected_other", "both"]].tolist() == [37, 76, 6]
    assert sizes["one_hashtag"][["selected", "both"]].tolist() == [12, 1]
    found = pd.DataFrame(sizes).T
    precision, recall = found["both"] / found["selected"], found["both"] / found["selected_other"]
    assert (precision["any_tip"], recall["any_tip"]) == pytest.approx((0.45, 0.30), abs=0.05)
    assert precision["bot"] > 0.9 and recall["bot"] > 0.9


@pytest.mark.parametrize("name", ["base", "angry"])
def test_anger_is_found_where_it_was_put_in(name, tmp_path):
    world = generate(0.005, 1, name)
    write_study(world, tmp_path / "study", as_tables=True)
    study = open_study(tmp_path / "study", tmp_path / "out")
    tones = pd.DataFrame({"tweet_id": world.tweets.tweet_id, "score": world.tweets.sentiment.astype("int64")})
    nobody = lazy({"user_id": [], "candidate": []})
    accounts = anger.originals(tables.scan(study, "tweets"), tables.lazy(tones), nobody)
    table = anger.ratios(accounts, []).set_index("compared").loc["negative / neutral"]
    for statistic in ("value", "within", "within_low"):
        assert bool(table[statistic] > 1.25) == (name == "angry"), statistic
