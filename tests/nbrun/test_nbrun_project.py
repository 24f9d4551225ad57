import pickle
from pathlib import Path

import pytest

from nbrun.project import Project


@pytest.fixture
def root(tmp_path):
    for name in ("a.csv", "data/b.csv", "outputs/c.csv", ".git/d", "notebooks/01_good.ipynb", "notebooks/.x.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    return tmp_path


def elsewhere():
    return Project(Path("/another/machine"), elsewhere=elsewhere)


def test_every_input_under_the_root_is_watched_but_the_notebooks(root):
    project = Project(root)
    assert [project.named(path) for path in project.watched()] == ["a.csv", "data", "data/b.csv", "notebooks"]
    assert [path.stem for path in project.every()] == ["01_good"]


def test_a_project_may_say_what_is_watched(root):
    project = Project(root, files=lambda: [root / "data" / "b.csv", root / "data" / "gone.csv", root / "outputs"])
    assert project.watched() == [root / "data" / "b.csv"]


@pytest.mark.parametrize(
    ("path", "is_input"),
    [("a.csv", True), ("outputs/c.csv", False), (".git/d", False), ("data/__pycache__/x", False), ("", False)],
)
def test_what_is_read_is_an_input_unless_it_is_kept_apart(root, path, is_input):
    assert Project(root).is_input(root / path) is is_input


def test_a_folder_elsewhere_is_an_input_where_it_is_named(root, tmp_path_factory):
    shared = tmp_path_factory.mktemp("shared")
    assert not Project(root).is_input(shared / "x.csv")
    project = Project(root, further=(shared,))
    assert project.is_input(shared / "x.csv")
    assert project.named(shared / "x.csv") == (shared / "x.csv").as_posix()


def test_another_machine_has_its_own_folder_where_the_project_can_be_found(root):
    assert pickle.loads(pickle.dumps(Project(root, subject="authority"))) == Project(root, subject="authority")
    found = pickle.loads(pickle.dumps(Project(root, elsewhere=elsewhere)))
    assert found.root == Path("/another/machine")
