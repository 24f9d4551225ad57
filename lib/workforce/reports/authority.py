"""An English authority beside others in a release: the numbers, tiles and sentences that reports and profiles share."""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from workforce import words
from workforce.display import Answer, Tile
from workforce.national import compare, neighbours, ordinary, release
from workforce.national.measures import FEWEST, MEASURES, STABILITY, VACANCY
from workforce.national_sentences import (
    ENGLAND,
    NEIGHBOURS,
    course,
    headline,
    in_numbers,
    lately,
    places,
    side_said,
    sure,
)


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

    @property
    def stability(self):
        """The measures of stability that the release has."""
        return [measure for measure in STABILITY if measure in self.beside]

    @cached_property
    def has_neighbours(self):
        """Whether there are neighbours to set it beside; England stands in for them."""
        return self.neighbours is not None and any(
            (frame["who"] == "neighbour").any() for frame in self.beside.values()
        )

    @property
    def yardstick(self):
        """What it is set beside, as a possessive: NEIGHBOURS or ENGLAND."""
        return NEIGHBOURS if self.has_neighbours else ENGLAND

    def value(self, measure, who="authority"):
        """Return the latest rate of one whom ``compare.beside`` names; nan without one."""
        found = self.beside[measure].set_index("who")["value"]
        return found.loc[[who]].iloc[0] if who in found.index else math.nan

    def other(self, measure):
        """Return the latest rate of the yardstick: the neighbours' median, or England's."""
        return self.value(measure, "neighbours' median" if self.has_neighbours else "England")

    @cached_property
    def small(self):
        """The names of the measures whose last base is of fewer than FEWEST full-time equivalents: no direction is named."""
        bases = {measure.name: compare.points(self.release, measure, self.area)["base"] for measure in self.beside}
        return frozenset(name for name, base in bases.items() if len(base) and base.iloc[-1] < FEWEST)

    @cached_property
    def sides(self):
        """On which side of the yardstick each measure of stability lies, see ``compare.side``; ``few`` of too few people."""
        found = {
            measure: compare.side(self.release, measure, self.area, self.year, self.neighbours)
            for measure in self.stability
        }
        return {measure: "few" if side and measure.name in self.small else side for measure, side in found.items()}

    @cached_property
    def changes(self):
        """The ``compare.Change`` on last year of each measure of stability that has one."""
        made = {measure: compare.lately(self.release, measure, self.area) for measure in STABILITY}
        return {measure: one for measure, one in made.items() if one is not None}

    @cached_property
    def verdicts(self):
        """How sure each change on last year is: ``Change.verdict``, or ``few`` of too few people."""
        return {measure: "few" if measure.name in self.small else one.verdict for measure, one in self.changes.items()}

    @cached_property
    def trends(self):
        """The trend over all years of each measure, see ``compare.trend``."""
        return {measure: compare.trend(self.release, measure, self.area) for measure in self.beside}

    @cached_property
    def ahead(self):
        """The ``ordinary.Range`` of the year after the latest of each measure of stability that is not of too few people."""
        measures = [measure for measure in self.stability if measure.name not in self.small]
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

    @cached_property
    def followed(self):
        """The years with figures of each measure of stability whose trend is of more than two years and of people enough."""
        known = {one: compare.points(self.release, one, self.area)["year"].tolist() for one in self.stability}
        return {
            one: years
            for one, years in known.items()
            if one.name not in self.small and len(years) > 2 and not math.isnan(self.trends[one].estimate)
        }

    @cached_property
    def places(self):
        """Where each measure of stability lies in its funnel, widened where authorities differ beyond chance."""
        here = {measure: one for measure, one in self.funnels.items() if self.area in one.points.index}
        return {measure: one.verdict(self.area, widened=one.is_wider) for measure, one in here.items()}


def context(authority, name="", folder=None):
    """Return the Context of an authority, given by name, slug or code.

    Raises ValueError for an authority or a release that is not there, and the errors of their files.
    """
    found = release.newest(name, folder)
    return Context(found, found.find(authority), neighbours.newest(folder), release.before(found, folder))


def missing(context):
    """Return whose figures are missing where nothing can be set beside anything."""
    if all(math.isnan(context.value(measure)) for measure in context.stability):
        return "none of its own figures can be used"
    other = "its neighbours have" if context.has_neighbours else "England has"
    return f"it has figures where {other} none"


def five(context):
    """Return the five sentences of a profile: steadier or not, in numbers, lately, over the years, among all of England."""
    return (steadier(context), numbers_said(context), since(context), years(context), among(context))


def steadier(context):
    """Return in a sentence whether the authority's workforce is steadier than its neighbours'."""
    sides = {measure.name: side for measure, side in context.sides.items()}
    return headline(context.name, context.year, sides, context.yardstick, missing(context))


def numbers_said(context):
    """Return in a sentence the rate that differs most from its yardstick, vacancies where none does; empty without one."""
    known = {one: context.value(one) for one in context.stability if context.sides[one] not in ("", "few")}
    if not known:
        return ""
    clear = [one for one in known if context.sides[one] in ("lower", "higher")]
    likely = clear or [one for one in known if one == VACANCY] or list(known)
    chosen = max(likely, key=lambda one: abs(math.log(max(known[one], 0.1) / max(context.other(one) or 0.1, 0.1))))
    return in_numbers(chosen, known[chosen], context.other(chosen), context.sides[chosen], context.yardstick)


def since(context):
    """Return in a sentence what changed on last year by more than is ordinary."""
    verdicts = {
        measure.name: (verdict, context.changes[measure].chance.direction)
        for measure, verdict in context.verdicts.items()
    }
    return lately(verdicts, context.year - 1, context.is_calibrated)


def years(context):
    """Return in a sentence which rates have a direction over all years."""
    directions = {measure.name: context.trends[measure].direction for measure in context.followed}
    return course(directions, min(min(years) for years in context.followed.values()) if directions else context.year)


def among(context):
    """Return in a sentence what is unusual among all authorities, by limits widened where these differ beyond chance."""
    return places(
        {measure.name: place for measure, place in context.places.items() if measure.name not in context.small}
    )


def is_unusual(context):
    """Return which of the last three sentences of ``five`` tell of something out of the ordinary."""
    beyond = "out" if context.is_calibrated else "clear"
    return (
        beyond in context.verdicts.values(),
        any(context.trends[one].direction != "none" for one in context.followed),
        any(place[0] != "inside" for one, place in context.places.items() if one.name not in context.small),
    )


def answer(context):
    """Return the answer: steadier or not, in numbers, and whatever is out of the ordinary; then a tile a measure."""
    first, second, *rest = five(context)
    unusual = [said for said, told in zip(rest, is_unusual(context), strict=True) if told]
    said = " ".join(filter(None, [first, second, *(unusual or rest[:1])]))
    return Answer(said, tuple(_tile(context, measure) for measure in context.beside), tile_numbers(context))


def tile_numbers(context):
    """Return the numbers behind the tiles, a row a measure: its rate, its yardstick's, and that of the year before."""
    rows = [
        {
            "measure": measure.name,
            "unit": measure.unit,
            "value": context.value(measure),
            "other": context.other(measure),
            "before": context.release.value(context.area, context.year - 1, measure.rate),
            "side": context.sides.get(measure, ""),
            "verdict": context.verdicts.get(measure, ""),
        }
        for measure in context.beside
    ]
    return pd.DataFrame(rows)


def _tile(context, measure):
    value, other = context.value(measure), context.other(measure)
    if math.isnan(value):
        return Tile(measure.name, "no figure", context.beside[measure]["reason"].iloc[0])
    unit = "" if measure.unit == "percent" else f", {measure.unit}"
    percent = "percent" if measure.unit == "percent" else ""
    before = context.release.value(context.area, context.year - 1, measure.rate)
    whose = "neighbours’ median" if context.has_neighbours else "England"
    side = context.sides.get(measure, "")
    return Tile(
        f"{measure.name}{unit}",
        words.amount(value, percent, 1),
        "" if math.isnan(other) else f"{whose} {words.amount(other, percent, 1)}{side and ': ' + side_said(side)}",
        ""
        if math.isnan(before)
        else words.moved(before, value, words.amount(before, percent, 1), f"in {context.year - 1}"),
        sure(context.verdicts[measure]) if measure in context.verdicts else "",
    )


def spine(context):
    """Return where each measure lies among all of England's authorities: a row a measure, for ``charts.spine``.

    Returns
    -------
    pandas.DataFrame
        ``name, unit, value, low, lower_quartile, median, upper_quartile, high, neighbours``, ``rank, tied, of, quarter``.
    """
    return pd.DataFrame([_spine_row(context, measure) for measure in context.beside])


_CUTS = {"low": 0.0, "lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75, "high": 1.0}


@lru_cache(maxsize=64)
def _cuts(release, measure):
    """Return the quantiles of all authorities but those of too few people, whose rates would be the ends of every scale."""
    rates, columns = compare.rates(release, measure, release.latest), list(measure.base)
    here = release.values.xs(release.latest, level="year").reindex(index=rates.index, columns=columns)
    of_many = rates[here.sum(axis=1, min_count=len(columns)).ge(FEWEST)]
    return {name: of_many.quantile(share) for name, share in _CUTS.items()}


def _spine_row(context, measure):
    stands = compare.standing(context.release, measure, context.area, context.year)
    return {
        "name": measure.name,
        "unit": measure.unit,
        "value": context.value(measure),
        **_cuts(context.release, measure),
        "neighbours": context.value(measure, "neighbours' median"),
        "rank": stands.rank if stands else math.nan,
        "tied": bool(stands and stands.tied),
        "of": stands.of if stands else math.nan,
        "quarter": stands.quarter if stands else math.nan,
    }
