import gc
import json
import subprocess
import sys
import time
import warnings

import nbformat
import psutil
import pytest

from cells import PARAMETERS, PRELOAD, code_cells, needs_fork, said, write_notebook
from nbrun import execute as module
from nbrun import kernels
from nbrun.execute import Job, StartError, execute, refresh
from nbrun.storage import Folder

FAULTS = {
    "fails": (["x = 1", "1 / 0"], 3, "ZeroDivisionError: division by zero"),
    "leaves": (["import sys", "sys.exit('enough')"], 3, "SystemExit: enough"),
    "exits": (["import os", "os._exit(3)"], 3, "DeadKernelError: the kernel died"),
    "is killed": (["import os", "os.kill(os.getpid(), 9)"], 3, "DeadKernelError: the kernel died"),
    "hangs": (["import time", "time.sleep(60)"], 3, "CellTimeoutError: the cell did not end within 1 seconds"),
    "hangs, deaf to signals": (
        ["import signal, time", "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\nwhile True: time.sleep(9)"],
        3,
        "CellTimeoutError: the cell did not end within 1 seconds",
    ),
}
LEFT_RUNNING = {
    "a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nprint('on')",
    "a process": "import subprocess\nprocess = subprocess.Popen(['sleep', '60'])\nprint('on')",
    "a process of its own group": (
        "import subprocess\nprocess = subprocess.Popen(['sleep', '60'], process_group=0)\nprint('on')"
    ),
}


def children():
    """Return the processes that stem from this one, but for the warm one itself and what is about to be reaped."""
    warm = {server.pid for server in kernels._servers.values()}
    found = [child for child in psutil.Process().children(recursive=True) if child.pid not in warm]
    return [child for child in found if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def none_left(before=()):
    """Wait a moment for processes to go, and tell whether they went."""
    until = time.monotonic() + 3
    while (left := set(children()) - set(before)) and time.monotonic() < until:
        time.sleep(0.02)
    return not left


@pytest.mark.parametrize(
    ("fault", "preload"),
    [
        *(pytest.param(fault, PRELOAD, id=f"{fault}, warm", marks=needs_fork) for fault in FAULTS),
        *(pytest.param(fault, (), id=f"{fault}, stock") for fault in ("fails", "is killed", "hangs")),
    ],
)
def test_a_failed_case_keeps_its_notebook_and_the_last_good_result(executed, outputs, fault, preload):
    before = children()
    sources, cell, error = FAULTS[fault]
    good = outputs / "00_case" / "one.ipynb"
    good.parent.mkdir(parents=True)
    good.write_text("the last good result", encoding="utf-8")
    outcome, _ = executed(*sources, preload=preload, seconds_a_cell=1 if "hangs" in fault else 60)
    assert (outcome.error, outcome.cell) == (error, cell + 1)
    assert good.read_text(encoding="utf-8") == "the last good result"
    failed = nbformat.read(outputs / "failed" / "00_case" / "one.ipynb", as_version=4)
    marks = [cell for cell in failed.cells if "papermill-error-cell-tag" in cell.metadata.get("tags", [])]
    assert len(marks) == 2
    assert f"In [{cell + 1}]" in marks[0].source
    (last,) = [one for cell in failed.cells for one in cell.get("outputs", []) if one.output_type == "error"]
    assert error == f"{last.ename}: {last.evalue}"
    assert sorted(path.name for path in outputs.rglob("*") if path.is_file()) == ["one.ipynb", "one.ipynb"]
    assert none_left(before)


@needs_fork
@pytest.mark.parametrize("thing", LEFT_RUNNING)
def test_what_a_cell_leaves_running_holds_nothing_up_and_does_not_outlive_its_kernel(executed, thing):
    before = children()
    outcome, path = executed(LEFT_RUNNING[thing])
    assert (outcome.error, said(path)) == ("", "on\n")
    assert outcome.seconds < 30
    assert none_left(before)


@pytest.mark.parametrize("error", ["", "ValueError: no such thing"])
def test_a_case_is_given_its_parameters(folder, outputs, project, error):
    name = "02_bad" if error else "01_good"
    parameters = {"authority": "walsall", "count": 3}
    job = Job(f"{name}/x", folder / f"{name}.ipynb", parameters, Folder(outputs), project, PRELOAD)
    outcome = execute(job)
    assert outcome.error == error
    if not error:
        run = nbformat.read(outputs / "01_good" / "x.ipynb", as_version=4)
        nbformat.validate(run)
        assert run.cells[-1].outputs[0].text == "walsall 3\n"
        assert "papermill" not in json.dumps(run.metadata)


def test_a_run_writes_the_same_bytes_each_time_wherever_it_is(folder, tmp_path, project):
    texts = []
    for name in ("one", "two"):
        where = Folder(tmp_path / name)
        job = Job("01_good/bury", folder / "01_good.ipynb", {"authority": "bury"}, where, project, PRELOAD)
        outcome = execute(job)
        assert outcome.error == ""
        texts.append((tmp_path / name / "01_good" / "bury.ipynb").read_bytes())
        assert outcome.digest == where.digest("01_good/bury.ipynb")
    assert texts[0] == texts[1]
    assert str(tmp_path).encode() not in texts[0]


def test_a_cell_that_fails_is_not_run_again(executed, tmp_path):
    count = tmp_path / "count"
    outcome, _ = executed(f"open({str(count)!r}, 'a').write('x')", "1 / 0")
    assert outcome.error == "ZeroDivisionError: division by zero"
    assert count.read_text(encoding="utf-8") == "x"


def test_a_kernel_that_does_not_start_is_started_once_more(monkeypatch, executed):
    started = []
    papermill = module._papermill

    def refusing(*arguments):
        started.append(arguments)
        if len(started) == 1:
            raise StartError("the kernel did not start: the port was taken")
        return papermill(*arguments)

    monkeypatch.setattr(module, "_papermill", refusing)
    outcome, path = executed("print('on')")
    assert (outcome.error, said(path), len(started)) == ("", "on\n", 2)


@needs_fork
def test_a_kernel_that_never_starts_is_tried_twice_and_named(monkeypatch, executed):
    tried = []

    def broken(self, *arguments):
        tried.append(self)
        raise OSError("no memory")

    monkeypatch.setattr(kernels.ForkServer, "fork", broken)
    outcome, path = executed("print('on')")
    assert outcome.error == "StartError: the kernel did not start: no memory"
    assert (outcome.cell, path.exists(), len(tried)) == (None, False, 2)


@needs_fork
def test_a_kernel_that_dies_as_it_starts_is_noticed(monkeypatch, executed):
    fork = kernels.ForkServer.fork

    def dying(self, *arguments):
        kernel = fork(self, *arguments)
        kernel.kill()
        return kernel

    monkeypatch.setattr(kernels.ForkServer, "fork", dying)
    outcome, _ = executed("print('on')")
    assert outcome.error.startswith("StartError: the kernel did not start: Kernel died before replying")


def test_a_kernel_that_takes_no_messages_is_noticed_and_started_once_more(monkeypatch, executed):
    """As when the client's connection began from the kernel's own port: nobody is at the other end, for ever."""
    begun = []
    start = kernels.Client.start_channels

    def alone(self, **options):
        start(self, **options)
        begun.append(self)
        if len(begun) == 1:
            self.shell_channel.socket.disconnect(self._make_url("shell"))

    monkeypatch.setattr(kernels.Client, "start_channels", alone)
    monkeypatch.setattr(kernels, "SECONDS_TO_SEND", 0.2)
    outcome, path = executed("print('on')")
    assert (outcome.error, said(path), len(begun)) == ("", "on\n", 2)
    begun.clear()
    with warnings.catch_warnings():  # the first kernel's socket is closed, and the kernel with it, when it is collected
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_a_worker_with_other_code_or_packages_refuses(executed):
    outcome, path = executed("print('on')", expects={"pandas": "0.1", "the notebook": "another"})
    assert outcome.error == "ValueError: this worker differs from where the run was planned in: pandas, the notebook"
    assert not path.exists()


@pytest.mark.parametrize(("error", "number"), [("No space left on device", 28), ("Read-only file system", 30)])
def test_a_place_that_cannot_be_written_is_told(monkeypatch, executed, error, number):
    def full(*arguments):
        raise OSError(number, error)

    monkeypatch.setattr(Folder, "write", full)
    outcome, path = executed("print('on')")
    assert outcome.error == f"OSError: [Errno {number}] {error}"
    assert not path.exists()


def test_refresh_stores_outputs_in_the_notebook_itself(folder):
    refresh(folder / "01_good.ipynb", PRELOAD)
    cells = code_cells(folder / "01_good.ipynb")
    assert [cell.source for cell in cells] == [PARAMETERS, "print(authority, count)"]
    assert cells[-1].outputs[0].text == "tameside 1\n"


def test_refresh_of_a_failing_notebook_leaves_it_alone(folder):
    path = write_notebook(folder, "03_fails", "1 / 0")
    before = path.read_bytes()
    with pytest.raises(Exception, match="ZeroDivisionError"):
        refresh(path, PRELOAD)
    assert path.read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["01_good.ipynb", "02_bad.ipynb", "03_fails.ipynb"]


def test_the_grammar_of_web_addresses_waits_until_one_is_checked():
    code = """
import sys
from nbrun import execute
execute._register()
assert "jsonschema" in sys.modules and "rfc3987_syntax" not in sys.modules
from jsonschema import Draft7Validator
checker = Draft7Validator({"format": "iri"}, format_checker=Draft7Validator.FORMAT_CHECKER)
print(checker.is_valid("https://example.org/ä"), checker.is_valid("no address"), "rfc3987_syntax" in sys.modules)
"""
    pytest.importorskip("rfc3987_syntax")
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "True False True\n"
