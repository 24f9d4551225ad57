"""Inputs that look misprinted: the one slip of a digit that would mend what does not reproduce."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workforce import data
from workforce.claims import tables
from workforce.claims.support import Trial
from workforce.claims.verdicts import Verdict
from workforce.rounding import half_up

CELLS = {
    "observations": {"value": "value_as_printed", "upper": "upper_as_printed"},
    "pay_scales": {"annual": "annual", "hourly": "hourly_as_printed"},
}


@dataclass(frozen=True)
class Misprint:
    """A printed number, the numbers a slip away from it that would mend claims, and these claims' ids."""

    document: str
    where: str
    printed: str
    instead: tuple[float, ...]
    mends: tuple[str, ...]


def suspected(document, register, folder=data.DATA):
    """Return the input of a paper that looks misprinted, or None.

    It is the one whose change by one slip (a digit left out, added, wrong or swapped with the next, the point moved by a
    place) makes most of the printed numbers hold that do not reproduce and have no explanation, and breaks no claim that holds.
    Statements in words break, but never count. None is named where anything else could be the misprint: another input that
    mends as many, another slip of the same one that mends others, or a printed number itself that is a slip away from what it
    comes to.

    Parameters
    ----------
    document : str
    register : list of Claim
        As ``register`` returns it, with the paper's claims.
    folder : path, optional

    Returns
    -------
    Misprint or None

    Examples
    --------
    >>> from workforce import claims
    >>> suspected("walsall-2021", claims.register(document="walsall-2021"))
    """
    mine = {claim.id.partition("/")[2]: claim for claim in register if claim.document == document}
    failing = {(name, _stated(claim)): claim for name, claim in mine.items() if _may_be_mended(claim)}
    if not failing:
        return None
    holding = {(name, number): claim for name, claim in mine.items() for number in _holding(claim)}
    frames = tables.frames(folder)
    trial = Trial(Path(folder) / "claims" / f"{document}.yml", frames)
    places = dict.fromkeys(place for rows in trial.search(failing).values() for place in rows)
    inputs = [cell for place in places for cell in _cells(*place, frames, document)]
    found = [one for cell in inputs for one in _mended(*cell, trial, failing, holding)]
    most = max((len(mends) for *_, mends in found), default=0)
    best = [one for one in found if len(one[-1]) == most]
    return Misprint(document, *best[0]) if len(best) == 1 else None


def _may_be_mended(claim):
    """Tell whether a claim does not reproduce by a number that is no slip away from what it comes to as stated."""
    if claim.verdict is not Verdict.DOES_NOT or claim.explanation or claim.interval is not None:
        return False
    if claim.partitioned and len(claim.failing) > 1:  # several partitions that fail seldom have one slip between them
        return False
    return float(half_up(claim.as_stated.value, claim.precision)) not in slips(claim.published)


def _stated(claim):
    """Return the number of the reading as stated."""
    return claim.readings.index(claim.as_stated)


def _holding(claim):
    """Return the numbers of the readings that a slip may not break: the one as stated that holds, or all partitions that do."""
    if claim.partitioned:
        return [number for number, reading in enumerate(claim.readings) if reading not in claim.failing]
    return [0] if claim.verdict is Verdict.REPRODUCES else []


def slips(printed):
    """Return the numbers that one slip makes of a printed number, as floats, in order.

    Examples
    --------
    >>> slips("25")[:5], 255.0 in slips("25"), 52.0 in slips("25"), 2.5 in slips("25")
    ([2.0, 2.5, 5.0, 15.0, 20.0], True, True, True)
    """
    digits, places = printed.replace(".", ""), len(printed.partition(".")[2])
    texts = {digits[:at] + new + digits[at:] for at in range(len(digits) + 1) for new in "0123456789"}
    texts |= {digits[:at] + new + digits[at + 1 :] for at in range(len(digits)) for new in ["", *"0123456789"]}
    texts |= {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(len(digits) - 1)}
    numbers = {int(text) / 10**places for text in texts if text}
    numbers |= {int(digits) / 10**moved for moved in (places - 1, places + 1)}
    return sorted(numbers - {float(printed)})


def _cells(table, row, frames, document):
    """Yield the numbers that a row of the paper prints: table, row, column, printed text and where it stands."""
    one = frames[table].loc[row]
    for column, text in CELLS.get(table, {}).items():
        if one["document"] == document and one[column] == one[column]:
            yield table, row, column, str(one[text]), one["where"]


def _mended(table, row, column, printed, where, trial, failing, holding):
    """Yield each set of claims that slips of a cell mend, breaking none, with the numbers that do so."""
    curves = _curves(table, row, column, float(printed), trial, failing)
    found = {}
    for number in slips(printed):
        if any(_holds(failing[key], curve(number)) for key, curve in curves.items()):
            values = trial.with_value(table, row, column, number, failing.keys())
            mends = tuple(claim.id for key, claim in failing.items() if _holds(claim, values.get(key)))
            if mends and not _broken(trial, table, row, column, number, holding):
                found.setdefault(mends, []).append(number)
    for mends, numbers in found.items():
        yield where, printed, tuple(numbers), mends


def _curves(table, row, column, printed, trial, failing):
    """Return how each failing claim's value goes with a cell: a function by claim, of those that the cell moves.

    Sums, shares, ratios and changes are (a + b x) / (1 + c x) of any one input x, so three values tell the rest; what they
    promise is asked of the data again. What is otherwise, a largest value say, may be missed.
    """
    points = [printed, printed + 1, printed + 3]
    asked = [trial.with_value(table, row, column, number, failing.keys()) for number in points]
    return {
        key: _through(points, values)
        for key in failing
        if None not in (values := [answers.get(key) for answers in asked]) and len(set(values)) > 1
    }


def _through(points, values):
    known = np.array([[1, x, -x * y] for x, y in zip(points, values, strict=True)])
    a, b, c = np.linalg.lstsq(known, np.array(values), rcond=None)[0]
    return lambda x: (a + b * x) / (1 + c * x) if abs(1 + c * x) > 1e-12 else None


def _broken(trial, table, row, column, number, holding):
    values = trial.with_value(table, row, column, number, holding.keys())
    return any(not _holds(claim, values.get(key)) for key, claim in holding.items())


def _holds(claim, value):
    return value is not None and claim.borne_out_by(value)
