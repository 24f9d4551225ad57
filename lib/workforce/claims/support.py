"""What a reading rests on, found by changing the data and asking again: which rows move its value, and which do not.

A verdict proves something only when the data could have given another: a reading that no change of the data moves is typed,
not computed, and one that moves with nothing but the number at the claim's own place repeats it.
"""

import re
from itertools import product
from pathlib import Path
from string import Template
from typing import NamedTuple

import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype

from workforce import data
from workforce.claims import files, tables
from workforce.claims.files import ClaimsError
from workforce.claims.paper import pay_cells
from workforce.claims.register import evaluate, rows_of
from workforce.national import quoted
from workforce.query import QueryError, StoppedError, Tables

COLUMNS = ["claim", "reading", "table", "row", "where"]


class Change(NamedTuple):
    """What becomes of the chosen rows of a table, in SQL over the columns that `_numbered` adds."""

    shift: str = "0"  # numbers grow by about so many percent
    later: str = "false"  # whether the period ends a year later
    earlier: str = "false"  # whether it begins a year earlier
    gone: str = "false"


# A little, and a lot, differently from row to row, so that sums and ratios do not stay as they were; a little alike, so that
# what most rows agree on moves with them; down; another year at the end of a period, or at its start.
NUDGED = Change('1 + "row" % 7')
CHANGES = (
    NUDGED,
    Change('hash("row") % 89 + 3'),
    Change("5"),
    Change("-40"),
    Change(later="true"),
    Change(earlier="true"),
)
# Most rows taken away, in several ways: a count then has several values, a constant behind a condition at most one other.
_KEPT = (
    (2, 2),
    (3, 3),
    (5, 5),
    (10, 10),
    (2, 7),
    (2, 11),
    (2, 13),
    (3, 17),
)  # one row in so many, drawn with so much added
FEWER = tuple(Change(gone=f'hash("row" + {added}) % {n} > 0') for n, added in _KEPT)
GONE = Change(gone="true")


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

    Examples
    --------
    >>> unfounded(document="across-papers")
    []
    """
    frames = tables.frames(folder)
    paths = files.paths(folder, frames["documents"]["slug"])
    return [line for path in paths if document in (None, path.stem) for line in _unfounded(path, frames)]


def check(folder=data.DATA, document=None):
    """Raise ClaimsError with every reading that proves nothing, see ``unfounded``.

    Examples
    --------
    >>> check(document="across-papers")
    """
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

    Examples
    --------
    >>> from workforce import claims
    >>> found = of(claims.register(document="across-papers")[:1])
    >>> sorted(set(found["table"]))
    ['observations']
    """
    frames, rows = tables.frames(folder), []
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
        rows = list(dict.fromkeys(cell[:2] for cell in own[key]))
        if key in repeating and _repeats(claim, own[key], trial.moving(rows, key), frames):
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
        ("observations", lambda row: [(row["where"], end) for end in ("value", "upper") if row[end] == row[end]]),
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
        content, package = files.read(path), data.package(path.parent.parent)
        self._frames = {name: frame for name, frame in frames.items() if name not in tables.DERIVED}
        self._changed, self._stale = (
            set(),
            set(),
        )  # the names of the tables that are now changed, and of those to derive anew
        self._numeric = {
            name: _changeable(frame, quoted.KEYS.get(name) or package[name]["schema"]["primaryKey"])
            for name, frame in self._frames.items()
        }
        self._rows = [(name, row) for name, frame in self._frames.items() for row in frame.index]
        views = {"paper": f"SELECT * FROM observations WHERE document = '{path.stem}'", **content.get("views", {})}
        base = {f"base {name}": _numbered(frame) for name, frame in self._frames.items()}
        self._tables = Tables({}, views, own={**frames, **base})
        self._derived = {name: frames[name] for name in tables.DERIVED}
        self._asking = [
            _Asking(entry, *self._read(entry, views)) for entry in content["claims"] if files.readings_of(entry)
        ]
        self._before = [self._answers(asking.entry) for asking in self._asking]
        self.before = {key: value for answers in self._before for key, value in answers.items()}

    def _read(self, entry, views):
        """Return the names of the tables that an entry's queries read, by way of views and derived tables too, and of these."""
        queries = [reading["sql"] for reading in files.readings_of(entry)]
        if isinstance(entry.get("each"), str):
            queries.append(entry["each"])
        named, seen = {name.lower(): sql for name, sql in views.items()}, set()
        while queries:
            names = self._tables.named(queries.pop())
            if names is None:  # it fails, and may read anything once the data are changed
                return set(self._frames), set(tables.DERIVED)
            queries += [named[name] for name in names & named.keys() - seen]
            seen |= names
        derived = seen & tables.DERIVED.keys()
        needed = {table for name in derived for table in tables.DERIVED[name][0]}
        return needed | seen & self._frames.keys(), derived

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
        # A third at a time too: what most rows agree on, such as whose spine a paper uses, then stays, and what follows moves.
        thirds = [[place for place in part if place[1] % 3 == at] for part in one_table for at in range(3)]
        keys = set(least)
        for part, change in [*product([every], CHANGES), *product([*one_table, *thirds], [NUDGED])]:
            if keys:
                after = self._after(change, part, keys)
                keys = {key for key in keys if after.get(key) is None or not self._moved(key, after[key], least[key])}
        seen = {key: set() for key in keys}
        for change in FEWER:
            if keys:
                after = self._after(change, every, keys)
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
                after = self._after(change, rows, left)
                touched |= {key for key in left if after.get(key) is None or _differs(self.before[key], after[key])}
        return touched

    def with_value(self, table, row, column, value, keys):
        """Return the values of readings with one cell of the data set to another number."""
        self._restore(self._changed)
        before = self._frames[table].at[row, column]
        sql = f'UPDATE "{table}" SET "{column}" = $value WHERE rowid = $row'
        self._changed = {table}
        self._tables.alter(sql, {"value": value, "row": row})
        self._outdate(table)
        answers = self._ask(keys)
        self._tables.alter(sql, {"value": None if pd.isna(before) else before.item(), "row": row})
        self._outdate(table)
        self._changed = set()
        return answers

    def _after(self, change, rows, keys):
        """Return the values of readings after a change of rows: of the tables that these readings read, no others."""
        read = set().union(*(asking.read for asking in self._asking if asking.may_make(keys)))
        chosen = {}
        for table, row in rows:
            if table in read:
                chosen.setdefault(table, []).append(row)
        self._restore(self._changed - chosen.keys())
        self._changed |= chosen.keys()
        for table, some in chosen.items():
            self._make(table, change, some)
        return self._ask(keys)

    def _restore(self, tables):
        """Make tables as they were; it is left until what is asked next needs them so."""
        for table in tables:
            self._make(table)
        self._changed = self._changed - tables

    def _make(self, table, change=None, rows=()):
        """Make a table anew, as it was or with a change of some of its rows."""
        shown = _after_change(table, self._frames[table], self._numeric[table], change or Change())
        self._tables.alter(f'CREATE OR REPLACE TEMP TABLE "{table}" AS {shown}', {"rows": list(rows)})
        self._outdate(table)

    def _outdate(self, table):
        self._stale |= {name for name, (needed, _) in tables.DERIVED.items() if table in needed}

    def _derive(self, names):
        """Work derived tables out anew from the tables as they are now, those that need it."""
        for name in names & self._stale:
            needed, _ = tables.DERIVED[name]
            if self._changed.isdisjoint(needed):
                frame = self._derived[name]
            else:
                now = {table: self._tables.frame(table).astype(self._frames[table].dtypes) for table in needed}
                empty = any(now[table].empty for table in needed)
                frame = self._derived[name].head(0) if empty else tables.derive(name, now)
            self._tables.put(name, frame)
            self._stale.discard(name)

    def _ask(self, keys):
        """Return the value of each reading by claim and number, None for one that fails, as the tables are now."""
        answers = {}
        for asking, before in zip(self._asking, self._before, strict=True):
            if asking.may_make(keys):
                if asking.read.isdisjoint(self._changed):
                    answers |= {key: before[key] for key in keys & before.keys()}
                else:
                    self._derive(asking.derived)
                    answers |= self._answers(asking.entry, keys)
        return answers

    def _answers(self, entry, keys=None):
        try:
            rows = rows_of(entry, self._tables)
        except QueryError:
            rows = []
        named = [(Template(entry["id"]).substitute(row), row) for row in rows]
        asked = {
            (name, number): (reading["sql"], row)
            for name, row in named
            for number, reading in enumerate(files.readings_of(entry))
            if keys is None or (name, number) in keys
        }
        try:
            return dict(zip(asked, self._tables.values(list(asked.values())), strict=True))
        except StoppedError as error:
            raise StoppedError(f"claim '{entry['id']}', with other data: {error}") from None


class _Asking:
    """An entry of a claims file with the tables that it reads, and which of those are worked out from others."""

    def __init__(self, entry, read, derived):
        self.entry, self.read, self.derived = entry, read, derived
        # The values of a row may be part of the id.
        self._pattern = re.compile(re.sub(r"\\\$\w+|\\\$\\\{\w+\\\}", ".+", re.escape(entry["id"])))

    def may_make(self, keys):
        """Whether one of the claims named can come of the entry."""
        return any(self._pattern.fullmatch(name) for name, _ in keys)


def _changeable(frame, key):
    """Return the columns of numbers that may change; those of the key tell rows apart."""
    return [name for name in frame if is_numeric_dtype(frame[name]) and name not in key and frame[name].dtype != bool]


def _numbered(frame):
    """Return a table with what a change goes by: the numbers of its rows, and its periods a year later or earlier."""
    added = {"row": range(len(frame))}
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


def _after_change(name, frame, numeric, change):
    """Return a query for a table as it stands after a change of the rows numbered ``$rows``."""

    def shown(column):
        if column == "period":
            return 'CASE WHEN later THEN "next period" WHEN earlier THEN "period before" ELSE period END AS period'
        if column not in numeric:
            return f'"{column}"'
        if is_float_dtype(frame[column]):
            return f'CASE WHEN "{column}" = 0 THEN shift / 90 ELSE "{column}" * (1 + shift / 100) END AS "{column}"'
        return f'"{column}" + CAST(shift AS BIGINT) AS "{column}"'

    chosen = 'list_contains($rows::BIGINT[], "row")'
    told = f"CAST(CASE WHEN {chosen} THEN {change.shift} ELSE 0 END AS DOUBLE) AS shift"
    for part in ("later", "earlier", "gone"):
        told += f", {chosen} AND {getattr(change, part)} AS {part}"
    return f'SELECT {", ".join(map(shown, frame))} FROM (SELECT *, {told} FROM "base {name}") WHERE NOT gone'


def _differs(before, after):
    return before is None or abs(after - before) > 1e-9 * max(1, abs(before))
