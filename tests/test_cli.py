import io
import json

import pandas as pd
import pytest
from click.testing import CliRunner

from workforce import claims, data, series
from workforce.cli import main
from workforce.reports import authorities


@pytest.fixture
def alone(folder):
    """Return a copy of the data folder with the claims of Walsall's paper only, to change at will."""
    for path in (folder / "claims").glob("*.yml"):
        if path.stem != "walsall-2021":
            path.unlink()
    return folder


def call(*arguments):
    return CliRunner().invoke(main, arguments)


def test_claims_as_csv_is_the_whole_register(register):
    result = call("claims", "--format", "csv")
    assert result.exit_code == 0
    frame = pd.read_csv(io.StringIO(result.stdout), dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(frame, claims.to_frame(register), check_dtype=False)


def test_claims_are_chosen_by_authority_document_and_verdict(register):
    result = call("claims", "--authority", "coventry", "--verdict", "does not reproduce", "--format", "json")
    rows = json.loads(result.stdout)
    expected = [c.id for c in register if c.authority == "coventry" and c.verdict is claims.Verdict.DOES_NOT]
    assert [row["id"] for row in rows] == expected != []
    assert list(rows[0]) == claims.COLUMNS
    table = call("claims", "--document", "walsall-2021").stdout
    assert len(table.splitlines()) == 1 + sum(c.document == "walsall-2021" for c in register)


def test_no_claim_is_said_in_words():
    assert call("claims", "--document", "walsall-2021", "--verdict", "ambiguous").stdout.strip() == "No claim fits."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--authority", "wigan"], "unknown authority 'wigan'; choose one of: " + ", ".join(authorities())),
        (["--document", "x"], "unknown document 'x'; choose one of: across-papers, beside-statistics, coventry-2018"),
        (["--verdict", "wrong"], "unknown verdict 'wrong'; choose one of: ambiguous, cannot be checked"),
    ],
)
def test_unknown_choices_are_told_in_one_line(arguments, told):
    result = call("claims", *arguments)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {told}")
    assert "Traceback" not in result.output


def test_check_counts_the_verdicts(register):
    result = call("check")
    assert result.exit_code == 0
    assert f"Data and claims are valid: {len(register)} claims." in result.output


def test_check_tells_a_document_without_claims_in_a_line(folder):
    (folder / "claims" / "walsall-2021.yml").unlink()
    result = call("check", "--data", str(folder))
    assert result.exit_code == 0
    assert (
        "\nwalsall-2021 has no claims yet: nothing in it is checked; write claims/walsall-2021.yml.\n" in result.output
    )


def test_a_deep_check_refuses_what_proves_nothing(alone):
    path = alone / "claims" / "walsall-2021.yml"
    told = "{id: typed, where: p, says: It is 69.4., published: 69.4, unit: percent, readings: [{name: n, sql: SELECT 60 + 9.4}]}"
    path.write_text(f"claims: [{told}]\n", encoding="utf-8")
    assert call("check", "--data", str(alone)).exit_code == 0
    result = call("check", "--deep", "--data", str(alone))
    assert result.exit_code == 1
    assert "walsall-2021.yml, claim 'typed': reading 'n': no change of the data moves its value" in result.output


def test_claims_can_be_printed_with_the_rows_they_rest_on():
    result = call("claims", "--document", "across-papers", "--support", "--format", "csv")
    assert result.output.startswith("claim,reading,table,row,where\nacross-papers/academy-retention,0,observations,")


def test_check_tells_what_is_wrong_with_another_data_folder(folder):
    path = folder / "pay_spine.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2021,29,33486", "2021,29,dear"), encoding="utf-8")
    result = call("check", "--data", str(folder))
    assert result.exit_code == 1
    assert "column 'annual': 'dear' is not a whole number" in result.output


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ('charts: [{title: t, unit: u, sql: "SELECT 1 AS value"}]', "gives no row with the column category, series"),
        (
            'series: [{measure: m, unit: u, kind: rate, sql: "SELECT 1 AS value"}]',
            "the column role, period, denominator",
        ),
        ('series: [{measure: m, unit: u, kind: count, sql: "DROP TABLE paper"}]', "only a single SELECT statement"),
        *(
            (f'series: [{{measure: m, unit: u, kind: {kind}, sql: "SELECT {sql}"}}]', told)
            for kind, sql, told in (
                (
                    "count",
                    "'all' AS role, '2019' AS period, NULL AS value",
                    "gives None as value, which is not a number",
                ),
                ("count", "'all' AS role, '2019' AS period, 'dear' AS value", "gives 'dear' as value"),
                ("count", "NULL AS role, '2019' AS period, 2 AS value", "gives None as role, which is not a text"),
                (
                    "count",
                    "'all' AS role, unnest(['2019', '2020']) AS period, -2 AS value",
                    "series 'm, all': counts are",
                ),
                (
                    "count",
                    "'all' AS role, '2019' AS period, unnest([1, 2, 3]) AS value",
                    "each point has a time of its own",
                ),
            )
        ),
        ("tables: {Table 9: {title: t}}", "nothing stands in 'Table 9'"),
        (
            "charts: [{title: t, unit: u, sql: \"SELECT 'a' AS category, 'b' AS series, unnest([1, 2]) AS value\"}]",
            "the chart 't' has the bar 'a, b' twice",
        ),
    ],
)
def test_check_asks_of_charts_series_and_tables_too(alone, part, told):
    claim = 'claims: [{id: a, where: b, says: c, published: 1, unit: d, readings: [{name: x, sql: "SELECT 1"}]}]'
    (alone / "claims" / "walsall-2021.yml").write_text(f"{part}\n{claim}\n", encoding="utf-8")
    result = call("check", "--data", str(alone))
    assert result.exit_code == 1
    assert result.output.startswith("Error: walsall-2021.yml")
    assert told in result.output


def test_numbers_of_any_kind_and_years_as_numbers_make_a_series(alone):
    claim = 'claims: [{id: a, where: b, says: c, published: 1, unit: d, readings: [{name: x, sql: "SELECT 1"}]}]'
    sql = "SELECT 'all' AS role, 2019 AS period, 18.5 AS value UNION ALL SELECT 'all', 2020, 12.0"
    text = f'series: [{{measure: m, unit: u, kind: count, sql: "{sql}"}}]\n{claim}\n'
    (alone / "claims" / "walsall-2021.yml").write_text(text, encoding="utf-8")
    assert call("check", "--data", str(alone)).exit_code == 0
    (found,) = [one for one in series.collect("walsall", alone) if one.measure == "m"]
    assert found.points["period"].tolist() == ["2019", "2020"]
    assert series.fit(found).estimate == pytest.approx(12 / 18.5)


def test_the_list_names_every_notebook_with_its_question_and_parameters():
    told = call("list").output
    for path in sorted((data.PROJECT / "notebooks").glob("*.ipynb")):
        assert f"{path.stem}: " in told
    assert f"  authority: str, one of {', '.join(authorities())}" in told
    assert "  fte: float" in told


def test_the_list_of_authorities_has_their_codes():
    told = call("list", "--authorities").output
    assert "birmingham" in told and "West Midlands" in told and len(told.splitlines()) > 150


@pytest.mark.parametrize("name", ["Coventry", "coventry", "E08000026", "331"])
def test_an_authority_is_understood_by_any_name_or_code(name):
    found = call("claims", "--authority", name, "--format", "csv")
    assert found.exit_code == 0 and found.output.count("coventry-2024/") > 10


def test_a_paper_is_drafted_and_written_by_the_command(tmp_path, folder, monkeypatch):
    from workforce.draft import decisions, store
    from workforce.draft.cards import cards

    monkeypatch.setattr(store, "DRAFTS", tmp_path / "drafts")
    paper = tmp_path / "paper.txt"
    paper.write_text(
        "Budget and agency spend\n\nYear | Budget | Agency spend | %\n2020/21 | £101,460,000 | £4,987,510 | 4.92%\n"
        "2021/22 | £107,843,000 | £5,460,072 | 5.06%\n",
        encoding="utf-8",
    )
    options = ["--slug", "devon-2025", "--data", str(folder), "--write"]
    result = call("draft", str(paper), *options)
    assert result.exit_code == 1
    assert "no claim is confirmed yet" in result.output
    draft = store.load("devon-2025")
    for card in cards(draft):
        if card.kind == "claim":
            decisions.append(draft.decisions, decisions.Decision(card.id, "yes"))
    fields = {"authority": "Devon", "title": "Agency spend", "date": "2025"}
    decisions.append(draft.decisions, decisions.Decision("devon-2025/document", "yes", fields=fields))
    result = call("draft", *options)
    assert result.exit_code == 0, result.output
    assert "verdicts  2 reproduces" in result.output
    assert call("draft", *options).output.count("is there already") == 1
