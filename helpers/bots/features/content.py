"""Content and language features: how an account's tweets are made, and how its vocabulary repeats itself."""

from __future__ import annotations

from helpers.bots.features.posts import PARTS, TAGS, query
from helpers.bots.features.summary import TENTHS, Events, Measure

WORDS = query("words")
OF_TAG = "count(*) FILTER (WHERE tag = '{0}') AS {0}"
GRAMMAR = query("grammar").replace("{tags}", ", ".join(OF_TAG.format(tag) for tag in TAGS))


def _letters(name: str, pattern: str, what: str) -> Measure:
    sql = f"1 - length(regexp_replace(text, '{pattern}', '', 'g')) / nullif(length(text), 0)"
    return Measure(name, sql, f"share of characters that are {what}", "share", TENTHS)


def _frequency(name: str, what: str, thing: str, source: str, where: str = "TRUE") -> Events:
    rows = f"(SELECT user_id, {thing} AS thing, count(*) AS n FROM {source} WHERE {where} GROUP BY ALL)"
    return Events(
        name, "content", f"different {what}", rows,
        (Measure(f"{name}_uses", "n", "times used"),
         Measure(f"{name}_share", "n / sum(n) OVER (PARTITION BY user_id)",
                 "share of all uses", "share", TENTHS)),
        counted=True,
    )  # fmt: skip


PAIRS = (
    "(SELECT user_id, tag || ' ' || lead(tag) OVER (PARTITION BY tweet_id ORDER BY place) AS pair FROM words)"
)

EVENTS = (
    Events(
        "texts", "content", "tweets", "posts",
        (
            Measure("length", "length(text)", "length of the text", "characters", "floor({x} / 10)"),
            Measure("randomness", "list_aggregate(string_split(text, ''), 'entropy')",
                    "entropy of the characters", "bits", "floor(4 * {x})"),
            _letters("capitals", "[A-Z]", "capitals"),
            _letters("digits", "[0-9]", "digits"),
            _letters("punctuation", r"[!-/:-@\[-`{-~]", "punctuation"),
            _letters("beyond_ascii", r"[^\x00-\x7F]", "beyond ASCII (emoji, letters with accents)"),
            Measure("exclamations", "length(text) - length(replace(text, '!', ''))", "exclamation marks"),
            Measure("questions", "length(text) - length(replace(text, '?', ''))", "question marks"),
            Measure("hashtags", "len(hashtags)", "hashtags"),
            Measure("mentions", "len(mentions)", "accounts mentioned"),
            Measure("links", "coalesce(len(urls), len(regexp_extract_all(text, 'https?://')))", "links"),
            Measure("again",
                    "(row_number() OVER (PARTITION BY user_id, text ORDER BY created_at, tweet_id) > 1)::INT",
                    "the account had posted the same text before", "0 or 1"),
        ),
        PARTS,
    ),
    Events(
        "sentences", "content", "tweets with words", "grammar",
        (
            Measure("words", "words", "words"),
            Measure("variety", "different / words", "different words over words", "share", TENTHS),
            Measure("word_length", "letters", "mean length of the words", "letters", "floor(2 * {x})"),
            Measure("longest_word", "longest", "length of the longest word", "letters"),
            *(Measure(tag, f"{tag} / words", f"share of words that are {tag}s"
                      if tag != "question" else "share of words that are question words", "share", TENTHS)
              for tag in TAGS),
        ),
        PARTS, counted=True,
    ),
    _frequency("vocabulary", "words", "word", "words"),
    _frequency("pairs", "pairs of neighbouring parts of speech", "pair", PAIRS, "pair IS NOT NULL"),
    _frequency("tags", "hashtags", "tag", "(SELECT user_id, unnest(hashtags) AS tag FROM posts)"),
    _frequency("sites", "sites linked to", "site",
               r"(SELECT user_id, regexp_extract(unnest(urls), '^\w+://([^/]+)', 1) AS site FROM posts)"),
    _frequency("clients", "programs tweeted with", "source", "posts", "source IS NOT NULL"),
    _frequency("languages", "languages tweeted in", "lang", "posts", "lang IS NOT NULL"),
    _frequency("formulas", "texts", "text", "posts", "text IS NOT NULL"),
)  # fmt: skip
