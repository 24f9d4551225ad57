import pandas as pd
import pytest
import yaml

from entries import entry
from workforce import claims
from workforce.claims import ClaimsError, Verdict


def test_printed_tables_are_rebuilt_with_their_verdicts(register):
    cells = claims.cells("coventry-2024", register).set_index(["table", "row", "column"])
    assert cells.loc[("Table 9.4", "Total", "Agency Oct 2022")].tolist() == ["28", "people", Verdict.DOES_NOT]
    assert cells.loc[("Table 4.2", "G6 (No retention payment) Social Worker", "Agency SWs 22-23"), "printed"] == "n/a"
    assert cells.loc["Table 4.2"].shape == (40, 3)
    assert cells.loc["Table 9.4"].shape == (30, 3)


def test_a_range_is_shown_with_both_its_ends_and_asked_by_either(made):
    folder = made([6, 3], entry("more", "6", "SELECT max(upper) FROM paper"))
    path = folder / "observations.csv"
    rows = path.read_text(encoding="utf-8")
    path.write_text(rows.replace("2020-10,6,,people", "2020-10,6,19,people"), encoding="utf-8")
    cells = claims.cells("walsall-2021", [], folder)
    assert cells["printed"].tolist() == ["6 to 19", "3"]
    asked = claims.ask("walsall-2021", "SELECT upper - value AS value FROM paper WHERE upper > 0", ["value"], folder)
    assert asked["value"].tolist() == [13]


def test_rebuilt_pay_tables_show_what_is_lost(register):
    cells = claims.cells("tameside-2023", register).set_index(["table", "row", "column"]).sort_index()
    assert cells.groupby(level=0).size().to_dict() == {"Table 1": 7, "Table 2": 60, "Table 3": 60, "Table 4": 60}
    salford = cells.loc[("Table 3", "Salford")]["printed"]
    assert salford.dropna().to_dict() == {"SCP min": "30", "Hourly £ max": "20.01"}
    assert pd.isna(cells.loc[("Table 3", "Manchester", "Hourly £ max"), "printed"])


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
