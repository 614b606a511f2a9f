"""Work in several processes."""

import math
import os

import pytest

from helpers.parallel import AHEAD, mapped


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_items(workers):
    assert list(mapped(math.sqrt, (n * n for n in range(50)), workers)) == list(range(50))


def test_items_are_made_as_they_are_needed():
    made = []
    done = mapped(abs, (made.append(n) or n for n in range(100)), 2)
    next(done)
    assert len(made) <= 2 * AHEAD
    assert len(list(done)) == 99


def test_one_worker_is_this_process():
    (pid,) = mapped(_process, [0], 1)
    assert pid == os.getpid()


def test_this_process_works_while_the_others_start():
    first, second, *rest = mapped(_process, range(8), 2)
    assert first == second != os.getpid()
    assert rest[0] == os.getpid()


@pytest.mark.parametrize("good", [0, 1, 2, 7], ids="{} before it".format)
def test_what_goes_wrong_in_any_process_is_raised_here(good):
    with pytest.raises(ValueError, match=r"domain error|nonnegative"):
        list(mapped(math.sqrt, [1] * good + [-1], 2))


def _process(_: int) -> int:
    return os.getpid()
