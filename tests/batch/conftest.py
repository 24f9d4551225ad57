import shutil

import pytest

from cells import PRELOAD, Project, write_notebook
from workforce import data
from workforce.batch.execute import Job, execute
from workforce.batch.places import Folder
from workforce.publish import BEGIN, END


@pytest.fixture
def folder(tmp_path):
    """Return a folder of notebooks: one that works and one that fails for one authority."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write_notebook(folder, "01_good", "print(authority, count)")
    write_notebook(folder, "02_bad", 'if authority == "walsall":\n    raise ValueError("no such\\nthing")\nauthority')
    return folder


@pytest.fixture
def outputs(tmp_path):
    return tmp_path / "outputs"


@pytest.fixture
def executed(folder, outputs):
    """Return a function that runs code as the cells of a notebook and returns the outcome and the result's path."""

    def run(*sources, preload=PRELOAD, name="00_case/one", **options):
        path = write_notebook(folder, name.partition("/")[0], *sources)
        outcome = execute(Job(name, path, {"authority": "bury"}, Folder(outputs), preload=preload, **options))
        return outcome, outputs / f"{name}.ipynb"

    return run


PLAN = """
01_claims:
  - authority: [coventry, walsall]
02_bad:
  - authority: [tameside, walsall]
"""


@pytest.fixture
def project(tmp_path):
    """Return a copy of the project with two small notebooks of its own, one of which fails for one authority."""
    root = data.PROJECT
    shutil.copytree(root / "lib" / "workforce", tmp_path / "lib" / "workforce")
    shutil.copytree(root / "data", tmp_path / "data")
    (tmp_path / "README.md").write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    write_notebook(notebooks, "01_claims", "from workforce import claims\nprint(len(claims.register(authority)))")
    write_notebook(notebooks, "02_bad", 'if authority == "walsall":\n    raise ValueError("no such\\nthing")\nprint(2)')
    (notebooks / "batch.yml").write_text(PLAN, encoding="utf-8")
    return Project(tmp_path)
