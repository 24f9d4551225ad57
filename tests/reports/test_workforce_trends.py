import pandas as pd
import pytest

from workforce import display, series, trends
from workforce.reports import workforce_trends as report


def parts(section):
    for part in getattr(section, "parts", (section,)):
        yield from parts(part) if hasattr(part, "parts") else [part]


@pytest.mark.parametrize("authority", ["coventry", "tameside", "walsall"])
def test_every_authority_has_a_report(authority):
    collected = series.collect(authority)
    shown = list(parts(report.measures(collected)))
    pictures = [part for part in shown if isinstance(part, display.Picture)]
    assert len(pictures) >= len({(one.document, one.measure) for one in collected if len(one.points) > 1})
    text = "\n".join(map(repr, [report.answer(collected), *shown, report.doubts(collected), report.table(collected)]))
    for bad in ("nan", "inf", "None"):
        assert bad not in text.split()
    assert all(one.warning in text for one in collected)
    assert all(report._brief(one) in text for one in collected)
    assert all(picture._repr_mimebundle_()[0]["image/svg+xml"] for picture in pictures)


def test_the_answer_names_what_is_out_of_the_ordinary_and_counts_the_rest():
    collected = series.collect("coventry")
    answer = report.answer(collected)
    assert answer.sentence == (
        "Of 30 series, 2 changed by more than is ordinary: vacancies (all roles) and leavers (advanced social worker) fell. "
        "6 more changed by more than chance, but by no more than is ordinary."
    )
    assert [one.verdict for one in collected].count("ordinary") == 6
    assert [tile.sure for tile in answer.tiles] == ["more than is ordinary"] * 2 + ["no more than is ordinary"] * 4
    assert "vacancies, advanced social worker" in [tile.label for tile in answer.tiles]
    assert report.answer(series.collect("tameside")).sentence == "No clear change shows in 2 series."
    assert report.answer([]).paragraphs == ("The papers of this authority hold no series over time.",)
    assert repr(report.measures([])) == repr(report.lead([])) == "There is nothing to draw."


@pytest.mark.parametrize(
    ("like", "values", "said"),
    [
        ("", [100, 50, 25], "Posts (all) fell by more than chance (what is ordinary is not known)."),
        ("", [100, 600, 140], "Posts (all) rose by more than chance, unevenly."),
        ("vacancy rate", [400, 60, 10], "Of 1 series, 1 changed by more than is ordinary: posts (all) fell."),
        ("vacancy rate", [100, 80, 60], "Of 1 series, 1 changed by more than chance, but by no more than is ordinary."),
        ("", [100, 101, 99], "No clear change shows in 1 series."),
    ],
)
def test_the_answer_of_one_series(like, values, said):
    points = pd.DataFrame({"period": ["2021", "2022", "2023"], "time": [2021.5, 2022.5, 2023.5], "value": values})
    one = series.Series("a", "p", "posts", "all", "posts", "count", "", points, like)
    assert report.answer([one]).sentence == said


def test_doubts_tell_what_chance_would_give():
    said = report.doubts(series.collect("coventry")).paragraphs
    assert said[0] == "29 of 30 series allow an interval. By chance alone, 1.5 of them would show a clear change."
    assert said[1].startswith("Of 19 series it is known")
    assert len(report.doubts(series.collect("walsall")).paragraphs) == 1


def test_the_main_chart_has_a_panel_for_each_tile_that_shares_its_scale():
    picture = next(part for part in parts(report.lead(series.collect("coventry"))) if isinstance(part, display.Picture))
    assert len([ax for ax in picture.figure.axes if ax.get_visible()]) == 6
    assert report.lead(series.collect("walsall")).parts[0].paragraphs[0].endswith("in percent")


def test_one_number_is_no_chart():
    (one,) = [one for one in series.collect("coventry") if len(one.points) == 1]
    assert repr(report.measures([one])).endswith("45, one number only.")


def test_the_table_names_model_and_interval_of_each():
    collected = series.collect("walsall")
    frame = report.table(collected).frame
    assert len(frame) == len(collected)
    absence = frame[frame["series"] == "absence, all staff"].iloc[0]
    assert absence["95% interval"] == "-7.94 to 6.74"
    assert absence["p"] == "–"
    rate = frame[frame["series"] == "vacancy rate, all roles"].iloc[0]
    assert rate["estimate"] == "-7.15 percentage points per year"


def test_a_chart_names_the_national_release_where_its_numbers_are_of_it():
    shown = [part for part in parts(report.measures(series.collect("walsall"))) if isinstance(part, display.Table)]
    named = [part.title for part in shown if "Department for Education: Children's social work" in part.notes[0]]
    assert named == ["Turnover rate, in percent", "Vacancy rate, in percent", "Agency worker rate, in percent"]
    assert len(shown) == 4


def money(measure, values):
    periods = [f"{year}-{year % 100 + 1}" for year in range(2017, 2017 + len(values))]
    points = pd.DataFrame({"period": periods, "time": list(map(trends.years, periods)), "value": values})
    return series.Series("walsall", "walsall-2021", measure, "all", "GBP", "money", "", points)


def test_money_is_shown_in_pounds_with_its_prices_told():
    budget = money("budget", [77813000.0, 84154000.0, 94724000.0, 101460000.0, 107843000.0])
    spend = money("agency spend", [2099983.0, 2786808.0, 4474977.0, 4987510.0, 5460072.0])
    answer = report.answer([budget, spend])
    assert answer.sentence.endswith(
        "rose by more than chance (what is ordinary is not known). Amounts are in prices of the day."
    )
    assert [tile.value for tile in answer.tiles] == ["£5.5m", "£107.8m"]
    shown = repr(report.measures([spend]))
    assert shown.count("inflation is not taken out") == 1
    assert "Agency spend, all rose from £2.1m in 2017-18 to £5.5m in 2021-22; 28% a year" in shown
    assert "2017-18 £2.1m, 2018-19 £2.8m" in shown
    table = report.table([budget, spend])
    assert table.frame["last"].tolist() == ["£107.8m (2021-22)", "£5.5m (2021-22)"]
    assert table.notes[-1] == "Prices of the day are compared: inflation is not taken out."
    picture = next(part for part in parts(report.lead([budget, spend])) if isinstance(part, display.Picture))
    assert len([ax for ax in picture.figure.axes if ax.get_visible()]) == 1  # the two would share no scale


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("posts", [[100, 50, 25]] * 2, "Posts (all) and posts (all) fell"),
        ("posts of a very long name", [[100, 50, 25]] * 3, "3 series fell"),
        ("posts of a very long name", [[100, 50, 25], [100, 50, 25], [25, 50, 100]], "1 series rose and 2 series fell"),
    ],
)
def test_series_are_counted_where_their_names_make_a_long_sentence(name, values, said):
    points = pd.DataFrame({"period": ["2021", "2022", "2023"], "time": [2021.5, 2022.5, 2023.5]})
    group = [series.Series("a", "p", name, "all", "posts", "count", "", points.assign(value=one)) for one in values]
    assert report.answer(group).sentence == f"{said} by more than chance (what is ordinary is not known)."
