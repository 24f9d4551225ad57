"""The processes that a site is made in."""

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process


def workers(count):
    """Return a pool of fresh processes, not forks of this one, which has threads and sockets of its own.

    A process ends with the one that began it, killed or not; Ctrl-C is left to that.
    """
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_heed)


def _heed():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    parent_process().join()
    os._exit(1)
