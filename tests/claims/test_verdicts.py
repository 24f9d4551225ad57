from dataclasses import replace
from decimal import Decimal

import pytest

from workforce.claims import Claim, Provisional, Reading, Verdict
from workforce.hedges import Interval


def claim(published="58", values=(58.0,), precision="1", **more):
    readings = tuple(Reading(f"reading {number}", "SELECT 1", value=value) for number, value in enumerate(values))
    precision = None if precision is None else Decimal(precision)
    return Claim("p/c", "p", "a", "para 1", "It is so.", published, "people", precision, readings=readings, **more)


ONE_THIRD = Interval("near a third", low=28.33, below=33.34)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (claim("58", [58.0]), Verdict.REPRODUCES),
        (claim("58", [57.5]), Verdict.REPRODUCES),  # half up
        (claim("58", [58.4999]), Verdict.REPRODUCES),
        (claim("58", [58.5]), Verdict.DOES_NOT),
        (claim("58", [57.4999]), Verdict.DOES_NOT),
        (claim("-2", [-1.5]), Verdict.REPRODUCES),  # ties away from zero
        (claim("-2", [-2.5]), Verdict.DOES_NOT),
        (claim("-2", [2.0]), Verdict.DOES_NOT),
        (claim("22.5", [22.5], "0.1"), Verdict.REPRODUCES),
        (claim("22.5", [22.45], "0.1"), Verdict.REPRODUCES),
        (claim("22.5", [22.44], "0.1"), Verdict.DOES_NOT),
        (claim("9.0", [9.0], "0.1"), Verdict.REPRODUCES),
        (claim("9.0", [9.04], "0.1"), Verdict.REPRODUCES),
        (claim("9.0", [9.05], "0.1"), Verdict.DOES_NOT),
        (claim("30000", [29500.0], "1000"), Verdict.REPRODUCES),
        (claim("30000", [29499.0], "1000"), Verdict.DOES_NOT),
        (claim("0.3", [0.1 + 0.2], "0.1"), Verdict.REPRODUCES),
        (claim("58", [59.0, 58.0]), Verdict.OTHERWISE),
        (claim("58", [59.0, 60.0]), Verdict.DOES_NOT),
        (claim("58", [58.0, 60.0]), Verdict.REPRODUCES),
        (claim("58", [60.0, 61.0, 58.2]), Verdict.OTHERWISE),
        (claim("almost", [28.33], None, interval=ONE_THIRD), Verdict.REPRODUCES),
        (claim("almost", [28.3299], None, interval=ONE_THIRD), Verdict.DOES_NOT),
        (claim("almost", [33.3399], None, interval=ONE_THIRD), Verdict.REPRODUCES),
        (claim("almost", [33.34], None, interval=ONE_THIRD), Verdict.DOES_NOT),
        (claim("up", [0.0], None, interval=Interval("more", above=0)), Verdict.DOES_NOT),
        (claim("up", [0.1], None, interval=Interval("more", above=0)), Verdict.REPRODUCES),
        (claim("no more", [0.0], None, interval=Interval("no more", high=0)), Verdict.REPRODUCES),
        (claim("no more", [0.1 + 0.2 - 0.3], None, interval=Interval("no more", high=0)), Verdict.REPRODUCES),
        (claim("48.2", [5.2], "0.1", interval=Interval("no more", high=0)), Verdict.DOES_NOT),
        (claim(values=[], cannot_be_checked="No inputs."), Verdict.CANNOT),
        (claim("58", [58.0, 59.0], ambiguous="Either."), Verdict.AMBIGUOUS),
        (claim("58", [58.0, 57.5], partitioned=True), Verdict.REPRODUCES),
        (claim("58", [58.0, 59.0], partitioned=True), Verdict.DOES_NOT),
        (claim("58", [59.0, 58.0], partitioned=True), Verdict.DOES_NOT),
        (claim("up", [1.0, 0.0], None, interval=Interval("more", above=0), partitioned=True), Verdict.DOES_NOT),
        (claim("up", [1.0, 0.1], None, interval=Interval("more", above=0), partitioned=True), Verdict.REPRODUCES),
    ],
)
def test_verdicts_follow_from_values(given, verdict):
    assert given.verdict is verdict


@pytest.mark.parametrize(
    ("given", "as_stated", "deciding"),
    [
        (claim("58", [58.0, 60.0]), 58.0, 58.0),
        (claim("58", [59.0, 60.0, 58.0]), 59.0, 58.0),
        (claim("58", [59.0, 60.0]), 59.0, 59.0),
        (claim(values=[], cannot_be_checked="No inputs."), None, None),
        (claim("58", [58.0, 59.0], ambiguous="Either."), None, None),
        (claim("58", [58.0, 59.0, 60.0], partitioned=True), 59.0, 59.0),
        (claim("58", [58.0, 57.9], partitioned=True), 58.0, 58.0),
    ],
)
def test_the_reading_that_decides(given, as_stated, deciding):
    values = [reading and reading.value for reading in (given.as_stated, given.deciding)]
    assert values == [as_stated, deciding]


@pytest.mark.parametrize(
    ("values", "told"),
    [([58.0, 58.1], "reading 0 and reading 1"), ([58.0, 59.0], "reading 1"), ([60.0, 59.0], "reading 0")],
)
def test_all_partitions_decide_where_all_hold_else_the_first_that_fails(values, told):
    assert claim("58", values, partitioned=True).decided_by == told


def test_shown_values_keep_two_digits_more_than_printed():
    assert claim().shown(69.117647) == "69.12"
    assert replace(claim(), precision=Decimal("0.01")).shown(22.08753) == "22.0875"
    assert claim().shown(4820.0) == "4820"
    assert claim(precision=None).shown(-0.0) == "0"


@pytest.mark.parametrize(
    ("values", "verdict", "reason"),
    [
        ([58.0], Verdict.REPRODUCES, ""),
        ([59.0, 58.0], Verdict.OTHERWISE, ""),
        ([59.0, 66.0], Verdict.CANNOT, "Revised since."),
        ([66.0, 60.0], Verdict.CANNOT, "Revised since."),
        ([56.0], Verdict.CANNOT, "Revised since."),
        ([60.01, 66.0], Verdict.DOES_NOT, ""),  # further than a revision goes
        ([55.99], Verdict.DOES_NOT, ""),
    ],
)
def test_a_provisional_figure_cannot_be_checked_where_a_reading_is_as_near_as_revisions_go(values, verdict, reason):
    found = claim("58", values, provisional=Provisional("Revised since.", 2.0))
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.as_stated.value == values[0]


def test_an_explanation_never_decides():
    explained = replace(claim("58", [59.0]), explanation=Reading("found by searching", "SELECT 58", value=58.0))
    assert explained.verdict is Verdict.DOES_NOT
    assert explained.deciding.value == 59.0


def test_a_claim_is_short_to_look_at():
    assert repr(claim("58", [58.0])) == "<Claim p/c: 58 people, reproduces>"
