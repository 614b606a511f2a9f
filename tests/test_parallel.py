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
    next(mapped(abs, (made.append(n) or n for n in range(100)), 2))
    assert len(made) <= 2 * AHEAD


def test_this_process_works_alone_or_while_the_others_start():
    assert list(mapped(_process, [0], 1)) == [os.getpid()]
    first, second, third, *_ = mapped(_process, range(8), 2)
    assert first == second != os.getpid() == third


@pytest.mark.parametrize("good", [0, 1, 2, 7], ids="{} before it".format)
def test_what_goes_wrong_in_any_process_is_raised_here(good):
    with pytest.raises(ValueError, match=r"domain error|nonnegative"):
        list(mapped(math.sqrt, [1] * good + [-1], 2))


def _process(_: int) -> int:
    return os.getpid()
