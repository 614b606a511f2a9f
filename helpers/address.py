"""The public address of this repository: `python -m helpers.address https://github.com/OWNER/NAME`, or `make address`.

It stands in one place, `[project.urls] Repository` of pyproject.toml, and is absent until the package is published.
From there this module writes it to where readers need it: CITATION.cff, the README's links to Binder and Colab, and
the cell of each notebook that fetches the package on Colab.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from helpers.study import ROOT

FORM = re.compile(r"https://github\.com/[\w.-]+/[\w.-]*[\w-]")
URLS = '[project.urls]\nRepository = "{}"\n\n'
IN_PYPROJECT = re.compile(r'\[project\.urls\]\nRepository = "[^"]*"\n\n')
IN_CITATION = re.compile(r"^repository-code: .*\n", re.M)
IN_NOTEBOOK = re.compile(r'(?<="repository = \\")[^"\\]*(?=\\")')


def address(root: Path = ROOT) -> str | None:
    """The address, or None where nobody has published this copy yet."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return project.get("urls", {}).get("Repository")


def write(url: str, root: Path = ROOT) -> list[Path]:
    """Write the address into pyproject.toml, CITATION.cff and the notebooks; an empty one takes it out again.

    Returns the files that changed. Raises ValueError unless it is the address of a repository on GitHub, which is
    what Binder's and Colab's links are made of.
    """
    if url and not FORM.fullmatch(url):
        raise ValueError(
            f"{url!r} is not an address like https://github.com/OWNER/NAME (no .git, no slash at its end)."
        )
    texts = {path: path.read_text("utf-8") for path in holders(root)}
    new = {path: rewritten(path, text, url) for path, text in texts.items()}
    changed = [path for path in texts if new[path] != texts[path]]
    for path in changed:
        path.write_text(new[path], "utf-8", newline="\n")
    return changed


def holders(root: Path = ROOT) -> list[Path]:
    """The files that hold the address, or could."""
    return [root / "pyproject.toml", root / "CITATION.cff", *sorted((root / "notebooks").rglob("*.ipynb"))]


def rewritten(path: Path, text: str, url: str) -> str:
    """The text of one of `holders` with this address."""
    if path.suffix == ".ipynb":
        return IN_NOTEBOOK.sub(url, text)
    if path.name == "CITATION.cff":
        line = f'repository-code: "{url}"\n' if url else ""
        return re.sub(r"(?=^license: )", line, IN_CITATION.sub("", text), flags=re.M)
    return re.sub(
        r"(?=^\[project\.optional-)", URLS.format(url) if url else "", IN_PYPROJECT.sub("", text), flags=re.M
    )


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 written, 2 no address, or none that can be used."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1 or not given[0]:
        print("Name the address: make address URL=https://github.com/OWNER/NAME", file=sys.stderr)
        return 2
    try:
        changed = write(given[0])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    from helpers.reproduce import readme

    readme.write(names=["links"])
    print("\n".join(path.relative_to(ROOT).as_posix() for path in [*changed, ROOT / "README.md"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
