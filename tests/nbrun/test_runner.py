import json
import logging
import threading
import time

import pytest

from cells import write_notebook
from nbrun import kernels, runner
from nbrun.execute import Outcome
from nbrun.manifest import Manifest
from nbrun.plan import Case
from nbrun.runner import Due, LockedError
from nbrun.storage import Folder


def due(*names, notebook="01_good"):
    return [Due(Case(notebook, (("authority", name),), "authority"), "", {"the notebook": "n"}) for name in names]


@pytest.fixture
def storage(outputs):
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


def test_what_took_longest_the_last_time_is_begun_first(project, storage, pretended):
    manifest = Manifest()
    for name, seconds in (("bury", 2), ("wigan", 9), ("oldham", 5)):
        manifest.record(f"01_good/{name}", {}, {}, {}, {}, seconds)
    planned = due("bury", "bolton", "wigan", "oldham")
    with runner.local(1) as pool:
        list(runner.run(planned, manifest, storage, pool, project))
    assert [job.name for job in pretended] == [f"01_good/{name}" for name in ("wigan", "oldham", "bury", "bolton")]


def test_only_what_succeeds_is_recorded_and_each_case_has_a_line_in_the_log(project, storage, pretended):
    storage.write("failed/01_good/bury.ipynb", "of an earlier run")
    storage.write("failed/01_good/bad.ipynb", "of this one")
    manifest = Manifest()
    with runner.local(1) as pool:
        ended = list(runner.run(due("bury", "bad"), manifest, storage, pool, project))
    assert [outcome.name for outcome in ended] == ["01_good/bury", "01_good/bad"]
    assert list(manifest.results) == list(json.loads(storage.read("manifest.json"))["results"]) == ["01_good/bury"]
    assert "data/documents.csv" in next(iter(manifest.states.values()))["reads"]
    ends = [line.partition("\t")[2] for line in storage.read("run.log").splitlines()]
    assert ends == ["1.50 s\t01_good/bury\tdone", "1.50 s\t01_good/bad\tfailed: ValueError: no"]
    assert (storage.read("failed/01_good/bury.ipynb"), storage.read("failed/01_good/bad.ipynb")) == (
        None,
        "of this one",
    )


def test_what_was_read_counts_as_it_was_before_the_run_began(project, storage, pretended):
    manifest = Manifest()
    with runner.local(1) as pool:
        list(runner.run(due("bury"), manifest, storage, pool, project, before={"data/documents.csv": "earlier"}))
    assert next(iter(manifest.states.values()))["reads"] == {"data/documents.csv": "earlier"}


def test_a_worker_that_is_lost_for_good_is_one_cases_failure(project, storage, monkeypatch):
    def execute(job):
        if "bury" in job.name:
            raise MemoryError("the worker was killed")
        return Outcome(job.name, digest="d")

    monkeypatch.setattr(runner, "execute", execute)
    with runner.local(1) as pool:
        ended = list(runner.run(due("bury", "wigan"), Manifest(), storage, pool, project))
    assert [(one.name, one.error) for one in ended] == [
        ("01_good/bury", "MemoryError: the worker was killed"),
        ("01_good/wigan", ""),
    ]


def test_a_result_that_a_worker_wrote_elsewhere_is_no_success(project, storage, pretended):
    manifest = Manifest()
    with runner.local(1) as pool:
        (one,) = runner.run(due("bury"), manifest, storage, pool, project, remote=True)
    assert one.error.startswith("the worker's result is not in ")
    assert not manifest.results


def test_a_caller_who_stops_early_drops_what_has_not_begun_and_kills_what_has(folder, project, storage):
    write_notebook(folder, "03_slow", "import time\nif authority != 'first': time.sleep(60)")
    manifest, names = Manifest(), []
    manifest.record("03_slow/first", {}, {}, {}, {}, 9)
    planned = due("first", "second", "third", "fourth", notebook="03_slow")
    with pytest.raises(KeyboardInterrupt), runner.local(2) as pool:
        for outcome in runner.run(planned, manifest, storage, pool, project):
            names.append(outcome.name)
            raise KeyboardInterrupt
    assert names == ["03_slow/first"]
    assert not kernels._servers
    for thread in threading.enumerate():
        if thread.name.startswith("ThreadPoolExecutor"):
            thread.join(40)
            assert not thread.is_alive()
    assert not storage.read("03_slow/second.ipynb")


def test_a_storage_has_one_run_at_a_time_and_its_holder_is_named(storage):
    with runner.locked(storage):
        assert storage.read(".lock.json")
        with (
            pytest.raises(LockedError, match=r"another run is writing to .*: process \d+, since \d{4}-"),
            runner.locked(storage),
        ):
            pytest.fail("two runs hold the lock")
    assert storage.read(".lock.json") is None
    with runner.locked(storage):
        pass


def test_a_holder_that_cannot_be_read_is_still_a_holder(storage):
    with runner.locked(storage):
        storage.write(".lock.json", "{")
        with pytest.raises(LockedError, match="another process"), runner.locked(storage):
            pytest.fail("two runs hold the lock")


def test_half_written_files_are_swept_by_the_next_run(storage, outputs):
    (outputs / ".x.partial-1.ipynb").write_text("{", encoding="utf-8")
    with runner.locked(storage):
        assert not list(outputs.glob(".x*"))


def test_one_kernel_more_than_there_are_cores(monkeypatch):
    monkeypatch.setattr(runner.os, "sched_getaffinity", lambda process: {0, 3, 5}, raising=False)
    assert runner.default_jobs() == 4


def test_due_tells_of_each_case_why(project, storage):
    manifest = Manifest()
    cases = [one.case for one in due("bury")]
    (one,) = runner.due(cases, manifest, storage, project)
    assert (str(one.case), one.why) == ("01_good/bury", "has not been run")
    (one,) = runner.due(cases, manifest, storage, project, force=True)
    assert one.why == "forced"


def test_a_thread_that_heeds_an_end_starts_no_kernel_after_it():
    ending = threading.Event()
    kernels.heed(ending)
    try:
        ending.set()
        with pytest.raises(RuntimeError, match="the run is being ended"):
            kernels.fork_server(("pandas",))
    finally:
        kernels.heed(None)


def test_what_killed_kernels_say_does_not_hide_why_a_run_ended(monkeypatch, caplog):
    monkeypatch.setattr(runner, "_heard", [])
    began = threading.Event()

    def dies():
        began.set()
        time.sleep(0.2)  # until its kernel has been killed
        logging.getLogger("traitlets").error("Kernel died while waiting for execute reply.")

    with pytest.raises(OSError, match="no space"), runner.local(1) as pool:
        case = pool.submit(dies)
        began.wait(5)
        raise OSError("no space")
    assert case.done()
    assert not caplog.records
    logging.getLogger("traitlets").error("What is said after it is told.")
    assert caplog.messages == ["What is said after it is told."]
