"""Sections of the notebook that sets an English authority's workforce beside its neighbours', by the national statistics."""

import math
from functools import partial
from operator import itemgetter

import numpy as np
import pandas as pd

from workforce import charts, words
from workforce.display import Column, Section, Table, Text, chart
from workforce.national import areas, compare, release
from workforce.national.measures import FEWEST, label
from workforce.national_sentences import ENGLAND, WENT, funnel_words, over_years, placed, side_said, sure
from workforce.reports import authority as profile
from workforce.reports.authority import answer, context

__all__ = [
    "answer",
    "beside",
    "changes",
    "choices",
    "context",
    "courses",
    "every",
    "funnels",
    "measures",
    "near",
    "numbers",
    "short",
    "sources",
    "spine",
]

_GRID = 60


def choices(folder=None):
    """Return the valid values of the notebook's parameters: the authorities of the releases, those of the newest first."""
    files = release.files(folder)
    slugs = dict.fromkeys(slug for path in reversed(files) for slug in every(path.name, folder))
    return {"authority": list(slugs), "release": ["", *(path.name for path in files)]}


def every(name="", folder=None):
    """Return the short names of the authorities in a release, the newest without a name."""
    found = release.newest(name, folder)
    return sorted(found.areas.loc[found.authorities(), "slug"])


def short(authority, name="", folder=None):
    """Return the short name of an authority given by any name or code, in a release; raises ValueError as ``areas.find``."""
    found = release.newest(name, folder)
    return found.areas.loc[found.find(str(authority)), "slug"]


def measures(context):
    """Return a table of what was found, a row for each measure of stability, in words; the statistics are in later tables."""
    frame = pd.DataFrame([_measure_row(context, measure) for measure in context.stability])
    last, year = context.year - 1, context.year
    whose = "neighbours" if context.yardstick != ENGLAND else "England"
    columns = {
        "measure": Column("measure"),
        "side": Column(f"beside {whose}, {year}", say=lambda row: side_said(row["side"])),
        "place_said": Column("among all authorities"),
        "change_said": Column(f"{last} to {year}"),
        "course_said": Column("over all years"),
        "ahead_said": Column(f"ordinary in {year + 1}"),
    }
    return Table(frame, f"{context.name}, measure by measure", tuple(_measure_notes(context)), columns)


def _measure_notes(context):
    yield "‘Ordinary’ is what 95% of authorities of such a size and course would show, learnt from all of England."
    if not context.is_calibrated:
        yield "This release is too small to learn what is ordinary, so changes are set against chance alone."
    if context.small:
        yield f"Of fewer than {FEWEST} full-time equivalents no direction is named."
    if not context.has_neighbours:
        yield _no_neighbours(context)
    yield f"Source: {context.release.name}"


def _measure_row(context, measure):
    ahead, place = context.ahead.get(measure), context.places.get(measure)
    change, trend = context.changes.get(measure), context.trends[measure]
    return {
        "measure": measure.name,
        "side": context.sides[measure],
        "place": place[0] if place else "",
        "change": change.after - change.before if change else math.nan,
        "course": trend.estimate,
        "low": ahead.low if ahead else math.nan,
        "high": ahead.high if ahead else math.nan,
        "place_said": placed(*place) if place else "–",
        "change_said": _change_said(context, measure),
        "course_said": _course_said(context, measure),
        "ahead_said": f"{_number(ahead.low)}% to {_number(ahead.high)}%" if ahead else "–",
    }


def _change_said(context, measure):
    one = context.changes.get(measure)
    if one is None:
        return "–"
    went = words.moved(one.before, one.after, f"{_number(one.before)}%", f"in {context.year - 1}")
    return f"{went}: {sure(context.verdicts[measure])}"


def _direction(context, measure):
    """Return the direction of a measure over all years in words, none where it is of too few people or points."""
    result = context.trends[measure]
    if measure.name in context.small or math.isnan(result.low):
        return "too few to tell"
    return WENT[result.direction]


def _course_said(context, measure):
    """Return first and last rate with a direction; the years are named where they are not the release's own."""
    known, result = compare.points(context.release, measure, context.area), context.trends[measure]
    if len(known) < 2 or math.isnan(result.estimate) or measure.name in context.small:
        return "too few to tell"
    first, last = known.iloc[0], known.iloc[-1]
    return f"{over_years(first['rate'], last['rate'], result)} ({int(first['year'])} to {int(last['year'])})"


def spine(context):
    """Return a chart of where each measure lies among all of England's authorities, with its numbers."""
    frame = profile.spine(context)
    units = frame.set_index("name")["unit"]
    figure = charts.spine(frame, context.name, lambda value, name: _with_unit(value, units[name]))
    title = f"{context.name} among all English authorities, {context.year}"
    said = " ".join(f"{row.name_}: {_spine_said(row)}." for row in frame.rename(columns={"name": "name_"}).itertuples())
    columns = {
        "name": Column("measure"),
        "value": Column(context.name, decimals=1),
        "low": Column("lowest", decimals=1),
        "lower_quartile": Column("a quarter are below", decimals=1),
        "median": Column("median", decimals=1),
        "upper_quartile": Column("a quarter are above", decimals=1),
        "high": Column("highest", decimals=1),
        "neighbours": Column("neighbours’ median", decimals=1),
    }
    return chart(figure, title, said, frame, context.release.name, columns)


def _spine_said(row):
    if math.isnan(row.value):
        return "no figure"
    return (
        f"{_number(row.value)}, where England’s authorities go from {_number(row.low)} to {_number(row.high)}, half of them "
        f"from {_number(row.lower_quartile)} to {_number(row.upper_quartile)}"
    )


def _with_unit(value, unit):
    return words.amount(value, "percent" if unit == "percent" else "", 1)


def beside(context):
    """Return a table of the latest year: the authority, its neighbours, region and England, its rank and quarter."""
    frame = pd.DataFrame([_standing_row(context, measure) for measure in context.beside])
    columns = {
        "measure": Column("measure", say=lambda row: f"{row['measure']}, {row['unit']}"),
        "value": Column(context.name, say=lambda row: _shown(row["value"], row["reason"])),
        "rank": Column("rank, 1 is lowest", say=_rank),
        "quarter": Column("quarter", say=_quarter),
        "polarity": Column(
            "less of it is",
            say=lambda row: "steadier" if row["polarity"] == "low" else "neither better nor worse",
        ),
        **{who: Column(header, say=partial(_other_said, who)) for who, header in _OTHERS.items()},
    }
    notes = [
        f"Source: {context.release.name}, {release.PUBLISHER}. Rates by full-time equivalents, year to or at 30 September.",
        "Ranks are among the authorities that published a figure; a joint return counts once.",
        "A mean of neighbours is of their published rates, unweighted.",
    ]
    missing = _missing_neighbours(context)
    title = f"{context.name} beside others, {context.year}"
    return Table(frame, title, (*notes, *missing), columns)


_OTHERS = {
    "neighbours' median": "neighbours’ median",
    "neighbours' mean": "neighbours’ mean",
    "region": "region",
    "England": "England",
}


def near(context):
    """Return a table of the statistical neighbours, each by name, with its figures of the latest year."""
    if not context.has_neighbours:
        return Text((_no_neighbours(context),))
    made, columns = {}, {"authority": Column("authority")}
    for measure, frame in context.beside.items():
        rows = frame[frame["who"].isin(["authority", "neighbour"])].reset_index(drop=True)
        made |= {"authority": rows["name"], measure.name: rows["value"], f"{measure.name}, reason": rows["reason"]}
        columns[measure.name] = Column(measure.name, measure.unit, say=partial(_value_said, measure.name))
    note = f"Source: {context.release.name}; neighbours, the nearest first, by {context.neighbours.file}."
    title = f"{context.name} and its statistical neighbours, {context.year}"
    return Table(pd.DataFrame(made), title, (note,), columns)


def _value_said(name, row):
    return _shown(row[name], row[f"{name}, reason"])


def courses(context):
    """Return a chart of every measure over the years, beside neighbours, region and England, with its numbers."""
    frame = pd.concat([_course_frame(context, measure) for measure in context.beside], ignore_index=True)
    ahead = _ahead_frame(context)
    figure = charts.small_multiples_by_year(frame, context.name, ahead)
    title = f"{context.name}, {min(context.release.years)} to {context.year}, beside others"
    ends = ahead.melt(["panel", "year"], ["low", "high"], "series")
    ends["series"] = "ordinary, 95%, " + ends["series"].map({"low": "from", "high": "to"})
    numbers = pd.concat([frame, ends]).pivot_table(
        index=["panel", "series"], columns="year", values="value", aggfunc="first", sort=False, dropna=False
    )
    numbers = numbers.dropna(how="all").reset_index().rename(columns=str)
    years = [name for name in numbers if name not in ("panel", "series")]
    columns = {
        "panel": Column("measure"),
        "series": Column("who"),
        **{year: Column(year, decimals=1) for year in years},
    }
    return chart(figure, title, _course_in_words(frame), numbers, context.release.name, columns)


def changes(context):
    """Return a table of each measure's change on last year and over the series, with intervals where counts allow them."""
    frame = pd.DataFrame([_change_row(context, measure) for measure in context.beside])
    columns = {
        "measure": Column("measure"),
        "before": Column("last year", decimals=1),
        "value": Column("this year", decimals=1),
        "difference": Column("difference", say=_difference),
        "ratio": Column("ratio on last year (95%)", say=lambda row: row["ratio_said"]),
        "ordinary": Column("ordinary this year (95%)", say=lambda row: row["ordinary_said"]),
        "over_years": Column("over all years (95%)", say=lambda row: row["over_years_said"]),
        "finding": Column("finding"),
    }
    notes = (
        "On last year: the ratio of turnover rates, or the odds ratio of a vacancy or an agency worker, with its exact interval. "
        "Ordinary: the range that holds 95% of authorities of such a size and course, learnt from those of all England up to the "
        "year before. Over all years: a ratio per year that allows for ordinary wandering, or the slope of a straight line.",
        "Vacancies and agency workers are stocks, not independent events: the intervals are a guide.",
        f"Source: {context.release.name}",
    )
    return Table(frame, f"Change in {context.name}", notes, columns)


def funnels(context):
    """Return a funnel plot of each measure of stability: who differs from England by more than chance would."""
    sections = [_funnel(context, measure, one) for measure, one in context.funnels.items()]
    return Section(tuple(sections) or (Text(("Too few authorities have figures for a funnel plot.",)),))


def numbers(context):
    """Return a table of every figure of the authority as published, with the reasons where there is none."""
    one = context.release
    years = list(map(str, one.years))
    rows = [_figures(one, context.area, column) for column in one.published]
    frame = pd.DataFrame(rows)
    columns = {
        "figure": Column("figure"),
        **{year: Column(year, say=itemgetter(f"{year}, as published")) for year in years},
    }
    notes = [*areas.history(context.area, one.areas), *_joint(context), f"Source: {one.name}"]
    return Table(frame, f"Every figure of {context.name}", tuple(notes), columns, folded=True)


def sources(context):
    """Return what the report is made of: the release with its checksum, and the file of neighbours."""
    one = context.release
    items = [f"{release.PUBLISHER}: {one.name}, Open Government Licence v3.0; SHA-256 of the file {one.digest}."]
    near = context.has_neighbours
    items += [f"Statistical neighbours: {context.neighbours.file}." if near else _no_neighbours(context)]
    if context.is_calibrated:
        items.append(
            "How often what is called ordinary held: the report ‘How far can the intervals of these reports be trusted?’."
        )
    return Text((), tuple(items))


def _no_neighbours(context):
    """Say why England is the yardstick."""
    if context.neighbours is not None:
        return f"{context.neighbours.file} names no neighbours of {context.name}, so England is the yardstick."
    return (
        "There is no file of statistical neighbours in data/external, so England is the yardstick; data/external/README.md "
        "says what such a file looks like."
    )


def _standing_row(context, measure):
    """Return a measure as a row: the authority's value, rank and quarter, and the values of what it is set beside."""
    frame = context.beside[measure].set_index("who")
    stands = compare.standing(context.release, measure, context.area, context.year)
    others = frame[~frame.index.duplicated()].reindex(list(_OTHERS))
    return {
        "measure": measure.name,
        "unit": measure.unit,
        "value": frame.loc["authority", "value"],
        "reason": frame.loc["authority", "reason"],
        "rank": stands.rank if stands else math.nan,
        "tied": bool(stands and stands.tied),
        "of": stands.of if stands else math.nan,
        "quarter": stands.quarter if stands else math.nan,
        "polarity": measure.polarity,
        **others["value"].to_dict(),
        **{f"{who}, reason": reason for who, reason in others["reason"].items()},
        **{f"{who}, of": of for who, of in others["of"].items()},
    }


def _rank(row):
    if pd.isna(row["rank"]):
        return "–"
    return f"{'joint ' if row['tied'] else ''}{words.ordinal(int(row['rank']))} of {int(row['of'])}"


def _quarter(row):
    return "–" if pd.isna(row["quarter"]) else compare.QUARTERS[int(row["quarter"])]


def _other_said(who, row):
    if pd.isna(row[f"{who}, of"]):
        return "–"
    return _shown(row[who], row[f"{who}, reason"], int(row[f"{who}, of"]), who.startswith("neigh"))


def _missing_neighbours(context):
    """Yield a note for each measure on the neighbours that have no figure."""
    for measure, frame in context.beside.items():
        near = frame[frame["who"] == "neighbour"]
        lacking = near[near["value"].isna()]
        if len(lacking):
            named = words.listed(
                [f"{row.name_} ({row.reason})" for row in lacking.rename(columns={"name": "name_"}).itertuples()]
            )
            yield f"No {measure.name} of {words.amount(len(lacking), 'neighbours')} of {len(near)}: {named}."


def _shown(value, reason, of=1, counted=False):
    if math.isnan(value):
        return reason or "–"
    return f"{_number(value)}{f' (of {of})' if counted else ''}"


def _number(value):
    return "–" if math.isnan(value) else words.amount(value, "", 1)


def _course_frame(context, measure):
    """Return the values over the years of the authority and of what it is set beside, in the form of a chart."""
    wide = compare.over_years(context.release, measure, context.area, context.neighbours).reset_index()
    long = wide.rename(columns={compare.MEDIAN: "neighbours’ median"}).melt("year", var_name="series")
    long = long.assign(panel=f"{measure.name}, {measure.unit}")
    return long[["panel", "series", "year", "value"]]


def _ahead_frame(context):
    """Return the range that would be ordinary next year of each measure that has one, in the form of a chart."""
    rows = [
        (f"{measure.name}, {measure.unit}", context.year + 1, one.low, one.high)
        for measure, one in context.ahead.items()
    ]
    return pd.DataFrame(rows, columns=["panel", "year", "low", "high"])


def _course_in_words(frame):
    """Return the first and last value of the authority and of the others in each panel."""
    told = []
    for panel, part in frame.groupby("panel", sort=False):
        ends = [_ends(series, values) for series, values in part.groupby("series", sort=False)]
        told.append(f"{words.upper(panel)}: {'; '.join(ends)}.")
    return " ".join(told)


def _ends(series, values):
    known = values.dropna()
    if known.empty:
        return f"{series} has no figure"
    first, last = known.iloc[0], known.iloc[-1]
    if len(known) == 1:
        return f"{series} {_number(first['value'])} in {first['year']}"
    return f"{series} from {_number(first['value'])} in {first['year']} to {_number(last['value'])} in {last['year']}"


def _change_row(context, measure):
    one, before = context.release, context.year - 1
    rates = one.series(context.area, measure.rate)
    last, this = rates.get(before, math.nan), rates.get(context.year, math.nan)
    whole, year = context.trends[measure], compare.change(one, measure, context.area, before)
    expected = compare.expected(one, measure, context.area, context.year)
    return {
        "measure": measure.name,
        "unit": "percentage points" if measure.unit == "percent" else "",
        "before": last,
        "value": this,
        "difference": round(this - last, 6),
        **_ends_of("ratio", year),
        "ordinary": expected.low if expected else math.nan,
        "ordinary_high": expected.high if expected else math.nan,
        **_ends_of("over_years", whole),
        "finding": _direction(context, measure),
        "ratio_said": _interval(year),
        "ordinary_said": f"{_number(expected.low)} to {_number(expected.high)}" if expected else "–",
        "over_years_said": _interval(whole),
    }


def _ends_of(name, result):
    ends = (result.estimate, result.low, result.high) if result else (math.nan,) * 3
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))


def _difference(row):
    return "–" if pd.isna(row["difference"]) else words.amount(row["difference"], row["unit"], 1)


def _interval(result):
    if result is None or math.isnan(result.estimate):
        return "–"
    low, high = (_end(value, result.decimals) for value in (result.low, result.high))
    if result.is_ratio and result.estimate == 0:
        return f"to zero (up to {high})"
    estimate = "from zero" if math.isinf(result.estimate) else words.amount(result.estimate, "", result.decimals)
    return estimate if math.isnan(result.low) else f"{estimate} ({low} to {high})"


def _end(value, decimals=2):
    return "no limit" if math.isinf(value) else words.amount(value, "", decimals)


def _funnel(context, measure, one):
    known = context.release.areas
    points = one.points.assign(name=known.loc[one.points.index, "name"], rate=100 * one.points["rate"])
    limits = _limit_lines(one)
    title = f"{words.upper(measure.name)} against size, {context.year}"
    said = Text(tuple(funnel_words(context.name, measure.name, one, context.area)))
    figure = charts.funnel(
        points, limits, 100 * one.target, context.name, "per cent", "full-time equivalents in the base"
    )
    published = compare.rates(context.release, measure, context.year)
    table = points.assign(rate=published.reindex(points.index)).sort_values(["rate", "name"])[["name", "base", "rate"]]
    columns = {
        "name": Column("authority"),
        "base": Column("FTE in the base", decimals=1),
        "rate": Column("rate, %", decimals=1),
    }
    drawn = chart(figure, title, " ".join(said.paragraphs), table.reset_index(drop=True), context.release.name, columns)
    return Section((drawn, said))


def _limit_lines(one):
    """Return the lines of a funnel over a grid of sizes, in per cent."""
    grid = np.linspace(max(5.0, one.points["base"].min()), one.points["base"].max(), _GRID)
    parts = []
    kinds = [(False, level) for level in compare.LEVELS]
    if one.is_wider:  # of chance alone the narrower limits do: more lines would be too many to tell apart
        kinds = [(False, min(compare.LEVELS)), *((True, level) for level in compare.LEVELS)]
    for widened, level in kinds:
        low, high = one.limits(grid, level, widened)
        label = f"{100 * level:g}% limits{', widened' if widened else ''}"
        parts.append(pd.DataFrame({"label": label, "base": grid, "low": 100 * low, "high": 100 * high}))
    return pd.concat(parts)


def _figures(one, area, column):
    """Return a figure of all years as a row: numbers, and each as it is published."""
    text, values = one.published[column].xs(area, level="area"), one.series(area, column)
    return {
        "figure": label(column),
        **{str(year): values.get(year, math.nan) for year in one.years},
        **{f"{year}, as published": _cell(one, area, year, column, text) for year in one.years},
    }


def _cell(one, area, year, column, text):
    if year not in text.index:
        return "no return"
    reason = one.reasons.loc[(area, year), column]
    if not reason:
        return text[year]
    return f"{text[year]} ({reason})" if text[year] else reason


def _joint(context):
    if areas.JOINT not in context.name:
        return []
    return [f"{words.listed(context.name.split(areas.JOINT))} make one return, so these are figures of both together."]
