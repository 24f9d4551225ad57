"""Did a retention payment keep social workers? Leavers of eligible and other grades, before and after, and the money."""

from dataclasses import dataclass

import pandas as pd

from workforce import data, trends

DOCUMENT = "coventry-2024"
EARLIER = "coventry-2018"
ELIGIBLE = ("7", "8")
BEFORE, AFTER = "2022-23", "2023-24"
COLUMNS = ["group", "before", "after", "estimate", "low", "high", "p", "method"]


@dataclass(frozen=True)
class Evaluation:
    """Leavers by grade and role, the groups that the design sets against each other, and what the models say of them."""

    leavers: pd.DataFrame
    eligible: tuple[float, float]
    others: tuple[float, float]
    difference: dict
    homogeneity: trends.Result

    @property
    def everyone(self):
        """Leavers of all grades, before and after."""
        return tuple(a + b for a, b in zip(self.eligible, self.others, strict=True))


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


def evaluate(folder=data.DATA):
    """Return the evaluation of Coventry's payment of 2023-24, from the leavers of table 4.2.

    Grades 7 and 8 were eligible, grade 6 was not.
    """
    leavers = data.load("observations", folder).query("document == @DOCUMENT and measure == 'leavers'")
    table = leavers.pivot(index=["grade", "role"], columns="period", values="value")[[BEFORE, AFTER]].reset_index()
    chosen = table["grade"].isin(ELIGIBLE)
    eligible, others = (tuple(part[[BEFORE, AFTER]].sum()) for part in (table[chosen], table[~chosen]))
    return Evaluation(
        leavers=table,
        eligible=eligible,
        others=others,
        difference=trends.difference_in_differences(eligible, others),
        homogeneity=trends.homogeneity(table.loc[chosen, BEFORE], table.loc[chosen, AFTER]),
    )


def prevented(evaluation):
    """Return how many eligible leavers fewer there were than had they changed as the other grade did.

    Returns
    -------
    tuple of float
        Estimate, low and high, from the exact interval of the ratio of ratios; negative means more leavers, not fewer.
    """
    after, exact = evaluation.eligible[1], evaluation.difference["exact"]
    ratio = (evaluation.eligible[1] / evaluation.eligible[0]) / (evaluation.others[1] / evaluation.others[0])
    return tuple(after / value - after for value in (ratio, exact.high, exact.low))


def figure(document, measure, unit=None, folder=data.DATA, **where):
    """Return the one observation of a document that has this measure (and unit, period, role ...).

    Raises ValueError where there is none, or more than one.
    """
    found = data.load("observations", folder).query("document == @document and measure == @measure")
    for column, value in {"unit": unit, **where}.items():
        found = found if value is None else found[found[column] == value]
    if len(found) != 1:
        raise ValueError(f"{document} has {len(found)} observations of '{measure}', where one is needed")
    return float(found["value"].iloc[0])


def eligible_posts(folder=data.DATA):
    """Return the funded posts of the eligible grades, FTE, in the 2018 paper: the latest that any of the papers print."""
    posts = data.load("observations", folder).query("document == @EARLIER and measure == 'funded establishment'")
    return float(posts.loc[posts["grade"].isin(ELIGIBLE), "value"].sum())


def to_frame(evaluation):
    """Return the comparisons as rows of the columns COLUMNS."""
    rows = [
        (f"grade {row['grade']}, {row['role']}", (row[BEFORE], row[AFTER]))
        for row in evaluation.leavers.to_dict("records")
    ]
    rows += [("eligible grades (7 and 8)", evaluation.eligible), ("all grades", evaluation.everyone)]
    ratios = [(name, *counts, trends.two_counts(*counts)) for name, counts in rows]
    against = [("eligible grades against grade 6", *evaluation.eligible, one) for one in evaluation.difference.values()]
    same = [("eligible grades alike", *evaluation.eligible, evaluation.homogeneity)]
    return pd.DataFrame(
        [
            (name, before, after, result.estimate, result.low, result.high, result.p, result.method)
            for name, before, after, result in [*ratios, *against, *same]
        ],
        columns=COLUMNS,
    )
