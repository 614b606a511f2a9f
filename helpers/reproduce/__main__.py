"""Run the numbered notebooks over a study: `python -m helpers.reproduce [STUDY]`."""

import sys

from helpers.reproduce.notebooks import main

if __name__ == "__main__":
    sys.exit(main())
