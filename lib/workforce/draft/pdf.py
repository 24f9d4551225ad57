"""A PDF into blocks: words by their places on the page become lines, paragraphs and tables, ruled or only aligned."""

import itertools
import re
from collections import Counter
from statistics import median

from workforce.draft.blocks import Builder, Cell, for_all, is_amount, joined
from workforce.draft.read import UnreadableError

_MARGIN = 0.09  # of a page's height, above and below, in which what comes again is no part of the text
_WIDE = 1.0  # of the letters' size: a wider gap between words divides cells
_FEWEST_ROWS = 3  # of a table that no lines rule
_YEAR = re.compile(r"(19|20)\d\d")  # names a row or a column
_SCAN = "it holds pictures of its pages and no text; ask the council for the document itself, or have its text recognised (OCR)"


def blocks(path, progress=None):
    """Return the blocks of a PDF, see ``read.read``. Raises UnreadableError for a scan, and for one damaged or locked."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(path) as pdf:
            pages = []
            for at, page in enumerate(pdf.pages, start=1):
                pages.append(_Page(page, at))
                page.close()
                if progress:
                    progress(at, len(pdf.pages))
    except PdfminerException as error:
        locked = isinstance(error.args[0], PDFPasswordIncorrect) if error.args else False
        told = "it is locked by a password; save a copy without" if locked else "damaged, or no PDF"
        raise UnreadableError(f"{path.name}: {told}") from None
    if not any(page.lines or page.tables for page in pages):
        raise UnreadableError(f"{path.name}: {_SCAN}")
    return _built(pages).frame()


class _Page:
    """The lines and tables of a page, each with its top: what is needed when the page itself is closed."""

    def __init__(self, page, number):
        self.number, self.height = number, float(page.height)
        words = page.extract_words(extra_attrs=["size", "fontname"], keep_blank_chars=False, x_tolerance_ratio=0.15)
        words = [word for word in words if word.get("upright", True)]
        ruled = [table for table in page.find_tables() if _is_table(table)]
        self.tables = []
        for table in ruled:
            inside = [word for word in words if _within(word, table.bbox)]
            words = [word for word in words if not _within(word, table.bbox)]
            if grid := _ruled(table, inside):
                self.tables.append((table.bbox[1], grid))
        self.lines = _lines(words)
        for start, body, end in reversed(_aligned_tables(self.lines)):
            self.tables.append((_box(self.lines[start])[1], _aligned(self.lines[start:body], self.lines[body:end])))
            del self.lines[start:end]

    def margin(self):
        """Return the lines near the page's upper and lower edge, figures left out, by their place in ``lines``."""
        edge = self.height * _MARGIN
        return {
            at: re.sub(r"\d+", "#", _text(line))
            for at, line in enumerate(self.lines)
            if line[0]["bottom"] < edge or line[0]["top"] > self.height - edge
        }


def _is_table(table):
    return len(table.rows) > 1 and max(sum(cell is not None for cell in row.cells) for row in table.rows) > 1


def _built(pages):
    repeated = Counter(text for page in pages for text in set(page.margin().values()))
    body = median([word["size"] for page in pages for line in page.lines for word in line] or [10])
    builder, carried = Builder(), None
    for page in pages:
        margin = page.margin()
        lines = [
            line
            for at, line in enumerate(page.lines)
            if not (
                at in margin
                and (
                    repeated[margin[at]] > max(1, len(pages) // 4)
                    or re.fullmatch(r"\W*(page\W*)?#(\W*of #)?\W*", margin[at], re.I)
                )
            )
        ]
        parts = [
            (lines_top, "text", part) for lines_top, part in _paragraphs(lines, body, [top for top, _ in page.tables])
        ]
        parts += [(top, "table", grid) for top, grid in page.tables]
        for _, kind, part in sorted(parts, key=lambda one: one[0]):
            if kind == "table":
                carried = _flush(builder, carried)
                builder.table(part, page.number)
            elif carried and _goes_on(carried, part):
                carried = (carried[0], carried[1], [*carried[2], *part])
            else:
                carried = _flush(builder, carried)
                carried = (page.number, _kind(part, body), part)
    _flush(builder, carried)
    return builder


def _flush(builder, carried):
    if carried:
        page, kind, lines = carried
        builder.text(kind, " ".join(map(_text, lines)), page, _box([word for line in lines[:40] for word in line]))


def _goes_on(carried, part):
    """Tell whether a paragraph goes on after a page or a table: it had not come to its end, and no new one begins."""
    before, first = _text(carried[2][-1]), _text(part[0])
    return carried[1] == "paragraph" and not re.search(r"[.:;!?]\W*$", before) and bool(re.match(r"[a-z(]", first))


def _kind(lines, body):
    words = [word for line in lines for word in line]
    bold = all("bold" in word["fontname"].lower() or "black" in word["fontname"].lower() for word in words)
    large = median(word["size"] for word in words) > 1.15 * body
    short = len(lines) <= 2 and not _text(lines[-1]).endswith((".", ";", ","))
    return "heading" if short and (bold or large) else "paragraph"


def _lines(words):
    """Return the lines of words, each from left to right, from the top of the page down."""
    lines = []
    for word in sorted(words, key=lambda word: (word["top"] + word["bottom"], word["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if lines and abs(middle - lines[-1][0]) < 0.45 * max(word["size"], 4):
            lines[-1][1].append(word)
        else:
            lines.append((middle, [word]))
    return [sorted(line, key=lambda word: word["x0"]) for _, line in lines]


def _text(line):
    return " ".join(word["text"] for word in line)


def _box(words):
    return (
        min(word["x0"] for word in words),
        min(word["top"] for word in words),
        max(word["x1"] for word in words),
        max(word["bottom"] for word in words),
    )


def _paragraphs(lines, body, tables):
    """Yield the paragraphs of a page's lines with their tops: apart by space, by a number or bullet, by size, or by a table."""
    part, gaps = (
        [],
        [b[0]["top"] - a[0]["top"] for a, b in itertools.pairwise(lines) if b[0]["top"] > a[0]["top"]],
    )
    usual = min(median(gaps) if gaps else 1.3 * body, 1.6 * body)
    for line in lines:
        if part:
            last = part[-1]
            gap = line[0]["top"] - last[0]["top"]
            divided = any(last[0]["top"] < top < line[0]["top"] for top in tables)
            other = abs(line[0]["size"] - last[0]["size"]) > 0.12 * body or _bold(line) != _bold(last)
            if gap > 1.35 * usual or divided or _begins(line) or (other and gap > 0.9 * usual and _whole(last, line)):
                yield part[0][0]["top"], part
                part = []
        part.append(line)
    if part:
        yield part[0][0]["top"], part


def _bold(line):
    return all("bold" in word["fontname"].lower() for word in line)


def _whole(last, line):
    """Tell whether a change of type between two lines divides them: both are of one type each."""
    return len({word["fontname"] for word in last}) == 1 and len({word["fontname"] for word in line}) == 1


def _begins(line):
    first = line[0]["text"]
    if re.fullmatch(r"[•●▪◦○*–-]|[\uf0b7\uf0a7]|\(?[a-z]{1,3}\)|\(?[ivx]{1,4}[.)]|\d{1,2}[.)]", first):
        return True
    return bool(re.fullmatch(r"\d{1,2}(\.\d{1,2}){1,3}[.)]?", first)) and len(line) > 1


def _within(word, box):
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


# Ruled tables: the cells are those that lines make.


def _ruled(table, words):
    """Return the grid of a ruled table: of a cell that spans columns amounts go each to its own, words to the first."""
    edges = _merged(sorted({round(cell[0], 1) for row in table.rows for cell in row.cells if cell}))
    grid = []
    for row in table.rows:
        parts = [[] for _ in edges]
        for box in filter(None, row.cells):
            inside = [word for word in words if _within(word, box)]
            first = _column(box[0] + 1, edges)
            last = _column(box[2] - 2, edges)
            spread = last > first and sum(is_amount(word["text"]) for word in inside) > 1
            for word in inside:
                parts[_column((word["x0"] + word["x1"]) / 2, edges) if spread else first].append(word)
        grid.append([_cell(part) for part in parts])
    filled = [column for column in range(len(edges)) if any(row[column].text for row in grid)]
    return [[row[column] for column in filled] for row in grid] if filled else []


def _merged(edges, near=3):
    kept = []
    for edge in edges:
        if not kept or edge - kept[-1] > near:
            kept.append(edge)
    return kept


def _column(x, edges):
    return max(0, sum(edge <= x for edge in edges) - 1)


def _cell(words):
    if not words:
        return Cell()
    return Cell(" ".join(_text(line) for line in _lines(words)), _box(words))


# Aligned tables: no lines rule them, but rows of amounts stand beneath each other.


def _segments(line):
    """Return the parts of a line that wide gaps divide."""
    parts = [[line[0]]]
    for before, word in itertools.pairwise(line):
        gap = word["x0"] - before["x1"]
        if gap > _WIDE * word["size"] or (
            gap > 0.4 * word["size"] and is_amount(word["text"]) and is_amount(before["text"])
        ):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _amounts(line):
    texts = [(part, _text(part)) for part in _segments(line)]
    return [part for part, text in texts if is_amount(text) and re.search(r"\d", text) and not _YEAR.fullmatch(text)]


def _aligned_tables(lines):
    """Return where aligned tables begin, where their rows do, and where they end: runs of rows of amounts, and their names."""
    found, at = [], 0
    while at < len(lines):
        end = _run_end(lines, at)
        rows = [line for line in lines[at:end] if len(_amounts(line)) > 1]
        few = (
            len(rows) == 2 and at and len(_segments(lines[at - 1])) >= len(_amounts(rows[0])) > 2
        )  # beneath as many names
        if (len(rows) >= _FEWEST_ROWS or few) and _line_up(rows):
            after = found[-1][2] if found else 0
            left = min(part[0]["x0"] for row in rows for part in _amounts(row))
            body = at
            while body > after and lines[body - 1][-1]["x1"] < left and _close(lines[body - 1], lines[body]):
                body -= 1  # the first row's name begins above its amounts
            start = _header_start(lines, body, after, left)
            if len(_segments(lines[at])) > len(_amounts(lines[at])) or start < at:
                found.append((start, body, end))
        at = max(end, at + 1)
    return found


def _close(line, below):
    """Tell whether a line and the one below it are of one cell: no more space lies between them than between lines of a text."""
    return below[0]["top"] - line[0]["top"] < 1.35 * max(below[0]["size"], line[0]["size"])


def _run_end(lines, at):
    """Return where the run of a table's lines ends that begins with a row of amounts; the line itself where none does."""
    if len(_amounts(lines[at])) < 2:
        return at
    end, last, sides = at + 1, at + 1, [min(part[0]["x0"] for part in _amounts(lines[at]))]
    while end < len(lines) and lines[end][0]["top"] - lines[end - 1][0]["top"] < 3 * lines[end][0]["size"]:
        amounts = _amounts(lines[end])
        beside = lines[end][-1]["x1"] < min(sides) + 2  # words that stand where the rows' names do
        if len(amounts) > 1:
            last = end + 1
            sides.append(min(part[0]["x0"] for part in amounts))
        elif not beside and len(amounts) != len(_segments(lines[end])):
            break
        end += 1
    if (
        last < end
        and len(lines[last]) < 4
        and lines[last][0]["top"] - lines[last - 1][0]["top"] < 1.3 * lines[last][0]["size"]
    ):
        last += 1  # the last row's name goes on
    return last


def _header_start(lines, at, after, left):
    """Return where the names of the columns begin above the rows: short lines close by that stand over the amounts."""
    start = at
    while start > after and at - start < 8:
        line = lines[start - 1]
        near = lines[start][0]["top"] - line[0]["top"] < 2.6 * line[0]["size"]
        over = line[-1]["x1"] > left and (line[0]["x0"] > left - 70 or len(_segments(line)) > 1)
        if not near or not over or len(_text(line)) > 110 or _text(line).endswith("."):
            break
        start -= 1
    return start


def _line_up(rows):
    """Tell whether the amounts of most rows stand beneath each other in two columns or more, by their right or left edges."""
    for edge in ("x1", "x0"):
        places = Counter(round(part[-1 if edge == "x1" else 0][edge] / 4) for row in rows for part in _amounts(row))
        if sum(places[x] + places[x + 1] >= max(2, 0.6 * len(rows)) for x in list(places)) >= 2:
            return True
    return False


def _aligned(head, body):
    """Return the grid of an aligned table of the lines of its header and of its rows: its names, then a row each."""
    rows = [_segments(line) for line in body]
    spans = _spans(rows)
    grid = []
    for row in rows:
        parts = [[] for _ in spans]
        for part in row:
            parts[_nearest(part, spans)] += part
        grid.append([_cell(part) for part in parts])
    return [*_named(head, spans), *_rows_joined(grid, body)]


def _named(head, spans):
    """Return the rows of a header as one, with the names of the columns; before it what it says of all of them."""
    lines = [_segments(line) for line in head]
    told = [line[0] for line in lines if len(line) == 1 and for_all(_text(line[0]))]
    lines = [line for line in lines if line[0] not in told]
    seen = list(spans)  # where the names of columns stand: beside their amounts, or over them
    for line in lines:
        if len(line) in (len(spans), len(spans) - 1):
            seen[len(spans) - len(line) :] = [(part[0]["x0"], part[-1]["x1"]) for part in line]
    parts = [[] for _ in spans]
    for line in lines:
        for column, part in _over(line, spans, seen):
            parts[column].append(_text(part))
    alone = [[Cell(_text(part)), *[Cell()] * (len(spans) - 1)] for part in told]
    return [*alone, [Cell(joined(part)) for part in parts]]


def _spans(rows):
    """Return from where to where the columns reach: the names of the rows first, then what stands beneath each other."""
    amounts = _clusters([part for row in rows for part in row if is_amount(_text(part))])
    texts = [part for row in rows for part in row if not is_amount(_text(part))]
    first = amounts[0][0]
    if not any(part[-1]["x1"] < first + 2 for part in texts):  # years, or other figures, name the rows
        return amounts
    names = (min(part[0]["x0"] for part in texts), first - 1)
    beside = [part for part in texts if part[0]["x0"] > first and _nearest(part, amounts) is None]
    return [names, *sorted([*amounts, *_clusters(beside)])]


def _clusters(parts):
    """Return the ranges of parts that overlap from left to right."""
    found = []
    for left, right in sorted((part[0]["x0"], part[-1]["x1"]) for part in parts):
        if found and left < found[-1][1]:
            found[-1][1] = max(found[-1][1], right)
        else:
            found.append([left, right])
    return [tuple(one) for one in found]


def _nearest(part, spans):
    """Return the column under a part of a line, that which most of it overlaps; of none the one left of it, if there is one."""
    left, right = part[0]["x0"], part[-1]["x1"]
    shared = [min(right, other[1]) - max(left, other[0]) for other in spans]
    if max(shared) > 0:
        return shared.index(max(shared))
    return (
        0
        if right < spans[0][1] or spans[0][0] <= left < spans[1][0]
        else None
        if len(spans) < 2
        else shared.index(max(shared))
    )


def _over(parts, spans, seen):
    """Yield each part of a header's line with the columns that it names: in order where there are as many, else those below."""
    names, count = parts[0][-1]["x1"] < spans[1][0] - 40, len(spans) - 1
    several = parts[1:] if names else parts
    if len(parts) in (len(spans), count):
        yield from zip(range(len(spans) - len(parts), len(spans)), parts, strict=True)
    elif seen != spans and 1 < len(several) < count and count % len(several) == 0:  # each spans as many columns
        if names:
            yield 0, parts[0]
        for at in range(count):
            yield at + 1, several[at * len(several) // count]
    else:
        for part in parts:
            yield from ((column, part) for column in _below(part, spans, seen))


def _below(part, spans, seen):
    """Return the columns that a part of a header stands over: those whose middle it covers, else that whose name it goes on."""
    left, right = part[0]["x0"], part[-1]["x1"]
    covered = [at for at, span in enumerate(spans) if left < (span[0] + span[1]) / 2 < right]
    if len(covered) > 1:
        return covered
    shared = [min(right, max(a[1], b[1])) - max(left, min(a[0], b[0])) for a, b in zip(spans, seen, strict=True)]
    return [shared.index(max(shared))]


def _rows_joined(grid, lines):
    """Return rows of which each that takes several lines is one: its name goes on, or its amounts stand beside its middle."""
    rows, above, waiting = [], None, False
    for at, row in enumerate(grid):
        named, amounts = bool(row[0].text), any(cell.text for cell in row[1:])
        before = at and _close(lines[at - 1], lines[at])
        after = at + 1 < len(grid) and _close(lines[at], lines[at + 1])
        if named and not amounts:
            if (
                before
                and rows
                and above is None
                and not (after and not waiting and any(cell.text for cell in grid[at + 1][1:]))
            ):
                rows[-1][0] = _with(rows[-1][0], row[0])
            else:
                above = _with(above, row[0]) if above else row[0]
            continue
        if (
            not named
            and above is None
            and rows
            and not any(a.text and b.text for a, b in zip(rows[-1], row, strict=True))
        ):
            rows[-1] = [a if a.text else b for a, b in zip(rows[-1], row, strict=True)]
            continue
        waiting = not named and above is not None  # its name began above and may go on below
        if above is not None and (not named or before):
            row = [_with(above, row[0]) if named else above, *row[1:]]
        rows.append(list(row))
        above = None
    return rows


def _with(one, other):
    box = tuple(pick(a, b) for pick, a, b in zip((min, min, max, max), one.box, other.box, strict=True))
    return Cell(f"{one.text} {other.text}", box)
