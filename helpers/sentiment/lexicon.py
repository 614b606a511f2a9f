"""How strong the feeling of a text is on each side, by the words, emoji and rules of VADER (Hutto & Gilbert
2014): boosters, negation, capitals, "but", exclamation and question marks.

The strongest word of each side counts most, as in SentiStrength (Thelwall et al. 2010), the tool of Bessi &
Ferrara (2016). What else VADER knows counts beside it: a side's other words, its marks, the other side.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from vaderSentiment import vaderSentiment as vader
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, SentiText

FILLER = "www"  # a word that VADER knows nothing of
FILLERS = rf"(?: {FILLER}){{4,}}( |$)"  # VADER looks back no further than three words
# What counts beside the strongest word. Near the least squares fit of the ratings (see `scale`) by the same
# terms, where the strongest word has 1, and rounded to halves; half as much or twice is nearly as good.
REST, MARKS, OTHER = 0.5, 1.5, 0.5
MOST = 3.0  # of all other words of a side, together: a list of ten is no feeling ten times as strong
LONGEST = 2_000  # letters of a text that VADER sees: its time grows with their square
IN_RULES = "no or nor but least at very kind of never so this without doubt"  # that VADER's code asks for


class _WordValences(SentimentIntensityAnalyzer):
    """VADER up to the point where it would sum up: it returns each word's valence instead."""

    def score_valence(self, sentiments: list[float], text: str) -> list[float]:
        return sentiments


_analyser = cache(_WordValences)


def word_valences(text: str) -> list[float]:
    """Valence of each word of a text where it stands, about −4 to +4, 0 for words without sentiment."""
    return _analyser().polarity_scores(html.unescape(text))


def strengths(texts: Iterable[str | None] | pa.Array) -> pd.DataFrame:
    """Strength of the feeling on each side, one row a text: columns positive, negative (both 0 or more).

    A side has the valence of its strongest word, a part (REST) of that of its other words (at most MOST), and
    if it outweighs the other side VADER's emphasis by "!" and "?" (times MARKS), less a part (OTHER) of the
    other side's strongest word. VADER sees each distinct `essence` once, which is the same to it and saves
    most of the work, and LONGEST letters of it, more than any tweet has.
    """
    texts = pa.array(texts, pa.string()).fill_null("")
    essences = essence(texts).dictionary_encode()
    distinct = essences.dictionary.to_pylist()
    different = np.array([sides(word_valences(text[:LONGEST])) for text in distinct], float)
    strongest, total = different.reshape(-1, 2, 2)[essences.indices.to_numpy()].swapaxes(0, 1)
    marks = MARKS * emphasis(texts)[:, None] * (total > total[:, ::-1])
    whole = strongest + REST * np.minimum(total - strongest, MOST) + marks - OTHER * strongest[:, ::-1]
    return pd.DataFrame(np.maximum(whole, 0).round(6), columns=["positive", "negative"])


def compounds(texts: Iterable[str]) -> list[float]:
    """VADER's own score of each text, the sum of its words brought into −1 to +1, to compare with."""
    vader_itself = SentimentIntensityAnalyzer()
    return [vader_itself.polarity_scores(html.unescape(text))["compound"] for text in texts]


def sides(valences: list[float]) -> list[list[float]]:
    """The strongest word of each side, positive first, and the sums of the words of each, all 0 or more."""
    positive, negative = [v for v in valences if v > 0], [-v for v in valences if v < 0]
    return [[max(side, default=0.0) for side in (positive, negative)], [sum(positive), sum(negative)]]


def emphasis(texts: pa.Array) -> np.ndarray:
    """VADER's emphasis by punctuation: 0.292 for each "!" up to four, more for several "?"; one a text."""
    exclaimed, asked = (pc.count_substring(texts, mark).to_numpy() for mark in "!?")
    return 0.292 * np.minimum(exclaimed, 4) + np.select([asked > 3, asked > 1], [0.96, 0.18 * asked], 0)


def essence(texts: pa.Array) -> pa.Array:
    """Texts with FILLER for every word of which VADER only notes that it is there, and in capitals or not.

    Longer runs of such words are cut to three, and letters are small or all capitals. Words, their order and
    their neighbours are otherwise what they were, so that their valences are exactly the same.
    """
    # Arrow looks one letter past the end of a last text that ends in a blank: that letter must be ours.
    tokens = pc.utf8_split_whitespace(pa.concat_arrays([texts, pa.array(["."])]))[:-1]
    different = tokens.flatten().dictionary_encode()
    kept = pa.array([_essential(token) for token in different.dictionary.to_pylist()], pa.string())
    rows = pa.ListArray.from_arrays(tokens.offsets, kept.take(different.indices))
    three = " ".join(["", *[FILLER] * 3])
    return pc.replace_substring_regex(pc.binary_join(rows, " "), FILLERS, three + r"\1")


def _essential(token: str) -> str:
    """The word of a token that VADER knows or may see more in, else FILLER; in capitals where it is."""
    # Emoji and HTML entities may hold words.
    if not (token.isascii() and token.isprintable()) or "&" in token:
        return token
    word = SentiText._strip_punc_if_word(token)
    lower = word.lower()
    kept = lower if lower in vocabulary() or "n't" in lower or not lower else FILLER
    return kept.upper() if word.isupper() else kept


@cache
def vocabulary() -> frozenset[str]:
    """Words (lower case) that VADER's lexicon or one of its rules asks for."""
    phrases = [*vader.NEGATE, *vader.BOOSTER_DICT, *vader.SPECIAL_CASES, IN_RULES]
    return frozenset(_analyser().lexicon).union(*(phrase.split() for phrase in phrases))
