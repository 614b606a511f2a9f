"""SentiStrength (Thelwall et al. 2010), the article's own tool, where a reader owns it.

SENTISTRENGTH_JAR names its jar, SENTISTRENGTH_DATA its folder of language files (by default the jar's own).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np

from helpers.study import StudyError

NOTHING = "."  # in the place of an empty text, since an empty line has no answer
ANSWER = re.compile(r"(?:^|\t)([1-5])\t-([1-5])(?:\t|$)")


def settings() -> tuple[str | None, str | None]:
    """The jar, None where there is none, and the folder of its language files."""
    return os.environ.get("SENTISTRENGTH_JAR") or None, os.environ.get("SENTISTRENGTH_DATA")


def levels(texts: list[str | None], jar: str | Path, data: str | Path | None = None) -> np.ndarray:
    """Positive and negative level (1 to 5) of texts, one row each; a missing or empty text has 1 and 1.

    Called as its manual says: `java -jar JAR stdin sentidata FOLDER/`, one text a line in, one line out with
    the positive level (1 to 5), a tab and the negative one (−1 to −5). Raises StudyError that names the
    remedy if Java, the jar or the folder is missing, if it fails, or if it does not answer every text.
    """
    jar, data, java = Path(jar), Path(data or Path(jar).parent), shutil.which("java")
    for path, name in ((jar, "SENTISTRENGTH_JAR"), (data, "SENTISTRENGTH_DATA")):
        if not path.exists():
            raise StudyError(f"{name}: {path} does not exist. Unset SENTISTRENGTH_JAR to score without it.")
    if java is None:
        raise StudyError("SENTISTRENGTH_JAR is set, but there is no Java: the command java was not found.")
    lines = "".join(f"{' '.join((text or '').split()) or NOTHING}\n" for text in texts)
    command = [java, "-Dfile.encoding=UTF-8", "-jar", str(jar), "stdin", "sentidata", f"{data}{os.sep}"]
    done = subprocess.run(command, input=lines, capture_output=True, encoding="utf-8", errors="replace")
    answers = list(filter(None, map(ANSWER.search, done.stdout.splitlines())))
    if done.returncode or len(answers) != len(texts):
        said = (done.stderr or done.stdout).strip()[-300:]
        raise StudyError(
            f"SentiStrength ({jar}) answered {len(answers)} of {len(texts)} texts, exit code "
            f"{done.returncode}. SENTISTRENGTH_DATA must be the folder of its language files, here {data}. "
            f"It said: {said or 'nothing'}"
        )
    return np.array([match.groups() for match in answers], "int64").reshape(-1, 2)
