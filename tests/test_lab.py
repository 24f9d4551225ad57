import json

import nbclient
import nbformat
import pytest

from workforce import cli, lab


@pytest.fixture
def notebooks(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("01_a", "02_b"):
        (folder / f"{name}.ipynb").write_text(f"{name}, as it was", encoding="utf-8")
    return folder


def names(folder):
    return sorted(path.name for path in folder.glob("*.ipynb"))


def test_notebooks_are_copied_once(tmp_path, notebooks):
    scratch = tmp_path / "scratch"
    assert lab.copy(scratch, notebooks) == []
    assert names(scratch) == ["01_a.ipynb", "02_b.ipynb"]
    before = {path: path.stat().st_mtime_ns for path in notebooks.iterdir()}
    assert lab.copy(scratch, notebooks) == []
    assert {path: path.stat().st_mtime_ns for path in notebooks.iterdir()} == before


@pytest.mark.parametrize("mine", [False, True])
@pytest.mark.parametrize("projects", [False, True])
def test_what_was_changed_there_is_kept(tmp_path, notebooks, mine, projects):
    scratch = tmp_path / "scratch"
    lab.copy(scratch, notebooks)
    if mine:
        (scratch / "01_a.ipynb").write_text("mine", encoding="utf-8")
    if projects:
        (notebooks / "01_a.ipynb").write_text("newer", encoding="utf-8")
    told = lab.copy(scratch, notebooks)
    here = (scratch / "01_a.ipynb").read_text(encoding="utf-8")
    assert here == ("mine" if mine else "newer" if projects else "01_a, as it was")
    assert len(names(scratch)) == (3 if mine and projects else 2)
    assert [line.split(":")[0] for line in told] == (
        ["01_a.ipynb was changed here, and in the project"] if mine and projects else []
    )
    assert lab.copy(scratch, notebooks) == []
    assert (scratch / "01_a.ipynb").read_text(encoding="utf-8") == here


def test_a_file_of_that_name_that_was_never_copied_is_kept(tmp_path, notebooks):
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "01_a.ipynb").write_text("mine", encoding="utf-8")
    assert len(lab.copy(tmp_path / "scratch", notebooks)) == 1
    assert (tmp_path / "scratch" / "01_a.ipynb").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("content", ["01_a, as it was", "newer"])
def test_what_is_the_projects_own_is_not_told_as_changed(tmp_path, notebooks, content):
    scratch = tmp_path / "scratch"
    lab.copy(scratch, notebooks)
    for folder in (scratch, notebooks):
        (folder / "01_a.ipynb").write_text(content, encoding="utf-8")
    (scratch / lab.RECORD).unlink()
    assert lab.copy(scratch, notebooks) == []
    assert names(scratch) == ["01_a.ipynb", "02_b.ipynb"]


def test_a_copy_elsewhere_runs(tmp_path):
    lab.copy(tmp_path)
    notebook = nbformat.read(tmp_path / "04_retention_payment.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": tmp_path}}).execute()
    assert "kept social workers cannot be told" in json.dumps(notebook)


def test_the_command_starts_the_lab_in_the_copy(monkeypatch, tmp_path):
    from click.testing import CliRunner

    started = []
    monkeypatch.setattr("subprocess.call", lambda command: started.append(command) or 0)
    result = CliRunner().invoke(cli.main, ["lab", "--folder", str(tmp_path / "mine"), "--", "--no-browser"])
    assert result.exit_code == 0, result.output
    assert started[0][1:] == ["-m", "jupyterlab", str(tmp_path / "mine"), "--no-browser"]
    assert len(names(tmp_path / "mine")) >= 5
