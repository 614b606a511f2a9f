"""The comparison of whole runs on two engines finds what differs."""

import engines
import pandas as pd
import pytest

SCORES = pd.DataFrame({"user_id": [2**60 + 1, 2**60 + 2], "tags": [["a"], []], "score": [0.25, 0.5]})


def write(out, scores=SCORES, figure="hour,tweets\n0,7\n1,9\n", claim='{"value": 0.15, "low": null}'):
    """The results of a run."""
    for name in ("tables", "figures", "claims"):
        (out / name).mkdir(parents=True)
    scores.to_parquet(out / "tables" / "scores.parquet")
    (out / "figures" / "figure_1.csv").write_text(figure)
    (out / "claims" / "share.json").write_text(claim)
    return out


@pytest.mark.parametrize(("changed", "file"), [
    ({"scores": SCORES.iloc[::-1].assign(score=lambda rows: rows["score"] * (1 + 1e-12))}, None),
    ({"scores": SCORES.assign(user_id=SCORES["user_id"] + [0, 1])}, "scores.parquet"),  # the same as a float
    ({"scores": SCORES.assign(score=SCORES["score"] * (1 + 1e-7))}, "scores.parquet"),
    ({"scores": SCORES.assign(tags=[["a"], ["b"]])}, "scores.parquet"),
    ({"figure": "hour,tweets\n1,9\n0,7\n"}, "figure_1.csv"),
    ({"claim": '{"value": 0.16, "low": null}'}, "share.json"),
], ids=["none", "id", "float", "list", "order", "claim"])  # fmt: skip
def test_what_differs_is_found(tmp_path, changed, file):
    left, right = write(tmp_path / "left"), write(tmp_path / "right", **changed)
    if file is None:
        assert engines.compare(left, right) == 3
        (left / "claims" / "share.json").unlink()
    with pytest.raises(engines.DifferenceError, match=file or r"Only one of .* has claims/share\.json"):
        engines.compare(left, right)
