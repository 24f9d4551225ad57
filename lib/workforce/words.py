"""Sentences and figures in words: pure functions, so that text, chart and README say the same of the same data."""

import re
from decimal import Decimal
from itertools import groupby

from workforce.claims import Verdict
from workforce.rounding import half_up

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
_SINGULAR = {"people": "person", "authorities": "authority"}
_VERDICTS = {
    Verdict.REPRODUCES: ("reproduces", "reproduce"),
    Verdict.OTHERWISE: ("reproduces only under another reading", "reproduce only under another reading"),
    Verdict.DOES_NOT: ("does not reproduce", "do not reproduce"),
    Verdict.CANNOT: ("cannot be checked", "cannot be checked"),
    Verdict.AMBIGUOUS: ("is ambiguous", "are ambiguous"),
}


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
    """
    digits = (1 if unit in _ONE_DIGIT else 2) if decimals is None else decimals
    rounded = half_up(value, Decimal(1).scaleb(-digits)) + 0  # no nought below nought
    number = f"{rounded:,f}"
    if decimals is None and unit != "GBP per hour":
        number = number.rstrip("0").rstrip(".")
    if unit in _PER:
        sign, number = ("-", number[1:]) if number.startswith("-") else ("", number)
        return f"{sign}£{number}{_PER[unit]}"
    return f"{number}%" if unit == "percent" else f"{number} {_counted(unit, rounded)}".strip()


def printed(claim):
    """Return what a claim's paper prints: a number with its unit, or its words in quotation marks."""
    if claim.precision is None:
        return f"‘{claim.published}’"
    return amount(claim.published, claim.unit, max(0, -claim.precision.as_tuple().exponent))


def period(text):
    """Return ISO dates in words, within a span too: ``2022-09/2023`` is ``September 2022 to 2023``; else the text."""
    if re.fullmatch(r"\d{4}[\d-]*/\d{4}[\d-]*", text):
        return " to ".join(period(part) for part in text.split("/"))
    month = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d{2}))?", text)
    if month is None:  # a financial year such as 2023-24 is in words as it stands
        return text
    day = f"{int(month[3])} " if month[3] else ""
    return f"{day}{_MONTHS[int(month[2]) - 1]} {month[1]}"


def slug(text):
    """Return a text as small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def ordinal(number):
    """Return ``1st``, ``2nd``, ``11th``, ``22nd``."""
    last = number % 10 if number % 100 not in (11, 12, 13) else 0
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }".replace(" ", "")


def listed(items):
    """Join words with commas and a last ``and``."""
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


def tally(counts, where):
    """Return one sentence on how many statements got which verdict; verdicts that none got are left out.

    Parameters
    ----------
    counts : pandas.Series
        A row of ``claims.counts``.
    where : str
        Where they stand, for example ``in Tameside's paper of 8 February 2023``.
    """
    total = counts["total"]
    if total == 1:
        return f"The one statement {where} {next(_VERDICTS[verdict][0] for verdict in Verdict if counts[verdict])}."
    parts = [_got(counts[verdict], verdict) for verdict in Verdict if counts[verdict]]
    return f"Of {amount(total, 'statements')} {where}, {listed(parts)}."


def sentence(claim):
    """Return what was found of one claim, in a sentence or a few."""
    if claim.verdict is Verdict.CANNOT:
        return " ".join(
            [f"{claim.says} This cannot be checked: {_lower(claim.reason)}", *map(_upper_stop, given(claim))]
        )
    if claim.verdict is Verdict.AMBIGUOUS:
        return f"{claim.says} This is ambiguous. {claim.ambiguous} {'; '.join(map(upper, given(claim)))}."
    stated = f"{claim.says} As stated ({claim.as_stated.name}) it comes to {_value(claim.as_stated)}"
    if claim.verdict is Verdict.REPRODUCES:
        return f"{stated}, which bears it out."
    if claim.verdict is Verdict.OTHERWISE:
        other = claim.deciding
        end = "as printed" if claim.interval is None else "which bears it out"
        return f"{stated}, {_gap(claim)}; under another reading ({other.name}) it comes to {_value(other)}, {end}."
    others = "".join(f"; under another reading ({one.name}) it comes to {_value(one)}" for one in claim.readings[1:])
    return " ".join(filter(None, [f"{stated}, {_gap(claim)}{others}.", *explained(claim), claim.note]))


def given(claim):
    """Return what each reading of a claim gives, or implies, a phrase each."""
    return [
        f"‘{reading.name}’ implies {reading.implies} of {_value(reading)}"
        if claim.ambiguous
        else f"‘{reading.name}’ gives {_value(reading)}"
        for reading in claim.readings
    ]


def explained(claim):
    """Return a sentence on what a printed number may be instead, in a list; an empty list without an explanation."""
    one = claim.explanation
    return [f"An explanation, found by searching, so no reading: ‘{one.name}’ gives {_value(one)}."] if one else []


def misprint(one, claims):
    """Return a sentence on an input that looks misprinted.

    Parameters
    ----------
    one : claims.misprints.Misprint
    claims : dict of str to Claim
        By id, those that it mends among them.
    """
    several = len(one.mends) > 1
    number = (
        f"{amount(one.instead[0], '')} to {amount(one.instead[-1], '')}"
        if len(one.instead) > 1
        else amount(one.instead[0], "")
    )
    places = listed([claims[name].where.replace(" > ", ", ") for name in one.mends])
    return (
        f"{one.where.replace(' > ', ', ')} ({one.document}) looks misprinted: with {number} in place of {one.printed}, a slip "
        f"of one digit, {f'{len(one.mends)} statements' if several else 'the statement'} that {'do' if several else 'does'} not "
        f"reproduce would ({places}). Whether it is the input that is wrong, the paper does not tell."
    )


def findings(register):
    """Return sentences on the claims that do not reproduce as stated, alike ones together, then on the ambiguous ones.

    Parameters
    ----------
    register : list of Claim

    Returns
    -------
    list of str
    """
    missed = [claim for claim in register if claim.verdict in (Verdict.OTHERWISE, Verdict.DOES_NOT)]
    groups = [list(group) for _, group in groupby(sorted(missed, key=_alike), key=_alike)]
    ambiguous = [[claim] for claim in register if claim.verdict is Verdict.AMBIGUOUS]
    return [_finding(group) for group in sorted(groups, key=lambda group: -len(group)) + ambiguous]


def _alike(claim):
    found = claim.explanation.name if claim.explanation else ""
    return claim.document, claim.verdict, claim.as_stated.name, claim.deciding.name, claim.unit, found


def _finding(group):
    first = group[0]
    if len(group) > 1:
        return _finding_of_many(group)
    place = f"{first.where.replace(' > ', ', ')} ({first.document})"
    if first.verdict is Verdict.AMBIGUOUS:
        return f"{place}, ambiguous: {first.says} {'; '.join(given(first))}."
    return f"{place}: {sentence(first)}"


def _finding_of_many(group):
    example = max(group, key=_miss)
    places = listed(list(dict.fromkeys(re.split(" > |, ", claim.where)[0] for claim in group)))
    otherwise = f" but as ‘{example.deciding.name}’" if example.verdict is Verdict.OTHERWISE else ""
    missed = example.verdict is Verdict.DOES_NOT
    why = "".join(f" {text}" for text in [*explained(example), example.note if missed else ""] if text)
    return (
        f"{places} ({example.document}): {len(group)} statements do not hold as ‘{example.as_stated.name}’{otherwise}; "
        f"for example, {example.where.replace(' > ', ', ')} prints {printed(example)}, and as stated it comes to "
        f"{_value(example.as_stated)}.{why}"
    )


def _miss(claim):
    """Return by what share of what is printed a claim's value as stated misses it; nought where words are printed."""
    return abs(claim.as_stated.value / (float(claim.published) or 1) - 1) if claim.interval is None else 0


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


def _got(count, verdict):
    one, many = _VERDICTS[verdict]
    return f"{count} {one if count == 1 else many}"


def _counted(unit, number):
    """Return the unit, in the singular where the number is one: ``days per person`` is ``day per person``."""
    head, per, tail = unit.partition(" per ")
    if abs(number) == 1:
        head = _SINGULAR.get(head, head.removesuffix("s"))
    return f"{head}{per}{tail}"


def _value(reading):
    return amount(reading.value, reading.unit)


def _gap(claim):
    """Say how the value as stated misses what is printed."""
    if claim.interval is not None:
        return f"where the words need {claim.interval.means}"
    gap = claim.as_stated.value - float(claim.published)
    unit = "percentage points" if claim.unit == "percent" else claim.unit
    return f"{amount(abs(gap), unit)} {'more' if gap > 0 else 'less'} than the printed {printed(claim)}"


def _lower(text):
    return text[:1].lower() + text[1:]


def _upper_stop(text):
    return f"{upper(text)}."


def upper(text):
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def harmless(text):
    """Return a cell's text so that no spreadsheet takes it for a formula: with an apostrophe before = + - @, tab, return.

    A plain number may begin with a sign.
    """
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"[+-]?\d[\d,]*(\.\d+)?%?", text):
        return f"'{text}"
    return text
