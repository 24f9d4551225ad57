import ast
import pickle
import shutil
import sys

import pytest

import made
from cells import Folder, code_cells, write_notebook
from nbrun import inputs, parameters
from nbrun.plan import Case, PlanError, check_choices
from workforce import batch, data
from workforce.publish import BEGIN, END
from workforce.reports import authorities

AUTHORITIES = sorted(data.load("authorities").dropna(subset="dfe_code")["slug"])
KNOWN = ", ".join(AUTHORITIES)
PLAN = """
01_claims:
  - authority: [coventry, walsall]
02_bad:
  - authority: [tameside, walsall]
"""


@pytest.fixture
def project(tmp_path):
    """Return a copy of the project with two small notebooks of its own, one of which fails for one authority."""
    for name in ("lib", "data"):
        ignored = shutil.ignore_patterns("*.egg-info", "__pycache__")
        shutil.copytree(data.PROJECT / name, tmp_path / name, ignore=ignored)
    (tmp_path / "README.md").write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    write_notebook(notebooks, "01_claims", "from workforce import claims\nprint(len(claims.register(authority)))")
    write_notebook(notebooks, "02_bad", 'if authority == "walsall":\n    raise ValueError("no such\\nthing")\nprint(2)')
    (notebooks / "batch.yml").write_text(PLAN, encoding="utf-8")
    return Copy(tmp_path, [sys.executable, "-m", "workforce"], {"PYTHONPATH": str(tmp_path / "lib")})


class Copy(Folder):
    """A copy of the project."""

    def run(self, *arguments, site=False):
        return super().run("run", *([] if site else ["--no-site"]), *arguments)


def test_a_run_makes_tables_and_findings_and_leaves_the_readme_alone(project):
    workbook = project.outputs / "tables" / "workforce.xlsx"
    workbook.parent.mkdir(parents=True)
    workbook.write_bytes(b"of tables that are no more")
    status, told = project.run()
    assert status == 1
    assert told.startswith("Tables written: ")
    assert workbook.read_bytes().startswith(b"PK")  # a workbook that is there is kept in step with the tables
    assert told.splitlines()[-2:] == [
        "failed  02_bad/walsall, cell 3  ValueError: no such thing (see outputs/failed/02_bad/walsall.ipynb)",
        "4 cases: 3 of 4 run, 1 failed, 0 up to date.",
    ]
    findings = (project.outputs / "findings.md").read_text(encoding="utf-8")
    assert findings.startswith("# Findings\n")  # of the notebooks that there are, which are none of the project's
    readme = project.path / "README.md"
    assert readme.read_text(encoding="utf-8") == f"{BEGIN}\n{END}\n"

    assert super(Copy, project).run("findings") == (0, "written  README.md\n")
    assert readme.read_text(encoding="utf-8") == f"{BEGIN}\n\n\n{END}\n"
    told = "failed  02_bad/walsall, cell 3  ValueError: no such thing (see outputs/failed/02_bad/walsall.ipynb)\n4 cases: 0 of 1 run, 1 failed, 3 up to date.\n"
    assert project.run() == (1, told)

    claims = project.path / "data" / "claims" / "walsall-2021.yml"
    claims.write_text(claims.read_text(encoding="utf-8") + "# touched\n", encoding="utf-8")
    _, told = project.run("--dry-run")
    assert told == (
        "keep  01_claims/coventry  up to date\n"
        "run   01_claims/walsall  changed: data/claims/walsall-2021.yml\n"
        "keep  02_bad/tameside  up to date\n"
        "run   02_bad/walsall  has not been run\n"
        "\n2 of 4 cases would run.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--notebook", "01_claims", "--authority", "leeds", "--parameters", "town=x", "--parameters", "count=many"],
            "Error: options, 01_claims: unknown parameter 'town'; the notebook has: authority (str), count (int), share (float), quick (bool)\n"
            "options, 01_claims: parameter 'count' is 'many', where the notebook wants int\n"
            f"01_claims: unknown authority 'leeds'; choose one of: {KNOWN}\n",
        ),
        (
            ["--notebook", "01_claims", "--authority", "nowhere", "--authority", "somewhere"],
            f"Error: 01_claims: unknown authority 'nowhere'; choose one of: {KNOWN}\n"
            f"01_claims: unknown authority 'somewhere'; choose one of: {KNOWN}\n",
        ),
        (["--parameters", "count"], "Error: options: write --parameters NAME=VALUE, not 'count'\n"),
    ],
)
def test_bad_parameters_are_refused_all_at_once_before_anything_starts(project, arguments, told):
    assert project.run(*arguments) == (1, told)
    assert not project.outputs.exists() or not project.results()


def test_bad_data_is_refused_before_anything_starts(project):
    table = project.path / "data" / "pay_spine.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2021,29,33486", "2021,29,dear"), encoding="utf-8")
    status, told = project.run()
    assert status == 1
    assert "column 'annual': 'dear' is not a whole number" in told
    assert not project.results()


def test_a_run_ends_with_the_site(project):
    _, told = project.run("--notebook", "02_bad", "--authority", "tameside", site=True)
    assert told == "1 case: 1 of 1 run, 0 failed, 0 up to date.\nSite: 1 of 1 reports rendered anew, in outputs/site.\n"
    assert (project.outputs / "site" / "02_bad" / "tameside.html").exists()


def test_the_project_is_the_one_that_the_library_is_in():
    assert batch.NOTEBOOKS == data.PROJECT / "notebooks"
    assert batch.OUTPUTS == data.PROJECT / "outputs"
    assert str(batch.outputs()) == "outputs"
    found = pickle.loads(pickle.dumps(batch.project()))  # on another machine, the one there
    assert (found.root, found.choices) == (data.PROJECT, batch.choices)


def test_every_notebook_has_its_report():
    reporting = [path.stem for path in batch.project().every() if parameters.of(path)]
    assert reporting == list(batch.REPORTS)


@pytest.fixture
def national(project):
    """Return the project with the notebook on national statistics alone."""
    name = "05_national_context"
    (project.path / "notebooks" / f"{name}.ipynb").write_bytes((batch.NOTEBOOKS / f"{name}.ipynb").read_bytes())
    (project.path / "notebooks" / "batch.yml").write_text(f"{name}:\n  - authority: [ayton]\n", encoding="utf-8")
    for folder in ("national", "external"):  # no other release, nor neighbours
        for path in (project.path / "data" / folder).glob("*.csv"):
            path.unlink()
    return project


def test_what_a_user_downloads_is_taken_when_it_is_newer(tmp_path, monkeypatch):
    def planned(authority):
        return [str(case) for case in batch.planned(only=["05_national_context"], subjects=[authority])]

    assert planned("330") == ["05_national_context/birmingham"]  # of the box
    monkeypatch.setattr(data, "EXTERNAL", tmp_path)
    made.write(tmp_path / "older.csv", made.rows(years=(2021, 2022)))
    assert planned("330") == ["05_national_context/birmingham"]
    made.write(tmp_path / "newer.csv", made.rows(years=(2026, 2027)))
    assert planned("Ayton") == ["05_national_context/ayton"]
    with pytest.raises(PlanError, match="there is no authority '330' in the statistics"):
        planned("330")


def test_with_a_release_every_authority_has_its_report_and_a_revision_makes_them_anew(
    national, tmp_path_factory, monkeypatch
):
    elsewhere = tmp_path_factory.mktemp("shared drive")  # where releases may be kept too
    monkeypatch.setenv("WORKFORCE_EXTERNAL", str(elsewhere))
    four = ("Ayton", "Beeford", "Corby", "Egham", "")
    path = elsewhere / "made.csv"
    made.write(path, [row for row in made.rows() if row.get("la_name", "") in four])
    every = ("--notebook", "05_national_context", "--authority", "all")
    assert national.run(*every) == (0, "4 cases: 4 of 4 run, 0 failed, 0 up to date.\n")
    assert national.results() == [f"05_national_context/{name.lower()}.ipynb" for name in four[:-1]]
    report = national.outputs / "05_national_context" / "egham.ipynb"
    texts = [output.data["text/plain"] for cell in code_cells(report) for output in cell.outputs]
    assert texts[0].startswith(
        "Egham’s workforce looks less steady than England’s in 2024. 1 in 4 social workers left in a year"
    )
    assert "turnover rate, percent 25.0 4th of 4 highest" in " ".join(" ".join(texts).split())
    assert not [output for cell in code_cells(report) for output in cell.outputs if output.output_type == "stream"]
    assert national.run(*every)[1] == "4 cases: 0 of 0 run, 0 failed, 4 up to date.\n"

    made.write(path, made.rows(vacancy_fte=12, vacancy_rate_fte=10.7))
    assert f"changed: {path.as_posix()}" in national.run(*every, "--dry-run")[1]


def test_the_projects_own_plan_holds():
    cases = batch.planned()
    assert {"01_published_figures/coventry", "01_published_figures/tameside", "01_published_figures/walsall"} <= {
        str(case) for case in cases
    }


def test_parameters_are_those_that_papermill_finds():
    from papermill import inspect_notebook

    for path in batch.project().every():
        found = inspect_notebook(str(path)).values()
        assert parameters.of(path) == {one["name"]: one["inferred_type_name"] for one in found}


def test_all_stands_for_every_authority_of_a_notebook():
    cases = batch.planned(only=["02_pay_benchmark"], subjects=["all"])
    assert [dict(case.parameters)["authority"] for case in cases] == batch.choices("02_pay_benchmark")["authority"]
    assert batch.choices("09_none") == {"authority": AUTHORITIES}
    with_papers = batch.planned(only=["01_published_figures"], subjects=["all"])
    assert [case.name for case in with_papers] == authorities()
    assert "birmingham" in batch.choices("01_published_figures")["authority"]


def test_unknown_values_are_listed_at_once_with_the_choices():
    cases = [
        Case("02_pay_benchmark", (("authority", "leeds"), ("role", "clown"))),
        Case("02_pay_benchmark", (("authority", "bury"), ("april", 1900), ("fte", 2.5))),
        Case("03_workforce_trends", (("authority", "bury"),)),
    ]
    with pytest.raises(PlanError) as caught:
        check_choices(cases, batch.project())
    assert [line.partition(";")[0] for line in caught.value.errors] == [
        "02_pay_benchmark: unknown authority 'leeds'",
        "02_pay_benchmark: unknown role 'clown'",
        "02_pay_benchmark: unknown april '1900'",
        "03_workforce_trends: unknown authority 'bury'",
    ]
    assert caught.value.errors[3].endswith(f"choose one of: {', '.join(authorities())}")


def test_the_choices_of_the_projects_own_plan_hold():
    check_choices(batch.planned(), batch.project())


def test_all_are_the_authorities_of_the_release_that_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "NATIONAL", tmp_path)
    made.write(tmp_path / "newer.csv", [row for row in made.rows(years=(2023, 2024)) if row.get("la_name") != "Corby"])
    made.write(tmp_path / "older.csv", made.rows(years=(2021, 2022)))

    def found(**settings):
        return [
            str(case) for case in batch.planned(only=["05_national_context"], subjects=["all"], parameters=settings)
        ]

    assert len(found()) == 9
    assert len(found(release="older.csv")) == 10
    (case,) = batch.planned(only=["05_national_context"], subjects=["953"], parameters={"release": "older.csv"})
    assert dict(case.parameters) == {"authority": "corby", "release": "older.csv"}
    with pytest.raises(PlanError, match="953"):
        batch.planned(only=["05_national_context"], subjects=["953"])
    with pytest.raises(PlanError, match=r"unknown release 'none.csv'"):
        found(release="none.csv")


def test_the_choices_are_the_authorities_and_names_of_the_releases(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "EXTERNAL", tmp_path)
    made.write(tmp_path / "made.csv", made.rows(years=(2024,)))
    assert {"ayton", "birmingham"} <= set(batch.choices("05_national_context")["authority"])
    case = Case("05_national_context", (("authority", "ayton"), ("release", "other.csv")))
    with pytest.raises(
        PlanError, match=r"unknown release 'other.csv'; choose one of: , csww_indicators_2017_to_2024.csv"
    ):
        check_choices([case], batch.project())


def test_a_notebook_depends_on_the_modules_it_imports_through_the_library_too():
    ours, others = inputs.modules(batch.NOTEBOOKS / "02_pay_benchmark.ipynb", batch.LIBRARY)
    assert {"workforce", "workforce.pay", "workforce.charts", "workforce.reports.pay_benchmark"} <= set(ours)
    assert not {"workforce.cli", "workforce.batch", "nbrun.runner", "workforce.reports.retention_payment"} & set(ours)
    assert {"pandas", "seaborn", "duckdb", "matplotlib.figure"} <= set(others)


def test_imports_within_functions_count():
    ours, others = inputs.modules(batch.NOTEBOOKS / "03_workforce_trends.ipynb", batch.LIBRARY)
    source = ours["workforce.trends"].read_text(encoding="utf-8")
    (lazy,) = {
        alias.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert lazy == "statsmodels.api"
    assert lazy in others


def test_the_tables_depend_on_all_data_and_what_makes_them():
    found = batch._tables_inputs()
    assert {"data/observations.csv", "data/claims/walsall-2021.yml", "lib/workforce/publish.py"} <= set(found)
    assert {"lib/workforce/retention.py", "lib/workforce/trends.py", "lib/workforce/results.json", "pandas"} <= set(
        found
    )


@pytest.mark.parametrize("name", ["Birmingham", "birmingham", "Coventry", "331", "E08000026"])
def test_a_notebook_without_a_release_takes_an_authority_by_any_name(name):
    wanted = "birmingham" if name.casefold() == "birmingham" else "coventry"
    (case,) = batch.planned(only=["01_published_figures"], subjects=[name])
    assert dict(case.parameters) == {"authority": wanted}
