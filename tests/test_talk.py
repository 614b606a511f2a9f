"""Talk around the synthetic tweets: neutral to the scorer, about nobody known, many and different."""

import re

import pytest
from vaderSentiment import vaderSentiment as vader

from helpers.sentiment import score_texts
from helpers.world import talk
from helpers.world.hashtags import TAGS

NOBODY = re.compile(r"trump|clinton|hillary|donald|pence|kaine|gary ?johnson|jill", re.IGNORECASE)
SEARCHED = {tag.text.lower() for tag in TAGS}
ENGLISH = talk.asides() + talk.openers()
FOREIGN = {code: [*on[0], *on[1], *debate] for code, (_, on, debate) in talk.languages().items()}


def levels(texts: list[str]) -> set[tuple[int, int]]:
    scores = score_texts(texts)
    return set(zip(scores["positive"], scores["negative"], strict=True))


def test_talk_has_no_feeling():
    assert levels(talk.asides()) == {(1, 1)}
    assert levels([f"{opener} Trump is in Ohio tonight" for opener in talk.openers()]) == {(1, 1)}
    assert levels([f"The debate tonight #{tag}" for tag in talk.tail_hashtags()]) == {(1, 1)}
    assert levels([f"The debate tonight {one}" for one in talk.emoji(0)]) == {(1, 1)}
    assert levels([text for texts in FOREIGN.values() for text in texts]) == {(1, 1)}


@pytest.mark.parametrize("sentiment", [-1, 1])
def test_emoji_feel_as_they_are_said_to(sentiment):
    scores = score_texts([f"The debate tonight {one}" for one in talk.emoji(sentiment)])
    assert (scores["score"] * sentiment > 0).all()


def test_openers_leave_the_words_after_them_alone():
    assert (score_texts([f"{opener} nice answer" for opener in talk.openers()])["positive"] == 2).all()
    ends = {word.strip(".,:?!") for opener in talk.openers() for word in opener.lower().split()}
    assert not ends & {*vader.NEGATE, *vader.BOOSTER_DICT, "never", "but"}


def test_nobody_is_named_and_nothing_searched_for():
    assert not [text for text in ENGLISH + talk.tail_hashtags() if NOBODY.search(text)]
    assert not [text for text in ENGLISH if SEARCHED & set(re.findall(r"\w+", text.lower()))]
    assert not SEARCHED & {tag.lower() for tag in talk.tail_hashtags()}


def test_there_is_plenty_and_all_different():
    for texts, few in ((talk.asides(), 30_000), (talk.openers(), 1_500), (talk.tail_hashtags(), 4_500)):
        assert len(texts) == len({*texts}) >= few
    assert len({tag.lower() for tag in talk.tail_hashtags()}) == len(talk.tail_hashtags())
    assert all(8 <= len(text) <= 75 for text in talk.asides())
    assert all(re.fullmatch("[A-Za-z0-9]{3,24}", tag) for tag in talk.tail_hashtags())
    assert len({word for text in talk.asides() for word in re.findall("[a-z]+", text.lower())}) > 10_000
    assert all(len({*texts}) >= 900 for texts in FOREIGN.values())
    assert all(30 <= len(text) <= 90 for texts in FOREIGN.values() for text in texts)
    assert sum(share for share, _, _ in talk.languages().values()) == pytest.approx(1)


def test_the_same_talk_every_time():
    first = talk.asides()
    talk.asides.cache_clear()
    assert talk.asides() == first
