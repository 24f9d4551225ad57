import pytest

from cells import PRELOAD, write_notebook
from workforce.batch.execute import Job, execute
from workforce.batch.places import Folder


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
