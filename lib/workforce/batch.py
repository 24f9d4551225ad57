"""The notebooks of this project, run by `nbrun`: what they take, the tables and findings before, the site after them."""

from importlib import import_module

from nbrun import command, inputs, notebooks, parameters, runner
from nbrun.execute import refresh as refreshed
from nbrun.parameters import PlanError
from nbrun.plan import plan
from nbrun.project import Project
from nbrun.storage import Folder, digest_of
from workforce import data

NOTEBOOKS = data.PROJECT / "notebooks"
OUTPUTS = data.PROJECT / "outputs"
LIBRARY = data.PROJECT / "lib"
RELEASE = "release"
SUBJECT = "authority"
_MANY = 12

# The module that makes each notebook's report; a notebook without one can take any authority.
REPORTS = {
    "01_published_figures": "workforce.reports.published_figures",
    "02_pay_benchmark": "workforce.reports.pay_benchmark",
    "03_workforce_trends": "workforce.reports.workforce_trends",
    "04_retention_payment": "workforce.reports.retention_payment",
    "05_national_context": "workforce.reports.national_context",
    "06_how_sure": "workforce.reports.how_sure",
}


def project():
    """Return this project as a run has to know it."""
    return Project(
        data.PROJECT,
        library=LIBRARY,
        further=(data.EXTERNAL,),
        apart=frozenset({"lib", "outputs", "tests"}),  # the library's modules count as such; results are no inputs
        files=_files,
        subject=SUBJECT,
        choices=choices,
        subjects=subjects,
        unknown=data.unknown,
        elsewhere=project,
    )


def run(options, say, site=True):
    """Run what is due, as `nbrun.command.run` does, with the tables before the notebooks and the site at the end."""
    first = command.First("tables", _tables_inputs, _write_tables)
    status = command.run(options, say, project(), first, _build_site if site else _behind)
    if options.dry_run and options.is_told and not options.output and (told := _behind(outputs())):
        say(told)
    return status


def refresh(notebook):
    """Run one of the notebooks with its own parameters, and store the outputs in it."""
    refreshed(notebook, runner.preload(project().every(), LIBRARY))


def outputs():
    """Return the folder of results, for `nbrun.runner.locked`."""
    return Folder(OUTPUTS, OUTPUTS.name)


def planned(**options):
    """Return the cases of the plan, as `nbrun.plan.plan` does of this project."""
    return plan(project(), **options)


def unplanned():
    """Return the paths of the results that no case of the plan makes: what a user asked for, such as all of England's."""
    cases = {f"{case}.ipynb" for case in planned()}
    return [
        path
        for path in sorted(OUTPUTS.glob("[!.]*/[!.]*.ipynb"))
        if path.parent.name != "failed" and path.relative_to(OUTPUTS).as_posix() not in cases
    ]


def listed():
    """Yield what there is to run, a text a notebook: its name and question, and each parameter with its choices."""
    for path in project().every():
        declared, valid = parameters.of(path), choices(path.stem)
        lines = [f"  {name}: {kind or 'any'}{_few(valid.get(name))}" for name, kind in declared.items()]
        yield "\n".join([f"{path.stem}: {question(path)}", *lines])


def question(notebook):
    """Return the question that a notebook asks: its title."""
    cells = notebooks.read(notebook)["cells"]
    return next(iter(cells[0]["source"].splitlines() if cells else ()), notebook.stem).lstrip("# ")


def _few(valid):
    """Return the choices of a parameter as text, of many how many there are."""
    named = [str(one) for one in valid or () if one != ""]
    if not named:
        return ""
    return f", one of {', '.join(named)}" if len(named) <= _MANY else f", one of {len(named)}, such as {named[0]}"


def choices(notebook):
    """Return the valid values of a notebook's parameters, as far as they are a list: a dict by parameter name."""
    if notebook in REPORTS:
        return _report(notebook).choices()
    return {SUBJECT: sorted(data.load("authorities").dropna(subset="dfe_code")["slug"])}


def subjects(notebook, values):
    """Return the short names of the authorities asked for in ``values``, every one that the notebook can take for ``all``.

    Where a notebook reports on a release, they are given by any name or code in it; the unknown raise PlanError.
    """
    asked = values[SUBJECT]
    if RELEASE in parameters.of(NOTEBOOKS / f"{notebook}.ipynb"):
        return _of_release(notebook, asked, values.get(RELEASE, [""])[0])
    return _every(notebook) if asked == ["all"] else [_slug(one) for one in asked]


def _slug(text):
    """Return the short name of the authority that a text means, of the project's table or of the newest release."""
    from workforce.national import release

    found, wanted = data.slug_of(text), str(text).casefold()
    if found in set(data.load("authorities")["slug"]):
        return found
    return next((slug for slug, name in release.authority_names().items() if name.casefold() == wanted), text)


def authorities():
    """Return every authority of the newest release: ``slug``, ``name``, ``dfe_code`` and ``region``, a row each."""
    from workforce.national import release

    found = release.newest()
    known = found.areas.loc[found.authorities()].rename_axis("dfe_code").reset_index()
    known["region"] = known["region"].map(found.areas["name"])
    return known[["slug", "name", "dfe_code", "region"]].sort_values("slug", ignore_index=True)


def _every(notebook):
    """Return the authorities that a notebook has something to report on: its report says, or they are its choices."""
    if notebook in REPORTS and hasattr(_report(notebook), "every"):
        return _report(notebook).every()
    return choices(notebook)[SUBJECT]


def _report(notebook):
    return import_module(REPORTS[notebook])


def _of_release(notebook, authorities, release):
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


def _files():
    """Return the paths of the files and folders of the data, what a user put there included."""
    own = [data.DATA, *(path for path in data.DATA.rglob("*") if data.EXTERNAL not in path.parents)]
    endings = (".csv", ".sha256")
    put = [data.EXTERNAL, *(path for ending in endings for path in data.national_files(ending, data.EXTERNAL))]
    return [*own, *put]


def _tables_inputs():
    described = (LIBRARY / "workforce").glob("*.json")  # tables are described in one
    return {**inputs.of_module("workforce.publish", project()), **inputs.digests(described, project())}


def _write_tables(storage):
    """Write the tables and the findings, keep a workbook that is there in step, and return digests and what to say."""
    from workforce import claims, publish, workbook

    register = claims.register()
    made = {**publish.tables(register), publish.FINDINGS: publish.findings(register)}
    for name, text in made.items():
        storage.write(name, text)
    if isinstance(storage, Folder) and (storage.path / "tables" / workbook.NAME).exists():
        workbook.export(storage.path / "tables")
    told = f"Tables written: {len(register)} claims.\n{claims.counts(register).to_string()}\n"
    return {name: digest_of(text.encode()) for name, text in made.items()}, told


def _behind(storage):
    from workforce.site.build import behind

    number = behind(storage.path)
    reports = "1 report is" if number == 1 else f"{number} reports are"
    return f"Site: {reports} newer than {storage}/site; `workforce site` brings it up to date." if number else ""


def _build_site(storage):
    from workforce.site.build import build

    count, rendered = build(storage.path)
    return f"Site: {rendered} of {count} reports rendered anew, in {storage}/site." if rendered else ""
