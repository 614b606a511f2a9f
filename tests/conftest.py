"""Hand-sized studies for the tests: small enough that a reader can work out every answer."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
import tomllib
from functools import cache
from pathlib import Path

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pytest
from xdist.scheduler import LoadFileScheduling

from helpers import tables
from helpers.bots import scoring
from helpers.study import ROOT, Study, open_study
from helpers.tables import TWEETS
from helpers.world import World, generate
from helpers.world.measure import make_tables
from helpers.world.writing import write_study


def read_data(name: str) -> dict:
    """What a file of TOML or JSON in tests/data holds."""
    text = (ROOT / "tests" / "data" / name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else tomllib.loads(text)


def code_lines(text: str, language: str) -> list[str]:
    """The lines of the code blocks of a Markdown text in a language, without comments."""
    blocks = re.findall(rf"```{language}\n(.*?)```", text, re.S)
    return [line for block in blocks for line in block.splitlines() if line and not line.startswith("#")]


def readme_command(start: str) -> list[str]:
    """The README's one command in Python with this start, after `python -m`, as the words that run it."""
    lines = code_lines((ROOT / "README.md").read_text("utf-8"), "bash")
    (line,) = [line for line in lines if line.startswith(f"python -m {start}")]
    return [sys.executable, *shlex.split(line)[1:]]


@pytest.fixture
def tiny(tmp_path):
    """An open study without tweets, in a folder of its own."""
    folder = tmp_path / "tiny"
    (folder / "raw").mkdir(parents=True)
    shutil.copyfile(ROOT / "tests" / "data" / "tiny.toml", folder / "study.toml")
    return open_study(folder, tmp_path / "out")


def lazy(rows: dict) -> nw.LazyFrame:
    """A lazy frame from columns, with the types of the `tweets` table; times are given as text."""
    rows = rows | {name: pd.to_datetime(rows[name], utc=True) for name in {"created_at"} & set(rows)}
    types = {name: TWEETS.field(name).type for name in rows if name in TWEETS.names}
    columns = {name: pa.array(values, types.get(name), from_pandas=True) for name, values in rows.items()}
    return nw.from_native(pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)).lazy()


def open_world(folder: Path, scale: float, name: str) -> tuple[World, Study]:
    """A synthetic world, and an open study in the folder that has its tables."""
    world = generate(scale, 1, name)
    write_study(world, folder / "study", as_tables=True)
    return world, open_study(folder / "study", folder / "out")


class ByFile(LoadFileScheduling):
    """Tests of a file run in one process; so do those of the planted worlds, which are then made once."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "planted worlds" if re.search(r"\(planted", (ROOT / file).read_text("utf-8")) else file


def pytest_xdist_make_scheduler(config, log):
    """By file, in the order of collection (xdist's own groups are not kept by the locked pytest)."""
    config.option.loadscopereorder = False
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items):
    """The longest file first, so that no process waits for it in the end."""
    items.sort(key=lambda item: item.path.name != "test_notebooks.py")


@pytest.fixture(scope="session")
def planted_world(tmp_path_factory):
    """Makes what `planted` gives, once for each name: pytest would make it again for every module."""

    @cache
    def made(name):
        world, study = open_world(tmp_path_factory.mktemp(name), 0.01, name)
        tables.write(scoring.score_study(study), study.tables / "scores.parquet")
        return name, world, study

    return made


@pytest.fixture(scope="session")
def planted_base(planted_world):
    """The study of the base world with the tables of notebooks 02, 03 and 06."""
    made = planted_world("base")[2]
    make_tables(made)
    return made


@pytest.fixture(params=["base", "null"], scope="session")
def planted(request, planted_world):
    """A world of 1/100, with its effects or with bots that behave as people do: name, world, scored study."""
    name, world, study = planted_world(request.param)
    return name, world, open_study(study.folder, study.out)
