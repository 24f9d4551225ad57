import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.draft.blocks import BLOCKS
from workforce.draft.numbers import NUMBERS, dates, in_text, numbers, periods


def block(text, **given):
    blank = {"block": 0, "page": 1, "kind": "paragraph", "paragraph": "", "table": "", "row": -1, "column": -1}
    names = {"row_name": "", "column_name": "", "x0": 0.0, "top": 0.0, "x1": 1.0, "bottom": 1.0}
    return {**blank, **names, "text": text, **given}


def cell(text, row_name="North", column_name="Leavers"):
    return block(text, kind="cell", table="Table 2", row=1, column=1, row_name=row_name, column_name=column_name)


def read(*blocks):
    return numbers(pd.DataFrame(list(blocks), columns=BLOCKS))


@pytest.mark.parametrize(
    ("text", "value", "decimals", "unit"),
    [
        ("there are 1,997 children", 1997, 0, "people"),
        ("31.96% of all", 31.96, 2, "percent"),
        ("a rate of 14 per cent", 14, 0, "percent"),
        ("a fall of 3.2 percentage points", 3.2, 1, "percentage points"),
        ("a fall of 3 % points", 3, 0, "percentage points"),
        ("£675,888.00 was spent", 675888, 2, "GBP"),
        ("£13.2m was spent", 13_200_000, -5, "GBP"),
        ("£1.5 million a year", 1_500_000, -5, "GBP per year"),
        ("£3k was paid", 3000, -3, "GBP"),
        ("an underspend of -£9.9m", -9_900_000, -5, "GBP"),
        ("£2,000 pa is paid", 2000, 0, "GBP per year"),
        ("£17.36 an hour", 17.36, 2, "GBP per hour"),
        ("69.4 FTE are in post", 69.4, 1, "FTE"),
        ("46.2 employee social workers", 46.2, 1, "FTE"),
        ("(40) social workers left", 40, 0, "people"),
        ("three service areas", 3, 0, ""),
        ("twelve social workers", 12, 0, "people"),
        ("12 vacant posts", 12, 0, "posts"),
        ("an average of 20 cases", 20, 0, "cases"),
        ("after 12 months", 12, 0, "months"),
        ("1215 Children's Services Employees", 1215, 0, "people"),
    ],
)
def test_a_number_of_a_text(text, value, decimals, unit):
    (one,) = in_text(text)
    assert (one["value"], one["decimals"], one["unit"]) == (pytest.approx(value), decimals, unit)


@pytest.mark.parametrize(
    "text",
    [
        "31 March 2024",
        "on the 1st April",
        "in 2023/24",
        "in 2024/5",
        "2015 – 2016",
        "between 22-23 and 23-24",
        "March 2024",
        "since 2018",
        "Table 3 and Appendix 2",
        "paragraphs 3.7 and 4.2",
        "section 117 and page 4",
        "item 20",
        "grade 7, G8, SCP 29, Level 3, SW2, Band 6",
        "the 9-day fortnight",
        "24/7",
        "the Children Act 1989",
        "Tel: (024) 7697 8470",
        "sonia.watson@coventry.gov.uk, www.kent.gov.uk/2024",
        "ME14 1XQ",
        "2nd of 3rd",
        "at 10.30am",
        "two thirds of them",
        "All figures in £000s",
    ],
)
def test_dates_references_and_codes_are_no_numbers(text):
    assert [one["printed"] for one in in_text(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("range between 6 – 19", [(6, 19)]),
        ("between 15 and 16%", [(15, 16)]),
        ("£33,898 to £37,055", [(33898, 37055)]),
        ("from 44% to 58%", [(44, None), (58, None)]),
        ("rose from 47 to 37", [(47, None), (37, None)]),
        ("20 to 5", [(20, None), (5, None)]),
        ("5 and 6", [(5, None), (6, None)]),
    ],
)
def test_ranges_and_what_is_none(text, found):
    told = [(one["value"], one["upper"] if one["upper"] == one["upper"] else None) for one in in_text(text)]
    assert told == found


def test_a_number_has_its_sentence_and_the_period_nearest_to_it():
    text = "Agency cover is high. In 2022/3 26 NQSWs left, with 22 leaving in 2023/24. The rest stay."
    first, second = in_text(text)
    assert first["sentence"] == second["sentence"] == "In 2022/3 26 NQSWs left, with 22 leaving in 2023/24."
    assert [one["sentence"][one["start"] : one["end"]] for one in (first, second)] == ["26", "22"]
    assert [one["period"] for one in (first, second)] == ["2022-23", "2023-24"]
    assert first["noun"] == "nqsws left"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("as on 31/03/2024", "2024-03-31"),
        ("2024-03-31", "2024-03-31"),
        ("31st March 2024", "2024-03-31"),
        ("March '24", "2024-03"),
        ("Oct 2022", "2022-10"),
        ("2019/2020", "2019-20"),
        ("2018 to", "2018"),
        ("22-23", "2022-23"),
        ("2017 – 2021", "2017/2021"),
        ("on 32/13/2024", "2024"),
    ],
)
def test_periods(text, told):
    assert [when for _, when in periods(text)][:1] == [told]


@pytest.mark.parametrize(
    ("row", "column", "text", "value", "decimals", "unit", "period"),
    [
        ("Team Manager", "Leavers 2022-23", "44", 44, 0, "people", "2022-23"),
        ("Team Manager", "Vacancies as of October 2022", "8.5", 8.5, 1, "posts", "2022-10"),
        ("2017/18", "Budget £000", "77,813", 77_813_000, -3, "GBP", "2017-18"),
        ("Schools", "Forecast £m", "1,260.2", 1_260_200_000, -5, "GBP", ""),
        ("Adults", "Variance", "(1.5)", -1.5, 1, "", ""),
        ("Adults", "Variance", "+6.0%", 6, 1, "percent", ""),
        ("Agency", "% of workforce", "31", 31, 0, "percent", ""),
        ("Permanent", "FTE", "94.0", 94, 1, "FTE", ""),
    ],
)
def test_a_cell_takes_unit_and_period_from_its_headers(row, column, text, value, decimals, unit, period):
    one = read(cell(text, row, column)).iloc[0]
    assert one["value"] == pytest.approx(value)
    assert (one["decimals"], one["unit"], one["period"]) == (decimals, unit, period)
    assert one["where"] == f"Table 2 > {row} > {column}"
    assert one["sentence"][one["start"] : one["end"]] == one["printed"]


@pytest.mark.parametrize("text", ["n/a", "-", "", "nil"])
def test_a_cell_without_an_amount_is_no_number(text):
    assert read(cell(text)).empty


def test_places():
    found = read(
        block("4.2 In all 40 left.", paragraph="4.2"),
        block("Then 22 left.", page=3),
        cell("12 of 30"),
        cell("7"),
        block("North", kind="header", table="Table 2"),
    )
    assert list(found) == NUMBERS
    assert found["where"].tolist() == [
        "paragraph 4.2",
        "page 3, paragraph 1",
        "Table 2 > North > Leavers",
        "Table 2 > North > Leavers (2nd)",
        "Table 2 > North > Leavers (3rd)",
    ]
    assert found["value"].tolist() == [40, 22, 12, 30, 7]


def test_a_paragraphs_own_number_is_none_and_an_amount_at_its_beginning_is_one():
    assert read(block("4.2 48 left.", paragraph="4.2"))["value"].tolist() == [48]
    assert read(block("48.2 FTE left.", paragraph="4.2"))["value"].tolist() == [48.2]
    assert read(block("2. 10 starters", paragraph="2"))["value"].tolist() == [10]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("on 30 February 2019", []),
        ("in 2011/12", ["2011-04/2012-03"]),
        ("in 2012/13", ["2012-13"]),
        ("in December 2011", ["2011-12"]),
    ],
)
def test_dates_are_of_the_calendar_and_a_financial_year_is_no_month(text, told):
    assert dates(text) == told


@given(st.text("0123456789 .,?!:;%()£March-", max_size=60))
@settings(deadline=None)
def test_a_number_stands_in_its_sentence(text):
    for one in in_text(text):
        assert one["sentence"][one["start"] : one["end"]].split() == one["printed"].split()
