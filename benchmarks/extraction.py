"""How much of a paper is read right, and how long it takes: the papers in data/ are set as PDF and Word documents, and read.

python benchmarks/extraction.py
"""

import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from workforce import data
from workforce.draft.numbers import numbers
from workforce.draft.propose import propose
from workforce.draft.read import read

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "draft"))

import typeset

PAGES = 40


def measured(folder):
    """Return what was read right of each paper in each form: a row each, with the share of cells, numbers and units."""
    rows = []
    for document in data.load("documents")["slug"]:
        told = typeset.content(document)
        for form in (*typeset.LAYOUTS, "docx"):
            rows.append((document, form, *shares(told, form, folder)))
    return pd.DataFrame(
        rows, columns=["paper", "form", "cells", "of cells", "numbers", "of numbers", "units", "of units"]
    )


def shares(told, form, folder):
    """Return how many cells, numbers and units of one paper in one form are read right, each with how many there are."""
    path = (
        typeset.as_docx(told, folder / "paper.docx")
        if form == "docx"
        else typeset.as_pdf(told, folder / "paper.pdf", form)
    )
    return [number for pair in typeset.counted(told, numbers(read(path))).values() for number in pair]


def timed(folder):
    """Return the seconds that each step takes for a paper of PAGES pages, made of all papers' tables and sentences."""
    every = [typeset.content(document) for document in data.load("documents")["slug"]]
    tables, sentences, at = {}, [], 0
    while len(tables) < 3 * PAGES // 2:
        told = every[at % len(every)]
        tables |= {f"Table {len(tables) + place}": grid for place, grid in enumerate(told.tables.values(), start=1)}
        sentences += told.sentences[:20]
        at += 1
    path = typeset.as_pdf(typeset.Content(tables, sentences), folder / "long.pdf")
    begun = time.perf_counter()
    blocks = read(path)
    after = time.perf_counter()
    found = numbers(blocks)
    counted = time.perf_counter()
    propose(found)
    return blocks["page"].max(), len(found), after - begun, counted - after, time.perf_counter() - counted


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = measured(folder)
        print(found.to_string(index=False))
        total = found.groupby("form", sort=False).sum(numeric_only=True)
        for what in ("cells", "numbers", "units"):
            print((100 * total[what] / total[f"of {what}"]).round(1).rename(f"{what} read right, %").to_string())
        pages, count, reading, counting, proposing = timed(folder)
        steps = f"{reading:.1f} s to read, {counting:.1f} s to find them, {proposing:.1f} s to propose"
        print(f"{pages} pages with {count:,} numbers: {steps}")
