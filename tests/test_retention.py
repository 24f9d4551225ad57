import pandas as pd
import pytest

from workforce import retention
from workforce.batch import OUTPUTS
from workforce.retention import Money


@pytest.fixture(scope="module")
def evaluation():
    return retention.evaluate(retention.payment("coventry"))


def test_groups_are_those_of_table_4_2(evaluation):
    assert (evaluation.eligible, evaluation.others, evaluation.everyone) == ((42, 18), (26, 22), (68, 40))
    assert evaluation.leavers["grade"].tolist() == ["6", "7", "8", "8"]


def test_the_comparison_by_hand(evaluation):
    exact, wald = evaluation.difference["exact"], evaluation.difference["wald"]
    assert wald.estimate == pytest.approx((18 / 42) / (22 / 26))
    assert exact.direction == wald.direction == "none"
    assert exact.low < 18 / 42 / (22 / 26) < 1 < exact.high


def test_leavers_prevented_by_hand(evaluation):
    estimate, low, high = retention.prevented(evaluation)
    assert estimate == pytest.approx(42 * 22 / 26 - 18)
    exact = evaluation.difference["exact"]
    assert (low, high) == pytest.approx((18 / exact.high - 18, 18 / exact.low - 18))
    assert low < 0 < estimate < high


def test_money():
    one = Money(205, 3000, 30000)
    assert (one.cost, one.break_even) == (615000, 20.5)


def test_figures_are_found_or_refused():
    assert retention.figure("coventry-2024", "retention payment", period="2023-24") == 3000
    assert retention.eligible_posts(retention.payment("coventry")) == 173 + 32
    with pytest.raises(
        ValueError, match="coventry-2024 has 2 observations of 'retention payment', where one is needed"
    ):
        retention.figure("coventry-2024", "retention payment")
    with pytest.raises(ValueError, match="has 0 observations of 'none'"):
        retention.figure("coventry-2024", "none")


def test_numbers_broken_down_further_count_nobody_twice(folder, evaluation):
    with (folder / "observations.csv").open("a", encoding="utf-8") as file:
        for part in ("gender: women", "gender: men"):
            leavers = f"coventry-2024,Table 9,coventry,leavers,social worker,7,,{part},2022-23,9,,people,"
            posts = f"coventry-2018,Table 9,coventry,funded establishment,social worker,7,,{part},,9,,FTE,"
            file.write(
                f"{leavers}\n{posts}\ncoventry-2024,Table 9,coventry,retention payment,,,,{part},2023-24,9,,GBP,\n"
            )
    payment = retention.payment("coventry", folder)
    found = retention.evaluate(payment, folder)
    assert (found.eligible, found.others) == (evaluation.eligible, evaluation.others)
    assert retention.eligible_posts(payment, folder) == 205
    assert retention.figure("coventry-2024", "retention payment", period="2023-24", folder=folder) == 3000


def test_a_range_is_no_figure(folder):
    with (folder / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("coventry-2024,paragraph 9,coventry,welcome payment,,,,,,2100,30000,GBP,\n")
    with pytest.raises(
        ValueError, match="coventry-2024 prints 'welcome payment' as a range, where one number is needed"
    ):
        retention.figure("coventry-2024", "welcome payment", folder=folder)


def test_the_table_of_comparisons(evaluation):
    frame = retention.to_frame(evaluation)
    assert list(frame.columns) == retention.COLUMNS
    assert len(frame) == 4 + 2 + 3 + 1
    committed = pd.read_csv(OUTPUTS / "tables" / "retention_payment.csv")
    pd.testing.assert_frame_equal(committed, frame.round(4))
