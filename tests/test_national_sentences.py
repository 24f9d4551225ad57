import pytest

import made
from workforce import national_sentences as sentences
from workforce.national import compare, release
from workforce.national.measures import AGENCY, TURNOVER, VACANCY
from workforce.national_sentences import NEIGHBOURS
from workforce.trends import Result

CODE = made.CODES


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ({"a": "lower", "b": "lower"}, "X’s workforce looks steadier than its neighbours’ in 2024."),
        ({"a": "higher", "b": "near"}, "X’s workforce looks less steady than its neighbours’ in 2024."),
        ({"a": "near", "b": "near"}, "X’s workforce is much like its neighbours’ in 2024."),
        ({"a": "higher", "b": "lower"}, "X’s workforce compares in mixed ways with its neighbours’ in 2024."),
        ({"a": "", "b": "higher", "c": "higher"}, "X’s workforce looks less steady than its neighbours’ in 2024."),
        ({"a": "few", "b": "lower"}, "X’s workforce looks steadier than its neighbours’ in 2024."),
        ({"a": "few", "b": "few"}, "X’s workforce is too small to be set beside its neighbours’ in 2024."),
        ({"a": "", "c": "lower"}, "Of X only the c can be set beside its neighbours’ in 2024: clearly lower."),
        ({"a": "few"}, "X’s workforce is too small to be set beside its neighbours’ in 2024."),
        ({"a": ""}, "X’s workforce cannot be set beside its neighbours’ in 2024: no figure of both is published."),
        ({}, "X’s workforce cannot be set beside its neighbours’ in 2024: no figure of both is published."),
    ],
)
def test_the_headline(sides, said):
    assert sentences.headline("X", 2024, sides, NEIGHBOURS) == said


def test_a_name_is_said_as_it_is_spoken():
    assert sentences.headline("Bristol, City of", 2024, {"a": "near", "b": "near"}, NEIGHBOURS).startswith(
        "City of Bristol’s"
    )


@pytest.mark.parametrize(
    ("measure", "value", "said"),
    [
        (VACANCY, 0, "No post was empty"),
        (VACANCY, 2.9, "1 in 34 posts was empty"),
        (VACANCY, 35, "1 in 3 posts was empty"),
        (VACANCY, 35.1, "4 in 10 posts were empty"),
        (TURNOVER, 50, "5 in 10 social workers left in a year"),
        (TURNOVER, 12.5, "1 in 8 social workers left in a year"),
        (AGENCY, 20, "1 in 5 social workers was from an agency"),
    ],
)
def test_a_rate_in_people(measure, value, said):
    assert sentences.in_numbers(measure, value, 0, "", NEIGHBOURS) == f"{said}."


@pytest.mark.parametrize(
    ("value", "side", "said"),
    [
        (4.1, "lower", "less than half its"),
        (4.2, "lower", "about half its"),
        (5.7, "lower", "about half its"),
        (5.8, "lower", "about two thirds of its"),
        (8.0, "lower", "below its"),
        (12.4, "higher", "above its"),
        (12.5, "higher", "about one and a half times its"),
        (17.5, "higher", "about twice its"),
        (24.9, "higher", "about twice its"),
        (25.0, "higher", "about 3 times its"),
        (0.0, "lower", "below its"),
        (4.1, "near", "with no clear difference from its"),
    ],
)
def test_how_a_rate_compares(value, side, said):
    told = sentences.in_numbers(VACANCY, value, 10.0, side, NEIGHBOURS)
    assert told.endswith(f", {said} neighbours’ rate.")


def test_beside_a_rate_of_nothing_no_ratio_is_said():
    assert sentences.in_numbers(VACANCY, 10.0, 0.0, "higher", NEIGHBOURS) == "1 in 10 posts was empty."


@pytest.mark.parametrize(
    ("verdicts", "calibrated", "said"),
    [
        ({}, True, "No change since 2024 can be told."),
        ({"a": ("few", "up")}, True, "No change since 2024 can be told."),
        (
            {"a": ("ordinary", "up"), "b": ("chance", "none")},
            True,
            "Since 2024 no change in the a and b is clearly out of the ordinary.",
        ),
        (
            {"a": ("chance", "none"), "b": ("few", "up")},
            True,
            "Since 2024 no change in the a is clearly out of the ordinary.",
        ),
        ({"a": ("out", "up"), "b": ("few", "up")}, True, "Since 2024 the a rose by more than is ordinary in a year."),
        (
            {"a": ("out", "up"), "b": ("out", "down"), "c": ("out", "down")},
            True,
            "Since 2024 the a rose and the b and c fell by more than is ordinary in a year.",
        ),
        ({"a": ("clear", "down")}, False, "Since 2024 the a fell by more than chance alone allows."),
        ({"a": ("chance", "none")}, False, "Since 2024 no change in the a is clearly more than chance."),
    ],
)
def test_a_years_changes_in_one_sentence(verdicts, calibrated, said):
    assert sentences.lately(verdicts, 2024, calibrated) == said


@pytest.mark.parametrize(
    ("directions", "said"),
    [
        ({}, "No rate can be followed over the years."),
        ({"a": "none"}, "Over the years since 2017 the a has no clear direction."),
        ({"a": "none", "b": "none"}, "Over the years since 2017 the a and b have no clear direction."),
        ({"a": "up", "b": "none"}, "Over the years since 2017 the a rose."),
        ({"a": "up", "b": "down"}, "Over the years since 2017 the a rose and the b fell."),
    ],
)
def test_the_course_in_one_sentence(directions, said):
    assert sentences.course(directions, 2017) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, "Where it lies among all authorities cannot be told."),
        ({"a": ("inside", 0.95)}, "Among all authorities the a is not unusual for one of its size."),
        ({"a": ("above", 0.95)}, "Among all authorities the a is unusually high for one of its size."),
        (
            {"a": ("above", 0.95), "b": ("above", 0.998), "c": ("below", 0.95)},
            "Among all authorities the a and b are unusually high and the c is unusually low for one of its size.",
        ),
    ],
)
def test_places_in_one_sentence(found, said):
    assert sentences.places(found) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.9, 1.6, "no clear direction"), (1.1, 1.6, "a rise"), (0.5, 0.9, "a fall")],
)
def test_all_years_are_told_from_first_to_last_and_then_whether_that_is_a_direction(low, high, said):
    result = Result(1.2, low, high, 0.2, 9, "made", unit="odds ratio per year")
    assert sentences.over_years(3.3, 34.3, result) == f"3.3% to 34.3%: {said}"


def test_a_funnel_in_words(tmp_path):
    one = release.read(made.write(tmp_path / "made.csv", made.rows()))
    said = list(sentences.funnel_words("Ayton", "agency worker rate", compare.funnel(one, AGENCY, 2024), CODE["Ayton"]))
    assert said == [
        "Of 10 authorities together the agency worker rate is 16.7%.",
        "The variance between them is no more than chance would make it.",
        "Ayton has 16.7% at a size of 120.0 FTE: within the 95% limits of chance alone.",
    ]
    turnover = compare.funnel(one, TURNOVER, 2024)
    assert list(sentences.funnel_words("Egham", "turnover rate", turnover, CODE["Egham"])) == [
        "Of 10 authorities together the turnover rate is 15.0%.",
        "The variance between them is 1.4 times what chance would make it, so the limits are also shown widened.",
        "Egham has 25.0% at a size of 100.0 FTE: above the 95% limits of chance alone, and above the 95% limits once widened.",
    ]
    agency = compare.funnel(one, AGENCY, 2024)
    assert (
        list(sentences.funnel_words("X", "m", agency, "999"))[-1] == "X has no figure that could be placed among them."
    )
