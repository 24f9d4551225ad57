"""What may be proposed: a formula for a number, with what speaks for it in odds, and the weights of that."""

import math
from dataclasses import dataclass

from workforce.claims.misprints import slips
from workforce.draft.formulas import Formula

# Logarithms of odds, set on the papers in data/; benchmarks/discovery.py judges each paper by weights set on the others.
WEIGHTS = {
    "total line": 0.5,  # a row or column that is the sum of a run of others
    "some lines": -2.0,  # of some others that are no run
    "line of two": -0.5,  # a column worked out of two others, in each row
    "line and total": 0.0,  # each number's share of one number of its line
    "line before": -2.0,  # of a number and the one before it
    "again": -0.5,
    "sum in text": -0.5,
    "two in text": -1.5,
    "table for text": -2.5,
    "named": 2.5,  # the word that goes with the kind stands beside it
    "last": 1.0,  # what follows stands after what it follows from
    "same sentence": 1.0,
    "another section": -1.5,
    "same place": -2.0,  # a number is seldom said again where it stands
    "shared word": 0.8,
    "same period": 0.7,
    "another period": -1.0,
    "other counts": -1.0,  # a share of one count in another: of interviews in leavers
    "no unit": -0.7,
    "coarser": -2.0,  # a sum of numbers of which one is printed to more digits than itself
    "signs": -3.0,  # a sum, in a text, of what is above and below nothing
    "truncated": -3.0,
    "points for per cent": -2.0,
    "per cent for points": -2.5,
    "people for per cent": -3.5,
    "missed": -3.0,  # a number of the line that the formula does not give
    "one more number": -0.3,
    "threshold": 3.0,
}
CUES = {
    "sum": r"\b(total|totals|all|overall|altogether|sum|grand|combined|together|workforce)\b",
    "difference": r"\b(difference|variance|change|net|increase|decrease|rise|fall|fewer|less|shortfall|gap|remain\w*|"
    r"balance|movement|variation|vacan\w*)\b",
    "share": r"(%|per ?cent|percentage|proportion|share|rate)",
    "change": r"\b(change|increase\w*|decrease\w*|rise|rose|fall|fell|growth|grew|reduc\w*|drop\w*|up|down|uplift)\b",
    "mean": r"\b(average|mean)\b",
    "ratio": r"\b(average|ratio|per|each|mean)\b",
    "again": r"(?!)",
}
_NO_COUNTS = {"percent", "points", "GBP", "days", "weeks", "months", "years", "hours"}
LEAST = -4.0  # log odds of what is worth a place in the list
FEWEST_HOLD = 2  # a near miss is told only where the same pattern holds at least so often elsewhere


@dataclass(frozen=True)
class Candidate:
    """One way to get one number: the formula, its reading, and how much speaks for it.

    ``prior`` is what its family, its words and the number of trials make of its log odds, ``proof`` what the numbers add to it;
    ``chance`` is how many matches chance would give among all that was tried.
    """

    target: int
    formula: Formula
    family: str
    reading: str
    value: float
    prior: float
    proof: float
    chance: float
    agrees: bool = True

    @property
    def score(self):
        """The log odds that the number follows in this way, beside its following from nothing."""
        return self.prior + self.proof

    @property
    def relation(self):
        """The numbers that it ties together: the same for a total and its parts as for a part and the rest."""
        return frozenset((self.target, *self.formula.inputs)), self.agrees


def may_add(one, other):
    """Tell whether numbers of two kinds may be added up: they are of one, or one of them is not known.

    Examples
    --------
    >>> may_add("staff", "staff"), may_add("staff", ""), may_add("staff", "GBP")
    (True, True, False)
    """
    return one == other or "" in (one, other) or "mixed" in (one, other)


def may_compare(one, other):
    """Tell whether one number may be a share of another: of its own kind, or both counts of something."""
    return may_add(one, other) or not {one, other} & _NO_COUNTS


def reading_of(kind, target, inputs):
    """Return the reading under which a formula of numbers of one kind gives one of another; None where none does."""
    percent, of_percent = target in ("percent", "points"), inputs == "percent"
    unknown = target in ("", "mixed") or inputs in ("", "mixed")
    if kind in ("share", "change"):
        if not percent and not unknown:
            return None
        if kind == "change" and target == "points":
            return "per cent for points"
        return None if kind == "share" and of_percent else "exact"
    if kind == "difference" and percent and of_percent:
        return "points for per cent" if target == "percent" else "exact"
    if percent and not of_percent and not unknown:
        return "people for per cent" if kind in ("difference", "sum") else None
    if of_percent and not percent and not unknown:
        return None
    return "exact"


def near(value, printed, digit):
    """Tell whether a value is near to a printed number: within a few of its last digits, a tenth, or one slip of a digit.

    Examples
    --------
    >>> near(29, 28, 1), near(255, 25, 1), near(60, 28, 1)
    (True, True, False)
    """
    if abs(value - printed) <= max(2.5 * digit, 0.1 * abs(printed)):
        return True
    text = f"{abs(printed):.{max(0, round(-math.log10(digit)))}f}"
    return any(abs(abs(value) - slip) <= 0.5 * digit for slip in slips(text))
