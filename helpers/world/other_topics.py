"""What accounts tweet about when it is not the election: everyday sentences, with feeling or without, and nonsense."""

from __future__ import annotations

from functools import cache

import numpy as np

from helpers.world.draw import Stage, choices, stream

THINGS = choices(
    "breakfast|the game|my garden|the weather|the traffic|this playlist|our dog|the new phone|"
    "the bus|laundry|coffee|the library|the gym|this recipe|the movie|the neighbors|my commute|"
    "pancakes|the meeting|the concert|homework|the dishes|the parking lot|a nap|the grocery store|"
    "this podcast|the bike|lunch|the cat|the new season"
)
MOMENTS = choices(
    "today|this morning|right now|again|tonight|this week|after work|all day|before noon|since Monday"
)
PLAIN = choices(
    "{thing} {when}|Thinking about {thing} {when}|Anyone up for {thing} {when}?|{thing}, then {other}|"
    "Back to {thing} {when}|Who else has {thing} {when}?|Note to self: {thing} {when}|Still on {thing}|"
    "{thing} or {other}?|On to {other} after {thing}|{number} hours of {thing} {when}|"
    "A photo of {thing} {when}|Question about {thing}: is it {number} or {number}?|{thing} at {number}|"
    "My view on {thing} and {other}|Waiting for {thing} {when}|{number} ways to look at {thing}|"
    "Morning, {thing} and {other} {when}"
)
FELT = choices(
    "I love {thing}!|{thing} was great {when} :)|So happy about {thing} {when}|I hate {thing}|{thing} makes me sad {when}|"
    "Ugh, {thing} {when}, the worst!|Best {thing} ever!!|Thank you for {thing} {when} <3|{thing} is awful {when} :(|"
    "Really enjoying {thing} and {other} {when}|Sorry about {thing}, I was tired and angry {when}|"
    "Wow, {thing} is AMAZING|Glad {thing} is over, it was terrible|Fun with {thing} and {other} :D|"
    "Miss {thing} so much {when}|{thing}? Beautiful. {other}? Horrible."
)
SUBJECTS = choices(
    "sports|music|deals|cooking|travel|photo|weather|gaming|movies|fitness|startups|science|fashion|pets"
)
SITES = choices("news|daily|post|wire|video|shop|blog|photo")  # each under .example, which cannot exist
SENTENCES = 1200  # of each sort


def everyday(patterns: list[str], rng: np.random.Generator) -> str:
    """A sentence about nothing in particular."""

    def pick(options):
        return options[rng.integers(len(options))]

    sentence = pick(patterns).format(
        thing=pick(THINGS), other=pick(THINGS), when=pick(MOMENTS), number=rng.integers(2, 13)
    )
    return sentence[0].upper() + sentence[1:]


def chained(sentences: list[str], rng: np.random.Generator) -> str:
    """Words that follow each other as somewhere in the sentences: a walk on a Markov chain of 6 to 18 words."""
    follow = followers(tuple(sentences))
    word, words = None, []
    for _ in range(rng.integers(6, 19)):
        options = follow.get(word) or follow[None]
        word = options[rng.integers(len(options))]
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
def bank() -> tuple[list[str], list[str], list[str]]:
    """Distinct sentences, the same in every world: plain, with feeling, and made by a Markov chain of both."""
    rng = stream(0, Stage.EVERYDAY)
    plain, felt = (
        list(dict.fromkeys(everyday(patterns, rng) for _ in range(SENTENCES))) for patterns in (PLAIN, FELT)
    )
    return plain, felt, [chained(plain + felt, rng) for _ in range(SENTENCES)]
