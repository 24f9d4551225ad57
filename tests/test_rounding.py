from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.rounding import decimals_of, half_up


@pytest.mark.parametrize(
    ("value", "precision", "rounded"),
    [
        (2.5, "1", "3"),
        (3.5, "1", "4"),
        (-2.5, "1", "-3"),
        (2.4999, "1", "2"),
        (-2.4999, "1", "-2"),
        (0.5, "1", "1"),
        (0.285 * 100, "1", "29"),  # 28.499999999999996 in binary
        (1.005, "0.01", "1.01"),  # 1.00499999999999989 in binary
        (17.365, "0.01", "17.37"),
        (0.04, "0.1", "0.0"),
        (1499, "1000", "1000"),
        (1500, "1000", "2000"),
        (-1500, "1000", "-2000"),
        (0, "1", "0"),
        (1e20, "1", "100000000000000000000"),
        (1e300, "0.01", "1e300"),
    ],
)
def test_half_up(value, precision, rounded):
    assert half_up(value, Decimal(precision)) == Decimal(rounded)


@given(st.floats(-1e6, 1e6), st.sampled_from(["1", "0.1", "0.01", "10"]))
def test_half_up_is_within_half_a_step(value, precision):
    assert abs(half_up(value, Decimal(precision)) - Decimal(value)) <= Decimal(precision) / 2 + Decimal("1e-7")


@given(st.floats(-1e6, 1e6))
def test_half_up_is_the_same_on_both_sides_of_zero(value):
    assert half_up(-value) == -half_up(value)


@pytest.mark.parametrize(("printed", "decimals"), [("136", 0), ("136.0", 1), ("22.44", 2), ("-3.50", 2), ("1e3", 0)])
def test_decimals_of(printed, decimals):
    assert decimals_of(printed) == decimals
