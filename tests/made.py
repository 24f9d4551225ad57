"""A made release of the census, small enough to work out by hand, and the means to change it."""

import csv
import io
from decimal import Decimal

from workforce.rounding import half_up

IDENTITY = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code"]
IDENTITY += ["region_name", "old_la_code", "new_la_code", "la_name"]
ENGLAND = {"country_code": "E92000001", "country_name": "England", "time_identifier": "Reporting year"}
REGIONS = {"North East": "E12000001", "West Midlands": "E12000005"}
# Ten authorities of 100 full-time equivalents (110 people): their leavers make a turnover rate of the same number.
LEAVERS = {
    "Ayton": 5,
    "Beeford": 10,
    "Corby": 15,
    "Denton": 20,
    "Egham": 25,
    "Farley": 10,
    "Gosport": 10,
    "Hexham": 15,
    "Ilkley": 20,
    "Jarrow": 20,
}
CODES = {name: str(951 + number) for number, name in enumerate(LEAVERS)}
YEARS = (2021, 2022, 2023, 2024)
COUNTS = ["inpost", "starters", "leavers", "agency"]


def authority(name, year, **changes):
    """Return the row of an authority: all counts, and the rates that follow from them unless they are given."""
    number = list(LEAVERS).index(name)
    row = {
        **ENGLAND,
        "time_period": str(year),
        "geographic_level": "Local authority",
        "region_name": "North East" if number < 5 else "West Midlands",
        "old_la_code": CODES[name],
        "new_la_code": f"E06000{CODES[name]}",
        "la_name": name,
        **counts(100, 110, LEAVERS[name], vacancy=25 if name == "Ayton" else 10, agency=20),
    }
    row["region_code"] = REGIONS[row["region_name"]]
    row |= {key: str(value) for key, value in changes.items()}
    return {**rates(row, year), **row}


def counts(fte, people, leavers, vacancy, agency, cases=900, holders=60, days=0):
    """Return counts as text."""
    numbers = {
        "inpost_fte": fte,
        "inpost_headcount": people,
        "starters_fte": 12,
        "starters_headcount": 13,
        "leavers_fte": leavers,
        "leavers_headcount": leavers,
        "agency_fte": agency,
        "agency_headcount": agency,
        "vacancy_fte": vacancy,
        "case_holders_fte": holders,
        "cases": cases,
        "working_days_lost_fte": days or 10 * fte,
    }
    return {name: shown(name, value) for name, value in numbers.items()}


def shown(name, value):
    """Return a count as it is published: full-time equivalents and days to one decimal, people and cases whole."""
    return f"{value:.1f}" if name.endswith("fte") else f"{value:.0f}"


def rates(row, year):
    """Return the rates that follow from a row's counts, where these are numbers; the rest is unavailable."""
    days = 254 if int(year) % 4 == 0 else 253

    def rate(factor, top, *bottom):
        if not all(is_number(row[name]) for name in (top, *bottom)) or not sum(float(row[name]) for name in bottom):
            return "z"
        return str(half_up(factor * float(row[top]) / sum(float(row[name]) for name in bottom), Decimal("0.1")))

    return {
        "turnover_rate_fte": rate(100, "leavers_fte", "inpost_fte"),
        "turnover_rate_headcount": rate(100, "leavers_headcount", "inpost_headcount"),
        "vacancy_rate_fte": rate(100, "vacancy_fte", "vacancy_fte", "inpost_fte"),
        "agency_rate_fte": rate(100, "agency_fte", "agency_fte", "inpost_fte"),
        "agency_rate_headcount": rate(100, "agency_headcount", "agency_headcount", "inpost_headcount"),
        "caseload_fte": rate(1, "cases", "case_holders_fte"),
        "absence_rate_fte": rate(100 / days, "working_days_lost_fte", "inpost_fte"),
    }


def total(rows, year, **identity):
    """Return the row of an aggregate: the sums of the counts that are numbers, and the rates that follow."""
    names = list(counts(1, 1, 1, 1, 1))
    sums = {name: sum(float(row[name]) for row in rows if is_number(row[name])) for name in names}
    row = {
        **ENGLAND,
        "time_period": str(year),
        **identity,
        **{name: shown(name, value) for name, value in sums.items()},
    }
    return {**rates(row, year), **row}


def is_number(text):
    return text.replace(".", "", 1).isdigit()


def rows(years=YEARS, **changes):
    """Return the rows of a release; ``changes`` are of Ayton in the last year."""
    made = []
    for year in years:
        here = [authority(name, year, **(changes if (name, year) == ("Ayton", years[-1]) else {})) for name in LEAVERS]
        made.append(total(here, year, geographic_level="National"))
        for name, code in REGIONS.items():
            within = [row for row in here if row["region_name"] == name]
            identity = {"geographic_level": "Regional", "region_name": name, "region_code": code}
            made.append(total(within, year, **identity))
        made += here
    return made


def header(made):
    return [*IDENTITY, *(name for name in dict.fromkeys(key for row in made for key in row) if name not in IDENTITY)]


def text(made, columns=None, end="\n"):
    """Return rows as the text of a CSV file."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns or header(made), restval="", lineterminator=end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(made)
    return file.getvalue()


def write(path, made, **options):
    path.write_bytes(text(made, **options).encode())
    return path
