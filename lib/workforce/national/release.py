"""Read a release of the census: every cell a number, or the reason why there is none."""

import csv
import hashlib
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from workforce import data
from workforce.data import Cell, DataError
from workforce.national import areas, checks
from workforce.national.measures import BY_HEADCOUNT, COLUMNS, MEASURES

TITLE = "Children's social work workforce"
PUBLISHER = "Department for Education"
REASONS = {
    "z": "not applicable",
    "x": "unavailable",
    ":": "unavailable",
    "c": "confidential",
    "low": "rounds to zero but is not",
    "k": "rounds to zero but is not",
    "~": "rounds to zero but is not",
    "u": checks.UNRELIABLE,
    "": "left blank",
}
IDENTITY = (
    *("time_period", "geographic_level", "country_code", "country_name", "region_code", "region_name"),
    *("old_la_code", "new_la_code", "la_name"),
)
LEVELS = ("National", "Regional", "Local authority")

_NUMBER = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PER_CENT = re.compile(r"_?(%|perc|percent|pct)$")
_OLDER_NAMES = {
    r"^(social_workers?|in_post)_": "inpost_",
    r"^leavers?_": "leavers_",
    r"^starters?_": "starters_",
    r"^agency_workers?_": "agency_",
    r"^vacancies_": "vacancy_",
}


class NoReleaseError(ValueError):
    """There is no release to read."""


@dataclass(frozen=True, eq=False)
class Release:
    """One release of the census.

    Attributes
    ----------
    name : str
        Title, years and file: what everything derived from it is named after.
    file, digest : str
        The file's name, and the SHA-256 of its content.
    areas : pandas.DataFrame
        A row an area, see ``areas.table``.
    missing : dict of str to str
        Each column of a measure that the file does not have, with the unknown one that may be it under another name.
    published, values, reasons : pandas.DataFrame
        Indexed by ``area`` and ``year``, a column each of ``measures.COLUMNS`` that the file has: the text as published;
        the number, missing where there is none that may be used; and the reason for that, else an empty text.
    """

    name: str
    file: str
    digest: str
    areas: pd.DataFrame
    missing: dict
    published: pd.DataFrame
    values: pd.DataFrame
    reasons: pd.DataFrame

    def __repr__(self):
        return f"<{self.name}: {len(self.authorities())} authorities in {self.latest}>"

    @property
    def years(self):
        """The census years, in order; each ends on 30 September."""
        return sorted(set(self.values.index.get_level_values("year")))

    @property
    def latest(self):
        """The last year."""
        return self.years[-1]

    @property
    def nation(self):
        """The key of England."""
        return self.areas.index[self.areas["level"] == LEVELS[0]][0]

    @cached_property
    def as_published(self):
        """The published figures as numbers, those that cannot be true among them, missing where there is none."""
        return self.published.apply(_numbers)

    @cached_property
    def disagreements(self):
        """The published rates that do not follow from the file's own counts, see ``checks.disagreements``."""
        return checks.disagreements(self)

    def find(self, text):
        """Return the key of the authority that a name, slug or code means, see ``areas.find``."""
        return areas.find(text, self.areas, self.latest)

    def series(self, area, column):
        """Return an area's numbers of one column by year, missing where the reasons say why.

        Raises ValueError for what is no column of the statistics, with those that there are.
        """
        data.choose(column, COLUMNS, "column")
        if column not in self.values:
            return pd.Series(np.nan, index=pd.Index(self.years, name="year"), name=column)
        return self.values[column].xs(area, level="area").sort_index()

    def value(self, area, year, column):
        """Return one number, missing where there is none."""
        return float(self.series(area, column).get(year, np.nan))

    def reason(self, area, year, column):
        """Return why a number is missing, in words; an empty text where it is not."""
        if column not in self.reasons:
            return "not in this release"
        if (area, year) not in self.reasons.index:
            return "no return"
        return self.reasons.loc[(area, year), column]

    def authorities(self, year=None):
        """Return the keys of the authorities that made a return for a year, by default the latest."""
        made = self.values.index[self.values.index.get_level_values("year") == (year or self.latest)]
        areas = made.get_level_values("area")
        return areas[(self.areas["level"] == LEVELS[2]).reindex(areas).to_numpy()].tolist()


def files(folder=None):
    """Return the releases in a folder, by default those in the box and those downloaded, told by their columns; newest last.

    The newest is the one that goes on for longest; of those, the one with most of the census's columns, then one that was
    downloaded, then the one written last.

    Examples
    --------
    >>> [path.name for path in files(data.NATIONAL)]
    ['csww_indicators_2017_to_2024.csv', 'csww_indicators_2017_to_2025.csv']
    """
    return sorted(_found(folder), key=_newness)


def _newness(path):
    in_the_box = path.parent == data.NATIONAL  # its files are as new as the clone
    return _last_year(path), known_columns(data.header(path)), not in_the_box, path.stat().st_mtime


def _found(folder):
    return [path for path in data.national_files(".csv", folder) if is_release(path)]


def newest(name="", folder=None):
    """Read the newest release of a folder, or the one of the given file name in it.

    Raises NoReleaseError when there is none, ValueError for a name that is not among them.

    Examples
    --------
    >>> newest(folder=data.NATIONAL).latest
    2025
    """
    found = {path.name: path for path in files(folder)}
    if not found:
        raise NoReleaseError(
            f"there is no release of ‘{TITLE}’ ({PUBLISHER}) in {Path(folder).name if folder else 'data/national'}: "
            "run `workforce download`, or put the file csww_indicators_2017_to_….csv of the statistics there"
        )
    return read(found[data.choose(name, found, "release") if name else list(found)[-1]])


def before(one: Release, folder=None) -> Release | None:
    """Read the release before one in a folder, by default the box and what was downloaded; None where it is the first.

    Examples
    --------
    >>> before(newest(folder=data.NATIONAL), data.NATIONAL).latest
    2024
    """
    earlier = [path for path in files(folder) if _last_year(path) < str(one.latest)]
    return read(earlier[-1]) if earlier else None


def in_use() -> Release | None:
    """Read the newest release in the box and of what was downloaded; None where it cannot be read.

    Examples
    --------
    >>> in_use().latest >= 2025
    True
    """
    try:
        return newest()
    except ValueError:
        return None


def authority_names(folder=None):
    """Return the names by slug of the authorities in the newest release of a folder; none without a release.

    Examples
    --------
    >>> authority_names(data.NATIONAL)["birmingham"]
    'Birmingham'
    """
    found = files(folder)
    if not found:
        return {}
    known = read(found[-1]).areas
    return dict(zip(known["slug"], known["name"], strict=True))


def is_release(path):
    """Whether a file's first line is that of a release, see ``known_columns``.

    Examples
    --------
    >>> is_release(data.NATIONAL / "statistical_neighbours_2025.csv")
    False
    """
    try:
        return bool(known_columns(data.header(path)))
    except OSError:
        return False


def known_columns(header):
    """Return how many of the census's columns are in a header; zero where it has no rate of an area and a year."""
    names = {canonical(name) for name in header}
    telling = set(IDENTITY) <= names and names & {measure.rate for measure in MEASURES}
    return len(names & set(COLUMNS)) if telling else 0


def canonical(name):
    """Return a column's name as the project has it: older releases have other ones, such as ``leaver_fte``.

    Examples
    --------
    >>> canonical("Social_Worker_FTE"), canonical("leaver_fte")
    ('inpost_fte', 'leavers_fte')
    """
    plain = _PER_CENT.sub("", name.strip().lower())
    for pattern, new in _OLDER_NAMES.items():
        plain = re.sub(pattern, new, plain)
    return plain


def read(path):
    """Read a release from a file.

    Parameters
    ----------
    path : path
        A CSV file in UTF-8, with or without a byte-order mark, its rows and columns in any order.

    Returns
    -------
    Release

    Raises
    ------
    DataError
        With every error of the file, which is refused whole; also when it is not the file that was downloaded.

    Examples
    --------
    >>> len(read(data.NATIONAL / "csww_indicators_2017_to_2025.csv").authorities())
    151
    """
    path = Path(path)
    try:
        content = path.stat()
    except FileNotFoundError:
        raise DataError([f"{path.name}: the file is missing from {path.parent}"]) from None
    return _read(path, (content.st_size, content.st_mtime_ns))


@lru_cache(maxsize=4)
def _read(path, state):
    digest = _checked_digest(path)
    text = _text(path)
    errors = [*_identity_errors(text, path.name), *_number_errors(text, path.name)]
    if errors:
        raise DataError(errors)
    text, known = areas.identified(text, path.name)
    published = text.set_index(["area", "year"]).sort_index()[[name for name in COLUMNS if name in text]]
    values, reasons = published.apply(_numbers), published.apply(_reasons)
    values, reasons = checks.without_suspects(values, reasons, known)
    first, last = min(text["year"]), max(text["year"])
    years = str(first) if first == last else f"{first} to {last}"
    name = f"{TITLE}, {years} ({path.name})"
    return Release(name, path.name, digest, known, _missing(path), published, values, reasons)


def _missing(path):
    """Return the measures' columns that a file does not have, each with an unknown one that is spelt almost so."""
    header = {canonical(name): name for name in data.header(path)}
    unknown = header.keys() - {*COLUMNS, *IDENTITY}
    needed = dict.fromkeys(column for measure in (*MEASURES, *BY_HEADCOUNT) for column in measure.columns)
    near = {column: get_close_matches(column, unknown, n=1, cutoff=0.8) for column in needed if column not in header}
    return {column: header[found[0]] if found else "" for column, found in near.items()}


def _checked_digest(path):
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    beside = path.with_name(f"{path.name}.sha256")
    if beside.exists() and beside.read_text(encoding="utf-8").split()[:1] != [digest]:
        raise DataError(
            [f"{path.name}: the file is not the one that was downloaded; download it again, or remove {beside.name}"]
        )
    return digest


def _text(path):
    """Return the columns that are known, as text, under their names here; rows count as in a spreadsheet."""
    import duckdb

    header = [canonical(name) for name in data.header(path)]
    errors = [f"{path.name}: the column '{name}' is missing" for name in IDENTITY if name not in header]
    wanted = [name for name in (*IDENTITY, *COLUMNS) if name in header]
    errors += [f"{path.name}: the column '{name}' stands twice" for name in wanted if header.count(name) > 1]
    if not errors and not known_columns(header):
        errors.append(f"{path.name}: there is no rate of the census, such as turnover_rate_fte")
    if errors:
        raise DataError(errors)
    options = dict.fromkeys((f"c{number}" for number in range(len(header))), "VARCHAR")
    chosen = ", ".join(f'c{header.index(name)} AS "{name}"' for name in wanted)
    sql = (
        f"SELECT {chosen} FROM read_csv($path, columns={options}, auto_detect=false, header=true, delim=',', quote='\"', "
        f"escape='\"', strict_mode=true{_line_ends(path)})"
    )
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            frame = connection.execute(sql, {"path": str(path)}).df()
    except duckdb.Error as error:
        raise DataError([f"{path.name}: {_plain(error)}"]) from None
    if frame.empty:
        raise DataError([f"{path.name}: the file has no rows"])
    frame = frame.fillna("").map(str.strip)
    return frame.set_axis(range(2, len(frame) + 2))


def _line_ends(path):
    """Return the option that DuckDB needs for a file whose lines end in a carriage return alone."""
    with path.open("rb") as file:
        start = file.read(1 << 16)
    return ", new_line='\\r'" if b"\r" in start and b"\n" not in start else ""


def _plain(error):
    """Return what of DuckDB's message says where and what is wrong."""
    lines = [line.strip() for line in str(error).splitlines()]
    where = next((found[1] for line in lines if (found := re.search(r"Line: (\d+)", line))), "")
    what = next(
        (line for line in lines if re.match(r"Expected Number of Columns|Value with unterminated|Invalid uni", line)),
        lines[0],
    )
    return f"row {where}: {what}" if where else what


def _identity_errors(text, file):
    checks_of = {
        "time_period": (lambda value: re.fullmatch(r"(19|20)[0-9]{2}", value), "is not a year such as 2024"),
        "geographic_level": (
            lambda value: value.lower() in map(str.lower, LEVELS),
            f"is not among: {', '.join(LEVELS)}",
        ),
    }
    for column, (fits, expected) in checks_of.items():
        bad = ~text[column].map(lambda value, fits=fits: bool(fits(value)))
        yield from (Cell(file, row, column, value).error(expected) for row, value in text.loc[bad, column].items())
    levels = text["geographic_level"].str.lower()
    needed = {"national": ["country_code"], "regional": ["region_code", "region_name"]}
    needed["local authority"] = ["old_la_code", "new_la_code", "la_name"]
    for level, columns in needed.items():
        for column in columns:
            blank = (levels == level) & (text[column] == "")
            yield from (Cell(file, row, column, "").error(f"is blank in a {level} row") for row in text.index[blank])
    for year in sorted(set(text["time_period"]) - set(text.loc[levels == "national", "time_period"])):
        yield f"{file}: the year {year} has no row for England; is the file cut short?"


def _number_errors(text, file):
    allowed = ", ".join(symbol for symbol in REASONS if symbol)
    for column in (name for name in COLUMNS if name in text):
        good = {value: bool(_NUMBER.fullmatch(value)) or _symbol(value) in REASONS for value in text[column].unique()}
        for row, value in text.loc[~text[column].map(good), column].items():
            yield Cell(file, row, column, value).error(f"is neither a number nor a symbol of the statistics: {allowed}")


def _symbol(text):
    return text.lower().strip("[]")


def _numbers(column):
    numbers = {text: _number(text) for text in column.unique() if _NUMBER.fullmatch(text)}
    return column.map(numbers).astype(float).replace([np.inf, -np.inf], np.nan)


def _number(text):
    return float(text.replace(",", ""))


def _reasons(column):
    return column.map({text: _reason(text) for text in column.unique()})


def _reason(text):
    """Return why a cell gives no number; an empty text where it gives one."""
    if _NUMBER.fullmatch(text):
        return "" if np.isfinite(_number(text)) else f"{checks.SUSPECT}: larger than any number that can be worked with"
    return REASONS[_symbol(text)]


def _last_year(path):
    """Return the greatest year in a file, without checking anything else of it."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        rows = csv.reader(file)
        place = [canonical(name) for name in next(rows)].index("time_period")
        try:
            return max((row[place] for row in rows if len(row) > place), default="")
        except csv.Error:  # reading it whole will tell
            return ""
