"""Jupyter kernels for the batch: forked from a warm process where that can be, started the stock way elsewhere."""

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import uuid
from contextlib import suppress
from pathlib import Path
from weakref import WeakSet

import zmq
import zmq.asyncio
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import List, Type, Unicode, default

from nbrun import scratch

PROVISIONER = "nbrun-forkserver"
LAUNCHER = ["-m", "ipykernel_launcher"]
SECONDS_TO_POLL = 0.01
SECONDS_TO_SEND = 10

_live = WeakSet()
_servers = {}
_lock = threading.Lock()
_thread = threading.local()


def heed(ending):
    """Have this thread start no more kernels once the event ``ending`` is set."""
    _thread.ending = ending


def _refuse_when_ending():
    if getattr(_thread, "ending", None) and _thread.ending.is_set():
        raise RuntimeError("the run is being ended")


def can_fork():
    """Tell whether kernels are forked here: on Linux; elsewhere system libraries do not stand it, or there is no fork."""
    return sys.platform == "linux"


class Client(AsyncKernelClient):
    """A kernel's client that tells of a message that cannot be sent, where the stock one waits for ever.

    A client connects before its kernel listens. Rarely the system gives the connection the kernel's own port to begin
    from: it then talks to itself, the kernel finds its port taken and dies, and nobody ever takes the message.
    """

    @default("context")
    def _context_default(self):
        self._created_context = True  # so that it is closed with the client
        context = zmq.asyncio.Context()
        context.sndtimeo = int(SECONDS_TO_SEND * 1000)
        return context

    def kernel_info(self, *arguments, **options):
        """Ask what kernel it is; raises RuntimeError, as for a kernel that died, when that cannot be sent."""
        try:
            return super().kernel_info(*arguments, **options)
        except zmq.Again:
            raise RuntimeError("the kernel takes no messages") from None


class Manager(AsyncKernelManager):
    """A kernel manager that takes warm kernels where it can, and does not dawdle when one shuts down."""

    client_factory = Type(Client, klass=AsyncKernelClient)

    preload = List(Unicode(), help="Modules that the warm process imports; none for a stock kernel.").tag(config=True)
    cache_ports = True  # no port is given to two kernels of this process

    @default("connection_file")
    def _connection_file_default(self):
        return str(scratch.folder() / f"kernel-{uuid.uuid4()}.json")  # it holds the kernel's key

    @property
    def kernel_spec(self):
        """The kernel's specification; that of this very interpreter names the provisioner of warm kernels."""
        spec = super().kernel_spec
        if self.preload and can_fork() and _is_this_interpreter(spec.argv):
            config = {"preload": list(self.preload)}
            spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER, "config": config}
        return spec

    async def _async_start_kernel(self, **options):
        _refuse_when_ending()
        await super()._async_start_kernel(**options)
        with _lock:
            _live.add(self)

    start_kernel = _async_start_kernel

    async def _async_interrupt_kernel(self):
        # Jupyter interrupts a kernel before it tells it to shut down. One that is still handling a message then logs an
        # error of its own; none needs it, since what hangs is killed a little later.
        if not self.shutting_down:
            await super()._async_interrupt_kernel()

    interrupt_kernel = _async_interrupt_kernel

    async def _async_wait(self, pollinterval=SECONDS_TO_POLL):
        await super()._async_wait(SECONDS_TO_POLL)


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel by a fork of the server that has imported what it will need."""

    preload = List(Unicode())

    async def launch_kernel(self, cmd, **kwargs):
        """Have the kernel of ``cmd`` forked, with its arguments, environment and working directory."""
        arguments = cmd[cmd.index(LAUNCHER[-1]) + 1 :]
        environment = {**kwargs.get("env", os.environ), "JPY_PARENT_PID": str(os.getpid())}
        directory = str(kwargs.get("cwd") or Path.cwd())
        self.process = fork_server(tuple(self.preload)).fork(arguments, environment, directory)
        self.pid, self.cwd = self.process.pid, directory
        return self.connection_info

    async def wait(self):
        """Wait until the process has ended."""
        while await self.poll() is None:
            await asyncio.sleep(SECONDS_TO_POLL)
        return await super().wait()

    async def cleanup(self, restart=False):
        """Let go of what the process was asked through; whatever of it still lives is killed by that."""
        await super().cleanup(restart=restart)
        if self.process:
            self.process.wait()


def fork_server(preload):
    """Return this process's fork server for kernels that need the modules ``preload``, begun when first asked for."""
    with _lock:
        _refuse_when_ending()  # the lock may have been waited for while all were closed
        if preload in _servers and not _servers[preload].lives:
            _servers.pop(preload).close()
        if preload not in _servers:
            _servers[preload] = ForkServer(preload)
        return _servers[preload]


def close():
    """End every fork server of this process and every kernel that it has begun."""
    with _lock:
        begun = list(_live)
    for manager in begun:
        if process := getattr(manager.provisioner, "process", None):
            with suppress(OSError):
                process.kill()
        manager.cleanup_connection_file()  # it holds the key to the kernel
    with _lock:
        while _servers:
            _servers.popitem()[1].close()


atexit.register(close)


class ForkServer:
    """The warm process, seen from here."""

    def __init__(self, preload):
        self._channel, theirs = socket.socketpair()
        command = [sys.executable, "-m", "nbrun.forkserver", str(theirs.fileno()), json.dumps(preload)]
        # In a session of its own, so that Ctrl-C in a terminal reaches it by way of this process only.
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )
        theirs.close()
        self._sending = threading.Lock()
        self._ready = False

    @property
    def lives(self):
        """Whether the warm process is still there."""
        return self._process.poll() is None

    @property
    def pid(self):
        """The warm process's number."""
        return self._process.pid

    def fork(self, arguments, environment, directory):
        """Fork a kernel and return it as a Kernel, once the modules are imported."""
        mine, theirs = socket.socketpair()
        with self._sending, theirs:
            if not self._ready and not self._channel.recv(1):
                raise RuntimeError("the process that kernels are forked from did not start")
            self._ready = True
            socket.send_fds(self._channel, [b"k"], [theirs.fileno()])
        request = {"arguments": arguments, "environment": environment, "directory": directory}
        mine.sendall(json.dumps(request).encode() + b"\n")
        return Kernel(mine)

    def close(self):
        """End the warm process and its kernels."""
        self._channel.close()
        if self._ready:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)  # for it to end its kernels
        self._process.kill()
        self._process.wait()


class Kernel:
    """A forked kernel, with the methods of a ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, sock):
        self._socket = sock
        self._told = sock.makefile("rb")
        line = self._told.readline()
        if not line:
            raise RuntimeError("no kernel could be forked")
        self.pid = json.loads(line)["process"]
        self.returncode = None
        sock.setblocking(False)

    def poll(self):
        """Return the exit status, or None while the kernel runs; that of a kernel lost with its server is -9."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                line = b""
                with suppress(ConnectionResetError):
                    line = self._socket.recv(4096)
                self.returncode = json.loads(line)["status"] if line else -signal.SIGKILL
        return self.returncode

    def wait(self):
        """Return the exit status of a kernel that has ended, and let its socket go."""
        self._told.close()
        self._socket.close()
        return self.returncode

    def send_signal(self, number):
        """Send a signal to the kernel and to what it has started."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.send(bytes([number]))

    def kill(self):
        """Kill the kernel and what it has started."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


def _is_this_interpreter(argv):
    """Tell whether a kernel runs this Python; jupyter_client takes the bare names for it."""
    version = sys.version_info
    names = ("python", f"python{version[0]}", f"python{version[0]}.{version[1]}", sys.executable)
    return argv[0] in names and argv[1:3] == LAUNCHER
