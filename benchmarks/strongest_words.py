"""How strong texts are by VADER's words and marks: a module of its own, so that the processes of a pool
import little else.
"""

from __future__ import annotations

import html

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from helpers.sentiment.lexicon import MARKS, MOST, OTHER, REST


class Words(SentimentIntensityAnalyzer):
    """VADER that returns the valence of each word instead of their sum."""

    def score_valence(self, sentiments, text):
        """The words' valences."""
        return sentiments


def strength(text: str, vader: Words) -> list[float]:
    """How strong the feeling of a text is on the positive and on the negative side (`helpers.sentiment`)."""
    words, marks = vader.polarity_scores(html.unescape(text)), vader._punctuation_emphasis(text)
    sides = [[0.0, *(word for word in words if word > 0)], [0.0, *(-word for word in words if word < 0)]]
    found = []
    for side, other in (sides, sides[::-1]):
        rest = min(REST * (sum(side) - max(side)), REST * MOST)
        said = marks * MARKS if sum(side) > sum(other) else 0
        found.append(round(max(0, max(side) + rest + said - OTHER * max(other)), 6))
    return found


def strengths(texts: list[str]) -> np.ndarray:
    """The strength of both sides, a row a text."""
    vader = Words()
    return np.array([strength(text, vader) for text in texts], float).reshape(-1, 2)
