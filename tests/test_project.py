import ast
import contextlib
import io
import json
import re
from collections import Counter

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from workforce import claims, data, publish
from workforce.cli import main
from workforce.reports import published_figures as report

ROOT = data.PROJECT
CONDA_NAMES = {"python-duckdb": "duckdb"}


def specifiers(requirements):
    """Return a dict of version specifier by package name."""
    return dict(re.fullmatch(r"([A-Za-z0-9_-]+)\s*(.*)", line).groups() for line in requirements)


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


def test_versions_and_dates_agree(project):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    headings = re.findall(r"^## (.*)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    newest = next(heading for heading in headings if heading != "Unreleased")
    assert newest == f"{project['version']} – {citation['date-released']}"
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


def test_the_readme_shows_both_commands_first_and_the_tree_as_it_is():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.index("make run") < text.index("make test") < text.index("## ")
    tree = re.search(r"## The tree\n\n```\n(.*?)```", text, re.DOTALL)[1]
    for name in re.findall(r"^(\S+)  ", tree, re.MULTILINE):
        assert (ROOT / name).exists(), name


def test_the_readme_is_short():
    """What is between the markers is made, and not counted."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(publish.BEGIN)
    _, _, after = rest.partition(publish.END)
    assert 850 <= len(f"{before}{after}".split()) <= 950


def test_the_readmes_badges_are_true(project):
    badges = re.findall(r"!\[(.*)\]\((https://.*)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    first, *_, last = [line.rpartition(" ")[2] for line in project["classifiers"] if ":: Python :: 3." in line]
    shields = "https://img.shields.io/badge"
    assert badges == [
        (f"Python {first} to {last}", f"{shields}/python-{first}_to_{last}-blue"),
        (f"Licence: {project['license']}", f"{shields}/licence-{project['license']}-green"),
    ]


def test_the_readmes_picture_is_there_and_described():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    ((words, path),) = re.findall(r"!\[([^\]]*)\]\((?!https:)([^)]*)\)", text)
    assert (ROOT / path).read_bytes().startswith(b"\x89PNG")
    counts = claims.counts(report.papers_of(claims.register("coventry"))).sum()
    held, known = counts["reproduces"], counts[["reproduces", *claims.sentences.MISSED]].sum()
    assert f"of {known} figures that can be checked {held} hold as stated" in words


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
    "documents.csv": "newtown-2025,newtown,Social worker numbers,Scrutiny Board,2025-03,,\n",
    "authorities.csv": "newtown,Newtown,E06099998,,North West,no\n",
    "observations.csv": (
        "newtown-2025,Table 1 > North > People,newtown,social workers,social worker,,North,,2025-03,14,,people,\n"
        "newtown-2025,Table 1 > South > People,newtown,social workers,social worker,,South,,2025-03,9,,people,\n"
    ),
}


def test_a_stranger_can_add_a_paper_touching_data_alone(folder):
    """The example of data/README.md, with an invented paper whose total does not add up."""
    for name, rows in PAPER.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(rows)
    guide = (folder / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)[1]
    (folder / "claims" / "newtown-2025.yml").write_text(example, encoding="utf-8")

    (found,) = claims.register("newtown", folder=folder)
    assert (found.verdict, found.as_stated.value, found.published) == (claims.Verdict.DOES_NOT, 23, "24")
    result = CliRunner().invoke(main, ["claims", "--data", str(folder), "--authority", "newtown", "--format", "json"])
    assert json.loads(result.stdout)[0]["id"] == "newtown-2025/total"

    assert "the one figure in newtown" in report.answer([found], folder).sentence.lower()
    assert report.missed([found], folder).parts[0].frame["difference"].tolist() == ["1 person less"]
    (table,) = report.printed_tables([found], folder).parts
    assert table.frame.values.tolist() == [["North", "14", ""], ["South", "9", ""], ["Total", "24 ✗", ""]]
    assert table.title == "Social workers, March 2025"
    assert repr(report.paper_charts([found], folder)) == "The papers hold no series to draw."
    assert len(claims.register(folder=folder)) == len(claims.register()) + 1


def typed(code):
    """Return what Python prints when the lines are typed into it, on a screen 80 characters wide."""
    names, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed), pd.option_context("display.width", 80, "display.max_columns", 20):
        for node in ast.parse(code).body:
            exec(compile(ast.Interactive([node]), "README.md", "single"), names)
    return printed.getvalue()


def test_the_readmes_lines_of_python_print_what_it_shows():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    ((code, shown),) = re.findall(r"```python\n(.*?)```.*?```text\n(.*?)```", text, flags=re.DOTALL)
    assert len(code.strip().splitlines()) == 6
    assert [line.rstrip() for line in shown.splitlines()] == [line.rstrip() for line in typed(code).splitlines()]


FOLDERS = ("benchmarks", "data", "docs", "lib", "notebooks", "outputs", "tests", ".github")
PAGES = sorted([*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))])
MADE = ("outputs/site", "outputs/failed", "outputs/run.log", "outputs/manifest.json", "outputs/tables/workforce.xlsx")


def prose(path):
    """Return the page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(path):
    """Return what a link may name after #, as GitHub makes it of headings."""
    headings = re.findall(r"^#+ (.*)", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page):
    """Return the relative links of a page that lead nowhere."""
    targets = re.findall(r"\]\((?!\w+:)([^)\s]+)\)", prose(page))
    broken = []
    for target in targets:
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    assert broken_links(page) == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path):
    (tmp_path / "there.md").write_text("# Here it is: all\n\n```\n# not a heading\n```\n", encoding="utf-8")
    page = tmp_path / "page.md"
    links = [
        "there.md",
        "there.md#here-it-is-all",
        "gone.md",
        "there.md#not-a-heading",
        "#nor-this",
        "https://x.org/no",
    ]
    page.write_text(" ".join(f"[one]({link})" for link in links), encoding="utf-8")
    assert broken_links(page) == ["gone.md", "there.md#not-a-heading", "#nor-this"]


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", *(f"docs/{one.name}" for one in ROOT.glob("docs/*.md"))]
)
def test_every_file_that_is_named_is_there(name):
    named = re.findall(r"`([\w.]+/[\w./-]+|[A-Z]+\.(?:md|cff)|[a-z]+\.(?:toml|txt))`", prose(ROOT / name))
    named = {one for one in named if one.split("/")[0] not in ("scratch", ".venv")}
    assert [one for one in named if not one.startswith(MADE) and not (ROOT / one).exists()] == []


def test_every_page_of_the_documents_is_reached_from_the_readme():
    links = re.findall(r"\]\((docs/[^)#]+\.md)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert {f"docs/{path.name}" for path in ROOT.glob("docs/*.md")} == set(links)


def test_every_table_is_told_of():
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8").partition("## The tables")[2]
    assert set(re.findall(r"`(\w+\.csv)`", text)) == {path.name for path in (ROOT / "outputs" / "tables").glob("*.csv")}


def test_the_levels_of_rap_are_ticked_each_and_counted():
    text = (ROOT / "docs" / "nhs-rap.md").read_text(encoding="utf-8")
    levels = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    rows = [re.findall(r"^\| ([✓◐✗]) \| (.+?) \| (.+?) \| (.+?) \|$", level, re.MULTILINE) for level in levels]
    assert [len(level) for level in rows] == [5, 9, 4]
    marks = Counter(row[0] for level in rows for row in level)
    assert f"Of the 18 criteria {marks['✓']} are met, {marks['◐']} in part and {marks['✗']} not." in text
    assert all(lacking != "–" for level in rows for mark, _, _, lacking in level if mark != "✓")
