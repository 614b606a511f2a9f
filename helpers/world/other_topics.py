"""What accounts tweet about when it is not the election: everyday sentences, and nonsense."""

from __future__ import annotations

from functools import cache

import numpy as np

from helpers.world.draw import Stage, bank, stream

WORDS = bank("everyday")
SUBJECTS, SITES = WORDS["subjects"], WORDS["sites"]
SENTENCES = 6000  # of each sort


def everyday(patterns: list[str], rng: np.random.Generator) -> str:
    """A sentence about nothing in particular."""

    def pick(options: list[str]) -> str:
        return options[int(rng.random() * len(options))]

    sentence = pick(patterns).format(
        thing=pick(WORDS["things"]),
        other=pick(WORDS["things"]),
        when=pick(WORDS["moments"]),
        who=pick(WORDS["people"]),
        where=pick(WORDS["places"]),
        number=2 + int(rng.random() * 11),
    )
    return sentence[0].upper() + sentence[1:]


def chained(sentences: list[str], rng: np.random.Generator) -> str:
    """6 to 18 words that follow each other as somewhere in the sentences: a walk on a Markov chain."""
    follow = followers(tuple(sentences))
    word, words = None, []
    for _ in range(rng.integers(6, 19)):
        options = follow.get(word) or follow[None]
        word = options[int(rng.random() * len(options))]
        words.append(word)
    return " ".join(words)


@cache
def followers(sentences: tuple[str, ...]) -> dict[str | None, list[str]]:
    """The words that come after each word, and at the start (None)."""
    table: dict[str | None, list[str]] = {}
    for sentence in sentences:
        words = sentence.split()
        for before, after in zip([None, *words], words, strict=False):
            table.setdefault(before, []).append(after)
    return table


@cache
def everyday_sentences() -> tuple[list[str], list[str], list[str]]:
    """Distinct sentences, the same in every world: plain, with feeling, and of a Markov chain of both."""
    rng = stream(0, Stage.EVERYDAY)
    plain, felt = (
        list(dict.fromkeys(everyday(patterns, rng) for _ in range(SENTENCES)))
        for patterns in (WORDS["plain"], WORDS["felt"])
    )
    return plain, felt, [chained(plain + felt, rng) for _ in range(SENTENCES)]
