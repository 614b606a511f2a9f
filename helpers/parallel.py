"""Work in several processes, results in order, memory bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

WORKERS = 2  # processes, where a caller does not say


def mapped(function: Callable, items: Iterable, workers: int | None = None) -> Iterator[Any]:
    """`function` of each item, in the items' order, by `workers` processes (WORKERS by default; 1 is this one).

    At most two items a process wait at a time, so that items may be made as they are needed. The processes start
    anew (spawn): a script that calls this must guard its own code with `if __name__ == "__main__"`.
    """
    workers = workers or WORKERS
    if workers == 1:
        yield from map(function, items)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
