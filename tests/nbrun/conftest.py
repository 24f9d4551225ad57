import sys
from pathlib import Path

import pytest

from cells import PRELOAD, Folder, write_notebook
from nbrun import storage
from nbrun.execute import Job, execute
from nbrun.project import Project

SCRIPT = Path(__file__).with_name("running.py")


@pytest.fixture
def folder(tmp_path):
    """Return a folder of notebooks: one that works and one that fails for one authority."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write_notebook(folder, "01_good", "print(authority, count)")
    write_notebook(folder, "02_bad", 'if authority == "walsall":\n    raise ValueError("no such\\nthing")\nauthority')
    return folder


@pytest.fixture
def project(folder):
    return Project(folder.parent, subject="authority")


@pytest.fixture
def outputs(tmp_path):
    return tmp_path / "outputs"


@pytest.fixture
def executed(folder, outputs, project):
    """Return a function that runs code as the cells of a notebook and returns the outcome and the result's path."""

    def run(*sources, preload=PRELOAD, name="00_case/one", **options):
        path = write_notebook(folder, name.partition("/")[0], *sources)
        notebook = path.relative_to(project.root)
        job = Job(name, notebook, {"authority": "bury"}, storage.Folder(outputs), project, preload=preload, **options)
        return execute(job), outputs / f"{name}.ipynb"

    return run


PLAN = """
01_good:
  - authority: [coventry, walsall]
02_bad:
  - authority: [tameside, walsall]
"""


@pytest.fixture
def planned(folder):
    """Return the folder of notebooks with a plan, and a command that runs it."""
    (folder / "batch.yml").write_text(PLAN, encoding="utf-8")
    return Folder(folder.parent, [sys.executable, str(SCRIPT)], {})
