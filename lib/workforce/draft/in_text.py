"""What of a text follows from other numbers: of the same sentence or paragraph, of those nearest to it, or of a table."""

import math
import re
from functools import cache
from itertools import combinations, pairwise

import numpy as np

from workforce.draft.candidates import CUES, Candidate, may_add, may_compare, reading_of
from workforce.draft.formulas import Formula, cut_to, rounds_to

_MOST_SUBSETS = 6
_MOST_NEAR = 14  # numbers of a text that one is worked out of; the nearest
_MOST_TABLES = 4
_MOST_CELLS = 400


def in_text(paper, weights):
    """Yield the candidates of the numbers of a paper's text."""
    of_tables = cache(lambda at, kind, parts: _tried_of_table(paper, paper.grids[at], kind, parts))
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
            yield from _of_tables(paper, target, weights, of_tables)


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
        and may_add(kind, paper.kinds[at])
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
    return weights["same period"] if theirs == {mine} else weights["another period"]


def _single(paper, target, formula, family, reading, tried, weights, extra=0.0):
    """Return a candidate that stands for one number alone."""
    chance = paper.chances[target]
    says = (formula.kind == "difference" and paper.values[target] < 0) or re.search(
        CUES[formula.kind], paper.said[target]
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
    alike = [at for at in others if may_add(paper.kinds[target], paper.kinds[at])]
    runs = [
        tuple(alike[start:end])
        for start in range(len(alike))
        for end in range(start + 2, min(start + 6, len(alike)) + 1)
    ]
    if len(alike) <= _MOST_SUBSETS + 2:
        runs += [part for size in (2, 3) for part in combinations(alike, size)]
    sums = [Formula("sum", run) for run in dict.fromkeys(runs) if not but.issuperset(run)]
    yield from _fitting(paper, target, _Tried(paper, sums), "sum in text", weights, extra)
    pairs = [(a, b) for a in others for b in others if a != b and may_compare(paper.kinds[a], paper.kinds[b])]
    pairs = [pair for pair in pairs if not but.issuperset(pair)]
    for tried in _two(paper, paper.kinds[target], paper.decimals[target] > 0, pairs):
        yield from _fitting(paper, target, tried, "two in text", weights, extra)


class _Tried:
    """Formulas of one kind, with what they come to."""

    def __init__(self, paper, formulas):
        self.formulas, self.is_change = formulas, bool(formulas) and formulas[0].kind == "change"
        self.values = np.array([formula.value(paper.values) for formula in formulas], dtype=float)
        if self.is_change:
            self.values = np.abs(self.values)  # a fall is printed without its sign


def _two(paper, kind, parts, pairs):
    """Return what gives a number of a kind of two others, by the kind of formula; ``parts`` says whether it has decimals."""
    alike = [(a, b) for a, b in pairs if may_add(paper.kinds[a], paper.kinds[b])]
    made = [[Formula("difference", (a,), (b,)) for a, b in alike]]
    if kind in ("percent", "points", ""):
        shares = [Formula("share", (a,), base=(b,)) for a, b in pairs]
        made.append([*shares, *(Formula("share", (a,), base=(a, b)) for a, b in pairs)])
        made.append([Formula("change", (a,), (b,), (b,)) for a, b in alike])
    elif kind in ("staff", "GBP", "cases") and parts:
        made.append([Formula("ratio", (a,), base=(b,)) for a, b in pairs])
    return [_Tried(paper, formulas) for formulas in made]


def _fitting(paper, target, tried, family, weights, extra):
    """Yield those of the formulas tried that give a number, rounded as printed or cut off."""
    printed, digit = paper.values[target], paper.digits[target]
    close = np.flatnonzero(np.abs(tried.values - (abs(printed) if tried.is_change else printed)) < float(digit))
    for formula, value in ((tried.formulas[at], float(tried.values[at])) for at in close):
        if target in formula.inputs:
            continue
        value = math.copysign(value, printed) if tried.is_change else value
        reading = reading_of(formula.kind, paper.kinds[target], paper.kinds[formula.plus[0]])
        if reading is None:
            continue
        if not rounds_to(value, printed, digit):
            if reading != "exact" or not formula.base or not cut_to(value, printed, float(digit)):
                continue
            reading = "truncated"
        periods = _periods(paper, formula.inputs, target, weights) if formula.kind == "sum" else 0.0
        unit = weights["no unit"] if "" in {paper.kinds[at] for at in (*formula.inputs, target)} else 0.0
        more = extra + periods + unit + _against(paper, target, formula, weights)
        yield _single(paper, target, formula, family, reading, len(tried.formulas), weights, more)


def _against(paper, target, formula, weights):
    """Return what speaks against a formula: a share of what is counted otherwise, digits that it has not, signs that differ."""
    odds = 0.0
    if formula.base and not may_add(paper.kinds[formula.plus[0]], paper.kinds[formula.base[0]]):
        odds += weights["other counts"]
    if not formula.base and max(paper.decimals[at] for at in formula.inputs) > paper.decimals[target]:
        odds += weights["coarser"]
    if formula.kind == "sum" and len({paper.values[at] < 0 for at in formula.inputs}) > 1:
        odds += weights["signs"]
    return odds


def _nearest(grids, target):
    """Return the tables nearest to a number in the order of the paper."""

    def distance(grid):
        cells = grid.cells[grid.cells >= 0]
        return max(0, int(cells.min()) - target, target - int(cells.max()))

    return sorted(range(len(grids)), key=lambda at: distance(grids[at]))[:_MOST_TABLES]


def _of_tables(paper, target, weights, of_tables):
    """Yield what gives a number of a text of the cells of one table: a line's sum, or two cells of one line."""
    for at in _nearest(paper.grids, target):
        first = paper.grids[at].cells[paper.grids[at].cells >= 0][0]
        extra = weights["another section"] if paper.sections[target] != paper.sections[first] else 0.0
        for tried in of_tables(at, paper.kinds[target], paper.decimals[target] > 0):
            yield from _fitting(paper, target, tried, "table for text", weights, extra)


def _tried_of_table(paper, grid, kind, parts):
    """Return what is tried of a table's cells for a number of a kind: made once, since many numbers stand beside a table."""
    lines = [[int(at) for at in line if at >= 0] for part in (grid.cells, grid.cells.T) for line in part]
    alike = [[at for at in line if may_add(kind, paper.kinds[at])] for line in lines]
    sums = [Formula("sum", tuple(line[:end])) for line in alike for end in (len(line), len(line) - 1) if end > 1]
    sums += [Formula("sum", pair) for line in alike if len(line) <= _MOST_SUBSETS for pair in combinations(line, 2)]
    means = [Formula("mean", pair) for line in alike for pair in pairwise(line)]
    tried = [_Tried(paper, list(dict.fromkeys(formulas))) for formulas in (sums, means)]
    if (grid.cells >= 0).sum() > _MOST_CELLS:
        return tried
    pairs = [(a, b) for line in lines for a in line for b in line if a != b and may_add(paper.kinds[a], paper.kinds[b])]
    return [*tried, *_two(paper, kind, parts, list(dict.fromkeys(pairs)))]
