import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from scipy.stats import binomtest, chi2, nchypergeom_fisher, norm, t

from workforce import trends
from workforce.trends import NoEstimate

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
    ("before", "after", "estimate", "low", "high", "direction"),
    [
        (0, 0, math.nan, math.nan, math.nan, "none"),
        (0, 5, math.inf, 0.917, math.inf, "none"),
        (0, 9, math.inf, 1.974, math.inf, "up"),
        (9, 0, 0.0, 0.0, 0.506, "down"),
        (7, 7, 1.0, 0.299, 3.341, "none"),
    ],
)
def test_two_counts_at_the_edges(before, after, estimate, low, high, direction):
    found = trends.two_counts(before, after)
    assert (found.estimate, found.low, found.high) == pytest.approx((estimate, low, high), abs=0.001, nan_ok=True)
    assert found.direction == direction


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
    with pytest.raises(ValueError, match="counts are zero or more"):
        trends.two_counts(*counts)


def test_bad_exposures_are_refused():
    with pytest.raises(ValueError, match="exposures are above zero"):
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
    counts = [40, 10, 55, 12, 60, 9, 70]
    found = trends.trend(range(7), counts)
    assert found.method == "quasi-Poisson, Student's t"
    assert found.lack_of_fit_p < 0.05
    best = optimize.minimize(log_likelihood, [3.5, 0.0], (np.arange(7.0), np.array(counts), np.ones(7)), tol=1e-9)
    means = np.exp(best.x[0] + best.x[1] * (np.arange(7) - 3))
    error = slope_error(means, np.arange(7), (np.array(counts) - means) ** 2 / means)
    assert math.log(found.high) - best.x[1] == pytest.approx(error * t.ppf(0.975, 5), rel=1e-4)
    assert found.p == pytest.approx(2 * t.sf(abs(best.x[1]) / error, 5), rel=1e-4)


@pytest.mark.parametrize(
    ("counts", "direction"),
    [([17, 12, 1], "down"), ([40, 10, 40, 10, 40], "none")],
)
def test_of_few_points_the_scatter_is_told_and_neither_widens_nor_narrows(counts, direction):
    found = trends.trend(range(len(counts)), counts)
    assert (found.method, found.scatters, found.direction) == ("Poisson", True, direction)


def slope_error(weights, times, pearson):
    """Return a slope's standard error in closed form, from the weights of the points and the parts of Pearson's statistic."""
    centred = times - (weights * times).sum() / weights.sum()
    return math.sqrt(pearson.sum() / (len(times) - 2) / (weights * centred**2).sum())


def test_an_over_dispersed_share_widens_by_pearsons_statistic_of_its_totals():
    times, events = np.arange(6.0), np.array([10.0, 60, 20, 80, 12, 70])
    totals = np.array([100.0, 120, 90, 110, 95, 105])
    found = trends.binomial_trend(times, events, totals)
    assert found.method == "quasi-binomial, Student's t"
    best = optimize.minimize(minus_log_likelihood, [0.0, 0.1], (times, events, totals), tol=1e-9)
    share = 1 / (1 + np.exp(-best.x[0] - best.x[1] * times))
    variance = totals * share * (1 - share)
    error = slope_error(variance, times, (events - totals * share) ** 2 / variance)
    assert math.log(found.high) - best.x[1] == pytest.approx(error * t.ppf(0.975, 4), rel=1e-4)
    assert found.p == pytest.approx(2 * t.sf(abs(best.x[1]) / error, 4), rel=1e-4)


@pytest.mark.parametrize(
    ("counts", "direction", "ratio"),
    [([17, 1, 40, 1, 40, 1], "down", 1 / 17), ([1, 40, 1, 40, 1, 17], "up", 17), ([40, 10, 40], "none", 1)],
)
def test_points_that_follow_no_yearly_ratio_are_no_sign_that_nothing_changed(counts, direction, ratio):
    found = trends.trend(range(len(counts)), counts)
    assert (found.direction, found.is_uneven) == ("none", True)
    assert (found.ends.direction, found.ends.n) == (direction, 2)
    assert found.ends.estimate == pytest.approx(ratio)


def test_shares_that_follow_no_yearly_ratio_neither():
    found = trends.binomial_trend(range(6), [17, 2, 40, 3, 40, 1], [100] * 6)
    assert found.method.startswith("quasi-binomial")
    assert (found.direction, found.ends.direction, found.ends.unit) == ("none", "down", "odds ratio")


@pytest.mark.parametrize(
    ("events", "totals", "direction"),
    [
        ([0, 0, 50], [50, 50, 60], "up"),
        ([0, 5, 10], [10, 10, 10], "up"),
        ([3, 0, 0, 0], [50, 50, 50, 50], "none"),
    ],
)
def test_shares_that_separate_over_time_have_no_yearly_ratio(events, totals, direction):
    found = trends.binomial_trend(range(len(events)), events, totals)
    assert math.isnan(found.estimate)
    assert (found.method, found.is_uneven) == (NoEstimate.SEPARATED, True)
    assert found.ends.direction == direction


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ([0, 0, 0], NoEstimate.NOTHING_COUNTED),
        ([0, 0, 4], NoEstimate.ONE_PERIOD),
        ([4, 0, 0], NoEstimate.ONE_PERIOD),
    ],
)
def test_series_without_a_slope_say_why(counts, why):
    found = trends.trend(OCTOBERS, counts)
    assert found.method == why
    assert math.isnan(found.estimate)
    assert found.direction == "none"


def test_a_perfect_fit_is_no_trouble():
    found = trends.trend([0, 1, 2], [80, 40, 20])
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
        ([1, 2, 3], [3, -4, 5], None, "counts are zero or more"),
        ([1, 2, 3], [3, 4, 5], [1, 0, 1], "denominators are above zero"),
        ([1, 2, 3], [3, 4], None, "are of one length"),
    ],
)
def test_bad_series_are_refused(times, counts, denominators, told):
    with pytest.raises(ValueError, match=told):
        trends.trend(times, counts, denominators)


def minus_log_likelihood(parameters, times, events, totals):
    share = 1 / (1 + np.exp(-parameters[0] - parameters[1] * times))
    return -(events * np.log(share) + (totals - events) * np.log(1 - share)).sum()


def test_binomial_trend_against_the_likelihood_maximised_by_scipy():
    times, events, totals = np.arange(3.0), np.array([20.0, 30.0, 40.5]), np.array([100.0, 100.0, 100.5])
    options = {"xatol": 1e-9, "fatol": 1e-12}
    best = optimize.minimize(minus_log_likelihood, [-1.0, 0.3], (times, events, totals), "Nelder-Mead", options=options)
    found = trends.binomial_trend(times, events, totals)
    assert found.estimate == pytest.approx(math.exp(best.x[1]), rel=1e-5)
    assert found.unit == "odds ratio per year"
    assert found.direction == "up"


@pytest.mark.parametrize("events", [[0, 0, 0], [9, 9, 9]])
def test_a_share_of_all_or_nothing_has_no_ratio(events):
    assert trends.binomial_trend(range(3), events, [9, 9, 9]).method == NoEstimate.ALL_OR_NOTHING


def test_a_share_above_its_total_is_refused():
    with pytest.raises(ValueError, match="no more events than its total"):
        trends.binomial_trend(range(3), [5, 1, 1], [4, 4, 4])


def test_a_line_by_the_normal_equations():
    times, values = np.array([2018.5, 2019.5, 2020.5, 2021.5]), np.array([3.3, 3.7, 2.1, 2.4])
    found, design = trends.line(times, values, unit="days"), np.column_stack([np.ones(4), times - 2020])
    solved = np.linalg.solve(design.T @ design, design.T @ values)
    scatter = ((values - design @ solved) ** 2).sum() / 2
    error = math.sqrt(scatter * np.linalg.inv(design.T @ design)[1, 1])
    assert found.estimate == pytest.approx(solved[1])
    assert (found.low, found.high) == pytest.approx([solved[1] + side * error * t.ppf(0.975, 2) for side in (-1, 1)])
    assert math.isnan(found.p)
    assert (found.unit, found.direction) == ("days per year", "none")


@pytest.mark.parametrize("values", [[1, 2, 3], [0.1, 0.2, 0.3], [7, 7, 7], [1e6, 2e6, 3e6, 4e6]])
def test_points_on_a_line_have_no_interval(values):
    found = trends.line(range(len(values)), values)
    assert found.estimate == pytest.approx(values[1] - values[0])
    assert (math.isnan(found.low), found.direction) == (True, "none")


# Two groups


def deviance(table):
    """Return the likelihood ratio statistic of a table by its definition, 2 sum O ln(O / E)."""
    observed = np.array(table, dtype=float)
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0) / observed.sum()
    return 2 * (observed * np.log(observed / expected)).sum()


@pytest.mark.parametrize("table", [((42, 18), (26, 22)), ((10, 20), (30, 15)), ((5, 5), (5, 5))])
def test_difference_in_differences_against_closed_forms(table):
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
    assert found["likelihood ratio"].p == pytest.approx(chi2.sf(deviance(table), 1))
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
        assert one.method == NoEstimate.EMPTY_MARGIN
    with_zero = trends.difference_in_differences((5, 0), (3, 4))
    assert math.isnan(with_zero["wald"].low)
    assert with_zero["exact"].low == 0
    assert math.isfinite(with_zero["likelihood ratio"].p)


def test_half_counts_have_no_exact_comparison():
    with pytest.raises(ValueError, match="whole counts"):
        trends.difference_in_differences((5.5, 2), (3, 4))


def test_homogeneity():
    found = trends.homogeneity([18, 14, 10], [9, 3, 6])
    assert found.p == pytest.approx(chi2.sf(deviance([[18, 14, 10], [9, 3, 6]]), 2))
    assert (found.n, found.method) == (3, "likelihood ratio, 2 degree(s) of freedom")
    assert trends.homogeneity([50, 5], [5, 50]).p < 0.001
    assert trends.homogeneity([0, 5], [0, 6]).method == NoEstimate.TOO_FEW_GROUPS


@pytest.mark.parametrize("n", [0, 1])
def test_too_few(n):
    found = trends.too_few(n)
    assert (found.n, found.method) == (n, NoEstimate.TOO_FEW_POINTS)


def test_two_levels_have_a_ratio_and_no_interval():
    found = trends.two_levels(26, 13.3)
    assert found.estimate == pytest.approx(13.3 / 26)
    assert (found.levels, found.direction) == ((26, 13.3), "none")
    assert math.isnan(found.low)


# Shares, and intervals of one rate


@pytest.mark.parametrize(("events", "totals"), [((25, 50), (125, 150)), ((3, 8), (20, 20)), ((30, 6), (40, 12))])
def test_two_shares_are_the_conditional_odds_ratio_by_its_definition(events, totals):
    """At its maximum the expected number of events is the observed one; at either end one tail holds 2.5%."""
    found = trends.two_shares(events, totals)

    def law(odds):
        return nchypergeom_fisher(sum(totals), sum(events), totals[1], odds)

    assert law(found.estimate).mean() == pytest.approx(events[1], rel=1e-4)
    assert law(found.low).sf(events[1] - 1) == pytest.approx(0.025, rel=1e-3)
    assert law(found.high).cdf(events[1]) == pytest.approx(0.025, rel=1e-3)
    assert (found.n, found.unit) == (2, "odds ratio")


@pytest.mark.parametrize(("events", "estimate"), [((0, 5), math.inf), ((3, 0), 0.0)])
def test_shares_with_none_in_one_period_have_an_end_without_a_limit(events, estimate):
    found = trends.two_shares(events, (20, 20))
    assert (found.estimate, math.isinf(found.high), found.low == 0) == (estimate, events[0] == 0, events[1] == 0)


def test_full_time_equivalents_are_taken_to_the_nearest_whole():
    found, expected = trends.two_shares((24.6, 50.4), (125.2, 149.8)), trends.two_shares((25, 50), (125, 150))
    assert vars(found) == pytest.approx(vars(expected), nan_ok=True)


def test_all_or_nothing_in_both_periods_has_no_ratio():
    for events in ((0, 0), (10, 12)):
        found = trends.two_shares(events, (10, 12))
        assert (found.method, math.isnan(found.estimate)) == (NoEstimate.ALL_OR_NOTHING, True)


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


@pytest.mark.parametrize(
    ("amounts", "told"),
    [([1.0, 2.0], "a yearly ratio needs three points or more, not 2"), ([], "three points or more")],
)
def test_a_yearly_ratio_needs_three_amounts(amounts, told):
    with pytest.raises(ValueError, match=told):
        trends.growth(range(len(amounts)), amounts)


@pytest.mark.parametrize("amounts", [[0, 1, 2], [-1, 5, 9]])
def test_amounts_of_nothing_or_below_have_no_yearly_ratio(amounts):
    assert trends.growth([1, 2, 3], amounts).method == trends.NoEstimate.NOT_ABOVE_ZERO
