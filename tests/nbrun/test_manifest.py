import json

import pytest

from nbrun.manifest import NAME, Manifest
from nbrun.storage import Folder, digest, digest_of

READ = "data/documents.csv"
STATIC = {"the notebook": "a1", "lib/workforce/pay.py": "b2", "pandas": "3.1.0"}


@pytest.fixture
def storage(tmp_path):
    storage = Folder(tmp_path)
    storage.write("01/bury.ipynb", "result")
    storage.write(READ, "slug\n")
    storage.write("README.md", "# A project\n")
    return storage


@pytest.fixture
def manifest(storage):
    manifest = Manifest()
    read = {READ: digest(storage.path / READ)}
    outputs = {"01/bury.ipynb": digest_of(b"result")}
    manifest.record("01/bury", STATIC, read, {"authority": "bury"}, outputs, 1.234)
    return manifest


def why(manifest, storage, name="01/bury", static=STATIC, parameters=None):
    return manifest.why(name, static, parameters or {"authority": "bury"}, storage, storage.path)


def test_a_result_of_the_same_inputs_is_up_to_date(manifest, storage):
    assert why(manifest, storage) == ""
    manifest.write(storage)
    assert why(Manifest.read(storage), storage) == ""
    assert Manifest.read(storage).seconds("01/bury") == 1.23


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "01/wigan"}, "has not been run"),
        ({"parameters": {"authority": "bury", "count": 2}}, "other parameters"),
        ({"static": {**STATIC, "the notebook": "z"}}, "changed: the notebook"),
        ({"static": {**STATIC, "pandas": "3.2.0"}}, "changed: pandas"),
        ({"static": {**STATIC, "lib/workforce/new.py": "c"}}, "changed: lib/workforce/new.py"),
        ({"static": {"the notebook": "a1"}}, "changed: lib/workforce/pay.py, pandas"),
        ({"static": {}}, "changed: lib/workforce/pay.py, pandas and 1 more"),
    ],
)
def test_what_changed_is_named(manifest, storage, change, told):
    assert why(manifest, storage, **change) == told


def test_a_file_that_the_run_read_counts_by_its_content(manifest, storage):
    state = next(iter(manifest.states.values()))
    state["reads"][READ] = "another"
    assert why(manifest, storage) == f"changed: {READ}"


@pytest.mark.parametrize("name", ["README.md", "data"])
def test_what_was_read_may_stand_at_the_top_of_the_project(storage, name):
    manifest = Manifest()
    manifest.record("01/bury", STATIC, {name: digest(storage.path / name)}, {"authority": "bury"}, {}, 1)
    assert why(manifest, storage) == ""


def test_a_missing_or_altered_result_is_made_again(manifest, storage):
    storage.write("01/bury.ipynb", "touched up")
    assert why(manifest, storage) == "01/bury.ipynb was altered"
    storage.remove("01/bury.ipynb")
    assert why(manifest, storage) == "01/bury.ipynb is missing"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"form": 0}', '{"form": 1}'])
def test_a_manifest_that_cannot_be_read_counts_as_none(storage, text):
    storage.write(NAME, text)
    assert Manifest.read(storage) == Manifest()


def test_equal_inputs_are_kept_once_and_old_ones_dropped(manifest, storage):
    for name in ("01/wigan", "01/oldham"):
        manifest.record(name, STATIC, {}, {}, {}, 1)
    manifest.write(storage)
    assert len(json.loads(storage.read(NAME))["states"]) == 2
    manifest.record("01/bury", STATIC, {}, {}, {}, 1)
    manifest.write(storage)
    assert len(json.loads(storage.read(NAME))["states"]) == 1


def test_each_result_is_read_once_to_tell_whether_it_is_that_of_the_manifest(manifest, storage, monkeypatch):
    asked = []
    digested = Folder.digest
    monkeypatch.setattr(Folder, "digest", lambda self, name: asked.append(name) or digested(self, name))
    assert why(manifest, storage) == ""
    assert asked == ["01/bury.ipynb"]
