"""Figures, periods and lists in words: pure functions, so that text, chart and README say the same of the same data."""

import re
from decimal import Decimal

from workforce.rounding import half_up

__all__ = ["amount", "harmless", "listed", "moved", "named", "ordinal", "period", "pounds", "slug", "spoken", "upper"]


def __dir__():
    return __all__


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_ONE_DIGIT = {"percent", "percentage points"}
_PER = {"GBP": "", "GBP per year": " a year", "GBP per hour": " an hour"}
_SINGULAR = {"people": "person", "authorities": "authority", "series": "series"}


def amount(value, unit, decimals=None):
    """Return a number with its unit as people write it: ``£33,486``, ``53%``, ``9.0 FTE``, ``-2 posts``.

    Parameters
    ----------
    value : float
    unit : str
        As in the data package.
    decimals : int, optional
        Digits after the point, trailing zeros kept. Default: the pence of an hourly rate; else at most one digit of a
        percentage and two of another unit, without trailing zeros.

    Examples
    --------
    >>> amount(33486, "GBP"), amount(0.5, "percent"), amount(-2, "posts")
    ('£33,486', '0.5%', '-2 posts')
    """
    if unit == "day of the month" and float(value).is_integer():
        return f"{ordinal(int(value))} of the month"
    digits = (1 if unit in _ONE_DIGIT else 2) if decimals is None else decimals
    rounded = half_up(value, Decimal(1).scaleb(-digits)) + 0  # no minus before zero
    number = f"{rounded:,f}"
    if decimals is None and unit != "GBP per hour":
        number = number.rstrip("0").rstrip(".")
    if unit in _PER:
        sign, number = ("-", number[1:]) if number.startswith("-") else ("", number)
        return f"{sign}£{number}{_PER[unit]}"
    return f"{number}%" if unit == "percent" else f"{number} {_counted(unit, rounded)}".strip()


def pounds(value, unit="GBP"):
    """Return an amount of money in a few digits: in millions from a million on, in whole pounds below.

    Parameters
    ----------
    value : float
    unit : str, optional
        A unit of money; one that is not of pounds is written as ``amount`` does.

    Examples
    --------
    >>> pounds(2099983), pounds(1234.4), pounds(33486, "GBP per year")
    ('£2.1m', '£1,234', '£33,486 a year')
    """
    if unit not in ("GBP", "GBP per year"):
        return amount(value, unit)
    if abs(half_up(value, Decimal(1))) < 1_000_000:
        return amount(value, unit, 0)
    millions = amount(abs(value) / 1e6, "", 1).removesuffix(".0")
    return f"{'-' if value < 0 else ''}£{millions}m{_PER[unit]}"


def period(text):
    """Return ISO dates in words, within a span too: ``2022-09/2023`` is ``September 2022 to 2023``; else the text.

    Examples
    --------
    >>> period("2023-10"), period("2023-24"), period("2024")
    ('October 2023', '2023-24', '2024')
    """
    if re.fullmatch(r"\d{4}[\d-]*/\d{4}[\d-]*", text):
        return " to ".join(period(part) for part in text.split("/"))
    month = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d{2}))?", text)
    if month is None:  # a financial year such as 2023-24 is in words as it stands
        return text
    day = f"{int(month[3])} " if month[3] else ""
    return f"{day}{_MONTHS[int(month[2]) - 1]} {month[1]}"


def slug(text):
    """Return a text as small letters, digits and hyphens.

    Examples
    --------
    >>> slug("Bristol, City of")
    'bristol-city-of'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def ordinal(number):
    """Return ``1st``, ``2nd``, ``11th``, ``22nd``.

    Examples
    --------
    >>> ordinal(1), ordinal(12), ordinal(23)
    ('1st', '12th', '23rd')
    """
    last = number % 10 if number % 100 not in (11, 12, 13) else 0
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }".replace(" ", "")


def listed(items):
    """Join words with commas and a last ``and``.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


def moved(before, after, was, when):
    """Return which way a number went, an arrow and the word that says the same: ``↓ down from 12.3% in 2024``.

    Parameters
    ----------
    before, after : float
    was, when : str
        The number before as it is shown, and when that was.

    Examples
    --------
    >>> moved(12.3, 7.4, "12.3%", "in 2024"), moved(42, 42, "42", "the year before")
    ('↓ down from 12.3% in 2024', '→ as the year before')
    """
    if after == before:
        return f"→ as {when}"
    return f"{'↑ up' if after > before else '↓ down'} from {was} {when}"


def named(names):
    """Join names as ``listed`` does, with semicolons where one has a comma or ``and`` itself.

    Examples
    --------
    >>> named(["Bromley", "Sunderland"]), named(["Bristol, City of", "Derby"])
    ('Bromley and Sunderland', 'Bristol, City of; Derby')
    """
    names = list(names)
    return "; ".join(names) if any("," in name or " and " in name for name in names) else listed(names)


def spoken(name):
    """Return an authority's name as it is spoken, where lists have it turned about.

    Examples
    --------
    >>> spoken("Bristol, City of"), spoken("Bournemouth, Christchurch and Poole")
    ('City of Bristol', 'Bournemouth, Christchurch and Poole')
    """
    turned = re.fullmatch(r"([^,]+), (City|County) of", name)
    return f"{turned[2]} of {turned[1]}" if turned else name


def upper(text):
    """Return a text with its first letter as a capital.

    Examples
    --------
    >>> upper("leavers fell")
    'Leavers fell'
    """
    return text[:1].upper() + text[1:]


def describe(frame, unit):
    """Return the values of a chart in a sentence for each series: its description for those who do not see it.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``category``, ``series`` and ``value``.
    unit : str
    """
    return " ".join(
        f"{upper(series)}, in {unit}: "
        + ", ".join(f"{row.category} {amount(row.value, '')}" for row in part.itertuples())
        + "."
        for series, part in frame.groupby("series", sort=False)
    )


def harmless(text):
    """Return a cell's text so that no spreadsheet takes it for a formula: with an apostrophe before = + - @, tab, return.

    A plain number may begin with a sign.

    Examples
    --------
    >>> harmless("=1+1")
    "'=1+1"
    """
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"[+-]?\d[\d,]*(\.\d+)?%?", text):
        return f"'{text}"
    return text


def _counted(unit, number):
    """Return the unit, in the singular where the number is one: ``days per person`` is ``day per person``."""
    head, per, tail = unit.partition(" per ")
    if abs(number) == 1:
        head = _SINGULAR.get(head, head.removesuffix("s"))
    return f"{head}{per}{tail}"
