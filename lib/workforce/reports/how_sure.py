"""Sections of the notebook that asks how far the intervals of the national reports can be trusted."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from workforce import charts, words
from workforce.display import Column, Section, Table, Text, chart
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


def found(trial):
    """Return what was found: how often the ranges held, where they fall short, and how long what is said lasts."""
    used = trial.coverage[trial.coverage["method"] == backtest.LEVEL]
    whole, parts = used[used["size"] == _ALL], used[used["size"] != _ALL]
    paragraphs = [
        f"Ranges that should hold 95% of next year’s rates held {_range_of(whole['coverage_95'])} by measure; those for 80% "
        f"held {_range_of(whole['coverage_80'])}. They were made of the years before alone.",
        _against_aims(whole, "every measure"),
        _against_aims(parts, "every third of the authorities by size"),
    ]
    items = [_by_measure(trial, row) for row in whole.to_dict("records")]
    items += [_trends_in_words(*row) for row in trial.trends.groupby("measure", sort=False)]
    if trial.lasting is not None:
        items += [_lasting_in_words(*row) for row in trial.lasting.groupby("measure", sort=False)]
    return Text(tuple(paragraphs), tuple(items))


def coverage(trial):
    """Return charts of how often the ranges held, by method and by size, and the table of all figures."""
    frame = trial.coverage
    methods = frame[(frame["size"] == _ALL) & frame["method"].isin(backtest.METHODS)]
    sizes = frame[(frame["size"] != _ALL) & (frame["method"] == backtest.LEVEL)]
    sizes = sizes.sort_values("size", key=lambda names: names.map(backtest.SIZES.index), kind="stable")
    title = "How many of the next year’s rates lay in a range that should hold 95%"
    drawn = _drawn(trial, methods, "method", title)
    return Section((drawn, _drawn(trial, sizes, "size", f"{title}, by size, {backtest.LEVEL}"), _table(trial)))


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


def _against_aims(rows, of):
    """Return in a sentence whether the aims are met, with those that are not."""
    missed = [
        f"{_whose(row)}: {_per_cent(row[name])} where "
        f"{_per_cent(low, 0)} to {_per_cent(high, 0)} is aimed at ({_AIMED[name]})"
        for row in rows.to_dict("records")
        for name, (low, high) in backtest.AIMS.items()
        if not low <= row[name] <= high
    ]
    if not missed:
        return f"For {of}, this meets what is aimed at: {', '.join(map(_aim, backtest.AIMS))}."
    return f"For {of}, what is aimed at is missed in {words.amount(len(missed), 'places')}: {'; '.join(missed)}."


_AIMED = {"coverage_95": "in the 95% range", "coverage_80": "in the 80% range", "calls": "called out of the ordinary"}


def _year(row):
    return str(row["year"])


def _whose(row):
    return row["measure"] if row["size"] == _ALL else f"{row['measure']}, {row['size']}"


def _aim(name):
    low, high = backtest.AIMS[name]
    return f"{_per_cent(low, 0)} to {_per_cent(high, 0)} {_AIMED[name]}"


def _by_measure(trial, row):
    """Return what chance alone would have called, and the errors, of a measure."""
    frame = trial.coverage[(trial.coverage["measure"] == row["measure"]) & (trial.coverage["size"] == _ALL)]
    by_method = frame.set_index("method")
    errors = by_method["error"].sort_values()
    return (
        f"{words.upper(row['measure'])}: {_per_cent(row['calls'])} of {row['forecasts']} next years were out of the ordinary; "
        f"by chance alone {_per_cent(by_method.loc[backtest.CHANCE, 'calls'])} would have been called. The forecast was off by "
        f"{words.amount(row['error'], '', 1)} points on average; the best of those tried, {errors.index[0]}, by "
        f"{words.amount(errors.iloc[0], '', 1)}."
    )


def _trends_in_words(measure, rows):
    last, called, followed = rows.iloc[-1], rows["called"].sum(), rows["followed"].sum()
    went_on = words.amount(int(rows["went_on"].sum()), "")
    return (
        f"Trends of the {measure} to {last['year']} have a direction for {last['called']} of {last['trends']} authorities. Of "
        f"{followed} with a direction to earlier years, {went_on} went on that way the year after: a direction is about the "
        "past."
        if called
        else f"No trend of the {measure} has a direction."
    )


def _lasting_in_words(measure, rows):
    known = rows.dropna()
    same, none, other = (int(known[name].sum()) for name in ("same", "none", "other"))
    if not same + none + other:
        return f"No side of the neighbours’ {measure} can be followed."
    share = _per_cent(same / (same + none + other), 0)
    return (
        f"Whom the {measure} put on one side of the neighbours’ median, it did again a year later in {share} of "
        f"{same + none + other} cases; {words.amount(other, '') if other else 'none'} changed sides, and the others were near it."
    )


def _range_of(shares):
    return f"{_per_cent(shares.min())} to {_per_cent(shares.max())}"


def _per_cent(share, decimals=1):
    return words.amount(100 * share, "percent", decimals)


def _one_decimal(value):
    return words.amount(value, "", 1)


def _span(trial):
    years = trial.release.years
    return f"{years[ordinary.FEWEST_YEARS]} to {years[-1]}"
