import ast
import subprocess
import sys

import pytest

from cells import write_notebook
from workforce import data
from workforce.batch import inputs

NOTEBOOKS = sorted((data.PROJECT / "notebooks").glob("*.ipynb"))


def test_a_notebook_depends_on_the_modules_it_imports_through_the_library_too():
    ours, others = inputs.modules(data.PROJECT / "notebooks" / "02_pay_benchmark.ipynb")
    assert {"workforce", "workforce.pay", "workforce.charts", "workforce.reports.pay_benchmark"} <= set(ours)
    assert not {"workforce.cli", "workforce.batch", "workforce.reports.retention_payment"} & set(ours)
    assert {"pandas", "seaborn", "duckdb", "matplotlib.figure"} <= set(others)


def test_imports_within_functions_count():
    ours, others = inputs.modules(data.PROJECT / "notebooks" / "03_workforce_trends.ipynb")
    source = ours["workforce.trends"].read_text(encoding="utf-8")
    (lazy,) = {
        alias.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert lazy == "statsmodels.api"
    assert lazy in others


def test_magics_and_broken_cells_are_passed_over(tmp_path):
    path = write_notebook(tmp_path, "n", "%matplotlib inline\nimport json\n!ls", "from csv import reader\n")
    assert inputs.modules(path) == ({}, ("csv", "csv.reader", "json"))
    assert inputs.modules(write_notebook(tmp_path, "n", "import (")) == ({}, ())


@pytest.mark.parametrize(
    "cell", ["files = !ls", "pay?", "%%bash\nls -l", "x = %timeit -o 1", "import (", "%%time\nimport antigravity"]
)
def test_a_cell_that_only_ipython_reads_hides_no_other(tmp_path, cell):
    ours, others = inputs.modules(write_notebook(tmp_path, "n", "from workforce import words", cell))
    assert "workforce.words" in ours
    assert ("antigravity" in others) is ("antigravity" in cell)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda text: text.replace("print(1)", "print(2)"), False),
        (lambda text: text.replace("python3", "python4"), False),
        (lambda text: text.replace('"outputs": []', '"outputs": [{"name": "stdout"}]'), True),
        (lambda text: text.replace('"execution_count": null', '"execution_count": 7'), True),
        (lambda text: text.replace("\n", "\r\n"), True),
    ],
)
def test_a_notebook_is_what_its_cells_say_not_its_outputs(tmp_path, change, same):
    path = write_notebook(tmp_path, "n", "print(1)")
    before = inputs.of(path)["the notebook"]
    text = path.read_bytes().decode()
    assert change(text) != text
    path.write_bytes(change(text).encode())
    assert (inputs.of(path)["the notebook"] == before) is same


def test_packages_are_those_that_are_installed():
    from importlib.metadata import version

    found = inputs.packages()
    assert found["pandas"] == version("pandas")
    assert found["Python"] == ".".join(map(str, sys.version_info[:3]))


def test_reads_are_noted_and_only_inputs_of_the_project_count(tmp_path):
    code = f"""
from workforce import data
from workforce.batch import reads
reads.note({str(tmp_path / "reads")!r}, [data.PROJECT, data.EXTERNAL])
import os, pathlib
import pandas as pd
pd.read_csv(data.DATA / "documents.csv")
(data.DATA / "documents.csv").read_text(encoding="utf-8")
sorted((data.DATA / "claims").glob("*.yml"))
open(data.PROJECT / "lib/workforce/pay.py").close()
open(data.PROJECT / "README.md").close()
open({str(tmp_path / "elsewhere")!r}, "w").close()
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert inputs.read_by(tmp_path / "reads") == ("README.md", "data/claims", "data/documents.csv")


def test_the_tables_depend_on_all_data_and_what_makes_them():
    found = inputs.of_module("workforce.publish")
    assert {"data/observations.csv", "data/claims/walsall-2021.yml", "lib/workforce/publish.py"} <= set(found)
    assert {"lib/workforce/retention.py", "lib/workforce/trends.py", "pandas"} <= set(found)


def test_modules_are_found_in_several_threads_at_once():
    from concurrent.futures import ThreadPoolExecutor

    def found(number):
        inputs._closure.cache_clear()
        return inputs.modules(NOTEBOOKS[number % len(NOTEBOOKS)])

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(found, range(24)))
    assert all(results[number] == results[number % len(NOTEBOOKS)] for number in range(24))
