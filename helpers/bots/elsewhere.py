"""Bot scores that were made elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.study import StudyError


def read_scores(path: Path) -> pd.DataFrame:
    """Scores made elsewhere, from a CSV with columns user_id, score: indexed by user_id, columns score, error (null).

    Raises StudyError that names the line if an id is not a whole number, or a score not within [0, 1].
    """
    table = pd.read_csv(path, dtype={"user_id": str, "score": str}, keep_default_na=False)
    if missing := {"user_id", "score"} - set(table.columns):
        raise StudyError(
            f"{path}: no column {' and '.join(sorted(missing))}. The first line must name user_id and score."
        )
    scores = pd.to_numeric(table["score"], errors="coerce")
    wrong = table[~table["user_id"].str.fullmatch(r"\d{1,19}") | ~scores.between(0, 1)]
    if len(wrong):
        row = wrong.iloc[0]
        raise StudyError(
            f"{path}, line {wrong.index[0] + 2}: id '{row['user_id']}', score '{row['score']}': "
            "an id is a whole number (a spreadsheet may have rounded it), a score lies between 0 and 1."
        )
    if (twice := table["user_id"].duplicated()).any():
        raise StudyError(
            f"{path}, line {twice.idxmax() + 2}: account {table['user_id'][twice.idxmax()]} comes twice."
        )
    return pd.DataFrame({"score": scores.to_numpy(), "error": np.nan}, index=table["user_id"].astype("int64"))
