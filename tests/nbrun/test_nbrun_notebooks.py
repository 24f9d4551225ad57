import json

import pytest

from nbrun import inputs, notebooks, parameters
from nbrun.errors import PlanError
from nbrun.project import Project

GOOD = {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": {"tags": ["parameters"]}}


def written(folder, content):
    path = folder / "notebooks" / "01_case.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_cells_text_is_one_text_however_the_file_has_it(tmp_path):
    content = {"cells": [GOOD, {"cell_type": "markdown", "source": "# A question?"}]}
    read = notebooks.read(written(tmp_path, content))
    assert [cell["source"] for cell in read["cells"]] == ["a = 1\nb = 2", "# A question?"]
    assert read["metadata"] == {}


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[" * 5000, "null", "[]", {}, {"cells": {}}, {"cells": None}, {"cells": [], "metadata": []}),
        {"cells": [None]},
        {"cells": [{**GOOD, "source": 1}]},
        {"cells": [{**GOOD, "source": ["a", 1]}]},
        {"cells": [{**GOOD, "metadata": []}]},
        {"cells": [{**GOOD, "metadata": {"tags": "parameters"}}]},
        {"cells": [{**GOOD, "metadata": {"tags": [1]}}]},
        {"cells": [{**GOOD, "metadata": {"tags": None}}]},
        {"cells": [{**GOOD, "cell_type": None}]},
        {"cells": [{"source": "a"}]},
    ],
)
def test_what_is_no_notebook_is_told_with_its_name(tmp_path, content):
    path = written(tmp_path, content)
    for read in (notebooks.read, parameters.of, lambda path: inputs.of(path, Project(tmp_path))):
        with pytest.raises(PlanError, match=r"^notebooks/01_case\.ipynb: "):
            read(path)


@pytest.mark.parametrize("source", ["a = (", "a = '\0'", "a = " + "(" * 5000, "a: int = " + "-" * 100_000 + "1"])
def test_parameters_that_are_no_python_are_told(tmp_path, source):
    path = written(tmp_path, {"cells": [{**GOOD, "source": source}]})
    with pytest.raises(PlanError, match=r"notebooks/01_case\.ipynb: the parameters' cell, line \d+: "):
        parameters.of(path)
    assert inputs.of(path, Project(tmp_path))  # the run will tell
