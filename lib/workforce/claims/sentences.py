"""What is said of claims: pure functions, so that report, README and site say the same of the same claim."""

import re
from itertools import groupby

from workforce.claims.verdicts import Verdict
from workforce.words import amount, listed, upper

_VERDICTS = {
    Verdict.REPRODUCES: ("reproduces", "reproduce"),
    Verdict.OTHERWISE: ("reproduces only under another reading", "reproduce only under another reading"),
    Verdict.DOES_NOT: ("does not reproduce", "do not reproduce"),
    Verdict.CANNOT: ("cannot be checked", "cannot be checked"),
    Verdict.AMBIGUOUS: ("is ambiguous", "are ambiguous"),
}


def printed(claim):
    """Return what a claim's paper prints: a number with its unit, or its words in quotation marks."""
    if claim.precision is None:
        return f"‘{claim.published}’"
    return amount(claim.published, claim.unit, max(0, -claim.precision.as_tuple().exponent))


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
    """Return by what share of what is printed a claim's value as stated misses it; zero where words are printed."""
    return abs(claim.as_stated.value / (float(claim.published) or 1) - 1) if claim.interval is None else 0


def _got(count, verdict):
    one, many = _VERDICTS[verdict]
    return f"{count} {one if count == 1 else many}"


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
