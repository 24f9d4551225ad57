import json

import pytest

from workforce import data
from workforce.batch.manifest import NAME, Manifest
from workforce.batch.places import Folder, digest, digest_of

READ = "data/documents.csv"
STATIC = {"the notebook": "a1", "lib/workforce/pay.py": "b2", "pandas": "3.1.0"}


@pytest.fixture
def place(tmp_path):
    place = Folder(tmp_path)
    place.write("01/bury.ipynb", "result")
    return place


@pytest.fixture
def manifest(place):
    manifest = Manifest()
    read = {READ: digest(data.PROJECT / READ)}
    outputs = {"01/bury.ipynb": digest_of(b"result")}
    manifest.record("01/bury", STATIC, read, {"authority": "bury"}, outputs, 1.234)
    return manifest


def why(manifest, place, name="01/bury", static=STATIC, parameters=None):
    return manifest.why(name, static, parameters or {"authority": "bury"}, place)


def test_a_result_of_the_same_inputs_is_up_to_date(manifest, place):
    assert why(manifest, place) == ""
    manifest.write(place)
    assert why(Manifest.read(place), place) == ""
    assert Manifest.read(place).seconds("01/bury") == 1.23


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
def test_what_changed_is_named(manifest, place, change, told):
    assert why(manifest, place, **change) == told


def test_a_file_that_the_run_read_counts_by_its_content(manifest, place):
    state = next(iter(manifest.states.values()))
    state["reads"][READ] = "another"
    assert why(manifest, place) == f"changed: {READ}"


@pytest.mark.parametrize("name", ["README.md", "data"])
def test_what_was_read_may_stand_at_the_top_of_the_project(place, name):
    manifest = Manifest()
    manifest.record("01/bury", STATIC, {name: digest(data.PROJECT / name)}, {"authority": "bury"}, {}, 1)
    assert why(manifest, place) == ""


def test_a_missing_or_altered_result_is_made_again(manifest, place):
    place.write("01/bury.ipynb", "touched up")
    assert why(manifest, place) == "01/bury.ipynb was altered"
    place.remove("01/bury.ipynb")
    assert why(manifest, place) == "01/bury.ipynb is missing"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"form": 0}', '{"form": 1}'])
def test_a_manifest_that_cannot_be_read_counts_as_none(place, text):
    place.write(NAME, text)
    assert Manifest.read(place) == Manifest()


def test_equal_inputs_are_kept_once_and_old_ones_dropped(manifest, place):
    for name in ("01/wigan", "01/oldham"):
        manifest.record(name, STATIC, {}, {}, {}, 1)
    manifest.write(place)
    assert len(json.loads(place.read(NAME))["states"]) == 2
    manifest.record("01/bury", STATIC, {}, {}, {}, 1)
    manifest.write(place)
    assert len(json.loads(place.read(NAME))["states"]) == 1
