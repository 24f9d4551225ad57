import dataclasses
import math

import pandas as pd
import pytest
import yaml

from workforce import claims, data, series, trends
from workforce.batch import OUTPUTS
from workforce.claims import ClaimsError
from workforce.national import measures, ordinary, release


@pytest.fixture(scope="module")
def collected():
    return series.collect()


def chosen(collected, measure, role=None):
    return [one for one in collected if one.measure.startswith(measure) and role in (None, one.role)]


def test_every_authority_has_its_series(collected):
    counted = pd.Series([one.authority for one in collected]).value_counts().to_dict()
    assert {"coventry": 30, "walsall": 4, "tameside": 2}.items() <= counted.items()
    assert [one.name for one in series.collect("tameside")] == [
        "permanent social workers, all roles",
        "agency social workers, all roles",
    ]
    with pytest.raises(ValueError, match="unknown authority 'wigan'"):
        series.collect("wigan")


def test_series_hold_the_observations(collected, tables):
    (vacancies,) = chosen(collected, "vacancies", "social worker")
    observed = tables["observations"].query("measure == 'vacancies' and role == 'social worker'")
    assert vacancies.points["value"].tolist() == observed.sort_values("period")["value"].tolist() == [22, 8.5, 9]
    (everyone,) = chosen(collected, "vacancies", "all roles")
    assert everyone.points["value"].tolist() == [52, 22.5, 13]
    assert everyone.points["time"].is_monotonic_increasing


def test_agency_series_of_different_tables_are_not_joined(collected):
    agency = [one for one in collected if one.authority == "coventry" and one.measure.startswith("agency s")]
    assert {(one.document, one.measure, len(one.points)) for one in agency} == {
        ("coventry-2018", "agency staff covering vacancies (2018 paper)", 1),
        ("coventry-2024", "agency staff covering vacancies (table 9.4)", 3),
        ("coventry-2024", "agency staff for each vacancy", 3),
        ("coventry-2024", "agency social workers (table 4.2)", 2),
    }


def test_rates_that_a_paper_does_not_print_are_those_of_the_national_statistics(collected):
    (vacancy,) = chosen(collected, "vacancy rate")
    assert vacancy.points[["period", "value"]].values.tolist() == [["2018", 27.6], ["2019", 26.0], ["2020", 13.3]]
    assert vacancy.warning.startswith("The paper prints the rate of 2020 only")
    assert series.fit(vacancy).method == "least squares, 1 degree(s) of freedom"


@pytest.mark.parametrize(
    ("measure", "role", "method"),
    [
        ("agency staff covering vacancies (2018", "all roles", "none: too few points"),
        ("vacancies", "all roles", "Poisson"),
        ("vacancies", "advanced social worker", "Poisson"),
        ("agency staff for each vacancy", "all roles", "binomial"),
        ("leavers", "all grades", "exact conditional, p twice the smaller tail"),
        ("absence", "all staff", "least squares, 1 degree(s) of freedom"),
        ("permanent", "all roles", "exact conditional, p twice the smaller tail"),
    ],
)
def test_each_series_gets_the_model_it_allows(collected, measure, role, method):
    (one,) = chosen(collected, measure, role)
    assert series.fit(one).method == method


def test_a_rate_is_shown_over_its_denominator(collected):
    (one,) = chosen(collected, "agency staff for each vacancy", "advanced social worker")
    assert one.shown.round(4).tolist() == [0.7059, 0.8333, 5.0]


def of_two(collected, kind):
    (one,) = chosen(collected, "agency staff for each vacancy", "all roles")
    kept = {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
    return series.fit(series.Series(**{**kept, "points": one.points.head(2), "kind": kind}))


def test_a_rate_in_percent_is_shown_in_percent():
    (rate,) = [one for one in series.collect("devon") if one.measure == "turnover rate"]
    assert rate.shown.round(2).tolist() == [14.04, 17.36]


def test_a_rate_of_two_points_takes_its_denominators_as_exposures(collected):
    assert of_two(collected, "rate").estimate == trends.two_counts(29, 22, (52, 22.5)).estimate


def test_odds_let_chance_move_both_counts(collected):
    """29 agency workers beside 52 vacancies, then 22 beside 22.5: of 81 and of 44.5 of both together."""
    assert of_two(collected, "odds") == trends.two_shares((29, 22), (81, 44.5))
    (three,) = chosen(collected, "agency staff for each vacancy", "advanced social worker")
    assert three.result == trends.binomial_trend(three.points["time"], [12, 10, 5], [29, 22, 6])
    as_rate = trends.trend(three.points["time"], [12, 10, 5], [17, 12, 1])
    assert three.result.high / three.result.low > as_rate.high / as_rate.low
    assert (as_rate.direction, three.verdict) == ("up", "chance")


def test_the_table_has_a_row_a_series(collected):
    frame = series.to_frame(collected)
    assert list(frame.columns) == series.COLUMNS
    assert len(frame) == len(collected)
    assert frame["sentence"].ne("").all()
    row = frame.query("measure == 'vacancies' and role == 'all roles'").iloc[0]
    assert (row["n"], row["first_period"], row["last_period"], row["first"], row["last"]) == (
        3,
        "2022-10",
        "2024-10",
        52,
        13,
    )
    committed = pd.read_csv(OUTPUTS / "tables" / "trends.csv")
    assert list(committed.columns) == series.COLUMNS
    assert math.isclose(
        committed.query("measure == 'vacancies' and role == 'all roles'")["estimate"].item(), round(row["estimate"], 4)
    )


def test_a_series_of_unknown_kind_is_refused(folder):
    path = folder / "claims" / "walsall-2021.yml"
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    content["series"][0]["kind"] = "guess"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(
        ClaimsError, match=r"series\[0\].kind: must be one of \['count', 'odds', 'rate', 'level', 'money'\]"
    ):
        series.collect("walsall", folder)


def test_a_paper_without_a_claims_file_has_no_series(folder):
    (folder / "claims" / "walsall-2021.yml").unlink()
    assert series.collect("walsall", folder) == []
    assert claims.layout("walsall-2021", folder) == {"tables": {}, "charts": [], "series": [], "pay": {}, "payment": {}}
    assert data.load("documents", folder)["slug"].isin(["walsall-2021"]).any()


def test_few_points_borrow_the_spread_of_the_census(collected):
    """Of two counts the variance is theirs, two of what passes with a year and a step a year; the share's spread serves."""
    (one,) = chosen(collected, "agency social workers (table 4.2)", "all grades")
    law = ordinary.learnt(release.newest(folder=data.NATIONAL), measures.AGENCY).law
    first, last = one.points["value"]
    years = one.points["time"].iloc[1] - one.points["time"].iloc[0]
    variance = 1 / (first + 0.5) + 1 / (last + 0.5) + 2 * law.passing + years * law.step
    reach = 1.959964 * variance**0.5
    assert math.log(one.ordinary.high / one.ordinary.estimate) == pytest.approx(reach, rel=1e-4)
    assert one.ordinary.estimate == pytest.approx((last + 0.5) / (first + 0.5))


def test_a_verdict_is_by_both_yardsticks(collected):
    verdicts = {one.name: (one.result.direction, one.verdict) for one in collected}
    assert verdicts["vacancies, all roles"] == ("down", "out")
    assert verdicts["vacancies, advanced social worker"] == ("down", "ordinary")
    assert verdicts["agency staff for each vacancy, all roles"] == ("none", "chance")


@pytest.mark.parametrize(
    ("like", "values", "verdict"),
    [
        ("", [100, 50, 25], "clear"),
        ("", [100, 101, 99], "chance"),
        ("", [100, 600, 140], "uneven"),
        ("vacancy rate", [100, 80, 60], "ordinary"),
        ("vacancy rate", [400, 60, 10], "out"),
    ],
)
def test_every_verdict_and_its_direction(like, values, verdict):
    points = pd.DataFrame({"period": ["2021", "2022", "2023"], "time": [2021.5, 2022.5, 2023.5], "value": values})
    one = series.Series("a", "p", "posts", "all", "posts", "count", "", points, like)
    assert one.verdict == verdict
    assert one.direction == {"chance": "none", "uneven": "up"}.get(verdict, "down")


def test_what_is_like_no_measure_of_the_census_borrows_nothing(collected):
    (one,) = chosen(collected, "starters", "all grades")
    assert one.ordinary is None and one.like == ""
    (leavers,) = chosen(collected, "leavers", "all grades")
    nobody = series.Series(**{**told(leavers), "points": leavers.points.assign(value=0.0)})
    assert leavers.ordinary is not None and nobody.ordinary is None


def told(one):
    return {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}


def test_a_series_like_no_measure_there_is_is_refused(folder):
    path = folder / "claims" / "coventry-2024.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("like: turnover rate", "like: leaving rate"), encoding="utf-8")
    with pytest.raises(ClaimsError, match="like: must be one of"):
        series.collect("coventry", folder)


SPENT = [2099983, 2786808, 4474977, 4987510, 5460072]
PRICES = " Prices of the day are compared: inflation is not taken out."


def of_money(values, unit="GBP"):
    periods = [f"{year}-{year % 100 + 1}" for year in range(2017, 2017 + len(values))]
    times = list(map(trends.years, periods))
    points = pd.DataFrame({"period": periods, "time": times, "value": [float(value) for value in values]})
    return series.Series("a", "p", "spend", "agency workers", unit, "money", "", points)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (SPENT, " rose from £2.1m in 2017-18 to £5.5m in 2021-22; 28% a year (95% interval 12% to 47%; 5 points)."),
        (
            [400, 210, 99],
            " fell from £400 in 2017-18 to £99 in 2019-20; -50% a year (95% interval -66% to -26%; 3 points).",
        ),
        (
            [1000, 1100, 1000, 1050],
            ": no clear change, from £1,000 in 2017-18 to £1,050 in 2020-21; 0.5% a year (95% interval -10% to 12%; 4 points).",
        ),
        ([100, 200, 400], " went from £100 in 2017-18 to £400 in 2019-20; 100% a year, without an interval."),
        ([1, 5000], " went from £1 in 2017-18 to £5,000 in 2018-19; two amounts are too few for an interval."),
        ([0, 1, 2], ": an amount is nothing or below, so no yearly ratio can be estimated."),
        (
            [1, 90, 90000],
            ": no clear change, from £1 in 2017-18 to £90,000 in 2019-20; over 900% a year (95% interval -96% to over 900%; 3 points).",
        ),
    ],
)
def test_money_is_said_in_pounds_and_per_cent_a_year(values, said):
    assert of_money(values).sentence == f"Spend, agency workers{said}{PRICES}"
    assert series.to_frame([of_money(values)])["sentence"].tolist() == [of_money(values).sentence]


def test_a_yearly_ratio_of_money_is_the_line_through_its_logarithms():
    one = of_money(SPENT)
    line = trends.line(one.points["time"], [math.log(value) for value in SPENT])
    assert one.result.estimate == pytest.approx(math.exp(line.estimate))
    assert (one.result.low, one.result.high) == pytest.approx((math.exp(line.low), math.exp(line.high)))
    thousands = of_money([value / 1000 for value in SPENT]).result
    assert (thousands.low, thousands.high) == pytest.approx((one.result.low, one.result.high))  # whatever the unit


@pytest.mark.parametrize(
    ("unit", "kind", "told"),
    [
        ("GBP", "count", "the unit 'GBP' is of money, so the series has the kind 'money', not 'count'"),
        ("GBP per year", "rate", "is of money, so the series has the kind 'money', not 'rate'"),
        (
            "percent",
            "count",
            "is of a share, so the series has the kind 'level', or 'rate' with its denominator, not 'count'",
        ),
        ("percent", "money", "not 'money'"),
        ("people", "money", "'people' is not of money, as the kind 'money' needs; units.csv has GBP, GBP per year and"),
        ("thousand GBP", "money", "is not of money"),
        ("GBP", "money", None),
        ("GBP", "level", None),
        ("percent", "level", None),
        ("ratio", "count", None),
    ],
)
def test_a_kind_goes_with_its_unit(folder, unit, kind, told):
    path = folder / "claims" / "walsall-2021.yml"
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    rows = " UNION ALL ".join(f"SELECT 'all' AS role, '{2017 + at}' AS period, {at + 5} AS value" for at in range(3))
    content["series"] = [
        {
            "measure": "spend",
            "unit": unit,
            "kind": kind,
            "sql": rows.replace(" AS value", " AS value, 9 AS denominator"),
        }
    ]
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    if told is None:
        assert len(series.collect("walsall", folder)) == 1
    else:
        with pytest.raises(ClaimsError) as caught:
            series.collect("walsall", folder)
        assert str(caught.value).startswith("walsall-2021.yml, series 'spend': the unit")
        assert told in str(caught.value)
