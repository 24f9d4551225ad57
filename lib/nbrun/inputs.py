"""What a result depends on: the notebook, the project's modules it imports, the files it reads, the packages."""

import ast
import json
import sys
import threading
from functools import cache
from pathlib import Path

from nbrun import notebooks
from nbrun.storage import digest, digest_of

# Python 3.11 cannot parse in two threads at once: 'AST constructor recursion depth mismatch'.
_parsing = threading.Lock()


def modules(notebook, library=None):
    """Return what a notebook imports, directly and through the library, at once or when a function is called.

    Parameters
    ----------
    notebook : path
    library : path, optional
        The folder of the project's own modules.

    Returns
    -------
    ours : dict
        Path of each file of the library, by module name.
    others : tuple of str
        Names of all other modules; some may be names within a module.
    """
    return _closure(frozenset(name for cell in _code(notebook) for name in _imports_of_cell(cell)), library)


def of(notebook, project):
    """Return what a run of a notebook depends on, but for the files that it reads: digests by name."""
    ours, _ = modules(notebook, project.library)
    essence = digest_of(json.dumps(_essence(notebook)).encode())
    return {"the notebook": essence, **digests(ours.values(), project), **packages()}


def of_module(module, project):
    """Return what the results of a module of the library depend on, every file that is watched included."""
    ours, _ = _closure(frozenset({module}), project.library)
    return {**digests(ours.values(), project), **packages(), **of_files(project)}


def of_files(project):
    """Return the digests, by name, of the files and folders that a run may read."""
    return digests(project.watched(), project)


def digests(paths, project):
    """Return the digests of files and folders by the names that they have in the manifest."""
    return {project.named(path): digest(path) for path in paths}


def packages():
    """Return the installed packages' versions by name, and Python's own: read from the names of their folders, fast."""
    found = [path.stem for folder in sys.path for path in Path(folder or ".").glob("*.dist-info")]
    versions = dict(name.rsplit("-", 1) for name in found if "-" in name)
    return {"Python": ".".join(map(str, sys.version_info[:3])), **versions}


def read_by(file, project):
    """Return the names of the files and folders that `reads.note` wrote to ``file``, those that are inputs."""
    paths = [Path(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    return tuple(sorted({project.named(path) for path in paths if project.is_input(path)}))


def _essence(notebook):
    """Return what of a notebook decides its results: cells and kernel, not the outputs that are stored in it."""
    content = notebooks.read(notebook)
    kernel = content["metadata"].get("kernelspec", {}).get("name")
    return [kernel, *([cell["cell_type"], cell["source"], cell["metadata"].get("tags")] for cell in content["cells"])]


def _code(notebook):
    return [cell["source"] for cell in notebooks.read(notebook)["cells"] if cell["cell_type"] == "code"]


@cache
def _closure(names, library):
    ours, others, left = {}, set(), sorted(names)
    while left:
        name = left.pop()
        path = _path(name, library)
        if path is None:
            others.add(name)
        elif name not in ours:
            ours[name] = path
            left += sorted(_imports(_parsed(path.read_text(encoding="utf-8"))) | _parents(name))
    top = {name.partition(".")[0] for name in ours}
    return ours, tuple(sorted(name for name in others if name.partition(".")[0] not in top))


def _imports_of_cell(source):
    """Return the modules that a cell names in its imports; one with magics and the like is read as IPython reads it."""
    if source.lstrip().startswith("%%"):  # %%time and its like run what stands under them
        source = source.lstrip().partition("\n")[2]
    tree = _parsed(source)
    if tree is None:
        from IPython.core.inputtransformer2 import TransformerManager

        tree = _parsed(TransformerManager().transform_cell(source))
    return _imports(tree)


def _parsed(source):
    """Return Python code as a tree, or None where it is not Python: the run will tell."""
    try:
        with _parsing:
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # also of a null byte, or of what is nested too deep
        return None


def _imports(tree):
    """Return the modules that parsed code names in its imports, at any depth."""
    found = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _parents(name):
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


def _path(name, library):
    """Return the file of a module of the library, or None when it is not one."""
    if library is None:
        return None
    base = Path(library).joinpath(*name.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)
