"""A Word document into blocks. Word does not store the numbers of numbered paragraphs, so they are counted."""

import re
from zipfile import BadZipFile

from workforce.draft.blocks import Builder, Cell
from workforce.draft.read import UnreadableError

_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def blocks(path, progress=None):
    """Return the blocks of a .docx, see ``read.read``. Raises UnreadableError for one that is damaged or locked."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.oxml.ns import qn
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise UnreadableError(f"{path.name}: no Word document, damaged, or locked by a password: {error}") from None
    builder, counted = Builder(), _Numbers(document)
    for element in document.element.body.iterchildren():
        if element.tag == qn("w:p"):
            paragraph = Paragraph(element, document)
            style = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
            kind = "heading" if style.startswith(("heading", "title")) else "paragraph"
            builder.text(kind, paragraph.text, numbered=counted.of(paragraph))
        elif element.tag == qn("w:tbl"):
            builder.table(_grid(Table(element, document)))
    if progress:
        progress(1, 1)
    return builder.frame()


def _grid(table):
    """Return a table's cells in a grid: one that spans several stands in the first of them."""
    rows = []
    for row in table.rows:
        cells = [Cell()] * row.grid_cols_before
        for tc in row._tr.tc_lst:
            text = "" if tc.vMerge == "continue" else " ".join(_texts(tc).split())
            cells += [Cell(text), *[Cell()] * (tc.grid_span - 1)]
        rows.append(cells)
    width = max(map(len, rows), default=0)
    return [[*cells, *[Cell()] * (width - len(cells))] for cells in rows]


def _texts(tc):
    return " ".join(paragraph.text for paragraph in tc.p_lst)


class _Numbers:
    """Counts the numbered paragraphs of a document as Word does: by list and level, deeper levels anew."""

    def __init__(self, document):
        from docx.oxml.ns import qn

        self._qn, self._counts = qn, {}
        self._levels, self._starts = {}, {}
        part = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        root = part.element if part is not None else None
        if root is None:
            return
        abstract = {one.get(qn("w:abstractNumId")): one for one in root.findall(qn("w:abstractNum"))}
        for number in root.findall(qn("w:num")):
            name, of = number.get(qn("w:numId")), number.find(qn("w:abstractNumId")).get(qn("w:val"))
            for level in abstract[of].findall(qn("w:lvl")) if of in abstract else ():
                self._levels[name, int(level.get(qn("w:ilvl")))] = (of, *self._told(level))

    def _told(self, level):
        def value(name, default):
            found = level.find(self._qn(name))
            return default if found is None else found.get(self._qn("w:val"))

        return value("w:numFmt", "decimal"), value("w:lvlText", ""), int(value("w:start", "1"))

    def of(self, paragraph):
        """Return a paragraph's number as it is shown: an empty text for a bullet or a letter, None where it has none."""
        name, depth = self._list(paragraph)
        if (name, depth) not in self._levels:
            return None
        of, form, text, start = self._levels[name, depth]
        counts = self._counts.setdefault(of, {})
        counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        if form == "bullet":
            return ""
        shown = re.sub(r"%(\d)", lambda found: self._shown(name, int(found[1]) - 1, counts), text).strip(" .()")
        return shown if re.fullmatch(r"\d+(\.\d+)*", shown) else ""

    def _shown(self, name, depth, counts):
        _, form, _, start = self._levels.get((name, depth), ("", "decimal", "", 1))
        number = counts.get(depth, start)
        if form in ("lowerLetter", "upperLetter"):
            return chr(ord("a") + (number - 1) % 26)
        return roman(number) if form in ("lowerRoman", "upperRoman") else str(number)

    def _list(self, paragraph):
        """Return the list and the level of a paragraph, its own or its style's."""
        styles, style = [], paragraph.style
        while style is not None:
            styles.append(style.element)
            style = style.base_style
        name = depth = None
        for element in (paragraph._p, *styles):
            properties = element.find(self._qn("w:pPr"))
            numbers = None if properties is None else properties.find(self._qn("w:numPr"))
            if numbers is not None:
                one, level = (numbers.find(self._qn(tag)) for tag in ("w:numId", "w:ilvl"))
                name = name if name is not None or one is None else one.get(self._qn("w:val"))
                depth = depth if depth is not None or level is None else int(level.get(self._qn("w:val")))
        return name, depth or 0


def roman(number):
    """Return a number in small Roman numerals.

    Examples
    --------
    >>> roman(4), roman(19)
    ('iv', 'xix')
    """
    told = ""
    for value, letters in _ROMAN:
        while number >= value:
            told, number = told + letters, number - value
    return told
