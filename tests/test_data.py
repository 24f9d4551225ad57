import csv
import re

import pytest

from workforce import data


def change(path, row, column, text):
    """Set one cell of a CSV file; rows count as in a spreadsheet."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[row - 1][rows[0].index(column)] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def errors_of(table, folder):
    with pytest.raises(data.DataError) as caught:
        data.load(table, folder)
    assert str(caught.value) == "\n".join(caught.value.errors)
    return caught.value.errors


def test_every_table_loads(tables):
    assert set(tables) == {
        "documents",
        "authorities",
        "observations",
        "units",
        "pay_scales",
        "pay_spine",
        "boundary_changes",
        "recommendations",
        "hedges",
    }
    assert all(len(frame) for frame in tables.values())


@pytest.mark.parametrize("folder", [data.DATA, data.NATIONAL], ids=lambda folder: folder.name)
def test_the_package_is_a_valid_data_package(folder):
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])


def test_every_resource_says_where_it_is_from():
    for name, resource in data.package().items():
        assert resource["sources"], name
        assert resource["licenses"], name
        assert all(field["description"] for field in resource["schema"]["fields"]), name


def test_values_keep_their_printed_precision(tables):
    printed = tables["observations"]["document"].isin(["coventry-2018", "coventry-2024"])
    observed = tables["observations"][printed].set_index("where")["value_as_printed"]
    assert observed["Appendix 3 > Service Manager > Area Team"] == "4.0"
    assert observed["Appendix 3 > Other posts > Area Team"] == "3"
    assert observed["Table 9.4 > Social Worker > Vacancies Oct 2023"] == "8.5"
    rates = tables["pay_scales"].query("document == 'tameside-2023'").set_index(["where", "end"])["hourly_as_printed"]
    assert rates["Table 2 > Rochdale", "top"] == "15.60"


def test_damaged_cells_are_blank_and_never_filled(tables):
    scales = tables["pay_scales"].query("document == 'tameside-2023'").set_index(["authority", "role", "end"])
    lost = scales[scales[["scp", "annual", "hourly"]].isna().any(axis=1)]
    assert list(lost.index) == [
        ("manchester", "experienced/senior social worker", "top"),
        ("salford", "experienced/senior social worker", "entry"),
        ("salford", "experienced/senior social worker", "top"),
    ]
    assert lost["note"].notna().all()


BAD_CELLS = [
    ("observations", 2, "value", "12,5", "'12,5' is not a number"),
    ("observations", 2, "value", " 147", "has spaces around it"),
    ("observations", 2, "value", "£147", "is not a number"),
    ("observations", 2, "value", "31.96%", "is not a number; write 31.96, with the unit percent"),
    ("observations", 2, "value", "1,997", "is not a number; write 1997, without the comma"),
    ("observations", 2, "value", "£13.2m", "write 13200000, with the unit GBP"),
    ("observations", 2, "value", "£675,888.00", "write 675888.00, with the unit GBP"),
    ("observations", 2, "value", "-£2,100", "write -2100, with the unit GBP"),
    ("observations", 2, "value", "3k", "write 3000"),
    ("observations", 2, "value", "1.5 million", "write 1500000"),
    ("observations", 2, "upper", "19%", "is not a number; write 19, with the unit percent"),
    (
        "observations",
        2,
        "upper",
        "146.9",
        "is the upper end of a range and below the lower one, 147; are they swapped?",
    ),
    ("observations", 2, "value", "nan", "is not a number"),
    (
        "observations",
        2,
        "unit",
        "persons",
        "is not known in units.csv; did you mean people?; a new unit is one row more",
    ),
    ("observations", 2, "unit", "headcount", "did you mean people?"),
    ("observations", 2, "unit", "£", "did you mean GBP or GBP per year?"),
    ("observations", 2, "unit", "%", "did you mean percent?"),
    ("observations", 2, "unit", "wte", "did you mean FTE?"),
    ("observations", 2, "unit", "WTE", "did you mean FTE?"),
    ("observations", 2, "unit", "interveiws", "did you mean interviews"),
    ("observations", 2, "unit", "qqqq", "is not known in units.csv; it has: FTE, GBP, GBP per hour"),
    ("observations", 2, "measure", "", "is blank, but a value is required"),
    ("observations", 2, "period", "last year", "is not of the right form; write it like 2022-10 or 2023-24"),
    ("observations", 2, "period", "99/99/2024", "is not of the right form; write it like 2022-10 or 2023-24"),
    ("observations", 2, "period", "2023/24", "is not of the right form; write 2023-24"),
    ("observations", 2, "period", "2023–24", "write 2023-24"),
    ("observations", 2, "period", "March 2024", "write 2024-03"),
    ("observations", 2, "period", "Sept 2024", "write 2024-09"),
    ("observations", 2, "period", "31/03/2024", "write 2024-03-31"),
    ("documents", 2, "date", "8th February 2023", "write 2023-02-08"),
    ("observations", 2, "document", "coventry-1918", "is not known in documents.csv; it has: "),
    ("observations", 2, "authority", "atlantis", "is not known in authorities.csv"),
    ("pay_scales", 3, "annual", "35336.0", "is not a whole number"),
    ("pay_scales", 3, "annual", "£35,336", "is not a whole number; write 35336, without the comma"),
    ("pay_scales", 3, "annual", "-35336", "is below the least value allowed, 10000"),
    ("pay_scales", 3, "annual", "353360", "is above the largest value allowed, 200000"),
    ("pay_scales", 3, "scp", "0", "is below the least value allowed, 1"),
    ("pay_scales", 3, "end", "middle", "is not among: entry, top"),
    ("authorities", 3, "greater_manchester", "true", "should be one of: yes, no"),
    ("authorities", 3, "gss_code", "X1", "write it like E08000008"),
    ("observations", 2, "period", "2019-13-44", "is no day of the calendar"),
    ("observations", 2, "period", "2019-02-30", "is no day of the calendar"),
    ("documents", 2, "date", "9999-12-31", "has a year that is not between 1900 and 2100"),
    ("observations", 2, "period", "2024/2023", "ends before it begins"),
    ("observations", 2, "period", "2011/12", "write 2011-04/2012-03"),
    ("authorities", 3, "dfe_code", "٣٣١", "is not of the right form; write it like 357"),
    ("authorities", 3, "dfe_code", "１２３", "is not of the right form; write it like 357"),
    ("observations", 2, "value", "٣٣١", "is not a number"),
    ("pay_scales", 3, "annual", "１２３", "is not a whole number"),
    ("authorities", 3, "name", "\u200b", "has a character that cannot be seen, U+200B; remove it"),
    ("authorities", 3, "name", "\u3164", "has a character that cannot be seen, U+3164; remove it"),
    ("authorities", 3, "name", "Wal\u202esall", "has a character that cannot be seen, U+202E; remove it"),
    ("observations", 2, "note", "two\nlines", "has a character that cannot be seen, U+000A; remove it"),
    ("authorities", 5, "name", "bolton", "stands in row 4 already; each has its own"),
    ("authorities", 5, "name", "Ｂolton", "stands in row 4 already; each has its own"),
    ("authorities", 5, "dfe_code", "350", "stands in row 4 already; each has its own"),
    ("pay_scales", 3, "annual", "18446744073709551616", "is a number of 20 digits, beyond what can be worked with"),
    ("observations", 2, "value", "9" * 400, "is a number of 400 digits, beyond what can be worked with"),
]


@pytest.mark.parametrize(("table", "row", "column", "text", "told"), BAD_CELLS)
def test_a_bad_cell_is_named(folder, table, row, column, text, told):
    change(folder / f"{table}.csv", row, column, text)
    error, *_ = errors_of(table, folder)
    assert error.startswith(f"{table}.csv, row {row}, column '{column}': '{text}'")
    assert told in error


def test_a_period_that_may_be_a_financial_year_is_told_as_it_was_read(folder):
    change(folder / "observations.csv", 2, "period", "2011-12")
    (told,) = data.notes(folder)
    assert told.startswith(
        "observations.csv, row 2, column 'period': '2011-12' is read as December 2011; if the financial"
    )
    assert len(data.load("observations", folder))


def test_what_is_missing_elsewhere_is_told_once_with_how_many_rows_name_it(folder):
    for row in (3, 7, 9):
        change(folder / "observations.csv", row, "authority", "atlantis")
    (error,) = errors_of("observations", folder)
    assert error.startswith(
        "observations.csv, row 3, column 'authority': 'atlantis' is not known in authorities.csv (3 rows"
    )
    assert "its GSS code is in the ONS Open Geography Portal, 'Local Authority Districts names and codes'" in error
    assert "`workforce list --authorities` prints its DfE code and region" in error


def test_an_upper_end_stands_beside_a_lower_one(folder):
    change(folder / "observations.csv", 2, "value", "")
    change(folder / "observations.csv", 2, "upper", "9")
    (error,) = errors_of("observations", folder)
    assert error.endswith("'9' is the upper end of a range without a lower one; write that in 'value'")


GOOD_CELLS = [
    ("value", "-2.50"),
    ("value", "250"),
    ("upper", "147"),
    ("upper", "190.0"),
    ("breakdown", "age: 25 to 34"),
]


@pytest.mark.parametrize(("column", "text"), GOOD_CELLS)
def test_changes_ranges_and_breakdowns_are_observations(folder, column, text):
    change(folder / "observations.csv", 2, column, text)
    row = data.load("observations", folder).iloc[0]
    assert row[f"{column}_as_printed" if column != "breakdown" else column] == text


def test_rows_that_differ_in_their_breakdown_alone_are_two(folder):
    path = folder / "observations.csv"
    row = "walsall-2021,paragraph 9,walsall,applicants,social worker,,,{},2020,3,,people,\n"
    rows = path.read_text(encoding="utf-8") + row.format("nationality: Zimbabwean")
    path.write_text(rows + row.format("nationality: Indian"), encoding="utf-8")
    found = data.load("observations", folder).query("measure == 'applicants' and document == 'walsall-2021'")
    assert found["breakdown"].tolist() == ["nationality: Zimbabwean", "nationality: Indian"]
    path.write_text(rows + row.format("nationality: Zimbabwean"), encoding="utf-8")
    (error,) = errors_of("observations", folder)
    assert "repeats the key of row" in error
    assert "breakdown 'nationality: Zimbabwean'" in error


def test_a_new_unit_is_one_row(folder):
    change(folder / "observations.csv", 2, "unit", "candles")
    with (folder / "units.csv").open("a", encoding="utf-8") as file:
        file.write("candles,count,one candle,\n")
    assert data.load("observations", folder)["unit"].iloc[0] == "candles"


def test_all_errors_of_a_file_are_listed_at_once(folder):
    for row, column, text in [(2, "value", "x"), (5, "unit", "apples"), (9, "document", "none")]:
        change(folder / "observations.csv", row, column, text)
    told = [re.search(r"row (\d+)", error)[1] for error in errors_of("observations", folder)]
    assert sorted(told) == ["2", "5", "9"]


def test_all_errors_of_all_files_are_listed_at_once(folder):
    change(folder / "observations.csv", 2, "value", "x")
    change(folder / "pay_spine.csv", 4, "annual", "y")
    with pytest.raises(data.DataError) as caught:
        data.load_all(folder)
    assert [error.split(",")[0] for error in caught.value.errors] == ["observations.csv", "pay_spine.csv"]


def test_a_repeated_key_is_named_with_both_rows(folder):
    path = folder / "pay_spine.csv"
    path.write_text(path.read_text(encoding="utf-8") + "2021,29,33486,published list\n", encoding="utf-8")
    (error,) = errors_of("pay_spine", folder)
    assert re.search(r"row 300: repeats the key of row \d+ \(april '2021', scp '29'\)", error)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"april,scp,annual,basis\n", "the file is empty"),
        (b"april,scp,annual\n2021,1,18333\n", "the column 'basis' is missing"),
        (b"april,scp,annual,basis,extra\n2021,1,18333,published list,1\n", "the column 'extra' is not known"),
        (b"april,scp,annual,basis,scp\n2021,1,18333,published list,1\n", "the column 'scp' stands twice"),
        (b"april,scp,annual,basis\n2021,1,18333\n", "row 2: has 3 cells where the header has 4"),
        (b"april,scp,annual,basis\n2021,1,18333,a,b\n", "row 2: has 5 cells where the header has 4"),
        (b"april,scp,annual,basis\n2021,1,18333,\xa3\n", "row 2: the byte b'\\xa3' is not UTF-8"),
        (b'april,scp,annual,basis\n2021,1,18333,"open\n', "not a CSV file"),
    ],
)
def test_a_file_of_the_wrong_form_is_refused(folder, content, told):
    (folder / "pay_spine.csv").write_bytes(content)
    assert any(told in error for error in errors_of("pay_spine", folder))


def test_a_missing_file_and_a_missing_package_are_named(folder):
    (folder / "pay_spine.csv").unlink()
    assert "pay_spine.csv: the file is missing" in errors_of("pay_spine", folder)[0]
    (folder / "datapackage.json").unlink()
    assert "datapackage.json: the file is missing" in errors_of("pay_spine", folder)[0]


def test_what_spreadsheets_do_to_a_file_changes_nothing(folder, tables):
    path = folder / "pay_scales.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert data.load("pay_scales", folder).equals(tables["pay_scales"])


def test_an_unknown_table_is_refused_with_those_there_are():
    with pytest.raises(
        ValueError, match="unknown table 'vacancies'; choose one of: authorities, boundary_changes, documents"
    ):
        data.load("vacancies")


def test_printed_table_cells_are_all_there(tables):
    papers = ["coventry-2018", "coventry-2024", "tameside-2023"]
    printed, scales, advice = (
        frame[frame["document"].isin(papers)]
        for frame in (tables["observations"], tables["pay_scales"], tables["recommendations"])
    )
    cells = printed["where"].str.split(" > ", expand=True).dropna().groupby(0).size()
    # 8 jobs by 6 teams; 4 grades by 6 columns; one row of 3; 4 roles by 6 columns
    assert cells.to_dict() == {"Appendix 3": 48, "Table 4.2": 24, "Table 1": 3, "Table 9.4": 24}
    assert scales.groupby(["role", "end"]).size().unique().tolist() == [10]
    assert len(advice) == 9


@pytest.mark.parametrize(
    ("value", "count", "told"),
    [
        ("x", 4, "unknown thing 'x'; choose one of: name0, name1, name2, name3"),
        ("naem31", 99, "unknown thing 'naem31'; did you mean name31"),
        ("quite else", 99, "unknown thing 'quite else'; choose one of: name0, name1, name10"),
    ],
)
def test_of_many_choices_only_those_near_are_told(value, count, told):
    assert data.unknown(value, [f"name{number}" for number in range(count)], "thing").startswith(told)
