"""What a result depends on: the notebook, the library's modules it imports, the files it reads, the packages."""

import ast
import json
import sys
import threading
from functools import cache
from pathlib import Path

from workforce import data
from workforce.batch.places import digest, digest_of

LIB = Path(__file__).resolve().parents[2]

# Python 3.11 cannot parse in two threads at once: 'AST constructor recursion depth mismatch'.
_parsing = threading.Lock()
_NOT_READ = {"lib", "outputs", "tests"}  # the library's modules count as such; results are no inputs


def modules(notebook):
    """Return what a notebook imports, directly and through the library, at once or when a function is called.

    Parameters
    ----------
    notebook : path

    Returns
    -------
    ours : dict
        Path of each file of the library, by module name.
    others : tuple of str
        Names of all other modules; some may be names within a module.
    """
    return _closure(frozenset(name for cell in _code(notebook) for name in _imports_of_cell(cell)))


def modules_of(module):
    """Return what a module of the library imports, as `modules` does of a notebook."""
    return _closure(frozenset({module}))


def of(notebook):
    """Return what a run of a notebook depends on, but for the files that it reads: digests by name."""
    ours, _ = modules(notebook)
    return {
        "the notebook": digest_of(json.dumps(_essence(notebook)).encode()),
        **_of_files(ours.values()),
        **packages(),
    }


def of_module(module):
    """Return what the results of a module of the library depend on, every file of the data folder included."""
    ours, _ = modules_of(module)
    described = (LIB / "workforce").glob("*.json")  # tables are described in one
    return {**_of_files(ours.values()), **_of_files(described), **packages(), **of_data()}


def packages():
    """Return the installed packages' versions by name, and Python's own: read from the names of their folders, fast."""
    found = [path.stem for folder in sys.path for path in Path(folder or ".").glob("*.dist-info")]
    versions = dict(name.rsplit("-", 1) for name in found if "-" in name)
    return {"Python": ".".join(map(str, sys.version_info[:3])), **versions}


def named(path):
    """Return a path as the manifest names it: relative to the project where it is in it, with forward slashes."""
    path = Path(path)
    return (path.relative_to(data.PROJECT) if path.is_relative_to(data.PROJECT) else path).as_posix()


def read_by(file):
    """Return the names of the files and folders that `reads.note` wrote to ``file``, but for results and the library."""
    paths = [Path(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    return tuple(sorted({named(path) for path in paths if _is_input(path)}))


def _is_input(path):
    if not path.is_relative_to(data.PROJECT):
        return path.is_relative_to(data.EXTERNAL)
    parts = path.relative_to(data.PROJECT).parts
    return bool(parts) and parts[0] not in _NOT_READ and not any(part.startswith((".", "__")) for part in parts)


def of_data():
    """Return the digests of the files and folders of the data by name, what a user put there included."""
    own = [data.DATA, *(path for path in data.DATA.rglob("*") if data.EXTERNAL not in path.parents)]
    put = [data.EXTERNAL, *(path for ending in (".csv", ".sha256") for path in data.external(ending, data.EXTERNAL))]
    paths = {path for path in [*own, *put] if path.exists()}
    return {named(path): digest(path) for path in sorted(paths) if _is_input(path)}


def _of_files(paths):
    return {f"lib/{path.relative_to(LIB).as_posix()}": digest(path) for path in paths}


def _essence(notebook):
    """Return what of a notebook decides its results: cells and kernel, not the outputs that are stored in it."""
    content = json.loads(Path(notebook).read_text(encoding="utf-8"))
    kernel = content["metadata"].get("kernelspec", {}).get("name")
    return [kernel, *([cell["cell_type"], _text(cell), cell["metadata"].get("tags")] for cell in content["cells"])]


def _code(notebook):
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    return [_text(cell) for cell in cells if cell["cell_type"] == "code"]


def _text(cell):
    return "".join(cell["source"])


@cache
def _closure(names):
    ours, others, left = {}, set(), sorted(names)
    while left:
        name = left.pop()
        path = _path(name)
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
    except SyntaxError:
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


def _path(name):
    """Return the file of a module of the library, or None when it is not one."""
    base = LIB.joinpath(*name.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)
