import pytest

import made
from workforce import data
from workforce.national import checks, release
from workforce.national.measures import at_most

AYTON = made.CODES["Ayton"]


def off(found):
    return [tuple(row) for row in found.disagreements[["name", "year", "measure", "explained_by"]].values]


def test_a_release_whose_rates_follow_from_its_counts_has_nothing_to_list(read):
    found = read()
    assert found.disagreements.empty
    assert not found.reasons.stack().str.startswith(checks.SUSPECT).any()


# Of 100.0 full-time equivalents (99.95 to 100.05) with 5.0 leavers (4.95 to 5.05) the rate is 4.95% to 5.05%, so any of
# 4.9 to 5.1 is a rounding of it; of 110 people exactly, 5 leavers are 4.545%, so only 4.5 is.
@pytest.mark.parametrize(
    ("changes", "listed"),
    [
        ({"turnover_rate_fte": "4.9"}, []),
        ({"turnover_rate_fte": "5.1"}, []),
        ({"turnover_rate_fte": "4.8"}, ["turnover rate"]),
        ({"turnover_rate_fte": "5.2"}, ["turnover rate"]),
        ({"turnover_rate_headcount": "4.6"}, ["turnover rate, headcount"]),
        ({"turnover_rate_headcount": "4.4"}, ["turnover rate, headcount"]),
        ({"vacancy_rate_fte": "20.0"}, []),  # 24.95 of 125 to 25.05 of 125: 19.96 to 20.04
        ({"vacancy_rate_fte": "20.1"}, ["vacancy rate"]),
        ({"agency_rate_fte": "16.5"}, ["agency worker rate"]),  # 16.67
        ({"agency_rate_headcount": "15.3"}, ["agency worker rate, headcount"]),  # 20 of 130: 15.38
        ({"caseload_fte": "15"}, []),  # 900 over 59.95 to 60.05: 14.99 to 15.01
        ({"caseload_fte": "15.1"}, ["caseload"]),
        ({"working_days_lost_fte": "1041", "absence_rate_fte": "4.1"}, []),  # over 25,400 days: 4.098
        ({"working_days_lost_fte": "1041", "absence_rate_fte": "4.2"}, ["absence rate"]),
        ({"turnover_rate_fte": "u"}, []),
        ({"leavers_fte": "u", "turnover_rate_fte": "99"}, []),
    ],
)
def test_a_rate_is_listed_when_no_counts_that_round_to_those_published_give_it(read, changes, listed):
    assert [row[2] for row in off(read(**changes)) if row[0] == "Ayton"] == listed


def test_working_days_are_253_but_in_a_leap_year_254(read):
    for year, rate in ((2023, "3.6"), (2024, "3.5")):  # 901 of 25,300 days are 3.561%, of 25,400 3.547%
        rows = made.rows(years=(year,), working_days_lost_fte=901)
        assert rows[3]["absence_rate_fte"] == rate
        assert not [row for row in off(read(rows, f"{year}.csv")) if row[2] == "absence rate"]


def test_an_aggregate_that_leaves_an_unreliable_count_out_of_its_base_is_explained_by_it(read):
    """Without Ayton the other four of the North East have 70 leavers of 400: 17.5%, where 70 of 500 are 14%."""
    rows = made.rows(years=(2024,), leavers_fte="u", turnover_rate_fte="u")
    region = next(row for row in rows if row.get("region_name") == "North East")
    assert (region["leavers_fte"], region["inpost_fte"], region["turnover_rate_fte"]) == ("70.0", "500.0", "14.0")
    assert off(read(rows, "one.csv")) == []
    region["turnover_rate_fte"] = "17.5"
    found = read(rows, "two.csv")
    assert off(found) == [("North East", 2024, "turnover rate", "Ayton")]
    (row,) = found.disagreements.itertuples()
    assert (round(row.published, 2), round(row.low, 2), round(row.high, 2)) == (17.5, 13.94, 14.06)
    region["turnover_rate_fte"] = "18.5"
    assert off(read(rows, "three.csv")) == [("North East", 2024, "turnover rate", "")]


def suspects(found):
    cells = found.reasons.stack()
    return {place: reason for place, reason in cells.items() if reason.startswith(checks.SUSPECT)}


# England has 150 leavers of 1,000, or 15%: a zero is suspect from 67 in post (10.05 to be expected), not at 66 (9.9).
@pytest.mark.parametrize(("people", "suspect"), [(67, True), (66, False), (400, True), (7, False)])
def test_no_leavers_where_ten_were_to_be_expected_is_suspect(read, people, suspect):
    rows = made.rows(years=(2024,))
    rows[3] |= {"inpost_fte": str(people), "leavers_fte": "0", "turnover_rate_fte": "0", "leavers_headcount": "z"}
    found = read(rows, f"{people}.csv")
    told = suspects(found)
    assert (found.value(AYTON, 2024, "turnover_rate_fte") != 0) == suspect
    assert ((AYTON, 2024, "turnover_rate_fte") in told) == suspect
    assert ((AYTON, 2024, "leavers_fte") in told) == suspect
    if suspect:
        expected = found.reason(AYTON, 2024, "leavers_fte").rpartition(" ")[2]
        assert expected == f"{people * 0.15:.0f}"


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"starters_fte": 0, "starters_headcount": 0}, {"starters_fte", "starters_headcount"}),
        ({"working_days_lost_fte": 0, "absence_rate_fte": 0}, {"working_days_lost_fte", "absence_rate_fte"}),
        ({"cases": 0, "caseload_fte": 0}, {"cases", "caseload_fte"}),
        ({"vacancy_fte": 0, "vacancy_rate_fte": 0}, set()),
        ({"agency_fte": 0, "agency_rate_fte": 0, "agency_headcount": 0, "agency_rate_headcount": 0}, set()),
        ({"vacancy_fte": -1}, {"vacancy_fte"}),
        ({"leavers_fte": 12, "leavers_headcount": 25}, {"leavers_fte", "turnover_rate_fte"}),
        ({"leavers_fte": 12.5, "leavers_headcount": 25}, set()),
        ({"leavers_fte": 4, "leavers_headcount": 9}, set()),
        ({"leavers_fte": 1, "leavers_headcount": 9}, {"leavers_fte", "turnover_rate_fte"}),
        ({"inpost_fte": 50, "inpost_headcount": 110}, {"inpost_fte"}),
        ({"inpost_fte": 0, "inpost_headcount": 110}, {"inpost_fte"}),
        ({"vacancy_fte": "1e400"}, {"vacancy_fte"}),
        ({"vacancy_fte": "1e17"}, {"vacancy_fte"}),
        ({"vacancy_fte": 10_001}, {"vacancy_fte"}),
        ({"turnover_rate_fte": "13,800"}, {"turnover_rate_fte"}),
        ({"turnover_rate_fte": 200.1}, {"turnover_rate_fte"}),
        ({"turnover_rate_fte": 200}, set()),
        ({"vacancy_rate_fte": 250}, {"vacancy_rate_fte"}),
        ({"vacancy_rate_fte": 100}, set()),
        ({"caseload_fte": 1000}, {"caseload_fte"}),
        ({"cases": 10**30}, {"cases", "caseload_fte"}),
    ],
)
def test_what_cannot_be_true_is_set_aside_with_its_reason(read, changes, columns):
    found = read(**changes)
    assert {place[2] for place in suspects(found)} == columns
    for column in columns:
        assert found.value(AYTON, 2024, column) != found.value(AYTON, 2024, column)
        assert found.published.loc[(AYTON, 2024), column] == str(
            changes.get(column, found.published.loc[(AYTON, 2024), column])
        )


@pytest.mark.parametrize("path", release.files(data.NATIONAL), ids=lambda path: path.stem)
def test_what_there_can_be_at_most_is_far_from_what_there_is(path):
    one = release.read(path)
    is_authority = (
        one.areas["level"].reindex(one.values.index.get_level_values("area")).eq("Local authority").to_numpy()
    )
    for column in one.values:
        for of_authorities in (True, False):
            found, limit = (
                one.as_published.loc[is_authority == of_authorities, column].max(),
                at_most(column, of_authorities),
            )
            assert found <= limit / 2 or found <= limit == 100, column


def test_a_number_beyond_sense_reaches_no_report(read):
    found = read(vacancy_fte="1e400", leavers_fte="1e17", caseload_fte="9" * 400)
    told = suspects(found)
    assert {column for *_, column in told} == {"vacancy_fte", "leavers_fte", "caseload_fte"}
    assert all("larger than any number" in one or "beyond what there can be" in one for one in told.values())
    assert found.as_published.map(lambda number: number != float("inf")).all().all()


def test_a_suspect_is_used_nowhere(read):
    found = read(leavers_fte=0, turnover_rate_fte=0, leavers_headcount=0, turnover_rate_headcount=0)
    assert found.series(AYTON, "turnover_rate_fte").isna().tolist() == [False, False, False, True]
    assert found.disagreements.empty


def test_an_aggregate_that_leaves_an_unreliable_authority_out_of_both_is_explained_by_it(read):
    """The region's count holds an estimate for Ayton that is not published: its own 5 leavers, in 75 of 500."""
    rows = made.rows(years=(2024,), leavers_fte="u", turnover_rate_fte="u")
    region = next(row for row in rows if row.get("region_name") == "North East")
    region |= {"leavers_fte": "75.0", "turnover_rate_fte": "17.5"}
    assert off(read(rows)) == [("North East", 2024, "turnover rate", "Ayton")]


def test_one_cell_with_more_decimals_changes_nothing_for_the_others(read):
    rows = made.rows(years=(2024,), leavers_fte="5.04", turnover_rate_fte="5.0")
    assert off(read(rows)) == []


def test_where_englands_count_is_missing_that_of_all_authorities_together_tells_what_is_suspect(read):
    rows = made.rows(years=(2024,), leavers_fte="0", turnover_rate_fte="0")
    rows[0] |= {"leavers_fte": "x", "turnover_rate_fte": "x"}
    assert read(rows).reason(AYTON, 2024, "leavers_fte") == "suspect: zero, where England’s rate would give 15"


def test_what_a_new_authority_counted_in_a_part_of_a_year_is_set_aside(read):
    rows = [
        {**row, "la_name": "Cumberland", "old_la_code": "942"} if row.get("la_name") == "Ayton" else row
        for row in made.rows()
        if row.get("la_name") != "Ayton" or row["time_period"] > "2022"
    ]
    found = read(rows)
    told = "perhaps for a part of the year only: the authority began in April 2023"
    columns = {column for column in found.values if found.reason("942", 2023, column) == told}
    assert columns == {
        *("starters_fte", "starters_headcount", "leavers_fte", "leavers_headcount", "turnover_rate_fte"),
        *("turnover_rate_headcount", "working_days_lost_fte", "absence_rate_fte"),
    }
    assert found.value("942", 2024, "turnover_rate_fte") == 5
    assert found.value("942", 2023, "vacancy_rate_fte") == 20


# The releases in the box

NEXT_TO_NONE = {
    *(("Bromley", 2018), ("Trafford", 2020), ("Trafford", 2021), ("Gateshead", 2017), ("Sunderland", 2018)),
    ("North Lincolnshire", 2022),
}


@pytest.mark.parametrize("path", release.files(data.NATIONAL), ids=lambda path: path.stem)
def test_of_the_real_releases_six_authorities_left_next_to_nobody(path):
    one = release.read(path)
    told = one.reasons["leavers_fte"]
    found = told.index[told.str.contains(r"^suspect: [0-9.]+ leavers?, where")]
    assert {(one.areas.loc[area, "name"], year) for area, year in found} == NEXT_TO_NONE
    assert one.reasons.loc[found, "turnover_rate_fte"].str.startswith("suspect").all()
    assert one.values.loc[found, ["leavers_fte", "turnover_rate_fte"]].isna().all(axis=None)
    people = one.reasons["leavers_headcount"]
    people = people.index[people.str.contains(r"^suspect: [0-9.]+ leavers?, where")]
    hull = ("810", 2017)  # five people, whose full-time equivalents are none
    assert set(people) == {*found, hull}
    assert told[hull].startswith("suspect: zero, where")


@pytest.mark.parametrize(("leavers", "suspect"), [("1.9", True), ("2", False), ("3", False), ("0", True)])
def test_leavers_of_less_than_a_fifth_of_what_is_expected_are_suspect(read, leavers, suspect):
    """Of 100 in post, where England's rate is near 10 in a hundred: a fifth is 2."""
    rows = made.rows(leavers_fte=leavers, leavers_headcount="3", turnover_rate_fte=leavers)
    for row in rows:
        if row["geographic_level"] == "National":
            row |= {"leavers_fte": "100", "inpost_fte": "1000"}
    one = read(rows)
    assert one.reason(made.CODES["Ayton"], 2024, "leavers_fte").startswith("suspect") is suspect


def test_north_west_without_the_authorities_whose_leavers_are_set_aside():
    found = checks.without_set_aside(release.newest(folder=data.NATIONAL))
    row = found.query("name == 'North West' and year == 2022 and measure == 'turnover rate'").iloc[0]
    assert (row["published"], round(row["without"], 1), row["left_out"]) == (16.9, 19.5, "Manchester and Oldham")
    # by hand: 718.1 leavers of 4,240.6 in post, without the 415 and 147 of those two, who report no leaver
    assert row["without"] == pytest.approx(100 * 718.1 / (4240.6 - 415 - 147))


def test_england_without_those_set_aside_is_counted_as_its_published_rate_is():
    """That of 2022 leaves Gateshead, of low reliability, out of its base: so does what it would be without four others."""
    one = release.newest(folder=data.NATIONAL)
    row = (
        checks.without_set_aside(one).query("name == 'England' and year == 2022 and measure == 'turnover rate'").iloc[0]
    )
    out = [one.find(name) for name in ("Lewisham", "Manchester", "Oldham", "North Lincolnshire")]
    assert row["left_out"] == "Lewisham, Manchester, Oldham and North Lincolnshire"
    counts = one.as_published.xs(2022, level="year")[["leavers_fte", "inpost_fte"]]
    leavers = counts.loc["E92000001", "leavers_fte"] - counts.loc[out, "leavers_fte"].sum()
    in_post = counts.loc["E92000001", "inpost_fte"] - counts.loc[[*out, one.find("Gateshead")], "inpost_fte"].sum()
    assert row["without"] == pytest.approx(100 * leavers / in_post)
    assert (row["published"], round(row["without"], 1)) == (17.2, 17.7)


def test_without_what_is_set_aside_there_is_a_row_a_rate_and_none_without_suspects(read):
    assert checks.without_set_aside(read(made.rows(), "whole.csv")).empty
    found = checks.without_set_aside(read(made.rows(leavers_fte=0, turnover_rate_fte=0), "gap.csv"))
    assert found[["name", "year", "measure", "left_out"]].to_numpy().tolist() == [
        ["North East", 2024, "turnover rate", "Ayton"],
        ["England", 2024, "turnover rate", "Ayton"],
    ]
