"""Eight made-up cards and the paper that they are of. To look at them: python tests/draft/demo_cards.py"""

import tempfile
from pathlib import Path

import pdfplumber
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from workforce.draft.review import Card, Option, picture_of, serve

TEAMS = [
    ["Team", "Posts", "Left in the year", "% Retained 22-23"],
    ["Safeguarding", "23", "9", "61%"],
    ["Children in care", "19", "11", "42%"],
    ["Leaving care", "5", "3", "40%"],
    ["TOTAL", "47", "23", "44%"],
]
INTRODUCTION = (
    "Of the 47 posts in the three teams, 23 were left in the year. Managers hold that about half of all leavers "
    "would have stayed for a smaller caseload, and exit interviews were held with 18 of the 23."
)
CHANGE = "Spending on agency workers fell from £1.2m to £0.9m, a fall of 25%, and the number of agency workers to 31."
HALF = "<b>Managers</b> & others hold that about half of all leavers would have stayed for a smaller caseload."
AGENCY = "🙂 The number of agency workers fell to 31."
SIDES = ("x0", "top", "x1", "bottom")


def write_pdf(path):
    """Write the paper: its words and a table on the first page, some words on the second."""
    style = getSampleStyleSheet()
    table = Table(TEAMS, hAlign="LEFT", colWidths=[150, 70, 100, 110])
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)])
    first = [Paragraph("Retention of social workers", style["Title"]), Paragraph(INTRODUCTION, style["Normal"])]
    between = [
        Spacer(1, 16),
        Paragraph("Table 4.2: posts and leavers by team", style["Heading3"]),
        table,
        Spacer(1, 16),
    ]
    filler = Paragraph("The table leaves out posts that were vacant for the whole year. " * 12, style["Normal"])
    story = [*first, *between, filler, PageBreak(), Paragraph(CHANGE, style["Normal"])]
    SimpleDocTemplate(str(path), pagesize=A4, title="Retention").build(story)
    return path


def cards_of(path):
    """Return the cards, with the places of the numbers in the paper."""
    with pdfplumber.open(path) as pdf:
        words = [(page.page_number, word) for page in pdf.pages for word in page.extract_words()]

    def boxes(*asked):
        """Return the places of numbers: of those that read the same the last, or that of a given index."""
        found = {}
        for page, word in words:
            found.setdefault(word["text"].strip(".,"), []).append((page, *(word[side] for side in SIDES)))
        return tuple(found[one][-1] if isinstance(one, str) else found[one[0]][one[1]] for one in asked)

    total = "Table 4.2 > TOTAL"
    row = "TOTAL 47 23 44%"
    shown = {
        "measure": "posts",
        "role": "social worker",
        "breakdown": "all teams",
        "period": "2022-23",
        "unit": "posts",
    }
    return [
        Card(
            *("posts", "claim", "47", f"{total} > Posts", row, 6, 8, 1),
            options=(
                Option(
                    "sum over 3 rows",
                    "23 + 19 + 5 = 47",
                    tuple(f"Table 4.2 > {team} > Posts: {posts}" for team, posts, *_ in TEAMS[1:4]),
                    chance="1 in 40 numbers like it would fit by chance",
                ),
                Option("a count in the words", "47 = 47", ("page 1, first paragraph: 47",), chance="1 in 12 would"),
            ),
            confidence="confident",
            boxes=boxes("47", ("23", -2), "19", "5"),
            says="The three teams have 47 posts together.",
            fields=shown,
        ),
        Card(
            *("retained", "claim", "44%", f"{total} > % Retained 22-23", row, 12, 15, 1),
            options=(
                Option(
                    "share of posts that were not left",
                    "(47 - 23) / 47 = 51%",
                    (f"{total} > Posts: 47", f"{total} > Left in the year: 23"),
                    agrees=False,
                    chance="1 in 30 numbers like it would fit by chance",
                ),
                Option("mean of the rows", "(61% + 42% + 40%) / 3 = 48%", ("three rows of the column",), agrees=False),
            ),
            confidence="suspected mistake",
            boxes=boxes("44%", "47", "23"),
            says="The paper says that 44% were retained.",
            fields=shown | {"measure": "retained", "unit": "percent"},
        ),
        Card(
            *("left", "claim", "23", f"{total} > Left in the year", row, 9, 11, 1),
            options=tuple(
                Option(says, formula, (f"Table 4.2, way {number}",), chance=f"1 in {number * 9} would")
                for number, (says, formula) in enumerate(
                    [
                        ("sum over 3 rows", "9 + 11 + 3 = 23"),
                        ("posts of another team", "23 = 23"),
                        ("difference", "47 - 24 = 23"),
                        ("a count in the words", "23 = 23"),
                        ("interviews and those without", "18 + 5 = 23"),
                    ],
                    1,
                )
            ),
            confidence="confident",
            boxes=boxes("23", "9", "11", "3"),
            says="In the year 23 posts were left.",
            fields=shown | {"measure": "leavers"},
        ),
        Card(
            *("interviews", "claim", "18", "page 1, first paragraph", INTRODUCTION),
            *(INTRODUCTION.index("18 of"), INTRODUCTION.index("18 of") + 2, 1),
            boxes=boxes("18"),
            says="Exit interviews were held with 18 who left.",
            fields=shown | {"measure": "exit interviews"},
        ),
        Card(
            *(
                "fall",
                "claim",
                "25%",
                "page 2, first paragraph",
                CHANGE,
                CHANGE.index("25%"),
                CHANGE.index("25%") + 3,
                2,
            ),
            options=(
                Option("change in percent", "(1.2 - 0.9) / 1.2 = 25%", ("page 2: £1.2m", "page 2: £0.9m")),
                Option("points in percent of another", "31 / 124 = 25%", ("page 2: 31",), chance="1 in 4 would"),
            ),
            confidence="confident",
            boxes=boxes("25%", "£1.2m", "£0.9m"),
            says="Spending on agency workers fell by 25%.",
            fields=shown | {"measure": "spending", "unit": "percent"},
        ),
        Card(
            *(
                "rows",
                "inputs",
                "23, 19, 5",
                "Table 4.2 > Posts",
                "Safeguarding 23, Children in care 19, Leaving care 5",
            ),
            *(13, 15, 1),
            boxes=boxes(("23", -2), "19", "5"),
            says="Posts by team.",
            fields=shown,
        ),
        Card(
            *("half", "claim", "half", "page 1, first paragraph", HALF, HALF.index("half"), HALF.index("half") + 4),
            options=(Option("share", "12 / 23 = 52%", ("page 4 > leavers who </script> would have stayed: 12",)),),
            says="About half would have stayed for a smaller caseload.",
            fields={"measure": "leavers"},
        ),
        Card(
            *("agency", "claim", "31", "Appendix without pages", AGENCY, 39, 41),
            options=(Option("difference", "40 - 9 = 31", ("Appendix: 40", "Appendix: 9")),),
            says="There are 31 agency workers.",
        ),
    ]


def show(folder):
    """Show the cards in the browser."""
    path = write_pdf(Path(folder) / "paper.pdf")
    cards = cards_of(path)
    decided = Path(folder) / "decisions.jsonl"
    serve(cards, decided, lambda card: picture_of(path, card.boxes), "Demo", lambda: ["written  demo.yml"])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        show(made)
