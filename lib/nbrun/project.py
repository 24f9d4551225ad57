"""A folder of notebooks, and what a run has to be told about it."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


def _no_choices(notebook):
    return {}


def _nothing(notebook):
    return ""


def _unknown(value, valid, what):
    return f"unknown {what} '{value}'; choose one of: {', '.join(sorted(map(str, valid)))}"


@dataclass(frozen=True)
class Project:
    """A folder of notebooks, and what a run has to be told about it. All but ``root`` has a default.

    Parameters
    ----------
    root : path
        The folder that names are relative to. A file of it that a run reads is an input of that run's result.
    folder : str, optional
        Where in it the notebooks are, with the plan, ``batch.yml``.
    library : path, optional
        The folder, on Python's path, of modules whose source counts as an input of the notebooks that import them.
    further : tuple of path, optional
        Folders elsewhere whose files are inputs as well.
    apart : frozenset of str, optional
        Names at the top of ``root`` that are no inputs when they are read; nor are hidden files.
    files : callable, optional
        Returns the paths of files and folders that a run may read: those whose digests are taken before it. Without,
        every input under ``root``.
    subject : str, optional
        The parameter that says what a case is about. Its value stands in the case's name without the parameter's.
    choices : callable, optional
        Returns the valid values of a notebook's parameters, given the notebook's name: a dict by parameter, of those
        whose values are a list.
    subjects : callable, optional
        Given a notebook's name and the values asked for, lists by parameter, returns the values of the subject that
        cases are made of; a value that is none raises `plan.PlanError`. Without, they are those asked for, or for
        ``all`` those of ``choices``.
    lacks : callable, optional
        Returns why a notebook, given by its name, can have no result here and is skipped: a sentence, or an empty text.
    unknown : callable, optional
        Says in a line that a value is not among the valid ones: given the value, those, and the parameter's name.
    elsewhere : callable, optional
        A function without arguments, importable, that returns this project on another machine, where it may be in another
        folder. Without, it is in the same.
    """

    root: Path
    folder: str = "notebooks"
    library: Path | None = None
    further: tuple[Path, ...] = ()
    apart: frozenset[str] = frozenset({"outputs"})
    files: Callable[[], Iterable[Path]] | None = None
    subject: str = ""
    choices: Callable[[str], dict] = _no_choices
    subjects: Callable[[str, dict], list] | None = None
    lacks: Callable[[str], str] = _nothing
    unknown: Callable[[object, Iterable, str], str] = _unknown
    elsewhere: Callable | None = None

    def __reduce__(self):
        if self.elsewhere:
            return self.elsewhere, ()
        return type(self), tuple(vars(self).values())

    @property
    def notebooks(self):
        """The folder of the notebooks."""
        return self.root / self.folder

    @property
    def roots(self):
        """The folders whose files are inputs of what reads them."""
        return (self.root, *self.further)

    def notebook(self, name):
        """Return the path of a notebook, given by its name without the ending."""
        return self.notebooks / f"{name}.ipynb"

    def every(self):
        """Return the paths of all notebooks, in order."""
        return sorted(self.notebooks.glob("[!.]*.ipynb"))

    def named(self, path):
        """Return a path as the manifest names it: relative to ``root`` where it is in it, with forward slashes."""
        path = Path(path)
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()

    def is_input(self, path):
        """Tell whether a file or folder that a run reads is an input of its result."""
        path = Path(path)
        if not path.is_relative_to(self.root):
            return any(path.is_relative_to(folder) for folder in self.further)
        parts = path.relative_to(self.root).parts
        return bool(parts) and parts[0] not in self.apart and not any(part.startswith((".", "__")) for part in parts)

    def watched(self):
        """Return the paths of the files and folders that a run may read, those that are there, in order."""
        paths = self.files() if self.files else self._under_root()
        return sorted(path for path in {*map(Path, paths)} if path.exists() and self.is_input(path))

    def _under_root(self):
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if self.is_input(Path(folder, name))]
            yield from (Path(folder, name) for name in [*folders, *files] if not name.endswith(".ipynb"))
