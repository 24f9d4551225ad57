import json
import os
import re
import signal
import subprocess
import sys
import time

import nbformat
import pytest

import made
from cells import code_cells, said, write_notebook
from workforce import data
from workforce.batch import command, runner
from workforce.batch.command import Options
from workforce.batch.places import Folder
from workforce.batch.plan import NOTEBOOKS, PlanError

KNOWN = ", ".join(sorted(data.load("authorities").dropna(subset="dfe_code")["slug"]))


@pytest.fixture
def slow(project):
    """Return the project with one notebook whose cases take their time, and no library to import."""
    write_notebook(project.path / "notebooks", "03_slow", "import time\ntime.sleep(share)\nprint('x' * 20000, count)")
    plan = "03_slow:\n  - {authority: bury, count: [1, 2, 3, 4, 5, 6, 7, 8], share: 0.2}\n"
    (project.path / "notebooks" / "batch.yml").write_text(plan, encoding="utf-8")
    return project


def test_a_run_lists_failures_at_the_end_and_the_next_does_only_what_changed(project):
    workbook = project.outputs / "tables" / "workforce.xlsx"
    workbook.parent.mkdir(parents=True)
    workbook.write_bytes(b"of tables that are no more")
    status, told = project.run()
    assert status == 1
    assert workbook.read_bytes().startswith(b"PK")  # a workbook that is there is kept in step with the tables
    assert told.splitlines()[-2:] == [
        "failed  02_bad/walsall, cell 3  ValueError: no such thing",
        "4 cases: 3 of 4 run, 1 failed, 0 up to date.",
    ]
    assert project.results() == [
        "01_claims/coventry.ipynb",
        "01_claims/walsall.ipynb",
        "02_bad/tameside.ipynb",
        "failed/02_bad/walsall.ipynb",
    ]
    assert "Do the published figures add up?" in (project.path / "README.md").read_text(encoding="utf-8")
    log = (project.outputs / "run.log").read_text(encoding="utf-8").splitlines()
    assert len(log) == 4
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t\d+\.\d\d s\t[\w/]+\t(done|failed in .+)", line) for line in log
    )

    bad = project.path / "notebooks" / "02_bad.ipynb"
    bad.write_text(bad.read_text(encoding="utf-8").replace('== \\"walsall\\"', '== \\"bury\\"'), encoding="utf-8")
    status, told = project.run()
    assert (status, told) == (0, "4 cases: 2 of 2 run, 0 failed, 2 up to date.\n")
    assert not (project.outputs / "failed" / "02_bad" / "walsall.ipynb").exists()
    assert project.run() == (0, "4 cases: 0 of 0 run, 0 failed, 4 up to date.\n")

    claims = project.path / "data" / "claims" / "walsall-2021.yml"
    claims.write_text(claims.read_text(encoding="utf-8") + "# touched\n", encoding="utf-8")
    _, told = project.run("--dry-run")
    assert told == (
        "keep  01_claims/coventry  up to date\n"
        "run   01_claims/walsall  changed: data/claims/walsall-2021.yml\n"
        "keep  02_bad/tameside  up to date\n"
        "keep  02_bad/walsall  up to date\n"
        "\n1 of 4 cases would run.\n"
    )


def test_a_dry_run_writes_nothing(project):
    status, told = project.run("--dry-run")
    assert status == 0
    assert told.count("has not been run") == 4
    assert not project.outputs.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--notebook", "01_claims", "--authority", "leeds", "--parameters", "town=x", "--parameters", "count=many"],
            "Error: options, 01_claims: unknown parameter 'town'; the notebook has: authority, count, share, quick\n"
            "options, 01_claims: parameter 'count' is 'many', where the notebook wants int\n"
            f"01_claims: unknown authority 'leeds'; choose one of: {KNOWN}\n",
        ),
        (
            ["--notebook", "01_claims", "--authority", "nowhere", "--authority", "somewhere"],
            f"Error: 01_claims: unknown authority 'nowhere'; choose one of: {KNOWN}\n"
            f"01_claims: unknown authority 'somewhere'; choose one of: {KNOWN}\n",
        ),
        (["--parameters", "count"], "Error: options: write --parameters NAME=VALUE, not 'count'\n"),
    ],
)
def test_bad_parameters_are_refused_all_at_once_before_anything_starts(project, arguments, told):
    assert project.run(*arguments) == (1, told)
    assert not project.outputs.exists() or not project.results()


def test_bad_data_is_refused_before_anything_starts(project):
    table = project.path / "data" / "pay_spine.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2021,29,33486", "2021,29,dear"), encoding="utf-8")
    status, told = project.run()
    assert status == 1
    assert "column 'annual': 'dear' is not a whole number" in told
    assert not project.results()


def test_a_second_run_at_once_says_who_holds_the_lock(project):
    with runner.locked(Folder(project.outputs)):
        status, told = project.run("--authority", "all")
    assert status == 1
    assert re.fullmatch(
        rf"Error: another run is writing to outputs: process {os.getpid()}, since [\d: -]+\. Wait .+\n", told
    )
    assert not project.results()
    assert project.run("--notebook", "02_bad", "--authority", "tameside")[0] == 0


def test_quiet_tells_only_failures_and_the_summary(project):
    _, told = project.run("--quiet", "--notebook", "02_bad")
    assert told == (
        "failed  02_bad/walsall, cell 3  ValueError: no such thing\n2 cases: 1 of 2 run, 1 failed, 0 up to date.\n"
    )


def test_a_run_ends_with_the_site(project):
    _, told = project.run("--site", "--notebook", "02_bad", "--authority", "tameside")
    assert told == "1 case: 1 of 1 run, 0 failed, 0 up to date.\nSite: 1 of 1 reports rendered anew, in outputs/site.\n"
    assert (project.outputs / "site" / "02_bad" / "tameside.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_on_a_terminal_a_bar_shows_done_running_failed_and_time_left(project):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    environment = {**os.environ, "PYTHONPATH": str(project.path / "lib")}
    call = [sys.executable, "-m", "workforce", "run", "--notebook", "02_bad"]
    process = subprocess.Popen(call, cwd=project.path, env=environment, stdout=theirs, stderr=theirs)
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


def test_a_place_that_cannot_be_written_is_told_at_once(project):
    (project.path / "outputs").write_text("a file where the folder should be", encoding="utf-8")
    status, told = project.run("--authority", "all")
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
    assert slow.run("--authority", "all") == (0, "8 cases: 0 of 0 run, 0 failed, 8 up to date.\n")


@pytest.mark.parametrize("setting", ["count", "=2", ""])
def test_a_setting_has_a_name_and_a_value(setting):
    with pytest.raises(PlanError, match="write --parameters NAME=VALUE"):
        _ = Options(settings=(setting,)).parameters


def test_settings_are_read_as_yaml():
    options = Options(settings=("fte=[10, 20.5]", "role=team manager", "quick=true", "note=a=b"))
    assert options.parameters == {"fte": [10, 20.5], "role": "team manager", "quick": True, "note": "a=b"}
    with pytest.raises(PlanError, match="not readable"):
        _ = Options(settings=("fte=[10",)).parameters


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"settings": ("fte=10", "fte=25")}, "fte"),
        ({"settings": ("authority=bury",), "authorities": ("wigan",)}, "authority"),
    ],
)
def test_a_parameter_is_given_once(options, name):
    with pytest.raises(PlanError, match=rf"'{name}' is given twice; a list makes a run of each: {name}=\[a, b\]"):
        _ = Options(**options).parameters


@pytest.mark.parametrize(
    ("options", "whole"), [({}, True), ({"jobs": 2, "force": True}, True), ({"authorities": ("bury",)}, False)]
)
def test_the_tables_belong_to_a_run_of_the_whole_plan(options, whole):
    assert Options(**options).whole is whole


def wait_for(happened, seconds=40):
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_commands_constants_are_the_projects_own():
    assert command.NOTEBOOKS == data.PROJECT / "notebooks"
    assert command.OUTPUTS == data.PROJECT / "outputs"


@pytest.fixture
def national(project):
    """Return the project with the notebook on national statistics alone."""
    name = "05_national_context"
    (project.path / "notebooks" / f"{name}.ipynb").write_bytes((NOTEBOOKS / f"{name}.ipynb").read_bytes())
    (project.path / "notebooks" / "batch.yml").write_text(f"{name}:\n  - authority: [ayton]\n", encoding="utf-8")
    for path in (project.path / "data" / "external").glob("*.csv"):  # what a user of this copy may have downloaded
        path.unlink()
    return project


def test_without_a_release_its_notebook_is_skipped_with_the_reason(national):
    status, told = national.run()
    assert status == 0
    first, last = told.splitlines()[-2:]
    assert first.startswith("skipped  05_national_context  There is no release of")
    assert last == "1 case: 0 of 0 run, 0 failed, 0 up to date, 1 skipped."
    assert national.results() == []
    _, told = national.run("--dry-run", "--notebook", "05_national_context", "--authority", "any")
    assert told.startswith("skip  05_national_context/any  There is no release of")
    assert told.endswith("0 of 1 case would run.\n")


def test_with_a_release_every_authority_has_its_report_and_a_revision_makes_them_anew(national):
    path = made.write(national.path / "data" / "external" / "made.csv", made.rows())
    every = ("--notebook", "05_national_context", "--authority", "all")
    assert national.run(*every) == (0, "10 cases: 10 of 10 run, 0 failed, 0 up to date.\n")
    assert national.results() == [f"05_national_context/{name.lower()}.ipynb" for name in sorted(made.LEAVERS)]
    report = national.outputs / "05_national_context" / "egham.ipynb"
    texts = [output.data["text/plain"] for cell in code_cells(report) for output in cell.outputs]
    assert texts[0].startswith(
        "In 2024 Egham’s workforce looks less steady than England: clearly higher in the turnover rate"
    )
    assert "turnover rate, percent 25.0 10th of 10 highest" in " ".join(texts[1].split())
    assert not [output for cell in code_cells(report) for output in cell.outputs if output.output_type == "stream"]
    assert national.run(*every)[1] == "10 cases: 0 of 0 run, 0 failed, 10 up to date.\n"

    made.write(path, made.rows(vacancy_fte=12, vacancy_rate_fte=10.7))
    assert "changed: data/external/made.csv" in national.run(*every, "--dry-run")[1]
    status, told = national.run("--notebook", "05_national_context", "--authority", "aiton", "--dry-run")
    assert (status, "there is no authority 'aiton' in the statistics; did you mean Ayton?" in told) == (1, True)
    assert (
        "05_national_context/corby"
        in national.run("--notebook", "05_national_context", "--authority", "953", "--dry-run")[1]
    )


def test_a_release_kept_elsewhere_is_watched_too(national, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("shared drive")
    monkeypatch.setenv("WORKFORCE_EXTERNAL", str(elsewhere))
    path = made.write(elsewhere / "made.csv", made.rows(years=(2023, 2024)))
    assert national.run()[1].endswith("1 case: 1 of 1 run, 0 failed, 0 up to date.\n")
    made.write(path, made.rows(years=(2023, 2024), vacancy_fte=12, vacancy_rate_fte=10.7))
    assert f"changed: {path.as_posix()}" in national.run("--dry-run")[1]
