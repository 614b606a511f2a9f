-- From the staged rows (parts: columns of ingest.staging.PART) and the names of the raw files (files: file, name)
-- to what the tables hold. In braces stand the bits of a row's number in `position`, and the profile's columns.

-- Files whose large ids end in 00, or are multiples of 2^7, as floats leave them: by chance one id in 56 is.
CREATE TEMP TABLE rounded AS
    SELECT position >> {bits} AS file FROM parts WHERE outcome = 'tweet' AND tweet_id >= 2**53 GROUP BY ALL
    HAVING count(*) >= 5 AND 2 * count(*) FILTER (tweet_id % 100 = 0 OR tweet_id % 128 = 0) > count(*);
SET VARIABLE rounded = (SELECT list(file) FROM rounded);

CREATE TEMP VIEW outcomes AS
    SELECT * REPLACE (
        CASE WHEN lost THEN 'rejected' ELSE outcome END AS outcome,
        CASE WHEN lost THEN 'its id was rounded, as most in this file were: by a spreadsheet, or as a float'
        ELSE reason END AS reason
    ) FROM (
        SELECT *, position >> {bits} AS file,
            outcome = 'tweet' AND tweet_id >= 2**53 AND list_contains(getvariable('rounded'), file) AS lost
        FROM parts
    );
CREATE TEMP VIEW tweets AS FROM outcomes WHERE outcome = 'tweet';
CREATE TEMP TABLE first AS SELECT min(position) AS position FROM tweets GROUP BY tweet_id;

CREATE TEMP VIEW made_tweets AS FROM tweets SEMI JOIN first USING (position);

-- Authors of kept tweets, their profiles as last seen, column by column: arg_max passes over nulls.
CREATE TEMP VIEW made_users AS
    WITH seen AS (SELECT *, epoch_us(created_at)::HUGEINT * 9223372036854775808 + position AS seen FROM tweets)
    SELECT user_id, {last}, any_value(tweets_collected) AS tweets_collected
    FROM (SELECT user_id, count(*) AS tweets_collected FROM made_tweets GROUP BY user_id) JOIN seen USING (user_id)
    GROUP BY user_id ORDER BY user_id;

CREATE TEMP VIEW made_ledger AS
    SELECT name AS file, count(outcome) AS lines, count(first.position) AS kept,
        count(*) FILTER (outcome = 'tweet') - kept AS duplicates,
        count(*) FILTER (outcome = 'other') AS other, count(*) FILTER (outcome = 'rejected') AS rejected
    FROM files LEFT JOIN outcomes USING (file) LEFT JOIN first USING (position)
    GROUP BY file, name ORDER BY file;

CREATE TEMP VIEW made_rejected AS
    SELECT name AS file, line, reason FROM outcomes JOIN files USING (file)
    WHERE outcome = 'rejected' ORDER BY position;

CREATE TEMP VIEW made_ids AS
    SELECT surrogate(name) AS id, name AS given FROM (SELECT DISTINCT unnest(names) AS name FROM tweets)
    WHERE name IS NOT NULL ORDER BY id;

CREATE TEMP VIEW mended AS
    SELECT field, count(*) FROM (SELECT DISTINCT position, unnest(mended) AS field FROM tweets)
    GROUP BY field ORDER BY field;
