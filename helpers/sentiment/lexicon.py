"""How strong each word of a text is where it stands, by VADER (Hutto & Gilbert 2014).

Its rules are about boosters, negation, capitals and "but". What counts of a text is the strongest word of
each side, as in SentiStrength (Thelwall et al. 2010), the tool of Bessi & Ferrara (2016).
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from functools import cache

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from vaderSentiment import vaderSentiment as vader
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, SentiText

FILLER = "www"  # a word that VADER knows nothing of
FILLERS = rf"(?: {FILLER}){{4,}}( |$)"  # VADER looks back no further than three words
IN_RULES = "no or nor but least at very kind of never so this without doubt"  # that VADER's code asks for


class _WordValences(SentimentIntensityAnalyzer):
    """VADER up to the point where it would sum up: it returns each word's valence instead."""

    def score_valence(self, sentiments: list[float], text: str) -> list[float]:
        return sentiments


_analyser = cache(_WordValences)


def word_valences(text: str) -> list[float]:
    """Valence of each word of a text where it stands, about −4 to +4, 0 for words without sentiment."""
    return _analyser().polarity_scores(html.unescape(text))


def strongest(texts: Iterable[str | None] | pa.Array) -> pd.DataFrame:
    """The strongest word of each side, one row a text: columns positive, negative (both 0 or more).

    VADER sees each distinct `essence` once, which is the same to it and saves most of the work.
    """
    essences = essence(pa.array(texts, pa.string()).fill_null("")).dictionary_encode()
    valences = [word_valences(text) for text in essences.dictionary.to_pylist()]
    sides = [(max([0.0, *each]), abs(min([0.0, *each]))) for each in valences]
    table = pd.DataFrame(sides, columns=["positive", "negative"], dtype=float)
    return table.iloc[essences.indices.to_numpy()].reset_index(drop=True)


def essence(texts: pa.Array) -> pa.Array:
    """Texts with FILLER for every word of which VADER only notes that it is there, and in capitals or not.

    Longer runs of such words are cut to three, and letters are small or all capitals. Words, their order and
    their neighbours are otherwise what they were, so that `strongest` is exactly the same.
    """
    tokens = pc.utf8_split_whitespace(texts)
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
