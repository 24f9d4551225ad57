import pytest

from workforce import data, hedges


@pytest.fixture(scope="module")
def table():
    return data.load("hedges")


@pytest.mark.parametrize(
    ("word", "number", "value", "holds"),
    [
        ("almost", "100/3", 30.0, True),
        ("almost", "100/3", 29.9999, False),
        ("almost", "100/3", 33.3333, True),
        ("almost", "100/3", 100 / 3, False),
        ("almost", "26", 24.7, True),  # two digits: a narrower range
        ("almost", "26", 24.6, False),
        ("almost", "26", 26, False),
        ("almost", "997", 987.03, True),
        ("almost", "997", 987.02, False),
        ("nearly", "50", 45, True),
        ("nearly", "50", 44.99, False),
        ("nearly", "50", 50, False),
        ("about", "10", 9, True),
        ("about", "10", 11, True),
        ("about", "10", 11.01, False),
        ("around", "32", 30.4, True),
        ("approximately", "32", 33.61, False),
        ("over", "100", 100, False),
        ("over", "100", 100.01, True),
        ("over", "100", 1e6, True),
        ("more than", "3", 3, False),
        ("under", "100", 100, False),
        ("less than", "100", -5, True),
        ("at least", "3", 3, True),
        ("at least", "3", 2.99, False),
        ("at most", "3", 3, True),
        ("at most", "3", 3.01, False),
        ("half", "50", 47.5, True),
        ("half", "50", 47.49, False),
        ("a third", "100/3", 35, True),
        ("a third", "100/3", 35.01, False),
        ("a quarter", "100/4", 26.25, True),
    ],
)
def test_what_words_are_taken_to_mean(table, word, number, value, holds):
    assert (value in hedges.interval(word, number, table)) is holds


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        *[("5", 1), ("10", 1), ("200", 1), ("26", 2), ("250", 2), ("0.5", 1), ("0.05", 1), ("2.5", 2), ("2.50", 3)],
        *[("10.0", 3), ("997", 3), ("12345", 3), ("100/3", 1), ("2/3", 1)],
    ],
)
def test_digits_are_those_that_count(number, digits):
    assert hedges.digits_of(number) == digits


def test_every_word_has_a_range_for_every_number(table):
    for word in table["word"].unique():
        for number in ("5", "26", "997"):
            if table.loc[table["word"] == word, "digits"].isin([1]).all() and number != "5":
                continue  # a fraction in words has one digit
            found = hedges.interval(word, number, table)
            assert max(found.low, found.above) < min(found.high, found.below), (word, number)
            assert found.means.startswith(f"{word} ")


def test_more_digits_never_mean_a_wider_range(table):
    for _, rows in table.dropna(subset=["digits", "lower"]).groupby("word"):
        ordered = rows.sort_values("digits")
        assert ordered["lower"].is_monotonic_increasing
        assert ordered["upper"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("word", "number", "told"),
    [
        ("alsmost", "26", "unknown hedge 'alsmost'; choose one of: a quarter, a third, about, almost"),
        ("half", "26", "'half' stands beside numbers of 1 digit only in hedges.csv, not beside '26'"),
        ("almost", "a third", "hedge: number 'a third' is not a number above 0, such as 26 or 100/3"),
        ("almost", "0", "hedge: number '0' is not a number above 0"),
        ("almost", "1/0", "hedge: number '1/0' is not a number above 0"),
        ("almost", "-5", "hedge: number '-5' is not a number above 0"),
    ],
)
def test_an_unknown_hedge_is_refused_with_what_would_be_right(table, word, number, told):
    with pytest.raises(ValueError, match=told):
        hedges.interval(word, number, table)


def test_the_words_say_the_range(table):
    assert (
        hedges.interval("almost", "100/3", table).means
        == "almost 33.33, from 30 and below 33.33 by the table of hedges"
    )
    assert hedges.interval("over", "5", table).means == "over 5, above 5 by the table of hedges"
