"""How the package's commands end: with one line for what is wrong, and with no process left behind."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from helpers.parallel import end_children
from helpers.study import StudyError


def run(main: Callable[[], int | str | None]) -> NoReturn:
    """Run a command's `main` and leave Python with its exit code, or 1 after one line to standard error.

    The line is that of a StudyError, or says which file the system refused and why. Interrupted (Ctrl-C, or
    SIGTERM as from a scheduler), a command ends what it began, and its code is 128 and the signal's number.
    Letters that the terminal does not have are written as their codes.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, interrupt)
    try:
        code = main()
    except StudyError as error:
        code = str(error)
    except OSError as error:
        code = refused(error)
    except Exception as error:
        # numpy, Arrow and DuckDB have errors of their own for what the system refuses.
        remedies = {"Memory": "Take a larger machine", "IOException": "Check space, name and permissions"}
        if not (remedy := [text for name, text in remedies.items() if name in type(error).__name__]):
            raise
        code = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}. {remedy[0]}."
    except KeyboardInterrupt as stop:
        end_children()
        print("Interrupted. What was whole before is kept.", file=sys.stderr)
        code = 128 + (stop.args or [signal.SIGINT])[0]
    sys.exit(code)


def interrupt(number: int, _frame) -> None:
    """What a signal does: as Ctrl-C, with its number."""
    raise KeyboardInterrupt(number)


def refused(error: OSError) -> str:
    """What the system refused, in a line."""
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}. Check space, name and permissions, then run this again."
