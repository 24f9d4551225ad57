"""Run notebooks in batch: plan the cases, check every parameter first, then run each through Papermill.

A case is one run of one notebook. Its result replaces the earlier one only when all its cells succeeded.
"""

import itertools
import os
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from workforce import data

NOTEBOOKS = data.PROJECT / "notebooks"
OUTPUTS = data.PROJECT / "outputs"
SECONDS_A_CELL = 120

_TYPES = {"str": str, "int": int, "float": (int, float), "bool": bool}


class PlanError(data.ListedError):
    """A plan that cannot be run: each line names notebook, parameter and value."""


@dataclass(frozen=True)
class Case:
    """One run of one notebook: the notebook's name without its ending, and the parameters."""

    notebook: str
    parameters: tuple[tuple[str, object], ...]

    @property
    def name(self):
        """The parameters' values as a slug; it names the output file."""
        values = [str(value) for _, value in self.parameters]
        return re.sub(r"[^a-z0-9]+", "-", "-".join(values).lower()).strip("-") or "default"

    def __str__(self):
        return f"{self.notebook}/{self.name}"


@dataclass(frozen=True)
class Outcome:
    """How a case ended: ``error`` is empty when it succeeded."""

    case: Case
    error: str = ""


def plan(notebooks=NOTEBOOKS):
    """Return the cases of ``batch.yml``, checked against the parameters of their notebooks.

    Parameters
    ----------
    notebooks : path, optional
        The folder that holds ``batch.yml`` and the notebooks.

    Returns
    -------
    list of Case

    Raises
    ------
    PlanError
        With every unknown notebook, unknown parameter, value of a wrong type and repeated case.
    """
    notebooks = Path(notebooks)
    cases, errors = [], []
    for name, grids in _read_plan(notebooks).items():
        if not (notebooks / f"{name}.ipynb").exists():
            known = ", ".join(sorted(path.stem for path in notebooks.glob("*.ipynb")))
            errors.append(f"batch.yml: there is no notebook '{name}'; there are: {known}")
            continue
        declared = parameters(notebooks / f"{name}.ipynb")
        for case in (case for grid in grids or [{}] for case in _cases(name, grid or {})):
            errors += [f"batch.yml, {name}: {problem}" for problem in _problems(case, declared)]
            if str(case) in map(str, cases):
                errors.append(f"batch.yml, {name}: two cases would write {case.name}.ipynb")
            cases.append(case)
    if errors:
        raise PlanError(dict.fromkeys(errors))
    return cases


def parameters(notebook):
    """Return the parameters that a notebook declares: a dict of type name by parameter name."""
    from papermill import inspect_notebook

    found = inspect_notebook(str(notebook)).values()
    return {parameter["name"]: parameter["inferred_type_name"] for parameter in found}


def run(cases, notebooks=NOTEBOOKS, outputs=OUTPUTS):
    """Run cases one after another, yielding an Outcome as each ends; a case that fails does not stop the others.

    Parameters
    ----------
    cases : iterable of Case
    notebooks, outputs : path, optional
        Where the notebooks are, and where results go: ``outputs/<notebook>/<case>.ipynb``.
    """
    for case in cases:
        try:
            _run(case, Path(notebooks), Path(outputs))
            yield Outcome(case)
        except Exception as error:  # whatever a notebook does wrong is that case's outcome
            yield Outcome(case, _last_line(error))


def refresh(notebook):
    """Run a notebook with its own parameters and store the outputs in it."""
    notebook = Path(notebook)
    with replacing(notebook) as temporary:
        _execute(notebook, temporary, {})


@contextmanager
def replacing(path):
    """Give a temporary path beside ``path`` that takes its place when the block succeeds, and is gone when it fails."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(temporary)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _run(case, notebooks, outputs):
    with replacing(outputs / case.notebook / f"{case.name}.ipynb") as temporary:
        _execute(notebooks / f"{case.notebook}.ipynb", temporary, dict(case.parameters))


def _execute(notebook, path, parameters):
    from papermill import execute_notebook
    from traitlets.config import Config

    executed = execute_notebook(
        str(notebook),
        str(path),
        parameters=parameters,
        progress_bar=False,
        request_save_on_cell_execute=False,
        execution_timeout=SECONDS_A_CELL,
        # Encrypted messages, and with them no notice by the kernel that they are not.
        config=Config(KernelManager={"transport_encryption": "auto"}),
        # A kernel is interrupted before it is shut down, and may log that as an error of its own; a cell's errors come as
        # messages and are not touched by this.
        extra_arguments=["--IPKernelApp.log_level=50"],
    )
    _write(executed, path)


def _write(notebook, path):
    """Write a notebook without what differs from run to run: times, paths, versions and random ids."""
    import nbformat

    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-{number}"
    Path(path).write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def _read_plan(notebooks):
    try:
        content = yaml.safe_load((notebooks / "batch.yml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError([f"{notebooks}: there is no batch.yml"]) from None
    except yaml.YAMLError as error:
        raise PlanError([f"batch.yml: not readable as YAML: {' '.join(str(error).split())}"]) from None
    if not isinstance(content, dict) or not all(
        grids is None or (isinstance(grids, list) and all(grid is None or isinstance(grid, dict) for grid in grids))
        for grids in content.values()
    ):
        raise PlanError(["batch.yml: write each notebook's name, and under it a list of parameters with their values"])
    return content


def _cases(notebook, grid):
    """Return a case of every combination of the values in ``grid``."""
    values = [value if isinstance(value, list) else [value] for value in grid.values()]
    return [Case(notebook, tuple(zip(grid, chosen, strict=True))) for chosen in itertools.product(*values)]


def _problems(case, declared):
    for name, value in case.parameters:
        if name not in declared:
            yield f"unknown parameter '{name}'; the notebook has: {', '.join(declared)}"
        elif not _fits(value, declared[name]):
            yield f"parameter '{name}' is {value!r}, where the notebook wants {declared[name]}"


def _fits(value, type_name):
    wanted = _TYPES.get(type_name, object)
    return isinstance(value, wanted) and (type_name == "bool" or not isinstance(value, bool))


def _last_line(error):
    """Return what went wrong in one line: of a failing cell, its own error rather than Papermill's frame of it."""
    if hasattr(error, "ename"):
        return f"{error.ename}: {' '.join(str(error.evalue).split())}"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
