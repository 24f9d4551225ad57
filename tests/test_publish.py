import pandas as pd
import pytest

from workforce import claims, publish
from workforce.batch import OUTPUTS


def test_the_readme_states_the_findings_of_today(register):
    text = publish.README.read_text(encoding="utf-8")
    assert publish.with_findings(text, register) == text


def test_findings_that_drift_are_noticed(register):
    text = publish.README.read_text(encoding="utf-8")
    assert publish.with_findings(text, register[1:]) != text


def test_text_outside_the_markers_is_left_alone(register):
    text = f"before\n{publish.BEGIN}\nOUTDATED\n{publish.END}\nafter\n"
    made = publish.with_findings(text, register)
    assert made.startswith(f"before\n{publish.BEGIN}\nOf ")
    assert made.endswith(f"\n{publish.END}\nafter\n")
    assert "OUTDATED" not in made


@pytest.mark.parametrize("text", ["", publish.BEGIN, f"{publish.BEGIN}{publish.BEGIN}{publish.END}"])
def test_a_readme_without_its_markers_is_refused(register, text):
    with pytest.raises(ValueError, match="the README needs the lines"):
        publish.with_findings(text, register)


def test_the_committed_table_is_the_register_of_today(register, tmp_path):
    publish.tables(register, tmp_path)
    made = (tmp_path / "tables" / "claims.csv").read_bytes()
    assert made == (OUTPUTS / "tables" / "claims.csv").read_bytes()
    assert list(pd.read_csv(OUTPUTS / "tables" / "claims.csv", nrows=1)) == claims.COLUMNS
