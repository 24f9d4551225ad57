"""What words beside a number are taken to mean: one table of hedges, ``data/hedges.csv``, for every paper."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from workforce import data

THREE_OR_MORE = 3


@dataclass(frozen=True)
class Interval:
    """The values that bear words out. ``low`` and ``high`` belong to it; ``above`` and ``below`` do not."""

    means: str
    low: float = -float("inf")
    high: float = float("inf")
    above: float = -float("inf")
    below: float = float("inf")

    def __contains__(self, value):
        # Sums of decimals such as 0.1 + 0.2 miss a bound by their last bit.
        value, low, high, above, below = (round(x, 9) for x in (value, self.low, self.high, self.above, self.below))
        return low <= value <= high and above < value < below


def interval(word, number, table):
    """Return the values that bear a hedged number out, by the table of hedges.

    Readers take the same word for a narrower range the more digits the number beside it has: see the table for its
    sources (Ferson and others 2015 above all).

    Parameters
    ----------
    word : str
        As in the column ``word``: ``almost``, ``about``, ``over`` ...
    number : str
        The number that it hedges, above 0: ``26``, ``0.5``, or a fraction for one in words, ``100/3`` for a third in
        per cent.
    table : pandas.DataFrame
        ``data.load("hedges")``: ``word, digits, lower, upper, bounds, why``.

    Returns
    -------
    Interval
        From ``lower`` to ``upper`` times the number, its ends belonging to it where ``bounds`` says so.

    Raises
    ------
    ValueError
        For a word that the table does not have, also not for so many digits, or a number that is none above 0.

    Examples
    --------
    >>> round(interval("almost", "100/3", data.load("hedges")).low, 2)
    30.0
    >>> 24.5 in interval("almost", "26", data.load("hedges"))
    False
    """
    data.choose(word, set(table["word"]), "hedge")
    try:
        value = Fraction(number)
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if value <= 0:
        raise ValueError(f"hedge: number '{number}' is not a number above 0, such as 26 or 100/3")
    row = _row(table[table["word"] == word], word, number)
    low, high = (None if share != share else float(value * Fraction(str(share))) for share in (row.lower, row.upper))
    ends = {}
    if low is not None:
        ends["low" if row.bounds in ("both", "lower") else "above"] = low
    if high is not None:
        ends["high" if row.bounds in ("both", "upper") else "below"] = high
    return Interval(_means(word, value, ends), **ends)


def digits_of(number):
    """Return how many significant digits a number has as written, three standing for more; one for a fraction in words.

    Zeros at the end of a whole number are taken for rounding: 200 has one digit, 250 two.

    Examples
    --------
    >>> digits_of("100/3"), digits_of("200"), digits_of("26"), digits_of("12.7"), digits_of("10.0")
    (1, 1, 2, 3, 3)
    """
    try:
        digits = str(Decimal(number)).replace(".", "").lstrip("0")
    except InvalidOperation:  # a fraction
        return 1
    return min(THREE_OR_MORE, len(digits if "." in number else digits.rstrip("0")))


def _row(rows, word, number):
    """Return the row of a word for a number of so many digits; one without digits is for any."""
    fits = rows[rows["digits"].isna() | (rows["digits"] == digits_of(number))]
    if fits.empty:
        known = ", ".join(map(str, rows["digits"]))
        raise ValueError(f"'{word}' stands beside numbers of {known} digit only in hedges.csv, not beside '{number}'")
    return next(fits.itertuples())


def _means(word, value, ends):
    """Say the interval in words, its numbers to at most two decimals."""

    def shown(name):
        return f"{round(ends[name], 2):g}"

    starts = {"low": "from {}", "above": "above {}"}
    stops = {"high": "up to {}", "below": "below {}"}
    said = [form.format(shown(name)) for name, form in {**starts, **stops}.items() if name in ends]
    return f"{word} {round(float(value), 2):g}, {' and '.join(said)} by the table of hedges"
