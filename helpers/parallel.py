"""Work in several processes, results in order, memory bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

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
    with ProcessPoolExecutor(workers - 1, mp_context=get_context("spawn")) as pool:
        begun: deque[Future] = deque()
        for item in items:
            waiting = sum(not each.done() for each in begun)
            begun.append(
                pool.submit(function, item) if waiting < 2 * (workers - 1) else _done(function, item)
            )
            while begun and (begun[0].done() or len(begun) == AHEAD * workers):
                yield begun.popleft().result()
        for each in begun:
            yield each.result()


def _done(function: Callable, item: Any) -> Future:
    """What `function` gives for an item in this process, as the other processes give it."""
    future: Future = Future()
    future.set_result(function(item))
    return future
