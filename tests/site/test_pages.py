import pytest

from workforce import data
from workforce.site import pages, report

HOSTILE = '"><script>alert(1)</script>'
SITE = pages.Site(
    names={"bury": "Bury", "tameside": "Tameside", HOSTILE: HOSTILE},
    places=frozenset({"bury", "tameside"}),
    reports={
        "01_published_figures/bury.html": "Do the figures add up?",
        "05_national_context/bury.html": "Is it steadier?",
        "05_national_context/tameside.html": "Is it steadier?",
    },
    papers={"bury-2023": "bury"},
    near={"bury": ["gone", "tameside"]},
)


def claim(**values):
    plain = {
        "id": f"{values.get('document', 'bury-2023')}/ten-left",
        "readings": "sum: 9 people; mean: 4.5 people",
        "needs": "",
        "explanation": "",
        "note": "",
        "authority": "bury",
        "document": "bury-2023",
        "where": "Table 1",
        "says": "Ten left.",
        "published": "10",
        "unit": "people",
        "as_stated": "9",
        "verdict": "does not reproduce",
    }
    return {**plain, **values}


@pytest.mark.parametrize("column", ["document", "where", "says", "published", "unit", "as_stated", "authority"])
def test_a_claims_words_are_escaped(column):
    hostile = claim(**{column: HOSTILE})
    page = pages.claims_page([hostile], SITE) + pages.statements_page("bury-2023", [hostile], SITE)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_parameters_and_findings_are_escaped_in_the_index():
    entry = {
        "name": "x.html",
        "question": HOSTILE,
        "found": HOSTILE,
        "parameters": {"authority": HOSTILE},
    }
    assert "<script>alert" not in pages.index_page([entry], SITE, [], [place(name=HOSTILE, region=HOSTILE)])


def place(**values):
    row = {
        "measure": "vacancy rate",
        "unit": "percent",
        "value": 7.4,
        "said": "7.4%",
        "reason": "",
        "low": "0.0%",
        "high": "40.0%",
        "median": "14.0%",
        "neighbours": "–",
        "rank": 36,
        "of": 149,
        "quarter": "lowest",
        "side": "near",
        "verdict": "out",
        "way": "down",
        "places": {"value": 18.5, "lower_quartile": 10.0, "median": 35.0, "upper_quartile": 50.0, "neighbours": None},
    }
    course = {"measure": "vacancy rate", "lines": {"own": ["0.0,1.0 100.0,2.0"]}, "ends": "9% in 2024 to 7.4% in 2025"}
    plain = {
        "slug": "bury",
        "name": "Bury",
        "region": "North West",
        "year": 2025,
        "release": "R",
        "sentences": ["A.", "B."],
        "tiles": [],
        "rows": [row],
        "courses": [course],
        "neighbours": ["tameside", "gone"],
    }
    return {**plain, **values}


def test_an_authoritys_page_leads_to_all_there_is_of_it():
    entries = [{"name": "01_published_figures/bury.html", "found": "Some do not."}]
    page = pages.authority_page(place(), SITE, entries, [claim()])
    assert "<title>Bury – " in page
    assert "A. B." in page
    assert '<a href="../01_published_figures/bury.html">Do the figures add up?</a> Some do not.' in page
    assert '<a href="../statements/bury-2023.html">bury-2023</a> The one statement in it does not reproduce.' in page
    assert '<a href="../authorities/tameside.html">Tameside</a>' in page
    assert "gone" not in page
    assert "36 of 149, lowest quarter" in page
    assert "workforce run" not in page
    lone = pages.authority_page(place(slug="tameside"), SITE, [], [])
    assert "No paper of this council has been checked yet." in lone


@pytest.mark.parametrize("name", ["name", "region", "release"])
def test_the_words_of_an_authority_are_escaped(name):
    made = place(**{name: HOSTILE})
    assert "<script>alert" not in pages.authority_page(made, SITE, [], []) + pages.authorities_page([made])


def test_all_authorities_stand_in_a_table_and_as_numbers():
    page = pages.authorities_page([place()])
    assert '<a href="authorities/bury.html">Bury</a>' in page
    assert (
        '<td class="number" data-sort="7.4">7.4%<td class="number">36<td data-sort="36">lowest<td>no clear difference<td>more than ordinary'
        in page
    )
    header, row = pages.standings([place()])
    assert dict(zip(header, row, strict=True)) | {"value": 7.4, "rank": 36, "change on last year": "out"} == dict(
        zip(header, row, strict=True)
    )


def test_a_missing_figure_sorts_below_all_and_has_no_mark():
    made = place()
    made["rows"][0] |= {"value": None, "said": "–", "rank": None, "reason": "confidential"}
    made["rows"][0]["places"]["value"] = None
    assert 'data-sort="-1">–' in pages.authorities_page([made])
    page = pages.authority_page(made, SITE, [], [])
    assert "<strong>confidential</strong>" in page
    assert page.count('<path class="own"') == 1  # in the key alone


def test_a_report_leads_to_its_authority_its_papers_and_others_like_it():
    groups = dict(SITE.beside("05_national_context/bury.html", "bury"))
    assert groups == {
        "More on Bury": [
            ("authorities/bury.html", "Bury"),
            ("01_published_figures/bury.html", "Do the figures add up?"),
        ],
        "Its papers, statement by statement": [("statements/bury-2023.html", "bury-2023")],
        "Its statistical neighbours": [("authorities/tameside.html", "Tameside")],
        "The same question elsewhere": [("05_national_context/tameside.html", "Tameside")],
    }
    assert SITE.beside("06_how_sure/default.html", None) == []


@pytest.mark.parametrize(
    ("parameters", "title"),
    [
        ({"authority": "bury"}, "Bury: do they add up?"),
        ({}, "Do they add up?"),
        ({"authority": "bury", "fte": 2}, "Bury, fte 2: do"),
    ],
)
def test_a_reports_title_begins_with_its_authority(parameters, title):
    one = report.Report("Do they add up?", "Yes.", "<p>Yes.</p>", (), parameters, "<p>FTE</p>", "x", {})
    page = pages.report_page("01_published_figures/bury.html", one, SITE)
    assert f"<title>{title}" in page and f"<h1>{title}" in page
    assert '<abbr title="full-time equivalent">FTE</abbr>' in page
    assert ('aria-current="page">Do they add up?' in page) and page.count("<h1>") == 1


def test_a_statement_stands_with_its_readings_and_a_place_to_link_to():
    page = pages.statements_page("bury-2023", [claim(needs="more", note="A note.", explanation="older: 10")], SITE)
    assert (
        '<li id="ten-left"><p><a href="#ten-left">Table 1</a>: Ten left. <strong>Does not reproduce</strong>.' in page
    )
    assert "<li>sum: 9 people</li>" in page and "<li>mean: 4.5 people</li>" in page
    assert all(text in page for text in ("The words need more.", "Found by searching: older: 10.", "A note."))
    assert '<a href="../01_published_figures/bury.html">' in page


@pytest.mark.parametrize(
    ("source", "linked"),
    [
        (
            "X & Y (coventry-2024)",
            'X &amp; Y (<a href="../statements/coventry-2024.html">coventry-2024</a>, <a href="https://',
        ),
        ("X (walsall-2021)", 'X (<a href="../statements/walsall-2021.html">walsall-2021</a>)'),
        (
            "Children's social work workforce, 2017",
            f'<a href="{pages.CENSUS}">Children&#39;s social work workforce</a>, 2017',
        ),
        ("<script>", "&lt;script&gt;"),
    ],
)
def test_a_source_leads_to_where_it_is(source, linked):
    assert pages.linked(source).startswith(linked)


@pytest.mark.parametrize(
    ("parameters", "label"),
    [
        ({"authority": "bury"}, "Bury"),
        ({"authority": "bury", "fte": 20}, "Bury, fte 20"),
        ({"fte": 20}, "fte 20"),
        ({"authority": "unknown-town"}, "unknown-town"),
        ({}, ""),
    ],
)
def test_a_report_is_told_from_others_by_its_parameters(parameters, label):
    assert pages.label_of(parameters, {"bury": "Bury"}) == label


def test_counts_are_made_of_the_claims():
    claims = [claim(), claim(verdict="reproduces"), claim(verdict="ambiguous")]
    assert pages.counted(claims) == "Of 3 statements in all, 1 reproduces, 1 does not reproduce and 1 is ambiguous."
    assert pages.counted([]) == ""


def test_choices_are_in_order_with_their_counts():
    claims = [claim(verdict="ambiguous"), claim(authority="tameside", verdict="reproduces"), claim(verdict="ambiguous")]
    page = pages.claims_page(claims, SITE)
    assert (
        page.index("Bury (2)") < page.index("Tameside (1)") < page.index("reproduces (1)") < page.index("ambiguous (2)")
    )
    assert 'tr data-authority="bury" data-verdict="ambiguous"' in page


def test_a_page_links_up_from_its_folder():
    page = pages.page("guide.html", "a/b.html", "T", verdicts=(), sources=(), downloads=(), made=())
    assert 'href="../style.css"' in page
    assert "<title>T – " in page


def test_every_source_is_named():
    papers, spine, files, attribution = len(data.load("documents")), 1, 3, 1
    assert len(pages.sources()) == papers + spine + files + attribution
    assert "Open Government Licence v3.0" in pages.sources()[-1]


def test_a_claims_words_may_hold_any_line_end():
    assert pages.read_claims('says,unit\n"a\nb\u2028c",people\n') == [{"says": "a\nb\u2028c", "unit": "people"}]
    assert pages.read_claims("") == []


def test_a_project_outside_a_repository_has_no_commit_to_tell(tmp_path, monkeypatch):
    monkeypatch.setattr(pages.data, "PROJECT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    told = dict(pages.provenance("0123"))
    assert told["Project's commit"].startswith("not known")
    assert told["Digest of the data"] == "0123"
