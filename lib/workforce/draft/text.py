"""Plain text and Markdown into blocks: paragraphs by blank lines, tables by pipes or tabs."""

import re

from workforce.draft.blocks import Builder, Cell, is_amount

_RULE = re.compile(r"\s*\|?[\s:|-]*-{2,}[\s:|-]*\|?\s*")


def blocks(path, progress=None):
    """Return the blocks of a text file, see ``read.read``. Raises ValueError for one that is not UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: not UTF-8: {error.reason}; save the file as UTF-8") from None
    builder, lines = Builder(), text.splitlines()
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end > at + 1:
            builder.table(_grid(lines[at:end]))
            at = end
            continue
        at = _paragraph(builder, lines, at)
    if progress:
        progress(1, 1)
    return builder.frame()


def _paragraph(builder, lines, at):
    """Add the paragraph that begins at a line, and return where the next one does."""
    line = lines[at].strip()
    if line.startswith("#"):
        builder.text("heading", line.lstrip("# ").replace("**", ""))
        return at + 1
    gathered = [line]
    at += 1
    while at < len(lines) and lines[at].strip() and not _begins(lines[at]) and _table_end(lines, at) <= at + 1:
        gathered.append(lines[at].strip())
        at += 1
    builder.text("paragraph", " ".join(gathered).replace("**", ""))
    return at


def _begins(line):
    """Tell whether a line begins a paragraph of its own: a number, a bullet, a heading, a short line with an amount."""
    return bool(re.match(r"\s*([-•*#]\s|\d{1,2}(\.\d{1,2})*[.)]?[a-z]?\.?\s|\(?[a-z]\)\s|£|\d)", line))


def _cells(line):
    if "|" in line:
        return [cell.strip().replace("**", "") for cell in line.strip().strip("|").split("|")]
    if "\t" in line:
        return [cell.strip().replace("**", "") for cell in line.split("\t")]
    return None


def _table_end(lines, at):
    """Return where the table that begins at a line ends; the line itself where none does.

    Beneath a header with pipes or tabs, rows may have lost theirs: then they are words and amounts set apart by spaces.
    """
    if _cells(lines[at]) is None:
        return _bare_end(lines, at)
    width, end = len(_cells(lines[at])), at + 1
    while end < len(lines) and (
        _cells(lines[end]) is not None or _RULE.fullmatch(lines[end]) or _spaced(lines[end], width)
    ):
        end += 1
    return end


def _bare_end(lines, at):
    """Return where a table without pipes or tabs ends: beneath a line of words, rows of a name or a year and as many amounts."""
    head = lines[at].split()
    if (
        not head
        or len(head) > 12
        or any(is_amount(word) for word in head)
        or lines[at].rstrip().endswith((".", ":", ";"))
    ):
        return at
    end, width = at + 1, 0
    while end < len(lines) and (row := _spaced(lines[end], width or 20)):
        width = width or len(row)
        if len(row) != width or len(head) < width:
            break
        end += 1
    return end if end - at > (2 if width > 2 else 3) else at


def _headed(line, width):
    """Return the names of columns of a line that nothing divides: a word each, what is left over to the last."""
    words = line.split()
    return [*words[: width - 1], " ".join(words[width - 1 :])]


def _spaced(line, width):
    """Return a row whose cells are set apart by spaces, its last ones amounts; None where it is no such row."""
    parts = line.split()
    amounts = 0
    while amounts < min(len(parts), width) and is_amount(parts[-1 - amounts]):
        amounts += 1
    if width < 2 or amounts < 1 or not parts:
        return None
    first = parts[: len(parts) - amounts]
    if not first and amounts > 1:  # a year, or another number, names the row
        first, amounts = parts[:1], amounts - 1
    return [" ".join(first), *parts[len(parts) - amounts :]] if len(first) <= 6 else None


def _grid(lines):
    head = _cells(lines[0]) or _headed(lines[0], len(_spaced(lines[1], 20)))
    rows = [head, *(_cells(line) or _spaced(line, len(head)) for line in lines[1:] if not _RULE.fullmatch(line))]
    width = max(map(len, rows))
    return [[Cell(text) for text in [*row, *[""] * (width - len(row))]] for row in rows]
