from dataclasses import replace

import pandas as pd
import pytest

from workforce import data, display, pay, pay_sentences
from workforce.pay import Cost, Position
from workforce.reports import pay_benchmark as report

COUNCILS = sorted(data.load("pay_scales")["authority"].unique())
BELOW = Position("anytown", "ASYE", "entry", "annual", 33486.0, 8, True, 10, 34373.0, 38553.0)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (
            BELOW,
            "Anytown is joint 8th of 10 at the entry of the ASYE scale (£33,486 a year), £887 a year (2.6%) below the "
            "median and £5,067 a year (13.1%) below the best.",
        ),
        (
            replace(BELOW, value=38553.0, rank=1, tied=False),
            "Anytown is 1st of 10 at the entry of the ASYE scale (£38,553 a year), £4,180 a year (12.2%) above the "
            "median; nobody pays more.",
        ),
        (
            replace(BELOW, value=34373.0, rank=5, tied=True),
            "Anytown is joint 5th of 10 at the entry of the ASYE scale (£34,373 a year), at the median and £4,180 a year "
            "(10.8%) below the best.",
        ),
        (
            replace(BELOW, basis="hourly", value=17.8, rank=2, tied=False, median=17.0, best=18.0),
            "Anytown is 2nd of 10 at the entry of the ASYE scale (£17.80 an hour), £0.80 an hour (4.7%) above the median "
            "and £0.20 an hour (1.1%) below the best.",
        ),
    ],
)
def test_standing(position, text):
    assert pay_sentences.standing(position, "Anytown") == text


@pytest.mark.parametrize(
    ("hourly", "text"),
    [
        (
            {"rank": 7, "tied": False},
            "By the hour Anytown is 7th of 10 at the entry of the ASYE scale, where by the year",
        ),
        (
            {"rank": 8, "tied": False},
            "By the hour Anytown is 8th of 10 at the entry of the ASYE scale, where by the year",
        ),
        ({}, "By the hour Anytown keeps its place at the entry of the ASYE scale: joint 8th of 10."),
    ],
)
def test_moved(hourly, text):
    assert pay_sentences.moved(BELOW, replace(BELOW, basis="hourly", **hourly), "Anytown").startswith(text)


def rungs(*values):
    value = pd.Series(values, dtype=float)
    roles, ends = zip(*pay.steps(pay.scales()), strict=True)
    frame = pd.DataFrame({"step": range(1, len(values) + 1), "role": roles, "end": ends, "value": value})
    return frame.assign(uplift=value.diff(), uplift_percent=100 * value.pct_change(fill_method=None))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            [30000, 30000, 35000, 40000],
            "Its ladder stands still from ASYE entry to experienced/senior social worker entry: both pay £30,000 a year.",
        ),
        (
            [30000, 33000, 36000, 35500],
            "Its ladder goes down from experienced/senior social worker top to team manager entry, by £500 a year.",
        ),
        (
            [30000, 33000, 34000, 40000],
            "Its smallest step, £1,000 a year (3%), is within experienced/senior social worker.",
        ),
        (
            [30000, 33000, 36000, 37000],
            "Its smallest step, £1,000 a year (2.8%), is from experienced/senior social worker top to team manager entry.",
        ),
        ([30000, None, None, None], "The steps of A's career ladder are not known."),
    ],
)
def test_stall(values, text):
    assert pay_sentences.stall(rungs(*values), "A", "GBP per year") == text


COST = Cost("ASYE", "entry", "median", 33486.0, 34373.0, 10.0, 0.0)


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (
            COST,
            "Raising the entry of A's ASYE scale to the median (£34,373 a year) would cost £887 a year for each full-time "
            "equivalent paid there, £8,870 a year for 10 FTE (no on-costs; allowances are left aside).",
        ),
        (
            replace(COST, fte=1.0, on_costs=0.3),
            "Raising the entry of A's ASYE scale to the median (£34,373 a year) would cost £1,153 a year for each "
            "full-time equivalent paid there (on-costs of 30% included; allowances are left aside).",
        ),
        (
            replace(COST, target="best", target_pay=33486.0),
            "Raising the entry of A's ASYE scale to the best would cost nothing: it is there, or above.",
        ),
    ],
)
def test_price(cost, text):
    assert pay_sentences.price(cost, "A") == text


AWARDS = pd.DataFrame({"april": [2020, 2021], "flat": [False, True]})


def gaps(*pairs):
    return pd.DataFrame(
        [(2019 + i, gap, percent) for i, (gap, percent) in enumerate(pairs)], columns=["april", "gap", "gap_percent"]
    )


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (
            gaps((0, 0), (0, 0), (0, 0)),
            "On every April's spine the entry of A's ASYE scale is at the median of the councils.",
        ),
        (
            gaps((-100, -1), (-120, -1), (-120, -0.9)),
            "Priced on each April's spine, the entry of A's ASYE scale is £100 a year (1.00%) below the median in 2019 and "
            "£120 a year (0.90%) below it in 2021. The awards of April 2021 were flat sums: they left the gap at £120 a "
            "year while it went from 1.00% to 0.90% of the median.",
        ),
        (
            gaps((100, 1), (120, 1), (130, 0.9)),
            "Priced on each April's spine, the entry of A's ASYE scale is £100 a year (1.00%) above the median in 2019 and "
            "£130 a year (0.90%) above it in 2021.",
        ),
    ],
)
def test_awards_and_gap(frame, text):
    assert pay_sentences.awards_and_gap(frame, AWARDS, "A", "ASYE", "entry") == text


def test_no_flat_award_is_not_spoken_of():
    said = pay_sentences.awards_and_gap(gaps((-100, -1), (-120, -1)), AWARDS.assign(flat=False), "A", "ASYE", "entry")
    assert "flat" not in said


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"authority": "leeds"}, "unknown authority 'leeds'; choose one of: bolton, bury"),
        ({"authority": "bury", "role": "nurse"}, "unknown role 'nurse'; choose one of: ASYE, all, experienced"),
        ({"authority": "bury", "basis": "daily"}, "unknown basis 'daily'; choose one of: annual, common-week, hourly"),
        ({"authority": "bury", "april": 2018}, "unknown April '2018'; choose one of: 0, 2019"),
        ({"authority": "bury", "scales": "raw"}, "unknown scales 'raw'; choose one of: printed, repaired"),
    ],
)
def test_unknown_parameters_are_refused_with_those_there_are(parameters, told):
    with pytest.raises(ValueError, match=told):
        report.prepare(**parameters)


def sections(benchmark, costs=None):
    return [
        report.answer(benchmark),
        report.lead(benchmark),
        report.details(benchmark),
        report.gap_costs(benchmark),
        report.scale_ranges(benchmark),
        report.ranks_by_the_hour(benchmark),
        report.career(benchmark),
        costs or report.costs(benchmark, 5.0, 0.3, 35),
        report.over_time(benchmark),
        report.soundness(benchmark),
    ]


@pytest.mark.parametrize(
    ("authority", "basis"),
    [*((council, "annual") for council in COUNCILS), ("oldham", "hourly"), ("bury", "common-week")],
)
def test_every_council_has_a_report_on_every_basis(authority, basis):
    text = "\n".join(map(repr, sections(report.prepare(authority, basis=basis))))
    assert "nan" not in text.lower().split()
    assert "None" not in text
    assert data.load("authorities").set_index("slug")["name"][authority] in text


@pytest.mark.parametrize(("authority", "role", "april"), [("wigan", "all", 2025), ("salford", "ASYE", 2019)])
def test_other_aprils_and_roles(authority, role, april):
    benchmark = report.prepare(authority, role, april=april)
    said = repr(report.details(benchmark))
    assert f"priced on the spine of April {april}" in said
    assert "left aside, since they are on no point of it: Wigan, team manager, top" in said
    assert all(map(repr, sections(benchmark)))


def test_the_report_says_which_scales_it_uses():
    assert "5 damaged cells filled in" in repr(report.details(report.prepare("salford")))
    printed = report.prepare("salford", scales="printed")
    assert "as printed" in repr(report.details(printed))
    assert "Salford's pay for experienced/senior social worker is not known" in repr(report.scale_ranges(printed))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {},
            "By annual entry pay Tameside is joint 1st of 10 for ASYE and joint 8th of 10 for experienced/senior social worker.",
        ),
        (
            {"basis": "hourly"},
            "By hourly rate at entry Tameside is 1st of 10 for ASYE and 7th of 10 for experienced/senior social worker.",
        ),
        ({"role": "team manager"}, "By annual entry pay Tameside is joint 3rd of 10 for team manager."),
        (
            {"role": "ASYE", "april": 2025},
            "By annual entry pay on the spine of April 2025 Tameside is joint 1st of 10 for ASYE.",
        ),
    ],
)
def test_a_sentence_sums_up_where_a_council_stands(options, said):
    found = report.summary(report.prepare("tameside", **options))
    assert found == said


def test_pay_that_is_not_known_is_said_to_be_so():
    unknown = report.prepare("salford", "experienced/senior social worker", "hourly", scales="printed")
    assert report.summary(unknown) == "Salford’s entry pay is not known on this basis."
    assert report.answer(unknown).tiles == ()
    assert repr(report.lead(unknown)) == "Salford’s entry pay is not known on this basis."


def test_costs_print_their_assumptions_and_take_a_point_as_target():
    table = report.costs(report.prepare("tameside", "ASYE"), 5.0, 0.3, 35)
    assert "Employer's on-costs: 30% of pay." in table.notes
    assert "point 35" in table.frame["target"].tolist()
    amounts = table.frame[["pay now", "target pay", "cost of one FTE", "cost of 5 FTE"]].replace("[£,]", "", regex=True)
    now, target, one, five = amounts.iloc[-1].astype(float)
    assert target - now > 0
    assert one == pytest.approx(1.3 * (target - now), abs=0.5)
    assert five == pytest.approx(5 * 1.3 * (target - now), abs=0.5)
    assert any("Pay is annual pay" in note for note in report.costs(report.prepare("bury", basis="hourly")).notes)


def test_a_place_that_rests_on_a_salary_off_the_spine_is_told_so():
    (said,) = report.resting(report.prepare("bury"))
    scales = pay.scales()
    scales.loc[scales.eval("authority == 'bury' and role == 'team manager'"), "annual"] = [
        43570,
        44624,
    ]  # points 39, 40
    then = pay.position("bury", "team manager", "entry", ranked=pay.ranks(scales))
    assert said == (
        f"Were every printed salary the national spine's at its point, Bury would be joint {then.rank}th of 10 at the entry "
        "of the team manager scale, not 2nd of 10."
    )
    for options in ({"basis": "hourly"}, {"april": 2025}, {"role": "ASYE"}):
        assert report.resting(report.prepare("bury", **options)) == []


def test_the_costs_of_gaps_are_computed_sentences():
    found = report.gap_costs(report.prepare("tameside")).items
    newest = pay.ranks(pay.uprate(pay.scales().query("scp <= 43"), 2025))
    gap = pay.position("tameside", "experienced/senior social worker", ranked=newest).gap
    assert found[1].startswith(
        "On the spine of April 2025, raising the entry of Tameside's experienced/senior social worker scale"
    )
    assert f"£{-gap:,.0f} a year for each full-time equivalent" in found[1]
    assert report.gap_costs(report.prepare("wigan")) != found


@pytest.mark.parametrize("council", COUNCILS)
def test_a_tile_has_the_pay_and_both_places_of_a_role(council):
    benchmark = report.prepare(council)
    for tile, role in zip(report.answer(benchmark).tiles, benchmark.roles, strict=True):
        here, by_hour = (pay.position(council, role, "entry", basis) for basis in ("annual", "hourly"))
        assert tile.value == f"£{here.value:,.0f} a year"
        assert tile.beside.startswith(f"{pay_sentences.place(here)}; median £")
        assert tile.direction == f"by the hour {pay_sentences.place(by_hour)}"


def test_the_main_chart_is_of_the_role_where_the_council_stands_worst():
    assert (
        report.lead(report.prepare("tameside"))
        .parts[0]
        .paragraphs[0]
        .startswith("experienced/senior social worker: scales")
    )


def test_the_papers_statements_stand_with_their_verdicts():
    table = report.paper_statements(report.prepare("tameside"))
    assert len(table.frame) == 7
    counts = {"reproduces": 5, "cannot be checked": 1, "ambiguous": 1}
    assert table.frame["verdict"].value_counts().to_dict() == counts


def test_every_picture_has_words():
    def pictures(section):
        for part in getattr(section, "parts", ()):
            yield from [part] if isinstance(part, display.Picture) else pictures(part)

    shown = [picture for section in sections(report.prepare("oldham")) for picture in pictures(section)]
    assert len(shown) == 8
    assert all("Oldham" in picture.description for picture in shown)


def test_a_council_whose_top_is_not_known_stays_in_its_own_chart():
    (chart_of_role,) = [
        part
        for part in report.scale_ranges(report.prepare("wigan", "team manager", april=2025)).parts
        if hasattr(part, "parts")
    ]
    numbers = chart_of_role.parts[-1].frame.set_index("council")
    assert numbers.loc["Wigan", ["top", "rank by entry", "rank by top"]].tolist() == ["not known", "1", "–"]
    assert len(numbers) == 10


def test_a_missing_step_is_not_bridged():
    printed = report.prepare("salford", scales="printed", april=2025)
    rungs = pay.ladder(printed.scales).query("authority == 'salford'").set_index("step")
    assert rungs.index.tolist() == [1, 2, 3, 4]
    assert rungs["value"].isna().tolist() == [False, False, True, False]
    assert rungs["uplift"].isna().tolist() == [True, False, True, True]
    assert repr(report.career(printed))


@pytest.mark.parametrize("document", ["anytown-2024", "anytown-2025", "anytown-2026"])
def test_other_papers_have_a_report(with_other_papers, document):
    benchmark = report.prepare("anytown", document=document, folder=with_other_papers)
    costs = report.costs(benchmark, 5.0, 0.3)
    parts = [
        *(part for part in sections(benchmark, costs)),
        report.limits(benchmark),
        report.paper_statements(benchmark),
    ]
    text = "\n".join(map(repr, parts))
    assert "nan" not in text.lower().split()
    assert "None" not in text
    assert "Empty DataFrame" not in text
    assert "The points are the council's own, so the national spine does not price them: Anytown (" in text
    alone = document != "anytown-2026"
    assert ("Anytown’s is the only council’s pay in these tables" in text) is alone
    assert ("2nd of 2" in text) is not alone


def test_an_april_that_prices_nothing_of_the_council_is_refused(with_other_papers):
    with pytest.raises(
        ValueError, match="no scale of anytown in anytown-2025 is on a point of the national spine of April 2021"
    ):
        report.prepare("anytown", april=2021, document="anytown-2025", folder=with_other_papers)


def test_another_papers_tables_leave_a_report_as_it_was(with_other_papers):
    ours = [repr(section) for section in sections(report.prepare("tameside"))]
    beside = report.prepare("tameside", document="tameside-2023", folder=with_other_papers)
    assert [repr(section) for section in sections(beside)] == ours
