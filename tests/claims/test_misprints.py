import pytest

from entries import entry
from workforce import claims
from workforce.claims import misprints
from workforce.reports import published_figures as report

AVERAGE = "SELECT avg(value) FROM paper"
TOTAL = "SELECT sum(value) FROM paper"


def suspected(folder):
    return misprints.suspected("walsall-2021", claims.register(document="walsall-2021", folder=folder), folder)


PAPERS = ["coventry-2018", "coventry-minutes-2021", "walsall-2021", "tameside-2023", "coventry-2024"]


@pytest.mark.parametrize("document", PAPERS)
def test_no_input_of_these_papers_looks_misprinted(register, document):
    assert misprints.suspected(document, register) is None


def test_the_one_change_that_mends_most_failures_is_named(made):
    folder = made([240, 25, 261], entry("average", "252", AVERAGE), entry("total", "756", TOTAL))
    found = suspected(folder)
    assert (found.where, found.printed, found.instead) == ("Table 1 > 11 > Cases", "25", (255.0,))
    assert found.mends == ("walsall-2021/average", "walsall-2021/total")
    register = claims.register("walsall", folder=folder)
    assert any(
        "Table 1, 11, Cases (walsall-2021) looks misprinted. With 255 in place of 25, a slip of one digit, 2 statements that "
        "do not hold would hold: paragraph average and paragraph total." in told
        for told in report.missed(register, folder).parts[0].paragraphs
    )
    (table,) = report.printed_tables(register, folder).parts
    assert table.frame["Cases"].tolist() == ["240", "25 ‡", "261"]
    assert any("‡ looks misprinted" in note for note in table.notes)


def in_parts(name, published, *queries):
    """Return a claim whose partitions all must give what is published."""
    told = entry(name, published, "")
    del told["readings"]
    return {**told, "partitions": [{"name": f"by {number}", "sql": sql} for number, sql in enumerate(queries)]}


TIMES_THREE = "SELECT 3 * avg(value) FROM paper"
FIRST_AND_LAST = "SELECT 255 + sum(value) FILTER (WHERE period <> '2020-11') FROM paper"


@pytest.mark.parametrize(
    ("queries", "found"),
    [((FIRST_AND_LAST, TOTAL), "25"), ((TOTAL, FIRST_AND_LAST), "25"), ((TOTAL, TIMES_THREE), None)],
    ids=["the second fails", "the first fails", "both fail"],
)
def test_a_slip_mends_the_partition_that_fails(made, queries, found):
    told = suspected(made([240, 25, 261], in_parts("total", "756", *queries)))
    assert (told and told.printed) == found


@pytest.mark.parametrize(
    ("values", "entries", "why"),
    [
        ([12, 12, 5], [entry("total", "28", TOTAL)], "the total, or any of three inputs, could be the slip"),
        ([240, 255, 261], [entry("average", "252", AVERAGE)], "everything holds"),
        (
            [240, 25, 261],
            [entry("average", "252", AVERAGE), entry("last", "25", "SELECT value FROM paper WHERE period = '2020-11'")],
            "the change would break what holds",
        ),
        (
            [25, 25, 706],
            [entry("average", "329", AVERAGE), entry("total", "986", TOTAL)],
            "two inputs would mend as much",
        ),
        (
            [240, 255, 261],
            [entry("total", "765", TOTAL), entry("again", "765", TOTAL)],
            "the total, said twice, is a slip away from the sum",
        ),
        ([20, 17, 8], [entry("total", "54", TOTAL), entry("again", "54", TOTAL)], "so is this one"),
        (
            [240, 255, 261],
            [entry("total", "765", TOTAL), entry("average", "255", AVERAGE)],
            "the average was made of the total",
        ),
        (
            [5, 9, 8],
            [
                entry("fall", "a fall", "SELECT 3", interval={"below": "0", "means": "less"}),
                entry(
                    "low", "below 7", "SELECT max(value) FROM paper", interval={"below": "7", "means": "less than 7"}
                ),
            ],
            "words are no witness",
        ),
        (
            [240, 25, 261],
            [
                entry("total", "756", TOTAL),
                entry("pair", "292", "SELECT sum(value) FROM paper WHERE period < '2020-12'"),
            ],
            "two slips of one input would each mend one",
        ),
        ([240, 5000, 261], [entry("average", "252", AVERAGE), entry("total", "756", TOTAL)], "no single slip mends it"),
        (
            [240, 25, 261],
            [
                entry("total", "756", TOTAL, explanation={"name": "known", "sql": "SELECT $published AS value"}),
            ],
            "it is explained already",
        ),
    ],
)
def test_nobody_is_accused_where_nothing_tells_which_number_is_wrong(made, values, entries, why):
    assert suspected(made(values, *entries)) is None, why


@pytest.mark.parametrize("printed", ["0", "25", "22.5", "9.0", "1997"])
def test_slips_are_one_digit_away_and_never_the_number_itself(printed):
    found = misprints.slips(printed)
    assert found == sorted(set(found))
    assert float(printed) not in found
    assert all(abs(len(f"{number:g}".replace(".", "")) - len(printed.replace(".", ""))) <= 2 for number in found)


@pytest.mark.parametrize(
    ("printed", "slip"),
    [
        ("25", 255),
        ("255", 25),
        ("25", 52),
        ("25", 26),
        ("25", 2.5),
        ("22.5", 225),
        ("22.5", 22.0),
        ("8", 18),
        ("1997", 1979),
    ],
)
def test_slips_include(printed, slip):
    assert slip in misprints.slips(printed)
