import json
import threading

import pytest

from cells import write_notebook
from workforce.batch import kernels, runner
from workforce.batch.execute import Outcome
from workforce.batch.manifest import Manifest
from workforce.batch.places import Folder
from workforce.batch.plan import Case
from workforce.batch.runner import Due, LockedError


def due(*names, notebook="01_good"):
    return [Due(Case(notebook, (("authority", name),)), "", {"the notebook": "n"}) for name in names]


@pytest.fixture
def place(outputs):
    outputs.mkdir()
    return Folder(outputs)


@pytest.fixture
def pretended(monkeypatch):
    """Have cases only pretend to be run, and return the jobs in the order in which they were begun."""
    begun = []

    def execute(job):
        begun.append(job)
        error = "ValueError: no" if "bad" in job.name else ""
        return Outcome(job.name, error=error, seconds=1.5, reads=("data/documents.csv",), digest="d")

    monkeypatch.setattr(runner, "execute", execute)
    return begun


def test_what_took_longest_the_last_time_is_begun_first(folder, place, pretended):
    manifest = Manifest()
    for name, seconds in (("bury", 2), ("wigan", 9), ("oldham", 5)):
        manifest.record(f"01_good/{name}", {}, {}, {}, {}, seconds)
    planned = due("bury", "bolton", "wigan", "oldham")
    with runner.local(1) as pool:
        list(runner.run(planned, manifest, place, pool, folder))
    assert [job.name for job in pretended] == [f"01_good/{name}" for name in ("wigan", "oldham", "bury", "bolton")]


def test_only_what_succeeds_is_recorded_and_each_case_has_a_line_in_the_log(folder, place, pretended):
    place.write("failed/01_good/bury.ipynb", "of an earlier run")
    place.write("failed/01_good/bad.ipynb", "of this one")
    manifest = Manifest()
    with runner.local(1) as pool:
        ended = list(runner.run(due("bury", "bad"), manifest, place, pool, folder))
    assert [outcome.name for outcome in ended] == ["01_good/bury", "01_good/bad"]
    assert list(manifest.results) == list(json.loads(place.read("manifest.json"))["results"]) == ["01_good/bury"]
    assert "data/documents.csv" in next(iter(manifest.states.values()))["reads"]
    ends = [line.partition("\t")[2] for line in place.read("run.log").splitlines()]
    assert ends == ["1.50 s\t01_good/bury\tdone", "1.50 s\t01_good/bad\tfailed: ValueError: no"]
    assert (place.read("failed/01_good/bury.ipynb"), place.read("failed/01_good/bad.ipynb")) == (None, "of this one")


def test_what_was_read_counts_as_it_was_before_the_run_began(folder, place, pretended):
    manifest = Manifest()
    with runner.local(1) as pool:
        list(runner.run(due("bury"), manifest, place, pool, folder, before={"data/documents.csv": "earlier"}))
    assert next(iter(manifest.states.values()))["reads"] == {"data/documents.csv": "earlier"}


def test_a_worker_that_is_lost_for_good_is_one_cases_failure(folder, place, monkeypatch):
    def execute(job):
        if "bury" in job.name:
            raise MemoryError("the worker was killed")
        return Outcome(job.name, digest="d")

    monkeypatch.setattr(runner, "execute", execute)
    with runner.local(1) as pool:
        ended = list(runner.run(due("bury", "wigan"), Manifest(), place, pool, folder))
    assert [(one.name, one.error) for one in ended] == [
        ("01_good/bury", "MemoryError: the worker was killed"),
        ("01_good/wigan", ""),
    ]


def test_a_result_that_a_worker_wrote_elsewhere_is_no_success(folder, place, pretended):
    manifest = Manifest()
    with runner.local(1) as pool:
        (one,) = runner.run(due("bury"), manifest, place, pool, folder, remote=True)
    assert one.error.startswith("the worker's result is not in ")
    assert not manifest.results


def test_a_caller_who_stops_early_drops_what_has_not_begun_and_kills_what_has(folder, place):
    write_notebook(folder, "03_slow", "import time\nif authority != 'first': time.sleep(60)")
    manifest, names = Manifest(), []
    manifest.record("03_slow/first", {}, {}, {}, {}, 9)
    planned = due("first", "second", "third", "fourth", notebook="03_slow")
    with pytest.raises(KeyboardInterrupt), runner.local(2) as pool:
        for outcome in runner.run(planned, manifest, place, pool, folder):
            names.append(outcome.name)
            raise KeyboardInterrupt
    assert names == ["03_slow/first"]
    assert not kernels._nurseries
    for thread in threading.enumerate():
        if thread.name.startswith("ThreadPoolExecutor"):
            thread.join(40)
            assert not thread.is_alive()
    assert not place.read("03_slow/second.ipynb")


def test_a_place_has_one_run_at_a_time_and_its_holder_is_named(place):
    with runner.locked(place):
        assert place.read(".lock.json")
        with (
            pytest.raises(LockedError, match=r"another run is writing to .*: process \d+, since \d{4}-"),
            runner.locked(place),
        ):
            pytest.fail("two runs hold the lock")
    assert place.read(".lock.json") is None
    with runner.locked(place):
        pass


def test_a_holder_that_cannot_be_read_is_still_a_holder(place):
    with runner.locked(place):
        place.write(".lock.json", "{")
        with pytest.raises(LockedError, match="another process"), runner.locked(place):
            pytest.fail("two runs hold the lock")


def test_half_written_files_are_swept_by_the_next_run(place, outputs):
    (outputs / ".x.partial-1.ipynb").write_text("{", encoding="utf-8")
    with runner.locked(place):
        assert not list(outputs.glob(".x*"))


def test_one_kernel_more_than_there_are_cores(monkeypatch):
    monkeypatch.setattr(runner.os, "sched_getaffinity", lambda process: {0, 3, 5}, raising=False)
    assert runner.default_jobs() == 4


def test_due_tells_of_each_case_why(folder, place):
    manifest = Manifest()
    cases = [one.case for one in due("bury")]
    (one,) = runner.due(cases, manifest, place, folder)
    assert (str(one.case), one.why) == ("01_good/bury", "has not been run")
    (one,) = runner.due(cases, manifest, place, folder, force=True)
    assert one.why == "forced"


def test_a_thread_that_heeds_an_end_starts_no_kernel_after_it():
    ending = threading.Event()
    kernels.heed(ending)
    try:
        ending.set()
        with pytest.raises(RuntimeError, match="the run is being ended"):
            kernels.nursery(("pandas",))
    finally:
        kernels.heed(None)
