"""The process that queries run in, seen from both sides: begun, asked, watched, and ended when a query goes too far.

DuckDB interrupts a query between two pieces of work, and keeps account of most memory. One call of a function that makes a
long text or list is neither interrupted nor counted; a process can be ended at any time, on every system.
"""

import atexit
import os
import pickle
import secrets
import socket
import subprocess
import sys
import threading
import time
import warnings
from contextlib import suppress
from itertools import pairwise

from workforce.query.errors import QueryError, StoppedError

MEGABYTES = 768  # beyond what the process has when it begins a query
GRACE = 2.0  # seconds after which a query that did not stop in time is ended with its process
LARGEST_REPLY = 64  # megabytes
SECONDS_TO_BEGIN = 60
_POLL = 0.05
_DATABASES = 4  # that are held for further engines
_HEADER, _KEY = 8, 32  # bytes

_lock = threading.Lock()
_current = None


def process():
    """Return this process's one for queries, begun when first asked for, and anew when it was ended."""
    global _current
    with _lock:
        if _current is None or not _current.lives:
            _current = Process()
        return _current


@atexit.register
def close():
    """End this process's one for queries, if there is one."""
    if _current is not None and _current.lives:
        _current.end()


def can_fork():
    """Tell whether the process is forked, which takes no time: on Linux; system libraries elsewhere do not stand it."""
    return sys.platform == "linux"


class Process:
    """The process that queries run in, seen from the one that asks."""

    def __init__(self):
        self._owner, self._asking = os.getpid(), threading.Lock()
        self._socket, self._begun = _forked() if can_fork() else _started()
        self._gone, self._forgotten, self._shared = False, [], {}

    @property
    def lives(self):
        """Whether it can be asked: it was not ended, and is not that of the process from which this one was forked."""
        return not self._gone and self._owner == os.getpid()

    def begin(self, frames, own, views, seconds):
        """Begin an engine there, see `engine.Engine`, and return its number. Engines of the same frames share one database."""
        key = id(frames), seconds
        if key not in self._shared:
            while len(self._shared) >= _DATABASES:
                _, number = self._shared.pop(next(iter(self._shared)))
                self.forget(number)
            number = self.ask(None, "database", (dict(frames), seconds), SECONDS_TO_BEGIN)
            self._shared[key] = frames, number  # what is held keeps its identity
        _, number = self._shared[key]
        return self.ask(number, "engine", (own, views), SECONDS_TO_BEGIN)

    def ask(self, number, method, arguments, seconds):
        """Have a method of an engine called there, and return what it returns.

        Raises what the method raises; StoppedError when it takes longer than ``seconds`` by GRACE, or too much memory: the
        process is then gone, with all engines.
        """
        with self._asking:
            if not self.lives:
                raise StoppedError("the process that queries run in was ended by another query")
            forgotten, self._forgotten = self._forgotten, []
            try:
                _send(self._socket, pickle.dumps((forgotten, number, method, arguments), pickle.HIGHEST_PROTOCOL))
                good, answer = self._answer(time.monotonic() + seconds + GRACE)
            except (OSError, EOFError):
                self.end()
                raise StoppedError("the process that the query ran in came to an end; nothing else is lost") from None
            except BaseException:  # Ctrl-C, say: what would come next is the answer to this
                self.end()
                raise
        if not good:
            raise answer
        return answer

    def forget(self, number):
        """Have an engine let go with the next request: this may be called while another is under way."""
        self._forgotten.append(number)

    def _answer(self, until):
        """Return the next answer; watch time and memory while it is awaited."""
        receiving, watch = _Receiving(self._socket), None
        self._socket.settimeout(_POLL)
        while (answer := receiving.message()) is None:
            watch = watch or _Watch(self._begun.pid)
            if told := watch.exceeded(until):
                self.end()
                raise StoppedError(told)
        self._socket.settimeout(None)
        return pickle.loads(answer)

    def end(self):
        """End the process, in the midst of a query too."""
        self._gone = True
        self._socket.close()
        with suppress(OSError):
            self._begun.kill()
        self._begun.wait()


class _Watch:
    """How much memory a process has taken since the first look."""

    def __init__(self, pid):
        import psutil

        self._process = psutil.Process(pid)
        self._before = self._memory()

    def _memory(self):
        import psutil

        with suppress(psutil.Error):  # gone meanwhile: its socket will tell
            return self._process.memory_info().rss
        return 0

    def exceeded(self, until):
        """Return in a line which limit is exceeded; an empty text while none is."""
        if time.monotonic() > until:
            return "the query takes too long, and was ended with the process that it ran in"
        if self._memory() - self._before > MEGABYTES * 1_000_000:
            return f"the query takes more than {MEGABYTES} MB of memory, and was ended with the process that it ran in"
        return ""


class _Receiving:
    """One message from a socket, as it comes in pieces."""

    def __init__(self, sock):
        self._socket, self._bytes, self._size = sock, bytearray(), None

    def message(self):
        """Return the message once it is whole; None when nothing came in the time that the socket waits."""
        while self._size is None or len(self._bytes) < self._size:
            try:
                piece = self._socket.recv(1 << 20)
            except TimeoutError:
                return None
            if not piece:
                raise EOFError
            self._bytes += piece
            if self._size is None and len(self._bytes) >= _HEADER:
                self._size = int.from_bytes(self._bytes[:_HEADER], "big")
                del self._bytes[:_HEADER]
        return bytes(self._bytes)


def _send(sock, content):
    sock.sendall(len(content).to_bytes(_HEADER, "big") + content)


class _Forked:
    """A forked process, with what is used of a ``subprocess.Popen``."""

    def __init__(self, pid, held):
        self.pid, self._held = pid, held

    def kill(self):
        import signal

        os.close(self._held)
        os.kill(self.pid, signal.SIGKILL)

    def wait(self):
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _forked():
    """Fork the process; return the socket that leads to it, and the process."""
    mine, theirs = socket.socketpair()
    life, held = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the other threads, of which the child takes nothing
        pid = os.fork()
    if pid:
        theirs.close()
        os.close(life)
        return mine, _Forked(pid, held)
    try:
        _alone(theirs.fileno(), life)
        serve(theirs, life)
    finally:
        os._exit(0)


def _alone(*kept):
    """Let go of all that the parent has open, locks of files and ends of pipes among it, but for what is kept and errors."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    ends = [2, *sorted(kept), os.sysconf("SC_OPEN_MAX")]
    for one, other in pairwise(ends):
        os.closerange(one + 1, other)


class _Started(subprocess.Popen):
    """A process that was started, whose input is open as long as it is to live."""

    def kill(self):
        self.stdin.close()
        super().kill()


def _started():
    """Start the process where it cannot be forked; return the socket that leads to it, and the process."""
    key = secrets.token_hex(_KEY // 2).encode()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS_TO_BEGIN)
        code = f"from workforce.query import apart; apart.answer({server.getsockname()[1]})"
        begun = _Started([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        begun.stdin.write(key)
        begun.stdin.flush()  # and left open: its end is that of this process
        while True:
            sock, _ = server.accept()
            sock.settimeout(SECONDS_TO_BEGIN)
            if secrets.compare_digest(sock.recv(len(key), socket.MSG_WAITALL), key):
                return sock, begun
            sock.close()


def serve(sock, life):
    """Answer requests until whoever asks is gone: the descriptor ``life`` then comes to its end, in the midst of a query too."""

    def end():
        os.read(life, 1)
        os._exit(0)

    threading.Thread(target=end, daemon=True).start()
    engines = {}
    with suppress(EOFError, OSError):
        while True:
            forgotten, number, method, arguments = pickle.loads(_Receiving(sock).message())
            for one in forgotten:
                engines.pop(one, None)
            _send(sock, _told(engines, number, method, arguments))


def _told(engines, number, method, arguments):
    """Return the answer to a request, pickled: whether it went well, and what it returns or raises."""
    from workforce.query.engine import Engine, database

    try:
        if method in ("database", "engine"):
            made = database(*arguments) if method == "database" else Engine(engines[number], *arguments)
            answer = max(engines, default=0) + 1
            engines[answer] = made
        else:
            answer = getattr(engines[number], method)(*arguments)
        told = pickle.dumps((True, answer), pickle.HIGHEST_PROTOCOL)
        if len(told) > LARGEST_REPLY * 1_000_000:
            raise QueryError(f"the query returns more than {LARGEST_REPLY} MB; ask for fewer rows or shorter texts")
    except Exception as error:  # it is raised where it was asked
        told = pickle.dumps((False, error))
    return told


def answer(port):
    """Be the process that another one started: connect to where that listens, and show the key that it gave."""
    asked = socket.create_connection(("127.0.0.1", port))
    asked.sendall(os.read(0, _KEY))
    serve(asked, 0)
