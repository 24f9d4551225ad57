"""The trial of the reports' intervals, by all authorities of the release in the box."""

import numpy as np
import pandas as pd
import pytest

from workforce import data
from workforce.national import backtest, compare, measures, neighbours, ordinary, release


@pytest.fixture(scope="module")
def real():
    return release.newest(folder=data.NATIONAL)


@pytest.fixture(scope="module")
def judged(real):
    return backtest.forecasts(real, (measures.TURNOVER,))


def test_a_forecast_is_made_of_the_years_before_alone(real, judged):
    """Birmingham's turnover of 2023, forecast again from its own counts and a law learnt up to 2022."""
    points = compare.points(real, measures.TURNOVER, "330")
    before = points[points["year"] < 2023]
    law = ordinary.learnt(real, measures.TURNOVER, 2022)
    again = law.forecast(before["year"], before["count"], before["base"], 2023)
    mine = judged[(judged["area"] == "330") & (judged["year"] == 2023) & (judged["method"] == backtest.LEVEL)]
    assert mine[list(again._fields)].iloc[0].tolist() == pytest.approx(list(again))
    assert mine["rate"].iloc[0] == pytest.approx(100 * points.set_index("year").eval("count / base")[2023])


def test_chance_alone_is_the_normal_interval_of_two_counts(real, judged):
    points = compare.points(real, measures.TURNOVER, "330").set_index("year")
    count, base = points.loc[2022, ["count", "base"]]
    y = np.log((count + 0.5) / base)
    high = 100 * (np.exp(y + 1.959964 * (1 / (count + 0.5) + 1 / (count + 0.5)) ** 0.5) - 0.5 / base)
    mine = judged[(judged["area"] == "330") & (judged["year"] == 2023) & (judged["method"] == backtest.CHANCE)]
    assert mine["high"].iloc[0] == pytest.approx(high)


def test_coverage_is_counted_by_measure_and_size():
    rows = [("m", 2024, str(n), size, "x", 10.0, 12.0, low, 15.0, 11.0, 14.0) for n, size, low in CASES]
    columns = ["measure", "year", "area", "size", "method", "rate", *ordinary.Range._fields]
    found = backtest.coverage(pd.DataFrame(rows, columns=columns)).set_index("size")
    assert found["coverage_95"].to_dict() == pytest.approx({"all": 2 / 3, "small": 0.5, "large": 1.0})
    assert found["calls"].to_dict() == pytest.approx({"all": 1 / 3, "small": 0.5, "large": 0.0})
    assert found["coverage_80"].tolist() == [0, 0, 0]
    assert (found["error"] == 2).all() and found["forecasts"].tolist() == [3, 2, 1]


CASES = [(1, "small", 9.0), (2, "small", 11.0), (3, "large", 10.0)]


def test_the_ranges_in_use_hold_what_is_aimed_at(judged):
    """On years that were not fitted; chance alone does not, nor do the others for every measure."""
    whole = backtest.coverage(judged).query("size == 'all'").set_index("method")
    for name, (low, high) in backtest.AIMS.items():
        assert low <= whole.loc[backtest.LEVEL, name] <= high, name
    assert whole.loc[backtest.CHANCE, "calls"] > 2 * backtest.AIMS["calls"][1]


def test_the_committed_table_is_what_the_trial_gives_of_turnover(judged):
    committed = pd.read_csv(data.PROJECT / "outputs" / "tables" / "how_sure.csv").query("measure == 'turnover rate'")
    again = backtest.coverage(judged).round(4)
    pd.testing.assert_frame_equal(committed.reset_index(drop=True), again, check_dtype=False, atol=2e-4)


def test_trends_called_are_few_and_followed_by_hand(real):
    found = backtest.trends_called(real, (measures.VACANCY,)).set_index("year")
    assert (found["called"] <= 0.08 * found["trends"]).all()
    assert (found["went_on"] <= found["followed"]).all() and found.loc[real.latest, "followed"] == 0
    law, called = ordinary.learnt(real, measures.VACANCY, 2024), []
    whole = ordinary.panel(real, measures.VACANCY, 2024)
    for place in range(len(whole.areas)):
        known = ~np.isnan(whole.counts[place])
        if known.sum() >= 3 and known[-1]:
            parts = np.array(whole.years)[known], whole.counts[place, known], whole.bases[place, known]
            called.append(law.trend(*parts).direction != "none")
    assert (found.loc[2024, "called"], found.loc[2024, "trends"]) == (sum(called), len(called))


def test_sides_are_followed_a_year_on(real):
    near = neighbours.newest(data.NATIONAL)
    found = backtest.lasting(real, near, (measures.AGENCY,)).set_index("year")
    now, then = (compare.sides(real, measures.AGENCY, year, near) for year in (2023, 2024))
    named = {area: side for area, side in now.items() if side in ("lower", "higher") and then.get(area)}
    assert found.loc[2023, "same"] == sum(then[area] == side for area, side in named.items())
    assert found.loc[2023, ["same", "none", "other"]].sum() == len(named)
    assert np.isnan(found.loc[real.latest, "same"])


@pytest.mark.parametrize("area", ["330", "331", "202"])
def test_a_side_is_the_same_whether_asked_of_one_or_of_all(real, area):
    near = neighbours.newest(data.NATIONAL)
    one = compare.side(real, measures.VACANCY, area, 2025, near)
    assert one == compare.sides(real, measures.VACANCY, 2025, near)[area]
