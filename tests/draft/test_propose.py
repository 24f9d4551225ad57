import numpy as np
import pytest

from papers import SHARES, TEAMS, changed, numbers, table
from workforce.draft.propose import COLUMNS, CONFIDENT, POSSIBLE, SUSPECTED, propose


def best(frame, proposals, where):
    """Return the first proposal of the number at a place, and the places of its inputs."""
    at = frame.index[frame["where"] == where][0]
    row = proposals[(proposals["target"] == at) & (proposals["rank"] == 1)].iloc[0]
    return row, [frame["where"][place] for place in (*row["plus"], *row["minus"], *row["base"])]


def test_totals_and_a_column_of_differences_are_found():
    frame = numbers(*TEAMS)
    found = propose(frame)
    assert list(found) == COLUMNS
    confident = found[found["confidence"] == CONFIDENT]
    assert sorted(frame["where"][confident["target"]]) == [
        "Table 1 > East > Net",
        "Table 1 > North > Net",
        "Table 1 > South > Net",
        "Table 1 > Total > Leavers 2022-23",
        "Table 1 > Total > Net",
        "Table 1 > Total > Starters 2022-23",
    ]
    row, inputs = best(frame, found, "Table 1 > North > Net")
    assert (row["kind"], row["value"], inputs) == (
        "difference",
        65,
        ["Table 1 > North > Starters 2022-23", "Table 1 > North > Leavers 2022-23"],
    )


def test_nothing_follows_from_what_follows_from_it():
    frame = numbers(*TEAMS)
    first = propose(frame).query("rank == 1 and confidence == @CONFIDENT").set_index("target")
    inputs = {at: {*row.plus, *row.minus, *row.base} for at, row in first.iterrows()}

    def reached(at, path=()):
        assert at not in path
        for place in inputs.get(at, ()):
            reached(place, (*path, at))

    for at in inputs:
        reached(at)


def test_a_column_of_shares_is_found():
    frame = numbers(*SHARES)
    row, inputs = best(frame, propose(frame), "Table 2 > 2018/19 > %")
    assert (row["kind"], row["confidence"]) == ("share", CONFIDENT)
    assert inputs == ["Table 2 > 2018/19 > Agency spend", "Table 2 > 2018/19 > Budget"]


@pytest.mark.parametrize(
    ("rows", "where", "printed", "confidence"),
    [
        (TEAMS, "Table 1 > Total > Leavers 2022-23", "128", SUSPECTED),  # the other totals hold
        (SHARES, "Table 2 > 2018/19 > %", "3.21", SUSPECTED),  # the other shares hold
        (TEAMS, "Table 1 > Total > Leavers 2022-23", "250", None),  # far from it: something else is counted
    ],
)
def test_a_near_miss_is_suspected_where_the_pattern_holds_elsewhere(rows, where, printed, confidence):
    frame = numbers(*changed(rows, where, printed))
    proposals = propose(frame)
    at = frame.index[frame["where"] == where][0]
    told = proposals[proposals["target"] == at]["confidence"].tolist()
    assert (SUSPECTED in told) == (confidence == SUSPECTED)


def test_nobody_is_accused_on_one_inferred_denominator():
    frame = numbers(
        ("paragraph 2", "31.2", "percent", "31.2% of staff are agency workers."),
        ("paragraph 2", "140", "people", "There are 140 agency workers."),
        ("paragraph 2", "438", "people", "There are 438 staff."),
    )
    assert SUSPECTED not in set(propose(frame)["confidence"])


TEXT = "Of 438 staff, 140 are agency workers and 298 are permanent: 31.96% are agency workers."


def test_text_shares_and_sums():
    frame = numbers(
        ("paragraph 2", "438", "people", TEXT),
        ("paragraph 2", "140", "people", TEXT),
        ("paragraph 2", "298", "people", TEXT),
        ("paragraph 2", "31.96", "percent", TEXT),
    )
    found = propose(frame)
    share = found[(found["target"] == 3) & (found["rank"] == 1)].iloc[0]
    assert (share["kind"], share["plus"]) == ("share", (1,))
    total = found[(found["target"] == 0) & (found["rank"] == 1)].iloc[0]
    assert (total["kind"], total["plus"], total["confidence"]) == ("sum", (1, 2), CONFIDENT)


@pytest.mark.parametrize(
    ("printed", "unit", "inputs", "kind", "reading"),
    [
        ("17.3", "percent", [("46", "people"), ("265", "people")], "share", "truncated"),
        ("17.4", "percent", [("46", "people"), ("265", "people")], "share", "exact"),
        ("-3.21", "percent", [("14.26", "percent"), ("17.47", "percent")], "difference", "points for per cent"),
        ("3.21", "percentage points", [("17.47", "percent"), ("14.26", "percent")], "difference", "exact"),
        ("-40.6", "FTE", [("69.4", "FTE"), ("110.0", "FTE")], "difference", "exact"),
    ],
)
def test_readings(printed, unit, inputs, kind, reading):
    frame = numbers(("paragraph 1", printed, unit), *(("paragraph 1", number, one) for number, one in inputs))
    first = propose(frame).query("target == 0 and rank == 1").iloc[0]
    assert (first["kind"], first["reading"]) == (kind, reading)


def test_percentages_that_are_people():
    rows = table(
        "Table 4",
        ["Starters", "Leavers", "% retained"],
        {"A": ["56", "26", "30"], "B": ["37", "18", "19"], "C": ["48", "22", "26"]},
        ["people", "people", "percent"],
    )
    frame = numbers(*rows)
    row, _ = best(frame, propose(frame), "Table 4 > A > % retained")
    assert (row["reading"], row["confidence"]) == ("people for per cent", CONFIDENT)


def test_nothing_made_of_nothing_is_not_proposed():
    rows = table("Table 1", ["A", "B", "All"], {"x": ["12", "31", "43"], "y": ["17", "45", "62"], "z": ["0", "0", "0"]})
    frame = numbers(*rows)
    targets = set(frame["where"][propose(frame).query("confidence == @CONFIDENT")["target"]])
    assert targets == {"Table 1 > x > All", "Table 1 > y > All"}


def test_a_range_is_never_an_input():
    frame = numbers(("paragraph 1", "25", "cases"), ("paragraph 1", "6", "cases"), ("paragraph 1", "19", "cases"))
    assert len(propose(frame))
    frame.loc[1, "upper"] = 19.0
    assert all(1 not in (*row.plus, *row.minus, *row.base) for row in propose(frame).itertuples())


def test_few_numbers_drawn_at_random_are_called_confident():
    random = np.random.default_rng(1)
    called = tried = 0
    for _ in range(20):
        rows = {f"Row {name}": [str(number) for number in random.integers(20, 900, 4)] for name in "ABCDEF"}
        drawn = random.integers(10, 500, 8)
        text = [("paragraph 3", str(number), "people") for number in drawn]
        frame = numbers(*table("Table 1", ["One", "Two", "Three", "Four"], rows), *text)
        found = propose(frame)
        called += int((found["confidence"] == CONFIDENT).sum())
        tried += len(frame)
        assert SUSPECTED not in set(found["confidence"])
    assert called / tried < 0.01


def test_of_one_number_the_odds_are_shared():
    found = propose(numbers(*TEAMS))
    assert (found.groupby("target")["probability"].sum() <= 1).all()
    assert set(found["confidence"]) <= {CONFIDENT, POSSIBLE}
    assert found["chance"].between(0, 1).all()
