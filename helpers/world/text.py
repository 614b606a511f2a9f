"""What tweets say: a small grammar of sentences, and their assembly with hashtags, links and addressees.

A sentence belongs to a cell (topic, stance, sentiment). Words of feeling are kept apart by strength, so that
the sentence's tone on VADER's lexicon (MIT) is the cell's: neutral sentences have no word of feeling at all,
and even mild words are strong enough to count on a scale that is cut where people's ratings say
(helpers/sentiment). The strengths are mixed as Figure 6 has them, most of them moderate. Nobody is named but
the two candidates.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.world.draw import Stage, bank, stream
from helpers.world.hashtags import SEARCHED, TAGS, bit, tag_table
from helpers.world.parameters import ANTI, ON_CLINTON, ON_DEBATE, ON_TRUMP, PRO, Parameters

LIMIT = 140  # characters of a tweet in 2016
LINK_LENGTH = 24  # a blank and 23 characters, the length Twitter counted for any link
HANDLE_ROOM = 37  # "@handle " of a reply, at most
LEADING = 0.12  # share of tweets that put the hashtags first
SENTENCES_PER_CELL = 320

BANK = bank("sentences")
NAMES = {
    ON_TRUMP: BANK["names"]["trump"],
    ON_CLINTON: BANK["names"]["clinton"],
    ON_DEBATE: BANK["names"]["debate"],
}
WORDS = BANK["words"]

STRENGTHS = {  # Figure 6: shares of each strength among the polar tweets
    1: {"mild": 0.12, "plain": 0.48, "strong": 0.35, "loud": 0.05},
    -1: {"mild": 0.17, "plain": 0.62, "strong": 0.185, "loud": 0.025},
}

# Templates by stance and sentiment; those with feeling by strength.
ON_CANDIDATE, ON_THE_DEBATE = BANK["candidate"], BANK["debate"]
GRAMMAR = {
    (PRO, 0): ON_CANDIDATE["neutral"],
    (ANTI, 0): ON_CANDIDATE["neutral"],
    (PRO, 1): ON_CANDIDATE["praise"],
    (PRO, -1): ON_CANDIDATE["complaint"],
    (ANTI, -1): ON_CANDIDATE["blame"],
    (ANTI, 1): ON_CANDIDATE["irony"],
}
DEBATE_GRAMMAR = {0: ON_THE_DEBATE["neutral"], 1: ON_THE_DEBATE["praise"], -1: ON_THE_DEBATE["blame"]}


def cell(topic, stance, sentiment):
    """Number of a cell, 0 to 17."""
    return (topic * 2 + stance) * 3 + sentiment + 1


def fill(template: str, names: list[str], rng: np.random.Generator) -> str:
    """A sentence of the template; "{good1}" is a word of "good" that can stand before a noun."""

    def word(slot: re.Match) -> str:
        key = slot[1]
        if key == "name":
            options = names
        else:
            options = WORDS[key.removesuffix("1")]
            if key.endswith("1"):
                options = [option for option in options if " " not in option]
        return options[rng.integers(len(options))]

    sentence = re.sub(r"\{(\w+)\}", word, template)
    sentence = re.sub(r"\b([Aa]) (?=[aeiou]|honest)", r"\1n ", sentence)
    ending = ("", "", "", "", "!", "...")[rng.integers(6)]
    return sentence[0].upper() + sentence[1:] + ("" if sentence.endswith("?") else ending)


def write_sentences(templates: list[str], names: list[str], n: int, rng: np.random.Generator) -> list[str]:
    """Up to n different sentences, the templates in turn."""
    drawn = (fill(templates[i % len(templates)], names, rng) for i in range(8 * n))
    return list(dict.fromkeys(drawn))[:n]


@cache
def sentence_bank() -> tuple[list[str], list[np.ndarray]]:
    """All sentences, and for each cell the rows to draw from. The same in every world, whatever its seed."""
    rng = np.random.default_rng(0)
    sentences, rows = [], []
    for topic in (ON_TRUMP, ON_CLINTON, ON_DEBATE):
        for stance in (PRO, ANTI):
            for sentiment in (-1, 0, 1):
                grammar = DEBATE_GRAMMAR[sentiment] if topic == ON_DEBATE else GRAMMAR[stance, sentiment]
                by_strength = {"": grammar} if sentiment == 0 else grammar
                mine = []
                for strength, templates in by_strength.items():
                    share = STRENGTHS[sentiment][strength] if strength else 1.0
                    mine += write_sentences(templates, NAMES[topic], round(share * SENTENCES_PER_CELL), rng)
                rows.append(np.arange(len(sentences), len(sentences) + len(mine)))
                sentences += mine
    return sentences, rows


def draw_sentences(parameters: Parameters, topic, stance, sentiment, reply, tags, seed: int):
    """Sentence (int32 row), link (int32 code, -1 for none), leading hashtags (bool) and fitted tags (uint32).

    Who runs out of room leaves the link out, and then hashtags, but never the last search term.
    """
    rng = stream(seed, Stage.TEXT)
    sentences, rows = sentence_bank()
    counts = np.array([len(mine) for mine in rows])
    first = np.array([mine[0] for mine in rows])
    one_cell = cell(topic, stance, sentiment)
    sentence = (first[one_cell] + rng.random(len(topic)) * counts[one_cell]).astype(np.int32)

    fixed = np.array([len(one) for one in sentences], np.int16)[sentence] + np.where(reply, HANDLE_ROOM, 0)
    tags, length = fit_tags(tags, LIMIT - fixed)
    link = np.where(
        rng.random(len(topic), dtype=np.float32) < parameters.url, rng.integers(36**5, size=len(topic)), -1
    )
    link[fixed + length + LINK_LENGTH > LIMIT] = -1
    leading = rng.random(len(topic), dtype=np.float32) < LEADING
    return sentence, link.astype(np.int32), leading, tags


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
    """Links of 23 characters on a domain reserved for examples; null where the code is -1."""
    digits = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", np.uint8)
    letters = np.stack([digits[(codes // 36**power) % 36] for power in range(5)], axis=1)
    endings = pa.array(np.ascontiguousarray(letters).view("S5").ravel(), pa.binary()).cast(pa.string())
    links = pc.binary_join_element_wise(pa.scalar("https://t.example/"), endings, "")
    return pc.if_else(pa.array(codes >= 0), links, pa.scalar(None, pa.string()))


def assemble(sentence, tags, link, leading, addressee: pa.Array) -> pa.Array:
    """Whole texts (pyarrow strings): "@addressee sentence #tags link", or with the tags before the sentence.

    `addressee` is the handle replied to, null for none.
    """
    sets, row = tag_table(tags)
    tag_texts = pa.array([" ".join(f"#{tag}" for tag in one) for one in sets]).take(pa.array(row))
    sentences = pa.array(sentence_bank()[0]).take(pa.array(sentence))
    leading = pa.array(leading)
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(pa.scalar("@"), addressee, ""),
        pc.if_else(leading, tag_texts, sentences),
        pc.if_else(leading, sentences, tag_texts),
        link_strings(link),
        " ",
        null_handling="skip",
    )


def cut(text: str) -> str:
    """A text as Twitter's search returned it in 2016, at most 140 characters."""
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"
