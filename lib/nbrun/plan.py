"""The plan: which notebook is run with which parameters, everything checked before anything starts."""

import itertools
import re
from dataclasses import dataclass
from datetime import date

from nbrun import parameters as declared_by
from nbrun import yamls
from nbrun.parameters import PlanError

FILE = "batch.yml"
LONGEST_NAME = 100
_PLAIN = (str, int, float, bool, date)  # what YAML makes of a value; whether a notebook takes it is seen later

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class Case:
    """One run of one notebook: the notebook's name without its ending, the parameters, and which of them is its subject."""

    notebook: str
    parameters: tuple[tuple[str, object], ...]
    subject: str = ""

    @property
    def name(self):
        """The parameters with their names, the subject without, as a slug; it names the output file."""
        parts = [_said(value) if name == self.subject else f"{name} {_said(value)}" for name, value in self.parameters]
        return re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-") or "default"

    def __str__(self):
        return f"{self.notebook}/{self.name}"


def _said(value):
    return f"minus {-value}" if isinstance(value, int | float) and value < 0 else str(value)


def plan(project, only=(), subjects=(), parameters=None):
    """Return the cases to run, checked against the parameters that their notebooks declare.

    Parameters
    ----------
    project : Project
        Its notebooks are in one folder with ``batch.yml``, the plan.
    only : sequence of str, optional
        Names of notebooks; all of the plan without.
    subjects : sequence of str, optional
        Of the plan, the cases of these subjects; with ``only``, a case of each, in the plan or not. ``all`` stands for
        every subject that a notebook can report on.
    parameters : dict, optional
        With ``only``: further parameters in place of the plan's, a value or a list of values each.

    Returns
    -------
    list of Case

    Raises
    ------
    PlanError
        With every unknown notebook, parameter and subject, value of a wrong type, repeated case and unfit name.
    """
    grids = _read_plan(project.notebooks)
    if parameters and not only:
        raise PlanError(["parameters are those of a notebook: name it too, with --notebook"])
    where = FILE
    if only:
        grids = {name: grids.get(name) for name in only}
    if only and (subjects or parameters):
        where = "options"
        asked = {project.subject: list(subjects)} if subjects else {}
        grids = {name: [{**asked, **(parameters or {})}] for name in only}
    cases = _checked(grids, project, where)
    return _of(subjects, cases, project.subject) if subjects and not only else cases


def check_choices(cases, project):
    """Raise PlanError with every value that is not among its choices."""
    if errors := _choice_errors(cases, project):
        raise PlanError(errors)


def _choice_errors(cases, project):
    valid = {notebook: project.choices(notebook) for notebook in dict.fromkeys(case.notebook for case in cases)}
    errors = [
        f"{case.notebook}: {project.unknown(value, valid[case.notebook][name], name)}"
        for case in cases
        for name, value in case.parameters
        if name in valid[case.notebook] and value not in valid[case.notebook][name]
    ]
    return list(dict.fromkeys(errors))


def _checked(grids, project, where):
    cases, errors, names = [], [], set()
    for notebook, chosen in grids.items():
        if not _SLUG.fullmatch(notebook) or not project.notebook(notebook).exists():
            known = ", ".join(path.stem for path in project.every())
            errors.append(f"{where}: there is no notebook '{notebook}'; there are: {known}")
            continue
        declared = declared_by.of(project.notebook(notebook))
        for case in (case for grid in chosen or [{}] for case in _cases(notebook, grid or {}, project)):
            problems = [*declared_by.problems(dict(case.parameters), declared), *_name_problems(case, names)]
            errors += [f"{where}, {notebook}: {problem}" for problem in problems]
            names.add(str(case))
            cases.append(case)
    if errors:  # then all of them, those that take longer to find included
        raise PlanError(dict.fromkeys([*errors, *_choice_errors(cases, project)]))
    return cases


def _read_plan(notebooks):
    try:
        content = yamls.read((notebooks / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError([f"{notebooks}: there is no {FILE}"]) from None
    except UnicodeDecodeError as error:
        raise PlanError([f"{FILE}: not readable as UTF-8: {error}"]) from None
    except yamls.YamlError as error:
        raise PlanError([f"{FILE}: not readable as YAML: {error}"]) from None
    if not isinstance(content, dict) or not all(
        grids is None or (isinstance(grids, list) and all(grid is None or isinstance(grid, dict) for grid in grids))
        for grids in content.values()
    ):
        raise PlanError([f"{FILE}: write each notebook's name, and under it a list of parameters with their values"])
    return {str(name): grids for name, grids in content.items()}


def _cases(notebook, grid, project):
    """Return a case of every combination of the values in ``grid``."""
    values = {name: value if isinstance(value, list) else [value] for name, value in grid.items()}
    if empty := [name for name, part in values.items() if not part]:
        raise PlanError([f"{notebook}: the parameter '{name}' has no value" for name in empty])
    odd = [(name, one) for name, part in values.items() for one in part if not isinstance(one, _PLAIN)]
    if odd:
        told = "write a value, or a list of values"
        raise PlanError([f"{notebook}: the parameter '{name}' is {one!r:.80}; {told}" for name, one in odd])
    if project.subject in values:
        values[project.subject] = _subjects(notebook, values, project)
    combined = itertools.product(*values.values())
    return [Case(notebook, tuple(zip(grid, chosen, strict=True)), project.subject) for chosen in combined]


def _subjects(notebook, values, project):
    if project.subjects:
        return project.subjects(notebook, values)
    asked = values[project.subject]
    return list(project.choices(notebook).get(project.subject, asked)) if asked == ["all"] else asked


def _of(subjects, cases, parameter):
    """Return the cases of the given subjects, each of which has one."""
    found = {dict(case.parameters).get(parameter) for case in cases} - {None}
    errors = [
        f"options: no case of {FILE} is for the {parameter} '{name}'; they are for: {', '.join(sorted(found))}"
        for name in subjects
        if name not in {*found, "all"}
    ]
    if errors:
        raise PlanError(errors)
    wanted = found if "all" in subjects else subjects
    return [case for case in cases if dict(case.parameters).get(parameter) in wanted]


def _name_problems(case, names):
    if str(case) in names:
        yield f"two cases would write {case.name}.ipynb"
    if len(case.name) > LONGEST_NAME:
        yield f"the case {case.name[:40]}… would have a file name of more than {LONGEST_NAME} letters"
    if case.name in _RESERVED:
        yield f"the case {case.name} would have a file name that Windows keeps for a device"
