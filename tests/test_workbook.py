import json
import shutil

import openpyxl
import pytest
from frictionless import Package

from workforce import workbook
from workforce.batch import OUTPUTS


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return shutil.copytree(OUTPUTS / "tables", tmp_path_factory.mktemp("outputs") / "tables")


@pytest.fixture(scope="module")
def book(tables):
    return openpyxl.load_workbook(workbook.export(tables))


def cells(book):
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_the_data_package_of_the_results_is_valid():
    report = Package(str(OUTPUTS / "tables" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    described = {
        resource["path"] for resource in json.loads((OUTPUTS / "tables" / "datapackage.json").read_text())["resources"]
    }
    assert described == {path.name for path in (OUTPUTS / "tables").glob("*.csv")}


def test_there_is_a_cover_contents_notes_and_a_sheet_for_each_table(book):
    described = json.loads((OUTPUTS / "tables" / "datapackage.json").read_text(encoding="utf-8"))
    names = [resource["path"].removesuffix(".csv") for resource in described["resources"]]
    assert book.sheetnames == ["Cover", "Contents", "Notes", *names]
    for resource, name in zip(described["resources"], names, strict=True):
        column = [cell.value for cell in book[name]["A"]]
        assert column[0] == resource["title"]
        assert resource["sources"][0]["title"] in column


def test_numbers_are_numbers_and_units_stand_with_them(book):
    rows = list(book["pay_spine_check"].iter_rows(values_only=True))
    (start,) = [number for number, row in enumerate(rows) if str(row[0]).startswith("document")]
    assert "(GBP per year)" in rows[start][5]
    assert rows[start + 1][1:8] == ("tameside", "ASYE", "entry", 29, 33486, 2021, 33486)
    assert not [row for row in rows[start:] if None in row]


def test_building_it_twice_gives_the_same_cells(book, tables):
    assert cells(openpyxl.load_workbook(workbook.export(tables))) == cells(book)


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"])
def test_text_that_begins_like_a_formula_stays_text(tables, tmp_path, text):
    changed = shutil.copytree(tables, tmp_path / "tables")
    path = changed / "retention_payment.csv"
    quoted = '"{}"'.format(text.replace('"', '""'))
    path.write_text(path.read_text(encoding="utf-8").replace('"grade 7, social worker"', quoted, 1), encoding="utf-8")
    sheet = openpyxl.load_workbook(workbook.export(changed))["retention_payment"]
    found = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).endswith(text.lstrip())]
    assert [(cell.data_type, cell.value) for cell in found] == [("s", f"'{text}")]


def test_without_tables_the_way_to_them_is_told(tmp_path):
    with pytest.raises(ValueError, match="there are no tables"):
        workbook.export(tmp_path)
