"""Features of accounts that tell bots from humans, in the six classes of BotOrNot (Davis et al. 2016)."""

from helpers.features.user import PROFILE as PROFILE
from helpers.features.user import entropy as entropy
from helpers.features.user import profile_features as profile_features
