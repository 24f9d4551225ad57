"""A few trials of what benchmarks/hostile.py and benchmarks/ended.py make thousands of, so that both keep working."""

import json
import random
import sys
from collections import Counter

import pytest

from workforce import data

sys.path.append(str(data.PROJECT / "benchmarks"))

import ended
import hostile

SUBJECTS = hostile.subjects()


@pytest.mark.parametrize("name", SUBJECTS)
def test_mutated_input_is_told_or_taken(name, monkeypatch):
    heard = []
    hostile.run_here(SUBJECTS[name], 3, 8 if name in ("release", "data") else 25, heard.append)
    found = Counter(told["outcome"] for told in heard if "outcome" in told)
    assert set(found) <= {"told", "taken"}, [told for told in heard if told.get("outcome") == "raw"]
    assert found["told"]


def test_the_edits_change_what_they_are_given():
    content, seen = (data.DATA / "datapackage.json").read_bytes(), []
    subject = hostile.Subject([("x.json", lambda: content)], lambda path, luck: seen.append(path.read_bytes()), 1)
    hostile.run_here(subject, 1, 20, lambda told: None)
    assert sum(one != content for one in seen) > 15


@pytest.mark.parametrize(
    ("take", "outcome"),
    [
        (lambda path, luck: int("x"), "raw"),
        (lambda path, luck: {}["x"], "raw"),
        (lambda path, luck: data.choose("x", ["y"], "letter"), "told"),
        (lambda path, luck: None, "taken"),
    ],
)
def test_an_error_that_the_project_did_not_make_is_a_finding(take, outcome):
    subject = hostile.Subject([], take, 1)
    assert hostile.trial(subject, "x.txt", b"", random.Random(1))[0] == outcome


def test_a_report_keeps_what_other_parts_have_written(tmp_path):
    report = tmp_path / "report.md"
    hostile.write(report, "one", "first")
    report.write_text(
        f"{report.read_text(encoding='utf-8')}\n<!-- two: begin -->\n<!-- two: end -->\nEnd.\n", encoding="utf-8"
    )
    hostile.write(report, "two", hostile.table([{"a": 1, "b": 2}]))
    hostile.write(report, "one", "again")
    text = report.read_text(encoding="utf-8")
    assert "again" in text
    assert "first" not in text
    assert "| 1 | 2 |" in text
    assert text.endswith("End.\n")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return ended.small(tmp_path_factory.mktemp("small"))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found by their environment on Linux only")
@pytest.mark.parametrize("way", ["ends", "ends", "ends", "pairs"])
def test_a_run_that_is_disturbed_loses_and_leaves_nothing(copy, way, request):
    kind, broken = ended.once(copy, way, request.node.callspec.indices["way"], 1)
    assert not broken, (kind, dict(broken))


@pytest.mark.skipif(sys.platform != "linux", reason="as above")
def test_what_is_broken_is_found(copy, tmp_path):
    copy.environment(tmp_path)  # makes its folders
    (tmp_path / "said").write_text("Traceback (most recent call last)\n", encoding="utf-8")
    (tmp_path / "tmp" / "left").write_text("x", encoding="utf-8")
    name = next(name for name in copy.reference if name.endswith(".ipynb"))
    whole = (copy.outputs / name).read_text(encoding="utf-8")
    (copy.outputs / name).write_text(whole[:-30], encoding="utf-8")
    broken = ended.judge(copy, tmp_path, set(copy.reference))
    assert set(broken) >= {"torn", "lost", "left", "raw"}
    assert json.loads((copy.outputs / name).read_text(encoding="utf-8"))  # the next run made it anew
