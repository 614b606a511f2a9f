-- The accounts' own latest tweets, each one of PARTS.
SELECT tweets.*, CASE
    WHEN retweeted_tweet_id IS NOT NULL OR retweeted_user_id IS NOT NULL THEN 'retweet'
    WHEN in_reply_to_user_id IS NOT NULL THEN 'reply' ELSE 'original' END AS part
FROM tweets SEMI JOIN accounts USING (user_id)
QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC, tweet_id DESC) <= {recent}
ORDER BY user_id, created_at, tweet_id
