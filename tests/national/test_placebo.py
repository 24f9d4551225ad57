import itertools

import numpy as np
import pytest

from workforce import data
from workforce.national import measures, neighbours, ordinary, placebo, release
from workforce.national.placebo import NEIGHBOURS, SYNTHETIC

BEFORE, AFTER = range(2017, 2023), (2023, 2024)


@pytest.fixture(scope="module")
def real():
    return release.newest(folder=data.NATIONAL), neighbours.newest(data.NATIONAL)


def coventry(real, before=BEFORE, after=AFTER):
    return placebo.trial(real[0], measures.TURNOVER, "331", real[1], before, after)


def test_weights_are_those_of_least_squares_among_all_on_a_grid():
    random = np.random.default_rng(2)
    others, own = random.normal(size=(6, 3)), random.normal(size=6)
    steps = [one for one in itertools.product(np.linspace(0, 1, 101), repeat=2) if sum(one) <= 1]
    grid = np.array([(*one, 1 - sum(one)) for one in steps])
    best = grid[np.argmin(((grid @ others.T - own) ** 2).sum(axis=1))]
    found = placebo.fitted(own, others)
    assert found == pytest.approx(best, abs=0.011)
    assert found.sum() == pytest.approx(1) and (found >= 0).all()


def test_the_change_beside_the_neighbours_is_worked_out_again(real):
    one, near = real
    seen = ordinary.panel(one, measures.TURNOVER)
    logs = dict(zip(seen.areas, np.log((seen.counts + 0.5) / seen.bases), strict=True))
    keys = [key for key in near.of("331", one.authorities(2024))[0] if key in logs and not np.isnan(logs[key]).any()]
    difference = logs["331"] - np.mean([logs[key] for key in keys], axis=0)
    ratio = np.exp(difference[6:8].mean() - difference[:6].mean())
    assert coventry(real).changes.set_index("yardstick").loc[NEIGHBOURS, "ratio"] == pytest.approx(ratio)


def test_a_synthetic_control_is_nearer_than_the_mean_in_the_years_before(real):
    rates = np.log(coventry(real).rates.loc[2017:2022])
    errors = {name: ((rates["authority"] - rates[name]) ** 2).sum() for name in (NEIGHBOURS, SYNTHETIC)}
    assert errors[SYNTHETIC] < errors[NEIGHBOURS]


def test_an_effect_that_is_put_in_is_found_and_by_the_placebos_is_beyond_chance(real, monkeypatch):
    """Coventry's leavers of the years after, cut to a third."""
    plain, logs = coventry(real).changes, placebo._logs

    def cut(one, measure):
        found = logs(one, measure)
        found.loc["331", list(AFTER)] -= np.log(3)
        return found

    monkeypatch.setattr(placebo, "_logs", cut)
    changes = coventry(real).changes
    assert changes["ratio"].tolist() == pytest.approx((plain["ratio"] / 3).tolist())
    assert (changes["p"] < 0.05).all() and (changes["ratio"] < changes["low"]).all()


def test_the_p_value_is_the_rank_among_all_and_falls_with_the_distance(real):
    """Each of some authorities in turn: the farther its ratio from one, the fewer lie as far."""
    found = [placebo.trial(real[0], measures.TURNOVER, code, real[1], BEFORE, AFTER) for code in CODES]
    first = [one.changes.iloc[0] for one in found if one is not None]
    assert len(first) == len(CODES)
    by_distance = sorted(first, key=lambda row: abs(np.log(row["ratio"])))
    assert [row["p"] for row in by_distance] == sorted((row["p"] for row in first), reverse=True)
    assert {round(row["p"] * (row["placebos"] + 1), 6) % 1 for row in first} == {0.0}


CODES = ("330", "331", "335", "892")


@pytest.mark.parametrize("area", ["420", "nobody"])
def test_without_its_years_or_neighbours_there_is_no_trial(real, area):
    assert placebo.trial(real[0], measures.TURNOVER, area, real[1], BEFORE, AFTER) is None
