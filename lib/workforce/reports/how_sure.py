"""Sections of the notebook that asks how far the intervals of the national reports can be trusted."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from workforce import charts, words
from workforce.display import Answer, Column, Section, Table, Text, Tile, chart
from workforce.national import backtest, neighbours, ordinary, release
from workforce.national.measures import STABILITY

_ALL = "all"


def choices(folder=None):
    """Return the valid values of the notebook's parameter: the releases, and none for the newest."""
    return {"release": ["", *(path.name for path in release.files(folder))]}


@dataclass(frozen=True, eq=False)
class Trial:
    """A release whose forecasts, trends and sides are judged by the years that came after."""

    release: release.Release
    neighbours: neighbours.Neighbours | None

    @cached_property
    def coverage(self):
        """What ``backtest.coverage`` gives."""
        return backtest.coverage(backtest.forecasts(self.release))

    @cached_property
    def trends(self):
        """What ``backtest.trends_called`` gives."""
        return backtest.trends_called(self.release)

    @cached_property
    def lasting(self):
        """What ``backtest.lasting`` gives; None without neighbours."""
        return None if self.neighbours is None else backtest.lasting(self.release, self.neighbours)


def trial(name="", folder=None):
    """Return the Trial of a release, by default the newest.

    Raises ValueError for a release that is not there, or one too small to learn what is ordinary.
    """
    one = release.newest(name, folder)
    if any(ordinary.learnt(one, measure, one.latest - 1) is None for measure in STABILITY):
        raise ValueError(
            f"{one.name} is too small to judge forecasts by: {ordinary.FEWEST_YEARS + 1} years and "
            f"{ordinary.FEWEST_AUTHORITIES} authorities are needed"
        )
    return Trial(one, neighbours.newest(folder))


def answer(trial):
    """Return the answer: how often the ranges held, what was missed, whether a trend goes on, and a tile a measure."""
    used = trial.coverage[trial.coverage["method"] == backtest.LEVEL]
    whole, parts = used[used["size"] == _ALL], used[used["size"] != _ALL]
    said = (
        f"Ranges that should hold 95% of next year’s rates held {_range_of(whole['coverage_95'])}.",
        _against_aims(pd.concat([whole, parts])),
        _going_on(trial.trends),
    )
    return Answer(" ".join(said), tuple(_tile(trial, row) for row in whole.to_dict("records")), whole)


def _tile(trial, row):
    """Return how often the ranges of a measure held, and what chance alone would have called."""
    of_all = trial.coverage[trial.coverage["size"] == _ALL]
    chance = of_all[(of_all["measure"] == row["measure"]) & (of_all["method"] == backtest.CHANCE)].iloc[0]
    return Tile(
        f"{row['measure']}: held by the 95% range",
        _per_cent(row["coverage_95"]),
        f"chance alone: {_per_cent(chance['coverage_95'])}",
        f"of {row['forecasts']} next years",
        f"called out of the ordinary: {_per_cent(row['calls'])}",
    )


def misses(trial):
    """Return a table of where an aim is missed, by measure and size; a text where none is."""
    used = trial.coverage[trial.coverage["method"] == backtest.LEVEL]
    missed = pd.DataFrame(_missed(used), columns=["of", "what", "found", "low", "high"])
    if missed.empty:
        return Text(("Every aim is met, for all authorities and for each third by size.",))
    columns = {
        "of": Column("of whom"),
        "what": Column("what"),
        "found": Column("found", say=lambda row: _per_cent(row["found"])),
        "low": Column("aim", say=lambda row: f"{_per_cent(row['low'], 0)} to {_per_cent(row['high'], 0)}"),
    }
    return Table(missed, "Where an aim is missed", (f"Source: {trial.release.name}",), columns)


def coverage(trial):
    """Return a chart of how often the ranges held by size, and the table of all figures."""
    frame = trial.coverage
    sizes = frame[(frame["size"] != _ALL) & (frame["method"] == backtest.LEVEL)]
    sizes = sizes.sort_values("size", key=lambda names: names.map(backtest.SIZES.index), kind="stable")
    return Section((_drawn(trial, sizes, "size", f"{_HELD}, by size, {backtest.LEVEL}"), _table(trial)))


_HELD = "How many of the next year’s rates lay in a range that should hold 95%"


def lead(trial):
    """Return the main chart: how often the ranges of each method held, by measure."""
    frame = trial.coverage
    methods = frame[(frame["size"] == _ALL) & frame["method"].isin(backtest.METHODS)]
    return _drawn(trial, methods, "method", _HELD)


def _drawn(trial, rows, by, title):
    """Return a chart of coverage, a bar for each measure and each of what the rows differ by."""
    bars = pd.DataFrame({"category": rows["measure"], "series": rows[by], "value": 100 * rows["coverage_95"]})
    bars = bars.reset_index(drop=True)
    figure = charts.bars(bars, "per cent of the next year's rates", _one_decimal)
    said = "; ".join(f"{row.category}, {row.series} {_one_decimal(row.value)}" for row in bars.itertuples())
    columns = {"category": Column("measure"), "series": Column(by), "value": Column("per cent", decimals=1)}
    return chart(figure, title, f"{said}.", bars, trial.release.name, columns)


def _table(trial):
    shown = trial.coverage.assign(
        **{name: 100 * trial.coverage[name] for name in ("coverage_95", "coverage_80", "calls")}
    )
    columns = {
        "measure": Column("measure"),
        "size": Column("authorities"),
        "method": Column("method"),
        "forecasts": Column("forecasts", decimals=0),
        **{
            name: Column(header, decimals=1)
            for name, header in {
                "coverage_95": "in the 95% range, %",
                "coverage_80": "in the 80% range, %",
                "calls": "called out of the ordinary, %",
                "error": "mean error, points",
            }.items()
        },
    }
    notes = (
        f"Forecasts of {_span(trial)}, each of the years before it, {ordinary.FEWEST_YEARS} at least. The reports use "
        f"the {backtest.LEVEL}. England’s rate and an authority’s own average are yardsticks of the error alone.",
        "The thirds are by the full-time equivalents that a rate is of.",
        f"Source: {trial.release.name}",
    )
    return Table(shown, "How each way of forecasting did", notes, columns, folded=True)


def called(trial):
    """Return a table of how many trends are called, and how many went on the next year."""
    headers = {
        "trends": "authorities",
        "called": "with a direction",
        "followed": "of these with a next year",
        "went_on": "went on that way",
    }
    return _counted(trial.trends, "Trends over all years to each", headers, trial.release.name)


def lasting(trial):
    """Return a table of how long a side of the neighbours' median lasts."""
    if trial.lasting is None:
        return Text(("There is no file of statistical neighbours, so no side of them can be followed.",))
    headers = {
        "authorities": "authorities",
        "named": "with a side",
        "same": "same side a year later",
        "none": "no side",
        "other": "other side",
    }
    source = f"{trial.release.name}; neighbours by {trial.neighbours.file}"
    return _counted(trial.lasting, "How long a side lasts", headers, source)


def _counted(frame, title, headers, source):
    """Return a table of counts by measure and year, a column each under its header."""
    counts = {name: Column(header, decimals=0) for name, header in headers.items()}
    columns = {"measure": Column("measure"), "year": Column("year", say=_year), **counts}
    return Table(frame, title, (f"Source: {source}",), columns)


def law(trial):
    """Return a table of what was learnt of each measure."""
    frame = ordinary.to_frame(trial.release, STABILITY)
    columns = {
        "measure": Column("measure"),
        "step": Column("a year’s step", decimals=2),
        "passing": Column("of one year only", decimals=2),
        "reach_95": Column("reach of 95%", decimals=2),
        "reach_80": Column("reach of 80%", decimals=2),
        "authorities": Column("authorities", decimals=0),
    }
    notes = (
        "Step and what passes are standard deviations of log rates, for shares of log odds: 0.1 is about a tenth of the rate. "
        "The reach is in standard deviations of a forecast; a normal distribution’s are 1.96 and 1.28.",
        f"Source: {trial.release.name}",
    )
    return Table(frame, "What is ordinary, as learnt from all years", notes, columns)


def sources(trial):
    """Return what the report is made of."""
    one = trial.release
    items = [f"{release.PUBLISHER}: {one.name}, Open Government Licence v3.0; SHA-256 of the file {one.digest}."]
    if trial.neighbours is not None:
        items.append(f"Statistical neighbours: {trial.neighbours.file}.")
    return Text((), tuple(items))


def _missed(rows):
    """Yield each aim that is missed: of whom, what, what was found, and what is aimed at."""
    for row in rows.to_dict("records"):
        for name, (low, high) in backtest.AIMS.items():
            if not low <= row[name] <= high:
                yield _whose(row), _AIMED[name], row[name], low, high


def _against_aims(rows):
    """Return in a sentence how many of the aims are missed, over all authorities and each third of them by size."""
    missed = len(list(_missed(rows)))
    total = len(rows) * len(backtest.AIMS)
    if not missed:
        return f"All {total} aims, by measure and size of authority, are met."
    return f"Of {total} aims, by measure and size of authority, {missed} {'is' if missed == 1 else 'are'} missed."


def _going_on(trends):
    """Return in a sentence how many trends went on the next year."""
    followed, went_on = int(trends["followed"].sum()), int(trends["went_on"].sum())
    if not followed:
        return "No trend has a direction whose next year is known."
    return f"Of {followed} trends with a direction, {went_on} went on that way the next year."


_AIMED = {"coverage_95": "in the 95% range", "coverage_80": "in the 80% range", "calls": "called out of the ordinary"}


def _year(row):
    return str(row["year"])


def _whose(row):
    return row["measure"] if row["size"] == _ALL else f"{row['measure']}, {row['size']}"


def _range_of(shares):
    return f"{_per_cent(shares.min())} to {_per_cent(shares.max())}"


def _per_cent(share, decimals=1):
    return words.amount(100 * share, "percent", decimals)


def _one_decimal(value):
    return words.amount(value, "", 1)


def _span(trial):
    years = trial.release.years
    return f"{years[ordinary.FEWEST_YEARS]} to {years[-1]}"
