"""What reports and profiles say of an authority: the numbers are those of the release, the sentences are whole."""

import re

import pytest

from workforce import words
from workforce.national import release
from workforce.reports import authority as module
from workforce.reports.national_context import every

ODD = ("isles-of-scilly", "kensington-and-chelsea", "bristol-city-of", "city-of-london", "cumberland")


@pytest.fixture(scope="module")
def contexts():
    """Return every tenth authority of the newest release, and some odd ones, by short name."""
    slugs = every()
    joint = next(slug for slug in slugs if "northamptonshire" in slug)
    return {slug: module.context(slug) for slug in dict.fromkeys([*slugs[::10], *ODD, joint])}


def test_every_tile_has_the_figure_of_the_release(contexts):
    for context in contexts.values():
        for measure, tile in zip(context.beside, module.answer(context).tiles, strict=True):
            value = context.release.value(context.area, context.year, measure.rate)
            if value == value:
                assert tile.value == words.amount(value, "percent" if measure.unit == "percent" else "", 1)
            else:
                assert (tile.value, tile.lines) == ("no figure", [context.beside[measure]["reason"].iloc[0]])


def test_sentences_are_short_and_whole(contexts):
    for slug, context in contexts.items():
        told = module.five(context)
        assert len(told) == 5
        for sentence in filter(None, told):
            assert re.fullmatch(r"[A-Z0-9].*\.", sentence), (slug, sentence)
            assert len(sentence.split()) <= 22, (slug, sentence)
        text = " ".join([*filter(None, told), *map(str, module.answer(context).tiles)])
        assert not re.search(r"\b(nan|None|inf)\b|  | ,", text), (slug, text)


def test_what_is_out_of_the_ordinary_is_in_the_answer(contexts):
    for context in contexts.values():
        rest = module.five(context)[2:]
        answer = module.answer(context).sentence
        for said, unusual in zip(rest, module.is_unusual(context), strict=True):
            assert (said in answer) or not unusual
    assert any(any(module.is_unusual(context)) for context in contexts.values())


def test_too_few_people_name_no_side_and_no_direction(contexts):
    scilly = contexts["isles-of-scilly"]
    assert module.five(scilly)[:3] == (
        "Isles of Scilly’s workforce is too small to be set beside its neighbours’ in 2025.",
        "",
        "No change since 2024 can be told.",
    )
    assert module.is_unusual(scilly) == (False, False, False)


def test_an_authority_that_is_young_is_followed_from_its_own_first_year(contexts):
    cumberland = contexts["cumberland"]
    assert min(min(years) for years in cumberland.followed.values()) >= 2023
    assert "since 2017" not in module.years(cumberland)


def test_the_spine_is_of_authorities_with_people_enough():
    numbers = module.spine(module.context("coventry")).set_index("name")
    rates = release.newest().values["vacancy_rate_fte"].xs(2025, level="year")
    assert rates.max() == 100  # of an authority with a handful of posts
    assert numbers.loc["vacancy rate", "high"] < 60
    ends = numbers[["low", "lower_quartile", "median", "upper_quartile", "high"]]
    assert (ends.diff(axis=1).iloc[:, 1:] >= 0).all().all()
