"""Write the run times of the last run over the shipped sample into the README: `python -m helpers.readme`.

The last column of the README's table of notebooks holds seconds; they come from build/sample/summary.csv.
"""

from __future__ import annotations

import re
import sys

import pandas as pd

from helpers.study import ROOT


def with_run_times(text: str, summary: pd.DataFrame) -> str:
    """The README's text with the seconds of a run; raises KeyError for a notebook of the table that did not run.

    `summary` has columns notebook, seconds. A row of the table begins with the linked name of its notebook.
    """
    seconds = summary.set_index("notebook")["seconds"]

    def renewed(row: re.Match) -> str:
        return f"{row['start']} {seconds[row['notebook']]:.0f} |"

    return re.sub(r"^(?P<start>\| \[(?P<notebook>\d\d_\w+)\].*\|) [^|]* \|$", renewed, text, flags=re.M)


def main() -> None:
    """Command line."""
    path, summary = ROOT / "README.md", ROOT / "build" / "sample" / "summary.csv"
    if not summary.exists():
        sys.exit(f"{summary}: no such file. Run make reproduce first.")
    path.write_text(with_run_times(path.read_text("utf-8"), pd.read_csv(summary)), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
