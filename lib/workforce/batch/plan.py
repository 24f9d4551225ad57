"""The plan: which notebook is run with which parameters, everything checked before anything starts."""

import ast
import importlib.util
import itertools
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from workforce import data, words
from workforce.national.release import absent

NOTEBOOKS = data.PROJECT / "notebooks"
RELEASE = "release"
LONGEST_NAME = 100

_TYPES = {"str": str, "int": int, "float": (int, float), "bool": bool}
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


class PlanError(data.ListedError):
    """A plan that cannot be run: each line names notebook, parameter and value."""


@dataclass(frozen=True)
class Case:
    """One run of one notebook: the notebook's name without its ending, and the parameters."""

    notebook: str
    parameters: tuple[tuple[str, object], ...]

    @property
    def name(self):
        """The authority, then the other parameters with their names, as a slug; it names the output file."""
        parts = [_said(value) if name == "authority" else f"{name} {_said(value)}" for name, value in self.parameters]
        return words.slug(" ".join(parts)) or "default"

    def __str__(self):
        return f"{self.notebook}/{self.name}"


def _said(value):
    return f"minus {-value}" if isinstance(value, int | float) and value < 0 else str(value)


def plan(notebooks=NOTEBOOKS, only=(), authorities=(), parameters=None):
    """Return the cases to run, checked against the parameters that their notebooks declare.

    Parameters
    ----------
    notebooks : path, optional
        The folder that holds ``batch.yml`` and the notebooks.
    only : sequence of str, optional
        Names of notebooks; all of the plan without.
    authorities : sequence of str, optional
        Of the plan, the cases of these authorities; with ``only``, a case of each, in the plan or not. ``all`` stands for
        every authority that a notebook can report on.
    parameters : dict, optional
        With ``only``: further parameters in place of the plan's, a value or a list of values each.

    Returns
    -------
    list of Case

    Raises
    ------
    PlanError
        With every unknown notebook, parameter and authority, value of a wrong type, repeated case and unfit name.
    """
    notebooks = Path(notebooks)
    grids = _read_plan(notebooks)
    if parameters and not only:
        raise PlanError(["parameters are those of a notebook: name it too, with --notebook"])
    where = "batch.yml"
    if only:
        grids = {name: grids.get(name) for name in only}
    if only and (authorities or parameters):
        where = "options"
        asked = {"authority": list(authorities)} if authorities else {}
        grids = {name: [{**asked, **(parameters or {})}] for name in only}
    cases = _checked(grids, notebooks, where)
    return _of(authorities, cases) if authorities and not only else cases


def parameters(notebook):
    """Return the parameters that a notebook declares: a dict of type name by parameter name, None where it gives none.

    They are what Papermill would find in the cell tagged ``parameters``; it is not asked since it takes long to import.
    """
    name = f"notebooks/{Path(notebook).name}"
    try:
        cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
        tagged = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
        code = ast.parse("\n".join(tagged[:1]))
    except json.JSONDecodeError as error:
        raise PlanError([f"{name}: not a notebook: {error}"]) from None
    except SyntaxError as error:
        raise PlanError([f"{name}: the parameters' cell, line {error.lineno}: {error.msg}"]) from None
    declared = {}
    for node in code.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            declared[node.target.id] = ast.unparse(node.annotation)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            declared[node.targets[0].id] = None
    return declared


def choices(notebook):
    """Return the valid values of a notebook's parameters, as far as they are a list: a dict by parameter name.

    They are what ``choices()`` returns of the module that makes the notebook's report; a notebook without one can take
    any authority.
    """
    report = _report(notebook)
    return (
        report.choices()
        if report
        else {"authority": sorted(data.load("authorities").dropna(subset="dfe_code")["slug"])}
    )


def _report(notebook):
    """Return the module that makes a notebook's report, or None."""
    name = notebook.partition("_")[2]
    module = f"workforce.reports.{name}"
    return importlib.import_module(module) if name.isidentifier() and importlib.util.find_spec(module) else None


def lacks(notebook):
    """Return why no report can be made of a notebook, in a sentence, mostly an empty text.

    A notebook with the parameter ``release`` reports on national statistics, which users download: its results are no
    part of the project, and without a release there are none.
    """
    return absent() if RELEASE in parameters(notebook) else ""


def check_choices(cases):
    """Raise PlanError with every value that is not among its choices."""
    if errors := _choice_errors(cases):
        raise PlanError(errors)


def _choice_errors(cases):
    valid = {notebook: choices(notebook) for notebook in dict.fromkeys(case.notebook for case in cases)}
    errors = [
        f"{case.notebook}: {data.unknown(value, valid[case.notebook][name], name)}"
        for case in cases
        for name, value in case.parameters
        if name in valid[case.notebook] and value not in valid[case.notebook][name]
    ]
    return list(dict.fromkeys(errors))


def _checked(grids, notebooks, where):
    cases, errors, names = [], [], set()
    for notebook, chosen in grids.items():
        if not _SLUG.fullmatch(notebook) or not (notebooks / f"{notebook}.ipynb").exists():
            known = ", ".join(sorted(path.stem for path in notebooks.glob("[!.]*.ipynb")))
            errors.append(f"{where}: there is no notebook '{notebook}'; there are: {known}")
            continue
        declared = parameters(notebooks / f"{notebook}.ipynb")
        for case in (case for grid in chosen or [{}] for case in _cases(notebook, grid or {}, declared)):
            problems = [*_problems(case, declared), *_name_problems(case, names)]
            errors += [f"{where}, {notebook}: {problem}" for problem in problems]
            names.add(str(case))
            cases.append(case)
    if errors:  # then all of them, those that take longer to find included
        raise PlanError(dict.fromkeys([*errors, *_choice_errors(cases)]))
    return cases


def _read_plan(notebooks):
    try:
        content = yaml.safe_load((notebooks / "batch.yml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError([f"{notebooks}: there is no batch.yml"]) from None
    except UnicodeDecodeError as error:
        raise PlanError([f"batch.yml: not readable as UTF-8: {error}"]) from None
    except yaml.YAMLError as error:
        raise PlanError([f"batch.yml: not readable as YAML: {' '.join(str(error).split())}"]) from None
    if not isinstance(content, dict) or not all(
        grids is None or (isinstance(grids, list) and all(grid is None or isinstance(grid, dict) for grid in grids))
        for grids in content.values()
    ):
        raise PlanError(["batch.yml: write each notebook's name, and under it a list of parameters with their values"])
    return {str(name): grids for name, grids in content.items()}


def _cases(notebook, grid, declared):
    """Return a case of every combination of the values in ``grid``."""
    values = {name: value if isinstance(value, list) else [value] for name, value in grid.items()}
    if empty := [name for name, part in values.items() if not part]:
        raise PlanError([f"{notebook}: the parameter '{name}' has no value" for name in empty])
    if "authority" in values:
        of_release = RELEASE in declared and not absent()
        among = _of_release if of_release else _of_choices
        values["authority"] = among(notebook, values["authority"], values.get(RELEASE, [""])[0])
    return [Case(notebook, tuple(zip(grid, chosen, strict=True))) for chosen in itertools.product(*values.values())]


def _of_choices(notebook, authorities, _):
    return choices(notebook)["authority"] if authorities == ["all"] else authorities


def _of_release(notebook, authorities, release):
    """Return the short names of authorities, given by any name or code in a release; raises PlanError with the unknown."""
    report = _report(notebook)
    known, found, errors = set(data.load("authorities")["slug"]), [], []
    for authority in authorities:
        try:
            if authority == "all":
                found += report.every(release)
            else:
                found.append(authority if authority in known else report.short(authority, release))
        except data.DataError:
            raise
        except ValueError as error:
            errors.append(f"{notebook}: {error}")
    if errors:
        raise PlanError(errors)
    return found


def _of(authorities, cases):
    """Return the cases of the given authorities, each of which has one."""
    found = {dict(case.parameters).get("authority") for case in cases} - {None}
    errors = [
        f"options: no case of batch.yml is for the authority '{name}'; they are for: {', '.join(sorted(found))}"
        for name in authorities
        if name not in {*found, "all"}
    ]
    if errors:
        raise PlanError(errors)
    wanted = found if "all" in authorities else authorities
    return [case for case in cases if dict(case.parameters).get("authority") in wanted]


def _problems(case, declared):
    for name, value in case.parameters:
        if name not in declared:
            yield f"unknown parameter '{name}'; the notebook has: {', '.join(declared)}"
        elif not _fits(value, declared[name]):
            yield f"parameter '{name}' is {value!r}, where the notebook wants {declared[name] or 'text or a number'}"


def _name_problems(case, names):
    if str(case) in names:
        yield f"two cases would write {case.name}.ipynb"
    if len(case.name) > LONGEST_NAME:
        yield f"the case {case.name[:40]}… would have a file name of more than {LONGEST_NAME} letters"
    if case.name in _RESERVED:
        yield f"the case {case.name} would have a file name that Windows keeps for a device"


def _fits(value, type_name):
    wanted = _TYPES.get(type_name, (str, int, float, bool))
    finite = not isinstance(value, float) or math.isfinite(value)
    return finite and isinstance(value, wanted) and (type_name in ("bool", None) or not isinstance(value, bool))
