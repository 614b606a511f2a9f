"""How well scores tell bots from humans."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, precision_score, recall_score, roc_auc_score


def evaluation(scores: pd.Series, labels: pd.Series, threshold: float = 0.5) -> pd.DataFrame:
    """How well scores tell labelled bots (1) from humans (0): one row.

    Columns: accounts, AUC, and at the threshold accuracy, precision (of those called bots) and recall (of the
    bots). NaN where there is nothing to measure.
    """
    known = scores.dropna()
    if known.empty:
        return pd.DataFrame(
            [[0, *[np.nan] * 4]], columns=["accounts", "AUC", "accuracy", "precision", "recall"]
        )
    truth, called = labels.loc[known.index], known > threshold
    row = {
        "accounts": len(known),
        "AUC": roc_auc_score(truth, known),
        "accuracy": accuracy_score(truth, called),
        "precision": precision_score(truth, called, zero_division=np.nan),
        "recall": recall_score(truth, called),
    }
    return pd.DataFrame([row])
