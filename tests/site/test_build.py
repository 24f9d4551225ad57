import json
import re
import shutil

import pytest
from bs4 import BeautifulSoup

import visits
from workforce.national import release
from workforce.site import build as module
from workforce.site import pages, places
from workforce.site.build import build


@pytest.fixture
def few(outputs, tmp_path, monkeypatch):
    """Return outputs with two reports only, to change at will; their guide tells nothing of the moment's commit."""
    monkeypatch.setattr(pages, "provenance", lambda digest: [("Digest of the data", "as it was")])
    for name in ("01_published_figures/walsall.ipynb", "04_retention_payment/coventry.ipynb"):
        target = tmp_path / "outputs" / name
        target.parent.mkdir(parents=True)
        shutil.copy(outputs / name, target)
    shutil.copytree(outputs / "tables", tmp_path / "outputs" / "tables")
    (tmp_path / "outputs" / "site").mkdir()
    shutil.copy(outputs / "site" / module.PLACES, tmp_path / "outputs" / "site")  # which takes long to work out
    return tmp_path / "outputs"


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differing(before, after):
    """Return the names of the files that are not the same, since their contents would be megabytes."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def test_only_what_changed_is_rendered_anew(few):
    assert build(few) == (2, 2)
    before = contents(few / "site")
    assert build(few) == (2, 0)
    assert differing(before, contents(few / "site")) == []
    notebook = few / "01_published_figures" / "walsall.ipynb"
    notebook.write_text(
        notebook.read_text(encoding="utf-8").replace("Walsall’s paper", "Walsall’s PAPER"), encoding="utf-8"
    )
    assert build(few) == (2, 1)
    assert "Walsall’s PAPER" in (few / "site" / "authorities" / "walsall.html").read_text(encoding="utf-8")
    (few / "site" / "04_retention_payment" / "coventry.html").unlink()
    assert build(few) == (2, 1)
    assert (few / "site" / "04_retention_payment" / "coventry.html").exists()


def test_a_site_that_is_behind_its_notebooks_is_known(few):
    assert module.behind(few) == 0  # there is no site
    build(few)
    assert module.behind(few) == 0
    notebook = few / "01_published_figures" / "walsall.ipynb"
    notebook.write_text(
        notebook.read_text(encoding="utf-8").replace("Walsall’s paper", "Walsall’s PAPER"), encoding="utf-8"
    )
    assert module.behind(few) == 1
    shutil.copy(notebook, notebook.with_name("bury.ipynb"))
    assert module.behind(few) == 2
    build(few)
    assert module.behind(few) == 0


DAMAGED = {
    "no JSON": lambda text: text[:-40],
    "no notebook": lambda text: "{}",
    "no list": lambda text: json.dumps({**json.loads(text), "cells": {}}),
    "another table": lambda text: text.replace('"shown"', '"shwon"'),
    "deep": lambda text: "[" * 3000,
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_result_that_is_damaged_is_named_and_the_site_stays(few, damage):
    build(few)
    before = contents(few / "site")
    notebook = few / "04_retention_payment" / "coventry.ipynb"
    notebook.write_text(damage(notebook.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"^04_retention_payment/coventry\.ipynb(: not a notebook| cannot be shown \()"
    ):
        build(few)
    assert differing(before, contents(few / "site")) == []


@pytest.mark.parametrize(
    "text", ['{"01_published_figures/walsall.html": []}', '{"01_published_figures/walsall.html": {"digest": 1}}']
)
def test_what_of_a_state_cannot_be_read_is_made_anew(few, text):
    build(few)
    (few / "site" / module.STATE).write_text(text, encoding="utf-8")
    assert build(few) == (2, 2)


def test_pages_of_reports_that_are_gone_are_removed_and_nothing_else(few):
    build(few)
    (few / "04_retention_payment" / "coventry.ipynb").unlink()
    (few / "site" / "CNAME").write_text("x", encoding="utf-8")
    (few / "site" / "statements" / "gone-2020.html").write_text("x", encoding="utf-8")
    assert build(few) == (1, 0)
    assert not [name for name in contents(few / "site") if name.startswith("04_")]
    assert (few / "site" / "CNAME").exists()
    assert not (few / "site" / "statements" / "gone-2020.html").exists()
    assert (few / "site" / "statements" / "walsall-2021.html").exists()
    assert "retention" not in (few / "site" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_state_that_cannot_be_read_counts_as_none(few, text):
    build(few)
    (few / "site" / module.STATE).write_text(text, encoding="utf-8")
    assert build(few) == (2, 2)


def test_rendered_in_processes_the_pages_are_the_same(few, monkeypatch):
    build(few, jobs=2)
    before = contents(few / "site")
    monkeypatch.setattr(module, "_FEW", 0)
    for path in (few / "site").rglob("*"):
        if path.is_file() and path.name != module.PLACES:
            path.unlink()
    build(few, jobs=2)
    assert differing(before, contents(few / "site")) == []


def test_outputs_without_reports_make_a_site_that_says_so(tmp_path):
    assert build(tmp_path, england=False) == (0, 0)
    assert "<h1>Find a council</h1>" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_the_site_holds_reports_downloads_and_its_own_origin(site):
    found = contents(site)
    assert {
        "index.html",
        "claims.html",
        "guide.html",
        "glossary.html",
        "authorities.html",
        "style.css",
        "find.js",
        "sortable.min.js",
    } <= set(found)
    assert {f"downloads/{name}" for name in pages.DOWNLOADS} <= set(found)
    guide = found["guide.html"].decode()
    assert "pandas 3" in guide
    assert all(name in guide for name, _ in pages.VERDICTS)
    state = json.loads(found[module.STATE])
    assert len(state) >= 17  # and what whoever tests has run besides
    assert not [name for name, entry in state.items() if not entry["found"]]


def test_the_index_leads_to_every_authority_and_each_report_by_question(site):
    index = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = [link["href"] for link in index.select("ul[data-find] a")]
    assert len(set(links)) == len(links) > 145
    assert {path.relative_to(site).as_posix() for path in (site / "authorities").glob("*.html")} == set(links)
    with_papers = [f"authorities/{slug}.html" for slug in ("tameside", "coventry", "walsall")]
    badges = [badge.parent.a["href"] for badge in index.select(".badge")]
    assert [link for link in badges if link in with_papers] == with_papers
    assert set(badges) <= set(links)
    assert str(index).count('href="02_pay_benchmark/bury.html"') == 1
    titles = [
        path.read_text(encoding="utf-8").partition("<title>")[2].partition("</title>")[0]
        for path in site.rglob("*.html")
    ]
    assert len(set(titles)) == len(titles)


def test_every_authoritys_page_begins_with_its_name_and_five_sentences(site):
    for path in (site / "authorities").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert text.count("<h1>") == 1
        assert len(re.findall(r'<li><span class="label">', text)) == 5
        said = re.search(r'<p class="answer">(.*?)</p>', text)[1]
        assert 3 <= len(re.findall(r"\.(?: |$)", said.replace("St. Helens", ""))) <= 5, path.name
        assert not re.search(r">(nan|None|inf)<", text)


def test_authorities_are_worked_out_once_for_a_release(few, monkeypatch):
    build(few)
    monkeypatch.setattr(places, "profiles", lambda *_: pytest.fail("worked out again"))
    build(few)
    (few / "site" / module.PLACES).write_text('{"of": "another"}', encoding="utf-8")
    monkeypatch.setattr(places, "profiles", lambda *_: [])
    build(few)
    assert json.loads((few / "site" / module.PLACES).read_text(encoding="utf-8"))["places"] == []


def test_a_claim_of_another_authority_renders_no_page_anew(few):
    build(few)
    table = few / "tables" / "claims.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("There were 173 complaints", "There WERE 173"), encoding="utf-8"
    )
    assert build(few) == (2, 0)
    assert "There WERE 173" in (few / "site" / "claims.html").read_text(encoding="utf-8")


def test_a_release_that_cannot_be_read_is_no_reason_to_have_no_site(few, tmp_path, monkeypatch):
    monkeypatch.setattr(release.data, "EXTERNAL", tmp_path)
    (tmp_path / "made.csv").write_text("time_period,geographic_level,la_name\n2024,Local authority\n", encoding="utf-8")
    (few / "01_published_figures" / "walsall.ipynb").rename(few / "01_published_figures" / "nowhere.ipynb")
    assert build(few) == (2, 2)


def test_a_page_is_light(site):
    assert {
        name: (site / name).stat().st_size for name in visits.pages(site) if (site / name).stat().st_size > 150_000
    } == {}


def test_a_browser_opens_every_page_and_finds_much_to_look_at(site):
    apart = [name for name in visits.pages(site) if not name.startswith("authorities/")]
    assert sorted([*apart, *visits.PLACES]) == sorted(visits.PAGES)
    assert len(visits.PAGES) >= 40
    made = [BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser") for name in visits.PAGES]
    assert sum(len(page.select("a[href], link[href], script[src], img[src]")) for page in made) > 500
    assert sum(len(page.select("img")) for page in made) > 80
