"""Two releases side by side: which published figures the later one has changed, withdrawn or added, and what that turns round."""

import numpy as np
import pandas as pd

from workforce.national.release import Release

COLUMNS = ["area", "name", "level", "year", "column", "before", "after", "kind"]
KINDS = ("changed", "withdrawn", "added")
MOST = 0.5  # of a column's shared figures: so many are not corrected one by one
_NOISE = 1e-9


def between(older: Release, newer: Release) -> pd.DataFrame:
    """Return the figures of areas and years in both releases that differ.

    Parameters
    ----------
    older, newer : Release

    Returns
    -------
    pandas.DataFrame
        A row a figure, of the columns COLUMNS: ``column`` as in the releases, ``before`` and ``after`` as numbers (missing where
        none was published) and ``kind``, one of KINDS. Figures that cannot be true count too: they were published.

    Examples
    --------
    >>> from workforce.national import release
    >>> older, newer = (release.read(path) for path in release.files()[-2:])
    >>> between(older, newer)["kind"].value_counts().to_dict()
    {'changed': 7, 'withdrawn': 4}
    """
    before, after = _aligned(older, newer)
    both, first, last = before.notna() & after.notna(), before.notna() & after.isna(), before.isna() & after.notna()
    differs = both & ((before - after).abs() > _NOISE)
    found = [_rows(before, after, where, kind) for where, kind in zip((differs, first, last), KINDS, strict=True)]
    revised = pd.concat(found, ignore_index=True)
    known = newer.areas.combine_first(older.areas).loc[revised["area"], ["name", "level"]]
    return revised.assign(name=known["name"].to_numpy(), level=known["level"].to_numpy())[COLUMNS]


def by_column(older: Release, newer: Release) -> pd.DataFrame:
    """Return for each column how much of it was revised.

    Returns
    -------
    pandas.DataFrame
        ``column, shared`` (figures that both releases have), ``changed``, ``share`` (of these), ``largest`` (the greatest
        difference), ``withdrawn``, ``added`` and ``most`` (whether more than MOST changed: perhaps a change of definition).

    Examples
    --------
    >>> from workforce.national import release
    >>> older, newer = (release.read(path) for path in release.files()[-2:])
    >>> bool(by_column(older, newer)["most"].any())
    False
    """
    before, after = _aligned(older, newer)
    both, difference = before.notna() & after.notna(), (before - after).abs()
    changed = (both & (difference > _NOISE)).sum()
    shared = both.sum()
    table = pd.DataFrame({"shared": shared, "changed": changed, "share": changed / shared, "largest": difference.max()})
    table["withdrawn"], table["added"] = (before.notna() & after.isna()).sum(), (before.isna() & after.notna()).sum()
    return table.assign(most=table["share"] > MOST).rename_axis("column").reset_index()


def turned(older: Release, newer: Release) -> pd.DataFrame:
    """Return where the change on the year before goes the other way by the later release.

    Returns
    -------
    pandas.DataFrame
        ``area, year, column, before, after``: the change on the year before by each release, both other than zero.
    """
    changes = [frame.groupby(level="area").diff().where(_follows(frame)) for frame in _aligned(older, newer)]
    before, after = changes
    where = (np.sign(before) * np.sign(after)) < 0
    return _rows(before, after, where, "turned").drop(columns="kind")


def _aligned(older, newer):
    """Return the numbers of both releases for the areas, years and columns that both have."""
    index = older.published.index.intersection(newer.published.index).sort_values()
    columns = [name for name in newer.published if name in older.published]
    return tuple(one.as_published.loc[index, columns] for one in (older, newer))


def _follows(frame):
    """Tell for each row whether the year before is there too, for the same area."""
    years = frame.index.to_frame()["year"]
    return (years.groupby(level="area").diff() == 1).to_numpy()[:, None] & np.ones(frame.shape, dtype=bool)


def _rows(before, after, where, kind):
    places = where.stack()
    places = places.index[places.to_numpy()]
    told = pd.DataFrame(list(places), columns=["area", "year", "column"])
    first, last = (frame.stack().reindex(places).to_numpy() for frame in (before, after))
    return told.assign(before=first, after=last, kind=kind)
