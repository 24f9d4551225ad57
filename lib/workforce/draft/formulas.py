"""How a printed number may follow from others: a formula of them, and how a value may have become the printed number."""

import math
from dataclasses import dataclass

from workforce.rounding import half_up

KINDS = ("again", "sum", "difference", "share", "change", "ratio", "mean")
ROUNDED = "rounded inputs"
READINGS = {
    "exact": "rounded as printed",
    ROUNDED: "within the rounding of its inputs",
    "truncated": "cut off, not rounded",
    "points for per cent": "a difference in percentage points, printed as per cent",
    "per cent for points": "a change in per cent, printed as percentage points",
    "people for per cent": "a number of people or posts, printed as per cent",
}
_LOG_RANGE = math.log(4)  # numbers like another lie between its half and its double


@dataclass(frozen=True)
class Formula:
    """``scale * (plus - minus) / base - less`` of sums over numbers, each given by its place in a list.

    Attributes
    ----------
    kind : str
        One of KINDS.
    plus, minus, base : tuple of int
    """

    kind: str
    plus: tuple[int, ...]
    minus: tuple[int, ...] = ()
    base: tuple[int, ...] = ()

    @property
    def inputs(self):
        """The numbers that it rests on, each once, in order."""
        return tuple(dict.fromkeys((*self.plus, *self.minus, *self.base)))

    @property
    def scale(self):
        """100 where the result is in per cent, else 1."""
        return 100 if self.kind in ("share", "change") else 1

    @property
    def simplest(self):
        """How many numbers are named: fewer are simpler."""
        return len(self.plus) + len(self.minus) + len(self.base)

    def value(self, values):
        """Return what it comes to, of a list of numbers; NaN where it divides by nothing.

        Examples
        --------
        >>> Formula("share", (0,), base=(0, 1)).value([10.0, 30.0])
        25.0
        >>> Formula("change", (0,), minus=(1,), base=(1,)).value([30.0, 20.0])
        50.0
        """
        top = sum(values[at] for at in self.plus) - sum(values[at] for at in self.minus)
        if self.kind == "mean":
            return top / len(self.plus)
        if not self.base:
            return top
        below = sum(values[at] for at in self.base)
        return self.scale * top / below if below else math.nan

    def slack(self, values, halves):
        """Return by how much its value may move within the rounding of its numbers, half of each one's last digit.

        Examples
        --------
        >>> Formula("sum", (0, 1)).slack([1.2, 3.4], [0.05, 0.05])
        0.1
        """
        top = sum(halves[at] for at in (*self.plus, *self.minus))
        if self.kind == "mean":
            return top / len(self.plus)
        if not self.base:
            return top
        below = abs(sum(values[at] for at in self.base))
        share = sum(halves[at] for at in self.base) / below
        return self.scale * top / below + abs(self.value(values)) * share


def leads_to(target, inputs, follow):
    """Tell whether inputs follow from a number itself, by what follows from what.

    Parameters
    ----------
    target : int
    inputs : iterable of int
    follow : dict of int to iterable of int
        The inputs of each number that follows from others.

    Examples
    --------
    >>> leads_to(0, [1], {1: (2, 3), 3: (0,)}), leads_to(0, [1], {1: (2, 3)})
    (True, False)
    """
    seen, left = set(), list(inputs)
    while left:
        at = left.pop()
        if at == target:
            return True
        if at not in seen:
            seen.add(at)
            left += follow.get(at, ())
    return False


def rounds_to(value, printed, digit):
    """Tell whether a value rounds half up to a printed number whose last digit has the size ``digit`` (a Decimal).

    Examples
    --------
    >>> from decimal import Decimal
    >>> rounds_to(33.429, 33.4, Decimal("0.1")), rounds_to(17.36, 17.3, Decimal("0.1"))
    (True, False)
    """
    if abs(value - printed) > 0.6 * float(digit):  # most are far off; exact arithmetic is for the rest
        return False
    return half_up(value, digit) == half_up(printed, digit)


def cut_to(value, printed, digit):
    """Tell whether a value becomes the printed number when what is beyond its last digit, a float, is cut off; of arrays each.

    Examples
    --------
    >>> cut_to(17.36, 17.3, 0.1), cut_to(17.36, 17.4, 0.1)
    (True, False)
    """
    over = (abs(value) - abs(printed)) / digit
    return (over >= 0) & (over < 1 - 1e-9) & (value * printed >= 0)


def by_chance(printed, digit):
    """Return how likely one value is to hit a printed number by chance: of numbers like it, which share is this one.

    Numbers like it have as many digits that count and lie between its half and its double, each as likely as by its
    logarithm, as printed numbers are (Benford's law). A round number, 50 or 3,000, is taken for one rounded to its zeros.

    Parameters
    ----------
    printed : float
    digit : float
        The size of the last digit printed.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> round(by_chance(112, 1), 4), round(by_chance(50, 1), 3), round(by_chance(31.96, 0.01), 5)
    (0.0064, 0.144, 0.00023)
    """
    size = abs(printed)
    if size == 0:
        return 1.0
    counted = digit
    if float(printed).is_integer():
        counted = max(digit, 1.0)
        while size % (10 * counted) == 0:
            counted *= 10
    return min(1.0, counted / (size * _LOG_RANGE))
