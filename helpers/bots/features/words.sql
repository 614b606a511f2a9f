-- Words of each tweet: letters, or signs that stand together, of the text without links and addressees.
CREATE TABLE words AS
SELECT user_id, part, tweet_id, place, word, coalesce(tag, CASE
    WHEN NOT regexp_matches(word, '^\pL') THEN NULL
    WHEN word LIKE '%ly' THEN 'adverb'
    WHEN word LIKE '%ing' OR word LIKE '%ed' THEN 'verb'
    ELSE 'noun' END) AS tag, valence
FROM (
    SELECT user_id, part, tweet_id, unnest(found) AS word, generate_subscripts(found, 1) AS place
    FROM (SELECT *, regexp_extract_all(regexp_replace(lower(text), 'https?://\S+|[@#]\w+', ' ', 'g'),
        '\pL+(?:[''’]\pL+)?|[^\s\pL\pN]{2,}') AS found FROM posts)) LEFT JOIN lexicon USING (word)
