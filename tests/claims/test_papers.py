"""A second route: what the register computes in SQL, worked out again in pandas from the tables."""

import pytest

from workforce import claims
from workforce.claims import Verdict


def observed(tables, document, **where):
    frame = tables["observations"].query("document == @document")
    for column, values in where.items():
        frame = frame[frame[column].isin([values] if isinstance(values, str) else values)]
    assert len(frame), where
    return frame["value"]


def stated(by_id, claim_id):
    return by_id[claim_id].as_stated.value


def test_establishment_totals_again(tables, by_id):
    posts = tables["observations"].query("measure == 'funded establishment'")
    totals = posts.groupby("role")["value"].sum()
    found = [c for c in by_id.values() if c.id.startswith("coventry-2018/establishment-total")]
    assert sorted(stated(by_id, c.id) for c in found) == sorted(totals)
    assert {c.verdict for c in found} == {Verdict.REPRODUCES}
    assert len(found) == 8


@pytest.mark.parametrize("measure", ["starters", "leavers", "agency social workers"])
@pytest.mark.parametrize("period", ["2022-23", "2023-24"])
def test_table_4_2_totals_again(tables, by_id, measure, period):
    name = measure.split()[0]
    found = by_id[f"coventry-2024/total-{name}-{period}"]
    assert found.as_stated.value == observed(tables, "coventry-2024", measure=measure, period=period).sum()
    assert found.verdict is Verdict.REPRODUCES


@pytest.mark.parametrize("period", ["2022-23", "2023-24"])
@pytest.mark.parametrize(
    ("slug", "role"),
    [
        ("newly-qualified", "newly qualified social worker"),
        ("social-worker", "social worker"),
        ("advanced-social-worker", "advanced social worker"),
        ("senior-practitioner", "senior practitioner"),
    ],
)
def test_retained_is_a_count_printed_as_a_percentage(tables, by_id, slug, role, period):
    moves = tables["observations"].query("document == 'coventry-2024' and role == @role and period == @period")
    starters, leavers = (moves.loc[moves["measure"] == name, "value"].item() for name in ("starters", "leavers"))
    found = by_id[f"coventry-2024/retained-{slug}-{period}"]
    assert found.verdict is Verdict.OTHERWISE
    assert found.as_stated.value == pytest.approx((starters - leavers) / starters * 100)
    assert found.deciding.value == starters - leavers == float(found.published)
    assert found.deciding.unit == "people"


@pytest.mark.parametrize("year", ["2022", "2023", "2024"])
@pytest.mark.parametrize(
    ("name", "measure"), [("vacancies", "vacancies"), ("cover", "agency staff covering vacancies")]
)
def test_table_9_4_totals_again(tables, by_id, name, measure, year):
    found = by_id[f"coventry-2024/total-{name}-{year}"]
    assert found.as_stated.value == observed(tables, "coventry-2024", measure=measure, period=f"{year}-10").sum()
    assert found.verdict is (Verdict.DOES_NOT if (name, year) == ("cover", "2022") else Verdict.REPRODUCES)


def test_the_total_that_does_not_add_up(by_id):
    found = by_id["coventry-2024/total-cover-2022"]
    assert (found.published, found.as_stated.value) == ("28", 29)


def test_leavers_counted_are_not_the_group_described(tables, by_id):
    for period in ("2022-23", "2023-24"):
        found = by_id[f"coventry-2024/eligible-leavers-{period}"]
        eligible = observed(tables, "coventry-2024", measure="leavers", period=period, grade=["7", "8"])
        everyone = observed(tables, "coventry-2024", measure="leavers", period=period)
        assert found.as_stated.value == eligible.sum()
        assert found.deciding.value == everyone.sum() == float(found.published)


def test_tameside_shares_again(tables, by_id):
    permanent, asye, agency = (
        observed(tables, "tameside-2023", measure=f"{name} social workers", period="2022-09").item()
        for name in ("permanent", "ASYE", "agency")
    )
    everyone = permanent + agency
    expected = {
        "workforce-total-table": everyone,
        "workforce-total-text": everyone,
        "share-permanent": permanent / everyone * 100,
        "share-asye": asye / everyone * 100,
        "share-agency": agency / everyone * 100,
        "remaining-permanent": permanent - asye,
        "remaining-permanent-share": (permanent - asye) / permanent * 100,
        "asye-and-agency": asye + agency,
        "asye-and-agency-share": (asye + agency) / everyone * 100,
        "asye-almost-one-third": asye / everyone * 100,
    }
    found = {name: stated(by_id, f"tameside-2023/{name}") for name in expected}
    assert found == pytest.approx(expected)
    assert by_id["tameside-2023/remaining-permanent-share"].deciding.value == pytest.approx(
        (permanent - asye) / everyone * 100
    )


def test_walsall_against_the_national_statistics_again(tables, by_id):
    def census(measure, year):
        rows = claims.tables.frames()["statistics"].query(
            "authority == 'walsall' and measure == @measure and period == @year"
        )
        return rows["value"].item()

    for name, measure, year, printed in (
        ("vacancy-reduction", "vacancy rate", "2019", 12.7),
        ("agency-reduction", "agency worker rate", "2018", 12.2),
    ):
        before, after = census(measure, year), observed(tables, "walsall-2021", measure=measure).item()
        readings = [reading.value for reading in by_id[f"walsall-2021/{name}"].readings]
        assert readings == pytest.approx([(before - after) / before * 100, before - after])
        assert before - after == pytest.approx(printed)
    turnover = observed(tables, "walsall-2021", measure="turnover rate").item()
    assert stated(by_id, "walsall-2021/turnover-nearly-halved") == pytest.approx(100 - 100 * turnover / 30.4)
    for year, days, fte in (("2018", 1464.5, 173.3), ("2019", 1658.4, 179.2), ("2020", 1078, 195.5)):
        readings = [reading.value for reading in by_id[f"walsall-2021/absence-unit-{year}"].readings]
        assert readings == pytest.approx([days / fte, census("absence rate", year)])
        assert by_id[f"walsall-2021/absence-unit-{year}"].verdict is (
            Verdict.CANNOT if year == "2020" else Verdict.OTHERWISE
        )


def test_other_papers_beside_the_national_statistics_again(by_id):
    def implied(name):
        return [reading.value for reading in by_id[f"beside-statistics/{name}"].readings]

    assert implied("agency-share-and-census") == pytest.approx([4200 / 213.3, 4300 / 137, 171.3 - 94])
    assert implied("vacancies-and-census") == pytest.approx([13 - 52, 52 - 68, 68 - 52, 52 - 13])
    assert implied("leavers-and-census") == pytest.approx([40 - 68, 67 - 59])
    assert by_id["beside-statistics/vacancies-and-census"].says.endswith("The national statistics have 68 and 52.")


def test_coventry_money_and_interviews_again(tables, by_id):
    value = tables["observations"].query("document == 'coventry-2018'").set_index(["measure", "unit"])["value"]
    fte, people = (value["social workers receiving the market supplement", unit] for unit in ("FTE", "people"))
    beyond = [reading.value for reading in by_id["coventry-2018/supplement-fte-within-people"].readings]
    assert beyond == pytest.approx([fte - people, fte - people])
    share = value["exit interviews", "interviews"] / value["leavers", "people"] * 100
    assert stated(by_id, "coventry-2018/exit-interview-share") == pytest.approx(share)


def test_annual_pay_against_the_spine_again(tables, by_id):
    spine = tables["pay_spine"].query("april == 2021").set_index("scp")["annual"]
    scales = tables["pay_scales"].dropna(subset="annual")
    differs = scales[(scales["scp"] <= spine.index.max()) & (scales["scp"].map(spine) != scales["annual"])]
    found = [c for c in by_id.values() if "/annual-table" in c.id and c.verdict is not Verdict.REPRODUCES]
    assert sorted(c.published for c in found) == sorted(map(str, differs["annual"])) == ["43857", "44863", "45859"]
    assert len([c for c in by_id.values() if "/annual-table" in c.id]) == 57


def test_hourly_pay_against_working_weeks_again(tables, by_id):
    """The working week tried here is a grid of minutes, not the overlap of intervals that the readings use."""
    pairs = tables["pay_scales"].dropna(subset=["annual", "hourly"])
    odd = []
    for _, rows in pairs.groupby("authority"):
        weeks = [hours / 600 for hours in range(34 * 600, 38 * 600, 2)]
        annual, hourly = rows["annual"].to_numpy(float), rows["hourly"].to_numpy(float)
        fits = {week: abs(annual / (365 / 7) / week - hourly) < 0.005 for week in weeks}
        best = max(weeks, key=lambda week: fits[week].sum())
        odd += list(rows.loc[~fits[best], "hourly_as_printed"])
    found = [c for c in by_id.values() if "/hourly-table" in c.id]
    assert odd == ["22.44"] == [c.published for c in found if c.verdict is not Verdict.REPRODUCES]
    assert len(found) == len(pairs) == 57
    wigan = by_id["tameside-2023/hourly-table-3-wigan-top"]
    assert "most of Trafford's" in wigan.explanation.name
