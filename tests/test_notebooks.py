import json
import re
from pathlib import Path

import nbclient
import nbformat
import pytest

from nbrun import parameters
from workforce import batch, data
from workforce.batch import NOTEBOOKS, OUTPUTS
from workforce.site.report import FINDING

SOURCES = sorted(NOTEBOOKS.glob("*.ipynb"))
PLANNED = {f"{case}.ipynb" for case in batch.planned()}
EXECUTED = sorted(path for path in OUTPUTS.glob("[0-9]*/*.ipynb") if path.relative_to(OUTPUTS).as_posix() in PLANNED)
ALL = [*SOURCES, *EXECUTED]


def named(path):
    return path.relative_to(data.PROJECT).as_posix()


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", ALL, ids=named)
def test_every_code_cell_was_run_without_error_or_stderr(path):
    nbformat.validate(read(path))
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


@pytest.mark.parametrize("path", ALL, ids=named)
def test_nothing_of_the_machine_is_in_a_notebook(path):
    text = path.read_text(encoding="utf-8")
    home, temporary = re.escape(Path.home().as_posix()), re.escape(data.PROJECT.as_posix())
    assert not re.search(f"{home}/|{temporary}|/tmp/| at 0x[0-9a-f]{{6,}}|https?://[^\"' ]*(pypi|simple)", text)
    for key in ("start_time", "papermill", "iopub.status", "toc-autonumbering"):
        assert f'"{key}' not in text


@pytest.mark.parametrize(
    "path", [path for path in ALL if path.stem != "00_explore"], ids=named
)  # which has plain frames
def test_no_cell_of_a_table_shows_a_missing_value_as_a_program_does(path):
    shown = [output.get("data", {}).get("text/html", "") for cell in code_cells(path) for output in cell.outputs]
    assert not re.search(r">(nan|NaN|None|&lt;NA&gt;|inf)<", "".join(shown))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_cells_are_thin_and_the_report_opens_with_a_question(path):
    written = [cell for cell in code_cells(path) if "parameters" not in cell.metadata.get("tags", [])]
    assert all(1 <= len(cell.source.strip().splitlines()) <= 7 for cell in written)
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# .+\?\n\n\w", first.source)


@pytest.mark.parametrize("path", [NOTEBOOKS / f"{name}.ipynb" for name in batch.REPORTS], ids=named)
def test_parameters_are_declared_with_type_and_help(path):
    (cell,) = [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert all(re.fullmatch(r"\w+: (str|int|float|bool) = .+  # [^|'\"]+", line) for line in cell.source.splitlines())
    assert parameters.of(path)


@pytest.mark.parametrize("path", [NOTEBOOKS / f"{name}.ipynb" for name in batch.REPORTS], ids=named)
def test_one_cell_is_tagged_as_what_was_found(path):
    (cell,) = [cell for cell in code_cells(path) if FINDING in cell.metadata.get("tags", [])]
    assert cell.source.startswith("report.answer(")


def test_every_case_of_the_plan_is_committed():
    assert {f"outputs/{name}" for name in PLANNED} == set(map(named, EXECUTED))


def test_of_the_reports_git_keeps_those_of_the_plan():
    lines = (data.PROJECT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "outputs/0*/*" in lines
    assert {line.removeprefix("!outputs/") for line in lines if line.startswith("!outputs/0")} == PLANNED


@pytest.mark.parametrize("path", EXECUTED, ids=named)
def test_executed_notebooks_are_those_of_today(path):
    source = read(NOTEBOOKS / f"{path.parent.name}.ipynb").cells
    executed = [cell for cell in read(path).cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    assert [cell.source for cell in executed] == [cell.source for cell in source]


@pytest.mark.parametrize("path", ALL, ids=named)
def test_every_picture_has_its_words_beside_it(path):
    outputs = [output for cell in code_cells(path) for output in cell.outputs if "data" in output]
    for output in outputs:
        if "image/svg+xml" in output.data:
            assert output.metadata["image/svg+xml"]["alt"] == output.data["text/plain"] != ""


def test_reports_differ_by_authority():
    texts = [json.dumps([cell.outputs for cell in code_cells(path)]) for path in EXECUTED if "01_" in str(path)]
    assert len(set(texts)) == len(texts) >= 3


def test_what_the_lab_offers_besides_runs():
    """The lines in the last cell of 00_explore, for tables to sort and lists to choose from: not run in it, as their output varies."""
    cells = read(NOTEBOOKS / "00_explore.ipynb").cells
    offered = re.findall(r"`(.+?)`", cells[-1].source)
    lines = [line for line in offered if line.startswith(("from ", "show(", "interact("))]
    assert len(lines) == 4
    code = "\n".join(["import workforce", 'every = workforce.rates("vacancy rate")', *lines])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    shown = [output.data for output in notebook.cells[0].outputs if "data" in output]
    assert any("text/html" in one for one in shown)
    assert any("application/vnd.jupyter.widget-view+json" in one for one in shown)


def test_a_question_of_the_explorer_takes_three_lines_at_most():
    first, *questions = [cell.source for cell in code_cells(NOTEBOOKS / "00_explore.ipynb")]
    assert first.startswith("import pandas")
    assert len(questions) >= 10
    assert max(len(source.splitlines()) for source in questions) <= 3
