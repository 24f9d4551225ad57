"""What of a table follows from the rest of it: a line, a column or a row, worked out of others cell by cell."""

import math
import re
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from workforce.draft.candidates import CUES, FEWEST_HOLD, LEAST, Candidate, may_add, near, reading_of
from workforce.draft.formulas import ROUNDED, Formula, cut_to, rounds_to

_MOST_SUBSETS = 6
_MOST_LINES = 10  # others that a line is worked out of two of; the nearest


def in_tables(paper, weights):
    """Yield the candidates of the numbers of a paper's tables: of the rest of their table, and of an earlier one."""
    for grid in paper.grids:
        for lines, names in ((grid.cells.T, grid.column_names), (grid.cells, grid.row_names)):
            yield from _Lines(paper, lines, names, weights).candidates()
    yield from _between_tables(paper, weights)


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
        self.values, self.digits, self.halves, self.evidence = (array[lines] for array in paper.arrays)
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
            if line != target and may_add(kind, self.kinds[line]) and np.isfinite(self.values[line]).any()
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
        pairs = [(a, b) for a in lines for b in lines if a != b and may_add(self.kinds[a], self.kinds[b])]
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
                tried += [((line,), (), (("cell", line, at),)) for at in np.flatnonzero(np.isfinite(self.values[line]))]
                tried.append(((line,), (), (("sum", line),)))
        if tried:
            yield from self._judged(target, "share", [(formula, "line and total") for formula in tried])

    def _of_before(self, target):
        lines = [line for line in range(len(self.at)) if line != target and self.values.shape[1] > 1]
        tried = {"difference": [], "mean": [], "change": []}
        for line in lines:
            if may_add(self.kinds[target], self.kinds[line]):
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
            reading = reading_of(kind, self.kinds[target], self._kind_of_terms(plus))
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
            with np.errstate(all="ignore"):
                exact = fits = told & cut_to(values, self.values[target], self.digits[target])
            reading = "truncated" if fits.any() and reading == "exact" else None
            if reading is None:
                return
        looser = np.log(np.where(exact, 1.0, 2 * found.slack / self.digits[target]))
        proof = float(np.maximum(0.0, self.evidence[target] - looser)[fits].sum())
        missed = int((told & ~fits).sum())
        toll = 0.0 if kind == "sum" and self.kinds[target] == "percent" else missed * weights["missed"]
        named = weights["named"] if re.search(CUES[kind], self.names[target]) else 0.0
        last = weights["last"] if target > max(_lines_of(found.terms)) else 0.0
        size = weights["one more number"] * min(3, sum(map(len, found.terms)))
        odds = weights[found.family] + weights.get(reading, 0.0) + named + last + size - math.log(tried)
        score = odds + proof + toll
        if score < LEAST:
            return
        judged = odds, proof + toll, math.exp(min(0.0, math.log(tried) - proof - toll))
        for cell in np.flatnonzero(fits):
            one = self._candidate(found, cell, reading if exact[cell] else ROUNDED, judged)
            if any(self.paper.values[at] for at in one.formula.inputs):  # nothing made of nothing proves nothing
                yield one
        holds = int(fits.sum())
        if score > weights["threshold"] and holds >= max(FEWEST_HOLD, 2 * missed):
            for cell in np.flatnonzero(told & ~fits):
                if near(values[cell], self.values[target, cell], self.digits[target, cell]):
                    yield replace(self._candidate(found, cell, reading, judged), agrees=False)

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
        if len(part) == 1:
            return self._array(part[0], self.values if of is None else of)
        arrays = np.array([self._array(term, self.values if of is None else of) for term in part])
        enough = np.isfinite(arrays).sum(axis=0) >= min(2, len(part))
        return np.where(enough, np.nansum(arrays, axis=0), np.nan)

    def _kind_of_terms(self, plus):
        term = plus[0]
        return self.kinds[term if not isinstance(term, tuple) else term[1]]


def _lines_of(terms):
    return [term if not isinstance(term, tuple) else term[1] for part in terms for term in part]


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
        if len(hits) < max(FEWEST_HOLD, 2 * len(missed)):
            continue
        proof = -sum(math.log(paper.chances[at]) for at, _ in hits)
        proof += len(missed) * weights["missed"]
        chance = min(1.0, math.exp(-proof))
        for target, source in (*hits, *missed):
            one = Formula("again", (source,))
            agrees = (target, source) in hits
            if agrees or near(paper.values[source], paper.values[target], 10.0 ** -paper.decimals[target]):
                yield Candidate(
                    target, one, "same table", "exact", paper.values[source], weights["again"], proof, chance, agrees
                )
