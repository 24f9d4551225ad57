from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from workforce.claims import Claim, Reading, Verdict, sentences
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


SHARE = replace(PLAIN, published="40", unit="percent", readings=(Reading("share", "", "percent", value=58.51),))
UP = replace(PLAIN, published="up", precision=None, interval=MORE)
FOUND = Reading("older list", "", "people", value=58.0)
CLAIMS = {
    "reproduces": replace(PLAIN, readings=(BY_SUM,)),
    "otherwise": replace(PLAIN, readings=(BY_YEAR, BY_SUM)),
    "one more": replace(PLAIN, readings=(replace(BY_SUM, value=59.0),)),
    "share": SHARE,
    "words": replace(UP, readings=(replace(BY_SUM, value=-1.0),)),
    "words otherwise": replace(UP, readings=(replace(BY_SUM, value=0.0), BY_YEAR)),
    "explained": replace(PLAIN, readings=(replace(BY_SUM, value=59.0),), explanation=FOUND),
    "tried": replace(PLAIN, readings=(replace(BY_SUM, value=59.0), replace(BY_YEAR, value=60.0))),
    "parts": replace(PLAIN, readings=(BY_SUM, BY_YEAR), partitioned=True),
    "no part": replace(PLAIN, readings=(BY_YEAR, replace(BY_SUM, value=59.0)), partitioned=True),
    "cannot": replace(PLAIN, cannot_be_checked="The paper prints no parts."),
    "ambiguous": replace(PLAIN, ambiguous="Who knows.", readings=(replace(BY_SUM, implies="a sum"), BY_YEAR)),
}


@pytest.mark.parametrize(
    ("name", "stated", "difference", "explained"),
    [
        ("reproduces", "58 people", "", ""),
        ("otherwise", "22 people", "36 people less", "sum: 58 people"),
        ("one more", "59 people", "1 person more", "not explained"),
        ("share", "58.5%", "18.5 percentage points more", "not explained"),
        ("words", "-1 person", "the words need more than before", "not explained"),
        ("words otherwise", "0 people", "the words need more than before", "the year before: 22 people"),
        ("explained", "59 people", "1 person more", "older list: 58 people (found by searching)"),
        ("tried", "59 people", "1 person more", "not explained; tried were the year before: 60 people"),
        (
            "parts",
            "22 people",
            "36 people less",
            "not explained; fails for ‘the year before’ (22 people), holds for ‘sum’",
        ),
        (
            "no part",
            "22 people",
            "36 people less",
            "not explained; fails for ‘the year before’ (22 people) and ‘sum’ (59 people)",
        ),
        ("cannot", "", "", ""),
        ("ambiguous", "", "", ""),
    ],
)
def test_a_claim_in_cells(name, stated, difference, explained):
    claim = CLAIMS[name]
    assert sentences.stated(claim) == stated
    assert sentences.difference(claim) == difference
    assert sentences.explained(claim) == explained


def test_what_an_ambiguous_claims_readings_imply_is_given():
    assert sentences.given(CLAIMS["ambiguous"])[0] == "‘sum’ implies a sum of 58 people"
    assert sentences.given(CLAIMS["tried"]) == ["‘sum’ gives 59 people", "‘the year before’ gives 60 people"]


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ([3, 1, 2, 9, 9], "Of 6 figures in it that can be checked, 3 hold as stated and 3 do not."),
        ([3, 0, 0, 9, 9], "All 3 figures in it that can be checked hold as stated."),
        ([1, 0, 0, 0, 0], "The one figure in it that can be checked holds as stated."),
        ([0, 0, 1, 0, 0], "The one figure in it that can be checked does not hold as stated."),
        ([1, 1, 0, 0, 0], "Of 2 figures in it that can be checked, 1 holds as stated and 1 does not."),
        ([0, 2, 0, 0, 0], "Of 2 figures in it that can be checked, none holds as stated."),
        ([0, 0, 0, 9, 9], "No figure in it can be checked by what they print."),
    ],
)
def test_how_many_figures_hold(counts, text):
    assert sentences.held(pd.Series(counts, index=list(Verdict)), "it") == text


def test_where_figures_do_not_hold_is_told_of_at_most_three_places():
    def at(*places):
        return [replace(CLAIMS["otherwise"], where=place) for place in places]

    def told(claims):
        return sentences.where_missed(claims, {"p": "2024"}.get)

    assert told([CLAIMS["reproduces"], CLAIMS["ambiguous"]]) == ""
    assert told(at("table 1 > a > b", "table 1, header", "paragraph 2")) == (
        "Those that do not are in Table 1 (2024) and Paragraph 2 (2024)."
    )
    assert told(at("a", "b", "c")) == "Those that do not are in A (2024), B (2024) and C (2024)."
    assert told(at(*"abcdef")) == "Those that do not are in 6 places, among them A (2024), B (2024) and C (2024)."
    assert told(at("a", "b", "b", "c", "d")) == "Most of those that do not are in B (2024), A (2024) and C (2024)."


def test_printed_keeps_decimals_and_quotes_words():
    assert sentences.printed(replace(PLAIN, published="136.0", unit="FTE", precision=Decimal("0.1"))) == "136.0 FTE"
    assert sentences.printed(replace(PLAIN, published="33486", unit="GBP per year")) == "£33,486 a year"
    assert sentences.printed(replace(PLAIN, published="30000", unit="GBP", precision=Decimal(1000))) == "£30,000"
    assert sentences.printed(replace(PLAIN, published="almost", precision=None)) == "‘almost’"


BAD = Claim("p/c", "p", "a", "Table 1 > North > Total", "All are 28.", "28", "people", Decimal(1))
SUM = Reading("sum", "SELECT 29", "people", value=29.0)


@pytest.mark.parametrize(
    ("instead", "mends", "told"),
    [
        (
            (255.0,),
            ("p/c",),
            "With 255 in place of 25, a slip of one digit, one statement that does not hold would hold: Table 1, North, Total.",
        ),
        (
            (250.0, 259.0),
            ("p/c", "p/d"),
            "With 250 to 259 in place of 25, a slip of one digit, 2 statements that do not hold would hold: ",
        ),
    ],
)
def test_a_suspected_misprint_says_what_would_mend_what(instead, mends, told):
    one = Misprint("p", "Table 1 > May > Cases", "25", instead, mends)
    said = sentences.misprint(one, {"p/c": BAD, "p/d": replace(BAD, where="paragraph 2")})
    assert said.startswith("Table 1, May, Cases (p) looks misprinted. ")
    assert told in said
    assert said.endswith("The paper does not tell which of its numbers is wrong.")
