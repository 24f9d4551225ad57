import pandas as pd
import pytest

from workforce import words


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (33486, "GBP per year", None, "£33,486 a year"),
        (22.4, "GBP per hour", None, "£22.40 an hour"),
        (3000, "GBP", None, "£3,000"),
        (-4.5, "GBP", None, "-£4.5"),
        (53, "percent", None, "53%"),
        (52.94, "percent", None, "52.9%"),
        (82.35, "percent", None, "82.4%"),  # half up
        (18.51, "percentage points", None, "18.5 percentage points"),
        (1, "percentage points", None, "1 percentage point"),
        (136, "FTE", 1, "136.0 FTE"),
        (20.6, "FTE", None, "20.6 FTE"),
        (1, "people", None, "1 person"),
        (-1, "people", None, "-1 person"),
        (0, "people", None, "0 people"),
        (1.5, "people", None, "1.5 people"),
        (1, "days per person", None, "1 day per person"),
        (1, "authorities", None, "1 authority"),
        (1, "series", None, "1 series"),
        (1234567, "posts", None, "1,234,567 posts"),
        (7, "", None, "7"),
        (29, "day of the month", None, "29th of the month"),
        (0.5, "day of the month", None, "0.5 day of the month"),
    ],
)
def test_amount(value, unit, decimals, text):
    assert words.amount(value, unit, decimals) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234, "GBP", "£1,234"),
        (999_999.4, "GBP", "£999,999"),
        (999_999.5, "GBP", "£1m"),
        (2_099_983, "GBP", "£2.1m"),
        (-2_099_983, "GBP", "-£2.1m"),
        (107_843_000, "GBP", "£107.8m"),
        (1_234_567_890, "GBP", "£1,234.6m"),
        (33486, "GBP per year", "£33,486 a year"),
        (3_000_000, "GBP per year", "£3m a year"),
        (22.4, "GBP per hour", "£22.40 an hour"),
        (2100, "thousand GBP", "2,100 thousand GBP"),
    ],
)
def test_pounds_in_few_digits(value, unit, text):
    assert words.pounds(value, unit) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2022-09-30", "30 September 2022"),
        ("2022-10", "October 2022"),
        ("2022-01-01", "1 January 2022"),
        ("2022-23", "2022-23"),
        ("2021", "2021"),
        ("2018-07/2021", "July 2018 to 2021"),
        ("social worker", "social worker"),
        ("non-case-holding", "non-case-holding"),
        ("experienced/senior social worker", "experienced/senior social worker"),
        ("", ""),
    ],
)
def test_period(text, said):
    assert words.period(text) == said


@pytest.mark.parametrize(("items", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_listed(items, text):
    assert words.listed(items) == text


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [(-0.03, "", 1, "0.0"), (-0.4, "GBP", 0, "£0"), (-0.04, "percent", None, "0%"), (-0.06, "percent", None, "-0.1%")],
)
def test_zero_has_no_minus(value, unit, decimals, text):
    assert words.amount(value, unit, decimals) == text


def test_describe_names_every_value():
    frame = pd.DataFrame(
        {"category": ["2021", "2022", "2022"], "series": ["vacancies", "vacancies", "agency"], "value": [8.5, 9, 3]}
    )
    assert words.describe(frame, "posts") == "Vacancies, in posts: 2021 8.5, 2022 9. Agency, in posts: 2022 3."


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Kingston upon Hull, City of", "kingston-upon-hull-city-of"),
        ("St. Helens", "st-helens"),
        (" / ", ""),
        ("a--b", "a-b"),
    ],
)
def test_a_slug_has_small_letters_digits_and_hyphens(text, slug):
    assert words.slug(text) == slug


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(12.34, 7.4, "↓ down from 12.3% in 2024"), (7.4, 12.3, "↑ up from 12.3% in 2024"), (7.4, 7.4, "→ as in 2024")],
)
def test_a_movement_has_an_arrow_and_its_word(before, after, said):
    assert words.moved(before, after, "12.3%", "in 2024") == said
