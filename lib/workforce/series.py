"""The series of numbers that the papers allow, and the model that fits each: see ``trends``."""

import math
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from workforce import claims, data, trend_sentences, trends, words
from workforce.national import measures, ordinary, release

__all__ = ["COLUMNS", "Series", "collect", "fit", "fit_beside", "to_frame"]


def __dir__():
    return __all__


COLUMNS = [
    *("authority", "measure", "role", "document", "n", "first_period", "last_period", "first", "last"),
    *("method", "estimate", "low", "high", "p", "dispersion", "lack_of_fit_p"),
    *("like", "ordinary_estimate", "ordinary_low", "ordinary_high", "sentence"),
]
_LIKE = {one.name: one for one in measures.STABILITY}
_OVER = ("rate", "odds")  # the kinds that are of a value over a denominator
_KINDS = {  # the right kinds of series, by the kind of their unit, and what that is
    "money": (("money", "level"), "money, so the series has the kind 'money'"),
    "share": (("level", "rate", "odds"), "a share, so the series has the kind 'level', or 'rate' with its denominator"),
}
_STEP = {"percent": "percentage points"}  # what a change of a level is counted in, where that is not its own unit


@dataclass(frozen=True)
class Series:
    """Numbers over time of one measure and role from one paper.

    ``points`` has the columns ``period`` (as printed), ``time`` (in years), ``value``, for a rate or odds ``denominator``, and
    ``release`` where numbers of the national statistics stand among them, in order of time. ``like`` is the measure of the
    national statistics that counts the same, empty where there is none.
    """

    authority: str
    document: str
    measure: str
    role: str
    unit: str
    kind: str
    warning: str
    points: pd.DataFrame
    like: str = ""

    def __repr__(self):
        ends = " to ".join(f"{self.shown.iloc[at]:g} ({self.points['period'].iloc[at]})" for at in (0, -1))
        return f"<{self.name}, in {self.unit}: {len(self.points)} points, {ends}; {self.document}>"

    @property
    def name(self):
        """The measure and role in words."""
        return f"{self.measure}, {self.role}"

    @cached_property
    def result(self) -> trends.Result:
        """What the model of its kind and length says, see ``fit``; worked out once."""
        return fit(self)

    @cached_property
    def ordinary(self) -> trends.Result | None:
        """The same comparison allowing for what is ordinary between years, see ``fit_beside``; worked out once."""
        return fit_beside(self)

    @property
    def sentence(self):
        """What its model says, in a sentence or two."""
        if self.kind != "money":
            return trend_sentences.sentence(self.result, self.name, self.ordinary)
        periods = [words.period(self.points["period"].iloc[at]) for at in (0, -1)]
        ends = tuple(
            f"{self.said(self.shown.iloc[at])} in {period}" for at, period in zip((0, -1), periods, strict=True)
        )
        return trend_sentences.money(self.result, self.name, ends)

    def said(self, value):
        """Return a value of the series as it is shown, its unit only where that is a sign: £ or %."""
        if self.kind == "money":
            return words.pounds(value, self.unit)
        return words.amount(value, "percent" if self.unit == "percent" else "")

    @property
    def verdict(self):
        """``trends.verdict``, or ``uneven`` where no yearly ratio fits but the ends differ beyond chance."""
        if self.result.is_uneven and self.result.ends is not None and self.result.ends.direction != "none":
            return "uneven"
        return trends.verdict(self.result, self.ordinary)

    @property
    def direction(self):
        """Which way a change beyond chance goes: ``up`` or ``down``, of the ends where no yearly ratio fits; else ``none``."""
        return (self.result.ends if self.verdict == "uneven" else self.result).direction

    @property
    def shown(self):
        """The values to show: of a rate or odds, the value over its denominator, times 100 where the unit is percent."""
        values = self.points["value"]
        if self.kind not in _OVER:
            return values
        return (100 if self.unit == "percent" else 1) * values / self.points["denominator"]


def collect(authority=None, folder=data.DATA):
    """Return the series that the claims files of the papers name, of one authority or of all.

    Raises ValueError for an unknown authority, and the errors of data and claims files.

    Examples
    --------
    >>> [one.name for one in collect("walsall")][:2]
    ['turnover rate, all roles', 'vacancy rate, all roles']
    """
    papers = data.load("documents", folder)
    if authority is not None:
        authority = data.choose(data.slug_of(authority, folder), set(papers["authority"]), "authority")
    return [
        series
        for paper in papers.itertuples()
        if authority in (None, paper.authority)
        for described in claims.layout(paper.slug, folder)["series"]
        for series in _series(paper, described, folder)
    ]


def fit(series):
    """Fit the model that the kind and length of a series allow, and return its ``trends.Result``.

    Raises ValueError, with the claims file and the series, for numbers that no model takes.

    Examples
    --------
    >>> fit(collect("walsall")[0]).method
    'least squares, 1 degree(s) of freedom'
    """
    try:
        return _fitted(series)
    except ValueError as error:
        raise ValueError(f"{series.document}.yml, series '{series.name}': {error}") from None


def _fitted(series):
    points = series.points
    if len(points) < 2:
        return trends.too_few(len(points))
    value, denominators = points["value"].tolist(), None
    if series.kind in _OVER:
        denominators = points["denominator"].tolist()
    if len(points) == 2 and series.kind in ("level", "money"):
        return trends.two_levels(*value)
    if series.kind == "money":
        return trends.growth(points["time"], value)
    if series.kind == "odds":  # both are counts that chance moves: the odds of being of the one among both
        both = (points["value"] + points["denominator"]).tolist()
        return (
            trends.two_shares(value, both) if len(points) == 2 else trends.binomial_trend(points["time"], value, both)
        )
    if len(points) == 2:
        return trends.two_counts(*value, tuple(denominators or (1.0, 1.0)))
    if series.kind == "level":
        return trends.line(points["time"], value, _STEP.get(series.unit, series.unit))
    return trends.trend(points["time"], value, denominators)


def fit_beside(series):
    """Fit a series of counts with the spread that authorities' rates of the same measure ordinarily have between years.

    Few points tell little of their own spread, so it is borrowed: that of the newest release in the box, of log odds for a
    share, which is nearly that of log counts where the share is small. A role may wander more than a whole authority.

    Returns
    -------
    trends.Result or None
        None for a series that is like no measure, of fewer than two points, or of none at all.

    Examples
    --------
    >>> vacancies = next(one for one in collect("coventry") if one.name == "vacancies, all roles")
    >>> fit_beside(vacancies).direction
    'down'
    """
    points = series.points
    if not series.like or series.kind != "count" or len(points) < 2 or not points["value"].any():
        return None
    law = ordinary.learnt(release.newest(folder=data.NATIONAL), _LIKE[series.like])
    return law.of_counts(points["time"], points["value"])


def to_frame(collected):
    """Return a row per series with its fit, of the columns COLUMNS; ``estimate`` is a ratio, of least squares a slope.

    Examples
    --------
    >>> to_frame(collect("walsall"))[["n", "first", "last"]].head(1).to_numpy().tolist()
    [[3.0, 30.4, 15.8]]
    """
    return pd.DataFrame([_row(series, series.result) for series in collected], columns=COLUMNS)


def _series(paper, described, folder):
    _check_kind(paper, described, folder)
    columns = ["role", "period", "value", *(["denominator"] if described["kind"] in _OVER else [])]
    points = claims.ask(paper.slug, described["sql"], columns, folder)
    for role, part in points.groupby("role", sort=False):
        ordered = part.drop(columns="role").assign(time=part["period"].map(trends.years))
        told = {key: described[key] for key in ("measure", "unit", "kind")}
        warning = described.get("warning", "")
        ordered = ordered.sort_values("time", ignore_index=True)
        like = described.get("like", "")
        yield Series(paper.authority, paper.slug, role=role, warning=warning, points=ordered, like=like, **told)


def _check_kind(paper, described, folder):
    """Raise ClaimsError for a kind of series that does not go with its unit: pounds are not counted, people are no money."""
    units = data.load("units", folder).set_index("unit")["kind"]
    unit, kind = described["unit"], described["kind"]
    of_unit = units.get(unit)
    right, told = _KINDS.get(of_unit, ((), ""))
    where = f"{paper.slug}.yml, series '{described['measure']}': the unit '{unit}'"
    if right and kind not in right:
        raise claims.ClaimsError([f"{where} is of {told}, not '{kind}'"])
    if kind == "money" and of_unit != "money":
        money = words.listed(units.index[units == "money"])
        raise claims.ClaimsError([f"{where} is not of money, as the kind 'money' needs; units.csv has {money}"])


def _row(series, result):
    first, last = series.points.iloc[0], series.points.iloc[-1]
    return {
        **{key: getattr(series, key) for key in ("authority", "measure", "role", "document")},
        "n": len(series.points),
        "first_period": first["period"],
        "last_period": last["period"],
        "first": series.shown.iloc[0],
        "last": series.shown.iloc[-1],
        **{key: getattr(result, key) for key in COLUMNS[9:16]},
        "like": series.like,
        **{f"ordinary_{end}": getattr(series.ordinary, end, math.nan) for end in ("estimate", "low", "high")},
        "sentence": series.sentence,
    }
