from dataclasses import replace

import pytest

import made
from workforce import national_sentences as sentences
from workforce.national import compare, release
from workforce.national.measures import AGENCY, TURNOVER
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
            {"a": replace(result(0.5, 1.9), method="quasi-Poisson, Student's t"), "b": result(0.5, 0.9)},
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
