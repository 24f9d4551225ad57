"""Did a retention payment keep social workers? Leavers of eligible and other grades, before and after, and the money."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workforce import claims, data, trends, words
from workforce.national import measures, neighbours, ordinary, placebo, release

__all__ = [
    "COLUMNS",
    "Evaluation",
    "Money",
    "Payment",
    "census",
    "deferred",
    "eligible_posts",
    "evaluate",
    "figure",
    "grades",
    "money",
    "payment",
    "payments",
    "prevented",
    "source",
    "to_frame",
]


def __dir__():
    return __all__


LEAVERS = "leavers"
COLUMNS = ["document", "group", "before", "after", "estimate", "low", "high", "p", "method"]


@dataclass(frozen=True)
class Payment:
    """A retention payment, as the claims file of its paper describes it; ``earlier`` is the paper with posts and costs.

    ``amount``, ``agency_cost`` and ``posts`` are measures of observations, ``eligible`` the grades that received the payment,
    ``before`` and ``after`` periods; ``supplement`` is another payment of the earlier paper, empty where there is none.
    """

    document: str
    authority: str
    paid_to: str
    eligible: tuple[str, ...]
    before: str
    after: str
    amount: str
    earlier: str
    agency_cost: str
    posts: str
    supplement: dict
    limits: tuple[str, ...]


def payments(folder=data.DATA) -> list[Payment]:
    """Return the retention payments that the papers' claims files describe, in the order of the papers.

    Examples
    --------
    >>> [(one.authority, one.eligible, one.after) for one in payments()]
    [('coventry', ('7', '8'), '2023-24')]
    """
    papers = data.load("documents", folder)
    described = [(paper, claims.layout(paper.slug, folder)["payment"]) for paper in papers.itertuples()]
    return [_payment(paper, told) for paper, told in described if told]


def payment(authority: str, folder=data.DATA) -> Payment:
    """Return the newest retention payment of an authority. Raises ValueError, with whose there are, where there is none.

    Examples
    --------
    >>> payment("coventry").document
    'coventry-2024'
    """
    found = {one.authority: one for one in payments(folder)}
    if authority not in found:
        raise ValueError(
            f"no paper of '{authority}' in the project describes a retention payment with leavers before and after; there is "
            f"one of: {', '.join(found) or 'nobody'}"
        )
    return found[authority]


def _payment(paper, told):
    lists = {name: tuple(told.get(name, ())) for name in ("eligible", "limits")}
    plain = {name: told[name] for name in ("paid_to", "before", "after", "amount", "agency_cost", "posts")}
    optional = {"earlier": told.get("earlier", paper.slug), "supplement": told.get("supplement", {})}
    return Payment(paper.slug, paper.authority, **lists, **plain, **optional)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Leavers by grade and role, the groups that the design sets against each other, and what the models say of them."""

    payment: Payment
    leavers: pd.DataFrame
    eligible: tuple[float, float]
    others: tuple[float, float]
    difference: dict
    homogeneity: trends.Result

    def __repr__(self):
        groups = (
            f"eligible {self.eligible[0]:g} to {self.eligible[1]:g}, others {self.others[0]:g} to {self.others[1]:g}"
        )
        return f"leavers of {self.payment.authority}, {self.payment.before} to {self.payment.after}: {groups}"

    @property
    def everyone(self):
        """Leavers of all grades, before and after."""
        return tuple(a + b for a, b in zip(self.eligible, self.others, strict=True))

    @cached_property
    def ordinary(self):
        """The change of each group's leavers allowing for what is ordinary between years: Results by group.

        The groups are ``eligible``, ``others`` and ``everyone``; the spread is that of authorities' turnover rates, in the
        newest release in the box, and a group within an authority may have more.
        """
        law = ordinary.learnt(_box(), measures.TURNOVER)
        times = [trends.years(self.payment.before), trends.years(self.payment.after)]
        counts = {"eligible": self.eligible, "others": self.others, "everyone": self.everyone}
        return {name: law.of_counts(times, np.array(pair)) for name, pair in counts.items()}

    @property
    def other_grades(self):
        """The grades that did not receive the payment, in order."""
        return sorted(set(self.leavers["grade"]) - set(self.payment.eligible))


@dataclass(frozen=True)
class Money:
    """What a payment cost, and how many leavers it would have to prevent to pay for itself; pounds and people."""

    people: float
    payment: float
    agency_cost: float

    @property
    def cost(self):
        """What the payment cost, before on-costs."""
        return self.people * self.payment

    @property
    def break_even(self):
        """Leavers to prevent, each of whom an agency worker would replace for a year at the additional cost."""
        return self.cost / self.agency_cost

    @property
    def paid_for_each(self):
        """How many can be paid for each leaver prevented: this needs no count of those paid."""
        return self.agency_cost / self.payment


def evaluate(payment: Payment, folder=data.DATA) -> Evaluation:
    """Return the evaluation of a payment, from the leavers by grade that its paper prints.

    Raises ValueError where the paper lacks leavers of one of the periods, of the grades paid or of others.

    Examples
    --------
    >>> evaluate(payment("coventry"))
    leavers of coventry, 2022-23 to 2023-24: eligible 42 to 18, others 26 to 22
    """
    printed = _undivided(folder)
    leavers = printed[(printed["document"] == payment.document) & (printed["measure"] == LEAVERS)].dropna(
        subset="grade"
    )
    periods = [payment.before, payment.after]
    data.need(
        leavers[leavers["period"].isin(periods)].pivot_table(columns="period", values="value"),
        periods,
        payment.document,
    )
    table = leavers.pivot(index=["grade", "role"], columns="period", values="value")[periods]
    table = table.set_axis(["before", "after"], axis=1).reset_index()
    chosen = table["grade"].isin(payment.eligible)
    if chosen.all() or not chosen.any():
        raise ValueError(
            f"{payment.document}: leavers of grades paid and of others are needed, there are: {set(table['grade'])}"
        )
    eligible, others = (tuple(part[["before", "after"]].sum()) for part in (table[chosen], table[~chosen]))
    return Evaluation(
        payment=payment,
        leavers=table,
        eligible=eligible,
        others=others,
        difference=trends.difference_in_differences(eligible, others),
        homogeneity=trends.homogeneity(table.loc[chosen, "before"], table.loc[chosen, "after"]),
    )


def census(payment: Payment):
    """Set the authority's turnover beside its neighbours' in the national statistics, and its change beside all placebos.

    The years before are those that ended before the payment's, those after the two that it falls into.

    Returns
    -------
    placebo.Trial or None
        None where the release lacks the years.

    Examples
    --------
    >>> census(payment("coventry")).rates.columns[0]
    'authority'
    """
    one = _box()
    start = int(payment.after[:4])
    before, after = [year for year in one.years if year < start], (start, start + 1)
    if not set(after) <= set(one.years) or not before:
        return None
    area = one.find(payment.authority)
    return placebo.trial(one, measures.TURNOVER, area, neighbours.newest(data.NATIONAL), before, after)


def deferred(evaluation: Evaluation):
    """Return how many left, at least, in the half year after the payment fell due, by the national statistics; else None.

    The year to September holds the payment's last half year and the half year after it. Whoever left in the former is among
    the paper's leavers of the payment's year, if both count the same people; the rest left in the latter.

    Examples
    --------
    >>> deferred(evaluate(payment("coventry")))
    27.0
    """
    one, end = _box(), int(evaluation.payment.after[:4]) + 1
    counted = one.value(one.find(evaluation.payment.authority), end, "leavers_headcount")
    left = counted - evaluation.everyone[1]
    return left if left > 0 else None


def source():
    """Return the release that ``census`` and ``deferred`` are made of, to be cited.

    Examples
    --------
    >>> source().startswith("Department for Education")
    True
    """
    return f"{release.PUBLISHER}: {_box().name}"


def _box():
    """Return the newest release in the box: no verdict changes with what a user downloads."""
    return release.newest(folder=data.NATIONAL)


def prevented(evaluation):
    """Return how many eligible leavers fewer there were than had they changed as the other grade did.

    Returns
    -------
    tuple of float
        Estimate, low and high, from the exact interval of the ratio of ratios; negative means more leavers, not fewer.

    Examples
    --------
    >>> [round(end, 1) for end in prevented(evaluate(payment("coventry")))]
    [17.5, -3.0, 66.7]
    """
    after, exact = evaluation.eligible[1], evaluation.difference["exact"]
    ratio = (evaluation.eligible[1] / evaluation.eligible[0]) / (evaluation.others[1] / evaluation.others[0])
    return tuple(after / value - after for value in (ratio, exact.high, exact.low))


def _undivided(folder):
    """Return the observations that are not broken down further, by gender or age say: those count nobody twice."""
    printed = data.load("observations", folder)
    return printed[printed["breakdown"].isna()]


def figure(document, measure, unit=None, folder=data.DATA, **where):
    """Return the one observation of a document that has this measure (and unit, period, role ...).

    Raises ValueError where there is none, or more than one.

    Examples
    --------
    >>> figure("coventry-2024", "retention payment", period="2023-24")
    3000.0
    """
    found = _undivided(folder).query("document == @document and measure == @measure")
    for column, value in {"unit": unit, **where}.items():
        found = found if value is None else found[found[column] == value]
    if len(found) != 1:
        raise ValueError(f"{document} has {len(found)} observations of '{measure}', where one is needed")
    if found["upper"].notna().any():
        raise ValueError(f"{document} prints '{measure}' as a range, where one number is needed")
    return float(found["value"].iloc[0])


def eligible_posts(payment: Payment, folder=data.DATA) -> float:
    """Return the posts, FTE, of the eligible grades in the payment's earlier paper: the latest that any of the papers print.

    Examples
    --------
    >>> eligible_posts(payment("coventry"))
    205.0
    """
    printed = _undivided(folder)
    posts = printed[(printed["document"] == payment.earlier) & (printed["measure"] == payment.posts)]
    return float(posts.loc[posts["grade"].isin(payment.eligible), "value"].sum())


def money(payment: Payment, amount=0.0, agency_cost=0.0, people=0.0, folder=data.DATA) -> Money:
    """Return what a payment cost, by its papers' figures, or by others in place of those that are not 0.

    Examples
    --------
    >>> money(payment("coventry")).break_even
    20.5
    """
    return Money(
        people or eligible_posts(payment, folder),
        amount or figure(payment.document, payment.amount, period=payment.after, folder=folder),
        agency_cost or figure(payment.earlier, payment.agency_cost, folder=folder),
    )


def grades(of) -> str:
    """Return grades in words.

    Examples
    --------
    >>> grades(("7", "8")), grades(["6"])
    ('grades 7 and 8', 'grade 6')
    """
    return f"grade{'s' if len(of) > 1 else ''} {words.listed(list(of))}"


def to_frame(evaluation: Evaluation) -> pd.DataFrame:
    """Return the comparisons as rows of the columns COLUMNS.

    Examples
    --------
    >>> to_frame(evaluate(payment("coventry")))["group"].tolist()[-1]
    'eligible grades alike'
    """
    paid, unpaid = grades(evaluation.payment.eligible), grades(evaluation.other_grades)
    rows = [
        (f"grade {row['grade']}, {row['role']}", (row["before"], row["after"]))
        for row in evaluation.leavers.to_dict("records")
    ]
    rows += [(f"eligible {paid}", evaluation.eligible), ("all grades", evaluation.everyone)]
    ratios = [(name, *counts, trends.two_counts(*counts)) for name, counts in rows]
    against = [
        (f"eligible grades against {unpaid}", *evaluation.eligible, one) for one in evaluation.difference.values()
    ]
    same = [("eligible grades alike", *evaluation.eligible, evaluation.homogeneity)]
    return pd.DataFrame(
        [
            (
                evaluation.payment.document,
                name,
                before,
                after,
                result.estimate,
                result.low,
                result.high,
                result.p,
                result.method,
            )
            for name, before, after, result in [*ratios, *against, *same]
        ],
        columns=COLUMNS,
    )
