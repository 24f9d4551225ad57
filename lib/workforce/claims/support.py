"""What a reading rests on, found by changing the data and asking again: which rows move its value, and which do not.

A verdict proves something only when the data could have given another: a reading that no change of the data moves is typed,
not computed, and one that moves with nothing but the number at the claim's own place repeats it.
"""

import re
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from string import Template

import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype

from workforce import data
from workforce.claims import files
from workforce.claims.files import ClaimsError
from workforce.claims.paper import pay_cells
from workforce.claims.register import evaluate, rows_of
from workforce.query import QueryError, Tables

COLUMNS = ["claim", "reading", "table", "row", "where"]
# Changes of the chosen rows, each a set of values of the columns that `Trial` adds: a little, and a lot, differently from row to
# row, so that sums and ratios do not stay as they were; a little alike, so that what most rows agree on moves with them;
# down; another year at the end of a period, or at its start.
NUDGED = 'shift = 1 + "row" % 7'
CHANGES = (NUDGED, 'shift = hash("row") % 89 + 3', "shift = 5", "shift = -40", "later = true", "earlier = true")
# Most rows taken away, in several ways: a count then has several values, a constant behind a condition at most one other.
FEWER = tuple(f'gone = hash("row" + {n}) % {n} > 0' for n in (2, 3, 5, 10))
GONE = "gone = true"


def unfounded(folder=data.DATA, document=None):
    """Return what is wrong with readings that prove nothing, a line each: nothing moves them, or only the claim's own number.

    Parameters
    ----------
    folder : path, optional
        The data folder, whose data and claims are valid.
    document : str, optional
        Only the claims of this paper, or of one of COMPARISONS.

    Returns
    -------
    list of str
    """
    frames = data.load_all(folder)
    paths = files.paths(folder, frames["documents"]["slug"])
    return [line for path in paths if document in (None, path.stem) for line in _unfounded(path, frames)]


def check(folder=data.DATA, document=None):
    """Raise ClaimsError with every reading that proves nothing, see ``unfounded``."""
    if found := unfounded(folder, document):
        raise ClaimsError(found)


def of(claims, folder=data.DATA):
    """Return the rows that each reading of some claims rests on: those whose change, or lack, moves it.

    The rows are found by halving: a set of rows that moves a reading is searched, one that does not is left. Rows that move it
    only together are all named.

    Parameters
    ----------
    claims : list of Claim
    folder : path, optional

    Returns
    -------
    pandas.DataFrame
        Columns COLUMNS: the claim's id, the reading's number (0 is the one as stated), the table, the row as a spreadsheet
        counts it, and where in its paper it stands (empty for a table without places).
    """
    frames, rows = data.load_all(folder), []
    for document in dict.fromkeys(claim.document for claim in claims):
        names = [claim.id.partition("/")[2] for claim in claims if claim.document == document]
        trial = Trial(Path(folder) / "claims" / f"{document}.yml", frames)
        found = trial.search({key for key in trial.before if key[0] in names})
        rows += [
            (
                f"{document}/{name}",
                number,
                table,
                row + 2,
                frames[table].get("where", pd.Series(dtype=str)).get(row, ""),
            )
            for (name, number), places in found.items()
            for table, row in places
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _unfounded(path, frames):
    trial = Trial(path, frames)
    claims = {claim.id.partition("/")[2]: claim for claim in evaluate(path, frames)}
    least = {key: _least_move(claims[key[0]]) for key in trial.before}
    still = trial.unmoved(least)
    for key in sorted(still):
        told = "no change of the data moves its value, or none that could change a verdict, so it proves nothing"
        yield f"{_named(path, claims, key)}: {told}"
    cells = _cells(path.stem, frames)
    own = {key: cells.get(_plain(claims[key[0]].where), []) for key in trial.before if key not in still}
    own = {key: found for key, found in own.items() if found}
    repeating = trial.resting_on({key: [cell[:2] for cell in found] for key, found in own.items()}, least)
    for key in sorted(own):
        claim = claims[key[0]]
        if key in repeating and _repeats(claim, own[key], trial.moving([cell[:2] for cell in own[key]], key), frames):
            told = "it rests on nothing but the number at the claim's own place, which stands twice"
            yield f"{_named(path, claims, key)}: {told}; take that out of the data, or read it off other numbers"
        elif _looks(claim, own[key], key, trial, frames):
            told = "it follows the number at the claim's own place wherever that goes, so it looks at the answer"
            yield f"{_named(path, claims, key)}: {told}; what is found by searching is an explanation"


def _named(path, claims, key):
    name, number = key
    return f"{path.name}, claim '{name}': reading '{claims[name].readings[number].name}'"


def _least_move(claim):
    """Return by how much a reading must move to count as moved: half of the last digit printed, or at all for words."""
    if claim.interval is not None or claim.ambiguous or claim.precision is None:
        return 0.0
    return float(claim.precision) / 2


def _cells(document, frames):
    """Return the cells of a paper by the place where they stand in it: table, row and column."""
    places = {}
    described = (
        ("observations", lambda row: [(row["where"], "value")]),
        ("pay_scales", lambda row: zip(pay_cells(row), ("scp", "annual", "hourly"), strict=True)),
    )
    for table, cells in described:
        rows = frames[table][frames[table]["document"] == document]
        for row, one in zip(rows.index, rows.to_dict("records"), strict=True):
            for place, column in cells(one):
                places.setdefault(_plain(place), []).append((table, row, column))
    return places


def _plain(place):
    """Return a place as one text however it is spelt: ``Table 1 > North > FTE`` and ``table 1, North, FTE`` are the same."""
    return place.replace(" > ", ", ").lower()


def _repeats(claim, own, moving, frames):
    """Tell whether a reading rests on one row alone, whose number bears the claim out: it is the claim's own, said twice."""
    if len(moving) != 1:
        return False
    numbers = [frames[table].loc[row, column] for table, row, column in own if (table, row) == moving[0]]
    return any(claim.borne_out_by(float(number)) for number in numbers if number == number)


def _looks(claim, own, key, trial, frames):
    """Tell whether a reading looks at the claim's own number: set to what the reading gives it, the number comes back.

    Two numbers of other rows are tried in its place. What does not look gives the same for both.
    """
    if claim.interval is not None or claim.precision is None or len(own) != 1:
        return False
    ((table, row, column),) = own
    others = frames[table][column].dropna().astype(float)
    others = others[others != others.get(row)].unique()[:2]

    def given(number):
        return trial.with_value(table, row, column, number, {key}).get(key) if number is not None else None

    found = [given(float(number)) for number in others]
    if len(found) < 2 or None in found or _near(*found, claim):
        return False
    return all(_near(number, given(number), claim) for number in found)


def _near(one, other, claim):
    """Whether two values are the same at the precision that a claim prints."""
    return other is not None and abs(one - other) <= float(claim.precision) / 2


class Trial:
    """The data tables, to be changed row by row and asked the readings of a claims file again."""

    def __init__(self, path, frames):
        self._content = files.read(path)
        package = data.package(path.parent.parent)
        numeric = {name: _changeable(frame, package[name]["schema"]["primaryKey"]) for name, frame in frames.items()}
        self._rows = [(name, row) for name, frame in frames.items() for row in frame.index]
        base = {f"base {name}": _with_switches(frame) for name, frame in frames.items()}
        views = {name: _switched(name, frame, numeric[name]) for name, frame in frames.items()}
        views["paper"] = f"SELECT * FROM observations WHERE document = '{path.stem}'"
        self._tables = Tables(base, {**views, **self._content.get("views", {})})
        self.before = self._ask()

    def unmoved(self, least, leaving=()):
        """Return which readings stay as they are, whatever is changed of all rows but those to leave alone.

        A reading that fails, because a row it needs is not there, has not moved.

        Parameters
        ----------
        least : dict of (str, int) to float
            By how much each reading must move.
        leaving : collection of (str, int), optional
        """
        left = set(leaving)
        every = [place for place in self._rows if place not in left]
        one_table = [
            [place for place in every if place[0] == table] for table in dict.fromkeys(table for table, _ in every)
        ]
        keys = set(least)
        for part, change in [*product([every], CHANGES), *product(one_table, [NUDGED])]:
            if keys:
                with self._changed(change, part):
                    after = self._ask(keys)
                keys = {key for key in keys if after.get(key) is None or not self._moved(key, after[key], least[key])}
        seen = {key: set() for key in keys}
        for change in FEWER:
            if keys:
                with self._changed(change, every):
                    after = self._ask(keys)
                for key in keys:
                    if after.get(key) is not None and self._moved(key, after[key], least[key]):
                        seen[key].add(round(after[key], 9))
        return {key for key in keys if len(seen[key]) < 2}

    def _moved(self, key, value, least):
        return _differs(self.before[key], value) and abs(value - self.before[key]) >= least

    def resting_on(self, own, least):
        """Return which readings nothing moves but their own rows, ``own`` by reading.

        Many are told at once, with every second of those rows left alone.
        """
        everywhere = {place for places in own.values() for place in places}
        keys = set(own)
        for parity in (0, 1):
            leaving = {place for place in everywhere if place[1] % 2 == parity}
            some = {key: least[key] for key in keys if leaving.issuperset(own[key])}
            keys -= some.keys() - self.unmoved(some, leaving)
        return {key for key in keys if self.unmoved({key: least[key]}, leaving=own[key])}

    def moving(self, rows, key):
        """Return which of the rows, changed by themselves, move a reading."""
        return [place for place in rows if self._touched([place], {key})]

    def search(self, keys):
        """Return for each of some readings the places of the rows that it rests on."""
        found = {key: [] for key in self.before if key in keys}
        for table in dict.fromkeys(table for table, _ in self._rows):
            rows = [place for place in self._rows if place[0] == table]
            self._search(rows, self._touched(rows, found.keys()), found)
        return found

    def _search(self, rows, keys, found):
        if not keys or len(rows) == 1:
            for key in keys:
                found[key] += rows
            return
        halves = rows[: len(rows) // 2], rows[len(rows) // 2 :]
        touched = [self._touched(half, keys) for half in halves]
        for half, some in zip(halves, touched, strict=True):
            self._search(half, some, found)
        for key in keys.difference(*touched):
            found[key] += rows

    def _touched(self, rows, keys):
        """Return which readings have another value, or none, when the rows are changed, or gone."""
        touched = set()
        for change in (NUDGED, GONE):
            left = keys - touched
            if left:
                with self._changed(change, rows):
                    after = self._ask(left)
                touched |= {key for key in left if after.get(key) is None or _differs(self.before[key], after[key])}
        return touched

    def with_value(self, table, row, column, value, keys):
        """Return the values of readings with one cell of the data set to another number."""
        with self._set(table, row, column, value):
            return self._ask(keys)

    def _ask(self, keys=None):
        """Return the value of each reading by claim and number, None for one that fails."""
        names = None if keys is None else {name for name, _ in keys}
        answers = {}
        for entry in self._content["claims"]:
            if "readings" in entry and (names is None or _may_make(entry, names)):
                answers |= self._answers(entry, keys)
        return answers

    def _answers(self, entry, keys):
        answers = {}
        try:
            rows = rows_of(entry, self._tables)
        except QueryError:
            rows = []
        for row in rows:
            name = Template(entry["id"]).substitute(row)
            for number, reading in enumerate(entry["readings"]):
                if keys is None or (name, number) in keys:
                    try:
                        answers[name, number] = self._tables.value(reading["sql"], row)
                    except QueryError:
                        answers[name, number] = None
        return answers

    @contextmanager
    def _changed(self, change, rows):
        """Change rows for a while."""
        for table in dict.fromkeys(table for table, _ in rows):
            chosen = [row for name, row in rows if name == table]
            self._tables.alter(
                f'UPDATE "base {table}" SET {change} WHERE list_contains($rows, "row")', {"rows": chosen}
            )
        try:
            yield
        finally:
            for table in dict.fromkeys(table for table, _ in rows):
                self._tables.alter(f'UPDATE "base {table}" SET shift = 0, later = false, earlier = false, gone = false')

    @contextmanager
    def _set(self, table, row, column, value):
        sql = f'UPDATE "base {table}" SET "{column}" = $value WHERE "row" = $row'
        (before,) = self._tables.rows(f'SELECT "{column}" AS value FROM "base {table}" WHERE "row" = {row}')
        self._tables.alter(sql, {"value": value, "row": row})
        try:
            yield
        finally:
            self._tables.alter(sql, {"value": before["value"], "row": row})


def _changeable(frame, key):
    """Return the columns of numbers that may change; those of the key tell rows apart."""
    return [name for name in frame if is_numeric_dtype(frame[name]) and name not in key and frame[name].dtype != bool]


def _with_switches(frame):
    added = {"row": range(len(frame)), "shift": 0.0, "later": False, "earlier": False, "gone": False}
    if "period" in frame:
        added["next period"] = [_shifted(period, -1, 1) for period in frame["period"]]
        added["period before"] = [_shifted(period, 0, -1) for period in frame["period"]]
    return frame.assign(**added)


def _shifted(period, which, years):
    """Return a period with one of its years some later: the last of ``2023-10/2024-02`` by one, ``2023-10/2025-02``."""
    found = list(re.finditer(r"\d{4}", period)) if isinstance(period, str) else []
    if not found:
        return period
    year = found[which]
    return f"{period[: year.start()]}{int(year[0]) + years}{period[year.end() :]}"


def _switched(name, frame, numeric):
    """Return a query for a table as it stands after the changes that its rows' switches tell."""

    def shown(column):
        if column == "period":
            return 'CASE WHEN later THEN "next period" WHEN earlier THEN "period before" ELSE period END AS period'
        if column not in numeric:
            return f'"{column}"'
        if is_float_dtype(frame[column]):
            return f'"{column}" * (1 + shift / 100) + shift / 90 AS "{column}"'
        return f'"{column}" + CAST(shift AS BIGINT) AS "{column}"'

    return f'SELECT {", ".join(map(shown, frame))} FROM "base {name}" WHERE NOT gone'


def _differs(before, after):
    return before is None or abs(after - before) > 1e-9 * max(1, abs(before))


def _may_make(entry, names):
    """Whether one of the claims named can come of an entry, whose id may have the values of a row in it."""
    pattern = re.compile(re.sub(r"\\\$\w+|\\\$\\\{\w+\\\}", ".+", re.escape(entry["id"])))
    return any(pattern.fullmatch(name) for name in names)
