"""Whom a tweet is about: three readings of what the article (Bessi & Ferrara 2016) does not say."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_

import narwhals as nw

from helpers.settings import Candidate

# When a tweet is about a candidate.
READINGS = {
    "words": "the candidate's name is a word of the tweet",
    "words first": "a word; or a hashtag, in a tweet whose words name nobody",
    "words or hashtags": "a word or a hashtag",
}


def about(
    text: nw.Expr, candidate: Candidate, candidates: list[Candidate], reading: str = "words"
) -> nw.Expr:
    """Whether a tweet's text is about a candidate: an expression, true or false. See READINGS.

    A *word* is one of the candidate's `mentions`, letter case ignored, not as part of a longer word or of a
    hashtag. A *hashtag* names the candidate whose mention it contains, whichever side uses it (#NeverTrump
    names Trump), and a candidate's own hashtag that contains nobody's name (#ImWithHer) names that candidate.
    A tweet that names two candidates is about both. Raises KeyError for a reading that is none.
    """
    text = text.fill_null("").str.to_lowercase()
    in_words = matches(text, word_pattern(candidate))
    in_tags = matches(text, hashtag_pattern(candidate, candidates))
    somebody = reduce(or_, [matches(text, word_pattern(each)) for each in candidates])
    either, first = in_words | in_tags, in_words | (in_tags & ~somebody)
    return {"words": in_words, "words first": first, "words or hashtags": either}[reading]


def matches(text: nw.Expr, pattern: str) -> nw.Expr:
    """Whether the text matches the pattern; an empty pattern matches nothing."""
    return text.str.contains(pattern) if pattern else text != text


def word_pattern(candidate: Candidate) -> str:
    """Regular expression for a candidate's mentions as words of a lower-case text; "" if there are none."""
    names = "|".join(re.escape(m.lower()) for m in sorted(candidate.mentions))
    return rf"(?:^|[^a-z0-9_#])(?:{names})(?:[^a-z0-9_]|$)" if names else ""


def hashtag_pattern(candidate: Candidate, candidates: list[Candidate]) -> str:
    """Regular expression for the hashtags that name a candidate in a lower-case text; "" if none does."""
    names, everyone = written(candidate), [name for each in candidates for name in written(each)]
    tags = sorted(map(str.lower, candidate.hashtags))
    nameless = [tag for tag in tags if not any(name in tag for name in everyone)]
    parts = [rf"[a-z0-9_]*(?:{'|'.join(names)})"] * bool(names)
    parts += [rf"(?:{'|'.join(nameless)})(?:[^a-z0-9_]|$)"] * bool(nameless)
    return f"#(?:{'|'.join(parts)})" if parts else ""


def written(candidate: Candidate) -> list[str]:
    """A candidate's mentions as a hashtag would have them: lower case, letters, digits and _ only."""
    return sorted({re.sub(r"[^a-z0-9_]", "", mention.lower()) for mention in candidate.mentions} - {""})
