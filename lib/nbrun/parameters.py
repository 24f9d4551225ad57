"""The parameters that a notebook declares, and whether the values given for them fit: read from the text of its cells."""

import ast
import math
from difflib import get_close_matches

from nbrun import notebooks
from nbrun.errors import PlanError

INJECTED = "# Parameters"  # how Papermill begins the cell in which it puts the values that it was given

_TYPES = {"str": str, "int": int, "float": (int, float), "bool": bool}


def of(notebook):
    """Return the parameters that a notebook declares: a dict of type name by parameter name, None where it gives none.

    They are what Papermill would find in the cell tagged ``parameters``; it is not asked since it takes long to import.

    Raises
    ------
    PlanError
        For a file that is no notebook, or a cell of parameters that is no Python.
    """
    cells = notebooks.read(notebook)["cells"]
    tagged = [cell["source"] for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    try:
        assigned = _assigned("\n".join(tagged[:1]))
    except SyntaxError as error:
        name = notebooks.named(notebook)
        raise PlanError([f"{name}: the parameters' cell, line {error.lineno or 1}: {error.msg}"]) from None
    return {parameter: type_name for parameter, (type_name, _) in assigned.items()}


def check(cells):
    r"""Refuse, in a notebook, parameters that Papermill was given and the notebook does not take: it only warns of them.

    Parameters
    ----------
    cells : list of str
        What was run so far in this session: IPython's ``In``. Where Papermill put in no cell, only the types of what the
        notebook itself declares are looked at.

    Raises
    ------
    PlanError
        With every unknown parameter and every value of a wrong type, and what the notebook takes.

    Examples
    --------
    >>> check(["town: str = 'bury'", "# Parameters\ntwon = 'wigan'"])
    Traceback (most recent call last):
    nbrun.errors.PlanError: unknown parameter 'twon', perhaps 'town'; the notebook has: town (str)
    """
    assigned = [_assigned(cell, lenient=True) for cell in cells]
    put_in = [n for n, cell in enumerate(cells) if cell.startswith(INJECTED) and not _typed(assigned[n])]
    own = _declared(assigned, put_in)
    given = assigned[put_in[-1]] if put_in else {}
    values = {name: value for name, (_, value) in [*_typed(own).items(), *given.items()] if value is not ...}
    wanted = {name: type_name for name, (type_name, _) in own.items()}
    looked_at = {name: value for name, value in values.items() if wanted.get(name) in (None, *_TYPES)}
    if errors := list(problems(looked_at, wanted)):
        raise PlanError(errors)


def _declared(assigned, put_in):
    """Return what the parameters' cell has, as it was last run: later ones may assign whatever they like.

    It is the last with a type before Papermill's, or else the one before that; without Papermill's, the first with a type.
    """
    nearest_first = assigned[: put_in[0]][::-1] if put_in else assigned
    untyped = nearest_first[0] if put_in and nearest_first else {}
    own = next((cell for cell in nearest_first if _typed(cell)), untyped)
    again = [cell for n, cell in enumerate(assigned) if n not in put_in and cell.keys() == own.keys()]
    return again[-1] if again else own


def _typed(cell):
    return {name: told for name, told in cell.items() if told[0] in _TYPES}


def problems(values, declared):
    """Yield a line for each value whose parameter is not declared, or declared of another type."""
    takes = ", ".join(f"{name} ({type_name})" if type_name else name for name, type_name in declared.items()) or "none"
    for name, value in values.items():
        if name not in declared:
            near = get_close_matches(name, declared, n=1)
            yield f"unknown parameter '{name}'{f', perhaps {near[0]!r}' if near else ''}; the notebook has: {takes}"
        elif not _fits(value, declared[name]):
            yield f"parameter '{name}' is {value!r}, where the notebook wants {declared[name] or 'text or a number'}"


def _fits(value, type_name):
    wanted = _TYPES.get(type_name, (str, int, float, bool))
    finite = not isinstance(value, float) or math.isfinite(value)
    return finite and isinstance(value, wanted) and (type_name in ("bool", None) or not isinstance(value, bool))


def _assigned(code, lenient=False):
    """Return what a cell assigns at its top: the type's name, or None, and the value, by name; ``...`` where it is no literal."""
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # a null byte, or nested too deep
        if lenient:  # a line of IPython's own, such as %pip
            return {}
        raise error if isinstance(error, SyntaxError) else SyntaxError(str(error) or "nested too deep") from None
    found = {}
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = ast.unparse(node.annotation), _literal(node.value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = None, _literal(node.value)
    return found


def _literal(node):
    try:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "float":  # as Papermill writes nan and inf
            (text,) = node.args
            return float(ast.literal_eval(text))
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return ...
