"""What tweets say: a small grammar of sentences, and their assembly with hashtags, links and addressees.

A sentence belongs to a cell (topic, stance, sentiment). Words of feeling are kept apart by strength, so that the
sentence's tone on VADER's lexicon (MIT) is the cell's: neutral sentences have no word of feeling at all, and even
mild words are strong enough to count on a scale that is cut where people's ratings say (helpers/sentiment).
The strengths are mixed as Figure 6 has them, most of them moderate. Nobody is named but the two candidates.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.world.draw import Stage, stream
from helpers.world.hashtags import SEARCHED, TAGS, bit, tag_table
from helpers.world.parameters import ANTI, ON_CLINTON, ON_DEBATE, ON_TRUMP, PRO, Parameters

LIMIT = 140  # characters of a tweet in 2016
LINK_LENGTH = 24  # a blank and 23 characters, the length Twitter counted for any link
HANDLE_ROOM = 37  # "@handle " of a reply, at most
LEADING = 0.12  # share of tweets that put the hashtags first
SENTENCES_PER_CELL = 320

NAMES = {
    ON_TRUMP: ("Trump", "Trump", "Trump", "Donald Trump", "Mr. Trump"),
    ON_CLINTON: ("Hillary", "Hillary", "Clinton", "Hillary Clinton", "Mrs. Clinton"),
    ON_DEBATE: ("",),
}

WORDS = {
    "issue": "taxes|jobs|trade|wages|the economy|immigration|the border|Syria|the court|student loans|the emails"
    "|the tax returns|coal|the budget|NAFTA|Medicare|police reform|foreign policy|school lunches|the minimum wage"
    "|the Iran deal|climate policy|health insurance|college tuition",
    "town": "Columbus|Tampa|Denver|Phoenix|Raleigh|Toledo|Macon|Scranton|Reno|Boise|Tulsa|Omaha|Dayton|Akron|Fresno"
    "|Des Moines|Green Bay|Orlando|Charlotte|Tucson|Lansing|Duluth|Roanoke|Savannah",
    "then": "tonight|this morning|today|this afternoon|last night|this week|yesterday|earlier today|on Monday|at noon",
    "now": "tonight|right now|today|this afternoon|this week|again tonight|all week|at the moment|once more",
    "who": "my dad|my neighbor|my boss|the whole bar|our street|my roommate|the guy at the diner|my sister"
    "|everyone in line|my barber|my class|the bus driver",
    "number": "two|three|four|five|six|seven",
    "percent": "41|42|43|44|45|46|47|48",
    # praise, by strength on the lexicon: about 1.8, 2, 3 (weaker words leave a text neutral, helpers/sentiment)
    "fine": "nice|mature|lively|sincere|convincing",
    "good": "good|strong|smart|honest|impressive|inspiring|fantastic",
    "great": "great|brilliant|excellent|awesome|wonderful|the best",
    "GREAT": "GREAT|AWESOME|BRILLIANT|EXCELLENT",
    "like": "applaud|support|admire|respect|trust",
    "love": "love|adore",
    "gift": "hope|honesty|strength|courage|respect|passion",
    # blame, likewise: about 1.6, 2, 2.5
    "dull": "stressed|annoyed|tense|upset|uncomfortable|insecure|unhappy",
    "bad": "bad|weak|dishonest|wrong|arrogant|pathetic|shameful|useless",
    "awful": "awful|terrible|horrible|disgusting|a disaster|the worst|corrupt and evil",
    "AWFUL": "DISGUSTING|TERRIBLE|HORRIBLE|EVIL",
    "wrongs": "lies|insults|attacks|fake stories|lies and excuses|rumors and lies|ugly rumors|cheap insults",
    "crimes": "fraud|cruelty|hate|betrayal|crime",
}

NEUTRAL = """
{name} on {issue} {then}
{name} speaking in {town} {now}
What {name} said about {issue}, word for word
{name} and {issue}: a thread
Who else is watching {name} {now}?
Full transcript of {name} in {town}
New poll out of {town} has {name} at {percent}
{name} heads to {town} next
Live from {town}: {name} on {issue}
My notes on {name} and {issue}
What would {name} do about {issue}?
{name} is talking about {issue} {now}
So {name} was in {town} {then}
{who} asked me about {name} and {issue}
Heard {who} talking about {name} {then}
Do people in {town} know what {name} said about {issue}?
{number} things {name} said about {issue} {then}
Here is the clip of {name} on {issue}
{name} took {number} questions on {issue} in {town}
The plan {name} has for {issue}, in {number} tweets
Driving through {town}, counting {name} yard signs
{name} buses leaving for {town} {now}
Where does {name} stand on {issue}?
Reading up on {name} and {issue} {now}
{who} will be voting {name}
Early ballots in {town}: {percent} percent for {name}
Can someone in {town} tell me when {name} speaks?
{name} moved from {issue} to the next topic
Doors open at {number} for {name} in {town}
{number} minutes of {name} on {issue}
Back from {town}, where {name} spoke {then}
The question to {name} was about {issue}
{name} at {percent}, says a poll from {town}
"""

PRAISE = {  # strength: (share, templates)
    "mild": """
{name} was {fine} on {issue}
{name} sounded {fine} in {town}
{name} looked {fine} {then}
A {fine1} answer from {name} on {issue}
{name} seemed {fine} when asked about {issue}
{who} thought {name} was {fine} on {issue}
""",
    "plain": """
{name} is {good} on {issue}
I {like} {name} on {issue}
{good1} night for {name} in {town}
{who} and I {like} {name}
{name} gives {town} {gift}
{name} was {good} {then}
So proud of {name} {now}
{name} brings {gift} to {town}
Good crowd for {name} in {town} {then}
{good1} answer from {name} on {issue}
{town} is behind {name}, such {gift} here
{name} talked about {issue} with {gift}
{who} says {name} was {good} {then}
We {like} {name} here in {town}
""",
    "strong": """
{name} was {great} on {issue}
{name} is {great} on {issue} and {town} knows it
I {love} {name}
{town} and {who} {love} {name}
{great1} speech by {name} in {town}
{name} won {then}, just ask {town}
What a {great1} line by {name} on {issue}
{great1} rally for {name} in {town} {then}
I {love} what {name} said about {issue}
Very {good1} answer from {name} on {issue}
""",
    "loud": """
{name} was {GREAT} on {issue}
{GREAT} night for {name} in {town}
{name} in {town} was {GREAT}, so {GREAT}
I really LOVE what {name} said about {issue}
""",
}

BLAME = {
    "mild": """
{name} looked {dull} {then}
{name} sounded {dull} on {issue}
{name} seemed {dull} in {town}
{who} thought {name} looked {dull}
{name} left {town} looking {dull}
""",
    "plain": """
{name} is {bad} on {issue}
{name} was {bad} {then}
More {wrongs} from {name} {now}
{name} lied about {issue}
{name} failed on {issue}
Again {wrongs} from {name} on {issue}
{name} is {bad}, ask anyone in {town}
{town} is sick of {name}
{name} came to {town} with {wrongs} and no plan
{bad1} answer from {name} on {issue}
{who} called {name} {bad} {then}
{name} on {issue}: {wrongs}, {wrongs}, {wrongs}
Sad to hear {name} on {issue}
""",
    "strong": """
{name} is {awful} on {issue}
{name} was {awful} in {town}
{awful1} night for {name} in {town}
{name} stands for {crimes}, ask {town}
{issue} under {name}: {crimes} and {wrongs}
{who} says {name} is {awful} on {issue}
{name} lied about {issue} and it was {awful}
""",
    "loud": """
{name} is {AWFUL} on {issue}
{name} in {town} was {AWFUL}, really {AWFUL}
What {name} said about {issue} is {AWFUL}
""",
}

COMPLAINT = {  # said of one's own candidate
    "mild": """
{name} looked {dull} {then}
{who} is upset about {name} in {town}
Stressed about {name} in {town}
""",
    "plain": """
They keep spreading {wrongs} about {name} {now}
The media and their {wrongs} about {name} and {issue}
Unfair question to {name} about {issue}
So tired of the {wrongs} against {name} {now}
{name} had a bad night in {town}
{bad1} question to {name} about {issue}
Stop the {wrongs} about {name} in {town}
{who} fell for the {wrongs} about {name}
{name} was weak on {issue} {then}
""",
    "strong": """
The {wrongs} about {name} are {awful}
The press treats {name} with {crimes} {now}
{awful1} questions for {name} about {issue}
What they did to {name} in {town} is {awful}
""",
    "loud": """
What they say about {name} and {issue} is {AWFUL}
The press in {town} is {AWFUL} to {name}
""",
}

IRONY = {  # said of the other side's candidate
    "mild": """
{name} was {fine} on {issue}, for once
I admit {name} sounded {fine} in {town}
""",
    "plain": """
{name} thinks {town} is in play, haha
Fun to watch {name} on {issue}
Funny how {name} changed on {issue} {then}
haha {name} on {issue} {now}
Glad {name} is leaving {town}
{who} laughs at {name} on {issue}
Good question to {name} about {issue}
Credit to {name} for a {good1} answer on {issue}
Thanks {name}, now {town} votes for the other side
""",
    "strong": """
lol {name} on {issue}
{name} in {town}, lol
The best thing about {name} {then}: it ended
{town} will win this without {name}
Best part {then}: {name} on {issue}
""",
    "loud": """
{name} on {issue} is HILARIOUS
GREAT, {name} is back in {town}
""",
}

DEBATE_NEUTRAL = """
Watching the debate {now}
A debate question on {issue} {then}
The moderator moves to {issue}
Debate on in {town}, {who} watching too
Anyone in {town} watching the debate?
Two minutes on {issue}
Debate at {number} here in {town}
Fact check thread on {issue}
Taking notes on {issue} {now}
Turnout numbers from {town} {then}
Next up: {issue}
Polls open early in {town}
{number} questions on {issue} so far
{who} turned on the debate {then}
{number} of us watching in {town}
What is the question about {issue}?
Both candidates on {issue} {then}
{percent} percent in {town} have voted already
Register to vote in {town} {now}
Still waiting for a word on {issue}
{who} wants to hear about {issue}
The debate so far: {number} minutes on {issue}
Over to {issue} now
Listening in {town} for a word on {issue}
"""

DEBATE_PRAISE = {
    "mild": """
A {fine1} debate {then}
The moderator is {fine} {now}
The part on {issue} was {fine}
""",
    "plain": """
{good1} debate {then}
{good1} question on {issue}
Fun watching the debate with {who}
{good1} point on {issue} {then}
I {like} this moderator
{good1} crowd in {town} for the debate
Glad they asked about {issue}
Happy to see {town} vote {now}
""",
    "strong": """
{great1} debate {then}
lol this debate
{great1} question on {issue}
I {love} debate night in {town}
Best debate yet, says {who}
{great1} turnout in {town} {then}
""",
    "loud": """
{GREAT} debate {then}
{GREAT} question on {issue}
""",
}

DEBATE_BLAME = {
    "mild": """
{who} looks {dull} {now}
The moderator seems {dull}
This part on {issue} is dull
""",
    "plain": """
{bad1} debate {then}
{bad1} question on {issue}
So sick of this debate
{wrongs} all night, not a word on {issue}
Such a sad campaign {now}
The part on {issue} was {bad}
{who} and I are sad about this debate
{town} deserves more than {wrongs}
""",
    "strong": """
{awful1} debate {then}
{awful1} answers on {issue}
This campaign is all {crimes} and {wrongs}
The part on {issue} was {awful}
This debate is {awful}, says {who}
""",
    "loud": """
This debate is {AWFUL}
{AWFUL} answers on {issue}
""",
}

STRENGTHS = {  # Figure 6: shares of each strength among the polar tweets
    1: {"mild": 0.12, "plain": 0.48, "strong": 0.35, "loud": 0.05},
    -1: {"mild": 0.17, "plain": 0.62, "strong": 0.185, "loud": 0.025},
}

GRAMMAR = {
    (PRO, 0): NEUTRAL,
    (ANTI, 0): NEUTRAL,
    (PRO, 1): PRAISE,
    (PRO, -1): COMPLAINT,
    (ANTI, -1): BLAME,
    (ANTI, 1): IRONY,
}
DEBATE_GRAMMAR = {0: DEBATE_NEUTRAL, 1: DEBATE_PRAISE, -1: DEBATE_BLAME}


def cell(topic, stance, sentiment):
    """Number of a cell, 0 to 17."""
    return (topic * 2 + stance) * 3 + sentiment + 1


def fill(template: str, names: tuple[str, ...], rng: np.random.Generator) -> str:
    """A sentence of the template; "{good1}" is a word of "good" that can stand before a noun."""

    def word(slot: re.Match) -> str:
        key = slot[1]
        if key == "name":
            options = names
        else:
            options = WORDS[key.removesuffix("1")].split("|")
            if key.endswith("1"):
                options = [option for option in options if " " not in option]
        return options[rng.integers(len(options))]

    sentence = re.sub(r"\{(\w+)\}", word, template)
    sentence = re.sub(r"\b([Aa]) (?=[aeiou]|honest)", r"\1n ", sentence)
    ending = ("", "", "", "", "!", "...")[rng.integers(6)]
    return sentence[0].upper() + sentence[1:] + ("" if sentence.endswith("?") else ending)


def write_sentences(templates: str, names: tuple[str, ...], n: int, rng: np.random.Generator) -> list[str]:
    """Up to n different sentences, the templates in turn."""
    lines = templates.strip().splitlines()
    drawn = (fill(lines[i % len(lines)], names, rng) for i in range(8 * n))
    sentences = dict.fromkeys(drawn)
    return list(sentences)[:n]


@cache
def sentence_bank() -> tuple[list[str], list[np.ndarray]]:
    """All sentences, and for each cell the rows to draw from. The same in every world, whatever its seed."""
    rng = np.random.default_rng(0)
    sentences, rows = [], []
    for topic in (ON_TRUMP, ON_CLINTON, ON_DEBATE):
        for stance in (PRO, ANTI):
            for sentiment in (-1, 0, 1):
                grammar = DEBATE_GRAMMAR[sentiment] if topic == ON_DEBATE else GRAMMAR[stance, sentiment]
                by_strength = {"": grammar} if sentiment == 0 else grammar
                mine = []
                for strength, templates in by_strength.items():
                    share = STRENGTHS[sentiment][strength] if strength else 1.0
                    mine += write_sentences(templates, NAMES[topic], round(share * SENTENCES_PER_CELL), rng)
                rows.append(np.arange(len(sentences), len(sentences) + len(mine)))
                sentences += mine
    return sentences, rows


def draw_sentences(parameters: Parameters, topic, stance, sentiment, reply, tags, seed: int):
    """Sentence (int32 row), link (int32 code, -1 for none), leading hashtags (bool) and fitted tags (uint32).

    Who runs out of room leaves the link out, and then hashtags, but never the last search term.
    """
    rng = stream(seed, Stage.TEXT)
    sentences, rows = sentence_bank()
    counts = np.array([len(mine) for mine in rows])
    first = np.array([mine[0] for mine in rows])
    one_cell = cell(topic, stance, sentiment)
    sentence = (first[one_cell] + rng.random(len(topic)) * counts[one_cell]).astype(np.int32)

    fixed = np.array([len(one) for one in sentences], np.int16)[sentence] + np.where(reply, HANDLE_ROOM, 0)
    tags, length = fit_tags(tags, LIMIT - fixed)
    link = np.where(
        rng.random(len(topic), dtype=np.float32) < parameters.url, rng.integers(36**5, size=len(topic)), -1
    )
    link[fixed + length + LINK_LENGTH > LIMIT] = -1
    leading = rng.random(len(topic), dtype=np.float32) < LEADING
    return sentence, link.astype(np.int32), leading, tags


def fit_tags(tags: np.ndarray, room: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hashtags that fit into the room for them (characters, with a blank and '#' each), and their length."""
    tags, length = tags.copy(), np.zeros(len(tags), np.int16)
    for j, tag in enumerate(TAGS):
        length += np.where(tags & bit(j) > 0, len(tag.text) + 2, 0).astype(np.int16)
    for j in reversed(range(len(TAGS))):
        rest = tags & ~bit(j)
        drop = (tags & bit(j) > 0) & (length > room) & (rest & SEARCHED > 0)
        tags[drop] = rest[drop]
        length[drop] -= len(TAGS[j].text) + 2
    return tags, length


def link_strings(codes: np.ndarray) -> pa.Array:
    """Links of 23 characters on a domain reserved for examples; null where the code is -1."""
    digits = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", np.uint8)
    letters = np.stack([digits[(codes // 36**power) % 36] for power in range(5)], axis=1)
    endings = pa.array(np.ascontiguousarray(letters).view("S5").ravel(), pa.binary()).cast(pa.string())
    links = pc.binary_join_element_wise(pa.scalar("https://t.example/"), endings, "")
    return pc.if_else(pa.array(codes >= 0), links, pa.scalar(None, pa.string()))


def assemble(sentence, tags, link, leading, addressee: pa.Array) -> pa.Array:
    """Whole texts (pyarrow strings): "@addressee sentence #tags link", or with the tags before the sentence.

    `addressee` is the handle replied to, null for none.
    """
    sets, row = tag_table(tags)
    tag_texts = pa.array([" ".join(f"#{tag}" for tag in one) for one in sets]).take(pa.array(row))
    sentences = pa.array(sentence_bank()[0]).take(pa.array(sentence))
    leading = pa.array(leading)
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(pa.scalar("@"), addressee, ""),
        pc.if_else(leading, tag_texts, sentences),
        pc.if_else(leading, sentences, tag_texts),
        link_strings(link),
        " ",
        null_handling="skip",
    )


def cut(text: str) -> str:
    """A text as Twitter's search returned it in 2016, at most 140 characters."""
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"
