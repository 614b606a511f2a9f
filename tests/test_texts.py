"""What synthetic tweets say: their sentences, and how the pieces of a text are put together."""

import numpy as np
import pytest

from helpers.sentiment import score_texts
from helpers.support import readers
from helpers.world import generate, sentences, text, tone
from helpers.world import parameters as p
from helpers.world.hashtags import TAGS, hashtag_lists, tails
from helpers.world.messages import texts


@pytest.fixture(autouse=True)
def own_scorer(monkeypatch):
    monkeypatch.delenv("SENTISTRENGTH_JAR", raising=False)


@pytest.fixture(scope="module")
def drawn():
    return generate(0.002, seed=7)


@pytest.mark.parametrize(("words", "share"), [(-1, 0.99), (0, 0.99), (1, 0.94)])
def test_the_analysis_scores_sentences_as_their_words_are_meant_to_read(words, share):
    """Nearly all: the texts were written for a lower cut, and for the strongest word alone."""
    bank = sentences.sentences()
    cells = zip(sentences.CELLS, bank.first, bank.number, strict=True)
    mine = [text for cell, first, number in cells if cell[2] == words
            for text in bank.texts[first : first + number]]  # fmt: skip
    read = np.sign(score_texts(mine)["score"])
    assert share < (read == words).mean() < 1
    assert words == 0 or set(read) == {0, words}  # some are heard as nothing, none as the opposite


def test_every_cell_that_is_drawn_has_sentences_enough():
    law, bank = np.array(p.BASE.wording.meant), sentences.sentences()
    for (topic, stance, words, meant), number in zip(sentences.CELLS, bank.number, strict=True):
        side = 2 if topic == p.ON_DEBATE else stance
        assert (number > 500) == (law[side, words + 1, meant + 1] > 0)


def test_texts_fit_have_their_hashtags_and_read_as_planted(drawn):
    t, rows = drawn.tweets, np.flatnonzero(drawn.tweets.kind != p.RETWEET)
    whole = texts(drawn, rows).to_pylist()
    assert max(map(len, whole)) == text.LIMIT
    quotes = np.array(whole, object)[t.kind[rows] == p.QUOTE]
    assert np.mean(["https://t.example/" in one for one in quotes]) > 0.99
    hashtags = hashtag_lists(t.texts.tags[rows], t.texts.tail[rows]).to_pylist()
    for one, tags in zip(whole, hashtags, strict=True):
        assert {f"#{tag}" for tag in tags} <= set(one.lower().split())
    scored = np.sign(score_texts(whole)["score"].to_numpy())
    assert (scored == t.sentiment[rows]).mean() > 0.975
    assert (scored != t.texts.meant[rows]).mean() == pytest.approx(0.233, abs=0.01)


def test_a_retweet_says_what_its_target_says(drawn):
    t, rows = drawn.tweets, np.flatnonzero(drawn.tweets.kind == p.RETWEET)[:500]
    assert texts(drawn, rows).equals(texts(drawn, t.target[rows]))


def pieces(**changed) -> text.Texts:
    """The text of a tweet of the first sentence and #debate."""
    usual = {"meant": 0, "language": 0, "sentence": 0, "opener": -1, "aside": -1, "emoji": -1}
    debate = 1 << [tag.text for tag in TAGS].index("debate")
    usual |= {"tags": debate, "tail": 0, "link": -1, "leading": False}
    types = {"tags": np.uint32, "leading": bool}
    values = {name: np.array([value], types.get(name, int)) for name, value in (usual | changed).items()}
    return text.Texts(**values)


def test_pieces_are_put_together_by_hand(monkeypatch):
    first = sentences.sentences().texts[0]
    group = " ".join(f"#{tag}" for tag in tails().lists[1])

    def whole(addressee=None, mentioned=None, **changed) -> str:
        handles = (text.pa.array([one], text.pa.string()) for one in (addressee, mentioned))
        return text.assemble(pieces(**changed), *handles)[0].as_py()

    assert whole() == f"{first} #debate"
    assert whole(tail=1, leading=True) == f"#debate {group} {first}"
    answer = f"@somebody_far_away {first} #debate https://t.example/01000"
    assert whole("somebody_far_away", link=36) == answer
    assert whole(mentioned="somebody_far_away") == f"{first} via @somebody_far_away #debate"
    joint, aside = text.cores().joints[0], text.by_length()[0][5]
    assert whole(aside=5, emoji=0) == f"{first}{joint}{aside} {text.emoji()[0][0]} #debate"


def test_who_runs_out_of_room_keeps_the_last_search_term():
    every = np.array([(1 << len(TAGS)) - 1], np.uint32)
    tags, length = text.fit_tags(every, np.array([20]))
    assert TAGS[int(tags[0]).bit_length() - 1].source and length[0] <= 20


def test_three_readers_count_the_tweets_of_both_camps_scored_accounts(drawn, tmp_path):
    t, a = drawn.tweets, drawn.accounts
    bots = (t.author < a.scored) & a.bot[t.author] & (a.lean[t.author] == p.TRUMP) & (t.topic == p.ON_TRUMP)
    tone.main(["--seeds", "1", "--scale", "0.002", "--out", str(tmp_path / "tone.csv")])
    assert {*readers.counts(tmp_path / "tone.csv")["seed"]} == {1}
    counts = tone.count(tone.tweets_of_camps(drawn)).set_index(readers.BY[1:]).sort_index()
    for reader, tones in (("meant", t.texts.meant), ("words", t.sentiment)):
        planted = [(tones[bots] == sign).sum() for sign in (-1, 0, 1)]
        assert counts.loc[(reader, "trump", "bot", "trump")].tolist() == planted
    of_each = counts.groupby("reader").sum().sum(axis=1)
    assert len({*of_each}) == 1  # every reader reads all
    misread = abs(counts.loc["scored"] - counts.loc["words"]).to_numpy().sum()
    assert 0 < misread < 0.05 * of_each["words"]
