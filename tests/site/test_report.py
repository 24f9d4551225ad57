import csv
import io

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workforce.display import Column, Table, Text
from workforce.site import report

HOSTILE = "<script>alert(1)</script>"


def html(text):
    return new_output("display_data", data={"text/html": text, "text/plain": "x"})


SVG = '<svg height="72pt" width="144pt" viewBox="0 0 144 72"><path style="fill: #12436d"/></svg>'


def picture(alt):
    data = {"image/svg+xml": SVG, "text/plain": alt}
    return new_output("display_data", data=data, metadata={"image/svg+xml": {"alt": alt}})


@pytest.fixture
def made(tmp_path):
    """Return a function that makes a notebook of one cell's outputs and returns the report that it holds."""

    def make(*outputs, source="x = 1", parameters='authority = "bury"\nfte = 2.5', rest=(), more="y = 2"):
        declared = 'authority: str = "wigan"  # which council\nfte: float = 1.0\nscp: int = 0  # a point'
        cells = [
            new_markdown_cell("# Does it add up?\n\nWho asks."),
            new_code_cell(declared, metadata={"tags": ["parameters"]}),
            new_code_cell(parameters, metadata={"tags": ["injected-parameters"]}),
            new_markdown_cell("## The answer"),
            new_code_cell(source, outputs=list(outputs), metadata={"tags": [report.FINDING]}),
            new_markdown_cell("## Sources\n\n## Sources"),
            new_code_cell(more, outputs=list(rest)),
        ]
        nbformat.write(new_notebook(cells=cells), tmp_path / "bury.ipynb")
        return report.read(tmp_path / "bury.ipynb")

    return make


def test_a_report_has_its_question_sections_parameters_and_first_finding(made):
    one = made(html(Text(("Bury is 1st.", "Then more."), ("an item",))._repr_html_()))
    assert (one.question, one.found) == ("Does it add up?", "Bury is 1st.")
    assert one.sections == (("sources", "Sources"), ("sources-2", "Sources"))
    assert "Bury is 1st." in one.answer
    assert "Bury is 1st." not in one.body
    assert "Who asks." in one.body
    assert one.parameters == {"authority": "bury", "fte": 2.5}
    page = BeautifulSoup(one.body, "html.parser")
    assert page.h1 is None
    assert [heading["id"] for heading in page.find_all("h2")] == [name for name, _ in one.sections]
    assert "¶" not in one.body


def test_the_code_is_gathered_with_the_parameters_that_it_was_run_with(made):
    one = made(html("<p>shown</p>"), source="found(authority)", more="more(fte)")
    assert one.code == (
        "authority: str = 'bury'  # which council\nfte: float = 2.5\nscp: int = 0  # a point\n\n# The answer\n\nfound(authority)"
        "\n\n# Sources\n\nmore(fte)"
    )
    assert "found(authority)" not in one.body + one.answer


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text=HOSTILE),
        new_output("error", ename="ValueError", evalue=HOSTILE, traceback=[HOSTILE]),
        new_output("display_data", data={"text/plain": HOSTILE}),
        picture(f'"{HOSTILE} onerror="alert(2)'),
        html(Text((HOSTILE,), (HOSTILE,))._repr_html_()),
    ],
)
def test_text_of_outputs_is_escaped(made, output):
    one = made(output, rest=[output])
    page = BeautifulSoup(one.answer + one.body, "html.parser")
    assert page.script is None
    assert not page.find_all(attrs={"onerror": True})


def test_a_chart_becomes_a_figure_with_caption_alt_text_source_and_numbers(made, frame):
    title = "Leavers by grade"
    one = made(
        html(Text((title,))._repr_html_()),
        picture(f"{title}. Grade 6: 26, 22."),
        html(Table(frame, title, ("Kept.", "Source: a paper"), folded=True)._repr_html_()),
    )
    figure = BeautifulSoup(one.answer, "html.parser").figure
    assert figure.figcaption.h3.get_text() == title
    assert figure.figcaption.h3["id"] == "leavers-by-grade"
    assert (figure.img["width"], figure.img["height"], figure.img["loading"]) == ("192", "96", "lazy")
    assert figure.img["alt"] == f"{title}. Grade 6: 26, 22."
    assert figure.details.summary.get_text() == "Show the numbers"
    notes = [note.get_text() for note in figure.find_all("p", recursive=False)]
    assert notes == ["Download the chart: Leavers by grade", "Kept."]
    assert "prefers-color-scheme:dark" in one.files[figure.img["src"]].decode()
    assert figure.find("a", download=True)["href"] == figure.img["src"]
    assert "<p>Source: a paper</p>" not in one.answer
    assert '<p class="source">Source: a paper</p>' in one.answer
    assert figure.details.table is not None


@pytest.fixture
def frame():
    import pandas as pd

    return pd.DataFrame({"grade": ["6", "=1+1"], "change": ["-4", "@x"]})


def test_a_table_scrolls_by_keyboard_and_is_offered_as_csv(made, frame):
    one = made(rest=[html(Table(frame, "Leavers: by grade", ())._repr_html_())] * 2)
    page = BeautifulSoup(one.body, "html.parser")
    assert [heading.get_text() for heading in page.select("caption h3")] == ["Leavers: by grade"] * 2
    assert len({heading["id"] for heading in page.find_all("h3")}) == 2
    holders = page.find_all("div", class_="scroll")
    assert [(one["tabindex"], one["role"], one["aria-label"]) for one in holders] == [
        ("0", "group", "Leavers: by grade")
    ] * 2
    assert [link["href"] for link in page.find_all("a", download=True)] == [
        "bury-leavers-by-grade.csv",
        "bury-leavers-by-grade-3.csv",
    ]
    rows = list(csv.reader(io.StringIO(one.files["bury-leavers-by-grade.csv"].decode("utf-8-sig"))))
    assert rows == [["grade", "change"], ["6", "-4"], ["'=1+1", "'@x"]]


def test_the_frame_that_a_notebook_carries_decides_what_is_a_number_and_what_is_offered(made):
    import pandas as pd

    frame = pd.DataFrame(
        {"council": ["Bury", "=1+1"], "pay": [33486.5, None], "rank": [2.0, 1.0], "tied": [True, False]}
    )
    columns = {
        "council": Column("council"),
        "pay": Column("pay", "GBP"),
        "rank": Column("place", say=lambda row: f"={row['rank']:g}"),
    }
    before = html(Table(frame[["council"]], "Of no frame", ())._repr_html_())
    shown = new_output("display_data", data=Table(frame, "Pay", (), columns)._repr_mimebundle_())
    one = made(rest=[before, shown])
    table = BeautifulSoup(one.body, "html.parser").find_all("table")[1]
    assert [cell.get("class") for cell in table.find_all("td")] == [["number"], ["number"]] * 2
    assert [cell.get("class") for cell in table.thead.find_all("th")] == [None, ["number"], ["number"]]
    assert one.files["bury-pay.csv"].decode("utf-8-sig") == (
        "council,pay (GBP),place,tied\nBury,33486.5,2,True\n'=1+1,,1,False\n"
    )
    assert one.files["bury-of-no-frame.csv"].decode("utf-8-sig") == "council\nBury\n'=1+1\n"


@pytest.mark.parametrize(
    ("text", "used", "name"),
    [
        ("What we found", set(), "what-we-found"),
        ("What we found", {"what-we-found"}, "what-we-found-2"),
        ("../../etc/passwd", set(), "etc-passwd"),
        ("£ – %", set(), "part"),
        ("x" * 100, set(), "x" * 60),
    ],
)
def test_a_name_is_made_of_small_letters_digits_and_hyphens(text, used, name):
    assert report.slug(text, used) == name
    assert name in used


def test_parameters_are_read_and_never_run(made):
    with pytest.raises(ValueError, match="malformed"):
        made(parameters='authority = __import__("os").getcwd()')


def test_a_picture_without_words_of_its_own_has_the_plain_text_for_them(made):
    data = {"image/svg+xml": SVG, "text/plain": "<Figure size 640x480>"}
    page = BeautifulSoup(made(new_output("display_data", data=data)).answer, "html.parser")
    assert page.img["alt"] == "<Figure size 640x480>"


def test_a_sections_sources_are_stated_once_at_its_end(made, frame):
    def table(title, source):
        return html(Table(frame, title, ("A note.", f"Source: {source}"))._repr_html_())

    body = made(rest=[table("One", "a & b"), table("Two", "a & b"), table("Three", "c")]).body
    assert body.count("A note.") == 3
    assert body.count('class="source"') == 1
    assert '<p class="source">Sources: a &amp; b; c</p>' in body
    assert body.index("Three") < body.index('class="source"')


def test_a_row_that_is_a_statement_leads_to_its_readings(made):
    import pandas as pd

    frame = pd.DataFrame({"where": ["Table 1 & 2"], "claim": ["bury-2023/total"]})
    table = Table(frame, "Wrong", (), {"where": Column("where")})
    page = BeautifulSoup(made(rest=[new_output("display_data", data=table._repr_mimebundle_())]).body, "html.parser")
    link = page.select_one("tbody th a")
    assert (link["href"], link.get_text()) == ("../statements/bury-2023.html#total", "Table 1 & 2")
