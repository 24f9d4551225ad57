"""Sections of the notebook that asks which way an authority's workforce is moving."""

import math
from functools import partial
from itertools import groupby

import pandas as pd

from workforce import charts, data, reports, trend_sentences, trends, words
from workforce.display import Column, Section, Table, Text, chart
from workforce.reports import authorities, drawn_from, ratio_said


def choices(folder=data.DATA):
    """Return the valid values of the notebook's parameters, as far as they are a list."""
    return {"authority": authorities(folder)}


def found(collected):
    """Return what was found: how many series show a clear change, then a sentence on each that does."""
    if not collected:
        return Text(("The papers of this authority hold no series over time.",))
    results = [(one, one.result) for one in collected]
    clear = [_sentence(one, result) for one, result in results if result.direction != "none"]
    beside = [one for one in collected if one.ordinary is not None]
    told = sum(not math.isnan(result.low) for _, result in results)
    by_chance = words.amount(told * (1 - trends.LEVEL), "", 1)
    shown = f"{len(clear)} of these show" if clear else "none of these shows"
    said = (
        f"{len(collected)} series can be drawn from the papers; {told} of them {'allows' if told == 1 else 'allow'} an "
        f"interval, and {shown} a clear change (by chance alone, {by_chance} would). "
        "Where the interval holds no change, no direction is named."
    )
    return Text((said, *_beside(beside)), tuple(clear))


def _beside(known):
    """Yield how many series changed by more than is ordinary, of those that the national statistics count too."""
    if known:
        out = sum(one.direction != "none" for one in known)
        yield (
            f"Authorities’ numbers wander from year to year by more than chance. Of the series that count what the national "
            f"statistics do ({len(known)}), {out or 'none'} changed by more than is ordinary there (were all ordinary, "
            f"{words.amount(len(known) * (1 - trends.LEVEL), '', 1)} would seem to); of the others it is not known what is."
        )


def measures(collected):
    """Return for each measure its warning, small multiples of its series, a forest plot of their ratios, and numbers."""
    groups = groupby(collected, key=lambda one: (one.document, one.measure))
    return Section(tuple(_measure(list(group)) for _, group in groups) or (Text(("There is nothing to draw.",)),))


def table(collected):
    """Return a table of every series with its model: first and last value, ratio or slope, interval, p, fit."""
    frame = pd.DataFrame([_row(one, one.result) for one in collected])
    columns = {
        "name": Column("series"),
        "points": Column("points"),
        "first": Column("first", say=lambda row: f"{words.amount(row['first'], '')} ({row['first_period']})"),
        "last": Column("last", say=lambda row: f"{words.amount(row['last'], '')} ({row['last_period']})"),
        "estimate": Column("estimate", say=lambda row: row["estimate_said"]),
        "low": Column("95% interval", say=_interval),
        "p": Column("p", say=lambda row: "–" if math.isnan(row["p"]) else trend_sentences.p_value(row["p"])),
        "ordinary": Column("allowing for what is ordinary (95%)", say=lambda row: row["ordinary_said"]),
        "dispersion": Column("dispersion", decimals=2),
        "lack_of_fit_p": Column("lack of fit p", decimals=2),
        "method": Column("method"),
        "slope": Column("least squares, per year", decimals=1),
    }
    notes = (
        "A ratio is of the last to the first count where there are two, and per year where there are more. A dispersion far "
        "above 1, with a small lack of fit p, means that the points do not follow one yearly ratio.",
        "Least squares is a check beside the model: a straight line through the same points, without a p-value.",
        "Counts of posts are stocks, not independent events: the p-values are a guide.",
    )
    return Table(frame, "Every series and its model", notes, columns)


def sources(collected):
    """Return the citations of the papers, and of the national releases where their numbers stand among the papers'."""
    owners = {one.authority for one in collected if "release" in one.points and one.points["release"].notna().any()}
    return reports.sources(list(dict.fromkeys(one.document for one in collected)), quoted_for=owners)


def _sentence(one, result):
    return trend_sentences.sentence(result, one.name, one.ordinary)


def _measure(group):
    first, unit = group[0], group[0].unit
    frame = pd.concat(
        one.points.assign(panel=one.role, period=one.points["period"].map(words.period), value=one.shown)
        for one in group
    )
    results = [(one, one.result) for one in group]
    numbers = frame[["panel", "period", "value"]].rename(columns={"panel": "series"}).reset_index(drop=True)
    title = f"{first.measure}, in {unit}"
    description = " ".join(
        f"{one.role}: "
        + ", ".join(
            f"{words.period(p)} {words.amount(v, '')}" for p, v in zip(one.points["period"], one.shown, strict=True)
        )
        + "."
        for one in group
    )
    figure = charts.small_multiples(frame, unit, lambda value: words.amount(value, ""))
    said = Text((first.warning,) if first.warning else (), tuple(_sentence(*one) for one in results))
    source = drawn_from(first.document, frame)
    return Section((chart(figure, title, description, numbers, source), said, *_ratios(first, results, source)))


def _ratios(first, results, source):
    """Yield a forest plot of the ratios that have an interval, where there is more than one."""
    drawn = [(one, result) for one, result in results if _drawable(result)]
    if len(drawn) < 2:
        return
    frame = pd.DataFrame(
        [(one.role, result.estimate, result.low, result.high) for one, result in drawn],
        columns=["name", "estimate", "low", "high"],
    )
    unit = drawn[0][1].unit
    shown = frame.assign(**{column: frame[column].map(ratio_said) for column in ("estimate", "low", "high")})
    columns = {
        "name": Column("name"),
        **{end: Column(end, say=partial(_said, end)) for end in ("estimate", "low", "high")},
    }
    description = " ".join(
        f"{row.name}: {row.estimate}, {row.low} to {row.high}." for row in shown.itertuples(index=False)
    )
    figure = charts.forest_plot(frame, unit, ratio_said)
    yield chart(figure, f"{first.measure}: {unit}, with 95% interval", description, frame, source, columns)


def _said(end, row):
    return ratio_said(row[end])


def _drawable(result):
    return result.is_ratio and math.isfinite(result.estimate) and result.estimate > 0 and result.low == result.low


def _row(one, result):
    slope = trends.line(one.points["time"], one.shown, unit=one.unit).estimate if len(one.points) > 2 else math.nan
    first, last = (one.shown.iloc[at] for at in (0, -1))
    return {
        "name": one.name,
        "points": len(one.points),
        "first": first,
        "last": last,
        "estimate": result.estimate,
        "low": result.low,
        "high": result.high,
        "p": result.p,
        "ordinary": one.ordinary.estimate if one.ordinary else math.nan,
        "ordinary_said": _ordinary(one.ordinary),
        "dispersion": result.dispersion,
        "lack_of_fit_p": result.lack_of_fit_p,
        "method": result.method,
        "slope": slope,
        "unit": one.unit,
        "first_period": words.period(one.points["period"].iloc[0]),
        "last_period": words.period(one.points["period"].iloc[-1]),
        "estimate_said": "–" if math.isnan(result.estimate) else trend_sentences.estimate(result),
        "decimals": result.decimals,
    }


def _ordinary(result):
    if result is None:
        return "–"
    estimate, low, high = (ratio_said(value) for value in (result.estimate, result.low, result.high))
    return f"{estimate} ({low} to {high})"


def _interval(row):
    if math.isnan(row["low"]):
        return "–"
    return f"{ratio_said(row['low'], row['decimals'])} to {ratio_said(row['high'], row['decimals'])}"
