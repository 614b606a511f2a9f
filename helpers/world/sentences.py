"""The heart of a tweet: a sentence that names a candidate, or is on the debate, and carries the tone.

A sentence belongs to a cell: topic, stance, the tone of its *words*, which is what a scorer with a lexicon
reads, and the tone *meant*, which is what a person would say. They differ where people differ from lexicons:
irony, blame in plain words, praise in fighting words, news of crime or of free trade. Words of feeling are
kept apart by strength, so that the tone of the words on VADER's lexicon (MIT) is the cell's: sentences of
neutral words have next to no word of feeling, and most mild words are strong enough to count on a scale that
is cut where people's ratings say. The scale of helpers/sentiment reads 98 of 100 tweets as their words were
planted, and hears nothing in 5 of 100 planted as positive. The strengths are mixed as Figure 6 has them, most
of them moderate. Nobody is named but the two candidates.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from helpers.world import talk
from helpers.world.draw import bank
from helpers.world.parameters import ANTI, ON_CLINTON, ON_DEBATE, ON_TRUMP, PRO

BANK = bank("sentences")
WORDS, NAMES = BANK["words"], BANK["names"]
NAME_OF_TOPIC = {ON_TRUMP: "trump", ON_CLINTON: "clinton", ON_DEBATE: "debate"}
TONES = (-1, 0, 1)
ENDINGS = ("", "", "", "", ".", "!", "...")
CELLS = [*product((ON_TRUMP, ON_CLINTON, ON_DEBATE), (PRO, ANTI), TONES, TONES)]
PER_CELL = 2400  # sentences drawn for a cell, some of them alike

STRENGTHS = {  # Figure 6: shares of each strength among the polar tweets
    1: {"mild": 0.12, "plain": 0.48, "strong": 0.35, "loud": 0.05},
    -1: {"mild": 0.17, "plain": 0.62, "strong": 0.185, "loud": 0.025},
}
# By stance, tone of the words and tone meant: what the templates are called.
ON_CANDIDATE = {
    (PRO, 0, 0): "neutral",
    (PRO, 0, 1): "quiet_praise",
    (PRO, 0, -1): "quiet_complaint",
    (PRO, 1, 1): "praise",
    (PRO, 1, 0): "loaded_positive",
    (PRO, -1, -1): "complaint",
    (PRO, -1, 0): "loaded_negative",
    (PRO, -1, 1): "tough_praise",
    (ANTI, 0, 0): "neutral",
    (ANTI, 0, -1): "quiet_blame",
    (ANTI, 1, -1): "irony",
    (ANTI, 1, 0): "loaded_positive",
    (ANTI, 1, 1): "credit",
    (ANTI, -1, -1): "blame",
    (ANTI, -1, 0): "loaded_negative",
}
ON_THE_DEBATE = {  # whatever the stance
    (0, 0): "neutral",
    (0, 1): "quiet_praise",
    (0, -1): "quiet_blame",
    (1, 1): "praise",
    (1, 0): "loaded_positive",
    (1, -1): "irony",
    (-1, -1): "blame",
    (-1, 0): "loaded_negative",
    (-1, 1): "tough_praise",
}


class Sentences(NamedTuple):
    """All sentences, and of each of CELLS the first one and their number (0 where there are none)."""

    texts: list[str]
    first: np.ndarray
    number: np.ndarray


def cell(topic, stance, words, meant):
    """Row in CELLS."""
    return ((topic * 2 + stance) * 3 + words + 1) * 3 + meant + 1


def templates(topic: int, stance: int, words: int, meant: int) -> dict[str, list[str]]:
    """Templates of a cell by strength ("" for one strength); empty where nothing is said so."""
    debate = topic == ON_DEBATE
    name = ON_THE_DEBATE.get((words, meant)) if debate else ON_CANDIDATE.get((stance, words, meant))
    found = BANK["debate" if debate else "candidate"].get(name, {})
    return found if isinstance(found, dict) else {"": found}


def fill(template: str, names: list[str], rng: np.random.Generator) -> str:
    """A sentence of the template; "{good1}" is a word of "good" that can stand before a noun."""
    name = names[rng.integers(len(names))]

    def word(slot: re.Match) -> str:
        if slot[1] == "name":
            return name
        options = one_word(slot[1][:-1]) if slot[1].endswith("1") else WORDS[slot[1]]
        return options[rng.integers(len(options))]

    sentence = re.sub(r"\{(\w+)\}", word, template)
    sentence = re.sub(r"\b([Aa]) (?=[aeiou]|honest)", r"\1n ", sentence)
    if template[0] == "{":
        sentence = sentence[0].upper() + sentence[1:]
    return sentence + (ENDINGS[rng.integers(len(ENDINGS))] if sentence[-1].isalnum() else "")


@cache
def one_word(slot: str) -> list[str]:
    """The words of a slot that can stand before a noun."""
    return [word for word in WORDS[slot] if " " not in word]


def write_sentences(patterns: list[str], names: list[str], n: int, rng: np.random.Generator) -> list[str]:
    """Up to n different sentences, the templates in turn, some as written in a hurry."""
    filler = talk.Filler({}, n)
    drawn = (talk.noisy(fill(patterns[i % len(patterns)], names, rng), filler) for i in range(n))
    return list(dict.fromkeys(drawn))


@cache
def sentences() -> Sentences:
    """The sentences that every world draws from, whatever its seed."""
    rng = np.random.default_rng(0)
    texts, first, number = [], [], []
    for topic, stance, words, meant in CELLS:
        first.append(len(texts))
        for strength, patterns in templates(topic, stance, words, meant).items():
            share = STRENGTHS[words][strength] if strength else 1 if words == meant else 0.5
            texts += write_sentences(patterns, NAMES[NAME_OF_TOPIC[topic]], round(share * PER_CELL), rng)
        number.append(len(texts) - first[-1])
    return Sentences(texts, np.array(first), np.array(number))
