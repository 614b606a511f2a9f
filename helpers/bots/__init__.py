"""Which accounts are bots: a random forest over account features, its scores, and what follows from them.

After Bessi & Ferrara (2016), section Methodology, "Bot detection" (Figure 1, Table 3). The paper asked
BotOrNot (Davis et al. 2016), a random forest trained on labelled accounts, for a score between 0 and 1
of each of the 50,000 most active accounts; a score above 0.5 made an account a bot. BotOrNot is gone, so
this module trains a forest of its own on the study's labelled accounts, or takes scores made elsewhere.
"""

from helpers.bots.detector import Detector as Detector
from helpers.bots.detector import cross_validated as cross_validated
from helpers.bots.detector import forest as forest
from helpers.bots.detector import profile_detector as profile_detector
from helpers.bots.evaluation import auc as auc
from helpers.bots.evaluation import by_feature_class as by_feature_class
from helpers.bots.evaluation import confusion as confusion
from helpers.bots.evaluation import draw_learning as draw_learning
from helpers.bots.evaluation import draw_reliability as draw_reliability
from helpers.bots.evaluation import evaluation as evaluation
from helpers.bots.evaluation import learning as learning
from helpers.bots.evaluation import learning_in_words as learning_in_words
from helpers.bots.evaluation import learning_words as learning_words
from helpers.bots.evaluation import probabilities as probabilities
from helpers.bots.evaluation import recall_by_kind as recall_by_kind
from helpers.bots.evaluation import reliability as reliability
from helpers.bots.evaluation import reliability_in_words as reliability_in_words
from helpers.bots.evaluation import reliability_words as reliability_words
from helpers.bots.evaluation import signals as signals
from helpers.bots.external import read_scores as read_scores
from helpers.bots.external import scores_from_botometer as scores_from_botometer
from helpers.bots.figure import draw_scores as draw_scores
from helpers.bots.figure import in_words as in_words
from helpers.bots.figure import last_mode as last_mode
from helpers.bots.figure import modes as modes
from helpers.bots.figure import score_density as score_density
from helpers.bots.figure import words as words
from helpers.bots.labels import labelled_accounts as labelled_accounts
from helpers.bots.labels import lookup_features as lookup_features
from helpers.bots.labels import read_kinds as read_kinds
from helpers.bots.labels import read_labels as read_labels
from helpers.bots.labels import timeline_classes as timeline_classes
from helpers.bots.leakage import SOURCES as SOURCES
from helpers.bots.leakage import draw_trap as draw_trap
from helpers.bots.leakage import trap as trap
from helpers.bots.leakage import trap_in_words as trap_in_words
from helpers.bots.leakage import trap_words as trap_words
from helpers.bots.scoring import SUB_SCORES as SUB_SCORES
from helpers.bots.scoring import bot_share as bot_share
from helpers.bots.scoring import bot_tweet_share as bot_tweet_share
from helpers.bots.scoring import busier as busier
from helpers.bots.scoring import class_counts as class_counts
from helpers.bots.scoring import class_table as class_table
from helpers.bots.scoring import classify as classify
from helpers.bots.scoring import collected_features as collected_features
from helpers.bots.scoring import forest_scores as forest_scores
from helpers.bots.scoring import last_moment as last_moment
from helpers.bots.scoring import score_study as score_study
from helpers.bots.scoring import scored_accounts as scored_accounts
from helpers.bots.scoring import scored_on as scored_on
from helpers.bots.scoring import source as source
from helpers.bots.scoring import top_accounts as top_accounts
from helpers.bots.scoring import without_scores as without_scores
from helpers.bots.threshold import COUNTED as COUNTED
from helpers.bots.threshold import THRESHOLDS as THRESHOLDS
from helpers.bots.threshold import at_threshold as at_threshold
from helpers.bots.threshold import counted_claims as counted_claims
from helpers.bots.threshold import explore_threshold as explore_threshold
from helpers.bots.threshold import shares_by_threshold as shares_by_threshold
