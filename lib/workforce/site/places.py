"""The pages of England's authorities: what stands on each, as plain data, and where its marks and lines are drawn."""

import json
import math
from functools import lru_cache

from nbrun import inputs
from nbrun.storage import digest, digest_of
from workforce import data, words
from workforce.national import compare, release
from workforce.reports import authority
from workforce.site.workers import workers

WIDE, HIGH = 100, 40  # of a small chart, in its own units
_CHUNK = 40
_MODULE = "workforce.site.places"


def digest_of_england():
    """Return the digest of what the pages of authorities are made of: the statistics and the code."""
    from workforce import batch

    files = [*release.files(), *data.national_files(".csv")]
    made = [*map(digest, sorted(set(files))), json.dumps(inputs.of_module(_MODULE, batch.project()), sort_keys=True)]
    return digest_of("".join(made).encode())


@lru_cache(maxsize=1)
def profiles(of, jobs):
    """Return what stands on the page of each authority of the newest release, a dict each, in order of name.

    Parameters
    ----------
    of : str
        What ``digest_of_england`` gives: profiles of the same are worked out once.
    jobs : int
        Processes to share the work.
    """
    one = release.newest()
    slugs = sorted(one.areas.loc[one.authorities(), "slug"])
    parts = [slugs[at : at + _CHUNK] for at in range(0, len(slugs), _CHUNK)]
    if jobs < 2:
        return [made for part in parts for made in _profiled(part)]
    with workers(min(jobs, len(parts))) as pool:
        return [made for part in pool.map(_profiled, parts) for made in part]


def _profiled(slugs):
    return [profile(authority.context(slug)) for slug in slugs]


def profile(context):
    """Return what stands on an authority's page, plain lists, dicts, numbers and texts.

    Parameters
    ----------
    context : authority.Context
    """
    known, year = context.release.areas, context.year
    near = context.neighbours.of(context.area, context.release.authorities(year))[0] if context.neighbours else []
    region = known.loc[context.area, "region"]
    return {
        "slug": known.loc[context.area, "slug"],
        "name": context.name,
        "region": known.loc[region, "name"] if region in known.index else "England",
        "year": year,
        "release": context.release.name,
        "sentences": [said for said in authority.five(context) if said],
        "tiles": [
            {"label": one.label, "value": one.value, "lines": one.lines} for one in authority.answer(context).tiles
        ],
        "rows": [_row(context, measure, row) for measure, row in zip(context.beside, _records(context), strict=True)],
        "courses": [_course(context, measure) for measure in context.beside],
        "neighbours": [known.loc[key, "slug"] for key in near],
    }


def _records(context):
    return authority.spine(context).to_dict("records")


def _row(context, measure, row):
    """Return a measure's place among all authorities: numbers to sort by, texts, and places across the band, 0 to WIDE."""
    unit = "percent" if measure.unit == "percent" else ""
    change = context.changes.get(measure)
    spread = (row["high"] - row["low"]) or 1

    def place(name):
        return None if math.isnan(row[name]) else round(WIDE * min(1, max(0, (row[name] - row["low"]) / spread)), 1)

    def said(value):
        return "–" if math.isnan(value) else words.amount(value, unit, 1)

    return {
        "measure": measure.name,
        "unit": measure.unit,
        "value": None if math.isnan(row["value"]) else row["value"],
        "said": said(row["value"]),
        "reason": context.beside[measure]["reason"].iloc[0],
        "low": said(row["low"]),
        "high": said(row["high"]),
        "median": said(row["median"]),
        "neighbours": said(row["neighbours"]),
        "rank": None if math.isnan(row["rank"]) else int(row["rank"]),
        "of": None if math.isnan(row["of"]) else int(row["of"]),
        "quarter": "–" if math.isnan(row["quarter"]) else compare.QUARTERS[int(row["quarter"])],
        "side": context.sides.get(measure, ""),
        "verdict": context.verdicts.get(measure, ""),
        "way": change.chance.direction if change else "",
        "places": {name: place(name) for name in ("value", "lower_quartile", "median", "upper_quartile", "neighbours")},
    }


def _course(context, measure):
    """Return a measure over the years: the lines of the authority, its neighbours' median and England, and its ends in words."""
    wide = compare.over_years(context.release, measure, context.area, context.neighbours)
    names = {
        context.name: "own",
        compare.MEDIAN: "neighbours",
        context.release.areas.loc[context.release.nation, "name"]: "England",
    }
    chosen = wide[[name for name in wide if name in names]].rename(columns=names)
    top = chosen.max().max() or 1
    years = list(chosen.index)
    across = {year: WIDE * at / max(1, len(years) - 1) for at, year in enumerate(years)}
    own = chosen["own"].dropna()
    unit = "percent" if measure.unit == "percent" else ""
    ends = [f"{words.amount(own.iloc[at], unit, 1)} in {own.index[at]}" for at in (0, -1)] if len(own) > 1 else []
    return {
        "measure": measure.name,
        "lines": {name: _lines(values, across, top) for name, values in chosen.items()},
        "ends": " to ".join(ends) or "too few figures to draw",
    }


def _lines(values, across, top):
    """Return a series as the points of lines, broken where a year has no figure."""
    lines, line = [], []
    for year, value in values.items():
        if math.isnan(value):
            lines, line = [*lines, line], []
        else:
            line.append(f"{across[year]:.1f},{HIGH * (1 - value / top):.1f}")
    return [" ".join(points) for points in [*lines, line] if points]
