import pytest

from workforce.national import measures
from workforce.national.measures import ABSENCE, CASELOAD, TURNOVER


@pytest.mark.parametrize(("year", "days"), [(2019, 253), (2020, 254), (2023, 253), (2024, 254), (2100, 253)])
def test_a_leap_year_has_one_working_day_more(year, days):
    assert measures.working_days(year) == days
    assert ABSENCE.factor(year) == pytest.approx(100 / days)


def test_a_rate_is_in_per_cent_and_a_caseload_in_cases():
    assert TURNOVER.factor(2024) == 100
    assert CASELOAD.factor(2024) == 1


def test_people_and_cases_are_whole_and_rates_of_them_are_not():
    assert [name for name in measures.COLUMNS if measures.is_whole(name)] == [
        *("inpost_headcount", "starters_headcount", "leavers_headcount", "agency_headcount", "cases")
    ]


def test_every_measure_is_of_columns_that_are_read():
    for measure in (*measures.MEASURES, *measures.BY_HEADCOUNT):
        assert set(measure.columns) <= set(measures.COLUMNS)
