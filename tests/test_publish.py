import re

import pandas as pd
import pytest

from workforce import batch, claims, publish, results
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
    assert made.startswith(f"before\n{publish.BEGIN}\n\n- **Do the published figures add up?** Of ")
    assert made.endswith(f"\n{publish.END}\nafter\n")
    assert "OUTDATED" not in made


@pytest.mark.parametrize("text", ["", publish.BEGIN, f"{publish.BEGIN}{publish.BEGIN}{publish.END}"])
def test_a_readme_without_its_markers_is_refused(register, text):
    with pytest.raises(ValueError, match="the README needs the lines"):
        publish.with_findings(text, register)


DESCRIBED = {file: [field["name"] for field in one["schema"]["fields"]] for file, one in results.described().items()}


def test_the_committed_findings_are_those_of_today(register):
    assert publish.findings(register) == (OUTPUTS / publish.FINDINGS).read_text(encoding="utf-8")


def test_the_committed_tables_are_those_of_today(register):
    committed = {
        f"tables/{path.name}": path.read_bytes().decode()
        for path in (OUTPUTS / "tables").glob("*.*")
        if path.suffix != ".xlsx"
    }
    assert publish.tables(register) == committed


@pytest.mark.parametrize("file", DESCRIBED)
def test_tables_have_the_columns_that_are_described(file):
    assert list(pd.read_csv(OUTPUTS / "tables" / file, nrows=1)) == DESCRIBED[file]


def test_every_table_is_described():
    assert {path.name for path in (OUTPUTS / "tables").glob("*.csv")} == DESCRIBED.keys()


def test_there_is_a_finding_for_each_question(register):
    lines = publish.headlines(register).strip().splitlines()
    assert len(lines) == len(batch.REPORTS)
    assert all(re.match(r"- \*\*.+\?\*\* [A-Z].+\.", line) for line in lines)


def test_the_findings_have_every_figure_that_does_not_hold(register):
    text = publish.findings(register)
    missed = [one for one in register if one.verdict in claims.sentences.MISSED]
    assert sum(line.count("reproduces under another reading") for line in text.splitlines()) == sum(
        one.verdict is claims.Verdict.OTHERWISE for one in missed
    )
    for one in missed:
        assert one.says.replace("|", "\\|") in text
