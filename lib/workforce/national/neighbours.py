"""Read who an authority's statistical neighbours are: a file with a row an authority, and columns SN_1, SN_2 and on."""

import re
from dataclasses import dataclass
from pathlib import Path

from workforce import data
from workforce.data import Cell, DataError
from workforce.national.areas import JOINT

_CODE, _NEIGHBOUR = "old_la_code", re.compile(r"sn_?\d+")


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Who is whose neighbour: ``file`` names where it is from, ``codes`` has a list for each authority, nearest first."""

    file: str
    codes: dict

    def __repr__(self):
        return f"<neighbours of {len(self.codes)} authorities, {self.file}>"

    def of(self, area, known):
        """Return the keys of an area's neighbours among known areas, and the codes of those that are not known.

        A joint return has the neighbours of each of its authorities; two neighbours with a joint return are one.

        Parameters
        ----------
        area : str
            A key, see ``areas.table``.
        known : sequence of str
            The keys of the areas there are.
        """
        keys = {part: key for key in known for part in key.split(JOINT)}
        codes = dict.fromkeys(code for part in area.split(JOINT) for code in self.codes.get(part, []))
        found = dict.fromkeys(keys[code] for code in codes if code in keys)
        return [key for key in found if key != area], [code for code in codes if code not in keys]


def newest(folder=None):
    """Read the neighbours of a folder, the last file by name, or None without one; by default downloaded ones, else the box's.

    Examples
    --------
    >>> newest(data.NATIONAL).codes["330"][:3]
    ['892', '352', '380']
    """
    found = [path for path in data.national_files(".csv", folder) if _columns(path)]
    return read(found[-1]) if found else None


def read(path):
    """Read a file of neighbours, by the Department's codes; returns Neighbours.

    Raises DataError with every error of the file.

    Examples
    --------
    >>> len(read(data.NATIONAL / "statistical_neighbours_2025.csv").codes)
    153
    """
    path = Path(path)
    columns = _columns(path)
    if not columns:
        raise DataError([f"{path.name}: needs the column {_CODE}, and SN_1, SN_2 and on for the neighbours"])
    header, *records = data.records(path)
    places = {name.strip().lower(): place for place, name in enumerate(header)}
    rows = [
        [
            Cell(path.name, number, name, "".join(record[places[name] : places[name] + 1]).strip())
            for name in (_CODE, *columns)
        ]
        for number, record in enumerate(records, start=2)
        if any(record)
    ]
    errors = [
        cell.error("is not a code of three digits such as 357") for row in rows for cell in row if not _fits(cell)
    ]
    errors += [f"{path.name}: the column '{name}' stands twice" for name in places if columns.count(name) > 1]
    codes = [row[0].text for row in rows]
    errors += [
        f"{path.name}: the authority {code} stands twice" for code in sorted(set(codes)) if codes.count(code) > 1
    ]
    if errors:
        raise DataError(errors)
    return Neighbours(path.name, {row[0].text: [cell.text for cell in row[1:] if cell.text] for row in rows})


def _columns(path):
    """Return the columns of neighbours, in order; none when the file is of another kind."""
    names = [name.strip().lower() for name in data.header(path)]
    found = [name for name in names if _NEIGHBOUR.fullmatch(name)] if _CODE in names else []
    return sorted(found, key=lambda name: int(re.search(r"\d+", name)[0]))


def _fits(cell):
    return bool(re.fullmatch(r"\d{3}", cell.text)) or (cell.column != _CODE and not cell.text)
