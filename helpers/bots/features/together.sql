-- One row an account and two hashtags that it used in one tweet: in how many.
CREATE TABLE together AS
WITH uses AS (SELECT DISTINCT user_id, tweet_id, unnest(hashtags) AS tag FROM posts)
SELECT a.user_id, a.tag AS tag, b.tag AS other, count(*) AS n
FROM uses a JOIN uses b ON a.tweet_id = b.tweet_id AND a.user_id = b.user_id AND a.tag <> b.tag
GROUP BY ALL
