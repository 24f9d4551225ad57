"""Sets the papers in data/ as PDF and Word documents, to be read again: what was set is known, so what is read can be counted."""

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pandas as pd

from workforce import claims

LAYOUTS = ("ruled", "lines", "bare")
_SPLIT = re.compile(r"(.+) ((?:Oct )?\d{2,4}(?:-\d\d)?)")


@dataclass(frozen=True)
class Content:
    """Tables by name, each a frame of printed cells, and sentences, each with the number that it prints."""

    tables: dict[str, pd.DataFrame]
    sentences: list[tuple[str, str]]


def content(document):
    """Return what a paper in data/ prints: the cells of its tables, and of its claims the sentences with a plain number."""
    register = claims.register(document=document)
    cells = claims.cells(document, register).dropna(subset=["printed"])
    percent = cells["unit"].eq("percent") & ~cells["column"].str.contains("%") & ~cells["row"].str.contains("%")
    cells["printed"] = cells["printed"].where(~percent, cells["printed"] + "%")
    tables = {}
    for at, (_, part) in enumerate(cells.groupby("table", sort=False), start=1):
        rows, columns = part["row"].unique(), part["column"].unique()
        grid = part.pivot(index="row", columns="column", values="printed").loc[rows, columns]
        tables[f"Table {at}"] = grid.fillna("")
    said = [(claim.says, claim.published) for claim in register if _plain(claim.published)]
    said = [
        (text, number) for text, number in said if re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d,]|\.\d)", text)
    ]
    return Content(tables, list(dict.fromkeys(said)))


def _plain(text):
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def header(grid):
    """Return the rows of a table's header: two where its columns are a few names by period, with what spans several once."""
    found = [_SPLIT.fullmatch(name) for name in grid.columns]
    if all(found) and len({one[1] for one in found}) < len(found):
        above, seen = [], None
        for one in found:
            above.append("" if one[1] == seen else one[1])
            seen = one[1]
        return [["", *above], ["", *(one[2] for one in found)]]
    return [["", *grid.columns]]


def as_pdf(told, path, layout="ruled", height=700):
    """Set a paper as a PDF: numbered paragraphs, and tables that are ruled, have lines between rows, or no lines at all."""
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    styles, parts = getSampleStyleSheet(), []
    parts.append(Paragraph("Recruitment and retention of social workers", styles["Title"]))
    for number, (text, _) in enumerate(told.sentences, start=1):
        parts += [Paragraph(f"2.{number} {_safe(text)}", styles["BodyText"]), Spacer(1, 6)]
    for name, grid in told.tables.items():
        heads = header(grid)
        cell = styles["BodyText"].clone("cell", fontSize=7, leading=8)
        rows = [[Paragraph(_safe(text), cell) for text in row] for row in heads]
        rows += [[Paragraph(_safe(row), cell), *texts] for row, *texts in grid.itertuples(name=None)]
        style = [("FONTSIZE", (0, 0), (-1, -1), 7), ("ALIGN", (1, 0), (-1, -1), "RIGHT")]
        style += {
            "ruled": [("GRID", (0, 0), (-1, -1), 0.5, colors.black)],
            "lines": [("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black)],
            "bare": [],
        }[layout]
        style += _spans(heads)
        width = 480 - 60 * len(grid.columns)
        widths = [max(90, width), *[min(60, 390 / len(grid.columns))] * len(grid.columns)]
        table = Table(rows, colWidths=widths, repeatRows=len(heads), style=TableStyle(style))
        parts += [Paragraph(f"<b>{name}: what the paper prints</b>", styles["BodyText"]), table, Spacer(1, 14)]
    SimpleDocTemplate(str(path), pagesize=(595, height), leftMargin=50, rightMargin=50).build(parts)
    return path


def _spans(heads):
    if len(heads) == 1:
        return []
    starts = [at for at, text in enumerate(heads[0]) if at and text] + [len(heads[0])]
    return [("SPAN", (first, 0), (after - 1, 0)) for first, after in itertools.pairwise(starts)]


def _safe(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def as_docx(told, path):
    """Set a paper as a Word document: paragraphs that Word numbers itself, tables with cells that span columns."""
    import docx

    document = docx.Document()
    document.add_heading("Recruitment and retention of social workers", 0)
    for text, _ in told.sentences:
        document.add_paragraph(text, style="List Number")
    for name, grid in told.tables.items():
        document.add_paragraph(f"{name}: what the paper prints")
        heads = header(grid)
        rows = [*heads, *([row, *texts] for row, *texts in grid.itertuples(name=None))]
        table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
        for cells, texts in zip((row.cells for row in table.rows), rows, strict=True):
            for cell, text in zip(cells, texts, strict=True):
                cell.text = text
        for _, (first, row), (last, _) in _spans(heads):
            table.cell(row, first).merge(table.cell(row, last)).text = heads[0][first]
    document.save(str(path))
    return path


def counted(told, found):
    """Return how much of what was set was read right: cells by table, row, column and value, and the sentences' numbers.

    Parameters
    ----------
    told : Content
    found : pandas.DataFrame
        As ``numbers.numbers`` gives it.

    Returns
    -------
    dict of str to (int, int)
        Of ``cells``, ``numbers`` and ``units`` (of the sentences' percentages) how many were read right, and of how many.
    """
    places = {
        (one.table, _squeezed(one.row_name), _squeezed(one.column_name)): one.printed
        for one in found.itertuples()
        if one.table
    }
    cells = [
        (places.get((name, _squeezed(row), _squeezed(column))), text)
        for name, grid in told.tables.items()
        for row, texts in grid.iterrows()
        for column, text in texts.items()
        if re.search(r"\d", text)
    ]
    read = {}
    for one in found[found["table"] == ""].itertuples():
        read.setdefault(re.sub(r"^2\.\d+(?=\s)", "", one.sentence), []).append(one)
    read = {_squeezed(sentence): found for sentence, found in read.items()}
    numbers = [(_number_in(read, text, number), text, number) for text, number in told.sentences]
    percents = [one for one, text, number in numbers if one is not None and f"{number}%" in text]
    return {
        "cells": (sum(printed == text for printed, text in cells), len(cells)),
        "numbers": (sum(one is not None for one, _, _ in numbers), len(numbers)),
        "units": (sum(one.unit == "percent" for one in percents), len(percents)),
    }


def _squeezed(text):
    return re.sub(r"\s+", "", text)


def _number_in(read, text, number):
    for sentence, found in read.items():
        if sentence.endswith(_squeezed(text)) or _squeezed(text).endswith(sentence) or sentence in _squeezed(text):
            for one in found:
                if one.value == float(number):
                    return one
    return None
