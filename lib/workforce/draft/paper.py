"""A paper's numbers, made ready to ask which follow from which: places, units, words and tables as grids."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from workforce.data import need
from workforce.draft.formulas import by_chance

NEEDED = ["table", "row", "column", "row_name", "column_name", "paragraph", "where", "value", "decimals", "unit"]
WORDS = ["sentence", "noun", "period", "printed", "upper"]  # may be blank

_MEASURED = {"GBP", "percent", "points"}  # kinds of which whole numbers are rounded too
_BEFORE, _AFTER = 40, 25  # characters beside a number in which a word speaks of it
_STAFF = {"FTE", "people", "posts", "headcount"}
_PLAIN = re.compile(
    r"the|and|for|was|were|are|been|has|have|had|with|from|that|this|these|those|its|not|which|who|than|per|number|all|table|"
    r"social|worker|child|children|council|service|our"
)  # words that tell nothing apart in a paper on social workers


@dataclass(frozen=True)
class Grid:
    """The numbers of one table: ``cells[row, column]`` is the place of a number in the paper, or -1."""

    name: str
    cells: np.ndarray
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]


class Paper:
    """The numbers of one paper, by place in the frame.

    Parameters
    ----------
    numbers : pandas.DataFrame
        As ``numbers.numbers`` gives it, in the order of the paper; of its columns those in NEEDED, and WORDS where known.
    """

    def __init__(self, numbers):
        need(numbers, NEEDED, "numbers")
        self.frame = numbers.reset_index(drop=True)
        for name in WORDS:
            if name not in self.frame:
                self.frame[name] = np.nan if name == "upper" else ""
        self.values = self.frame["value"].astype(float).tolist()
        self.decimals = self.frame["decimals"].astype(int).tolist()
        self.digits = [Decimal(1).scaleb(-places) for places in self.decimals]
        self.units = self.frame["unit"].fillna("").tolist()
        self.kinds = [kind_of(unit) for unit in self.units]
        self.tables = self.frame["table"].fillna("").tolist()
        self.wheres = self.frame["where"].tolist()
        self.is_range = self.frame["upper"].notna().tolist()

    @cached_property
    def halves(self):
        """Half of the last digit of each number, within which it is rounded; of a count, which nobody rounds, nothing."""
        told = zip(self.decimals, self.kinds, strict=True)
        return [0.0 if places == 0 and kind not in _MEASURED else 10.0**-places / 2 for places, kind in told]

    @cached_property
    def chances(self):
        """How likely one value is to hit each number by chance."""
        return [by_chance(value, 10.0**-places) for value, places in zip(self.values, self.decimals, strict=True)]

    @cached_property
    def arrays(self):
        """Values (of a range none), sizes of the last digit, halves of it and evidence, with a last place that holds nothing.

        A table's grid, in which -1 is an empty cell, picks from them.
        """
        values = np.where(self.is_range, np.nan, self.values)
        columns = values, 10.0 ** -np.array(self.decimals), self.halves, -np.log(self.chances)
        return [
            np.append(column, nothing) for column, nothing in zip(columns, (np.nan, np.nan, np.nan, 0.0), strict=True)
        ]

    def __len__(self):
        return len(self.frame)

    @cached_property
    def words(self):
        """The words around each number that tell what it counts: of its row and column, or of its sentence."""
        return [frozenset(_tokens(" ".join(map(str, parts)))) for parts in self._around()]

    def _around(self):
        for one in self.frame.itertuples():
            yield (one.row_name, one.column_name) if one.table else (one.sentence, one.noun)

    @cached_property
    def said(self):
        """The text near each number, in small letters: its row and column, or some words before and after it."""
        return [_near(one).lower() for one in self.frame.itertuples()]

    @cached_property
    def sections(self):
        """The section of each number: the first part of its paragraph's number, of its table's where it has none."""
        return [_section(one.paragraph or one.where) for one in self.frame.itertuples()]

    @cached_property
    def grids(self):
        """The tables, in the order of the paper."""
        return [self._grid(name) for name in dict.fromkeys(filter(None, self.tables))]

    def _grid(self, name):
        mine = self.frame[self.frame["table"] == name]
        rows, columns = sorted(mine["row"].unique()), sorted(mine["column"].unique())
        cells = np.full((len(rows), len(columns)), -1)
        for at, row, column in zip(mine.index, mine["row"], mine["column"], strict=True):
            cells[rows.index(row), columns.index(column)] = at
        names = mine.drop_duplicates("row").set_index("row")["row_name"]
        heads = mine.drop_duplicates("column").set_index("column")["column_name"]
        return Grid(name, cells, tuple(names[row] for row in rows), tuple(heads[column] for column in columns))

    @cached_property
    def texts(self):
        """The places of the numbers that stand in no table."""
        return [at for at, table in enumerate(self.tables) if not table]


def kind_of(unit):
    """Return what a unit measures, for numbers of which only those of one kind are added up or compared.

    Examples
    --------
    >>> kind_of("FTE"), kind_of("people"), kind_of("percent"), kind_of("GBP per year"), kind_of("weeks")
    ('staff', 'staff', 'percent', 'GBP', 'weeks')
    """
    if unit in _STAFF:
        return "staff"
    if unit == "percentage points":
        return "points"
    return "GBP" if unit.startswith("GBP") else unit


def _near(one):
    if one.table:
        return f"{one.row_name} {one.column_name}"
    at = max(0, str(one.sentence).find(str(one.printed)))
    return one.sentence[max(0, at - _BEFORE) : at + len(str(one.printed)) + _AFTER]


def _tokens(text):
    words = {word.rstrip("s") for word in re.findall(r"[a-z]{3,}", text.lower())}
    return {word for word in words if not _PLAIN.fullmatch(word)}


def _section(place):
    found = re.search(r"(\d+)", place)
    return f"{'appendix ' if 'ppendix' in place else ''}{found[1]}" if found else place


def order_of(where):
    """Return a key that sorts places as they follow each other in a paper, where nothing else tells: by their numbers.

    Examples
    --------
    >>> sorted(["paragraph 10.1", "Table 9.4 > Total", "appendix 2", "executive summary", "paragraph 9.3"], key=order_of)
    ['executive summary', 'paragraph 9.3', 'Table 9.4 > Total', 'paragraph 10.1', 'appendix 2']
    """
    return ("ppendix" in where, [int(number) for number in re.findall(r"\d+", where.partition(" > ")[0])])


def from_places(places: pd.DataFrame) -> pd.DataFrame:
    """Return numbers of which only the place, the value as printed and the unit are known, as a frame to propose from.

    Parameters
    ----------
    places : pandas.DataFrame
        Columns ``where`` (a paragraph, or 'table > row > column'), ``printed`` and ``unit``. Rows and columns of a table stand
        in the order in which they come first.

    Returns
    -------
    pandas.DataFrame
        Columns NEEDED and ``printed``, in the order of the paper as its places tell it; the index is that of ``places``.
    """
    rows = []
    for at, where, printed, unit in zip(places.index, places["where"], places["printed"], places["unit"], strict=True):
        parts = where.split(" > ")
        table, row, column = parts if len(parts) == 3 else ("", "", "")
        number = re.search(r"\d+(\.\d+)*", where)
        rows.append((at, table, row, column, number[0] if number else "", where, printed, unit))
    columns = ["at", "table", "row_name", "column_name", "paragraph", "where", "printed", "unit"]
    frame = pd.DataFrame(rows, columns=columns).set_index("at")
    for name, given in (("row", "row_name"), ("column", "column_name")):
        frame[name] = frame.groupby("table", sort=False)[given].transform(lambda names: pd.factorize(names)[0])
        frame.loc[frame["table"] == "", name] = -1
    frame["value"] = frame["printed"].astype(float)
    frame["decimals"] = [max(0, -Decimal(text).as_tuple().exponent) for text in frame["printed"]]
    return frame.iloc[sorted(range(len(frame)), key=lambda at: order_of(frame["where"].iloc[at]))]
