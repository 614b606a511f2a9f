"""Which accounts are bots: a random forest over account features, its scores, and what follows from them.

After Bessi & Ferrara (2016), section Methodology, "Bot detection" (Figure 1, Table 3). The paper asked
BotOrNot (Davis et al. 2016), a random forest trained on labelled accounts, for a score between 0 and 1
of each of the 50,000 most active accounts; a score above 0.5 made an account a bot. BotOrNot is gone, so
this module trains a forest of its own on the study's labelled accounts, or takes scores made elsewhere.
"""

from helpers.bots.detector import cross_validated as cross_validated
from helpers.bots.detector import forest as forest
from helpers.bots.detector import score as score
from helpers.bots.elsewhere import read_scores as read_scores
from helpers.bots.evaluation import evaluation as evaluation
from helpers.bots.figure import draw_scores as draw_scores
from helpers.bots.figure import in_words as in_words
from helpers.bots.figure import modes as modes
from helpers.bots.figure import score_density as score_density
from helpers.bots.labels import CLASSES as CLASSES
from helpers.bots.labels import LABELLED as LABELLED
from helpers.bots.labels import PEOPLE as PEOPLE
from helpers.bots.labels import labelled_accounts as labelled_accounts
from helpers.bots.labels import read_labels as read_labels
from helpers.bots.scores import SUB_SCORES as SUB_SCORES
from helpers.bots.scores import bot_share as bot_share
from helpers.bots.scores import bot_tweet_share as bot_tweet_share
from helpers.bots.scores import busier as busier
from helpers.bots.scores import class_table as class_table
from helpers.bots.scores import classify as classify
from helpers.bots.scores import forest_scores as forest_scores
from helpers.bots.scores import last_moment as last_moment
from helpers.bots.scores import looked_up as looked_up
from helpers.bots.scores import score_study as score_study
from helpers.bots.scores import source as source
from helpers.bots.scores import without_scores as without_scores
