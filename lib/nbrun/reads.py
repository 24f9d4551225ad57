"""Note what a kernel reads. It imports nothing that a notebook might not: it runs in the kernel, before the cells."""

import os
import sys


def note(file, roots):
    """Write to ``file`` the path of every file under ``roots`` that this process opens, and folder that it lists.

    It is called in a kernel before its first cell. What native code opens by itself is not seen.
    """
    roots = tuple(os.path.join(os.path.realpath(root), "") for root in roots)  # noqa: PTH118 - pathlib would be traced
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    seen = set()

    def hook(event, arguments):
        if event not in ("open", "os.listdir", "os.scandir") or not isinstance(arguments[0], str | os.PathLike):
            return
        path = os.path.abspath(os.fspath(arguments[0]))  # noqa: PTH100
        if isinstance(path, str) and os.path.join(path, "").startswith(roots) and path not in seen:  # noqa: PTH118
            seen.add(path)
            os.write(handle, f"{path}\n".encode())

    sys.addaudithook(hook)
