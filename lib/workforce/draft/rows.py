"""What a printed number becomes in the data: measure, role, breakdown, period and unit, as its place in the paper suggests."""

import re

FIELDS = ("measure", "role", "breakdown", "period", "unit")
_ROLE = re.compile(
    r"social work|manager|practitioner|asye|nqsw|newly qualified|advanced|supervis|director|support worker|family worker|"
    r"personal advis|apprentice|student|agency|head of|officer|chair",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"\b(total|totals|all|overall|grand total)\b", re.IGNORECASE)
_PERIOD = re.compile(
    r"\b(as (of|at|on)|at|on|in|to|for|by)?\s*"
    r"\(?((\d{1,2}(st|nd|rd|th)? )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"\.?( ?\d{2,4})?|(19|20)?\d{2}\s*[-/–]\s*(19|20)?\d{2}|(19|20)\d{2})\)?",
    re.IGNORECASE,
)
_UNIT_WORDS = r"%|£|\(\)|\bfte\b|\bwte\b|\bheadcount\b"
_WORDS = {
    "people": r"worker|staff|people|leaver|starter|manager|practitioner|student|apprentice|employee|headcount|member"
}
DEFAULT_UNIT = "number"


def suggested(number):
    """Return the fields of an observation as a number's place in its paper suggests them, each a text, some blank.

    Parameters
    ----------
    number : mapping
        A row of ``numbers.numbers``: of a table its ``row_name`` and ``column_name``, else ``noun`` and ``sentence``.

    Returns
    -------
    dict of str to str
        By FIELDS.

    Examples
    --------
    >>> cell = {"table": "Table 2", "row_name": "Team Manager", "column_name": "Leavers 2022-23", "period": "2022-23", "unit": ""}
    >>> suggested(cell)["measure"], suggested(cell)["role"], suggested(cell)["unit"]
    ('leavers', 'team manager', 'people')
    >>> year = {"table": "Table 3", "row_name": "2017/18", "column_name": "Agency Spend £", "period": "2017-18", "unit": "GBP"}
    >>> suggested(year)["measure"], suggested(year)["breakdown"]
    ('agency spend', '')
    """
    period, unit = number["period"], number["unit"]
    if number["table"]:
        row, measure = _without_period(number["row_name"]), _without_period(number["column_name"])
        if not measure or _TOTAL.fullmatch(measure) or not re.search(r"[a-z]", measure):
            row, measure = measure, row  # the measures are the rows
        role = row if _ROLE.search(row) else ""
        breakdown = "" if role else row
    else:
        measure, role, breakdown = number["noun"] or "number", "", ""
    measure = measure or "number"
    unit = unit or next(
        (name for name, words in _WORDS.items() if re.search(words, measure, re.IGNORECASE)), DEFAULT_UNIT
    )
    return dict(zip(FIELDS, (measure, role, breakdown, period, unit), strict=True))


def _without_period(name):
    """Return a name in small letters without its dates and units."""
    bare = re.sub(_UNIT_WORDS, " ", _PERIOD.sub(" ", name.lower()))
    return " ".join(re.sub(r"[^\w\s&/'’,-]", " ", bare).split()).strip(" -,/&")


def apart(rows, key=("measure", "role", "breakdown", "period", "unit")):
    """Return rows of a paper with those that have the same key told apart by a word in ``breakdown``: where they stand.

    Parameters
    ----------
    rows : dict of int to dict
        Each with FIELDS and ``where``.

    Examples
    --------
    >>> one = {"measure": "staff", "role": "", "breakdown": "", "period": "", "unit": "people", "where": "paragraph 2"}
    >>> [row["breakdown"] for row in apart({0: one, 1: {**one, "where": "paragraph 3"}, 2: one}).values()]
    ['paragraph 2', 'paragraph 3', 'paragraph 2, 2nd']
    """
    from workforce.words import ordinal

    told, seen = {}, {}
    alike = {}
    for at, row in rows.items():
        alike.setdefault(tuple(row[name] for name in key), []).append(at)
    for at, row in rows.items():
        group = alike[tuple(row[name] for name in key)]
        place = row["where"].replace(" > ", ", ")
        breakdown = row["breakdown"] if len(group) == 1 else "; ".join(filter(None, (row["breakdown"], place)))
        again = (*(row[name] for name in key if name != "breakdown"), breakdown)
        seen[again] = seen.get(again, 0) + 1
        told[at] = {**row, "breakdown": breakdown if seen[again] == 1 else f"{breakdown}, {ordinal(seen[again])}"}
    return told
