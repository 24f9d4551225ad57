from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from workforce.claims import Claim, Provisional, Reading, Verdict, sentences
from workforce.claims.misprints import Misprint
from workforce.hedges import Interval


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (
            [24, 15, 2, 1, 1],
            "Of 43 statements in it, 24 reproduce, 15 reproduce only under another reading, "
            "2 do not reproduce, 1 cannot be checked and 1 is ambiguous.",
        ),
        ([0, 1, 0, 0, 0], "The one statement in it reproduces only under another reading."),
        ([1, 0, 1, 0, 2], "Of 4 statements in it, 1 reproduces, 1 does not reproduce and 2 are ambiguous."),
    ],
)
def test_tally(counts, text):
    row = pd.Series([*counts, sum(counts)], index=[*(verdict.value for verdict in Verdict), "total"])
    assert sentences.tally(row, "in it") == text


PLAIN = Claim("p/c", "p", "a", "paragraph 1", "There are 58.", "58", "people", Decimal(1))
BY_SUM, BY_YEAR = Reading("sum", "", "people", value=58.0), Reading("the year before", "", "people", value=22.0)
MORE = Interval("more than before", above=0)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (
            replace(PLAIN, readings=(BY_SUM,)),
            "There are 58. As stated (sum) it comes to 58 people, which bears it out.",
        ),
        (
            replace(PLAIN, readings=(BY_YEAR, BY_SUM)),
            "There are 58. As stated (the year before) it comes to 22 people, 36 people less than the printed "
            "58 people; under another reading (sum) it comes to 58 people, as printed.",
        ),
        (
            replace(PLAIN, readings=(replace(BY_SUM, value=59.0),)),
            "There are 58. As stated (sum) it comes to 59 people, 1 person more than the printed 58 people.",
        ),
        (
            replace(PLAIN, published="40", unit="percent", readings=(Reading("share", "", "percent", value=58.51),)),
            "There are 58. As stated (share) it comes to 58.5%, 18.5 percentage points more than the printed 40%.",
        ),
        (
            replace(PLAIN, published="up", precision=None, interval=MORE, readings=(replace(BY_SUM, value=-1.0),)),
            "There are 58. As stated (sum) it comes to -1 person, where the words need more than before.",
        ),
        (
            replace(
                PLAIN, published="up", precision=None, interval=MORE, readings=(replace(BY_SUM, value=0.0), BY_YEAR)
            ),
            "There are 58. As stated (sum) it comes to 0 people, where the words need more than before; "
            "under another reading (the year before) it comes to 22 people, which bears it out.",
        ),
        (
            replace(PLAIN, cannot_be_checked="The paper prints no parts."),
            "There are 58. This cannot be checked: the paper prints no parts.",
        ),
        (
            replace(PLAIN, ambiguous="Who knows.", readings=(replace(BY_SUM, implies="a sum"), BY_YEAR)),
            "There are 58. This is ambiguous. Who knows. ‘sum’ implies a sum of 58 people; "
            "‘the year before’ implies  of 22 people.",
        ),
    ],
)
def test_sentence(claim, text):
    assert sentences.sentence(claim) == text


def test_printed_keeps_decimals_and_quotes_words():
    assert sentences.printed(replace(PLAIN, published="136.0", unit="FTE", precision=Decimal("0.1"))) == "136.0 FTE"
    assert sentences.printed(replace(PLAIN, published="33486", unit="GBP per year")) == "£33,486 a year"
    assert sentences.printed(replace(PLAIN, published="30000", unit="GBP", precision=Decimal(1000))) == "£30,000"
    assert sentences.printed(replace(PLAIN, published="almost", precision=None)) == "‘almost’"


def test_findings_put_alike_claims_together_and_ambiguous_ones_last():
    alike = [
        replace(PLAIN, id=f"p/{n}", where=f"Table 1 > row {n} > all", readings=(replace(BY_YEAR, value=value), BY_SUM))
        for n, value in enumerate([50.0, 22.0, 60.0])  # the example is the one that misses by most
    ]
    alone = replace(PLAIN, id="p/x", readings=(replace(BY_SUM, value=59.0),))
    unclear = replace(PLAIN, id="p/y", ambiguous="Why.", readings=(replace(BY_SUM, implies="a sum"),))
    fine = replace(PLAIN, id="p/z", readings=(BY_SUM,))
    assert sentences.findings([unclear, alone, *alike, fine]) == [
        "Table 1 (p): 3 statements do not hold as ‘the year before’ but as ‘sum’; for example, Table 1, row 1, all prints "
        "58 people, and as stated it comes to 22 people.",
        f"paragraph 1 (p): {sentences.sentence(alone)}",
        "paragraph 1 (p), ambiguous: There are 58. ‘sum’ implies a sum of 58 people.",
    ]
    assert sentences.findings([fine]) == []
    wrong = [replace(claim, readings=(BY_YEAR,)) for claim in alike]
    assert sentences.findings(wrong) == [
        "Table 1 (p): 3 statements do not hold as ‘the year before’; for example, Table 1, row 0, all prints 58 people, "
        "and as stated it comes to 22 people."
    ]


BAD = Claim("p/c", "p", "a", "Table 1 > North > Total", "All are 28.", "28", "people", Decimal(1))
SUM = Reading("sum", "SELECT 29", "people", value=29.0)


def test_a_misprint_is_explained_beside_its_difference_and_a_caveat_follows():
    bad = replace(
        BAD, readings=(SUM,), note="Two dates.", explanation=Reading("older list", "SELECT 28", "people", value=28.0)
    )
    told = (
        "All are 28. As stated (sum) it comes to 29 people, 1 person more than the printed 28 people. An explanation, found by "
        "searching, so no reading: ‘older list’ gives 28 people. Two dates."
    )
    assert sentences.sentence(bad) == told
    (one, many) = (
        sentences.findings([bad]),
        sentences.findings([bad, replace(bad, id="p/d", where="Table 2 > North > Total")]),
    )
    assert one == [f"Table 1, North, Total (p): {told}"]
    assert many == [
        "Table 1 and Table 2 (p): 2 statements do not hold as ‘sum’; for example, Table 1, North, Total prints 28 people, and as "
        "stated it comes to 29 people. An explanation, found by searching, so no reading: ‘older list’ gives 28 people. Two dates."
    ]


def test_a_provisional_figure_is_said_with_what_the_statistics_have_now():
    assert sentences.sentence(
        replace(BAD, readings=(SUM,), provisional=Provisional("The statistics were revised.", 1))
    ) == ("All are 28. This cannot be checked: the statistics were revised. ‘sum’ gives 29 people.")


@pytest.mark.parametrize(
    ("instead", "mends", "told"),
    [
        (
            (255.0,),
            ("p/c",),
            "with 255 in place of 25, a slip of one digit, the statement that does not reproduce would",
        ),
        (
            (250.0, 259.0),
            ("p/c", "p/d"),
            "with 250 to 259 in place of 25, a slip of one digit, 2 statements that do not",
        ),
    ],
)
def test_a_suspected_misprint_says_what_would_mend_what(instead, mends, told):
    one = Misprint("p", "Table 1 > May > Cases", "25", instead, mends)
    said = sentences.misprint(one, {"p/c": BAD, "p/d": replace(BAD, where="paragraph 2")})
    assert said.startswith("Table 1, May, Cases (p) looks misprinted: ")
    assert told in said
    assert said.endswith("Whether it is the input that is wrong, the paper does not tell.")
