-- Who retweets and addresses (mentions, replies to) whom, seen from the accounts: `other` is the other one.
WITH contacts AS (
    SELECT tweet_id, user_id, retweeted_user_id AS other, 'retweeted' AS part FROM tweets
    UNION ALL
    SELECT tweet_id, user_id,
        unnest(list_distinct(list_append(mentions, in_reply_to_user_id))), 'addressed'
    FROM tweets WHERE retweeted_user_id IS NULL),
both_ways AS (
    FROM contacts
    UNION ALL
    SELECT tweet_id, other, user_id,
        CASE part WHEN 'retweeted' THEN 'retweeted_by' ELSE 'addressed_by' END FROM contacts)
SELECT * FROM both_ways SEMI JOIN accounts USING (user_id)
WHERE other IS NOT NULL AND other <> user_id
ORDER BY user_id, part, other, tweet_id
