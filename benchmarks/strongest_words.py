"""The strongest words of texts, by VADER: a module of its own, so that the processes of a pool import nothing
else.
"""

from __future__ import annotations

import html

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


class Words(SentimentIntensityAnalyzer):
    """VADER that returns the valence of each word instead of their sum."""

    def score_valence(self, sentiments, text):
        """The words' valences."""
        return sentiments


def strongest(texts: list[str]) -> np.ndarray:
    """The strongest word of each side, a row a text."""
    vader = Words()
    found = (vader.polarity_scores(html.unescape(text)) for text in texts)
    return np.array([(max(words, default=0), min(words, default=0)) for words in found], float).reshape(-1, 2)
