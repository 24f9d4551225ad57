"""A process that has imported what notebooks import, and forks a Jupyter kernel of itself for each request.

A request arrives as a socket on the control channel; over that socket go what to start, then signals to send, and back
come the process id and how the kernel ended. No kernel outlives its socket, this server, or the process that began it.
Only `kernels` starts this module, in a process of its own, where there is fork.
"""

import builtins
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import threading
import traceback
import types
import warnings
from contextlib import suppress

# What a kernel itself imports as it starts, beside what the notebook does.
KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "tornado.platform.asyncio",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "psutil",
    "sqlite3",
    "encodings.idna",
)


def main():
    """Serve requests on the control channel, whose descriptor is the first argument, until it is closed."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    del sys.path[0]  # the working directory; the kernel's launcher leaves it out as well
    left = preload([*KERNEL, *json.loads(sys.argv[2])])
    with suppress(ConnectionError):  # whoever began this is gone
        Server(channel, left).serve()
    os._exit(0)  # nothing is left to tidy up, and some modules' farewells take long or print


def preload(modules):
    """Import modules as a kernel would, and return the environment variables that they set, a dict.

    Those that fail are skipped: the notebook's own import then tells of it.
    """
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    quiet = "PYDEVD_DISABLE_FILE_VALIDATION"  # no debugger will be attached, which it would warn of
    before = {**os.environ, quiet: "1"}
    os.environ[quiet] = "1"
    # pandas shows other defaults in a kernel, and looks for one when it is imported.
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=True)
    for module in modules:
        with suppress(Exception):
            importlib.import_module(module)
    del builtins.get_ipython, os.environ[quiet]
    gc.collect()
    gc.freeze()  # the children share these pages as long as nothing, the collector included, writes to them
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


class Server:
    """The server: it forks, passes signals on, reports how children end, and leaves none behind."""

    def __init__(self, channel, left):
        self.channel = channel
        self.left = left  # environment variables that the modules set
        self.children = {}  # process id by the socket that asked for it
        self.life, self._held = os.pipe()  # children see the end of file when the server is gone
        self.selector = selectors.DefaultSelector()
        self.selector.register(channel, selectors.EVENT_READ, self._accept)
        wake, ring = socket.socketpair()
        ring.setblocking(False)
        signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began the server decides what Ctrl-C means
        self.selector.register(wake, selectors.EVENT_READ, self._reap)
        self._own = [channel, wake, ring]

    def serve(self):
        """Answer until the control channel is closed, then kill what still lives."""
        self.channel.send(b"+")
        while self.selector.get_map().get(self.channel.fileno()):
            for key, _ in self.selector.select():
                key.data(key.fileobj)
        for process in self.children.values():
            _send(process, signal.SIGKILL)

    def _accept(self, channel):
        descriptors = []
        with suppress(ConnectionError):
            _, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
        if not descriptors:
            self.selector.unregister(channel)
            return
        asking = socket.socket(fileno=descriptors[0])
        try:
            request = json.loads(asking.makefile("rb").readline())
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore"
                )  # the threads that Python warns of are OpenBLAS's, which stops them to fork
                process = os.fork()
        except (OSError, ValueError):  # no memory or process to be had, or whoever asked is gone: the others go on
            asking.close()
            return
        if process == 0:
            self._become(request)
        self.children[asking] = process
        self.selector.register(asking, selectors.EVENT_READ, self._signal)
        _tell(asking, {"process": process})

    def _signal(self, asking):
        """Pass a signal on to the child's whole group; a closed socket is the order to kill it."""
        numbers = b""
        with suppress(ConnectionError):
            numbers = asking.recv(16)
        if not numbers:
            self.selector.unregister(asking)
            _send(self.children[asking], signal.SIGKILL)
        for number in numbers:
            _send(self.children[asking], number)

    def _reap(self, wake):
        wake.recv(4096)
        for asking, process in list(self.children.items()):
            ended = os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                continue
            _send(process, signal.SIGKILL)  # before its number is free again
            _, status = os.waitpid(process, 0)
            with suppress(KeyError):
                self.selector.unregister(asking)
            _tell(asking, {"status": os.waitstatus_to_exitcode(status)})
            asking.close()
            del self.children[asking]

    def _become(self, request):
        """Be the child: leave the server's descriptors, and end as the kernel ends, never returning."""
        status = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.selector.close()
            os.close(self._held)
            for sock in [*self._own, *self.children]:
                sock.close()
            threading.Thread(target=_die_with, args=(self.life,), daemon=True).start()
            status = _kernel(request, self.left)
        except SystemExit as exit:
            status = exit.code if isinstance(exit.code, int) else int(exit.code is not None)
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            for stream in (sys.__stdout__, sys.__stderr__):
                with suppress(Exception):
                    stream.flush()
            os._exit(status)  # neither threads that a cell left running nor the modules' own farewells hold it up


def _kernel(request, left):
    """Run a kernel in this process as ``python -m ipykernel_launcher`` would, and return its exit status."""
    import atexit

    from ipykernel.kernelapp import IPKernelApp

    os.environ.clear()
    os.environ.update({**request["environment"], **left})
    os.chdir(request["directory"])
    sys.argv = ["ipykernel_launcher.py", *request["arguments"]]
    _reseed()
    app = IPKernelApp.instance(parent_handle=1)  # no watch over the parent: `_die_with` is one
    app.initialize(request["arguments"])
    app.start()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where ZMQ's threads may complain of being taken apart, rarely
    # Closing the channels can wait for seconds: the thread that answers the order to shut down flushes what it printed
    # through another that is stopped already. The end of the process closes them as well.
    atexit.unregister(app.close)
    atexit._run_exitfuncs()
    return 0


def _reseed():
    """Give each kernel random numbers of its own, as a fresh process has."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _die_with(life):
    os.read(life, 1)
    os.killpg(0, signal.SIGKILL)


def _send(process, number):
    """Send a signal to a child's whole group; to the child alone while it has not begun one."""
    with suppress(ProcessLookupError, PermissionError):
        try:
            os.killpg(process, number)
        except ProcessLookupError:
            os.kill(process, number)


def _tell(asking, message):
    with suppress(OSError):
        asking.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
