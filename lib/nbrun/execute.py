"""Run one case through Papermill, wherever this process is, and write its result."""

import asyncio
import json
import sys
import tempfile
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from nbrun import inputs, scratch
from nbrun.project import Project
from nbrun.storage import digest_of, replacing

SECONDS_A_CELL = 120
FAILED = "failed"


class StartError(RuntimeError):
    """A kernel that did not start, before any cell was run."""


@dataclass(frozen=True)
class Job:
    """A case as a worker is given it.

    ``name`` is that of the case, ``notebook`` the notebook's path in the project, ``storage`` where results go,
    ``preload`` the modules that the kernel finds imported, none for a stock kernel; ``expects`` are digests of what the
    results depend on, for a worker elsewhere.
    """

    name: str
    notebook: Path
    parameters: dict
    storage: object
    project: Project
    preload: tuple = ()
    seconds_a_cell: float = SECONDS_A_CELL
    expects: dict | None = None

    @property
    def output(self):
        """The name of the executed notebook in the storage."""
        return f"{self.name}.ipynb"


@dataclass(frozen=True)
class Outcome:
    """How a case ended: ``error`` is empty when it succeeded, ``cell`` the number of the cell that failed, if one did.

    ``started`` is a time of day in seconds, ``reads`` what the run read, ``digest`` that of the executed notebook.
    """

    name: str
    error: str = ""
    cell: int | None = None
    started: float = 0.0
    seconds: float = 0.0
    reads: tuple[str, ...] = ()
    digest: str = ""


def execute(job):
    """Run a case, replace its result when every cell succeeded, and return its Outcome; nothing is raised.

    A failed case keeps its notebook, with the error marked, under ``failed/``, and the last good result stays. A kernel
    that does not start is started once more; a cell that fails is not run again.
    """
    started = time.time()
    try:
        _meets(job)
        with tempfile.TemporaryDirectory(dir=scratch.folder()) as folder, _own_event_loop():
            told = _run(job, Path(folder))
    except Exception as error:  # whatever goes wrong is that case's outcome
        told = {"error": last_line(error)}
    return Outcome(job.name, started=started, seconds=time.time() - started, **told)


def refresh(notebook, preload=()):
    """Run a notebook with its own parameters and store the outputs in it."""
    _register()
    notebook = Path(notebook)
    with replacing(notebook) as temporary:
        executed = _papermill(notebook, temporary, {}, preload)
        temporary.write_text(_stable(executed), encoding="utf-8", newline="\n")


@contextmanager
def _own_event_loop():
    """Close the event loop that Jupyter keeps for this thread: a pool's threads would each leave one open.

    What still waits in it, as after a cell that hung, is cancelled first.
    """
    from jupyter_core.utils import ensure_event_loop

    try:
        yield
    finally:
        loop = ensure_event_loop()
        waiting = asyncio.all_tasks(loop)
        for task in waiting:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        loop.close()


def _run(job, folder):
    _register()
    from papermill.exceptions import PapermillExecutionError

    scratch, reads = folder / "executed.ipynb", folder / "reads"
    try:
        executed = _started(job, scratch, reads)
    except PapermillExecutionError as error:
        import nbformat

        job.storage.write(f"{FAILED}/{job.output}", _stable(nbformat.read(scratch, as_version=4)))
        return {"error": last_line(error), "cell": error.exec_count}
    text = _stable(executed)
    # A kernel of another kind than this one notes nothing: it may have read any of the files.
    read = inputs.read_by(reads, job.project) if reads.exists() else tuple(inputs.of_files(job.project))
    job.storage.write(job.output, text)
    return {"reads": read, "digest": digest_of(text.encode())}


def _started(job, scratch, reads):
    """Run the case; once more when the kernel did not start, as when another process took its port."""
    notebook, roots = job.project.root / job.notebook, [str(root) for root in job.project.roots]
    note = f"import nbrun.reads as r; r.note({str(reads)!r}, {roots!r}); del r"
    arguments = (notebook, scratch, job.parameters, job.preload, job.seconds_a_cell, [note])
    try:
        return _papermill(*arguments)
    except StartError:
        return _papermill(*arguments)


def _papermill(notebook, path, parameters, preload, seconds=SECONDS_A_CELL, first=()):
    """Execute a notebook and return it; the kernel runs the lines of code ``first`` before its cells."""
    from papermill import execute_notebook
    from traitlets.config import Config

    from nbrun.kernels import Manager

    return execute_notebook(
        str(notebook),
        str(path),
        parameters=parameters,
        engine_name=_ENGINE,
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        execution_timeout=seconds,
        kernel_manager_class=Manager,
        # Encrypted messages, and with them no notice by the kernel that they are not.
        config=Config(Manager={"preload": list(preload)}, KernelManager={"transport_encryption": "auto"}),
        extra_arguments=[f"--IPKernelApp.exec_lines={json.dumps(list(first))}"],
    )


_ENGINE = "nbrun"


@cache
def _register():
    """Give Papermill an engine that is its own, but for keeping the notebook of a cell that hung or took the kernel."""
    with _grammar_when_asked():
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from nbformat.v4 import new_output
        from papermill.engines import NBClientEngine, papermill_engines
        from zmq import ZMQError

    class Engine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs):
            try:
                super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
            except (CellTimeoutError, DeadKernelError, RuntimeError, OSError, ZMQError) as error:
                begun = [cell for cell in nb_man.nb.cells if cell.metadata.papermill["start_time"]]
                if not begun:
                    raise StartError(f"the kernel did not start: {error}") from error
                said = "the kernel died"
                if isinstance(error, CellTimeoutError):
                    said = f"the cell did not end within {kwargs['execution_timeout']:g} seconds"
                name = type(error).__name__
                output = new_output("error", ename=name, evalue=said, traceback=[f"{name}: {said}"])
                begun[-1].setdefault("outputs", []).append(output)
                begun[-1]["execution_count"] = sum(cell.cell_type == "code" for cell in begun)

    papermill_engines.register(_ENGINE, Engine)


@contextmanager
def _grammar_when_asked():
    """Have jsonschema build its grammar of web addresses when it first checks one, not for seconds as it is imported."""
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    later = ModuleType(name)
    later.is_valid_syntax = lambda term, value: import_module(name).is_valid_syntax(term, value)
    sys.modules[name] = later
    try:
        yield
    finally:
        sys.modules.pop(name, None)  # whoever imports it from now on gets the module itself


def _meets(job):
    """Raise ValueError when this machine has other code, data or packages than the one that planned the job."""
    project = job.project
    here = {**inputs.of(project.root / job.notebook, project), **inputs.of_files(project)} if job.expects else {}
    other = sorted(name for name, known in (job.expects or {}).items() if here.get(name) != known)
    if other:
        raise ValueError(f"this worker differs from where the run was planned in: {', '.join(other[:5])}")


def _stable(notebook):
    """Return a notebook as text without what differs from run to run: times, paths, versions and random ids."""
    import nbformat

    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-{number}"
    return nbformat.writes(notebook) + "\n"


def last_line(error):
    """Return what went wrong in one line: of a failing cell, its own error rather than Papermill's frame of it."""
    if isinstance(error, CancelledError):
        return "it was not run to its end: the cluster lost it, or let it go"
    if hasattr(error, "ename"):
        return f"{error.ename}: {' '.join(str(error.evalue).split())}"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
