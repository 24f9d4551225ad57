import json
from dataclasses import replace

import pytest

from cells import write_notebook
from nbrun import parameters, plan
from nbrun.plan import Case, PlanError
from nbrun.project import Project

KNOWN = ["bury", "coventry", "oldham", "walsall", "wigan"]


def choices(notebook):
    return {"authority": KNOWN, "share": [0.5, 1]}


@pytest.fixture
def project(folder):
    return Project(folder.parent, subject="authority", choices=choices)


def planned(project, text):
    (project.notebooks / "batch.yml").write_text(text, encoding="utf-8")
    return plan.plan(project)


def test_a_list_of_values_makes_a_case_of_each(project):
    cases = planned(project, "01_good:\n  - {authority: [coventry, walsall], count: [1, 2]}\n  - {authority: bury}\n")
    assert [str(case) for case in cases] == [
        "01_good/coventry-count-1",
        "01_good/coventry-count-2",
        "01_good/walsall-count-1",
        "01_good/walsall-count-2",
        "01_good/bury",
    ]
    assert dict(cases[1].parameters) == {"authority": "coventry", "count": 2}


def test_a_notebook_without_parameters_is_run_once(project):
    assert [str(case) for case in planned(project, "01_good:\n")] == ["01_good/default"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("03_none:\n", "batch.yml: there is no notebook '03_none'; there are: 01_good, 02_bad"),
        (
            "01_good:\n  - {town: bury}",
            "unknown parameter 'town'; the notebook has: authority (str), count (int), share (float), quick (bool)",
        ),
        ("01_good:\n  - {count: two}", "parameter 'count' is 'two', where the notebook wants int"),
        ("01_good:\n  - {count: 2.5}", "parameter 'count' is 2.5, where the notebook wants int"),
        ("01_good:\n  - {count: true}", "parameter 'count' is True, where the notebook wants int"),
        ("01_good:\n  - {authority: 5}", "parameter 'authority' is 5, where the notebook wants str"),
        ("01_good:\n  - {quick: 1}", "parameter 'quick' is 1, where the notebook wants bool"),
        ("01_good:\n  - {share: .nan}", "parameter 'share' is nan, where the notebook wants float"),
        ("01_good:\n  - {share: -.inf}", "parameter 'share' is -inf, where the notebook wants float"),
        ("01_good:\n  - {authority: [a, A]}", "two cases would write a.ipynb"),
        ("01_good: coventry", "write each notebook's name, and under it a list of parameters"),
        ("- 01_good", "write each notebook's name"),
        ("01_good: [", "not readable as YAML"),
    ],
)
def test_a_bad_plan_is_refused(project, text, told):
    with pytest.raises(PlanError) as caught:
        planned(project, text)
    assert told in str(caught.value)


def test_all_errors_of_a_plan_are_listed_at_once(project):
    with pytest.raises(PlanError) as caught:
        planned(project, "01_good:\n  - {town: bury, count: two, authority: nowhere}\n03_none:\n")
    assert len(caught.value.errors) == 3 + 1  # and the authority of none
    assert "unknown authority 'nowhere'" in caught.value.errors[3]


@pytest.mark.parametrize(("value", "fits"), [(1, True), (0.5, True), ("1", False), (True, False)])
def test_a_whole_number_fits_where_a_float_is_wanted(project, value, fits):
    text = f"01_good:\n  - {{share: {json.dumps(value)}}}"
    if fits:
        assert planned(project, text)
    else:
        with pytest.raises(PlanError):
            planned(project, text)


def test_a_missing_plan_is_named(project):
    with pytest.raises(PlanError, match=r"there is no batch\.yml"):
        plan.plan(project)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (["../../etc/passwd"], "etc-passwd"),
        (["Bournemouth, Christchurch"], "bournemouth-christchurch"),
        (["é"], "default"),
    ],
)
def test_a_parameter_never_becomes_a_path(values, name):
    assert Case("01_good", tuple(("authority", value) for value in values), "authority").name == name


def test_parameters_are_those_that_papermill_finds(folder):
    from papermill import inspect_notebook

    path = folder / "01_good.ipynb"
    found = inspect_notebook(str(path)).values()
    assert parameters.of(path) == {one["name"]: one["inferred_type_name"] for one in found} != {}


TWO = "01_good:\n  - {authority: [bury, wigan]}\n02_bad:\n  - {authority: [bury]}\n"


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ({}, ["01_good/bury", "01_good/wigan", "02_bad/bury"]),
        ({"only": ["02_bad"]}, ["02_bad/bury"]),
        ({"subjects": ["bury"]}, ["01_good/bury", "02_bad/bury"]),
        ({"subjects": ["all"]}, ["01_good/bury", "01_good/wigan", "02_bad/bury"]),
        ({"only": ["01_good"], "subjects": ["oldham"]}, ["01_good/oldham"]),
        ({"only": ["01_good"], "parameters": {"count": [1, 2]}}, ["01_good/count-1", "01_good/count-2"]),
        (
            {"only": ["01_good"], "subjects": ["bury", "oldham"], "parameters": {"count": 3}},
            ["01_good/bury-count-3", "01_good/oldham-count-3"],
        ),
    ],
)
def test_options_choose_of_the_plan_or_ask_for_more(project, options, chosen):
    (project.notebooks / "batch.yml").write_text(TWO, encoding="utf-8")
    assert [str(case) for case in plan.plan(project, **options)] == chosen


def test_all_stands_for_every_subject_of_a_notebook(project):
    (project.notebooks / "batch.yml").write_text(TWO, encoding="utf-8")
    cases = plan.plan(project, ["01_good"], ["all"])
    assert [dict(case.parameters)["authority"] for case in cases] == KNOWN


def test_a_project_may_have_its_own_way_to_name_subjects(project):
    def subjects(notebook, values):
        if "?" in values["authority"]:
            raise PlanError([f"{notebook}: who?"])
        return [name.lower() for name in values["authority"]]

    project = replace(project, subjects=subjects)
    (project.notebooks / "batch.yml").write_text(TWO, encoding="utf-8")
    assert [str(case) for case in plan.plan(project, ["01_good"], ["BURY", "Wigan"])] == [
        "01_good/bury",
        "01_good/wigan",
    ]
    with pytest.raises(PlanError, match=r"01_good: who\?"):
        plan.plan(project, ["01_good"], ["?"])


def test_without_a_subject_each_parameter_is_named(folder):
    (folder / "batch.yml").write_text(TWO, encoding="utf-8")
    assert [str(case) for case in plan.plan(Project(folder.parent))] == [
        "01_good/authority-bury",
        "01_good/authority-wigan",
        "02_bad/authority-bury",
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"only": ["03_none"]}, "there is no notebook '03_none'; there are: 01_good, 02_bad"),
        ({"only": ["../01_good"]}, "there is no notebook '../01_good'"),
        ({"subjects": ["leeds"]}, "no case of batch.yml is for the authority 'leeds'; they are for: bury, wigan"),
        ({"parameters": {"count": 2}}, "name it too, with --notebook"),
        ({"only": ["01_good"], "parameters": {"town": 2}}, "options, 01_good: unknown parameter 'town'"),
        (
            {"only": ["01_good"], "parameters": {"count": None}},
            "the parameter 'count' is None; write a value, or a list of values",
        ),
    ],
)
def test_bad_options_are_refused(project, options, told):
    (project.notebooks / "batch.yml").write_text(TWO, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        plan.plan(project, **options)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("value", "told"),
    [("con", "a file name that Windows keeps for a device"), ("a" * 101, "a file name of more than 100 letters")],
)
def test_a_case_needs_a_name_that_every_system_takes(project, value, told):
    with pytest.raises(PlanError, match=told):
        planned(project, f"01_good:\n  - {{authority: {value}}}")


def test_unknown_values_are_listed_at_once_with_the_choices(project):
    cases = [
        Case("02_bad", (("authority", "leeds"), ("share", 9))),
        Case("02_bad", (("authority", "bury"), ("count", 2))),
        Case("01_good", (("authority", "leeds"),)),
    ]
    with pytest.raises(PlanError) as caught:
        plan.check_choices(cases, project)
    assert caught.value.errors == [
        "02_bad: unknown authority 'leeds'; choose one of: bury, coventry, oldham, walsall, wigan",
        "02_bad: unknown share '9'; choose one of: 0.5, 1",
        "01_good: unknown authority 'leeds'; choose one of: bury, coventry, oldham, walsall, wigan",
    ]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"authority": "bury"}, "bury"),
        ({"authority": "bury", "fte": 20}, "bury-fte-20"),
        ({"fte": 20.5, "authority": "bury"}, "fte-20-5-bury"),
        ({"count": -1}, "count-minus-1"),
        ({"count": 1}, "count-1"),
        ({"on_costs": 0.3}, "on-costs-0-3"),
    ],
)
def test_a_cases_name_tells_its_parameters_apart(parameters, name):
    assert Case("01_good", tuple(parameters.items()), "authority").name == name


def test_a_parameter_without_a_type_takes_plain_values_only(project):
    path = write_notebook(project.notebooks, "01_free", "x")
    path.write_text(path.read_text(encoding="utf-8").replace("count: int = 1", "count = 1"), encoding="utf-8")
    assert parameters.of(path)["count"] is None
    assert planned(project, "01_free:\n  - {count: [text, 2, true]}")
    with pytest.raises(PlanError, match="wants text or a number"):
        planned(project, "01_free:\n  - {count: 2024-01-01}")


def test_a_parameter_without_a_value_is_refused(project):
    with pytest.raises(PlanError, match="01_good: the parameter 'count' has no value"):
        planned(project, "01_good:\n  - {count: []}")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("count: int = 1", 'count: str = \\"wigan', "the parameters' cell, line 2: "),
        ('"cells"', "<<<<<<< HEAD", "not a notebook: "),
    ],
)
def test_a_slip_in_a_notebook_is_told_with_its_name(folder, old, new, told):
    path = folder / "01_good.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PlanError, match=rf"^notebooks/01_good\.ipynb: {told}"):
        parameters.of(path)
