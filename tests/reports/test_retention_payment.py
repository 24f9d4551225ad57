import math

import pytest

from workforce.reports import retention_payment as report
from workforce.retention import Money
from workforce.trends import Result

MONEY = Money(100, 3000, 30000)


UNKNOWN = "Whether the retention payment kept social workers cannot be told: many, few or none would fit these counts."


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ((0.5, 0.2, 1.2), UNKNOWN),
        ((0.5, 0.2, 1.0), UNKNOWN),
        (
            (0.5, 0.2, 0.99),
            "Leavers among those eligible fell by more than among the others; that does not show that the retention payment is why.",
        ),
        ((2.0, 1.01, 3.0), "Leavers among those eligible fell by less, or rose by more, than among the others."),
        ((math.nan, math.nan, math.nan), UNKNOWN),
    ],
)
def test_conclusion(bounds, text):
    assert report.conclusion(Result(*bounds, 0.1, 4, "exact")) == text


@pytest.mark.parametrize(
    ("prevented", "end"),
    [
        ((17.5, -3.0, 66.7), "; whether it did cannot be told."),
        ((17.5, 10.0, 20.0), "; whether it did cannot be told."),
        ((17.5, 10.1, 20.0), ", and it prevented more, if the difference is its doing."),
        ((5.0, 1.0, 9.9), ", and it prevented fewer."),
        ((5.0, 1.0, 10.0), "; whether it did cannot be told."),
        ((15.0, 10.0, 30.0), "; whether it did cannot be told."),
    ],
)
def test_worth(prevented, end):
    said = report.worth(MONEY, prevented)
    assert said == f"To pay for itself it had to prevent one leaver for each 10 paid{end}"


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


def told(report_of, start):
    (tile,) = [tile for tile in report.answer(report_of).tiles if tile.label.startswith(start)]
    return tile


def test_no_direction_is_named_that_is_ordinary_and_the_break_even_needs_no_count_of_those_paid():
    one = report.prepare("coventry")
    eligible = told(one, "leavers of grades that were eligible")
    assert (eligible.value, eligible.sure) == ("18", "no more than is ordinary")
    assert "one leaver for each 10 paid" in report.answer(one).sentence
    assert "one leaver for each 5 paid" in report.answer(report.prepare("coventry", 4000.0, 20000.0)).sentence


@pytest.mark.parametrize(
    ("counts", "beside", "sure"),
    [
        ((10, 10), None, "may be chance"),
        ((40, 10), None, "more than chance"),
        ((40, 10), (0.2, 0.1, 1.2), "no more than is ordinary"),
        ((40, 10), (0.2, 0.1, 0.9), "more than is ordinary"),
    ],
)
def test_how_sure_a_change_of_leavers_is(counts, beside, sure):
    result = beside and Result(*beside, 0.1, 2, "made")
    tile = report._leavers_tile("x", counts, result)
    assert tile.sure == sure
    assert tile.direction == ("→ as the year before" if counts[0] == counts[1] else "↓ down from 40 the year before")


def test_what_the_census_shows_and_could_have_shown_is_told():
    one = report.prepare("coventry")
    tile, row = told(one, "change of turnover"), one.census.changes.iloc[0]
    assert tile.value == f"{row['ratio']:.2f} times"
    assert tile.beside == "no more than such changes differ elsewhere"
    assert tile.sure == f"a cut of less than {100 * (1 - row['low']):.0f}% could not have been seen"
    assert report.census(one).parts[0].data.columns[1] == "Coventry"


def test_leavers_after_the_payment_fell_due_are_the_census_less_the_papers():
    """67 in the year to September 2024, of whom at most 40 in its first half."""
    assert told(report.prepare("coventry"), "leavers in the half year after").value == "at least 27"


def test_a_larger_change_of_a_paper_would_be_told_as_more(monkeypatch):
    one = report.prepare("coventry")
    changes = one.census.changes.assign(p=0.01)
    monkeypatch.setitem(one.__dict__, "census", type(one.census)(one.census.rates, changes))
    assert told(one, "change of turnover").beside == "more than such changes differ elsewhere"
    monkeypatch.setitem(one.__dict__, "census", None)
    assert "lack the years" in report.census(one).paragraphs[0]
    assert not [tile for tile in report.answer(one).tiles if tile.label.startswith("change of")]


def test_the_main_chart_has_a_bar_for_each_grade_and_year():
    one = report.prepare("coventry")
    numbers = report.lead(one).data.set_index("category")
    assert numbers.loc["grade 7, social worker"].tolist() == [18, 9]
    assert len(numbers) == len(one.evaluation.leavers)


def test_an_authority_is_given_by_any_name():
    assert report.prepare("E08000026").payment.authority == "coventry"
