"""A paper as its readers know it: its tables rebuilt cell by cell, and what its claims file asks of the data for charts."""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from workforce import data
from workforce.claims import files, tables
from workforce.claims.files import ClaimsError
from workforce.query import QueryError, StoppedError


def cells(document, register, folder=data.DATA):
    """Return the cells of a paper's tables, as printed.

    Parameters
    ----------
    document : str
    register : list of Claim
        As ``register`` returns it; the verdicts of the cells come from it.
    folder : path, optional

    Returns
    -------
    pandas.DataFrame
        Columns ``table, row, column, printed, unit, verdict``; ``printed`` is missing where the copy is damaged,
        ``verdict`` where the cell is an input.

    Raises
    ------
    ClaimsError
        When the claims file describes a table in which no cell stands, or leaves out a column in which one does.

    Examples
    --------
    >>> from workforce import claims
    >>> cells("tameside-2023", claims.register(document="tameside-2023")).iloc[0].to_dict()["printed"]
    '94'
    """
    inputs = data.load("observations", folder).query("document == @document")
    scales = data.load("pay_scales", folder).query("document == @document").to_dict("records")
    found = [
        *(_cell(one.where, _printed(one), one.unit) for one in inputs.itertuples()),
        *(cell for scale in scales for cell in _pay(scale)),
        *(
            _cell(claim.where, claim.published, claim.unit, claim.verdict)
            for claim in register
            if claim.document == document
        ),
    ]
    place = ["table", "row", "column"]
    frame = pd.DataFrame(filter(None, found), columns=[*place, "printed", "unit", "verdict"])
    if strange := list(_misdescribed(files.layout(document, folder)["tables"], frame)):
        raise ClaimsError([f"{document}.yml, tables: {line}" for line in strange])
    return frame.groupby(place, sort=False, as_index=False).last()  # a claim's verdict, in the place of its pay scale


def _misdescribed(described, cells):
    """Yield what is wrong with the description of a paper's tables: a name without cells, a column left out."""
    for name, about in described.items():
        found, told = set(cells.loc[cells["table"] == name, "column"]), about.get("columns", ())
        if not found:
            yield f"nothing stands in '{name}'; 'where' names: {', '.join(cells['table'].unique()) or 'no table'}"
        elif told and (lacking := sorted(found.difference(told))):
            yield f"{name} has cells in {', '.join(lacking)} too; 'columns' names only {', '.join(told)}"


def _printed(row):
    """Return the number of an observation as its paper prints it, a range with both its ends."""
    return f"{row.value_as_printed} to {row.upper_as_printed}" if row.upper_as_printed else row.value_as_printed


def _cell(where, printed, unit, verdict=None):
    place = where.split(" > ")
    return (*place, printed, unit, verdict) if len(place) == 3 else None


def pay_cells(scale):
    """Return the places of the three cells of one end of a pay scale, in the order of its columns.

    Examples
    --------
    >>> pay_cells({"where": "Table 2 > Bury", "end": "entry"})
    ['Table 2 > Bury > SCP min', 'Table 2 > Bury > Annual £ min', 'Table 2 > Bury > Hourly £ min']
    """
    side = {"entry": " min", "top": " max", "single": ""}[scale["end"]]
    return [f"{scale['where']} > {name}{side}" for name in ("SCP", "Annual £", "Hourly £")]


def _pay(scale):
    """Yield the three cells of one end of a pay scale; the printed hourly rate keeps its pence."""
    printed = scale["scp"], scale["annual"], scale["hourly_as_printed"] or pd.NA
    units = "spinal column point", "GBP per year", "GBP per hour"
    for place, value, unit in zip(pay_cells(scale), printed, units, strict=True):
        yield _cell(place, pd.NA if pd.isna(value) else str(value), unit)


def marks(document, folder=data.DATA):
    """Return the cells that a paper's claims file marks: pairs of what a mark means and the places of its cells.

    Raises ClaimsError for a query that ``ask`` refuses.

    Examples
    --------
    >>> len(marks("coventry-2024")[0][1])
    2
    """
    described = files.layout(document, folder)["tables"].values()
    return [
        (mark["means"], tuple(ask(document, mark["sql"], ["where"], folder, empty=True)["where"]))
        for table in described
        for mark in table.get("marks", ())
    ]


def ask(document, sql, columns, folder=data.DATA, empty=False):
    """Return the answer to a query over the data tables, ``paper`` (the document's observations) and its views.

    Of the columns asked for, ``value`` and ``denominator`` are float, the others text. Raises ClaimsError for a query that
    fails, or whose answer lacks one of ``columns`` or a value in one, or, unless ``empty`` says that it may, a row.

    Examples
    --------
    >>> ask('walsall-2021', "SELECT 'a' AS category, 1 AS value", ['category', 'value']).to_numpy().tolist()
    [['a', 1.0]]
    """
    path = Path(folder) / "claims" / f"{document}.yml"
    asked = _ready(path, path.read_bytes(), data.content(folder))
    try:
        answer = pd.DataFrame(asked.rows(sql))
    except (QueryError, StoppedError) as error:
        raise ClaimsError([f"{path.name}: {error}"]) from None
    if answer.empty and empty:
        return pd.DataFrame(columns=columns)
    query = f"{path.name}: the query '{' '.join(sql.split())[:60]} ...'"
    if lacking := [name for name in columns if name not in answer]:
        told = tables.unknown_measures(sql, asked) if answer.empty else ""
        raise ClaimsError([f"{query} gives no row with the column {', '.join(lacking)}{f'; {told}' if told else ''}"])
    for name in columns:
        number = name in ("value", "denominator")
        typed = pd.to_numeric(answer[name], errors="coerce").astype(float) if number else answer[name].astype(str)
        if (missing := (typed if number else answer[name]).isna()).any():
            what = "a number" if number else "a text"
            raise ClaimsError([f"{query} gives {answer.loc[missing, name].iloc[0]!r} as {name}, which is not {what}"])
        answer[name] = typed
    return answer


@lru_cache(maxsize=8)
def _ready(path, text, state):
    """Return the tables to ask for one claims file, made once for each state of it and of the data."""
    return tables.ready(path, tables.frames(path.parent.parent))


def charts(document, folder=data.DATA):
    """Return the charts of a paper's claims file: pairs of what the file says of it and the frame to draw.

    Raises ClaimsError for a query that `ask` refuses, or that gives one bar two values.

    Examples
    --------
    >>> [told["unit"] for told, frame in charts("tameside-2023")][:1]
    ['FTE']
    """
    return [(one, _bars(document, one, folder)) for one in files.layout(document, folder)["charts"]]


def _bars(document, described, folder):
    frame = ask(document, described["sql"], ["category", "series", "value"], folder)
    again = frame[frame.duplicated(["category", "series"])]
    if len(again):
        bar = f"{again['category'].iloc[0]}, {again['series'].iloc[0]}"
        raise ClaimsError([f"{document}.yml: the chart '{described['title']}' has the bar '{bar}' twice"])
    return frame
