from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce import periods


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *(
            (text, "")
            for text in ("2024", "2024-09", "2024-09-30", "2023-24", "1999-00", "2099-00", "2022-09/2023", "2024-02-29")
        ),
        *((text, "") for text in ("2024/2024", "2023-24/2024-25", "2023-24/2023", "2024-04/2024-11")),
        ("2019-13-44", "is no day of the calendar"),
        ("2019-02-30", "is no day of the calendar"),
        ("2023-02-29", "is no day of the calendar"),
        ("9999-12-31", "has a year that is not between 1900 and 2100"),
        ("1899", "has a year that is not between 1900 and 2100"),
        ("0000", "has a year that is not between 1900 and 2100"),
        ("2019-13", "is neither a month, 01 to 12, nor a financial year such as 2019-20"),
        ("2019-00", "is neither a month, 01 to 12, nor a financial year such as 2019-20"),
        ("2024/2023", "ends before it begins"),
        ("2024-05/2024-04", "ends before it begins"),
        ("2024-05-02/2024-05-01", "ends before it begins"),
        ("2023/2023-02-30", "is no day of the calendar"),
    ],
)
def test_a_period_is_in_the_calendar(text, told):
    assert periods.problem(text) == told


@given(st.dates(date(1900, 1, 1), date(2100, 12, 30)), st.integers(0, 400))
def test_every_day_and_every_span_forwards_is_a_period(day, longer):
    last = min(day + timedelta(days=longer), date(2100, 12, 31))
    assert periods.problem(f"{day}/{last}") == ""
    assert (periods.problem(f"{last}/{day}") == "") is (longer == 0 or last == day)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *((text, "") for text in ("2011", "2011-11", "2012-13", "2011-12-01", "2023-24", "2000-02")),
        ("2011-12", "is read as December 2011; if the financial year 2011/12 is meant, write 2011-04/2012-03"),
        ("2000-01", "is read as January 2000; if the financial year 2000/01 is meant, write 2000-04/2001-03"),
        ("2009-10/2011", "is read as October 2009; if the financial year 2009/10 is meant, write 2009-04/2010-03"),
    ],
)
def test_what_may_be_a_month_or_a_financial_year_is_told(text, told):
    assert periods.read_as(text) == told


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023/24", "2023-24"),
        ("2023/2024", "2023-24"),
        ("2011/12", "2011-04/2012-03"),
        ("2009–10", "2009-04/2010-03"),
        ("Sept 2024", "2024-09"),
        ("8th February 2023", "2023-02-08"),
        ("31/03/2024", "2024-03-31"),
        ("٣١/٠٣/٢٠٢٤", None),
        ("last year", None),
    ],
)
def test_dates_as_papers_print_them(text, iso):
    assert periods.iso(text) == iso
    assert iso is None or periods.problem(iso) == "" == periods.read_as(iso)
