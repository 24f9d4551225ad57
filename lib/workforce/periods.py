"""Dates and periods as the data have them: ``2024``, ``2024-09``, ``2024-09-30``, ``2023-24``, spans such as ``2022-09/2023``."""

import calendar
import re
from datetime import date

FIRST, LAST = 1900, 2100

_MONTHS = [name.lower() for name in calendar.month_name]
_NAMED = re.compile(r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)? )?(?P<month>[A-Za-z]{3,9})\.? (?P<year>\d{4})", re.ASCII)


def problem(text):
    """Return in a phrase what of a period cannot be; an empty text where it can.

    Parameters
    ----------
    text : str
        Of the right form: years, months and days in figures.

    Examples
    --------
    >>> problem("2023-24"), problem("2019-02-30"), problem("2024/2023")
    ('', 'is no day of the calendar', 'ends before it begins')
    """
    parts = [[int(number) for number in part.split("-")] for part in text.split("/")]
    found = next(filter(None, map(_problem, parts)), "")
    if not found and _first(parts[0]) > _last(parts[-1]):
        return "ends before it begins"
    return found


def _problem(numbers):
    year, *rest = numbers
    if not FIRST <= year <= LAST:
        return f"has a year that is not between {FIRST} and {LAST}"
    if len(rest) == 1 and rest[0] not in range(1, 13) and not _is_financial(year, rest[0]):
        return f"is neither a month, 01 to 12, nor a financial year such as {year}-{(year + 1) % 100:02}"
    try:
        date(year, *(rest if len(rest) == 2 else (1, 1)))
    except ValueError:
        return "is no day of the calendar"
    return ""


def _is_financial(year, second):
    return second == (year + 1) % 100


def _first(numbers):
    """Return the first day that a period may hold, as year, month and day."""
    year, *rest = numbers
    month = rest[0] if rest and rest[0] in range(1, 13) else 1
    return year, month, rest[1] if len(rest) == 2 else 1


def _last(numbers):
    """Return the last day that a period may hold, as year, month and day."""
    year, *rest = numbers
    if len(rest) == 1 and rest[0] not in range(1, 13):
        return year + 1, 12, 31
    return year, rest[0] if rest else 12, rest[1] if len(rest) == 2 else 31


def read_as(text):
    """Return how a period is read that could also be a financial year, and how that is written; else an empty text.

    Examples
    --------
    >>> read_as("2011-12")
    'is read as December 2011; if the financial year 2011/12 is meant, write 2011-04/2012-03'
    >>> read_as("2012-13"), read_as("2011-11")
    ('', '')
    """
    for part in text.split("/"):
        year, *rest = (int(number) for number in part.split("-"))
        if len(rest) == 1 and rest[0] in range(1, 13) and _is_financial(year, rest[0]):
            told = f"{calendar.month_name[rest[0]]} {year}"
            return f"is read as {told}; if the financial year {year}/{rest[0]:02} is meant, write {financial(year)}"
    return ""


def financial(year):
    """Return the financial year that begins in a year as the data have it; one that would look like a month as a span.

    Examples
    --------
    >>> financial(2023), financial(2011)
    ('2023-24', '2011-04/2012-03')
    """
    second = (year + 1) % 100
    return f"{year}-04/{year + 1}-03" if second in range(1, 13) else f"{year}-{second:02}"


def iso(text):
    """Return a date or a financial year that is written as papers print it in the form of the data; None for other text.

    Examples
    --------
    >>> iso("2023/24"), iso("2011/12"), iso("March 2024"), iso("31/03/2024"), iso("last year")
    ('2023-24', '2011-04/2012-03', '2024-03', '2024-03-31', None)
    """
    if found := re.fullmatch(r"([0-9]{4}) ?[/\N{EN DASH}-] ?(?:20)?([0-9]{2})", text):
        return financial(int(found[1])) if _is_financial(int(found[1]), int(found[2])) else f"{found[1]}-{found[2]}"
    if found := re.fullmatch(r"(0?[1-9]|[12][0-9]|3[01])[/.](0?[1-9]|1[0-2])[/.]([0-9]{4})", text):
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    found = _NAMED.fullmatch(text)
    named = [at for at, name in enumerate(_MONTHS) if found and name and name.startswith(found["month"].lower())]
    if not named:
        return None
    day = f"-{int(found['day']):02}" if found["day"] else ""
    return f"{found['year']}-{named[0]:02}{day}"
