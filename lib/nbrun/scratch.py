"""What a run makes for itself outside its results: one folder of the process, gone with it, or swept by the next run."""

import atexit
import os
import shutil
import tempfile
import threading
import uuid
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX, _DIGITS, _LOCK = "nbrun-", 12, ".lock"
_making = threading.Lock()
_mine = {}  # the folder and its lock, None once removed, by process: a forked one has its own, and leaves the other's lock alone


def folder():
    """Return this process's folder for what is of no use after it, such as the keys of kernels: for this user's eyes alone.

    The first call also removes what processes left that were killed: their folders, which nobody has locked any more.
    Raises RuntimeError once it was removed, in a thread that goes on as the process ends.
    """
    with _making:
        if os.getpid() not in _mine:
            sweep()
            _mine[os.getpid()] = _made()
        if _mine[os.getpid()] is None:
            raise RuntimeError("the run is being ended")
        return _mine[os.getpid()][0]


def sweep():
    """Remove the folders of processes that are no more, and their locks, as far as they are this user's."""
    left = Path(tempfile.gettempdir()).glob(f"{_PREFIX}{'[0-9a-f]' * _DIGITS}*")  # what else begins so is somebody's
    for path in {path.with_name(path.name.removesuffix(_LOCK)) for path in left}:
        with suppress(Timeout, OSError):  # somebody has it, or it is another user's
            with FileLock(_lock_of(path), timeout=0):
                shutil.rmtree(path, ignore_errors=True)
            if not path.exists():
                _lock_of(path).unlink(missing_ok=True)


def _lock_of(path):
    return path.with_name(f"{path.name}{_LOCK}")


def remove():
    """Remove this process's folder, if it has one: under another name first, so that threads that go on make it no more."""
    with _making:
        path, lock = _mine.get(os.getpid()) or (None, None)
        _mine[os.getpid()] = None
    if path is None:
        return
    gone = path.with_name(f"{path.name}-gone")
    with suppress(OSError):
        path.rename(gone)
    for one in (gone, path):
        shutil.rmtree(one, ignore_errors=True)
    lock.release()
    with suppress(OSError):
        _lock_of(path).unlink(missing_ok=True)


atexit.register(remove)


def _made():
    """Make a folder whose lock is held before it is there, so that it is never taken for one that was left."""
    while True:
        path = Path(tempfile.gettempdir()) / f"{_PREFIX}{uuid.uuid4().hex[:_DIGITS]}"
        lock = FileLock(_lock_of(path), timeout=0, mode=0o600, thread_local=False)  # removed by any thread
        with suppress(Timeout):
            lock.acquire()
            if _lock_of(path).exists():  # else it was swept between being made and being locked
                path.mkdir(mode=0o700)
                return path, lock
            lock.release()
