-- One row a tweet: its words counted by part of speech.
CREATE TABLE grammar AS
SELECT tweet_id, any_value(user_id) AS user_id, any_value(part) AS part, count(*) AS words,
    count(DISTINCT word) AS different, avg(length(word)) AS letters, max(length(word)) AS longest,
    count(*) FILTER (WHERE tag = 'noun') AS noun,
    count(*) FILTER (WHERE tag = 'verb') AS verb,
    count(*) FILTER (WHERE tag = 'modal') AS modal,
    count(*) FILTER (WHERE tag = 'adjective') AS adjective,
    count(*) FILTER (WHERE tag = 'adverb') AS adverb,
    count(*) FILTER (WHERE tag = 'pronoun') AS pronoun,
    count(*) FILTER (WHERE tag = 'determiner') AS determiner,
    count(*) FILTER (WHERE tag = 'preposition') AS preposition,
    count(*) FILTER (WHERE tag = 'conjunction') AS conjunction,
    count(*) FILTER (WHERE tag = 'interjection') AS interjection,
    count(*) FILTER (WHERE tag = 'question') AS question,
    count(*) FILTER (WHERE valence IS NOT NULL) AS feeling, sum(valence) AS valence,
    coalesce(max(valence) FILTER (WHERE valence > 0), 0) AS praise,
    coalesce(min(valence) FILTER (WHERE valence < 0), 0) AS blame,
    count(*) FILTER (WHERE valence > 0) AS praises, count(*) FILTER (WHERE valence < 0) AS blames,
    count(*) FILTER (WHERE valence IS NOT NULL AND NOT regexp_matches(word, '^\pL')) AS emoticons,
    sum(valence) FILTER (WHERE valence IS NOT NULL AND NOT regexp_matches(word, '^\pL'))
        AS emoticon_valence
FROM words GROUP BY tweet_id
