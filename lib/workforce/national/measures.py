"""The census's measures: what each is a rate of, whether less of it is better, and which model fits it."""

from calendar import isleap
from dataclasses import dataclass

FTE, HEADCOUNT = "fte", "headcount"
FEWEST = 10  # full-time equivalents: of fewer, one person moves a rate by ten points, and no side is named


@dataclass(frozen=True)
class Measure:
    """A rate of the census and the counts that it is made of.

    Attributes
    ----------
    name : str
    rate, count : str
        Columns of a release: the published rate, and what it counts.
    base : tuple of str
        Columns whose sum the count is set against.
    unit : str
        As in ``words.amount``.
    polarity : str
        ``low`` where less of it is a steadier workforce, else ``neither``.
    model : str
        ``rate`` of events, ``share`` of a total that holds the count, or ``level``, whose parts are not independent.
    """

    name: str
    rate: str
    count: str
    base: tuple[str, ...]
    unit: str = "percent"
    polarity: str = "low"
    model: str = "level"

    @property
    def columns(self):
        """Every column that the measure is about."""
        return tuple(dict.fromkeys((self.rate, self.count, *self.base)))

    def factor(self, year):
        """Return what a count over its base is multiplied by to give the rate."""
        if self.unit != "percent":
            return 1.0
        return 100.0 / working_days(year) if self.count == DAYS else 100.0


DAYS = "working_days_lost_fte"
TURNOVER = Measure("turnover rate", "turnover_rate_fte", "leavers_fte", ("inpost_fte",), model="rate")
VACANCY = Measure("vacancy rate", "vacancy_rate_fte", "vacancy_fte", ("vacancy_fte", "inpost_fte"), model="share")
AGENCY = Measure("agency worker rate", "agency_rate_fte", "agency_fte", ("agency_fte", "inpost_fte"), model="share")
CASELOAD = Measure(
    # A low average may be spare time or work that others hold: by itself it is neither good nor bad.
    *("caseload", "caseload_fte", "cases", ("case_holders_fte",)),
    unit="cases per case holder",
    polarity="neither",
)
ABSENCE = Measure("absence rate", "absence_rate_fte", DAYS, ("inpost_fte",))

STABILITY = (TURNOVER, VACANCY, AGENCY)
MEASURES = (*STABILITY, CASELOAD, ABSENCE)
BY_HEADCOUNT = (
    Measure(
        *("turnover rate, headcount", "turnover_rate_headcount", "leavers_headcount", ("inpost_headcount",)),
        model="rate",
    ),
    Measure(
        *("agency worker rate, headcount", "agency_rate_headcount", "agency_headcount"),
        ("agency_headcount", "inpost_headcount"),
        model="share",
    ),
)
COLUMNS = (
    *("inpost_fte", "inpost_headcount", "starters_fte", "starters_headcount", "leavers_fte", "leavers_headcount"),
    *("turnover_rate_fte", "turnover_rate_headcount", "agency_fte", "agency_headcount", "agency_rate_fte"),
    *("agency_rate_headcount", "agency_cover_fte", "agency_cover_rate_fte", "vacancy_fte", "vacancy_rate_fte"),
    *("vacancy_agency_cover_rate_fte", "case_holders_fte", "cases", "caseload_fte", DAYS, "absence_rate_fte"),
)

# What an authority can have at most: ten times what the largest has, or what the word allows. England has forty times as much.
PEOPLE, CASES, DAYS_LOST, SHARE, TURNOVER_AT_MOST, CASELOAD_AT_MOST = 10_000, 100_000, 100_000, 100, 200, 100
ENGLAND = 40
_AT_MOST = {
    "cases": CASES,
    DAYS: DAYS_LOST,
    "turnover_rate_fte": TURNOVER_AT_MOST,
    "turnover_rate_headcount": TURNOVER_AT_MOST,
    "caseload_fte": CASELOAD_AT_MOST,
}


def at_most(column, is_authority=True):
    """Return the largest number that a column can have, of an authority or of a region or England.

    Examples
    --------
    >>> at_most("vacancy_fte"), at_most("vacancy_fte", is_authority=False), at_most("vacancy_rate_fte", is_authority=False)
    (10000, 400000, 100)
    """
    is_rate = "_rate_" in column or column == "caseload_fte"
    limit = _AT_MOST.get(column, SHARE if is_rate else PEOPLE)
    return limit if is_authority or is_rate else limit * ENGLAND


def working_days(year):
    """Return the working days of a census year, which ends on 30 September: 253, and 254 with a 29 February in it.

    The census's guide names 253. Its rates for 2020 and 2024 follow from their counts with 254, and not with 253.

    Examples
    --------
    >>> working_days(2024), working_days(2025)
    (254, 253)
    """
    return 254 if isleap(year) else 253


def label(column):
    """Return a column's name in words.

    Examples
    --------
    >>> label("inpost_fte")
    'in post FTE'
    """
    return column.replace("inpost", "in post").replace("_", " ").replace("fte", "FTE")


def is_whole(column):
    """Whether a column counts people or cases, which are published whole, unrounded.

    Examples
    --------
    >>> is_whole("cases"), is_whole("leavers_fte")
    (True, False)
    """
    return column == "cases" or (column.endswith(HEADCOUNT) and "rate" not in column)
