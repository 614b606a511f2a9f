"""Talk that only brushes the election: what people put before, after and around what a tweet says.

Banks of strings, the same in every world, without feeling on the scorer's lexicon (emoji apart) and without a
candidate's name (tweets in other languages apart). Templates are in `data/talk.toml` and
`data/languages.toml`; what fills them comes from there and from the lists in `data/words`, most usual first.
The words' sources are in `data/reference/word_lists.csv`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from helpers.world.draw import DATA, bank, words

ASIDES = 30_000
OPENERS = 2_500
PER_LANGUAGE = 400  # candidates, each, and debate
SHORTEST, LONGEST = 8, 75  # characters of an aside
COMMON = 300  # surnames that with a first name would soon be those of somebody known
SKEW = 1.5  # how much more the first words of a list are used
LISTS = {  # slots and the files that fill them
    "activity": "activities", "adj": "adjectives", "animal": "animals", "buzz": "debate_words",
    "colour": "colours", "doing": "doing", "first": "first_names", "food": "foods", "house": "household",
    "inst": "instruments", "job": "jobs", "kin": "kin", "last": "surnames", "place": "places",
    "setting": "settings", "taste": "tastes",
    "shop": "shops", "show": "shows", "sport": "sports", "street": "streets", "tool": "tools",
    "town": "towns", "weather": "weather", "word": "words",
}  # fmt: skip
SLOT = re.compile(r"\{(\w+)\}")
ARTICLE = re.compile(r"\b([Aa]) (?=(?!uni|uku|use|one\b|eu)[aeiouAEIO]|hour|8|11\b|18\b)")
CAPITALS = re.compile(r"^\w|(?<=[.?] )\w")  # letters that begin a sentence
DRAWN_OUT = re.compile(
    r"\b(what|way|hey|wait|hmm|huh|right|anyway|oh|y'all|still|so|who|how|watch|thread|noted|folks|look|listen|again)\b"
)
FRAMES = ("{}", "({})", "- {}", "... {}", "{}.", "{}!", "{}...", "{} -")
FRAME_UP_TO = (0.62, 0.67, 0.74, 0.79, 0.89, 0.94, 0.99)  # cumulated shares of all but the last
LOWER, TYPO, LONG, LOUD, CAPITAL, JOINED = 0.12, 0.03, 0.03, 0.015, 0.5, 0.4  # shares of the asides
PUNCTUATION = ".,:;!?()\"'-*"


class Filler:
    """Fills templates from lists; draws uniform numbers in blocks, many times faster than one by one."""

    def __init__(self, words: dict[str, list[str]], seed: int, skew: float = SKEW) -> None:
        self.words, self.skew = words, skew
        self.rng = np.random.default_rng(seed)
        self.numbers = self._uniform()

    def _uniform(self) -> Iterator[float]:
        while True:
            yield from self.rng.random(4096).tolist()

    def happens(self, share: float) -> bool:
        """True in a share of the calls."""
        return next(self.numbers) < share

    def pick(self, options: list[str], skew: float = 1.0) -> str:
        """One of the options, with `skew` above 1 rather one of the first."""
        return options[int(len(options) * next(self.numbers) ** skew)]

    def slot(self, match: re.Match) -> str:
        """What stands for a slot; "{jobs}" is the plural of a word for "{job}"."""
        name = match[1]
        if name in NUMBERS:
            return NUMBERS[name](self)
        if name in self.words:
            found = self.pick(self.words[name], self.skew)
        else:
            found = plural(self.pick(self.words[name.removesuffix("s")], self.skew))
        return self.fill(found) if "{" in found else found

    def fill(self, template: str) -> str:
        """The template with a word for each slot."""
        return SLOT.sub(self.slot, template)


def between(low: int, high: int) -> Callable[[Filler], str]:
    """A number from low to high."""
    return lambda filler: str(low + int((high + 1 - low) * next(filler.numbers)))


NUMBERS: dict[str, Callable[[Filler], str]] = {
    "n": between(2, 12),
    "nn": between(13, 85),  # 86 is slang for throwing somebody out, says the lexicon
    "nnn": lambda filler: f"{int(120 * 80 ** next(filler.numbers)):,}",
    "nth": lambda filler: ordinal(2 + int(18 * next(filler.numbers) ** 2)),
    "pct": between(31, 68),
    "split": lambda filler: "{}-{}".format(*shares(filler)),
    "election": lambda filler: str(2014 - 2 * int(30 * next(filler.numbers) ** 2)),
    "year": lambda filler: str(2015 - int(64 * next(filler.numbers) ** 2)),
    "time": lambda filler: f"{between(5, 11)(filler)}:{int(60 * next(filler.numbers)):02}",
}


def shares(filler: Filler) -> tuple[int, int]:
    """Two shares in percent that leave something for others."""
    first = 38 + int(13 * next(filler.numbers))
    return first, first - int(8 * next(filler.numbers))


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    return f"{number}" + (
        {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 // 10 != 1 else "th"
    )


def plural(noun: str) -> str:
    """More than one of them."""
    if noun.endswith(("sheep", "deer", "moose", "shrimp", "squid", "fish")):
        return noun
    if noun.endswith("man") and noun != "human":
        return noun[:-2] + "en"
    if noun.endswith("s") and not noun.endswith("ss") and noun.islower():
        return noun
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    return noun[:-1] + "ies" if re.search("[^aeiou]y$", noun) and noun.islower() else noun + "s"


@cache
def written() -> dict:
    """What `data/talk.toml` says."""
    return bank("talk")


@cache
def slots() -> dict[str, list[str]]:
    """The words for each slot of `data/talk.toml`."""
    lists = {slot: list(words(name)) for slot, name in LISTS.items()}
    return lists | {"rare": lists["last"][COMMON:]} | written()["slots"]


def tidy(text: str) -> str:
    """With "an" for "a" where it belongs."""
    return ARTICLE.sub(r"\1n ", text)


@cache
def asides() -> list[str]:
    """30,000 distinct things that people add to what they say, in no order; 8 to 75 characters."""
    filler = Filler(slots(), 1)
    templates = written()["asides"]["templates"]
    found: dict[str, None] = {}
    while len(found) < ASIDES:
        text = filler.fill(filler.pick(templates))
        if filler.happens(JOINED):
            text = joined(text, filler.fill(filler.pick(templates)), filler)
        text = noisy(framed(tidy(text), filler), filler)
        if SHORTEST <= len(text) <= LONGEST and not felt(text):
            found[text] = None
    return list(found)


def joined(first: str, second: str, filler: Filler) -> str:
    """Two things in a row."""
    link = ". " if first[-1] not in "?!.)" else " "
    link = filler.pick([link, link, link, " - ", "... ", "; "]) if link == ". " else link
    return first + link + (second[0].upper() + second[1:] if link in {". ", " "} else second)


def felt(text: str) -> bool:
    """Whether a word is in the scorer's lexicon, as some numbers and letters are."""
    tokens = text.lower().split()
    bare = [token.strip(PUNCTUATION) for token in tokens]
    return not lexicon().isdisjoint(tokens + bare)


def framed(text: str, filler: Filler) -> str:
    """The text as an addition: with a capital or without, in brackets, after a dash, with a full stop."""
    if filler.happens(CAPITAL):
        text = text[0].upper() + text[1:]
    frame = FRAMES[bisect_right(FRAME_UP_TO, next(filler.numbers))]
    plain = text[-1] in "?!.)" or text[0] == "("
    return text if plain and (frame[-1] != ")" or text[0] == "(") else frame.format(text)


def noisy(text: str, filler: Filler) -> str:
    """As typed on a phone: in small letters, mistyped, drawn out, or with a loud word, now and then."""
    if filler.happens(LOWER):
        text = text.lower()
    if filler.happens(TYPO):
        text = mistyped(text, filler)
    if filler.happens(LONG):
        text = DRAWN_OUT.sub(
            lambda match: match[0] + match[0][-1] * int(2 + 3 * next(filler.numbers)), text, 1
        )
    if filler.happens(LOUD):
        text = re.sub(r"\b[a-z]{4,}\b", loud, text, count=1)
    return text


def loud(match: re.Match) -> str:
    """A word in capitals, unless the lexicon knows it, which would hear more in it."""
    return match[0] if match[0] in lexicon() else match[0].upper()


def mistyped(text: str, filler: Filler) -> str:
    """With a letter dropped, doubled or swapped in a word of five or more that the lexicon does not know."""
    candidates = list(re.finditer(r"\b[A-Za-z]{5,}\b", text))
    if not candidates:
        return text
    match = candidates[int(len(candidates) * next(filler.numbers))]
    old, i = match[0], 1 + int((len(match[0]) - 2) * next(filler.numbers))
    wrong = (old[:i] + old[i + 1 :], old[:i] + old[i] + old[i:], old[:i] + old[i + 1] + old[i] + old[i + 2 :])
    new = filler.pick(list(wrong))
    return (
        text if {old.lower(), new.lower()} & lexicon() else text[: match.start()] + new + text[match.end() :]
    )


@cache
def lexicon() -> frozenset[str]:
    """The words of VADER's lexicon."""
    return frozenset(map(str.lower, SentimentIntensityAnalyzer().lexicon))


@cache
def openers() -> list[str]:
    """Distinct things that people say first; 3 to 18 characters, nothing that bears on the words after it."""
    filler = Filler(slots(), 2)
    templates = written()["openers"]["templates"]
    drawn = (tidy(filler.fill(template)) for _ in range(40) for template in templates)
    drawn = dict.fromkeys(text.lower() if filler.happens(LOWER) else text for text in drawn)
    return [text for text in drawn if 3 <= len(text) <= 18][:OPENERS]


@cache
def emoji(sentiment: int) -> list[str]:
    """Emoji of a sentiment (-1, 0, 1) as the scorer reads them, alone, twice or three times.

    To be drawn from evenly: what is used more stands there more often.
    """
    known = written()["emoji"][{-1: "negative", 0: "neutral", 1: "positive"}[sentiment]]
    runs = []
    for rank, one in enumerate(known):
        weight = 60 / (3 + rank)
        runs += [one] * max(1, round(weight)) + [one * 3] * round(weight / 5) + [one * 2] * round(weight / 8)
    return runs


@cache
def languages() -> dict[str, tuple[float, tuple[list[str], list[str]], list[str]]]:
    """Tweets in other languages, by code as Twitter's `lang` has it.

    Of each language its share of the foreign tweets, distinct tweets that name Trump and that name Clinton,
    and distinct ones on the debate. 30 to 90 characters, all neutral to the scorer.
    """
    return {code: language(one, seed) for seed, (code, one) in enumerate(bank("languages").items(), start=3)}


def language(one: dict, seed: int) -> tuple[float, tuple[list[str], list[str]], list[str]]:
    """One language: see `languages`."""
    filler = Filler(one["words"], seed)
    trump, clinton = (
        fillings(one["candidate"], filler, name=one["names"][who]) for who in ("trump", "clinton")
    )
    return one["share"], (trump, clinton), fillings(one["debate"], filler)


def fillings(templates: list[str], filler: Filler, **more: list[str]) -> list[str]:
    """Distinct fillings of the templates in turn, PER_LANGUAGE at most."""
    filler.words = filler.words | more
    found: dict[str, None] = {}
    for i in range(4 * PER_LANGUAGE):
        text = filler.fill(templates[i % len(templates)])
        if 30 <= len(text) <= 90:
            found[CAPITALS.sub(lambda match: match[0].upper(), text)] = None
        if len(found) == PER_LANGUAGE:
            break
    return list(found)


@cache
def tail_hashtags() -> list[str]:
    """Hashtags that nobody searched for, most used first; distinct when letter case is ignored."""
    return (DATA / "hashtag_tail.txt").read_text(encoding="utf-8").splitlines()
