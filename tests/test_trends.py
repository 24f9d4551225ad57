import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from scipy.stats import binomtest, chi2, chi2_contingency, linregress, nchypergeom_fisher, norm, t
from scipy.stats.contingency import odds_ratio

from workforce import trends
from workforce.trends import Result

OCTOBERS = [trends.years(f"{year}-10") for year in (2022, 2023, 2024)]


@pytest.mark.parametrize(
    ("period", "years"),
    [
        ("2020", 2020.5),
        ("2022-10", 2022 + 9.5 / 12),
        ("2022-01", 2022 + 0.5 / 12),
        ("2022-12", 2022 + 11.5 / 12),
        ("2023-24", 2023.75),
        ("1999-00", 1999.75),
        ("2022-09-30", 2022 + 8 / 12 + 29.5 / 365),
    ],
)
def test_years(period, years):
    assert trends.years(period) == pytest.approx(years)


@pytest.mark.parametrize("period", ["", "October 2022", "2022-25", "2022-13", "2022/2023", "22-10"])
def test_what_is_no_period_is_refused(period):
    with pytest.raises(ValueError, match="is not a date, a year or a financial year"):
        trends.years(period)


# Two counts


@pytest.mark.parametrize(("before", "after"), [(42, 18), (26, 22), (68, 40), (14, 3), (5, 5), (1, 30)])
def test_two_counts_against_scipys_binomial_test(before, after):
    found = trends.two_counts(before, after)
    binomial = binomtest(after, before + after, 0.5)
    share = binomial.proportion_ci(method="exact")
    assert found.estimate == after / before
    assert (found.low, found.high) == pytest.approx((share.low / (1 - share.low), share.high / (1 - share.high)))
    assert found.p == pytest.approx(min(1, binomial.pvalue))  # at one half twice the smaller tail is scipy's own


def test_two_counts_with_exposures_against_a_published_example():
    """The example of R's poisson.test: 11 cases in 800 and 21 in 3011 person-years (rate ratio 1.97, 0.858 to 4.277)."""
    found = trends.two_counts(21, 11, (3011, 800))
    assert found.estimate == pytest.approx(1.971488, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)


def test_half_counts_lie_between_whole_ones():
    low, half, high = (trends.two_counts(52, after) for after in (22, 22.5, 23))
    for attribute in ("estimate", "low", "high", "p"):
        values = [getattr(one, attribute) for one in (low, half, high)]
        assert values == sorted(values)


@pytest.mark.parametrize(
    ("before", "after", "estimate", "direction", "said"),
    [
        (0, 0, math.nan, "none", "Posts: none in either period."),
        (
            0,
            5,
            math.inf,
            "none",
            "Posts: no clear change; from nought, so no finite ratio (95% interval 0.92 no upper limit",
        ),
        (0, 9, math.inf, "up", "Posts rose; from nought, so no finite ratio (95% interval 1.97 no upper limit"),
        (9, 0, 0.0, "down", "Posts fell; ratio 0.00 (95% interval 0.00 to 0.51; 2 points, p 0.004)."),
        (7, 7, 1.0, "none", "Posts: no clear change; ratio 1.00 (95% interval 0.30 to 3.34; 2 points, p 1.000)."),
    ],
)
def test_two_counts_at_the_edges(before, after, estimate, direction, said):
    found = trends.two_counts(before, after, name="posts")
    assert found.estimate == estimate or math.isnan(found.estimate) == math.isnan(estimate) is True
    assert found.direction == direction
    assert found.sentence.startswith(said)


@given(st.integers(0, 200), st.integers(0, 200))
def test_swapping_periods_inverts_the_ratio(before, after):
    if before + after == 0:
        return
    one, other = trends.two_counts(before, after), trends.two_counts(after, before)
    assert one.p == pytest.approx(other.p)
    for a, b in ((one.estimate, other.estimate), (one.low, other.high), (one.high, other.low)):
        assert a == pytest.approx(1 / b if b else math.inf, rel=1e-6)


@pytest.mark.parametrize("counts", [(-1, 2), (1, math.nan), (math.inf, 1)])
def test_bad_counts_are_refused(counts):
    with pytest.raises(ValueError, match="counts are nought or more"):
        trends.two_counts(*counts)


def test_bad_exposures_are_refused():
    with pytest.raises(ValueError, match="exposures are above nought"):
        trends.two_counts(1, 2, (0, 1))


def test_the_exact_interval_covers_at_least_at_the_nominal_rate():
    random = np.random.default_rng(20)
    draws = random.poisson([30, 20], size=(600, 2))
    covered = [(one := trends.two_counts(*draw)).low <= 20 / 30 <= one.high for draw in draws]
    assert 0.94 <= np.mean(covered) <= 0.995


# Trends


def log_likelihood(parameters, times, counts, denominators):
    means = denominators * np.exp(parameters[0] + parameters[1] * (times - times.mean()))
    return -(counts * np.log(means) - means).sum()


@pytest.mark.parametrize("counts", [[52, 22.5, 13], [29, 22, 9], [5, 1, 1], [2, 1, 0], [30, 33, 28, 40, 35]])
@pytest.mark.parametrize("weights", [None, [10.0, 12.0, 9.0]])
def test_a_trend_against_the_likelihood_maximised_by_scipy(counts, weights):
    times = np.arange(len(counts)) + 2020.5
    if weights and len(weights) != len(counts):
        weights = None
    denominators = np.ones(len(counts)) if weights is None else np.array(weights)
    start = [math.log(sum(counts) / denominators.sum()), 0.0]
    best = optimize.minimize(log_likelihood, start, (times, np.array(counts), denominators), tol=1e-9)
    found = trends.trend(times, counts, weights)
    assert found.estimate == pytest.approx(math.exp(best.x[1]), rel=1e-5)
    means = denominators * np.exp(best.x[0] + best.x[1] * (times - times.mean()))
    centred = times - (means * times).sum() / means.sum()
    error = 1 / math.sqrt((means * centred**2).sum())  # closed form of the Poisson slope's standard error
    pearson = float(((np.array(counts) - means) ** 2 / means).sum())
    assert found.dispersion == pytest.approx(pearson / (len(counts) - 2), rel=1e-4)
    assert found.lack_of_fit_p == pytest.approx(chi2.sf(pearson, len(counts) - 2), rel=1e-4)
    assert found.method == "Poisson"
    assert found.low == pytest.approx(math.exp(best.x[1] - norm.ppf(0.975) * error), rel=1e-4)
    assert found.p == pytest.approx(2 * norm.sf(abs(best.x[1]) / error), rel=1e-3, abs=1e-12)


def test_an_over_dispersed_trend_widens_and_takes_students_t():
    counts = [40, 10, 55, 12, 60]
    found = trends.trend(range(5), counts, name="posts")
    assert found.method == "quasi-Poisson, Student's t"
    assert found.lack_of_fit_p < 0.05
    plain = math.log(found.estimate)
    reach = math.log(found.high) - plain
    centred = np.arange(5) - 2
    means = np.exp(np.log(np.mean(counts)) + 0 * centred)
    rough = math.sqrt(found.dispersion / (means * centred**2).sum()) * t.ppf(0.975, 3)
    assert reach == pytest.approx(rough, rel=0.05)


@pytest.mark.parametrize(
    ("counts", "end"),
    [
        ([17, 12, 1], "a fall, ratio 0.06 (95% interval 0.00 to 0.38; 2 points, p below 0.001)."),
        ([1, 12, 17], "a rise, ratio 17.00 (95% interval 2.66 to over 100; 2 points, p below 0.001)."),
        ([40, 10, 40], "no clear change, ratio 1.00 (95% interval 0.63 to 1.59; 2 points, p 1.000)."),
    ],
)
def test_points_that_follow_no_yearly_ratio_are_no_sign_that_nothing_changed(counts, end):
    found = trends.trend(range(3), counts, name="posts")
    assert found.direction == "none"
    assert found.sentence.startswith("Posts: the points do not follow one yearly ratio (ratio a year ")
    assert found.sentence.endswith(f"; 3 points, p {trends.p_value(found.p)}); from the first to the last {end}")


def test_shares_that_follow_no_yearly_ratio_neither():
    found = trends.binomial_trend(range(3), [17, 40, 1], [100, 100, 100], "the share")
    assert found.method.startswith("quasi-binomial")
    assert "not follow one yearly ratio (ratio of odds a year" in found.sentence
    assert "; from the first to the last a fall, ratio of odds 0.05 (" in found.sentence


@pytest.mark.parametrize(
    ("events", "totals", "end"),
    [
        ([0, 0, 50], [50, 50, 60], "a rise, from nought, so no finite ratio of odds (95% interval 50"),
        ([0, 5, 10], [10, 10, 10], "a rise"),
        ([3, 0, 0, 0], [50, 50, 50, 50], "no clear change, ratio of odds 0.00"),
    ],
)
def test_shares_that_separate_over_time_have_no_yearly_ratio(events, totals, end):
    found = trends.binomial_trend(range(len(events)), events, totals, "the rate")
    assert math.isnan(found.estimate)
    assert found.is_uneven
    assert found.sentence.startswith("The rate: all or nothing up to a point, so no yearly ratio can be estimated; ")
    assert f"from the first to the last {end}" in found.sentence


def test_three_levels_without_their_counts_are_too_few():
    found = trends.line(range(3), [30.4, 26.7, 15.8], "the rate", "percentage points")
    assert found.sentence == (
        "The rate: three numbers without the counts behind them are too few to tell a change; "
        "-7.30 percentage points a year (95% interval -33.71 to 19.11; 3 points)."
    )


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([0, 0, 0], "Posts: none at any of 3 points."),
        ([0, 0, 4], "Posts: all at one end of the 3 points, so no yearly ratio can be estimated."),
        ([4, 0, 0], "Posts: all at one end of the 3 points, so no yearly ratio can be estimated."),
    ],
)
def test_series_without_a_slope_get_a_plain_answer(counts, said):
    found = trends.trend(OCTOBERS, counts, name="posts")
    assert found.sentence == said
    assert math.isnan(found.estimate)
    assert found.direction == "none"


def test_a_perfect_fit_is_no_trouble():
    found = trends.trend([0, 1, 2], [80, 40, 20], name="posts")
    assert found.estimate == pytest.approx(0.5)
    assert found.dispersion == pytest.approx(0, abs=1e-9)
    assert found.direction == "down"


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 60), min_size=3, max_size=6), st.floats(0.2, 5))
def test_scaling_time_scales_the_slope(counts, scale):
    times = np.arange(len(counts), dtype=float)
    one, other = trends.trend(times, counts), trends.trend(times * scale, counts)
    assert math.log(one.estimate) == pytest.approx(scale * math.log(other.estimate), rel=1e-4, abs=1e-6)
    assert one.p == pytest.approx(other.p, rel=1e-4, abs=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(4)))
def test_the_order_of_points_does_not_matter(order):
    times, counts = [0, 1, 2, 3], [30, 24, 20, 11]
    shuffled = trends.trend([times[i] for i in order], [counts[i] for i in order])
    assert shuffled.estimate == pytest.approx(trends.trend(times, counts).estimate)


def test_trends_cover_at_about_the_nominal_rate():
    random = np.random.default_rng(7)
    times = np.arange(4.0)
    truth = 0.8
    draws = random.poisson(40 * truth**times, size=(400, 4))
    covered = [(one := trends.trend(times, draw)).low <= truth <= one.high for draw in draws]
    assert 0.92 <= np.mean(covered) <= 0.985


@pytest.mark.parametrize(
    ("times", "counts", "denominators", "told"),
    [
        ([1, 2], [3, 4], None, "a trend needs three points or more, not 2"),
        ([1, 2, 2], [3, 4, 5], None, "each point has a time of its own"),
        ([1, 2, 3], [3, -4, 5], None, "counts are nought or more"),
        ([1, 2, 3], [3, 4, 5], [1, 0, 1], "denominators are above nought"),
        ([1, 2, 3], [3, 4], None, "are of one length"),
    ],
)
def test_bad_series_are_refused(times, counts, denominators, told):
    with pytest.raises(ValueError, match=told):
        trends.trend(times, counts, denominators)


def test_binomial_trend_against_the_likelihood_maximised_by_scipy():
    times, events, totals = np.arange(3.0), np.array([20.0, 30.0, 40.5]), np.array([100.0, 100.0, 100.5])

    def minus(parameters):
        share = 1 / (1 + np.exp(-parameters[0] - parameters[1] * times))
        return -(events * np.log(share) + (totals - events) * np.log(1 - share)).sum()

    best = optimize.minimize(minus, [-1.0, 0.3], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    found = trends.binomial_trend(times, events, totals)
    assert found.estimate == pytest.approx(math.exp(best.x[1]), rel=1e-5)
    assert found.unit == "ratio of odds a year"
    assert found.direction == "up"


@pytest.mark.parametrize("events", [[0, 0, 0], [9, 9, 9]])
def test_a_share_of_all_or_nothing_gets_a_plain_answer(events):
    assert (
        trends.binomial_trend(range(3), events, [9, 9, 9], "cover").sentence
        == "Cover is all or nothing at every point."
    )


def test_a_share_above_its_total_is_refused():
    with pytest.raises(ValueError, match="no more events than its total"):
        trends.binomial_trend(range(3), [5, 1, 1], [4, 4, 4])


def test_a_line_against_scipys_regression():
    times, values = [2018.5, 2019.5, 2020.5, 2021.5], [3.3, 3.7, 2.1, 2.4]
    found, other = trends.line(times, values, unit="days"), linregress(times, values)
    assert found.estimate == pytest.approx(other.slope)
    assert found.high - found.estimate == pytest.approx(other.stderr * t.ppf(0.975, 2))
    assert math.isnan(found.p)
    assert (found.unit, found.direction) == ("days a year", "none")


def test_points_on_a_line_have_no_interval():
    found = trends.line([1, 2, 3], [1, 2, 3], name="level")
    assert (found.estimate, math.isnan(found.low), found.direction) == (1, True, "none")
    assert found.sentence == "Level; 1.00 unit a year, without an interval."


# Two groups


@pytest.mark.parametrize("table", [((42, 18), (26, 22)), ((10, 20), (30, 15)), ((5, 5), (5, 5))])
def test_difference_in_differences_against_closed_forms_and_scipy(table):
    (a, b), (c, d) = table
    found = trends.difference_in_differences(*table)
    ratio = (b / a) / (d / c)
    error = math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    wald = found["wald"]
    assert wald.estimate == pytest.approx(ratio)
    assert (wald.low, wald.high) == pytest.approx(
        (ratio * math.exp(-1.959964 * error), ratio * math.exp(1.959964 * error))
    )
    assert wald.p == pytest.approx(2 * norm.sf(abs(math.log(ratio)) / error))
    likelihood = chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue
    assert found["likelihood ratio"].p == pytest.approx(likelihood)
    assert found["exact"].low <= wald.low
    assert found["exact"].high >= wald.high


def test_the_exact_interval_against_fishers_tea():
    """Fisher's tea tasting, 3 of 4 cups: R's fisher.test gives 6.408309, from 0.2117329 (Agresti 1990, p. 61)."""
    exact = trends.difference_in_differences((1, 3), (3, 1))["exact"]
    assert exact.estimate == pytest.approx(6.408309, abs=1e-4)
    assert exact.low == pytest.approx(0.2117329, abs=1e-4)
    assert exact.p == pytest.approx(2 * 17 / 70)


@pytest.mark.parametrize("table", [((42, 18), (26, 22)), ((1, 3), (3, 1)), ((9, 2), (4, 12))])
def test_the_exact_interval_by_its_definition(table):
    """At either end one tail of Fisher's non-central hypergeometric distribution holds 2.5%."""
    (a, b), (c, d) = table
    exact = trends.difference_in_differences(*table)["exact"]
    assert nchypergeom_fisher(a + b + c + d, a + b, b + d, exact.low).sf(b - 1) == pytest.approx(0.025, rel=1e-3)
    assert nchypergeom_fisher(a + b + c + d, a + b, b + d, exact.high).cdf(b) == pytest.approx(0.025, rel=1e-3)


@settings(deadline=None, max_examples=20)
@given(st.tuples(*[st.integers(1, 40)] * 4))
def test_swapping_groups_inverts_the_ratio_of_ratios(counts):
    a, b, c, d = counts
    one, other = (trends.difference_in_differences(*pair)["exact"] for pair in (((a, b), (c, d)), ((c, d), (a, b))))
    assert one.estimate == pytest.approx(1 / other.estimate, rel=1e-4)
    assert one.low == pytest.approx(1 / other.high if math.isfinite(other.high) else 0, rel=1e-3, abs=1e-9)
    assert one.p == pytest.approx(other.p)


def test_groups_without_counts_get_a_plain_answer():
    for one in trends.difference_in_differences((0, 0), (3, 4)).values():
        assert one.sentence == "A group or a period has no counts to compare."
    with_nought = trends.difference_in_differences((5, 0), (3, 4))
    assert math.isnan(with_nought["wald"].low)
    assert with_nought["exact"].low == 0
    assert math.isfinite(with_nought["likelihood ratio"].p)


def test_half_counts_have_no_exact_comparison():
    with pytest.raises(ValueError, match="whole counts"):
        trends.difference_in_differences((5.5, 2), (3, 4))


def test_homogeneity():
    found = trends.homogeneity([18, 14, 10], [9, 3, 6])
    other = chi2_contingency([[18, 14, 10], [9, 3, 6]], correction=False, lambda_="log-likelihood")
    assert found.p == pytest.approx(other.pvalue)
    assert found.sentence == "No clear difference between the groups' changes (p 0.383)."
    assert trends.homogeneity([50, 5], [5, 50]).sentence.startswith("The groups' changes differ (p below 0.001)")
    assert trends.homogeneity([0, 5], [0, 6]).sentence == "Too few groups have counts to compare."


# Projection


@pytest.mark.parametrize(
    ("counts", "told"),
    [([5, 4, 3], "at least 4 points, there are 3: with fewer"), ([0, 0, 0, 9], "counts above nought at two points")],
)
def test_a_projection_is_refused_with_the_reason(counts, told):
    with pytest.raises(ValueError, match=told):
        trends.project(range(len(counts)), counts)


def test_a_projection_goes_one_step_ahead():
    found = trends.project([1, 2, 3, 4], [80, 40, 20, 10], "posts")
    assert found.estimate == pytest.approx(5)
    assert found.low <= 5 <= found.high
    assert found.sentence.startswith(
        "If the trend of 4 points went on, posts would come to 5.0 (95% prediction interval"
    )


def test_projections_cover_at_about_the_nominal_rate():
    random = np.random.default_rng(3)
    times = np.arange(6.0)
    draws = random.poisson(50 * 0.9 ** np.arange(7.0), size=(300, 7))
    covered = [(one := trends.project(times, draw[:6])).low <= draw[6] <= one.high for draw in draws]
    assert 0.91 <= np.mean(covered) <= 0.99


# Sentences


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (
            Result(2.0, 1.01, 4.0, 0.04, 3, "Poisson", unit="ratio a year"),
            "Posts rose; ratio a year 2.00 (95% interval 1.01 to 4.00; 3 points, p 0.040).",
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
            Result(0.5, 0.0, 400.0, 0.5, 3, "quasi-Poisson"),
            "Posts: no clear change; ratio 0.50 (95% interval 0.00 to over 100; 3 points, p 0.500). The points do not follow one yearly ratio.",
        ),
        (
            Result(-1.0, -2.0, -0.1, math.nan, 4, "least squares", unit="days a year"),
            "Posts fell; -1.00 days a year (95% interval -2.00 to -0.10; 4 points).",
        ),
        (
            Result(-1.0, -2.0, 0.0, math.nan, 4, "least squares", unit="days a year"),
            "Posts: no clear change; -1.00 days a year (95% interval -2.00 to 0.00; 4 points).",
        ),
        (Result(0.5, math.nan, math.nan, math.nan, 2, "none"), "Posts; ratio 0.50, without an interval."),
    ],
)
def test_sentences(result, text):
    assert trends.sentence(result, "posts") == text


@pytest.mark.parametrize(
    ("n", "text"), [(0, "Posts: 0 points, too few to tell a change."), (1, "Posts: 1 point, too few to tell a change.")]
)
def test_too_few(n, text):
    assert trends.too_few(n, "posts").sentence == text


def test_two_levels_have_a_ratio_and_no_interval():
    found = trends.two_levels(26, 13.3, "vacancy rate")
    assert found.estimate == pytest.approx(13.3 / 26)
    assert found.sentence.startswith("Vacancy rate went from 26 to 13.3; without the numbers behind them no interval")
    assert found.direction == "none"


@pytest.mark.parametrize(("p", "text"), [(0.0004, "below 0.001"), (0.001, "0.001"), (0.0495, "0.050"), (1.0, "1.000")])
def test_p_value(p, text):
    assert trends.p_value(p) == text


@pytest.mark.parametrize(
    ("unit", "ends", "said"),
    [
        ("ratio a year", (0.9, 0.8, 0.998), "The rate fell; ratio a year 0.900 (95% interval 0.800 to 0.998;"),
        ("ratio", (1.1, 1.0004, 1.2), "The rate rose; ratio 1.1000 (95% interval 1.0004 to 1.2000;"),
        ("cases a year", (0.1, 0.002, 0.3), "The rate rose; 0.100 cases a year (95% interval 0.002 to 0.300;"),
        ("ratio", (1, 0.8, 1.004), "The rate: no clear change; ratio 1.00 (95% interval 0.80 to 1.00;"),
        ("ratio", (0.7, 0.5, 1 - 1e-9), "The rate fell; ratio 0.70000 (95% interval 0.50000 to 1.00000;"),
    ],
)
def test_an_interval_clear_of_no_change_is_shown_to_be_so(unit, ends, said):
    result = trends.Result(*ends, 0.04, 5, "Poisson", unit=unit)
    assert trends.sentence(result, "the rate") == f"{said} 5 points, p 0.040)."


# Shares, and intervals of one rate


@pytest.mark.parametrize(("events", "totals"), [((25, 50), (125, 150)), ((0, 5), (20, 20)), ((3, 0), (10, 12))])
def test_two_shares_are_the_exact_conditional_ratio_of_odds(events, totals):
    found = trends.two_shares(events, totals, "the share")
    table = [[events[1], totals[1] - events[1]], [events[0], totals[0] - events[0]]]
    expected = odds_ratio(table, kind="conditional")
    assert found.estimate == pytest.approx(expected.statistic)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval(0.95)))
    assert (found.n, found.unit) == (2, "ratio of odds")


def test_full_time_equivalents_are_taken_to_the_nearest_whole():
    found, expected = trends.two_shares((24.6, 50.4), (125.2, 149.8)), trends.two_shares((25, 50), (125, 150))
    assert vars(found) == pytest.approx(vars(expected), nan_ok=True)


def test_all_or_nothing_in_both_periods_has_no_ratio():
    assert trends.two_shares((0, 0), (10, 12), "the share").sentence == "The share is all or nothing in both periods."
    assert math.isnan(trends.two_shares((10, 12), (10, 12)).estimate)


@pytest.mark.parametrize(("events", "totals"), [((5, 5), (4, 10)), ((-1, 5), (10, 10))])
def test_a_share_of_more_than_all_is_refused(events, totals):
    with pytest.raises(ValueError, match="no more events than its total"):
        trends.two_shares(events, totals)


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]
)
def test_the_interval_of_a_rate_is_garwoods(count, low, high):
    """From the table of Garwood (1936), as in Ulm (1990)."""
    assert trends.rate_interval(count, 1) == pytest.approx((low, high), abs=0.001)
    assert trends.rate_interval(count, 100)[1] == pytest.approx(high / 100, abs=0.001)


@pytest.mark.parametrize(("count", "total"), [(0, 10), (1, 10), (5, 10), (10, 10), (25, 125)])
def test_the_interval_of_a_share_is_clopper_and_pearsons(count, total):
    expected = binomtest(count, total).proportion_ci(0.95, "exact")
    assert trends.share_interval(count, total) == pytest.approx((expected.low, expected.high))
