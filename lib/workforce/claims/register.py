"""The register: every claim of the claims files, each reading with its value."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from string import Template

import pandas as pd

from workforce import data, hedges
from workforce.claims import files, tables
from workforce.claims.files import COMPARISONS, ClaimsError
from workforce.claims.verdicts import Claim, Provisional, Reading, Verdict
from workforce.hedges import Interval
from workforce.query import NoValueError, QueryError, StoppedError
from workforce.rounding import decimals_of

COLUMNS = [
    *(
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
    ),
    *("needs", "explanation", "verdict", "note"),
]
_WORDS = ("cannot_be_checked", "ambiguous", "topic", "note")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")  # no powers of ten, nor digits of other scripts
_PLAIN = {0, 1, 2, 7, 12, 100, 365}  # numbers that a sum needs, whatever a claim prints


class Register(list):
    """Claims in the order of their papers: a list that is short to look at, and a frame or counts when asked."""

    def __repr__(self):
        found = Counter(claim.verdict for claim in self)
        told = [f"{verdict} {found[verdict]}" for verdict in Verdict if found[verdict]]
        files = len({claim.document for claim in self})
        return f"claims: {len(self)}, in claims files: {files}{'; ' if told else ''}{', '.join(told)}"

    @property
    def frame(self) -> pd.DataFrame:
        """A row a claim, all text, see ``to_frame``."""
        return to_frame(self)

    @property
    def counts(self) -> pd.DataFrame:
        """How many claims of each paper got which verdict, see ``counts``."""
        return counts(self)

    def of(self, verdict: str) -> "Register":
        """Return the claims with one verdict.

        Examples
        --------
        >>> register(document="walsall-2021").of("does not reproduce")[0].published
        'below'
        """
        data.choose(verdict, [item.value for item in Verdict], "verdict")
        return Register(claim for claim in self if claim.verdict == verdict)


def register(authority: str | None = None, document: str | None = None, folder=data.DATA) -> Register:
    """Evaluate the claims of the data folder.

    Parameters
    ----------
    authority, document : str, optional
        Only the claims of this authority, by its name, short name or code, or of this paper (or one of COMPARISONS).
    folder : path, optional
        The data folder; its claims are in ``claims/``.

    Returns
    -------
    Register
        A list of Claim in the order of files and claims, each reading with its value.

    Raises
    ------
    DataError, ClaimsError
        With all errors of the data, or of the claims files.
    ValueError
        For an unknown authority or document, with those that there are.

    Examples
    --------
    >>> register(document="coventry-2024").of("does not reproduce")
    claims: 1, in claims files: 1; does not reproduce 1
    """
    frames = tables.frames(folder)
    documents = frames["documents"]
    if authority is not None:
        authority = data.choose(data.slug_of(authority, folder), set(documents["authority"]), "authority")
    if document is not None:
        data.choose(document, {*documents["slug"], *COMPARISONS}, "document")
    claims, errors = [], []
    for path in files.paths(folder, documents["slug"]):
        if path.stem in _wanted(documents, authority, document):
            try:
                claims += evaluate(path, frames)
            except ClaimsError as error:
                errors += error.errors
    if errors:
        raise ClaimsError(errors)
    return Register(claim for claim in claims if authority in (None, claim.authority))


def evaluate(path, frames):
    """Return the claims of one file, evaluated over ``frames``, see ``tables.frames``. Raises ClaimsError with all errors.

    Examples
    --------
    >>> from workforce.claims import tables
    >>> len(evaluate(data.DATA / "claims" / "across-papers.yml", tables.frames()))
    3
    """
    ready = tables.ready(path, frames)
    claims, errors, ids = [], [], set()
    for entry in files.read(path)["claims"]:
        try:
            for claim in _claims(entry, path.stem, ready, frames):
                if claim.id in ids:
                    name = claim.id.removeprefix(f"{path.stem}/")
                    raise ClaimsError([f"claim '{name}': the id stands twice; each claim has its own"])
                ids.add(claim.id)
                claims.append(claim)
        except ClaimsError as error:
            errors += [f"{path.name}, {line}" for line in error.errors]
        except StoppedError as error:  # each further one would take as long
            errors.append(f"{path.name}, {error}; what follows it in the file was not looked at")
            break
    if errors:
        raise ClaimsError(errors)
    return claims


def to_frame(claims):
    """Return claims as a frame of the columns COLUMNS, one row a claim, all text; ``note`` ends with the reason.

    Examples
    --------
    >>> list(to_frame(register(document="walsall-2021")))[:3]
    ['id', 'document', 'authority']
    """
    return pd.DataFrame([_row(claim) for claim in claims], columns=COLUMNS)


def counts(claims):
    """Return the number of claims by document (rows, in order) and verdict (columns, all five, then ``total``).

    Examples
    --------
    >>> counts(register(document="walsall-2021"))["total"].tolist()
    [20]
    """
    frame = to_frame(claims)
    table = pd.crosstab(frame["document"], frame["verdict"])
    table = table.reindex(
        index=frame["document"].unique(), columns=[verdict.value for verdict in Verdict], fill_value=0
    )
    return table.assign(total=table.sum(axis=1)).rename_axis(columns=None)


def rows_of(entry, asked):
    """Return the rows of which an entry makes a claim each, as dicts; one empty row where it makes just one.

    Raises QueryError where ``each`` is a query that fails.
    """
    rows = entry.get("each", [{}])
    return asked.rows(rows) if isinstance(rows, str) else rows


def _wanted(documents, authority, document):
    """Return the stems of the claims files to evaluate."""
    chosen = documents if authority is None else documents[documents["authority"] == authority]
    stems = {*chosen["slug"], *COMPARISONS}
    return stems if document is None else stems & {document}


def _claims(entry, document, asked, frames):
    """Return the claims of one entry, one for each of its rows, evaluated."""
    try:
        rows = rows_of(entry, asked)
    except StoppedError as error:
        raise StoppedError(f"claim '{entry['id']}': each: {error}") from None
    except QueryError as error:
        raise ClaimsError([f"claim '{entry['id']}': each: {error}"]) from None
    if not rows:
        raise ClaimsError([f"claim '{entry['id']}': each: there is no row; does a condition match no row of the data?"])
    made = []
    for row in rows:
        try:
            made.append(_evaluated(_claim(_filled(entry, row), document, frames), entry["published"], row, asked))
        except StoppedError as error:
            raise StoppedError(f"claim '{Template(entry['id']).safe_substitute(row)}': {error}") from None
        except ValueError as error:
            name = Template(entry["id"]).safe_substitute(row)
            raise ClaimsError([f"claim '{name}': {line}" for line in str(error).splitlines()]) from None
    missed = [claim for claim in made if claim.verdict is Verdict.DOES_NOT]
    if "explanation" in entry and missed and not any(claim.explanation for claim in missed):
        raise ClaimsError([f"claim '{entry['id']}': explanation: it gives no printed value that does not reproduce"])
    return made


def _filled(entry, row):
    """Return the entry with ``$name`` in its words replaced by the row's values; SQL is left to bind them itself.

    The name of an explanation is filled later, by what its query finds too.
    """

    def fill(key, part):
        if key in ("sql", "each", "explanation"):
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


def _claim(entry, document, frames):
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry["id"]):
        raise ValueError("an id is made of small letters, digits and single hyphens")
    unit = entry.get("unit", "")
    if files.readings_of(entry) and not unit:
        raise ValueError("a claim with readings has a unit")
    readings = [Reading(**{"unit": unit, **reading}) for reading in files.readings_of(entry)]
    explanation = Reading(**{"unit": unit, **entry["explanation"]}) if "explanation" in entry else None
    return Claim(
        id=f"{document}/{entry['id']}",
        document=document,
        authority=_authority(entry, document, frames["documents"]),
        **{key: entry[key] for key in ("where", "says", "published")},
        unit=unit,
        precision=_precision(entry),
        interval=_interval(entry, frames["hedges"]),
        readings=tuple(readings),
        partitioned="partitions" in entry,
        provisional=_provisional(entry),
        explanation=explanation,
        **{key: entry.get(key, "") for key in _WORDS},
    )


def _authority(entry, document, documents):
    if document in COMPARISONS:
        if "authority" not in entry:
            raise ValueError(f"a claim {COMPARISONS[document]} names its authority")
        return data.choose(entry["authority"], set(documents["authority"]), "authority")
    if "authority" in entry:
        raise ValueError(f"the authority is that of the paper; name one only in {' and '.join(COMPARISONS)}")
    return documents.loc[documents["slug"] == document, "authority"].item()


def _precision(entry):
    """Return the size of the last digit that counts, or None where words are checked by an interval."""
    number = _number(entry["published"])
    if "precision" in entry and (number is None or (_number(entry["precision"]) or 0) <= 0):
        raise ValueError("precision is a number above 0, for a published number")
    said = {"interval", "hedge", "ambiguous"} & entry.keys()
    if number is None and files.readings_of(entry) and not said:
        if (typed := data.typed(entry["published"])) is not None:
            raise ValueError(f"published '{entry['published']}' is not a plain number; write {_as_typed(typed)}")
        raise ValueError(
            f"published '{entry['published']}' is not a plain number, so a hedge or an interval must say what it means"
        )
    if "precision" in entry:
        return Decimal(entry["precision"])
    return None if number is None else Decimal(1).scaleb(-decimals_of(entry["published"]))


def _as_typed(typed):
    """Return what to write for a printed number: its digits, its unit, and what it is rounded to where the digits say less."""
    unit = f", with the unit {typed.unit}" if typed.unit else ""
    return f"{typed.digits}{unit}{f', and precision: {typed.step:f}' if typed.step > 1 else ''}"


def _interval(entry, table):
    """Return the values that bear the claim's words out: by the table of hedges, or as the claim says; else None."""
    if "hedge" in entry and "interval" in entry:
        raise ValueError("give a hedge or an interval, not both")
    if "hedge" in entry:
        return hedges.interval(entry["hedge"]["word"], entry["hedge"]["number"], table)
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


def _provisional(entry):
    """Return why a figure is held against statistics that were revised, and how far revisions may part the two."""
    if "provisional" not in entry:
        return None
    within = _number(entry["provisional"]["within"])
    if within is None or within <= 0 or _number(entry["published"]) is None:
        raise ValueError("provisional: 'within' is a number above 0, for a published number")
    return Provisional(entry["provisional"]["why"], float(within))


def _number(text):
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _evaluated(claim, published, row, asked):
    """Return the claim with the values of its readings, and with its explanation where that gives what is printed.

    ``published`` is what the entry says of it, where a row's value may stand as ``$name``.
    """
    readings = tuple(_valued(_blind(reading, published, claim), row, asked) for reading in claim.readings)
    if claim.ambiguous and len({(one.implies, round(one.value, 9)) for one in readings}) < len(readings):
        raise ValueError("two readings imply the same, so the claim is not ambiguous between them")
    valued = replace(claim, readings=readings, explanation=None)
    if claim.explanation is None or valued.verdict is not Verdict.DOES_NOT:
        return valued
    found = _explained(claim, row, asked)
    return replace(valued, explanation=found) if found and valued.borne_out_by(found.value) else valued


def _blind(reading, published, claim):
    """Return a reading that does not look at the printed number. Raises QueryError for one that does.

    What looks at it by way of the data is found by trial, see ``support``.
    """
    printed = {"published", *re.findall(r"\$(\w+)", published)}
    if looks := printed & set(re.findall(r"\$(\w+)", reading.sql)):
        raise QueryError(
            f"reading '{reading.name}': a reading does not look at the printed number, ${looks.pop()}; an explanation may"
        )
    number, outside_quotes = _number(claim.published), re.sub(r"'[^']*'", "", reading.sql)
    typed = {Fraction(text) for text in re.findall(r"(?<![\w.$])\d+(?:\.\d+)?(?![\w.])", outside_quotes)}
    if number is not None and Fraction(number) in typed - _PLAIN:
        raise QueryError(f"reading '{reading.name}': the printed number, {claim.published}, is typed into its query")
    return reading


def _valued(reading, parameters, asked):
    try:
        return replace(reading, value=asked.value(reading.sql, parameters))
    except StoppedError as error:
        raise StoppedError(f"reading '{reading.name}': {error}") from None
    except QueryError as error:
        told = tables.unknown_measures(reading.sql, asked, parameters) if isinstance(error, NoValueError) else ""
        raise QueryError(
            f"reading '{reading.name}': {f'the query gives no value; {told}' if told else error}"
        ) from None


def _explained(claim, row, asked):
    """Return the explanation with its value and with its name filled by what its query found; None where it found nothing."""
    number, told = _number(claim.published), claim.explanation
    printed = {"published": None if number is None else float(number)}
    try:
        found = asked.rows(told.sql, {**row, **printed})
        if not found:
            return None
        value = found[0].get("value")
        if len(found) != 1 or not isinstance(value, int | float | Decimal):
            raise QueryError("it gives one row with a number in the column value")
        return replace(told, name=Template(told.name).substitute({**row, **found[0]}), value=float(value))
    except KeyError as error:
        raise ValueError(f"explanation '{told.name}': ${error.args[0]} is neither in 'each' nor in its query") from None
    except QueryError as error:
        raise QueryError(f"explanation '{told.name}': {error}") from None


def _row(claim):
    deciding, as_stated, explanation = claim.deciding, claim.as_stated, claim.explanation
    return {
        **{
            name: getattr(claim, name) for name in ("id", "document", "authority", "where", "says", "published", "unit")
        },
        "as_stated": claim.shown(as_stated.value) if as_stated else "",
        "computed": claim.shown(deciding.value) if deciding else "",
        "reading": claim.decided_by,
        "readings": "; ".join(_tried(reading, claim) for reading in claim.readings),
        "needs": _needs(claim),
        "explanation": _tried(explanation, claim) if explanation else "",
        "verdict": claim.verdict.value,
        "note": " ".join(filter(None, [claim.note, claim.reason])),
    }


def _needs(claim):
    """Return what bears the claim out, where that is not the one printed number: the meaning of words, all partitions."""
    means = claim.interval.means if claim.interval else ""
    return f"{means or 'the printed number'}, by every partition" if claim.partitioned else means


def _tried(reading, claim):
    implies = f", {reading.implies}" if reading.implies else ""
    return f"{reading.name}: {claim.shown(reading.value)} {reading.unit}{implies}"
