"""Made-up papers' numbers, as a reader gives them."""

import pandas as pd

from workforce.draft.paper import from_places

UNITS = {"%": "percent", "£": "GBP"}


def numbers(*rows):
    """Return numbers of rows ``(where, printed, unit)``, or with the sentence and the period after these."""
    given = [(*row, *("", "")[len(row) - 3 :]) for row in rows]
    places = pd.DataFrame([row[:3] for row in given], columns=["where", "printed", "unit"])
    frame = from_places(places)
    frame["sentence"] = [given[at][3] for at in frame.index]
    frame["period"] = [given[at][4] for at in frame.index]
    blank = {"noun": "", "page": 1, "upper": float("nan"), "start": 0, "end": 0, "block": 0}
    boxes = dict.fromkeys(["x0", "top", "x1", "bottom"], float("nan"))
    return frame.assign(**blank, **boxes).reset_index(drop=True)


def table(name, columns, rows, unit="people"):
    """Return the rows of a table for ``numbers``: its columns, and by row the printed numbers; a unit, or one a column."""
    units = [unit] * len(columns) if isinstance(unit, str) else unit
    return [
        (f"{name} > {row} > {column}", printed, one)
        for row, cells in rows.items()
        for column, printed, one in zip(columns, cells, units, strict=True)
        if printed
    ]


TEAMS = table(
    "Table 1",
    ["Starters 2022-23", "Leavers 2022-23", "Net"],
    {
        "North": ["112", "47", "65"],
        "South": ["98", "53", "45"],
        "East": ["87", "29", "58"],
        "Total": ["297", "129", "168"],
    },
)
SHARES = table(
    "Table 2",
    ["Budget", "Agency spend", "%"],
    {
        "2017/18": ["77813000", "2099983", "2.70"],
        "2018/19": ["84154000", "2786808", "3.31"],
        "2019/20": ["94724000", "4474977", "4.72"],
    },
    ["GBP", "GBP", "percent"],
)


def changed(rows, where, printed):
    """Return rows with another number printed at one place."""
    return [(place, printed if place == where else number, unit) for place, number, unit in rows]
