import pytest

from cells import code_cells, write_notebook
from nbrun import parameters
from nbrun.parameters import PlanError
from workforce import batch

DECLARED = 'town: str = "bury"  # which\ncount: int = 1\nshare: float = 0.5\nquick: bool = False'
TAKES = "the notebook has: town (str), count (int), share (float), quick (bool)"


def injected(**values):
    return "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in values.items()), ""])


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [""],
        [DECLARED],
        [DECLARED, injected(town="wigan", count=2, share=1, quick=True)],
        [DECLARED, "%matplotlib inline", "twon = 5\nx: int = 'own'", "!ls"],  # what an analyst does besides
        [DECLARED, injected(town="wigan"), "parameters.check(In)", DECLARED, "parameters.check(In)"],
        [DECLARED, injected(count="x"), injected(count=3)],  # mended, and run again
        [DECLARED.replace("= 1", "= 'one'"), DECLARED],
        [DECLARED, injected(town="wigan"), "y = float(other)", "z: float = float(y.sum())", "w = float()"],
        [DECLARED, "y = float('abc')", "z = {[]: 1}", "a, b = 1, 2", "a.b: int = 'x'"],
        ["n: int = None", DECLARED, injected(town="wigan")],  # a cell of one's own above
        ["# Parameters\n" + DECLARED],
        ["# Parameters\n" + DECLARED, injected(town="wigan")],
        ["town = 'bury'\ncount: int = 1", injected(town="wigan", count=2)],
        ["import os", "town = 'bury'", injected(town="wigan")],
        ["towns: list = []\nrest: str | None = None\nn: int = 1", injected(towns=["a"], rest=None)],
    ],
)
def test_what_the_notebook_takes_passes(cells):
    assert parameters.check(cells) is None


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([DECLARED, injected(twon="wigan")], [f"unknown parameter 'twon', perhaps 'town'; {TAKES}"]),
        ([DECLARED, injected(zzz=1)], [f"unknown parameter 'zzz'; {TAKES}"]),
        ([DECLARED, injected(count="ten")], ["parameter 'count' is 'ten', where the notebook wants int"]),
        ([DECLARED, injected(count=True)], ["parameter 'count' is True, where the notebook wants int"]),
        ([DECLARED, injected(town=None)], ["parameter 'town' is None, where the notebook wants str"]),
        ([DECLARED, injected(town=["a"])], ["parameter 'town' is ['a'], where the notebook wants str"]),
        (
            [DECLARED, "# Parameters\nshare = float('nan')"],
            ["parameter 'share' is nan, where the notebook wants float"],
        ),
        ([DECLARED.replace("= 1", "= 'one'")], ["parameter 'count' is 'one', where the notebook wants int"]),
        (["# Parameters\n" + DECLARED, injected(zzz=1)], [f"unknown parameter 'zzz'; {TAKES}"]),
        (["n: int = 3", DECLARED, injected(zzz=1)], [f"unknown parameter 'zzz'; {TAKES}"]),
        (["town = 'bury'", injected(zzz=1)], ["unknown parameter 'zzz'; the notebook has: town"]),
        (["", injected(town="a")], ["unknown parameter 'town'; the notebook has: none"]),
        (
            [DECLARED, injected(twon="a", count=1.5)],
            [
                f"unknown parameter 'twon', perhaps 'town'; {TAKES}",
                "parameter 'count' is 1.5, where the notebook wants int",
            ],
        ),
    ],
)
def test_what_it_does_not_take_is_refused_all_at_once(cells, told):
    with pytest.raises(PlanError) as error:
        parameters.check(cells)
    assert sorted(error.value.errors) == sorted(told)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"autority": "wigan"}, "perhaps 'authority'"),
        ({"count": "x"}, "wants int"),
        ({"authority": "wigan", "count": 3}, None),
    ],
)
def test_papermill_by_itself_is_refused_in_the_first_cell(tmp_path, given, told):
    import papermill

    path = write_notebook(tmp_path, "asks", "from nbrun import parameters\n\nparameters.check(In)", "authority, count")
    result = tmp_path / "result.ipynb"
    if told is None:
        papermill.execute_notebook(path, result, given, progress_bar=False)
        assert code_cells(result)[-1].outputs[0].data["text/plain"] == "('wigan', 3)"
        return
    with pytest.raises(papermill.PapermillExecutionError, match=told) as error:
        papermill.execute_notebook(path, result, given, progress_bar=False)
    assert "parameters.check" in error.value.source


def test_every_notebook_of_the_project_asks_first():
    for path in map(batch.project().notebook, batch.REPORTS):
        declaring, first, *_ = code_cells(path)
        assert "parameters.check(In)" in first.source, path.name
        assert "parameters" in declaring.metadata.tags
