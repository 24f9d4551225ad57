"""The register of claims: what papers say, the readings under which it might hold, and the verdicts.

A verdict follows from the values alone: see ``Claim.verdict``.
"""

import json
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from string import Template

import pandas as pd
import yaml

from workforce import data
from workforce.query import QueryError, Tables
from workforce.rounding import decimals_of, half_up

ACROSS = "across-papers"
COLUMNS = [
    "id",
    "document",
    "authority",
    "where",
    "says",
    "published",
    "unit",
    "as_stated",
    "computed",
    "reading",
    "readings",
    "needs",
    "verdict",
    "note",
]


class ClaimsError(data.ListedError):
    """Bad claims files: each line names the file and the claim."""


class Verdict(StrEnum):
    """What the values say of a claim, best first."""

    REPRODUCES = "reproduces"
    OTHERWISE = "reproduces under another reading"
    DOES_NOT = "does not reproduce"
    CANNOT = "cannot be checked"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Interval:
    """The values that bear words out. ``low`` and ``high`` belong to it; ``above`` and ``below`` do not."""

    means: str
    low: float = -float("inf")
    high: float = float("inf")
    above: float = -float("inf")
    below: float = float("inf")

    def __contains__(self, value):
        value = round(value, 9)  # sums of decimals such as 0.1 + 0.2 miss a bound by their last bit
        return self.low <= value <= self.high and self.above < value < self.below


@dataclass(frozen=True)
class Reading:
    """One way in which a claim might have been worked out; ``implies`` says what an ambiguous claim's value is."""

    name: str
    sql: str
    unit: str = ""
    implies: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Claim:
    """A published number or statement that the data can be asked about."""

    id: str
    document: str
    authority: str
    where: str
    says: str
    published: str
    unit: str
    precision: Decimal | None = None
    interval: Interval | None = None
    readings: tuple[Reading, ...] = field(default=())
    cannot_be_checked: str = ""
    ambiguous: str = ""
    topic: str = ""
    note: str = ""

    def borne_out_by(self, value):
        """Tell whether ``value`` lies in the claim's interval or, if it has none, rounds to the published number."""
        if self.interval is not None:
            return value in self.interval
        return half_up(value, self.precision) == Decimal(self.published)

    @property
    def verdict(self):
        """The verdict: ambiguous or not to be checked where the file says why; else by the first reading that fits."""
        if self.cannot_be_checked:
            return Verdict.CANNOT
        if self.ambiguous:
            return Verdict.AMBIGUOUS
        fits = [self.borne_out_by(reading.value) for reading in self.readings]
        if fits[0]:
            return Verdict.REPRODUCES
        return Verdict.OTHERWISE if any(fits) else Verdict.DOES_NOT

    @property
    def as_stated(self):
        """The reading that the words demand, or None where there is none or the words do not decide."""
        return self.readings[0] if self.readings and not self.ambiguous else None

    @property
    def deciding(self):
        """The reading that decided the verdict, or None: the first that fits, else the one as stated."""
        if self.verdict is Verdict.OTHERWISE:
            return next(reading for reading in self.readings if self.borne_out_by(reading.value))
        return self.as_stated

    def shown(self, value):
        """Return a reading's value rounded to two digits more than the claim prints, without trailing zeros."""
        exponent = self.precision.adjusted() if self.precision else 0
        rounded = half_up(value, Decimal(1).scaleb(min(exponent, 0) - 2))
        return format(rounded.normalize() + 0, "f")


def register(authority=None, document=None, folder=data.DATA):
    """Evaluate the claims of the data folder.

    Parameters
    ----------
    authority, document : str, optional
        Only the claims of this authority or paper (or ``across-papers``).
    folder : path, optional
        The data folder; its claims are in ``claims/``.

    Returns
    -------
    list of Claim
        In the order of files and claims, each reading with its value.

    Raises
    ------
    DataError, ClaimsError
        With all errors of the data, or of the claims files.
    ValueError
        For an unknown authority or document, with those that there are.
    """
    frames = data.load_all(folder)
    documents = frames["documents"]
    if authority is not None:
        data.choose(authority, set(documents["authority"]), "authority")
    if document is not None:
        data.choose(document, {*documents["slug"], ACROSS}, "document")
    claims, errors = [], []
    for path in _files(folder, documents):
        if path.stem in _wanted(documents, authority, document):
            try:
                claims += evaluate(path, frames)
            except ClaimsError as error:
                errors += error.errors
    if errors:
        raise ClaimsError(errors)
    return [claim for claim in claims if authority in (None, claim.authority)]


def to_frame(claims):
    """Return claims as a frame of the columns COLUMNS, one row a claim, all text; ``note`` ends with the reason."""
    return pd.DataFrame([_row(claim) for claim in claims], columns=COLUMNS)


def counts(claims):
    """Return the number of claims by document (rows, in order) and verdict (columns, all five, then ``total``)."""
    frame = to_frame(claims)
    table = pd.crosstab(frame["document"], frame["verdict"])
    table = table.reindex(
        index=frame["document"].unique(), columns=[verdict.value for verdict in Verdict], fill_value=0
    )
    return table.assign(total=table.sum(axis=1)).rename_axis(columns=None)


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
        Columns ``table, row, column, printed, verdict``; ``printed`` is missing where the copy is damaged, ``verdict``
        where the cell is an input.

    Raises
    ------
    ClaimsError
        When the claims file describes a table in which no cell stands, or leaves out a column in which one does.
    """
    inputs = data.load("observations", folder).query("document == @document")
    scales = data.load("pay_scales", folder).query("document == @document").to_dict("records")
    found = [
        *(_cell(where, text) for where, text in inputs[["where", "value_as_printed"]].itertuples(index=False)),
        *(cell for scale in scales for cell in _pay(scale)),
        *(_cell(claim.where, claim.published, claim.verdict) for claim in register if claim.document == document),
    ]
    place = ["table", "row", "column"]
    frame = pd.DataFrame(filter(None, found), columns=[*place, "printed", "verdict"])
    if strange := list(_misdescribed(layout(document, folder)["tables"], frame)):
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


def _cell(where, printed, verdict=None):
    place = where.split(" > ")
    return (*place, printed, verdict) if len(place) == 3 else None


def _pay(scale):
    """Yield the three cells of one end of a pay scale; the printed hourly rate keeps its pence."""
    side = {"entry": "min", "top": "max"}[scale["end"]]
    printed = {"SCP": scale["scp"], "Annual £": scale["annual"], "Hourly £": scale["hourly_as_printed"] or pd.NA}
    for name, value in printed.items():
        yield _cell(f"{scale['where']} > {name} {side}", pd.NA if pd.isna(value) else str(value))


def layout(document, folder=data.DATA):
    """Return what a paper's claims file says besides claims: dicts under ``tables``, lists of dicts under the others.

    The keys are ``tables`` (titles and columns by name), ``charts`` and ``series``; each is empty where the file does
    not have it, or is not there.
    """
    path = Path(folder) / "claims" / f"{document}.yml"
    content = _read(path) if path.exists() else {}
    return {key: content.get(key, empty) for key, empty in (("tables", {}), ("charts", []), ("series", []))}


def ask(document, sql, columns, folder=data.DATA):
    """Return the answer to a query over the data tables, ``paper`` (the document's observations) and its views.

    Of the columns asked for, ``value`` and ``denominator`` are float, the others text. Raises ClaimsError for a query that
    fails, or whose answer lacks one of ``columns`` or a value in one.
    """
    path = Path(folder) / "claims" / f"{document}.yml"
    tables = _ready(path, path.read_bytes(), data.content(folder))
    try:
        answer = pd.DataFrame(tables.rows(sql))
    except QueryError as error:
        raise ClaimsError([f"{path.name}: {error}"]) from None
    query = f"{path.name}: the query '{' '.join(sql.split())[:60]} ...'"
    if lacking := [name for name in columns if name not in answer]:
        raise ClaimsError([f"{query} gives no row with the column {', '.join(lacking)}"])
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
    return _tables(path, _read(path), data.load_all(path.parent.parent))


def charts(document, folder=data.DATA):
    """Return the charts of a paper's claims file: pairs of what the file says of it and the frame to draw.

    Raises ClaimsError for a query that `ask` refuses, or that gives one bar two values.
    """
    return [(one, _bars(document, one, folder)) for one in layout(document, folder)["charts"]]


def _bars(document, described, folder):
    frame = ask(document, described["sql"], ["category", "series", "value"], folder)
    again = frame[frame.duplicated(["category", "series"])]
    if len(again):
        bar = f"{again['category'].iloc[0]}, {again['series'].iloc[0]}"
        raise ClaimsError([f"{document}.yml: the chart '{described['title']}' has the bar '{bar}' twice"])
    return frame


def evaluate(path, frames):
    """Return the claims of one file, evaluated over the data tables ``frames``. Raises ClaimsError with all errors."""
    content = _read(path)
    tables = _tables(path, content, frames)
    owners = dict(zip(frames["documents"]["slug"], frames["documents"]["authority"], strict=True))
    claims, errors, ids = [], [], set()
    for entry in content["claims"]:
        try:
            for claim in _claims(entry, path.stem, tables, owners):
                if claim.id in ids:
                    name = claim.id.removeprefix(f"{path.stem}/")
                    raise ClaimsError([f"claim '{name}': the id stands twice; each claim has its own"])
                ids.add(claim.id)
                claims.append(claim)
        except ClaimsError as error:
            errors += [f"{path.name}, {line}" for line in error.errors]
    if errors:
        raise ClaimsError(errors)
    return claims


def _files(folder, documents):
    """Return the claims files, in the order of the documents, the one across papers last."""
    paths = {path.stem: path for path in (Path(folder) / "claims").glob("*.yml")}
    if misnamed := sorted(path.name for path in (Path(folder) / "claims").glob("[!.]*.yaml")):
        raise ClaimsError([f"{name}: a claims file ends in .yml" for name in misnamed])
    order = [*documents["slug"], ACROSS]
    if not paths:
        raise ClaimsError([f"{Path(folder) / 'claims'}: there is no claims file (.yml)"])
    if strange := sorted(paths.keys() - set(order)):
        known = ", ".join(order)
        raise ClaimsError([f"{stem}.yml: no such document; documents.csv has: {known}" for stem in strange])
    return [paths[stem] for stem in order if stem in paths]


def _wanted(documents, authority, document):
    """Return the stems of the claims files to evaluate."""
    chosen = documents if authority is None else documents[documents["authority"] == authority]
    stems = {*chosen["slug"], ACROSS}
    return stems if document is None else stems & {document}


class _TextLoader(yaml.BaseLoader):
    """YAML with every scalar as text, so that 44.0 stays 44.0 and no stays no; a key that stands twice is an error."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                problem = f"the key '{key}' stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


def _read(path):
    try:
        return _parsed(path.name, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ClaimsError([f"{path.name}: not UTF-8: {error.reason}; save the file as UTF-8"]) from None


@lru_cache(maxsize=32)
def _parsed(name, text):
    """Return what a claims file says, parsed and checked once; nobody changes what this returns."""
    try:
        content = yaml.load(text, Loader=_TextLoader)
    except yaml.YAMLError as error:
        raise ClaimsError([f"{name}: not readable as YAML: {' '.join(str(error).split())}"]) from None
    problems = [f"{name}, {line}" for line in _schema_errors(content)]
    if problems:
        raise ClaimsError(problems)
    return content


def _schema_errors(content):
    """Yield one line for each claim, or part of the file's head, that the schema of claims files refuses."""
    from fastjsonschema import JsonSchemaValueException

    entries = content.get("claims") if isinstance(content, dict) else None
    one_by_one = [{**content, "claims": [entry]} for entry in entries] if isinstance(entries, list) else []
    told = set()
    for number, part in enumerate(one_by_one or [content], start=1):
        try:
            _validator()(part)
        except JsonSchemaValueException as error:
            line = _schema_error(error, part, number)
            if line not in told:
                yield line
            told.add(line)


@cache
def _validator():
    import fastjsonschema

    return fastjsonschema.compile(json.loads((data.DATA / "claims" / "schema.json").read_text(encoding="utf-8")))


def _schema_error(error, part, number):
    """Return a schema error in words; a claim that mixes its kinds would else be told as '0 matches found'."""
    message = error.message.removeprefix("data")
    place, problem = message.lstrip(".").split(" ", 1) if message.startswith((".", "[")) else ("", message.strip())
    if place.startswith("claims[0]"):
        entry = part["claims"][0]
        name = entry["id"] if isinstance(entry, dict) and "id" in entry else f"number {number}"
        place = ", ".join(filter(None, [f"claim '{name}'", place.removeprefix("claims[0]").lstrip(".")]))
    if error.rule in ("oneOf", "not") and place.startswith("claim ") and "each" not in place:
        problem = (
            "give either readings, or cannot_be_checked with the reason, or ambiguous with the reason and at least two "
            "readings that each say what they imply"
        )
    return f"{place}: {problem}" if place else problem


def _tables(path, content, frames):
    paper = frames["observations"][frames["observations"]["document"] == path.stem]
    try:
        return Tables({**frames, "paper": paper}, content.get("views"))
    except QueryError as error:
        raise ClaimsError([f"{path.name}, {error}"]) from None


def _claims(entry, document, tables, owners):
    """Yield the claims of one entry, one for each of its rows, evaluated."""
    rows = entry.get("each", [{}])
    if isinstance(rows, str):
        try:
            rows = tables.rows(rows)
        except QueryError as error:
            raise ClaimsError([f"claim '{entry['id']}': each: {error}"]) from None
    if not rows:
        raise ClaimsError([f"claim '{entry['id']}': each: there is no row; does a condition match no row of the data?"])
    for row in rows:
        try:
            yield _evaluated(_claim(_filled(entry, row), document, owners), row, tables)
        except (QueryError, ValueError) as error:
            name = Template(entry["id"]).safe_substitute(row)
            raise ClaimsError([f"claim '{name}': {line}" for line in str(error).splitlines()]) from None


def _filled(entry, row):
    """Return the entry with ``$name`` in its words replaced by the row's values; SQL is left to bind them itself."""

    def fill(key, part):
        if key in ("sql", "each"):
            return part
        if isinstance(part, dict):
            return {name: fill(name, value) for name, value in part.items()}
        if isinstance(part, list):
            return [fill(key, value) for value in part]
        return Template(part).substitute(row) if row else part

    try:
        return {key: fill(key, part) for key, part in entry.items()}
    except KeyError as error:
        raise ValueError(f"${error.args[0]} is not a column of 'each', which has: {', '.join(row)}") from None


def _claim(entry, document, owners):
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry["id"]):
        raise ValueError("an id is made of small letters, digits and single hyphens")
    words = {key: entry.get(key, "") for key in ("cannot_be_checked", "ambiguous", "topic", "note")}
    return Claim(
        id=f"{document}/{entry['id']}",
        document=document,
        authority=_authority(entry, document, owners),
        **{key: entry[key] for key in ("where", "says", "published", "unit")},
        precision=_precision(entry),
        interval=_interval(entry),
        readings=tuple(Reading(**{"unit": entry["unit"], **reading}) for reading in entry.get("readings", [])),
        **words,
    )


def _authority(entry, document, owners):
    if document == ACROSS:
        if "authority" not in entry:
            raise ValueError("a claim across papers names its authority")
        return data.choose(entry["authority"], set(owners.values()), "authority")
    if "authority" in entry:
        raise ValueError(f"the authority is that of the paper; name one only in {ACROSS}.yml")
    return owners[document]


def _precision(entry):
    """Return the size of the last digit that counts, or None where words are checked by an interval."""
    number = _number(entry["published"])
    if "precision" in entry and (number is None or (_number(entry["precision"]) or 0) <= 0):
        raise ValueError("precision is a number above 0, for a published number")
    if "interval" not in entry and number is None and "readings" in entry and "ambiguous" not in entry:
        raise ValueError(
            f"published '{entry['published']}' is not a plain number, so an interval must say what it means"
        )
    if "precision" in entry:
        return Decimal(entry["precision"])
    return None if number is None else Decimal(1).scaleb(-decimals_of(entry["published"]))


def _interval(entry):
    if "interval" not in entry:
        return None
    bounds = dict(entry["interval"])
    means = bounds.pop("means")
    numbers = {name: _number(text) for name, text in bounds.items()}
    for name, number in numbers.items():
        if number is None:
            raise ValueError(f"interval: {name} '{bounds[name]}' is not a number")
    interval = Interval(means, **{name: float(number) for name, number in numbers.items()})
    if max(interval.low, interval.above) > min(interval.high, interval.below):
        raise ValueError("interval: its low end is above its high end")
    return interval


def _number(text):
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _evaluated(claim, row, tables):
    number = _number(claim.published)
    parameters = {**row, "published": None if number is None else float(number)}
    valued = []
    for reading in claim.readings:
        try:
            valued.append(replace(reading, value=tables.value(reading.sql, parameters)))
        except QueryError as error:
            raise QueryError(f"reading '{reading.name}': {error}") from None
    if claim.ambiguous and len({(reading.implies, round(reading.value, 9)) for reading in valued}) < len(valued):
        raise ValueError("two readings imply the same, so the claim is not ambiguous between them")
    return replace(claim, readings=tuple(valued))


def _row(claim):
    deciding, as_stated = claim.deciding, claim.as_stated
    return {
        **{
            name: getattr(claim, name) for name in ("id", "document", "authority", "where", "says", "published", "unit")
        },
        "as_stated": claim.shown(as_stated.value) if as_stated else "",
        "computed": claim.shown(deciding.value) if deciding else "",
        "reading": deciding.name if deciding else "",
        "readings": "; ".join(_tried(reading, claim) for reading in claim.readings),
        "needs": claim.interval.means if claim.interval else "",
        "verdict": claim.verdict.value,
        "note": " ".join(filter(None, [claim.note, claim.cannot_be_checked, claim.ambiguous])),
    }


def _tried(reading, claim):
    implies = f", {reading.implies}" if reading.implies else ""
    return f"{reading.name}: {claim.shown(reading.value)} {reading.unit}{implies}"
