"""A paper into blocks, by the kind of its file."""

from importlib import import_module
from pathlib import Path

_READERS = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".md": "text",
}
_TOLD = {
    ".doc": "an old Word file; open it in Word or LibreOffice and save it as .docx",
    ".xlsx": "a workbook; copy its numbers to data/observations.csv",
    ".odt": "an OpenDocument text; save it as .docx",
}


class UnreadableError(ValueError):
    """A paper that cannot be read, with what would help."""


def read(path, progress=None):
    """Read a paper into blocks.

    Parameters
    ----------
    path : path
        A .pdf with text, .docx, .html, .htm, .txt or .md.
    progress : callable, optional
        Called with the number of pages read, and of all.

    Returns
    -------
    pandas.DataFrame
        Columns ``blocks.BLOCKS``, a row a block in reading order. ``page`` counts from 1; ``kind`` is heading, paragraph, header
        (a name of a table's column or row) or cell; ``paragraph`` is the number printed or counted; ``row`` and ``column`` are
        -1 outside tables; the box is in points from the page's top left corner, missing where there are no pages.

    Raises
    ------
    UnreadableError
        For a file of another kind, one that is empty, damaged or locked, and a scan without text.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in _READERS:
        told = _TOLD.get(ending, f"no paper that can be read; it should end in {', '.join(_READERS)}")
        raise UnreadableError(f"{path.name}: {told}")
    if not path.stat().st_size:
        raise UnreadableError(f"{path.name}: the file is empty")
    found = import_module(f"workforce.draft.{_READERS[ending]}").blocks(path, progress)
    if found.empty:
        raise UnreadableError(f"{path.name}: it has no text")
    return found
