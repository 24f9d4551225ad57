import math

import pytest

from workforce import trend_sentences, trends
from workforce.trends import Result


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (
            Result(2.0, 1.01, 4.0, 0.04, 3, "Poisson", unit="ratio per year"),
            "Posts rose; ratio per year 2.00 (95% interval 1.01 to 4.00; 3 points, p 0.040).",
        ),
        (
            Result(2.0, 1.0, 4.0, 0.05, 3, "Poisson"),
            "Posts: no clear change; ratio 2.00 (95% interval 1.00 to 4.00; 3 points, p 0.050).",
        ),
        (
            Result(0.5, 0.2, 0.99, 0.0004, 2, "exact"),
            "Posts fell; ratio 0.50 (95% interval 0.20 to 0.99; 2 points, p below 0.001).",
        ),
        (
            Result(0.5, 0.2, 1.0, 0.05, 2, "exact"),
            "Posts: no clear change; ratio 0.50 (95% interval 0.20 to 1.00; 2 points, p 0.050).",
        ),
        (
            Result(0.5, 0.0, 400.0, 0.5, 3, "Poisson", lack_of_fit_p=0.01),
            "Posts: no clear change; ratio 0.50 (95% interval 0.00 to over 100; 3 points, p 0.500). The points do not follow one yearly ratio.",
        ),
        (
            Result(-1.0, -2.0, -0.1, math.nan, 4, "least squares", unit="days per year"),
            "Posts fell; -1.00 days per year (95% interval -2.00 to -0.10; 4 points).",
        ),
        (
            Result(-1.0, -2.0, 0.0, math.nan, 4, "least squares", unit="days per year"),
            "Posts: no clear change; -1.00 days per year (95% interval -2.00 to 0.00; 4 points).",
        ),
        (Result(0.5, math.nan, math.nan, math.nan, 2, "none"), "Posts; ratio 0.50, without an interval."),
    ],
)
def test_sentences(result, text):
    assert trend_sentences.sentence(result, "posts") == text


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0, 0, "Posts: none in either period."),
        (
            0,
            5,
            "Posts: no clear change; from zero, so no finite ratio (95% interval 0.92 no upper limit; 2 points, p 0.063).",
        ),
        (0, 9, "Posts rose; from zero, so no finite ratio (95% interval 1.97 no upper limit; 2 points, p 0.004)."),
        (9, 0, "Posts fell; to zero (95% interval of the ratio up to 0.51; 2 points, p 0.004)."),
        (7, 7, "Posts: no clear change; ratio 1.00 (95% interval 0.30 to 3.34; 2 points, p 1.000)."),
    ],
)
def test_two_counts(before, after, said):
    assert trend_sentences.sentence(trends.two_counts(before, after), "posts") == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([0, 0, 0], "Posts: none at any of 3 points."),
        ([0, 0, 4], "Posts: all at one end of the 3 points, so no yearly ratio can be estimated."),
        ([4, 0, 0], "Posts: all at one end of the 3 points, so no yearly ratio can be estimated."),
    ],
)
def test_series_without_a_slope_get_a_plain_answer(counts, said):
    assert trend_sentences.sentence(trends.trend(range(3), counts), "posts") == said


@pytest.mark.parametrize(
    ("counts", "end"),
    [
        ([17, 1, 40, 1, 40, 1], "a fall, ratio 0.06 (95% interval 0.00 to 0.38; 2 points, p below 0.001)."),
        ([1, 40, 1, 40, 1, 17], "a rise, ratio 17.00 (95% interval 2.66 to over 100; 2 points, p below 0.001)."),
        ([40, 10, 40], "no clear change, ratio 1.00 (95% interval 0.63 to 1.59; 2 points, p 1.000)."),
    ],
)
def test_of_points_that_follow_no_yearly_ratio_the_last_is_set_against_the_first(counts, end):
    found = trends.trend(range(len(counts)), counts)
    said = trend_sentences.sentence(found, "posts")
    assert said.startswith("Posts: the points do not follow one yearly ratio (ratio per year ")
    assert said.endswith(
        f"; {len(counts)} points, p {trend_sentences.p_value(found.p)}); from the first to the last {end}"
    )


def test_of_such_shares_too():
    said = trend_sentences.sentence(trends.binomial_trend(range(6), [17, 2, 40, 3, 40, 1], [100] * 6), "the share")
    assert said.startswith("The share: the points do not follow one yearly ratio (odds ratio per year")
    assert "; from the first to the last a fall, odds ratio 0.05 (" in said


@pytest.mark.parametrize(
    ("events", "totals", "end"),
    [
        ([0, 0, 50], [50, 50, 60], "a rise, from zero, so no finite odds ratio (95% interval 50"),
        ([0, 5, 10], [10, 10, 10], "a rise"),
        ([3, 0, 0, 0], [50, 50, 50, 50], "no clear change, to zero (95% interval of the odds ratio up"),
    ],
)
def test_separated_shares_have_their_ends_only(events, totals, end):
    found = trends.binomial_trend(range(len(events)), events, totals)
    assert trend_sentences.sentence(found, "the rate").startswith(
        f"The rate: all or nothing up to a point, so no yearly ratio can be estimated; from the first to the last {end}"
    )


@pytest.mark.parametrize("events", [[0, 0, 0], [9, 9, 9]])
def test_a_share_of_all_or_nothing(events):
    found = trends.binomial_trend(range(3), events, [9, 9, 9])
    assert trend_sentences.sentence(found, "cover") == "Cover is all or nothing at every point."
    both = trends.two_shares(events[:2], [9, 9])
    assert trend_sentences.sentence(both, "the share") == "The share is all or nothing in both periods."


def test_three_levels_without_their_counts_are_too_few():
    found = trends.line(range(3), [30.4, 26.7, 15.8], "percentage points")
    assert trend_sentences.sentence(found, "the rate") == (
        "The rate: three numbers without the counts behind them are too few to tell a change; "
        "-7.30 percentage points per year (95% interval -33.71 to 19.11; 3 points)."
    )


def test_points_on_a_line_are_without_an_interval():
    found = trends.line([1, 2, 3], [1, 2, 3])
    assert trend_sentences.sentence(found, "level") == "Level; 1.00 unit per year, without an interval."


@pytest.mark.parametrize(
    ("n", "text"), [(0, "Posts: 0 points, too few to tell a change."), (1, "Posts: 1 point, too few to tell a change.")]
)
def test_too_few_points(n, text):
    assert trend_sentences.sentence(trends.too_few(n), "posts") == text


def test_two_levels():
    assert trend_sentences.sentence(trends.two_levels(26, 13.3), "vacancy rate") == (
        "Vacancy rate went from 26 to 13.3; without the numbers behind them no interval can be given, so it cannot be told "
        "whether this is more than chance."
    )


def test_groups_that_changed_alike_or_not():
    alike, apart = trends.homogeneity([18, 14, 10], [9, 3, 6]), trends.homogeneity([50, 5], [5, 50])
    assert trend_sentences.homogeneity(alike) == "No clear difference between the groups' changes (p 0.383)."
    assert trend_sentences.homogeneity(apart) == "The groups' changes differ (p below 0.001)."
    none = trends.homogeneity([0, 5], [0, 6])
    assert trend_sentences.homogeneity(none) == "Too few groups have counts to compare."


def test_groups_without_counts():
    for one in trends.difference_in_differences((0, 0), (3, 4)).values():
        assert trend_sentences.sentence(one, "leavers") == "A group or a period has no counts to compare."


@pytest.mark.parametrize(("p", "text"), [(0.0004, "below 0.001"), (0.001, "0.001"), (0.0495, "0.050"), (1.0, "1.000")])
def test_p_value(p, text):
    assert trend_sentences.p_value(p) == text


@pytest.mark.parametrize(
    ("unit", "ends", "said"),
    [
        ("ratio per year", (0.9, 0.8, 0.998), "The rate fell; ratio per year 0.900 (95% interval 0.800 to 0.998;"),
        ("ratio", (1.1, 1.0004, 1.2), "The rate rose; ratio 1.1000 (95% interval 1.0004 to 1.2000;"),
        ("cases per year", (0.1, 0.002, 0.3), "The rate rose; 0.100 cases per year (95% interval 0.002 to 0.300;"),
        ("ratio", (1, 0.8, 1.004), "The rate: no clear change; ratio 1.00 (95% interval 0.80 to 1.00;"),
        ("ratio", (0.7, 0.5, 1 - 1e-9), "The rate fell; ratio 0.70000 (95% interval 0.50000 to 1.00000;"),
    ],
)
def test_an_interval_clear_of_no_change_is_shown_to_be_so(unit, ends, said):
    result = Result(*ends, 0.04, 5, "Poisson", unit=unit)
    assert trend_sentences.sentence(result, "the rate") == f"{said} 5 points, p 0.040)."


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((2, 0), "X: no clear change; to zero (95% interval of the ratio up to 5.32; 2 points, p 0.500)."),
        (
            (0, 2),
            "X: no clear change; from zero, so no finite ratio (95% interval 0.19 no upper limit; 2 points, p 0.500).",
        ),
    ],
)
def test_a_count_of_none_is_no_ratio_of_zero(counts, said):
    assert trend_sentences.sentence(trends.two_counts(*counts), "x") == said


CLEAR = Result(0.43, 0.23, 0.76, 0.003, 2, "exact")


@pytest.mark.parametrize(
    ("ordinary", "said"),
    [
        (
            Result(0.44, 0.19, 1.01, 0.052, 2, "gls"),
            "Posts: more than chance alone allows (ratio 0.43, 95% interval 0.23 to 0.76; 2 points, p 0.003), but no more than is "
            "ordinary from year to year among authorities (ratio 0.44, 95% interval 0.19 to 1.01; 2 points, p 0.052).",
        ),
        (
            Result(0.44, 0.25, 0.8, 0.01, 2, "gls"),
            "Posts fell; ratio 0.43 (95% interval 0.23 to 0.76; 2 points, p 0.003). Allowing for what is ordinary from year to "
            "year among authorities it is a fall too (ratio 0.44, 95% interval 0.25 to 0.80; 2 points, p 0.010).",
        ),
    ],
)
def test_no_direction_is_named_that_is_ordinary(ordinary, said):
    assert trend_sentences.sentence(CLEAR, "posts", ordinary) == said


def test_what_chance_may_have_made_is_not_set_against_what_is_ordinary():
    calm = Result(0.9, 0.7, 1.2, 0.4, 2, "exact")
    assert trend_sentences.sentence(calm, "posts", CLEAR) == trend_sentences.sentence(calm, "posts")


@pytest.mark.parametrize(
    ("result", "verdict", "said"),
    [
        (
            trends.two_counts(42, 18),
            "ordinary",
            "Posts fell from a to b: more than chance, but no more than is ordinary.",
        ),
        (trends.two_counts(42, 18), "out", "Posts fell from a to b: more than is ordinary."),
        (trends.two_counts(18, 42), "clear", "Posts rose from a to b: more than chance."),
        (trends.two_counts(18, 18), "chance", "Posts went from a to b: no clear change."),
        (trends.trend([1, 2, 3], [100, 600, 140]), "uneven", "Posts rose from a to b: more than chance, but unevenly."),
        (trends.two_levels(26, 13), "chance", "Posts went from a to b. Whether that is chance cannot be told."),
        (
            trends.line([1, 2, 3], [3.0, 1.0, 2.0]),
            "chance",
            "Posts went from a to b: three numbers are too few to tell.",
        ),
        (trends.too_few(1), "chance", "Posts: b, one number only."),
    ],
)
def test_in_brief_where_a_series_went_and_how_sure_that_is(result, verdict, said):
    assert trend_sentences.brief("posts", ("a", "b"), verdict, result) == said
