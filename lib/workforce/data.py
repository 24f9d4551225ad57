"""Load the tables of the data package, validated: a bad file is refused whole, with all its errors."""

import csv
import io
import json
import os
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from workforce import packages, periods
from workforce.errors import DataError, ListedError

__all__ = [
    "DATA",
    "EXTERNAL",
    "NATIONAL",
    "PROJECT",
    "Cell",
    "DataError",
    "ListedError",
    "Typed",
    "choose",
    "content",
    "header",
    "load",
    "load_all",
    "national_files",
    "national_package",
    "need",
    "notes",
    "package",
    "paper",
    "records",
    "typed",
    "unknown",
]


def __dir__():
    return __all__


PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT / "data"
NATIONAL = DATA / "national"  # the national statistics in the box
EXTERNAL = Path(os.environ.get("WORKFORCE_EXTERNAL") or DATA / "external").resolve()  # what users download

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")
_LARGEST = 2**63 - 1  # of a whole number that a column can hold
_LONGEST = 300  # digits: a number of more is none that a computer has
_UNSEEN = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}  # letters and signs that show nothing
_MANY = 30


@dataclass(frozen=True)
class Cell:
    """A value of a table as text, with the place it stands in. Rows count as in a spreadsheet: the header is row 1."""

    file: str
    row: int
    column: str
    text: str

    def error(self, expected):
        """Return one line on what is wrong with the cell and what would be right."""
        return f"{self.file}, row {self.row}, column '{self.column}': '{self.text}' {expected}"


def load(table, folder=DATA):
    """Load one table of the data package.

    Parameters
    ----------
    table : str
        The name of a resource in ``datapackage.json``, for example ``observations``.
    folder : path, optional
        The folder that holds ``datapackage.json``.

    Returns
    -------
    pandas.DataFrame
        The columns that the package names, in its order. Whole numbers are ``Int64``, numbers ``float64`` and text
        ``str``; a blank is missing. A number whose field says ``keepAsPrinted`` has its text, with the decimals of the
        paper, in a further column ``<name>_as_printed``.

    Raises
    ------
    DataError
        With every error of the file.

    Examples
    --------
    >>> int(load("pay_spine").query("april == 2021 and scp == 29")["annual"].item())
    33486
    """
    folder = Path(folder)
    choose(table, package(folder), "table")
    return _load(table, folder, content(folder)).copy()


@lru_cache(maxsize=64)
def _load(table, folder, state):
    """Load a table once for each state of the package's files."""
    resources = package(folder)
    schema, file = resources[table]["schema"], resources[table]["path"]
    frame = _read(folder / file, _columns(schema))
    errors = [*_field_errors(frame, schema, file), *_key_errors(frame, schema, file)]
    errors += _unique_errors(frame, schema, file)
    errors += _foreign_key_errors(frame, schema, file, resources, folder)
    errors = errors or [*_range_errors(frame, schema, file)]
    if errors:
        raise DataError(errors)
    return _typed(frame, schema)


def content(folder=DATA):
    """Return the package's files as bytes, None for one that is missing: what tells one state of the data from another.

    Examples
    --------
    >>> len(content()) > 5
    True
    """
    folder = Path(folder)
    paths = [folder / "datapackage.json", *(folder / resource["path"] for resource in package(folder).values())]
    return tuple(path.read_bytes() if path.exists() else None for path in paths)


def load_all(folder=DATA):
    """Load every table of the data package: a dict of frames by name. Raises DataError with all errors of all files.

    Examples
    --------
    >>> sorted(load_all())[:3]
    ['authorities', 'boundary_changes', 'documents']
    """
    frames, errors = {}, _lacking(package(folder))
    for table in package(folder) if not errors else ():
        try:
            frames[table] = load(table, folder)
        except DataError as error:
            errors += [line for line in error.errors if line not in errors]
    if errors:
        raise DataError(errors)
    return frames


def _lacking(resources):
    """Return a line for each table and column of the project's own package that another lacks, or has of another type."""
    errors = []
    for name, own in package(DATA).items():
        if name not in resources:
            errors.append(f"{packages.FILE}: the resource '{name}' is missing; the project's own package has it")
            continue
        types = {field["name"]: field["type"] for field in resources[name]["schema"]["fields"]}
        errors += [
            f"{packages.FILE}: resource '{name}' needs the field '{field['name']}' of the type {field['type']}"
            for field in own["schema"]["fields"]
            if types.get(field["name"]) != field["type"]
        ]
    return errors


def notes(folder=DATA):
    """Return a line for each period of the data that could be a financial year and is read as a month.

    Examples
    --------
    >>> notes()
    []
    """
    found = []
    for resource in package(folder).values():
        dated = [field["name"] for field in resource["schema"]["fields"] if field.get("calendar")]
        frame = _read(Path(folder) / resource["path"], _columns(resource["schema"])) if dated else {}
        cells = [cell for column in dated for cell in _cells(frame, column, resource["path"])]
        found += [cell.error(told) for cell in cells if cell.text and (told := periods.read_as(cell.text))]
    return found


def package(folder=DATA):
    """Return the resources of the data package by name, as dicts with ``path`` and ``schema``.

    Examples
    --------
    >>> package()["hedges"]["path"]
    'hedges.csv'
    """
    return packages.read(folder)


def national_files(ending, folder=None):
    """Return the files of national statistics with an ending such as ``.csv``: those in the box, then those downloaded, by name.

    With a folder, the files in that alone; none where it is not there.

    Examples
    --------
    >>> [path.name for path in national_files(".csv", NATIONAL)][:1]
    ['csww_indicators_2017_to_2024.csv']
    """
    folders = [Path(folder)] if folder else [NATIONAL, EXTERNAL]
    return [path for folder in folders for path in _files(folder, ending)]


def national_package() -> list[dict]:
    """Return what the national statistics in the box are: a dict a file, with title, licence, address and SHA-256.

    Examples
    --------
    >>> [file["path"] for file in national_package()][-1]
    'statistical_neighbours_2025.csv'
    """
    return json.loads((NATIONAL / "datapackage.json").read_text(encoding="utf-8"))["resources"]


def _files(folder, ending):
    names = sorted(os.listdir(folder)) if folder.is_dir() else []  # noqa: PTH208 - seen by the batch's record of reads
    paths = [folder / name for name in names if name.lower().endswith(ending) and not name.startswith(".")]
    return [path for path in paths if path.is_file()]


def header(path):
    """Return the names in the first line of a CSV file, however its lines end; what is not UTF-8 in it is replaced.

    Examples
    --------
    >>> header(DATA / "hedges.csv")
    ['word', 'digits', 'lower', 'upper', 'bounds', 'why']
    """
    with Path(path).open("rb") as file:
        line = file.readline().split(b"\r")[0].decode("utf-8-sig", errors="replace")
    try:
        return next(csv.reader([line]), [])
    except csv.Error:  # a name longer than any table's
        return []


def paper(document, folder=DATA):
    """Return a paper's row of ``documents.csv`` as a dict of text, with the authority's ``name``.

    Examples
    --------
    >>> paper("walsall-2021")["name"]
    'Walsall'
    """
    rows = load("documents", folder).fillna("").set_index("slug")
    names = load("authorities", folder).set_index("slug")["name"]
    row = rows.loc[choose(document, rows.index, "document")]
    return {**row, "name": names[row["authority"]]}


def choose(value, valid, what):
    """Return ``value`` when it is among ``valid``, else raise ValueError that lists what is.

    Examples
    --------
    >>> choose("bury", ["bury", "wigan"], "authority")
    'bury'
    """
    if value in valid:
        return value
    raise ValueError(unknown(value, valid, what))


def slug_of(text, folder=DATA):
    """Return the short name of the authority that a name, short name or code means; a text that means none as it is.

    Examples
    --------
    >>> slug_of("Coventry"), slug_of("E08000026"), slug_of("331"), slug_of("nowhere")
    ('coventry', 'coventry', 'coventry', 'nowhere')
    """
    known, wanted = load("authorities", folder), str(text).strip().casefold()
    for column in ("slug", "name", "gss_code", "dfe_code"):
        match = known.loc[known[column].astype(str).str.casefold() == wanted, "slug"]
        if len(match) == 1:
            return match.iloc[0]
    return text


def unknown(value, valid, what):
    """Return in a line that a value is unknown, and which are valid: of many, those that it is near to.

    Examples
    --------
    >>> unknown("buri", ["bury", "wigan"], "authority")
    "unknown authority 'buri'; choose one of: bury, wigan"
    """
    valid = sorted(map(str, valid))
    near = get_close_matches(str(value), valid, n=3) if len(valid) > _MANY else []
    if near:
        return f"unknown {what} '{value}'; did you mean {' or '.join(near)}?"
    return f"unknown {what} '{value}'; choose one of: {', '.join(valid)}"


def need(frame, columns, what):
    """Raise ValueError when a frame lacks columns: with those that are missing, and those that there are.

    Examples
    --------
    >>> need(pd.DataFrame({"role": []}), ["role", "annual"], "scales")
    Traceback (most recent call last):
    ValueError: scales: the column 'annual' is missing; there are: role
    """
    if lacking := [name for name in columns if name not in frame]:
        missing = ", ".join(f"'{name}'" for name in lacking)
        said = f"column {missing} is" if len(lacking) == 1 else f"columns {missing} are"
        raise ValueError(f"{what}: the {said} missing; there are: {', '.join(map(str, frame)) or 'none'}")


def _columns(schema):
    return [field["name"] for field in schema["fields"]]


def _read(path, columns):
    """Read a CSV file as text, one row a record, indexed by the row number that a spreadsheet shows."""
    header, *rows = records(path)
    errors = [f"{path.name}: the column '{name}' is missing" for name in columns if name not in header]
    errors += [f"{path.name}: the column '{name}' is not known" for name in header if name not in columns]
    errors += [f"{path.name}: the column '{name}' stands twice" for name in columns if header.count(name) > 1]
    errors += [
        f"{path.name}, row {number}: has {len(record)} cells where the header has {len(header)}"
        for number, record in enumerate(rows, start=2)
        if len(record) != len(header)
    ]
    if errors:
        raise DataError(errors)
    return pd.DataFrame(rows, columns=header, index=range(2, len(rows) + 2), dtype=str)[columns]


def records(path: Path) -> list[list[str]]:
    """Return the cells of a CSV file as text, the header first, a row a record; row 1 is the header, as a spreadsheet counts.

    Raises DataError for a file that is missing, empty, not UTF-8 (a byte-order mark may be there) or no CSV, with the row.

    Examples
    --------
    >>> records(DATA / "hedges.csv")[0][:2]
    ['word', 'digits']
    """
    try:
        content = path.read_bytes()
        records = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except FileNotFoundError:
        raise DataError([f"{path.name}: the file is missing from {path.parent}"]) from None
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        bad = content[error.start : error.start + 1]
        raise DataError([f"{path.name}, row {row}: the byte {bad!r} is not UTF-8; save the file as UTF-8"]) from None
    except csv.Error as error:
        raise DataError([f"{path.name}: not a CSV file: {error}"]) from None
    if len(records) < 2:
        raise DataError([f"{path.name}: the file is empty; it needs a header and at least one row"])
    return records


def _cells(frame, column, file):
    return [Cell(file, row, column, text) for row, text in frame[column].items()]


def _field_errors(frame, schema, file):
    for field in schema["fields"]:
        for cell in _cells(frame, field["name"], file):
            expected = _expected(cell.text, field)
            if expected:
                yield cell.error(expected)


def _expected(text, field):
    """Return what would be right in place of ``text``, or None when it is right."""
    constraints = field.get("constraints", {})
    if text in field.get("missingValues", [""]):
        return "is blank, but a value is required" if constraints.get("required") else None
    if unseen := next(filter(_is_unseen, text), ""):
        return f"has a character that cannot be seen, U+{ord(unseen):04X}; remove it"
    if text != text.strip():
        return "has spaces around it; remove them"
    if field["type"] in ("integer", "number") and (told := _no_number(text, field)):
        return told
    if field["type"] == "boolean" and text not in field["trueValues"] + field["falseValues"]:
        return f"should be one of: {', '.join(field['trueValues'] + field['falseValues'])}"
    if "enum" in constraints and text not in constraints["enum"]:
        return f"is not among: {', '.join(constraints['enum'])}"
    if "pattern" in constraints and not _fits(text, constraints["pattern"]):
        iso = periods.iso(text)
        if iso and _fits(iso, constraints["pattern"]):
            return f"is not of the right form; write {iso}"
        return f"is not of the right form; write it like {field.get('example', constraints['pattern'])}"
    if field.get("calendar") and (told := periods.problem(text)):
        return told
    if "minimum" in constraints and float(text) < constraints["minimum"]:
        return f"is below the least value allowed, {constraints['minimum']}"
    if "maximum" in constraints and float(text) > constraints["maximum"]:
        return f"is above the largest value allowed, {constraints['maximum']}"
    return None


def _fits(text, pattern):
    return re.fullmatch(pattern, text, re.ASCII) is not None  # digits are 0 to 9, as in the standard of data packages


def _is_unseen(character):
    return unicodedata.category(character)[0] == "C" or character in _UNSEEN


def _no_number(text, field):
    """Return what is wrong with the text of a number, or whole number; an empty text where nothing is."""
    if field["type"] == "integer" and not _INTEGER.fullmatch(text):
        return f"is not a whole number; write {_plain_number(text, field) or 'digits only, such as 33486'}"
    if not _NUMBER.fullmatch(text):
        typed = _plain_number(text, field) or "digits and a point only, such as 33486 or 48.2"
        return f"is not a number; write {typed}"
    if len(text) > _LONGEST or (field["type"] == "integer" and abs(int(text)) > _LARGEST):
        return f"is a number of {len(text)} digits, beyond what can be worked with; is it one number?"
    return ""


_PRINTED = re.compile(
    r"(?P<sign>[-\N{MINUS SIGN}])?(?P<pound>£)?(?P<digits>[0-9]{1,3}(,[0-9]{3})+|[0-9]+)(?P<point>\.[0-9]+)?\s*"
    r"(?P<times>k|m|bn|thousand|million|billion)?(?P<percent>\s*%|\s*per ?cent)?",
    re.IGNORECASE,
)
_TIMES = {"k": 3, "thousand": 3, "m": 6, "million": 6, "bn": 9, "billion": 9}


class Typed(NamedTuple):
    """How a printed number is typed: digits, the unit that its signs name (empty for none), and the size of its last digit."""

    digits: str
    unit: str
    step: Decimal


def typed(text):
    """Return how a number as papers print it is typed, a ``Typed``; None for text that is no number with signs.

    Examples
    --------
    >>> typed("31.96%").digits, typed("£13.2m").digits, typed("£13.2m").unit, typed("about 5")
    ('31.96', '13200000', 'GBP', None)
    """
    found = _PRINTED.fullmatch(text)
    if found is None:
        return None
    number = Decimal(f"{found['digits'].replace(',', '')}{found['point'] or ''}")
    number = number.scaleb(_TIMES.get((found["times"] or "").lower(), 0))
    digits = f"{'-' if found['sign'] else ''}{number:f}"
    if found["times"] and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    unit = "GBP" if found["pound"] else "percent" if found["percent"] else ""
    return Typed(digits, unit, Decimal(1).scaleb(number.as_tuple().exponent))


def _plain_number(text, field):
    """Return what to type for a number as papers print it: ``1,997`` is ``1997, without the comma``; None for other text."""
    found = typed(text)
    if found is None:
        return None
    if found.unit and "unit" not in field:
        return f"{found.digits}, with the unit {found.unit}"
    return f"{found.digits}, without the comma" if "," in text else found.digits


def _key_errors(frame, schema, file):
    key = schema["primaryKey"]
    first = {}
    for row, values in zip(frame.index, frame[key].itertuples(index=False, name=None), strict=True):
        if values in first:
            named = ", ".join(f"{name} '{value}'" for name, value in zip(key, values, strict=True) if value)
            yield f"{file}, row {row}: repeats the key of row {first[values]} ({named}); a key stands once"
        first.setdefault(values, row)


def _unique_errors(frame, schema, file):
    """Yield one line for each value that stands twice in a column of unique ones, however it is written."""
    for field in schema["fields"]:
        if field.get("constraints", {}).get("unique") and [field["name"]] != schema["primaryKey"]:
            texts = frame[field["name"]]
            folded = texts.map(lambda text: " ".join(unicodedata.normalize("NFKC", text).casefold().split()))
            for row in frame.index[folded.duplicated() & (texts != "")]:
                first = folded.index[folded == folded[row]][0]
                yield Cell(file, row, field["name"], texts[row]).error(
                    f"stands in row {first} already; each has its own"
                )


def _range_errors(frame, schema, file):
    """Yield what is wrong with the upper ends of ranges: below the lower end, or without one."""
    for field in schema["fields"]:
        if lower := field.get("notBelow"):
            without = next(one for one in schema["fields"] if one["name"] == lower).get("missingValues", [""])
            for cell, low in zip(_cells(frame, field["name"], file), frame[lower], strict=True):
                if cell.text and low in without:
                    yield cell.error(f"is the upper end of a range without a lower one; write that in '{lower}'")
                elif cell.text and float(cell.text) < float(low):
                    yield cell.error(f"is the upper end of a range and below the lower one, {low}; are they swapped?")


# What would help someone whose value is not known in a table.
_HOW_KNOWN = {
    "authorities": (
        "an authority that is not there is one row more; its GSS code is in the ONS Open Geography Portal, 'Local Authority "
        "Districts names and codes', and `workforce list --authorities` prints its DfE code and region (data/README.md says more)"
    ),
    "units": "a new unit is one row more",
}


def _foreign_key_errors(frame, schema, file, resources, folder):
    """Yield one line for each value that another table does not know, however many rows have it."""
    for key in schema.get("foreignKeys", []):
        name = key["reference"]["resource"]
        other, (column,), (target,) = resources[name], key["fields"], key["reference"]["fields"]
        known = _read(folder / other["path"], _columns(other["schema"]))
        strange = frame.loc[~frame[column].isin([*known[target], ""]), column]
        for text, rows in strange.groupby(strange, sort=False).groups.items():
            where = f" ({len(rows)} rows have it)" if len(rows) > 1 else ""
            told = [f"is not known in {other['path']}{where}", _instead(text, known, target), _HOW_KNOWN.get(name)]
            yield Cell(file, rows[0], column, text).error("; ".join(filter(None, told)))


def _instead(text, known, target):
    """Return which values of a table one that it does not have may mean: by what others call them, or near; else all."""
    called = {value: [value] for value in known[target]}
    if "also" in known:
        called = {value: [value, *also.split(";")] for value, also in zip(known[target], known["also"], strict=True)}
    names = {value: [name.strip().casefold() for name in names] for value, names in called.items()}
    meant = [value for value, spelt in names.items() if text.strip().casefold() in spelt]
    spelt = {name: value for value, names in names.items() for name in names}
    near = [spelt[name] for name in get_close_matches(text.casefold(), spelt, n=3, cutoff=0.75)]
    if meant or (near and ("also" in known or len(called) > _MANY)):
        return f"did you mean {' or '.join(meant or dict.fromkeys(near))}?"
    return f"it has: {', '.join(sorted(called))}"


def _typed(frame, schema):
    columns = {}
    for field in schema["fields"]:
        name = field["name"]
        text = frame[name].mask(frame[name].isin(field.get("missingValues", [""])))
        columns[name] = _convert(text, field)
        if field.get("keepAsPrinted"):
            columns[f"{name}_as_printed"] = frame[name]
    return pd.DataFrame(columns).reset_index(drop=True)


def _convert(text, field):
    if field["type"] == "integer":
        return pd.to_numeric(text).astype("Int64")
    if field["type"] == "number":
        return pd.to_numeric(text).astype(float)
    if field["type"] == "boolean":
        return text.isin(field["trueValues"])
    return text.astype("str")
