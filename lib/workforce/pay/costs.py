"""What it would cost to raise one end of a council's scale, and what place that would bring."""

from dataclasses import dataclass
from math import isnan, nan

from workforce import data
from workforce.pay.benchmark import COMMON_WEEK, Position, position, ranks
from workforce.pay.frames import NATIONAL, complete
from workforce.pay.spine import salary
from workforce.pay.tables import Tables, tables
from workforce.pay.weeks import hourly_rate, hours_of_rows

TARGETS = ("median", "median of the others", "upper quartile", "best")


@dataclass(frozen=True)
class Cost:
    """What it would cost to raise one end of a scale, GBP per year; ``per_fte`` is with on-costs, allowances are left aside.

    ``hourly_pay`` is the annual pay that gives the target's hourly rate at the council's own week, and ``spine_pay`` that of
    ``spine_point``, the first point of the national spine at or above the target; both missing where they are not known.
    """

    role: str
    end: str
    target: str
    pay: float
    target_pay: float
    fte: float
    on_costs: float
    hourly_pay: float = nan
    spine_point: float = nan
    spine_pay: float = nan

    @property
    def rise(self) -> float:
        """The rise in annual pay; zero where the target is no higher."""
        return max(0.0, self.target_pay - self.pay)

    @property
    def per_fte(self) -> float:
        """The cost of one full-time equivalent, on-costs included."""
        return self._of(self.target_pay)

    @property
    def per_fte_by_hour(self) -> float:
        """The same where the target is its hourly rate, not its annual pay."""
        return self._of(self.hourly_pay)

    @property
    def per_fte_on_spine(self) -> float:
        """The same where the target is the first point of the national spine at or above it."""
        return self._of(self.spine_pay)

    def _of(self, pay):
        return pay if isnan(pay) else max(0.0, pay - self.pay) * (1 + self.on_costs)

    @property
    def total(self) -> float:
        """The cost of ``fte`` full-time equivalents, on-costs included."""
        return self.per_fte * self.fte


@dataclass(frozen=True)
class WhatIf:
    """A scale's end moved to another point: ``before`` and ``after`` are the council's Positions, ``cost`` a Cost."""

    points: tuple[int, int]
    before: Position
    after: Position
    cost: Cost

    def __repr__(self):
        (old, new), one = self.points, self.cost
        places = " to ".join(f"{'joint ' * at.tied}{at.rank} of {at.councils}" for at in (self.before, self.after))
        return (
            f"{self.before.authority}, {one.role}, {one.end}: point {old} to {new}, £{one.pay:,.0f} to £{one.target_pay:,.0f} "
            f"a year; £{one.total:,.0f} for {one.fte:g} FTE; rank by {self.before.basis} pay from {places}"
        )


def cost(
    authority: str,
    role: str,
    end: str = "entry",
    target: str | int = "median",
    fte: float = 1.0,
    on_costs: float = 0.0,
    table: Tables | None = None,
) -> Cost:
    """Return the cost of raising one end of a council's scale to a target, on annual pay as printed.

    Parameters
    ----------
    authority, role, end : str
        The scale; for the whole scale ask for both ends: those on points between lie between the two costs.
    target : {"median", "median of the others", "upper quartile", "best"} or int
        A level among the councils, this one included but for the median of the others, or a spinal column point of the April
        that the tables use.
    fte : float, optional
        Full-time equivalents paid at that end.
    on_costs : float, optional
        Employer's on-costs as a share of pay, such as 0.3; by default none.
    table : Tables, optional
        By default the newest paper's that has the authority.

    Returns
    -------
    Cost

    Raises
    ------
    ValueError
        For an unknown authority, role, end or target, or numbers below zero.

    Examples
    --------
    >>> cost("tameside", "experienced/senior social worker", target="median", fte=10).total
    8870.0
    """
    if fte < 0 or on_costs < 0:
        raise ValueError(f"fte and on_costs are zero or more, not {fte} and {on_costs}")
    table = tables(authority) if table is None else table
    now = position(authority, role, end, ranked=table.ranks)
    if isinstance(target, str):
        data.choose(target, TARGETS, "target")
        wanted, by_hour, name = _level(now, target, table), _by_hour(now, target, table), target
    else:
        wanted, by_hour, name = salary(_april(table), target, table.spine), nan, f"point {target}"
    point, at_point = _next_point(wanted, table)
    return Cost(role, end, name, now.value, float(wanted), float(fte), float(on_costs), by_hour, point, at_point)


def what_if(
    authority: str,
    role: str,
    end: str = "entry",
    points: int = 1,
    fte: float = 1.0,
    on_costs: float = 0.0,
    basis: str = "annual",
    table: Tables | None = None,
) -> WhatIf:
    """Move one end of a council's scale by points of the national spine: what it would cost, and the place it would bring.

    The other councils' scales stay as they are. See ``cost`` for the parameters.

    Raises
    ------
    ValueError
        For an unknown authority, role, end or basis, a scale that is on no national point, or a point that there is not.

    Examples
    --------
    >>> what_if("tameside", "experienced/senior social worker", points=+2)
    tameside, experienced/senior social worker, entry: point 29 to 31, £33,486 to £35,336 a year; £1,850 for 1 FTE; rank by \
annual pay from joint 8 of 10 to joint 2 of 10
    """
    table = tables(authority) if table is None else table
    before = position(authority, role, end, basis, table.ranks)
    scales = complete(table.scales)
    moved = (scales["authority"] == authority) & (scales["role"] == role) & (scales["end"] == end)
    own = scales[moved & (scales["spine"] == NATIONAL)].dropna(subset="scp")
    if own.empty:
        raise ValueError(f"the {end} of {authority}'s {role} scale is on no point of the national spine")
    old = int(own["scp"].iloc[0])
    raised = cost(authority, role, end, old + points, fte, on_costs, table)
    week = hours_of_rows(scales)[own.index[0]]
    changed = scales.copy()
    changed.loc[own.index, "annual"] = int(raised.target_pay)
    changed.loc[own.index, "hourly"] = hourly_rate(raised.target_pay, week) if week == week else float("nan")
    after = position(authority, role, end, basis, ranks(changed))
    return WhatIf((old, old + points), before, after, raised)


def _level(now, target, table, basis="annual"):
    """Return a level among the councils on a basis; missing where there is none."""
    ranked = table.ranks
    same = ranked[(ranked["role"] == now.role) & (ranked["end"] == now.end) & (ranked["basis"] == basis)]
    if target == "median of the others":
        return same.loc[same["authority"] != now.authority, "value"].median()
    return same["value"].quantile({"median": 0.5, "upper quartile": 0.75, "best": 1.0}[target])


def _by_hour(now, target, table):
    """Return the annual pay at the council's week that is a level hour for hour; missing where its week is not known.

    Pay at a common week is compared, since hourly rates are printed to a penny, which is some nine pounds a year.
    """
    scales = complete(table.scales)
    own = (scales["authority"] == now.authority) & (scales["role"] == now.role)
    hours = hours_of_rows(scales)[own].iloc[0]
    return float(_level(now, target, table, "common-week") * hours / COMMON_WEEK)


def _next_point(pay, table):
    """Return the first point of the tables' spine that pays as much, and what it pays; missing where there is none."""
    points = table.spine[(table.spine["april"] == table.april) & (table.spine["annual"] >= pay)]
    if points.empty:
        return nan, nan
    first = points.loc[points["annual"].idxmin()]
    return float(first["scp"]), float(first["annual"])


def _april(table):
    if table.april is None:
        raise ValueError(
            f"no April's spine gives the salaries of {table.document}, so a point cannot be priced as they are"
        )
    return table.april
