"""Findings under other classes: by a study's own they are those of its notebooks."""

import numpy as np
import pandas as pd

from helpers import findings
from helpers.audit import reclassed
from helpers.tables import read


def test_under_a_studys_own_classes_findings_are_those_of_the_notebooks(planted_base):
    scores = read(planted_base, "scores")
    parts, own = reclassed.gather(planted_base), reclassed.dealt(scores["class"].to_numpy()[None])
    found = reclassed.findings(parts, scores["user_id"].tolist(), own).iloc[0]
    recorded = findings.measures(planted_base, draws=2, notebooks=range(2, 10))["value"].reindex(found.index)
    assert found.notna().sum() > 25
    pd.testing.assert_series_equal(found, recorded, check_names=False)


def test_under_other_classes_they_are_those_of_the_notebooks_with_these(planted_base):
    """Classes by lot, as `findings.measures` takes them; and no finding where nobody is a bot."""
    scores = read(planted_base, "scores")
    lot = np.random.default_rng(1).choice(["bot", "human", "unknown"], len(scores), p=[0.3, 0.6, 0.1])
    given = pd.Series(lot, scores["user_id"])
    drawn = reclassed.dealt(np.stack([lot, np.full(len(lot), "human")]))
    found = reclassed.findings(reclassed.gather(planted_base), given.index.tolist(), drawn)
    recorded = findings.measures(planted_base, given, draws=2, notebooks=range(2, 10))["value"]
    np.testing.assert_allclose(found.iloc[0], recorded.reindex(found.columns), atol=1e-12)
    assert found.iloc[1].isna().all()
