import json
import re
import tomllib

import pytest
import yaml
from click.testing import CliRunner

from workforce import claims, data
from workforce.cli import main
from workforce.reports import published_figures as report

ROOT = data.PROJECT
CONDA_NAMES = {"python-duckdb": "duckdb"}


def specifiers(requirements):
    """Return a dict of version specifier by package name."""
    return dict(re.fullmatch(r"([A-Za-z0-9_-]+)\s*(.*)", line).groups() for line in requirements)


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_conda_and_pip_ask_for_the_same(project):
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    assert from_pip[-1] == "--editable ."
    conda = specifiers([*(entry for entry in listed if isinstance(entry, str) and entry != "pip"), *from_pip[:-1]])
    assert conda.pop("python") == project["requires-python"]
    conda = {CONDA_NAMES.get(name, name): version for name, version in conda.items()}
    assert conda == specifiers([*project["dependencies"], *project["optional-dependencies"]["dev"]])


def test_every_dependency_is_pinned_and_no_index_is_named(project):
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = {line.split("==")[0] for line in text.splitlines() if "==" in line}
    wanted = specifiers([*project["dependencies"], *project["optional-dependencies"]["dev"]])
    assert {name.lower() for name in wanted} <= pinned
    assert "://" not in text
    assert "--" not in text


def test_versions_agree(project):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == project["version"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_shows_both_commands_first_and_the_tree_as_it_is():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.index("make run") < text.index("make test") < text.index("## ")
    tree = re.search(r"## The tree\n\n```\n(.*?)```", text, re.DOTALL)[1]
    for name in re.findall(r"^(\S+)  ", tree, re.MULTILINE):
        assert (ROOT / name).exists(), name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (tests,) = re.findall(r"-m pytest (-n .*)", makefile)
    assert f".venv\\Scripts\\python -m pytest {tests}" in text


def test_the_readmes_picture_is_there_and_described():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    ((words, path),) = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", text)
    assert (ROOT / path).read_bytes().startswith(b"\x89PNG")
    register = [claim for claim in claims.register("coventry") if claim.document not in claims.COMPARISONS]
    held = sum(claim.verdict is claims.Verdict.REPRODUCES for claim in register)
    assert f"of {len(register)} statements in its papers {held} reproduce" in words


def test_design_names_every_module():
    text = (ROOT / "DESIGN.md").read_text(encoding="utf-8")
    library = ROOT / "lib" / "workforce"
    modules = {path.stem for path in library.glob("*.py") if not path.stem.startswith("__")}
    modules |= {path.parent.name for path in library.glob("*/__init__.py")}
    modules |= {f"nbrun.{path.stem}" for path in (ROOT / "lib" / "nbrun").glob("*.py") if path.stem != "__init__"}
    assert set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE)) == modules


def test_what_runs_notebooks_knows_nothing_of_the_project():
    for path in (ROOT / "lib" / "nbrun").glob("*.py"):
        assert "workforce" not in path.read_text(encoding="utf-8"), path.name


def test_data_readme_names_every_table():
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert {f"{name}.csv" for name in data.package()} == set(re.findall(r"^\| `(\w+\.csv)` \|", text, re.MULTILINE))


PAPER = {
    "documents.csv": "leeds-2025,leeds,Social worker numbers,Scrutiny Board,2025-03,,\n",
    "authorities.csv": "leeds,Leeds,E08000035,383,Yorkshire and The Humber,no\n",
    "observations.csv": (
        "leeds-2025,Table 1 > North > People,leeds,social workers,social worker,,North,2025-03,14,people,\n"
        "leeds-2025,Table 1 > South > People,leeds,social workers,social worker,,South,2025-03,9,people,\n"
    ),
}


def test_a_stranger_can_add_a_paper_touching_data_alone(folder):
    """The example of data/README.md, with an invented paper whose total does not add up."""
    for name, rows in PAPER.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(rows)
    guide = (folder / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)[1]
    (folder / "claims" / "leeds-2025.yml").write_text(example, encoding="utf-8")

    (found,) = claims.register("leeds", folder=folder)
    assert (found.verdict, found.as_stated.value, found.published) == (claims.Verdict.DOES_NOT, 23, "24")
    result = CliRunner().invoke(main, ["claims", "--data", str(folder), "--authority", "leeds", "--format", "json"])
    assert json.loads(result.stdout)[0]["id"] == "leeds-2025/total"

    assert "the one figure in leeds" in report.answer([found], folder).sentence.lower()
    assert report.missed([found], folder).parts[0].frame["difference"].tolist() == ["1 person less"]
    (table,) = report.printed_tables([found], folder).parts
    assert table.frame.values.tolist() == [["North", "14", ""], ["South", "9", ""], ["Total", "24 ✗", ""]]
    assert table.title == "Social workers, March 2025"
    assert repr(report.paper_charts([found], folder)) == "The papers hold no series to draw."
    assert len(claims.register(folder=folder)) == len(claims.register()) + 1


def test_the_readmes_lines_of_python_run():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(code.strip().splitlines()) == 6
    exec(code, {})


def test_the_suite_runs_on_every_python_that_the_project_names(project):
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
    tried = workflow["jobs"]["suite"]["strategy"]["matrix"]["python"]
    prefix = "Programming Language :: Python :: 3."
    named = [
        line.removeprefix("Programming Language :: Python :: ") for line in project["classifiers"] if prefix in line
    ]
    assert tried == named
    assert f">={tried[0]}" == project["requires-python"]
    assert "3.14" in tried
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", one) for one in used)
    assert workflow["permissions"] == {"contents": "read"}
