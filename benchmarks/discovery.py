"""How well proposals find what a paper's claims rest on, of numbers, places and units alone.

    python benchmarks/discovery.py

Of each paper in data/ all printed numbers are given, inputs and claims alike, without their words: value, place and unit.
What is proposed for each claim is held against the rows that its reading rests on, as `claims.support` finds them by trial.
The weights of `propose` are set by hand; to see what that is worth, each paper is judged again by weights that were tuned,
from equal ones, on the other papers alone. Last, every number is replaced by one like it at random: what is then confident is
wrong.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd

from workforce import claims, data
from workforce.claims import files, support
from workforce.draft.candidates import WEIGHTS
from workforce.draft.paper import from_places
from workforce.draft.propose import CONFIDENT, propose

STEPS = (-1.0, 1.0)
START = {"threshold": 3.0, "missed": -3.0, "named": 1.0, "last": 1.0, "shared word": 1.0, "same period": 1.0}
ROUNDS = 2


@dataclass(frozen=True)
class Gold:
    """A paper's numbers without words, and for each claim the rows that it rests on."""

    document: str
    numbers: pd.DataFrame
    rests_on: dict


def gold(document):
    """Return a paper's printed numbers, and which of them are claims that rest on others of them."""
    observed = data.load("observations").query("document == @document and value.notna()")
    register = [claim for claim in claims.register(document=document) if _number(claim.published)]
    places = pd.concat(
        [
            pd.DataFrame(
                {"where": observed["where"], "printed": observed["value_as_printed"], "unit": observed["unit"]}
            ),
            pd.DataFrame(
                [(one.where, one.published, one.unit) for one in register],
                columns=["where", "printed", "unit"],
                index=[one.id for one in register],
            ),
        ]
    )
    return Gold(document, from_places(_in_order(places, document)), _rests_on(register))


def _in_order(places, document):
    """Return places with the columns of each table in the order that the claims file gives."""
    told = files.layout(document)["tables"]
    order = {
        f"{table} > {name}": at for table, about in told.items() for at, name in enumerate(about.get("columns", ()))
    }

    def key(where):
        table, _, rest = where.partition(" > ")
        return order.get(f"{table} > {rest.rpartition(' > ')[2]}", 0)

    return places.iloc[sorted(range(len(places)), key=lambda at: key(places["where"].iloc[at]))] if order else places


def _rests_on(register):
    """Return for each claim the rows of observations that the reading that bears it out rests on; the first where none does."""
    found = support.of([claim for claim in register if claim.readings and not claim.ambiguous])
    tables = found.groupby(["claim", "reading"])["table"].agg(set)
    rows = found.groupby(["claim", "reading"])["row"].agg(lambda rows: frozenset(rows - 2))
    gold = {}
    for claim in register:
        fits = [at for at, one in enumerate(claim.readings) if one.value is not None and claim.borne_out_by(one.value)]
        key = (claim.id, fits[0] if fits else 0)
        if tables.get(key) == {"observations"}:
            gold[claim.id] = rows[key]
    return gold


def _number(text):
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def judged(one, **options):
    """Return what was proposed for a paper's claims: a row a claim, and the confident proposals that are no claim's.

    Columns ``claim``, ``rank`` (of the first proposal that rests on the same rows, missing where none does) and ``confident``
    (whether the first is), ``right`` (whether the first rests on the same rows).
    """
    numbers = one.numbers
    proposals = propose(numbers, **options)
    names = list(numbers.index)
    first = proposals[proposals["rank"] == 1].set_index("target")
    chosen = {
        at: (*row.plus, *row.minus, *row.base)
        for at, row in first.iterrows()
        if isinstance(names[at], str) and names[at] in one.rests_on
    }
    rows = []
    for at, name in enumerate(names):
        mine = proposals[proposals["target"] == at]
        hits = [
            row.rank
            for row in mine.itertuples()
            if _same(at, (*row.plus, *row.minus, *row.base), chosen, names, one.rests_on.get(name))
        ]
        confident = bool(len(mine)) and mine["confidence"].iloc[0] == CONFIDENT
        if name in one.rests_on or confident:
            rows.append((one.document, name, name in one.rests_on, min(hits, default=None), confident))
    return pd.DataFrame(rows, columns=["document", "number", "is_claim", "rank", "confident"])


def _same(at, inputs, chosen, names, wanted):
    if wanted is None:
        return False
    others = {key: value for key, value in chosen.items() if key != at}
    return {names[place] for place in expanded(inputs, others)} == set(wanted)


def expanded(inputs, chosen, depth=9):
    """Return what inputs rest on in the end: through those that follow from others themselves, by the best proposal of each."""
    found = set()
    for at in inputs:
        found |= expanded(chosen[at], chosen, depth - 1) if at in chosen and depth else {at}
    return found


def measured(frame):
    """Return recall at 1 and 3 of the claims, and the precision of what is confident, by paper and of all."""
    rows = []
    for document, part in [*frame.groupby("document", sort=False), ("all", frame)]:
        mine, sure = part[part["is_claim"]], part[part["confident"]]
        rows.append(
            (
                document,
                len(mine),
                (mine["rank"] <= 1).mean(),
                (mine["rank"] <= 3).mean(),
                len(sure),
                (sure["rank"] == 1).mean(),
            )
        )
    return pd.DataFrame(rows, columns=["document", "claims", "recall at 1", "recall at 3", "confident", "right"])


def tuned(papers):
    """Return weights tuned on some papers: from START and -1 for the rest, a step of each up or down where that is better."""
    weights = {name: START.get(name, -1.0) for name in WEIGHTS}
    best = _worth(papers, weights)
    for _ in range(ROUNDS):
        for name in weights:
            for step in STEPS:
                trial = {**weights, name: weights[name] + step}
                worth = _worth(papers, trial)
                if worth > best:
                    best, weights = worth, trial
    return weights


def _worth(papers, weights):
    """Return what tuning makes larger: claims found first, half for those among three, less five for a wrong confident one."""
    frame = pd.concat([judged(one, weights=weights) for one in papers])
    mine, sure = frame[frame["is_claim"]], frame[frame["confident"]]
    return (mine["rank"] <= 1).sum() + 0.5 * (mine["rank"] <= 3).sum() + 0.2 * len(sure) - 5 * (sure["rank"] != 1).sum()


def by_chance(papers, draws=20, seed=0):
    """Return how many numbers were drawn in place of the papers' own, and how many of them are called confident."""
    random, drawn, called = np.random.default_rng(seed), 0, 0
    for one in papers:
        for _ in range(draws):
            numbers = one.numbers.copy()
            step = 10.0 ** -numbers["decimals"]
            factor = 2 ** random.uniform(-1, 1, len(numbers))
            numbers["value"] = (numbers["value"] * factor / step).round() * step
            called += int((propose(numbers)["confidence"] == CONFIDENT).sum())
            drawn += len(numbers)
    return drawn, called


def papers():
    """Return the papers with claims that rest on their own numbers."""
    return [one for one in map(gold, data.load("documents")["slug"]) if one.rests_on]


if __name__ == "__main__":
    known = papers()
    found = pd.concat([judged(one) for one in known])
    print("Weights as they are:")
    print(measured(found).round(3).to_string(index=False))
    others = [(one, [other for other in known if other is not one]) for one in known]
    print("Each paper by weights tuned on the others:")
    print(
        measured(pd.concat([judged(one, weights=tuned(rest)) for one, rest in others])).round(3).to_string(index=False)
    )
    drawn, called = by_chance(known)
    print(f"Of {drawn:,} numbers drawn at random {called} are called confident.")
    print("Not first:")
    print(found.loc[found["rank"] != 1, ["number", "rank", "confident"]].to_string(index=False))
