"""The query of a reading: a formula over a paper's rows, each told from the others by what it counts, not by its place."""

from collections import Counter
from dataclasses import dataclass

KEYS = ("measure", "period", "role", "breakdown", "unit", "where")


@dataclass(frozen=True)
class Sums:
    """A formula down to what stands in the data: how often each row is added above and below the line, less than none taken off.

    ``kind`` is that of the formula; ``divide`` is the number of a mean's parts.
    """

    kind: str
    top: tuple[tuple[int, int], ...]
    base: tuple[tuple[int, int], ...] = ()
    divide: int = 1


def expand(formula, follow):
    """Return a formula as Sums, with each input that follows from others put in as the sum that it is.

    Parameters
    ----------
    formula : Formula
    follow : dict of int to Formula
        Of inputs that do not stand in the data themselves, the sum, difference or repetition that gives them.
    """
    top = Counter()
    for at in formula.plus:
        _add(top, at, 1, follow)
    for at in formula.minus:
        _add(top, at, -1, follow)
    base = Counter()
    for at in formula.base:
        _add(base, at, 1, follow)
    divide = len(formula.plus) if formula.kind == "mean" else 1
    return Sums(formula.kind, _counted(top), _counted(base), divide)


def _add(counts, at, sign, follow):
    if at not in follow:
        counts[at] += sign
        return
    for part in follow[at].plus:
        _add(counts, part, sign, follow)
    for part in follow[at].minus:
        _add(counts, part, -sign, follow)


def _counted(counts):
    return tuple((at, number) for at, number in sorted(counts.items()) if number)


def query(sums, rows):
    """Return the SELECT that works a formula out of a paper's observations.

    Parameters
    ----------
    sums : Sums
    rows : dict of int to dict
        All rows of the paper by number, each with KEYS; no two are alike.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"period": "2024", "role": "", "breakdown": "", "unit": "people", "where": "paragraph 1"}
    >>> rows = {0: {**row, "measure": "agency workers"}, 1: {**row, "measure": "social workers"}}
    >>> print(query(Sums("share", ((0, 1),), ((1, 1),)), rows))
    SELECT 100.0 * sum(value) FILTER (WHERE measure = 'agency workers')
         / sum(value) FILTER (WHERE measure = 'social workers')
    FROM paper
    """
    involved = [at for at, _ in (*sums.top, *sums.base)]
    common = {key: rows[involved[0]][key] for key in KEYS if len({rows[at][key] for at in involved}) == 1}
    single = all(number == 1 for _, number in sums.top) and not sums.base
    if single:
        what = f"sum(value){f' / {sums.divide}.0' if sums.divide > 1 else ''}"
        return f"SELECT {what} FROM paper WHERE {condition([at for at, _ in sums.top], rows)}"
    needed = {
        key: value
        for key, value in common.items()
        if any(row[key] != value for row in rows.values()) and key != "where"
    }
    inside = {at: row for at, row in rows.items() if all(row[key] == value for key, value in needed.items())}
    top = _linear(sums.top, inside)
    text = f"{'100.0 * ' if sums.kind in ('share', 'change') else ''}{top}"
    if sums.base:
        text += f"\n     / {_linear(sums.base, inside)}"
    elif sums.divide > 1:
        text += f" / {sums.divide}.0"
    where = " AND ".join(_is(key, {value}) for key, value in needed.items())
    return f"SELECT {text}\nFROM paper{f' WHERE {where}' if where else ''}"


def _linear(counts, rows):
    """Return a sum of rows, some taken off or added twice, as SQL over all rows of the query."""
    parts = []
    for number in sorted({number for _, number in counts}, reverse=True):
        some = [at for at, times in counts if times == number]
        sign = "-" if number < 0 else "+"
        times = f"{abs(number)} * " if abs(number) > 1 else ""
        filtered = f" FILTER (WHERE {condition(some, rows)})" if len(some) < len(rows) else ""
        parts.append((sign, f"{times}sum(value){filtered}"))
    first = f"{'-' if parts[0][0] == '-' else ''}{parts[0][1]}"
    rest = "".join(f"\n       {sign} {part}" for sign, part in parts[1:])
    return f"({first}{rest})" if rest or first.startswith("-") else first


def condition(some, rows):
    """Return the condition that picks some rows of all: by what they count where that tells them, else row by row.

    Examples
    --------
    >>> row = {"period": "", "role": "", "breakdown": "", "unit": "people", "where": "Table 1 > A > B"}
    >>> rows = {at: {**row, "measure": "leavers", "role": role} for at, role in enumerate(["manager", "practitioner", ""])}
    >>> condition([0, 1], rows)
    "measure = 'leavers' AND role IN ('manager', 'practitioner')"
    """
    wanted = set(some)
    values = {key: {rows[at][key] for at in some} for key in KEYS}
    used, picked = [], set(rows)
    for key in KEYS:
        if picked == wanted and used:
            break
        fewer = {at for at in picked if rows[at][key] in values[key]}
        if len(fewer) < len(picked) or key == "measure":
            used, picked = [*used, key], fewer
    for key in [key for key in used if key != "measure"]:  # an earlier condition may be needless beside a later one
        left = [other for other in used if other != key]
        if {at for at in rows if all(rows[at][other] in values[other] for other in left)} == picked:
            used = left
    told = " AND ".join(_is(key, values[key]) for key in used)
    if picked == wanted:
        return told
    if len(some) == 1:
        raise ValueError(f"two rows are alike in {', '.join(KEYS)}: {rows[some[0]]}")
    return "(" + " OR ".join(f"({condition([at], rows)})" for at in some) + ")"


def _is(key, values):
    name = f'"{key}"' if key == "where" else key
    blank = f"{name} IS NULL" if "" in values else ""
    said = sorted(f"'{_quoted(value)}'" for value in values if value)
    listed = f"{name} = {said[0]}" if len(said) == 1 else f"{name} IN ({', '.join(said)})"
    if blank and said:
        return f"({listed} OR {blank})"
    return blank or listed


def _quoted(text):
    return text.replace("'", "''")
