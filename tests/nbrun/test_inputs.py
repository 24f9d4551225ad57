import subprocess
import sys

import pytest

from cells import write_notebook
from nbrun import inputs
from nbrun.project import Project

LIBRARY = {
    "ours/__init__.py": "",
    "ours/pay.py": "from ours import words\nimport csv",
    "ours/words.py": "def lazy():\n    import statistics as s",
    "ours/other.py": "import antigravity",
}


@pytest.fixture
def library(tmp_path):
    """Return a folder of modules, some of which a notebook imports."""
    library = tmp_path / "lib"
    (library / "ours").mkdir(parents=True)
    for name, text in LIBRARY.items():
        (library / name).write_text(text, encoding="utf-8")
    return library


def test_a_notebook_depends_on_the_modules_it_imports_through_the_library_too(tmp_path, library):
    path = write_notebook(tmp_path, "n", "import json\nfrom ours import pay")
    ours, others = inputs.modules(path, library)
    assert set(ours) == {"ours", "ours.pay", "ours.words"}
    assert others == ("csv", "json", "statistics")  # one within a function among them
    found = inputs.of(path, Project(tmp_path, library=library))
    assert {"the notebook", "Python", "pandas", "lib/ours/pay.py", "lib/ours/words.py"} <= set(found)
    assert "lib/ours/other.py" not in found


def test_magics_and_broken_cells_are_passed_over(tmp_path):
    path = write_notebook(tmp_path, "n", "%matplotlib inline\nimport json\n!ls", "from csv import reader\n")
    assert inputs.modules(path) == ({}, ("csv", "csv.reader", "json"))
    assert inputs.modules(write_notebook(tmp_path, "n", "import (")) == ({}, ())


@pytest.mark.parametrize(
    "cell", ["files = !ls", "pay?", "%%bash\nls -l", "x = %timeit -o 1", "import (", "%%time\nimport antigravity"]
)
def test_a_cell_that_only_ipython_reads_hides_no_other(tmp_path, library, cell):
    ours, others = inputs.modules(write_notebook(tmp_path, "n", "from ours import words", cell), library)
    assert "ours.words" in ours
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
    before = inputs.of(path, Project(tmp_path))["the notebook"]
    text = path.read_bytes().decode()
    assert change(text) != text
    path.write_bytes(change(text).encode())
    assert (inputs.of(path, Project(tmp_path))["the notebook"] == before) is same


def test_packages_are_those_that_are_installed():
    from importlib.metadata import version

    found = inputs.packages()
    assert found["pandas"] == version("pandas")
    assert found["Python"] == ".".join(map(str, sys.version_info[:3]))


def test_reads_are_noted_and_only_inputs_of_the_project_count(tmp_path):
    root, further = tmp_path / "project", tmp_path / "further"
    for name in ("data/a.csv", "data/more/b.csv", "lib/ours.py", "outputs/old.csv", ".hidden/x", "README.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x", encoding="utf-8")
    further.mkdir()
    (further / "c.csv").write_text("x", encoding="utf-8")
    code = f"""
from nbrun import reads
reads.note({str(tmp_path / "reads")!r}, [{str(root)!r}, {str(further)!r}])
import pathlib
root = pathlib.Path({str(root)!r})
for name in ("data/a.csv", "data/a.csv", "lib/ours.py", "outputs/old.csv", ".hidden/x", "README.md", "../further/c.csv"):
    (root / name).read_text(encoding="utf-8")
sorted((root / "data" / "more").glob("*.csv"))
open({str(tmp_path / "elsewhere")!r}, "w").close()
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    project = Project(root, further=(further,), apart=frozenset({"lib", "outputs"}))
    assert inputs.read_by(tmp_path / "reads", project) == (
        (further / "c.csv").as_posix(),
        "README.md",
        "data/a.csv",
        "data/more",
    )


def test_what_a_module_makes_depends_on_every_file_that_may_be_read(tmp_path, library):
    (tmp_path / "table.csv").write_text("1\n", encoding="utf-8")
    project = Project(tmp_path, library=library, apart=frozenset({"lib"}))
    found = inputs.of_module("ours.pay", project)
    assert {"lib/ours/pay.py", "lib/ours/words.py", "table.csv", "pandas"} <= set(found)
    assert "lib/ours/other.py" not in found


def test_modules_are_found_in_several_threads_at_once(tmp_path, library):
    from concurrent.futures import ThreadPoolExecutor

    paths = [write_notebook(tmp_path, f"n{number}", f"import ours.pay\nx = {number}") for number in range(4)]

    def found(number):
        inputs._closure.cache_clear()
        return inputs.modules(paths[number % len(paths)], library)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(found, range(24)))
    assert all(result == results[0] for result in results)
    assert set(results[0][0]) == {"ours", "ours.pay", "ours.words"}
