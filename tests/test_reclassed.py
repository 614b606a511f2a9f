"""Findings under other classes: by a study's own they are those of its notebooks."""

import numpy as np
import pandas as pd
import pytest

from helpers import findings
from helpers.audit import reclassed
from helpers.study import open_study
from helpers.tables import read
from helpers.world.measure import make_tables


@pytest.fixture(scope="module")
def study(planted_world):
    """The base world of 1/100 with the tables of notebooks 02, 03 and 06."""
    made = planted_world("base")[2]
    made = open_study(made.folder, made.out)
    make_tables(made)
    return made


def test_under_a_studys_own_classes_findings_are_those_of_the_notebooks(study):
    scores = read(study, "scores")
    parts, own = reclassed.gather(study), reclassed.dealt(scores["class"].to_numpy()[None])
    found = reclassed.findings(parts, scores["user_id"].tolist(), own).iloc[0]
    recorded = findings.measures(study, draws=2, notebooks=range(2, 10))["value"].reindex(found.index)
    assert len(found) > 25
    assert found.notna().sum() > 25
    pd.testing.assert_series_equal(found, recorded, check_names=False)


def test_under_other_classes_they_are_those_of_the_notebooks_with_these(study):
    """Classes by lot, as `findings.measures` takes them; and no finding where nobody is a bot."""
    scores = read(study, "scores")
    lot = np.random.default_rng(1).choice(["bot", "human", "unknown"], len(scores), p=[0.3, 0.6, 0.1])
    given = pd.Series(lot, scores["user_id"])
    drawn = reclassed.dealt(np.stack([lot, np.full(len(lot), "human")]))
    found, nobody = reclassed.findings(reclassed.gather(study), given.index.tolist(), drawn).to_numpy()
    claims = reclassed.findings(reclassed.gather(study), given.index.tolist(), drawn[:, :1]).columns
    recorded = findings.measures(study, given, draws=2, notebooks=range(2, 10))["value"].reindex(claims)
    np.testing.assert_allclose(found, recorded, atol=1e-12)
    assert np.isnan(nobody).all()
