-- The accounts' own latest tweets, each an original, a retweet or a reply.
SELECT tweets.*, CASE kind WHEN 'quote' THEN 'original' ELSE kind END AS part
FROM tweets SEMI JOIN accounts USING (user_id)
QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC, tweet_id DESC) <= {recent}
ORDER BY user_id, created_at, tweet_id
