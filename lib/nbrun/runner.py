"""Run what is due: several cases at once, here or on a cluster, each result recorded as it comes."""

import json
import logging
import os
import re
import signal
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from queue import Empty, SimpleQueue

from nbrun import inputs, scratch
from nbrun.execute import FAILED, Job, Outcome, execute, last_line
from nbrun.storage import Folder, digest, plain

LOG = "run.log"
SECONDS_TO_HEED = 0.5
SECONDS_TO_ASK, SECONDS_TO_HOPE = 2, 60  # between two looks at a cluster; until one without workers is given up
_LOCK, _HOLDER = ".lock", ".lock.json"
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
_heard = []  # the numbers of the signals that asked for an end
_tidying = threading.Event()


class LockedError(ValueError):
    """Another run is writing to the same storage."""


@dataclass(frozen=True)
class Due:
    """A case with the reason why it is to be run; the reason is empty when its result is up to date."""

    case: object
    why: str
    inputs: dict


def due(cases, manifest, storage, project, force=False):
    """Return each case with why it would be run, as Due."""
    names = dict.fromkeys(case.notebook for case in cases)
    static = {name: inputs.of(project.notebook(name), project) for name in names}
    found = []
    for case in cases:
        depends = static[case.notebook]
        why = "forced" if force else manifest.why(str(case), depends, dict(case.parameters), storage, project.root)
        found.append(Due(case, why, depends))
    return found


def preload(notebooks, library=None):
    """Return the modules that notebooks import, for a kernel to find them imported: the library's own come last."""
    found = [inputs.modules(notebook, library) for notebook in sorted(notebooks)]
    others = dict.fromkeys(name for _, names in found for name in names)
    return (*others, *dict.fromkeys(name for ours, _ in found for name in sorted(ours)))


def run(due, manifest, storage, pool, project, remote=False, before=None, warn=None, **options):
    """Run cases, several at once, yielding an Outcome as each ends; a case that fails does not stop the others.

    Parameters
    ----------
    due : sequence of Due
        Those that took longest the last time are begun first; whether they are up to date plays no part any more.
    manifest : Manifest
        It is brought up to date, and written, with each success.
    storage : Folder or Remote
    pool : concurrent.futures.Executor
        Where to run them, as `local` or `cluster` gives it.
    project : Project
    remote : bool, optional
        Whether the pool is of other machines, which then have to have the same code, data and packages.
    before : dict, optional
        Digests of files, as `inputs.of_files` gives them, from before anything was read: a file that changes meanwhile
        makes a result out of date. Taken now without.
    warn : callable, optional
        Is told in a line of a cluster that lost its workers or scheduler, as soon as that is seen.
    options
        Further fields of Job.
    """
    paths = {one.case.notebook: project.notebook(one.case.notebook) for one in due}
    before = inputs.of_files(project) if before is None else before
    options = {"preload": preload(paths.values(), project.library), **options}
    ordered = sorted(due, key=lambda one: -manifest.seconds(str(one.case)))
    planned = [
        Job(
            name=str(one.case),
            notebook=paths[one.case.notebook].relative_to(project.root),
            parameters=dict(one.case.parameters),
            storage=storage,
            project=project,
            expects={**one.inputs, **before} if remote else None,
            **options,
        )
        for one in ordered
    ]
    by_name = {str(one.case): one for one in due}
    for outcome in _outcomes(planned, pool, warn or (lambda line: None)):
        if remote and not outcome.error and not storage.has(f"{outcome.name}.ipynb", outcome.digest):
            lost = f"the worker's result is not in {storage}: name a place that every worker reaches, with --output"
            outcome = replace(outcome, error=lost)
        _record(outcome, by_name[outcome.name], before, manifest, storage, project.root)
        yield outcome


def default_jobs():
    """Return how many kernels to run at once: one more than there are cores for this process, since kernels also wait."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1


@contextmanager
def cluster(address, seconds=10):
    """Give an executor of the Dask cluster at an address such as ``tcp://host:8786``, see Elsewhere.

    Raises ValueError as `check_address`, and when no scheduler answers there within ``seconds``.
    """
    check_address(address)
    from distributed import Client

    with _answering(lambda: Client(address, timeout=f"{seconds}s", set_as_default=False), address, seconds) as client:
        yield Elsewhere(client)


def check_address(address):
    """Raise ValueError without Dask, and for what is no address of a scheduler."""
    if not re.fullmatch(r"[a-z]+://[^\s@?]+:[0-9]+", address):  # Dask knows no users
        raise ValueError(plain(f"a scheduler's address is such as tcp://host:8786, not '{address}'"))
    if find_spec("distributed") is None:
        raise ValueError("a cluster needs Dask: in the project's folder, pip install -e '.[cluster]'")


class Elsewhere:
    """An executor of a cluster that can tell whether anybody is there to do the work."""

    def __init__(self, client):
        self._client, self._executor = client, client.get_executor(pure=False)

    def submit(self, function, *arguments):
        """Have a function called on a worker; return its Future."""
        return self._executor.submit(function, *arguments)

    def trouble(self):
        """Return in a phrase why nothing can be done at the moment; an empty text where it can."""
        try:
            cores = self._client.sync(self._client.scheduler.ncores, callback_timeout=2 * SECONDS_TO_ASK)
        except Exception as error:  # of Dask, its sockets or its loop
            return f"its scheduler does not answer ({type(error).__name__})"
        return "" if cores else "it has no worker"


def _answering(connect, address, seconds):
    """Return what ``connect`` does, in a thread of its own: at a port that accepts and stays silent, Dask waits for ever."""
    answered = SimpleQueue()

    def ask():
        try:
            answered.put((connect(), None))
        except Exception as error:  # whatever came back from what is no scheduler
            answered.put((None, error))

    threading.Thread(target=ask, daemon=True).start()
    try:
        client, error = answered.get(timeout=2 * seconds)
    except Empty:
        client, error = None, "it stays silent"
    if client is None:
        raise ValueError(plain(f"no Dask scheduler answers at {address}: {error}"))
    return client


@contextmanager
def local(jobs=None):
    """Give an executor of threads of this process, each of which waits for a kernel; all are killed on an early end."""
    from nbrun import kernels

    ending = threading.Event()
    pool = ThreadPoolExecutor(jobs or default_jobs(), initializer=kernels.heed, initargs=(ending,))
    try:
        yield pool
    except BaseException as error:
        deafen()
        ending.set()
        pool.shutdown(wait=False, cancel_futures=True)
        kernels.close()
        if isinstance(error, Exception) and not _heard:  # else the process ends by `end`
            with _silence():
                pool.shutdown()
        raise
    pool.shutdown()


@contextmanager
def _silence():
    """Have nothing logged: that killed kernels died is no news, and would hide why the run ended."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def heeding():
    """Have Ctrl-C, and what else asks a process to end, raised as KeyboardInterrupt and noted in the list that is given.

    It is noted since an exception that comes while an object is torn down is lost. What is ignored, as under nohup, stays so.
    None breaks in on the tidying up that another began.
    """

    def note(number, frame):
        _heard.append(number)
        if not _tidying.is_set():
            raise KeyboardInterrupt

    _heard.clear()
    _tidying.clear()
    before = {one: signal.getsignal(one) for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN}
    for one in before:
        signal.signal(one, note)
    try:
        yield _heard
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def deafen():
    """Have no signal break in any more: the tidying up has begun."""
    _tidying.set()


def heed():
    """Raise KeyboardInterrupt where an end was asked for and the exception lost."""
    if _heard:
        raise KeyboardInterrupt


def end(status):
    """End this process, whatever its threads do: kernels and what a run made for itself go first, and no signal breaks in."""
    from nbrun import kernels

    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    kernels.close()
    scratch.remove()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)  # the threads that still wait for their killed kernels would hold up the exit


@contextmanager
def locked(storage):
    """Hold a folder's lock, so that two runs do not write to it at once, and clear away what a killed run left.

    Raises
    ------
    LockedError
        When another run holds it; it says which. An address that is not a folder has no lock.
    """
    if not isinstance(storage, Folder):
        yield
        return
    from filelock import FileLock, Timeout

    storage.path.mkdir(parents=True, exist_ok=True)
    lock = FileLock(storage.path / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(_held(storage)) from None
    try:
        storage.write(_HOLDER, json.dumps({"process": os.getpid(), "since": _clock(time.time())}))
        storage.sweep()
        yield
    finally:
        storage.remove(_HOLDER)
        lock.release()


def _held(storage):
    try:
        holder = json.loads(storage.read(_HOLDER) or "{}")
    except (OSError, ValueError):  # it is just being written
        holder = {}
    who = f"process {holder['process']}, since {holder['since']}" if holder else "another process"
    return f"another run is writing to {storage}: {who}. Wait until it has ended, or end it."


def _outcomes(planned, pool, warn):
    """Yield outcomes as they come; when the caller stops early, or a cluster is lost, what has not begun is dropped."""
    names = {pool.submit(execute, job): job.name for job in planned}
    waiting, watch = set(names), _Watch(pool, warn)
    try:
        while waiting:
            done, waiting = wait(waiting, SECONDS_TO_HEED, return_when=FIRST_COMPLETED)
            heed()
            yield from (_result(future, names[future]) for future in done)
            if lost := watch.lost():
                yield from (Outcome(names[future], error=lost, started=time.time()) for future in waiting)
                return
    finally:
        for future in waiting:
            future.cancel()


class _Watch:
    """Whether a pool can still do anything: one of this machine can."""

    def __init__(self, pool, warn):
        self._trouble, self._warn = getattr(pool, "trouble", lambda: ""), warn
        self._next, self._since = time.monotonic() + SECONDS_TO_ASK, None

    def lost(self):
        """Return why nothing more is to be hoped for, in a line; an empty text while something is. Trouble is told at once."""
        now = time.monotonic()
        if now < self._next:
            return ""
        told = self._trouble()
        self._next = time.monotonic() + SECONDS_TO_ASK
        if not told:
            if self._since is not None:
                self._warn("The cluster is there again.")
            self._since = None
        elif self._since is None:
            self._since = now
            self._warn(f"Nothing can be done on the cluster: {told}. Waiting {SECONDS_TO_HOPE} seconds for it.")
        elif now - self._since > SECONDS_TO_HOPE:
            return f"nothing could be done on the cluster for {SECONDS_TO_HOPE} seconds: {told}"
        return ""


def _result(future, name):
    """Return a future's outcome; that of a case whose worker was lost for good, or lacks this package, is its error."""
    try:
        return future.result()
    except Exception as error:
        return Outcome(name, error=last_line(error), started=time.time())


def _record(outcome, one, before, manifest, storage, root):
    result = f"failed{f' in cell {outcome.cell}' if outcome.cell else ''}: {outcome.error}" if outcome.error else "done"
    line = f"{_clock(outcome.started)}\t{outcome.seconds:.2f} s\t{outcome.name}\t{result}\n"
    if isinstance(storage, Folder):
        with (storage.path / LOG).open("a", encoding="utf-8", newline="\n") as log:
            log.write(line)
    if not outcome.error:
        read = {name: before.get(name, digest(root / name)) for name in outcome.reads}
        outputs = {f"{outcome.name}.ipynb": outcome.digest}
        manifest.record(outcome.name, one.inputs, read, dict(one.case.parameters), outputs, outcome.seconds)
        manifest.write(storage)
        if isinstance(storage, Folder):
            storage.remove(f"{FAILED}/{outcome.name}.ipynb")


def _clock(seconds):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
