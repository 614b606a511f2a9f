"""Highly automated accounts: the rival method of the Oxford memos, and the press article's tips for spotting
a bot.

After Kollanyi, Howard & Woolley (2016), data memos 2016.1 to 2016.4 of the Oxford project on computational
propaganda, which the paper names as another view of the same debates, and after two press articles of 19
October and 7 November 2016. An account is highly automated if it posts fifty tweets a day with election
hashtags; no score is needed. The numbers of that rule and of the tips, and whom and when they looked at,
stand in data/reference/article.toml.

`rule` has the rule and the camps by hashtags, `debates` traffic by debate, `agreement` the tips and which
accounts the methods share, `anger` whether negative tweets are retweeted more, `intervals` what is made and
drawn alike in these, `measures` all claims of the notebook. From the tables `tweets`, `users`, `scores`,
`sentiment` and `partisans` to one row an account; every statistic is a function of such rows, so that a
bootstrap can draw accounts.
"""
