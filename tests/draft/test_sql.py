import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.draft.formulas import Formula
from workforce.draft.sql import KEYS, Sums, condition, expand, query
from workforce.query import Tables

BLANK = dict.fromkeys(KEYS, "")
ROWS = {
    0: {**BLANK, "measure": "leavers", "role": "manager", "period": "2023", "unit": "people", "where": "a"},
    1: {**BLANK, "measure": "leavers", "role": "practitioner", "period": "2023", "unit": "people", "where": "b"},
    2: {**BLANK, "measure": "leavers", "role": "manager", "period": "2024", "unit": "people", "where": "c"},
    3: {**BLANK, "measure": "starters", "role": "manager", "period": "2023", "unit": "people", "where": "d"},
    4: {**BLANK, "measure": "starters", "breakdown": "it's new", "period": "2024", "unit": "FTE", "where": "e"},
}
VALUES = {0: 7.0, 1: 11.0, 2: 13.0, 3: 17.0, 4: 19.0}


def asked(sql):
    frame = pd.DataFrame([{**row, "value": VALUES[at]} for at, row in ROWS.items()]).replace("", None)
    return Tables({"paper": frame.astype(dict.fromkeys(KEYS, "str"))}).value(sql, {})


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (Formula("again", (4,)), 19),
        (Formula("sum", (0, 1, 2)), 31),
        (Formula("sum", (0, 4)), 26),
        (Formula("sum", (1, 2)), 24),
        (Formula("difference", (3,), (0,)), 10),
        (Formula("share", (0,), base=(0, 1)), 100 * 7 / 18),
        (Formula("share", (3,), (0,), (3,)), 100 * 10 / 17),
        (Formula("change", (2,), (0,), (0,)), 100 * 6 / 7),
        (Formula("mean", (0, 2)), 10),
        (Formula("ratio", (3,), base=(0,)), 17 / 7),
    ],
)
def test_a_query_gives_what_the_formula_gives(formula, value):
    assert asked(query(expand(formula, {}), ROWS)) == pytest.approx(value)
    assert formula.value([VALUES[at] for at in range(5)]) == pytest.approx(value)


def test_an_input_that_follows_from_others_is_put_in_as_their_sum():
    share = Formula("share", (0,), base=(9,))
    sums = expand(share, {9: Formula("sum", (8, 1)), 8: Formula("difference", (2,), (0,))})
    assert sums == Sums("share", ((0, 1),), ((0, -1), (1, 1), (2, 1)))
    assert asked(query(sums, ROWS)) == pytest.approx(100 * 7 / (11 + 13 - 7))


@settings(deadline=None)  # each asks a database
@given(st.sets(st.sampled_from(sorted(ROWS)), min_size=1))
def test_a_condition_picks_just_its_rows(some):
    wanted = {ROWS[at]["where"] for at in some}
    sql = f'SELECT count(*) FILTER (WHERE "where" IN ({", ".join(map(repr, sorted(wanted)))})) * 100 + count(*) FROM paper'
    assert asked(f"{sql} WHERE {condition(sorted(some), ROWS)}") == 101 * len(some)
