from decimal import Decimal
from math import isnan, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.draft.formulas import Formula, by_chance, cut_to, rounds_to

VALUES = [10.0, 30.0, 0.0]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (Formula("again", (1,)), 30),
        (Formula("sum", (0, 1)), 40),
        (Formula("difference", (1,), (0,)), 20),
        (Formula("share", (0,), base=(1,)), 100 / 3),
        (Formula("share", (1,), (0,), (1,)), 200 / 3),
        (Formula("change", (1,), (0,), (0,)), 200),
        (Formula("mean", (0, 1)), 20),
        (Formula("ratio", (1,), base=(0,)), 3),
    ],
)
def test_a_formula_comes_to(formula, value):
    assert formula.value(VALUES) == pytest.approx(value)


def test_a_share_of_nothing_is_no_number():
    assert isnan(Formula("share", (0,), base=(2,)).value(VALUES))


@pytest.mark.parametrize(
    ("value", "printed", "digit", "rounded", "cut"),
    [
        (17.358, 17.4, "0.1", True, False),
        (17.358, 17.3, "0.1", False, True),
        (17.35, 17.4, "0.1", True, False),  # half up
        (17.3, 17.3, "0.1", True, True),
        (-2.6, -3.0, "1", True, False),
        (-2.6, -2.0, "1", False, True),
        (13_210_890, 13_200_000, "1E+5", True, True),
        (5.0, 6.0, "1", False, False),
    ],
)
def test_a_value_becomes_the_printed_number(value, printed, digit, rounded, cut):
    assert (rounds_to(value, printed, Decimal(digit)), cut_to(value, printed, float(digit))) == (rounded, cut)


@given(st.integers(1, 10**7))
def test_more_digits_are_less_by_chance_and_a_zero_at_the_end_is_no_digit(number):
    assert 0 < by_chance(number, 1) <= 1
    assert by_chance(number * 10, 1) == pytest.approx(by_chance(number, 1))
    if number % 10:
        assert by_chance(number, 0.1) == by_chance(number, 1)  # 12.0 says no more than 12
        assert by_chance(number, 1) == pytest.approx(min(1, 1 / (number * log(4))))
