import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cells import wait_for
from nbrun import scratch

HOLDS = "from nbrun import scratch; print(scratch.folder(), flush=True); input()"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Have the system's folder for temporary files be one of the test's own, and this process without a folder in it."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "_mine", {})
    return tmp_path


def holding():
    """Begin a process that has a folder, and return both."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, Path(process.stdout.readline().strip())


def ended(process):
    process.stdin.close()
    process.stdout.close()
    process.wait()


def test_a_folder_is_for_the_users_eyes_alone_and_goes_with_the_process(temporary):
    process, folder = holding()
    assert folder.is_dir()
    assert os.name == "nt" or stat.S_IMODE(folder.stat().st_mode) == 0o700
    ended(process)
    assert list(temporary.iterdir()) == []


def test_a_process_has_one_folder(temporary):
    assert scratch.folder() == scratch.folder()
    scratch.remove()
    scratch.remove()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("had", [True, False])
def test_a_thread_that_goes_on_gets_no_other_folder(temporary, had):
    if had:
        scratch.folder()
    scratch.remove()
    with pytest.raises(RuntimeError, match="the run is being ended"):
        scratch.folder()
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_has_is_not(temporary):
    killed, left = holding()
    (left / "kernel-1.json").write_text("a key", encoding="utf-8")
    killed.kill()
    ended(killed)
    living, kept = holding()  # its first look sweeps
    assert not left.exists()
    own = scratch.folder()
    assert kept.is_dir()
    assert {path.name.removesuffix(".lock") for path in temporary.iterdir()} == {kept.name, own.name}
    scratch.remove()
    ended(living)
    assert list(temporary.iterdir()) == []


def test_what_others_put_there_stays(temporary):
    (temporary / "nbrun.txt").write_text("mine", encoding="utf-8")
    (temporary / "nbrun-notes").mkdir()
    scratch.folder()
    scratch.remove()
    assert sorted(path.name for path in temporary.iterdir()) == ["nbrun-notes", "nbrun.txt"]


def test_a_thread_that_goes_on_makes_a_removed_folder_no_more(temporary):
    folder = scratch.folder()
    (folder / "case").mkdir()
    scratch.remove()
    with pytest.raises(OSError, match="case"):
        (folder / "case" / "late").write_text("x", encoding="utf-8")
    wait_for(lambda: not list(temporary.iterdir()))
