import sys

import pandas as pd
import pytest

from workforce import data

sys.path.append(str(data.PROJECT / "benchmarks"))

import discovery


@pytest.fixture(scope="module")
def papers():
    return discovery.papers()


@pytest.fixture(scope="module")
def found(papers):
    return pd.concat([discovery.judged(one) for one in papers])


def test_claims_are_found_and_what_is_confident_is_right(found):
    told = discovery.measured(found).set_index("document").loc["all"]
    assert told["claims"] >= 79
    assert told["recall at 1"] >= 0.90
    assert told["recall at 3"] >= 0.95
    assert told["confident"] >= 35
    assert told["right"] >= 0.95


def test_what_rests_on_other_rows_is_not_counted_as_found(papers):
    one = next(one for one in papers if one.document == "devon-2022-spend")
    other = {name: frozenset(rows) | {0} for name, rows in one.rests_on.items()}
    told = discovery.judged(discovery.Gold(one.document, one.numbers, other))
    assert told["rank"].isna().all()


def test_numbers_drawn_at_random_are_seldom_called_confident(papers):
    drawn, called = discovery.by_chance(papers, draws=1)
    assert called <= 0.005 * drawn
