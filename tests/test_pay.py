import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce import data, pay

SPINE = data.load("pay_spine")
SCALES = data.load("pay_scales")
REPAIRED = pay.scales()
APRIL_2021 = SPINE[SPINE["april"] == 2021].set_index("scp")["annual"].astype(int).to_dict()


def scale(authority, cells, week=None, role="ASYE"):
    """Make scales of (end, scp, annual) for a council; with a week, each has its hourly rate."""
    rows = [
        {
            "authority": authority,
            "role": role,
            "end": end,
            "scp": scp,
            "annual": annual,
            "hourly": pay.hourly_rate(annual, week) if week else math.nan,
        }
        for end, scp, annual in cells
    ]
    return pd.DataFrame(rows).astype({"scp": "Int64", "annual": "Int64", "hourly": float})


def ranked(scales, role, end, basis="annual"):
    return pay.ranks(scales).query("role == @role and end == @end and basis == @basis")


def weeks_of(scales):
    return pay.working_weeks(scales).set_index("authority")


# Working weeks: 33486 / (365/7) = 642.197... a week; over 36 hours 17.8388, printed 17.84


@pytest.mark.parametrize(
    ("annual", "hourly", "low", "high"),
    [
        (33486, 17.84, 642.197 / 17.845, 642.197 / 17.835),
        (30095, 16.49, 577.164 / 16.495, 577.164 / 16.485),
        (36500, 20.00, 700 / 20.005, 700 / 19.995),
    ],
)
def test_hours_of_a_pair_by_hand(annual, hourly, low, high):
    assert pay.hours_of(annual, hourly) == pytest.approx((low, high), rel=1e-6)


@pytest.mark.parametrize(
    ("annual", "hours", "rate"), [(33486, 36, 17.84), (42614, 37, 22.09), (36500, 35, 20.0), (36518.25, 35, 20.01)]
)
def test_hourly_rate_rounds_half_up_to_a_penny(annual, hours, rate):
    assert pay.hourly_rate(annual, hours) == rate


def test_weeks_of_the_ten_councils():
    weeks = weeks_of(SCALES)
    assert weeks["week"].to_dict() == {
        "bolton": "37 h",
        "bury": "37 h",
        "manchester": "35 h",
        "oldham": "36.66 h (36 h 40 min is just outside)",
        "rochdale": "37 h",
        "salford": "36 h",
        "stockport": "37 h",
        "tameside": "36 h",
        "trafford": "36 h 25 min",
        "wigan": "37 h",
    }
    assert weeks["inconsistent_pairs"].to_dict() == {name: int(name == "wigan") for name in weeks.index}
    assert weeks.loc["oldham", "hours_high"] < 36 + 40 / 60
    inside = (weeks["hours_low"] < weeks["hours"]) & (weeks["hours"] <= weeks["hours_high"])
    assert inside.all()


def test_the_odd_rate_is_another_councils():
    (odd,) = pay.odd_pairs(SCALES).to_dict("records")
    assert odd == {
        "document": "tameside-2023",
        "authority": "wigan",
        "role": "experienced/senior social worker",
        "end": "top",
        "annual": 42614,
        "hourly": 22.44,
        "should_be": 22.09,
        "fits": "trafford",
    }


def test_pairs_that_do_not_agree_have_no_week():
    scales = pd.concat([scale("a", [("entry", 1, 30000)], 36), scale("a", [("top", 2, 40000)], 39)])
    week = weeks_of(scales).loc["a"]
    assert week["week"] == "no week on which most pairs agree"
    assert week["inconsistent_pairs"] == 2
    assert math.isnan(week["hours"])
    odd = pay.odd_pairs(scales, pay.working_weeks(scales))
    assert odd["end"].tolist() == ["entry", "top"]
    assert odd["should_be"].isna().all()


def test_weeks_that_only_touch_do_not_agree():
    # 30000 a year: 15.02 an hour leaves just over 38.292 hours, 15.03 up to that and not beyond.
    scales = scale("a", [("entry", 1, 30000), ("top", 2, 30000)], None).assign(hourly=[15.02, 15.03])
    (above, _), (_, up_to) = pay.hours_of(30000, 15.02), pay.hours_of(30000, 15.03)
    assert above == up_to
    assert weeks_of(scales).loc["a", "inconsistent_pairs"] == 2


def test_a_single_pair_has_the_week_it_allows():
    assert weeks_of(scale("a", [("entry", 1, 36500)], 35)).loc["a", "week"] == "35 h"


points = st.lists(st.sampled_from(sorted(APRIL_2021)), min_size=3, max_size=6, unique=True)
weeks = st.integers(34 * 12, 40 * 12).map(lambda fives: fives / 12)


def made_scale(chosen, week):
    ends = [f"end {number}" for number in range(len(chosen))]
    return scale("a", [(end, scp, APRIL_2021[scp]) for end, scp in zip(ends, chosen, strict=True)], week)


@settings(deadline=None, max_examples=60)
@given(points, weeks)
def test_a_scale_made_of_spine_and_week_is_recovered(chosen, week):
    scales = made_scale(chosen, week)
    found = weeks_of(scales).loc["a"]
    assert found["hours_low"] <= week + 1e-9
    assert week - 1e-9 <= found["hours_high"]
    assert found["inconsistent_pairs"] == 0
    assert found["hours"] == pytest.approx(week)
    assert set(pay.spine_check(scales, SPINE, april=2021)["matches"]) == {"yes"}


@settings(deadline=None, max_examples=60)
@given(points, weeks, st.data())
def test_one_altered_cell_is_found(chosen, week, draw):
    scales = made_scale(chosen, week)
    row = draw.draw(st.integers(0, len(chosen) - 1))
    rate = scales.loc[row, "hourly"]
    altered = scales.assign(hourly=scales["hourly"].mask(scales.index == row, round(rate + 0.30, 2)))
    (odd,) = pay.odd_pairs(altered, pay.working_weeks(altered)).to_dict("records")
    assert (odd["end"], odd["should_be"]) == (f"end {row}", rate)
    altered = scales.assign(annual=scales["annual"].mask(scales.index == row, scales["annual"] + 7))
    check = pay.spine_check(altered, SPINE, april=2021)
    assert check.loc[check["matches"] != "yes", "end"].tolist() == [f"end {row}"]


# Spine


def test_the_tables_use_the_spine_of_april_2021():
    assert pay.april_of(SCALES, SPINE) == 2021


def test_cells_off_the_spine_and_what_explains_them():
    check = pay.spine_check(SCALES, SPINE)
    assert len(check) == 60
    assert check["matches"].value_counts().to_dict() == {"yes": 54, "no": 3, "cannot be checked": 3}
    off = check[check["matches"] == "no"].set_index(["authority", "end"])["explained_by"].to_dict()
    assert off == {
        ("bury", "entry"): "point 41 of April 2020; 2 other cells at point 39 print otherwise",
        ("bury", "top"): "point 42 of April 2020; 6 other cells at point 40 print otherwise",
        ("stockport", "top"): "point 40 of April 2020; 6 other cells at point 40 print otherwise",
    }
    assert set(check["basis"].dropna()) <= set(SPINE["basis"])


@pytest.mark.parametrize(
    ("april", "scp", "told"),
    [
        (2023, 1, r"the spine of April 2023 has no point 1; it runs from 2 to 43"),
        (2021, 45, r"the spine of April 2021 has no point 45; it runs from 1 to 43"),
        (2031, 30, r"unknown April '2031'; choose one of: 2019, 2020, 2021, 2022, 2023, 2024, 2025"),
    ],
)
def test_a_point_or_april_that_is_not_there_is_told(april, scp, told):
    with pytest.raises(ValueError, match=told):
        pay.salary(april, scp, SPINE)


def test_salary():
    assert pay.salary(2021, 29, SPINE) == 33486


# Repair


def test_damaged_cells_are_filled_and_flagged():
    filled = REPAIRED[REPAIRED["derived"] != ""].set_index(["authority", "end"])
    assert filled[["scp", "annual", "hourly", "derived"]].to_dict("index") == {
        ("manchester", "top"): {"scp": 35, "annual": 39571, "hourly": 21.68, "derived": "hourly"},
        ("salford", "entry"): {"scp": 30, "annual": 34373, "hourly": 18.31, "derived": "annual, hourly"},
        ("salford", "top"): {"scp": 33, "annual": 37568, "hourly": 20.01, "derived": "scp, annual"},
    }
    assert filled["method"].ne("").all()


def test_no_printed_cell_is_changed_by_repair():
    for column in ("scp", "annual", "hourly"):
        printed = SCALES[column].notna()
        assert (REPAIRED.loc[printed, column] == SCALES.loc[printed, column]).all()
    assert REPAIRED[["scp", "annual", "hourly"]].notna().all().all()


def test_what_nothing_determines_stays_missing():
    lost = scale("a", [("entry", 20, 26000), ("top", None, None)], None).assign(
        document="tameside-2023", spine="national"
    )
    repaired = pay.repair(pd.concat([SCALES, lost], ignore_index=True), SPINE).tail(2)
    assert repaired["derived"].tolist() == ["", ""]
    assert repaired["annual"].isna().tolist() == [False, True]


# Benchmark

FIVE = pd.concat(
    scale(name, [("entry", 1, entry), ("top", 2, top)], week)
    for name, entry, top, week in [
        ("a", 30000, 40000, 37),
        ("b", 32000, 38000, 36),
        ("c", 32000, 36000, 37),
        ("d", 35000, 36000, 40),
        ("e", 28000, 28000, 35),
    ]
)

FIVE_TABLES = pay.Tables("", FIVE, FIVE, SPINE, 2021)


def test_ties_share_the_better_rank():
    table = ranked(FIVE, "ASYE", "entry").set_index("authority")
    assert table["rank"].to_dict() == {"d": 1, "b": 2, "c": 2, "a": 4, "e": 5}
    assert table["tied"].to_dict() == {"d": False, "b": True, "c": True, "a": False, "e": False}
    assert set(table["median"]) == {32000}
    assert table["gap"].to_dict() == {"d": 3000, "b": 0, "c": 0, "a": -2000, "e": -4000}
    assert table["gap_percent"].to_dict() == pytest.approx({"d": 9.375, "b": 0, "c": 0, "a": -6.25, "e": -12.5})
    assert table["quartile"].to_dict() == {"d": 4, "b": 4, "c": 4, "a": 2, "e": 1}


def test_hour_for_hour_the_order_is_another():
    hourly = ranked(FIVE, "ASYE", "entry", "hourly")
    assert hourly["authority"].tolist() == ["b", "d", "c", "a", "e"]
    common = ranked(FIVE, "ASYE", "entry", "common-week").set_index("authority")["value"]
    assert common.to_dict() == pytest.approx({"a": 30000, "b": 32888.89, "c": 32000, "d": 32375, "e": 29600})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nurse", "entry", "annual"), "unknown role 'nurse'; choose one of: ASYE"),
        (("ASYE", "middle", "annual"), "unknown end 'middle'; choose one of: entry, top"),
        (("ASYE", "entry", "monthly"), "unknown basis 'monthly'; choose one of: annual, common-week, hourly"),
    ],
)
def test_unknown_choices_are_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        pay.position("a", *arguments, ranked=pay.ranks(FIVE))


def test_position():
    found = pay.position("a", "ASYE", "entry", ranked=pay.ranks(FIVE))
    assert (found.rank, found.tied, found.councils, found.median, found.best) == (4, False, 5, 32000, 35000)
    assert (found.gap, found.gap_percent) == (-2000, -6.25)
    assert (found.gap_to_best, found.gap_to_best_percent) == pytest.approx((-5000, -100 / 7))
    with pytest.raises(ValueError, match="unknown authority 'z'; choose one of: a, b, c, d, e"):
        pay.position("z", "ASYE", "entry", ranked=pay.ranks(FIVE))


def test_a_position_that_is_not_known_is_told():
    with pytest.raises(ValueError, match="the annual pay of salford for experienced/senior social worker, entry"):
        pay.position("salford", "experienced/senior social worker", "entry", ranked=pay.ranks(SCALES))


def test_printed_and_repaired_scales_stay_apart():
    role = "experienced/senior social worker"
    assert len(ranked(SCALES, role, "top")) == 9
    assert len(ranked(REPAIRED, role, "top")) == 10


def test_headroom_and_ladder():
    assert pay.headroom(FIVE, "ASYE").set_index("authority")["headroom"].to_dict() == {
        "a": 10000,
        "b": 6000,
        "c": 4000,
        "d": 1000,
        "e": 0,
    }
    assert pay.headroom(FIVE, "ASYE", "hourly").set_index("authority")["headroom"]["a"] == pytest.approx(
        pay.hourly_rate(40000, 37) - pay.hourly_rate(30000, 37)
    )
    rungs = pay.ladder(REPAIRED).query("authority == 'tameside'")
    assert rungs["value"].tolist() == [33486, 33486, 38553, 44624]
    assert rungs["uplift"].tolist()[1:] == [0, 5067, 6071]
    assert rungs["uplift_percent"].tolist()[1:] == pytest.approx([0, 15.1317, 15.7472], abs=1e-3)
    assert math.isnan(rungs["uplift"].iloc[0])


# Uprating


def test_uprating_on_the_tables_own_april_changes_no_cell_on_the_spine():
    on_spine = REPAIRED[REPAIRED["annual"] == REPAIRED["scp"].map(APRIL_2021)]
    again = pay.uprate(on_spine, 2021, SPINE)
    assert (again["annual"] == on_spine["annual"]).all()
    differs = again["hourly"].round(2) != on_spine["hourly"].round(2)
    assert again[differs].index.tolist() == on_spine.query("hourly == 22.44").index.tolist()


def test_uprating_prices_points_and_hours_anew():
    row = pay.uprate(REPAIRED.query("authority == 'tameside'"), 2025, SPINE).iloc[0]
    assert (row["annual"], row["hourly"]) == (39862, pay.hourly_rate(39862, 36))


def test_points_that_are_gone_are_all_named():
    gone = pd.concat([scale("a", [("entry", 1, 20000)]), scale("b", [("top", 45, 50000)])])
    with pytest.raises(
        ValueError, match=r"spine of April 2024 does not have these points: a, ASYE, entry: 1; b, ASYE, top: 45"
    ):
        pay.uprate(gone, 2024, SPINE)
    assert pay.off_spine(gone, 2021, SPINE)["authority"].tolist() == ["b"]


def test_awards_of_flat_sums():
    awards = pay.awards(SPINE).set_index("april")
    assert awards["flat"].to_dict() == {2020: False, 2021: False, 2022: True, 2023: True, 2024: True, 2025: False}
    assert awards.loc[2022, ["lowest", "highest"]].tolist() == [1925, 1925]


def test_a_flat_sum_keeps_a_gap_in_pounds_and_shrinks_it_in_per_cent():
    gaps = pay.gaps_over_time(REPAIRED, "tameside", "experienced/senior social worker", "entry", SPINE)
    flat = gaps[gaps["april"].between(2021, 2024)]
    assert set(flat["gap"]) == {-887}
    assert flat["gap_percent"].is_monotonic_increasing
    assert set(gaps["councils"]) == {10}


def test_scales_beyond_the_spine_are_left_aside_for_all_aprils():
    gaps = pay.gaps_over_time(REPAIRED, "tameside", "team manager", "top", SPINE)
    assert set(gaps["councils"]) == {9}


# Costs


@pytest.mark.parametrize(
    ("target", "fte", "on_costs", "per_fte", "total"),
    [
        ("median", 1, 0, 887, 887),
        ("median", 10, 0, 887, 8870),
        ("median", 10, 0.3, 1153.1, 11531),
        ("upper quartile", 2, 0, 1850, 3700),
        ("best", 1, 0, 5067, 5067),
        (30, 4, 0, 887, 3548),
        (29, 4, 0, 0, 0),
        (20, 4, 0.5, 0, 0),
    ],
)
def test_cost_of_raising_an_entry(target, fte, on_costs, per_fte, total):
    role = "experienced/senior social worker"
    found = pay.cost("tameside", role, "entry", target, fte, on_costs)
    assert (found.per_fte, found.total) == pytest.approx((per_fte, total))


def test_a_cost_by_the_year_is_another_hour_for_hour():
    """Manchester's team managers, who work 35 hours: by hand from the median of annual pay, and of that at 37 hours."""
    found = pay.cost("manchester", "team manager", on_costs=0.3)
    now = REPAIRED.query("authority == 'manchester' and role == 'team manager' and end == 'entry'")["annual"].item()
    assert found.per_fte == pytest.approx(1.3 * (44624 - now))
    at_common_week = ranked(REPAIRED, "team manager", "entry", "common-week")["value"].median()
    assert found.per_fte_by_hour == pytest.approx(1.3 * (at_common_week * 35 / 37 - now), abs=0.5)
    assert 1900 < found.per_fte_by_hour / 1.3 < 2000 < 4000 < found.per_fte / 1.3


def test_the_median_of_the_others_leaves_the_council_out():
    every, others = (pay.cost("a", "ASYE", target=one, table=FIVE_TABLES) for one in ("median", "median of the others"))
    assert (every.target_pay, others.target_pay) == (32000, 32000)
    low = pay.cost("e", "ASYE", "top", "median of the others", table=FIVE_TABLES)
    assert low.target_pay == (36000 + 38000) / 2 != pay.cost("e", "ASYE", "top", table=FIVE_TABLES).target_pay


def test_a_target_between_two_points_is_rounded_up_to_one():
    found = pay.cost("bolton", "ASYE", target="upper quartile")
    points = sorted(APRIL_2021.values())
    above = next(annual for annual in points if annual >= found.target_pay)
    assert found.spine_pay == above == APRIL_2021[int(found.spine_point)]
    assert found.per_fte_on_spine == max(0, above - found.pay)
    beyond = pay.cost("wigan", "team manager", "top", "best")
    assert math.isnan(beyond.spine_pay) == (beyond.target_pay > points[-1])


@pytest.mark.parametrize(
    ("target", "fte", "on_costs", "told"),
    [
        ("mean", 1, 0, "unknown target 'mean'; choose one of: best, median, median of the others, upper quartile"),
        (99, 1, 0, "the spine of April 2021 has no point 99"),
        ("median", -1, 0, "fte and on_costs are zero or more"),
        ("median", 1, -0.1, "fte and on_costs are zero or more"),
    ],
)
def test_bad_costs_are_refused(target, fte, on_costs, told):
    with pytest.raises(ValueError, match=told):
        pay.cost("tameside", "ASYE", "entry", target, fte, on_costs)


# Several papers


def test_each_paper_is_ranked_by_itself(with_other_papers):
    every = pay.scales(folder=with_other_papers)
    ranked = pay.ranks(every)
    own = ranked[ranked["document"] == "tameside-2023"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, pay.ranks(REPAIRED))
    assert pay.documents(folder=with_other_papers)[0] == "tameside-2023"
    assert pay.documents("tameside", with_other_papers) == ["tameside-2023", "anytown-2026"]
    assert pay.tables("tameside", folder=with_other_papers).document == "anytown-2026"
    with pytest.raises(ValueError, match="unknown document 'anytown-2024'; choose one of: anytown-2026, tameside-2023"):
        pay.tables("tameside", "anytown-2024", with_other_papers)


def test_a_position_in_several_papers_needs_its_document():
    twice = pd.concat([REPAIRED, REPAIRED.assign(document="again")])
    with pytest.raises(
        ValueError, match="several papers have the ASYE scale of tameside; choose a document: tameside-2023, again"
    ):
        pay.position("tameside", "ASYE", ranked=pay.ranks(twice))
    assert pay.position("tameside", "ASYE", ranked=pay.ranks(twice), document="again").rank == 1


def test_points_of_a_councils_own_are_never_priced_on_the_national_spine(with_other_papers):
    scales = pay.scales("anytown-2026", folder=with_other_papers)
    check = pay.spine_check(scales, SPINE).query("authority == 'anytown'")
    assert set(check["matches"]) == {"cannot be checked"}
    assert set(check["explained_by"]) == {"a point of the council's own"}
    assert check["spine"].isna().all()
    assert pay.off_spine(scales, 2021, SPINE)["authority"].tolist() == ["anytown", "anytown"]
    with pytest.raises(
        ValueError, match="the spine of April 2021 does not have these points: anytown, social worker, entry: 3"
    ):
        pay.uprate(scales, 2021, SPINE)
    lost = scales.assign(annual=scales["annual"].mask(scales["authority"] == "anytown"), hourly=float("nan"))
    assert pay.repair(lost, SPINE).query("authority == 'anytown'")["annual"].isna().all()


def test_scales_told_in_part(with_other_papers):
    told = pay.partial_scales(pay.scales("anytown-2024", folder=with_other_papers)).groupby("role", sort=False)["told"]
    assert told.agg(list).to_dict() == {
        "newly qualified": ["one amount", "no hourly rate", "own points"],
        "social worker": ["up to", "no hourly rate", "own points"],
        "team manager": ["up to", "no hourly rate", "own points"],
    }
    assert pay.partial_scales(SCALES).empty
    assert pay.april_of(pay.scales("anytown-2024", folder=with_other_papers)) is None


def test_one_amount_is_the_entry_and_the_top():
    frame = scale("a", [("single", 1, 30000)], 37)
    assert pay.ranks(frame).query("basis == 'annual'")["end"].tolist() == ["entry", "top"]
    assert pay.headroom(frame, "ASYE")["headroom"].tolist() == [0]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("anytown-2024,Table 1,anytown,newly qualified,top,local,,30000,,", "'single' is the only amount printed"),
        ("anytown-2024,Table 1,anytown,team manager,entry,local,,50000,,", "the entry, 50000, is above the top, 48176"),
    ],
)
def test_scales_that_cannot_be_are_refused(with_other_papers, row, told):
    pay.check(with_other_papers)
    with (with_other_papers / "pay_scales.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    with pytest.raises(data.DataError, match=f"pay_scales.csv, rows .*: anytown, .*: {told}"):
        pay.check(with_other_papers)


def test_an_own_frame_lacking_a_column_is_told_which():
    with pytest.raises(
        ValueError, match="scales: the columns 'end', 'annual' are missing; there are: authority, role, pay"
    ):
        pay.ranks(pd.DataFrame({"authority": ["a"], "role": ["b"], "pay": [1]}))


# What if


def test_what_if_a_point_more():
    found = pay.what_if("tameside", "experienced/senior social worker", points=1, fte=10, on_costs=0.3)
    assert (found.points, found.cost.total) == ((29, 30), pytest.approx(10 * 887 * 1.3))
    assert (found.before.rank, found.after.rank) == (8, 5)
    hourly = pay.what_if("tameside", "ASYE", points=2, basis="hourly").after
    assert hourly.value == pay.hourly_rate(APRIL_2021[31], 36)


def test_what_if_of_a_scale_on_no_national_point(with_other_papers):
    table = pay.tables("anytown", folder=with_other_papers)
    with pytest.raises(
        ValueError, match="the entry of anytown's social worker scale is on no point of the national spine"
    ):
        pay.what_if("anytown", "social worker", table=table)
