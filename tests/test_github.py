"""What runs on GitHub is well formed, and runs what the documents say."""

import re
import subprocess
import sys

import pytest
import yaml

from workforce import batch, data

ROOT = data.PROJECT
GITHUB = ROOT / ".github"
SCHEMAS = {
    **{path.relative_to(ROOT).as_posix(): "github-workflows" for path in (GITHUB / "workflows").glob("*.yml")},
    ".github/ISSUE_TEMPLATE/mistake.yml": "github-issue-forms",
    "CITATION.cff": "citation-file-format",
}
BROKEN = {  # a line of each file, and what makes it wrong
    ".github/workflows/test.yml": ("    runs-on: windows-latest\n", "    run-on: windows-latest\n"),
    ".github/workflows/pages.yml": ("    needs: build\n", "    need: build\n"),
    ".github/ISSUE_TEMPLATE/mistake.yml": ("  - type: dropdown\n", "  - type: drop-down\n"),
    "CITATION.cff": ("license: MIT\n", "license: ours\n"),
}


def complaints(path, schema):
    """Return what the checker says against a file, which is nothing where it holds."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run(
        [*command, "--force-filetype", "yaml", str(path)], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode in (0, 1), done.stderr
    assert "No module named" not in done.stderr, done.stderr
    return done.stdout if done.returncode else ""


def workflow(name):
    return yaml.safe_load((GITHUB / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))


def lines(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_every_form_and_workflow_is_checked_and_broken_once():
    assert {path.name for path in GITHUB.rglob("*.*") if path.is_file()} == {"test.yml", "pages.yml", "mistake.yml"}
    assert SCHEMAS.keys() == BROKEN.keys()


@pytest.mark.parametrize("file", SCHEMAS)
def test_what_others_read_keeps_its_schema(file, tmp_path):
    assert complaints(ROOT / file, SCHEMAS[file]) == ""
    right, wrong = BROKEN[file]
    text = (ROOT / file).read_text(encoding="utf-8")
    assert right in text
    copy = tmp_path / "copy.yml"
    copy.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert "Schema validation errors" in complaints(copy, SCHEMAS[file])


def test_the_suite_runs_on_every_system_and_every_python_that_the_project_names(project):
    jobs = workflow("test")["jobs"]
    prefix = "Programming Language :: Python :: "
    named = [line.removeprefix(prefix) for line in project["classifiers"] if line.startswith(f"{prefix}3.")]
    for job in ("suite", "windows"):
        assert jobs[job]["strategy"]["matrix"]["python"] == named
    assert {"3.11", "3.12", "3.13"} <= set(named)
    assert f">={named[0]}" == project["requires-python"]
    assert jobs["suite"]["strategy"]["matrix"]["system"] == ["ubuntu-latest", "macos-latest"]
    assert jobs["windows"]["runs-on"] == "windows-latest"


def test_the_suite_runs_the_commands_of_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```\n(make .*?)```", text, re.DOTALL)[1]
    assert lines(workflow("test")["jobs"]["suite"]) == [line.partition("  ")[0] for line in block.splitlines()]


def test_windows_runs_the_lines_of_its_page_and_what_make_runs():
    text = (ROOT / "docs" / "windows.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```powershell\n(.*?)```", text, re.DOTALL)
    assert lines(workflow("test")["jobs"]["windows"]) == block.splitlines()
    (tests,) = re.findall(r"-m pytest (-n .*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    for page in ("windows.md", "conda.md"):
        assert f"python -m pytest {tests}\n" in (ROOT / "docs" / page).read_text(encoding="utf-8")


def test_the_site_is_made_and_published():
    pages = workflow("pages")
    build, deploy = pages["jobs"]["build"], pages["jobs"]["deploy"]
    assert lines(build) == ["make run", "make site"]
    assert (ROOT / build["steps"][-1]["with"]["path"]) == batch.OUTPUTS / "site"
    assert deploy["needs"] == "build"
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    assert pages["concurrency"] == {"group": "pages", "cancel-in-progress": False}


@pytest.mark.parametrize("name", ["test", "pages"])
def test_workflows_run_on_a_schedule_too_and_may_do_no_more_than_they_need(name):
    made = workflow(name)
    when = made[True]  # YAML takes the word on for a truth value
    assert when["push"] == {"branches": ["main"]}
    assert re.fullmatch(r"\d+ \d+ \* \* [0-7]", when["schedule"][0]["cron"])
    assert made["permissions"] == {"contents": "read"}
    used = [step["uses"] for job in made["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", one) for one in used)
    assert all(job["timeout-minutes"] <= 60 for job in made["jobs"].values())


def test_the_form_for_a_mistake_offers_every_report():
    form = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / "mistake.yml").read_text(encoding="utf-8"))
    fields = {one["id"]: one for one in form["body"] if "id" in one}
    offered = fields["report"]["attributes"]["options"]
    titles = {one.splitlines()[0].partition(": ")[2] for one in batch.listed()}
    assert titles - set(offered) == {"What can I ask, and how?"}
    assert len(offered) == len(titles)  # and one for what is no report
    needed = {name for name, one in fields.items() if one.get("validations", {}).get("required")}
    assert needed == {"report", "figure", "should-be", "source"}
