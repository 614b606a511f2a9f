"""What tweets say: the pieces of each tweet's text, fitted into 140 characters, and their assembly.

    [mention] [opener] sentence [aside] [mention] [emoji] #searched #others [link]

or with the hashtags first. The sentence (`sentences`) alone carries the tone; everything else (`talk`) is
neutral to a scorer, marks aside. Accounts whose language is not English say in it what they say without
feeling.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.world import talk
from helpers.world.draw import Stage, category_by_row, stream
from helpers.world.hashtags import SEARCHED, TAGS, bit, tag_table, tails
from helpers.world.parameters import ON_DEBATE, QUOTE, REPLY, Wording
from helpers.world.profiles import LANGUAGES
from helpers.world.sentences import cell, sentences

ENDS = '.!?…”"'  # of sentences that have ended
LIMIT = 140  # characters of a tweet in 2016
LINK_ROOM = 24  # a blank and 23 characters, the length Twitter counted for any link
HANDLE_ROOM = 22  # "@handle " at most
MENTION_ROOM = HANDLE_ROOM + 5
PAGES, SPREAD = 400_000, 25_214_903  # pages linked to, some far more than others; what spreads their codes
FILLED = 2  # characters that a full tweet may leave
FEW = 40  # asides to choose from, at least
NONE = -1

JOINTS = (". ", ". ", ". ", ". ", " - ", "... ", " – ", " | ")  # after a sentence that has not ended
VIA = pa.array([" via @", " @", " cc @", " h/t @", " w/ @", " .. @"])  # before the account mentioned


@dataclass(frozen=True)
class Texts:
    """The pieces of texts, arrays with one row a tweet; NONE where a piece is missing."""

    meant: np.ndarray  # int8, -1, 0, 1: the tone that a person would see
    language: np.ndarray  # int8, row of LANGUAGES
    sentence: np.ndarray  # int32, row of `cores`
    opener: np.ndarray  # int16, row of talk.openers()
    aside: np.ndarray  # int32, row of `by_length`
    emoji: np.ndarray  # int16, row of `emoji`
    tags: np.ndarray  # uint32, bit j for hashtags.TAGS[j]
    tail: np.ndarray  # int32, row of hashtags.tails()
    link: np.ndarray  # int32, code of the URL
    leading: np.ndarray  # bool, hashtags stand before the sentence

    def of(self, rows) -> Texts:
        """The texts of some tweets."""
        return Texts(*(column[rows] for column in vars(self).values()))


@cache
def by_length() -> tuple[list[str], np.ndarray]:
    """Asides from short to long, and their lengths."""
    bare = (aside.removeprefix("- ").removeprefix("... ") for aside in talk.asides())
    asides = sorted(dict.fromkeys(bare), key=len)
    return asides, np.array([len(aside) for aside in asides])


@cache
def emoji() -> tuple[list[str], np.ndarray, np.ndarray]:
    """Emoji that suit negative, neutral, positive words: all of them, the first of each and their number."""
    groups = [talk.emoji(tone) for tone in (-1, 0, 1)]
    number = np.array([len(group) for group in groups])
    return [*chain(*groups)], np.cumsum(number) - number, number


class Cores(NamedTuple):
    """Sentences in all languages, what joins an aside to each, the lengths of both, and where those of each
    other language and topic begin and how many they are.
    """

    texts: list[str]
    joints: list[str]
    length: np.ndarray  # int16
    joint: np.ndarray  # int16
    first: np.ndarray
    number: np.ndarray


@cache
def cores() -> Cores:
    """The sentences of every world."""
    texts = list(sentences().texts)
    first, number = [], []
    for code in list(LANGUAGES)[1:]:
        _, (on_trump, on_clinton), on_debate = talk.languages()[code]
        for some in (on_trump, on_clinton, on_debate):
            first.append(len(texts))
            number.append(len(some))
            texts += some
    joints = [" " if text[-1] in ENDS else JOINTS[row % len(JOINTS)] for row, text in enumerate(texts)]
    length, joint = (np.array([*map(len, some)], np.int16) for some in (texts, joints))
    return Cores(texts, joints, length, joint, *(np.array(one).reshape(-1, 3) for one in (first, number)))


def one_of(u: np.ndarray, first, number) -> np.ndarray:
    """A row (int32) of each stretch of `number` rows from `first`, given uniform numbers."""
    return (first + u * number).astype(np.int32)


def draw_texts(law: Wording, topic, stance, words, kind, mentions, language, tags, tail, seed: int) -> Texts:
    """Texts of tweets as if originals, of given topic, stance, tone of the words, kind and hashtags.

    `mentions` says which name an account, `language` what authors speak (row of LANGUAGES). Who runs
    out of room leaves out, in this order, the opener, emoji, aside, link, the hashtags nobody searched for,
    and then others, but never the last search term; who quotes a tweet would rather link to it than add any.
    """
    rng, n = stream(seed, Stage.TEXT), len(topic)

    def chance(share) -> np.ndarray:
        return rng.random(n, dtype=np.float32) < share

    meant, language, sentence = draw_sentences(law, topic, stance, words, language, rng)
    room = LIMIT - cores().length[sentence] - HANDLE_ROOM * (kind == REPLY) - MENTION_ROOM * mentions
    quote = kind == QUOTE
    room -= LINK_ROOM * quote
    tags, length = fit_tags(tags, room)
    room = room - length
    tail = np.where(tails().length[tail] <= room, tail, 0)
    room -= tails().length[tail]
    room += LINK_ROOM * quote
    linked = (chance(law.link) | quote) & (room >= LINK_ROOM)
    room -= LINK_ROOM * linked
    page = (PAGES * rng.random(n) ** 3).astype(np.int64)
    link = np.where(linked, page * SPREAD % 36**5, NONE).astype(np.int32)
    aside, room = draw_asides(law, language, cores().joint[sentence], room, rng)
    emoji, room = draw_emoji(law, words, room, rng)
    openers = np.array([len(opener) + 1 for opener in talk.openers()])
    opener = rng.integers(len(openers), size=n).astype(np.int16)
    opener[~chance(law.opener) | (openers[opener] > room) | (language > 0)] = NONE
    return Texts(meant, language, sentence, opener, aside, emoji, tags, tail, link, chance(law.leading))


def draw_sentences(law: Wording, topic, stance, words, language, rng) -> tuple[np.ndarray, ...]:
    """Tone meant, language and sentence of each tweet."""
    n, bank = len(topic), sentences()
    side = np.where(topic == ON_DEBATE, 2, stance)
    laws = np.array(law.meant, np.float32)[side, words + 1]
    meant = category_by_row(rng.random(n, dtype=np.float32), laws) - 1
    own = (language > 0) & (words == 0) & (rng.random(n, dtype=np.float32) < law.own_language)
    meant[own] = 0
    language = np.where(own, language, 0).astype(np.int8)
    here, u = cell(topic, stance, words, meant), rng.random(n)
    sentence = one_of(u, bank.first[here], bank.number[here])
    where = language[own] - 1, topic[own]
    sentence[own] = one_of(u[own], cores().first[where], cores().number[where])
    return meant.astype(np.int8), language, sentence


def draw_asides(law: Wording, language, joint, room, rng) -> tuple[np.ndarray, np.ndarray]:
    """Aside of each tweet (row of `by_length`), and the room left. Some fill the tweet, others just go on."""
    lengths, n = by_length()[1], len(room)
    full = rng.random(n, dtype=np.float32) < law.full
    goes_on = full | (rng.random(n, dtype=np.float32) < law.aside)
    most = np.searchsorted(lengths, room - joint, side="right")
    least = np.where(full, np.searchsorted(lengths, room - joint - FILLED, side="left"), 0)
    least = np.clip(np.minimum(least, most - FEW), 0, None)  # where all are too short the longest must do
    aside = one_of(rng.random(n), least, most - least)
    aside[~goes_on | (most == 0) | (language > 0)] = NONE
    return aside, room - np.where(aside >= 0, lengths[aside] + joint, 0)


def draw_emoji(law: Wording, words, room, rng) -> tuple[np.ndarray, np.ndarray]:
    """Emoji that suit the words (row of `emoji`), and the room left."""
    all_emoji, first, number = emoji()
    lengths = np.array([len(one) + 1 for one in all_emoji])
    drawn = one_of(rng.random(len(room)), first[words + 1], number[words + 1]).astype(np.int16)
    drawn[(rng.random(len(room), dtype=np.float32) >= law.emoji) | (lengths[drawn] > room)] = NONE
    return drawn, room - np.where(drawn >= 0, lengths[drawn], 0)


def fit_tags(tags: np.ndarray, room: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hashtags that fit into the room for them (characters, with a blank and '#' each), and their length."""
    tags, length = tags.copy(), np.zeros(len(tags), np.int16)
    for j, tag in enumerate(TAGS):
        length += np.where(tags & bit(j) > 0, len(tag.text) + 2, 0).astype(np.int16)
    for j in reversed(range(len(TAGS))):
        rest = tags & ~bit(j)
        drop = (tags & bit(j) > 0) & (length > room) & (rest & SEARCHED > 0)
        tags[drop] = rest[drop]
        length[drop] -= len(TAGS[j].text) + 2
    return tags, length


def link_strings(codes: np.ndarray) -> pa.Array:
    """Links of 23 characters on a domain reserved for examples; null where the code is NONE."""
    digits = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", np.uint8)
    letters = np.stack([digits[(codes // 36**power) % 36] for power in range(5)], axis=1)
    endings = pa.array(np.ascontiguousarray(letters).view("S5").ravel(), pa.binary()).cast(pa.string())
    links = pc.binary_join_element_wise(pa.scalar("https://t.example/"), endings, "")
    return pc.if_else(pa.array(codes >= 0), links, pa.scalar(None, pa.string()))


@cache
def banks() -> dict[str, pa.Array]:
    """All pieces of texts, by the columns of `Texts` that are their rows, and the joints of the sentences."""
    pieces = {
        "sentence": cores().texts,
        "joint": cores().joints,
        "opener": talk.openers(),
        "aside": by_length()[0],
        "emoji": emoji()[0],
        "tail": tails().texts,
    }
    return {name: pa.array(some, pa.string()) for name, some in pieces.items()}


def taken(bank: str, rows: np.ndarray) -> pa.Array:
    """The pieces of a bank at rows (null for NONE) as an array of strings."""
    return banks()[bank].take(pa.array(rows, mask=rows < 0))


def joined(*pieces, by: str = " ") -> pa.Array:
    """Pieces of each row joined; a missing one is skipped."""
    return pc.binary_join_element_wise(*pieces, by, null_handling="skip")


def whole_sentences(texts: Texts) -> pa.Array:
    """Opener, sentence, aside: an aside follows a sentence that has ended, or a joint."""
    sentence, joint = (taken(bank, texts.sentence) for bank in ("sentence", "joint"))
    aside = taken("aside", texts.aside)
    both = pc.binary_join_element_wise(sentence, joint, aside, "", null_handling="emit_null")
    return joined(taken("opener", texts.opener), pc.coalesce(both, sentence))


def assemble(texts: Texts, addressee: pa.Array, mentioned: pa.Array) -> pa.Array:
    """Whole texts (strings). `addressee` is the handle replied to, `mentioned` that of another one named."""
    sets, row = tag_table(texts.tags)
    hashtags = pa.array([" ".join(f"#{tag}" for tag in one) for one in sets]).take(pa.array(row))
    hashtags = joined(hashtags, taken("tail", np.where(texts.tail > 0, texts.tail, NONE)))
    mention = joined(VIA.take(pa.array(texts.sentence % len(VIA))), mentioned, by="")
    mention = pc.if_else(pc.is_valid(mentioned), mention, pa.scalar(None, pa.string()))
    said = joined(joined(whole_sentences(texts), mention, by=""), taken("emoji", texts.emoji))
    leading = pa.array(texts.leading)
    return joined(
        pc.binary_join_element_wise(pa.scalar("@"), addressee, ""),
        pc.if_else(leading, hashtags, said),
        pc.if_else(leading, said, hashtags),
        link_strings(texts.link),
    )


def cut(text: str) -> str:
    """A text as Twitter's search returned it in 2016, at most 140 characters."""
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"
