"""Which accounts are bots: a random forest over account features, its scores, and what follows from them.

After Bessi & Ferrara (2016), section Methodology, "Bot detection" (Figure 1, Table 3). The paper asked
BotOrNot (Davis et al. 2016), a random forest trained on labelled accounts, for a score between 0 and 1
of each of the 50,000 most active accounts; a score above 0.5 made an account a bot. BotOrNot is gone, so
this package trains a forest of its own on the study's labelled accounts, or takes scores made elsewhere.
"""
