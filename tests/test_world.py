"""The generative model: each step on inputs small enough to follow, and the whole on a small world."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from helpers.study import ROOT
from helpers.world import generate, places, timeline
from helpers.world import parameters as p
from helpers.world.accounts import systematic_bots, tweets_per_account
from helpers.world.controls import VARIANTS
from helpers.world.draw import bank, category, category_by_row
from helpers.world.feeds import WIDER, Feed, Looks, pick, previous, roots
from helpers.world.network import come_before
from helpers.world.tweets import draw_intents

HOUR = 3_600_000
STATE_OF_PLACE = np.repeat(np.arange(51), [1 + len(state.towns) for state in places.STATES])
CODES = [state.code for state in places.STATES]


@cache
def drawn_world(name):
    return generate(0.01, seed=5, name=name)


def test_draws_from_uniform_numbers_and_laws_by_hand():
    assert category(np.array([0.0, 0.24, 0.25, 0.99]), [1, 1, 2]).tolist() == [0, 0, 1, 2]
    weights = np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [3.0, 1.0, 0.0]])  # of each row its own
    assert category_by_row(np.array([0.4, 0.0, 0.8]), weights).tolist() == [0, 2, 1]
    # P(X >= x) ~ 1/x up to 3, truncated: 1, 1/3, 1/9; quantiles at 1/6, 1/2, 5/6
    assert tweets_per_account(p.Activity(exponent=1, offset=1, maximum=3), 3).tolist() == [2, 1, 1]
    law = p.BotPrevalence(entry_share=0.5, growth=0, maximum=1, tail_share=0.25)
    bots = systematic_bots(law, np.array([9, 8, 7, 6, 1, 1, 1, 1]), scored=4)
    assert (bots[:4].sum(), bots[4:].sum()) == (2, 1)  # evenly along activity


def test_accounts_have_the_published_concentration():
    base = drawn_world("base")
    activity = base.accounts.activity
    assert (np.diff(activity) <= 0).all()
    assert activity[: base.accounts.scored].sum() / activity.sum() == pytest.approx(0.609, abs=0.005)
    assert np.array_equal(np.bincount(base.tweets.author), activity)


FLAT = p.Rhythm(level=(1.0, 2.0, 3.0), circadian=0, weekend=1, burst=(0, 0, 0, 0), slow=0)


def rate(zone=0, ramp=0, **changed) -> np.ndarray:
    return timeline.hourly_rate(replace(FLAT, **changed), zone=zone, burst_factor=1, ramp=ramp)


def test_a_flat_rhythm_is_the_level_of_each_window_which_debates_growth_and_local_time_change():
    expected = [1.0] * 9 + [0.0] + [2.0] * 15 + [0.0] * 5 + [3.0] * 6  # days from 16 September
    assert rate().reshape(36, 24).tolist() == [[level] * 24 for level in expected]
    first, vice, second, _ = timeline.DEBATE_HOURS
    assert rate(ramp=0.4)[[first, second]] == pytest.approx([2.0, 2.8])
    burst = rate(burst=(5, 0, 0, 0))
    assert burst[[first, vice]] == pytest.approx([7.0, 2.0])
    assert burst[first - 3] < 2.2 and burst[first + 5] < 4
    assert np.array_equal(rate(circadian=0.5)[:24], rate(zone=3, circadian=0.5)[3:27])


def feed(weight) -> Feed:
    return Feed.of(np.arange(3), np.array([10, 20, 30]) * HOUR, np.array(weight))


def test_a_short_feed_shows_the_last_tweet_before_and_a_longer_one_prefers_the_popular():
    def look(moments, weight, hours, least=0.1):
        moments = np.array(moments) * HOUR
        eye = np.linspace(0, 0.99, len(moments))
        return feed(weight).pick(moments, np.full(len(moments), hours * HOUR), eye, least).tolist()

    assert look([9, 10, 11, 21, 29, 99], [1.0, 1.0, 1.0], 0) == [-1, -1, 0, 1, 1, 2]
    assert look([31] * 50, [1e9, 1e-9, 1e-9], 22) == [0] * 50
    assert look([31] * 4, [1.0, 1.0, 1.0], 0, least=2) == [1, 1, 2, 2]  # a third of the eyes fall on each


def test_each_new_attempt_looks_further_back_and_elsewhere_in_the_feed_of_the_camp():
    looks, law = Looks(*np.zeros((3, 2), np.float32)), p.Reach(2.0, 1.0, 0)
    rows, time = np.arange(2), np.full(2, 31 * HOUR)
    assert (looks.back(rows, law) == 2 * HOUR).all() and (looks.back(rows, law, 1) == WIDER * 2 * HOUR).all()
    assert (looks.eye(rows) == 0).all() and (looks.eye(rows, 1) > 0.6).all()
    camps = [feed([1.0, 1.0, 1.0]), Feed.of(np.arange(0), time, np.ones(0))]
    assert pick(rows, camps, np.array([0, 1]), time, looks, law).tolist() == [2, -1]


def test_chains_end_at_their_root_and_threads_at_the_last_tweet_of_ones_own():
    assert roots(np.array([0, 0, 1, 3, 2, 3])).tolist() == [0, 0, 0, 3, 0, 3]
    assert come_before(np.array([7, 5, 7, 5, 7, 1])).tolist() == [False, False, True, True, True, False]
    own, time = np.array([1, 2, 1, 1, 2]), np.arange(5) * HOUR
    found = previous(np.array([2, 3, 4]), own, np.array([0, 1, 2]), time, 2)
    assert found.tolist() == [0, 2, -1]  # the last one's is three hours old


def test_retweets_lead_to_earlier_originals_and_quotes_that_say_the_same_and_nobody_repeats_one_twice():
    a, t = drawn_world("base").accounts, drawn_world("base").tweets
    retweets = np.flatnonzero(t.kind == p.RETWEET)
    root = t.target[retweets]
    assert (t.time[root] < t.time[retweets]).all() and set(t.kind[root]) == {p.ORIGINAL, p.QUOTE}
    assert (t.addressed[retweets] == t.author[root]).all() and (t.mention[retweets] == t.mention[root]).all()
    topic, _, sentiment, _ = draw_intents(drawn_world("base").parameters, a, t.author, seed=5)
    assert (topic[retweets] == t.topic[root]).all() and (sentiment[retweets] == t.sentiment[root]).all()
    assert len({*zip(t.author[retweets].tolist(), root.tolist(), strict=True)}) == len(retweets)


def test_retweets_come_within_the_hour_some_at_once_some_after_days_and_few_tweets_get_most():
    t = drawn_world("base").tweets
    retweets, own = t.kind == p.RETWEET, np.isin(t.kind, (p.ORIGINAL, p.QUOTE))
    delay = (t.time - t.time[t.target])[retweets] / 60_000
    early, median, late = np.quantile(delay, [0.05, 0.5, 0.99])
    assert early < 5 and 20 < median < 90 and late > 2 * 1440
    sizes = np.sort(np.bincount(t.target[retweets], minlength=len(t))[own])
    assert sizes[-len(sizes) // 100 :].sum() > 0.15 * sizes.sum() and (sizes == 0).mean() > 0.6
    assert sizes[-1] > 40 * sizes.mean()


def test_kinds_targets_and_mentions_are_as_many_as_on_twitter():
    a, t = drawn_world("base").accounts, drawn_world("base").tweets
    share = np.bincount(t.kind, minlength=4) / len(t)
    assert share[p.RETWEET] == pytest.approx(0.6, abs=0.02) and 0.03 < share[p.QUOTE] < 0.07
    replies, own = t.kind == p.REPLY, np.isin(t.kind, (p.ORIGINAL, p.QUOTE))
    assert 0.3 < (t.target[replies] >= 0).mean() < 0.4
    assert (t.addressed[replies] >= len(a)).mean() == pytest.approx(0.57, abs=0.03)
    assert 0.003 < (t.addressed == t.author).mean() < 0.02
    assert 0.15 < (t.mention[own] >= 0).mean() < 0.30 and not (t.mention == t.author)[own].any()
    assert max(t.addressed.max(), t.mention.max()) < 1.5 * len(a)
    outside = np.bincount(t.addressed[t.addressed >= len(a)] - len(a))
    assert outside.max() > 50 * outside[outside > 0].mean()
    assert (t.addressed[t.kind != p.ORIGINAL] >= 0).all() and (t.addressed[t.kind == p.ORIGINAL] == -1).all()
    known = t.target >= 0
    assert (t.addressed[known] == t.author[t.target[known]]).all()


def test_who_answers_oneself_goes_on_where_one_stopped():
    t = drawn_world("base").tweets
    to_self = np.flatnonzero((t.kind == p.REPLY) & (t.addressed == t.author))
    last = previous(to_self, t.author, np.flatnonzero(t.kind != p.RETWEET), t.time, 12)
    assert len(to_self) > 500 and np.mean(last == t.target[to_self]) > 0.97


def test_a_quote_of_the_other_camp_is_more_often_negative():
    a, t = drawn_world("base").accounts, drawn_world("base").tweets
    quotes = np.flatnonzero((t.kind == p.QUOTE) & (a.lean[t.author] != p.NEITHER))
    assert (t.author[t.target[quotes]] != t.author[quotes]).all() and (t.target[quotes] < quotes).all()
    other = a.lean[t.author[quotes]] + a.lean[t.addressed[quotes]] == p.CLINTON + p.TRUMP
    negative = t.sentiment[quotes] < 0
    assert other[negative].mean() > 3 * other[~negative].mean()


# Words with a capital that are no person: days, places, institutions, and things written so.
NO_PERSONS = (ROOT / "tests" / "data" / "no_persons.txt").read_text("utf-8")


def test_nobody_is_named_but_the_candidates():
    grammar = bank("sentences")
    names, words = grammar.pop("names"), grammar.pop("words")
    candidates = " ".join(names["trump"] + names["clinton"]).split()
    assert set(candidates) == {"Donald", "Trump", "Mr.", "Hillary", "Clinton", "Mrs.", "Secretary"}
    fillers = "".join(f"x {one}\n" for each in words.values() for one in each)
    templates = re.sub(r"\{\w+\}", "x", "\n".join(leaves(grammar)))
    capitals = re.findall(r"(?<=[^.?!:\n] )[A-Z]+[a-z]\w*", fillers + templates)
    assert set(capitals) - set(re.findall(r"\w+", NO_PERSONS + " ".join(words["town"]))) == set()


def leaves(node) -> list[str]:
    """All strings of nested tables and lists."""
    if isinstance(node, str):
        return [node]
    parts = node.values() if isinstance(node, dict) else node
    return [leaf for part in parts for leaf in leaves(part)]


def test_locations_name_the_home_state_or_nothing_that_can_be_found():
    ohio = CODES.index("OH")
    declared = np.array([True] * 50 + [False] * 50)
    rng = np.random.default_rng(0)
    found = places.draw_locations(declared, np.full(100, ohio), np.arange(100) < 75, rng)
    assert all(re.search(r"ohio|oh\b", one, re.IGNORECASE) for one in found[:50])
    assert set(found[50:75]) <= set(places.ELSEWHERE) and set(found[75:]) == {""}


@pytest.mark.parametrize("size", [0, -1, 0.0001, 1.5])
def test_an_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match="must be within"):
        generate(size, seed=1)


def effects(drawn) -> dict[str, float]:
    """How bots differ from people, in truth, and the share of bots among whom people answer and retweet."""
    a, t = drawn.accounts, drawn.tweets
    bot, replies = a.bot[t.author], t.kind == p.REPLY
    georgia = STATE_OF_PLACE[t.place] == CODES.index("GA")
    inside = replies & (t.addressed < len(a)) & (t.addressed != t.author)
    to_bot = a.bot[np.where(inside, t.addressed, 0)] & inside
    by_people = to_bot[inside & ~bot].mean()
    on_own = (t.topic == p.ON_TRUMP) & (a.lean[t.author] == p.TRUMP)
    night = t.time // HOUR % 24 == 9  # five in the morning in the East

    def more(what, among=slice(None)):
        return what[among][bot[among]].mean() - what[among][~bot[among]].mean()

    return {
        "from Georgia": more(georgia, t.place >= 0),
        "replies to bots": more(to_bot, inside),
        "negative on own candidate": more(t.sentiment < 0, on_own),
        "at night": night[bot].mean() / night[~bot].mean() - 1,
        "avoided": 1 - by_people / bot[t.kind == p.ORIGINAL].mean(),
        "retweets by bots": bot[t.kind == p.RETWEET].mean(),
    }


# How much bots and people may differ where they behave alike.
ALIKE = {"from Georgia": 0.05, "replies to bots": 0.06, "negative on own candidate": 0.035, "at night": 0.2}


@pytest.mark.parametrize("name", ["null", "busy"])
def test_planted_effects_are_gone_in_the_null_world_and_where_bots_are_but_busy(name):
    found = effects(drawn_world(name))
    assert not [effect for effect, most in ALIKE.items() if not abs(found[effect]) < most]


def test_bots_of_the_busy_world_are_those_of_the_base_world_and_tweet_as_much_as_these():
    base, busy, null = (drawn_world(name).accounts for name in ("base", "busy", "null"))
    assert np.array_equal(busy.bot, base.bot) and np.array_equal(busy.activity, base.activity)
    top = slice(busy.scored)
    more, same = (one.activity[top][one.bot[top]].mean() / one.activity[top].mean() for one in (busy, null))
    assert more > 1.1 > same
    assert not busy.hub.any() and base.hub.any()
    bots, people = (np.bincount(busy.lean[who]) / who.sum() for who in (busy.bot, ~busy.bot))
    assert bots == pytest.approx(people, abs=0.01)


def hourly(drawn) -> np.ndarray:
    """Tweets in each hour of the collection that has any."""
    counts = np.bincount((drawn.tweets.time - drawn.tweets.time[0]) // HOUR)
    return counts[counts > 0]


def growth_for_trump(drawn, heavy: bool = False) -> float:
    """Tweets of Trump's bots (or heavy users) in the 23 hours after the second debate, over the first."""
    a, t = drawn.accounts, drawn.tweets
    who = a.activity >= drawn.parameters.heavy if heavy else a.bot
    time = t.time[(who & (a.lean == p.TRUMP))[t.author]]
    first, _, second, _ = (timeline.START_MS + hour * HOUR for hour in timeline.DEBATE_HOURS)
    after = [((time >= start) & (time < start + 23 * HOUR)).sum() for start in (first, second)]
    return after[1] / after[0]


def times(drawn, of: str, one: int, other: int, among=slice(None)) -> float:
    """How many times as many accounts or tweets have one value of a column as have the other."""
    values = getattr(drawn.accounts if of == "lean" else drawn.tweets, of)[among]
    return (values == one).sum() / (values == other).sum()


def repeated(drawn, sentiment: int) -> float:
    """Retweets for each original or quote of a sentiment."""
    kind = drawn.tweets.kind[drawn.tweets.sentiment == sentiment]
    return (kind == p.RETWEET).sum() / np.isin(kind, (p.ORIGINAL, p.QUOTE)).sum()


WITHOUT = {  # world -> what is not so there, and is in the base world
    "busy": lambda drawn: max(abs(effects(drawn)[name]) > most for name, most in ALIKE.items()),
    "nobots": lambda drawn: drawn.accounts.bot.any(),
    "nogeo": lambda drawn: effects(drawn)["from Georgia"] > 0.06,
    "noreply": lambda drawn: effects(drawn)["replies to bots"] > 0.2 or effects(drawn)["avoided"] > 0.05,
    "nosent": lambda drawn: effects(drawn)["negative on own candidate"] < -0.04,
    "noburst": lambda drawn: effects(drawn)["at night"] > 0.2,
    "nodebates": lambda drawn: hourly(drawn).max() > 4 * np.median(hourly(drawn)),
    "noclock": lambda drawn: np.ptp(hourly(drawn)[:168]) > 0.8 * hourly(drawn)[:168].mean(),
    "nogrowth": lambda drawn: growth_for_trump(drawn) > 1.2 or growth_for_trump(drawn, heavy=True) > 1.15,
    "nopartisan": lambda drawn: times(drawn, "lean", p.TRUMP, p.CLINTON) > 1.3,
    "noembed": lambda drawn: effects(drawn)["retweets by bots"] > 0.1,
    "nonever": lambda drawn: times(drawn, "sentiment", 1, -1) > 1.05,
    "even": lambda drawn: drawn.accounts.activity[0] > 1000,
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in VARIANTS if name not in ("base", "null", "angry")])
def test_what_a_control_world_takes_out_is_gone_there_and_only_there_and_as_much_is_said(name):
    base, without = drawn_world("base"), drawn_world(name)
    assert WITHOUT[name](base) and not WITHOUT[name](without)
    assert len(without.tweets) == pytest.approx(len(base.tweets), rel=0.03)


def test_what_a_control_world_does_not_touch_is_the_same_draw_by_draw():
    base, blind, angry = (drawn_world(name).tweets for name in ("base", "noreply", "angry"))
    retweets = base.kind == p.RETWEET
    assert np.array_equal(base.target[retweets], blind.target[retweets])
    calm = retweets & (base.sentiment >= 0)
    assert np.mean(base.target[calm] == angry.target[calm]) > 0.99


def test_in_the_angry_world_negative_tweets_are_retweeted_twice_as_often():
    worlds = map(drawn_world, ("base", "angry"))
    usual, angry = (repeated(drawn, -1) / repeated(drawn, 0) for drawn in worlds)
    assert usual == pytest.approx(1.1, abs=0.2)
    assert angry / usual == pytest.approx(2, abs=0.3)
