"""Ingest and publishing killed at some file operations; all stages at many: `trials/kills.py`."""

import shutil
import sys

import kills
import pytest

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace, which kills, is missing")


def found(trial, number):
    """What is wrong after kills at so many points, by column; a point that is not reached is wrong, too."""
    points = kills.spread(trial.points(), number, 1)
    good = trial.files(trial.made, hidden=True)
    tried = [kills.attempt(trial, point, kills.WAYS[turn % 4], good) for turn, point in enumerate(points)]
    return {name: what for faults in tried for name, what in (faults or {"missed": True}).items() if what}


def test_killed_ingest_leaves_nothing_half_and_runs_again(tmp_path):
    _, ingest = next(kills.stages(tmp_path / "trial"))
    assert found(ingest, 4) == {}


@pytest.mark.parametrize(("code", "fault"), [
    ("x.write_text('a'); x.write_text('ab')", "half_written"),
    ("import subprocess; subprocess.Popen(['sleep', '2'], start_new_session=True); x.touch()", "orphans"),
    ("assert not x.exists(); x.touch(); x.with_name('y').touch()", "different_after_rerun"),
])  # fmt: skip
def test_what_is_half_left_over_or_in_the_way_is_seen(tmp_path, monkeypatch, code, fault):
    monkeypatch.setattr(kills, "GRACE", 0.5)
    trial = kills.Trial(tmp_path, [], "made")
    start = "import pathlib, sys; x = pathlib.Path(sys.argv[1]); x.parent.mkdir(exist_ok=True); "
    trial.command = [sys.executable, "-c", start + code, str(trial.made / "x")]
    assert fault in found(trial, 5)
