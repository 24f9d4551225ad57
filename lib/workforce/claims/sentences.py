"""What is said of claims: pure functions, so that report, README and site say the same of the same claim."""

import re
from collections import Counter

from workforce.claims.verdicts import Verdict
from workforce.words import amount, listed, upper

MISSED = [Verdict.OTHERWISE, Verdict.DOES_NOT]
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


def given(claim):
    """Return what each reading of a claim gives, or implies, a phrase each."""
    return [
        f"‘{reading.name}’ implies {reading.implies} of {_value(reading)}"
        if claim.ambiguous
        else f"‘{reading.name}’ gives {_value(reading)}"
        for reading in claim.readings
    ]


def difference(claim):
    """Return how the value as stated misses what is printed, a few words; an empty text where nothing does."""
    if claim.verdict not in MISSED:
        return ""
    if claim.interval is not None:
        return f"the words need {claim.interval.means}"
    gap = claim.as_stated.value - float(claim.published)
    unit = "percentage points" if claim.unit == "percent" else claim.unit
    return f"{amount(abs(gap), unit)} {'more' if gap > 0 else 'less'}"


def explained(claim):
    """Return what a figure that does not hold as stated may be instead: another reading, or what searching found."""
    if claim.verdict is Verdict.OTHERWISE:
        return f"{claim.deciding.name}: {_value(claim.deciding)}"
    if claim.verdict is not Verdict.DOES_NOT:
        return ""
    if claim.explanation is not None:
        return f"{claim.explanation.name}: {_value(claim.explanation)} (found by searching)"
    if claim.partitioned:
        return _partitions(claim)
    tried = [f"{one.name}: {_value(one)}" for one in claim.readings[1:]]
    return f"not explained; tried were {'; '.join(tried)}" if tried else "not explained"


def _partitions(claim):
    """Return which partitions of a claim fail, and which give what is printed."""
    failing = listed([f"‘{one.name}’ ({_value(one)})" for one in claim.failing])
    hold = [f"‘{one.name}’" for one in claim.readings if one not in claim.failing]
    return f"not explained; fails for {failing}{f', holds for {listed(hold)}' if hold else ''}"


def stated(claim):
    """Return a claim's value as stated; an empty text where the words do not decide or nothing can be worked out."""
    return _value(claim.as_stated) if claim.as_stated else ""


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
    statements = f"{len(one.mends)} statements" if several else "one statement"
    return (
        f"{one.where.replace(' > ', ', ')} ({one.document}) looks misprinted. With {number} in place of {one.printed}, a slip of "
        f"one digit, {statements} that {'do' if several else 'does'} not hold would hold: {places}. The paper does not tell "
        "which of its numbers is wrong."
    )


def held(counts, whose):
    """Return in a sentence how many of the figures that can be checked hold as stated.

    Parameters
    ----------
    counts : pandas.Series
        Statements by verdict, as a row of ``claims.counts``.
    whose : str
        For example ``Tameside’s papers``.
    """
    number, known = counts[Verdict.REPRODUCES], counts[[Verdict.REPRODUCES, *MISSED]].sum()
    if not known:
        return f"No figure in {whose} can be checked by what they print."
    if known == 1:
        return f"The one figure in {whose} that can be checked {'holds' if number else 'does not hold'} as stated."
    if not number:
        return f"Of {known} figures in {whose} that can be checked, none holds as stated."
    if number == known:
        return f"All {known} figures in {whose} that can be checked hold as stated."
    hold, do = "holds" if number == 1 else "hold", "does" if known - number == 1 else "do"
    return (
        f"Of {known} figures in {whose} that can be checked, {number} {hold} as stated and {known - number} {do} not."
    )


def where_missed(register, name_of):
    """Return in a sentence where most figures stand that do not hold as stated; an empty text without one.

    Parameters
    ----------
    register : list of Claim
    name_of : callable
        Returns a paper's name of its slug, for example its year.
    """
    found = Counter(
        f"{upper(re.split(' > |, ', claim.where)[0])} ({name_of(claim.document)})"
        for claim in register
        if claim.verdict in MISSED
    )
    if not found:
        return ""
    first = dict(found.most_common(3))
    if len(found) <= 3:
        return f"Those that do not are in {listed(list(first))}."
    if 2 * sum(first.values()) > found.total():
        return f"Most of those that do not are in {listed(list(first))}."
    return f"Those that do not are in {len(found)} places, among them {listed(list(first))}."


def _got(count, verdict):
    one, many = _VERDICTS[verdict]
    return f"{count} {one if count == 1 else many}"


def _value(reading):
    return amount(reading.value, reading.unit)
