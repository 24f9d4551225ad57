"""An authority's change beside its neighbours', when something was done there: every other authority is a placebo.

The change is that of mean log rates from the years before to those after, less the same of a yardstick: the mean of the
statistical neighbours, or their weighted mean that fits the years before best, a synthetic control (Abadie, Diamond and
Hainmueller 2010, Journal of the American Statistical Association 105). How far the others' changes lie from 1 is what comes
about without what was done here.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workforce.national import ordinary

NEIGHBOURS, SYNTHETIC = "mean of its statistical neighbours", "synthetic control of these"
COLUMNS = ["yardstick", "ratio", "low", "high", "p", "placebos"]
FEWEST_NEIGHBOURS = 3
_SUM = 1e3  # weighs the row that makes weights sum to one, against log rates


@dataclass(frozen=True, eq=False)
class Trial:
    """An authority's rates beside a yardstick, and the change of both beside all placebos.

    Attributes
    ----------
    rates : pandas.DataFrame
        Indexed by ``year``: the ``authority``, as published, and each yardstick, means of log rates, per cent.
    changes : pandas.DataFrame
        A row a yardstick: the columns COLUMNS. ``ratio`` is of the authority's change to the yardstick's; ``low`` and ``high``
        hold 95% of the placebos, ``p`` is the share of them, and of itself, that lie as far from no change or farther.
    """

    rates: pd.DataFrame
    changes: pd.DataFrame


def trial(release, measure, area, neighbours, before, after):
    """Return the Trial of a rate of an authority, or None where it, or its neighbours, lack years.

    Parameters
    ----------
    release : Release
    measure : Measure
    area : str
    neighbours : Neighbours
    before, after : sequence of int
        The years before something was done, and those in which it was.

    Examples
    --------
    >>> from workforce.national import measures, neighbours, release
    >>> found = trial(release.newest(), measures.TURNOVER, "331", neighbours.newest(), range(2017, 2023), (2023, 2024))
    >>> found.changes["yardstick"].tolist() == [NEIGHBOURS, SYNTHETIC]
    True
    """
    logs, last = _logs(release, measure), max(after)
    near = {one: _donors(logs, neighbours.of(one, release.authorities(last))[0]) for one in logs.index}
    able = [one for one in logs.index if len(near[one]) >= FEWEST_NEIGHBOURS and logs.loc[one].notna().all()]
    if area not in able:
        return None
    before, after = list(before), list(after)
    weights = {
        NEIGHBOURS: {one: np.full(len(near[one]), 1 / len(near[one])) for one in able},
        SYNTHETIC: {one: fitted(logs.loc[one, before], logs.loc[near[one], before].T) for one in able},
    }
    rows = []
    for yardstick, of in weights.items():
        gaps = pd.Series({one: _gap(logs, one, near[one], of[one], before, after) for one in able})
        others = gaps.drop(area)
        low, high = np.exp(np.quantile(others, [0.025, 0.975]))
        as_far = float((gaps.abs() >= abs(gaps[area]) - 1e-12).mean())
        rows.append((yardstick, float(np.exp(gaps[area])), float(low), float(high), as_far, len(others)))
    shown = {yardstick: _weighted(logs, near[area], of[area]) for yardstick, of in weights.items()}
    rates = pd.DataFrame({"authority": release.series(area, measure.rate), **(100 * np.exp(pd.DataFrame(shown)))})
    return Trial(rates.rename_axis("year"), pd.DataFrame(rows, columns=COLUMNS))


def fitted(own, others):
    """Return the weights, none below zero and one in sum, by which others' log rates come nearest to one's own.

    Parameters
    ----------
    own : sequence of float
        Shape (years,).
    others : array
        Shape (years, others).

    Examples
    --------
    >>> fitted([1.0, 2.0, 3.0], np.array([[0.0, 2.0], [1.0, 3.0], [2.0, 4.0]])).round(3).tolist()
    [0.5, 0.5]
    """
    from scipy.optimize import nnls

    others = np.asarray(others, dtype=float)
    weights, _ = nnls(
        np.vstack([others, np.full(others.shape[1], _SUM)]), np.append(np.asarray(own, dtype=float), _SUM)
    )
    return weights / weights.sum()


def _logs(release, measure):
    """Return log rates, or log odds, of every authority by year."""
    seen = ordinary.panel(release, measure)
    return pd.DataFrame(ordinary.logs(seen.model, seen.counts, seen.bases)[0], seen.areas, seen.years)


def _donors(logs, keys):
    """Return the neighbours that have all years."""
    return [key for key in keys if key in logs.index and logs.loc[key].notna().all()]


def _weighted(logs, keys, weights):
    return pd.Series(weights @ logs.loc[keys].to_numpy(), logs.columns)


def _gap(logs, one, keys, weights, before, after):
    difference = logs.loc[one] - _weighted(logs, keys, weights)
    return float(difference[after].mean() - difference[before].mean())
