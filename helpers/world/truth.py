"""What was planted in the shipped sample: for notebook 11 only, which sets its findings beside the truth.

The truth is not shipped. It is drawn anew from the sample's seed, which takes a second or two.
"""

from __future__ import annotations

import pandas as pd

from helpers.ingest import pseudonyms
from helpers.study import ROOT, Study, in_markdown
from helpers.world import generate

COLUMNS = ["user_id", "bot", "activity"]


def is_known(study: Study) -> bool:
    """Whether the study is the shipped sample; of all others nothing is known but what the analysis found."""
    return study.synthetic and study.folder.resolve() == (ROOT / "data" / "sample").resolve()


def accounts(study: Study) -> pd.DataFrame:
    """Every account of the shipped sample, most active first: columns user_id, bot, activity (tweets
    collected).

    Empty for any other study.
    """
    if not is_known(study):
        return pd.DataFrame({name: [] for name in COLUMNS}).astype({"user_id": "int64", "bot": bool})
    drawn = generate(study.collection.sample_rate, study.seed).accounts
    user_id = [*map(pseudonyms.chosen(study).number, drawn.user_id.tolist())]
    return pd.DataFrame({"user_id": user_id, "bot": drawn.bot, "activity": drawn.activity})


def of_scored(truth: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Scored accounts with what they are: columns user_id, score, bot; empty where the truth is not known."""
    return scores[["user_id", "score"]].merge(truth[["user_id", "bot"]], on="user_id")


def not_known(study: Study) -> str:
    """That nobody knows the truth of this study, for the reader; empty for the shipped sample."""
    if is_known(study):
        return ""
    return (
        f"**No truth to compare with.** Of the accounts of *{in_markdown(study.title)}* nobody told this "
        "notebook what they are. Comparisons with the truth are left out."
    )
