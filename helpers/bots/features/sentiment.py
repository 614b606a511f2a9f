"""Sentiment features: how much feeling an account's words carry, by VADER's lexicon word for word.

The lexicon alone, without VADER's rules for negation and emphasis: these features tell accounts apart by how
they write, and thousands of texts a second matter more here than the tone of each.
"""

from __future__ import annotations

from helpers.bots.features.posts import PARTS
from helpers.bots.features.summary import TENTHS, Events, Measure

STEPS = "floor(2 * {x})"

EVENTS = (
    Events(
        "tones", "sentiment", "tweets with words", "grammar",
        (
            Measure("valence", "coalesce(valence, 0)", "sum of the words' valences", "valence", STEPS),
            Measure("tone", "coalesce(valence, 0) / sqrt(coalesce(valence, 0) ** 2 + 15)",
                    "sum of the words' valences on VADER's scale from -1 to 1", "valence", TENTHS),
            Measure("praise", "praise", "valence of the most positive word, 0 without one", "valence", STEPS),
            Measure("blame", "blame", "valence of the most negative word, 0 without one", "valence", STEPS),
            Measure("mixed", "praise - blame",
                    "distance of the most positive from the most negative word", "valence", STEPS),
            Measure("positive", "praises / words", "share of words that are positive", "share", TENTHS),
            Measure("negative", "blames / words", "share of words that are negative", "share", TENTHS),
            Measure("emoticons", "emoticons", "emoticons"),
            Measure("emoticon_valence", "emoticon_valence",
                    "sum of the emoticons' valences", "valence", STEPS),
        ),
        PARTS,
    ),
)  # fmt: skip
