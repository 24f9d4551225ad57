import json

import pytest

import made
from workforce import data
from workforce.batch import plan
from workforce.batch.plan import Case, PlanError


def planned(folder, text):
    (folder / "batch.yml").write_text(text, encoding="utf-8")
    return plan.plan(folder)


def test_a_list_of_values_makes_a_case_of_each(folder):
    cases = planned(folder, "01_good:\n  - {authority: [coventry, walsall], count: [1, 2]}\n  - {authority: bury}\n")
    assert [str(case) for case in cases] == [
        "01_good/coventry-count-1",
        "01_good/coventry-count-2",
        "01_good/walsall-count-1",
        "01_good/walsall-count-2",
        "01_good/bury",
    ]
    assert dict(cases[1].parameters) == {"authority": "coventry", "count": 2}


def test_a_notebook_without_parameters_is_run_once(folder):
    assert [str(case) for case in planned(folder, "01_good:\n")] == ["01_good/default"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("03_none:\n", "batch.yml: there is no notebook '03_none'; there are: 01_good, 02_bad"),
        ("01_good:\n  - {town: bury}", "unknown parameter 'town'; the notebook has: authority, count, share, quick"),
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
def test_a_bad_plan_is_refused(folder, text, told):
    with pytest.raises(PlanError) as caught:
        planned(folder, text)
    assert told in str(caught.value)


def test_all_errors_of_a_plan_are_listed_at_once(folder):
    with pytest.raises(PlanError) as caught:
        planned(folder, "01_good:\n  - {town: bury, count: two, authority: nowhere}\n03_none:\n")
    assert len(caught.value.errors) == 3 + 1  # and the authority of none
    assert "unknown authority 'nowhere'" in caught.value.errors[3]


@pytest.mark.parametrize(("value", "fits"), [(1, True), (0.5, True), ("1", False), (True, False)])
def test_a_whole_number_fits_where_a_float_is_wanted(folder, value, fits):
    text = f"01_good:\n  - {{share: {json.dumps(value)}}}"
    if fits:
        assert planned(folder, text)
    else:
        with pytest.raises(PlanError):
            planned(folder, text)


def test_a_missing_plan_is_named(folder):
    with pytest.raises(PlanError, match=r"there is no batch\.yml"):
        plan.plan(folder)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (["../../etc/passwd"], "etc-passwd"),
        (["Bournemouth, Christchurch"], "bournemouth-christchurch"),
        (["é"], "default"),
    ],
)
def test_a_parameter_never_becomes_a_path(values, name):
    assert Case("01_good", tuple(("authority", value) for value in values)).name == name


def test_the_projects_own_plan_holds():
    cases = plan.plan()
    assert {"01_published_figures/coventry", "01_published_figures/tameside", "01_published_figures/walsall"} <= {
        str(case) for case in cases
    }


def test_parameters_are_those_that_papermill_finds():
    from papermill import inspect_notebook

    for path in sorted(plan.NOTEBOOKS.glob("*.ipynb")):
        found = inspect_notebook(str(path)).values()
        assert plan.parameters(path) == {one["name"]: one["inferred_type_name"] for one in found} != {}


TWO = "01_good:\n  - {authority: [bury, wigan]}\n02_bad:\n  - {authority: [bury]}\n"


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ({}, ["01_good/bury", "01_good/wigan", "02_bad/bury"]),
        ({"only": ["02_bad"]}, ["02_bad/bury"]),
        ({"authorities": ["bury"]}, ["01_good/bury", "02_bad/bury"]),
        ({"authorities": ["all"]}, ["01_good/bury", "01_good/wigan", "02_bad/bury"]),
        ({"only": ["01_good"], "authorities": ["oldham"]}, ["01_good/oldham"]),
        ({"only": ["01_good"], "parameters": {"count": [1, 2]}}, ["01_good/count-1", "01_good/count-2"]),
        (
            {"only": ["01_good"], "authorities": ["bury", "oldham"], "parameters": {"count": 3}},
            ["01_good/bury-count-3", "01_good/oldham-count-3"],
        ),
    ],
)
def test_options_choose_of_the_plan_or_ask_for_more(folder, options, chosen):
    (folder / "batch.yml").write_text(TWO, encoding="utf-8")
    assert [str(case) for case in plan.plan(folder, **options)] == chosen


def test_all_stands_for_every_authority_of_a_notebook(folder):
    (folder / "batch.yml").write_text(TWO, encoding="utf-8")
    cases = plan.plan(folder, ["01_good"], ["all"])
    assert [dict(case.parameters)["authority"] for case in cases] == sorted(
        data.load("authorities").dropna(subset="dfe_code")["slug"]
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"only": ["03_none"]}, "there is no notebook '03_none'; there are: 01_good, 02_bad"),
        ({"only": ["../01_good"]}, "there is no notebook '../01_good'"),
        ({"authorities": ["leeds"]}, "no case of batch.yml is for the authority 'leeds'; they are for: bury, wigan"),
        ({"parameters": {"count": 2}}, "name it too, with --notebook"),
        ({"only": ["01_good"], "parameters": {"town": 2}}, "options, 01_good: unknown parameter 'town'"),
        (
            {"only": ["01_good"], "parameters": {"count": None}},
            "parameter 'count' is None, where the notebook wants int",
        ),
    ],
)
def test_bad_options_are_refused(folder, options, told):
    (folder / "batch.yml").write_text(TWO, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        plan.plan(folder, **options)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("value", "told"),
    [("con", "a file name that Windows keeps for a device"), ("a" * 101, "a file name of more than 100 letters")],
)
def test_a_case_needs_a_name_that_every_system_takes(folder, value, told):
    with pytest.raises(PlanError, match=told):
        planned(folder, f"01_good:\n  - {{authority: {value}}}")


def test_unknown_values_are_listed_at_once_with_the_choices():
    cases = [
        Case("02_pay_benchmark", (("authority", "leeds"), ("role", "clown"))),
        Case("02_pay_benchmark", (("authority", "bury"), ("april", 1900), ("fte", 2.5))),
        Case("01_published_figures", (("authority", "bury"),)),
    ]
    with pytest.raises(PlanError) as caught:
        plan.check_choices(cases)
    assert [line.partition(";")[0] for line in caught.value.errors] == [
        "02_pay_benchmark: unknown authority 'leeds'",
        "02_pay_benchmark: unknown role 'clown'",
        "02_pay_benchmark: unknown april '1900'",
        "01_published_figures: unknown authority 'bury'",
    ]
    assert caught.value.errors[3].endswith("choose one of: coventry, tameside, walsall")


def test_the_choices_of_the_projects_own_plan_hold():
    plan.check_choices(plan.plan())


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
    assert Case("01_good", tuple(parameters.items())).name == name


def test_a_parameter_without_a_type_takes_plain_values_only(tmp_path):
    from cells import write_notebook

    path = write_notebook(tmp_path, "01_free", "x")
    path.write_text(path.read_text(encoding="utf-8").replace("count: int = 1", "count = 1"), encoding="utf-8")
    assert plan.parameters(path)["count"] is None
    assert planned(tmp_path, "01_free:\n  - {count: [text, 2, true]}")
    with pytest.raises(PlanError, match="wants text or a number"):
        planned(tmp_path, "01_free:\n  - {count: 2024-01-01}")


def test_a_parameter_without_a_value_is_refused(folder):
    with pytest.raises(PlanError, match="01_good: the parameter 'count' has no value"):
        planned(folder, "01_good:\n  - {count: []}")


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
        plan.parameters(path)


def test_all_are_the_authorities_of_the_release_that_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "EXTERNAL", tmp_path)
    made.write(tmp_path / "newer.csv", [row for row in made.rows(years=(2023, 2024)) if row.get("la_name") != "Corby"])
    made.write(tmp_path / "older.csv", made.rows(years=(2021, 2022)))

    def found(**parameters):
        return [
            str(case) for case in plan.plan(only=["05_national_context"], authorities=["all"], parameters=parameters)
        ]

    assert len(found()) == 9
    assert len(found(release="older.csv")) == 10
    (case,) = plan.plan(only=["05_national_context"], authorities=["953"], parameters={"release": "older.csv"})
    assert dict(case.parameters) == {"authority": "corby", "release": "older.csv"}
    with pytest.raises(PlanError, match="953"):
        plan.plan(only=["05_national_context"], authorities=["953"])
    with pytest.raises(PlanError, match=r"unknown release 'none.csv'"):
        found(release="none.csv")


def test_a_notebook_with_a_release_lacks_one_where_none_was_downloaded(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "EXTERNAL", tmp_path)
    national = plan.NOTEBOOKS / "05_national_context.ipynb"
    assert plan.lacks(national).startswith("There is no release of")
    assert plan.lacks(folder / "01_good.ipynb") == ""
    made.write(tmp_path / "made.csv", made.rows(years=(2024,)))
    assert plan.lacks(national) == ""
    assert "ayton" in plan.choices("05_national_context")["authority"]
    case = plan.Case("05_national_context", (("authority", "ayton"), ("release", "other.csv")))
    with pytest.raises(PlanError, match=r"unknown release 'other.csv'; choose one of: , made.csv"):
        plan.check_choices([case])
