import re

import pandas as pd
import pytest

from workforce import claims, display, reports
from workforce.reports import published_figures as report


def parts(section):
    for part in getattr(section, "parts", (section,)):
        yield from parts(part) if hasattr(part, "parts") else [part]


@pytest.mark.parametrize("authority", ["coventry", "tameside", "walsall"])
def test_every_picture_has_its_words(authority):
    register = claims.register(authority)
    sections = [report.paper_charts(register), report.printed_beside_stated(register)]
    shown = [part for section in sections for part in parts(section)]
    pictures = [part for part in shown if isinstance(part, display.Picture)]
    assert len(pictures) >= 2
    for picture in pictures:
        data, metadata = picture._repr_mimebundle_()
        assert data["image/png"].startswith(b"\x89PNG")
        assert metadata["image/png"]["alt"] == data["text/plain"] == picture.description
        assert any(character.isdigit() for character in picture.description)
        follows = shown[shown.index(picture) + 1]
        assert follows.folded
        assert follows.notes[-1].startswith("Source: ")


def test_pictures_are_the_same_each_time():
    register = claims.register("walsall")
    first, second = (
        [
            part._repr_mimebundle_()[0]["image/png"]
            for part in parts(report.paper_charts(register))
            if hasattr(part, "figure")
        ]
        for _ in range(2)
    )
    assert first == second != []


def test_what_was_found_is_said_of_each_paper():
    coventry = report.found(claims.register("coventry"))
    assert [paragraph.split(",")[0].split(" statements ")[1] for paragraph in coventry.paragraphs] == [
        "in Coventry’s paper of 16 April 2018",
        "in Coventry’s paper of 2021",
        "in Coventry’s paper of 28 November 2024",
        "across papers",
        "beside the national statistics",
    ]
    assert (
        "12 statements do not hold as ‘starters less leavers, as a percentage of starters (no rate of those"
        in coventry.items[0]
    )


def test_topics_that_weigh_in_a_tally_are_named():
    paper, _ = report.found(claims.register("tameside")).paragraphs
    assert re.search(r"They include (\d\d) on annual pay held against .* and (\d\d) on hourly pay held against", paper)
    assert not [told for told in report.found(claims.register("coventry")).paragraphs if "include" in told]


def test_an_authority_whose_figures_all_hold_is_told_so(register):
    fine = [claim for claim in register if claim.verdict is claims.Verdict.REPRODUCES and claim.authority == "walsall"]
    assert report.found(fine).items == ("Every figure that can be checked reproduces as stated.",)
    assert repr(report.open_claims(fine)) == "Every statement reproduces as stated."
    assert repr(report.printed_beside_stated(fine)) == "No printed number differs from what its words would make it."
    assert repr(report.printed_tables(fine)) == "The papers print no tables."


def test_cells_that_do_not_reproduce_are_marked_in_words_and_signs():
    tables = {table.title: table for table in report.printed_tables(claims.register("coventry")).parts}
    vacancies = next(table for title, table in tables.items() if title.startswith("Vacancies"))
    assert vacancies.frame.set_index("Table 9.4").loc["Total", "Agency Oct 2022"] == "28 ✗"
    assert vacancies.notes[0].startswith(
        "Marks: ✗ does not reproduce; ‡ more agency staff than their row has vacancies"
    )
    marked = vacancies.frame.set_index("Table 9.4").stack()
    assert list(marked[marked.str.contains("‡")].index) == [
        ("Social Worker", "Agency Oct 2023"),
        ("Advanced Social Worker", "Agency Oct 2024"),
    ]
    leavers = next(table for title, table in tables.items() if title.startswith("Starters"))
    assert leavers.frame.set_index("Table 4.2")["% Retained 22-23"].tolist() == [
        "30% †",
        "2% †",
        "3% †",
        "9% †",
        "44% †",
    ]
    establishment = next(table for title, table in tables.items() if title.startswith("Funded"))
    assert len(establishment.notes) == 1


def test_every_open_claim_is_listed_once(register):
    listed = pd.concat([table.frame for table in report.open_claims(register).parts])
    open_claims = [claim for claim in register if claim.verdict is not claims.Verdict.REPRODUCES]
    assert len(listed) == len(open_claims)
    assert listed["what the figures give"].ne("").all()


def test_sources_say_what_the_copy_lacks():
    (tameside,) = reports.sources(["tameside-2023"]).items
    assert tameside.startswith("Tameside, Joint Meeting Executive Cabinet / Overview Panel, 8 February 2023: ")
    assert "The copy lacks the picture of graph 1" in tameside


def test_national_figures_quoted_for_an_authority_are_among_the_sources():
    paper, national = reports.sources(["walsall-2021"], quoted_for=["walsall"]).items
    assert paper.startswith("Walsall, ")
    assert national == (
        "Department for Education: Children's social work workforce, 2017 to 2025 (national figures quoted)."
    )


def test_a_chart_beside_the_national_statistics_names_their_release():
    shown = [part for part in parts(report.paper_charts(claims.register("walsall"))) if isinstance(part, display.Table)]
    assert [part.notes[0].count("Department for Education") for part in shown] == [1, 1]


def test_an_authority_without_a_paper_is_told_how_to_check_one():
    none = report.register("birmingham")
    assert none == []
    found = report.found(none)
    assert found.paragraphs[0].startswith(
        "No paper of this authority is in the project yet, so nothing is checked here."
    )
    assert "workforce check" in found.items[-1]
    assert "data/README.md has every step" in found.paragraphs[1]
    sections = (report.verdicts, report.printed_tables, report.paper_charts, report.printed_beside_stated)
    for section in (*sections, report.open_claims, report.remarks):
        assert repr(section(none)) == "No paper of this authority is in the project yet."
    with pytest.raises(ValueError, match="unknown authority 'brmingham'; did you mean birmingham"):
        report.register("brmingham")
