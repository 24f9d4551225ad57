"""Sections of the notebook that asks whether a retention payment kept social workers."""

import math
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from workforce import charts, claims, data, retention, trend_sentences, trends, words
from workforce.display import Answer, Column, Section, Table, Text, Tile, chart
from workforce.national_sentences import sure
from workforce.reports import citation, ratio_said, sources, statements, year_of
from workforce.retention import Money, grades


@dataclass(frozen=True, eq=False)
class Report:
    """What the report is made of; ``prepare`` makes it. ``paid`` says who is taken to have been paid."""

    evaluation: retention.Evaluation
    money: Money
    paid: str
    folder: object = data.DATA

    def __repr__(self):
        return repr(self.evaluation)

    @property
    def payment(self):
        """The payment that is evaluated."""
        return self.evaluation.payment

    @cached_property
    def census(self):
        """What ``retention.census`` gives."""
        return retention.census(self.payment)

    @property
    def source(self):
        """The citation of the paper that holds the leavers."""
        return citation(self.payment.document, self.folder)


def choices(folder=data.DATA):
    """Return the valid values of the notebook's parameters, as far as they are a list."""
    return {"authority": sorted({one.authority for one in retention.payments(folder)})}


def prepare(authority, payment=0.0, agency_cost=0.0, people=0, folder=data.DATA):
    """Gather what the sections need.

    Parameters
    ----------
    authority : str
        One whose paper describes a retention payment, see ``retention.payments``.
    payment : float, optional
        GBP for each person; 0 for the paper's own.
    agency_cost : float, optional
        What an agency worker costs more in a year, GBP; 0 for the papers' own.
    people : int, optional
        How many received the payment; 0 for as many as the eligible grades had funded posts in the earlier paper.
    folder : path, optional

    Raises
    ------
    ValueError
        For an authority without a payment, or numbers below zero.
    """
    if min(payment, agency_cost, people) < 0:
        raise ValueError(f"payment, agency_cost and people are zero or more, not {payment}, {agency_cost} and {people}")
    chosen = retention.payment(data.slug_of(authority, folder), folder)
    posts = words.amount(retention.eligible_posts(chosen, folder), "FTE")
    funded = f"the {posts} funded in {grades(chosen.eligible)} in {year_of(chosen.earlier, folder)}"
    paid = words.amount(people, "people") if people else funded
    money = retention.money(chosen, payment, agency_cost, people, folder)
    return Report(retention.evaluate(chosen, folder), money, paid, folder)


def conclusion(difference, name="the retention payment"):
    """Return in a sentence what the comparison of two groups allows to say of a measure.

    Parameters
    ----------
    difference : trends.Result
        The ratio of ratios with its interval.
    name : str, optional
    """
    if difference.direction == "down":
        return (
            f"Leavers among those eligible fell by more than among the others; that does not show that {name} is why."
        )
    if difference.direction == "up":
        return "Leavers among those eligible fell by less, or rose by more, than among the others."
    return f"Whether {name} kept social workers cannot be told: many, few or none would fit these counts."


def worth(money, prevented):
    """Return in a sentence whether a payment is clear to have paid for itself.

    Parameters
    ----------
    money : retention.Money
    prevented : tuple of float
        Leavers prevented: estimate, low, high.
    """
    _, low, high = prevented
    needed = f"To pay for itself it had to prevent one leaver for each {words.amount(round(money.paid_for_each, 1), '')} paid"
    if low > money.break_even:
        return f"{needed}, and it prevented more, if the difference is its doing."
    if high < money.break_even:
        return f"{needed}, and it prevented fewer."
    return f"{needed}; whether it did cannot be told."


def answer(report):
    """Return the answer: whether it kept anybody, whether it paid for itself, and the numbers that this rests on."""
    one = report.evaluation
    prevented = retention.prevented(one)
    said = (conclusion(one.difference["exact"]), _counts_said(one), worth(report.money, prevented))
    tiles = (
        *(_leavers_tile(*row) for row in _groups(one)),
        *_beside_others(report.census),
        *_deferred(one),
        Tile(
            "cost before on-costs",
            words.amount(report.money.cost, "GBP", 0),
            f"{words.amount(report.money.payment, 'GBP', 0)} to {report.paid}",
        ),
        Tile(
            "leavers to prevent to pay for itself",
            words.amount(report.money.break_even, "", 1),
            f"prevented may have been {words.amount(prevented[0], '', 1)}",
            sure=f"95% interval {words.amount(prevented[1], '', 1)} to {words.amount(prevented[2], '', 1)}",
        ),
    )
    return Answer(" ".join(said), tiles, retention.to_frame(one))


def _groups(one):
    """Yield the name, the leavers before and after and the results of those eligible and of the others."""
    yield "leavers of grades that were eligible", one.eligible, one.ordinary["eligible"]
    yield f"leavers of {grades(one.other_grades)}, not eligible", one.others, one.ordinary["others"]


def _counts_said(one):
    (before, after), others = one.eligible, one.others
    return (
        f"Leavers of the eligible grades went from {words.amount(before, '')} to {words.amount(after, '')}, of the others from "
        f"{words.amount(others[0], '')} to {words.amount(others[1], '')}."
    )


def _leavers_tile(label, counts, beside):
    before, after = counts
    return Tile(
        label,
        words.amount(after, ""),
        direction=words.moved(before, after, words.amount(before, ""), "the year before"),
        sure=sure(trends.verdict(trends.two_counts(*counts), beside)),
    )


def _beside_others(census):
    """Yield a tile of turnover against the neighbours' in the national statistics, and what cut could not have been seen."""
    if census is None:
        return
    for row in census.changes.head(1).to_dict("records"):
        shown = "more than" if row["p"] < 1 - trends.LEVEL else "no more than"
        unseen = words.amount(100 * (1 - row["low"]), "percent", 0)
        yield Tile(
            "change of turnover, against its neighbours’",
            f"{words.amount(row['ratio'], '', 2)} times",
            f"{shown} such changes differ elsewhere",
            sure=f"a cut of less than {unseen} could not have been seen",
        )


def _deferred(evaluation):
    left = retention.deferred(evaluation)
    if left is not None:
        yield Tile(
            "leavers in the half year after it fell due",
            f"at least {words.amount(left, '')}",
            "so leaving may only have been put off",
            sure="if paper and national statistics count alike",
        )


def lead(report):
    """Return the main chart: leavers of each grade before and after."""
    one, payment = report.evaluation, report.payment
    periods = {"before": words.period(payment.before), "after": words.period(payment.after)}
    known = one.leavers.assign(category="grade " + one.leavers["grade"].astype(str) + ", " + one.leavers["role"])
    long = known.melt("category", list(periods), "series")
    long["series"] = long["series"].map(periods)
    figure = charts.bars(long, "people", lambda value: words.amount(value, ""))
    numbers = long.pivot(index="category", columns="series", values="value").reset_index().rename_axis(columns=None)
    return chart(figure, "Leavers by grade, before and after", words.describe(long, "people"), numbers, report.source)


def census(report):
    """Return a chart of the authority's turnover beside its neighbours' and a synthetic control, and the placebo test."""
    found = report.census
    if found is None:
        return Text(("The national statistics lack the years to set this payment's beside others'.",))
    paper = data.paper(report.payment.document, report.folder)
    long = found.rates.rename(columns={"authority": paper["name"]}).reset_index().melt("year", var_name="series")
    long = long.assign(panel="turnover rate, percent")[["panel", "series", "year", "value"]]
    numbers = found.rates.rename(columns={"authority": paper["name"]}).reset_index()
    source = retention.source()
    title = f"{paper['name']}’s turnover beside its neighbours’"
    said = " ".join(_by_year(name, part) for name, part in numbers.set_index("year").items())
    drawn = charts.small_multiples_by_year(long, paper["name"])
    columns = {
        "year": Column("year", say=_year_of),
        **{name: Column(name, "percent", 1) for name in numbers if name != "year"},
    }
    table = Table(
        found.changes,
        "The change of the payment’s years, and that of all other authorities",
        (
            "The ratio of the authority’s change to its yardstick’s, of mean log rates; one is no difference. The placebos are "
            "the other authorities, each beside its own neighbours; whether any of them paid for staying in these years "
            "is not known.",
            f"Source: {source}",
        ),
        {
            "yardstick": Column("yardstick"),
            "ratio": Column("ratio", decimals=2),
            "low": Column("95% of the others", say=_interval),
            "p": Column("p", say=lambda row: trend_sentences.p_value(row["p"])),
            "placebos": Column("other authorities", decimals=0),
        },
    )
    return Section((chart(drawn, title, said, numbers, source, columns), table))


def _year_of(row):
    return str(row["year"])


def _by_year(name, values):
    return f"{name}: {', '.join(f'{year} {words.amount(value, str(), 1)}' for year, value in values.items())}."


def leavers(report):
    """Return a forest plot and a table of leavers by grade with their rate ratios, and the difference in differences."""
    frame = retention.to_frame(report.evaluation)
    ratios = frame[frame["estimate"].notna() & frame["low"].notna() & (frame["estimate"] > 0)]
    ratios = ratios.assign(name=ratios["group"] + ", " + ratios["method"].str.split(" ").str[0].str.rstrip(","))
    drawn = charts.forest_plot(ratios[["name", "estimate", "low", "high"]], "rate ratio", ratio_said)
    title = "Leavers after against before: rate ratios with 95% intervals"
    said = " ".join(
        f"{row.name}: {ratio_said(row.estimate)}, {ratio_said(row.low)} to {ratio_said(row.high)}."
        for row in ratios.itertuples()
    )
    columns = {
        "group": Column("group"),
        "before": Column("before"),
        "after": Column("after"),
        "estimate": Column("ratio", say=lambda row: ratio_said(row["estimate"])),
        "low": Column("95% interval", say=_interval),
        "p": Column("p", say=lambda row: trend_sentences.p_value(row["p"])),
        "method": Column("method"),
    }
    drawn_columns = {name: columns[name] for name in ("group", "estimate", "low")}
    notes = (
        f"For the eligible grades against {grades(report.evaluation.other_grades)} the ratio is the ratio of their rate ratios.",
        f"Source: {report.source}",
    )
    return Section(
        (
            chart(drawn, title, said, frame[["group", "estimate", "low", "high"]], report.source, drawn_columns),
            Table(frame, "Leavers by group, and how they compare", notes, columns),
            Text((trend_sentences.homogeneity(report.evaluation.homogeneity), _beside(report))),
        )
    )


def _beside(report):
    """Return what the national statistics have of the authority's leavers, in a sentence."""
    first, last = report.payment.before[:4], str(int(report.payment.after[:4]) + 1)
    quoted = claims.tables.frames(report.folder)["statistics"]
    quoted = quoted[(quoted["authority"] == report.payment.authority) & (quoted["measure"] == retention.LEAVERS)]
    quoted = quoted[quoted["period"].between(first, last)]
    before, after = report.evaluation.everyone
    return (
        f"The national statistics, whose years end in September and whose scope may be wider, have "
        f"{words.listed([words.amount(value, '') for value in quoted['value']])} leavers in the years to "
        f"{words.listed(list(quoted['period']))}, where the paper's table has {words.amount(before, '')} and then "
        f"{words.amount(after, '')} of all grades."
    )


def own_words(report):
    """Return the paper's own statements about the payment, beside what they are."""
    register = claims.register(document=report.payment.document, folder=report.folder)
    chosen = [claim for claim in register if claim.topic == "retention payment"]
    return statements(chosen, "What the paper says, and what its figures give")


def money(report):
    """Return what the payment cost and how many leavers it would have to prevent, with the assumptions."""
    prevented = retention.prevented(report.evaluation)
    estimate, low, high = prevented
    rows = [
        ("payment per person", report.money.payment, "GBP", 0),
        ("people paid", report.money.people, "", None),
        ("cost, without on-costs", report.money.cost, "GBP", 0),
        ("additional cost of an agency worker per year", report.money.agency_cost, "GBP", 0),
        ("leavers to prevent to pay for itself", report.money.break_even, "", 1),
        ("leavers prevented, if the difference is the payment's doing", estimate, "", 1),
        ("95% interval of those", low, "", 1),
    ]
    frame = pd.DataFrame(rows, columns=["what", "value", "unit", "decimals"])
    frame = frame.assign(high=[math.nan] * (len(rows) - 1) + [high])
    notes = (
        f"Taken to be paid: {report.paid}. The paper does not say how many were.",
        f"The additional cost of an agency worker is the {year_of(report.payment.earlier, report.folder)} paper's, at its "
        "prices; a higher cost lowers the number of leavers to prevent.",
        "Every leaver prevented is taken to save one agency worker for one year; recruitment and training are left out.",
        f"Source: {report.source}; {citation(report.payment.earlier, report.folder)}",
    )
    return Section(
        (
            Text((worth(report.money, prevented),)),
            Table(frame, "The money", notes, {"what": Column("what"), "value": Column("value", say=_sum)}),
        )
    )


def limits(report):
    """Return what this design can and cannot show."""
    unpaid = f"{grades(report.evaluation.other_grades)}'s"
    return Text(
        (f"{grades(report.payment.eligible).capitalize()} were eligible; they are set beside {unpaid} leavers.",),
        (
            "There are no numbers of staff at risk, so counts of leavers are compared, not rates.",
            "There is one year before in the paper: whether it was unusual cannot be told, and a high year is followed by "
            "a lower one more often than not (regression to the mean).",
            *report.payment.limits,
            "The eligible roles need not have changed alike; the test of that has little power with counts so small.",
        ),
    )


def cited(report):
    """Return the citations of the papers, and of the releases quoted."""
    papers = dict.fromkeys((report.payment.earlier, report.payment.document))
    return sources(list(papers), report.folder, quoted_for=[report.payment.authority])


def supplement(report):
    """Return the earlier paper's other payment in the same way: its cost, its break-even, and when its end is cost neutral."""
    told, document, folder = report.payment.supplement, report.payment.earlier, report.folder
    if not told:
        return Text(("The papers describe no other payment.",))
    amount = retention.figure(document, told["amount"], folder=folder)
    posts = retention.figure(document, told["posts"], folder=folder)
    counts = {unit: retention.figure(document, told["received"], unit, folder) for unit in ("people", "FTE")}
    made = {unit: Money(count, amount, report.money.agency_cost) for unit, count in counts.items()}
    frame = pd.DataFrame(
        {
            "received_by": [one.people for one in made.values()],
            "unit": list(made),
            "cost": [one.cost for one in made.values()],
            "break_even": [one.break_even for one in made.values()],
            "neutral_rise": [one.cost / posts for one in made.values()],
            "extra_cost": [posts * amount - one.cost for one in made.values()],
        }
    )
    columns = {
        "received_by": Column("received by", say=lambda row: words.amount(row["received_by"], row["unit"])),
        "cost": Column("cost per year", "GBP", 0),
        "break_even": Column("leavers to prevent to pay for itself", decimals=1),
        "neutral_rise": Column(
            f"rise in pay of {words.amount(posts, 'FTE')} advanced posts at which it is cost neutral", "GBP", 0
        ),
        "extra_cost": Column(f"extra cost if each post rises by {words.amount(amount, 'GBP', 0)}", "GBP", 0),
    }
    notes = (
        "The paper gives both counts of those who received it and no dates; one person is at most one FTE.",
        "It prints no leavers before and after, so whether the supplement kept anybody cannot be told.",
        f"Source: {citation(document, folder)}",
    )
    return Table(frame, told["title"], notes, columns)


def _interval(row):
    return "–" if math.isnan(row["low"]) else f"{ratio_said(row['low'])} to {ratio_said(row['high'])}"


def _sum(row):
    """Return an amount in its own unit, and to what it goes where it is an interval."""
    decimals = None if math.isnan(row["decimals"]) else int(row["decimals"])
    said = words.amount(row["value"], row["unit"], decimals)
    return said if math.isnan(row["high"]) else f"{said} to {words.amount(row['high'], row['unit'], decimals)}"
