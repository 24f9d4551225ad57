import re
from dataclasses import replace

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
        assert data["image/svg+xml"].startswith("<svg")
        assert metadata["image/svg+xml"]["alt"] == data["text/plain"] == picture.description
        assert any(character.isdigit() for character in picture.description)
        follows = shown[shown.index(picture) + 1]
        assert follows.folded
        assert follows.notes[-1].startswith("Source: ")


def test_pictures_are_the_same_each_time():
    register = claims.register("walsall")
    first, second = (
        [
            part._repr_mimebundle_()[0]["image/svg+xml"]
            for part in parts(report.paper_charts(register))
            if hasattr(part, "figure")
        ]
        for _ in range(2)
    )
    assert first == second != []


@pytest.mark.parametrize(("authority", "whose"), [("coventry", "papers"), ("walsall", "paper"), ("tameside", "paper")])
def test_the_answer_counts_verdicts_of_its_own_papers(authority, whose):
    register = claims.register(authority)
    answer, mine = report.answer(register), report.papers_of(register)
    assert f"’s {whose} that can be checked, " in answer.sentence
    values = {tile.label: int(tile.value) for tile in answer.tiles}
    assert sum(values.values()) == len(mine)
    assert values["do not hold"] == sum(claim.verdict is claims.Verdict.DOES_NOT for claim in mine)


def test_the_answer_says_where_figures_do_not_hold():
    answer = report.answer(claims.register("coventry"))
    assert "Table 4.2 (2024)" in answer.sentence
    told = {tile.label: tile.beside for tile in answer.tiles}
    assert told["hold only if read otherwise"] == "paper of 2024: 16"


def test_the_main_chart_has_the_widest_gaps_of_one_unit():
    picture = next(
        part for part in parts(report.lead(claims.register("coventry"))) if isinstance(part, display.Picture)
    )
    (ax,) = picture.figure.axes
    assert len(ax.get_yticklabels()) == 6
    assert "82.4%" in [text.get_text() for text in ax.texts]
    fine = [claim for claim in claims.register("walsall") if claim.verdict is claims.Verdict.REPRODUCES]
    assert "Source" in repr(report.lead(claims.Register(fine)))


def test_topics_that_weigh_in_a_tally_are_named():
    notes = report.verdicts(claims.register("tameside")).notes
    assert re.search(
        r"In tameside-2023, (\d\d) are annual pay held against .* and (\d\d) are hourly pay held against", notes[0]
    )
    assert len(report.verdicts(claims.register("coventry")).notes) == 1


def test_an_authority_whose_figures_all_hold_is_told_so(register):
    fine = [claim for claim in register if claim.verdict is claims.Verdict.REPRODUCES and claim.authority == "walsall"]
    assert report.answer(fine).sentence == "All 8 figures in Walsall’s paper that can be checked hold as stated."
    assert repr(report.missed(fine)) == "Every figure that can be checked holds as stated."
    assert repr(report.unsettled(fine)) == "Every statement can be checked."
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
    shown = [*parts(report.missed(register)), *parts(report.unsettled(register))]
    tables = [table for table in shown if isinstance(table, display.Table)]
    listed = pd.concat([table.data for table in tables])
    open_claims = [claim.id for claim in register if claim.verdict is not claims.Verdict.REPRODUCES]
    assert sorted(listed["claim"]) == sorted(open_claims)
    assert [column.name for column in tables[0].shown.values()][2:5] == ["printed", "as stated", "difference"]


def test_columns_that_no_claim_needs_are_left_out(register):
    ambiguous = [claim for claim in register if claim.verdict is claims.Verdict.AMBIGUOUS]
    assert list(reports.statements(ambiguous, "x").frame) == [
        *("where", "statement", "printed", "readings, and what each gives", "to know")
    ]
    wrong = [claim for claim in register if claim.verdict is claims.Verdict.DOES_NOT]
    frame = reports.statements(wrong, "x").frame
    assert "verdict" not in frame
    assert "readings, and what each gives" not in frame
    assert frame["explained by"].ne("").all()


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
    found = report.answer(none)
    assert found.paragraphs[0].startswith(
        "No paper of this authority is in the project yet, so nothing is checked here."
    )
    assert "workforce check" in found.items[-1]
    assert "data/README.md has every step" in found.paragraphs[1]
    sections = (report.verdicts, report.printed_tables, report.paper_charts, report.printed_beside_stated)
    for section in (*sections, report.lead, report.missed, report.unsettled, report.remarks):
        assert repr(section(none)) == "No paper of this authority is in the project yet."
    with pytest.raises(ValueError, match="unknown authority 'brmingham'; did you mean birmingham"):
        report.register("brmingham")


@pytest.mark.parametrize("name", ["Coventry", "331", "E08000026"])
def test_an_authority_is_given_by_any_name_or_code(name):
    assert len(report.register(name)) == len(report.register("coventry"))


@pytest.mark.parametrize(
    ("text", "unit", "shown"),
    [
        ("1997", "people", "1,997"),
        ("6 to 19", "people", "6 to 19"),
        ("6.50 to 19", "percent", "6.50% to 19%"),
        ("-1200", "GBP", "-£1,200"),
        ("2100 to 30000", "GBP per year", "£2,100 to £30,000"),
        ("-5", "percent", "-5%"),
        ("n/a", "percent", "n/a"),
        ("27 March 2018", "day of the month", "27 March 2018"),
        ("up to 6", "GBP", "up to 6"),
        (pd.NA, "GBP", "lost"),
    ],
)
def test_cells_are_shown_as_papers_print_them(text, unit, shown):
    assert report._as_printed(text, unit) == shown


def test_what_partitions_ask_for_names_them_all(register):
    claim = next(one for one in register if len(one.readings) > 1 and one.interval is None and not one.ambiguous)
    frame = reports.statements([replace(claim, partitioned=True)], "x").frame
    names = "; ".join(reading.name for reading in claim.readings)
    assert frame["what the words ask for"].tolist() == [f"the same for each of: {names}"]


def add(folder, *documents):
    with (folder / "documents.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{document}\n" for document in documents)
    return folder


def test_a_document_without_a_committee_is_cited_without_one(folder):
    add(folder, "walsall-2022-spend,walsall,Spend on agency staff,,2022-03-05,,")
    assert reports.citation("walsall-2022-spend", folder) == (
        "Walsall, 5 March 2022: Spend on agency staff (walsall-2022-spend)"
    )
    assert reports.citation("walsall-2021", folder).startswith("Walsall, Children's Services Overview and")


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("walsall-2021", "2021"),
        ("walsall-2022-spend", "2022 spend"),
        ("walsall-2022-staff-survey", "2022 staff survey"),
        ("coventry-minutes-2021", "2021"),
        ("coventry-2024", "2024"),
        ("coventry-2024-pay", "2024 pay"),
    ],
)
def test_papers_of_one_authority_and_year_have_names_of_their_own(folder, document, name):
    add(folder, "walsall-2022-spend,walsall,Spend,,2022-03-05,,", "walsall-2022-staff-survey,walsall,Survey,,2022,,")
    add(folder, "coventry-2024-pay,coventry,Pay,,2024,,")
    assert reports.year_of(document, folder) == name


def test_the_answer_tells_papers_of_one_year_apart(folder, register):
    add(folder, "walsall-2021-spend,walsall,Spend,,2021-03-05,,")
    mine = [one for one in register if one.document == "walsall-2021"]
    other = [replace(one, document="walsall-2021-spend", id=one.id.replace("2021", "2021-spend")) for one in mine]
    answer = report.answer([*mine, *other], folder)
    assert "(2021 spend)" in answer.sentence
    assert any("paper of 2021: " in tile.beside and "paper of 2021 spend: " in tile.beside for tile in answer.tiles)
