import hashlib
import json
import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import made
from workforce import data
from workforce.data import DataError
from workforce.national import release

AYTON = made.CODES["Ayton"]


def errors_of(path):
    with pytest.raises(DataError) as caught:
        release.read(path)
    return caught.value.errors


def test_a_release_is_named_after_its_years_and_file(read):
    found = read(name="any name.csv")
    assert found.name == "Children's social work workforce, 2021 to 2024 (any name.csv)"
    assert (found.years, found.latest, found.file) == ([2021, 2022, 2023, 2024], 2024, "any name.csv")
    assert read(made.rows(years=(2024,))).name == "Children's social work workforce, 2024 (made.csv)"


def test_every_cell_is_a_number_or_a_reason(read):
    found = read()
    assert found.value(AYTON, 2024, "turnover_rate_fte") == 5
    assert found.reason(AYTON, 2024, "turnover_rate_fte") == ""
    assert found.value(AYTON, 2024, "vacancy_rate_fte") == 20
    assert found.series(AYTON, "inpost_headcount").to_dict() == dict.fromkeys(made.YEARS, 110)
    assert (found.values.isna() == (found.reasons != "")).all(axis=None)


@pytest.mark.parametrize(
    ("symbol", "reason"),
    [
        ("z", "not applicable"),
        ("x", "unavailable"),
        (":", "unavailable"),
        ("c", "confidential"),
        ("low", "rounds to zero but is not"),
        ("k", "rounds to zero but is not"),
        ("~", "rounds to zero but is not"),
        ("u", "low reliability"),
        ("", "left blank"),
        ("[c]", "confidential"),
        ("Z", "not applicable"),
        (" x ", "unavailable"),
    ],
)
def test_a_symbol_is_no_number_but_a_reason(read, symbol, reason):
    found = read(agency_fte=symbol, agency_rate_fte=symbol)
    assert found.value(AYTON, 2024, "agency_fte") != found.value(AYTON, 2024, "agency_fte")
    assert found.reason(AYTON, 2024, "agency_fte") == reason
    assert found.published.loc[(AYTON, 2024), "agency_fte"] == symbol.strip()
    assert found.value(AYTON, 2023, "agency_fte") == 20


@pytest.mark.parametrize(
    ("text", "value"), [("1,234", 1234), ("1e+03", 1000), ("0", 0), ("12.5", 12.5), ("1,234.5", 1234.5)]
)
def test_numbers_are_read_however_they_are_written(read, text, value):
    assert read(vacancy_fte=text).value(AYTON, 2024, "vacancy_fte") == value


@pytest.mark.parametrize("text", ["12,5", "n/a", "..", "1 2", "-", "0x10", "nan", "inf", "12%"])
def test_what_is_neither_number_nor_symbol_is_refused(tmp_path, text):
    (error,) = errors_of(made.write(tmp_path / "made.csv", made.rows(years=(2024,), vacancy_fte=text)))
    assert error.startswith(f"made.csv, row 5, column 'vacancy_fte': '{text}' is neither a number nor a symbol")


def test_an_older_release_with_a_mark_of_byte_order_and_other_names_reads_the_same(tmp_path, read):
    older = {"inpost": "social_worker", "leavers": "leaver", "agency_rate": "agency_worker_rate"}

    def old(name):
        for new, was in older.items():
            name = re.sub(f"^{new}_", f"{was}_", name)
        return f"{name}_%" if "rate" in name else name

    rows = made.rows()
    renamed = [{old(key): value for key, value in row.items()} for row in rows]
    path = tmp_path / "older.csv"
    path.write_bytes(b"\xef\xbb\xbf" + made.text(renamed).encode())
    assert b"turnover_rate_fte_%" in path.read_bytes()
    assert b"social_worker_fte" in path.read_bytes()
    assert_frame_equal(release.read(path).values, read(rows).values)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.permutations(made.rows(years=(2023, 2024))), data=st.data())
def test_order_more_columns_a_byte_order_mark_and_line_ends_change_nothing(tmp_path, read, rows, data):
    columns = data.draw(st.permutations([*made.header(rows), "a_column_of_tomorrow"]))
    end, mark = data.draw(st.sampled_from(["\n", "\r\n", "\r"])), data.draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    path = tmp_path / "shuffled.csv"
    path.write_bytes(mark + made.text([{**row, "a_column_of_tomorrow": "?"} for row in rows], columns, end).encode())
    found, plain = release.read(path), read(made.rows(years=(2023, 2024)))
    for part in ("values", "reasons", "published", "areas"):
        assert_frame_equal(
            getattr(found, part)[sorted(getattr(plain, part))], getattr(plain, part)[sorted(getattr(plain, part))]
        )


BROKEN = {
    "no such file": (lambda text: None, "made.csv: the file is missing from"),
    "empty": (lambda text: b"", "made.csv: the column 'time_period' is missing"),
    "no rows": (lambda text: text.splitlines()[0], "made.csv: the file has no rows"),
    "a page": (lambda text: b"<!DOCTYPE html>\n<html></html>", "made.csv: the column 'time_period' is missing"),
    "no column": (lambda text: text.replace(b"new_la_code", b"code"), "made.csv: the column 'new_la_code' is missing"),
    "twice": (
        lambda text: text.replace(b"vacancy_rate_fte", b"leavers_fte"),
        "made.csv: the column 'leavers_fte' stands twice",
    ),
    "old and new": (
        lambda text: text.replace(b"vacancy_rate_fte", b"leaver_fte"),
        "made.csv: the column 'leavers_fte' stands twice",
    ),
    "one cell more": (
        lambda text: text.replace(b",Corby,", b",Corby,East,", 1),
        "made.csv: row 7: Expected Number of Columns",
    ),
    "one cell less": (lambda text: text.replace(b",Corby,", b",", 1), "made.csv: row 7: Expected Number of Columns"),
    "cut in a row": (lambda text: text[:-40], "made.csv: row 14: Expected Number of Columns"),
    "other letters": (lambda text: text.replace(b"Corby", b"C\xf6rby"), "made.csv: row 7: "),
    "year": (
        lambda text: text.replace(b"2024,Rep", b"202324,Rep", 1),
        "made.csv, row 2, column 'time_period': '202324' is not a year",
    ),
    "level": (
        lambda text: text.replace(b"National", b"Country"),
        "made.csv, row 2, column 'geographic_level': 'Country' is not among: National, Regional, Local authority",
    ),
    "no code": (
        lambda text: text.replace(b",953,", b",,"),
        "made.csv, row 7, column 'old_la_code': '' is blank in a local authority row",
    ),
    "no England": (
        lambda text: b"\n".join(line for line in text.split(b"\n") if b"National" not in line),
        "made.csv: the year 2024 has no row for England; is the file cut short?",
    ),
    "an area twice": (
        lambda text: text + text.splitlines(keepends=True)[-1],
        "made.csv, rows 14 and 15: the area 960 stands more than once in 2024",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_refused_whole_with_the_place_and_what_is_wrong(tmp_path, broken):
    change, expected = BROKEN[broken]
    content = change(made.text(made.rows(years=(2024,))).encode())
    if content is not None:
        (tmp_path / "made.csv").write_bytes(content)
    assert errors_of(tmp_path / "made.csv")[0].startswith(expected)


def test_a_quote_left_open_in_a_long_file_is_told_as_in_a_short_one(tmp_path):
    path = tmp_path / "made.csv"
    path.write_text(made.text(made.rows(years=range(1900, 2025))).replace(",Corby,", ',"Corby,', 1), encoding="utf-8")
    (tmp_path / "junk.csv").write_text("x" * 200_000, encoding="utf-8")
    with pytest.raises(ValueError, match=r"made\.csv"):
        release.newest(folder=tmp_path)


def test_all_errors_are_told_at_once(tmp_path):
    rows = made.rows(years=(2024,), vacancy_fte="?", time_period="24")
    assert len(errors_of(made.write(tmp_path / "made.csv", rows))) == 3  # the year 24 has no row for England either


def test_the_newest_release_is_the_one_that_goes_on_for_longest(tmp_path):
    made.write(tmp_path / "z.csv", made.rows(years=(2022, 2023)))
    made.write(tmp_path / "a.csv", made.rows(years=(2023, 2024)))
    (tmp_path / "neighbours.csv").write_text("old_la_code,SN_1\n901,902\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("time_period", encoding="utf-8")
    assert release.newest(folder=tmp_path).file == "a.csv"
    assert release.newest("z.csv", tmp_path).file == "z.csv"
    with pytest.raises(ValueError, match=r"unknown release 'b.csv'; choose one of: a.csv, z.csv"):
        release.newest("b.csv", tmp_path)


def test_of_two_releases_to_the_same_year_the_one_written_last_is_the_newest(tmp_path):
    for name, time in (("a.csv", 2000), ("b.csv", 1000)):
        os.utime(made.write(tmp_path / name, made.rows(years=(2024,))), (time, time))
    assert release.newest(folder=tmp_path).file == "a.csv"


def test_of_two_releases_to_the_same_year_one_that_was_downloaded_is_newer_than_the_boxs(tmp_path, monkeypatch):
    """Files in the box are as new as the clone, so when they were written tells nothing."""
    for name, folder, time in (("NATIONAL", tmp_path / "box", 2000), ("EXTERNAL", tmp_path / "external", 1000)):
        folder.mkdir()
        monkeypatch.setattr(data, name, folder)
        changed = {} if name == "NATIONAL" else {"cases": 901}
        os.utime(made.write(folder / "made.csv", made.rows(years=(2024,), **changed)), (time, time))
    assert release.newest().value(AYTON, 2024, "cases") == 901
    assert release.newest("made.csv").value(AYTON, 2024, "cases") == 901
    assert release.in_use().digest == release.newest().digest


def test_another_file_of_the_statistics_is_no_release(tmp_path):
    made.write(tmp_path / "made.csv", made.rows(years=(2023,)))
    rows = [
        {key: value for key, value in row.items() if "rate" not in key and key != "caseload_fte"} for row in made.rows()
    ]
    made.write(tmp_path / "characteristics.csv", rows)
    assert [path.name for path in release.files(tmp_path)] == ["made.csv"]
    assert errors_of(tmp_path / "characteristics.csv") == [
        "characteristics.csv: there is no rate of the census, such as turnover_rate_fte"
    ]


def test_of_two_releases_to_the_same_year_the_one_with_more_columns_is_the_newest(tmp_path):
    os.utime(made.write(tmp_path / "a.csv", made.rows(years=(2024,))), (1000, 1000))
    rows = [{key: value for key, value in row.items() if "absence" not in key} for row in made.rows(years=(2024,))]
    os.utime(made.write(tmp_path / "b.csv", rows), (2000, 2000))
    assert release.newest(folder=tmp_path).file == "a.csv"


def test_a_revised_file_is_read_anew(tmp_path):
    path = made.write(tmp_path / "made.csv", made.rows(years=(2024,)))
    assert release.read(path).value(AYTON, 2024, "vacancy_rate_fte") == 20
    made.write(path, made.rows(years=(2024,), vacancy_fte=11, vacancy_rate_fte="revised".replace("revised", "9.9")))
    assert release.read(path).value(AYTON, 2024, "vacancy_rate_fte") == 9.9


@pytest.mark.parametrize("there", [True, False])
def test_without_a_release_one_sentence_says_what_to_do(tmp_path, there):
    folder = tmp_path if there else tmp_path / "nowhere"
    with pytest.raises(release.NoReleaseError, match=r"^there is no release of .* run `workforce download`"):
        release.newest(folder=folder)


def test_a_file_that_is_not_the_one_downloaded_is_refused(tmp_path):
    path = made.write(tmp_path / "made.csv", made.rows(years=(2024,)))
    digest = release.read(path).digest
    (tmp_path / "made.csv.sha256").write_text(f"{digest}  made.csv\n", encoding="utf-8")
    assert release.read(path).digest == digest
    path.write_bytes(path.read_bytes().replace(b"Corby", b"Derby"))
    assert errors_of(path) == [
        "made.csv: the file is not the one that was downloaded; download it again, or remove made.csv.sha256"
    ]


def test_what_a_release_does_not_have_is_told(read):
    rows = [{key: value for key, value in row.items() if "absence" not in key} for row in made.rows()]
    found = read(rows)
    assert found.reason(AYTON, 2024, "absence_rate_fte") == "not in this release"
    assert found.series(AYTON, "absence_rate_fte").isna().all()
    assert found.reason(AYTON, 1999, "inpost_fte") == "no return"
    assert found.value(AYTON, 1999, "inpost_fte") != found.value(AYTON, 1999, "inpost_fte")


def test_a_column_that_the_statistics_do_not_have_is_refused_with_those_they_have(read):
    one = read(made.rows())
    with pytest.raises(ValueError, match=r"unknown column 'vacancy'; choose one of: .*vacancy_rate_fte"):
        one.series(made.CODES["Ayton"], "vacancy")


# The box: files as the Department published them


def described():
    return json.loads((data.NATIONAL / "datapackage.json").read_text(encoding="utf-8"))["resources"]


@pytest.mark.parametrize("file", described(), ids=lambda one: one["path"])
def test_the_box_holds_files_unchanged_with_publisher_licence_and_address(file):
    content = (data.NATIONAL / file["path"]).read_bytes()
    assert file["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert file["bytes"] == len(content)
    assert file["licenses"][0]["title"].startswith("Open Government Licence")
    kind = release.read(data.NATIONAL / file["path"]) if file["path"].startswith("csww") else None
    assert file["date"] == (f"{kind.latest}-09-30" if kind else "2025")  # what its figures go up to
    assert file["sources"][0]["path"].startswith("https://")
    assert "Department for Education" in file["sources"][0]["title"]


def test_the_box_holds_the_newest_two_releases_and_the_neighbours():
    newest = release.newest(folder=data.NATIONAL)
    assert (newest.years[0], newest.latest, len(newest.authorities())) == (2017, 2025, 151)
    assert [path.name for path in release.files(data.NATIONAL)] == [
        "csww_indicators_2017_to_2024.csv",
        "csww_indicators_2017_to_2025.csv",
    ]
    assert {one["path"] for one in described()} == {path.name for path in data.NATIONAL.glob("*.csv")}


def test_a_column_under_another_name_is_told(tmp_path):
    text = made.text(made.rows(years=(2024,)))
    (tmp_path / "made.csv").write_text(text.replace("turnover_rate_fte", "turnover_rates_fte", 1), encoding="utf-8")
    assert release.read(tmp_path / "made.csv").missing == {"turnover_rate_fte": "turnover_rates_fte"}
    assert release.newest(folder=data.NATIONAL).missing == {}


def test_a_column_that_is_not_there_is_told(tmp_path):
    rows = [{name: value for name, value in row.items() if name != "cases"} for row in made.rows(years=(2024,))]
    assert release.read(made.write(tmp_path / "made.csv", rows)).missing == {"cases": ""}


@pytest.mark.parametrize("year", ["0000", "1899", "3024", "٢٠٢٤"])
def test_a_year_is_one_of_ours(tmp_path, year):
    rows = made.rows(years=(2024,))
    rows[-1]["time_period"] = year
    assert any(
        f"'{year}' is not a year such as 2024" in line for line in errors_of(made.write(tmp_path / "made.csv", rows))
    )
