import math

import pytest

from workforce.reports import retention_payment as report
from workforce.retention import Money
from workforce.trends import Result

MONEY = Money(100, 3000, 30000)


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        (
            (0.5, 0.2, 1.2),
            "The eligible grades' leavers, after to before, are in a ratio 0.50 times that of the others (95% interval 0.20 to 1.20): no clear difference. The counts fit the retention payment having kept many, few or none.",
        ),
        (
            (0.5, 0.2, 1.0),
            "The eligible grades' leavers, after to before, are in a ratio 0.50 times that of the others (95% interval 0.20 to 1.00): no clear difference. The counts fit the retention payment having kept many, few or none.",
        ),
        (
            (0.5, 0.2, 0.99),
            "Leavers of the eligible grades fell more than the others': their ratio of after to before is 0.50 times that of the others (95% interval 0.20 to 0.99). This design does not show that the retention payment is the reason.",
        ),
        (
            (2.0, 1.01, 3.0),
            "Leavers of the eligible grades fell less, or rose more, than the others': their ratio of after to before is 2.00 times that of the others (95% interval 1.01 to 3.00).",
        ),
        (
            (math.nan, math.nan, math.nan),
            "Whether the retention payment kept social workers cannot be told from these counts.",
        ),
    ],
)
def test_conclusion(bounds, text):
    assert report.conclusion(Result(*bounds, 0.1, 4, "exact")) == text


@pytest.mark.parametrize(
    ("prevented", "end"),
    [
        ((17.5, -3.0, 66.7), ": whether it paid for itself cannot be told."),
        ((17.5, 10.0, 20.0), ": whether it paid for itself cannot be told."),
        ((17.5, 10.1, 20.0), ": more than that, if the difference is the payment's doing."),
        ((5.0, 1.0, 9.9), ": fewer than that."),
    ],
)
def test_worth(prevented, end):
    said = report.worth(MONEY, prevented, "100 people")
    assert said.startswith(
        "Paid to 100 people, it would have cost £300,000 before on-costs, and to pay for itself would have had to prevent 10.0"
    )
    assert said.endswith(end)


def test_only_authorities_with_a_payment_are_choices():
    assert report.choices() == {"authority": ["coventry"]}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("wigan",), "no paper of 'wigan' in the project describes a retention payment .* there is one of: coventry"),
        (("coventry", -1.0), "payment, agency_cost and people are zero or more"),
    ],
)
def test_bad_parameters_are_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        report.prepare(*arguments)


def test_parameters_take_the_place_of_the_papers_figures():
    one = report.prepare("coventry", 1000.0, 20000.0, 50)
    assert (one.money.cost, one.money.break_even) == (50000, 2.5)
    assert "Taken to be paid: 50 people." in repr(report.money(one))
    assert report.prepare("coventry").money.cost == 205 * 3000


def test_the_papers_words_stand_beside_what_they_are():
    table = report.own_words(report.prepare("coventry"))
    text = repr(table)
    for printed in ("68 social workers", "40 social workers", "44%", "58%"):
        assert printed in text
    assert table.frame["verdict"].value_counts().to_dict() == {
        "reproduces under another reading": 6,
        "reproduces": 2,
        "cannot be checked": 2,
    }


def test_an_earlier_payment_in_the_same_way():
    frame = report.supplement(report.prepare("coventry")).frame.set_index("received by")
    assert frame.loc["43 people"].tolist() == ["£215,000", "7.2", "£4,300", "£35,000"]
    assert frame.loc["48.2 FTE"].tolist() == ["£241,000", "8.0", "£4,820", "£9,000"]


def test_leavers_are_drawn_and_listed_with_every_method():
    text = repr(report.leavers(report.prepare("coventry")))
    for method in ("exact conditional", "Wald, log scale", "likelihood ratio, Poisson interaction"):
        assert method in text
    assert "No clear difference between the groups' changes" in text


def test_the_national_statistics_stand_beside_the_papers_leavers():
    said = "have 67, 59 and 67 leavers in the years to 2022, 2023 and 2024, where the paper's table has 68 and then 40 of all"
    assert said in repr(report.leavers(report.prepare("coventry")))


def test_no_direction_is_named_that_is_ordinary_and_the_break_even_needs_no_count_of_those_paid():
    said = report.found(report.prepare("coventry")).items
    assert said[0].startswith("Leavers, eligible grades: more than chance alone allows") and "fell" not in said[0]
    assert "one for each 10.0 paid, however many these were" in said[-1]
    assert "one for each 5.0 paid" in report.found(report.prepare("coventry", 4000.0, 20000.0)).items[-1]


def test_what_the_census_shows_and_could_have_shown_is_told():
    one = report.prepare("coventry")
    said = " ".join(report.found(one).items)
    for row in one.census.changes.to_dict("records"):
        assert f"so a cut of less than {100 * (1 - row['low']):.0f}% could not have been seen" in said
    assert said.count("no more than such ratios differ elsewhere") == 2
    assert report.census(one).parts[0].data.columns[1] == "Coventry"


def test_leavers_after_the_payment_fell_due_are_the_census_less_the_papers():
    """67 in the year to September 2024, of whom at most 40 in its first half."""
    assert "at least 27 left in the half year after" in " ".join(report.found(report.prepare("coventry")).items)


def test_a_larger_change_of_a_paper_would_be_told_as_more(monkeypatch):
    one = report.prepare("coventry")
    changes = one.census.changes.assign(p=0.01)
    monkeypatch.setitem(one.__dict__, "census", type(one.census)(one.census.rates, changes))
    assert " ".join(report.found(one).items).count("more than such ratios differ elsewhere") == 2
    monkeypatch.setitem(one.__dict__, "census", None)
    assert "lack the years" in report.census(one).paragraphs[0]
