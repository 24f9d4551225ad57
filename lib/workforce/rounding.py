"""The one way in which figures are rounded: half up, as published figures are."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

_NOISE = Decimal("1e-9")  # binary fractions miss a tie by their last bit: 100 * 0.285 is 28.499999999999996


def half_up(value, precision=Decimal(1)):
    """Round to a multiple of ``precision``, ties away from zero.

    Parameters
    ----------
    value : float
    precision : Decimal, optional
        Size of the last digit kept: ``Decimal("0.01")`` for pence, ``Decimal(1000)`` for thousands.

    Returns
    -------
    Decimal

    Examples
    --------
    >>> half_up(2.5), half_up(-2.5), half_up(0.285 * 100)
    (Decimal('3'), Decimal('-3'), Decimal('29'))
    >>> half_up(17.365, Decimal("0.01"))
    Decimal('17.37')
    """
    with localcontext(prec=350):  # room for the largest float to the last digit
        steps = (Decimal(repr(float(value))) / precision).quantize(_NOISE)
        return steps.quantize(Decimal(1), ROUND_HALF_UP) * precision


def decimals_of(printed):
    """Return how many decimals a printed number has: 0 for ``136``, 1 for ``136.0``.

    Examples
    --------
    >>> decimals_of("44.0")
    1
    """
    return max(0, -Decimal(printed).as_tuple().exponent)
