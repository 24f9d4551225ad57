import pytest

from workforce.site import pages

HOSTILE = '"><script>alert(1)</script>'


def claim(**values):
    plain = {
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
    page = pages.claims_page([claim(**{column: HOSTILE})], {"bury": "Bury", HOSTILE: HOSTILE})
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_parameters_and_findings_are_escaped_in_the_index():
    entry = {
        "name": "x.html",
        "question": HOSTILE,
        "found": HOSTILE,
        "counted": "",
        "parameters": {"authority": HOSTILE},
    }
    assert "<script>" not in pages.index_page([entry], {}, [])


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
    page = pages.claims_page(claims, {"bury": "Bury", "tameside": "Tameside"})
    assert (
        page.index("Bury (2)") < page.index("Tameside (1)") < page.index("reproduces (1)") < page.index("ambiguous (2)")
    )
    assert 'tr data-authority="bury" data-verdict="ambiguous"' in page


def test_a_page_links_up_from_its_folder():
    page = pages.page("guide.html", "a/b.html", "T", verdicts=(), sources=(), downloads=(), made=())
    assert 'href="../style.css"' in page
    assert "<title>T – " in page


def test_every_source_is_named():
    papers, spine, files, attribution = 5, 1, 3, 1
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
