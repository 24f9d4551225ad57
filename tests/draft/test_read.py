import pytest

import typeset
from workforce.draft.blocks import BLOCKS, Builder, Cell
from workforce.draft.numbers import numbers
from workforce.draft.read import read

# What was read right of the papers in data/ when measured (benchmarks/extraction.py), rounded down to a whole per cent.
FLOORS = {"ruled": (100, 99), "lines": (98, 99), "bare": (98, 99), "docx": (100, 98)}
PAPERS = ("coventry-2018", "coventry-2024", "tameside-2023", "devon-2022-spend")


@pytest.mark.parametrize("form", FLOORS)
def test_cells_and_numbers_of_papers_are_read_right(form, tmp_path):
    counts = []
    for document in PAPERS:
        told = typeset.content(document)
        path = tmp_path / f"{document}.{'docx' if form == 'docx' else 'pdf'}"
        path = typeset.as_docx(told, path) if form == "docx" else typeset.as_pdf(told, path, form)
        counts.append(typeset.counted(told, numbers(read(path))))
    shares = [
        100 * sum(one[what][0] for one in counts) / sum(one[what][1] for one in counts) for what in ("cells", "numbers")
    ]
    assert shares[0] >= FLOORS[form][0]
    assert shares[1] >= FLOORS[form][1]
    assert all(one["units"][0] == one["units"][1] for one in counts)


def test_what_is_counted_is_not_read_right_when_it_is_not(tmp_path):
    told = typeset.content("devon-2022-spend")
    found = numbers(read(typeset.as_pdf(told, tmp_path / "paper.pdf")))
    assert typeset.counted(told, found)["cells"] == (15, 15)
    assert typeset.counted(told, found.assign(table="Table 2"))["cells"] == (0, 15)
    assert typeset.counted(told, found.assign(value=0.0))["numbers"] == (0, 5)


def test_a_table_over_a_page_break_is_one(tmp_path):
    told = typeset.content("tameside-2023")
    told = typeset.Content({"Table 1": told.tables["Table 2"]}, [])
    found = numbers(read(typeset.as_pdf(told, tmp_path / "paper.pdf", height=330)))
    assert found["page"].nunique() > 1
    assert set(found["table"]) == {"Table 1"}
    cells = (told.tables["Table 1"] != "").sum().sum()
    assert typeset.counted(told, found)["cells"] == (cells, cells)


def scan(path):
    from PIL import Image

    Image.new("RGB", (300, 400), "white").save(path, "PDF")


def locked(path):
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    writer.write(path)


@pytest.mark.parametrize(
    ("name", "make", "told"),
    [
        ("scan.pdf", scan, "pictures of its pages and no text; ask the council"),
        ("locked.pdf", locked, "locked by a password"),
        ("broken.pdf", lambda path: path.write_bytes(b"%PDF-1.4 nothing"), "damaged, or no PDF|pictures of its pages"),
        ("broken.docx", lambda path: path.write_bytes(b"PK nothing"), "no Word document, damaged"),
        ("old.doc", lambda path: path.write_bytes(b"x"), "save it as .docx"),
        ("book.xlsx", lambda path: path.write_bytes(b"x"), "a workbook"),
        ("paper.png", lambda path: path.write_bytes(b"x"), "no paper that can be read; it should end in .pdf"),
        ("empty.txt", lambda path: path.write_bytes(b""), "the file is empty"),
        ("blank.txt", lambda path: path.write_bytes(b"\n\n"), "it has no text"),
        ("latin.txt", lambda path: path.write_bytes("£3".encode("latin-1")), "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(name, make, told, tmp_path):
    make(tmp_path / name)
    with pytest.raises(ValueError, match=f"{name}: .*({told})"):
        read(tmp_path / name)


def as_cells(*rows):
    return [[Cell(text) for text in row] for row in rows]


def test_merged_cells_of_headers_and_rows():
    builder = Builder()
    builder.text("paragraph", "Table 4: starters and leavers")
    builder.table(
        as_cells(
            ["Team", "Grade", "Starters", "", "Leavers", ""],
            ["", "", "22-23", "23-24", "22-23", "23-24"],
            ["North", "G7", "5", "6", "7", "8"],
            ["", "G8", "1", "2", "3", "n/a"],
        )
    )
    frame = builder.frame()
    assert list(frame) == BLOCKS
    cells = frame[frame["kind"] == "cell"]
    assert set(cells["table"]) == {"Table 4"}
    assert cells["column_name"].tolist()[:4] == ["Starters 22-23", "Starters 23-24", "Leavers 22-23", "Leavers 23-24"]
    assert cells["row_name"].unique().tolist() == ["North G7", "North G8"]


def test_a_table_without_a_name_gets_a_letter_and_a_unit_for_all_goes_to_each_column():
    builder = Builder()
    builder.table(as_cells(["All figures in £m", "", ""], ["", "Budget", "Forecast"], ["Adults", "1.5", "2.5"]))
    builder.table(as_cells(["", "A"], ["x", "1"]))
    cells = builder.frame().query("kind == 'cell'")
    assert cells["table"].unique().tolist() == ["Table A", "Table B"]
    assert cells["column_name"].tolist() == ["Budget £m", "Forecast £m", "A"]


def test_plain_text_and_its_tables(tmp_path):
    path = tmp_path / "paper.md"
    path.write_text(
        "# 4 Retention\n\n- 4.2 In 2023/24 (**40**) left.\n\n| Grade | Leavers |\n|---|---|\n| G7 | 9 |\n| G8 | 3 |\n\n"
        "Year Agency Directly Employed\n2015 27 295\n2016 29 275\n\nYear | Budget | %\n2017/18 | £ 77,813,000 | 2.70%\n",
        encoding="utf-8",
    )
    found = numbers(read(path))
    assert found["where"].tolist() == [
        "paragraph 4.2",
        "Table A > G7 > Leavers",
        "Table A > G8 > Leavers",
        "Table B > 2015 > Agency",
        "Table B > 2015 > Directly Employed",
        "Table B > 2016 > Agency",
        "Table B > 2016 > Directly Employed",
        "Table C > 2017/18 > Budget",
        "Table C > 2017/18 > %",
    ]


def test_a_web_page(tmp_path):
    path = tmp_path / "paper.html"
    path.write_text(
        "<html><nav><p>12 links</p></nav><main><h1>Answer</h1><ol start='3'><li>There are 44 leavers.</li><li>And 7.</li></ol>"
        "<table><caption>Table 2: posts</caption><tr><th rowspan=2>Team<th colspan=2>Posts<tr><th>2023<th>2024"
        "<tr><td>North<td>5<td>6</table></main></html>",
        encoding="utf-8",
    )
    found = numbers(read(path))
    assert list(zip(found["where"], found["printed"], strict=True)) == [
        ("paragraph 3", "44"),
        ("paragraph 4", "7"),
        ("Table 2 > North > Posts 2023", "5"),
        ("Table 2 > North > Posts 2024", "6"),
    ]


def test_word_counts_its_numbered_paragraphs(tmp_path):
    import docx

    document = docx.Document()
    document.add_paragraph("There are 44 leavers.", style="List Number")
    document.add_paragraph("Of these, some 12 retired.", style="List Bullet")
    document.add_paragraph("And 9 starters.", style="List Number")
    document.save(tmp_path / "paper.docx")
    assert numbers(read(tmp_path / "paper.docx"))["where"].tolist() == ["paragraph 1", "paragraph 1", "paragraph 2"]


def test_pages_are_counted_while_they_are_read(tmp_path):
    seen = []
    path = typeset.as_pdf(typeset.content("tameside-2023"), tmp_path / "paper.pdf")
    read(path, lambda done, total: seen.append((done, total)))
    assert seen == [(at, len(seen)) for at in range(1, len(seen) + 1)]


def test_headers_footers_and_page_numbers_are_left_out(tmp_path):
    from reportlab.pdfgen import canvas

    page = canvas.Canvas(str(tmp_path / "paper.pdf"), pagesize=(595, 842))
    for number in range(1, 6):
        page.drawString(60, 815, "Council of 99 towns, draft 3")
        page.drawString(60, 600, f"In team {'ABCDE'[number - 1]} there are {number + 40} workers.")
        page.drawString(500, 20, f"Page {number} of 5")
        page.showPage()
    page.save()
    assert numbers(read(tmp_path / "paper.pdf"))["value"].tolist() == [41, 42, 43, 44, 45]
