"""Work in several processes."""

import math
import os

import pytest

from helpers.parallel import AHEAD, mapped


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_items_which_are_made_as_needed(workers):
    made = []
    results = mapped(math.sqrt, (made.append(n) or n * n for n in range(50)), workers)
    assert next(results) == 0 and len(made) <= 2 * AHEAD
    assert list(results) == list(range(1, 50))


def test_this_process_works_alone_or_while_the_others_start():
    assert list(mapped(_process, [0], 1)) == [os.getpid()]
    first, second, third, *_ = mapped(_process, range(8), 2)
    assert first == second != os.getpid() == third


def _process(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("good", [0, 1, 2, 7], ids="{} before it".format)
def test_what_goes_wrong_in_any_process_is_raised_here(good):
    with pytest.raises(ValueError, match=r"domain error|nonnegative"):
        list(mapped(math.sqrt, [1] * good + [-1], 2))
