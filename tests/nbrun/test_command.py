import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
import pytest

from cells import PROGRESS, Folder, said, wait_for, write_notebook
from nbrun import command, runner
from nbrun.command import Options
from nbrun.plan import PlanError
from nbrun.storage import Folder as Storage


@pytest.fixture
def slow(planned):
    """Return the folder with one notebook whose cases take their time."""
    write_notebook(planned.path / "notebooks", "03_slow", "import time\ntime.sleep(share)\nprint('x' * 20000, count)")
    plan = "03_slow:\n  - {authority: bury, count: [1, 2, 3, 4, 5, 6, 7, 8], share: 0.2}\n"
    (planned.path / "notebooks" / "batch.yml").write_text(plan, encoding="utf-8")
    return planned


def test_a_run_lists_failures_at_the_end_and_the_next_does_only_what_changed(planned):
    (planned.path / "input.csv").write_text("1\n", encoding="utf-8")
    write_notebook(planned.path / "notebooks", "01_good", "if authority == 'walsall': open('input.csv').close()\ncount")
    status, told = planned.run()
    assert status == 1
    assert told.splitlines()[0] == "Tables written."
    assert told.splitlines()[-3:] == [
        "failed  02_bad/walsall, cell 3  ValueError: no such thing (see outputs/failed/02_bad/walsall.ipynb)",
        "4 cases: 3 of 4 run, 1 failed, 0 up to date.",
        "Done: outputs.",
    ]
    assert planned.results() == [
        "01_good/coventry.ipynb",
        "01_good/walsall.ipynb",
        "02_bad/tameside.ipynb",
        "failed/02_bad/walsall.ipynb",
    ]
    log = (planned.outputs / "run.log").read_text(encoding="utf-8").splitlines()
    assert len(log) == 4
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t\d+\.\d\d s\t[\w/]+\t(done|failed in .+)", line) for line in log
    )

    bad = planned.path / "notebooks" / "02_bad.ipynb"
    bad.write_text(bad.read_text(encoding="utf-8").replace('== \\"walsall\\"', '== \\"bury\\"'), encoding="utf-8")
    assert planned.run() == (0, "4 cases: 2 of 2 run, 0 failed, 2 up to date.\nDone: outputs.\n")
    assert not (planned.outputs / "failed" / "02_bad" / "walsall.ipynb").exists()
    assert planned.run("--quiet") == (0, "4 cases: 0 of 0 run, 0 failed, 4 up to date.\n")

    (planned.path / "input.csv").write_text("2\n", encoding="utf-8")
    _, told = planned.run("--dry-run")
    assert told == (
        "keep  01_good/coventry  up to date\n"
        "run   01_good/walsall  changed: input.csv\n"
        "keep  02_bad/tameside  up to date\n"
        "keep  02_bad/walsall  up to date\n"
        "\n1 of 4 cases would run.\n"
    )
    (planned.outputs / "tables" / "made.csv").write_text("altered", encoding="utf-8")
    assert planned.run()[1].startswith("Tables written.")


def test_a_dry_run_writes_nothing(planned):
    status, told = planned.run("--dry-run")
    assert status == 0
    assert told.count("has not been run") == 4
    assert not planned.outputs.exists()


def test_bad_parameters_are_refused_all_at_once_before_anything_starts(planned):
    parameters = ("--parameters", "town=x", "--parameters", "count=many")
    assert planned.run("--notebook", "01_good", *parameters) == (
        1,
        "Error: options, 01_good: unknown parameter 'town'; the notebook has: authority (str), count (int), share (float), quick (bool)\n"
        "options, 01_good: parameter 'count' is 'many', where the notebook wants int\n"
        "01_good: unknown count 'many'; choose one of: 1, 2, 3, 4, 5, 6, 7, 8\n",
    )
    assert not planned.outputs.exists() or not planned.results()


def test_a_second_run_at_once_says_who_holds_the_lock(planned):
    with runner.locked(Storage(planned.outputs)):
        status, told = planned.run("--authority", "all")
    assert status == 1
    assert re.fullmatch(
        rf"Error: another run is writing to outputs: process {os.getpid()}, since [\d: -]+\. Wait .+\n", told
    )
    assert not planned.results()
    assert planned.run("--notebook", "02_bad", "--authority", "tameside")[0] == 0


def test_quiet_tells_only_failures_and_the_summary(planned):
    _, told = planned.run("--quiet", "--notebook", "02_bad")
    assert told == (
        "failed  02_bad/walsall, cell 3  ValueError: no such thing (see outputs/failed/02_bad/walsall.ipynb)\n2 cases: 1 of 2 run, 1 failed, 0 up to date.\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_on_a_terminal_a_bar_shows_done_running_failed_and_time_left(planned):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    process = planned.start("--notebook", "02_bad", stdout=theirs, stderr=theirs)
    os.close(theirs)
    told = b""
    try:
        while chunk := os.read(ours, 4096):
            told += chunk
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    process.wait()
    assert re.search(rb"Notebooks: +50%.*1/2 \[\d\d:\d\d<\d\d:\d\d.*1 running, [01] failed", told), told


@pytest.mark.skipif(sys.platform == "win32", reason="a process of another session takes no Ctrl-C there")
def test_an_interrupt_ends_in_a_second_with_a_summary(slow):
    write_notebook(slow.path / "notebooks", "03_slow", "import time\nif count > 1: time.sleep(60)")
    process = slow.start("--authority", "all", start_new_session=True)
    wait_for(lambda: (slow.outputs / "manifest.json").exists())
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=50)
    assert time.monotonic() - began < 10  # a second, on a machine that does nothing else
    assert process.returncode == 130, told
    # The signal may come between the record of the first result and the count of it.
    assert re.search(
        r"8 cases: [01] of 8 run, 0 failed, 0 up to date\.\nInterrupted: what is done stays, and the next run carries on\.\n$",
        told,
    ), told
    status, told = slow.run("--authority", "all", "--dry-run")
    assert (status, told.count("keep"), told.count("has not been run")) == (0, 1, 7)


@pytest.mark.skipif(sys.platform == "win32", reason="a process of another session takes no signals there")
@pytest.mark.parametrize("signals", [["SIGINT"], ["SIGINT", "SIGINT"], ["SIGTERM"], ["SIGHUP"]], ids="+".join)
def test_a_run_that_is_ended_tidies_up_and_says_so_by_its_status(slow, tmp_path, signals):
    write_notebook(slow.path / "notebooks", "03_slow", "import time\nif count > 1: time.sleep(60)")
    apart = {name: str(tmp_path / name) for name in ("TMPDIR", "JUPYTER_RUNTIME_DIR")}
    for folder in apart.values():
        Path(folder).mkdir()
    slow.environment.update(apart, MARK=tmp_path.name)
    process = slow.start("--authority", "all", start_new_session=True)
    wait_for(lambda: (slow.outputs / "manifest.json").exists())
    wait_for(lambda: list(Path(apart["TMPDIR"]).glob("nbrun-*/*.json")))  # the keys of kernels
    for name in signals:
        process.send_signal(getattr(signal, name))
        time.sleep(0.05)
    told, _ = process.communicate(timeout=50)
    assert process.returncode == 128 + getattr(signal, signals[0]), told
    assert "Interrupted: what is done stays" in told
    assert "Traceback" not in told
    assert [path for folder in apart.values() for path in Path(folder).rglob("*")] == []
    assert not (slow.outputs / ".lock.json").exists()
    wait_for(lambda: not [one for one in psutil.process_iter() if _is_of(one, tmp_path.name)])


def _is_of(process, mark):
    with suppress(psutil.Error):
        return process.environ().get("MARK") == mark and process.status() != psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform == "win32", reason="a process takes no such signal there")
def test_an_interrupt_that_an_import_turns_into_another_error_is_one(project, monkeypatch):
    ends = []

    def fail(*arguments):
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)
        raise ImportError("initialization failed")

    monkeypatch.setattr("nbrun.command.plan", fail)
    monkeypatch.setattr(runner, "end", ends.append)
    command.run(Options(), lambda line: None, project)
    assert ends == [128 + signal.SIGTERM]
    monkeypatch.setattr("nbrun.command.plan", lambda *arguments: {}["no signal"])
    with pytest.raises(KeyError):
        command.run(Options(), lambda line: None, project)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signal there")
def test_what_is_ignored_as_under_nohup_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with runner.heeding() as heard:
            os.kill(os.getpid(), signal.SIGHUP)
        assert heard == []
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("address", ["nosuch", "", "tcp://user:secret@127.0.0.1:9"])
def test_a_cluster_that_cannot_be_reached_is_refused_before_anything_is_written(planned, address):
    status, told = planned.run("--scheduler", address)
    assert status == 1
    assert told.startswith("Error: ")
    assert "secret" not in told
    assert not (planned.outputs / "tables").exists()
    assert not (planned.outputs / "manifest.json").exists()


def test_a_cell_that_takes_longer_than_it_may_is_told_and_nothing_else(planned):
    write_notebook(planned.path / "notebooks", "01_good", "import time\ntime.sleep(30)")
    call = ("--notebook", "01_good", "--authority", "bury", "--quiet")
    status, told = planned.run(*call, "--cell-timeout", "1")
    assert status == 1
    assert told.removeprefix("Timeout waiting for execute reply (1s).\n") == (
        "failed  01_good/bury, cell 3  CellTimeoutError: the cell did not end within 1 seconds "
        "(see outputs/failed/01_good/bury.ipynb)\n1 case: 0 of 1 run, 1 failed, 0 up to date.\n"
    )
    write_notebook(planned.path / "notebooks", "01_good", "import time\ntime.sleep(1)")
    assert planned.run(*call, "--cell-timeout", "30")[0] == 0


def test_a_kill_at_any_moment_leaves_only_whole_files_and_the_next_run_carries_on(slow):
    partly = 0
    for moment in range(6):
        have = len(slow.results())
        process = slow.start("--authority", "all", "--jobs", "2")
        if moment < 2:
            time.sleep(0.9 * moment)
        else:
            wait_for(lambda have=have, process=process: len(slow.results()) > have or process.poll() is not None)
            time.sleep(0.06 * moment)
        process.kill()
        process.communicate()
        for name in slow.results():
            if "/." not in name:
                nbformat.validate(nbformat.read(slow.outputs / name, as_version=4))
                assert said(slow.outputs / name).startswith("xxx")
        if (manifest := slow.outputs / "manifest.json").exists():
            partly += 0 < len(json.loads(manifest.read_text(encoding="utf-8"))["results"]) < 8
    status, told = slow.run("--authority", "all")
    assert status == 0
    assert re.search(r"8 cases: (\d) of \1 run, 0 failed, \d up to date\.", told)
    assert slow.results() == [f"03_slow/bury-count-{count}-share-0-2.ipynb" for count in range(1, 9)]
    assert not list(slow.outputs.rglob(".*.partial-*"))
    assert partly


def test_a_place_that_cannot_be_written_is_told_at_once(planned):
    (planned.path / "outputs").write_text("a file where the folder should be", encoding="utf-8")
    status, told = planned.run("--authority", "all")
    assert status == 1
    assert told.startswith("Error: ")
    assert "outputs" in told
    assert "Traceback" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files is needed")
def test_a_full_disk_loses_nothing(slow):
    assert slow.run("--authority", "all")[0] == 0
    before = {name: (slow.outputs / name).read_bytes() for name in slow.results()}
    import resource

    limit = 10_000  # smaller than a result, so that it is cut while it is written
    status, told = slow.run(
        "--authority", "all", "--force", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    assert status == 1
    assert told.count("OSError: [Errno 27] File too large") == 8
    assert {name: (slow.outputs / name).read_bytes() for name in slow.results()} == before
    assert not list(slow.outputs.rglob(".*.partial-*"))
    assert slow.run("--authority", "all") == (0, "8 cases: 0 of 0 run, 0 failed, 8 up to date.\nDone: outputs.\n")


@pytest.mark.parametrize("setting", ["count", "=2", ""])
def test_a_setting_has_a_name_and_a_value(setting):
    with pytest.raises(PlanError, match="write --parameters NAME=VALUE"):
        Options(settings=(setting,)).parameters()


def test_settings_are_read_as_yaml():
    options = Options(settings=("fte=[10, 20.5]", "role=team manager", "quick=true", "note=a=b"))
    assert options.parameters() == {"fte": [10, 20.5], "role": "team manager", "quick": True, "note": "a=b"}
    with pytest.raises(PlanError, match="not readable"):
        Options(settings=("fte=[10",)).parameters()


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"settings": ("fte=10", "fte=25")}, "fte"),
        ({"settings": ("authority=bury",), "subjects": ("wigan",)}, "authority"),
    ],
)
def test_a_parameter_is_given_once(options, name):
    with pytest.raises(PlanError, match=rf"'{name}' is given twice; a list makes a run of each: {name}=\[a, b\]"):
        Options(**options).parameters("authority")


@pytest.mark.parametrize(
    ("options", "whole"), [({}, True), ({"jobs": 2, "force": True}, True), ({"subjects": ("bury",)}, False)]
)
def test_what_comes_first_belongs_to_a_run_of_the_whole_plan(options, whole):
    assert Options(**options).whole is whole


ALONE = """
import sys
sys.modules["workforce"] = None  # in the command, the process that kernels are forked from, and the kernels
"""


def test_a_folder_that_has_nothing_to_do_with_any_project_is_run_without_one(planned, tmp_path):
    apart = tmp_path / "apart"
    apart.mkdir()
    (apart / "sitecustomize.py").write_text(ALONE, encoding="utf-8")
    tried = "try:\n    import workforce\nexcept ImportError:\n    print('none', count)"
    write_notebook(planned.path / "notebooks", "01_good", "import nbrun", tried)
    (planned.path / "notebooks" / "batch.yml").write_text("01_good:\n  - {count: [1, 2]}\n", encoding="utf-8")
    alone = Folder(planned.path, planned.command, {"PYTHONPATH": str(apart)})
    check = subprocess.run([sys.executable, "-c", "import workforce"], env={**os.environ, **alone.environment})
    assert check.returncode == 1
    assert alone.run()[1].splitlines()[-2] == "2 cases: 2 of 2 run, 0 failed, 0 up to date."
    assert [said(alone.outputs / "01_good" / f"count-{count}.ipynb") for count in (1, 2)] == ["none 1\n", "none 2\n"]


def test_without_a_terminal_each_case_has_a_line_as_it_ends(planned):
    process = planned.start()
    told, _ = process.communicate(timeout=120)
    lines = PROGRESS.findall(told)
    assert len(lines) == 4
    assert sorted(line.split()[:2] for line in lines)[0] == ["done", "01_good/coventry"]
    assert [re.search(r"\((\d) of 4, after 0:00:\d\d\)", line)[1] for line in lines] == ["1", "2", "3", "4"]
    assert ["failed", "02_bad/walsall"] in [line.split()[:2] for line in lines]
    assert not PROGRESS.search(planned.start("--force", "--quiet").communicate(timeout=120)[0])


def test_a_run_for_machines_is_one_object_and_nothing_else(planned):
    status, told = planned.run("--format", "json")
    made = json.loads(told)
    assert status == 1
    by_case = {one["case"]: one for one in made["run"]}
    assert by_case["02_bad/walsall"]["error"] == "ValueError: no such thing" and by_case["02_bad/walsall"]["cell"] == 3
    assert by_case["02_bad/walsall"]["notebook"] == "outputs/failed/02_bad/walsall.ipynb"
    assert by_case["01_good/coventry"]["notebook"] == "outputs/01_good/coventry.ipynb"
    assert (made["due"], made["up_to_date"], made["skipped"]) == (4, 0, {})
    _, told = planned.run("--dry-run", "--format", "json")
    assert [one["why"] == "" for one in json.loads(told)["planned"]] == [True, True, True, False]
