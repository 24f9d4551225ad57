"""The numbers that a paper prints, each with its unit, its words and its place; dates and references are none."""

import math
import re
from collections import Counter

import pandas as pd

from workforce.periods import financial, problem
from workforce.words import ordinal

NUMBERS = [
    "number",
    "block",
    "page",
    "where",
    "table",
    "row",
    "column",
    "row_name",
    "column_name",
    "paragraph",
    "sentence",
    "start",
    "end",
    "printed",
    "value",
    "decimals",
    "unit",
    "noun",
    "upper",
    "period",
    "x0",
    "top",
    "x1",
    "bottom",
]
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:19|20)\d\d"
_DATES = [
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>{_YEAR}))?\b", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<year>{_YEAR})-(?P<number>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})[/.](?P<number>\d{{1,2}})[/.](?P<year>{_YEAR}|\d\d)\b"),
    re.compile(rf"\b{_MONTH}\s+(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year>{_YEAR})\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}[\s'’-]{{1,2}}(?P<short>\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<from>{_YEAR})\s?[-/–—]\s?(?P<to>{_YEAR}|\d\d?)\b"),
    re.compile(r"(?<![\d£.,/-])(?P<from>\d\d)\s?[-/–]\s?(?P<to>\d\d)(?![\d%.,/-]*\d)"),
]
_PLAIN_YEAR = re.compile(
    rf"(?<![£\d.,-])(?P<from>{_YEAR})(?![\d,]*\d|\.\d|\s?%|\s(?:people|staff|workers|children|fte|days|hours|cases))"
)
_REFERENCE = (
    r"tables?|appendi(?:x|ces)|annex(?:es)?|figures?|graphs?|charts?|sections?|paragraphs?|paras?\.?|pages?|pp?\.|items?"
    r"|minutes?|recommendations?|chapters?|part|articles?|regulations?|schedule|notes?|step|stage|phase|tier|levels?|grades?|scale"
    r"|bands?|points?|scp|spinal column points?|version|act|no\.|number|ref\.?|question|option|priority|objective|key stage"
    r"|year group|agenda"
)
_NO_NUMBERS = [
    re.compile(r"£\s?['’]?0{3}['’]?s?\b"),
    re.compile(r"\S+@\S+|https?://\S+|www\.\S+"),
    re.compile(
        rf"\b(?:{_REFERENCE})\s*(?:no\.?|item)?\s*\d+(?:\.\d+)*[a-z]?"
        r"(?:\s*(?:,|and|to|-|–|/|&)\s*\d+(?:\.\d+)*\b(?!\s*%))*",
        re.IGNORECASE,
    ),
    re.compile(r"\(?\+?\b0\d{2,5}\)?[\s\d]{6,}|\(0\d{2,5}\)\s?[\s\d]{5,}"),
    re.compile(r"\b[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}\b"),
    re.compile(r"\b[A-Za-z]+\d+[A-Za-z]*\b"),
    re.compile(r"\b\d+(?:st|nd|rd|th)\b", re.IGNORECASE),
    re.compile(r"\b\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm)\b", re.IGNORECASE),
    re.compile(r"\b\d+\.\d+\.\d[\d.]*"),
    re.compile(r"\b\d+-(?=[A-Za-z])\S+"),
    re.compile(r"\b\d+/\d+\b"),
    re.compile(r"^(?:[-•*]\s*)?(?:\((?:[a-z]|[ivx]{1,4}|\d)\)|(?:[a-z]|[ivx]{1,4}|\d{1,2}[a-z]?)[.)])(?=\s)"),
    re.compile(r"(?<=[.;:]\s)\d{1,2}[.)](?=\s)"),
]
_SCALES = {"k": 3, "thousand": 3, "m": 6, "million": 6, "bn": 9, "billion": 9}
_ONE = (
    r"(?P<open>\((?=\s?£?\s?\d[\d,.]*\s?%?\)))?(?P<sign>(?<![\w.)%])[-−–](?=£?\d))?(?P<pound>£)?\s?(?P<minus>[-−](?=\d))?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s?(?P<scale>(?:k|m|bn)(?![A-Za-z])|(?:thousand|million|billion)\b))?"
    r"(?P<percent>\s?%|\s(?:per\s?cent|percent)\b)?(?:\s?(?P<close>\)))?"
)
_NUMBER = re.compile(_ONE, re.IGNORECASE)
_BETWEEN = re.compile(r"\s?[-–—−]\s?|\s+to\s+|\s+and\s+", re.IGNORECASE)
_MOVES = re.compile(
    r"\b(from|increas\w*|decreas\w*|rise|rises|rising|rose|risen|fell|fall\w*|reduc\w*|dropp?\w*|grew|up|down|change\w*)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_WORD = re.compile(
    rf"\b({'|'.join(_WORDS)})\b(?![-–]|\s+(?:thirds?|quarters?|fifths?|hundred|thousand|million)\b)", re.IGNORECASE
)
_PEOPLE = (
    r"people|persons?|staff|workers?|sws?|social workers?|employees|leavers?|starters?|students?|apprentices?|managers?|nqsws?"
    r"|asyes?|practitioners?|members|individuals|children|joiners|headcount|graduates|recruits|candidates|respondents"
)
_UNITS = [
    ("percentage points", re.compile(r"^\W*(percentage|percent|per cent|%)?\s*points?\b|^\W*pp\b", re.IGNORECASE)),
    ("FTE", re.compile(r"^\W*(?:\w+\s+){0,2}(fte|wte|full[- ]time equivalents?)\b", re.IGNORECASE)),
    ("posts", re.compile(r"^\W*(?:[\w-]+\s+){0,3}(posts?|vacanc(?:y|ies)|positions?|roles)\b", re.IGNORECASE)),
    ("people", re.compile(rf"^\W*(?:[\w/’'-]+\s+){{0,3}}?({_PEOPLE})\b", re.IGNORECASE)),
    ("cases", re.compile(r"^\W*(?:[\w-]+\s+){0,2}(cases?|caseloads?)\b", re.IGNORECASE)),
    *(
        (f"{name}s", re.compile(rf"^\W*(?:working\s+|calendar\s+)?{name}s?\b", re.IGNORECASE))
        for name in ("day", "week", "month", "year", "hour")
    ),
]
_POINTS = re.compile(r"\W*(percentage|percent|per cent)\s*points?\b|\W*pp\b", re.IGNORECASE)
_HEADS = [
    ("percent", re.compile(r"%|per ?cent|percentage|proportion|\brate\b", re.IGNORECASE)),
    ("GBP", re.compile(r"£|\bgbp\b", re.IGNORECASE)),
    ("FTE", re.compile(r"\b(fte|wte)s?\b", re.IGNORECASE)),
    ("cases", re.compile(r"\bcaseloads?\b|\bcases\b", re.IGNORECASE)),
    ("posts", re.compile(r"\bvacanc(y|ies)\b|\bposts\b|\bestablishment\b", re.IGNORECASE)),
    ("people", re.compile(rf"\b({_PEOPLE}|agency|permanent|directly employed)\b", re.IGNORECASE)),
]
_SCALED = re.compile(r"£\s?['’]?(?:(?P<thousands>000'?s?|k\b)|(?P<millions>m(?:illion)?s?\b))", re.IGNORECASE)
_STOP = re.compile(
    r"the|a|an|of|in|to|and|for|at|as|by|on|is|are|was|were|with|from|that|which|who|or|per|compared|against|have|has|had"
)


def numbers(blocks) -> pd.DataFrame:
    """Return the numbers of a paper's blocks.

    Parameters
    ----------
    blocks : pandas.DataFrame
        As ``read.read`` gives them.

    Returns
    -------
    pandas.DataFrame
        Columns NUMBERS, a row a number, in reading order: ``value`` with thousands and millions written out, and ``decimals`` of
        the last digit printed (-5 for £13.2m); ``upper`` is the upper end of a range, else missing; ``unit`` is empty where
        nothing names one; ``period`` is as data/observations.csv has it, empty where none is near; ``start`` and ``end`` are
        places in ``sentence``; ``where`` is as data/observations.csv has it.
    """
    rows, counted, order = [], Counter(), Counter()
    for block in blocks.itertuples():
        if block.kind == "header":
            continue
        if not block.table:
            order[block.page] += 1
        for found in in_cell(block) if block.table else in_text(block.text, numbered=block.paragraph):
            where = _where(block, order[block.page])
            if block.table:
                counted[where] += 1
                where += f" ({ordinal(counted[where])})" if counted[where] > 1 else ""
            rows.append(_row(len(rows), block, where, found))
    return pd.DataFrame(rows, columns=NUMBERS)


def _row(number, block, where, found):
    place = [getattr(block, name) for name in ("table", "row", "column", "row_name", "column_name", "paragraph")]
    box = [getattr(block, name) for name in ("x0", "top", "x1", "bottom")]
    told = [
        found[name]
        for name in ("sentence", "start", "end", "printed", "value", "decimals", "unit", "noun", "upper", "period")
    ]
    return (number, block.block, block.page, where, *place, *told, *box)


def _where(block, order):
    if block.table:
        return (
            f"{block.table} > {block.row_name or f'row {block.row}'} > {block.column_name or f'column {block.column}'}"
        )
    return f"paragraph {block.paragraph}" if block.paragraph else f"page {block.page}, paragraph {order}"


def in_cell(block):
    """Return the numbers of a table's cell: unit and period by its column's name, then its row's."""
    heads = [block.column_name, block.row_name]
    scale = next((found for found in map(_SCALED.search, heads) if found), None)
    power = 0 if scale is None else 3 if scale["thousands"] else 6
    named = next((unit for head in heads for unit, pattern in _HEADS if pattern.search(head)), "")
    when = next((found[-1][1] for found in map(periods, heads) if found), "")
    lead = ", ".join(filter(None, (block.row_name, block.column_name)))
    told = []
    for one in in_text(block.text, cell=True):
        if not one["unit"] and power:
            one["value"] *= 10**power
            one["upper"] *= 10**power
            one["decimals"] -= power
        one["unit"] = one["unit"] or named
        one["period"] = one["period"] or when
        one["sentence"] = f"{lead}: {block.text}"
        one["start"] += len(lead) + 2
        one["end"] += len(lead) + 2
        told.append(one)
    return told


def in_text(text, cell=False, numbered=""):
    """Return the numbers of a text, dicts of what NUMBERS tells of a number's words and value.

    ``cell`` says that it is that of a table's cell, ``numbered`` which number of a paragraph it may begin with.

    Examples
    --------
    >>> [(one["printed"], one["value"], one["unit"]) for one in in_text("In 2023/24 (40) social workers left, 31.96% of all.")]
    [('40', 40.0, 'people'), ('31.96%', 31.96, 'percent')]
    >>> one, = in_text("Caseloads range between 6 – 19.")
    >>> one["value"], one["upper"]
    (6.0, 19.0)
    """
    whens = periods(text)
    masked = _masked(text, cell, numbered)
    found = [*_with_digits(masked), *([] if cell else _in_words(masked))]
    return [_told(one, text, masked, whens) for one in sorted(found, key=lambda one: one["at"])]


def _masked(text, cell, numbered):
    """Return a text with spaces in place of its own number, dates and references."""
    bare = text.lstrip("-•* ")
    if numbered and bare.startswith(numbered):
        lead = len(text) - len(bare)
        text = " " * (lead + len(numbered)) + text[lead + len(numbered) :]
    for pattern in (*_DATES, _PLAIN_YEAR, *_NO_NUMBERS):
        if cell and pattern in _NO_NUMBERS[-2:]:
            continue
        text = pattern.sub(lambda found: " " * len(found[0]) if _is_date(found) else found[0], text)
    return text


def _is_date(found):
    """Tell whether what looks like a date is one: two figures are a year only when the second follows the first."""
    parts = found.groupdict()
    if "to" in parts and parts.get("to") and len(parts["from"]) == 2:
        return int(parts["to"]) == (int(parts["from"]) + 1) % 100
    if parts.get("day") and not 1 <= int(parts["day"]) <= 31:
        return False
    return not (parts.get("number") and not 1 <= int(parts["number"]) <= 12)


def _with_digits(masked):
    at = 0
    while first := _NUMBER.search(masked, at):
        at = max(first.end(), first.start() + 1)
        one = _amount(first)
        joined = _BETWEEN.match(masked, first.end())
        second = _NUMBER.match(masked, joined.end()) if joined else None
        if second and _is_range(masked, first, joined, second, one):
            other = _amount(second)
            if not one["scaled"] and other["scaled"]:
                one["value"] *= 10 ** other["scaled"]
            one |= {"upper": other["value"], "stop": other["stop"], "unit": one["unit"] or other["unit"]}
            one["decimals"] = (
                min(one["decimals"], other["decimals"]) if other["scaled"] else max(one["decimals"], other["decimals"])
            )
            at = second.end()
        yield one


def _is_range(masked, first, joined, second, one):
    word = joined[0].strip().lower()
    before = masked[: first.start()]
    upper = _amount(second)["value"]
    if word == "and":
        return bool(re.search(r"\bbetween\s*$", before, re.IGNORECASE)) and upper > one["value"]
    if upper <= one["value"] or second["sign"] or second["open"]:
        return False
    return not (word == "to" and _MOVES.search(before))


def _amount(found):
    digits = found["digits"].replace(",", "")
    scaled = _SCALES[found["scale"].lower()] if found["scale"] else 0
    decimals = len(digits.partition(".")[2]) - scaled
    bracketed = bool(found["open"] and found["close"])
    start = found.start() if not found["open"] or bracketed else found.start() + 1
    negative = found["sign"] or found["minus"]
    printed_end = found.end() - (1 if found["close"] and not bracketed else 0)
    unit = "percent" if found["percent"] else "GBP" if found["pound"] else ""
    value = float(digits) * 10**scaled
    return {
        "at": start,
        "stop": printed_end,
        "value": -value if negative else value,
        "bracketed": bracketed,
        "decimals": decimals,
        "unit": unit,
        "upper": math.nan,
        "scaled": scaled,
    }


def _in_words(masked):
    for found in _WORD.finditer(masked):
        value = float(_WORDS[found[0].lower()])
        told = {"at": found.start(), "stop": found.end(), "value": value, "decimals": 0}
        yield {**told, "bracketed": False, "unit": "", "upper": math.nan, "scaled": 0}


def _told(one, text, masked, whens):
    """Return a number with its words: unit, noun, period and sentence."""
    after = masked[one["stop"] :]
    unit = one["unit"]
    if unit == "GBP":
        unit += _per(after)
    elif _POINTS.match(after) or (unit == "percent" and re.match(r"\s*points?\b", after, re.IGNORECASE)):
        unit = "percentage points"
    elif not unit:
        unit = next((name for name, pattern in _UNITS if pattern.search(re.split(r"[.;:(\d]", after)[0])), "")
    if unit == "people" and one["decimals"] > 0:
        unit = "FTE"  # a part of a person is one of a full-time equivalent
    printed = text[one["at"] : one["stop"]].strip()
    negative = one["bracketed"] and printed == text.strip()  # brackets around all of a cell stand for a minus
    if one["bracketed"] and not negative:
        printed = printed.strip("()")
    place = text.index(printed, one["at"])  # what was found may begin with a space
    begin, end = _sentence(text, place)
    start = place - begin - (len(text[begin:end]) - len(text[begin:end].lstrip()))
    inside = [when for when in whens if begin <= when[0] < end]
    nearest = min(inside, key=lambda when: abs(when[0] - one["at"]), default=(0, ""))[1]
    return {
        "at": one["at"],
        "sentence": text[begin:end].strip(),
        "start": start,
        "end": start + len(printed),
        "printed": " ".join(printed.split()),
        "value": -one["value"] if negative else one["value"],
        "decimals": one["decimals"],
        "unit": unit,
        "noun": _noun(after),
        "upper": one["upper"],
        "period": nearest,
    }


def _per(after):
    if re.match(r"\W*(per year|a year|per annum|p\.?a\.?\b|annually|yearly)", after, re.IGNORECASE):
        return " per year"
    return " per hour" if re.match(r"\W*(per hour|an hour|hourly)", after, re.IGNORECASE) else ""


def _noun(after):
    """Return up to three words that follow a number, in small letters, without those that count nothing."""
    part = re.split(
        r"[.;:,()\d£%]|\s(?:and|in|to|from|who|which|that|were|was|are|is|have|has|had|left|by|at|as)\s", f" {after}"
    )[0]
    words = [word.lower() for word in re.findall(r"[A-Za-z][\w/’'-]*", part) if not _STOP.fullmatch(word.lower())]
    return " ".join(words[:3])


def _sentence(text, at):
    """Return where the sentence begins and ends in which a place of a text lies."""
    edges = [
        0,
        *(found.end() for found in re.finditer(r"(?<![A-Z]\b)(?<!\bNo)[.!?;][)’”\"]?\s+(?=[A-Z(•£\d‘“-])", text)),
        len(text),
    ]
    begin = max(edge for edge in edges[:-1] if edge <= at)
    return begin, min(edge for edge in edges if edge > at)


def periods(text):
    """Return the dates and years of a text: pairs of place and what data/observations.csv would have.

    Examples
    --------
    >>> periods("From 1 April 2023 to March 2024, and in 2022/23")
    [(5, '2023-04-01'), (21, '2024-03'), (40, '2022-23')]
    """
    found, left = [], text
    for pattern in (*_DATES, _PLAIN_YEAR):
        for one in pattern.finditer(left):
            if _is_date(one) and (told := _iso(one.groupdict())) and not problem(told):
                found.append((one.start(), told))
        left = pattern.sub(lambda one: " " * len(one[0]) if _is_date(one) else one[0], left)
    return sorted(found)


def dates(text):
    """Return the dates and years of a text, in order, as data/observations.csv has them.

    Examples
    --------
    >>> dates("Date: 28 November 2024")
    ['2024-11-28']
    """
    return [told for _, told in periods(text)]


def _iso(parts):
    if parts.get("from"):
        begin = parts["from"] if len(parts["from"]) == 4 else f"20{parts['from']}"
        end = parts.get("to")
        if not end:
            return begin
        last = f"{begin[: 4 - len(end)]}{end}" if len(end) < 4 else end
        return (
            financial(int(begin))
            if int(last) == int(begin) + 1
            else f"{begin}/{last}"
            if int(last) > int(begin)
            else begin
        )
    year = parts.get("year") or (f"20{parts['short']}" if parts.get("short") else "")
    if not year:
        return ""
    year = f"20{year}" if len(year) == 2 else year
    month = int(parts["number"]) if parts.get("number") else _MONTHS.index(parts["month"].lower()) + 1
    day = f"-{int(parts['day']):02}" if parts.get("day") else ""
    return f"{year}-{month:02}{day}"
