"""What the tests of running notebooks share: notebooks made of cells, and a folder of them with the command to run it."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nbrun import kernels

PARAMETERS = 'authority: str = "tameside"  # which authority\ncount: int = 1\nshare: float = 0.5\nquick: bool = False'
PRELOAD = ("pandas", "matplotlib.pyplot")
needs_fork = pytest.mark.skipif(not kernels.can_fork(), reason="kernels are forked on Linux only")


PROGRESS = re.compile(r"(?:done|failed) +\S+  \d+\.\d s  \(\d+ of \d+, after \d+:\d\d:\d\d\)\n")


def write_notebook(folder, name, *sources):
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), *map(new_code_cell, sources)]
    content = new_notebook(cells=[new_markdown_cell("# A question?"), *cells])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(content, folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def said(path):
    """Return what the last code cell of an executed notebook printed."""
    return code_cells(path)[-1].outputs[0].text


def wait_for(happened, seconds=60):
    until = time.monotonic() + seconds
    while not (result := happened()):
        assert time.monotonic() < until
        time.sleep(0.01)
    return result


@dataclass
class Folder:
    """A folder with notebooks, a command that runs them, and what the command's environment has besides."""

    path: Path
    command: list
    environment: dict

    @property
    def outputs(self):
        return self.path / "outputs"

    def start(self, *arguments, **options):
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "encoding": "utf-8", **options}
        environment = {**os.environ, **self.environment}
        return subprocess.Popen([*self.command, *arguments], cwd=self.path, env=environment, **piped)

    def run(self, *arguments, **options):
        """Run the command and return its exit status and what it printed, but for the lines on cases as they end."""
        process = self.start(*arguments, **options)
        told, _ = process.communicate(timeout=120)
        return process.returncode, PROGRESS.sub("", told)

    def results(self):
        return sorted(path.relative_to(self.outputs).as_posix() for path in self.outputs.rglob("*.ipynb"))
