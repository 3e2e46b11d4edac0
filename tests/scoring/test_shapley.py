"""A change is shared out among its causes, exactly, and over the orders that have a score all the way."""

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssemon.scoring.shapley import orders


def by_definition(values, count):
    """The mean over all orders, one after the other; an order with a gap is left out."""
    sums, counted = [0.0] * count, 0
    for order in permutations(range(count)):
        states = [0]
        for cause in order:
            states.append(states[-1] | 1 << cause)
        if any(state not in values for state in states):
            continue
        counted += 1
        for cause, start, end in zip(order, states, states[1:], strict=False):
            sums[cause] += values[end] - values[start]
    return [part / counted for part in sums] if counted else None, counted / math.factorial(count)


def shared(values, count):
    found = orders([state in values for state in range(1 << count)])
    return found.parts(values, count), found.share


def test_two_causes_by_hand():
    # 10 alone and 4 alone, 20 together: the joint 6 is halved.
    assert shared({0: 0.0, 1: 10.0, 2: 4.0, 3: 20.0}, 2) == ((13.0, 7.0), 1.0)


def test_the_game_of_the_gloves():
    # Shapley's own kind of example: 0 has a left glove, 1 and 2 a right one; a pair is worth 1.
    values = {state: float(bool(state & 1) and bool(state & 6)) for state in range(8)}
    assert shared(values, 3)[0] == pytest.approx((4 / 6, 1 / 6, 1 / 6))


def test_an_order_through_a_missing_score_does_not_count():
    # The second cause cannot come first: only one of the two orders is left.
    assert shared({0: 0.0, 1: 10.0, 3: 20.0}, 2) == ((10.0, 10.0), 0.5)


def test_where_no_order_is_left_nothing_is_shared_out():
    found = orders([True, False, False, True])
    assert (found.moves, found.share) == ((), 0.0)
    assert orders([False, True]).share == 0.0


def test_no_cause_at_all():
    assert (orders([True]).moves, orders([True]).share) == ((), 1.0)


@given(st.integers(0, 4), st.data())
def test_as_the_definition_says_and_the_parts_sum_to_the_change(count, data):
    size = 1 << count
    numbers = data.draw(st.lists(st.one_of(st.none(), st.floats(-100, 100)), min_size=size, max_size=size))
    values = {state: number for state, number in enumerate(numbers) if number is not None}
    expected, share = by_definition(values, count)
    if expected is None:
        assert orders([state in values for state in range(size)]).share == 0.0
        return
    parts, counted = shared(values, count)
    assert counted == pytest.approx(share)
    assert list(parts) == pytest.approx(expected, abs=1e-9)
    assert sum(parts) == pytest.approx(values[size - 1] - values[0], abs=1e-9)
