"""Work in several processes, results in order, memory bounded."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import connection
from threading import Thread
from typing import Any

import psutil

WORKERS = 2  # processes, where a caller does not say
AHEAD = 8  # items a process that may be done before their turn


def mapped(function: Callable, items: Iterable, workers: int | None = None) -> Iterator[Any]:
    """`function` of each item, in their order, by `workers` processes (default WORKERS), this one included.

    The others start anew (spawn), which takes a while; this one begins at once. At most AHEAD items a process
    have been made and not yet given, so that items may be made as they are needed. A script that calls this
    must guard its own code with `if __name__ == "__main__"`.
    """
    workers = workers or WORKERS
    if workers == 1:
        yield from map(function, items)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers - 1, mp_context=spawn, initializer=end_with_parent) as pool:
        begun: deque[Future] = deque()
        for item in items:
            busy = sum(not each.done() for each in begun) >= 2 * (workers - 1)
            begun.append(_done(function, item) if busy else pool.submit(function, item))
            while begun and (begun[0].done() or len(begun) == AHEAD * workers):
                yield begun.popleft().result()
        for each in begun:
            yield each.result()


def _done(function: Callable, item: Any) -> Future:
    """What `function` gives for an item in this process, as the other processes give it."""
    future: Future = Future()
    future.set_result(function(item))
    return future


def end_children() -> None:
    """Kill the processes that this one began, and those that they began.

    Python's tracker of semaphores is spared: it ends by itself, when it has removed them.
    """
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "resource_tracker" not in " ".join(child.cmdline()):
                child.kill()


def end_with_parent() -> None:
    """Have this process end, with its children, as soon as the one that began it has, even by force."""
    parent = multiprocessing.parent_process().sentinel
    Thread(target=lambda: connection.wait([parent]) and (end_children(), os._exit(1)), daemon=True).start()
