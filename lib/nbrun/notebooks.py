"""A notebook's file as plain data: without nbformat, which takes long to import."""

import json
from pathlib import Path

from nbrun.errors import PlanError


def read(path):
    """Return what a notebook's file holds: a dict with ``cells`` and ``metadata``, each cell with type, text and metadata.

    A cell's ``source`` is one text, however the file has it. Raises PlanError, with the file's name, for what is no notebook.
    """
    name = named(path)
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise PlanError([f"{name}: not a notebook: {error}"]) from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        raise PlanError([f"{name}: not a notebook: it has no list of cells"])
    for number, cell in enumerate(cells, start=1):
        if not _is_cell(cell):
            raise PlanError([f"{name}: cell {number} has no type, text and metadata as a notebook's cells have"])
        cell["source"] = "".join(cell["source"])
    if not isinstance(content.setdefault("metadata", {}), dict):
        raise PlanError([f"{name}: not a notebook: its metadata are no mapping"])
    return content


def named(path):
    """Return how errors name a notebook: its folder and file.

    Examples
    --------
    >>> named("/home/me/project/notebooks/01_good.ipynb")
    'notebooks/01_good.ipynb'
    """
    path = Path(path)
    return f"{path.parent.name}/{path.name}"


def _is_cell(cell):
    if not (isinstance(cell, dict) and isinstance(cell.get("metadata", {}), dict)):
        return False
    cell.setdefault("metadata", {})
    source, tags = cell.get("source"), cell["metadata"].get("tags", [])
    texts = source if isinstance(source, list) else [source]
    listed = isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)
    return isinstance(cell.get("cell_type"), str) and all(isinstance(text, str) for text in texts) and listed
