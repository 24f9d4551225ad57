"""Which printed numbers of a paper follow from which: candidates by family, each judged by how likely chance would fit one.

A candidate's score is a log of odds: the weight of its family and of what names it (a row called total, the words of its
sentence), less the logarithm of how many candidates of that family were tried, plus for each printed number that it gives the
logarithm of one over the chance of that (`formulas.by_chance`), less a toll for each that it misses. So a formula that holds
down a whole column of large numbers outweighs hundreds of trials, and a 3 that is the difference of two of thirty numbers
does not. Of one number the candidates share the odds, with one more for its being no one's result at all.
"""

import math
import re
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from workforce.claims.misprints import slips
from workforce.draft.formulas import ROUNDED, Formula, by_chance, cut_to, rounds_to
from workforce.draft.paper import Paper

COLUMNS = [
    "target",
    "rank",
    "kind",
    "family",
    "reading",
    "plus",
    "minus",
    "base",
    "value",
    "agrees",
    "chance",
    "probability",
    "confidence",
]
CONFIDENT, POSSIBLE, SUSPECTED = "confident", "possible", "suspected mistake"

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
    "another period": -2.0,
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
_CUES = {
    "sum": r"\b(total|totals|all|overall|altogether|sum|grand|combined|together|workforce)\b",
    "difference": r"\b(difference|variance|change|net|increase|decrease|rise|fall|fewer|less|shortfall|gap|remain\w*|"
    r"balance|movement|variation|vacan\w*)\b",
    "share": r"(%|per ?cent|percentage|proportion|share|rate)",
    "change": r"\b(change|increase\w*|decrease\w*|rise|rose|fall|fell|growth|grew|reduc\w*|drop\w*|up|down|uplift)\b",
    "points": r"\b(change|points?|increase\w*|decrease\w*|rise|rose|fall|fell|difference|variance)\b",
    "mean": r"\b(average|mean)\b",
    "ratio": r"\b(average|ratio|per|each|mean)\b",
    "again": r"(?!)",
}
_LINEAR = ("sum", "difference")
_NO_COUNTS = {"percent", "points", "GBP", "days", "weeks", "months", "years", "hours"}
_SURE = 0.1  # matches by chance, of what is called confident
_LEAST = -4.0  # log odds of what is worth a place in the list
_MOST_SUBSETS = 6
_MOST_LINES = 14
_MOST_NEAR = 14  # numbers of a text that one is worked out of; the nearest
_MOST_TABLES = 4
_MOST_KEPT = 8  # proposals of one number
_FEWEST_HOLD = 2  # a near miss is told only where the same pattern holds at least so often elsewhere


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


def propose(numbers, weights=WEIGHTS) -> pd.DataFrame:
    """Propose which numbers of a paper follow from which.

    Parameters
    ----------
    numbers : pandas.DataFrame
        One row a number, see ``paper.Paper``.
    weights : dict of str to float, optional

    Returns
    -------
    pandas.DataFrame
        Columns COLUMNS, a row a proposal, the best of each number first: ``target`` and the inputs ``plus``, ``minus`` and
        ``base`` (tuples) are rows of ``numbers`` by place; ``kind`` is one of ``formulas.KINDS`` and ``reading`` of
        ``formulas.READINGS``; ``chance`` is how many of the candidates tried would fit numbers like this by chance;
        ``probability`` is the share of the odds; ``confidence`` is ``confident``, ``possible`` or ``suspected mistake``.
    """
    paper = Paper(numbers)
    found = [*_in_tables(paper, weights), *_between_tables(paper, weights)]
    found += [one for one in _in_text(paper, weights) if one.score > _LEAST]
    return _ranked(found, weights)


# Tables: a line (a column, or of the turned table a row) worked out of others, cell by cell.


def _in_tables(paper, weights):
    for grid in paper.grids:
        for lines, names in ((grid.cells.T, grid.column_names), (grid.cells, grid.row_names)):
            yield from _Lines(paper, lines, names, weights).candidates()


@dataclass(frozen=True)
class _Found:
    """A formula of a table's lines with its values cell by cell, and how far rounding may part them from what is printed."""

    target: int
    kind: str
    terms: tuple
    family: str
    reading: str
    values: np.ndarray
    slack: np.ndarray


class _Lines:
    """The lines of a table as arrays, to be asked which follow from others."""

    def __init__(self, paper, lines, names, weights):
        self.paper, self.at, self.names, self.weights = paper, lines, [str(name).lower() for name in names], weights
        known = lines >= 0
        values, digits = np.array([*paper.values, np.nan]), np.array([*(10.0**-d for d in paper.decimals), np.nan])
        ranges = np.array([*paper.is_range, True])
        self.values = np.where(known & ~ranges[lines], values[lines], np.nan)
        self.digits = digits[lines]
        self.halves = np.array([*paper.halves, np.nan])[lines]
        chances = np.array([*(by_chance(v, 10.0**-d) for v, d in zip(paper.values, paper.decimals, strict=True)), 1.0])
        self.evidence = -np.log(chances[lines])
        self.kinds = [self._kind(line) for line in lines]

    def _kind(self, line):
        kinds = {self.paper.kinds[at] for at in line if at >= 0}
        return kinds.pop() if len(kinds) == 1 else "" if not kinds else "mixed"

    def candidates(self):
        for target in range(len(self.at)):
            if np.isfinite(self.values[target]).any():
                yield from self._sums(target)
                yield from self._of_two(target)
                yield from self._of_total(target)
                yield from self._of_before(target)

    def _alike(self, target):
        kind = self.kinds[target]
        return [
            line
            for line in range(len(self.at))
            if line != target and _may_add(kind, self.kinds[line]) and np.isfinite(self.values[line]).any()
        ]

    def _sums(self, target):
        others = self._alike(target)
        runs = [(others, "total line")]
        for side in ([line for line in others if line < target][::-1], [line for line in others if line > target]):
            runs += [(sorted(side[:length]), "total line") for length in range(2, len(side) + 1)]
        tried = list({tuple(run): (run, family) for run, family in runs if len(run) > 1}.values())
        yield from self._judged(target, "sum", [((run, (), ()), family) for run, family in tried])
        if 2 < len(others) <= _MOST_SUBSETS:
            known = {tuple(run) for run, _ in tried}
            some = [part for size in range(2, len(others)) for part in combinations(others, size) if part not in known]
            yield from self._judged(target, "sum", [((part, (), ()), "some lines") for part in some])

    def _of_two(self, target):
        lines = [line for line in range(len(self.at)) if line != target and np.isfinite(self.values[line]).any()]
        if len(lines) > _MOST_LINES:  # the nearest; a formula seldom reaches across a wide table
            lines = sorted(sorted(lines, key=lambda line: abs(line - target))[:_MOST_LINES])
        pairs = [(a, b) for a in lines for b in lines if a != b and _may_add(self.kinds[a], self.kinds[b])]
        kind = self.kinds[target]
        tried = {
            "difference": [((a,), (b,), ()) for a, b in pairs],
            "ratio": [((a,), (), (b,)) for a, b in pairs] if kind != "percent" else [],
        }
        if kind in ("percent", "", "points", "mixed"):
            tried["share"] = [((a,), (), (b,)) for a, b in pairs]
            tried["share"] += [((a,), (), tuple(sorted((a, b)))) for a, b in pairs]
            tried["share"] += [((b,), (a,), (b,)) for a, b in pairs]
            tried["change"] = [((a,), (b,), (b,)) for a, b in pairs]
        for name, formulas in tried.items():
            yield from self._judged(target, name, [(formula, "line of two") for formula in formulas])

    def _of_total(self, target):
        """Each cell as a share of one cell of another line, such as its total."""
        if self.kinds[target] not in ("percent", "", "mixed"):
            return
        tried = []
        for line in range(len(self.at)):
            if line != target and self.kinds[line] != "percent":
                tried += [((line,), (), ("cell", line, at)) for at in np.flatnonzero(np.isfinite(self.values[line]))]
                tried.append(((line,), (), ("sum", line)))
        if tried:
            yield from self._judged(target, "share", [(formula, "line and total") for formula in tried])

    def _of_before(self, target):
        lines = [line for line in range(len(self.at)) if line != target and self.values.shape[1] > 1]
        tried = {"difference": [], "mean": [], "change": []}
        for line in lines:
            if _may_add(self.kinds[target], self.kinds[line]):
                tried["difference"].append(((line,), (("before", line),), ()))
                tried["mean"].append(((line, ("before", line)), (), ()))
            if self.kinds[target] in ("percent", "", "mixed"):
                tried["change"].append(((line,), (("before", line),), (("before", line),)))
        for name, formulas in tried.items():
            yield from self._judged(target, name, [(formula, "line before") for formula in formulas])

    def _array(self, term, of):
        """Return a term of a formula cell by cell: a line's values, those one cell before, or one cell or the sum of a line."""
        if not isinstance(term, tuple):
            return of[term]
        values = of[term[1]]
        if term[0] == "before":
            return np.concatenate([[np.nan], values[:-1]])
        return np.full(len(values), values[term[2]] if term[0] == "cell" else np.nansum(values))

    def _places(self, term, cell):
        if not isinstance(term, tuple):
            found = [self.at[term, cell]]
        elif term[0] == "before":
            found = [self.at[term[1], cell - 1]]
        elif term[0] == "cell":
            found = [self.at[term[1], term[2]]]
        else:
            found = list(self.at[term[1]])
        return tuple(int(at) for at in found if at >= 0)

    def _judged(self, target, kind, tried):
        """Yield the candidates of those formulas, tried for each cell of a line, that fit more than chance would."""
        if not tried:
            return
        for (plus, minus, base), family in tried:
            base = (base,) if base and isinstance(base[0], str) else base
            reading = _reading(kind, self.kinds[target], self._kind_of_terms(plus))
            if reading is None:
                continue
            with np.errstate(all="ignore"):
                values = self._values(kind, plus, minus, base)
                slack = self._slack(kind, plus, minus, base) + 0.5 * self.digits[target]
            found = _Found(target, kind, (plus, minus, base), family, reading, values, slack)
            yield from self._weighed(found, len(tried))

    def _weighed(self, found, tried):
        """Yield a candidate for each cell that a formula gives, where it does more than the number of trials explains."""
        weights, target, kind, values = self.weights, found.target, found.kind, found.values
        told = np.isfinite(values) & np.isfinite(self.values[target])
        off = np.abs(values - self.values[target])
        exact = off <= 0.5 * self.digits[target] * (1 + 1e-9)
        fits = off <= found.slack * (1 + 1e-9)
        reading = found.reading
        if not exact.any():
            exact = fits = self._cut(values, target, told)
            reading = "truncated" if fits.any() and reading == "exact" else None
            if reading is None:
                return
        looser = np.log(np.where(exact, 1.0, 2 * found.slack / self.digits[target]))
        proof = float(np.maximum(0.0, self.evidence[target] - looser)[fits].sum())
        missed = int((told & ~fits).sum())
        toll = 0.0 if kind == "sum" and self.kinds[target] == "percent" else missed * weights["missed"]
        named = weights["named"] if re.search(_CUES[kind], self.names[target]) else 0.0
        last = weights["last"] if target > max(_lines_of(found.terms)) else 0.0
        size = weights["one more number"] * min(3, sum(map(len, found.terms)))
        odds = weights[found.family] + weights.get(reading, 0.0) + named + last + size - math.log(tried)
        score = odds + proof + toll
        if score < _LEAST:
            return
        judged = odds, proof + toll, math.exp(min(0.0, math.log(tried) - proof - toll))
        for cell in np.flatnonzero(fits):
            yield self._candidate(found, cell, reading if exact[cell] else ROUNDED, judged)
        holds = int(fits.sum())
        if score > weights["threshold"] and holds >= max(_FEWEST_HOLD, 2 * missed):
            for cell in np.flatnonzero(told & ~fits):
                if near(values[cell], self.values[target, cell], self.digits[target, cell]):
                    yield replace(self._candidate(found, cell, reading, judged), agrees=False)

    def _cut(self, values, target, told):
        printed = self.values[target]
        with np.errstate(all="ignore"):
            over = (np.abs(values) - np.abs(printed)) / self.digits[target]
            return told & (over >= 0) & (over < 1 - 1e-9) & (values * printed >= 0)

    def _candidate(self, found, cell, reading, judged):
        parts = [tuple(at for term in part for at in self._places(term, cell)) for part in found.terms]
        formula = Formula(found.kind, *parts)
        return Candidate(
            int(self.at[found.target, cell]), formula, found.family, reading, float(found.values[cell]), *judged
        )

    def _slack(self, kind, plus, minus, base):
        """Return by how much the rounding of the inputs may move a formula's value, cell by cell."""
        top = self._total(plus, self.halves) + self._total(minus, self.halves)
        if kind == "mean":
            return top / len(plus)
        if not base:
            return top
        whole, value = self._total(base), self._values(kind, plus, minus, base)
        scale = 100 if kind in ("share", "change") else 1
        return np.abs(scale * top / whole) + np.abs(value * self._total(base, self.halves) / whole)

    def _values(self, kind, plus, minus, base):
        top = self._total(plus) - self._total(minus)
        if kind == "mean":
            return top / len(plus)
        if not base:
            return top
        return (100 if kind in ("share", "change") else 1) * top / self._total(base)

    def _total(self, part, of=None):
        """Return a sum of terms cell by cell, of values or another array; of a longer sum a cell may be missing, of two none."""
        if not part:
            return 0.0
        arrays = np.array([self._array(term, self.values if of is None else of) for term in part])
        enough = np.isfinite(arrays).sum(axis=0) >= min(2, len(part))
        return np.where(enough, np.nansum(arrays, axis=0), np.nan)

    def _kind_of_terms(self, plus):
        term = plus[0]
        return self.kinds[term if not isinstance(term, tuple) else term[1]]


def _lines_of(terms):
    return [term if not isinstance(term, tuple) else term[1] for part in terms for term in part]


def _may_add(one, other):
    return one == other or "" in (one, other) or "mixed" in (one, other)


def _may_compare(one, other):
    """Tell whether one number may be a share of another: of its own kind, or both counts of something."""
    return _may_add(one, other) or not {one, other} & _NO_COUNTS


def _reading(kind, target, inputs):
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


def _between_tables(paper, weights):
    """Yield the cells of a table that repeat an earlier one's: those of the same row and column, where most are the same."""
    places = [{} for _ in paper.grids]
    for named, grid in zip(places, paper.grids, strict=True):
        for (row, column), at in np.ndenumerate(grid.cells):
            if at >= 0 and not paper.is_range[at]:
                named[grid.row_names[row].lower(), grid.column_names[column].lower()] = int(at)
    for earlier, later in combinations(places, 2):
        pairs = [(later[name], earlier[name]) for name in later.keys() & earlier.keys()]
        hits = [pair for pair in pairs if rounds_to(*(paper.values[at] for at in pair[::-1]), paper.digits[pair[0]])]
        missed = [pair for pair in pairs if pair not in hits]
        if len(hits) < max(_FEWEST_HOLD, 2 * len(missed)):
            continue
        proof = -sum(math.log(by_chance(paper.values[at], 10.0 ** -paper.decimals[at])) for at, _ in hits)
        proof += len(missed) * weights["missed"]
        chance = min(1.0, math.exp(-proof))
        for target, source in (*hits, *missed):
            one = Formula("again", (source,))
            agrees = (target, source) in hits
            if agrees or near(paper.values[source], paper.values[target], 10.0 ** -paper.decimals[target]):
                yield Candidate(
                    target, one, "same table", "exact", paper.values[source], weights["again"], proof, chance, agrees
                )


# Text: a number of a sentence from others of it, of its paragraph, from those nearest, or from a table.


def _in_text(paper, weights):
    by_place, by_sentence = {}, {}
    for at in paper.texts:
        by_sentence.setdefault(_sentence(paper, at), []).append(at)
        by_place.setdefault(paper.wheres[at], []).append(at)
    for target in paper.texts:
        if not paper.is_range[target]:
            yield from _again(paper, target, weights)
            scopes = (
                by_sentence[_sentence(paper, target)],
                by_place[paper.wheres[target]],
                paper.texts,
            )
            extras = weights["same sentence"], 0.0, weights["another section"]
            within = frozenset()
            for scope, extra in zip(scopes, extras, strict=True):
                if len(scope) > len(within):
                    yield from _of_few(paper, target, scope, weights, extra, but=within)
                within = frozenset(scope)
            yield from _of_tables(paper, target, weights)


def _sentence(paper, at):
    """Return what numbers of one sentence have in common; of one without words its own place in the list."""
    return (paper.wheres[at], paper.frame["sentence"][at]) if paper.frame["sentence"][at] else at


def _again(paper, target, weights):
    """Yield the numbers, of a table or earlier in the paper, that a number may repeat."""
    kind = paper.kinds[target]
    sources = [
        at
        for at in range(len(paper))
        if at != target
        and not paper.is_range[at]
        and _may_add(kind, paper.kinds[at])
        and (paper.tables[at] or at < target)
    ]
    fits = [at for at in sources if rounds_to(paper.values[at], paper.values[target], paper.digits[target])]
    for at in fits:
        shared = len(paper.words[at] & paper.words[target])
        extra = weights["shared word"] * min(3, shared) + _periods(paper, [at], target, weights)
        if "" in (paper.units[at], paper.units[target]):
            extra += weights["no unit"]
        if paper.wheres[at] == paper.wheres[target]:
            extra += weights["same place"]
        yield _single(paper, target, Formula("again", (at,)), "again", "exact", len(sources), weights, extra)


def _periods(paper, inputs, target, weights):
    mine, theirs = paper.frame["period"][target], {paper.frame["period"][at] for at in inputs} - {""}
    if not mine or not theirs:
        return 0.0
    return weights["same period"] if theirs == {mine} else weights["another period"] / 2


def _single(paper, target, formula, family, reading, tried, weights, extra=0.0):
    """Return a candidate that stands for one number alone."""
    digit = 10.0 ** -paper.decimals[target]
    chance = by_chance(paper.values[target], digit)
    says = (formula.kind == "difference" and paper.values[target] < 0) or re.search(
        _CUES[formula.kind], paper.said[target]
    )
    named = weights["named"] if says else 0.0
    size = weights["one more number"] * formula.simplest
    odds = weights[family] + weights.get(reading, 0.0) + named + size + extra - math.log(tried)
    value = formula.value(paper.values)
    return Candidate(target, formula, family, reading, value, odds, -math.log(chance), min(1.0, tried * chance))


def _of_few(paper, target, scope, weights, extra, but=frozenset()):
    """Yield what gives a number of those nearest to it of a text: sums of neighbours, and two by two."""
    others = [at for at in scope if at != target and not paper.is_range[at] and paper.values[at]]
    others = sorted(sorted(others, key=lambda at: abs(at - target))[:_MOST_NEAR])
    alike = [at for at in others if _may_add(paper.kinds[target], paper.kinds[at])]
    runs = [
        tuple(alike[start:end])
        for start in range(len(alike))
        for end in range(start + 2, min(start + 6, len(alike)) + 1)
    ]
    if len(alike) <= _MOST_SUBSETS + 2:
        runs += [part for size in (2, 3) for part in combinations(alike, size)]
    sums = [Formula("sum", run) for run in dict.fromkeys(runs) if not but.issuperset(run)]
    yield from _fitting(paper, target, sums, "sum in text", weights, extra)
    pairs = [(a, b) for a in others for b in others if a != b and _may_compare(paper.kinds[a], paper.kinds[b])]
    yield from _two(paper, target, [pair for pair in pairs if not but.issuperset(pair)], "two in text", weights, extra)


def _two(paper, target, pairs, family, weights, extra):
    kind = paper.kinds[target]
    made = {
        "difference": [Formula("difference", (a,), (b,)) for a, b in pairs if _may_add(paper.kinds[a], paper.kinds[b])],
    }
    if kind in ("percent", "points", ""):
        made["share"] = [Formula("share", (a,), base=(b,)) for a, b in pairs]
        made["share"] += [Formula("share", (a,), base=(a, b)) for a, b in pairs]
        made["change"] = [
            Formula("change", (a,), (b,), (b,)) for a, b in pairs if _may_add(paper.kinds[a], paper.kinds[b])
        ]
    elif kind in ("staff", "GBP", "cases"):
        made["ratio"] = [Formula("ratio", (a,), base=(b,)) for a, b in pairs] if paper.decimals[target] > 0 else []
    for formulas in made.values():
        yield from _fitting(paper, target, formulas, family, weights, extra)


def _fitting(paper, target, formulas, family, weights, extra):
    """Yield those of the formulas tried that give a number, rounded as printed or cut off."""
    printed, digit = paper.values[target], paper.digits[target]
    step = float(digit)
    for formula in formulas:
        value = formula.value(paper.values)
        if formula.kind == "change" and value < 0 <= printed:
            value = -value  # a fall is printed without its sign
        if not abs(value - printed) < step:
            continue
        reading = _reading(formula.kind, paper.kinds[target], paper.kinds[formula.plus[0]])
        if reading is None:
            continue
        if not rounds_to(value, printed, digit):
            if reading != "exact" or not formula.base or not cut_to(value, printed, digit):
                continue
            reading = "truncated"
        periods = _periods(paper, formula.inputs, target, weights) if formula.kind == "sum" else 0.0
        unit = weights["no unit"] if "" in {paper.kinds[at] for at in (*formula.inputs, target)} else 0.0
        mixed = (
            0.0 if _may_add(*(paper.kinds[part[0]] for part in (formula.plus, formula.base or formula.plus))) else -1.0
        )
        if not formula.base and max(paper.decimals[at] for at in formula.inputs) > paper.decimals[target]:
            extra_digits = weights["coarser"]
        else:
            extra_digits = 0.0
        signs = {paper.values[at] < 0 for at in formula.inputs} if formula.kind == "sum" else set()
        more = extra + periods + unit + mixed + extra_digits + (weights["signs"] if len(signs) > 1 else 0.0)
        yield _single(paper, target, formula, family, reading, len(formulas), weights, more)


def _nearest(grids, target):
    """Return the tables nearest to a number in the order of the paper."""

    def distance(grid):
        cells = grid.cells[grid.cells >= 0]
        return max(0, int(cells.min()) - target, target - int(cells.max()))

    return sorted(grids, key=distance)[:_MOST_TABLES]


def _of_tables(paper, target, weights):
    """Yield what gives a number of a text of the cells of one table: a line's sum, or two cells of one line."""
    for grid in _nearest(paper.grids, target):
        cells = [int(at) for at in grid.cells.ravel() if at >= 0]
        far = paper.sections[target] != paper.sections[cells[0]]
        extra = weights["another section"] if far else 0.0
        lines = [[int(at) for at in line if at >= 0] for part in (grid.cells, grid.cells.T) for line in part]
        alike = [[at for at in line if _may_add(paper.kinds[target], paper.kinds[at])] for line in lines]
        sums = [Formula("sum", tuple(line[:end])) for line in alike for end in (len(line), len(line) - 1) if end > 1]
        sums += [Formula("sum", pair) for line in alike if len(line) <= _MOST_SUBSETS for pair in combinations(line, 2)]
        yield from _fitting(paper, target, list(dict.fromkeys(sums)), "table for text", weights, extra)
        means = [Formula("mean", pair) for line in alike for pair in pairwise(line)]
        yield from _fitting(paper, target, list(dict.fromkeys(means)), "table for text", weights, extra)
        if len(cells) <= 400:
            pairs = [
                (a, b)
                for line in lines
                for a in line
                for b in line
                if a != b and _may_add(paper.kinds[a], paper.kinds[b])
            ]
            yield from _two(paper, target, list(dict.fromkeys(pairs)), "table for text", weights, extra)


# Ranking: of each number the candidates by their odds; nothing follows from what follows from it.


def _ranked(found, weights):
    best, proof = {}, {}
    for one in found:
        if one.formula.kind in _LINEAR:
            proof[one.relation] = max(one.proof, proof.get(one.relation, one.proof))
    for one in found:
        if (
            one.formula.kind in _LINEAR
        ):  # which of them is the result, words and places tell, not how long each number is
            one = replace(one, proof=proof[one.relation])
        key = (one.target, one.formula.inputs, one.agrees)
        if key not in best or one.score > best[key].score:
            best[key] = one
    kept, chosen = {}, {}
    for one in sorted(best.values(), key=lambda one: (-one.score, one.formula.simplest, one.target)):
        enough = len(kept.get(one.target, ())) >= _MOST_KEPT
        if not enough and not _leads_to(one.target, one.formula.inputs, chosen):
            kept.setdefault(one.target, []).append(one)
            if one.target not in chosen and one.score > 0:
                chosen[one.target] = one.formula.inputs
    rows = [row for target in sorted(kept) for row in _rows(kept[target], weights)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _leads_to(target, inputs, chosen):
    """Tell whether inputs follow, by what is chosen already, from the target itself."""
    seen, left = set(), list(inputs)
    while left:
        at = left.pop()
        if at == target:
            return True
        if at not in seen:
            seen.add(at)
            left += chosen.get(at, ())
    return False


def _rows(candidates, weights):
    agreeing = [one for one in candidates if one.agrees]
    explained = (
        bool(agreeing) and agreeing[0].score > weights["threshold"]
    )  # a number that follows otherwise is no mistake
    if explained:
        candidates = [*agreeing, *(one for one in candidates if not one.agrees)]
    most = max(0.0, max(one.score for one in candidates))
    odds = [math.exp(one.score - most) for one in candidates]
    whole = sum(odds) + math.exp(-most)
    for rank, (one, odd) in enumerate(zip(candidates, odds, strict=True), start=1):
        if not one.agrees:
            confidence = POSSIBLE if explained or (agreeing and agreeing[0].score > one.score - 2) else SUSPECTED
        else:
            sure = rank == 1 and one.score > weights["threshold"] and odd / whole > 0.9 and one.chance < _SURE
            confidence = CONFIDENT if sure else POSSIBLE
        yield (
            one.target,
            rank,
            one.formula.kind,
            one.family,
            one.reading,
            one.formula.plus,
            one.formula.minus,
            one.formula.base,
            one.value,
            one.agrees,
            one.chance,
            odd / whole,
            confidence,
        )


def expanded(target, proposals, depth=9):
    """Return the numbers that a number's best proposal rests on in the end: through inputs that follow from others themselves.

    Parameters
    ----------
    target : tuple of int
        Numbers to expand.
    proposals : dict of int to tuple of int
        The inputs of each number that follows from others.

    Examples
    --------
    >>> sorted(expanded((3,), {3: (0, 2), 2: (1, 4)}))
    [0, 1, 4]
    """
    found = set()
    for at in target:
        found |= expanded(proposals[at], proposals, depth - 1) if at in proposals and depth else {at}
    return found
