import json

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from workforce import batch
from workforce.batch import Case, PlanError
from workforce.cli import main

PARAMETERS = 'authority: str = "tameside"  # which authority\ncount: int = 1\nshare: float = 0.5\nquick: bool = False'


def notebook(folder, name, *sources):
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), *map(new_code_cell, sources)]
    content = new_notebook(cells=[new_markdown_cell("# A question?"), *cells])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(content, folder / f"{name}.ipynb")


@pytest.fixture
def folder(tmp_path):
    """Return a folder of notebooks: one that works and one that fails for one authority."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook(folder, "01_good", "print(authority, count)")
    notebook(folder, "02_bad", 'if authority == "walsall":\n    raise ValueError("no such\\nthing")\nauthority')
    return folder


def planned(folder, text):
    (folder / "batch.yml").write_text(text, encoding="utf-8")
    return batch.plan(folder)


def test_a_list_of_values_makes_a_case_of_each(folder):
    cases = planned(folder, "01_good:\n  - {authority: [coventry, walsall], count: [1, 2]}\n  - {authority: bury}\n")
    assert [str(case) for case in cases] == [
        "01_good/coventry-1",
        "01_good/coventry-2",
        "01_good/walsall-1",
        "01_good/walsall-2",
        "01_good/bury",
    ]
    assert dict(cases[1].parameters) == {"authority": "coventry", "count": 2}


def test_a_notebook_without_parameters_is_run_once(folder):
    assert [str(case) for case in planned(folder, "01_good:\n")] == ["01_good/default"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("03_none:\n", "batch.yml: there is no notebook '03_none'; there are: 01_good, 02_bad"),
        ("01_good:\n  - {town: bury}", "unknown parameter 'town'; the notebook has: authority, count, share, quick"),
        ("01_good:\n  - {count: two}", "parameter 'count' is 'two', where the notebook wants int"),
        ("01_good:\n  - {count: 2.5}", "parameter 'count' is 2.5, where the notebook wants int"),
        ("01_good:\n  - {count: true}", "parameter 'count' is True, where the notebook wants int"),
        ("01_good:\n  - {authority: 5}", "parameter 'authority' is 5, where the notebook wants str"),
        ("01_good:\n  - {quick: 1}", "parameter 'quick' is 1, where the notebook wants bool"),
        ("01_good:\n  - {authority: [a, A]}", "two cases would write a.ipynb"),
        ("01_good: coventry", "write each notebook's name, and under it a list of parameters"),
        ("- 01_good", "write each notebook's name"),
        ("01_good: [", "not readable as YAML"),
    ],
)
def test_a_bad_plan_is_refused(folder, text, told):
    with pytest.raises(PlanError) as caught:
        planned(folder, text)
    assert told in str(caught.value)


def test_all_errors_of_a_plan_are_listed_at_once(folder):
    with pytest.raises(PlanError) as caught:
        planned(folder, "01_good:\n  - {town: bury, count: two}\n03_none:\n")
    assert len(caught.value.errors) == 3


@pytest.mark.parametrize(("value", "fits"), [(1, True), (0.5, True), ("1", False), (True, False)])
def test_a_whole_number_fits_where_a_float_is_wanted(folder, value, fits):
    text = f"01_good:\n  - {{share: {json.dumps(value)}}}"
    if fits:
        assert planned(folder, text)
    else:
        with pytest.raises(PlanError):
            planned(folder, text)


def test_a_missing_plan_is_named(folder):
    with pytest.raises(PlanError, match=r"there is no batch\.yml"):
        batch.plan(folder)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (["../../etc/passwd"], "etc-passwd"),
        (["Bournemouth, Christchurch"], "bournemouth-christchurch"),
        (["é"], "default"),
    ],
)
def test_a_parameter_never_becomes_a_path(values, name):
    assert Case("01_good", tuple(("authority", value) for value in values)).name == name


def test_a_failing_case_stops_nothing_and_keeps_the_last_good_result(folder, tmp_path):
    outputs = tmp_path / "outputs"
    good = outputs / "02_bad" / "walsall.ipynb"
    good.parent.mkdir(parents=True)
    good.write_text("the last good result", encoding="utf-8")
    cases = planned(folder, "02_bad:\n  - {authority: [walsall, bury]}\n01_good:\n  - {authority: bury, count: 3}\n")
    outcomes = list(batch.run(cases, folder, outputs))
    assert [(str(outcome.case), outcome.error) for outcome in outcomes] == [
        ("02_bad/walsall", "ValueError: no such thing"),
        ("02_bad/bury", ""),
        ("01_good/bury-3", ""),
    ]
    assert good.read_text(encoding="utf-8") == "the last good result"
    written = sorted(path.relative_to(outputs).as_posix() for path in outputs.rglob("*") if path.is_file())
    assert written == ["01_good/bury-3.ipynb", "02_bad/bury.ipynb", "02_bad/walsall.ipynb"]
    run = nbformat.read(outputs / "01_good" / "bury-3.ipynb", as_version=4)
    nbformat.validate(run)
    assert run.cells[-1].outputs[0].text == "bury 3\n"
    assert "papermill" not in json.dumps(run.metadata)


def test_a_run_writes_the_same_bytes_each_time(folder, tmp_path):
    cases = planned(folder, "01_good:\n  - {authority: bury}\n")
    texts = []
    for name in ("one", "two"):
        assert [outcome.error for outcome in batch.run(cases, folder, tmp_path / name)] == [""]
        texts.append((tmp_path / name / "01_good" / "bury.ipynb").read_bytes())
    assert texts[0] == texts[1]
    assert str(tmp_path).encode() not in texts[0]


def test_refresh_stores_outputs_in_the_notebook_itself(folder):
    batch.refresh(folder / "01_good.ipynb")
    run = nbformat.read(folder / "01_good.ipynb", as_version=4)
    assert run.cells[-1].outputs[0].text == "tameside 1\n"
    assert len(run.cells) == 3


def test_refresh_of_a_failing_notebook_leaves_it_alone(folder):
    notebook(folder, "03_fails", "1 / 0")
    before = (folder / "03_fails.ipynb").read_bytes()
    with pytest.raises(Exception, match="ZeroDivisionError"):
        batch.refresh(folder / "03_fails.ipynb")
    assert (folder / "03_fails.ipynb").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["01_good.ipynb", "02_bad.ipynb", "03_fails.ipynb"]


def test_replacing_writes_all_or_nothing(tmp_path):
    path = tmp_path / "deep" / "table.csv"
    with batch.replacing(path) as temporary:
        temporary.write_text("new", encoding="utf-8")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "new"
    with pytest.raises(RuntimeError), batch.replacing(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "new"
    assert [entry.name for entry in path.parent.iterdir()] == ["table.csv"]


def test_a_locked_file_is_told_without_a_traceback(monkeypatch):
    from workforce import publish

    def locked(*arguments):
        raise PermissionError(13, "Permission denied", "claims.csv")

    monkeypatch.setattr(publish, "tables", locked)
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 1
    assert "claims.csv" in result.output
    assert "Traceback" not in result.output


def test_the_projects_own_plan_holds():
    cases = batch.plan()
    assert {"01_published_figures/coventry", "01_published_figures/tameside", "01_published_figures/walsall"} <= {
        str(case) for case in cases
    }


@pytest.mark.parametrize(("errors", "status"), [(["", ""], 0), (["", "ValueError: no"], 1)])
def test_run_publishes_and_its_exit_status_tells_of_failures(monkeypatch, errors, status):
    from workforce import publish

    cases = [Case("01_good", (("authority", f"town {number}"),)) for number in range(len(errors))]
    called = []
    monkeypatch.setattr(publish, "tables", lambda register: called.append("tables"))
    monkeypatch.setattr(publish, "findings", lambda register: called.append("findings"))
    monkeypatch.setattr(batch, "plan", lambda: cases)
    monkeypatch.setattr(batch, "run", lambda planned: map(batch.Outcome, planned, errors))
    result = CliRunner().invoke(main, ["run"])
    assert (result.exit_code, called) == (status, ["tables", "findings"])
    assert f"{errors.count('')} of 2 notebooks done, {2 - errors.count('')} failed" in result.output


def test_a_bad_plan_is_refused_before_anything_starts(monkeypatch):
    def refused():
        raise PlanError(["batch.yml, 01_good: unknown parameter 'town'"])

    monkeypatch.setattr(batch, "plan", refused)
    monkeypatch.setattr(batch, "run", lambda planned: pytest.fail("a case was run"))
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 1
    assert "unknown parameter 'town'" in result.output
