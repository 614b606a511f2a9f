"""Content and language features: how an account's tweets are made, and how its vocabulary repeats itself."""

from __future__ import annotations

from helpers.bots.features.posts import PARTS, TAGS
from helpers.bots.features.summary import TENTHS, Events, Measure

# Words of each tweet: letters, or signs that stand together, of the text without links and addressees.
WORDS = r"""
    CREATE TABLE words AS
    SELECT user_id, part, tweet_id, place, word, coalesce(tag, CASE
        WHEN NOT regexp_matches(word, '^\pL') THEN NULL
        WHEN word LIKE '%ly' THEN 'adverb'
        WHEN word LIKE '%ing' OR word LIKE '%ed' THEN 'verb'
        ELSE 'noun' END) AS tag, valence
    FROM (
        SELECT user_id, part, tweet_id, unnest(found) AS word, generate_subscripts(found, 1) AS place
        FROM (SELECT *, regexp_extract_all(regexp_replace(lower(text), 'https?://\S+|[@#]\w+', ' ', 'g'),
            '\pL+(?:[''’]\pL+)?|[^\s\pL\pN]{2,}') AS found FROM posts)) LEFT JOIN lexicon USING (word)"""

# One row a tweet: its words counted by part of speech.
GRAMMAR = f"""
    CREATE TABLE grammar AS
    SELECT tweet_id, any_value(user_id) AS user_id, any_value(part) AS part, count(*) AS words,
        count(DISTINCT word) AS different, avg(length(word)) AS letters, max(length(word)) AS longest,
        {", ".join(f"count(*) FILTER (WHERE tag = '{tag}') AS {tag}" for tag in TAGS)},
        count(*) FILTER (WHERE valence IS NOT NULL) AS feeling, sum(valence) AS valence,
        coalesce(max(valence) FILTER (WHERE valence > 0), 0) AS praise,
        coalesce(min(valence) FILTER (WHERE valence < 0), 0) AS blame,
        count(*) FILTER (WHERE valence > 0) AS praises, count(*) FILTER (WHERE valence < 0) AS blames,
        count(*) FILTER (WHERE valence IS NOT NULL AND NOT regexp_matches(word, '^\\pL')) AS emoticons,
        sum(valence) FILTER (WHERE valence IS NOT NULL AND NOT regexp_matches(word, '^\\pL'))
            AS emoticon_valence
    FROM words GROUP BY tweet_id"""


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
