from dataclasses import replace

import pytest

import made
from workforce import national_sentences as sentences
from workforce.national import compare, release
from workforce.national.compare import Change
from workforce.national.measures import AGENCY, TURNOVER
from workforce.national.ordinary import METHOD, Range
from workforce.national_sentences import changed, lately, next_year, over_years
from workforce.trends import Result

CODE = made.CODES


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        (
            {"a": "few", "b": "few"},
            "X’s workforce in 2024 is too small to be set beside Y: fewer than 10 full-time equivalents",
        ),
        (
            {"a": "few", "b": "lower"},
            "In 2024 X’s workforce looks steadier than Y: clearly lower in the b, fewer than 10 full-time",
        ),
        ({"a": "few"}, "In 2024 only the a of X can be set beside Y: fewer than 10 full-time equivalents to tell by."),
    ],
)
def test_no_side_is_named_of_very_few_people(sides, said):
    assert sentences.verdict("X", 2024, sides, "Y").startswith(said)


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ({"a": "lower", "b": "lower"}, "In 2024 X’s workforce looks steadier than Y: clearly lower in the a and b."),
        (
            {"a": "higher", "b": "higher"},
            "In 2024 X’s workforce looks less steady than Y: clearly higher in the a and b.",
        ),
        ({"a": "near", "b": "near"}, "In 2024 X’s workforce is much like Y: no clear difference in the a and b."),
        (
            {"a": "higher", "b": "lower"},
            "In 2024 X’s workforce compares in mixed ways with Y: clearly lower in the b, clearly higher in the a.",
        ),
        (
            {"a": "lower", "b": "near"},
            "In 2024 X’s workforce looks steadier than Y: clearly lower in the a, no clear difference in the b.",
        ),
        (
            {"a": "", "b": "higher", "c": "higher"},
            "In 2024 X’s workforce looks less steady than Y: clearly higher in the b and c. For the a a figure is missing.",
        ),
        (
            {"a": "", "b": "", "c": "lower"},
            "In 2024 only the c of X can be set beside Y: clearly lower. For the a and b a figure is missing.",
        ),
        ({"a": "", "b": ""}, "X’s workforce in 2024 cannot be set beside Y: no figure of both is published."),
        ({}, "X’s workforce in 2024 cannot be set beside Y: no figure of both is published."),
    ],
)
def test_the_verdict_in_words(sides, said):
    assert sentences.verdict("X", 2024, sides, "Y") == said


def result(low, high):
    return Result(1.0, low, high, 0.5, 3, "made")


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ({"a": result(0.5, 0.9)}, "Then, the a fell."),
        ({"a": result(1.1, 1.9), "b": result(1.2, 2)}, "Then, the a and b rose."),
        ({"a": result(0.5, 1.9)}, "Then, the a shows no clear change."),
        (
            {"a": result(0.5, 1.9), "b": result(0.5, 0.9), "c": result(0.9, 1.1)},
            "Then, the b fell and the a and c show no clear change.",
        ),
        (
            {"a": replace(result(0.5, 1.9), lack_of_fit_p=0.01), "b": result(0.5, 0.9)},
            "Then, the b fell and the a follows no yearly ratio.",
        ),
        ({}, "Then, no measure of stability can be followed."),
    ],
)
def test_the_course_in_words(results, said):
    assert sentences.course(results, "Then") == said


@pytest.mark.parametrize(
    ("small", "said"),
    [
        ({"a"}, "Then, the b fell and the a is of too few people to tell."),
        ({"a", "b"}, "Then, the a and b are of too few people to tell."),
        ({"c"}, "Then, the b fell and the a rose."),
    ],
)
def test_no_direction_is_named_of_very_few_people(small, said):
    results = {"a": result(1.1, 1.9), "b": result(0.5, 0.9)}
    assert sentences.course(results, "Then", small) == said


def test_a_funnel_in_words(tmp_path):
    one = release.read(made.write(tmp_path / "made.csv", made.rows()))
    said = list(sentences.funnel_words("Ayton", "agency worker rate", compare.funnel(one, AGENCY, 2024), CODE["Ayton"]))
    assert said == [
        "The agency worker rate of 10 authorities together is 16.7%; the variance between them is no more than chance alone "
        "would make it.",
        "Ayton, with 16.7% at a size of 120.0 FTE, lies within the 95% limits of chance alone.",
    ]
    turnover = compare.funnel(one, TURNOVER, 2024)
    assert list(sentences.funnel_words("Egham", "turnover rate", turnover, CODE["Egham"])) == [
        "The turnover rate of 10 authorities together is 15.0%; the variance between them is 1.4 times what chance alone "
        "would make it, the outermost tenth at each end pulled in, so the limits are also shown widened for that.",
        "Egham, with 25.0% at a size of 100.0 FTE, lies above the 95% limits of chance alone, and above the 95% limits once "
        "widened.",
    ]
    agency = compare.funnel(one, AGENCY, 2024)
    assert (
        list(sentences.funnel_words("X", "m", agency, "999"))[1] == "X has no figure that could be placed among them."
    )


RANGE = Range(12.0, 8.0, 22.0, 9.0, 17.0)
UP = Result(1.8, 1.3, 2.6, 0.001, 2, "exact")


@pytest.mark.parametrize(
    ("after", "result", "expected", "said"),
    [
        (
            *(24.0, UP, RANGE),
            "rose from 14.0% to 24.0%: more than chance alone allows (ratio 1.80; 95% interval 1.30 to 2.60), and out of the "
            "ordinary, since 8.0% to 22.0% would have been ordinary.",
        ),
        (
            *(20.0, UP, RANGE),
            "went from 14.0% to 20.0%: more than chance alone allows (ratio 1.80; 95% interval 1.30 to 2.60), but 8.0% to 22.0% "
            "would have been ordinary.",
        ),
        (
            20.0,
            UP,
            None,
            "rose from 14.0% to 20.0%: more than chance alone allows (ratio 1.80; 95% interval 1.30 to 2.60).",
        ),
        (
            *(15.0, Result(1.1, 0.9, 1.3, 0.4, 2, "exact"), RANGE),
            "went from 14.0% to 15.0%: no clear change (ratio 1.10; 95% interval 0.90 to 1.30).",
        ),
    ],
)
def test_a_change_is_said_with_both_yardsticks(after, result, expected, said):
    one = Change(14.0, after, result, expected)
    assert changed("vacancy rate", one, 2024, 2025) == f"2024 to 2025: The vacancy rate {said}"


def test_a_years_changes_in_one_sentence():
    changes = {"turnover rate": Change(14, 24, UP, RANGE), "vacancy rate": Change(14, 20, UP, RANGE)}
    assert lately(changes, 2024, 2025, {"vacancy rate"}) == (
        "From 2024 to 2025, the turnover rate changed by more than is ordinary in a year and the vacancy rate is of too few "
        "people to tell."
    )


def test_next_year_in_words():
    assert next_year({"turnover rate": RANGE}, 2026) == (
        "In 2026, it would be ordinary to find 8.0% to 22.0% for the turnover rate (ranges that hold 95% of such authorities)."
    )


def test_all_years_are_told_from_first_to_last_and_then_whether_that_is_a_direction():
    said = over_years(
        "vacancy rate", (2017, 3.3), (2025, 34.3), Result(1.2, 0.9, 1.6, 0.2, 9, METHOD, unit="odds ratio per year")
    )
    assert said == (
        "2017 to 2025: The vacancy rate went from 3.3% to 34.3%; no direction beyond ordinary wandering (odds ratio per year "
        "1.20; 95% interval 0.90 to 1.60)."
    )


def test_where_rates_are_told_from_first_to_last_they_come_before_the_direction():
    results = {"vacancy rate": result(0.9, 1.6), "turnover rate": result(1.1, 1.9)}
    ends = {"vacancy rate": (3.3, 34.3), "turnover rate": (14.3, 18.3)}
    assert sentences.course(results, "From 2017 to 2025", ends=ends) == (
        "From 2017 to 2025, the vacancy rate went from 3.3% to 34.3% and the turnover rate went from 14.3% to 18.3%; allowing "
        "for ordinary wandering, the turnover rate rose and the vacancy rate shows no direction."
    )
