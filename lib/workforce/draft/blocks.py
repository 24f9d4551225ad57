"""Blocks of a paper: headings, paragraphs and the cells of its tables, in the order in which they are read."""

import math
import re
from dataclasses import dataclass, field

import pandas as pd

BLOCKS = [
    "block",
    "page",
    "kind",
    "paragraph",
    "table",
    "row",
    "column",
    "row_name",
    "column_name",
    "text",
    "x0",
    "top",
    "x1",
    "bottom",
]
NO_BOX = (math.nan,) * 4
_CAPTION = re.compile(r"\b(table|appendix|figure|annex)\s+(\d+(\.\d+)*[a-z]?|[A-Z]\b)", re.IGNORECASE)
_FOR_ALL = re.compile(
    r"^\W*(?:all |the )?(?:figures|amounts|values)?\W*(?:are |shown )?(?:in )?\W*"
    r"(?P<unit>£\s?['’]?(?:m|000|k|million|thousand)\w*)\W*$",
    re.IGNORECASE,
)
_SHORT = r"of|to|in|by|at|on|or|is|as|an|no|we|it|a"
_PARAGRAPH = re.compile(
    r"(?:[-•*]\s*)?(?P<number>\d{1,2}(?:\.\d{1,2}){1,3}|\d{1,2})(?P<ends>[.)])?\s+(?P<next>[A-Za-z‘“\"(\[]|\S)"
)
_AMOUNT = re.compile(r"[-–+(]?\s*£?\s*\d[\d,]*(\.\d+)?\s*(%|k|m|bn)?\)?\s*(fte|wte)?\*?|n/?a|nil|-|–|—", re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    """A cell of a table's grid: its text, and its box where it has one."""

    text: str = ""
    box: tuple = NO_BOX


@dataclass
class Builder:
    """Gathers blocks in order; knows which paragraph, and which table, is meant."""

    rows: list = field(default_factory=list)
    paragraph: str = ""
    caption: str = ""
    tables: dict = field(default_factory=dict)

    def text(self, kind, text, page=1, box=NO_BOX, numbered=None):
        """Add a heading or paragraph; ``numbered`` is its number where the format counts it apart from the text."""
        text = " ".join(text.split())
        if not text:
            return
        if caption := _CAPTION.search(text):
            short = len(text) < 150 and (kind == "heading" or text.lower().startswith(caption[1].lower()))
            self.caption = " ".join(caption[0].split()).capitalize() if short else self.caption
        if numbered is not None:
            self.paragraph = numbered or self.paragraph
        elif found := numbered_in(text, self.paragraph) or (kind == "heading" and numbered_heading(text)):
            self.paragraph = found
        elif kind == "heading":  # what follows is no more of the paragraph before
            self.paragraph = ""
        self.rows.append((page, kind, self.paragraph, "", -1, -1, "", "", text, *box))

    def table(self, grid, page=1):
        """Add a table of rows of Cell, all of one length; the rows before the first number are its header.

        One that goes on from the table before it, with the same header or none, on the next page, is the same table.
        """
        grid = [row for row in grid if any(cell.text.strip() for cell in row)]
        if not grid:
            return
        heads = header_rows(grid)
        names, known = column_names(grid[:heads]) or [""] * len(grid[0]), self._goes_on(grid, heads, page)
        names = in_all(grid[:heads], names)
        if known:
            name, first, names = known
        else:
            name, first = self._name(), 0
            for at, row in enumerate(grid[:heads]):
                self._cells(["header"] * len(row), name, at, row, names, page, "")
        labels = text_columns(grid[heads:])
        carried = [""] * len(labels)
        for at, row in enumerate(grid[heads:]):
            carried = [row[column].text.strip() or before for column, before in zip(labels, carried, strict=True)]
            said = " ".join(" ".join(filter(None, carried)).split())
            kinds = ["header" if column in labels else "cell" for column in range(len(row))]
            self._cells(kinds, name, first + (0 if known else heads) + at, row, names, page, said)
        self.tables[name] = (first + len(grid), names, page, [cell.text for row in grid[:heads] for cell in row])
        self.caption = ""

    def _goes_on(self, grid, heads, page):
        if not self.tables:
            return None
        name = next(reversed(self.tables))
        rows, names, last, header = self.tables[name]
        after = self.rows and self.rows[-1][3] == name and page == last + 1
        same = [cell.text for row in grid[:heads] for cell in row] == header or heads == 0
        return (name, rows, names) if after and same and len(names) == len(grid[0]) else None

    def _name(self):
        name = self.caption
        if not name or name in self.tables:
            letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            count = sum(1 for one in self.tables if re.fullmatch(r"Table [A-Z]{1,2}", one))
            return f"Table {letters[count // 26 - 1] if count >= 26 else ''}{letters[count % 26]}"
        return name

    def _cells(self, kinds, table, at, row, names, page, said):
        for column, cell in enumerate(row):
            if text := " ".join(cell.text.split()):
                self.rows.append(
                    (page, kinds[column], self.paragraph, table, at, column, said, names[column], text, *cell.box)
                )

    def frame(self):
        """Return the blocks as a frame of the columns BLOCKS."""
        return pd.DataFrame([(at, *row) for at, row in enumerate(self.rows)], columns=BLOCKS)


def numbered_in(text, before=""):
    """Return the number that a paragraph begins with, or an empty text; an amount at its beginning is none.

    Parameters
    ----------
    text : str
    before : str, optional
        The number of the paragraph before, which it goes on from: 4.2 to 4.3, 4.2.1 or 5.1; or it begins again with 1.

    Examples
    --------
    >>> numbered_in("4.2 Data has indicated", "4.1"), numbered_in("- 3.7 The summary"), numbered_in("40 staff left", "4.1")
    ('4.2', '3.7', '')
    >>> numbered_in("22.5 posts are vacant", "4.1"), numbered_in("5 Progression", "4.4"), numbered_in("2. 10 starters")
    ('', '5', '2')
    """
    found = _PARAGRAPH.match(text)
    if found and found["next"].isdigit() and _parts(before) and "." in found["number"]:
        *same, last = _parts(before)
        return found["number"] if _parts(found["number"]) == [*same, last + 1] else ""
    if not found or not (
        found["next"].isalpha() or found["next"] in '‘“"([' or (found["ends"] and "." not in found["number"])
    ):
        return ""
    parts, last = _parts(found["number"]), _parts(before)
    if (
        len(parts) == 1
        and not found["ends"]
        and not (found["next"].isupper() and parts[0] == (last[0] if last else 0) + 1)
    ):
        return ""
    goes_on = not last or parts[0] in (1, last[0], last[0] + 1)
    return found["number"] if goes_on else ""


def numbered_heading(text):
    """Return the number that a heading begins with, or an empty text.

    Examples
    --------
    >>> numbered_heading("4 Retention"), numbered_heading("4.1. Leavers"), numbered_heading("2024 in review")
    ('4', '4.1', '')
    """
    found = re.match(r"(\d{1,2}(?:\.\d{1,2})*)[.)]?\s+[A-Z]", text)
    return found[1] if found else ""


def _parts(number):
    return [int(part) for part in number.split(".") if part]


def is_amount(text):
    """Tell whether a cell is nothing but an amount, or says that there is none."""
    return bool(_AMOUNT.fullmatch(text.strip()))


def header_rows(grid):
    """Return how many rows at the top of a grid name its columns: those before the first with an amount beyond its first cell."""
    for at, row in enumerate(grid):
        cells = [cell.text.strip() for cell in row[1:] if cell.text.strip()]
        if any(is_amount(text) and not re.fullmatch(r"(19|20)\d\d", text) for text in cells) and at:
            return at
    return 1 if len(grid) > 1 else 0


def column_names(rows):
    """Return the names of columns of a header's rows: their parts joined, one that spans columns carried across.

    Examples
    --------
    >>> column_names([[Cell("Grade"), Cell("Starters"), Cell("")], [Cell(""), Cell("22-23"), Cell("23-24")]])
    ['Grade', 'Starters 22-23', 'Starters 23-24']
    """
    if not rows:
        return []
    parts = [[] for _ in rows[0]]
    for at, row in enumerate(rows):
        carried = ""
        for column, cell in enumerate(row):
            text = " ".join(cell.text.split())
            below = any(other[column].text.strip() for other in rows[at + 1 :])
            carried = text or (carried if below else "")
            if carried and carried not in parts[column]:
                parts[column].append(carried)
    return [joined(part) for part in parts]


def in_all(rows, names):
    """Return names of columns with the unit that a line of the header gives for all of them: ``All figures in £m``.

    Examples
    --------
    >>> in_all([[Cell(), Cell("All figures in £m")], [Cell(), Cell("Budget")]], ["", "All figures in £m Budget"])
    ['', 'Budget £m']
    """
    alone = [[cell.text for cell in row if cell.text.strip()] for row in rows]
    told = next((texts[0] for texts in alone if len(texts) == 1 and for_all(texts[0])), "")
    if not told:
        return names
    unit = for_all(told)
    return [
        f"{name.replace(told, '').strip()} {unit}".strip() if at else name.replace(told, "").strip()
        for at, name in enumerate(names)
    ]


def for_all(text):
    """Return the unit that a text gives for all amounts of a table, or an empty text.

    Examples
    --------
    >>> for_all("All figures in £m"), for_all("(£000)"), for_all("Budget £m")
    ('£m', '£000', '')
    """
    found = _FOR_ALL.search(text)
    return found["unit"] if found else ""


def joined(parts):
    """Return a name's parts as one: with a space, but for a letter or two that a narrow column broke off a word.

    Examples
    --------
    >>> joined(["Revenu", "e", "Forecas", "t"]), joined(["Number", "of", "posts"])
    ('Revenue Forecast', 'Number of posts')
    """
    name = ""
    for part in parts:
        broken = name and re.fullmatch(r"[a-z]{1,2}", part) and not re.fullmatch(_SHORT, part)
        name += part if broken or not name else f" {part}"
    return name


def text_columns(rows):
    """Return which columns name the rows: the first, and those after it that hold words and no amounts."""
    found = []
    for column in range(len(rows[0]) if rows else 0):
        texts = [row[column].text.strip() for row in rows if row[column].text.strip()]
        if column and any(is_amount(text) for text in texts):
            break
        if column and not texts:
            break
        found.append(column)
    return found[: max(1, len(rows[0]) - 1)] if rows else []
