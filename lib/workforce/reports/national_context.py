"""Sections of the notebook that sets an English authority's workforce beside its neighbours', by the national statistics."""

import math
from dataclasses import dataclass
from functools import cached_property, partial
from operator import itemgetter

import numpy as np
import pandas as pd

from workforce import charts, trend_sentences, words
from workforce.display import Column, Section, Table, Text, chart
from workforce.national import areas, compare, neighbours, ordinary, release
from workforce.national.measures import FEWEST, MEASURES, STABILITY, label
from workforce.national_sentences import (
    changed,
    course,
    funnel_words,
    lately,
    next_year,
    over_years,
    places,
    verdict,
)

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


@dataclass(frozen=True, eq=False)
class Context:
    """An authority in a release, with the neighbours to set it beside and the release before, where there are such."""

    release: release.Release
    area: str
    neighbours: neighbours.Neighbours | None
    earlier: release.Release | None = None

    @property
    def name(self):
        """The authority's name."""
        return self.release.areas.loc[self.area, "name"]

    @property
    def year(self):
        """The year that is compared: the release's latest."""
        return self.release.latest

    @cached_property
    def beside(self):
        """For each measure that the release has, what ``compare.beside`` gives."""
        return {
            measure: compare.beside(self.release, measure, self.area, self.year, self.neighbours)
            for measure in MEASURES
            if measure.rate in self.release.values
        }

    @cached_property
    def small(self):
        """The names of the measures whose last base is of fewer than FEWEST full-time equivalents: no direction is named."""
        bases = {measure.name: compare.points(self.release, measure, self.area)["base"] for measure in self.beside}
        return frozenset(name for name, base in bases.items() if len(base) and base.iloc[-1] < FEWEST)

    @cached_property
    def changes(self):
        """The ``compare.Change`` on last year of each measure of stability that has one."""
        made = {measure: compare.lately(self.release, measure, self.area) for measure in STABILITY}
        return {measure: one for measure, one in made.items() if one is not None}

    @cached_property
    def ahead(self):
        """The ``ordinary.Range`` of the year after the latest of each measure of stability that is not of too few people."""
        measures = [measure for measure in self.beside if measure in STABILITY and measure.name not in self.small]
        made = {measure: compare.expected(self.release, measure, self.area, self.year + 1) for measure in measures}
        return {measure: one for measure, one in made.items() if one is not None}

    @cached_property
    def is_calibrated(self):
        """Whether what is ordinary can be learnt from the release."""
        return any(ordinary.learnt(self.release, measure) for measure in STABILITY)

    @cached_property
    def funnels(self):
        """The ``compare.Funnel`` of each measure of stability that has one."""
        made = {measure: compare.funnel(self.release, measure, self.year) for measure in STABILITY}
        return {measure: one for measure, one in made.items() if one is not None}


def context(authority, name="", folder=None):
    """Return the Context of an authority, given by name, slug or code.

    Raises ValueError for an authority or a release that is not there, and the errors of their files.
    """
    found = release.newest(name, folder)
    return Context(found, found.find(authority), neighbours.newest(folder), release.before(found, folder))


def found(context):
    """Return what was found: steadier than its neighbours or not, which way it goes, and whether that may be chance."""
    measures = [measure for measure in STABILITY if measure in context.beside]
    spans = _spans(context, measures)
    paragraphs = (
        verdict(
            context.name,
            context.year,
            {measure.name: _side(context, measure) for measure in measures},
            _yardstick(context),
            _missing(context, measures),
        ),
        places(_places(context)),
        *_lately(context),
        *(
            course(results, f"From {first} to {last}", context.small, _rates_of(context, results, (first, last)))
            for (first, last), results in spans.items()
        ),
    )
    items = [_beside_in_words(context, measure) for measure in measures]
    items += [_changed(context, measure) for measure in context.changes]
    items += [_over_years(context, measure) for measure in measures]
    return Text(paragraphs, tuple(item for item in items if item))


def _lately(context):
    """Yield what is said of the change on last year, and of what would be ordinary next year."""
    changes = {measure.name: one for measure, one in context.changes.items()}
    if changes:
        yield lately(changes, context.year - 1, context.year, context.small)
    if context.ahead:
        yield next_year({measure.name: one for measure, one in context.ahead.items()}, context.year + 1)
    if not context.is_calibrated:
        yield "This release is too small to learn what is ordinary, so changes are set against chance alone."


def _changed(context, measure):
    last, one = context.year - 1, context.changes[measure]
    if measure.name in context.small:
        return f"{last} to {context.year}: {_too_few(measure.name)}"
    return changed(measure.name, one, last, context.year)


def _over_years(context, measure):
    """Return what is said of a measure over all years, an empty text where it has fewer than two years or no result."""
    known = compare.points(context.release, measure, context.area)
    result = compare.trend(context.release, measure, context.area)
    if len(known) < 2 or (len(known) == 2 and measure in context.changes) or math.isnan(result.estimate):
        return ""
    ends = [(int(known["year"].iloc[at]), known["rate"].iloc[at]) for at in (0, -1)]
    if result.method != ordinary.METHOD or measure.name in context.small:
        return f"{ends[0][0]} to {ends[1][0]}: {_sentence(context, result, measure.name)}"
    return over_years(measure.name, *ends, result)


def _rates_of(context, results, years):
    """Return the rates of first and last year of the measures whose results allow for ordinary wandering, by name."""
    measures = [one for one in STABILITY if one.name in results and results[one.name].method == ordinary.METHOD]
    return {one.name: tuple(context.release.value(context.area, year, one.rate) for year in years) for one in measures}


def _sentence(context, result, measure):
    """Return a result in a sentence; of too few people it is told, and no direction named."""
    if measure not in context.small or math.isnan(result.estimate):
        return trend_sentences.sentence(result, f"the {measure}")
    return _too_few(measure)


def _too_few(measure):
    return f"The {measure}: fewer than {FEWEST} full-time equivalents, so no direction is named."


def _spans(context, measures):
    """Return the trend over all years of each measure: results by name, by first and last year."""
    spans, last = {}, context.year
    for measure in measures:
        years = compare.points(context.release, measure, context.area)["year"]
        ends = (int(years.min()), int(years.max())) if len(years) > 1 else (last - 1, last)
        if ends != (last - 1, last):
            spans.setdefault(ends, {})[measure.name] = compare.trend(context.release, measure, context.area)
    return spans


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
    if not _has_neighbours(context):
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
    near = _has_neighbours(context)
    items += [f"Statistical neighbours: {context.neighbours.file}." if near else _no_neighbours(context)]
    if context.is_calibrated:
        items.append(
            "How often what is called ordinary held: the report ‘How far can the intervals of these reports be trusted?’."
        )
    return Text((), tuple(items))


def _yardstick(context):
    return "the median of its statistical neighbours" if _has_neighbours(context) else "England"


def _has_neighbours(context):
    return context.neighbours is not None and any(
        (frame["who"] == "neighbour").any() for frame in context.beside.values()
    )


def _no_neighbours(context):
    """Say why England is the yardstick."""
    if context.neighbours is not None:
        return f"{context.neighbours.file} names no neighbours of {context.name}, so England is the yardstick."
    return (
        "There is no file of statistical neighbours in data/external, so England is the yardstick; data/external/README.md "
        "says what such a file looks like."
    )


def _side(context, measure):
    """Return on which side of the yardstick the authority is, see ``compare.side``; ``few`` where it is of too few people."""
    found = compare.side(context.release, measure, context.area, context.year, context.neighbours)
    return "few" if found and measure.name in context.small else found


def _missing(context, measures):
    """Return whose figures are missing where nothing can be set beside anything."""
    own = [context.beside[measure].set_index("who")["value"]["authority"] for measure in measures]
    if all(map(math.isnan, own)):
        return "none of its own figures is published, or none can be used"
    return f"it has figures where {_yardstick(context)} has none"


def _beside_in_words(context, measure):
    frame = context.beside[measure].set_index("who")
    mine = frame.loc["authority"]
    if math.isnan(mine["value"]):
        return f"The {measure.name} of {context.name} is not published or not usable for {context.year} ({mine['reason']})."
    parts = []
    near = frame.loc[["neighbour"], "value"].dropna() if "neighbour" in frame.index else pd.Series(dtype=float)
    if len(near):
        below = int((near > mine["value"]).sum())
        median = words.amount(frame.loc["neighbours' median", "value"], measure.unit, 1)
        parts.append(f"the median of {len(near)} neighbours was {median} ({below or 'none'} of them had a higher one)")
    parts += [
        f"{frame.loc[who, 'name']} had {words.amount(frame.loc[who, 'value'], measure.unit, 1)}"
        for who in ("region", "England")
        if who in frame.index and not math.isnan(frame.loc[who, "value"])
    ]
    own = compare.interval(context.release, measure, context.area, context.year)
    around = f" (95% interval {_number(own[0])}% to {_number(own[1])}%)" if own else ""
    said = f"The {measure.name} was {words.amount(mine['value'], measure.unit, 1)}{around}"
    return f"{said}; {words.listed(parts)}." if parts else f"{said}."


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
    long = wide.melt("year", var_name="series").assign(panel=f"{measure.name}, {measure.unit}")
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
    whole, year = compare.trend(one, measure, context.area), compare.change(one, measure, context.area, before)
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
        "finding": _sentence(context, whole, measure.name),
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


def _places(context):
    here = {measure.name: one for measure, one in context.funnels.items() if context.area in one.points.index}
    return {name: one.verdict(context.area, widened=one.is_wider) for name, one in here.items()}


def _limit_lines(one):
    """Return the lines of a funnel over a grid of sizes, in per cent."""
    grid = np.linspace(max(5.0, one.points["base"].min()), one.points["base"].max(), _GRID)
    parts = []
    for widened in (False, True) if one.is_wider else (False,):
        for level in compare.LEVELS:
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
