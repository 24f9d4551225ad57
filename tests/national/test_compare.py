import math

import numpy as np
import pandas as pd
import pytest

import made
from workforce import trends
from workforce.national import compare
from workforce.national.measures import ABSENCE, AGENCY, CASELOAD, TURNOVER, VACANCY
from workforce.national.neighbours import Neighbours
from workforce.national.ordinary import Range

AYTON = made.CODES["Ayton"]
TIMES = [year + 0.75 for year in made.YEARS]


# The turnover rates of 2024, in order: 5, 10, 10, 10, 15, 15, 20, 20, 20, 25.
@pytest.mark.parametrize(
    ("name", "rank", "tied", "quarter"),
    [
        ("Ayton", 1, False, "lowest"),
        ("Beeford", 2, True, "lowest"),
        ("Corby", 5, True, "second lowest"),
        ("Denton", 7, True, "second highest"),
        ("Egham", 10, False, "highest"),
    ],
)
def test_a_rank_counts_from_the_lowest_and_ties_share_it(read, name, rank, tied, quarter):
    found = compare.standing(read(), TURNOVER, made.CODES[name], 2024)
    assert (found.rank, found.tied, found.of, compare.QUARTERS[found.quarter]) == (rank, tied, 10, quarter)


def test_without_a_figure_there_is_no_rank_and_the_others_are_counted_without(read):
    found = read(turnover_rate_fte="c", leavers_fte="c")
    assert compare.standing(found, TURNOVER, AYTON, 2024) is None
    assert compare.standing(found, TURNOVER, made.CODES["Egham"], 2024).of == 9
    assert compare.standing(found, TURNOVER, AYTON, 2023).rank == 1


def test_of_four_quarters_each_has_its_share():
    quarters = [compare.Standing(rank, False, 12).quarter for rank in range(1, 13)]
    assert quarters == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert compare.Standing(1, False, 1).quarter == 0


def test_an_authority_stands_beside_its_region_england_and_neighbours(read):
    """The North East has 75 leavers of 500, England 150 of 1,000; Corby has 15, Denton 20 and Egham 25 of 100."""
    codes = [made.CODES[name] for name in ("Corby", "Denton", "Egham")]
    found = compare.beside(read(), TURNOVER, AYTON, 2024, Neighbours("n.csv", {AYTON: [*codes, "999"]}))
    assert found[["who", "name", "value", "of"]].iloc[:-1].values.tolist() == [
        ["authority", "Ayton", 5.0, 1],
        ["region", "North East", 15.0, 1],
        ["England", "England", 15.0, 1],
        ["neighbours' median", "statistical neighbours, median", 20.0, 3],
        ["neighbours' mean", "statistical neighbours, mean", 20.0, 3],
        ["neighbour", "Corby", 15.0, 1],
        ["neighbour", "Denton", 20.0, 1],
        ["neighbour", "Egham", 25.0, 1],
    ]
    assert found.iloc[-1][["who", "name", "reason"]].tolist() == ["neighbour", "999", "not in this release"]
    assert math.isnan(found["value"].iloc[-1])


def test_a_neighbour_without_a_figure_is_named_with_the_reason_and_not_averaged(read):
    listed = Neighbours("n.csv", {made.CODES["Egham"]: [AYTON, made.CODES["Beeford"], made.CODES["Corby"]]})
    found = compare.beside(read(turnover_rate_fte="c"), TURNOVER, made.CODES["Egham"], 2024, listed).set_index("name")
    assert found.loc["statistical neighbours, median", ["value", "of"]].tolist() == [12.5, 2]
    assert found.loc["Ayton", "reason"] == "confidential"
    alone = Neighbours("n.csv", {made.CODES["Egham"]: [AYTON]})
    found = compare.beside(read(turnover_rate_fte="c"), TURNOVER, made.CODES["Egham"], 2024, alone).set_index("who")
    assert found.loc["neighbours' median", ["reason", "of"]].tolist() == ["no neighbour has a figure", 0]


def test_without_a_file_of_neighbours_there_are_none(read):
    assert compare.beside(read(), TURNOVER, AYTON, 2024)["who"].tolist() == ["authority", "region", "England"]


def varied(name, column, numbers):
    """Return rows in which one authority's column has a number for each year."""
    years = dict(zip(map(str, made.YEARS), map(str, numbers), strict=True))
    return [{**row, column: years[row["time_period"]]} if row.get("la_name") == name else row for row in made.rows()]


def like(result):
    """Return the fields of a result, to compare with; what both lack is alike."""
    return pytest.approx(vars(result), nan_ok=True)


def test_a_trend_is_that_of_the_model_for_the_kind_of_measure(read):
    rows = varied("Ayton", "leavers_fte", [20, 15, 10, 5])
    expected = trends.trend(TIMES, [20, 15, 10, 5], [100] * 4)
    assert vars(compare.trend(read(rows), TURNOVER, AYTON)) == like(expected)
    rows = varied("Ayton", "vacancy_fte", [10, 20, 30, 40])
    expected = trends.binomial_trend(TIMES, [10, 20, 30, 40], [110, 120, 130, 140])
    assert vars(compare.trend(read(rows, "v.csv"), VACANCY, AYTON)) == like(expected)
    rows = varied("Ayton", "caseload_fte", [18, 17, 17, 15])
    expected = trends.line(TIMES, [18, 17, 17, 15], "cases per case holder")
    assert vars(compare.trend(read(rows, "c.csv"), CASELOAD, AYTON)) == like(expected)
    assert compare.trend(read(rows, "c.csv"), ABSENCE, AYTON).unit == "percentage points per year"


@pytest.mark.parametrize(
    ("numbers", "points", "method"),
    [
        ([20, "c", 10, 5], 3, "Poisson"),
        (["x", "c", 10, 5], 2, "exact conditional, p twice the smaller tail"),
        (["x", "c", "low", 5], 1, "none: too few points"),
        (["x", "c", "low", "u"], 0, "none: too few points"),
    ],
)
def test_a_missing_year_is_left_out_of_a_trend(read, numbers, points, method):
    found = compare.trend(read(varied("Ayton", "leavers_fte", numbers)), TURNOVER, AYTON)
    assert (found.n, found.method) == (points, method)


def test_two_years_of_a_level_are_too_few(read):
    found = compare.trend(read(varied("Ayton", "caseload_fte", ["x", "x", 17, 15])), CASELOAD, AYTON)
    assert (found.n, found.method) == (2, "none: too few points")


def test_a_change_of_a_share_is_an_odds_ratio(read):
    found = read(varied("Ayton", "vacancy_fte", [10, 10, 25, 50]))
    expected = trends.two_shares((25, 50), (125, 150))
    assert vars(compare.change(found, VACANCY, AYTON, 2023)) == like(expected)
    assert expected.unit == "odds ratio"
    assert 1.7 < expected.estimate < 2.1  # 50 to 100 over 25 to 100 is 2


def test_an_interval_is_that_of_the_authoritys_own_count(read):
    found = read(agency_fte="c")
    assert compare.interval(found, TURNOVER, AYTON, 2024) == pytest.approx(
        [100 * end for end in trends.rate_interval(5, 100)]
    )
    assert compare.interval(found, VACANCY, AYTON, 2024) == pytest.approx(
        [100 * end for end in trends.share_interval(25, 125)]
    )
    assert compare.interval(found, AGENCY, AYTON, 2024) is None
    assert compare.interval(found, CASELOAD, AYTON, 2024) is None


def test_a_change_is_the_ratio_of_two_rates(read):
    found = read(varied("Ayton", "leavers_fte", [20, 15, 5, 15]))
    expected = trends.two_counts(5, 15, (100, 100))
    assert vars(compare.change(found, TURNOVER, AYTON, 2023)) == like(expected)
    assert compare.change(found, TURNOVER, AYTON, 2021).estimate == pytest.approx(15 / 20)
    assert compare.change(found, CASELOAD, AYTON, 2023) is None
    assert compare.change(found, TURNOVER, AYTON, 2020) is None
    missing = read(varied("Ayton", "leavers_fte", [20, 15, 5, "c"]), "c.csv")
    assert compare.change(missing, TURNOVER, AYTON, 2023) is None


def test_a_funnel_has_every_authority_about_the_rate_of_all(read):
    found = compare.funnel(read(), TURNOVER, 2024)
    assert found.target == pytest.approx(0.15)
    assert found.points.loc[made.CODES["Egham"]].tolist() == [25, 100, 0.25]
    assert len(compare.funnel(read(), VACANCY, 2024).points) == 10
    # England: 25 and nine times 10 vacancies, beside 1,000 in post
    assert compare.funnel(read(), VACANCY, 2024).target == pytest.approx(115 / 1115)


def test_over_dispersion_is_the_mean_of_squared_distances_winsorised(read):
    """Deviations of -10, three of -5, two of 0, three of 5 and one of 10 points; the tenth of each end at 5.5."""
    expected = (2 * 0.055**2 + 6 * 0.05**2) / 10 / (0.15 / 100)
    assert compare.funnel(read(), TURNOVER, 2024).dispersion == pytest.approx(expected)


def poisson(mean, count):
    return sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(count + 1))


def binomial(n, share, count):
    return sum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(count + 1))


@pytest.mark.parametrize(("level", "tail"), [(0.95, 0.025), (0.998, 0.001)])
@pytest.mark.parametrize("model", ["rate", "share"])
def test_limits_are_the_exact_quantiles_interpolated(model, level, tail):
    one = compare.Funnel(model, made_points(), 0.15)

    def law(count):
        return poisson(15, count) if model == "rate" else binomial(100, 0.15, count)

    for side, probability in enumerate((tail, 1 - tail)):
        whole = next(count for count in range(101) if law(count) >= probability)
        expected = whole - (law(whole) - probability) / (law(whole) - law(whole - 1))
        assert one.limits([100], level)[side][0] == pytest.approx(expected / 100)


def made_points():
    import pandas as pd

    return pd.DataFrame(
        {"count": [15.0, 30, 5], "base": [100.0, 100, 100], "rate": [0.15, 0.30, 0.05]}, index=list("abc")
    )


def test_widened_limits_reach_further_by_the_root_of_the_dispersion(read):
    one = compare.funnel(read(), TURNOVER, 2024)
    low, high = one.limits([100.0], 0.95, widened=True)
    reach = 1.959964 * math.sqrt(one.dispersion * 0.15 / 100)
    assert (low[0], high[0]) == pytest.approx((0.15 - reach, 0.15 + reach), rel=1e-6)


def test_limits_narrow_with_size_and_never_leave_what_is_possible():
    sizes = np.array([1, 2, 5, 10, 50, 100, 1000.0])
    for model in ("rate", "share"):
        for widened in (False, True):
            low, high = compare.Funnel(model, made_points(), 0.15).limits(sizes, 0.998, widened)
            assert (low >= 0).all()
            assert (low <= 0.15).all()
            assert (high >= 0.15).all()
            assert model == "rate" or (high <= 1).all()
            assert (np.diff(high[2:]) < 0).all()


@pytest.mark.parametrize(
    ("area", "verdict"), [("a", ("inside", 0.95)), ("b", ("above", 0.998)), ("c", ("below", 0.95))]
)
def test_where_an_authority_lies(area, verdict):
    assert compare.Funnel("rate", made_points(), 0.15).verdict(area) == verdict


def test_there_is_no_funnel_of_a_level_or_of_few(read):
    assert compare.funnel(read(), CASELOAD, 2024) is None
    assert compare.funnel(read(agency_fte="c"), AGENCY, 2024) is None
    assert len(compare.funnel(read(agency_fte="c"), AGENCY, 2023).points) == 10


def test_the_variance_between_shares_is_that_of_statsmodels():
    """Against its random effects by DerSimonian and Laird."""
    from statsmodels.stats.meta_analysis import combine_effects

    points = pd.DataFrame({"rate": [0.05, 0.2, 0.11, 0.3, 0.16], "base": [100.0, 250, 80, 60, 400]})
    one = compare.Funnel("share", points, 0.15)
    theirs = combine_effects(points["rate"].to_numpy(), 0.15 * 0.85 / points["base"].to_numpy(), method_re="dl")
    assert one.between == pytest.approx(theirs.tau2) and one.is_wider
    alike = compare.Funnel("share", points.assign(rate=0.15), 0.15)
    assert (alike.between, alike.is_wider) == (0.0, False)


def test_added_variance_leaves_about_as_many_large_authorities_outside_as_small_ones():
    """Shares that truly differ: a factor would call the large ones out of all proportion."""
    random = np.random.default_rng(4)
    bases = np.repeat([60, 1000], 300)
    counts = random.binomial(bases, np.clip(random.normal(0.2, 0.06, 600), 0.01, 0.99))
    points = pd.DataFrame({"count": counts, "base": bases, "rate": counts / bases})
    one = compare.Funnel("share", points, counts.sum() / bases.sum())
    low, high = one.limits(bases, 0.95, widened=True)
    outside = pd.Series((points["rate"] < low) | (points["rate"] > high)).groupby(bases).mean()
    assert (outside < 0.09).all() and (outside > 0.015).all()


CALM = trends.Result(1.1, 0.9, 1.3, 0.4, 2, "exact")
CLEAR = trends.Result(1.8, 1.3, 2.6, 0.001, 2, "exact")


@pytest.mark.parametrize(
    ("after", "by_chance", "expected", "verdict"),
    [
        (30, CALM, Range(10, 5, 20, 7, 15), "chance"),
        (18, CLEAR, Range(10, 5, 20, 7, 15), "ordinary"),
        (30, CLEAR, Range(10, 5, 20, 7, 15), "out"),
        (3, CLEAR, Range(10, 5, 20, 7, 15), "out"),
        (30, CLEAR, None, "clear"),
    ],
)
def test_a_change_is_set_against_chance_and_against_what_is_ordinary(after, by_chance, expected, verdict):
    assert compare.Change(10, after, by_chance, expected).verdict == verdict


@pytest.mark.parametrize(
    ("names", "side"),
    [
        (("Beeford", "Farley", "Gosport", "Corby", "Hexham"), "higher"),
        (("Beeford", "Farley", "Gosport", "Ilkley", "Egham"), "near"),  # a quarter of them have as much
        (("Corby", "Hexham", "Ilkley"), "near"),  # the median is within the interval of 20 of 100
        ((), "near"),  # England, 15%
    ],
)
def test_a_side_is_beyond_the_median_and_outside_the_middle_half(read, names, side):
    """Denton has 20 leavers of 100, 12.2 to 30.9 by chance; no more can be learnt from ten authorities."""
    near = Neighbours("n.csv", {made.CODES["Denton"]: [made.CODES[name] for name in names]})
    assert compare.side(read(), TURNOVER, made.CODES["Denton"], 2024, near) == side
