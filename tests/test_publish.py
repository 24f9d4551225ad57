import pandas as pd
import pytest

from workforce import claims, publish, retention, series
from workforce.batch import OUTPUTS
from workforce.national import revisions


def test_the_readme_states_the_findings_of_today(register):
    text = publish.README.read_text(encoding="utf-8")
    assert publish.with_findings(text, register) == text


def test_findings_that_drift_are_noticed(register):
    text = publish.README.read_text(encoding="utf-8")
    assert publish.with_findings(text, register[1:]) != text


def test_text_outside_the_markers_is_left_alone(register):
    text = f"before\n{publish.BEGIN}\nOUTDATED\n{publish.END}\nafter\n"
    made = publish.with_findings(text, register)
    assert made.startswith(f"before\n{publish.BEGIN}\n\n**Do the published figures add up?**\n\nOf ")
    assert made.endswith(f"\n{publish.END}\nafter\n")
    assert "OUTDATED" not in made


@pytest.mark.parametrize("text", ["", publish.BEGIN, f"{publish.BEGIN}{publish.BEGIN}{publish.END}"])
def test_a_readme_without_its_markers_is_refused(register, text):
    with pytest.raises(ValueError, match="the README needs the lines"):
        publish.with_findings(text, register)


COLUMNS = {
    "revisions": revisions.COLUMNS,
    "trends": series.COLUMNS,
    "retention_payment": retention.COLUMNS,
    "claims": claims.COLUMNS,
    "pay_working_weeks": ["document", "authority", "hours_low", "hours_high", "week", "inconsistent_pairs"],
    "pay_spine_check": [
        *("document", "authority", "role", "end", "scp", "printed", "april", "spine", "matches", "explained_by"),
    ],
    "pay_scales_repaired": [
        "document",
        "authority",
        "role",
        "end",
        "spine",
        "scp",
        "annual",
        "hourly",
        "derived",
        "method",
    ],
    "pay_benchmark": [
        *(
            "document",
            "role",
            "end",
            "basis",
            "scales",
            "authority",
            "value",
            "rank",
            "tied",
            "councils",
            "median",
            "best",
            "gap",
        ),
        "gap_percent",
        "quartile",
    ],
}


def test_the_committed_findings_are_those_of_today(register):
    assert publish.findings(register) == (OUTPUTS / publish.FINDINGS).read_text(encoding="utf-8")


def test_the_committed_tables_are_those_of_today(register):
    committed = {
        f"tables/{path.name}": path.read_bytes().decode()
        for path in (OUTPUTS / "tables").glob("*.*")
        if path.suffix != ".xlsx"
    }
    assert publish.tables(register) == committed


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_have_their_columns(name):
    assert list(pd.read_csv(OUTPUTS / "tables" / f"{name}.csv", nrows=1)) == COLUMNS[name]
