"""A web page into blocks: headings, paragraphs, list items and tables, without its navigation."""

from workforce.draft.blocks import Builder, Cell

_TEXT = {
    "p",
    "li",
    "dt",
    "dd",
    "blockquote",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "div",
    "section",
}
_LEFT_OUT = ("script", "style", "nav", "footer", "header", "noscript", "template", "form", "svg")


def blocks(path, progress=None):
    """Return the blocks of a web page, see ``read.read``."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(path.read_bytes(), "lxml")
    for element in soup(_LEFT_OUT):
        element.decompose()
    builder = Builder()
    for element in (soup.find("main") or soup.body or soup).find_all([*_TEXT, "table"]):
        if element.find_parent("table"):
            continue
        if element.name == "table":
            if element.caption:
                builder.text("paragraph", element.caption.get_text(" ", strip=True))
            builder.table(_grid(element))
        elif not element.find([*_TEXT, "table"]):
            kind = "heading" if element.name[0] == "h" and element.name[1:].isdigit() else "paragraph"
            builder.text(kind, element.get_text(" ", strip=True), numbered=_counted(element))
    if progress:
        progress(1, 1)
    return builder.frame()


def _counted(element):
    """Return the number of an item of a numbered list, which no text has; None for what is no such item."""
    outer = element.parent
    if element.name != "li" or outer is None or outer.name != "ol" or outer.get("type", "1") != "1":
        return None
    items = outer.find_all("li", recursive=False)
    begin = outer.get("start", "1")
    at = next(at for at, item in enumerate(items) if item is element)
    return str((int(begin) if begin.isdigit() else 1) + at)


def _grid(table):
    """Return a table's cells in a grid: one that spans several stands in the first of them."""
    rows, taken = [], {}
    for at, line in enumerate(row for row in table.find_all("tr") if row.find_parent("table") is table):
        cells, column = {}, 0
        for cell in line.find_all(["td", "th"], recursive=False):
            while taken.get((at, column)):
                column += 1
            cells[column] = Cell(" ".join(cell.get_text(" ", strip=True).split()))
            wide, high = (_span(cell, name) for name in ("colspan", "rowspan"))
            for down in range(high):
                for right in range(wide):
                    taken[at + down, column + right] = True
            column += wide
        rows.append(cells)
    width = 1 + max((column for _, column in taken), default=-1)
    return [[cells.get(column, Cell()) for column in range(width)] for cells in rows]


def _span(cell, name):
    text = str(cell.get(name, "1")).strip()
    return min(int(text), 100) if text.isdigit() and int(text) else 1
