from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
import yaml

from workforce import claims
from workforce.claims import Claim, ClaimsError, Interval, Reading, Verdict


def claim(published="58", values=(58.0,), precision="1", **more):
    readings = tuple(Reading(f"reading {number}", "SELECT 1", value=value) for number, value in enumerate(values))
    precision = None if precision is None else Decimal(precision)
    return Claim("p/c", "p", "a", "para 1", "It is so.", published, "people", precision, readings=readings, **more)


ONE_THIRD = Interval("near a third", low=28.33, below=33.34)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (claim("58", [58.0]), Verdict.REPRODUCES),
        (claim("58", [57.5]), Verdict.REPRODUCES),  # half up
        (claim("58", [58.4999]), Verdict.REPRODUCES),
        (claim("58", [58.5]), Verdict.DOES_NOT),
        (claim("58", [57.4999]), Verdict.DOES_NOT),
        (claim("-2", [-1.5]), Verdict.REPRODUCES),  # ties away from nought
        (claim("-2", [-2.5]), Verdict.DOES_NOT),
        (claim("-2", [2.0]), Verdict.DOES_NOT),
        (claim("22.5", [22.5], "0.1"), Verdict.REPRODUCES),
        (claim("22.5", [22.45], "0.1"), Verdict.REPRODUCES),
        (claim("22.5", [22.44], "0.1"), Verdict.DOES_NOT),
        (claim("9.0", [9.0], "0.1"), Verdict.REPRODUCES),
        (claim("9.0", [9.04], "0.1"), Verdict.REPRODUCES),
        (claim("9.0", [9.05], "0.1"), Verdict.DOES_NOT),
        (claim("30000", [29500.0], "1000"), Verdict.REPRODUCES),
        (claim("30000", [29499.0], "1000"), Verdict.DOES_NOT),
        (claim("0.3", [0.1 + 0.2], "0.1"), Verdict.REPRODUCES),
        (claim("58", [59.0, 58.0]), Verdict.OTHERWISE),
        (claim("58", [59.0, 60.0]), Verdict.DOES_NOT),
        (claim("58", [58.0, 60.0]), Verdict.REPRODUCES),
        (claim("58", [60.0, 61.0, 58.2]), Verdict.OTHERWISE),
        (claim("almost", [28.33], None, interval=ONE_THIRD), Verdict.REPRODUCES),
        (claim("almost", [28.3299], None, interval=ONE_THIRD), Verdict.DOES_NOT),
        (claim("almost", [33.3399], None, interval=ONE_THIRD), Verdict.REPRODUCES),
        (claim("almost", [33.34], None, interval=ONE_THIRD), Verdict.DOES_NOT),
        (claim("up", [0.0], None, interval=Interval("more", above=0)), Verdict.DOES_NOT),
        (claim("up", [0.1], None, interval=Interval("more", above=0)), Verdict.REPRODUCES),
        (claim("no more", [0.0], None, interval=Interval("no more", high=0)), Verdict.REPRODUCES),
        (claim("no more", [0.1 + 0.2 - 0.3], None, interval=Interval("no more", high=0)), Verdict.REPRODUCES),
        (claim("48.2", [5.2], "0.1", interval=Interval("no more", high=0)), Verdict.DOES_NOT),
        (claim(values=[], cannot_be_checked="No inputs."), Verdict.CANNOT),
        (claim("58", [58.0, 59.0], ambiguous="Either."), Verdict.AMBIGUOUS),
    ],
)
def test_verdicts_follow_from_values(given, verdict):
    assert given.verdict is verdict


@pytest.mark.parametrize(
    ("given", "as_stated", "deciding"),
    [
        (claim("58", [58.0, 60.0]), 58.0, 58.0),
        (claim("58", [59.0, 60.0, 58.0]), 59.0, 58.0),
        (claim("58", [59.0, 60.0]), 59.0, 59.0),
        (claim(values=[], cannot_be_checked="No inputs."), None, None),
        (claim("58", [58.0, 59.0], ambiguous="Either."), None, None),
    ],
)
def test_the_reading_that_decides(given, as_stated, deciding):
    values = [reading and reading.value for reading in (given.as_stated, given.deciding)]
    assert values == [as_stated, deciding]


# A second route: what the register computes in SQL, worked out again in pandas from the tables.


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
        rows = tables["comparators"].query("authority == 'walsall' and measure == @measure and period == @year")
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
    for year, days in (("2018", 253), ("2019", 253), ("2020", 254)):
        rate = census("absence rate", year)
        readings = [reading.value for reading in by_id[f"walsall-2021/absence-unit-{year}"].readings]
        assert readings == pytest.approx([days * rate / 100, rate])
        assert (by_id[f"walsall-2021/absence-unit-{year}"].verdict is Verdict.OTHERWISE) == (year != "2020")


def test_other_papers_beside_the_national_statistics_again(by_id):
    def implied(name):
        return [reading.value for reading in by_id[f"across-papers/{name}"].readings]

    assert implied("agency-share-and-census") == pytest.approx([4200 / 213.3, 4300 / 137, 171.3 - 94])
    assert implied("vacancies-and-census") == pytest.approx([13 - 52, 52 - 68, 68 - 52, 52 - 13])
    assert implied("leavers-and-census") == pytest.approx([40 - 68, 67 - 59])
    assert by_id["across-papers/vacancies-and-census"].says.endswith("where the national statistics have 68 and 52.")


def test_coventry_money_and_interviews_again(tables, by_id):
    value = tables["observations"].query("document == 'coventry-2018'").set_index(["measure", "unit"])["value"]
    fte, people = (value["social workers receiving the market supplement", unit] for unit in ("FTE", "people"))
    supplement = value["market supplement", "GBP per year"]
    posts = value["posts convertible to advanced social worker", "FTE"]
    beyond = [reading.value for reading in by_id["coventry-2018/supplement-fte-within-people"].readings]
    assert beyond == pytest.approx([fte - people, fte - people])
    implied = [reading.value for reading in by_id["coventry-2018/cost-neutral"].readings]
    assert implied == pytest.approx([supplement * fte / posts, supplement * people / posts, supplement * (posts - fte)])
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
        fits = {week: (rows["annual"] / (365 / 7) / week - rows["hourly"]).abs() < 0.005 for week in weeks}
        best = max(weeks, key=lambda week: fits[week].sum())
        odd += list(rows.loc[~fits[best], "hourly_as_printed"])
    found = [c for c in by_id.values() if "/hourly-table" in c.id]
    assert odd == ["22.44"] == [c.published for c in found if c.verdict is not Verdict.REPRODUCES]
    assert len(found) == len(pairs) == 57
    wigan = by_id["tameside-2023/hourly-table-3-wigan-top"]
    assert "most of Trafford's" in wigan.deciding.name


def test_the_register_is_whole(register, tables):
    ids = [found.id for found in register]
    assert len(ids) == len(set(ids)) > 200
    assert {found.document for found in register} == {*tables["documents"]["slug"], claims.ACROSS}
    assert {found.verdict for found in register} == set(Verdict)


def test_every_cell_has_its_place_once(register, tables):
    inputs = tables["observations"][["document", "where"]].itertuples(index=False, name=None)
    places = [*inputs, *((found.document, found.where) for found in register)]
    cells = [place for place in places if place[1].count(" > ") == 2]
    assert len(cells) == len(set(cells))
    assert {place[1].count(" > ") for place in places} == {0, 2}


def test_frame_counts_and_selection(register):
    frame = claims.to_frame(register)
    assert list(frame.columns) == claims.COLUMNS
    counts = claims.counts(register)
    assert counts["total"].sum() == len(frame) == counts.drop(columns="total").sum().sum()
    walsall = claims.register(authority="walsall")
    assert [found.id for found in walsall] == [found.id for found in register if found.authority == "walsall"]
    across = claims.register(document=claims.ACROSS)
    assert {found.document for found in across} == {claims.ACROSS}
    assert claims.register(authority="walsall", document="coventry-2024") == []


@pytest.mark.parametrize(("option", "value"), [("authority", "wigan"), ("authority", ""), ("document", "none")])
def test_an_unknown_authority_or_document_is_refused_with_those_there_are(option, value):
    with pytest.raises(
        ValueError, match=f"unknown {option} '{value}'; choose one of: .*coventry.*, tameside.*, walsall"
    ):
        claims.register(**{option: value})


def test_printed_tables_are_rebuilt_with_their_verdicts(register):
    cells = claims.cells("coventry-2024", register).set_index(["table", "row", "column"])
    assert cells.loc[("Table 9.4", "Total", "Agency Oct 2022")].tolist() == ["28", Verdict.DOES_NOT]
    assert cells.loc[("Table 4.2", "G6 Social Worker", "Agency SWs 22-23"), "printed"] == "n/a"
    assert cells.loc["Table 4.2"].shape == (40, 2)
    assert cells.loc["Table 9.4"].shape == (30, 2)


def test_rebuilt_pay_tables_show_what_is_lost(register):
    cells = claims.cells("tameside-2023", register).set_index(["table", "row", "column"]).sort_index()
    assert cells.groupby(level=0).size().to_dict() == {"Table 1": 7, "Table 2": 60, "Table 3": 60, "Table 4": 60}
    salford = cells.loc[("Table 3", "Salford")]["printed"]
    assert salford.dropna().to_dict() == {"SCP min": "30", "Hourly £ max": "20.01"}
    assert pd.isna(cells.loc[("Table 3", "Manchester", "Hourly £ max"), "printed"])


# Bad claims files

GOOD = {
    "id": "total",
    "where": "Table 1",
    "says": "All are 5.",
    "published": "5",
    "unit": "people",
    "readings": [{"name": "sum", "sql": "SELECT 5"}],
}


def errors_of(folder, *entries, head=None):
    path = folder / "claims" / "walsall-2021.yml"
    path.write_text(yaml.safe_dump({**(head or {}), "claims": list(entries)}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ClaimsError) as caught:
        claims.register(document="walsall-2021", folder=folder)
    assert all(error.startswith("walsall-2021.yml") for error in caught.value.errors)
    return caught.value.errors


def reading(sql, **more):
    return {**GOOD, "readings": [{"name": "sum", "sql": sql, **more}]}


BAD_CLAIMS = [
    ({**GOOD, "colour": "red"}, "claim 'total': must not contain {'colour'} properties"),
    ({key: GOOD[key] for key in GOOD if key != "where"}, "claim 'total': must contain ['where'] properties"),
    ({key: GOOD[key] for key in GOOD if key != "id"}, "claim 'number 1': must contain ['id'] properties"),
    ({key: GOOD[key] for key in GOOD if key != "readings"}, "claim 'total': give either readings"),
    ({**GOOD, "cannot_be_checked": "Why not."}, "claim 'total': give either readings"),
    ({**GOOD, "ambiguous": "Why."}, "claim 'total': give either readings"),
    ({**GOOD, "readings": []}, "claim 'total'"),
    (reading("SELECT 5", file="x"), "claim 'total', readings[0]: must not contain {'file'} properties"),
    ({**GOOD, "id": "Total 1"}, "claim 'Total 1': an id is made of small letters"),
    ({**GOOD, "published": "five"}, "claim 'total': published 'five' is not a plain number"),
    ({**GOOD, "published": "1,000"}, "claim 'total': published '1,000' is not a plain number"),
    ({**GOOD, "precision": "0"}, "claim 'total': precision is a number above 0"),
    ({**GOOD, "interval": {"means": "x", "low": "a"}}, "claim 'total': interval: low 'a' is not a number"),
    ({**GOOD, "interval": {"means": "x", "low": "2", "high": "1"}}, "claim 'total': interval: its low end is above"),
    ({**GOOD, "interval": {"means": "x"}}, "claim 'total', interval: "),
    ({**GOOD, "authority": "walsall"}, "claim 'total': the authority is that of the paper"),
    (
        {**GOOD, "where": "$place", "each": [{"row": "1"}]},
        "claim 'total': $place is not a column of 'each', which has: row",
    ),
    ({**GOOD, "each": "SELECT nothing"}, "claim 'total': each: "),
    (
        {**GOOD, "each": "SELECT 1 AS n WHERE false"},
        "claim 'total': each: there is no row; does a condition match no row",
    ),
    ({**GOOD, "each": [{"n": "1"}, {"n": "2"}]}, "claim 'total': the id stands twice"),
    (reading("SELEC 1"), "claim 'total': reading 'sum': "),
    (
        reading("SELECT value FROM paper WHERE measure = 'none'"),
        "claim 'total': reading 'sum': the query returns no row",
    ),
    (reading("SELECT value FROM paper"), "claim 'total': reading 'sum': the query returns"),
    (reading("SELECT NULL"), "claim 'total': reading 'sum': the query returns NULL"),
    (reading("SELECT * FROM read_csv('/etc/hosts')"), "claim 'total': reading 'sum': Permission Error"),
    (reading("SET threads = 4"), "claim 'total': reading 'sum': only a single SELECT statement is allowed"),
    (
        {**GOOD, "ambiguous": "Why.", "readings": [{"name": n, "implies": "x", "sql": "SELECT 1"} for n in "ab"]},
        "claim 'total': two readings imply the same",
    ),
]


@pytest.mark.parametrize(("entry", "told"), BAD_CLAIMS)
def test_a_bad_claim_is_named(folder, entry, told):
    assert any(error.startswith(f"walsall-2021.yml, {told}") for error in errors_of(folder, entry)), errors_of(
        folder, entry
    )


def test_all_bad_claims_of_a_file_are_listed_at_once(folder):
    errors = errors_of(folder, reading("SELECT NULL"), {**reading("SELECT 1, 2"), "id": "other"})
    assert [error.split("'")[1] for error in errors] == ["total", "other"]
    errors = errors_of(folder, {**GOOD, "colour": "red"}, {**GOOD, "id": "other", "taste": "sweet"})
    assert [error.split("'")[1] for error in errors] == ["total", "other"]


def test_an_id_stands_once(folder):
    assert errors_of(folder, GOOD, GOOD) == [
        "walsall-2021.yml, claim 'total': the id stands twice; each claim has its own"
    ]


def test_a_bad_view_is_named(folder):
    (error,) = errors_of(folder, GOOD, head={"views": {"week": "SELECT nothing"}})
    assert error.startswith("walsall-2021.yml, view 'week': ")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"claims: [", "not readable as YAML"),
        (b"claims: []\nclaims: []\n", "the key 'claims' stands twice"),
        (b"claims: []\n", "claims"),
        (b"\n", "must be object"),
        (b"text: 1\nclaims: [{id: a, where: b, says: c, published: 1, unit: d, cannot_be_checked: e}]\n", "{'text'}"),
        (b"claims: caf\xe9\n", "not UTF-8"),
    ],
)
def test_a_file_of_the_wrong_form_is_refused(folder, content, told):
    (folder / "claims" / "walsall-2021.yml").write_bytes(content)
    with pytest.raises(ClaimsError, match=r"walsall-2021\.yml") as caught:
        claims.register(document="walsall-2021", folder=folder)
    assert told in str(caught.value)


def test_a_claims_file_of_no_document_is_refused(folder):
    (folder / "claims" / "leeds-2020.yml").write_text("claims: []\n", encoding="utf-8")
    with pytest.raises(ClaimsError, match=r"leeds-2020.yml: no such document; documents.csv has: coventry-2018"):
        claims.register(folder=folder)


def test_a_claims_file_of_another_ending_is_not_passed_over(folder):
    (folder / "claims" / "walsall-2021.yml").rename(folder / "claims" / "walsall-2021.yaml")
    with pytest.raises(ClaimsError, match=r"^walsall-2021.yaml: a claims file ends in .yml$"):
        claims.register(folder=folder)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Table 9", r"tables: nothing stands in 'Table 9'; 'where' names: Table 1, .*Table 4$"),
        (
            "Table 1",
            r"tables: Table 1 has cells in Agency, Permanent, Total too; 'columns' names only ASYE, Experienced$",
        ),
    ],
)
def test_tables_described_otherwise_than_they_are_are_named(folder, register, name, told):
    path = folder / "claims" / "tameside-2023.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["tables"][name] = {"title": "Social workers", "columns": ["ASYE", "Experienced"]}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ClaimsError, match=rf"^tameside-2023\.yml, {told}"):
        claims.cells("tameside-2023", register, folder)


def test_claims_across_papers_name_their_authority(folder):
    path = folder / "claims" / "across-papers.yml"
    path.write_text(yaml.safe_dump({"claims": [GOOD]}), encoding="utf-8")
    with pytest.raises(
        ClaimsError, match=r"across-papers\.yml, claim 'total': a claim across papers names its authority"
    ):
        claims.register(folder=folder)


def test_numbers_in_claims_files_keep_their_decimals(folder):
    path = folder / "claims" / "walsall-2021.yml"
    text = yaml.safe_dump({"claims": [GOOD]}).replace("'5'", "5.0")
    path.write_text(text, encoding="utf-8")
    (found,) = claims.register(document="walsall-2021", folder=folder)
    assert (found.published, found.precision) == ("5.0", Decimal("0.1"))


def test_a_changed_input_changes_the_verdict(folder):
    """Mend the total that does not add up: the register must notice."""
    path = folder / "claims" / "coventry-2024.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("published: 28,") == 1
    path.write_text(text.replace("published: 28,", "published: 29,"), encoding="utf-8")
    found = {c.id: c for c in claims.register(document="coventry-2024", folder=folder)}
    assert found["coventry-2024/total-cover-2022"].verdict is Verdict.REPRODUCES


def test_shown_values_keep_two_digits_more_than_printed():
    assert claim().shown(69.117647) == "69.12"
    assert replace(claim(), precision=Decimal("0.01")).shown(22.08753) == "22.0875"
    assert claim().shown(4820.0) == "4820"
    assert claim(precision=None).shown(-0.0) == "0"
