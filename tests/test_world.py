"""The generative model: each step on inputs small enough to follow, and the whole on a small world."""

import ast
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from vaderSentiment.vaderSentiment import BOOSTER_DICT, SentimentIntensityAnalyzer, SentiText

import helpers
from helpers.sentiment import score_texts
from helpers.sentiment.lexicon import strongest
from helpers.sentiment.scale import NEGATIVE_CUTS, POSITIVE_CUTS
from helpers.world import generate, places, profiles, text, timeline
from helpers.world.accounts import systematic_bots, tweets_per_account
from helpers.world.controls import VARIANTS, world
from helpers.world.draw import category, category_by_row, spread
from helpers.world.hashtags import SEARCHED, TAGS, bit
from helpers.world.network import pick_earlier
from helpers.world.parameters import (
    ANTI,
    FULL_ACCOUNTS,
    ON_CLINTON,
    ON_DEBATE,
    ON_TRUMP,
    ORIGINAL,
    PRO,
    REPLY,
    RETWEET,
    TRUMP,
    Activity,
    BotPrevalence,
    Rhythm,
)
from helpers.world.recent_tweets import draw_labelled

HOUR = 3_600_000
STATE_OF_PLACE = np.repeat(np.arange(51), [1 + len(state.towns) for state in places.STATES])
VADER = SentimentIntensityAnalyzer()


@pytest.fixture(autouse=True)
def _scored_with_vader(monkeypatch):
    monkeypatch.delenv("SENTISTRENGTH_JAR", raising=False)


@pytest.fixture(scope="module")
def base():
    return generate(0.01, seed=5)


@pytest.fixture(scope="module")
def null():
    return generate(0.01, seed=5, name="null")


# ── draws ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_category_is_where_the_uniform_number_falls():
    assert category(np.array([0.0, 0.24, 0.25, 0.99]), [1, 1, 2]).tolist() == [0, 0, 1, 2]


def test_category_by_row_uses_each_rows_own_weights():
    weights = np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [3.0, 1.0, 0.0]])
    assert category_by_row(np.array([0.4, 0.0, 0.8]), weights).tolist() == [0, 2, 1]


def test_spread_fills_the_interval_more_evenly_than_chance():
    u = spread(1000, np.random.default_rng(0))
    assert np.histogram(u, 10, (0, 1))[0].tolist() == pytest.approx([100] * 10, abs=2)


# ── accounts ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_activity_is_the_laws_quantiles():
    # P(X >= x) ~ 1/x up to 3, truncated: 1, 1/3, 1/9; quantiles at 1/6, 1/2, 5/6
    assert tweets_per_account(Activity(exponent=1, offset=1, maximum=3), 3).tolist() == [2, 1, 1]


def test_bots_are_sampled_evenly_along_activity():
    law = BotPrevalence(entry_share=0.5, growth=0, maximum=1, tail_share=0.25)
    bots = systematic_bots(law, np.array([9, 8, 7, 6, 1, 1, 1, 1]), scored=4)
    assert bots.sum() == 3
    assert bots[:4].sum() == 2


def stems(handles) -> set[str]:
    """The part of handles that spells the account's number."""
    return {re.match(r"\w+_[a-z]{4}", handle)[0].lower() for handle in handles}


def test_everyone_has_a_handle_of_their_own(base):
    assert profiles.HANDLES - profiles.RESERVED >= FULL_ACCOUNTS
    some = np.arange(0, profiles.HANDLES, 97)
    handles, _ = profiles.draw_handles(some, np.zeros(len(some)), 0, np.random.default_rng(0))
    assert len(stems(handles)) == len(some)
    labelled = draw_labelled(base.parameters, base.seed).profiles["screen_name"]
    assert not stems(base.profiles["screen_name"]) & stems(labelled)


def test_handles_of_the_automated_have_more_digits_and_letters():
    z = np.repeat([0.7, 3.5], 1000)
    handles, _ = profiles.draw_handles(np.arange(2000), z, 0.5, np.random.default_rng(0))
    digits = np.array([sum(letter.isdigit() for letter in handle) for handle in handles])
    lengths = np.array([len(handle.split("_")[1]) for handle in handles])
    assert digits[1000:].mean() - digits[:1000].mean() > 1.5
    assert (lengths - digits)[1000:].mean() - (lengths - digits)[:1000].mean() > 1


def test_accounts_have_the_published_concentration(base):
    activity = base.accounts.activity
    assert (np.diff(activity) <= 0).all()
    assert activity[: base.accounts.scored].sum() / activity.sum() == pytest.approx(0.609, abs=0.005)
    assert np.array_equal(np.bincount(base.tweets.author), activity)


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

FLAT = Rhythm(level=(1.0, 2.0, 3.0), circadian=0, weekend=1, burst=(0, 0, 0, 0), slow=0)


def test_a_flat_rhythm_is_the_level_of_each_window_and_nothing_between():
    rate = timeline.hourly_rate(FLAT, zone=0, burst_factor=1, ramp=0)
    expected = [1.0] * 9 + [0.0] + [2.0] * 15 + [0.0] * 5 + [3.0] * 6  # days from 16 September
    assert rate.reshape(36, 24).tolist() == [[level] * 24 for level in expected]


def test_a_ramp_grows_from_first_to_second_debate():
    rate = timeline.hourly_rate(FLAT, zone=0, burst_factor=1, ramp=0.4)
    first, _, second, _ = timeline.DEBATE_HOURS
    assert rate[first] == pytest.approx(2.0)
    assert rate[second] == pytest.approx(2.8)


def test_bursts_begin_with_the_debates_and_fade():
    rate = timeline.hourly_rate(replace(FLAT, burst=(5, 0, 0, 0)), zone=0, burst_factor=1, ramp=0)
    first, vice, _, _ = timeline.DEBATE_HOURS
    assert rate[first] == pytest.approx(7.0)
    assert rate[first - 3] < 2.2
    assert rate[first + 5] < 4
    assert rate[vice] == pytest.approx(2.0)


def test_days_follow_local_time():
    rhythm = replace(FLAT, circadian=0.5)
    east, west = (timeline.hourly_rate(rhythm, zone, 1, 0)[:48] for zone in (0, 3))
    assert np.array_equal(east[:24], west[3:27])


def test_moments_lie_in_the_hours_that_have_a_rate():
    rate = np.zeros(10)
    rate[[3, 7]] = 1, 3
    moments = timeline.sample_hours(rate, 4000, np.random.default_rng(0))
    hours, counts = np.unique(moments // HOUR, return_counts=True)
    assert hours.tolist() == [3, 7]
    assert counts[1] / counts[0] == pytest.approx(3, rel=0.15)


def test_times_are_written_as_twitter_did():
    moments = [datetime(2016, 10, 5, 1, 0, 5, tzinfo=UTC), datetime(2007, 12, 31, 23, 59, 59, tzinfo=UTC)]
    ms = np.array([int(moment.timestamp()) * 1000 for moment in moments])
    written = timeline.twitter_time(ms)
    assert written == ["Wed Oct 05 01:00:05 +0000 2016", "Mon Dec 31 23:59:59 +0000 2007"]


def test_every_tweet_lies_within_a_window(base):
    time = base.tweets.time
    inside = [
        (time >= start.timestamp() * 1000) & (time < end.timestamp() * 1000)
        for start, end in timeline.WINDOWS
    ]
    assert np.any(inside, axis=0).all()
    assert (np.diff(time) >= 0).all()
    assert all(window.any() for window in inside)


# ── network ──────────────────────────────────────────────────────────────────────────────────────────────────


def pick(moments, weight, feed=1, lag=1e-9):
    time = np.array([10, 20, 30]) * HOUR
    rng = np.random.default_rng(0)
    return pick_earlier(
        np.array(moments) * HOUR, np.arange(3), time, np.array(weight), lag, feed, rng
    ).tolist()


def test_a_feed_without_recent_tweets_shows_the_last_one_before():
    assert pick([9, 10, 11, 21, 29, 99], [1.0, 1.0, 1.0]) == [-1, -1, 0, 1, 1, 2]


def test_a_longer_feed_prefers_the_popular():
    assert pick([31] * 50, [1e9, 1e-9, 1e-9], feed=3) == [0] * 50


def test_targets_are_earlier_originals_of_others(base):
    t = base.tweets
    aimed = np.flatnonzero(t.kind != ORIGINAL)
    assert (t.kind[t.target[aimed]] == ORIGINAL).all()
    assert (t.target[aimed] < aimed).all()
    assert (t.author[t.target[aimed]] != t.author[aimed]).all()
    assert (t.target[t.kind == ORIGINAL] == -1).all()


def test_retweets_repeat_what_they_retweet(base):
    t = base.tweets
    retweets = np.flatnonzero(t.kind == RETWEET)
    for column in (t.topic, t.sentiment, t.hashtags, t.sentence, t.link):
        assert np.array_equal(column[retweets], column[t.target[retweets]])


# ── hashtags and text ────────────────────────────────────────────────────────────────────────────────────────


def number(name: str) -> int:
    return [tag.text for tag in TAGS].index(name)


def tags(*names: str) -> np.ndarray:
    return np.array([sum(1 << number(name) for name in names)], np.uint32)


def test_search_terms_are_nine_of_the_paper_and_fourteen_substitutes():
    sources = [tag.source for tag in TAGS]
    assert (sources.count("paper"), sources.count("substitute")) == (9, 14)
    assert len({tag.text.lower() for tag in TAGS}) == len(TAGS)


def test_every_tweet_has_a_search_term(base):
    assert (base.tweets.hashtags & SEARCHED > 0).all()


def test_the_two_candidates_tags_go_with_the_camps(base):
    t, lean = base.tweets, base.accounts.lean[base.tweets.author]
    uses = t.hashtags & bit(number("Trump2016")) > 0
    assert uses[lean == TRUMP].mean() > 5 * uses[lean != TRUMP].mean()


def test_hashtags_that_do_not_fit_are_left_out_last_ones_first():
    room = np.array([len(" #Trump #debate")])
    fitted, length = text.fit_tags(tags("Trump", "debate", "MAGA"), room)
    assert fitted == tags("Trump", "debate")
    assert length == room
    fitted, _ = text.fit_tags(tags("debate", "MAGA"), np.array([1]))
    assert fitted == tags("debate")


def test_texts_are_put_together_in_either_order():
    sentence = text.sentence_bank()[0].index("I love Trump")
    columns = (np.array([sentence] * 2), np.repeat(tags("Trump", "vote"), 2))
    found = text.assemble(
        *columns, link=np.array([-1, 35]), leading=np.array([False, True]), addressee=pa.array([None, "a"])
    )
    assert found.to_pylist() == [
        "I love Trump #Trump #vote",
        "@a #Trump #vote I love Trump https://t.example/z0000",
    ]


def valences(sentence: str) -> list[float]:
    """VADER's valence of each word, after its rules on boosters, negation, capitals and "but"."""
    parsed = SentiText(sentence)
    words, found = parsed.words_and_emoticons, []
    for i, word in enumerate(words):
        if word.lower() in BOOSTER_DICT:
            found.append(0)
        else:
            found = VADER.sentiment_valence(0, parsed, word, i, found)
    return VADER._but_check(words, found)


def scale(sentence: str) -> int:
    """S of Figure 6, -4 to 4: the strongest positive less the strongest negative word."""
    found = valences(sentence)
    return min(4, round(max(0, *found))) - min(4, round(-min(0, *found)))


@pytest.mark.parametrize("topic", [ON_TRUMP, ON_CLINTON, ON_DEBATE])
@pytest.mark.parametrize("stance", [PRO, ANTI])
def test_sentences_have_the_tone_of_their_cell(topic, stance):
    sentences, rows = text.sentence_bank()
    for sentiment in (-1, 0, 1):
        mine = [sentences[row] for row in rows[text.cell(topic, stance, sentiment)]]
        assert len(set(mine)) > 250
        assert {one: np.sign(scale(one)) for one in mine} == dict.fromkeys(mine, sentiment)
        if sentiment == 0:
            loud = [one for one in mine if any(valences(one)) or VADER.polarity_scores(one)["compound"]]
            assert loud == []


def test_the_analysis_scores_every_sentence_as_its_cell():
    sentences, rows = text.sentence_bank()
    found = dict(zip(sentences, np.sign(score_texts(sentences)["score"]), strict=True))
    for topic in (ON_TRUMP, ON_CLINTON, ON_DEBATE):
        for stance in (PRO, ANTI):
            for sentiment in (-1, 0, 1):
                mine = [sentences[row] for row in rows[text.cell(topic, stance, sentiment)]]
                assert {one: found[one] for one in mine} == dict.fromkeys(mine, sentiment)


def test_feelings_are_safely_beyond_the_analysis_first_cut_points():
    sentences, rows = text.sentence_bank()
    valences = strongest(sentences)
    for sentiment, side, cut in ((1, "positive", POSITIVE_CUTS[0]), (-1, "negative", NEGATIVE_CUTS[0])):
        cells = [text.cell(topic, stance, sentiment) for topic in range(3) for stance in (PRO, ANTI)]
        mine = np.concatenate([rows[one] for one in cells])
        assert valences[side].iloc[mine].min() > cut + 0.05


def test_hashtags_have_no_tone():
    assert not any(valences(" ".join(tag.text for tag in TAGS)))
    assert not any(valences(" ".join(f"#{tag.text}" for tag in TAGS)))


def test_strengths_are_mixed_and_most_tweets_are_neutral(base):
    own = base.tweets.sentence
    of_sentence = score_texts(text.sentence_bank()[0])["score"].to_numpy()
    shares = np.bincount(of_sentence[own] + 4, minlength=9) / len(own)
    # On the analysis' cut points mild and most plain words are ±1, strong ones ±2, and no word of VADER is +4.
    expected = [0.000, 0.003, 0.048, 0.147, 0.575, 0.132, 0.085, 0.010, 0.000]
    assert shares.tolist() == pytest.approx(expected, abs=0.02)
    assert (shares[:-1] > 0).all()


def test_strengths_are_in_order():
    names = text.NAMES[ON_TRUMP]
    for grammar in (
        text.PRAISE,
        text.IRONY,
        text.DEBATE_PRAISE,
        text.BLAME,
        text.COMPLAINT,
        text.DEBATE_BLAME,
    ):
        rng = np.random.default_rng(0)
        mean = [
            score_texts(text.write_sentences(templates, names, 100, rng))["score"].abs().mean()
            for templates in grammar.values()
        ]
        assert list(grammar) == ["mild", "plain", "strong", "loud"]
        assert mean[0] == 1
        assert mean == sorted(mean)


def test_nobody_is_named_but_the_candidates():
    known = {
        "Trump",
        "Donald",
        "Mr",
        "Hillary",
        "Clinton",
        "Mrs",
        "I",
        "Syria",
        "NAFTA",
        "Medicare",
        "Iran",
        "Monday",
    }
    known |= set(" ".join(text.WORDS["town"].split("|")).split())
    known |= {word for key in ("GREAT", "AWFUL") for word in text.WORDS[key].split("|")} | {
        "LOVE",
        "HILARIOUS",
    }
    names = {
        word
        for sentence in text.sentence_bank()[0]
        for word in re.findall(r"(?<=\W)[A-Z]\w*", sentence)
        if word not in known
    }
    assert names == set()


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_places_are_named_as_twitter_did():
    names = [place.full_name for place in places.PLACES]
    assert len(names) == len(set(names))
    assert {"Georgia, USA", "Macon, GA", "Washington, DC"} <= set(names)
    assert len(places.STATES) == 51


def test_people_are_where_they_live_and_most_bots_are_not(base):
    a, t = base.accounts, base.tweets
    tagged = t.place >= 0
    away = STATE_OF_PLACE[t.place[tagged]] != a.state[t.author[tagged]]
    bot = a.bot[t.author[tagged]]
    assert not away[~bot].any()
    assert 0.55 < away[bot].mean() < 0.7  # 70 % are spoofed, some of them into the home state


def test_coordinates_lie_in_the_town():
    macon = next(i for i, place in enumerate(places.PLACES) if place.full_name == "Macon, GA")
    longitude, latitude = places.coordinates(np.full(100, macon), np.arange(100))
    assert np.abs(longitude - -83.63).max() < 0.0201
    assert np.abs(latitude - 32.84).max() < 0.0201
    assert len(set(longitude)) == 100


def test_locations_name_the_home_state_or_nothing_that_can_be_found():
    ohio = next(i for i, state in enumerate(places.STATES) if state.code == "OH")
    declared = np.array([True] * 50 + [False] * 50)
    rng = np.random.default_rng(0)
    found = places.draw_locations(declared, np.full(100, ohio), np.arange(100) < 75, rng)
    assert all(re.search(r"ohio|oh\b", one, re.IGNORECASE) for one in found[:50])
    assert set(found[50:75]) <= set(places.ELSEWHERE)
    assert set(found[75:]) == {""}


# ── worlds ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_world_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"'moon'.*base, null"):
        world("moon")


@pytest.mark.parametrize("size", [0, -1, 0.0001, 1.5])
def test_an_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match="must be within"):
        generate(size, seed=1)


def test_same_seed_same_world_other_seed_another():
    one, same, other = (generate(0.001, seed) for seed in (1, 1, 2))
    for name in vars(one.tweets):
        assert np.array_equal(getattr(one.tweets, name), getattr(same.tweets, name))
        assert not np.array_equal(getattr(one.tweets, name), getattr(other.tweets, name))
    assert one.profiles.equals(same.profiles)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_named_world_can_be_drawn(name):
    assert len(generate(0.001, seed=1, name=name).tweets) > 15_000


def test_in_the_null_world_bots_behave_as_people():
    null = world("null")
    assert null.bots == null.people == replace(world("base").people, bot_reply_weight=1.0)
    assert null.prevalence.growth == 0
    assert world("base").bots != world("base").people
    assert null.profile == world("base").profile


def effects(drawn) -> dict[str, float]:
    """How bots differ from people, in truth."""
    a, t = drawn.accounts, drawn.tweets
    bot = a.bot[t.author]
    georgia = STATE_OF_PLACE[t.place] == [state.code for state in places.STATES].index("GA")
    replies = t.kind == REPLY
    to_bot = np.zeros(len(t), bool)
    to_bot[replies] = bot[t.target[replies]]
    on_own = (t.topic == ON_TRUMP) & (a.lean[t.author] == TRUMP)
    night = t.time // HOUR % 24 == 9  # five in the morning in the East
    return {
        "from Georgia": georgia[(t.place >= 0) & bot].mean() - georgia[(t.place >= 0) & ~bot].mean(),
        "replies to bots": to_bot[replies & bot].mean() - to_bot[replies & ~bot].mean(),
        "negative on own candidate": (t.sentiment[on_own & bot] < 0).mean()
        - (t.sentiment[on_own & ~bot] < 0).mean(),
        "at night": night[bot].mean() / night[~bot].mean() - 1,
    }


def test_planted_effects_are_there(base):
    found = effects(base)
    assert found["from Georgia"] > 0.08
    assert found["replies to bots"] > 0.5
    assert found["negative on own candidate"] < -0.05
    assert found["at night"] > 0.25


def test_planted_effects_are_gone_in_the_null_world(null):
    found = effects(null)
    assert found["from Georgia"] == pytest.approx(0, abs=0.05)
    assert found["replies to bots"] == pytest.approx(0, abs=0.06)
    assert found["negative on own candidate"] == pytest.approx(0, abs=0.035)
    assert found["at night"] == pytest.approx(0, abs=0.2)


def hourly(drawn, only=slice(None)) -> np.ndarray:
    """Tweets in each hour of the collection that has any."""
    counts = np.bincount((drawn.tweets.time[only] - drawn.tweets.time[0]) // HOUR)
    return counts[counts > 0]


def growth_for_trump(drawn, heavy: bool = False) -> float:
    """Tweets of Trump's bots (or heavy users) in the 23 hours after the second debate over those after the first."""
    a, t = drawn.accounts, drawn.tweets
    who = a.activity >= drawn.parameters.heavy if heavy else a.bot
    mine = t.time[(who & (a.lean == TRUMP))[t.author]]
    first, _, second, _ = (timeline.START_MS + hour * HOUR for hour in timeline.DEBATE_HOURS)
    return np.mean((mine >= second) & (mine < second + 23 * HOUR)) / np.mean(
        (mine >= first) & (mine < first + 23 * HOUR)
    )


def repeated(drawn, sentiment: int) -> float:
    """Retweets for each original of a sentiment."""
    t = drawn.tweets
    mine = t.sentiment == sentiment
    return (mine & (t.kind == RETWEET)).sum() / (mine & (t.kind == ORIGINAL)).sum()


WITHOUT = {  # world -> what is not so there, and is in the base world
    "nobots": lambda drawn: drawn.accounts.bot.any(),
    "nogeo": lambda drawn: effects(drawn)["from Georgia"] > 0.06,
    "noreply": lambda drawn: effects(drawn)["replies to bots"] > 0.2,
    "nosent": lambda drawn: effects(drawn)["negative on own candidate"] < -0.04,
    "noburst": lambda drawn: effects(drawn)["at night"] > 0.2,
    "nodebates": lambda drawn: hourly(drawn).max() > 4 * np.median(hourly(drawn)),
    "noclock": lambda drawn: np.ptp(hourly(drawn)[:168]) > 0.8 * hourly(drawn)[:168].mean(),
    "nogrowth": lambda drawn: growth_for_trump(drawn) > 1.2,
    "nopartisan": lambda drawn: (drawn.accounts.lean == TRUMP).mean() > 1.3 * (drawn.accounts.lean == 1).mean(),
    "noembed": lambda drawn: drawn.accounts.bot[drawn.tweets.author[drawn.tweets.kind == RETWEET]].mean() > 0.1,
    "nonever": lambda drawn: (drawn.tweets.sentiment > 0).mean() > 1.05 * (drawn.tweets.sentiment < 0).mean(),
    "even": lambda drawn: drawn.accounts.activity[0] > 1000,
}  # fmt: skip


@pytest.mark.parametrize("name", WITHOUT)
def test_what_a_control_world_takes_out_is_gone_there_and_only_there(name, base):
    assert WITHOUT[name](base)
    assert not WITHOUT[name](generate(0.01, seed=5, name=name))


def test_nor_do_heavy_users_grow_in_the_world_without_growth(base):
    assert growth_for_trump(base, heavy=True) > 1.2
    assert growth_for_trump(generate(0.01, seed=5, name="nogrowth"), heavy=True) < 1.1


def test_every_control_world_is_tested():
    assert {*WITHOUT, "base", "null", "angry"} == set(VARIANTS)


def test_in_the_angry_world_negative_tweets_are_retweeted_twice_as_often(base):
    angry = generate(0.01, seed=5, name="angry")
    more = [repeated(drawn, -1) / repeated(drawn, 0) for drawn in (base, angry)]
    assert more[0] == pytest.approx(1.1, abs=0.2)
    assert more[1] / more[0] == pytest.approx(2, abs=0.3)


def test_a_control_world_keeps_the_amount_of_talk():
    base = len(generate(0.01, seed=5).tweets)
    for name in ("even", "nobots", "nopartisan"):
        assert len(generate(0.01, seed=5, name=name).tweets) == pytest.approx(base, rel=0.03)


def test_profiles_show_bots_in_both_worlds(base, null):
    for drawn in (base, null):
        bot, z = drawn.accounts.bot, drawn.automation
        assert z[bot].mean() - z[~bot].mean() > 2
        assert (
            drawn.profiles["default_profile"][bot].mean() - drawn.profiles["default_profile"][~bot].mean()
            > 0.3
        )


def test_the_analysis_does_not_know_the_world():
    modules = sorted(Path(helpers.__file__).parent.glob("*.py"))
    assert len(modules) > 5
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            )
            origin = getattr(node, "module", "") or ""
            assert not any(f"{origin}.{name}".lstrip(".").startswith("helpers.world") for name in names), (
                module
            )
