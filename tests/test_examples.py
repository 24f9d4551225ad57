"""The examples of the docstrings hold, and what an analyst meets has one."""

import doctest
import inspect
from importlib import import_module

import pytest

import workforce
from workforce import data

LIBRARY = data.PROJECT / "lib"
MODULES = sorted(
    ".".join(path.relative_to(LIBRARY).with_suffix("").parts).removesuffix(".__init__")
    for path in LIBRARY.rglob("*.py")
    if "__main__" not in path.name
)
DOORS = ["charts", "claims", "data", "national", "pay", "retention", "series", "trends", "words"]
BARE = {  # what needs more around it than an example shows: a network, or a chart of many frames
    *("charts.funnel", "national.checks", "national.download"),
}


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    failed, _ = doctest.testmod(import_module(name), optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(import_module(name)) if test.examples]
    assert len(found) > 100


def test_the_door_shows_what_an_analyst_needs_and_nothing_else():
    assert dir(workforce) == sorted(workforce.__all__)
    assert set(DOORS) <= set(workforce.__all__)
    assert all(getattr(workforce, name) is not None for name in workforce.__all__)
    with pytest.raises(AttributeError, match="workforce has no 'authorities'; it has: authority, charts"):
        _ = workforce.authorities


@pytest.mark.parametrize("name", [*DOORS, "england"])
def test_every_public_function_has_words_and_an_example(name):
    module = import_module(f"workforce.{name}")
    assert dir(module) == sorted(module.__all__)
    for public in module.__all__:
        one = getattr(module, public)
        if inspect.isfunction(one) and f"{name}.{public}" not in BARE:
            assert ">>> " in inspect.getdoc(one), f"{name}.{public}"


@pytest.mark.parametrize("name", ["release", "areas", "compare", "neighbours", "measures"])
def test_the_national_statistics_have_examples_too(name):
    module = import_module(f"workforce.national.{name}")
    assert [one for one in vars(module).values() if inspect.isfunction(one) and ">>> " in (inspect.getdoc(one) or "")]
