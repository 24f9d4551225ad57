import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from workforce import data, trends
from workforce.national import measures, ordinary, release
from workforce.national.ordinary import Autoregression, LocalLevel, Ordinary, Range, Walk

NORMAL = (1.959964, 1.281552)


def wandering(law, authorities, years, size, seed):
    """Return log rates of authorities that wander by a law about a rate of 0.15, with their variances by chance."""
    random = np.random.default_rng(seed)
    level = np.log(0.15) + np.cumsum(random.normal(0, law.step**0.5, (authorities, years)), axis=1)
    rate = np.exp(level + random.normal(0, law.passing**0.5, (authorities, years)))
    return ordinary.logs("rate", random.poisson(size * rate).astype(float), np.full(rate.shape, float(size)))


@pytest.fixture(scope="module")
def real():
    return release.newest(folder=data.NATIONAL)


@pytest.mark.parametrize("law", [LocalLevel(0.04, 0.09), LocalLevel(0.16, 0.01)])
def test_the_variances_that_made_the_rates_are_found_again(law):
    found = ordinary.fitted(LocalLevel, *wandering(law, 400, 9, 300, seed=3))
    assert (found.step, found.passing) == pytest.approx((law.step, law.passing), rel=0.25, abs=0.01)


def test_the_likelihood_is_that_of_statsmodels_kalman_filter():
    """One authority, the same chance each year: then statsmodels has the model, with both parts of the noise as one."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    y = np.array([0.2, 0.5, 0.1, 0.4, 0.9, 0.7])
    law, chance = LocalLevel(0.05, 0.08), 0.02
    model = UnobservedComponents(y, "llevel")
    model.ssm.initialize_known(np.zeros(1), np.array([[25.0]]))
    model.update([law.passing + chance, law.step])
    filtered = model.ssm.filter()
    errors = filtered.forecasts_error[0] / filtered.forecasts_error_cov[0, 0] ** 0.5
    _, steps, ours = ordinary._standardised(law, y[None], np.full((1, 6), chance))
    assert ours[0] == pytest.approx(errors, rel=1e-6)
    assert steps[0] ** 2 == pytest.approx(filtered.forecasts_error_cov[0, 0], rel=1e-6)
    centre, variance = ordinary.foreseen(law, range(5), y[:5], np.full(5, chance), 5)
    assert y[5] - centre == pytest.approx(filtered.forecasts_error[0, 5], rel=1e-6)
    assert variance + chance == pytest.approx(filtered.forecasts_error_cov[0, 0, 5], rel=1e-6)


def test_the_nile_has_the_variances_that_durbin_and_koopman_found():
    """A hundred years of its flow: 15,099 and 1,469.1 (2012, Time series analysis by state space methods, section 2.2.5)."""
    from statsmodels.datasets import nile

    flow = nile.load_pandas().data["volume"].to_numpy()
    found = ordinary.fitted(LocalLevel, (flow[None] - flow.mean()) / 100, np.zeros((1, len(flow))))
    assert (found.passing, found.step) == pytest.approx((1.5099, 0.14691), rel=0.02)


def test_a_missing_year_is_left_out_and_the_level_goes_on():
    y, chance = np.array([[0.2, np.nan, 0.6, 0.5]]), np.array([[0.02, np.nan, 0.03, 0.02]])
    law = LocalLevel(0.05, 0.08)
    _, steps, errors = ordinary._standardised(law, y, chance)
    ours = -np.log(steps).sum() - 0.5 * (errors**2).sum() - 1.5 * np.log(2 * np.pi)
    times = [0, 2, 3]
    covariance = law.covariance(times) + np.diag(chance[0, times])
    assert ours == pytest.approx(multivariate_normal(np.zeros(3), covariance).logpdf(y[0, times]))


def test_a_walk_has_nothing_of_one_year_only_and_a_deviation_dies_away():
    assert Walk.of([np.log(0.2)]) == Walk(0.2, 0.0)
    assert Autoregression(0.5, 0.8).covariance(np.array([0, 1, 3])).round(4).tolist() == [
        [0.5, 0.4, 0.256],
        [0.4, 0.5, 0.32],
        [0.256, 0.32, 0.5],
    ]


@pytest.mark.parametrize("model", ["rate", "share"])
@pytest.mark.parametrize(("count", "base"), [(0, 12), (3, 12), (12, 12), (40.5, 300)])
def test_rates_come_back_from_their_logs(model, count, base):
    y, _ = ordinary.logs(model, float(count), float(base))
    assert float(ordinary.percent(model, y, base)) == pytest.approx(100 * count / base)


def test_ranges_hold_what_they_should_of_a_world_that_is_like_the_model():
    """The next year of 600 authorities, of a law that was fitted on the years before."""
    law = LocalLevel(0.04, 0.06)
    y, chance = wandering(law, 600, 9, 200, seed=5)
    found = ordinary.fitted(LocalLevel, y[:, :8], chance[:, :8])
    one = Ordinary("rate", found, NORMAL, 600, 2017, 2024)
    counts = np.exp(y) * 200 - 0.5
    years = np.arange(2017, 2025)
    held = []
    for row in counts:
        ahead = one.forecast(years, row[:8], np.full(8, 200.0), 2025)
        rate = 100 * row[8] / 200
        held.append((ahead.low <= rate <= ahead.high, ahead.inner_low <= rate <= ahead.inner_high))
    assert np.mean(held, axis=0) == pytest.approx([0.95, 0.80], abs=0.035)


def test_a_trend_is_rarely_called_where_rates_only_wander_and_is_found_where_there_is_one():
    law = LocalLevel(0.02, 0.04)
    y, _ = wandering(law, 400, 9, 200, seed=11)
    one, years, bases = Ordinary("rate", law, NORMAL, 400, 2017, 2025), np.arange(2017, 2026), np.full(9, 200.0)
    called = [one.trend(years, np.exp(row) * 200 - 0.5, bases).direction != "none" for row in y]
    assert 0.02 <= np.mean(called) <= 0.08
    steep = np.exp(y + 0.4 * np.arange(9)) * 200 - 0.5
    assert np.mean([one.trend(years, row, bases).direction == "up" for row in steep]) > 0.95


def test_a_slope_by_generalised_least_squares_in_closed_form():
    law, times, counts = LocalLevel(0.05, 0.02), np.array([2021.0, 2022, 2024]), np.array([17.0, 12, 1])
    found = Ordinary("rate", law, NORMAL, 151, 2017, 2025).trend(times, counts, np.ones(3))
    inverse = np.linalg.inv(law.covariance(times) + np.diag(1 / (counts + 0.5)))
    design = np.column_stack([np.ones(3), times - times.mean()])
    spread = np.linalg.inv(design.T @ inverse @ design)
    slope = (spread @ design.T @ inverse @ np.log(counts + 0.5))[1]
    assert np.log(found.estimate) == pytest.approx(slope)
    assert np.log(found.high) == pytest.approx(slope + NORMAL[0] * spread[1, 1] ** 0.5)
    assert (found.n, found.unit, found.method) == (3, "ratio per year", ordinary.METHOD)


def test_a_change_over_some_years_is_the_yearly_ratio_to_their_power():
    one = Ordinary("share", LocalLevel(0.1, 0.02), NORMAL, 151, 2017, 2025)
    points = [2021, 2024], np.array([10.0, 30]), np.array([100.0, 100])
    assert one.change(*points).estimate == pytest.approx(one.trend(*points).estimate ** 3)
    assert (one.change(*points).unit, one.change(*points).n) == ("odds ratio", 2)
    wide, narrow = one.change(*points), trends.two_shares((10, 30), (100, 100))
    assert wide.low < narrow.low and wide.high > narrow.high


def test_the_level_is_surer_than_a_year_and_less_sure_beside_few_neighbours():
    one = Ordinary("rate", LocalLevel(0.01, 0.09), NORMAL, 151, 2017, 2025)
    points = [2022, 2023, 2024], [20.0, 21, 19], [100.0, 100, 100]
    year = one.forecast(*points, 2025)
    level, beside = one.around(*points), one.around(*points, near=[10.0, 12, 20, 25, 30])
    assert year.low < beside[0] < level[0] < 20 < level[1] < beside[1] < year.high


@pytest.mark.parametrize(("rate", "side"), [(4.9, "below"), (5, "within"), (20, "within"), (20.1, "above")])
def test_a_rate_is_above_below_or_within_a_range(rate, side):
    assert Range(10, 5, 20, 7, 15).side(rate) == side


def test_nothing_is_learnt_of_levels_few_years_or_few_authorities(read, real):
    assert ordinary.learnt(read(), measures.TURNOVER) is None
    assert ordinary.learnt(real, measures.CASELOAD) is None
    assert ordinary.learnt(real, measures.TURNOVER, real.years[1]) is None
    assert ordinary.learnt(real, measures.TURNOVER, real.years[2]) is not None


def test_what_was_learnt_is_told_as_a_row_a_measure(real):
    frame = ordinary.to_frame(real, measures.STABILITY)
    assert frame["measure"].tolist() == [one.name for one in measures.STABILITY]
    assert (frame["authorities"] >= 150).all()
    assert frame["reach_95"].between(1.8, 2.8).all()
    assert pd.notna(frame).all(axis=None)
