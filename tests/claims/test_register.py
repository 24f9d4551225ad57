import re
import time
from decimal import Decimal

import pytest
import yaml

from workforce import claims, data
from workforce.claims import ClaimsError, Verdict, tables


def test_the_register_is_whole(register, tables):
    ids = [found.id for found in register]
    assert len(ids) == len(set(ids)) > 200
    assert {found.document for found in register} <= {*tables["documents"]["slug"], *claims.COMPARISONS}
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


# Bad claims files

GOOD = {
    "id": "total",
    "where": "Table 1",
    "says": "All are 5.",
    "published": "5",
    "unit": "people",
    "readings": [{"name": "sum", "sql": "SELECT 10 / 2.0"}],
}


def errors_of(folder, *entries, head=None):
    path = folder / "claims" / "walsall-2021.yml"
    path.write_text(yaml.safe_dump({**(head or {}), "claims": list(entries)}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ClaimsError) as caught:
        claims.register(document="walsall-2021", folder=folder)
    assert all(error.startswith("walsall-2021.yml") for error in caught.value.errors)
    return caught.value.errors


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("claims: " + "[" * 500 + "]" * 500, "nested too deep"),
        (
            "a: &a [x, x]\nb: &b [*a, *a]\n"
            + "".join(f"c{n}: &c{n} [{', '.join([f'*c{n - 1}' if n else '*b'] * 9)}]\n" for n in range(9)),
            "more than 200,000",
        ),
        ("claims: &a [*a]", "more than 200,000 values, or one without end"),
        ("? [1, 2]\n: 3\n", "not readable as YAML"),
    ],
    ids=["deep", "a billion", "itself", "a list as key"],
)
def test_yaml_that_cannot_be_read_is_told(folder, text, told):
    (folder / "claims" / "walsall-2021.yml").write_text(text, encoding="utf-8")
    with pytest.raises(
        ClaimsError, match=rf"walsall-2021\.yml: not readable as YAML: .*{told}|walsall-2021\.yml: {told}"
    ):
        claims.register(document="walsall-2021", folder=folder)


@pytest.mark.parametrize("published", ["٣٣١", "1e400", "1e999999999", "NaN", "1_000", "9" * 40, "0x10"])
def test_a_published_number_is_plain_digits(folder, published):
    (error,) = errors_of(folder, {**GOOD, "published": published})
    assert f"published '{published}' is not a plain number" in error


def test_a_query_that_has_to_be_stopped_is_the_last_of_its_file(folder):
    endless = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t"
    slow = [{**reading(endless), "id": f"slow-{number}"} for number in range(30)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "SECONDS", 0.3)
        began = time.monotonic()
        (error,) = errors_of(folder, *slow)
    assert error.startswith("walsall-2021.yml, claim 'slow-0': reading 'sum': the query takes too long")
    assert error.endswith("what follows it in the file was not looked at")
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("sql", ["SELECT random()", "SELECT epoch(now())", "SELECT count(*) FROM duckdb_settings()"])
def test_a_reading_is_a_function_of_the_data_alone(folder, sql):
    (error,) = errors_of(folder, reading(sql))
    assert error.endswith("a query gives the same whenever and wherever it is asked")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("999", "'999' is no authority's in the statistics; of E08000026, Coventry, it is 331"),
        ("330", "'330' is that of Birmingham (E08000025); of E08000026, Coventry, it is 331"),
    ],
)
def test_a_department_code_is_that_of_its_authority(folder, code, told):
    path = folder / "authorities.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("E08000026,331", f"E08000026,{code}"), encoding="utf-8")
    with pytest.raises(data.DataError, match=re.escape(f"authorities.csv, row 6, column 'dfe_code': {told}")):
        claims.register(folder=folder)


def reading(sql, **more):
    return {**GOOD, "readings": [{"name": "sum", "sql": sql, **more}]}


TWO = [{"name": name, "sql": "SELECT 10 / 2.0"} for name in ("by gender", "by age")]
WITHOUT = {key: GOOD[key] for key in GOOD if key != "readings"}
BAD_CLAIMS = [
    ({**GOOD, "partitions": TWO}, "claim 'total': give either readings, or at least two partitions"),
    ({**WITHOUT, "partitions": TWO[:1]}, "claim 'total', partitions: must contain at least 2 items"),
    ({**WITHOUT, "partitions": TWO, "ambiguous": "Why."}, "claim 'total': give either readings"),
    ({**WITHOUT, "partitions": TWO, "cannot_be_checked": "Why."}, "claim 'total': give either readings"),
    ({**WITHOUT, "partitions": TWO, "provisional": {"why": "x", "within": "1"}}, "claim 'total': give either readings"),
    ({**GOOD, "colour": "red"}, "claim 'total': must not contain {'colour'} properties"),
    ({key: GOOD[key] for key in GOOD if key != "where"}, "claim 'total': must contain ['where'] properties"),
    ({key: GOOD[key] for key in GOOD if key != "id"}, "claim 'number 1': must contain ['id'] properties"),
    ({key: GOOD[key] for key in GOOD if key != "readings"}, "claim 'total': give either readings"),
    ({**GOOD, "cannot_be_checked": "Why not."}, "claim 'total': give either readings"),
    ({**GOOD, "ambiguous": "Why."}, "claim 'total': give either readings"),
    ({**GOOD, "readings": []}, "claim 'total'"),
    (reading("SELECT 10 / 2.0", file="x"), "claim 'total', readings[0]: must not contain {'file'} properties"),
    ({**GOOD, "id": "Total 1"}, "claim 'Total 1': an id is made of small letters"),
    (
        {**GOOD, "published": "31.96%"},
        "claim 'total': published '31.96%' is not a plain number; write 31.96, with the unit percent",
    ),
    ({**GOOD, "published": "1,997"}, "claim 'total': published '1,997' is not a plain number; write 1997"),
    (
        {**GOOD, "published": "£13.2m"},
        "claim 'total': published '£13.2m' is not a plain number; write 13200000, with the unit GBP, and precision: 100000",
    ),
    (
        {**GOOD, "published": "3k"},
        "claim 'total': published '3k' is not a plain number; write 3000, and precision: 1000",
    ),
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
        "claim 'total': reading 'sum': the query gives no value; the paper has no measure 'none'",
    ),
    (reading("SELECT value FROM paper"), "claim 'total': reading 'sum': the query returns"),
    (reading("SELECT NULL"), "claim 'total': reading 'sum': the query returns NULL"),
    (reading("SELECT * FROM read_csv('/etc/hosts')"), "claim 'total': reading 'sum': Permission Error"),
    (reading("SET threads = 4"), "claim 'total': reading 'sum': only a single SELECT statement is allowed"),
    (
        reading("SELECT $published"),
        "claim 'total': reading 'sum': a reading does not look at the printed number, $published",
    ),
    (
        {**reading("SELECT abs($seen)"), "published": "$seen", "each": [{"seen": "5"}]},
        "claim 'total': reading 'sum': a reading does not look at the printed number, $seen",
    ),
    (
        {**reading("SELECT 43.5 FROM paper ORDER BY abs(value - 43.5) LIMIT 1"), "published": "43.5"},
        "claim 'total': reading 'sum': the printed number, 43.5, is typed into its query",
    ),
    ({key: GOOD[key] for key in GOOD if key != "unit"}, "claim 'total': a claim with readings has a unit"),
    (
        {**GOOD, "published": "6", "provisional": {"why": "Revised.", "within": "0"}},
        "claim 'total': provisional: 'within' is a number above 0, for a published number",
    ),
    ({**GOOD, "provisional": "Revised."}, "claim 'total', provisional: must be object"),
    (
        {**reading("SELECT abs($published)"), "each": [{"published": "5"}]},
        "claim 'total': reading 'sum': a reading does not look at the printed number, $published",
    ),
    (
        {**GOOD, "published": "6", "explanation": {"name": "found", "sql": "SELECT 7 AS value"}},
        "claim 'total': explanation: it gives no printed value that does not reproduce",
    ),
    (
        {**GOOD, "published": "6", "explanation": {"name": "found", "sql": "SELECT 6"}},
        "claim 'total': explanation 'found': it gives one row with a number in the column value",
    ),
    (
        {**GOOD, "published": "6", "explanation": {"name": "at $point", "sql": "SELECT 6 AS value"}},
        "claim 'total': explanation 'at $point': $point is neither in 'each' nor in its query",
    ),
    ({**GOOD, "hedge": {"word": "almost"}}, "claim 'total', hedge: must contain ['number'] properties"),
    ({**GOOD, "hedge": {"word": "nigh", "number": "5"}}, "claim 'total': unknown hedge 'nigh'; choose one of: "),
    (
        {**GOOD, "hedge": {"word": "almost", "number": "6"}, "interval": {"means": "x", "low": "1"}},
        "claim 'total': give a hedge or an interval, not both",
    ),
    (
        {
            **{key: GOOD[key] for key in GOOD if key != "readings"},
            "cannot_be_checked": "No.",
            "explanation": {"name": "n", "sql": "s"},
        },
        "claim 'total': give either readings",
    ),
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


def test_an_explanation_is_kept_where_it_explains(folder):
    entry = {
        **reading("SELECT $n"),
        "id": "total-$n",
        "published": "6",
        "each": [{"n": "5"}, {"n": "6"}, {"n": "7"}],
        "explanation": {
            "name": "$more more than $n",
            "sql": "SELECT CAST($n AS INTEGER) + 1 AS value, 1 AS more WHERE $published = 6",
        },
    }
    path = folder / "claims" / "walsall-2021.yml"
    path.write_text(yaml.safe_dump({"claims": [entry]}), encoding="utf-8")
    found = claims.register(document="walsall-2021", folder=folder)
    assert [claim.verdict for claim in found] == [Verdict.DOES_NOT, Verdict.REPRODUCES, Verdict.DOES_NOT]
    assert [claim.explanation and claim.explanation.value for claim in found] == [6, None, None]
    assert list(claims.to_frame(found)["explanation"]) == ["1 more than 5: 6 people", "", ""]


def test_salaries_found_by_searching_are_explained_and_do_not_reproduce(by_id):
    for name, point in (("bury-entry", 41), ("bury-top", 42), ("stockport-top", 40)):
        found = by_id[f"tameside-2023/annual-table-4-{name}"]
        assert found.verdict is Verdict.DOES_NOT
        assert found.explanation.name.endswith(f"April 2020 at point {point}")
        assert found.explanation.value == float(found.published)
    assert by_id["tameside-2023/hourly-table-3-wigan-top"].verdict is Verdict.DOES_NOT
    explained = [found.id for found in by_id.values() if found.explanation]
    assert len(explained) == 4


def test_figures_of_a_census_revised_since_follow_one_rule(by_id):
    found = {name: by_id[f"walsall-2021/{name}"].verdict for name in ("turnover-2020", "vacancies-2020", "agency-2020")}
    assert list(found.values()) == [Verdict.CANNOT, Verdict.REPRODUCES, Verdict.CANNOT]
    assert by_id["walsall-2021/absence-unit-2020"].verdict is Verdict.CANNOT
    assert [by_id[f"walsall-2021/{name}"].as_stated.value for name in found] == [15.9, 13.3, 14.8]


def test_comparisons_with_region_and_neighbours_are_computed(tables, by_id):
    rates = claims.tables.frames()["statistics"].query("period == '2020'").set_index(["authority", "measure"])["value"]
    theirs = claims.tables.frames()["neighbours"].query("authority == 'walsall' and model == 2025")["neighbour"]
    for name, measure, own in (("turnover", "turnover rate", 15.8), ("agency", "agency worker rate", 15.1)):
        region, near = (by_id[f"walsall-2021/{name}-below-{whom}"] for whom in ("region", "neighbours"))
        assert region.as_stated.value == pytest.approx(own - rates["west-midlands", measure])
        assert near.as_stated.value == pytest.approx(own - rates.loc[[(one, measure) for one in theirs]].median())
        assert near.verdict is Verdict.REPRODUCES
        assert "model of 2025" in near.note
        assert (region.verdict is Verdict.DOES_NOT) == (name == "turnover")


def test_words_take_their_range_from_the_table_of_hedges(by_id):
    third, halved = by_id["tameside-2023/asye-almost-one-third"], by_id["walsall-2021/turnover-nearly-halved"]
    assert (third.interval.low, third.verdict) == (30.0, Verdict.DOES_NOT)
    assert (halved.interval.low, halved.interval.below, halved.verdict) == (45.0, 50.0, Verdict.REPRODUCES)


def test_statements_that_the_inputs_do_not_settle_are_not_settled(by_id):
    cannot = ["coventry-2018/cost-neutral", "coventry-2024/retention-rose", "coventry-2018/comparable-grade"]
    ambiguous = [
        "coventry-minutes-2021/scheme-entrants",
        "coventry-2024/pilot-length",
        "coventry-2018/compliments-significant",
    ]
    assert {by_id[name].verdict for name in cannot} == {Verdict.CANNOT}
    ambiguous += ["coventry-2024/agency-dates", "tameside-2023/fixed-scale"]
    assert {by_id[name].verdict for name in ambiguous} == {Verdict.AMBIGUOUS}


def test_the_exact_test_of_two_counts_again(by_id):
    from scipy.stats import binomtest

    _, chance = by_id["coventry-2018/compliments-significant"].readings
    assert chance.value == pytest.approx(100 * binomtest(68, 68 + 91).pvalue)


def test_lengths_of_the_pilot_again(by_id):
    from datetime import date

    shortest, within, longest = (reading.value for reading in by_id["coventry-2024/pilot-length"].readings)
    assert within == pytest.approx((date(2024, 2, 1) - date(2023, 11, 1)).days / 7)
    assert shortest == pytest.approx(((date(2024, 2, 1) - date(2023, 10, 31)).days + 1) / 7)
    assert longest == pytest.approx(((date(2024, 2, 29) - date(2023, 10, 1)).days + 1) / 7)


@pytest.mark.parametrize(
    ("published", "verdict", "row"),
    [
        ("5", Verdict.REPRODUCES, ["5", "5", "by gender and by age"]),
        ("6", Verdict.DOES_NOT, ["5", "5", "by gender"]),
    ],
)
def test_partitions_must_all_hold(folder, published, verdict, row):
    path = folder / "claims" / "walsall-2021.yml"
    path.write_text(
        yaml.safe_dump({"claims": [{**WITHOUT, "published": published, "partitions": TWO}]}), encoding="utf-8"
    )
    found = claims.register(document="walsall-2021", folder=folder)
    assert [claim.verdict for claim in found] == [verdict]
    told = found.frame.iloc[0]
    assert told[["as_stated", "computed", "reading"]].tolist() == row
    assert told["readings"] == "by gender: 5 people; by age: 5 people"
    assert told["needs"] == "the printed number, by every partition"


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (
            "SELECT sum(value) FROM paper WHERE measure = 'turnover'",
            "the paper has no measure 'turnover'; it has: turnover rate; ",
        ),
        (
            "SELECT value FROM paper WHERE measure = 'turnover'",
            "reading 'sum': the query gives no value; the paper has no measure",
        ),
        (
            "SELECT sum(value) FROM paper WHERE measure IN ('turnover rate', 'absences') AND role = 'x'",
            "no measure 'absences'",
        ),
        (
            "SELECT sum(value) FILTER (WHERE measure = 'agency rate') FROM paper",
            "it has: vacancy rate; agency worker rate; ",
        ),
        ("SELECT sum(value) FROM statistics WHERE measure = 'leaver rate'", "the paper has no measure 'leaver rate'"),
        ("SELECT sum(value) FROM paper WHERE measure = $name", "the paper has no measure 'qqqq'; it has: absence; "),
        ("SELECT sum(value) FROM paper WHERE measure = 'turnover rate' AND role = 'x'", None),
        ("SELECT sum(value) FROM statistics WHERE measure = 'caseload' AND authority = 'x'", None),
        ("SELECT sum(value) FROM paper WHERE team = 'turnover'", None),
    ],
)
def test_a_measure_that_the_paper_does_not_have_is_told_with_those_it_has(folder, sql, told):
    claim = {**WITHOUT, "each": [{"name": "qqqq"}], "readings": [{"name": "sum", "sql": sql}]}
    (error,) = errors_of(folder, claim)
    assert (told or "does a condition match no row of the data?") in error
    assert ("has no measure" in error) == (told is not None)


def test_of_many_measures_the_near_are_told(folder):
    query = "SELECT sum(value) FROM paper WHERE measure = 'vacancy'"
    claim = {**WITHOUT, "readings": [{"name": "sum", "sql": query}]}
    (folder / "claims" / "coventry-2024.yml").write_text(yaml.safe_dump({"claims": [claim]}), encoding="utf-8")
    with pytest.raises(ClaimsError, match="no measure 'vacancy'; near are: vacancies") as caught:
        claims.register(document="coventry-2024", folder=folder)
    assert len(str(caught.value).split("near are: ")[1].split("; ")) <= 5


def test_a_series_of_a_measure_that_is_not_there_is_told_too(folder):
    query = "SELECT 'all' AS role, period, value FROM paper WHERE measure = 'absences'"
    with pytest.raises(
        ClaimsError, match="gives no row with the column role, period, value; the paper has no measure 'absences'"
    ):
        claims.ask("walsall-2021", query, ["role", "period", "value"], folder)
