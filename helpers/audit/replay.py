"""Run of a notebook only what its claims are made from: the same cells, without the figures.

A control world is judged by the notebooks' own code, not by a copy of it. Of each notebook those cells are run that
record a claim, and those that make a name which such a cell uses, directly or through others (a backward slice;
Weiser 1981, Program slicing). What only draws or explains is left out.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterable
from pathlib import Path
from symtable import SymbolTable, symtable

import nbformat

from helpers.study import Study

RECORD = "claims.record("


def names(code: str) -> tuple[set[str], set[str]]:
    """Names of the notebook that a cell makes (assigns, imports, defines), and names that it uses."""
    top = symtable(code, "cell", "exec")
    made = {name.get_name() for name in top.get_symbols() if name.is_assigned() or name.is_imported()}
    used = {name.get_name() for name in top.get_symbols() if name.is_referenced()}
    return made, used | {name for inner in top.get_children() for name in outer_names(inner)}


def outer_names(scope: SymbolTable) -> set[str]:
    """Names that a function or comprehension uses and does not make itself."""
    own = {name.get_name() for name in scope.get_symbols() if name.is_global() and name.is_referenced()}
    return own.union(*(outer_names(inner) for inner in scope.get_children()))


def claim_cells(cells: Iterable[str]) -> list[str]:
    """Those of a notebook's code cells, in order, that its claims are made from."""
    kept: list[str] = []
    needed: set[str] = set()
    for cell in reversed(list(cells)):
        made, used = names(cell)
        if RECORD in cell or made & needed:
            kept.insert(0, cell)
            needed = (needed - made) | used
    return kept


def replay(notebook: Path, study: Study) -> None:
    """Measure a notebook's claims on a study: they are in its claims folder afterwards. Raises what a cell raises."""
    code = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    given = {"study": str(study.folder), "out": str(study.out)}
    scope = {"__name__": notebook.stem, "display": lambda *shown: None}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in claim_cells(cell.source for cell in code):
            exec(compile(cell, notebook.name, "exec"), scope)
            if any(cell == one.source and "parameters" in one.metadata.get("tags", ()) for one in code):
                scope.update(given)


def recorded(study: Study) -> dict[str, dict]:
    """What was recorded of each claim, by id: found, found_low, found_high."""
    files = sorted((study.out / "claims").glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}
