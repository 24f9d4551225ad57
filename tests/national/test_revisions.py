import pytest

import made
from workforce import data
from workforce.national import release, revisions

AYTON, BEEFORD = made.CODES["Ayton"], made.CODES["Beeford"]


@pytest.fixture
def two(read):
    """Return a function that reads the made release, and the one that it becomes by changes of Ayton in its last year."""

    def two(**changes):
        return read(made.rows(), "older.csv"), read(made.rows(**changes), "newer.csv")

    return two


def test_a_release_beside_itself_has_no_revisions(two):
    older, newer = two()
    assert revisions.between(older, newer).empty
    assert revisions.by_column(older, newer)["changed"].sum() == 0
    assert revisions.turned(older, newer).empty


@pytest.mark.parametrize(
    ("changes", "kind", "before", "after"),
    [
        ({"vacancy_fte": "26"}, "changed", 25, 26),
        ({"vacancy_fte": "u"}, "withdrawn", 25, None),
        ({"vacancy_fte": "0"}, "changed", 25, 0),
        ({"vacancy_fte": "25.0"}, None, None, None),  # the same number, otherwise written
    ],
)
def test_a_figure_is_changed_withdrawn_or_the_same(two, changes, kind, before, after):
    rates = {"vacancy_rate_fte": "20"}  # as it was, whatever the count
    found = revisions.between(*two(**changes, **rates))
    found = found[(found["column"] == "vacancy_fte") & (found["area"] == AYTON)].to_dict("records")
    if kind is None:
        assert found == []
        return
    (row,) = found
    assert (row["area"], row["name"], row["year"], row["kind"]) == (AYTON, "Ayton", 2024, kind)
    assert (row["before"], row["after"] if row["after"] == row["after"] else None) == (before, after)


def test_a_figure_that_comes_later_is_added(read):
    older = read(made.rows(vacancy_fte="u"), "older.csv")
    (row,) = (
        revisions.between(older, read(made.rows(), "newer.csv"))
        .query("kind == 'added' and area == @AYTON and column == 'vacancy_fte'")
        .to_dict("records")
    )
    assert row["after"] == 25


def test_a_change_on_the_year_before_that_goes_the_other_way(read):
    def with_vacancies(name, *numbers):
        rows = made.rows()
        for row in rows:
            if row.get("old_la_code") == AYTON and row["time_period"] in ("2023", "2024"):
                row["vacancy_fte"] = str(numbers[int(row["time_period"]) - 2023])
        return read(rows, name)

    older, newer = with_vacancies("older.csv", 20, 25), with_vacancies("newer.csv", 20, 15)
    (row,) = revisions.turned(older, newer).to_dict("records")
    assert (row["area"], row["year"], row["column"], row["before"], row["after"]) == (AYTON, 2024, "vacancy_fte", 5, -5)


def test_most_of_a_column_may_be_a_change_of_definition(read):
    rows = made.rows()
    for row in rows:
        if row.get("la_name"):
            row["inpost_headcount"] = "111"
    table = revisions.by_column(read(made.rows(), "older.csv"), read(rows, "newer.csv")).set_index("column")
    assert table.index[table["most"]].tolist() == ["inpost_headcount"]
    assert table.loc["inpost_headcount", ["largest", "share"]].tolist()[0] == 1


# The real releases


@pytest.fixture(scope="module")
def real():
    return [release.read(path) for path in release.files(data.NATIONAL)]


def test_between_2024_and_2025_seven_figures_changed_and_sunderlands_turnover_was_withdrawn(real):
    found = revisions.between(*real)
    assert found["kind"].value_counts().to_dict() == {"changed": 7, "withdrawn": 4}
    assert set(found.loc[found["kind"] == "changed", "level"]) == {"National", "Regional"}
    withdrawn = found[found["kind"] == "withdrawn"].set_index(["name", "column"])["before"].to_dict()
    assert withdrawn[("Sunderland", "turnover_rate_fte")] == 0.9
    assert set(found["year"]) <= {2023, 2024}
    assert not revisions.by_column(*real)["most"].any()


def test_every_revision_by_a_second_route(real):
    """Cell by cell, as text: what differs is what is told, and nothing else."""
    older, newer = (one.published for one in real)
    differing = {
        (area, year, column)
        for (area, year) in older.index.intersection(newer.index)
        for column in older
        if older.at[(area, year), column] != newer.at[(area, year), column]
    }
    told = set(revisions.between(*real)[["area", "year", "column"]].itertuples(index=False, name=None))
    symbols = {
        place
        for place in differing - told
        if not any(one.at[place[:2], place[2]].replace(".", "").isdigit() for one in (older, newer))
    }
    assert told <= differing
    assert differing - told - symbols == set()
