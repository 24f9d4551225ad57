"""Which printed numbers of a paper follow from which: candidates by family, each judged by how likely chance would fit one.

A candidate's score is a log of odds: the weight of its family and of what names it (a row called total, the words of its
sentence), less the logarithm of how many candidates of that family were tried, plus for each printed number that it gives the
logarithm of one over the chance of that (`formulas.by_chance`), less a toll for each that it misses. So a formula that holds
down a whole column of large numbers outweighs hundreds of trials, and a 3 that is the difference of two of thirty numbers
does not. Of one number the candidates share the odds, with one more for its being no one's result at all.
"""

import math
from dataclasses import replace

import pandas as pd

from workforce.draft.candidates import LEAST, WEIGHTS
from workforce.draft.formulas import leads_to
from workforce.draft.in_tables import in_tables
from workforce.draft.in_text import in_text
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

_LINEAR = ("sum", "difference")
_SURE = 0.1  # matches by chance, of what is called confident
_MOST_KEPT = 8  # proposals of one number


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
    found = [one for part in (in_tables, in_text) for one in part(paper, weights) if one.score > LEAST]
    return _ranked(found, weights)


# Ranking: of each number the candidates by their odds; nothing follows from what follows from it.


def _ranked(found, weights):
    best, proof = {}, {}
    for one in found:
        if one.formula.kind in _LINEAR:
            proof[one.relation] = max(one.proof, proof.get(one.relation, one.proof))
    for one in found:
        # Which number of a sum is its result, words and places tell, not how long each of them is.
        if one.formula.kind in _LINEAR:
            one = replace(one, proof=proof[one.relation])
        key = (one.target, one.formula.inputs, one.agrees)
        if key not in best or one.score > best[key].score:
            best[key] = one
    kept, chosen = {}, {}
    for one in sorted(best.values(), key=lambda one: (-one.score, one.formula.simplest, one.target)):
        enough = len(kept.get(one.target, ())) >= _MOST_KEPT
        if not enough and not leads_to(one.target, one.formula.inputs, chosen):
            kept.setdefault(one.target, []).append(one)
            if one.target not in chosen and one.score > 0:
                chosen[one.target] = one.formula.inputs
    rows = [row for target in sorted(kept) for row in _rows(kept[target], weights)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(candidates, weights):
    agreeing = [one for one in candidates if one.agrees]
    # A number that follows otherwise is no mistake.
    explained = bool(agreeing) and agreeing[0].score > weights["threshold"]
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
